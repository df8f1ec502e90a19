using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Adapters.Mapping;

/// <summary>A value of an act, and where it came from.</summary>
/// <param name="Field">The field, for example <c>private.persons[0].familyName</c>.</param>
/// <param name="Value">The value as text; of a file, how large it is.</param>
/// <param name="Origin">Where it, or the part it belongs to, came from. Null: the adapter itself.</param>
public sealed record PreviewedValue(string Field, string Value, Trace? Origin)
{
    /// <summary>Line of the message it came from. Null: it came from no line of it.</summary>
    public int? Line => Origin is not null && Regex.Match(Origin.Source, @"\(line (\d+)\)", RegexOptions.NonBacktracking) is { Success: true } match
        ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
}

/// <summary>What a mapping makes of a local message, and another state's mapping of that: nothing is kept, signed or sent.</summary>
public sealed record Preview
{
    /// <summary>Most characters of a message, and of one line of it, that are shown.</summary>
    const int MostShown = 300_000, LongestLine = 4_000;

    /// <summary>The message, or one record of a table.</summary>
    public required string Name { get; init; }

    /// <summary>What came of it.</summary>
    public required Translation Translation { get; init; }

    /// <summary>The message as text, line by line, as far as it is text and can be shown. Its lines are those that places name.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>What the other state's local system would get. Null: nothing, or no other state was named.</summary>
    public LocalMessage? Written { get; init; }

    /// <summary>Looks a message over.</summary>
    /// <param name="from">Mappings of the state whose message it is.</param>
    /// <param name="state">That state.</param>
    /// <param name="file">The message, or a table.</param>
    /// <param name="to">Mappings of the receiving state. Null: only the act is shown.</param>
    /// <param name="other">That state, where the message does not say which it is.</param>
    /// <param name="now">Now (UTC).</param>
    /// <param name="atMost">Records of a table that are shown.</param>
    /// <param name="schema">What the receiving state's messages must be valid by. Null: nothing is compared.</param>
    /// <param name="exists">True for the code of a state to which acts can be sealed. Null: every code is taken for one.</param>
    public static IReadOnlyList<Preview> Of(MappingSet from, string state, LocalFile file, MappingSet? to, string? other, DateTimeOffset now, int atMost, StrictSchema? schema = null,
        Func<string, bool>? exists = null)
    {
        var translator = new Translator(from);
        IEnumerable<LocalFile> files = [file];
        if (translator.IsTable(file.Name))
            try
            {
                files = translator.Records(file).Take(atMost).ToList() is { Count: > 0 } records ? records : files;
            }
            catch (UnreadableException)
            {
                // The file as a whole then says why.
            }

        // As the inbox does: what is kept, and then translated, is without credentials.
        return [.. files.Select(one => one with { Bytes = translator.ToKeep(one) }).Select(one => Of(Sendable(Translated(translator, one), state, exists), state, one, to, other, now, schema) with { Lines = Shown(one) })];
    }

    // What the adapter finds when it makes the act, as far as that can be known without its keys.
    static Translation Sendable(Translation translation, string state, Func<string, bool>? exists)
    {
        if (translation is not { Outcome: TranslationOutcome.Complete, ActType: { } type })
            return translation;
        if (translation.ToState == state)
            return translation.NotMade([ActMaker.ToItself]);
        if (translation.ToState is { } asked && exists?.Invoke(asked) == false)
            return translation.NotMade([ActMaker.NoKey(asked)]);
        if (ActContent.SizeOf(translation.Open, translation.Private) > Wire.LargestAct && translation.Private?.ContainsKey("original") == true)
            translation = translation.WithoutOriginal();
        return ActContent.SizeOf(translation.Open, translation.Private) is var size && size > Wire.LargestAct ? translation.NotMade([ActMaker.Larger(size)]) : translation;
    }

    // Whatever a file does to the adapter, the page says so.
    static Translation Translated(Translator translator, LocalFile file)
    {
        try
        {
            return translator.Translate(file);
        }
        catch (Exception e)
        {
            return Translation.Failed(e);
        }
    }

    /// <summary>Every value the act would hold, in its order; <c>provenance</c> itself is left out, since it stands beside each of them.</summary>
    public IReadOnlyList<PreviewedValue> Values()
    {
        var said = new JsonObject { ["to"] = new JsonObject { ["state"] = Translation.ToState, ["authority"] = Translation.ToAuthority }, ["from"] = new JsonObject { ["authority"] = Translation.FromAuthority } };
        (said["request"], said["inReplyTo"], said["priority"]) = (Translation.Request, Translation.InReplyTo?.ToString(), Translation.Priority == Priority.Routine ? null : Translation.Priority.ToString());
        (said["open"], said["private"]) = (Translation.Open.DeepClone(), Translation.Private?.DeepClone());
        (said["private"] as JsonObject)?.Remove("provenance");
        var traces = Translation.Provenance.GroupBy(t => t.Field).ToDictionary(g => g.Key, g => g.First());
        return [.. Leaves(said, "").Select(l => new PreviewedValue(l.Field, l.Value, Origin(l.Field)))];

        Trace? Origin(string field)
        {
            for (var at = field; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOfAny(['.', '[']))])
                if (traces.TryGetValue(at, out var found))
                    return found;
            return null;
        }
    }

    static IEnumerable<(string Field, string Value)> Leaves(JsonNode? node, string field) => node switch
    {
        null => [],
        JsonObject parts => parts.SelectMany(p => p.Key == "content" && parts.ContainsKey("sha256") && p.Value is JsonValue content
            ? [($"{field}.content", $"{((string?)content ?? "").Length * 3L / 4:N0} bytes")]
            : Leaves(p.Value, field.Length == 0 ? p.Key : $"{field}.{p.Key}")),
        JsonArray entries => entries.SelectMany((e, i) => Leaves(e, string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]"))),
        JsonValue value => [(field, value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString())],
        _ => [],
    };

    static List<string> Shown(LocalFile file)
    {
        string text;
        try
        {
            text = Characters.Decode(file.Bytes.Span, null, []);
        }
        catch (UnreadableException)
        {
            text = Encoding.Latin1.GetString(file.Bytes.Span);
        }

        if (text.Contains('\0', StringComparison.Ordinal))
            return [];
        var (lines, room) = (new List<string>(), MostShown);
        foreach (var line in text.Split('\n'))
        {
            if (room <= 0)
            {
                lines.Add("(the rest is not shown)");
                break;
            }

            var shown = line.Length <= LongestLine ? line.TrimEnd('\r') : $"{line[..LongestLine]} ...";
            room -= shown.Length + 1;
            lines.Add(new string([.. shown.Select(c => char.IsControl(c) && c != '\t' ? '\uFFFD' : c)]));
        }

        return lines;
    }

    static Preview Of(Translation translation, string state, LocalFile file, MappingSet? to, string? other, DateTimeOffset now, StrictSchema? schema)
    {
        var preview = new Preview { Name = file.Name, Translation = translation };
        if (to is null || translation.ActType is not { } type || translation.Outcome == TranslationOutcome.Quarantined)
            return preview;
        var outbound = new OutboundDocument(to, schema);
        var receiver = translation.ToState ?? other ?? "??";
        if (!outbound.Writes(type))
            return preview with { Written = new([], "", [$"The mapping of {receiver} writes no {type}: it is read at the desk there."]) };
        var id = new Guid(Convert.FromHexString(PlainFile.Digest(file.Bytes.Span))[..16]);
        var open = (JsonObject)translation.Open.DeepClone();
        if (Contracts.V1.Acts.All[type].Opens && open["reference"] is null)
            open["reference"] = $"{state}-{now.Year}-000000";
        var reference = (string?)open["reference"] ?? translation.Request ?? $"{state}-{now.Year}-000000";
        var source = OutboundDocument.Of(
            type,
            new NoticeHeader { NoticeId = id, Receiver = receiver, Sequence = 1, At = now },
            new Standing { State = "Submitted", Since = now, YourSide = Side.Requested, OtherState = state, Reference = reference, YouMay = [], TheyMay = [], Deadlines = [] },
            new Act
            {
                Type = type,
                Header = new ActHeader
                {
                    ActId = id,
                    RequestId = id,
                    Sender = new Party { State = state, Authority = translation.FromAuthority ?? $"{state}-CA" },
                    Receiver = new Party { State = receiver, Authority = translation.ToAuthority ?? $"{receiver}-CA" },
                    Sequence = 1,
                    InReplyTo = translation.InReplyTo,
                    ClaimedAt = now,
                    Priority = translation.Priority,
                    Exercise = translation.Exercise,
                },
                Open = JsonSerializer.SerializeToElement(open, Wire.Json),
            },
            translation.Private, now, null, receiver);
        return preview with { Written = outbound.Make(type, source) };
    }
}
