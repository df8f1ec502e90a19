using System.Globalization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>The facts, choices and guards of the table, and what its acts leave in the record.</summary>
static class MutualAssistanceConditions
{
    // Article 11(1)(g): dual criminality is not looked at for a list offence punishable by a maximum of at least three years.
    const int ListOffenceMonths = 36;

    // Facts: is the act open at all?

    public static readonly Fact NotAnEmergency =
        new("no emergency", "In an emergency a cost notice holds nothing, and one is open already.", (r, _) => r.Priority != Priority.Emergency);
    public static readonly Fact Emergency =
        new("emergency", "Only in an emergency may a cost notice come outside the examination.", (r, _) => r.Priority == Priority.Emergency)
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact ACostNoticeIsOpen =
        new("a cost notice is open", "There is no cost notice to answer.", (r, _) => r.CostOpen) { Code = RefusalCode.NotNow };
    public static readonly Fact NoCostNoticeIsOpen = new("no cost notice is open", "The earlier cost notice waits for its answer.", (r, _) => !r.CostOpen);
    public static readonly Fact ExtensionIsUnused =
        new("not extended before", "The decision limit was extended once; a second extension is not allowed.", (r, _) => !r.ExtensionUsed);
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
    public static readonly Fact ThisSideHasActed =
        new("this side has acted", "This side has made no act that could be corrected.", (r, side) => r.Acts.Any(a => a.By == side));
    public static readonly Fact TheOtherSideHasActed =
        new("the other side has acted", "The other side has made no act to give a receipt for.", (r, side) => r.Acts.Any(a => a.By != side));
    public static readonly Fact ThisSideHasALimit =
        new("this side has a limit", "No limit of this request is or was on this side.",
            (r, side) => r.Deadlines.Any(d => d.Kind == DeadlineKind.Procedure && d.OnWhom == side));

    // Choices: what does the act say?

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

    public static readonly Guard InstrumentIsInForce = new("the instrument is in force between the two states", RefusalCode.NoInstrument, s =>
    {
        var instrument = s.As<RequestSubmitted>().Instrument;
        var inForce = s.Region.InForce(s.Request.Requesting.State, s.Request.Requested.State);
        return inForce.Contains(instrument) ? null
            : $"$.open.instrument: '{instrument}' is not in force between {s.Request.Requesting.State} and {s.Request.Requested.State}; "
                + (inForce.Count == 0 ? "no instrument of the region is." : $"in force: {string.Join(", ", inForce)}.");
    });

    public static readonly Guard AddresseeIsDesignated = new("the addressee is designated to receive requests", RefusalCode.NotDesignated, s =>
    {
        var addressee = s.Request.Requested;
        var designated = s.Region.Designated(addressee.State, s.Today).ToList();
        if (designated.Any(a => a.Code == addressee.Authority))
            return null;
        var successor = s.Region.Authority(addressee.Authority) is { Successor: { } code } ? $" Its successor is {code}." : "";
        return $"$.header.receiver.authority: '{addressee.Authority}' is not designated in {addressee.State} to receive requests today.{successor} "
            + $"Designated: {string.Join(", ", designated.Select(a => $"{a.Code} ({a.Name})"))}.";
    });

    public static readonly Guard CompetentAuthorityIsRegistered = new("the competent authority is in the register", RefusalCode.NotDesignated, s =>
        Unregistered(s, "competentAuthority", s.As<RequestAcknowledged>().CompetentAuthority));

    public static readonly Guard NewAuthorityIsRegistered = new("the new authority is in the register and another one", RefusalCode.NotDesignated, s =>
        s.As<RequestForwarded>().ToAuthority == s.Request.Requested.Authority
            ? $"$.open.toAuthority: {s.Request.Requested.Authority} has the request already; name another authority."
            : Unregistered(s, "toAuthority", s.As<RequestForwarded>().ToAuthority));

    public static readonly Guard SameRequest = new("same instrument and reference", RefusalCode.ConditionNotMet, s =>
    {
        var again = s.As<RequestResubmitted>();
        return again.Instrument != s.Request.Instrument
            ? $"$.open.instrument: the request stands on {s.Request.Instrument}; a request on another instrument is a new request."
            : again.Reference != s.Request.Reference ? "$.open.reference: a request that comes again keeps its reference; write the one it had."
            : null;
    });

    public static readonly Guard LanguageIsTheOneWanted = new("in the language wanted", RefusalCode.ConditionNotMet, s =>
        string.Equals(s.As<TranslationSupplied>().Language, s.Request.TranslationWanted, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"$.open.language: wanted is '{s.Request.TranslationWanted}'; supply the translation in that language.");

    public static readonly Guard ExtensionIsWithinTheRule = new("within the rule", RefusalCode.ConditionNotMet, s =>
    {
        var rule = s.Rules.RuleFor(s.Request, Clock.Recognition);
        return s.As<ExtensionDeclared>().Days <= rule.Extension ? null
            : rule.Extension == 0 ? $"{rule.Id} ({rule.Article}) knows no extension."
            : $"$.open.days: {rule.Id} ({rule.Article}) may be extended by {rule.Extension} at most; declare fewer.";
    });

    /// <summary>The gate: no state in which coercive measures may be carried out is reached without it.</summary>
    public static readonly Guard RightsCheckIsPassed = new("every item of the rights catalogue answered, none failed", RefusalCode.ConditionNotMet, s =>
    {
        var answers = s.As<RequestRecognised>().RightsCheck.Answers;
        var open = s.Region.Catalogue.Rights.Where(i => answers.All(a => a.Item != i.Code)).Select(i => i.Code).ToList();
        if (open.Count > 0)
            return $"$.open.rightsCheck.answers: no answer to {string.Join(", ", open)}. Every item of the rights catalogue is answered before a request is "
                + "recognised.";
        var failed = answers.Where(a => a.Finding == RightsFinding.Failed).Select(a => a.Item).ToList();
        return failed.Count == 0 ? null
            : $"$.open.rightsCheck.answers: {string.Join(", ", failed)} not passed. Nothing coercive may follow: consult (RefusalConsulted) or refuse "
                + "(RequestRefused).";
    });

    public static readonly Guard DualCriminalityIsAsTheLawSays =
        new("dual criminality as the law says", RefusalCode.ConditionNotMet, s => s.As<RequestRecognised>().DualCriminality switch
    {
        DualCriminality.NotRequired when Examined(s).FirstOrDefault() is { } measure =>
            $"$.open.dualCriminality: for {measure.Kind} dual criminality may be asked for; write ListOffence or Found.",
        DualCriminality.ListOffence when !s.Request.Offences.Any(IsListOffence) =>
            "$.open.dualCriminality: the request names no list offence with a penalty of three years or more; write NotRequired or Found.",
        _ => null,
    });

    public static readonly Guard ConsultedOnThisGround = new("consultation completed on this ground, where it asks for one", RefusalCode.ConditionNotMet, s =>
    {
        var ground = s.Region.Catalogue.RefusalGrounds[s.As<RequestRefused>().Ground];
        return !ground.ConsultFirst || s.Request.Consulted.Contains(ground.Code) ? null
            : $"$.open.ground: {ground.Code} ({ground.Article}) asks for consultation first. Make RefusalConsulted on {ground.Code}; refuse after the "
                + "answer, or when the time for it has passed.";
    });

    public static readonly Guard GroundIsOpen = new("the ground is open for these measures and offences", RefusalCode.ConditionNotMet, s =>
    {
        var refusal = s.As<RequestRefused>();
        if (!s.Region.Catalogue.RefusalGrounds[refusal.Ground].OnDualCriminality)
            return null;
        if (s.Request.Offences.Count > 0 && s.Request.Offences.All(IsListOffence))
            return $"$.open.ground: {refusal.Ground} is not open: every offence is a list offence with a penalty of three years or more.";
        var never = Wanted(s.Request).Where(m => refusal.Only.Count == 0 || refusal.Only.Contains(m.Kind))
            .Where(m => s.Region.Catalogue.Measures[m.Kind].DualCriminality == DualCriminalityRule.Never).Select(m => m.Kind).ToList();
        return never.Count == 0 ? null
            : $"$.open.only: {string.Join(", ", never)} may never be refused on dual criminality; refuse the other measures only, or use another ground.";
    });

    public static readonly Guard GroundMayComeLate = new("the ground may still be found after recognition", RefusalCode.ConditionNotMet, s =>
    {
        var ground = s.Region.Catalogue.RefusalGrounds[s.As<RequestRefused>().Ground];
        return ground.AfterRecognition ? null
            : $"$.open.ground: {ground.Code} had to be raised before recognition. After it: "
                + $"{string.Join(", ", s.Region.Catalogue.RefusalGrounds.Values.Where(g => g.AfterRecognition).Select(g => g.Code).Order())}.";
    });

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

    public static readonly Guard CorrectsAnOwnAct = new("corrects an act of this side", RefusalCode.ConditionNotMet, s =>
        s.Request.Acts.Any(a => a.By == s.By && a.ActId == s.As<CorrectionMade>().OfActId) ? null
            : "$.open.ofActId: no act of this side on this request; a side corrects its own acts only.");

    public static readonly Guard LimitIsThisSides = new("the limit is or was on this side", RefusalCode.ConditionNotMet, s =>
    {
        var mine = s.Request.Deadlines.Where(d => d.Kind == DeadlineKind.Procedure && d.OnWhom == s.By).Select(d => d.RuleId).Distinct().ToList();
        return mine.Contains(s.As<DelayReasonGiven>().RuleId) ? null
            : $"$.open.ruleId: no limit of that rule on this side; on this side: {string.Join(", ", mine)}.";
    });

    public static readonly Guard ReceiptIsForTheOtherSidesAct = new("for an act of the other side", RefusalCode.ConditionNotMet, s =>
        s.Request.Acts.Any(a => a.By != s.By && a.ActId == s.As<ReceiptGiven>().OfActId) ? null
            : "$.open.ofActId: no act of the other side on this request; receipts are given for the other side's acts.");

    // What acts leave in the record

    /// <summary>The day on which the measure is carried out: as fixed with recognition, else as asked for if that day is still to come.</summary>
    public static DateOnly? DateFixed(Situation s) => s.As<RequestRecognised>().CarriedOutOn ?? (s.Request.WantedBy >= s.Today ? s.Request.WantedBy : null);

    public static int PartSent(Situation s) => s.As<EvidenceSent>().Part;

    public static IEnumerable<MeasureState> Wanted(Request request) => request.Measures.Where(m => m.Fate == MeasureFate.Wanted);

    public static Request Stated(Request request, IRequestContent content) => request with
    {
        Measures = [.. content.Measures.Select(m => new MeasureState(m.Kind, m.Count))],
        Offences = content.Offences,
        Languages = content.Languages,
        WantedBy = content.WantedBy,
        EarliestDownstream = content.DownstreamDates.Count == 0 ? null : content.DownstreamDates.Min(d => d.On),
    };

    public static Request NothingPending(Request request) => request with
    {
        TranslationWanted = null,
        AlternativeProposed = null,
        CostOpen = false,
        Consulting = null,
        TimingProposed = null,
        StopAsked = false,
    };

    public static Request ConsultationCompleted(Request request) =>
        request with { Consulting = null, Consulted = request.Consulting is { } ground ? [.. request.Consulted.Union([ground])] : request.Consulted };

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

    /// <summary>A side that says why it is late is not silent: the ladder waits for its percentages again.</summary>
    public static Request ReasonGiven(Request request, Situation s)
    {
        var given = s.As<DelayReasonGiven>();
        return request with
        {
            Deadlines = [.. request.Deadlines.Select(d => d.Active && d.Kind == DeadlineKind.Procedure && d.RuleId == given.RuleId && d.OnWhom == s.By
                ? s.Rules.Time.Looked(d with { ReasonGiven = given.Reason, Estimate = given.Estimate })
                : d)],
        };
    }

    static bool IsListOffence(OffenceFact offence) => offence.ListOffence is not null && offence.LongestPenaltyMonths >= ListOffenceMonths;

    static IEnumerable<MeasureState> Examined(Situation s) =>
        Wanted(s.Request).Where(m => s.Region.Catalogue.Measures[m.Kind].DualCriminality == DualCriminalityRule.MayBeAsked);

    static string? Unregistered(Situation s, string field, string code)
    {
        var state = s.Request.Requested.State;
        var authority = s.Region.States[state].Authorities.FirstOrDefault(a => a.Code == code);
        return authority is { } known && known.InOffice(s.Today) ? null
            : authority?.Successor is { } successor ? $"$.open.{field}: {code} is no longer in office; its successor is {successor}."
            : $"$.open.{field}: '{code}' is not an authority of {state} today. In the register: "
                + $"{string.Join(", ", s.Region.States[state].Authorities.Where(a => a.InOffice(s.Today)).Select(a => a.Code))}.";
    }

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
