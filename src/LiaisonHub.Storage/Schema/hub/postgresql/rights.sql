-- Runs after every migration. What each role may do; see infra/postgresql/roles.sql. Without the roles (a developer's own database) nothing is granted.
DO $rights$
DECLARE
  here text := current_schema();
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'liaisonhub_hub') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO liaisonhub_hub', here);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM liaisonhub_hub', here);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO liaisonhub_hub', here);
    REVOKE SELECT ON accounts, account_passkeys, account_tokens, account_links, calendar_feeds, saved_filters, api_answers FROM liaisonhub_hub;
    -- Added, never changed.
    GRANT INSERT ON journal, decisions, ledger_leaf, ledger_chain, ledger_deeds, documents, cost_entries, stays, request_names TO liaisonhub_hub;
    -- Added and changed, never deleted.
    GRANT INSERT, UPDATE ON requests, deadlines, state_links, receipts, quarantine, adapters, leases, orders, request_members, key_use, case_group_turns, conformance TO liaisonhub_hub;
    GRANT INSERT, UPDATE, DELETE ON hub_processes, hub_endings TO liaisonhub_hub;
    -- It carries plans out; what a plan says, and who agreed, is not its to change.
    GRANT UPDATE (status, foreseen_at, next_at, ended_at, ended_why) ON repair_plans TO liaisonhub_hub;
    GRANT UPDATE (status, foreseen, foreseen_why, foreseen_at, tried_at, settled_at, outcome) ON repair_items TO liaisonhub_hub;
    -- It tries the links it is asked to try; who asked, and why, is not its to change.
    GRANT UPDATE (taken_at, stages, answered_at, answer, ended_at) ON link_tests TO liaisonhub_hub;
    GRANT UPDATE (taken_at, seen_at, total, letters, trouble, home_taken_at, became, ended_at) ON dead_letter_looks TO liaisonhub_hub;
    -- Queues: what is done leaves them.
    GRANT INSERT, UPDATE, DELETE ON undecided, outbox, ledger_pending, hub_beliefs TO liaisonhub_hub;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'liaisonhub_console') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO liaisonhub_console', here);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM liaisonhub_console', here);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO liaisonhub_console', here);
    -- It records who saw what, and notes what an operator decides about a quarantined message. It changes nothing else.
    GRANT INSERT ON ledger_leaf, ledger_pending, ledger_deeds TO liaisonhub_console;
    -- A message that was wrapped anew is a new row; a plan is made, shaped, approved and let run here, and carried out by the hub.
    GRANT INSERT ON quarantine, repair_items, link_tests, dead_letter_looks, ledger_verifications TO liaisonhub_console;
    GRANT UPDATE (home_asked_at, home_asked_by, home_reason) ON dead_letter_looks TO liaisonhub_console;
    GRANT INSERT, UPDATE ON repair_plans TO liaisonhub_console;
    -- Who may sign in is the console's own matter, and nobody else's to read.
    GRANT INSERT, UPDATE ON accounts, refused_tries TO liaisonhub_console;
    GRANT INSERT ON account_links TO liaisonhub_console;
    GRANT INSERT, UPDATE, DELETE ON account_passkeys, account_tokens, calendar_feeds, saved_filters, alerts, api_answers TO liaisonhub_console;
    GRANT INSERT, UPDATE ON alert_receivers TO liaisonhub_console;
    GRANT INSERT, DELETE ON alert_messages TO liaisonhub_console;
    GRANT UPDATE (status, retry_requested_by, retry_requested_at, tries, resolved_by, resolved_reason, resolved_outcome, resolved_at,
      aside_by, aside_by_account, aside_reason, aside_until) ON quarantine TO liaisonhub_console;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'liaisonhub_reader') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO liaisonhub_reader', here);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM liaisonhub_reader', here);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO liaisonhub_reader', here);
    REVOKE SELECT ON accounts, account_passkeys, account_tokens, account_links, calendar_feeds, saved_filters, api_answers FROM liaisonhub_reader;
  END IF;
END
$rights$;
