using System.Security.Cryptography;
using System.Text;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Storage.Adapter;

/// <summary>A request as this state's side knows it.</summary>
public record OwnRequest
{
    public required Guid RequestId { get; init; }

    /// <summary>The neutral reference both sides quote.</summary>
    public required string Reference { get; init; }

    /// <summary>Which side this state is.</summary>
    public required Side OwnSide { get; init; }

    public required string OwnAuthority { get; init; }
    public required string OtherState { get; init; }
    public required string OtherAuthority { get; init; }
    public Guid? CaseGroupId { get; init; }
    public Priority Priority { get; init; }
    public bool Exercise { get; init; }

    /// <summary>Number of this side's last act on it.</summary>
    public long? LastSequence { get; init; }

    /// <summary>State of the procedure as the hub last said. Null: the hub has not answered yet.</summary>
    public string? State { get; init; }

    /// <summary>Highest level of the ladder reached by a running deadline.</summary>
    public int Level { get; init; }

    public bool Closed { get; init; }

    /// <summary>The earliest running deadline (UTC). Null: none runs.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>True: that deadline is on this state.</summary>
    public bool NextOnUs { get; init; }

    /// <summary>When the earliest limit of this state's own law ends (UTC). Null: none runs.</summary>
    public DateTimeOffset? OwnDue { get; init; }

    /// <summary>When the limit ends that runs in its place once it has passed in silence (UTC). Null: none does.</summary>
    public DateTimeOffset? OwnThen { get; init; }

    /// <summary>When the limit of this state's own law ends that is the earliest now. Null: none runs.</summary>
    public DateTimeOffset? OwnDueAt(DateTimeOffset now) => OwnThen is { } then && OwnDue < now ? then : OwnDue;

    /// <summary>The <see cref="Contracts.V1.Standing"/> as JSON.</summary>
    public string? Standing { get; init; }

    /// <summary>When the hub said so (UTC).</summary>
    public DateTimeOffset? StandingAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Who made an act.</summary>
public enum Direction
{
    /// <summary>This state.</summary>
    Out,

    /// <summary>The other state.</summary>
    In,
}

/// <summary>An act of either side, with how far it has come.</summary>
public sealed record StoredAct
{
    public required Guid ActId { get; init; }
    public required Guid RequestId { get; init; }
    public required string ActType { get; init; }
    public required Direction Direction { get; init; }

    /// <summary>Position among everything its sender ever sent.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it was made; for an act of the other side, when the hub received it (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    public Guid? InReplyTo { get; init; }
    public required string SenderState { get; init; }
    public required string SenderAuthority { get; init; }
    public required string ReceiverAuthority { get; init; }
    public Priority Priority { get; init; }

    /// <summary>The open part as JSON.</summary>
    public required string OpenPart { get; init; }

    /// <summary>The private part as a JWE that opens with this state's key: the original for an act of the other side, a copy for an own one.</summary>
    public string? SealedPart { get; init; }

    /// <summary>The flattened JWS as JSON, exactly as signed.</summary>
    public required string SignedBody { get; init; }

    /// <summary>The local file it was made from.</summary>
    public Guid? IntakeId { get; init; }

    /// <summary>Who made it at the desk.</summary>
    public string? MadeBy { get; init; }

    /// <summary><c>Accepted</c> or <c>Refused</c> by the hub. Null: not answered yet.</summary>
    public string? Outcome { get; init; }

    public DateTimeOffset? OutcomeAt { get; init; }
    public string? RefusalCode { get; init; }
    public string? RefusalReason { get; init; }

    /// <summary>How far it has come on the receiving side.</summary>
    public ReceiptStage? Stage { get; init; }

    public DateTimeOffset? StageAt { get; init; }

    /// <summary>When a person of this state first opened it.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    public string? OpenedBy { get; init; }
}

/// <summary>An act ready to be sent.</summary>
public sealed record OutboxAct
{
    public required Guid ActId { get; init; }
    public required string Lane { get; init; }
    public required long Sequence { get; init; }

    /// <summary>The flattened JWS as JSON.</summary>
    public required string Body { get; init; }

    public string? TraceParent { get; init; }
    public long Attempts { get; init; }
}

/// <summary>Acts of both sides, the numbers of the own ones, and the outbox.</summary>
public sealed class ActStore(Database database)
{
    internal const string RequestColumns = """
        request_id AS RequestId, reference AS Reference, own_side AS OwnSide, own_authority AS OwnAuthority, other_state AS OtherState,
        other_authority AS OtherAuthority,
        case_group_id AS CaseGroupId, priority AS Priority, exercise AS Exercise, last_sequence AS LastSequence, state AS State, level AS Level,
        closed AS Closed, next_due AS NextDue,
        next_on_us AS NextOnUs, own_due AS OwnDue, own_then AS OwnThen, standing AS Standing, standing_at AS StandingAt, created_at AS CreatedAt, updated_at AS UpdatedAt
        """;

    internal const string ActColumns = """
        act_id AS ActId, request_id AS RequestId, act_type AS ActType, direction AS Direction, sequence AS Sequence, at AS At, in_reply_to AS InReplyTo,
        sender_state AS SenderState,
        sender_authority AS SenderAuthority, receiver_authority AS ReceiverAuthority, priority AS Priority, open_part AS OpenPart, sealed_part AS SealedPart,
        signed AS SignedBody,
        intake_id AS IntakeId, made_by AS MadeBy, outcome AS Outcome, outcome_at AS OutcomeAt, refusal_code AS RefusalCode, refusal_reason AS RefusalReason,
        stage AS Stage,
        stage_at AS StageAt, opened_at AS OpenedAt, opened_by AS OpenedBy
        """;

    static readonly Statement NextCounter = new(d => $"""
        UPDATE counters SET value = value + 1 {d.Output("value")} WHERE name = @name {d.Returning("value")}
        """);

    static readonly Statement SelectRequest = new(d =>
        $"SELECT {RequestColumns} FROM requests AS q {d.LockHint} WHERE request_id = @requestId {d.ForUpdate("q")}");
    static readonly Statement SelectRequestByReference = new(d =>
        $"SELECT {RequestColumns} FROM requests WHERE reference = @reference ORDER BY created_at {d.FirstRows("1")}");

    static readonly Statement InsertRequest = new(_ => """
        INSERT INTO requests (request_id, reference, own_side, own_authority, other_state, other_authority, case_group_id, priority, exercise, level, closed,
        next_on_us,
            standing_sequence, created_at, updated_at)
        VALUES (@RequestId, @Reference, @OwnSide, @OwnAuthority, @OtherState, @OtherAuthority, @CaseGroupId, @Priority, @Exercise, 0, 0, 0, 0, @CreatedAt,
        @CreatedAt)
        """);

    static readonly Statement UpdateAuthorities = new(_ => """
        UPDATE requests SET own_authority = @ownAuthority, other_authority = @otherAuthority, updated_at = @at WHERE request_id = @requestId
        """);

    static readonly Statement UpdateLastSequence = new(_ => "UPDATE requests SET last_sequence = @sequence, updated_at = @at WHERE request_id = @requestId");
    static readonly Statement SelectByIdempotencyKey = new(_ => $"SELECT {ActColumns} FROM acts WHERE idempotency_key = @key");

    static readonly Statement InsertAct = new(_ => """
        INSERT INTO acts (act_id, request_id, act_type, direction, sequence, number_key, at, in_reply_to, sender_state, sender_authority, receiver_authority,
        priority, open_part,
            sealed_part, signed, idempotency_key, intake_id, made_by)
        VALUES (@ActId, @RequestId, @ActType, @Direction, @Sequence, @NumberKey, @At, @InReplyTo, @SenderState, @SenderAuthority, @ReceiverAuthority,
        @Priority, @OpenPart,
            @SealedPart, @SignedBody, @IdempotencyKey, @IntakeId, @MadeBy)
        """);

    static readonly Statement InsertOutbox = new(_ => """
        INSERT INTO outbox (act_id, lane, sequence, body, trace_parent, queued_at, attempts, next_try) VALUES (@ActId, @Lane, @Sequence, @Body, @TraceParent,
        @at, 0, @at)
        """);

    static readonly Statement InsertNumber = new(_ => """
        INSERT INTO request_numbers (number_key, request_id)
        SELECT @numberKey, @requestId WHERE NOT EXISTS (SELECT 1 FROM request_numbers WHERE number_key = @numberKey AND request_id = @requestId)
        """);

    static readonly Statement SelectDue = new(d => $"""
        SELECT act_id AS ActId, lane AS Lane, sequence AS Sequence, body AS Body, trace_parent AS TraceParent, attempts AS Attempts
        FROM outbox WHERE next_try <= @now ORDER BY CASE lane WHEN 'Urgent' THEN 0 ELSE 1 END, sequence {d.FirstRows("@atMost")}
        """);

    static readonly Statement DeleteSent = new(_ => "DELETE FROM outbox WHERE act_id = @actId");
    static readonly Statement UpdateNotSent = new(_ =>
        "UPDATE outbox SET attempts = attempts + 1, last_error = @error, next_try = @nextTry WHERE act_id = @actId");
    static readonly Statement SelectAct = new(_ => $"SELECT {ActColumns} FROM acts WHERE act_id = @actId");

    internal static readonly Statement SelectOfRequest = new(_ => $"SELECT {ActColumns} FROM acts WHERE request_id = @requestId ORDER BY at, sequence, act_id");

    static readonly Statement SelectNumbered = new(d =>
        $"SELECT act_id FROM acts WHERE number_key = @numberKey OR act_id = @actId ORDER BY act_id {d.FirstRows("1")}");

    static readonly Statement UpdateOutcome = new(_ => """
        UPDATE acts SET outcome = @outcome, outcome_at = @at, refusal_code = @code,
        refusal_reason = @reason WHERE act_id = @actId AND direction = 'Out' AND outcome IS NULL
        """);

    static readonly Statement UpdateStage = new(_ => """
        UPDATE acts SET stage = @stage, stage_at = @at
        WHERE act_id = @actId AND direction = @direction AND CASE COALESCE(stage,
        'None') WHEN 'None' THEN 0 WHEN 'Accepted' THEN 1 WHEN 'Delivered' THEN 2 WHEN 'HandedOver' THEN 3 ELSE 4 END < @rank
        """);

    static readonly Statement UpdateOpened = new(_ =>
        "UPDATE acts SET opened_at = @at, opened_by = @by WHERE act_id = @actId AND direction = 'In' AND opened_at IS NULL");

    /// <summary>The next number of this state, and the number of its last act on the request. Holds all other makers of acts until the transaction ends:
    /// numbers have no gaps.</summary>
    public static async Task<(long Sequence, long? After)> Number(Unit unit, Guid requestId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var sequence = await Next(unit, "sequence", cancellationToken);
        var request = await unit.One<OwnRequest>(SelectRequest, new { requestId }, cancellationToken)
            ?? throw new InvalidOperationException($"Request {requestId} is not in this adapter's database; add it before numbering an act on it.");
        await unit.Execute(UpdateLastSequence, new { requestId, sequence, at }, cancellationToken);
        return (sequence, request.LastSequence);
    }

    /// <summary>The next number for a neutral reference.</summary>
    public static Task<long> NextReference(Unit unit, CancellationToken cancellationToken) => Next(unit, "reference", cancellationToken);

    /// <summary>The request, locked until the transaction ends.</summary>
    public static Task<OwnRequest?> Request(Unit unit, Guid requestId, CancellationToken cancellationToken) =>
        unit.One<OwnRequest>(SelectRequest, new { requestId }, cancellationToken);

    /// <summary>The request both sides quote by this reference.</summary>
    public static Task<OwnRequest?> RequestByReference(Unit unit, string reference, CancellationToken cancellationToken) =>
        unit.One<OwnRequest>(SelectRequestByReference, new { reference }, cancellationToken);

    public static Task Open(Unit unit, OwnRequest request, CancellationToken cancellationToken) =>
        unit.Execute(
            InsertRequest,
            new
            {
                request.RequestId,
                request.Reference,
                OwnSide = request.OwnSide.ToString(),
                request.OwnAuthority,
                request.OtherState,
                request.OtherAuthority,
                request.CaseGroupId,
                Priority = request.Priority.ToString(),
                Exercise = request.Exercise ? 1 : 0,
                request.CreatedAt,
            },
            cancellationToken);

    /// <summary>The other side, or this one, has passed the request to another authority.</summary>
    public static Task Authorities(Unit unit, Guid requestId, string ownAuthority, string otherAuthority, DateTimeOffset at,
        CancellationToken cancellationToken) =>
        unit.Execute(UpdateAuthorities, new { requestId, ownAuthority, otherAuthority, at }, cancellationToken);

    /// <summary>The act a maker made before under the same key.</summary>
    public static Task<StoredAct?> MadeBefore(Unit unit, string idempotencyKey, CancellationToken cancellationToken) =>
        unit.One<StoredAct>(SelectByIdempotencyKey, new { key = idempotencyKey }, cancellationToken);

    /// <summary>Adds an act of either side.</summary>
    public static Task Add(Unit unit, StoredAct act, string? idempotencyKey, CancellationToken cancellationToken) =>
        unit.Execute(
            InsertAct,
            new
            {
                act.ActId,
                act.RequestId,
                act.ActType,
                Direction = act.Direction.ToString(),
                act.Sequence,
                NumberKey = $"{act.SenderState}:{act.Sequence}",
                act.At,
                act.InReplyTo,
                act.SenderState,
                act.SenderAuthority,
                act.ReceiverAuthority,
                Priority = act.Priority.ToString(),
                act.OpenPart,
                act.SealedPart,
                act.SignedBody,
                IdempotencyKey = idempotencyKey ?? act.ActId.ToString("D"),
                act.IntakeId,
                act.MadeBy,
            },
            cancellationToken);

    /// <summary>What a number of a local system is kept and looked for as: blanks and small letters do not matter, and nobody reads it from the database.</summary>
    public static string NumberKey(string number) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(number.Where(c => !char.IsWhiteSpace(c))).ToUpperInvariant())));

    /// <summary>Numbers by which local systems know the case of a request. One that is known is no mistake.</summary>
    public static async Task KnownBy(Unit unit, Guid requestId, IEnumerable<string> numbers, CancellationToken cancellationToken)
    {
        foreach (var numberKey in numbers.Where(n => !string.IsNullOrWhiteSpace(n)).Select(NumberKey).Distinct())
            await unit.Execute(InsertNumber, new { numberKey, requestId }, cancellationToken);
    }

    public static Task Enqueue(Unit unit, OutboxAct act, DateTimeOffset at, CancellationToken cancellationToken) =>
        unit.Execute(InsertOutbox, new { act.ActId, act.Lane, act.Sequence, act.Body, act.TraceParent, at }, cancellationToken);

    /// <summary>What is due to be sent: the urgent lane first, each lane in the order of its numbers.</summary>
    public Task<IReadOnlyList<OutboxAct>> Due(DateTimeOffset now, int atMost, CancellationToken cancellationToken) =>
        database.Query<OutboxAct>(SelectDue, new { now, atMost }, cancellationToken);

    /// <summary>Removes what the hub made durable, and puts the rest off.</summary>
    public async Task Sent(IReadOnlyCollection<Guid> taken, IReadOnlyCollection<Guid> notTaken, string error, DateTimeOffset nextTry,
        CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        foreach (var actId in taken)
            await unit.Execute(DeleteSent, new { actId }, cancellationToken);
        foreach (var actId in notTaken)
            await unit.Execute(UpdateNotSent, new { actId, error, nextTry }, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    public Task<StoredAct?> Find(Guid actId, CancellationToken cancellationToken) => database.One<StoredAct>(SelectAct, new { actId }, cancellationToken);

    public static Task<StoredAct?> Find(Unit unit, Guid actId, CancellationToken cancellationToken) =>
        unit.One<StoredAct>(SelectAct, new { actId }, cancellationToken);

    /// <summary>The acts of both sides on a request, oldest first, receipts among them.</summary>
    public static Task<IReadOnlyList<StoredAct>> Of(Unit unit, Guid requestId, CancellationToken cancellationToken) =>
        unit.Query<StoredAct>(SelectOfRequest, new { requestId }, cancellationToken);

    /// <summary>The act that has this id or this number of its sender already.</summary>
    public static Task<Guid?> Numbered(Unit unit, string senderState, long sequence, Guid actId, CancellationToken cancellationToken) =>
        unit.One<Guid?>(SelectNumbered, new { numberKey = $"{senderState}:{sequence}", actId }, cancellationToken);

    /// <summary>What the hub said to an own act. The first answer stands.</summary>
    public static Task Outcome(Unit unit, Guid actId, string outcome, string? code, string? reason, DateTimeOffset at, CancellationToken cancellationToken) =>
        unit.Execute(UpdateOutcome, new { actId, outcome, code, reason, at }, cancellationToken);

    /// <summary>How far an act has come. Only ever forward.</summary>
    /// <returns>False: it had come at least as far.</returns>
    public static async Task<bool> Reached(Unit unit, Guid actId, Direction direction, ReceiptStage stage, DateTimeOffset at,
        CancellationToken cancellationToken) =>
        await unit.Execute(UpdateStage, new { actId, direction = direction.ToString(), stage = stage.ToString(), rank = (int)stage + 1, at },
            cancellationToken) == 1;

    /// <summary>A person opened an act of the other side.</summary>
    /// <returns>False: it was opened before.</returns>
    public static async Task<bool> Opened(Unit unit, Guid actId, string by, DateTimeOffset at, CancellationToken cancellationToken) =>
        await unit.Execute(UpdateOpened, new { actId, by, at }, cancellationToken) == 1;

    static async Task<long> Next(Unit unit, string name, CancellationToken cancellationToken) =>
        await unit.One<long>(NextCounter, new { name }, cancellationToken);
}
