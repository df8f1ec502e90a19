namespace LiaisonHub.Storage.Hub;

/// <summary>A live open request that may be stuck.</summary>
public sealed record StuckCandidate
{
    public required Guid RequestId { get; init; }

    /// <summary>The request as JSON.</summary>
    public required string Body { get; init; }
}

/// <summary>An unresolved message of the quarantine that names a request.</summary>
public sealed record QuarantinedOf
{
    public required Guid RequestId { get; init; }
    public string? State { get; init; }
    public required string Code { get; init; }
    public required string Reason { get; init; }
    public required string Fix { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>An act about a request that is not decided.</summary>
public sealed record UndecidedOf
{
    public required Guid RequestId { get; init; }
    public required string SenderState { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public DateTimeOffset? ParkedAt { get; init; }
}

/// <summary>Which live open requests may be stuck, and the facts about them. Every statement walks an index from the worst on and ends after so many rows.</summary>
public sealed class StuckReads(Database database)
{
    static readonly Statement Overdue = new(d => $"""
        SELECT request_id FROM requests WHERE closed_at IS NULL AND next_due < @now AND exercise = @exercise ORDER BY next_due, request_id {d.FirstRows("@atMost")}
        """);

    // Those whose limits are all held, or that have none, stand at the end of the index.
    static readonly Statement WithoutLimit = new(d => $"""
        SELECT request_id FROM requests WHERE closed_at IS NULL AND next_due >= @beyond AND exercise = @exercise AND since < @since ORDER BY next_due, request_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement Unopened = new(d => $"""
        SELECT r.request_id FROM receipts AS r
        WHERE r.opened_at IS NULL AND r.awaited_until = @never AND r.accepted_at < @acceptedBefore
          AND EXISTS (SELECT 1 FROM requests AS q WHERE q.request_id = r.request_id AND q.closed_at IS NULL AND q.exercise = @exercise)
        ORDER BY r.accepted_at, r.of_act_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement Undecided = new(d => $"""
        SELECT request_id FROM undecided WHERE received_at < @receivedBefore OR parked_at IS NOT NULL ORDER BY journal_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement Quarantined = new(d => $"""
        SELECT request_id FROM quarantine WHERE status <> '{Quarantine.Resolved}' AND request_id IS NOT NULL ORDER BY at, quarantine_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement OfState = new(d => $"""
        SELECT request_id FROM (
          SELECT * FROM (SELECT request_id, next_due FROM requests WHERE closed_at IS NULL AND requesting_state = @state AND exercise = @exercise ORDER BY next_due, request_id {d.FirstRows("@atMost")}) AS a
          UNION ALL
          SELECT * FROM (SELECT request_id, next_due FROM requests WHERE closed_at IS NULL AND requested_state = @state AND exercise = @exercise ORDER BY next_due, request_id {d.FirstRows("@atMost")}) AS b
        ) AS e ORDER BY next_due, request_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement Bodies = new(d => $"SELECT q.request_id, q.body FROM {d.Rows(RequestStore.Ids)} JOIN requests AS q ON q.request_id = r.id WHERE q.closed_at IS NULL");

    static readonly Statement ReceiptsOf = new(d => $"""
        SELECT x.of_act_id, x.request_id, x.to_state, x.accepted_at, x.delivered_at, x.handed_over_at, x.opened_at
        FROM {d.Rows(RequestStore.Ids)} JOIN receipts AS x ON x.request_id = r.id WHERE x.opened_at IS NULL
        """);

    static readonly Statement QuarantinedMessages = new(d => $"""
        SELECT request_id, NULLIF(state, '') AS state, code, reason, fix, at FROM quarantine WHERE status <> '{Quarantine.Resolved}' AND request_id IS NOT NULL ORDER BY at, quarantine_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement UndecidedActs = new(d => $"""
        SELECT u.request_id, j.sender_state, u.received_at, u.parked_at FROM undecided AS u JOIN journal AS j ON j.journal_id = u.journal_id ORDER BY u.journal_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement LastStays = new(d => $"SELECT seconds FROM stays WHERE procedure_name = @procedure AND state = @state ORDER BY left_at DESC {d.FirstRows("@atMost")}");

    /// <summary>How many stays say what is usual.</summary>
    public const int Sample = 500;

    /// <summary>Ids of live open requests that may be stuck, those of each kind of trouble from the worst on, each once.</summary>
    /// <param name="now">The legal clock.</param>
    /// <param name="receivedBefore">Acts taken before this and not decided.</param>
    /// <param name="acceptedBefore">Acts accepted before this and not opened.</param>
    /// <param name="heldBefore">Requests without a running limit that came into their state before this.</param>
    /// <param name="beyond">Requests whose next limit lies after this: where the calendars end.</param>
    /// <param name="states">States whose way or keys are in trouble.</param>
    /// <param name="atMost">At most so many of each kind.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The ids, and whether one kind had more.</returns>
    public async Task<(IReadOnlyList<Guid> Ids, bool Cut)> Candidates(
        DateTimeOffset now, DateTimeOffset receivedBefore, DateTimeOffset acceptedBefore, DateTimeOffset heldBefore, DateTimeOffset beyond, IEnumerable<string> states, int atMost,
        CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        var cut = false;
        async Task Take(Statement statement, object parameters)
        {
            var found = await database.Query<Guid>(statement, parameters, cancellationToken);
            cut |= found.Count == atMost;
            ids.AddRange(found);
        }

        const bool Exercise = false;
        await Take(Quarantined, new { atMost });
        await Take(Undecided, new { receivedBefore, atMost });
        await Take(Unopened, new { acceptedBefore, never = Instants.Never, exercise = Exercise, atMost });
        await Take(Overdue, new { now, exercise = Exercise, atMost });
        await Take(WithoutLimit, new { beyond, since = heldBefore, exercise = Exercise, atMost });
        foreach (var state in states)
            await Take(OfState, new { state, exercise = Exercise, atMost });
        return ([.. ids.Distinct()], cut);
    }

    /// <summary>The open ones of the requests, with their bodies.</summary>
    public Task<IReadOnlyList<StuckCandidate>> Open(IEnumerable<Guid> ids, CancellationToken cancellationToken) => database.QueryRows<StuckCandidate>(Bodies, RequestStore.Ids.Of(ids), cancellationToken);

    /// <summary>How far the acts of the requests have come that nobody has opened.</summary>
    public Task<IReadOnlyList<ReceiptStanding>> NotOpened(IEnumerable<Guid> ids, CancellationToken cancellationToken) => database.QueryRows<ReceiptStanding>(ReceiptsOf, RequestStore.Ids.Of(ids), cancellationToken);

    /// <summary>Unresolved messages of the quarantine that name a request, oldest first.</summary>
    public Task<IReadOnlyList<QuarantinedOf>> SetAside(int atMost, CancellationToken cancellationToken) => database.Query<QuarantinedOf>(QuarantinedMessages, new { atMost }, cancellationToken);

    /// <summary>Acts that are not decided, oldest first.</summary>
    public Task<IReadOnlyList<UndecidedOf>> NotDecided(int atMost, CancellationToken cancellationToken) => database.Query<UndecidedOf>(UndecidedActs, new { atMost }, cancellationToken);

    /// <summary>How long the last requests stayed that have left a state.</summary>
    public async Task<IReadOnlyList<TimeSpan>> Stays(string procedure, string state, CancellationToken cancellationToken) =>
        [.. (await database.Query<long>(LastStays, new { procedure, state, atMost = Sample }, cancellationToken)).Select(s => TimeSpan.FromSeconds(s))];
}
