namespace LiaisonHub.Storage.Hub;

/// <summary>A process of the hub as it last reported. Instants by the clock for technical matters.</summary>
public sealed record BelievingProcess
{
    /// <summary>Made anew at each start.</summary>
    public required Guid ProcessId { get; init; }

    /// <summary>Name of the machine.</summary>
    public required string Machine { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset HeardAt { get; init; }

    /// <summary>What it believes, as JSON.</summary>
    public required string Beliefs { get; init; }
}

/// <summary>The processes of the hub: each reports itself, and is forgotten when it has long been silent.</summary>
public sealed class HubBeliefs(Database database)
{
    /// <summary>How long a silent one is remembered.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    static readonly RowShape<BelievingProcess> Shape = new RowShape<BelievingProcess>()
        .Id("process_id", p => p.ProcessId)
        .Text("machine", p => p.Machine)
        .Instant("started_at", p => p.StartedAt)
        .Instant("heard_at", p => p.HeardAt)
        .LongText("beliefs", p => p.Beliefs);

    static readonly Statement Store = new(d => d.Upsert("hub_beliefs", Shape, ["process_id"], (_, given) => $"heard_at = {given}.heard_at, beliefs = {given}.beliefs"));
    static readonly Statement Remove = new(_ => "DELETE FROM hub_beliefs WHERE heard_at < @before");
    static readonly Statement SelectAll = new(_ => "SELECT process_id, machine, started_at, heard_at, beliefs FROM hub_beliefs ORDER BY machine, started_at, process_id");
    static readonly Statement SelectHeard = new(_ => "SELECT process_id, machine, started_at, heard_at, beliefs FROM hub_beliefs WHERE heard_at > @since ORDER BY heard_at DESC, process_id");

    /// <summary>A process reports.</summary>
    public async Task Heard(BelievingProcess process, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        await new Batch().Add(Store, Shape.Of([process])).Execute(unit, cancellationToken);
        await unit.Execute(Remove, new { before = process.HeardAt - Kept }, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>Those that were not heard since are remembered no more.</summary>
    public Task Forget(DateTimeOffset before, CancellationToken cancellationToken) => database.Execute(Remove, new { before }, cancellationToken);

    /// <summary>Those that were heard since, the last first.</summary>
    public Task<IReadOnlyList<BelievingProcess>> HeardSince(DateTimeOffset since, CancellationToken cancellationToken) => database.Query<BelievingProcess>(SelectHeard, new { since }, cancellationToken);

    /// <summary>All that are remembered, by machine.</summary>
    public Task<IReadOnlyList<BelievingProcess>> All(CancellationToken cancellationToken) => database.Query<BelievingProcess>(SelectAll, null, cancellationToken);
}
