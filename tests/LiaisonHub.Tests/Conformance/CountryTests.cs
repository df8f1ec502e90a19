using LiaisonHub.Conformance;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Tests.Adapters;

namespace LiaisonHub.Tests.Conformance;

/// <summary>The adapters of the house earn their level.</summary>
public sealed class CountryTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // A busy machine needs patience; it is waited for once in full, where nothing more comes of a file.
    static readonly ExaminationOptions Patient = new() { Patience = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task XA_earns_the_highest_level()
    {
        await using var adapter = new HostedAdapter(Countries.CountryOf("XA"));

        var report = await Examination.Run(adapter, Patient, Cancelled);

        Assert.True(report.Level == 3, report.Findings);
        Assert.Equal(CheckList.Current.Checks.Count, report.Count(CheckOutcome.Passed));
    }

    /// <summary>What differs from country to country: what its local system writes and is given. The rest is the same program; LIAISONHUB_TEST_CONFORMANCE=all examines it too, which takes a minute a country.</summary>
    [Theory]
    [InlineData("XB")]
    [InlineData("XC")]
    [InlineData("XD")]
    [InlineData("XF")]
    public async Task Another_adapter_passes_what_differs_from_country_to_country(string state)
    {
        await using var adapter = new HostedAdapter(Countries.CountryOf(state));
        var groups = Environment.GetEnvironmentVariable("LIAISONHUB_TEST_CONFORMANCE") == "all" ? CheckList.Current.Groups.Select(g => g.Code).Where(g => g != "backlog").ToList() : ["local"];

        var report = await Examination.Run(adapter, Patient with { Groups = groups }, Cancelled);

        Assert.True(report.Count(CheckOutcome.Passed) == report.Checks.Count, report.Findings);
    }
}
