-- What the calendar of limits and the figures of those kept ask of a deadline; null where nobody plans with it: the watch over a delivery, the last day of an ordered hold, a drill.
ALTER TABLE deadlines ADD COLUMN on_state text;
ALTER TABLE deadlines ADD COLUMN instrument text;
ALTER TABLE deadlines ADD COLUMN due_day text;
ALTER TABLE deadlines ADD COLUMN kept bigint;
ALTER TABLE deadlines ADD COLUMN moved bigint NOT NULL DEFAULT 0;
CREATE INDEX deadlines_calendar ON deadlines (due, deadline_id, due_day, on_state) WHERE status = 'Running' AND on_state IS NOT NULL;
CREATE INDEX deadlines_kept ON deadlines (due, instrument, on_state, kept, status) WHERE instrument IS NOT NULL;
-- Calendars that somebody subscribed to. Of the secret in their address only the hash is kept.
CREATE TABLE calendar_feeds (
  secret_hash text NOT NULL PRIMARY KEY,
  feed_id uuid NOT NULL UNIQUE,
  account_id uuid,
  name text NOT NULL,
  state text,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL
);
