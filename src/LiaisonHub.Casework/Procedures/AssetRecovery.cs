using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Clock;
using static LiaisonHub.Casework.Procedures.AssetRecoveryConditions;
using static LiaisonHub.Casework.Procedures.EveryProcedure;
using static LiaisonHub.Casework.Procedures.MutualAssistanceConditions;
using static LiaisonHub.Casework.Procedures.NationalStepConditions;

namespace LiaisonHub.Casework.Procedures;

/// <summary>Freezing, confiscation, and what becomes of the property, as Regulation (EU) 2018/1805 knows it. Articles without a name are its own.</summary>
/// <remarks>A freezing that turns into a confiscation stays one request: its reference, its persons heard and its sums go on. Each step against property has
/// its own rights check.</remarks>
static class AssetRecovery
{
    public const string FreezeSubmitted = "FreezeSubmitted";
    public const string Consulting = "Consulting";
    public const string NationalStepPending = "NationalStepPending";
    public const string FreezeRecognised = "FreezeRecognised";
    public const string Postponed = "Postponed";
    public const string Frozen = "Frozen";
    public const string Contested = "Contested";
    public const string Review = "Review";
    public const string ConfiscationSubmitted = "ConfiscationSubmitted";
    public const string ConfiscationRecognised = "ConfiscationRecognised";
    public const string Confiscated = "Confiscated";
    public const string SharingOpen = "SharingOpen";
    public const string SharingDisputed = "SharingDisputed";
    public const string SharingAgreed = "SharingAgreed";
    public const string Returned = "Returned";
    public const string Withdrawing = "Withdrawing";
    public const string ClosedReturned = "Closed.Returned";
    public const string ClosedKept = "Closed.Kept";
    public const string ClosedLifted = "Closed.Lifted";
    public const string ClosedRefused = "Closed.Refused";
    public const string ClosedImpossible = "Closed.Impossible";
    public const string ClosedWithdrawn = "Closed.Withdrawn";

    /// <summary>What brings a smaller amount from a parallel request.</summary>
    public const string ReducedElsewhere = "the amount is reduced in a request to another state";

    const Side Requesting = Side.Requesting;
    const Side Requested = Side.Requested;

    static readonly StateOfProcedure[] AllStates =
    [
        new(FreezeSubmitted, "Freezing is asked for; recognition is examined") { Turn = Requested, Place = (0, 1) },
        new(Consulting, "Consultation before a refusal; a defect may be cured") { Turn = Requesting, Place = (0, 3) },
        new(NationalStepPending, "The requested state decides in a step of its own whether it goes on") { Turn = Requested, Place = (0, 4) },
        new(FreezeRecognised, "Recognised; the property is to be frozen") { Turn = Requested, MayCoerce = true, Place = (1, 1) },
        new(Postponed, "Execution is postponed") { Turn = Requested, Place = (1, 3) },
        new(Frozen, "Frozen; the confiscation is awaited") { Turn = Requesting, Served = true, MayCoerce = true, Place = (2, 1) },
        new(Contested, "A remedy is filed; nothing is confiscated until it is decided") { Turn = Requested, MayCoerce = true, Place = (2, 0) },
        new(Review, "The day has passed without a confiscation; lifting is discussed") { Turn = Requesting, MayCoerce = true, Place = (3, 0) },
        new(ConfiscationSubmitted, "Confiscation is asked for; recognition is examined") { Turn = Requested, Place = (3, 2) },
        new(ConfiscationRecognised, "Recognised; the property is to be confiscated") { Turn = Requested, MayCoerce = true, Place = (4, 2) },
        new(Confiscated, "Confiscated; victims first, then the rest is shared") { Turn = Requested, Served = true, MayCoerce = true, Place = (5, 2) },
        new(SharingOpen, "A sharing is proposed") { Turn = Requesting, Place = (6, 2) },
        new(SharingDisputed, "The sharing is disputed; another proposal is awaited") { Turn = Requested, Place = (6, 0) },
        new(SharingAgreed, "The sharing is agreed; the share is to be returned") { Turn = Requested, Place = (7, 2) },
        new(Returned, "The share went back; its receipt is to be confirmed") { Turn = Requesting, Place = (8, 2) },
        new(Withdrawing, "Withdrawn; the stop is to be confirmed") { Turn = Requested, Place = (3, 6) },
        new(ClosedReturned, "Closed: the share is received") { Closed = true, Place = (9, 2) },
        new(ClosedKept, "Closed: kept by the requested state") { Closed = true, Place = (7, 4) },
        new(ClosedLifted, "Closed: the freezing is lifted") { Closed = true, Place = (4, 0) },
        new(ClosedRefused, "Closed: refused") { Closed = true, Place = (2, 4) },
        new(ClosedImpossible, "Closed: impossible") { Closed = true, Place = (3, 4) },
        new(ClosedWithdrawn, "Closed: withdrawn") { Closed = true, Place = (5, 6) },
    ];

    static readonly string[] BeforeConfiscated =
        [FreezeSubmitted, Consulting, NationalStepPending, FreezeRecognised, Postponed, Frozen, Contested, Review, ConfiscationSubmitted, ConfiscationRecognised];

    static readonly string[] WhileFrozen = [Frozen, Contested, Review, ConfiscationSubmitted, Consulting, NationalStepPending, ConfiscationRecognised, Postponed];

    static readonly string[] OnceFrozen = [.. WhileFrozen, Confiscated, SharingOpen, SharingDisputed, SharingAgreed, Returned];

    static readonly Row[] AllRows =
    [
        // Freezing
        From(Row.Outside).On<FreezingRequested>(Requesting).Per("4, 9(3)").If(UrgencyIsAsked).Requires(InstrumentIsInForce, AddresseeIsDesignated)
            .Goes(FreezeSubmitted)
            .Starts(Acknowledgement).Starts(UrgentFreezing).StartsDatesAtHome(UrgentFreezing, UrgentFreezingDone)
            .Records((r, s) => Freezing(r, s.As<FreezingRequested>()).WithNationalSteps(s, nameof(FreezingRequested))),
        From(Row.Outside).On<FreezingRequested>(Requesting).Per("4, 9").If(NoUrgencyIsAsked).Requires(InstrumentIsInForce, AddresseeIsDesignated)
            .Goes(FreezeSubmitted)
            .Starts(Acknowledgement).Starts(Clock.Freezing).StartsDatesAtHome(Clock.Freezing, FreezingDone)
            .Records((r, s) => Freezing(r, s.As<FreezingRequested>()).WithNationalSteps(s, nameof(FreezingRequested))),
        From(FreezeSubmitted, ConfiscationSubmitted, NationalStepPending).On<RequestAcknowledged>(Requested).Per("region").When(ReceiptIsNotAcknowledged)
            .Requires(CompetentAuthorityIsRegistered)
            .Meets(Acknowledgement)
            .Records((RequestAcknowledged a, Request r) =>
                r with { TheirReference = a.TheirReference, Requested = r.Requested with { Authority = a.CompetentAuthority } }),
        From(FreezeSubmitted, ConfiscationSubmitted).On<RequestForwarded>(Requested).Per("region").Requires(NewAuthorityIsRegistered)
            .Resets(Clock.Freezing).Resets(Recognition)
            .Records((r, s) => r with { CompetentSince = s.At, Requested = r.Requested with { Authority = s.As<RequestForwarded>().ToAuthority } }),
        From(FreezeSubmitted).On<RequestRecognised>(Requested).Per("7, 9(3)").When(ItIsUrgent)
            .Requires(RightsCheckIsPassed, DualCriminalityIsLookedAt, DualCriminalityIsAsTheLawSays, NationalStepsGoOn).Goes(FreezeRecognised)
            .Meets(Acknowledgement, UrgentFreezing).Starts(UrgentFreezingDone)
            .Records((r, s) => r with { RightsCheckedAt = s.At }),
        From(FreezeSubmitted).On<RequestRecognised>(Requested).Per("7, 9").When(ItIsNotUrgent)
            .Requires(RightsCheckIsPassed, DualCriminalityIsLookedAt, DualCriminalityIsAsTheLawSays, NationalStepsGoOn).Goes(FreezeRecognised)
            .Meets(Acknowledgement, Clock.Freezing).Starts(FreezingDone)
            .Records((r, s) => r with { RightsCheckedAt = s.At }),
        From(FreezeRecognised).On<AssetsFrozen>(Requested).Per("4, 9").When(ItIsConfidential).Goes(Frozen)
            .Meets(UrgentFreezingDone, FreezingDone).Starts(RemainFrozen, on: s => s.Request.AssetRecovery!.FrozenUntil)
            .Records((AssetsFrozen a, Request r) => Known(r, k => k with { Frozen = a.Total })),
        From(FreezeRecognised).On<AssetsFrozen>(Requested).Per("4, 9, 32").When(PersonsMayKnow).Goes(Frozen)
            .Meets(UrgentFreezingDone, FreezingDone).Starts(RemainFrozen, on: s => s.Request.AssetRecovery!.FrozenUntil).Starts(PersonInformation)
            .Records((AssetsFrozen a, Request r) => Known(r, k => k with { Frozen = a.Total })),

        // Before a refusal; a formal defect is cured here and not sent round again
        From(FreezeSubmitted, ConfiscationSubmitted).On<RefusalConsulted>(Requested).Per("8(1)(c), 8(2), 19(2)").When(NoRemedyIsPending).Goes(Consulting)
            .Holds(HoldCause.Consultation, "consultation before refusal", UrgentFreezing, Clock.Freezing, Recognition).Starts(Consultation)
            .Records((RefusalConsulted a, Request r) => r with { Consulting = a.Ground }),
        .. Phases((asked, state, _) => From(Consulting).On<ConsultationAnswered>(Requesting).Per("8(2), 19(2)").When(asked).Goes(state)
            .Meets(Consultation).Resumes(UrgentFreezing, Clock.Freezing, Recognition)
            .Records((r, _) => ConsultationCompleted(r))),
        .. Phases((asked, state, _) => From(Consulting).OnSilence(Consultation, Silence.Exempt).Per("8(2), 19(2)").When(asked).Goes(state)
            .Resumes(UrgentFreezing, Clock.Freezing, Recognition)
            .Records((r, _) => ConsultationCompleted(r))),
        From(FreezeSubmitted, ConfiscationSubmitted).On<RequestRefused>(Requested).Per("8, 19").Requires(RefusedAsVetoed, GroundIsForWhoDecides, ConsultedOnThisGround, GroundIsOpen)
            .Goes(ClosedRefused)
            .Meets(Acknowledgement, UrgentFreezing, Clock.Freezing, Recognition)
            .Records((RequestRefused a, Request r) => r with { Outcome = a.Ground }),

        // The state's own word, where its profile has a step for it; a freezing and the confiscation after it are decided each on its own
        From(FreezeSubmitted, ConfiscationSubmitted).On<NationalStepOpened>(Requested).Per("region").When(NoRemedyIsPending, AStepIsLeft).Requires(StepIsLeft).Goes(NationalStepPending)
            .Holds(HoldCause.NationalStep, "the requested state decides in a step of its own", UrgentFreezing, Clock.Freezing, Recognition).Starts(Clock.NationalStep)
            .Records((NationalStepOpened a, Request r) => StepOpened(a, r)),
        .. Phases((asked, state, _) => From(NationalStepPending).On<NationalStepDecided>(Requested).Per("region").When(asked).Requires(VetoIsOnAGroundOfItsOwn).Goes(state)
            .Meets(Clock.NationalStep).Resumes(UrgentFreezing, Clock.Freezing, Recognition)
            .Records((NationalStepDecided a, Request r) => StepDecided(a, r))),

        // Postponed, impossible
        From(FreezeRecognised, ConfiscationRecognised).On<ExecutionPostponed>(Requested).Per("10, 21").When(NoRemedyIsPending).Goes(Postponed)
            .Holds(HoldCause.Postponement, "execution postponed", UrgentFreezingDone, FreezingDone, Execution)
            .Starts(Clock.Review, on: s => s.As<ExecutionPostponed>().EstimatedEnd),
        From(Postponed).On<ExecutionPostponed>(Requested).Per("10, 21")
            .Meets(Clock.Review).Starts(Clock.Review, on: s => s.As<ExecutionPostponed>().EstimatedEnd),
        .. Phases((asked, _, state) => From(Postponed).On<ExecutionResumed>(Requested).Per("10, 21").When(asked).Goes(state)
            .Meets(Clock.Review).Resumes(UrgentFreezingDone, FreezingDone, Execution)),
        From(BeforeConfiscated).On<ExecutionImpossible>(Requested).Per("13, 22").Goes(ClosedImpossible)
            .Meets(Acknowledgement, UrgentFreezing, Clock.Freezing, Recognition, UrgentFreezingDone, FreezingDone, Execution, Clock.Review)
            .Records((ExecutionImpossible a, Request r) => r with { Outcome = a.Ground.ToString() }),

        // Frozen
        From(Frozen, Review).On<RemedyFiled>(Requested).Per("33").Goes(Contested)
            .Starts(Remedy),
        From(Contested).On<RemedyDecided>(Requested).Per("33").If(RemedyIsDismissed).Goes(Frozen)
            .Meets(Remedy),
        From(Contested).On<RemedyDecided>(Requested).Per("33").If(RemedyIsUpheld).Goes(ClosedLifted)
            .Meets(Remedy)
            .Records((r, _) => r with { Outcome = "RemedyUpheld" }),
        // While confiscation is asked for, the remedy holds it where it is.
        From(ConfiscationSubmitted, ConfiscationRecognised).On<RemedyFiled>(Requested).Per("21, 33").When(NoRemedyIsPending)
            .Holds(HoldCause.Remedy, "a remedy is filed", Recognition, Execution).Starts(Remedy),
        From(ConfiscationSubmitted, ConfiscationRecognised).On<RemedyDecided>(Requested).Per("21, 33").When(ARemedyIsPending).If(RemedyIsDismissed)
            .Meets(Remedy).Resumes(Recognition, Execution),
        From(ConfiscationSubmitted, ConfiscationRecognised).On<RemedyDecided>(Requested).Per("21, 33").When(ARemedyIsPending).If(RemedyIsUpheld).Goes(ClosedLifted)
            .Meets(Remedy)
            .Records((r, _) => r with { Outcome = "RemedyUpheld" }),
        From(OnceFrozen).On<PersonInformed>(Requested).Per("32").When(SomethingIsFrozen, PersonsMayKnow, NobodyIsInformed)
            .Meets(PersonInformation)
            .Records((PersonInformed a, Request r) => Known(r, k => k with { InformedOn = a.On })),
        From(BeforeConfiscated).On<AmountReduced>(Requesting).Per("16").Requires(ItIsLess)
            .Records((AmountReduced a, Request r) => Known(r, k => k with { Amount = a.StillSought })),
        From(BeforeConfiscated).OnTheHub(ReducedElsewhere).Per("16")
            .Records((AmountOrder o, Request r) => Reduced(o, r)),
        From(WhileFrozen).On<ValueManaged>(Requested).Per("28").When(SomethingIsFrozen).Requires(ReportIsRoomFor)
            .Records((ValueManaged a, Request r) => Known(r, k => k with { Frozen = a.Value })),
        From(Frozen).OnSilence(RemainFrozen, Silence.Escalate).Per("12").Goes(Review),
        From(Frozen, Contested).On<FreezingContinued>(Requesting).Per("12")
            .Meets(RemainFrozen).Starts(RemainFrozen, on: s => s.As<FreezingContinued>().Until)
            .Records((FreezingContinued a, Request r) => Known(r, k => k with { FrozenUntil = a.Until })),
        From(Review).On<FreezingContinued>(Requesting).Per("12").Goes(Frozen)
            .Meets(RemainFrozen).Starts(RemainFrozen, on: s => s.As<FreezingContinued>().Until)
            .Records((FreezingContinued a, Request r) => Known(r, k => k with { FrozenUntil = a.Until })),
        From(Frozen, Review).On<FreezingLifted>(Requested).Per("12").When(TheDayHasPassed).Goes(ClosedLifted)
            .Records((r, _) => r with { Outcome = "Lifted" }),

        // Confiscation, after a freezing or without one
        From(Row.Outside).On<ConfiscationRequested>(Requesting).Per("14, 20").Requires(InstrumentIsInForce, AddresseeIsDesignated).Goes(ConfiscationSubmitted)
            .Starts(Acknowledgement).Starts(Recognition).StartsDatesAtHome(Recognition, Execution)
            .Records((r, s) => Confiscation(r, s.As<ConfiscationRequested>()).WithNationalSteps(s, nameof(ConfiscationRequested))),
        From(Frozen, Review).On<ConfiscationRequested>(Requesting).Per("14, 20").Requires(SameMatter).Goes(ConfiscationSubmitted)
            .Meets(RemainFrozen).Starts(Acknowledgement).Starts(Recognition).StartsDatesAtHome(Recognition, Execution)
            .Records((r, s) => Confiscation(r, s.As<ConfiscationRequested>()).WithNationalSteps(s, nameof(ConfiscationRequested))),
        From(ConfiscationSubmitted).On<RequestRecognised>(Requested).Per("18, 20").When(NoRemedyIsPending)
            .Requires(RightsCheckIsPassed, DualCriminalityIsLookedAt, DualCriminalityIsAsTheLawSays, NationalStepsGoOn).Goes(ConfiscationRecognised)
            .Meets(Acknowledgement, Recognition).Starts(Execution)
            .Records((r, s) => r with { RightsCheckedAt = s.At }),
        From(ConfiscationRecognised).On<AssetsConfiscated>(Requested).Per("20").When(NoRemedyIsPending).Requires(NoMoreThanIsSought).Goes(Confiscated)
            .Meets(Execution).Starts(Sharing)
            .Records((AssetsConfiscated a, Request r) => Known(r, k => k with { Proceeds = a.Proceeds })),

        // Victims first, then the shares
        From(Confiscated).On<VictimsRestituted>(Requested).Per("29, 30(1)-(5)").Requires(WithinTheProceeds)
            .Records((VictimsRestituted a, Request r) => Known(r, k => k with { VictimsServed = true, Restituted = k.Restituted + a.Amount })),
        From(Confiscated, SharingDisputed).On<SharingProposed>(Requested).Per("30(7), 31").Requires(VictimsAreFirst, SharesAddUp, SharesAreAsTheRuleSays)
            .Goes(SharingOpen)
            .Meets(Sharing).Starts(SharingAnswer)
            .Records((SharingProposed a, Request r) =>
                Known(r, k => k with { Costs = a.Costs, RequestingShare = a.RequestingShare, RequestedShare = a.RequestedShare })),
        From(SharingOpen).On<SharingAnswered>(Requesting).Per("30(7)").When(SomethingGoesBack).If(SharingIsAgreed).Goes(SharingAgreed)
            .Meets(SharingAnswer).Starts(AssetReturn),
        From(SharingOpen).On<SharingAnswered>(Requesting).Per("30(7)").When(NothingGoesBack).If(SharingIsAgreed).Goes(ClosedKept)
            .Meets(SharingAnswer)
            .Records((r, _) => r with { Outcome = "Kept" }),
        From(SharingOpen).On<SharingAnswered>(Requesting).Per("30(7)").If(SharingIsDisputed).Goes(SharingDisputed)
            .Meets(SharingAnswer).Starts(Sharing),
        From(SharingAgreed).On<AssetReturned>(Requested).Per("30(7)").Requires(AmountIsTheShare).Goes(Returned)
            .Meets(AssetReturn).Starts(AssetReceipt),
        From(Returned).On<AssetReceiptConfirmed>(Requesting).Per("region").Requires(AmountIsWhatWasReturned).Goes(ClosedReturned)
            .Meets(AssetReceipt)
            .Records((r, _) => r with { Outcome = "Returned" }),

        // Taking back
        From(BeforeConfiscated).On<RequestWithdrawn>(Requesting).Per("12, 27").Goes(Withdrawing)
            .StopsAllClocks().Starts(Stop)
            .Records((r, _) => r with { Outcome = "Withdrawn", Consulting = null }),
        From(Withdrawing).On<StopConfirmed>(Requested).Per("region").Goes(ClosedWithdrawn)
            .Meets(Stop),

        .. ExceptionalCosts("31", [FreezeSubmitted, FreezeRecognised, Frozen, Contested, Review, ConfiscationSubmitted, ConfiscationRecognised, Confiscated], AllStates),
        CostsAtAnyTime(AllStates),
        .. AtAnyTime(AllStates),
    ];

    /// <summary>The table.</summary>
    public static Procedure Table { get; } = new("AssetRecovery", "Asset recovery", "Regulation (EU) 2018/1805", AllStates, AllRows) { AnyOpenState = (1, 6) };

    /// <summary>One row for the freezing and one for the confiscation: which is asked, where it is submitted and where it is recognised.</summary>
    static IEnumerable<Row> Phases(Func<Fact, string, string, Row> row) =>
        [row(FreezingIsAsked, FreezeSubmitted, FreezeRecognised), row(ConfiscationIsAsked, ConfiscationSubmitted, ConfiscationRecognised)];
}
