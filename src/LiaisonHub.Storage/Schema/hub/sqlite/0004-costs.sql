-- Who bears which cost, in hundredths of the currency. Rows are added and never changed: what is over is taken back by another row.
CREATE TABLE cost_entries (
  entry_id TEXT PRIMARY KEY,
  request_id TEXT NOT NULL,
  act_id TEXT NOT NULL,
  requesting_state TEXT NOT NULL,
  requested_state TEXT NOT NULL,
  kind TEXT NOT NULL,
  on_day TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount INTEGER NOT NULL,
  requesting_bears INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  corrects TEXT,
  at TEXT NOT NULL
);
CREATE INDEX cost_entries_day ON cost_entries (on_day);
CREATE INDEX cost_entries_request ON cost_entries (request_id);
CREATE TRIGGER cost_entries_no_update BEFORE UPDATE ON cost_entries BEGIN SELECT RAISE(ABORT, 'Rows of cost_entries are added and never changed or deleted'); END;
CREATE TRIGGER cost_entries_no_delete BEFORE DELETE ON cost_entries BEGIN SELECT RAISE(ABORT, 'Rows of cost_entries are added and never changed or deleted'); END;
