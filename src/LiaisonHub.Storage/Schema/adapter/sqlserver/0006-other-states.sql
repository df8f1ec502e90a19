-- What the hub has said of the other states' adapters: the maintenance each has announced last.
CREATE TABLE other_states (
    state nvarchar(200) NOT NULL PRIMARY KEY,
    maintenance_from datetimeoffset(6) NOT NULL,
    maintenance_until datetimeoffset(6) NOT NULL,
    maintenance_reason nvarchar(max) NOT NULL,
    sequence bigint NOT NULL
);
