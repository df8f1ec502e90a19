namespace LiaisonHub.Storage.Hub;

/// <summary>What the clock looks at.</summary>
public sealed class Deadlines(Database database)
{
    static readonly Statement ClaimDue = new(d => $"""
        UPDATE deadlines SET owner = @owner, epoch = epoch + 1, lease_until = {d.ClockLater}
        {d.Output("deadline_id", "request_id", "epoch", "look_at")}
        WHERE deadline_id IN (
          SELECT x.deadline_id FROM deadlines AS x {d.LockFreeHint}
          WHERE x.status = '{DeadlineRow.Running}' AND x.look_at <= @due AND (x.lease_until IS NULL OR x.lease_until <= {d.Clock})
          ORDER BY x.look_at {d.FirstRows("@atMost")}
          {d.ForUpdateOfFree("x")})
        {d.Returning("deadline_id", "request_id", "epoch", "look_at")}
        """);

    static readonly Statement Earliest = new(_ => $"SELECT MIN(look_at) FROM deadlines WHERE status = '{DeadlineRow.Running}'");

    /// <summary>Claims running deadlines whose time has come, earliest first. Each claim raises the epoch, and a write with an older epoch fails: an owner
    /// that was paused beyond its
    /// lease does no harm. What is due is told by the hub's clock (<paramref name="now"/>); how long nobody else gets it, by the database's.</summary>
    public async Task<IReadOnlyList<Work>> Claim(Guid owner, DateTimeOffset now, TimeSpan lease, int atMost, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        var clock = database.Time.GetUtcNow();
        var claimed = await unit.Query<Claimed>(
            ClaimDue, new { owner, due = now, now = clock, until = clock + lease, milliseconds = (long)lease.TotalMilliseconds, atMost }, cancellationToken);
        if (claimed.Count > 0)
            await unit.Commit(cancellationToken);
        return [.. claimed.OrderBy(c => c.LookAt).Select(c => new Work { DeadlineId = c.DeadlineId, RequestId = c.RequestId, Epoch = c.Epoch })];
    }

    /// <summary>When the next running deadline wants to be looked at. Null: none runs.</summary>
    public Task<DateTimeOffset?> NextLook(CancellationToken cancellationToken) => database.One<DateTimeOffset?>(Earliest, null, cancellationToken);

    sealed record Claimed
    {
        public required Guid DeadlineId { get; init; }
        public required Guid RequestId { get; init; }
        public required long Epoch { get; init; }
        public required DateTimeOffset LookAt { get; init; }
    }
}
