using System.CommandLine;
using LiaisonHub.Storage;

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
