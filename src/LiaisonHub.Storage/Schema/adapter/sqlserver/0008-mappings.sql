-- Versions of the mapping files as they were loaded. Rows are only ever added.
CREATE TABLE mapping_versions (
    version_id uniqueidentifier NOT NULL PRIMARY KEY,
    digest nvarchar(200) NOT NULL,
    files nvarchar(max) NOT NULL,
    program nvarchar(200) NOT NULL,
    loaded_by nvarchar(200) NOT NULL,
    loaded_at datetimeoffset(6) NOT NULL
);
-- What mappings met that they do not explain or carry: places of messages, never values.
CREATE TABLE mapping_gaps (
    kind nvarchar(16) COLLATE Latin1_General_BIN2 NOT NULL,
    mapping nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    place nvarchar(300) COLLATE Latin1_General_BIN2 NOT NULL,
    times bigint NOT NULL,
    first_seen datetimeoffset(6) NOT NULL,
    last_seen datetimeoffset(6) NOT NULL,
    PRIMARY KEY (kind, mapping, place)
);
