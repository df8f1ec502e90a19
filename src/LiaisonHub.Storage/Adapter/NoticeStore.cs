using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Storage.Adapter;

/// <summary>One notice of the hub.</summary>
public sealed record StoredNotice
{
    public required Guid NoticeId { get; init; }

    /// <summary>Position among everything the hub ever sent to this state.</summary>
    public required long Sequence { get; init; }

    /// <summary>SHA-256 of the signed payload, lower-case hex.</summary>
    public required string Digest { get; init; }

    public Guid? RequestId { get; init; }
    public required string NoticeType { get; init; }

    /// <summary>When the hub decided (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The act it is about or brings.</summary>
    public Guid? ActId { get; init; }

    /// <summary>The <see cref="Notice"/> as JSON.</summary>
    public required string Body { get; init; }

    public string? TraceParent { get; init; }
}

/// <summary>What the store says to a notice.</summary>
public enum NoticeTaken
{
    /// <summary>Taken now.</summary>
    New,

    /// <summary>Came before.</summary>
    Duplicate,

    /// <summary>Its number, or its id, was used before for another notice: a security alarm.</summary>
    Conflict,
}

/// <summary>Something to be given to the local system.</summary>
public sealed record HandOver
{
    public required Guid NoticeId { get; init; }
    public Guid? ActId { get; init; }
    public Guid? RequestId { get; init; }
    public required long Sequence { get; init; }

    /// <summary><c>Waiting</c>, <c>Staged</c>, <c>Done</c> or <c>Failed</c>.</summary>
    public required string State { get; init; }

    public string? FileName { get; init; }
    public string? Problem { get; init; }
    public long Attempts { get; init; }

    /// <summary>Trace context of the notice.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>What came from the hub and could not be believed or read.</summary>
public sealed record SetAside
{
    /// <summary>SHA-256 of the body, lower-case hex.</summary>
    public required string Digest { get; init; }

    public Guid? NoticeId { get; init; }
    public Guid? RequestId { get; init; }
    public required string Code { get; init; }
    public required string Reason { get; init; }
    public required string Fix { get; init; }

    /// <summary>As it arrived.</summary>
    public required string Body { get; init; }

    public required DateTimeOffset At { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
}

/// <summary>What the hub said, what follows from it for the requests, and what is to be given to the local system.</summary>
public sealed class NoticeStore(Database database)
{
    static readonly Statement SelectSame = new(_ => """
        SELECT notice_id AS NoticeId, sequence AS Sequence, digest AS Digest, request_id AS RequestId, notice_type AS NoticeType, at AS At,
        received_at AS ReceivedAt, act_id AS ActId,
               '' AS Body, trace_parent AS TraceParent
        FROM notices WHERE notice_id = @NoticeId OR sequence = @Sequence
        """);

    static readonly Statement Insert = new(_ => """
        INSERT INTO notices (notice_id, sequence, digest, request_id, notice_type, at, received_at, act_id, body, trace_parent)
        VALUES (@NoticeId, @Sequence, @Digest, @RequestId, @NoticeType, @At, @ReceivedAt, @ActId, @Body, @TraceParent)
        """);

    static readonly Statement SelectFollowing = new(d => $"SELECT sequence FROM notices WHERE sequence > @after ORDER BY sequence {d.FirstRows("1000")}");
    static readonly Statement SelectWithoutGap = new(_ => "SELECT value FROM counters WHERE name = 'notices'");
    static readonly Statement UpdateWithoutGap = new(_ => "UPDATE counters SET value = @value WHERE name = 'notices'");
    static readonly Statement SelectLast = new(_ => "SELECT COALESCE(MAX(sequence), 0) FROM notices");

    static readonly RowShape<(MaintenanceNotice Notice, long Sequence)> OtherStates = new RowShape<(MaintenanceNotice Notice, long Sequence)>()
        .Text("state", s => s.Notice.State)
        .Instant("maintenance_from", s => s.Notice.From)
        .Instant("maintenance_until", s => s.Notice.Until)
        .LongText("maintenance_reason", s => s.Notice.Reason)
        .Number("sequence", s => s.Sequence);

    static readonly Statement StoreMaintenance = new(d => d.Upsert("other_states", OtherStates, ["state"], (old, given) =>
        string.Join(", ", new[] { "maintenance_from", "maintenance_until", "maintenance_reason", "sequence" }
            .Select(c => $"{c} = CASE WHEN {given}.sequence > {old}.sequence THEN {given}.{c} ELSE {old}.{c} END"))));

    static readonly Statement UpdateStanding = new(_ => """
        UPDATE requests SET state = @State, level = @Level, closed = @Closed, next_due = @NextDue, next_on_us = @NextOnUs, priority = @Priority,
          standing = @Standing, standing_sequence = @Sequence, standing_at = @At, updated_at = @At
        WHERE request_id = @RequestId AND standing_sequence < @Sequence
        """);

    static readonly Statement InsertHandOver = new(_ => """
        INSERT INTO hand_overs (notice_id, act_id, request_id, sequence, state, attempts, next_try) VALUES (@NoticeId, @ActId, @RequestId, @Sequence,
        'Waiting', 0, @at)
        """);

    const string HandOverColumns = """
        notice_id AS NoticeId, act_id AS ActId, request_id AS RequestId, sequence AS Sequence, state AS State, file_name AS FileName, problem AS Problem,
        attempts AS Attempts, (SELECT n.trace_parent FROM notices AS n WHERE n.notice_id = hand_overs.notice_id) AS TraceParent
        """;

    static readonly Statement SelectHandOvers = new(d => $"""
        SELECT {HandOverColumns} FROM hand_overs WHERE state IN ('Waiting', 'Staged') AND next_try <= @now ORDER BY sequence {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectFailed = new(d =>
        $"SELECT {HandOverColumns} FROM hand_overs WHERE state = 'Failed' ORDER BY sequence {d.FirstRows("@atMost")}");
    static readonly Statement UpdateStaged = new(_ =>
        "UPDATE hand_overs SET state = 'Staged', file_name = @fileName, problem = NULL WHERE notice_id = @noticeId AND state = 'Waiting'");
    static readonly Statement UpdateDone = new(_ =>
        "UPDATE hand_overs SET state = 'Done', problem = NULL, done_at = @at WHERE notice_id = @noticeId AND state IN ('Waiting', 'Staged')");

    static readonly Statement UpdateProblem = new(_ => """
        UPDATE hand_overs SET state = @state, problem = @problem, attempts = attempts + 1,
        next_try = @nextTry WHERE notice_id = @noticeId AND state IN ('Waiting', 'Staged')
        """);

    static readonly Statement UpdateHandOverAgain = new(_ =>
        "UPDATE hand_overs SET state = 'Waiting', next_try = @now WHERE notice_id = @noticeId AND state = 'Failed'");
    static readonly Statement SelectBody = new(_ => "SELECT body FROM notices WHERE notice_id = @noticeId");

    static readonly Statement InsertSetAside = new(d => $"""
        INSERT INTO set_aside (digest, notice_id, request_id, code, reason, fix, body, at)
        SELECT @Digest, @NoticeId, @RequestId, @Code, @Reason, @Fix, @Body, @At WHERE {d.SkipExisting("set_aside",
        "x.digest = @Digest")} {d.OnConflictDoNothing}
        """);

    static readonly Statement SelectSetAside = new(d => $"""
        SELECT digest AS Digest, notice_id AS NoticeId, request_id AS RequestId, code AS Code, reason AS Reason, fix AS Fix, body AS Body, at AS At,
        resolved_at AS ResolvedAt
        FROM set_aside WHERE resolved_at IS NULL ORDER BY at DESC, digest {d.FirstRows("@atMost")}
        """);

    static readonly Statement UpdateResolved = new(_ => "UPDATE set_aside SET resolved_at = @at WHERE digest = @digest AND resolved_at IS NULL");

    /// <summary>Adds a notice. Called with the numbers of one batch in rising order.</summary>
    public static async Task<NoticeTaken> Add(Unit unit, StoredNotice notice, CancellationToken cancellationToken)
    {
        var same = await unit.Query<StoredNotice>(SelectSame, new { notice.NoticeId, notice.Sequence }, cancellationToken);
        if (same.Count > 0)
            return same.All(s => s.NoticeId == notice.NoticeId && s.Sequence == notice.Sequence && s.Digest == notice.Digest) ? NoticeTaken.Duplicate
                : NoticeTaken.Conflict;
        await unit.Execute(Insert, notice, cancellationToken);
        return NoticeTaken.New;
    }

    /// <summary>Moves the mark up to which nothing is missing.</summary>
    public static async Task MarkWithoutGap(Unit unit, CancellationToken cancellationToken)
    {
        var mark = await unit.One<long>(SelectWithoutGap, null, cancellationToken);
        var moved = mark;
        while (true)
        {
            var following = await unit.Query<long>(SelectFollowing, new { after = moved }, cancellationToken);
            var before = moved;
            foreach (var sequence in following)
            {
                if (sequence != moved + 1)
                    break;
                moved = sequence;
            }

            if (moved == before || following.Count < 1000)
                break;
        }

        if (moved != mark)
            await unit.Execute(UpdateWithoutGap, new { value = moved }, cancellationToken);
    }

    /// <summary>The first number missing from what the hub sent. Null: nothing is missing.</summary>
    public async Task<long?> FirstMissing(CancellationToken cancellationToken)
    {
        var mark = await database.One<long>(SelectWithoutGap, null, cancellationToken);
        return await database.One<long>(SelectLast, null, cancellationToken) > mark ? mark + 1 : null;
    }

    /// <summary>The maintenance of another state's adapter. An older notice that comes late changes nothing.</summary>
    public static Task Maintenance(Unit unit, MaintenanceNotice notice, long sequence, CancellationToken cancellationToken) =>
        new Batch().Add(StoreMaintenance, OtherStates.Of([(notice, sequence)])).Execute(unit, cancellationToken);

    /// <summary>Where a request stands. An older notice that comes late changes nothing.</summary>
    public static Task Standing(Unit unit, Guid requestId, Standing standing, string json, long sequence, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var running = standing.Closed ? [] : standing.Deadlines.Where(d => d.Due != null).OrderBy(d => d.Due).ToList();
        // A day at home says how soon; whose turn it is, the limits say.
        var turn = running.FirstOrDefault(d => d.AtHome is null) ?? running.FirstOrDefault();
        return unit.Execute(
            UpdateStanding,
            new
            {
                RequestId = requestId,
                standing.State,
                standing.Level,
                Closed = standing.Closed ? 1 : 0,
                NextDue = running.FirstOrDefault()?.Due,
                NextOnUs = turn is not null && standing.IsYours(turn) ? 1 : 0,
                Priority = standing.Priority.ToString(),
                Standing = json,
                Sequence = sequence,
                At = at,
            },
            cancellationToken);
    }

    /// <summary>Something is to be given to the local system.</summary>
    public static Task Queue(Unit unit, StoredNotice notice, DateTimeOffset at, CancellationToken cancellationToken) =>
        unit.Execute(InsertHandOver, new { notice.NoticeId, notice.ActId, notice.RequestId, notice.Sequence, at }, cancellationToken);

    /// <summary>What is to be handed over now, in the hub's order.</summary>
    public Task<IReadOnlyList<HandOver>> ToHandOver(DateTimeOffset now, int atMost, CancellationToken cancellationToken) =>
        database.Query<HandOver>(SelectHandOvers, new { now, atMost }, cancellationToken);

    /// <summary>What could not be handed over and waits for a person.</summary>
    public Task<IReadOnlyList<HandOver>> NotHandedOver(int atMost, CancellationToken cancellationToken) =>
        database.Query<HandOver>(SelectFailed, new { atMost }, cancellationToken);

    /// <summary>The file is complete under its other name; what follows is one rename.</summary>
    public static Task Staged(Unit unit, Guid noticeId, string fileName, CancellationToken cancellationToken) =>
        unit.Execute(UpdateStaged, new { noticeId, fileName }, cancellationToken);

    /// <returns>False: it was done before.</returns>
    public static async Task<bool> Done(Unit unit, Guid noticeId, DateTimeOffset at, CancellationToken cancellationToken) =>
        await unit.Execute(UpdateDone, new { noticeId, at }, cancellationToken) == 1;

    /// <summary>It did not work. Tried again at <paramref name="nextTry"/>, or never without a person when <paramref name="final"/>.</summary>
    public Task Problem(Guid noticeId, string problem, bool final, DateTimeOffset nextTry, CancellationToken cancellationToken) =>
        database.Execute(UpdateProblem, new { noticeId, state = final ? "Failed" : "Waiting", problem, nextTry }, cancellationToken);

    /// <summary>Hands over once more, after a mapping was changed.</summary>
    public async Task<bool> HandOverAgain(Guid noticeId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Execute(UpdateHandOverAgain, new { noticeId, now }, cancellationToken) == 1;

    /// <summary>The notice as JSON.</summary>
    public Task<string?> Body(Guid noticeId, CancellationToken cancellationToken) => database.One<string>(SelectBody, new { noticeId }, cancellationToken);

    public static Task PutAside(Unit unit, SetAside what, CancellationToken cancellationToken) => unit.Execute(InsertSetAside, what, cancellationToken);

    /// <summary>What came from the hub and waits for a person, newest first.</summary>
    public Task<IReadOnlyList<SetAside>> PutAside(int atMost, CancellationToken cancellationToken) =>
        database.Query<SetAside>(SelectSetAside, new { atMost }, cancellationToken);

    public async Task<bool> Resolve(string digest, DateTimeOffset at, CancellationToken cancellationToken) =>
        await database.Execute(UpdateResolved, new { digest, at }, cancellationToken) == 1;
}
