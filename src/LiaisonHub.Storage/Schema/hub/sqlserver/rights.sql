-- Runs after every migration. What each role may do; see infra/sqlserver/roles.sql. Without the roles (a developer's own database) nothing is granted.
IF DATABASE_PRINCIPAL_ID(N'liaisonhub_hub') IS NOT NULL
BEGIN
  GRANT SELECT ON SCHEMA::dbo TO liaisonhub_hub;
  -- Added, never changed.
  GRANT INSERT ON journal TO liaisonhub_hub;
  DENY UPDATE, DELETE ON journal TO liaisonhub_hub;
  GRANT INSERT ON decisions TO liaisonhub_hub;
  DENY UPDATE, DELETE ON decisions TO liaisonhub_hub;
  GRANT INSERT ON ledger_leaf TO liaisonhub_hub;
  DENY UPDATE, DELETE ON ledger_leaf TO liaisonhub_hub;
  GRANT INSERT ON ledger_chain TO liaisonhub_hub;
  DENY UPDATE, DELETE ON ledger_chain TO liaisonhub_hub;
  GRANT INSERT ON ledger_deeds TO liaisonhub_hub;
  DENY UPDATE, DELETE ON ledger_deeds TO liaisonhub_hub;
  GRANT INSERT ON documents TO liaisonhub_hub;
  DENY UPDATE, DELETE ON documents TO liaisonhub_hub;
  GRANT INSERT ON cost_entries TO liaisonhub_hub;
  DENY UPDATE, DELETE ON cost_entries TO liaisonhub_hub;
  GRANT INSERT ON stays TO liaisonhub_hub;
  DENY UPDATE, DELETE ON stays TO liaisonhub_hub;
  GRANT INSERT ON request_names TO liaisonhub_hub;
  DENY UPDATE, DELETE ON request_names TO liaisonhub_hub;
  -- Added and changed, never deleted.
  GRANT INSERT, UPDATE ON requests TO liaisonhub_hub;
  DENY DELETE ON requests TO liaisonhub_hub;
  GRANT INSERT, UPDATE ON deadlines TO liaisonhub_hub;
  DENY DELETE ON deadlines TO liaisonhub_hub;
  GRANT INSERT, UPDATE ON state_links TO liaisonhub_hub;
  DENY DELETE ON state_links TO liaisonhub_hub;
  GRANT INSERT, UPDATE ON receipts TO liaisonhub_hub;
  DENY DELETE ON receipts TO liaisonhub_hub;
  GRANT INSERT, UPDATE ON quarantine TO liaisonhub_hub;
  DENY DELETE ON quarantine TO liaisonhub_hub;
  GRANT INSERT, UPDATE ON adapters TO liaisonhub_hub;
  DENY DELETE ON adapters TO liaisonhub_hub;
  GRANT INSERT, UPDATE ON leases TO liaisonhub_hub;
  DENY DELETE ON leases TO liaisonhub_hub;
  GRANT INSERT, UPDATE ON orders TO liaisonhub_hub;
  DENY DELETE ON orders TO liaisonhub_hub;
  GRANT INSERT, UPDATE ON request_members TO liaisonhub_hub;
  DENY DELETE ON request_members TO liaisonhub_hub;
  GRANT INSERT, UPDATE ON key_use TO liaisonhub_hub;
  DENY DELETE ON key_use TO liaisonhub_hub;
  GRANT INSERT, UPDATE ON case_group_turns TO liaisonhub_hub;
  DENY DELETE ON case_group_turns TO liaisonhub_hub;
  GRANT INSERT, UPDATE, DELETE ON hub_processes TO liaisonhub_hub;
  GRANT INSERT, UPDATE, DELETE ON hub_endings TO liaisonhub_hub;
  GRANT INSERT, UPDATE ON conformance TO liaisonhub_hub;
  DENY DELETE ON conformance TO liaisonhub_hub;
  -- It carries plans out; what a plan says, and who agreed, is not its to change.
  GRANT UPDATE ON repair_plans (status, foreseen_at, next_at, ended_at, ended_why) TO liaisonhub_hub;
  GRANT UPDATE ON repair_items (status, foreseen, foreseen_why, foreseen_at, tried_at, settled_at, outcome) TO liaisonhub_hub;
  -- It tries the links it is asked to try; who asked, and why, is not its to change.
  GRANT UPDATE ON link_tests (taken_at, stages, answered_at, answer, ended_at) TO liaisonhub_hub;
  GRANT UPDATE ON dead_letter_looks (taken_at, seen_at, total, letters, trouble, home_taken_at, became, ended_at) TO liaisonhub_hub;
  -- Queues: what is done leaves them.
  GRANT INSERT, UPDATE, DELETE ON undecided TO liaisonhub_hub;
  GRANT INSERT, UPDATE, DELETE ON outbox TO liaisonhub_hub;
  GRANT INSERT, UPDATE, DELETE ON ledger_pending TO liaisonhub_hub;
  GRANT INSERT, UPDATE, DELETE ON hub_beliefs TO liaisonhub_hub;
END
IF DATABASE_PRINCIPAL_ID(N'liaisonhub_console') IS NOT NULL
BEGIN
  GRANT SELECT ON SCHEMA::dbo TO liaisonhub_console;
  -- It records who saw what, and notes what an operator decides about a quarantined message. It changes nothing else.
  GRANT INSERT ON ledger_leaf TO liaisonhub_console;
  GRANT INSERT ON ledger_pending TO liaisonhub_console;
  GRANT INSERT ON ledger_deeds TO liaisonhub_console;
  -- A message that was wrapped anew is a new row; a plan is made, shaped, approved and let run here, and carried out by the hub.
  GRANT INSERT ON quarantine TO liaisonhub_console;
  GRANT INSERT ON repair_items TO liaisonhub_console;
  GRANT INSERT ON link_tests TO liaisonhub_console;
  GRANT INSERT ON dead_letter_looks TO liaisonhub_console;
  GRANT UPDATE ON dead_letter_looks (home_asked_at, home_asked_by, home_reason) TO liaisonhub_console;
  GRANT INSERT ON ledger_verifications TO liaisonhub_console;
  GRANT INSERT, UPDATE ON repair_plans TO liaisonhub_console;
  DENY DELETE ON repair_plans TO liaisonhub_console;
  -- Who may sign in is the console's own matter, and nobody else's to read.
  GRANT INSERT, UPDATE ON accounts TO liaisonhub_console;
  DENY DELETE ON accounts TO liaisonhub_console;
  GRANT INSERT, UPDATE ON refused_tries TO liaisonhub_console;
  DENY DELETE ON refused_tries TO liaisonhub_console;
  GRANT INSERT ON account_links TO liaisonhub_console;
  DENY UPDATE, DELETE ON account_links TO liaisonhub_console;
  GRANT INSERT, UPDATE, DELETE ON account_passkeys TO liaisonhub_console;
  GRANT INSERT, UPDATE, DELETE ON account_tokens TO liaisonhub_console;
  GRANT INSERT, DELETE ON calendar_feeds TO liaisonhub_console;
  GRANT INSERT, UPDATE, DELETE ON saved_filters TO liaisonhub_console;
  GRANT INSERT, UPDATE, DELETE ON api_answers TO liaisonhub_console;
  GRANT INSERT, UPDATE, DELETE ON alerts TO liaisonhub_console;
  GRANT INSERT, UPDATE ON alert_receivers TO liaisonhub_console;
  DENY DELETE ON alert_receivers TO liaisonhub_console;
  GRANT INSERT, DELETE ON alert_messages TO liaisonhub_console;
  GRANT UPDATE ON quarantine (status, retry_requested_by, retry_requested_at, tries, resolved_by, resolved_reason, resolved_outcome, resolved_at,
      aside_by, aside_by_account, aside_reason, aside_until) TO liaisonhub_console;
END
IF DATABASE_PRINCIPAL_ID(N'liaisonhub_reader') IS NOT NULL
BEGIN
  GRANT SELECT ON SCHEMA::dbo TO liaisonhub_reader;
  DENY SELECT ON accounts TO liaisonhub_reader;
  DENY SELECT ON account_passkeys TO liaisonhub_reader;
  DENY SELECT ON account_tokens TO liaisonhub_reader;
  DENY SELECT ON calendar_feeds TO liaisonhub_reader;
  DENY SELECT ON saved_filters TO liaisonhub_reader;
  DENY SELECT ON api_answers TO liaisonhub_reader;
  DENY SELECT ON account_links TO liaisonhub_reader;
END
