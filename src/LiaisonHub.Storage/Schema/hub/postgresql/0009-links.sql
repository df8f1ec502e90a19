-- The last connection test of each state as the hub saw it, the hub's own look at the link, the maintenance a state has announced; and when each key was last seen in use.
ALTER TABLE adapters
  ADD COLUMN tested_at timestamptz,
  ADD COLUMN tested_core boolean,
  ADD COLUMN test_problem text,
  ADD COLUMN looked_at timestamptz,
  ADD COLUMN readers integer,
  ADD COLUMN link_trouble text,
  ADD COLUMN maintenance_at timestamptz,
  ADD COLUMN maintenance_from timestamptz,
  ADD COLUMN maintenance_until timestamptz,
  ADD COLUMN maintenance_reason text;
CREATE TABLE key_use (
  key_id text NOT NULL PRIMARY KEY,
  used_at timestamptz NOT NULL
);
