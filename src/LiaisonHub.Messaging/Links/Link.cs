namespace LiaisonHub.Messaging.Links;

/// <summary>The two lanes between a state and the hub: an emergency does not wait behind a thousand routine acts.</summary>
public enum Lane
{
    /// <summary>The ordinary queue.</summary>
    Routine,

    /// <summary>The urgent queue.</summary>
    Urgent,
}

/// <summary>One signed document on its way between a state and the hub.</summary>
public sealed record Post
{
    /// <summary>The state at the other end of the hub's link, or the adapter's own.</summary>
    public required string State { get; init; }

    /// <summary>The lane it takes.</summary>
    public required Lane Lane { get; init; }

    /// <summary>The act or notice; travels as the AMQP message id. An aid for people: identity is what the signature covers.</summary>
    public required Guid Id { get; init; }

    /// <summary>The flattened JWS as UTF-8 JSON, exactly as signed.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>W3C trace context of whoever caused it.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>
/// A state's own end of the link. Both directions are at least once: what <see cref="Send"/> names as taken is durable on the other side, and what <c>take</c> returned from is never
/// delivered again on purpose. Receivers deduplicate.
/// </summary>
public interface IAdapterLink
{
    /// <summary>Sends what is given. Returns the ids the other side has made durable; the rest is unknown and must be sent again with the same bytes.</summary>
    Task<IReadOnlySet<Guid>> Send(IReadOnlyList<Post> posts, CancellationToken cancellationToken);

    /// <summary>Runs until cancelled, surviving the loss of the connection. Hands over what waits, at most 50 at a time, and acknowledges a batch once
    /// <paramref name="take"/> has returned; when it throws, the batch comes again. The two lanes are served side by side, so <paramref name="take"/> may be called for both at once.</summary>
    Task Receive(Func<IReadOnlyList<Post>, CancellationToken, Task> take, CancellationToken cancellationToken);

    /// <summary>Null while the link works, else what is wrong, for health and console.</summary>
    string? Trouble { get; }
}

/// <summary>One queue of a link at one moment.</summary>
/// <param name="Name">As <see cref="LinkQueues"/> calls it.</param>
/// <param name="Waiting">Messages in it that no reader has been given.</param>
/// <param name="Readers">How many programs read it.</param>
/// <param name="Missing">True: the broker has no such queue.</param>
public sealed record QueueLook(string Name, long Waiting, int Readers, bool Missing = false);

/// <summary>The hub's own end of a link at one moment.</summary>
/// <param name="Queues">The queues of both directions, and what the broker gave up on, up to the first that is missing. Empty: the broker could not be asked.</param>
/// <param name="Trouble">What is wrong, with the remedy. Null: nothing.</param>
public sealed record LinkLook(IReadOnlyList<QueueLook> Queues, string? Trouble)
{
    /// <summary>How many programs read what the hub sends to the state. Null: it could not be seen.</summary>
    public int? Readers => Queues.FirstOrDefault(q => q.Name == LinkQueues.FromHub(Lane.Routine) && !q.Missing)?.Readers;
}

/// <summary>The hub's end of the links to all its states.</summary>
public interface IHubLink
{
    /// <inheritdoc cref="IAdapterLink.Send"/>
    Task<IReadOnlySet<Guid>> Send(IReadOnlyList<Post> posts, CancellationToken cancellationToken);

    /// <summary>Answers a question that is no act. Sent once: an answer that is lost is asked for again.</summary>
    Task Answer(Post post, CancellationToken cancellationToken);

    /// <summary>Looks whether a state's queues are there and who reads them. Null: hub and adapter are one process.</summary>
    Task<LinkLook?> Look(string state, CancellationToken cancellationToken);

    /// <summary>As <see cref="IAdapterLink.Receive"/>, for one state.</summary>
    Task Receive(string state, Func<IReadOnlyList<Post>, CancellationToken, Task> take, CancellationToken cancellationToken);

    /// <summary>What is wrong with the link of each state that has trouble.</summary>
    IReadOnlyDictionary<string, string> Trouble { get; }
}
