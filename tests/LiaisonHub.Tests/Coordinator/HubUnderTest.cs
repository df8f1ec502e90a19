using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Coordinator;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonHub.Tests.Coordinator;

/// <summary>A whole hub in this process: its real worker on a SQLite file, the in-process links, and participants that sign and number what they send like any adapter.</summary>
/// <remarks>Elsewhere: on a server's database, over a broker's links; the same worker and the same participants.</remarks>
public sealed class HubUnderTest : IAsyncDisposable
{
    readonly string? elsewhere;
    readonly BrokerOptions? broker;
    readonly Func<string, IAdapterLink>? links;
    readonly string folder = Directory.CreateTempSubdirectory("hub-").FullName;
    readonly Dictionary<(string Owner, KeyUse Use), PrivateKey> keys = [];
    IHost? host;
    InProcessExchange exchange = new();

    public HubUnderTest(string? database = null, BrokerOptions? broker = null, Func<string, IAdapterLink>? links = null, string? region = null)
    {
        Region = region ?? Repository.At("contracts", "region-demo");
        elsewhere = database;
        this.broker = broker;
        this.links = links;
        var from = Start.AddYears(-1);
        var directory = new KeyDirectory([]);
        foreach (var (owner, use) in new[] { "XA", "XB", "XC", "XD", "XE", "XF", "XZ" }.SelectMany(s => new[] { (s, KeyUse.Sign), (s, KeyUse.Seal) }).Append((PublicKey.HubOwner, KeyUse.Sign)))
        {
            var key = PrivateKey.Generate(owner, use);
            keys[(owner, use)] = key;
            directory = directory.With(key.Public(from, from.AddYears(10)));
        }
        Keys = directory;
        directory.Save(PublicKeys);
        keys[(PublicKey.HubOwner, KeyUse.Sign)].Save(Path.Combine(folder, "hub.jwk"));
        XA = new Participant(this, "XA", keys[("XA", KeyUse.Sign)], keys[("XA", KeyUse.Seal)]);
        XB = new Participant(this, "XB", keys[("XB", KeyUse.Sign)], keys[("XB", KeyUse.Seal)]);
        XC = new Participant(this, "XC", keys[("XC", KeyUse.Sign)], keys[("XC", KeyUse.Seal)]);
        XZ = new Participant(this, "XZ", keys[("XZ", KeyUse.Sign)], keys[("XZ", KeyUse.Seal)]);
    }

    /// <summary>False: its login may not, and its database is ready.</summary>
    public bool Migrates { get; init; } = true;

    /// <summary>Hears what it logs. Null: nobody does.</summary>
    public ILoggerProvider? Log { get; init; }

    /// <summary>A Monday morning.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public FakeTimeProvider Time { get; } = new(Start);

    public KeyDirectory Keys { get; private set; }

    /// <summary>Where the hub reads public keys at its start.</summary>
    public string PublicKeys => Path.Combine(folder, "keys");

    public Participant XA { get; }

    public Participant XB { get; }

    /// <summary>A third state; it is there once it joins.</summary>
    public Participant XC { get; }

    /// <summary>The region's body for disputes.</summary>
    public Participant XZ { get; }

    /// <summary>Private keys of a state, for an adapter that takes its participant's place.</summary>
    public IReadOnlyList<PrivateKey> PrivateKeys(string state) => [keys[(state, KeyUse.Sign)], keys[(state, KeyUse.Seal)]];

    /// <summary>The state's end of its link.</summary>
    public IAdapterLink LinkOf(string state) => links?.Invoke(state) ?? exchange.Adapter(state);

    public string Database => elsewhere ?? "sqlite:" + Path.Combine(folder, "hub.db");

    /// <summary>Folder of the region's data.</summary>
    public string Region { get; }

    public IServiceProvider Services => host!.Services;

    /// <summary>A state's private keys.</summary>
    public PrivateKey SigningKeyOf(string state) => keys[(state, KeyUse.Sign)];

    /// <inheritdoc cref="SigningKeyOf"/>
    public PrivateKey SealingKeyOf(string state) => keys[(state, KeyUse.Seal)];

    /// <summary>What a hub process is told to take this one's place, as environment variables.</summary>
    public Dictionary<string, string> Settings => new()
    {
        ["Hub__Database"] = Database,
        ["Hub__Region"] = Region,
        ["Hub__PublicKeys"] = PublicKeys,
        ["Hub__SigningKey"] = Path.Combine(folder, "hub.jwk"),
        ["Hub__Broker__Host"] = broker!.Host,
        ["Hub__Broker__Port"] = FormattableString.Invariant($"{broker.Port}"),
        ["Hub__Broker__Prefix"] = broker.Prefix,
        ["Hub__Broker__User"] = broker.User,
        ["Hub__Broker__Password"] = broker.Password!,
    };

    public async Task Begin(CancellationToken cancellationToken)
    {
        await Up(cancellationToken);
        foreach (var participant in new[] { XA, XB, XZ })
            await Listen(participant, cancellationToken);
    }

    /// <summary>A participant comes to its link.</summary>
    public Task Listen(Participant participant, CancellationToken cancellationToken) =>
        participant.Listen(LinkOf(participant.State), cancellationToken);

    /// <summary>A hub on this database and these links that is not started yet.</summary>
    public IHost Build()
    {
        exchange = new InProcessExchange();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        if (Log is not null)
            builder.Logging.AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.AddHub(
            new HubOptions
            {
                Database = Database,
                Region = Region,
                PublicKeys = PublicKeys,
                SigningKey = Path.Combine(folder, "hub.jwk"),
                Broker = broker ?? new(),
                Migrate = Migrates,
            },
            broker == null ? exchange : null);
        return builder.Build();
    }

    /// <summary>Stops the hub alone: participants stay at the links of a broker.</summary>
    public async Task Down()
    {
        await host!.StopAsync();
        host.Dispose();
        host = null;
    }

    /// <summary>Starts it again, with those who stayed.</summary>
    public async Task Up(CancellationToken cancellationToken)
    {
        host = Build();
        await host.StartAsync(cancellationToken);
    }

    /// <summary>A key is put into the directory; the hub knows it from its next start on.</summary>
    public void Publish(PublicKey key)
    {
        Keys = Keys.With(key);
        Keys.Save(PublicKeys);
    }

    /// <summary>Stops the hub and starts it again on the same database.</summary>
    public async Task Restart(CancellationToken cancellationToken)
    {
        await End();
        await Begin(cancellationToken);
    }

    async Task End()
    {
        await XA.Leave();
        await XB.Leave();
        await XC.Leave();
        await XZ.Leave();
        if (host == null)
            return;
        await host.StopAsync();
        host.Dispose();
        host = null;
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        XA.Dispose();
        XB.Dispose();
        XC.Dispose();
        XZ.Dispose();
        foreach (var key in keys.Values)
            key.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>One state at the other end of a link, without an adapter: it numbers, signs and sends, and keeps every notice it is handed.</summary>
public sealed class Participant(HubUnderTest hub, string state, PrivateKey sign, PrivateKey seal) : IDisposable
{
    readonly ConcurrentDictionary<Guid, long> last = new();
    readonly List<Notice> notices = [];
    readonly SemaphoreSlim arrived = new(0);
    CancellationTokenSource listening = new();
    Task? listener;
    IAdapterLink? link;
    long sequence;

    public string State => state;

    public PrivateKey SigningKey => sign;

    public IReadOnlyList<PrivateKey> SealingKeys => [seal];

    /// <summary>What it says when the hub tests its link, and the key it signs that with. Null: it says nothing.</summary>
    public (PrivateKey Key, Func<ReportAsked, AdapterReported> Report)? OnTest { get; set; }

    /// <summary>Everything the hub has told this state, in order of arrival.</summary>
    public IReadOnlyList<Notice> Notices
    {
        get
        {
            lock (notices)
                return [.. notices];
        }
    }

    public async Task Listen(IAdapterLink to, CancellationToken cancellationToken)
    {
        listening = new();
        link = to;
        listener = link.Receive(
            async (posts, cancelled) =>
            {
                var questions = posts.Where(p => Signing.ClaimedType(p.Body.Span) == DocumentTypes.ReportAsked).ToList();
                lock (notices)
                    notices.AddRange(posts.Except(questions).Select(p => Read(p.Body.Span)));
                arrived.Release(posts.Count);
                foreach (var question in questions)
                    if (OnTest is var (key, report))
                    {
                        var asked = JsonSerializer.Deserialize<ReportAsked>(Signing.Verify(question.Body.Span, [DocumentTypes.ReportAsked], hub.Keys, PublicKey.HubOwner, hub.Time.GetUtcNow()).Payload, Wire.Json)!;
                        var body = Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(report(asked), Wire.Json), DocumentTypes.Report, key));
                        await link.Send([new Post { State = state, Lane = Lane.Routine, Id = Guid.NewGuid(), Body = body }], cancelled);
                    }
            },
            listening.Token);
        while (link.Trouble != null)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
    }

    public async Task Leave()
    {
        await listening.CancelAsync();
        if (listener != null)
            await listener;
        if (link is IAsyncDisposable connected)
            await connected.DisposeAsync();
        listening.Dispose();
        listening = new();
    }

    public void Dispose()
    {
        arrived.Dispose();
        listening.Dispose();
    }

    /// <summary>An act of this state, numbered, not signed yet.</summary>
    public Act Make(Participant to, Guid requestId, object open, object? sealedPart = null, Priority priority = Priority.Routine)
    {
        var actId = Guid.NewGuid();
        var number = Interlocked.Increment(ref sequence);
        long? after = last.TryGetValue(requestId, out var before) ? before : null;
        last[requestId] = number;
        return new Act
        {
            Type = open.GetType().Name,
            Header = new ActHeader
            {
                ActId = actId,
                RequestId = requestId,
                Sender = new Party { State = state, Authority = state == "XZ" ? "XZ-REG" : $"{state}-CA" },
                Receiver = new Party { State = to.State, Authority = $"{to.State}-CA" },
                Sequence = number,
                After = after,
                ClaimedAt = hub.Time.GetUtcNow(),
                Priority = priority,
            },
            Open = JsonSerializer.SerializeToElement(open, open.GetType(), Wire.Json),
            Sealed = sealedPart == null
                ? null
                : Sealer.Seal(JsonSerializer.SerializeToUtf8Bytes(sealedPart, sealedPart.GetType(), Wire.Json), hub.Keys.CurrentSealing(to.State, hub.Time.GetUtcNow())!, actId),
        };
    }

    public byte[] Sign(Act act) => Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(act, Wire.Json), DocumentTypes.Act, sign));

    /// <summary>Sends bytes as they are. Returns whether the hub has made them durable.</summary>
    public async Task<bool> Post(byte[] body, CancellationToken cancellationToken, Lane lane = Lane.Routine)
    {
        var id = Guid.NewGuid();
        return (await link!.Send([new Post { State = state, Lane = lane, Id = id, Body = body }], cancellationToken)).Contains(id);
    }

    /// <summary>Sends many at once. Returns how many the hub has made durable.</summary>
    public async Task<int> Post(IEnumerable<byte[]> bodies, CancellationToken cancellationToken) =>
        (await link!.Send([.. bodies.Select(body => new Post { State = state, Lane = Lane.Routine, Id = Guid.NewGuid(), Body = body })], cancellationToken)).Count;

    /// <summary>A sign of life, signed.</summary>
    public byte[] Report() => Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(
        new AdapterReported { State = state, At = hub.Time.GetUtcNow(), Version = "1", OutboxWaiting = 0, Quarantined = 0, Incomplete = 0, EverySeconds = 30 }, Wire.Json), DocumentTypes.Report, sign));

    /// <summary>Sends a thousand routine requests and behind them one emergency; returns the emergency's act.</summary>
    public async Task<Guid> SendAThousandAndAnEmergency(Participant to, CancellationToken cancellationToken)
    {
        var posts = Enumerable.Range(0, 1000).Select(i => Make(to, Guid.NewGuid(), Sample.Submitted($"XA-2026-{i:D6}"), Sample.Particulars()))
            .Append(Make(to, Guid.NewGuid(), LiaisonHub.Tests.Casework.EmergencyCourse.Requested, Sample.Particulars(), Priority.Emergency))
            .Select(act => (act.Header.ActId, Post: new Post { State = state, Lane = act.Header.Priority == Priority.Routine ? Lane.Routine : Lane.Urgent, Id = act.Header.ActId, Body = Sign(act) }))
            .ToArray();
        Assert.Equal(posts.Length, (await link!.Send([.. posts.Select(p => p.Post)], cancellationToken)).Count);
        return posts[^1].ActId;
    }

    /// <summary>How many acts had come before this one. Null: it has not come yet.</summary>
    public int? Before(Guid actId)
    {
        var delivered = Notices.Select(n => n.Read()).OfType<ActDelivered>().Select(d => Sample.Unwrap(d.Act).Header.ActId).ToList();
        return delivered.IndexOf(actId) is var at and >= 0 ? at : null;
    }

    /// <summary>Makes, signs and sends an act and waits for the hub's answer to it: <see cref="ActAccepted"/> or <see cref="ActRefused"/>.</summary>
    public async Task<object> Send(Participant to, Guid requestId, object open, CancellationToken cancellationToken, object? sealedPart = null, Priority priority = Priority.Routine) =>
        await Send(Make(to, requestId, open, sealedPart, priority), cancellationToken);

    public async Task<object> Send(Act act, CancellationToken cancellationToken)
    {
        Assert.True(await Post(Sign(act), cancellationToken), "the hub did not take the act");
        return await Answer(act.Header.ActId, cancellationToken);
    }

    /// <summary>Waits for the answer to an act.</summary>
    public async Task<object> Answer(Guid actId, CancellationToken cancellationToken) => await Told(
        n => n.Read() switch
        {
            ActAccepted a when a.ActId == actId => a,
            ActRefused r when r.ActId == actId => (object)r,
            _ => null,
        },
        cancellationToken);

    /// <summary>Waits until a notice has come that <paramref name="wanted"/> finds something in.</summary>
    public async Task<T> Told<T>(Func<Notice, T?> wanted, CancellationToken cancellationToken)
        where T : class
    {
        var looked = 0;
        while (true)
        {
            var all = Notices;
            for (; looked < all.Count; looked++)
                if (wanted(all[looked]) is { } found)
                    return found;
            if (!await arrived.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken))
                Assert.Fail($"{state} was not told within 30 s. It was told: {string.Join(", ", all.Select(n => n.Type))}");
        }
    }

    /// <summary>Waits until something more has come. False: nothing came for a moment.</summary>
    public Task<bool> More(CancellationToken cancellationToken) => arrived.WaitAsync(TimeSpan.FromSeconds(1), cancellationToken);

    Notice Read(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize<Notice>(Signing.Verify(body, [DocumentTypes.Notice], hub.Keys, PublicKey.HubOwner, hub.Time.GetUtcNow()).Payload, Wire.Json)!;
}

/// <summary>Acts of an ordinary request, invented.</summary>
public static class Sample
{
    public static RequestSubmitted Submitted(string reference = "XA-2026-000001") => new()
    {
        Instrument = "EIO",
        Reference = reference,
        Measures = [new Measure { Kind = MeasureKind.Hearing, Hearing = new() { Capacity = PersonPosition.Witness } }],
        Offences = [new OffenceFact { ListOffence = "fraud", LongestPenaltyMonths = 60 }],
        Languages = ["en"],
        ContentCertified = true,
    };

    public static RequestParticulars Particulars() => new() { Text = "Please hear the witness.", Persons = [new Person { FamilyName = "Example", GivenNames = "Alex", Position = PersonPosition.Witness }] };

    /// <summary>The act a signed document carries.</summary>
    public static Act Unwrap(SignedDocument document) => JsonSerializer.Deserialize<Act>(Base64Url.DecodeFromChars(document.Payload), Wire.Json)!;
}
