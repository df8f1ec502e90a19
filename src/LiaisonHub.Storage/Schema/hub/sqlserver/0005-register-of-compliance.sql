-- The register of compliance: disputes alone, however many requests there are.
CREATE INDEX requests_disputes ON requests (next_due, request_id) WHERE procedure_name = 'Dispute';
