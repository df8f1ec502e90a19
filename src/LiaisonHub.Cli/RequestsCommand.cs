using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Cli;

/// <summary>Requests at the terminal: which there are, and of one where it stands, why, and what happened.</summary>
static class RequestsCommand
{
    const int Most = 500;

    public static Command Make()
    {
        var which = new Argument<string>("request") { Description = "Its reference, or its id." };
        return new Command("requests", "Requests: which there are, and of one where it stands, why, and what happened.")
        {
            List(),
            Of("show", "Says where a request stands: its sides, its state, its limits.", "show XA-2026-000102", which, Show),
            Of("why", "Says why a request stands where it stands, and what would move it. Exit code 1: something keeps it from moving.", "why XA-2026-000102", which, Why),
            Of("timeline", "Lists the acts of a request, oldest first, with how far each has come.", "timeline XA-2026-000102", which, Timeline),
        };
    }

    static Command List()
    {
        var country = new Option<string?>("--country") { Description = "A state on either side." };
        var state = new Option<string?>("--state") { Description = "State of the procedure, for example Acknowledged." };
        var instrument = new Option<string?>("--instrument") { Description = "The instrument." };
        var overdue = new Option<bool>("--overdue") { Description = "Only those with a limit that has passed." };
        var closed = new Option<bool>("--closed") { Description = "The closed ones, the last closed first." };
        var authority = new Option<string?>("--authority") { Description = "Code of an authority on either side." };
        var from = new Option<string?>("--from") { Description = "Submitted on this day (UTC) or later, for example 2026-03-01; the last submitted first." };
        var until = new Option<string?>("--until") { Description = "Submitted on this day (UTC) or earlier." };
        var within = new Option<int?>("--within") { Description = "The next limit comes within so many days." };
        var find = new Option<string?>("--find") { Description = "What the search of the console finds by: the beginning of any word of a reference or file number, an authority, country or state of the procedure by its code or words of its name, a month, day or minute (UTC), or an id, whole or its last eight digits; the other options are left out of account then." };
        var list = new Command("list", $"Lists requests, the next limit first. Exit code 0, whatever is found.\n\nExample: liaisonhub requests list --country XB --overdue\n         liaisonhub requests list --filter \"my desk\"\n         liaisonhub requests list --find \"2026-03-20 09:12\"\n\n{ConsoleApi.Note}")
        {
            ConsoleApi.Address, ConsoleApi.Filter, country, authority, state, instrument, from, until, overdue, closed, within, find, ProcedureCommand.Json,
        };
        list.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var query = await console.Query(parsed.GetValue(ConsoleApi.Filter), "requests", DeadlinesCommand.Query(("q", parsed.GetValue(find)), ("country", parsed.GetValue(country)), ("authority", parsed.GetValue(authority)), ("from", parsed.GetValue(from)), ("until", parsed.GetValue(until)), ("state", parsed.GetValue(state)), ("instrument", parsed.GetValue(instrument)),
                ("overdue", parsed.GetValue(overdue) ? "1" : null), ("show", parsed.GetValue(closed) ? "closed" : null), ("within", parsed.GetValue(within)?.ToString(CultureInfo.InvariantCulture))), cancellationToken);
            var found = await console.Get<RequestList>($"requests?{query}", cancellationToken);
            while (found.Next is { } next && found.Lines.Count < Most)
            {
                var page = await console.Get<RequestList>($"requests?{query}&after={Uri.EscapeDataString(next)}", cancellationToken);
                found = page with { Lines = [.. found.Lines, .. page.Lines] };
            }
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(found);
            else if (found.Lines.Count == 0 && found.Elsewhere.Count == 0)
                Terminal.Good("There is none.");
            foreach (var other in parsed.GetValue(ProcedureCommand.Json) ? [] : found.Elsewhere)
                Terminal.Say(other.Kind == FoundElsewhere.Plan ? $"A repair plan has this id: liaisonhub plan status {other.Id:D}" : $"A message in quarantine has this id: liaisonhub faults status {other.Id:D}");
            if (!parsed.GetValue(ProcedureCommand.Json) && found.Lines.Count > 0)
            {
                Terminal.Table(["reference", "from and to", "state", "next limit", "level", "priority"],
                    found.Lines.Select(l => (IReadOnlyList<string>)[l.Reference, $"{l.RequestingState}→{l.RequestedState}", l.State, l.NextDue is { } due ? Words.Remaining(due, found.At) : "", $"{l.Level}", l.Priority]));
                if (found.Next is not null)
                    Terminal.Say($"There are more than {found.Lines.Count}; narrow the list.");
            }
            return ExitCode.Done;
        }));
        return list;
    }

    static Command Of(string name, string says, string example, Argument<string> which, Func<ParseResult, ConsoleApi, Guid, CancellationToken, Task<int>> tell)
    {
        var command = new Command(name, $"{says}\n\nExample: liaisonhub requests {example}\n\n{ConsoleApi.Note}") { which, ConsoleApi.Address, ProcedureCommand.Json };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var wanted = parsed.GetRequiredValue(which);
            if (!Guid.TryParse(wanted, out var id))
            {
                var found = (await console.Get<RequestList>($"requests?q={Uri.EscapeDataString(wanted)}", cancellationToken)).Lines.Where(l => l.Reference.Equals(wanted, StringComparison.OrdinalIgnoreCase)).ToList();
                if (found.Count != 1)
                {
                    await Console.Error.WriteLineAsync(found.Count == 0 ? $"The hub knows no request with the reference '{wanted}'; look with 'liaisonhub requests list --find {wanted}'."
                        : $"{found.Count} requests have the reference '{wanted}'; name one by its id: {string.Join(", ", found.Select(l => l.RequestId))}.");
                    return found.Count == 0 ? ExitCode.Findings : ExitCode.Usage;
                }
                id = found[0].RequestId;
            }
            return await tell(parsed, console, id, cancellationToken);
        }));
        return command;
    }

    static async Task<int> Show(ParseResult parsed, ConsoleApi console, Guid requestId, CancellationToken cancellationToken)
    {
        var dossier = await console.Get<JsonElement>($"requests/{requestId:D}", cancellationToken);
        if (parsed.GetValue(ProcedureCommand.Json))
        {
            Terminal.Json(dossier);
            return ExitCode.Done;
        }
        var (request, at) = (dossier.GetProperty("request"), dossier.GetProperty("at").GetDateTimeOffset());
        Terminal.Say($"{Text(request, "reference")}: {Text(request.GetProperty("requesting"), "state")} asks {Text(request.GetProperty("requested"), "state")} under {Text(request, "instrument")} ({Text(request, "procedure")})");
        Terminal.Say($"{Text(request, "state")} since {Words.Utc(request.GetProperty("since").GetDateTimeOffset())}");
        Terminal.Say(Text(dossier.GetProperty("why"), "sentence"));
        var limits = request.GetProperty("deadlines").EnumerateArray().Where(d => Text(d, "kind") == "Procedure" && Text(d, "status") is "Running" or "Held").ToList();
        if (limits.Count > 0)
            Terminal.Table(["limit", "rule", "on", "due", "left"], limits.Select(d => (IReadOnlyList<string>)
                [Text(d, "title"), Text(d, "ruleId"), Text(d, "onWhom"), Due(d) is { } due ? Words.Utc(due) : "held", Due(d) is { } end ? Words.Remaining(end, at) : ""]));
        return ExitCode.Done;
    }

    static async Task<int> Why(ParseResult parsed, ConsoleApi console, Guid requestId, CancellationToken cancellationToken)
    {
        var dossier = await console.Get<JsonElement>($"requests/{requestId:D}", cancellationToken);
        var why = dossier.GetProperty("why");
        if (parsed.GetValue(ProcedureCommand.Json))
        {
            Terminal.Json(new { why, verdicts = dossier.GetProperty("verdicts"), technical = dossier.GetProperty("technical") });
            return Stuck(dossier) ? ExitCode.Findings : ExitCode.Done;
        }
        // While something is wrong on the way, whose turn it is comes second.
        foreach (var verdict in dossier.GetProperty("verdicts").EnumerateArray())
            if (Text(verdict, "cause") == nameof(Casework.Stuck.Cause.AsPlanned))
                Terminal.Good($"{Text(verdict, "cause")}: {Text(verdict, "what")}");
            else
                Terminal.Bad($"{Text(verdict, "cause")}: {Text(verdict, "what")}", Text(verdict, "clears"));
        Terminal.Say(Text(why, "sentence"));
        foreach (var fact in why.GetProperty("facts").EnumerateArray().Concat(dossier.GetProperty("technical").EnumerateArray()))
            Terminal.Step(fact.GetString()!);
        return Stuck(dossier) ? ExitCode.Findings : ExitCode.Done;
    }

    // All of them: the request itself names the last alone.
    static async Task<int> Timeline(ParseResult parsed, ConsoleApi console, Guid requestId, CancellationToken cancellationToken)
    {
        var (acts, receipts) = (new List<TimelineAct>(), new List<ReceiptStanding>());
        using (var progress = Terminal.Progress(parsed.GetValue(ProcedureCommand.Json)))
            for (var after = ""; ;)
            {
                var page = await console.Get<RequestPartList>($"requests/{requestId:D}/acts{after}", cancellationToken);
                acts.AddRange(page.Acts);
                receipts.AddRange(page.Receipts);
                if (page.Next is not { } next)
                    break;
                after = $"?after={next}";
                progress.At($"{acts.Count} acts read");
            }
        acts.Reverse();
        if (parsed.GetValue(ProcedureCommand.Json))
        {
            Terminal.Json(new { acts, receipts });
            return ExitCode.Done;
        }
        var reached = receipts.ToLookup(r => r.OfActId);
        Terminal.Table(["at", "from", "act", "outcome", "state after", "reached"], acts.Select(a => (IReadOnlyList<string>)
            [Words.Utc(a.ReceivedAt), a.SenderState, a.ActType, a.Outcome ?? "not decided", a.StateAfter ?? "", string.Join(", ", reached[a.ActId].Select(r => $"{r.ToState}: {Stage(r)}"))]));
        return ExitCode.Done;
    }

    static string Stage(ReceiptStanding receipt) => receipt switch
    {
        { OpenedAt: not null } => "opened",
        { HandedOverAt: not null } => "handedOver",
        { DeliveredAt: not null } => "delivered",
        { AcceptedAt: not null } => "accepted",
        _ => "sent",
    };

    // The last verdict says what goes on as planned.
    static bool Stuck(JsonElement dossier) => dossier.GetProperty("verdicts").EnumerateArray().Any(v => Text(v, "cause") != nameof(Casework.Stuck.Cause.AsPlanned));

    static DateTimeOffset? Due(JsonElement deadline) => deadline.TryGetProperty("due", out var due) && due.ValueKind == JsonValueKind.String ? due.GetDateTimeOffset() : null;

    static string Text(JsonElement of, string name) => of.TryGetProperty(name, out var text) && text.ValueKind != JsonValueKind.Null ? text.ToString() : "";
}
