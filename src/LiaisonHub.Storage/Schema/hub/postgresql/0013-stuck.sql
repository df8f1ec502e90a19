-- How long requests stayed in the states they have left. Rows are added and never changed; the last ones of a state say how long is usual.
CREATE TABLE stays (
  stay_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  procedure_name text NOT NULL,
  state text NOT NULL,
  left_at timestamptz NOT NULL,
  seconds bigint NOT NULL
);
CREATE INDEX stays_of_state ON stays (procedure_name, state, left_at, seconds);
