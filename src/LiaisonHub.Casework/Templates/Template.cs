using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using LiaisonHub.Contracts.V1;
using NodaTime;

namespace LiaisonHub.Casework.Templates;

/// <summary>A paper that is filled from the data of an act: a warrant, an order, a summons, a receipt. One language, one version.</summary>
public sealed record Template
{
    /// <summary>Name, the same in every language, for example <c>search-order</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the text, from 1. It stands on every paper.</summary>
    public required int Version { get; init; }

    /// <summary>Language of the text (BCP 47).</summary>
    public required string Language { get; init; }

    /// <summary>Title in that language.</summary>
    public required string Title { get; init; }

    /// <summary>Acts from which it can be filled, names of the contract.</summary>
    public required IReadOnlyList<string> Acts { get; init; }

    /// <summary>Kinds of measure it is for. Empty: for the act as a whole.</summary>
    public required IReadOnlyList<MeasureKind> Measures { get; init; }

    /// <summary>Where the wording comes from.</summary>
    public required string Source { get; init; }

    internal IReadOnlyList<TemplateLine> Lines { get; init; } = [];

    /// <summary>What values are called in the language of the template, by their name in the contract.</summary>
    internal IReadOnlyDictionary<string, string> Words { get; init; } = new Dictionary<string, string>();

    /// <summary>The measures of an act for which the paper can be made, by their number from 1; one 0 where it is for the act as a whole.</summary>
    public IEnumerable<int> Fits(string actType, object open) => !Acts.Contains(actType) ? []
        : Measures.Count == 0 ? [0]
        : open is IRequestContent request ? request.Measures.Index().Where(m => Measures.Contains(m.Item.Kind)).Select(m => m.Index + 1)
        : [];

    /// <summary>Fills the paper. What the act does not say stays a visible blank and is listed. Pure; everything of the act is escaped.</summary>
    public FilledTemplate Fill(TemplateSource source, Region region)
    {
        var blanks = new List<string>();
        var html = PrintedPage.Begin(
            Language,
            Title,
            """
            th{width:34%}
            .blank{border-bottom:1px solid #000;background:#ffd;padding:0 1.5em}
            .signature{margin-top:3em}
            .open{border:2px solid #850;padding:.5em 1em;margin-top:2em}
            .edition{font-size:.8em;margin-top:2.5em}
            """,
            ".open{display:none}.blank{background:none}h2{break-after:avoid}tr,li{break-inside:avoid}");
        var group = LineKind.Paragraph;
        foreach (var line in Lines)
        {
            if (line.Kind != group)
                html.Append(Closing(group)).Append(Beginning(line.Kind));
            group = line.Kind;
            Write(html, line, source, region, blanks);
        }
        html.Append(Closing(group));
        if (blanks.Count > 0)
        {
            html.Append("<section class=\"open\"><h2>").Append(Text(Words["blanks"])).Append("</h2><ul>\n");
            foreach (var blank in blanks.Distinct())
                html.Append("<li><code>").Append(Text(blank)).Append("</code></li>\n");
            html.Append("</ul></section>\n");
        }
        html.Append("<p class=\"edition\">").Append(Text($"{Name} {Version} ({Language})")).Append("</p>\n</main></body>\n</html>\n");
        return new(Title, $"{Name}.{Language}.html", html.ToString(), [.. blanks.Distinct()]);
    }

    void Write(StringBuilder html, TemplateLine line, TemplateSource source, Region region, List<string> blanks)
    {
        // A list is filled with an item for each value where a placeholder stands alone in it.
        if (line is { Kind: LineKind.Item, Pieces: [{ Key: { } alone }] } && Values(alone, source, region) is { Count: > 1 } several)
        {
            foreach (var value in several)
                html.Append("<li><bdi>").Append(Text(value)).Append("</bdi></li>\n");
            return;
        }
        var (before, after) = line.Kind switch
        {
            LineKind.Title => ("<h1>", "</h1>"),
            LineKind.Heading => ("<h2>", "</h2>"),
            LineKind.Item => ("<li>", "</li>"),
            LineKind.Row => ($"<tr><th scope=\"row\">{Text(line.Label)}</th><td>", "</td></tr>"),
            LineKind.Signature => ("<p class=\"signature\">", "</p>"),
            _ => ("<p>", "</p>"),
        };
        html.Append(before);
        foreach (var piece in line.Pieces)
            if (piece.Key is not { } key)
                html.Append(Text(piece.Text));
            else if (Values(key, source, region) is { Count: > 0 } values)
                html.Append("<bdi>").Append(Text(string.Join("; ", values)).ReplaceLineEndings("<br>")).Append("</bdi>");
            else
            {
                blanks.Add(key.Path);
                html.Append("<span class=\"blank\">").Append(Text(Words["blank"])).Append("</span>");
            }
        html.Append(after).Append('\n');
    }

    List<string> Values(TemplateKey key, TemplateSource source, Region region)
    {
        if (key.Named is { } named)
            return named(source, region) is { Length: > 0 } text ? [text] : [];
        var values = new List<string>();
        Collect(key.Root(source), key.Members[source.ActType], 0, null, values);
        return values;
    }

    void Collect(object? value, IReadOnlyList<PropertyInfo> members, int at, object? holder, List<string> values)
    {
        if (value is IEnumerable list and not string)
        {
            foreach (var each in list)
                Collect(each, members, at, holder, values);
            return;
        }
        if (value is null)
            return;
        if (at < members.Count)
            Collect(members[at].GetValue(value), members, at + 1, value, values);
        else if (Said(value, holder) is { Length: > 0 } text)
            values.Add(text);
    }

    string Said(object value, object? holder) => value switch
    {
        string text => text.Trim(),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset instant => Instant(instant, holder?.GetType().GetProperty("Zone")?.GetValue(holder) as string),
        PartialDate date => date.Raw,
        bool yes => Words[yes ? "yes" : "no"],
        Enum name => Words[$"{name.GetType().Name}.{name}"],
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => "",
    };

    // As the clocks of the zone beside it show it.
    static string Instant(DateTimeOffset at, string? zone) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone ?? "") is { } known
        ? NodaTime.Instant.FromDateTimeOffset(at).InZone(known).ToString("uuuu-MM-dd HH:mm o<g>", CultureInfo.InvariantCulture)
        : at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    static string Beginning(LineKind kind) => kind switch { LineKind.Item => "<ul>\n", LineKind.Row => "<table><tbody>\n", _ => "" };

    static string Closing(LineKind kind) => kind switch { LineKind.Item => "</ul>\n", LineKind.Row => "</tbody></table>\n", _ => "" };

    static string Text(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>What a paper is filled from.</summary>
public sealed record TemplateSource
{
    /// <summary>The act, a name of the contract.</summary>
    public required string ActType { get; init; }

    /// <summary>Its open part, a record of the contract.</summary>
    public required object Open { get; init; }

    /// <summary>Its private part, not sealed. Null: not known, everything that stands there stays blank.</summary>
    public object? Private { get; init; }

    /// <summary>The measure the paper is for, from 1. 0: the act as a whole.</summary>
    public int Measure { get; init; }

    /// <summary>Who asks. Null: not known.</summary>
    public Party? Requesting { get; init; }

    /// <summary>Who is asked. Null: not known.</summary>
    public Party? Requested { get; init; }

    /// <summary>The day of the paper, in the state that makes it.</summary>
    public required DateOnly Today { get; init; }
}

/// <summary>A filled paper.</summary>
/// <param name="Title">Its title.</param>
/// <param name="FileName">A name for its file.</param>
/// <param name="Html">The paper, whole: HTML with a style for print.</param>
/// <param name="Blanks">What could not be filled, by the name of the placeholder.</param>
public sealed record FilledTemplate(string Title, string FileName, string Html, IReadOnlyList<string> Blanks);

/// <summary>What a line of a template is.</summary>
enum LineKind
{
    Paragraph,
    Title,
    Heading,
    Item,
    Row,
    Signature,
}

/// <summary>One line of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Label">The head of a row.</param>
/// <param name="Pieces">Text and placeholders, in order.</param>
sealed record TemplateLine(LineKind Kind, string Label, IReadOnlyList<TemplatePiece> Pieces);

/// <summary>Text, or a placeholder.</summary>
sealed record TemplatePiece(string Text, TemplateKey? Key);

/// <summary>What a placeholder names.</summary>
/// <param name="Path">As it stands in the file.</param>
/// <param name="Named">How a name is said that is no field of the contract. Null: it is one.</param>
/// <param name="Root">Where its members begin.</param>
/// <param name="Members">Members of the contract, from the outermost in, by the act: acts have fields of the same name.</param>
sealed record TemplateKey(
    string Path, Func<TemplateSource, Region, string?>? Named, Func<TemplateSource, object?> Root, IReadOnlyDictionary<string, IReadOnlyList<PropertyInfo>> Members);
