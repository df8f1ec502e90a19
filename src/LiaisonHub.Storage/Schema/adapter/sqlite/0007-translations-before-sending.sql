-- Translations that a draft needs before it may be sent: wanted in which language, by our own limit, and the file that came back (sealed to this state). A row ends with its draft.
CREATE TABLE draft_translations (
    translation_id TEXT NOT NULL PRIMARY KEY,
    officer TEXT NOT NULL,
    request_key TEXT NOT NULL,
    act_type TEXT NOT NULL,
    other_state TEXT NOT NULL,
    language TEXT NOT NULL,
    certified INTEGER NOT NULL,
    asked_at TEXT NOT NULL,
    due_at TEXT NULL,
    assigned_to TEXT NULL,
    quality TEXT NULL,
    file_name TEXT NULL,
    media_type TEXT NULL,
    sealed_content TEXT NULL,
    has_certificate INTEGER NOT NULL,
    delivered_at TEXT NULL,
    changed_at TEXT NOT NULL,
    CONSTRAINT draft_translations_one UNIQUE (officer, request_key, act_type, language)
);
CREATE INDEX draft_translations_due ON draft_translations (due_at, translation_id);
