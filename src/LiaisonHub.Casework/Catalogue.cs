using System.Collections.Frozen;
using System.Text.Json.Serialization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

/// <summary>What the instruments say, as data; every row with its article, its source, and whether it was checked against the official text.</summary>
public sealed record Catalogue
{
    /// <summary>Time rules.</summary>
    public required IReadOnlyList<TimeRule> TimeRules { get; init; }

    /// <summary>Grounds for refusal, by code.</summary>
    public required FrozenDictionary<string, RefusalGround> RefusalGrounds { get; init; }

    /// <summary>The list offences, by code.</summary>
    public required FrozenDictionary<string, ListOffence> Offences { get; init; }

    /// <summary>The measures, by kind.</summary>
    public required FrozenDictionary<MeasureKind, MeasureRule> Measures { get; init; }

    /// <summary>The rights that are checked before any coercive step, in order.</summary>
    public required IReadOnlyList<RightsItem> Rights { get; init; }

    /// <summary>The ladder of escalation, in order of level.</summary>
    public required IReadOnlyList<LadderLevel> Ladder { get; init; }
}

/// <summary>One row of the time catalogue.</summary>
public sealed record TimeRule
{
    /// <summary>Id, for example <c>EIO-D1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The instrument; <c>*</c> for every one.</summary>
    public required string Instrument { get; init; }

    /// <summary>What is due, in words.</summary>
    public required string Title { get; init; }

    /// <summary>The article.</summary>
    public required string Article { get; init; }

    /// <summary>Where the text was read.</summary>
    public required string Source { get; init; }

    /// <summary>True: checked against the official text.</summary>
    public required bool Verified { get; init; }
}

/// <summary>A ground for refusal.</summary>
public sealed record RefusalGround
{
    /// <summary>Code, for example <c>NEBIS</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The ground, in words.</summary>
    public required string Title { get; init; }

    /// <summary>True: the requesting side is consulted first.</summary>
    public required bool ConsultFirst { get; init; }

    /// <summary>The article.</summary>
    public required string Article { get; init; }

    /// <summary>Where the text was read.</summary>
    public required string Source { get; init; }

    /// <summary>True: checked against the official text.</summary>
    public required bool Verified { get; init; }
}

/// <summary>An offence of the list for which dual criminality is not examined.</summary>
public sealed record ListOffence
{
    /// <summary>Code, for example <c>fraud</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The offence, in words.</summary>
    public required string Title { get; init; }

    /// <summary>The article.</summary>
    public required string Article { get; init; }

    /// <summary>Where the text was read.</summary>
    public required string Source { get; init; }

    /// <summary>True: checked against the official text.</summary>
    public required bool Verified { get; init; }
}

/// <summary>What is said of a kind of measure.</summary>
public sealed record MeasureRule
{
    /// <summary>The kind.</summary>
    public required MeasureKind Kind { get; init; }

    /// <summary>The measure, in words.</summary>
    public required string Title { get; init; }

    /// <summary>True: it is carried out against somebody's will or without their knowledge.</summary>
    public required bool Coercive { get; init; }

    /// <summary>Whether dual criminality may be asked for.</summary>
    public required DualCriminalityRule DualCriminality { get; init; }

    /// <summary>The article.</summary>
    public required string Article { get; init; }

    /// <summary>Where the text was read.</summary>
    public required string Source { get; init; }

    /// <summary>True: checked against the official text.</summary>
    public required bool Verified { get; init; }
}

/// <summary>Whether dual criminality may be asked for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DualCriminalityRule>))]
public enum DualCriminalityRule
{
    /// <summary>It may, unless the offence is a list offence with a penalty of three years or more.</summary>
    MayBeAsked,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>One right that is checked before any coercive step.</summary>
public sealed record RightsItem
{
    /// <summary>Code.</summary>
    public required string Code { get; init; }

    /// <summary>The question to be answered.</summary>
    public required string Question { get; init; }

    /// <summary>The article.</summary>
    public required string Article { get; init; }

    /// <summary>Where the text was read.</summary>
    public required string Source { get; init; }

    /// <summary>True: checked against the official text.</summary>
    public required bool Verified { get; init; }
}

/// <summary>One level of the ladder.</summary>
public sealed record LadderLevel
{
    /// <summary>0 to 9.</summary>
    public required int Level { get; init; }

    /// <summary>Percent of the limit at which it is reached.</summary>
    public required IReadOnlyList<int> AtPercent { get; init; }

    /// <summary>What follows, in words.</summary>
    public required string Effect { get; init; }
}
