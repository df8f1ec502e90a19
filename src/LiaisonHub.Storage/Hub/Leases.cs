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
    static readonly Statement Prolong = new(d => $"""
        UPDATE leases SET
          epoch = CASE WHEN owner = @owner AND lease_until > {d.Clock} THEN epoch ELSE epoch + 1 END,
          owner = @owner, lease_until = {d.ClockLater}
        {d.Output("name", "owner", "epoch", "lease_until")}
        WHERE name = @name AND (owner = @owner OR lease_until <= {d.Clock})
        {d.Returning("name", "owner", "epoch", "lease_until")}
        """);

    static readonly Statement Found = new(d => $"""
        INSERT INTO leases (name, owner, epoch, lease_until)
        {d.Output("name", "owner", "epoch", "lease_until")}
        SELECT @name, @owner, 1, {d.ClockLater}
        WHERE {d.SkipExisting("leases", "x.name = @name")}
        {d.OnConflictDoNothing}
        {d.Returning("name", "owner", "epoch", "lease_until")}
        """);

    static readonly Statement GiveBack = new(d => $"UPDATE leases SET lease_until = {d.Clock} WHERE name = @name AND owner = @owner AND epoch = @epoch");

    /// <summary>Takes the lease or prolongs it.</summary>
    /// <returns>Null: another has it.</returns>
    public async Task<Lease?> TakeLease(string name, Guid owner, TimeSpan length, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        var now = database.Time.GetUtcNow();
        var parameters = new { name, owner, now, until = now + length, milliseconds = (long)length.TotalMilliseconds };
        var taken = await unit.One<Row>(Prolong, parameters, cancellationToken) ?? await unit.One<Row>(Found, parameters, cancellationToken);
        if (taken is null)
            return null;
        await unit.Commit(cancellationToken);
        return new Lease { Name = taken.Name, Owner = taken.Owner, Epoch = taken.Epoch, Until = taken.LeaseUntil };
    }

    /// <summary>Gives it back early, so that another need not wait it out.</summary>
    public Task Release(Lease lease, CancellationToken cancellationToken) =>
        database.Execute(GiveBack, new { name = lease.Name, owner = lease.Owner, epoch = lease.Epoch, now = database.Time.GetUtcNow() }, cancellationToken);

    sealed record Row
    {
        public required string Name { get; init; }
        public required Guid Owner { get; init; }
        public required long Epoch { get; init; }
        public required DateTimeOffset LeaseUntil { get; init; }
    }
}
