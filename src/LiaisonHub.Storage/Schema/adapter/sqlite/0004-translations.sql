-- What this state does about a translation it was asked for: who makes it, the file that came back (sealed to this state), how good it was.
CREATE TABLE translations (
    act_id TEXT NOT NULL PRIMARY KEY,
    request_id TEXT NOT NULL,
    assigned_to TEXT NULL,
    quality TEXT NULL,
    file_name TEXT NULL,
    media_type TEXT NULL,
    sealed_content TEXT NULL,
    delivered_at TEXT NULL,
    changed_at TEXT NOT NULL
);
