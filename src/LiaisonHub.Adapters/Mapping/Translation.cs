using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Adapters.Mapping;

/// <summary>A local file to be translated.</summary>
public sealed record LocalFile
{
    /// <summary>Its name. Data, never a path.</summary>
    public required string Name { get; init; }

    /// <summary>Its bytes.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Opens a file that lies beside it, by its bare name; null: it is not there. Null: files beside it are not offered.</summary>
    public Func<string, FileBeside?>? Beside { get; init; }
}

/// <summary>A file beside a message.</summary>
/// <param name="Bytes">Its bytes. Null: it is there and was not read.</param>
/// <param name="Problem">Why it was not read, to stand behind "the file".</param>
public sealed record FileBeside(byte[]? Bytes, string? Problem = null);

/// <summary>What came of a translation.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TranslationOutcome>))]
public enum TranslationOutcome
{
    /// <summary>An act can be made.</summary>
    Complete,

    /// <summary>A person is asked for what is missing, or to confirm what was only read from prose.</summary>
    Incomplete,

    /// <summary>Nothing can be made of it.</summary>
    Quarantined,
}

/// <summary>Something a person is asked before an act can be made.</summary>
public sealed record Question
{
    /// <summary>The field, for example <c>open.measures</c>.</summary>
    public required string Field { get; init; }

    /// <summary>The question.</summary>
    public required string Ask { get; init; }

    /// <summary>Why it is open: what was looked for and what was found instead.</summary>
    public required string Why { get; init; }

    /// <summary>Where the mapping looked in the message.</summary>
    public string? Sought { get; init; }

    /// <summary>What would be right.</summary>
    public string? Expected { get; init; }

    /// <summary>A value read from prose, to be confirmed or replaced. Null: none.</summary>
    public string? Proposed { get; init; }
}

/// <summary>Where a value came from.</summary>
public sealed record Trace
{
    /// <summary>The field, for example <c>private.persons[0].familyName</c>.</summary>
    public required string Field { get; init; }

    /// <summary>The same as a JSON pointer within its part.</summary>
    public required string JsonPointer { get; init; }

    /// <summary>Place and line in the local message, or the mapping where a default stands.</summary>
    public required string Source { get; init; }

    /// <summary>True: only read from prose.</summary>
    public bool ToConfirm { get; init; }

    /// <summary>A word on it.</summary>
    public string? Note { get; init; }
}

/// <summary>A code no table explains.</summary>
/// <param name="Table">The table that was asked.</param>
/// <param name="Code">The code as it stands in the message.</param>
public sealed record CodeFound(string Table, string Code);

/// <summary>What a local message says, as far as it could be read: an act, or what is still missing for one. Kept sealed, since it holds personal
/// data.</summary>
public sealed record Translation
{
    /// <summary>What came of it.</summary>
    public required TranslationOutcome Outcome { get; init; }

    /// <summary>Title of the mapping that read it. Null: none did.</summary>
    public string? Mapping { get; init; }

    /// <summary>Why nothing can be made of it.</summary>
    public Quarantine? Reason { get; init; }

    /// <summary>The act.</summary>
    public string? ActType { get; init; }

    /// <summary>Receiving state and authority, as far as known.</summary>
    public string? ToState { get; init; }

    /// <inheritdoc cref="ToState"/>
    public string? ToAuthority { get; init; }

    /// <summary>The authority of this state that makes the act. Null: the adapter's own.</summary>
    public string? FromAuthority { get; init; }

    /// <summary>How soon.</summary>
    public Priority Priority { get; init; }

    /// <summary>True: part of a drill.</summary>
    public bool Exercise { get; init; }

    /// <summary>The request it belongs to, as the local system names it: id or reference. Null: a new one.</summary>
    public string? Request { get; init; }

    /// <summary>The act it answers.</summary>
    public Guid? InReplyTo { get; init; }

    /// <summary>The open part.</summary>
    public JsonObject Open { get; init; } = [];

    /// <summary>The private part. Null: the act has none.</summary>
    public JsonObject? Private { get; init; }

    /// <summary>What a person is asked.</summary>
    public IReadOnlyList<Question> Questions { get; init; } = [];

    /// <summary>Where every value came from.</summary>
    public IReadOnlyList<Trace> Provenance { get; init; } = [];

    /// <summary>Places of the message that no rule reads, with their lines. Places, not values.</summary>
    public IReadOnlyList<string> Unmapped { get; init; } = [];

    /// <summary>Where the message is not what its publisher's own description says: places and words, not values. Told, and no reason to refuse it.</summary>
    public IReadOnlyList<string> Breaches { get; init; } = [];

    /// <summary>Version of the mappings that read it: see <see cref="MappingSet.Digest"/>.</summary>
    public string? MappingDigest { get; init; }

    /// <summary>Codes no table explains: table and code.</summary>
    public IReadOnlyList<CodeFound> UnknownCodes { get; init; } = [];

    /// <summary>What had to be repaired to read it.</summary>
    public IReadOnlyList<string> Repairs { get; init; } = [];

    /// <summary>The file of that mapping: its title is for people and may change.</summary>
    public string? MappingFile { get; init; }

    /// <summary>The local numbers of the case in one text. Null: it has none.</summary>
    public string? CaseNumbers { get; init; }

    /// <summary>Names of files beside the message that belong to it.</summary>
    public IReadOnlyList<string> FilesBeside { get; init; } = [];

    /// <summary>The same, where the act cannot be made of it as it is: what is wrong becomes questions.</summary>
    internal Translation NotMade(IReadOnlyList<FieldProblem> problems) => this with
    {
        Outcome = TranslationOutcome.Incomplete,
        Questions = [.. problems.Select(p => new Question { Field = p.Field, Ask = p.Words, Why = "The act could not be made with it.", Expected = p.Expected })],
    };

    /// <summary>The same, where the act cannot be made of it and there is nothing a person could complete: the desk makes no such act by hand.</summary>
    internal Translation CannotBeSent(IReadOnlyList<FieldProblem> problems) => this with
    {
        Outcome = TranslationOutcome.Quarantined,
        Reason = new Quarantine
        {
            Code = QuarantineCode.CannotBeSent,
            Words = $"What was made of it cannot be sent, or the hub would refuse it: {string.Join(" ", problems.Select(p => p.Words))}",
            Fix = "Correct it in the local system and drop it again. If it says nothing that still counts, dismiss this file.",
        },
    };

    /// <summary>The same without the local message as it was, where both together are too large.</summary>
    internal Translation WithoutOriginal()
    {
        var hidden = Private!.DeepClone().AsObject();
        hidden.Remove("original");
        if (hidden["provenance"] is JsonArray provenance)
            provenance.Add((JsonNode)new JsonObject { ["field"] = "/original", ["source"] = "the file", ["note"] = "too large to be sent with the act: it stays at home and is sent on request" });
        return this with { Private = hidden };
    }

    /// <summary>The adapter itself failed. The message of the exception may hold what the file holds: only its kind is told.</summary>
    internal static Translation Failed(Exception e) => new()
    {
        Outcome = TranslationOutcome.Quarantined,
        Reason = new Quarantine
        {
            Code = QuarantineCode.Defect,
            Words = $"The adapter itself failed while reading this file ({e.GetType().Name}). The file is kept; nothing was sent.",
            Fix = "Report it to whoever maintains the adapter, with the number of this intake. After a new version, let the file be read again.",
        },
    };
}
