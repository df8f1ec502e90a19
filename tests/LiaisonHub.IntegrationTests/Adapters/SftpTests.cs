using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Storage;
using SftpServer = LiaisonHub.IntegrationTests.Servers.SftpServer;

namespace LiaisonHub.IntegrationTests.Adapters;

/// <summary>A local system behind a real SSH server.</summary>
public sealed class SftpTests(SftpServer server) : IAsyncLifetime
{
    readonly string root = Directory.CreateTempSubdirectory("sftp").FullName;
    Database database = null!;
    AdapterOptions options = null!;
    string there = "";

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await server.Start(Cancelled);
        there = await server.NewFolder(Cancelled);
        foreach (var folder in new[] { "inbox", "outbox" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        database = Database.Open($"sqlite:{Path.Combine(root, "adapter.db")}", TimeProvider.System);
        database.Migrate(Schema.Adapter);
        options = new()
        {
            Inbox = new() { Folder = Path.Combine(root, "inbox"), LargestFile = 2000, LargestTable = 2000 },
            Outbox = new() { Folder = Path.Combine(root, "outbox") },
            Sftp = new()
            {
                Host = "127.0.0.1",
                Port = server.Port,
                HostKeys = [server.HostKey],
                User = server.User,
                PrivateKey = server.Key,
                In = new() { Folder = there },
                Out = new() { Folder = await server.NewFolder(Cancelled) },
            },
        };
        Assert.DoesNotContain(options.Problems(inProcess: true), p => p.Contains(":Sftp:", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(root, true);
    }

    [Fact]
    public async Task A_file_is_fetched_when_it_was_the_same_twice_or_is_marked_and_moved_when_it_is_safe()
    {
        var collector = Collector();
        await SftpServer.Write(Path.Combine(there, "cases.csv"), "a;b", Cancelled);
        await SftpServer.Write(Path.Combine(there, "growing.csv"), "a", Cancelled);
        await SftpServer.Write(Path.Combine(there, "hidden.csv.tmp"), "a", Cancelled);
        await SftpServer.Write(Path.Combine(there, "marked.xml"), "<a/>", Cancelled);
        await SftpServer.Write(Path.Combine(there, "marked.xml.done"), "", Cancelled);

        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Equal(["marked.xml"], Brought());
        await SftpServer.Write(Path.Combine(there, "growing.csv"), "a;b", Cancelled);
        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Equal(["cases.csv", "marked.xml"], Brought());
        Assert.Equal(1, await collector.Collect(Cancelled));

        Assert.Equal(["hidden.csv.tmp"], Names(there));
        Assert.Equal(["cases.csv", "growing.csv", "marked.xml"], Names(Path.Combine(there, "taken")));
        Assert.Equal("a;b", await File.ReadAllTextAsync(Path.Combine(root, "inbox", "growing.csv"), Cancelled));
    }

    [Fact]
    public async Task Another_file_of_the_same_name_waits_until_the_first_has_left_the_inbox_and_replaces_nothing()
    {
        var collector = Collector();
        foreach (var text in new[] { "first", "second" })
        {
            await SftpServer.Write(Path.Combine(there, "cases.csv"), text, Cancelled);
            await SftpServer.Write(Path.Combine(there, "cases.csv.done"), "", Cancelled);
            await collector.Collect(Cancelled);
        }

        Assert.Equal("first", await File.ReadAllTextAsync(Path.Combine(root, "inbox", "cases.csv"), Cancelled));
        File.Delete(Path.Combine(root, "inbox", "cases.csv"));
        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Equal("second", await File.ReadAllTextAsync(Path.Combine(root, "inbox", "cases.csv"), Cancelled));
        Assert.Equal(2, Names(Path.Combine(there, "taken")).Count());
    }

    [Fact]
    public async Task A_link_is_not_followed_and_a_file_too_large_is_left_and_said()
    {
        var collector = Collector();
        // As long as the link itself, so that its length gives nothing away.
        var elsewhere = Path.Combine(await server.NewFolder(Cancelled), "secret.xml");
        await SftpServer.Write(elsewhere, new string('x', elsewhere.Length), Cancelled);
        File.CreateSymbolicLink(Path.Combine(there, "link.xml"), elsewhere);
        await SftpServer.Write(Path.Combine(there, "large.xml"), new string('x', 2001), Cancelled);
        await SftpServer.Write(Path.Combine(there, "large.xml.done"), "", Cancelled);

        await collector.Collect(Cancelled);
        Assert.Equal(0, await collector.Collect(Cancelled));

        Assert.Contains("1 files have more than 2,000 bytes", collector.LeftBehind, StringComparison.Ordinal);
        Assert.Empty(Brought());
    }

    [Fact]
    public async Task A_file_that_may_not_be_read_is_left_and_said_and_what_stands_behind_it_comes()
    {
        var collector = Collector();
        foreach (var name in new[] { "closed.xml", "open.xml" })
        {
            await SftpServer.Write(Path.Combine(there, name), "<a/>", Cancelled);
            await SftpServer.Write(Path.Combine(there, name + ".done"), "", Cancelled);
        }

        File.SetLastWriteTimeUtc(Path.Combine(there, "closed.xml"), DateTime.UnixEpoch);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(there, "closed.xml"), UnixFileMode.None);

        Assert.Equal(1, await collector.Collect(Cancelled));

        Assert.Equal(["open.xml"], Brought());
        Assert.Contains("1 item is left at the source", collector.LeftBehind, StringComparison.Ordinal);
        Assert.Contains("ask its operator for the right", collector.LeftBehind, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_shows_another_key_is_not_talked_to_and_the_words_say_what_to_compare()
    {
        options.Sftp!.HostKeys = [$"SHA256:{new string('A', 43)}"];

        var said = (await Assert.ThrowsAsync<ChannelException>(() => Collector().Collect(Cancelled))).Message;

        Assert.Contains($"shows the key {server.HostKey}", said, StringComparison.Ordinal);
        Assert.Contains("ssh-keygen -lf", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_a_missing_folder_and_a_server_that_is_away_are_told_apart()
    {
        async Task<string> Said() => (await Assert.ThrowsAsync<ChannelException>(() => Collector().Collect(Cancelled))).Message;

        options.Sftp!.PrivateKey = server.StrangersKey;
        Assert.Contains("does not accept Adapter:Sftp:User with this private key", await Said(), StringComparison.Ordinal);
        (options.Sftp.PrivateKey, options.Sftp.In!.Folder) = (server.Key, $"{there}/nowhere");
        Assert.Contains("does the folder named by Adapter:Sftp:In exist?", await Said(), StringComparison.Ordinal);
        options.Sftp.Port = ServerProcess.FreePorts(1)[0];
        Assert.Contains("cannot be reached", await Said(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_appears_whole_under_its_name_also_when_it_comes_again_after_a_crash()
    {
        var (system, goal) = (new SftpSystem(options), options.Sftp!.Out!.Folder);
        for (var i = 0; i < 2; i++)
        {
            var path = Path.Combine(root, "outbox", "00000001-note.json.tmp");
            await File.WriteAllTextAsync(path, """{"a":1}""", Cancelled);
            await system.Deliver("00000001-note.json", path, Cancelled);
            Assert.False(File.Exists(path));
        }

        Assert.Equal(["00000001-note.json"], Names(goal));
        Assert.Equal("""{"a":1}""", await File.ReadAllTextAsync(Path.Combine(goal, "00000001-note.json"), Cancelled));
    }

    [Fact]
    public async Task Papers_come_before_the_message_that_was_written_after_them_into_the_folder_where_it_looks_for_them()
    {
        var collector = Collector();
        var papers = Directory.CreateDirectory(Path.Combine(there, "files")).FullName;
        await Unprivileged.Give(papers, Cancelled);
        await SftpServer.Write(Path.Combine(papers, "annex.pdf"), "paper", Cancelled);
        await SftpServer.Write(Path.Combine(there, "request.xml"), "<a/>", Cancelled);
        await SftpServer.Write(Path.Combine(there, "request.xml.done"), "", Cancelled);

        Assert.Equal(0, await collector.Collect(Cancelled));
        Assert.Equal((1, 0), (await collector.Collect(Cancelled), await collector.Collect(Cancelled)));

        Assert.Equal(["request.xml"], Brought());
        Assert.Equal("paper", System.Text.Encoding.UTF8.GetString(new InboxFolder(options.Inbox!, TimeProvider.System).Beside("annex.pdf")!.Bytes!));
        Assert.Equal(["annex.pdf"], Names(Path.Combine(there, "taken", "files")));
        Assert.Equal(["request.xml"], Names(Path.Combine(there, "taken")));

        // One of the same name waits for that one to be taken.
        await SftpServer.Write(Path.Combine(papers, "annex.pdf"), "another", Cancelled);
        await SftpServer.Write(Path.Combine(papers, "annex.pdf.done"), "", Cancelled);
        await collector.Collect(Cancelled);
        Assert.Equal("paper", await File.ReadAllTextAsync(Path.Combine(root, "inbox", "files", "annex.pdf"), Cancelled));
        File.Delete(Path.Combine(root, "inbox", "files", "annex.pdf"));
        await collector.Collect(Cancelled);
        Assert.Equal("another", await File.ReadAllTextAsync(Path.Combine(root, "inbox", "files", "annex.pdf"), Cancelled));
    }

    [Fact]
    public async Task Papers_of_a_message_are_there_before_it_and_come_again_when_the_first_time_broke_off()
    {
        var (system, goal) = (new SftpSystem(options), options.Sftp!.Out!.Folder);
        var path = Path.Combine(root, "outbox", "00000001-EvidenceSent.xml.tmp");
        await File.WriteAllTextAsync(path, "<a/>", Cancelled);
        var papers = Directory.CreateDirectory(Path.Combine(root, "outbox", "00000001-EvidenceSent.xml.papers")).FullName;
        await File.WriteAllTextAsync(Path.Combine(papers, "1_record.pdf"), "paper", Cancelled);

        // A folder under the message's name: the papers go up, the message does not.
        var taken = Directory.CreateDirectory(Path.Combine(goal, "00000001-EvidenceSent.xml.tmp"));
        await Assert.ThrowsAsync<ChannelException>(() => system.Deliver("00000001-EvidenceSent.xml", path, Cancelled));
        Assert.Equal(["1_record.pdf"], Names(goal));
        taken.Delete();
        await system.Deliver("00000001-EvidenceSent.xml", path, Cancelled);

        Assert.Equal(["00000001-EvidenceSent.xml", "1_record.pdf"], Names(goal));
        Assert.Equal("paper", await File.ReadAllTextAsync(Path.Combine(goal, "1_record.pdf"), Cancelled));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(root, "outbox")));
    }

    [Fact]
    public async Task Another_paper_of_the_same_name_and_size_is_no_paper_that_was_delivered_and_replaces_none()
    {
        var (system, goal) = (new SftpSystem(options), options.Sftp!.Out!.Folder);
        await SftpServer.Write(Path.Combine(goal, "1_record.pdf"), "taken", Cancelled);
        var path = Path.Combine(root, "outbox", "00000001-EvidenceSent.xml.tmp");
        await File.WriteAllTextAsync(path, "<a/>", Cancelled);
        var papers = Directory.CreateDirectory(Path.Combine(root, "outbox", "00000001-EvidenceSent.xml.papers")).FullName;
        await File.WriteAllTextAsync(Path.Combine(papers, "1_record.pdf"), "paper", Cancelled);

        var said = await Assert.ThrowsAsync<ChannelException>(() => system.Deliver("00000001-EvidenceSent.xml", path, Cancelled));

        Assert.Contains("Another file '1_record.pdf' lies on the server already", said.Message, StringComparison.Ordinal);
        Assert.True(said.Permanent);
        Assert.Equal(["1_record.pdf"], Names(goal));
        Assert.Equal("taken", await File.ReadAllTextAsync(Path.Combine(goal, "1_record.pdf"), Cancelled));
    }

    SftpCollector Collector() => new(options, new(options.Inbox!), new(database), TimeProvider.System);

    IEnumerable<string> Brought() => Names(Path.Combine(root, "inbox")).Where(n => !n.EndsWith(".done", StringComparison.Ordinal));

    static IEnumerable<string> Names(string folder) => Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);
}
