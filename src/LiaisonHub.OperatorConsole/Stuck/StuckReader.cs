using System.Collections.Concurrent;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Stuck;

/// <summary>A request that is stuck.</summary>
public sealed record StuckLine
{
    /// <summary>The request.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>Its reference.</summary>
    public required string Reference { get; init; }

    /// <summary>The procedure.</summary>
    public required string Procedure { get; init; }

    /// <summary>The instrument.</summary>
    public required string Instrument { get; init; }

    /// <summary>The state that asks.</summary>
    public required string RequestingState { get; init; }

    /// <summary>The state that is asked.</summary>
    public required string RequestedState { get; init; }

    /// <summary>State of the procedure.</summary>
    public required string State { get; init; }

    /// <summary>Since when it is in that state (UTC).</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How long 95 of 100 requests stay in that state. Null: too few have left it to say.</summary>
    public TimeSpan? Usual { get; init; }

    /// <summary>The next limit (UTC). Null: none runs.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Why it does not move.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The pair, as it is grouped: <c>XA→XB</c>.</summary>
    public string Pair => $"{RequestingState}→{RequestedState}";
}

/// <summary>Every request that is stuck.</summary>
public sealed record StuckBoard
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The clock for technical matters (UTC).</summary>
    public required DateTimeOffset Present { get; init; }

    /// <summary>Those that are stuck, the deepest cause first, then the longest.</summary>
    public required IReadOnlyList<StuckLine> Lines { get; init; }

    /// <summary>How many requests are open, counted up to <see cref="HubReads.Most"/>.</summary>
    public required int Open { get; init; }

    /// <summary>True: of one kind of trouble there is more than was looked at; the worst are here.</summary>
    public bool Cut { get; init; }
}

/// <summary>Finds what is stuck, and says why.</summary>
public sealed class StuckReader(
    StuckReads stuck, HubReads reads, HubFigures figures, Quarantine quarantine, AdapterRegister adapters, Outbox outbox, Deadlines deadlines, KeyDirectory keys, Rules rules, TimeProvider time,
    [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical) : IDisposable
{
    /// <summary>At most so many requests of each kind of trouble are looked at.</summary>
    public const int AtMost = 300;

    // A look at the broker that is older says nothing any more.
    static readonly TimeSpan LookGoodFor = TimeSpan.FromMinutes(5), BoardGoodFor = TimeSpan.FromSeconds(10), UsualGoodFor = TimeSpan.FromMinutes(5);

    // Fewer stays do not say what is usual.
    const int FewestStays = 20;

    readonly ConcurrentDictionary<(string Procedure, string State), (DateTimeOffset Until, TimeSpan? Usual)> usual = new();
    readonly SemaphoreSlim reading = new(1, 1);
    (DateTimeOffset Until, StuckBoard Board)? last;

    /// <summary>The board; one reading serves all who look within ten seconds.</summary>
    public async Task<StuckBoard> Read(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            if (last is { } kept && kept.Until > technical.GetUtcNow() && kept.Until <= technical.GetUtcNow() + BoardGoodFor)
                return kept.Board;
            var board = await ReadAnew(cancellationToken);
            last = (technical.GetUtcNow() + BoardGoodFor, board);
            return board;
        }
        finally
        {
            reading.Release();
        }
    }

    async Task<StuckBoard> ReadAnew(CancellationToken cancellationToken)
    {
        var around = await Look(cancellationToken);
        var watch = rules.Region.TransportWatch;
        // From the end of the first calendar on, limits are counted without holidays.
        var calendarEnds = rules.Region.Calendars.Values.Min(c => c.Until).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var (ids, cut) = await stuck.Candidates(
            around.Now, around.Now - Verdict.HubPatience, around.Now - Shorter(watch.Delivered, Verdict.BrokerPatience), around.Now - Verdict.BrokerPatience, calendarEnds, around.Troubled, AtMost, cancellationToken);
        var lines = new List<StuckLine>();
        foreach (var chunk in ids.Chunk(AtMost))
            foreach (var (request, verdicts) in await Judge(chunk, around, cancellationToken))
                if (verdicts[0] is { Cause: not Cause.AsPlanned } first)
                    lines.Add(new()
                    {
                        RequestId = request.Id,
                        Reference = request.Reference,
                        Procedure = request.Procedure,
                        Instrument = request.Instrument,
                        RequestingState = request.Requesting.State,
                        RequestedState = request.Requested.State,
                        State = request.State,
                        Since = request.Since,
                        Usual = await Usual(request, cancellationToken),
                        Due = request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Running }).Min(d => d.Due),
                        Verdict = first,
                    });
        return new()
        {
            At = around.Now,
            Present = around.Present,
            Lines = [.. lines.OrderBy(l => l.Verdict.Cause).ThenBy(l => l.Verdict.Since).ThenBy(l => l.RequestId)],
            Open = (await reads.Today(around.Now, TimeSpan.Zero, watch.Opened, cancellationToken)).Open,
            Cut = cut,
        };
    }

    /// <summary>Why one request does not move, the deepest cause first; the last is always <see cref="Cause.AsPlanned"/>.</summary>
    public async Task<IReadOnlyList<Verdict>> Judge(Request request, CancellationToken cancellationToken) =>
        await Judge([request.Id], await Look(cancellationToken), cancellationToken) is [var (_, verdicts)] ? verdicts : [];

    async Task<IReadOnlyList<(Request Request, IReadOnlyList<Verdict> Verdicts)>> Judge(IReadOnlyList<Guid> ids, Surroundings around, CancellationToken cancellationToken)
    {
        var open = await stuck.Open(ids, cancellationToken);
        var onTheirWay = (await stuck.NotOpened(open.Select(c => c.RequestId), cancellationToken)).ToLookup(r => r.RequestId);
        var judged = new List<(Request, IReadOnlyList<Verdict>)>(open.Count);
        foreach (var candidate in open)
        {
            var request = Request.Read(candidate.Body);
            var facts = StuckFacts.Of(request, rules, around.Now, around.Present);
            var states = Rules.SeatsOf(request).Select(s => Rules.PartyOf(request, s).State).Distinct().ToList();
            var refused = around.SetAside[request.Id].FirstOrDefault();
            judged.Add((request, [.. Verdict.All(facts with
            {
                Usual = await Usual(request, cancellationToken),
                OnTheirWay = [.. onTheirWay[request.Id].Select(r => new ActOnItsWay(r.ToState, r.AcceptedAt ?? request.Since, r.DeliveredAt, r.HandedOverAt))],
                Ways = [.. states.Select(s => around.Ways[s])],
                Keys = [.. Wanted(facts.Awaited, states, around)],
                Quarantined = refused is { State: { } from } ? new(from, Enum.TryParse<RefusalCode>(refused.Code, out var code) ? code : RefusalCode.InvalidContent, refused.Reason, refused.Fix, refused.At)
                    : facts.Awaited is { } awaited ? around.Unproven.GetValueOrDefault(awaited) : null,
                Undecided = around.NotDecided[request.Id].OrderBy(u => u.ParkedAt is null ? 0 : 1).FirstOrDefault() is { } undecided ? new(undecided.SenderState, undecided.ReceivedAt, undecided.ParkedAt) : null,
                ClockBehindSince = around.ClockBehindSince,
            })]));
        }
        return judged;
    }

    // The hub signs what it says; whoever must act signs it, and seals it to the others.
    static IEnumerable<KeyWanted> Wanted(string? awaited, IReadOnlyList<string> states, Surroundings around)
    {
        foreach (var key in around.Keys)
            if (key.Owner == PublicKey.HubOwner || awaited is not null && (key.Use == KeyUse.Sign ? key.Owner == awaited : key.Owner != awaited && states.Contains(key.Owner)))
                yield return new(key.Owner, key.Use == KeyUse.Sign ? "to sign with" : "to seal to", key.EndedAt);
    }

    async Task<TimeSpan?> Usual(Request request, CancellationToken cancellationToken)
    {
        var (key, now) = ((request.Procedure, request.State), technical.GetUtcNow());
        if (usual.TryGetValue(key, out var kept) && kept.Until > now)
            return kept.Usual;
        var stays = await stuck.Stays(request.Procedure, request.State, cancellationToken);
        TimeSpan? found = stays.Count < FewestStays ? null : stays.Order().ElementAt((int)Math.Ceiling(stays.Count * 0.95) - 1);
        usual[key] = (now + UsualGoodFor, found);
        return found;
    }

    async Task<Surroundings> Look(CancellationToken cancellationToken)
    {
        var (now, present) = (time.GetUtcNow(), technical.GetUtcNow());
        var standings = (await adapters.All(cancellationToken)).ToDictionary(a => a.State);
        var depths = (await outbox.Depth(cancellationToken)).ToDictionary(d => d.State);
        var ways = rules.Region.States.Keys.ToDictionary(state => state, state => new WayFacts(state)
        {
            SilentSince = standings.GetValueOrDefault(state)?.SilentSince,
            HeardAt = standings.GetValueOrDefault(state)?.HeardAt,
            SetAsideThere = standings.GetValueOrDefault(state)?.Quarantined ?? 0,
            MaintenanceUntil = standings.GetValueOrDefault(state) is { } worked && worked.InMaintenance(present) ? worked.MaintenanceUntil : null,
            BrokerTrouble = Seen(state) is { Readers: null, LinkTrouble: { } trouble } ? trouble : null,
            Consumers = Seen(state)?.Readers,
            OutboxOldest = depths.GetValueOrDefault(state)?.Oldest,
            OutboxError = depths.GetValueOrDefault(state)?.LastError,
        });

        // The hub looks once a minute.
        AdapterStanding? Seen(string state) => standings.GetValueOrDefault(state) is { LookedAt: { } at } looked && (present - at).Duration() < LookGoodFor ? looked : null;

        // Somebody who signs with a key that nobody knows is heard no more, and looks silent.
        var unproven = new Dictionary<string, SetAside>();
        foreach (var group in await figures.Quarantined(cancellationToken))
            if (group.Code == nameof(RefusalCode.NotAuthentic) && ways.TryGetValue(group.State, out var way) && !(way.HeardAt >= group.LastAt)
                && await quarantine.Page(null, group.State, group.Code, null, 1, cancellationToken) is [var newest])
                unproven[group.State] = new(group.State, RefusalCode.NotAuthentic, newest.Reason, newest.Fix, group.FirstAt);
        return new()
        {
            Now = now,
            Present = present,
            Ways = ways,
            Keys = [.. rules.Region.States.Keys.SelectMany(s => new[] { (s, KeyUse.Sign), (s, KeyUse.Seal) }).Append((PublicKey.HubOwner, KeyUse.Sign))
                .Where(k => !keys.All.Any(x => x.Owner == k.Item1 && x.Use == k.Item2 && x.ValidAt(now)))
                .Select(k => new KeyGap(k.Item1, k.Item2, keys.All.Where(x => x.Owner == k.Item1 && x.Use == k.Item2 && x.To <= now).Max(x => (DateTimeOffset?)x.To)))],
            Unproven = unproven,
            // Whoever is not believed may have named any request.
            SetAside = (await stuck.SetAside(AtMost, cancellationToken)).Where(q => q.Code != nameof(RefusalCode.NotAuthentic)).ToLookup(q => q.RequestId),
            NotDecided = (await stuck.NotDecided(AtMost, cancellationToken)).ToLookup(u => u.RequestId),
            ClockBehindSince = await deadlines.NextLook(cancellationToken) is { } look && look < now ? look : null,
        };
    }

    static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <inheritdoc/>
    public void Dispose() => reading.Dispose();

    sealed record KeyGap(string Owner, KeyUse Use, DateTimeOffset? EndedAt);

    // What is the same for every request: read once for all of them.
    sealed record Surroundings
    {
        public required DateTimeOffset Now { get; init; }
        public required DateTimeOffset Present { get; init; }
        public required IReadOnlyDictionary<string, WayFacts> Ways { get; init; }
        public required IReadOnlyList<KeyGap> Keys { get; init; }
        public required IReadOnlyDictionary<string, SetAside> Unproven { get; init; }
        public required ILookup<Guid, QuarantinedOf> SetAside { get; init; }
        public required ILookup<Guid, UndecidedOf> NotDecided { get; init; }
        public DateTimeOffset? ClockBehindSince { get; init; }

        /// <summary>States whose way or keys are in trouble.</summary>
        public IEnumerable<string> Troubled => Keys.Any(k => k.Owner == PublicKey.HubOwner) ? Ways.Keys : Ways.Values
            .Where(w => w.MaintenanceUntil > Present || w.SilentSince is not null || w.BrokerTrouble is not null || w.Consumers == 0 || w.SetAsideThere > 0 || Now - w.OutboxOldest > Verdict.BrokerPatience)
            .Select(w => w.State).Concat(Keys.Select(k => k.Owner)).Concat(Unproven.Keys).Distinct().Where(Ways.ContainsKey);
    }
}
