-- How long requests stayed in the states they have left. Rows are added and never changed; the last ones of a state say how long is usual.
CREATE TABLE stays (
  stay_no INTEGER PRIMARY KEY AUTOINCREMENT,
  procedure_name TEXT NOT NULL,
  state TEXT NOT NULL,
  left_at TEXT NOT NULL,
  seconds INTEGER NOT NULL
);
CREATE INDEX stays_of_state ON stays (procedure_name, state, left_at, seconds);
