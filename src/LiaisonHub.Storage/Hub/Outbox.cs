namespace LiaisonHub.Storage.Hub;

/// <summary>What waits for one state.</summary>
public sealed record OutboxDepth
{
    public required string State { get; init; }
    public required int Waiting { get; init; }
    public required DateTimeOffset Oldest { get; init; }

    /// <summary>Most attempts of a single row.</summary>
    public required int Attempts { get; init; }

    /// <summary>What was said at the last refusal. Null: none was refused.</summary>
    public string? LastError { get; init; }
}

/// <summary>Notices between the transaction that made them and the link that takes them: at least once, receivers deduplicate.</summary>
public sealed class Outbox(Database database)
{
    /// <summary>Claims what is due, urgent first, hands it to <paramref name="publish"/>, deletes what that names as confirmed and tries the rest again later, so that a destination
    /// that refuses holds up nobody else. When <paramref name="publish"/> throws, nothing changes.</summary>
    /// <returns>How many were claimed.</returns>
    public Task<int> Deliver(
        int atMost, Func<IReadOnlyList<OutboxRow>, CancellationToken, Task<IReadOnlySet<Guid>>> publish, CancellationToken cancellationToken) => throw Missing();

    /// <summary>A state can be reached again: what was put off is due now.</summary>
    public Task Hurry(string state, CancellationToken cancellationToken) => throw Missing();

    public Task<IReadOnlyList<OutboxDepth>> Depth(CancellationToken cancellationToken) => throw Missing();

    NotSupportedException Missing() => new NotSupportedException(database.Dialect.Name);
}
