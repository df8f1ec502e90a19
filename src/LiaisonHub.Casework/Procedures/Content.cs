using System.Collections.Frozen;
using System.Globalization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>What the open part of each act must look like: ranges, fields that go together, codes of the catalogue.</summary>
/// <remarks>Each finding names the field and the fix, and never repeats a value that somebody wrote as text.</remarks>
static class Content
{
    const int MostHoldDays = 180;
    const int MostRelated = 20;
    const int MostOfOneDispute = 10;

    static readonly FrozenDictionary<Type, Action<Check>> Checks = new Dictionary<Type, Action<Check>>
    {
        [typeof(RequestSubmitted)] = c => Stated(c, (IRequestContent)c.Content),
        [typeof(RequestResubmitted)] = c =>
        {
            Stated(c, (IRequestContent)c.Content);
            c.Line("cured", ((RequestResubmitted)c.Content).Cured);
        },
        [typeof(RequestAcknowledged)] =
            On<RequestAcknowledged>((c, a) => c.Line("theirReference", a.TheirReference).Code("competentAuthority", a.CompetentAuthority)),
        [typeof(RequestForwarded)] = On<RequestForwarded>((c, a) => c.Code("toAuthority", a.ToAuthority).Line("reason", a.Reason)),
        [typeof(RequestReturned)] = On<RequestReturned>((c, a) =>
        {
            if (a.Reason == ReturnReason.Untranslated && a.AcceptedLanguages.Count == 0)
                c.Wrong("acceptedLanguages", "is empty", "name the languages that would be accepted");
        }),
        [typeof(InformationRequested)] = On<InformationRequested>((c, a) => c.Lines("gaps", a.Gaps, least: 1).NotPast("wantedBy", a.WantedBy)),
        [typeof(TranslationRequested)] = On<TranslationRequested>((c, a) => c.Language("language", a.Language).Lines("papers", a.Papers, least: 1)),
        [typeof(TranslationSupplied)] = On<TranslationSupplied>((c, a) => c.Language("language", a.Language)),
        [typeof(CostNoticeGiven)] = On<CostNoticeGiven>((c, a) =>
        {
            c.Lines("breakdown", a.Breakdown, least: 1);
            if (a.Amount is <= 0 or > 1_000_000_000_000)
                c.Wrong("amount", $"is {a.Amount.ToString(CultureInfo.InvariantCulture)}", "write an amount above 0");
            c.Currency("currency", a.Currency);
        }),
        [typeof(CostAnswered)] = On<CostAnswered>((c, a) =>
        {
            if (a.RequestingSharePercent is < 0 or > 100)
                c.Wrong("requestingSharePercent", $"is {a.RequestingSharePercent}", "write 0 to 100");
            if (a.Answer == CostAnswer.Agreed && a.RequestingSharePercent is null)
                c.Wrong("requestingSharePercent", "is missing", "an agreement says which share the requesting side bears");
        }),
        [typeof(CostReported)] = On<CostReported>((c, a) =>
        {
            c.NotToCome("on", a.On);
            if (a.Kind == CostKind.Exceptional)
                c.Wrong("kind", "is Exceptional", "give notice of an exceptional cost before it arises (CostNoticeGiven)");
            if (a.Amount is < 0 or > 1_000_000_000_000 || decimal.Round(a.Amount, 2) != a.Amount)
                c.Wrong("amount", $"is {a.Amount.ToString(CultureInfo.InvariantCulture)}", "write 0 or more, with two decimals at most");
            if (a.Hours is < 0 or > 100_000 || decimal.Truncate(a.Hours * 4) != a.Hours * 4)
                c.Wrong("hours", $"is {a.Hours.ToString(CultureInfo.InvariantCulture)}", "write 0 to 100000 in quarters, for example 2.75");
            if (a.Amount == 0 && a.Hours == 0)
                c.Wrong("amount", "is 0, and so are the hours", "write what it cost, or how long it took");
            c.Currency("currency", a.Currency);
        }),
        [typeof(ExtensionDeclared)] = On<ExtensionDeclared>((c, a) =>
        {
            c.Line("reason", a.Reason);
            if (a.Days is < 1 or > 365)
                c.Wrong("days", $"is {a.Days}", "write at least 1 and no more than the rule allows");
        }),
        [typeof(RequestRecognised)] = On<RequestRecognised>((c, a) =>
        {
            c.RightsAnswers("rightsCheck.answers", a.RightsCheck.Answers);
            if (a.DualCriminality == DualCriminality.NotFound)
                c.Wrong("dualCriminality", "is NotFound", "a request for which nothing is found is refused (RequestRefused); write Found when it holds for some offence");
            if (a.DualCriminality != DualCriminality.Found && a.Offences.Count > 0)
                c.Wrong("dualCriminality", $"is {a.DualCriminality}", "write Found where the offences are answered one by one");
            if (c.Filled("offences", a.Offences, least: 0, Check.MostLines))
                for (var i = 0; i < a.Offences.Count; i++)
                {
                    c.Number($"offences[{i}].offence", a.Offences[i].Offence).OptionalLine($"offences[{i}].elements", a.Offences[i].Elements);
                    if (a.Offences[i].DualCriminality == DualCriminality.NotRequired)
                        c.Wrong($"offences[{i}].dualCriminality", "is NotRequired", "leave an offence out that is not examined");
                    if (a.Offences[i] is { DualCriminality: DualCriminality.Found or DualCriminality.NotFound, Elements: null })
                        c.Wrong($"offences[{i}].elements", "is missing", "say which elements were examined and where they stand in the law");
                }
        }),
        [typeof(RefusalConsulted)] = On<RefusalConsulted>((c, a) => c.Ground("ground", a.Ground)),
        [typeof(ReasonedObjectionMade)] = On<ReasonedObjectionMade>((c, a) =>
        {
            if (a.ThirdState.Length != 2 || !a.ThirdState.All(char.IsAsciiLetterUpper))
                c.Wrong("thirdState", "is not an ISO 3166-1 alpha-2 code", "write two capital letters");
            else if (a.ThirdState == c.Request.Requesting.State || a.ThirdState == c.Request.Requested.State)
                c.Wrong("thirdState", "is a side of this request", "name the third state whose law stands against the order");
            c.Line("provision", a.Provision);
        }),
        [typeof(RequestRefused)] = On<RequestRefused>((c, a) =>
        {
            c.Ground("ground", a.Ground).Text("reasons", a.Reasons).OptionalLine("remedy", a.Remedy).Measures("only", a.Only, least: 0);
            if (a.Only.Count > 0 && MutualAssistanceConditions.Wanted(c.Request).All(m => a.Only.Contains(m.Kind)))
                c.Wrong("only", "names every measure that is left", "leave it empty to refuse the whole request");
        }),
        [typeof(NationalStepOpened)] = On<NationalStepOpened>((c, a) => c.Code("step", a.Step)),
        [typeof(NationalStepDecided)] = On<NationalStepDecided>((c, a) =>
        {
            if (a.Decision == NationalStepDecision.Vetoed != a.Ground is not null)
                c.Wrong("ground", a.Ground is null ? "is missing" : "is given, and the request goes on", a.Ground is null ? "a veto names its ground" : "leave it out, or write Vetoed");
            else if (a.Ground is { } ground)
                c.Ground("ground", ground);
        }),
        [typeof(ExecutionPostponed)] = On<ExecutionPostponed>((c, a) => c.NotPast("estimatedEnd", a.EstimatedEnd)),
        [typeof(DelayNotified)] = On<DelayNotified>((c, a) => c.Line("reason", a.Reason).NotPast("proposedDate", a.ProposedDate)),
        [typeof(DelayReasonGiven)] = On<DelayReasonGiven>((c, a) => c.Code("ruleId", a.RuleId)),
        [typeof(ContactNoted)] = On<ContactNoted>((c, a) =>
        {
            c.Code("ruleId", a.RuleId).NotToCome("on", a.On).OptionalLine("agreed", a.Agreed).NotPast("newDay", a.NewDay);
            if (!a.Reached && (a.Agreed ?? a.NewDay as object) is not null)
                c.Wrong("reached", "is false", "what was agreed, and a new day, come of speaking; write true, or leave them out");
        }),
        [typeof(MeetingMinuted)] = On<MeetingMinuted>((c, a) => c.Code("ruleId", a.RuleId).NotToCome("on", a.On).Line("agreed", a.Agreed).NotPast("newDay", a.NewDay)),
        [typeof(EvidenceSent)] = On<EvidenceSent>(Evidence),
        [typeof(EvidenceReceived)] = On<EvidenceReceived>((c, a) => c.Number("part", a.Part)),
        [typeof(EvidenceFoundDefective)] = On<EvidenceFoundDefective>((c, a) => c.Number("part", a.Part).Filled("defects", a.Defects, least: 1, Check.MostParts)),
        [typeof(OriginalsReturned)] = On<OriginalsReturned>((c, a) => c.Line("channel", a.Channel)),
        [typeof(UseReported)] = On<UseReported>((c, a) =>
        {
            if (a.Quality is < 1 or > 5)
                c.Wrong("quality", $"is {a.Quality}", "write 1 (unusable) to 5, or leave it out");
        }),
        [typeof(RequestWithdrawn)] = On<RequestWithdrawn>((c, a) => c.Line("reason", a.Reason)),
        [typeof(ScopeReduced)] = On<ScopeReduced>((c, a) => c.Measures("noLongerWanted", a.NoLongerWanted, least: 1)),
        [typeof(PresenceNoLongerRequired)] = On<PresenceNoLongerRequired>((c, a) => c.NotToCome("on", a.On)),
        [typeof(NoteSent)] = On<NoteSent>((c, a) => c.Line("subject", a.Subject)),
        [typeof(DisputeRaised)] = On<DisputeRaised>((c, a) =>
        {
            c.Line("article", a.Article).Line("claim", a.Claim).OptionalLine("relief", a.Relief);
            for (var i = 0; i < Math.Min(a.AlsoAbout.Count, MostOfOneDispute); i++)
                c.Code($"alsoAbout[{i}]", a.AlsoAbout[i]);
            if (c.Filled("alsoAbout", a.AlsoAbout, least: 0, MostOfOneDispute) && (a.AlsoAbout.Contains(c.Request.Reference) || a.AlsoAbout.Distinct().Count() < a.AlsoAbout.Count))
                c.Wrong("alsoAbout", "names a request twice", "name each once, and not the one on which the dispute is raised");
        }),
        [typeof(ReceiptGiven)] = On<ReceiptGiven>((c, a) =>
        {
            if (a.Stage == ReceiptStage.Accepted)
                c.Wrong("stage", "is Accepted", "that one is the hub's to give; write Delivered, HandedOver or Opened");
        }),
        [typeof(SettlementProposed)] = On<SettlementProposed>((c, a) => c.Line("terms", a.Terms).NotPast("complyBy", a.ComplyBy)),
        [typeof(AgreementFailed)] = On<AgreementFailed>((c, a) => c.Line("reason", a.Reason)),
        [typeof(MediationEnded)] = On<MediationEnded>((c, a) =>
        {
            c.OptionalLine("terms", a.Terms).NotPast("complyBy", a.ComplyBy);
            if (a.Settled && a.Terms is null)
                c.Wrong("terms", "is missing", "a settlement says what will be done");
            if (a.Settled && a.ComplyBy is null)
                c.Wrong("complyBy", "is missing", "a settlement says by when");
        }),
        [typeof(PanelFormed)] = On<PanelFormed>((c, a) =>
        {
            if (a.Arbitrators is not (1 or 3 or 5))
                c.Wrong("arbitrators", $"is {a.Arbitrators}", "a panel has 1, 3 or 5");
        }),
        [typeof(ArbitrationDeclined)] = On<ArbitrationDeclined>((c, a) => c.Line("reason", a.Reason)),
        [typeof(InterpretationRequested)] = On<InterpretationRequested>((c, a) => c.Line("article", a.Article).Line("question", a.Question)),
        [typeof(InterpretationGiven)] = On<InterpretationGiven>((c, a) =>
        {
            c.Line("number", a.Number).Line("guidance", a.Guidance);
            if (a.RuleId is { } rule && c.Region.Catalogue.TimeRules.All(r => r.Id != rule))
                c.Wrong("ruleId", "is not a row of the time catalogue", "name one, or leave it out");
        }),
        [typeof(AwardIssued)] = On<AwardIssued>((c, a) =>
        {
            c.Line("order", a.Order).NotPast("complyBy", a.ComplyBy);
            if (a.OnWhom == Side.Neutral)
                c.Wrong("onWhom", "is Neutral", "name a side of the dispute");
        }),
        [typeof(AppealFiled)] = On<AppealFiled>((c, a) => c.Line("ground", a.Ground)),
        [typeof(RulingIssued)] = On<RulingIssued>((c, a) =>
        {
            c.Line("number", a.Number).Lines("articles", a.Articles, least: 1).Line("order", a.Order).NotPast("complyBy", a.ComplyBy);
            if (a.OnWhom == Side.Neutral)
                c.Wrong("onWhom", "is Neutral", "name a side of the dispute, or leave it out");
            if (a.OnWhom is null != a.ComplyBy is null)
                c.Wrong(a.OnWhom is null ? "onWhom" : "complyBy", "is missing", "who must act and by when go together");
        }),
        [typeof(HoldOrdered)] = On<HoldOrdered>((c, a) => c.Line("reason", a.Reason).Within("until", a.Until, MostHoldDays)),
        [typeof(HoldProposed)] = On<HoldProposed>((c, a) => c.Line("reason", a.Reason).Within("until", a.Until, MostHoldDays)),
        [typeof(HoldEnded)] = On<HoldEnded>((c, a) => c.Line("reason", a.Reason)),
        [typeof(ComplianceReported)] = On<ComplianceReported>((c, a) => c.Line("done", a.Done)),
        [typeof(ReciprocityMeasureTaken)] = On<ReciprocityMeasureTaken>((c, a) => c.Line("measure", a.Measure)),
        [typeof(LessonRecorded)] = On<LessonRecorded>((c, a) =>
        {
            c.Line("lesson", a.Lesson);
            if (a.RuleId is { } rule && c.Region.Catalogue.TimeRules.All(r => r.Id != rule))
                c.Wrong("ruleId", "is not a row of the time catalogue", "name one, or leave it out");
        }),
    }
    .Concat(ExtraditionContent.Checks)
    .Concat(PreservationConditions.Content)
    .Concat(EmergencyConditions.Content)
    .Concat(AssetRecoveryConditions.Content)
    .Concat(CorrectionConditions.Content)
    .Concat(JurisdictionConditions.Content)
    .Concat(InterceptionNotice.Content)
    .Concat(JointConditions.Content)
    .ToFrozenDictionary();

    /// <summary>Everything that is wrong with the open part. Null: nothing.</summary>
    public static string? Wrong(object content, Request request, Region region, DateOnly today) => Checked(content, request, region, today).Findings;

    /// <summary>The same, a finding each.</summary>
    public static IReadOnlyList<string> AllWrong(object content, Request request, Region region, DateOnly today) =>
        Checked(content, request, region, today).All;

    static Check Checked(object content, Request request, Region region, DateOnly today)
    {
        var c = new Check(content, request, region, today);
        if (Checks.TryGetValue(content.GetType(), out var check))
            check(c);
        // A date at home that is over when the request comes is no reason to refuse it: it presses nobody.
        if (content is IDated dated && c.Filled("downstreamDates", dated.DownstreamDates, least: 0, Check.MostLines))
            for (var i = 0; i < dated.DownstreamDates.Count; i++)
                c.NotFarAhead($"downstreamDates[{i}].on", dated.DownstreamDates[i].On);
        return c;
    }

    static void Stated(Check c, IRequestContent a)
    {
        c.Code("instrument", a.Instrument).Code("reference", a.Reference).Languages("languages", a.Languages, least: 1).NotPast("wantedBy", a.WantedBy)
            .OptionalLine("wantedByReason", a.WantedByReason);
        if (a.WantedBy is null != a.WantedByReason is null)
            c.Wrong(a.WantedBy is null ? "wantedBy" : "wantedByReason", "is missing", "a date asked for and its reason go together");
        if (a.Notified && c.Region.RuleIfAny(a.Instrument, Clock.Objection, c.FirstReceived) is null)
            c.Wrong("notified", "is true", $"leave it out; {a.Instrument} knows no notification");
        if (c.Filled("measures", a.Measures, least: 1, Check.MostLines))
            for (var i = 0; i < a.Measures.Count; i++)
            {
                c.Lines($"measures[{i}].formalities", a.Measures[i].Formalities, least: 0);
                if (a.Measures[i].Count is < 1 or > 100_000)
                    c.Wrong($"measures[{i}].count", $"is {a.Measures[i].Count}", "write at least 1");
                Terms(c, $"measures[{i}]", a.Measures[i]);
            }
        foreach (var (content, place) in MeasureContents.MissingInTheOpen(c.Region.Catalogue, a.Measures).Where(m => m.Content.IsInForce(c.FirstReceived)))
            c.Wrong(place["$.open.".Length..], $"is missing; a {content.Kind} names {content.Title} ({content.Article})", "write it");
        c.Offences("offences", a.Offences);
        Envelope(c, a.Envelope, a.Confidential);
    }

    public static void Envelope(Check c, RequestEnvelope? a, bool confidential)
    {
        if (a is null)
            return;
        c.OptionalLine("envelope.confidentialReason", a.ConfidentialReason).Lines("envelope.useLimits", a.UseLimits, least: 0);
        if (a.ConfidentialReason is not null && !confidential)
            c.Wrong("envelope.confidentialReason", "goes with a request that is confidential", "leave it out, or write true for confidential where the act has it");
        if (c.Filled("envelope.related", a.Related, least: 0, MostRelated))
            for (var i = 0; i < a.Related.Count; i++)
            {
                var (at, related) = ($"envelope.related[{i}]", a.Related[i]);
                c.Line($"{at}.what", related.What).NotToCome($"{at}.on", related.On).Code($"{at}.ourReference", related.OurReference)
                    .OptionalLine($"{at}.theirReference", related.TheirReference);
                if (related.State.Length != 2 || !related.State.All(char.IsAsciiLetterUpper))
                    c.Wrong($"{at}.state", "is not an ISO 3166-1 alpha-2 code", "write two capital letters");
            }
    }

    static void Terms(Check c, string at, Measure measure)
    {
        if (measure.Hearing is { } hearing)
        {
            c.OptionalLine($"{at}.hearing.standard", hearing.Standard);
            if (hearing.Interpreter is { } language)
                c.Language($"{at}.hearing.interpreter", language);
            if (hearing.Zone is { } zone)
                c.Zone($"{at}.hearing.zone", zone);
            if (hearing.At is not null && hearing.Zone is null)
                c.Wrong($"{at}.hearing.zone", "is missing", "an hour and its zone go together");
        }
        if (measure.Period is { } period)
            Period(c, $"{at}.period", period);
        if (measure.Safekeeping is { Then: { } then } kept)
        {
            c.NotPast($"{at}.safekeeping.on", kept.On);
            if (then != SafekeepingEnd.Transferred && kept.On is null)
                c.Wrong($"{at}.safekeeping.on", "is missing", "what is kept is kept until a day: of the lifting, or of the request for transfer");
        }
    }

    public static void Period(Check c, string at, MeasurePeriod period)
    {
        c.Zone($"{at}.zone", period.Zone);
        if (period.Until <= period.From)
            c.Wrong($"{at}.until", "does not lie after from", "write a later time");
    }

    static void Evidence(Check c, EvidenceSent a)
    {
        c.Number("part", a.Part).Lines("useConditions", a.UseConditions, least: 0).NotPast("returnBy", a.ReturnBy);
        if (a.OfParts is { } of && (of < a.Part || of > Check.MostParts || a.Final && of != a.Part))
            c.Wrong("ofParts", $"is {of}", a.Final ? "the last part has the highest number" : "write at least the number of this part");
        if (a.ReturnBy is not null && !a.OriginalsToReturn)
            c.Wrong("originalsToReturn", "is false", "a day of return goes with originals that must come back");
        if (!c.Filled("manifest", a.Manifest, least: 1, Check.MostParts))
            return;
        var seen = new HashSet<Guid>();
        for (var i = 0; i < a.Manifest.Count; i++)
        {
            if (!seen.Add(a.Manifest[i].ItemId))
                c.Wrong($"manifest[{i}].itemId", "stands there twice", "give each item an id of its own");
            if (a.Manifest[i].Size < 0)
                c.Wrong($"manifest[{i}].size", $"is {a.Manifest[i].Size}", "write the length in bytes");
            if (a.Manifest[i].Commitment.Length != 64 || !a.Manifest[i].Commitment.All(char.IsAsciiHexDigitLower))
                c.Wrong($"manifest[{i}].commitment", "is not a SHA-256", "write 64 lower-case hex digits");
        }
    }

    public static Action<Check> On<T>(Action<Check, T> check) => c => check(c, (T)c.Content);
}
