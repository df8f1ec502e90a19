-- What this state does about a translation it was asked for: who makes it, the file that came back (sealed to this state), how good it was.
CREATE TABLE translations (
    act_id uuid NOT NULL PRIMARY KEY,
    request_id uuid NOT NULL,
    assigned_to text NULL,
    quality text NULL,
    file_name text NULL,
    media_type text NULL,
    sealed_content text NULL,
    delivered_at timestamptz NULL,
    changed_at timestamptz NOT NULL
);
