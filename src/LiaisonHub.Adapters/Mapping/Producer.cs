using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Formats;

namespace LiaisonHub.Adapters.Mapping;

/// <summary>Follows the rules of one mapping over one message. The same for both directions: what differs is what the source is and what the target can
/// hold.</summary>
/// <param name="mapping">The mapping.</param>
/// <param name="document">The message.</param>
/// <param name="file">Its file. Null: going out.</param>
/// <param name="before">A first reading of the same document, which knows what no rule reads. Null: this is the first.</param>
sealed class Producer(MappingFile mapping, SourceDocument document, LocalFile? file, Producer? before = null)
{
    readonly List<Trace> traces = [];
    readonly HashSet<CodeFound> unknown = [];
    readonly Dictionary<string, string> whyMissing = [];
    readonly Dictionary<string, Rule> asked = [];
    readonly List<(Place Place, Rule Rule, string? Why)> unanswered = [];
    readonly List<(Place Place, Rule Rule, string Value)> proposed = [];
    readonly List<UnreadValue> notUnderstood = [];
    readonly HashSet<object> used = [];
    readonly List<string> beside = [];
    readonly List<(Place Place, JsonObject Holder)> originals = [];

    internal IReadOnlyList<Trace> Traces => traces;

    internal IReadOnlyList<CodeFound> Unknown => [.. unknown];

    /// <summary>Why a place (without positions) stayed empty.</summary>
    internal IReadOnlyDictionary<string, string> WhyMissing => whyMissing;

    /// <summary>The rule for a place (without positions).</summary>
    internal IReadOnlyDictionary<string, Rule> Asked => asked;

    /// <summary>Fields of entries of a list that came to nothing although the mapping asks for them.</summary>
    internal IReadOnlyList<(Place Place, Rule Rule, string? Why)> Unanswered => unanswered;

    /// <summary>Values only read from prose: put to a person, not into the field.</summary>
    internal IReadOnlyList<(Place Place, Rule Rule, string Value)> Proposed => proposed;

    /// <summary>Values that a person is to be asked about, since no table explains them or the field cannot hold them, each with the place that stayed empty for it.</summary>
    internal IReadOnlyList<UnreadValue> NotUnderstood => notUnderstood;

    internal IReadOnlyList<string> Beside => beside;

    /// <summary>Where the original belongs; filled in last, when it is known whether it may travel.</summary>
    internal IReadOnlyList<(Place Place, JsonObject Holder)> Originals => originals;

    /// <summary>The papers that go beside the message.</summary>
    internal IEnumerable<JsonObject> Papers() => mapping.Papers is not { } rule ? [] : Evaluate(rule, document.Root, Shape.Anything, Place.Root.Of("papers")) switch
    {
        JsonArray several => several.OfType<JsonObject>(),
        JsonObject one => [one],
        _ => [],
    };

    internal JsonNode? Make() => Evaluate(mapping.Make!, document.Root, mapping.Target, Place.Root);

    /// <summary>Places with a value that no rule read and no line under "ignore" names.</summary>
    internal IEnumerable<string> Unread()
    {
        foreach (var path in mapping.Ignore)
            foreach (var node in document.Root.Select(path))
                foreach (var leaf in node.Leaves().Append(node))
                    used.Add(leaf.Identity);
        // One by one: to name a place is work, and a message may have very many.
        return document.Root.Leaves().Where(l => !used.Contains(l.Identity) && !Credentials.IsOne(l)).Select(l => l.Source);
    }

    /// <summary>Going out: fields of the act or notice with a value that no rule read. Where nothing of an object or list was read, it stands for all that is in it.</summary>
    internal IReadOnlyList<string> NotCarried() =>
        [.. ((JsonPart)document.Root).Parts.Where(p => p.Name is "open" or "private" or "body").SelectMany(p => p.Parts).SelectMany(Left)];

    IEnumerable<string> Left(JsonPart part)
    {
        var left = part.Leaves().Count(l => !used.Contains(l.Identity));
        return left == 0 ? [] : left == part.Leaves().Count() ? [part.Place] : part.Parts.SelectMany(Left);
    }

    internal bool Holds(Condition? condition, SourceNode at)
    {
        if (condition is null)
            return true;
        var start = condition.Envelope ? document.Envelope ?? document.Root : at;
        var found = start.Select(condition.Path);
        foreach (var node in found)
            used.Add(node.Identity);
        // An element with parts has no value of its own, and is there all the same.
        var holds = condition.AnyOf is null ? found.Any(f => f.Value is not null || f.Leaves().Any())
            : found.Any(f => f.Value is { } v && condition.Names(v));
        return holds != condition.Not;
    }

    JsonNode? Evaluate(Rule rule, SourceNode at, Shape shape, Place place)
    {
        asked.TryAdd(place.Key, rule);
        var asking = notUnderstood.Count;
        var value = Come(rule, at, shape, place);
        if (value is not null)
        {
            whyMissing.Remove(place.Key);
            // Another alternative has said it. What a list lacks beside its other entries is asked all the same.
            if (shape.Kind != ShapeKind.List)
                Forget(asking, place.Dotted);
        }
        else if (rule.Ask is not null && place.Key.Contains("[]", StringComparison.Ordinal) && Holds(rule.When, at))
            unanswered.Add((place, rule, whyMissing.GetValueOrDefault(place.Key)));
        return value;
    }

    JsonNode? Come(Rule rule, SourceNode at, Shape shape, Place place)
    {
        if (rule.Each is null && !Holds(rule.When, at))
        {
            whyMissing.TryAdd(place.Key, $"the condition of the mapping ({rule.When!.Path.Text}) does not hold");
            return null;
        }

        if (rule.First is { } alternatives)
            return alternatives.Select(r => Evaluate(r, at, shape, place)).FirstOrDefault(v => v is not null);
        // Of an entry that says nothing nobody is made, whatever the mapping says of every entry.
        if (rule.Each is { } each)
            return List(rule, at.Select(each).Where(n => Says(n) && Holds(rule.When, n)).Select(n => (rule, n)), shape.Element, place, one =>
                One(one.Rule, one.At, shape.Element, one.Place), each.Text);
        if (rule.List is { } list)
            return List(rule, list.SelectMany(r => r.Each is { } of ? at.Select(of).Where(n => Says(n) && Holds(r.When, n)).Select(n => (r, n)) : [(r, at)]), shape.Element, place, one =>
                one.Rule.Each is null ? Evaluate(one.Rule, one.At, shape.Element, one.Place) : One(one.Rule, one.At, shape.Element, one.Place), "");

        // A path that leads to several values fills a list with them.
        if (shape.Kind == ShapeKind.List && rule.Fields is null && rule.From.Count > 0)
        {
            asked.TryAdd(place.At(0).Key, rule);
            var listed = List(rule, rule.From.SelectMany(at.Select).Where(n => n.Value is not null).Select(n => (rule, n)), shape.Element, place, one =>
                Scalar(one.Rule, one.At, [[one.At]], shape.Element, one.Place), rule.Sought);
            return listed ?? (rule.Default is { } otherwise ? new JsonArray(Constant(rule, otherwise, shape.Element, place.At(0))) : null);
        }

        if (shape.Kind == ShapeKind.List && rule.Fields is null && rule.Value is not null)
            return Evaluate(rule, at, shape.Element, place.At(0)) is { } only ? new JsonArray(only) : null;
        return One(rule, at, shape, place);
    }

    static bool Says(SourceNode entry) => entry.Value is not null || entry.Leaves().Any();

    JsonArray? List(Rule rule, IEnumerable<(Rule Rule, SourceNode At)> from, Shape element, Place place, Func<(Rule Rule, SourceNode At, Place Place),
        JsonNode?> make, string sought)
    {
        var made = new JsonArray();
        var seen = new HashSet<(Rule, string)>();
        var looked = 0;
        foreach (var (one, node) in from)
        {
            looked++;
            var (traced, held, open, asking) = (traces.Count, originals.Count, unanswered.Count, notUnderstood.Count);
            JsonNode? value;
            try
            {
                value = make((one, node, place.At(made.Count)));
            }
            catch (NotMeant)
            {
                value = null;
                notUnderstood.RemoveRange(asking, notUnderstood.Count - asking);
            }

            // An entry of which nothing is known but what was not understood is there all the same: a person says what it means. Of a paper that is not there nothing is known.
            if (value is null && element.Kind == ShapeKind.Object && notUnderstood.Skip(asking).Any(n => n.Place.Dotted != place.At(made.Count).Dotted))
            {
                made.Add(new JsonObject());
                continue;
            }

            // A value without parts leaves no entry behind to be completed: asked is what the list lacks.
            if (value is null)
                for (var i = asking; i < notUnderstood.Count; i++)
                    notUnderstood[i] = notUnderstood[i] with { Place = place };

            if (value is null || ((rule.Distinct || one.Distinct) && !seen.Add((one, value.ToJsonString()))))
            {
                // What was said about an entry that is left out must not be said about the next one.
                traces.RemoveRange(traced, traces.Count - traced);
                originals.RemoveRange(held, originals.Count - held);
                unanswered.RemoveRange(open, unanswered.Count - open);
                continue;
            }

            // What a list holds by way of "each" are entries of it, not lists in it.
            if (value is JsonArray several)
                foreach (var entry in several.ToList())
                {
                    several.Remove(entry);
                    made.Add(entry);
                }
            else
                made.Add(value);
        }

        if (made.Count > 0)
            return made;
        if (sought.Length > 0)
            whyMissing.TryAdd(place.Key, looked == 0 ? $"nothing stands at {sought}" : $"none of the {looked} entries at {sought} is meant by the mapping");
        return null;
    }

    JsonNode? One(Rule rule, SourceNode at, Shape shape, Place place)
    {
        if (rule.Fields is { } fields)
        {
            var made = new JsonObject();
            foreach (var (name, field) in fields)
            {
                var part = shape.Kind == ShapeKind.Anything ? Shape.Anything : shape.Fields[name].Shape;
                if (Evaluate(field, at, part, place.Of(name)) is { } value)
                    made[name] = value;
            }

            return made.Count > 0 ? made : null;
        }

        if (rule.Original)
        {
            var holder = new JsonObject();
            originals.Add((place, holder));
            return holder;
        }

        if (rule.Attachment is { } attachment)
            return Attachment(rule, attachment, at, place);
        if (rule.Rest.Count > 0)
            return Rest(rule, at, shape, place);
        return Scalar(rule, at, rule.From.Select(at.Select), shape, place);
    }

    // What each of the rule's paths leads to.
    JsonNode? Scalar(Rule rule, SourceNode at, IEnumerable<IReadOnlyList<SourceNode>> from, Shape shape, Place place)
    {
        asked.TryAdd(place.Key, rule);
        var paths = from.Concat(rule.Envelope.Select((document.Envelope ?? document.Root).Select)).ToList();
        var nodes = paths.SelectMany(p => p).ToList();
        var found = nodes.Where(n => n.Value is not null && !Credentials.IsOne(n)).ToList();
        if (rule.Join is null && found.Count > 1)
            found = [found[0]];
        // Coming in, an alternative that was not needed is known all the same; going out, what it says otherwise is lost. Of several values at one place the others are read by nobody.
        foreach (var path in paths)
            foreach (var node in path.Where(n => rule.Join is not null || found.Count == 0 || n.Value is null || n.Value == found[0].Value || (file is not null && !path.Contains(found[0]))))
                used.Add(node.Identity);
        if (found.Count > 0)
            return Filled(rule, at, string.Join(rule.Join ?? "", found.Select(f => f.Value)), string.Join(", ", found.Select(f => f.Source)), found[0], shape,
                place);
        if (rule.Template is not null && Template(rule, at, place) is { } text)
            return Filled(rule, at, text, $"put together by {rule.File}({rule.Line})", null, shape, place);
        if (rule.Value is { } constant)
            return Constant(rule, constant, shape, place);
        if (rule.Position)
            return Filled(rule, at, place.Position.ToString(System.Globalization.CultureInfo.InvariantCulture), $"counted by {rule.File}({rule.Line})", null, shape, place);
        whyMissing.TryAdd(place.Key, nodes.Count > 0 ? $"{rule.Sought} is there{(nodes[0].Line > 0 ? $" (line {nodes[0].Line})" : "")} and empty" : rule.Sought.Length > 0
            ? $"{rule.Sought} is not in the message" : "the local message has no such field");
        return rule.Default is { } otherwise ? Constant(rule, otherwise, shape, place) : null;
    }

    JsonNode? Constant(Rule rule, string value, Shape shape, Place place)
    {
        Trace(place, $"{rule.File}({rule.Line})", false, $"not from the message: {rule.Because}");
        return Converted.From(value, shape, rule.Dates, rule.ZoneName).Value;
    }

    JsonNode? Filled(Rule rule, SourceNode at, string text, string source, SourceNode? node, Shape shape, Place place)
    {
        string? note = null;
        foreach (var change in rule.As)
            if (change.Change(text) is { } changed)
                text = changed;
            else
                note = Also(note, $"not of the kind '{change.Name}': kept as it is");

        if (rule.Prose is { } prose)
        {
            var match = prose.Match(text);
            if (!match.Success)
            {
                whyMissing.TryAdd(place.Key, $"the text at {source} does not say it in words the mapping knows");
                return null;
            }

            text = match.Groups["value"].Value.Trim();
            if (rule.Dates.Count > 0)
                text = Converted.Date(text, rule.Dates, out _) ?? text;
            Trace(place, source, true, "only read from the text: to be confirmed");
            proposed.Add((place, rule, text));
            return null;
        }

        if (rule.Table is { } table)
        {
            if (table.TryFind(text, rule.Column, out var meaning))
            {
                if (meaning is null)
                {
                    whyMissing.TryAdd(place.Key, $"the table '{table.Name}' says nothing of it for the code at {source}");
                    return null;
                }

                note = Also(note, $"code {text} of table {table.Name}{(table.Version.Length > 0 ? " " + table.Version : "")}");
                text = meaning;
            }
            else
            {
                return UnknownTo(rule, table.Name, text, source, shape, place);
            }
        }

        foreach (var reading in rule.Readings)
            if (reading.Pattern.Match(text) is { Success: true } match)
            {
                var value = match.Groups["value"].Value.Trim();
                Trace(place, source, true,
                    $"{reading.What}: {(reading.Dates.Count > 0 ? Converted.Date(value, reading.Dates, out _) ?? value : value)}. Only read from the text, "
                    + $"stands in no field: to be confirmed");
            }

        // A number or a flag keeps its kind when nothing was done to it.
        if (shape.Kind == ShapeKind.Anything && node is JsonPart { Kind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } part
            && rule is { As.Count: 0, Table: null, Join: null })
            return JsonNode.Parse(part.Verbatim!);
        if (shape.Kind == ShapeKind.Anything && rule.Dates.Count > 0 && Converted.Date(text, ["yyyy-MM-dd", "yyyy-MM", "yyyy"], out _) is { Length: 10 } day)
            text = DateOnly.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)
                .ToString(rule.Dates[0], System.Globalization.CultureInfo.InvariantCulture);

        var zone = rule.Zone is null ? rule.ZoneName : at.Select(rule.Zone).Select(n => n.Value).FirstOrDefault(v => v is not null);
        var converted = Converted.From(text, shape, rule.Dates, zone);
        if (converted.Value is null)
        {
            if (shape.Kind == ShapeKind.Choice)
                return UnknownTo(rule, rule.Key, text, source, shape, place);
            var words = converted.Problem is { } problem ? $"what stands at {source} {problem}" : $"{source}: {converted.Note}";
            whyMissing.TryAdd(place.Key, words);
            if (converted.Problem is not null)
                notUnderstood.Add(new(place, rule, words));
            return null;
        }

        Trace(place, source, false, Also(note, converted.Note));
        return converted.Value;
    }

    JsonValue? UnknownTo(Rule rule, string table, string code, string source, Shape shape, Place place)
    {
        var treat = rule.Unknown ?? (shape.Kind == ShapeKind.Choice ? shape.Choices.Contains("Unknown") ? UnknownCodeRule.Raw : UnknownCodeRule.Ask
            : UnknownCodeRule.Raw);
        unknown.Add(new CodeFound(table, code));
        if (treat == UnknownCodeRule.Skip)
            throw new NotMeant();
        var words = $"code '{code}' at {source} is not in the table '{table}'";
        whyMissing.TryAdd(place.Key, words);
        if (treat == UnknownCodeRule.Ask)
        {
            notUnderstood.Add(new(place, rule, words));
            return null;
        }

        var raw = treat == UnknownCodeRule.Raw && shape.Kind is ShapeKind.Text or ShapeKind.Anything;
        Trace(place, source, false,
            $"code '{code}' is not in the table '{table}': {(raw ? "carried as it is" : shape.Kind == ShapeKind.Choice ? "left as unknown" : "left out")}");
        return raw ? JsonValue.Create(code) : shape.Kind == ShapeKind.Choice && shape.Choices.Contains("Unknown") ? JsonValue.Create("Unknown") : null;
    }

    // What no other rule read, field by field: "measures 1 kind: Hearing".
    JsonNode? Rest(Rule rule, SourceNode at, Shape shape, Place place)
    {
        if (before is null)
            return null;
        var left = mapping.Ignore.SelectMany(p => at.Select(p)).SelectMany(n => n.Leaves()).Select(l => l.Identity).ToHashSet();
        var found = rule.Rest.SelectMany(p => at.Select(p)).SelectMany(n => n.Leaves()).Where(l => !before.used.Contains(l.Identity) && !left.Contains(l.Identity)).ToList();
        foreach (var leaf in found)
            used.Add(leaf.Identity);
        return found.Count == 0 ? null
            : Filled(rule, at, string.Join(rule.Join ?? "; ", found.Select(f => $"{Words(f.Place)}: {f.Value}")), string.Join(", ", found.Select(f => f.Place)), null, shape, place);
    }

    static string Words(string place) => string.Join(' ', place.Split('.').Skip(1).Select(name => name.Split('[', ']') is [var list, var index, ..]
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{ActContent.Words(list)} {int.Parse(index, System.Globalization.CultureInfo.InvariantCulture) + 1}") : ActContent.Words(name)));

    string? Template(Rule rule, SourceNode at, Place place)
    {
        // A hole nobody fills takes its line with it: "Hearing on ." would be worse than nothing.
        var lines = new List<string>();
        foreach (var line in rule.Template!.Split('\n'))
        {
            var text = line;
            var (holes, filled) = (0, 0);
            foreach (var (name, part) in rule.With)
            {
                var hole = $"{{{name}}}";
                if (!text.Contains(hole, StringComparison.Ordinal))
                    continue;
                holes++;
                var traced = traces.Count;
                var value = Scalar(part, at, part.From.Select(at.Select), Shape.Text, place)?.GetValue<string>();
                traces.RemoveRange(traced, traces.Count - traced);
                if (value is null)
                    continue;
                filled++;
                text = text.Replace(hole, value, StringComparison.Ordinal);
            }

            if (holes == filled)
                lines.Add(text);
        }

        var whole = string.Join('\n', lines).Trim();
        return whole.Length > 0 ? whole : null;
    }

    JsonObject? Attachment(Rule rule, AttachmentRule parts, SourceNode at, Place place)
    {
        SourceNode? First(SourcePath? path)
        {
            var node = path is null ? null : at.Select(path).FirstOrDefault(n => n.Value is not null);
            if (node is not null)
                used.Add(node.Identity);
            return node;
        }

        // A paper that is spoken of and cannot be taken along is never left out in silence.
        JsonObject? NotThere(SourceNode? by, string words)
        {
            whyMissing[place.Key] = words;
            if (by is not null)
                notUnderstood.Add(new(place, rule, words, "A paper that the message speaks of could not be taken along. Add it, or decide that it goes without."));
            return null;
        }

        var (name, mediaType, base64, named) = (First(parts.Name), First(parts.MediaType), First(parts.Base64), First(parts.File));
        var called = (name ?? named)?.Value is { } title ? $" '{title}'" : "";
        byte[] content;
        if (base64 is not null)
        {
            var buffer = new byte[base64.Value!.Length];
            if (!Convert.TryFromBase64String(base64.Value, buffer, out var length))
                return NotThere(base64, $"the paper{called}: what stands at {base64.Source} is not base64");
            content = buffer[..length];
        }
        else if (named is not null)
        {
            // The name is data of a stranger: it is only ever looked up among the files beside, never joined to a path.
            var found = file?.Beside?.Invoke(named.Value!);
            if (found?.Bytes is null)
                return NotThere(named, $"the file '{named.Value}' named at {named.Source} {found?.Problem ?? "does not lie in the folder 'files' of the inbox; it may have gone with an earlier message"}");
            content = found.Bytes;
            beside.Add(named.Value!);
        }
        else
        {
            return NotThere(name, $"the paper{called}: neither content nor the name of a file is in the message");
        }

        Trace(place, (base64 ?? named)!.Source, false, null);
        return AttachmentOf((name ?? named)?.Value ?? "attachment", mediaType?.Value ?? "application/octet-stream", content);
    }

    internal static JsonObject AttachmentOf(string name, string mediaType, byte[] content) => new()
    {
        ["fileName"] = name,
        ["mediaType"] = mediaType,
        ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(content)),
        ["content"] = Convert.ToBase64String(content),
    };

    void Trace(Place place, string source, bool toConfirm, string? note) =>
        traces.Add(new Trace { Field = place.Dotted, JsonPointer = place.Pointer, Source = source, ToConfirm = toConfirm, Note = note });

    void Forget(int from, string place)
    {
        for (var i = notUnderstood.Count - 1; i >= from; i--)
            if (notUnderstood[i].Place.Dotted == place)
                notUnderstood.RemoveAt(i);
    }

    static string? Also(string? note, string? more) => note is null ? more : more is null ? note : $"{note}; {more}";

    // This entry of a list is not meant: "unknown": "skip". Passes through the objects the entry consists of.
    sealed class NotMeant : Exception;
}

/// <summary>A value that was not understood.</summary>
/// <param name="Place">What it should have filled; of a list of plain values the list.</param>
/// <param name="Rule">The rule that read it.</param>
/// <param name="Words">Where it stands, and what is wrong with it.</param>
/// <param name="Ask">What a person is asked. Null: what it is.</param>
sealed record UnreadValue(Place Place, Rule Rule, string Words, string? Ask = null);
