-- What receivers of alerts have been told: one row for each matter that lasts, until its end has been told too.
CREATE TABLE alerts (
  receiver nvarchar(200) NOT NULL,
  kind nvarchar(200) NOT NULL,
  state nvarchar(200) NOT NULL,
  began_at datetimeoffset(6) NOT NULL,
  told_at datetimeoffset(6),
  ended_at datetimeoffset(6),
  PRIMARY KEY (receiver, kind, state)
);
GO
-- When each may be sent the next one, and what became of the last.
CREATE TABLE alert_receivers (
  receiver nvarchar(200) NOT NULL PRIMARY KEY,
  next_at datetimeoffset(6) NOT NULL,
  hour_began datetimeoffset(6) NOT NULL,
  hour_sent bigint NOT NULL,
  failures bigint NOT NULL,
  last_error nvarchar(max),
  sent_at datetimeoffset(6)
);
