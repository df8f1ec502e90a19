using System.Globalization;
using System.Text;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using NodaTime;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>How names, times and sizes read on every page.</summary>
public static class Words
{
    /// <summary>A name of the contract or the procedure as words: <c>RequestSubmitted</c> becomes <c>Request submitted</c>, <c>Closed.Refused</c> becomes <c>Closed: refused</c>.</summary>
    public static string Spaced(string name)
    {
        if (name.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 && dot + 1 < name.Length && !name.Contains(' ', StringComparison.Ordinal))
            return $"{Spaced(name[..dot])}: {Spaced(name[(dot + 1)..]).ToLowerInvariant()}";
        var words = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
            if (i > 0 && char.IsUpper(name[i]) && (char.IsLower(name[i - 1]) || (char.IsUpper(name[i - 1]) && i + 1 < name.Length && char.IsLower(name[i + 1]))))
                words.Append(' ').Append(char.ToLowerInvariant(name[i]));
            else
                words.Append(name[i]);
        return words.ToString();
    }

    /// <summary>A length of time with its two largest units, never rounded up.</summary>
    public static string Span(TimeSpan span)
    {
        span = span.Duration();
        return span switch
        {
            { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s",
            { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min",
            { TotalHours: < 24 } => span.Minutes == 0 ? $"{(int)span.TotalHours} h" : $"{(int)span.TotalHours} h {span.Minutes} min",
            { TotalDays: < 60 } => span.Hours == 0 ? $"{(int)span.TotalDays} d" : $"{(int)span.TotalDays} d {span.Hours} h",
            _ => $"{(int)span.TotalDays} d",
        };
    }

    /// <summary>How long until then, or how late it is.</summary>
    public static string Remaining(DateTimeOffset due, DateTimeOffset now) => due < now ? $"{Span(now - due)} late" : $"in {Span(due - now)}";

    /// <summary>An instant for people: UTC, minutes.</summary>
    public static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>An instant for machines.</summary>
    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A day.</summary>
    public static string Day(DateOnly day) => day.ToString("ddd yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A whole number with its thousands apart.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>One thing or several.</summary>
    public static string Count(long number, string one, string several) => $"{Number(number)} {(number == 1 ? one : several)}";

    /// <summary>Several sentences one behind the other. What a broker or a database has said may end without a full stop.</summary>
    public static string Sentences(params IEnumerable<string> said) => string.Join(" ", said.Where(s => s.Length > 0).Select(s => ".!?:;…؟".Contains(s.TrimEnd('\u2069')[^1], StringComparison.Ordinal) ? s : s + "."));

    /// <summary>The last characters of an id: of ids made one after the other only the end differs.</summary>
    public static string Brief(Guid id) => "…" + id.ToString("D", CultureInfo.InvariantCulture)[^8..];

    /// <summary>What is due, as the catalogue says it; the id of a row that the region no longer has.</summary>
    public static string Limit(Region region, string rule) => region.Catalogue.TimeRules.FirstOrDefault(r => r.Id == rule)?.Title ?? rule;

    /// <summary>What silence means.</summary>
    public static string Of(Silence silence) => silence switch
    {
        Silence.Escalate => "the ladder begins",
        Silence.Release => "the person is to be released: a court is told, the hub decides nothing",
        Silence.Exempt => "the side is freed from its duty",
        Silence.DeemedConsent => "silence counts as consent",
        Silence.DefaultDecision => "another authority decides in default",
        Silence.AlternativeMeasure => "the alternative measure is executed",
        Silence.MayRelease => "the person may be released: a court is told, the hub decides nothing",
        Silence.Nothing => "nothing: the day has passed",
        _ => Spaced(silence.ToString()),
    };

    /// <summary>Which state has a place in a request.</summary>
    public static string StateOf(Request request, Seat seat) => Rules.PartyOf(request, seat).State;
}

/// <summary>The time on the clocks of the capitals.</summary>
public sealed class Capitals(Region region)
{
    readonly Dictionary<string, DateTimeZone> zones = region.States.Values
        .Select(s => (s.Code, Zone: DateTimeZoneProviders.Tzdb.GetZoneOrNull(s.Zone)))
        .Where(s => s.Zone != null)
        .ToDictionary(s => s.Code, s => s.Zone!);

    /// <summary>Local time of each state: <c>XA 14:30 · XB 02:30 (24 Nov)</c>. The day is named where it is another than in UTC.</summary>
    public string Local(DateTimeOffset at, Texts texts, params IEnumerable<string> states) => string.Join(" · ", states.Distinct().Where(zones.ContainsKey).Select(state =>
    {
        var local = Instant.FromDateTimeOffset(at).InZone(zones[state]).LocalDateTime.ToDateTimeUnspecified();
        var day = local.Date == at.UtcDateTime.Date ? "" : $" ({texts.DayAndMonth(local)})";
        return string.Create(CultureInfo.InvariantCulture, $"{state} {local:HH:mm}{day}");
    }));

    /// <summary>Name of a state; its code where the region does not know it.</summary>
    public string Name(string state) => region.States.TryGetValue(state, out var profile) ? profile.Name : state;

    /// <summary>Name of an authority; its code where the register does not know it.</summary>
    public string Authority(string code) => region.Authority(code)?.Name ?? code;
}
