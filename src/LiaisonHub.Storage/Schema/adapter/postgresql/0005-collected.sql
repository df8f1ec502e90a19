-- What channels have brought from sources that keep what they give: each item in the state in which it was last brought.
CREATE TABLE collected (
    channel text NOT NULL,
    item text NOT NULL,
    digest text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (channel, item)
);
