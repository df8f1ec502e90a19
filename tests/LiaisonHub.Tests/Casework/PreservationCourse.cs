using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>The usual course of a preservation. Everything is invented.</summary>
static class PreservationCourse
{
    public static PreservationRequested Requested { get; } = new()
    {
        Instrument = "BUD",
        Reference = "XA-2026-000311",
        Categories = [RecordCategory.Subscriber, RecordCategory.Traffic],
        Offences = [new() { ListOffence = "computer-crime", LongestPenaltyMonths = 60 }, new() { NationalCode = "202a" }],
        Languages = ["en"],
        Period = new() { From = Demo.Utc("2026-01-02T00:00:00Z"), Until = Demo.Utc("2026-01-16T00:00:00Z"), Zone = "Europe/Lisbon" },
        Necessary = true,
        FollowUpIntended = true,
    };

    public static PreservationConfirmed Confirmed(DateOnly until) => new() { SnapshotDigest = new('b', 64), KeptUntil = until };

    public static RefusalConsulted Consulted { get; } = new() { Ground = "PRESSFREEDOM" };

    public static RequestRefused Refused { get; } = new() { Ground = "ORDRE", Reasons = "Essential interests would suffer" };

    public static FollowUpConfirmed Followed { get; } = new() { FollowUpRequestId = new("0f000000-0000-4000-8000-000000000002") };

    static readonly RequestWithdrawn Withdrawn = new() { Reason = "Proceedings closed" };
    static readonly StopConfirmed Stopped = new() { Results = ResultsFate.None };

    public static Course Course { get; } = new(
        Preservation.Table, Into, Of, (content, _, _) => content, new HashSet<string> { "Clarifying", "Review" });

    public static object Of(string type, Request request, DateOnly today) => type switch
    {
        nameof(PreservationRequested) => Requested,
        nameof(PreservationConfirmed) => Confirmed(today.AddDays(70)),
        nameof(PreservationExtended) => new PreservationExtended { Reason = "The judge sits next week" },
        nameof(OtherProviderFound) => new OtherProviderFound { State = "XC" },
        nameof(FollowUpConfirmed) => Followed,
        nameof(PreservationNoLongerNeeded) => new PreservationNoLongerNeeded(),
        nameof(ExecutionImpossible) => new ExecutionImpossible { Ground = ImpossibilityGround.NotFound },
        nameof(RefusalConsulted) => Consulted,
        nameof(RequestRefused) => Refused,
        nameof(DelayReasonGiven) => new DelayReasonGiven { RuleId = "BUD-A1", Reason = DelayReason.Workload },
        _ => Usual.Of(type, request, today),
    };

    public static Story Into(string state, Rules rules)
    {
        var story = new Story(rules).Asks(Requested);
        Story Acknowledged() => story.Answers(Usual.Acknowledged);
        Story Clarifying() => Acknowledged().Answers(Usual.InformationRequested);
        Story Preserved() => Acknowledged().Answers(Confirmed(new(2026, 4, 1)));
        _ = state switch
        {
            "Submitted" => story,
            "Acknowledged" => Acknowledged(),
            "Clarifying" => Clarifying(),
            "Exempt" => Clarifying().Passes(TimeSpan.FromDays(6)),
            "Preserved" => Preserved(),
            "Review" => Preserved().Answers(Consulted),
            "Linked" => Preserved().Asks(Followed),
            "Lapsed" => Preserved().Passes(TimeSpan.FromDays(61)),
            "Releasing" => Preserved().Asks(Withdrawn),
            "Closed.Released" => Preserved().Asks(Withdrawn).Answers(Stopped),
            "Closed.Lapsed" => Preserved().Passes(TimeSpan.FromDays(61)).Answers(Stopped),
            "Closed.Refused" => Acknowledged().Answers(Refused),
            "Closed.Impossible" => Acknowledged().Answers(new ExecutionImpossible { Ground = ImpossibilityGround.NotFound }),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No way there; add one."),
        };
        return story;
    }
}
