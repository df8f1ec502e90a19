-- Requests in several states about the same matter, found together. Those that were there before say in their body which group they belong to.
ALTER TABLE requests ADD COLUMN case_group_id TEXT;
UPDATE requests SET case_group_id = json_extract(body, '$.caseGroupId') WHERE json_extract(body, '$.caseGroupId') IS NOT NULL;
CREATE INDEX requests_group ON requests (case_group_id, next_due, request_id) WHERE case_group_id IS NOT NULL;
