using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using LiaisonHub.Adapters.Channels;

namespace LiaisonHub.Adapters.Formats;

/// <summary>Something a message of the connector carries.</summary>
/// <param name="Role"><c>content</c>, <c>document</c>, <c>signature</c>, <c>attachment</c> or <c>evidence</c>.</param>
/// <param name="Name">Its file name.</param>
/// <param name="Bytes">Its bytes.</param>
sealed record ConnectorPart(string Role, string Name, byte[] Bytes)
{
    /// <summary>Identifier in the message, or the type of a confirmation.</summary>
    public string? Identifier { get; init; }

    public string? MediaType { get; init; }
}

/// <summary>
/// A message of an e-CODEX connector, as it comes from its web service or its folders, and as it lies in the inbox: one XML document with the details, the content, what each confirmation and token says, and
/// the names and digests of the papers that lie beside it. Going out, a mapping writes the same document.
/// </summary>
sealed class ConnectorMessage
{
    /// <summary>Namespace of the document in the inbox.</summary>
    public static readonly XNamespace Ns = "urn:liaisonhub:connector:1";

    /// <summary>The details in the order of the connector's model.</summary>
    public static readonly string[] Details = ["backendMessageId", "ebmsMessageId", "refToMessageId", "conversationId", "originalSender", "finalRecipient", "service", "action", "fromParty", "toParty"];

    /// <summary>What names it at its source for ever.</summary>
    public required string Id { get; init; }

    /// <summary>Details as elements of <see cref="Ns"/>.</summary>
    public List<XElement> About { get; } = [];

    public List<ConnectorPart> Parts { get; } = [];

    /// <summary>What the connector itself reports about the message.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>What the message names and does not hold: the key, the name, and what it would be. The role is null where the same thing came under another name.</summary>
    public List<(string Key, string Name, string? Role)> Missing { get; } = [];

    /// <summary>Reads a message of the web service.</summary>
    /// <param name="id">Its id there.</param>
    /// <param name="message">The element of type <c>DomibusConnectorMessageType</c>.</param>
    /// <param name="apart">Bytes that came beside the envelope (MTOM), by content id.</param>
    public static ConnectorMessage Of(string id, XElement message, Func<string, byte[]?> apart)
    {
        var made = new ConnectorMessage { Id = id };
        if (Child(message, "messageDetails") is { } details)
            foreach (var name in Details)
                if (Child(details, name) is { } detail)
                    made.About.Add(new XElement(Ns + name, name switch
                    {
                        "service" => [Attribute("name", Text(detail, "service")), Attribute("type", Text(detail, "serviceType"))],
                        "action" => [Attribute("name", Text(detail, "action"))],
                        "fromParty" or "toParty" => [Attribute("id", Text(detail, "partyId")), Attribute("type", Text(detail, "partyIdType")), Attribute("role", Text(detail, "role"))],
                        _ => new object?[] { new XText(Clean(detail.Value.Trim())) },
                    }));
        if (Child(message, "messageContent") is { } content)
        {
            made.Take("content", "content.xml", Child(content, "xmlContent"), apart);
            if (Child(content, "document") is { } document)
            {
                made.Take("document", Text(document, "documentName"), Child(document, "document"), apart, identifier: Text(document, "aesType"));
                if (Child(document, "detachedSignature") is { } signature)
                    made.Take("signature", Text(signature, "detachedSignatureName"), Child(signature, "detachedSignature"), apart, mediaType: Text(signature, "mimeType"));
            }
        }

        foreach (var attachment in Children(message, "messageAttachments"))
            made.Take("attachment", Text(attachment, "name"), Child(attachment, "attachment"), apart, Text(attachment, "identifier"), Text(attachment, "mimeType"));
        foreach (var confirmation in Children(message, "messageConfirmations"))
            made.Take("evidence", $"{Text(confirmation, "confirmationType")}.xml", Child(confirmation, "confirmation"), apart, Text(confirmation, "confirmationType"), "application/xml");
        made.Errors.AddRange(Children(message, "messageErrors").Select(e => $"{Text(e, "errorMessage")} ({Text(e, "errorSource")})"));
        return made;
    }

    void Take(string role, string name, XElement? holder, Func<string, byte[]?> apart, string? identifier = null, string? mediaType = null)
    {
        if (name.Length == 0)
            name = role;
        var pointed = (string?)holder?.Elements().FirstOrDefault(e => e.Name.LocalName == "Include")?.Attribute("href");
        var bytes = pointed is null ? AsicContainer.FromBase64(holder?.Value) : apart(ContentId(pointed));
        if (bytes is null)
            Missing.Add((role, name, role));
        else
            Parts.Add(new(role, name, bytes) { Identifier = identifier, MediaType = mediaType });
    }

    // Written with and without slashes.
    static string ContentId(string href) => Uri.UnescapeDataString(href.StartsWith("cid:", StringComparison.OrdinalIgnoreCase) ? href[4..].TrimStart('/') : href);

    /// <summary>Reads a message of the folder variant: a folder with <c>message.properties</c>, in either of its two styles of keys or both at once.</summary>
    /// <param name="id">Name of the folder.</param>
    /// <param name="properties">The file.</param>
    /// <param name="beside">Bytes of a file of the folder by its bare name; null: it is not there or not to be read.</param>
    public static ConnectorMessage Of(string id, byte[] properties, Func<string, byte[]?> beside)
    {
        var said = Properties(properties);
        string Said(params string[] keys) => keys.Select(k => said.GetValueOrDefault(k)).FirstOrDefault(v => !string.IsNullOrWhiteSpace(v))?.Trim() ?? "";
        var made = new ConnectorMessage { Id = id };
        foreach (var (name, keys) in new (string, string[])[]
        {
            ("backendMessageId", ["national.message.id", "backend.message.id", "message.backend-message-id"]),
            ("ebmsMessageId", ["ebms.message.id", "message.ebms-message-id"]),
            ("refToMessageId", ["reference.to.message.id", "ref.to.message.id", "message.ref-to-message-id"]),
            ("conversationId", ["conversation.id", "message.conversation-id"]),
            ("originalSender", ["original.sender", "message.original-sender"]),
            ("finalRecipient", ["final.recipient", "message.final-recipient"]),
        })
            if (Said(keys) is { Length: > 0 } value)
                made.About.Add(new XElement(Ns + name, Clean(value)));
        made.About.Add(new XElement(Ns + "service", Attribute("name", Said("service", "message.service")), Attribute("type", Said("service.type"))));
        made.About.Add(new XElement(Ns + "action", Attribute("name", Said("action", "message.action"))));
        foreach (var side in new[] { "from", "to" })
            made.About.Add(new XElement(Ns + $"{side}Party", Attribute("id", Said($"{side}.party.id")), Attribute("type", Said($"{side}.party.id.type")), Attribute("role", Said($"{side}.party.role"))));

        // The two styles may name two files for the same thing, of which one is there.
        made.Take("content", ["message.content.xml", "content.xml.file.name"], said, beside);
        made.Take("document", ["message.content.document", "content.document.file.name"], said, beside);
        made.Take("signature", ["message.content.signature", "detached.signature.file.name"], said, beside);
        foreach (var (kind, role) in new[] { ("attachment", "attachment"), ("confirmation", "evidence") })
            foreach (var number in said.Keys.Select(k => k.Split('.')).Where(k => k is ["message", var what, _, "file"] && what == kind).Select(k => k[2]).Order(StringComparer.Ordinal))
                made.Take(role, [$"message.{kind}.{number}.file"], said, beside, Said($"message.{kind}.{number}.identifier", $"message.{kind}.{number}.type"), Said($"message.{kind}.{number}.mimetype"));
        return made;
    }

    void Take(string role, string[] keys, Dictionary<string, string> said, Func<string, byte[]?> beside, string? identifier = null, string? mediaType = null)
    {
        var (taken, first) = (false, Missing.Count);
        foreach (var key in keys)
            if (said.GetValueOrDefault(key)?.Trim() is { Length: > 0 } name)
            {
                if (beside(name) is not { } bytes)
                    Missing.Add((key, name, Missing.Count == first ? role : null));
                else if (!taken)
                {
                    taken = true;
                    Parts.Add(new(role, name, bytes) { Identifier = identifier, MediaType = mediaType });
                }
            }
        if (taken && Missing.Count > first)
            Missing[first] = Missing[first] with { Role = null };
    }

    /// <summary>A file of keys and values as Java writes it: comments, <c>\:</c> and <c>\u00e9</c>, lines that go on.</summary>
    public static Dictionary<string, string> Properties(byte[] bytes)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        var whole = Encoding.Latin1.GetString(bytes);
        var line = new StringBuilder();
        foreach (var raw in whole.Split('\n'))
        {
            var text = raw.TrimEnd('\r').TrimStart(' ', '\t', '\f');
            if (line.Length == 0 && (text.Length == 0 || text[0] is '#' or '!'))
                continue;
            if ((text.Length - text.TrimEnd('\\').Length) % 2 == 1)
            {
                line.Append(text, 0, text.Length - 1);
                continue;
            }

            line.Append(text);
            var (key, value) = KeyAndValue(line.ToString());
            said[key] = value;
            line.Clear();
        }

        return said;
    }

    static (string Key, string Value) KeyAndValue(string line)
    {
        var end = 0;
        for (; end < line.Length && line[end] is not ('=' or ':' or ' ' or '\t'); end++)
            if (line[end] == '\\')
                end++;
        end = Math.Min(end, line.Length);
        var rest = line[end..].TrimStart(' ', '\t', '\f');
        if (rest.Length > 0 && rest[0] is '=' or ':')
            rest = rest[1..].TrimStart(' ', '\t', '\f');
        return (Unescaped(line[..end]), Unescaped(rest));
    }

    static string Unescaped(string text)
    {
        var made = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
            if (text[i] != '\\' || i + 1 == text.Length)
                made.Append(text[i]);
            else if (text[++i] == 'u' && i + 4 < text.Length && ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                made.Append((char)code);
                i += 4;
            }
            else
                made.Append(text[i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', var c => c });
        return made.ToString();
    }

    /// <summary>Puts it into the inbox: the papers beside, then one document; for a message that only confirms another, one for each confirmation.</summary>
    public void Put(InboxDrop inbox, string prefix)
    {
        // The same id may stand for two messages: neither they nor their papers take each other's place.
        prefix = $"{prefix}-{Digest()[..12]}";
        var (papers, tokens) = (new List<XElement>(), new List<XElement>());
        var documents = Parts.Where(p => p.Role != "evidence").Select(p => (p.Name, p.Bytes)).ToList();
        var number = 0;
        void Add(XElement paper, byte[] bytes)
        {
            var file = PlainFile.Shown($"{prefix}-{number++}-{PlainFile.Shown(Path.GetFileName(((string)paper.Attribute("name")!).Replace('\\', '/')))}");
            inbox.PutBeside(file, bytes);
            paper.Add(new XAttribute("file", file));
            papers.Add(paper);
            if (Tree(bytes) is { Name.LocalName: "TrustOkToken" } token)
                tokens.Add(token);
        }

        var content = Parts.FirstOrDefault(p => p.Role == "content") is { } form ? Content(form.Bytes) : null;
        var left = AsicContainer.Largest;
        foreach (var part in Parts.Where(p => p.Role is not ("evidence" or "content") || (p.Role == "content" && content!.Attribute("problem") is not null)))
        {
            var paper = Paper(part.Role, part.Name, part.Bytes);
            paper.Add(Attribute("mediaType", part.MediaType), Attribute("identifier", part.Identifier));
            if (part.Role == "signature" && Parts.FirstOrDefault(p => p.Role == "document") is { } signed)
                paper.Add(new XAttribute("signs", PlainFile.Digest(signed.Bytes)), new XAttribute("verified", "no"));
            Add(paper, part.Bytes);
            if (!AsicContainer.Looks(part.Bytes))
                continue;
            try
            {
                var container = AsicContainer.Open(part.Bytes, ref left);
                paper.Add(new XAttribute("mimetype", container.Mimetype));
                documents.AddRange(container.Files.Select(f => (f.Name, f.Bytes)));
                foreach (var file in container.Files)
                    if (Contained(container, file, part.Name) is var inner && file.IsOpened)
                        papers.Add(inner);
                    else
                        Add(inner, file.Bytes);
            }
            catch (UnreadableException e)
            {
                paper.Add(new XAttribute("problem", e.Reason.Words));
            }
        }

        var evidences = Parts.Where(p => p.Role == "evidence").Select(Evidence).ToList();
        XElement[] about = [new(Ns + "Details", About), .. content is null ? [] : new[] { content }, .. papers, .. tokens.Select(t => Token(t, documents))];
        XElement[] rest = [.. Errors.Select(e => new XElement(Ns + "Error", Clean(e))), .. Missing.Select(m => new XElement(Ns + "Missing", new XAttribute("key", m.Key), new XAttribute("name", Clean(m.Name)), m.Role is null ? null : new XAttribute("role", m.Role)))];
        if (content is not null || evidences.Count < 2)
            Write(inbox, prefix, [.. about, .. evidences, .. rest]);
        else
            for (var i = 0; i < evidences.Count; i++)
                Write(inbox, $"{prefix}-{i}", [.. about, evidences[i], .. rest]);
    }

    string Digest()
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        whole.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', [Id, .. About.Select(a => a.ToString()), .. Errors, .. Missing.Select(m => $"{m.Key}/{m.Name}")])));
        foreach (var part in Parts)
        {
            whole.AppendData(Encoding.UTF8.GetBytes($"\n{part.Role}/{part.Name}/{part.Bytes.Length}\n"));
            whole.AppendData(part.Bytes);
        }

        return Convert.ToHexStringLower(whole.GetHashAndReset());
    }

    // A zip that was opened lies beside the message only as what was in it: it is in the container too.
    static XElement Contained(AsicContainer container, ContainedFile file, string name)
    {
        var paper = Paper(file.IsSignature ? "signature" : "document", file.Name, file.Bytes);
        paper.Add(new XAttribute("in", Clean(name)));
        if (file.IsSignature)
            paper.Add(new XAttribute("signs", string.Join(' ', container.Files.Where(f => f.Digest == DigestFinding.Same).Select(f => PlainFile.Digest(f.Bytes)))), new XAttribute("verified", "no"));
        else if (file.Digest != DigestFinding.NotCompared)
            paper.Add(new XAttribute("digest", file.Digest == DigestFinding.Same ? "same" : "different"));
        return paper;
    }

    void Write(InboxDrop inbox, string name, IEnumerable<XElement> parts)
    {
        var root = new XElement(Ns + "Message", new XAttribute(XNamespace.Xmlns + "c", Ns.NamespaceName), new XAttribute("id", Clean(Id)), parts);
        inbox.Put($"{name}.xml", Bytes(root, indent: true));
    }

    /// <summary>An element as a document.</summary>
    public static byte[] Bytes(XElement root, bool indent)
    {
        using var buffer = new MemoryStream();
        using (var writer = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = indent, NewLineChars = "\n", NewLineHandling = NewLineHandling.Entitize }))
            root.Save(writer);
        return buffer.ToArray();
    }

    static XElement Content(byte[] bytes)
    {
        // Base64 of base64.
        if (Encoding.Latin1.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 64))) is { Length: > 0 } start && !start.Contains('<', StringComparison.Ordinal)
            && AsicContainer.FromBase64(Encoding.Latin1.GetString(bytes)) is { } inner)
            bytes = inner;
        var made = new XElement(Ns + "Content", new XAttribute("sha256", PlainFile.Digest(bytes)));
        try
        {
            made.Add(XmlFormat.Tree(bytes), new XElement(Ns + "Exact", Convert.ToBase64String(bytes)));
        }
        catch (UnreadableException e)
        {
            made.Add(new XAttribute("problem", e.Reason.Words));
        }

        return made;
    }

    static XElement Paper(string role, string name, byte[] bytes) =>
        new(Ns + "Paper", new XAttribute("role", role), new XAttribute("name", Clean(name)), new XAttribute("sha256", PlainFile.Digest(bytes)));

    /// <summary>What a token says about a signature: information for the receiver, whatever it says.</summary>
    static XElement Token(XElement token, IEnumerable<(string Name, byte[] Bytes)> documents)
    {
        var about = Child(token, "Document");
        var named = about is null ? "" : Text(about, "Filename");
        var (method, value) = ((string?)about?.Elements().FirstOrDefault(e => e.Name.LocalName == "DigestMethod")?.Attribute("Algorithm"), about is null ? null : Text(about, "DigestValue"));
        var finding = documents.Where(d => d.Name == named).Select(d => AsicContainer.Compare(method, value, d.Bytes)).DefaultIfEmpty(DigestFinding.NotCompared).Max();
        var validation = Child(token, "Validation");
        var technical = validation is null ? null : Child(validation, "TechnicalResult");
        return new XElement(Ns + "TrustOk",
            Attribute("technical", technical is null ? null : Text(technical, "TrustLevel")),
            Attribute("legal", validation is not null && Child(validation, "LegalResult") is { } legal ? Text(legal, "TrustLevel") : null),
            Attribute("document", Clean(named)),
            Attribute("digest", finding switch { DigestFinding.Same => "same", DigestFinding.Different => "different", _ => "not compared" }),
            Attribute("country", Child(token, "Issuer") is { } issuer ? Text(issuer, "Country") : null),
            new XAttribute("verified", "no"),
            technical is null ? null : new XText(Clean(Text(technical, "Comments"))));
    }

    /// <summary>What a piece of evidence (ETSI TS 102 640-2) says.</summary>
    static XElement Evidence(ConnectorPart part)
    {
        var made = new XElement(Ns + "Confirmation", new XAttribute("sha256", PlainFile.Digest(part.Bytes)), new XAttribute("verified", "no"), new XElement(Ns + "Exact", Convert.ToBase64String(part.Bytes)));
        var stated = part.Identifier?.Trim().ToUpperInvariant() ?? "";
        if (Tree(part.Bytes) is not { } evidence)
        {
            made.Add(Attribute("type", stated), new XAttribute("problem", "The evidence is not XML that can be read."));
            return made;
        }

        // The address of the event is written with and without its slashes: what counts is what stands behind the '#'.
        var happened = Text(evidence, "EventCode").Split('#')[^1];
        var says = TypeOf(evidence.Name.LocalName, happened);
        var message = Child(evidence, "SenderMessageDetails");
        made.Add(
            new XAttribute("type", says is null || stated.Length == 0 || says == stated ? says ?? stated : "CONTRADICTORY"),
            Attribute("event", happened), Attribute("at", Text(evidence, "EventTime")), Attribute("id", Text(evidence, "EvidenceIdentifier")));
        if (message is not null)
            made.Add(
                Attribute("of", Text(message, "UAMessageIdentifier")),
                Attribute("message", Text(message, "MessageIdentifierByREMMD")),
                Attribute("digestMethod", AsicContainer.MethodOf((string?)Child(message, "DigestMethod")?.Attribute("Algorithm"))),
                Attribute("digest", AsicContainer.Value(Text(message, "DigestValue")) is { } digest ? Convert.ToHexStringLower(digest) : null));
        made.Add(evidence.Descendants().Where(e => e.Name.LocalName == "EventReason").Select(r => new XElement(Ns + "Reason", Attribute("code", Text(r, "Code")), new XText(Clean(Text(r, "Details"))))));
        return made;
    }

    static readonly string[] BadNews = ["reject", "fail", "non", "expir"];

    static string? TypeOf(string evidence, string happened)
    {
        var bad = BadNews.Any(w => happened.Contains(w, StringComparison.OrdinalIgnoreCase));
        return evidence switch
        {
            "SubmissionAcceptanceRejection" => bad ? "SUBMISSION_REJECTION" : "SUBMISSION_ACCEPTANCE",
            "RelayREMMDAcceptanceRejection" => bad ? "RELAY_REMMD_REJECTION" : "RELAY_REMMD_ACCEPTANCE",
            "RelayREMMDFailure" => "RELAY_REMMD_FAILURE",
            "DeliveryNonDeliveryToRecipient" => bad ? "NON_DELIVERY" : "DELIVERY",
            "RetrievalNonRetrievalByRecipient" => bad ? "NON_RETRIEVAL" : "RETRIEVAL",
            _ => null,
        };
    }

    static XElement? Tree(byte[] bytes)
    {
        try
        {
            return bytes.Length == 0 || AsicContainer.Looks(bytes) || bytes.AsSpan().StartsWith("%PDF"u8) ? null : XmlFormat.Tree(bytes);
        }
        catch (UnreadableException)
        {
            return null;
        }
    }

    /// <summary>The part of this name, whatever its namespace: connectors of several years write several.</summary>
    public static XElement? Child(XElement element, string name) => element.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    public static IEnumerable<XElement> Children(XElement element, string name) => element.Elements().Where(e => e.Name.LocalName == name);

    /// <summary>Its text without padding; empty when it is not there.</summary>
    public static string Text(XElement element, string name) => Child(element, name)?.Value.Trim() ?? "";

    static XAttribute? Attribute(string name, string? value) => string.IsNullOrWhiteSpace(value) ? null : new XAttribute(name, Clean(value.Trim()));

    // Names come from zips and properties, where every character may stand.
    static string Clean(string text) => text.All(XmlConvert.IsXmlChar) ? text
        : string.Concat(text.EnumerateRunes().Select(r => r.Value > char.MaxValue || XmlConvert.IsXmlChar((char)r.Value) ? r.ToString() : "\uFFFD"));
}
