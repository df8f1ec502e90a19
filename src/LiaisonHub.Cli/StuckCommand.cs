using System.CommandLine;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Stuck;

namespace LiaisonHub.Cli;

/// <summary>Says what is stuck and why, as the operators' console does: it asks the console, so that both say the same.</summary>
static class StuckCommand
{
    public static Command Make()
    {
        var verdict = new Option<string?>("--verdict") { Description = "Only this verdict, for example NotOpened." };
        var command = new Command("stuck", "Lists every request that is stuck: why, since when, and what would clear it. Exit code 0: nothing is stuck; 1: something is. "
            + $"{ConsoleApi.Note}\n\nExamples:\n  liaisonhub stuck\n  liaisonhub stuck --verdict NotOpened --json")
        {
            ConsoleApi.Address, ConsoleApi.Filter, verdict, ProcedureCommand.Json,
        };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, console => List(parsed, console, parsed.GetValue(verdict), cancellationToken)));
        return command;
    }

    static async Task<int> List(ParseResult parsed, ConsoleApi console, string? verdict, CancellationToken cancellationToken)
    {
        if (verdict is not null && !Enum.GetNames<Casework.Stuck.Cause>().Contains(verdict))
        {
            await Console.Error.WriteLineAsync($"'{verdict}' is no verdict; write one of {string.Join(", ", Enum.GetNames<Casework.Stuck.Cause>())}.");
            return ExitCode.Usage;
        }
        var query = await console.Query(parsed.GetValue(ConsoleApi.Filter), "stuck", verdict is null ? "" : $"group={verdict}", cancellationToken);
        var board = await console.Get<StuckBoard>($"stuck?{query}", cancellationToken);
        if (parsed.GetValue(ProcedureCommand.Json))
            Terminal.Json(board);
        else if (board.Lines.Count == 0)
            Terminal.Good(verdict is null ? "Nothing is stuck." : $"Nothing is stuck for this reason ({verdict}).");
        else
        {
            Terminal.Table(["reference", "from and to", "state", "for", "usually", "verdict", "lies with", "why", "what clears it"],
                board.Lines.Select(l => (IReadOnlyList<string>)[l.Reference, l.Pair, l.State, Words.Span(board.At - l.Since), l.Usual is { } usual ? Words.Span(usual) : "", l.Verdict.Cause.ToString(), l.Verdict.State ?? "", l.Verdict.What.Plain, l.Verdict.Clears.Plain]));
            if (board.Cut)
                Terminal.Say("There is more of one kind than was looked at; the worst are listed.");
        }
        return board.Lines.Count == 0 ? ExitCode.Done : ExitCode.Findings;
    }
}
