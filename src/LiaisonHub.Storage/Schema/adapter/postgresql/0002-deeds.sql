-- What officers did and looked at. detail holds codes and file positions, never personal data of a case.
CREATE TABLE deeds (
    deed_id uuid NOT NULL PRIMARY KEY,
    at timestamptz NOT NULL,
    officer text NOT NULL,
    kind text NOT NULL,
    request_id uuid NULL,
    act_id uuid NULL,
    intake_id uuid NULL,
    detail text NULL
);
CREATE INDEX deeds_request ON deeds (request_id, at);
CREATE INDEX deeds_at ON deeds (at);
