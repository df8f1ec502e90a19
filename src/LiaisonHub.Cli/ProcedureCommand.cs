using System.CommandLine;
using System.Globalization;
using LiaisonHub.Casework;
using LiaisonHub.Coordinator;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Cli;

/// <summary>Prints what the law says: the procedures of a region, what may happen in a state, how each day of a limit was counted.</summary>
static class ProcedureCommand
{
    /// <summary>The region whose law is meant.</summary>
    public static readonly Option<DirectoryInfo> RegionFolder = new("--region")
    {
        Description = "The region's data.",
        DefaultValueFactory = _ => new DirectoryInfo(Up.UpCommand.DemoRegion),
        Recursive = true,
    };

    /// <summary>For programs.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON for programs instead of a table for people.", Recursive = true };

    public static Command Make()
    {
        var name = new Argument<string>("procedure") { Description = "Name of the procedure, for example MutualAssistance or mutual-assistance." };
        name.CompletionSources.Add([.. Rules.ProcedureNames]);
        var list = new Command("list", "Lists the procedures and the instruments of the region that serve each.\n\nExample: liaisonhub procedure list");
        list.SetAction((parsed, _) => Terminal.Run(() => Task.FromResult(List(parsed))));
        var show = new Command("show", "Prints the sheet of a procedure: states, table, time rules, ladder (Markdown).\n\nExample: liaisonhub procedure show dispute > dispute.md") { name };
        show.SetAction((parsed, _) => Terminal.Run(() => Task.FromResult(With(parsed, parsed.GetRequiredValue(name), sheet => Console.Out.Write(sheet.Markdown())))));
        var state = new Option<string?>("--state") { Description = "The state to mark." };
        var diagram = new Command("diagram", "Prints the state diagram of a procedure as SVG.\n\nExample: liaisonhub procedure diagram dispute --state Mediation > dispute.svg") { name, state };
        diagram.SetAction((parsed, _) => Terminal.Run(() => Task.FromResult(With(parsed, parsed.GetRequiredValue(name), sheet => Console.Out.Write(sheet.Diagram(parsed.GetValue(state)))))));
        var of = new Argument<string>("state") { Description = "Name of a state." };
        var explain = new Command("explain", "Says what a state means, and what may come next, from whom, under which article.\n\nExample: liaisonhub procedure explain mutual-assistance Acknowledged") { name, of };
        explain.SetAction((parsed, _) => Terminal.Run(() => Task.FromResult(Explain(parsed, parsed.GetRequiredValue(name), parsed.GetRequiredValue(of)))));
        return new Command("procedure", "What the procedures of a region say.") { RegionFolder, Json, list, show, diagram, explain };
    }

    /// <summary>The clock command.</summary>
    public static Command MakeClock()
    {
        var request = new Argument<string>("request") { Description = "Reference or id of the request." };
        var address = new Option<string>("--database") { Description = "The hub's database: sqlite:FILE, postgres:CONNECTION STRING or sqlserver:CONNECTION STRING.", Required = true };
        var rule = new Option<string?>("--rule") { Description = "Only the limits of this rule, for example EIO-D1." };
        var all = new Option<bool>("--all") { Description = "Also limits that are over." };
        var explain = new Command("explain", "Lists every day (every day's hours) of a request's limits, counted or not, and why.\n\nExample: liaisonhub clock explain XA-2026-000142 --database sqlite:.liaisonhub/hub.db") { request, address, rule, all };
        explain.SetAction((parsed, cancellationToken) => Terminal.Run(() => ExplainClock(
            parsed, parsed.GetRequiredValue(request), parsed.GetRequiredValue(address), parsed.GetValue(rule), parsed.GetValue(all), cancellationToken)));
        return new Command("clock", "How legal time is counted.") { RegionFolder, Json, explain };
    }

    /// <summary>The law of the region that was named.</summary>
    public static Rules ReadRules(ParseResult parsed) => new(Hub.ReadRegion(parsed.GetValue(RegionFolder)!.FullName));

    static int List(ParseResult parsed)
    {
        var sheets = ReadRules(parsed).Sheets;
        if (parsed.GetValue(Json))
            Terminal.Json(sheets.Select(s => new { s.Name, s.Title, States = s.States.Count, Rows = s.Rows.Count, Instruments = s.Instruments.Select(i => i.Code) }));
        else
            Terminal.Table(["Procedure", "In words", "States", "Rows", "Instruments"],
                sheets.Select(s => new[] { s.Name, s.Title, Number(s.States.Count), Number(s.Rows.Count), string.Join(", ", s.Instruments.Select(i => $"{i.Code} ({i.Name})")) }));
        return ExitCode.Done;
    }

    static int With(ParseResult parsed, string name, Action<ProcedureSheet> print)
    {
        var sheets = ReadRules(parsed).Sheets;
        if (sheets.FirstOrDefault(s => Same(s.Name, name)) is { } sheet)
        {
            print(sheet);
            return ExitCode.Done;
        }
        Terminal.Bad($"There is no procedure '{name}'.", $"Write one of {string.Join(", ", sheets.Select(s => s.Name))}.");
        return ExitCode.Usage;
    }

    static int Explain(ParseResult parsed, string name, string state)
    {
        var found = true;
        var code = With(parsed, name, sheet =>
        {
            if (sheet.States.FirstOrDefault(s => Same(s, state)) is not { } known)
            {
                found = false;
                Terminal.Bad($"{sheet.Name} has no state '{state}'.", $"Write one of {string.Join(", ", sheet.States)}.");
            }
            else if (parsed.GetValue(Json))
                Terminal.Json(new { sheet.Name, State = known, Meaning = sheet.Meaning(known), Rows = sheet.RowsFrom(known) });
            else
            {
                Terminal.Say($"{known}: {sheet.Meaning(known)}.");
                Terminal.Table(["Act", "By", "Condition", "To", "Time", "Article"], sheet.RowsFrom(known).Select(r => new[] { r.Act, r.By, r.Condition, r.To, r.Time, r.Article }));
            }
        });
        return found ? code : ExitCode.Usage;
    }

    static async Task<int> ExplainClock(ParseResult parsed, string wanted, string address, string? ruleId, bool all, CancellationToken cancellationToken)
    {
        var rules = ReadRules(parsed);
        await using var database = Database.Open(address, TimeProvider.System);
        var reads = new HubReads(database);
        var id = Guid.TryParse(wanted, out var given) ? given
            : (await reads.Find(new() { Text = wanted }, 2, cancellationToken)).FirstOrDefault(r => string.Equals(r.Reference, wanted, StringComparison.OrdinalIgnoreCase))?.RequestId;
        if (id is not { } known || await reads.Request(known, cancellationToken) is not { } file)
        {
            Terminal.Bad($"This hub has no request '{wanted}'.", "Write its whole reference or its id.");
            return ExitCode.Findings;
        }
        if (!Request.TryRead(file.Request.Body, out var request, out var place))
        {
            Terminal.Bad($"What is stored of {file.Request.Reference} cannot be read at {place}: it is broken, or a later version wrote it.", "Run the version that wrote it, or restore its row from the backup.");
            return ExitCode.Findings;
        }
        var deadlines = request.Deadlines.Where(d => d.Kind == DeadlineKind.Procedure && (all || d.Active) && (ruleId is null || Same(d.RuleId, ruleId))).ToList();
        if (parsed.GetValue(Json))
        {
            Terminal.Json(deadlines.Select(d => new { d.RuleId, d.Title, d.Article, d.Verified, d.OnWhom, Rules.PartyOf(request, d.Seat).State, d.Started, d.Due, d.Status, d.Level, Days = rules.Explain(request, d.Id) }));
            return ExitCode.Done;
        }
        Terminal.Say($"{request.Reference}: {rules.WhyItStands(request, TimeProvider.System.GetUtcNow()).Sentence}");
        foreach (var deadline in deadlines)
        {
            Terminal.Say("");
            Terminal.Say(string.Create(CultureInfo.InvariantCulture,
                $"{deadline.RuleId} {deadline.Title}, on {Rules.PartyOf(request, deadline.Seat).State}; {deadline.Article}{(deadline.Verified ? "" : " (not compared with the official text yet)")}; {deadline.Status}, due {deadline.Due:u}"));
            Terminal.Table(["Day", "Counted", "Hours", "Why"], rules.Explain(request, deadline.Id).Select(d => new[]
            {
                d.Day.ToString("yyyy-MM-dd ddd", CultureInfo.InvariantCulture),
                d.Number is { } n ? Number(n) : "-",
                d.Hours is null ? "" : d.Adds,
                d.Why,
            }));
        }
        if (deadlines.Count == 0)
            Terminal.Say("No limit runs. --all shows those that are over.");
        return ExitCode.Done;
    }

    // Names are typed as they are written in code, in addresses or in files.
    static bool Same(string name, string typed) =>
        string.Equals(name.Replace(".", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal), typed.Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
