-- Two matters of one kind in one state are two: each has its subject. How many it was about when it was told, so that it is told again when it has grown. What lasts now is told once more after this.
DROP TABLE alerts;
GO
CREATE TABLE alerts (
  receiver nvarchar(200) NOT NULL,
  kind nvarchar(200) NOT NULL,
  state nvarchar(200) NOT NULL,
  subject nvarchar(200) NOT NULL,
  began_at datetimeoffset(6) NOT NULL,
  told_at datetimeoffset(6),
  told_count int,
  ended_at datetimeoffset(6),
  PRIMARY KEY NONCLUSTERED (receiver, kind, state, subject)
);
