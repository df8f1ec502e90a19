namespace LiaisonHub.Storage.Hub;

/// <summary>A signed act as the edge took it from a state's link: authentic, read, not yet understood.</summary>
public sealed record ArrivedAct
{
    /// <summary>State that signed it.</summary>
    public required string SenderState { get; init; }

    /// <summary>Lane it came by: <c>Routine</c> or <c>Urgent</c>.</summary>
    public required string Lane { get; init; }

    public required Guid ActId { get; init; }

    /// <summary>Position among everything the state ever sent.</summary>
    public required long Sequence { get; init; }

    public required Guid RequestId { get; init; }
    public required string ActType { get; init; }

    /// <summary>SHA-256 of the signed payload, lower-case hex: the same act is the same content.</summary>
    public required string Digest { get; init; }

    /// <summary>The flattened JWS as JSON, exactly as signed.</summary>
    public required string Body { get; init; }

    /// <summary>The hub's clock (UTC): legal time runs from here.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    public string? TraceParent { get; init; }
}

/// <summary>What the journal says to an arrived act.</summary>
public enum Taken
{
    /// <summary>Journaled now; to be decided.</summary>
    New,

    /// <summary>The same act with the same content came before. Its first result stands.</summary>
    Duplicate,

    /// <summary>The act id was used before for other content: a security alarm. Not journaled.</summary>
    ActIdConflict,

    /// <summary>The sequence number was used before for another act: a security alarm. Not journaled.</summary>
    SequenceConflict,
}

/// <summary>An arrived act and what became of it.</summary>
public sealed record TakenAct
{
    public required ArrivedAct Act { get; init; }
    public required Taken Outcome { get; init; }

    /// <summary>The journal's row: its own, or for a duplicate or a conflict the one that was there first.</summary>
    public required long JournalId { get; init; }

    /// <summary>For a duplicate: when it was decided. Null: not yet.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>For a duplicate: <see cref="Decisions"/>. Null: not yet.</summary>
    public string? DecidedOutcome { get; init; }

    public string? RefusalCode { get; init; }
    public string? RefusalReason { get; init; }
}

/// <summary>Numbers a state never sent, or that were lost on the way.</summary>
public sealed record SequenceGap
{
    public required string State { get; init; }

    /// <summary>First number missing.</summary>
    public required long FirstMissing { get; init; }

    /// <summary>Last number missing before the next act that did arrive.</summary>
    public required long LastMissing { get; init; }

    /// <summary>When the act behind the gap arrived (UTC).</summary>
    public required DateTimeOffset Since { get; init; }
}

/// <summary>Every act that ever reached the hub, as signed. Rows are added and never changed; what was decided stands beside them.</summary>
public sealed class Journal(Database database)
{
    /// <summary>Journals what arrived, in one short transaction. When it returns, the acts may be acknowledged.</summary>
    public Task<IReadOnlyList<TakenAct>> Take(IReadOnlyList<ArrivedAct> acts, CancellationToken cancellationToken) => throw Missing();

    /// <summary>Acts that were taken and never decided, oldest first, to be dispatched again. Parked acts are not among them.</summary>
    public Task<IReadOnlyList<(long JournalId, Guid RequestId)>> Undecided(DateTimeOffset receivedBefore, int atMost, CancellationToken cancellationToken) => throw Missing();

    /// <summary>The first gap of each state that has one. Costs what is new, not what is old.</summary>
    public Task<IReadOnlyList<SequenceGap>> Gaps(int atMost, CancellationToken cancellationToken) => throw Missing();

    NotSupportedException Missing() => new NotSupportedException(database.Dialect.Name);
}
