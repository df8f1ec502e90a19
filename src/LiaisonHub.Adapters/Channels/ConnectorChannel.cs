using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Storage.Adapter;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using MimeContentType = MimeKit.ContentType;

namespace LiaisonHub.Adapters.Channels;

/// <summary>An e-CODEX connector of the ministry: its web service for backends, or its folders.</summary>
public sealed class ConnectorOptions
{
    /// <summary>Address of the backend web service. Null: the connector is reached by folders.</summary>
    public string? Url { get; set; }

    /// <summary>Value of the header <c>Authorization</c> of every call. A secret: give it by the environment.</summary>
    public string? Authorization { get; set; }

    /// <summary>PKCS#12 file with the certificate and key the adapter shows in every call; without a password, readable by the adapter's user alone. Null: it shows none.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>File (PEM) with certificates of authorities that are trusted for the connector beside those of the machine.</summary>
    public string? Authorities { get; set; }

    /// <summary>With it the connector may deliver messages itself (<c>deliverMessage</c>, to <c>/connector</c> on the adapter's own address): value of the header <c>Authorization</c> it shows, 20 characters at
    /// least. A secret: give it by the environment. Null: it may not.</summary>
    public string? DeliveryAuthorization { get; set; }

    /// <summary>How long one call may take: 1 s to 10 min, 1 min by default.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Namespace of the web service's operations. Default: that of the current connector; earlier ones have others.</summary>
    public string Namespace { get; set; } = "http://connector.ecodex.eu/ws/backend/webservice";

    /// <summary>True (default): messages are listed, fetched one by one and acknowledged. False: all are asked for at once, for connectors that cannot list; such a connector counts a message as taken when
    /// it has answered, so a crash of the adapter at that moment loses it.</summary>
    public bool Listed { get; set; } = true;

    /// <summary>Folder in which the connector puts a folder for each message. Null: none.</summary>
    public string? Incoming { get; set; }

    /// <summary>Folder in which the connector looks for a folder for each message to send. Null: none.</summary>
    public string? Outgoing { get; set; }

    /// <summary>How often: 1 s to 1 day, 30 s by default.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest message, in bytes as it is transmitted: 64 KiB to 48 MiB, 32 MiB by default.</summary>
    public long LargestMessage { get; set; } = 32 * 1024 * 1024;

    /// <summary>Whether messages for the local system go this way.</summary>
    internal bool Submits => Url is not null || Outgoing is not null;

    internal IEnumerable<(string Key, string Words)> Problems()
    {
        if (Url is null && Incoming is null && Outgoing is null && DeliveryAuthorization is null)
            yield return ("Url", "is missing, and so are Incoming and Outgoing; give the address of the backend web service, or the connector's folders.");
        if (Url is not null && HttpOptions.Address(Url) is { } wrong)
            yield return ("Url", wrong);
        if (Url is not null && Outgoing is not null)
            yield return ("Outgoing", "stands beside Url; messages for the connector go one way only. Remove one of them.");
        foreach (var (key, folder) in new[] { ("Incoming", Incoming), ("Outgoing", Outgoing) })
            if (folder is not null && !Directory.Exists(folder))
                yield return (key, $"there is no folder '{folder}'; create it, readable and writable for the adapter and the connector only.");
        if (Authorization is not null && !AuthenticationHeaderValue.TryParse(Authorization, out _))
            yield return ("Authorization", "is not the value of such a header; write the scheme and the credentials, for example 'Basic abc'.");
        if (HttpOptions.CertificateProblem(ClientCertificateFile) is { } certificate)
            yield return ("ClientCertificateFile", certificate);
        if (Authorities is not null && !MailServerOptions.CanRead(Authorities))
            yield return ("Authorities", MailServerOptions.NoAuthorities(Authorities));
        if (DeliveryAuthorization is { } delivery && (delivery.Length < 20 || !AuthenticationHeaderValue.TryParse(delivery, out _)))
            yield return ("DeliveryAuthorization", "is not the value of such a header of at least 20 characters; write the scheme and credentials nobody guesses, for example 'Basic ' and the base64 of a user and a long random password.");
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(10))
            yield return ("Timeout", $"is {Timeout}; give 00:00:01 to 00:10:00.");
        if (Every < TimeSpan.FromSeconds(1) || Every > TimeSpan.FromDays(1))
            yield return ("Every", $"is {Every}; give 00:00:01 to 1.00:00:00.");
        if (!Uri.TryCreate(Namespace, UriKind.Absolute, out _))
            yield return ("Namespace", "is no namespace; leave it out, or take targetNamespace from the WSDL of your connector.");
        if (LargestMessage is < 64 * 1024 or > 48 * 1024 * 1024)
            yield return ("LargestMessage", $"is {LargestMessage}; give bytes from {64 * 1024} to {48 * 1024 * 1024}.");
    }
}

/// <summary>
/// Calls of the backend web service: SOAP 1.2, document style, each body one element named for the part of the WSDL. What is sent stands in base64 in the envelope; answers may come so, or with their
/// bytes beside the envelope (MTOM). Answers are read by local names, since connectors of several years write several namespaces.
/// </summary>
sealed class ConnectorCalls(ConnectorOptions options) : IDisposable
{
    static readonly XNamespace Soap = "http://www.w3.org/2003/05/soap-envelope";

    readonly HttpCalls calls = new(new HttpOptions { Authorization = options.Authorization, ClientCertificateFile = options.ClientCertificateFile, Authorities = options.Authorities, Timeout = options.Timeout }, options.LargestMessage, "Connector", "Connector:LargestMessage");

    /// <summary>Calls an operation.</summary>
    /// <param name="operation">Its name in the WSDL.</param>
    /// <param name="content">What stands in the body's element.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The body's element, and the bytes that came beside it by content id.</returns>
    /// <exception cref="ChannelException">No answer, or a fault.</exception>
    public async Task<(XElement Answer, Func<string, byte[]?> Apart)> Call(string operation, IEnumerable<object> content, CancellationToken cancellationToken)
    {
        var envelope = new XElement(Soap + "Envelope", new XAttribute(XNamespace.Xmlns + "soap", Soap.NamespaceName),
            new XElement(Soap + "Body", new XElement(XName.Get($"{operation}Request", options.Namespace), content)));
        using var body = new ByteArrayContent(ConnectorMessage.Bytes(envelope, indent: false));
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("application/soap+xml; charset=utf-8; action=\"\"");
        var (type, bytes) = await calls.Exchange(options.Url!, body, cancellationToken);
        var (root, apart) = Opened(operation, type, bytes);
        var answer = ConnectorMessage.Child(root, "Body")?.Elements().FirstOrDefault();
        if (root.Name.LocalName != "Envelope" || answer is null)
            throw NoAnswer(operation, "the answer is no SOAP envelope");
        if (answer.Name.LocalName != "Fault")
            return (answer, apart);
        // Whose fault it is stands in the code; the text may hold what the message holds.
        var code = ConnectorMessage.Child(answer, "Code") is { } twelve ? ConnectorMessage.Text(twelve, "Value") : ConnectorMessage.Text(answer, "faultcode");
        var ours = code.EndsWith("Sender", StringComparison.Ordinal) || code.EndsWith("Client", StringComparison.Ordinal);
        throw new ChannelException(
            $"The connector answers {operation} with a fault ({(ours ? "Sender" : "Receiver")}). {(ours ? "It refuses the call: compare its WSDL and namespace with the settings, and read its log." : "It is tried again later; its log says why.")}", ours);
    }

    internal static (XElement Root, Func<string, byte[]?> Apart) Opened(string operation, string type, byte[] bytes)
    {
        try
        {
            if (!type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
                return (XmlFormat.Tree(bytes), _ => null);
            using var stream = new MemoryStream(bytes);
            if (MimeEntity.Load(MimeContentType.Parse(type), stream) is not MultipartRelated { Root: MimePart root } parts)
                throw NoAnswer(operation, "the answer is in parts that belong together in no way that is known");
            // Content ids are unique by contract; where they are not, the first counts.
            var apart = parts.OfType<MimePart>().Where(p => p != root && p.ContentId is not null).GroupBy(p => p.ContentId!).ToDictionary(g => g.Key, g => Decoded(g.First()), StringComparer.Ordinal);
            return (XmlFormat.Tree(Decoded(root)), apart.GetValueOrDefault);
        }
        catch (UnreadableException e)
        {
            throw NoAnswer(operation, e.Reason.Words);
        }
        catch (Exception e) when (e is FormatException or ParseException or IOException)
        {
            throw NoAnswer(operation, "the answer says that it is in parts and is not");
        }
    }

    static byte[] Decoded(MimePart part)
    {
        using var kept = new MemoryStream();
        part.Content?.DecodeTo(kept);
        return kept.ToArray();
    }

    static ChannelException NoAnswer(string operation, string found) => new($"The connector does not answer {operation} as its WSDL says: {found} Is {AdapterOptions.Section}:Connector:Url the backend web service?");

    public void Dispose() => calls.Dispose();
}

/// <summary>Fetches what the connector's web service holds for this backend, and acknowledges it when it is safe.</summary>
public sealed class ConnectorCollector(ConnectorOptions options, InboxDrop inbox, CollectedStore collected, TimeProvider time) : Collector, IDisposable
{
    readonly ConnectorCalls calls = new(options);
    readonly LeftItems left = new(time);

    /// <inheritdoc/>
    public override string Name => $"Connector {options.Url!.Split('?')[0]}";

    /// <inheritdoc/>
    public override TimeSpan Poll => options.Every;

    /// <inheritdoc/>
    public override async Task<int> Collect(CancellationToken cancellationToken)
    {
        if (!options.Listed)
            return await All(cancellationToken);
        var (list, _) = await calls.Call("listPendingMessageIds", [], cancellationToken);
        var brought = 0;
        left.Look();
        foreach (var id in ConnectorMessage.Children(list, "messageTransportIds").Select(e => e.Value.Trim()).Where(i => i.Length > 0).Distinct().Where(i => !left.Waits(i)))
            try
            {
                if (await Bring(id, cancellationToken))
                    brought++;
                left.Came(id);
            }
            catch (ChannelException e)
            {
                left.Failed(id, e);
            }

        LeftBehind = left.End();
        return brought;
    }

    async Task<bool> Bring(string id, CancellationToken cancellationToken)
    {
        var known = await collected.Digest(Name, InboxDrop.Key(id), cancellationToken) is not null;
        if (!known)
        {
            var (message, apart) = await calls.Call("getMessageById", [new XElement("messageTransportId", id)], cancellationToken);
            ConnectorMessage.Of(id, message, apart).Put(inbox, InboxDrop.NameOf($"{Name}/{id}"));
            await collected.Note(Name, InboxDrop.Key(id), "brought", time.GetUtcNow(), cancellationToken);
        }

        // An acknowledgement that was lost is given again; the message is not brought again.
        await calls.Call("acknowledgeMessage", [new XElement("responseForMessageId", id), new XElement("result", "true")], cancellationToken);
        return !known;
    }

    async Task<int> All(CancellationToken cancellationToken)
    {
        var (answer, apart) = await calls.Call("requestMessages", [], cancellationToken);
        var brought = 0;
        foreach (var message in ConnectorMessage.Children(answer, "messages"))
        {
            var details = ConnectorMessage.Child(message, "messageDetails");
            var id = details is null ? "" : string.Join('/', ConnectorMessage.Text(details, "ebmsMessageId"), ConnectorMessage.Text(details, "refToMessageId"), ConnectorMessage.Text(details, "backendMessageId"));
            ConnectorMessage.Of(id, message, apart).Put(inbox, InboxDrop.NameOf($"{Name}/{message}"));
            brought++;
        }

        return brought;
    }

    /// <inheritdoc/>
    public void Dispose() => calls.Dispose();
}

/// <summary>
/// The connector's other way: it calls this backend (<c>deliverMessage</c> of the delivery service's WSDL) instead of being asked. What it delivers passes through the inbox like all else; it is told that the
/// message is taken when that is on the disk, and a message that comes again, since the answer was lost, is not brought again.
/// </summary>
public static class ConnectorDelivery
{
    const string Name = "Connector deliveries";

    /// <summary>Adds the service where it is configured.</summary>
    public static void MapConnectorDelivery(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<AdapterOptions>() is not { Connector: { DeliveryAuthorization: { } authorization } options, Inbox: not null })
            return;
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes(authorization));
        routes.MapPost("/connector", async (HttpContext http, InboxDrop inbox, CollectedStore collected, TimeProvider time, CancellationToken cancellationToken) =>
        {
            if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString())), expected))
                return Results.Problem($"The header Authorization is not that of {AdapterOptions.Section}:Connector:DeliveryAuthorization.", statusCode: StatusCodes.Status401Unauthorized);
            if (await HttpReception.Whole(http.Request.Body, options.LargestMessage, cancellationToken) is not { } bytes)
                return Results.Problem($"The message has more than {options.LargestMessage:N0} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);
            XElement envelope;
            Func<string, byte[]?> apart;
            try
            {
                (envelope, apart) = ConnectorCalls.Opened("deliverMessage", http.Request.ContentType ?? "", bytes);
            }
            catch (ChannelException)
            {
                return Results.Problem("This is no SOAP message.", statusCode: StatusCodes.Status400BadRequest);
            }

            var request = ConnectorMessage.Child(envelope, "Body")?.Elements().FirstOrDefault();
            if (envelope.Name.LocalName != "Envelope" || request?.Name.LocalName != "deliverMessageRequest" || ConnectorMessage.Child(request, "messageDetails") is not { } details)
                return Results.Problem("The body is no deliverMessageRequest with messageDetails.", statusCode: StatusCodes.Status400BadRequest);
            // Evidence about a message has the ids of that message: only the whole tells the two apart. Sent again in other parts it is recognised when it is taken from the inbox.
            var id = string.Join('/', ConnectorMessage.Text(details, "ebmsMessageId"), ConnectorMessage.Text(details, "refToMessageId"), ConnectorMessage.Text(details, "backendMessageId"));
            var key = InboxDrop.NameOf($"{Name}/{PlainFile.Digest(bytes)}");
            if (await collected.Digest(Name, key, cancellationToken) is null)
            {
                ConnectorMessage.Of(id, request, apart).Put(inbox, key);
                await collected.Note(Name, key, "brought", time.GetUtcNow(), cancellationToken);
            }

            XNamespace soap = envelope.Name.Namespace;
            var answer = new XElement(soap + "Envelope", new XElement(soap + "Body", new XElement(request.Name.Namespace + "deliverMessageResponse",
                new XElement("messageId", ConnectorMessage.Text(details, "ebmsMessageId")), new XElement("result", "true"), new XElement("resultMessage", ""))));
            return Results.Bytes(ConnectorMessage.Bytes(answer, indent: false), soap.NamespaceName.EndsWith("soap-envelope", StringComparison.Ordinal) ? "application/soap+xml; charset=utf-8" : "text/xml; charset=utf-8");
        });
    }
}

/// <summary>Reads the folders the connector writes, one for each message, when they are complete. They are left where they are.</summary>
public sealed class ConnectorFolder(ConnectorOptions options, InboxDrop inbox, CollectedStore collected, TimeProvider time) : Collector
{
    const string Properties = "message.properties";

    // So long nothing in the folder may have changed before it counts as complete.
    static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    readonly LeftItems left = new(time);

    /// <inheritdoc/>
    public override string Name => $"Connector folder {options.Incoming}";

    /// <inheritdoc/>
    public override TimeSpan Poll => options.Every;

    /// <inheritdoc/>
    public override async Task<int> Collect(CancellationToken cancellationToken)
    {
        var brought = 0;
        left.Look();
        foreach (var folder in new DirectoryInfo(options.Incoming!).EnumerateDirectories().OrderBy(d => d.Name, StringComparer.Ordinal))
        {
            if (folder.LinkTarget is not null || folder.Name.StartsWith('.') || folder.Name.EndsWith(".tmp", StringComparison.Ordinal)
                || await collected.Digest(Name, InboxDrop.Key(folder.Name), cancellationToken) is not null || left.Waits(folder.Name))
                continue;
            try
            {
                if (!Bring(folder))
                    continue;
                await collected.Note(Name, InboxDrop.Key(folder.Name), "brought", time.GetUtcNow(), cancellationToken);
                left.Came(folder.Name);
                brought++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                left.Failed(folder.Name, new($"A folder in {Name} cannot be read ({e.GetType().Name}); may the adapter read what the connector writes there?"));
            }
        }

        LeftBehind = left.End();
        return brought;
    }

    bool Bring(DirectoryInfo folder)
    {
        var files = folder.EnumerateFiles().ToList();
        if (!files.Exists(f => f.Name == Properties) || files.Exists(f => time.GetUtcNow() - f.LastWriteTimeUtc < Settled))
            return false;
        if (files.Where(f => f.LinkTarget is null).Sum(f => f.Length) > options.LargestMessage)
        {
            left.Leave($"A message in {Name} has more than {options.LargestMessage:N0} bytes and is not read; take it away, or raise {AdapterOptions.Section}:Connector:LargestMessage.");
            return false;
        }

        if (Read(folder, Properties) is not { } properties)
            return false;
        // One file may be named by very many keys.
        var named = 0L;
        var message = ConnectorMessage.Of(folder.Name, properties, name =>
        {
            var bytes = named > options.LargestMessage ? null : Read(folder, name);
            named += bytes?.Length ?? 0;
            return bytes;
        });
        if (named > options.LargestMessage)
        {
            left.Leave($"A message in {Name} names the same files again and again, and would have more than {options.LargestMessage:N0} bytes; take it away, and look at it before anything else: it may be damaged or hostile.");
            return false;
        }

        message.Put(inbox, InboxDrop.NameOf($"{Name}/{folder.Name}"));
        return true;
    }

    // Names in a message are data: only a plain file in the message's own folder is read.
    static byte[]? Read(DirectoryInfo folder, string name)
    {
        var path = Path.Combine(folder.FullName, name);
        return name.Length is > 0 and <= 200 && name is not ("." or "..") && name == Path.GetFileName(name) && !name.Any(c => c is '\\' || char.IsControl(c)) && File.Exists(path) && PlainFile.Problem(path, []) is null ? File.ReadAllBytes(path) : null;
    }
}

/// <summary>
/// Gives messages to the connector. The mapping writes a <c>Message</c> of <c>urn:liaisonhub:connector:1</c> with details, content and papers; its name is the backend message id, by which the connector
/// knows one that comes again after a crash.
/// </summary>
public sealed class ConnectorSystem(ConnectorOptions options, CollectedStore collected, TimeProvider time) : ILocalSystem, IDisposable
{
    const string Submitted = "Connector submissions";

    readonly ConnectorCalls? calls = options.Url is null ? null : new(options);

    /// <inheritdoc/>
    public async Task Deliver(string name, string path, CancellationToken cancellationToken)
    {
        if (await collected.Digest(Submitted, name, cancellationToken) is null)
        {
            var message = Message(await File.ReadAllBytesAsync(path, cancellationToken));
            if (calls is null)
                Write(name, message);
            else
                await Submit(name, message, cancellationToken);
            await collected.Note(Submitted, name, "submitted", time.GetUtcNow(), cancellationToken);
        }

        File.Delete(path);
        PlainFile.Settle(Path.GetDirectoryName(path)!);
    }

    async Task Submit(string name, XElement message, CancellationToken cancellationToken)
    {
        var (answer, _) = await calls!.Call("submitMessage", Submission(name, message), cancellationToken);
        if (ConnectorMessage.Text(answer, "result") is "true" or "1")
            return;
        // The answer to the first call was lost: the same id is the same message, and the connector says so only in prose.
        var said = ConnectorMessage.Text(answer, "resultMessage");
        if (said.Contains("already", StringComparison.OrdinalIgnoreCase) || said.Contains("duplicate", StringComparison.OrdinalIgnoreCase))
            return;
        throw new ChannelException($"The connector refuses the message. Its log says why, under the backend message id {name}; correct parties, service and action in the mapping, or read the message at the desk.", permanent: true);
    }

    static XElement Message(byte[] bytes)
    {
        var root = XmlFormat.Tree(bytes);
        return root.Name == ConnectorMessage.Ns + "Message" && ConnectorMessage.Child(root, "Details") is not null && ConnectorMessage.Child(root, "Content")?.Elements().Any() == true ? root
            : throw new ChannelException($"The mapping does not write a Message of {ConnectorMessage.Ns} with Details and Content, which the connector needs. Correct the mapping (docs/adapters/mapping.md).", permanent: true);
    }

    // The parts of DomibusConnectorMessageType, unqualified and in the order of its schema.
    static IEnumerable<XElement> Submission(string name, XElement message)
    {
        var details = ConnectorMessage.Child(message, "Details")!;
        yield return new("messageContent", new XElement("xmlContent", Convert.ToBase64String(Content(message))));
        yield return new("messageDetails", new XElement("backendMessageId", name), ConnectorMessage.Details.Skip(1).Select(d => Detail(details, d)));
        foreach (var paper in ConnectorMessage.Children(message, "Paper"))
            yield return new("messageAttachments",
                new XElement("identifier", (string?)paper.Attribute("identifier") ?? (string?)paper.Attribute("name") ?? "attachment"), new XElement("attachment", ConnectorMessage.Text(paper, "Bytes")),
                new XElement("name", (string?)paper.Attribute("name") ?? "attachment"), new XElement("mimeType", (string?)paper.Attribute("mediaType") ?? "application/octet-stream"));
    }

    static byte[] Content(XElement message) => ConnectorMessage.Bytes(new XElement(ConnectorMessage.Child(message, "Content")!.Elements().First()), indent: false);

    static XElement? Detail(XElement details, string name)
    {
        var said = ConnectorMessage.Child(details, name);
        string? Said(string attribute) => (string?)said?.Attribute(attribute);
        XElement? Optional(string part, string? value) => value is null ? null : new(part, value);
        return name switch
        {
            "service" => new(name, new XElement("service", Said("name") ?? ""), Optional("serviceType", Said("type"))),
            "action" => new(name, new XElement("action", Said("name") ?? "")),
            "fromParty" or "toParty" => new(name, new XElement("partyId", Said("id") ?? ""), Optional("partyIdType", Said("type")), Optional("role", Said("role"))),
            "originalSender" or "finalRecipient" => new(name, said?.Value.Trim() ?? ""),
            _ => Optional(name, said?.Value.Trim()),
        };
    }

    // Written whole under another name, then renamed: the connector sees a folder that is complete.
    void Write(string name, XElement message)
    {
        var goal = Path.Combine(options.Outgoing!, Path.GetFileNameWithoutExtension(PlainFile.Shown(name)));
        if (Directory.Exists(goal))
            return;
        if (Directory.Exists(goal + ".tmp"))
            Directory.Delete(goal + ".tmp", recursive: true);
        var folder = Directory.CreateDirectory(goal + ".tmp").FullName;
        var details = ConnectorMessage.Child(message, "Details")!;
        var lines = new List<string> { $"national.message.id={Escaped(name)}", "message.content.xml=content.xml" };
        foreach (var (key, detail) in new[] { ("conversation.id", "conversationId"), ("original.sender", "originalSender"), ("final.recipient", "finalRecipient") })
            if (ConnectorMessage.Text(details, detail) is { Length: > 0 } value)
                lines.Add($"{key}={Escaped(value)}");
        foreach (var key in new[] { "service", "action" })
            if ((string?)ConnectorMessage.Child(details, key)?.Attribute("name") is { Length: > 0 } value)
                lines.Add($"{key}={Escaped(value)}");
        foreach (var side in new[] { "from", "to" })
            foreach (var part in new[] { "id", "type", "role" })
                if ((string?)ConnectorMessage.Child(details, $"{side}Party")?.Attribute(part) is { Length: > 0 } value)
                    lines.Add($"{side}.party.{(part == "type" ? "id.type" : part)}={Escaped(value)}");
        PlainFile.Write(Path.Combine(folder, "content.xml"), Content(message));
        var number = 0;
        foreach (var paper in ConnectorMessage.Children(message, "Paper"))
        {
            var file = PlainFile.Shown($"{number}-{(string?)paper.Attribute("name") ?? "attachment"}");
            PlainFile.Write(Path.Combine(folder, file), AsicContainer.FromBase64(ConnectorMessage.Text(paper, "Bytes")) ?? []);
            lines.Add($"message.attachment.{number}.file={Escaped(file)}");
            lines.Add($"message.attachment.{number}.identifier={Escaped((string?)paper.Attribute("identifier") ?? file)}");
            number++;
        }

        PlainFile.Write(Path.Combine(folder, "message.properties"), Encoding.ASCII.GetBytes(string.Join('\n', lines) + "\n"));
        PlainFile.Settle(folder);
        Directory.Move(folder, goal);
        PlainFile.Settle(options.Outgoing!);
    }

    static string Escaped(string text) => string.Concat(text.Select(c => c is ':' or '=' or '\\' or '#' or '!' or ' ' ? $"\\{c}" : c is < ' ' or > '~' ? $"\\u{(int)c:x4}" : c.ToString()));

    /// <inheritdoc/>
    public void Dispose() => calls?.Dispose();
}
