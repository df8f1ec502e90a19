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
public sealed record MaskedField(string Part, string Field, string Shown, bool Masked);

/// <summary>
/// What a person may see of a message: its structure, who, to whom, when and in which order. The sealed part is a size. Of the open part the values are shown only where the hub has taken the act, for
/// then its fields are those of the contract, which hold no personal data; of a message in quarantine nobody knows what stands in a field, so its length must do.
/// </summary>
public sealed record MaskedDocument
{
    const int MostFields = 400, LongestValue = 300, ShownOfUnreadable = 48;

    /// <summary>What kind of thing it is, in words.</summary>
    public required string Kind { get; init; }

    /// <summary>What is wrong with its structure, one line each.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Its fields, in order.</summary>
    public required IReadOnlyList<MaskedField> Fields { get; init; }

    /// <summary>Reads what can be read. Never throws: this is where the unreadable is looked at.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="taken">True: the hub has taken the act, so that its open part follows the contract.</param>
    public static MaskedDocument Read(ReadOnlyMemory<byte> body, bool taken)
    {
        var fields = new List<MaskedField>();
        var problems = new List<string>();
        if (Parse(body) is not { } outer)
        {
            fields.Add(new("body", "first characters", Printable(body.Span[..Math.Min(body.Length, ShownOfUnreadable)]), body.Length > ShownOfUnreadable));
            return new() { Kind = body.Length == 0 ? "Nothing: the body is empty" : "Not JSON", Problems = ["A state sends signed documents: JSON objects with payload, protected and signature."], Fields = fields };
        }
        using (outer)
        {
            if (outer.RootElement.ValueKind != JsonValueKind.Object || !outer.RootElement.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.String)
            {
                Describe(outer.RootElement, "body", "", fields, show: false);
                return new() { Kind = "JSON, but not a signed document", Problems = ["The member “payload” with base64url text is missing."], Fields = fields };
            }
            Part(outer.RootElement, "protected", problems, header => Describe(header, "protected header", "", fields, show: true));
            Part(outer.RootElement, "payload", problems, content => DescribePayload(content, fields, taken));
            if (outer.RootElement.TryGetProperty("signature", out var signature) && signature.ValueKind == JsonValueKind.String)
                fields.Add(new("signature", "signature", $"{signature.GetString()!.Length} characters of base64url", true));
            else
                problems.Add("The member “signature” is missing.");
        }
        return new() { Kind = "Signed document (flattened JWS)", Problems = problems, Fields = fields };
    }

    /// <summary>Transport headers of a message, as the link kept them.</summary>
    public static IReadOnlyList<MaskedField> Headers(string json)
    {
        var fields = new List<MaskedField>();
        if (Parse(Encoding.UTF8.GetBytes(json)) is { } headers)
            using (headers)
                Describe(headers.RootElement, "header", "", fields, show: true);
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

    static void DescribePayload(JsonElement content, List<MaskedField> fields, bool taken)
    {
        if (content.ValueKind != JsonValueKind.Object)
        {
            Describe(content, "payload", "", fields, show: false);
            return;
        }
        foreach (var member in content.EnumerateObject())
            if (member.NameEquals("sealed"))
                fields.Add(new("payload", "sealed", member.Value.ValueKind == JsonValueKind.String ? $"sealed, {Words.Number(Encoding.UTF8.GetByteCount(member.Value.GetString()!))} bytes" : "absent", true));
            else
                Describe(member.Value, "payload", Name(member.Name), fields, show: member.NameEquals("type") || member.NameEquals("header") || (taken && member.NameEquals("open")));
    }

    static void Part(JsonElement document, string name, List<string> problems, Action<JsonElement> read)
    {
        if (!document.TryGetProperty(name, out var text) || text.ValueKind != JsonValueKind.String)
        {
            problems.Add($"The member “{name}” is missing.");
            return;
        }
        byte[] bytes;
        try
        {
            bytes = Base64Url.DecodeFromChars(text.GetString());
        }
        catch (FormatException)
        {
            problems.Add($"“{name}” is not base64url.");
            return;
        }
        if (Parse(bytes) is not { } inner)
        {
            problems.Add($"“{name}” holds {Words.Bytes(bytes.Length)} that are not JSON.");
            return;
        }
        using (inner)
            read(inner.RootElement);
    }

    static void Describe(JsonElement value, string part, string path, List<MaskedField> fields, bool show)
    {
        if (fields.Count >= MostFields)
        {
            if (fields.Count == MostFields)
                fields.Add(new(part, "…", $"more than {MostFields} fields; the rest is not listed", true));
            return;
        }
        var here = path.Length == 0 ? "(all of it)" : path;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                    Describe(member.Value, part, path.Length == 0 ? Name(member.Name) : $"{path}.{Name(member.Name)}", fields, show);
                break;
            case JsonValueKind.Array:
                if (value.GetArrayLength() == 0)
                    fields.Add(new(part, here, "an empty list", false));
                var index = 0;
                foreach (var element in value.EnumerateArray())
                    Describe(element, part, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), fields, show);
                break;
            case JsonValueKind.String:
                var text = value.GetString()!;
                fields.Add(show
                    ? new(part, here, Printable(text), text.Length > LongestValue)
                    : new(part, here, $"text, {Words.Count(text.Length, "character", "characters")}", true));
                break;
            default:
                fields.Add(show ? new(part, here, Printable(value.GetRawText()), false) : new(part, here, value.ValueKind switch
                {
                    JsonValueKind.Number => "a number",
                    JsonValueKind.Null => "null",
                    _ => "true or false",
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

    static string Printable(string text)
    {
        var cut = text.Length > LongestValue ? text[..LongestValue] + $"… ({Words.Number(text.Length)} characters)" : text;
        return string.Create(cut.Length, cut, (shown, from) =>
        {
            for (var i = 0; i < from.Length; i++)
                shown[i] = char.IsControl(from[i]) || char.GetUnicodeCategory(from[i]) is UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse ? '·' : from[i];
        });
    }

    static string Printable(ReadOnlySpan<byte> bytes)
    {
        var shown = new StringBuilder(bytes.Length);
        foreach (var one in bytes)
            shown.Append(one is >= 0x20 and < 0x7F ? (char)one : '·');
        return shown.ToString();
    }
}
