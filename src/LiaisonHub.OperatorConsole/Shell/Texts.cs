using System.Collections;
using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Components;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>
/// Everything the console says, in the language of the one who reads. The texts stand in <c>Texts/ROOM.resx</c> (English) and <c>Texts/ROOM.LANGUAGE.resx</c>; the first word of a key is the room.
/// A text that a language does not have yet is said in English, and marked so.
/// </summary>
public sealed class Texts
{
    const string Place = "LiaisonHub.OperatorConsole.Texts.";

    static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    static readonly FrozenDictionary<string, FrozenDictionary<string, string>> Spoken = Languages.All.ToFrozenDictionary(l => l.Name, l => Read(l.Equals(Languages.English) ? CultureInfo.InvariantCulture : l));

    static readonly FrozenDictionary<string, Phrasebook> Books = ReadBooks().ToFrozenDictionary();

    /// <summary>The texts of a language, by key; one that goes with a number once for each form: <c>today.notices.one</c>.</summary>
    public static IReadOnlyDictionary<string, string> In(string language) => Spoken[language];

    /// <summary>The language of the page, as HTML names it.</summary>
    public string Language => Culture.Name;

    /// <summary>Which way it is written: <c>ltr</c> or <c>rtl</c>.</summary>
    public string Direction => Culture.TextInfo.IsRightToLeft ? "rtl" : "ltr";

    /// <summary>A text, with its arguments in the places <c>{0}</c>, <c>{1}</c>: numbers and times as the language writes them, texts kept apart from the sentence around them. Where a text has several forms, the first
    /// argument is the number that chooses.</summary>
    public Said this[string key, params object?[] arguments]
    {
        get
        {
            var (text, language) = Find(key, Language, arguments) is { } own ? (own, Language) : (Find(key, "en", arguments) ?? key, "en");
            if (Language == Languages.PseudoName)
                text = Pseudo(text);
            var said = Compose(text, arguments);
            return language == Language || Language == Languages.PseudoName ? said : Foreign(said.Plain, said.Html.Value);
        }
    }

    /// <summary>A word of the contract or of the rules: the text <c>words.Priority.Urgent</c>.</summary>
    public Said Of(Enum value) => Of(value.GetType().Name, value.ToString());

    /// <summary>The same where only its name is known.</summary>
    public Said Of(string list, string? name) => Find($"words.{list}.{name}", "en", []) is null ? Kept(Words.Spaced(name ?? "")) : this[$"words.{list}.{name}"];

    /// <summary>Why a request stands where it stands, and what is known of it: the texts <c>why.due</c>, <c>why.disputes</c>.</summary>
    public IEnumerable<Said> Why(IEnumerable<Sentence> said) => said.Select(sentence => this[$"why.{sentence.Code}", [.. sentence.Facts]]);

    /// <summary>Several sentences, one behind the other.</summary>
    public Said Sentences(IEnumerable<Said> said) => said.ToList() is [_, ..] all ? all.Aggregate((one, next) => new(Words.Sentences(one.Plain, next.Plain), $"{one.Html.Value}{(Words.Sentences(one.Plain).Length > one.Plain.Length ? "." : "")} {next.Html.Value}")) : Said.Nothing;

    /// <summary>A sentence of a verdict: the text <c>verdict.not-opened</c>.</summary>
    public Said Of(Sentence sentence) => this[$"verdict.{sentence.Code}", [.. sentence.Facts]];

    /// <summary>What is kept in English, by the law as data, by the rules or in the ledger: in the language of the page where its <see cref="Phrasebook"/> has it, else in English, and marked so.</summary>
    public Said Kept(string? text) => Language == "en" || string.IsNullOrEmpty(text) ? English(text) : InBook(text) ?? English(text);

    /// <summary>A value of the ledger: a sentence that is kept in English, or else a name or a reference.</summary>
    public Said Known(string text) => Language == "en" ? Data(text) : InBook(text) ?? Data(text);

    // Null: the book does not have it, or not all of it.
    Said? InBook(string text) => Findings(text) ?? Sentence(text) ?? Parts(text);

    Said? Sentence(string text) => Books[Language].Find(text, out var found, out var places) ? Compose(found, [.. places.Select(p => Kept(p.Kind, p.Found))]) : null;

    // A finding says where in an act something is wrong, then what: "$.open.days: is 0; write at least 1." Several stand one behind the other.
    Said? Findings(string text)
    {
        if (!text.StartsWith("$.", StringComparison.Ordinal))
            return null;
        if (text.IndexOf(". $.", StringComparison.Ordinal) is var end and > 0)
            return Findings(text[..(end + 1)]) is { } first && Findings(text[(end + 2)..]) is { } others ? Sentences([first, others]) : null;
        return text.IndexOf(": ", StringComparison.Ordinal) is var colon and > 0 && InBook(text[(colon + 2)..]) is { } wrong ? this["shell.finding", text[..colon], wrong] : null;
    }

    // Several things, each of which the book has; one of them may hold a semicolon itself.
    Said? Parts(string text)
    {
        var stop = text.EndsWith('.') ? "." : "";
        var parts = text[..^stop.Length].Split("; ");
        var said = new List<Said>();
        for (var from = 0; from < parts.Length;)
        {
            var to = parts.Length;
            Said? part = null;
            while (to > from && (part = Sentence(string.Join("; ", parts[from..to]))) is null)
                to--;
            if (part is null)
                return null;
            said.Add(part);
            from = to;
        }
        var all = Things(said);
        return new($"{all.Plain}{stop}", $"{all.Html.Value}{stop}");
    }

    Said Kept(string? kind, string found) => kind switch
    {
        null or "Data" => Data(found),
        "Text" => Kept(found),
        "Texts" => List(found.Split(", ").Select(Kept)),
        "Names" => List(found.Split(", ").Select(Known)),
        "Said" => English(found),
        "At" => DateTimeOffset.TryParseExact(found, "u", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? Argument(at) : Data(found),
        _ => Of(kind, found),
    };

    /// <summary>The book of a language: each text by its English.</summary>
    internal static IReadOnlyDictionary<string, string> KeptIn(string language) => Books[language].Entries;

    /// <summary>A text that is English whatever the page is: a citation of the law, and what a broker or a database said.</summary>
    public Said English(string? text) => string.IsNullOrEmpty(text) ? Said.Nothing : Language != "en" ? Foreign(Apart(text), Html.Encode(text)) : new(text, Turns(text) ? $"<bdi>{Html.Encode(text)}</bdi>" : Html.Encode(text));

    /// <summary>What was said before, in the language of the page.</summary>
    public Said Read(string said) => Plainly(said);

    /// <summary>A name or a reference: nothing to translate, and read in its own direction.</summary>
    public Said Data(string? text) => string.IsNullOrEmpty(text) ? Said.Nothing : Language == "en" && !Turns(text) ? Plainly(text) : new(Apart(text), $"<bdi translate=\"no\">{Html.Encode(text)}</bdi>");

    // Written from right to left, or with a mark that turns what comes behind it: a stranger's name must not turn the sentence it stands in.
    static bool Turns(string text) => text.Any(c => c is (>= '\u0590' and <= '\u08FF') or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFC'));

    /// <summary>A whole number.</summary>
    public string Number(long number) => number.ToString("N0", Culture);

    /// <summary>A figure of a board, which counts no further than <see cref="HubReads.Most"/>: <c>10,000+</c>.</summary>
    public string Figure(long number) => number > HubReads.Most ? Number(HubReads.Most) + "+" : Number(number);

    /// <summary>A number with two places at most.</summary>
    public string Number(decimal number) => number.ToString("#,0.##", Culture);

    /// <summary>A sum of money, two places.</summary>
    public string Money(decimal sum) => sum.ToString("N2", Culture);

    /// <summary>An instant: UTC, minutes.</summary>
    public string Utc(DateTimeOffset at) => at.UtcDateTime.ToString($"{Culture.DateTimeFormat.ShortDatePattern} HH:mm 'UTC'", Culture);

    /// <summary>A day.</summary>
    public Said Date(DateOnly day) => Plainly(day.ToString(Culture.DateTimeFormat.ShortDatePattern, Culture));

    /// <summary>A day, with its name.</summary>
    public string Day(DateOnly day) => day.ToString($"ddd {Culture.DateTimeFormat.ShortDatePattern}", Culture);

    /// <summary>A day within the year.</summary>
    public string DayAndMonth(DateTime day) => day.ToString("d MMM", Culture);

    /// <summary>An instant for tables: UTC, without saying so.</summary>
    public string Short(DateTimeOffset at) => at.UtcDateTime.ToString(Language == "en" ? "yyyy-MM-dd HH:mm" : "d MMM yyyy HH:mm", Culture);

    /// <summary>A time as people write it and as pages show it, in UTC: a second, a minute, a day, a month; in the order of the standard, or with the name of the month in the language of the page or in English. Null: it is
    /// none.</summary>
    public (DateTimeOffset From, DateTimeOffset Before)? Time(string text)
    {
        var written = text.Replace(",", " ", StringComparison.Ordinal).Trim();
        written = (written.EndsWith("UTC", StringComparison.OrdinalIgnoreCase) ? written[..^3] : written.EndsWith('Z') ? written[..^1] : written).Trim();
        string[] days = ["yyyy-MM-dd", "d MMM yyyy", "d MMMM yyyy"];
        (string[] Forms, Func<DateTime, DateTime> End)[] kinds =
        [
            ([.. days.Select(d => $"{d} H:mm:ss"), "yyyy-MM-dd'T'HH:mm:ss"], from => from.AddSeconds(1)),
            ([.. days.Select(d => $"{d} H:mm"), "yyyy-MM-dd'T'HH:mm"], from => from.AddMinutes(1)),
            (days, from => from.AddDays(1)),
            (["yyyy-MM", "MMM yyyy", "MMMM yyyy"], from => from.AddMonths(1)),
        ];
        foreach (var (forms, end) in kinds)
            foreach (var culture in new[] { Culture, Languages.English })
                if (DateTime.TryParseExact(written, forms, culture, DateTimeStyles.AllowInnerWhite, out var from) && from.Year is > 1970 and < 9000)
                    return (new(from, TimeSpan.Zero), new(end(from), TimeSpan.Zero));
        return null;
    }

    /// <summary>The name of a day and an hour.</summary>
    public string Hour(DateTimeOffset at) => at.UtcDateTime.ToString("ddd HH:mm", Culture);

    /// <summary>A length of time with its two largest units, never rounded up.</summary>
    public Said Span(TimeSpan span)
    {
        span = span.Duration();
        return span switch
        {
            { TotalSeconds: < 60 } => this["shell.seconds", (int)span.TotalSeconds],
            { TotalMinutes: < 60 } => this["shell.minutes", (int)span.TotalMinutes],
            { TotalHours: < 24 } => Both(this["shell.hours", (int)span.TotalHours], span.Minutes, "shell.minutes"),
            { TotalDays: < 60 } => Both(this["shell.days", (int)span.TotalDays], span.Hours, "shell.hours"),
            _ => this["shell.days", (int)span.TotalDays],
        };
    }

    /// <summary>How long until then, or how late it is.</summary>
    public Said Remaining(DateTimeOffset due, DateTimeOffset now) => this[due < now ? "shell.late" : "shell.in", Span(now - due)];

    /// <summary>A size.</summary>
    public Said Bytes(long size) => size < 10 * 1024 ? this["shell.bytes", size] : this["shell.kibibytes", size / 1024];

    /// <summary>The length of a rule with its unit.</summary>
    public Said Length(int length, TimeUnit unit) => this[$"words.length.{unit}", length];

    /// <summary>Several things, one after the other. Of none nothing is said.</summary>
    public Said List(IEnumerable<Said> things) => Joined("shell.list", things);

    /// <summary>Several things that hold commas themselves. Of none nothing is said.</summary>
    public Said Things(IEnumerable<Said> things) => Joined("shell.things", things);

    Said Joined(string key, IEnumerable<Said> things) => things.Aggregate((Said?)null, (one, next) => one is null ? next : this[key, one, next]) ?? Said.Nothing;

    /// <summary>A name of a state, with what it is called: <c>XA (Arvonia)</c>.</summary>
    public Said Named(string code, string? name) => Data(name is null || name == code ? code : $"{code} ({name})");

    Said Both(Said larger, int number, string smaller) => number == 0 ? larger : this["shell.and-less", larger, this[smaller, number]];

    static CultureInfo Culture => Languages.All.Append(Languages.Pseudo).FirstOrDefault(l => l.Name == CultureInfo.CurrentUICulture.Name) ?? Languages.English;

    static string? Find(string key, string language, object?[] arguments)
    {
        var texts = Spoken.GetValueOrDefault(language, Spoken["en"]);
        return texts.TryGetValue(key, out var text) || (arguments is [int or long, ..] && texts.TryGetValue($"{key}.{Plural.Form(language, Convert.ToInt64(arguments[0], CultureInfo.InvariantCulture))}", out text))
            || texts.TryGetValue($"{key}.other", out text) ? text : null;
    }

    Said Compose(string text, object?[] arguments)
    {
        var (plain, html) = (new StringBuilder(text.Length + 16), new StringBuilder(text.Length + 16));
        var from = 0;
        for (var open = text.IndexOf('{', StringComparison.Ordinal); open >= 0; open = text.IndexOf('{', from))
        {
            var close = text.IndexOf('}', open);
            plain.Append(text, from, open - from);
            html.Append(Html.Encode(text[from..open]));
            var argument = Argument(arguments[int.Parse(text.AsSpan(open + 1, close - open - 1), NumberStyles.None, CultureInfo.InvariantCulture)]);
            plain.Append(argument.Plain);
            html.Append(argument.Html.Value);
            from = close + 1;
        }
        plain.Append(text, from, text.Length - from);
        html.Append(Html.Encode(text[from..]));
        return new(plain.ToString(), html.ToString());
    }

    Said Argument(object? argument) => argument switch
    {
        null => new("", ""),
        Said said => said,
        int number => Plainly(Number(number)),
        long number => Plainly(Number(number)),
        decimal number => Plainly(Number(number)),
        TimeSpan span => Span(span),
        DateTimeOffset at => new(Utc(at), $"<time datetime=\"{Words.Machine(at)}\">{Html.Encode(Utc(at))}</time>"),
        DateOnly day => Plainly(Day(day)),
        Side side => Of("Party", side.ToString()),
        Enum value => Of(value),
        // What a refused request came to is the code of a ground.
        Word { List: "Outcome", Name: var outcome } => Known(Words.Spaced(outcome)),
        Word word => Of(word.List, word.Name),
        Quoted quoted => Kept(quoted.Text),
        MarkupString markup => new("", markup.Value),
        _ => Data(Convert.ToString(argument, CultureInfo.InvariantCulture)),
    };

    static Said Plainly(string text) => new(text, Html.Encode(text));

    // In plain text the marks of Unicode do what <bdi> does in a page.
    string Apart(string text) => Direction == "rtl" ? $"\u2068{text}\u2069" : text;

    static Said Foreign(string plain, string html) => new(plain, $"<span lang=\"en\" dir=\"ltr\">{html}</span>");

    // Longer, with letters that are still readable, and with ends that show where a text was cut or put together.
    static string Pseudo(string text)
    {
        const string Letters = "aeioucnsyzAEIOUCNSYZ", Accented = "áéíóúčñšýžÁÉÍÓÚČÑŠÝŽ";
        var longer = new StringBuilder("⟦");
        var inside = false;
        foreach (var c in text)
        {
            inside = c == '{' || (inside && c != '}');
            longer.Append(!inside && Letters.IndexOf(c, StringComparison.Ordinal) is var i and >= 0 ? Accented[i] : c);
        }
        return longer.Append(' ').Append('~', 1 + text.Length * 2 / 5).Append('⟧').ToString();
    }

    static FrozenDictionary<string, string> Read(CultureInfo culture) =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(n => n.StartsWith(Place, StringComparison.Ordinal)).SelectMany(n => Room(Path.GetFileNameWithoutExtension(n)[Place.Length..], culture))
            .ToFrozenDictionary(e => e.Key, e => e.Value);

    static Dictionary<string, Phrasebook> ReadBooks()
    {
        var books = Languages.All.Where(l => !l.Equals(Languages.English)).ToDictionary(l => l.Name, l => new Phrasebook([.. Room("rules", l), .. Room("record", l)]));
        books.Add(Languages.PseudoName, new(books[Languages.French.Name].Entries.Keys.Select(english => KeyValuePair.Create(english, Pseudo(Phrasebook.Plain(english))))));
        return books;
    }

    static IEnumerable<KeyValuePair<string, string>> Room(string room, CultureInfo culture) =>
        new ResourceManager(Place + room, Assembly.GetExecutingAssembly()).GetResourceSet(culture, createIfNotExists: true, tryParents: false)?.Cast<DictionaryEntry>()
            .Select(e => KeyValuePair.Create((string)e.Key, (string)e.Value!)) ?? [];
}

/// <summary>A text as it stands in a page, and as it stands where no marks can: in an attribute, in a title, in JSON.</summary>
[JsonConverter(typeof(AsText))]
public sealed class Said
{
    internal Said(string plain, string html) => (Plain, Html) = (plain, new(html));

    internal static Said Nothing { get; } = new("", "");

    /// <summary>Without marks.</summary>
    public string Plain { get; }

    /// <summary>With the marks of language and direction.</summary>
    public MarkupString Html { get; }

    /// <inheritdoc/>
    public override string ToString() => Plain;

    /// <summary>In a page it stands with its marks.</summary>
    public static implicit operator MarkupString(Said? said) => said?.Html ?? default;

    sealed class AsText : JsonConverter<Said>
    {
        // Programs, the command line among them, have the text alone.
        public override Said Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!, HtmlEncoder.Default.Encode(reader.GetString()!));

        public override void Write(Utf8JsonWriter writer, Said value, JsonSerializerOptions options) => writer.WriteStringValue(value.Plain);
    }
}
