using System.Collections.Concurrent;
using LiaisonHub.Casework.Conformance;
using LiaisonHub.Conformance;
using LiaisonHub.Conformance.Groups;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Tests.Adapters;

namespace LiaisonHub.Tests.Conformance;

/// <summary>The adapters of the house earn their level.</summary>
[Long(60)]
public sealed class CountryTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Every check of every state, side by side, since most of it is waiting. The thousand acts after three weeks offline wait for XA; for the others two hundred, in twenty requests as there, tell the same at a fifth of the work.</summary>
    [Fact]
    public async Task Each_adapter_of_the_house_earns_the_highest_level()
    {
        var reports = new ConcurrentDictionary<string, ConformanceReport>();
        await Parallel.ForEachAsync(["XA", "XB", "XC", "XD", "XE", "XF"], new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = Cancelled }, async (state, cancelled) =>
        {
            await using var adapter = new HostedAdapter(Countries.CountryOf(state));
            // A minute's patience costs nothing where all is well, and a busy machine needs it.
            reports[state] = await Examination.Run(adapter, new() { Patience = TimeSpan.FromSeconds(60), Waiting = state == "XA" ? BacklogGroup.Waiting : BacklogGroup.Waiting / 5 }, cancelled);
        });

        Assert.True(reports.Values.All(r => r.Level == CheckList.Current.Levels.Count), string.Join("\n\n", reports.Values.Where(r => r.Level < CheckList.Current.Levels.Count).Select(r => $"{r.State}\n{r.Findings}")));
        Assert.All(reports.Values, r => Assert.Equal(CheckList.Current.Checks.Count, r.Count(CheckOutcome.Passed)));
    }
}
