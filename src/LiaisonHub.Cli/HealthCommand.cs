using System.CommandLine;
using LiaisonHub.OperatorConsole.Settings;

namespace LiaisonHub.Cli;

/// <summary>How the hub stands, as the console says it.</summary>
static class HealthCommand
{
    public static Command Make()
    {
        var command = new Command("health", "Says how the hub stands: each thing it needs, with the reason. Exit code 0: everything is well; 1: somebody should look at something; 3: the console or its database cannot be reached.\n\n"
            + $"Example: liaisonhub health --json\n\n{ConsoleApi.Note}")
        {
            ConsoleApi.Address, ProcedureCommand.Json,
        };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var board = await console.Get<HealthBoard>("health", cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(board);
            else
                foreach (var check in board.Checks)
                    if (check.Condition == Condition.Well)
                        Terminal.Good($"{check.Name}: {check.Reason}");
                    else
                        Terminal.Bad(check.Name, check.Reason);
            // Nothing else is looked at where the database does not answer.
            return board.Worst == Condition.Well ? ExitCode.Done : board.Checks.Count == 1 ? ExitCode.Unreachable : ExitCode.Findings;
        }));
        return command;
    }
}
