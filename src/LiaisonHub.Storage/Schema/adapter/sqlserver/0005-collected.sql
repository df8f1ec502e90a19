-- What channels have brought from sources that keep what they give: each item in the state in which it was last brought.
CREATE TABLE collected (
    channel nvarchar(200) NOT NULL,
    item nvarchar(200) NOT NULL,
    digest nvarchar(64) NOT NULL,
    at datetimeoffset(6) NOT NULL,
    PRIMARY KEY (channel, item)
);
