using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Desk;

/// <summary>The samples of the contract.</summary>
public static class Samples
{
    /// <summary>The open part of an act.</summary>
    public static JsonObject Open(string actType) => JsonNode.Parse(File.ReadAllText(Repository.At("contracts", "samples", "v1", $"{actType}.json")))!["open"]!.AsObject();

    /// <summary>The private part of an act; null: it has none.</summary>
    public static JsonObject? Private(string actType) =>
        Repository.At("contracts", "samples", "v1", $"{actType}.private.json") is var file && File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file))!.AsObject() : null;

    public static RequestParticulars Particulars => Private(nameof(RequestSubmitted)).Deserialize<RequestParticulars>(Wire.Json)!;
}
