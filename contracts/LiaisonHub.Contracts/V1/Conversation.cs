using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>The requested state holds the request, and says who is competent (European Investigation Order, Article 16(1), Annex B).</summary>
public sealed record RequestAcknowledged
{
    /// <summary>The requested authority's own reference, without personal data. Quoted in every later exchange.</summary>
    public required string TheirReference { get; init; }

    /// <summary>The authority of this state that is competent, a code of the region's register.</summary>
    public required string CompetentAuthority { get; init; }

    /// <summary>When the decision is expected. Null: not known yet.</summary>
    public DateOnly? EstimatedDecision { get; init; }
}

/// <summary>The authority that received the request passes it to the competent one of the same state and tells both sides. The original receipt is
/// kept.</summary>
public sealed record RequestForwarded
{
    /// <summary>The authority it was passed to.</summary>
    public required string ToAuthority { get; init; }

    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>The request goes back unexecuted: no clock runs until it comes again.</summary>
public sealed record RequestReturned
{
    /// <summary>Why.</summary>
    public required ReturnReason Reason { get; init; }

    /// <summary>What would cure it, in one line without personal data.</summary>
    public required string Cure { get; init; }

    /// <summary>Languages that would be accepted (BCP 47), when the reason is the language.</summary>
    public IReadOnlyList<string> AcceptedLanguages { get; init; } = [];
}

/// <summary>Why a request is returned.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReturnReason>))]
public enum ReturnReason
{
    /// <summary>Not in a language the requested state accepts.</summary>
    Untranslated,

    /// <summary>The issuing authority is not competent.</summary>
    NotCompetent,

    /// <summary>An order that needed validation by a judge, court or prosecutor was not validated.</summary>
    NotValidated,
}

/// <summary>The requested side needs something before it can decide. The decision clock is held until it is supplied.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record InformationRequested
{
    /// <summary>What is missing: field or paper, one line each, without personal data.</summary>
    public required IReadOnlyList<string> Gaps { get; init; }

    /// <summary>The day by which it is wanted. Null: the catalogue's limit.</summary>
    public DateOnly? WantedBy { get; init; }
}

/// <summary>The requesting side answers. The decision clock runs again.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record InformationSupplied
{
    /// <summary>True: everything that was asked for is here. False: the rest cannot be had; decide on the file.</summary>
    public required bool Complete { get; init; }
}

/// <summary>The requested side needs a translation.</summary>
public sealed record TranslationRequested
{
    /// <summary>The language wanted (BCP 47).</summary>
    public required string Language { get; init; }

    /// <summary>Which papers, one line each, without personal data.</summary>
    public required IReadOnlyList<string> Papers { get; init; }

    /// <summary>True: a certified translation.</summary>
    public bool Certified { get; init; }
}

/// <summary>The translation is here.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record TranslationSupplied
{
    /// <summary>The language (BCP 47).</summary>
    public required string Language { get; init; }

    /// <summary>True: certified.</summary>
    public bool Certified { get; init; }
}

/// <summary>The requested side would use another measure with the same result (European Investigation Order, Article 10).</summary>
/// <remarks>Private part: <see cref="Explanation"/>. Silence for the time of rule EIO-R1 means: the alternative is executed.</remarks>
public sealed record AlternativeMeasureProposed
{
    /// <summary>The measure it would use.</summary>
    public required MeasureKind Instead { get; init; }

    /// <summary>Why.</summary>
    public required AlternativeReason Reason { get; init; }
}

/// <summary>Why another measure is proposed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlternativeReason>))]
public enum AlternativeReason
{
    /// <summary>The measure does not exist in the law of the requested state.</summary>
    DoesNotExist,

    /// <summary>It would not be available in a similar domestic case.</summary>
    NotInSimilarDomesticCase,

    /// <summary>The other one is less intrusive and gives the same result.</summary>
    LessIntrusive,
}

/// <summary>The requesting side answers the proposal. To withdraw instead, it makes <see cref="RequestWithdrawn"/>.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record AlternativeAnswered
{
    /// <summary>Agreed, or the request is supplemented so that the original measure becomes possible.</summary>
    public required AlternativeAnswer Answer { get; init; }
}

/// <summary>Answer to a proposed alternative.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlternativeAnswer>))]
public enum AlternativeAnswer
{
    /// <summary>The alternative is welcome.</summary>
    Agreed,

    /// <summary>The request is supplemented; look at it again.</summary>
    Supplemented,
}

/// <summary>Execution would cost exceptionally much; the requesting side is asked first (European Investigation Order, Article 21).</summary>
public sealed record CostNoticeGiven
{
    /// <summary>Estimated cost in whole units of <see cref="Currency"/>.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>The breakdown, one line each, without personal data.</summary>
    public required IReadOnlyList<string> Breakdown { get; init; }
}

/// <summary>Answer to a cost notice. To withdraw instead, the side makes <see cref="RequestWithdrawn"/>.</summary>
public sealed record CostAnswered
{
    /// <summary>What is done about the cost.</summary>
    public required CostAnswer Answer { get; init; }

    /// <summary>Share the requesting side bears, in percent, 0 to 100; needed when agreed.</summary>
    public int? RequestingSharePercent { get; init; }
}

/// <summary>Answer to a cost notice.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CostAnswer>))]
public enum CostAnswer
{
    /// <summary>The cost is shared as said.</summary>
    Agreed,

    /// <summary>The request is narrowed so that the cost falls away.</summary>
    Narrowed,

    /// <summary>Declined: the request ends as withdrawn.</summary>
    Declined,
}

/// <summary>What carrying the request out has cost the requested side, or how long it worked on it: one entry in the ledger of costs, borne as the rule of its
/// kind says. Nothing waits for it. An exceptional cost is noticed before it arises (<see cref="CostNoticeGiven"/>).</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional: the proof.</remarks>
public sealed record CostReported
{
    /// <summary>What for; not <see cref="CostKind.Exceptional"/>.</summary>
    public required CostKind Kind { get; init; }

    /// <summary>The day it was spent or worked, the last of several. Not in the future.</summary>
    public required DateOnly On { get; init; }

    /// <summary>What it cost, in units of <see cref="Currency"/> with two decimals at most; 0 where only hours were worked.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217: the currency of the amount, and of the rate at which hours count.</summary>
    public required string Currency { get; init; }

    /// <summary>Hours worked, in quarters; 0 where none are counted.</summary>
    public decimal Hours { get; init; }

    /// <summary>The earlier report of this side that this one replaces: its entry is taken back. Null: none.</summary>
    public Guid? InsteadOf { get; init; }
}

/// <summary>Kinds of cost of a request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CostKind>))]
public enum CostKind
{
    /// <summary>Carrying the request out.</summary>
    Execution,

    /// <summary>What is exceptionally high: a cost notice is given.</summary>
    Exceptional,

    /// <summary>Temporary transfer of a person held in custody.</summary>
    TemporaryTransfer,

    /// <summary>Transcription, decoding and decrypting of what was intercepted.</summary>
    InterceptionTranscription,

    /// <summary>Translation of the request and its papers.</summary>
    Translation,

    /// <summary>Bringing an extradited person to the border of the requested state.</summary>
    Extradition,

    /// <summary>Transit of a person, and the journey from the requested state on.</summary>
    Transit,

    /// <summary>Keeping, managing and selling frozen or confiscated property.</summary>
    PropertyManagement,
}

/// <summary>The decision limit is extended, once, with reasons and an estimate (European Investigation Order, Article 12(5)).</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record ExtensionDeclared
{
    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }

    /// <summary>How many days more: 1 to 30.</summary>
    public required int Days { get; init; }
}

/// <summary>What every act says that opens the way to coercive measures.</summary>
public interface IRightsChecked
{
    /// <summary>The check of the rights catalogue that stands before any coercive step.</summary>
    RightsCheck RightsCheck { get; }
}

/// <summary>The request is recognised and will be executed. Cannot be made without the rights check.</summary>
public sealed record RequestRecognised : IRightsChecked
{
    /// <inheritdoc/>
    public required RightsCheck RightsCheck { get; init; }

    /// <summary>How dual criminality was found, where it is needed: by the list for every offence, or offence by offence.</summary>
    public required DualCriminality DualCriminality { get; init; }

    /// <summary>Since 1.1. With <see cref="DualCriminality.Found"/>: the answer for each offence that is no list offence; for a list offence as well, if wanted. Else empty.</summary>
    public IReadOnlyList<OffenceFinding> Offences { get; init; } = [];

    /// <summary>The day on which the measure will be carried out, when one is fixed. It replaces the ordinary limit.</summary>
    public DateOnly? CarriedOutOn { get; init; }
}

/// <summary>How dual criminality was found for one offence of a request.</summary>
public sealed record OffenceFinding
{
    /// <summary>Position of the offence in the request: 1, 2, 3...</summary>
    public required int Offence { get; init; }

    /// <summary>What was found: <see cref="DualCriminality.ListOffence"/>, <see cref="DualCriminality.Found"/> or <see cref="DualCriminality.NotFound"/>.</summary>
    public required DualCriminality DualCriminality { get; init; }

    /// <summary>The elements of the offence and where they stand in the law of the requested state, or which of them is missing there, in one line without personal data; needed unless the
    /// offence is a list offence.</summary>
    public string? Elements { get; init; }
}

/// <summary>How dual criminality was found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DualCriminality>))]
public enum DualCriminality
{
    /// <summary>Not needed for these measures.</summary>
    NotRequired,

    /// <summary>A list offence with a penalty of three years or more.</summary>
    ListOffence,

    /// <summary>Examined element by element and found.</summary>
    Found,

    /// <summary>Examined element by element and not found: nothing is done for that offence. Of a single offence only.</summary>
    NotFound,
}

/// <summary>The rights check: every item of the catalogue answered by a person of the requested state (<c>contracts/catalogue/rights.json</c>).</summary>
public sealed record RightsCheck
{
    /// <summary>One answer for each item of the catalogue.</summary>
    public required IReadOnlyList<RightsAnswer> Answers { get; init; }

    /// <summary>Post held by the person who answers; never the name.</summary>
    public required string CheckedBy { get; init; }
}

/// <summary>Answer to one item of the rights catalogue.</summary>
public sealed record RightsAnswer
{
    /// <summary>Code of the item.</summary>
    public required string Item { get; init; }

    /// <summary>The finding.</summary>
    public required RightsFinding Finding { get; init; }

    /// <summary>Condition or reason, in one line without personal data; needed unless the finding is <see cref="RightsFinding.Passed"/>.</summary>
    public string? Condition { get; init; }
}

/// <summary>Finding on one right.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RightsFinding>))]
public enum RightsFinding
{
    /// <summary>No concern.</summary>
    Passed,

    /// <summary>Passed under a condition.</summary>
    PassedWithCondition,

    /// <summary>Not passed: nothing coercive may follow.</summary>
    Failed,
}

/// <summary>Before refusing, the requested side consults (European Investigation Order, Article 11(4)).</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record RefusalConsulted
{
    /// <summary>Code of the ground that is considered (<c>contracts/catalogue/refusal-grounds.json</c>).</summary>
    public required string Ground { get; init; }
}

/// <summary>The requesting side answers the consultation. To withdraw instead, it makes <see cref="RequestWithdrawn"/>.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record ConsultationAnswered
{
    /// <summary>Adapted, or maintained as it is.</summary>
    public required ConsultationAnswer Answer { get; init; }
}

/// <summary>Answer to a consultation before refusal.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConsultationAnswer>))]
public enum ConsultationAnswer
{
    /// <summary>The request is adapted so that the ground falls away.</summary>
    Adapted,

    /// <summary>The request stands as it is.</summary>
    Maintained,
}

/// <summary>The requested side, for the provider, objects to an order to produce: to comply would break the law of a third state. Execution is suspended until the objection is decided
/// (Regulation (EU) 2023/1543, Article 17(1)-(2)).</summary>
/// <remarks>Private part: <see cref="Explanation"/>: how that law applies and what the conflict is.</remarks>
public sealed record ReasonedObjectionMade
{
    /// <summary>The third state, ISO 3166-1 alpha-2. It need not be one of the region.</summary>
    public required string ThirdState { get; init; }

    /// <summary>The provision that stands against it, in one line, for example <c>Stored Records Act, section 2702</c>.</summary>
    public required string Provision { get; init; }
}

/// <summary>The requesting side has reviewed the objection: the order is lifted, or a court has upheld it (Regulation (EU) 2023/1543, Article 17(3)-(8)).</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record ObjectionReviewed
{
    /// <summary>What becomes of the order.</summary>
    public required ObjectionOutcome Outcome { get; init; }

    /// <summary>Who has decided. An order is upheld by the court alone.</summary>
    public required ObjectionReviewer DecidedBy { get; init; }
}

/// <summary>What becomes of an order to which there is a reasoned objection.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ObjectionOutcome>))]
public enum ObjectionOutcome
{
    /// <summary>It stands and is carried out.</summary>
    OrderUpheld,

    /// <summary>It is lifted.</summary>
    OrderLifted,
}

/// <summary>Who reviews a reasoned objection.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ObjectionReviewer>))]
public enum ObjectionReviewer
{
    /// <summary>The authority that issued the order.</summary>
    IssuingAuthority,

    /// <summary>The competent court of the requesting state.</summary>
    Court,
}

/// <summary>The request, or part of it, is refused, with code and reasons. Never silently, and where the ground asks for it never without
/// consultation.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record RequestRefused
{
    /// <summary>Code of the ground.</summary>
    public required string Ground { get; init; }

    /// <summary>The reasons, without personal data; the full text stands in the private part.</summary>
    public required string Reasons { get; init; }

    /// <summary>The measures refused when only some are; empty: the whole request. The rest goes on.</summary>
    public IReadOnlyList<MeasureKind> Only { get; init; } = [];

    /// <summary>Remedy against the refusal, in one line.</summary>
    public string? Remedy { get; init; }

    /// <summary>Who has decided on the ground: one that the catalogue gives it to. Null: not said.</summary>
    public Decider? DecidedBy { get; init; }
}

/// <summary>Who may use a ground for refusal.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Decider>))]
public enum Decider
{
    /// <summary>A court.</summary>
    Court,

    /// <summary>The government.</summary>
    Executive,

    /// <summary>The authority that executes the request: a central authority, a prosecutor, an investigating judge.</summary>
    Authority,

    /// <summary>The provider that an order is addressed to.</summary>
    Provider,
}

/// <summary>The requested state decides, in a step of its own law, whether the request goes on. The limit of the decision is held where its rule says so.</summary>
public sealed record NationalStepOpened
{
    /// <summary>Code of the step: a row under veto in the profile of the requested state (<c>region/profiles</c>).</summary>
    public required string Step { get; init; }
}

/// <summary>The step that was opened is decided.</summary>
/// <remarks>Private part: <see cref="Explanation"/>. After a veto the request is refused on its ground (<see cref="RequestRefused"/>), where the ground asks for it after consultation.</remarks>
public sealed record NationalStepDecided
{
    /// <summary>Whether the request goes on.</summary>
    public required NationalStepDecision Decision { get; init; }

    /// <summary>Code of the ground of a veto (<c>contracts/catalogue/refusal-grounds.json</c>). Null: the request goes on.</summary>
    public string? Ground { get; init; }
}

/// <summary>What a state decides in a step of its own.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NationalStepDecision>))]
public enum NationalStepDecision
{
    /// <summary>The request goes on.</summary>
    GoesOn,

    /// <summary>It does not.</summary>
    Vetoed,
}

/// <summary>Execution is postponed as long as needed (European Investigation Order, Article 15). The execution clock is held.</summary>
public sealed record ExecutionPostponed
{
    /// <summary>Why.</summary>
    public required PostponementGround Ground { get; init; }

    /// <summary>When it will be looked at again. Null: after the catalogue's review time.</summary>
    public DateOnly? EstimatedEnd { get; init; }
}

/// <summary>Why execution is postponed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PostponementGround>))]
public enum PostponementGround
{
    /// <summary>It would prejudice an ongoing investigation or prosecution.</summary>
    PrejudiceToProceedings,

    /// <summary>The objects, documents or data are used in other proceedings.</summary>
    ItemsInUse,

    /// <summary>A remedy is pending.</summary>
    RemedyPending,
}

/// <summary>The ground for postponement has gone; execution goes on.</summary>
public sealed record ExecutionResumed;

/// <summary>The execution limit cannot be kept; reasons and another timing are proposed (European Investigation Order, Article 12(6)).</summary>
public sealed record DelayNotified
{
    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }

    /// <summary>The day proposed instead.</summary>
    public required DateOnly ProposedDate { get; init; }
}

/// <summary>The new timing is agreed and replaces the execution limit.</summary>
public sealed record TimingAgreed
{
    /// <summary>The day agreed.</summary>
    public required DateOnly On { get; init; }
}

/// <summary>Answer to the hub's question why a limit has passed. Stops the ladder from treating the side as silent.</summary>
public sealed record DelayReasonGiven
{
    /// <summary>The rule whose limit passed.</summary>
    public required string RuleId { get; init; }

    /// <summary>Code of the reason.</summary>
    public required DelayReason Reason { get; init; }

    /// <summary>When it will be done. Null: not known.</summary>
    public DateOnly? Estimate { get; init; }
}

/// <summary>The sides have spoken about a limit, or one of them has tried: the call that level 2 of the ladder asks for. Taken in every state. Once they have spoken, the
/// silent side counts as one that has given a reason.</summary>
public sealed record ContactNoted
{
    /// <summary>The rule whose limit was spoken of.</summary>
    public required string RuleId { get; init; }

    /// <summary>The day of the contact.</summary>
    public required DateOnly On { get; init; }

    /// <summary>How.</summary>
    public required ContactKind Kind { get; init; }

    /// <summary>True: the other side was spoken to. False: nobody was reached; it stays silence.</summary>
    public required bool Reached { get; init; }

    /// <summary>What was agreed, in one line without personal data. Null: nothing.</summary>
    public string? Agreed { get; init; }

    /// <summary>The day by which it will be done, as spoken of. Null: none. The limit itself stays as it is.</summary>
    public DateOnly? NewDay { get; init; }
}

/// <summary>How two authorities came into contact.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ContactKind>))]
public enum ContactKind
{
    /// <summary>By telephone.</summary>
    Call,

    /// <summary>By video.</summary>
    VideoCall,

    /// <summary>In person.</summary>
    Visit,

    /// <summary>In writing, outside the exchange.</summary>
    Letter,
}

/// <summary>The heads of the central authorities, or whoever met in their place, have agreed: the minutes that level 3 of the ladder asks for. Taken in every state; it
/// has the effect of a contact.</summary>
public sealed record MeetingMinuted
{
    /// <summary>The rule whose limit the meeting was about.</summary>
    public required string RuleId { get; init; }

    /// <summary>The day of the meeting.</summary>
    public required DateOnly On { get; init; }

    /// <summary>What was agreed, in one line without personal data.</summary>
    public required string Agreed { get; init; }

    /// <summary>The day by which it will be done, as agreed. Null: none. The limit itself stays as it is.</summary>
    public DateOnly? NewDay { get; init; }
}

/// <summary>Why a limit passed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DelayReason>))]
public enum DelayReason
{
    /// <summary>Waiting for another authority of the same state.</summary>
    OtherAuthority,

    /// <summary>Waiting for a court.</summary>
    Court,

    /// <summary>Workload.</summary>
    Workload,

    /// <summary>Person or object not found yet.</summary>
    NotFound,

    /// <summary>Translation.</summary>
    Translation,

    /// <summary>Technical.</summary>
    Technical,
}
