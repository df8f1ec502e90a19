-- Two matters of one kind in one state are two: each has its subject. How many it was about when it was told, so that it is told again when it has grown. What lasts now is told once more after this.
DROP TABLE alerts;
CREATE TABLE alerts (
  receiver TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  subject TEXT NOT NULL,
  began_at TEXT NOT NULL,
  told_at TEXT,
  told_count INTEGER,
  ended_at TEXT,
  PRIMARY KEY (receiver, kind, state, subject)
);
