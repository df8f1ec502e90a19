-- The account of who did something, to find deeds by: what the ledger hashes names it as well.
ALTER TABLE ledger_deeds ADD COLUMN account_id TEXT NULL;
CREATE INDEX ledger_deeds_account ON ledger_deeds (account_id, at, leaf_id);
-- What was tried at the console and refused, counted by day. No account, or nothing in particular that it was tried on: an id of zeros.
CREATE TABLE refused_tries (
  day TEXT NOT NULL,
  kind TEXT NOT NULL,
  account_id TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  times INTEGER NOT NULL,
  PRIMARY KEY (day, kind, account_id, subject_id)
);
-- Deeds that programs asked for under a key of their own, with what was answered: asked for again, they are not done again. Neither key nor answer can be read here; the key opens the answer. Kept for a day.
CREATE TABLE api_answers (
  account_id TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  asked_hash TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  answer TEXT NULL,
  PRIMARY KEY (account_id, key_hash)
);
CREATE INDEX api_answers_asked ON api_answers (asked_at);
