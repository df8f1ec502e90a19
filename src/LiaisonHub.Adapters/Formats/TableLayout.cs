using System.Text;

namespace LiaisonHub.Adapters.Formats;

/// <summary>One field of fixed width.</summary>
/// <param name="Name">As paths call it.</param>
/// <param name="Length">How many characters of the local system's own character set.</param>
/// <param name="Pad">What fills it up.</param>
/// <param name="Right">True: the value stands at the right end.</param>
/// <param name="Cut">True: a longer value is cut, as the local system itself does; false: it is an error.</param>
/// <param name="Continues">True: a longer value goes on in a further segment of the same tag, broken at a blank where there is one.</param>
/// <param name="Counts">What is written here when the mapping says nothing.</param>
sealed record FixedField(string Name, int Length, char Pad, bool Right, bool Cut, bool Continues = false, SegmentCount Counts = SegmentCount.None);

/// <summary>Which segments a field counts.</summary>
enum SegmentCount
{
    None,

    /// <summary>Those of its own tag so far, itself among them: 1, 2, 3...</summary>
    Same,

    /// <summary>All of the document so far, itself among them. A group counts twice, for its beginning and its end.</summary>
    All,
}

/// <summary>How files of rows or segments are laid out. Described once in <c>layouts/*.json</c>, used by every mapping of such files in both directions.</summary>
sealed class TableLayout
{
    public required string Name { get; init; }

    /// <summary>Names of files it claims, with <c>*</c> and <c>?</c>; upper and lower case alike.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The character set, or null: what the bytes say.</summary>
    public string? Charset { get; init; }

    /// <summary>Between separators: what stands between two values. Null: fixed width.</summary>
    public string? Separator { get; init; }

    /// <summary>True: values may stand in quotation marks, which hide separators and line ends.</summary>
    public bool Quotes { get; init; }

    /// <summary>Going out, between separators: true: values that a spreadsheet takes for a formula are written as they are, since no person opens these files. False: they get a mark before them.</summary>
    public bool Formulas { get; init; }

    /// <summary>What ends a row. Null: a line end of any kind.</summary>
    public string? Terminator { get; init; }

    /// <summary>Names of the columns where the file has none in its first row.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Fixed width: the fields of a row. Null: the file has segments.</summary>
    public IReadOnlyList<FixedField>? Fields { get; init; }

    /// <summary>Fixed width in tags (<c>&lt;FSC&gt;K01YZ&lt;/FSC&gt;</c>): the fields of each segment, by its tag.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<FixedField>>? Segments { get; init; }

    public bool Claims(string fileName)
    {
        var name = fileName.Split('#')[0];
        return Files.Any(pattern => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true));
    }

    /// <summary>Splits a text of fixed width. A text that is shorter lacks its last fields, as systems that trim their lines send it.</summary>
    public static IReadOnlyList<(FixedField Field, string Text)> Split(IReadOnlyList<FixedField> fields, string text)
    {
        var found = new List<(FixedField, string)>(fields.Count);
        var at = 0;
        foreach (var field in fields)
        {
            if (at >= text.Length)
                break;
            var length = Math.Min(field.Length, text.Length - at);
            found.Add((field, text.Substring(at, length)));
            at += field.Length;
        }

        return found;
    }

    /// <summary>Puts a segment together: each value padded or cut to its width.</summary>
    /// <param name="fields">Its fields.</param>
    /// <param name="value">The value of a field, by its name.</param>
    /// <param name="place">What it is, for messages.</param>
    /// <param name="cut">Gets a line for each value that was cut.</param>
    /// <exception cref="UnwritableException">A value is too long, or has characters the width cannot count.</exception>
    public static string Join(IReadOnlyList<FixedField> fields, Func<string, string?> value, string place, List<string> cut)
    {
        var text = new StringBuilder();
        foreach (var field in fields)
        {
            var written = value(field.Name) ?? "";
            // Width is counted in characters of the host; what takes more than one unit here would shift everything behind it.
            if (written.Any(c => char.IsSurrogate(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark) || written.AsSpan().ContainsAny('\r', '\n', '\t'))
                throw new UnwritableException($"{place}.{field.Name}: holds a line end, a combining mark or a character outside the basic plane; have the mapping change it (\"as\").");
            if (written.Length > field.Length && field.Cut)
                cut.Add($"{place}.{field.Name}: cut to {field.Length} characters");
            if (written.Length > field.Length)
                written = field.Cut ? written[..field.Length]
                    : throw new UnwritableException($"{place}.{field.Name}: has {written.Length} characters, {field.Length} are allowed; shorten it in the mapping, or let the layout cut it (\"cut\": true).");
            text.Append(field.Right ? written.PadLeft(field.Length, field.Pad) : written.PadRight(field.Length, field.Pad));
        }

        return text.ToString();
    }
}
