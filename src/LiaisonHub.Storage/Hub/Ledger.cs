namespace LiaisonHub.Storage.Hub;

/// <summary>One fact in its place in the chain.</summary>
public sealed record LedgerEntry
{
    /// <summary>0, 1, 2... Null: not numbered yet.</summary>
    public long? Position { get; init; }

    public required Guid LeafId { get; init; }
    public Guid? RequestId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Kind { get; init; }
    public required string Actor { get; init; }
    public required string Content { get; init; }

    /// <summary>RFC 6962 leaf hash, lower-case hex.</summary>
    public required string LeafHash { get; init; }

    /// <summary>SHA-256 of the previous chain hash and this leaf hash, lower-case hex. Null: not numbered yet.</summary>
    public string? ChainHash { get; init; }
}

/// <summary>Where the chain ends.</summary>
public sealed record LedgerHead
{
    /// <summary>How many entries it has.</summary>
    public required long Size { get; init; }

    /// <summary>Chain hash of the last entry; 64 zeros when there is none.</summary>
    public required string Hash { get; init; }
}

/// <summary>The first thing wrong with the ledger.</summary>
public sealed record LedgerFinding
{
    /// <summary>Where. Null: a fact that is in no place.</summary>
    public long? Position { get; init; }

    public Guid? LeafId { get; init; }

    /// <summary>What is wrong, in words.</summary>
    public required string What { get; init; }
}

/// <summary>The append-only record of every act, notice, view and operator's deed. Facts are written by the transaction they belong to; one sequencer numbers and chains them.</summary>
public sealed class Ledger(Database database)
{
    /// <summary>Records facts that belong to no other transaction: a view, a deed.</summary>
    public Task Record(IReadOnlyList<LedgerLeaf> leaves, CancellationToken cancellationToken) => throw Missing();

    /// <summary>Numbers and chains facts that have no place yet. Only one process does it at a time; the others return 0 at once.</summary>
    /// <returns>How many were chained.</returns>
    public Task<int> Chain(DateTimeOffset now, int atMost, CancellationToken cancellationToken) => throw Missing();

    public Task<LedgerHead> Head(CancellationToken cancellationToken) => throw Missing();

    /// <summary>Recomputes every hash from the facts. <paramref name="known"/> is an end of the chain noted earlier, so that a chain cut short or rewritten as a whole is found as
    /// well; null: none was noted.</summary>
    /// <returns>The first thing wrong. Null: all is well.</returns>
    public Task<LedgerFinding?> Verify(LedgerHead? known, CancellationToken cancellationToken) => throw Missing();

    /// <inheritdoc cref="Verify(LedgerHead?, CancellationToken)"/>
    public Task<LedgerFinding?> Verify(CancellationToken cancellationToken) => Verify(null, cancellationToken);

    /// <summary>Entries from a position on, in order.</summary>
    public Task<IReadOnlyList<LedgerEntry>> Page(long fromPosition, int atMost, CancellationToken cancellationToken) => throw Missing();

    /// <summary>Facts of one request, oldest first, numbered or not.</summary>
    public Task<IReadOnlyList<LedgerEntry>> Of(Guid requestId, CancellationToken cancellationToken) => throw Missing();

    NotSupportedException Missing() => new NotSupportedException(database.Dialect.Name);
}
