-- The hub's records. The database must compare text byte by byte (a BIN2 collation, see infra/sqlserver/roles.sql): codes and references are case-sensitive.
IF CAST(DATABASEPROPERTYEX(DB_NAME(), 'Collation') AS nvarchar(200)) NOT LIKE N'%[_]BIN2%'
  THROW 50000, N'The database must be created with a BIN2 collation, for example Latin1_General_100_BIN2; see infra/sqlserver/roles.sql', 1;
GO

-- Every act as signed. Rows are added and never changed.
CREATE TABLE journal (
  journal_id bigint IDENTITY NOT NULL PRIMARY KEY,
  sender_state nvarchar(200) NOT NULL,
  lane nvarchar(200) NOT NULL,
  act_id uniqueidentifier NOT NULL,
  sequence bigint NOT NULL,
  request_id uniqueidentifier NOT NULL,
  act_type nvarchar(200) NOT NULL,
  digest char(64) NOT NULL,
  body nvarchar(max) NOT NULL,
  received_at datetimeoffset(6) NOT NULL,
  trace_parent nvarchar(200) NULL,
  CONSTRAINT journal_act UNIQUE (sender_state, act_id),
  CONSTRAINT journal_sequence UNIQUE (sender_state, sequence)
);
CREATE INDEX journal_request ON journal (request_id, journal_id);

-- What of the journal is still to be decided. Short at all times.
CREATE TABLE undecided (
  journal_id bigint NOT NULL PRIMARY KEY,
  request_id uniqueidentifier NOT NULL,
  received_at datetimeoffset(6) NOT NULL,
  parked_at datetimeoffset(6) NULL,
  parked_code nvarchar(200) NULL,
  parked_reason nvarchar(max) NULL
);
CREATE INDEX undecided_parked ON undecided (request_id) WHERE parked_at IS NOT NULL;

CREATE TABLE decisions (
  journal_id bigint NOT NULL PRIMARY KEY,
  outcome nvarchar(200) NOT NULL,
  refusal_code nvarchar(200) NULL,
  refusal_reason nvarchar(max) NULL,
  state_after nvarchar(200) NULL,
  decided_at datetimeoffset(6) NOT NULL
);

CREATE TABLE requests (
  request_id uniqueidentifier NOT NULL PRIMARY KEY NONCLUSTERED,
  procedure_name nvarchar(200) NOT NULL,
  instrument nvarchar(200) NOT NULL,
  reference nvarchar(200) NOT NULL,
  requesting_state nvarchar(200) NOT NULL,
  requested_state nvarchar(200) NOT NULL,
  state nvarchar(200) NOT NULL,
  since datetimeoffset(6) NOT NULL,
  next_due datetimeoffset(6) NOT NULL,
  level int NOT NULL,
  closed_at datetimeoffset(6) NULL,
  priority nvarchar(200) NOT NULL,
  exercise bit NOT NULL,
  version bigint NOT NULL,
  body nvarchar(max) NOT NULL,
  created_at datetimeoffset(6) NOT NULL,
  updated_at datetimeoffset(6) NOT NULL
);
CREATE INDEX requests_open ON requests (next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_closed ON requests (closed_at, request_id) WHERE closed_at IS NOT NULL;
CREATE INDEX requests_reference ON requests (reference);

CREATE TABLE deadlines (
  deadline_id uniqueidentifier NOT NULL PRIMARY KEY NONCLUSTERED,
  request_id uniqueidentifier NOT NULL,
  rule_id nvarchar(200) NOT NULL,
  on_whom nvarchar(200) NOT NULL,
  status nvarchar(200) NOT NULL,
  started datetimeoffset(6) NOT NULL,
  due datetimeoffset(6) NULL,
  look_at datetimeoffset(6) NULL,
  level int NOT NULL,
  owner uniqueidentifier NULL,
  epoch bigint NOT NULL DEFAULT 0,
  lease_until datetimeoffset(6) NULL
);
CREATE INDEX deadlines_running ON deadlines (look_at) WHERE status = 'Running';
CREATE INDEX deadlines_request ON deadlines (request_id);

-- One row per state: the number of the last notice to it, and up to where its own acts are complete.
CREATE TABLE state_links (
  state nvarchar(200) NOT NULL PRIMARY KEY,
  out_sequence bigint NOT NULL DEFAULT 0,
  in_watermark bigint NOT NULL DEFAULT 0
);

CREATE TABLE outbox (
  outbox_no bigint IDENTITY NOT NULL PRIMARY KEY,
  outbox_id uniqueidentifier NOT NULL,
  state nvarchar(200) NOT NULL,
  lane nvarchar(200) NOT NULL,
  body nvarchar(max) NOT NULL,
  trace_parent nvarchar(200) NULL,
  created_at datetimeoffset(6) NOT NULL,
  next_try_at datetimeoffset(6) NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  last_error nvarchar(max) NULL
);
-- 'Urgent' sorts behind 'Routine', hence descending.
CREATE INDEX outbox_due ON outbox (lane DESC, next_try_at, outbox_no);

-- The facts, as the transactions they belong to wrote them. Rows are added and never changed.
CREATE TABLE ledger_leaf (
  leaf_id uniqueidentifier NOT NULL PRIMARY KEY NONCLUSTERED,
  request_id uniqueidentifier NULL,
  at datetimeoffset(6) NOT NULL,
  kind nvarchar(200) NOT NULL,
  actor nvarchar(200) NOT NULL,
  content nvarchar(max) NOT NULL,
  leaf_hash char(64) NOT NULL
);
CREATE INDEX ledger_leaf_request ON ledger_leaf (request_id, leaf_id) WHERE request_id IS NOT NULL;

-- Facts that have no place in the chain yet. Short at all times.
CREATE TABLE ledger_pending (
  pending_no bigint IDENTITY NOT NULL PRIMARY KEY,
  leaf_id uniqueidentifier NOT NULL
);

-- The chain. Rows are added and never changed.
CREATE TABLE ledger_chain (
  position bigint NOT NULL PRIMARY KEY,
  leaf_id uniqueidentifier NOT NULL UNIQUE,
  leaf_hash char(64) NOT NULL,
  chain_hash char(64) NOT NULL,
  chained_at datetimeoffset(6) NOT NULL
);

-- How far each act has come on its way to each state.
CREATE TABLE receipts (
  of_act_id uniqueidentifier NOT NULL,
  request_id uniqueidentifier NOT NULL,
  to_state nvarchar(200) NOT NULL,
  accepted_at datetimeoffset(6) NULL,
  delivered_at datetimeoffset(6) NULL,
  handed_over_at datetimeoffset(6) NULL,
  opened_at datetimeoffset(6) NULL,
  PRIMARY KEY NONCLUSTERED (of_act_id, to_state)
);
CREATE INDEX receipts_unopened ON receipts (accepted_at) WHERE opened_at IS NULL;
CREATE INDEX receipts_request ON receipts (request_id);

CREATE TABLE documents (
  document_id uniqueidentifier NOT NULL PRIMARY KEY NONCLUSTERED,
  request_id uniqueidentifier NOT NULL,
  kind nvarchar(200) NOT NULL,
  title nvarchar(max) NOT NULL,
  media_type nvarchar(200) NOT NULL,
  content nvarchar(max) NOT NULL,
  at datetimeoffset(6) NOT NULL
);
CREATE INDEX documents_request ON documents (request_id);

CREATE TABLE quarantine (
  quarantine_id uniqueidentifier NOT NULL PRIMARY KEY NONCLUSTERED,
  source nvarchar(200) NOT NULL,
  state nvarchar(200) NOT NULL,
  lane nvarchar(200) NULL,
  code nvarchar(200) NOT NULL,
  reason nvarchar(max) NOT NULL,
  fix nvarchar(max) NOT NULL,
  act_id uniqueidentifier NULL,
  request_id uniqueidentifier NULL,
  journal_id bigint NULL,
  body varbinary(max) NOT NULL,
  digest char(64) NOT NULL,
  headers nvarchar(max) NOT NULL,
  at datetimeoffset(6) NOT NULL,
  status nvarchar(200) NOT NULL,
  seen int NOT NULL,
  retry_requested_by nvarchar(200) NULL,
  retry_requested_at datetimeoffset(6) NULL,
  resolved_by nvarchar(200) NULL,
  resolved_reason nvarchar(max) NULL,
  resolved_outcome nvarchar(200) NULL,
  resolved_at datetimeoffset(6) NULL
);
-- The same bytes from the same state wait once, however often they are delivered.
CREATE UNIQUE INDEX quarantine_waiting ON quarantine (state, digest) WHERE status <> 'Resolved';
CREATE INDEX quarantine_at ON quarantine (at, quarantine_id);

CREATE TABLE adapters (
  state nvarchar(200) NOT NULL PRIMARY KEY,
  heard_at datetimeoffset(6) NULL,
  reported_at datetimeoffset(6) NULL,
  version nvarchar(200) NULL,
  outbox_waiting int NOT NULL DEFAULT 0,
  quarantined int NOT NULL DEFAULT 0,
  incomplete int NOT NULL DEFAULT 0,
  every_seconds int NOT NULL DEFAULT 0,
  expected_by datetimeoffset(6) NOT NULL,
  silent_since datetimeoffset(6) NULL
);

CREATE TABLE leases (
  name nvarchar(200) NOT NULL PRIMARY KEY,
  owner uniqueidentifier NOT NULL,
  epoch bigint NOT NULL,
  lease_until datetimeoffset(6) NOT NULL
);

GO
CREATE TRIGGER journal_is_final ON journal INSTEAD OF UPDATE, DELETE AS
  THROW 50001, N'Rows of journal are added and never changed or deleted', 1;
GO
CREATE TRIGGER decisions_is_final ON decisions INSTEAD OF UPDATE, DELETE AS
  THROW 50001, N'Rows of decisions are added and never changed or deleted', 1;
GO
CREATE TRIGGER ledger_leaf_is_final ON ledger_leaf INSTEAD OF UPDATE, DELETE AS
  THROW 50001, N'Rows of ledger_leaf are added and never changed or deleted', 1;
GO
CREATE TRIGGER ledger_chain_is_final ON ledger_chain INSTEAD OF UPDATE, DELETE AS
  THROW 50001, N'Rows of ledger_chain are added and never changed or deleted', 1;
