-- The level of conformance each state's adapter earned last, as the hub signed it.
CREATE TABLE conformance (
  state nvarchar(200) NOT NULL PRIMARY KEY,
  examined_at datetimeoffset(6) NOT NULL,
  document nvarchar(max) NOT NULL
);
