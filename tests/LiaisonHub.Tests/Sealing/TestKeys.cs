using LiaisonHub.Sealing;

namespace LiaisonHub.Tests.Sealing;

/// <summary>Fresh keys of an invented region: two states and the hub, valid through 2026.</summary>
public sealed class TestKeys
{
    public static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset To = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public TestKeys() => Directory = new([Sign("XA"), Seal("XA"), Sign("XB"), Seal("XB"), Sign("HUB")]);

    public KeyDirectory Directory { get; }

    public PrivateKey SigningKey(string owner) => keys[(owner, KeyUse.Sign)];

    public PrivateKey SealingKey(string owner) => keys[(owner, KeyUse.Seal)];

    readonly Dictionary<(string, KeyUse), PrivateKey> keys = [];

    PublicKey Sign(string owner) => Make(owner, KeyUse.Sign);

    PublicKey Seal(string owner) => Make(owner, KeyUse.Seal);

    PublicKey Make(string owner, KeyUse use) => (keys[(owner, use)] = PrivateKey.Generate(owner, use)).Public(From, To);
}
