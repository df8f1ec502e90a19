using System.Text;

namespace LiaisonHub.Casework.Procedures;

/// <summary>The procedure in words: the rows of the table, and the sheet made of them.</summary>
static class Sheet
{
    public static IReadOnlyList<TableRow> Rows(Procedure procedure, Region region) =>
        [.. procedure.Rows.Select(r => new TableRow(
            Where(procedure, r.From),
            r.Act ?? $"silence at {Ids(region, r.Silent!.Value)}",
            r.Silent is not null ? "Hub" : r.By?.ToString() ?? "Either",
            Condition(r),
            r.To ?? "same",
            Time(region, r),
            r.Told,
            r.Article))];

    /// <summary>The states of a row, shortened where it names nearly all.</summary>
    public static string Where(Procedure procedure, IReadOnlyList<string> from)
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
        return "any open state" + (missing.Count > 0 ? $" but {string.Join(", ", missing)}" : "") + (more.Count > 0 ? $"; {string.Join(", ", more)}" : "");
    }

    public static string Markdown(Procedure procedure, Region region, IReadOnlyList<TableRow> rows)
    {
        var page = new StringBuilder();
        page.Append("# ").Append(procedure.Title).Append("\n\nMade from the table in `src/LiaisonHub.Casework/Procedures/").Append(procedure.Name)
            .Append(".cs` and the catalogue in `contracts/catalogue/`; a test keeps it equal.\nArticles without a name are those of Directive 2014/41/EU; "
                + "they say where the rule stands, and only the time rules marked verified were checked against the text.\n\"region\" is a rule of the "
                + "region without a treaty text.\n");

        page.Append("\n## States\n\n| State | Meaning | Whose turn | Coercion possible |\n|---|---|---|---|\n");
        foreach (var state in procedure.States)
            Line(page, state.Name, state.Rest is null ? state.Title : $"{state.Title}. {state.Rest}", state.Closed ? "nobody's" : state.Turn?.ToString() ?? "",
                state.MayCoerce ? "yes, after the rights check" : "no");

        page.Append("\n## Diagram\n\nActs that are open in nearly every state (notes, corrections, disputes, status, receipts, reasons for delay, "
            + "withdrawal) are left out.\n\n```mermaid\n")
            .Append(Drawing.Mermaid(procedure)).Append("```\n");

        page.Append("\n## Table\n\nWhere a state and an act have several rows, the first whose condition holds is taken. An act without a row is refused "
            + "with the acts that would be accepted.\n"
            + "\n| From | Act | By | Condition | To | Time | Told | Article |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var row in rows)
            Line(page, row.From, row.Act, row.By, row.Condition, row.To, row.Time, row.Told, row.Article);

        page.Append("\n## Time rules\n\nA row that is not verified has not been checked against the official text yet.\n\n"
            + "| Rule | Due | On whom | From | Until | Length | Zone, calendar | Held by | Silence | Ladder to | Article | Verified |\n"
            + "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (var rule in region.Catalogue.TimeRules.Where(r => procedure.Clocks.Contains(r.Clock)))
            Line(page, rule.Id, rule.Title, rule.OnWhom.ToString(), rule.Start, rule.End,
                (rule.Unit == TimeUnit.DateCertain ? "the day named" : $"{rule.Length} {Unit(rule.Unit)}")
                    + (rule.Extension > 0 ? $", once +{rule.Extension}" : "") + (rule.Roll == Roll.Forward ? ", rolls on" : ""),
                $"{rule.Zone}, {rule.Calendar}", rule.Holds.Count == 0 ? "nothing" : string.Join(", ", rule.Holds), rule.Silence.ToString(), $"{rule.LadderTo}",
                rule.Article, rule.Verified ? "yes" : "no");

        page.Append("\n## Ladder\n\n| Level | Name | At | Told | Effect |\n|---|---|---|---|---|\n");
        foreach (var level in region.Catalogue.Ladder)
            Line(page, $"{level.Level}", level.Title, string.Join(", ", level.AtPercent.Select(p => $"{p} %"))
                + (level.ReasonMissingWorkingDays is { } days ? $", or {days} working days without a reason" : ""),
                string.Join(", ", level.Told), level.Effect);
        return page.ToString();
    }

    static string Condition(Row row)
    {
        var parts = row.Facts.Select(f => f.Text).Concat(row.Choices.Select(c => c.Text)).ToList();
        if (row.Silent is not null)
            parts.Add($"silence means {row.Meaning}");
        if (row.Guards.Count > 0)
            parts.Add($"requires: {string.Join("; ", row.Guards.Select(g => g.Text))}");
        return parts.Count == 0 ? "-" : string.Join(", ", parts);
    }

    static string Time(Region region, Row row)
    {
        var parts = row.Time.Where(t => t.Verb != TimeVerb.Holds || region.Catalogue.TimeRules.Any(r => r.Clock == t.Clock && r.Holds.Contains(t.Cause)))
            .Select(t => t.Verb switch
        {
            TimeVerb.CancelsAll => "stops all clocks",
            TimeVerb.Holds => $"holds {Ids(region, t.Clock)} ({t.Reason})",
            TimeVerb.Resets => $"resets {Ids(region, t.Clock)}{(t.On is null ? "" : " to the day agreed")}",
            TimeVerb.Starts when t.Part is not null => $"starts {Ids(region, t.Clock)} for the part",
            TimeVerb.Meets when t.Part is not null => $"meets {Ids(region, t.Clock)} of the part",
            _ => $"{t.Verb.ToString().ToLowerInvariant()} {Ids(region, t.Clock)}",
        }).ToList();
        return parts.Count == 0 ? "-" : string.Join(", ", parts);
    }

    static string Ids(Region region, Clock clock) => string.Join("/", region.Catalogue.TimeRules.Where(r => r.Clock == clock).Select(r => r.Id).Distinct());

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
