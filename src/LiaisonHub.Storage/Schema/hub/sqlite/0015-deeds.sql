-- Which facts of the ledger follow from no act of a state: deeds and views at the console, and what the hub has noticed by itself. Only where they stand; what they say is in the ledger. Rows are added and never changed.
CREATE TABLE ledger_deeds (
  leaf_id TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  request_id TEXT
);
CREATE INDEX ledger_deeds_at ON ledger_deeds (at, leaf_id);
CREATE INDEX ledger_deeds_kind ON ledger_deeds (kind, at, leaf_id);
