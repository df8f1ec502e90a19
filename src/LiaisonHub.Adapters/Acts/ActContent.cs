using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;

namespace LiaisonHub.Adapters.Acts;

/// <summary>A field of an act that is missing or cannot stand as it is.</summary>
public sealed record FieldProblem
{
    /// <summary>The field, for example <c>open.measures[0].kind</c>.</summary>
    public required string Field { get; init; }

    /// <summary>True: nothing is there. False: what is there cannot stand.</summary>
    public required bool Missing { get; init; }

    /// <summary>What is wrong, for a person. Never repeats a value of the private part.</summary>
    public required string Words { get; init; }

    /// <summary>What would be right: a kind of value, or the names to choose from.</summary>
    public string? Expected { get; init; }
}

/// <summary>Checks the content of an act against the contract before it is numbered, and says everything that is wrong at once.</summary>
public static class ActContent
{
    /// <summary>Bytes of the signed act, as near as can be said before it is sealed.</summary>
    public static long SizeOf(JsonObject open, JsonObject? privatePart)
    {
        const int HeaderOfAct = 900, HeaderOfSeal = 700, HeaderOfSignature = 400;
        var act = HeaderOfAct + JsonSerializer.SerializeToUtf8Bytes(open, Wire.Json).Length;
        if (privatePart is not null)
            act += HeaderOfSeal + Base64(Sealer.PaddedLength(JsonSerializer.SerializeToUtf8Bytes(privatePart, Wire.Json).Length));
        return HeaderOfSignature + Base64(act);

        static int Base64(int bytes) => (bytes + 2) / 3 * 4;
    }

    // "At least one" stands in the contract's words; no type says it.
    static readonly HashSet<string> NeverEmpty =
    [
        "RequestSubmitted:open.measures", "RequestSubmitted:open.offences", "RequestSubmitted:open.languages", "RequestResubmitted:open.measures",
            "RequestResubmitted:open.offences",
        "RequestResubmitted:open.languages", "InformationRequested:open.gaps", "EvidenceSent:open.manifest", "EvidenceFoundDefective:open.defects",
            "ScopeReduced:open.noLongerWanted",
        "TranslationRequested:open.papers", "RequestRecognised:open.rightsCheck.answers", "EvidenceSent:private.items",
        "ProvisionalArrestRequested:open.offences", "ProvisionalArrestRequested:open.languages", "ExtraditionRequested:open.offences",
        "ExtraditionRequested:open.languages", "ExtraditionRequested:open.papers", "TransitRequested:open.offences", "TransitRequested:open.languages",
        "ArrestMade:open.rightsCheck.answers", "ReviewOpened:open.rightsCheck.answers", "TransitGranted:open.rightsCheck.answers",
        "PriorityDecided:open.factors", "AssuranceRequested:open.kinds", "ExtraditionGranted:open.granted", "SpecialtyConsentAsked:open.offences",

        // Preservation
        "PreservationRequested:open.categories", "PreservationRequested:open.offences", "PreservationRequested:open.languages",

        // Emergency
        "EmergencyRequested:open.categories", "RightsCheckMade:open.rightsCheck.answers", "HoldersNamed:open.holders",

        // Asset recovery
        "FreezingRequested:open.offences", "FreezingRequested:open.languages", "ConfiscationRequested:open.offences", "ConfiscationRequested:open.languages",
        "AssetsFrozen:open.assets",

        // Correction
        "ErrorAssessed:open.holders", "ErrorRemedied:open.steps",

        // Interception notice
        "InterceptionNotified:open.offences", "InterceptionNotified:open.languages",

        // Jurisdiction
        "ConcurrentProceedingsNotified:open.offences", "ConcurrentProceedingsNotified:open.criteria", "ForumProposed:open.criteria", "TransferRequested:open.offences",
        "TransferRequested:open.languages", "TransferRequested:open.criteria", "TransferAccepted:open.rightsCheck.answers", "CaseFileHandedOver:open.papers",
        "CaseFileHandedOver:open.languages",

        // Joint investigation
        "JointInvestigationProposed:open.offences", "UseConsentAsked:open.offences", "JointInvestigationEvaluated:open.lessons",
    ];

    /// <summary>Everything that is wrong with the content.</summary>
    /// <param name="actType">Name of the act.</param>
    /// <param name="open">The open part as JSON.</param>
    /// <param name="privatePart">The private part as JSON; null: none.</param>
    public static IReadOnlyList<FieldProblem> Check(string actType, JsonNode? open, JsonNode? privatePart)
    {
        if (!Contracts.V1.Acts.All.TryGetValue(actType, out var type))
            return [new FieldProblem { Field = "type", Missing = false,
                Words = $"There is no act '{actType}'; {Nearest.Hint(actType, Contracts.V1.Acts.All.Keys)}." }];
        var problems = new List<FieldProblem>();
        Walk(actType, open ?? new JsonObject(), Shape.Of(type.Content), Place.Root.Of("open"), problems);
        if (type.Private is null)
        {
            if (privatePart is not null)
                problems.Add(new FieldProblem
                {
                    Field = "private",
                    Missing = false,
                    Words = $"{actType} has no private part. Leave it out, or send the words as a note (NoteSent)."
                });
        }
        else if (privatePart is not null || type.PrivateRequired)
        {
            Walk(actType, privatePart ?? new JsonObject(), Shape.Of(type.Private), Place.Root.Of("private"), problems);
        }

        if (problems.Count == 0)
            Whole(type, open, privatePart, problems);
        return problems;
    }

    /// <summary>Content given as contract record, JSON or anything that serializes to it.</summary>
    internal static JsonNode? Json(object? content) => content switch
    {
        null => null,
        JsonNode node => node.DeepClone(),
        JsonElement element => JsonNode.Parse(element.GetRawText()),
        _ => JsonSerializer.SerializeToNode(content, content.GetType(), Wire.Json),
    };

    /// <summary>A field name as words: <c>longestPenaltyMonths</c> becomes "longest penalty months".</summary>
    internal static string Words(string name)
    {
        var words = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && words.Length > 0)
                words.Append(' ');
            words.Append(char.ToLowerInvariant(c));
        }

        return words.ToString();
    }

    /// <summary>What may stand in a place, for a person.</summary>
    internal static string Expected(Shape shape) => shape.Kind switch
    {
        ShapeKind.Text => "text",
        ShapeKind.Whole => "a whole number",
        ShapeKind.Decimal => "a number",
        ShapeKind.Flag => "true or false",
        ShapeKind.Date => "a day, for example 2026-03-31",
        ShapeKind.Instant => "a point in time, for example 2026-03-31T10:00:00Z",
        ShapeKind.Id => "an id (UUID)",
        ShapeKind.Choice => "one of " + string.Join(", ", shape.Choices),
        ShapeKind.PartialDate => "a date, whole or in part",
        ShapeKind.List => "at least one entry",
        ShapeKind.Bytes => "a file's content (base64)",
        _ => "its fields",
    };

    static void Walk(string actType, JsonNode? node, Shape shape, Place place, List<FieldProblem> problems)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Object or ShapeKind.PartialDate:
                if (node is not JsonObject found)
                {
                    problems.Add(Wrong(place, shape));
                    return;
                }

                foreach (var (name, field) in shape.Fields)
                {
                    var at = place.Of(name);
                    if (found.TryGetPropertyValue(name, out var value) && value is not null)
                        Walk(actType, value, field.Shape, at, problems);
                    else if (field.Required)
                        problems.Add(new FieldProblem
                        {
                            Field = at.Dotted,
                            Missing = true,
                            Words = $"'{Words(name)}' is missing.",
                            Expected = Expected(field.Shape)
                        });
                }

                foreach (var (name, _) in found)
                    if (!shape.Fields.ContainsKey(name))
                        problems.Add(new FieldProblem
                        {
                            Field = place.Of(name).Dotted,
                            Missing = false,
                            Words = $"There is no field '{name}' here; {Nearest.Hint(name, shape.Fields.Keys)}."
                        });
                return;
            case ShapeKind.List:
                if (node is not JsonArray list)
                {
                    problems.Add(Wrong(place, shape));
                    return;
                }

                if (list.Count == 0 && NeverEmpty.Contains($"{actType}:{place.Key}"))
                    problems.Add(new FieldProblem
                    {
                        Field = place.Dotted,
                        Missing = true,
                        Words = $"'{Words(place.Name!)}' is empty; at least one is needed.",
                        Expected = Expected(shape)
                    });
                for (var i = 0; i < list.Count; i++)
                    Walk(actType, list[i], shape.Element, place.At(i), problems);
                return;
            case ShapeKind.Anything:
                return;
            default:
                if (node is not JsonValue scalar || !Fits(scalar, shape))
                    problems.Add(Wrong(place, shape));
                return;
        }
    }

    static bool Fits(JsonValue value, Shape shape)
    {
        var kind = value.GetValueKind();
        var text = kind == JsonValueKind.String ? value.GetValue<string>() : null;
        return shape.Kind switch
        {
            ShapeKind.Text => text is not null,
            ShapeKind.Whole => kind == JsonValueKind.Number && long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out _),
            ShapeKind.Decimal => kind == JsonValueKind.Number,
            ShapeKind.Flag => kind is JsonValueKind.True or JsonValueKind.False,
            ShapeKind.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            ShapeKind.Instant => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _),
            ShapeKind.Id => Guid.TryParseExact(text, "D", out _),
            ShapeKind.Choice => text is not null && shape.Choices.Contains(text),
            ShapeKind.Bytes => text is not null && Convert.TryFromBase64String(text, new byte[text.Length], out _),
            _ => true,
        };
    }

    static FieldProblem Wrong(Place place, Shape shape) => new()
    {
        Field = place.Dotted,
        Missing = false,
        Words = $"'{Words(place.Name ?? place.Parent!.Name!)}' is not {Expected(shape)}.",
        Expected = Expected(shape),
    };

    // What one field asks of another, and a last look by the same reader the other side uses.
    static void Whole(ActType type, JsonNode? open, JsonNode? privatePart, List<FieldProblem> problems)
    {
        try
        {
            var content = open.Deserialize(type.Content, Wire.Json);
            if (content is IRequestContent { WantedBy: not null, WantedByReason: null or "" })
                problems.Add(new FieldProblem
                {
                    Field = "open.wantedByReason",
                    Missing = true,
                    Words = "A day is wanted; say why it must be that day.",
                    Expected = "text"
                });
            if (type.Private is not null && privatePart is not null)
                privatePart.Deserialize(type.Private, Wire.Json);
        }
        catch (JsonException e)
        {
            problems.Add(new FieldProblem { Field = e.Path ?? "open", Missing = false, Words = "This field cannot be read as the contract asks." });
        }
    }
}
