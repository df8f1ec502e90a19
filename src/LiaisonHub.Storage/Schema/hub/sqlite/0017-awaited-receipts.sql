-- Until when somebody is waited for to open an act: for ever while its request is open, a while after its end. What lies before that is read by no board, however much of it there is.
ALTER TABLE receipts ADD COLUMN awaited_until TEXT NOT NULL DEFAULT '9999-12-31T00:00:00.000000Z';
UPDATE receipts SET awaited_until = (SELECT strftime('%Y-%m-%dT%H:%M:%f000Z', q.closed_at, '+30 days') FROM requests AS q WHERE q.request_id = receipts.request_id)
  WHERE opened_at IS NULL AND EXISTS (SELECT 1 FROM requests AS q WHERE q.request_id = receipts.request_id AND q.closed_at IS NOT NULL);
CREATE INDEX receipts_awaited ON receipts (awaited_until, accepted_at, of_act_id) WHERE opened_at IS NULL;
DROP INDEX receipts_unopened;
