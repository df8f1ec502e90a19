-- What the message fell over: the first field, or the first place in the program, that is ours. With source and code it is the fingerprint of the fault; of rows from before it is not known.
ALTER TABLE quarantine ADD COLUMN place TEXT NOT NULL DEFAULT '';
-- The message that was wrapped anew into this one.
ALTER TABLE quarantine ADD COLUMN made_from TEXT NULL;
CREATE INDEX quarantine_fault ON quarantine (source, code, place, at) WHERE status <> 'Resolved';

-- Repair plans: what is to be done to a list of rows that was fixed when the plan was made.
CREATE TABLE repair_plans (
  plan_id TEXT PRIMARY KEY,
  deed TEXT NOT NULL,
  chosen TEXT NOT NULL,
  items INTEGER NOT NULL,
  items_hash TEXT NOT NULL,
  cut_off TEXT NOT NULL,
  per_minute INTEGER NOT NULL,
  stop_percent INTEGER NOT NULL,
  opens_at TEXT NULL,
  closes_at TEXT NULL,
  reason TEXT NOT NULL,
  status TEXT NOT NULL,
  version INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  made_at TEXT NOT NULL,
  shaped_by TEXT NOT NULL,
  shaped_by_account TEXT NULL,
  shaped_at TEXT NOT NULL,
  foresee_wished_at TEXT NULL,
  foreseen_at TEXT NULL,
  approved_by TEXT NULL,
  approved_by_account TEXT NULL,
  approved_version INTEGER NULL,
  approved_until TEXT NULL,
  started_by TEXT NULL,
  started_at TEXT NULL,
  next_at TEXT NULL,
  ended_at TEXT NULL,
  ended_why TEXT NULL
);
CREATE INDEX repair_plans_made ON repair_plans (made_at, plan_id);
CREATE INDEX repair_plans_open ON repair_plans (status, plan_id) WHERE status <> 'Done';
CREATE TABLE repair_items (
  plan_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  wave INTEGER NOT NULL,
  quarantine_id TEXT NULL,
  row_no INTEGER NULL,
  status TEXT NOT NULL,
  foreseen TEXT NULL,
  foreseen_why TEXT NULL,
  foreseen_at TEXT NULL,
  tried_at TEXT NULL,
  settled_at TEXT NULL,
  outcome TEXT NULL,
  PRIMARY KEY (plan_id, position)
);
CREATE INDEX repair_items_sent ON repair_items (status, plan_id, position) WHERE status IN ('Sent', 'Unknown');

-- Who ever gave a link to an account, and could have opened it: two accounts that one person could have opened are one hand. Rows are added and never changed.
CREATE TABLE account_links (
  account_id TEXT NOT NULL,
  by_account TEXT NOT NULL,
  given_at TEXT NOT NULL,
  PRIMARY KEY (account_id, by_account)
);
INSERT INTO account_links (account_id, by_account, given_at) SELECT account_id, made_by_account, made_at FROM accounts WHERE made_by_account IS NOT NULL;
