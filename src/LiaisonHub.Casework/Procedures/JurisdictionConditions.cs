using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>The facts, choices and guards of the jurisdiction table, and what its open parts must look like.</summary>
static class JurisdictionConditions
{
    // Facts: is the act open at all?

    public static readonly Fact TheOtherSideProposed =
        new("the other side has proposed it", "The proposal is this side's own and waits for the other side.", (r, side) => Of(r).ProposedBy != side)
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact TheRequestingSideIsTheForum =
        new("the requesting side is the forum", "Agreed is the requested side; the requesting side asks for the transfer here (TransferRequested).",
            (r, _) => Of(r).Forum == Side.Requesting)
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact TheRequestedSideIsTheForum =
        new("the requested side is the forum",
            "Agreed is the requesting side; the requested side asks for the transfer in a request of its own (FollowUpConfirmed).",
            (r, _) => Of(r).Forum == Side.Requested)
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact TheRequestingSideDoesNotKeepThem =
        new("the proceedings of the requesting side are to go over", "Agreed is the requesting side; its proceedings stay where they are.",
            (r, _) => Of(r).Forum != Side.Requesting)
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact NotSuspendedYet =
        new("not suspended yet", "The proceedings are suspended already.", (r, _) => Of(r).SuspendedOn is null) { Code = RefusalCode.NotNow };
    public static readonly Fact TheFileIsNotHandedOver =
        new("the file is not handed over yet", "The file is handed over already.", (r, _) => !Of(r).FileHandedOver) { Code = RefusalCode.NotNow };

    // Choices: what does the act say?

    public static readonly Choice ThereAreProceedings = new("there are proceedings", s => s.As<ConcurrentProceedingsAnswered>().Proceedings);
    public static readonly Choice ThereAreNone = new("there are none", s => !s.As<ConcurrentProceedingsAnswered>().Proceedings);
    public static readonly Choice TheFileIsThere = new("the file is there", s => Of(s.Request).FileHandedOver);
    public static readonly Choice TheFileIsOutstanding = new("the file is outstanding", s => !Of(s.Request).FileHandedOver);
    public static readonly Choice SuspendedAlready = new("suspended already", s => Of(s.Request).SuspendedOn is not null);
    public static readonly Choice SuspensionIsOutstanding = new("not suspended yet", s => Of(s.Request).SuspendedOn is null);
    public static readonly Choice FurtherProsecutionIsBarred = new("further prosecution is barred", s => s.As<ProceedingsOutcomeReported>().BarsProsecution);
    public static readonly Choice FurtherProsecutionIsOpen = new("further prosecution is open", s => !s.As<ProceedingsOutcomeReported>().BarsProsecution);

    // Guards: what must be so, or the act is refused

    public static readonly Guard ForumIsTheOneProposed = new("the forum that is proposed", RefusalCode.ConditionNotMet, s =>
        s.As<ForumAgreed>().Forum == Of(s.Request).Proposed ? null
            : $"$.open.forum: proposed is {Of(s.Request).Proposed}; agree to that, or propose another (ForumProposed).");

    public static readonly Guard StandsOnTheSame = new("the instrument and reference of the consultation", RefusalCode.ConditionNotMet, s =>
        s.As<TransferRequested>().Instrument != s.Request.Instrument ? $"$.open.instrument: the consultation stands on {s.Request.Instrument}; write that."
        : s.As<TransferRequested>().Reference != s.Request.Reference
            ? $"$.open.reference: the consultation has the reference {s.Request.Reference}; write that."
        : null);

    public static readonly Guard ExtensionIsWithinTheRule = new("within the rule", RefusalCode.ConditionNotMet, s =>
    {
        var rule = s.Rules.RuleFor(s.Request, Clock.TransferDecision);
        return s.As<ExtensionDeclared>().Days <= rule.Extension ? null
            : rule.Extension == 0 ? $"{rule.Id} ({rule.Article}) knows no extension."
            : $"$.open.days: {rule.Id} ({rule.Article}) may be extended by {rule.Extension} at most; declare fewer.";
    });

    public static readonly Guard SuspectAndVictimAreHeard = new("suspect and victim could state an opinion", RefusalCode.ConditionNotMet, s =>
        Enum.GetValues<OpinionHolder>().Except(Of(s.Request).Opinions.Select(o => o.Of)).ToList() is { Count: > 0 } missing
            ? $"Nothing is on record of the opinion of: {string.Join(", ", missing)}. The requesting side reports it, or why it could not be heard "
                + "(OpinionHeard); ask for it (InformationRequested)."
            : null);

    public static readonly Guard RefusedOffencesAreSound = new("some offences of the request, consulted where the ground asks for it",
        RefusalCode.ConditionNotMet, s =>
    {
        var refused = s.As<TransferAccepted>().Refused;
        for (var i = 0; i < refused.Count; i++)
            if (refused[i].Offence > s.Request.Offences.Count)
                return $"$.open.refused[{i}].offence: the request names {s.Request.Offences.Count}; write 1 to {s.Request.Offences.Count}.";
            else if (s.Region.Catalogue.Ground(s.Request.Instrument, refused[i].Ground) is { ConsultFirst: true } ground
                && !s.Request.Consulted.Contains(ground.Code))
                return $"$.open.refused[{i}].ground: {ground.Code} ({ground.Article}) asks for consultation first. Make RefusalConsulted on {ground.Code}.";
        return refused.Count < s.Request.Offences.Count ? null : "$.open.refused: names every offence; to refuse the whole transfer make RequestRefused.";
    });

    public static readonly Guard ALanguageOfTheState = new("in a language of the state that takes over", RefusalCode.ConditionNotMet, s =>
    {
        var languages = s.Region.States[s.Request.Requested.State].Languages;
        return s.As<CaseFileHandedOver>().Languages.Any(l => languages.Contains(l, StringComparer.OrdinalIgnoreCase)) ? null
            : $"$.open.languages: none of them is a language of {s.Request.Requested.State}; have the essential parts translated into one of "
                + $"{string.Join(", ", languages)}.";
    });

    /// <summary>What the open parts must look like.</summary>
    public static readonly IReadOnlyDictionary<Type, Action<Check>> Content = new Dictionary<Type, Action<Check>>
    {
        [typeof(ConcurrentProceedingsNotified)] = Procedures.Content.On<ConcurrentProceedingsNotified>((c, a) =>
        {
            c.Code("instrument", a.Instrument).Code("reference", a.Reference).Offences("offences", a.Offences);
            Criteria(c, a.Criteria, least: 1);
        }),
        [typeof(ConcurrentProceedingsAnswered)] = Procedures.Content.On<ConcurrentProceedingsAnswered>((c, a) =>
        {
            Criteria(c, a.Criteria, least: 0);
            if (a.Proceedings != a.Stage is not null)
                c.Wrong("stage", a.Proceedings ? "is missing" : "is there", a.Proceedings ? "say how far the proceedings are"
                    : "leave it out where there are no proceedings");
        }),
        [typeof(ForumProposed)] = Procedures.Content.On<ForumProposed>((c, a) =>
        {
            ASide(c, a.Forum);
            Criteria(c, a.Criteria, least: 1);
        }),
        [typeof(ForumAgreed)] = Procedures.Content.On<ForumAgreed>((c, a) => ASide(c, a.Forum)),
        [typeof(TransferRequested)] = Procedures.Content.On<TransferRequested>((c, a) =>
        {
            c.Code("instrument", a.Instrument).Code("reference", a.Reference).Offences("offences", a.Offences).Languages("languages", a.Languages, least: 1);
            Criteria(c, a.Criteria, least: 1);
        }),
        [typeof(OpinionHeard)] = Procedures.Content.On<OpinionHeard>((c, a) =>
        {
            c.NotToCome("on", a.On);
            if (a is { Of: OpinionHolder.Suspect, Manner: OpinionManner.NoneKnown })
                c.Wrong("manner", "is NoneKnown", "that is for victims; write NotReached for a suspect who cannot be found");
        }),
        [typeof(TransferAccepted)] = Procedures.Content.On<TransferAccepted>((c, a) =>
        {
            c.RightsAnswers("rightsCheck.answers", a.RightsCheck.Answers);
            if (c.Filled("refused", a.Refused, least: 0, Check.MostLines))
                for (var i = 0; i < a.Refused.Count; i++)
                {
                    c.Number($"refused[{i}].offence", a.Refused[i].Offence).Ground($"refused[{i}].ground", a.Refused[i].Ground)
                        .Line($"refused[{i}].reasons", a.Refused[i].Reasons);
                    if (a.Refused.Take(i).Any(earlier => earlier.Offence == a.Refused[i].Offence))
                        c.Wrong($"refused[{i}].offence", "stands there twice", "name each offence once");
                }
        }),
        [typeof(ProceedingsSuspended)] = Procedures.Content.On<ProceedingsSuspended>((c, a) => c.NotToCome("on", a.On)),
        [typeof(CaseFileHandedOver)] = Procedures.Content.On<CaseFileHandedOver>((c, a) =>
            c.Lines("papers", a.Papers, least: 1).Languages("languages", a.Languages, least: 1)),
        [typeof(ProceedingsTakenOver)] = Procedures.Content.On<ProceedingsTakenOver>((c, a) => c.NotToCome("on", a.On)),
        [typeof(AcceptanceOverturned)] = Procedures.Content.On<AcceptanceOverturned>((c, a) => c.NotToCome("on", a.On)),
    };

    // What acts leave in the record

    public static Request Changed(Request request, Func<JurisdictionRecord, JurisdictionRecord> change) => request with { Jurisdiction = change(Of(request)) };

    public static Request ProposedAs(Request request, Situation s) =>
        Changed(request, j => j with { Proposed = s.As<ForumProposed>().Forum, ProposedBy = s.By });

    public static Request Asked(Request request, Situation s)
    {
        var asked = s.As<TransferRequested>();
        return request with
        {
            Offences = asked.Offences,
            Languages = asked.Languages,
            CompetentSince = s.At,
            Jurisdiction = (request.Jurisdiction ?? new()) with { ForRequested = [.. (request.Jurisdiction?.ForRequested ?? []).Union(asked.Criteria)] },
        };
    }

    public static Request AcceptedAs(Request request, Situation s) =>
        Changed(request, j => j with { RefusedOffences = [.. s.As<TransferAccepted>().Refused.Select(o => o.Offence)] }) with { RightsCheckedAt = s.At };

    public static IEnumerable<string> WhatStands(Request request)
    {
        var record = Of(request);
        if (record.ForRequesting.Count > 0)
            yield return $"speaks for {request.Requesting.State}: {string.Join(", ", record.ForRequesting)}";
        if (record.ForRequested.Count > 0)
            yield return $"speaks for {request.Requested.State}: {string.Join(", ", record.ForRequested)}";
        if (record.Forum is { } forum)
            yield return $"agreed forum: {Rules.PartyOf(request, forum).State}";
        else if (record is { Proposed: { } proposed, ProposedBy: { } by })
            yield return $"forum proposed by the {Rules.Word(by)} side: {Rules.PartyOf(request, proposed).State}";
        if (record.Opinions.Count > 0)
            yield return $"opinions: {string.Join(", ", record.Opinions.Select(o => $"{o.Of} {o.Manner}"))}";
        if (record.RefusedOffences.Count > 0)
            yield return $"not taken over: offence {string.Join(", ", record.RefusedOffences)}";
    }

    static JurisdictionRecord Of(Request request) =>
        request.Jurisdiction ?? throw new InvalidOperationException($"{request.Procedure} is no consultation on jurisdiction.");

    static void Criteria(Check c, IReadOnlyList<ForumCriterion> criteria, int least)
    {
        if (c.Filled("criteria", criteria, least, Check.MostLines) && criteria.Distinct().Count() < criteria.Count)
            c.Wrong("criteria", "names one twice", "name each once");
    }

    static void ASide(Check c, Side forum)
    {
        if (forum == Side.Neutral)
            c.Wrong("forum", "is Neutral", "write Requesting or Requested");
    }
}
