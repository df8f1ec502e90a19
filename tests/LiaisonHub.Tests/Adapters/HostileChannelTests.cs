using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Dapper;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.Tests.Adapters;

/// <summary>
/// What comes by the channels that are no folder of files, built to hurt or damaged at any place: rows of a database, answers and folders of a connector, bodies over HTTP, mails. All of it passes through the
/// channel, the inbox and the translation of a state; wherever it names an address, it names that of a server that nobody may connect to.
/// </summary>
public sealed class HostileChannelTests : IAsyncDisposable
{
    readonly RegionUnderTest region = new();
    readonly TcpListener watched = new(IPAddress.Loopback, 0);
    readonly string elsewhere;

    public HostileChannelTests()
    {
        watched.Start();
        elsewhere = $"http://127.0.0.1:{((IPEndPoint)watched.LocalEndpoint).Port}";
    }

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // Every text that hurts some reader. A row, a body, a part of a mail, a value of a property: none is safe because of where it stands.
    string[] Texts =>
    [
        $"<!DOCTYPE a [<!ENTITY x SYSTEM '{elsewhere}/x'>]><a>&x;</a>",
        $"<!DOCTYPE a SYSTEM '{elsewhere}/a.dtd'><a/>",
        "<!DOCTYPE a [<!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;&l;&l;&l;&l;&l;'><!ENTITY n '&m;&m;&m;&m;&m;&m;&m;&m;'>]><a>&n;</a>",
        $"<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='urn:a {elsewhere}/a.xsd'><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='{elsewhere}/i'/></a>",
        $"<?xml-stylesheet href='{elsewhere}/s.xsl'?><a/>",
        $$"""{"@context": "{{elsewhere}}/context", "$schema": "{{elsewhere}}/schema", "$ref": "{{elsewhere}}/ref", "a": 1}""",
        string.Concat(Enumerable.Repeat("<a>", 30_000)), new('[', 100_000), string.Concat(Enumerable.Repeat("{\"a\":", 30_000)),
        "=cmd|'/C calc'!A0", "'; DROP TABLE liaison_request; --", "../../../../etc/passwd", "\0\u0001\uFFFE\uD800", "\u202Egpj.exe", new('9', 100_000), "a\r\nBcc: b@c.example", "",
    ];

    [Fact]
    public async Task Rows_that_hurt_become_questions_or_are_put_aside_and_no_table_is_harmed()
    {
        await using var xd = new AdapterUnderTest(region, "XD", inMemory: true);
        var address = $"sqlite:{xd.At("registry.db")}";
        await File.WriteAllBytesAsync(xd.At("registry.db"), [], Cancelled);
        await using var registry = Database.Open(address, region.Time);
        await using var own = Database.Open(xd.Options.Database, region.Time);
        xd.Options.Sql = RegistryTests.Profile(address, Directory.CreateDirectory(xd.At("papers")).FullName);
        await using (var connection = await registry.Connect(Cancelled))
        {
            await connection.ExecuteAsync(Countries.Sample("XD", "registry.sql").Split("INSERT", 2)[0]);
            var number = 0;
            foreach (var text in Texts)
            {
                await connection.ExecuteAsync("INSERT INTO liaison_request VALUES (@number, @text, @text, @text, @text, @text, @number, @text, NULL, 'R')", new { number = ++number, text });
                await connection.ExecuteAsync("INSERT INTO offender_name VALUES (@number, 'O', 1, @text, @text, @text, @text, @text)", new { number, text });
                await connection.ExecuteAsync("INSERT INTO offender_charge VALUES (@number, 1, @text, @text, @text, @text)", new { number, text });
                await connection.ExecuteAsync("INSERT INTO warrant VALUES (@number, @text, @text, @text, @text, @text, @number, @text, @text)", new { number, text });
                await connection.ExecuteAsync("INSERT INTO liaison_answer VALUES (@number, @text, @text, @text, @text, @text, NULL, 'R')", new { number, text });
            }
        }

        foreach (var (name, query) in xd.Options.Sql.Queries)
        {
            await using var collector = new SqlCollector(name, query, xd.Options.Sql, new(xd.Options.Inbox!), new(own), region.Time);
            Assert.Equal(Texts.Length, await collector.Collect(Cancelled));
        }

        var ends = await Ends(xd);
        Assert.Equal(3 * Texts.Length, ends.Count);
        Assert.Empty(await xd.Sent(Cancelled));
        await using var after = await registry.Connect(Cancelled);
        Assert.Equal(Texts.Length, await after.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM liaison_request"));
    }

    [Fact]
    public async Task Answers_of_a_connector_that_hurt_are_left_or_put_aside_with_a_reason()
    {
        await using var connector = await ConnectorUnderTest.Start(Cancelled);
        await using var xf = new AdapterUnderTest(region, "XF", inMemory: true);
        await using var own = Database.Open(xf.Options.Database, region.Time);
        var number = 0;
        foreach (var bytes in Texts.Select(Encoding.UTF8.GetBytes).Concat(Cut(Form(), 25)).Concat([Zip("../../../slipped.txt", 10), Zip("C:\\slipped.txt", 10), Zip("/tmp/slipped.txt", 10), ContainerTests.Zip(("zeros.bin", new byte[70 * 1024 * 1024]))]))
        {
            connector.Pending[$"content-{++number}"] = ConnectorUnderTest.Message($"c-{number}", bytes, [("../../../slipped.txt", "text/plain", bytes), (new string('n', 300), "a\r\nb", bytes)], []);
            connector.Pending[$"evidence-{number}"] = ConnectorUnderTest.Message($"e-{number}", null, [], [("DELIVERY", bytes)]);
        }

        var options = new ConnectorOptions { Url = connector.Url };
        using (var collector = new ConnectorCollector(options, new(xf.Options.Inbox!), new(own), region.Time))
        {
            Assert.Equal(connector.Pending.Count, await collector.Collect(Cancelled));
            // An envelope cut anywhere, or one that hurts itself.
            connector.Pending["cut"] = ConnectorUnderTest.Message("cut", "<form/>"u8.ToArray(), [], []);
            var whole = await Body(connector.Envelope(new(XName.Get("getMessageByIdResponse", ConnectorUnderTest.Namespace), connector.Pending["cut"])));
            foreach (var answer in Texts.Select(Encoding.UTF8.GetBytes).Concat(Cut(whole, 25)))
            {
                connector.Instead["getMessageById"] = _ => Results.Bytes(answer, "application/soap+xml; charset=utf-8");
                Assert.Equal(0, await collector.Collect(Cancelled));
                Assert.NotNull(collector.LeftBehind);
                region.Time.Advance(LeftItems.LongestPause);
            }
        }

        Assert.NotEmpty(await Ends(xf));
        Assert.False(File.Exists("/tmp/slipped.txt"));
        Assert.All(Directory.EnumerateFiles(xf.Root, "*slipped.txt", SearchOption.AllDirectories), f => Assert.Contains(Path.GetDirectoryName(f)!, new[] { xf.At("inbox", "files"), xf.At("processed") }));
    }

    [Fact]
    public async Task Folders_of_a_connector_that_hurt_become_messages_within_their_bound_and_nothing_outside_of_them_is_read()
    {
        await using var xf = new AdapterUnderTest(region, "XF", inMemory: true);
        await using var own = Database.Open(xf.Options.Database, region.Time);
        var incoming = Directory.CreateDirectory(xf.At("incoming")).FullName;
        await File.WriteAllTextAsync(xf.At("secret.txt"), "s3cret-outside", Cancelled);
        var sample = Encoding.UTF8.GetBytes("original.sender=court\nfinal.recipient=liaison\nservice=LiaisonHub\naction=AssistanceForm\nmessage.content.xml=content.xml\nmessage.attachment.1.file=paper.zip\n");
        var folders = Texts.Select(t => Encoding.UTF8.GetBytes($"message.content.xml={t}\nmessage.attachment.1.file={t}\n{t}={t}\noriginal.sender={t}"))
            .Concat(Cut(sample, 25))
            .Concat(new[] { "../secret.txt", "../../secret.txt", "..\\\\secret.txt", "./../secret.txt", "\\u002e\\u002e/secret.txt", "/etc/passwd", "file:///etc/passwd", $"{elsewhere}/x" }.Select(n => Encoding.ASCII.GetBytes($"message.content.xml={n}\nmessage.attachment.1.file={n}")))
            .Append(Encoding.ASCII.GetBytes("message.content.xml=content.xml" + new string('\\', 100_001)))
            .Append(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a=\\\n", 50_000))))
            .Append(Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(sample)))
            // One paper named by very many keys.
            .Append(Encoding.ASCII.GetBytes("message.content.xml=content.xml\n" + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"message.attachment.{i}.file=paper.zip\n")))).ToList();
        for (var i = 0; i < folders.Count; i++)
        {
            var folder = Directory.CreateDirectory(Path.Combine(incoming, $"m-{i:D4}")).FullName;
            await File.WriteAllBytesAsync(Path.Combine(folder, "message.properties"), folders[i], Cancelled);
            await File.WriteAllTextAsync(Path.Combine(folder, "content.xml"), Texts[i % 6], Cancelled);
            await File.WriteAllBytesAsync(Path.Combine(folder, "paper.zip"), Zip("../slipped.txt", 1 << 17), Cancelled);
            foreach (var file in Directory.EnumerateFiles(folder))
                File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        }

        var collector = new ConnectorFolder(new() { Incoming = incoming, LargestMessage = 1 << 20 }, new(xf.Options.Inbox!), new(own), region.Time);
        await collector.Collect(Cancelled);

        Assert.All(Directory.EnumerateFiles(xf.At("inbox"), "*", SearchOption.AllDirectories), f => Assert.DoesNotContain("s3cret-outside", File.ReadAllText(f), StringComparison.Ordinal));
        // The one with too many papers is told of, and is not in the inbox.
        Assert.Contains("1 item is left", collector.LeftBehind, StringComparison.Ordinal);
        Assert.Equal(folders.Count - 1, Directory.EnumerateFiles(xf.At("inbox"), "*.xml").Count());
        Assert.NotEmpty(await Ends(xf));
        Assert.False(File.Exists(xf.At("slipped.txt")));
    }

    [Fact]
    public async Task Bodies_over_HTTP_that_hurt_are_put_aside_with_a_reason()
    {
        await using var xb = new AdapterUnderTest(region, "XB", inMemory: true);
        await using var own = Database.Open(xb.Options.Database, region.Time);
        var sample = Encoding.UTF8.GetBytes(Countries.Sample("XB", "hearing-result.json"));
        var bodies = Texts.Select(Encoding.UTF8.GetBytes).Concat(Cut(sample, 40)).Concat(new[] { "utf-16", "utf-32", "windows-1251", "iso-2022-jp" }.Select(name => Coded(name, sample))).Where(b => b.Length > 0).ToList();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        await using var system = builder.Build();
        system.MapGet("/cases", () => Results.Text($$"""{"cases":[{{string.Join(',', bodies.Select((_, i) => $$"""{"id":"{{i}}"}"""))}}]}"""));
        system.MapGet("/cases/{id:int}", (int id) => Results.Bytes(bodies[id], "application/json"));
        await system.StartAsync(Cancelled);
        xb.Options.Http = new() { Poll = new() { Url = $"{system.Urls.First()}/cases", Items = "cases[*]", Item = $"{system.Urls.First()}/cases/{{id}}" } };
        using var collector = new HttpCollector(xb.Options, new(xb.Options.Inbox!), new(own), region.Time);

        Assert.Equal(bodies.Count, await collector.Collect(Cancelled));

        Assert.Equal(bodies.Count, (await Ends(xb)).Count);
    }

    [Fact]
    public async Task Mails_that_hurt_are_put_aside_with_a_reason()
    {
        await using var xe = new AdapterUnderTest(region, "XE", inMemory: true);
        xe.Options.Mailbox = new() { Folder = Directory.CreateDirectory(xe.At("mails")).FullName };
        var sample = Encoding.UTF8.GetBytes(Countries.Sample("XE", "request.eml"));
        var mails = Texts.Select(t => Encoding.UTF8.GetBytes($"Subject: {t}\r\nMessage-ID: {t}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n\r\nPurpose: {t}\n{t}\r\n--b\r\nContent-Type: application/zip; name=\"{t}\"\r\n"
                + $"Content-Disposition: attachment; filename=\"../../../{t}\"\r\n\r\n{t}\r\n--b--\r\n"))
            .Concat(Cut(sample, 40)).Concat(new[] { "utf-16", "windows-1251", "iso-2022-jp" }.Select(name => Coded(name, sample))).Concat(HostileFormatTests.BuiltAs("mail")).ToList();
        for (var i = 0; i < mails.Count; i++)
            await File.WriteAllBytesAsync(xe.At("mails", $"{i}.eml"), mails[i], Cancelled);
        var collector = new MailFolderCollector(xe.Options, new(xe.Options.Inbox!, new(xe.Options.Inbox!), region.Time), region.Time);
        await collector.Collect(Cancelled);
        region.Time.Advance(TimeSpan.FromSeconds(3));

        while (await collector.Collect(Cancelled) > 0)
            region.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Empty(xe.In("mails"));
        var ends = await Ends(xe);
        Assert.True(ends.Count >= mails.Count - 1, $"{ends.Count} of {mails.Count}");
    }

    [Fact]
    public async Task A_connection_to_the_address_in_the_messages_would_be_seen()
    {
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)watched.LocalEndpoint, Cancelled);

        Assert.True(watched.Pending());
        (await watched.AcceptTcpClientAsync(Cancelled)).Dispose();
    }

    // What became of all that was brought: nothing waits, nothing failed, nobody was asked anything.
    async Task<IReadOnlyList<Intake>> Ends(AdapterUnderTest adapter)
    {
        var (longest, since) = (TimeSpan.Zero, HostileFormatTests.Worked());
        adapter.Inbox.Reached = _ =>
        {
            var now = HostileFormatTests.Worked();
            longest = now - since > longest ? now - since : longest;
            since = now;
        };
        await adapter.Work(Cancelled);
        region.Time.Advance(TimeSpan.FromMinutes(3));
        for (var i = 0; i < 20 && adapter.In("inbox").Any(); i++)
            await adapter.Work(Cancelled);
        Assert.Empty(adapter.In("inbox"));
        Assert.True(longest < TimeSpan.FromSeconds(5), $"{longest}");
        var all = new List<Intake>();
        foreach (var outcome in Enum.GetValues<IntakeState>())
            all.AddRange(await adapter.Intakes.In(outcome, 10_000, Cancelled));
        Assert.All(all, i => PublishedSampleTests.AssertEnded(new SweptFile("", i.FileName, [i])));
        Assert.DoesNotContain(adapter.Heard, l => l.Contains("[Error]", StringComparison.Ordinal) || l.Contains("translating it failed", StringComparison.Ordinal));
        return all;
    }

    static IEnumerable<byte[]> Cut(byte[] bytes, int times) => Enumerable.Range(1, times).Select(i => bytes[..(int)((long)bytes.Length * i / (times + 1))]);

    static byte[] Form()
    {
        var form = Countries.Sample("XF", "request.xml");
        var from = form.IndexOf("<af:Request", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(form[from..form.IndexOf("</c:Content>", StringComparison.Ordinal)]);
    }

    static byte[] Coded(string name, byte[] text) =>
        (CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback) ?? Encoding.GetEncoding(name)).GetBytes(Encoding.UTF8.GetString(text));

    static byte[] Zip(string name, int size) => ContainerTests.Zip((name, RandomNumberGenerator.GetBytes(size)));

    static async Task<byte[]> Body(IResult answer)
    {
        using var body = new MemoryStream();
        await answer.ExecuteAsync(new DefaultHttpContext { Response = { Body = body }, RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() });
        return body.ToArray();
    }

    public ValueTask DisposeAsync()
    {
        var asked = watched.Pending();
        watched.Dispose();
        Assert.False(asked, "Something connected to an address that stands in a message.");
        return ValueTask.CompletedTask;
    }
}
