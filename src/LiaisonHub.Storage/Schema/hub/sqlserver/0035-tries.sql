-- How often somebody wished that the hub takes a message again.
ALTER TABLE quarantine ADD tries int NOT NULL CONSTRAINT quarantine_tries DEFAULT 0;
GO
UPDATE quarantine SET tries = 1 WHERE retry_requested_at IS NOT NULL;
