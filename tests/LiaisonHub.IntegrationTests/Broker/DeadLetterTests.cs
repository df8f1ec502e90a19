using System.Text;
using System.Text.Json;
using LiaisonHub.IntegrationTests.Processes;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Coordinator;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace LiaisonHub.IntegrationTests.Broker;

/// <summary>What the broker gave up on is seen without being moved, and comes home: only what was seen, only where it came from, and with one effect, whoever dies in between.</summary>
public sealed class DeadLetterTests(RabbitServer rabbit, PostgresServer postgres)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_seen_goes_home_and_nothing_else()
    {
        var links = await rabbit.NewLinks(["XA"], Cancelled);
        await using var connection = await links.Connect("hub", links.Plan.Of("XA"), Cancelled);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
        var queue = new DeadLetterQueue(links.Hub, "XA");
        Assert.Equal(0, (await queue.Look(10, Cancelled)).Total);

        var act = Encoding.UTF8.GetBytes($$"""{"payload":"{{Base64("""{"type":"RequestSubmitted"}""")}}"}""");
        await Die(links, "to-hub", act, traced: true);
        // A sender writes where it would like to be taken for coming from.
        await Die(links, "to-hub.urgent", [1], forged: "from-hub");
        await Die(channel, "from-hub.urgent", [2]);
        await channel.BasicPublishAsync("", LinkQueues.Dead, mandatory: true, new BasicProperties { DeliveryMode = DeliveryModes.Persistent }, new byte[] { 3 }, Cancelled);
        await Until.True(async () => await channel.MessageCountAsync(LinkQueues.Dead, Cancelled) == 4, Patience, () => "the four did not die", Cancelled);

        var (letters, total) = await queue.Look(10, Cancelled);
        Assert.Equal(4, total);
        Assert.Equal(["from-hub.urgent", "to-hub", "to-hub.urgent", null], letters.Select(l => l.Home).OrderBy(h => h is null).ThenBy(h => h, StringComparer.Ordinal));
        var first = letters.Single(l => l.Home == "to-hub");
        Assert.Equal(("RequestSubmitted", "expired", act.Length), (first.Type, first.Why, first.Size));
        Assert.NotNull(first.DiedAt);
        Assert.Equal((1, 4L), ((await queue.Look(1, Cancelled)).Letters.Count, (await queue.Look(1, Cancelled)).Total));

        // What dies after the look stays, whatever it is.
        await Die(channel, "from-hub.urgent", [4]);
        await Until.True(async () => await channel.MessageCountAsync(LinkQueues.Dead, Cancelled) == 5, Patience, () => "the fifth did not die", Cancelled);
        // A queue that is gone takes nothing, and nothing is lost for it.
        await channel.QueueDeleteAsync("from-hub.urgent", cancellationToken: Cancelled);
        var became = await queue.Bring(letters, null, Cancelled);

        Assert.Equal(["to-hub", "to-hub.urgent"], became.Select(b => b.Home).OfType<string>().Order(StringComparer.Ordinal));
        Assert.Equal(2, became.Count(b => b.Home is null));
        await Until.True(async () => await channel.MessageCountAsync(LinkQueues.Dead, Cancelled) == 3, Patience, () => "what stays is not given back", Cancelled);
        var came = new TaskCompletionSource<(byte[] Body, IReadOnlyBasicProperties BasicProperties)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var reader = new AsyncEventingBasicConsumer(channel);
        reader.ReceivedAsync += (_, message) =>
        {
            came.TrySetResult((message.Body.ToArray(), new BasicProperties(message.BasicProperties)));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync("to-hub", autoAck: true, reader, Cancelled);
        var home = await came.Task.WaitAsync(Patience, Cancelled);
        Assert.Equal(act, home.Body);
        Assert.True(home.BasicProperties.Persistent);
        Assert.Equal("a message", home.BasicProperties.MessageId);
        Assert.Contains("traceparent", home.BasicProperties.Headers!.Keys);
        Assert.DoesNotContain("x-death", home.BasicProperties.Headers.Keys);
        Assert.False(home.BasicProperties.IsExpirationPresent());
        Assert.Equal(0u, await channel.MessageCountAsync("from-hub", Cancelled));
    }

    [Fact]
    public async Task A_hub_that_dies_between_the_two_queues_goes_on_and_each_act_has_one_effect()
    {
        var folder = Directory.CreateTempSubdirectory("liaisonhub-dead-").FullName;
        var links = await rabbit.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF", "XZ"], Cancelled);
        await using (var hub = new HubUnderTest(await postgres.NewDatabase(Cancelled), links.Hub, state => new RabbitAdapterLink(links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance)))
        {
            hub.Time.AdjustTime(TimeProvider.System.GetUtcNow());
            await hub.Begin(Cancelled);
            await hub.Down();
            await using var database = Database.Open(hub.Database, TimeProvider.System);
            var (looks, reads) = (new DeadLetterLooks(database), new HubReads(database));
            await using var connection = await links.Connect("hub", links.Plan.Of("XA"), Cancelled);
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
            var acts = Enumerable.Range(0, 3).Select(i => hub.XA.Make(hub.XB, Guid.NewGuid(), Sample.Submitted($"XA-2026-{i:D6}"), Sample.Particulars())).ToList();
            foreach (var act in acts)
                await Die(channel, "to-hub", hub.XA.Sign(act));
            await Until.True(async () => await channel.MessageCountAsync(LinkQueues.Dead, Cancelled) == 3, Patience, () => "the acts did not die", Cancelled);

            var (letters, total) = await new DeadLetterQueue(links.Hub, "XA").Look(10, Cancelled);
            var now = TimeProvider.System.GetUtcNow();
            var look = await looks.Ask(new() { LookId = Guid.CreateVersion7(), State = "XA", AskedAt = now, AskedBy = "anna" }, "Shown on Today", null, now, Cancelled);
            await looks.Seen(look.LookId, total, JsonSerializer.Serialize(letters, JsonSerializerOptions.Web), null, now, Cancelled);
            Assert.True(await looks.WishHome((await looks.Latest("XA", Cancelled))!, "anna", "The queue had been full", null, now, now, Cancelled));

            await using var process = new ProgramProcess("LiaisonHub.Coordinator", Path.Combine(folder, "run"), hub.Settings);
            process.Start(CrashPoint.DeadLetterBeforeAcknowledge);
            using (var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled))
            {
                patience.CancelAfter(Patience);
                await process.Ended(patience.Token);
            }
            Assert.Null((await looks.Latest("XA", Cancelled))!.EndedAt);
            await Until.True(async () => await channel.MessageCountAsync(LinkQueues.Dead, Cancelled) == 3, Patience, () => "what was not acknowledged is not given back", Cancelled);

            process.Start();
            await Until.True(async () => (await looks.Latest("XA", Cancelled))!.EndedAt is not null, Patience, () => process.Said, Cancelled);
            foreach (var act in acts)
                await Until.True(async () => (await reads.Request(act.Header.RequestId, Cancelled))?.Acts is [{ DecidedAt: not null }], Patience, () => process.Said, Cancelled);
            Assert.Equal(3, JsonSerializer.Deserialize<IReadOnlyList<BroughtHome>>((await looks.Latest("XA", Cancelled))!.Became!, JsonSerializerOptions.Web)!.Count(b => b.Home == "to-hub"));
            Assert.Equal(0u, await channel.MessageCountAsync(LinkQueues.Dead, Cancelled));
            foreach (var act in acts)
                Assert.Single((await reads.Request(act.Header.RequestId, Cancelled))!.Acts);

            var ledger = new Ledger(database);
            await Until.True(async () => (await ledger.DeedsPage(new() { Kind = "DeadLettersBroughtHome" }, null, 10, Cancelled)).Count == 1, Patience, () => process.Said, Cancelled);
            Assert.Single(await ledger.DeedsPage(new() { Kind = "DeadLettersWishedHome" }, null, 10, Cancelled), d => d.Actor == "anna");
        }
        Directory.Delete(folder, recursive: true);
    }

    static string Base64(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    // As the state's own user, by which a signed message could be published by nobody else.
    static async Task Die(TestLinks links, string queue, byte[] body, bool traced = false, string? forged = null)
    {
        await using var connection = await links.Connect("XA", links.Plan.Of("XA"), Cancelled);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
        var headers = new Dictionary<string, object?>();
        if (traced)
            headers["traceparent"] = Encoding.UTF8.GetBytes("00-1");
        if (forged is not null)
            headers["x-death"] = new List<object> { new Dictionary<string, object> { ["queue"] = forged, ["reason"] = "expired", ["count"] = 1L, ["exchange"] = "", ["routing-keys"] = new List<object> { forged } } };
        await channel.BasicPublishAsync(LinkQueues.ToHubExchange, queue, mandatory: true,
            new BasicProperties { MessageId = "a message", UserId = links.Plan.Of("XA"), DeliveryMode = DeliveryModes.Persistent, Expiration = "1", Headers = headers }, body, Cancelled);
    }

    static async Task Die(IChannel channel, string queue, byte[] body) =>
        await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { DeliveryMode = DeliveryModes.Persistent, Expiration = "1" }, body, Cancelled);
}
