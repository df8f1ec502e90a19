using System.Globalization;
using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Procedures.EveryProcedure;

namespace LiaisonHub.Casework.Procedures;

/// <summary>The facts, choices and guards of the procedures with many parties, and what their open parts must look like.</summary>
static class JointConditions
{
    const int MostHelps = 200;

    // Facts: is the act open at all?

    public static readonly Fact HasNotAnswered =
        new("has not answered", "This state has answered, or takes no part.", (r, seat) => Rules.MemberOf(r, seat)?.Status == MemberStatus.Asked)
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact TakesPart =
        new("takes part", "This state takes no part, or has not answered whether it does (InvitationAnswered).",
            (r, seat) => seat.Member is null || Rules.MemberOf(r, seat) is { Out: false, Status: not MemberStatus.Asked })
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact HasNotSigned =
        new("has not signed", "This state has signed this draft already.", (r, seat) => Rules.MemberOf(r, seat)?.Status != MemberStatus.Signed)
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact NoChangeIsOpen =
        new("no change is proposed", "A change waits for consent; propose the next one after it.", (r, _) => Of(r).Change is null) { Code = RefusalCode.NotNow };
    public static readonly Fact AStateIsAdmitted =
        new("a state is admitted", "No state is admitted that is not invited yet; propose it first (JointChangeProposed, Membership).", (r, _) => Of(r).Admitted is not null)
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact AChangeIsOpen =
        new("a change is proposed", "No change is proposed (JointChangeProposed).", (r, _) => Of(r).Change is not null) { Code = RefusalCode.NotNow };
    public static readonly Fact HasNotConsented =
        new("has not consented yet", "This state has consented already.", (r, seat) => !Of(r).Consented.Contains(seat.Member)) { Code = RefusalCode.NotNow };
    public static readonly Fact AUseWaitsForThisState =
        new("a use waits for this state", "No use for another offence waits for this state (UseConsentAsked).",
            (r, seat) => UsesOf(r, seat).Any())
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact SomethingOfThisStateIsThere =
        new("something of this state is on the platform", "This state has put nothing there that is not erased.",
            (r, seat) => UploadsOf(r, seat).Any())
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact SomethingIsToBeDownloaded =
        new("something of another is to be downloaded", "Nothing that another state has put there waits for this state.", (r, seat) => ToDownload(r, seat).Any())
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact HasNotReported =
        new("has not reported", "This state has reported already, or takes no part.", (r, seat) => seat.Member is null ? OfAction(r).Result is null
            : Rules.MemberOf(r, seat) is { Out: false, Status: not MemberStatus.Reported })
        {
            Code = RefusalCode.NotNow,
        };

    // Choices: who is left, and what does the act say?

    public static readonly Choice OthersHaveYetToAnswer = new("others have yet to answer", s => After(s).Any(m => m.Status == MemberStatus.Asked));
    public static readonly Choice EverybodyHasAnswered = new("everybody has answered", s => After(s).All(m => m.Status != MemberStatus.Asked));
    public static readonly Choice OthersHaveYetToSign = new("others have yet to sign",
        s => After(s).Any(m => m is { Out: false, Status: not MemberStatus.Signed }));
    public static readonly Choice EverybodyHasSigned = new("everybody has signed", s => After(s).All(m => m.Out || m.Status == MemberStatus.Signed));
    public static readonly Choice SomebodyTakesPart = new("another state is left", s => After(s).Any(m => !m.Out));
    public static readonly Choice DoesNotConsent = new("does not consent", s => !s.As<JointChangeAnswered>().Consents);
    public static readonly Choice OthersHaveYetToConsent = new("consents, others have yet to",
        s => s.As<JointChangeAnswered>().Consents && !IsTheLastConsent(s));
    public static readonly Choice AllConsentToTheDuration =
        new("the last consent, to the duration", s => IsTheLastConsent(s) && Of(s.Request).Change!.Change == JointChange.Duration);
    public static readonly Choice AllConsentToTheScope =
        new("the last consent, to the scope", s => IsTheLastConsent(s) && Of(s.Request).Change!.Change == JointChange.Scope);
    public static readonly Choice AllConsentToTheMember =
        new("the last consent, to the member", s => IsTheLastConsent(s) && Of(s.Request).Change!.Change == JointChange.Membership);
    public static readonly Choice Joins = new("joins", s => s.As<InvitationAnswered>().Joins);
    public static readonly Choice IsReady = new("ready", s => s.As<ReadinessReported>().Ready);
    public static readonly Choice IsNotReady = new("no longer ready", s => !s.As<ReadinessReported>().Ready);
    public static readonly Choice OthersHaveYetToReport = new("others have yet to report", s => !AllHaveReported(Reported(s.Request, s)));
    public static readonly Choice EverybodyHasReported = new("everybody has reported", s => AllHaveReported(Reported(s.Request, s)));

    public static readonly Choice EverybodyHasDownloaded = new("the last to download it", IsTheLastDownload);
    public static readonly Choice OthersHaveYetToDownload = new("others have yet to download it", s => !IsTheLastDownload(s));

    static readonly Choice NobodyTakesPart = new("no other state is left", s => After(s).All(m => m.Out));

    // Guards: what must be so, or the act is refused

    public static readonly Guard InstrumentIsInForceWithEach = new("the instrument is in force with each state that is asked", RefusalCode.NoInstrument, s =>
    {
        var instrument = s.As<IOpening>().Instrument;
        var leads = s.Request.Requesting.State;
        if (!s.Region.Instruments.TryGetValue(instrument, out var known) || !known.Procedures.Contains(s.Request.Procedure))
            return $"$.open.instrument: '{instrument}' does not serve this procedure; those that do: "
                + $"{string.Join(", ", s.Region.Instruments.Values.Where(i => i.Procedures.Contains(s.Request.Procedure)).Select(i => i.Code).Order())}.";
        var without = s.Request.Members!.Select(m => m.Party.State).Where(state => !s.Region.InForce(leads, state).Contains(instrument)).ToList();
        return without.Count == 0 ? null
            : $"$.open.instrument: '{instrument}' is not in force between {leads} and {string.Join(", ", without)}; leave them out, or rely on "
                + "another instrument.";
    });

    public static readonly Guard CaseGroupIsNamed = new("the header names the case group", RefusalCode.InvalidContent, s =>
        s.Header.CaseGroupId is not null ? null
            : "$.header.caseGroupId: is missing; the requests between two states that say what is asked of each share it with this one. Write theirs, or a new "
                + "one that they will take.");

    public static readonly Guard TheReleasedIsAMember = new("names a state that is asked or takes part", RefusalCode.ConditionNotMet, s =>
        s.Request.Members!.Any(m => !m.Out && m.Party.State == s.As<MemberReleased>().State) ? null
            : $"$.open.state: is none that is asked or takes part; those that are: {Names(s.Request.Members!.Where(m => !m.Out))}.");

    public static readonly Guard TheLeaderIsOfTheStateThatLeads =
        new("leader and space administrator are in the register", RefusalCode.NotDesignated, s =>
    {
        var draft = s.As<JointAgreementDrafted>();
        var ours = s.Region.States[s.Request.Requesting.State].Authorities.Where(a => a.InOffice(s.Today)).Select(a => a.Code).ToList();
        return !ours.Contains(draft.Leader)
            ? $"$.open.leader: is not an authority of {s.Request.Requesting.State} today; in the register: {string.Join(", ", ours)}."
            : draft.SpaceAdministrator is { } code && s.Region.Authority(code) is null
                ? "$.open.spaceAdministrator: is not an authority of the region; write its code, or leave it out."
            : null;
    });

    public static readonly Guard TheNewLastDayIsLater = new("a later last day", RefusalCode.ConditionNotMet, s =>
        s.As<JointChangeProposed>() is { Change: JointChange.Duration } change && change.EndsOn <= Of(s.Request).EndsOn
            ? string.Create(CultureInfo.InvariantCulture, $"$.open.endsOn: the team ends {Of(s.Request).EndsOn:yyyy-MM-dd} already; write a later day.")
            : null);

    public static readonly Guard SomebodyCanConsent = new("another state takes part", RefusalCode.ConditionNotMet, s =>
        WhoeverTakesPart(s).Any() ? null : "No other state takes part that could consent; wait for the answer of the one that is invited.");

    public static readonly Guard TheNewMemberMayBeAsked = new("a new member is another state of the region, designated, and bound by the instrument", RefusalCode.ConditionNotMet, s =>
    {
        if (s.As<JointChangeProposed>() is not { Change: JointChange.Membership, Member: { } party })
            return null;
        var (region, leads, instrument) = (s.Region, s.Request.Requesting.State, s.Request.Instrument);
        return !region.States.TryGetValue(party.State, out var state) || state.Body
                ? "$.open.member.state: is not a state of the region that could take part; write one of "
                    + $"{string.Join(", ", region.States.Values.Where(p => !p.Body && !IsAParty(s.Request, p.Code)).Select(p => p.Code).Order())}."
            : IsAParty(s.Request, party.State) ? "$.open.member.state: takes part already or is asked to; name another."
            : Of(s.Request).Admitted?.Any(a => a.State == party.State) == true ? "$.open.member.state: is admitted already; invite it (MemberInvited)."
            : !region.InForce(leads, party.State).Contains(instrument) ? $"$.open.member.state: '{instrument}' is not in force between {leads} and {party.State}."
            : region.Designated(party.State, s.Today).ToList() is var designated && designated.All(a => a.Code != party.Authority)
                ? $"$.open.member.authority: is not designated in {party.State} to receive requests today; write one of "
                    + $"{string.Join(", ", designated.Select(a => $"{a.Code} ({a.Name})"))}."
            : null;
    });

    public static readonly Guard TheInvitedIsAdmitted = new("the state is one that all have agreed to admit", RefusalCode.ConditionNotMet, s =>
        Of(s.Request).Admitted!.Contains(s.As<MemberInvited>().Member) ? null
            : $"$.open.member: is none that is admitted; those that are: {string.Join(", ", Of(s.Request).Admitted!.Select(a => $"{a.State} ({a.Authority})"))}.");

    public static readonly Guard TheAgreementIsAsItStands = new("last day and leader are those of the agreement", RefusalCode.ConditionNotMet, s =>
        s.As<MemberInvited>() is var invited && invited.EndsOn != Of(s.Request).EndsOn
            ? string.Create(CultureInfo.InvariantCulture, $"$.open.endsOn: the agreement in force ends {Of(s.Request).EndsOn:yyyy-MM-dd}; write that day.")
            : invited.Leader != Of(s.Request).Leader ? $"$.open.leader: the agreement in force names {Of(s.Request).Leader}; write that code."
            : null);

    /// <summary>The gate: each state checks the rights under its own law before it signs, is ready or gives the go.</summary>
    public static readonly Guard RightsAreChecked = RightsGate(
        s => s.Content switch
        {
            IRightsChecked given => given.RightsCheck,
            InvitationAnswered joins => joins.RightsCheck,
            ReadinessReported ready => ready.RightsCheck,
            _ => null,
        },
        "this state does not take part until it is settled");

    public static readonly Guard TheOriginIsAnotherParty = new("the state of origin is another that takes part", RefusalCode.ConditionNotMet, s =>
    {
        var others = WhoeverTakesPart(s).Prepend(Side.Requesting).Where(o => o != s.Seat).Select(o => Rules.PartyOf(s.Request, o).State).ToList();
        return others.Contains(s.As<UseConsentAsked>().Origin) ? null
            : $"$.open.origin: is no other state that takes part; those that are: {string.Join(", ", others)}.";
    });

    public static readonly Guard TheHelperIsOutside = new("the state that is asked for help is outside the team", RefusalCode.ConditionNotMet, s =>
        IsAParty(s.Request, s.As<ThirdStateHelpAsked>().State) ? "$.open.state: takes part in the team or is asked to; ask it there." : null);

    public static readonly Guard HelpIsRoomFor = new("at most 200 requests for help", RefusalCode.ConditionNotMet, s =>
        Of(s.Request).Helps.Count < MostHelps ? null : $"$.open: {MostHelps} stand on the record already; tell the others in a note (NoteSent).");

    public static readonly Guard TheUseWaitsForThisState = new("the use waits for this state", RefusalCode.ConditionNotMet, s =>
        UsesOf(s.Request, s.Seat).Any(u => u.ActId == s.As<UseConsentDecided>().OfActId) ? null
            : $"$.open.ofActId: no use that waits for this state; waiting: {string.Join(", ", UsesOf(s.Request, s.Seat).Select(u => u.ActId))}.");

    public static readonly Guard TheUploadIsThisStates = new("shared by this state", RefusalCode.ConditionNotMet, s =>
        UploadsOf(s.Request, s.Seat).Any(u => u.ActId == s.As<JointEvidenceErased>().OfActId) ? null
            : $"$.open.ofActId: nothing of this state that is not erased; there: {string.Join(", ", UploadsOf(s.Request, s.Seat).Select(u => u.ActId))}.");

    public static readonly Guard TheUploadIsToBeDownloaded = new("shared by another, and not downloaded yet", RefusalCode.ConditionNotMet, s =>
        ToDownload(s.Request, s.Seat).Any(u => u.ActId == s.As<JointEvidenceDownloaded>().OfActId) ? null
            : $"$.open.ofActId: nothing that waits for this state; waiting: {string.Join(", ", ToDownload(s.Request, s.Seat).Select(u => u.ActId))}.");

    public static readonly Guard EverybodyIsReady = new("every state that takes part is ready", RefusalCode.ConditionNotMet, s =>
    {
        var missing = s.Request.Members!.Where(m => m is { Out: false, Status: not MemberStatus.Ready }).ToList();
        return missing.Count == 0 ? null
            : "Not ready: "
                + string.Join(", ", missing.Select(m => $"{m.Party.State} ({(m.Status == MemberStatus.Asked ? "has not answered" : "takes part")})"))
                + ". The go is taken when every state that takes part has said that it is ready (ReadinessReported); one that stays silent may be released "
                + "(MemberReleased), or the action put off (JointActionPostponed).";
    });

    public static readonly Guard TheRequestIsAskedOfThisState = new("the request it names is asked of this state in the case group", RefusalCode.ConditionNotMet, s =>
    {
        if (s.As<ReadinessReported>().OnRequestId is not { } id)
            return null;
        var asked = s.Group.Where(r => r.Requesting.State == s.Request.Requesting.State && r.Members is null && r.Requested.State == s.State).ToList();
        return asked.Any(r => r.Id == id) ? null
            : $"$.open.onRequestId: is no request of this case group that {s.Request.Requesting.State} asks of {s.State}; "
                + (asked.Count == 0 ? "there is none. Leave it out." : $"those that are: {string.Join(", ", asked.Select(r => $"{r.Id} ({r.Reference})"))}.");
    });

    public static readonly Guard WhatIsAskedIsRecognised = new("the request on which each works is recognised", RefusalCode.ConditionNotMet, s =>
    {
        var waiting = s.Request.Members!.Where(m => !m.Out && m.OnRequestId is not null)
            .Select(m => (m.Party.State, Asked: s.Group.FirstOrDefault(r => r.Id == m.OnRequestId)))
            .Where(w => w.Asked is null || !s.Rules.MayBeCarriedOut(w.Asked)).ToList();
        return waiting.Count == 0 ? null
            : "Not recognised: "
                + string.Join(", ", waiting.Select(w => $"what is asked of {w.State}" + (w.Asked is { } asked ? $": {asked.Reference} ({asked.State})" : "")))
                + ". The go is taken when every request on which a state works may be carried out.";
    });

    public static readonly Guard TheHourIsStillToCome = new("the hour is still to come", RefusalCode.ConditionNotMet, s =>
        s.At < OfAction(s.Request).ActionAt ? null
            : $"The hour of the action was {OfAction(s.Request).ActionAt:u}."
                + (s.Request.State == JointAction.Released ? " Report what was done (JointResultReported)."
                    : " Name another (JointActionPostponed), or call it off (JointActionCalledOff)."));

    public static readonly Guard TheNewHoursAreToCome = new("the new hours are to come", RefusalCode.ConditionNotMet, s =>
        s.As<JointActionPostponed>().ReadyBy > s.At ? null : "$.open.readyBy: is over; name a later hour, and after it that of the action.");

    public static readonly Guard TheHourHasCome = new("not before the hour", RefusalCode.ConditionNotMet, s =>
        s.At >= OfAction(s.Request).ActionAt ? null : $"The hour of the action is {OfAction(s.Request).ActionAt:u}; report then.");

    /// <summary>What the open parts must look like.</summary>
    public static readonly IReadOnlyDictionary<Type, Action<Check>> Content = new Dictionary<Type, Action<Check>>
    {
        [typeof(JointInvestigationProposed)] = Procedures.Content.On<JointInvestigationProposed>((c, a) =>
        {
            c.Code("instrument", a.Instrument).Code("reference", a.Reference).Members("members", a.Members).Line("aims", a.Aims).Offences("offences", a.Offences);
            if (a.Months is < 1 or > 60)
                c.Wrong("months", $"is {a.Months}", "write 1 to 60");
        }),
        [typeof(JointActionAnnounced)] = Procedures.Content.On<JointActionAnnounced>((c, a) =>
        {
            c.Code("instrument", a.Instrument).Code("reference", a.Reference).Members("members", a.Members).Line("aim", a.Aim);
            Hours(c, a.ActionAt, a.ReadyBy);
            if (a.ReadyBy <= c.Request.FirstReceivedAt)
                c.Wrong("readyBy", "is over", "name a later hour");
            var zones = a.Members.Append(c.Request.Requesting).Append(c.Request.Requested)
                .Select(p => c.Region.States.GetValueOrDefault(p.State)?.Zone).OfType<string>().Append("Etc/UTC").Distinct().Order(StringComparer.Ordinal).ToList();
            if (!zones.Contains(a.Zone))
                c.Wrong("zone", "is none of a state that takes part", $"write one of {string.Join(", ", zones)}");
        }),
        [typeof(InvitationAnswered)] = Procedures.Content.On<InvitationAnswered>((c, a) =>
        {
            c.OptionalLine("legalBasis", a.LegalBasis).OptionalLine("reasons", a.Reasons);
            if (a.Joins && a.LegalBasis is null && c.Request.Procedure == JointInvestigation.Table.Name)
                c.Wrong("legalBasis", "is missing", "name the provision on which this state takes part");
            if (!a.Joins && a.Reasons is null)
                c.Wrong("reasons", "is missing", "say why this state takes no part");
            c.RightsAnswers("rightsCheck.answers", a.RightsCheck?.Answers ?? []);
        }),
        [typeof(MemberLeft)] = Procedures.Content.On<MemberLeft>((c, a) => c.Line("reason", a.Reason)),
        [typeof(MemberReleased)] = Procedures.Content.On<MemberReleased>((c, a) => c.Code("state", a.State).Line("reason", a.Reason)),
        [typeof(JointAgreementDrafted)] = Procedures.Content.On<JointAgreementDrafted>((c, a) =>
        {
            Agreement(c, a);
            c.RightsAnswers("rightsCheck.answers", a.RightsCheck.Answers);
        }),
        [typeof(JointAgreementSigned)] = Procedures.Content.On<JointAgreementSigned>((c, a) => c.RightsAnswers("rightsCheck.answers", a.RightsCheck.Answers)),
        [typeof(MemberInvited)] = Procedures.Content.On<MemberInvited>((c, a) =>
        {
            c.Code("member.state", a.Member.State).Code("member.authority", a.Member.Authority);
            Agreement(c, a);
        }),
        [typeof(JointChangeProposed)] = Procedures.Content.On<JointChangeProposed>((c, a) =>
        {
            c.OptionalLine("scope", a.Scope).NotPast("endsOn", a.EndsOn).Line("reason", a.Reason);
            if (a.Change == JointChange.Scope && a.Scope is null)
                c.Wrong("scope", "is missing", "say what the team would also look into");
            if (a.Change == JointChange.Duration && a.EndsOn is null)
                c.Wrong("endsOn", "is missing", "name the new last day");
            if (a.Change == JointChange.Membership && a.Member is null)
                c.Wrong("member", "is missing", "name the authority that would take part as well");
        }),
        [typeof(JointChangeAnswered)] = Procedures.Content.On<JointChangeAnswered>((c, a) =>
        {
            c.OptionalLine("reasons", a.Reasons);
            if (!a.Consents && a.Reasons is null)
                c.Wrong("reasons", "is missing", "say why this state does not consent");
        }),
        [typeof(UseConsentAsked)] = Procedures.Content.On<UseConsentAsked>((c, a) =>
            c.Code("origin", a.Origin).Offences("offences", a.Offences).Line("purpose", a.Purpose)),
        [typeof(UseConsentDecided)] = Procedures.Content.On<UseConsentDecided>((c, a) =>
        {
            c.OptionalLine("reasons", a.Reasons);
            if (!a.Granted && a.Reasons is null)
                c.Wrong("reasons", "is missing", "say why the use is not granted");
        }),
        [typeof(ThirdStateHelpAsked)] = Procedures.Content.On<ThirdStateHelpAsked>((c, a) =>
        {
            c.Line("subject", a.Subject);
            if (a.State.Length != 2 || !a.State.All(char.IsAsciiLetterUpper))
                c.Wrong("state", "is no country code", "write its ISO 3166-1 code, two capital letters");
        }),
        [typeof(JointEvidenceShared)] = Procedures.Content.On<JointEvidenceShared>((c, a) =>
        {
            if (a.Items is < 1 or > 10_000)
                c.Wrong("items", $"is {a.Items}", "write 1 to 10000");
            if (a.Digest.Length != 64 || !a.Digest.All(char.IsAsciiHexDigitLower))
                c.Wrong("digest", "is not a SHA-256", "write 64 lower-case hex digits");
            if (a.ThirdCountry is { } country && (country.Length != 2 || !country.All(char.IsAsciiLetterUpper) || IsAParty(c.Request, country)))
                c.Wrong("thirdCountry", "is no country outside the team", "write its ISO 3166-1 code, two capital letters, or leave it out");
            if (a.ThirdCountry is null != a.VerifiedOn is null)
                c.Wrong(a.VerifiedOn is null ? "verifiedOn" : "thirdCountry", "is missing",
                    "what a country outside the team uploads is verified before others may see it; name both or neither");
            if (a.VerifiedOn is { } day)
                c.NotToCome("verifiedOn", day);
        }),
        [typeof(JointInvestigationEnded)] = Procedures.Content.On<JointInvestigationEnded>((c, a) => c.Line("reason", a.Reason)),
        [typeof(JointInvestigationEvaluated)] = Procedures.Content.On<JointInvestigationEvaluated>((c, a) =>
        {
            c.Lines("lessons", a.Lessons, least: 1);
            if (a.Quality is < 1 or > 5)
                c.Wrong("quality", $"is {a.Quality}", "write 1 (poor) to 5 (excellent)");
        }),
        [typeof(ReadinessReported)] = Procedures.Content.On<ReadinessReported>((c, a) =>
        {
            c.OptionalLine("reason", a.Reason);
            if (!a.Ready && a.Reason is null)
                c.Wrong("reason", "is missing", "say why this state is not ready");
            c.RightsAnswers("rightsCheck.answers", a.RightsCheck?.Answers ?? []);
        }),
        [typeof(GoGiven)] = Procedures.Content.On<GoGiven>((c, a) => c.RightsAnswers("rightsCheck.answers", a.RightsCheck.Answers)),
        [typeof(JointActionPostponed)] = Procedures.Content.On<JointActionPostponed>((c, a) =>
        {
            c.Line("reason", a.Reason);
            Hours(c, a.ActionAt, a.ReadyBy);
        }),
        [typeof(JointActionCalledOff)] = Procedures.Content.On<JointActionCalledOff>((c, a) => c.Line("reason", a.Reason)),
        [typeof(JointResultReported)] = Procedures.Content.On<JointResultReported>((c, a) =>
        {
            c.OptionalLine("reason", a.Reason);
            if (a.Result != JointResult.CarriedOut && a.Reason is null)
                c.Wrong("reason", "is missing", "say what was not carried out, and why");
        }),
    };

    // Who acts, and on whom a clock is

    /// <summary>An act while others have yet to do the same, as the last of them, and where by it no other state is left.</summary>
    public static IEnumerable<Row> ByWhoIsLeft(Row row, Choice others, Choice last, Func<Row, Row> then, Func<Row, Row> nobody) =>
        [nobody(row.If(NobodyTakesPart)), row.If(others), then(row.If(last))];

    /// <summary>An act after which the others go on, or no other state is left.</summary>
    public static IEnumerable<Row> ByWhoIsLeft(Row row, Choice somebody, Func<Row, Row> nobody) => [nobody(row.If(NobodyTakesPart)), row.If(somebody)];

    public static Row Acted(Row row) => row.Records((r, s) => Membership(r, s));

    public static IEnumerable<Seat> EveryMember(Situation s) => After(s).Where(m => !m.Out).Select(SeatOf);

    public static IEnumerable<Seat> Everybody(Situation s) => Rules.SeatsOf(s.Request);

    public static IEnumerable<Seat> WhoeverTakesPart(Situation s) =>
        After(s).Where(m => m is { Out: false, Status: not MemberStatus.Asked }).Select(SeatOf);

    public static IEnumerable<Seat> WhoeverHasNotAnswered(Situation s) => After(s).Where(m => m.Status == MemberStatus.Asked).Select(SeatOf);

    public static IEnumerable<Seat> WhoeverJoins(Situation s) => s.As<InvitationAnswered>().Joins ? [s.Seat] : [];

    public static IEnumerable<Seat> TheInvited(Situation s) => [new(Side.Requested, s.As<MemberInvited>().Member.State)];

    /// <summary>The member that is gone after the act.</summary>
    public static Seat Departing(Situation s) => s.Content is MemberReleased released ? new(Side.Requested, released.State) : s.Seat;

    public static Seat SeatOfOrigin(Situation s) => Rules.SeatOf(s.Request, s.As<UseConsentAsked>().Origin)!.Value;

    public static int NumberOfTheUse(Situation s) => 1 + IndexOf(Of(s.Request).Uses, u => u.ActId == s.As<UseConsentDecided>().OfActId);

    public static int NumberOfTheUpload(Situation s, Guid actId) => 1 + IndexOf(Of(s.Request).Uploads, u => u.ActId == actId);

    // Once the time of readiness is over, the hour itself is the limit.
    public static DateTimeOffset ReadyBy(Situation s) => OfAction(s.Request) is var action && s.At < action.ReadyBy ? action.ReadyBy : action.ActionAt;

    // What acts leave in the record

    public static Request Membership(Request request, Situation s) => request with { Members = After(s) };

    public static Request Investigation(Request request, Func<JointInvestigationRecord, JointInvestigationRecord> change) =>
        request with { JointInvestigation = change(Of(request)) };

    public static Request Action(Request request, Func<JointActionRecord, JointActionRecord> change) => request with { JointAction = change(OfAction(request)) };

    public static Request Drafted(Request request, Situation s) => Investigation(Membership(request, s),
        i => i with { EndsOn = s.As<JointAgreementDrafted>().EndsOn, Leader = s.As<JointAgreementDrafted>().Leader });

    public static Request Invited(Request request, Situation s) => Investigation(Membership(request, s), i =>
        i with { Admitted = i.Admitted!.Where(a => a != s.As<MemberInvited>().Member).ToArray() is { Length: > 0 } rest ? rest : null });

    /// <summary>Whoever has not answered when the team ends is asked no longer.</summary>
    public static Request InvitationsFall(Request request) => Investigation(request, i => i with { Admitted = null }) with
    {
        Members = [.. request.Members!.Select(m => m.Status == MemberStatus.Asked ? m with { Status = MemberStatus.Released } : m)],
    };

    public static Request Downloaded(Request request, Situation s, bool erased) => Investigation(request, i => i with
    {
        Uploads = [.. i.Uploads.Select(u => u.ActId == s.As<JointEvidenceDownloaded>().OfActId
            ? u with { Downloaded = [.. u.Downloaded ?? [], s.State], Erased = erased } : u)],
    });

    public static Request ChangeFalls(Request request) => Investigation(request, i => i with { Change = null, Consented = [] });

    public static Request Postponed(Request request, Situation s) => Action(Membership(request, s), a => a with
    {
        ActionAt = s.As<JointActionPostponed>().ActionAt,
        ReadyBy = s.As<JointActionPostponed>().ReadyBy,
        GoAt = null,
        Postponed = a.Postponed + 1,
    }) with
    { RightsCheckedAt = null };

    public static Request Reported(Request request, Situation s) =>
        s.Seat.Member is null ? Action(request, a => a with { Result = s.As<JointResultReported>().Result }) : Membership(request, s);

    public static Request WithOutcome(Request request)
    {
        var results = request.Members!.Where(m => !m.Out).Select(m => m.Result).Append(OfAction(request).Result).Distinct().ToList();
        return request with { Outcome = (results is [{ } same] ? same : JointResult.Partly).ToString() };
    }

    public static IEnumerable<string> WhatStandsOfTheInvestigation(Request request)
    {
        var record = Of(request);
        if (record.EndsOn is { } last)
            yield return string.Create(CultureInfo.InvariantCulture, $"last day of the team: {last:yyyy-MM-dd}, led by {record.Leader}");
        if (record.Change is { } change)
            yield return $"proposed change: {change.Change}{(change.Member is { } party ? $" ({party.State})" : "")}; consented: {(record.Consented.Count == 0 ? "nobody yet" : string.Join(", ", record.Consented))}";
        foreach (var party in record.Admitted ?? [])
            yield return $"{party.State} is admitted and to be invited";
        foreach (var use in record.Uses.Where(u => u.Granted is null))
            yield return $"a use for another offence waits for the consent of {use.Origin}";
        if (record.Uploads.Where(u => !u.Erased).Sum(u => u.Items) is > 0 and var items)
            yield return $"items on the platform: {items}";
        foreach (var asked in record.Helps.GroupBy(h => h.Of))
            yield return $"{asked.Key}, outside the team, is asked for help by {string.Join(", ", asked.Select(h => h.By).Distinct())}";
    }

    public static IEnumerable<string> WhatStandsOfTheAction(Request request)
    {
        var record = OfAction(request);
        yield return $"hour of the action: {record.ActionAt:u} (agreed in {record.Zone})";
        if (record.GoAt is { } go)
            yield return $"go given {go:u}";
        foreach (var member in request.Members!.Where(m => !m.Out && m.OnRequestId is not null))
            yield return $"{member.Party.State} works on the request {member.OnRequestId}";
        if (record.Postponed > 0)
            yield return $"put off {record.Postponed} times";
        if (record.Result is { } result)
            yield return $"result of {request.Requesting.State}: {result}";
        foreach (var member in request.Members!.Where(m => m.Result is not null))
            yield return $"result of {member.Party.State}: {member.Result}";
    }

    /// <summary>The members as they stand after the act.</summary>
    static IReadOnlyList<Member> After(Situation s)
    {
        var members = s.Request.Members ?? throw new InvalidOperationException($"{s.Request.Procedure} has no members.");
        return s.Content switch
        {
            InvitationAnswered a => Own(!a.Joins ? MemberStatus.Declined : s.Request.State == JointInvestigation.Active ? MemberStatus.Signed : MemberStatus.Joined),
            MemberInvited { Member: var party } => members.Any(m => m.Party.State == party.State)
                ? [.. members.Select(m => m.Party.State == party.State ? m with { Party = party, Status = MemberStatus.Asked } : m)]
                : [.. members, new Member { Party = party }],
            MemberLeft => Own(MemberStatus.Left),
            MemberReleased a => [.. members.Select(m => m.Party.State == a.State && !m.Out ? m with { Status = MemberStatus.Released } : m)],
            JointAgreementDrafted => [.. members.Select(m => m.Out ? m : m with { Status = MemberStatus.Joined })],
            JointAgreementSigned => Own(MemberStatus.Signed),
            ReadinessReported a => [.. Own(a.Ready ? MemberStatus.Ready : MemberStatus.Joined)
                .Select(m => SeatOf(m) == s.Seat ? m with { OnRequestId = a.OnRequestId ?? m.OnRequestId } : m)],
            JointActionPostponed => [.. members.Select(m => m.Status == MemberStatus.Ready ? m with { Status = MemberStatus.Joined } : m)],
            JointResultReported a => [.. Own(MemberStatus.Reported).Select(m => SeatOf(m) == s.Seat ? m with { Result = a.Result } : m)],
            _ => members,
        };

        IReadOnlyList<Member> Own(MemberStatus status) => [.. members.Select(m => SeatOf(m) == s.Seat ? m with { Status = status } : m)];
    }

    static bool AllHaveReported(Request request) =>
        OfAction(request).Result is not null && request.Members!.All(m => m.Out || m.Status == MemberStatus.Reported);

    static bool IsTheLastConsent(Situation s) => s.As<JointChangeAnswered>().Consents
        && s.Request.Members!.Where(m => m is { Out: false, Status: not MemberStatus.Asked } && SeatOf(m) != s.Seat).All(m => Of(s.Request).Consented.Contains(m.Party.State));

    static IEnumerable<JointUse> UsesOf(Request request, Seat seat) =>
        Of(request).Uses.Where(u => u.Granted is null && u.Origin == Rules.PartyOf(request, seat).State);

    static IEnumerable<JointUpload> UploadsOf(Request request, Seat seat) =>
        Of(request).Uploads.Where(u => !u.Erased && u.By == Rules.PartyOf(request, seat).State);

    static IEnumerable<JointUpload> ToDownload(Request request, Seat seat) => Rules.PartyOf(request, seat).State is var state
        ? Of(request).Uploads.Where(u => !u.Erased && u.By != state && u.Downloaded?.Contains(state) != true) : [];

    // An act that names nothing is for the guard to refuse.
    static bool IsTheLastDownload(Situation s) => Of(s.Request).Uploads.FirstOrDefault(u => u.ActId == s.As<JointEvidenceDownloaded>().OfActId) is { } upload
        && WhoeverTakesPart(s).Prepend(Side.Requesting).Select(seat => Rules.PartyOf(s.Request, seat).State)
            .All(state => state == upload.By || state == s.State || upload.Downloaded?.Contains(state) == true);

    static void Agreement(Check c, IJointAgreement a)
    {
        if (!a.WillStated)
            c.Wrong("willStated", "is false", "an agreement states the will of each authority to set up the team; write true when it does");
        c.Line("reasons", a.Reasons).NotPast("endsOn", a.EndsOn).Line("aims", a.Aims).Line("composition", a.Composition).Code("leader", a.Leader)
            .Line("applicableLaw", a.ApplicableLaw).Line("organisation", a.Organisation).Line("leaderPowers", a.LeaderPowers)
            .Line("useOfInformation", a.UseOfInformation).Line("thirdPersons", a.ThirdPersons);
    }

    static void Hours(Check c, DateTimeOffset actionAt, DateTimeOffset readyBy)
    {
        if (actionAt.Offset != TimeSpan.Zero)
            c.Wrong("actionAt", "is not in UTC", "write it with Z at its end");
        if (readyBy.Offset != TimeSpan.Zero)
            c.Wrong("readyBy", "is not in UTC", "write it with Z at its end");
        if (actionAt <= readyBy)
            c.Wrong("actionAt", "is not after readyBy", "everybody is ready before the hour of the action");
        c.NotPast("actionAt", DateOnly.FromDateTime(actionAt.UtcDateTime));
    }

    static bool IsAParty(Request request, string state) =>
        request.Requesting.State == state || request.Members?.Any(m => !m.Out && m.Party.State == state) == true;

    static int IndexOf<T>(IReadOnlyList<T> list, Func<T, bool> which) => list.Index().First(e => which(e.Item)).Index;

    static string Names(IEnumerable<Member> members) => string.Join(", ", members.Select(m => m.Party.State));

    static Seat SeatOf(Member member) => new(Side.Requested, member.Party.State);

    static JointInvestigationRecord Of(Request request) =>
        request.JointInvestigation ?? throw new InvalidOperationException($"{request.Procedure} is no joint investigation.");

    static JointActionRecord OfAction(Request request) =>
        request.JointAction ?? throw new InvalidOperationException($"{request.Procedure} is no joint action.");
}
