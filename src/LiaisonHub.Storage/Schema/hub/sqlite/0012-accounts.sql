-- Who may sign in at the console. An account without a password is one whose invitation was not taken up yet, or a person the identity provider vouches for.
CREATE TABLE accounts (
    account_id TEXT NOT NULL PRIMARY KEY,
    sign_in_name TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    password_hash TEXT NULL,
    stamp TEXT NOT NULL,
    failures INTEGER NOT NULL,
    locked_until TEXT NULL,
    invitation_hash TEXT NULL,
    invitation_until TEXT NULL,
    made_by TEXT NOT NULL,
    made_by_account TEXT NULL,
    made_at TEXT NOT NULL,
    signed_in_at TEXT NULL,
    closed_at TEXT NULL
);
CREATE TABLE account_passkeys (
    credential_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    added_at TEXT NOT NULL
);
CREATE INDEX account_passkeys_of ON account_passkeys (account_id);
CREATE TABLE account_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY,
    token_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    used_at TEXT NULL
);
CREATE INDEX account_tokens_of ON account_tokens (account_id);
-- A message is set aside for good by two people: one wishes it, another agrees before the wish lapses.
ALTER TABLE quarantine ADD COLUMN aside_by TEXT NULL;
ALTER TABLE quarantine ADD COLUMN aside_by_account TEXT NULL;
ALTER TABLE quarantine ADD COLUMN aside_reason TEXT NULL;
ALTER TABLE quarantine ADD COLUMN aside_until TEXT NULL;
