using System.Net.Http.Json;
using System.Text.Json;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Coordinator;
using LiaisonHub.IntegrationTests.Processes;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Links;
using LiaisonHub.OperatorConsole;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Stuck;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Coordinator;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RabbitMQ.Client;

namespace LiaisonHub.IntegrationTests.Broker;

/// <summary>Faults made on a real broker between a real hub and an adapter that is well, and what the board of stuck requests calls them first.</summary>
public sealed class StuckOverRabbitTests(RabbitServer shared)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_fault_of_the_broker_is_called_by_its_name_on_the_board()
    {
        await using var rabbit = new RabbitServer();
        var links = await rabbit.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF", "XZ"], Cancelled);
        await using var hub = new HubUnderTest(null, links.Hub, state => new RabbitAdapterLink(links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance));
        var begun = TimeProvider.System.GetUtcNow();
        // By legal time all of it happens twenty minutes ago: what is on its way since then is held up.
        hub.Time.AdjustTime(begun.AddMinutes(-20));
        await hub.Begin(Cancelled);
        var clock = new FakeTimeProvider(begun);
        await using var console = await Start(hub, clock);
        using var http = new HttpClient { BaseAddress = new(console.Urls.First()) };
        Assert.Empty((await Board()).Lines);

        var adapters = hub.Services.GetRequiredService<AdapterRegister>();
        var report = new AdapterReported { State = "XB", At = begun, Version = "1", OutboxWaiting = 0, Quarantined = 0, Incomplete = 0, EverySeconds = 3600 };
        Assert.True(await hub.XB.Post(Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(report, Wire.Json), DocumentTypes.Report, hub.XB.SigningKey)), Cancelled));
        await Seen(xb => xb.HeardAt is not null);
        await using var connection = await links.Connect("hub", links.Plan.Of("XB"), Cancelled);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancelled);
        var queue = LinkQueues.FromHub(Lane.Routine);

        // Its adapter is heard, and reads no more.
        await hub.XB.Leave();
        var request = await Send("XA-2026-000001");
        await Seen(xb => Queue(xb, queue) is { Readers: 0, Waiting: 1 });
        await Called(Cause.NoConsumer, "no-consumer");

        // It reads, and is stuck in the first message.
        await Send("XA-2026-000002");
        await using (var stands = await Reader())
        {
            await Seen(xb => Queue(xb, queue) is { Readers: 1, Waiting: 1 });
            await Called(Cause.ConsumerPaused, "consumer-paused");
        }

        // Neither message can be read: the broker is told that there is no use in them.
        for (var i = 0; i < 2; i++)
        {
            var poison = await Until.Found(() => channel.BasicGetAsync(queue, autoAck: false, Cancelled), Patience, () => "The message is not given back.", Cancelled);
            await channel.BasicRejectAsync(poison.DeliveryTag, requeue: false, Cancelled);
        }
        await using (var reads = await Reader())
        {
            await Seen(xb => Queue(xb, queue) is { Readers: 1, Waiting: 0 } && Queue(xb, LinkQueues.Dead) is { Waiting: 2 });
            await Called(Cause.DeadLetters, "dead-letters");
            Assert.Contains((await Board()).Faults, f => f is { Cause: Cause.DeadLetters, State: "XB" });
        }

        // Its queue is gone.
        await channel.QueueDeleteAsync(queue, cancellationToken: Cancelled);
        await Send("XA-2026-000003");
        await Seen(xb => Queue(xb, queue) is { Missing: true });
        await Called(Cause.BrokerTrouble, "queue-missing");

        // It is there again, and takes nothing: it is full.
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-max-length"] = 0, ["x-overflow"] = "reject-publish" }, cancellationToken: Cancelled);
        await using (var waits = await Reader())
        {
            await Send("XA-2026-000004");
            await Seen(xb => Queue(xb, queue) is { Readers: 1, Waiting: 0 });
            await Called(Cause.OutboxBlocked, "notices-wait-since-error");
        }

        await rabbit.Kill();
        await Seen(xb => xb.CutOffSince is not null);
        await Called(Cause.BrokerTrouble, "broker-trouble");
        Assert.Equal("broker-away", (await Board()).Faults[0].WhatCode);

        async Task<Guid> Send(string reference)
        {
            var act = hub.XA.Make(hub.XB, Guid.NewGuid(), Sample.Submitted(reference), Sample.Particulars());
            Assert.IsType<ActAccepted>(await hub.XA.Send(act, Cancelled));
            return act.Header.RequestId;
        }

        // One that has a single message in its hands, and never comes to an end with it.
        async Task<IChannel> Reader()
        {
            var reader = await connection.CreateChannelAsync(cancellationToken: Cancelled);
            await reader.BasicQosAsync(0, 1, false, Cancelled);
            await reader.BasicConsumeAsync(queue, autoAck: false, new AsyncDefaultBasicConsumer(reader), Cancelled);
            return reader;
        }

        // The hub looks at its links once a minute; another hub looks at its start.
        Task Seen(Func<AdapterStanding, bool> so) => Until.True(
            async () =>
            {
                await ActivatorUtilities.CreateInstance<Watch>(hub.Services).Round(Cancelled);
                return so((await adapters.All(Cancelled)).Single(a => a.State == "XB"));
            },
            Patience, () => "The hub does not see it.", Cancelled);

        async Task Called(Cause cause, string code)
        {
            var verdict = (await Board()).Lines.SingleOrDefault(l => l.RequestId == request)?.Verdict;
            Assert.Equal((cause, code, "XB"), (verdict?.Cause ?? Cause.AsPlanned, verdict?.WhatCode, verdict?.State));
        }

        async Task<StuckBoard> Board()
        {
            // As whoever looks sees it who has not looked for a while.
            clock.Advance(StuckReader.Soonest);
            return (await http.GetFromJsonAsync<StuckBoard>(new Uri("/api/v1/stuck", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!;
        }
    }

    [Fact]
    public async Task What_died_on_the_hub_s_own_bus_comes_home_without_a_second_effect_and_a_bus_that_stands_still_is_told()
    {
        var links = await shared.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF", "XZ"], Cancelled);
        await using var hub = new HubUnderTest(null, links.Hub, state => new RabbitAdapterLink(links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance));
        var request = Guid.NewGuid();
        await using var connection = await links.Connect("hub", links.Core, Cancelled);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
        // As the bus makes its queue. What dies in it names the row that the first act of this hub will have.
        await channel.QueueDeclareAsync("requests", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: Cancelled);
        var message = $$$"""{"messageId":"{{{Guid.NewGuid()}}}","correlationId":"{{{request}}}","messageType":["urn:message:liaison:act-taken:1"],"message":{"correlationId":"{{{request}}}","journalId":1}}""";
        await channel.BasicPublishAsync("", "requests", mandatory: true, new BasicProperties { DeliveryMode = DeliveryModes.Persistent, ContentType = "application/vnd.masstransit+json", Expiration = "1" }, System.Text.Encoding.UTF8.GetBytes(message), Cancelled);
        await Until.True(async () => await channel.MessageCountAsync(LinkQueues.Dead, Cancelled) == 1, Patience, () => "It did not die.", Cancelled);
        var begun = TimeProvider.System.GetUtcNow();
        hub.Time.AdjustTime(begun);
        await hub.Begin(Cancelled);
        var clock = new FakeTimeProvider(begun);
        await using var console = await Start(hub, clock);
        using var http = new HttpClient { BaseAddress = new(console.Urls.First()) };
        var report = ActivatorUtilities.CreateInstance<SelfReport>(hub.Services, (TimeProvider)clock);

        await Until.True(async () =>
        {
            await report.Report(Cancelled);
            return (await Get<AdaptersBoard>("adapters")).Core?.Look.Queues is [{ Name: "requests.urgent", Readers: > 0 }, { Name: "requests", Readers: > 0 }, { Name: LinkQueues.Dead, Waiting: 1 }];
        }, Patience, () => "The hub does not see its own queues.", Cancelled);
        Assert.Contains((Cause.DeadLetters, "HUB", "core-dead-letters"), (await Board()).Faults.Select(f => (f.Cause, f.State!, f.WhatCode)));
        var act = hub.XA.Make(hub.XB, request, Sample.Submitted("XA-2026-000001"), Sample.Particulars());
        Assert.IsType<ActAccepted>(await hub.XA.Send(act, Cancelled));

        await Deed("adapters/HUB/dead", new DeadLetterWish("Shown on Today", "A. Bell"));
        var look = await Until.Found(async () => await Get<DeadLetterBoard>("adapters/HUB/dead") is { Status: DeadLetterStatus.Seen } seen ? seen : null, Patience, () => "It is not seen.", Cancelled);
        Assert.Equal(("act-taken", "requests", "expired"), Assert.Single(look.Lines).Letter is var letter ? (letter.Type, letter.Home, letter.Why) : default);
        await Deed($"adapters/HUB/dead/{look.LookId}/home", new HomeWish("It names a row", 1, "A. Bell"));
        await Until.True(async () => (await Get<DeadLetterBoard>("adapters/HUB/dead")).Status == DeadLetterStatus.Home && await channel.MessageCountAsync("requests", Cancelled) == 0, Patience, () => "It is not home.", Cancelled);
        // What comes behind it in the queue is decided: it was taken, and what its row says was so already.
        Assert.IsType<ActAccepted>(await hub.XA.Send(hub.XA.Make(hub.XB, Guid.NewGuid(), Sample.Submitted("XA-2026-000002"), Sample.Particulars()), Cancelled));
        Assert.Single((await hub.Services.GetRequiredService<HubReads>().Request(request, Cancelled))!.Acts);
        Assert.Empty(await hub.Services.GetRequiredService<Quarantine>().Counts(Cancelled));

        await hub.Services.GetRequiredService<MassTransit.IBusControl>().StopAsync(Cancelled);
        await report.Report(Cancelled);
        clock.Advance(TimeSpan.FromSeconds(31));
        await report.Report(Cancelled);
        Assert.Contains((Cause.HubStandsStill, "HUB", "core-unread"), (await Board()).Faults.Select(f => (f.Cause, f.State!, f.WhatCode)));

        async Task<T> Get<T>(string address) => (await http.GetFromJsonAsync<T>(new Uri($"/api/v1/{address}", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!;

        async Task Deed<T>(string address, T wish)
        {
            using var answer = await http.PostAsJsonAsync(new Uri($"/api/v1/{address}", UriKind.Relative), wish, Cancelled);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
        }

        async Task<StuckBoard> Board()
        {
            clock.Advance(StuckReader.Soonest);
            return await Get<StuckBoard>("stuck");
        }
    }

    static QueueLook? Queue(AdapterStanding adapter, string name) => WayReader.QueuesOf(adapter).FirstOrDefault(q => q.Name == name);

    static async Task<WebApplication> Start(HubUnderTest hub, TimeProvider time)
    {
        var folder = Path.GetDirectoryName(hub.PublicKeys)!;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = folder });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time).AddKeyedSingleton("technical", time);
        builder.AddOperatorConsole(new() { Database = hub.Database, Region = hub.Region, PublicKeys = hub.PublicKeys, Urls = "http://127.0.0.1:0", SignIn = SignInBy.ThisMachine, ApproverLinkFile = Path.Combine(folder, "approver-link.txt") });
        var app = builder.Build();
        app.MapOperatorConsole();
        await app.StartAsync(Cancelled);
        return app;
    }
}
