using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>The usual course of a consultation on jurisdiction that ends in a transfer of proceedings. Everything is invented.</summary>
static class JurisdictionCourse
{
    static readonly DateOnly Day = new(2026, 1, 19);

    public static ConcurrentProceedingsNotified Claimed { get; } = new()
    {
        Instrument = "TPR",
        Reference = "XA-2026-000501",
        Offences = Offences(1),
        Stage = ProceedingsStage.Investigation,
        Criteria = [ForumCriterion.PlaceOfOffence, ForumCriterion.Victims],
    };

    public static ConcurrentProceedingsAnswered Answer { get; } =
        new() { Proceedings = true, Stage = ProceedingsStage.Charged, Criteria = [ForumCriterion.SuspectNationalOrResident, ForumCriterion.Evidence] };

    public static ConcurrentProceedingsAnswered NoneHere { get; } = new() { Proceedings = false };

    public static ForumProposed Proposal { get; } = new() { Forum = Side.Requested, Criteria = [ForumCriterion.SuspectNationalOrResident] };

    public static ForumAgreed Agreement { get; } = new() { Forum = Side.Requested };

    public static AgreementFailed Failure { get; } = new() { Reason = "Both have witnesses in custody" };

    public static TransferRequested Transfer { get; } = new()
    {
        Instrument = "TPR",
        Reference = "XA-2026-000501",
        Offences = Offences(2),
        Languages = ["en"],
        Criteria = [ForumCriterion.SuspectNationalOrResident],
        CoerciveMeasuresInForce = false,
    };

    public static OpinionHeard Suspect { get; } = new() { Of = OpinionHolder.Suspect, On = Day, Manner = OpinionManner.Given };

    public static OpinionHeard Victim { get; } = new() { Of = OpinionHolder.Victim, On = Day, Manner = OpinionManner.Declined };

    public static TransferAccepted Acceptance { get; } = new() { RightsCheck = Usual.RightsCheck };

    public static RequestRefused Refusal { get; } = new() { Ground = "JURISDICTION", Reasons = "No link with the state" };

    public static CaseFileHandedOver CaseFile { get; } = new() { Papers = ["Volumes 1 to 3"], Languages = ["en"] };

    public static ProceedingsSuspended Suspended { get; } = new() { On = Day };

    public static ProceedingsTakenOver TakenOver { get; } = new() { On = Day };

    public static ProceedingsOutcomeReported Convicted { get; } = new() { Outcome = ProceedingsOutcome.Convicted, BarsProsecution = true };

    public static FollowUpConfirmed OwnTransfer { get; } = new() { FollowUpRequestId = new("0f000000-0000-4000-8000-000000000009") };

    static readonly RequestWithdrawn Withdrawn = new() { Reason = "Proceedings closed" };

    public static Course Course { get; } = new(
        Jurisdiction.Table,
        Into,
        Of,
        (content, request, variant) => (content, variant) switch
        {
            (ConcurrentProceedingsAnswered, true) => NoneHere,
            (ForumProposed p, true) => p with { Forum = Side.Requesting },
            (TransferAccepted a, true) => a with { Refused = [new() { Offence = 2, Ground = "LIMITATION", Reasons = "Time-barred" }] },
            (OpinionHeard, true) => Victim,
            (ProceedingsOutcomeReported p, true) => p with { Outcome = ProceedingsOutcome.Discontinued, BarsProsecution = false },
            (RequestRefused r, true) => r with { Ground = "FORMAL" },
            _ => content,
        },
        new HashSet<string> { "TranslationPending", "InformationPending", "RefusalConsulting" });

    public static object Of(string type, Request request, DateOnly today) => type switch
    {
        nameof(ConcurrentProceedingsNotified) => Claimed,
        nameof(ConcurrentProceedingsAnswered) => Answer,
        nameof(ForumProposed) => Proposal,
        nameof(ForumAgreed) => Agreement with { Forum = request.Jurisdiction?.Proposed ?? Side.Requested },
        nameof(AgreementFailed) => Failure,
        nameof(TransferRequested) => Transfer,
        nameof(OpinionHeard) => Suspect,
        nameof(TransferAccepted) => Acceptance,
        nameof(RefusalConsulted) => new RefusalConsulted { Ground = "FORMAL" },
        nameof(RequestRefused) => Refusal,
        nameof(ProceedingsSuspended) => Suspended,
        nameof(CaseFileHandedOver) => CaseFile,
        nameof(ProceedingsTakenOver) => TakenOver,
        nameof(AcceptanceOverturned) => new AcceptanceOverturned { On = Day },
        nameof(ProceedingsOutcomeReported) => Convicted,
        nameof(FollowUpConfirmed) => OwnTransfer,
        nameof(DelayReasonGiven) => new DelayReasonGiven { RuleId = "TPR-D1", Reason = DelayReason.Workload },
        _ => Usual.Of(type, request, today),
    };

    public static Story Into(string state, Rules rules)
    {
        var story = new Story(rules);
        Story Consulting() => story.Asks(Claimed).Answers(Answer);
        Story Settled() => Consulting().Asks(Proposal).Answers(Agreement);
        Story Asked() => Settled().Asks(Transfer);
        Story Examined() => Asked().Answers(Usual.Acknowledged);
        Story Accepted() => Examined().Asks(Suspect).Asks(Victim).Answers(Acceptance);
        Story HandedOver() => Accepted().Asks(Suspended).Asks(CaseFile);
        Story Taken() => HandedOver().Answers(TakenOver);
        return state switch
        {
            "Notified" => story.Asks(Claimed),
            "Consulting" => Consulting(),
            "ForumPending" => Consulting().Asks(Proposal),
            "NoAgreement" => Consulting().Answers(Failure),
            "InDispute" => Consulting().Answers(Failure).Asks(DisputeCourse.Raised),
            "ForumSettled" => Settled(),
            "TransferAsked" => Asked(),
            "Examined" => Examined(),
            "TranslationPending" => Examined().Answers(Usual.TranslationRequested),
            "InformationPending" => Examined().Answers(Usual.InformationRequested),
            "RefusalConsulting" => Examined().Answers(new RefusalConsulted { Ground = "FORMAL" }),
            "Accepted" => Accepted(),
            "HandedOver" => HandedOver(),
            "TakenOver" => Taken(),
            "Withdrawing" => Examined().Asks(Withdrawn),
            "Closed.NoConflict" => story.Asks(Claimed).Answers(NoneHere),
            "Closed.Concentrated" => Consulting().Asks(Proposal with { Forum = Side.Requesting }).Answers(Agreement with { Forum = Side.Requesting }).Answers(OwnTransfer),
            "Closed.Refused" => Examined().Answers(Refusal),
            "Closed.Decided" => Taken().Answers(Convicted),
            "Closed.Resumable" => Taken().Answers(Convicted with { Outcome = ProceedingsOutcome.Discontinued, BarsProsecution = false }),
            "Closed.Reverted" => Taken().Answers(new AcceptanceOverturned { On = Day }),
            "Closed.Withdrawn" => Examined().Asks(Withdrawn).Answers(new StopConfirmed { Results = ResultsFate.None }),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No way there; add one."),
        };
    }

    static IReadOnlyList<OffenceFact> Offences(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new OffenceFact { ListOffence = "fraud", LongestPenaltyMonths = 60 })];
}
