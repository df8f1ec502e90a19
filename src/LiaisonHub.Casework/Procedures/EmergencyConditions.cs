using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>The facts, choices and guards of the emergency table, and what its open parts must look like.</summary>
static class EmergencyConditions
{
    // Facts: is the act open at all?

    public static readonly Fact IsValidated =
        new("validated", "The order is not validated yet.", (r, _) => r.Emergency!.Validated) { Code = RefusalCode.NotNow };
    public static readonly Fact IsNotValidated =
        new("not validated", "The order is validated already.", (r, _) => !r.Emergency!.Validated) { Code = RefusalCode.NotNow };
    public static readonly Fact SomethingWasSent =
        new("something was sent", "Nothing was sent yet.", (r, _) => r.Parts.Count > 0) { Code = RefusalCode.NotNow };
    public static readonly Fact NothingWasSent =
        new("nothing was sent", "Part of the records was sent already; send the last part.", (r, _) => r.Parts.Count == 0) { Code = RefusalCode.NotNow };
    public static readonly Fact ObjectionIsOpen = new("a ground may still be raised", "The time for a ground is over.", (r, _) => !r.Emergency!.ObjectionOver);
    public static readonly Fact ObjectionIsOver = new("the time for a ground is over", "A ground may still be raised.", (r, _) => r.Emergency!.ObjectionOver);
    public static readonly Fact NoHolderIsNamed =
        new("no holder is named", "The holders are named; the list was complete.", (r, _) => r.Emergency!.Holders.Count == 0) { Code = RefusalCode.NotNow };
    public static readonly Fact HoldersAreNamed =
        new("the holders are named", "Name the holders first (HoldersNamed).", (r, _) => r.Emergency!.Holders.Count > 0) { Code = RefusalCode.NotNow };
    public static readonly Fact AHolderHereIsOutstanding =
        new("a holder for which this side confirms is outstanding", "Only holders in third states are outstanding; each confirms by itself.",
            (r, _) => r.Emergency!.Holders.Any(h => h is { Done: null, ThirdState: null }))
        { Code = RefusalCode.NotNow };

    public static readonly Fact IsNotDowngraded =
        new("not downgraded before", "It is recorded already that there was no emergency.", (r, _) => r.Emergency!.DowngradeReason is null) { Code = RefusalCode.NotNow };

    // Choices: what does the act say?

    public static readonly Choice ValidatedBeforehand = new("validated beforehand", s => s.As<EmergencyRequested>().Validated);
    public static readonly Choice NotValidatedBeforehand = new("not validated beforehand", s => !s.As<EmergencyRequested>().Validated);
    public static readonly Choice NothingFailed = new("nothing failed", s => Answers(s).All(a => a.Finding != RightsFinding.Failed));
    public static readonly Choice SomethingFailed = new("something failed", s => Answers(s).Any(a => a.Finding == RightsFinding.Failed));
    public static readonly Choice ValidationIsGranted = new("granted", s => s.As<ValidationDecided>().Granted);
    public static readonly Choice ValidationIsRefused = new("refused", s => !s.As<ValidationDecided>().Granted);
    public static readonly Choice OthersAreOutstanding = new("others are outstanding", s => Others(s).Any());
    public static readonly Choice IsTheLastHolder = new("the last one", s => !Others(s).Any());

    // Guards: what must be so, or the act is refused

    public static readonly Guard PriorityIsEmergency = new("the priority is Emergency", RefusalCode.ConditionNotMet, s =>
        s.Header.Priority == Priority.Emergency ? null
            : "$.header.priority: is not Emergency; this lane is for emergencies only. Write Emergency, or make an ordinary request (RequestSubmitted).");

    public static readonly Guard ShortItemsAreAnswered = new("every short item of the rights catalogue answered", RefusalCode.ConditionNotMet, Unanswered);

    /// <summary>The gate of this lane: shorter than the ordinary one, and as little to be skipped.</summary>
    public static readonly Guard ShortRightsCheckIsPassed = new("every short item of the rights catalogue answered, none failed", RefusalCode.ConditionNotMet,
        s => Unanswered(s) ?? (Answers(s).Where(a => a.Finding == RightsFinding.Failed).Select(a => a.Item).ToList() is { Count: > 0 } failed
            ? $"$.open.rightsCheck.answers: {string.Join(", ", failed)} not passed. Nothing may be produced: consult (RefusalConsulted) or refuse "
                + "(RequestRefused)."
            : null))
    {
        IsRightsGate = true,
    };

    public static readonly Guard HoldersAreRegistered = new("the holders are in the register", RefusalCode.ConditionNotMet, s =>
    {
        var holders = s.As<HoldersNamed>().Holders;
        for (var i = 0; i < holders.Count; i++)
            if (s.Region.Authority(holders[i]) is null)
                return $"$.open.holders[{i}]: not an authority of the region; name the authority that answers for whoever holds it.";
        return null;
    });

    public static readonly Guard HolderIsOutstanding = new("the holder is outstanding", RefusalCode.ConditionNotMet, s =>
        s.Request.Emergency!.Holders.FirstOrDefault(h => h.Number == s.As<HolderConfirmed>().Holder) switch
        {
            null => $"$.open.holder: no holder has this number; named are 1 to {s.Request.Emergency.Holders.Count}.",
            { Done: not null } => "$.open.holder: this holder has confirmed already.",
            { ThirdState: { } third } => $"$.open.holder: {third} confirms for its own authorities; the hub has asked it, and tells both sides when it has confirmed.",
            _ => null,
        });

    /// <summary>What the open parts must look like.</summary>
    public static readonly IReadOnlyDictionary<Type, Action<Check>> Content = new Dictionary<Type, Action<Check>>
    {
        [typeof(EmergencyRequested)] = Procedures.Content.On<EmergencyRequested>((c, a) =>
        {
            c.Code("instrument", a.Instrument).Code("reference", a.Reference);
            if (c.Filled("categories", a.Categories, least: 1, Check.MostLines) && a.Categories.Distinct().Count() < a.Categories.Count)
                c.Wrong("categories", "names a kind twice", "name each kind of record once");
            if (a.Offences.Count > 0)
                c.Offences("offences", a.Offences);
            if (a.Period is { } period)
                Procedures.Content.Period(c, "period", period);
        }),
        [typeof(RightsCheckMade)] = Procedures.Content.On<RightsCheckMade>((c, a) =>
            c.RightsAnswers("rightsCheck.answers", a.RightsCheck.Answers).Line("rightsCheck.checkedBy", a.RightsCheck.CheckedBy)),
        [typeof(ValidationDecided)] = Procedures.Content.On<ValidationDecided>((c, a) => c.Line("decidedBy", a.DecidedBy)),
        [typeof(HoldersNamed)] = Procedures.Content.On<HoldersNamed>((c, a) =>
        {
            if (!c.Filled("holders", a.Holders, least: 1, Check.MostLines))
                return;
            for (var i = 0; i < a.Holders.Count; i++)
                if (a.Holders.Take(i).Contains(a.Holders[i]))
                    c.Wrong($"holders[{i}]", "stands there twice", "name each holder once");
        }),
        [typeof(HolderConfirmed)] = Procedures.Content.On<HolderConfirmed>((c, a) => c.Number("holder", a.Holder)),
        [typeof(LaneDowngraded)] = Procedures.Content.On<LaneDowngraded>((c, a) => c.Line("reason", a.Reason)),
    };

    // What acts leave in the record

    public static Request Asked(Request request, Situation s)
    {
        var asked = s.As<EmergencyRequested>();
        return request with
        {
            Offences = asked.Offences,
            Emergency = new() { Reason = asked.Reason, Categories = asked.Categories, Validated = asked.Validated },
        };
    }

    public static Request NoEmergency(Request request, Situation s) =>
        request with { Consulting = null, Emergency = request.Emergency! with { DowngradeReason = s.As<LaneDowngraded>().Reason } };

    public static Request Unlawful(Request request, string outcome) => request with { Outcome = outcome, Consulting = null };

    public static Request Done(Request request, HolderConfirmed confirmed) => request with
    {
        Emergency = request.Emergency! with
        {
            Holders = [.. request.Emergency.Holders.Select(h => h.Number == confirmed.Holder ? h with { Done = confirmed.Done } : h)],
        },
    };

    public static Request HoldersAre(Request request, Situation s) => request with
    {
        Emergency = request.Emergency! with
        {
            Holders = [.. s.As<HoldersNamed>().Holders.Select((h, i) => new Holder(i + 1, h)
            {
                ThirdState = s.Region.StateOf(h) is { } state && Rules.SideOf(request, state) is null ? state : null,
            })],
        },
    };

    /// <summary>Who still has to confirm.</summary>
    public static IEnumerable<string> WhatStands(Request request) =>
        request.Emergency!.Holders.Where(h => h.Done is null).Select(h => h.ThirdState is { } state ? $"{h.Authority} (asked by the hub in {state})" : h.Authority).ToList() is { Count: > 0 } open
            ? [$"outstanding holders: {string.Join(", ", open)}"] : [];

    public static IEnumerable<int> EveryHolder(Situation s) => Enumerable.Range(1, s.As<HoldersNamed>().Holders.Count);

    public static int ThisHolder(Situation s) => s.As<HolderConfirmed>().Holder;

    static IReadOnlyList<RightsAnswer> Answers(Situation s) => s.As<IRightsChecked>().RightsCheck.Answers;

    static IEnumerable<Holder> Others(Situation s) => s.Request.Emergency!.Holders.Where(h => h.Done is null && h.Number != ThisHolder(s));

    static string? Unanswered(Situation s) =>
        s.Region.RightsOf(s.State).Where(i => i.InShortCheck && Answers(s).All(a => a.Item != i.Code)).Select(i => i.Code).ToList() is { Count: > 0 } open
            ? $"$.open.rightsCheck.answers: no answer to {string.Join(", ", open)}. In an emergency the short items are answered, and none is left out."
            : null;
}
