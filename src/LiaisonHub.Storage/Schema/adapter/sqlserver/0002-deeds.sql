-- What officers did and looked at. detail holds codes and file positions, never personal data of a case.
CREATE TABLE deeds (
    deed_id uniqueidentifier NOT NULL PRIMARY KEY,
    at datetimeoffset(6) NOT NULL,
    officer nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    request_id uniqueidentifier NULL,
    act_id uniqueidentifier NULL,
    intake_id uniqueidentifier NULL,
    detail nvarchar(max) NULL
);
CREATE INDEX deeds_request ON deeds (request_id, at);
CREATE INDEX deeds_at ON deeds (at);
