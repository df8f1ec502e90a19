-- The board of one country, on either side, in the order of its pages.
CREATE INDEX requests_open_requesting ON requests (requesting_state, next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_open_requested ON requests (requested_state, next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_closed_requesting ON requests (requesting_state, closed_at, request_id) WHERE closed_at IS NOT NULL;
CREATE INDEX requests_closed_requested ON requests (requested_state, closed_at, request_id) WHERE closed_at IS NOT NULL;

-- Counting what is open or unopened reads an index alone only where a vacuum has marked the pages; the default waits until a fifth of the table has changed.
ALTER TABLE requests SET (autovacuum_vacuum_scale_factor = 0.002, autovacuum_vacuum_threshold = 1000);
ALTER TABLE receipts SET (autovacuum_vacuum_scale_factor = 0.002, autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_insert_scale_factor = 0.002, autovacuum_vacuum_insert_threshold = 1000);
