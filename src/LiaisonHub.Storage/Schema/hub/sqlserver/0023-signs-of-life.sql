-- Signs of life of the hub's processes: one row for each, changed as long as its clock runs.
CREATE TABLE hub_processes (
  process_id uniqueidentifier NOT NULL PRIMARY KEY,
  began_at datetimeoffset(6) NOT NULL,
  beat_at datetimeoffset(6) NOT NULL
);
GO
-- What waits in quarantine about a request, however much waits beside it.
CREATE INDEX quarantine_request ON quarantine (request_id, code) WHERE status <> 'Resolved';
