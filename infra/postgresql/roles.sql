-- Logins of the hub's database on PostgreSQL 13 or newer, with the least each needs. Run it as a superuser in the hub's own database; running it again
-- changes nothing.
--
--   createdb liaisonhub
--   psql -d liaisonhub -v ON_ERROR_STOP=1 -f infra/postgresql/roles.sql
--   psql -d liaisonhub -c '\password liaisonhub_owner' -c '\password liaisonhub_hub' -c '\password liaisonhub_console' -c '\password liaisonhub_reader'
--   liaisonhub database migrate --database "postgres:Host=localhost;Database=liaisonhub;Username=liaisonhub_owner;Password=..."
--
-- What each login may do with each table is granted by the migration (Schema/hub/postgresql/rights.sql in LiaisonHub.Storage), so that a new table is never
-- without its grants:
--   liaisonhub_owner    owns the tables and changes them; used for migrations alone, by a person
--   liaisonhub_hub      the coordinator: adds to journal, decisions, documents and ledger and can never change or delete there; no table is its own
--   liaisonhub_console  the operators' console: reads, records who saw what, notes what is decided about a quarantined message
--   liaisonhub_reader   reports: reads
DO $roles$
DECLARE
  here text := current_database();
  login text;
BEGIN
  IF here IN ('postgres', 'template0', 'template1') THEN
    RAISE EXCEPTION 'Run this in the hub''s own database, not in %: psql -d liaisonhub -f roles.sql', here;
  END IF;

  FOREACH login IN ARRAY ARRAY['liaisonhub_owner', 'liaisonhub_hub', 'liaisonhub_console', 'liaisonhub_reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', login);
    END IF;
  END LOOP;
  ALTER ROLE liaisonhub_reader SET default_transaction_read_only = on;

  EXECUTE format('ALTER DATABASE %I OWNER TO liaisonhub_owner', here);
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', here);
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO liaisonhub_hub, liaisonhub_console, liaisonhub_reader', here);
  ALTER SCHEMA public OWNER TO liaisonhub_owner;
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
END
$roles$;
