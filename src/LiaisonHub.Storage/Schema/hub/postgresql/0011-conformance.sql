-- The level of conformance each state's adapter earned last, as the hub signed it.
CREATE TABLE conformance (
  state text NOT NULL PRIMARY KEY,
  examined_at timestamptz NOT NULL,
  document text NOT NULL
);
