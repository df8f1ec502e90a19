using System.Security.Cryptography;
using System.Text;
using Dapper;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonHub.Tests.Storage;

/// <summary>Gives each test a database of its own with the hub's tables in it. One class for each kind of database; the sentences are the same on
/// all.</summary>
public abstract class DatabaseFixture
{
    /// <summary>Address of a new, migrated database nobody else uses.</summary>
    public abstract Task<string> NewDatabase(CancellationToken cancellationToken);

    /// <summary>Address of a new database without any table.</summary>
    public abstract Task<string> NewEmptyDatabase(CancellationToken cancellationToken);
}

/// <summary>A new file for each test.</summary>
public sealed class SqliteFixture : DatabaseFixture, IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liaisonhub-").FullName;
    int count;

    public override Task<string> NewDatabase(CancellationToken cancellationToken)
    {
        var file = NewFile();
        File.Copy(Template, file);
        return Task.FromResult($"sqlite:{file}");
    }

    public override Task<string> NewEmptyDatabase(CancellationToken cancellationToken) => Task.FromResult($"sqlite:{NewFile()}");

    string NewFile() => Path.Combine(folder, $"{Interlocked.Increment(ref count)}.db");

    // Migrated once and copied: each script costs SQLite several syncs.
    string Template
    {
        get
        {
            lock (folder)
            {
                var file = Path.Combine(folder, "template.db");
                if (File.Exists(file))
                    return file;
                var database = Database.Open($"sqlite:{file}", TimeProvider.System);
                database.Migrate(Schema.Hub);
                database.DisposeAsync().AsTask().GetAwaiter().GetResult();
                return file;
            }
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}

/// <summary>What the store tests share: a database, a clock, and invented acts, requests and deadlines.</summary>
public abstract class StoreTests(DatabaseFixture fixture) : IAsyncLifetime
{
    protected static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    readonly List<Database> opened = [];
    string address = "";

    protected FakeTimeProvider Time { get; } = new(Now);
    protected Database Database { get; private set; } = null!;
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        address = await fixture.NewDatabase(Cancelled);
        Database = OpenAgain();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in opened)
            await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The same database as another process would open it.</summary>
    protected Database OpenAgain()
    {
        var database = Database.Open(address, Time);
        opened.Add(database);
        return database;
    }

    /// <summary>What somebody with full rights on the database does to it, past the stores and past the triggers.</summary>
    protected async Task Tamper(string sql, string table)
    {
        await using var connection = await Database.Connect(Cancelled);
        var (off, on) = Database.Dialect.Kind switch
        {
            DatabaseKind.PostgreSql => ($"ALTER TABLE {table} DISABLE TRIGGER ALL", $"ALTER TABLE {table} ENABLE TRIGGER ALL"),
            DatabaseKind.SqlServer => ($"DISABLE TRIGGER ALL ON {table}", $"ENABLE TRIGGER ALL ON {table}"),
            _ => ($"DROP TRIGGER {table}_no_update; DROP TRIGGER {table}_no_delete", "SELECT 1"),
        };
        await connection.ExecuteAsync(off);
        Assert.NotEqual(0, await connection.ExecuteAsync(sql));
        await connection.ExecuteAsync(on);
    }

    protected async Task<T> Scalar<T>(string sql)
    {
        await using var connection = await Database.Connect(Cancelled);
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    protected static ArrivedAct Act(string state, long sequence, Guid? requestId = null, Guid? actId = null, string content = "") => new()
    {
        SenderState = state,
        Lane = "Routine",
        ActId = actId ?? Guid.NewGuid(),
        Sequence = sequence,
        RequestId = requestId ?? Guid.NewGuid(),
        ActType = "NoteSent",
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{state}/{sequence}/{content}"))),
        Body = """{"payload":"YQ\u0000","protected":"\"quoted\"","signature":"Zürich–Łódź 𝄞"}""",
        ReceivedAt = Now.AddSeconds(sequence),
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };

    protected static RequestRow Request(Guid requestId, string state = "Submitted", DateTimeOffset? nextDue = null, DateTimeOffset? closedAt = null) => new()
    {
        RequestId = requestId,
        Procedure = "MutualAssistance",
        Instrument = "MLA-1959",
        Reference = $"XA-XB-{requestId.ToString("N")[..8].ToUpperInvariant()}",
        RequestingState = "XA",
        RequestedState = "XB",
        State = state,
        Since = Now,
        NextDue = nextDue,
        Level = 2,
        ClosedAt = closedAt,
        Priority = "Routine",
        Exercise = false,
        Body = $$"""{"state":"{{state}}","text":"Ω \"x\""}""",
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    protected static DeadlineRow Deadline(Guid requestId, DateTimeOffset? lookAt, string status = DeadlineRow.Running, Guid? deadlineId = null) => new()
    {
        DeadlineId = deadlineId ?? Guid.NewGuid(),
        RequestId = requestId,
        RuleId = "EIO-D1",
        OnWhom = "Requested",
        Status = status,
        Started = Now,
        Due = lookAt,
        LookAt = lookAt,
        Level = 1,
    };

    protected static OutboxRow Notice(string state, string lane = "Routine", DateTimeOffset? at = null) => new()
    {
        OutboxId = Guid.NewGuid(),
        State = state,
        Lane = lane,
        Body = """{"payload":"bm90aWNl"}""",
        CreatedAt = at ?? Now,
    };

    protected static LedgerLeaf Leaf(string kind, Guid? requestId = null, DateTimeOffset? at = null) => new()
    {
        RequestId = requestId,
        At = at ?? Now,
        Kind = kind,
        Actor = "XA-CA",
        Content = $$"""{"kind":"{{kind}}"}""",
    };

    protected static CostRow Cost(string requesting, string requested, decimal amount, decimal requestingBears, Guid? entryId = null) => new()
    {
        EntryId = entryId ?? Guid.NewGuid(),
        RequestId = Guid.NewGuid(),
        ActId = Guid.NewGuid(),
        RequestingState = requesting,
        RequestedState = requested,
        Kind = "Exceptional",
        OnDay = DateOnly.FromDateTime(Now.UtcDateTime),
        Currency = "EUR",
        Amount = amount,
        RequestingBears = requestingBears,
        At = Now,
    };

    protected static JournalDecision Decided(long journalId, string outcome, string? code = null) => new()
    {
        JournalId = journalId,
        Outcome = outcome,
        RefusalCode = code,
        RefusalReason = code is null ? null : "Because",
        StateAfter = "Submitted",
        At = Now.AddMinutes(1),
    };

    /// <summary>Takes one act and returns the work it makes.</summary>
    protected async Task<Work> Arrive(ArrivedAct act)
    {
        var taken = Assert.Single(await new Journal(Database).Take([act], Cancelled));
        Assert.Equal(Taken.New, taken.Outcome);
        return new Work { JournalId = taken.JournalId, RequestId = act.RequestId };
    }

    /// <summary>Writes changes in a unit of their own.</summary>
    protected async Task Write(params Change[] changes)
    {
        await using var unit = await Database.Begin(Cancelled);
        await new RequestStore(Database).Write(unit, changes, Cancelled);
        await unit.Commit(Cancelled);
    }

    /// <summary>Stores a new request with its deadlines.</summary>
    protected Task Store(RequestRow request, params DeadlineRow[] deadlines) =>
        Write(new Change { Work = new Work { RequestId = request.RequestId }, Request = request, Deadlines = deadlines });
}
