namespace LiaisonHub.Storage.Hub;

/// <summary>A process of the hub's worker.</summary>
public sealed record HubProcess
{
    public required Guid ProcessId { get; init; }

    /// <summary>When it began (technical clock).</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>When it last gave a sign of life (technical clock).</summary>
    public required DateTimeOffset BeatAt { get; init; }
}

/// <summary>The signs of life of the hub's worker: with nothing due, nothing else tells one that stands still from one that has nothing to do.</summary>
public sealed class HubProcesses(Database database)
{
    /// <summary>How often one gives a sign, and after how long without one it counts as standing still: 15 seconds and two minutes.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15), Patience = TimeSpan.FromMinutes(2);

    // Of one that has ended nothing is asked after a day.
    static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    static readonly RowShape<HubProcess> Beats = new RowShape<HubProcess>()
        .Id("process_id", p => p.ProcessId)
        .Instant("began_at", p => p.BeganAt)
        .Instant("beat_at", p => p.BeatAt);

    static readonly Statement Store = new(d => d.Upsert("hub_processes", Beats, ["process_id"], (_, given) => $"beat_at = {given}.beat_at"));
    static readonly Statement Forget = new(_ => "DELETE FROM hub_processes WHERE beat_at < @before");
    static readonly Statement Newest = new(_ => "SELECT MAX(beat_at) FROM hub_processes");

    /// <summary>A process gives a sign of life.</summary>
    public async Task Beat(HubProcess process, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        await new Batch().Add(Store, Beats.Of([process])).Execute(unit, cancellationToken);
        await unit.Execute(Forget, new { before = process.BeatAt - Kept }, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>The last sign of life of any of them. Null: none ever gave one.</summary>
    public Task<DateTimeOffset?> LastBeat(CancellationToken cancellationToken) => database.One<DateTimeOffset?>(Newest, null, cancellationToken);

    /// <summary>Since when no process gives a sign of life. Null: one does, or none ever did.</summary>
    public async Task<DateTimeOffset?> SilentSince(DateTimeOffset present, CancellationToken cancellationToken) =>
        await LastBeat(cancellationToken) is { } beat && present - beat > Patience ? beat : null;
}
