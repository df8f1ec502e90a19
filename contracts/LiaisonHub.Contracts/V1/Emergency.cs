using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>A life, a child, an attack or the evidence itself is in danger: records are asked for at once. Opens an emergency request.</summary>
/// <remarks>Only what cannot wait is asked here; everything else follows with the formal request. The header's priority is <see cref="Priority.Emergency"/>.
/// Private part: <see cref="RequestParticulars"/>, whose text names the threat.</remarks>
public sealed record EmergencyRequested : IOpening, IDated
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <summary>What is in danger.</summary>
    public required EmergencyReason Reason { get; init; }

    /// <summary>The kinds of record asked for. At least one.</summary>
    public required IReadOnlyList<RecordCategory> Categories { get; init; }

    /// <summary>Since 1.1. The time from which the records are wanted, both ends included. Null: not said; then more may be kept than is needed, or nothing found.</summary>
    public MeasurePeriod? Period { get; init; }

    /// <summary>Did a judge, court or prosecutor order or validate it beforehand? If not, validation is given afterwards, within 48 hours.</summary>
    public required bool Validated { get; init; }

    /// <summary>The offences, as far as they are known already.</summary>
    public IReadOnlyList<OffenceFact> Offences { get; init; } = [];

    /// <summary>Since 1.1. Dates that matter at home: the earliest drives the priority. Today or later.</summary>
    public IReadOnlyList<DownstreamDate> DownstreamDates { get; init; } = [];
}

/// <summary>What is in danger.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EmergencyReason>))]
public enum EmergencyReason
{
    /// <summary>A life or the physical integrity of a person.</summary>
    Life,

    /// <summary>A child.</summary>
    Child,

    /// <summary>An attack is imminent, on people or on critical infrastructure.</summary>
    Attack,

    /// <summary>The evidence would be lost.</summary>
    EvidenceLoss,
}

/// <summary>The short rights check of the emergency lane: the items marked short in the rights catalogue, all answered. Nothing is produced without
/// it.</summary>
/// <remarks>When one did not pass, the request is held until the judge on duty makes the check.</remarks>
public sealed record RightsCheckMade : IRightsChecked
{
    /// <inheritdoc/>
    public required RightsCheck RightsCheck { get; init; }
}

/// <summary>The judge, court or prosecutor of the requesting state has decided on an order that was made without validation.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record ValidationDecided
{
    /// <summary>Is it validated? If not, whatever was received is deleted or restricted everywhere.</summary>
    public required bool Granted { get; init; }

    /// <summary>Post held by whoever decided; never the name.</summary>
    public required string DecidedBy { get; init; }
}

/// <summary>What was received has to be undone or corrected: these authorities hold it or a copy. In an emergency the list is complete.</summary>
/// <remarks>In a correction these come on top of those named before.</remarks>
public sealed record HoldersNamed
{
    /// <summary>Codes of the authorities in the region's register, the own one included. At least one. In an emergency the first is holder 1.</summary>
    public required IReadOnlyList<string> Holders { get; init; }
}

/// <summary>A holder confirms that it keeps nothing it could use. For a holder in a third state that state confirms by itself (<see cref="CopyConfirmed"/>).</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional: how it is proved.</remarks>
public sealed record HolderConfirmed
{
    /// <summary>Its number in <see cref="HoldersNamed.Holders"/>: 1, 2, 3...</summary>
    public required int Holder { get; init; }

    /// <summary>What it did.</summary>
    public required UndoneBy Done { get; init; }
}

/// <summary>How a holder undid it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UndoneBy>))]
public enum UndoneBy
{
    /// <summary>Deleted.</summary>
    Deletion,

    /// <summary>Restricted: kept apart, and used for nothing.</summary>
    Restriction,
}

/// <summary>There is no emergency: the matter goes on as an ordinary request. Counted, so that misuse of the lane is seen.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record LaneDowngraded
{
    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}
