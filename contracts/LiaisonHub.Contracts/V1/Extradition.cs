using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>The requesting authority asks for the arrest of a person before the formal request is ready (European Convention on Extradition, Article 16).
/// Opens a request.</summary>
/// <remarks>Private part: <see cref="RequestParticulars"/>: who the person is, where the person is believed to be, what was done, when and where.</remarks>
public sealed record ProvisionalArrestRequested : IOpening
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <summary>The offences for which extradition will be asked, as far as rules need them. At least one.</summary>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }

    /// <summary>Languages in which the request is supplied (BCP 47). At least one.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>Why it cannot wait for the formal request, in one line without personal data.</summary>
    public required string UrgencyReason { get; init; }

    /// <summary>True: a judgment or a warrant of arrest exists (Article 12(2)(a)). Without one nobody may be arrested on this request.</summary>
    public required bool WarrantExists { get; init; }

    /// <summary>True: a formal request will be sent. Without that intention nobody may be arrested on this request.</summary>
    public required bool ExtraditionIntended { get; init; }

    /// <summary>Number of the notice or alert through which the person is sought. Null: none.</summary>
    public string? NoticeNumber { get; init; }

    /// <summary>The day by which the formal request is expected. Null: not known yet.</summary>
    public DateOnly? FormalRequestBy { get; init; }
}

/// <summary>The formal request for extradition or surrender. Opens a request, or follows a provisional arrest on the same one, also after a release.</summary>
/// <remarks>Content after the European Convention on Extradition, Article 12, and the form of the European arrest warrant. Private part:
/// <see cref="RequestParticulars"/>, with the papers.</remarks>
public sealed record ExtraditionRequested : IOpening, IDated
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <summary>What the person is wanted for.</summary>
    public required ExtraditionPurpose Purpose { get; init; }

    /// <summary>The offences, as far as rules need them. Later acts name them by their position: 1, 2, 3... At least one.</summary>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }

    /// <summary>Languages in which the request and its papers are supplied (BCP 47). At least one.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>The papers that come with it. The warrant or judgment and the statement of offences always do.</summary>
    public required IReadOnlyList<ExtraditionPaper> Papers { get; init; }

    /// <summary>What is left of the sentence, in whole months, where the person is wanted to serve one. Life is 1200.</summary>
    public int? SentenceLeftMonths { get; init; }

    /// <summary>How the person took part in the trial, where there is a judgment.</summary>
    public TrialPresence? Presence { get; init; }

    /// <summary>Assurances given with the request.</summary>
    public IReadOnlyList<AssuranceKind> Assurances { get; init; } = [];

    /// <summary>True: objects are to be seized and handed over with the person.</summary>
    public bool ObjectsWanted { get; init; }

    /// <summary>True: the issuing authority certifies the content as accurate and correct.</summary>
    public bool ContentCertified { get; init; }

    /// <summary>Since 1.1. Dates that matter at home: the earliest drives the priority. Today or later.</summary>
    public IReadOnlyList<DownstreamDate> DownstreamDates { get; init; } = [];
}

/// <summary>What a person is wanted for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExtraditionPurpose>))]
public enum ExtraditionPurpose
{
    /// <summary>To be prosecuted.</summary>
    Prosecution,

    /// <summary>To serve a sentence or detention order.</summary>
    Sentence,
}

/// <summary>Papers of a request for extradition (European Convention on Extradition, Article 12(2)).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExtraditionPaper>))]
public enum ExtraditionPaper
{
    /// <summary>Judgment, warrant of arrest or order with the same effect.</summary>
    WarrantOrJudgment,

    /// <summary>Statement of the offences: time, place, legal description, legal references.</summary>
    StatementOfOffences,

    /// <summary>Text of the law that applies.</summary>
    TextOfLaw,

    /// <summary>Description of the person, with identity and nationality.</summary>
    DescriptionOfPerson,

    /// <summary>Photograph and fingerprints.</summary>
    PhotographAndFingerprints,

    /// <summary>Record of the case or evidence, where the requested state asks for it.</summary>
    RecordOfTheCase,
}

/// <summary>How a person took part in the trial that led to the judgment.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrialPresence>))]
public enum TrialPresence
{
    /// <summary>Appeared in person.</summary>
    Appeared,

    /// <summary>Was summoned in person and told that a decision may follow.</summary>
    Summoned,

    /// <summary>Had a lawyer who defended at the trial.</summary>
    LawyerMandated,

    /// <summary>Was not there and has a right to a new trial.</summary>
    RetrialOpen,

    /// <summary>Was not there, and no new trial is open.</summary>
    Absent,
}

/// <summary>What an assurance is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AssuranceKind>))]
public enum AssuranceKind
{
    /// <summary>The death penalty is not imposed or not carried out.</summary>
    DeathPenalty,

    /// <summary>No torture, no inhuman or degrading treatment.</summary>
    InhumanTreatment,

    /// <summary>A life sentence is reviewed.</summary>
    LifeReview,

    /// <summary>A new trial is open.</summary>
    Retrial,

    /// <summary>A national or resident comes back to serve the sentence.</summary>
    ReturnOfNational,

    /// <summary>Conditions of detention.</summary>
    PrisonConditions,
}

/// <summary>Asks a third state to let a surrendered person pass (European Convention on Extradition, Article 21; European arrest warrant, Article 25).
/// Opens a request of its own towards that state.</summary>
/// <remarks>Private part: <see cref="RequestParticulars"/>.</remarks>
public sealed record TransitRequested : IOpening
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <summary>The request for extradition under which the person is surrendered. A note on that request links this one.</summary>
    public required Guid ForRequestId { get; init; }

    /// <summary>The state that surrenders the person (ISO 3166-1 alpha-2).</summary>
    public required string FromState { get; init; }

    /// <summary>The offences of the surrender, as far as rules need them. At least one.</summary>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }

    /// <summary>Languages in which the request is supplied (BCP 47). At least one.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>The day planned.</summary>
    public required DateOnly On { get; init; }

    /// <summary>The way, in one line without personal data.</summary>
    public required string Route { get; init; }

    /// <summary>True: an aircraft that was not to land here has landed, and the person waits.</summary>
    public bool ForcedLanding { get; init; }
}

/// <summary>Transit is granted. Cannot be said without the rights check. A denial is <see cref="RequestRefused"/>.</summary>
public sealed record TransitGranted : IRightsChecked
{
    /// <inheritdoc/>
    public required RightsCheck RightsCheck { get; init; }

    /// <summary>The last day for which it holds. Null: for the journey planned.</summary>
    public DateOnly? Until { get; init; }
}

/// <summary>The person was arrested. Cannot be said without the rights check. The limits of detention run from the arrest.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record ArrestMade : IRightsChecked
{
    /// <summary>When the person was arrested.</summary>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    public required RightsCheck RightsCheck { get; init; }
}

/// <summary>A right of the arrested person was honoured, and on which day.</summary>
public sealed record RightsMilestoneReached
{
    /// <summary>Which right.</summary>
    public required RightsMilestone Milestone { get; init; }

    /// <summary>The day, in the requested state.</summary>
    public required DateOnly On { get; init; }

    /// <summary>How.</summary>
    public required MilestoneManner Manner { get; init; }

    /// <summary>The language that the person understands, in which the person was informed or which was interpreted (BCP 47). Needed with Informed and
    /// Interpreter unless waived; left out with the others.</summary>
    public string? Language { get; init; }
}

/// <summary>The rights of an arrested person that are recorded with their day.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RightsMilestone>))]
public enum RightsMilestone
{
    /// <summary>Informed of the request, of its content, and of the possibility to consent.</summary>
    Informed,

    /// <summary>Access to a lawyer.</summary>
    Lawyer,

    /// <summary>An interpreter, or everything in a language the person understands.</summary>
    Interpreter,

    /// <summary>The consular post told, where the person wishes it.</summary>
    Consular,

    /// <summary>Told which remedies are open.</summary>
    Remedy,
}

/// <summary>How a right was honoured.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MilestoneManner>))]
public enum MilestoneManner
{
    /// <summary>It was given.</summary>
    Given,

    /// <summary>The person did not need it.</summary>
    NotNeeded,

    /// <summary>The person waived it, after advice.</summary>
    Waived,
}

/// <summary>Whether the arrested person consents to being surrendered under the simplified procedure.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, the record of the hearing.</remarks>
public sealed record ConsentReported
{
    /// <summary>The answer.</summary>
    public required ConsentAnswer Answer { get; init; }

    /// <summary>True: a lawyer assisted the person. Needed for a consent.</summary>
    public bool LawyerAssisted { get; init; }

    /// <summary>True: the person was heard and notified in a language the person understands. Needed for a consent.</summary>
    public bool LanguageUnderstood { get; init; }

    /// <summary>True: the person was told that a consent cannot be taken back. Needed for a consent.</summary>
    public bool IrrevocabilityExplained { get; init; }

    /// <summary>True: a judge verified that the person consents freely and knowingly. Needed for a consent.</summary>
    public bool JudgeVerified { get; init; }

    /// <summary>True: the person also gave up the protection of the rule of specialty.</summary>
    public bool SpecialtyRenounced { get; init; }
}

/// <summary>Whether the person consents.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConsentAnswer>))]
public enum ConsentAnswer
{
    /// <summary>Consents.</summary>
    Given,

    /// <summary>Does not consent.</summary>
    NotGiven,
}

/// <summary>The person is free.</summary>
public sealed record ReleaseReported
{
    /// <summary>Since when.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why.</summary>
    public required ReleaseCause Cause { get; init; }
}

/// <summary>Why a person is free.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReleaseCause>))]
public enum ReleaseCause
{
    /// <summary>A limit of detention has passed.</summary>
    LimitPassed,

    /// <summary>A court ordered it.</summary>
    CourtOrder,

    /// <summary>The request was taken back or refused.</summary>
    RequestEnded,

    /// <summary>The person was not held.</summary>
    NotHeld,

    /// <summary>The person was held by error.</summary>
    Error,
}

/// <summary>The file is complete, the rights are checked, and the examination begins or goes on. Nothing that was asked for is waited for any longer.</summary>
public sealed record ReviewOpened : IRightsChecked
{
    /// <inheritdoc/>
    public required RightsCheck RightsCheck { get; init; }
}

/// <summary>A privilege or immunity protects the person. The decision limit begins only when it is known whether it is waived.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, which privilege or immunity.</remarks>
public sealed record ImmunityFound
{
    /// <summary>The side that asks for the waiver: Requested where an authority of the requested state may waive it, Requesting where another state or an
    /// international organisation may (Framework Decision 2002/584/JHA, Article 20(2)).</summary>
    public required Side WaiverBy { get; init; }
}

/// <summary>What became of the waiver. It may still come after it was declined, as long as nothing is decided.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record ImmunityAnswered
{
    /// <summary>The answer.</summary>
    public required WaiverAnswer Answer { get; init; }
}

/// <summary>The answer to a request for a waiver.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WaiverAnswer>))]
public enum WaiverAnswer
{
    /// <summary>The privilege or immunity is waived: the decision limit begins.</summary>
    Waived,

    /// <summary>It is not: nothing can be granted while it stands.</summary>
    NotWaived,
}

/// <summary>Another state asks for the same person. The decision limit is held where the instrument knows that.</summary>
public sealed record CompetingRequestNotified
{
    /// <summary>The other state (ISO 3166-1 alpha-2).</summary>
    public required string OtherState { get; init; }
}

/// <summary>Which of the competing requests goes first.</summary>
public sealed record PriorityDecided
{
    /// <summary>Which one.</summary>
    public required PreferredRequest Preferred { get; init; }

    /// <summary>What decided. At least one.</summary>
    public required IReadOnlyList<PriorityFactor> Factors { get; init; }
}

/// <summary>Which of the competing requests goes first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PreferredRequest>))]
public enum PreferredRequest
{
    /// <summary>This one.</summary>
    This,

    /// <summary>The other state's: this request ends.</summary>
    Other,
}

/// <summary>What decides between competing requests.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PriorityFactor>))]
public enum PriorityFactor
{
    /// <summary>How serious the offences are.</summary>
    Seriousness,

    /// <summary>Where they were committed.</summary>
    Place,

    /// <summary>The dates of the requests.</summary>
    Dates,

    /// <summary>The nationality of the person.</summary>
    Nationality,

    /// <summary>Whether the person can be extradited onward afterwards.</summary>
    OnwardExtradition,

    /// <summary>Whether the person is to be prosecuted or to serve a sentence.</summary>
    Purpose,
}

/// <summary>The requested side needs assurances before it can decide.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record AssuranceRequested
{
    /// <summary>What about. At least one.</summary>
    public required IReadOnlyList<AssuranceKind> Kinds { get; init; }

    /// <summary>The day by which they are wanted. Null: the catalogue's limit.</summary>
    public DateOnly? WantedBy { get; init; }
}

/// <summary>The requesting side gives the assurances, or declines.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, the text of the assurances.</remarks>
public sealed record AssuranceAnswered
{
    /// <summary>The assurances given, of those asked for. Empty: none.</summary>
    public required IReadOnlyList<AssuranceKind> Given { get; init; }
}

/// <summary>Extradition or surrender is granted, for all offences or for some. A refusal of the whole is <see cref="RequestRefused"/>.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, the decision.</remarks>
public sealed record ExtraditionGranted
{
    /// <summary>The offences for which it is granted. At least one.</summary>
    public required IReadOnlyList<GrantedOffence> Granted { get; init; }

    /// <summary>The offences for which it is refused, each with its ground. Every offence of the request stands in one of the two lists.</summary>
    public IReadOnlyList<RefusedOffence> Refused { get; init; } = [];
}

/// <summary>An offence for which extradition is granted, and how dual criminality was found.</summary>
public sealed record GrantedOffence
{
    /// <summary>Position of the offence in the request: 1, 2, 3...</summary>
    public required int Offence { get; init; }

    /// <summary>How dual criminality was found.</summary>
    public required DualCriminality DualCriminality { get; init; }

    /// <summary>The elements of the offence and where they stand in the law of the requested state, in one line; needed unless the offence is a list
    /// offence.</summary>
    public string? Elements { get; init; }
}

/// <summary>An offence for which extradition is refused.</summary>
public sealed record RefusedOffence
{
    /// <summary>Position of the offence in the request: 1, 2, 3...</summary>
    public required int Offence { get; init; }

    /// <summary>Code of the ground.</summary>
    public required string Ground { get; init; }

    /// <summary>The reasons, in one line without personal data.</summary>
    public required string Reasons { get; init; }
}

/// <summary>The government agrees to what the court has granted. Only between states with a political stage. A refusal is
/// <see cref="RequestRefused"/>.</summary>
public sealed record GrantConfirmed
{
    /// <summary>True: the government said nothing in its time, and the authority that decides in its place did.</summary>
    public bool InDefault { get; init; }
}

/// <summary>An appeal against the grant is lodged: nobody is surrendered before it is decided. An appeal that succeeds ends in
/// <see cref="RequestRefused"/>.</summary>
public sealed record AppealLodged;

/// <summary>The appeal is dismissed: the grant is final, and the limits of surrender run.</summary>
public sealed record AppealDismissed;

/// <summary>One side proposes the day of surrender, or another one.</summary>
public sealed record SurrenderDateProposed
{
    /// <summary>The day, in the requested state.</summary>
    public required DateOnly On { get; init; }

    /// <summary>Where, in one line without personal data. Null: as the other side prefers.</summary>
    public string? Place { get; init; }

    /// <summary>The states that the way crosses on the ground, or in which it lands (ISO 3166-1 alpha-2); a flight without a planned landing crosses none
    /// (European arrest warrant, Article 25(5)). Each must have granted the transit before the day is agreed.</summary>
    public IReadOnlyList<string> Crosses { get; init; } = [];

    /// <summary>The circumstances beyond the control of a side that prevent the day agreed before, in one line. Null: there are none, and the limits that
    /// run are kept.</summary>
    public string? ForceMajeure { get; init; }
}

/// <summary>The other side agrees to the day. Each state that the way crosses has granted the transit for it (<see cref="TransitAnswerReported"/>).</summary>
public sealed record SurrenderDateAgreed
{
    /// <summary>The day agreed: the one proposed.</summary>
    public required DateOnly On { get; init; }

    /// <summary>Further states that the way crosses, besides those of the proposal (ISO 3166-1 alpha-2).</summary>
    public IReadOnlyList<string> Crosses { get; init; } = [];
}

/// <summary>What a third state answered to a request for transit: the requesting side made it, so that the requested side and the hub learn of the answer
/// here. A later report about the same state takes the place of the one before. After a denial no surrender is made on a way through that state.</summary>
public sealed record TransitAnswerReported
{
    /// <summary>The state of transit (ISO 3166-1 alpha-2).</summary>
    public required string State { get; init; }

    /// <summary>The request for transit (<see cref="TransitRequested"/>).</summary>
    public required Guid TransitRequestId { get; init; }

    /// <summary>The answer.</summary>
    public required TransitAnswer Answer { get; init; }

    /// <summary>The last day for which it is granted; the day of the journey, where the grant names none. Needed with Granted.</summary>
    public DateOnly? Until { get; init; }
}

/// <summary>What a state of transit answered.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TransitAnswer>))]
public enum TransitAnswer
{
    /// <summary>The person may pass.</summary>
    Granted,

    /// <summary>The person may not pass: another day or another way is agreed.</summary>
    Denied,
}

/// <summary>The surrender is postponed; its limits do not run meanwhile.</summary>
public sealed record SurrenderPostponed
{
    /// <summary>Why.</summary>
    public required SurrenderPostponementGround Ground { get; init; }

    /// <summary>When it will be looked at again. Null: after the catalogue's review time.</summary>
    public DateOnly? ReviewOn { get; init; }
}

/// <summary>Why a surrender is postponed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SurrenderPostponementGround>))]
public enum SurrenderPostponementGround
{
    /// <summary>The person is prosecuted in the requested state.</summary>
    OwnProceedings,

    /// <summary>The person serves a sentence in the requested state.</summary>
    OwnSentence,

    /// <summary>Serious humanitarian reasons: life or health.</summary>
    Humanitarian,
}

/// <summary>The person is surrendered for a time, on terms both sides have put in writing.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, the terms.</remarks>
public sealed record TemporarySurrenderAgreed
{
    /// <summary>The day by which the person is back.</summary>
    public required DateOnly ReturnBy { get; init; }

    /// <summary>True: the person stays in custody on the requesting side.</summary>
    public required bool KeptInCustody { get; init; }
}

/// <summary>The person surrendered or transferred for a time is back, or has left.</summary>
public sealed record PersonReturned;

/// <summary>Nobody came for the person on the day agreed.</summary>
public sealed record PersonNotCollected;

/// <summary>The person was surrendered.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, the record of the surrender.</remarks>
public sealed record SurrenderMade
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Days of detention on this request, to be deducted from any sentence.</summary>
    public required int DetentionDays { get; init; }

    /// <summary>True: the person gave up the protection of the rule of specialty.</summary>
    public required bool SpecialtyRenounced { get; init; }

    /// <summary>Number of objects handed over with the person.</summary>
    public int ObjectsHandedOver { get; init; }
}

/// <summary>After the surrender the requesting side asks for consent: to prosecute another offence, or to surrender the person onward.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, with the papers.</remarks>
public sealed record SpecialtyConsentAsked
{
    /// <summary>Number of this question: 1, 2, 3...</summary>
    public required int Number { get; init; }

    /// <summary>What for.</summary>
    public required SpecialtyConsentKind Kind { get; init; }

    /// <summary>The offences, as far as rules need them. At least one.</summary>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }

    /// <summary>The state the person would go to (ISO 3166-1 alpha-2); needed for onward surrender.</summary>
    public string? ToState { get; init; }
}

/// <summary>What consent is asked for after a surrender.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SpecialtyConsentKind>))]
public enum SpecialtyConsentKind
{
    /// <summary>To prosecute or punish another offence committed before the surrender.</summary>
    OtherOffence,

    /// <summary>To surrender the person to another state.</summary>
    OnwardSurrender,
}

/// <summary>The requested side answers the question for consent.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record SpecialtyConsentDecided
{
    /// <summary>Number of the question.</summary>
    public required int Number { get; init; }

    /// <summary>True: consent is given.</summary>
    public required bool Consented { get; init; }

    /// <summary>Code of the ground, where consent is not given.</summary>
    public string? Ground { get; init; }
}

/// <summary>The person surrendered is finally discharged and free to leave: the rule of specialty ends a while after that day (European Convention on
/// Extradition, Article 14(1)(b); European arrest warrant, Article 27(3)(a)).</summary>
public sealed record FinalDischargeReported
{
    /// <summary>The day of the final discharge, in the requesting state.</summary>
    public required DateOnly On { get; init; }
}

/// <summary>What the requested side does instead of extraditing. Anything but nothing waits for the answer of the requesting side
/// (<see cref="ProsecutionAnswered"/>).</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record ProsecutionOffered
{
    /// <summary>What.</summary>
    public required AlternativeToExtradition Instead { get; init; }
}

/// <summary>What is done instead of an extradition.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlternativeToExtradition>))]
public enum AlternativeToExtradition
{
    /// <summary>The case goes to the own prosecutor.</summary>
    ProsecuteHere,

    /// <summary>The sentence is taken over and carried out here.</summary>
    TakeOverSentence,

    /// <summary>Proceedings may be transferred here: the requesting side is asked to do so.</summary>
    TransferOfProceedings,

    /// <summary>Nothing.</summary>
    Nothing,
}

/// <summary>The requesting side answers what is offered instead of an extradition. With its consent the file goes to the other side: the case is submitted
/// there at its request (European Convention on Extradition, Article 6(2)).</summary>
/// <remarks>Private part: <see cref="Explanation"/>, with the file where it is small enough.</remarks>
public sealed record ProsecutionAnswered
{
    /// <summary>The answer.</summary>
    public required OfferAnswer Answer { get; init; }

    /// <summary>The day on which file, information and exhibits were handed over, in the requesting state. Needed to accept a prosecution or the taking over
    /// of a sentence.</summary>
    public DateOnly? FileHandedOverOn { get; init; }

    /// <summary>The request for the transfer of proceedings, which takes the file with it. Needed to accept a transfer.</summary>
    public Guid? TransferRequestId { get; init; }
}

/// <summary>The answer to an offer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OfferAnswer>))]
public enum OfferAnswer
{
    /// <summary>Accepted.</summary>
    Accepted,

    /// <summary>Declined: nothing is done instead.</summary>
    Declined,
}

/// <summary>What became of the person who was surrendered. Without a final outcome the request does not close.</summary>
public sealed record ExtraditionOutcomeReported
{
    /// <summary>The outcome.</summary>
    public required ExtraditionOutcome Outcome { get; init; }
}

/// <summary>What became of a surrendered person.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExtraditionOutcome>))]
public enum ExtraditionOutcome
{
    /// <summary>Not decided yet: it will be asked again.</summary>
    Pending,

    /// <summary>Convicted.</summary>
    Convicted,

    /// <summary>Acquitted.</summary>
    Acquitted,

    /// <summary>The proceedings ended without a judgment.</summary>
    Discontinued,

    /// <summary>The sentence is served, or is being served.</summary>
    SentenceServed,
}
