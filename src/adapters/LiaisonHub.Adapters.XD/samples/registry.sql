-- The tables of an invented offender registry, in the manner of those that agencies give a login to: keys with dates in them, a letter for a status, aliases as rows, a misspelt column.
CREATE TABLE liaison_request (request_no INTEGER NOT NULL PRIMARY KEY, to_state VARCHAR(2), to_authority VARCHAR(20), measure VARCHAR(10), summary VARCHAR(2000), case_no VARCHAR(40), offender_id INTEGER, court_date VARCHAR(30), papers VARCHAR(200), status VARCHAR(1) NOT NULL);
CREATE TABLE warrant (offender_id INTEGER NOT NULL, issue_date VARCHAR(30) NOT NULL, site_id VARCHAR(10) NOT NULL, status VARCHAR(1), reason VARCHAR(200), foreign_jurisdiction VARCHAR(2), longest_months INTEGER, InitalExtraditionDate VARCHAR(30), cleared_date VARCHAR(30), PRIMARY KEY (offender_id, issue_date, site_id));
CREATE TABLE offender_name (offender_id INTEGER NOT NULL, name_type VARCHAR(1) NOT NULL, sequence_no INTEGER NOT NULL, last_name VARCHAR(60), first_name VARCHAR(60), middle_name VARCHAR(60), birth_date VARCHAR(30), sex VARCHAR(1), PRIMARY KEY (offender_id, name_type, sequence_no));
CREATE TABLE offender_charge (offender_id INTEGER NOT NULL, charge_no INTEGER NOT NULL, statute VARCHAR(20), description VARCHAR(400), offence_date VARCHAR(30), offence_place VARCHAR(100), PRIMARY KEY (offender_id, charge_no));
CREATE TABLE liaison_answer (answer_no INTEGER NOT NULL PRIMARY KEY, request_ref VARCHAR(60), kind VARCHAR(20), their_no VARCHAR(40), text VARCHAR(2000), ground VARCHAR(20), papers VARCHAR(200), status VARCHAR(1) NOT NULL);
CREATE TABLE liaison_finding (answer_no INTEGER NOT NULL, item VARCHAR(40) NOT NULL, finding VARCHAR(10), words VARCHAR(200), PRIMARY KEY (answer_no, item));
CREATE TABLE liaison_message (message_name VARCHAR(200) NOT NULL UNIQUE, act VARCHAR(60), reference VARCHAR(60), request_id VARCHAR(40), from_state VARCHAR(2), received_at VARCHAR(40), body VARCHAR(8000));

INSERT INTO offender_name VALUES (700117, 'O', 1, 'TORVALD', 'MIRELLE', 'ANNE', '1979-11-30 00:00:00', 'F');
INSERT INTO offender_name VALUES (700117, 'A', 1, 'TORVAL', 'MIRELA', NULL, '0001-01-01', 'F');
INSERT INTO offender_name VALUES (700118, 'O', 1, 'BRANDEL', 'OSKAR', NULL, '1990', 'M');
INSERT INTO offender_charge VALUES (700117, 1, '18-01O4', 'False invoices to a public hospital', '2025-04', 'Port Dovan');
INSERT INTO offender_charge VALUES (700118, 1, '99-7777', 'Unlisted matter', '03/05/2025', NULL);
INSERT INTO liaison_request VALUES (4101, 'XB', 'XB-CA', 'SRCH', 'Search of the office in Belmora for the invoices of 2025.', 'DV-2026-0088', 700117, '2026-09-14', NULL, 'R');
INSERT INTO liaison_request VALUES (4102, 'XA', NULL, 'ZZZ', 'A measure no table explains.', 'DV-2026-0089', 700118, NULL, NULL, 'R');
INSERT INTO liaison_request VALUES (4103, 'XC', 'XC-CA', 'HEAR', 'A draft nobody has released.', 'DV-2026-0090', 700118, NULL, NULL, 'D');
INSERT INTO warrant VALUES (700118, '2026-02-20 00:00', 'DV01', 'I', 'Failed to appear', 'XA', 96, NULL, NULL);
INSERT INTO warrant VALUES (700117, '2026-01-10 12:00', 'DV02', 'D', 'Fraud', 'XA', 120, NULL, '2026-02-01');
INSERT INTO liaison_answer VALUES (9001, 'XA-2026-000001', 'ACK', 'DV-2026-0100', NULL, NULL, NULL, 'R');
