-- Translations that a draft needs before it may be sent: wanted in which language, by our own limit, and the file that came back (sealed to this state). A row ends with its draft.
CREATE TABLE draft_translations (
    translation_id uniqueidentifier NOT NULL PRIMARY KEY,
    officer nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    request_key nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    act_type nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    other_state nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    language nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    certified bigint NOT NULL,
    asked_at datetimeoffset(6) NOT NULL,
    due_at datetimeoffset(6) NULL,
    assigned_to nvarchar(200) NULL,
    quality nvarchar(200) NULL,
    file_name nvarchar(200) NULL,
    media_type nvarchar(200) NULL,
    sealed_content nvarchar(max) NULL,
    has_certificate bigint NOT NULL,
    delivered_at datetimeoffset(6) NULL,
    changed_at datetimeoffset(6) NOT NULL,
    CONSTRAINT draft_translations_one UNIQUE (officer, request_key, act_type, language)
);
CREATE INDEX draft_translations_due ON draft_translations (due_at, translation_id);
