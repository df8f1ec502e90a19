using System.CommandLine;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Identity;

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
        return new Command("database", "The hub's and the adapters' databases.") { migrate, Approver() };
    }

    // Whoever an administrator has made, closed or opened again is the administrator's hand; where no other approver is left, one comes from whoever keeps the machine.
    static Command Approver()
    {
        var address = new Option<string>("--database") { Description = "The hub's database.", Required = true };
        var console = new Option<Uri?>("--console-url") { Description = "Address under which people reach the console.", Required = true, CustomParser = ConsoleApi.Http("a console", "https://console.example") };
        var signInName = new Option<string>("--sign-in-name") { Description = $"What the person signs in with: no blank, {AccountDesk.LongestSignInName} characters at most.", Required = true };
        var name = new Option<string>("--name") { Description = "Name and function, as the ledger says them.", Required = true };
        var command = new Command("approver", "Makes the account of an approver whom no administrator has a hand in, where there is none that can sign in, and prints the link with which the person chooses a password within 24 hours. Run again before the link was used, it gives another link to the same account. Exit code 1: there is such an approver, or the name is taken.\n\n"
            + "Example: liaisonhub database approver --database sqlite:/var/lib/liaisonhub/hub.db --console-url https://console.example --sign-in-name crane --name \"B. Crane, head of operations\"")
        {
            address, console, signInName, name,
        };
        command.SetAction((parsed, cancellationToken) => Terminal.Run(async () =>
        {
            await using var database = Database.Open(parsed.GetRequiredValue(address), TimeProvider.System);
            var accounts = new AccountStore(database);
            if (await accounts.HasUnmade(nameof(Role.Approver), cancellationToken))
            {
                await Console.Error.WriteLineAsync("There is an approver already whose account nobody else has made, closed or opened.");
                return ExitCode.Findings;
            }
            var (person, typed) = (parsed.GetRequiredValue(name).Trim(), parsed.GetRequiredValue(signInName).Trim());
            if (person.Length is 0 or > AccountDesk.LongestName || typed.Length is 0 or > AccountDesk.LongestSignInName || !Legible.IsSeen(person) || !Legible.IsSeen(typed) || typed.Any(char.IsWhiteSpace))
            {
                await Console.Error.WriteLineAsync($"Write the name in {AccountDesk.LongestName} characters at most and the sign-in name in {AccountDesk.LongestSignInName} without a blank, both without characters that are not seen.");
                return ExitCode.Usage;
            }
            var desk = new AccountDesk(accounts, new(database), new PasswordHasher<Account>(), new(), new(), TimeProvider.System);
            if (await desk.InviteApprover(typed, person, cancellationToken) is not { } secret)
            {
                await Console.Error.WriteLineAsync($"'{typed}' signs in already, or another open account has the name '{person}'; write another.");
                return ExitCode.Findings;
            }
            Terminal.Good(new Uri(parsed.GetRequiredValue(console)!, $"/invitations/{secret}").ToString());
            return ExitCode.Done;
        }));
        return command;
    }
}
