using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>What the open part of each act of extradition must look like.</summary>
static class ExtraditionContent
{
    /// <summary>The checks, by act.</summary>
    public static IReadOnlyDictionary<Type, Action<Check>> Checks { get; } = new Dictionary<Type, Action<Check>>
    {
        [typeof(ProvisionalArrestRequested)] = Content.On<ProvisionalArrestRequested>((c, a) =>
        {
            c.Code("instrument", a.Instrument).Code("reference", a.Reference).Offences("offences", a.Offences).Languages("languages", a.Languages, least: 1)
                .Line("urgencyReason", a.UrgencyReason).OptionalLine("noticeNumber", a.NoticeNumber).NotPast("formalRequestBy", a.FormalRequestBy);
            if (!a.WarrantExists)
                c.Wrong("warrantExists", "is false", "nobody is arrested without a judgment or a warrant of arrest; obtain one first");
            if (!a.ExtraditionIntended)
                c.Wrong("extraditionIntended", "is false", "nobody is arrested provisionally unless a formal request follows");
        }),
        [typeof(ExtraditionRequested)] = Content.On<ExtraditionRequested>((c, a) =>
        {
            c.Code("instrument", a.Instrument).Code("reference", a.Reference).Offences("offences", a.Offences).Languages("languages", a.Languages, least: 1);
            foreach (var paper in new[] { ExtraditionPaper.WarrantOrJudgment, ExtraditionPaper.StatementOfOffences })
                if (!a.Papers.Contains(paper))
                    c.Wrong("papers", $"does not name {paper}", "enclose it: without it a request is not examined");
            Distinct(c, "papers", a.Papers);
            Distinct(c, "assurances", a.Assurances);
            if (a.SentenceLeftMonths is < 0 or > 1200)
                c.Wrong("sentenceLeftMonths", $"is {a.SentenceLeftMonths}", "write 0 to 1200; life is 1200");
            if (a.Purpose == ExtraditionPurpose.Sentence && a.Presence is null)
                c.Wrong("presence", "is missing", "say how the person took part in the trial");
        }),
        [typeof(TransitRequested)] = Content.On<TransitRequested>((c, a) =>
        {
            c.Code("instrument", a.Instrument).Code("reference", a.Reference).Offences("offences", a.Offences).Languages("languages", a.Languages, least: 1)
                .NotPast("on", a.On).Line("route", a.Route);
            State(c, "fromState", a.FromState);
        }),
        [typeof(TransitGranted)] = Content.On<TransitGranted>((c, a) =>
            c.RightsAnswers("rightsCheck.answers", a.RightsCheck.Answers).NotPast("until", a.Until)),
        [typeof(ArrestMade)] = Content.On<ArrestMade>((c, a) => c.RightsAnswers("rightsCheck.answers", a.RightsCheck.Answers)),
        [typeof(RightsMilestoneReached)] = Content.On<RightsMilestoneReached>((c, a) =>
        {
            var inALanguage = a.Milestone is RightsMilestone.Informed or RightsMilestone.Interpreter;
            if (a.Language is { } language)
            {
                c.Language("language", language);
                if (!inALanguage)
                    c.Wrong("language", $"does not belong to {a.Milestone}", "leave it out, and report it with Informed or Interpreter");
            }
            else if (inALanguage && a.Manner != MilestoneManner.Waived)
                c.Wrong("language", "is missing", "name the language that the person understands, as a BCP 47 tag");
        }),
        [typeof(ReviewOpened)] = Content.On<ReviewOpened>((c, a) => c.RightsAnswers("rightsCheck.answers", a.RightsCheck.Answers)),
        [typeof(ImmunityFound)] = Content.On<ImmunityFound>((c, a) =>
        {
            if (a.WaiverBy is not (Side.Requesting or Side.Requested))
                c.Wrong("waiverBy", "is no side of an extradition", "write Requested or Requesting: the side that can ask for the waiver");
        }),
        [typeof(CompetingRequestNotified)] = Content.On<CompetingRequestNotified>((c, a) =>
        {
            State(c, "otherState", a.OtherState);
            if (a.OtherState == c.Request.Requesting.State || a.OtherState == c.Request.Requested.State)
                c.Wrong("otherState", "is a side of this request", "name the third state that asks for the person");
        }),
        [typeof(PriorityDecided)] = Content.On<PriorityDecided>((c, a) =>
        {
            if (c.Filled("factors", a.Factors, least: 1, Check.MostLines))
                Distinct(c, "factors", a.Factors);
        }),
        [typeof(AssuranceRequested)] = Content.On<AssuranceRequested>((c, a) =>
        {
            c.NotPast("wantedBy", a.WantedBy);
            if (c.Filled("kinds", a.Kinds, least: 1, Check.MostLines))
                Distinct(c, "kinds", a.Kinds);
        }),
        [typeof(AssuranceAnswered)] = Content.On<AssuranceAnswered>((c, a) => Distinct(c, "given", a.Given)),
        [typeof(ExtraditionGranted)] = Content.On<ExtraditionGranted>((c, a) =>
        {
            if (c.Filled("granted", a.Granted, least: 1, Check.MostLines))
                for (var i = 0; i < a.Granted.Count; i++)
                {
                    c.Number($"granted[{i}].offence", a.Granted[i].Offence).OptionalLine($"granted[{i}].elements", a.Granted[i].Elements);
                    if (a.Granted[i].DualCriminality == DualCriminality.NotRequired)
                        c.Wrong($"granted[{i}].dualCriminality", "is NotRequired", "extradition always asks for it; write ListOffence or Found");
                    if (a.Granted[i].DualCriminality == DualCriminality.NotFound)
                        c.Wrong($"granted[{i}].dualCriminality", "is NotFound", "refuse that offence, with its ground");
                    if (a.Granted[i] is { DualCriminality: DualCriminality.Found, Elements: null })
                        c.Wrong($"granted[{i}].elements", "is missing", "say which elements were found and where they stand in the law");
                }
            if (c.Filled("refused", a.Refused, least: 0, Check.MostLines))
                for (var i = 0; i < a.Refused.Count; i++)
                    c.Number($"refused[{i}].offence", a.Refused[i].Offence).Ground($"refused[{i}].ground", a.Refused[i].Ground)
                        .Line($"refused[{i}].reasons", a.Refused[i].Reasons);
        }),
        [typeof(SurrenderDateProposed)] = Content.On<SurrenderDateProposed>((c, a) =>
        {
            c.NotPast("on", a.On).OptionalLine("place", a.Place).OptionalLine("forceMajeure", a.ForceMajeure);
            Crossed(c, a.Crosses);
        }),
        [typeof(SurrenderDateAgreed)] = Content.On<SurrenderDateAgreed>((c, a) =>
        {
            c.NotPast("on", a.On);
            Crossed(c, a.Crosses);
        }),
        [typeof(TransitAnswerReported)] = Content.On<TransitAnswerReported>((c, a) =>
        {
            State(c, "state", a.State);
            c.NotPast("until", a.Until);
            if (a.Answer == TransitAnswer.Granted && a.Until is null)
                c.Wrong("until", "is missing", "name the last day for which it is granted, or the day of the journey where the grant names none");
            if (a.Answer == TransitAnswer.Denied && a.Until is not null)
                c.Wrong("until", "does not belong to a denial", "leave it out");
        }),
        [typeof(ProsecutionAnswered)] = Content.On<ProsecutionAnswered>((c, a) =>
        {
            if (a.Answer == OfferAnswer.Declined && (a.FileHandedOverOn is not null || a.TransferRequestId is not null))
                c.Wrong("answer", "is Declined, and a file or a transfer is named", "leave them out, or write Accepted");
        }),
        [typeof(SurrenderPostponed)] = Content.On<SurrenderPostponed>((c, a) => c.NotPast("reviewOn", a.ReviewOn)),
        [typeof(TemporarySurrenderAgreed)] = Content.On<TemporarySurrenderAgreed>((c, a) =>
        {
            c.NotPast("returnBy", a.ReturnBy);
            if (!a.KeptInCustody)
                c.Wrong("keptInCustody", "is false", "a person surrendered for a time stays in custody; agree on that in the terms");
        }),
        [typeof(SurrenderMade)] = Content.On<SurrenderMade>((c, a) =>
        {
            if (a.DetentionDays is < 0 or > 36_500)
                c.Wrong("detentionDays", $"is {a.DetentionDays}", "write the days of detention on this request, 0 or more");
            if (a.ObjectsHandedOver is < 0 or > 10_000)
                c.Wrong("objectsHandedOver", $"is {a.ObjectsHandedOver}", "write how many objects, 0 or more");
        }),
        [typeof(SpecialtyConsentAsked)] = Content.On<SpecialtyConsentAsked>((c, a) =>
        {
            c.Number("number", a.Number).Offences("offences", a.Offences);
            if (a.ToState is { } to)
                State(c, "toState", to);
            if (a.Kind == SpecialtyConsentKind.OnwardSurrender && a.ToState is null)
                c.Wrong("toState", "is missing", "name the state the person would go to");
        }),
        [typeof(SpecialtyConsentDecided)] = Content.On<SpecialtyConsentDecided>((c, a) =>
        {
            c.Number("number", a.Number);
            if (a.Ground is { } ground)
                c.Ground("ground", ground);
            else if (!a.Consented)
                c.Wrong("ground", "is missing", "name the ground on which consent is not given");
        }),
    };

    static void State(Check c, string field, string code)
    {
        if (code.Length != 2 || !code.All(char.IsAsciiLetterUpper))
            c.Wrong(field, "is not an ISO 3166-1 alpha-2 code", "write two capital letters");
    }

    static void Crossed(Check c, IReadOnlyList<string> states)
    {
        if (!c.Filled("crosses", states, least: 0, Check.MostLines))
            return;
        for (var i = 0; i < states.Count; i++)
        {
            State(c, $"crosses[{i}]", states[i]);
            if (states[i] == c.Request.Requesting.State || states[i] == c.Request.Requested.State)
                c.Wrong($"crosses[{i}]", "is a side of this request", "name the states between the two");
        }
    }

    static void Distinct<T>(Check c, string field, IReadOnlyList<T> list) where T : struct, Enum
    {
        if (list.Distinct().Count() < list.Count)
            c.Wrong(field, "names one twice", "name each once");
    }
}
