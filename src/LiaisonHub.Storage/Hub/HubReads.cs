namespace LiaisonHub.Storage.Hub;

/// <summary>The figures of the first page.</summary>
public sealed record TodayCounts
{
    public required int Open { get; init; }

    /// <summary>Open requests whose next deadline comes within the days asked for.</summary>
    public required int Breaching { get; init; }

    /// <summary>Open requests with a deadline that has passed.</summary>
    public required int Overdue { get; init; }

    /// <summary>Acts accepted for a state and opened by nobody for longer than asked for.</summary>
    public required int Unopened { get; init; }

    public required int Quarantined { get; init; }
    public required int OutboxWaiting { get; init; }
    public DateTimeOffset? OutboxOldest { get; init; }

    /// <summary>Acts taken and not yet decided.</summary>
    public required int Undecided { get; init; }

    /// <summary>Acts that wait for an earlier act of their side.</summary>
    public required int Parked { get; init; }

    public required int Adapters { get; init; }
    public required int SilentAdapters { get; init; }
}

/// <summary>Which requests. Null: whatever.</summary>
public sealed record RequestFilter
{
    /// <summary>State of the procedure.</summary>
    public string? State { get; init; }

    public string? Instrument { get; init; }

    /// <summary>A country on either side.</summary>
    public string? Country { get; init; }

    public string? RequestingState { get; init; }
    public string? RequestedState { get; init; }

    /// <summary>This level of the ladder or higher.</summary>
    public int? LevelAtLeast { get; init; }

    /// <summary>This level of the ladder or lower.</summary>
    public int? LevelAtMost { get; init; }

    /// <summary>Next deadline at this instant or later: now leaves out the overdue.</summary>
    public DateTimeOffset? DueFrom { get; init; }

    /// <summary>With an act that was accepted before this instant and that nobody has opened.</summary>
    public DateTimeOffset? UnopenedSince { get; init; }

    /// <summary>Next deadline before this instant: now for the overdue.</summary>
    public DateTimeOffset? DueBefore { get; init; }

    /// <summary>False: live ones only. True: drills only.</summary>
    public bool? Exercise { get; init; }

    /// <summary>False: the open ones, by next deadline. True: the closed ones, last closed first.</summary>
    public bool Closed { get; init; }
}

/// <summary>The place behind the last request of a page. <paramref name="At"/>: next deadline of an open request (null: none), closing of a closed one.</summary>
public sealed record PageMark(DateTimeOffset? At, Guid RequestId);

/// <summary>One line of a board: a request without its body.</summary>
public sealed record RequestLine
{
    public required Guid RequestId { get; init; }
    public required string Procedure { get; init; }
    public required string Instrument { get; init; }
    public required string Reference { get; init; }
    public required string RequestingState { get; init; }
    public required string RequestedState { get; init; }
    public required string State { get; init; }
    public required DateTimeOffset Since { get; init; }
    public DateTimeOffset? NextDue { get; init; }
    public int Level { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public required string Priority { get; init; }
    public bool Exercise { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>How far one act has come.</summary>
public sealed record ReceiptStanding
{
    public required Guid OfActId { get; init; }
    public required Guid RequestId { get; init; }
    public required string ToState { get; init; }
    public DateTimeOffset? AcceptedAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }
    public DateTimeOffset? HandedOverAt { get; init; }
    public DateTimeOffset? OpenedAt { get; init; }
}

/// <summary>One act in a request's history, without its signed bytes.</summary>
public sealed record TimelineAct
{
    public required long JournalId { get; init; }
    public required string SenderState { get; init; }
    public required string Lane { get; init; }
    public required Guid ActId { get; init; }
    public required long Sequence { get; init; }
    public required string ActType { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public DateTimeOffset? ParkedAt { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public string? Outcome { get; init; }
    public string? RefusalCode { get; init; }
    public string? RefusalReason { get; init; }
    public string? StateAfter { get; init; }
}

/// <summary>One request with all the hub knows of it.</summary>
public sealed record RequestFile
{
    public required RequestRow Request { get; init; }
    public required IReadOnlyList<DeadlineRow> Deadlines { get; init; }
    public required IReadOnlyList<ReceiptStanding> Receipts { get; init; }
    public required IReadOnlyList<TimelineAct> Acts { get; init; }
    public required IReadOnlyList<LedgerEntry> Facts { get; init; }

    /// <summary>Without their content.</summary>
    public required IReadOnlyList<DocumentRow> Documents { get; init; }
}

/// <summary>What the console asks. Reads only.</summary>
public sealed class HubReads(Database database)
{
    public Task<TodayCounts> Today(DateTimeOffset now, TimeSpan breachingWithin, TimeSpan unopenedAfter, CancellationToken cancellationToken) => throw Missing();

    /// <summary>One page by keyset: any page costs what the first one costs. <paramref name="after"/> null: the first page.</summary>
    public Task<IReadOnlyList<RequestLine>> RequestsPage(RequestFilter filter, PageMark? after, int atMost, CancellationToken cancellationToken) => throw Missing();

    /// <summary>Finds by the beginning of the reference, or by request or act id.</summary>
    public Task<IReadOnlyList<RequestLine>> Search(string text, int atMost, CancellationToken cancellationToken) => throw Missing();

    /// <summary>Null: unknown.</summary>
    public Task<RequestFile?> Request(Guid requestId, CancellationToken cancellationToken) => throw Missing();

    public Task<DocumentRow?> Document(Guid documentId, CancellationToken cancellationToken) => throw Missing();

    /// <summary>Acts accepted before the instant and opened by nobody, oldest first.</summary>
    public Task<IReadOnlyList<ReceiptStanding>> Unopened(DateTimeOffset acceptedBefore, int atMost, CancellationToken cancellationToken) => throw Missing();

    NotSupportedException Missing() => new NotSupportedException(database.Dialect.Name);
}
