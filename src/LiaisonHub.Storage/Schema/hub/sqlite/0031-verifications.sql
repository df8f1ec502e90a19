-- What verifications of the ledger at the console have found, so that a start of the console forgets none.
CREATE TABLE ledger_verifications (
  verification_id TEXT NOT NULL PRIMARY KEY,
  at TEXT NOT NULL,
  size INTEGER NOT NULL,
  hash TEXT NOT NULL,
  finding TEXT,
  position INTEGER,
  leaf_id TEXT
);
