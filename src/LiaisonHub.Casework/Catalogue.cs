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

/// <summary>One row of the time catalogue: from when, until when, how long, counted how, held when, and what silence means.</summary>
public sealed record TimeRule
{
    /// <summary>Id, for example <c>EIO-D1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The instrument; <c>*</c> for every one.</summary>
    public required string Instrument { get; init; }

    /// <summary>Which clock of the procedures it sets.</summary>
    public required Clock Clock { get; init; }

    /// <summary>What is due, as a demand: "Acknowledge receipt".</summary>
    public required string Title { get; init; }

    /// <summary>The article.</summary>
    public required string Article { get; init; }

    /// <summary>Where the text was read.</summary>
    public required string Source { get; init; }

    /// <summary>True: checked against the official text.</summary>
    public required bool Verified { get; init; }

    /// <summary>The event it runs from, in words.</summary>
    public required string Start { get; init; }

    /// <summary>The event that meets it, in words.</summary>
    public required string End { get; init; }

    /// <summary>Who must act.</summary>
    public required Side OnWhom { get; init; }

    /// <summary>How many units; 0 for a date certain.</summary>
    public required int Length { get; init; }

    /// <summary>The unit.</summary>
    public required TimeUnit Unit { get; init; }

    /// <summary>What happens when the last day is not a working day.</summary>
    public required Roll Roll { get; init; }

    /// <summary>Whose time zone says when a day ends.</summary>
    public required Whose Zone { get; init; }

    /// <summary>Whose calendar says what a working day is. With <see cref="Whose.Both"/> a day must be one on both sides.</summary>
    public required Whose Calendar { get; init; }

    /// <summary>Longest extension, in the unit of the rule; 0: none. There is one at most, and it needs reasons.</summary>
    public int Extension { get; init; }

    /// <summary>The pauses the law knows for this limit. A pause that is not among them does not hold it.</summary>
    public IReadOnlyList<HoldCause> Holds { get; init; } = [];

    /// <summary>What silence at the limit means.</summary>
    public required Silence Silence { get; init; }

    /// <summary>Highest level of the ladder it may climb to: 0 to 9.</summary>
    public int LadderTo { get; init; }

    /// <summary>True: somebody is held in custody on it. It never waits for the lower levels, and the court contact is told at once.</summary>
    public bool DetentionBound { get; init; }

    /// <summary>First day on which requests received take this row.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>Last day on which requests received take this row. Null: open. A request keeps the rows of its first receipt.</summary>
    public DateOnly? ValidTo { get; init; }
}

/// <summary>The clocks of the procedures. An instrument's time rules set them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Clock>))]
public enum Clock
{
    /// <summary>Until receipt is acknowledged.</summary>
    Acknowledgement,

    /// <summary>Until recognition is decided.</summary>
    Recognition,

    /// <summary>Until the measures are carried out.</summary>
    Execution,

    /// <summary>Until the date asked for or fixed; takes the place of <see cref="Execution"/>.</summary>
    DateAsked,

    /// <summary>Until a translation is supplied.</summary>
    Translation,

    /// <summary>Until information is supplied.</summary>
    Information,

    /// <summary>Until an alternative measure is answered.</summary>
    Alternative,

    /// <summary>Until a cost notice is answered.</summary>
    Cost,

    /// <summary>Until a consultation before refusal is answered.</summary>
    Consultation,

    /// <summary>Until another timing is agreed.</summary>
    Timing,

    /// <summary>Until a postponement is looked at again.</summary>
    Review,

    /// <summary>Until a part of the evidence is received.</summary>
    EvidenceReceipt,

    /// <summary>Until a defective part is sent again.</summary>
    Resend,

    /// <summary>Until the conditions on use are accepted.</summary>
    UseConditions,

    /// <summary>Until originals are back.</summary>
    Return,

    /// <summary>Until the outcome is reported.</summary>
    Outcome,

    /// <summary>Until it is confirmed that everything withdrawn has stopped.</summary>
    Stop,

    /// <summary>Until an act is delivered.</summary>
    Delivered,

    /// <summary>Until an act is opened by a person.</summary>
    Opened,
}

/// <summary>How a limit is counted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TimeUnit>))]
public enum TimeUnit
{
    /// <summary>Hours, from the instant of the event; weekends and holidays count.</summary>
    Hours,

    /// <summary>Calendar days, from the day after the event to the end of the last.</summary>
    CalendarDays,

    /// <summary>Working days, from the day after the event to the end of the last.</summary>
    WorkingDays,

    /// <summary>Months, to the end of the day with the same number, or of the last day of a shorter month.</summary>
    Months,

    /// <summary>A day that the act names, to its end.</summary>
    DateCertain,

    /// <summary>"Without delay": a soft limit of so many working days, so that silence is noticed.</summary>
    WithoutDelay,
}

/// <summary>What happens when the last day is not a working day.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Roll>))]
public enum Roll
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The limit ends with the next working day.</summary>
    Forward,
}

/// <summary>Whose calendar or zone.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Whose>))]
public enum Whose
{
    /// <summary>The requested (executing) side's.</summary>
    Requested,

    /// <summary>The requesting side's.</summary>
    Requesting,

    /// <summary>That of the side that must act.</summary>
    OnWhom,

    /// <summary>Both sides'.</summary>
    Both,
}

/// <summary>Lawful pauses.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HoldCause>))]
public enum HoldCause
{
    /// <summary>A translation was asked for.</summary>
    Translation,

    /// <summary>Information was asked for.</summary>
    Information,

    /// <summary>An alternative measure was proposed.</summary>
    Alternative,

    /// <summary>A cost notice waits for its answer.</summary>
    Cost,

    /// <summary>Consultation before refusal.</summary>
    Consultation,

    /// <summary>Execution is postponed.</summary>
    Postponement,
}

/// <summary>A ground for refusal.</summary>
public sealed record RefusalGround
{
    /// <summary>Code, for example <c>NEBIS</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The ground, in words.</summary>
    public required string Title { get; init; }

    /// <summary>The instrument; <c>*</c> for every one.</summary>
    public required string Instrument { get; init; }

    /// <summary>True: the requesting side is consulted first, on this very ground.</summary>
    public required bool ConsultFirst { get; init; }

    /// <summary>True: it may still be found after recognition, while the measures are carried out.</summary>
    public bool AfterRecognition { get; init; }

    /// <summary>True: it stands on dual criminality, and falls away where that is not examined.</summary>
    public bool OnDualCriminality { get; init; }

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

    /// <summary>Name in words.</summary>
    public required string Title { get; init; }

    /// <summary>Percent of the limit at which it is reached. Level 0 has several below 100, level 1 has 100, the others one each.</summary>
    public required IReadOnlyList<int> AtPercent { get; init; }

    /// <summary>Working days after the limit at which it is reached sooner when no reason was given. Null: never sooner.</summary>
    public int? ReasonMissingWorkingDays { get; init; }

    /// <summary>Who is told.</summary>
    public required IReadOnlyList<LadderRole> Told { get; init; }

    /// <summary>What follows, in words.</summary>
    public required string Effect { get; init; }

    /// <summary>True: the diplomatic note is made.</summary>
    public bool DiplomaticNote { get; init; }

    /// <summary>Days within which a reply to the note is asked for.</summary>
    public int? ReplyWithinDays { get; init; }

    /// <summary>The article.</summary>
    public required string Article { get; init; }

    /// <summary>Where the text was read.</summary>
    public required string Source { get; init; }

    /// <summary>True: checked against the official text.</summary>
    public required bool Verified { get; init; }
}

/// <summary>Who is told at a level of the ladder.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LadderRole>))]
public enum LadderRole
{
    /// <summary>The authority that must act.</summary>
    Handler,

    /// <summary>The authority that waits.</summary>
    OtherHandler,

    /// <summary>Liaison offices of both sides.</summary>
    LiaisonOffices,

    /// <summary>Heads of the central authorities of both sides.</summary>
    HeadsOfCentralAuthority,

    /// <summary>The regional secretariat.</summary>
    Secretariat,

    /// <summary>The court contacts of both sides, where somebody is in custody.</summary>
    CourtContacts,
}
