-- What the search finds by besides the reference: the authorities on both sides, the time of submission and of the last change, and the other names of a request: its number at the requested authority, and the
-- references of requests in the same matter. Only what acts say in the open; in capitals and without blanks. Names are added and never changed.
ALTER TABLE requests ADD requesting_authority nvarchar(200) NOT NULL CONSTRAINT requests_requesting_authority DEFAULT '';
ALTER TABLE requests ADD requested_authority nvarchar(200) NOT NULL CONSTRAINT requests_requested_authority DEFAULT '';
GO
UPDATE requests SET requesting_authority = COALESCE(JSON_VALUE(body, '$.requesting.authority'), ''), requested_authority = COALESCE(JSON_VALUE(body, '$.requested.authority'), '');
GO
CREATE INDEX requests_open_requesting_authority ON requests (requesting_authority, next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_open_requested_authority ON requests (requested_authority, next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_closed_requesting_authority ON requests (requesting_authority, closed_at, request_id) WHERE closed_at IS NOT NULL;
CREATE INDEX requests_closed_requested_authority ON requests (requested_authority, closed_at, request_id) WHERE closed_at IS NOT NULL;
CREATE INDEX requests_submitted ON requests (created_at, request_id);
CREATE INDEX requests_changed ON requests (updated_at, request_id);
CREATE TABLE request_names (
  name nvarchar(200) NOT NULL,
  request_id uniqueidentifier NOT NULL,
  PRIMARY KEY (name, request_id)
);
GO
INSERT INTO request_names (name, request_id)
  SELECT LEFT(UPPER(REPLACE(JSON_VALUE(body, '$.theirReference'), ' ', '')), 200), request_id FROM requests WHERE COALESCE(JSON_VALUE(body, '$.theirReference'), '') <> '';
