using System.Net;
using System.Text;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>The console shows a level the hub has signed, as long as it counts, and no other.</summary>
public sealed class ConformancePageTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    internal static EarnedLevel Level => new()
    {
        State = "XA",
        Participant = "adapter of XA, version 0.1",
        Level = 2,
        ContractVersion = Wire.Version,
        KitVersion = "0.1",
        At = FilledHub.Now.AddDays(-1),
        Until = FilledHub.Now.AddDays(364),
        Checks =
        [
            new CheckResult { Id = "LH-C001", Title = "Gives signs of life", Level = 1, Outcome = CheckOutcome.Passed, Seen = "A sign of life of version 0.1." },
            new CheckResult { Id = "LH-C120", Title = "A running deadline is shown", Level = 3, Outcome = CheckOutcome.Failed, Seen = "The desk shows <no> date." },
            new CheckResult { Id = "LH-C273", Title = "Acts on a drill are marked", Level = 3, Outcome = CheckOutcome.NotObserved, Seen = "Nobody works at the desk." },
        ],
    };

    [Fact]
    public async Task A_level_is_shown_with_its_end_and_every_check()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        Assert.True(await Keep(console, Level));

        Assert.Contains("Conformance: level 2 until 2027", await console.Page("/adapters", Cancelled), StringComparison.Ordinal);
        var page = await console.Page("/adapters/XA/conformance", Cancelled);
        foreach (var text in new[] { ">level 2<", "reliable", "adapter of XA, version 0.1", "1 passed, 1 failed, 1 not observed", "LH-C120", "The desk shows &lt;no&gt; date.", "not observed" })
            Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.Contains("It was never examined here", await console.Page("/adapters/XB/conformance", Cancelled), StringComparison.Ordinal);
        Assert.Contains("XQ", await console.Page("/adapters/XQ/conformance", Cancelled, HttpStatusCode.NotFound), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_level_counts_no_longer_once_its_time_is_over_or_the_contracts_have_another_version()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await Keep(console, Level);
        console.Time.Advance(TimeSpan.FromDays(364) - TimeSpan.FromSeconds(1));
        Assert.Contains(">level 2<", await console.Page("/adapters/XA/conformance", Cancelled), StringComparison.Ordinal);
        console.Time.Advance(TimeSpan.FromSeconds(1));
        var ended = await console.Page("/adapters/XA/conformance", Cancelled);
        Assert.Contains(">level 0<", ended, StringComparison.Ordinal);
        Assert.Contains("Examine the adapter again.", ended, StringComparison.Ordinal);
        Assert.Contains("Its level of conformance counts no longer", await console.Page("/adapters", Cancelled), StringComparison.Ordinal);

        await Keep(console, Level with { At = FilledHub.Now, Until = FilledHub.Now.AddYears(5), ContractVersion = "1.0" });
        Assert.Contains($"It was earned for version 1.0 of the contracts; this hub speaks {Wire.Version}.", await console.Page("/adapters/XA/conformance", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_level_that_somebody_wrote_into_the_database_is_worth_nothing()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        using var stranger = PrivateKey.Generate(PublicKey.HubOwner, KeyUse.Sign);
        await Keep(console, Level, stranger);

        var page = await console.Page("/adapters/XA/conformance", Cancelled);
        Assert.Contains("is not signed by this hub", page, StringComparison.Ordinal);
        Assert.DoesNotContain("LH-C001", page, StringComparison.Ordinal);
        Assert.Contains("Conformance: not signed by this hub", await console.Page("/adapters", Cancelled), StringComparison.Ordinal);

        await Keep(console, Level with { State = "XB", At = FilledHub.Now }, state: "XA");
        Assert.Contains("It was signed for another state.", await console.Page("/adapters/XA/conformance", Cancelled), StringComparison.Ordinal);
    }

    internal static Task<bool> Keep(ConsoleUnderTest console, EarnedLevel level, PrivateKey? key = null, string? state = null)
    {
        var signed = Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(level, Wire.Json), DocumentTypes.Conformance, key ?? FilledHub.HubKey);
        return console.Services.GetRequiredService<ConformanceRegister>().Keep(
            new SignedLevel { State = state ?? level.State, ExaminedAt = level.At, Document = Encoding.UTF8.GetString(Signing.Serialize(signed)) }, Cancelled);
    }
}
