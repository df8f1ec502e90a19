-- What the message fell over: the first field, or the first place in the program, that is ours. With source and code it is the fingerprint of the fault; of rows from before it is not known.
ALTER TABLE quarantine ADD COLUMN place text NOT NULL DEFAULT '';
-- The message that was wrapped anew into this one.
ALTER TABLE quarantine ADD COLUMN made_from uuid NULL;
CREATE INDEX quarantine_fault ON quarantine (source, code, place, at) WHERE status <> 'Resolved';

-- Repair plans: what is to be done to a list of rows that was fixed when the plan was made.
CREATE TABLE repair_plans (
  plan_id uuid PRIMARY KEY,
  deed text NOT NULL,
  chosen text NOT NULL,
  items integer NOT NULL,
  items_hash text NOT NULL,
  cut_off timestamptz NOT NULL,
  per_minute integer NOT NULL,
  stop_percent integer NOT NULL,
  opens_at timestamptz NULL,
  closes_at timestamptz NULL,
  reason text NOT NULL,
  status text NOT NULL,
  version integer NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  shaped_by text NOT NULL,
  shaped_by_account uuid NULL,
  shaped_at timestamptz NOT NULL,
  foresee_wished_at timestamptz NULL,
  foreseen_at timestamptz NULL,
  approved_by text NULL,
  approved_by_account uuid NULL,
  approved_version integer NULL,
  approved_until timestamptz NULL,
  started_by text NULL,
  started_at timestamptz NULL,
  next_at timestamptz NULL,
  ended_at timestamptz NULL,
  ended_why text NULL
);
CREATE INDEX repair_plans_made ON repair_plans (made_at, plan_id);
CREATE INDEX repair_plans_open ON repair_plans (status, plan_id) WHERE status <> 'Done';
CREATE TABLE repair_items (
  plan_id uuid NOT NULL,
  position integer NOT NULL,
  wave integer NOT NULL,
  quarantine_id uuid NULL,
  row_no bigint NULL,
  status text NOT NULL,
  foreseen text NULL,
  foreseen_why text NULL,
  foreseen_at timestamptz NULL,
  tried_at timestamptz NULL,
  settled_at timestamptz NULL,
  outcome text NULL,
  PRIMARY KEY (plan_id, position)
);
CREATE INDEX repair_items_sent ON repair_items (status, plan_id, position) WHERE status IN ('Sent', 'Unknown');

-- Who ever gave a link to an account, and could have opened it: two accounts that one person could have opened are one hand. Rows are added and never changed.
CREATE TABLE account_links (
  account_id uuid NOT NULL,
  by_account uuid NOT NULL,
  given_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, by_account)
);
INSERT INTO account_links (account_id, by_account, given_at) SELECT account_id, made_by_account, made_at FROM accounts WHERE made_by_account IS NOT NULL;
