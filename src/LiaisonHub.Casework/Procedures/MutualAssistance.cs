using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Clock;
using static LiaisonHub.Casework.Procedures.EveryProcedure;
using static LiaisonHub.Casework.Procedures.MutualAssistanceConditions;
using static LiaisonHub.Casework.Procedures.NationalStepConditions;

namespace LiaisonHub.Casework.Procedures;

/// <summary>Mutual legal assistance, as the European Investigation Order knows it (Directive 2014/41/EU). Articles without a name are its own.</summary>
/// <remarks>
/// Read a row as: in this state, on this act of this side, when this is so, requiring this, the request goes there; these clocks are met, started,
/// held, resumed; this is left in the record.
/// Where a state and act have several rows, the first whose conditions hold is taken.
/// </remarks>
static class MutualAssistance
{
    public const string Submitted = "Submitted";
    public const string Returned = "Returned";
    public const string Acknowledged = "Acknowledged";
    public const string TranslationPending = "TranslationPending";
    public const string InformationPending = "InformationPending";
    public const string AlternativePending = "AlternativePending";
    public const string CostPending = "CostPending";
    public const string Consulting = "Consulting";
    public const string NationalStepPending = "NationalStepPending";
    public const string Objected = "Objected";
    public const string Suspended = "Suspended";
    public const string Recognised = "Recognised";
    public const string Postponed = "Postponed";
    public const string PartiallyExecuted = "PartiallyExecuted";
    public const string DefectPending = "DefectPending";
    public const string EvidenceComplete = "EvidenceComplete";
    public const string Executed = "Executed";
    public const string ReturnPending = "ReturnPending";
    public const string Withdrawing = "Withdrawing";
    public const string ClosedExecuted = "Closed.Executed";
    public const string ClosedRefused = "Closed.Refused";
    public const string ClosedWithdrawn = "Closed.Withdrawn";

    const string OfConflicts = "2023/1543, 17";

    const Side Requesting = Side.Requesting;
    const Side Requested = Side.Requested;

    static readonly StateOfProcedure[] AllStates =
    [
        new(Submitted, "The requested side has it; receipt is not acknowledged") { Turn = Requested, Place = (0, 2) },
        new(Returned, "Went back unexecuted") { Turn = Requesting, Rest = "Returned unexecuted: no limit runs until it is submitted again.", Place = (0, 0) },
        new(Acknowledged, "Receipt acknowledged; recognition is examined") { Turn = Requested, Place = (2, 2) },
        new(TranslationPending, "A translation is awaited") { Turn = Requesting, Place = (1, 0) },
        new(InformationPending, "Information is awaited") { Turn = Requesting, Place = (2, 0) },
        new(AlternativePending, "Another measure is proposed") { Turn = Requesting, Place = (3, 0) },
        new(CostPending, "Exceptional costs are to be agreed") { Turn = Requesting, Place = (1, 4) },
        new(Consulting, "Consultation before a refusal") { Turn = Requesting, Place = (2, 4) },
        new(NationalStepPending, "The requested state decides in a step of its own whether it goes on") { Turn = Requested, Place = (0, 4) },
        new(Recognised, "Recognised; the measures are carried out") { Turn = Requested, MayCoerce = true, Place = (4, 2) },
        new(Postponed, "Execution is postponed") { Turn = Requested, MayCoerce = true, Place = (4, 0) },
        new(Objected, "The law of a third state is said to stand against the order; that is reviewed") { Turn = Requesting, Place = (4, 4) },
        new(Suspended, "The same is said once the order is given effect: execution is suspended") { Turn = Requesting, MayCoerce = true, Place = (5, 4) },
        new(PartiallyExecuted, "Part of the evidence is there") { Turn = Requested, MayCoerce = true, Place = (5, 1) },
        new(DefectPending, "A part is defective and is sent again") { Turn = Requested, MayCoerce = true, Place = (5, 3) },
        new(EvidenceComplete, "All evidence is sent; conditions on use are to be accepted") { Turn = Requesting, MayCoerce = true, Served = true, Place = (6, 2) },
        new(Executed, "Executed; the outcome is to be reported") { Turn = Requesting, MayCoerce = true, Served = true, Place = (7, 2) },
        new(ReturnPending, "Originals are to be returned") { Turn = Requesting, MayCoerce = true, Served = true, Place = (7, 4) },
        new(Withdrawing, "Withdrawn; the stop is to be confirmed") { Turn = Requested, Place = (3, 6) },
        new(ClosedExecuted, "Closed: executed, outcome reported") { Closed = true, Place = (8, 2) },
        new(ClosedRefused, "Closed: refused") { Closed = true, Place = (3, 4) },
        new(ClosedWithdrawn, "Closed: withdrawn") { Closed = true, Place = (5, 6) },
    ];

    static readonly string[] Open = [.. AllStates.Where(s => !s.Closed).Select(s => s.Name)];
    static readonly string[] OpenAndWanted = [.. Open.Except([Withdrawing])];
    static readonly string[] BeforeExecuted = [.. OpenAndWanted.Except([Returned, Executed, ReturnPending])];
    static readonly string[] MayCoerce = [.. AllStates.Where(s => s.MayCoerce).Select(s => s.Name)];
    static readonly string[] ConsultedBeside = [.. MayCoerce, Withdrawing];
    static readonly string[] CarriedOn = [.. OpenAndWanted.Except([Returned])];

    /// <summary>What waits while the requesting side, or a step of the state's own, is awaited.</summary>
    static readonly Clock[] Deciding = [Recognition, Production, NotifiedProduction, ConflictObjection];

    static readonly Row[] AllRows =
    [
        // Receipt
        From(Row.Outside).On<RequestSubmitted>(Requesting).Per("5, 7").Requires(InstrumentIsInForce, AddresseeIsDesignated).Goes(Submitted)
            .Starts(Acknowledgement).Starts(Recognition).StartsWhereRuled(Production, only: OrderIsNotNotified)
            .StartsWhereRuled(NotifiedProduction, only: OrderIsNotified).StartsWhereRuled(Objection, only: OrderIsNotified).StartsWhereRuled(ConflictObjection)
            .StartsDatesAtHome(Recognition, Execution)
            .Records((r, s) => Stated(r, s.As<RequestSubmitted>()).WithNationalSteps(s, nameof(RequestSubmitted))),
        From(Submitted).On<RequestAcknowledged>(Requested).Per("16(1)").Requires(CompetentAuthorityIsRegistered).Goes(Acknowledged)
            .Meets(Acknowledgement)
            .Records((RequestAcknowledged a, Request r) =>
                r with { TheirReference = a.TheirReference, Requested = r.Requested with { Authority = a.CompetentAuthority } }),
        From(Submitted, Acknowledged).On<RequestForwarded>(Requested).Per("7(6), 16(1)").Requires(NewAuthorityIsRegistered)
            .Resets(Recognition)
            .Records((r, s) => r with { CompetentSince = s.At, Requested = r.Requested with { Authority = s.As<RequestForwarded>().ToAuthority } }),
        From(Submitted, Acknowledged, TranslationPending).On<RequestReturned>(Requested).Per("5(2), 9(3)").Goes(Returned)
            .StopsAllClocks()
            .Records((r, _) => NothingPending(r)),
        From(Returned).On<RequestResubmitted>(Requesting).Per("5, 7").Requires(SameRequest).Goes(Submitted)
            .Starts(Acknowledgement).Starts(Recognition).StartsWhereRuled(Production, only: OrderIsNotNotified)
            .StartsWhereRuled(NotifiedProduction, only: OrderIsNotified).StartsWhereRuled(Objection, only: OrderIsNotified).StartsWhereRuled(ConflictObjection)
            .StartsDatesAtHome(Recognition, Execution)
            .Records((r, s) => Stated(r, s.As<RequestResubmitted>()).WithNationalSteps(s, nameof(RequestSubmitted)) with
            {
                CompetentSince = s.At, RoundTrips = r.RoundTrips + 1, ExtensionUsed = false, Consulted = [],
            }),

        // What the requested side needs before it can decide
        From(Acknowledged).On<TranslationRequested>(Requested).Per("5(3)").Goes(TranslationPending)
            .Holds(HoldCause.Translation, "translation asked for", Deciding).Starts(Translation)
            .Records((TranslationRequested a, Request r) => r with { TranslationWanted = a.Language, CertifiedWanted = a.Certified }),
        From(TranslationPending).On<TranslationSupplied>(Requesting).Per("5(3)").Requires(TranslationIsAsWanted).Goes(Acknowledged)
            .Meets(Translation).Resumes(Deciding)
            .Records((TranslationSupplied a, Request r) => r with { TranslationWanted = null, CertifiedWanted = false, Languages = [.. r.Languages.Union([a.Language])] }),
        From(Acknowledged).On<InformationRequested>(Requested).Per("11(4), 16(2)").Goes(InformationPending)
            .Holds(HoldCause.Information, "information asked for", Deciding).Starts(Information, on: s => s.As<InformationRequested>().WantedBy),
        From(InformationPending).On<InformationSupplied>(Requesting).Per("11(4), 16(2)").Goes(Acknowledged)
            .Meets(Information).Resumes(Deciding),
        From(InformationPending).OnSilence(Information, Silence.Exempt).Per("11(4)").Goes(Acknowledged)
            .Resumes(Deciding),
        From(Acknowledged).On<AlternativeMeasureProposed>(Requested).Per("10(1)-(4)").Goes(AlternativePending)
            .Holds(HoldCause.Alternative, "another measure proposed", Deciding).Starts(Alternative)
            .Records((AlternativeMeasureProposed a, Request r) => r with { AlternativeProposed = a.Instead }),
        From(AlternativePending).On<AlternativeAnswered>(Requesting).Per("10(4)").If(AlternativeIsAgreed).Goes(Acknowledged)
            .Meets(Alternative).Resumes(Deciding)
            .Records((r, _) => AlternativeTaken(r)),
        From(AlternativePending).On<AlternativeAnswered>(Requesting).Per("10(4)").If(RequestIsSupplemented).Goes(Acknowledged)
            .Meets(Alternative).Resumes(Deciding)
            .Records((r, _) => r with { AlternativeProposed = null }),
        // Silence takes the other measure, but not the rights check: the requested side still has to recognise.
        From(AlternativePending).OnSilence(Alternative, Silence.AlternativeMeasure).Per("10(4)").Goes(Acknowledged)
            .Resumes(Deciding)
            .Records((r, _) => AlternativeTaken(r)),
        From(Acknowledged).On<CostNoticeGiven>(Requested).Per("21(2)").When(NotAnEmergency).Goes(CostPending)
            .Holds(HoldCause.Cost, "cost notice unanswered", Deciding).Starts(Cost)
            .Records((r, _) => r with { CostOpen = true }),
        From(Acknowledged, Recognised, PartiallyExecuted).On<CostNoticeGiven>(Requested).Per("21(2)").When(IsAnEmergency, NoCostNoticeIsOpen)
            .Starts(Cost)
            .Records((r, _) => r with { CostOpen = true }),
        From(CostPending).On<CostAnswered>(Requesting).Per("21(2)-(3)").If(CostIsTaken).Goes(Acknowledged)
            .Meets(Cost).Resumes(Deciding)
            .Records((r, _) => r with { CostOpen = false }),
        From(CarriedOn.Except([CostPending])).On<CostAnswered>(Requesting).Per("21(2)-(3)").When(ACostNoticeIsOpen).If(CostIsTaken)
            .Meets(Cost)
            .Records((r, _) => r with { CostOpen = false }),
        From(CarriedOn).On<CostAnswered>(Requesting).Per("21(3)").When(ACostNoticeIsOpen).If(CostIsDeclined).Requires(ThePersonIsBack).Goes(Withdrawing)
            .Meets(Cost).StopsAllClocks().Starts(Stop)
            .Records((r, _) => NothingPending(r) with { StopAsked = true }),
        From(Acknowledged).On<ExtensionDeclared>(Requested).Per("12(5)").When(ExtensionIsUnused).Requires(ExtensionIsWithinTheRule)
            .Extends(Recognition, s => s.As<ExtensionDeclared>().Days)
            .Records((r, _) => r with { ExtensionUsed = true }),

        // The state's own word, where its profile has a step for it
        From(Acknowledged).On<NationalStepOpened>(Requested).Per("region").When(AStepIsLeft).Requires(StepIsLeft).Goes(NationalStepPending)
            .Holds(HoldCause.NationalStep, "the requested state decides in a step of its own", Deciding).Starts(Clock.NationalStep)
            .Records((NationalStepOpened a, Request r) => StepOpened(a, r)),
        From(NationalStepPending).On<NationalStepDecided>(Requested).Per("region").Requires(GroundIsInTime, VetoIsOnAGroundOfItsOwn).Goes(Acknowledged)
            .Meets(Clock.NationalStep).Resumes(Deciding)
            .Records((NationalStepDecided a, Request r) => StepDecided(a, r)),

        // The law of a third state stands against an order to produce: nothing is carried out until that is decided, and only a court upholds the order
        From(Acknowledged).On<ReasonedObjectionMade>(Requested).Per(OfConflicts).When(TheTimeToObjectRuns).Goes(Objected)
            .Meets(ConflictObjection).Holds(HoldCause.CourtReview, "a reasoned objection is reviewed", Deciding).StartsWhereRuled(ConflictReview),
        From(Recognised).On<ReasonedObjectionMade>(Requested).Per(OfConflicts).When(TheTimeToObjectRuns).Goes(Suspended)
            .Meets(ConflictObjection).Holds(HoldCause.CourtReview, "a reasoned objection is reviewed", Execution, DateAsked, Production, NotifiedProduction).Cancels(Timing).StartsWhereRuled(ConflictReview)
            .Records((r, _) => r with { TimingProposed = null }),
        From(Objected).On<ObjectionReviewed>(Requesting).Per(OfConflicts).If(OrderIsUpheld).Requires(ACourtUpholds).Goes(Acknowledged)
            .Meets(ConflictReview).Resumes(Deciding),
        From(Suspended).On<ObjectionReviewed>(Requesting).Per(OfConflicts).If(OrderIsUpheld).Requires(ACourtUpholds).Goes(Recognised)
            .Meets(ConflictReview).Resumes(Execution, DateAsked, Production, NotifiedProduction),
        From(Objected, Suspended).On<ObjectionReviewed>(Requesting).Per(OfConflicts).If(OrderIsLifted).Requires(ThePersonIsBack).Goes(ClosedWithdrawn)
            .Meets(ConflictReview).StopsAllClocks()
            .Records((r, _) => NothingPending(r) with { Outcome = nameof(ObjectionOutcome.OrderLifted) }),

        // The decision
        From(Acknowledged).On<RequestRecognised>(Requested).Per("9(1), 12(3)-(4)").If(NoDateIsFixed)
            .Requires(RightsCheckIsPassed, DualCriminalityIsAsTheLawSays, NationalStepsGoOn).Goes(Recognised)
            .Meets(Recognition, Objection).Starts(Execution).StartsUntilAgreed(TemporaryReturn, PersonIsBack, s => s.Request.TransferTo).StartsOnDayNamed(Safekeeping, KeptUntil)
            .Records((r, s) => r with { RightsCheckedAt = s.At }),
        From(Acknowledged).On<RequestRecognised>(Requested).Per("9(1), 12(2)-(3)").If(ADateIsFixed)
            .Requires(RightsCheckIsPassed, DualCriminalityIsAsTheLawSays, NationalStepsGoOn).Goes(Recognised)
            .Meets(Recognition, Objection).Starts(DateAsked, on: DateFixed).StartsUntilAgreed(TemporaryReturn, PersonIsBack, s => s.Request.TransferTo).StartsOnDayNamed(Safekeeping, KeptUntil)
            .Records((r, s) => r with { RightsCheckedAt = s.At }),
        From(Acknowledged).On<RefusalConsulted>(Requested).Per("11(4)").Requires(GroundIsInTime).Goes(Consulting)
            .Holds(HoldCause.Consultation, "consultation before refusal", Deciding).Starts(Consultation)
            .Records((RefusalConsulted a, Request r) => r with { Consulting = a.Ground }),
        From(Consulting).On<ConsultationAnswered>(Requesting).Per("11(4)").Goes(Acknowledged)
            .Meets(Consultation).Resumes(Deciding)
            .Records((r, _) => ConsultationCompleted(r)),
        // Whoever does not answer has been consulted.
        From(Consulting).OnSilence(Consultation, Silence.Exempt).Per("11(4)").Goes(Acknowledged)
            .Resumes(Deciding)
            .Records((r, _) => ConsultationCompleted(r)),
        // On a ground that is found after recognition the consultation goes on beside the work.
        From(Recognised).On<RefusalConsulted>(Requested).Per("11(4)").When(NoConsultationIsOpen).Requires(GroundIsInTime)
            .Starts(Consultation)
            .Records((RefusalConsulted a, Request r) => r with { Consulting = a.Ground }),
        From(ConsultedBeside).On<ConsultationAnswered>(Requesting).Per("11(4)").When(AConsultationIsOpen)
            .Meets(Consultation)
            .Records((r, _) => ConsultationCompleted(r)),
        From(ConsultedBeside).OnSilence(Consultation, Silence.Exempt).Per("11(4)")
            .Records((r, _) => ConsultationCompleted(r)),
        From(Acknowledged).On<RequestRefused>(Requested).Per("11, 16(2)").If(TheWholeRequest).Requires(RefusedAsVetoed, GroundIsForWhoDecides, GroundIsInTime, ConsultedOnThisGround, GroundIsOpen).Goes(ClosedRefused)
            .Meets(Recognition, Objection)
            .Records((RequestRefused a, Request r) => r with { Outcome = a.Ground }),
        From(Acknowledged).On<RequestRefused>(Requested).Per("11, 16(2)").If(SomeMeasures).Requires(RefusedAsVetoed, GroundIsForWhoDecides, GroundIsInTime, ConsultedOnThisGround, GroundIsOpen)
            .Records((RequestRefused a, Request r) => Fated(r, a.Only, MeasureFate.Refused)),
        From(Recognised).On<RequestRefused>(Requested).Per("11, 16(2)").If(TheWholeRequest).Requires(ThePersonIsBack, GroundIsForWhoDecides, GroundIsInTime, GroundMayComeLate, ConsultedOnThisGround, GroundIsOpen)
            .Goes(ClosedRefused)
            .Records((RequestRefused a, Request r) => r with { Outcome = a.Ground }),
        From(Recognised).On<RequestRefused>(Requested).Per("11, 16(2)").If(SomeMeasures).Requires(GroundIsForWhoDecides, GroundIsInTime, GroundMayComeLate, ConsultedOnThisGround, GroundIsOpen)
            .Records((RequestRefused a, Request r) => Fated(r, a.Only, MeasureFate.Refused)),

        // Execution
        From(Recognised).On<ExecutionPostponed>(Requested).Per("15(1)").Goes(Postponed)
            .Holds(HoldCause.Postponement, "execution postponed", Execution, DateAsked, Production, NotifiedProduction).Cancels(Timing)
            .Starts(Review, on: s => s.As<ExecutionPostponed>().EstimatedEnd)
            .Records((r, _) => r with { TimingProposed = null }),
        From(Postponed).On<ExecutionPostponed>(Requested).Per("15(1)")
            .Meets(Review).Starts(Review, on: s => s.As<ExecutionPostponed>().EstimatedEnd),
        From(Postponed).On<ExecutionResumed>(Requested).Per("15(2)").Goes(Recognised)
            .Meets(Review).Resumes(Execution, DateAsked, Production, NotifiedProduction),
        From(Recognised, PartiallyExecuted, DefectPending).On<DelayNotified>(Requested).Per("12(6)").When(AnExecutionLimitRuns)
            .Starts(Timing)
            .Records((DelayNotified a, Request r) => r with { TimingProposed = a.ProposedDate }),
        From(Recognised, PartiallyExecuted, DefectPending).On<TimingAgreed>(Requesting).Per("12(6)").When(ATimingIsProposed, AnExecutionLimitRuns)
            .Requires(TimingIsTheOneProposed)
            .Meets(Timing).Resets(Execution, on: s => s.As<TimingAgreed>().On).Resets(DateAsked, on: s => s.As<TimingAgreed>().On)
            .Records((r, _) => r with { TimingProposed = null }),

        // Evidence
        From(Recognised, PartiallyExecuted).On<EvidenceSent>(Requested).Per("13(1)").If(IsTheLastPart).Requires(PartIsTheNext).Goes(EvidenceComplete)
            .Meets(Execution, DateAsked, Production, NotifiedProduction, ConflictObjection).Cancels(Timing).Starts(EvidenceReceipt, part: PartSent).Starts(UseConditions)
            .Records((r, s) => Sent(r, s)),
        From(Recognised, PartiallyExecuted).On<EvidenceSent>(Requested).Per("13(1)").If(IsNotTheLastPart).Requires(PartIsTheNext).Goes(PartiallyExecuted)
            .Starts(EvidenceReceipt, part: PartSent)
            .Records((r, s) => Sent(r, s)),
        From(DefectPending).On<EvidenceSent>(Requested).Per("13(1)").If(IsTheLastPart, OthersAreDefective).Requires(PartIsTheNextOrDefective)
            .Meets(Execution, DateAsked, Production, NotifiedProduction, ConflictObjection).Cancels(Timing).MeetsPart(Resend, PartSent).Starts(EvidenceReceipt, part: PartSent)
            .Records((r, s) => Sent(r, s)),
        From(DefectPending).On<EvidenceSent>(Requested).Per("13(1)").If(IsNotTheLastPart, OthersAreDefective).Requires(PartIsTheNextOrDefective)
            .MeetsPart(Resend, PartSent).Starts(EvidenceReceipt, part: PartSent)
            .Records((r, s) => Sent(r, s)),
        From(DefectPending).On<EvidenceSent>(Requested).Per("13(1)").If(EverythingIsThen).Requires(PartIsTheNextOrDefective).Goes(EvidenceComplete)
            .Meets(Execution, DateAsked, Production, NotifiedProduction, ConflictObjection).Cancels(Timing).MeetsPart(Resend, PartSent).Starts(EvidenceReceipt, part: PartSent).Starts(UseConditions)
            .Records((r, s) => Sent(r, s)),
        From(DefectPending).On<EvidenceSent>(Requested).Per("13(1)").If(PartsAreStillToCome).Requires(PartIsTheNextOrDefective).Goes(PartiallyExecuted)
            .MeetsPart(Resend, PartSent).Starts(EvidenceReceipt, part: PartSent)
            .Records((r, s) => Sent(r, s)),
        From(PartiallyExecuted, DefectPending, EvidenceComplete).On<EvidenceReceived>(Requesting).Per("13(1)").Requires(PartWaitsForReceipt)
            .MeetsPart(EvidenceReceipt, s => s.As<EvidenceReceived>().Part)
            .Records((EvidenceReceived a, Request r) => PartIs(r, a.Part, PartFate.Received)),
        From(PartiallyExecuted, DefectPending, EvidenceComplete).On<EvidenceFoundDefective>(Requesting).Per("13(1)")
            .Requires(PartWasSent, ItemsAreInTheManifest).Goes(DefectPending)
            .MeetsPart(EvidenceReceipt, s => s.As<EvidenceFoundDefective>().Part).Cancels(UseConditions)
            .Starts(Resend, part: s => s.As<EvidenceFoundDefective>().Part)
            .Records((EvidenceFoundDefective a, Request r) => PartIs(r, a.Part, PartFate.Defective)),
        From(EvidenceComplete).On<UseConditionsAccepted>(Requesting).Per("19").When(NoOriginalsAreOut).Requires(EveryPartIsReceived).Goes(Executed)
            .Meets(UseConditions).Starts(Outcome),
        From(EvidenceComplete).On<UseConditionsAccepted>(Requesting).Per("13(3), 19").When(OriginalsAreOut).Requires(EveryPartIsReceived).Goes(Executed)
            .Meets(UseConditions).Starts(Outcome).Starts(Return, on: s => s.Request.ReturnBy),

        // After execution
        From(Executed).On<OriginalsReturned>(Requesting).Per("13(3)").When(OriginalsAreOut)
            .Meets(Return)
            .Records((r, _) => r with { OriginalsOut = false }),
        From(Executed).On<ReturnWaived>(Requested).Per("13(3)").When(OriginalsAreOut)
            .Cancels(Return)
            .Records((r, _) => r with { OriginalsOut = false }),
        From(Executed).OnSilence(Return, Silence.Escalate).Per("13(3)").Goes(ReturnPending),
        From(Executed).On<UseReported>(Requesting).Per("region").When(NoOriginalsAreOut).Requires(ThePersonIsBack).Goes(ClosedExecuted)
            .Meets(Outcome)
            .Records((UseReported a, Request r) => r with { Outcome = a.Outcome.ToString() }),
        From(Executed).On<UseReported>(Requesting).Per("region").When(OriginalsAreOut).Goes(ReturnPending)
            .Meets(Outcome)
            .Records((UseReported a, Request r) => r with { Outcome = a.Outcome.ToString() }),
        From(ReturnPending).On<UseReported>(Requesting).Per("region").When(NoOutcomeIsReported)
            .Meets(Outcome)
            .Records((UseReported a, Request r) => r with { Outcome = a.Outcome.ToString() }),
        From(ReturnPending).On<OriginalsReturned>(Requesting).Per("13(3)").When(AnOutcomeIsReported).Requires(ThePersonIsBack).Goes(ClosedExecuted)
            .Meets(Return)
            .Records((r, _) => r with { OriginalsOut = false }),
        From(ReturnPending).On<OriginalsReturned>(Requesting).Per("13(3)").When(NoOutcomeIsReported).Goes(Executed)
            .Meets(Return)
            .Records((r, _) => r with { OriginalsOut = false }),
        From(ReturnPending).On<ReturnWaived>(Requested).Per("13(3)").When(AnOutcomeIsReported).Requires(ThePersonIsBack).Goes(ClosedExecuted)
            .Cancels(Return)
            .Records((r, _) => r with { OriginalsOut = false }),
        From(ReturnPending).On<ReturnWaived>(Requested).Per("13(3)").When(NoOutcomeIsReported).Goes(Executed)
            .Cancels(Return)
            .Records((r, _) => r with { OriginalsOut = false }),
        From(CarriedOn.Append(ClosedExecuted)).On<SupplementAnnounced>(Requesting).Per("8(1), 32(5)").Requires(SupplementIsAnotherRequest)
            .Meets(Safekeeping),

        // Taking back
        From(OpenAndWanted).On<RequestWithdrawn>(Requesting).Per("10(4), 21(3)").When(NobodyIsAway).Goes(Withdrawing)
            .StopsAllClocks().Starts(Stop)
            .Records((r, _) => NothingPending(r) with { StopAsked = true }),
        From(BeforeExecuted).On<ScopeReduced>(Requesting).Per("10(4), 21(3)").Requires(SomethingRemains)
            .Starts(Stop)
            .Records((ScopeReduced a, Request r) => Fated(r, a.NoLongerWanted, MeasureFate.Dropped) with { StopAsked = true }),
        From(Withdrawing).On<StopConfirmed>(Requested).Per("region").Goes(ClosedWithdrawn)
            .Meets(Stop)
            .Records((r, _) => r with { StopAsked = false, Outcome = "Withdrawn" }),
        From(OpenAndWanted).On<StopConfirmed>(Requested).Per("region").When(AStopIsAsked)
            .Meets(Stop)
            .Records((r, _) => r with { StopAsked = false }),

        // A person in custody who was transferred for a time, and a witness or expert who came on a summons
        From(MayCoerce).On<PresenceNoLongerRequired>(null).Per("22(8); ETS 30, 12(3)").When(SomebodyIsProtected, NoImmunityRuns)
            .Starts(Immunity, from: PresenceEnded, onWhom: s => s.By),
        From(MayCoerce).On<PersonReturned>(null).Per("22(5), 22(8); ETS 30, 12(3)").When(SomebodyIsProtected)
            .Meets(TemporaryReturn, Immunity),

        CostsAtAnyTime(AllStates),
        .. AtAnyTime(AllStates, status: "16(1)", note: "7(1), 9(6)", delay: "12(5)-(6)"),
    ];

    /// <summary>The table.</summary>
    public static Procedure Table { get; } = new("MutualAssistance", "Mutual legal assistance", "Directive 2014/41/EU", AllStates, AllRows) { AnyOpenState = (1, 6) };
}
