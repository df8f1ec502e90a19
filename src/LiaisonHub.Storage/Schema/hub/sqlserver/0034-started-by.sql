-- Whose account let a plan run: what the hub does to its rows stands in the ledger under it.
ALTER TABLE repair_plans ADD started_by_account uniqueidentifier NULL;
