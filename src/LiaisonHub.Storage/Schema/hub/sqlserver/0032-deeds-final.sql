-- The list of deeds is as final as the ledger: rows are added and never changed. By request, for the page of one.
CREATE INDEX ledger_deeds_request ON ledger_deeds (request_id, at, leaf_id) WHERE request_id IS NOT NULL;
-- What a token may: read, or whatever its person may.
ALTER TABLE account_tokens ADD reads_only bit NOT NULL DEFAULT 0;
GO
CREATE TRIGGER ledger_deeds_are_final ON ledger_deeds INSTEAD OF UPDATE, DELETE AS
  THROW 50001, N'Rows of ledger_deeds are added and never changed or deleted', 1;
