using System.Text.Json.Nodes;

namespace LiaisonHub.Tests.Contracts;

/// <summary>
/// The schemas are what those read who do not use .NET. They follow from the contract types: a difference means that the wire has changed, or what a field
/// means.
/// </summary>
public sealed class SchemaTests
{
    public static TheoryData<string> Files => [.. Schemas.All.Keys.Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_schema_is_what_the_contract_types_say(string file) =>
        Repository.AssertApproved(Schemas.All[file].ToJsonString(Schemas.Pretty), "contracts", "schemas", "v1", file);

    [Fact]
    public void No_schema_stands_for_a_contract_that_is_gone() =>
        Assert.Empty(Directory.GetFiles(Repository.At("contracts", "schemas", "v1")).Select(f => Path.GetFileName(f)).Except(Schemas.All.Keys));

    [Fact]
    public void Every_reference_of_every_schema_leads_somewhere()
    {
        const string inside = "#/$defs/";
        foreach (var (file, schema) in Schemas.All)
            foreach (var reference in References(schema))
            {
                var there = reference.StartsWith(inside, StringComparison.Ordinal)
                    ? schema["$defs"]?[reference[inside.Length..]] is not null
                    : Schemas.All.ContainsKey(reference);
                Assert.True(there, $"{file}: {reference}");
            }
    }

    static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(m => m is { Key: "$ref", Value: JsonValue reference } ? [reference.GetValue<string>()] : References(m.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };
}
