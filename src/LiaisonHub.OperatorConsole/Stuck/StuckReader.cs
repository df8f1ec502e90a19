using System.Collections.Concurrent;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Stuck;

/// <summary>A verdict in the words of whoever looks: a page's language, English for programs. The codes of its sentences stay the same whatever the words are.</summary>
public sealed record SaidVerdict
{
    readonly Func<Said>? what, clears;

    /// <summary>As a program reads it.</summary>
    public SaidVerdict()
    {
    }

    // One board serves all who look within ten seconds, in whatever language: the words are found when they are asked for.
    internal SaidVerdict(Verdict verdict, Texts texts) =>
        (Cause, Owner, State, Since, WhatCode, ClearsCode, what, clears) =
            (verdict.Cause, verdict.Owner, verdict.State, verdict.Since, verdict.What.Code, verdict.Clears.Code, () => texts.Of(verdict.What), () => texts.Of(verdict.Clears));

    /// <inheritdoc cref="Verdict.Cause"/>
    public Cause Cause { get; init; }

    /// <inheritdoc cref="Verdict.Owner"/>
    public Owner Owner { get; init; }

    /// <inheritdoc cref="Verdict.State"/>
    public string? State { get; init; }

    /// <inheritdoc cref="Verdict.Since"/>
    public DateTimeOffset Since { get; init; }

    /// <summary>Code of the sentence that says what is so.</summary>
    public string WhatCode { get; init; } = "";

    /// <summary>What is so.</summary>
    public Said What { get => what?.Invoke() ?? field; init; } = Said.Nothing;

    /// <summary>Code of the sentence that says what clears it.</summary>
    public string ClearsCode { get; init; } = "";

    /// <summary>What would clear it.</summary>
    public Said Clears { get => clears?.Invoke() ?? field; init; } = Said.Nothing;
}

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
    public required SaidVerdict Verdict { get; init; }

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

    /// <summary>What is wrong with the hub and with the ways, the deepest first: it holds up what is on its way, even where nothing is late yet. Empty: nothing is known.</summary>
    public required IReadOnlyList<SaidVerdict> Faults { get; init; }

    /// <summary>How many requests are open, counted up to <see cref="HubReads.Most"/>.</summary>
    public required int Open { get; init; }

    /// <summary>True: of one kind of trouble there is more than was looked at; the worst are here.</summary>
    public bool Cut { get; init; }
}

/// <summary>Finds what is stuck, and says why.</summary>
public sealed class StuckReader(
    StuckReads stuck, HubReads reads, HubFigures figures, Quarantine quarantine, RepairPlans plans, WayReader roads, Deadlines deadlines, PublicKeys keys, Rules rules, Texts texts,
    TimeProvider time, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical) : IDisposable
{
    // So many requests are judged at a time.
    const int AtOnce = 500;

    static readonly TimeSpan UsualGoodFor = TimeSpan.FromMinutes(5);

    // Nobody waits for a reading that takes longer: who looks meanwhile sees the one before. All that may be stuck is judged, and that may be thousands.
    static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(100), ShownFor = TimeSpan.FromMinutes(1);

    static readonly string[] OfKeys = [nameof(NotAuthenticReason.UnknownKey), nameof(NotAuthenticReason.WrongOwner), nameof(NotAuthenticReason.KeyOutOfTime)];

    // Fewer stays do not say what is usual.
    const int FewestStays = 20, MostPlans = 20;

    readonly ConcurrentDictionary<(string Procedure, string State), (DateTimeOffset Until, TimeSpan? Usual)> usual = new();
    readonly SemaphoreSlim reading = new(1, 1);
    volatile Kept? last;
    volatile bool failed;

    /// <summary>The board as it was read last. Null: it never was.</summary>
    public StuckBoard? Last => last?.Board;

    /// <summary>How long a reading serves at least, whoever looks.</summary>
    public static TimeSpan Soonest { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The board; one reading serves all who look within ten seconds, or longer where a reading takes longer.</summary>
    public async Task<StuckBoard> Read(CancellationToken cancellationToken)
    {
        if (last is { } kept && !IsOlder(kept, kept.GoodFor))
            return kept.Board;
        // What could not be read is told, with its error, instead of what was so before.
        if (last is { } shown && shown.Took > Quick && !failed && !IsOlder(shown, shown.Pace + ShownFor))
        {
            if (reading.CurrentCount > 0)
                _ = Renew(CancellationToken.None).ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return shown.Board;
        }
        return await Renew(cancellationToken);
    }

    /// <summary>Renews the board while nobody looks, so that whoever does at night waits for nothing.</summary>
    /// <returns>In how long it is to be renewed again: reading it takes a fiftieth of the time.</returns>
    public async Task<TimeSpan> Keep(CancellationToken cancellationToken)
    {
        if (last is not { } kept || IsOlder(kept, kept.Pace))
            await Renew(cancellationToken);
        var renewed = last!;
        var left = renewed.At + renewed.Pace - technical.GetUtcNow();
        return left < TimeSpan.Zero ? TimeSpan.Zero : left > renewed.Pace ? renewed.Pace : left;
    }

    async Task<StuckBoard> Renew(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            if (last is { } kept && !IsOlder(kept, kept.GoodFor))
                return kept.Board;
            var started = technical.GetTimestamp();
            var board = await ReadAnew(cancellationToken);
            last = new(board, technical.GetUtcNow(), technical.GetElapsedTime(started));
            failed = false;
            return board;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failed = true;
            throw;
        }
        finally
        {
            reading.Release();
        }
    }

    // A clock that was set back makes it old too.
    bool IsOlder(Kept kept, TimeSpan than) => technical.GetUtcNow() - kept.At is var age && (age < TimeSpan.Zero || age >= than);

    /// <summary>The board as of now, whatever was read before.</summary>
    public async Task<StuckBoard> ReadAnew(CancellationToken cancellationToken)
    {
        var around = await Look(cancellationToken);
        var watch = rules.Region.TransportWatch;
        var rested = new List<RestedBefore>();
        foreach (var resting in await stuck.WithoutLimit(cancellationToken))
            if (around.Now - Shorter(await Usual(resting.Procedure, resting.State, cancellationToken) ?? Verdict.StayPatience, Verdict.HoldPatience) is var before && resting.Before < before)
                rested.Add(resting with { Before = before });
        var (ids, cut) = await stuck.Candidates(
            new()
            {
                Now = around.Now,
                ReceivedBefore = around.Now - Verdict.HubPatience,
                NotDeliveredSince = around.Now - watch.Delivered,
                NotOpenedSince = around.Now - watch.Opened,
                HeldUpSince = around.Now - Verdict.BrokerPatience,
                CutOff = [.. around.CutOff],
                WithoutKeys = [.. around.WithoutKeys],
                Body = rules.Region.Body.Code,
                Rested = rested,
                // From the end of the first calendar on, limits are counted without holidays.
                Beyond = rules.Region.Calendars.Values.Min(c => c.Until).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
                AtMost = HubReads.Most,
            },
            cancellationToken);
        var lines = new List<StuckLine>();
        foreach (var chunk in ids.Chunk(AtOnce))
        {
            var (judged, unreadable) = await Judge(chunk, around, cancellationToken);
            // Its row still says what it is and between whom.
            foreach (var (requestId, place) in unreadable)
                if (await reads.Row(requestId, cancellationToken) is { } row)
                    lines.Add(new()
                    {
                        RequestId = requestId,
                        Reference = row.Reference,
                        Procedure = row.Procedure,
                        Instrument = row.Instrument,
                        RequestingState = row.RequestingState,
                        RequestedState = row.RequestedState,
                        State = row.State,
                        Since = row.Since,
                        Due = row.NextDue,
                        Verdict = new(Verdict.Unreadable(place, row.UpdatedAt), texts),
                    });
            foreach (var (request, verdicts) in judged)
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
                        Usual = await Usual(request.Procedure, request.State, cancellationToken),
                        Due = request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Running }).Min(d => d.Due),
                        Verdict = new(first, texts),
                    });
        }
        return new()
        {
            At = around.Now,
            Present = around.Present,
            Lines = [.. lines.OrderBy(l => l.Verdict.Cause).ThenBy(l => l.Verdict.Since).ThenBy(l => l.RequestId)],
            Faults = [.. around.Faults.Select(f => new SaidVerdict(f, texts))],
            Open = (await reads.Today(around.Now, TimeSpan.Zero, watch.Opened, cancellationToken)).Open,
            Cut = cut,
        };
    }

    /// <summary>Why one request does not move, the deepest cause first; the last is always <see cref="Cause.AsPlanned"/>.</summary>
    public async Task<IReadOnlyList<Verdict>> Judge(Request request, CancellationToken cancellationToken) =>
        (await Judge([request.Id], await Look(cancellationToken), cancellationToken)).Judged is [var (_, verdicts)] ? verdicts : [];

    async Task<(IReadOnlyList<(Request Request, IReadOnlyList<Verdict> Verdicts)> Judged, IReadOnlyList<(Guid RequestId, string Place)> Unreadable)> Judge(IReadOnlyList<Guid> ids, Surroundings around, CancellationToken cancellationToken)
    {
        var open = await stuck.Open(ids, cancellationToken);
        var onTheirWay = (await stuck.NotOpened(ids, cancellationToken)).ToLookup(r => r.RequestId);
        var setAside = (await stuck.SetAside(ids, cancellationToken)).ToLookup(q => q.RequestId);
        var undecided = (await stuck.NotDecided(ids, cancellationToken)).ToLookup(u => u.RequestId);
        var judged = new List<(Request, IReadOnlyList<Verdict>)>(open.Count);
        var unreadable = new List<(Guid, string)>();
        foreach (var candidate in open)
        {
            if (!Request.TryRead(candidate.Body, out var request, out var place))
            {
                unreadable.Add((candidate.RequestId, place));
                continue;
            }
            var facts = StuckFacts.Of(request, rules, around.Now, around.Present);
            var states = Rules.SeatsOf(request).Select(s => Rules.PartyOf(request, s).State).Distinct().ToList();
            // What a state says of a request it has no part in is not the request's.
            var refused = setAside[request.Id].Where(q => q.State is not null && states.Contains(q.State)).MinBy(q => q.At);
            var waiting = undecided[request.Id].Where(u => states.Contains(u.SenderState)).OrderBy(u => u.ParkedAt is null ? 0 : 1).ThenBy(u => u.ReceivedAt).FirstOrDefault();
            judged.Add((request, [.. Verdict.All(facts with
            {
                Usual = await Usual(request.Procedure, request.State, cancellationToken),
                OnTheirWay = [.. onTheirWay[request.Id].Select(r => new ActOnItsWay(r.ToState, r.AcceptedAt ?? request.Since, r.DeliveredAt, r.HandedOverAt))],
                Ways = [.. states.Select(s => around.Ways[s])],
                Keys = [.. Wanted(facts.Awaited, states, around)],
                Plan = around.Plans.GetValueOrDefault(request.Id),
                Quarantined = refused is { State: { } from } ? new(from, Enum.TryParse<RefusalCode>(refused.Code, out var code) ? code : RefusalCode.InvalidContent, refused.Reason, refused.Fix, refused.At)
                    : facts.Awaited is { } awaited ? around.Unproven.GetValueOrDefault(awaited) : null,
                Undecided = waiting is null ? null : new(waiting.SenderState, waiting.ReceivedAt, waiting.ParkedAt),
                ClockBehindSince = around.ClockBehindSince,
                WorkerSilentSince = around.WorkerSilentSince,
                WorkerEnded = around.WorkerEnded,
                Core = around.Core,
            })]));
        }
        return (judged, unreadable);
    }

    // The hub signs what it says; whoever must act signs it, and seals it to the others.
    static IEnumerable<KeyWanted> Wanted(string? awaited, IReadOnlyList<string> states, Surroundings around)
    {
        foreach (var key in around.Keys)
            if (key.Owner == PublicKey.HubOwner || awaited is not null && (key.Use == KeyUse.Sign ? key.Owner == awaited : key.Owner != awaited && states.Contains(key.Owner)))
                yield return new(key.Owner, key.Use == KeyUse.Seal, key.EndedAt);
    }

    async Task<TimeSpan?> Usual(string procedure, string state, CancellationToken cancellationToken)
    {
        var (key, now) = ((procedure, state), technical.GetUtcNow());
        if (usual.TryGetValue(key, out var kept) && kept.Until > now)
            return kept.Usual;
        var stays = await stuck.Stays(procedure, state, cancellationToken);
        TimeSpan? found = stays.Count < FewestStays ? null : stays.Order().ElementAt((int)Math.Ceiling(stays.Count * 0.95) - 1);
        usual[key] = (now + UsualGoodFor, found);
        return found;
    }

    async Task<Surroundings> Look(CancellationToken cancellationToken)
    {
        var (now, present) = (time.GetUtcNow(), technical.GetUtcNow());
        var board = await roads.Read(cancellationToken);
        var ways = board.Ways;

        // Somebody who signs with a key that nobody knows is heard no more, and looks silent. What is not signed at all says nothing of keys.
        var unproven = new Dictionary<string, SetAside>();
        foreach (var group in await figures.Quarantined(cancellationToken))
            if (group.Code == nameof(RefusalCode.NotAuthentic) && ways.TryGetValue(group.State, out var way) && way.SilentSince is not null && !(way.HeardAt >= group.LastAt)
                && (await quarantine.Page(null, group.State, group.Code, null, 20, cancellationToken)).Where(m => OfKeys.Contains(m.Place)).ToList() is [var newest, ..] ofKeys && !(way.HeardAt >= newest.At))
                unproven[group.State] = new(group.State, RefusalCode.NotAuthentic, newest.Reason, newest.Fix, ofKeys[^1].At);
        var waiting = new Dictionary<Guid, PlanFact>();
        foreach (var plan in await plans.WaitingForSecond(now, MostPlans, cancellationToken))
            foreach (var concerned in await plans.Concerned(plan.PlanId, cancellationToken))
                waiting.TryAdd(concerned, new(plan.Reason, plan.ShapedAt));
        return new()
        {
            Now = now,
            Present = present,
            Ways = ways,
            Faults = board.Faults,
            Keys = [.. rules.Region.States.Keys.SelectMany(s => new[] { (s, KeyUse.Sign), (s, KeyUse.Seal) }).Append((PublicKey.HubOwner, KeyUse.Sign))
                .Where(k => !keys.Now.All.Any(x => x.Owner == k.Item1 && x.Use == k.Item2 && x.ValidAt(now)))
                .Select(k => new KeyGap(k.Item1, k.Item2, keys.Now.All.Where(x => x.Owner == k.Item1 && x.Use == k.Item2 && x.To <= now).Max(x => (DateTimeOffset?)x.To)))],
            Unproven = unproven,
            Plans = waiting,
            ClockBehindSince = await deadlines.NextLook(cancellationToken) is { } look && look < now ? look : null,
            WorkerSilentSince = board.Heard.WorkerSilentSince,
            WorkerEnded = WayReader.EndedOf(board.Heard),
            Core = board.CoreFacts,
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
        public required IReadOnlyList<Verdict> Faults { get; init; }
        public required IReadOnlyList<KeyGap> Keys { get; init; }
        public required IReadOnlyDictionary<string, SetAside> Unproven { get; init; }
        public required IReadOnlyDictionary<Guid, PlanFact> Plans { get; init; }
        public DateTimeOffset? ClockBehindSince { get; init; }
        public DateTimeOffset? WorkerSilentSince { get; init; }
        public WorkerEnded? WorkerEnded { get; init; }
        public CoreFacts? Core { get; init; }

        /// <summary>States to which nothing goes.</summary>
        public IEnumerable<string> CutOff => WorkerSilentSince is not null ? Ways.Keys
            : Ways.Values.Where(w => w.SilentSince is not null || w.MissingKey is not null || w.BrokerTrouble is not null || w.QueueMissing is not null || w.Consumers == 0 || w.Waiting > 0 || w.GivenUp > 0 || Now - w.OutboxOldest > Verdict.BrokerPatience).Select(w => w.State);

        /// <summary>States of which a key is missing, in the directory or at home, or that sign with one nobody knows.</summary>
        public IEnumerable<string> WithoutKeys => Keys.Any(k => k.Owner == PublicKey.HubOwner) ? Ways.Keys : Keys.Select(k => k.Owner).Concat(Unproven.Keys).Concat(Ways.Values.Where(w => w.MissingKey is not null).Select(w => w.State)).Distinct().Where(Ways.ContainsKey);
    }

    sealed record Kept(StuckBoard Board, DateTimeOffset At, TimeSpan Took)
    {
        // While somebody looks, and while nobody does.
        public TimeSpan GoodFor => Longer(5 * Took, Soonest);
        public TimeSpan Pace => Longer(50 * Took, Soonest);

        static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
    }
}
