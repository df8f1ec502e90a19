-- What a dispute last said to the request it is about.
CREATE TABLE orders (
  request_id uuid NOT NULL,
  dispute_id uuid NOT NULL,
  body text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (request_id, dispute_id)
);
