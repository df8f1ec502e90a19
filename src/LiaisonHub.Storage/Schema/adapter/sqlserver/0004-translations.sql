-- What this state does about a translation it was asked for: who makes it, the file that came back (sealed to this state), how good it was.
CREATE TABLE translations (
    act_id uniqueidentifier NOT NULL PRIMARY KEY,
    request_id uniqueidentifier NOT NULL,
    assigned_to nvarchar(200) NULL,
    quality nvarchar(200) NULL,
    file_name nvarchar(200) NULL,
    media_type nvarchar(200) NULL,
    sealed_content nvarchar(max) NULL,
    delivered_at datetimeoffset(6) NULL,
    changed_at datetimeoffset(6) NOT NULL
);
