using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Coordinator;

/// <summary>
/// Brings due deadlines to their sagas. A deadline is a row, never a message in flight; a claim carries a number that a later claim outbids, so of two clocks, or of one that was paused past its
/// lease, only the last claim has an effect. After an outage everything that fell due comes in order, with how late.
/// </summary>
public sealed partial class Clock(
    Deadlines deadlines, HubProcesses processes, AdapterRegister adapters, CoreSender core, HubOptions options, TimeProvider time, [FromKeyedServices(Watch.Technical)] TimeProvider technical, ILogger<Clock> log) : Rounds(TimeSpan.FromMilliseconds(250))
{
    const int AtOnce = 100;

    readonly DateTimeOffset began = technical.GetUtcNow();
    DateTimeOffset nextBeat;
    bool beaten;

    /// <summary>Who claims. One for each start of a process.</summary>
    public Guid Owner { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> Next(CancellationToken cancellationToken) => await Sweep(cancellationToken) == AtOnce ? TimeSpan.Zero : null;

    /// <inheritdoc/>
    protected override void Failed(Exception e) => SweepFailed(log, e);

    /// <summary>Claims what is due and sends it to the sagas. Returns how many were claimed.</summary>
    public async Task<int> Sweep(CancellationToken cancellationToken)
    {
        var claimed = await deadlines.Claim(Owner, time.GetUtcNow(), options.DeadlineLease, AtOnce, cancellationToken);
        if (claimed.Count > 0)
            CrashPoint.At(CrashPoint.ClockAfterClaim);
        // One that cannot be sent now is claimed again when its lease has passed.
        await Task.WhenAll(claimed.Select(c => core.Send(
            Lane.Urgent,
            new DeadlineLookedAt { CorrelationId = c.RequestId, DeadlineId = c.DeadlineId!.Value, Epoch = c.Epoch },
            cancellationToken)));
        // Only who has swept says that it lives.
        if (technical.GetUtcNow() is var present && (present >= nextBeat || present < nextBeat - HubProcesses.Every))
        {
            nextBeat = present + HubProcesses.Every;
            // Before anybody can see that it lives: what was not heard while no hub listened is no adapter's silence.
            if (!beaten)
                await adapters.Listen(present, cancellationToken);
            beaten = true;
            await processes.Beat(new() { ProcessId = Owner, BeganAt = began, BeatAt = present }, cancellationToken);
        }
        return claimed.Count;
    }

    [LoggerMessage(3301, LogLevel.Warning, "The sweep of due deadlines failed; trying again")]
    static partial void SweepFailed(ILogger log, Exception e);
}

/// <summary>Keeps the ledger's order, wakes acts that have waited too long for a predecessor, tries released quarantine rows, looks at the links, and notices adapters that have fallen silent.</summary>
public sealed partial class Watch(
    Ledger ledger, Journal journal, AdapterRegister adapters, Quarantine quarantine, Edge edge, IHubLink link, CoreSender core, Region region, KeyDirectory keys, HubOptions options, TimeProvider time,
    [FromKeyedServices(Watch.Technical)] TimeProvider technical, ILogger<Watch> log) : Rounds(TimeSpan.FromSeconds(1))
{
    /// <inheritdoc cref="CoreBus.TechnicalClock"/>
    public const string Technical = CoreBus.TechnicalClock;

    /// <summary>How long an act waits for the act it overtook: one hour.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    // How often the hub looks at its own end of each link: as often as adapters report by default.
    static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    readonly WarnedOnce warned = new();
    IReadOnlySet<string> troubled = new HashSet<string>();
    DateTimeOffset nextLook;
    bool listening;

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> Next(CancellationToken cancellationToken) => await Round(cancellationToken) ? TimeSpan.FromMilliseconds(100) : null;

    /// <inheritdoc/>
    protected override void Failed(Exception e) => RoundFailed(log, e);

    /// <summary>One round. Returns true when there is more to do at once.</summary>
    public async Task<bool> Round(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var chained = await ledger.Chain(now, 1000, cancellationToken);

        foreach (var parked in await journal.Parked(now - Patience, 100, cancellationToken))
            await core.Send(Lane.Routine, new ActTaken { CorrelationId = parked.RequestId, JournalId = parked.JournalId, PatienceOver = true }, cancellationToken);

        foreach (var wanted in await quarantine.ToRetry(20, cancellationToken))
            await edge.TakeAgain(wanted, cancellationToken);

        // What has just become trouble, or is none any more, is looked at now: until then nobody can tell a silent adapter from one that cannot be heard.
        var trouble = link.Trouble.Keys.ToHashSet();
        if (technical.GetUtcNow() is var present && (present >= nextLook || !trouble.SetEquals(troubled)))
        {
            (nextLook, troubled) = (present + LookEvery, trouble);
            foreach (var warning in warned.New([.. keys.Endings(now), .. options.Broker.Endings()], now))
                EndsSoon(log, warning);
            await journal.RaiseWatermarks(cancellationToken);
            foreach (var (state, seen) in await Task.WhenAll(region.States.Keys.Select(async s => (s, await link.Look(s, cancellationToken)))))
                if (seen is { } look)
                    await adapters.Looked(state, look.Readers, look.Trouble, present, cancellationToken, look.Queues.Count == 0 ? null : JsonSerializer.Serialize(look.Queues, JsonSerializerOptions.Web));
        }

        // As the clock does before its first sign of life: whichever comes first.
        if (!listening)
            await adapters.Listen(technical.GetUtcNow(), cancellationToken);
        listening = true;
        foreach (var adapter in await adapters.FallenSilent(technical.GetUtcNow(), cancellationToken))
        {
            AdapterSilent(log, adapter.State);
            await ledger.Record(
                [new LedgerLeaf { At = now, Kind = "AdapterSilent", Actor = adapter.State, Content = JsonSerializer.Serialize(new { heardAt = adapter.HeardAt }) }], cancellationToken);
        }
        return chained == 1000;
    }

    [LoggerMessage(3401, LogLevel.Warning, "A round of the watch failed; trying again")]
    static partial void RoundFailed(ILogger log, Exception e);

    [LoggerMessage(3403, LogLevel.Warning, "{Warning}")]
    static partial void EndsSoon(ILogger log, string warning);

    [LoggerMessage(3402, LogLevel.Warning, "The adapter of {State} has fallen silent")]
    static partial void AdapterSilent(ILogger log, string state);

}
