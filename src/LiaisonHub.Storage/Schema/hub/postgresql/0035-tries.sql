-- How often somebody wished that the hub takes a message again.
ALTER TABLE quarantine ADD COLUMN tries integer NOT NULL DEFAULT 0;
UPDATE quarantine SET tries = 1 WHERE retry_requested_at IS NOT NULL;
