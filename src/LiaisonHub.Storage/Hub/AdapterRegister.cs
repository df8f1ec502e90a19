using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Storage.Hub;

/// <summary>One adapter as it last reported.</summary>
public sealed record AdapterStanding
{
    public required string State { get; init; }

    /// <summary>The hub's clock at the last report. Null: never heard.</summary>
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>The adapter's own clock at the last report.</summary>
    public DateTimeOffset? ReportedAt { get; init; }

    public string? Version { get; init; }
    public int OutboxWaiting { get; init; }
    public int Quarantined { get; init; }
    public int Incomplete { get; init; }
    public int EverySeconds { get; init; }

    /// <summary>When silence is to be noticed.</summary>
    public required DateTimeOffset ExpectedBy { get; init; }

    /// <summary>Since when it counts as silent. Null: it is heard.</summary>
    public DateTimeOffset? SilentSince { get; init; }
}

/// <summary>The adapters' signs of life.</summary>
public sealed class AdapterRegister(Database database)
{
    /// <summary>How many reports may be missing before an adapter counts as silent.</summary>
    public const int ReportsMissing = 3;

    static readonly RowShape<(string State, DateTimeOffset By)> Awaited = new RowShape<(string State, DateTimeOffset By)>()
        .Text("state", a => a.State)
        .Instant("expected_by", a => a.By);

    static readonly RowShape<AdapterStanding> Reports = new RowShape<AdapterStanding>()
        .Text("state", a => a.State)
        .Instant("heard_at", a => a.HeardAt)
        .Instant("reported_at", a => a.ReportedAt)
        .Text("version", a => a.Version)
        .Number("outbox_waiting", a => a.OutboxWaiting)
        .Number("quarantined", a => a.Quarantined)
        .Number("incomplete", a => a.Incomplete)
        .Number("every_seconds", a => a.EverySeconds)
        .Instant("expected_by", a => a.ExpectedBy)
        .Instant("silent_since", a => a.SilentSince);

    const string Columns = "state, heard_at, reported_at, version, outbox_waiting, quarantined, incomplete, every_seconds, expected_by, silent_since";

    static readonly Statement Await = new(d => $"""
        INSERT INTO adapters (state, expected_by)
        SELECT r.state, r.expected_by FROM {d.Rows(Awaited)}
        WHERE {d.SkipExisting("adapters", "x.state = r.state")}
        ORDER BY r.state
        {d.OnConflictDoNothing}
        """);

    static readonly Statement SilentSince = new(d => $"SELECT a.silent_since FROM adapters AS a {d.LockHint} WHERE a.state = @state {d.ForUpdate("a")}");

    static readonly Statement Store = new(d => d.Upsert("adapters", Reports, ["state"], (_, given) =>
        string.Join(", ", Columns.Split(", ").Where(c => c != "state").Select(c => $"{c} = {given}.{c}"))));

    static readonly Statement MarkSilent = new(d => $"""
        UPDATE adapters SET silent_since = @now
        {d.Output(Columns.Split(", "))}
        WHERE silent_since IS NULL AND expected_by < @now
        {d.Returning(Columns.Split(", "))}
        """);

    static readonly Statement SelectAll = new(_ => $"SELECT {Columns} FROM adapters ORDER BY state");

    /// <summary>A state of the region is awaited: one that is never heard will count as silent after <paramref name="by"/>. Known states are left
    /// alone.</summary>
    public async Task Expect(IReadOnlyList<string> states, DateTimeOffset by, CancellationToken cancellationToken)
    {
        if (states.Count == 0)
            return;
        await using var unit = await database.Begin(cancellationToken);
        await new Batch().Add(Await, Awaited.Of(states.Select(s => (s, by)))).Execute(unit, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>An adapter has reported. True: it had been silent, and is heard again.</summary>
    public async Task<bool> Heard(string state, AdapterReported report, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var standing = new AdapterStanding
        {
            State = state,
            HeardAt = at,
            ReportedAt = report.At,
            Version = report.Version,
            OutboxWaiting = report.OutboxWaiting,
            Quarantined = report.Quarantined,
            Incomplete = report.Incomplete,
            EverySeconds = report.EverySeconds,
            ExpectedBy = at + TimeSpan.FromSeconds((double)report.EverySeconds * ReportsMissing),
        };
        await using var unit = await database.Begin(cancellationToken);
        var silentSince = await unit.One<DateTimeOffset?>(SilentSince, new { state }, cancellationToken);
        await new Batch().Add(Store, Reports.Of([standing])).Execute(unit, cancellationToken);
        await unit.Commit(cancellationToken);
        return silentSince is not null;
    }

    /// <summary>Adapters that have fallen silent since the last call: each is named once until it is heard again.</summary>
    public async Task<IReadOnlyList<AdapterStanding>> FallenSilent(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        var fallen = await unit.Query<AdapterStanding>(MarkSilent, new { now }, cancellationToken);
        await unit.Commit(cancellationToken);
        return [.. fallen.OrderBy(a => a.State, StringComparer.Ordinal)];
    }

    public Task<IReadOnlyList<AdapterStanding>> All(CancellationToken cancellationToken) => database.Query<AdapterStanding>(SelectAll, null, cancellationToken);
}
