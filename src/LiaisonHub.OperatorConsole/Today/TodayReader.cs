using System.Globalization;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Records;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Stuck;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Today;

/// <summary>What the person on duty must know now.</summary>
public sealed record TodayBoard
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The figures.</summary>
    public required TodayCounts Counts { get; init; }

    /// <summary>Open requests with a passed deadline, by level of the ladder.</summary>
    public required IReadOnlyList<LevelCount> OverdueByLevel { get; init; }

    /// <summary>How many requests are stuck, by the board of stuck requests.</summary>
    public required int Stuck { get; init; }

    /// <summary>What waits for a decision of the person on duty. Empty: nothing does.</summary>
    public required IReadOnlyList<Matter> Decisions { get; init; }

    /// <summary>The open requests with the least legal time left, overdue ones first.</summary>
    public required IReadOnlyList<NextRequest> Next { get; init; }

    /// <summary>The last 24 hours, oldest first, every hour.</summary>
    public required IReadOnlyList<HourFigures> Hours { get; init; }

    /// <summary>Numbers that never came, by state.</summary>
    public required IReadOnlyList<SequenceGap> Gaps { get; init; }

    /// <summary>Adapters that are worked on now, or will be, by the announcement of their state.</summary>
    public required IReadOnlyList<AdapterStanding> Maintenance { get; init; }

    /// <summary>What waits in quarantine, by what it fell over.</summary>
    public required IReadOnlyList<FaultCount> Quarantine { get; init; }

    /// <summary>What waits for a second person.</summary>
    public required IReadOnlyList<WaitingApproval> Approvals { get; init; }

    /// <summary>The adapter whose clock is furthest from the hub's, and how far it is ahead. Null: none was heard, or legal time runs faster than the day.</summary>
    public ClockSkew? Skew { get; init; }
}

/// <summary>How far an adapter's clock is ahead of the hub's.</summary>
/// <param name="State">Whose adapter.</param>
/// <param name="Ahead">How far; negative: behind.</param>
public sealed record ClockSkew(string State, TimeSpan Ahead);

/// <summary>What may wait for a decision of the person on duty. The words stand in the rules of receivers of alerts too: they stay as they are.</summary>
public static class MatterKind
{
    /// <summary>The hub's clock of limits stands still.</summary>
    public const string Clock = "clock";

    /// <summary>Acts are not decided.</summary>
    public const string Undecided = "undecided";

    /// <summary>What is stored of requests cannot be read.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>The hub does not reach the broker, or the broker lacks a queue.</summary>
    public const string Broker = "broker";

    /// <summary>A verification has found that the ledger does not hold.</summary>
    public const string Ledger = "ledger";

    /// <summary>Nobody can be the second person: nothing irreversible can run.</summary>
    public const string SecondPerson = "second-person";

    /// <summary>Notices wait at the hub.</summary>
    public const string Outbox = "outbox";

    /// <summary>An adapter says that it cannot work without a private key.</summary>
    public const string AdapterKey = "adapter-key";

    /// <summary>An adapter is silent.</summary>
    public const string AdapterSilent = "adapter-silent";

    /// <summary>The broker gave up on messages.</summary>
    public const string DeadLetters = "dead-letters";

    /// <summary>Numbers never came.</summary>
    public const string Gap = "gap";

    /// <summary>Messages stand in quarantine.</summary>
    public const string Quarantine = "quarantine";

    /// <summary>Files and messages stand in an adapter's own quarantine.</summary>
    public const string AdapterQuarantine = "adapter-quarantine";

    /// <summary>Acts are incomplete at an adapter: they wait for a person there.</summary>
    public const string AdapterIncomplete = "adapter-incomplete";

    /// <summary>Acts were not delivered.</summary>
    public const string NotDelivered = "not-delivered";

    /// <summary>Acts were opened by nobody.</summary>
    public const string NotOpened = "not-opened";

    /// <summary>All of them, the most pressing first.</summary>
    public static IReadOnlyList<string> All { get; } = [Clock, Broker, Ledger, Undecided, Unreadable, Outbox, AdapterKey, AdapterSilent, DeadLetters, SecondPerson, Gap, Quarantine, AdapterQuarantine, AdapterIncomplete, NotDelivered, NotOpened];
}

/// <summary>One thing that waits for a decision of the person on duty.</summary>
/// <param name="Kind">What is the matter: one of <see cref="MatterKind.All"/>.</param>
/// <param name="Owner">Where the cause lies: adapter, transport, human, hub.</param>
/// <param name="What">What is wrong, in one sentence.</param>
/// <param name="Why">The fact behind it.</param>
/// <param name="Next">The next step.</param>
/// <param name="Rows">Address of its rows.</param>
/// <param name="State">The state concerned. Null: none.</param>
/// <param name="Since">Since when. Null: not known.</param>
/// <param name="Count">How many messages, notices or acts it is about.</param>
public sealed record Matter(string Kind, string Owner, Said What, Said Why, Said Next, string Rows, string? State = null, DateTimeOffset? Since = null, int Count = 1);

/// <summary>An open request and why it stands.</summary>
/// <param name="Line">The request.</param>
/// <param name="Why">Whose turn it is, and what is due; where it cannot be read, that and where.</param>
/// <param name="Unreadable">True: what is stored of it cannot be read.</param>
public sealed record NextRequest(RequestLine Line, Said Why, bool Unreadable = false);

/// <summary>Reads the first page.</summary>
public sealed class TodayReader(
    HubReads reads, HubFigures figures, Journal journal, Outbox outbox, Deadlines deadlines, WayReader ways, StuckReader stuck, Quarantine quarantine, AuditReader audit, AccountStore accounts, ConsoleOptions options, LastVerification verified, Rules rules, Texts texts,
    TimeProvider time, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    /// <summary>Working days of the "breaching soon" figure, by the calendar of the state that must act.</summary>
    public const int BreachingDays = 5;

    // What is longer than these is no longer on its way, but stuck.
    static readonly TimeSpan OutboxPatience = TimeSpan.FromMinutes(5), DecisionPatience = TimeSpan.FromMinutes(15), ClockPatience = TimeSpan.FromMinutes(15);

    readonly Lock gate = new();
    (DateTimeOffset Until, IReadOnlyList<HourFigures> Hours)? hours;

    /// <summary>How far each state looks ahead that looks so many of its working days ahead.</summary>
    public static IReadOnlyList<DueSpan> Near(Rules rules, DateTimeOffset now, int days) => [.. rules.Region.States.Keys.Select(s => new DueSpan(s, now, rules.EndOfWorkingDays(s, days, now) + TimeSpan.FromSeconds(1)))];

    /// <summary>Reads it as of now.</summary>
    public async Task<TodayBoard> Read(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var watch = rules.Region.TransportWatch;
        var counts = await reads.Today(now, TimeSpan.Zero, watch.Opened, cancellationToken);
        var near = Near(rules, now, BreachingDays);
        var gaps = await journal.Gaps(50, cancellationToken);
        var present = technical.GetUtcNow();
        var roads = await ways.Read(cancellationToken);
        var standings = roads.Heard.Adapters;
        var groups = await figures.Quarantined(cancellationToken);
        var board = await stuck.Read(cancellationToken);
        var next = await Next(now, cancellationToken);
        return new()
        {
            At = now,
            Counts = counts with { Breaching = await reads.Near(near, cancellationToken), SilentAdapters = standings.Count(a => a.SilentSince is not null) },
            Stuck = board.Lines.Count,
            OverdueByLevel = await figures.OverdueByLevel(now, cancellationToken),
            Decisions = await Decisions(now, counts, roads, gaps, groups, Unreadable(board, next), cancellationToken),
            Maintenance = [.. standings.Where(a => a.MaintenanceUntil > present && a.MaintenanceUntil > a.MaintenanceFrom)],
            Next = next,
            Hours = await Hours(now, cancellationToken),
            Gaps = gaps,
            Quarantine = await quarantine.FaultCounts(20, cancellationToken),
            Approvals = await audit.Waiting(cancellationToken),
            Skew = roads.Ways.Values.Where(w => w.ClockAhead is not null).Select(w => new ClockSkew(w.State, w.ClockAhead!.Value)).MaxBy(s => s.Ahead.Duration()),
        };
    }

    async Task<IReadOnlyList<NextRequest>> Next(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var next = new List<NextRequest>();
        foreach (var line in await reads.RequestsPage(new RequestFilter { Exercise = false }, null, 10, cancellationToken))
            next.Add(await figures.Body(line.RequestId, cancellationToken) is not { } body ? new(line, Said.Nothing)
                : Request.TryRead(body, out var request, out var place) ? new(line, texts.Sentences(texts.Why(rules.WhyItStands(request, now).Says)))
                : new(line, texts.Of(Verdict.Unreadable(place, line.Since).What), Unreadable: true));
        return next;
    }

    // Those that are met: the stuck ones, and those with the least time left.
    static IReadOnlyList<(Guid RequestId, string Reference, Said What)> Unreadable(StuckBoard board, IReadOnlyList<NextRequest> next) =>
        [.. board.Lines.Where(l => l.Verdict.Cause == Cause.Unreadable).Select(l => (l.RequestId, l.Reference, l.Verdict.What))
            .Concat(next.Where(n => n.Unreadable).Select(n => (n.Line.RequestId, n.Line.Reference, n.Why))).DistinctBy(u => u.RequestId)];

    async Task<IReadOnlyList<Matter>> Decisions(
        DateTimeOffset now, TodayCounts counts, WayBoard roads, IReadOnlyList<SequenceGap> gaps, IReadOnlyList<QuarantineGroup> groups, IReadOnlyList<(Guid RequestId, string Reference, Said What)> unreadable,
        CancellationToken cancellationToken)
    {
        var (heard, standings) = (roads.Heard, roads.Heard.Adapters);
        var matters = new List<Matter>();
        var present = technical.GetUtcNow();
        var faster = (now - present).Duration() > TimeSpan.FromMinutes(1);

        // The hub itself, first: while it stands still, nothing else moves.
        if (heard.WorkerSilentSince is { } dead)
            matters.Add(heard.Ended is null ? new(MatterKind.Clock, "hub", texts["today.worker-silent", present - dead], texts["today.worker-silent-why"], texts["today.see-worker"], "/settings", Since: dead)
                : new(MatterKind.Clock, "hub", texts.Of(roads.Faults[0].What), texts["today.worker-silent-why"], texts.Of(roads.Faults[0].Clears), "/settings", Since: dead));
        else if (roads.Faults.FirstOrDefault(f => f.What.Code == "core-unread") is { } unread)
            matters.Add(new(MatterKind.Clock, "hub", texts.Of(unread.What), texts["today.core-why"], texts.Of(unread.Clears), "/adapters#core", Since: unread.Since));
        else if (!faster && await deadlines.NextLook(cancellationToken) is { } look && now - look > ClockPatience)
            matters.Add(new(MatterKind.Clock, "hub", texts["today.clock-stands", now - look], texts["today.clock-stands-why"], texts["today.see-worker"], "/requests?overdue=1", Since: look));
        // The broker next: one matter, however many states it cuts off. What follows from it is none of its own.
        foreach (var fault in roads.OfBroker)
            matters.Add(new(MatterKind.Broker, "hub", texts.Of(fault.What), texts[fault.What.Code == "core-trouble" ? "today.core-why" : "today.broker-why"], texts.Of(fault.Clears), "/settings#health", fault.State is { } at && rules.Region.States.ContainsKey(at) ? at : null, fault.What.Code == "queue-missing" ? null : fault.Since));
        if (await verified.Read(cancellationToken) is { Finding: { } finding } verification)
            matters.Add(new(MatterKind.Ledger, "hub", texts["settings.ledger-broken"], texts.Kept(finding.What), texts["alerts.ledger-next"], "/audit", Since: verification.At));
        if (!faster && counts.UndecidedOldest is { } undecided && now - undecided > DecisionPatience)
            matters.Add(new(MatterKind.Undecided, "hub", texts["today.undecided", counts.Undecided], texts["today.undecided-why", now - undecided], texts["today.see-worker"], "/acts", Since: undecided, Count: counts.Undecided));
        if (unreadable is [var first, ..])
            matters.Add(new(MatterKind.Unreadable, "hub", texts["today.unreadable", unreadable.Count], texts["today.unreadable-why", first.Reference, first.What], texts.Of(Verdict.Unreadable("", now).Clears),
                unreadable.Count == 1 ? $"/requests/{first.RequestId}" : $"/stuck?by=verdict&group={Cause.Unreadable}", Count: unreadable.Count));
        foreach (var depth in await outbox.Depth(cancellationToken))
            if (!faster && now - depth.Oldest > OutboxPatience && heard.OwnFaultSince(depth.State) is null)
                matters.Add(new(MatterKind.Outbox, "transport", texts["today.outbox", depth.Waiting, Name(depth.State)],
                    depth.LastError is { } error ? texts["today.broker-said", texts.English(error)] : texts["today.outbox-oldest", now - depth.Oldest], texts["today.outbox-next", depth.State], $"/adapters#{depth.State}", depth.State, depth.Oldest, depth.Waiting));

        foreach (var fault in roads.Faults.Where(f => f is { Cause: Cause.MissingKey, Owner: Owner.Adapter }))
            matters.Add(new(MatterKind.AdapterKey, "adapter", texts.Of(fault.What), texts["today.adapter-key-why"], texts.Of(fault.Clears), $"/adapters#{fault.State}", fault.State, fault.Since));

        // One that cannot connect for want of a certificate is silent too, and starting it would not help.
        foreach (var fault in roads.Faults.Where(f => f.Cause == Cause.ExpiredCertificate))
            matters.Add(fault.Owner == Owner.Hub ? new(MatterKind.Broker, "hub", texts.Of(fault.What), texts["today.broker-why"], texts.Of(fault.Clears), "/adapters", roads.Ways.ContainsKey(fault.State!) ? fault.State : null, fault.Since)
                : new(MatterKind.AdapterSilent, "adapter", texts.Of(fault.What), texts["today.adapter-heard", present - roads.Ways[fault.State!].HeardAt!.Value], texts.Of(fault.Clears), $"/adapters#{fault.State}", fault.State, fault.Since));
        foreach (var adapter in standings.Where(a => a.SilentSince != null && roads.Ways.GetValueOrDefault(a.State) is not ({ SilentForItsCertificate: not null } or { SilentForBrokersCertificate: not null })))
            matters.Add(new(MatterKind.AdapterSilent, "adapter", texts["today.adapter-silent", Name(adapter.State)],
                adapter.HeardAt is { } last ? texts["today.adapter-heard", present - last] : texts["today.adapter-never-heard"], texts["today.adapter-silent-next"], $"/adapters#{adapter.State}", adapter.State, adapter.SilentSince));

        foreach (var (of, messages) in roads.GivenUp)
        {
            var core = of == PublicKey.HubOwner;
            matters.Add(new(MatterKind.DeadLetters, core ? "hub" : "transport", core ? texts["today.core-dead", messages] : texts["today.dead-letters", messages, Name(of)], texts[core ? "today.core-dead-why" : "today.dead-letters-why"], texts["today.dead-letters-next"],
                LinkRoutes.DeadLetterAddress(of), core ? null : of, Count: (int)Math.Min(messages, int.MaxValue)));
        }

        // Where people sign in with passwords of this hub: elsewhere the provider says who is one.
        if (options.SignIn == SignInBy.Accounts && !await accounts.HasUnmade(nameof(Role.Approver), cancellationToken))
            matters.Add(new(MatterKind.SecondPerson, "hub", texts["today.second-none"], texts["today.second-none-why"], texts["today.second-none-next"], "/settings#health"));

        foreach (var gap in gaps)
            matters.Add(new(MatterKind.Gap, "adapter", gap.FirstMissing == gap.LastMissing ? texts["today.gap-one", Name(gap.State), Number(gap.FirstMissing)] : texts["today.gap-several", Name(gap.State), Number(gap.FirstMissing), Number(gap.LastMissing)],
                texts["today.gap-why"], texts["today.gap-next"], $"/adapters#{gap.State}", gap.State, gap.Since));

        foreach (var group in groups.Where(g => g.Messages > g.RetryRequested))
        {
            var newest = (await quarantine.Page(null, group.State.Length == 0 ? null : group.State, group.Code, null, 20, cancellationToken)).FirstOrDefault(m => m.Source == group.Source && (m.State ?? "") == group.State);
            matters.Add(new(MatterKind.Quarantine, "adapter", group.State.Length == 0 ? texts["today.quarantined-unknown", group.Messages, texts.Of("RefusalCode", group.Code)] : texts["today.quarantined", group.Messages, Name(group.State), texts.Of("RefusalCode", group.Code)],
                newest is null ? Said.Nothing : texts[group.Messages == 1 ? "today.quarantined-why" : "today.quarantined-why-newest", texts.Kept(newest.Reason), texts.Kept(newest.Fix)], texts["today.quarantined-next"],
                $"/quarantine?state={group.State}&code={group.Code}", group.State, group.FirstAt, group.Messages));
        }

        // Since when, an adapter does not say.
        foreach (var there in roads.WaitsThere)
        {
            var (kind, key) = there.Incomplete ? (MatterKind.AdapterIncomplete, "incomplete") : (MatterKind.AdapterQuarantine, "quarantine");
            matters.Add(new(kind, "adapter", texts[$"today.adapter-{key}", there.Count, Name(there.State)], there.SaidAt is { } said ? texts[$"today.adapter-{key}-why", present - said] : Said.Nothing, texts[$"today.adapter-{key}-next"],
                $"/adapters#{there.State}", there.State, Count: there.Count));
        }

        var watch = rules.Region.TransportWatch;
        foreach (var of in await reads.Unopened(
            [.. rules.Region.States.Keys.Select(state => new UnopenedSearch
            {
                State = state,
                Now = now,
                AcceptedBefore = now - watch.Delivered,
                // What was in time when the hub or its broker failed is late by that, and nobody else is to be called.
                DueBefore = (heard.OwnFaultSince(state) is { } failed && failed < now ? failed : now) - watch.Delivered,
                DeliveredBefore = now - watch.Opened,
            })],
            cancellationToken))
        {
            if (of.NotDelivered > 0)
                matters.Add(new(MatterKind.NotDelivered, "transport", texts["today.not-delivered", of.NotDelivered, Name(of.State), watch.Delivered], texts["today.not-delivered-why"],
                    standings.FirstOrDefault(a => a.State == of.State && a.InMaintenance(present)) is { } worked ? texts["today.not-delivered-maintenance", worked.MaintenanceUntil]
                        : texts["today.not-delivered-next"], $"/requests?unopened=1&country={of.State}", of.State, of.NotDeliveredSince, of.NotDelivered));
            if (of.NotOpened > 0)
                matters.Add(new(MatterKind.NotOpened, "human", texts["today.not-opened", of.NotOpened, Name(of.State), watch.Opened], texts["today.not-opened-why"], texts["today.not-opened-next"], $"/requests?unopened=1&country={of.State}", of.State, of.NotOpenedSince, of.NotOpened));
        }
        return matters;
    }

    /// <summary>The last 24 hours as a file.</summary>
    internal async Task<ListFile> File(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return new()
        {
            Name = "hours",
            Title = "Hour by hour",
            Filter = "the last 24 hours",
            At = now,
            Columns = ["from", "applied", "refused", "undecided", "quarantined"],
            Rows = (await Hours(now, cancellationToken)).Select(h => new object?[] { h.From, h.Applied, h.Refused, h.Undecided, h.Quarantined }).ToAsyncEnumerable(),
        };
    }

    async Task<IReadOnlyList<HourFigures>> Hours(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Each look at Today asks for them, and they change slowly: one reading serves all for half a minute.
        var present = technical.GetUtcNow();
        lock (gate)
            if (hours is { } kept && kept.Until > present)
                return kept.Hours;
        var first = new DateTimeOffset(now.UtcDateTime.Date.AddHours(now.UtcDateTime.Hour), TimeSpan.Zero).AddHours(-23);
        var found = (await figures.Hours(first, cancellationToken)).ToDictionary(h => h.From);
        IReadOnlyList<HourFigures> all = [.. Enumerable.Range(0, 24).Select(i => first.AddHours(i))
            .Select(hour => found.GetValueOrDefault(hour) ?? new HourFigures { From = hour, Applied = 0, Refused = 0, Undecided = 0, Quarantined = 0 })];
        lock (gate)
            hours = (present.AddSeconds(30), all);
        return all;
    }

    Said Name(string state) => texts.Named(state, rules.Region.States.GetValueOrDefault(state)?.Name);

    // A number that names something is not grouped.
    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
