using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Contracts;

/// <summary>JSON Schema (draft 2020-12) of everything that travels, made from the contract types and their documentation.</summary>
static class Schemas
{
    const string Base64Url = "^[A-Za-z0-9_-]+$";

    // Without the strict converter, whose values the exporter cannot see: the attribute on the enum types then tells it that names travel.
    static readonly JsonSerializerOptions Exported = new Func<JsonSerializerOptions>(() =>
    {
        var options = new JsonSerializerOptions(Wire.Json);
        options.Converters.Clear();
        return options;
    })();

    /// <summary>All schemas: file name and content.</summary>
    public static IReadOnlyDictionary<string, JsonObject> All { get; } = Make();

    /// <summary>How schemas and samples are written to files.</summary>
    public static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The types of private parts.</summary>
    public static IEnumerable<Type> PrivateParts => Acts.All.Values.Select(a => a.Private).OfType<Type>().Distinct();

    static Dictionary<string, JsonObject> Make()
    {
        var contents = Acts.All.Values.Select(a => a.Content).Concat(Notices.All.Values).Concat(PrivateParts).Concat(LinkDocuments.ToHub.Values).Concat(LinkDocuments.AskedByHub.Values).Concat(LinkDocuments.FromHub.Values);
        var all = contents.ToDictionary(t => $"{t.Name}.json", t => Of(t));
        all["act.json"] = Choosing(Of(typeof(Act)), "open", Acts.All.Values.OrderBy(a => a.Name).Select(a => (a.Name, a.PrivateRequired)));
        all["notice.json"] = Choosing(Of(typeof(Notice)), "body", Notices.All.Keys.Order().Select(n => (n, false)));
        var signed = all["signed-document.json"] = Of(typeof(SignedDocument));
        signed["additionalProperties"] = false;
        foreach (var (_, member) in signed["properties"]!.AsObject())
            member!["pattern"] = Base64Url;
        all["act.json"]["properties"]!["sealed"]!["pattern"] = @"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$";
        return all;
    }

    static JsonObject Of(Type root)
    {
        var definitions = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        var made = Exported.GetJsonSchemaAsNode(root, new()
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) =>
            {
                var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
                var property = context.PropertyInfo?.AttributeProvider as PropertyInfo;
                var ours = type.Assembly == typeof(Act).Assembly;
                var node = schema as JsonObject;
                if (type.IsEnum)
                    node = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(n => (JsonNode)n)]) };
                else if (node is null)
                    // Any JSON: the fields of a content type, whose schema the document's own schema chooses.
                    node = new JsonObject { ["type"] = "object" };
                if (ours && (context.Path.Length > 0 || type.IsEnum))
                {
                    var nullable = MayBeNull(property);
                    definitions.TryAdd(type.Name, Described(NotNull(node), type));
                    var reference = new JsonObject { ["$ref"] = $"#/$defs/{type.Name}" };
                    node = nullable ? new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) } : reference;
                }
                else if (type == typeof(byte[]))
                    node["contentEncoding"] = "base64";
                if (property is not null)
                    node.Insert(0, "description", Documentation.Of(property));
                return node;
            },
        }).AsObject();
        if (made.ContainsKey("$ref"))
            throw new InvalidOperationException($"{root.Name} contains itself.");
        made.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        made.Insert(1, "title", root.Name);
        made = Described(NotNull(made), root, at: 2);
        if (definitions.Count > 0)
            made["$defs"] = new JsonObject(definitions.Select(d => KeyValuePair.Create(d.Key, (JsonNode?)d.Value.DeepClone())));
        return made;
    }

    // What a document holds depends on its type: a reader checks the whole with one schema.
    static JsonObject Choosing(JsonObject document, string member, IEnumerable<(string Name, bool PrivateRequired)> types)
    {
        var choices = new JsonArray();
        var names = new JsonArray();
        foreach (var (name, privateRequired) in types)
        {
            names.Add(name);
            var then = new JsonObject { ["properties"] = new JsonObject { [member] = new JsonObject { ["$ref"] = $"{name}.json" } } };
            if (privateRequired)
            {
                then["required"] = new JsonArray("sealed");
                then["properties"]!["sealed"] = new JsonObject { ["type"] = "string" };
            }
            choices.Add(new JsonObject
            {
                ["if"] = new JsonObject { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = name } } },
                ["then"] = then,
            });
        }
        document["properties"]!["type"]!["enum"] = names;
        document["allOf"] = choices;
        return document;
    }

    static JsonObject Described(JsonObject node, Type type, int at = 0)
    {
        var text = Documentation.Of(type);
        if (type.IsEnum)
            text += string.Concat(Enum.GetNames(type).Select(v => $" {v}: {Documentation.OfValue(type, v)}"));
        if (Acts.All.TryGetValue(type.Name, out var act) && act.Private is { } part)
            node["x-private-part"] = new JsonObject { ["schema"] = $"{part.Name}.json", ["required"] = act.PrivateRequired };
        node.Insert(at, "description", text);
        return node;
    }

    static bool MayBeNull(PropertyInfo? property) =>
        property is not null && new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;

    static JsonObject NotNull(JsonObject node)
    {
        if (node["type"] is JsonArray types)
            node["type"] = types.Select(t => t!.GetValue<string>()).Single(t => t != "null");
        return node;
    }
}
