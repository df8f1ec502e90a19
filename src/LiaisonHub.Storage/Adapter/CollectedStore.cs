namespace LiaisonHub.Storage.Adapter;

/// <summary>What a channel has brought: an item at its source, in the state in which it was last brought.</summary>
public sealed record CollectedItem
{
    /// <summary>How the source names it.</summary>
    public required string Item { get; init; }

    /// <summary>SHA-256 of what was brought, lower-case hex.</summary>
    public required string Digest { get; init; }
}

/// <summary>Sources that keep what they have given: each item is brought once, and again when it has changed.</summary>
public sealed class CollectedStore(Database database)
{
    static readonly Statement SelectDigest = new(_ => "SELECT digest FROM collected WHERE channel = @channel AND item = @item");

    static readonly Statement SelectAll = new(_ => "SELECT item AS Item, digest AS Digest FROM collected WHERE channel = @channel ORDER BY item");

    static readonly Statement Update = new(_ => "UPDATE collected SET digest = @digest, at = @at WHERE channel = @channel AND item = @item");

    static readonly Statement Insert = new(_ => "INSERT INTO collected (channel, item, digest, at) VALUES (@channel, @item, @digest, @at)");

    /// <summary>The digest of an item as it was last brought. Null: it was not.</summary>
    public Task<string?> Digest(string channel, string item, CancellationToken cancellationToken) => database.One<string>(SelectDigest, new { channel, item }, cancellationToken);

    /// <summary>Everything a channel has brought.</summary>
    public Task<IReadOnlyList<CollectedItem>> All(string channel, CancellationToken cancellationToken) => database.Query<CollectedItem>(SelectAll, new { channel }, cancellationToken);

    /// <summary>An item was brought in this state.</summary>
    public async Task Note(string channel, string item, string digest, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.Execute(Update, new { channel, item, digest, at }, cancellationToken) == 0)
            await unit.Execute(Insert, new { channel, item, digest, at }, cancellationToken);
        await unit.Commit(cancellationToken);
    }
}
