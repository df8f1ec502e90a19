-- Versions of the mapping files as they were loaded. Rows are only ever added.
CREATE TABLE mapping_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    files TEXT NOT NULL,
    program TEXT NOT NULL,
    loaded_by TEXT NOT NULL,
    loaded_at TEXT NOT NULL
);
-- What mappings met that they do not explain or carry: places of messages, never values.
CREATE TABLE mapping_gaps (
    kind TEXT NOT NULL,
    mapping TEXT NOT NULL,
    place TEXT NOT NULL,
    times INTEGER NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    PRIMARY KEY (kind, mapping, place)
);
