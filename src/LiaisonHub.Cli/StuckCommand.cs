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
        var chosen = new[] { ("country", "Only requests of or to this state, for example XB."), ("instrument", "Only requests under this instrument."), ("procedure", "Only requests of this procedure, for example MutualAssistance.") }
            .Select(o => (Name: o.Item1, Option: new Option<string?>($"--{o.Item1}") { Description = o.Item2 })).ToList();
        verdict.AcceptOnlyFromAmong(Enum.GetNames<Casework.Stuck.Cause>());
        chosen.Find(c => c.Name == "procedure").Option.CompletionSources.Add([.. Casework.Rules.ProcedureNames]);
        var command = new Command("stuck", "Lists every request that is stuck: why, since when, and what would clear it. Exit code 0: nothing is stuck; 1: something is. "
            + $"{ConsoleApi.Note}\n\nExamples:\n  liaisonhub stuck\n  liaisonhub stuck --verdict NotOpened --json\n  liaisonhub stuck --country XB --procedure Extradition")
        {
            ConsoleApi.Address, ConsoleApi.Filter, verdict, ProcedureCommand.Json,
        };
        foreach (var (_, option) in chosen)
            command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, console => List(
            parsed, console, parsed.GetValue(verdict), string.Concat(chosen.Where(c => parsed.GetValue(c.Option) is not null).Select(c => $"&{c.Name}={Uri.EscapeDataString(parsed.GetValue(c.Option)!)}")), cancellationToken)));
        return command;
    }

    static async Task<int> List(ParseResult parsed, ConsoleApi console, string? verdict, string chosen, CancellationToken cancellationToken)
    {
        var query = await console.Query(parsed.GetValue(ConsoleApi.Filter), "stuck", (verdict is null ? chosen : $"group={verdict}{chosen}").TrimStart('&'), cancellationToken);
        var board = await console.Get<StuckBoard>($"stuck?{query}", cancellationToken);
        if (parsed.GetValue(ProcedureCommand.Json))
            Terminal.Json(board);
        else
        {
            foreach (var fault in board.Faults)
                Terminal.Say(Words.Sentences(fault.What.Plain, fault.Clears.Plain));
            if (board.Lines.Count == 0)
                Terminal.Good(verdict is not null ? $"Nothing is stuck for this reason ({verdict})." : board.Faults.Count == 0 ? "Nothing is stuck." : "No request is late yet.");
            else
                Terminal.Table(["reference", "from and to", "state", "for", "usually", "verdict", "lies with", "why", "what clears it"],
                    board.Lines.Select(l => (IReadOnlyList<string>)[l.Reference, l.Pair, l.State, Words.Span(board.At - l.Since), l.Usual is { } usual ? Words.Span(usual) : "", l.Verdict.Cause.ToString(), l.Verdict.State ?? "", l.Verdict.What.Plain, l.Verdict.Clears.Plain]));
            if (board.Cut)
                Terminal.Say("There is more of one kind than was looked at; the worst are listed.");
        }
        return board.Lines.Count == 0 ? ExitCode.Done : ExitCode.Findings;
    }
}
