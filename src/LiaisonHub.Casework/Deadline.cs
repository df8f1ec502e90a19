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

    /// <summary>What kind of deadline it is.</summary>
    public required DeadlineKind Kind { get; init; }

    /// <summary>The clock of the procedure it is.</summary>
    public required Clock Clock { get; init; }

    /// <summary>What is due, in words.</summary>
    public required string Title { get; init; }

    /// <summary>The article.</summary>
    public required string Article { get; init; }

    /// <summary>False: the row has not been checked against the official text yet.</summary>
    public bool Verified { get; init; }

    /// <summary>Who must act.</summary>
    public required Side OnWhom { get; init; }

    /// <summary>The member that must act. Null: the side has one party.</summary>
    public string? Member { get; init; }

    /// <summary>When it began to run (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The last second in which the act is in time (UTC). Null while held: it will be known when the hold ends.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Since when it is held (UTC). Null: it runs.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>Why it is held.</summary>
    public string? HoldReason { get; init; }

    /// <summary>True: held by the order of a dispute, and by nothing else. Null: not.</summary>
    public bool? HeldByOrder { get; init; }

    /// <summary>The lawful pauses that are over.</summary>
    public IReadOnlyList<Hold> Holds { get; init; } = [];

    /// <summary>How it is counted: the rule as it was when the deadline started, so that later data does not move a running limit.</summary>
    public required Counting Counting { get; init; }

    /// <summary>The last counted day, before rolling. Null for hours.</summary>
    public DateOnly? LastDay { get; init; }

    /// <summary>Days of legal time left when the pause began.</summary>
    public int? LeftDays { get; init; }

    /// <summary>Legal time left when the pause began, for hour rules.</summary>
    public TimeSpan? LeftTime { get; init; }

    /// <summary>The whole length on the clock, from which percents are taken.</summary>
    public TimeSpan Span { get; init; }

    /// <summary>Days by which it was extended.</summary>
    public int ExtendedBy { get; init; }

    /// <summary>For how long the ladder was frozen after the limit had passed.</summary>
    public TimeSpan Frozen { get; init; }

    /// <summary>Percent of the limit at which the last reminder was due; 0: none yet.</summary>
    public int Reminded { get; init; }

    /// <summary>Percent of the limit at which it is reminded of. Null: as level 0 of the ladder says.</summary>
    public IReadOnlyList<int>? Reminders { get; init; }

    /// <summary>The one instant before the limit at which it is reminded of (UTC). Null: at percentages of it.</summary>
    public DateTimeOffset? RemindAt { get; init; }

    /// <summary>What silence at the limit means.</summary>
    public Silence Silence { get; init; }

    /// <summary>Highest level of the ladder it may climb to.</summary>
    public int LadderTo { get; init; }

    /// <summary>Which ladder it climbs.</summary>
    public LadderKind Ladder { get; init; }

    /// <summary>The instrument under which it climbs. Null: one without levels of its own.</summary>
    public string? LadderUnder { get; init; }

    /// <summary>True: somebody is held in custody on it.</summary>
    public bool DetentionBound { get; init; }

    /// <summary>The reason given after it had passed. Null: none yet.</summary>
    public DelayReason? ReasonGiven { get; init; }

    /// <summary>When it will be done, as the side that is late says.</summary>
    public DateOnly? Estimate { get; init; }

    /// <summary>What the sides have said to each other about it, oldest first. Null: nothing yet.</summary>
    public IReadOnlyList<Spoken>? Spoken { get; init; }

    /// <summary>When it was last recorded that the sides had spoken (UTC). Null: not since it began, or since it was extended.</summary>
    public DateTimeOffset? SpokenAt { get; init; }

    /// <summary>The part of the evidence, or the holder, it is about.</summary>
    public int? Part { get; init; }

    /// <summary>What falls on the day, where it is a date that matters in the requesting state. Null: a limit of the law.</summary>
    public DownstreamKind? AtHome { get; init; }

    /// <summary>Level of the ladder it has reached: 0 to 9.</summary>
    public int Level { get; init; }

    /// <summary>When the diplomatic note was made that nobody has answered yet (UTC). Null: there is none, or it is answered.</summary>
    public DateTimeOffset? NoteAt { get; init; }

    /// <summary>Where it stands.</summary>
    public DeadlineStatus Status { get; init; }

    /// <summary>The next instant at which the clock must bring it to <see cref="Rules.Look"/> (UTC). Null: time alone changes nothing.</summary>
    public DateTimeOffset? LookAt { get; init; }

    /// <summary>When it was met, cancelled or expired (UTC).</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The act it waits for a receipt of. Null: it waits for an act of the procedure.</summary>
    public Guid? OfActId { get; init; }

    /// <summary>Who must act.</summary>
    [JsonIgnore]
    public Seat Seat => new(OnWhom, Member);

    /// <summary>True: it runs or is held; what is due is still wanted.</summary>
    [JsonIgnore]
    public bool Active => Status is DeadlineStatus.Running or DeadlineStatus.Held;

    /// <summary>True: what was due was done in time. False: it passed, whatever came after. Null: neither yet, or it fell away in time.</summary>
    [JsonIgnore]
    public bool? Kept => (EndedAt ?? HeldSince) is not { } at ? null : HasPassed(at) || Status == DeadlineStatus.Expired ? false : Status == DeadlineStatus.Met ? true : null;

    /// <summary>True: the last second in which the act was in time is over.</summary>
    public bool HasPassed(DateTimeOffset now) => Due is { } due && now >= due + OneSecond;

    internal static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);
}

/// <summary>How a limit is counted, resolved for the two states of a request.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Length">How many.</param>
/// <param name="Roll">What happens when the last day is not a working day.</param>
/// <param name="Zone">The time zone in which days begin and end (IANA).</param>
/// <param name="Calendars">The calendars in which a working day must be one.</param>
public sealed record Counting(TimeUnit Unit, int Length, Roll Roll, string Zone, IReadOnlyList<string> Calendars);

/// <summary>A lawful pause that is over.</summary>
/// <param name="From">When it began (UTC).</param>
/// <param name="To">When it ended (UTC).</param>
/// <param name="Reason">Why.</param>
public sealed record Hold(DateTimeOffset From, DateTimeOffset To, string Reason);

/// <summary>What the sides have said to each other about a limit.</summary>
/// <param name="At">When the hub received the record of it (UTC).</param>
/// <param name="By">The state that recorded it.</param>
/// <param name="Kind">How. Null: a meeting with minutes.</param>
/// <param name="On">The day, as its record says.</param>
/// <param name="Reached">False: nobody was reached.</param>
/// <param name="Agreed">What was agreed. Null: nothing.</param>
/// <param name="NewDay">The day by which it will be done. Null: none was named.</param>
public sealed record Spoken(DateTimeOffset At, string By, ContactKind? Kind, DateOnly On, bool Reached, string? Agreed, DateOnly? NewDay);

/// <summary>What kind of clock a deadline is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadlineKind>))]
public enum DeadlineKind
{
    /// <summary>A limit of the procedure: reminders, silence meaning, ladder.</summary>
    Procedure,

    /// <summary>The watch over an act's delivery and opening: no ladder.</summary>
    Transport,

    /// <summary>The last day of a hold that a dispute has ordered: no ladder.</summary>
    Order,
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
