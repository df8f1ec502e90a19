using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>A level of conformance a participant has earned, signed by the hub (<c>typ</c> <c>conformance+json</c>). It never travels on a link.</summary>
public sealed record EarnedLevel
{
    /// <summary>The participant's state.</summary>
    public required string State { get; init; }

    /// <summary>What was examined: program and version.</summary>
    public required string Participant { get; init; }

    /// <summary>1 to 3; 0: none.</summary>
    public required int Level { get; init; }

    /// <summary>Version of the contracts it holds for, for example <c>1.1</c>. For another version it holds no longer.</summary>
    public required string ContractVersion { get; init; }

    /// <summary>Version of the kit.</summary>
    public required string KitVersion { get; init; }

    /// <summary>When it was examined (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Until just before this instant it holds (UTC), where no new version of the contracts ends it earlier.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Every check, by number.</summary>
    public required IReadOnlyList<CheckResult> Checks { get; init; }
}

/// <summary>What was seen at one check.</summary>
public sealed record CheckResult
{
    /// <summary>Number of the check, for example <c>LH-C012</c>.</summary>
    public required string Id { get; init; }

    /// <summary>In a few words, as the list had it then.</summary>
    public required string Title { get; init; }

    /// <summary>The level that needs it: 1 to 3.</summary>
    public required int Level { get; init; }

    /// <summary>How it ended.</summary>
    public required CheckOutcome Outcome { get; init; }

    /// <summary>What was seen, or why nothing could be seen. Without personal data.</summary>
    public required string Seen { get; init; }
}

/// <summary>How a check ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckOutcome>))]
public enum CheckOutcome
{
    /// <summary>What is required was seen.</summary>
    Passed,

    /// <summary>Something else was seen.</summary>
    Failed,

    /// <summary>It could not be observed. Never counts as passed.</summary>
    NotObserved,

    /// <summary>The participant works at a desk alone: there is no local system the check could be about.</summary>
    NotApplicable,
}
