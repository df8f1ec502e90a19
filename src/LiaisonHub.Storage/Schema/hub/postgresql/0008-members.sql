-- States that are asked beside the first one, for their lists; next_due and closed_at as in requests.
CREATE TABLE request_members (
  state text NOT NULL,
  request_id uuid NOT NULL,
  next_due timestamptz NOT NULL,
  closed_at timestamptz,
  PRIMARY KEY (state, request_id)
);
CREATE INDEX request_members_open ON request_members (state, next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX request_members_closed ON request_members (state, closed_at, request_id) WHERE closed_at IS NOT NULL;
