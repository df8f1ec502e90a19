using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Formats;

namespace LiaisonHub.Adapters.Mapping;

/// <summary>A mistake in a mapping file or code table.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Key">The place in the file.</param>
/// <param name="Words">What is wrong and what would be right.</param>
public sealed record MappingProblem(string File, int Line, string Key, string Words)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}({Line}): {(Key.Length == 0 ? "" : Key + ": ")}{Words}";
}

/// <summary>The mapping files cannot be used. Lists everything that is wrong with all of them.</summary>
public sealed class MappingException(IReadOnlyList<MappingProblem> problems)
    : Exception("The mapping cannot be used:" + string.Concat(problems.Select(p => Environment.NewLine + "  " + p)))
{
    /// <summary>One for each mistake, in the order of files and lines.</summary>
    public IReadOnlyList<MappingProblem> Problems { get; } = problems;
}

/// <summary>A change of a value that needs no table. Countries add their own by name; each is a small method whose comment says what that authority writes,
/// since when, source.</summary>
/// <param name="Name">As mapping files call it.</param>
/// <param name="Change">From the text to the text; null when the text is not of that kind, which leaves it as it is and says so in the provenance.</param>
public sealed record NamedChange(string Name, Func<string, string?> Change);

/// <summary>What to do with a code no table explains.</summary>
enum UnknownCodeRule
{
    /// <summary>Carry it as it is, flagged and counted.</summary>
    Raw,

    /// <summary>Leave the field empty, flagged and counted.</summary>
    Leave,

    /// <summary>Ask a person.</summary>
    Ask,

    /// <summary>This entry of the list is not meant: leave it out.</summary>
    Skip,
}

/// <summary>Codes of a local system and what they mean.</summary>
sealed class CodeTable(string name, string version, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> rows)
{
    // The longest prefix wins, so that an exception to a range stands above the range.
    readonly List<(string Prefix, IReadOnlyDictionary<string, string> Row)> ranges =
        [.. rows.Where(r => r.Key.EndsWith('*')).Select(r => (r.Key[..^1], r.Value)).OrderByDescending(r => r.Item1.Length)];

    internal string Name => name;

    internal string Version => version;

    internal IEnumerable<string> Columns => rows.Values.SelectMany(r => r.Keys).Distinct();

    internal IEnumerable<string> Values(string column) => rows.Values.Where(r => r.ContainsKey(column)).Select(r => r[column]);

    /// <returns>False: the table does not know the code. True with null: it knows it, and says nothing for this column.</returns>
    internal bool TryFind(string code, string column, out string? meaning)
    {
        if (!rows.TryGetValue(code, out var row))
            row = ranges.Find(r => code.StartsWith(r.Prefix, StringComparison.OrdinalIgnoreCase)).Row;
        meaning = row?.GetValueOrDefault(column);
        return row is not null;
    }
}

/// <summary>Holds when the path leads to a value, or to one of the values named (upper and lower case alike; a star stands for anything).</summary>
sealed record Condition(SourcePath Path, IReadOnlyList<string>? AnyOf, bool Not, bool Envelope)
{
    internal bool Names(string value) => AnyOf!.Any(a => a.Contains('*', StringComparison.Ordinal)
        ? System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(a, value, ignoreCase: true) : a.Equals(value, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Something to look for in a text: shown to a person, never put into a field.</summary>
sealed record Reading(string What, Regex Pattern, IReadOnlyList<string> Dates);

/// <summary>Where the parts of an attachment stand.</summary>
sealed record AttachmentRule(SourcePath? Name, SourcePath? MediaType, SourcePath? Base64, SourcePath? File);

/// <summary>How one field comes about.</summary>
sealed class Rule
{
    internal required string File { get; init; }
    internal required int Line { get; init; }
    internal required string Key { get; init; }
    internal IReadOnlyList<SourcePath> From { get; set; } = [];
    internal IReadOnlyList<SourcePath> Envelope { get; set; } = [];
    internal string? Join { get; set; }
    internal string? Value { get; set; }
    internal string? Default { get; set; }
    internal string? Because { get; set; }
    internal CodeTable? Table { get; set; }
    internal string Column { get; set; } = "";
    internal UnknownCodeRule? Unknown { get; set; }
    internal IReadOnlyList<string> Dates { get; set; } = [];

    /// <summary>The time zone of a time without an offset: where the message names it, or its name.</summary>
    internal SourcePath? Zone { get; set; }

    internal string? ZoneName { get; set; }

    internal Condition? When { get; set; }
    internal SourcePath? Each { get; set; }
    internal bool Distinct { get; set; }
    internal IReadOnlyList<(string Name, Rule Rule)>? Fields { get; set; }
    internal IReadOnlyList<Rule>? List { get; set; }

    /// <summary>The first of these that comes to something.</summary>
    internal IReadOnlyList<Rule>? First { get; set; }

    internal string? Template { get; set; }
    internal IReadOnlyDictionary<string, Rule> With { get; set; } = new Dictionary<string, Rule>();
    internal IReadOnlyList<NamedChange> As { get; set; } = [];
    internal Regex? Prose { get; set; }
    internal IReadOnlyList<Reading> Readings { get; set; } = [];
    internal bool Original { get; set; }

    /// <summary>The number of this entry in its list, from 1.</summary>
    internal bool Position { get; set; }

    internal AttachmentRule? Attachment { get; set; }

    /// <summary>Going out: the parts of the act of which everything is put into words here that no other rule reads.</summary>
    internal IReadOnlyList<SourcePath> Rest { get; set; } = [];

    internal string? Ask { get; set; }

    /// <summary>The places of the source a person would look at, for the task that asks for what is missing.</summary>
    internal string Sought => string.Join(" or ", From.Concat(Envelope).Select(p => p.Text).DefaultIfEmpty(Each?.Text ?? ""));
}

/// <summary>The local numbers by which the same case is recognised when it comes again.</summary>
sealed record CasePart(SourcePath Path, IReadOnlyList<NamedChange> As);

/// <summary>One mapping: from a local message to an act, or from an act or notice to a local message.</summary>
sealed class MappingFile
{
    internal required string File { get; init; }
    internal required string Title { get; init; }
    internal required bool Inbound { get; init; }
    internal required LocalFormat Format { get; init; }

    /// <summary>For tables: how they are laid out.</summary>
    internal TableLayout? Layout { get; init; }

    /// <summary>What the publisher says such messages look like. Null: nothing is compared.</summary>
    internal MessageSchema? Schema { get; set; }

    internal IReadOnlyDictionary<string, string> Namespaces { get; set; } = new Dictionary<string, string>();
    internal IReadOnlyList<SourcePath> Payload { get; set; } = [];
    internal Condition? Applies { get; set; }
    internal string? Act { get; set; }
    internal IReadOnlyList<string> Types { get; set; } = [];

    /// <summary>True: it writes every act that no other mapping of this adapter writes.</summary>
    internal bool AllOtherActs { get; set; }

    internal string? DeclineBecause { get; set; }
    internal string? DeclineFix { get; set; }
    internal IReadOnlyList<CasePart> CaseKey { get; set; } = [];
    internal IReadOnlyList<SourcePath> Ignore { get; set; } = [];
    internal IReadOnlyList<SourcePath> Secrets { get; set; } = [];
    internal string? Root { get; set; }

    /// <summary>Going out: papers that are put beside the message as files, each with <c>name</c> and <c>content</c>. Null: the message goes alone.</summary>
    internal Rule? Papers { get; set; }

    internal Rule? Make { get; set; }
    internal Shape Target { get; set; } = Shape.Anything;
}
