-- What a dispute last said to the request it is about.
CREATE TABLE orders (
  request_id TEXT NOT NULL,
  dispute_id TEXT NOT NULL,
  body TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (request_id, dispute_id)
);
