using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;

namespace LiaisonHub.Conformance.Groups;

/// <summary>A key that signs whatever header it is given: the product's own signer refuses to make what must be refused.</summary>
sealed class RawKey(ECDsa key) : IDisposable
{
    /// <summary>The key behind a key of ours.</summary>
    internal static RawKey Of(PrivateKey key)
    {
        var file = Path.Combine(Path.GetTempPath(), $"conformance-{Guid.NewGuid():N}.json");
        try
        {
            key.Save(file);
            var read = JsonNode.Parse(File.ReadAllBytes(file))!;
            byte[] Of(string name) => Base64Url.DecodeFromChars((string)read[name]!);
            return new RawKey(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Of("x"), Y = Of("y") }, D = Of("d") }));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Signs a payload, given in base64url, under a header.</summary>
    internal SignedDocument Sign(string header, string payload)
    {
        var encoded = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header));
        return new SignedDocument { Payload = payload, Protected = encoded, Signature = Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes($"{encoded}.{payload}"), HashAlgorithmName.SHA256)) };
    }

    /// <summary>Signs bytes under a header.</summary>
    internal SignedDocument Sign(string header, byte[] payload) => Sign(header, Base64Url.EncodeToString(payload));

    public void Dispose() => key.Dispose();
}
