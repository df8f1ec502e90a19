using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>Acts of extradition as they usually look, and the shortest way into each state. Everything is invented.</summary>
static class Extraditions
{
    public static readonly Guid Other = new("0f000000-0000-4000-8000-000000000009");

    /// <summary>Between XB and XD the Convention is in force, and a court decides alone; between XA and XC the government has a say; between XA and XB the
    /// warrant is in force.</summary>
    public static Story Story(Rules? rules = null) => new(rules ?? Demo.Rules, "XB", "XD");

    public static Story ByWarrant(Rules? rules = null) => new(rules ?? Demo.Rules);

    public static Story WithGovernment(Rules? rules = null) => new(rules ?? Demo.Rules, "XA", "XC");

    public static ProvisionalArrestRequested Arrest(string instrument = "ECE") => new()
    {
        Instrument = instrument,
        Reference = "XB-2026-000311",
        Offences = Offences,
        Languages = ["en"],
        UrgencyReason = "About to leave the region",
        WarrantExists = true,
        ExtraditionIntended = true,
    };

    public static IReadOnlyList<OffenceFact> Offences { get; } =
    [
        new() { ListOffence = "fraud", LongestPenaltyMonths = 60 },
        new() { NationalCode = "Art. 77", LongestPenaltyMonths = 24 },
    ];

    public static ExtraditionRequested Requested(string instrument = "ECE") => new()
    {
        Instrument = instrument,
        Reference = "XB-2026-000311",
        Purpose = ExtraditionPurpose.Prosecution,
        Offences = Offences,
        Languages = ["en"],
        Papers =
        [
            ExtraditionPaper.WarrantOrJudgment, ExtraditionPaper.StatementOfOffences, ExtraditionPaper.TextOfLaw, ExtraditionPaper.DescriptionOfPerson,
        ],
        ContentCertified = true,
    };

    public static TransitRequested Transit { get; } = new()
    {
        Instrument = "ECE",
        Reference = "XB-2026-000312",
        ForRequestId = Other,
        FromState = "XE",
        Offences = Offences,
        Languages = ["en"],
        On = new(2026, 2, 10),
        Route = "By air, with a change of aircraft",
    };

    public static RequestAcknowledged Acknowledged(Request request) =>
        new() { TheirReference = "77/26", CompetentAuthority = $"{request.Requested.State}-CT1" };

    public static ArrestMade Made(DateTimeOffset at) => new() { At = at, RightsCheck = Usual.RightsCheck };

    public static RightsMilestoneReached Milestone(RightsMilestone milestone, DateOnly on, MilestoneManner manner = MilestoneManner.Given) =>
        new()
        {
            Milestone = milestone,
            On = on,
            Manner = manner,
            Language = milestone is RightsMilestone.Informed or RightsMilestone.Interpreter && manner != MilestoneManner.Waived ? "es" : null,
        };

    public static TransitAnswerReported TransitThrough(string state, DateOnly? until) =>
        new() { State = state, TransitRequestId = Other, Answer = until is null ? TransitAnswer.Denied : TransitAnswer.Granted, Until = until };

    public static ConsentReported Consent { get; } =
        new() { Answer = ConsentAnswer.Given, LawyerAssisted = true, LanguageUnderstood = true, IrrevocabilityExplained = true, JudgeVerified = true };

    public static ConsentReported NoConsent { get; } = new() { Answer = ConsentAnswer.NotGiven };

    public static ReviewOpened Review { get; } = new() { RightsCheck = Usual.RightsCheck };

    public static ExtraditionGranted Granted { get; } = new()
    {
        Granted =
        [
            new() { Offence = 1, DualCriminality = DualCriminality.Found, Elements = "Deceit and damage: section 263" },
            new() { Offence = 2, DualCriminality = DualCriminality.Found, Elements = "False document: section 267" },
        ],
    };

    public static RequestRefused Refused(string ground = "POLITICAL") => new() { Ground = ground, Reasons = "As found by the court" };

    public static SurrenderMade Surrendered(DateTimeOffset at) => new() { At = at, DetentionDays = 0, SpecialtyRenounced = false };

    public static SpecialtyConsentAsked Question(int number) =>
        new() { Number = number, Kind = SpecialtyConsentKind.OtherOffence, Offences = [new() { ListOffence = "corruption", LongestPenaltyMonths = 48 }] };

    /// <summary>An act of every type, fitting the usual course as far as one content can.</summary>
    public static object Of(string type, Request request, DateOnly today)
    {
        var file = request.Extradition ?? new();
        var arrest = file.ReleasedAt ?? request.FirstReceivedAt;
        var free = file.ArrestedAt ?? request.FirstReceivedAt;
        return type switch
        {
            nameof(ProvisionalArrestRequested) => Arrest(request.Instrument),
            nameof(ExtraditionRequested) => Requested(request.Instrument),
            nameof(TransitRequested) => Transit with { On = today.AddDays(30) },
            nameof(ArrestMade) => Made(arrest),
            nameof(RightsMilestoneReached) =>
                Milestone(RightsMilestone.Interpreter, Demo.Rules.Time.DayIn(request.Requested.State, file.ArrestedAt ?? request.FirstReceivedAt)),
            nameof(ConsentReported) => Consent,
            nameof(ReleaseReported) => new ReleaseReported { At = free, Cause = ReleaseCause.LimitPassed },
            nameof(ReviewOpened) => Review,
            nameof(ImmunityFound) => new ImmunityFound { WaiverBy = Side.Requested },
            nameof(ImmunityAnswered) => new ImmunityAnswered { Answer = WaiverAnswer.Waived },
            nameof(CompetingRequestNotified) => new CompetingRequestNotified { OtherState = "XF" },
            nameof(PriorityDecided) => new PriorityDecided { Preferred = PreferredRequest.This, Factors = [PriorityFactor.Seriousness, PriorityFactor.Dates] },
            nameof(AssuranceRequested) => new AssuranceRequested { Kinds = [AssuranceKind.PrisonConditions] },
            nameof(AssuranceAnswered) => new AssuranceAnswered { Given = file.AssurancesWanted },
            nameof(ExtraditionGranted) => Granted,
            nameof(GrantConfirmed) => new GrantConfirmed { InDefault = file.DecidesInDefault },
            nameof(AppealLodged) => new AppealLodged(),
            nameof(AppealDismissed) => new AppealDismissed(),
            nameof(SurrenderDateProposed) => new SurrenderDateProposed { On = today.AddDays(5) },
            nameof(SurrenderDateAgreed) => new SurrenderDateAgreed { On = file.Proposed?.On ?? today.AddDays(5) },
            nameof(SurrenderPostponed) => new SurrenderPostponed { Ground = SurrenderPostponementGround.OwnProceedings },
            nameof(TemporarySurrenderAgreed) => new TemporarySurrenderAgreed { ReturnBy = today.AddDays(60), KeptInCustody = true },
            nameof(PersonReturned) => new PersonReturned(),
            nameof(PersonNotCollected) => new PersonNotCollected(),
            nameof(SurrenderMade) => Surrendered(free),
            nameof(SpecialtyConsentAsked) => Question(file.Specialty.Count + 1),
            nameof(SpecialtyConsentDecided) =>
                new SpecialtyConsentDecided { Number = file.Specialty.FirstOrDefault(q => q.Consented is null)?.Number ?? 1, Consented = true },
            nameof(FinalDischargeReported) => new FinalDischargeReported { On = today.AddDays(-2) },
            nameof(ProsecutionAnswered) => new ProsecutionAnswered { Answer = OfferAnswer.Accepted, FileHandedOverOn = today.AddDays(-2) },
            nameof(TransitAnswerReported) => TransitThrough("XC", today.AddDays(30)),
            nameof(ProsecutionOffered) => new ProsecutionOffered { Instead = AlternativeToExtradition.ProsecuteHere },
            nameof(ExtraditionOutcomeReported) => new ExtraditionOutcomeReported { Outcome = ExtraditionOutcome.Pending },
            nameof(TransitGranted) => new TransitGranted { RightsCheck = Usual.RightsCheck },
            nameof(RequestAcknowledged) => Acknowledged(request),
            nameof(RequestForwarded) => new RequestForwarded
            {
                ToAuthority = $"{request.Requested.State}-{(request.Requested.Authority.EndsWith("PO1", StringComparison.Ordinal) ? "CA" : "PO1")}",
                Reason = "Prosecutor is competent",
            },
            nameof(RefusalConsulted) => new RefusalConsulted { Ground = "FUNDRIGHTS" },
            nameof(RequestRefused) => Refused(request.State switch { "SurrenderLapsed" => "IMPOSSIBLE", "ExecutivePending" => "ORDRE", _ => "LIMITATION" }),
            nameof(ExtensionDeclared) => new ExtensionDeclared { Reason = "Court is overloaded", Days = 10 },
            nameof(DelayReasonGiven) => new DelayReasonGiven { RuleId = "ECE-A1", Reason = DelayReason.Workload },
            _ => Usual.Of(type, request, today),
        };
    }

    /// <summary>Another wording, which takes another row.</summary>
    public static object Variant(object content, Request request, bool variant) => (content, variant) switch
    {
        (ConsentReported, true) => NoConsent,
        (RequestRefused { Ground: "LIMITATION" or "ORDRE" } r, true) => r with { Ground = "NATIONAL" },
        (ImmunityFound i, true) => i with { WaiverBy = Side.Requesting },
        (ImmunityAnswered a, true) => a with { Answer = WaiverAnswer.NotWaived },
        (PriorityDecided p, true) => p with { Preferred = PreferredRequest.Other },
        (SurrenderDateProposed p, true) when request.Extradition?.SurrenderOn is not null => p with { ForceMajeure = "Storm" },
        (ExtraditionOutcomeReported o, true) => o with { Outcome = ExtraditionOutcome.Convicted },
        (ProsecutionAnswered, true) => new ProsecutionAnswered { Answer = OfferAnswer.Declined },
        (TransitAnswerReported t, true) => t with { Answer = TransitAnswer.Denied, Until = null },
        (ProsecutionOffered p, true) => p with { Instead = AlternativeToExtradition.Nothing },
        _ => content,
    };

    /// <summary>The shortest way of the usual course into each state.</summary>
    public static Story Into(string state, Rules? rules = null)
    {
        var story = state == "ExecutivePending" ? WithGovernment(rules) : Story(rules);
        var day = DateOnly.FromDateTime(story.Now.UtcDateTime);
        Story Arrested() => story.Asks(Arrest()).Answers(Made(story.Now));
        Story Consented() => Arrested().Answers(Milestone(RightsMilestone.Interpreter, day)).Answers(Consent);
        Story Acknowledged() => story.Asks(Requested()).Answers(Extraditions.Acknowledged(story.Request));
        Story Reviewed() => Acknowledged().Answers(Review);
        Story Granted() => Reviewed().Answers(Extraditions.Granted);
        Story Planned() => Granted().Answers(new SurrenderDateProposed { On = day.AddDays(5) }).Asks(new SurrenderDateAgreed { On = day.AddDays(5) });
        Story Postponed() => Granted().Answers(new SurrenderPostponed { Ground = SurrenderPostponementGround.OwnProceedings });
        Story Lapsed() => Reviewed().Answers(Made(story.Now)).Answers(Extraditions.Granted).Answers(new SurrenderDateProposed { On = day.AddDays(5) })
            .Asks(new SurrenderDateAgreed { On = day.AddDays(5) }).Answers(new ReleaseReported { At = story.Now, Cause = ReleaseCause.CourtOrder });
        Story Offered() => Reviewed().Answers(Refused("NATIONAL")).Answers(new ProsecutionOffered { Instead = AlternativeToExtradition.ProsecuteHere });
        return state switch
        {
            "ArrestRequested" => story.Asks(Arrest()),
            "ArrestedProvisionally" => Arrested(),
            "Simplified" => Consented(),
            "ReleasePending" => Arrested().Passes(TimeSpan.FromDays(41)),
            "Released" => Arrested().Answers(new ReleaseReported { At = story.Now, Cause = ReleaseCause.CourtOrder }),
            "Submitted" => story.Asks(Requested()),
            "Returned" => story.Asks(Requested()).Answers(Usual.Returned),
            "Acknowledged" => Acknowledged(),
            "TranslationPending" => Acknowledged().Answers(Usual.TranslationRequested),
            "InformationPending" => Acknowledged().Answers(Usual.InformationRequested),
            "Consulting" => Acknowledged().Answers(new RefusalConsulted { Ground = "FUNDRIGHTS" }),
            "ImmunityPending" => Acknowledged().Answers(new ImmunityFound { WaiverBy = Side.Requested }),
            "UnderReview" => Reviewed(),
            "Competing" => Reviewed().Answers(new CompetingRequestNotified { OtherState = "XF" }),
            "AssurancePending" => Reviewed().Answers(new AssuranceRequested { Kinds = [AssuranceKind.PrisonConditions] }),
            "ExecutivePending" => Granted(),
            "Granted" => Granted(),
            "Appealed" => Granted().Answers(new AppealLodged()),
            "SurrenderPlanned" => Planned(),
            "Postponed" => Postponed(),
            "TemporarilySurrendered" => Postponed().Answers(new TemporarySurrenderAgreed { ReturnBy = day.AddDays(60), KeptInCustody = true }),
            "SurrenderLapsed" => Lapsed(),
            "Surrendered" => Granted().Answers(Surrendered(story.Now)),
            "Refused" => Reviewed().Answers(Refused("NATIONAL")),
            "InsteadOffered" => Offered(),
            "ReleaseAfterRefusal" => Reviewed().Answers(Made(story.Now)).Answers(Refused()),
            "TransitPending" => story.Asks(Transit),
            "Withdrawing" => Acknowledged().Asks(new RequestWithdrawn { Reason = "Proceedings closed" }),
            "Closed.NoArrest" => story.Asks(Arrest()).Answers(Refused("IMPOSSIBLE")),
            "Closed.OtherStatePreferred" => Reviewed().Answers(new CompetingRequestNotified { OtherState = "XF" })
                .Answers(new PriorityDecided { Preferred = PreferredRequest.Other, Factors = [PriorityFactor.Seriousness] }),
            "Closed.Refused" => Reviewed().Answers(Refused()),
            "Closed.RefusedWithAlternative" => Offered().Asks(new ProsecutionAnswered { Answer = OfferAnswer.Accepted, FileHandedOverOn = day }),
            "Closed.Surrendered" => Granted().Answers(Surrendered(story.Now)).Asks(new ExtraditionOutcomeReported { Outcome = ExtraditionOutcome.Acquitted }),
            "Closed.TransitGranted" => story.Asks(Transit).Answers(new TransitGranted { RightsCheck = Usual.RightsCheck }),
            "Closed.Withdrawn" => Acknowledged().Asks(new RequestWithdrawn { Reason = "Proceedings closed" })
                .Answers(new StopConfirmed { Results = ResultsFate.None }),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No way there; add one."),
        };
    }
}
