-- What channels have brought from sources that keep what they give: each item in the state in which it was last brought.
CREATE TABLE collected (
    channel TEXT NOT NULL,
    item TEXT NOT NULL,
    digest TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (channel, item)
);
