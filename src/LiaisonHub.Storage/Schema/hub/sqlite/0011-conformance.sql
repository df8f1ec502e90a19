-- The level of conformance each state's adapter earned last, as the hub signed it.
CREATE TABLE conformance (
  state TEXT NOT NULL PRIMARY KEY,
  examined_at TEXT NOT NULL,
  document TEXT NOT NULL
);
