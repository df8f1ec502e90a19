-- What the hub has said of the other states' adapters: the maintenance each has announced last.
CREATE TABLE other_states (
    state text NOT NULL PRIMARY KEY,
    maintenance_from timestamptz NOT NULL,
    maintenance_until timestamptz NOT NULL,
    maintenance_reason text NOT NULL,
    sequence bigint NOT NULL
);
