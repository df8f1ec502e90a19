-- The numbers by which the local systems of both sides know the case of a request, for the search of the desk: of each only a digest, since the numbers stand in private parts.
CREATE TABLE request_numbers (
    number_key TEXT NOT NULL,
    request_id TEXT NOT NULL,
    PRIMARY KEY (number_key, request_id)
);
