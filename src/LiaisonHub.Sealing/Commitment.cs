using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LiaisonHub.Sealing;

/// <summary>Binds a manifest line to an item of evidence without telling what it is: SHA-256 over a random salt followed by the content.</summary>
public static class Commitment
{
    /// <summary>Length of a salt. Fixed, so that the border between salt and content cannot be moved.</summary>
    public const int SaltBytes = 32;

    /// <summary>A new salt, base64url as it stands in the private part.</summary>
    public static string NewSalt() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SaltBytes));

    /// <summary>The commitment, lower-case hex as it stands in the manifest.</summary>
    /// <exception cref="FormatException">The salt is not 32 bytes in unpadded base64url.</exception>
    public static string Of(string salt, ReadOnlySpan<byte> content) =>
        Curve.TryDecode(Encoding.UTF8.GetBytes(salt), out var bytes) && bytes.Length == SaltBytes
            ? Of(bytes, content)
            : throw new FormatException($"The salt is not {SaltBytes} bytes in unpadded base64url.");

    /// <summary>True: this content under this salt is what the manifest promised. A salt that cannot be read promises nothing.</summary>
    public static bool Holds(string commitment, string salt, ReadOnlySpan<byte> content) =>
        Curve.TryDecode(Encoding.UTF8.GetBytes(salt), out var bytes) && bytes.Length == SaltBytes && Of(bytes, content) == commitment;

    static string Of(byte[] salt, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
