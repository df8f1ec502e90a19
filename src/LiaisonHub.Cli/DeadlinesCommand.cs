using System.CommandLine;
using System.Globalization;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Limits;
using LiaisonHub.OperatorConsole.Shell;

namespace LiaisonHub.Cli;

/// <summary>What is due when, what was kept, what passes if a state is silent, and calendars to subscribe to: the room of the deadlines at the terminal.</summary>
static class DeadlinesCommand
{
    // Ten pages: who wants more has the CSV file of the page.
    const int Most = 500;

    public static Command Make()
    {
        var state = new Option<string?>("--state") { Description = "Only limits on which this state must act." };
        var from = new Option<string?>("--from") { Description = "First day, for example 2026-03-01. Default: today." };
        var until = new Option<string?>("--until") { Description = "Last day." };
        var next = new Option<int?>("--next") { Description = "Only today and so many days after, instead of --from and --until." };
        var late = new Option<bool>("--late") { Description = "Only those that have passed, while what was due is still wanted." };
        var list = new Command("list", $"Lists the limits that run, the nearest first. Exit code 1: one of them has passed.\n\nExamples:\n  liaisonhub deadlines list --state XB\n  liaisonhub deadlines list --late --json\n\n{ConsoleApi.Note}")
        {
            ConsoleApi.Address, ConsoleApi.Filter, state, from, until, next, late, ProcedureCommand.Json,
        };
        list.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var query = await console.Query(parsed.GetValue(ConsoleApi.Filter), "deadlines", Query(
                ("state", parsed.GetValue(state)), ("from", parsed.GetValue(from)), ("until", parsed.GetValue(until)), ("next", parsed.GetValue(next)?.ToString(CultureInfo.InvariantCulture)), ("late", parsed.GetValue(late) ? "1" : null)), cancellationToken);
            var found = await console.Get<LimitList>($"deadlines?{query}", cancellationToken);
            while (found.Next is { } behind && found.Lines.Count < Most)
            {
                var page = await console.Get<LimitList>($"deadlines?{query}&after={Uri.EscapeDataString(behind)}", cancellationToken);
                found = page with { Lines = [.. found.Lines, .. page.Lines] };
            }
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(found);
            else if (found.Lines.Count == 0 && found.Passed > 0)
                Terminal.Bad("No limit ends in these days.", $"{Words.Count(found.Passed, "limit has", "limits have")} passed, and what was due is still wanted: liaisonhub deadlines list --late");
            else if (found.Lines.Count == 0)
                Terminal.Good("No limit ends in these days.");
            else
            {
                Terminal.Table(["ends with", "reference", "from and to", "must act", "what is due", "legal days", "left"],
                    found.Lines.Select(l => (IReadOnlyList<string>)[Day(l.Day, l.Due), l.Reference, $"{l.RequestingState}→{l.RequestedState}", l.OnState, $"{l.Title} ({l.RuleId})", Begun(l.Days), Words.Remaining(l.Due, found.At)]));
                if (found.Next is not null)
                    Terminal.Say($"There are more than {found.Lines.Count}; narrow the days.");
            }
            return found.Passed > 0 || found.Lines.Any(l => l.Due < found.At) ? ExitCode.Findings : ExitCode.Done;
        }));

        var silent = new Option<string>("--state") { Description = "The state that is silent.", Required = true };
        var days = new Option<int>("--days") { Description = $"For so many days, 1 to {LimitReader.MostDays}.", DefaultValueFactory = _ => LimitReader.UsualDays };
        var forecast = new Command("forecast", $"Says which limits of a state pass if it is silent, and nobody else acts either. Exit code 1: one passes.\n\nExample: liaisonhub deadlines forecast --state XB --days 10\n\n{ConsoleApi.Note}")
        {
            ConsoleApi.Address, silent, days, ProcedureCommand.Json,
        };
        forecast.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var found = await console.Get<SilenceForecast>($"deadlines/forecast?{Query(("state", parsed.GetValue(silent)), ("days", parsed.GetValue(days).ToString(CultureInfo.InvariantCulture)))}", cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(found);
            else if (found.Breaches.Count == 0)
                Terminal.Good($"No limit of {found.State} passes in {Words.Count(found.Days, "day", "days")}.");
            else
            {
                Terminal.Table(["ends with", "reference", "from and to", "what is due", "left", "what silence means"],
                    found.Breaches.Select(b => (IReadOnlyList<string>)[Day(b.Day, b.Due), b.Reference, $"{b.RequestingState}→{b.RequestedState}", $"{b.Title} ({b.RuleId}){(b.Follows ? ", begins only then" : "")}", Words.Remaining(b.Due, found.At), Words.Of(b.Silence)]));
                if (found.Cut)
                    Terminal.Say("There are more requests than were looked at; the nearest are listed.");
            }
            return found.Breaches.Count == 0 ? ExitCode.Done : ExitCode.Findings;
        }));

        var first = new Option<string?>("--from") { Description = "First month, for example 2026-01. Default: January of the present year." };
        var months = new Option<int?>("--months") { Description = "1, 3, 6 or 12." };
        var kept = new Command("kept", $"Says how many of the limits that ended in a period each state kept under each instrument.\n\nExample: liaisonhub deadlines kept --from 2026-01 --months 3\n\n{ConsoleApi.Note}")
        {
            ConsoleApi.Address, first, months, ProcedureCommand.Json,
        };
        kept.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var board = await console.Get<KeptBoard>($"deadlines/kept?{Query(("from", parsed.GetValue(first)), ("months", parsed.GetValue(months)?.ToString(CultureInfo.InvariantCulture)))}", cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(board);
            else if (board.Cells.Count == 0)
                Terminal.Good("No limit ended in this period.");
            else
                Terminal.Table(["state", "instrument", "ended", "kept", "percent", "points more than before"],
                    board.Cells.Select(c => (IReadOnlyList<string>)[c.State, c.Instrument, c.Hidden ? $"fewer than {LimitReader.Fewest}" : $"{c.Limits}", $"{c.Kept}", $"{c.Share}", $"{c.Change}"]));
            return ExitCode.Done;
        }));
        return new Command("deadlines", "Which limits end when, which were kept, and which pass if a state is silent.") { list, forecast, kept, Calendar() };
    }

    static Command Calendar()
    {
        var name = new Option<string>("--name") { Description = "What it is for, for example 'duty desk'.", Required = true };
        var of = new Option<string?>("--state") { Description = "Only limits on this state. Default: all." };
        var make = new Command("make", $"Makes an address that a calendar program can subscribe to; it is said once.\n\nExample: liaisonhub deadlines calendar make --name 'duty desk' --state XB\n\n{ConsoleApi.Note}") { ConsoleApi.Address, name, of, ProcedureCommand.Json };
        make.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var line = await console.Post<CalendarLine>("deadlines/calendars", new CalendarWish(parsed.GetValue(name), parsed.GetValue(of)), cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(line);
            else
                Terminal.Say($"{line.Address}\nGood until {Words.Utc(line.EndsAt)}. It is shown this once; end it with 'liaisonhub deadlines calendar end {line.FeedId}'.");
            return ExitCode.Done;
        }));
        var list = new Command("list", $"Lists your calendars, without their addresses.\n\nExample: liaisonhub deadlines calendar list\n\n{ConsoleApi.Note}") { ConsoleApi.Address, ProcedureCommand.Json };
        list.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var lines = new List<CalendarLine>();
            for (var after = ""; ;)
            {
                var page = await console.Get<CalendarList>($"deadlines/calendars{after}", cancellationToken);
                lines.AddRange(page.Calendars);
                if (page.Next is not { } next)
                    break;
                after = $"?after={Uri.EscapeDataString(next)}";
            }
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(lines);
            else if (lines.Count == 0)
                Terminal.Good("There is none.");
            else
                Terminal.Table(["id", "what it is for", "limits on", "made by", "made", "good until"],
                    lines.Select(l => (IReadOnlyList<string>)[l.FeedId.ToString("D", CultureInfo.InvariantCulture), l.Name, l.State ?? "all", l.MadeBy, Words.Utc(l.MadeAt), Words.Utc(l.EndsAt)]));
            return ExitCode.Done;
        }));
        var feed = new Argument<Guid>("id") { Description = "The calendar, as 'list' says it." };
        var reason = new Option<string>("--reason") { Description = "Why; it stands in the ledger.", Required = true };
        var end = new Command("end", $"Ends a calendar: its address opens nothing from now on.\n\nExample: liaisonhub deadlines calendar end 0199e5a0-0000-7000-8000-000000000000 --reason 'The tablet was lost.'\n\n{ConsoleApi.Note}") { feed, reason, ConsoleApi.Address, ProcedureCommand.Json };
        end.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var line = await console.Post<CalendarLine>($"deadlines/calendars/{parsed.GetValue(feed):D}/end", new CalendarEnd(parsed.GetValue(reason)), cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(line);
            else
                Terminal.Good($"{line.Name} is ended.");
            return ExitCode.Done;
        }));
        return new Command("calendar", "Calendars of limits to subscribe to.") { make, list, end };
    }

    static string Begun(DaysCounted? days) => days switch
    {
        null => "counted in hours",
        { Left: <= 0 } => "all of its days have begun",
        _ => $"{(days.Working ? "working day" : "day")} {days.Begun} of {days.All}, {days.Left} left",
    };

    static string Day(DateOnly? day, DateTimeOffset due) => day is { } named ? Words.Day(named) : Words.Utc(due);

    /// <summary>The query part of an address; what has no value is left out.</summary>
    public static string Query(params IEnumerable<(string Name, string? Value)> parts) => string.Join('&', parts.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
}
