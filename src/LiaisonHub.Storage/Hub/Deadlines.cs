namespace LiaisonHub.Storage.Hub;

/// <summary>What the clock looks at.</summary>
public sealed class Deadlines(Database database)
{
    /// <summary>Claims running deadlines whose time has come, earliest first. Each claim raises the epoch, and a write with an older epoch fails: an owner that was paused beyond its
    /// lease does no harm. What is due is told by the hub's clock (<paramref name="now"/>); how long nobody else gets it, by the database's.</summary>
    public Task<IReadOnlyList<Work>> Claim(Guid owner, DateTimeOffset now, TimeSpan lease, int atMost, CancellationToken cancellationToken) => throw Missing();

    /// <summary>When the next running deadline wants to be looked at. Null: none runs.</summary>
    public Task<DateTimeOffset?> NextLook(CancellationToken cancellationToken) => throw Missing();

    NotSupportedException Missing() => new NotSupportedException(database.Dialect.Name);
}
