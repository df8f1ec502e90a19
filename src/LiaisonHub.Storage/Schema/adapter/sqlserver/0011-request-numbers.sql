-- The numbers by which the local systems of both sides know the case of a request, for the search of the desk: of each only a digest, since the numbers stand in private parts.
CREATE TABLE request_numbers (
    number_key nvarchar(64) NOT NULL,
    request_id uniqueidentifier NOT NULL,
    PRIMARY KEY (number_key, request_id)
);
