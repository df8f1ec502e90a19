using System.CommandLine;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Cli;

/// <summary>Creates or upgrades tables, for deployments in which the running programs may not.</summary>
static class DatabaseCommand
{
    public static Command Make()
    {
        var address = new Option<string>("--database") { Description = "sqlite:FILE, postgres:CONNECTION STRING or sqlserver:CONNECTION STRING.", Required = true };
        var schema = new Option<Schema>("--schema") { Description = "Whose tables.", DefaultValueFactory = _ => Schema.Hub };
        var migrate = new Command("migrate", "Creates the tables or brings them up to date. Safe to run twice and from two places at once.\n\nExample: liaisonhub database migrate --database \"postgres:Host=localhost;Database=liaisonhub;Username=liaisonhub_owner\"")
        {
            address, schema,
        };
        migrate.SetAction((parsed, cancellationToken) => Terminal.Run(async () =>
        {
            await using var database = Database.Open(parsed.GetRequiredValue(address), TimeProvider.System);
            database.Migrate(parsed.GetValue(schema), Terminal.Step);
            Terminal.Good("The tables are up to date.");
            return ExitCode.Done;
        }));
        return new Command("database", "The hub's and the adapters' databases.") { migrate };
    }
}

/// <summary>Checks the ledger.</summary>
static class LedgerCommand
{
    public static Command Make()
    {
        var address = new Option<string>("--database") { Description = "The hub's database.", Required = true };
        var verify = new Command("verify", "Computes every hash of the ledger again. Exit code 1 names the first place that does not hold.\n\nExample: liaisonhub ledger verify --database sqlite:.liaisonhub/hub.db") { address };
        verify.SetAction((parsed, cancellationToken) => Terminal.Run(async () =>
        {
            await using var database = Database.Open(parsed.GetRequiredValue(address), TimeProvider.System);
            var ledger = new Ledger(database);
            if (await ledger.Verify(cancellationToken) is { } finding)
            {
                Terminal.Bad($"The ledger does not hold at position {(finding.Position is { } position ? $"{position}" : "?")}: {finding.What}", "Stop the hub, keep the database as it is, and compare with the last backup and the receipts of the states.");
                return ExitCode.Findings;
            }
            var head = await ledger.Head(cancellationToken);
            Terminal.Good($"The ledger holds: {head.Size} entries, head {head.Hash}.");
            return ExitCode.Done;
        }));
        return new Command("ledger", "The record that the hub itself cannot rewrite unseen.") { verify };
    }
}
