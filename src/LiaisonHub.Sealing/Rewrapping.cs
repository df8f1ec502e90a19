using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Sealing;

/// <summary>What was other than a link carries it, around a signed document and outside its signature.</summary>
public enum WrappingFault
{
    /// <summary>Bytes in front say how the text is encoded, or it is not UTF-8.</summary>
    Encoding,

    /// <summary>Blanks, line ends or zero bytes before or behind it.</summary>
    Blanks,

    /// <summary>The compact form of a JWS (RFC 7515, 7.1).</summary>
    Compact,

    /// <summary>The general form of a JWS with one signature (RFC 7515, 7.2.1).</summary>
    General,

    /// <summary>Members that nobody signed.</summary>
    OtherMembers,

    /// <summary>Base64 with padding or with the alphabet that is not for addresses.</summary>
    Alphabet,

    /// <summary>Only blanks, line ends, escapes or the order of the members within the JSON.</summary>
    Writing,
}

/// <summary>A signed document in the form a link carries.</summary>
/// <param name="Document">The bytes: a flattened JWS.</param>
/// <param name="Faults">What was put right.</param>
public sealed record Rewrapped(byte[] Document, IReadOnlyList<WrappingFault> Faults);

/// <summary>
/// All that can lawfully be corrected in a document whose signature is not one's own: what stands outside the signature. Header, payload and signature are taken over as they are; whether the signature
/// holds afterwards is for <see cref="Signing.Verify(ReadOnlySpan{byte}, IReadOnlyList{string}, KeyDirectory, string, DateTimeOffset)"/> to say.
/// </summary>
public static partial class Rewrapping
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Wraps it anew.</summary>
    /// <returns>Null: there is no signed document in it that can be told with certainty, or nothing to put right.</returns>
    public static Rewrapped? Of(ReadOnlySpan<byte> bytes)
    {
        var faults = new List<WrappingFault>();
        if (bytes.Length > Wire.LargestDocument || Read(bytes, faults) is not { } text)
            return null;
        var trimmed = text.Trim(' ', '\t', '\r', '\n', '\0');
        if (trimmed.Length != text.Length)
            faults.Add(WrappingFault.Blanks);
        SignedDocument? document;
        if (CompactForm().Match(trimmed) is { Success: true } compact)
        {
            faults.Add(WrappingFault.Compact);
            document = new() { Protected = compact.Groups[1].Value, Payload = compact.Groups[2].Value, Signature = compact.Groups[3].Value };
        }
        else
            document = FromJson(trimmed, faults);
        if (document is null)
            return null;
        var plain = new SignedDocument { Protected = Plain(document.Protected), Payload = Plain(document.Payload), Signature = Plain(document.Signature) };
        if (plain != document)
            faults.Add(WrappingFault.Alphabet);
        var made = Signing.Serialize(plain);
        if (bytes.SequenceEqual(made))
            return null;
        return new(made, faults.Count == 0 ? [WrappingFault.Writing] : faults);
    }

    static string? Read(ReadOnlySpan<byte> bytes, List<WrappingFault> faults)
    {
        Encoding encoding = Utf8;
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            encoding = new UnicodeEncoding(bigEndian: bytes[0] == 0xFE, byteOrderMark: false, throwOnInvalidBytes: true);
            bytes = bytes[2..];
        }
        else if (bytes is [0xEF, 0xBB, 0xBF, ..])
            bytes = bytes[3..];
        else
            return Decode(bytes, encoding);
        faults.Add(WrappingFault.Encoding);
        return Decode(bytes, encoding);
    }

    static string? Decode(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    static SignedDocument? FromJson(string text, List<WrappingFault> faults)
    {
        try
        {
            using var json = JsonDocument.Parse(text, new() { MaxDepth = 16 });
            if (Members(json.RootElement) is not { } outer || Text(outer, "payload") is not { } payload)
                return null;
            var signed = outer;
            var known = 3;
            if (outer.TryGetValue("signatures", out var list))
            {
                if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != 1 || outer.ContainsKey("signature") || Members(list[0]) is not { } only)
                    return null;
                (signed, known) = (only, 2);
                faults.Add(WrappingFault.General);
                if (outer.Count > 2)
                    faults.Add(WrappingFault.OtherMembers);
            }
            if (Text(signed, "protected") is not { } header || Text(signed, "signature") is not { } signature)
                return null;
            if (signed.Count > known && !faults.Contains(WrappingFault.OtherMembers))
                faults.Add(WrappingFault.OtherMembers);
            return new() { Payload = payload, Protected = header, Signature = signature };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A member that is there twice could be read in two ways: then it is not for the hub to choose.
    static Dictionary<string, JsonElement>? Members(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return null;
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
            if (!members.TryAdd(member.Name, member.Value))
                return null;
        return members;
    }

    static string? Text(Dictionary<string, JsonElement> members, string name) =>
        members.TryGetValue(name, out var member) && member.ValueKind == JsonValueKind.String && member.GetString() is { Length: > 0 } text ? text : null;

    static string Plain(string text) => text.TrimEnd('=').Replace('+', '-').Replace('/', '_');

    [GeneratedRegex(@"^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$")]
    private static partial Regex CompactForm();
}
