-- Who bears which cost, in hundredths of the currency. Rows are added and never changed: what is over is taken back by another row.
CREATE TABLE cost_entries (
  entry_id uuid PRIMARY KEY,
  request_id uuid NOT NULL,
  act_id uuid NOT NULL,
  requesting_state text NOT NULL,
  requested_state text NOT NULL,
  kind text NOT NULL,
  on_day text NOT NULL,
  currency text NOT NULL,
  amount bigint NOT NULL,
  requesting_bears bigint NOT NULL,
  reserved bigint NOT NULL,
  corrects uuid,
  at timestamptz NOT NULL
);
CREATE INDEX cost_entries_day ON cost_entries (on_day);
CREATE INDEX cost_entries_request ON cost_entries (request_id);
CREATE TRIGGER cost_entries_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON cost_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
