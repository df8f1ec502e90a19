using System.Text.Json.Serialization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Costs;

/// <summary>Who bears a cost.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CostBearer>))]
public enum CostBearer
{
    /// <summary>The requested state.</summary>
    Requested,

    /// <summary>The requesting state.</summary>
    Requesting,

    /// <summary>Shared as the two sides agree; until they do, the requested state.</summary>
    Agreed,
}

/// <summary>Who bears one kind of cost by rule.</summary>
public sealed record CostRule : SourcedRow
{
    /// <summary>The kind.</summary>
    public required CostKind Kind { get; init; }

    /// <summary>The kind, in words.</summary>
    public required string Title { get; init; }

    /// <summary>Who bears it.</summary>
    public required CostBearer Bearer { get; init; }
}

/// <summary>One cost of one request, and who bears how much of it. The two shares add up to the amount, to the last hundredth.</summary>
public sealed record CostEntry
{
    /// <summary>The entry, made of the act it comes from: the same act makes it once.</summary>
    public Guid Id { get; init; }

    /// <summary>The act it comes from: the notice, or its answer.</summary>
    public Guid ActId { get; init; }

    /// <summary>The entry that this one takes back. Null: none.</summary>
    public Guid? Corrects { get; init; }

    /// <summary>The request.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The state that asks.</summary>
    public required string Requesting { get; init; }

    /// <summary>The state that is asked.</summary>
    public required string Requested { get; init; }

    /// <summary>The kind.</summary>
    public required CostKind Kind { get; init; }

    /// <summary>The day it was settled; of a cost that is reserved, the day of its notice (UTC).</summary>
    public required DateOnly On { get; init; }

    /// <summary>The whole amount, below 0 in an entry that takes another back, in units of <see cref="Currency"/>.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>Hours worked in the requested state, below 0 in an entry that takes another back.</summary>
    public decimal Hours { get; init; }

    /// <summary>What the requesting state bears.</summary>
    public required decimal RequestingBears { get; init; }

    /// <summary>What the requested state bears.</summary>
    public decimal RequestedBears => Amount - RequestingBears;

    /// <summary>True: the notice waits for its answer, and the work goes on; the requested state bears the cost until then.</summary>
    public bool Reserved { get; init; }

    /// <summary>A cost borne as the rule says.</summary>
    /// <param name="request">The request.</param>
    /// <param name="rule">The rule of the catalogue.</param>
    /// <param name="amount">The amount, not below 0.</param>
    /// <param name="currency">ISO 4217.</param>
    /// <param name="on">The day.</param>
    /// <param name="agreedPercent">What the requesting side bears of a cost that is shared by agreement, 0 to 100. Null: nothing is agreed yet.</param>
    public static CostEntry ByRule(Request request, CostRule rule, decimal amount, string currency, DateOnly on, int? agreedPercent = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        if (agreedPercent is < 0 or > 100)
            throw new ArgumentOutOfRangeException(nameof(agreedPercent), agreedPercent, "A share is a percentage: write 0 to 100.");
        return new()
        {
            RequestId = request.Id,
            Requesting = request.Requesting.State,
            Requested = request.Requested.State,
            Kind = rule.Kind,
            On = on,
            Amount = amount,
            Currency = currency,
            RequestingBears = rule.Bearer switch
            {
                CostBearer.Requesting => amount,
                CostBearer.Agreed => Math.Round(amount * (agreedPercent ?? 0) / 100, 2, MidpointRounding.ToEven),
                _ => 0,
            },
            Reserved = rule.Bearer == CostBearer.Agreed && agreedPercent is null,
        };
    }

    /// <summary>What is reserved for a notice until it is answered.</summary>
    /// <param name="request">The request.</param>
    /// <param name="asked">The notice.</param>
    /// <param name="rule">Who bears it by rule.</param>
    public static CostEntry Reserve(Request request, CostAsked asked, CostRule rule) =>
        ByRule(request, rule, asked.Amount, asked.Currency, asked.On) with
        {
            Id = Uuid.From(asked.ActId, "cost", "reserved"),
            ActId = asked.ActId,
            Reserved = true,
        };

    /// <summary>What the two sides have agreed about a notice.</summary>
    /// <param name="request">The request.</param>
    /// <param name="asked">The notice.</param>
    /// <param name="rule">The rule of its kind; the agreement goes before it.</param>
    /// <param name="answerId">The answer.</param>
    /// <param name="on">The day of the answer (UTC).</param>
    /// <param name="percent">What the requesting side bears, 0 to 100.</param>
    public static CostEntry Settle(Request request, CostAsked asked, CostRule rule, Guid answerId, DateOnly on, int percent) =>
        ByRule(request, rule with { Bearer = CostBearer.Agreed }, asked.Amount, asked.Currency, on, percent) with
        {
            Id = Uuid.From(asked.ActId, "cost", "settled"),
            ActId = answerId,
        };

    /// <summary>What the requested side reports to have spent, or worked.</summary>
    /// <param name="request">The request.</param>
    /// <param name="reported">The report.</param>
    /// <param name="rule">Who bears its kind.</param>
    /// <param name="actId">The act.</param>
    public static CostEntry Report(Request request, CostReported reported, CostRule rule, Guid actId) =>
        ByRule(request, rule, reported.Amount, reported.Currency, reported.On) with
        {
            Id = Uuid.From(actId, "cost", "reported"),
            ActId = actId,
            Hours = reported.Hours,
        };

    /// <summary>The entry that takes this one back: both stay.</summary>
    /// <param name="on">The day (UTC).</param>
    public CostEntry TakeBack(DateOnly on) => this with
    {
        Id = Uuid.From(Id, "cost", "taken back"),
        Corrects = Id,
        On = on,
        Amount = -Amount,
        Hours = -Hours,
        RequestingBears = -RequestingBears,
    };
}

/// <summary>What one state has spent for another in a period, in one currency.</summary>
/// <param name="Requesting">The state that asked.</param>
/// <param name="Requested">The state that was asked.</param>
/// <param name="From">First day of the period.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Amount">Everything.</param>
/// <param name="RequestingBears">Borne by the requesting state.</param>
/// <param name="RequestedBears">Borne by the requested state.</param>
/// <param name="Reserved">Of what the requested state bears: not answered yet.</param>
/// <param name="Hours">Hours worked in the requested state.</param>
public sealed record CostSum(
    string Requesting, string Requested, DateOnly From, string Currency, decimal Amount, decimal RequestingBears, decimal RequestedBears, decimal Reserved, decimal Hours);

/// <summary>A cost that was noticed and waits for its answer.</summary>
/// <param name="ActId">The notice.</param>
/// <param name="Amount">The amount, to the hundredth, in units of <paramref name="Currency"/>.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="On">The day of the notice (UTC).</param>
public sealed record CostAsked(Guid ActId, decimal Amount, string Currency, DateOnly On);
