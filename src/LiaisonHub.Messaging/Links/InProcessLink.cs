using System.Collections.Concurrent;

namespace LiaisonHub.Messaging.Links;

/// <summary>
/// The links when hub and adapters are one process. Nothing is ever in flight: a send calls the other side's <c>take</c> and returns when that has committed, so the sender's own outbox is the
/// durable copy until the receiver's transaction is.
/// </summary>
public sealed class InProcessExchange : IHubLink
{
    // One receiver a state and direction; a sender waits until it is there, as it would wait for a broker.
    readonly ConcurrentDictionary<string, Receiver> toHub = new();
    readonly ConcurrentDictionary<string, Receiver> fromHub = new();

    /// <summary>The adapter's end for one state.</summary>
    public IAdapterLink Adapter(string state) => new AdapterEnd(this, state);

    /// <inheritdoc/>
    public Task<IReadOnlySet<Guid>> Send(IReadOnlyList<Post> posts, CancellationToken cancellationToken) => Hand(fromHub, posts, cancellationToken);

    /// <summary>Within one process nobody tests the connection.</summary>
    public Task Answer(Post post, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<LinkLook?> Look(string state, CancellationToken cancellationToken) => Task.FromResult<LinkLook?>(null);

    /// <inheritdoc/>
    public Task Receive(string state, Func<IReadOnlyList<Post>, CancellationToken, Task> take, CancellationToken cancellationToken) => Listen(toHub, state, take, cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Trouble { get; } = new Dictionary<string, string>();

    static async Task<IReadOnlySet<Guid>> Hand(ConcurrentDictionary<string, Receiver> receivers, IReadOnlyList<Post> posts, CancellationToken cancellationToken)
    {
        var taken = new HashSet<Guid>();
        foreach (var perState in posts.GroupBy(p => p.State))
        {
            // A state whose side is not up keeps its rows in the sender's outbox; the others are not held up by it.
            if (!receivers.TryGetValue(perState.Key, out var receiver))
                continue;
            foreach (var batch in perState.OrderByDescending(p => p.Lane).Chunk(50))
            {
                if (!await receiver.Take(batch, cancellationToken))
                    break;
                taken.UnionWith(batch.Select(p => p.Id));
            }
        }
        return taken;
    }

    static async Task Listen(ConcurrentDictionary<string, Receiver> receivers, string state, Func<IReadOnlyList<Post>, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        var receiver = new Receiver(take, cancellationToken);
        receivers[state] = receiver;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(() => ended.TrySetResult());
        await ended.Task;
        receivers.TryRemove(new(state, receiver));
        // What it works with is disposed of once this returns: a batch in hand ends first.
        await receiver.Idle();
    }

    sealed class Receiver(Func<IReadOnlyList<Post>, CancellationToken, Task> handler, CancellationToken stopping)
    {
        readonly Lock gate = new();
        readonly HashSet<TaskCompletionSource> inHand = [];

        public async Task<bool> Take(IReadOnlyList<Post> posts, CancellationToken sending)
        {
            var batch = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gate)
            {
                if (stopping.IsCancellationRequested)
                    return false;
                inHand.Add(batch);
            }
            try
            {
                return await Handle(posts, sending);
            }
            finally
            {
                lock (gate)
                    inHand.Remove(batch);
                batch.SetResult();
            }
        }

        public Task Idle()
        {
            lock (gate)
                return Task.WhenAll(inHand.Select(b => b.Task));
        }

        async Task<bool> Handle(IReadOnlyList<Post> posts, CancellationToken sending)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, sending);
            try
            {
                await handler(posts, either.Token);
                return true;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested && !sending.IsCancellationRequested)
            {
                return false; // The receiver is going down; the sender keeps the rows.
            }
        }
    }

    sealed class AdapterEnd(InProcessExchange exchange, string state) : IAdapterLink
    {
        public Task<IReadOnlySet<Guid>> Send(IReadOnlyList<Post> posts, CancellationToken cancellationToken) => Hand(exchange.toHub, posts, cancellationToken);

        public Task Receive(Func<IReadOnlyList<Post>, CancellationToken, Task> take, CancellationToken cancellationToken) => Listen(exchange.fromHub, state, take, cancellationToken);

        public string? Trouble => exchange.toHub.ContainsKey(state) ? null : "The hub is not up yet.";
    }
}
