-- What a dispute last said to the request it is about.
CREATE TABLE orders (
  request_id uniqueidentifier NOT NULL,
  dispute_id uniqueidentifier NOT NULL,
  body nvarchar(max) NOT NULL,
  at datetimeoffset(6) NOT NULL,
  PRIMARY KEY (request_id, dispute_id)
);
