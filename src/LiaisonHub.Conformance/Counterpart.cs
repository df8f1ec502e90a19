using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;

namespace LiaisonHub.Conformance;

/// <summary>One document of the participant, as it came.</summary>
sealed record Arrival
{
    internal required Post Post { get; init; }
    internal required DateTimeOffset At { get; init; }

    /// <summary>Null: the signature does not hold; <see cref="Problem"/> says why.</summary>
    internal VerifiedDocument? Document { get; init; }

    internal NotAuthenticException? Problem { get; init; }

    /// <summary>Where a verified document cannot be read as its contract says.</summary>
    internal string? Unreadable { get; init; }

    internal Act? Act { get; init; }
    internal object? Content { get; init; }
    internal AdapterReported? Report { get; init; }

    /// <summary>The protected header, as it stands there. Null: unreadable.</summary>
    internal JsonObject? Protected { get; init; }

    /// <summary>True: these bytes came before under this id.</summary>
    internal bool Again { get; init; }

    /// <summary>True: the hub did not confirm it; it must come again.</summary>
    internal bool Unconfirmed { get; init; }

    internal ReceiptGiven? Receipt => Content as ReceiptGiven;
}

/// <summary>One request between the participant and the kit's state.</summary>
sealed record Conversation
{
    internal required Guid RequestId { get; init; }
    internal required string Reference { get; init; }
    internal required Side Side { get; init; }
    internal bool Exercise { get; init; }
    internal Priority Priority { get; init; } = Priority.Routine;

    /// <summary>The deadlines the hub tells of it, in every standing.</summary>
    internal IReadOnlyList<DeadlineStanding> Deadlines { get; set; } = [];

    /// <summary>The kit's number of its last act on it.</summary>
    internal long? Last { get; set; }
}

/// <summary>What is done to an act or a notice before it is sent. Nothing: it is as it should be.</summary>
sealed record Spoiled
{
    /// <summary>Changes the act as JSON before it is signed.</summary>
    internal Action<JsonObject>? Act { get; init; }

    /// <summary>Changes the private part before it is sealed.</summary>
    internal Action<JsonObject>? Private { get; init; }

    /// <summary>Changes the sealed part after it was sealed.</summary>
    internal Func<string, string>? Seal { get; init; }

    /// <summary>Sealed to another key. Null: to the participant's newest.</summary>
    internal PublicKey? SealedTo { get; init; }

    /// <summary>Signed by another key. Null: the other state's newest.</summary>
    internal PrivateKey? ActKey { get; init; }

    /// <summary>The kit's number. Null: the next one.</summary>
    internal long? ActNumber { get; init; }

    /// <summary>Changes the act after it was signed.</summary>
    internal Func<SignedDocument, SignedDocument>? Signed { get; init; }

    /// <summary>When the hub says it received it. Null: now.</summary>
    internal DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Changes the notice as JSON before it is signed.</summary>
    internal Action<JsonObject>? Notice { get; init; }

    /// <summary>Signs the notice in another way. Null: as the hub does.</summary>
    internal Func<byte[], byte[]>? Sign { get; init; }

    /// <summary>True: it is not counted as one of the hub's numbers; the next notice has the same one.</summary>
    internal bool Uncounted { get; init; }

    /// <summary>The hub's number. Null: the next one.</summary>
    internal long? Number { get; init; }

    /// <summary>Id of the notice. Null: a new one.</summary>
    internal Guid? NoticeId { get; init; }

    /// <summary>The lane. Null: as its priority says.</summary>
    internal Lane? Lane { get; init; }
}

/// <summary>An act of the other state, signed.</summary>
sealed record SignedAct(Guid ActId, string Type, Conversation On, SignedDocument Document, long Number);

/// <summary>
/// The scripted counterpart: hub and other state in one, with keys of its own. It takes everything the participant sends, answers it as a hub would, and sends what a script wants. What the
/// participant does not take waits and is offered again, in order.
/// </summary>
sealed class Counterpart : IAsyncDisposable
{
    static readonly TimeSpan AgainAfter = TimeSpan.FromMilliseconds(100);

    readonly IHubLink link;
    readonly TimeProvider time;
    readonly CancellationTokenSource ending = new();
    readonly Lock gate = new();
    readonly List<Arrival> arrived = [];
    readonly Dictionary<Guid, string> digests = [];
    readonly LinkedList<Post> outgoing = [];
    readonly Dictionary<Guid, Conversation> conversations = [];
    readonly Venue venue;
    readonly PrivateKey[] own;
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task listening = Task.CompletedTask, sending = Task.CompletedTask;
    long noticeNumber, actNumber;

    internal Counterpart(Participant participant, Venue venue, IHubLink link, TimeProvider time)
    {
        (this.link, this.time, this.venue) = (link, time, venue);
        State = participant.State;
        Authority = participant.Authority;
        Other = participant.Other;
        own = [.. new[] { KeyUse.Sign, KeyUse.Sign, KeyUse.Seal, KeyUse.Seal }.Select(use => PrivateKey.Generate(State, use))];
        (OtherSign, OtherEnded) = (PrivateKey.Generate(Other, KeyUse.Sign), PrivateKey.Generate(Other, KeyUse.Sign));
        (OtherSeal, OtherSealBefore) = (PrivateKey.Generate(Other, KeyUse.Seal), PrivateKey.Generate(Other, KeyUse.Seal));
        var now = time.GetUtcNow();
        DateTimeOffset longAgo = now.AddDays(-400), later = now.AddDays(400);
        var published = new List<PublicKey>();
        PublicKey Published(PrivateKey key, DateTimeOffset from, DateTimeOffset to)
        {
            var made = key.Public(from, to);
            published.Add(made);
            return made;
        }

        Published(Hub, now.AddDays(-1), later);
        Published(HubBefore, longAgo, later);
        Published(HubEnded, longAgo, now.AddDays(-2));
        Published(HubLater, now.AddDays(2), later);
        Published(OtherSign, longAgo, later);
        Published(OtherEnded, longAgo, now.AddDays(-5));
        Published(OtherSealBefore, longAgo, later);
        Published(OtherSeal, now.AddDays(-1), later);
        OwnSignBefore = Published(own[0], longAgo, later);
        OwnSign = Published(own[1], now.AddDays(-1), later);
        OwnSealBefore = Published(own[2], longAgo, later);
        OwnSeal = Published(own[3], now.AddDays(-1), later);
        Keys = new KeyDirectory(published);
        Fence = Open(Side.Requested, $"{Other}-{now.Year}-000001");
    }

    /// <summary>The participant's state and authority.</summary>
    internal string State { get; }

    internal string Authority { get; }

    /// <summary>The state the kit plays.</summary>
    internal string Other { get; }

    static readonly string[] Others = ["XC", "XD", "XE"];

    /// <summary>A state that is neither.</summary>
    internal string Third => Others.First(s => s != State && s != Other);

    internal string OtherAuthority => $"{Other}-CA";

    internal KeyDirectory Keys { get; }

    // The hub's keys: two valid at once, one that has ended, one that has not begun, one nobody published.
    internal PrivateKey Hub { get; } = PrivateKey.Generate(PublicKey.HubOwner, KeyUse.Sign);

    internal PrivateKey HubBefore { get; } = PrivateKey.Generate(PublicKey.HubOwner, KeyUse.Sign);

    internal PrivateKey HubEnded { get; } = PrivateKey.Generate(PublicKey.HubOwner, KeyUse.Sign);

    internal PrivateKey HubLater { get; } = PrivateKey.Generate(PublicKey.HubOwner, KeyUse.Sign);

    internal PrivateKey HubUnknown { get; } = PrivateKey.Generate(PublicKey.HubOwner, KeyUse.Sign);

    // The other state's: one that signs, one that has ended, two that open seals.
    internal PrivateKey OtherSign { get; }

    internal PrivateKey OtherEnded { get; }

    internal PrivateKey OtherSeal { get; }

    internal PrivateKey OtherSealBefore { get; }

    internal PublicKey OwnSignBefore { get; }

    internal PublicKey OwnSign { get; }

    internal PublicKey OwnSealBefore { get; }

    internal PublicKey OwnSeal { get; }

    /// <summary>A request on which the kit finds out whether the participant still works.</summary>
    internal Conversation Fence { get; }

    /// <summary>True: what arrives is not confirmed, as when the broker's answer is lost; the participant must send it again.</summary>
    internal bool Unconfirmed { get; set; }

    /// <summary>Answers an act in another way. Null, or null for an act: it is accepted.</summary>
    internal Func<Arrival, object?>? Answer { get; set; }

    /// <summary>False: acts are taken and not answered.</summary>
    internal bool Answers { get; set; } = true;

    /// <summary>True: nothing is offered to the participant until it is false again.</summary>
    internal bool Paused
    {
        get => paused;
        set
        {
            paused = value;
            Waiting();
        }
    }

    volatile bool paused;

    /// <summary>Everything that came, in its order.</summary>
    internal IReadOnlyList<Arrival> Arrived
    {
        get
        {
            lock (gate)
                return [.. arrived];
        }
    }

    /// <summary>The acts that came, repetitions left out, and what came while nothing was confirmed.</summary>
    internal IEnumerable<Arrival> Acts => Arrived.Where(a => a is { Act: not null, Again: false, Unconfirmed: false });

    /// <summary>How many notices have not been taken.</summary>
    internal int Outstanding
    {
        get
        {
            lock (gate)
                return outgoing.Count;
        }
    }

    /// <summary>Writes the keys and begins to listen.</summary>
    internal void Begin()
    {
        Keys.Save(venue.PublicKeys);
        Directory.CreateDirectory(venue.PrivateKeys);
        foreach (var (key, name) in own.Zip(["sign-before", "sign", "seal-before", "seal"]))
            key.Save(Path.Combine(venue.PrivateKeys, $"{name}.json"));
        listening = link.Receive(State, Take, ending.Token);
        sending = Task.Run(Send, CancellationToken.None);
    }

    Task Take(IReadOnlyList<Post> posts, CancellationToken cancellationToken)
    {
        // Read once: what is marked as unconfirmed is not confirmed, even where the scene goes on meanwhile.
        var (now, unconfirmed) = (time.GetUtcNow(), Unconfirmed);
        var read = posts.Select(p => Read(p, now)).ToList();
        lock (gate)
        {
            for (var i = 0; i < read.Count; i++)
            {
                if (read[i] is not { Act: { } act, Document: { } document } one)
                    continue;
                if (unconfirmed)
                    read[i] = one with { Unconfirmed = true };
                else if (digests.TryGetValue(act.Header.ActId, out var before))
                    read[i] = one with { Again = before == document.PayloadDigest };
                else
                    digests[act.Header.ActId] = document.PayloadDigest;
            }

            arrived.AddRange(read);
            changed.TrySetResult();
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (unconfirmed)
            throw new IOException("The broker's confirmation is lost.");
        if (Answers)
            foreach (var arrival in read.Where(a => a.Act is not null))
                Reply(arrival);
        return Task.CompletedTask;
    }

    void Reply(Arrival arrival)
    {
        var act = arrival.Act!;
        var on = OnRequest(act);
        var body = Answer?.Invoke(arrival) ?? new ActAccepted { ActId = act.Header.ActId, ReceivedAt = arrival.At, Duplicate = arrival.Again, Standing = Standing(on) };
        Notify(body, on, new Spoiled { Lane = arrival.Post.Lane });
    }

    Conversation OnRequest(Act act)
    {
        lock (gate)
        {
            if (conversations.TryGetValue(act.Header.RequestId, out var known))
                return known;
            var reference = act.Open.ValueKind == JsonValueKind.Object && act.Open.TryGetProperty("reference", out var said) ? said.GetString() : null;
            return conversations[act.Header.RequestId] = new Conversation
            {
                RequestId = act.Header.RequestId,
                Reference = reference ?? $"{State}-0000-000000",
                Side = Side.Requesting,
                Exercise = act.Header.Exercise,
                Priority = act.Header.Priority,
            };
        }
    }

    Arrival Read(Post post, DateTimeOffset now)
    {
        var arrival = new Arrival { Post = post, At = now, Protected = Header(post.Body.Span) };
        VerifiedDocument document;
        try
        {
            document = Signing.Verify(post.Body.Span, [DocumentTypes.Act, DocumentTypes.Report], Keys, State, now);
        }
        catch (NotAuthenticException e)
        {
            return arrival with { Problem = e };
        }

        arrival = arrival with { Document = document };
        try
        {
            if (document.Typ == DocumentTypes.Report)
                return arrival with { Report = JsonSerializer.Deserialize<AdapterReported>(document.Payload, Wire.Json) };
            var act = JsonSerializer.Deserialize<Act>(document.Payload, Wire.Json)!;
            return arrival with { Act = act, Content = act.Read() };
        }
        catch (JsonException e)
        {
            return arrival with { Unreadable = $"{e.Path ?? "the root"}: {e.Message}" };
        }
    }

    static JsonObject? Header(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNode.Parse(body) is JsonObject document && (string?)document["protected"] is { } header
                ? JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(header)) as JsonObject
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Waits until something is found among what came.</summary>
    /// <returns>Null: not within the patience.</returns>
    internal async Task<T?> Await<T>(Func<IReadOnlyList<Arrival>, T?> look, TimeSpan patience, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        while (true)
        {
            Task next;
            IReadOnlyList<Arrival> all;
            lock (gate)
                (next, all) = (changed.Task, [.. arrived]);
            if (look(all) is { } found)
                return found;
            try
            {
                await next.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return look(Arrived);
            }
        }
    }

    /// <summary>Waits for a receipt for an act of the kit.</summary>
    internal Task<Arrival?> Receipt(Guid actId, ReceiptStage stage, TimeSpan patience, CancellationToken cancellationToken) =>
        Await(all => all.FirstOrDefault(a => a.Receipt is { } receipt && receipt.OfActId == actId && receipt.Stage == stage), patience, cancellationToken);

    /// <summary>Every time an act came, waiting until it came so often.</summary>
    internal async Task<IReadOnlyList<Arrival>> Sent(Arrival act, int times, TimeSpan patience, CancellationToken cancellationToken)
    {
        IReadOnlyList<Arrival> Of(IReadOnlyList<Arrival> all) => [.. all.Where(a => a.Act?.Header.ActId == act.Act!.Header.ActId)];
        return Of(await Await(all => Of(all).Count >= times ? all : null, patience, cancellationToken) ?? Arrived);
    }

    /// <summary>The receipts that came for an act of the kit.</summary>
    internal IReadOnlyList<Arrival> Receipts(Guid actId) => [.. Acts.Where(a => a.Receipt?.OfActId == actId)];

    /// <summary>A request between the two states.</summary>
    internal Conversation Open(Side side, string? reference = null, bool exercise = false, Priority priority = Priority.Routine)
    {
        var made = new Conversation
        {
            RequestId = Guid.CreateVersion7(time.GetUtcNow()),
            Reference = reference ?? $"{(side == Side.Requested ? Other : State)}-{time.GetUtcNow().Year}-{RandomNumberGenerator.GetInt32(100_000, 1_000_000)}",
            Side = side,
            Exercise = exercise,
            Priority = priority,
        };
        lock (gate)
            conversations[made.RequestId] = made;
        return made;
    }

    /// <summary>Where a request stands, as the hub would say it.</summary>
    internal Standing Standing(Conversation on) => new()
    {
        State = "Submitted",
        Since = time.GetUtcNow(),
        YourSide = on.Side,
        OtherState = Other,
        OtherAuthority = OtherAuthority,
        Reference = on.Reference,
        YouMay = ["NoteSent"],
        TheyMay = ["NoteSent"],
        Deadlines = on.Deadlines,
        Priority = on.Priority,
    };

    /// <summary>Makes an act of the other state.</summary>
    /// <param name="type">Its content is that of the published sample.</param>
    internal SignedAct Make(Conversation on, string type, Spoiled? how = null)
    {
        var now = time.GetUtcNow();
        var actId = Guid.CreateVersion7(now);
        var number = how?.ActNumber ?? ++actNumber;
        var hidden = Samples.Private(type);
        if (hidden is not null)
            how?.Private?.Invoke(hidden);
        var sealedPart = hidden is null ? null : Sealer.Seal(JsonSerializer.SerializeToUtf8Bytes(hidden), how?.SealedTo ?? OwnSeal, actId);
        var open = Samples.Open(type);
        if (open.ContainsKey("reference") && Contracts.V1.Acts.All[type].Opens)
            open["reference"] = on.Reference;
        var act = new JsonObject
        {
            ["type"] = type,
            ["header"] = JsonSerializer.SerializeToNode(
                new ActHeader
                {
                    ActId = actId,
                    RequestId = on.RequestId,
                    Sender = new Party { State = Other, Authority = OtherAuthority },
                    Receiver = new Party { State = State, Authority = Authority },
                    Sequence = number,
                    After = on.Last,
                    ClaimedAt = now,
                    Priority = on.Priority,
                    Exercise = on.Exercise,
                },
                Wire.Json),
            ["open"] = open,
        };
        if (sealedPart is not null)
            act["sealed"] = how?.Seal?.Invoke(sealedPart) ?? sealedPart;
        how?.Act?.Invoke(act);
        on.Last = number;
        var signed = Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(act), DocumentTypes.Act, how?.ActKey ?? OtherSign);
        return new SignedAct(actId, type, on, how?.Signed?.Invoke(signed) ?? signed, number);
    }

    /// <summary>Delivers an act as the hub does.</summary>
    /// <returns>The act.</returns>
    internal SignedAct Deliver(SignedAct act, Spoiled? how = null)
    {
        Notify(new ActDelivered { Act = act.Document, ReceivedAt = how?.ReceivedAt ?? time.GetUtcNow(), Standing = Standing(act.On) }, act.On, how);
        return act;
    }

    /// <inheritdoc cref="Deliver(SignedAct, Spoiled?)"/>
    internal SignedAct Deliver(Conversation on, string type = nameof(NoteSent), Spoiled? how = null) => Deliver(Make(on, type, how), how);

    /// <summary>Sends a notice.</summary>
    /// <returns>Its id.</returns>
    internal Guid Notify(object body, Conversation? on, Spoiled? how = null) => Notify(body.GetType().Name, JsonSerializer.SerializeToNode(body, body.GetType(), Wire.Json)!, on, how);

    /// <inheritdoc cref="Notify(object, Conversation?, Spoiled?)"/>
    internal Guid Notify(string type, JsonNode body, Conversation? on, Spoiled? how = null)
    {
        lock (gate)
        {
            var number = how?.Number ?? (how?.Uncounted == true ? noticeNumber + 1 : ++noticeNumber);
            var post = Post(type, body, on, number, how);
            outgoing.AddLast(post);
            Waiting();
            return post.Id;
        }
    }

    Post Post(string type, JsonNode body, Conversation? on, long number, Spoiled? how)
    {
        var id = how?.NoticeId ?? Guid.CreateVersion7(time.GetUtcNow());
        var notice = new JsonObject
        {
            ["type"] = type,
            ["header"] = JsonSerializer.SerializeToNode(
                new NoticeHeader { NoticeId = id, RequestId = on?.RequestId, Receiver = State, Sequence = number, At = time.GetUtcNow(), Exercise = on?.Exercise ?? false },
                Wire.Json),
            ["body"] = body,
        };
        how?.Notice?.Invoke(notice);
        var payload = JsonSerializer.SerializeToUtf8Bytes(notice);
        return new Post
        {
            State = State,
            Lane = how?.Lane ?? (on is null or { Priority: Priority.Routine } ? Lane.Routine : Lane.Urgent),
            Id = id,
            Body = how?.Sign?.Invoke(payload) ?? Signing.Serialize(Signing.Sign(payload, DocumentTypes.Notice, Hub)),
        };
    }

    /// <summary>A number of the hub that is given to nobody yet.</summary>
    internal long Skip()
    {
        lock (gate)
            return ++noticeNumber;
    }

    /// <summary>Sends bytes that are no document of ours.</summary>
    internal void Throw(byte[] bytes)
    {
        lock (gate)
        {
            outgoing.AddLast(new Post { State = State, Lane = Lane.Routine, Id = Guid.NewGuid(), Body = bytes });
            Waiting();
        }
    }

    /// <summary>Sends the same post once more.</summary>
    internal void Repeat(Post post)
    {
        lock (gate)
        {
            outgoing.AddLast(post);
            Waiting();
        }
    }

    /// <summary>A post that is not sent by itself.</summary>
    internal Post Prepared(object body, Conversation? on, Spoiled? how = null)
    {
        lock (gate)
            return Post(body.GetType().Name, JsonSerializer.SerializeToNode(body, body.GetType(), Wire.Json)!, on, how?.Number ?? ++noticeNumber, how);
    }

    void Waiting()
    {
        lock (gate)
        {
            waiting.TrySetResult();
            waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    async Task Send()
    {
        while (!ending.IsCancellationRequested)
        {
            List<Post> batch;
            Task next;
            lock (gate)
            {
                next = waiting.Task;
                // As the hub does: what is urgent goes first.
                batch = paused ? [] : [.. outgoing.OrderByDescending(p => p.Lane).Take(50)];
            }

            try
            {
                if (batch.Count == 0)
                {
                    await next.WaitAsync(ending.Token);
                    continue;
                }

                var taken = await link.Send(batch, ending.Token);
                lock (gate)
                    foreach (var post in batch.Where(p => taken.Contains(p.Id)))
                        outgoing.Remove(post);
                if (taken.Count < batch.Count)
                    await Task.Delay(AgainAfter, TimeProvider.System, ending.Token);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The participant's side threw or is going down: what it did not take is offered again.
                await Task.Delay(AgainAfter, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(listening, sending);
        ending.Dispose();
        foreach (var key in new[] { Hub, HubBefore, HubEnded, HubLater, HubUnknown, OtherSign, OtherEnded, OtherSeal, OtherSealBefore }.Concat(own))
            key.Dispose();
    }
}
