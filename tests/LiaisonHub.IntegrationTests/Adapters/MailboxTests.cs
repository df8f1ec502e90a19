using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Storage;

namespace LiaisonHub.IntegrationTests.Adapters;

/// <summary>A mailbox on a real mail server: read by IMAP, written to by SMTP, both encrypted.</summary>
public sealed class MailboxTests(MailServer server) : IAsyncLifetime
{
    readonly string root = Directory.CreateTempSubdirectory("mailbox").FullName, user = $"court-{Guid.NewGuid():N}";
    Database database = null!;
    AdapterOptions options = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await server.Start(Cancelled);
        foreach (var folder in new[] { "inbox", "outbox" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        database = Database.Open($"sqlite:{Path.Combine(root, "adapter.db")}", TimeProvider.System);
        database.Migrate(Schema.Adapter);
        options = new()
        {
            Inbox = new() { Folder = Path.Combine(root, "inbox"), LargestFile = 5000 },
            Outbox = new() { Folder = Path.Combine(root, "outbox") },
            Mailbox = new()
            {
                Imap = new() { Host = "localhost", Port = server.Imap.Implicit, User = user, Password = server.Password, Authorities = server.Authority },
                Smtp = new() { Host = "localhost", Port = server.Smtp.Implicit, User = user, Password = server.Password, Authorities = server.Authority },
            },
        };
        Assert.DoesNotContain(options.Problems(inProcess: true), p => p.Contains(":Mailbox:", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(root, true);
    }

    [Theory]
    [InlineData("Implicit")]
    [InlineData("StartTls")]
    public async Task A_mail_is_brought_once_as_it_is_and_marked_as_read(string tls)
    {
        (options.Mailbox!.Imap!.Tls, options.Mailbox.Imap.Port) = (tls, tls == "Implicit" ? server.Imap.Implicit : server.Imap.StartTls);
        await server.Deliver(user, "From: clerk@court.example\nSubject: Request\n\nPlease hear the witness.\n", Cancelled);

        Assert.Equal(1, await Collector().Collect(Cancelled));
        Assert.Equal(0, await Collector().Collect(Cancelled));

        Assert.Equal("From: clerk@court.example\r\nSubject: Request\r\n\r\nPlease hear the witness.\r\n", Assert.Single(Brought()));
        Assert.EndsWith(",S", Assert.Single(server.In(user)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_somebody_has_read_already_is_brought_too_and_all_are_moved_where_they_are_wanted()
    {
        options.Mailbox!.Imap!.MoveTo = "Taken";
        await server.Deliver(user, "Subject: 1\n\none\n", Cancelled);
        await server.Deliver(user, "Subject: 2\n\ntwo\n", Cancelled);
        var unread = server.In(user)[0];
        File.Move(unread, Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(unread))!, "cur", $"{Path.GetFileName(unread)}:2,S"));
        Assert.Contains("has no folder 'Taken'", (await Assert.ThrowsAsync<ChannelException>(() => Collector().Collect(Cancelled))).Message, StringComparison.Ordinal);
        await server.MakeFolder(user, "Taken", Cancelled);

        Assert.Equal(2, await Collector().Collect(Cancelled));

        Assert.Equal(2, Brought().Count);
        Assert.Empty(server.In(user));
        Assert.Equal(2, server.In(user, "Taken").Count);
    }

    [Fact]
    public async Task A_mail_that_was_brought_and_not_yet_moved_is_moved_at_the_next_look_and_not_brought_again()
    {
        await server.Deliver(user, "Subject: 1\n\none\n", Cancelled);
        await server.MakeFolder(user, "Taken", Cancelled);
        await Collector().Collect(Cancelled);
        options.Mailbox!.Imap!.MoveTo = "Taken";

        Assert.Equal(0, await Collector().Collect(Cancelled));

        Assert.Empty(server.In(user));
        Assert.Single(server.In(user, "Taken"));
    }

    [Fact]
    public async Task Many_mails_come_in_portions_and_one_too_large_is_left_and_said()
    {
        options.Mailbox!.Imap!.MostAtOnce = 2;
        await server.Deliver(user, $"Subject: large\n\n{string.Join('\n', Enumerable.Repeat(new string('x', 70), 80))}\n", Cancelled);
        foreach (var number in new[] { 1, 2, 3 })
            await server.Deliver(user, $"Subject: {number}\n\ntext\n", Cancelled);
        var collector = Collector();

        foreach (var expected in new[] { 2, 1, 0 })
            Assert.Equal(expected, await collector.Collect(Cancelled));

        Assert.Contains("1 item is left at the source, and all else is brought. A mail in the folder has more than 5,000 bytes", collector.LeftBehind, StringComparison.Ordinal);
        Assert.Equal(3, Brought().Count);
    }

    [Fact]
    public async Task Parts_of_a_mail_that_come_by_themselves_are_one_mail_in_the_inbox()
    {
        await server.Deliver(user, "From: a@court.example\nContent-Type: message/partial; id=\"x@court.example\"; number=2; total=2\n\nsecond half\n", Cancelled);
        Assert.Equal(1, await Collector().Collect(Cancelled));
        Assert.Empty(Brought());
        await server.Deliver(user, "From: a@court.example\nContent-Type: message/partial; id=\"x@court.example\"; number=1; total=2\n\nSubject: whole\n\nfirst half\n", Cancelled);

        Assert.Equal(1, await Collector().Collect(Cancelled));

        var mail = Assert.Single(Brought());
        Assert.Contains("Subject: whole", mail, StringComparison.Ordinal);
        Assert.Contains("first half\nsecond half", mail.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_nobody_here_trusts_a_wrong_name_a_wrong_password_and_a_server_that_is_away_are_told_apart()
    {
        var imap = options.Mailbox!.Imap!;
        async Task<string> Said() => (await Assert.ThrowsAsync<ChannelException>(() => Collector().Collect(Cancelled))).Message;

        imap.Authorities = null;
        Assert.Contains("Adapter:Mailbox:Imap:Authorities", await Said(), StringComparison.Ordinal);
        (imap.Authorities, imap.Host) = (server.Authority, "127.0.0.1");
        Assert.Contains("does not show a certificate for this name", await Said(), StringComparison.Ordinal);
        (imap.Host, imap.Password) = ("localhost", "not-the-password");
        var refused = await Said();
        Assert.Contains("does not accept Adapter:Mailbox:Imap:User", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-password", refused, StringComparison.Ordinal);
        imap.Port = ServerProcess.FreePorts(1)[0];
        Assert.Contains("cannot be reached", await Said(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Implicit")]
    [InlineData("StartTls")]
    public async Task A_message_is_sent_as_a_mail_that_is_known_by_its_name_when_it_comes_again(string tls)
    {
        (options.Mailbox!.Smtp!.Tls, options.Mailbox.Smtp.Port) = (tls, tls == "Implicit" ? server.Smtp.Implicit : server.Smtp.StartTls);
        var system = new MailSystem(options, TimeProvider.System);
        const string name = "00000042-RequestSubmitted-0191d3a55c5b7c60a1c52a4f2e3b9d10.eml";
        for (var i = 0; i < 2; i++)
        {
            await system.Deliver(name, await Written(name, $"{user}@court.example"), Cancelled);
            Assert.Empty(Directory.EnumerateFiles(options.Outbox!.Folder));
        }

        var sent = server.SentTo(user);
        Assert.Equal(2, sent.Count);
        Assert.All(sent, m =>
        {
            Assert.StartsWith($"liaison@xf.example to {user}@court.example", m, StringComparison.Ordinal);
            Assert.Contains("Message-Id: <00000042-RequestSubmitted-0191d3a55c5b7c60a1c52a4f2e3b9d10@xf.example>", m, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("Disposition-Notification-To: liaison@xf.example", m, StringComparison.Ordinal);
            Assert.Contains("\nDate: ", m, StringComparison.Ordinal);
            Assert.Contains("We send what was asked for.", m, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("unknown", true, "refuses an address")]
    [InlineData("later", false, "does not take the mail now (451")]
    public async Task What_the_server_refuses_for_good_and_what_for_now_is_told_apart_and_the_message_stays(string address, bool permanent, string words)
    {
        var path = await Written("00000001-note.eml", $"{address}-{user}@court.example");

        var refused = await Assert.ThrowsAsync<ChannelException>(() => new MailSystem(options, TimeProvider.System).Deliver("00000001-note.eml", path, Cancelled));

        Assert.Equal(permanent, refused.Permanent);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(user, refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task What_is_no_mail_is_not_sent()
    {
        var path = Path.Combine(options.Outbox!.Folder, "00000001-note.json.tmp");
        await File.WriteAllTextAsync(path, "{}", Cancelled);

        Assert.True((await Assert.ThrowsAsync<ChannelException>(() => new MailSystem(options, TimeProvider.System).Deliver("00000001-note.json", path, Cancelled))).Permanent);
    }

    MailboxCollector Collector() => new(options, new(options.Inbox!, new(options.Inbox!), TimeProvider.System), new(database), TimeProvider.System);

    List<string> Brought() => [.. Directory.EnumerateFiles(options.Inbox!.Folder, "*.eml").Select(File.ReadAllText)];

    async Task<string> Written(string name, string to)
    {
        var path = Path.Combine(options.Outbox!.Folder, $"{name}.tmp");
        await File.WriteAllTextAsync(path, $"From: liaison@xf.example\nTo: {to}\nSubject: Answer\nDisposition-Notification-To: liaison@xf.example\n\nWe send what was asked for.\n", Cancelled);
        return path;
    }
}
