using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Messaging.Links;
using LiaisonHub.OperatorConsole.Settings;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Links;

/// <summary>The ways between the hub and its states at one moment.</summary>
public sealed record WayBoard
{
    /// <summary>The adapters as far as they can be heard.</summary>
    public required Heard Heard { get; init; }

    /// <summary>What is known of each way, by state.</summary>
    public required IReadOnlyDictionary<string, WayFacts> Ways { get; init; }

    /// <summary>What is wrong with the hub and with the ways, whether or not anything is held up by it yet, the deepest first.</summary>
    public required IReadOnlyList<Verdict> Faults { get; init; }

    /// <summary>The hub's own queues as one of its processes last saw them. Null: none has, or hub and adapters are one process.</summary>
    public CoreStanding? Core { get; init; }

    /// <summary>What of that says something now.</summary>
    public CoreFacts? CoreFacts { get; init; }

    /// <summary>What the broker gave up on, by state; <see cref="PublicKey.HubOwner"/>: of the hub's own messages.</summary>
    public IReadOnlyList<(string Of, long Messages)> GivenUp =>
        [.. Ways.Values.Select(w => (w.State, w.GivenUp)).Append((PublicKey.HubOwner, CoreFacts?.GivenUp ?? 0)).Where(g => g.Item2 > 0).OrderBy(g => g.Item1 == PublicKey.HubOwner).ThenBy(g => g.Item1, StringComparer.Ordinal)];

    /// <summary>What waits at adapters for the people there.</summary>
    public IReadOnlyList<WaitsThere> WaitsThere =>
        [.. Heard.Adapters.SelectMany(a => new[] { new WaitsThere(a.State, a.Quarantined, Incomplete: false, a.HeardAt), new(a.State, a.Incomplete, Incomplete: true, a.HeardAt) }).Where(w => w.Count > 0)];

    /// <summary>What keeps messages between hub and broker from going either way: it explains what looks like a silent adapter.</summary>
    public IEnumerable<Verdict> OfBroker => Faults.Where(f => f.Cause == Cause.BrokerTrouble);
}

/// <summary>The hub's own queues on its virtual host.</summary>
/// <param name="LookedAt">When they were looked at (technical clock).</param>
/// <param name="Look">What was seen.</param>
public sealed record CoreStanding(DateTimeOffset LookedAt, CoreLook Look);

/// <summary>What waits at an adapter for a person there, as it last reported. The hub knows how many, and nothing else of it.</summary>
/// <param name="State">Whose adapter.</param>
/// <param name="Count">How many.</param>
/// <param name="Incomplete">True: acts that lack what only a person knows. False: files and messages in its own quarantine.</param>
/// <param name="SaidAt">When it said so (technical clock). Null: not known.</param>
public sealed record WaitsThere(string State, int Count, bool Incomplete, DateTimeOffset? SaidAt);

/// <summary>Reads the ways: every room that says something of an adapter or of the broker says it from here, so that none is blamed in one room and excused in another.</summary>
public sealed class WayReader(Hearing hearing, Outbox outbox, HubBeliefs processes, Region region, TimeProvider time, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    // The hub looks at its end of each link once a minute; a look that is older says nothing any more.
    static readonly TimeSpan LookGoodFor = TimeSpan.FromMinutes(5);

    // At its start the hub looks at its own queues before its bus is there to read them.
    static readonly TimeSpan CorePatience = TimeSpan.FromSeconds(30);

    /// <summary>Reads them as of now.</summary>
    public async Task<WayBoard> Read(CancellationToken cancellationToken)
    {
        var present = technical.GetUtcNow();
        var heard = await hearing.Read(present, cancellationToken);
        var standings = heard.Adapters.ToDictionary(a => a.State);
        var depths = (await outbox.Depth(cancellationToken)).ToDictionary(d => d.State);
        // Where legal time is made to run faster, adapters claim it too, and nothing can be said of their clocks.
        var faster = (time.GetUtcNow() - present).Duration() > TimeSpan.FromMinutes(1);
        var ways = region.States.Keys.ToDictionary(state => state, state => Facts(state, standings.GetValueOrDefault(state), depths.GetValueOrDefault(state), faster, present));
        // What a worker saw last is no less so for its death.
        var core = await Core((heard.WorkerSilentSince ?? present) - SettingsReader.Patience, cancellationToken);
        var facts = core is null ? null : Facts(core);
        return new()
        {
            Heard = heard,
            Ways = ways,
            Core = core,
            CoreFacts = facts,
            Faults = [.. Verdict.OfWays([.. ways.Values.OrderBy(w => w.State, StringComparer.Ordinal)], heard.WorkerSilentSince, EndedOf(heard), present, facts)],
        };
    }

    // Of several processes one may be cut off, and the hub works all the same: who has seen them knows more than who has not.
    async Task<CoreStanding?> Core(DateTimeOffset since, CancellationToken cancellationToken) =>
        (await processes.HeardSince(since, cancellationToken)).Select(p => Read(p) is { } look ? new CoreStanding(p.HeardAt, look) : null).OfType<CoreStanding>()
            .OrderBy(c => c.Look.Trouble is null ? 0 : 1).ThenByDescending(c => c.LookedAt).FirstOrDefault();

    static CoreLook? Read(BelievingProcess process)
    {
        try
        {
            return JsonSerializer.Deserialize<Seen>(process.Beliefs, JsonSerializerOptions.Web)?.Core;
        }
        catch (JsonException)
        {
            // Of another version.
            return null;
        }
    }

    static CoreFacts Facts(CoreStanding core)
    {
        var lasts = core.LookedAt - core.Look.UnwellSince >= CorePatience;
        return new()
        {
            UnwellSince = lasts ? core.Look.UnwellSince : null,
            Trouble = core.Look.Trouble,
            Unread = core.Look.Queues.FirstOrDefault(q => q.Readers == 0 && q.Name != LinkQueues.Dead)?.Name,
            GivenUp = core.Look.Queues.FirstOrDefault(q => q.Name == LinkQueues.Dead)?.Waiting ?? 0,
        };
    }

    // Of what a process believes only this is asked for.
    sealed record Seen(CoreLook? Core);

    /// <summary>Why the hub's worker ended when it was started last. Null: it did not say, or runs.</summary>
    public static WorkerEnded? EndedOf(Heard heard) => heard.Ended is { } ended ? new(ended.EndedAt, ended.Cause == HubEnding.Key, ended.Why) : null;

    /// <summary>The queues of a link as the hub last saw them. Empty: it has not.</summary>
    public static IReadOnlyList<QueueLook> QueuesOf(AdapterStanding? standing) => standing?.Queues is { } queues ? JsonSerializer.Deserialize<IReadOnlyList<QueueLook>>(queues, JsonSerializerOptions.Web)! : [];

    static WayFacts Facts(string state, AdapterStanding? standing, OutboxDepth? depth, bool faster, DateTimeOffset present)
    {
        var seen = standing is { LookedAt: { } at } && (present - at).Duration() < LookGoodFor ? standing : null;
        var worked = standing?.InMaintenance(present) == true;
        return new(state)
        {
            SilentSince = standing?.SilentSince,
            HeardAt = standing?.HeardAt,
            ClientCertificateEnds = standing?.ClientCertificateEnds,
            ServerCertificateEnds = standing?.ServerCertificateEnds,
            ClockAhead = faster ? null : standing?.ReportedAt - standing?.HeardAt,
            MissingKey = standing?.MissingKey,
            MissingKeySince = standing?.MissingKeySince,
            SetAsideThere = standing?.Quarantined ?? 0,
            MaintenanceFrom = worked ? standing!.MaintenanceFrom : null,
            MaintenanceUntil = worked ? standing!.MaintenanceUntil : null,
            BrokerTrouble = seen?.CutOffSince is null ? null : seen.LinkTrouble,
            CutOffSince = seen?.CutOffSince,
            QueueMissing = QueuesOf(seen).FirstOrDefault(q => q.Missing)?.Name,
            GivenUp = QueuesOf(standing).FirstOrDefault(q => q.Name == LinkQueues.Dead)?.Waiting ?? 0,
            Consumers = seen?.Readers,
            Waiting = QueuesOf(seen).Where(q => Enum.GetValues<Lane>().Select(LinkQueues.FromHub).Contains(q.Name)).Sum(q => q.Waiting),
            OutboxOldest = depth?.Oldest,
            OutboxError = depth?.LastError,
        };
    }
}
