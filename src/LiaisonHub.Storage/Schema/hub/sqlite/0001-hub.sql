-- The hub's records in one file. UUIDs are lower-case text, instants are UTC text of fixed width (2026-01-31T23:59:59.123456Z), which sorts as time does.

-- Every act as signed. Rows are added and never changed.
CREATE TABLE journal (
  journal_id INTEGER PRIMARY KEY AUTOINCREMENT,
  sender_state TEXT NOT NULL,
  lane TEXT NOT NULL,
  act_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  request_id TEXT NOT NULL,
  act_type TEXT NOT NULL,
  digest TEXT NOT NULL,
  body TEXT NOT NULL,
  received_at TEXT NOT NULL,
  trace_parent TEXT,
  CONSTRAINT journal_act UNIQUE (sender_state, act_id),
  CONSTRAINT journal_sequence UNIQUE (sender_state, sequence)
);
CREATE INDEX journal_request ON journal (request_id, journal_id);

-- What of the journal is still to be decided. Short at all times.
CREATE TABLE undecided (
  journal_id INTEGER PRIMARY KEY,
  request_id TEXT NOT NULL,
  received_at TEXT NOT NULL,
  parked_at TEXT,
  parked_code TEXT,
  parked_reason TEXT
);
CREATE INDEX undecided_parked ON undecided (request_id) WHERE parked_at IS NOT NULL;

CREATE TABLE decisions (
  journal_id INTEGER PRIMARY KEY,
  outcome TEXT NOT NULL,
  refusal_code TEXT,
  refusal_reason TEXT,
  state_after TEXT,
  decided_at TEXT NOT NULL
);

CREATE TABLE requests (
  request_id TEXT PRIMARY KEY,
  procedure_name TEXT NOT NULL,
  instrument TEXT NOT NULL,
  reference TEXT NOT NULL,
  requesting_state TEXT NOT NULL,
  requested_state TEXT NOT NULL,
  state TEXT NOT NULL,
  since TEXT NOT NULL,
  next_due TEXT NOT NULL,
  level INTEGER NOT NULL,
  closed_at TEXT,
  priority TEXT NOT NULL,
  exercise INTEGER NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);
CREATE INDEX requests_open ON requests (next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_closed ON requests (closed_at, request_id) WHERE closed_at IS NOT NULL;
CREATE INDEX requests_reference ON requests (reference);

CREATE TABLE deadlines (
  deadline_id TEXT PRIMARY KEY,
  request_id TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  on_whom TEXT NOT NULL,
  status TEXT NOT NULL,
  started TEXT NOT NULL,
  due TEXT,
  look_at TEXT,
  level INTEGER NOT NULL,
  owner TEXT,
  epoch INTEGER NOT NULL DEFAULT 0,
  lease_until TEXT
);
CREATE INDEX deadlines_running ON deadlines (look_at) WHERE status = 'Running';
CREATE INDEX deadlines_request ON deadlines (request_id);

-- One row per state: the number of the last notice to it, and up to where its own acts are complete.
CREATE TABLE state_links (
  state TEXT PRIMARY KEY,
  out_sequence INTEGER NOT NULL DEFAULT 0,
  in_watermark INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE outbox (
  outbox_no INTEGER PRIMARY KEY AUTOINCREMENT,
  outbox_id TEXT NOT NULL,
  state TEXT NOT NULL,
  lane TEXT NOT NULL,
  body TEXT NOT NULL,
  trace_parent TEXT,
  created_at TEXT NOT NULL,
  next_try_at TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  last_error TEXT
);
-- 'Urgent' sorts behind 'Routine', hence descending.
CREATE INDEX outbox_due ON outbox (lane DESC, next_try_at, outbox_no);

-- The facts, as the transactions they belong to wrote them. Rows are added and never changed.
CREATE TABLE ledger_leaf (
  leaf_id TEXT PRIMARY KEY,
  request_id TEXT,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  content TEXT NOT NULL,
  leaf_hash TEXT NOT NULL
);
CREATE INDEX ledger_leaf_request ON ledger_leaf (request_id, leaf_id) WHERE request_id IS NOT NULL;

-- Facts that have no place in the chain yet. Short at all times.
CREATE TABLE ledger_pending (
  pending_no INTEGER PRIMARY KEY AUTOINCREMENT,
  leaf_id TEXT NOT NULL
);

-- The chain. Rows are added and never changed.
CREATE TABLE ledger_chain (
  position INTEGER PRIMARY KEY,
  leaf_id TEXT NOT NULL UNIQUE,
  leaf_hash TEXT NOT NULL,
  chain_hash TEXT NOT NULL,
  chained_at TEXT NOT NULL
);

-- How far each act has come on its way to each state.
CREATE TABLE receipts (
  of_act_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  to_state TEXT NOT NULL,
  accepted_at TEXT,
  delivered_at TEXT,
  handed_over_at TEXT,
  opened_at TEXT,
  PRIMARY KEY (of_act_id, to_state)
);
CREATE INDEX receipts_unopened ON receipts (accepted_at) WHERE opened_at IS NULL;
CREATE INDEX receipts_request ON receipts (request_id);

CREATE TABLE documents (
  document_id TEXT PRIMARY KEY,
  request_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  media_type TEXT NOT NULL,
  content TEXT NOT NULL,
  at TEXT NOT NULL
);
CREATE INDEX documents_request ON documents (request_id);

CREATE TABLE quarantine (
  quarantine_id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  lane TEXT,
  code TEXT NOT NULL,
  reason TEXT NOT NULL,
  fix TEXT NOT NULL,
  act_id TEXT,
  request_id TEXT,
  journal_id INTEGER,
  body BLOB NOT NULL,
  digest TEXT NOT NULL,
  headers TEXT NOT NULL,
  at TEXT NOT NULL,
  status TEXT NOT NULL,
  seen INTEGER NOT NULL,
  retry_requested_by TEXT,
  retry_requested_at TEXT,
  resolved_by TEXT,
  resolved_reason TEXT,
  resolved_outcome TEXT,
  resolved_at TEXT
);
-- The same bytes from the same state wait once, however often they are delivered.
CREATE UNIQUE INDEX quarantine_waiting ON quarantine (state, digest) WHERE status <> 'Resolved';
CREATE INDEX quarantine_at ON quarantine (at, quarantine_id);

CREATE TABLE adapters (
  state TEXT PRIMARY KEY,
  heard_at TEXT,
  reported_at TEXT,
  version TEXT,
  outbox_waiting INTEGER NOT NULL DEFAULT 0,
  quarantined INTEGER NOT NULL DEFAULT 0,
  incomplete INTEGER NOT NULL DEFAULT 0,
  every_seconds INTEGER NOT NULL DEFAULT 0,
  expected_by TEXT NOT NULL,
  silent_since TEXT
);

CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  lease_until TEXT NOT NULL
);

CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'Rows of journal are added and never changed or deleted'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'Rows of journal are added and never changed or deleted'); END;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'Rows of decisions are added and never changed or deleted'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'Rows of decisions are added and never changed or deleted'); END;
CREATE TRIGGER ledger_leaf_no_update BEFORE UPDATE ON ledger_leaf BEGIN SELECT RAISE(ABORT, 'Rows of ledger_leaf are added and never changed or deleted'); END;
CREATE TRIGGER ledger_leaf_no_delete BEFORE DELETE ON ledger_leaf BEGIN SELECT RAISE(ABORT, 'Rows of ledger_leaf are added and never changed or deleted'); END;
CREATE TRIGGER ledger_chain_no_update BEFORE UPDATE ON ledger_chain BEGIN SELECT RAISE(ABORT, 'Rows of ledger_chain are added and never changed or deleted'); END;
CREATE TRIGGER ledger_chain_no_delete BEFORE DELETE ON ledger_chain BEGIN SELECT RAISE(ABORT, 'Rows of ledger_chain are added and never changed or deleted'); END;
