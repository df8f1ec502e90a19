-- An adapter's own database. Personal data stands only in columns whose name begins with sealed_: each is a JWE that opens with this state's own sealing key and no other.

CREATE TABLE counters (
    name nvarchar(40) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    value bigint NOT NULL
);
INSERT INTO counters (name, value) VALUES ('sequence', 0);
INSERT INTO counters (name, value) VALUES ('reference', 0);
INSERT INTO counters (name, value) VALUES ('notices', 0);

-- Local files as they were taken. same_key is the digest over name and content of the row that counts for them: a file seen again after a crash finds it.
CREATE TABLE intakes (
    intake_id uniqueidentifier NOT NULL PRIMARY KEY,
    same_key nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    file_name nvarchar(max) NOT NULL,
    sha256 nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    size_bytes bigint NOT NULL,
    taken_at datetimeoffset(6) NOT NULL,
    state nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    decided_at datetimeoffset(6) NULL,
    moved_at datetimeoffset(6) NULL,
    duplicate_of uniqueidentifier NULL,
    code nvarchar(20) COLLATE Latin1_General_BIN2 NULL,
    reason nvarchar(max) NULL,
    fix nvarchar(max) NULL,
    mapping nvarchar(max) NULL,
    act_type nvarchar(64) COLLATE Latin1_General_BIN2 NULL,
    act_id uniqueidentifier NULL,
    request_id uniqueidentifier NULL,
    case_key nvarchar(64) COLLATE Latin1_General_BIN2 NULL,
    findings nvarchar(max) NULL,
    sealed_content nvarchar(max) NULL,
    sealed_draft nvarchar(max) NULL,
    CONSTRAINT intakes_same UNIQUE (same_key)
);
CREATE INDEX intakes_sha256 ON intakes (sha256);
CREATE INDEX intakes_state ON intakes (state, taken_at);
CREATE INDEX intakes_case_key ON intakes (case_key);

-- Codes of the local system that no code table explains: they were carried as they are.
CREATE TABLE unknown_codes (
    table_name nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    code nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    times bigint NOT NULL,
    first_seen datetimeoffset(6) NOT NULL,
    last_seen datetimeoffset(6) NOT NULL,
    PRIMARY KEY (table_name, code)
);

CREATE TABLE requests (
    request_id uniqueidentifier NOT NULL PRIMARY KEY,
    reference nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    own_side nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    own_authority nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    other_state nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    other_authority nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    case_group_id uniqueidentifier NULL,
    priority nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    exercise bigint NOT NULL,
    last_sequence bigint NULL,
    state nvarchar(64) COLLATE Latin1_General_BIN2 NULL,
    level bigint NOT NULL,
    closed bigint NOT NULL,
    next_due datetimeoffset(6) NULL,
    next_on_us bigint NOT NULL,
    standing nvarchar(max) NULL,
    standing_sequence bigint NOT NULL,
    standing_at datetimeoffset(6) NULL,
    created_at datetimeoffset(6) NOT NULL,
    updated_at datetimeoffset(6) NOT NULL
);
CREATE INDEX requests_reference ON requests (reference);
CREATE INDEX requests_next_due ON requests (closed, next_due);

-- Every act of both sides. number_key is 'XA:12': state and sequence number. idempotency_key repeats the act id where the maker gave none.
CREATE TABLE acts (
    act_id uniqueidentifier NOT NULL PRIMARY KEY,
    request_id uniqueidentifier NOT NULL,
    act_type nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    direction nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    sequence bigint NOT NULL,
    number_key nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    at datetimeoffset(6) NOT NULL,
    in_reply_to uniqueidentifier NULL,
    sender_state nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    sender_authority nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    receiver_authority nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    priority nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    open_part nvarchar(max) NOT NULL,
    sealed_part nvarchar(max) NULL,
    signed nvarchar(max) NOT NULL,
    idempotency_key nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    intake_id uniqueidentifier NULL,
    made_by nvarchar(100) COLLATE Latin1_General_BIN2 NULL,
    outcome nvarchar(20) COLLATE Latin1_General_BIN2 NULL,
    outcome_at datetimeoffset(6) NULL,
    refusal_code nvarchar(64) COLLATE Latin1_General_BIN2 NULL,
    refusal_reason nvarchar(max) NULL,
    stage nvarchar(20) COLLATE Latin1_General_BIN2 NULL,
    stage_at datetimeoffset(6) NULL,
    opened_at datetimeoffset(6) NULL,
    opened_by nvarchar(100) COLLATE Latin1_General_BIN2 NULL,
    CONSTRAINT acts_number UNIQUE (number_key),
    CONSTRAINT acts_idempotency UNIQUE (idempotency_key)
);
CREATE INDEX acts_request ON acts (request_id, at);

-- Signed acts until the hub has made them durable. The body is never made a second time.
CREATE TABLE outbox (
    act_id uniqueidentifier NOT NULL PRIMARY KEY,
    lane nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    sequence bigint NOT NULL,
    body nvarchar(max) NOT NULL,
    trace_parent nvarchar(64) COLLATE Latin1_General_BIN2 NULL,
    queued_at datetimeoffset(6) NOT NULL,
    attempts bigint NOT NULL,
    next_try datetimeoffset(6) NOT NULL,
    last_error nvarchar(max) NULL
);
CREATE INDEX outbox_next_try ON outbox (next_try, sequence);

-- Everything the hub ever said, as it said it.
CREATE TABLE notices (
    notice_id uniqueidentifier NOT NULL PRIMARY KEY,
    sequence bigint NOT NULL,
    digest nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    request_id uniqueidentifier NULL,
    notice_type nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    at datetimeoffset(6) NOT NULL,
    received_at datetimeoffset(6) NOT NULL,
    act_id uniqueidentifier NULL,
    body nvarchar(max) NOT NULL,
    trace_parent nvarchar(64) COLLATE Latin1_General_BIN2 NULL,
    CONSTRAINT notices_sequence UNIQUE (sequence)
);
CREATE INDEX notices_request ON notices (request_id, sequence);

-- What is to be given to the local system. Staged: the file is complete under another name, and the next step is one rename.
CREATE TABLE hand_overs (
    notice_id uniqueidentifier NOT NULL PRIMARY KEY,
    act_id uniqueidentifier NULL,
    request_id uniqueidentifier NULL,
    sequence bigint NOT NULL,
    state nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    file_name nvarchar(max) NULL,
    problem nvarchar(max) NULL,
    attempts bigint NOT NULL,
    next_try datetimeoffset(6) NOT NULL,
    done_at datetimeoffset(6) NULL
);
CREATE INDEX hand_overs_state ON hand_overs (state, next_try);

-- What came from the hub and cannot be believed or read.
CREATE TABLE set_aside (
    digest nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    notice_id uniqueidentifier NULL,
    request_id uniqueidentifier NULL,
    code nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    reason nvarchar(max) NOT NULL,
    fix nvarchar(max) NOT NULL,
    body nvarchar(max) NOT NULL,
    at datetimeoffset(6) NOT NULL,
    resolved_at datetimeoffset(6) NULL
);

CREATE TABLE drafts (
    draft_id uniqueidentifier NOT NULL PRIMARY KEY,
    officer nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    request_key nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    act_type nvarchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    sealed_draft nvarchar(max) NOT NULL,
    saved_at datetimeoffset(6) NOT NULL,
    CONSTRAINT drafts_one UNIQUE (officer, request_key, act_type)
);
