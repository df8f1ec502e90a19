-- Requests in several states about the same matter, found together. Those that were there before say in their body which group they belong to.
ALTER TABLE requests ADD case_group_id uniqueidentifier NULL;
GO
UPDATE requests SET case_group_id = CAST(JSON_VALUE(body, '$.caseGroupId') AS uniqueidentifier) WHERE JSON_VALUE(body, '$.caseGroupId') IS NOT NULL;
GO
CREATE INDEX requests_group ON requests (case_group_id, next_due, request_id) WHERE case_group_id IS NOT NULL;
