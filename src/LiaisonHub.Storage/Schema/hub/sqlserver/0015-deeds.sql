-- Which facts of the ledger follow from no act of a state: deeds and views at the console, and what the hub has noticed by itself. Only where they stand; what they say is in the ledger. Rows are added and never changed.
CREATE TABLE ledger_deeds (
  leaf_id uniqueidentifier NOT NULL PRIMARY KEY NONCLUSTERED,
  at datetimeoffset(6) NOT NULL,
  kind nvarchar(200) NOT NULL,
  actor nvarchar(200) NOT NULL,
  request_id uniqueidentifier NULL
);
CREATE INDEX ledger_deeds_at ON ledger_deeds (at, leaf_id);
CREATE INDEX ledger_deeds_kind ON ledger_deeds (kind, at, leaf_id);
