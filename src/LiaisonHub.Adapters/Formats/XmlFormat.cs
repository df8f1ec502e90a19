using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using System.Xml.XPath;
using LiaisonHub.Adapters.Mapping;

namespace LiaisonHub.Adapters.Formats;

/// <summary>
/// The one XML reader of every adapter. No document type, no resolver, nothing outside the file is ever opened; depth, size and number of parts are bounded
/// before a tree is built.
/// </summary>
public static partial class XmlFormat
{
    /// <summary>Deepest nesting, in elements.</summary>
    public const int MaxDepth = 64;

    /// <summary>Most elements and attributes of one document.</summary>
    public const int MaxNodes = 500_000;

    /// <summary>Most attributes of one element, declarations of namespaces among them.</summary>
    public const int MaxAttributes = 1_000;

    /// <summary>Longest attribute value or name, in characters.</summary>
    public const int MaxAttribute = 65_536;

    /// <summary>Most escapings of a payload within a payload that are undone.</summary>
    public const int MaxEscaping = 3;

    const string Xsi = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The file, whole.</param>
    /// <param name="payload">Paths of the elements that hold the payload; the first that exists counts. The payload may stand there as elements, or as text
    /// escaped once or more. Empty: the file is the payload.</param>
    /// <exception cref="UnreadableException">It cannot be read; the reason says where and what would help.</exception>
    public static SourceDocument Read(ReadOnlyMemory<byte> bytes, IReadOnlyList<SourcePath>? payload = null)
    {
        var repairs = new List<string>();
        var text = Characters.Decode(bytes.Span, DeclaredCharacters(bytes.Span), repairs);
        var document = Parse(Prepared(text, repairs), 0);
        var holders = (payload ?? []).SelectMany(p => Evaluate(document.CreateNavigator(), ((XmlPath)p).Expression).OfType<XElement>().Take(2)).Distinct().ToList();
        if (holders.Skip(1).FirstOrDefault(h => !h.Ancestors().Contains(holders[0]) && !holders[0].Ancestors().Contains(h)) is { } second)
            throw UnreadableException.Several($"another one stands in <{second.Name.LocalName}> on line {LineOf(second)}");
        if (holders is [var holder, ..])
            return new SourceDocument
            {
                Format = LocalFormat.Xml,
                Root = new XmlNode(Payload(holder, repairs).Root!),
                Envelope = new XmlNode(document.Root!),
                Repairs = repairs,
            };

        return new SourceDocument { Format = LocalFormat.Xml, Root = new XmlNode(document.Root!), Repairs = repairs };
    }

    /// <summary>Reads what a channel needs to look into itself, with the same bounds.</summary>
    /// <exception cref="UnreadableException">It cannot be read.</exception>
    internal static XElement Tree(ReadOnlyMemory<byte> bytes)
    {
        var repairs = new List<string>();
        return Parse(Prepared(Characters.Decode(bytes.Span, DeclaredCharacters(bytes.Span), repairs), repairs), 0).Root!;
    }

    /// <summary>A path of a mapping: XPath 1.0 with the prefixes the mapping declares.</summary>
    /// <exception cref="XPathException">Not an XPath, or with a prefix that is not declared.</exception>
    public static SourcePath Path(string text, IReadOnlyDictionary<string, string> namespaces)
    {
        var names = new XmlNamespaceManager(new NameTable());
        foreach (var (prefix, uri) in namespaces)
            names.AddNamespace(prefix, uri);
        var expression = XPathExpression.Compile(text, names);
        if (expression.ReturnType is not (XPathResultType.NodeSet or XPathResultType.Any))
            throw new XPathException($"leads to a {expression.ReturnType}, not to places of the document");

        // Compile checks the grammar; undeclared prefixes only show when the path is followed.
        new XDocument(new XElement("a")).CreateNavigator().Select(expression);
        return new XmlPath(text, expression);
    }

    /// <summary>Writes what a mapping has made.</summary>
    internal static byte[] Write(MappingFile mapping, JsonObject made)
    {
        var root = new XElement(NameOf(mapping, mapping.Root!));
        foreach (var (prefix, uri) in mapping.Namespaces)
            root.Add(new XAttribute(XNamespace.Xmlns + prefix, uri));
        Fill(mapping, root, made);
        using var buffer = new MemoryStream();
        using (var writer = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" }))
            new XDocument(root).Save(writer);
        return buffer.ToArray();
    }

    static void Fill(MappingFile mapping, XElement element, JsonNode node)
    {
        switch (node)
        {
            case JsonObject parts:
                foreach (var (name, part) in parts)
                    if (name.StartsWith('@'))
                        element.Add(new XAttribute(NameOf(mapping, name[1..]), Text(part!)));
                    else
                        foreach (var one in part is JsonArray list ? list.OfType<JsonNode>() : [part!])
                        {
                            var inner = new XElement(NameOf(mapping, name));
                            element.Add(inner);
                            Fill(mapping, inner, one);
                        }

                break;
            default:
                element.Add(new XText(Text(node)));
                break;
        }
    }

    // A character XML cannot carry is shown as lost rather than making the whole message unwritable.
    static string Text(JsonNode node)
    {
        var text = node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();
        return text.All(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c)) ? text
            : new string([.. text.Select(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\uFFFD')]);
    }

    static XName NameOf(MappingFile mapping, string name) => name.Split(':', 2) is [var prefix, var local] ? XName.Get(local, mapping.Namespaces[prefix])
        : XName.Get(name);

    static IEnumerable<object> Evaluate(XPathNavigator from, XPathExpression expression)
    {
        // A compiled expression keeps the state of its evaluation: one clone per use.
        var found = from.Select(expression.Clone());
        while (found.MoveNext())
            if (found.Current?.UnderlyingObject is { } node)
                yield return node;
    }

    static XDocument Payload(XElement holder, List<string> repairs)
    {
        var inner = holder.Elements().ToList();
        if (inner.Count > 1)
            throw UnreadableException.Several($"<{holder.Name.LocalName}> on line {LineOf(holder)} holds {inner.Count} messages");
        if (inner.Count == 1)
        {
            // Moved, not copied: a copy would lose the lines.
            inner[0].Remove();
            return new XDocument(inner[0]);
        }

        var text = holder.Value;
        var line = LineOf(holder);
        for (var escaped = 1; escaped <= MaxEscaping; escaped++)
        {
            var begin = text.AsSpan().TrimStart();
            if (begin.IsEmpty)
                throw new UnreadableException(new Quarantine
                {
                    Code = QuarantineCode.SaysNothing,
                    Words = $"The wrapper is there, but <{holder.Name.LocalName}> on line {line} is empty.",
                    Fix = "Have the sending system send the message again with its payload.",
                });
            if (begin[0] == '<')
            {
                if (escaped > 1)
                    repairs.Add($"the payload on line {line} was escaped {escaped} times");
                return Parse(Prepared(text, repairs), line - 1);
            }

            if (!begin.StartsWith("&lt;", StringComparison.Ordinal))
                break;
            text = Parse($"<escaped>{text}</escaped>", line - 1).Root!.Value;
        }

        throw NotXml($"<{holder.Name.LocalName}> on line {line} should hold a message, as XML or as escaped XML, and holds other text", truncated: false);
    }

    /// <summary>Makes the file start where XML starts. Lines stay where they were: what goes is replaced by blanks.</summary>
    static string Prepared(string text, List<string> repairs)
    {
        var declaration = Declaration().Match(text);
        if (declaration.Success)
        {
            if (declaration.Groups["before"].Length > 0)
                repairs.Add("something stood before the XML declaration (blank line or comment): skipped");
            if (!declaration.Groups["xml"].ValueSpan.StartsWith("<?xml", StringComparison.Ordinal))
                repairs.Add("the XML declaration is in capitals: read as if it were not");
            var end = declaration.Index + declaration.Length;
            var keep = declaration.Groups["before"].Length;
            text = string.Concat(text.AsSpan(0, keep), Blank(text[keep..end]), text.AsSpan(end));
        }

        var start = text.AsSpan().TrimStart();
        if (start.IsEmpty)
            throw new UnreadableException(new Quarantine
            {
                Code = QuarantineCode.Empty,
                Words = "There is nothing in the file but blanks.",
                Fix = "Export the message again.",
            });
        if (start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
            throw new UnreadableException(WebPage);
        if (text.Contains('\uFFFD', StringComparison.Ordinal))
            repairs.Add("contains the replacement character U+FFFD: letters were lost before this file was written; kept as it is");
        return text;
    }

    /// <summary>The reason for a web page in the place of a message.</summary>
    internal static Quarantine WebPage => new()
    {
        Code = QuarantineCode.WebPage,
        Words = "This is a web page, not a message: most likely the error or sign-in page of the system that should have delivered it.",
        Fix = "Open the file in a browser to see the error, clear it, and export the message again.",
    };

    static string Blank(string text) => LineBreaks().Replace(text, "");

    static XDocument Parse(string text, int linesBefore)
    {
        try
        {
            Measure(text, linesBefore);
            using var reader = Reader(text, ConformanceLevel.Document);
            var document = XDocument.Load(reader, LoadOptions.SetLineInfo);
            document.AddAnnotation(new LinesBefore(linesBefore));
            return document;
        }
        catch (XmlException e)
        {
            throw Explained(e, text, linesBefore);
        }
    }

    /// <summary>A first walk that builds nothing: what is too deep or too much never becomes a tree.</summary>
    static void Measure(string text, int linesBefore)
    {
        using var reader = Reader(text, ConformanceLevel.Fragment);
        var (nodes, roots) = (0, 0);
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                if (reader.Depth == 0 && ++roots > 1)
                    throw UnreadableException.Several($"a second message begins on line {Line(reader) + linesBefore}");
                if (reader.Depth >= MaxDepth)
                    throw TooMuch($"more than {MaxDepth} elements stand inside each other on line {Line(reader) + linesBefore}");
                if (reader.AttributeCount > MaxAttributes)
                    throw TooMuch($"more than {MaxAttributes} attributes stand on one element on line {Line(reader) + linesBefore}");
                if ((nodes += 1 + reader.AttributeCount) > MaxNodes)
                    throw TooMuch($"more than {MaxNodes} elements and attributes");
                for (var i = 0; i < reader.AttributeCount; i++)
                {
                    reader.MoveToAttribute(i);
                    if (reader.Value.Length > MaxAttribute || reader.Name.Length > MaxAttribute)
                        throw TooMuch($"an attribute on line {Line(reader) + linesBefore} is longer than {MaxAttribute} characters");
                }
            }
            else if (reader is { Depth: 0, NodeType: XmlNodeType.Text or XmlNodeType.CDATA })
            {
                throw NotXml($"text stands outside the message on line {Line(reader) + linesBefore}", truncated: false);
            }
        }

        if (roots == 0)
            throw NotXml("there is no element in it", truncated: true);
    }

    static int Line(XmlReader reader) => ((IXmlLineInfo)reader).LineNumber;

    static XmlReader Reader(string text, ConformanceLevel level) => XmlReader.Create(new StringReader(text), new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersFromEntities = 1_024,
        MaxCharactersInDocument = 64 * 1024 * 1024,
        ConformanceLevel = level,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        ValidationType = ValidationType.None,
    });

    static UnreadableException Explained(XmlException e, string text, int linesBefore)
    {
        if (DocumentType().IsMatch(text))
            return new UnreadableException(new Quarantine
            {
                Code = QuarantineCode.DocumentType,
                Words = $"The message carries a document type declaration (<!DOCTYPE), on line {e.LineNumber + linesBefore} or before. Such declarations "
                    + $"can pull in other files and are never followed.",
                Fix = "Export the message without a document type. If a real system of yours writes one, tell its supplier: no court message needs it.",
            });
        if (SecondDeclaration().IsMatch(text, text.Length - text.AsSpan().TrimStart().Length + 1))
            return UnreadableException.Several($"another XML declaration stands inside the file; reading stopped on line {e.LineNumber + linesBefore}");

        // The reader says "unexpected end of file" only in English prose; where it stopped says it in every language.
        var lines = text.AsSpan().TrimEnd().Count('\n') + 1;
        return NotXml($"not well-formed on line {e.LineNumber + linesBefore}, column {e.LinePosition}", truncated: e.LineNumber >= lines
            && StopsAtEnd(text, e));
    }

    static bool StopsAtEnd(string text, XmlException e)
    {
        var line = text.AsSpan()[(text.LastIndexOf('\n') + 1)..];
        return e.LineNumber > text.AsSpan().Count('\n') && e.LinePosition >= line.TrimEnd().Length;
    }

    static UnreadableException NotXml(string found, bool truncated) => new(new Quarantine
    {
        Code = QuarantineCode.NotXml,
        Words = $"This is not an XML message: {found}.",
        Fix = truncated ? "The text stops before its end. Export the message again, and write it under another name first (.tmp) and rename it when complete."
            : "Open the file at that line; export the message again.",
        Truncated = truncated,
    });

    static UnreadableException TooMuch(string found) => new(new Quarantine
    {
        Code = QuarantineCode.TooDeep,
        Words = $"The message is built in a way no court message is: {found}.",
        Fix = "Look at the file before anything else: it may be damaged or hostile. Export the message again.",
    });

    static string? DeclaredCharacters(ReadOnlySpan<byte> bytes)
    {
        Span<char> start = stackalloc char[512];
        var length = Math.Min(bytes.Length, start.Length);
        for (var i = 0; i < length; i++)
            start[i] = (char)bytes[i];
        var declared = DeclaredEncoding().Match(new string(start[..length]));
        return declared.Success ? declared.Groups[1].Value : null;
    }

    static int LineOf(XObject node)
    {
        var line = node is IXmlLineInfo known && known.HasLineInfo() ? known.LineNumber : node.Parent is { } parent ? LineOf(parent) : 1;
        return line + (node is XAttribute or XElement ? node.Document?.Annotation<LinesBefore>()?.Count ?? 0 : 0);
    }

    sealed record LinesBefore(int Count);

    sealed record Positions(Dictionary<XElement, int> Of);

    [GeneratedRegex(@"\A(?<before>\s*(?:<!--(?:[^-]|-[^-])*-->\s*)*)(?<xml><\?xml\s[^>]*\?>)", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Declaration();

    [GeneratedRegex("""<\?xml\s[^>]*encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex DeclaredEncoding();

    [GeneratedRegex(@"<!DOCTYPE", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex DocumentType();

    [GeneratedRegex(@"<\?xml\s", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex SecondDeclaration();

    [GeneratedRegex(@"[^\r\n]", RegexOptions.NonBacktracking)]
    private static partial Regex LineBreaks();

    sealed class XmlPath(string text, XPathExpression expression) : SourcePath(text)
    {
        internal XPathExpression Expression { get; } = expression;
    }

    sealed class XmlNode(XObject node) : SourceNode
    {
        public override string Name => node switch
        {
            XElement e => e.Name.LocalName,
            XAttribute a => a.Name.LocalName,
            _ => node.Parent?.Name.LocalName ?? "",
        };

        internal override IEnumerable<string> Names
        {
            get
            {
                if (node is XAttribute attribute)
                    yield return attribute.Name.LocalName;
                for (var element = node as XElement ?? node.Parent; element is not null; element = element.Parent)
                    yield return element.Name.LocalName;
            }
        }

        public override string? Value => node switch
        {
            XElement e when e.HasElements => null,
            XElement e when (string?)e.Attribute(XName.Get("nil", Xsi)) is "true" or "1" => null,
            XElement e => WithoutPadding(e.Value),
            XAttribute a => WithoutPadding(a.Value),
            XText t => WithoutPadding(t.Value),
            _ => null,
        };

        public override int Line => LineOf(node is XText ? node.Parent! : node);

        public override string Place => node switch
        {
            XElement e => PlaceOf(e),
            XAttribute a => $"{PlaceOf(a.Parent!)}/@{a.Name.LocalName}",
            _ => PlaceOf(node.Parent!),
        };

        internal override object Identity => node is XText { Parent: { } owner } ? owner : node;

        public override IReadOnlyList<SourceNode> Select(SourcePath path)
        {
            var navigator = node switch
            {
                XElement e => e.CreateNavigator(),
                XAttribute { Parent: { } owner } => owner.CreateNavigator(),
                _ => node.Parent!.CreateNavigator(),
            };
            return [.. Evaluate(navigator, ((XmlPath)path).Expression).OfType<XObject>()
                .Select(found => new XmlNode(found is XDocument whole ? whole.Root! : found))];
        }

        public override IEnumerable<SourceNode> Leaves()
        {
            if (node is not XElement start)
                yield break;
            foreach (var element in start.DescendantsAndSelf())
            {
                foreach (var attribute in element.Attributes().Where(a => !a.IsNamespaceDeclaration && a.Name.NamespaceName != Xsi))
                    if (WithoutPadding(attribute.Value) is not null)
                        yield return new XmlNode(attribute);
                if (!element.HasElements && new XmlNode(element) is { Value: not null } leaf)
                    yield return leaf;
            }
        }

        static string PlaceOf(XElement element)
        {
            var above = element.Parent is { } parent ? PlaceOf(parent) : "";
            var same = element.Parent?.Elements(element.Name).Take(2).Count() ?? 1;
            return $"{above}/{element.Name.LocalName}{(same > 1 ? $"[{PositionOf(element)}]" : "")}";
        }

        // Among very many of the same kind each would count all before it: there they are counted once.
        static int PositionOf(XElement element)
        {
            const int Few = 64;
            if (element.ElementsBeforeSelf(element.Name).Take(Few).Count() is < Few and var before)
                return before + 1;
            if (element.Parent!.Annotation<Positions>() is not { } known)
            {
                var counted = new Dictionary<XName, int>();
                element.Parent.AddAnnotation(known = new Positions(element.Parent.Elements().ToDictionary(e => e, e => counted[e.Name] = counted.GetValueOrDefault(e.Name) + 1)));
            }

            return known.Of[element];
        }
    }
}
