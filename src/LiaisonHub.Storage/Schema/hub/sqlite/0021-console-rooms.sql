-- What the hub asked of a state's link when somebody at the console started a test, stage by stage; the queues of each link as the hub last saw them, and the contracts each adapter speaks.
ALTER TABLE adapters ADD COLUMN contracts TEXT;
ALTER TABLE adapters ADD COLUMN queues TEXT;
CREATE TABLE link_tests (
  test_id TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  taken_at TEXT,
  stages TEXT,
  answered_at TEXT,
  answer TEXT,
  ended_at TEXT
);
CREATE INDEX link_tests_state ON link_tests (state, asked_at);
CREATE INDEX link_tests_open ON link_tests (asked_at) WHERE ended_at IS NULL;
-- Filters of lists that somebody has saved: the query part of an address, to be read as strictly as it was written.
CREATE TABLE saved_filters (
  filter_id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT,
  room TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  shared INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  made_at TEXT NOT NULL
);
CREATE INDEX saved_filters_room ON saved_filters (room, name);
-- Messages that were sent to receivers of alerts, and what came of each; kept for a while.
CREATE TABLE alert_messages (
  message_id TEXT NOT NULL PRIMARY KEY,
  receiver TEXT NOT NULL,
  at TEXT NOT NULL,
  matters TEXT NOT NULL,
  tested_by TEXT,
  error TEXT
);
CREATE INDEX alert_messages_at ON alert_messages (at, message_id);
-- Processes of the hub as they last reported, and what each believes: two that believe otherwise are to be seen.
CREATE TABLE hub_beliefs (
  process_id TEXT NOT NULL PRIMARY KEY,
  machine TEXT NOT NULL,
  started_at TEXT NOT NULL,
  heard_at TEXT NOT NULL,
  beliefs TEXT NOT NULL
);
