-- What officers did and looked at. detail holds codes and file positions, never personal data of a case.
CREATE TABLE deeds (
    deed_id TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    officer TEXT NOT NULL,
    kind TEXT NOT NULL,
    request_id TEXT NULL,
    act_id TEXT NULL,
    intake_id TEXT NULL,
    detail TEXT NULL
);
CREATE INDEX deeds_request ON deeds (request_id, at);
CREATE INDEX deeds_at ON deeds (at);
