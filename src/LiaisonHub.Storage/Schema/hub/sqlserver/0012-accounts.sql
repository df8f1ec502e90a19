-- Who may sign in at the console. An account without a password is one whose invitation was not taken up yet, or a person the identity provider vouches for.
CREATE TABLE accounts (
    account_id uniqueidentifier NOT NULL PRIMARY KEY,
    sign_in_name nvarchar(200) NOT NULL UNIQUE,
    name nvarchar(200) NOT NULL,
    roles nvarchar(200) NOT NULL,
    password_hash nvarchar(400) NULL,
    stamp nvarchar(200) NOT NULL,
    failures int NOT NULL,
    locked_until datetimeoffset(6) NULL,
    invitation_hash nvarchar(200) NULL,
    invitation_until datetimeoffset(6) NULL,
    made_by nvarchar(200) NOT NULL,
    made_by_account uniqueidentifier NULL,
    made_at datetimeoffset(6) NOT NULL,
    signed_in_at datetimeoffset(6) NULL,
    closed_at datetimeoffset(6) NULL
);
CREATE TABLE account_passkeys (
    credential_hash nvarchar(64) NOT NULL PRIMARY KEY,
    account_id uniqueidentifier NOT NULL,
    name nvarchar(200) NOT NULL,
    content nvarchar(max) NOT NULL,
    added_at datetimeoffset(6) NOT NULL
);
CREATE INDEX account_passkeys_of ON account_passkeys (account_id);
CREATE TABLE account_tokens (
    token_hash nvarchar(64) NOT NULL PRIMARY KEY,
    token_id uniqueidentifier NOT NULL,
    account_id uniqueidentifier NOT NULL,
    name nvarchar(200) NOT NULL,
    made_at datetimeoffset(6) NOT NULL,
    ends_at datetimeoffset(6) NOT NULL,
    used_at datetimeoffset(6) NULL
);
CREATE INDEX account_tokens_of ON account_tokens (account_id);
-- A message is set aside for good by two people: one wishes it, another agrees before the wish lapses.
ALTER TABLE quarantine ADD aside_by nvarchar(200) NULL;
ALTER TABLE quarantine ADD aside_by_account uniqueidentifier NULL;
ALTER TABLE quarantine ADD aside_reason nvarchar(max) NULL;
ALTER TABLE quarantine ADD aside_until datetimeoffset(6) NULL;
