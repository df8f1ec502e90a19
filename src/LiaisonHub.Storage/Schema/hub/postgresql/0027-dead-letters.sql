-- What the broker gave up on, as the hub saw it when somebody at the console asked; and, where somebody wished it, what became of each on its way home.
CREATE TABLE dead_letter_looks (
  look_id uuid NOT NULL PRIMARY KEY,
  state text NOT NULL,
  asked_at timestamptz NOT NULL,
  asked_by text NOT NULL,
  taken_at timestamptz,
  seen_at timestamptz,
  total bigint,
  letters text,
  trouble text,
  home_asked_at timestamptz,
  home_asked_by text,
  home_reason text,
  home_taken_at timestamptz,
  became text,
  ended_at timestamptz
);
CREATE INDEX dead_letter_looks_state ON dead_letter_looks (state, asked_at);
CREATE INDEX dead_letter_looks_open ON dead_letter_looks (asked_at) WHERE seen_at IS NULL;
CREATE INDEX dead_letter_looks_home ON dead_letter_looks (home_asked_at) WHERE ended_at IS NULL;
