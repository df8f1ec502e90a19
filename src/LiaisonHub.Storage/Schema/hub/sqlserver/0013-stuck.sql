-- How long requests stayed in the states they have left. Rows are added and never changed; the last ones of a state say how long is usual.
CREATE TABLE stays (
  stay_no bigint IDENTITY NOT NULL PRIMARY KEY,
  procedure_name nvarchar(200) NOT NULL,
  state nvarchar(200) NOT NULL,
  left_at datetimeoffset(6) NOT NULL,
  seconds bigint NOT NULL
);
GO
CREATE INDEX stays_of_state ON stays (procedure_name, state, left_at, seconds);
