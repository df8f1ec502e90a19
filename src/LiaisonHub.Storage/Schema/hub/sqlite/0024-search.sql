-- What the search finds by besides the reference: the authorities on both sides, the time of submission and of the last change, and the other names of a request: its number at the requested authority, and the
-- references of requests in the same matter. Only what acts say in the open; in capitals and without blanks. Names are added and never changed.
ALTER TABLE requests ADD COLUMN requesting_authority TEXT NOT NULL DEFAULT '';
ALTER TABLE requests ADD COLUMN requested_authority TEXT NOT NULL DEFAULT '';
UPDATE requests SET requesting_authority = COALESCE(body ->> '$.requesting.authority', ''), requested_authority = COALESCE(body ->> '$.requested.authority', '');
CREATE INDEX requests_open_requesting_authority ON requests (requesting_authority, next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_open_requested_authority ON requests (requested_authority, next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_closed_requesting_authority ON requests (requesting_authority, closed_at, request_id) WHERE closed_at IS NOT NULL;
CREATE INDEX requests_closed_requested_authority ON requests (requested_authority, closed_at, request_id) WHERE closed_at IS NOT NULL;
CREATE INDEX requests_submitted ON requests (created_at, request_id);
CREATE INDEX requests_changed ON requests (updated_at, request_id);
CREATE TABLE request_names (
  name TEXT NOT NULL,
  request_id TEXT NOT NULL,
  PRIMARY KEY (name, request_id)
);
INSERT INTO request_names (name, request_id)
  SELECT substr(upper(replace(body ->> '$.theirReference', ' ', '')), 1, 200), request_id FROM requests WHERE COALESCE(body ->> '$.theirReference', '') <> '';
