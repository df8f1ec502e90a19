namespace LiaisonHub.Storage.Hub;

/// <summary>The right to do something alone for a while.</summary>
public sealed record Lease
{
    public required string Name { get; init; }
    public required Guid Owner { get; init; }

    /// <summary>Raised whenever the lease changes hands or had run out.</summary>
    public required long Epoch { get; init; }

    /// <summary>By the database's clock (UTC).</summary>
    public required DateTimeOffset Until { get; init; }
}

/// <summary>Who does what only one may do at a time, by the database's clock.</summary>
public sealed class Leases(Database database)
{
    /// <summary>Takes the lease or prolongs it.</summary>
    /// <returns>Null: another has it.</returns>
    public Task<Lease?> TakeLease(string name, Guid owner, TimeSpan length, CancellationToken cancellationToken) => throw Missing();

    /// <summary>Gives it back early, so that another need not wait it out.</summary>
    public Task Release(Lease lease, CancellationToken cancellationToken) => throw Missing();

    NotSupportedException Missing() => new NotSupportedException(database.Dialect.Name);
}
