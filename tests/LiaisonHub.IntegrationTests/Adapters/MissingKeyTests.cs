using LiaisonHub.Casework;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.IntegrationTests.Processes;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Links;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Coordinator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.IntegrationTests.Adapters;

/// <summary>The program of a country is started without one of its private keys, over a real broker to a real hub: it ends, and the hub knows why.</summary>
public sealed class MissingKeyTests(RabbitServer rabbit) : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("missing-key-").FullName;
    TestLinks links = null!;
    HubUnderTest hub = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        links = await rabbit.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF", "XZ"], Cancelled);
        hub = new HubUnderTest(null, links.Hub, state => new RabbitAdapterLink(links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance));
        await hub.Begin(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_program_that_ends_for_want_of_its_private_key_says_so_to_the_hub_and_names_no_path_and_no_secret_there()
    {
        var (options, own) = (links.Of("XB"), Path.Combine(folder, "private"));
        Directory.CreateDirectory(own);
        hub.SealingKeyOf("XB").Save(Path.Combine(own, "XB.seal.json"));
        await using var program = new ProgramProcess("LiaisonHub.Adapters.XB", folder, new Dictionary<string, string>
        {
            ["Adapter__Database"] = $"sqlite:{Path.Combine(folder, "adapter.db")}",
            ["Adapter__PublicKeys"] = hub.PublicKeys,
            ["Adapter__PrivateKeys"] = own,
            ["Adapter__Broker__Host"] = options.Host,
            ["Adapter__Broker__Port"] = FormattableString.Invariant($"{options.Port}"),
            ["Adapter__Broker__Prefix"] = options.Prefix,
            ["Adapter__Broker__User"] = options.User,
            ["Adapter__Broker__Password"] = options.Password!,
        });
        program.Start();

        Assert.Equal(2, await program.Ended(Cancelled));
        await Until.True(() => Task.FromResult(program.Said.Contains("The hub was told that the private half of key", StringComparison.Ordinal)), TimeSpan.FromSeconds(60), () => program.Said, Cancelled);

        var key = hub.Keys.CurrentSigning("XB", TimeProvider.System.GetUtcNow())!.KeyId;
        var adapters = hub.Services.GetRequiredService<AdapterRegister>();
        var standing = await Until.Found(async () => (await adapters.All(Cancelled)).FirstOrDefault(a => a.MissingKey is not null), TimeSpan.FromSeconds(60), () => "The hub has noted nothing.", Cancelled);
        Assert.Equal(("XB", key), (standing.State, standing.MissingKey));
        var board = await new WayReader(hub.Services.GetRequiredService<Hearing>(), hub.Services.GetRequiredService<Outbox>(), hub.Services.GetRequiredService<HubBeliefs>(), hub.Services.GetRequiredService<Region>(), TimeProvider.System, TimeProvider.System).Read(Cancelled);
        var fault = Assert.Single(board.Faults, f => f.State == "XB");
        Assert.Equal((Cause.MissingKey, Owner.Adapter, "restore-adapter-key"), (fault.Cause, fault.Owner, fault.Clears.Code));

        // With its key in its place it is heard, and that was that.
        Assert.True(await hub.XB.Post(hub.XB.Report(), Cancelled));
        await Until.True(async () => (await adapters.All(Cancelled)).Single(a => a.State == "XB") is { MissingKey: null, HeardAt: not null }, TimeSpan.FromSeconds(60), () => "XB still counts as without its key.", Cancelled);
    }
}
