using System.Text;
using LiaisonHub.IntegrationTests.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace LiaisonHub.IntegrationTests.Broker;

/// <summary>What a state's user can do on the broker: exactly what the list says, tried operation by operation with the real user against the real broker.</summary>
public sealed class RightsTests(RabbitServer rabbit)
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    static readonly byte[] Body = Encoding.UTF8.GetBytes("x");

    static readonly (string Operation, Func<IChannel, Task> Try)[] Operations =
    [
        .. Queues.Select(q => ($"publish to {q} through the exchange to-hub", (Func<IChannel, Task>)(c => Publish(c, "to-hub", q)))),
        .. Queues.Select(q => ($"publish to {q} through the default exchange", (Func<IChannel, Task>)(c => Publish(c, "", q)))),
        .. Queues.Select(q => ($"consume {q}", (Func<IChannel, Task>)(c => c.BasicConsumeAsync(q, autoAck: false, new AsyncDefaultBasicConsumer(c), Cancelled)))),
        .. Queues.Select(q => ($"get from {q}", (Func<IChannel, Task>)(c => c.BasicGetAsync(q, autoAck: false, Cancelled)))),
        .. Queues.Select(q => ($"purge {q}", (Func<IChannel, Task>)(c => c.QueuePurgeAsync(q, Cancelled)))),
        .. Queues.Select(q => ($"delete {q}", (Func<IChannel, Task>)(c => c.QueueDeleteAsync(q, false, false, false, Cancelled)))),
        .. Queues.Select(q => ($"bind {q} to amq.fanout", (Func<IChannel, Task>)(c => c.QueueBindAsync(q, "amq.fanout", "k", cancellationToken: Cancelled)))),
        .. Queues.Select(q => ($"bind {q} to to-hub", (Func<IChannel, Task>)(c => c.QueueBindAsync(q, "to-hub", "k", cancellationToken: Cancelled)))),
        .. Queues.Select(q => ($"unbind {q} from to-hub", (Func<IChannel, Task>)(c => c.QueueUnbindAsync(q, "to-hub", q, cancellationToken: Cancelled)))),
        .. Exchanges.Select(e => ($"publish to the exchange {e}", (Func<IChannel, Task>)(c => Publish(c, e, "to-hub", mandatory: false)))),
        .. Exchanges.Select(e => ($"bind to-hub to receive from {e}", (Func<IChannel, Task>)(c => c.ExchangeBindAsync("to-hub", e, "k", cancellationToken: Cancelled)))),
        .. Exchanges.Select(e => ($"bind {e} to receive from to-hub", (Func<IChannel, Task>)(c => c.ExchangeBindAsync(e, "to-hub", "k", cancellationToken: Cancelled)))),
        ("declare a queue of its own", c => c.QueueDeclareAsync("mine", true, false, false, cancellationToken: Cancelled)),
        ("declare a queue with a name the broker chooses", c => c.QueueDeclareAsync("", false, true, true, cancellationToken: Cancelled)),
        ("declare to-hub again with its own arguments", c => c.QueueDeclareAsync("to-hub", true, false, false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-single-active-consumer"] = true }, cancellationToken: Cancelled)),
        ("declare an exchange of its own", c => c.ExchangeDeclareAsync("mine", "fanout", cancellationToken: Cancelled)),
        ("declare the exchange to-hub again", c => c.ExchangeDeclareAsync("to-hub", "direct", durable: true, cancellationToken: Cancelled)),
        ("delete the exchange to-hub", c => c.ExchangeDeleteAsync("to-hub", cancellationToken: Cancelled)),
        ("publish in another user's name", c => Publish(c, "to-hub", "to-hub", new BasicProperties { UserId = "hub" })),
    ];

    static string[] Queues => ["to-hub", "to-hub.urgent", "from-hub", "from-hub.urgent", "from-hub.answers", "dead"];

    static string[] Exchanges => ["amq.direct", "amq.fanout", "amq.topic", "amq.headers", "amq.match"];

    [Fact]
    public async Task A_state_may_publish_to_the_hub_and_read_its_own_post_and_nothing_else()
    {
        var links = await rabbit.NewLinks(["XA", "XB"], Cancelled);
        var allowed = new List<string>();
        foreach (var (operation, attempt) in Operations)
            if (await Allowed(links, links.Plan.Of("XA"), attempt))
                allowed.Add(operation);

        Assert.True(Operations.Length >= 60);
        Assert.Equal(
            [
                "publish to to-hub through the exchange to-hub", "publish to to-hub.urgent through the exchange to-hub",
                "consume from-hub", "consume from-hub.urgent", "consume from-hub.answers", "get from from-hub", "get from from-hub.urgent", "get from from-hub.answers",
                "purge from-hub", "purge from-hub.urgent", "purge from-hub.answers",
            ],
            allowed);
    }

    [Fact]
    public async Task A_state_may_not_even_enter_the_virtual_host_of_another_state_or_of_the_hub()
    {
        var links = await rabbit.NewLinks(["XA", "XB"], Cancelled);

        foreach (var host in (string[])[links.Plan.Of("XB"), links.Core, "/"])
        {
            // The client calls a connection open before the broker has answered; whoever uses it finds it closed.
            var refusal = await Assert.ThrowsAnyAsync<RabbitMQClientException>(async () =>
            {
                await using var connection = await links.Connect("XA", host, Cancelled);
                await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancelled);
            });
            Assert.Contains($"access to vhost '{host}' refused", refusal.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_copy_to_another_queue_asked_for_in_a_header_is_not_made()
    {
        var links = await rabbit.NewLinks(["XA"], Cancelled);
        var host = links.Plan.Of("XA");
        await using var state = await links.Connect("XA", host, Cancelled);
        await using var channel = await state.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);

        await Publish(channel, "to-hub", "to-hub", new BasicProperties { Headers = new Dictionary<string, object?> { ["CC"] = new List<object> { "from-hub", "dead" } } });

        await using var hub = await links.Connect("hub", host, Cancelled);
        await using var reading = await hub.CreateChannelAsync(cancellationToken: Cancelled);
        var counts = new List<uint>();
        foreach (var queue in (string[])["to-hub", "from-hub", "dead"])
            counts.Add(await reading.MessageCountAsync(queue, Cancelled));
        Assert.Equal([1, 0, 0], counts);
    }

    [Fact]
    public async Task A_states_user_cannot_use_the_management_API()
    {
        var links = await rabbit.NewLinks(["XA"], Cancelled);
        var options = links.Of("XA");
        using var http = new HttpClient { BaseAddress = rabbit.ManagementAddress };
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Password}")));

        using var answer = await http.GetAsync("api/overview", Cancelled);

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_message_larger_than_the_limit_is_refused_and_blocks_nobody()
    {
        var links = await rabbit.NewLinks(["XA"], Cancelled);
        var host = links.Plan.Of("XA");
        await using var state = await links.Connect("XA", host, Cancelled);
        await using (var channel = await state.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled))
            await Assert.ThrowsAnyAsync<RabbitMQClientException>(() => channel.BasicPublishAsync("to-hub", "to-hub", true, new byte[2 * 1024 * 1024], Cancelled).AsTask());

        await using var again = await state.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
        await again.BasicPublishAsync("to-hub", "to-hub", true, new byte[LiaisonHub.Contracts.V1.Wire.LargestDocument], Cancelled);
        Assert.True(again.IsOpen);
    }

    static async Task<bool> Allowed(TestLinks links, string host, Func<IChannel, Task> attempt)
    {
        // A refusal closes the channel, some the connection.
        await using var connection = await links.Connect("XA", host, Cancelled);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
        try
        {
            await attempt(channel);
            return channel.IsOpen;
        }
        catch (Exception e) when (e is OperationInterruptedException or PublishException or AlreadyClosedException)
        {
            return false;
        }
    }

    static Task Publish(IChannel channel, string exchange, string key, BasicProperties? properties = null, bool mandatory = true) =>
        channel.BasicPublishAsync(exchange, key, mandatory, properties ?? new BasicProperties(), Body, Cancelled).AsTask();
}
