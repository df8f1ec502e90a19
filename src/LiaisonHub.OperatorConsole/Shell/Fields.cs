using System.Globalization;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>The fields of addresses and of deeds. One of an address that a list does not have was meant to narrow it: it is named, and never passed over.</summary>
static class Fields
{
    /// <summary>What is said of each field that is none of these, nor the language of the page.</summary>
    public static IEnumerable<Said> Unknown(IQueryCollection query, Texts said, params IReadOnlyList<string> known) =>
        query.Keys.Where(k => k != Languages.Field && !known.Contains(k, StringComparer.OrdinalIgnoreCase)).Select(k => said["shell.unknown-field", k.Length <= 60 ? k : k[..60] + "…", string.Join(", ", known)]);

    /// <summary>Most characters of a reason, and of a name where nobody signs in.</summary>
    public const int LongestReason = 1000, LongestBy = 100;

    /// <summary>Who does something and why, as the ledger keeps it. Who signed in is who did it, whatever a form says.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="by">Name and function, where nobody signs in.</param>
    /// <param name="reason">Why.</param>
    /// <param name="said">The texts.</param>
    /// <param name="problems">What is missing is added here.</param>
    public static (string By, string Reason) WhoAndWhy(Caller caller, string? by, string? reason, Texts said, List<string> problems)
    {
        var (who, why) = (Who(caller, by), Why(reason));
        if (why is null)
            problems.Add(said["shell.write-reason", LongestReason].Plain);
        if (who is null)
            problems.Add(said["shell.write-who", LongestBy].Plain);
        return (who ?? "", why ?? "");
    }

    /// <summary>Who does something: the name of the account, whatever a form says; where nobody signs in, the name that was given. Null: it is missing, too long, or more than one line.</summary>
    public static string? Who(Caller caller, string? by) => caller.AccountId is not null ? caller.Name : by?.Trim() is { Length: > 0 and <= LongestBy } who && !who.Any(char.IsControl) ? who : null;

    /// <summary>Why something is done. Null: it is missing or too long.</summary>
    public static string? Why(string? reason) => reason?.Trim() is { Length: > 0 and <= LongestReason } why ? why : null;
}

/// <summary>
/// Reads the address of a list, field by field. What cannot be read is null, and said by the name of its field; a field that nobody asked for was meant to narrow the list: it is named as well, and never passed over.
/// </summary>
sealed class AddressFields(IQueryCollection query, Texts said)
{
    readonly List<Said> problems = [];
    readonly List<string> known = [];

    /// <summary>What could not be read, one sentence each. Asked for when every field of the list was.</summary>
    public IReadOnlyList<Said> Problems => [.. problems, .. Fields.Unknown(query, said, known)];

    /// <summary>A text, without the blanks around it. Null: it is empty, or longer than so many characters.</summary>
    public string? Text(string name, int longest = 100)
    {
        known.Add(name);
        return query[name].ToString().Trim() is not { Length: > 0 } text ? null : text.Length <= longest ? text : Problem(name, said["shell.too-long", longest]);
    }

    /// <summary>One of these words.</summary>
    public string? OneOf(string name, params IReadOnlyList<string> words) => Text(name) is not { } text ? null : words.Contains(text) ? text : Problem(name, said["shell.one-of", string.Join(", ", words)]);

    /// <summary>One of many names, however its letters are written.</summary>
    /// <returns>The name as it is.</returns>
    public string? Known(string name, IEnumerable<string> names) => Text(name) is not { } text ? null : names.FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) ?? Problem(name, said["shell.unknown-here", text]);

    /// <summary>A whole number, both ends included.</summary>
    public int? Number(string name, int from, int to) => Text(name, 20) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to ? number : Problem<int>(name, said["shell.not-in-range", from, to]);

    /// <summary>1, or 0 as without the field.</summary>
    public bool Flag(string name) => Text(name, 20) is { } text && (text == "1" || (text != "0" && Problem<bool>(name, said["shell.not-a-flag"]) is not null));

    /// <summary>A day of this century or later.</summary>
    public DateOnly? Day(string name) => Day(name, "yyyy-MM-dd", "2026-03-20");

    /// <summary>The first day of a month.</summary>
    public DateOnly? Month(string name) => Day(name, "yyyy-MM", "2026-03");

    /// <summary>An id.</summary>
    public Guid? Id(string name) => Text(name) is not { } text ? null : Guid.TryParse(text, out var id) ? id : Problem<Guid>(name, said["shell.not-an-id"]);

    /// <summary>The place behind the last row of the page before.</summary>
    public PageMark? End(string name) => Text(name) is not { } text ? null : RequestQuery.Mark(text) ?? Unfit<PageMark>(name, said["shell.not-an-end"]);

    /// <summary>Says that what was read does not fit after all.</summary>
    /// <returns>Null, which stands for it.</returns>
    public string? Problem(string name, Said what) => Unfit<string>(name, what);

    /// <inheritdoc cref="Problem(string, Said)"/>
    public T? Problem<T>(string name, Said what) where T : struct
    {
        problems.Add(said["shell.not-read", name, what]);
        return null;
    }

    T? Unfit<T>(string name, Said what) where T : class
    {
        problems.Add(said["shell.not-read", name, what]);
        return null;
    }

    DateOnly? Day(string name, string format, string example) => Text(name, 20) is not { } text ? null
        : DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and < 9000 ? day : Problem<DateOnly>(name, said["shell.written-as", example]);
}
