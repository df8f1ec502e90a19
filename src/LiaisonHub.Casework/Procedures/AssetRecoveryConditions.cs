using System.Globalization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>The facts, choices and guards of the asset recovery table, and what its open parts must look like.</summary>
static class AssetRecoveryConditions
{
    // Facts: is the act open at all?

    public static readonly Fact SomethingIsFrozen = new("something is frozen", "Nothing is frozen.", (r, _) => r.AssetRecovery?.Frozen is not null);

    public static readonly Fact ReceiptIsNotAcknowledged = new("receipt is not acknowledged", "Receipt is acknowledged already.",
        (r, _) => r.Deadlines.Any(d => d is { Active: true, Clock: Clock.Acknowledgement }))
    {
        Code = RefusalCode.NotNow,
    };
    public static readonly Fact ItIsUrgent = new("urgent", "The freezing is not urgent.", (r, _) => r.AssetRecovery!.Urgent);
    public static readonly Fact ItIsNotUrgent = new("not urgent", "The freezing is urgent.", (r, _) => !r.AssetRecovery!.Urgent);
    public static readonly Fact FreezingIsAsked = new("freezing is asked", "Confiscation is asked for.", (r, _) => !r.AssetRecovery!.Confiscation);
    public static readonly Fact ConfiscationIsAsked = new("confiscation is asked", "Only freezing is asked for.", (r, _) => r.AssetRecovery!.Confiscation);
    public static readonly Fact ItIsConfidential = new("confidential", "The persons affected may know.", (r, _) => r.AssetRecovery!.Confidential);
    public static readonly Fact PersonsMayKnow =
        new("not confidential", "The requesting side has asked that the persons affected are not told yet.", (r, _) => !r.AssetRecovery!.Confidential);
    public static readonly Fact NobodyIsInformed = new("nobody is informed yet", "The persons affected are informed already.", (r, _) => r.AssetRecovery!.InformedOn is null)
    {
        Code = RefusalCode.NotNow,
    };
    public static readonly Fact ARemedyIsPending = new("a remedy is pending", "No remedy waits for a decision (RemedyFiled).", (r, _) => RemedyIsPending(r))
    {
        Code = RefusalCode.NotNow,
    };
    public static readonly Fact NoRemedyIsPending =
        new("no remedy is pending", "A remedy is filed: nothing goes on until it is decided (RemedyDecided).", (r, _) => !RemedyIsPending(r))
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact TheDayHasPassed = new("the day until which it was to be frozen has passed",
        "The property remains frozen until the day named by the requesting side.",
        (r, _) => r.Deadlines.Any(d => d is { Active: true, Clock: Clock.RemainFrozen, Level: > 0 }))
    {
        Code = RefusalCode.NotNow,
    };
    public static readonly Fact SomethingGoesBack =
        new("the requesting state has a share", "The requesting state has no share.", (r, _) => r.AssetRecovery!.RequestingShare > 0);
    public static readonly Fact NothingGoesBack =
        new("the requesting state has no share", "The requesting state has a share.", (r, _) => r.AssetRecovery!.RequestingShare == 0);

    // Choices: what does the act say?

    public static readonly Choice UrgencyIsAsked = new("urgent", s => s.As<FreezingRequested>().Urgent);
    public static readonly Choice NoUrgencyIsAsked = new("not urgent", s => !s.As<FreezingRequested>().Urgent);
    public static readonly Choice RemedyIsDismissed = new("dismissed", s => s.As<RemedyDecided>().Outcome == RemedyOutcome.Dismissed);
    public static readonly Choice RemedyIsUpheld = new("upheld", s => s.As<RemedyDecided>().Outcome == RemedyOutcome.Lifted);
    public static readonly Choice SharingIsAgreed = new("agreed", s => s.As<SharingAnswered>().Agreed);
    public static readonly Choice SharingIsDisputed = new("disputed", s => !s.As<SharingAnswered>().Agreed);

    // Guards: what must be so, or the act is refused

    public static readonly Guard SameMatter = new("same instrument, reference and currency", RefusalCode.ConditionNotMet, s =>
    {
        var asked = s.As<ConfiscationRequested>();
        return asked.Instrument != s.Request.Instrument
            ? $"$.open.instrument: the freezing stands on {s.Request.Instrument}; keep it, or make a request of its own."
            : asked.Reference != s.Request.Reference ? "$.open.reference: the confiscation of what is frozen keeps the reference of the freezing; write that."
            : asked.Currency != s.Request.AssetRecovery!.Currency ? $"$.open.currency: the freezing is counted in {s.Request.AssetRecovery.Currency}; keep it."
            : null;
    });

    public static readonly Guard DualCriminalityIsLookedAt = new("dual criminality by the list or found", RefusalCode.ConditionNotMet, s =>
        s.As<RequestRecognised>().DualCriminality != DualCriminality.NotRequired ? null
            : "$.open.dualCriminality: for freezing and confiscation it is looked at; write ListOffence or Found.");

    public static readonly Guard ItIsLess = new("less than before", RefusalCode.ConditionNotMet, s =>
        s.As<AmountReduced>().StillSought < s.Request.AssetRecovery!.Amount ? null
            : $"$.open.stillSought: sought are {Sum(s.Request.AssetRecovery.Amount)}; write less. More is a request of its own.");

    public static readonly Guard NoMoreThanIsSought = new("no more than is sought, of all states asked for it together", RefusalCode.ConditionNotMet, s =>
    {
        var known = s.Request.AssetRecovery!;
        var parallel = Parallel(s.Request, s.Group).Where(r => !r.Closed || r.AssetRecovery!.Proceeds is not null).ToList();
        var sought = parallel.Select(r => r.AssetRecovery!.Amount).Append(known.Amount).Append(known.ReducedElsewhere ?? known.Amount).Min();
        var elsewhere = parallel.Where(r => r.AssetRecovery!.Proceeds > 0).ToList();
        var left = Math.Max(0, sought - elsewhere.Sum(r => r.AssetRecovery!.Proceeds!.Value));
        return s.As<AssetsConfiscated>().Proceeds <= left ? null
            : $"$.open.proceeds: sought are {Sum(sought)}"
                + (elsewhere.Count == 0 ? "" : $", confiscated elsewhere: {string.Join(", ", elsewhere.Select(r => $"{r.Requested.State} {Sum(r.AssetRecovery!.Proceeds!.Value)}"))}")
                + "; what goes beyond is given back and not counted here.";
    });

    public static readonly Guard WithinTheProceeds = new("within what was obtained", RefusalCode.ConditionNotMet, s =>
        s.As<VictimsRestituted>().Amount <= Left(s.Request) ? null
            : $"$.open.amount: left are {Sum(Left(s.Request))}; victims cannot have received more from it.");

    public static readonly Guard VictimsAreFirst = new("victims first", RefusalCode.ConditionNotMet, s =>
        !s.Request.AssetRecovery!.VictimRestitution || s.Request.AssetRecovery.VictimsServed ? null
            : "The request says that victims are compensated: they receive what is theirs first (VictimsRestituted), then the rest is shared.");

    public static readonly Guard SharesAddUp = new("costs and shares add up", RefusalCode.ConditionNotMet, s =>
    {
        var proposed = s.As<SharingProposed>();
        return proposed.Costs + proposed.RequestingShare + proposed.RequestedShare == Left(s.Request) ? null
            : $"$.open.requestedShare: costs and shares are together {Sum(proposed.Costs + proposed.RequestingShare + proposed.RequestedShare)}, left to share "
                + $"are {Sum(Left(s.Request))}; make them equal.";
    });

    public static readonly Guard SharesAreAsTheRuleSays = new("shares as the rule says", RefusalCode.ConditionNotMet, s =>
    {
        var proposed = s.As<SharingProposed>();
        if (proposed.Basis == SharingBasis.Agreement)
            return null;
        var rule = s.Region.Catalogue.Sharing[s.Request.Instrument];
        var net = Left(s.Request) - proposed.Costs;
        if (s.Request.AssetRecovery!.Currency != rule.Currency)
            return $"$.open.basis: the limit of {rule.Article} is in {rule.Currency}, the sums are in {s.Request.AssetRecovery.Currency}; agree on the shares.";
        if (proposed.Basis == SharingBasis.UpToLimit != net <= rule.KeptUpTo)
            return $"$.open.basis: {Sum(net)} are {(net <= rule.KeptUpTo ? "not above" : "above")} the {Sum(rule.KeptUpTo)} of {rule.Article}; write "
                + $"{(net <= rule.KeptUpTo ? SharingBasis.UpToLimit : SharingBasis.AboveLimit)}, or agree on the shares.";
        var share = net <= rule.KeptUpTo ? 0 : Math.Round(net * rule.PercentAbove / 100, 2, MidpointRounding.ToEven);
        return proposed.RequestingShare == share ? null : $"$.open.requestingShare: by {rule.Article} it is {Sum(share)}; write that, or agree on the shares.";
    });

    public static readonly Guard AmountIsTheShare = new("the share agreed", RefusalCode.ConditionNotMet, s =>
        s.As<AssetReturned>().Amount == s.Request.AssetRecovery!.RequestingShare ? null
            : $"$.open.amount: agreed is {Sum(s.Request.AssetRecovery.RequestingShare)}; return that.");

    public static readonly Guard AmountIsWhatWasReturned = new("what was returned", RefusalCode.ConditionNotMet, s =>
        s.As<AssetReceiptConfirmed>().Amount == s.Request.AssetRecovery!.RequestingShare ? null
            : $"$.open.amount: returned were {Sum(s.Request.AssetRecovery.RequestingShare)}; if something else arrived, dispute it (DisputeRaised).");

    /// <summary>What the open parts must look like.</summary>
    public static readonly IReadOnlyDictionary<Type, Action<Check>> Content = new Dictionary<Type, Action<Check>>
    {
        [typeof(FreezingRequested)] = Procedures.Content.On<FreezingRequested>((c, a) =>
        {
            Procedures.Content.Envelope(c, a.Envelope, a.Confidential);
            Certificate(c, a, a.Offences, a.Languages, a.Amount, a.Currency, a.OtherStates);
            c.NotPast("frozenUntil", a.FrozenUntil);
        }),
        [typeof(ConfiscationRequested)] = Procedures.Content.On<ConfiscationRequested>((c, a) =>
        {
            Procedures.Content.Envelope(c, a.Envelope, false);
            Certificate(c, a, a.Offences, a.Languages, a.Amount, a.Currency, a.OtherStates);
            c.NotToCome("finalOn", a.FinalOn);
        }),
        [typeof(AssetsFrozen)] = Procedures.Content.On<AssetsFrozen>((c, a) =>
        {
            c.NotToCome("on", a.On);
            if (!c.Filled("assets", a.Assets, least: 1, Check.MostParts))
                return;
            for (var i = 0; i < a.Assets.Count; i++)
                Money(c, $"assets[{i}].value", a.Assets[i].Value, nothing: true);
            if (a.Assets.Sum(f => f.Value) is var sum && sum != a.Total)
                c.Wrong("total", $"is {Sum(a.Total)}, the values are together {Sum(sum)}", "make them equal");
        }),
        [typeof(AmountReduced)] = Procedures.Content.On<AmountReduced>((c, a) => Money(c, "stillSought", a.StillSought)),
        [typeof(ValueManaged)] = Procedures.Content.On<ValueManaged>((c, a) =>
        {
            Money(c.NotToCome("on", a.On), "value", a.Value, nothing: true);
            Money(c, "costs", a.Costs, nothing: true);
        }),
        [typeof(FreezingContinued)] = Procedures.Content.On<FreezingContinued>((c, a) => c.NotPast("until", a.Until).Line("reason", a.Reason)),
        [typeof(FreezingLifted)] = Procedures.Content.On<FreezingLifted>((c, a) => c.Line("reason", a.Reason)),
        [typeof(AssetsConfiscated)] = Procedures.Content.On<AssetsConfiscated>((c, a) => Money(c.NotToCome("on", a.On), "proceeds", a.Proceeds, nothing: true)),
        [typeof(VictimsRestituted)] = Procedures.Content.On<VictimsRestituted>((c, a) =>
        {
            Money(c, "amount", a.Amount, nothing: true);
            if (a.Victims is < 0 or > 1_000_000 || a.Victims == 0 != (a.Amount == 0))
                c.Wrong("victims", $"is {a.Victims}", a.Amount == 0 ? "write 0: nobody received anything" : "write how many received it, at least 1");
        }),
        [typeof(SharingProposed)] = Procedures.Content.On<SharingProposed>((c, a) =>
        {
            Money(c, "costs", a.Costs, nothing: true);
            Money(c, "requestingShare", a.RequestingShare, nothing: true);
            Money(c, "requestedShare", a.RequestedShare, nothing: true);
        }),
        [typeof(AssetReturned)] = Procedures.Content.On<AssetReturned>((c, a) => Money(c.Line("channel", a.Channel), "amount", a.Amount)),
        [typeof(AssetReceiptConfirmed)] = Procedures.Content.On<AssetReceiptConfirmed>((c, a) => Money(c, "amount", a.Amount)),
    };

    // What acts leave in the record

    public static Request Freezing(Request request, FreezingRequested asked) => request with
    {
        Offences = asked.Offences,
        Languages = asked.Languages,
        AssetRecovery = new()
        {
            Urgent = asked.Urgent,
            Amount = asked.Amount,
            Currency = asked.Currency,
            FrozenUntil = asked.FrozenUntil,
            Confidential = asked.Confidential,
            OtherStates = asked.OtherStates is [] ? null : asked.OtherStates,
            VictimRestitution = asked.VictimRestitution,
        },
    };

    public static Request Confiscation(Request request, ConfiscationRequested asked) => request with
    {
        Offences = asked.Offences,
        Languages = asked.Languages,
        AssetRecovery = (request.AssetRecovery ?? new()) with
        {
            Confiscation = true,
            Confidential = false,
            OtherStates = asked.OtherStates is [] ? request.AssetRecovery?.OtherStates : asked.OtherStates,
            Amount = asked.Amount,
            Currency = asked.Currency,
            VictimRestitution = asked.VictimRestitution || request.AssetRecovery?.VictimRestitution == true,
        },
    };

    public static Request Known(Request request, Func<AssetRecord, AssetRecord> change) => request with { AssetRecovery = change(request.AssetRecovery!) };

    /// <summary>What the reduction of the amount in one request means for those in which the same is asked of other states.</summary>
    public static IEnumerable<Order> Orders(Request before, Request after, IReadOnlyList<Request> group, DateTimeOffset at) =>
        before.AssetRecovery is { } was && after.AssetRecovery is { } now && now.Amount < was.Amount && now.Currency == was.Currency
            ? Parallel(after, group).Where(r => !r.Closed).Select(r => new AmountOrder(r.Id, after.Id, at, after.Requested.State, now.Amount)) : [];

    /// <summary>True: it is less than what this request has been told before.</summary>
    public static bool IsNews(Request request, AmountOrder order) =>
        request.AssetRecovery is { } known && order.StillSought < Math.Min(known.Amount, known.ReducedElsewhere ?? known.Amount);

    public static Request Reduced(AmountOrder order, Request request) => Known(request, k => k with { ReducedElsewhere = order.StillSought });

    /// <summary>The requests of the case group in which the same state asks others for the same amount.</summary>
    static IEnumerable<Request> Parallel(Request request, IReadOnlyList<Request> group) =>
        group.Where(r => r.AssetRecovery is { } other && other.Currency == request.AssetRecovery!.Currency && r.Requesting.State == request.Requesting.State
            && request.AssetRecovery.OtherStates?.Contains(r.Requested.State) == true);

    static bool RemedyIsPending(Request request) => request.Deadlines.Any(d => d is { Active: true, Clock: Clock.Remedy });

    /// <summary>What is left of the proceeds once victims have received theirs.</summary>
    static decimal Left(Request request) => (request.AssetRecovery!.Proceeds ?? 0) - request.AssetRecovery.Restituted;

    static void Certificate(
        Check c, IOpening a, IReadOnlyList<OffenceFact> offences, IReadOnlyList<string> languages, decimal amount, string currency,
        IReadOnlyList<string> others)
    {
        c.Code("instrument", a.Instrument).Code("reference", a.Reference).Languages("languages", languages, least: 1);
        c.Offences("offences", offences);
        Money(c, "amount", amount);
        c.Currency("currency", currency);
        if (c.Filled("otherStates", others, least: 0, Check.MostLines))
            for (var i = 0; i < others.Count; i++)
                if (others[i].Length != 2 || !others[i].All(char.IsAsciiLetterUpper))
                    c.Wrong($"otherStates[{i}]", "is not an ISO 3166-1 alpha-2 code", "write two capital letters");
    }

    static void Money(Check c, string field, decimal amount, bool nothing = false)
    {
        if (amount < 0 || amount == 0 && !nothing || amount > 1_000_000_000_000 || decimal.Round(amount, 2) != amount)
            c.Wrong(field, $"is {amount.ToString(CultureInfo.InvariantCulture)}",
                nothing ? "write 0 or more, with two decimals at most" : "write an amount above 0, with two decimals at most");
    }

    static string Sum(decimal amount) => amount.ToString("0.##", CultureInfo.InvariantCulture);
}
