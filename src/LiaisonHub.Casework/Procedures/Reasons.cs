using System.Globalization;
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
        var sentence = Sentence(request, rules, state, first, late, now);
        foreach (var id in request.Unopened)
            if (request.Acts.FirstOrDefault(a => a.ActId == id) is { } act)
                sentence += $" {act.Type} of {Instant(act.At)} is "
                    + $"{(act.Stage < ReceiptStage.Delivered ? "not delivered" : $"{(act.Stage == ReceiptStage.HandedOver ? "handed over" : Lower(act.Stage.ToString()))}, but nobody has opened it")} in "
                    + $"{Missing(request, act)}.";
        return new()
        {
            Sentence = sentence,
            Turn = turn?.Side,
            TurnState = turn is { } place ? State(request, place) : null,
            DeadlineId = first?.Id,
            Late = late,
            Facts = [.. Facts(request, rules, state, now), .. procedure.Says?.Invoke(request) ?? []],
            WouldMoveIt = [.. Rules.SeatsOf(request).OrderBy(s => s == turn ? 0 : 1).SelectMany(s => Moving(request, procedure, s))],
        };
    }

    /// <summary>The deadline that matters: of those that run the first to come (or longest past), else one that is held. A day at home says how soon, not who must act.</summary>
    static Deadline? First(Request request) =>
        request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Active: true, AtHome: null }).OrderBy(d => d.Status == DeadlineStatus.Held ? 1 : 0)
            .ThenBy(d => d.Due ?? DateTimeOffset.MaxValue).FirstOrDefault();

    static string Sentence(Request request, Rules rules, StateOfProcedure state, Deadline? first, TimeSpan? late, DateTimeOffset now)
    {
        if (request.Closed)
            return $"{request.State} since {Instant(request.Since)}{(request.Outcome is { } outcome ? $" ({outcome})" : "")}: nothing more is expected.";
        if (first is null)
            return state.Rest ?? $"{request.State} since {Instant(request.Since)}: no limit runs.";
        // Of several members that are late with the same, none is charged alone.
        var states = request.Deadlines.Where(d => d.Status == first.Status && d.RuleId == first.RuleId && d.Due == first.Due && d.OnWhom == first.OnWhom)
            .Select(d => State(request, d.Seat)).Distinct().ToList();
        var who = $"{string.Join(", ", states)} ({Rules.Word(first.OnWhom)} side)";
        var (isTo, wasTo) = states.Count == 1 ? ("is to", "was to") : ("are to", "were to");
        var what = $"{Lower(first.Title)} ({first.RuleId}, {first.Article})";
        if (first.Status == DeadlineStatus.Held)
            return $"{who} {isTo} {what}; the limit is held since {Instant(first.HeldSince!.Value)}: {first.HoldReason}.";
        var due = rules.Time.DayOf(first, first.Due!.Value);
        var when = first.Counting.Unit == TimeUnit.Hours ? Instant(first.Due.Value)
            : string.Create(CultureInfo.InvariantCulture, $"{due:d MMMM yyyy}, end of day in {first.Counting.Zone}");
        if (late is not { } lateBy)
            return $"{who} {isTo} {what} by {when}: {Span(first.Due.Value - now)} left.";
        var next = rules.Time.Next(first);
        var highest = request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Running }).MaxBy(d => d.Level)!;
        return $"{who} {wasTo} {what} by {when}; that was {Span(lateBy)} ago. This limit is at level {first.Level} of the ladder, "
            + (first.ReasonGiven is { } reason ? $"reason given: {reason}" : first.SpokenAt is { } spoken ? $"spoken of on {Instant(spoken)}" : "no reason given")
            + (next is { } n ? $", its level {n.Level} comes on {Instant(n.At)}." : ".")
            + (state.Level > Math.Max(first.Level, highest.Level) ? $" The request itself is at level {state.Level}: {Lower(state.Title)}."
                : highest.Level > first.Level ? $" Another limit, {highest.RuleId}, is at level {highest.Level}." : "");
    }

    static List<string> Facts(Request request, Rules rules, StateOfProcedure state, DateTimeOffset now)
    {
        var facts = new List<string>
        {
            $"{request.State} ({state.Title}) since {Instant(request.Since)}",
            $"first received {Instant(request.FirstReceivedAt)}"
                + (request.CompetentSince != request.FirstReceivedAt ? $", by the competent authority {Instant(request.CompetentSince)}" : ""),
            $"{request.Requesting.State} ({request.Requesting.Authority}) asks "
                + (request.Members is { } members ? string.Join(", ", members.Select(m => $"{m.Party.State} ({m.Party.Authority})"))
                    : $"{request.Requested.State} ({request.Requested.Authority})")
                + $" under {request.Instrument}",
        };
        foreach (var group in request.Members?.GroupBy(m => m.Status) ?? [])
            facts.Add($"{Lower(group.Key.ToString())}: {string.Join(", ", group.Select(m => m.Party.State))}");
        if (request.Priority != Priority.Routine)
            facts.Add($"priority {request.Priority}");
        if (request.Acts.Count > 0)
            facts.Add($"last act: {request.Acts[^1].Type} by {State(request, request.Acts[^1].Seat)}, {Instant(request.Acts[^1].At)}, "
                + $"{Lower(request.Acts[^1].Stage.ToString())} on the other side");
        foreach (var deadline in request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Active: true }))
            facts.Add(deadline.Status == DeadlineStatus.Held
                ? $"{deadline.RuleId} on {State(request, deadline.Seat)} held since {Instant(deadline.HeldSince!.Value)}: {deadline.HoldReason}"
                : $"{deadline.RuleId} on {State(request, deadline.Seat)} due {Instant(deadline.Due!.Value)}, {Time.Timekeeper.Percent(deadline, now)} % "
                    + $"passed, level {deadline.Level}"
                    + (deadline.LookAt is { } look ? $", next step {Instant(look)}" : "")
                    + (rules.Time.Unreached(deadline) is { } unreached ? $"; {unreached.Recorded}" : ""));
        foreach (var said in rules.Region.Catalogue.Untimed.Where(u => u.Instrument == request.Instrument))
            if (request.Deadlines.Any(d => d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Running } && said.Passed.Contains(d.Clock)
                && d.HasPassed(now)))
                facts.Add($"{said.Title} ({said.Id}, {said.Article})");
        if (request.RightsCheckedAt is { } check)
            facts.Add($"rights check completed {Instant(check)}");
        else if (!request.Closed && rules.SheetOf(request).ChecksRights)
            facts.Add("rights check not completed: nothing coercive may be done");
        if (request.RoundTrips > 0)
            facts.Add($"returned and submitted again {request.RoundTrips} times");
        if (request.ExtensionUsed)
            facts.Add("the decision limit was extended once");
        if (request.CostOpen)
            facts.Add("a cost notice waits for its answer");
        if (request.StopAsked)
            facts.Add("something was taken back; the stop is not confirmed");
        if (request.Disputes > 0)
            facts.Add($"disputes raised: {request.Disputes}");
        return facts;
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

    static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    static string Span(TimeSpan span) => span.TotalDays >= 2 ? $"{(int)span.TotalDays} days" : span.TotalHours >= 2 ? $"{(int)span.TotalHours} hours"
        : $"{Math.Max(0, (int)span.TotalMinutes)} minutes";
}
