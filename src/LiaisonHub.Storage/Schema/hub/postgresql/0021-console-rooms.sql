-- What the hub asked of a state's link when somebody at the console started a test, stage by stage; the queues of each link as the hub last saw them, and the contracts each adapter speaks.
ALTER TABLE adapters ADD COLUMN contracts text;
ALTER TABLE adapters ADD COLUMN queues text;
CREATE TABLE link_tests (
  test_id uuid NOT NULL PRIMARY KEY,
  state text NOT NULL,
  asked_at timestamptz NOT NULL,
  asked_by text NOT NULL,
  reason text NOT NULL,
  taken_at timestamptz,
  stages text,
  answered_at timestamptz,
  answer text,
  ended_at timestamptz
);
CREATE INDEX link_tests_state ON link_tests (state, asked_at);
CREATE INDEX link_tests_open ON link_tests (asked_at) WHERE ended_at IS NULL;
-- Filters of lists that somebody has saved: the query part of an address, to be read as strictly as it was written.
CREATE TABLE saved_filters (
  filter_id uuid NOT NULL PRIMARY KEY,
  account_id uuid,
  room text NOT NULL,
  name text NOT NULL,
  query text NOT NULL,
  shared boolean NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL
);
CREATE INDEX saved_filters_room ON saved_filters (room, name);
-- Messages that were sent to receivers of alerts, and what came of each; kept for a while.
CREATE TABLE alert_messages (
  message_id uuid NOT NULL PRIMARY KEY,
  receiver text NOT NULL,
  at timestamptz NOT NULL,
  matters text NOT NULL,
  tested_by text,
  error text
);
CREATE INDEX alert_messages_at ON alert_messages (at, message_id);
-- Processes of the hub as they last reported, and what each believes: two that believe otherwise are to be seen.
CREATE TABLE hub_beliefs (
  process_id uuid NOT NULL PRIMARY KEY,
  machine text NOT NULL,
  started_at timestamptz NOT NULL,
  heard_at timestamptz NOT NULL,
  beliefs text NOT NULL
);
