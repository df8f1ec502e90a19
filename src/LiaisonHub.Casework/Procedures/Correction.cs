using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Clock;
using static LiaisonHub.Casework.Procedures.CorrectionConditions;
using static LiaisonHub.Casework.Procedures.EveryProcedure;

namespace LiaisonHub.Casework.Procedures;

/// <summary>An error is acknowledged, assessed, corrected or recalled wherever a copy is, and remedied. A request of its own: the one in which the error
/// happened is not touched.</summary>
/// <remarks>
/// A correction never rewrites history: it names the version that no longer counts and the one in its place by their digests, and both stay. The side whose
/// error it is opens the correction, or the other side reports it; so whoever must act is said by the record, not by the column of the table. All limits are
/// rules of the region.
/// </remarks>
static class Correction
{
    public const string Reported = "Reported";
    public const string Contested = "Contested";
    public const string InDispute = "InDispute";
    public const string Acknowledged = "Acknowledged";
    public const string Assessed = "Assessed";
    public const string Issued = "Issued";
    public const string Remedying = "Remedying";
    public const string ClosedCorrected = "Closed.Corrected";
    public const string ClosedUnfounded = "Closed.Unfounded";

    const Side Requesting = Side.Requesting;
    const Side Requested = Side.Requested;

    static readonly StateOfProcedure[] AllStates =
    [
        new(Reported, "The other side reports an error; it is to be acknowledged") { Turn = Requested, Place = (0, 2) },
        new(Contested, "The side that is said to have erred finds no error") { Turn = Requesting, Place = (1, 0) },
        new(InDispute, "Whether there is an error is in dispute")
        {
            Turn = Requested,
            Place = (2, 0),
            Rest = "Whether there is an error is decided in the dispute; until then no limit of the correction runs. The requested side may still acknowledge "
                + "it, the requesting side may withdraw.",
        },
        new(Acknowledged, "Acknowledged; what it has led to is assessed") { Place = (1, 2) },
        new(Assessed, "Assessed; a new version or a recall is to be issued") { Place = (2, 2) },
        new(Issued, "Issued; every holder of a copy confirms") { Place = (3, 2) },
        new(Remedying, "Every copy is corrected; what the error has led to is remedied") { Place = (4, 2) },
        new(ClosedCorrected, "Closed: corrected everywhere, and remedied") { Closed = true, Place = (5, 2) },
        new(ClosedUnfounded, "Closed: there was no error") { Closed = true, Place = (3, 0) },
    ];

    static readonly Row[] AllRows =
    [
        // Acknowledging
        From(Row.Outside).On<ErrorAcknowledged>(Requesting).Per("region").Requires(InstrumentIsInForce, AddresseeIsDesignated).Goes(Acknowledged)
            .Starts(Assessment, onWhom: _ => Requesting)
            .Records((r, s) => r with { Correction = Found(s.As<ErrorAcknowledged>(), Requesting) with { AcknowledgedAt = s.At } }),
        From(Row.Outside).On<ErrorReported>(Requesting).Per("region").If(IsALeak).Requires(InstrumentIsInForce, AddresseeIsDesignated).Goes(Reported)
            .Starts(LeakAcknowledgement)
            .Records((ErrorReported a, Request r) => r with { Correction = Found(a, Requested) with { Reported = true } }),
        From(Row.Outside).On<ErrorReported>(Requesting).Per("region").If(IsNoLeak).Requires(InstrumentIsInForce, AddresseeIsDesignated).Goes(Reported)
            .Starts(ErrorAcknowledgement)
            .Records((ErrorReported a, Request r) => r with { Correction = Found(a, Requested) with { Reported = true } }),
        From(Reported, Contested, InDispute).On<ErrorAcknowledged>(Requested).Per("region").Requires(IsTheErrorReported).Goes(Acknowledged)
            .Meets(ErrorAcknowledgement, LeakAcknowledgement).Cancels(ContestAnswer).Starts(Assessment, onWhom: _ => Requested)
            .Records((r, s) => Changed(r, c => c with { AcknowledgedAt = s.At })),
        From(Reported, Acknowledged).On<ErrorContested>(Requested).Per("region").When(TheErrorWasReported).Goes(Contested)
            .Meets(ErrorAcknowledgement, LeakAcknowledgement).Cancels(Assessment).Starts(ContestAnswer)
            .Records((r, _) => Changed(r, c => c with { AcknowledgedAt = null })),
        From(Contested).On<DisputeRaised>(Requesting).Per("region").OpensADispute().Goes(InDispute)
            .Meets(ContestAnswer),
        From(Reported, Contested, InDispute).On<RequestWithdrawn>(Requesting).Per("region").Goes(ClosedUnfounded)
            .Meets(ContestAnswer).StopsAllClocks()
            .Records((r, _) => r with { Outcome = "Unfounded" }),
        From(Acknowledged).On<RequestWithdrawn>(Requesting).Per("region").When(ThisSideErred).Goes(ClosedUnfounded)
            .Meets(Assessment).StopsAllClocks()
            .Records((r, _) => r with { Outcome = "Unfounded" }),

        // What it has led to
        From(Acknowledged).On<ErrorAssessed>(null).Per("region").When(ThisSideErred).If(SomebodyIsHeld).Requires(HoldersAreRegistered).Goes(Assessed)
            .Meets(Assessment).Starts(Clock.Correction, onWhom: WhoErred).Starts(Release, onWhom: WhoErred)
            .Records((r, s) => AssessedAs(r, s)),
        From(Acknowledged).On<ErrorAssessed>(null).Per("region").When(ThisSideErred).If(NobodyIsHeld).Requires(HoldersAreRegistered).Goes(Assessed)
            .Meets(Assessment).Starts(Clock.Correction, onWhom: WhoErred)
            .Records((r, s) => AssessedAs(r, s)),
        From(Acknowledged, Assessed).On<HoldersNamed>(null).Per("region").Requires(HoldersAreNew)
            .Records((r, s) => Named(r, s)),
        // Whoever is held by error does not wait for the correction.
        From(Reported, Contested, InDispute, Acknowledged, Assessed, Issued, Remedying).On<ReleaseReported>(null).Per("region").When(NoReleaseIsReported)
            .Requires(ReleaseHasCome)
            .Meets(Release)
            .Records((r, s) => Changed(r, c => c with { ReleasedAt = s.As<ReleaseReported>().At.ToUniversalTime() })),

        // A new version, or a recall, wherever a copy is
        From(Assessed).On<CorrectionIssued>(null).Per("region").When(ThisSideErred).If(SomebodyIsToBeInformed).Requires(WhatIsOutIsRecalled).Goes(Issued)
            .Meets(Clock.Correction).Starts(PersonInformation, onWhom: WhoErred)
            .StartsEach(CopyConfirmation, HoldersOf(Requesting), onWhom: _ => Requesting)
            .StartsEach(CopyConfirmation, HoldersOf(Requested), onWhom: _ => Requested).AsksTheHolders()
            .Records((CorrectionIssued a, Request r) => IssuedAs(r, a)),
        From(Assessed).On<CorrectionIssued>(null).Per("region").When(ThisSideErred).If(NobodyIsToBeInformed).Requires(WhatIsOutIsRecalled).Goes(Issued)
            .Meets(Clock.Correction)
            .StartsEach(CopyConfirmation, HoldersOf(Requesting), onWhom: _ => Requesting)
            .StartsEach(CopyConfirmation, HoldersOf(Requested), onWhom: _ => Requested).AsksTheHolders()
            .Records((CorrectionIssued a, Request r) => IssuedAs(r, a)),
        From(Issued).On<HoldersNamed>(null).Per("region").Requires(HoldersAreNew)
            .StartsEach(CopyConfirmation, NewHoldersOf(Requesting), onWhom: _ => Requesting)
            .StartsEach(CopyConfirmation, NewHoldersOf(Requested), onWhom: _ => Requested).AsksTheHolders()
            .Records((r, s) => Named(r, s)),
        // A copy that turns up late is a copy.
        From(Remedying).On<HoldersNamed>(null).Per("region").Requires(HoldersAreNew).Goes(Issued)
            .Cancels(Redress)
            .StartsEach(CopyConfirmation, NewHoldersOf(Requesting), onWhom: _ => Requesting)
            .StartsEach(CopyConfirmation, NewHoldersOf(Requested), onWhom: _ => Requested).AsksTheHolders()
            .Records((r, s) => Named(r, s)),
        .. Confirmed(r => r.On<CopyConfirmed>(null).When(ThisSideHoldsACopy).Requires(HolderIsOutstanding, DoneIsWhatWasIssued)),
        .. Confirmed(r => r.OnTheHub(HeldCopy.IsConfirmed)),

        // The person, and what is made good
        From(Assessed, Issued, Remedying).On<PersonInformed>(null).Per("region").When(APersonIsToBeInformed)
            .Meets(PersonInformation)
            .Records((PersonInformed a, Request r) => Changed(r, c => c with { InformedOn = a.On })),
        From(Remedying).On<ErrorRemedied>(null).Per("region").When(ThisSideErred).Requires(ThePersonIsFree, ThePersonIsInformed, StepsAreEnough)
            .Goes(ClosedCorrected)
            .Meets(Redress)
            .Records((ErrorRemedied a, Request r) => Changed(r, c => c with { Steps = a.Steps }) with { Outcome = "Corrected" }),

        .. AtAnyTime(AllStates),
    ];

    /// <summary>The table.</summary>
    public static Procedure Table { get; } = new("Correction", "Correction and recall", "the region's rules", AllStates, AllRows) { Says = WhatStands };

    // A copy is corrected: as the side that answers for it says, or the holder's own state.
    static Row[] Confirmed(Func<Row, Row> said) =>
    [
        said(From(Issued)).Per("region").If(OthersAreOutstanding)
            .MeetsPart(CopyConfirmation, ThisHolder)
            .Records((CopyConfirmed a, Request r) => HolderHasDone(r, a)),
        said(From(Issued)).Per("region").If(IsTheLastHolder, SomethingIsToBeRemedied).Goes(Remedying)
            .MeetsPart(CopyConfirmation, ThisHolder).Starts(Redress, onWhom: WhoErred)
            .Records((CopyConfirmed a, Request r) => HolderHasDone(r, a)),
        said(From(Issued)).Per("region").If(IsTheLastHolder, NothingIsToBeRemedied).Goes(ClosedCorrected)
            .MeetsPart(CopyConfirmation, ThisHolder)
            .Records((CopyConfirmed a, Request r) => HolderHasDone(r, a) with { Outcome = "Corrected" }),
    ];
}
