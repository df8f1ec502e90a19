using System.Globalization;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Requests;

/// <summary>Which requests, as the address of the page says it. The same words in the page, the CSV file and the API.</summary>
public sealed record RequestQuery
{
    /// <summary>
    /// Search text: the beginning of any word of a reference, of the number at the requested authority or of the reference of a request in the same matter; code or words of the name of an authority, of a state of the
    /// procedure, of a country; a minute (2026-03-20 09:12), day or month (2026-03) in which it was submitted or last changed; the end of an id as pages show it (…3747424f); or the whole id of a request, an act, a case
    /// group, a message in quarantine or a repair plan. Everything else is left out of account then.
    /// </summary>
    public string? Q { get; init; }

    /// <summary>State of the procedure.</summary>
    public string? State { get; init; }

    /// <summary>Instrument.</summary>
    public string? Instrument { get; init; }

    /// <summary>A country on either side.</summary>
    public string? Country { get; init; }

    /// <summary>Code of an authority on either side.</summary>
    public string? Authority { get; init; }

    /// <summary>Submitted on this day (UTC) or later. With it or <see cref="Until"/> the last submitted come first.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Submitted on this day (UTC) or earlier.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>This level of the ladder, 0 to 9.</summary>
    public int? Level { get; init; }

    /// <summary>True: that level or a higher one.</summary>
    public bool Higher { get; init; }

    /// <summary>True: a deadline has passed.</summary>
    public bool Overdue { get; init; }

    /// <summary>The next deadline comes within so many working days of the state that must act, and has not passed; 1 to 3660.</summary>
    public int? Within { get; init; }

    /// <summary>True: an act was accepted longer ago than the region allows, and nobody has opened it.</summary>
    public bool Unopened { get; init; }

    /// <summary>Null: both. True: drills only. False: live ones only.</summary>
    public bool? Exercise { get; init; }

    /// <summary>False: open ones by next deadline. True: closed ones, last closed first.</summary>
    public bool Closed { get; init; }

    /// <summary>The place behind the last one of the page before. Null: the first page.</summary>
    public PageMark? After { get; init; }

    /// <summary>What could not be read, one sentence each; it was left out of account.</summary>
    public IReadOnlyList<Said> Problems { get; init; } = [];

    /// <summary>Reads the address. Empty fields of a form mean: whatever.</summary>
    public static RequestQuery Read(IQueryCollection query, Rules rules, Texts texts)
    {
        var read = new AddressFields(query, texts);
        return new()
        {
            Q = read.Text("q"),
            Closed = read.OneOf("show", "open", "closed") == "closed",
            State = read.Known("state", rules.Sheets.SelectMany(s => s.States)),
            Instrument = read.Known("instrument", rules.Region.Instruments.Keys),
            Country = read.Known("country", rules.Region.States.Keys),
            Authority = read.Text("authority", 64),
            From = read.Day("from"),
            Until = read.Day("until"),
            Level = read.Number("level", 0, 9),
            Higher = read.Flag("higher"),
            Overdue = read.Flag("overdue"),
            Within = read.Number("within", 1, 3660),
            Unopened = read.Flag("unopened"),
            Exercise = read.OneOf("kind", "live", "drill") is { } kind ? kind == "drill" : null,
            After = read.End("after"),
            Problems = read.Problems,
        };
    }

    /// <summary>The same as the storage asks it.</summary>
    /// <param name="now">The hub's legal clock.</param>
    /// <param name="openedWithin">How long an act may stay unopened.</param>
    /// <param name="near">How far each state looks ahead; which of them must act is seen by the line.</param>
    public RequestFilter At(DateTimeOffset now, TimeSpan openedWithin, IReadOnlyList<DueSpan> near) => new()
    {
        State = State,
        Instrument = Instrument,
        Country = Country,
        Authority = Authority,
        SubmittedFrom = From is { } from ? Begin(from) : null,
        SubmittedBefore = Until is { } until ? Begin(until.AddDays(1)) : null,
        LevelAtLeast = Level,
        LevelAtMost = Higher ? null : Level,
        DueBefore = Overdue ? now : near.Count > 0 ? near.Max(s => s.Until) : null,
        DueFrom = !Overdue && Within != null ? now : null,
        UnopenedSince = Unopened ? now - openedWithin : null,
        Exercise = Exercise,
        Closed = Closed,
    };

    /// <summary>The query part of an address, without the page.</summary>
    public string Address()
    {
        var parts = new List<string>();
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }
        Add("q", Q);
        Add("show", Closed ? "closed" : null);
        Add("state", State);
        Add("instrument", Instrument);
        Add("country", Country);
        Add("authority", Authority);
        Add("from", From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Add("until", Until?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Add("level", Level?.ToString(CultureInfo.InvariantCulture));
        Add("higher", Higher ? "1" : null);
        Add("overdue", Overdue ? "1" : null);
        Add("within", Within?.ToString(CultureInfo.InvariantCulture));
        Add("unopened", Unopened ? "1" : null);
        Add("kind", Exercise is { } drill ? drill ? "drill" : "live" : null);
        return $"/requests{(parts.Count == 0 ? "" : "?")}{string.Join('&', parts)}";
    }

    /// <summary>A mark as it stands in an address.</summary>
    public static string Text(PageMark mark) => $"{(mark.At is { } at ? Instants.Text(at) : "")}_{mark.RequestId:D}";

    /// <summary>In words, for headings and files.</summary>
    public Said InWords(Texts texts)
    {
        if (Q != null)
            return texts["requests.filter-found", Q];
        var words = new List<Said> { texts[Closed ? "requests.filter-closed" : "requests.filter-open"] };
        if (Exercise is { } drill)
            words.Add(texts[drill ? "requests.drills-only" : "requests.without-drills"]);
        if (State != null)
            words.Add(texts["requests.filter-state", texts.Of("State", State)]);
        if (Instrument != null)
            words.Add(texts["requests.filter-instrument", Instrument]);
        if (Country != null)
            words.Add(texts["requests.filter-country", Country]);
        if (Authority != null)
            words.Add(texts["requests.filter-authority", Authority]);
        if (From is { } from)
            words.Add(texts["requests.filter-from", from]);
        if (Until is { } until)
            words.Add(texts["requests.filter-until", until]);
        if (Level is { } level)
            words.Add(texts[Higher ? "requests.filter-level-higher" : "requests.filter-level", level]);
        if (Overdue)
            words.Add(texts["requests.overdue"]);
        if (!Overdue && Within is { } days)
            words.Add(texts["requests.filter-within", days]);
        if (Unopened)
            words.Add(texts["requests.filter-unopened"]);
        return texts.List(words);
    }

    /// <summary>What the storage is to look for, and what of it is more than the beginning of a name, in words.</summary>
    /// <param name="text">The search text.</param>
    /// <param name="rules">The authorities, countries and states of the procedures: each is found by its code or by words of its name.</param>
    /// <param name="texts">The names of states in the language of the one who reads, and how times are written in it.</param>
    public static (Search Search, IReadOnlyList<Said> Sought) Wanted(string text, Rules rules, Texts texts)
    {
        // So many are asked for, and so many of them named.
        const int most = 25, told = 5, shortest = 3;
        var words = text.Split([' ', ',', ':'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(w => w.Any(char.IsLetterOrDigit)).ToList();
        var enough = words.Sum(w => w.Length) >= shortest;
        bool Has(string name, string word) => CultureInfo.InvariantCulture.CompareInfo.IndexOf(name, word, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) >= 0;
        bool Named(string name) => enough && words.TrueForAll(w => Has(name, w));
        bool Is(string code) => code.Equals(text, StringComparison.OrdinalIgnoreCase);
        var sought = new List<Said>();
        // Whose code or whole name it is comes first; of many that share a word some are looked at, and the answer says so.
        List<string> Some<T>(IEnumerable<T> all, Func<T, string> code, Func<T, string> name, Func<T, bool> fits, string key)
        {
            var found = all.Where(fits).DistinctBy(code).OrderByDescending(x => Is(code(x)) || Is(name(x))).ToList();
            sought.AddRange(found.Take(told).Select(x => texts[key, name(x), code(x)]));
            if (found.Count > told)
                sought.Add(texts["requests.sought-more", Math.Min(found.Count, most) - told]);
            return [.. found.Take(most).Select(code)];
        }

        var region = rules.Region;
        var authorities = Some(region.States.Values.SelectMany(s => s.Authorities.Select(a => (Authority: a, State: s.Name))), a => a.Authority.Code, a => a.Authority.Name,
            a => Is(a.Authority.Code) || (Named($"{a.Authority.Name} {a.State}") && words.Exists(w => Has(a.Authority.Name, w))), "requests.sought-authority");
        // A competent authority that the register does not know, or no longer.
        if (authorities.Count == 0)
            authorities.Add(text);
        var states = Some(rules.Sheets.SelectMany(s => s.States), s => s, s => texts.Of("State", s).Plain, s => Is(s) || Named(texts.Of("State", s).Plain), "requests.sought-state");
        var countries = Some(region.States.Values, s => s.Code, s => s.Name, s => Is(s.Code) || Named(s.Name), "requests.sought-country");
        var time = texts.Time(text);
        if (time is var (from, before))
            sought.Add(texts["requests.sought-time", from, before]);
        return (new() { Text = text, Authorities = authorities, States = states, Countries = countries, In = time }, sought);
    }

    static DateTimeOffset Begin(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>The place an address names. Null: it names none.</summary>
    public static PageMark? Mark(string text)
    {
        if (text.IndexOf('_', StringComparison.Ordinal) is var bar && bar < 0 || !Guid.TryParseExact(text[(bar + 1)..], "D", out var id))
            return null;
        if (bar == 0)
            return new(null, id);
        try
        {
            return new(Instants.Read(text[..bar]), id);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
