using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Adapters.Mapping;

/// <summary>A local message made of an act or notice.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Extension">Ending of the file, without the dot.</param>
/// <param name="Problems">What is missing for it; when there is any, there are no bytes.</param>
public sealed record LocalMessage(byte[] Bytes, string Extension, IReadOnlyList<string> Problems)
{
    /// <summary>What it does not carry: fields of the act or notice that have a value and that no rule reads, and values that were cut. Places, never values.</summary>
    public IReadOnlyList<string> NotCarried { get; init; } = [];

    /// <summary>Papers that go beside it, as files under these names.</summary>
    public IReadOnlyList<(string Name, byte[] Bytes)> Papers { get; init; } = [];
}

/// <summary>From an act or notice to a local message.</summary>
/// <param name="mappings">The mappings.</param>
/// <param name="schema">What messages must be valid by. Null: nothing.</param>
public sealed partial class OutboundDocument(MappingSet mappings, StrictSchema? schema = null)
{
    /// <summary>True: this adapter writes such acts or notices to the local system.</summary>
    public bool Writes(string type) => mappings.Outbound.Any(m => m.Types.Contains(type));

    /// <summary>Makes the local message.</summary>
    /// <param name="type">Name of the act or notice.</param>
    /// <param name="source">What the mapping reads: see <see cref="Of"/>.</param>
    public LocalMessage Make(string type, JsonObject source)
    {
        var mapping = mappings.Outbound.First(m => m.Types.Contains(type));
        var document = new SourceDocument { Format = LocalFormat.Json, Root = JsonFormat.Of(source) };
        // Read twice: only then is known what no rule reads, and a rule may ask for just that ("rest").
        var first = new Producer(mapping, document, null);
        _ = first.Make();
        _ = first.Papers().Count();
        var producer = new Producer(mapping, document, null, first);
        var made = producer.Make() as JsonObject ?? [];
        List<(string, byte[])> papers = [.. producer.Papers().Select(p => (PlainFile.Shown((string?)p["name"] ?? "paper"), Convert.FromBase64String((string?)p["content"] ?? "")))];
        var missing = producer.Asked.Where(a => a.Value.Ask is not null && producer.WhyMissing.ContainsKey(a.Key)
            && !a.Key.Contains("[]", StringComparison.Ordinal))
            .Select(a => $"{mapping.File}({a.Value.Line}) {a.Key}: {producer.WhyMissing[a.Key]}").ToList();
        missing.AddRange(papers.GroupBy(p => p.Item1, p => Convert.ToHexStringLower(SHA256.HashData(p.Item2))).Where(g => g.Distinct().Count() > 1)
            .Select(g => $"{mapping.File}: two different papers would be the file '{g.Key}'; no paper replaces another"));
        missing.AddRange(papers.Where(p => LooksLikeAMessage().IsMatch(p.Item1)).Select(p => $"{mapping.File}: the paper '{p.Item1}' is called as a message is; let its name begin with something else"));
        if (missing.Count > 0)
            return new LocalMessage([], mapping.Format.Extension, missing);
        try
        {
            var cut = new List<string>();
            var bytes = mapping.Format.Write(mapping, made, cut);
            _ = mapping.Format.Read(new LocalFile { Name = $"written.{mapping.Format.Extension}", Bytes = bytes }, mapping);
            if (mapping.Format == LocalFormat.Xml && schema?.Problems(bytes) is { Count: > 0 } invalid)
                return new LocalMessage([], mapping.Format.Extension, [.. invalid.Select(p => $"{mapping.File}: what it makes is not valid by the schema of the receiving system: {p}")]);
            return new LocalMessage(bytes, mapping.Format.Extension, []) { NotCarried = [.. producer.NotCarried(), .. cut], Papers = papers };
        }
        catch (UnwritableException e)
        {
            return new LocalMessage([], mapping.Format.Extension, [$"{mapping.File}: {e.Message}"]);
        }
        catch (UnreadableException e)
        {
            return new LocalMessage([], mapping.Format.Extension, [$"{mapping.File}: what it makes cannot be read again: {e.Reason.Words}"]);
        }
    }

    // As a message handed over is called: number, act or notice, id.
    [GeneratedRegex("^[0-9]{8}-[A-Za-z]+-[0-9A-Fa-f]{32}", RegexOptions.NonBacktracking)]
    private static partial Regex LooksLikeAMessage();

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
}
