-- What the search finds by besides: each word of a reference and of another name, with and without the zeros in front; an id by its last eight digits, as pages show it; a state of the procedure.
INSERT INTO request_names (name, request_id)
  SELECT name, request_id FROM (
    SELECT upper(regexp_replace(substr(t.text, n), '\s', '', 'g')) AS name, request_id
      FROM (SELECT reference AS text, request_id FROM requests UNION ALL SELECT name, request_id FROM request_names) AS t CROSS JOIN generate_series(2, 200) AS n
      WHERE substr(t.text, n - 1, 2) ~ '^[^[:alnum:]][[:alnum:]]$'
    UNION SELECT ltrim(upper(regexp_replace(substr(t.text, n), '\s', '', 'g')), '0'), request_id
      FROM (SELECT reference AS text, request_id FROM requests UNION ALL SELECT name, request_id FROM request_names) AS t CROSS JOIN generate_series(2, 200) AS n
      WHERE substr(t.text, n - 1, 2) ~ '^[^[:alnum:]]0$'
    UNION SELECT upper(right(request_id::text, 8)), request_id FROM requests
    UNION SELECT upper(right(case_group_id::text, 8)), request_id FROM requests WHERE case_group_id IS NOT NULL) AS w
  WHERE length(name) BETWEEN 3 AND 200
  ON CONFLICT DO NOTHING;
ALTER TABLE quarantine ADD COLUMN id_end text GENERATED ALWAYS AS (right(quarantine_id::text, 8)) STORED;
ALTER TABLE repair_plans ADD COLUMN id_end text GENERATED ALWAYS AS (right(plan_id::text, 8)) STORED;
CREATE INDEX quarantine_id_end ON quarantine (id_end);
CREATE INDEX repair_plans_id_end ON repair_plans (id_end);
CREATE INDEX requests_open_state ON requests (state, next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_closed_state ON requests (state, closed_at, request_id) WHERE closed_at IS NOT NULL;
