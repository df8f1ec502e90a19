using System.Collections.Frozen;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Casework.Profiles;

namespace LiaisonHub.Casework.Costs;

/// <summary>What a finished request took, or several between the same two states.</summary>
/// <param name="Requesting">The state that asked.</param>
/// <param name="Requested">The state that carried it out.</param>
/// <param name="Hours">Hours of work in the requested state.</param>
/// <param name="RequestingBore">Costs the requesting state bore, in the currency of the comparison.</param>
/// <param name="RequestedBore">Costs the requested state bore, in the same currency.</param>
/// <param name="Requests">How many requests.</param>
public sealed record FinishedRequest(string Requesting, string Requested, decimal Hours, decimal RequestingBore, decimal RequestedBore, int Requests = 1);

/// <summary>What a state has carried, held against what it can carry.</summary>
/// <param name="State">The state.</param>
/// <param name="Executed">Requests it carried out.</param>
/// <param name="Hours">Hours it worked for others.</param>
/// <param name="Cost">Costs it bore, for its own requests and those of others.</param>
/// <param name="Index">Hours at the rate, and costs, divided by its weight. Two states with the same index are burdened alike.</param>
public sealed record BurdenLine(string State, int Executed, decimal Hours, decimal Cost, decimal Index);

/// <summary>What an hour of work counts in one currency.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Amount">For an hour, in whole units, above 0.</param>
/// <param name="Source">Who has set it.</param>
/// <param name="Verified">True: checked against the decision that sets it.</param>
public sealed record HourRate(string Currency, int Amount, string Source, bool Verified);

/// <summary>Who has given more of two states.</summary>
/// <param name="One">One state.</param>
/// <param name="Other">The other.</param>
/// <param name="Given">What the one has given the other: its hours at the rate, and the costs it bore for the other's requests.</param>
/// <param name="Received">What the other has given the one.</param>
public sealed record ReciprocityLine(string One, string Other, decimal Given, decimal Received)
{
    /// <summary>Given less received: above 0, the one has given more. Seen from the other, the same with the opposite sign.</summary>
    public decimal Balance => Given - Received;
}

/// <summary>Shares of a burden by capacity, the burden index, and the balance of each pair.</summary>
public static class Burden
{
    /// <summary>Hundredths of a percent in the whole.</summary>
    const int Whole = 100_00;

    static readonly FrozenSet<string> Served =
    [
        MutualAssistance.ClosedExecuted,
        Extradition.ClosedSurrendered,
        Extradition.ClosedTransitGranted,
        Emergency.ClosedFollowedUp,
        Preservation.ClosedReleased,
        Preservation.ClosedLapsed,
        AssetRecovery.ClosedReturned,
        AssetRecovery.ClosedKept,
        Jurisdiction.ClosedDecided,
        Jurisdiction.ClosedResumable,
    ];

    /// <summary>True: a request that ended so was served: the requested state has done what was asked. Refused, withdrawn, impossible: it was not.</summary>
    /// <param name="state">The closed state of a procedure, for example <c>Closed.Executed</c>.</param>
    public static bool IsServed(string state) => Served.Contains(state);

    /// <summary>Shares a burden by weight; nobody bears more than its cap, and what lies above a cap goes to the others by their weight.</summary>
    /// <param name="capacities">The states that take part. Their caps reach 100 % together.</param>
    /// <returns>Percent of each, in hundredths, that add up to exactly 100.</returns>
    /// <exception cref="ArgumentException">The caps leave a part that nobody bears.</exception>
    public static IReadOnlyDictionary<string, decimal> Shares(IReadOnlyDictionary<string, Capacity> capacities)
    {
        foreach (var (state, capacity) in capacities)
            if (capacity.Weight < 1 || capacity.CapPercent is < 1 or > 100)
                throw new ArgumentException(
                    $"{state}: weight {capacity.Weight}, cap {capacity.CapPercent} %; write a weight of 1 or more and a cap of 1 to 100.", nameof(capacities));
        if (capacities.Values.Sum(c => c.CapPercent) is var together && together < 100)
            throw new ArgumentException(
                $"The caps reach {together} % together, so that {100 - together} % would be borne by nobody; raise a cap or add a state.", nameof(capacities));

        var capped = new HashSet<string>();
        var exact = new Dictionary<string, decimal>();
        while (true)
        {
            var left = Whole - capped.Sum(s => capacities[s].CapPercent * 100);
            var open = capacities.Where(c => !capped.Contains(c.Key)).ToList();
            var weights = open.Sum(c => (decimal)c.Value.Weight);
            foreach (var (state, capacity) in open)
                exact[state] = left * capacity.Weight / weights;
            var above = open.Where(c => exact[c.Key] > c.Value.CapPercent * 100).Select(c => c.Key).ToList();
            if (above.Count == 0)
                break;
            foreach (var state in above)
                exact[state] = capacities[state].CapPercent * 100;
            capped.UnionWith(above);
        }

        // What rounding down leaves goes to the largest remainders below their cap: a cap is a whole percentage, so there is room.
        var shares = exact.ToDictionary(e => e.Key, e => (int)Math.Floor(e.Value));
        var rest = Whole - shares.Values.Sum();
        foreach (var (state, _) in exact.OrderByDescending(e => e.Value - Math.Floor(e.Value)).ThenBy(e => e.Key, StringComparer.Ordinal).Take(rest))
            shares[state]++;
        return shares.ToDictionary(s => s.Key, s => s.Value / 100m);
    }

    /// <summary>What each state has carried: hours for others, costs for anybody, against its weight.</summary>
    /// <param name="finished">Finished requests.</param>
    /// <param name="capacities">Weights; a state without one counts as 1.</param>
    /// <param name="hourRate">What an hour of work counts, in the currency of the costs.</param>
    public static IReadOnlyList<BurdenLine> Index(IReadOnlyCollection<FinishedRequest> finished, IReadOnlyDictionary<string, Capacity> capacities,
        decimal hourRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hourRate);
        return [.. finished.SelectMany(f => new[] { f.Requesting, f.Requested }).Distinct().Order(StringComparer.Ordinal).Select(state =>
        {
            var hours = finished.Where(f => f.Requested == state).Sum(f => f.Hours);
            var cost = finished.Sum(f => (f.Requested == state ? f.RequestedBore : 0) + (f.Requesting == state ? f.RequestingBore : 0));
            return new BurdenLine(state, finished.Where(f => f.Requested == state).Sum(f => f.Requests), hours, cost,
                (hours * hourRate + cost) / (capacities.TryGetValue(state, out var capacity) ? capacity.Weight : 1));
        })];
    }

    /// <summary>The balance of each pair that had to do with each other, the state that comes first in the alphabet seen as the one.</summary>
    /// <param name="finished">Finished requests.</param>
    /// <param name="hourRate">What an hour of work counts, in the currency of the costs.</param>
    public static IReadOnlyList<ReciprocityLine> Reciprocity(IReadOnlyCollection<FinishedRequest> finished, decimal hourRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hourRate);
        return [.. finished
            .Select(f => string.CompareOrdinal(f.Requesting, f.Requested) < 0 ? (f.Requesting, f.Requested) : (f.Requested, f.Requesting)).Distinct().Order()
            .Select(pair => new ReciprocityLine(pair.Item1, pair.Item2, Given(pair.Item1, pair.Item2), Given(pair.Item2, pair.Item1)))];

        decimal Given(string by, string to) =>
            finished.Where(f => f.Requested == by && f.Requesting == to).Sum(f => f.Hours * hourRate + f.RequestedBore);
    }
}
