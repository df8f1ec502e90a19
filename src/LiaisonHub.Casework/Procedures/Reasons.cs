using System.Globalization;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>Says why a request stands where it stands.</summary>
static class Reasons
{
    public static Why For(Request request, Rules rules, Procedure procedure, DateTimeOffset now)
    {
        var state = procedure.State(request.State);
        var first = First(request);
        Seat? turn = request.Closed ? null : first is { Status: DeadlineStatus.Running } ? first.Seat : state.Turn is { } side ? side : null;
        var late = first is not null && first.HasPassed(now) && first.Status == DeadlineStatus.Running ? now - first.Due!.Value : (TimeSpan?)null;
        List<Told> says = [.. Standing(request, rules, state, first, late, now), .. Unopened(request)];
        List<Told> facts = [.. Facts(request, rules, state, now), .. (procedure.Says?.Invoke(request) ?? []).Select(Told.As)];
        return new()
        {
            Sentence = string.Join(" ", says.Select(t => t.English)),
            Says = [.. says.Select(t => t.Coded)],
            Turn = turn?.Side,
            TurnState = turn is { } place ? State(request, place) : null,
            DeadlineId = first?.Id,
            Late = late,
            Facts = [.. facts.Select(t => t.English)],
            SaysOfFacts = [.. facts.Select(t => t.Coded)],
            WouldMoveIt = [.. Rules.SeatsOf(request).OrderBy(s => s == turn ? 0 : 1).SelectMany(s => Moving(request, procedure, s))],
        };
    }

    static IEnumerable<Told> Unopened(Request request)
    {
        foreach (var id in request.Unopened)
            if (request.Acts.FirstOrDefault(a => a.ActId == id) is { } act)
            {
                var (what, where) = (new Word("Act", act.Type), Missing(request, act));
                yield return act.Stage < ReceiptStage.Delivered ? new("not-delivered", $"{what} of {act.At} is not delivered in {where}.") : new("not-opened", $"{what} of {act.At} is {act.Stage}, but nobody has opened it in {where}.");
            }
    }

    /// <summary>The deadline that matters: of those that run the first to come (or longest past), else one that is held. A day at home says how soon, not who must act.</summary>
    static Deadline? First(Request request) =>
        request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Active: true, AtHome: null }).OrderBy(d => d.Status == DeadlineStatus.Held ? 1 : 0)
            .ThenBy(d => d.Due ?? DateTimeOffset.MaxValue).FirstOrDefault();

    static IEnumerable<Told> Standing(Request request, Rules rules, StateOfProcedure state, Deadline? first, TimeSpan? late, DateTimeOffset now)
    {
        var here = new Word("State", request.State);
        if (request.Closed)
        {
            yield return request.Outcome is { } outcome ? new("closed-outcome", $"{here} since {request.Since} ({new Word("Outcome", outcome)}): nothing more is expected.") : new("closed", $"{here} since {request.Since}: nothing more is expected.");
            yield break;
        }
        if (first is null)
        {
            yield return state.Rest is { } rest ? Told.As(rest) : new("no-limit", $"{here} since {request.Since}: no limit runs.");
            yield break;
        }
        // Of several members that are late with the same, none is charged alone.
        var states = request.Deadlines.Where(d => d.Status == first.Status && d.RuleId == first.RuleId && d.Due == first.Due && d.OnWhom == first.OnWhom)
            .Select(d => State(request, d.Seat)).Distinct().ToList();
        var (who, side, many) = (string.Join(", ", states), first.OnWhom, states.Count > 1);
        var (what, rule, article) = (new Quoted(Lower(first.Title)), first.RuleId, new Quoted(first.Article));
        if (first.Status == DeadlineStatus.Held)
        {
            var (since, hold) = (first.HeldSince!.Value, new Quoted(first.HoldReason ?? ""));
            yield return many ? new("held-many", $"{who} ({side} side) are to {what} ({rule}, {article}); the limit is held since {since}: {hold}.")
                : new("held", $"{who} ({side} side) is to {what} ({rule}, {article}); the limit is held since {since}: {hold}.");
            yield break;
        }
        var (due, day, zone, byHour) = (first.Due!.Value, rules.Time.DayOf(first, first.Due.Value), first.Counting.Zone, first.Counting.Unit == TimeUnit.Hours);
        if (late is not { } lateBy)
        {
            var left = first.Due.Value - now;
            yield return (byHour, many) switch
            {
                (true, false) => new("due", $"{who} ({side} side) is to {what} ({rule}, {article}) by {due}: {left} left."),
                (true, true) => new("due-many", $"{who} ({side} side) are to {what} ({rule}, {article}) by {due}: {left} left."),
                (false, false) => new("due-day", $"{who} ({side} side) is to {what} ({rule}, {article}) by {day}, end of day in {zone}: {left} left."),
                _ => new("due-day-many", $"{who} ({side} side) are to {what} ({rule}, {article}) by {day}, end of day in {zone}: {left} left."),
            };
            yield break;
        }
        yield return (byHour, many) switch
        {
            (true, false) => new("late", $"{who} ({side} side) was to {what} ({rule}, {article}) by {due}; that was {lateBy} ago."),
            (true, true) => new("late-many", $"{who} ({side} side) were to {what} ({rule}, {article}) by {due}; that was {lateBy} ago."),
            (false, false) => new("late-day", $"{who} ({side} side) was to {what} ({rule}, {article}) by {day}, end of day in {zone}; that was {lateBy} ago."),
            _ => new("late-day-many", $"{who} ({side} side) were to {what} ({rule}, {article}) by {day}, end of day in {zone}; that was {lateBy} ago."),
        };
        var level = first.Level;
        yield return (first.ReasonGiven, first.SpokenAt, rules.Time.Next(first)) switch
        {
            ({ } reason, _, { } n) => new("level-reason-next", $"This limit is at level {level} of the ladder, reason given: {new Word("DelayReason", reason.ToString())}, its level {n.Level} comes on {n.At}."),
            ({ } reason, _, null) => new("level-reason", $"This limit is at level {level} of the ladder, reason given: {new Word("DelayReason", reason.ToString())}."),
            (null, { } spoken, { } n) => new("level-spoken-next", $"This limit is at level {level} of the ladder, spoken of on {spoken}, its level {n.Level} comes on {n.At}."),
            (null, { } spoken, null) => new("level-spoken", $"This limit is at level {level} of the ladder, spoken of on {spoken}."),
            (null, null, { } n) => new("level-next", $"This limit is at level {level} of the ladder, no reason given, its level {n.Level} comes on {n.At}."),
            _ => new("level", $"This limit is at level {level} of the ladder, no reason given."),
        };
        var highest = request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Running }).MaxBy(d => d.Level)!;
        if (state.Level > Math.Max(first.Level, highest.Level))
            yield return new("request-level", $"The request itself is at level {state.Level}: {new Quoted(Lower(state.Title))}.");
        else if (highest.Level > first.Level)
            yield return new("other-limit", $"Another limit, {highest.RuleId}, is at level {highest.Level}.");
    }

    static IEnumerable<Told> Facts(Request request, Rules rules, StateOfProcedure state, DateTimeOffset now)
    {
        yield return new("state", $"{new Word("State", request.State)} ({new Quoted(state.Title)}) since {request.Since}");
        yield return request.CompetentSince != request.FirstReceivedAt
            ? new("received-competent", $"first received {request.FirstReceivedAt}, by the competent authority {request.CompetentSince}") : new("received", $"first received {request.FirstReceivedAt}");
        var asked = request.Members is { } members ? string.Join(", ", members.Select(m => $"{m.Party.State} ({m.Party.Authority})")) : $"{request.Requested.State} ({request.Requested.Authority})";
        yield return new("asks", $"{request.Requesting.State} ({request.Requesting.Authority}) asks {asked} under {request.Instrument}");
        foreach (var group in request.Members?.GroupBy(m => m.Status) ?? [])
            yield return new("members", $"{group.Key}: {string.Join(", ", group.Select(m => m.Party.State))}");
        if (request.Priority != Priority.Routine)
            yield return new("priority", $"priority {new Word("Priority", request.Priority.ToString())}");
        if (request.Acts is [.., var last])
            yield return new("last-act", $"last act: {new Word("Act", last.Type)} by {State(request, last.Seat)}, {last.At}, {last.Stage} on the other side");
        foreach (var deadline in request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Active: true }))
        {
            var (rule, on) = (deadline.RuleId, State(request, deadline.Seat));
            if (deadline.Status == DeadlineStatus.Held)
            {
                yield return new("limit-held", $"{rule} on {on} held since {deadline.HeldSince!.Value}: {new Quoted($"{deadline.HoldReason}")}");
                continue;
            }
            var (due, percent, level) = (deadline.Due!.Value, Time.Timekeeper.Percent(deadline, now), deadline.Level);
            var unreached = rules.Time.Unreached(deadline) is { } calendar ? new Quoted(calendar.Recorded) : null;
            yield return (deadline.LookAt, unreached) switch
            {
                (null, null) => new("limit", $"{rule} on {on} due {due}, {percent} % passed, level {level}"),
                ({ } look, null) => new("limit-next", $"{rule} on {on} due {due}, {percent} % passed, level {level}, next step {look}"),
                (null, _) => new("limit-calendar", $"{rule} on {on} due {due}, {percent} % passed, level {level}; {unreached}"),
                ({ } look, _) => new("limit-next-calendar", $"{rule} on {on} due {due}, {percent} % passed, level {level}, next step {look}; {unreached}"),
            };
        }
        foreach (var said in rules.Region.Catalogue.Untimed.Where(u => u.Instrument == request.Instrument))
            if (request.Deadlines.Any(d => d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Running } && said.Passed.Contains(d.Clock)
                && d.HasPassed(now)))
                yield return new("untimed", $"{new Quoted(said.Title)} ({said.Id}, {new Quoted(said.Article)})");
        if (request.RightsCheckedAt is { } check)
            yield return new("rights-checked", $"rights check completed {check}");
        else if (!request.Closed && rules.SheetOf(request).ChecksRights)
            yield return new("rights-open", $"rights check not completed: nothing coercive may be done");
        if (request.RoundTrips > 0)
            yield return new("round-trips", $"returned and submitted again {request.RoundTrips} times");
        if (request.ExtensionUsed)
            yield return new("extended", $"the decision limit was extended once");
        if (request.CostOpen)
            yield return new("cost-open", $"a cost notice waits for its answer");
        if (request.StopAsked)
            yield return new("stop-asked", $"something was taken back; the stop is not confirmed");
        if (request.Disputes > 0)
            yield return new("disputes", $"disputes raised: {request.Disputes}");
    }

    // What is open in every state moves nothing.
    static IEnumerable<string> Moving(Request request, Procedure procedure, Seat side) =>
        procedure.Allowed(request, side).Where(act => procedure.Rows.All(r => r.Act != act || r.From.Count < procedure.States.Count))
            .Select(act => $"{State(request, side)}: {act}");

    /// <summary>Where an act has come least far.</summary>
    static string Missing(Request request, MadeAct act) => act.ReachedStates is { } states
        ? string.Join(", ", states.Where(s => s.Value == act.Stage).Select(s => s.Key))
        : State(request, Rules.Other(act.By));

    static string State(Request request, Seat seat) => Rules.PartyOf(request, seat).State;

    static string Lower(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    // One sentence: written here in English, and given as a code with what stands in its places, for those who read another language.
    sealed record Told(string Code, FormattableString Text)
    {
        public static Told As(string english) => new("quoted", $"{new Quoted(english)}");

        public Sentence Coded => new(Code, [.. Text.GetArguments().Select(a => a ?? "")]);

        public string English => string.Format(CultureInfo.InvariantCulture, Text.Format, [.. Text.GetArguments().Select(a => (object?)(a switch
        {
            DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
            DateOnly day => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture),
            TimeSpan span => Span(span),
            Side side => Rules.Word(side),
            Word word => word.Name,
            Quoted quoted => quoted.Text,
            Enum value => string.Concat(Lower(value.ToString()).Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}")),
            var other => other,
        }))]);
    }

    static string Span(TimeSpan span) => span.TotalDays >= 2 ? $"{(int)span.TotalDays} days" : span.TotalHours >= 2 ? $"{(int)span.TotalHours} hours"
        : $"{Math.Max(0, (int)span.TotalMinutes)} minutes";
}
