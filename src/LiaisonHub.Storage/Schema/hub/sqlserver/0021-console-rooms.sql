-- What the hub asked of a state's link when somebody at the console started a test, stage by stage; the queues of each link as the hub last saw them, and the contracts each adapter speaks.
ALTER TABLE adapters ADD contracts nvarchar(200) NULL;
ALTER TABLE adapters ADD queues nvarchar(max) NULL;
GO
CREATE TABLE link_tests (
  test_id uniqueidentifier NOT NULL PRIMARY KEY,
  state nvarchar(200) NOT NULL,
  asked_at datetimeoffset(6) NOT NULL,
  asked_by nvarchar(200) NOT NULL,
  reason nvarchar(max) NOT NULL,
  taken_at datetimeoffset(6),
  stages nvarchar(max),
  answered_at datetimeoffset(6),
  answer nvarchar(max),
  ended_at datetimeoffset(6)
);
GO
CREATE INDEX link_tests_state ON link_tests (state, asked_at);
GO
CREATE INDEX link_tests_open ON link_tests (asked_at) WHERE ended_at IS NULL;
GO
-- Filters of lists that somebody has saved: the query part of an address, to be read as strictly as it was written.
CREATE TABLE saved_filters (
  filter_id uniqueidentifier NOT NULL PRIMARY KEY,
  account_id uniqueidentifier,
  room nvarchar(200) NOT NULL,
  name nvarchar(200) NOT NULL,
  query nvarchar(max) NOT NULL,
  shared bit NOT NULL,
  made_by nvarchar(200) NOT NULL,
  made_at datetimeoffset(6) NOT NULL
);
GO
CREATE INDEX saved_filters_room ON saved_filters (room, name);
GO
-- Messages that were sent to receivers of alerts, and what came of each; kept for a while.
CREATE TABLE alert_messages (
  message_id uniqueidentifier NOT NULL PRIMARY KEY,
  receiver nvarchar(200) NOT NULL,
  at datetimeoffset(6) NOT NULL,
  matters nvarchar(max) NOT NULL,
  tested_by nvarchar(200),
  error nvarchar(max)
);
GO
CREATE INDEX alert_messages_at ON alert_messages (at, message_id);
GO
-- Processes of the hub as they last reported, and what each believes: two that believe otherwise are to be seen.
CREATE TABLE hub_beliefs (
  process_id uniqueidentifier NOT NULL PRIMARY KEY,
  machine nvarchar(200) NOT NULL,
  started_at datetimeoffset(6) NOT NULL,
  heard_at datetimeoffset(6) NOT NULL,
  beliefs nvarchar(max) NOT NULL
);
