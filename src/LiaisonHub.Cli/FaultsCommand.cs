using System.CommandLine;
using System.Text.Json;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Cli;

/// <summary>What waits in quarantine, by what it fell over.</summary>
static class FaultsCommand
{
    const int Most = 500;

    static readonly Argument<Guid> Message = new("message") { Description = "Id of the message, as the quarantine names it." };
    static readonly Option<string> Reason = new("--reason") { Description = "Why; goes into the ledger, so no personal data of any case.", Required = true };
    static readonly Option<string?> By = new("--by") { Description = "Who does it, where nobody signs in at the console: name and function." };

    public static Command Make()
    {
        var groups = new Command("groups", $"Lists what waits in quarantine by fingerprint: how much, since when, and how soon the requests that wait come to a limit. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub faults groups\n  liaisonhub faults groups --json")
        {
            ConsoleApi.Address, ProcedureCommand.Json,
        };
        groups.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var board = await console.Get<FaultBoard>("quarantine/groups", cancellationToken);
            using (var progress = Terminal.Progress(parsed.GetValue(ProcedureCommand.Json)))
                while (board.Next is { } next && board.Groups.Count < Most)
                {
                    progress.At($"{board.Groups.Count} groups read");
                    var page = await console.Get<FaultBoard>($"quarantine/groups?after={Uri.EscapeDataString(next)}", cancellationToken);
                    board = page with { Groups = [.. board.Groups, .. page.Groups] };
                }
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(board);
            else if (board.Groups.Count == 0)
                Terminal.Good("Nothing is in quarantine.");
            else
                Terminal.Table(["fingerprint", "messages", "tried again", "states", "first seen", "last seen", "requests", "within 5 days", "first limit", "reason", "what clears it"], board.Groups.Select(g => (IReadOnlyList<string>)
                [
                    g.Fingerprint, Words.Number(g.Messages), Words.Number(g.Tries), Words.Number(g.States), Words.Utc(g.FirstAt), Words.Utc(g.LastAt), Words.Number(g.Requests), Words.Number(g.Soon),
                    g.NextDue is { } due ? Words.Remaining(due, board.At) : "", g.Reason, g.Fix,
                ]));
            if (board.Next is not null && !parsed.GetValue(ProcedureCommand.Json))
                Terminal.Say($"There are more than {board.Groups.Count}; the console has them all as a file.");
            return board.Groups.Count == 0 ? ExitCode.Done : ExitCode.Findings;
        }));

        var fingerprint = new Argument<string>("fingerprint") { Description = "As “faults groups” names it." };
        var show = new Command("show", $"Shows the newest message of a group as far as it may be seen: never its bytes, never the sealed part. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub faults show edge/InvalidContent/header.sequence\n  liaisonhub faults show edge/NotAuthentic/UnknownKey --json")
        {
            fingerprint, ConsoleApi.Address, ProcedureCommand.Json,
        };
        show.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var sample = await console.Get<JsonElement>($"quarantine/groups/sample?group={Uri.EscapeDataString(parsed.GetRequiredValue(fingerprint))}", cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
            {
                Terminal.Json(sample);
                return ExitCode.Findings;
            }
            var fault = sample.GetProperty("fault");
            Terminal.Say($"{fault.GetProperty("fingerprint").GetString()}: {fault.GetProperty("messages").GetInt32()} waiting; newest {fault.GetProperty("newest").GetString()}");
            Terminal.Say($"{fault.GetProperty("reason").GetString()} {fault.GetProperty("fix").GetString()}");
            Terminal.Table(["part", "field", "content"], sample.GetProperty("wire").GetProperty("fields").EnumerateArray().Select(f => (IReadOnlyList<string>)
                [f.GetProperty("part").GetString()!, f.GetProperty("field").GetString()!, f.GetProperty("shown").GetString()!]));
            return ExitCode.Findings;
        }));

        var wrap = new Command("wrap", $"Sends a message that only its wrapping keeps out as a new one: what the state has signed is untouched. It needs the role operator. {ConsoleApi.Note}\n\nExample: liaisonhub faults wrap 01980c6e-6f0e-7d10-9d5c-2f4c0f6d7a11 --reason \"A mark in front\"")
        {
            Message, Reason, By, ConsoleApi.Address, ProcedureCommand.Json,
        };
        wrap.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var before = await console.Get<MessageReport>($"quarantine/{parsed.GetRequiredValue(Message):D}", cancellationToken);
            var made = await console.Post<MessageReport>(
                $"quarantine/{parsed.GetRequiredValue(Message):D}/wrapping", new MessageWish { Digest = before.WrappedDigest, Reason = parsed.GetRequiredValue(Reason), By = parsed.GetValue(By) }, cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(made);
            else
                Terminal.Good($"{made.Message.Id:D} was made of it ({string.Join(", ", before.WrappingFaults.Select(f => Words.Spaced(f).ToLowerInvariant()))}); its SHA-256 is {made.Digest}.");
            return ExitCode.Done;
        }));
        return new Command("faults", "What waits in quarantine, by what it fell over.")
        {
            groups, show, wrap,
            Deed(MessageWish.Retry, "", "Lets the hub take one message again, as if it had just come. It needs the role operator.", " --reason \"The key of XB is in the directory now\"", "The hub takes it again; look with “faults status”.", Reason, By),
            Deed(MessageWish.Aside, "", "Wishes that one message never has an effect. It cannot be undone: a second person must agree within 24 hours. It needs the role operator, and a console at which people sign in.", " --reason \"A test sent by mistake\"",
                "Wished. Another person agrees with “faults agree”, or declines.", Reason),
            Deed(MessageWish.Agree, "/approval", "Agrees, as the second person, that one message is set aside for good. It needs the role approver.", "", "Set aside for good."),
            Deed(MessageWish.Decline, "/approval", "Declines, as the second person, that one message is set aside: it waits as before. It needs the role approver.", " --reason \"This came from a court\"", "Declined. It waits as before.", Reason),
            Status(),
        };
    }

    static Command Deed(string deed, string address, string says, string example, string done, params Option[] asked)
    {
        var command = new Command(deed, $"{says} {ConsoleApi.Note}\n\nExample: liaisonhub faults {deed} 01980c6e-6f0e-7d10-9d5c-2f4c0f6d7a11{example}") { Message };
        foreach (var option in asked.Append(ConsoleApi.Address).Append(ProcedureCommand.Json))
            command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var wish = new MessageWish { Deed = deed, Reason = asked.Contains(Reason) ? parsed.GetRequiredValue(Reason) : null, By = asked.Contains(By) ? parsed.GetValue(By) : null };
            var report = await console.Post<MessageReport>($"quarantine/{parsed.GetRequiredValue(Message):D}{address}", wish, cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(report);
            else
                Terminal.Good(done);
            return ExitCode.Done;
        }));
        return command;
    }

    static Command Status()
    {
        var command = new Command("status", $"Says how one message stands: whether it waits, is to be tried again or is dealt with, by whom and why. Exit code 1: it waits. {ConsoleApi.Note}\n\nExample: liaisonhub faults status 01980c6e-6f0e-7d10-9d5c-2f4c0f6d7a11")
        {
            Message, ConsoleApi.Address, ProcedureCommand.Json,
        };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var report = await console.Get<MessageReport>($"quarantine/{parsed.GetRequiredValue(Message):D}", cancellationToken);
            var settled = report.Message.Status == Quarantine.Resolved;
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(report);
            else
            {
                Terminal.Say($"{report.Fingerprint}, from {report.Message.State ?? "nobody knows whom"}, {Words.Utc(report.Message.At)}: {report.Message.Reason} {report.Fix}");
                Terminal.Say(settled ? $"{report.ResolvedOutcome} by {report.ResolvedBy}, {Words.Utc(report.ResolvedAt!.Value)}: {report.ResolvedReason}" : $"{Words.Spaced(report.Message.Status)}; tried again {Words.Count(report.Message.Tries, "time", "times")}");
                if (!settled && report.AsideUntil is { } until)
                    Terminal.Say($"{report.AsideBy} wishes it set aside for good: {report.AsideReason} A second person may agree until {Words.Utc(until)}.");
            }
            return settled ? ExitCode.Done : ExitCode.Findings;
        }));
        return command;
    }
}
