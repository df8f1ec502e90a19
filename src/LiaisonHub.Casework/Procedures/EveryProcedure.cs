using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>What every procedure has in common: conditions on opening a request, the rights gate, and the acts that are open at any time.</summary>
static class EveryProcedure
{
    /// <summary>Reports of costs that one request may have: it carries them with it.</summary>
    const int MostReports = 200;

    /// <summary>Contacts and meetings that one limit may have.</summary>
    const int MostContacts = 50;

    /// <summary>Dual criminality is not looked at for a list offence with a longest penalty of at least three years, in months: Directive 2014/41/EU, Article
    /// 11(1)(g); Framework Decision 2002/584/JHA, Article 2(2).</summary>
    public const int ListOffenceMonths = 36;

    // Facts: is the act open at all?

    public static readonly Fact ThisSideHasActed =
        new("this side has acted", "This side has made no act that could be corrected.", (r, seat) => r.Acts.Any(a => a.Seat == seat));
    public static readonly Fact TheOtherSideHasActed =
        new("the other side has acted", "The other side has made no act to give a receipt for.", (r, seat) => r.Acts.Any(a => WentTo(r, a, seat)));
    public static readonly Fact ThisSideHasALimit =
        new("this side has a limit", "No limit of this request is or was on this side.",
            (r, seat) => r.Deadlines.Any(d => d.Kind == DeadlineKind.Procedure && d.Seat == seat));

    public static readonly Fact ExtensionIsUnused =
        new("not extended before", "The decision limit was extended once; a second extension is not allowed.", (r, _) => !r.ExtensionUsed);

    public static readonly Fact AConsultationIsOpen =
        new("a consultation is open", "There is no consultation to answer.", (r, _) => r.Consulting is not null) { Code = RefusalCode.NotNow };
    public static readonly Fact NoConsultationIsOpen =
        new("no consultation is open", "The earlier consultation waits for its answer.", (r, _) => r.Consulting is null) { Code = RefusalCode.NotNow };

    // Guards: what must be so, or the act is refused

    public static readonly Guard InstrumentIsInForce = new("the instrument is in force between the two states", RefusalCode.NoInstrument, s =>
    {
        var instrument = s.As<IOpening>().Instrument;
        var inForce = s.Region.InForce(s.Request.Requesting.State, s.Request.Requested.State);
        return inForce.Contains(instrument)
            ? s.Region.Instruments[instrument].Procedures.Contains(s.Request.Procedure) ? null
                : $"$.open.instrument: '{instrument}' does not serve this procedure; those that do: "
                    + $"{string.Join(", ", inForce.Where(i => s.Region.Instruments[i].Procedures.Contains(s.Request.Procedure)))}."
            : $"$.open.instrument: '{instrument}' is not in force between {s.Request.Requesting.State} and {s.Request.Requested.State}; "
                + (inForce.Count == 0 ? "no instrument of the region is." : $"in force: {string.Join(", ", inForce)}.");
    });

    public static readonly Guard AddresseeIsDesignated = new("the addressee is designated to receive requests", RefusalCode.NotDesignated, s =>
    {
        var addressee = s.Request.Requested;
        var designated = s.Region.Designated(addressee.State, s.Today, s.Request.Procedure).ToList();
        if (designated.Any(a => a.Code == addressee.Authority))
            return null;
        var known = s.Region.Authority(addressee.Authority);
        var successor = known is { Successor: { } code } ? $" Its successor is {code}." : "";
        var what = known?.IsCompetentFor(s.Request.Procedure) == false ? $"requests of the procedure {s.Request.Procedure}" : "requests today";
        return $"$.header.receiver.authority: '{addressee.Authority}' is not designated in {addressee.State} to receive {what}.{successor} "
            + $"Designated: {string.Join(", ", designated.Select(a => $"{a.Code} ({a.Name})"))}.";
    });

    public static readonly Guard CompetentAuthorityIsRegistered = new("the competent authority is in the register", RefusalCode.NotDesignated, s =>
        Unregistered(s, "competentAuthority", s.As<RequestAcknowledged>().CompetentAuthority));

    public static readonly Guard NewAuthorityIsRegistered = new("the new authority is in the register and another one", RefusalCode.NotDesignated, s =>
        s.As<RequestForwarded>().ToAuthority == s.Request.Requested.Authority
            ? $"$.open.toAuthority: {s.Request.Requested.Authority} has the request already; name another authority."
            : Unregistered(s, "toAuthority", s.As<RequestForwarded>().ToAuthority));

    /// <summary>The gate: no state in which coercive measures may be carried out is reached without it.</summary>
    public static readonly Guard RightsCheckIsPassed =
        RightsGate(s => s.As<IRightsChecked>().RightsCheck, "consult (RefusalConsulted) or refuse (RequestRefused)");

    public static readonly Guard TranslationIsAsWanted = new("in the language wanted, and certified where that is wanted", RefusalCode.ConditionNotMet, s =>
        !string.Equals(s.As<TranslationSupplied>().Language, s.Request.TranslationWanted, StringComparison.OrdinalIgnoreCase)
            ? $"$.open.language: wanted is '{s.Request.TranslationWanted}'; supply the translation in that language."
        : s.Request.CertifiedWanted && !s.As<TranslationSupplied>().Certified
            ? "$.open.certified: is false, and a certified translation is wanted; have it certified, and write true."
        : null);

    public static readonly Guard ConsultedOnThisGround = new("consultation completed on this ground, where it asks for one", RefusalCode.ConditionNotMet, s =>
    {
        var ground = GroundOf(s);
        return !ground.ConsultFirst || s.Request.Consulted.Contains(ground.Code) ? null
            : $"$.open.ground: {ground.Code} ({ground.Article}) asks for consultation first. Make RefusalConsulted on {ground.Code}; refuse after the "
                + "answer, or when the time for it has passed.";
    });

    public static readonly Guard GroundIsForWhoDecides = new("the ground is for whoever decides here to use", RefusalCode.ConditionNotMet, s =>
    {
        var (ground, by, here) = (GroundOf(s), s.As<RequestRefused>().DecidedBy, s.Rules.StateOf(s.Request).Decides);
        return here is { } one && by is { } other && other != one ? $"$.open.decidedBy: in {s.Request.State} the {Rules.Word(one)} decides; write {one}, or leave it out."
            : (by ?? here) is not { } decides || ground.UsedBy.Contains(decides) ? null
            : $"$.open.ground: {ground.Code} ({ground.Article}) is used by {string.Join(", ", ground.UsedBy.Select(d => $"the {Rules.Word(d)}"))}, not by the {Rules.Word(decides)}; open to that one: "
                + $"{string.Join(", ", s.Region.Catalogue.Grounds(s.Request.Instrument).Where(g => g.UsedBy.Contains(decides)).Select(g => g.Code))}.";
    });

    public static readonly Guard GroundMayComeLate = new("the ground may still be found after recognition", RefusalCode.ConditionNotMet, s =>
    {
        var ground = GroundOf(s);
        return ground.AfterRecognition ? null
            : $"$.open.ground: {ground.Code} had to be raised before recognition. After it: "
                + $"{string.Join(", ", s.Region.Catalogue.Grounds(s.Request.Instrument).Where(g => g.AfterRecognition).Select(g => g.Code))}.";
    });

    public static readonly Guard CorrectsAnOwnAct = new("corrects an act of this side", RefusalCode.ConditionNotMet, s =>
        s.Request.Acts.Any(a => a.Seat == s.Seat && a.ActId == s.As<CorrectionMade>().OfActId) ? null
            : "$.open.ofActId: no act of this side on this request; a side corrects its own acts only.");

    public static readonly Guard ReplacesAnOwnReport = new("replaces a report that stands", RefusalCode.ConditionNotMet, s =>
        s.As<CostReported>().InsteadOf is not { } earlier || s.Request.CostsReported?.Any(c => c.ActId == earlier) == true ? null
            : "$.open.insteadOf: no report of this request that still stands; name the act of the report that is wrong, or leave it out.");

    public static readonly Guard ReportIsRoomFor = new("at most 200 reports", RefusalCode.ConditionNotMet, s =>
        s.Content is CostReported { InsteadOf: not null } || (s.Request.CostsReported?.Count ?? 0) < MostReports ? null
            : $"$.open: {MostReports} reports of costs stand already; replace one by the sum of several (CostReported, insteadOf).");

    public static readonly Guard LimitIsThisSides = new("the limit is or was on this side", RefusalCode.ConditionNotMet, s =>
    {
        var mine = s.Request.Deadlines.Where(d => d.Kind == DeadlineKind.Procedure && d.Seat == s.Seat).Select(d => d.RuleId).Distinct().ToList();
        return mine.Contains(s.As<DelayReasonGiven>().RuleId) ? null
            : $"$.open.ruleId: no limit of that rule on this side; on this side: {string.Join(", ", mine)}.";
    });

    public static readonly Guard LimitIsOfTheRequest = new("the limit is or was one of this request, with room for another contact", RefusalCode.ConditionNotMet, s =>
    {
        var rule = s.If<ContactNoted>()?.RuleId ?? s.As<MeetingMinuted>().RuleId;
        var limits = s.Request.Deadlines.Where(d => d.Kind == DeadlineKind.Procedure).ToList();
        return limits.All(d => d.RuleId != rule)
            ? $"$.open.ruleId: no limit of that rule on this request; there are: {string.Join(", ", limits.Select(d => d.RuleId).Distinct())}."
            : limits.Any(d => d.RuleId == rule && d.Spoken?.Count >= MostContacts)
                ? $"$.open.ruleId: {MostContacts} contacts about this limit stand already; write what was agreed last into a note (NoteSent)." : null;
    });

    public static readonly Guard ReceiptIsForTheOtherSidesAct = new("for an act of the other side", RefusalCode.ConditionNotMet, s =>
        s.Request.Acts.Any(a => WentTo(s.Request, a, s.Seat) && a.ActId == s.As<ReceiptGiven>().OfActId) ? null
            : "$.open.ofActId: no act of the other side on this request; receipts are given for the other side's acts.");

    /// <summary>A gate at which the state that acts answers every right that its profile guards, and none fails.</summary>
    /// <param name="check">Where the act has the check; null there: it is missing.</param>
    /// <param name="otherwise">What is left to do when a right is not passed.</param>
    public static Guard RightsGate(Func<Situation, RightsCheck?> check, string otherwise) =>
        new("every right that the state guards answered, none failed", RefusalCode.ConditionNotMet, s =>
        {
            if (check(s)?.Answers is not { } answers)
                return "$.open.rightsCheck: is missing. Every item of the rights catalogue is answered before anything coercive may follow.";
            var open = s.Region.RightsOf(s.State).Where(i => answers.All(a => a.Item != i.Code)).Select(i => i.Code).ToList();
            if (open.Count > 0)
                return $"$.open.rightsCheck.answers: no answer to {string.Join(", ", open)}. Every item of the rights catalogue is answered before anything "
                    + "coercive may follow.";
            var failed = answers.Where(a => a.Finding == RightsFinding.Failed).Select(a => a.Item).ToList();
            return failed.Count == 0 ? null
                : $"$.open.rightsCheck.answers: {string.Join(", ", failed)} not passed. Nothing coercive may follow: {otherwise}.";
        })
        {
            IsRightsGate = true,
        };

    /// <summary>A row that starts from these states.</summary>
    public static Row From(params IEnumerable<string> states) => new() { From = [.. states] };

    /// <summary>What is open at any time, also when all is over.</summary>
    public static IEnumerable<Row> AtAnyTime(IEnumerable<StateOfProcedure> states, string status = "region", string note = "region", string delay = "region")
    {
        string[] everywhere = [.. states.Select(s => s.Name)];
        return
        [
            From(everywhere).On<StatusAsked>(null).Per(status).StaysWithTheHub("the sender, with the status"),
            From(everywhere).On<NoteSent>(null).Per(note),
            From(everywhere).On<CorrectionMade>(null).Per("region").When(ThisSideHasActed).Requires(CorrectsAnOwnAct),
            From(everywhere).On<DisputeRaised>(null).Per("region").OpensADispute(),
            From(everywhere).On<DelayReasonGiven>(null).Per(delay).When(ThisSideHasALimit).Requires(LimitIsThisSides)
                .Records((r, s) => ReasonGiven(r, s)),
            From(everywhere).On<ContactNoted>(null).Per("region").Requires(LimitIsOfTheRequest)
                .Records((r, s) => s.As<ContactNoted>() is var c ? Spoke(r, s, c.RuleId, new(s.At, s.State, c.Kind, c.On, c.Reached, c.Agreed, c.NewDay)) : r),
            From(everywhere).On<MeetingMinuted>(null).Per("region").Requires(LimitIsOfTheRequest)
                .Records((r, s) => s.As<MeetingMinuted>() is var m ? Spoke(r, s, m.RuleId, new(s.At, s.State, null, m.On, true, m.Agreed, m.NewDay)) : r),
            From(everywhere).On<ReceiptGiven>(null).Per("region").When(TheOtherSideHasActed).Requires(ReceiptIsForTheOtherSidesAct)
                .StaysWithTheHub("the sender of the act"),
        ];
    }

    /// <summary>Where one state works for another: what that cost may be reported in every state, after the end too, since bills come late.</summary>
    public static Row CostsAtAnyTime(IEnumerable<StateOfProcedure> states) =>
        From([.. states.Select(s => s.Name)]).On<CostReported>(Side.Requested).Per("region").Requires(ReportIsRoomFor, ReplacesAnOwnReport);

    /// <summary>Exceptional costs where nothing waits for them: told with a breakdown, and answered, which is the consultation that is recorded. Without an agreement the side that works bears
    /// them, or the other one withdraws.</summary>
    /// <param name="article">The article.</param>
    /// <param name="working">The states in which they may be told.</param>
    /// <param name="open">The states in which they may be answered.</param>
    public static IEnumerable<Row> ExceptionalCosts(string article, IEnumerable<string> working, IEnumerable<StateOfProcedure> open) =>
    [
        From(working).On<CostNoticeGiven>(Side.Requested).Per(article).When(MutualAssistanceConditions.NoCostNoticeIsOpen)
            .StartsWhereRuled(Clock.Cost)
            .Records((r, _) => r with { CostOpen = true }),
        From(open.Where(s => !s.Closed).Select(s => s.Name)).On<CostAnswered>(Side.Requesting).Per(article).When(MutualAssistanceConditions.ACostNoticeIsOpen)
            .Meets(Clock.Cost)
            .Records((r, _) => r with { CostOpen = false }),
    ];

    // What acts leave in the record

    public static Request ConsultationCompleted(Request request) =>
        request with { Consulting = null, Consulted = request.Consulting is { } ground ? [.. request.Consulted.Union([ground])] : request.Consulted };

    /// <summary>A side that says why it is late is not silent: the ladder waits for its percentages again.</summary>
    public static Request ReasonGiven(Request request, Situation s)
    {
        var given = s.As<DelayReasonGiven>();
        return request with
        {
            Deadlines = [.. request.Deadlines.Select(d => d.Active && d.Kind == DeadlineKind.Procedure && d.RuleId == given.RuleId && d.Seat == s.Seat
                ? s.Rules.Time.Looked(d with { ReasonGiven = given.Reason, Estimate = given.Estimate })
                : d)],
        };
    }

    /// <summary>Sides that have spoken are not silent: the ladder waits for its percentages again. Of many members only those spoken with are meant.</summary>
    static Request Spoke(Request request, Situation s, string rule, Spoken spoken)
    {
        var with = Rules.SeatOf(request, s.Header.Receiver.State);
        return request with
        {
            Deadlines = [.. request.Deadlines.Select(d => d.Active && d.Kind == DeadlineKind.Procedure && d.RuleId == rule
                && (request.Members is null || d.Seat == s.Seat || d.Seat == with)
                ? s.Rules.Time.Looked(d with
                {
                    Spoken = [.. d.Spoken ?? [], spoken],
                    SpokenAt = spoken.Reached ? spoken.At : d.SpokenAt,
                    Estimate = spoken.NewDay ?? d.Estimate,
                })
                : d)],
        };
    }

    /// <summary>True: under the instrument dual criminality is not examined for list offences.</summary>
    public static bool KnowsTheList(Region region, string instrument) => region.Instruments.GetValueOrDefault(instrument)?.ListOffences == true;

    /// <summary>True: the instrument knows the list, the offence is on it, and its longest penalty is known and high enough.</summary>
    public static bool IsListOffence(Region region, string instrument, OffenceFact offence) =>
        KnowsTheList(region, instrument) && offence is { ListOffence: not null, LongestPenaltyMonths: >= ListOffenceMonths };

    public static bool IsListOffence(Situation s, OffenceFact offence) => IsListOffence(s.Region, s.Request.Instrument, offence);

    /// <summary>Why an offence that is called a list offence is none. Needs no full stop.</summary>
    public static string NoListOffence(Situation s, int number) => $"offence {number} is no list offence with a penalty of three years or more"
        + (KnowsTheList(s.Region, s.Request.Instrument) ? "" : $", and {s.Request.Instrument} knows no list");

    /// <summary>The ground a refusal stands on.</summary>
    public static RefusalGround GroundOf(Situation s) => s.Region.Catalogue.Ground(s.Request.Instrument, s.As<RequestRefused>().Ground)
        ?? throw new InvalidOperationException("The content was not checked: the ground is none of this instrument.");

    // What was made before a member came or after it went did not go to it.
    static bool WentTo(Request request, MadeAct act, Seat seat) =>
        act.Seat != seat && (act.ReachedStates is not { } states || states.ContainsKey(Rules.PartyOf(request, seat).State));

    static string? Unregistered(Situation s, string field, string code)
    {
        var state = s.Request.Requested.State;
        var authority = s.Region.States[state].Authorities.FirstOrDefault(a => a.Code == code);
        return authority is { } known && known.InOffice(s.Today) ? null
            : authority?.Successor is { } successor ? $"$.open.{field}: {code} is no longer in office; its successor is {successor}."
            : $"$.open.{field}: '{code}' is not an authority of {state} today. In the register: "
                + $"{string.Join(", ", s.Region.States[state].Authorities.Where(a => a.InOffice(s.Today)).Select(a => a.Code))}.";
    }
}
