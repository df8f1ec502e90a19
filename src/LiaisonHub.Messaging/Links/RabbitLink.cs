using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using LiaisonHub.Messaging.Broker;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace LiaisonHub.Messaging.Links;

/// <summary>The names on a state's virtual host.</summary>
public static class LinkQueues
{
    /// <summary>Where the state publishes, with the queue's name as routing key: the one exchange it may write to.</summary>
    public const string ToHubExchange = "to-hub";

    /// <summary>What the state sends to the hub.</summary>
    public static string ToHub(Lane lane) => lane == Lane.Urgent ? "to-hub.urgent" : "to-hub";

    /// <summary>What the hub sends to the state.</summary>
    public static string FromHub(Lane lane) => lane == Lane.Urgent ? "from-hub.urgent" : "from-hub";

    /// <summary>What the hub answers to a question that is no act: small, soon forgotten, and read by whoever has asked.</summary>
    public const string Answers = "from-hub.answers";

    /// <summary>What the broker gave up on; the hub's operator looks at it.</summary>
    public const string Dead = "dead";

    /// <summary>What the hub looks at: both directions, the urgent lane first, and what the broker gave up on.</summary>
    public static IReadOnlyList<string> Watched { get; } = [FromHub(Lane.Urgent), FromHub(Lane.Routine), ToHub(Lane.Urgent), ToHub(Lane.Routine), Dead];

    /// <summary>A state's virtual host, without the environment's prefix.</summary>
    public static string VirtualHost(string state) => state.ToLowerInvariant();
}

/// <summary>A state's end of the link over RabbitMQ.</summary>
public sealed class RabbitAdapterLink(BrokerOptions options, string state, ILogger<RabbitAdapterLink> log) : IAdapterLink, IAsyncDisposable
{
    readonly RabbitPipe pipe = new(options, state, LinkQueues.ToHubExchange, signs: true, log);

    /// <inheritdoc/>
    public Task<IReadOnlySet<Guid>> Send(IReadOnlyList<Post> posts, CancellationToken cancellationToken) => pipe.Send(posts, LinkQueues.ToHub, cancellationToken);

    /// <inheritdoc/>
    public Task Receive(Func<IReadOnlyList<Post>, CancellationToken, Task> take, CancellationToken cancellationToken) => pipe.Receive(LinkQueues.FromHub, take, cancellationToken);

    /// <inheritdoc/>
    public string? Trouble => pipe.Trouble;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => pipe.DisposeAsync();
}

/// <summary>The hub's end: one connection to each state's virtual host.</summary>
public sealed class RabbitHubLink(BrokerOptions options, ILogger<RabbitHubLink> log) : IHubLink, IAsyncDisposable
{
    readonly ConcurrentDictionary<string, RabbitPipe> pipes = new();

    /// <inheritdoc/>
    public async Task<IReadOnlySet<Guid>> Send(IReadOnlyList<Post> posts, CancellationToken cancellationToken)
    {
        var perState = await Task.WhenAll(posts.GroupBy(p => p.State).Select(g => Pipe(g.Key).Send([.. g], LinkQueues.FromHub, cancellationToken)));
        return perState.Length == 1 ? perState[0] : perState.SelectMany(s => s).ToHashSet();
    }

    /// <inheritdoc/>
    public async Task Answer(Post post, CancellationToken cancellationToken) => await Pipe(post.State).Send([post], _ => LinkQueues.Answers, cancellationToken);

    /// <inheritdoc/>
    public async Task<LinkLook?> Look(string state, CancellationToken cancellationToken) => await Pipe(state).Look(LinkQueues.Watched, cancellationToken);

    /// <inheritdoc/>
    public Task Receive(string state, Func<IReadOnlyList<Post>, CancellationToken, Task> take, CancellationToken cancellationToken) =>
        Pipe(state).Receive(LinkQueues.ToHub, take, cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Trouble => pipes.Where(p => p.Value.Trouble != null).ToDictionary(p => p.Key, p => p.Value.Trouble!);

    // The hub does not sign what it sends with its user id: the states' write permissions already protect these queues, and a signed message could not be dead-lettered by another user.
    RabbitPipe Pipe(string state) => pipes.GetOrAdd(state, s => new RabbitPipe(options, s, exchange: "", signs: false, log));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var pipe in pipes.Values)
            await pipe.DisposeAsync();
    }
}

/// <summary>Publishing with confirms and mandatory, consuming in batches, one virtual host. A lost connection is made again; a send that cannot be made durable says so by leaving ids out.</summary>
sealed partial class RabbitPipe(BrokerOptions options, string state, string exchange, bool signs, ILogger log) : IAsyncDisposable
{
    static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(20);
    readonly SemaphoreSlim opening = new(1, 1);
    readonly string virtualHost = options.VirtualHost(LinkQueues.VirtualHost(state));
    IConnection? connection;
    IChannel? publishing;
    volatile string? sendTrouble, receiveTrouble;

    // Made anew with each connection; done once the urgent queue is read over it or cannot be. The routine queue is asked after that: an emergency that waited comes before all else that waited.
    volatile TaskCompletionSource urgentAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string? Trouble => receiveTrouble ?? sendTrouble;

    public async Task<IReadOnlySet<Guid>> Send(IReadOnlyList<Post> posts, Func<Lane, string> queue, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(SendPatience);
        var confirmed = new HashSet<Guid>(posts.Count);
        var refused = new HashSet<Guid>();
        var repeat = await SendAll(posts, queue, confirmed, refused, patience.Token);
        // A refusal by the broker (no permission, too large) closes the channel and fails the neighbours of the guilty message: what is left goes one at a time.
        foreach (var post in repeat)
            await SendAll([post], queue, confirmed, refused, patience.Token);
        cancellationToken.ThrowIfCancellationRequested();
        if (confirmed.Count == posts.Count)
            sendTrouble = null;
        return confirmed;
    }

    async Task<IReadOnlyList<Post>> SendAll(IReadOnlyList<Post> posts, Func<Lane, string> queue, HashSet<Guid> confirmed, HashSet<Guid> refused, CancellationToken cancellationToken)
    {
        var unknown = new List<Post>();
        try
        {
            var channel = await PublishingChannel(cancellationToken);
            var sends = posts.Select(post => (post, task: channel.BasicPublishAsync(exchange, queue(post.Lane), mandatory: true, Properties(post), post.Body, cancellationToken).AsTask())).ToArray();
            foreach (var (post, task) in sends)
            {
                try
                {
                    await task;
                    confirmed.Add(post.Id);
                }
                catch (PublishException e)
                {
                    // Returned (no queue) or negatively confirmed (queue full): this message alone, the channel lives.
                    refused.Add(post.Id);
                    Say(e.IsReturn ? $"The broker has no queue '{queue(post.Lane)}' on virtual host '{virtualHost}'. Run 'liaisonhub broker provision'." : $"The broker does not take more into '{queue(post.Lane)}': it is full.");
                }
                catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    unknown.Add(post);
                    Say(Words(e));
                }
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Say(Words(e));
            return [];
        }
        catch (OperationCanceledException)
        {
            Say("The broker did not confirm in time.");
            return [];
        }
        return posts.Count == 1 ? [] : unknown;
    }

    public async Task<LinkLook> Look(IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        await Look(Connection, virtualHost, queues, cancellationToken) is var look && look.Trouble is null ? look with { Trouble = Trouble } : look;

    /// <summary>Looks at queues of a virtual host; nothing of them is taken.</summary>
    public static async Task<LinkLook> Look(Func<CancellationToken, Task<IConnection>> connection, string virtualHost, IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var seen = new List<QueueLook>(queues.Count);
        try
        {
            // A channel of its own: a queue that is not there closes it.
            await using var channel = await (await connection(cancellationToken)).CreateChannelAsync(cancellationToken: cancellationToken);
            foreach (var queue in queues)
            {
                var found = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
                seen.Add(new(queue, found.MessageCount, (int)found.ConsumerCount));
            }
            return new(seen, null);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 404)
        {
            return new([.. seen, new(queues[seen.Count], 0, 0, Missing: true)], $"The broker has no queue '{queues[seen.Count]}' on virtual host '{virtualHost}'. Run 'liaisonhub broker provision'.");
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new([], Words(e));
        }
    }

    public async Task Receive(Func<Lane, string> queue, Func<IReadOnlyList<Post>, CancellationToken, Task> take, CancellationToken cancellationToken) =>
        await Task.WhenAll(ReceiveLane(Lane.Routine, queue, take, cancellationToken), ReceiveLane(Lane.Urgent, queue, take, cancellationToken));

    async Task ReceiveLane(Lane lane, Func<Lane, string> queue, Func<IReadOnlyList<Post>, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromMilliseconds(200);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Consume(lane, queue(lane), take, () => pause = TimeSpan.FromMilliseconds(200), cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                receiveTrouble = Words(e);
                ReceivingFailed(log, e, state, queue(lane), pause);
            }
            try
            {
                await Task.Delay(pause, TimeProvider.System, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, 5000));
        }
    }

    async Task Consume(Lane lane, string queue, Func<IReadOnlyList<Post>, CancellationToken, Task> take, Action working, CancellationToken cancellationToken)
    {
        var link = await Connection(cancellationToken);
        var asked = urgentAsked;
        if (lane == Lane.Routine)
            await asked.Task.WaitAsync(cancellationToken);
        var arrived = Channel.CreateUnbounded<(ulong Tag, Post Post)>(new UnboundedChannelOptions { SingleReader = true });
        await using var channel = await Ask();
        receiveTrouble = null;
        var batch = new List<(ulong Tag, Post Post)>(50);
        while (await arrived.Reader.WaitToReadAsync(cancellationToken))
        {
            batch.Clear();
            while (batch.Count < 50 && arrived.Reader.TryRead(out var next))
                batch.Add(next);
            await take([.. batch.Select(b => b.Post)], cancellationToken);
            await channel.BasicAckAsync(batch[^1].Tag, multiple: true, cancellationToken);
            working();
        }

        async Task<IChannel> Ask()
        {
            IChannel? opened = null;
            try
            {
                opened = await link.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: false, publisherConfirmationTrackingEnabled: false), cancellationToken);
                await opened.BasicQosAsync(0, 200, false, cancellationToken);
                opened.ChannelShutdownAsync += (_, e) => { arrived.Writer.TryComplete(new IOException(e.ReplyText)); return Task.CompletedTask; };
                await opened.BasicConsumeAsync(queue, autoAck: false, new AsyncDefaultBasicConsumerOf(opened, arrived.Writer, state, lane), cancellationToken);
                return opened;
            }
            catch
            {
                if (opened != null)
                    await opened.DisposeAsync();
                throw;
            }
            finally
            {
                if (lane == Lane.Urgent)
                    asked.TrySetResult();
            }
        }
    }

    async Task<IChannel> PublishingChannel(CancellationToken cancellationToken)
    {
        if (publishing is { IsOpen: true } open)
            return open;
        var link = await Connection(cancellationToken);
        await opening.WaitAsync(cancellationToken);
        try
        {
            if (publishing is { IsOpen: true })
                return publishing;
            if (publishing != null)
                await publishing.DisposeAsync();
            // No limiter of outstanding confirms: the outbox batch already bounds them.
            publishing = await link.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null), cancellationToken);
            return publishing;
        }
        finally
        {
            opening.Release();
        }
    }

    async Task<IConnection> Connection(CancellationToken cancellationToken)
    {
        if (connection is { IsOpen: true } open)
            return open;
        await opening.WaitAsync(cancellationToken);
        try
        {
            if (connection is { IsOpen: true })
                return connection;
            if (connection != null)
                await connection.DisposeAsync();
            urgentAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
            connection = await options.Connect(virtualHost, $"liaisonhub-{state}", cancellationToken);
            return connection;
        }
        finally
        {
            opening.Release();
        }
    }

    BasicProperties Properties(Post post)
    {
        var properties = new BasicProperties
        {
            MessageId = post.Id.ToString(),
            ContentType = "application/jose+json",
            DeliveryMode = DeliveryModes.Persistent,
            UserId = signs ? options.User : null,
        };
        if (post.TraceParent != null)
            properties.Headers = new Dictionary<string, object?> { ["traceparent"] = post.TraceParent };
        return properties;
    }

    void Say(string trouble)
    {
        if (sendTrouble != trouble)
            SendingFailed(log, state, trouble);
        sendTrouble = trouble;
    }

    static string Words(Exception e) => e switch
    {
        BrokerUnreachableException => "The broker cannot be reached: " + e.GetBaseException().Message,
        AlreadyClosedException or OperationInterruptedException => "The broker closed the connection: " + e.GetBaseException().Message,
        _ => e.GetBaseException().Message,
    };

    public async ValueTask DisposeAsync()
    {
        if (publishing != null)
            await publishing.DisposeAsync();
        if (connection != null)
            await connection.DisposeAsync();
        opening.Dispose();
    }

    [LoggerMessage(2101, LogLevel.Warning, "Sending for state {State} is in trouble: {Trouble}")]
    static partial void SendingFailed(ILogger log, string state, string trouble);

    [LoggerMessage(2102, LogLevel.Warning, "Receiving for state {State} from {Queue} broke off; trying again in {Pause}")]
    static partial void ReceivingFailed(ILogger log, Exception e, string state, string queue, TimeSpan pause);

    sealed class AsyncDefaultBasicConsumerOf(IChannel channel, ChannelWriter<(ulong, Post)> arrived, string state, Lane lane) : AsyncDefaultBasicConsumer(channel)
    {
        public override Task HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties,
            ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            var post = new Post
            {
                State = state,
                Lane = lane,
                Id = Guid.TryParse(properties.MessageId, out var id) ? id : Guid.Empty,
                Body = body.ToArray(), // The client reuses its buffer.
                TraceParent = properties.Headers?.TryGetValue("traceparent", out var value) == true && value is byte[] text && text.Length <= 64 ? Encoding.ASCII.GetString(text) : null,
            };
            arrived.TryWrite((deliveryTag, post));
            return Task.CompletedTask;
        }

        protected override Task OnCancelAsync(string[] consumerTags, CancellationToken cancellationToken = default)
        {
            // The queue was deleted or the node went away: start over.
            arrived.TryComplete(new IOException("The broker cancelled the consumer."));
            return base.OnCancelAsync(consumerTags, cancellationToken);
        }
    }
}
