-- What the calendar of limits and the figures of those kept ask of a deadline; null where nobody plans with it: the watch over a delivery, the last day of an ordered hold, a drill.
ALTER TABLE deadlines ADD COLUMN on_state TEXT;
ALTER TABLE deadlines ADD COLUMN instrument TEXT;
ALTER TABLE deadlines ADD COLUMN due_day TEXT;
ALTER TABLE deadlines ADD COLUMN kept INTEGER;
ALTER TABLE deadlines ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;
CREATE INDEX deadlines_calendar ON deadlines (due, deadline_id, due_day, on_state) WHERE status = 'Running' AND on_state IS NOT NULL;
CREATE INDEX deadlines_kept ON deadlines (due, instrument, on_state, kept, status) WHERE instrument IS NOT NULL;
-- Calendars that somebody subscribed to. Of the secret in their address only the hash is kept.
CREATE TABLE calendar_feeds (
  secret_hash TEXT NOT NULL PRIMARY KEY,
  feed_id TEXT NOT NULL UNIQUE,
  account_id TEXT,
  name TEXT NOT NULL,
  state TEXT,
  made_by TEXT NOT NULL,
  made_at TEXT NOT NULL,
  ends_at TEXT NOT NULL
);
