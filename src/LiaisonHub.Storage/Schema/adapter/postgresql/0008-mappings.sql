-- Versions of the mapping files as they were loaded. Rows are only ever added.
CREATE TABLE mapping_versions (
    version_id uuid NOT NULL PRIMARY KEY,
    digest text NOT NULL,
    files text NOT NULL,
    program text NOT NULL,
    loaded_by text NOT NULL,
    loaded_at timestamptz NOT NULL
);
-- What mappings met that they do not explain or carry: places of messages, never values.
CREATE TABLE mapping_gaps (
    kind text NOT NULL,
    mapping text NOT NULL,
    place text NOT NULL,
    times bigint NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    PRIMARY KEY (kind, mapping, place)
);
