using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>The usual course of an action at one hour in four states: XA leads, XB, XC and XD are asked. Everything is invented.</summary>
static class JointActionCourse
{
    public static readonly Guid Group = new("0f000000-0000-4000-8000-0000000000a1");

    public static JointActionAnnounced Announcement { get; } = new()
    {
        Instrument = "REGION-JOA",
        Reference = "XA-2026-000701",
        Members = JointInvestigationCourse.Proposal.Members,
        Aim = "Searches at one hour",
        ActionAt = Demo.Utc("2026-02-10T04:00:00Z"),
        Zone = "Europe/Lisbon",
        ReadyBy = Demo.Utc("2026-02-06T12:00:00Z"),
    };

    public static InvitationAnswered Joins { get; } = new() { Joins = true };

    public static InvitationAnswered Declines { get; } = new() { Joins = false, Reasons = "No place to be searched here" };

    public static ReadinessReported Ready { get; } = new() { Ready = true, RightsCheck = Usual.RightsCheck };

    public static GoGiven Go { get; } = new() { RightsCheck = Usual.RightsCheck };

    public static ReadinessReported NotReady { get; } = new() { Ready = false, Reason = "The warrant is not issued yet" };

    public static JointActionPostponed Postponed { get; } =
        new() { ActionAt = Demo.Utc("2026-02-20T04:00:00Z"), ReadyBy = Demo.Utc("2026-02-18T12:00:00Z"), Reason = "A warrant is missing" };

    public static JointActionCalledOff CalledOff { get; } = new() { Reason = "The network has moved" };

    public static JointResultReported Done { get; } = new() { Result = JointResult.CarriedOut };

    public static JointResultReported NotDone { get; } = new() { Result = JointResult.NotCarriedOut, Reason = "Nobody was there" };

    public static Course Course { get; } = new(
        JointAction.Table,
        Into,
        Of,
        (content, request, variant) => (content, variant) switch
        {
            (JointActionAnnounced a, true) => a with { ActionAt = a.ActionAt.AddDays(60) },
            (InvitationAnswered, true) => Declines,
            (MemberReleased m, true) => m with { State = "XD" },
            (ReadinessReported, true) => NotReady,
            (JointActionPostponed p, true) => p with { ActionAt = p.ActionAt.AddDays(60) },
            (JointResultReported, true) => NotDone,
            _ => content,
        },
        new HashSet<string>())
    {
        Seats = JointInvestigationCourse.Course.Seats,
    };

    public static object Of(string type, Request request, DateOnly today) => type switch
    {
        nameof(JointActionAnnounced) => Announcement with { ActionAt = At(today.AddDays(30)), ReadyBy = At(today.AddDays(25)) },
        nameof(InvitationAnswered) => Joins,
        nameof(MemberLeft) => new MemberLeft { Reason = "No officers free" },
        nameof(MemberReleased) => new MemberReleased { State = "XC", Reason = "No answer" },
        nameof(ReadinessReported) => Ready,
        nameof(GoGiven) => Go,
        nameof(JointActionPostponed) => Postponed with { ActionAt = At(today.AddDays(40)), ReadyBy = At(today.AddDays(35)) },
        nameof(JointActionCalledOff) => CalledOff,
        nameof(JointResultReported) => Done,
        nameof(DelayReasonGiven) => new DelayReasonGiven { RuleId = "JOA-A1", Reason = DelayReason.Workload },
        _ => Usual.Of(type, request, today),
    };

    public static Story Into(string state, Rules rules)
    {
        var story = new Story(rules) { CaseGroup = Group };
        Story Each(Story at, object content)
        {
            foreach (var member in JointInvestigationCourse.Members)
                at.Answers(member, content);
            return at;
        }
        Story Preparing() => Each(story.Asks(Announcement), Joins);
        Story Released() => Each(Preparing(), Ready).Asks(Go);
        return state switch
        {
            "Announced" => story.Asks(Announcement),
            "Preparing" => Preparing(),
            "Released" => Released(),
            "Closed.Done" => Each(Released().At("2026-02-10T09:00:00Z").Asks(Done), Done),
            "Closed.CalledOff" => Preparing().Asks(CalledOff),
            "Closed.Abandoned" => Each(story.Asks(Announcement), Declines),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No way there; add one."),
        };
    }

    static DateTimeOffset At(DateOnly day) => new(day, new(4, 0), TimeSpan.Zero);
}
