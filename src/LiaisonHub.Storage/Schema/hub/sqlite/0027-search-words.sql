-- What the search finds by besides: each word of a reference and of another name, with and without the zeros in front; an id by its last eight digits, as pages show it; a state of the procedure.
INSERT OR IGNORE INTO request_names (name, request_id)
  WITH RECURSIVE places (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM places WHERE n < 200),
    texts (text, request_id) AS (SELECT reference, request_id FROM requests UNION ALL SELECT name, request_id FROM request_names),
    words (name, request_id) AS (SELECT upper(replace(substr(text, n), ' ', '')), request_id FROM texts CROSS JOIN places WHERE n <= length(text) AND substr(text, n - 1, 2) GLOB '[^A-Za-z0-9][A-Za-z0-9]')
  SELECT name, request_id FROM (
    SELECT name, request_id FROM words
    UNION SELECT ltrim(name, '0'), request_id FROM words
    UNION SELECT upper(substr(request_id, -8)), request_id FROM requests
    UNION SELECT upper(substr(case_group_id, -8)), request_id FROM requests WHERE case_group_id IS NOT NULL)
  WHERE length(name) BETWEEN 3 AND 200;
ALTER TABLE quarantine ADD COLUMN id_end TEXT GENERATED ALWAYS AS (substr(quarantine_id, -8)) VIRTUAL;
ALTER TABLE repair_plans ADD COLUMN id_end TEXT GENERATED ALWAYS AS (substr(plan_id, -8)) VIRTUAL;
CREATE INDEX quarantine_id_end ON quarantine (id_end);
CREATE INDEX repair_plans_id_end ON repair_plans (id_end);
CREATE INDEX requests_open_state ON requests (state, next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_closed_state ON requests (state, closed_at, request_id) WHERE closed_at IS NOT NULL;
