namespace LiaisonHub.Storage.Hub;

/// <summary>Something to decide: an arrived act, or a deadline that has come.</summary>
public sealed record Work
{
    /// <summary>The journal's row. Null: it is a deadline.</summary>
    public long? JournalId { get; init; }

    /// <summary>The deadline. Null: it is an act.</summary>
    public Guid? DeadlineId { get; init; }

    /// <summary>The deadline's epoch when it was claimed; 0 for an act.</summary>
    public long Epoch { get; init; }

    public required Guid RequestId { get; init; }
}

/// <summary>How the hub decided an act.</summary>
public static class Decisions
{
    /// <summary>It had its effect.</summary>
    public const string Applied = "Applied";

    /// <summary>It had none, and the sender was told why.</summary>
    public const string Refused = "Refused";

    /// <summary>It waits for an earlier act of its side.</summary>
    public const string Parked = "Parked";
}

/// <summary>One act of the journal, with what was decided.</summary>
public sealed record JournalRow
{
    public required long JournalId { get; init; }
    public required string SenderState { get; init; }
    public required string Lane { get; init; }
    public required Guid ActId { get; init; }
    public required long Sequence { get; init; }
    public required Guid RequestId { get; init; }
    public required string ActType { get; init; }
    public required string Digest { get; init; }
    public required string Body { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public string? TraceParent { get; init; }

    /// <summary>Since when it waits for an earlier act. Null: it does not.</summary>
    public DateTimeOffset? ParkedAt { get; init; }

    /// <summary>When it was decided for good. Null: not yet.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary><see cref="Decisions.Applied"/> or <see cref="Decisions.Refused"/>. Null: not yet.</summary>
    public string? Outcome { get; init; }

    public string? RefusalCode { get; init; }
    public string? RefusalReason { get; init; }
}

/// <summary>One request as stored. The columns are for finding it; the body is the request.</summary>
public sealed record RequestRow
{
    public required Guid RequestId { get; init; }
    public required string Procedure { get; init; }
    public required string Instrument { get; init; }

    /// <summary>The neutral reference both sides quote.</summary>
    public required string Reference { get; init; }

    public required string RequestingState { get; init; }
    public required string RequestedState { get; init; }

    /// <summary>State of the procedure.</summary>
    public required string State { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>The earliest running deadline. Null: none runs.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>Highest level of the ladder reached by a running deadline.</summary>
    public int Level { get; init; }

    /// <summary>Null: open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    public required string Priority { get; init; }
    public bool Exercise { get; init; }

    /// <summary>Counts the changes. Set by the store: what was expected plus one.</summary>
    public long Version { get; init; }

    /// <summary>The request as JSON.</summary>
    public required string Body { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>One deadline of a request, mirrored from the request's body for the clock and the boards.</summary>
public sealed record DeadlineRow
{
    public const string Running = "Running";

    public required Guid DeadlineId { get; init; }
    public required Guid RequestId { get; init; }
    public required string RuleId { get; init; }

    /// <summary>Side or state that must act.</summary>
    public required string OnWhom { get; init; }

    /// <summary><see cref="Running"/>: the clock looks at it. Any other word (Held, Met, Expired, Cancelled...): it does not.</summary>
    public required string Status { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>Null while held.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>When the clock must look next: a warning, the due instant, a level of the ladder. Null: never.</summary>
    public DateTimeOffset? LookAt { get; init; }

    public int Level { get; init; }

    /// <summary>Counts the claims. Set by the clock's claim, never by a write.</summary>
    public long Epoch { get; init; }
}

/// <summary>A piece of work with everything a decision needs.</summary>
public sealed record LoadedWork
{
    public required Work Work { get; init; }

    /// <summary>The act. Null: the work is a deadline.</summary>
    public JournalRow? Journal { get; init; }

    /// <summary>The request, locked until the unit ends. Null: there is none yet.</summary>
    public RequestRow? Request { get; init; }

    /// <summary>The deadline as the clock's table has it. Null: the work is an act.</summary>
    public DeadlineRow? Deadline { get; init; }

    /// <summary>Acts of this request that wait for an earlier one, oldest first.</summary>
    public IReadOnlyList<JournalRow> Parked { get; init; } = [];
}

/// <summary>What was decided about one act of the journal.</summary>
public sealed record JournalDecision
{
    public required long JournalId { get; init; }

    /// <summary><see cref="Decisions"/>.</summary>
    public required string Outcome { get; init; }

    public string? RefusalCode { get; init; }
    public string? RefusalReason { get; init; }

    /// <summary>State of the procedure afterwards. Null: no request.</summary>
    public string? StateAfter { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>One fact for the ledger.</summary>
public sealed record LedgerLeaf
{
    /// <summary>Null: about no single request.</summary>
    public Guid? RequestId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What happened: an act's or notice's type, a view, an operator's deed.</summary>
    public required string Kind { get; init; }

    /// <summary>State, authority, operator or <c>HUB</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>The fact as JSON, without personal data; hashed exactly as it stands.</summary>
    public required string Content { get; init; }
}

/// <summary>One signed notice on its way to a state.</summary>
public sealed record OutboxRow
{
    /// <summary>The notice.</summary>
    public required Guid OutboxId { get; init; }

    /// <summary>State it goes to.</summary>
    public required string State { get; init; }

    /// <summary><c>Routine</c> or <c>Urgent</c>.</summary>
    public required string Lane { get; init; }

    /// <summary>The flattened JWS as JSON, exactly as it is sent.</summary>
    public required string Body { get; init; }

    public string? TraceParent { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How often it was refused so far.</summary>
    public int Attempts { get; init; }
}

/// <summary>How far an act has come on its way to the other side.</summary>
public sealed record ReceiptRow
{
    /// <summary>The hub itself has accepted the act for the other side.</summary>
    public const string Accepted = "Accepted";
    public const string Delivered = "Delivered";
    public const string HandedOver = "HandedOver";
    public const string Opened = "Opened";

    public required Guid OfActId { get; init; }
    public required Guid RequestId { get; init; }

    /// <summary>State the act goes to.</summary>
    public required string ToState { get; init; }

    /// <summary>One of the constants of this type.</summary>
    public required string Stage { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>A document the hub made, for example a diplomatic note.</summary>
public sealed record DocumentRow
{
    public required Guid DocumentId { get; init; }
    public required Guid RequestId { get; init; }
    public required string Kind { get; init; }
    public required string Title { get; init; }
    public required string MediaType { get; init; }
    public required string Content { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>All that follows from one decision.</summary>
public sealed record Change
{
    public required Work Work { get; init; }

    /// <summary>The request afterwards. Null: untouched.</summary>
    public RequestRow? Request { get; init; }

    /// <summary>Version the decision was made on; 0: the request is new. Several changes of one unit to one request count on: 4, 5, 6.</summary>
    public long ExpectedVersion { get; init; }

    /// <summary>Deadlines started or changed.</summary>
    public IReadOnlyList<DeadlineRow> Deadlines { get; init; } = [];

    public IReadOnlyList<JournalDecision> Decisions { get; init; } = [];
    public IReadOnlyList<LedgerLeaf> Leaves { get; init; } = [];
    public IReadOnlyList<OutboxRow> Outbox { get; init; } = [];
    public IReadOnlyList<ReceiptRow> Receipts { get; init; } = [];
    public IReadOnlyList<DocumentRow> Documents { get; init; } = [];
}

/// <summary>Loads what a decision needs and stores what follows from it, for a whole group of works at once.</summary>
public sealed class RequestStore(Database database)
{
    /// <summary>The works in the order given, their requests locked in the order of their ids until the unit ends.</summary>
    public Task<IReadOnlyList<LoadedWork>> Load(Unit unit, IReadOnlyList<Work> works, CancellationToken cancellationToken) => throw Missing();

    /// <summary>Reserves numbers for notices: first number of the block per state. Without gaps: a unit that is rolled back gives them back.</summary>
    public Task<IReadOnlyDictionary<string, long>> NextSequences(Unit unit, IReadOnlyDictionary<string, int> countPerState, CancellationToken cancellationToken) => throw Missing();

    /// <summary>Stores all changes. The unit is the caller's to commit.</summary>
    /// <exception cref="ConcurrencyConflict">Another worker was first; the unit must be given up.</exception>
    public Task Write(Unit unit, IReadOnlyList<Change> changes, CancellationToken cancellationToken) => throw Missing();

    NotSupportedException Missing() => new NotSupportedException(database.Dialect.Name);
}
