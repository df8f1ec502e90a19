using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;

namespace LiaisonHub.Tests.Sealing;

/// <summary>Fresh keys of an invented region: two states and the hub, valid through 2026.</summary>
public sealed class TestKeys
{
    public static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset To = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    readonly Dictionary<(string, KeyUse), PrivateKey> keys = [];

    public TestKeys() => Directory = new([
        Make("XA", KeyUse.Sign), Make("XA", KeyUse.Seal), Make("XB", KeyUse.Sign), Make("XB", KeyUse.Seal), Make(PublicKey.HubOwner, KeyUse.Sign)]);

    public KeyDirectory Directory { get; }

    public PrivateKey SigningKey(string owner) => keys[(owner, KeyUse.Sign)];

    public PrivateKey SealingKey(string owner) => keys[(owner, KeyUse.Seal)];

    public PublicKey PublicSealingKey(string owner) => Directory.CurrentSealing(owner, Noon)!;

    /// <summary>A document with any header at all, whose signature holds: what only somebody who has the key, or a careless library, could make.</summary>
    public SignedDocument Forge(string header, ReadOnlySpan<byte> payload, string owner = "XA")
    {
        var (encodedHeader, encodedPayload) = (Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)), Base64Url.EncodeToString(payload));
        using var ecdsa = ECDsa.Create(Exported(SigningKey(owner)));
        var signature = ecdsa.SignData(Encoding.ASCII.GetBytes($"{encodedHeader}.{encodedPayload}"), HashAlgorithmName.SHA256);
        return new() { Protected = encodedHeader, Payload = encodedPayload, Signature = Base64Url.EncodeToString(signature) };
    }

    /// <summary>The key in the form of the platform, by way of its file: the product itself never hands it out.</summary>
    public static ECParameters Exported(PrivateKey key)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.json");
        try
        {
            key.Save(file);
            using var jwk = JsonDocument.Parse(File.ReadAllBytes(file));
            byte[] Member(string name) => Base64Url.DecodeFromChars(jwk.RootElement.GetProperty(name).GetString());
            return new() { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = Member("x"), Y = Member("y") }, D = Member("d") };
        }
        finally
        {
            File.Delete(file);
        }
    }

    PublicKey Make(string owner, KeyUse use) => (keys[(owner, use)] = PrivateKey.Generate(owner, use)).Public(From, To);
}
