using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiaisonHub.Sealing;
using NodaTime;

namespace LiaisonHub.Desk.Forms;

/// <summary>A file an officer has added, kept with the draft: a browser never sends it twice.</summary>
public sealed record TypedFile
{
    /// <summary>The file; for an item of evidence also the item.</summary>
    public required Guid Id { get; init; }

    /// <summary>The field it belongs to.</summary>
    public required string Field { get; init; }

    public required string FileName { get; init; }
    public required string MediaType { get; init; }
    public required byte[] Content { get; init; }

    /// <summary>Salt of the commitment of an item of evidence.</summary>
    public string? Salt { get; init; }
}

/// <summary>What an officer has typed so far, right or wrong, by the path of each field: <c>open.measures[0].kind</c>. Nothing of it is lost by a mistake.</summary>
public sealed class Typed
{
    /// <summary>Marks a row that is there although nothing stands in it.</summary>
    public const string RowMark = ".~";

    /// <summary>The measures of a request, and what is sealed of each.</summary>
    public const string Measures = "open.measures", SealedMeasures = "private.measures";

    /// <summary>Choices that no list offers, a line each.</summary>
    public const string Other = ".other";

    /// <summary>Sending the same content twice makes one act: the key says that it is the same.</summary>
    public Guid Key { get; set; } = Guid.CreateVersion7();

    /// <summary>What was typed, by path.</summary>
    public Dictionary<string, string[]> Values { get; init; } = [];

    public List<TypedFile> Files { get; init; } = [];

    /// <summary>Parts that no form asks for and that travel as they are, by path: the original, where values came from.</summary>
    public Dictionary<string, JsonNode> Kept { get; init; } = [];

    /// <summary>Translations that came back and were put in, by id, each with when it was delivered: what an officer then takes out stays out.</summary>
    public Dictionary<Guid, DateTimeOffset> Translations { get; init; } = [];

    /// <summary>The act this one was written to replace: the hub refused it.</summary>
    public Guid? Replaces { get; set; }

    /// <summary>How a point in time is typed: a browser leaves the seconds out when they are 0.</summary>
    public static readonly string[] MomentFormats = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    /// <summary>The zone in which points in time are typed. Not kept: it is the state's, whoever types.</summary>
    [JsonIgnore]
    public DateTimeZone Zone { get; set; } = DateTimeZone.Utc;

    public string Of(string path) => Values.TryGetValue(path, out var values) && values.Length > 0 ? values[0].Trim() : "";

    public string[] All(string path) => Values.TryGetValue(path, out var values) ? [.. values.Where(v => v.Length > 0)] : [];

    public void Set(string path, params string[] values) => Values[path] = values;

    /// <summary>One more value, unless it stands there.</summary>
    public void Add(string path, string value)
    {
        if (!All(path).Contains(value))
            Set(path, [.. All(path), value]);
    }

    public IEnumerable<TypedFile> FilesOf(string path) => Files.Where(f => f.Field == path);

    /// <summary>How many rows stand there, empty ones too.</summary>
    public int Rows(string path)
    {
        var count = 0;
        foreach (var key in Values.Keys)
            if (key.StartsWith(path, StringComparison.Ordinal) && key.Length > path.Length && key[path.Length] == '['
                && key.IndexOf(']', path.Length) is var end and > 0 && int.TryParse(key.AsSpan(path.Length + 1, end - path.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                count = Math.Max(count, index + 1);
        return count;
    }

    public void AddRow(string path) => Set(string.Create(CultureInfo.InvariantCulture, $"{path}[{Rows(path)}]{RowMark}"), "1");

    /// <summary>Takes a row out; the ones below move up.</summary>
    public void RemoveRow(string path, int index)
    {
        var rows = Rows(path);
        Remove(path, index);
        for (var i = index + 1; i < rows; i++)
        {
            foreach (var key in Values.Keys.Where(k => k.StartsWith(At(path, i), StringComparison.Ordinal)).ToList())
            {
                Values[At(path, i - 1) + key[At(path, i).Length..]] = Values[key];
                Values.Remove(key);
            }
        }

        if (path == Measures)
            RemoveSealed(index + 1);
    }

    // What is sealed of a measure goes with it, and the measures below have one number less.
    void RemoveSealed(int measure)
    {
        for (var i = Rows(SealedMeasures) - 1; i >= 0; i--)
            if (int.TryParse(Of($"{At(SealedMeasures, i)}.measure"), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                if (number == measure)
                    RemoveRow(SealedMeasures, i);
                else if (number > measure)
                    Set($"{At(SealedMeasures, i)}.measure", (number - 1).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>True: nothing was typed or chosen there.</summary>
    public bool IsBlank(Field field, string path) => field.Kind switch
    {
        FieldKind.Group => field.Fields.All(f => IsBlank(f, $"{path}.{f.Name}")),
        FieldKind.Rows => Enumerable.Range(0, Rows(path)).All(i => IsBlankRow(field, At(path, i))),
        FieldKind.Files or FieldKind.Evidence => !FilesOf(path).Any(),
        FieldKind.Rights => Enumerable.Range(0, Rows(path)).All(i => Of($"{At(path, i)}.finding").Length == 0),
        FieldKind.PartialDay => Of($"{path}.value").Length == 0 && Of($"{path}.raw").Length == 0,
        FieldKind.Several => All(path).Length == 0 && Of(path + Other).Length == 0,
        FieldKind.Kept => true,
        _ when field.Identifies => true,
        _ => Of(path).Length == 0 || Of(path) == field.Default,
    };

    public bool IsBlankRow(Field rows, string path) => rows.Fields.All(f => IsBlank(f, $"{path}.{f.Name}"));

    /// <summary>Takes out the rows in which nothing stands, so that a row on the form and its place in the act have the same number.</summary>
    public void DropBlankRows(IReadOnlyList<Field> fields, string path)
    {
        foreach (var field in fields)
        {
            var at = $"{path}.{field.Name}";
            if (field.Kind == FieldKind.Group)
                DropBlankRows(field.Fields, at);
            if (field.Kind != FieldKind.Rows)
                continue;
            for (var i = Rows(at) - 1; i >= 0; i--)
            {
                DropBlankRows(field.Fields, At(at, i));
                if (IsBlankRow(field, At(at, i)))
                    RemoveRow(at, i);
            }
        }
    }

    public byte[] Json() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    public static Typed Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<Typed>(json, Options) ?? new();

    /// <summary>As if somebody had typed the content: for what was read from a file, and for an act the hub refused.</summary>
    public static Typed From(ActForm form, JsonNode? open, JsonNode? privatePart, DateTimeZone? zone = null)
    {
        var typed = new Typed { Zone = zone ?? DateTimeZone.Utc };
        Take(typed, form.Open, "open", open as JsonObject ?? [], privatePart as JsonObject);
        Take(typed, form.Private, "private", privatePart as JsonObject ?? [], privatePart as JsonObject);
        return typed;
    }

    static void Take(Typed typed, IReadOnlyList<Field> fields, string path, JsonObject from, JsonObject? privatePart)
    {
        foreach (var field in fields)
            if (from[field.Name] is { } node)
                Take(typed, field, $"{path}.{field.Name}", node, privatePart);
    }

    static void Take(Typed typed, Field field, string path, JsonNode node, JsonObject? privatePart)
    {
        switch (field.Kind)
        {
            case FieldKind.Lines:
                typed.Set(path, string.Join('\n', Array(node).Select(Plain)));
                break;
            case FieldKind.Several:
                typed.Set(path, [.. Array(node).Select(Plain)]);
                break;
            case FieldKind.Group:
                Take(typed, field.Fields, path, node as JsonObject ?? [], privatePart);
                break;
            case FieldKind.Rows or FieldKind.Rights:
                foreach (var (i, row) in Array(node).Index())
                {
                    typed.Set(At(path, i) + RowMark, "1");
                    if (field.Kind == FieldKind.Rows)
                        Take(typed, field.Fields, At(path, i), row as JsonObject ?? [], privatePart);
                    else
                        foreach (var (name, answer) in row as JsonObject ?? [])
                            typed.Set($"{At(path, i)}.{name}", Plain(answer));
                }

                break;
            case FieldKind.Files:
                foreach (var file in Array(node).OfType<JsonObject>())
                    typed.Files.Add(FileOf(file, path, Guid.CreateVersion7(), null));
                break;
            case FieldKind.Evidence:
                TakeEvidence(typed, path, Array(node), privatePart);
                break;
            case FieldKind.PartialDay:
                typed.Set($"{path}.value", Plain((node as JsonObject)?["value"]));
                typed.Set($"{path}.raw", Plain((node as JsonObject)?["raw"]));
                break;
            case FieldKind.Moment:
                typed.Set(path, typed.Clock(Plain(node)));
                break;
            // Items stand with the manifest.
            case FieldKind.Kept when path != "private.items":
                typed.Kept[path] = node.DeepClone();
                break;
            case FieldKind.Kept:
                break;
            default:
                typed.Set(path, Plain(node));
                break;
        }
    }

    // As the clocks of the zone show it; a text that is no instant stays as it is, to be mended.
    string Clock(string text)
    {
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return text;
        var local = Instant.FromDateTimeOffset(at).InZone(Zone).LocalDateTime.ToDateTimeUnspecified();
        return local.ToString(MomentFormats[local.Second == 0 ? 0 : 1], CultureInfo.InvariantCulture);
    }

    static void TakeEvidence(Typed typed, string path, JsonArray manifest, JsonObject? privatePart)
    {
        var items = (privatePart?["items"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        foreach (var (i, line) in manifest.OfType<JsonObject>().Index())
        {
            var itemId = Guid.TryParse(Plain(line["itemId"]), out var id) ? id : Guid.CreateVersion7();
            typed.Set($"{At(path, i)}.kind", Plain(line["kind"]));
            if (items.ElementAtOrDefault(i) is not { } item)
                continue;
            typed.Set($"{At(path, i)}.description", Plain(item["description"]));
            typed.Set($"{At(path, i)}.collection", Plain(item["collection"]));
            if (item["content"] is JsonObject content)
                typed.Files.Add(FileOf(content, path, itemId, Plain(item["salt"]) is { Length: > 0 } salt ? salt : Commitment.NewSalt()));
        }
    }

    static TypedFile FileOf(JsonObject file, string path, Guid id, string? salt) => new()
    {
        Id = id,
        Field = path,
        FileName = Plain(file["fileName"]),
        MediaType = Plain(file["mediaType"]),
        Content = Convert.FromBase64String(Plain(file["content"])),
        Salt = salt,
    };

    internal static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    static JsonArray Array(JsonNode node) => node as JsonArray ?? [];

    static string Plain(JsonNode? node) => node switch
    {
        null => "",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => value.ToJsonString(),
        _ => "",
    };

    void Remove(string path, int index)
    {
        foreach (var key in Values.Keys.Where(k => k.StartsWith(At(path, index), StringComparison.Ordinal)).ToList())
            Values.Remove(key);
    }

    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}
