-- When the certificates between a state and the broker end; the last connection test of each state as the hub saw it, the hub's own look at the link, the maintenance a state has announced; and when each key was last seen in use.
ALTER TABLE adapters ADD COLUMN client_certificate_ends TEXT;
ALTER TABLE adapters ADD COLUMN server_certificate_ends TEXT;
ALTER TABLE adapters ADD COLUMN tested_at TEXT;
ALTER TABLE adapters ADD COLUMN tested_core INTEGER;
ALTER TABLE adapters ADD COLUMN test_problem TEXT;
ALTER TABLE adapters ADD COLUMN looked_at TEXT;
ALTER TABLE adapters ADD COLUMN readers INTEGER;
ALTER TABLE adapters ADD COLUMN link_trouble TEXT;
ALTER TABLE adapters ADD COLUMN maintenance_at TEXT;
ALTER TABLE adapters ADD COLUMN maintenance_from TEXT;
ALTER TABLE adapters ADD COLUMN maintenance_until TEXT;
ALTER TABLE adapters ADD COLUMN maintenance_reason TEXT;
CREATE TABLE key_use (
  key_id TEXT NOT NULL PRIMARY KEY,
  used_at TEXT NOT NULL
);
