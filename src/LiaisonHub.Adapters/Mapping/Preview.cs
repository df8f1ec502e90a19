using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Adapters.Mapping;

/// <summary>What a mapping makes of a local message, and another state's mapping of that: nothing is kept, signed or sent.</summary>
public sealed record Preview
{
    /// <summary>The message, or one record of a table.</summary>
    public required string Name { get; init; }

    /// <summary>What came of it.</summary>
    public required Translation Translation { get; init; }

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
    public static IReadOnlyList<Preview> Of(MappingSet from, string state, LocalFile file, MappingSet? to, string? other, DateTimeOffset now, int atMost)
    {
        var translator = new Translator(from);
        IEnumerable<LocalFile> files = [file];
        if (translator.IsTable(file.Name))
            try
            {
                files = [.. translator.Records(file).Take(atMost)];
            }
            catch (Formats.UnreadableException)
            {
                // The file as a whole then says why.
            }

        return [.. files.Select(one => Of(translator.Translate(one), state, one, to, other, now))];
    }

    static Preview Of(Translation translation, string state, LocalFile file, MappingSet? to, string? other, DateTimeOffset now)
    {
        var preview = new Preview { Name = file.Name, Translation = translation };
        if (to is null || translation.ActType is not { } type || translation.Outcome == TranslationOutcome.Quarantined)
            return preview;
        var outbound = new OutboundDocument(to);
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
