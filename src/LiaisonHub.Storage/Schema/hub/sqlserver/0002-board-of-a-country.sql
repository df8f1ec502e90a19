-- The board of one country, on either side, in the order of its pages.
CREATE INDEX requests_open_requesting ON requests (requesting_state, next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_open_requested ON requests (requested_state, next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_closed_requesting ON requests (requesting_state, closed_at, request_id) WHERE closed_at IS NOT NULL;
CREATE INDEX requests_closed_requested ON requests (requested_state, closed_at, request_id) WHERE closed_at IS NOT NULL;
