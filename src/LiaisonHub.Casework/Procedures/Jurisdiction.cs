using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Clock;
using static LiaisonHub.Casework.Procedures.EveryProcedure;
using static LiaisonHub.Casework.Procedures.JurisdictionConditions;
using static LiaisonHub.Casework.Procedures.PreservationConditions;

namespace LiaisonHub.Casework.Procedures;

/// <summary>Who is to prosecute: consultation on concurrent proceedings, and the transfer of proceedings as Regulation (EU) 2024/3011 knows it. Articles
/// without a name are its own.</summary>
/// <remarks>
/// The requesting side is the one that gives its proceedings away. When the two agree on the requesting side instead, the requested one asks for a transfer
/// in a request of its own and names it here. Neither silence nor the hub ever decides who prosecutes.
/// </remarks>
static class Jurisdiction
{
    public const string Notified = "Notified";
    public const string Consulting = "Consulting";
    public const string ForumPending = "ForumPending";
    public const string NoAgreement = "NoAgreement";
    public const string InDispute = "InDispute";
    public const string ForumSettled = "ForumSettled";
    public const string TransferAsked = "TransferAsked";
    public const string Examined = "Examined";
    public const string TranslationPending = "TranslationPending";
    public const string InformationPending = "InformationPending";
    public const string RefusalConsulting = "RefusalConsulting";
    public const string Accepted = "Accepted";
    public const string HandedOver = "HandedOver";
    public const string TakenOver = "TakenOver";
    public const string Withdrawing = "Withdrawing";
    public const string ClosedNoConflict = "Closed.NoConflict";
    public const string ClosedConcentrated = "Closed.Concentrated";
    public const string ClosedRefused = "Closed.Refused";
    public const string ClosedDecided = "Closed.Decided";
    public const string ClosedResumable = "Closed.Resumable";
    public const string ClosedReverted = "Closed.Reverted";
    public const string ClosedWithdrawn = "Closed.Withdrawn";

    const Side Requesting = Side.Requesting;
    const Side Requested = Side.Requested;

    static readonly StateOfProcedure[] AllStates =
    [
        new(Notified, "The other side is to say whether it prosecutes as well") { Turn = Requested, Place = (0, 0) },
        new(Consulting, "Both prosecute; a forum is to be proposed") { Turn = Requesting, Place = (1, 0) },
        new(ForumPending, "A forum is proposed and waits for its answer") { Place = (2, 0) },
        new(NoAgreement, "No agreement; the liaison offices try to settle the forum") { Turn = Requesting, Place = (3, 0) },
        new(InDispute, "The forum is in dispute")
        {
            Turn = Requesting,
            Place = (4, 0),
            Rest = "The forum is decided in the dispute; until then no limit of the consultation runs. Either side may still propose one.",
        },
        new(ForumSettled, "The forum is agreed; the other side is to transfer its proceedings") { Place = (2, 2) },
        new(TransferAsked, "A transfer is asked for; receipt is to be acknowledged") { Turn = Requested, Place = (0, 4) },
        new(Examined, "The transfer is examined; suspect and victim are heard") { Turn = Requested, Place = (1, 4) },
        new(TranslationPending, "A translation is awaited") { Turn = Requesting, Place = (2, 4) },
        new(InformationPending, "Information is awaited") { Turn = Requesting, Place = (0, 6) },
        new(RefusalConsulting, "Consultation before a refusal") { Turn = Requesting, Place = (1, 6) },
        new(Accepted, "Accepted; proceedings are suspended, the file goes over") { Turn = Requesting, MayCoerce = true, Place = (3, 4) },
        new(HandedOver, "The file is there; the proceedings are to be taken over") { Turn = Requested, MayCoerce = true, Place = (4, 4) },
        new(TakenOver, "Taken over; the outcome is to be reported") { Turn = Requested, MayCoerce = true, Place = (5, 4) },
        new(Withdrawing, "Withdrawn; the stop is to be confirmed") { Turn = Requested, Place = (3, 6) },
        new(ClosedNoConflict, "Closed: the other side does not prosecute") { Closed = true, Place = (0, 2) },
        new(ClosedConcentrated, "Closed: the requesting side prosecutes, by a transfer of its own") { Closed = true, Place = (3, 2) },
        new(ClosedRefused, "Closed: refused") { Closed = true, Place = (2, 6) },
        new(ClosedDecided, "Closed: decided in the state that took over") { Closed = true, Place = (6, 4) },
        new(ClosedResumable, "Closed: ended there; the requesting side may go on") { Closed = true, Place = (6, 2) },
        new(ClosedReverted, "Closed: the acceptance was overturned, the proceedings went back") { Closed = true, Place = (5, 6) },
        new(ClosedWithdrawn, "Closed: withdrawn") { Closed = true, Place = (4, 6) },
    ];

    static readonly string[] BeforeTheTransfer = [Notified, Consulting, ForumPending, NoAgreement, InDispute, ForumSettled];
    static readonly string[] BeforeTheDecision = [TransferAsked, Examined, TranslationPending, InformationPending, RefusalConsulting];

    static readonly Row[] AllRows =
    [
        // Who prosecutes?
        From(Row.Outside).On<ConcurrentProceedingsNotified>(Requesting).Per("Framework Decision 2009/948/JHA")
            .Requires(InstrumentIsInForce, AddresseeIsDesignated).Goes(Notified)
            .Starts(JurisdictionAnswer)
            .Records((ConcurrentProceedingsNotified a, Request r) => r with { Offences = a.Offences, Jurisdiction = new() { ForRequesting = a.Criteria } }),
        From(Notified).On<ConcurrentProceedingsAnswered>(Requested).Per("Framework Decision 2009/948/JHA").If(ThereAreProceedings).Goes(Consulting)
            .Meets(JurisdictionAnswer).Starts(ForumProposal)
            .Records((ConcurrentProceedingsAnswered a, Request r) => Changed(r, j => j with { ForRequested = a.Criteria })),
        From(Notified).On<ConcurrentProceedingsAnswered>(Requested).Per("Framework Decision 2009/948/JHA").If(ThereAreNone).Goes(ClosedNoConflict)
            .Meets(JurisdictionAnswer)
            .Records((r, _) => r with { Outcome = "NoConflict" }),
        From(Consulting, NoAgreement, InDispute).On<Contracts.V1.ForumProposed>(null).Per("5, 14").Goes(ForumPending)
            .Meets(ForumProposal, ForumSettlement).Starts(ForumAnswer, onWhom: s => Rules.Other(s.By))
            .Records((r, s) => ProposedAs(r, s)),
        From(ForumPending).On<Contracts.V1.ForumProposed>(null).Per("5, 14").When(TheOtherSideProposed)
            .Meets(ForumAnswer).Starts(ForumAnswer, onWhom: s => Rules.Other(s.By))
            .Records((r, s) => ProposedAs(r, s)),
        From(ForumPending).On<ForumAgreed>(null).Per("5(2)(k), 14").When(TheOtherSideProposed).Requires(ForumIsTheOneProposed).Goes(ForumSettled)
            .Meets(ForumAnswer).Starts(TransferRequest, onWhom: s => Rules.Other(s.As<ForumAgreed>().Forum))
            .Records((ForumAgreed a, Request r) => Changed(r, j => j with { Forum = a.Forum })),
        From(Consulting, ForumPending).On<AgreementFailed>(null).Per("18").Goes(NoAgreement)
            .Meets(ForumProposal, ForumAnswer).Starts(ForumSettlement)
            .Records((r, _) => Changed(r, j => j with { Proposed = null, ProposedBy = null })),
        From(NoAgreement).On<DisputeRaised>(null).Per("region").OpensADispute().Goes(InDispute)
            .Meets(ForumSettlement),
        From(ForumSettled).On<FollowUpConfirmed>(Requested).Per("5(2)(k)").When(TheRequestingSideIsTheForum).Requires(FollowUpIsAnotherRequest)
            .Goes(ClosedConcentrated)
            .Meets(TransferRequest)
            .Records((r, _) => r with { Outcome = "Concentrated" }),

        // The transfer is asked for
        From(Row.Outside).On<TransferRequested>(Requesting).Per("5, 8").Requires(InstrumentIsInForce, AddresseeIsDesignated).Goes(TransferAsked)
            .Starts(Acknowledgement).Starts(TransferDecision)
            .Records((r, s) => Asked(r, s)),
        From(ForumSettled).On<TransferRequested>(Requesting).Per("5, 8").When(TheRequestedSideIsTheForum).Requires(StandsOnTheSame).Goes(TransferAsked)
            .Meets(TransferRequest).Starts(Acknowledgement).Starts(TransferDecision)
            .Records((r, s) => Asked(r, s)),
        From(TransferAsked).On<RequestAcknowledged>(Requested).Per("region").Requires(CompetentAuthorityIsRegistered).Goes(Examined)
            .Meets(Acknowledgement)
            .Records((RequestAcknowledged a, Request r) =>
                r with { TheirReference = a.TheirReference, Requested = r.Requested with { Authority = a.CompetentAuthority } }),
        From(TransferAsked, Examined).On<RequestForwarded>(Requested).Per("13").Requires(NewAuthorityIsRegistered)
            .Resets(TransferDecision)
            .Records((r, s) => r with { CompetentSince = s.At, Requested = r.Requested with { Authority = s.As<RequestForwarded>().ToAuthority } }),
        From([ForumSettled, .. BeforeTheDecision]).On<OpinionHeard>(Requesting).Per("6, 7").When(TheRequestingSideDoesNotKeepThem)
            .Records((OpinionHeard a, Request r) => Changed(r, j => j with { Opinions = [.. j.Opinions, new(a.Of, a.On, a.Manner)] })),
        From(Examined).On<TranslationRequested>(Requested).Per("8").Goes(TranslationPending)
            .Holds(HoldCause.Translation, "translation asked for", TransferDecision).Starts(Translation)
            .Records((TranslationRequested a, Request r) => r with { TranslationWanted = a.Language, CertifiedWanted = a.Certified }),
        From(TranslationPending).On<TranslationSupplied>(Requesting).Per("8").Requires(TranslationIsAsWanted).Goes(Examined)
            .Meets(Translation).Resumes(TransferDecision)
            .Records((TranslationSupplied a, Request r) => r with { TranslationWanted = null, CertifiedWanted = false, Languages = [.. r.Languages.Union([a.Language])] }),
        From(Examined).On<InformationRequested>(Requested).Per("9, 14").Goes(InformationPending)
            .Holds(HoldCause.Information, "information asked for", TransferDecision).Starts(Information, on: s => s.As<InformationRequested>().WantedBy),
        From(InformationPending).On<InformationSupplied>(Requesting).Per("9, 14").Goes(Examined)
            .Meets(Information).Resumes(TransferDecision),
        From(InformationPending).OnSilence(Information, Silence.Exempt).Per("region").Goes(Examined)
            .Resumes(TransferDecision),
        From(Examined).On<ExtensionDeclared>(Requested).Per("13").When(ExtensionIsUnused).Requires(ExtensionIsWithinTheRule)
            .Extends(TransferDecision, s => s.As<ExtensionDeclared>().Days)
            .Records((r, _) => r with { ExtensionUsed = true }),

        // The decision
        From(Examined).On<RefusalConsulted>(Requested).Per("12(3)").Goes(RefusalConsulting)
            .Holds(HoldCause.Consultation, "consultation before refusal", TransferDecision).Starts(Consultation)
            .Records((RefusalConsulted a, Request r) => r with { Consulting = a.Ground }),
        From(RefusalConsulting).On<ConsultationAnswered>(Requesting).Per("12(3)").Goes(Examined)
            .Meets(Consultation).Resumes(TransferDecision)
            .Records((r, _) => ConsultationCompleted(r)),
        From(RefusalConsulting).OnSilence(Consultation, Silence.Exempt).Per("12(3)").Goes(Examined)
            .Resumes(TransferDecision)
            .Records((r, _) => ConsultationCompleted(r)),
        From(Examined).On<RequestRefused>(Requested).Per("11, 12").Requires(GroundIsForWhoDecides, ConsultedOnThisGround).Goes(ClosedRefused)
            .Meets(TransferDecision)
            .Records((RequestRefused a, Request r) => r with { Outcome = a.Ground }),
        From(Examined).On<TransferAccepted>(Requested).Per("6, 7, 11").Requires(SuspectAndVictimAreHeard, RightsCheckIsPassed, RefusedOffencesAreSound)
            .Goes(Accepted)
            .Meets(TransferDecision).Starts(Suspension).Starts(FileHandover)
            .Records((r, s) => AcceptedAs(r, s)),

        // Suspended by the one, taken over by the other
        From(Accepted).On<ProceedingsSuspended>(Requesting).Per("4, 21").When(NotSuspendedYet).If(TheFileIsThere).Goes(HandedOver)
            .Meets(Suspension).Starts(TakeOver)
            .Records((ProceedingsSuspended a, Request r) => Changed(r, j => j with { SuspendedOn = a.On })),
        From(Accepted).On<ProceedingsSuspended>(Requesting).Per("4, 21").When(NotSuspendedYet).If(TheFileIsOutstanding)
            .Meets(Suspension)
            .Records((ProceedingsSuspended a, Request r) => Changed(r, j => j with { SuspendedOn = a.On })),
        From(Accepted).On<CaseFileHandedOver>(Requesting).Per("11").When(TheFileIsNotHandedOver).If(SuspendedAlready).Requires(ALanguageOfTheState)
            .Goes(HandedOver)
            .Meets(FileHandover).Starts(TakeOver)
            .Records((r, _) => Changed(r, j => j with { FileHandedOver = true })),
        From(Accepted).On<CaseFileHandedOver>(Requesting).Per("11").When(TheFileIsNotHandedOver).If(SuspensionIsOutstanding).Requires(ALanguageOfTheState)
            .Meets(FileHandover)
            .Records((r, _) => Changed(r, j => j with { FileHandedOver = true })),
        From(HandedOver).On<ProceedingsTakenOver>(Requested).Per("22").Goes(TakenOver)
            .Meets(TakeOver).Starts(Clock.Outcome)
            .Records((ProceedingsTakenOver a, Request r) => Changed(r, j => j with { TakenOverOn = a.On })),
        From(TakenOver).On<ProceedingsOutcomeReported>(Requested).Per("23").If(FurtherProsecutionIsBarred).Goes(ClosedDecided)
            .Meets(Clock.Outcome)
            .Records((ProceedingsOutcomeReported a, Request r) => r with { Outcome = a.Outcome.ToString() }),
        From(TakenOver).On<ProceedingsOutcomeReported>(Requested).Per("21, 23").If(FurtherProsecutionIsOpen).Goes(ClosedResumable)
            .Meets(Clock.Outcome)
            .Records((ProceedingsOutcomeReported a, Request r) => r with { Outcome = a.Outcome.ToString() }),
        From(Accepted, HandedOver, TakenOver).On<AcceptanceOverturned>(Requested).Per("17").Goes(ClosedReverted)
            .StopsAllClocks()
            .Records((r, _) => r with { Outcome = "Reverted" }),

        // Taking back
        From(BeforeTheTransfer).On<RequestWithdrawn>(Requesting).Per("10").Goes(ClosedWithdrawn)
            .StopsAllClocks()
            .Records((r, _) => r with { Outcome = "Withdrawn" }),
        From([.. BeforeTheDecision, Accepted]).On<RequestWithdrawn>(Requesting).Per("10").Goes(Withdrawing)
            .StopsAllClocks().Starts(Stop)
            .Records((r, _) => r with { Outcome = "Withdrawn", Consulting = null, TranslationWanted = null, CertifiedWanted = false }),
        From(Withdrawing).On<StopConfirmed>(Requested).Per("10").Goes(ClosedWithdrawn)
            .Meets(Stop),

        .. ExceptionalCosts("region", [Examined, Accepted, HandedOver], AllStates),
        CostsAtAnyTime(AllStates),
        .. AtAnyTime(AllStates),
    ];

    /// <summary>The table.</summary>
    public static Procedure Table { get; } = new("Jurisdiction", "Jurisdiction and transfer of proceedings", "Regulation (EU) 2024/3011", AllStates, AllRows)
    {
        Says = WhatStands,
    };
}
