using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MimeKit;
using MimeKit.Tnef;
using MimeKit.Utils;

namespace LiaisonHub.Adapters.Formats;

/// <summary>
/// Mails, as a tree of keys: <c>messageId inReplyTo references[] date from[].name/.address to[] cc[] subject text form[] html attachments[].name/.type/.base64 forwarded[] report</c>. A mail
/// inside a mail stands under <c>forwarded</c> with the same keys; a delivery or read receipt says under <c>report</c> what became of which mail. Each paragraph of lines
/// <c>Name: value</c>, as a form leaves them, stands under <c>form</c> with these names.
/// </summary>
static partial class MailFormat
{
    /// <summary>Most parts of one mail, with all mails inside it.</summary>
    public const int MostParts = 500;

    /// <summary>Deepest nesting of mails in mails.</summary>
    public const int MaxDepth = 16;

    /// <summary>Most headers of a mail, and longest header, in bytes.</summary>
    public const int MostHeaders = 2_000, LongestHeader = 65_536;

    static readonly string[] FirstHeaders = ["from", "to", "date", "subject", "received", "return-path", "delivered-to", "message-id", "mime-version", "x-", "dkim-signature", "content-type", "reply-to", "arc-", "authentication-results"];

    // The parser asks the runtime for character sets by their numbers.
    static MailFormat() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>True: it begins with the header of a mail.</summary>
    public static bool Looks(ReadOnlySpan<byte> bytes)
    {
        var start = bytes[..Math.Min(bytes.Length, 256)];
        if (start.StartsWith("From "u8) && start.IndexOf((byte)'\n') is > 0 and var end)
            start = start[(end + 1)..];
        var colon = start.IndexOf((byte)':');
        if (colon < 2)
            return false;
        var name = Encoding.Latin1.GetString(start[..colon]);
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && FirstHeaders.Any(h => h.EndsWith('-') ? name.StartsWith(h, StringComparison.OrdinalIgnoreCase) : name.Equals(h, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Parses a mail; what stands in no header is read as Windows-1252.</summary>
    /// <exception cref="UnreadableException">Not a mail.</exception>
    public static MimeMessage Parse(ReadOnlyMemory<byte> bytes)
    {
        if (HasLongHeader(bytes.Span))
            throw TooMuch($"a header has more than {LongestHeader} bytes");
        var options = ParserOptions.Default.Clone();
        options.CharsetEncoding = Characters.OfName("windows-1252")!;
        options.MaxMimeDepth = 64;
        try
        {
            using var stream = new MemoryStream(bytes.ToArray());
            new PartCount(options, stream).ReadMessage(CancellationToken.None);
            stream.Position = 0;
            return new MimeParser(options, stream, MimeFormat.Default).ParseMessage();
        }
        catch (Exception e) when (e is FormatException or IOException or ArgumentException or NotSupportedException)
        {
            throw new UnreadableException(new Quarantine
            {
                Code = QuarantineCode.UnknownFormat,
                Words = "The file begins like a mail and cannot be read as one: its headers are damaged.",
                Fix = "Have the mail sent again as an attachment (.eml), not as a text.",
            });
        }
    }

    // The parser has some kilobytes of memory for each part, however small it is: a mail of too many never comes to it.
    sealed class PartCount(ParserOptions options, Stream mail) : MimeReader(options, mail, MimeFormat.Default)
    {
        int parts;

        protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Count();

        protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Count();

        protected override void OnMultipartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Count();

        void Count()
        {
            if (++parts > MostParts)
                throw TooMuch($"it has more than {MostParts} parts");
        }
    }

    // The parser copies what it has of a header again and again while it grows.
    static bool HasLongHeader(ReadOnlySpan<byte> bytes)
    {
        for (var length = 0; !bytes.IsEmpty;)
        {
            var end = bytes.IndexOf((byte)'\n') is >= 0 and var found ? found + 1 : bytes.Length;
            var line = bytes[..end];
            if (line.TrimEnd("\r\n"u8).IsEmpty)
                return false;
            length = line[0] is (byte)' ' or (byte)'\t' ? length + end : end;
            if (length > LongestHeader)
                return true;
            bytes = bytes[end..];
        }

        return false;
    }

    /// <summary>Reads a mail.</summary>
    /// <param name="bytes">The mail.</param>
    /// <param name="payload">Where a mail stands that this one only forwards, <c>forwarded[*]</c>; followed as long as there is exactly one.</param>
    public static SourceDocument Read(ReadOnlyMemory<byte> bytes, IReadOnlyList<SourcePath>? payload = null)
    {
        var message = Parse(bytes);
        if (message.Body is MessagePartial partial)
            throw new UnreadableException(new Quarantine
            {
                Code = QuarantineCode.PartOfMail,
                Words = string.Create(CultureInfo.InvariantCulture, $"This is part {partial.Number} of {partial.Total?.ToString(CultureInfo.InvariantCulture) ?? "several"} of one mail; it can only be read with the others."),
                Fix = "Put all parts into the folder of the mailbox: they are joined there. Or have the mail sent again in one piece.",
            });
        var repairs = new List<string>();
        var parts = 0;
        var tree = Tree(message, repairs, ref parts, 0);
        if (tree["subject"] is null && tree["text"] is null && tree["attachments"] is null && tree["forwarded"] is null && tree["report"] is null)
            throw new UnreadableException(new Quarantine { Code = QuarantineCode.SaysNothing, Words = "The mail has no subject, no text and nothing attached.", Fix = "Ask the sender what was meant." });
        SourceNode outer = JsonFormat.Of(tree, lines: false), root = outer;
        while (payload?.SelectMany(root.Select).ToList() is [var inner])
            root = inner;
        return new SourceDocument { Format = LocalFormat.Mail, Root = root, Envelope = root == outer ? null : outer, Repairs = repairs };
    }

    /// <summary>Writes a mail from the keys it is read by; <c>receipts</c> true asks for delivery and read receipts.</summary>
    public static byte[] Write(JsonObject made)
    {
        var message = new MimeMessage();
        Addresses(message.From, made["from"], "from");
        Addresses(message.To, made["to"], "to");
        Addresses(message.Cc, made["cc"], "cc");
        if (message.To.Count == 0)
            throw new UnwritableException("to: is missing; a mail needs somebody to go to.");
        message.Subject = (string?)made["subject"] ?? "";
        if ((string?)made["date"] is { } date && DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            message.Date = at;
        else
            message.Headers.Remove(HeaderId.Date);
        // Otherwise it would be made of the moment and of this machine's name.
        message.Headers.Remove(HeaderId.MessageId);
        if ((string?)made["messageId"] is { Length: > 0 } id)
            message.MessageId = id.Contains('@', StringComparison.Ordinal) ? id : $"{id}@liaisonhub.invalid";
        if ((string?)made["inReplyTo"] is { Length: > 0 } answered)
            message.InReplyTo = answered.Contains('@', StringComparison.Ordinal) ? answered : $"{answered}@liaisonhub.invalid";
        if (made["receipts"]?.ToJsonString() is "true" or "\"true\"" && message.From.Mailboxes.FirstOrDefault() is { } us)
            message.Headers.Add(HeaderId.DispositionNotificationTo, us.ToString());
        var text = new TextPart("plain") { Text = (string?)made["text"] ?? "" };
        var attachments = made["attachments"] is JsonArray list ? list.OfType<JsonObject>().ToList() : made["attachments"] is JsonObject one ? [one] : [];
        if (attachments.Count == 0)
            message.Body = text;
        else
        {
            var mixed = new Multipart("mixed") { text };
            foreach (var attachment in attachments)
                mixed.Add(Attached(attachment));
            message.Body = mixed;
        }

        using var stream = new MemoryStream();
        message.WriteTo(stream);
        return stream.ToArray();
    }

    /// <summary>The act that a mail of this adapter carried: its id stands at the end of the Message-ID. Null: the mail was none of these.</summary>
    public static string? ActOf(string messageId)
    {
        var local = messageId.Trim().Trim('<', '>').Split('@')[0];
        return (local.Length >= 32 && Guid.TryParseExact(local[^32..], "N", out var act)) || (local.Length >= 36 && Guid.TryParseExact(local[^36..], "D", out act)) ? act.ToString("D") : null;
    }

    static MimePart Attached(JsonObject attachment)
    {
        var type = ContentType.TryParse((string?)attachment["type"] ?? (string?)attachment["mediaType"] ?? "", out var parsed) ? parsed : new ContentType("application", "octet-stream");
        try
        {
            return new MimePart(type)
            {
                Content = new MimeContent(new MemoryStream(Convert.FromBase64String((string?)attachment["base64"] ?? (string?)attachment["content"] ?? ""))),
                ContentDisposition = new ContentDisposition(ContentDisposition.Attachment),
                ContentTransferEncoding = ContentEncoding.Base64,
                FileName = (string?)attachment["name"] ?? (string?)attachment["fileName"] ?? "attachment",
            };
        }
        catch (FormatException)
        {
            throw new UnwritableException("attachments.base64: is not base64.");
        }
    }

    static void Addresses(InternetAddressList list, JsonNode? node, string key)
    {
        foreach (var one in node is JsonArray many ? many.OfType<JsonNode>() : node is null ? [] : [node])
            if (MailboxAddress.TryParse(one is JsonObject pair ? (string?)pair["address"] ?? "" : (string?)one ?? "", out var address))
                list.Add(one is JsonObject named && (string?)named["name"] is { Length: > 0 } name ? new MailboxAddress(name, address.Address) : address);
            else
                throw new UnwritableException($"{key}: is no address of a mailbox.");
    }

    static JsonObject Tree(MimeMessage message, List<string> repairs, ref int parts, int depth)
    {
        if (depth > MaxDepth)
            throw TooMuch($"more than {MaxDepth} mails stand inside each other");
        if (message.Headers.Count > MostHeaders || message.Headers.Any(h => h.RawValue.Length > LongestHeader))
            throw TooMuch($"it has more than {MostHeaders} headers, or one of more than {LongestHeader} bytes");
        var tree = new JsonObject();
        Set(tree, "messageId", message.MessageId);
        Set(tree, "inReplyTo", message.InReplyTo);
        if (message.References.Count > 0)
            tree["references"] = new JsonArray([.. message.References.Select(r => (JsonNode)r)]);
        if (message.Headers[HeaderId.Date] is { } date)
            Set(tree, "date", DateUtils.TryParse(date, out var at) ? at.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture) : date);
        List(tree, "from", message.From);
        List(tree, "to", message.To);
        List(tree, "cc", message.Cc);
        Set(tree, "subject", message.Subject);
        var (text, html, attachments, forwarded) = (new StringBuilder(), (string?)null, new JsonArray(), new JsonArray());
        var waiting = new Stack<MimeEntity>();
        if (message.Body is { } body)
            waiting.Push(body);
        while (waiting.TryPop(out var part))
        {
            if (++parts > MostParts)
                throw TooMuch($"it has more than {MostParts} parts");
            switch (part)
            {
                case MultipartReport report when report.OfType<MessageDeliveryStatus>().FirstOrDefault() is { } delivery:
                    tree["report"] = Delivery(delivery, report);
                    break;
                case MultipartReport report when report.OfType<MessageDispositionNotification>().FirstOrDefault() is { } disposition:
                    tree["report"] = Disposition(disposition);
                    break;
                case Multipart multipart when multipart.ContentType.IsMimeType("multipart", "encrypted"):
                    throw Sealed();
                case Multipart multipart:
                    if (multipart.ContentType.IsMimeType("multipart", "signed"))
                        Set(tree, "signature", "signed; not checked here");
                    // Last first: the stack gives them back in their order.
                    for (var i = multipart.Count - 1; i >= 0; i--)
                        waiting.Push(multipart[i]);
                    break;
                case MessagePart { Message: { } inner }:
                    forwarded.Add((JsonNode)Tree(inner, repairs, ref parts, depth + 1));
                    break;
                case TnefPart tnef:
                    repairs.Add("attachments came in Microsoft's own wrapping (winmail.dat) and were taken out of it");
                    foreach (var taken in tnef.ExtractAttachments())
                        waiting.Push(taken);
                    break;
                case MimePart mime when mime.ContentType.IsMimeType("application", "pkcs7-mime") && mime.ContentType.Parameters["smime-type"] is not "signed-data":
                    throw Sealed();
                case TextPart { IsAttachment: false } words when words.IsPlain && words.FileName is null:
                    text.Append(text.Length > 0 ? "\n" : "").Append(Words(words, repairs).ReplaceLineEndings("\n"));
                    break;
                case TextPart { IsAttachment: false, IsHtml: true } page when page.FileName is null:
                    html ??= Words(page, repairs);
                    break;
                case MimePart { Content: not null } file:
                    attachments.Add((JsonNode)Attachment(file));
                    break;
                default:
                    break;
            }
        }

        Set(tree, "text", text.ToString());
        if (Form(text.ToString(), repairs) is { Count: > 0 } form)
            tree["form"] = form;
        Set(tree, "html", html);
        if (attachments.Count > 0)
            tree["attachments"] = attachments;
        if (forwarded.Count > 0)
            tree["forwarded"] = forwarded;
        return tree;
    }

    // The library puts a mark in the place of bytes that are no text, and what a name was would be lost without a word.
    static string Words(TextPart part, List<string> repairs)
    {
        using var content = new MemoryStream();
        part.Content?.DecodeTo(content);
        return Characters.Decode(content.GetBuffer().AsSpan(0, (int)content.Length), part.ContentType.Charset, repairs);
    }

    // Paragraphs of lines "Name: value". A value may be empty or go on in the next lines; a name that comes again makes a list. A line that was broken by the mail program belongs to what stands before it:
    // it is told, since nobody but a person can know. A paragraph of prose holds no such line at its beginning, and not two of them.
    static JsonArray Form(string text, List<string> repairs)
    {
        var form = new JsonArray();
        var paragraph = new List<(int Number, string Line)>();
        foreach (var (i, line) in text.Split('\n').Append("").Index())
            if (!string.IsNullOrWhiteSpace(line))
            {
                paragraph.Add((i + 1, line));
            }
            else
            {
                if (paragraph.Count > 0 && (Named(paragraph[0].Line) is not null || paragraph.Count(l => Named(l.Line) is not null) > 1))
                    form.Add((JsonNode)Block(paragraph.SkipWhile(l => Named(l.Line) is null), repairs));
                paragraph.Clear();
            }

        return form;
    }

    static JsonObject Block(IEnumerable<(int Number, string Line)> lines, List<string> repairs)
    {
        var (block, last) = (new JsonObject(), "");
        foreach (var (number, line) in lines)
            if (Named(line) is var (name, value))
            {
                last = name;
                if (block[name] is JsonArray list)
                    list.Add(value);
                else
                    block[name] = block[name] is { } first ? new JsonArray(first.DeepClone(), value) : value;
            }
            else
            {
                var indented = line[0] is ' ' or '\t';
                var before = block[last] is JsonArray several ? several[^1]! : block[last]!;
                before.ReplaceWith($"{(string?)before}{(indented ? "\n" : " ")}{line.Trim()}".Trim());
                if (!indented)
                    repairs.Add(string.Create(CultureInfo.InvariantCulture, $"line {number} of the mail's text has no name: read as the rest of the line before it"));
            }

        return block;
    }

    // Not the hour "at 10:30", nor an address "http://".
    static (string Name, string Value)? Named(string line) =>
        FormLine().Match(line) is { Success: true } match && (match.Groups["name"].Value, match.Groups["value"].Value) is var (name, value)
            && !value.StartsWith("//", StringComparison.Ordinal) && !(char.IsAsciiDigit(name[^1]) && value.Length > 0 && char.IsAsciiDigit(value[0])) ? (name.TrimEnd(), value.Trim()) : null;

    [GeneratedRegex(@"^(?<name>\p{L}[\p{L}0-9 ,()/_-]{0,39}):(?<value>.*)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex FormLine();

    static JsonObject Attachment(MimePart file)
    {
        using var content = new MemoryStream();
        file.Content!.DecodeTo(content);
        var attachment = new JsonObject();
        Set(attachment, "name", file.FileName);
        Set(attachment, "type", file.ContentType.MimeType);
        Set(attachment, "contentId", file.ContentId);
        attachment["base64"] = Convert.ToBase64String(content.GetBuffer().AsSpan(0, (int)content.Length));
        return attachment;
    }

    // The mail a receipt is about stands in the third part, or only in a header that says so.
    static JsonObject Delivery(MessageDeliveryStatus delivery, MultipartReport report)
    {
        var tree = new JsonObject { ["kind"] = "delivery" };
        var original = report.OfType<MessagePart>().FirstOrDefault()?.Message?.MessageId ?? report.OfType<TextRfc822Headers>().FirstOrDefault()?.Message?.MessageId
            ?? delivery.StatusGroups.FirstOrDefault()?["Original-Envelope-Id"]?.Trim().Trim('<', '>');
        Set(tree, "originalMessageId", original);
        var groups = new JsonArray();
        foreach (var group in delivery.StatusGroups.Skip(1))
        {
            var one = new JsonObject();
            Set(one, "recipient", group["Final-Recipient"]?.Split(';').Last().Trim());
            Set(one, "action", group["Action"]?.ToLowerInvariant());
            Set(one, "status", group["Status"]);
            groups.Add((JsonNode)one);
        }

        tree["recipients"] = groups;
        if (groups is [JsonObject first, ..])
            Set(tree, "action", (string?)first["action"]);
        return tree;
    }

    static JsonObject Disposition(MessageDispositionNotification disposition)
    {
        var tree = new JsonObject { ["kind"] = "disposition" };
        Set(tree, "originalMessageId", disposition.Fields["Original-Message-ID"]?.Trim().Trim('<', '>'));
        Set(tree, "recipient", disposition.Fields["Final-Recipient"]?.Split(';').Last().Trim());
        Set(tree, "action", disposition.Fields["Disposition"]?.Split(';').Last().Trim().ToLowerInvariant());
        return tree;
    }

    static void List(JsonObject tree, string key, InternetAddressList list)
    {
        if (list.Mailboxes.ToList() is not { Count: > 0 } mailboxes)
            return;
        tree[key] = new JsonArray([.. mailboxes.Select(m =>
        {
            var one = new JsonObject();
            Set(one, "name", m.Name);
            Set(one, "address", m.Address);
            return (JsonNode)one;
        })]);
    }

    static void Set(JsonObject tree, string key, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
            tree[key] = value;
    }

    static UnreadableException TooMuch(string what) => new(new Quarantine
    {
        Code = QuarantineCode.TooDeep,
        Words = $"This mail cannot be taken: {what}.",
        Fix = "Look at the mail before anything else: it may be damaged or hostile. Ask the sender for the papers one by one.",
    });

    static UnreadableException Sealed() => new(new Quarantine
    {
        Code = QuarantineCode.Characters,
        Words = "The mail is encrypted, and this adapter holds no key for it.",
        Fix = "Open it with the mail program that has the key, and put the decrypted mail (.eml) into the folder of the mailbox.",
    });
}
