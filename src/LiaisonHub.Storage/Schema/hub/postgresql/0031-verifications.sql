-- What verifications of the ledger at the console have found, so that a start of the console forgets none.
CREATE TABLE ledger_verifications (
  verification_id uuid NOT NULL PRIMARY KEY,
  at timestamptz NOT NULL,
  size bigint NOT NULL,
  hash text NOT NULL,
  finding text,
  position bigint,
  leaf_id uuid
);
