using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;
using LiaisonHub.Adapters.Mapping;

namespace LiaisonHub.Adapters.Formats;

/// <summary>
/// Files of many records. A file is taken apart first, so that each record has an outcome of its own and a bad one holds up no other: a record is named
/// <c>file#line</c> and carries what it needs to be read alone.
/// </summary>
static class TableFormat
{
    /// <summary>Longest record, in characters.</summary>
    public const int LongestRecord = 1_000_000;

    /// <summary>Most columns of a record.</summary>
    public const int MostColumns = 2_000;

    /// <summary>The records of a file, one after the other; the file is never held as a tree.</summary>
    /// <exception cref="UnreadableException">No record can be found in it at all.</exception>
    public static IEnumerable<LocalFile> Records(LocalFile file, TableLayout layout)
    {
        var text = Text(file.Bytes, layout);
        if (string.IsNullOrWhiteSpace(text))
            throw new UnreadableException(new Quarantine { Code = QuarantineCode.Empty, Words = "There is nothing in the file but blanks.", Fix = "Export the table again." });
        return layout.Segments is not null ? Documents(file, text) : layout.Separator is not null ? Rows(file, text, layout) : Lines(file, text);
    }

    /// <summary>True: the name is that of one record of a file.</summary>
    public static bool IsRecord(string fileName) => fileName.LastIndexOf('#') is > 0 and var at && int.TryParse(fileName.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>Reads one record.</summary>
    public static SourceDocument Read(LocalFile record, TableLayout layout)
    {
        var line = IsRecord(record.Name) ? int.Parse(record.Name.AsSpan(record.Name.LastIndexOf('#') + 1), CultureInfo.InvariantCulture) : 1;
        // A record is UTF-8 already; a file of one record read whole is not.
        var text = IsRecord(record.Name) ? System.Text.Encoding.UTF8.GetString(record.Bytes.Span) : Text(record.Bytes, layout);
        if (text.Length >= LongestRecord)
            throw Wrong(line, $"has more than {LongestRecord:N0} characters", "Look at the file before anything else: it may be damaged or hostile.");
        var root = new JsonPart("", null, line);
        root.Become(JsonValueKind.Object);
        var repairs = new List<string>();
        if (layout.Segments is { } segments)
            Segments(root, text, segments, line, repairs);
        else if (layout.Separator is not null)
            Row(root, text, layout, line, repairs);
        else
            Fill(root, "", layout.Fields!, text.TrimEnd('\r', '\n'), line, repairs);
        if (root.IsEmpty || !root.Leaves().Any())
            throw new UnreadableException(new Quarantine { Code = QuarantineCode.SaysNothing, Words = $"The record on line {line} says nothing.", Fix = "Look up the record in the system that wrote it, and export it again." });
        return new SourceDocument { Format = LocalFormat.Table, Root = root, Repairs = repairs };
    }

    /// <summary>Writes one file of one record.</summary>
    public static byte[] Write(TableLayout layout, JsonObject made)
    {
        var text = new StringBuilder();
        var end = layout.Terminator ?? "\r\n";
        if (layout.Segments is { } segments)
            Segment(text, made, segments, 0, end);
        else if (layout.Separator is { } separator)
        {
            if (layout.Columns is null)
                text.AppendJoin(separator, made.Select(m => Quoted(m.Key, layout, m.Key))).Append(end);
            var columns = layout.Columns ?? [.. made.Select(m => m.Key)];
            text.AppendJoin(separator, columns.Select(c => Quoted(Plain(made[c]), layout, c))).Append(end);
        }
        else
            text.Append(TableLayout.Join(layout.Fields!, name => Plain(made[name]), "row")).Append(end);
        return Encoding(layout).GetBytes(text.ToString());
    }

    static string Text(ReadOnlyMemory<byte> bytes, TableLayout layout) => Characters.Decode(bytes.Span, layout.Charset, []);

    static Encoding Encoding(TableLayout layout) => layout.Charset is { } name
        ? Characters.OfName(name) ?? throw new UnwritableException($"'{name}' is not a known character set; correct it in the layout.") : new UTF8Encoding(false);

    // Between separators

    static IEnumerable<LocalFile> Rows(LocalFile file, string text, TableLayout layout)
    {
        string? head = null;
        var columns = layout.Columns?.Count ?? 0;
        foreach (var (raw, line) in Raw(text, layout, () => columns))
        {
            if (head is null && layout.Columns is null)
                (head, columns) = (raw, Values(raw, layout).Count);
            else if (!string.IsNullOrWhiteSpace(raw))
                yield return Record(file, line, (head ?? "") + raw);
        }
    }

    static IEnumerable<(string Raw, int Line)> Raw(string text, TableLayout layout, Func<int> columns)
    {
        var (at, line) = (0, 1);
        while (at < text.Length)
        {
            if (layout.Quotes)
            {
                // With quotation marks a line end may stand inside a value.
                using var parser = new CsvParser(new StringReader(text[at..]), Configuration(layout));
                while (parser.Read() && !Runaway(parser, columns()))
                    yield return Next(parser.RawRecord);
            }

            // Without them, or from where a mark that nobody closed would swallow all that follows: up to the end of the line, and on from the next.
            var end = layout.Terminator ?? (text.IndexOf('\n', at) < 0 ? "\r" : "\n");
            var next = at < text.Length ? text.IndexOf(end, at, StringComparison.Ordinal) : 0;
            if (at < text.Length)
                yield return Next(next < 0 ? text[at..] : text[at..(next + end.Length)]);
        }

        (string, int) Next(string raw)
        {
            var found = (raw, line);
            at += raw.Length;
            line += raw.Count(c => c == '\n');
            return found;
        }
    }

    static bool Runaway(CsvParser parser, int columns) => columns > 0 && parser.Count != columns && parser.RawRecord.TrimEnd('\r', '\n').Contains('\n', StringComparison.Ordinal);

    static void Row(JsonPart root, string text, TableLayout layout, int line, List<string> repairs)
    {
        var rows = Raw(text, layout, () => 0).Where(r => !string.IsNullOrWhiteSpace(r.Raw)).Select(r => Values(r.Raw, layout)).ToList();
        var columns = layout.Columns ?? rows[0];
        var values = rows[^1];
        if (rows.Count != (layout.Columns is null ? 2 : 1) || columns.Count > MostColumns)
            throw Wrong(line, "cannot be told apart from its neighbours: a quotation mark that is not closed, or too many columns", "Correct the row and drop it again, with the row of column names.");
        if (values.Count != columns.Count)
            throw Wrong(line, $"has {values.Count} values, {columns.Count} are expected ({string.Join(layout.Separator, columns.Take(4))}...)", "A value holds a separator or a line end: have the system that writes the file put it in quotation marks, or correct the row by hand; drop the row again with the row of column names.");
        for (var i = 0; i < columns.Count; i++)
            Leaf(root, columns[i].Trim(), values[i], line);
        if (columns.Count != columns.Select(c => c.Trim()).Distinct(StringComparer.Ordinal).Count())
            repairs.Add("two columns have the same name: paths lead to the first");
    }

    static List<string> Values(string raw, TableLayout layout)
    {
        if (!layout.Quotes)
        {
            var body = layout.Terminator is { } end && raw.EndsWith(end, StringComparison.Ordinal) ? raw[..^end.Length] : raw.TrimEnd('\r', '\n');
            return [.. body.Split(layout.Separator)];
        }

        using var parser = new CsvParser(new StringReader(raw), Configuration(layout));
        return parser.Read() ? [.. parser.Record!] : [];
    }

    static CsvConfiguration Configuration(TableLayout layout)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = layout.Separator!,
            BadDataFound = null,
            MaxFieldSize = LongestRecord,
            DetectColumnCountChanges = false,
            IgnoreBlankLines = false,
        };
        if (layout.Terminator is { } end)
            configuration.NewLine = end;
        return configuration;
    }

    static string Quoted(string? value, TableLayout layout, string column)
    {
        value ??= "";
        var special = value.Contains(layout.Separator!, StringComparison.Ordinal) || value.AsSpan().ContainsAny('\r', '\n', '"') || (layout.Terminator is { } end && value.Contains(end, StringComparison.Ordinal));
        if (!special)
            return value;
        return layout.Quotes ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : throw new UnwritableException($"{column}: holds the separator or a line end, and this layout has no quotation marks; have the mapping change it (\"as\": \"one-line\").");
    }

    // Fixed width

    static IEnumerable<LocalFile> Lines(LocalFile file, string text)
    {
        var line = 0;
        foreach (var raw in text.Split('\n'))
        {
            line++;
            if (!string.IsNullOrWhiteSpace(raw))
                yield return Record(file, line, raw.TrimEnd('\r') + "\n");
        }
    }

    // Several documents one after the other, each a tag of its own; between them declarations (also in capitals) and log lines, which are no records.
    static IEnumerable<LocalFile> Documents(LocalFile file, string text)
    {
        var (line, start, startLine) = (0, -1, 0);
        string? name = null;
        var at = 0;
        foreach (var raw in text.Split('\n'))
        {
            line++;
            var trimmed = raw.Trim();
            if (name is null && Tag(trimmed) is { } opened)
            {
                (name, start, startLine) = (opened, at, line);
                if (trimmed.EndsWith($"</{opened}>", StringComparison.Ordinal))
                    name = null;
                if (name is null)
                    yield return Record(file, startLine, text.Substring(start, raw.Length));
            }
            else if (name is not null && trimmed == $"</{name}>")
            {
                yield return Record(file, startLine, text.Substring(start, at - start + raw.Length));
                name = null;
            }

            at += raw.Length + 1;
        }

        if (name is not null)
            yield return Record(file, startLine, text[start..]);
    }

    static string? Tag(string line) => line.Length > 2 && line[0] == '<' && char.IsAsciiLetter(line[1]) && line.IndexOf('>', StringComparison.Ordinal) is > 1 and var end && line[1..end] is { Length: <= 20 } tag
        && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? tag : null;

    static void Segments(JsonPart root, string text, IReadOnlyDictionary<string, IReadOnlyList<FixedField>> segments, int first, List<string> repairs)
    {
        var open = new Stack<JsonPart>([root]);
        var line = first - 1;
        foreach (var raw in text.Split('\n'))
        {
            line++;
            var trimmed = raw.Trim(' ', '\t', '\r');
            if (trimmed.Length == 0)
                continue;
            if (trimmed.StartsWith("</", StringComparison.Ordinal))
            {
                if (open.Count == 1 || trimmed != $"</{open.Peek().Name}>")
                    throw Wrong(line, $"closes a segment that is not open", "The record is damaged: export it again.");
                open.Pop();
            }
            else if (Tag(trimmed) is { } tag)
            {
                var content = trimmed[(tag.Length + 2)..];
                var part = new JsonPart(tag, open.Peek(), line);
                part.Become(JsonValueKind.Object);
                open.Peek().Gather(part);
                if (content.Length == 0)
                    open.Push(part);
                else if (!content.EndsWith($"</{tag}>", StringComparison.Ordinal))
                    throw Wrong(line, $"has no end tag </{tag}>", "The record stops in the middle: export it again.");
                else if (segments.TryGetValue(tag, out var fields))
                    Fill(part, $" ({tag})", fields, content[..^(tag.Length + 3)], line, repairs);
                else
                    part.Become(JsonValueKind.String, content[..^(tag.Length + 3)]);
            }
            else
                throw Wrong(line, "is outside every segment", "The record is damaged: export it again.");
            if (open.Count > JsonFormat.MaxDepth)
                throw Wrong(line, "is nested too deeply", "Look at the file before anything else: it may be damaged or hostile.");
        }

        if (open.Count > 1)
            throw Wrong(line, $"ends while <{open.Peek().Name}> is open", "The record stops in the middle: export it again.");
    }

    static void Fill(JsonPart part, string which, IReadOnlyList<FixedField> fields, string text, int line, List<string> repairs)
    {
        var width = fields.Sum(f => f.Length);
        if (text.Length > width && text[width..].Trim().Length > 0)
            throw Wrong(line, $"has {text.Length} characters{which}, {width} are laid out", "The local system has changed its layout, or the file is read in the wrong character set: compare both with the layout.");
        if (text.Length < width)
            repairs.Add($"line {line}{which} is shorter than its layout: the last fields are empty");
        foreach (var (field, value) in TableLayout.Split(fields, text))
            Leaf(part, field.Name, value, line);
    }

    static void Segment(StringBuilder text, JsonObject made, IReadOnlyDictionary<string, IReadOnlyList<FixedField>> segments, int depth, string end)
    {
        foreach (var (tag, node) in made)
            foreach (var one in node is JsonArray list ? list.OfType<JsonNode>() : [node!])
            {
                text.Append('\t', depth).Append('<').Append(tag).Append('>');
                if (one is not JsonObject parts)
                    text.Append(Plain(one));
                else if (segments.TryGetValue(tag, out var fields))
                    text.Append(TableLayout.Join(fields, name => Plain(parts[name]), tag));
                else
                {
                    text.Append(end);
                    Segment(text, parts, segments, depth + 1, end);
                    text.Append('\t', depth);
                }

                text.Append("</").Append(tag).Append('>').Append(end);
            }
    }

    static LocalFile Record(LocalFile file, int line, string raw) => new()
    {
        Name = Name(file, line),
        Bytes = System.Text.Encoding.UTF8.GetBytes(raw.Length > LongestRecord ? raw[..LongestRecord] : raw),
        Beside = file.Beside,
    };

    static string Name(LocalFile file, int line) => string.Create(CultureInfo.InvariantCulture, $"{file.Name}#{line}");

    static void Leaf(JsonPart parent, string name, string text, int line)
    {
        var leaf = new JsonPart(name, parent, line);
        leaf.Become(JsonValueKind.String, text);
        parent.Add(leaf);
    }

    static string? Plain(JsonNode? node) => node is null ? null : node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();

    static UnreadableException Wrong(int line, string found, string fix) =>
        new(new Quarantine { Code = QuarantineCode.BadRecord, Words = $"The record on line {line} {found}.", Fix = fix });
}
