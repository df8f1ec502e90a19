using System.Globalization;
using LiaisonHub.OperatorConsole.Shell;

namespace LiaisonHub.OperatorConsole.Stuck;

/// <summary>How the board is grouped, and which of it is shown. The address means the same tomorrow.</summary>
public sealed record StuckQuery
{
    /// <summary>Ways of grouping.</summary>
    public static IReadOnlyList<string> Ways { get; } = ["verdict", "state", "procedure", "pair"];

    /// <summary>One of <see cref="Ways"/>.</summary>
    public string By { get; init; } = Ways[0];

    /// <summary>Only this group, page by page. Null: the board with all groups.</summary>
    public string? Group { get; init; }

    /// <summary>Page of the group, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>What of the address could not be read.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Reads the address.</summary>
    public static StuckQuery Read(IQueryCollection query, Texts texts)
    {
        var problems = new List<string>();
        var (by, group, page) = (query["by"].ToString(), query["group"].ToString(), query["page"].ToString());
        if (by.Length > 0 && !Ways.Contains(by))
            problems.Add(texts["stuck.no-such-way", string.Join(", ", Ways)].Plain);
        if (group.Length > 100)
            problems.Add(texts["stuck.no-such-group"].Plain);
        var number = 1;
        if (page.Length > 0 && (!int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > 10_000))
        {
            problems.Add(texts["stuck.no-such-page"].Plain);
            number = 1;
        }
        return new() { By = Ways.Contains(by) ? by : Ways[0], Group = group is { Length: > 0 and <= 100 } ? group : null, Page = number, Problems = problems };
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
    public IReadOnlyList<StuckLine> Of(StuckBoard board) => Group is null ? board.Lines : [.. board.Lines.Where(l => GroupOf(l) == Group)];

    /// <summary>The address of a group, of a page of it, or of the whole as CSV.</summary>
    public string Address(string? group = null, int page = 1) =>
        $"/stuck?by={By}{(group is null ? "" : $"&group={Uri.EscapeDataString(group)}")}{(page > 1 ? string.Create(CultureInfo.InvariantCulture, $"&page={page}") : "")}";
}
