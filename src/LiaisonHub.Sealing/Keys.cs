using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace LiaisonHub.Sealing;

/// <summary>What a key is for. A key has one use for ever: a signing key never opens a seal, and the other way round.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyUse>))]
public enum KeyUse
{
    /// <summary>Signs acts and notices (ES256). JWK <c>use</c>: <c>sig</c>.</summary>
    Sign,

    /// <summary>Private parts are sealed to it (ECDH-ES+A256KW). JWK <c>use</c>: <c>enc</c>. The hub has none.</summary>
    Seal,
}

/// <summary>How a key of the directory stands at an instant.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyStatus>))]
public enum KeyStatus
{
    /// <summary>The one that is used: signed with, or sealed to.</summary>
    Current,

    /// <summary>Valid beside a newer one: what it signed is believed, what is sealed to it opens.</summary>
    Overlapping,

    /// <summary>Not valid yet.</summary>
    Ahead,

    /// <summary>Not valid any more; kept so that old signatures stay checkable and old seals readable.</summary>
    Ended,
}

/// <summary>A public key of the region's directory.</summary>
public sealed record PublicKey
{
    /// <exception cref="ArgumentException">The owner, the point or the time is not one a directory may hold; the message says which.</exception>
    public PublicKey(string owner, KeyUse use, string x, string y, DateTimeOffset from, DateTimeOffset to)
    {
        if ((OwnerProblem(owner) ?? Curve.Problem(x, y) ?? TimeProblem(from, to)) is { } problem)
            throw new ArgumentException(problem);
        (Owner, Use, X, Y, From, To) = (owner, use, x, y, from, to);
        KeyId = Curve.Thumbprint(x, y);
    }

    /// <summary>A state (ISO 3166-1 alpha-2) or <see cref="HubOwner"/>.</summary>
    public string Owner { get; }

    /// <summary>What it is for.</summary>
    public KeyUse Use { get; }

    /// <summary>RFC 7638 thumbprint (SHA-256, base64url): the <c>kid</c> of every document.</summary>
    public string KeyId { get; }

    /// <summary>Valid from this instant (UTC).</summary>
    public DateTimeOffset From { get; }

    /// <summary>Valid until just before this instant (UTC).</summary>
    public DateTimeOffset To { get; }

    /// <summary>First coordinate on P-256, base64url.</summary>
    public string X { get; }

    /// <summary>Second coordinate, base64url.</summary>
    public string Y { get; }

    /// <summary>True: valid at this instant.</summary>
    public bool ValidAt(DateTimeOffset at) => From <= at && at < To;

    /// <summary>The owner name of the hub's own signing keys.</summary>
    public const string HubOwner = "HUB";

    internal ECParameters Parameters => Curve.Parameters(X, Y);

    internal static string? OwnerProblem(string owner) =>
        owner == HubOwner || (owner.Length == 2 && owner.All(char.IsAsciiLetterUpper)) ? null : "the owner is neither a state (two capital letters) nor HUB";

    internal static string? TimeProblem(DateTimeOffset from, DateTimeOffset to) => from < to ? null : "\"from\" is not before \"to\"";

    internal static string JwkUse(KeyUse use) => use == KeyUse.Sign ? "sig" : "enc";

    internal static string JwkAlgorithm(KeyUse use) => use == KeyUse.Sign ? "ES256" : "ECDH-ES+A256KW";
}

/// <summary>A private key, held by its owner alone.</summary>
public sealed class PrivateKey : IDisposable
{
    readonly string x, y;
    readonly byte[] d;
    readonly Es256? signer;

    PrivateKey(string owner, KeyUse use, ECParameters key)
    {
        (Owner, Use) = (owner, use);
        (x, y, d) = (Base64Url.EncodeToString(key.Q.X), Base64Url.EncodeToString(key.Q.Y), key.D!);
        KeyId = Curve.Thumbprint(x, y);
        signer = use == KeyUse.Sign ? new Es256(key) : null;
    }

    /// <inheritdoc cref="PublicKey.Owner"/>
    public string Owner { get; }

    /// <inheritdoc cref="PublicKey.Use"/>
    public KeyUse Use { get; }

    /// <inheritdoc cref="PublicKey.KeyId"/>
    public string KeyId { get; }

    /// <summary>A new key from the operating system's random numbers.</summary>
    /// <exception cref="ArgumentException">The owner is neither a state nor the hub, or the hub wants a key that opens seals.</exception>
    public static PrivateKey Generate(string owner, KeyUse use)
    {
        if (PublicKey.OwnerProblem(owner) is { } problem)
            throw new ArgumentException(problem, nameof(owner));
        if (owner == PublicKey.HubOwner && use == KeyUse.Seal)
            throw new ArgumentException("The hub has no sealing key: nothing may be sealed to it.", nameof(use));
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new(owner, use, made.ExportParameters(includePrivateParameters: true));
    }

    /// <summary>What others may know, for the directory.</summary>
    public PublicKey Public(DateTimeOffset from, DateTimeOffset to) => new(Owner, Use, x, y, from, to);

    /// <summary>Writes the key as a JWK (RFC 7517) that only the file's owner may read. An existing file is never overwritten: it may be the only copy of a
    /// key.</summary>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    public void Save(string file)
    {
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, how);
        KeyFile.Write(stream, json =>
        {
            json.WriteString("owner", Owner);
            json.WriteString("kty", "EC");
            json.WriteString("crv", "P-256");
            json.WriteString("use", PublicKey.JwkUse(Use));
            json.WriteString("alg", PublicKey.JwkAlgorithm(Use));
            json.WriteString("kid", KeyId);
            json.WriteString("x", x);
            json.WriteString("y", y);
            json.WriteString("d", Base64Url.EncodeToString(d));
        });
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidKeysException">The file is not there or is not such a key; the message names file, field and remedy, never the
    /// content.</exception>
    public static PrivateKey Load(string file)
    {
        using var read = KeyFile.Open(file);
        var owner = read.Text(read.Root, "owner");
        var use = read.Use(read.Root);
        var (keyX, keyY, keyD) = (read.Text(read.Root, "x"), read.Text(read.Root, "y"), read.Text(read.Root, "d"));
        read.Expect(read.Root, "kty", "EC");
        read.Expect(read.Root, "crv", "P-256");
        if (owner is not null && PublicKey.OwnerProblem(owner) is { } ownerProblem)
            read.Problem("owner", ownerProblem);
        if (keyX is not null && keyY is not null && keyD is not null && Curve.Problem(keyX, keyY, keyD) is { } keyProblem)
            read.Problem("x, y, d", $"{keyProblem}; copy the file again from where it was made");
        read.ThrowIfAny();
        return new(owner!, use!.Value, Curve.Parameters(keyX!, keyY!, keyD));
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        signer?.Dispose();
        CryptographicOperations.ZeroMemory(d);
    }

    internal byte[] SignHash(ReadOnlySpan<byte> hash) => signer is not null
        ? signer.Sign(hash)
        : throw new InvalidOperationException($"Key {KeyId} of {Owner} opens seals; it does not sign. Give the key with \"use\": \"sig\".");

    internal ECDiffieHellman Agreement() => ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new() { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) },
        D = d,
    });
}
