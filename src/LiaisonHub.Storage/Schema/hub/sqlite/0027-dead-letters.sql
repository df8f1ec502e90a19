-- What the broker gave up on, as the hub saw it when somebody at the console asked; and, where somebody wished it, what became of each on its way home.
CREATE TABLE dead_letter_looks (
  look_id TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  taken_at TEXT,
  seen_at TEXT,
  total INTEGER,
  letters TEXT,
  trouble TEXT,
  home_asked_at TEXT,
  home_asked_by TEXT,
  home_reason TEXT,
  home_taken_at TEXT,
  became TEXT,
  ended_at TEXT
);
CREATE INDEX dead_letter_looks_state ON dead_letter_looks (state, asked_at);
CREATE INDEX dead_letter_looks_open ON dead_letter_looks (asked_at) WHERE seen_at IS NULL;
CREATE INDEX dead_letter_looks_home ON dead_letter_looks (home_asked_at) WHERE ended_at IS NULL;
