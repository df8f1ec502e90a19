using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization;
using LiaisonHub.Casework.Costs;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

/// <summary>What the instruments say, as data; every row with its article, its source, and whether it was checked against the official text.</summary>
public sealed record Catalogue
{
    /// <summary>Its lists of rules that have a source: how many rows, and how many of them were compared with the official text.</summary>
    public IReadOnlyList<(string Name, int Rows, int Verified)> Counts
    {
        get
        {
            static (string, int, int) Count(string name, IEnumerable<SourcedRow> rows) => rows.ToList() is var all ? (name, all.Count, all.Count(r => r.Verified)) : default;
            return [Count("time-rules", TimeRules), Count("rights", Rights), Count("costs", Costs.Values)];
        }
    }

    /// <summary>Time rules.</summary>
    public required IReadOnlyList<TimeRule> TimeRules { get; init; }

    /// <summary>Rows of the instruments that no clock counts.</summary>
    public IReadOnlyList<UntimedRule> Untimed { get; init; } = [];

    /// <summary>Which instrument another supplements, by the code of the one that does.</summary>
    public FrozenDictionary<string, string> Supplements { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Grounds for refusal, by instrument and code: instruments share codes, but each has its own article and its own duty to consult.</summary>
    public required FrozenDictionary<(string Instrument, string Code), RefusalGround> RefusalGrounds { get; init; }

    /// <summary>The list offences, by code.</summary>
    public required FrozenDictionary<string, ListOffence> Offences { get; init; }

    /// <summary>The measures, by kind.</summary>
    public required FrozenDictionary<MeasureKind, MeasureRule> Measures { get; init; }

    /// <summary>What a request says of each kind of measure, in the order of the law.</summary>
    public IReadOnlyList<MeasureContent> MeasureContents { get; init; } = [];

    /// <summary>The rights that are checked before any coercive step, in order.</summary>
    public required IReadOnlyList<RightsItem> Rights { get; init; }

    /// <summary>The ladder of escalation, in order of level.</summary>
    public required IReadOnlyList<LadderLevel> Ladder { get; init; }

    /// <summary>The ladder of the emergency lane, in order of level: minutes, and whoever is on duty.</summary>
    public IReadOnlyList<LadderLevel> EmergencyLadder { get; init; } = [];

    /// <summary>Levels that an instrument has otherwise, of either ladder, in order of level.</summary>
    public IReadOnlyList<LadderLevel> OwnLevels { get; init; } = [];

    /// <summary>How confiscated property is shared, by instrument.</summary>
    public FrozenDictionary<string, SharingRule> Sharing { get; init; } = FrozenDictionary<string, SharingRule>.Empty;

    /// <summary>Who bears which cost, by kind.</summary>
    public FrozenDictionary<CostKind, CostRule> Costs { get; init; } = FrozenDictionary<CostKind, CostRule>.Empty;

    /// <summary>What a request says of one kind of measure, in the order of the law.</summary>
    public IEnumerable<MeasureContent> ContentsOf(MeasureKind kind) => MeasureContents.Where(c => c.Kind == kind);

    /// <summary>The ladder of a lane under an instrument: where the instrument has a level of its own, or the one it supplements has, that takes the place of
    /// the region's.</summary>
    /// <param name="kind">The lane.</param>
    /// <param name="instrument">The instrument. Null: the region's levels alone.</param>
    public IReadOnlyList<LadderLevel> LadderOf(LadderKind kind, string? instrument)
    {
        var levels = kind == LadderKind.Emergency ? EmergencyLadder : Ladder;
        if (instrument is null || !OwnLevels.Any(o => o.Lane == kind && Nearness(o.Instrument!, instrument) > 0))
            return levels;
        return [.. levels.Select(l => OwnLevels.Where(o => o.Lane == kind && o.Level == l.Level && Nearness(o.Instrument!, instrument) > 0)
            .MaxBy(o => Nearness(o.Instrument!, instrument)) ?? l)];
    }

    /// <summary>How near a row stands to an instrument: 3 its own, 2 of the one it supplements, 1 for every instrument, 0 of another.</summary>
    public int Nearness(string rowsInstrument, string instrument) =>
        rowsInstrument == instrument ? 3 : rowsInstrument == "*" ? 1 : Supplements.GetValueOrDefault(instrument) == rowsInstrument ? 2 : 0;

    /// <summary>A ground open under an instrument. Null: it is not.</summary>
    public RefusalGround? Ground(string instrument, string code) => RefusalGrounds.GetValueOrDefault((WithGrounds(instrument), code));

    /// <summary>The grounds open under an instrument, by code.</summary>
    public IEnumerable<RefusalGround> Grounds(string instrument)
    {
        var listed = WithGrounds(instrument);
        return RefusalGrounds.Values.Where(g => g.Instrument == listed).OrderBy(g => g.Code, StringComparer.Ordinal);
    }

    // A treaty that lists its grounds leaves none open: the rows for every instrument are for those that list none.
    string WithGrounds(string instrument) =>
        RefusalGrounds.Keys.Any(k => k.Instrument == instrument) ? instrument
        : Supplements.GetValueOrDefault(instrument) is { } supplemented && RefusalGrounds.Keys.Any(k => k.Instrument == supplemented) ? supplemented
        : "*";
}

/// <summary>A row of law: where it stands, and whether it was compared with the text.</summary>
public abstract record SourcedRow
{
    /// <summary>The article, with its treaty.</summary>
    public string Article { get; init; } = "";

    /// <summary>Where the text was read.</summary>
    public string Source { get; init; } = "";

    /// <summary>True: checked against the official text.</summary>
    public bool Verified { get; init; }
}

/// <summary>One row of the time catalogue: from when, until when, how long, counted how, held when, and what silence means.</summary>
public sealed record TimeRule : SourcedRow
{
    /// <summary>Id, for example <c>EIO-D1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Ids of rows of the published tables that this row counts as well.</summary>
    public IReadOnlyList<string> Covers { get; init; } = [];

    /// <summary>The instrument; <c>*</c> for every one.</summary>
    public required string Instrument { get; init; }

    /// <summary>The kinds of measure it is about: a request for these alone takes it before any other row. Empty: for every request.</summary>
    public IReadOnlyList<MeasureKind> Measures { get; init; } = [];

    /// <summary>Which clock of the procedures it sets.</summary>
    public required Clock Clock { get; init; }

    /// <summary>What is due, as a demand: "Acknowledge receipt".</summary>
    public required string Title { get; init; }

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

    /// <summary>Percent of the limit at which it is reminded of, ascending, 1 to 99. Empty: as level 0 of the ladder says.</summary>
    public IReadOnlyList<int> Reminders { get; init; } = [];

    /// <summary>Days before the limit at which it is reminded of, once. Null: at percentages of it.</summary>
    public int? RemindDaysBefore { get; init; }

    /// <summary>What silence at the limit means.</summary>
    public required Silence Silence { get; init; }

    /// <summary>Highest level of the ladder it may climb to: 0 to 9.</summary>
    public int LadderTo { get; init; }

    /// <summary>Which ladder it climbs.</summary>
    public LadderKind Ladder { get; init; }

    /// <summary>True: somebody is held in custody on it. It never waits for the lower levels, and the court contact is told at once.</summary>
    public bool DetentionBound { get; init; }

    /// <summary>First day on which requests received take this row.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>Last day on which requests received take this row. Null: open. A request keeps the rows of its first receipt.</summary>
    public DateOnly? ValidTo { get; init; }
}

/// <summary>One row of an instrument that no clock counts: it gives no number, says what a request holds, how long records are kept, or binds somebody who is
/// no side of a request.</summary>
public sealed record UntimedRule : SourcedRow
{
    /// <summary>Id, for example <c>EAW-D4</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The instrument; it need not be one of the region's.</summary>
    public required string Instrument { get; init; }

    /// <summary>The procedures whose sheets show it. Empty: none; it is shown with the law of the region.</summary>
    public IReadOnlyList<string> Procedures { get; init; } = [];

    /// <summary>What it says, in words.</summary>
    public required string Title { get; init; }

    /// <summary>Why no clock counts it, and what is done instead.</summary>
    public required string Reason { get; init; }

    /// <summary>Calendar days that lie at least between the day a summons to an accused person is sent and the day of appearance. Pre-flight counts them back, where the
    /// request names the day in the open. Null: it speaks of no appearance.</summary>
    public int? LeadDays { get; init; }

    /// <summary>The clocks whose limit it speaks of: once one has passed, the explanation of a request under the instrument says this row.</summary>
    public IReadOnlyList<Clock> Passed { get; init; } = [];
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

    /// <summary>From the receipt of an order to produce records to the records.</summary>
    Production,

    /// <summary>The same, where the order is notified to the enforcing authority: until the end of its time.</summary>
    NotifiedProduction,

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

    /// <summary>Until the sides of a dispute agree by themselves.</summary>
    DisputeConsultation,

    /// <summary>Until a mediator is appointed.</summary>
    MediatorAppointment,

    /// <summary>Until mediation ends.</summary>
    Mediation,

    /// <summary>Until the arbitral panel is formed.</summary>
    PanelFormation,

    /// <summary>Until the award.</summary>
    Award,

    /// <summary>Until an award may no longer be appealed.</summary>
    AwardAppeal,

    /// <summary>Until the ruling.</summary>
    Ruling,

    /// <summary>Until the court says what a provision means.</summary>
    Interpretation,

    /// <summary>Until what was agreed or decided is done.</summary>
    Compliance,

    /// <summary>Until a report of compliance is answered.</summary>
    ComplianceAnswer,

    /// <summary>Until non-compliance is looked at again.</summary>
    NonCompliance,

    /// <summary>Until the lesson of a dispute is recorded.</summary>
    Lesson,

    /// <summary>Until it is told what became of a request for provisional arrest.</summary>
    ArrestResult,

    /// <summary>From a provisional arrest to the formal request: then the person may be released.</summary>
    ProvisionalMay,

    /// <summary>From a provisional arrest to the formal request: then the person must be released.</summary>
    ProvisionalMust,

    /// <summary>Until it is told whether the arrested person consents.</summary>
    Consent,

    /// <summary>From consent to the decision.</summary>
    SimplifiedDecision,

    /// <summary>From a provisional arrest to the notice that extradition is refused despite consent.</summary>
    RefusalNotice,

    /// <summary>Until extradition is decided: from the arrest of somebody who is held, else from the receipt of the request.</summary>
    ExtraditionDecision,

    /// <summary>Until it is said why a decision limit was missed.</summary>
    DelayReport,

    /// <summary>Until a privilege or immunity is waived, or it is known that it is not.</summary>
    Waiver,

    /// <summary>Until a release is reported.</summary>
    Release,

    /// <summary>Until it is decided which of competing requests goes first.</summary>
    Preference,

    /// <summary>Until assurances are given.</summary>
    Assurance,

    /// <summary>Until the government decides.</summary>
    ExecutiveDecision,

    /// <summary>Until the authority decides that does so in the government's place.</summary>
    ExecutiveDefault,

    /// <summary>Until an appeal is decided.</summary>
    Appeal,

    /// <summary>From the final decision to the surrender, or to the day agreed for it.</summary>
    Surrender,

    /// <summary>From the day agreed to the surrender: then the person may be released.</summary>
    SurrenderMay,

    /// <summary>From the day agreed to the surrender: then the person must be released.</summary>
    SurrenderMust,

    /// <summary>Until a person surrendered for a time is back.</summary>
    TemporaryReturn,

    /// <summary>Until a question for consent after the surrender is answered.</summary>
    SpecialtyConsent,

    /// <summary>From the final discharge to the end of the rule of specialty.</summary>
    SpecialtyLapse,

    /// <summary>Until it is said what is done instead of an extradition.</summary>
    Prosecution,

    /// <summary>Until the requesting side answers what is offered instead of an extradition, and hands over the file.</summary>
    ProsecutionAnswer,

    /// <summary>Until a transit is decided.</summary>
    Transit,

    /// <summary>Until a transit is decided after a forced landing.</summary>
    ForcedLanding,

    // Preservation

    /// <summary>Until a request to produce the preserved data is confirmed.</summary>
    Preservation,

    // Emergency

    /// <summary>Until the short rights check is made.</summary>
    ShortCheck,

    /// <summary>Until the judge on duty has decided.</summary>
    DutyJudge,

    /// <summary>Until the records are produced.</summary>
    Response,

    /// <summary>Until a ground for refusal is raised after delivery.</summary>
    Objection,

    /// <summary>Until it is objected that the law of a third state stands against an order.</summary>
    ConflictObjection,

    /// <summary>Until that objection is decided.</summary>
    ConflictReview,

    /// <summary>Until an order made without validation is validated.</summary>
    Validation,

    /// <summary>Until those who hold what must be undone are named.</summary>
    HolderNaming,

    /// <summary>Until a holder has deleted or restricted what it has.</summary>
    Undo,

    /// <summary>Until the formal request follows.</summary>
    FollowUp,

    // Asset recovery

    /// <summary>Until an urgent freezing is decided.</summary>
    UrgentFreezing,

    /// <summary>Until a freezing is decided.</summary>
    Freezing,

    /// <summary>Until an urgent freezing is carried out.</summary>
    UrgentFreezingDone,

    /// <summary>Until a freezing is carried out.</summary>
    FreezingDone,

    /// <summary>Until the day to which property remains frozen.</summary>
    RemainFrozen,

    /// <summary>Until a remedy against a freezing or a confiscation is decided.</summary>
    Remedy,

    /// <summary>Until a sharing is proposed.</summary>
    Sharing,

    /// <summary>Until a proposed sharing is answered.</summary>
    SharingAnswer,

    /// <summary>Until a share is returned.</summary>
    AssetReturn,

    /// <summary>Until the receipt of a share is confirmed.</summary>
    AssetReceipt,

    // Correction

    /// <summary>Until an error that was reported is acknowledged.</summary>
    ErrorAcknowledgement,

    /// <summary>Until a leak that was reported is acknowledged.</summary>
    LeakAcknowledgement,

    /// <summary>Until it is answered that there is no error.</summary>
    ContestAnswer,

    /// <summary>Until it is assessed what an error has led to.</summary>
    Assessment,

    /// <summary>Until a new version or a recall is issued.</summary>
    Correction,

    /// <summary>Until a holder of a copy has corrected it.</summary>
    CopyConfirmation,

    /// <summary>Until the person affected by an error is informed.</summary>
    PersonInformation,

    /// <summary>Until what an error has led to is remedied.</summary>
    Redress,

    // Jurisdiction

    /// <summary>Until it is said whether another state prosecutes as well.</summary>
    JurisdictionAnswer,

    /// <summary>Until a forum is proposed.</summary>
    ForumProposal,

    /// <summary>Until a proposed forum is answered.</summary>
    ForumAnswer,

    /// <summary>Until the liaison offices have settled the forum.</summary>
    ForumSettlement,

    /// <summary>Until the transfer to the agreed forum is asked for.</summary>
    TransferRequest,

    /// <summary>Until a transfer of proceedings is decided.</summary>
    TransferDecision,

    /// <summary>Until the proceedings that go over are suspended.</summary>
    Suspension,

    /// <summary>Until the case file is handed over.</summary>
    FileHandover,

    /// <summary>Until the proceedings are taken over.</summary>
    TakeOver,

    // Transfer for a time, safekeeping, interception notice

    /// <summary>Until the day on which evidence that is kept from loss is let go.</summary>
    Safekeeping,

    /// <summary>From the day on which somebody's presence is no longer required to the end of the immunity.</summary>
    Immunity,

    /// <summary>Until an interception that was notified is objected to.</summary>
    InterceptionObjection,

    // Joint investigation and joint action

    /// <summary>Until a state that is asked says whether it takes part.</summary>
    InvitationAnswer,

    /// <summary>Until the agreement is drafted.</summary>
    AgreementDraft,

    /// <summary>Until a state signs the agreement.</summary>
    Signature,

    /// <summary>Until the last day of the team.</summary>
    LastDay,

    /// <summary>Until a state answers a proposed change of the agreement.</summary>
    ChangeAnswer,

    /// <summary>Until the state of origin decides on a use for another offence.</summary>
    UseConsent,

    /// <summary>Until what was put on the platform is erased there.</summary>
    Erasure,

    /// <summary>Until the team is evaluated.</summary>
    Evaluation,

    /// <summary>Until a state is ready for the action.</summary>
    Readiness,

    /// <summary>Until the go, or the hour without it.</summary>
    Go,

    /// <summary>Until a state reports what it did.</summary>
    JointResult,

    // Every procedure

    /// <summary>Until a day that matters in the requesting state. It runs beside the limits of the law.</summary>
    DateAtHome,

    /// <summary>Until an act is delivered.</summary>
    Delivered,

    /// <summary>Until an act is opened by a person.</summary>
    Opened,

    /// <summary>Until the last day of a hold that a dispute has ordered. No row of the catalogue: the order names the day.</summary>
    OrderedHold,

    /// <summary>Until the requested state has decided, in a step of its own, whether the request goes on.</summary>
    NationalStep,
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

    /// <summary>Another state asks for the same person.</summary>
    Competition,

    /// <summary>Assurances are awaited.</summary>
    Assurance,

    /// <summary>A remedy against the confiscation waits for its decision.</summary>
    Remedy,

    /// <summary>The requested state decides in a step of its own whether the request goes on.</summary>
    NationalStep,

    /// <summary>A reasoned objection is reviewed, by a court where the order is to stand.</summary>
    CourtReview,
}

/// <summary>A ground for refusal.</summary>
public sealed record RefusalGround : SourcedRow
{
    /// <summary>Code, for example <c>NEBIS</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The ground, in words.</summary>
    public required string Title { get; init; }

    /// <summary>The instrument; <c>*</c> for those that list no grounds of their own.</summary>
    public required string Instrument { get; init; }

    /// <summary>Who may use it. At least one.</summary>
    public required IReadOnlyList<Decider> UsedBy { get; init; }

    /// <summary>True: the requesting side is consulted first, on this very ground.</summary>
    public required bool ConsultFirst { get; init; }

    /// <summary>True: it may still be found after recognition, while the measures are carried out.</summary>
    public bool AfterRecognition { get; init; }

    /// <summary>True: it stands on dual criminality, and falls away where that is not examined.</summary>
    public bool OnDualCriminality { get; init; }

    /// <summary>True: whoever refuses an extradition on it says what it does instead: prosecute, take over the sentence.</summary>
    public bool ProsecuteInstead { get; init; }
}

/// <summary>An offence of the list for which dual criminality is not examined.</summary>
public sealed record ListOffence : SourcedRow
{
    /// <summary>Code, for example <c>fraud</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The offence, in words.</summary>
    public required string Title { get; init; }
}

/// <summary>What is said of a kind of measure.</summary>
public sealed record MeasureRule : SourcedRow
{
    /// <summary>The kind.</summary>
    public required MeasureKind Kind { get; init; }

    /// <summary>The measure, in words.</summary>
    public required string Title { get; init; }

    /// <summary>True: it is carried out against somebody's will or without their knowledge.</summary>
    public required bool Coercive { get; init; }

    /// <summary>Whether dual criminality may be asked for.</summary>
    public required DualCriminalityRule DualCriminality { get; init; }
}

/// <summary>One thing a request says of one kind of measure.</summary>
public sealed record MeasureContent : SourcedRow
{
    /// <summary>The kind of measure.</summary>
    public required MeasureKind Kind { get; init; }

    /// <summary>Where it stands.</summary>
    public required MeasurePart Part { get; init; }

    /// <summary>The field of the contract, for example <c>hearing.capacity</c>.</summary>
    public required string Field { get; init; }

    /// <summary>What is said, in words that go on from "it names".</summary>
    public required string Title { get; init; }

    /// <summary>True: a request that does not say it is refused, or returned where only the other state can see it. False: there is room for it.</summary>
    public required bool Required { get; init; }

    /// <summary>First day on which requests received must say it. Before that day it is only pointed out.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>Last day on which requests received must say it. Null: open.</summary>
    public DateOnly? ValidTo { get; init; }

    /// <summary>The members of the contract that <see cref="Field"/> names, from the outermost in.</summary>
    internal IReadOnlyList<PropertyInfo> Members { get; init; } = [];

    /// <summary>True: requests received on that day take the row.</summary>
    public bool IsInForce(DateOnly day) => day >= ValidFrom && (ValidTo is not { } last || day <= last);
}

/// <summary>Where something about a measure stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MeasurePart>))]
public enum MeasurePart
{
    /// <summary>With the measure in the open part.</summary>
    Open,

    /// <summary>With the measure in the private part.</summary>
    Sealed,

    /// <summary>In the private part, for the request as a whole.</summary>
    Request,
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

/// <summary>How an instrument shares confiscated property where the states do not agree otherwise.</summary>
public sealed record SharingRule : SourcedRow
{
    /// <summary>Id, for example <c>CNF-3</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The instrument.</summary>
    public required string Instrument { get; init; }

    /// <summary>Up to here the requested state keeps it, in whole units of <see cref="Currency"/>.</summary>
    public required int KeptUpTo { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>Percent that goes to the requesting state above the limit: 0 to 100.</summary>
    public required int PercentAbove { get; init; }
}

/// <summary>One right that is checked before any coercive step.</summary>
public sealed record RightsItem : SourcedRow
{
    /// <summary>Code.</summary>
    public required string Code { get; init; }

    /// <summary>The question to be answered.</summary>
    public required string Question { get; init; }

    /// <summary>True: it is among the few that are answered in an emergency.</summary>
    public bool InShortCheck { get; init; }
}

/// <summary>One level of the ladder.</summary>
public sealed record LadderLevel : SourcedRow
{
    /// <summary>0 to 9.</summary>
    public required int Level { get; init; }

    /// <summary>The ladder it is of.</summary>
    public LadderKind Lane { get; init; }

    /// <summary>The instrument whose limits climb it in the place of the region's level. Null: every one without a level of its own.</summary>
    public string? Instrument { get; init; }

    /// <summary>Name in words.</summary>
    public required string Title { get; init; }

    /// <summary>Percent of the limit at which it is reached. Level 0 has several below 100, level 1 has 100, those up to the dispute one each; the levels
    /// that a dispute reaches by its own course have none.</summary>
    public required IReadOnlyList<int> AtPercent { get; init; }

    /// <summary>Working days after the limit at which it is reached sooner when no reason was given. Null: never sooner.</summary>
    public int? ReasonMissingWorkingDays { get; init; }

    /// <summary>Who is told.</summary>
    public required IReadOnlyList<LadderRole> Told { get; init; }

    /// <summary>What follows, in words.</summary>
    public required string Effect { get; init; }

    /// <summary>True: the diplomatic note is made.</summary>
    public bool DiplomaticNote { get; init; }

    /// <summary>Days within which a reply to the note is asked for. Without one the next level is reached then, if not sooner.</summary>
    public int? ReplyWithinDays { get; init; }

    /// <summary>True: the hub opens a dispute.</summary>
    public bool OpensDispute { get; init; }
}

/// <summary>Who is told at a level of the ladder.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LadderRole>))]
public enum LadderRole
{
    /// <summary>The authority that must act.</summary>
    Handler,

    /// <summary>The authority that waits.</summary>
    OtherHandler,

    /// <summary>The head of the unit that must act.</summary>
    HeadOfUnit,

    /// <summary>Liaison offices of both sides.</summary>
    LiaisonOffices,

    /// <summary>Heads of the central authorities of both sides.</summary>
    HeadsOfCentralAuthority,

    /// <summary>The regional secretariat.</summary>
    Secretariat,

    /// <summary>The court contacts of both sides, where somebody is in custody.</summary>
    CourtContacts,

    /// <summary>The region's body for disputes.</summary>
    Body,

    /// <summary>Everybody, by the public register.</summary>
    Public,

    /// <summary>On the side that must act, whoever comes next on the duty roster and is on duty now.</summary>
    NextOnDuty,

    /// <summary>On the side that must act, everybody on the duty roster who is on duty now.</summary>
    EverybodyOnDuty,
}

/// <summary>Which ladder a limit climbs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LadderKind>))]
public enum LadderKind
{
    /// <summary>The ordinary one: days.</summary>
    Ordinary,

    /// <summary>That of the emergency lane: minutes, and whoever is on duty.</summary>
    Emergency,
}
