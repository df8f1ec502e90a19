using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Tests.Adapters;

/// <summary>Mails saved as files, mails in parts, and receipts that come back; the servers stand in the integration tests.</summary>
public sealed class MailChannelTests : IAsyncDisposable
{
    readonly RegionUnderTest region = new();
    readonly AdapterUnderTest xb;

    public MailChannelTests()
    {
        xb = new AdapterUnderTest(region, "XB");
        xb.Options.Mailbox = new() { Folder = Directory.CreateDirectory(xb.At("mails")).FullName };
    }

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => xb.DisposeAsync();

    [Fact]
    public async Task A_saved_mail_is_brought_when_it_is_complete_and_kept_under_taken()
    {
        var collector = Collector();
        await File.WriteAllTextAsync(xb.At("mails", "request.eml"), "Subject: x\r\n\r\ntext", Cancelled);

        Assert.Equal(0, await collector.Collect(Cancelled));
        region.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Equal(0, await collector.Collect(Cancelled));

        Assert.EndsWith("-request.eml", Assert.Single(Brought()), StringComparison.Ordinal);
        Assert.EndsWith("-request.eml", Path.GetFileName(Assert.Single(Directory.EnumerateFiles(xb.At("mails", "taken")))), StringComparison.Ordinal);
        Assert.Empty(xb.In("mails"));
    }

    [Fact]
    public async Task What_is_too_large_stays_where_it_is_and_is_said_and_the_rest_comes()
    {
        xb.Options.Inbox!.LargestFile = 2000;
        var collector = Collector();
        await File.WriteAllTextAsync(xb.At("mails", "large.eml"), $"Subject: x\r\n\r\n{new string('x', 2000)}", Cancelled);
        await File.WriteAllTextAsync(xb.At("mails", "small.eml"), "Subject: x\r\n\r\ntext", Cancelled);

        await collector.Collect(Cancelled);
        region.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Contains("2,000 are allowed here", collector.LeftBehind, StringComparison.Ordinal);
        File.Delete(xb.At("mails", "large.eml"));
        await collector.Collect(Cancelled);
        Assert.Null(collector.LeftBehind);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Parts_of_a_mail_become_one_mail_in_whatever_order_they_come(int first, int second)
    {
        var mails = Drop();
        mails.Put("a.eml", Published(first));
        mails.Put("a-again.eml", Published(first));
        Assert.Empty(Brought());

        mails.Put("b.eml", Published(second));

        var joined = MailFormat.Read(File.ReadAllBytes(xb.At("inbox", Assert.Single(Brought()))));
        var whole = MailFormat.Read(File.ReadAllBytes(Countries.Published("email-mime", "partial", "rfc2046.eml")));
        Assert.Equal(Values(whole, "subject", "from[0].address", "text", "attachments[0].base64"), Values(joined, "subject", "from[0].address", "text", "attachments[0].base64"));
        Assert.NotNull(Values(joined, "subject")[0]);
        Assert.Empty(Directory.EnumerateFiles(xb.At("inbox", "parts")));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Parts_are_kept_from_other_users_of_the_machine()
    {
        Drop().Put("a.eml", Published(0));

        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes of files are Unix's.");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(xb.At("inbox", "parts")));
    }

    [Fact]
    public async Task A_part_whose_rest_does_not_come_in_seven_days_stands_in_quarantine_with_its_reason()
    {
        var mails = Drop();
        mails.Put("a.eml", Published(0));
        region.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        mails.Release();
        Assert.Empty(Brought());

        region.Time.Advance(TimeSpan.FromMinutes(1));
        mails.Release();
        await xb.Work(Cancelled);

        Assert.Equal(QuarantineCode.PartOfMail, Assert.Single(await xb.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Code);
        Assert.Empty(Directory.EnumerateFiles(xb.At("inbox", "parts")));
    }

    [Fact]
    public void A_part_with_the_same_id_of_another_sender_joins_nothing()
    {
        var mails = Drop();
        mails.Put("a.eml", Published(0));

        mails.Put("b.eml", Encoding.UTF8.GetBytes($"X-Sent: from elsewhere\r\nFrom: stranger@elsewhere.example\r\n{Encoding.UTF8.GetString(Published(1))[Encoding.UTF8.GetString(Published(1)).IndexOf('\n', StringComparison.Ordinal)..].TrimStart()}"));

        Assert.Empty(Brought());
        Assert.Equal(2, Directory.EnumerateFiles(xb.At("inbox", "parts")).Count());
    }

    [Fact]
    public void Another_mail_that_says_to_be_the_same_part_and_another_whole_of_the_same_id_replace_nothing()
    {
        var mails = Drop();
        void Part(int number, string text) => mails.Put("x.eml", Encoding.UTF8.GetBytes($"From: a@court.example\r\nContent-Type: message/partial; id=\"x\"; number={number}; total=2\r\n\r\n{(number == 1 ? "Subject: x\r\n\r\n" : "")}{text}\r\n"));

        Part(1, "earlier");
        Part(1, "later");
        Assert.Contains("earlier", File.ReadAllText(xb.At("inbox", Assert.Single(Brought()))), StringComparison.Ordinal);
        Part(2, "end");
        Part(2, "other end");
        Part(1, "once more");

        Assert.Equal(["earlier", "later end", "once more other end"], Brought().Select(f => string.Join(' ', File.ReadAllText(xb.At("inbox", f)).ReplaceLineEndings("\n").Split("\n\n")[^1].Split('\n', StringSplitOptions.RemoveEmptyEntries))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Parts_that_would_be_too_large_together_go_on_by_themselves()
    {
        xb.Options.Inbox!.LargestFile = 1200;
        var mails = Drop();
        foreach (var number in new[] { 1, 2 })
            mails.Put($"{number}.eml", Encoding.UTF8.GetBytes($"From: a@court.example\r\nContent-Type: message/partial; id=\"x\"; number={number}; total=2\r\n\r\nSubject: x\r\n\r\n{new string('x', 600)}"));

        Assert.Equal(2, Brought().Count());
    }

    [Fact]
    public async Task A_receipt_that_comes_back_says_of_the_act_how_far_it_came_once_for_each_stage()
    {
        await Mapped();
        var act = await Delivered();
        var messageId = $"00000001-RequestSubmitted-{act.Header.ActId:N}@liaison.example";

        foreach (var (name, action) in new[] { ("late.eml", "delivered"), ("read.eml", "displayed"), ("again.eml", "displayed") })
        {
            xb.Drop(name, Receipt(action, messageId, name));
            await xb.Work(Cancelled);
        }

        await xb.Maker.MarkOpened(act.Header.ActId, "officer", Cancelled);
        var receipts = (await xb.Sent(Cancelled)).Select(a => a.Read()).OfType<ReceiptGiven>().ToList();
        Assert.Equal([ReceiptStage.Delivered, ReceiptStage.HandedOver, ReceiptStage.Opened], receipts.Select(r => r.Stage));
        Assert.All(receipts, r => Assert.Equal(act.Header.ActId, r.OfActId));
        Assert.Equal(3, (await xb.Intakes.In(IntakeState.Made, 10, Cancelled)).Count);
    }

    [Theory]
    [InlineData("failed", "Delivery", QuarantineCode.Declined)]
    [InlineData("displayed", "00000001-RequestSubmitted-0191d3a55c5b7c60a1c52a4f2e3b9d10@liaison.example", QuarantineCode.UnknownRequest)]
    [InlineData("displayed", "lunch@court.example", QuarantineCode.UnknownRequest)]
    public async Task A_delivery_that_failed_and_a_receipt_for_nothing_of_ours_stand_before_a_person(string action, string messageId, string code)
    {
        await Mapped();

        xb.Drop("receipt.eml", Receipt(action, messageId, "x"));
        await xb.Work(Cancelled);

        var put = Assert.Single(await xb.Intakes.In(IntakeState.Quarantined, 10, Cancelled));
        Assert.Equal(code, put.Code);
        Assert.Empty(await xb.Sent(Cancelled));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_asks_for_a_read_receipt_asks_the_server_for_one_of_delivery_under_the_name_of_the_mail(bool asks)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        xb.Options.Mailbox!.Smtp = new() { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, Tls = "None" };
        Assert.DoesNotContain(xb.Options.Problems(inProcess: true), p => p.Contains(":Mailbox:", StringComparison.Ordinal));
        var talk = Talk(listener);
        var path = xb.At("outbox", "00000001-note.eml.tmp");
        await File.WriteAllTextAsync(path, $"From: liaison@xb.example\nTo: officer@court.example\n{(asks ? "Disposition-Notification-To: liaison@xb.example\n" : "")}\ntext\n", Cancelled);

        await new MailSystem(xb.Options, region.Time).Deliver("00000001-note.eml", path, Cancelled);

        var said = await talk;
        Assert.Contains(said, l => l.StartsWith("MAIL FROM:<liaison@xb.example>", StringComparison.Ordinal) && l.Contains("ENVID=00000001-note@xb.example", StringComparison.Ordinal));
        Assert.Equal(asks, said.Single(l => l.StartsWith("RCPT", StringComparison.Ordinal)).Contains("NOTIFY=SUCCESS,FAILURE", StringComparison.Ordinal));
        Assert.Contains("Date: Mon, 02 Mar 2026 09:00:00 +0000", said);
    }

    [Fact]
    public void Everything_wrong_with_the_settings_is_named_at_once()
    {
        var open = xb.At("password");
        File.WriteAllText(open, "secret-of-the-mailbox");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        xb.Options.Http = new() { Push = new() { Url = "https://cases.example/messages" } };
        xb.Options.Mailbox = new()
        {
            Folder = xb.At("nowhere"),
            Imap = new() { Host = "mail example", Port = 0, Tls = "SSL", Password = "secret-of-the-mailbox", MoveTo = "INBOX", MostAtOnce = 0, Every = TimeSpan.Zero, Timeout = TimeSpan.Zero, Authorities = open },
            Smtp = new() { Host = "mail.example", Tls = "None", User = "liaison", PasswordFile = open },
        };
        xb.Options.Inbox = null;

        var problems = xb.Options.Problems(inProcess: true);

        foreach (var key in new[] { "Folder", "Imap:Host", "Imap:Port", "Imap:Tls", "Imap:User", "Imap:MoveTo", "Imap:MostAtOnce", "Imap:Every", "Imap:Timeout", "Imap:Authorities", "Smtp:Tls", "Smtp:PasswordFile", "Smtp" })
            Assert.Single(problems, p => p.StartsWith($"Adapter:Mailbox:{key}: ", StringComparison.Ordinal));
        Assert.Single(problems, p => p.StartsWith("Adapter:Inbox:", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, p => p.Contains("secret-of-the-mailbox", StringComparison.Ordinal));
    }

    MailDrop Drop() => new(xb.Options.Inbox!, new(xb.Options.Inbox!), region.Time);

    MailFolderCollector Collector() => new(xb.Options, Drop(), region.Time);

    IEnumerable<string> Brought() => xb.In("inbox").Where(f => !f.EndsWith(".done", StringComparison.Ordinal));

    async Task Mapped()
    {
        Directory.CreateDirectory(xb.At("country", "mappings"));
        await File.WriteAllTextAsync(xb.At("country", "mappings", "in-failed.json"), """
            { "mapping": "A mail that did not arrive", "direction": "in", "format": "mail", "applies": { "path": "report.action", "in": ["failed"] }, "decline": true,
              "because": "A mail of this adapter did not arrive.", "fix": "Read the act at the desk and tell the court by another way; correct its address in the code table." }
            """, Cancelled);
        await File.WriteAllTextAsync(xb.At("country", "mappings", "in-receipt.json"), """
            {
              "mapping": "A receipt of a court", "direction": "in", "format": "mail", "act": "ReceiptGiven",
              "applies": { "path": "report.action", "in": ["delivered", "displayed"] },
              "make": { "fields": {
                "request": { "from": "report.originalMessageId", "as": "message-act" },
                "open": { "fields": {
                  "ofActId": { "from": "report.originalMessageId", "as": "message-act", "ask": "Which act is the receipt for?" },
                  "stage": { "from": "report.action", "table": { "delivered": "HandedOver", "displayed": "Opened" } } } } } }
            }
            """, Cancelled);
        xb.Mappings = MappingSet.Load(xb.At("country"));
        await xb.Restart();
    }

    async Task<Act> Delivered()
    {
        await using var xa = new AdapterUnderTest(region, "XA");
        xa.Drop("result.xml", Countries.Sample("XA", "hearing-abroad.xml"));
        await xa.Work(Cancelled);
        var act = Assert.Single(await xa.Sent(Cancelled));
        var delivered = new ActDelivered { Act = region.Sign(act, "XA"), ReceivedAt = region.Time.GetUtcNow(), Standing = region.Standing("XB", "XA", "Submitted", "XA-2026-000001", Side.Requested) };
        await xb.Receiver.Take([region.Notice("XB", delivered, act.Header.RequestId)], Cancelled);
        return act;
    }

    static string Receipt(string action, string messageId, string boundary) => (action == "displayed" ? $"""
        From: officer@court.example
        To: liaison@xb.example
        Subject: Receipt
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=disposition-notification; boundary="{boundary}"

        --{boundary}
        Content-Type: text/plain

        The mail was read.
        --{boundary}
        Content-Type: message/disposition-notification

        Original-Message-ID: <{messageId}>
        Disposition: manual-action/MDN-sent-manually; displayed
        --{boundary}--
        """ : $"""
        From: postmaster@court.example
        To: liaison@xb.example
        Subject: Receipt
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"

        --{boundary}
        Content-Type: text/plain

        This is what became of it.
        --{boundary}
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mail.court.example
        Original-Envelope-Id: {messageId}

        Final-Recipient: rfc822; officer@court.example
        Action: {action}
        Status: 2.0.0
        --{boundary}--
        """).ReplaceLineEndings("\r\n");

    // A mail server that tells of deliveries, as far as one mail needs it.
    static async Task<List<string>> Talk(TcpListener listener)
    {
        var said = new List<string>();
        using var client = await listener.AcceptTcpClientAsync(Cancelled);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        await using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 mail.example");
        while (await reader.ReadLineAsync(Cancelled) is { } line)
        {
            said.Add(line);
            if (line == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                while (await reader.ReadLineAsync(Cancelled) is { } text && text != ".")
                    said.Add(text);
            }

            await writer.WriteLineAsync(line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-mail.example\r\n250 DSN" : "250 well");
            if (said.Contains("DATA"))
                break;
        }

        return said;
    }

    static byte[] Published(int part) => File.ReadAllBytes(Countries.Published("email-mime", "partial", $"rfc2046.{part}.eml"));

    static string?[] Values(SourceDocument document, params string[] paths) => [.. paths.Select(p => document.Root.Select(JsonFormat.Path(p)).Select(n => n.Value).FirstOrDefault())];
}
