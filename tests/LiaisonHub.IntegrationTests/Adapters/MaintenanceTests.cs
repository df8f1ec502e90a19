using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Exchange;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Processes;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests;
using LiaisonHub.Tests.Coordinator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.IntegrationTests.Adapters;

/// <summary>A state announces that its adapter is worked on, over a real broker to a real hub: it is noted, the others are told, and the hub goes on keeping what it has for that state.</summary>
[Long(45)]
public sealed class MaintenanceTests(RabbitServer rabbit) : IAsyncLifetime
{
    TestLinks links = null!;
    HubUnderTest hub = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    static DateTimeOffset Present => TimeProvider.System.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        links = await rabbit.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF", "XZ"], Cancelled);
        hub = new HubUnderTest(null, links.Hub, state => new RabbitAdapterLink(links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance));
        await hub.Begin(Cancelled);
    }

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task It_is_noted_told_to_the_others_and_entered_in_the_ledger_and_what_the_hub_has_for_the_state_waits()
    {
        await hub.XB.Leave();
        var until = Present.AddHours(2);

        var answer = await Announce("XB", until: until);

        Assert.Equal((until, null), (answer!.Until, answer.Problem));
        var notice = await hub.XA.Told(n => n.Read() as MaintenanceNotice, Cancelled);
        Assert.Equal(("XB", until, "The case system moves."), (notice.State, notice.Until, notice.Reason));
        var standing = (await Adapters.All(Cancelled)).Single(a => a.State == "XB");
        Assert.True(standing.InMaintenance(Present));
        await Recorded("MaintenanceAnnounced");

        await hub.XA.Send(hub.XB, Guid.NewGuid(), Sample.Submitted(), Cancelled, Sample.Particulars());
        await hub.Listen(hub.XB, Cancelled);
        await hub.XB.Told(n => n.Type == nameof(ActDelivered) ? n : null, Cancelled);
        Assert.DoesNotContain(hub.XB.Notices, n => n.Type == nameof(MaintenanceNotice));
    }

    [Fact]
    public async Task It_is_prolonged_within_what_the_region_allows_from_its_beginning_and_ended_early()
    {
        var begun = (await Announce("XB", until: Present.AddHours(1)))!.From;
        Assert.Equal(begun!.Value, (await Announce("XB", from: Present.AddMinutes(30), until: Present.AddDays(6)))!.From!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Contains("the region allows 7 days", (await Assert.ThrowsAsync<ProbeFailedException>(() => Announce("XB", until: Present.AddDays(7).AddMinutes(1)))).Message, StringComparison.Ordinal);
        Assert.Equal(Present.AddDays(6), (await Adapters.All(Cancelled)).Single(a => a.State == "XB").MaintenanceUntil!.Value, TimeSpan.FromMinutes(5));

        var ended = await Announce("XB", until: null);

        Assert.Null(ended!.Until);
        Assert.False((await Adapters.All(Cancelled)).Single(a => a.State == "XB").InMaintenance(Present));
        await hub.XA.Told(n => n.Read() is MaintenanceNotice { State: "XB" } told && told.Until <= Present ? told : null, Cancelled);
        await Recorded("MaintenanceEnded");
    }

    [Theory]
    [InlineData(100 * 24, 101 * 24, "more than 90 days from now")]
    [InlineData(0, 8 * 24, "the region allows 7 days")]
    [InlineData(5, 4, "ends before it begins")]
    public async Task One_the_region_does_not_allow_is_answered_with_what_would_be(int fromHours, int untilHours, string words)
    {
        var refused = await Assert.ThrowsAsync<ProbeFailedException>(() => Announce("XB", Present.AddHours(fromHours), Present.AddHours(untilHours)));

        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await Adapters.All(Cancelled), a => a.MaintenanceAt is not null);
    }

    [Fact]
    public async Task One_announced_while_the_hub_does_not_run_counts_when_it_runs_again()
    {
        await hub.Down();
        Assert.Null(await Announce("XB", until: Present.AddHours(2), patience: TimeSpan.FromSeconds(1)));

        await hub.Up(Cancelled);

        Assert.Equal("XB", (await hub.XA.Told(n => n.Read() as MaintenanceNotice, Cancelled)).State);
    }

    [Fact]
    public async Task One_signed_with_a_key_the_hub_does_not_know_is_answered_and_not_noted()
    {
        using var unknown = PrivateKey.Generate("XB", KeyUse.Sign);
        var keys = new AdapterKeys("XB", [unknown], hub.Keys.With(unknown.Public(Present.AddDays(-1), Present.AddDays(30))), TimeProvider.System);

        var refused = await Assert.ThrowsAsync<ProbeFailedException>(() => Announce("XB", until: Present.AddHours(1), keys: keys));

        Assert.Contains("is no signing key of the directory", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await Adapters.All(Cancelled), a => a.MaintenanceAt is not null);
    }

    AdapterRegister Adapters => hub.Services.GetRequiredService<AdapterRegister>();

    // The hub's watch puts what is recorded into its order within a second or two.
    Task<string> Recorded(string kind) => Until.Found(
        async () => (await hub.Services.GetRequiredService<Ledger>().Page(0, 1000, Cancelled)).Select(l => l.Kind).FirstOrDefault(k => k == kind), TimeSpan.FromSeconds(60), () => $"The ledger has no {kind}.", Cancelled);

    Task<MaintenanceAnswered?> Announce(string state, DateTimeOffset? from = null, DateTimeOffset? until = null, TimeSpan? patience = null, AdapterKeys? keys = null) =>
        new MaintenanceAnnouncement(links.Of(state), state, () => keys ?? new AdapterKeys(state, [hub.SigningKeyOf(state)], hub.Keys, TimeProvider.System), patience ?? TimeSpan.FromSeconds(60), TimeProvider.System)
            .Announce(from, until, "The case system moves.", Cancelled);
}
