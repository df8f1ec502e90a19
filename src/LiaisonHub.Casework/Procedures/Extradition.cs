using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Clock;
using static LiaisonHub.Casework.Procedures.EveryProcedure;
using static LiaisonHub.Casework.Procedures.ExtraditionConditions;

namespace LiaisonHub.Casework.Procedures;

/// <summary>Extradition, surrender and transit, after the European Convention on Extradition with its protocols and the European arrest warrant. Articles
/// without a name are the Convention's; "3AP" is its Third Additional Protocol, "EAW" the Framework Decision 2002/584/JHA.</summary>
/// <remarks>
/// Read a row as in <see cref="MutualAssistance"/>. What is new to the file (information, a translation, an answer to a consultation) goes through the
/// rights check again before the review goes on. What a limit of detention says is for the requested side to do: the hub flags, tells and waits for the
/// release to be reported.
/// </remarks>
static class Extradition
{
    public const string ArrestRequested = "ArrestRequested";
    public const string ArrestedProvisionally = "ArrestedProvisionally";
    public const string Simplified = "Simplified";
    public const string ReleasePending = "ReleasePending";
    public const string Released = "Released";
    public const string Submitted = "Submitted";
    public const string Returned = "Returned";
    public const string Acknowledged = "Acknowledged";
    public const string TranslationPending = "TranslationPending";
    public const string InformationPending = "InformationPending";
    public const string Consulting = "Consulting";
    public const string ImmunityPending = "ImmunityPending";
    public const string UnderReview = "UnderReview";
    public const string Competing = "Competing";
    public const string AssurancePending = "AssurancePending";
    public const string ExecutivePending = "ExecutivePending";
    public const string Granted = "Granted";
    public const string Appealed = "Appealed";
    public const string SurrenderPlanned = "SurrenderPlanned";
    public const string Postponed = "Postponed";
    public const string TemporarilySurrendered = "TemporarilySurrendered";
    public const string SurrenderLapsed = "SurrenderLapsed";
    public const string Surrendered = "Surrendered";
    public const string Refused = "Refused";
    public const string InsteadOffered = "InsteadOffered";
    public const string ReleaseAfterRefusal = "ReleaseAfterRefusal";
    public const string TransitPending = "TransitPending";
    public const string Withdrawing = "Withdrawing";
    public const string ClosedNoArrest = "Closed.NoArrest";
    public const string ClosedOtherStatePreferred = "Closed.OtherStatePreferred";
    public const string ClosedRefused = "Closed.Refused";
    public const string ClosedRefusedWithAlternative = "Closed.RefusedWithAlternative";
    public const string ClosedSurrendered = "Closed.Surrendered";
    public const string ClosedTransitGranted = "Closed.TransitGranted";
    public const string ClosedWithdrawn = "Closed.Withdrawn";

    const Side Requesting = Side.Requesting;
    const Side Requested = Side.Requested;

    static readonly StateOfProcedure[] AllStates =
    [
        new(ArrestRequested, "A provisional arrest is asked for") { Turn = Requested, Place = (0, 4) },
        new(ArrestedProvisionally, "Arrested; the formal request is awaited") { Turn = Requesting, MayCoerce = true, Place = (1, 4) },
        new(Simplified, "The person consents; the simplified procedure decides") { Turn = Requested, MayCoerce = true, Place = (4, 4) },
        new(ReleasePending, "A limit of detention has passed; the release is to be reported") { Turn = Requested, MayCoerce = true, Place = (2, 6) },
        new(Released, "Released; the formal request may still come")
        {
            Turn = Requesting, Rest = "The person is free: no limit runs until the formal request comes or the request is withdrawn.", Place = (1, 6),
        },
        new(Submitted, "The requested side has the formal request; receipt is not acknowledged") { Turn = Requested, Place = (1, 2) },
        new(Returned, "Went back unexecuted") { Turn = Requesting, Rest = "Returned unexecuted: no limit runs until it comes again.", Place = (0, 0) },
        new(Acknowledged, "Receipt acknowledged; completeness and rights are checked") { Turn = Requested, Place = (2, 2) },
        new(TranslationPending, "A translation is awaited") { Turn = Requesting, Place = (1, 0) },
        new(InformationPending, "Information is awaited") { Turn = Requesting, Place = (2, 0) },
        new(Consulting, "Consultation before a refusal") { Turn = Requesting, Place = (3, 4) },
        new(ImmunityPending, "An immunity protects the person; its waiver is awaited") { Turn = Requested, Place = (3, 0) },
        new(UnderReview, "Rights checked; extradition is examined") { Turn = Requested, MayCoerce = true, Place = (4, 2) },
        new(Competing, "Another state asks for the same person") { Turn = Requested, MayCoerce = true, Place = (4, 0) },
        new(AssurancePending, "Assurances are awaited") { Turn = Requesting, MayCoerce = true, Place = (5, 0) },
        new(ExecutivePending, "A court has granted it; the government is to decide") { Decides = Decider.Executive, Turn = Requested, MayCoerce = true, Place = (5, 2) },
        new(Granted, "Granted; the day of surrender is to be agreed") { Turn = Requested, MayCoerce = true, Place = (6, 2) },
        new(Appealed, "An appeal against the grant is pending") { Decides = Decider.Court, Turn = Requested, MayCoerce = true, Place = (6, 0) },
        new(SurrenderPlanned, "The day of surrender is agreed") { Turn = Requested, MayCoerce = true, Place = (7, 2) },
        new(Postponed, "The surrender is postponed") { Turn = Requested, MayCoerce = true, Place = (7, 0) },
        new(TemporarilySurrendered, "Surrendered for a time; the person is to come back") { Turn = Requesting, Served = true, MayCoerce = true, Place = (8, 0) },
        new(SurrenderLapsed, "Released since nobody was surrendered in time; a new day may be agreed")
        {
            Turn = Requesting, MayCoerce = true, Place = (7, 4),
            Rest = "The person was released: no limit runs until a new day is agreed, the extradition is refused, or the request is withdrawn.",
        },
        new(Surrendered, "Surrendered; the outcome is to be reported") { Turn = Requesting, Served = true, MayCoerce = true, Place = (8, 2) },
        new(Refused, "Refused; what is done instead is to be said") { Turn = Requested, Place = (5, 4) },
        new(InsteadOffered, "Refused; prosecution, sentence or transfer is offered, and the file is awaited") { Turn = Requesting, Place = (6, 4) },
        new(ReleaseAfterRefusal, "Refused; the release of the person is to be reported") { Turn = Requested, Place = (4, 6) },
        new(TransitPending, "A transit is asked for") { Turn = Requested, Place = (5, 8) },
        new(Withdrawing, "Withdrawn; release and stop are to be confirmed") { Turn = Requested, Place = (1, 8) },
        new(ClosedNoArrest, "Closed: no arrest was made") { Closed = true, Place = (0, 6) },
        new(ClosedOtherStatePreferred, "Closed: another state's request goes first") { Closed = true, Place = (3, 6) },
        new(ClosedRefused, "Closed: refused") { Closed = true, Place = (5, 6) },
        new(ClosedRefusedWithAlternative, "Closed: refused, and prosecuted or carried out on the requested side") { Closed = true, Place = (6, 6) },
        new(ClosedSurrendered, "Closed: surrendered, outcome reported") { Closed = true, MayCoerce = true, Place = (9, 2) },
        new(ClosedTransitGranted, "Closed: transit granted") { Closed = true, MayCoerce = true, Place = (7, 8) },
        new(ClosedWithdrawn, "Closed: withdrawn") { Closed = true, Place = (3, 8) },
    ];

    static readonly string[] Open = [.. AllStates.Where(s => !s.Closed).Select(s => s.Name)];
    static readonly string[] OpenAndWanted = [.. Open.Except([Withdrawing, Surrendered, TemporarilySurrendered])];
    static readonly string[] AfterAnArrest = [.. Open.Except([ArrestRequested, TransitPending])];

    static readonly string[] Undecided =
        [Submitted, Acknowledged, TranslationPending, InformationPending, Consulting, UnderReview, Competing, AssurancePending];

    // Where a release changes nothing but that the person is free: the request goes on.
    static readonly string[] HeldMeanwhile =
    [
        Submitted, Acknowledged, TranslationPending, InformationPending, Consulting, ImmunityPending, UnderReview, Competing, AssurancePending,
        ExecutivePending, Granted, Appealed, Postponed, Refused, InsteadOffered, Withdrawing,
    ];

    static readonly string[] BeforeTheJourney = [UnderReview, Simplified, ExecutivePending, Granted, Appealed, SurrenderPlanned, Postponed, SurrenderLapsed];

    // Where a refusal is open beside the examination of the file.
    static readonly string[] ConsultedBeside = [ArrestRequested, Simplified, ExecutivePending, Appealed, SurrenderLapsed, TransitPending];

    static readonly Row[] AllRows =
    [
        // Provisional arrest
        From(Row.Outside).On<ProvisionalArrestRequested>(Requesting).Per("16(1)-(2)")
            .Requires(InstrumentIsInForce, AddresseeIsDesignated).Goes(ArrestRequested)
            .Starts(Acknowledgement).Starts(ArrestResult)
            .Records((ProvisionalArrestRequested a, Request r) =>
                Filed(r with { Offences = a.Offences, Languages = a.Languages, WantedBy = a.FormalRequestBy }, f => f)),
        From(ArrestRequested).On<ArrestMade>(Requested).Per("16(3)-(4)").Requires(RightsCheckIsPassed, ArrestIsSound).Goes(ArrestedProvisionally)
            .Meets(Acknowledgement, ArrestResult).Cancels(Consultation)
            .Starts(ProvisionalMay, from: ArrestedAt).Starts(ProvisionalMust, from: ArrestedAt).Starts(Consent, from: ArrestedAt)
            .Records((r, s) => Arrested(r with { Consulting = null }, s)),
        From(ArrestRequested).On<RequestRefused>(Requested).Per("16(3)").Requires(GroundIsForWhoDecides, ConsultedOnThisGround).Goes(ClosedNoArrest)
            .Meets(Acknowledgement, ArrestResult).Cancels(Consultation)
            .Records((RequestRefused a, Request r) => IsRefused(r, a)),
        From(AfterAnArrest).On<RightsMilestoneReached>(Requested).Per("Directives 2010/64/EU, 2012/13/EU, 2013/48/EU").When(SomebodyWasArrested)
            .Requires(MilestoneDayIsSound)
            .Records((RightsMilestoneReached a, Request r) => Filed(r, f => f with
            {
                Milestones = [.. f.Milestones.Where(m => m.Milestone != a.Milestone), new(a.Milestone, a.On, a.Manner, a.Language)],
            })),
        From(ArrestedProvisionally, Simplified).OnSilence(ProvisionalMay, Silence.MayRelease).Per("16(4)")
            .Records((r, s) => Filed(r, f => f with { MayReleaseSince = s.At })),
        From(ArrestedProvisionally, Simplified).OnSilence(ProvisionalMust, Silence.Release).Per("16(4)").Goes(ReleasePending)
            .StopsAllClocks().Starts(Release)
            .Records((r, _) => r with { Consulting = null }),
        From(ArrestedProvisionally).On<ReleaseReported>(Requested).Per("16(4)").Requires(ReleaseIsSound).Goes(Released)
            .StopsAllClocks()
            .Records((r, s) => SetFree(r, s)),
        From(ReleasePending).On<ReleaseReported>(Requested).Per("16(4)-(5)").When(NothingIsGranted).Requires(ReleaseIsSound).Goes(Released)
            .Meets(Release)
            .Records((r, s) => SetFree(r, s)),

        // Consent and the simplified procedure
        From(ArrestedProvisionally).On<ConsentReported>(Requested).Per("3AP 4-6").When(NotRefusedDespiteConsent).If(ThePersonConsents)
            .Requires(ConsentIsSound, LanguageAccessIsRecorded).Goes(Simplified)
            .Meets(Consent).Starts(SimplifiedDecision).StartsWhereRuled(RefusalNotice, from: LastArrest)
            .Records((r, s) => ConsentTaken(r, s)),
        From(ArrestedProvisionally).On<ConsentReported>(Requested).Per("3AP 6(1)").When(NotRefusedDespiteConsent).If(ThePersonDoesNotConsent)
            .Meets(Consent),
        From(UnderReview).On<ConsentReported>(Requested).Per("EAW 13, 17(2)").When(SomebodyIsHeld).If(ThePersonConsents)
            .Requires(ConsentIsSound, LanguageAccessIsRecorded).Goes(Simplified)
            .Cancels(ExtraditionDecision, DelayReport).Starts(SimplifiedDecision)
            .Records((r, s) => ConsentTaken(r, s)),
        From(UnderReview).On<ConsentReported>(Requested).Per("EAW 13, 17(3)").When(SomebodyIsHeld).If(ThePersonDoesNotConsent),
        From(Simplified).On<ExtensionDeclared>(Requested).Per("EAW 17(4)").When(ExtensionIsUnused).Requires(SimplifiedExtensionIsWithinTheRule)
            .Extends(SimplifiedDecision, s => s.As<ExtensionDeclared>().Days)
            .Records((r, _) => r with { ExtensionUsed = true }),
        From(Simplified).On<ExtraditionGranted>(Requested).Per("3AP 7").Requires(EveryOffenceIsAnswered, EachIsAnOffenceHere, GroundsAreOpen).Goes(Granted)
            .Meets(SimplifiedDecision).Cancels(ProvisionalMay, ProvisionalMust, RefusalNotice, DelayReport, Consultation).Starts(Surrender)
            .Records((r, s) => IsGranted(r, s)),
        From(Simplified).On<RequestRefused>(Requested).Per("3AP 6(2)").When(NotYetRequested).Requires(GroundIsForWhoDecides, ConsultedOnThisGround).Goes(ArrestedProvisionally)
            .Meets(SimplifiedDecision, RefusalNotice).Cancels(DelayReport, Consultation)
            .Records((r, _) => Filed(r with { Consulting = null }, f => f with { Consented = false, RefusedDespiteConsent = true })),
        From(Simplified).On<RequestRefused>(Requested).Per("EAW 3-4").When(FormallyRequested).If(SomethingElseIsDone)
            .Requires(GroundIsForWhoDecides, ConsultedOnThisGround, DualCriminalityIsExamined).Goes(Refused)
            .Meets(SimplifiedDecision).Cancels(DelayReport, Consultation).Starts(Prosecution)
            .Records((RequestRefused a, Request r) => IsRefused(r, a)),
        From(Simplified).On<RequestRefused>(Requested).Per("EAW 3-4").When(FormallyRequested, SomebodyIsHeld)
            .Requires(GroundIsForWhoDecides, ConsultedOnThisGround, DualCriminalityIsExamined).Goes(ReleaseAfterRefusal)
            .Meets(SimplifiedDecision).Cancels(DelayReport, Consultation).Starts(Release)
            .Records((RequestRefused a, Request r) => IsRefused(r, a)),
        From(Simplified).On<RequestRefused>(Requested).Per("EAW 3-4").When(FormallyRequested, NobodyIsHeld)
            .Requires(GroundIsForWhoDecides, ConsultedOnThisGround, DualCriminalityIsExamined).Goes(ClosedRefused)
            .Meets(SimplifiedDecision).Cancels(DelayReport, Consultation)
            .Records((RequestRefused a, Request r) => IsRefused(r, a)),
        From(Simplified).On<ReleaseReported>(Requested).Per("16(4)").When(SomebodyIsHeld, NotYetRequested).Requires(ReleaseIsSound).Goes(Released)
            .StopsAllClocks()
            .Records((r, s) => SetFree(r with { Consulting = null }, s)),
        From(Simplified).On<ReleaseReported>(Requested).Per("EAW 12").When(SomebodyIsHeld, FormallyRequested).Requires(ReleaseIsSound)
            .Records((r, s) => SetFree(r, s)),

        // The formal request
        From(Row.Outside).On<ExtraditionRequested>(Requesting).Per("12").Requires(InstrumentIsInForce, AddresseeIsDesignated, PenaltyIsHighEnough)
            .Goes(Submitted)
            .Starts(Acknowledgement).Starts(ExtraditionDecision).StartsDatesAtHome(ExtraditionDecision, Clock.Surrender)
            .Records((r, s) => IsRequested(r, s)),
        From(ArrestedProvisionally, Released, Returned).On<ExtraditionRequested>(Requesting).Per("12, 16(4)-(5)")
            .Requires(SameRequestAgain, PenaltyIsHighEnough).Goes(Submitted)
            .Meets(ProvisionalMay, ProvisionalMust).Cancels(Consent).Starts(Acknowledgement).Starts(ExtraditionDecision, from: DecisionRunsFrom)
            .StartsDatesAtHome(ExtraditionDecision, Clock.Surrender)
            .Records((r, s) => IsRequested(r, s)),
        From(Simplified).On<ExtraditionRequested>(Requesting).Per("3AP 10").When(NotYetRequested).Requires(SameRequestAgain, PenaltyIsHighEnough)
            .Meets(ProvisionalMay, ProvisionalMust).Cancels(RefusalNotice).StartsDatesAtHome(SimplifiedDecision, Clock.Surrender)
            .Records((r, s) => IsRequested(r, s)),
        From(Submitted).On<RequestAcknowledged>(Requested).Per("region").Requires(CompetentAuthorityIsRegistered).Goes(Acknowledged)
            .Meets(Acknowledgement)
            .Records((RequestAcknowledged a, Request r) => IsAcknowledged(r, a)),
        From(ArrestRequested).On<RequestAcknowledged>(Requested).Per("region").Requires(CompetentAuthorityIsRegistered)
            .Meets(Acknowledgement)
            .Records((RequestAcknowledged a, Request r) => IsAcknowledged(r, a)),
        From(ArrestRequested, Submitted, Acknowledged).On<RequestForwarded>(Requested).Per("region").Requires(NewAuthorityIsRegistered)
            .Records((r, s) => r with { CompetentSince = s.At, Requested = r.Requested with { Authority = s.As<RequestForwarded>().ToAuthority } }),
        From(Submitted, Acknowledged, TranslationPending).On<RequestReturned>(Requested).Per("region").When(NobodyIsHeld).Goes(Returned)
            .StopsAllClocks()
            .Records((r, _) => NothingAsked(r)),
        From(Acknowledged).On<TranslationRequested>(Requested).Per("23").Goes(TranslationPending)
            .Holds(HoldCause.Translation, "translation asked for", ExtraditionDecision).Starts(Translation)
            .Records((TranslationRequested a, Request r) => r with { TranslationWanted = a.Language, CertifiedWanted = a.Certified }),
        From(TranslationPending).On<TranslationSupplied>(Requesting).Per("23").Requires(TranslationIsAsWanted).Goes(Acknowledged)
            .Meets(Translation).Resumes(ExtraditionDecision)
            .Records((TranslationSupplied a, Request r) => r with { TranslationWanted = null, CertifiedWanted = false, Languages = [.. r.Languages.Union([a.Language])] }),
        From(Acknowledged, UnderReview).On<InformationRequested>(Requested).Per("13; EAW 15(2)").Goes(InformationPending)
            .Holds(HoldCause.Information, "information asked for", ExtraditionDecision).Starts(Information, on: s => s.As<InformationRequested>().WantedBy),
        From(InformationPending).On<InformationSupplied>(Requesting).Per("13; EAW 15(2)-(3)").Goes(Acknowledged)
            .Meets(Information).Resumes(ExtraditionDecision),
        // Whoever does not supply it lets the other side decide on the file.
        From(InformationPending).OnSilence(Information, Silence.Exempt).Per("13").Goes(Acknowledged)
            .Resumes(ExtraditionDecision),

        // Privilege and immunity: the decision limit begins with the waiver
        From(Acknowledged, UnderReview).On<ImmunityFound>(Requested).Per("EAW 20").When(NoImmunityStands).Goes(ImmunityPending)
            .Cancels(ExtraditionDecision, DelayReport).Starts(Waiver, onWhom: s => s.As<ImmunityFound>().WaiverBy)
            .Records((ImmunityFound a, Request r) => Filed(r, f => f with { WaiverBy = a.WaiverBy })),
        From(ImmunityPending).On<ImmunityAnswered>(null).Per("EAW 20").When(ThisSideAsksForTheWaiver).If(ItIsWaived).Goes(Acknowledged)
            .Meets(Waiver).Starts(ExtraditionDecision)
            .Records((r, _) => Waived(r)),
        // What is left is to consult and to refuse, or to wait for a later waiver: within a limit like any decision.
        From(ImmunityPending).On<ImmunityAnswered>(null).Per("EAW 20").When(ThisSideAsksForTheWaiver).If(ItIsNotWaived).Goes(Acknowledged)
            .Meets(Waiver).Starts(ExtraditionDecision)
            .Records((r, _) => Filed(r, f => f with { WaiverBy = null, ImmunityStands = true })),
        From(Acknowledged).On<ImmunityAnswered>(null).Per("EAW 20").When(AnImmunityStands).Requires(TheWaiverHasCome)
            .Cancels(DelayReport).Starts(ExtraditionDecision)
            .Records((r, _) => Waived(r)),

        // The gate, and the review
        From(Acknowledged, TranslationPending, InformationPending, Consulting, AssurancePending).On<ReviewOpened>(Requested).Per("region")
            .Requires(NothingProtectsThePerson, RightsCheckIsPassed).Goes(UnderReview)
            .Cancels(Translation, Information, Consultation, Assurance).Resumes(ExtraditionDecision)
            .Records((r, s) => NothingAsked(r) with { RightsCheckedAt = s.At }),
        From(UnderReview).On<ArrestMade>(Requested).Per("EAW 11-12, 17(3)").When(NobodyIsHeld).Requires(RightsCheckIsPassed, ArrestIsSound)
            .Starts(ExtraditionDecision, from: ArrestedAt)
            .Records((r, s) => Arrested(r, s) with { ExtensionUsed = false }),
        From(Granted, SurrenderPlanned, SurrenderLapsed).On<ArrestMade>(Requested).Per("16(5)").When(NobodyIsHeld)
            .Requires(RightsCheckIsPassed, ArrestIsSound)
            .Records((r, s) => Arrested(r, s)),
        From(UnderReview).On<CompetingRequestNotified>(Requested).Per("17; EAW 16").Goes(Competing)
            .Holds(HoldCause.Competition, "another state asks for the same person", ExtraditionDecision).Starts(Preference),
        From(Competing).On<PriorityDecided>(Requested).Per("17; EAW 16").If(ThisRequestIsPreferred).Goes(UnderReview)
            .Meets(Preference).Resumes(ExtraditionDecision),
        From(Competing).On<PriorityDecided>(Requested).Per("17; EAW 16").If(TheOtherRequestIsPreferred).Goes(ClosedOtherStatePreferred)
            .Meets(Preference)
            .Records((r, _) => r with { Outcome = "OtherStatePreferred" }),
        From(UnderReview).On<AssuranceRequested>(Requested).Per("11; EAW 5").Goes(AssurancePending)
            .Holds(HoldCause.Assurance, "assurances asked for", ExtraditionDecision).Starts(Assurance, on: s => s.As<AssuranceRequested>().WantedBy)
            .Records((AssuranceRequested a, Request r) => Filed(r, f => f with { AssurancesWanted = a.Kinds })),
        // Declined or given: what follows from it is for the court to say.
        From(AssurancePending).On<AssuranceAnswered>(Requesting).Per("11; EAW 5").Requires(AssurancesWereAskedFor).Goes(UnderReview)
            .Meets(Assurance).Resumes(ExtraditionDecision)
            .Records((AssuranceAnswered a, Request r) => Filed(r, f => f with { AssurancesWanted = [], Assurances = [.. f.Assurances.Union(a.Given)] })),
        From(AssurancePending).OnSilence(Assurance, Silence.Exempt).Per("11; EAW 5").Goes(UnderReview)
            .Resumes(ExtraditionDecision)
            .Records((r, _) => Filed(r, f => f with { AssurancesWanted = [] })),
        From(Acknowledged, UnderReview).On<RefusalConsulted>(Requested).Per("region").Goes(Consulting)
            .Holds(HoldCause.Consultation, "consultation before refusal", ExtraditionDecision).Starts(Consultation)
            .Records((RefusalConsulted a, Request r) => r with { Consulting = a.Ground }),
        From(Consulting).On<ConsultationAnswered>(Requesting).Per("region").Goes(Acknowledged)
            .Meets(Consultation).Resumes(ExtraditionDecision)
            .Records((r, _) => ConsultationCompleted(r)),
        From(Consulting).OnSilence(Consultation, Silence.Exempt).Per("region").Goes(Acknowledged)
            .Resumes(ExtraditionDecision)
            .Records((r, _) => ConsultationCompleted(r)),
        // Where the examination does not stop for it, the consultation goes on beside what runs: nobody is held longer because of it.
        From(ConsultedBeside).On<RefusalConsulted>(Requested).Per("region").When(NoConsultationIsOpen)
            .Starts(Consultation)
            .Records((RefusalConsulted a, Request r) => r with { Consulting = a.Ground }),
        From(ConsultedBeside).On<ConsultationAnswered>(Requesting).Per("region").When(AConsultationIsOpen)
            .Meets(Consultation)
            .Records((r, _) => ConsultationCompleted(r)),
        From(ConsultedBeside).OnSilence(Consultation, Silence.Exempt).Per("region")
            .Records((r, _) => ConsultationCompleted(r)),
        From(UnderReview).On<ExtensionDeclared>(Requested).Per("EAW 17(4)").When(ExtensionIsUnused).Requires(DecisionExtensionIsWithinTheRule)
            .Extends(ExtraditionDecision, s => s.As<ExtensionDeclared>().Days)
            .Records((r, _) => r with { ExtensionUsed = true }),

        // A missed limit ends nothing: the duty to decide goes on, and why it was missed is said at once, and again on the day that was named.
        From(Undecided).OnSilence(ExtraditionDecision, Silence.Escalate).Per("EAW 17(7)").StartsWhereRuled(DelayReport),
        From(Simplified).OnSilence(SimplifiedDecision, Silence.Escalate).Per("EAW 17(7)").StartsWhereRuled(DelayReport),
        From([.. Undecided, Simplified]).On<DelayReasonGiven>(Requested).Per("EAW 17(7)").When(ADelayReportIsDue).If(ItIsDecidedLater)
            .Requires(LimitIsThisSides).TellsTheSecretariat(WhyItIsDelayed)
            .Meets(DelayReport).StartsWhereRuled(DelayReport, on: s => s.As<DelayReasonGiven>().Estimate)
            .Records((r, s) => ReasonGiven(r, s)),
        From([.. Undecided, Simplified]).On<DelayReasonGiven>(Requested).Per("EAW 17(7)").When(ADelayReportIsDue).If(ItIsNotKnownWhen)
            .Requires(LimitIsThisSides).TellsTheSecretariat(WhyItIsDelayed)
            .Meets(DelayReport)
            .Records((r, s) => ReasonGiven(r, s)),

        // The decision
        From(UnderReview).On<ExtraditionGranted>(Requested).Per("18(1)").If(TheGovernmentDecidesToo)
            .Requires(EveryOffenceIsAnswered, EachIsAnOffenceHere, GroundsAreOpen).Goes(ExecutivePending)
            .Meets(ExtraditionDecision).Cancels(DelayReport).Starts(ExecutiveDecision)
            .Records((r, s) => IsGranted(r, s)),
        From(UnderReview).On<ExtraditionGranted>(Requested).Per("18(1); EAW 15, 22").If(TheCourtDecidesAlone)
            .Requires(EveryOffenceIsAnswered, EachIsAnOffenceHere, GroundsAreOpen).Goes(Granted)
            .Meets(ExtraditionDecision).Cancels(DelayReport).Starts(Surrender)
            .Records((r, s) => IsGranted(r, s)),
        From(ExecutivePending).On<GrantConfirmed>(Requested).Per("Spain, Law 4/1985, Article 9(4), as the region's pattern")
            .Requires(DefaultFollowsSilence).Goes(Granted)
            .Meets(ExecutiveDecision, ExecutiveDefault).Cancels(Consultation).Starts(Surrender)
            .Records((r, _) => r with { Consulting = null }),
        From(ExecutivePending).OnSilence(ExecutiveDecision, Silence.DefaultDecision).Per("Spain, Law 4/1985, Article 9(4), as the region's pattern")
            .Starts(ExecutiveDefault)
            .Records((r, _) => Filed(r, f => f with { DecidesInDefault = true })),
        From(Granted).On<AppealLodged>(Requested).Per("region").Goes(Appealed)
            .Cancels(Surrender).Starts(Appeal)
            .Records((r, _) => Filed(r, f => f with { Proposed = null })),
        From(Appealed).On<AppealDismissed>(Requested).Per("region").Goes(Granted)
            .Meets(Appeal).Cancels(Consultation).Starts(Surrender)
            .Records((r, _) => r with { Consulting = null }),
        From(Acknowledged, UnderReview, ExecutivePending, Appealed).On<RequestRefused>(Requested).Per("6(2), 18(2); EAW 3-4, 17(6)").If(SomethingElseIsDone)
            .Requires(GroundIsForWhoDecides, ConsultedOnThisGround, DualCriminalityIsExamined).Goes(Refused)
            .Meets(ExtraditionDecision, ExecutiveDecision, ExecutiveDefault, Appeal).Cancels(DelayReport, Consultation).Starts(Prosecution)
            .Records((RequestRefused a, Request r) => IsRefused(r, a)),
        // Nothing is closed while somebody is still held on it.
        From(Acknowledged, UnderReview, ExecutivePending, Appealed).On<RequestRefused>(Requested).Per("18(2); EAW 3-4, 17(6)").When(SomebodyIsHeld)
            .Requires(GroundIsForWhoDecides, ConsultedOnThisGround, DualCriminalityIsExamined).Goes(ReleaseAfterRefusal)
            .Meets(ExtraditionDecision, ExecutiveDecision, ExecutiveDefault, Appeal).Cancels(DelayReport, Consultation).Starts(Release)
            .Records((RequestRefused a, Request r) => IsRefused(r, a)),
        From(Acknowledged, UnderReview, ExecutivePending, Appealed).On<RequestRefused>(Requested).Per("18(2); EAW 3-4, 17(6)").When(NobodyIsHeld)
            .Requires(GroundIsForWhoDecides, ConsultedOnThisGround, DualCriminalityIsExamined).Goes(ClosedRefused)
            .Meets(ExtraditionDecision, ExecutiveDecision, ExecutiveDefault, Appeal).Cancels(DelayReport, Consultation)
            .Records((RequestRefused a, Request r) => IsRefused(r, a)),
        From(Refused).On<ProsecutionOffered>(Requested).Per("6(2); EAW 4(6)").When(SomebodyIsHeld).If(NothingIsDone).Goes(ReleaseAfterRefusal)
            .Meets(Prosecution).Starts(Release),
        From(Refused).On<ProsecutionOffered>(Requested).Per("6(2); EAW 4(6)").When(NobodyIsHeld).If(NothingIsDone).Goes(ClosedRefused)
            .Meets(Prosecution),
        From(Refused).On<ProsecutionOffered>(Requested).Per("6(2); EAW 4(6)").If(SomethingIsOffered).Goes(InsteadOffered)
            .Meets(Prosecution).Starts(ProsecutionAnswer)
            .Records((ProsecutionOffered a, Request r) => Filed(r, f => f with { Instead = a.Instead })),
        From(InsteadOffered).On<ProsecutionAnswered>(Requesting).Per("6(2); EAW 4(6)").If(OfferIsAccepted).Requires(AnswerFitsTheOffer)
            .Goes(ClosedRefusedWithAlternative)
            .Meets(ProsecutionAnswer)
            .Records((ProsecutionAnswered a, Request r) => Filed(r, f => f with { TransferRequest = a.TransferRequestId })),
        From(InsteadOffered).On<ProsecutionAnswered>(Requesting).Per("6(2); EAW 4(6)").When(SomebodyIsHeld).If(OfferIsDeclined).Goes(ReleaseAfterRefusal)
            .Meets(ProsecutionAnswer).Starts(Release)
            .Records((r, _) => Filed(r, f => f with { Instead = AlternativeToExtradition.Nothing })),
        From(InsteadOffered).On<ProsecutionAnswered>(Requesting).Per("6(2); EAW 4(6)").When(NobodyIsHeld).If(OfferIsDeclined).Goes(ClosedRefused)
            .Meets(ProsecutionAnswer)
            .Records((r, _) => Filed(r, f => f with { Instead = AlternativeToExtradition.Nothing })),

        From(ReleaseAfterRefusal).On<ReleaseReported>(Requested).Per("region").Requires(ReleaseIsSound).Goes(ClosedRefused)
            .Meets(Release)
            .Records((r, s) => SetFree(r, s)),

        // Surrender
        From(Granted, SurrenderPlanned, SurrenderLapsed).On<SurrenderDateProposed>(null).Per("18(3), (5); EAW 23(1), (3)").Requires(OnlyAnAgreedDayIsPrevented)
            .Records((r, s) => IsProposed(r, s)),
        From(Granted, SurrenderLapsed).On<SurrenderDateAgreed>(null).Per("EAW 23(2)").When(TheOtherSideProposes).If(TheLimitRunsFromTheDecision)
            .Requires(DayIsTheOneProposed, DayIsWithinTheLimit, TransitIsGranted).Goes(SurrenderPlanned)
            .Cancels(Consultation).Starts(SurrenderMay, from: DayAgreed).Starts(SurrenderMust, from: DayAgreed)
            .Records((r, s) => IsAgreed(r, s)),
        From(Granted, SurrenderLapsed).On<SurrenderDateAgreed>(null).Per("18(3)-(4); EAW 23(4)").When(TheOtherSideProposes).If(TheLimitRunsFromTheDay)
            .Requires(DayIsTheOneProposed, TransitIsGranted).Goes(SurrenderPlanned)
            .Meets(Surrender).Cancels(Consultation).Starts(SurrenderMay, from: DayAgreed).Starts(SurrenderMust, from: DayAgreed)
            .Records((r, s) => IsAgreed(r, s)),
        From(SurrenderPlanned).On<SurrenderDateAgreed>(null).Per("18(5); EAW 23(3)").When(TheOtherSideProposes).If(ForceMajeure).Requires(DayIsTheOneProposed, TransitIsGranted)
            .Cancels(Surrender).Starts(SurrenderMay, from: DayAgreed).Starts(SurrenderMust, from: DayAgreed)
            .Records((r, s) => IsAgreed(r, s)),
        // Another day for any other reason lengthens nobody's detention.
        From(SurrenderPlanned).On<SurrenderDateAgreed>(null).Per("18(4)").When(TheOtherSideProposes).If(NoForceMajeure)
            .Requires(DayIsTheOneProposed, DayIsWithinTheLimit, TransitIsGranted)
            .Records((r, s) => IsAgreed(r, s)),
        // The request for transit is one between two other states; what became of it is told here by the side that made it.
        From(BeforeTheJourney).On<TransitAnswerReported>(Requesting).Per("21; EAW 25").Requires(TransitIsOfAThirdState)
            .Records((TransitAnswerReported a, Request r) => Filed(r, f => f with
            {
                Transits = [.. f.Transits.Where(t => t.State != a.State), new(a.State, a.TransitRequestId, a.Answer, a.Until)],
            })),
        From(SurrenderPlanned).On<PersonNotCollected>(Requested).Per("18(4)").When(NotReportedUncollected).Requires(TheDayHasCome)
            .Records((r, _) => Filed(r, f => f with { NotCollected = true })),
        From(SurrenderPlanned).OnSilence(SurrenderMay, Silence.MayRelease).Per("18(4)")
            .Records((r, s) => Filed(r, f => f with { MayReleaseSince = s.At })),
        From(SurrenderPlanned).OnSilence(SurrenderMust, Silence.Release).Per("18(4); EAW 23(5)").Goes(ReleasePending)
            .StopsAllClocks().Starts(Release),
        From(Granted, SurrenderPlanned).OnSilence(Surrender, Silence.Release).Per("EAW 23(5)").Goes(ReleasePending)
            .StopsAllClocks().Starts(Release),
        From(ReleasePending).On<ReleaseReported>(Requested).Per("18(4); EAW 23(5)").When(SomethingIsGranted).Requires(ReleaseIsSound).Goes(SurrenderLapsed)
            .Meets(Release)
            .Records((r, s) => SetFree(r, s)),
        From(SurrenderPlanned).On<ReleaseReported>(Requested).Per("18(4)").When(SomebodyIsHeld).Requires(ReleaseIsSound).Goes(SurrenderLapsed)
            .StopsAllClocks()
            .Records((r, s) => SetFree(r, s)),
        From(HeldMeanwhile).On<ReleaseReported>(Requested).Per("EAW 12").When(SomebodyIsHeld).Requires(ReleaseIsSound)
            .Records((r, s) => SetFree(r, s)),
        From(SurrenderLapsed).On<RequestRefused>(Requested).Per("18(4)").Requires(GroundIsForWhoDecides, GroundMayComeLate, ConsultedOnThisGround).Goes(ClosedRefused)
            .Cancels(Consultation)
            .Records((RequestRefused a, Request r) => IsRefused(r, a)),
        From(Granted, SurrenderPlanned).On<SurrenderPostponed>(Requested).Per("19(1); EAW 23(4), 24(1)").Goes(Postponed)
            .Cancels(Surrender, SurrenderMay, SurrenderMust).Starts(Review, on: s => s.As<SurrenderPostponed>().ReviewOn)
            .Records((r, _) => Filed(r, f => f with { Proposed = null, SurrenderOn = null })),
        From(Postponed).On<SurrenderPostponed>(Requested).Per("19(1); EAW 23(4), 24(1)")
            .Meets(Review).Starts(Review, on: s => s.As<SurrenderPostponed>().ReviewOn),
        From(Postponed).On<ExecutionResumed>(Requested).Per("19(1); EAW 23(4)").Goes(Granted)
            .Meets(Review).Starts(Surrender)
            .Records((r, _) => Filed(r, f => f with { NewDay = true })),
        From(Postponed).On<TemporarySurrenderAgreed>(Requested).Per("19(2); EAW 24(2)").Goes(TemporarilySurrendered)
            .Meets(Review).Starts(TemporaryReturn, on: s => s.As<TemporarySurrenderAgreed>().ReturnBy),
        From(TemporarilySurrendered).On<PersonReturned>(Requesting).Per("19(2); EAW 24(2)").Goes(Postponed)
            .Meets(TemporaryReturn).Starts(Review),
        From(Granted, SurrenderPlanned).On<SurrenderMade>(Requested).Per("18(3); EAW 23(2), 26").Requires(SurrenderIsSound, WayIsOpen).Goes(Surrendered)
            .Meets(Surrender, SurrenderMay, SurrenderMust).Starts(Outcome)
            .Records((r, s) => IsSurrendered(r, s)),

        // The rule of specialty
        From(Surrendered).On<SpecialtyConsentAsked>(Requesting).Per("14(1)(a), 15; EAW 27-28").Requires(QuestionIsTheNext)
            .Starts(SpecialtyConsent, part: s => s.As<SpecialtyConsentAsked>().Number)
            .Records((SpecialtyConsentAsked a, Request r) => Filed(r, f => f with { Specialty = [.. f.Specialty, new(a.Number, a.Kind, null)] })),
        From(Surrendered).On<SpecialtyConsentDecided>(Requested).Per("14(1)(a), 15; EAW 27-28").When(AQuestionIsOpen).Requires(QuestionWaits)
            .MeetsPart(SpecialtyConsent, s => s.As<SpecialtyConsentDecided>().Number)
            .Records((SpecialtyConsentDecided a, Request r) => Filed(r, f => f with
            {
                Specialty = [.. f.Specialty.Select(q => q.Number == a.Number ? q with { Consented = a.Consented } : q)],
            })),
        From(Surrendered).On<FinalDischargeReported>(Requesting).Per("14(1)(b); EAW 27(3)(a)").Requires(DischargeIsPast)
            .Starts(SpecialtyLapse, from: DischargedOn),
        From(Surrendered).OnSilence(SpecialtyLapse, Silence.Exempt).Per("14(1)(b); EAW 27(3)(a)")
            .Records((r, _) => Filed(r, f => f with { SpecialtyLapsed = true })),
        From(Surrendered).On<ExtraditionOutcomeReported>(Requesting).Per("region").If(ItIsPending)
            .Meets(Outcome).Starts(Outcome),
        From(Surrendered).On<ExtraditionOutcomeReported>(Requesting).Per("region").If(ItIsFinal).Requires(NoQuestionWaits).Goes(ClosedSurrendered)
            .Meets(Outcome, SpecialtyLapse)
            .Records((ExtraditionOutcomeReported a, Request r) => r with { Outcome = a.Outcome.ToString() }),

        // Transit, towards a third state
        From(Row.Outside).On<TransitRequested>(Requesting).Per("21; EAW 25").If(AfterAForcedLanding)
            .Requires(InstrumentIsInForce, AddresseeIsDesignated, TransitIsAnotherRequest, TransitLeadsElsewhere).Goes(TransitPending)
            .Starts(ForcedLanding)
            .Records((TransitRequested a, Request r) => TransitIsRequested(r, a)),
        From(Row.Outside).On<TransitRequested>(Requesting).Per("21; EAW 25").If(AsPlanned)
            .Requires(InstrumentIsInForce, AddresseeIsDesignated, TransitIsAnotherRequest, TransitLeadsElsewhere).Goes(TransitPending)
            .Starts(Transit)
            .Records((TransitRequested a, Request r) => TransitIsRequested(r, a)),
        From(TransitPending).On<TransitGranted>(Requested).Per("21; EAW 25").Requires(RightsCheckIsPassed).Goes(ClosedTransitGranted)
            .Meets(Transit, ForcedLanding).Cancels(Translation, Information, Consultation)
            .Records((r, s) => NothingAsked(r) with { RightsCheckedAt = s.At, Outcome = "TransitGranted" }),
        From(TransitPending).On<RequestRefused>(Requested).Per("21(1)-(2); EAW 25").Requires(GroundIsForWhoDecides, ConsultedOnThisGround).Goes(ClosedRefused)
            .Meets(Transit, ForcedLanding).Cancels(Translation, Information, Consultation)
            .Records((RequestRefused a, Request r) => IsRefused(r, a)),

        From(TransitPending).On<TranslationRequested>(Requested).Per("23; EAW 25").When(NothingIsAwaited)
            .Holds(HoldCause.Translation, "translation asked for", Transit).Starts(Translation)
            .Records((TranslationRequested a, Request r) => r with { TranslationWanted = a.Language, CertifiedWanted = a.Certified }),
        From(TransitPending).On<TranslationSupplied>(Requesting).Per("23; EAW 25").When(ATranslationIsAwaited).Requires(TranslationIsAsWanted)
            .Meets(Translation).Resumes(Transit)
            .Records((TranslationSupplied a, Request r) => r with { TranslationWanted = null, CertifiedWanted = false, Languages = [.. r.Languages.Union([a.Language])] }),
        From(TransitPending).On<InformationRequested>(Requested).Per("21; EAW 25").When(NothingIsAwaited)
            .Holds(HoldCause.Information, "information asked for", Transit).Starts(Information, on: s => s.As<InformationRequested>().WantedBy),
        From(TransitPending).On<InformationSupplied>(Requesting).Per("21; EAW 25").When(InformationIsAwaited)
            .Meets(Information).Resumes(Transit),
        From(TransitPending).OnSilence(Information, Silence.Exempt).Per("21; EAW 25")
            .Resumes(Transit),

        // Taking back
        From(OpenAndWanted).On<RequestWithdrawn>(Requesting).Per("region").Goes(Withdrawing)
            .StopsAllClocks().Starts(Stop)
            .Records((r, _) => NothingAsked(r) with { StopAsked = true }),
        From(Withdrawing).On<StopConfirmed>(Requested).Per("region").Requires(ThePersonIsFree).Goes(ClosedWithdrawn)
            .Meets(Stop)
            .Records((r, _) => r with { StopAsked = false, Outcome = "Withdrawn" }),

        .. ExceptionalCosts("24; EAW 30", [Acknowledged, UnderReview, Granted, SurrenderPlanned, Postponed], AllStates),
        CostsAtAnyTime(AllStates),
        .. AtAnyTime(AllStates, delay: "EAW 17(4), (7)"),
    ];

    /// <summary>The table.</summary>
    public static Procedure Table { get; } = new("Extradition", "Extradition", "the European Convention on Extradition (ETS 24)", AllStates, AllRows)
    {
        AnyOpenState = (0, 8),
        Says = WhatStands,
    };
}
