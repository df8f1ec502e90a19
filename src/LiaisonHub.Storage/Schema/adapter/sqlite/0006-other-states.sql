-- What the hub has said of the other states' adapters: the maintenance each has announced last.
CREATE TABLE other_states (
    state TEXT NOT NULL PRIMARY KEY,
    maintenance_from TEXT NOT NULL,
    maintenance_until TEXT NOT NULL,
    maintenance_reason TEXT NOT NULL,
    sequence INTEGER NOT NULL
);
