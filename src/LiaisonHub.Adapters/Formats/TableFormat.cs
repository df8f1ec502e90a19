using System.Buffers;
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

    /// <summary>Most segments and groups of a record.</summary>
    public const int MostSegments = 20_000;

    const int LongestTag = 20;

    /// <summary>The records of a file, one after the other.</summary>
    /// <exception cref="UnreadableException">No record can be found in it at all.</exception>
    public static IEnumerable<LocalFile> Records(LocalFile file, TableLayout layout)
    {
        using var bytes = new MemoryStream(file.Bytes.ToArray(), writable: false);
        foreach (var record in Records(file.Name, bytes, layout))
            yield return record with { Beside = file.Beside };
    }

    /// <summary>The same of a file that is not in memory, and never is as a whole: no more of it than one record, whatever the file holds.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Its bytes, which are gone through more than once.</param>
    /// <param name="layout">How it is laid out.</param>
    /// <exception cref="UnreadableException">No record can be found in it at all.</exception>
    public static IEnumerable<LocalFile> Records(string name, Stream bytes, TableLayout layout)
    {
        using var reader = Characters.Open(bytes, layout.Charset);
        var text = new TextWindow(reader);
        foreach (var record in layout.Segments is not null ? Documents(name, text) : layout.Separator is not null ? Rows(name, text, layout) : Lines(name, text))
            yield return record;
        if (text.IsBlank)
            throw new UnreadableException(new Quarantine { Code = QuarantineCode.Empty, Words = "There is nothing in the file but blanks.", Fix = "Export the table again." });
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

    /// <summary>Writes one file of one record; <paramref name="cut"/> gets a line for each value that had to be cut.</summary>
    /// <exception cref="UnwritableException">A value does not fit its width or the layout's character set.</exception>
    public static byte[] Write(TableLayout layout, JsonObject made, List<string> cut)
    {
        var text = new StringBuilder();
        var end = layout.Terminator ?? "\r\n";
        if (layout.Segments is { } segments)
            new SegmentWriter(segments, text, end, cut).Write(made, 0);
        else if (layout.Separator is { } separator)
        {
            if (layout.Columns is null)
                text.AppendJoin(separator, made.Select(m => Quoted(m.Key, layout, m.Key, cut))).Append(end);
            var columns = layout.Columns ?? [.. made.Select(m => m.Key)];
            text.AppendJoin(separator, columns.Select(c => Quoted(Plain(made[c]), layout, c, cut))).Append(end);
        }
        else
            text.Append(TableLayout.Join(layout.Fields!, name => Plain(made[name]), "row", cut)).Append(end);
        try
        {
            return Encoding(layout).GetBytes(text.ToString());
        }
        catch (EncoderFallbackException)
        {
            throw new UnwritableException($"a value has a character that the character set {layout.Charset} of layout '{layout.Name}' does not have; have the mapping change it (\"as\").");
        }
    }

    static string Text(ReadOnlyMemory<byte> bytes, TableLayout layout) => Characters.Decode(bytes.Span, layout.Charset, []);

    static Encoding Encoding(TableLayout layout) => layout.Charset is { } name
        ? Characters.OfName(name) ?? throw new UnwritableException($"'{name}' is not a known character set; correct it in the layout.") : new UTF8Encoding(false);

    // Between separators

    static IEnumerable<LocalFile> Rows(string name, TextWindow text, TableLayout layout)
    {
        string? head = null;
        var columns = layout.Columns?.Count ?? 0;
        foreach (var (raw, line) in Raw(text, layout, () => columns))
        {
            if (head is null && layout.Columns is null)
                (head, columns) = (raw, Values(raw, layout).Count);
            else if (!string.IsNullOrWhiteSpace(raw))
                yield return Record(name, line, (head ?? "") + raw);
        }
    }

    static IEnumerable<(string Raw, int Line)> Raw(TextWindow text, TableLayout layout, Func<int> columns)
    {
        while (!text.AtEnd)
        {
            if (layout.Quotes)
            {
                // With quotation marks a line end may stand inside a value.
                var rest = new Rest(text);
                using var parser = new CsvParser(rest, Configuration(layout));
                while (parser.Read() && !rest.IsCut && !Runaway(parser, columns()))
                {
                    var (raw, line) = (parser.RawRecord, text.Line);
                    rest.Pass(raw.Length);
                    yield return (raw, line);
                }
            }

            // Without them, or from where a mark that nobody closed would swallow all that follows: up to the end of the line, and on from the next.
            if (!text.AtEnd)
            {
                var line = text.Line;
                yield return (Line(text, layout.Terminator), line);
            }
        }
    }

    // Up to and with its end. Of a line that is longer than any record may be its beginning; the rest is passed.
    static string Line(TextWindow text, string? terminator)
    {
        var end = terminator ?? "\n";
        var found = text.Find(end, end, LongestRecord + end.Length);
        if (found < 0 && terminator is null)
            found = text.Find(end = "\r", end, LongestRecord + end.Length);
        if (found >= 0)
            return text.Take(found + end.Length);
        var taken = text.Take(text.Ahead(LongestRecord + 1).Length);
        if (taken.Length > LongestRecord)
        {
            text.PassTo(terminator ?? "\n", terminator ?? "\r");
            text.Pass(text.Ahead(terminator?.Length ?? 1).Length);
        }

        return taken;
    }

    // What the parser reads ahead stays in the window until its record is passed: it may have to be gone through in another way. One record is never read without end.
    sealed class Rest(TextWindow text) : TextReader
    {
        int read;

        internal bool IsCut { get; private set; }

        public override int Peek() => text.Ahead(read + 1) is var ahead && ahead.Length > read ? ahead[read] : -1;

        public override int Read() => Peek() is >= 0 and var next && read++ >= 0 ? next : -1;

        public override int Read(char[] buffer, int index, int count)
        {
            // All that was read so far is of the record at hand.
            if (IsCut = read > LongestRecord)
                return 0;
            var more = text.Ahead(read + count)[read..];
            more.CopyTo(buffer.AsSpan(index));
            read += more.Length;
            return more.Length;
        }

        internal void Pass(int count)
        {
            text.Pass(count);
            read -= count;
        }
    }

    static bool Runaway(CsvParser parser, int columns) => columns > 0 && parser.Count != columns && parser.RawRecord.TrimEnd('\r', '\n').Contains('\n', StringComparison.Ordinal);

    static void Row(JsonPart root, string text, TableLayout layout, int line, List<string> repairs)
    {
        var rows = Raw(new(text), layout, () => 0).Where(r => !string.IsNullOrWhiteSpace(r.Raw)).Select(r => Values(r.Raw, layout)).ToList();
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
            DetectColumnCountChanges = false,
            IgnoreBlankLines = false,
        };
        if (layout.Terminator is { } end)
            configuration.NewLine = end;
        return configuration;
    }

    static string Quoted(string? value, TableLayout layout, string column, List<string> cut)
    {
        value ??= "";
        if (!layout.Formulas && IsFormula(value))
        {
            value = $"'{value}";
            cut.Add($"{column}: written with a mark before it, so that no spreadsheet takes it for a formula");
        }

        var special = value.Contains(layout.Separator!, StringComparison.Ordinal) || value.AsSpan().ContainsAny('\r', '\n', '"') || (layout.Terminator is { } end && value.Contains(end, StringComparison.Ordinal));
        if (!special)
            return value;
        return layout.Quotes ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : throw new UnwritableException($"{column}: holds the separator or a line end, and this layout has no quotation marks; have the mapping change it (\"as\": \"one-line\").");
    }

    static readonly SearchValues<char> Harmless = SearchValues.Create("0123456789 .,:/()-");

    // Clerks open such files in spreadsheets, which run what begins so. Numbers, days and telephone numbers do no harm.
    static bool IsFormula(string value) => value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && value.AsSpan(1).ContainsAnyExcept(Harmless);

    // Fixed width

    static IEnumerable<LocalFile> Lines(string name, TextWindow text)
    {
        while (!text.AtEnd)
        {
            var line = text.Line;
            if (Line(text, "\n") is var raw && !string.IsNullOrWhiteSpace(raw))
                yield return Record(name, line, raw.TrimEnd('\r', '\n') + "\n");
        }
    }

    // Several documents one after the other, each a tag of its own, on one line or on many. Between them stand declarations (also in capitals) and log lines, which are no records. A document that
    // is not closed ends where the next declaration begins, so that it takes no other with it.
    static IEnumerable<LocalFile> Documents(string name, TextWindow text)
    {
        for (text.PassTo("<", "<"); !text.AtEnd; text.PassTo("<", "<"))
        {
            if (TagAt(text.Ahead(LongestTag + 3)) is not { } tag)
            {
                text.Pass(1);
                continue;
            }

            var (line, close) = (text.Line, $"</{tag}>");
            var end = text.Find(close, "<?", LongestRecord + close.Length);
            if (end >= 0 && text.Ahead(end + 2)[^1] == '/')
                end += close.Length;
            var raw = text.Take(end < 0 ? text.Ahead(LongestRecord + 1).Length : end);
            if (end < 0)
                text.PassTo(close, "<?");
            yield return Record(name, line, raw);
        }
    }

    // The angle bracket tells a tag: in a value it stands in another way, which the width does not count.
    static string Plain(string content) => !content.Contains('&', StringComparison.Ordinal) ? content
        : content.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal);

    static string Escaped(string content) => !content.AsSpan().ContainsAny('<', '>', '&') ? content
        : content.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    // The name of the tag that opens here.
    static string? TagAt(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || !char.IsAsciiLetter(text[1]))
            return null;
        var end = 1;
        while (end < text.Length && end <= LongestTag && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-'))
            end++;
        return end < text.Length && text[end] == '>' ? text[1..end].ToString() : null;
    }

    static void Segments(JsonPart root, string text, IReadOnlyDictionary<string, IReadOnlyList<FixedField>> segments, int first, List<string> repairs)
    {
        var open = new Stack<JsonPart>([root]);
        var (at, line, parts) = (0, first, 0);
        while (at < text.Length)
        {
            var begins = text.IndexOf('<', at);
            var between = text.AsSpan(at, (begins < 0 ? text.Length : begins) - at);
            line += between[..(between.Length - between.TrimStart().Length)].Count('\n');
            if (between.ContainsAnyExcept(" \t\r\n"))
                throw Wrong(line, "is outside every segment", "The record is damaged: export it again.");
            if (begins < 0)
                break;
            line += between.TrimStart().Count('\n');
            at = begins;
            if (text.AsSpan(at).StartsWith("</", StringComparison.Ordinal))
            {
                var closes = $"</{open.Peek().Name}>";
                if (open.Count == 1 || !text.AsSpan(at).StartsWith(closes, StringComparison.Ordinal))
                    throw Wrong(line, "closes a segment that is not open", "The record is damaged: export it again.");
                open.Pop();
                at += closes.Length;
                continue;
            }

            var tag = TagAt(text.AsSpan(at)) ?? throw Wrong(line, "is outside every segment", "The record is damaged: export it again.");
            if (++parts > MostSegments)
                throw Wrong(line, $"has more than {MostSegments:N0} segments", "Look at the file before anything else: it may be damaged or hostile.");
            var part = new JsonPart(tag, open.Peek(), line);
            part.Become(JsonValueKind.Object);
            open.Peek().Gather(part);
            at += tag.Length + 2;

            // What stands on the same line up to the next tag is the text of a segment; without any it is a group, whose parts follow.
            var next = text.IndexOf('<', at);
            var content = next < 0 ? text[at..] : text[at..next];
            if (next >= 0 && text.AsSpan(next).StartsWith($"</{tag}>", StringComparison.Ordinal) && !content.Contains('\n', StringComparison.Ordinal))
            {
                var plain = Plain(content);
                if (segments.TryGetValue(tag, out var fields))
                    Fill(part, $" ({tag})", fields, plain, line, repairs);
                else
                    part.Become(JsonValueKind.String, plain);
                at = next + tag.Length + 3;
            }
            else if (content.Split('\n')[0].Trim().Length > 0)
                throw Wrong(line, $"has no end tag </{tag}>", "The record stops in the middle: export it again.");
            else
                open.Push(part);
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

    static LocalFile Record(string name, int line, string raw) => new()
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"{name}#{line}"),
        Bytes = System.Text.Encoding.UTF8.GetBytes(raw.Length > LongestRecord ? raw[..LongestRecord] : raw),
    };

    static void Leaf(JsonPart parent, string name, string text, int line)
    {
        var leaf = new JsonPart(name, parent, line);
        leaf.Become(JsonValueKind.String, text);
        parent.Add(leaf);
    }

    static string? Plain(JsonNode? node) => node is null ? null : node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();

    static UnreadableException Wrong(int line, string found, string fix) =>
        new(new Quarantine { Code = QuarantineCode.BadRecord, Words = $"The record on line {line} {found}.", Fix = fix });

    sealed class SegmentWriter(IReadOnlyDictionary<string, IReadOnlyList<FixedField>> segments, StringBuilder text, string end, List<string> cut)
    {
        readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        int all;

        internal void Write(JsonObject made, int depth)
        {
            foreach (var (tag, node) in made)
                foreach (var one in node is JsonArray list ? list.OfType<JsonNode>() : [node!])
                    if (one is JsonObject parts && segments.TryGetValue(tag, out var fields))
                        foreach (var values in Continued(fields, parts))
                            Segment(tag, depth, TableLayout.Join(fields, name => values.GetValueOrDefault(name) ?? Count(tag, fields, name), tag, cut));
                    else if (one is JsonObject group)
                    {
                        // The document itself is no segment.
                        all += depth == 0 ? 0 : 1;
                        text.Append('\t', depth).Append('<').Append(tag).Append('>').Append(end);
                        Write(group, depth + 1);
                        text.Append('\t', depth).Append("</").Append(tag).Append('>').Append(end);
                        all += depth == 0 ? 0 : 1;
                    }
                    else
                        Segment(tag, depth, Plain(one)!);
        }

        void Segment(string tag, int depth, string content)
        {
            all++;
            numbers[tag] = numbers.GetValueOrDefault(tag) + 1;
            text.Append('\t', depth).Append('<').Append(tag).Append('>').Append(Escaped(content)).Append("</").Append(tag).Append('>').Append(end);
        }

        string? Count(string tag, IReadOnlyList<FixedField> fields, string name) => fields.First(f => f.Name == name).Counts switch
        {
            SegmentCount.Same => (numbers.GetValueOrDefault(tag) + 1).ToString(CultureInfo.InvariantCulture),
            SegmentCount.All => (all + 1).ToString(CultureInfo.InvariantCulture),
            _ => null,
        };

        // A value that goes on in further segments; the others stand in each of them.
        static List<Dictionary<string, string?>> Continued(IReadOnlyList<FixedField> fields, JsonObject parts)
        {
            var values = parts.ToDictionary(p => p.Key, p => Plain(p.Value));
            if (fields.FirstOrDefault(f => f.Continues) is not { } longest || values.GetValueOrDefault(longest.Name) is not { } rest)
                return [values];
            var pieces = new List<Dictionary<string, string?>>();
            do
            {
                var length = Math.Min(rest.Length, longest.Length);
                if (length < rest.Length && rest.LastIndexOf(' ', length) is > 0 and var blank)
                    length = blank;
                pieces.Add(new(values) { [longest.Name] = rest[..length] });
                rest = rest[length..].TrimStart(' ');
            }
            while (rest.Length > 0);
            return pieces;
        }
    }
}
