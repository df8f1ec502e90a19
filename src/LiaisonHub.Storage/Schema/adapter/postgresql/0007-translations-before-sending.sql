-- Translations that a draft needs before it may be sent: wanted in which language, by our own limit, and the file that came back (sealed to this state). A row ends with its draft.
CREATE TABLE draft_translations (
    translation_id uuid NOT NULL PRIMARY KEY,
    officer text NOT NULL,
    request_key text NOT NULL,
    act_type text NOT NULL,
    other_state text NOT NULL,
    language text NOT NULL,
    certified bigint NOT NULL,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NULL,
    assigned_to text NULL,
    quality text NULL,
    file_name text NULL,
    media_type text NULL,
    sealed_content text NULL,
    has_certificate bigint NOT NULL,
    delivered_at timestamptz NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT draft_translations_one UNIQUE (officer, request_key, act_type, language)
);
CREATE INDEX draft_translations_due ON draft_translations (due_at, translation_id);
