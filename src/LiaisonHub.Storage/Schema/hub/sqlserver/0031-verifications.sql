-- What verifications of the ledger at the console have found, so that a start of the console forgets none.
CREATE TABLE ledger_verifications (
  verification_id uniqueidentifier NOT NULL PRIMARY KEY,
  at datetimeoffset(6) NOT NULL,
  size bigint NOT NULL,
  hash nvarchar(200) NOT NULL,
  finding nvarchar(max),
  position bigint,
  leaf_id uniqueidentifier
);
