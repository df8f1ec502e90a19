-- What receivers of alerts have been told: one row for each matter that lasts, until its end has been told too.
CREATE TABLE alerts (
  receiver TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  began_at TEXT NOT NULL,
  told_at TEXT,
  ended_at TEXT,
  PRIMARY KEY (receiver, kind, state)
);
-- When each may be sent the next one, and what became of the last.
CREATE TABLE alert_receivers (
  receiver TEXT NOT NULL PRIMARY KEY,
  next_at TEXT NOT NULL,
  hour_began TEXT NOT NULL,
  hour_sent INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  last_error TEXT,
  sent_at TEXT
);
