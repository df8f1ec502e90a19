-- Two matters of one kind in one state are two: each has its subject. How many it was about when it was told, so that it is told again when it has grown. What lasts now is told once more after this.
DROP TABLE alerts;
CREATE TABLE alerts (
  receiver text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,
  subject text NOT NULL,
  began_at timestamptz NOT NULL,
  told_at timestamptz,
  told_count integer,
  ended_at timestamptz,
  PRIMARY KEY (receiver, kind, state, subject)
);
