-- The hub's database and its logins on SQL Server 2019 or newer, with the least each needs. Run it as an administrator; running it again changes nothing.
--
--   SQL_PASSWORD='...' sqlcmd -S localhost -b -i infra/sqlserver/roles.sql
--   liaisonhub database migrate --database "sqlserver:Server=localhost;Database=liaisonhub;User Id=liaisonhub_owner;Password=..."
--
-- New logins begin with the password of SQL_PASSWORD; give each its own afterwards (ALTER LOGIN liaisonhub_hub WITH PASSWORD = ...).
-- What each login may do with each table is granted by the migration (Schema/hub/sqlserver/rights.sql in LiaisonHub.Storage), so that a new table is never
-- without its grants:
--   liaisonhub_owner    owns the tables and changes them; used for migrations alone, by a person
--   liaisonhub_hub      the coordinator: adds to journal, decisions, documents and ledger and can never change or delete there; no table is its own
--   liaisonhub_console  the operators' console: reads, records who saw what, notes what is decided about a quarantined message
--   liaisonhub_reader   reports: reads
IF DB_ID(N'liaisonhub') IS NULL
  -- Text is compared byte by byte: codes and references are case-sensitive, as on the other databases.
  CREATE DATABASE liaisonhub COLLATE Latin1_General_100_BIN2;
GO
-- Readers see what was last committed and wait for nobody.
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'liaisonhub' AND is_read_committed_snapshot_on = 0)
  ALTER DATABASE liaisonhub SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE;
GO
IF SUSER_ID(N'liaisonhub_owner') IS NULL CREATE LOGIN liaisonhub_owner WITH PASSWORD = N'$(SQL_PASSWORD)', DEFAULT_DATABASE = liaisonhub;
IF SUSER_ID(N'liaisonhub_hub') IS NULL CREATE LOGIN liaisonhub_hub WITH PASSWORD = N'$(SQL_PASSWORD)', DEFAULT_DATABASE = liaisonhub;
IF SUSER_ID(N'liaisonhub_console') IS NULL CREATE LOGIN liaisonhub_console WITH PASSWORD = N'$(SQL_PASSWORD)', DEFAULT_DATABASE = liaisonhub;
IF SUSER_ID(N'liaisonhub_reader') IS NULL CREATE LOGIN liaisonhub_reader WITH PASSWORD = N'$(SQL_PASSWORD)', DEFAULT_DATABASE = liaisonhub;
GO
USE liaisonhub;
GO
IF USER_ID(N'liaisonhub_owner') IS NULL CREATE USER liaisonhub_owner FOR LOGIN liaisonhub_owner WITH DEFAULT_SCHEMA = dbo;
IF USER_ID(N'liaisonhub_hub') IS NULL CREATE USER liaisonhub_hub FOR LOGIN liaisonhub_hub WITH DEFAULT_SCHEMA = dbo;
IF USER_ID(N'liaisonhub_console') IS NULL CREATE USER liaisonhub_console FOR LOGIN liaisonhub_console WITH DEFAULT_SCHEMA = dbo;
IF USER_ID(N'liaisonhub_reader') IS NULL CREATE USER liaisonhub_reader FOR LOGIN liaisonhub_reader WITH DEFAULT_SCHEMA = dbo;
ALTER ROLE db_owner ADD MEMBER liaisonhub_owner;
GO
