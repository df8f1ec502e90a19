using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Clock;
using static LiaisonHub.Casework.Procedures.EveryProcedure;

namespace LiaisonHub.Casework.Procedures;

/// <summary>A dispute between two states over a request, from consultation to a binding ruling and its compliance. A request of its own: the one in dispute goes on meanwhile.</summary>
/// <remarks>The hub opens it. The side that complains is the requesting side; the region's body is the third. All limits are rules of the region: the treaty of a pair may set others.</remarks>
static class Dispute
{
    public const string Consultation = "Consultation";
    public const string MediationPending = "MediationPending";
    public const string Mediation = "Mediation";
    public const string ArbitrationPending = "ArbitrationPending";
    public const string Arbitration = "Arbitration";
    public const string InterpretationPending = "InterpretationPending";
    public const string AwardIssued = "AwardIssued";
    public const string RulingPending = "RulingPending";
    public const string ComplianceDue = "ComplianceDue";
    public const string ComplianceReported = "ComplianceReported";
    public const string NonCompliant = "NonCompliant";
    public const string Complied = "Complied";
    public const string ClosedSettled = "Closed.Settled";
    public const string ClosedWithdrawn = "Closed.Withdrawn";

    static readonly StateOfProcedure[] AllStates =
    [
        new(Consultation, "The two sides consult") { Turn = Side.Requested, Level = 5, Place = (0, 0) },
        new(MediationPending, "A mediator is to be appointed") { Turn = Side.Neutral, Level = 6, Place = (1, 0) },
        new(Mediation, "A mediator works with both sides") { Turn = Side.Neutral, Level = 6, Place = (2, 0) },
        new(ArbitrationPending, "An arbitral panel is to be formed") { Turn = Side.Neutral, Level = 7, Place = (3, 0) },
        new(Arbitration, "The panel decides") { Turn = Side.Neutral, Level = 7, Place = (4, 0) },
        new(InterpretationPending, "The region's court is to say what a provision means") { Turn = Side.Neutral, Level = 7, Place = (3, 2) },
        new(AwardIssued, "The award is to be carried out, or appealed") { Turn = Side.Requested, Level = 7, Place = (5, 0) },
        new(RulingPending, "The region's court is to rule") { Turn = Side.Neutral, Level = 8, Place = (4, 4) },
        new(ComplianceDue, "What was agreed or ruled is to be done") { Turn = Side.Requested, Place = (5, 2) },
        new(ComplianceReported, "Said to be done; the other side is to answer") { Turn = Side.Requesting, Place = (6, 2) },
        new(NonCompliant, "Not done in time; the public register says so") { Turn = Side.Requested, Level = 9, Place = (6, 4) },
        new(Complied, "Done; the lesson is to be recorded") { Turn = Side.Neutral, Place = (7, 2) },
        new(ClosedSettled, "Closed: settled or complied with") { Closed = true, Place = (8, 2) },
        new(ClosedWithdrawn, "Closed: withdrawn by the side that complained") { Closed = true, Place = (2, 4) },
    ];

    static readonly string[] Open = [.. AllStates.Where(s => !s.Closed).Select(s => s.Name)];

    static readonly string[] BeforeTheAward = [Consultation, MediationPending, Mediation, ArbitrationPending, InterpretationPending, Arbitration];

    // Facts

    static readonly Fact AParty = new("a side of the dispute", "Only the two sides may.", (_, side) => side != Side.Neutral) { Code = RefusalCode.NotYours };
    static readonly Fact ASettlementIsProposed =
        new("the other side has proposed a settlement", "The other side has proposed no settlement (SettlementProposed).",
            (r, side) => side != Side.Neutral && r.Dispute!.SettlementBy is { } by && by != side)
        { Code = RefusalCode.NotNow };
    static readonly Fact MustComply =
        new("this side must comply", "The other side is the one that must comply.", (r, side) => r.Dispute!.OnWhom == side) { Code = RefusalCode.NotYours };
    static readonly Fact WaitsForCompliance =
        new("this side waits for compliance", "This side is the one that must comply, or no side of the dispute.",
            (r, side) => side != Side.Neutral && r.Dispute!.OnWhom != side)
        { Code = RefusalCode.NotYours };
    static readonly Fact NotYetAppealed = new("not appealed before", "The award was appealed already.", (r, _) => !r.Dispute!.Appealed);
    static readonly Fact TheTimeToAppealRuns =
        new("the time to appeal runs", "The time to appeal is over.", (r, _) => r.Deadlines.Any(d => d.Active && d.Clock == AwardAppeal));

    static readonly Fact NotYetInterpreted =
        new("no interpretation asked for before", "An interpretation was asked for already; once is enough in a dispute.", (r, _) => r.Dispute!.InterpretationFrom is null);

    static readonly Fact AHoldIsProposed =
        new("the other side has proposed a hold", "The other side has proposed no hold (HoldProposed).", (r, side) => side != Side.Neutral && r.Dispute!.HoldProposedBy is { } by && by != side)
        { Code = RefusalCode.NotNow };
    static readonly Fact MayEndTheHold = new("a hold is in force that this side may end", "No hold is in force that this side may end: what was ordered is ended by the body, what was agreed by a side.",
        (r, side) => r.Dispute!.HoldUntil is not null && (r.Dispute.HoldAgreed == true) == (side != Side.Neutral));

    // Choices

    static readonly Choice MediationSettled = new("settled", s => s.As<MediationEnded>().Settled);
    static readonly Choice MediationFailed = new("not settled", s => !s.As<MediationEnded>().Settled);
    static readonly Choice SomebodyMustAct = new("somebody must act", s => s.As<RulingIssued>().OnWhom is not null);
    static readonly Choice TheInterpretationSuffices = new("the interpretation suffices", s => s.As<RulingIssued>().OnWhom is null);
    static readonly Choice AskedBeforeThePanel = new("asked before the panel was formed", s => s.Dispute.InterpretationFrom == ArbitrationPending);
    static readonly Choice AskedByThePanel = new("asked by the panel", s => s.Dispute.InterpretationFrom == Arbitration);
    static readonly Choice FoundComplete = new("complete", s => s.As<ComplianceAnswered>().Finding == ComplianceFinding.Complete);
    static readonly Choice IncompleteAndInTime =
        new("incomplete, and the day is still to come", s => s.As<ComplianceAnswered>().Finding == ComplianceFinding.Incomplete && !DayIsOver(s));
    static readonly Choice IncompleteAndLate =
        new("incomplete, and the day is over", s => s.As<ComplianceAnswered>().Finding == ComplianceFinding.Incomplete && DayIsOver(s));

    // Guards

    static readonly Guard MediatorIsOnTheList = new("the mediator is on the region's list", RefusalCode.NotDesignated, s => NotOfTheBody(s, AuthorityKind.Mediator, "mediator",
        s.By == Side.Neutral ? s.As<MediatorAppointed>().Mediator : s.As<MediatorProposed>().Mediator));

    static readonly Guard TribunalIsOnTheList =
        new("the tribunal is on the region's list", RefusalCode.NotDesignated, s => NotOfTheBody(s, AuthorityKind.Tribunal, "tribunal", s.As<PanelFormed>().Tribunal));

    static readonly Guard GoesBetweenSideAndMediator = new("between a side and the mediator", RefusalCode.InvalidContent, s =>
        s.By == Side.Neutral || Rules.SeatOf(s.Request, s.Header.Receiver.State) == (Seat)Side.Neutral ? null
            : $"$.header.receiver.state: what is said in the mediation goes to the mediator; address {s.Request.Neutral!.State}.");

    static readonly Row[] AllRows =
    [
        From(Row.Outside).OnTheHub("dispute raised, or silence at level 5").Per("region").Goes(Consultation)
            .Starts(Acknowledgement).Starts(DisputeConsultation),

        // Consultation and settlement
        From(Consultation).On<RequestAcknowledged>(Side.Requested).Per("region").Requires(CompetentAuthorityIsRegistered)
            .Meets(Acknowledgement)
            .Records((RequestAcknowledged a, Request r) => r with { TheirReference = a.TheirReference }),
        From(BeforeTheAward).On<SettlementProposed>(null).Per("region").When(AParty)
            .Records((r, s) => Subject(r, d => d with { SettlementBy = s.By, ProposedBy = s.As<SettlementProposed>().ComplyBy })),
        From(BeforeTheAward).On<SettlementAccepted>(null).Per("region").When(ASettlementIsProposed).Goes(ComplianceDue)
            .StopsAllClocks().Starts(Compliance, on: s => s.Dispute.ProposedBy, onWhom: _ => Side.Requested)
            .Records((r, _) => Subject(r, d => d with { OnWhom = Side.Requested, ComplyBy = d.ProposedBy, SettlementBy = null })),
        From(Consultation).On<AgreementFailed>(null).Per("region").When(AParty).Goes(MediationPending)
            .Meets(DisputeConsultation).Cancels(Acknowledgement).Starts(MediatorAppointment),
        From(Consultation).OnSilence(DisputeConsultation, Silence.DefaultDecision).Per("region").Goes(MediationPending)
            .Cancels(Acknowledgement).Starts(MediatorAppointment),

        // Mediation
        From(MediationPending).On<MediatorProposed>(null).Per("region").When(AParty).Requires(MediatorIsOnTheList)
            .Records((r, s) => Subject(r, d => d with { Mediator = s.As<MediatorProposed>().Mediator })),
        From(MediationPending).On<MediatorAppointed>(Side.Neutral).Per("region").Requires(MediatorIsOnTheList).Goes(Mediation)
            .Meets(MediatorAppointment).Starts(Clock.Mediation)
            .Records((r, s) => Subject(r, d => d with { Mediator = s.As<MediatorAppointed>().Mediator })),
        From(Mediation).On<MediationNoteMade>(null).Per("region").Requires(GoesBetweenSideAndMediator).GoesToItsReceiver(),
        From(Mediation).On<MediationEnded>(Side.Neutral).Per("region").If(MediationSettled).Goes(ComplianceDue)
            .Meets(Clock.Mediation).Starts(Compliance, on: s => s.As<MediationEnded>().ComplyBy, onWhom: _ => Side.Requested)
            .Records((r, s) => Subject(r, d => d with { OnWhom = Side.Requested, ComplyBy = s.As<MediationEnded>().ComplyBy, SettlementBy = null })),
        From(Mediation).On<MediationEnded>(Side.Neutral).Per("region").If(MediationFailed).Goes(ArbitrationPending)
            .Meets(Clock.Mediation).Starts(PanelFormation),
        From(Mediation).OnSilence(Clock.Mediation, Silence.DefaultDecision).Per("region").Goes(ArbitrationPending)
            .Starts(PanelFormation),

        // Arbitration
        From(ArbitrationPending).On<PanelFormed>(Side.Neutral).Per("region").Requires(TribunalIsOnTheList).Goes(Arbitration)
            .Meets(PanelFormation).Starts(Award),
        From(ArbitrationPending).On<ArbitrationDeclined>(null).Per("region").When(AParty).Goes(RulingPending)
            .Cancels(PanelFormation).Starts(Ruling),
        From(Arbitration).On<AwardIssued>(Side.Neutral).Per("region").Goes(AwardIssued)
            .Meets(Award).Starts(Compliance, on: s => s.As<AwardIssued>().ComplyBy, onWhom: s => s.As<AwardIssued>().OnWhom).Starts(AwardAppeal)
            .Records((r, s) => Subject(r, d => d with { OnWhom = s.As<AwardIssued>().OnWhom, ComplyBy = s.As<AwardIssued>().ComplyBy, SettlementBy = null })),
        From(AwardIssued).On<AppealFiled>(null).Per("region").When(AParty, NotYetAppealed, TheTimeToAppealRuns).Goes(RulingPending)
            .Meets(AwardAppeal).Cancels(Compliance).Starts(Ruling)
            .Records((r, _) => Subject(r, d => d with { Appealed = true })),
        From(AwardIssued).OnSilence(AwardAppeal, Silence.Exempt).Per("region"),

        // Interpretation: the clock of the state it came from begins anew with the answer.
        From(ArbitrationPending).On<InterpretationRequested>(null).Per("region").When(AParty, NotYetInterpreted).Goes(InterpretationPending)
            .Cancels(PanelFormation).Starts(Interpretation)
            .Records((r, _) => Subject(r, d => d with { InterpretationFrom = ArbitrationPending })),
        From(Arbitration).On<InterpretationRequested>(Side.Neutral).Per("region").When(NotYetInterpreted).Goes(InterpretationPending)
            .Cancels(Award).Starts(Interpretation)
            .Records((r, _) => Subject(r, d => d with { InterpretationFrom = Arbitration })),
        From(InterpretationPending).On<InterpretationGiven>(Side.Neutral).Per("region").If(AskedBeforeThePanel).Goes(ArbitrationPending)
            .Meets(Interpretation).Starts(PanelFormation)
            .Records((r, s) => Guided(r, s)),
        From(InterpretationPending).On<InterpretationGiven>(Side.Neutral).Per("region").If(AskedByThePanel).Goes(Arbitration)
            .Meets(Interpretation).Starts(Award)
            .Records((r, s) => Guided(r, s)),

        // Ruling
        From(RulingPending).On<RulingIssued>(Side.Neutral).Per("region").If(SomebodyMustAct).Goes(ComplianceDue)
            .Meets(Ruling).Starts(Compliance, on: s => s.As<RulingIssued>().ComplyBy, onWhom: s => s.As<RulingIssued>().OnWhom!.Value)
            .Records((r, s) => Subject(r, d => d with { OnWhom = s.As<RulingIssued>().OnWhom, ComplyBy = s.As<RulingIssued>().ComplyBy })),
        From(RulingPending).On<RulingIssued>(Side.Neutral).Per("region").If(TheInterpretationSuffices).Goes(Complied)
            .Meets(Ruling).Starts(Lesson)
            .Records((r, _) => Subject(r, d => d with { OnWhom = null, ComplyBy = null })),

        // The request in dispute goes on meanwhile, unless the panel, the court or both sides hold its limits.
        From(InterpretationPending, Arbitration, AwardIssued, RulingPending).On<HoldOrdered>(Side.Neutral).Per("region")
            .Records((r, s) => Subject(r, d => d with { HoldUntil = s.As<HoldOrdered>().Until, HoldAgreed = null })),
        From(Open).On<HoldProposed>(null).Per("region").When(AParty)
            .Records((r, s) => Subject(r, d => d with { HoldProposedBy = s.By, HoldProposedUntil = s.As<HoldProposed>().Until })),
        From(Open).On<Contracts.V1.HoldAgreed>(null).Per("region").When(AHoldIsProposed)
            .Records((r, _) => Subject(r, d => d with { HoldUntil = d.HoldProposedUntil, HoldAgreed = true, HoldProposedBy = null, HoldProposedUntil = null })),
        From(Open).On<HoldEnded>(null).Per("region").When(MayEndTheHold)
            .Records((r, _) => Subject(r, d => d with { HoldUntil = null, HoldAgreed = null })),

        // Compliance
        From(AwardIssued, ComplianceDue, NonCompliant).On<Contracts.V1.ComplianceReported>(null).Per("region").When(MustComply).Goes(ComplianceReported)
            .Meets(Compliance, NonCompliance).Cancels(AwardAppeal)
            .Starts(ComplianceAnswer, onWhom: s => Rules.Other(s.By)),
        From(AwardIssued, ComplianceDue).OnSilence(Compliance, Silence.DefaultDecision).Per("region").Goes(NonCompliant)
            .Cancels(AwardAppeal).Starts(NonCompliance, onWhom: s => s.Dispute.OnWhom!.Value)
            .Records((r, _) => Subject(r, d => d with { Public = true })),
        From(ComplianceReported).On<ComplianceAnswered>(null).Per("region").When(WaitsForCompliance).If(FoundComplete).Goes(Complied)
            .Meets(ComplianceAnswer).Starts(Lesson),
        From(ComplianceReported).On<ComplianceAnswered>(null).Per("region").When(WaitsForCompliance).If(IncompleteAndInTime).Goes(ComplianceDue)
            .Meets(ComplianceAnswer).Starts(Compliance, on: s => s.Dispute.ComplyBy, onWhom: s => s.Dispute.OnWhom!.Value),
        From(ComplianceReported).On<ComplianceAnswered>(null).Per("region").When(WaitsForCompliance).If(IncompleteAndLate).Goes(NonCompliant)
            .Meets(ComplianceAnswer).Starts(NonCompliance, onWhom: s => s.Dispute.OnWhom!.Value)
            .Records((r, _) => Subject(r, d => d with { Public = true })),
        From(ComplianceReported).OnSilence(ComplianceAnswer, Silence.DeemedConsent).Per("region").Goes(Complied)
            .Starts(Lesson),
        // The register is looked at again and again for as long as nothing is done.
        From(NonCompliant).OnSilence(NonCompliance, Silence.Escalate).Per("region")
            .Starts(NonCompliance, onWhom: s => s.Dispute.OnWhom!.Value),
        From(NonCompliant).On<ReciprocityMeasureTaken>(null).Per("region").When(WaitsForCompliance)
            .Records((r, _) => Subject(r, d => d with { Measures = d.Measures + 1 })),

        // The end
        From(Complied).On<LessonRecorded>(null).Per("region").Goes(ClosedSettled)
            .Meets(Lesson)
            .Records((r, _) => r with { Outcome = "Settled" }),
        From(Complied).OnSilence(Lesson, Silence.Exempt).Per("region").Goes(ClosedSettled)
            .Records((r, _) => r with { Outcome = "Settled" }),
        From(BeforeTheAward).On<RequestWithdrawn>(Side.Requesting).Per("region").Goes(ClosedWithdrawn)
            .StopsAllClocks()
            .Records((r, _) => r with { Outcome = "Withdrawn" }),

        .. AtAnyTime(AllStates).Where(r => r.Act != nameof(DisputeRaised)),
    ];

    /// <summary>The table.</summary>
    public static Procedure Table { get; } = new("Dispute", "Dispute between two states", "the region's rules", AllStates, AllRows)
    {
        Says = request => request.Dispute is not { } subject ? []
            : [.. new[]
            {
                subject.Relief is { } relief ? $"wanted: {relief}" : null,
                subject.AlsoAbout is { Count: > 0 } others ? $"also about {string.Join(", ", others)}" : null,
                subject.Guidance is { } guidance ? $"guidance {guidance.Number}{(guidance.RuleId is { } rule ? $" on {rule}" : "")}: {guidance.Text}" : null,
            }.OfType<string>()],
    };

    /// <summary>What the change of a dispute means for the limits of the request it is about. A dispute that is over holds nothing.</summary>
    public static IEnumerable<Order> Orders(Request before, Request after, DateTimeOffset at) =>
        after.Dispute is not { } subject || (after.Closed ? null : subject.HoldUntil) is var until && until == before.Dispute?.HoldUntil ? []
            : [new HoldOrder(subject.OfRequestId, after.Id, after.Reference, at, until)];

    static bool DayIsOver(Situation s) => s.Dispute.ComplyBy < s.Today;

    static Request Subject(Request request, Func<DisputeSubject, DisputeSubject> change) => request with { Dispute = change(request.Dispute!) };

    static Request Guided(Request request, Situation s) =>
        s.As<InterpretationGiven>() is var given ? Subject(request, d => d with { Guidance = new(given.Number, given.RuleId, given.Guidance) }) : request;

    static string? NotOfTheBody(Situation s, AuthorityKind kind, string field, string code)
    {
        var list = s.Region.Body.Authorities.Where(a => a.Kind == kind && a.InOffice(s.Today)).ToList();
        return list.Any(a => a.Code == code) ? null : $"$.open.{field}: not on the region's list; on it: {string.Join(", ", list.Select(a => $"{a.Code} ({a.Name})"))}.";
    }
}
