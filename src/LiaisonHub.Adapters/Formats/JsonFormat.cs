using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiaisonHub.Adapters.Formats;

/// <summary>
/// The one JSON reader of every adapter: strict, with the line of every value, and refusing what two readers would read differently. Mapping files go through
/// it too, with comments allowed.
/// </summary>
/// <remarks>What the sender calls the content (often <c>text/plain</c>) is not asked: the first character decides.</remarks>
public static class JsonFormat
{
    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 64;

    /// <summary>Most values of one document.</summary>
    public const int MaxNodes = 500_000;

    /// <summary>Reads a file.</summary>
    /// <exception cref="UnreadableException">It cannot be read; the reason says where and what would help.</exception>
    public static SourceDocument Read(ReadOnlyMemory<byte> bytes)
    {
        var repairs = new List<string>();
        var root = Parse(bytes, comments: false, repairs);
        if (root.IsEmpty)
            throw new UnreadableException(new Quarantine
            {
                Code = QuarantineCode.SaysNothing,
                Words = "The file is readable but says nothing: an empty object, list or text. Some systems answer so when they found nothing.",
                Fix = "Look up in the system that wrote it whether the record exists, and export it again.",
            });
        return new SourceDocument { Format = LocalFormat.Json, Root = root, Repairs = repairs };
    }

    /// <summary>Reads a file people write by hand: comments and a comma at the end of a list are allowed.</summary>
    internal static JsonPart ReadByHand(ReadOnlyMemory<byte> bytes) => Parse(bytes, comments: true, []);

    /// <summary>A tree over JSON that is already known to be sound, to map from.</summary>
    /// <param name="node">The JSON.</param>
    /// <param name="lines">False: it stood on no lines of its own, as what was made of a mail.</param>
    internal static JsonPart Of(JsonNode node, bool lines = true) => Parse(Encoding.UTF8.GetBytes(node.ToJsonString()), comments: false, [], lines);

    /// <summary>A path, a part of JSONPath (RFC 9535): names joined by dots, <c>[*]</c> for each of a list, <c>[0]</c> for one of it, <c>['a b']</c> for a name with other characters,
    /// <c>$</c> at the beginning for the whole message; and <c>.</c> for the place itself.</summary>
    /// <exception cref="FormatException">Not such a path.</exception>
    public static SourcePath Path(string text) => JsonPath.Of(text);

    /// <summary>Writes what a mapping has made.</summary>
    internal static byte[] Write(JsonObject made) => JsonSerializer.SerializeToUtf8Bytes(made, Readable);

    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static JsonPart Parse(ReadOnlyMemory<byte> bytes, bool comments, List<string> repairs, bool numbered = true)
    {
        var text = Characters.Decode(bytes.Span, null, repairs);
        var start = text.AsSpan().TrimStart();
        if (start.IsEmpty)
            throw new UnreadableException(new Quarantine
            {
                Code = QuarantineCode.Empty,
                Words = "There is nothing in the file but blanks.",
                Fix = "Export the message again."
            });
        if (start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
            throw new UnreadableException(XmlFormat.WebPage);
        if (text.Contains('\uFFFD', StringComparison.Ordinal))
            repairs.Add("contains the replacement character U+FFFD: letters were lost before this file was written; kept as it is");

        var utf8 = Encoding.UTF8.GetBytes(text);
        var lines = new LineCounter(utf8, numbered ? 1 : 0);
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions
        {
            MaxDepth = MaxDepth,
            CommentHandling = comments ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
            AllowTrailingCommas = comments,
        });
        try
        {
            reader.Read();
            var nodes = 0;
            var root = Value(ref reader, "", null, lines, ref nodes);
            if (reader.Read())
                throw UnreadableException.Several($"another JSON document begins on line {lines.Line(reader.TokenStartIndex)}");
            return root;
        }
        catch (JsonException e)
        {
            throw Explained(e, ref reader, utf8);
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate escape: valid by the grammar, not text.
            throw NotJson($"line {lines.Line(reader.TokenStartIndex)} holds an escaped character that does not exist", false);
        }
    }

    static JsonPart Value(ref Utf8JsonReader reader, string name, JsonPart? parent, LineCounter lines, ref int nodes)
    {
        var line = lines.Line(reader.TokenStartIndex);
        if (++nodes > MaxNodes)
            throw new UnreadableException(new Quarantine
            {
                Code = QuarantineCode.TooDeep,
                Words = $"There are more than {MaxNodes} values in this file.",
                Fix = "Look at the file before anything else: it may be damaged or hostile. Export one record a file.",
            });
        var part = new JsonPart(name, parent, line);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                part.Become(JsonValueKind.Object);
                var seen = new HashSet<string>(StringComparer.Ordinal);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = reader.GetString()!;
                    if (!seen.Add(key))
                        throw new UnreadableException(new Quarantine
                        {
                            Code = QuarantineCode.RepeatedKey,
                            Words = $"The key '{Shown(key)}' stands twice in one object, the second time on line {lines.Line(reader.TokenStartIndex)}. "
                                + $"Which of the two is meant cannot be known.",
                            Fix = "Have the system that writes the file write each key once.",
                        });
                    reader.Read();
                    part.Add(Value(ref reader, key, part, lines, ref nodes));
                }

                break;
            case JsonTokenType.StartArray:
                part.Become(JsonValueKind.Array);
                var index = 0;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    part.Add(Value(ref reader, index++.ToString(CultureInfo.InvariantCulture), part, lines, ref nodes));
                break;
            case JsonTokenType.String:
                part.Become(JsonValueKind.String, reader.GetString());
                break;
            case JsonTokenType.Number:
                // As written: a number with more digits than a double keeps them.
                part.Become(JsonValueKind.Number, Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan));
                break;
            case JsonTokenType.True or JsonTokenType.False:
                part.Become(reader.TokenType == JsonTokenType.True ? JsonValueKind.True : JsonValueKind.False, reader.TokenType == JsonTokenType.True ? "true"
                    : "false");
                break;
            default:
                part.Become(JsonValueKind.Null);
                break;
        }

        return part;
    }

    static UnreadableException Explained(JsonException e, ref Utf8JsonReader reader, byte[] utf8)
    {
        var line = (e.LineNumber ?? 0) + 1;
        var rest = utf8.AsSpan((int)Math.Min(reader.BytesConsumed, utf8.Length)).TrimStart(" \t\r\n"u8);
        // The reader stops at the opening bracket that is one too many, and does not count it.
        if (reader.CurrentDepth >= MaxDepth - 1)
            return new UnreadableException(new Quarantine
            {
                Code = QuarantineCode.TooDeep,
                Words = $"More than {MaxDepth} objects and lists stand inside each other on line {line}.",
                Fix = "Look at the file before anything else: it may be damaged or hostile. Export the record again.",
            });
        if (reader.CurrentDepth == 0 && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray && rest.Length > 0
            && rest[0] is (byte)'{' or (byte)'[')
            return UnreadableException.Several($"another JSON document begins on line {line}");
        return NotJson($"line {line}, character {(e.BytePositionInLine ?? 0) + 1} cannot be read", truncated: StopsShort(utf8));
    }

    // Read as the beginning of something longer, a text that only stops short has no fault.
    static bool StopsShort(byte[] utf8)
    {
        var reader = new Utf8JsonReader(utf8, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));
        try
        {
            while (reader.Read())
            {
                // On to the end, or to the fault.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static UnreadableException NotJson(string found, bool truncated) => new(new Quarantine
    {
        Code = QuarantineCode.NotJson,
        Words = $"This is not a JSON message: {found}.",
        Fix = truncated ? "The text stops before its end. Export the message again, and write it under another name first (.tmp) and rename it when complete."
            : "Open the file at that line; export the message again.",
        Truncated = truncated,
    });

    // A key is chosen by the sending program, but a hostile file may hold anything.
    static string Shown(string key) => key.Length <= 40 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '@' or '$') ? key
        : "(unusual)";

    sealed class LineCounter(byte[] utf8, int first)
    {
        long at;
        int line = first;

        // Asked in rising order, so the file is counted once.
        internal int Line(long position)
        {
            for (; at < position && at < utf8.Length; at++)
                if (utf8[at] == (byte)'\n')
                    line++;
            return line;
        }
    }
}

/// <summary>One place of a JSON document.</summary>
sealed class JsonPart(string name, JsonPart? parent, int line) : SourceNode
{
    readonly List<JsonPart> parts = [];
    string name = name;
    JsonPart? parent = parent;
    string? text;

    internal JsonValueKind Kind { get; private set; }

    internal IReadOnlyList<JsonPart> Parts => parts;

    internal JsonPart? Parent => parent;

    internal bool IsEmpty => Kind switch
    {
        JsonValueKind.Object or JsonValueKind.Array => parts.Count == 0,
        JsonValueKind.Null => true,
        _ => Value is null,
    };

    internal JsonPart? this[string key] => Kind == JsonValueKind.Object ? parts.Find(p => p.Name == key) : null;

    Dictionary<string, JsonPart>? known;

    /// <summary>What is meant: of an object that says nothing but which part of the same message it stands for (<c>{ "@id": "p1" }</c>, <c>{ "$ref": "#/persons/0" }</c>), that part; else itself. Nothing
    /// outside of the message is ever looked for.</summary>
    internal JsonPart Meant => Kind == JsonValueKind.Object && parts is [{ Name: "@id" or "$ref", Value: { } named } only] ? Root.Referred(only.Name, named) ?? this : this;

    JsonPart Root => parent is null ? this : parent.Root;

    JsonPart? Referred(string how, string named)
    {
        if (how == "$ref")
        {
            var at = named.StartsWith("#/", StringComparison.Ordinal) ? this : null;
            foreach (var step in named.Split('/').Skip(1).Select(s => Uri.UnescapeDataString(s).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
                at = at?.parts.Find(p => p.Name == step);
            return at;
        }

        if (known is null)
        {
            known = new(StringComparer.Ordinal);
            var waiting = new Stack<JsonPart>([this]);
            while (waiting.TryPop(out var part))
            {
                // Of two with one name neither is known to be the one that is meant.
                if (part.parts.Count > 1 && part["@id"]?.Value is { } id && !known.TryAdd(id, part))
                    known[id] = Nothing;
                foreach (var inner in part.parts.Where(p => p.parts.Count > 0))
                    waiting.Push(inner);
            }
        }

        return known.TryGetValue(named, out var found) && found != Nothing ? found : null;
    }

    static readonly JsonPart Nothing = new("", null, 0);

    public override string Name => name;

    internal override IEnumerable<string> Names
    {
        get
        {
            for (var part = this; part is not null; part = part.parent)
                if (part.parent?.Kind != JsonValueKind.Array)
                    yield return part.name;
        }
    }

    public override string? Value => Kind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null ? null : WithoutPadding(text);

    /// <summary>The part as JSON, its numbers as they were written.</summary>
    internal string ToJson() => Kind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', parts.Select(p => $"{JsonSerializer.Serialize(p.Name)}:{p.ToJson()}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', parts.Select(p => p.ToJson()))}]",
        JsonValueKind.String => JsonSerializer.Serialize(text),
        JsonValueKind.Null or JsonValueKind.Undefined => "null",
        _ => text!,
    };

    /// <summary>The text as it stands, padding included.</summary>
    internal string? Verbatim => text;

    public override int Line => line;

    public override string Place => parent is null ? "$" : parent.Kind == JsonValueKind.Array ? $"{parent.Place}[{name}]" : parent.Parent is null ? name
        : $"{parent.Place}.{name}";

    internal override object Identity => this;

    internal void Become(JsonValueKind kind, string? value = null) => (Kind, text) = (kind, value);

    internal void Add(JsonPart part) => parts.Add(part);

    /// <summary>Adds a part; one that comes again makes a list of what was one.</summary>
    internal void Gather(JsonPart part)
    {
        var at = parts.FindIndex(p => p.Name == part.Name);
        if (at < 0)
        {
            parts.Add(part);
            return;
        }

        if (parts[at] is not { Kind: JsonValueKind.Array } list)
        {
            list = new JsonPart(part.Name, this, parts[at].Line);
            list.Become(JsonValueKind.Array);
            list.Enlist(parts[at]);
            parts[at] = list;
        }

        list.Enlist(part);
    }

    void Enlist(JsonPart part)
    {
        (part.name, part.parent) = (parts.Count.ToString(CultureInfo.InvariantCulture), this);
        parts.Add(part);
    }

    public override IReadOnlyList<SourceNode> Select(SourcePath path) => ((JsonPath)path).From(this);

    public override IEnumerable<SourceNode> Leaves() =>
        Kind is JsonValueKind.Object or JsonValueKind.Array ? parts.SelectMany(p => p.Leaves()) : Value is null ? [] : [this];
}

/// <summary>A path: the part of JSONPath (RFC 9535) that can be followed both ways and through a contract. Why no library reads it: decision 0031. A library says in the tests that both find the same.</summary>
sealed class JsonPath : SourcePath
{
    readonly IReadOnlyList<Step> steps;

    JsonPath(string text, IReadOnlyList<Step> steps)
        : base(text) => this.steps = steps;

    internal IReadOnlyList<Step> Steps => steps;

    /// <summary>True: from the whole message, wherever the rule stands.</summary>
    internal bool FromRoot => Text.TrimStart() is ['$', '.' or '[', ..];

    internal static JsonPath Of(string text)
    {
        var steps = new List<Step>();
        var at = 0;
        var rest = text.Trim();
        if (rest is "." or "$")
            return new JsonPath(text, steps);
        if (rest.StartsWith('$'))
            at = rest[1] switch
            {
                '.' => 2,
                '[' => 1,
                _ => throw new FormatException("begins with $, which stands for the whole message and goes on with a dot or '['; a name with a $ is written ['$name']"),
            };
        while (at < rest.Length)
        {
            if (rest[at] == '[')
            {
                // A quoted name may hold a bracket, a name in double quotes a single one.
                var quoted = at + 1 < rest.Length && rest[at + 1] is '\'' or '"' ? rest.IndexOf($"{rest[at + 1]}]", at + 2, StringComparison.Ordinal) : -1;
                var end = quoted < 0 ? rest.IndexOf(']', at) : quoted + 1;
                if (end < 0)
                    throw new FormatException($"'[' at character {at + 1} is not closed");
                var inside = rest[(at + 1)..end];
                if (inside == "*")
                    steps.Add(new Step(null, null));
                else if (quoted > at + 2 && !inside[1..^1].Contains(inside[0], StringComparison.Ordinal))
                    steps.Add(new Step(inside[1..^1], null));
                else if (int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                    steps.Add(new Step(null, index));
                else
                    throw new FormatException($"'[{inside}]' is neither [*], a position like [0], nor a name like ['a b']");
                at = end + 1;
            }
            else
            {
                var end = rest.AsSpan(at).IndexOfAny('.', '[');
                var name = end < 0 ? rest[at..] : rest[at..(at + end)];
                if (name.Length == 0 || name.Any(c => char.IsWhiteSpace(c) || c is '/' or '\\' or '(' or ')' or '\'' or '"'))
                    throw new FormatException($"'{name}' at character {at + 1} is not a name; names are joined by dots, for example persons[*].name");
                steps.Add(new Step(name, null));
                at += name.Length;
            }

            if (at < rest.Length && rest[at] == '.')
            {
                at++;
                if (at == rest.Length)
                    throw new FormatException("ends with a dot");
            }
            else if (at < rest.Length && rest[at] != '[')
            {
                throw new FormatException($"'{rest[at]}' at character {at + 1}: expected a dot or '['");
            }
        }

        return steps.Count == 0 ? throw new FormatException("is empty; write . for the place itself") : new JsonPath(text, steps);
    }

    internal List<SourceNode> From(JsonPart start)
    {
        while (FromRoot && start.Parent is { } above)
            start = above;
        IEnumerable<JsonPart> found = [start];
        foreach (var step in steps)
            found = found.SelectMany(step.Follow);
        return [.. found];
    }

    internal sealed record Step(string? Name, int? Index)
    {
        // Some systems send one object where others send a list of one: a step serves both.
        internal IEnumerable<JsonPart> Follow(JsonPart at) => this switch
        {
            { Name: "*" } => (at.Kind == JsonValueKind.Array ? at.Parts : [at]).Where(p => p.Kind == JsonValueKind.Object).SelectMany(p => p.Parts),
            { Name: { } name } => at.Kind == JsonValueKind.Array ? at.Parts.Select(p => Part(p, name)).OfType<JsonPart>() : Part(at, name) is { } part ? [part] : [],
            { Index: { } index } => at.Kind == JsonValueKind.Array ? at.Parts.Skip(index).Take(1) : index == 0 && !at.IsEmpty ? [at] : [],
            _ => at.Kind == JsonValueKind.Array ? at.Parts : at.IsEmpty ? [] : [at],
        };

        static JsonPart? Part(JsonPart at, string name) => at[name] ?? at.Meant[name];
    }
}
