using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LiaisonHub.Tests.Contracts;

/// <summary>
/// Checks a document against our schemas. Knows the keywords that <see cref="Schemas"/> writes and refuses others: a keyword that is not checked would
/// promise what nobody holds.
/// Written here because none of the libraries under an allowed licence reads if/then of draft 2020-12.
/// </summary>
static class SchemaCheck
{
    /// <summary>Everything that does not fit, each with its JSON pointer. Empty: it fits.</summary>
    public static IReadOnlyList<string> Problems(string schemaFile, JsonNode? document) => [.. Check(Read(schemaFile), Read(schemaFile), document, "")];

    static readonly ConcurrentDictionary<string, JsonObject> Schemas = new();

    static JsonObject Read(string file) =>
        Schemas.GetOrAdd(file, f => JsonNode.Parse(File.ReadAllText(Repository.At("contracts", "schemas", "v1", f)))!.AsObject());

    static IEnumerable<string> Check(JsonObject root, JsonObject schema, JsonNode? value, string at)
    {
        foreach (var (keyword, rule) in schema)
            foreach (var problem in Check(root, schema, keyword, rule!, value, at))
                yield return problem;
    }

    static IEnumerable<string> Check(JsonObject root, JsonObject schema, string keyword, JsonNode rule, JsonNode? value, string at) => keyword switch
    {
        "$schema" or "title" or "description" or "default" or "$defs" or "contentEncoding" or "x-private-part" or "then" => [],
        "type" => Types(rule).Any(t => Is(t, value)) ? [] : [$"{at}: is not of type {rule.ToJsonString()}"],
        "enum" => rule.AsArray().Any(v => JsonNode.DeepEquals(v, value)) ? [] : [$"{at}: is none of {rule.ToJsonString()}"],
        "const" => JsonNode.DeepEquals(rule, value) ? [] : [$"{at}: is not {rule.ToJsonString()}"],
        "required" => Strings(rule).Except(Members(value)).Where(_ => value is JsonObject).Select(n => $"{at}/{n}: is missing"),
        "properties" => rule.AsObject().Where(p => Members(value).Contains(p.Key))
            .SelectMany(p => Check(root, p.Value!.AsObject(), value![p.Key], $"{at}/{p.Key}")),
        "additionalProperties" => Members(value)
            .Except(rule.GetValue<bool>() ? Members(value) : Members(schema["properties"])).Select(n => $"{at}/{n}: is not allowed"),
        "items" => value is JsonArray list ? list.SelectMany((item, i) => Check(root, rule.AsObject(), item, $"{at}/{i}")) : [],
        "pattern" => Text(value) is { } text && !Regex.IsMatch(text, rule.GetValue<string>(), RegexOptions.NonBacktracking)
            ? [$"{at}: does not match {rule}"]
            : [],
        "format" => Text(value) is { } text && !Fits(rule.GetValue<string>(), text) ? [$"{at}: is no {rule}"] : [],
        "anyOf" => rule.AsArray().Any(s => !Check(root, s!.AsObject(), value, at).Any()) ? [] : [$"{at}: fits none of the alternatives"],
        "allOf" => rule.AsArray().SelectMany(s => Check(root, s!.AsObject(), value, at)),
        "if" => Check(root, rule.AsObject(), value, at).Any() ? [] : Check(root, schema["then"]!.AsObject(), value, at),
        "$ref" => rule.GetValue<string>() is var name && name.StartsWith("#/$defs/", StringComparison.Ordinal)
            ? Check(root, root["$defs"]![name["#/$defs/".Length..]]!.AsObject(), value, at)
            : Problems(name, value).Select(p => at + p),
        _ => throw new NotSupportedException($"The schemas use '{keyword}', which this check does not know yet."),
    };

    static IEnumerable<string> Types(JsonNode rule) => rule is JsonArray ? Strings(rule) : [rule.GetValue<string>()];

    static IEnumerable<string> Strings(JsonNode list) => list.AsArray().Select(n => n!.GetValue<string>());

    static IEnumerable<string> Members(JsonNode? value) => value is JsonObject o ? o.Select(m => m.Key) : [];

    static string? Text(JsonNode? value) => value is JsonValue v && v.TryGetValue<string>(out var text) ? text : null;

    static bool Is(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        "integer" => value?.GetValueKind() == JsonValueKind.Number
            && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && n == decimal.Truncate(n),
        _ => throw new NotSupportedException($"The schemas use the type '{type}', which this check does not know yet."),
    };

    static bool Fits(string format, string text) => format switch
    {
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date-time" => Regex.IsMatch(text, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        _ => throw new NotSupportedException($"The schemas use the format '{format}', which this check does not know yet."),
    };
}
