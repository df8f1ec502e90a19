-- Which private key a state's adapter says it cannot work without, and since when. The next signed report ends it.
ALTER TABLE adapters ADD COLUMN missing_key TEXT;
ALTER TABLE adapters ADD COLUMN missing_key_since TEXT;
