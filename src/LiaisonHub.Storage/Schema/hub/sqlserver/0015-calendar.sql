-- What the calendar of limits and the figures of those kept ask of a deadline; null where nobody plans with it: the watch over a delivery, the last day of an ordered hold, a drill.
ALTER TABLE deadlines ADD on_state nvarchar(200) NULL, instrument nvarchar(200) NULL, due_day nvarchar(200) NULL, kept bigint NULL, moved bigint NOT NULL DEFAULT 0;
GO
CREATE INDEX deadlines_calendar ON deadlines (due, deadline_id, due_day, on_state) WHERE status = 'Running' AND on_state IS NOT NULL;
GO
CREATE INDEX deadlines_kept ON deadlines (due, instrument, on_state, kept, status) WHERE instrument IS NOT NULL;
GO
-- Calendars that somebody subscribed to. Of the secret in their address only the hash is kept.
CREATE TABLE calendar_feeds (
  secret_hash nvarchar(200) NOT NULL PRIMARY KEY,
  feed_id uniqueidentifier NOT NULL UNIQUE,
  account_id uniqueidentifier NULL,
  name nvarchar(200) NOT NULL,
  state nvarchar(200) NULL,
  made_by nvarchar(200) NOT NULL,
  made_at datetimeoffset(6) NOT NULL,
  ends_at datetimeoffset(6) NOT NULL
);
