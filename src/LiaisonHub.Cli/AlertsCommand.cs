using System.CommandLine;
using LiaisonHub.OperatorConsole.Alerts;
using LiaisonHub.OperatorConsole.Shell;

namespace LiaisonHub.Cli;

/// <summary>Who is told outside of the console, and whether they hear.</summary>
static class AlertsCommand
{
    public static Command Make()
    {
        var alerts = new Command("alerts",
            $"Lists who is told what outside of the console: what was told, what is held back and until when, and what came of the last messages. Exit code 0: every receiver takes its messages; 1: one does not. {ConsoleApi.Note}\n\n"
            + "Example: liaisonhub alerts\n         liaisonhub alerts --json\n         liaisonhub alerts test duty --reason \"Before the exercise\"")
        {
            ConsoleApi.Address, ProcedureCommand.Json, MakeTest(),
        };
        alerts.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var board = await console.Get<AlertBoard>("alerts", cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(board);
            else
                Say(board);
            return board.Receivers.Any(r => r.Failures > 0) ? ExitCode.Findings : ExitCode.Done;
        }));
        return alerts;
    }

    static void Say(AlertBoard board)
    {
        if (board.Receivers.Count == 0)
            Terminal.Say("Nobody is told: the console's options name no receiver (Console:Alerts:Receivers).");
        foreach (var receiver in board.Receivers)
        {
            if (receiver.LastError is { } error)
                Terminal.Bad($"{receiver.Name} ({receiver.By})", $"{error.Plain} {Words.Count(receiver.Failures, "failure", "failures")} in a row{(receiver.TriedAgainAt is { } again ? $"; tried again {Words.Utc(again)}" : "")}.");
            else
                Terminal.Good($"{receiver.Name} ({receiver.By}): {(receiver.SentAt is { } sent ? $"the last message was taken {Words.Utc(sent)}" : "nothing was sent yet")}{(receiver.QuietUntil is { } quiet ? $"; quiet until {Words.Utc(quiet)}" : "")}.");
            if (receiver.Matters.Count > 0)
                Terminal.Table(["what", "state", "since", "where it stands", "at"],
                    receiver.Matters.Select(m => (IReadOnlyList<string>)[m.Kind, m.State ?? "", Words.Utc(m.Since), Words.Spaced($"{m.Place}").ToLowerInvariant(), m.At is { } at ? Words.Utc(at) : ""]));
        }
        if (board.Sent.Count > 0)
            Terminal.Table(["sent", "to", "about", "outcome"], board.Sent.Take(20).Select(s => (IReadOnlyList<string>)[Words.Utc(s.At), s.Receiver, s.About.Plain, s.Error?.Plain ?? "taken"]));
    }

    static Command MakeTest()
    {
        var receiver = new Argument<string>("receiver") { Description = "Its name in the console's options, as “alerts” lists it." };
        var reason = new Option<string>("--reason") { Description = "Why; goes into the ledger, so no personal data of any case.", Required = true };
        var by = new Option<string?>("--by") { Description = "Who does it, where nobody signs in at the console: name and function." };
        var test = new Command("test",
            $"Sends a receiver a message that says it is a test, whatever the hour, and says what came of it. It needs the role operator. Exit code 0: it was taken; 1: it was not. {ConsoleApi.Note}\n\n"
            + "Example: liaisonhub alerts test duty --reason \"Before the exercise\"")
        {
            receiver, reason, by, ConsoleApi.Address, ProcedureCommand.Json,
        };
        test.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var outcome = await console.Post<AlertTestOutcome>("alerts/test", new AlertTestWish(parsed.GetRequiredValue(receiver), parsed.GetRequiredValue(reason), parsed.GetValue(by)), cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(outcome);
            else if (outcome.Error is { } error)
                Terminal.Bad($"{outcome.Receiver} did not take it.", error.Plain);
            else
                Terminal.Good($"{outcome.Receiver} took it.");
            return outcome.Error is null ? ExitCode.Done : ExitCode.Findings;
        }));
        return test;
    }
}
