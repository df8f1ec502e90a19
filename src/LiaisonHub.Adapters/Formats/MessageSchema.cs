using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LiaisonHub.Adapters.Formats;

/// <summary>
/// What the publisher of a local system says its JSON messages look like (JSON Schema, draft 4). Real messages break it: a breach is told and refuses nothing. References are looked up among the files
/// of <c>schemas</c> and nowhere else; nothing is ever fetched.
/// </summary>
sealed class MessageSchema
{
    /// <summary>Most breaches told of one message.</summary>
    public const int MostTold = 100;

    // A description whose alternatives multiply must not keep an adapter busy for long.
    const int MostSteps = 100_000, MostReferences = 32;

    // Formats are not compared: how a date is written is the mapping's business.
    static readonly string[] Silent = ["$schema", "$id", "id", "title", "description", "default", "definitions", "format", "exclusiveMinimum", "exclusiveMaximum"];

    static readonly string[] Checked =
    [
        "$ref", "type", "enum", "required", "pattern", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "minimum", "maximum", "multipleOf",
        "properties", "patternProperties", "additionalProperties", "items", "additionalItems", "dependencies", "allOf", "anyOf", "oneOf", "not",
    ];

    readonly JsonPart root;
    readonly IReadOnlyDictionary<string, JsonPart> others;

    static readonly ConcurrentDictionary<string, Regex> Patterns = new();

    MessageSchema(JsonPart root, IReadOnlyDictionary<string, JsonPart> others) => (this.root, this.others) = (root, others);

    /// <summary>Makes one ready for use.</summary>
    /// <param name="root">The description that is meant.</param>
    /// <param name="others">All of the folder, by their <c>id</c> without a mark at the end, and by the names of their files.</param>
    /// <param name="wrong">Gets what cannot be used, with its place: a reference that leads nowhere, a keyword or pattern that cannot be checked.</param>
    public static MessageSchema Of(JsonPart root, IReadOnlyDictionary<string, JsonPart> others, Action<JsonPart, string> wrong)
    {
        var made = new MessageSchema(root, others);
        var (waiting, seen) = (new Queue<JsonPart>([root]), new HashSet<JsonPart>());
        while (waiting.TryDequeue(out var schema))
            if (seen.Add(schema))
                foreach (var next in made.Inspect(schema, wrong))
                    waiting.Enqueue(next);
        return made;
    }

    // The schemas a schema names, once it is known that all of it can be checked.
    IEnumerable<JsonPart> Inspect(JsonPart schema, Action<JsonPart, string> wrong)
    {
        foreach (var rule in schema.Parts)
            switch (rule.Name)
            {
                case "$ref":
                    if (Find(rule) is { } found)
                        yield return found;
                    else
                        wrong(rule, $"the reference '{rule.Value}' leads to no description in the folder 'schemas', or to several with the same id; add the file, or correct the reference. Nothing is fetched from elsewhere");
                    break;
                case "properties" or "patternProperties" or "dependencies":
                    foreach (var part in rule.Parts.Where(p => p.Kind == JsonValueKind.Object))
                        yield return part;
                    break;
                case "allOf" or "anyOf" or "oneOf" or "items" when rule.Kind == JsonValueKind.Array:
                    foreach (var part in rule.Parts)
                        yield return part;
                    break;
                case "items" or "additionalItems" or "additionalProperties" or "not":
                    if (rule.Kind == JsonValueKind.Object)
                        yield return rule;
                    break;
                case "pattern" when Unusable(rule.Verbatim ?? "") is { } why:
                    wrong(rule, $"is not a pattern that can be checked: {why}");
                    break;
                default:
                    if (!Checked.Contains(rule.Name) && !Silent.Contains(rule.Name))
                        wrong(rule, $"'{rule.Name}' is no word of JSON Schema draft 4, so it would not be checked; take it out of this copy");
                    break;
            }

        if (schema["patternProperties"] is { } patterns)
            foreach (var part in patterns.Parts)
                if (Unusable(part.Name) is { } why)
                    wrong(part, $"is not a pattern that can be checked: {why}");
    }

    /// <summary>What a message has that its description does not allow: place, line and words, never a value.</summary>
    public IReadOnlyList<string> Breaches(JsonPart message)
    {
        var comparison = new Comparison(this);
        var found = comparison.Check(root, message);
        List<string> told = found.Count <= MostTold ? found : [.. found.Take(MostTold), $"...and {found.Count - MostTold} more"];
        return comparison.Whole ? told : [.. told, "Not all of it was compared: it has too many alternatives, or a pattern that takes too long."];
    }

    sealed class Comparison(MessageSchema schemas)
    {
        readonly HashSet<string> tooSlow = [];
        int steps;

        internal bool Whole => steps <= MostSteps && tooSlow.Count == 0;

        internal List<string> Check(JsonPart schema, JsonPart at, int followed = 0)
        {
            if (++steps > MostSteps)
                return [];
            // Beside a reference nothing else counts.
            if (schema["$ref"] is { } reference)
                return followed < MostReferences && schemas.Find(reference) is { } other ? Check(other, at, followed + 1) : [];
            return [.. schema.Parts.SelectMany(rule => Check(schema, rule, at))];
        }

        IEnumerable<string> Check(JsonPart schema, JsonPart rule, JsonPart at)
        {
            var words = (rule.Name, at.Kind) switch
            {
                ("type", _) when !Each(rule).Any(t => Is(at, t.Value)) => $"is not of type {string.Join(" or ", Each(rule).Select(t => t.Value))}",
                ("enum", _) when rule.Parts.All(v => v.ToJson() != at.ToJson()) => "is none of the values that are listed",
                ("pattern", JsonValueKind.String) when !Fits(rule.Verbatim!, at.Verbatim!) => "does not have the pattern that is asked for",
                ("minLength", JsonValueKind.String) when Length(at) < Number(rule) => $"is shorter than {rule.Value} characters",
                ("maxLength", JsonValueKind.String) when Length(at) > Number(rule) => $"is longer than {rule.Value} characters",
                ("minItems", JsonValueKind.Array) when at.Parts.Count < Number(rule) => $"has fewer than {rule.Value} entries",
                ("maxItems", JsonValueKind.Array) when at.Parts.Count > Number(rule) => $"has more than {rule.Value} entries",
                ("uniqueItems", JsonValueKind.Array) when rule.Kind == JsonValueKind.True && at.Parts.DistinctBy(p => p.ToJson()).Count() < at.Parts.Count => "has an entry twice",
                ("minProperties", JsonValueKind.Object) when at.Parts.Count < Number(rule) => $"has fewer than {rule.Value} keys",
                ("maxProperties", JsonValueKind.Object) when at.Parts.Count > Number(rule) => $"has more than {rule.Value} keys",
                ("minimum", JsonValueKind.Number) when Compare(at, rule) is { } c && (c < 0 || (c == 0 && Flag(schema, "exclusiveMinimum"))) => "is less than is allowed",
                ("maximum", JsonValueKind.Number) when Compare(at, rule) is { } c && (c > 0 || (c == 0 && Flag(schema, "exclusiveMaximum"))) => "is more than is allowed",
                ("multipleOf", JsonValueKind.Number) when Decimal(at) is { } n && Decimal(rule) is { } of and > 0 && n % of != 0 => $"is no multiple of {rule.Value}",
                ("anyOf", _) when Fitting(rule, at) == 0 => "fits none of the alternatives",
                ("oneOf", _) when Fitting(rule, at) is not 1 and var fitting => $"fits {(fitting == 0 ? "none" : "more than one")} of the alternatives",
                ("not", _) when Check(rule, at).Count == 0 => "is what it must not be",
                _ => null,
            };
            return words is not null ? [$"{at.Source} {words}"] : (rule.Name, at.Kind) switch
            {
                ("required", JsonValueKind.Object) => Lacking(rule, at),
                ("properties", JsonValueKind.Object) => at.Parts.SelectMany(p => rule[p.Name] is { } known ? Check(known, p) : []),
                ("patternProperties", JsonValueKind.Object) => at.Parts.SelectMany(p => rule.Parts.Where(k => Fits(k.Name, p.Name)).SelectMany(k => Check(k, p))),
                ("additionalProperties", JsonValueKind.Object) =>
                    Further(rule, at.Parts.Where(p => schema["properties"]?[p.Name] is null && schema["patternProperties"]?.Parts.Any(k => Fits(k.Name, p.Name)) != true)),
                ("items", JsonValueKind.Array) when rule.Kind == JsonValueKind.Object => at.Parts.SelectMany(p => Check(rule, p)),
                ("items", JsonValueKind.Array) => at.Parts.Zip(rule.Parts).SelectMany(p => Check(p.Second, p.First)),
                ("additionalItems", JsonValueKind.Array) when schema["items"] is { Kind: JsonValueKind.Array } listed => Further(rule, at.Parts.Skip(listed.Parts.Count)),
                ("dependencies", JsonValueKind.Object) => rule.Parts.Where(d => at[d.Name] is not null).SelectMany(d => d.Kind == JsonValueKind.Object ? Check(d, at) : Lacking(d, at)),
                ("allOf", _) => rule.Parts.SelectMany(p => Check(p, at)),
                _ => [],
            };
        }

        IEnumerable<string> Further(JsonPart rule, IEnumerable<JsonPart> parts) => rule.Kind switch
        {
            JsonValueKind.False => parts.Select(p => $"{p.Source} is not described"),
            JsonValueKind.Object => parts.SelectMany(p => Check(rule, p)),
            _ => [],
        };

        static IEnumerable<string> Lacking(JsonPart names, JsonPart at) => names.Parts.Where(n => at[n.Verbatim ?? ""] is null).Select(n => $"{at.Source} lacks '{n.Verbatim}'");

        int Fitting(JsonPart rule, JsonPart at) => rule.Parts.Count(p => Check(p, at).Count == 0);

        bool Fits(string pattern, string text)
        {
            if (tooSlow.Contains(pattern))
                return true;
            try
            {
                return Pattern(pattern).IsMatch(text);
            }
            catch (RegexMatchTimeoutException)
            {
                return tooSlow.Add(pattern);
            }
        }
    }

    // Name of a file or id, then a path of keys inside it. A bare path stays in its own file.
    JsonPart? Find(JsonPart reference)
    {
        var (name, path) = (reference.Value ?? "").Split('#', 2) is [var n, var p] ? (n, p) : (reference.Value ?? "", "");
        var at = name.Length == 0 ? Top(reference) : others.GetValueOrDefault(name) ?? others.GetValueOrDefault(name.Split('/')[^1]);
        foreach (var key in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            at = at?[Uri.UnescapeDataString(key).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)];
        return at is { Kind: JsonValueKind.Object } ? at : null;
    }

    static JsonPart Top(JsonPart part)
    {
        while (part.Parent is { } parent)
            part = parent;
        return part;
    }

    static bool Is(JsonPart at, string? type) => type switch
    {
        "object" => at.Kind == JsonValueKind.Object,
        "array" => at.Kind == JsonValueKind.Array,
        "string" => at.Kind == JsonValueKind.String,
        "number" => at.Kind == JsonValueKind.Number,
        "integer" => at.Kind == JsonValueKind.Number && !at.Verbatim.AsSpan().ContainsAny('.', 'e', 'E'),
        "boolean" => at.Kind is JsonValueKind.True or JsonValueKind.False,
        "null" => at.Kind == JsonValueKind.Null,
        _ => true,
    };

    static IEnumerable<JsonPart> Each(JsonPart rule) => rule.Kind == JsonValueKind.Array ? rule.Parts : [rule];

    static int Length(JsonPart at) => at.Verbatim!.EnumerateRunes().Count();

    static decimal Number(JsonPart rule) => Decimal(rule) ?? 0;

    // Beyond what a decimal holds nothing is compared.
    static decimal? Decimal(JsonPart at) => at.Kind == JsonValueKind.Number && decimal.TryParse(at.Verbatim, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    static int? Compare(JsonPart at, JsonPart rule) => Decimal(at) is { } number && Decimal(rule) is { } bound ? number.CompareTo(bound) : null;

    static bool Flag(JsonPart schema, string name) => schema[name] is { Kind: JsonValueKind.True };

    // Publishers write patterns that look ahead, which cannot be compared without trying again and again: those have little time.
    static Regex Pattern(string pattern)
    {
        return Patterns.GetOrAdd(pattern, p =>
        {
            try
            {
                return new(p, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            }
            catch (NotSupportedException)
            {
                return new(p, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
            }
        });
    }

    static string? Unusable(string pattern)
    {
        try
        {
            Pattern(pattern);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }
}
