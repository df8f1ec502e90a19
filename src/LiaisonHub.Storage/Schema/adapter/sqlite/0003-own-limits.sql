-- Events of limits of this state's own law, as officers note them. Rows are only ever added.
CREATE TABLE own_limit_notes (
    note_id TEXT NOT NULL PRIMARY KEY,
    request_id TEXT NOT NULL,
    code TEXT NOT NULL,
    what TEXT NOT NULL,
    at TEXT NOT NULL,
    noted_at TEXT NOT NULL,
    officer TEXT NOT NULL
);
CREATE INDEX own_limit_notes_request ON own_limit_notes (request_id, at);
-- The earliest of them that runs: the worklist is ordered by it where it comes before the limits of the treaty.
ALTER TABLE requests ADD COLUMN own_due TEXT NULL;
