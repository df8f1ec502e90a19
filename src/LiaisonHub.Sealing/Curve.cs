using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace LiaisonHub.Sealing;

/// <summary>NIST P-256, the one curve of version 1, and the one way bytes are written in JOSE documents.</summary>
static class Curve
{
    const int FieldBytes = 32;

    /// <summary>RFC 7638: the key is named by what it is, so a name can never stand for another key.</summary>
    public static string Thumbprint(string x, string y) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));

    /// <returns>Null when the point is on the curve, else what is wrong with it.</returns>
    public static string? Problem(string x, string y, string? d = null)
    {
        if (!TryDecode(Encoding.UTF8.GetBytes(x), out var xBytes) || xBytes.Length != FieldBytes)
            return "\"x\" is not 32 bytes in unpadded base64url";
        if (!TryDecode(Encoding.UTF8.GetBytes(y), out var yBytes) || yBytes.Length != FieldBytes)
            return "\"y\" is not 32 bytes in unpadded base64url";
        byte[]? dBytes = null;
        if (d is not null && (!TryDecode(Encoding.UTF8.GetBytes(d), out dBytes) || dBytes.Length != FieldBytes))
            return "\"d\" is not 32 bytes in unpadded base64url";
        try
        {
            using var _ = ECDsa.Create(Parameters(xBytes, yBytes, dBytes));
            return null;
        }
        catch (CryptographicException)
        {
            return d is null ? "\"x\" and \"y\" are no point of the curve P-256" : "\"x\", \"y\" and \"d\" are no key of the curve P-256";
        }
    }

    public static ECParameters Parameters(string x, string y, string? d = null) =>
        Parameters(Base64Url.DecodeFromChars(x), Base64Url.DecodeFromChars(y), d is null ? null : Base64Url.DecodeFromChars(d));

    static ECParameters Parameters(byte[] x, byte[] y, byte[]? d) => new() { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = x, Y = y }, D = d };

    /// <summary>
    /// Only the one spelling an encoder would have made. Two texts for the same bytes would be two documents with one signature. The platform's reader
    /// refuses foreign characters and stray
    /// bits; padding and white space, which it skips, show in the length.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length % 4 == 1)
            return false;
        var decoded = new byte[text.Length / 4 * 3 + Math.Max(0, text.Length % 4 - 1)];
        if (Base64Url.DecodeFromUtf8(text, decoded, out _, out var written) != OperationStatus.Done || written != decoded.Length)
            return false;
        bytes = decoded;
        return true;
    }
}

/// <summary>One key ready for ES256. An <see cref="ECDsa"/> is not promised to bear several threads, and costs more to make than to use: idle ones wait
/// here.</summary>
sealed class Es256(ECParameters key) : IDisposable
{
    public const int SignatureBytes = 64;

    readonly ConcurrentBag<ECDsa> idle = [];

    public byte[] Sign(ReadOnlySpan<byte> hash)
    {
        var ecdsa = Rent();
        try
        {
            return ecdsa.SignHash(hash);
        }
        finally
        {
            idle.Add(ecdsa);
        }
    }

    public bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        var ecdsa = Rent();
        try
        {
            return ecdsa.VerifyHash(hash, signature);
        }
        finally
        {
            idle.Add(ecdsa);
        }
    }

    public void Dispose()
    {
        while (idle.TryTake(out var ecdsa))
            ecdsa.Dispose();
    }

    ECDsa Rent() => idle.TryTake(out var ecdsa) ? ecdsa : ECDsa.Create(key);
}
