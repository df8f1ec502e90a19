using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>Evidence goes to the requesting side, whole or in parts.</summary>
/// <remarks>Private part: <see cref="EvidenceParticulars"/>.</remarks>
public sealed record EvidenceSent
{
    /// <summary>Number of this part: 1, 2, 3...</summary>
    public required int Part { get; init; }

    /// <summary>How many parts there will be, when known.</summary>
    public int? OfParts { get; init; }

    /// <summary>True: the last part.</summary>
    public required bool Final { get; init; }

    /// <summary>The items of this part. At least one.</summary>
    public required IReadOnlyList<EvidenceItem> Manifest { get; init; }

    /// <summary>Conditions on the use of the evidence, one line each, without personal data.</summary>
    public IReadOnlyList<string> UseConditions { get; init; } = [];

    /// <summary>True: originals that must come back.</summary>
    public bool OriginalsToReturn { get; init; }

    /// <summary>The day originals must be back. Null: as agreed later.</summary>
    public DateOnly? ReturnBy { get; init; }
}

/// <summary>One line of a manifest.</summary>
public sealed record EvidenceItem
{
    /// <summary>The item, the same in the private part and in every later act about it.</summary>
    public required Guid ItemId { get; init; }

    /// <summary>The kind.</summary>
    public required EvidenceKind Kind { get; init; }

    /// <summary>Length of the content in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>SHA-256 over the item's salt followed by its content, lower-case hex. The salt stands in the private part.</summary>
    public required string Commitment { get; init; }
}

/// <summary>Kinds of evidence.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EvidenceKind>))]
public enum EvidenceKind
{
    /// <summary>Testimony, a record of a hearing.</summary>
    Testimony,

    /// <summary>Expert report.</summary>
    ExpertReport,

    /// <summary>Document.</summary>
    Document,

    /// <summary>Bank record or transaction data.</summary>
    BankRecord,

    /// <summary>Subscriber data.</summary>
    SubscriberData,

    /// <summary>Traffic data.</summary>
    TrafficData,

    /// <summary>Content data.</summary>
    ContentData,

    /// <summary>Image of a device.</summary>
    DeviceImage,

    /// <summary>Seized object (its record).</summary>
    SeizedObject,

    /// <summary>Photograph or video.</summary>
    PhotoOrVideo,

    /// <summary>Intercept.</summary>
    Intercept,

    /// <summary>Extract from a register or criminal record.</summary>
    RegisterExtract,

    /// <summary>Physical sample (its record).</summary>
    PhysicalSample,

    /// <summary>Extract from a crypto-asset ledger.</summary>
    CryptoLedgerExtract,

    /// <summary>DNA profile or fingerprints.</summary>
    DnaOrFingerprint,

    /// <summary>Report of an undercover officer.</summary>
    UndercoverReport,
}

/// <summary>A part arrived and its commitments hold.</summary>
public sealed record EvidenceReceived
{
    /// <summary>The part.</summary>
    public required int Part { get; init; }
}

/// <summary>A part is defective: missing, unreadable, or its commitment does not hold.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record EvidenceFoundDefective
{
    /// <summary>The part.</summary>
    public required int Part { get; init; }

    /// <summary>The items at fault. At least one.</summary>
    public required IReadOnlyList<EvidenceDefect> Defects { get; init; }
}

/// <summary>What is wrong with one item.</summary>
public sealed record EvidenceDefect
{
    /// <summary>The item.</summary>
    public required Guid ItemId { get; init; }

    /// <summary>What is wrong.</summary>
    public required DefectKind Kind { get; init; }
}

/// <summary>What is wrong with an item.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DefectKind>))]
public enum DefectKind
{
    /// <summary>Not in the private part.</summary>
    Missing,

    /// <summary>Cannot be read.</summary>
    Unreadable,

    /// <summary>The commitment does not hold.</summary>
    CommitmentFails,
}

/// <summary>The requesting side accepts the conditions on use; with it the request counts as executed.</summary>
public sealed record UseConditionsAccepted;

/// <summary>Originals went back.</summary>
public sealed record OriginalsReturned
{
    /// <summary>How, in one line without personal data.</summary>
    public required string Channel { get; init; }
}

/// <summary>The requested side does not want the originals back.</summary>
public sealed record ReturnWaived;

/// <summary>What became of it. Without an outcome a request does not close as executed.</summary>
public sealed record UseReported
{
    /// <summary>The outcome.</summary>
    public required UseOutcome Outcome { get; init; }

    /// <summary>Quality of the evidence as the user found it: 1 (unusable) to 5. Null: no opinion.</summary>
    public int? Quality { get; init; }
}

/// <summary>What became of the evidence.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UseOutcome>))]
public enum UseOutcome
{
    /// <summary>Used in trial.</summary>
    UsedInTrial,

    /// <summary>Used in the investigation, no trial.</summary>
    UsedInInvestigation,

    /// <summary>Not used.</summary>
    NotUsed,
}

/// <summary>A further request about the same matter follows, as a request of its own.</summary>
public sealed record SupplementAnnounced
{
    /// <summary>The new request; its <see cref="RequestSubmitted.Supplements"/> names this one.</summary>
    public required Guid SupplementaryRequestId { get; init; }
}

/// <summary>The requesting side takes the request back. The requested side confirms that everything has stopped.</summary>
public sealed record RequestWithdrawn
{
    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>The requesting side wants less.</summary>
public sealed record ScopeReduced
{
    /// <summary>Measures no longer wanted. At least one, not all.</summary>
    public required IReadOnlyList<MeasureKind> NoLongerWanted { get; init; }
}

/// <summary>A side confirms that what was taken back, or objected to, has stopped.</summary>
public sealed record StopConfirmed
{
    /// <summary>What became of results already obtained.</summary>
    public required ResultsFate Results { get; init; }
}

/// <summary>What became of results already obtained.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResultsFate>))]
public enum ResultsFate
{
    /// <summary>There were none.</summary>
    None,

    /// <summary>Returned.</summary>
    Returned,

    /// <summary>Destroyed.</summary>
    Destroyed,
}

/// <summary>Where does the request stand? Answered by the hub at once with <see cref="StatusReport"/>, in every state.</summary>
public sealed record StatusAsked;

/// <summary>A word to the other side, outside the procedure. Accepted in every state.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record NoteSent
{
    /// <summary>Subject, without personal data.</summary>
    public required string Subject { get; init; }

    /// <summary>Another request the note is about, for example the transit of the person who is surrendered under this one. Null: none.</summary>
    public Guid? AboutRequestId { get; init; }
}

/// <summary>An earlier act said something wrong; here is what is right. Accepted in every state; both versions stay on record.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record CorrectionMade
{
    /// <summary>The act corrected, one of this side's own.</summary>
    public required Guid OfActId { get; init; }

    /// <summary>What kind of error.</summary>
    public required CorrectionKind Kind { get; init; }
}

/// <summary>What kind of error is corrected.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CorrectionKind>))]
public enum CorrectionKind
{
    /// <summary>Wrong person.</summary>
    WrongPerson,

    /// <summary>Wrong data.</summary>
    WrongData,

    /// <summary>Wrong addressee.</summary>
    WrongAddressee,

    /// <summary>A clock error.</summary>
    ClockError,
}

/// <summary>One side disputes how the other treats the request. Taken in every state; the hub opens a dispute between the two as a request of its own
/// (<see cref="DisputeNotice"/>), and the request goes on meanwhile.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record DisputeRaised
{
    /// <summary>The article in dispute.</summary>
    public required string Article { get; init; }

    /// <summary>The claim, in one line without personal data.</summary>
    public required string Claim { get; init; }

    /// <summary>What is wanted, in one line without personal data. Null: not said.</summary>
    public string? Relief { get; init; }

    /// <summary>Neutral references of other requests between the two states that the same dispute is about, ten at most. A hold reaches the request on which the dispute is raised, and none of
    /// these.</summary>
    public IReadOnlyList<string> AlsoAbout { get; init; } = [];
}

/// <summary>How far an act has come on the receiving side. Given by its adapter or desk; the procedure is not touched, the "delivered but not opened" watch
/// is.</summary>
public sealed record ReceiptGiven
{
    /// <summary>The act the receipt is for.</summary>
    public required Guid OfActId { get; init; }

    /// <summary>How far.</summary>
    public required ReceiptStage Stage { get; init; }
}

/// <summary>How far an act has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReceiptStage>))]
public enum ReceiptStage
{
    /// <summary>The hub has it and it is valid. Given by the hub itself.</summary>
    Accepted,

    /// <summary>The receiving adapter has it, verified and opened the seal.</summary>
    Delivered,

    /// <summary>The receiving state's own system or desk has it.</summary>
    HandedOver,

    /// <summary>A person has opened it.</summary>
    Opened,
}
