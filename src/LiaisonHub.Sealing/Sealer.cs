using System.Numerics;
using System.Security.Cryptography;
using Jose;

namespace LiaisonHub.Sealing;

/// <summary>Seals a private part to one state: compact JWE (RFC 7516), ECDH-ES+A256KW and A256GCM on P-256.</summary>
public static class Sealer
{
    internal const string Algorithm = "ECDH-ES+A256KW", Encryption = "A256GCM", ActMember = "act";

    /// <summary>The length below which all private parts look alike, in bytes.</summary>
    public const int SmallestPadded = 512;

    /// <summary>Seals JSON. It is padded with trailing spaces first, which every JSON reader skips: the length says little about the content.</summary>
    /// <param name="plain">The private part as UTF-8 JSON; must not end with a space.</param>
    /// <param name="recipient">The receiving state's sealing key.</param>
    /// <param name="actId">The act it belongs to. It stands in the authenticated header: a sealed part moved to another act does not open.</param>
    public static string Seal(ReadOnlySpan<byte> plain, PublicKey recipient, Guid actId)
    {
        if (recipient.Use != KeyUse.Seal)
            throw new ArgumentException($"Key {recipient.KeyId} of {recipient.Owner} signs; nothing is sealed to it.", nameof(recipient));
        if (plain.EndsWith((byte)' '))
            throw new ArgumentException("The private part ends with a space, which could not be told from padding.", nameof(plain));
        var padded = new byte[PaddedLength(plain.Length)];
        plain.CopyTo(padded);
        padded.AsSpan(plain.Length).Fill((byte)' ');
        using var to = ECDiffieHellman.Create(recipient.Parameters);
        var header = new Dictionary<string, object> { ["kid"] = recipient.KeyId, [ActMember] = actId.ToString("D") };
        var made = JWE.EncryptBytes(
            padded, [new JweRecipient(JweAlgorithm.ECDH_ES_A256KW, to)], JweEncryption.A256GCM, mode: SerializationMode.Compact, extraProtectedHeaders: header);
        CryptographicOperations.ZeroMemory(padded);
        return made;
    }

    /// <summary>The key a sealed part names as its recipient's. Read without opening anything. Null: it cannot be read.</summary>
    public static string? RecipientOf(string jwe)
    {
        var end = jwe.IndexOf('.', StringComparison.Ordinal);
        if (end is <= 0 or > 2048 || !Curve.TryDecode(System.Text.Encoding.ASCII.GetBytes(jwe[..end]), out var header))
            return null;
        try
        {
            using var read = System.Text.Json.JsonDocument.Parse(header);
            return read.RootElement.TryGetProperty("kid", out var kid) && kid.ValueKind == System.Text.Json.JsonValueKind.String ? kid.GetString() : null;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Padmé (Nikitin et al., PETS 2019): at most 12 percent more, and lengths reveal only O(log log n) bits.</summary>
    public static int PaddedLength(int length)
    {
        if (length <= SmallestPadded)
            return SmallestPadded;
        var exponent = BitOperations.Log2((uint)length);
        var free = exponent - (BitOperations.Log2((uint)exponent) + 1);
        var mask = (1 << free) - 1;
        return (length + mask) & ~mask;
    }
}
