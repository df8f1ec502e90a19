using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Sealing;

/// <summary>What a signed document is, as its protected header says (<c>typ</c>). A signature for one kind is worth nothing for another.</summary>
public static class DocumentTypes
{
    /// <summary>An <see cref="Contracts.V1.Act"/>, signed by the state that makes it.</summary>
    public const string Act = "act+json";

    /// <summary>An <see cref="AdapterReported"/>, signed by the adapter's state.</summary>
    public const string Report = "report+json";

    /// <summary>An <see cref="EchoAsked"/>, signed by the state.</summary>
    public const string Echo = "echo+json";

    /// <summary>A <see cref="MaintenanceAnnounced"/>, signed by the state.</summary>
    public const string Maintenance = "maintenance+json";

    /// <summary>A <see cref="Contracts.V1.Notice"/>, signed by the hub.</summary>
    public const string Notice = "notice+json";

    /// <summary>A <see cref="Contracts.V1.ReportAsked"/>, signed by the hub.</summary>
    public const string ReportAsked = "report-asked+json";

    /// <summary>An <see cref="EchoAnswered"/>, signed by the hub.</summary>
    public const string EchoAnswer = "echo-answer+json";

    /// <summary>A <see cref="MaintenanceAnswered"/>, signed by the hub.</summary>
    public const string MaintenanceAnswer = "maintenance-answer+json";

    /// <summary>An <see cref="EarnedLevel"/>, signed by the hub. Kept, never sent.</summary>
    public const string Conformance = "conformance+json";
}

/// <summary>A document whose signature held.</summary>
public sealed record VerifiedDocument
{
    /// <summary>The signed bytes.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>What it is: one of <see cref="DocumentTypes"/>.</summary>
    public required string Typ { get; init; }

    /// <summary>The key that signed.</summary>
    public required string KeyId { get; init; }

    /// <summary>Whose key it is: a state or <see cref="PublicKey.HubOwner"/>.</summary>
    public required string Owner { get; init; }

    /// <summary>SHA-256 of <see cref="Payload"/>, lower-case hex. Two signatures over the same content have the same digest: a repetition can be told from a
    /// conflict.</summary>
    public required string PayloadDigest { get; init; }
}

/// <summary>Why a document is not believed.</summary>
public enum NotAuthenticReason
{
    /// <summary>Larger than <see cref="Wire.LargestDocument"/>.</summary>
    TooLarge,

    /// <summary>Not a flattened JWS: not one JSON object of plain texts, or not canonical base64url.</summary>
    Malformed,

    /// <summary>JSON, but a member is missing, empty, repeated or unknown.</summary>
    WrongMembers,

    /// <summary>The signature is not written as 64 bytes in base64url.</summary>
    SignatureMalformed,

    /// <summary>The protected header asks for something that is not allowed: another algorithm, a key of its own, critical extensions.</summary>
    HeaderNotAllowed,

    /// <summary>The document is of another kind than expected here.</summary>
    WrongType,

    /// <summary>The directory does not know the key as a signing key.</summary>
    UnknownKey,

    /// <summary>The key is somebody else's.</summary>
    WrongOwner,

    /// <summary>The key is not valid yet or not any more.</summary>
    KeyOutOfTime,

    /// <summary>The signature does not hold.</summary>
    WrongSignature,
}

/// <summary>A document is not authentic. The message never contains content of the document.</summary>
public sealed class NotAuthenticException(NotAuthenticReason reason, string message) : Exception(message)
{
    /// <summary>Why, for counting and for the refusal.</summary>
    public NotAuthenticReason Reason { get; } = reason;
}

/// <summary>Flattened JWS (RFC 7515, 7.2.2) with ES256 and nothing else. Everything a header could choose is fixed here.</summary>
public static class Signing
{
    const string Algorithm = "ES256";
    const int LargestHeader = 512;

    /// <summary>Signs bytes as what they are.</summary>
    public static SignedDocument Sign(ReadOnlySpan<byte> payload, string typ, PrivateKey key)
    {
        var header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{Algorithm}}","kid":"{{key.KeyId}}","typ":"{{typ}}"}"""));
        var content = Base64Url.EncodeToString(payload);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HashSigned(Encoding.ASCII.GetBytes(header), Encoding.ASCII.GetBytes(content), hash);
        return new() { Payload = content, Protected = header, Signature = Base64Url.EncodeToString(key.SignHash(hash)) };
    }

    /// <summary>The document as it travels: compact UTF-8 JSON.</summary>
    public static byte[] Serialize(SignedDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, Wire.Json);

    /// <summary>Checks form, header, key, owner, time and signature, in this order, and only then hands out the payload.</summary>
    /// <param name="json">The document as it travelled.</param>
    /// <param name="types">The kinds expected here; see <see cref="DocumentTypes"/>.</param>
    /// <param name="directory">The keys of the region.</param>
    /// <param name="owner">Who must have signed: the state whose link it came by, or the hub.</param>
    /// <param name="at">The instant at which the key must be valid: when the hub received the document.</param>
    /// <exception cref="NotAuthenticException">Always this type, with a reason.</exception>
    public static VerifiedDocument Verify(ReadOnlySpan<byte> json, IReadOnlyList<string> types, KeyDirectory directory, string owner, DateTimeOffset at)
    {
        if (json.Length > Wire.LargestDocument)
            throw new NotAuthenticException(NotAuthenticReason.TooLarge, $"The document has {json.Length} bytes; {Wire.LargestDocument} are allowed.");
        var parts = Split(json);
        return Verify(parts, types, directory, owner, at);
    }

    /// <inheritdoc cref="Verify(ReadOnlySpan{byte}, IReadOnlyList{string}, KeyDirectory, string, DateTimeOffset)"/>
    /// <param name="document">A document that travelled inside another, such as <see cref="ActDelivered.Act"/>.</param>
    /// <param name="types"/><param name="directory"/><param name="owner"/><param name="at"/>
    public static VerifiedDocument Verify(SignedDocument document, IReadOnlyList<string> types, KeyDirectory directory, string owner, DateTimeOffset at)
    {
        var parts = new Parts
        {
            Payload = Encoding.UTF8.GetBytes(document.Payload),
            Protected = Encoding.UTF8.GetBytes(document.Protected),
            Signature = Encoding.UTF8.GetBytes(document.Signature),
        };
        return Verify(parts, types, directory, owner, at);
    }

    /// <summary>What a document claims to be, without believing it: to choose how it is answered when it is not authentic. Null: it says nothing that can be read.</summary>
    public static string? ClaimedType(ReadOnlySpan<byte> json)
    {
        try
        {
            return json.Length > Wire.LargestDocument ? null : ReadHeader(Split(json).Protected).Typ;
        }
        catch (NotAuthenticException)
        {
            return null;
        }
    }

    static VerifiedDocument Verify(Parts document, IReadOnlyList<string> types, KeyDirectory directory, string owner, DateTimeOffset at)
    {
        if (!Curve.TryDecode(document.Signature, out var signature) || signature.Length != Es256.SignatureBytes)
            throw new NotAuthenticException(NotAuthenticReason.SignatureMalformed, "Not a signed document: \"signature\" is not 64 bytes in unpadded base64url.");
        var (keyId, typ) = ReadHeader(document.Protected);
        if (!types.Contains(typ))
            throw new NotAuthenticException(NotAuthenticReason.WrongType, $"The document's \"typ\" is not {string.Join(" or ", types)}.");
        if (!directory.TryFind(keyId, out var key, out var check) || check is null)
            throw new NotAuthenticException(
                NotAuthenticReason.UnknownKey, "The key named by \"kid\" is no signing key of the directory; publish the key, or sign with a published one.");
        if (key.Owner != owner)
            throw new NotAuthenticException(NotAuthenticReason.WrongOwner, $"The document is signed by {key.Owner} where only {owner} may sign.");
        if (!key.ValidAt(at))
            throw new NotAuthenticException(NotAuthenticReason.KeyOutOfTime,
                $"Key {key.KeyId} of {key.Owner} is valid from {key.From:u} to {key.To:u}, the document came {at:u}; sign with a key of that time.");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HashSigned(document.Protected, document.Payload, hash);
        if (!check.Verify(hash, signature))
            throw new NotAuthenticException(NotAuthenticReason.WrongSignature, $"The signature does not hold under key {key.KeyId} of {key.Owner}.");
        // Decoded last: nothing of an unsigned payload is ever looked at.
        if (!Curve.TryDecode(document.Payload, out var payload))
            throw Malformed("\"payload\" is not unpadded base64url");
        SHA256.HashData(payload, hash);
        return new() { Payload = payload, Typ = typ, KeyId = key.KeyId, Owner = key.Owner, PayloadDigest = Convert.ToHexStringLower(hash) };
    }

    static void HashSigned(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Span<byte> hash)
    {
        var length = header.Length + 1 + payload.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        header.CopyTo(buffer);
        buffer[header.Length] = (byte)'.';
        payload.CopyTo(buffer.AsSpan(header.Length + 1));
        SHA256.HashData(buffer.AsSpan(0, length), hash);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    static Parts Split(ReadOnlySpan<byte> json)
    {
        var parts = new Parts();
        ReadMembers(json, ref parts, static (name, value, ref parts) =>
        {
            if (name.SequenceEqual("payload"u8) && parts.Payload.IsEmpty)
                parts.Payload = value;
            else if (name.SequenceEqual("protected"u8) && parts.Protected.IsEmpty)
                parts.Protected = value;
            else if (name.SequenceEqual("signature"u8) && parts.Signature.IsEmpty)
                parts.Signature = value;
            else
                throw WrongMembers();
        });
        if (parts.Payload.IsEmpty || parts.Protected.IsEmpty || parts.Signature.IsEmpty)
            throw WrongMembers();
        return parts;
    }

    static (string KeyId, string Typ) ReadHeader(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length > LargestHeader || !Curve.TryDecode(encoded, out var header))
            throw Malformed("\"protected\" is not unpadded base64url of at most 384 bytes");
        var read = new Header();
        ReadMembers(header, ref read, static (name, value, ref header) =>
        {
            if (name.SequenceEqual("alg"u8) && header.Algorithm is null)
                header.Algorithm = Encoding.UTF8.GetString(value);
            else if (name.SequenceEqual("kid"u8) && header.KeyId is null)
                header.KeyId = Encoding.UTF8.GetString(value);
            else if (name.SequenceEqual("typ"u8) && header.Typ is null)
                header.Typ = Encoding.UTF8.GetString(value);
            else
                // RFC 7515 lets a reader ignore what it does not know. Here nothing is ignored: jku, x5u, jwk and crit are how verifiers are led astray.
                throw HeaderNotAllowed(OnlyTheseMembers);
        });
        if (read.Algorithm != Algorithm)
            throw HeaderNotAllowed($"The protected header's \"alg\" is not {Algorithm}.");
        if (read.KeyId is null || read.Typ is null)
            throw HeaderNotAllowed(OnlyTheseMembers);
        return (read.KeyId, read.Typ);
    }

    delegate void Member<T>(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref T into) where T : struct, allows ref struct;

    /// <summary>A flat object of plain texts, and nothing behind it. An escape in a text is refused: it is a second spelling.</summary>
    static void ReadMembers<T>(ReadOnlySpan<byte> json, ref T into, Member<T> member) where T : struct, allows ref struct
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw Malformed("it is not a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueIsEscaped)
                    throw Malformed("a member's name is written with escapes");
                var name = reader.ValueSpan;
                reader.Read();
                if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped)
                    throw Malformed("a member is not a plain text");
                member(name, reader.ValueSpan, ref into);
            }
            if (reader.Read())
                throw Malformed("something follows the JSON object");
        }
        catch (JsonException)
        {
            throw Malformed("it is not valid JSON of one level");
        }
    }

    const string OnlyTheseMembers = "The protected header must have the members \"alg\", \"kid\" and \"typ\", each once, and no other.";

    static NotAuthenticException HeaderNotAllowed(string what) => new(NotAuthenticReason.HeaderNotAllowed, what);

    static NotAuthenticException WrongMembers() =>
        new(NotAuthenticReason.WrongMembers, "Not a signed document: it must have the members \"payload\", \"protected\" and \"signature\", each once and not empty, and no other.");

    static NotAuthenticException Malformed(string what) => new(NotAuthenticReason.Malformed, $"Not a signed document: {what}.");

    ref struct Parts
    {
        public ReadOnlySpan<byte> Payload;
        public ReadOnlySpan<byte> Protected;
        public ReadOnlySpan<byte> Signature;
    }

    struct Header
    {
        public string? Algorithm;
        public string? KeyId;
        public string? Typ;
    }
}
