-- The account of who did something, to find deeds by: what the ledger hashes names it as well.
ALTER TABLE ledger_deeds ADD COLUMN account_id uuid NULL;
CREATE INDEX ledger_deeds_account ON ledger_deeds (account_id, at, leaf_id);
-- What was tried at the console and refused, counted by day. No account, or nothing in particular that it was tried on: an id of zeros.
CREATE TABLE refused_tries (
  day timestamptz NOT NULL,
  kind text NOT NULL,
  account_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  times bigint NOT NULL,
  PRIMARY KEY (day, kind, account_id, subject_id)
);
-- Deeds that programs asked for under a key of their own, with what was answered: asked for again, they are not done again. Neither key nor answer can be read here; the key opens the answer. Kept for a day.
CREATE TABLE api_answers (
  account_id uuid NOT NULL,
  key_hash text NOT NULL,
  asked_hash text NOT NULL,
  asked_at timestamptz NOT NULL,
  answer text NULL,
  PRIMARY KEY (account_id, key_hash)
);
CREATE INDEX api_answers_asked ON api_answers (asked_at);
