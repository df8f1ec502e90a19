namespace LiaisonHub.Storage.Hub;

/// <summary>What waits for one state.</summary>
public sealed record OutboxDepth
{
    public required string State { get; init; }
    public required int Waiting { get; init; }
    public required DateTimeOffset Oldest { get; init; }

    /// <summary>Most attempts of a single row.</summary>
    public required int Attempts { get; init; }

    /// <summary>What was said at the last refusal. Null: none was refused.</summary>
    public string? LastError { get; init; }
}

/// <summary>Notices between the transaction that made them and the link that takes them: at least once, receivers deduplicate.</summary>
public sealed class Outbox(Database database)
{
    static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    static readonly RowShape<long> Numbers = new RowShape<long>().Number("id", id => id);

    static readonly RowShape<Refused> Refusals = new RowShape<Refused>()
        .Number("outbox_no", x => x.Number)
        .Instant("next_try_at", x => x.NextTryAt);

    // By what is due, never by "number greater than the last": a transaction that commits late would be passed over.
    static readonly Statement Claim = new(d => $"""
        SELECT o.outbox_no, o.outbox_id, o.state, o.lane, o.body, o.trace_parent, o.created_at, o.attempts
        FROM outbox AS o {d.LockFreeHint}
        WHERE o.next_try_at <= @now
        ORDER BY o.lane DESC, o.next_try_at, o.outbox_no {d.FirstRows("@atMost")}
        {d.ForUpdateOfFree("o")}
        """);

    static readonly Statement Delete = new(d => $"DELETE FROM outbox WHERE outbox_no IN (SELECT r.id FROM {d.Rows(Numbers)})");

    static readonly Statement PutOff = new(d => $"""
        UPDATE outbox SET next_try_at = r.next_try_at, attempts = attempts + 1, last_error = 'The link did not confirm it'
        FROM {d.Rows(Refusals)} WHERE outbox.outbox_no = r.outbox_no
        """);

    static readonly Statement SelectDepth = new(_ => """
        SELECT state, COUNT(*) AS waiting, MIN(created_at) AS oldest, MAX(attempts) AS attempts, MAX(last_error) AS last_error
        FROM outbox GROUP BY state ORDER BY state
        """);

    /// <summary>Claims what is due, urgent first, hands it to <paramref name="publish"/>, deletes what that names as confirmed and tries the rest again
    /// later, so that a destination
    /// that refuses holds up nobody else. When <paramref name="publish"/> throws, nothing changes.</summary>
    /// <remarks>On a server several dispatchers share the work, each holding its rows in a transaction. SQLite has one writer, which must not wait for a
    /// link: there one
    /// delivery of this process runs at a time, and no other process may deliver.</remarks>
    /// <returns>How many were claimed.</returns>
    public async Task<int> Deliver(
        int atMost, Func<IReadOnlyList<OutboxRow>, CancellationToken, Task<IReadOnlySet<Guid>>> publish, CancellationToken cancellationToken)
    {
        var now = database.Time.GetUtcNow();
        if (database.Dialect.ManyWriters)
        {
            await using var unit = await database.Begin(cancellationToken);
            var claimed = await unit.Query<ClaimedRow>(Claim, new { now, atMost }, cancellationToken);
            if (claimed.Count == 0)
                return 0;
            var confirmed = await publish([.. claimed.Select(c => c.Row)], cancellationToken);
            await Settle(unit, claimed, confirmed, cancellationToken);
            return claimed.Count;
        }

        using var alone = await database.EnterDelivery(cancellationToken);
        var rows = await database.Query<ClaimedRow>(Claim, new { now, atMost }, cancellationToken);
        if (rows.Count == 0)
            return 0;
        var taken = await publish([.. rows.Select(c => c.Row)], cancellationToken);
        await using var settling = await database.Begin(cancellationToken);
        await Settle(settling, rows, taken, cancellationToken);
        return rows.Count;
    }

    public Task<IReadOnlyList<OutboxDepth>> Depth(CancellationToken cancellationToken) => database.Query<OutboxDepth>(SelectDepth, null, cancellationToken);

    async Task Settle(Unit unit, IReadOnlyList<ClaimedRow> claimed, IReadOnlySet<Guid> confirmed, CancellationToken cancellationToken)
    {
        var now = database.Time.GetUtcNow();
        var done = claimed.Where(c => confirmed.Contains(c.OutboxId)).Select(c => c.OutboxNo).ToList();
        var refused = claimed.Where(c => !confirmed.Contains(c.OutboxId)).Select(c => new Refused(c.OutboxNo, now + Delay(c.Attempts))).ToList();
        var batch = new Batch();
        if (done.Count > 0)
            batch.Add(Delete, Numbers.Of(done));
        if (refused.Count > 0)
            batch.Add(PutOff, Refusals.Of(refused));
        await batch.Execute(unit, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    // 1, 2, 4 ... 60 s.
    static TimeSpan Delay(int attempts) => attempts >= 6 ? LongestDelay : TimeSpan.FromSeconds(1 << attempts);

    sealed record Refused(long Number, DateTimeOffset NextTryAt);

    sealed record ClaimedRow
    {
        public required long OutboxNo { get; init; }
        public required Guid OutboxId { get; init; }
        public required string State { get; init; }
        public required string Lane { get; init; }
        public required string Body { get; init; }
        public string? TraceParent { get; init; }
        public required DateTimeOffset CreatedAt { get; init; }
        public required int Attempts { get; init; }

        public OutboxRow Row => new()
        {
            OutboxId = OutboxId,
            State = State,
            Lane = Lane,
            Body = Body,
            TraceParent = TraceParent,
            CreatedAt = CreatedAt,
            Attempts = Attempts,
        };
    }
}
