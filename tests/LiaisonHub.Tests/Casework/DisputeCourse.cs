using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>A dispute as it usually goes. Everything is invented.</summary>
static class DisputeCourse
{
    public static Course Course { get; } = new(LiaisonHub.Casework.Procedures.Dispute.Table, Into, Of, Variant, new HashSet<string>()) { Seats = [Side.Requesting, Side.Requested, Side.Neutral] };

    public static DisputeRaised Raised { get; } = new() { Article = "Article 12(3)", Claim = "The limit was not kept" };

    public static SettlementProposed Settlement { get; } = new() { Terms = "The evidence is sent within ten days", ComplyBy = new(2026, 6, 1) };

    public static AwardIssued Award { get; } = new() { OnWhom = Side.Requested, Order = "The request is decided", ComplyBy = new(2026, 9, 1) };

    public static RulingIssued Ruling { get; } =
        new() { Number = "ECLI:XZ:2026:7", Articles = ["Article 12(3)"], OnWhom = Side.Requested, Order = "The request is decided", ComplyBy = new(2026, 9, 1) };

    /// <summary>A dispute that a side has raised about a request that waits.</summary>
    public static Story Begun(Rules? rules = null) => Usual.Into("Acknowledged", rules).Asks(Raised).Opened();

    public static object Of(string type, Request request, DateOnly today) => type switch
    {
        nameof(RequestAcknowledged) => Usual.Acknowledged,
        nameof(RequestWithdrawn) => new RequestWithdrawn { Reason = "Settled otherwise" },
        nameof(SettlementProposed) => Settlement with { ComplyBy = today.AddDays(60) },
        nameof(SettlementAccepted) => new SettlementAccepted(),
        nameof(AgreementFailed) => new AgreementFailed { Reason = "No common view of the article" },
        nameof(MediatorProposed) => new MediatorProposed { Mediator = "XZ-MED1" },
        nameof(MediatorAppointed) => new MediatorAppointed { Mediator = "XZ-MED2" },
        nameof(MediationEnded) => new MediationEnded { Settled = false },
        nameof(PanelFormed) => new PanelFormed { Tribunal = "XZ-ARB", Arbitrators = 3 },
        nameof(ArbitrationDeclined) => new ArbitrationDeclined { Reason = "No instrument provides for it" },
        nameof(MediationNoteMade) => new MediationNoteMade(),
        nameof(InterpretationRequested) => new InterpretationRequested { Article = "Article 12(3)", Question = "Does the limit run while a translation is awaited?" },
        nameof(InterpretationGiven) => new InterpretationGiven { Number = "ECLI:XZ:2026:9", Guidance = "Only the pauses that the text names hold it", RuleId = "EIO-D1" },
        nameof(AwardIssued) => Award with { ComplyBy = today.AddDays(60) },
        nameof(AppealFiled) => new AppealFiled { Ground = "Wrong reading of the article" },
        nameof(RulingIssued) => Ruling with { ComplyBy = today.AddDays(60) },
        nameof(HoldOrdered) => new HoldOrdered { Until = today.AddDays(30), Reason = "Interim measure" },
        nameof(HoldProposed) => new HoldProposed { Until = today.AddDays(30), Reason = "Talks go well" },
        nameof(HoldAgreed) => new HoldAgreed(),
        nameof(HoldEnded) => new HoldEnded { Reason = "No longer needed" },
        nameof(ComplianceReported) => new ComplianceReported { Done = "The request was decided" },
        nameof(ComplianceAnswered) => new ComplianceAnswered { Finding = ComplianceFinding.Complete },
        nameof(ReciprocityMeasureTaken) => new ReciprocityMeasureTaken { Measure = "Requests of that kind wait in turn" },
        nameof(LessonRecorded) => new LessonRecorded { RuleId = "EIO-D1", Lesson = "Name the extension in the acknowledgement" },
        nameof(CorrectionMade) => new CorrectionMade { OfActId = request.Acts is [var first, ..] ? first.ActId : Guid.Empty, Kind = CorrectionKind.WrongData },
        nameof(ReceiptGiven) => new ReceiptGiven { OfActId = request.Acts is [var first, ..] ? first.ActId : Guid.Empty, Stage = ReceiptStage.Delivered },
        _ => Usual.Of(type, request, today),
    };

    static object Variant(object content, Request request, bool variant) => (content, variant) switch
    {
        (MediationEnded, true) => new MediationEnded { Settled = true, Terms = "As proposed", ComplyBy = DateOnly.FromDateTime(request.Since.UtcDateTime).AddDays(200) },
        (AwardIssued a, true) => a with { OnWhom = Side.Requesting },
        (RulingIssued r, true) => r with { OnWhom = null, ComplyBy = null },
        (ComplianceAnswered, true) => new ComplianceAnswered { Finding = ComplianceFinding.Incomplete },
        _ => content,
    };

    public static Story Into(string state, Rules rules)
    {
        var story = Begun(rules);
        var today = DateOnly.FromDateTime(story.Now.UtcDateTime);
        Story Mediation() => story.Asks(new AgreementFailed { Reason = "None" }).Decides(new MediatorAppointed { Mediator = "XZ-MED1" });
        Story Arbitration() => Mediation().Decides(new MediationEnded { Settled = false }).Decides(new PanelFormed { Tribunal = "XZ-ARB", Arbitrators = 3 });
        Story Awarded() => Arbitration().Decides(Award);
        Story Reported() => Awarded().Answers(new ComplianceReported { Done = "Done" });
        return state switch
        {
            "Consultation" => story,
            "MediationPending" => story.Asks(new AgreementFailed { Reason = "None" }),
            "Mediation" => Mediation(),
            "ArbitrationPending" => Mediation().Decides(new MediationEnded { Settled = false }),
            "Arbitration" => Arbitration(),
            "InterpretationPending" => Arbitration().Decides(new InterpretationRequested { Article = "Article 12(3)", Question = "Does it run?" }),
            "AwardIssued" => Awarded(),
            "RulingPending" => Awarded().Answers(new AppealFiled { Ground = "Wrong reading" }),
            "ComplianceDue" => story.Asks(Settlement with { ComplyBy = today.AddDays(60) }).Answers(new SettlementAccepted()),
            "ComplianceReported" => Reported(),
            "NonCompliant" => Awarded().Passes("2026-09-02T10:00:00Z"),
            "Complied" => Reported().Asks(new ComplianceAnswered { Finding = ComplianceFinding.Complete }),
            "Closed.Settled" => Reported().Asks(new ComplianceAnswered { Finding = ComplianceFinding.Complete }).Decides(new LessonRecorded { Lesson = "None needed" }),
            "Closed.Withdrawn" => story.Asks(new RequestWithdrawn { Reason = "Settled otherwise" }),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No way into it is written."),
        };
    }
}
