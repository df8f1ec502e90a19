-- Why a process of the hub's worker ended before it began to work.
CREATE TABLE hub_endings (
  ending_id TEXT NOT NULL PRIMARY KEY,
  machine TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  cause TEXT NOT NULL,
  why TEXT NOT NULL
);
