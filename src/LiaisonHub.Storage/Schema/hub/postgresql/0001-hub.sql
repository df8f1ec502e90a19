-- The hub's records. Tables that every act touches have few indexes; columns that change at every act stay out of all of them, so that updates stay heap-only.

-- Every act as signed. Rows are added and never changed.
CREATE TABLE journal (
  journal_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sender_state text NOT NULL,
  lane text NOT NULL,
  act_id uuid NOT NULL,
  sequence bigint NOT NULL,
  request_id uuid NOT NULL,
  act_type text NOT NULL,
  digest text NOT NULL,
  body text NOT NULL,
  received_at timestamptz NOT NULL,
  trace_parent text,
  CONSTRAINT journal_act UNIQUE (sender_state, act_id),
  CONSTRAINT journal_sequence UNIQUE (sender_state, sequence)
);
CREATE INDEX journal_request ON journal (request_id, journal_id);
-- Base64 of sealed and signed bytes: compressing it costs time and saves nothing, and a body that fits into a page stays in it.
ALTER TABLE journal ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE journal SET (toast_tuple_target = 8160);

-- What of the journal is still to be decided. Short at all times.
CREATE TABLE undecided (
  journal_id bigint PRIMARY KEY,
  request_id uuid NOT NULL,
  received_at timestamptz NOT NULL,
  parked_at timestamptz,
  parked_code text,
  parked_reason text
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
CREATE INDEX undecided_parked ON undecided (request_id) WHERE parked_at IS NOT NULL;

CREATE TABLE decisions (
  journal_id bigint PRIMARY KEY,
  outcome text NOT NULL,
  refusal_code text,
  refusal_reason text,
  state_after text,
  decided_at timestamptz NOT NULL
);

CREATE TABLE requests (
  request_id uuid PRIMARY KEY,
  procedure_name text NOT NULL,
  instrument text NOT NULL,
  reference text COLLATE "C" NOT NULL,
  requesting_state text NOT NULL,
  requested_state text NOT NULL,
  state text NOT NULL,
  since timestamptz NOT NULL,
  next_due timestamptz NOT NULL,
  level integer NOT NULL,
  closed_at timestamptz,
  priority text NOT NULL,
  exercise boolean NOT NULL,
  version bigint NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX requests_open ON requests (next_due, request_id) WHERE closed_at IS NULL;
CREATE INDEX requests_closed ON requests (closed_at, request_id) WHERE closed_at IS NOT NULL;
CREATE INDEX requests_reference ON requests (reference);

CREATE TABLE deadlines (
  deadline_id uuid PRIMARY KEY,
  request_id uuid NOT NULL,
  rule_id text NOT NULL,
  on_whom text NOT NULL,
  status text NOT NULL,
  started timestamptz NOT NULL,
  due timestamptz,
  look_at timestamptz,
  level integer NOT NULL,
  owner uuid,
  epoch bigint NOT NULL DEFAULT 0,
  lease_until timestamptz
) WITH (fillfactor = 90);
CREATE INDEX deadlines_running ON deadlines (look_at) WHERE status = 'Running';
CREATE INDEX deadlines_request ON deadlines (request_id);

-- One row per state: the number of the last notice to it, and up to where its own acts are complete.
CREATE TABLE state_links (
  state text PRIMARY KEY,
  out_sequence bigint NOT NULL DEFAULT 0,
  in_watermark bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);

CREATE TABLE outbox (
  outbox_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  outbox_id uuid NOT NULL,
  state text NOT NULL,
  lane text NOT NULL,
  body text NOT NULL,
  trace_parent text,
  created_at timestamptz NOT NULL,
  next_try_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  last_error text
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
-- 'Urgent' sorts behind 'Routine', hence descending.
CREATE INDEX outbox_due ON outbox (lane DESC, next_try_at, outbox_no);
ALTER TABLE outbox ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE outbox SET (toast_tuple_target = 8160);

-- The facts, as the transactions they belong to wrote them. Rows are added and never changed.
CREATE TABLE ledger_leaf (
  leaf_id uuid PRIMARY KEY,
  request_id uuid,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  actor text NOT NULL,
  content text NOT NULL,
  leaf_hash text NOT NULL
);
CREATE INDEX ledger_leaf_request ON ledger_leaf (request_id, leaf_id) WHERE request_id IS NOT NULL;

-- Facts that have no place in the chain yet. Short at all times.
CREATE TABLE ledger_pending (
  pending_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  leaf_id uuid NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);

-- The chain. Rows are added and never changed.
CREATE TABLE ledger_chain (
  position bigint PRIMARY KEY,
  leaf_id uuid NOT NULL UNIQUE,
  leaf_hash text NOT NULL,
  chain_hash text NOT NULL,
  chained_at timestamptz NOT NULL
);

-- How far each act has come on its way to each state.
CREATE TABLE receipts (
  of_act_id uuid NOT NULL,
  request_id uuid NOT NULL,
  to_state text NOT NULL,
  accepted_at timestamptz,
  delivered_at timestamptz,
  handed_over_at timestamptz,
  opened_at timestamptz,
  PRIMARY KEY (of_act_id, to_state)
);
CREATE INDEX receipts_unopened ON receipts (accepted_at) WHERE opened_at IS NULL;
CREATE INDEX receipts_request ON receipts (request_id);

CREATE TABLE documents (
  document_id uuid PRIMARY KEY,
  request_id uuid NOT NULL,
  kind text NOT NULL,
  title text NOT NULL,
  media_type text NOT NULL,
  content text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX documents_request ON documents (request_id);

CREATE TABLE quarantine (
  quarantine_id uuid PRIMARY KEY,
  source text NOT NULL,
  state text NOT NULL,
  lane text,
  code text NOT NULL,
  reason text NOT NULL,
  fix text NOT NULL,
  act_id uuid,
  request_id uuid,
  journal_id bigint,
  body bytea NOT NULL,
  digest text NOT NULL,
  headers text NOT NULL,
  at timestamptz NOT NULL,
  status text NOT NULL,
  seen integer NOT NULL,
  retry_requested_by text,
  retry_requested_at timestamptz,
  resolved_by text,
  resolved_reason text,
  resolved_outcome text,
  resolved_at timestamptz
);
-- The same bytes from the same state wait once, however often they are delivered.
CREATE UNIQUE INDEX quarantine_waiting ON quarantine (state, digest) WHERE status <> 'Resolved';
CREATE INDEX quarantine_at ON quarantine (at, quarantine_id);

CREATE TABLE adapters (
  state text PRIMARY KEY,
  heard_at timestamptz,
  reported_at timestamptz,
  version text,
  outbox_waiting integer NOT NULL DEFAULT 0,
  quarantined integer NOT NULL DEFAULT 0,
  incomplete integer NOT NULL DEFAULT 0,
  every_seconds integer NOT NULL DEFAULT 0,
  expected_by timestamptz NOT NULL,
  silent_since timestamptz
);

CREATE TABLE leases (
  name text PRIMARY KEY,
  owner uuid NOT NULL,
  epoch bigint NOT NULL,
  lease_until timestamptz NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
  RAISE EXCEPTION 'Rows of % are added and never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$function$;
CREATE TRIGGER journal_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decisions_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_leaf_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_leaf FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_chain_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_chain FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
