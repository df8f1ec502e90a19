-- The acts that a state has not opened: how many there are is asked for each state whenever somebody looks at the first page.
CREATE INDEX receipts_of_state ON receipts (to_state, awaited_until, accepted_at) WHERE opened_at IS NULL;
