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
public sealed class StuckOverRabbitTests
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
