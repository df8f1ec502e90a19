using System.Text.Json.Nodes;
using Dapper;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Storage;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonHub.Tests.Adapters;

/// <summary>A local system of which the adapter knows the tables alone.</summary>
public abstract class SqlChannelTests : IAsyncLifetime
{
    readonly string root = Directory.CreateTempSubdirectory("sql").FullName;
    readonly FakeTimeProvider time = new(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    Database local = null!, own = null!;
    AdapterOptions options = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Address of an empty database of the kind under test.</summary>
    protected abstract Task<string> NewDatabase(string folder);

    public async ValueTask InitializeAsync()
    {
        foreach (var folder in new[] { "inbox", "outbox", "papers" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        var address = await NewDatabase(root);
        local = Database.Open(address, time);
        await Run("CREATE TABLE Warrant (OffenderID INTEGER NOT NULL, IssueDate VARCHAR(30) NOT NULL, Status VARCHAR(1), Folder VARCHAR(200))",
            "CREATE TABLE OffenderName (OffenderID INTEGER NOT NULL, Seq INTEGER NOT NULL, Name VARCHAR(100))",
            "CREATE TABLE Answer (MessageName VARCHAR(200) NOT NULL UNIQUE, Reference VARCHAR(100), Body VARCHAR(8000))",
            "INSERT INTO Warrant VALUES (1, '2026-03-02 00:00', 'I', NULL), (1, '2026-03-02 12:00', 'I', NULL), (2, '2026-03-02 00:00', 'I', 'case-2')",
            "INSERT INTO OffenderName VALUES (1, 1, 'O''Example'), (1, 2, 'Sample')");
        own = Database.Open($"sqlite:{Path.Combine(root, "adapter.db")}", time);
        own.Migrate(Schema.Adapter);
        options = new()
        {
            Inbox = new() { Folder = Path.Combine(root, "inbox") },
            Outbox = new() { Folder = Path.Combine(root, "outbox") },
            Sql = new()
            {
                Database = address,
                Papers = Path.Combine(root, "papers"),
                Queries = new Dictionary<string, SqlQueryOptions>
                {
                    ["warrants"] = new()
                    {
                        Select = "SELECT OffenderID AS \"id\", IssueDate AS \"issued\", Status AS \"status\", Folder AS \"folder\" FROM Warrant",
                        Key = ["id", "issued"],
                        Lists = new Dictionary<string, string> { ["names"] = "SELECT Name AS \"name\" FROM OffenderName WHERE OffenderID = @id ORDER BY Seq" },
                        PapersColumn = "folder",
                        Gone = true,
                    },
                },
                Insert = new() { Statement = "INSERT INTO Answer (MessageName, Reference, Body) VALUES (@name, @reference, @message)" },
            },
        };
    }

    [Fact]
    public async Task A_row_is_brought_once_with_its_lists_and_again_when_anything_in_it_has_changed()
    {
        await using var collector = Collector();

        Assert.Equal(2, await collector.Collect(Cancelled));
        Assert.Equal(0, await collector.Collect(Cancelled));
        Assert.Equal(["2026-03-02 00:00", "2026-03-02 12:00"], Brought().Select(b => (string?)b["issued"]).Order(StringComparer.Ordinal));
        Assert.Equal(["O'Example", "Sample"], Brought()[0]["names"]!.AsArray().Select(n => (string?)n!["name"]));
        Assert.Equal("warrants", (string?)Brought()[0]["table"]);
        Empty();
        await Run("UPDATE Warrant SET Status = 'D' WHERE OffenderID = 1 AND IssueDate = '2026-03-02 12:00'", "UPDATE OffenderName SET Name = 'Samples' WHERE Seq = 2");
        Assert.Equal(2, await collector.Collect(Cancelled));
        Assert.Equal(["D", "I"], Brought().Select(b => (string?)b["status"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_row_waits_for_its_papers_and_nothing_outside_their_folder_is_read()
    {
        await using var collector = Collector();
        var folder = Directory.CreateDirectory(Path.Combine(root, "papers", "case-2")).FullName;
        Assert.Equal(2, await collector.Collect(Cancelled));
        await File.WriteAllTextAsync(Path.Combine(folder, "order.pdf"), "%PDF-", Cancelled);
        File.SetLastWriteTimeUtc(Path.Combine(folder, "order.pdf"), time.GetUtcNow().UtcDateTime.AddSeconds(-1));
        Assert.Equal(0, await collector.Collect(Cancelled));
        time.Advance(TimeSpan.FromSeconds(5));
        Empty();
        Assert.Equal(1, await collector.Collect(Cancelled));
        var named = (string?)Brought().Single()["papers"]![0]!["file"];
        Assert.EndsWith("-order.pdf", named, StringComparison.Ordinal);
        Assert.Equal("%PDF-", await File.ReadAllTextAsync(Path.Combine(root, "inbox", "files", named!), Cancelled));
        await Run("UPDATE Warrant SET Folder = '../../etc' WHERE OffenderID = 2");
        Assert.Contains("points out of Adapter:Sql:Papers", (await Assert.ThrowsAsync<ChannelException>(() => collector.Collect(Cancelled))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_is_gone_is_told_once()
    {
        await using var collector = Collector();
        await collector.Collect(Cancelled);
        Empty();
        await Run("DELETE FROM Warrant WHERE IssueDate = '2026-03-02 12:00'");

        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Equal(("1/2026-03-02 12:00", "true"), ((string?)Brought().Single()["key"], Brought().Single()["gone"]!.ToJsonString()));
        Assert.Equal(0, await collector.Collect(Cancelled));
        await Run("INSERT INTO Warrant VALUES (1, '2026-03-02 12:00', 'I', NULL)");
        Empty();
        Assert.Equal(1, await collector.Collect(Cancelled));
    }

    [Fact]
    public async Task A_message_is_written_once_although_the_process_dies_between_the_row_and_its_record()
    {
        await using var system = new SqlSystem(options, time);
        for (var time = 0; time < 2; time++)
        {
            var path = Path.Combine(root, "outbox", "00000001-a.json.tmp");
            await File.WriteAllTextAsync(path, """{ "reference": "XD-2026-000001", "text": "o'k" }""", Cancelled);
            await system.Deliver("00000001-a.json", path, Cancelled);
            Assert.False(File.Exists(path));
        }

        await using var connection = await local.Connect(Cancelled);
        var row = await connection.QuerySingleAsync<(string Name, string Reference, string Body)>("SELECT MessageName, Reference, Body FROM Answer");
        Assert.Equal(("00000001-a.json", "XD-2026-000001"), (row.Name, row.Reference));
        Assert.Contains("o'k", row.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_database_refuses_is_said_without_what_the_row_holds()
    {
        await using var collector = Collector();
        await Run("DROP TABLE OffenderName");
        var said = (await Assert.ThrowsAsync<ChannelException>(() => collector.Collect(Cancelled))).Message;
        Assert.Contains("may the login read these tables", said, StringComparison.Ordinal);
        options.Sql!.Queries["warrants"].Lists = new Dictionary<string, string>();
        options.Sql.Queries["warrants"].Key = ["id"];
        Assert.Contains("have the same key", (await Assert.ThrowsAsync<ChannelException>(() => collector.Collect(Cancelled))).Message, StringComparison.Ordinal);
    }

    SqlCollector Collector() => new("warrants", options.Sql!.Queries["warrants"], options.Sql, new(options.Inbox!), new(own), time);

    List<JsonNode> Brought() => [.. Directory.EnumerateFiles(Path.Combine(root, "inbox"), "*.json").Order(StringComparer.Ordinal).Select(f => JsonNode.Parse(File.ReadAllText(f))!)];

    void Empty()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "inbox")))
            File.Delete(file);
    }

    async Task Run(params string[] statements)
    {
        await using var connection = await local.Connect(Cancelled);
        foreach (var statement in statements)
            await connection.ExecuteAsync(statement);
    }

    public async ValueTask DisposeAsync()
    {
        await local.DisposeAsync();
        await own.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(root, true);
        GC.SuppressFinalize(this);
    }
}

public sealed class SqlChannelOnSqlite : SqlChannelTests
{
    protected override Task<string> NewDatabase(string folder)
    {
        var file = Path.Combine(folder, "local.db");
        File.WriteAllBytes(file, []);
        return Task.FromResult($"sqlite:{file}");
    }
}
