-- An adapter's own database. Personal data stands only in columns whose name begins with sealed_: each is a JWE that opens with this state's own sealing key and no other.

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
);
INSERT INTO counters (name, value) VALUES ('sequence', 0);
INSERT INTO counters (name, value) VALUES ('reference', 0);
INSERT INTO counters (name, value) VALUES ('notices', 0);

-- Local files as they were taken. same_key is the digest over name and content of the row that counts for them: a file seen again after a crash finds it.
CREATE TABLE intakes (
    intake_id TEXT NOT NULL PRIMARY KEY,
    same_key TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    taken_at TEXT NOT NULL,
    state TEXT NOT NULL,
    decided_at TEXT NULL,
    moved_at TEXT NULL,
    duplicate_of TEXT NULL,
    code TEXT NULL,
    reason TEXT NULL,
    fix TEXT NULL,
    mapping TEXT NULL,
    act_type TEXT NULL,
    act_id TEXT NULL,
    request_id TEXT NULL,
    case_key TEXT NULL,
    findings TEXT NULL,
    sealed_content TEXT NULL,
    sealed_draft TEXT NULL,
    CONSTRAINT intakes_same UNIQUE (same_key)
);
CREATE INDEX intakes_sha256 ON intakes (sha256);
CREATE INDEX intakes_state ON intakes (state, taken_at);
CREATE INDEX intakes_case_key ON intakes (case_key);

-- Codes of the local system that no code table explains: they were carried as they are.
CREATE TABLE unknown_codes (
    table_name TEXT NOT NULL,
    code TEXT NOT NULL,
    times INTEGER NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    PRIMARY KEY (table_name, code)
);

CREATE TABLE requests (
    request_id TEXT NOT NULL PRIMARY KEY,
    reference TEXT NOT NULL,
    own_side TEXT NOT NULL,
    own_authority TEXT NOT NULL,
    other_state TEXT NOT NULL,
    other_authority TEXT NOT NULL,
    case_group_id TEXT NULL,
    priority TEXT NOT NULL,
    exercise INTEGER NOT NULL,
    last_sequence INTEGER NULL,
    state TEXT NULL,
    level INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    next_due TEXT NULL,
    next_on_us INTEGER NOT NULL,
    standing TEXT NULL,
    standing_sequence INTEGER NOT NULL,
    standing_at TEXT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX requests_reference ON requests (reference);
CREATE INDEX requests_next_due ON requests (closed, next_due);

-- Every act of both sides. number_key is 'XA:12': state and sequence number. idempotency_key repeats the act id where the maker gave none.
CREATE TABLE acts (
    act_id TEXT NOT NULL PRIMARY KEY,
    request_id TEXT NOT NULL,
    act_type TEXT NOT NULL,
    direction TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    number_key TEXT NOT NULL,
    at TEXT NOT NULL,
    in_reply_to TEXT NULL,
    sender_state TEXT NOT NULL,
    sender_authority TEXT NOT NULL,
    receiver_authority TEXT NOT NULL,
    priority TEXT NOT NULL,
    open_part TEXT NOT NULL,
    sealed_part TEXT NULL,
    signed TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    intake_id TEXT NULL,
    made_by TEXT NULL,
    outcome TEXT NULL,
    outcome_at TEXT NULL,
    refusal_code TEXT NULL,
    refusal_reason TEXT NULL,
    stage TEXT NULL,
    stage_at TEXT NULL,
    opened_at TEXT NULL,
    opened_by TEXT NULL,
    CONSTRAINT acts_number UNIQUE (number_key),
    CONSTRAINT acts_idempotency UNIQUE (idempotency_key)
);
CREATE INDEX acts_request ON acts (request_id, at);

-- Signed acts until the hub has made them durable. The body is never made a second time.
CREATE TABLE outbox (
    act_id TEXT NOT NULL PRIMARY KEY,
    lane TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    body TEXT NOT NULL,
    trace_parent TEXT NULL,
    queued_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try TEXT NOT NULL,
    last_error TEXT NULL
);
CREATE INDEX outbox_next_try ON outbox (next_try, sequence);

-- Everything the hub ever said, as it said it.
CREATE TABLE notices (
    notice_id TEXT NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    digest TEXT NOT NULL,
    request_id TEXT NULL,
    notice_type TEXT NOT NULL,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    act_id TEXT NULL,
    body TEXT NOT NULL,
    trace_parent TEXT NULL,
    CONSTRAINT notices_sequence UNIQUE (sequence)
);
CREATE INDEX notices_request ON notices (request_id, sequence);

-- What is to be given to the local system. Staged: the file is complete under another name, and the next step is one rename.
CREATE TABLE hand_overs (
    notice_id TEXT NOT NULL PRIMARY KEY,
    act_id TEXT NULL,
    request_id TEXT NULL,
    sequence INTEGER NOT NULL,
    state TEXT NOT NULL,
    file_name TEXT NULL,
    problem TEXT NULL,
    attempts INTEGER NOT NULL,
    next_try TEXT NOT NULL,
    done_at TEXT NULL
);
CREATE INDEX hand_overs_state ON hand_overs (state, next_try);

-- What came from the hub and cannot be believed or read.
CREATE TABLE set_aside (
    digest TEXT NOT NULL PRIMARY KEY,
    notice_id TEXT NULL,
    request_id TEXT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    fix TEXT NOT NULL,
    body TEXT NOT NULL,
    at TEXT NOT NULL,
    resolved_at TEXT NULL
);

CREATE TABLE drafts (
    draft_id TEXT NOT NULL PRIMARY KEY,
    officer TEXT NOT NULL,
    request_key TEXT NOT NULL,
    act_type TEXT NOT NULL,
    sealed_draft TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    CONSTRAINT drafts_one UNIQUE (officer, request_key, act_type)
);
