using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace LiaisonHub.Conformance;

/// <summary>One published sample of every act and notice (<c>contracts/samples/v1</c>), as it was built into the kit.</summary>
static class Samples
{
    static readonly ConcurrentDictionary<string, JsonObject?> Read = new();

    /// <summary>The open part of an act.</summary>
    internal static JsonObject Open(string act) => (JsonObject)Document(act)!["open"]!.DeepClone();

    /// <summary>The private part of an act. Null: it has none.</summary>
    internal static JsonObject? Private(string act) => (JsonObject?)Document($"{act}.private")?.DeepClone();

    /// <summary>The body of a notice.</summary>
    internal static JsonObject Body(string notice) => (JsonObject)Document(notice)!["body"]!.DeepClone();

    static JsonObject? Document(string name) => Read.GetOrAdd(name, n =>
    {
        using var stream = typeof(Samples).Assembly.GetManifestResourceStream($"samples/{n}.json");
        return stream is null ? null : (JsonObject)JsonNode.Parse(stream)!;
    });
}
