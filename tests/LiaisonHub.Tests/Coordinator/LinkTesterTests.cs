using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Coordinator;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Casework;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.Coordinator;

/// <summary>What the hub finds when it is asked to test a link, where hub and adapters are one process.</summary>
public sealed class LinkTesterTests
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_question_goes_to_the_adapter_and_its_report_comes_back_and_who_is_not_there_or_says_nothing_is_told_apart()
    {
        await using var hub = new HubUnderTest();
        await hub.Up(Cancelled);

        // It says of itself that it is there, and what it believes.
        await hub.Services.GetRequiredService<SelfReport>().Report(Cancelled);
        var self = JsonSerializer.Deserialize<Beliefs>(Assert.Single(await hub.Services.GetRequiredService<HubBeliefs>().All(Cancelled)).Beliefs, JsonSerializerOptions.Web)!;
        Assert.Equal((Wire.Version, "Demonstration Region", hub.Keys.Digest, "sqlite", hub.Services.GetRequiredService<Database>().Migrations(Schema.Hub)[^1].Name), (self.Contracts, self.Region, self.KeysKnown, self.Database, self.Schema));
        Assert.Equal(OptionSource.Host, self.Options.Single(o => o.Key == "Hub:SigningKey").Source);
        Assert.Equal(Demo.Region.Version, self.RegionVersion);
        Assert.Equal(Demo.Region.Catalogue.Counts.Select(c => new RuleCount(c.Name, c.Rows, c.Verified)), self.Rules);
        Assert.Contains(hub.Keys.All, k => k.Owner == "HUB" && k.KeyId == self.SignsWith);

        var absent = await Test(hub, "XA");
        Assert.Equal((ProbeStage.Echo, true), Failed(absent) is { } nobody ? (nobody.Stage, nobody.Found.Contains("does not run in this process", StringComparison.Ordinal)) : default);
        Assert.Equal(ProbeVerdict.NotTried, absent[^1].Verdict);

        await hub.Listen(hub.XA, Cancelled);
        hub.XA.OnTest = (hub.XA.SigningKey, asked => Report(hub, asked));
        var good = await Test(hub, "XA");
        Assert.Equal([.. Enumerable.Repeat(ProbeVerdict.NotUsed, 5), ProbeVerdict.Good, ProbeVerdict.Good], good.Select(r => r.Verdict));
        Assert.Contains($"Adapter 7.0, contracts {Wire.Version}", good[^1].Found, StringComparison.Ordinal);
        Assert.Equal(Wire.Version, (await hub.Services.GetRequiredService<AdapterRegister>().All(Cancelled)).Single(a => a.State == "XA").Contracts);

        hub.XA.OnTest = (hub.XA.SigningKey, asked => Report(hub, asked) with { Contracts = "1.0" });
        Assert.Equal(ProbeVerdict.Warning, (await Test(hub, "XA"))[^1].Verdict);

        hub.XA.OnTest = (hub.XB.SigningKey, asked => Report(hub, asked));
        Assert.Contains("An answer came and was set aside", Failed(await Test(hub, "XA"))!.Found, StringComparison.Ordinal);

        await hub.Listen(hub.XB, Cancelled);
        hub.Services.GetRequiredService<LinkTester>().Patience = TimeSpan.FromMilliseconds(300);
        Assert.Contains("No answer came", Failed(await Test(hub, "XB"))!.Found, StringComparison.Ordinal);
    }

    /// <summary>What an adapter says for the sake of the question.</summary>
    public static AdapterReported Report(HubUnderTest hub, ReportAsked asked) => new()
    {
        State = asked.State,
        At = hub.Time.GetUtcNow(),
        Version = "7.0",
        OutboxWaiting = 0,
        Quarantined = 0,
        Incomplete = 0,
        EverySeconds = 60,
        Contracts = Wire.Version,
        EchoId = asked.EchoId,
    };

    /// <summary>Asks for a test, and waits until a hub has ended it.</summary>
    public static async Task<IReadOnlyList<ProbeResult>> Test(HubUnderTest hub, string state)
    {
        var tests = hub.Services.GetRequiredService<LinkTests>();
        var test = await tests.Ask(new() { TestId = Guid.NewGuid(), State = state, AskedAt = TimeProvider.System.GetUtcNow(), AskedBy = "A. Bell", Reason = "Test" }, hub.Time.GetUtcNow(), Cancelled);
        var started = TimeProvider.System.GetTimestamp();
        while (await tests.Get(test.TestId, Cancelled) is var stands)
        {
            if (stands!.EndedAt is not null)
                return JsonSerializer.Deserialize<IReadOnlyList<ProbeResult>>(stands.Stages!, Json)!;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(90), $"No hub has ended the test; it has {stands.Stages ?? "no stage"}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancelled);
        }
        return [];
    }

    static ProbeResult? Failed(IReadOnlyList<ProbeResult> results) => results.FirstOrDefault(r => r.Verdict == ProbeVerdict.Failed);
}
