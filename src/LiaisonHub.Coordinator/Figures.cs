using System.Diagnostics.Metrics;
using LiaisonHub.Casework;
using LiaisonHub.Messaging;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Coordinator;

/// <summary>
/// What a monitoring system is told by OTLP: how much waits, for how long, and for whom. Read every quarter of a minute, by each hub that runs; counts end at <see cref="HubReads.Most"/>. Tags are states and
/// levels, never a request or a person.
/// </summary>
public sealed partial class Figures : Rounds
{
    static readonly TimeSpan BreachingWithin = TimeSpan.FromDays(5);

    readonly HubReads reads;
    readonly HubFigures figures;
    readonly Outbox outbox;
    readonly Deadlines deadlines;
    readonly AdapterRegister adapters;
    readonly Region region;
    readonly TimeProvider time;
    readonly ILogger<Figures> log;
    readonly Meter meter;
    volatile Read? last;

    /// <summary>Makes the instruments; they have no value before the first reading.</summary>
    public Figures(
        HubReads reads, HubFigures figures, Outbox outbox, Deadlines deadlines, AdapterRegister adapters, Region region, TimeProvider time, IMeterFactory meters, ILogger<Figures> log)
        : base(TimeSpan.FromSeconds(15))
    {
        (this.reads, this.figures, this.outbox, this.deadlines, this.adapters, this.region, this.time, this.log) = (reads, figures, outbox, deadlines, adapters, region, time, log);
        meter = meters.Create(LiaisonTelemetry.Name);
        Gauge("liaisonhub.requests.open", "{request}", "Open requests.", r => [new(r.Today.Open)]);
        Gauge("liaisonhub.requests.overdue", "{request}", "Open requests with a limit that has passed, by level of the ladder.", r => r.Overdue.Select(o => new Measurement<double>(o.Requests, Tag("level", o.Level))));
        Gauge("liaisonhub.requests.breaching", "{request}", "Open requests with a limit within five days.", r => [new(r.Today.Breaching)]);
        Gauge("liaisonhub.acts.unopened", "{act}", "Acts that nobody has opened for longer than the region's watch allows.", r => [new(r.Today.Unopened)]);
        Gauge("liaisonhub.acts.undecided", "{act}", "Acts taken and not decided; parked: they wait for an earlier act of their side.",
            r => [new(r.Today.Undecided, Tag("parked", "no")), new(r.Today.Parked, Tag("parked", "yes"))]);
        Gauge("liaisonhub.quarantine.waiting", "{message}", "Messages in quarantine.", r => [new(r.Today.Quarantined)]);
        Gauge("liaisonhub.outbox.waiting", "{notice}", "Notices that wait to go out, by the state they go to.", r => this.region.States.Keys.Select(s => new Measurement<double>(r.Depth(s)?.Waiting ?? 0, Tag("state", s))));
        Gauge("liaisonhub.outbox.age", "s", "Age of the oldest notice that waits to go out, by the state it goes to.",
            r => this.region.States.Keys.Select(s => new Measurement<double>(r.Depth(s) is { } depth ? Math.Max(0, (r.At - depth.Oldest).TotalSeconds) : 0, Tag("state", s))));
        Gauge("liaisonhub.adapter.silent", "1", "1: the adapter of the state has fallen silent.", r => r.Adapters.Select(a => new Measurement<double>(a.SilentSince is null ? 0 : 1, Tag("state", a.State))));
        Gauge("liaisonhub.adapter.key_missing", "1", "1: the adapter of the state says that it cannot work without a private key.", r => r.Adapters.Select(a => new Measurement<double>(a.MissingKey is null ? 0 : 1, Tag("state", a.State))));
        Gauge("liaisonhub.clock.behind", "s", "How late the earliest due limit is that the hub's clock has not looked at.", r => [new(r.NextLook is { } look ? Math.Max(0, (r.At - look).TotalSeconds) : 0)]);
    }

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> Next(CancellationToken cancellationToken)
    {
        last = await ReadAnew(cancellationToken);
        return null;
    }

    /// <inheritdoc/>
    protected override void Failed(Exception e)
    {
        // An old figure would look like a quiet hub: none is told until the database answers again.
        last = null;
        ReadingFailed(log, e);
    }

    async Task<Read> ReadAnew(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return new(
            now, await reads.Today(now, BreachingWithin, region.TransportWatch.Opened, cancellationToken), await figures.OverdueByLevel(now, cancellationToken), await outbox.Depth(cancellationToken),
            await adapters.All(cancellationToken), await deadlines.NextLook(cancellationToken));
    }

    void Gauge(string name, string unit, string description, Func<Read, IEnumerable<Measurement<double>>> values) =>
        meter.CreateObservableGauge(name, () => last is { } read ? values(read) : [], unit, description);

    static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);

    sealed record Read(
        DateTimeOffset At, TodayCounts Today, IReadOnlyList<LevelCount> Overdue, IReadOnlyList<OutboxDepth> Outbox, IReadOnlyList<AdapterStanding> Adapters, DateTimeOffset? NextLook)
    {
        public OutboxDepth? Depth(string state) => Outbox.FirstOrDefault(d => d.State == state);
    }

    [LoggerMessage(3601, LogLevel.Warning, "The figures could not be read; trying again")]
    static partial void ReadingFailed(ILogger log, Exception e);
}
