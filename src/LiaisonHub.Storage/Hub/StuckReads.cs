using LiaisonHub.Contracts.V1;

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

/// <summary>A state of a procedure in which a request is looked at when it came into it before this.</summary>
/// <param name="Procedure">The procedure.</param>
/// <param name="State">The state.</param>
/// <param name="Before">The instant.</param>
public sealed record RestedBefore(string Procedure, string State, DateTimeOffset Before);

/// <summary>What makes a request one that may be stuck.</summary>
public sealed record StuckSearch
{
    /// <summary>The legal clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Acts taken before this and not decided.</summary>
    public required DateTimeOffset ReceivedBefore { get; init; }

    /// <summary>Acts accepted before this and not delivered, and delivered before this and not handed over.</summary>
    public required DateTimeOffset NotDeliveredSince { get; init; }

    /// <summary>Acts delivered before this and not opened.</summary>
    public required DateTimeOffset NotOpenedSince { get; init; }

    /// <summary>Acts for <see cref="CutOff"/> that were accepted before this and are not delivered.</summary>
    public required DateTimeOffset HeldUpSince { get; init; }

    /// <summary>States whose way is in trouble.</summary>
    public IReadOnlyList<string> CutOff { get; init; } = [];

    /// <summary>States of which a key is missing: every request of theirs.</summary>
    public IReadOnlyList<string> WithoutKeys { get; init; } = [];

    /// <summary>The region's body: it has a part in every dispute.</summary>
    public required string Body { get; init; }

    /// <summary>Requests without a running limit.</summary>
    public IReadOnlyList<RestedBefore> Rested { get; init; } = [];

    /// <summary>Requests whose next limit lies after this: where the calendars end.</summary>
    public required DateTimeOffset Beyond { get; init; }

    /// <summary>At most so many of each kind.</summary>
    public required int AtMost { get; init; }
}

/// <summary>Which live open requests may be stuck, and the facts about them. Every statement walks an index from the worst on, and finds hardly any that is well.</summary>
public sealed class StuckReads(Database database)
{
    static readonly Statement Overdue = new(d => $"""
        SELECT request_id FROM requests WHERE closed_at IS NULL AND next_due < @now AND exercise = @exercise ORDER BY next_due, request_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement BeyondCalendars = new(d => $"""
        SELECT request_id FROM requests WHERE closed_at IS NULL AND next_due >= @beyond AND next_due < @never AND exercise = @exercise ORDER BY next_due, request_id {d.FirstRows("@atMost")}
        """);

    // Those whose limits are all held, or that have none, stand at the end of the index.
    static readonly Statement RestingStates = new(_ => """
        SELECT procedure_name AS "procedure", state, MIN(since) AS before FROM requests WHERE closed_at IS NULL AND next_due = @never AND exercise = @exercise GROUP BY procedure_name, state
        """);

    static readonly Statement Resting = new(d => $"""
        SELECT request_id FROM requests
        WHERE closed_at IS NULL AND next_due = @never AND exercise = @exercise AND procedure_name = @procedure AND state = @state AND since < @before ORDER BY since, request_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement Unopened = new(d => $"""
        SELECT r.request_id FROM receipts AS r
        WHERE r.opened_at IS NULL AND r.awaited_until = @never AND r.accepted_at < @notDeliveredSince
          AND (r.delivered_at IS NULL OR r.delivered_at < @notOpenedSince OR (r.handed_over_at IS NULL AND r.delivered_at < @notDeliveredSince)) AND {IsLive}
        ORDER BY r.accepted_at, r.of_act_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement HeldUp = new(d => $"""
        SELECT r.request_id FROM receipts AS r
        WHERE r.opened_at IS NULL AND r.awaited_until = @never AND r.accepted_at < @heldUpSince AND r.delivered_at IS NULL AND r.to_state = @state AND {IsLive}
        ORDER BY r.accepted_at, r.of_act_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement Undecided = new(d => $"""
        SELECT r.request_id FROM undecided AS r WHERE (r.received_at < @receivedBefore OR r.parked_at IS NOT NULL) AND {IsLive} ORDER BY r.journal_id {d.FirstRows("@atMost")}
        """);

    // Whoever is not believed may have named any request.
    static readonly Statement Quarantined = new(d => $"""
        SELECT DISTINCT r.request_id FROM quarantine AS r WHERE {Believed("r")} AND r.request_id IS NOT NULL AND {IsLive} ORDER BY r.request_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement OfState = new(d => $"""
        SELECT request_id FROM (
          SELECT * FROM (SELECT request_id, next_due FROM requests WHERE closed_at IS NULL AND requesting_state = @state AND exercise = @exercise ORDER BY next_due, request_id {d.FirstRows("@atMost")}) AS a
          UNION ALL
          SELECT * FROM (SELECT request_id, next_due FROM requests WHERE closed_at IS NULL AND requested_state = @state AND exercise = @exercise ORDER BY next_due, request_id {d.FirstRows("@atMost")}) AS b
          UNION ALL
          SELECT * FROM (SELECT m.request_id, m.next_due FROM request_members AS m WHERE m.closed_at IS NULL AND m.state = @state ORDER BY m.next_due, m.request_id {d.FirstRows("@atMost")}) AS c
          UNION ALL
          SELECT * FROM (
            SELECT request_id, next_due FROM requests WHERE closed_at IS NULL AND procedure_name = 'Dispute' AND @body = 1 AND exercise = @exercise ORDER BY next_due, request_id {d.FirstRows("@atMost")}) AS d
        ) AS e ORDER BY next_due, request_id {d.FirstRows("@atMost")}
        """);

    const string IsLive = "EXISTS (SELECT 1 FROM requests AS q WHERE q.request_id = r.request_id AND q.closed_at IS NULL AND q.exercise = @exercise)";

    static string Believed(string quarantine) => $"{quarantine}.status <> '{Quarantine.Resolved}' AND {quarantine}.code <> '{nameof(RefusalCode.NotAuthentic)}'";

    static readonly Statement Bodies = new(d => $"SELECT q.request_id, q.body FROM {d.Rows(RequestStore.Ids)} JOIN requests AS q ON q.request_id = r.id WHERE q.closed_at IS NULL");

    static readonly Statement ReceiptsOf = new(d => $"""
        SELECT x.of_act_id, x.request_id, x.to_state, x.accepted_at, x.delivered_at, x.handed_over_at, x.opened_at
        FROM {d.Rows(RequestStore.Ids)} JOIN receipts AS x ON x.request_id = r.id WHERE x.opened_at IS NULL
        """);

    // The oldest of each state says it; how many a state has sent changes nothing.
    static readonly Statement QuarantinedMessages = new(d => $"""
        SELECT m.request_id, NULLIF(m.state, '') AS state, m.code, m.reason, m.fix, m.at FROM (
          SELECT q.request_id, q.state, q.code, q.reason, q.fix, q.at, ROW_NUMBER() OVER (PARTITION BY q.request_id, q.state ORDER BY q.at, q.quarantine_id) AS nth
          FROM {d.Rows(RequestStore.Ids)} JOIN quarantine AS q ON q.request_id = r.id WHERE {Believed("q")}) AS m
        WHERE m.nth = 1
        """);

    static readonly Statement UndecidedActs = new(d => $"""
        SELECT u.request_id, j.sender_state, MIN(u.received_at) AS received_at, MIN(u.parked_at) AS parked_at
        FROM {d.Rows(RequestStore.Ids)} JOIN undecided AS u ON u.request_id = r.id JOIN journal AS j ON j.journal_id = u.journal_id
        GROUP BY u.request_id, j.sender_state, CASE WHEN u.parked_at IS NULL THEN 0 ELSE 1 END
        """);

    static readonly Statement LastStays = new(d => $"SELECT seconds FROM stays WHERE procedure_name = @procedure AND state = @state ORDER BY left_at DESC {d.FirstRows("@atMost")}");

    /// <summary>How many stays say what is usual.</summary>
    public const int Sample = 500;

    /// <summary>Ids of live open requests that may be stuck, those of each kind of trouble from the worst on, each once.</summary>
    /// <returns>The ids, and whether one kind had more.</returns>
    public async Task<(IReadOnlyList<Guid> Ids, bool Cut)> Candidates(StuckSearch search, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        var cut = false;
        async Task Take(Statement statement, object parameters)
        {
            var found = await database.Query<Guid>(statement, parameters, cancellationToken);
            cut |= found.Count == search.AtMost;
            ids.AddRange(found);
        }

        const bool Exercise = false;
        var (atMost, never) = (search.AtMost, Instants.Never);
        await Take(Quarantined, new { exercise = Exercise, atMost });
        await Take(Undecided, new { receivedBefore = search.ReceivedBefore, exercise = Exercise, atMost });
        await Take(Unopened, new { notDeliveredSince = search.NotDeliveredSince, notOpenedSince = search.NotOpenedSince, never, exercise = Exercise, atMost });
        foreach (var state in search.CutOff)
            await Take(HeldUp, new { state, heldUpSince = search.HeldUpSince, never, exercise = Exercise, atMost });
        await Take(Overdue, new { now = search.Now, exercise = Exercise, atMost });
        await Take(BeyondCalendars, new { beyond = search.Beyond, never, exercise = Exercise, atMost });
        foreach (var rested in search.Rested)
            await Take(Resting, new { procedure = rested.Procedure, state = rested.State, before = rested.Before, never, exercise = Exercise, atMost });
        foreach (var state in search.WithoutKeys)
            await Take(OfState, new { state, body = state == search.Body ? 1 : 0, exercise = Exercise, atMost });
        return ([.. ids.Distinct()], cut);
    }

    /// <summary>The states in which live open requests stand without a running limit, each with the instant since when the first of them does.</summary>
    public Task<IReadOnlyList<RestedBefore>> WithoutLimit(CancellationToken cancellationToken) => database.Query<RestedBefore>(RestingStates, new { never = Instants.Never, exercise = false }, cancellationToken);

    /// <summary>The open ones of the requests, with their bodies.</summary>
    public Task<IReadOnlyList<StuckCandidate>> Open(IEnumerable<Guid> ids, CancellationToken cancellationToken) => database.QueryRows<StuckCandidate>(Bodies, RequestStore.Ids.Of(ids), cancellationToken);

    /// <summary>How far the acts of the requests have come that nobody has opened.</summary>
    public Task<IReadOnlyList<ReceiptStanding>> NotOpened(IEnumerable<Guid> ids, CancellationToken cancellationToken) => database.QueryRows<ReceiptStanding>(ReceiptsOf, RequestStore.Ids.Of(ids), cancellationToken);

    /// <summary>The oldest unresolved message of each state in quarantine about each of the requests. Messages whose sender is not proven are not among them.</summary>
    public Task<IReadOnlyList<QuarantinedOf>> SetAside(IEnumerable<Guid> ids, CancellationToken cancellationToken) => database.QueryRows<QuarantinedOf>(QuarantinedMessages, RequestStore.Ids.Of(ids), cancellationToken);

    /// <summary>Since when acts of each state about each of the requests are not decided, the parked ones apart.</summary>
    public Task<IReadOnlyList<UndecidedOf>> NotDecided(IEnumerable<Guid> ids, CancellationToken cancellationToken) => database.QueryRows<UndecidedOf>(UndecidedActs, RequestStore.Ids.Of(ids), cancellationToken);

    /// <summary>How long the last requests stayed that have left a state.</summary>
    public async Task<IReadOnlyList<TimeSpan>> Stays(string procedure, string state, CancellationToken cancellationToken) =>
        [.. (await database.Query<long>(LastStays, new { procedure, state, atMost = Sample }, cancellationToken)).Select(s => TimeSpan.FromSeconds(s))];
}
