using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Adapters.Mapping;

/// <summary>A local message made of an act or notice.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Extension"><c>xml</c> or <c>json</c>.</param>
/// <param name="Problems">What is missing for it; when there is any, there are no bytes.</param>
public sealed record LocalMessage(byte[] Bytes, string Extension, IReadOnlyList<string> Problems);

/// <summary>From an act or notice to a local message.</summary>
public sealed class OutboundDocument(MappingSet mappings)
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True: this adapter writes such acts or notices to the local system.</summary>
    public bool Writes(string type) => mappings.Outbound.Any(m => m.Types.Contains(type));

    /// <summary>Makes the local message.</summary>
    /// <param name="type">Name of the act or notice.</param>
    /// <param name="source">What the mapping reads: see <see cref="Of"/>.</param>
    public LocalMessage Make(string type, JsonObject source)
    {
        var mapping = mappings.Outbound.First(m => m.Types.Contains(type));
        var document = new SourceDocument { Format = "json", Root = JsonFormat.Of(source) };
        var producer = new Producer(mapping, document, null);
        var made = producer.Make() as JsonObject ?? [];
        var missing = producer.Asked.Where(a => a.Value.Ask is not null && producer.WhyMissing.ContainsKey(a.Key)
            && !a.Key.Contains("[]", StringComparison.Ordinal))
            .Select(a => $"{mapping.File}({a.Value.Line}) {a.Key}: {producer.WhyMissing[a.Key]}").ToList();
        if (missing.Count > 0)
            return new LocalMessage([], mapping.Format, missing);
        var bytes = mapping.Format == "xml" ? Xml(mapping, made) : JsonSerializer.SerializeToUtf8Bytes(made, Readable);
        return Translator.Unreadable(bytes) is { } wrong
            ? new LocalMessage([], mapping.Format, [$"{mapping.File}: what it makes cannot be read again: {wrong.Words}"])
            : new LocalMessage(bytes, mapping.Format, []);
    }

    /// <summary>What an outgoing mapping reads.</summary>
    public static JsonObject Of(string type, NoticeHeader notice, Standing? standing, Act? act, JsonNode? privatePart, DateTimeOffset? receivedAt,
        JsonNode? body, string ownState)
    {
        var made = new JsonObject
        {
            ["type"] = type,
            ["receiver"] = ownState,
            ["notice"] = JsonSerializer.SerializeToNode(notice, Wire.Json),
        };
        if (standing is not null)
            made["standing"] = JsonSerializer.SerializeToNode(standing, Wire.Json);
        if (act is not null)
        {
            made["header"] = JsonSerializer.SerializeToNode(act.Header, Wire.Json);
            made["open"] = JsonNode.Parse(act.Open.GetRawText());
        }

        if (privatePart is not null)
            made["private"] = privatePart.DeepClone();
        if (receivedAt is { } at)
            made["receivedAt"] = JsonSerializer.SerializeToNode(at, Wire.Json);
        if (body is not null)
            made["body"] = body.DeepClone();
        return made;
    }

    internal static Shape ShapeOfAct(string name)
    {
        var type = Contracts.V1.Acts.All[name];
        return Shape.With(
            ("type", Shape.Text), ("receiver", Shape.Text), ("notice", Shape.Of(typeof(NoticeHeader))), ("standing", Shape.Of(typeof(Standing))),
                ("header", Shape.Of(typeof(ActHeader))),
            ("open", Shape.Of(type.Content)), ("private", type.Private is null ? Shape.With() : Shape.Of(type.Private)),
                ("receivedAt", Shape.Of(typeof(DateTimeOffset))));
    }

    internal static Shape ShapeOfNotice(string name) => Shape.With(
        ("type", Shape.Text), ("receiver", Shape.Text), ("notice", Shape.Of(typeof(NoticeHeader))), ("standing", Shape.Of(typeof(Standing))),
            ("body", Shape.Of(Contracts.V1.Notices.All[name])));

    static byte[] Xml(MappingFile mapping, JsonObject made)
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
}
