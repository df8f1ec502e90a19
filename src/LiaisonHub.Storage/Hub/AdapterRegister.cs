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

    /// <summary>Version of the contracts it speaks. Null: not said.</summary>
    public string? Contracts { get; init; }

    public int OutboxWaiting { get; init; }
    public int Quarantined { get; init; }
    public int Incomplete { get; init; }
    public int EverySeconds { get; init; }

    /// <summary>When the certificate it shows the broker ends. Null: not said.</summary>
    public DateTimeOffset? ClientCertificateEnds { get; init; }

    /// <summary>When the certificate the broker showed it ends. Null: not said.</summary>
    public DateTimeOffset? ServerCertificateEnds { get; init; }

    /// <summary>When silence is to be noticed.</summary>
    public required DateTimeOffset ExpectedBy { get; init; }

    /// <summary>Since when it counts as silent. Null: it is heard.</summary>
    public DateTimeOffset? SilentSince { get; init; }

    /// <summary>When the hub was last asked by a connection test (technical clock). Null: never.</summary>
    public DateTimeOffset? TestedAt { get; init; }

    /// <summary>True: that question went through the core. False: it was answered at the edge.</summary>
    public bool? TestedCore { get; init; }

    /// <summary>What was wrong with it. Null: nothing.</summary>
    public string? TestProblem { get; init; }

    /// <summary>When the hub last looked at its own end of the link (technical clock). Null: it has not, or hub and adapter are one process.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>How many programs read the state's queue at that moment.</summary>
    public int? Readers { get; init; }

    /// <summary>The queues of the link at that moment, as JSON. Null: they could not be seen.</summary>
    public string? Queues { get; init; }

    /// <summary>What was wrong with the link at that moment. Null: nothing.</summary>
    public string? LinkTrouble { get; init; }

    /// <summary>Since when the hub sees no broker on its own end of the link (technical clock): nobody hears the adapter, and its silence says nothing. Null: it sees one.</summary>
    public DateTimeOffset? CutOffSince { get; init; }

    /// <summary>Id of the private key it says it cannot work without. Unsigned: a remark, and no proof of anything. Null: it has not said so, or was heard since.</summary>
    public string? MissingKey { get; init; }

    /// <summary>Since when it has said so (technical clock).</summary>
    public DateTimeOffset? MissingKeySince { get; init; }

    /// <summary>The maintenance the state has announced last, past ones too. Null: none ever.</summary>
    public DateTimeOffset? MaintenanceAt { get; init; }

    /// <summary>When it began or begins.</summary>
    public DateTimeOffset? MaintenanceFrom { get; init; }

    /// <summary>When it ends by itself, or was ended.</summary>
    public DateTimeOffset? MaintenanceUntil { get; init; }

    /// <summary>Why.</summary>
    public string? MaintenanceReason { get; init; }

    /// <summary>True: the adapter is in maintenance at this instant.</summary>
    public bool InMaintenance(DateTimeOffset now) => MaintenanceFrom <= now && now < MaintenanceUntil;

    /// <summary>Since when it counts as silent at this instant, whether or not the hub's worker has noticed. Null: it is heard, could not be, or has said why it will not be.</summary>
    public DateTimeOffset? SilentAt(DateTimeOffset now) => SilentSince ?? (ExpectedBy < now && CutOffSince is null && MissingKey is null && !InMaintenance(now) ? ExpectedBy : null);

    /// <summary>When silence is to be noticed if the hub listens from an instant on: the adapter has as long as ever to report.</summary>
    internal DateTimeOffset ExpectedFrom(DateTimeOffset listening) =>
        listening + TimeSpan.FromSeconds((double)EverySeconds * AdapterRegister.ReportsMissing) is var by && by > ExpectedBy ? by : ExpectedBy;
}

/// <summary>The adapters, each silent only as far as somebody listened: no adapter is charged with a hub that stands still or a broker that is away.</summary>
/// <param name="Adapters">All of them, by state. <see cref="AdapterStanding.SilentSince"/> says since when each counts as silent, whether or not the hub's worker has noticed.</param>
/// <param name="WorkerSilentSince">Since when the hub's worker gives no sign of life. Null: it does, or never did.</param>
/// <param name="Ended">Why it ended when it was started last. Null: it did not say, or runs.</param>
public sealed record Heard(IReadOnlyList<AdapterStanding> Adapters, DateTimeOffset? WorkerSilentSince, HubEnding? Ended)
{
    /// <summary>Those whose broker the hub does not reach.</summary>
    public IReadOnlyList<AdapterStanding> CutOff => [.. Adapters.Where(a => a.CutOffSince is not null)];

    /// <summary>Since when nothing can come from this state, or go there, for a reason of the hub's own. Null: none is known.</summary>
    public DateTimeOffset? OwnFaultSince(string state) => WorkerSilentSince ?? Adapters.FirstOrDefault(a => a.State == state)?.CutOffSince;
}

/// <summary>What is heard of the adapters, and whether anybody listens: the one place that calls an adapter silent.</summary>
public sealed class Hearing(AdapterRegister adapters, HubProcesses processes, HubEndings endings)
{
    /// <summary>As of now.</summary>
    public async Task<Heard> Read(DateTimeOffset present, CancellationToken cancellationToken)
    {
        // Adapters are heard by the hub's worker: after its last sign of life nobody listens, and only two minutes later it is known to stand still.
        var beat = await processes.LastBeat(cancellationToken);
        var listened = beat < present ? beat.Value : present;
        // One that could not begin is no sign that another does not work: that one gives the next sign within moments.
        var ended = await endings.Last(cancellationToken) is { } last && !(beat >= last.EndedAt) && !(present - beat <= 2 * HubProcesses.Every) ? last : null;
        return new(
            [.. (await adapters.All(cancellationToken)).Select(a => a with { SilentSince = a.SilentAt(listened) })],
            ended is not null ? beat ?? ended.EndedAt : present - beat > HubProcesses.Patience ? beat : null,
            ended);
    }
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
        .Instant("silent_since", a => a.SilentSince)
        .Instant("client_certificate_ends", a => a.ClientCertificateEnds)
        .Instant("server_certificate_ends", a => a.ServerCertificateEnds)
        .Text("contracts", a => a.Contracts)
        .Instant("cut_off_since", a => a.CutOffSince)
        .Text("missing_key", a => a.MissingKey)
        .Instant("missing_key_since", a => a.MissingKeySince);

    const string Columns = "state, heard_at, reported_at, version, outbox_waiting, quarantined, incomplete, every_seconds, expected_by, silent_since, client_certificate_ends, server_certificate_ends, contracts, cut_off_since, missing_key, missing_key_since";
    const string AllColumns = Columns + ", tested_at, tested_core, test_problem, looked_at, readers, queues, link_trouble, maintenance_at, maintenance_from, maintenance_until, maintenance_reason";

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
        WHERE silent_since IS NULL AND cut_off_since IS NULL AND missing_key IS NULL AND expected_by < @now AND (maintenance_until IS NULL OR maintenance_until <= @now OR maintenance_from > @now)
        {d.Returning(Columns.Split(", "))}
        """);

    static readonly Statement SelectAll = new(_ => $"SELECT {AllColumns} FROM adapters ORDER BY state");

    static readonly Statement StoreTest = new(_ => "UPDATE adapters SET tested_at = @at, tested_core = @core, test_problem = @problem WHERE state = @state");

    static readonly Statement StoreLook = new(_ => "UPDATE adapters SET looked_at = @at, readers = @readers, queues = @queues, link_trouble = @trouble, cut_off_since = @cutOff, expected_by = @expectedBy WHERE state = @state");

    static readonly Statement Postpone = new(_ => "UPDATE adapters SET expected_by = @by WHERE state = @state AND silent_since IS NULL AND expected_by < @by");

    static readonly Statement SelectOne = new(d => $"SELECT {AllColumns} FROM adapters AS a {d.LockHint} WHERE a.state = @state {d.ForUpdate("a")}");

    // Who announces maintenance is heard: a silence that was noticed before is no alarm any longer, and is noticed again when the maintenance has ended.
    static readonly Statement StoreMaintenance = new(_ => """
        UPDATE adapters SET maintenance_at = @at, maintenance_from = @from, maintenance_until = @until, maintenance_reason = @reason,
          silent_since = CASE WHEN @from <= @now AND @now < @until THEN NULL ELSE silent_since END
        WHERE state = @state
        """);

    // Said again it changes nothing, however often. Who says why it is not heard is not silent.
    static readonly Statement StoreMissingKey = new(_ => "UPDATE adapters SET missing_key = @keyId, missing_key_since = @at, silent_since = NULL WHERE state = @state AND (missing_key IS NULL OR missing_key <> @keyId)");

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
            ClientCertificateEnds = report.ClientCertificateEnds,
            ServerCertificateEnds = report.ServerCertificateEnds,
            // A stranger's text; the versions there are fit into it many times over.
            Contracts = report.Contracts is { Length: <= 20 } contracts ? contracts : null,
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

    /// <summary>An adapter says that it cannot work without this private key. It holds until the adapter is heard again.</summary>
    /// <returns>False: it has said so before.</returns>
    public async Task<bool> Lacks(string state, string keyId, DateTimeOffset at, CancellationToken cancellationToken) => await Execute(StoreMissingKey, state, new { state, keyId, at }, cancellationToken) > 0;

    /// <summary>A connection test has asked the hub.</summary>
    public Task Tested(string state, bool core, string? problem, DateTimeOffset at, CancellationToken cancellationToken) => Execute(StoreTest, state, new { state, core, problem, at }, cancellationToken);

    /// <summary>The hub has looked at its own end of a link. Once it sees the broker again, the adapter has as long as ever to report.</summary>
    public async Task Looked(string state, int? readers, string? trouble, DateTimeOffset at, CancellationToken cancellationToken, string? queues = null)
    {
        await using var unit = await database.Begin(cancellationToken);
        await Known(unit, state, cancellationToken);
        var before = (await One(unit, state, cancellationToken))!;
        // A queue that is not there is seen at a broker that is.
        DateTimeOffset? cutOff = trouble is not null && readers is null && queues is null ? before.CutOffSince ?? at : null;
        var expectedBy = before is { CutOffSince: not null, SilentSince: null } && cutOff is null ? before.ExpectedFrom(at) : before.ExpectedBy;
        await unit.Execute(StoreLook, new { state, readers, queues, trouble, at, cutOff, expectedBy }, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>A hub begins to listen, perhaps after a time in which none did: whoever was not silent before has as long as ever to report.</summary>
    public async Task Listen(DateTimeOffset from, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        foreach (var adapter in await unit.Query<AdapterStanding>(SelectAll, null, cancellationToken))
            if (adapter is { SilentSince: null, HeardAt: not null })
                await unit.Execute(Postpone, new { state = adapter.State, by = adapter.ExpectedFrom(from) }, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>One adapter, locked until the unit ends. Null: the hub awaits nothing of this state.</summary>
    public static Task<AdapterStanding?> One(Unit unit, string state, CancellationToken cancellationToken) => unit.One<AdapterStanding>(SelectOne, new { state }, cancellationToken);

    /// <summary>Notes the maintenance of a state in place of the one before.</summary>
    public static async Task Maintain(Unit unit, MaintenanceAnnounced announced, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await Known(unit, announced.State, cancellationToken);
        await unit.Execute(
            StoreMaintenance, new { state = announced.State, at = announced.At, from = announced.From, until = announced.Until, reason = announced.Reason, now }, cancellationToken);
    }

    async Task<int> Execute(Statement statement, string state, object parameters, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        await Known(unit, state, cancellationToken);
        var changed = await unit.Execute(statement, parameters, cancellationToken);
        await unit.Commit(cancellationToken);
        return changed;
    }

    // A state may test its connection, or be looked at, before its adapter has ever reported: that alone makes nobody wait for a report.
    static Task<IReadOnlyList<int>> Known(Unit unit, string state, CancellationToken cancellationToken) =>
        new Batch().Add(Await, Awaited.Of([(state, Instants.Never)])).Execute(unit, cancellationToken);

    public Task<IReadOnlyList<AdapterStanding>> All(CancellationToken cancellationToken) => database.Query<AdapterStanding>(SelectAll, null, cancellationToken);
}
