using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Tests.OperatorConsole;

namespace LiaisonHub.Tests.Casework;

/// <summary>The demonstration region, read once, and rules over it.</summary>
static class Demo
{
    public static Region Region { get; } = Region.Load(Repository.At("contracts", "region-demo"));

    public static Rules Rules { get; } = new(Region);

    public static DateTimeOffset Utc(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);
}

/// <summary>One request told step by step: each side makes acts, time passes, and whatever the rules decide is kept.</summary>
sealed class Story(Rules rules, string requesting = "XA", string requested = "XB", Priority priority = Priority.Routine)
{
    int made;

    public Story() : this(Demo.Rules)
    {
    }

    public Rules Rules => rules;

    public Guid Id { get; init; } = new("0f000000-0000-4000-8000-000000000001");

    public bool Exercise { get; init; }

    public Guid? CaseGroup { get; init; }

    /// <summary>The other requests of the case group.</summary>
    public IReadOnlyList<Request> Group { get; set; } = [];

    /// <summary>A Monday without holidays near.</summary>
    public DateTimeOffset Now { get; set; } = Demo.Utc("2026-01-19T10:00:00Z");

    public Request Request { get; private set; } = null!;

    public Applied Last { get; private set; } = null!;

    public List<(DateTimeOffset At, Telling Told)> Told { get; } = [];

    public List<Document> Documents { get; } = [];

    /// <summary>Requests the hub has opened because of this one.</summary>
    public List<Applied> OpenedRequests { get; } = [];

    public List<LedgerFact> Facts { get; } = [];

    public string State => Request.State;

    /// <summary>The story of a request that the hub has opened because of what happened in this one.</summary>
    public Story Opened()
    {
        var opened = Last.Opened.Single();
        var story = new Story(rules, opened.Request.Requesting.State, opened.Request.Requested.State, priority) { Now = Now, Exercise = Exercise };
        story.Keep(opened);
        return story;
    }

    /// <summary>The region's body makes an act.</summary>
    public Story Decides(object content)
    {
        Do(Side.Neutral, content);
        return this;
    }

    /// <summary>A member makes an act.</summary>
    public Story Answers(string member, object content)
    {
        Do(new(Side.Requested, member), content);
        return this;
    }

    public Act Act(Seat by, object content, Guid? id = null)
    {
        var (from, to) = by.Side switch { Side.Requesting => (requesting, requested), Side.Requested => (by.Member ?? requested, requesting), _ => ("XZ", requesting) };
        return new()
        {
            Type = content.GetType().Name,
            Header = new()
            {
                ActId = id ?? new Guid(++made, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, (byte)by.Side),
                RequestId = Request?.Id ?? Id,
                CaseGroupId = Request?.CaseGroupId ?? CaseGroup,
                Sender = new() { State = from, Authority = from == "XZ" ? "XZ-REG" : $"{from}-CA" },
                Receiver = new() { State = to, Authority = $"{to}-CA" },
                Sequence = made,
                ClaimedAt = Now,
                Priority = priority,
                Exercise = Exercise,
            },
            Open = JsonSerializer.SerializeToElement(content, content.GetType(), Wire.Json),
            Sealed = "sealed",
        };
    }

    /// <summary>An act with a place in the order of its side.</summary>
    public static Act Made(Request request, Seat by, object content, Guid id, long number, long? after, DateTimeOffset at)
    {
        var act = new Story(Demo.Rules, request.Requesting.State, request.Requested.State, request.Priority) { Now = at, Request = request }.Act(by, content, id);
        return act with { Header = act.Header with { Sequence = number, After = after } };
    }

    public Decision Try(Seat by, object content)
    {
        var decision = rules.Decide(Request, Act(by, content), Now, Group);
        if (decision is Refused refused)
            CanBeReadInEveryLanguage(refused.Reason);
        return decision;
    }

    public Refused Refused(Seat by, object content) => Assert.IsType<Refused>(Try(by, content));

    public Guid Do(Seat by, object content)
    {
        var act = Act(by, content);
        var decision = rules.Decide(Request, act, Now, Group);
        Keep(decision is Applied applied ? applied
            : throw new InvalidOperationException($"{act.Type} was refused: {((Refused)decision).Code}, {((Refused)decision).Reason}"));
        return act.Header.ActId;
    }

    public Story Asks(object content)
    {
        Do(Side.Requesting, content);
        return this;
    }

    public Story Answers(object content)
    {
        Do(Side.Requested, content);
        return this;
    }

    public Story At(string instant)
    {
        Now = Demo.Utc(instant);
        return this;
    }

    public Story After(TimeSpan span)
    {
        Now += span;
        return this;
    }

    /// <summary>Lets time pass as the clock does: whatever is due is looked at, in order, at its own instant.</summary>
    public Story Passes(DateTimeOffset until)
    {
        while (Request?.Deadlines.Where(d => d.LookAt <= until).MinBy(d => d.LookAt) is { } next)
        {
            Now = next.LookAt!.Value > Now ? next.LookAt.Value : Now;
            Look(next.Id);
        }
        Now = until;
        return this;
    }

    public Story Passes(string until) => Passes(Demo.Utc(until));

    public Story Passes(TimeSpan span) => Passes(Now + span);

    public Applied Look(Guid deadline)
    {
        var looked = Assert.IsType<Applied>(rules.Look(Request, deadline, Now));
        Keep(looked);
        return looked;
    }

    /// <summary>Hears what other requests say to it, as the host does before every decision.</summary>
    public Story Hears(params Order[] orders)
    {
        Keep(rules.Follow(Request, orders, Now));
        return this;
    }

    public Deadline Deadline(string rule) => Request.Deadlines.Last(d => d.RuleId == rule);

    public IEnumerable<T> ToldTo<T>(Seat seat) => Told.Where(t => t.Told.To == seat).Select(t => t.Told.Notice).OfType<T>();

    void Keep(Applied applied)
    {
        Last = applied;
        Request = applied.Request;
        Told.AddRange(applied.Tell.Select(t => (Now, t)));
        Documents.AddRange(applied.Documents);
        OpenedRequests.AddRange(applied.Opened);
        Facts.AddRange(applied.Facts);
        foreach (var fact in applied.Facts)
            CanBeReadInEveryLanguage(fact.Text);
    }

    // What another region calls its own levels and limits, its own console must know.
    void CanBeReadInEveryLanguage(string said)
    {
        if (ReferenceEquals(rules.Region, Demo.Region))
            Book.Has(said);
    }
}

/// <summary>Acts as they usually look. Everything is invented.</summary>
static class Usual
{
    public static readonly Guid ItemOne = new("0f000000-0000-4000-8000-00000000e001");

    public static RequestSubmitted Submitted { get; } = new()
    {
        Instrument = "EIO",
        Reference = "XA-2026-000142",
        Measures =
        [
            new() { Kind = MeasureKind.Search, Count = 2, LawfulAtHome = true },
            new() { Kind = MeasureKind.Hearing, Hearing = new() { Capacity = PersonPosition.Witness } },
        ],
        Offences = [new() { ListOffence = "fraud", LongestPenaltyMonths = 60 }],
        Languages = ["en"],
        ContentCertified = true,
    };

    public static RequestResubmitted Resubmitted { get; } = new()
    {
        Instrument = "EIO",
        Reference = "XA-2026-000142",
        Measures = Submitted.Measures,
        Offences = Submitted.Offences,
        Languages = ["en", "de"],
        ContentCertified = true,
        Cured = "Translation added",
    };

    public static RequestAcknowledged Acknowledged { get; } = new() { TheirReference = "XB-77/26", CompetentAuthority = "XB-CT1" };

    public static RequestForwarded Forwarded { get; } = new() { ToAuthority = "XB-PO1", Reason = "Prosecutor is competent" };

    public static RequestReturned Returned { get; } = new() { Reason = ReturnReason.NotValidated, Cure = "Validation by a judge" };

    public static InformationRequested InformationRequested { get; } = new() { Gaps = ["Address of the place to be searched"] };

    public static InformationSupplied InformationSupplied { get; } = new() { Complete = true };

    public static TranslationRequested TranslationRequested { get; } = new() { Language = "de", Papers = ["Annex A"] };

    public static TranslationSupplied TranslationSupplied { get; } = new() { Language = "de" };

    public static AlternativeMeasureProposed Alternative { get; } = new() { Instead = MeasureKind.RegisterExtract, Reason = AlternativeReason.LessIntrusive };

    public static CostNoticeGiven CostNotice { get; } = new() { Amount = 120_000, Currency = "EUR", Breakdown = ["Laboratory"] };

    public static CostAnswered CostAgreed { get; } = new() { Answer = CostAnswer.Agreed, RequestingSharePercent = 50 };

    /// <summary>The day before <paramref name="today"/>, since courses take tomorrow for today.</summary>
    public static CostReported Reported(DateOnly today) => new() { Kind = CostKind.Execution, On = today.AddDays(-3), Amount = 410.25m, Currency = "EUR", Hours = 6.5m };

    public static ExtensionDeclared Extension { get; } = new() { Reason = "Court is overloaded", Days = 30 };

    public static RightsCheck RightsCheck { get; } = new()
    {
        CheckedBy = "Judge of the district court",
        Answers = [.. Demo.Region.Catalogue.Rights.Select(r => new RightsAnswer { Item = r.Code, Finding = RightsFinding.Passed })],
    };

    public static RequestRecognised Recognised { get; } = new() { RightsCheck = RightsCheck, DualCriminality = DualCriminality.ListOffence };

    public static RefusalConsulted Consulted { get; } = new() { Ground = "NEBIS" };

    public static ConsultationAnswered ConsultationAnswered { get; } = new() { Answer = ConsultationAnswer.Maintained };

    /// <summary>An order to produce records, which alone knows a reasoned objection.</summary>
    public static RequestSubmitted Order { get; } = Submitted with
    {
        Instrument = "EPOC",
        Measures =
        [
            new()
            {
                Kind = MeasureKind.SubscriberIdentification,
                Period = new() { From = Demo.Utc("2026-01-02T00:00:00Z"), Until = Demo.Utc("2026-01-16T00:00:00Z"), Zone = "Europe/Athens" },
            },
        ],
    };

    public static ReasonedObjectionMade Objection { get; } = new() { ThirdState = "US", Provision = "Stored Records Act, section 2702" };

    public static RequestRefused Refused { get; } = new() { Ground = "MEASURE", Reasons = "Not available in a similar domestic case" };

    public static ExecutionPostponed Postponed { get; } = new() { Ground = PostponementGround.PrejudiceToProceedings };

    public static DelayNotified Delay(DateOnly until) => new() { Reason = "Laboratory is late", ProposedDate = until };

    public static EvidenceSent Evidence(int part, bool final, Guid? item = null) => new()
    {
        Part = part,
        Final = final,
        Manifest = [new() { ItemId = item ?? ItemOne, Kind = EvidenceKind.Document, Size = 1024, Commitment = new('a', 64) }],
    };

    public static EvidenceFoundDefective Defective(int part, Guid? item = null) =>
        new() { Part = part, Defects = [new() { ItemId = item ?? ItemOne, Kind = DefectKind.Unreadable }] };

    /// <summary>An act of every type, fitting the usual course as far as one content can.</summary>
    public static object Of(string type, Request request, DateOnly today) => type switch
    {
        nameof(RequestSubmitted) => Submitted,
        nameof(RequestResubmitted) => Resubmitted,
        nameof(RequestAcknowledged) => Acknowledged,
        nameof(RequestForwarded) => Forwarded,
        nameof(RequestReturned) => Returned,
        nameof(LiaisonHub.Contracts.V1.InformationRequested) => InformationRequested,
        nameof(LiaisonHub.Contracts.V1.InformationSupplied) => InformationSupplied,
        nameof(LiaisonHub.Contracts.V1.TranslationRequested) => TranslationRequested,
        nameof(LiaisonHub.Contracts.V1.TranslationSupplied) => TranslationSupplied,
        nameof(AlternativeMeasureProposed) => Alternative,
        nameof(AlternativeAnswered) => new AlternativeAnswered { Answer = AlternativeAnswer.Agreed },
        nameof(CostNoticeGiven) => CostNotice,
        nameof(CostAnswered) => CostAgreed,
        nameof(ExtensionDeclared) => Extension,
        nameof(RequestRecognised) => Recognised,
        nameof(RefusalConsulted) => Consulted,
        nameof(LiaisonHub.Contracts.V1.ConsultationAnswered) => ConsultationAnswered,
        nameof(NationalStepOpened) => new NationalStepOpened { Step = request.NationalSteps?[0].Code ?? "MINISTRY" },
        nameof(NationalStepDecided) => new NationalStepDecided { Decision = NationalStepDecision.GoesOn },
        nameof(ReasonedObjectionMade) => Objection,
        nameof(ObjectionReviewed) => new ObjectionReviewed { Outcome = ObjectionOutcome.OrderUpheld, DecidedBy = ObjectionReviewer.Court },
        nameof(RequestRefused) => request.State == "Recognised" ? Refused with { Ground = "IMPOSSIBLE" } : Refused,
        nameof(ExecutionPostponed) => Postponed,
        nameof(ExecutionResumed) => new ExecutionResumed(),
        nameof(DelayNotified) => Delay(today.AddDays(60)),
        nameof(TimingAgreed) => new TimingAgreed { On = request.TimingProposed ?? today.AddDays(60) },
        nameof(DelayReasonGiven) => new DelayReasonGiven { RuleId = "EIO-A1", Reason = DelayReason.Workload },
        nameof(ContactNoted) => new ContactNoted { RuleId = AnyLimit(request), On = today.AddDays(-3), Kind = ContactKind.Call, Reached = true },
        nameof(MeetingMinuted) => new MeetingMinuted { RuleId = AnyLimit(request), On = today.AddDays(-3), Agreed = "Done within a week", NewDay = today.AddDays(7) },
        nameof(EvidenceSent) => request.Parts.FirstOrDefault(p => p.Fate == PartFate.Defective) is { } again ? Evidence(again.Number, again.Final)
            : Evidence(request.Parts.Count + 1, false),
        nameof(EvidenceReceived) => new EvidenceReceived { Part = request.Parts.FirstOrDefault(p => p.Fate == PartFate.Sent)?.Number ?? 1 },
        nameof(EvidenceFoundDefective) => Defective(request.Parts.FirstOrDefault(p => p.Fate != PartFate.Defective)?.Number ?? 1),
        nameof(UseConditionsAccepted) => new UseConditionsAccepted(),
        nameof(OriginalsReturned) => new OriginalsReturned { Channel = "Courier" },
        nameof(ReturnWaived) => new ReturnWaived(),
        nameof(UseReported) => new UseReported { Outcome = UseOutcome.UsedInTrial, Quality = 4 },
        nameof(SupplementAnnounced) => new SupplementAnnounced { SupplementaryRequestId = new("0f000000-0000-4000-8000-000000000002") },
        nameof(RequestWithdrawn) => new RequestWithdrawn { Reason = "Proceedings closed" },
        nameof(ScopeReduced) =>
            new ScopeReduced { NoLongerWanted = [request.Measures.FirstOrDefault(m => m.Fate == MeasureFate.Wanted)?.Kind ?? MeasureKind.Search] },
        nameof(StopConfirmed) => new StopConfirmed { Results = ResultsFate.None },
        nameof(PresenceNoLongerRequired) => new PresenceNoLongerRequired { On = today },
        nameof(PersonReturned) => new PersonReturned(),
        nameof(StatusAsked) => new StatusAsked(),
        nameof(NoteSent) => new NoteSent { Subject = "Call on Friday" },
        nameof(CostReported) => Reported(today),
        nameof(CorrectionMade) => new CorrectionMade { OfActId = request.Acts[0].ActId, Kind = CorrectionKind.WrongData },
        nameof(DisputeRaised) => new DisputeRaised { Article = "Article 12", Claim = "The limit was not kept" },
        nameof(ReceiptGiven) => new ReceiptGiven { OfActId = request.Acts[0].ActId, Stage = ReceiptStage.Delivered },
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No usual content; add one."),
    };

    static string AnyLimit(Request request) => request.Deadlines.FirstOrDefault(d => d.Kind == DeadlineKind.Procedure)?.RuleId ?? "EIO-A1";

    /// <summary>The shortest way of the usual course into each state.</summary>
    public static Story Into(string state, Rules? rules = null)
    {
        var story = state == "NationalStepPending" ? new Story(rules ?? Demo.Rules, "XA", "XE") : new Story(rules ?? Demo.Rules);
        Story Ordered() => (story = new Story(rules ?? Demo.Rules, "XB", "XC")).Asks(Order).Answers(Usual.Acknowledged with { CompetentAuthority = "XC-CT1" });
        Story Acknowledged() => story.Asks(Submitted).Answers(Usual.Acknowledged);
        Story Recognised() => Acknowledged().Answers(Usual.Recognised);
        Story Complete(bool originals = false) => Recognised().Answers(Evidence(1, true) with { OriginalsToReturn = originals });
        Story Executed(bool originals = false) => Complete(originals).Asks(new EvidenceReceived { Part = 1 }).Asks(new UseConditionsAccepted());
        _ = state switch
        {
            "Submitted" => story.Asks(Submitted),
            "Returned" => story.Asks(Submitted).Answers(Returned),
            "Acknowledged" => Acknowledged(),
            "TranslationPending" => Acknowledged().Answers(TranslationRequested),
            "InformationPending" => Acknowledged().Answers(InformationRequested),
            "AlternativePending" => Acknowledged().Answers(Alternative),
            "CostPending" => Acknowledged().Answers(CostNotice),
            "Consulting" => Acknowledged().Answers(Consulted),
            "NationalStepPending" => story.Asks(Submitted).Answers(Usual.Acknowledged with { CompetentAuthority = "XE-CT1" }).Answers(new NationalStepOpened { Step = "MINISTRY" }),
            "Objected" => Ordered().Answers(Objection),
            "Suspended" => Ordered().Answers(Usual.Recognised).Answers(Objection),
            "Recognised" => Recognised(),
            "Postponed" => Recognised().Answers(Postponed),
            "PartiallyExecuted" => Recognised().Answers(Evidence(1, false)),
            "DefectPending" => Recognised().Answers(Evidence(1, false)).Asks(Defective(1)),
            "EvidenceComplete" => Complete(),
            "Executed" => Executed(),
            "ReturnPending" => Executed(originals: true).Asks(new UseReported { Outcome = UseOutcome.UsedInTrial }),
            "Withdrawing" => Acknowledged().Asks(new RequestWithdrawn { Reason = "Proceedings closed" }),
            "Closed.Executed" => Executed().Asks(new UseReported { Outcome = UseOutcome.UsedInTrial }),
            "Closed.Refused" => Acknowledged().Answers(Refused),
            "Closed.Withdrawn" =>
                Acknowledged().Asks(new RequestWithdrawn { Reason = "Proceedings closed" }).Answers(new StopConfirmed { Results = ResultsFate.None }),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No way there; add one."),
        };
        return story;
    }
}
