-- Why a process of the hub's worker ended before it began to work.
CREATE TABLE hub_endings (
  ending_id uuid NOT NULL PRIMARY KEY,
  machine text NOT NULL,
  ended_at timestamptz NOT NULL,
  cause text NOT NULL,
  why text NOT NULL
);
