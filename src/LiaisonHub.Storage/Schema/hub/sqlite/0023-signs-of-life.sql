-- Signs of life of the hub's processes: one row for each, changed as long as its clock runs.
CREATE TABLE hub_processes (
  process_id TEXT NOT NULL PRIMARY KEY,
  began_at TEXT NOT NULL,
  beat_at TEXT NOT NULL
);
-- What waits in quarantine about a request, however much waits beside it.
CREATE INDEX quarantine_request ON quarantine (request_id, code) WHERE status <> 'Resolved';
