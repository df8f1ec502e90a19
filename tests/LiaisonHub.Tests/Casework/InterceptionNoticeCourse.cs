using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>The usual course of a notice of interception. Everything is invented.</summary>
static class InterceptionNoticeCourse
{
    public static InterceptionNotified Notice { get; } = new()
    {
        Instrument = "EIO",
        Reference = "XA-2026-000160",
        Offences = [new() { ListOffence = "fraud", LongestPenaltyMonths = 60 }],
        Languages = ["en"],
        Stage = InterceptionStage.GoingOn,
        Period = new() { From = Demo.Utc("2026-01-18T17:00:00Z"), Until = Demo.Utc("2026-04-18T16:00:00Z"), Zone = "Europe/Berlin" },
        RightsCheck = Usual.RightsCheck,
    };

    public static InterceptionNotObjected NoObjection { get; } = new() { RightsCheck = Usual.RightsCheck };

    public static InterceptionObjected Objection { get; } = new() { Use = InterceptedUse.NotAllowed };

    public static Course Course { get; } = new(
        InterceptionNotice.Table,
        Into,
        Of,
        (content, _, variant) => content is InterceptionObjected && variant
            ? new InterceptionObjected { Use = InterceptedUse.UnderConditions, Conditions = ["Only for the offence named"] }
            : content,
        new HashSet<string>());

    public static object Of(string type, Request request, DateOnly today) => type switch
    {
        nameof(InterceptionNotified) => Notice,
        nameof(InterceptionObjected) => Objection,
        nameof(InterceptionNotObjected) => NoObjection,
        nameof(InterceptionEnded) => new InterceptionEnded { On = today },
        nameof(DelayReasonGiven) => new DelayReasonGiven { RuleId = "EIO-N1", Reason = DelayReason.Workload },
        _ => Usual.Of(type, request, today),
    };

    public static Story Into(string state, Rules rules)
    {
        var story = new Story(rules).Asks(Notice);
        return state switch
        {
            "Notified" => story,
            "MayGoOn" => story.Answers(NoObjection),
            "Stopping" => story.Answers(Objection),
            "Closed.Ended" => story.Answers(NoObjection).Asks(new InterceptionEnded { On = new(2026, 1, 19) }),
            "Closed.Stopped" => story.Answers(Objection).Asks(new StopConfirmed { Results = ResultsFate.Destroyed }),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No way there; add one."),
        };
    }
}
