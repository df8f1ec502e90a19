using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using LiaisonHub.Adapters.XA;
using LiaisonHub.Casework.Conformance;
using LiaisonHub.Conformance;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>The conformance kit against an adapter as a process of its own on a real broker, and as the hub's operator runs it.</summary>
[Long(120)]
public sealed class When_an_adapter_is_examined(RabbitServer rabbit) : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("examined-").FullName;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_on_its_virtual_host_earns_the_highest_level_though_it_is_killed_in_between()
    {
        var links = await rabbit.NewLinks(["XA"], Cancelled);
        var broker = links.Of("XA");
        await using var adapter = new AdapterProcess("XA", "dotnet", ProgramProcess.Built("LiaisonHub.Adapters.XA"))
        {
            Country = Xa.Country,
            Environment = new Dictionary<string, string>
            {
                ["Adapter__Broker__Host"] = broker.Host,
                ["Adapter__Broker__Port"] = broker.Port.ToString(CultureInfo.InvariantCulture),
                ["Adapter__Broker__Prefix"] = broker.Prefix,
                ["Adapter__Broker__User"] = broker.User,
                ["Adapter__Broker__Password"] = broker.Password!,
            },
        };
        await using var link = new RabbitHubLink(links.Hub, NullLogger<RabbitHubLink>.Instance);

        var report = await Examination.Run(adapter, new() { Link = link, Patience = TimeSpan.FromSeconds(60) }, Cancelled);

        Assert.True(report.Level == 3, report.Findings);
        Assert.Equal(CheckList.Current.Checks.Count, report.Count(CheckOutcome.Passed));
    }

    [Fact]
    public async Task The_operator_examines_a_body_that_works_at_its_desk_alone_and_records_its_level_signed()
    {
        using var hub = PrivateKey.Generate(PublicKey.HubOwner, KeyUse.Sign);
        hub.Save(At("hub.json"));
        var address = "sqlite:" + At("hub.db");
        await using var database = Database.Open(address, TimeProvider.System);
        database.Migrate(Schema.Hub);

        var (code, said) = await Run("adapter", "conform", "XZ", "--json", "--html", At("report.html"), "--junit", At("report.xml"), "--record", "--signed", At("XZ.level.json"), "--database", address, "--signing-key", At("hub.json"));

        Assert.True(code == 0, said);
        var report = JsonDocument.Parse(said).RootElement;
        Assert.Equal((3, 0, 0), (report.GetProperty("level").GetInt32(), report.GetProperty("failed").GetInt32(), report.GetProperty("notObserved").GetInt32()));
        // What is required of messages of a local system does not apply to who has none.
        Assert.Equal(
            CheckList.Current.Checks.Where(c => c.Group == "local").Select(c => c.Id).Concat(["LH-C109", "LH-C218", "LH-C219", "LH-C283", "LH-C284", "LH-C285"]).Order(StringComparer.Ordinal),
            report.GetProperty("checks").EnumerateArray().Where(c => c.GetProperty("outcome").GetString() == nameof(CheckOutcome.NotApplicable)).Select(c => c.GetProperty("id").GetString()!).Order(StringComparer.Ordinal));
        Assert.Contains("Level 3, complete", await File.ReadAllTextAsync(At("report.html"), Cancelled), StringComparison.Ordinal);
        Assert.Equal(CheckList.Current.Checks.Count, XElement.Load(new StringReader(await File.ReadAllTextAsync(At("report.xml"), Cancelled))).Descendants("testcase").Count());

        var kept = Assert.Single(await new ConformanceRegister(database).All(Cancelled));
        var directory = new KeyDirectory([hub.Public(kept.ExaminedAt.AddDays(-1), kept.ExaminedAt.AddDays(1))]);
        var earned = JsonSerializer.Deserialize<EarnedLevel>(
            Signing.Verify(Encoding.UTF8.GetBytes(kept.Document), [DocumentTypes.Conformance], directory, PublicKey.HubOwner, kept.ExaminedAt).Payload, Wire.Json)!;
        Assert.Equal(("XZ", 3, CheckList.Current.Checks.Count), (earned.State, earned.Level, earned.Checks.Count));
        // The file to be handed in at the console says the same.
        var file = Signing.Verify(await File.ReadAllBytesAsync(At("XZ.level.json"), Cancelled), [DocumentTypes.Conformance], directory, PublicKey.HubOwner, kept.ExaminedAt);
        Assert.Equal(earned.Checks, JsonSerializer.Deserialize<EarnedLevel>(file.Payload, Wire.Json)!.Checks);
    }

    [Fact]
    public async Task A_mistake_is_a_mistake_and_who_is_not_there_is_unreachable()
    {
        Assert.Equal(2, (await Run("adapter", "conform", "QQ")).Code);
        var (code, said) = await Run("adapter", "conform", "XA", "--group", "identity", "--record", "--database", "sqlite:x.db");
        Assert.Equal(2, code);
        Assert.Contains("only the hub can sign a level", said, StringComparison.Ordinal);

        (code, said) = await Run("adapter", "conform", "XA", "--group", "identity", "--patience", "20");
        Assert.True(code == 0, said);
        Assert.Contains("No level: only some groups were gone through.", string.Join(' ', said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

        var links = await rabbit.NewLinks(["XE"], Cancelled);
        Directory.CreateDirectory(At("passwords"));
        foreach (var options in new[] { links.Hub, links.Of("XE") })
            await File.WriteAllTextAsync(At("passwords", $"{options.User}.password"), options.Password, Cancelled);
        (code, said) = await Run(
            "adapter", "conform", "XE", "--broker", $"{links.Hub.Host}:{links.Hub.Port}", "--prefix", links.Hub.Prefix, "--passwords", At("passwords"), "--folder", At("exam"), "--patience", "1");
        Assert.True(code == 3, said);
        Assert.Contains("Nothing came from XE", said, StringComparison.Ordinal);
    }

    string At(params string[] parts) => Path.Combine([folder, .. parts]);

    static Task<(int Code, string Said)> Run(params string[] arguments) =>
        ServerProcess.Run(TimeSpan.FromMinutes(5), ["dotnet", ProgramProcess.Built("liaisonhub"), .. arguments], Cancelled, new Dictionary<string, string>());

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
        return default;
    }
}
