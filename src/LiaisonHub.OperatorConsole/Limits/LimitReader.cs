using LiaisonHub.Casework;
using LiaisonHub.Casework.Time;
using LiaisonHub.OperatorConsole.Costs;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Limits;

/// <summary>One limit of a live request.</summary>
public sealed record LimitLine
{
    /// <summary>The deadline.</summary>
    public required Guid DeadlineId { get; init; }

    /// <summary>The request.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>Its reference.</summary>
    public required string Reference { get; init; }

    /// <summary>The instrument.</summary>
    public required string Instrument { get; init; }

    /// <summary>The state that asks.</summary>
    public required string RequestingState { get; init; }

    /// <summary>The state that is asked.</summary>
    public required string RequestedState { get; init; }

    /// <summary>Row of the time catalogue.</summary>
    public required string RuleId { get; init; }

    /// <summary>What is due.</summary>
    public required string Title { get; init; }

    /// <summary>The article.</summary>
    public required string Article { get; init; }

    /// <summary>The state that must act.</summary>
    public required string OnState { get; init; }

    /// <summary>The last second in which the act is in time (UTC).</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>The legal day with which it ends, in the zone of its rule. Null: it ends at the instant.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>How far its days have run. Null: it is counted in hours.</summary>
    public DaysCounted? Days { get; init; }

    /// <summary>Level of the ladder it has reached.</summary>
    public int Level { get; init; }

    /// <summary>True: what is stored of its request cannot be read; nothing is known of its days and of its level.</summary>
    public bool Unreadable { get; init; }
}

/// <summary>One page of limits.</summary>
public sealed record LimitList
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Which ones, in words.</summary>
    public required string Filter { get; init; }

    /// <summary>The limits, the nearest first.</summary>
    public required IReadOnlyList<LimitLine> Lines { get; init; }

    /// <summary>How many have passed while what was due is still wanted, whatever the days asked for.</summary>
    public required int Passed { get; init; }

    /// <summary>The value of <c>after</c> that gives the next page. Null: there is none.</summary>
    public string? Next { get; init; }
}

/// <summary>One day of a calendar.</summary>
/// <param name="Day">The day.</param>
/// <param name="Limits">How many limits end with it.</param>
/// <param name="OnStates">The same by the state that must act.</param>
public sealed record LimitDay(DateOnly Day, int Limits, IReadOnlyDictionary<string, int> OnStates);

/// <summary>A month of limits.</summary>
public sealed record LimitMonth
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Its first day.</summary>
    public required DateOnly Month { get; init; }

    /// <summary>Only limits on this state. Null: on all.</summary>
    public string? State { get; init; }

    /// <summary>Every day of its weeks, from a Monday to a Sunday.</summary>
    public required IReadOnlyList<LimitDay> Days { get; init; }
}

/// <summary>How many limits of one instrument one state has kept in a period. Where they are too few, nothing is said of them.</summary>
public sealed record KeptCell
{
    /// <summary>The state that had to act.</summary>
    public required string State { get; init; }

    /// <summary>The instrument.</summary>
    public required string Instrument { get; init; }

    /// <summary>True: fewer than <see cref="LimitReader.Fewest"/> limits ended, and the figures would tell of single requests.</summary>
    public bool Hidden { get; init; }

    /// <summary>How many limits ended. Null: hidden.</summary>
    public int? Limits { get; init; }

    /// <summary>Of them, those kept. Null: hidden.</summary>
    public int? Kept { get; init; }

    /// <summary>Kept, in percent, rounded down. Null: hidden.</summary>
    public int? Share { get; init; }

    /// <summary>Points more than in the period of the same length before; below 0: fewer. Null: one of the two is hidden.</summary>
    public int? Change { get; init; }
}

/// <summary>How the states kept their limits in a period.</summary>
public sealed record KeptBoard
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>First day (UTC).</summary>
    public required DateOnly From { get; init; }

    /// <summary>The day after the last (UTC); what ends later than now is not counted.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>Version of the region's data.</summary>
    public required string DataVersion { get; init; }

    /// <summary>Each state with each instrument under which a limit ended.</summary>
    public required IReadOnlyList<KeptCell> Cells { get; init; }
}

/// <summary>What passes if a state is silent.</summary>
public sealed record SilenceForecast
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The state that is silent.</summary>
    public required string State { get; init; }

    /// <summary>For how many days.</summary>
    public required int Days { get; init; }

    /// <summary>How far it looks (UTC).</summary>
    public DateTimeOffset Until => At.AddDays(Days);

    /// <summary>The limits that pass, in the order in which they pass.</summary>
    public required IReadOnlyList<Breach> Breaches { get; init; }

    /// <summary>True: there are more requests than are looked at; the nearest are here.</summary>
    public bool Cut { get; init; }

    /// <summary>How many requests it says nothing of, since what is stored of them cannot be read.</summary>
    public int Unreadable { get; init; }
}

/// <summary>Reads limits: what is due, what was kept, what will pass.</summary>
public sealed class LimitReader(LimitReads limits, StuckReads stuck, HubReads reads, HubFigures figures, Rules rules, Texts said, TimeProvider time)
{
    /// <summary>Limits on a page.</summary>
    public const int PageLength = 50;

    /// <summary>Of fewer limits no figure is shown.</summary>
    public const int Fewest = 5;

    /// <summary>Most days a forecast looks ahead, and as many as it does unless it is told otherwise.</summary>
    public const int MostDays = 60, UsualDays = 5;

    // A forecast of more would keep the page waiting.
    const int MostRequests = 5_000;

    /// <summary>One page.</summary>
    public async Task<LimitList> List(LimitQuery query, CancellationToken cancellationToken, int length = PageLength)
    {
        var now = time.GetUtcNow();
        var found = await limits.Page(query.At(now), query.After, length + 1, cancellationToken);
        var page = found.Take(length).Where(r => !query.Late || r.Due < now).ToList();
        return new()
        {
            At = now,
            Filter = query.InWords(said),
            Lines = await Lines(page, now, cancellationToken),
            Passed = await limits.Passed(query.State, now, cancellationToken),
            Next = found.Count > length && page.Count == length ? RequestQuery.Text(new(page[^1].Due, page[^1].DeadlineId)) : null,
        };
    }

    /// <summary>A month, with the days of its weeks before and after it.</summary>
    public async Task<LimitMonth> Month(DateOnly month, string? state, CancellationToken cancellationToken)
    {
        // Weeks begin on Monday (ISO 8601).
        var first = month.AddDays(-(((int)month.DayOfWeek + 6) % 7));
        var last = month.AddMonths(1).AddDays(-1);
        last = last.AddDays((7 - (int)last.DayOfWeek) % 7);
        var counted = (await limits.Days(new() { OnState = state, From = first, Until = last }, cancellationToken)).ToLookup(d => d.Day);
        return new()
        {
            At = time.GetUtcNow(),
            Month = month,
            State = state,
            Days = [.. Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays)
                .Select(day => new LimitDay(day, counted[day].Sum(d => d.Limits), counted[day].OrderBy(d => d.OnState, StringComparer.Ordinal).ToDictionary(d => d.OnState, d => d.Limits)))],
        };
    }

    /// <summary>How each state kept its limits.</summary>
    public async Task<KeptBoard> Kept(CostPeriod period, CancellationToken cancellationToken)
    {
        var (start, end) = Bounds(period.From, period.Until);
        var (before, _) = Bounds(period.From.AddMonths(-period.Months), period.From);
        var earlier = (await limits.Kept(before, start, cancellationToken)).ToDictionary(k => (k.OnState, k.Instrument), Share);
        return new()
        {
            At = time.GetUtcNow(),
            From = period.From,
            Until = period.Until,
            DataVersion = rules.Region.Version,
            Cells = [.. (await limits.Kept(start, end, cancellationToken)).Where(k => k.Kept + k.Passed > 0).Select(k => Share(k) is not { } share
                ? new KeptCell { State = k.OnState, Instrument = k.Instrument, Hidden = true }
                : new KeptCell
                {
                    State = k.OnState,
                    Instrument = k.Instrument,
                    Limits = k.Kept + k.Passed,
                    Kept = k.Kept,
                    Share = share,
                    Change = share - earlier.GetValueOrDefault((k.OnState, k.Instrument)),
                })],
        };

        static int? Share(KeptCount count) => count.Kept + count.Passed < Fewest ? null : count.Kept * 100 / (count.Kept + count.Passed);
    }

    /// <summary>One page of the limits of a cell that were not kept; empty where the cell is hidden.</summary>
    public async Task<LimitList> NotKept(CostPeriod period, string state, string instrument, PageMark? after, CancellationToken cancellationToken, int length = PageLength)
    {
        var now = time.GetUtcNow();
        var (start, end) = Bounds(period.From, period.Until);
        var found = await limits.NotKept(state, instrument, start, end, after, length + 1, cancellationToken);
        var page = found.Take(length).ToList();
        return new()
        {
            At = now,
            Filter = NotKept(state, instrument, period, said),
            Lines = await Lines(page, now, cancellationToken),
            Passed = await limits.Passed(state, now, cancellationToken),
            Next = found.Count > length ? RequestQuery.Text(new(page[^1].Due, page[^1].DeadlineId)) : null,
        };
    }

    internal static string NotKept(string state, string instrument, CostPeriod period, Texts said) => said["deadlines.words-not-kept", state, instrument, period.InWords(said)].Plain;

    /// <summary>What passes if a state is silent, and nobody else acts either.</summary>
    public async Task<SilenceForecast> Silent(string state, int days, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now.AddDays(days);
        var ids = await limits.Touched(state, now, until, MostRequests, cancellationToken);
        var (requests, unreadable) = (new List<Request>(), 0);
        foreach (var open in await stuck.Open(ids, cancellationToken))
            if (Request.TryRead(open.Body, out var request, out _))
                requests.Add(request);
            else
                unreadable++;
        var others = new Dictionary<Guid, Request?>();
        while (true)
        {
            // Which requests they speak to is known when they have spoken: those are fetched, and all is reckoned again.
            var asked = new HashSet<Guid>();
            var breaches = Forecast.Silent(rules, state, requests, now, until, id => others.TryGetValue(id, out var known) || !asked.Add(id) ? known : null, cancellationToken);
            if (asked.Count == 0)
                return new() { At = now, State = state, Days = days, Breaches = breaches, Cut = ids.Count >= MostRequests, Unreadable = unreadable };
            foreach (var id in asked)
                others[id] = await figures.Body(id, cancellationToken) is { } body && Request.TryRead(body, out var other, out _) ? other : null;
        }
    }

    (DateTimeOffset Start, DateTimeOffset End) Bounds(DateOnly from, DateOnly until)
    {
        var (end, now) = (new DateTimeOffset(until, TimeOnly.MinValue, TimeSpan.Zero), time.GetUtcNow());
        return (new(from, TimeOnly.MinValue, TimeSpan.Zero), end < now ? end : now);
    }

    async Task<IReadOnlyList<LimitLine>> Lines(List<LimitRow> page, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var lines = new List<LimitLine>(page.Count);
        foreach (var row in page)
            if (Request.TryRead(row.Body, out var request, out _))
                lines.Add(Line(row, request, now));
            // The limit is a row of its own: it runs, whatever has become of its request's.
            else if (await reads.Row(row.RequestId, cancellationToken) is { } unreadable)
                lines.Add(new()
                {
                    DeadlineId = row.DeadlineId,
                    RequestId = row.RequestId,
                    Reference = row.Reference,
                    Instrument = unreadable.Instrument,
                    RequestingState = unreadable.RequestingState,
                    RequestedState = unreadable.RequestedState,
                    RuleId = row.RuleId,
                    Title = Words.Limit(rules.Region, row.RuleId),
                    Article = "",
                    OnState = row.OnState,
                    Due = row.Due,
                    Day = row.Day,
                    Unreadable = true,
                });
        return lines;
    }

    LimitLine Line(LimitRow row, Request request, DateTimeOffset now)
    {
        var deadline = request.Deadlines.FirstOrDefault(d => d.Id == row.DeadlineId);
        return new()
        {
            DeadlineId = row.DeadlineId,
            RequestId = row.RequestId,
            Reference = row.Reference,
            Instrument = request.Instrument,
            RequestingState = request.Requesting.State,
            RequestedState = request.Requested.State,
            RuleId = row.RuleId,
            Title = deadline?.Title ?? row.RuleId,
            Article = deadline?.Article ?? "",
            OnState = row.OnState,
            Due = row.Due,
            Day = row.Day,
            Days = deadline is null ? null : rules.DaysOf(deadline, now),
            Level = deadline?.Level ?? 0,
        };
    }
}
