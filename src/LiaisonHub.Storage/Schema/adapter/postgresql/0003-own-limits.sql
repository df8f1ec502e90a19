-- Events of limits of this state's own law, as officers note them. Rows are only ever added.
CREATE TABLE own_limit_notes (
    note_id uuid NOT NULL PRIMARY KEY,
    request_id uuid NOT NULL,
    code text NOT NULL,
    what text NOT NULL,
    at timestamptz NOT NULL,
    noted_at timestamptz NOT NULL,
    officer text NOT NULL
);
CREATE INDEX own_limit_notes_request ON own_limit_notes (request_id, at);
-- The earliest of them that runs: the worklist is ordered by it where it comes before the limits of the treaty.
ALTER TABLE requests ADD COLUMN own_due timestamptz NULL;
