using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>The requesting authority asks for assistance. Opens a request.</summary>
/// <remarks>Content after the European Investigation Order, Article 5 and Annex A, and the common form of earlier instruments. Private part:
/// <see cref="RequestParticulars"/>.</remarks>
public sealed record RequestSubmitted : IRequestContent, IOpening
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <inheritdoc/>
    public required IReadOnlyList<Measure> Measures { get; init; }

    /// <inheritdoc/>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }

    /// <inheritdoc/>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <inheritdoc/>
    public DateOnly? WantedBy { get; init; }

    /// <inheritdoc/>
    public string? WantedByReason { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<DownstreamDate> DownstreamDates { get; init; } = [];

    /// <inheritdoc/>
    public bool Confidential { get; init; }

    /// <inheritdoc/>
    public bool ContentCertified { get; init; }

    /// <inheritdoc/>
    public RequestEnvelope? Envelope { get; init; }

    /// <inheritdoc/>
    public bool Notified { get; init; }

    /// <summary>The earlier request this one supplements (European Investigation Order, Annex A section D). Null: it stands alone.</summary>
    public Guid? Supplements { get; init; }
}

/// <summary>A returned request comes back, cured. Linked, never a new request; the original receipt stays on record.</summary>
/// <remarks>Private part: <see cref="RequestParticulars"/>.</remarks>
public sealed record RequestResubmitted : IRequestContent
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <inheritdoc/>
    public required IReadOnlyList<Measure> Measures { get; init; }

    /// <inheritdoc/>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }

    /// <inheritdoc/>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <inheritdoc/>
    public DateOnly? WantedBy { get; init; }

    /// <inheritdoc/>
    public string? WantedByReason { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<DownstreamDate> DownstreamDates { get; init; } = [];

    /// <inheritdoc/>
    public bool Confidential { get; init; }

    /// <inheritdoc/>
    public bool ContentCertified { get; init; }

    /// <inheritdoc/>
    public RequestEnvelope? Envelope { get; init; }

    /// <inheritdoc/>
    public bool Notified { get; init; }

    /// <summary>What was cured, in one line without personal data.</summary>
    public required string Cured { get; init; }
}

/// <summary>What every act that can open a request says.</summary>
public interface IOpening
{
    /// <summary>The treaty or framework relied on, a code of the region, for example <c>EIO</c>. It brings the time rules, the grounds for refusal and the
    /// ladder.</summary>
    string Instrument { get; }

    /// <summary>The neutral reference both sides quote, for example <c>XA-2026-000142</c>. Never a name, never a court's file number.</summary>
    string Reference { get; }
}

/// <summary>What every act that asks for something says of the requesting state's own calendar.</summary>
public interface IDated
{
    /// <summary>Dates that matter at home: the earliest drives the priority. Today or later.</summary>
    IReadOnlyList<DownstreamDate> DownstreamDates { get; }
}

/// <summary>What a request for assistance says in the open, whether sent for the first time or again.</summary>
public interface IRequestContent : IDated
{
    /// <inheritdoc cref="IOpening.Instrument"/>
    string Instrument { get; }

    /// <inheritdoc cref="IOpening.Reference"/>
    string Reference { get; }

    /// <summary>What is asked for. At least one.</summary>
    IReadOnlyList<Measure> Measures { get; }

    /// <summary>The offences, as far as rules need them: codes and penalties, not facts. At least one.</summary>
    IReadOnlyList<OffenceFact> Offences { get; }

    /// <summary>Languages in which the request and its papers are supplied (BCP 47). At least one.</summary>
    IReadOnlyList<string> Languages { get; }

    /// <summary>A specific date on which or by which the measure must be carried out (European Investigation Order, Article 12(2)). Null: the ordinary
    /// limits.</summary>
    DateOnly? WantedBy { get; }

    /// <summary>Why that date: procedural deadline, seriousness, urgency. Needed when <see cref="WantedBy"/> is set.</summary>
    string? WantedByReason { get; }

    /// <summary>True: the fact of the investigation must be kept secret (European Investigation Order, Article 19).</summary>
    bool Confidential { get; }

    /// <summary>True: the issuing authority certifies the content as accurate and correct.</summary>
    bool ContentCertified { get; }

    /// <summary>Since 1.1. What frames the request: its basis, its validation, what goes with it, its limits of use. Null: not said.</summary>
    RequestEnvelope? Envelope { get; }

    /// <summary>Since 1.1. True: the order is notified to the enforcing authority, which may raise a ground in its time; the records are sent at the end of that time, or sooner when it has
    /// cleared them, and its silence is no objection (Regulation (EU) 2023/1543, Articles 8, 10(2), 12(1)). Only under an instrument that knows the notification.</summary>
    bool Notified { get; }
}

/// <summary>What the forms of every instrument repeat around a request, as far as rules and routing need it. Names and file numbers stand in the private part.</summary>
public sealed record RequestEnvelope
{
    /// <summary>What the requested state is bound by.</summary>
    public LegalBasis LegalBasis { get; init; }

    /// <summary>What kind of authority has validated the request (European Investigation Order, Article 2(c)(ii)); who it was stands in the private part. Null: it needs no
    /// validation, or it is not said.</summary>
    public ValidatorKind? ValidatedBy { get; init; }

    /// <summary>Why it is confidential, in one line without personal data. Goes with a request that is. Null: not said.</summary>
    public string? ConfidentialReason { get; init; }

    /// <summary>Other requests in the same matter (Regulation (EU) 2018/1805, Annex I, section H), twenty at most.</summary>
    public IReadOnlyList<RelatedRequest> Related { get; init; } = [];

    /// <summary>For what alone the requesting state will use what it receives: short codes or text without personal data. Empty: nothing is declared.</summary>
    public IReadOnlyList<string> UseLimits { get; init; } = [];
}

/// <summary>What a requested state is bound by.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LegalBasis>))]
public enum LegalBasis
{
    /// <summary>The treaty or framework named.</summary>
    Treaty,

    /// <summary>Reciprocity: the requesting state would do the same.</summary>
    Reciprocity,

    /// <summary>Comity: nothing binds it.</summary>
    Comity,
}

/// <summary>What kind of authority validates a request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ValidatorKind>))]
public enum ValidatorKind
{
    /// <summary>A judge or court.</summary>
    Judge,

    /// <summary>An investigating judge.</summary>
    InvestigatingJudge,

    /// <summary>A public prosecutor.</summary>
    Prosecutor,
}

/// <summary>Another request in the same matter, in the exchange or outside it.</summary>
public sealed record RelatedRequest
{
    /// <summary>What it asks for, in one line without personal data, for example "freezing".</summary>
    public required string What { get; init; }

    /// <summary>The state it went to, ISO 3166-1 alpha-2.</summary>
    public required string State { get; init; }

    /// <summary>Its day.</summary>
    public required DateOnly On { get; init; }

    /// <summary>The neutral reference of the requesting state.</summary>
    public required string OurReference { get; init; }

    /// <summary>The reference of the requested state. Null: none is known.</summary>
    public string? TheirReference { get; init; }
}

/// <summary>One measure asked for.</summary>
public sealed record Measure
{
    /// <summary>The kind, which decides whether it is coercive and what it may be refused on.</summary>
    public required MeasureKind Kind { get; init; }

    /// <summary>Formalities and procedures to respect (European Investigation Order, Article 9(2)), as short codes or text without personal data.</summary>
    public IReadOnlyList<string> Formalities { get; init; } = [];

    /// <summary>How many persons, places, accounts or items it concerns. At least 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Since 1.1. How a person is to be heard. Null: nobody is heard, or it is not said.</summary>
    public HearingTerms? Hearing { get; init; }

    /// <summary>Since 1.1. How a person in custody is to be transferred for a time. Null: nobody is, or it is not said.</summary>
    public TransferTerms? Transfer { get; init; }

    /// <summary>Since 1.1. The time the measure is about: of operations on an account, of an interception, of the use of a line, of a transfer. Null: not
    /// said.</summary>
    public MeasurePeriod? Period { get; init; }

    /// <summary>Since 1.1. Which operations on an account are wanted (European Investigation Order, Article 27). Null: not said.</summary>
    public OperationFlow? Flow { get; init; }

    /// <summary>Since 1.1. Is a transcription of what is intercepted wanted? The requesting state bears its cost. Null: not said.</summary>
    public bool? TranscriptionWanted { get; init; }

    /// <summary>Since 1.1. Is decoding or decrypting of what is intercepted wanted? The requesting state bears its cost. Null: not said.</summary>
    public bool? DecodingWanted { get; init; }

    /// <summary>Since 1.1. What becomes of evidence that is kept from loss (European Investigation Order, Article 32). Null: not said.</summary>
    public SafekeepingTerms? Safekeeping { get; init; }

    /// <summary>Since 1.1. Would the search or seizure be lawful in the requesting state on the same facts? Attested by the issuing authority. Null: not
    /// said.</summary>
    public bool? LawfulAtHome { get; init; }
}

/// <summary>Kinds of measure. The coercive ones are marked in the catalogue (<c>contracts/catalogue/measures.json</c>).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MeasureKind>))]
public enum MeasureKind
{
    /// <summary>Evidence the requested state already holds.</summary>
    EvidenceAlreadyHeld,

    /// <summary>An extract from a police, court or public register.</summary>
    RegisterExtract,

    /// <summary>Hearing of a witness, expert, victim, suspect or third party.</summary>
    Hearing,

    /// <summary>Hearing by video or telephone conference.</summary>
    VideoHearing,

    /// <summary>Identification of the holder of a telephone number or IP address.</summary>
    SubscriberIdentification,

    /// <summary>Service of a document.</summary>
    ServiceOfDocuments,

    /// <summary>Information on bank and other financial accounts.</summary>
    BankAccounts,

    /// <summary>Information on bank and other financial operations.</summary>
    BankTransactions,

    /// <summary>Search of a place, person or device.</summary>
    Search,

    /// <summary>Seizure of an object or of data.</summary>
    Seizure,

    /// <summary>Interception of telecommunications.</summary>
    Interception,

    /// <summary>Gathering of evidence in real time over a period.</summary>
    RealTimeMonitoring,

    /// <summary>Covert investigation.</summary>
    CovertInvestigation,

    /// <summary>Temporary transfer of a person held in custody.</summary>
    TemporaryTransfer,

    /// <summary>Provisional measure to keep evidence from being destroyed or moved.</summary>
    ProvisionalMeasure,

    /// <summary>Any other measure, described in the private part.</summary>
    Other,
}

/// <summary>An offence as far as rules need it.</summary>
public sealed record OffenceFact
{
    /// <summary>Code of the 32-offence list (<c>contracts/catalogue/offences.json</c>), for example <c>fraud</c>. Null: not a list offence, dual criminality
    /// is looked at.</summary>
    public string? ListOffence { get; init; }

    /// <summary>The offence code of the requesting state's own law, as its system writes it.</summary>
    public string? NationalCode { get; init; }

    /// <summary>Longest custodial penalty in the requesting state, in whole months; null when not known. Life is 1200.</summary>
    public int? LongestPenaltyMonths { get; init; }
}

/// <summary>A date that matters at home.</summary>
public sealed record DownstreamDate
{
    /// <summary>What falls on it.</summary>
    public required DownstreamKind Kind { get; init; }

    /// <summary>The day, in the requesting state's calendar.</summary>
    public required DateOnly On { get; init; }
}

/// <summary>What falls on a downstream date.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DownstreamKind>))]
public enum DownstreamKind
{
    /// <summary>A hearing.</summary>
    CourtDate,

    /// <summary>The end of somebody's detention.</summary>
    DetentionEnd,

    /// <summary>The limitation of the offence.</summary>
    Limitation,
}
