-- The list of deeds is as final as the ledger: rows are added and never changed. By request, for the page of one.
CREATE INDEX ledger_deeds_request ON ledger_deeds (request_id, at, leaf_id) WHERE request_id IS NOT NULL;
CREATE TRIGGER ledger_deeds_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_deeds FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- What a token may: read, or whatever its person may.
ALTER TABLE account_tokens ADD COLUMN reads_only boolean NOT NULL DEFAULT false;
