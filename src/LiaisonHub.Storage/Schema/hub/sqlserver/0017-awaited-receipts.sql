-- Until when somebody is waited for to open an act: for ever while its request is open, a while after its end. What lies before that is read by no board, however much of it there is.
ALTER TABLE receipts ADD awaited_until datetimeoffset(6) NOT NULL CONSTRAINT receipts_awaited_until DEFAULT '9999-12-31T00:00:00Z';
GO
UPDATE receipts SET awaited_until = DATEADD(day, 30, q.closed_at) FROM requests AS q WHERE q.request_id = receipts.request_id AND q.closed_at IS NOT NULL AND receipts.opened_at IS NULL;
GO
CREATE INDEX receipts_awaited ON receipts (awaited_until, accepted_at, of_act_id) WHERE opened_at IS NULL;
GO
DROP INDEX receipts_unopened ON receipts;
