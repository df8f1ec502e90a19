-- Who may sign in at the console. An account without a password is one whose invitation was not taken up yet, or a person the identity provider vouches for.
CREATE TABLE accounts (
    account_id uuid NOT NULL PRIMARY KEY,
    sign_in_name text NOT NULL UNIQUE,
    name text NOT NULL,
    roles text NOT NULL,
    password_hash text NULL,
    stamp text NOT NULL,
    failures integer NOT NULL,
    locked_until timestamptz NULL,
    invitation_hash text NULL,
    invitation_until timestamptz NULL,
    made_by text NOT NULL,
    made_by_account uuid NULL,
    made_at timestamptz NOT NULL,
    signed_in_at timestamptz NULL,
    closed_at timestamptz NULL
);
CREATE TABLE account_passkeys (
    credential_hash text NOT NULL PRIMARY KEY,
    account_id uuid NOT NULL,
    name text NOT NULL,
    content text NOT NULL,
    added_at timestamptz NOT NULL
);
CREATE INDEX account_passkeys_of ON account_passkeys (account_id);
CREATE TABLE account_tokens (
    token_hash text NOT NULL PRIMARY KEY,
    token_id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    made_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    used_at timestamptz NULL
);
CREATE INDEX account_tokens_of ON account_tokens (account_id);
-- A message is set aside for good by two people: one wishes it, another agrees before the wish lapses.
ALTER TABLE quarantine ADD COLUMN aside_by text NULL;
ALTER TABLE quarantine ADD COLUMN aside_by_account uuid NULL;
ALTER TABLE quarantine ADD COLUMN aside_reason text NULL;
ALTER TABLE quarantine ADD COLUMN aside_until timestamptz NULL;
