-- Events of limits of this state's own law, as officers note them. Rows are only ever added.
CREATE TABLE own_limit_notes (
    note_id uniqueidentifier NOT NULL PRIMARY KEY,
    request_id uniqueidentifier NOT NULL,
    code nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    what nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    at datetimeoffset(6) NOT NULL,
    noted_at datetimeoffset(6) NOT NULL,
    officer nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL
);
CREATE INDEX own_limit_notes_request ON own_limit_notes (request_id, at);
-- The earliest of them that runs: the worklist is ordered by it where it comes before the limits of the treaty.
ALTER TABLE requests ADD own_due datetimeoffset(6) NULL;
