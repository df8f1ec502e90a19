using System.Text.Json.Serialization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

/// <summary>One running time rule of one request: an instant, computed once when it starts, never a message in flight.</summary>
public sealed record Deadline
{
    /// <summary>The deadline: made from the request, the rule and an ordinal, so that a replay gives the same.</summary>
    public required Guid Id { get; init; }

    /// <summary>Row of the time catalogue, for example <c>EIO-D1</c>.</summary>
    public required string RuleId { get; init; }

    /// <summary>What kind of clock it is.</summary>
    public required DeadlineKind Kind { get; init; }

    /// <summary>What is due, in words.</summary>
    public required string Title { get; init; }

    /// <summary>The article.</summary>
    public required string Article { get; init; }

    /// <summary>False: the row has not been checked against the official text yet.</summary>
    public bool Verified { get; init; }

    /// <summary>Who must act.</summary>
    public required Side OnWhom { get; init; }

    /// <summary>When it began to run (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The last second in which the act is in time (UTC). Null while held: it will be known when the hold ends.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Since when it is held (UTC). Null: it runs.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>Why it is held.</summary>
    public string? HoldReason { get; init; }

    /// <summary>The lawful pauses that are over.</summary>
    public IReadOnlyList<Hold> Holds { get; init; } = [];

    /// <summary>Level of the ladder it has reached: 0 to 9.</summary>
    public int Level { get; init; }

    /// <summary>Where it stands.</summary>
    public DeadlineStatus Status { get; init; }

    /// <summary>The next instant at which the clock must bring it to <see cref="Rules.Look"/> (UTC). Null: time alone changes nothing.</summary>
    public DateTimeOffset? LookAt { get; init; }

    /// <summary>When it was met, cancelled or expired (UTC).</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The act it waits for a receipt of. Null: it waits for an act of the procedure.</summary>
    public Guid? OfActId { get; init; }
}

/// <summary>A lawful pause that is over.</summary>
/// <param name="From">When it began (UTC).</param>
/// <param name="To">When it ended (UTC).</param>
/// <param name="Reason">Why.</param>
public sealed record Hold(DateTimeOffset From, DateTimeOffset To, string Reason);

/// <summary>What kind of clock a deadline is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadlineKind>))]
public enum DeadlineKind
{
    /// <summary>A limit of the procedure: reminders, silence meaning, ladder.</summary>
    Procedure,

    /// <summary>The watch over an act's delivery and opening: no ladder.</summary>
    Transport,
}

/// <summary>Where a deadline stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadlineStatus>))]
public enum DeadlineStatus
{
    /// <summary>It runs, or has passed and what was due is still wanted.</summary>
    Running,

    /// <summary>A lawful pause.</summary>
    Held,

    /// <summary>What was due was done.</summary>
    Met,

    /// <summary>It fell away.</summary>
    Cancelled,

    /// <summary>It passed, and its silence has taken effect.</summary>
    Expired,
}
