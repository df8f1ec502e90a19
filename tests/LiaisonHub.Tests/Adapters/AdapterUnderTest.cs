using System.Collections.Concurrent;
using System.Text.Json;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Exchange;
using LiaisonHub.Adapters.Intakes;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Making;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using LiaisonHub.Tests.Casework;
using LiaisonHub.Tests.Coordinator;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonHub.Tests.Adapters;

/// <summary>Keys of a small region: the hub and two states.</summary>
sealed class RegionUnderTest
{
    static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), To = new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly PrivateKey hub = PrivateKey.Generate(PublicKey.HubOwner, KeyUse.Sign);
    readonly Dictionary<string, IReadOnlyList<PrivateKey>> states;
    readonly Dictionary<string, long> sequences = new[] { "XA", "XB", "XC", "XD", "XE", "XF" }.ToDictionary(s => s, _ => 0L);

    internal RegionUnderTest()
    {
        states = sequences.Keys.ToDictionary(s => s, IReadOnlyList<PrivateKey> (s) => [PrivateKey.Generate(s, KeyUse.Sign), PrivateKey.Generate(s, KeyUse.Seal)]);
        Directory = new KeyDirectory(states.Values.SelectMany(k => k).Append(hub).Select(k => k.Public(From, To)));
        Time = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
    }

    /// <summary>Keys and time of a hub that runs.</summary>
    internal RegionUnderTest(HubUnderTest of)
    {
        states = sequences.Keys.ToDictionary(s => s, of.PrivateKeys);
        (Directory, Time) = (of.Keys, of.Time);
    }

    internal KeyDirectory Directory { get; }

    internal FakeTimeProvider Time { get; }

    internal IReadOnlyList<PrivateKey> Keys(string state) => states[state];

    internal AdapterKeys AdapterKeys(string state) => new(state, states[state], Directory, Time);

    internal Standing Standing(string forState, string otherState, string state, string reference, Side side) => new()
    {
        State = state,
        Since = Time.GetUtcNow(),
        YourSide = side,
        OtherState = otherState,
        Reference = reference,
        YouMay = side == Side.Requested ? ["RequestAcknowledged", "InformationRequested"] : ["RequestWithdrawn"],
        TheyMay = [],
        Deadlines =
        [
            new DeadlineStanding { RuleId = "EIO-A1", Title = "Acknowledge receipt", Article = "16(1)", Verified = false, OnWhom = Side.Requested,
                Started = Time.GetUtcNow(), Due = Time.GetUtcNow().AddDays(7) },
        ],
    };

    /// <summary>A notice as the hub would send it.</summary>
    internal Post Notice(string to, object body, Guid? requestId, Guid? noticeId = null, long? sequence = null)
    {
        var notice = new Notice
        {
            Type = body.GetType().Name,
            Header = new NoticeHeader
            {
                NoticeId = noticeId ?? Guid.NewGuid(),
                RequestId = requestId,
                Receiver = to,
                Sequence = sequence ?? ++sequences[to],
                At = Time.GetUtcNow()
            },
            Body = JsonSerializer.SerializeToElement(body, body.GetType(), Wire.Json),
        };
        return new Post
        {
            State = to,
            Lane = Lane.Routine,
            Id = notice.Header.NoticeId,
            Body = Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(notice, Wire.Json), DocumentTypes.Notice, hub))
        };
    }

    /// <summary>A question as the hub sends it when its operator tests the link.</summary>
    internal Post Question(ReportAsked question) => new()
    {
        State = question.State,
        Lane = Lane.Urgent,
        Id = question.EchoId,
        Body = Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(question, Wire.Json), DocumentTypes.ReportAsked, hub)),
    };

    /// <summary>Skips a number, as when a notice is lost.</summary>
    internal void Lose(string to) => sequences[to]++;

    internal SignedDocument Sign(Act act, string state) => Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(act, Wire.Json), DocumentTypes.Act,
        states[state][0]);
}

/// <summary>An adapter with its folders and database on the disk, whose process can be ended and begun again at any point.</summary>
sealed class AdapterUnderTest : IAsyncDisposable
{
    readonly RegionUnderTest region;
    readonly IAdapterLink? hub;
    Database database = null!;

    /// <param name="hub">The link to a hub that runs. Null: what is sent is kept in <see cref="Link"/>.</param>
    /// <param name="inMemory">True: on a disk in memory where there is one with room, for tests of very many files that kill nothing.</param>
    internal AdapterUnderTest(RegionUnderTest region, string state, string? address = null, IAdapterLink? hub = null, bool inMemory = false)
    {
        (this.region, State, this.hub) = (region, state, hub);
        const string Memory = "/dev/shm";
        Root = inMemory && Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > 256 * 1024 * 1024
            ? Directory.CreateDirectory(Path.Combine(Memory, $"adapter-{Guid.NewGuid():N}")).FullName : Directory.CreateTempSubdirectory("adapter-").FullName;
        foreach (var folder in new[] { "inbox", "inbox/files", "processed", "rejected", "outbox" })
            Directory.CreateDirectory(Path.Combine(Root, folder));
        Options = new AdapterOptions
        {
            State = state,
            Authority = $"{state}-CA",
            Database = address ?? $"sqlite:{Path.Combine(Root, "adapter.db")}",
            Inbox = new InboxOptions { Folder = At("inbox"), Processed = At("processed"), Rejected = At("rejected") },
            Outbox = new OutboxOptions { Folder = At("outbox") },
        };
        Mappings = Countries.Mappings(state);
        Begin();
        database.Migrate(Schema.Adapter);
    }

    internal string State { get; }

    internal string Root { get; }

    internal AdapterOptions Options { get; }

    internal MappingSet Mappings { get; set; }

    /// <summary>The local system from the next restart on. Null: the outbox folder.</summary>
    internal Func<ILocalSystem>? System { get; set; }

    internal AdapterKeys Keys { get; private set; } = null!;

    internal IntakeStore Intakes { get; private set; } = null!;

    internal ActStore Acts { get; private set; } = null!;

    internal NoticeStore Notices { get; private set; } = null!;

    internal MappingStore MappingRecords { get; private set; } = null!;

    internal DeskReads Reads { get; private set; } = null!;

    internal ActMaker Maker { get; private set; } = null!;

    internal InboxFolder Folder { get; private set; } = null!;

    internal Inbox Inbox { get; private set; } = null!;

    internal NoticeReceiver Receiver { get; private set; } = null!;

    internal LocalHandOver HandOver { get; private set; } = null!;

    internal IntakeTasks Tasks { get; private set; } = null!;

    internal HubSender Sender { get; private set; } = null!;

    internal LinkUnderTest Link { get; } = new();

    /// <summary>What the inbox has logged.</summary>
    internal ConcurrentQueue<string> Heard { get; } = new();

    /// <summary>Ends the process and begins a new one on the same disk.</summary>
    internal async Task Restart()
    {
        await database.DisposeAsync();
        Begin();
    }

    void Begin()
    {
        var (time, wake, handOverWake, wanted) = (region.Time, new Wake(), new HandOverWake(), new ReportWanted());
        database = Database.Open(Options.Database, time);
        Keys = region.AdapterKeys(State);
        Intakes = new IntakeStore(database);
        Acts = new ActStore(database);
        Notices = new NoticeStore(database);
        MappingRecords = new MappingStore(database);
        Reads = new DeskReads(database);
        Maker = new ActMaker(Options, Keys, database, wake, time, findings: new ContentCheck(new House(Demo.Region, State, time)).Of);
        var outbound = new OutboundDocument(Mappings);
        Folder = new InboxFolder(Options.Inbox!, time);
        Inbox = new Inbox(Options, Keys, Folder, new Translator(Mappings), Intakes, Maker, database, wake, time, new HeardLog<Inbox>(Heard));
        Receiver = new NoticeReceiver(Options, Keys, outbound, Maker, database, handOverWake, wake, new HubClock(time, NullLogger<HubClock>.Instance), time, NullLogger<NoticeReceiver>.Instance, wanted: wanted);
        HandOver = new LocalHandOver(Options, Keys, outbound, System?.Invoke() ?? new OutboxFolder(Options.Outbox!), Notices, Maker, database, wake, time, NullLogger<LocalHandOver>.Instance);
        Tasks = new IntakeTasks(Keys, Intakes, Maker, database, wake, time);
        Sender = new HubSender(Options, Keys, hub ?? Link, Acts, Reads, time, NullLogger<HubSender>.Instance, wanted);
    }

    internal string At(params string[] parts) => Path.Combine([Root, .. parts]);

    internal void Drop(string name, string text) => File.WriteAllText(At("inbox", name), text);

    /// <summary>Looks, lets the file settle, and works.</summary>
    internal async Task Work(CancellationToken cancellationToken)
    {
        await Inbox.Work(cancellationToken);
        region.Time.Advance(TimeSpan.FromSeconds(3));
        await Inbox.Work(cancellationToken);
    }

    internal IEnumerable<string> In(string folder) => Directory.EnumerateFiles(At(folder)).Select(Path.GetFileName).OfType<string>()
        .Order(StringComparer.Ordinal);

    /// <summary>What the adapter sent, as acts.</summary>
    internal async Task<IReadOnlyList<Act>> Sent(CancellationToken cancellationToken)
    {
        await Sender.Send(cancellationToken);
        return [.. Link.Sent.Select(p => JsonSerializer.Deserialize<Act>(Signing.Verify(p.Body.Span, [DocumentTypes.Act], region.Directory, State,
            region.Time.GetUtcNow()).Payload, Wire.Json)!)];
    }

    /// <summary>The evidence of a request as the desk shows it.</summary>
    internal async Task<IReadOnlyList<byte[]>> EvidenceAtTheDesk(string reference, CancellationToken cancellationToken)
    {
        var request = await Reads.Request(reference, cancellationToken);
        var acts = await Reads.Acts(request!.RequestId, cancellationToken);
        return [.. acts.Where(a => a.ActType == nameof(EvidenceSent)).SelectMany(a => new PrivateParts(Keys).Raw(a)!["items"]!.AsArray()).Select(i => Convert.FromBase64String((string)i!["content"]!["content"]!))];
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Root, true);
    }
}

/// <summary>Keeps every line.</summary>
sealed class HeardLog<T>(ConcurrentQueue<string> lines) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Enqueue($"{formatter(state, exception)} {exception}");
}

/// <summary>A link that keeps what is sent, and can be told to fail.</summary>
sealed class LinkUnderTest : IAdapterLink
{
    internal ConcurrentQueue<Post> Sent { get; } = new();

    internal Func<IReadOnlyList<Post>, IReadOnlySet<Guid>>? Answer { get; set; }

    public string? Trouble { get; set; }

    public Task<IReadOnlySet<Guid>> Send(IReadOnlyList<Post> posts, CancellationToken cancellationToken)
    {
        if (Answer is not null)
            return Task.FromResult(Answer(posts));
        foreach (var post in posts)
            Sent.Enqueue(post);
        return Task.FromResult<IReadOnlySet<Guid>>(posts.Select(p => p.Id).ToHashSet());
    }

    public Task Receive(Func<IReadOnlyList<Post>, CancellationToken, Task> take, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>The process dies here.</summary>
sealed class Killed : Exception;
