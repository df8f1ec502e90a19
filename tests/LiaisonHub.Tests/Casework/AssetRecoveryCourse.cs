using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>The usual course of an asset recovery. Everything is invented.</summary>
static class AssetRecoveryCourse
{
    static readonly DateOnly Monday = new(2026, 1, 19);

    public static FreezingRequested Freeze { get; } = new()
    {
        Instrument = "FRZ",
        Reference = "XA-2026-000327",
        Offences = [new() { ListOffence = "fraud", LongestPenaltyMonths = 60 }],
        Languages = ["en"],
        Amount = 250_000,
        Currency = "EUR",
        Urgent = true,
        FrozenUntil = new(2026, 3, 31),
    };

    public static ConfiscationRequested Confiscate { get; } = new()
    {
        Instrument = "FRZ",
        Reference = "XA-2026-000327",
        Offences = Freeze.Offences,
        Languages = ["en"],
        Amount = 200_000,
        Currency = "EUR",
        FinalOn = new(2026, 1, 5),
    };

    public static AssetsFrozen Frozen { get; } = new()
    {
        On = Monday,
        Assets = [new() { Kind = AssetKind.BankAccount, Value = 180_000 }, new() { Kind = AssetKind.CryptoAsset, Value = 60_000.5m }],
        Total = 240_000.5m,
    };

    public static RefusalConsulted Consulted { get; } = new() { Ground = "FORMAL" };

    public static RequestRefused Refusal { get; } = new() { Ground = "NEBIS", Reasons = "Acquitted here of the same acts" };

    public static RemedyFiled Remedy { get; } = new() { By = RemedyBy.ThirdParty };

    public static PersonInformed Informed { get; } = new() { On = Monday, Manner = InformingManner.InWriting };

    public static FreezingContinued Continued { get; } = new() { Until = new(2027, 6, 30), Reason = "The appeal is heard in spring" };

    public static RequestWithdrawn Withdrawn { get; } = new() { Reason = "Proceedings closed" };

    public static AssetsConfiscated Confiscated(decimal proceeds) => new() { On = Monday, Proceeds = proceeds };

    public static SharingProposed Shares(SharingBasis basis, decimal requesting, decimal requested, decimal costs = 0) =>
        new() { Basis = basis, Costs = costs, RequestingShare = requesting, RequestedShare = requested };

    static readonly StopConfirmed Stopped = new() { Results = ResultsFate.None };

    public static Course Course { get; } = new(
        AssetRecovery.Table,
        Into,
        Of,
        (content, _, variant) => (content, variant) switch
        {
            (FreezingRequested f, true) => f with { Urgent = false, Confidential = true },
            (NationalStepDecided d, true) => d with { Decision = NationalStepDecision.Vetoed, Ground = "FUNDRIGHTS" },
            (RemedyDecided r, true) => r with { Outcome = RemedyOutcome.Lifted },
            (SharingAnswered s, true) => s with { Agreed = false },
            (SharingProposed s, true) => Shares(SharingBasis.Agreement, 0, s.RequestingShare + s.RequestedShare),
            _ => content,
        },
        new HashSet<string> { "Consulting", "NationalStepPending", "Postponed", "ConfiscationSubmitted", "ConfiscationRecognised" });

    public static object Of(string type, Request request, DateOnly today) => type switch
    {
        nameof(FreezingRequested) => Freeze,
        nameof(ConfiscationRequested) => Confiscate,
        nameof(AssetsFrozen) => Frozen,
        nameof(RemedyFiled) => Remedy,
        nameof(RemedyDecided) => new RemedyDecided { Outcome = RemedyOutcome.Dismissed },
        nameof(AmountReduced) =>
            new AmountReduced { Reason = AmountReason.PartPaid, StillSought = Math.Floor((request.AssetRecovery?.Amount ?? 200_000) * 0.9m) },
        nameof(ValueManaged) => new ValueManaged { Measure = ValueMeasure.Sold, On = today.AddDays(-3), Value = request.AssetRecovery?.Frozen ?? 1, Costs = 120 },
        nameof(FreezingContinued) => Continued with { Until = Continued.Until > today ? Continued.Until : today.AddDays(60) },
        nameof(FreezingLifted) => new FreezingLifted { Reason = "Nothing was asked for" },
        nameof(AssetsConfiscated) => Confiscated(Math.Min(100_000, request.AssetRecovery?.Amount ?? 100_000)),
        nameof(VictimsRestituted) => new VictimsRestituted { Amount = 1_000, Victims = 3 },
        nameof(SharingProposed) => ByRule(request),
        nameof(SharingAnswered) => new SharingAnswered { Agreed = true },
        nameof(AssetReturned) => new AssetReturned { Amount = request.AssetRecovery?.RequestingShare ?? 1, Channel = "Transfer" },
        nameof(AssetReceiptConfirmed) => new AssetReceiptConfirmed { Amount = request.AssetRecovery?.RequestingShare ?? 1 },
        nameof(PersonInformed) => Informed with { On = DateOnly.FromDateTime(request.Since.UtcDateTime) },
        nameof(RefusalConsulted) => Consulted,
        nameof(RequestRefused) => Refusal,
        nameof(ExecutionImpossible) => new ExecutionImpossible { Ground = ImpossibilityGround.Disappeared },
        nameof(DelayReasonGiven) => new DelayReasonGiven { RuleId = "FRZ-A1", Reason = DelayReason.Workload },
        _ => Usual.Of(type, request, today),
    };

    public static Story Into(string state, Rules rules) => Into(state, rules, Confiscate, 100_000);

    public static Story Into(string state, Rules rules, ConfiscationRequested confiscate, decimal proceeds)
    {
        var story = state == "NationalStepPending" ? new Story(rules, "XA", "XE") : new Story(rules);
        Story Submitted() => story.Asks(Freeze);
        Story Recognised() => Submitted().Answers(Usual.Recognised);
        Story Held() => Recognised().Answers(Frozen);
        Story Confiscation() => story.Asks(confiscate);
        Story ConfiscationRecognised() => Confiscation().Answers(Usual.Recognised);
        Story Done() => ConfiscationRecognised().Answers(Confiscated(proceeds));
        Story Open(SharingProposed? shares = null) => Done().Answers(shares ?? ByRule(story.Request));
        Story Agreed(SharingProposed? shares = null) => Open(shares).Asks(new SharingAnswered { Agreed = true });
        Story Returned() => Agreed().Answers(new AssetReturned { Amount = story.Request.AssetRecovery!.RequestingShare, Channel = "Transfer" });
        _ = state switch
        {
            "FreezeSubmitted" => Submitted(),
            "Consulting" => Submitted().Answers(Consulted),
            "NationalStepPending" => Submitted().Answers(new NationalStepOpened { Step = "PROPERTY" }),
            "FreezeRecognised" => Recognised(),
            "Postponed" => Recognised().Answers(Usual.Postponed),
            "Frozen" => Held(),
            "Contested" => Held().Answers(Remedy),
            "Review" => Held().Passes("2026-04-01T12:00:00Z"),
            "ConfiscationSubmitted" => Confiscation(),
            "ConfiscationRecognised" => ConfiscationRecognised(),
            "Confiscated" => Done(),
            "SharingOpen" => Open(),
            "SharingDisputed" => Open().Asks(new SharingAnswered { Agreed = false }),
            "SharingAgreed" => Agreed(),
            "Returned" => Returned(),
            "Withdrawing" => Submitted().Asks(Withdrawn),
            "Closed.Returned" => Returned().Asks(new AssetReceiptConfirmed { Amount = story.Request.AssetRecovery!.RequestingShare }),
            "Closed.Kept" => Agreed(Shares(SharingBasis.Agreement, 0, proceeds)),
            "Closed.Lifted" => Held().Answers(Remedy).Answers(new RemedyDecided { Outcome = RemedyOutcome.Lifted }),
            "Closed.Refused" => Submitted().Answers(Refusal),
            "Closed.Impossible" => Submitted().Answers(new ExecutionImpossible { Ground = ImpossibilityGround.Disappeared }),
            "Closed.Withdrawn" => Submitted().Asks(Withdrawn).Answers(Stopped),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No way there; add one."),
        };
        return story;
    }

    static SharingProposed ByRule(Request request)
    {
        var left = (request.AssetRecovery?.Proceeds ?? 100_000) - (request.AssetRecovery?.Restituted ?? 0);
        var share = left > 10_000 ? Math.Round(left / 2, 2, MidpointRounding.ToEven) : 0;
        return Shares(left > 10_000 ? SharingBasis.AboveLimit : SharingBasis.UpToLimit, share, left - share);
    }
}
