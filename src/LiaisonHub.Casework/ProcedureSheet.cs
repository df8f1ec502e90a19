using System.Text;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

/// <summary>A procedure as people read it, made from its table and the region's time rules.</summary>
public sealed class ProcedureSheet
{
    /// <summary>Where an act leads away from nearly every state: what table and picture call it.</summary>
    public const string AnyOpenState = "any open state";

    readonly Procedure procedure;
    readonly Region region;
    readonly Lazy<Drawing> drawing;
    readonly List<TimeRule> rules;
    readonly List<UntimedRule> untimed;

    internal ProcedureSheet(Procedure procedure, Region region)
    {
        this.procedure = procedure;
        this.region = region;
        drawing = new(() => new(procedure, Ids));
        Instruments = [.. region.Instruments.Values.Where(i => i.Procedures.Contains(procedure.Name)).OrderBy(i => i.Code, StringComparer.Ordinal)];
        // Of the rows for every instrument those that some instrument really takes.
        rules = [.. region.Catalogue.TimeRules.Where(r => procedure.Clocks.Contains(r.Clock) && Instruments.Any(i => r.Instrument == i.Code
            || r.Instrument == "*" && region.RuleIfAny(i.Code, r.Clock, r.ValidFrom)?.Instrument == "*"))];
        untimed = [.. region.Catalogue.Untimed.Where(u => u.Procedures.Contains(procedure.Name))];
        States = [.. procedure.States.Select(s => s.Name)];
        Rows =
        [
            .. procedure.Rows.Select(r => new TableRow(
                Where(r.From),
                r.Act ?? r.ByHub ?? $"silence at {Ids(r.Silent!.Value)}",
                r.Act is null ? "Hub" : r.By?.ToString() ?? "Either",
                Conditions(r),
                [.. r.Guards.Select(g => g.Text)],
                r.To ?? "same",
                Times(r),
                r.Told,
                r.Article)),
        ];
    }

    /// <summary>The names of the procedures that an act opens.</summary>
    public static IEnumerable<string> OpenedBy(string act) => Procedure.All.Where(p => p.Opens(act)).Select(p => p.Name);

    /// <summary>The acts of every procedure, each with the side that makes it; null: either may. The same in every region.</summary>
    public static IReadOnlyList<(string Procedure, IReadOnlyList<(string Act, Side? By)> Acts)> ActsOfEach { get; } =
        [.. Procedure.All.Select(p => (p.Name, (IReadOnlyList<(string, Side?)>)[.. p.ActsInOrder.Select(a => (a, p.MakerOf(a)))]))];

    /// <summary>Name of the procedure, for example <c>MutualAssistance</c>.</summary>
    public string Name => procedure.Name;

    /// <summary>The name in words.</summary>
    public string Title => procedure.Title;

    /// <summary>The instruments of the region that serve it.</summary>
    public IReadOnlyList<Instrument> Instruments { get; }

    /// <summary>The names of all states, in the order of the table.</summary>
    public IReadOnlyList<string> States { get; }

    /// <summary>One row for each thing that can happen: the text twin of <see cref="Diagram"/>.</summary>
    public IReadOnlyList<TableRow> Rows { get; }

    /// <summary>The rows that start from a state: what may still come there.</summary>
    public IReadOnlyList<TableRow> RowsFrom(string state) => [.. procedure.Rows.Zip(Rows).Where(p => p.First.From.Contains(state)).Select(p => p.Second)];

    /// <summary>True: something in it waits for the rights check.</summary>
    public bool ChecksRights => procedure.Rows.Any(r => r.Guards.Any(g => g.IsRightsGate));

    /// <summary>True: a request of the procedure begins with the act.</summary>
    public bool Opens(string act) => procedure.Opens(act);

    /// <summary>What a state means, in words; its name where the procedure has no such state.</summary>
    public string Meaning(string state) => procedure.States.FirstOrDefault(s => s.Name == state)?.Title ?? state;

    /// <summary>The name of its page and picture in <c>docs/procedures</c>, without the extension: that of <c>MutualAssistance</c> is
    /// <c>mutual-assistance</c>.</summary>
    public string File => string.Concat(Name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    /// <summary>The procedure as an SVG, drawn from the table, in the colour of the text around it.</summary>
    /// <param name="state">The state to mark. Null: none.</param>
    /// <param name="words">In which words. Null: the English ones of the table.</param>
    public string Diagram(string? state, DiagramWords? words = null) => drawing.Value.Svg(state, words);

    /// <summary>The same as a file of its own, with colours for a light and for a dark page.</summary>
    public string Picture() => drawing.Value.Picture();

    /// <summary>The states of a row, shortened where it names nearly all.</summary>
    string Where(IReadOnlyList<string> from)
    {
        if (from.Count == 1)
            return from[0].Length == 0 ? "(no request yet)" : from[0];
        var open = procedure.States.Where(s => !s.Closed).Select(s => s.Name).ToList();
        if (from.Count == procedure.States.Count)
            return "any state";
        var missing = open.Except(from).ToList();
        if (missing.Count > 6)
            return string.Join(", ", from);
        var more = from.Except(open).ToList();
        return AnyOpenState + (missing.Count > 0 ? $" but {string.Join(", ", missing)}" : "") + (more.Count > 0 ? $"; {string.Join(", ", more)}" : "");
    }

    /// <summary>A page to read and print: states, diagram, table, time rules (Markdown).</summary>
    public string Markdown()
    {
        var page = new StringBuilder();
        page.Append("# ").Append(procedure.Title).Append("\n\nMade from the table in `src/LiaisonHub.Casework/Procedures/").Append(procedure.Name)
            .Append(".cs` and the catalogue in `contracts/catalogue/`; a test keeps it equal.\nArticles without a name are those of ").Append(procedure.Law).Append("; "
                + "they say where the rule stands, and only the time rules marked verified were checked against the text.\n\"region\" is a rule of the "
                + "region without a treaty text.\n");

        page.Append("\n## States\n\n| State | Meaning | Whose turn | Coercion possible |\n|---|---|---|---|\n");
        foreach (var state in procedure.States)
            Line(page, state.Name, state.Rest is null ? state.Title : $"{state.Title}. {state.Rest}", state.Closed ? "nobody's" : state.Turn?.ToString() ?? "",
                state.MayCoerce ? "yes, after the rights check" : "no");

        page.Append("\n## Diagram\n\nActs that are open in nearly every state (notes, corrections, disputes, status, receipts, reasons for delay, "
            + "withdrawal) are left out.\nThick frame: coercion is possible, after the rights check. Broken frame: closed. Broken arrow: silence. The table says "
            + "the same.\n\n")
            .Append("![").Append(procedure.Title).Append(": states, and the acts that lead from one to the next](").Append(File).Append(".svg)\n");

        page.Append("\n## Table\n\nWhere a state and an act have several rows, the first whose condition holds is taken. An act without a row is refused "
            + "with the acts that would be accepted.\n"
            + "\n| From | Act | By | Condition | To | Time | Told | Article |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var row in Rows)
            Line(page, row.From, row.Act, row.By, row.Condition, row.To, row.Time, row.Told, row.Article);

        page.Append("\n## Time rules\n\nA row that is not verified has not been checked against the official text yet. \"also\" names rows of the published "
            + "tables that the row counts as well.\n\n"
            + "| Rule | Due | On whom | From | Until | Length | Zone, calendar | Held by | Silence | Ladder to | Article | Verified |\n"
            + "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (var rule in rules)
            Line(page, rule.Id + (rule.Covers.Count > 0 ? $" (also {string.Join(", ", rule.Covers)})" : ""),
                rule.Title + (rule.Measures.Count > 0 ? $"; where only this is asked for: {string.Join(", ", rule.Measures)}" : ""), rule.OnWhom.ToString(), rule.Start, rule.End,
                (rule.Unit == TimeUnit.DateCertain ? "the day named" : $"{rule.Length} {Unit(rule.Unit)}")
                    + (rule.Extension > 0 ? $", once +{rule.Extension}" : "") + (rule.Roll == Roll.Forward ? ", rolls on" : ""),
                $"{rule.Zone}, {rule.Calendar}", rule.Holds.Count == 0 ? "nothing" : string.Join(", ", rule.Holds), rule.Silence.ToString(), $"{rule.LadderTo}",
                rule.Article, rule.Verified ? "yes" : "no");

        if (untimed.Count > 0)
        {
            page.Append("\n## Also in force\n\nRows that no clock counts.\n\n"
                + "| Rule | Instrument | What it says | Why no clock counts it | Article | Verified |\n|---|---|---|---|---|---|\n");
            foreach (var rule in untimed)
                Line(page, rule.Id, rule.Instrument, rule.Title, rule.Reason, rule.Article, rule.Verified ? "yes" : "no");
        }

        if (procedure.ActsInOrder.Contains(nameof(RequestRefused)))
        {
            page.Append("\n## Grounds for refusal\n\nOf the instruments with a list of their own; `*` stands for those without one.\n\n"
                + "| Instrument | Ground | What it says | Used by | Consultation first | Article | Verified |\n|---|---|---|---|---|---|---|\n");
            var lists = region.Instruments.Values.Where(i => i.Procedures.Contains(Name)).SelectMany(i => region.Catalogue.Grounds(i.Code)).Distinct();
            foreach (var ground in lists.OrderBy(g => g.Instrument, StringComparer.Ordinal).ThenBy(g => g.Code, StringComparer.Ordinal))
                Line(page, ground.Instrument, ground.Code, ground.Title, string.Join(", ", ground.UsedBy), ground.ConsultFirst ? "yes" : "no", ground.Article,
                    ground.Verified ? "yes" : "no");
        }

        foreach (var kind in rules.Where(r => r.LadderTo > 0).Select(r => r.Ladder).Distinct().Order())
        {
            page.Append(kind == LadderKind.Emergency ? "\n## Ladder of the emergency lane" : "\n## Ladder")
                .Append("\n\n| Level | Name | At | Told | Effect |\n|---|---|---|---|---|\n");
            // A level of an instrument of its own stands below the one whose place it takes.
            foreach (var level in region.Catalogue.LadderOf(kind, null)
                .Concat(region.Catalogue.OwnLevels.Where(l => l.Lane == kind && region.Instruments[l.Instrument!].Procedures.Contains(Name))).OrderBy(l => l.Level))
                Line(page, level.Instrument is { } own ? $"{level.Level} under {own}" : $"{level.Level}", level.Title, string.Join(", ", level.AtPercent.Select(p => $"{p} %"))
                    + (level.ReasonMissingWorkingDays is { } days ? $", or {days} working days without a reason" : ""),
                    string.Join(", ", level.Told), level.Effect);
        }
        return page.ToString();
    }

    static IReadOnlyList<string> Conditions(Row row) =>
        [.. row.Facts.Select(f => f.Text), .. row.Choices.Select(c => c.Text), .. row.Silent is null ? Array.Empty<string>() : [$"silence means {row.Meaning}"]];

    IReadOnlyList<string> Times(Row row) =>
        [.. row.Time.Where(t => t.Verb == TimeVerb.CancelsAll
            || rules.Any(r => r.Clock == t.Clock && (t.Verb != TimeVerb.Holds || r.Holds.Contains(t.Cause))))
            .Select(t => t.Verb switch
        {
            TimeVerb.CancelsAll => t.Of is null ? "stops all clocks" : "stops all clocks of that state",
            TimeVerb.Holds => $"holds {Ids(t.Clock)} ({t.Reason})",
            TimeVerb.Resets => $"resets {Ids(t.Clock)}{(t.On is null ? "" : " to the day agreed")}",
            TimeVerb.Starts when t.Ordinary is not null => $"starts {Ids(t.Clock)} for each day that matters at home",
            TimeVerb.Starts when t.Only is { } only => $"starts {Ids(t.Clock)} where {only.Text}",
            TimeVerb.Starts when t.UntilAgreed is not null => $"starts {Ids(t.Clock)} to the end agreed",
            TimeVerb.Starts when t.OnlyOnDay => $"starts {Ids(t.Clock)} to the day named",
            TimeVerb.Starts when t.WhereRuled => $"starts {Ids(t.Clock)} where the instrument has it",
            TimeVerb.Meets when t.Of is not null => $"meets {Ids(t.Clock)} of that state",
            TimeVerb.Starts when t.Of is not null => $"starts {Ids(t.Clock)} of that state",
            TimeVerb.Starts when t.OnEach is not null => $"starts {Ids(t.Clock)} of each state that it is on",
            TimeVerb.Starts when t.Parts is not null => $"starts {Ids(t.Clock)} for each",
            TimeVerb.Starts when t.Part is not null => $"starts {Ids(t.Clock)} for the part",
            TimeVerb.Meets when t.Part is not null => $"meets {Ids(t.Clock)} of the part",
            _ => $"{t.Verb.ToString().ToLowerInvariant()} {Ids(t.Clock)}",
        })];

    string Ids(Clock clock) => string.Join("/", rules.Where(r => r.Clock == clock).Select(r => r.Id).Distinct());

    static string Unit(TimeUnit unit) => unit switch
    {
        TimeUnit.Hours => "hours",
        TimeUnit.CalendarDays => "calendar days",
        TimeUnit.WorkingDays => "working days",
        TimeUnit.Months => "months",
        TimeUnit.WithoutDelay => "working days (\"without delay\")",
        _ => "",
    };

    static void Line(StringBuilder page, params ReadOnlySpan<string> cells)
    {
        foreach (var cell in cells)
            page.Append("| ").Append(cell.Replace("|", "\\|", StringComparison.Ordinal)).Append(' ');
        page.Append("|\n");
    }
}

/// <summary>The words of a picture, in the language of whoever looks at it. States and acts come as the table names them.</summary>
public sealed record DiagramWords
{
    /// <summary>What the picture shows.</summary>
    public required string Title { get; init; }

    /// <summary>The same in a sentence.</summary>
    public required string About { get; init; }

    /// <summary>The name of a state.</summary>
    public required Func<string, string> State { get; init; }

    /// <summary>What a state means.</summary>
    public required Func<string, string> Meaning { get; init; }

    /// <summary>The box from which starts what is open in nearly every state.</summary>
    public required string AnyOpenState { get; init; }

    /// <summary>What starts there.</summary>
    public required string AnyOpenStateMeans { get; init; }

    /// <summary>What leads from one state to another: the two, and what brings it there.</summary>
    public required Func<string, string, IReadOnlyList<string>, string> Way { get; init; }

    /// <summary>True: they are written from right to left, and so the picture is read.</summary>
    public bool FromTheRight { get; init; }
}
