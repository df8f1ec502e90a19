-- Until when somebody is waited for to open an act: for ever while its request is open, a while after its end. What lies before that is read by no board, however much of it there is.
ALTER TABLE receipts ADD COLUMN awaited_until timestamptz NOT NULL DEFAULT '9999-12-31T00:00:00Z';
UPDATE receipts SET awaited_until = q.closed_at + interval '30 days' FROM requests AS q WHERE q.request_id = receipts.request_id AND q.closed_at IS NOT NULL AND receipts.opened_at IS NULL;
CREATE INDEX receipts_awaited ON receipts (awaited_until, accepted_at, of_act_id) WHERE opened_at IS NULL;
DROP INDEX receipts_unopened;
