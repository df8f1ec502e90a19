using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Clock;
using static LiaisonHub.Casework.Procedures.EveryProcedure;
using static LiaisonHub.Casework.Procedures.MutualAssistanceConditions;
using static LiaisonHub.Casework.Procedures.PreservationConditions;

namespace LiaisonHub.Casework.Procedures;

/// <summary>Expedited preservation of stored records until a request to produce them follows: Budapest Convention (ETS 185), Articles 29, 30 and 35, with
/// the limits of the preservation order of Regulation (EU) 2023/1543 ("EPR"). Articles without a name are the Convention's.</summary>
/// <remarks>
/// Nothing is disclosed here, and nobody is compelled but the custodian, to keep what it has: no state is coercive and the rights catalogue is not asked.
/// What is preserved is produced only by the follow-up, which has its own rights check.
/// </remarks>
static class Preservation
{
    public const string Submitted = "Submitted";
    public const string Acknowledged = "Acknowledged";
    public const string Clarifying = "Clarifying";
    public const string Exempt = "Exempt";
    public const string Preserved = "Preserved";
    public const string Review = "Review";
    public const string Linked = "Linked";
    public const string Lapsed = "Lapsed";
    public const string Releasing = "Releasing";
    public const string ClosedReleased = "Closed.Released";
    public const string ClosedLapsed = "Closed.Lapsed";
    public const string ClosedRefused = "Closed.Refused";
    public const string ClosedImpossible = "Closed.Impossible";

    const Side Requesting = Side.Requesting;
    const Side Requested = Side.Requested;

    static readonly StateOfProcedure[] AllStates =
    [
        new(Submitted, "The requested side has it; nothing is preserved yet") { Turn = Requested, Place = (0, 2) },
        new(Acknowledged, "Receipt acknowledged; the records are to be secured") { Turn = Requested, Place = (1, 2) },
        new(Clarifying, "Something has to be made clear before the custodian can preserve") { Turn = Requesting, Place = (1, 0) },
        new(Exempt, "No answer came: the custodian is free of its duty")
        {
            Turn = Requesting,
            Rest = "The custodian is free of its duty and the records may be lost: nothing runs until the requesting side answers or withdraws.",
            Place = (3, 0),
        },
        new(Preserved, "The records are secured; the follow-up is awaited") { Turn = Requesting, Served = true, Place = (3, 2) },
        new(Review, "An immunity or privilege is looked at") { Turn = Requesting, Place = (2, 4) },
        new(Linked, "The follow-up is confirmed; the records are kept until it is answered") { Turn = Requesting, Served = true, Place = (4, 2) },
        new(Lapsed, "No follow-up came in time: the records are free") { Turn = Requested, Place = (4, 0) },
        new(Releasing, "No longer needed; the release is to be confirmed") { Turn = Requested, Place = (5, 2) },
        new(ClosedReleased, "Closed: released") { Closed = true, Place = (6, 2) },
        new(ClosedLapsed, "Closed: lapsed, the custodian was told") { Closed = true, Place = (6, 0) },
        new(ClosedRefused, "Closed: refused") { Closed = true, Place = (4, 4) },
        new(ClosedImpossible, "Closed: impossible") { Closed = true, Place = (6, 4) },
    ];

    static readonly string[] BeforePreserved = [Submitted, Acknowledged, Clarifying, Exempt];
    static readonly string[] Wanted = [.. BeforePreserved, Preserved, Review, Linked];

    static readonly Row[] AllRows =
    [
        // Receipt
        From(Row.Outside).On<PreservationRequested>(Requesting).Per("29(1)-(2)").Requires(InstrumentIsInForce, AddresseeIsDesignated).Goes(Submitted)
            .Starts(Acknowledgement).Starts(Execution).StartsDatesAtHome(Execution)
            .Records((PreservationRequested a, Request r) => r with
            {
                Offences = a.Offences, Languages = a.Languages, Preservation = new() { Categories = a.Categories },
            }),
        From(Submitted).On<RequestAcknowledged>(Requested).Per("35").Requires(CompetentAuthorityIsRegistered).Goes(Acknowledged)
            .Meets(Acknowledgement)
            .Records((RequestAcknowledged a, Request r) =>
                r with { TheirReference = a.TheirReference, Requested = r.Requested with { Authority = a.CompetentAuthority } }),
        From(Submitted, Acknowledged).On<RequestForwarded>(Requested).Per("35").Requires(NewAuthorityIsRegistered)
            .Resets(Execution)
            .Records((r, s) => r with { CompetentSince = s.At, Requested = r.Requested with { Authority = s.As<RequestForwarded>().ToAuthority } }),

        // What the custodian needs before it can preserve
        From(Submitted, Acknowledged).On<InformationRequested>(Requested).Per("EPR 11(5)").Goes(Clarifying)
            .Meets(Acknowledgement).Holds(HoldCause.Information, "clarification asked for", Execution).Starts(Information),
        From(Clarifying).On<InformationSupplied>(Requesting).Per("EPR 11(5)").Goes(Acknowledged)
            .Meets(Information).Resumes(Execution),
        From(Clarifying).OnSilence(Information, Silence.Exempt).Per("EPR 11(5)").Goes(Exempt)
            .Cancels(Execution),
        From(Exempt).On<InformationSupplied>(Requesting).Per("EPR 11(5)").Goes(Acknowledged)
            .Starts(Execution),

        // Kept
        From(BeforePreserved).On<PreservationConfirmed>(Requested).Per("29(3), 29(7)").Requires(KeptLongEnough).Goes(Preserved)
            .Meets(Acknowledgement, Execution).Cancels(Information).Starts(Clock.Preservation)
            .Records((PreservationConfirmed a, Request r) =>
                r with { Preservation = r.Preservation! with { SnapshotDigest = a.SnapshotDigest, KeptUntil = a.KeptUntil } }),
        From(Preserved, Linked).On<OtherProviderFound>(Requested).Per("30(1)")
            .Records((r, _) => r with { Preservation = r.Preservation! with { OtherProviders = r.Preservation.OtherProviders + 1 } }),
        From(Preserved).On<PreservationExtended>(Requesting).Per("EPR 11(1)").When(PreservationIsNotExtended)
            .Extends(Clock.Preservation, DaysOfExtension)
            .Records((r, _) => r with { ExtensionUsed = true }),
        From(Preserved).On<FollowUpConfirmed>(Requesting).Per("29(7)").Requires(FollowUpIsAnotherRequest).Goes(Linked)
            .Meets(Clock.Preservation).Starts(Clock.FollowUp)
            .Records((FollowUpConfirmed a, Request r) => r with { Preservation = r.Preservation! with { FollowUp = a.FollowUpRequestId } }),
        From(Linked).On<FollowUpConfirmed>(Requesting).Per("29(7)").When(FollowUpIsNotThere).Requires(FollowUpIsAnotherRequest, FollowUpIsNotTheOneNamed)
            .Meets(Clock.FollowUp).Starts(Clock.FollowUp)
            .Records((FollowUpConfirmed a, Request r) => r with { Preservation = r.Preservation! with { FollowUp = a.FollowUpRequestId } }),
        From(Linked).On<FollowUpConfirmed>(Requesting).Per("region").When(FollowUpIsThere).Requires(FollowUpIsTheOneNamed)
            .Meets(Clock.Review).Starts(Clock.Review),
        // The records are kept without an end while the follow-up runs; somebody looks from time to time whether they still have to be.
        From(Linked).OnTheHub(FollowUpConditions.IsThere).Per("29(7)")
            .Meets(Clock.FollowUp).Starts(Clock.Review)
            .Records((r, _) => r with { Preservation = r.Preservation! with { FollowUpIsThere = true } }),
        From(Linked).OnTheHub(FollowUpConditions.IsElsewhere).Per("29(7)").Goes(Preserved)
            .Cancels(Clock.FollowUp).Starts(Clock.Preservation, until: OldEnd)
            .Records((r, _) => r with { Preservation = r.Preservation! with { FollowUp = null } }),
        From(Linked).OnTheHub(FollowUpConditions.IsOver).Per("region").Goes(Releasing)
            .StopsAllClocks().Starts(Stop)
            .Records((r, _) => r with { Outcome = "FollowedUp" }),
        // The duty to keep ends by law; the hub only says so, and the requested side tells the custodian.
        From(Preserved, Review).OnSilence(Clock.Preservation, Silence.Exempt).Per("29(7)").Goes(Lapsed)
            .Cancels(Consultation).Starts(Stop)
            .Records((r, _) => r with { Outcome = "Lapsed", Consulting = null }),

        // Immunity, privilege, freedom of the press: withdraw, adapt or maintain
        From(Acknowledged, Preserved, Linked).On<RefusalConsulted>(Requested).Per("29(5), EPR 16(7)").Goes(Review)
            .Holds(HoldCause.Consultation, "immunity or privilege looked at", Execution).Starts(Consultation)
            .Records((RefusalConsulted a, Request r) => r with { Consulting = a.Ground, Preservation = r.Preservation! with { ReviewFrom = r.State } }),
        .. Back(from => From(Review).On<ConsultationAnswered>(Requesting).Per("EPR 16(7)").When(ReviewBegan(from)).Goes(from)
            .Meets(Consultation).Resumes(Execution)
            .Records((r, _) => ConsultationCompleted(r))),
        .. Back(from => From(Review).OnSilence(Consultation, Silence.Exempt).Per("EPR 16(7)").When(ReviewBegan(from)).Goes(from)
            .Resumes(Execution)
            .Records((r, _) => ConsultationCompleted(r))),
        From(Acknowledged).On<RequestRefused>(Requested).Per("29(4)-(5)").Requires(GroundIsForWhoDecides, ConsultedOnThisGround, GroundIsOpen).Goes(ClosedRefused)
            .Meets(Execution)
            .Records((RequestRefused a, Request r) => r with { Outcome = a.Ground }),
        From(Preserved, Linked).On<RequestRefused>(Requested).Per("29(5)").Requires(GroundIsForWhoDecides, GroundMayComeLate, ConsultedOnThisGround, GroundIsOpen).Goes(ClosedRefused)
            .Records((RequestRefused a, Request r) => r with { Outcome = a.Ground }),
        From(Wanted).On<ExecutionImpossible>(Requested).Per("29(6)").Goes(ClosedImpossible)
            .Meets(Acknowledgement, Execution)
            .Records((ExecutionImpossible a, Request r) => r with { Outcome = a.Ground.ToString() }),

        // Release
        From(Wanted).On<RequestWithdrawn>(Requesting).Per("EPR 11(1)").Goes(Releasing)
            .StopsAllClocks().Starts(Stop)
            .Records((r, _) => r with { Outcome = "Withdrawn", Consulting = null }),
        From(Preserved, Linked).On<PreservationNoLongerNeeded>(Requesting).Per("EPR 11(1)").Goes(Releasing)
            .StopsAllClocks().Starts(Stop)
            .Records((r, _) => r with { Outcome = "NotNeeded" }),
        From(Releasing).On<StopConfirmed>(Requested).Per("region").Goes(ClosedReleased)
            .Meets(Stop),
        From(Lapsed).On<StopConfirmed>(Requested).Per("region").Goes(ClosedLapsed)
            .Meets(Stop),

        .. ExceptionalCosts("region", [Acknowledged, Preserved, Linked], AllStates),
        CostsAtAnyTime(AllStates),
        .. AtAnyTime(AllStates, status: "35", note: "35"),
    ];

    /// <summary>The table.</summary>
    public static Procedure Table { get; } = new("Preservation", "Preservation of stored records", "the Convention on Cybercrime (ETS 185)", AllStates, AllRows)
    {
        AnyOpenState = (2, 6),
    };

    static IEnumerable<Row> Back(Func<string, Row> row) => new[] { Acknowledged, Preserved, Linked }.Select(row);
}
