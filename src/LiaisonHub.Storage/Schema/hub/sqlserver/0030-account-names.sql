-- Letters and digits of the name of an open account: no two have the same. Of an account from before it is not known until the account is next changed.
ALTER TABLE accounts ADD name_key nvarchar(200) NULL;
GO
CREATE UNIQUE INDEX accounts_name ON accounts (name_key) WHERE name_key IS NOT NULL;
-- A form that is sent twice makes one token.
CREATE UNIQUE INDEX account_tokens_id ON account_tokens (token_id);
