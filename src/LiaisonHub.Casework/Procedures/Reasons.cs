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
        var turn = request.Closed ? null : first is { Status: DeadlineStatus.Running } ? first.OnWhom : state.Turn;
        var late = first is not null && first.HasPassed(now) && first.Status == DeadlineStatus.Running ? now - first.Due!.Value : (TimeSpan?)null;
        var sentence = Sentence(request, rules, state, first, late, now);
        foreach (var id in request.Unopened)
            if (request.Acts.FirstOrDefault(a => a.ActId == id) is { } act)
                sentence += $" {act.Type} of {Instant(act.At)} is "
                    + $"{(act.Stage < ReceiptStage.Delivered ? "not delivered" : $"{Lower(act.Stage.ToString())}, but nobody has opened it")} in "
                    + $"{State(request, Rules.Other(act.By))}.";
        return new()
        {
            Sentence = sentence,
            Turn = turn,
            DeadlineId = first?.Id,
            Late = late,
            Facts = Facts(request, rules, state, now),
            WouldMoveIt = [.. new[] { Side.Requesting, Side.Requested }.OrderBy(s => s == turn ? 0 : 1).SelectMany(s => Moving(request, procedure, s))],
        };
    }

    /// <summary>The deadline that matters: of those that run the first to come (or longest past), else one that is held.</summary>
    static Deadline? First(Request request) =>
        request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Active: true }).OrderBy(d => d.Status == DeadlineStatus.Held ? 1 : 0)
            .ThenBy(d => d.Due ?? DateTimeOffset.MaxValue).FirstOrDefault();

    static string Sentence(Request request, Rules rules, StateOfProcedure state, Deadline? first, TimeSpan? late, DateTimeOffset now)
    {
        if (request.Closed)
            return $"{request.State} since {Instant(request.Since)}{(request.Outcome is { } outcome ? $" ({outcome})" : "")}: nothing more is expected.";
        if (first is null)
            return state.Rest ?? $"{request.State} since {Instant(request.Since)}: no limit runs.";
        var who = $"{State(request, first.OnWhom)} ({Rules.Word(first.OnWhom)} side)";
        var what = $"{Lower(first.Title)} ({first.RuleId}, {first.Article})";
        if (first.Status == DeadlineStatus.Held)
            return $"{who} is to {what}; the limit is held since {Instant(first.HeldSince!.Value)}: {first.HoldReason}.";
        var due = rules.Time.DayOf(first, first.Due!.Value);
        var when = first.Counting.Unit == TimeUnit.Hours ? Instant(first.Due.Value)
            : string.Create(CultureInfo.InvariantCulture, $"{due:d MMMM yyyy}, end of day in {first.Counting.Zone}");
        if (late is not { } lateBy)
            return $"{who} is to {what} by {when}: {Span(first.Due.Value - now)} left.";
        var next = rules.Time.Next(first);
        return $"{who} was to {what} by {when}; that was {Span(lateBy)} ago, level {first.Level} of the ladder, "
            + (first.ReasonGiven is { } reason ? $"reason given: {reason}" : "no reason given")
            + (next is { } n ? $", level {n.Level} on {Instant(n.At)}." : ".");
    }

    static List<string> Facts(Request request, Rules rules, StateOfProcedure state, DateTimeOffset now)
    {
        var facts = new List<string>
        {
            $"{request.State} ({state.Title}) since {Instant(request.Since)}",
            $"first received {Instant(request.FirstReceivedAt)}"
                + (request.CompetentSince != request.FirstReceivedAt ? $", by the competent authority {Instant(request.CompetentSince)}" : ""),
            $"{request.Requesting.State} ({request.Requesting.Authority}) asks {request.Requested.State} ({request.Requested.Authority}) under "
                + $"{request.Instrument}",
        };
        if (request.Priority != Priority.Routine)
            facts.Add($"priority {request.Priority}");
        if (request.Acts.Count > 0)
            facts.Add($"last act: {request.Acts[^1].Type} by {State(request, request.Acts[^1].By)}, {Instant(request.Acts[^1].At)}, "
                + $"{Lower(request.Acts[^1].Stage.ToString())} on the other side");
        foreach (var deadline in request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Active: true }))
            facts.Add(deadline.Status == DeadlineStatus.Held
                ? $"{deadline.RuleId} on {State(request, deadline.OnWhom)} held since {Instant(deadline.HeldSince!.Value)}: {deadline.HoldReason}"
                : $"{deadline.RuleId} on {State(request, deadline.OnWhom)} due {Instant(deadline.Due!.Value)}, {Time.Timekeeper.Percent(deadline, now)} % "
                    + $"passed, level {deadline.Level}"
                    + (deadline.LookAt is { } look ? $", next step {Instant(look)}" : "")
                    + (rules.Time.Unreached(deadline) is { } unreached ? $"; {unreached}" : ""));
        if (request.RightsCheckedAt is { } check)
            facts.Add($"rights check completed {Instant(check)}");
        else if (!request.Closed)
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
    static IEnumerable<string> Moving(Request request, Procedure procedure, Side side) =>
        procedure.Allowed(request, side).Where(act => procedure.Rows.All(r => r.Act != act || r.From.Count < procedure.States.Count))
            .Select(act => $"{State(request, side)}: {act}");

    static string State(Request request, Side side) => Rules.PartyOf(request, side).State;

    static string Lower(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    static string Span(TimeSpan span) => span.TotalDays >= 2 ? $"{(int)span.TotalDays} days" : span.TotalHours >= 2 ? $"{(int)span.TotalHours} hours"
        : $"{Math.Max(0, (int)span.TotalMinutes)} minutes";
}
