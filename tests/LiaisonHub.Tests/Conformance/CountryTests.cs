using LiaisonHub.Conformance;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Tests.Adapters;

namespace LiaisonHub.Tests.Conformance;

/// <summary>The adapters of the house earn their level.</summary>
public sealed class CountryTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // A second's patience more costs nothing where all is well, and a busy machine needs it.
    static readonly ExaminationOptions Patient = new() { Patience = TimeSpan.FromSeconds(60) };

    [Fact]
    public async Task XA_earns_the_highest_level()
    {
        await using var adapter = new HostedAdapter(Countries.CountryOf("XA"));

        var report = await Examination.Run(adapter, Patient, Cancelled);

        Assert.True(report.Level == 3, report.Findings);
        Assert.Equal(CheckList.Current.Checks.Count, report.Count(CheckOutcome.Passed));
    }

    /// <summary>What differs from country to country is everything but the thousand acts that wait, which are examined with XA: they cost more than all the rest.</summary>
    [Theory]
    [InlineData("XB")]
    [InlineData("XC")]
    [InlineData("XD")]
    [InlineData("XE")]
    [InlineData("XF")]
    public async Task Another_adapter_passes_every_check_but_those_of_the_backlog(string state)
    {
        await using var adapter = new HostedAdapter(Countries.CountryOf(state));
        var groups = CheckList.Current.Groups.Select(g => g.Code).Where(g => g != "backlog").ToList();

        var report = await Examination.Run(adapter, Patient with { Groups = groups }, Cancelled);

        Assert.True(report.Count(CheckOutcome.Passed) == report.Checks.Count, report.Findings);
    }
}
