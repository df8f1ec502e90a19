-- What receivers of alerts have been told: one row for each matter that lasts, until its end has been told too.
CREATE TABLE alerts (
  receiver text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,
  began_at timestamptz NOT NULL,
  told_at timestamptz,
  ended_at timestamptz,
  PRIMARY KEY (receiver, kind, state)
);
-- When each may be sent the next one, and what became of the last.
CREATE TABLE alert_receivers (
  receiver text NOT NULL PRIMARY KEY,
  next_at timestamptz NOT NULL,
  hour_began timestamptz NOT NULL,
  hour_sent bigint NOT NULL,
  failures bigint NOT NULL,
  last_error text,
  sent_at timestamptz
);
