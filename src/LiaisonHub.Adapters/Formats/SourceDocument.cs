using System.Text.RegularExpressions;

namespace LiaisonHub.Adapters.Formats;

/// <summary>A local document once read: a tree that a mapping asks by path, with the line every value stands on.</summary>
public sealed class SourceDocument
{
    /// <summary>What it is.</summary>
    internal LocalFormat Format { get; init; } = LocalFormat.Json;

    /// <summary>The payload: what the mapping's paths start from.</summary>
    public required SourceNode Root { get; init; }

    /// <summary>What the payload was wrapped in; null when it came bare.</summary>
    public SourceNode? Envelope { get; init; }

    /// <summary>What had to be repaired before it could be read, one line each. The original bytes stay as they were.</summary>
    public IReadOnlyList<string> Repairs { get; init; } = [];
}

/// <summary>One place of a local document: element, attribute, object, list or value.</summary>
public abstract partial class SourceNode
{
    /// <summary>Name of the element, attribute or key.</summary>
    public abstract string Name { get; }

    /// <summary>Its name, and then those of what it stands in, outwards.</summary>
    internal abstract IEnumerable<string> Names { get; }

    /// <summary>The text without padding. Null for every spelling of "no value": absent, empty, blanks, <c>xsi:nil</c>, <c>null</c>, <c>{}</c>.</summary>
    public abstract string? Value { get; }

    /// <summary>Line of the original file, from 1. 0: what was read of the file has no lines of it, as the parts of a mail.</summary>
    public abstract int Line { get; }

    /// <summary>The place for people, for example <c>/Session/Case/PTIURN</c>.</summary>
    public abstract string Place { get; }

    /// <summary>What the path leads to from here, in document order.</summary>
    public abstract IReadOnlyList<SourceNode> Select(SourcePath path);

    /// <summary>Every value below, in document order.</summary>
    public abstract IEnumerable<SourceNode> Leaves();

    /// <summary>Equal for two nodes that stand for the same place.</summary>
    internal abstract object Identity { get; }

    /// <summary>The place and its line, as provenance and messages quote it.</summary>
    public string Source => Line > 0 ? $"{Place} (line {Line})" : Place;

    /// <summary>A place as others quote it, without the line and the positions in lists: what differs from message to message.</summary>
    internal static string WithoutPositions(string quoted) => Position().Replace(Lines().Replace(quoted, ""), quoted.StartsWith('/') ? "" : "[*]");

    [GeneratedRegex(@" \(line \d+\)", RegexOptions.NonBacktracking)]
    private static partial Regex Lines();

    [GeneratedRegex(@"\[\d+\]", RegexOptions.NonBacktracking)]
    private static partial Regex Position();

    // No-break space and its relatives are padding in records that were once screens.
    internal static string? WithoutPadding(string? text)
    {
        var trimmed = text?.Trim().Trim('\u00A0', '\u2007', '\u202F', '\uFEFF', '\u200B').Trim();
        return string.IsNullOrEmpty(trimmed) ? null : trimmed;
    }
}

/// <summary>A path of a mapping, checked and ready to be followed.</summary>
public abstract class SourcePath(string text)
{
    /// <summary>As the mapping file has it.</summary>
    public string Text { get; } = text;
}

/// <summary>Why a document cannot be read at all. Ends in quarantine with these words.</summary>
public sealed class UnreadableException(Quarantine reason) : Exception(reason.Words)
{
    /// <summary>The reason.</summary>
    public Quarantine Reason { get; } = reason;

    /// <summary>More than one message in a file: each has an outcome of its own, or none has.</summary>
    internal static UnreadableException Several(string found) => new(new Quarantine
    {
        Code = QuarantineCode.SeveralDocuments,
        Words = $"There is more than one message in this file: {found}. Each message needs a file of its own, so that each has one outcome.",
        Fix = "Split the file, one message each, and drop the parts again.",
    });
}

/// <summary>A reason to put a document aside, for a person.</summary>
public sealed record Quarantine
{
    /// <summary>Stable code, see <see cref="QuarantineCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>What was found, in words, without personal data.</summary>
    public required string Words { get; init; }

    /// <summary>What clears it.</summary>
    public required string Fix { get; init; }

    /// <summary>True: the text simply stops. The file may still be being written.</summary>
    public bool Truncated { get; init; }
}

/// <summary>Codes of quarantine. They are written on reason files and shown at the desk; their meaning never changes.</summary>
public static class QuarantineCode
{
    /// <summary>Nothing in the file.</summary>
    public const string Empty = "LH4101";

    /// <summary>Larger than allowed.</summary>
    public const string TooLarge = "LH4102";

    /// <summary>Not well-formed XML.</summary>
    public const string NotXml = "LH4103";

    /// <summary>A document type declaration: entities and outside references are never followed.</summary>
    public const string DocumentType = "LH4104";

    /// <summary>Nested too deeply, or too many or too long parts.</summary>
    public const string TooDeep = "LH4105";

    /// <summary>Several documents in one file.</summary>
    public const string SeveralDocuments = "LH4106";

    /// <summary>Not JSON.</summary>
    public const string NotJson = "LH4107";

    /// <summary>The same key twice in one object.</summary>
    public const string RepeatedKey = "LH4108";

    /// <summary>A web page, usually the error page of the system that should have written the file.</summary>
    public const string WebPage = "LH4109";

    /// <summary>Neither XML nor JSON.</summary>
    public const string UnknownFormat = "LH4110";

    /// <summary>No mapping of this adapter is for this kind of message.</summary>
    public const string NoMapping = "LH4111";

    /// <summary>A mapping says that this kind of message is not for the hub.</summary>
    public const string Declined = "LH4112";

    /// <summary>Readable, but says nothing: <c>{}</c> or an empty element.</summary>
    public const string SaysNothing = "LH4113";

    /// <summary>An answer to a request this adapter does not know.</summary>
    public const string UnknownRequest = "LH4114";

    /// <summary>Not a plain file of a trusted owner: a link, a folder, a device, a foreign owner.</summary>
    public const string NotPlainFile = "LH4115";

    /// <summary>The same content was taken before.</summary>
    public const string Duplicate = "LH4116";

    /// <summary>Characters that no declared or detected character set explains.</summary>
    public const string Characters = "LH4117";

    /// <summary>What was made of it cannot be sent as it is, or the hub would refuse it, and nobody could complete it.</summary>
    public const string CannotBeSent = "LH4118";

    /// <summary>A defect of the adapter or its mapping met while translating.</summary>
    public const string Defect = "LH4119";

    /// <summary>A document from the hub that does not verify.</summary>
    public const string NotAuthentic = "LH4120";

    /// <summary>A document from the hub that cannot be read as a notice.</summary>
    public const string NotANotice = "LH4121";

    /// <summary>An act of another state that does not verify, or whose seal does not open with this state's keys.</summary>
    public const string SealBroken = "LH4122";

    /// <summary>A number of the hub came again with another notice.</summary>
    public const string SequenceConflict = "LH4123";

    /// <summary>One record of a table that does not fit its layout. The others are taken all the same.</summary>
    public const string BadRecord = "LH4124";

    /// <summary>A mail that is only a part of one.</summary>
    public const string PartOfMail = "LH4125";
}
