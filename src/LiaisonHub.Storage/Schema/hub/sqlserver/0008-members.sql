-- States that are asked beside the first one, for their lists; next_due and closed_at as in requests.
CREATE TABLE request_members (
  state nvarchar(200) NOT NULL,
  request_id uniqueidentifier NOT NULL,
  next_due datetimeoffset(6) NOT NULL,
  closed_at datetimeoffset(6) NULL,
  PRIMARY KEY (state, request_id)
);
GO
CREATE INDEX request_members_open ON request_members (state, next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX request_members_closed ON request_members (state, closed_at, request_id) WHERE closed_at IS NOT NULL;
