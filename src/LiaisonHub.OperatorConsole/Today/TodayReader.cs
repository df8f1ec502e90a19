using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Shell;
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

    /// <summary>What waits in quarantine, grouped.</summary>
    public required IReadOnlyList<QuarantineGroup> Quarantine { get; init; }
}

/// <summary>One thing that waits for a decision of the person on duty.</summary>
/// <param name="Owner">Where the cause lies: adapter, transport, human, hub.</param>
/// <param name="What">What is wrong, in one sentence.</param>
/// <param name="Why">The fact behind it.</param>
/// <param name="Next">The next step.</param>
/// <param name="Rows">Address of its rows.</param>
/// <param name="State">The state concerned. Null: none.</param>
/// <param name="Since">Since when. Null: not known.</param>
public sealed record Matter(string Owner, string What, string Why, string Next, string Rows, string? State = null, DateTimeOffset? Since = null);

/// <summary>An open request and why it stands.</summary>
/// <param name="Line">The request.</param>
/// <param name="Why">Whose turn it is, and what is due.</param>
public sealed record NextRequest(RequestLine Line, string Why);

/// <summary>Reads the first page.</summary>
public sealed class TodayReader(
    HubReads reads, HubFigures figures, Journal journal, Outbox outbox, Deadlines deadlines, AdapterRegister adapters, Quarantine quarantine, Rules rules, TimeProvider time,
    [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    /// <summary>Days of the "breaching soon" figure.</summary>
    public const int BreachingDays = 5;

    // What is longer than these is no longer on its way, but stuck.
    static readonly TimeSpan OutboxPatience = TimeSpan.FromMinutes(5), DecisionPatience = TimeSpan.FromMinutes(15), ClockPatience = TimeSpan.FromMinutes(15);

    readonly Lock gate = new();
    (DateTimeOffset Until, IReadOnlyList<HourFigures> Hours)? hours;

    /// <summary>Reads it as of now.</summary>
    public async Task<TodayBoard> Read(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var watch = rules.Region.TransportWatch;
        var counts = await reads.Today(now, TimeSpan.FromDays(BreachingDays), watch.Opened, cancellationToken);
        var gaps = await journal.Gaps(50, cancellationToken);
        var standings = await adapters.All(cancellationToken);
        var groups = await figures.Quarantined(cancellationToken);
        return new()
        {
            At = now,
            Counts = counts,
            OverdueByLevel = await figures.OverdueByLevel(now, cancellationToken),
            Decisions = await Decisions(now, gaps, groups, standings, cancellationToken),
            Maintenance = [.. standings.Where(a => a.MaintenanceUntil > technical.GetUtcNow() && a.MaintenanceUntil > a.MaintenanceFrom)],
            Next = await Next(now, cancellationToken),
            Hours = await Hours(now, cancellationToken),
            Gaps = gaps,
            Quarantine = groups,
        };
    }

    async Task<IReadOnlyList<NextRequest>> Next(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var next = new List<NextRequest>();
        foreach (var line in await reads.RequestsPage(new RequestFilter { Exercise = false }, null, 10, cancellationToken))
            next.Add(new(line, await figures.Body(line.RequestId, cancellationToken) is { } body ? rules.WhyItStands(Request.Read(body), now).Sentence : ""));
        return next;
    }

    async Task<IReadOnlyList<Matter>> Decisions(DateTimeOffset now, IReadOnlyList<SequenceGap> gaps, IReadOnlyList<QuarantineGroup> groups, IReadOnlyList<AdapterStanding> standings, CancellationToken cancellationToken)
    {
        var matters = new List<Matter>();
        var present = technical.GetUtcNow();
        var faster = (now - present).Duration() > TimeSpan.FromMinutes(1);

        // The hub itself, first: while it stands still, nothing else moves.
        if (!faster && await deadlines.NextLook(cancellationToken) is { } look && now - look > ClockPatience)
            matters.Add(new("hub", $"The hub’s clock has not looked at due deadlines for {Words.Span(now - look)}.", "No reminder and no escalation goes out meanwhile; all of it follows, in order, when the clock runs.",
                "See that the hub’s worker runs, and read its log.", "/requests?overdue=1", Since: look));
        var waiting = await figures.Waiting(200, cancellationToken);
        if (!faster && waiting.FirstOrDefault(w => w.ParkedAt == null) is { } undecided && now - undecided.ReceivedAt > DecisionPatience)
            matters.Add(new("hub", $"{Words.Count(waiting.Count(w => w.ParkedAt == null), "act was", "acts were")} taken and not decided.", $"The oldest was received {Words.Span(now - undecided.ReceivedAt)} ago. It is safe in the journal.",
                "See that the hub’s worker runs, and read its log.", "/acts", Since: undecided.ReceivedAt));
        foreach (var depth in await outbox.Depth(cancellationToken))
            if (!faster && now - depth.Oldest > OutboxPatience)
                matters.Add(new("transport", $"{Words.Count(depth.Waiting, "notice", "notices")} to {Name(depth.State)} {(depth.Waiting == 1 ? "waits" : "wait")} at the hub.",
                    depth.LastError is { } error ? $"The broker said: {error}" : $"The oldest has waited for {Words.Span(now - depth.Oldest)}.",
                    $"See that the broker runs and that the virtual host of {depth.State} has its queues.", $"/adapters#{depth.State}", depth.State, depth.Oldest));

        foreach (var adapter in standings.Where(a => a.SilentSince != null))
            matters.Add(new("adapter", $"The adapter of {Name(adapter.State)} is silent.", adapter.HeardAt is { } heard ? $"It was last heard {Words.Span(present - heard)} ago." : "It has never been heard.",
                "Call the technical contact of that state. Nothing is lost: its notices wait, and its acts are numbered.", $"/adapters#{adapter.State}", adapter.State, adapter.SilentSince));

        foreach (var gap in gaps)
            matters.Add(new("adapter", $"{Name(gap.State)}: {(gap.FirstMissing == gap.LastMissing ? $"number {gap.FirstMissing}" : $"numbers {gap.FirstMissing} to {gap.LastMissing}")} never came.",
                "Later numbers are here, so these were lost on the way or never sent.", "Ask the people of that adapter to look for them in its outbox.", $"/adapters#{gap.State}", gap.State, gap.Since));

        foreach (var group in groups.Where(g => g.Messages > g.RetryRequested))
        {
            var newest = await quarantine.Page(null, group.State.Length == 0 ? null : group.State, group.Code, null, 1, cancellationToken);
            matters.Add(new("adapter", $"{Words.Count(group.Messages, "message", "messages")} {(group.State.Length == 0 ? "of unknown origin" : $"from {Name(group.State)}")} {(group.Messages == 1 ? "stands" : "stand")} in quarantine: {Words.Refusal(group.Code)}.",
                newest is [var message, ..] ? $"{message.Reason} What clears it: {message.Fix}" : "", "Open it, and decide: try again once the cause is mended, or set aside for good.",
                $"/quarantine?state={group.State}&code={group.Code}", group.State, group.FirstAt));
        }

        var watch = rules.Region.TransportWatch;
        var unopened = await reads.Unopened(now - watch.Delivered, 500, cancellationToken);
        foreach (var of in unopened.Where(u => u.DeliveredAt == null).GroupBy(u => u.ToState))
            matters.Add(new("transport", $"{Words.Count(of.Count(), "act", "acts")} for {Name(of.Key)} {(of.Count() == 1 ? "was" : "were")} not delivered for more than {Words.Span(watch.Delivered)}.",
                "The hub has accepted them; the adapter of that state has given no receipt.",
                standings.FirstOrDefault(a => a.State == of.Key && a.InMaintenance(present)) is { } worked ? $"It is in maintenance until {Words.Utc(worked.MaintenanceUntil!.Value)}. Legal time goes on: if it cannot wait, call its technical contact."
                    : "Look whether that adapter is heard, then call its technical contact.", $"/requests?unopened=1&country={of.Key}", of.Key, of.Min(u => u.AcceptedAt)));
        foreach (var of in unopened.Where(u => u.DeliveredAt is { } delivered && now - delivered > watch.Opened).GroupBy(u => u.ToState))
            matters.Add(new("human", $"{Words.Count(of.Count(), "act", "acts")} delivered to {Name(of.Key)} {(of.Count() == 1 ? "was" : "were")} opened by nobody for more than {Words.Span(watch.Opened)}.",
                "No technical fault: that state’s adapter has them.", "Call the duty point of that state: somebody must look at its desk.", $"/requests?unopened=1&country={of.Key}", of.Key, of.Min(u => u.DeliveredAt)));
        return matters;
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

    string Name(string state) => rules.Region.States.TryGetValue(state, out var profile) ? $"{state} ({profile.Name})" : state;
}
