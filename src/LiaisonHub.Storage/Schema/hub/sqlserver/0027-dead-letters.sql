-- What the broker gave up on, as the hub saw it when somebody at the console asked; and, where somebody wished it, what became of each on its way home.
CREATE TABLE dead_letter_looks (
  look_id uniqueidentifier NOT NULL PRIMARY KEY,
  state nvarchar(200) NOT NULL,
  asked_at datetimeoffset(6) NOT NULL,
  asked_by nvarchar(200) NOT NULL,
  taken_at datetimeoffset(6),
  seen_at datetimeoffset(6),
  total bigint,
  letters nvarchar(max),
  trouble nvarchar(max),
  home_asked_at datetimeoffset(6),
  home_asked_by nvarchar(200),
  home_reason nvarchar(max),
  home_taken_at datetimeoffset(6),
  became nvarchar(max),
  ended_at datetimeoffset(6)
);
GO
CREATE INDEX dead_letter_looks_state ON dead_letter_looks (state, asked_at);
CREATE INDEX dead_letter_looks_open ON dead_letter_looks (asked_at) WHERE seen_at IS NULL;
CREATE INDEX dead_letter_looks_home ON dead_letter_looks (home_asked_at) WHERE ended_at IS NULL;
