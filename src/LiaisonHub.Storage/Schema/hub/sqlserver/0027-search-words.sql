-- What the search finds by besides: each word of a reference and of another name, with and without the zeros in front; an id by its last eight digits, as pages show it; a state of the procedure.
WITH places AS (SELECT TOP (199) ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) + 1 AS n FROM sys.all_columns),
  texts AS (SELECT reference AS text, request_id FROM requests UNION ALL SELECT name, request_id FROM request_names),
  words AS (SELECT UPPER(REPLACE(SUBSTRING(text, n, 200), ' ', '')) AS name, request_id FROM texts CROSS JOIN places WHERE n <= LEN(text) AND SUBSTRING(text, n - 1, 2) LIKE '[^A-Za-z0-9][A-Za-z0-9]')
INSERT INTO request_names (name, request_id)
  SELECT w.name, w.request_id FROM (
    SELECT name, request_id FROM words
    UNION SELECT SUBSTRING(name, PATINDEX('%[^0]%', name + '.'), 200), request_id FROM words
    UNION SELECT RIGHT(UPPER(CONVERT(char(36), request_id)), 8), request_id FROM requests
    UNION SELECT RIGHT(UPPER(CONVERT(char(36), case_group_id)), 8), request_id FROM requests WHERE case_group_id IS NOT NULL) AS w
  WHERE LEN(w.name) >= 3 AND NOT EXISTS (SELECT 1 FROM request_names AS x WHERE x.name = w.name AND x.request_id = w.request_id);
GO
ALTER TABLE quarantine ADD id_end AS RIGHT(LOWER(CONVERT(char(36), quarantine_id)), 8) PERSISTED;
ALTER TABLE repair_plans ADD id_end AS RIGHT(LOWER(CONVERT(char(36), plan_id)), 8) PERSISTED;
GO
CREATE INDEX quarantine_id_end ON quarantine (id_end);
CREATE INDEX repair_plans_id_end ON repair_plans (id_end);
CREATE INDEX requests_open_state ON requests (state, next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_closed_state ON requests (state, closed_at, request_id) WHERE closed_at IS NOT NULL;
