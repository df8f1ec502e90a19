using System.Globalization;
using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Procedures.EveryProcedure;

namespace LiaisonHub.Casework.Procedures;

/// <summary>The facts, choices and guards of the table, and what its acts leave in the record.</summary>
static class MutualAssistanceConditions
{
    // Facts: is the act open at all?

    public static readonly Fact NotAnEmergency =
        new("no emergency", "In an emergency a cost notice holds nothing, and one is open already.", (r, _) => r.Priority != Priority.Emergency);
    public static readonly Fact IsAnEmergency =
        new("emergency", "Only in an emergency may a cost notice come outside the examination.", (r, _) => r.Priority == Priority.Emergency)
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact ACostNoticeIsOpen =
        new("a cost notice is open", "There is no cost notice to answer.", (r, _) => r.CostOpen) { Code = RefusalCode.NotNow };
    public static readonly Fact NoCostNoticeIsOpen = new("no cost notice is open", "The earlier cost notice waits for its answer.", (r, _) => !r.CostOpen);
    public static readonly Fact AnExecutionLimitRuns =
        new("an execution limit runs", "There is no execution limit to replace: the last part has been sent.",
            (r, _) => r.Deadlines.Any(d => d.Active && d.Clock is Clock.Execution or Clock.DateAsked))
        { Code = RefusalCode.NotNow };
    public static readonly Fact ATimingIsProposed =
        new("another timing is proposed", "No other timing is proposed (DelayNotified).", (r, _) => r.TimingProposed is not null) { Code = RefusalCode.NotNow };
    public static readonly Fact OriginalsAreOut =
        new("originals are out", "No originals have to come back.", (r, _) => r.OriginalsOut) { Code = RefusalCode.NotNow };
    public static readonly Fact NoOriginalsAreOut = new("no originals are out", "Originals have to come back first.", (r, _) => !r.OriginalsOut);
    public static readonly Fact AnOutcomeIsReported = new("the outcome is reported", "The outcome is not reported yet.", (r, _) => r.Outcome is not null);
    public static readonly Fact NoOutcomeIsReported = new("no outcome is reported", "The outcome is reported already.", (r, _) => r.Outcome is null);
    public static readonly Fact AStopIsAsked =
        new("a stop is asked", "Nothing was taken back that would have to stop.", (r, _) => r.StopAsked) { Code = RefusalCode.NotNow };
    public static readonly Fact SomebodyIsProtected =
        new("a person in custody is transferred, or a witness or expert summoned", "Nobody in custody is to be transferred, and nobody is summoned.",
            (r, _) => Wanted(r).Any(m => m.Kind is MeasureKind.TemporaryTransfer or MeasureKind.ServiceOfDocuments))
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact NobodyIsAway =
        new("nobody transferred for a time is still away", "A person in custody is still transferred; the return is reported first (PersonReturned).",
            (r, _) => !r.Deadlines.Any(d => d.Active && d.Clock == Clock.TemporaryReturn));
    public static readonly Fact NoImmunityRuns =
        new("the end of the immunity is not counted yet", "The end of the immunity is counted already.",
            (r, _) => !r.Deadlines.Any(d => d.Active && d.Clock == Clock.Immunity));

    // Choices: what does the act say?

    public static readonly Choice OrderIsNotified = new("the order is notified", s => s.As<IRequestContent>().Notified);
    public static readonly Choice OrderIsNotNotified = new("the order is not notified", s => !s.As<IRequestContent>().Notified);

    public static readonly Choice AlternativeIsAgreed = new("agreed", s => s.As<AlternativeAnswered>().Answer == AlternativeAnswer.Agreed);
    public static readonly Choice RequestIsSupplemented = new("supplemented", s => s.As<AlternativeAnswered>().Answer == AlternativeAnswer.Supplemented);
    public static readonly Choice CostIsTaken = new("agreed or narrowed", s => s.As<CostAnswered>().Answer != CostAnswer.Declined);
    public static readonly Choice CostIsDeclined = new("declined", s => s.As<CostAnswered>().Answer == CostAnswer.Declined);
    public static readonly Choice ADateIsFixed = new("a date is asked for or fixed", s => DateFixed(s) is not null);
    public static readonly Choice NoDateIsFixed = new("no date is asked for or fixed", s => DateFixed(s) is null);
    public static readonly Choice TheWholeRequest = new("the whole request", s => s.As<RequestRefused>().Only.Count == 0);
    public static readonly Choice SomeMeasures = new("some measures, the rest goes on", s => s.As<RequestRefused>().Only.Count > 0);
    public static readonly Choice IsTheLastPart = new("the last part", s => s.As<EvidenceSent>().Final);
    public static readonly Choice IsNotTheLastPart = new("not the last part", s => !s.As<EvidenceSent>().Final);
    public static readonly Choice OthersAreDefective =
        new("another part is still defective", s => s.Request.Parts.Any(p => p.Fate == PartFate.Defective && p.Number != PartSent(s)));
    public static readonly Choice EverythingIsThen = new("everything is sent with it", s => s.As<EvidenceSent>().Final || s.Request.Parts.Any(p => p.Final));
    public static readonly Choice PartsAreStillToCome = new("parts are still to come", s => !s.As<EvidenceSent>().Final && !s.Request.Parts.Any(p => p.Final));

    // Guards: what must be so, or the act is refused

    public static readonly Guard SameRequest = new("same instrument and reference", RefusalCode.ConditionNotMet, s =>
    {
        var again = s.As<RequestResubmitted>();
        return again.Instrument != s.Request.Instrument
            ? $"$.open.instrument: the request stands on {s.Request.Instrument}; a request on another instrument is a new request."
            : again.Reference != s.Request.Reference ? "$.open.reference: a request that comes again keeps its reference; write the one it had."
            : null;
    });

    public static readonly Guard ExtensionIsWithinTheRule = new("within the rule", RefusalCode.ConditionNotMet, s =>
    {
        var rule = s.Rules.RuleFor(s.Request, Clock.Recognition);
        return s.As<ExtensionDeclared>().Days <= rule.Extension ? null
            : rule.Extension == 0 ? $"{rule.Id} ({rule.Article}) knows no extension."
            : $"$.open.days: {rule.Id} ({rule.Article}) may be extended by {rule.Extension} at most; declare fewer.";
    });

    public static readonly Guard DualCriminalityIsAsTheLawSays = new("dual criminality by the list, or offence by offence with the elements", RefusalCode.ConditionNotMet, s =>
    {
        var (said, all) = (s.As<RequestRecognised>(), s.Request.Offences);
        var examined = Enumerable.Range(1, all.Count).Where(n => !IsListOffence(s, all[n - 1])).ToList();
        if (said.DualCriminality == DualCriminality.NotRequired)
            return Examined(s).FirstOrDefault() is { } measure
                ? $"$.open.dualCriminality: for {measure.Kind} dual criminality may be asked for; write ListOffence or Found." : null;
        if (said.DualCriminality == DualCriminality.ListOffence)
            return examined.Count == 0 ? null
                : $"$.open.dualCriminality: {NoListOffence(s, examined[0])}; write Found, and answer for it in offences{(Examined(s).Any() ? "" : ", or NotRequired")}.";
        for (var i = 0; i < said.Offences.Count; i++)
        {
            var answer = said.Offences[i];
            if (answer.Offence > all.Count)
                return $"$.open.offences[{i}].offence: the request has no offence {answer.Offence}; its offences are 1 to {all.Count}.";
            if (said.Offences.Take(i).Any(a => a.Offence == answer.Offence))
                return $"$.open.offences[{i}].offence: offence {answer.Offence} is answered twice; name each once.";
            if (answer.DualCriminality == DualCriminality.ListOffence && examined.Contains(answer.Offence))
                return $"$.open.offences[{i}].dualCriminality: {NoListOffence(s, answer.Offence)}; write Found or NotFound, and its elements.";
        }
        var open = examined.Where(n => said.Offences.All(a => a.Offence != n)).ToList();
        return open.Count > 0
            ? $"$.open.offences: nothing is said of offence {string.Join(", ", open)}; answer for each that is no list offence, with its elements and where they stand in the law."
            : all.Count > 0 && said.Offences.Count(a => a.DualCriminality == DualCriminality.NotFound) == all.Count
                ? "$.open.offences: no offence is found; refuse the request on dual criminality (RequestRefused)."
            : null;
    });

    public static readonly Guard GroundIsOpen = new("the ground is open for these measures and offences", RefusalCode.ConditionNotMet, s =>
    {
        var refusal = s.As<RequestRefused>();
        if (!GroundOf(s).OnDualCriminality)
            return null;
        if (s.Request.Offences.Count > 0 && s.Request.Offences.All(o => IsListOffence(s, o)))
            return $"$.open.ground: {refusal.Ground} is not open: every offence is a list offence with a penalty of three years or more.";
        var never = Wanted(s.Request).Where(m => refusal.Only.Count == 0 || refusal.Only.Contains(m.Kind))
            .Where(m => s.Region.Catalogue.Measures[m.Kind].DualCriminality == DualCriminalityRule.Never).Select(m => m.Kind).ToList();
        return never.Count == 0 ? null
            : $"$.open.only: {string.Join(", ", never)} may never be refused on dual criminality; refuse the other measures only, or use another ground.";
    });

    public static readonly Fact TheTimeToObjectRuns = new("the time for a reasoned objection runs", "The time for a reasoned objection is over, or the instrument knows none.",
        (r, _) => r.Deadlines.Any(d => d is { Active: true, Clock: Clock.ConflictObjection }));
    public static readonly Choice OrderIsUpheld = new("the order is upheld", s => s.As<ObjectionReviewed>().Outcome == ObjectionOutcome.OrderUpheld);
    public static readonly Choice OrderIsLifted = new("the order is lifted", s => s.As<ObjectionReviewed>().Outcome == ObjectionOutcome.OrderLifted);

    public static readonly Guard ACourtUpholds = new("by the court", RefusalCode.ConditionNotMet, s =>
        s.As<ObjectionReviewed>().DecidedBy == ObjectionReviewer.Court ? null
            : "$.open.decidedBy: against a reasoned objection only the competent court upholds an order; ask it and write Court, or lift the order (OrderLifted).");

    public static readonly Guard GroundIsInTime = new("the time for a ground has not passed in silence", RefusalCode.ConditionNotMet, s =>
        s.Request.Deadlines.LastOrDefault(d => d.Clock == Clock.Objection) is { Status: DeadlineStatus.Expired } passed
            ? $"$.open.ground: the time for a ground has passed ({passed.RuleId}, {passed.Article}), and silence is no objection; give effect to the order." : null);

    public static readonly Guard ThePersonIsBack = new(NobodyIsAway.Text, RefusalCode.ConditionNotMet, s =>
        NobodyIsAway.Holds(s.Request, s.Seat) ? null : NobodyIsAway.Otherwise);

    public static readonly Guard TimingIsTheOneProposed = new("the day proposed", RefusalCode.ConditionNotMet, s =>
        s.As<TimingAgreed>().On == s.Request.TimingProposed ? null
            : string.Create(CultureInfo.InvariantCulture, $"$.open.on: proposed is {s.Request.TimingProposed:yyyy-MM-dd}; agree to that day, or send a note."));

    public static readonly Guard PartIsTheNext = new("the next part", RefusalCode.ConditionNotMet, s => NotNext(s, resends: false));

    public static readonly Guard PartIsTheNextOrDefective =
        new("the next part, or a defective one again", RefusalCode.ConditionNotMet, s => NotNext(s, resends: true));

    public static readonly Guard PartWaitsForReceipt = new("the part waits for its receipt", RefusalCode.ConditionNotMet, s =>
    {
        var number = s.As<EvidenceReceived>().Part;
        return Part(s.Request, number) switch
        {
            null => $"$.open.part: part {number} was not sent; sent: {Numbers(s.Request.Parts)}.",
            { Fate: PartFate.Received } => $"$.open.part: the receipt of part {number} is given already.",
            { Fate: PartFate.Defective } => $"$.open.part: part {number} was found defective; it is sent again first.",
            _ => null,
        };
    });

    public static readonly Guard PartWasSent = new("the part was sent", RefusalCode.ConditionNotMet, s =>
    {
        var number = s.As<EvidenceFoundDefective>().Part;
        return Part(s.Request, number) switch
        {
            null => $"$.open.part: part {number} was not sent; sent: {Numbers(s.Request.Parts)}.",
            { Fate: PartFate.Defective } => $"$.open.part: part {number} is found defective already; it is sent again first.",
            _ => null,
        };
    });

    public static readonly Guard ItemsAreInTheManifest = new("its items stand in the manifest", RefusalCode.ConditionNotMet, s =>
    {
        var found = s.As<EvidenceFoundDefective>();
        var items = Part(s.Request, found.Part)?.Items ?? [];
        for (var i = 0; i < found.Defects.Count; i++)
            if (!items.Contains(found.Defects[i].ItemId))
                return $"$.open.defects[{i}].itemId: not in the manifest of part {found.Part}; name an item of that part.";
        return null;
    });

    public static readonly Guard EveryPartIsReceived = new("every part is received", RefusalCode.ConditionNotMet, s =>
        s.Request.Parts.Where(p => p.Fate != PartFate.Received).ToList() is { Count: > 0 } open
            ? $"The receipt of part {Numbers(open)} is outstanding; give it first (EvidenceReceived)." : null);

    public static readonly Guard SupplementIsAnotherRequest = new("another request", RefusalCode.ConditionNotMet, s =>
        s.As<SupplementAnnounced>().SupplementaryRequestId == s.Request.Id
            ? "$.open.supplementaryRequestId: that is this very request; name the new one." : null);

    public static readonly Guard SomethingRemains = new("some measures remain", RefusalCode.ConditionNotMet, s =>
        Wanted(s.Request).All(m => s.As<ScopeReduced>().NoLongerWanted.Contains(m.Kind))
            ? "$.open.noLongerWanted: nothing would remain; withdraw the request instead (RequestWithdrawn)." : null);

    // What acts leave in the record

    /// <summary>The day on which the measure is carried out: as fixed with recognition, else as asked for if that day is still to come.</summary>
    public static DateOnly? DateFixed(Situation s) => s.As<RequestRecognised>().CarriedOutOn ?? (s.Request.WantedBy >= s.Today ? s.Request.WantedBy : null);

    /// <summary>The day on which the presence ended to be required, in the state where the person is.</summary>
    public static DateTimeOffset PresenceEnded(Situation s) => s.Rules.Time.StartOf(Rules.PartyOf(s.Request, s.By).State, s.As<PresenceNoLongerRequired>().On);

    /// <summary>When the person transferred for a time is back. Null: nobody is transferred, or what was asked for was refused.</summary>
    public static DateTimeOffset? PersonIsBack(Situation s) => Wanted(s.Request).Any(m => m.Kind == MeasureKind.TemporaryTransfer) ? s.Request.TransferUntil : null;

    public static DateOnly? KeptUntil(Situation s) => s.Request.KeptUntil;

    public static int PartSent(Situation s) => s.As<EvidenceSent>().Part;

    public static IEnumerable<MeasureState> Wanted(Request request) => request.Measures.Where(m => m.Fate == MeasureFate.Wanted);

    public static Request Stated(Request request, IRequestContent content) => request with
    {
        Measures = [.. content.Measures.Select(m => new MeasureState(m.Kind, m.Count))],
        Offences = content.Offences,
        Languages = content.Languages,
        WantedBy = content.WantedBy,
        TransferUntil = content.Measures.Where(m => m.Kind == MeasureKind.TemporaryTransfer).Max(m => m.Period?.Until),
        TransferTo = content.Measures.Any(m => m.Transfer?.Direction == TransferDirection.ToRequested) ? Side.Requested : Side.Requesting,
        KeptUntil = content.Measures.Where(m => m.Safekeeping is { Then: not SafekeepingEnd.Transferred }).Min(m => m.Safekeeping!.On),
    };

    public static Request NothingPending(Request request) => request with
    {
        TranslationWanted = null,
        CertifiedWanted = false,
        AlternativeProposed = null,
        CostOpen = false,
        Consulting = null,
        TimingProposed = null,
        StopAsked = false,
    };

    /// <summary>With one measure wanted, the alternative takes its place; with several, it joins them, since only the private part says which it
    /// replaces.</summary>
    public static Request AlternativeTaken(Request request)
    {
        if (request.AlternativeProposed is not { } instead)
            return request;
        var wanted = Wanted(request).ToList();
        var measures = request.Measures.Select(m => wanted.Count == 1 && m == wanted[0] ? m with { Fate = MeasureFate.Replaced } : m);
        return request with { AlternativeProposed = null, Measures = [.. measures, new(instead, wanted.Count == 1 ? wanted[0].Count : 1)] };
    }

    public static Request Fated(Request request, IReadOnlyList<MeasureKind> kinds, MeasureFate fate) =>
        request with { Measures = [.. request.Measures.Select(m => m.Fate == MeasureFate.Wanted && kinds.Contains(m.Kind) ? m with { Fate = fate } : m)] };

    public static Request Sent(Request request, Situation s)
    {
        var sent = s.As<EvidenceSent>();
        var part = new EvidencePart { Number = sent.Part, ActId = s.Header.ActId, Final = sent.Final, Items = [.. sent.Manifest.Select(i => i.ItemId)] };
        // What comes in an emergency may have to be undone, also by a state that knows it by its digest alone.
        if (request.Emergency is not null)
            part = part with { Commitments = [.. sent.Manifest.Select(i => i.Commitment)] };
        return request with
        {
            Parts = [.. request.Parts.Where(p => p.Number != sent.Part).Append(part).OrderBy(p => p.Number)],
            UseConditions = request.UseConditions || sent.UseConditions.Count > 0,
            OriginalsOut = request.OriginalsOut || sent.OriginalsToReturn,
            ReturnBy = sent.ReturnBy ?? request.ReturnBy,
        };
    }

    public static Request PartIs(Request request, int number, PartFate fate) =>
        request with { Parts = [.. request.Parts.Select(p => p.Number == number ? p with { Fate = fate } : p)] };

    static IEnumerable<MeasureState> Examined(Situation s) =>
        Wanted(s.Request).Where(m => s.Region.Catalogue.Measures[m.Kind].DualCriminality == DualCriminalityRule.MayBeAsked);

    static EvidencePart? Part(Request request, int number) => request.Parts.FirstOrDefault(p => p.Number == number);

    static string Numbers(IReadOnlyList<EvidencePart> parts) => parts.Count == 0 ? "none" : string.Join(", ", parts.Select(p => p.Number));

    static string? NotNext(Situation s, bool resends)
    {
        var sent = s.As<EvidenceSent>();
        if (Part(s.Request, sent.Part) is { } earlier)
            return !resends || earlier.Fate != PartFate.Defective ? $"$.open.part: part {sent.Part} was sent already; the next is {s.Request.Parts.Count + 1}."
                : earlier.Final != sent.Final ? $"$.open.final: part {sent.Part} was sent with final {(earlier.Final ? "true" : "false")}; keep it."
                : null;
        return s.Request.Parts.Any(p => p.Final) ? "$.open.part: the last part was sent; only a defective part may come again."
            : sent.Part != s.Request.Parts.Count + 1 ? $"$.open.part: the next part is {s.Request.Parts.Count + 1}; send the parts in order."
            : null;
    }
}
