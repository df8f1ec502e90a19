namespace LiaisonHub.Storage.Adapter;

/// <summary>What stands and waits in an adapter, for sign of life, health and desk.</summary>
public sealed record AdapterFigures
{
    /// <summary>Acts not yet durable at the hub.</summary>
    public int OutboxWaiting { get; init; }

    /// <summary>Since when the oldest of them waits (UTC).</summary>
    public DateTimeOffset? OutboxOldest { get; init; }

    /// <summary>What was said at the last attempt to send it.</summary>
    public string? OutboxLastError { get; init; }

    /// <summary>Local files and documents of the hub that were put aside.</summary>
    public int Quarantined { get; init; }

    /// <summary>Local files that wait for a person to complete them.</summary>
    public int Incomplete { get; init; }

    /// <summary>What waits to be given to the local system.</summary>
    public int ToHandOver { get; init; }

    /// <summary>What could not be given to the local system.</summary>
    public int NotHandedOver { get; init; }

    /// <summary>Own acts the hub refused.</summary>
    public int Refused { get; init; }
}

/// <summary>A request in the worklist, with what was last said on it.</summary>
public sealed record WorklistEntry : OwnRequest
{
    /// <summary>Acts of the other side nobody of this state has opened.</summary>
    public int Unopened { get; init; }

    /// <summary>Own acts the hub refused.</summary>
    public int Refused { get; init; }

    /// <summary>What the hub has said to the latest own act, receipts left out. Null: nothing yet.</summary>
    public string? LastOutcome { get; init; }

    /// <summary>True: the hub has refused the latest own act.</summary>
    public bool LastRefused => LastOutcome == "Refused";

    /// <summary>Type of the latest act, receipts left out.</summary>
    public string? LastAct { get; init; }

    public DateTimeOffset? LastActAt { get; init; }
}

/// <summary>Another state's adapter is worked on.</summary>
public sealed record OtherMaintenance
{
    /// <summary>The state.</summary>
    public required string State { get; init; }

    /// <summary>When it began or begins (UTC).</summary>
    public required DateTimeOffset Begins { get; init; }

    /// <summary>When it ends by itself (UTC).</summary>
    public required DateTimeOffset Ends { get; init; }

    /// <summary>Why, as that state says it.</summary>
    public required string Reason { get; init; }
}

/// <summary>Which requests a list shows.</summary>
public sealed record WorklistFilter
{
    /// <summary>True: closed ones too.</summary>
    public bool Closed { get; init; }

    /// <summary>Only those whose next deadline is on this state, or where a limit of its own law runs.</summary>
    public bool OnUs { get; init; }

    /// <summary>Only this other state.</summary>
    public string? OtherState { get; init; }

    /// <summary>Only references that begin so, and requests that a local system of either side knows by this number.</summary>
    public string? Known { get; init; }

    /// <summary>How many at most. Default: 200.</summary>
    public int AtMost { get; init; } = 200;
}

/// <summary>Reading for desk and command line. Nothing here opens a seal.</summary>
public sealed class DeskReads(Database database)
{
    static readonly Statement SelectMaintenance = new(_ => """
        SELECT state AS State, maintenance_from AS Begins, maintenance_until AS Ends, maintenance_reason AS Reason FROM other_states
        WHERE maintenance_until > @now AND maintenance_until > maintenance_from ORDER BY state
        """);

    /// <summary>Adapters of other states that are worked on now, or will be.</summary>
    public Task<IReadOnlyList<OtherMaintenance>> Maintenance(DateTimeOffset now, CancellationToken cancellationToken) => database.Query<OtherMaintenance>(SelectMaintenance, new { now }, cancellationToken);

    // Longest overdue first, then by remaining time, of the treaty or of this state's own law, whichever comes first; what no deadline drives stands last, latest change first.
    const string OwnNow = "CASE WHEN own_then IS NOT NULL AND own_due < @now THEN own_then ELSE own_due END";

    static readonly Statement SelectWorklist = new(d => $"""
        SELECT {ActStore.RequestColumns},
               (SELECT COUNT(*) FROM acts AS a WHERE a.request_id = q.request_id AND a.direction = 'In' AND a.opened_at IS NULL AND a.act_type <> 'ReceiptGiven') AS Unopened,
               (SELECT COUNT(*) FROM acts AS a WHERE a.request_id = q.request_id AND a.outcome = 'Refused') AS Refused,
               (SELECT a.outcome FROM acts AS a WHERE a.request_id = q.request_id AND a.direction = 'Out' AND a.act_type <> 'ReceiptGiven' ORDER BY a.sequence DESC {d.FirstRows("1")}) AS LastOutcome,
               (SELECT a.act_type FROM acts AS a WHERE a.request_id = q.request_id AND a.act_type <> 'ReceiptGiven' ORDER BY a.at DESC,
               a.act_id {d.FirstRows("1")}) AS LastAct,
               (SELECT MAX(a.at) FROM acts AS a WHERE a.request_id = q.request_id AND a.act_type <> 'ReceiptGiven') AS LastActAt
        FROM requests AS q
        WHERE (@closed = 1 OR closed = 0) AND (@onUs = 0 OR next_on_us = 1 OR own_due IS NOT NULL) AND (@otherState = '' OR other_state = @otherState)
          AND (reference LIKE @pattern OR request_id IN (SELECT n.request_id FROM request_numbers AS n WHERE n.number_key = @numberKey))
        ORDER BY closed, CASE WHEN next_due IS NULL AND own_due IS NULL THEN 1 ELSE 0 END,
          CASE WHEN next_due IS NULL OR {OwnNow} < next_due THEN {OwnNow} ELSE next_due END, updated_at DESC, request_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectRequest = new(_ => $"SELECT {ActStore.RequestColumns} FROM requests WHERE request_id = @requestId");
    static readonly Statement SelectRequestByReference = new(d =>
        $"SELECT {ActStore.RequestColumns} FROM requests WHERE reference = @reference ORDER BY created_at {d.FirstRows("1")}");
    static readonly Statement SelectAct = new(_ => $"SELECT {ActStore.ActColumns} FROM acts WHERE act_id = @actId");

    static readonly Statement SelectNotices = new(_ => """
        SELECT notice_id AS NoticeId, sequence AS Sequence, digest AS Digest, request_id AS RequestId, notice_type AS NoticeType, at AS At,
        received_at AS ReceivedAt, act_id AS ActId,
               body AS Body, trace_parent AS TraceParent
        FROM notices WHERE request_id = @requestId ORDER BY sequence
        """);

    static readonly Statement SelectRefused = new(d =>
        $"SELECT {ActStore.ActColumns} FROM acts WHERE outcome = 'Refused' ORDER BY outcome_at DESC, act_id {d.FirstRows("@atMost")}");

    static readonly Statement SelectFigures = new(_ => """
        SELECT (SELECT COUNT(*) FROM outbox) AS OutboxWaiting,
               (SELECT MIN(queued_at) FROM outbox) AS OutboxOldest,
               (SELECT MAX(last_error) FROM outbox WHERE sequence = (SELECT MIN(sequence) FROM outbox)) AS OutboxLastError,
               (SELECT COUNT(*) FROM intakes WHERE state = 'Quarantined') + (SELECT COUNT(*) FROM set_aside WHERE resolved_at IS NULL) AS Quarantined,
               (SELECT COUNT(*) FROM intakes WHERE state = 'Incomplete') AS Incomplete,
               (SELECT COUNT(*) FROM hand_overs WHERE state IN ('Waiting', 'Staged')) AS ToHandOver,
               (SELECT COUNT(*) FROM hand_overs WHERE state = 'Failed') AS NotHandedOver,
               (SELECT COUNT(*) FROM acts WHERE outcome = 'Refused') AS Refused
        """);

    /// <summary>The worklist: what has the least legal time left stands first.</summary>
    public Task<IReadOnlyList<WorklistEntry>> Worklist(WorklistFilter filter, CancellationToken cancellationToken) =>
        database.Query<WorklistEntry>(
            SelectWorklist,
            new
            {
                closed = filter.Closed ? 1 : 0,
                onUs = filter.OnUs ? 1 : 0,
                otherState = filter.OtherState ?? "",
                numberKey = ActStore.NumberKey(filter.Known ?? ""),
                pattern = (filter.Known ?? "").Replace("%", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal) + "%",
                atMost = filter.AtMost,
                now = database.Time.GetUtcNow(),
            },
            cancellationToken);

    public Task<OwnRequest?> Request(Guid requestId, CancellationToken cancellationToken) =>
        database.One<OwnRequest>(SelectRequest, new { requestId }, cancellationToken);

    public Task<OwnRequest?> Request(string reference, CancellationToken cancellationToken) =>
        database.One<OwnRequest>(SelectRequestByReference, new { reference }, cancellationToken);

    /// <summary>The acts of both sides, oldest first, receipts among them.</summary>
    public Task<IReadOnlyList<StoredAct>> Acts(Guid requestId, CancellationToken cancellationToken) =>
        database.Query<StoredAct>(ActStore.SelectOfRequest, new { requestId }, cancellationToken);

    public Task<StoredAct?> Act(Guid actId, CancellationToken cancellationToken) => database.One<StoredAct>(SelectAct, new { actId }, cancellationToken);

    /// <summary>What the hub said on a request, in its order.</summary>
    public Task<IReadOnlyList<StoredNotice>> Notices(Guid requestId, CancellationToken cancellationToken) =>
        database.Query<StoredNotice>(SelectNotices, new { requestId }, cancellationToken);

    /// <summary>Own acts the hub refused, the latest first.</summary>
    public Task<IReadOnlyList<StoredAct>> Refused(int atMost, CancellationToken cancellationToken) =>
        database.Query<StoredAct>(SelectRefused, new { atMost }, cancellationToken);

    public async Task<AdapterFigures> Figures(CancellationToken cancellationToken) =>
        (await database.One<AdapterFigures>(SelectFigures, null, cancellationToken))!;
}
