using System.Text;
using System.Text.Json;
using Jose;

namespace LiaisonHub.Sealing;

/// <summary>A sealed part does not open. One reason for everything: who tries keys and changes bits learns nothing from the difference.</summary>
public sealed class SealException() : Exception("The sealed part does not open: it was sealed to another key, belongs to another act, or was changed.");

/// <summary>Opens what was sealed to a state, on that state's side. Code of the hub never references this type.</summary>
public static class Opener
{
    const int WrappedKeyBytes = 40, NonceBytes = 12, TagBytes = 16;

    /// <summary>The private part as it was given to <see cref="Sealer.Seal"/>.</summary>
    /// <param name="jwe">The sealed part.</param>
    /// <param name="keys">The state's sealing keys, old ones too: what was sealed before a change of keys must still open.</param>
    /// <param name="actId">The act it came with.</param>
    /// <exception cref="SealException">Whatever is wrong.</exception>
    public static byte[] Open(string jwe, IReadOnlyList<PrivateKey> keys, Guid actId)
    {
        var keyId = KeyIdIfAllowed(jwe, actId);
        var key = keys.FirstOrDefault(k => k.Use == KeyUse.Seal && k.KeyId == keyId) ?? throw new SealException();
        byte[] padded;
        try
        {
            using var agreement = key.Agreement();
            padded = JWE.Decrypt(jwe, agreement, JweAlgorithm.ECDH_ES_A256KW, JweEncryption.A256GCM).PlaintextBytes;
        }
        // The library throws many types on hostile input, down to index and cast errors; all of them mean the same here.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new SealException();
        }
        return padded.AsSpan().TrimEnd((byte)' ').ToArray();
    }

    // Looked at before the library sees it: five canonical parts and a header that chooses nothing. The library would follow "zip" and other algorithms.
    static string? KeyIdIfAllowed(string jwe, Guid actId)
    {
        var parts = jwe.Split('.');
        if (parts.Length != 5)
            return null;
        var bytes = new byte[5][];
        for (var i = 0; i < 5; i++)
            if (!Curve.TryDecode(Encoding.UTF8.GetBytes(parts[i]), out bytes[i]!))
                return null;
        if (bytes[1].Length != WrappedKeyBytes || bytes[2].Length != NonceBytes || bytes[4].Length != TagBytes)
            return null;
        try
        {
            using var header = JsonDocument.Parse(bytes[0], new() { MaxDepth = 2, AllowDuplicateProperties = false });
            var root = header.RootElement;
            return root.EnumerateObject().Count() == 5
                && Is(root, "alg", Sealer.Algorithm) && Is(root, "enc", Sealer.Encryption) && Is(root, Sealer.ActMember, actId.ToString("D"))
                && root.TryGetProperty("epk", out var ephemeral) && ephemeral.EnumerateObject().Count() == 4
                && Is(ephemeral, "kty", "EC") && Is(ephemeral, "crv", "P-256")
                && Text(ephemeral, "x") is not null && Text(ephemeral, "y") is not null
                ? Text(root, "kid")
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    static bool Is(JsonElement of, string name, string expected) => Text(of, name) == expected;

    static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
