-- When the certificates between a state and the broker end; the last connection test of each state as the hub saw it, the hub's own look at the link, the maintenance a state has announced; and when each key was last seen in use.
ALTER TABLE adapters ADD client_certificate_ends datetimeoffset(6) NULL;
ALTER TABLE adapters ADD server_certificate_ends datetimeoffset(6) NULL;
ALTER TABLE adapters ADD tested_at datetimeoffset(6) NULL;
ALTER TABLE adapters ADD tested_core bit NULL;
ALTER TABLE adapters ADD test_problem nvarchar(max) NULL;
ALTER TABLE adapters ADD looked_at datetimeoffset(6) NULL;
ALTER TABLE adapters ADD readers int NULL;
ALTER TABLE adapters ADD link_trouble nvarchar(max) NULL;
ALTER TABLE adapters ADD maintenance_at datetimeoffset(6) NULL;
ALTER TABLE adapters ADD maintenance_from datetimeoffset(6) NULL;
ALTER TABLE adapters ADD maintenance_until datetimeoffset(6) NULL;
ALTER TABLE adapters ADD maintenance_reason nvarchar(max) NULL;
GO
CREATE TABLE key_use (
  key_id nvarchar(200) NOT NULL PRIMARY KEY,
  used_at datetimeoffset(6) NOT NULL
);
