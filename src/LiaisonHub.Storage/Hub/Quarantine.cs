namespace LiaisonHub.Storage.Hub;

/// <summary>A message that cannot be accepted or understood, kept with its bytes.</summary>
public sealed record QuarantinedMessage
{
    public required Guid QuarantineId { get; init; }

    /// <summary>Where it was met: a link, the core, the outbox.</summary>
    public required string Source { get; init; }

    /// <summary>State it came from. Null: unknown.</summary>
    public string? State { get; init; }

    public string? Lane { get; init; }

    /// <summary>Why, as a code.</summary>
    public required string Code { get; init; }

    /// <summary>Why, in words, without personal data.</summary>
    public required string Reason { get; init; }

    /// <summary>What clears it, in words.</summary>
    public required string Fix { get; init; }

    /// <summary>Null: it could not be read far enough.</summary>
    public Guid? ActId { get; init; }

    /// <inheritdoc cref="ActId"/>
    public Guid? RequestId { get; init; }

    /// <summary>The journal's row where the act had been journaled.</summary>
    public long? JournalId { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>SHA-256 of the body, lower-case hex.</summary>
    public required string Digest { get; init; }

    /// <summary>Transport headers as JSON.</summary>
    public string Headers { get; init; } = "{}";

    public required DateTimeOffset At { get; init; }

    /// <summary>Set by the store: <see cref="Quarantine"/>.</summary>
    public string Status { get; init; } = Quarantine.Waiting;

    /// <summary>Set by the store: how often the same bytes came.</summary>
    public int Seen { get; init; } = 1;

    public string? RetryRequestedBy { get; init; }
    public DateTimeOffset? RetryRequestedAt { get; init; }
    public string? ResolvedBy { get; init; }
    public string? ResolvedReason { get; init; }

    /// <summary>Delivered, Discarded, Repaired... as the operator or the retry said.</summary>
    public string? ResolvedOutcome { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }
}

/// <summary>How many wait, by state and code.</summary>
public sealed record QuarantineCount
{
    public string? State { get; init; }
    public required string Code { get; init; }
    public required int Waiting { get; init; }
    public required DateTimeOffset Oldest { get; init; }
}

/// <summary>Where messages wait for a person. Nothing leaves it without a deed in the ledger.</summary>
public sealed class Quarantine(Database database)
{
    public const string Waiting = "Waiting";
    public const string RetryRequested = "RetryRequested";
    public const string Resolved = "Resolved";

    /// <summary>Adds a message, or counts it again where the same bytes from the same state wait already.</summary>
    /// <returns>The id it is kept under.</returns>
    public Task<Guid> Add(QuarantinedMessage message, CancellationToken cancellationToken) => throw Missing();

    /// <summary>Newest first, without the bytes. <paramref name="status"/> null: whatever is not resolved. <paramref name="before"/>: the last of the page before.</summary>
    public Task<IReadOnlyList<QuarantinedMessage>> Page(
        string? status, string? state, string? code, (DateTimeOffset At, Guid Id)? before, int atMost, CancellationToken cancellationToken) => throw Missing();

    public Task<QuarantinedMessage?> Get(Guid quarantineId, CancellationToken cancellationToken) => throw Missing();

    /// <summary>An operator wants it tried again. False: it is not waiting.</summary>
    public Task<bool> RequestRetry(Guid quarantineId, string by, string reason, CancellationToken cancellationToken) => throw Missing();

    /// <summary>What operators want tried again, oldest wish first, with the bytes.</summary>
    public Task<IReadOnlyList<QuarantinedMessage>> ToRetry(int atMost, CancellationToken cancellationToken) => throw Missing();

    /// <summary>The retry failed again: back to waiting with the new reason. False: it was not being retried.</summary>
    public Task<bool> RetryFailed(Guid quarantineId, string code, string reason, string fix, CancellationToken cancellationToken) => throw Missing();

    /// <summary>It is dealt with. False: it was before.</summary>
    public Task<bool> Resolve(Guid quarantineId, string by, string reason, string outcome, CancellationToken cancellationToken) => throw Missing();

    public Task<IReadOnlyList<QuarantineCount>> Counts(CancellationToken cancellationToken) => throw Missing();

    NotSupportedException Missing() => new NotSupportedException(database.Dialect.Name);
}
