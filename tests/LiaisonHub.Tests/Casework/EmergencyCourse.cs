using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>The usual course of an emergency request. Everything is invented.</summary>
static class EmergencyCourse
{
    public static EmergencyRequested Requested { get; } = new()
    {
        Instrument = "EPO",
        Reference = "XA-2026-000318",
        Reason = EmergencyReason.Child,
        Categories = [RecordCategory.Subscriber, RecordCategory.UserIdentification],
        Period = new() { From = Demo.Utc("2026-01-18T20:00:00Z"), Until = Demo.Utc("2026-01-19T10:00:00Z"), Zone = "Europe/Athens" },
        Validated = false,
    };

    public static RightsCheckMade Check { get; } = new()
    {
        RightsCheck = new()
        {
            CheckedBy = "Prosecutor on duty",
            Answers = [.. Demo.Region.Catalogue.Rights.Where(r => r.InShortCheck).Select(r => new RightsAnswer { Item = r.Code, Finding = RightsFinding.Passed })],
        },
    };

    public static RightsCheckMade Failed { get; } = Check with
    {
        RightsCheck = Check.RightsCheck with
        {
            Answers = [.. Check.RightsCheck.Answers.Select((a, i) => i == 1 ? a with { Finding = RightsFinding.Failed, Condition = "Too wide" } : a)],
        },
    };

    public static ValidationDecided Validated { get; } = new() { Granted = true, DecidedBy = "Judge on duty" };

    public static HoldersNamed Holders { get; } = new() { Holders = ["XA-CA", "XA-PO1", "XC-CA"] };

    public static RefusalConsulted Consulted { get; } = new() { Ground = "FUNDRIGHTS" };

    public static RequestRefused Refusal { get; } = new() { Ground = "FUNDRIGHTS", Reasons = "A manifest breach" };

    public static FollowUpConfirmed Followed { get; } = new() { FollowUpRequestId = new("0f000000-0000-4000-8000-000000000002") };

    public static RequestWithdrawn Withdrawn { get; } = new() { Reason = "The person is safe" };

    static readonly LaneDowngraded Downgraded = new() { Reason = "The person is safe" };
    static readonly StopConfirmed Stopped = new() { Results = ResultsFate.None };

    public static Course Course { get; } = new(
        Emergency.Table,
        Into,
        Of,
        (content, request, variant) => (content, variant) switch
        {
            (EmergencyRequested e, true) => e with { Validated = true },
            (RightsCheckMade, true) => Failed,
            (EvidenceSent e, true) => e with { Final = true },
            (ValidationDecided v, true) => v with { Granted = false },
            (RequestRefused r, _) when request.Consulted.Count == 0 => r with { Ground = "NEBIS" },
            _ => content,
        },
        new HashSet<string>());

    public static object Of(string type, Request request, DateOnly today) => type switch
    {
        nameof(EmergencyRequested) => Requested,
        nameof(RightsCheckMade) => Check,
        nameof(ValidationDecided) => Validated,
        nameof(HoldersNamed) => Holders,
        nameof(HolderConfirmed) => new HolderConfirmed
        {
            Holder = request.Emergency?.Holders.FirstOrDefault(h => h is { Done: null, ThirdState: null })?.Number ?? 1,
            Done = UndoneBy.Deletion,
        },
        nameof(LaneDowngraded) => Downgraded,
        nameof(RefusalConsulted) => Consulted,
        nameof(RequestRefused) => Refusal,
        nameof(FollowUpConfirmed) => Followed,
        nameof(DelayReasonGiven) => new DelayReasonGiven { RuleId = "EPO-A1", Reason = DelayReason.Workload },
        nameof(EvidenceSent) or nameof(ExecutionImpossible) => PreservationOr(type, request, today),
        _ => Usual.Of(type, request, today),
    };

    public static Story Into(string state, Rules rules) => Into(state, rules, Requested);

    public static Story Into(string state, Rules rules, EmergencyRequested asked)
    {
        var story = new Story(rules, priority: Priority.Emergency).Asks(asked);
        Story Acknowledged() => story.Answers(Usual.Acknowledged);
        Story Executing() => Acknowledged().Answers(Check);
        Story Sent() => Executing().Answers(Usual.Evidence(1, true));
        Story Delivered() => asked.Validated ? Sent() : Sent().Asks(Validated);
        Story Confirmed() => Delivered().Passes(TimeSpan.FromHours(97));
        Story Undoing() => Sent().Asks(Withdrawn);
        Story Undone()
        {
            Undoing().Asks(Holders);
            var copy = story.Opened();
            foreach (var holder in new[] { 1, 2 })
                story.Asks(new HolderConfirmed { Holder = holder, Done = UndoneBy.Deletion });
            return story.Hears([.. copy.Answers(CorrectionCourse.Deleted("XC-CA")).Last.Orders]);
        }
        _ = state switch
        {
            "Submitted" => story,
            "Acknowledged" => Acknowledged(),
            "Held" => Acknowledged().Answers(Failed),
            "Executing" => Executing(),
            "Unvalidated" => Sent(),
            "Delivered" => Delivered(),
            "Confirmed" => Confirmed(),
            "Undoing" => Undoing(),
            "Downgraded" => Acknowledged().Answers(Downgraded),
            "Withdrawing" => Acknowledged().Asks(Withdrawn),
            "Closed.FollowedUp" => Confirmed().Asks(Followed),
            "Closed.Undone" => Undone(),
            "Closed.Downgraded" => Acknowledged().Answers(Downgraded).Asks(Followed),
            "Closed.Refused" => Acknowledged().Answers(Consulted).Asks(Usual.ConsultationAnswered).Answers(Refusal),
            "Closed.Impossible" => Acknowledged().Answers(new ExecutionImpossible { Ground = ImpossibilityGround.NotFound }),
            "Closed.Withdrawn" => Acknowledged().Asks(Withdrawn).Answers(Stopped),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No way there; add one."),
        };
        return story;
    }

    static object PreservationOr(string type, Request request, DateOnly today) =>
        type == nameof(EvidenceSent) ? Usual.Of(type, request, today) : PreservationCourse.Of(type, request, today);
}
