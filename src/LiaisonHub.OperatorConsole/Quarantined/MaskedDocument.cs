using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Shell;

namespace LiaisonHub.OperatorConsole.Quarantined;

/// <summary>One field of a document as far as it may be seen.</summary>
/// <param name="Part">Protected header, payload, signature, body.</param>
/// <param name="Field">Where it stands, as a path.</param>
/// <param name="Shown">What may be shown of it.</param>
/// <param name="Masked">True: its content is not shown.</param>
public sealed record MaskedField(string Part, string Field, Said Shown, bool Masked);

/// <summary>
/// What a person may see of a message: its structure, who, to whom, when and in which order. The sealed part is a size. Of the open part the values are shown only where the hub has taken the act, for
/// then its fields are those of the contract, which hold no personal data; of a message in quarantine nobody knows what stands in a field, so its length must do.
/// </summary>
public sealed record MaskedDocument
{
    const int MostFields = 400, LongestValue = 300, ShownOfUnreadable = 48;

    /// <summary>What kind of thing it is, in words.</summary>
    public required Said Kind { get; init; }

    /// <summary>What is wrong with its structure, one line each.</summary>
    public required IReadOnlyList<Said> Problems { get; init; }

    /// <summary>Its fields, in order.</summary>
    public required IReadOnlyList<MaskedField> Fields { get; init; }

    /// <summary>Reads what can be read. Never throws: this is where the unreadable is looked at.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="taken">True: the hub has taken the act, so that its open part follows the contract.</param>
    /// <param name="said">The texts.</param>
    public static MaskedDocument Read(ReadOnlyMemory<byte> body, bool taken, Texts said)
    {
        var fields = new List<MaskedField>();
        var problems = new List<Said>();
        if (Parse(body) is not { } outer)
        {
            fields.Add(new("body", "$", said.Data(Printable(body.Span[..Math.Min(body.Length, ShownOfUnreadable)])), body.Length > ShownOfUnreadable));
            return new() { Kind = said[body.Length == 0 ? "faults.kind-nothing" : "faults.kind-not-json"], Problems = [said["faults.wrong-no-json"]], Fields = fields };
        }
        using (outer)
        {
            if (outer.RootElement.ValueKind != JsonValueKind.Object || !outer.RootElement.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.String)
            {
                Describe(outer.RootElement, "body", "", fields, show: false, said);
                return new() { Kind = said["faults.kind-unsigned"], Problems = [said["faults.wrong-no-payload"]], Fields = fields };
            }
            Part(outer.RootElement, "protected", problems, said, header => Describe(header, "protected header", "", fields, show: true, said));
            Part(outer.RootElement, "payload", problems, said, content => DescribePayload(content, fields, taken, said));
            if (outer.RootElement.TryGetProperty("signature", out var signature) && signature.ValueKind == JsonValueKind.String)
                fields.Add(new("signature", "signature", said["faults.shown-signature", said["faults.characters", signature.GetString()!.Length]], true));
            else
                problems.Add(said["faults.wrong-missing", "signature"]);
        }
        return new() { Kind = said["faults.kind-signed"], Problems = problems, Fields = fields };
    }

    /// <summary>Transport headers of a message, as the link kept them.</summary>
    public static IReadOnlyList<MaskedField> Headers(string json, Texts said)
    {
        var fields = new List<MaskedField>();
        if (Parse(Encoding.UTF8.GetBytes(json)) is { } headers)
            using (headers)
                Describe(headers.RootElement, "header", "", fields, show: true, said);
        return fields;
    }

    /// <summary>The first bytes, as far as they can be printed: how it is wrapped, and nothing of what it says.</summary>
    public static string Beginning(ReadOnlySpan<byte> body) => Printable(body[..Math.Min(body.Length, 16)]);

    /// <summary>The open part of an act that the hub has taken. Null: it has none.</summary>
    public static JsonElement? OpenPart(string body)
    {
        try
        {
            var signed = JsonSerializer.Deserialize<SignedDocument>(body, Wire.Json);
            return signed == null ? null : JsonSerializer.Deserialize<Act>(Base64Url.DecodeFromChars(signed.Payload), Wire.Json)?.Open;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    /// <summary>A field that holds an id. Null: it does not.</summary>
    public static Guid? Id(JsonElement open, string name) =>
        open.ValueKind == JsonValueKind.Object && open.TryGetProperty(name, out var field) && field.ValueKind == JsonValueKind.String && field.TryGetGuid(out var id) ? id : null;

    static void DescribePayload(JsonElement content, List<MaskedField> fields, bool taken, Texts said)
    {
        if (content.ValueKind != JsonValueKind.Object)
        {
            Describe(content, "payload", "", fields, show: false, said);
            return;
        }
        foreach (var member in content.EnumerateObject())
            if (member.NameEquals("sealed"))
                fields.Add(new("payload", "sealed", member.Value.ValueKind == JsonValueKind.String ? said["faults.shown-sealed", said["shell.bytes", Encoding.UTF8.GetByteCount(member.Value.GetString()!)]] : said["faults.shown-absent"], true));
            else
                Describe(member.Value, "payload", Name(member.Name), fields, show: member.NameEquals("type") || member.NameEquals("header") || (taken && member.NameEquals("open")), said);
    }

    static void Part(JsonElement document, string name, List<Said> problems, Texts said, Action<JsonElement> read)
    {
        if (!document.TryGetProperty(name, out var text) || text.ValueKind != JsonValueKind.String)
        {
            problems.Add(said["faults.wrong-missing", name]);
            return;
        }
        byte[] bytes;
        try
        {
            bytes = Base64Url.DecodeFromChars(text.GetString());
        }
        catch (FormatException)
        {
            problems.Add(said["faults.wrong-base64", name]);
            return;
        }
        if (Parse(bytes) is not { } inner)
        {
            problems.Add(said["faults.wrong-inner", name, said.Bytes(bytes.Length)]);
            return;
        }
        using (inner)
            read(inner.RootElement);
    }

    static void Describe(JsonElement value, string part, string path, List<MaskedField> fields, bool show, Texts said)
    {
        if (fields.Count >= MostFields)
        {
            if (fields.Count == MostFields)
                fields.Add(new(part, "…", said["faults.shown-rest", MostFields], true));
            return;
        }
        var here = path.Length == 0 ? "$" : path;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                    Describe(member.Value, part, path.Length == 0 ? Name(member.Name) : $"{path}.{Name(member.Name)}", fields, show, said);
                break;
            case JsonValueKind.Array:
                if (value.GetArrayLength() == 0)
                    fields.Add(new(part, here, said["faults.shown-list"], false));
                var index = 0;
                foreach (var element in value.EnumerateArray())
                    Describe(element, part, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), fields, show, said);
                break;
            case JsonValueKind.String:
                var text = value.GetString()!;
                fields.Add(show
                    ? new(part, here, Shown(text, said), text.Length > LongestValue)
                    : new(part, here, said["faults.shown-text", said["faults.characters", text.Length]], true));
                break;
            default:
                fields.Add(show ? new(part, here, Shown(value.GetRawText(), said), false) : new(part, here, value.ValueKind switch
                {
                    JsonValueKind.Number => said["faults.shown-number"],
                    JsonValueKind.Null => said.Data("null"),
                    _ => said["faults.shown-flag"],
                }, true));
                break;
        }
    }

    static JsonDocument? Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes, new() { MaxDepth = 64 });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Names of members are a stranger's text as well.
    static string Name(string name) => Printable(name.Length > 60 ? name[..60] + "…" : name);

    static Said Shown(string text, Texts said) =>
        text.Length <= LongestValue ? said.Data(Printable(text)) : said["faults.shown-cut", Printable(text[..LongestValue]), said["faults.characters", text.Length]];

    static string Printable(string text) => string.Create(text.Length, text, (shown, from) =>
    {
        for (var i = 0; i < from.Length; i++)
            shown[i] = char.IsControl(from[i]) || char.GetUnicodeCategory(from[i]) is UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse ? '·' : from[i];
    });

    static string Printable(ReadOnlySpan<byte> bytes)
    {
        var shown = new StringBuilder(bytes.Length);
        foreach (var one in bytes)
            shown.Append(one is >= 0x20 and < 0x7F ? (char)one : '·');
        return shown.ToString();
    }
}
