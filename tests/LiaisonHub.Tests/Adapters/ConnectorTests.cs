using System.Text;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonHub.Tests.Adapters;

/// <summary>A server that speaks the operations of the published WSDL, and keeps every request made to it.</summary>
sealed class ConnectorUnderTest : IAsyncDisposable
{
    internal const string Namespace = "http://connector.ecodex.eu/ws/backend/webservice";

    static readonly XNamespace Soap = "http://www.w3.org/2003/05/soap-envelope", Xop = "http://www.w3.org/2004/08/xop/include";

    readonly WebApplication system;

    ConnectorUnderTest(WebApplication system) => this.system = system;

    internal string Url { get; private set; } = "";

    /// <summary>What waits for the backend: the parts of a message by transport id.</summary>
    internal SortedDictionary<string, XElement[]> Pending { get; } = [];

    internal List<XElement> Requests { get; } = [];

    internal Dictionary<string, XElement> Submitted { get; } = [];

    /// <summary>Answers by MTOM: bytes stand beside the envelope.</summary>
    internal bool Apart { get; set; }

    /// <summary>An answer instead of the proper one, by operation.</summary>
    internal Dictionary<string, Func<XElement, IResult?>> Instead { get; } = [];

    internal static async Task<ConnectorUnderTest> Start(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        var system = builder.Build();
        var made = new ConnectorUnderTest(system);
        system.MapPost("/backend", async (HttpContext http) =>
        {
            var envelope = await XDocument.LoadAsync(http.Request.Body, LoadOptions.None, cancellationToken);
            var request = envelope.Root!.Element(Soap + "Body")!.Elements().Single();
            if (envelope.Root.Name != Soap + "Envelope" || http.Request.ContentType?.StartsWith("application/soap+xml", StringComparison.Ordinal) != true)
                return Results.StatusCode(415);
            lock (made.Requests)
                made.Requests.Add(request);
            var operation = request.Name.LocalName.Replace("Request", "", StringComparison.Ordinal);
            return made.Instead.TryGetValue(operation, out var instead) && instead(request) is { } other ? other : made.Answer(operation, request);
        });
        await system.StartAsync(cancellationToken);
        made.Url = system.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/backend";
        return made;
    }

    IResult Answer(string operation, XElement request)
    {
        XElement Element(params object?[] parts) => new(XName.Get($"{operation}Response", Namespace), parts);
        switch (operation)
        {
            case "listPendingMessageIds":
                return Envelope(Element([.. Pending.Keys.Select(id => new XElement("messageTransportIds", id))]));
            case "getMessageById":
                return Envelope(Element([.. Pending[(string)request.Element("messageTransportId")!]]));
            case "requestMessages":
                return Envelope(Element([.. Pending.Values.Select(m => new XElement("messages", m))]));
            case "acknowledgeMessage":
                Pending.Remove((string)request.Element("responseForMessageId")!);
                return Envelope(Element());
            case "submitMessage":
                var id = (string)request.Element("messageDetails")!.Element("backendMessageId")!;
                var added = Submitted.TryAdd(id, request);
                return Envelope(Element(new XElement("messageId", id), new XElement("result", added), new XElement("resultMessage", added ? "" : "A message with this backend message id already exists.")));
            default:
                return Results.NotFound();
        }
    }

    internal IResult Envelope(XElement answer)
    {
        var envelope = new XElement(Soap + "Envelope", new XElement(Soap + "Body", answer));
        if (!Apart)
            return Results.Bytes(ConnectorMessage.Bytes(envelope, false), "application/soap+xml; charset=utf-8");
        var parts = new List<(string Id, byte[] Bytes)>();
        foreach (var holder in envelope.Descendants().Where(e => !e.HasElements && e.Name.LocalName is "xmlContent" or "attachment" or "confirmation" or "document" or "detachedSignature" && e.Parent!.Name.LocalName != "Body" && e.Value.Length > 0).ToList())
        {
            parts.Add(($"part-{parts.Count}@connector", Convert.FromBase64String(holder.Value)));
            holder.ReplaceNodes(new XElement(Xop + "Include", new XAttribute("href", parts.Count == 1 ? $"cid://{Uri.EscapeDataString(parts[^1].Id)}" : $"cid:{Uri.EscapeDataString(parts[^1].Id)}")));
        }

        using var body = new MemoryStream();
        void Part(string id, string type, byte[] bytes)
        {
            body.Write(Encoding.ASCII.GetBytes($"--boundary\r\nContent-Type: {type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{id}>\r\n\r\n"));
            body.Write(bytes);
            body.Write("\r\n"u8);
        }

        Part("root@connector", "application/xop+xml; charset=UTF-8; type=\"application/soap+xml\"", ConnectorMessage.Bytes(envelope, false));
        foreach (var (id, bytes) in parts)
            Part(id, "application/octet-stream", bytes);
        body.Write("--boundary--\r\n"u8);
        return Results.Bytes(body.ToArray(), "multipart/related; type=\"application/xop+xml\"; boundary=\"boundary\"; start=\"<root@connector>\"; start-info=\"application/soap+xml\"");
    }

    internal static IResult Fault(string code) => Results.Text(
        $"""<s:Envelope xmlns:s="{Soap}"><s:Body><s:Fault><s:Code><s:Value>s:{code}</s:Value></s:Code><s:Reason><s:Text xml:lang="en">secret of a message</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>""",
        "application/soap+xml", statusCode: 500);

    /// <summary>A message as the connector's model has it.</summary>
    internal static XElement[] Message(string ebms, byte[]? content, (string Name, string Type, byte[] Bytes)[] attachments, (string Type, byte[] Evidence)[] confirmations, string? refersTo = null) =>
    [
        .. content is null ? [] : new[] { new XElement("messageContent", new XElement("xmlContent", Convert.ToBase64String(content))) },
        new("messageDetails",
            new XElement("ebmsMessageId", ebms), refersTo is null ? null : new XElement("refToMessageId", refersTo), new XElement("conversationId", "c-1"), new XElement("originalSender", "court-7"),
            new XElement("finalRecipient", "liaison"), new XElement("service", new XElement("service", "LiaisonHub")), new XElement("action", new XElement("action", "AssistanceForm")),
            new XElement("fromParty", new XElement("partyId", "\n xf-justice "), new XElement("role", "GW")), new XElement("toParty", new XElement("partyId", "xf-hub"))),
        .. confirmations.Select(c => new XElement("messageConfirmations", new XElement("confirmation", Convert.ToBase64String(c.Evidence)), new XElement("confirmationType", c.Type))),
        .. attachments.Select(a => new XElement("messageAttachments", new XElement("identifier", a.Name), new XElement("attachment", Convert.ToBase64String(a.Bytes)), new XElement("name", a.Name), new XElement("mimeType", a.Type))),
    ];

    internal static byte[] Evidence(string root, string happened, string of, string digest = "MfuaYp6WQMRyPL0QGtr9Mg==") => Encoding.UTF8.GetBytes($"""
        <{root} xmlns="http://uri.etsi.org/02640/v2#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" version="2.1.1">
          <EventCode>http:uri.etsi.org/02640/Event#{happened}</EventCode>
          <EvidenceIdentifier>95889734-0986-4236-9f1f-9df7cd7407cb</EvidenceIdentifier>
          <EvidenceIssuerDetails><NamesPostalAddresses><NamePostalAddress><EntityName/><PostalAddress><StreetAddress/><Locality/></PostalAddress></NamePostalAddress></NamesPostalAddresses></EvidenceIssuerDetails>
          <EventTime>2026-03-02T14:10:21.272+01:00</EventTime>
          <SenderMessageDetails isNotification="false"><UAMessageIdentifier>{of}</UAMessageIdentifier><ds:DigestMethod Algorithm="SHA-256"/><ds:DigestValue>{digest}</ds:DigestValue></SenderMessageDetails>
        </{root}>
        """);

    public async ValueTask DisposeAsync() => await system.DisposeAsync();
}

/// <summary>The connector's web service and its folders as the local system.</summary>
public sealed class ConnectorTests : IAsyncLifetime
{
    const string Name = "00000007-NoteSent-0190f3c2a0007000800000000000a001.xml";

    readonly string root = Directory.CreateTempSubdirectory("connector").FullName;
    readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    ConnectorUnderTest connector = null!;
    Database database = null!;
    AdapterOptions options = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        connector = await ConnectorUnderTest.Start(Cancelled);
        foreach (var folder in new[] { "inbox", "processed", "rejected", "outbox", "incoming", "outgoing" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        database = Database.Open($"sqlite:{Path.Combine(root, "adapter.db")}", time);
        database.Migrate(Schema.Adapter);
        options = new()
        {
            Inbox = new() { Folder = Path.Combine(root, "inbox"), Processed = Path.Combine(root, "processed"), Rejected = Path.Combine(root, "rejected") },
            Outbox = new() { Folder = Path.Combine(root, "outbox") },
            Connector = new() { Url = connector.Url },
        };
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_is_brought_with_its_content_and_papers_and_acknowledged_when_it_is_safe(bool apart)
    {
        connector.Apart = apart;
        connector.Pending["t-1"] = ConnectorUnderTest.Message("e-1", "<form xmlns='urn:x'>Ünö</form>"u8.ToArray(), [("record.pdf", "application/pdf", "%PDF-1"u8.ToArray())], []);
        connector.Instead["acknowledgeMessage"] = _ => Inbox().Count == 1 ? null : Results.StatusCode(503);
        using var collector = Collector();

        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Equal(0, await collector.Collect(Cancelled));

        var message = Assert.Single(Inbox());
        Assert.Equal("Ünö", message.Descendants(XName.Get("form", "urn:x")).Single().Value);
        Assert.Equal(("e-1", "xf-justice"), (Detail(message, "ebmsMessageId").Value, (string?)Detail(message, "fromParty").Attribute("id")));
        var paper = message.Elements(ConnectorMessage.Ns + "Paper").Single(p => (string?)p.Attribute("role") == "attachment");
        Assert.Equal("%PDF-1", await File.ReadAllTextAsync(Path.Combine(root, "inbox", "files", (string)paper.Attribute("file")!), Cancelled));
        Assert.Empty(connector.Pending);
    }

    [Fact]
    public async Task A_lost_acknowledgement_is_given_again_and_the_message_is_not_brought_again()
    {
        connector.Pending["t-1"] = ConnectorUnderTest.Message("e-1", "<form/>"u8.ToArray(), [], []);
        connector.Instead["acknowledgeMessage"] = _ => Results.StatusCode(502);
        using (var collector = Collector())
        {
            Assert.Equal(0, await collector.Collect(Cancelled));
            Assert.Contains("answers 502", collector.LeftBehind, StringComparison.Ordinal);
        }

        connector.Instead.Clear();

        using var again = Collector();
        Assert.Equal(0, await again.Collect(Cancelled));

        Assert.Single(Inbox());
        Assert.Single(connector.Requests, r => r.Name.LocalName == "getMessageByIdRequest");
        Assert.Empty(connector.Pending);
    }

    [Fact]
    public async Task A_message_that_cannot_be_fetched_holds_up_no_other()
    {
        connector.Pending["a-broken"] = [];
        connector.Pending["b-good"] = ConnectorUnderTest.Message("e-2", "<form/>"u8.ToArray(), [], []);
        connector.Instead["getMessageById"] = request => request.Value == "a-broken" ? ConnectorUnderTest.Fault("Receiver") : null;
        using var collector = Collector();

        Assert.Equal(1, await collector.Collect(Cancelled));

        Assert.Contains("1 item is left at the source, and all else is brought. The connector answers getMessageById with a fault (Receiver)", collector.LeftBehind, StringComparison.Ordinal);
        Assert.DoesNotContain("secret of a message", collector.LeftBehind, StringComparison.Ordinal);
        Assert.Equal("e-2", Detail(Assert.Single(Inbox()), "ebmsMessageId").Value);
        Assert.Equal(["a-broken"], connector.Pending.Keys);
        // It is left alone for a while, and still told of.
        Assert.Equal(0, await collector.Collect(Cancelled));
        Assert.Single(connector.Requests, r => r.Name.LocalName == "getMessageByIdRequest" && r.Value == "a-broken");
        Assert.NotNull(collector.LeftBehind);
        connector.Pending["a-broken"] = ConnectorUnderTest.Message("e-1", "<form/>"u8.ToArray(), [], []);
        connector.Instead.Clear();
        time.Advance(LeftItems.FirstPause);
        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Null(collector.LeftBehind);
    }

    [Fact]
    public async Task A_connector_that_cannot_list_is_asked_for_everything_at_once()
    {
        options.Connector!.Listed = false;
        connector.Pending["1"] = ConnectorUnderTest.Message("e-1", "<form/>"u8.ToArray(), [], []);
        connector.Pending["2"] = ConnectorUnderTest.Message("e-2", "<form/>"u8.ToArray(), [], []);
        using var collector = Collector();

        Assert.Equal(2, await collector.Collect(Cancelled));

        Assert.Equal(["e-1", "e-2"], Inbox().Select(m => Detail(m, "ebmsMessageId").Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_no_answer_of_a_connector_is_said()
    {
        using var collector = Collector();
        foreach (var (answer, words) in new (Func<IResult>, string)[]
        {
            (() => Results.Text("<html><body>Sign in</body></html>", "text/html"), "web page"),
            (() => Results.Text("<a/>", "application/soap+xml"), "no SOAP envelope"),
            (() => Results.Text("nothing", "multipart/related; boundary=b"), "in parts"),
            (() => Results.StatusCode(401), "Adapter:Connector:Authorization"),
            (() => Results.StatusCode(503), "tried again later"),
            (() => ConnectorUnderTest.Fault("Sender"), "(Sender)"),
            (() => Results.Text("<!DOCTYPE a [<!ENTITY x SYSTEM 'http://127.0.0.1:1/'>]><a>&x;</a>", "application/soap+xml"), "document type"),
        })
        {
            connector.Instead["listPendingMessageIds"] = _ => answer();
            Assert.Contains(words, (await Assert.ThrowsAsync<ChannelException>(() => collector.Collect(Cancelled))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_answer_beyond_its_bound_is_not_read()
    {
        options.Connector!.LargestMessage = 70_000;
        connector.Pending["t-1"] = ConnectorUnderTest.Message("e-1", "<form/>"u8.ToArray(), [("big.bin", "application/octet-stream", new byte[100_000])], []);
        using var collector = Collector();

        connector.Pending["t-2"] = ConnectorUnderTest.Message("e-2", "<form/>"u8.ToArray(), [], []);

        Assert.Equal(1, await collector.Collect(Cancelled));

        Assert.Contains("Adapter:Connector:LargestMessage", collector.LeftBehind, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_messages_that_bear_the_same_ids_are_two_and_their_papers_too()
    {
        options.Connector!.Listed = false;
        connector.Apart = true;
        using var collector = Collector();
        foreach (var text in new[] { "first", "second", "second" })
        {
            connector.Pending["1"] = ConnectorUnderTest.Message("", "<form/>"u8.ToArray(), [("record.txt", "text/plain", Encoding.UTF8.GetBytes(text))], []);
            await collector.Collect(Cancelled);
        }

        var papers = Inbox().SelectMany(m => m.Elements(ConnectorMessage.Ns + "Paper")).Where(p => (string?)p.Attribute("role") == "attachment").Select(p => File.ReadAllText(Path.Combine(root, "inbox", "files", (string)p.Attribute("file")!)));
        Assert.Equal(["first", "second"], papers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_message_is_submitted_once_by_its_name_with_content_and_papers()
    {
        using var system = System();
        var path = await Outgoing();

        await system.Deliver(Name, path, Cancelled);

        var sent = connector.Submitted[Name];
        Assert.Equal("<form xmlns=\"urn:x\">hello</form>", Form(sent));
        Assert.Equal(("paper.txt", "text/plain", "aGVsbG8="), ((string?)sent.Element("messageAttachments")!.Element("name"), (string?)sent.Element("messageAttachments")!.Element("mimeType"), (string?)sent.Element("messageAttachments")!.Element("attachment")));
        Assert.Equal("NoteSent", (string?)sent.Element("messageDetails")!.Element("action")!.Element("action"));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_message_whose_answer_was_lost_is_the_same_message_when_it_comes_again()
    {
        connector.Instead["submitMessage"] = request =>
        {
            connector.Submitted[Name] = request;
            return Results.StatusCode(502);
        };
        using (var system = System())
            Assert.False((await Assert.ThrowsAsync<ChannelException>(async () => await system.Deliver(Name, await Outgoing(), Cancelled))).Permanent);
        connector.Instead.Clear();

        using var again = System();
        await again.Deliver(Name, await Outgoing(), Cancelled);
        await again.Deliver(Name, await Outgoing(), Cancelled);

        Assert.Single(connector.Submitted);
        Assert.Equal(2, connector.Requests.Count);
    }

    [Fact]
    public async Task A_refusal_is_for_good_and_says_under_which_id_the_reason_is_found()
    {
        connector.Instead["submitMessage"] = _ => connector.Envelope(new XElement(XName.Get("submitMessageResponse", ConnectorUnderTest.Namespace), new XElement("messageId", ""), new XElement("result", "false"), new XElement("resultMessage", "party of Ilse Marwick unknown")));
        using var system = System();

        var said = await Assert.ThrowsAsync<ChannelException>(async () => await system.Deliver(Name, await Outgoing(), Cancelled));

        Assert.True(said.Permanent);
        Assert.Contains(Name, said.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Marwick", said.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_request_is_what_the_published_schema_asks_for()
    {
        var schemas = PublishedSchemas();
        connector.Pending["t-1"] = ConnectorUnderTest.Message("e-1", "<form/>"u8.ToArray(), [], []);
        using (var collector = Collector())
            await collector.Collect(Cancelled);
        options.Connector!.Listed = false;
        using (var collector = Collector())
            await Assert.ThrowsAnyAsync<Exception>(() => Unlisted(collector));
        using var system = System();
        await system.Deliver(Name, await Outgoing(), Cancelled);

        Assert.Equal(["acknowledgeMessageRequest", "getMessageByIdRequest", "listPendingMessageIdsRequest", "requestMessagesRequest", "submitMessageRequest"], connector.Requests.Select(r => r.Name.LocalName).Distinct().Order(StringComparer.Ordinal));
        foreach (var request in connector.Requests)
        {
            var wrong = new List<string>();
            new XDocument(request).Validate(schemas, (_, e) => wrong.Add($"{request.Name.LocalName}: {e.Message}"));
            Assert.Empty(wrong);
        }

        // The schema can see what it looks for.
        var spoilt = new XElement(connector.Submitted[Name]);
        spoilt.Element("messageDetails")!.Element("service")!.Remove();
        var found = 0;
        new XDocument(spoilt).Validate(schemas, (_, _) => found++);
        Assert.NotEqual(0, found);
    }

    async Task Unlisted(ConnectorCollector collector)
    {
        connector.Instead["requestMessages"] = _ => Results.StatusCode(503);
        await collector.Collect(Cancelled);
    }

    [Fact]
    public async Task A_folder_with_both_styles_of_keys_is_brought_and_what_dangles_is_named()
    {
        var folder = Folder("msg-1", """
            #Tue Nov 21 14:10:33 CET 2017
            to.party.id=domibus-blue
            from.party.id.type=urn\:oasis\:names\:tc\:ebcore
            #national.message.id=20171121021033248_domibus-red
            original.sender=testS\u00e9nder
            content.xml.file.name=Form_A.xml
            ebms.message.id=00c9bfa7@domibus.eu
            service=EPO
            message.content.xml=content.xml
            message.attachment.0.file=ASIC-S.asics
            message.attachment.0.identifier=ASIC-S
            message.attachment.1.file=../../adapter.db
            message.attachment.2.file=paper.txt
            message.attachment.2.identifier=\
              the paper
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "content.xml"), "<form xmlns='urn:x'>hello</form>", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(folder, "paper.txt"), "paper", Cancelled);

        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await FolderCollector().Collect(Cancelled));
        Assert.Equal(0, await FolderCollector().Collect(Cancelled));

        var message = Assert.Single(Inbox());
        Assert.Equal("hello", message.Descendants(XName.Get("form", "urn:x")).Single().Value);
        Assert.Equal(("testSénder", "urn:oasis:names:tc:ebcore", "EPO"), (Detail(message, "originalSender").Value, (string?)Detail(message, "fromParty").Attribute("type"), (string?)Detail(message, "service").Attribute("name")));
        Assert.Null(message.Descendants(ConnectorMessage.Ns + "backendMessageId").FirstOrDefault());
        Assert.Equal(["../../adapter.db", "ASIC-S.asics", "Form_A.xml"], message.Elements(ConnectorMessage.Ns + "Missing").Select(m => (string)m.Attribute("name")!).Order(StringComparer.Ordinal));
        Assert.Equal(["../../adapter.db attachment", "ASIC-S.asics attachment", "Form_A.xml "], message.Elements(ConnectorMessage.Ns + "Missing").Select(m => $"{(string)m.Attribute("name")!} {(string?)m.Attribute("role")}").Order(StringComparer.Ordinal));
        Assert.Equal("the paper", (string?)message.Elements(ConnectorMessage.Ns + "Paper").Single(p => (string?)p.Attribute("role") == "attachment").Attribute("identifier"));
    }

    [Fact]
    public async Task A_folder_that_is_still_being_written_is_left_for_a_later_look()
    {
        Folder("msg-1", "message.content.xml=content.xml");
        Assert.Equal(0, await FolderCollector().Collect(Cancelled));

        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await FolderCollector().Collect(Cancelled));
    }

    [Fact]
    public async Task A_link_in_a_folder_is_not_followed()
    {
        var secret = Path.Combine(root, "secret.txt");
        await File.WriteAllTextAsync(secret, "secret", Cancelled);
        var folder = Folder("msg-1", "message.content.xml=content.xml");
        File.CreateSymbolicLink(Path.Combine(folder, "content.xml"), secret);
        time.Advance(TimeSpan.FromMinutes(5));

        await FolderCollector().Collect(Cancelled);

        Assert.Equal("content.xml", (string?)Assert.Single(Assert.Single(Inbox()).Elements(ConnectorMessage.Ns + "Missing")).Attribute("name"));
        Assert.DoesNotContain("secret", string.Concat(Directory.EnumerateFiles(Path.Combine(root, "inbox"), "*", SearchOption.AllDirectories).Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_goes_out_as_a_folder_that_this_adapter_reads_the_same()
    {
        options.Connector = new() { Incoming = Path.Combine(root, "outgoing"), Outgoing = Path.Combine(root, "outgoing") };
        using var system = System();
        await system.Deliver(Name, await Outgoing(), Cancelled);
        await system.Deliver(Name, await Outgoing(), Cancelled);
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, await FolderCollector().Collect(Cancelled));

        var message = Assert.Single(Inbox());
        Assert.Equal((Name, "conversation: 1", "NoteSent", "xf-justice"), (Detail(message, "backendMessageId").Value, Detail(message, "conversationId").Value, (string?)Detail(message, "action").Attribute("name"), (string?)Detail(message, "toParty").Attribute("id")));
        Assert.Equal("hello", message.Descendants(XName.Get("form", "urn:x")).Single().Value);
    }

    [Fact]
    public async Task A_message_of_confirmations_becomes_one_document_for_each()
    {
        connector.Pending["t-1"] = ConnectorUnderTest.Message("e-1", null, [], [
            ("RELAY_REMMD_ACCEPTANCE", ConnectorUnderTest.Evidence("RelayREMMDAcceptanceRejection", "Acceptance", Name)),
            ("DELIVERY", ConnectorUnderTest.Evidence("DeliveryNonDeliveryToRecipient", "Delivery", Name, "UnV1UWI3TzlRSWYwNTVWQWYrKzJlbDdpblNtZWNHaHkrTDhIeGpBT3dWdz0=")),
        ]);
        using var collector = Collector();

        await collector.Collect(Cancelled);

        var confirmations = Inbox().Select(m => Assert.Single(m.Elements(ConnectorMessage.Ns + "Confirmation"))).OrderBy(c => (string)c.Attribute("type")!, StringComparer.Ordinal).ToList();
        Assert.Equal(["DELIVERY", "RELAY_REMMD_ACCEPTANCE"], confirmations.Select(c => (string)c.Attribute("type")!));
        Assert.All(confirmations, c => Assert.Equal((Name, "sha256", "no"), ((string?)c.Attribute("of"), (string?)c.Attribute("digestMethod"), (string?)c.Attribute("verified"))));
        // Base64 of base64: 32 bytes.
        Assert.Equal(64, ((string)confirmations[0].Attribute("digest")!).Length);
    }

    [Theory]
    [InlineData("SubmissionAcceptanceRejection", "Acceptance", "SUBMISSION_ACCEPTANCE")]
    [InlineData("SubmissionAcceptanceRejection", "Rejection", "SUBMISSION_REJECTION")]
    [InlineData("RelayREMMDAcceptanceRejection", "Acceptance", "RELAY_REMMD_ACCEPTANCE")]
    [InlineData("RelayREMMDAcceptanceRejection", "Rejection", "RELAY_REMMD_REJECTION")]
    [InlineData("RelayREMMDFailure", "RelayFailure", "RELAY_REMMD_FAILURE")]
    [InlineData("DeliveryNonDeliveryToRecipient", "Delivery", "DELIVERY")]
    [InlineData("DeliveryNonDeliveryToRecipient", "NonDelivery", "NON_DELIVERY")]
    [InlineData("RetrievalNonRetrievalByRecipient", "Retrieval", "RETRIEVAL")]
    [InlineData("RetrievalNonRetrievalByRecipient", "NonRetrieval", "NON_RETRIEVAL")]
    public async Task Evidence_of_every_type_is_known_by_what_it_says_and_one_that_contradicts_its_label_is_not_believed(string evidence, string happened, string type)
    {
        connector.Pending["a"] = ConnectorUnderTest.Message("e-1", null, [], [(type, ConnectorUnderTest.Evidence(evidence, happened, Name))]);
        connector.Pending["b"] = ConnectorUnderTest.Message("e-2", null, [], [("", ConnectorUnderTest.Evidence(evidence, happened, Name))]);
        connector.Pending["c"] = ConnectorUnderTest.Message("e-3", null, [], [(type == "RETRIEVAL" ? "DELIVERY" : "RETRIEVAL", ConnectorUnderTest.Evidence(evidence, happened, Name))]);
        using var collector = Collector();

        await collector.Collect(Cancelled);

        var types = Inbox().OrderBy(m => Detail(m, "ebmsMessageId").Value, StringComparer.Ordinal).Select(m => (string?)m.Element(ConnectorMessage.Ns + "Confirmation")!.Attribute("type"));
        Assert.Equal([type, type, "CONTRADICTORY"], types);
    }

    [Fact]
    public void Everything_wrong_with_the_settings_is_named_at_once()
    {
        options.Connector = new() { Url = "http://connector.example/ws", Outgoing = "/nowhere", Timeout = TimeSpan.Zero, Every = TimeSpan.Zero, LargestMessage = 1, Namespace = "none", Authorization = "\u0001" };
        options.Inbox = null;
        options.Outbox = null;

        var problems = options.Problems(inProcess: true);

        foreach (var key in new[] { "Connector:Url", "Connector:Timeout", "Connector:Every", "Connector:LargestMessage", "Connector:Namespace", "Connector:Authorization", "Inbox", "Outbox" })
            Assert.Single(problems, p => p.StartsWith($"Adapter:{key}:", StringComparison.Ordinal));
        Assert.Equal(2, problems.Count(p => p.StartsWith("Adapter:Connector:Outgoing:", StringComparison.Ordinal)));
    }

    ConnectorCollector Collector() => new(options.Connector!, new(options.Inbox!), new(database), time);

    ConnectorFolder FolderCollector() => new(new() { Incoming = options.Connector!.Incoming ?? Path.Combine(root, "incoming") }, new(options.Inbox!), new(database), time);

    ConnectorSystem System() => new(options.Connector!, new(database), time);

    string Folder(string name, string properties)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "incoming", name)).FullName;
        File.WriteAllText(Path.Combine(folder, "message.properties"), properties);
        return folder;
    }

    async Task<string> Outgoing()
    {
        var path = Path.Combine(root, "outbox", Name + ".tmp");
        await File.WriteAllTextAsync(path, """
            <c:Message xmlns:c="urn:liaisonhub:connector:1">
              <c:Details><c:conversationId>conversation: 1</c:conversationId><c:originalSender>XA-CA</c:originalSender><c:finalRecipient>XF-CA</c:finalRecipient><c:service name="LiaisonHub"/><c:action name="NoteSent"/><c:fromParty id="xf-hub" role="GW"/><c:toParty id="xf-justice" role="GW"/></c:Details>
              <c:Content><form xmlns="urn:x">hello</form></c:Content>
              <c:Paper identifier="paper" name="paper.txt" mediaType="text/plain"><c:Bytes>aGVsbG8=</c:Bytes></c:Paper>
            </c:Message>
            """, Cancelled);
        return path;
    }

    static string Form(XElement submitted)
    {
        var bytes = Convert.FromBase64String(submitted.Element("messageContent")!.Element("xmlContent")!.Value);
        return XmlFormat.Tree(bytes) is var form ? new XElement(form.Name, form.Attributes().Where(a => a.Name == "xmlns"), form.Value).ToString() : "";
    }

    static XElement Detail(XElement message, string name) => message.Element(ConnectorMessage.Ns + "Details")!.Element(ConnectorMessage.Ns + name)!;

    List<XElement> Inbox() => [.. Directory.EnumerateFiles(Path.Combine(root, "inbox"), "*.xml").Select(f => XmlFormat.Tree(File.ReadAllBytes(f)))];

    // The WSDL names a type for each part: the body's element is named for the part.
    static XmlSchemaSet PublishedSchemas()
    {
        XNamespace wsdl = "http://schemas.xmlsoap.org/wsdl/", xs = "http://www.w3.org/2001/XMLSchema";
        var published = XmlFormat.Tree(File.ReadAllBytes(Countries.Published("eu-ecodex-connector", "backend-ws", "DomibusConnectorBackendWebService.wsdl")));
        var own = new XElement(published.Descendants(xs + "schema").Single());
        own.Add(new XAttribute(XNamespace.Xmlns + "xsd", xs.NamespaceName), new XAttribute(XNamespace.Xmlns + "dct", "transition.domain.connector.ecodex.eu"));
        own.AddFirst(new XElement(xs + "import", new XAttribute("namespace", "transition.domain.connector.ecodex.eu")));
        own.Add(published.Descendants(wsdl + "part").Select(p => new XElement(xs + "element", new XAttribute("name", (string)p.Attribute("name")!), new XAttribute("type", (string)p.Attribute("type")!))));
        var set = new XmlSchemaSet { XmlResolver = null };
        using (var reader = XmlReader.Create(Countries.Published("eu-ecodex-connector", "backend-ws", "eu.ecodex.connector.domain.transition", "DomibusConnectorTransitionModel.xsd")))
            set.Add(null, reader);
        using (var reader = own.CreateReader())
            set.Add(null, reader);
        set.Compile();
        return set;
    }

    public async ValueTask DisposeAsync()
    {
        await connector.DisposeAsync();
        await database.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(root, true);
    }
}
