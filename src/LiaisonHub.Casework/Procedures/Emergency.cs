using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Clock;
using static LiaisonHub.Casework.Procedures.EmergencyConditions;
using static LiaisonHub.Casework.Procedures.EveryProcedure;
using static LiaisonHub.Casework.Procedures.MutualAssistanceConditions;
using static LiaisonHub.Casework.Procedures.PreservationConditions;

namespace LiaisonHub.Casework.Procedures;

/// <summary>The emergency lane: records on which a life may hang, in hours, as the production order of Regulation (EU) 2023/1543 knows it. Articles without
/// a name are its own.</summary>
/// <remarks>
/// The lane is fast because little is asked and somebody is always on duty, never because a check is left out: four questions of the rights catalogue stand
/// before everything, and only the validation by a judge may come afterwards. The hub's own answer within the minute is <see cref="ActAccepted"/>.
/// </remarks>
static class Emergency
{
    public const string Submitted = "Submitted";
    public const string Acknowledged = "Acknowledged";
    public const string Held = "Held";
    public const string Executing = "Executing";
    public const string Unvalidated = "Unvalidated";
    public const string Delivered = "Delivered";
    public const string Confirmed = "Confirmed";
    public const string Undoing = "Undoing";
    public const string Downgraded = "Downgraded";
    public const string Withdrawing = "Withdrawing";
    public const string ClosedFollowedUp = "Closed.FollowedUp";
    public const string ClosedUndone = "Closed.Undone";
    public const string ClosedDowngraded = "Closed.Downgraded";
    public const string ClosedRefused = "Closed.Refused";
    public const string ClosedImpossible = "Closed.Impossible";
    public const string ClosedWithdrawn = "Closed.Withdrawn";

    const Side Requesting = Side.Requesting;
    const Side Requested = Side.Requested;

    static readonly StateOfProcedure[] AllStates =
    [
        new(Submitted, "The requested side has it; nobody on duty has taken it yet") { Turn = Requested, Place = (0, 2) },
        new(Acknowledged, "Somebody on duty has it; the short rights check is made") { Turn = Requested, Place = (1, 2) },
        new(Held, "The short rights check is not passed; the judge on duty decides") { Turn = Requested, Place = (1, 4) },
        new(Executing, "The check is passed; the records are produced") { Turn = Requested, MayCoerce = true, Place = (2, 2) },
        new(Unvalidated, "Delivered; the validation is awaited") { Turn = Requesting, Served = true, MayCoerce = true, Place = (3, 0) },
        new(Delivered, "Delivered and validated; a ground for refusal may still be raised") { Turn = Requested, Served = true, MayCoerce = true, Place = (3, 2) },
        new(Confirmed, "May be used; the formal request is to follow") { Turn = Requesting, Served = true, MayCoerce = true, Place = (4, 2) },
        new(Undoing, "To be undone: every holder deletes or restricts what it has") { Turn = Requesting, Place = (4, 4) },
        new(Downgraded, "No emergency; the ordinary request is to follow") { Turn = Requesting, Place = (2, 0) },
        new(Withdrawing, "Withdrawn; the stop is to be confirmed") { Turn = Requested, Place = (2, 6) },
        new(ClosedFollowedUp, "Closed: the formal request has followed") { Closed = true, Place = (5, 2) },
        new(ClosedUndone, "Closed: undone, every holder has confirmed") { Closed = true, Place = (5, 4) },
        new(ClosedDowngraded, "Closed: goes on as an ordinary request") { Closed = true, Place = (4, 0) },
        new(ClosedRefused, "Closed: refused") { Closed = true, Place = (2, 4) },
        new(ClosedImpossible, "Closed: impossible") { Closed = true, Place = (5, 0) },
        new(ClosedWithdrawn, "Closed: withdrawn") { Closed = true, Place = (4, 6) },
    ];

    static readonly string[] BeforeDelivery = [Submitted, Acknowledged, Held, Executing];
    static readonly string[] AfterDelivery = [Unvalidated, Delivered];
    static readonly string[] Examined = [Acknowledged, Held, Executing, .. AfterDelivery];

    static readonly Row[] AllRows =
    [
        // Receipt, by somebody who is awake
        From(Row.Outside).On<EmergencyRequested>(Requesting).Per("10(4)").If(ValidatedBeforehand)
            .Requires(PriorityIsEmergency, InstrumentIsInForce, AddresseeIsDesignated).Goes(Submitted)
            .Starts(Acknowledgement).Starts(Response).StartsDatesAtHome(Response)
            .Records((r, s) => Asked(r, s)),
        From(Row.Outside).On<EmergencyRequested>(Requesting).Per("4(5), 10(4)").If(NotValidatedBeforehand)
            .Requires(PriorityIsEmergency, InstrumentIsInForce, AddresseeIsDesignated).Goes(Submitted)
            .Starts(Acknowledgement).Starts(Response).Starts(Validation).StartsDatesAtHome(Response)
            .Records((r, s) => Asked(r, s)),
        From(Submitted).On<RequestAcknowledged>(Requested).Per("region").Requires(CompetentAuthorityIsRegistered).Goes(Acknowledged)
            .Meets(Acknowledgement).Starts(ShortCheck)
            .Records((RequestAcknowledged a, Request r) =>
                r with { TheirReference = a.TheirReference, Requested = r.Requested with { Authority = a.CompetentAuthority } }),
        // Nobody gains time by passing it on.
        From(Submitted, Acknowledged, Held).On<RequestForwarded>(Requested).Per("region").Requires(NewAuthorityIsRegistered)
            .Records((r, s) => r with { CompetentSince = s.At, Requested = r.Requested with { Authority = s.As<RequestForwarded>().ToAuthority } }),
        // No emergency: nothing is produced in hours any more. What came on an order that a judge has seen stays, for the ordinary request; without a judge only an emergency allowed it.
        From(BeforeDelivery).On<LaneDowngraded>(Requested).Per("region").When(NothingWasSent).Goes(Downgraded)
            .Meets(Acknowledgement, ShortCheck, DutyJudge, Response).StopsAllClocks().Starts(Clock.FollowUp)
            .Records((r, s) => NoEmergency(r, s)),
        From([Executing, .. AfterDelivery, Confirmed]).On<LaneDowngraded>(Requested).Per("region").When(IsValidated, SomethingWasSent).Goes(Downgraded)
            .Meets(Response).StopsAllClocks().Starts(Clock.FollowUp)
            .Records((r, s) => NoEmergency(r, s)),
        From(Executing, Unvalidated).On<LaneDowngraded>(Requested).Per("4(5)").When(IsNotValidated, SomethingWasSent).Goes(Undoing)
            .Meets(Response).StopsAllClocks().Starts(HolderNaming)
            .Records((r, s) => Unlawful(NoEmergency(r, s), "Downgraded")),
        // It ends already; that it was none is counted all the same.
        From(Undoing, Withdrawing).On<LaneDowngraded>(Requested).Per("region").When(IsNotDowngraded)
            .Records((r, s) => NoEmergency(r, s)),

        // Four questions before everything
        From(Acknowledged).On<RightsCheckMade>(Requested).Per("12(1)").If(NothingFailed).Requires(ShortRightsCheckIsPassed).Goes(Executing)
            .Meets(ShortCheck)
            .Records((r, s) => r with { RightsCheckedAt = s.At }),
        From(Acknowledged).On<RightsCheckMade>(Requested).Per("12(1)").If(SomethingFailed).Requires(ShortItemsAreAnswered).Goes(Held)
            .Meets(ShortCheck).Starts(DutyJudge),
        From(Held).On<RightsCheckMade>(Requested).Per("12(1)").Requires(ShortRightsCheckIsPassed).Goes(Executing)
            .Meets(DutyJudge)
            .Records((r, s) => r with { RightsCheckedAt = s.At }),

        // Before a refusal the requesting side is heard; in this lane that holds no clock
        From(Examined).On<RefusalConsulted>(Requested).Per("12(3)").When(NoConsultationIsOpen)
            .Starts(Consultation)
            .Records((RefusalConsulted a, Request r) => r with { Consulting = a.Ground }),
        From(Examined).On<ConsultationAnswered>(Requesting).Per("12(3)").When(AConsultationIsOpen)
            .Meets(Consultation)
            .Records((r, _) => ConsultationCompleted(r)),
        From(Examined).OnSilence(Consultation, Silence.Exempt).Per("12(3)")
            .Records((r, _) => ConsultationCompleted(r)),
        From(Acknowledged, Held, Executing).On<RequestRefused>(Requested).Per("12(1)").When(NothingWasSent).Requires(GroundIsForWhoDecides, ConsultedOnThisGround, GroundIsOpen)
            .Goes(ClosedRefused)
            .Meets(ShortCheck, DutyJudge, Response)
            .Records((RequestRefused a, Request r) => r with { Outcome = a.Ground }),
        From(Executing).On<RequestRefused>(Requested).Per("12(1)").When(SomethingWasSent).Requires(GroundIsForWhoDecides, ConsultedOnThisGround, GroundIsOpen).Goes(Undoing)
            .Meets(Response).StopsAllClocks().Starts(HolderNaming)
            .Records((RequestRefused a, Request r) => r with { Outcome = a.Ground }),
        From(BeforeDelivery).On<ExecutionImpossible>(Requested).Per("10(7)").When(NothingWasSent).Goes(ClosedImpossible)
            .Meets(Acknowledgement, ShortCheck, DutyJudge, Response)
            .Records((ExecutionImpossible a, Request r) => r with { Outcome = a.Ground.ToString() }),

        // The records
        From(Executing).On<EvidenceSent>(Requested).Per("10(4)").If(IsNotTheLastPart).Requires(PartIsTheNext)
            .Records((r, s) => Sent(r, s)),
        From(Executing).On<EvidenceSent>(Requested).Per("10(4)").When(IsValidated).If(IsTheLastPart).Requires(PartIsTheNext).Goes(Delivered)
            .Meets(Response).Starts(Objection)
            .Records((r, s) => Sent(r, s)),
        From(Executing).On<EvidenceSent>(Requested).Per("10(4)").When(IsNotValidated).If(IsTheLastPart).Requires(PartIsTheNext).Goes(Unvalidated)
            .Meets(Response).Starts(Objection)
            .Records((r, s) => Sent(r, s)),

        // Validation within 48 hours of the order, or it is as if it had never been
        From(BeforeDelivery).On<ValidationDecided>(Requesting).Per("4(5)").When(IsNotValidated).If(ValidationIsGranted)
            .Meets(Validation)
            .Records((r, _) => r with { Emergency = r.Emergency! with { Validated = true } }),
        From(BeforeDelivery).On<ValidationDecided>(Requesting).Per("4(5)").When(IsNotValidated, NothingWasSent).If(ValidationIsRefused).Goes(Withdrawing)
            .Meets(Validation).StopsAllClocks().Starts(Stop)
            .Records((r, _) => Unlawful(r, "ValidationRefused")),
        From(Executing).On<ValidationDecided>(Requesting).Per("4(5)").When(IsNotValidated, SomethingWasSent).If(ValidationIsRefused).Goes(Undoing)
            .Meets(Validation).StopsAllClocks().Starts(HolderNaming)
            .Records((r, _) => Unlawful(r, "ValidationRefused")),
        From(Unvalidated).On<ValidationDecided>(Requesting).Per("4(5)").When(ObjectionIsOpen).If(ValidationIsGranted).Goes(Delivered)
            .Meets(Validation)
            .Records((r, _) => r with { Emergency = r.Emergency! with { Validated = true } }),
        From(Unvalidated).On<ValidationDecided>(Requesting).Per("4(5)").When(ObjectionIsOver).If(ValidationIsGranted).Goes(Confirmed)
            .Meets(Validation).Cancels(Consultation).Starts(Clock.FollowUp)
            .Records((r, _) => r with { Consulting = null, Emergency = r.Emergency! with { Validated = true } }),
        From(Unvalidated).On<ValidationDecided>(Requesting).Per("4(5)").If(ValidationIsRefused).Goes(Undoing)
            .Meets(Validation).StopsAllClocks().Starts(HolderNaming)
            .Records((r, _) => Unlawful(r, "ValidationRefused")),
        From(BeforeDelivery).OnSilence(Validation, Silence.Exempt).Per("4(5)").When(NothingWasSent).Goes(Withdrawing)
            .StopsAllClocks().Starts(Stop)
            .Records((r, _) => Unlawful(r, "NotValidated")),
        From(Executing).OnSilence(Validation, Silence.Exempt).Per("4(5)").When(SomethingWasSent).Goes(Undoing)
            .StopsAllClocks().Starts(HolderNaming)
            .Records((r, _) => Unlawful(r, "NotValidated")),
        From(Unvalidated).OnSilence(Validation, Silence.Exempt).Per("4(5)").Goes(Undoing)
            .StopsAllClocks().Starts(HolderNaming)
            .Records((r, _) => Unlawful(r, "NotValidated")),

        // Ninety-six hours in which a ground may still be raised
        From(AfterDelivery).On<RequestRefused>(Requested).Per("12(1)").Requires(GroundIsForWhoDecides, ConsultedOnThisGround, GroundIsOpen).Goes(Undoing)
            .Meets(Objection).StopsAllClocks().Starts(HolderNaming)
            .Records((RequestRefused a, Request r) => Unlawful(r, a.Ground)),
        From(Delivered).OnSilence(Objection, Silence.DeemedConsent).Per("12(1)").Goes(Confirmed)
            .Cancels(Consultation).Starts(Clock.FollowUp)
            .Records((r, _) => r with { Consulting = null, Emergency = r.Emergency! with { ObjectionOver = true } }),
        From(Unvalidated).OnSilence(Objection, Silence.DeemedConsent).Per("12(1)")
            .Records((r, _) => r with { Emergency = r.Emergency! with { ObjectionOver = true } }),

        // Undone everywhere: twenty-four hours from the moment it had to be, however late the holders are named
        From(Undoing).On<HoldersNamed>(Requesting).Per("4(5), 12(4)").When(NoHolderIsNamed).Requires(HoldersAreRegistered)
            .Meets(HolderNaming).StartsEach(Undo, EveryHolder, from: s => s.Request.Since)
            .AsksTheHolders()
            .Records((r, s) => HoldersAre(r, s)),
        .. Undone(r => r.On<HolderConfirmed>(Requesting).When(HoldersAreNamed, AHolderHereIsOutstanding).Requires(HolderIsOutstanding)),
        .. Undone(r => r.OnTheHub(HeldCopy.IsConfirmed)),

        // The formal request
        From(Confirmed).On<FollowUpConfirmed>(Requesting).Per("region").Requires(FollowUpIsAnotherRequest).Goes(ClosedFollowedUp)
            .Meets(Clock.FollowUp)
            .Records((r, _) => r with { Outcome = "FollowedUp" }),
        From(Downgraded).On<FollowUpConfirmed>(Requesting).Per("region").Requires(FollowUpIsAnotherRequest).Goes(ClosedDowngraded)
            .Meets(Clock.FollowUp)
            .Records((r, _) => r with { Outcome = "Downgraded" }),

        // Taking back
        From([.. BeforeDelivery, Downgraded]).On<RequestWithdrawn>(Requesting).Per("region").When(NothingWasSent).Goes(Withdrawing)
            .StopsAllClocks().Starts(Stop)
            .Records((r, _) => Unlawful(r, "Withdrawn")),
        From(Executing).On<RequestWithdrawn>(Requesting).Per("region").When(SomethingWasSent).Goes(Undoing)
            .StopsAllClocks().Starts(HolderNaming)
            .Records((r, _) => Unlawful(r, "Withdrawn")),
        From(Downgraded).On<RequestWithdrawn>(Requesting).Per("region").When(SomethingWasSent).Goes(Undoing)
            .StopsAllClocks().Starts(HolderNaming)
            .Records((r, _) => Unlawful(r, "Withdrawn")),
        From([.. AfterDelivery, Confirmed]).On<RequestWithdrawn>(Requesting).Per("region").Goes(Undoing)
            .StopsAllClocks().Starts(HolderNaming)
            .Records((r, _) => Unlawful(r, "Withdrawn")),
        From(Withdrawing).On<StopConfirmed>(Requested).Per("region").Goes(ClosedWithdrawn)
            .Meets(Stop),

        .. ExceptionalCosts("region", [.. Examined, Confirmed], AllStates),
        CostsAtAnyTime(AllStates),
        .. AtAnyTime(AllStates),
    ];

    /// <summary>The table.</summary>
    public static Procedure Table { get; } = new("Emergency", "Emergency request", "Regulation (EU) 2023/1543", AllStates, AllRows) { Says = WhatStands };

    // A holder has undone it: as this side says, or the holder's own state.
    static Row[] Undone(Func<Row, Row> said) =>
    [
        said(From(Undoing)).Per("4(5), 12(4)").If(OthersAreOutstanding)
            .MeetsPart(Undo, ThisHolder)
            .Records((HolderConfirmed a, Request r) => Done(r, a)),
        said(From(Undoing)).Per("4(5), 12(4)").If(IsTheLastHolder).Goes(ClosedUndone)
            .MeetsPart(Undo, ThisHolder)
            .Records((HolderConfirmed a, Request r) => Done(r, a)),
    ];
}
