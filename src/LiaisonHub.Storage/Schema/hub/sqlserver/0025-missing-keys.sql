-- Which private key a state's adapter says it cannot work without, and since when. The next signed report ends it.
ALTER TABLE adapters ADD missing_key nvarchar(100), missing_key_since datetimeoffset(6);
