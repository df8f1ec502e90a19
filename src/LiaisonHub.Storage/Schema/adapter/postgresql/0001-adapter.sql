-- An adapter's own database. Personal data stands only in columns whose name begins with sealed_: each is a JWE that opens with this state's own sealing key and no other.

CREATE TABLE counters (
    name text NOT NULL PRIMARY KEY,
    value bigint NOT NULL
);
INSERT INTO counters (name, value) VALUES ('sequence', 0);
INSERT INTO counters (name, value) VALUES ('reference', 0);
INSERT INTO counters (name, value) VALUES ('notices', 0);

-- Local files as they were taken. same_key is the digest over name and content of the row that counts for them: a file seen again after a crash finds it.
CREATE TABLE intakes (
    intake_id uuid NOT NULL PRIMARY KEY,
    same_key text NOT NULL,
    file_name text NOT NULL,
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    taken_at timestamptz NOT NULL,
    state text NOT NULL,
    decided_at timestamptz NULL,
    moved_at timestamptz NULL,
    duplicate_of uuid NULL,
    code text NULL,
    reason text NULL,
    fix text NULL,
    mapping text NULL,
    act_type text NULL,
    act_id uuid NULL,
    request_id uuid NULL,
    case_key text NULL,
    findings text NULL,
    sealed_content text NULL,
    sealed_draft text NULL,
    CONSTRAINT intakes_same UNIQUE (same_key)
);
CREATE INDEX intakes_sha256 ON intakes (sha256);
CREATE INDEX intakes_state ON intakes (state, taken_at);
CREATE INDEX intakes_case_key ON intakes (case_key);

-- Codes of the local system that no code table explains: they were carried as they are.
CREATE TABLE unknown_codes (
    table_name text NOT NULL,
    code text NOT NULL,
    times bigint NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    PRIMARY KEY (table_name, code)
);

CREATE TABLE requests (
    request_id uuid NOT NULL PRIMARY KEY,
    reference text NOT NULL,
    own_side text NOT NULL,
    own_authority text NOT NULL,
    other_state text NOT NULL,
    other_authority text NOT NULL,
    case_group_id uuid NULL,
    priority text NOT NULL,
    exercise bigint NOT NULL,
    last_sequence bigint NULL,
    state text NULL,
    level bigint NOT NULL,
    closed bigint NOT NULL,
    next_due timestamptz NULL,
    next_on_us bigint NOT NULL,
    standing text NULL,
    standing_sequence bigint NOT NULL,
    standing_at timestamptz NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX requests_reference ON requests (reference);
CREATE INDEX requests_next_due ON requests (closed, next_due);

-- Every act of both sides. number_key is 'XA:12': state and sequence number. idempotency_key repeats the act id where the maker gave none.
CREATE TABLE acts (
    act_id uuid NOT NULL PRIMARY KEY,
    request_id uuid NOT NULL,
    act_type text NOT NULL,
    direction text NOT NULL,
    sequence bigint NOT NULL,
    number_key text NOT NULL,
    at timestamptz NOT NULL,
    in_reply_to uuid NULL,
    sender_state text NOT NULL,
    sender_authority text NOT NULL,
    receiver_authority text NOT NULL,
    priority text NOT NULL,
    open_part text NOT NULL,
    sealed_part text NULL,
    signed text NOT NULL,
    idempotency_key text NOT NULL,
    intake_id uuid NULL,
    made_by text NULL,
    outcome text NULL,
    outcome_at timestamptz NULL,
    refusal_code text NULL,
    refusal_reason text NULL,
    stage text NULL,
    stage_at timestamptz NULL,
    opened_at timestamptz NULL,
    opened_by text NULL,
    CONSTRAINT acts_number UNIQUE (number_key),
    CONSTRAINT acts_idempotency UNIQUE (idempotency_key)
);
CREATE INDEX acts_request ON acts (request_id, at);

-- Signed acts until the hub has made them durable. The body is never made a second time.
CREATE TABLE outbox (
    act_id uuid NOT NULL PRIMARY KEY,
    lane text NOT NULL,
    sequence bigint NOT NULL,
    body text NOT NULL,
    trace_parent text NULL,
    queued_at timestamptz NOT NULL,
    attempts bigint NOT NULL,
    next_try timestamptz NOT NULL,
    last_error text NULL
);
CREATE INDEX outbox_next_try ON outbox (next_try, sequence);

-- Everything the hub ever said, as it said it.
CREATE TABLE notices (
    notice_id uuid NOT NULL PRIMARY KEY,
    sequence bigint NOT NULL,
    digest text NOT NULL,
    request_id uuid NULL,
    notice_type text NOT NULL,
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    act_id uuid NULL,
    body text NOT NULL,
    trace_parent text NULL,
    CONSTRAINT notices_sequence UNIQUE (sequence)
);
CREATE INDEX notices_request ON notices (request_id, sequence);

-- What is to be given to the local system. Staged: the file is complete under another name, and the next step is one rename.
CREATE TABLE hand_overs (
    notice_id uuid NOT NULL PRIMARY KEY,
    act_id uuid NULL,
    request_id uuid NULL,
    sequence bigint NOT NULL,
    state text NOT NULL,
    file_name text NULL,
    problem text NULL,
    attempts bigint NOT NULL,
    next_try timestamptz NOT NULL,
    done_at timestamptz NULL
);
CREATE INDEX hand_overs_state ON hand_overs (state, next_try);

-- What came from the hub and cannot be believed or read.
CREATE TABLE set_aside (
    digest text NOT NULL PRIMARY KEY,
    notice_id uuid NULL,
    request_id uuid NULL,
    code text NOT NULL,
    reason text NOT NULL,
    fix text NOT NULL,
    body text NOT NULL,
    at timestamptz NOT NULL,
    resolved_at timestamptz NULL
);

CREATE TABLE drafts (
    draft_id uuid NOT NULL PRIMARY KEY,
    officer text NOT NULL,
    request_key text NOT NULL,
    act_type text NOT NULL,
    sealed_draft text NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT drafts_one UNIQUE (officer, request_key, act_type)
);
