using System.Globalization;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Shell;

namespace LiaisonHub.OperatorConsole.Stuck;

/// <summary>How the board is grouped, and which of it is shown. The address means the same tomorrow.</summary>
public sealed record StuckQuery
{
    /// <summary>Ways of grouping.</summary>
    public static IReadOnlyList<string> Ways { get; } = ["verdict", "state", "procedure", "pair"];

    // What an address of the board may say; the language is every page's.
    static readonly string[] Fields = ["by", "group", "country", "instrument", "procedure", "page", "lang"];

    /// <summary>One of <see cref="Ways"/>.</summary>
    public string By { get; init; } = Ways[0];

    /// <summary>Only this group, page by page. Null: the board with all groups.</summary>
    public string? Group { get; init; }

    /// <summary>Only requests of or to this state, by its code. Null: of all.</summary>
    public string? Country { get; init; }

    /// <summary>Only requests under this instrument. Null: under any.</summary>
    public string? Instrument { get; init; }

    /// <summary>Only requests of this procedure. Null: of any.</summary>
    public string? Procedure { get; init; }

    /// <summary>Page of the group, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>What of the address could not be read. Then nothing is listed: a filter that was lost would show all.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Reads the address.</summary>
    public static StuckQuery Read(IQueryCollection query, Rules rules, Texts texts)
    {
        var problems = new List<string>();
        var (by, group, page) = (query["by"].ToString(), query["group"].ToString(), query["page"].ToString());
        if (by.Length > 0 && !Ways.Contains(by))
            problems.Add(texts["stuck.no-such-way", string.Join(", ", Ways)].Plain);
        if (group.Length > 100)
            problems.Add(texts["stuck.no-such-group"].Plain);
        problems.AddRange(query.Keys.Where(k => !Fields.Contains(k)).Select(k => texts["stuck.no-such-field", k, string.Join(", ", Fields)].Plain));
        string? One(string field, IEnumerable<string> known)
        {
            var (given, all) = (query[field].ToString().Trim(), known.Order(StringComparer.Ordinal).ToList());
            var found = all.Find(k => k.Equals(given, StringComparison.OrdinalIgnoreCase));
            if (given.Length > 0 && found is null)
                problems.Add(texts["stuck.no-such-value", field, string.Join(", ", all)].Plain);
            return found;
        }
        var (country, instrument, procedure) = (One("country", rules.Region.States.Keys), One("instrument", rules.Region.Instruments.Keys), One("procedure", rules.Sheets.Select(s => s.Name)));
        var number = 1;
        if (page.Length > 0 && (!int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > 10_000))
        {
            problems.Add(texts["stuck.no-such-page"].Plain);
            number = 1;
        }
        return new() { Country = country, Instrument = instrument, Procedure = procedure, By = Ways.Contains(by) ? by : Ways[0], Group = group is { Length: > 0 and <= 100 } ? group : null, Page = number, Problems = problems };
    }

    /// <summary>The name of the group that a line is in.</summary>
    public string GroupOf(StuckLine line) => By switch
    {
        "state" => line.State,
        "procedure" => line.Procedure,
        "pair" => line.Pair,
        _ => line.Verdict.Cause.ToString(),
    };

    /// <summary>The lines that are shown, in the order of the board.</summary>
    public IReadOnlyList<StuckLine> Of(StuckBoard board) => Problems.Count > 0 ? [] : Group is null ? Chosen(board) : [.. Chosen(board).Where(l => GroupOf(l) == Group)];

    /// <summary>True: not all states, instruments and procedures are shown.</summary>
    public bool Chooses => (Country ?? Instrument ?? Procedure) is not null;

    /// <summary>The lines of the states, instruments and procedures that are shown, of whatever group.</summary>
    public IReadOnlyList<StuckLine> Chosen(StuckBoard board) => Problems.Count > 0 ? [] : !Chooses ? board.Lines : [.. board.Lines.Where(l =>
        (Country is null || l.RequestingState == Country || l.RequestedState == Country) && (Instrument is null || l.Instrument == Instrument) && (Procedure is null || l.Procedure == Procedure))];

    /// <summary>The address of a group, of a page of it, or of the whole as CSV.</summary>
    public string Address(string? group = null, int page = 1) =>
        $"/stuck?by={By}{Part("country", Country)}{Part("instrument", Instrument)}{Part("procedure", Procedure)}{(group is null ? "" : $"&group={Uri.EscapeDataString(group)}")}{(page > 1 ? string.Create(CultureInfo.InvariantCulture, $"&page={page}") : "")}";

    static string Part(string field, string? value) => value is null ? "" : $"&{field}={Uri.EscapeDataString(value)}";
}
