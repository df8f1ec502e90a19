using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Alerts;
using LiaisonHub.OperatorConsole.Costs;
using LiaisonHub.OperatorConsole.Filters;
using LiaisonHub.OperatorConsole.Law;
using LiaisonHub.OperatorConsole.Limits;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Records;
using LiaisonHub.OperatorConsole.Register;
using LiaisonHub.OperatorConsole.Repair;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Settings;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Stuck;
using LiaisonHub.OperatorConsole.Today;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>What the API answers with, as JSON Schema made from the types and their documentation: the description of the API is written by hand, but for these.</summary>
static class ApiSchemas
{
    /// <summary>What each address answers when all is well. Those that answer with one of two things name both.</summary>
    public static IReadOnlyDictionary<string, Type[]> Answers { get; } = new Dictionary<string, Type[]>
    {
        ["get /today"] = [typeof(TodayBoard)],
        ["get /stuck"] = [typeof(StuckBoard)],
        ["get /requests"] = [typeof(RequestList)],
        ["get /requests/{requestId}"] = [typeof(RequestDossier)],
        ["get /requests/{requestId}/acts"] = [typeof(RequestPartList)],
        ["get /requests/{requestId}/deadlines"] = [typeof(RequestPartList)],
        ["get /requests/{requestId}/documents"] = [typeof(RequestPartList)],
        ["get /requests/{requestId}/costs"] = [typeof(RequestPartList)],
        ["get /requests/{requestId}/ledger"] = [typeof(RequestPartList)],
        ["get /requests/{requestId}/acts/{journalId}"] = [typeof(ActDossier)],
        ["get /requests/{requestId}/deadlines/{deadlineId}"] = [typeof(CountedDeadline)],
        ["get /groups/{groupId}"] = [typeof(CaseGroup)],
        ["get /compliance"] = [typeof(RegisterPage)],
        ["get /costs"] = [typeof(CostBoard)],
        ["get /acts"] = [typeof(WaitingActList)],
        ["get /deadlines"] = [typeof(LimitList), typeof(LimitMonth)],
        ["get /deadlines/kept"] = [typeof(KeptBoard)],
        ["get /deadlines/kept/{state}/{instrument}"] = [typeof(LimitList)],
        ["get /deadlines/forecast"] = [typeof(SilenceForecast)],
        ["get /deadlines/calendars"] = [typeof(CalendarList)],
        ["post /deadlines/calendars"] = [typeof(CalendarLine)],
        ["post /deadlines/calendars/{feedId}/end"] = [typeof(CalendarLine)],
        ["get /health"] = [typeof(HealthBoard)],
        ["get /settings"] = [typeof(SettingsBoard)],
        ["get /adapters"] = [typeof(AdaptersBoard)],
        ["get /adapters/{state}/conformance"] = [typeof(ConformanceBoard)],
        ["post /adapters/{state}/conformance"] = [typeof(ConformanceBoard)],
        ["get /adapters/{state}/dead"] = [typeof(DeadLetterBoard)],
        ["post /adapters/{state}/dead"] = [typeof(DeadLetterBoard)],
        ["post /adapters/{state}/dead/{lookId}/home"] = [typeof(DeadLetterBoard)],
        ["get /adapters/{state}/tests"] = [typeof(LinkTestBoard[])],
        ["post /adapters/{state}/tests"] = [typeof(LinkTestBoard)],
        ["get /adapters/{state}/tests/{testId}"] = [typeof(LinkTestBoard)],
        ["get /quarantine"] = [typeof(QuarantineBoard)],
        ["get /quarantine/{quarantineId}"] = [typeof(MessageReport)],
        ["post /quarantine/{quarantineId}"] = [typeof(MessageReport)],
        ["post /quarantine/{quarantineId}/wrapping"] = [typeof(MessageReport)],
        ["post /quarantine/{quarantineId}/approval"] = [typeof(MessageReport)],
        ["get /quarantine/groups"] = [typeof(FaultBoard)],
        ["get /quarantine/groups/sample"] = [typeof(FaultSample)],
        ["get /alerts"] = [typeof(AlertBoard)],
        ["post /alerts/test"] = [typeof(AlertTestOutcome)],
        ["get /plans"] = [typeof(PlanList)],
        ["post /plans"] = [typeof(RepairPlan)],
        ["get /plans/{planId}"] = [typeof(PlanBoard)],
        ["put /plans/{planId}"] = [typeof(RepairPlan)],
        ["post /plans/{planId}/dry-run"] = [typeof(RepairPlan)],
        ["post /plans/{planId}/approval"] = [typeof(RepairPlan)],
        ["post /plans/{planId}/refusal"] = [typeof(RepairPlan)],
        ["post /plans/{planId}/withdrawal"] = [typeof(RepairPlan)],
        ["post /plans/{planId}/end"] = [typeof(RepairPlan)],
        ["post /plans/{planId}/run"] = [typeof(RepairPlan)],
        ["post /plans/{planId}/stop"] = [typeof(RepairPlan)],
        ["get /audit"] = [typeof(AuditList)],
        ["get /audit/ledger"] = [typeof(LedgerPart)],
        ["post /audit/verification"] = [typeof(Verification)],
        ["get /filters"] = [typeof(FilterList)],
        ["post /filters"] = [typeof(FilterLine)],
        ["get /filters/{filterId}"] = [typeof(FilterLine)],
        ["post /filters/{filterId}/name"] = [typeof(FilterLine)],
        ["get /accounts"] = [typeof(AccountList)],
        ["post /accounts"] = [typeof(AccountLine)],
        ["post /accounts/{accountId}"] = [typeof(AccountLine)],
        ["post /documents/{documentId}"] = [typeof(DocumentRow)],
        ["get /procedures"] = [typeof(ProcedureLine[])],
        ["get /procedures/{name}"] = [typeof(ProcedureBoard)],
        ["get /procedures/{name}/rows"] = [typeof(TableRow[])],
        ["get /procedures/{name}/states/{state}"] = [typeof(TableRow[])],
        ["get /rules/{instrument}"] = [typeof(RuleBook)],
        ["get /rules"] = [typeof(RuleBook)],
        ["get /errors"] = [typeof(ErrorLine[])],
    };

    // Of the programs and of what they are made of, as the compiler wrote it beside each assembly.
    static readonly Dictionary<string, XElement> Documented = Directory.EnumerateFiles(AppContext.BaseDirectory, "LiaisonHub.*.xml")
        .SelectMany(Members).GroupBy(m => m.Attribute("name")!.Value).ToDictionary(g => g.Key, g => g.First());

    static IEnumerable<XElement> Members(string file)
    {
        using var reader = System.Xml.XmlReader.Create(file);
        return [.. XDocument.Load(reader).Descendants("member")];
    }

    // A number is read from a text too, and never written as one.
    static readonly JsonSerializerOptions AsWritten = new(JsonSerializerOptions.Web) { NumberHandling = JsonNumberHandling.Strict };

    /// <summary>The schemas of everything that is answered, by the name of the type.</summary>
    public static SortedDictionary<string, JsonNode> All { get; } = new(StringComparer.Ordinal);

    static readonly Dictionary<string, JsonObject> Made = Answers.ToDictionary(a => a.Key, a => a.Value.Length == 1 ? Of(a.Value[0]) : new JsonObject { ["anyOf"] = new JsonArray([.. a.Value.Select(t => (JsonNode)Of(t))]) });

    /// <summary>What an address answers when all is well.</summary>
    public static JsonObject Of(string address) => Made[address];

    /// <summary>All of them as they stand in <c>Api/answers.json</c>: a line for each member, so that a difference is one line.</summary>
    public static string Written
    {
        get
        {
            static string Line(JsonNode? node) => node?.ToJsonString(Compact) ?? "null";
            static string Members(JsonObject of, int depth) => string.Join($",\n", of.Select(m => m.Key == "properties" && m.Value is JsonObject more
                ? $"{new string(' ', depth)}\"properties\": {{\n{Members(more, depth + 2)}\n{new string(' ', depth)}}}" : $"{new string(' ', depth)}{Line(m.Key)}: {Line(m.Value)}"));
            return $"{{\n{string.Join(",\n", All.Select(s => $"  {Line(s.Key)}: {{\n{Members(s.Value.AsObject(), 4)}\n  }}"))}\n}}\n";
        }
    }

    static readonly JsonSerializerOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static JsonObject Of(Type root)
    {
        if (root.IsArray)
            return new() { ["type"] = "array", ["items"] = Of(root.GetElementType()!) };
        AsWritten.GetJsonSchemaAsNode(root, new()
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) =>
            {
                var (type, property) = (Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type, context.PropertyInfo?.AttributeProvider as PropertyInfo);
                var nullable = property is not null ? new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable : Nullable.GetUnderlyingType(context.TypeInfo.Type) is not null;
                var node = schema as JsonObject ?? [];
                // What it has written before it points at by its place, which is another here.
                if (node.ContainsKey("$ref"))
                    node = Again(type);
                else if (type == typeof(Said))
                    node = new() { ["type"] = "string" };
                // Of values that may be anything to whoever writes schemas it says nothing.
                else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) && !node.ContainsKey("additionalProperties"))
                    node["additionalProperties"] = Again(type.GetGenericArguments()[1]);
                else if (type.Namespace?.StartsWith("LiaisonHub", StringComparison.Ordinal) == true && !typeof(IEnumerable).IsAssignableFrom(type) && (node.ContainsKey("properties") || node.ContainsKey("enum")))
                {
                    node.Remove("pattern");
                    node["type"] = type.IsEnum ? "string" : "object";
                    if (type.IsEnum)
                        node["enum"] = new JsonArray([.. Enum.GetNames(type).Select(n => (JsonNode)(type.GetField(n)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? n))]);
                    // Whatever it holds is always there, if only as null: a program need not ask whether it is.
                    else
                        node["required"] = new JsonArray([.. node["properties"]!.AsObject().Select(p => (JsonNode)p.Key)]);
                    if (Words($"T:{type.FullName}") is { } words)
                        node.Insert(0, "description", words);
                    All[type.Name] = node.DeepClone();
                    node = new() { ["$ref"] = $"#/components/schemas/{type.Name}" };
                }
                if (nullable && node.ContainsKey("$ref"))
                    node = new() { ["anyOf"] = new JsonArray(node.DeepClone(), new JsonObject { ["type"] = "null" }) };
                else if (property is not null && node["type"] is JsonValue single && nullable)
                    node["type"] = new JsonArray(single.DeepClone(), "null");
                else if (property is not null && node["type"] is JsonArray several && !nullable)
                    node["type"] = several.First(t => t!.GetValue<string>() != "null")!.DeepClone();
                if (property is not null && (Words($"P:{property.DeclaringType!.FullName}.{property.Name}") ?? Parameter(property)) is { } said)
                    node.Insert(0, "description", said);
                return node;
            },
        });
        return new() { ["$ref"] = $"#/components/schemas/{root.Name}" };
    }

    static JsonObject Again(Type type) =>
        type.IsGenericType && typeof(IDictionary).IsAssignableFrom(type) || type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
            ? new() { ["type"] = "object", ["additionalProperties"] = Again(type.GetGenericArguments()[1]) }
        : typeof(IEnumerable).IsAssignableFrom(type) && type.IsGenericType ? new() { ["type"] = "array", ["items"] = Again(type.GetGenericArguments()[0]) }
        : type == typeof(string) || type == typeof(Said) ? new() { ["type"] = "string" }
        : type == typeof(int) ? new() { ["type"] = "integer" }
        : new() { ["$ref"] = $"#/components/schemas/{type.Name}" };

    static string? Words(string id) => Documented.TryGetValue(id, out var member)
        ? member.Element("inheritdoc")?.Attribute("cref")?.Value is { } other ? Words(other) : Text(member.Element("summary"))
        : null;

    static string? Parameter(PropertyInfo property) => Documented.TryGetValue($"T:{property.DeclaringType!.FullName}", out var type)
        ? Text(type.Elements("param").FirstOrDefault(p => p.Attribute("name")!.Value == property.Name)) : null;

    static string? Text(XElement? element) => element is null ? null : Regex.Replace(string.Concat(element.DescendantNodes().Select(n => n switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => see.Attribute("cref")?.Value.Split('.')[^1] ?? "",
        _ => "",
    })), @"\s+", " ").Trim() is { Length: > 0 } words ? words : null;
}
