-- Why a process of the hub's worker ended before it began to work.
CREATE TABLE hub_endings (
  ending_id uniqueidentifier NOT NULL PRIMARY KEY,
  machine nvarchar(200) NOT NULL,
  ended_at datetimeoffset(6) NOT NULL,
  cause nvarchar(200) NOT NULL,
  why nvarchar(max) NOT NULL
);
