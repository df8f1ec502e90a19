using System.Globalization;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Limits;

/// <summary>Which limits, as the address of the page says it. The same words in the page, the CSV file, the API and the command line.</summary>
public sealed record LimitQuery
{
    /// <summary>The state that must act. Null: all.</summary>
    public string? State { get; init; }

    /// <summary>First day. Null: today, or with <see cref="Late"/> the first there is.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Last day. Null: none.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>Only today and so many days after, whatever day it is; 1 to 3660. The days are left out of account then.</summary>
    public int? Next { get; init; }

    /// <summary>True: only those that have passed, while what was due is still wanted.</summary>
    public bool Late { get; init; }

    /// <summary>The month that is shown as a calendar, its first day. Null: a list.</summary>
    public DateOnly? Month { get; init; }

    /// <summary>The place behind the last one of the page before. Null: the first page.</summary>
    public PageMark? After { get; init; }

    /// <summary>What could not be read, one sentence each; it was left out of account.</summary>
    public IReadOnlyList<Said> Problems { get; init; } = [];

    /// <summary>Reads the address.</summary>
    public static LimitQuery Read(IQueryCollection query, Region region, DateTimeOffset now, Texts said)
    {
        var read = new AddressFields(query, said);
        var state = read.Text("state")?.ToUpperInvariant();
        if (state is not null && !region.States.ContainsKey(state))
            state = read.Problem("state", said["shell.one-of", string.Join(", ", region.States.Keys.Order(StringComparer.Ordinal))]);
        var (from, until) = (read.Day("from"), read.Day("until"));
        if (until < from)
            until = read.Problem<DateOnly>("until", said["deadlines.not-before", "from"]);
        var (next, late, show, month) = (read.Number("next", 1, 3660), read.Flag("late"), read.OneOf("show", "list", "month"), read.Month("month"));
        return new()
        {
            State = state,
            From = from,
            Until = until,
            Next = next,
            Late = late,
            Month = month ?? (show == "month" ? new DateOnly(now.UtcDateTime.Year, now.UtcDateTime.Month, 1) : null),
            After = read.End("after"),
            Problems = read.Problems,
        };
    }

    /// <summary>The same as the storage asks it.</summary>
    public LimitFilter At(DateTimeOffset now) =>
        Late ? new() { OnState = State, Until = DateOnly.FromDateTime(now.UtcDateTime).AddDays(1) } : Next is { } days ? new() { OnState = State, From = DateOnly.FromDateTime(now.UtcDateTime), Until = DateOnly.FromDateTime(now.UtcDateTime).AddDays(days) }
        : new() { OnState = State, From = From ?? DateOnly.FromDateTime(now.UtcDateTime), Until = Until };

    /// <summary>The address of the list.</summary>
    public string Address() => Link("/deadlines", State, ("from", From is { } from ? Day(from) : null), ("until", Until is { } until ? Day(until) : null), ("next", Next?.ToString(CultureInfo.InvariantCulture)), ("late", Late ? "1" : null));

    /// <summary>The address of a month.</summary>
    public static string Address(DateOnly month, string? state) => Link("/deadlines", state, ("show", "month"), ("month", month.ToString("yyyy-MM", CultureInfo.InvariantCulture)));

    /// <summary>The address of one day.</summary>
    public static string Of(DateOnly day, string? state) => Link("/deadlines", state, ("from", Day(day)), ("until", Day(day)));

    /// <summary>In words, for headings and files.</summary>
    public string InWords(Texts said)
    {
        var words = new List<Said> { State is null ? said["deadlines.all-states"] : said["deadlines.words-on", State] };
        words.Add(Late ? said["deadlines.late"] : Next is { } days ? said["deadlines.words-next", days] : From is { } from ? said["deadlines.words-from", from] : said["deadlines.words-from-today"]);
        if (Until is { } until)
            words.Add(said["deadlines.words-to", until]);
        return said.List(words).Plain;
    }

    static string Link(string page, string? state, params IEnumerable<(string Name, string? Value)> parts)
    {
        var given = parts.Append(("state", state)).Where(p => p.Item2 is not null).Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2!)}").ToList();
        return given.Count == 0 ? page : $"{page}?{string.Join('&', given)}";
    }

    static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);
}
