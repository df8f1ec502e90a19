using System.Globalization;
using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Procedures.EveryProcedure;

namespace LiaisonHub.Casework.Procedures;

/// <summary>The facts, choices and guards of the table, and what its acts leave in the record.</summary>
static class ExtraditionConditions
{
    // European Convention on Extradition, Article 2(1): at least one year for prosecution; at least four months left of a sentence.
    const int LeastPenaltyMonths = 12;
    const int LeastSentenceLeftMonths = 4;

    // Facts: is the act open at all?

    public static readonly Fact SomebodyWasArrested =
        new("somebody was arrested", "Nobody was arrested on this request.", (r, _) => File(r).ArrestedAt is not null) { Code = RefusalCode.NotNow };
    public static readonly Fact SomebodyIsHeld =
        new("the person is held", "Nobody is held on this request.", (r, _) => File(r).Held) { Code = RefusalCode.NotNow };
    public static readonly Fact NobodyIsHeld =
        new("nobody is held", "The person is held on this request; ask for information instead (InformationRequested), or report a release first "
            + "(ReleaseReported).", (r, _) => !File(r).Held)
        { Code = RefusalCode.NotNow };
    public static readonly Fact FormallyRequested =
        new("the formal request is there", "The formal request has not come yet.", (r, _) => File(r).RequestedAt is not null);
    public static readonly Fact NotYetRequested =
        new("the formal request is not there", "The formal request is there already.", (r, _) => File(r).RequestedAt is null);
    public static readonly Fact NotRefusedDespiteConsent =
        new("not refused despite consent", "The simplified procedure was refused; the formal request is awaited.", (r, _) => !File(r).RefusedDespiteConsent)
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact NothingIsGranted = new("nothing is granted", "Extradition is granted.", (r, _) => File(r).Granted.Count == 0);
    public static readonly Fact SomethingIsGranted = new("extradition is granted", "Extradition is not granted.", (r, _) => File(r).Granted.Count > 0);
    public static readonly Fact TheOtherSideProposes =
        new("the other side has proposed a day", "The other side has proposed no day (SurrenderDateProposed).",
            (r, side) => File(r).Proposed is { } proposed && proposed.By != side)
        { Code = RefusalCode.NotNow };
    public static readonly Fact NotReportedUncollected =
        new("not reported before", "It is reported already that nobody came on the day agreed.", (r, _) => !File(r).NotCollected) { Code = RefusalCode.NotNow };
    public static readonly Fact AQuestionIsOpen =
        new("a question is open", "No consent is asked for (SpecialtyConsentAsked).", (r, _) => File(r).Specialty.Any(q => q.Consented is null))
        {
            Code = RefusalCode.NotNow,
        };

    public static readonly Fact ATranslationIsAwaited =
        new("a translation is awaited", "No translation is asked for (TranslationRequested).", (r, _) => r.TranslationWanted is not null) { Code = RefusalCode.NotNow };
    public static readonly Fact InformationIsAwaited =
        new("information is awaited", "No information is asked for (InformationRequested).", (r, _) => AwaitsInformation(r)) { Code = RefusalCode.NotNow };
    public static readonly Fact NothingIsAwaited =
        new("neither a translation nor information is awaited", "What was asked for before is not here yet; wait for it, or decide.",
            (r, _) => r.TranslationWanted is null && !AwaitsInformation(r))
        { Code = RefusalCode.NotNow };

    public static readonly Fact ADelayReportIsDue =
        new("it is to be said why the decision limit was missed", "Nothing is to be said of a missed decision limit.",
            (r, _) => r.Deadlines.Any(d => d is { Active: true, Clock: Clock.DelayReport }))
        { Code = RefusalCode.NotNow };

    public static readonly Fact ThisSideAsksForTheWaiver =
        new("this side asks for the waiver", "The other side asks for the waiver and tells what became of it.", (r, side) => File(r).WaiverBy == side)
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact AnImmunityStands =
        new("an immunity stands", "No privilege or immunity stands that could be waived.", (r, _) => File(r).ImmunityStands) { Code = RefusalCode.NotNow };
    public static readonly Fact NoImmunityStands =
        new("no immunity stands", "It is known already that an immunity stands and is not waived.", (r, _) => !File(r).ImmunityStands)
        {
            Code = RefusalCode.NotNow,
        };

    // Choices: what does the act say?

    public static readonly Choice ThePersonConsents = new("consent given", s => s.As<ConsentReported>().Answer == ConsentAnswer.Given);
    public static readonly Choice ThePersonDoesNotConsent = new("consent not given", s => s.As<ConsentReported>().Answer == ConsentAnswer.NotGiven);
    public static readonly Choice ItIsWaived = new("waived", s => s.As<ImmunityAnswered>().Answer == WaiverAnswer.Waived);
    public static readonly Choice ItIsNotWaived = new("not waived", s => s.As<ImmunityAnswered>().Answer == WaiverAnswer.NotWaived);
    public static readonly Choice ThisRequestIsPreferred = new("this request goes first", s => s.As<PriorityDecided>().Preferred == PreferredRequest.This);
    public static readonly Choice TheOtherRequestIsPreferred = new("the other goes first", s => s.As<PriorityDecided>().Preferred == PreferredRequest.Other);
    public static readonly Choice TheGovernmentDecidesToo = new("the pair has a political stage", HasExecutiveStage);
    public static readonly Choice TheCourtDecidesAlone = new("the pair has no political stage", s => !HasExecutiveStage(s));
    public static readonly Choice SomethingElseIsDone = new("on a ground with a duty to prosecute instead", s => GroundOf(s).ProsecuteInstead);
    public static readonly Choice NothingIsDone = new("nothing", s => s.As<ProsecutionOffered>().Instead == AlternativeToExtradition.Nothing);
    public static readonly Choice SomethingIsOffered =
        new("prosecution, sentence or transfer", s => s.As<ProsecutionOffered>().Instead != AlternativeToExtradition.Nothing);
    public static readonly Choice OfferIsAccepted = new("accepted", s => s.As<ProsecutionAnswered>().Answer == OfferAnswer.Accepted);
    public static readonly Choice OfferIsDeclined = new("declined", s => s.As<ProsecutionAnswered>().Answer == OfferAnswer.Declined);
    public static readonly Choice TheLimitRunsFromTheDecision = new("a limit of detention runs from the decision", LimitRunsFromTheDecision);
    public static readonly Choice TheLimitRunsFromTheDay = new("the limits run from the day agreed", s => !LimitRunsFromTheDecision(s));
    public static readonly Choice ForceMajeure = new("circumstances beyond control", s => File(s.Request).Proposed!.ForceMajeure);
    public static readonly Choice NoForceMajeure = new("no circumstances beyond control", s => !File(s.Request).Proposed!.ForceMajeure);
    public static readonly Choice ItIsPending = new("not decided yet", s => s.As<ExtraditionOutcomeReported>().Outcome == ExtraditionOutcome.Pending);
    public static readonly Choice ItIsFinal = new("final", s => s.As<ExtraditionOutcomeReported>().Outcome != ExtraditionOutcome.Pending);
    public static readonly Choice AfterAForcedLanding = new("after a forced landing", s => s.As<TransitRequested>().ForcedLanding);
    public static readonly Choice AsPlanned = new("as planned", s => !s.As<TransitRequested>().ForcedLanding);

    public static readonly Choice ItIsDecidedLater =
        new("of that limit, with the day on which it will be decided", s => IsOfTheDecision(s) && s.As<DelayReasonGiven>().Estimate is not null);
    public static readonly Choice ItIsNotKnownWhen =
        new("of that limit, without a day", s => IsOfTheDecision(s) && s.As<DelayReasonGiven>().Estimate is null);

    // Guards: what must be so, or the act is refused

    public static readonly Guard ArrestIsSound = new("the arrest lies between the request and now", RefusalCode.ConditionNotMet, s =>
        NotBetween("at", "an arrest", s.As<ArrestMade>().At, Later(s.Request.FirstReceivedAt, File(s.Request).ReleasedAt), s));

    public static readonly Guard ReleaseIsSound = new("the release lies between the arrest and now", RefusalCode.ConditionNotMet, s =>
        NotBetween("at", "a release", s.As<ReleaseReported>().At, Later(s.Request.FirstReceivedAt, File(s.Request).ArrestedAt), s));

    public static readonly Guard SurrenderIsSound = new("the surrender lies between the request and now", RefusalCode.ConditionNotMet, s =>
        NotBetween("at", "a surrender", s.As<SurrenderMade>().At, Later(s.Request.FirstReceivedAt, File(s.Request).ArrestedAt), s)
            ?? (s.As<SurrenderMade>().DetentionDays > 0 && File(s.Request).ArrestedAt is null
                ? "$.open.detentionDays: nobody was arrested on this request; write 0, or report the arrest first (ArrestMade)." : null));

    public static readonly Guard MilestoneDayIsSound = new("on a day between the arrest and today", RefusalCode.ConditionNotMet, s =>
    {
        var on = s.As<RightsMilestoneReached>().On;
        var arrested = s.Rules.Time.DayIn(s.Request.Requested.State, File(s.Request).ArrestedAt!.Value);
        return on >= arrested && on <= s.Today ? null
            : string.Create(CultureInfo.InvariantCulture, $"$.open.on: {on:yyyy-MM-dd} does not lie between the arrest and today; write {arrested:yyyy-MM-dd} "
                + $"to {s.Today:yyyy-MM-dd}.");
    });

    /// <summary>A consent that is not free, informed and verified is none.</summary>
    public static readonly Guard ConsentIsSound =
        new("with lawyer, in a language understood, irrevocability explained, verified by a judge", RefusalCode.ConditionNotMet, s =>
    {
        var consent = s.As<ConsentReported>();
        var missing = new List<string>();
        if (!consent.LawyerAssisted)
            missing.Add("$.open.lawyerAssisted: no lawyer assisted the person.");
        if (!consent.LanguageUnderstood)
            missing.Add("$.open.languageUnderstood: the person was not heard and notified in a language the person understands.");
        if (!consent.IrrevocabilityExplained)
            missing.Add("$.open.irrevocabilityExplained: the person was not told that a consent cannot be taken back.");
        if (!consent.JudgeVerified)
            missing.Add("$.open.judgeVerified: no judge verified the consent.");
        return missing.Count == 0 ? null : $"{string.Join(" ", missing)} Hear the person again with what is missing; until then no consent counts.";
    });

    public static readonly Guard LanguageAccessIsRecorded = new("language access is recorded", RefusalCode.ConditionNotMet, s =>
        File(s.Request).Milestones.Any(m => m is { Milestone: RightsMilestone.Interpreter, Manner: not MilestoneManner.Waived }) ? null
            : "No interpreter, and nothing in a language the person understands, is on record. Report it first (RightsMilestoneReached, Interpreter); a "
                + "consent without it does not count.");

    public static readonly Guard SameRequestAgain = new("same instrument and reference", RefusalCode.ConditionNotMet, s =>
    {
        var again = s.As<ExtraditionRequested>();
        return again.Instrument != s.Request.Instrument
            ? $"$.open.instrument: the request stands on {s.Request.Instrument}; a request on another instrument is a new request."
            : again.Reference != s.Request.Reference ? "$.open.reference: the formal request keeps the reference of this one; write the one it had."
            : null;
    });

    public static readonly Guard PenaltyIsHighEnough = new("the penalty is high enough", RefusalCode.ConditionNotMet, s =>
    {
        var asked = s.As<ExtraditionRequested>();
        return asked.Purpose == ExtraditionPurpose.Sentence
            ? asked.SentenceLeftMonths is { } left && left >= LeastSentenceLeftMonths ? null
                : $"$.open.sentenceLeftMonths: to serve a sentence at least {LeastSentenceLeftMonths} months must be left (Article 2(1)); write how many are."
            : s.Region.Instruments.GetValueOrDefault(s.Request.Instrument)?.LeastPenaltyMonths is { } least
                ? asked.Offences.Any(o => o.LongestPenaltyMonths is null || o.LongestPenaltyMonths >= least) ? null
                    : $"$.open.offences: none is punishable by {least} months or more ({s.Request.Instrument}); extradition cannot be asked for."
            : asked.Offences.Any(o => o.LongestPenaltyMonths is null or >= LeastPenaltyMonths) ? null
                : $"$.open.offences: none is punishable by {LeastPenaltyMonths} months or more (Article 2(1)); extradition cannot be asked for.";
    });

    public static readonly Guard NothingProtectsThePerson = new("no immunity stands", RefusalCode.ConditionNotMet, s =>
        File(s.Request).ImmunityStands
            ? "A privilege or immunity protects the person and was not waived. Report a waiver (ImmunityAnswered), or refuse (RequestRefused, IMMUNITY)."
            : null);

    public static readonly Guard TheWaiverHasCome = new("waived after all", RefusalCode.ConditionNotMet, s =>
        s.As<ImmunityAnswered>().Answer == WaiverAnswer.Waived ? null
            : "$.open.answer: it is known already that the immunity is not waived; write Waived, or leave it.");

    public static readonly Guard AssurancesWereAskedFor = new("of those asked for", RefusalCode.ConditionNotMet, s =>
    {
        var other = s.As<AssuranceAnswered>().Given.Except(File(s.Request).AssurancesWanted).ToList();
        return other.Count == 0 ? null
            : $"$.open.given: {string.Join(", ", other)} is not asked for; asked for: {string.Join(", ", File(s.Request).AssurancesWanted)}.";
    });

    public static readonly Guard DecisionExtensionIsWithinTheRule = ExtensionIsWithin(Clock.ExtraditionDecision);

    public static readonly Guard SimplifiedExtensionIsWithinTheRule = ExtensionIsWithin(Clock.SimplifiedDecision);

    public static readonly Guard EveryOffenceIsAnswered = new("every offence of the request answered once", RefusalCode.ConditionNotMet, s =>
    {
        var decision = s.As<ExtraditionGranted>();
        var answered = decision.Granted.Select(o => o.Offence).Concat(decision.Refused.Select(o => o.Offence)).ToList();
        var all = Enumerable.Range(1, s.Request.Offences.Count).ToList();
        var (open, unknown) = (all.Except(answered).ToList(), answered.Except(all).ToList());
        return open.Count > 0 ? $"$.open.granted: nothing is said of offence {Numbers(open)}; each of the {all.Count} is granted or refused."
            : unknown.Count > 0 ? $"$.open.granted: the request has no offence {Numbers(unknown)}; its offences are 1 to {all.Count}."
            : answered.Count > all.Count ? "$.open.granted: an offence is answered twice; name each once."
            : null;
    });

    public static readonly Guard EachIsAnOffenceHere = new("dual criminality found for each offence granted", RefusalCode.ConditionNotMet, s =>
    {
        var granted = s.As<ExtraditionGranted>().Granted;
        for (var i = 0; i < granted.Count; i++)
            if (granted[i].DualCriminality == DualCriminality.ListOffence && !IsListOffence(s, s.Request.Offences[granted[i].Offence - 1]))
                return $"$.open.granted[{i}].dualCriminality: {NoListOffence(s, granted[i].Offence)}; write Found, and its elements.";
        return null;
    });

    public static readonly Guard GroundsAreOpen = new("each ground of a partial refusal is open", RefusalCode.ConditionNotMet, s =>
    {
        var refused = s.As<ExtraditionGranted>().Refused;
        for (var i = 0; i < refused.Count; i++)
        {
            var ground = s.Region.Catalogue.Ground(s.Request.Instrument, refused[i].Ground)!;
            if (ground.ConsultFirst && !s.Request.Consulted.Contains(ground.Code))
                return $"$.open.refused[{i}].ground: {ground.Code} ({ground.Article}) asks for consultation first. Make RefusalConsulted on {ground.Code}.";
            if (HasExecutiveStage(s) && !ground.UsedBy.Contains(Decider.Court))
                return $"$.open.refused[{i}].ground: {ground.Code} ({ground.Article}) is for the government to use, which decides after the court; leave the offence to it.";
            if (ground.OnDualCriminality && IsListOffence(s, s.Request.Offences[refused[i].Offence - 1]))
                return $"$.open.refused[{i}].ground: {ground.Code} is not open: offence {refused[i].Offence} is a list offence with a penalty of three years "
                    + "or more.";
        }
        return null;
    });

    public static readonly Guard DualCriminalityIsExamined = new("dual criminality refuses no list offence", RefusalCode.ConditionNotMet, s =>
        GroundOf(s).OnDualCriminality && s.Request.Offences.Count > 0 && s.Request.Offences.All(o => IsListOffence(s, o))
            ? $"$.open.ground: {GroundOf(s).Code} is not open: every offence is a list offence with a penalty of three years or more."
            : null);

    public static readonly Guard DefaultFollowsSilence = new("in default only after silence", RefusalCode.ConditionNotMet, s =>
        s.As<GrantConfirmed>().InDefault && !File(s.Request).DecidesInDefault
            ? "$.open.inDefault: the government's time has not passed; write false, or wait until it has."
            : null);

    public static readonly Guard OnlyAnAgreedDayIsPrevented = new("only an agreed day is prevented", RefusalCode.ConditionNotMet, s =>
        s.As<SurrenderDateProposed>().ForceMajeure is not null && File(s.Request).SurrenderOn is null
            ? "$.open.forceMajeure: no day is agreed that could have been prevented; leave it out."
            : null);

    public static readonly Guard DayIsTheOneProposed = new("the day proposed", RefusalCode.ConditionNotMet, s =>
        File(s.Request).Proposed is { } proposed && s.As<SurrenderDateAgreed>().On == proposed.On ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"$.open.on: proposed is {File(s.Request).Proposed?.On:yyyy-MM-dd}; agree to that day, or propose another (SurrenderDateProposed)."));

    /// <summary>No day is agreed on a way that is not open.</summary>
    public static readonly Guard TransitIsGranted = new("transit granted by each state the way crosses", RefusalCode.ConditionNotMet, s =>
    {
        var (agreed, file) = (s.As<SurrenderDateAgreed>(), File(s.Request));
        var closed = Way(s).Where(state => !file.Transits.Any(t => t.State == state && t.Answer == TransitAnswer.Granted && t.Until >= agreed.On)).ToList();
        return closed.Count == 0 ? null
            : string.Create(CultureInfo.InvariantCulture, $"$.open.crosses: the way crosses {string.Join(", ", closed)}, and no transit granted there for {agreed.On:yyyy-MM-dd} is on record. "
                + $"The requesting side asks for it (TransitRequested) and reports the grant (TransitAnswerReported); or another day or way is proposed (SurrenderDateProposed).");
    });

    public static readonly Guard WayIsOpen = new("no state on the way agreed has denied the transit", RefusalCode.ConditionNotMet, s =>
    {
        var file = File(s.Request);
        var denied = file.Route.Where(state => file.Transits.Any(t => t.State == state && t.Answer == TransitAnswer.Denied)).ToList();
        return denied.Count == 0 ? null
            : $"{string.Join(", ", denied)} denied the transit on the way agreed; agree to another day and way first (SurrenderDateProposed, forceMajeure).";
    });

    public static readonly Guard TransitIsOfAThirdState = new("of a third state, by another request", RefusalCode.ConditionNotMet, s =>
    {
        var report = s.As<TransitAnswerReported>();
        return report.State == s.Request.Requesting.State || report.State == s.Request.Requested.State
            ? $"$.open.state: {report.State} is a side of this request; name the state of transit."
            : !s.Region.States.ContainsKey(report.State) ? $"$.open.state: '{report.State}' is no state of the region; name the state of transit."
            : report.TransitRequestId == s.Request.Id ? "$.open.transitRequestId: that is this very request; name the request for transit."
            : null;
    });

    public static readonly Guard AnswerFitsTheOffer = new("with what the offer asks for", RefusalCode.ConditionNotMet, s =>
    {
        var answer = s.As<ProsecutionAnswered>();
        var transfer = File(s.Request).Instead == AlternativeToExtradition.TransferOfProceedings;
        return answer.Answer == OfferAnswer.Declined ? null
            : transfer && answer.TransferRequestId is null
                ? "$.open.transferRequestId: is missing; ask for the transfer (TransferRequested) and name that request, which takes the file with it."
            : transfer && answer.TransferRequestId == s.Request.Id ? "$.open.transferRequestId: that is this very request; name the request for the transfer."
            : !transfer && answer.TransferRequestId is not null ? "$.open.transferRequestId: no transfer is offered; leave it out."
            : !transfer && answer.FileHandedOverOn is null ? "$.open.fileHandedOverOn: is missing; hand over file, information and exhibits, and name the day."
            : answer.FileHandedOverOn is { } day && day > s.Rules.Time.DayIn(s.Request.Requesting.State, s.At)
                ? $"$.open.fileHandedOverOn: has not come yet; answer when the file is handed over."
            : null;
    });

    /// <summary>Without force majeure no agreement of two authorities lengthens a detention.</summary>
    public static readonly Guard DayIsWithinTheLimit = new("within the limit of detention that runs", RefusalCode.ConditionNotMet, s =>
    {
        var limit = s.Request.Deadlines
            .Where(d => d is { Active: true, DetentionBound: true, Due: not null, Clock: Clock.Surrender or Clock.SurrenderMust }).MinBy(d => d.Due);
        return limit is null || s.As<SurrenderDateAgreed>().On <= s.Rules.Time.DayOf(limit, limit.Due!.Value) ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"$.open.on: {limit.RuleId} ({limit.Article}) ends {s.Rules.Time.DayOf(limit, limit.Due!.Value):yyyy-MM-dd}; agree to a day until then, or "
                    + $"propose another because of circumstances beyond control.");
    });

    public static readonly Guard TheDayHasCome = new("the day agreed has come", RefusalCode.ConditionNotMet, s =>
        File(s.Request).SurrenderOn is { } day && day <= s.Today ? null
            : string.Create(CultureInfo.InvariantCulture, $"The day agreed is {File(s.Request).SurrenderOn:yyyy-MM-dd}; nobody can be missed before it."));

    public static readonly Guard QuestionIsTheNext = new("the next question", RefusalCode.ConditionNotMet, s =>
        s.As<SpecialtyConsentAsked>().Number == File(s.Request).Specialty.Count + 1 ? null
            : $"$.open.number: the next question is {File(s.Request).Specialty.Count + 1}; number them in order.");

    public static readonly Guard QuestionWaits = new("the question waits for its answer", RefusalCode.ConditionNotMet, s =>
        File(s.Request).Specialty.Any(q => q.Number == s.As<SpecialtyConsentDecided>().Number && q.Consented is null) ? null
            : $"$.open.number: question {s.As<SpecialtyConsentDecided>().Number} does not wait for an answer; these do: {Waiting(s.Request)}.");

    public static readonly Guard NoQuestionWaits = new("no question waits", RefusalCode.ConditionNotMet, s =>
        Waiting(s.Request) is { Length: > 0 } open
            ? $"Question {open} waits for its answer (SpecialtyConsentDecided); report the final outcome after it."
            : null);

    public static readonly Guard DischargeIsPast = new("on a day that has come", RefusalCode.ConditionNotMet, s =>
    {
        var today = s.Rules.Time.DayIn(s.Request.Requesting.State, s.At);
        return s.As<FinalDischargeReported>().On <= today ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"$.open.on: {s.As<FinalDischargeReported>().On:yyyy-MM-dd} has not come yet; write {today:yyyy-MM-dd} "
                + $"or earlier.");
    });

    public static readonly Guard TransitIsAnotherRequest = new("another request", RefusalCode.ConditionNotMet, s =>
        s.As<TransitRequested>().ForRequestId == s.Request.Id
            ? "$.open.forRequestId: that is this very request; name the request for extradition." : null);

    public static readonly Guard TransitLeadsElsewhere = new("through a third state", RefusalCode.ConditionNotMet, s =>
        s.As<TransitRequested>().FromState is var from && from != s.Request.Requesting.State && from != s.Request.Requested.State ? null
            : "$.open.fromState: a transit leads from a third state through the state that is asked; name the state that surrenders the person.");

    public static readonly Guard ThePersonIsFree = new("the person is free", RefusalCode.ConditionNotMet, s =>
        File(s.Request).Held ? "The person is still held on this request; report the release first (ReleaseReported)." : null);

    // Instants and days from which limits run

    public static DateTimeOffset ArrestedAt(Situation s) => s.As<ArrestMade>().At.ToUniversalTime();

    /// <summary>Whoever is held waits since the arrest; for anybody else the examination begins with the request.</summary>
    public static DateTimeOffset DecisionRunsFrom(Situation s) => File(s.Request) is { Held: true, ArrestedAt: { } arrested } ? arrested : s.At;

    public static DateTimeOffset LastArrest(Situation s) => File(s.Request).ArrestedAt ?? s.At;

    public static DateTimeOffset DayAgreed(Situation s) => s.Rules.Time.StartOf(s.Request.Requested.State, s.As<SurrenderDateAgreed>().On);

    public static DateTimeOffset DischargedOn(Situation s) => s.Rules.Time.StartOf(s.Request.Requesting.State, s.As<FinalDischargeReported>().On);

    // What acts leave in the record

    public static ExtraditionFile File(Request request) => request.Extradition ?? new();

    public static Request Filed(Request request, Func<ExtraditionFile, ExtraditionFile> change) => request with { Extradition = change(File(request)) };

    public static Request NothingAsked(Request request) =>
        Filed(request with { TranslationWanted = null, CertifiedWanted = false, Consulting = null, StopAsked = false }, f => f with { AssurancesWanted = [], Proposed = null });

    public static Request Arrested(Request request, Situation s) =>
        Filed(request with { RightsCheckedAt = s.At }, f => f with { ArrestedAt = ArrestedAt(s), Held = true, MayReleaseSince = null });

    public static Request SetFree(Request request, Situation s) => Filed(request, f => f with
    {
        ReleasedAt = s.As<ReleaseReported>().At.ToUniversalTime(),
        Held = false,
        MayReleaseSince = null,
        Consented = f is { Consented: true, RequestedAt: not null },
        Proposed = null,
        SurrenderOn = null,
        NewDay = f.Granted.Count > 0,
    });

    public static Request IsRefused(Request request, RequestRefused refusal) => request with { Outcome = refusal.Ground, Consulting = null };

    public static Request ConsentTaken(Request request, Situation s) => Filed(request with { ExtensionUsed = false }, f => f with
    {
        Consented = true,
        SpecialtyRenounced = s.As<ConsentReported>().SpecialtyRenounced,
    });

    public static Request IsRequested(Request request, Situation s)
    {
        var asked = s.As<ExtraditionRequested>();
        return Filed(request with { Offences = asked.Offences, Languages = asked.Languages }, f => f with
        {
            RequestedAt = s.At,
            MayReleaseSince = null,
            Assurances = [.. f.Assurances.Union(asked.Assurances)],
        });
    }

    /// <summary>The person is protected no longer: what runs now begins afresh.</summary>
    public static Request Waived(Request request) =>
        Filed(request with { ExtensionUsed = false }, f => f with { WaiverBy = null, ImmunityStands = false });

    public static Request IsAcknowledged(Request request, RequestAcknowledged act) =>
        request with { TheirReference = act.TheirReference, Requested = request.Requested with { Authority = act.CompetentAuthority } };

    public static Request IsGranted(Request request, Situation s) =>
        Filed(request with { Consulting = null }, f => f with { Granted = [.. s.As<ExtraditionGranted>().Granted.Select(o => o.Offence).Order()], MayReleaseSince = null });

    public static Request IsProposed(Request request, Situation s)
    {
        var proposed = s.As<SurrenderDateProposed>();
        return Filed(request, f => f with { Proposed = new(proposed.On, s.By, proposed.ForceMajeure is not null) { Crosses = proposed.Crosses } });
    }

    public static Request IsAgreed(Request request, Situation s) => Filed(request with { Consulting = null }, f => f with
    {
        SurrenderOn = s.As<SurrenderDateAgreed>().On,
        Route = Way(s),
        MayReleaseSince = f.Proposed is { ForceMajeure: true } ? null : f.MayReleaseSince,
        Proposed = null,
        NotCollected = false,
    });

    public static Request IsSurrendered(Request request, Situation s)
    {
        var made = s.As<SurrenderMade>();
        return Filed(request, f => f with
        {
            Held = false,
            MayReleaseSince = null,
            Proposed = null,
            DetentionDays = made.DetentionDays,
            SpecialtyRenounced = made.SpecialtyRenounced,
        });
    }

    public static Request TransitIsRequested(Request request, TransitRequested act) => Filed(
        request with { Offences = act.Offences, Languages = act.Languages, WantedBy = act.On }, f => f with { TransitFor = act.ForRequestId });

    /// <summary>The reasons of a missed decision limit, and whether it is the first time that they are given.</summary>
    public static string WhyItIsDelayed(Situation s)
    {
        var given = s.As<DelayReasonGiven>();
        var before = s.Request.Deadlines.Count(d => d is { Clock: Clock.DelayReport, Status: DeadlineStatus.Met });
        var when = given.Estimate is { } day ? string.Create(CultureInfo.InvariantCulture, $"to be decided by {day:yyyy-MM-dd}") : "day of the decision not known";
        return $"{s.Request.Requested.State} missed {given.RuleId}, reason {given.Reason}, {when}" + (before > 0 ? $"; repeated delay ({before + 1})" : "");
    }

    /// <summary>What the file says of where the request stands, a line each.</summary>
    public static IEnumerable<string> WhatStands(Request request)
    {
        var file = File(request);
        if (file.ArrestedAt is { } arrested)
        {
            yield return file.Held ? $"arrested {Instant(arrested)} and held" : $"arrested {Instant(arrested)}";
            var missing = Enum.GetValues<RightsMilestone>().Except(file.Milestones.Select(m => m.Milestone)).ToList();
            if (missing.Count > 0 && !request.Closed)
                yield return $"rights of the arrested person not on record: {string.Join(", ", missing)}";
        }
        if (file is { ReleasedAt: { } released, Held: false })
            yield return $"released {Instant(released)}";
        foreach (var milestone in file.Milestones)
            yield return string.Create(CultureInfo.InvariantCulture, $"right on record: {milestone.Milestone}, {milestone.Manner} on {milestone.On:yyyy-MM-dd}")
                + (milestone.Language is { } language ? $", in {language}" : "");
        if (file.MayReleaseSince is { } since)
            yield return $"may be released since {Instant(since)}";
        if (file.Consented)
            yield return "the person consents to the simplified procedure";
        if (file.RefusedDespiteConsent)
            yield return "the simplified procedure was refused despite consent";
        if (file.WaiverBy is { } asks && request.State == Extradition.ImmunityPending)
            yield return $"a privilege or immunity protects the person: the {Rules.Word(asks)} side asks for the waiver, and no decision limit runs";
        if (file.ImmunityStands)
            yield return "a privilege or immunity protects the person and was not waived: nothing can be granted";
        if (file.AssurancesWanted.Count > 0)
            yield return $"assurances asked for: {string.Join(", ", file.AssurancesWanted)}";
        if (file.Assurances.Count > 0)
            yield return $"assurances given: {string.Join(", ", file.Assurances)}";
        if (file.Granted.Count > 0)
            yield return $"granted for offence {Numbers(file.Granted)} of {request.Offences.Count}";
        if (file.DecidesInDefault)
            yield return "the government let its time pass: another authority decides in its place";
        if (file.Proposed is { } proposed)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"surrender on {proposed.On:yyyy-MM-dd} is proposed by the {Rules.Word(proposed.By)} side");
        if (file.SurrenderOn is { } day)
            yield return string.Create(CultureInfo.InvariantCulture, $"surrender on {day:yyyy-MM-dd} is agreed") + (file.NotCollected ? "; nobody came" : "");
        if (file.Route.Count > 0)
            yield return $"the way agreed crosses {string.Join(", ", file.Route)}";
        foreach (var transit in file.Transits)
            yield return string.Create(CultureInfo.InvariantCulture, $"transit through {transit.State}: {transit.Answer}{(transit.Until is { } until ? $" until {until:yyyy-MM-dd}" : "")}, request {transit.Request}");
        if (file.Instead is { } instead)
            yield return $"instead of the extradition: {instead}";
        if (file.TransferRequest is { } transfer)
            yield return $"proceedings are transferred by request {transfer}";
        if (file.DetentionDays is { } days)
            yield return $"days of detention to be deducted: {days}";
        if (file.SpecialtyRenounced)
            yield return "the person gave up the protection of the rule of specialty";
        if (file.SpecialtyLapsed)
            yield return "the person could have left and stayed: the rule of specialty has ended";
        foreach (var question in file.Specialty)
            yield return $"question {question.Number} ({question.Kind}): "
                + (question.Consented switch { null => "not answered", true => "consent given", false => "consent not given" });
        if (file.TransitFor is { } of)
            yield return $"transit for request {of}";
    }

    // As proposed, and what the side that agrees adds.
    static IReadOnlyList<string> Way(Situation s) => [.. (File(s.Request).Proposed?.Crosses ?? []).Union(s.As<SurrenderDateAgreed>().Crosses)];

    static bool AwaitsInformation(Request request) => request.Deadlines.Any(d => d is { Active: true, Clock: Clock.Information });

    static bool IsOfTheDecision(Situation s) => s.Request.Deadlines.Any(d => d.RuleId == s.As<DelayReasonGiven>().RuleId
        && d.Clock is Clock.ExtraditionDecision or Clock.SimplifiedDecision or Clock.DelayReport);

    static bool HasExecutiveStage(Situation s) => s.Region.PairOf(s.Request.Requesting.State, s.Request.Requested.State)?.ExecutiveStage == true;

    static bool LimitRunsFromTheDecision(Situation s) =>
        !File(s.Request).NewDay && s.Request.Deadlines.Any(d => d is { Active: true, DetentionBound: true, Clock: Clock.Surrender });

    static Guard ExtensionIsWithin(Clock clock) => new("within the rule", RefusalCode.ConditionNotMet, s =>
    {
        var rule = s.Rules.RuleFor(s.Request, clock);
        return s.As<ExtensionDeclared>().Days <= rule.Extension ? null
            : rule.Extension == 0 ? $"{rule.Id} ({rule.Article}) knows no extension."
            : $"$.open.days: {rule.Id} ({rule.Article}) may be extended by {rule.Extension} at most; declare fewer.";
    });

    static string? NotBetween(string field, string what, DateTimeOffset at, DateTimeOffset earliest, Situation s) =>
        at > s.At ? $"$.open.{field}: {Instant(at)} has not come yet; {what} is reported after it was made."
        : at < earliest ? $"$.open.{field}: {Instant(at)} is too early; on this request {what} lies after {Instant(earliest)}."
        : null;

    static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    static string Waiting(Request request) => Numbers([.. File(request).Specialty.Where(q => q.Consented is null).Select(q => q.Number)]);

    static string Numbers(IReadOnlyList<int> numbers) => string.Join(", ", numbers);

    static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
