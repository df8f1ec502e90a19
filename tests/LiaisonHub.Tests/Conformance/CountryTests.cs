using System.Diagnostics;
using LiaisonHub.Conformance;
using LiaisonHub.Tests.Adapters;

namespace LiaisonHub.Tests.Conformance;

/// <summary>Every adapter of the house earns its level.</summary>
public sealed class CountryTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("XA")]
    [InlineData("XB")]
    [InlineData("XC")]
    [InlineData("XD")]
    [InlineData("XE")]
    [InlineData("XF")]
    public async Task An_adapter_earns_its_level(string state)
    {
        await using var adapter = new HostedAdapter(Countries.CountryOf(state));
        var times = new Times();

        var report = await Examination.Run(adapter, new() { Progress = times }, Cancelled);

        TestContext.Current.TestOutputHelper?.WriteLine($"{report.Seconds} s, level {report.Level}: {times}");
        Assert.True(report.Level == 3, report.Findings);
    }

    sealed class Times : IProgress<ExaminationProgress>
    {
        readonly List<(string Group, long At)> begun = [];

        public void Report(ExaminationProgress value)
        {
            if (value.Latest is null)
                begun.Add((value.Group, Stopwatch.GetTimestamp()));
        }

        public override string ToString() => string.Join(", ", begun.Zip(begun.Skip(1).Append(("", Stopwatch.GetTimestamp())), (a, b) => $"{a.Group} {Stopwatch.GetElapsedTime(a.At, b.Item2).TotalSeconds:0.0}"));
    }
}
