-- What the message fell over: the first field, or the first place in the program, that is ours. With source and code it is the fingerprint of the fault; of rows from before it is not known.
ALTER TABLE quarantine ADD place nvarchar(200) NOT NULL DEFAULT N'';
-- The message that was wrapped anew into this one.
ALTER TABLE quarantine ADD made_from uniqueidentifier NULL;
GO
CREATE INDEX quarantine_fault ON quarantine (source, code, place, at) WHERE status <> 'Resolved';

-- Repair plans: what is to be done to a list of rows that was fixed when the plan was made.
CREATE TABLE repair_plans (
  plan_id uniqueidentifier NOT NULL PRIMARY KEY,
  deed nvarchar(200) NOT NULL,
  chosen nvarchar(200) NOT NULL,
  items int NOT NULL,
  items_hash nvarchar(200) NOT NULL,
  cut_off datetimeoffset(6) NOT NULL,
  per_minute int NOT NULL,
  stop_percent int NOT NULL,
  opens_at datetimeoffset(6) NULL,
  closes_at datetimeoffset(6) NULL,
  reason nvarchar(max) NOT NULL,
  status nvarchar(200) NOT NULL,
  version int NOT NULL,
  made_by nvarchar(200) NOT NULL,
  made_at datetimeoffset(6) NOT NULL,
  shaped_by nvarchar(200) NOT NULL,
  shaped_by_account uniqueidentifier NULL,
  shaped_at datetimeoffset(6) NOT NULL,
  foresee_wished_at datetimeoffset(6) NULL,
  foreseen_at datetimeoffset(6) NULL,
  approved_by nvarchar(200) NULL,
  approved_by_account uniqueidentifier NULL,
  approved_version int NULL,
  approved_until datetimeoffset(6) NULL,
  started_by nvarchar(200) NULL,
  started_at datetimeoffset(6) NULL,
  next_at datetimeoffset(6) NULL,
  ended_at datetimeoffset(6) NULL,
  ended_why nvarchar(max) NULL
);
GO
CREATE INDEX repair_plans_made ON repair_plans (made_at, plan_id);
CREATE INDEX repair_plans_open ON repair_plans (status, plan_id) WHERE status <> 'Done';
CREATE TABLE repair_items (
  plan_id uniqueidentifier NOT NULL,
  position int NOT NULL,
  wave int NOT NULL,
  quarantine_id uniqueidentifier NULL,
  row_no bigint NULL,
  status nvarchar(200) NOT NULL,
  foreseen nvarchar(200) NULL,
  foreseen_why nvarchar(max) NULL,
  foreseen_at datetimeoffset(6) NULL,
  tried_at datetimeoffset(6) NULL,
  settled_at datetimeoffset(6) NULL,
  outcome nvarchar(max) NULL,
  PRIMARY KEY (plan_id, position)
);
GO
CREATE INDEX repair_items_sent ON repair_items (status, plan_id, position) WHERE status IN ('Sent', 'Unknown');

-- Who ever gave a link to an account, and could have opened it: two accounts that one person could have opened are one hand. Rows are added and never changed.
CREATE TABLE account_links (
  account_id uniqueidentifier NOT NULL,
  by_account uniqueidentifier NOT NULL,
  given_at datetimeoffset(6) NOT NULL,
  PRIMARY KEY (account_id, by_account)
);
GO
INSERT INTO account_links (account_id, by_account, given_at) SELECT account_id, made_by_account, made_at FROM accounts WHERE made_by_account IS NOT NULL;
