-- The list of deeds is as final as the ledger: rows are added and never changed. By request, for the page of one.
CREATE INDEX ledger_deeds_request ON ledger_deeds (request_id, at, leaf_id) WHERE request_id IS NOT NULL;
CREATE TRIGGER ledger_deeds_no_update BEFORE UPDATE ON ledger_deeds BEGIN SELECT RAISE(ABORT, 'Rows of ledger_deeds are added and never changed or deleted'); END;
CREATE TRIGGER ledger_deeds_no_delete BEFORE DELETE ON ledger_deeds BEGIN SELECT RAISE(ABORT, 'Rows of ledger_deeds are added and never changed or deleted'); END;
-- What a token may: read, or whatever its person may.
ALTER TABLE account_tokens ADD COLUMN reads_only INTEGER NOT NULL DEFAULT 0;
