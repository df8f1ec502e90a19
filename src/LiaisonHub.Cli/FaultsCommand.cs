using System.CommandLine;
using System.Text.Json;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Shell;

namespace LiaisonHub.Cli;

/// <summary>What waits in quarantine, by what it fell over.</summary>
static class FaultsCommand
{
    public static Command Make()
    {
        var groups = new Command("groups", $"Lists what waits in quarantine by fingerprint: how much, since when, and how soon the requests that wait come to a limit. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub faults groups\n  liaisonhub faults groups --json")
        {
            ConsoleApi.Address, ProcedureCommand.Json,
        };
        groups.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var board = await console.Get<FaultBoard>("faults", cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(board);
            else if (board.Groups.Count == 0)
                Terminal.Good("Nothing is in quarantine.");
            else
                Terminal.Table(["fingerprint", "messages", "states", "first seen", "last seen", "requests", "within 5 days", "first limit", "reason", "what clears it"], board.Groups.Select(g => (IReadOnlyList<string>)
                [
                    g.Group.Fingerprint, Words.Number(g.Group.Messages), Words.Number(g.Group.States), Words.Utc(g.Group.FirstAt), Words.Utc(g.Group.LastAt), Words.Number(g.Group.Requests), Words.Number(g.Group.Soon),
                    g.Group.NextDue is { } due ? Words.Remaining(due, board.At) : "", g.Reason, g.Fix,
                ]));
            return board.Groups.Count == 0 ? ExitCode.Done : ExitCode.Findings;
        }));

        var fingerprint = new Argument<string>("fingerprint") { Description = "As “faults groups” names it." };
        var show = new Command("show", $"Shows the newest message of a group as far as it may be seen: never its bytes, never the sealed part. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub faults show edge/InvalidContent/header.sequence\n  liaisonhub faults show edge/NotAuthentic/UnknownKey --json")
        {
            fingerprint, ConsoleApi.Address, ProcedureCommand.Json,
        };
        show.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var sample = await console.Get<JsonElement>($"faults/sample?group={Uri.EscapeDataString(parsed.GetRequiredValue(fingerprint))}", cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
            {
                Terminal.Json(sample);
                return ExitCode.Findings;
            }
            var fault = sample.GetProperty("fault");
            Terminal.Say($"{fault.GetProperty("group").GetProperty("fingerprint").GetString()}: {fault.GetProperty("group").GetProperty("messages").GetInt32()} waiting; newest {fault.GetProperty("sample").GetString()}");
            Terminal.Say($"{fault.GetProperty("reason").GetString()} {fault.GetProperty("fix").GetString()}");
            Terminal.Table(["part", "field", "content"], sample.GetProperty("wire").GetProperty("fields").EnumerateArray().Select(f => (IReadOnlyList<string>)
                [f.GetProperty("part").GetString()!, f.GetProperty("field").GetString()!, f.GetProperty("shown").GetString()!]));
            return ExitCode.Findings;
        }));

        var message = new Argument<Guid>("message") { Description = "Id of the message, as the quarantine names it." };
        var reason = new Option<string>("--reason") { Description = "Why; goes into the ledger, so no personal data of any case.", Required = true };
        var by = new Option<string?>("--by") { Description = "Who does it, where nobody signs in at the console: name and function." };
        var wrap = new Command("wrap", $"Sends a message that only its wrapping keeps out as a new one: what the state has signed is untouched. It needs the role operator. {ConsoleApi.Note}\n\nExample: liaisonhub faults wrap 01980c6e-6f0e-7d10-9d5c-2f4c0f6d7a11 --reason \"A mark in front\"")
        {
            message, reason, by, ConsoleApi.Address, ProcedureCommand.Json,
        };
        wrap.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var before = await console.Get<MessageReport>($"quarantine/{parsed.GetRequiredValue(message):D}", cancellationToken);
            var made = await console.Post<MessageReport>(
                $"quarantine/{parsed.GetRequiredValue(message):D}/wrapping", new MessageWish { Digest = before.WrappedDigest, Reason = parsed.GetRequiredValue(reason), By = parsed.GetValue(by) }, cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(made);
            else
                Terminal.Good($"{made.Message.Id:D} was made of it ({string.Join(", ", before.WrappingFaults.Select(f => Words.Spaced(f).ToLowerInvariant()))}); its SHA-256 is {made.Digest}.");
            return ExitCode.Done;
        }));
        return new Command("faults", "What waits in quarantine, by what it fell over.") { groups, show, wrap };
    }
}
