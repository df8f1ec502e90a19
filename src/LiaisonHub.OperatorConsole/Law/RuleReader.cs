using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Shell;

namespace LiaisonHub.OperatorConsole.Law;

/// <summary>The rules of the region.</summary>
/// <param name="TimeRules">What is due, when, and what silence means.</param>
/// <param name="Untimed">What no clock counts.</param>
/// <param name="Ladder">The levels of escalation.</param>
/// <param name="RefusalGrounds">Grounds for refusal.</param>
public sealed record RuleBook(IReadOnlyList<TimeRule> TimeRules, IReadOnlyList<UntimedRule> Untimed, IReadOnlyList<LadderLevel> Ladder, IReadOnlyList<RefusalGround> RefusalGrounds)
{
    internal static RuleBook Of(Catalogue catalogue) => new(
        catalogue.TimeRules, catalogue.Untimed, [.. catalogue.Ladder.Concat(catalogue.EmergencyLadder).Concat(catalogue.OwnLevels).OrderBy(l => l.Lane).ThenBy(l => l.Level)],
        [.. catalogue.RefusalGrounds.Values.OrderBy(g => g.Instrument, StringComparer.Ordinal).ThenBy(g => g.Code, StringComparer.Ordinal)]);

    /// <summary>What stands under one instrument.</summary>
    internal RuleBook Under(string instrument) => this with
    {
        TimeRules = [.. TimeRules.Where(r => r.Instrument == instrument)],
        Untimed = [.. Untimed.Where(r => r.Instrument == instrument)],
        RefusalGrounds = [.. RefusalGrounds.Where(g => g.Instrument == instrument)],
    };
}

/// <summary>A row of the rules that a word was found in.</summary>
/// <param name="Address">Where it stands.</param>
/// <param name="Id">Its id or code.</param>
/// <param name="Instrument">The instrument; <c>*</c> for every one.</param>
/// <param name="Title">What it says.</param>
/// <param name="Article">Its article.</param>
/// <param name="Verified">True: checked against the official text.</param>
public sealed record RuleFound(string Address, string Id, string Instrument, string Title, string Article, bool Verified);

/// <summary>Reads the rules: one page for each instrument, since all of them together are more than a page holds, and a search across them.</summary>
sealed class RuleReader(Region region, TimeProvider time)
{
    /// <summary>What stands for every instrument, in addresses.</summary>
    public const string Every = "every-instrument";

    /// <summary>Most rows that a search shows.</summary>
    public const int MostFound = 50;

    /// <summary>All rules.</summary>
    public RuleBook Book => field ??= RuleBook.Of(region.Catalogue);

    /// <summary>The instruments something stands under, every instrument first.</summary>
    public IReadOnlyList<string> Instruments => field ??= [.. Book.TimeRules.Select(r => r.Instrument).Concat(Book.Untimed.Select(r => r.Instrument)).Concat(Book.RefusalGrounds.Select(g => g.Instrument)).Distinct()
        .OrderBy(i => i == "*" ? 0 : 1).ThenBy(i => i, StringComparer.Ordinal)];

    /// <summary>The instrument of an address. Null: nothing stands under such a one.</summary>
    public string? Instrument(string name) => name == Every ? "*" : Instruments.FirstOrDefault(i => i != "*" && i.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Rows that have all the words in their id, title, article or source.</summary>
    public IReadOnlyList<RuleFound> Find(string words)
    {
        var asked = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool Has(params string[] texts) => asked.All(word => texts.Any(t => t.Contains(word, StringComparison.OrdinalIgnoreCase)));
        return
        [
            .. Book.TimeRules.Where(r => Has([r.Id, r.Title, r.Start, r.End, r.Article, r.Source, .. r.Covers])).Select(r => new RuleFound(Address(r.Instrument, r.Id), r.Id, r.Instrument, r.Title, r.Article, r.Verified)),
            .. Book.Untimed.Where(r => Has(r.Id, r.Title, r.Reason, r.Article, r.Source)).Select(r => new RuleFound(Address(r.Instrument, r.Id), r.Id, r.Instrument, r.Title, r.Article, r.Verified)),
            .. Book.RefusalGrounds.Where(g => Has(g.Code, g.Title, g.Article, g.Source)).Select(g => new RuleFound(Address(g.Instrument, g.Code), g.Code, g.Instrument, g.Title, g.Article, g.Verified)),
        ];
    }

    /// <summary>Where a rule stands; where the region no longer has it, the search for its id.</summary>
    public string Of(string ruleId) => Book.TimeRules.FirstOrDefault(r => r.Id == ruleId) is { } rule ? Address(rule.Instrument, ruleId) : $"/rules?q={Uri.EscapeDataString(ruleId)}";

    /// <summary>The page of an instrument, or a row on it.</summary>
    public static string Address(string instrument, string? row = null) => $"/rules/{(instrument == "*" ? Every : Uri.EscapeDataString(instrument))}{(row is null ? "" : "#" + Uri.EscapeDataString(row))}";

    /// <summary>The time rules as a file.</summary>
    public ListFile TimeRules(string? instrument) => new()
    {
        Name = "time-rules",
        Title = "Time rules",
        Filter = Under(instrument),
        At = time.GetUtcNow(),
        Head = [("Data version", region.Version)],
        Columns = ["id", "instrument", "what is due", "on whom", "length", "unit", "from", "until", "pauses", "extension", "silence means", "to level", "article", "source", "verified", "also", "only measures"],
        Rows = Chosen(instrument).TimeRules.Select(r => new object?[]
        {
            r.Id, r.Instrument, r.Title, r.OnWhom, r.Length, r.Unit, r.Start, r.End, string.Join(" ", r.Holds), r.Extension, r.Silence, r.LadderTo, r.Article, r.Source, r.Verified, string.Join(" ", r.Covers), string.Join(" ", r.Measures),
        }).ToAsyncEnumerable(),
    };

    /// <summary>What no clock counts, as a file.</summary>
    public ListFile Untimed(string? instrument) => new()
    {
        Name = "untimed",
        Title = "Rows that no clock counts",
        Filter = Under(instrument),
        At = time.GetUtcNow(),
        Head = [("Data version", region.Version)],
        Columns = ["id", "instrument", "what it says", "why no clock counts it", "article", "source", "verified"],
        Rows = Chosen(instrument).Untimed.Select(r => new object?[] { r.Id, r.Instrument, r.Title, r.Reason, r.Article, r.Source, r.Verified }).ToAsyncEnumerable(),
    };

    /// <summary>The grounds for refusal as a file.</summary>
    public ListFile Grounds(string? instrument) => new()
    {
        Name = "refusal-grounds",
        Title = "Grounds for refusal",
        Filter = Under(instrument),
        At = time.GetUtcNow(),
        Head = [("Data version", region.Version)],
        Columns = ["code", "instrument", "ground", "used by", "consultation first", "article", "source", "verified"],
        Rows = Chosen(instrument).RefusalGrounds.Select(g => new object?[] { g.Code, g.Instrument, g.Title, string.Join(" ", g.UsedBy), g.ConsultFirst, g.Article, g.Source, g.Verified }).ToAsyncEnumerable(),
    };

    /// <summary>The ladder as a file.</summary>
    public ListFile Ladder() => new()
    {
        Name = "ladder",
        Title = "Ladder of escalation",
        Filter = "all",
        At = time.GetUtcNow(),
        Head = [("Data version", region.Version)],
        Columns = ["level", "lane", "instrument", "name", "at percent", "working days without a reason", "who is told", "what follows", "article", "source", "verified"],
        Rows = Book.Ladder.Select(l => new object?[]
        {
            l.Level, l.Lane, l.Instrument, l.Title, string.Join(" ", l.AtPercent), l.ReasonMissingWorkingDays, string.Join(" ", l.Told), l.Effect, l.Article, l.Source, l.Verified,
        }).ToAsyncEnumerable(),
    };

    /// <summary>The states of a procedure as a file.</summary>
    public ListFile States(ProcedureSheet sheet) => new()
    {
        Name = $"{sheet.File}-states",
        Title = $"States: {sheet.Title}",
        Filter = "all",
        At = time.GetUtcNow(),
        Head = [("Data version", region.Version)],
        Columns = ["state", "meaning"],
        Rows = sheet.States.Select(s => new object?[] { s, sheet.Meaning(s) }).ToAsyncEnumerable(),
    };

    /// <summary>What can happen in a procedure, as a file.</summary>
    /// <param name="sheet">The procedure.</param>
    /// <param name="state">Only what may come from there. Null: everything.</param>
    public ListFile Rows(ProcedureSheet sheet, string? state) => new()
    {
        Name = $"{sheet.File}-rows",
        Title = $"What can happen: {sheet.Title}",
        Filter = state is null ? "all" : $"from {state}",
        At = time.GetUtcNow(),
        Head = [("Data version", region.Version)],
        Columns = ["from", "what", "by", "when", "leads to", "time", "told", "article"],
        Rows = (state is null ? sheet.Rows : sheet.RowsFrom(state)).Select(r => new object?[] { r.From, r.Act, r.By, r.Condition, r.To, r.Time, r.Told, r.Article }).ToAsyncEnumerable(),
    };

    RuleBook Chosen(string? instrument) => instrument is null ? Book : Book.Under(instrument);

    static string Under(string? instrument) => instrument switch { null => "all", "*" => Every, _ => $"instrument={instrument}" };
}
