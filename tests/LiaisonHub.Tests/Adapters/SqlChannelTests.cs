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
        // Another row of the same papers has them as its own.
        Empty();
        await Run("INSERT INTO Warrant VALUES (3, '2026-03-02 00:00', 'I', 'case-2')");
        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.NotEqual(named, (string?)Brought().Single()["papers"]![0]!["file"]);
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("../papers-of-others")]
    [InlineData("/")]
    [InlineData("a/../..")]
    [InlineData("link")]
    [InlineData("link/inner")]
    public async Task A_row_that_points_outside_of_the_papers_is_left_and_said_and_holds_up_no_other(string pointed)
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(root, "papers-of-others", "inner")).Parent!.FullName;
        foreach (var file in new[] { Path.Combine(elsewhere, "secret.txt"), Path.Combine(elsewhere, "inner", "secret.txt") })
            await Paper(file, "secret");
        Directory.CreateSymbolicLink(Path.Combine(root, "papers", "link"), elsewhere);
        await Paper(Path.Combine(root, "papers", "case-2", "order.pdf"), "%PDF-");
        await Run($"INSERT INTO Warrant VALUES (0, '2026-03-02 00:00', 'I', '{pointed}')");
        await using var collector = Collector();

        Assert.Equal(3, await collector.Collect(Cancelled));

        Assert.Contains("1 item is left at the source, and all else is brought. A row of warrants points out of Adapter:Sql:Papers", collector.LeftBehind, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(f => f.Contains("inbox", StringComparison.Ordinal)).Select(File.ReadAllText), t => t.Contains("secret", StringComparison.Ordinal));
        // Corrected, it comes at once; and it was never taken for gone.
        Empty();
        await Run("UPDATE Warrant SET Folder = 'case-2' WHERE OffenderID = 0");
        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Null(collector.LeftBehind);
    }

    [Fact]
    public async Task A_paper_a_value_and_a_list_beyond_the_bound_are_left_and_said_and_all_else_comes()
    {
        options.Inbox!.LargestFile = 3000;
        await Run("CREATE TABLE Long (OffenderID INTEGER NOT NULL, Text VARCHAR(8000), Folder VARCHAR(200))",
            $"INSERT INTO Long VALUES (1, '{new string('x', 3001)}', NULL), (2, 'short', 'large'), (3, 'short', NULL), (4, 'short', NULL)");
        await Run([.. Enumerable.Range(0, 40).Select(i => $"INSERT INTO OffenderName VALUES (3, {i}, '{new string('n', 90)}')")]);
        await Paper(Path.Combine(root, "papers", "large", "scan.tif"), new string('x', 3001));
        var query = options.Sql!.Queries["warrants"];
        (query.Select, query.Key) = ("SELECT Text AS \"text\", Folder AS \"folder\", OffenderID AS \"id\" FROM Long", ["id"]);
        await using var collector = Collector();

        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Equal(0, await collector.Collect(Cancelled));

        Assert.Equal("4", Brought().Single()["id"]!.ToJsonString());
        foreach (var words in new[] { "3 items are left at the source", "A row of warrants with its lists has more than 3,000 bytes", "points to a paper of more than 3,000 bytes", "Adapter:Inbox:LargestFile" })
            Assert.Contains(words, collector.LeftBehind, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Papers_are_read_again_only_when_they_seem_to_have_changed()
    {
        var order = Path.Combine(root, "papers", "case-2", "order.pdf");
        await Paper(order, "first");
        await using var collector = Collector();
        Assert.Equal(3, await collector.Collect(Cancelled));
        Empty();

        // Nobody may read it now: whoever tries, fails. Of the same length and time it is not tried.
        var written = File.GetLastWriteTimeUtc(order);
        await using (new FileStream(order, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal(0, await collector.Collect(Cancelled));
            Assert.Null(collector.LeftBehind);
            File.SetLastWriteTimeUtc(order, written.AddSeconds(-1));
            Assert.Equal(0, await collector.Collect(Cancelled));
            Assert.Contains("A paper of warrants cannot be read", collector.LeftBehind, StringComparison.Ordinal);
        }

        // Touched it is the same paper still; with another content it is another message.
        time.Advance(LeftItems.FirstPause);
        Assert.Equal(0, await collector.Collect(Cancelled));
        Assert.Null(collector.LeftBehind);
        await Paper(order, "other");
        Assert.Equal(1, await collector.Collect(Cancelled));
    }

    [Fact]
    public async Task A_row_whose_own_lists_cannot_be_asked_for_holds_up_no_other()
    {
        // A number where there is none: in a server this fails for that row alone.
        await Run("CREATE TABLE Part (Reference VARCHAR(20) NOT NULL, Folder VARCHAR(200))", "INSERT INTO Part VALUES ('1', NULL), ('none', NULL), ('2', NULL)");
        var query = options.Sql!.Queries["warrants"];
        (query.Select, query.Key) = ("SELECT Reference AS \"id\", Folder AS \"folder\" FROM Part", ["id"]);
        query.Lists = new Dictionary<string, string> { ["names"] = FailsFor("@id") };
        await using var collector = Collector();

        Assert.Equal(2, await collector.Collect(Cancelled));

        Assert.Contains("1 item is left at the source, and all else is brought. The local system's database does not answer", collector.LeftBehind, StringComparison.Ordinal);
        Assert.DoesNotContain("none", collector.LeftBehind, StringComparison.Ordinal);
    }

    /// <summary>A query that fails for whatever is no number.</summary>
    protected virtual string FailsFor(string parameter) => $"SELECT CAST({parameter} AS INTEGER) AS \"n\"";

    [Fact]
    public async Task What_a_row_holds_is_no_statement_and_no_name()
    {
        await Run("INSERT INTO Warrant VALUES (7, '2026''; DROP TABLE Warrant;--', 'I', NULL)", "INSERT INTO OffenderName VALUES (7, 1, 'Password=hunter2; @id')");
        await using var collector = Collector();

        Assert.Equal(3, await collector.Collect(Cancelled));
        Assert.Equal(0, await collector.Collect(Cancelled));

        Assert.Null(collector.LeftBehind);
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(root, "inbox")), f => f.Contains("DROP", StringComparison.Ordinal) || f.Contains("hunter2", StringComparison.Ordinal));
    }

    protected async Task Paper(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, Cancelled);
        File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime.AddMinutes(-1));
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
        Assert.Equal(0, await collector.Collect(Cancelled));
        Assert.Contains("may the login read these tables", collector.LeftBehind, StringComparison.Ordinal);
        options.Sql!.Queries["warrants"].Select += "_";
        Assert.Contains("may the login read these tables", (await Assert.ThrowsAsync<ChannelException>(() => collector.Collect(Cancelled))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_one_key_are_left_and_said_and_the_others_come()
    {
        await Run("UPDATE Warrant SET Folder = NULL");
        options.Sql!.Queries["warrants"].Key = ["id"];
        await using var collector = Collector();

        Assert.Equal(1, await collector.Collect(Cancelled));

        Assert.Equal("2", Brought().Single()["id"]!.ToJsonString());
        Assert.Contains("have the same key", collector.LeftBehind, StringComparison.Ordinal);
    }

    protected AdapterOptions Options => options;

    protected SqlCollector Collector(TimeProvider? other = null) => new("warrants", options.Sql!.Queries["warrants"], options.Sql, new(options.Inbox!), new(own), other ?? time);

    List<JsonNode> Brought() => [.. Directory.EnumerateFiles(Path.Combine(root, "inbox"), "*.json").Order(StringComparer.Ordinal).Select(f => JsonNode.Parse(File.ReadAllText(f))!)];

    void Empty()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "inbox")))
            File.Delete(file);
    }

    protected async Task Run(params string[] statements)
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

    // SQLite reads a number out of anything.
    protected override string FailsFor(string parameter) => $"SELECT json({parameter}) AS \"n\"";

    // Run by MemoryTests, in a process that has no room for all of them.
    [Fact(Explicit = true)]
    public async Task A_hundred_thousand_rows_are_read_one_by_one()
    {
        // A kilobyte each, and all but the last wait for papers.
        await Run("""
            WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 100009)
            INSERT INTO Warrant SELECT i, printf('%01000d', i), 'I', CASE i WHEN 100009 THEN NULL ELSE 'later' END FROM n
            """, "DELETE FROM Warrant WHERE OffenderID < 10");
        Options.Sql!.Queries["warrants"].Lists = new Dictionary<string, string>();
        Options.Sql.Queries["warrants"].Key = ["id"];
        await using var collector = Collector();

        Assert.Equal(1, await collector.Collect(TestContext.Current.CancellationToken));

        Assert.Empty(Directory.EnumerateFiles(Options.Inbox!.Folder, ".*"));
    }

    [Fact]
    public async Task What_opens_the_database_is_in_no_words()
    {
        Options.Sql!.Database = "postgres:Host=127.0.0.1;Port=1;Username=reader;Password=hunter2;Timeout=2";
        await using var collector = Collector();

        var said = (await Assert.ThrowsAsync<ChannelException>(() => collector.Collect(TestContext.Current.CancellationToken))).Message;

        Assert.DoesNotContain("hunter2", said + collector.Name, StringComparison.Ordinal);
        Assert.Contains("is it up", said, StringComparison.Ordinal);
    }
}
