-- When the certificates between a state and the broker end; the last connection test of each state as the hub saw it, the hub's own look at the link, the maintenance a state has announced; and when each key was last seen in use.
ALTER TABLE adapters ADD COLUMN client_certificate_ends timestamptz;
ALTER TABLE adapters ADD COLUMN server_certificate_ends timestamptz;
ALTER TABLE adapters ADD COLUMN tested_at timestamptz;
ALTER TABLE adapters ADD COLUMN tested_core boolean;
ALTER TABLE adapters ADD COLUMN test_problem text;
ALTER TABLE adapters ADD COLUMN looked_at timestamptz;
ALTER TABLE adapters ADD COLUMN readers integer;
ALTER TABLE adapters ADD COLUMN link_trouble text;
ALTER TABLE adapters ADD COLUMN maintenance_at timestamptz;
ALTER TABLE adapters ADD COLUMN maintenance_from timestamptz;
ALTER TABLE adapters ADD COLUMN maintenance_until timestamptz;
ALTER TABLE adapters ADD COLUMN maintenance_reason text;
CREATE TABLE key_use (
  key_id text NOT NULL PRIMARY KEY,
  used_at timestamptz NOT NULL
);
