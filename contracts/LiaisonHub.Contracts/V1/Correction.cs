using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>What is said of an error, by whichever side says it first.</summary>
public interface IErrorFound : IOpening
{
    /// <summary>What went wrong.</summary>
    ErrorCause Cause { get; }

    /// <summary>The request in which it happened. It is not touched: its acts and their digests stay as they are.</summary>
    Guid AboutRequestId { get; }

    /// <summary>The act of that request that was wrong, made by the side whose error it is.</summary>
    Guid AboutActId { get; }
}

/// <summary>A side says that an act of its own was wrong, and in what way. Opens a correction, or answers <see cref="ErrorReported"/>.</summary>
/// <remarks>No blame and no personal data: what is to be put right, and not who did it.</remarks>
public sealed record ErrorAcknowledged : IErrorFound
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <inheritdoc/>
    public required ErrorCause Cause { get; init; }

    /// <inheritdoc/>
    public required Guid AboutRequestId { get; init; }

    /// <inheritdoc/>
    public required Guid AboutActId { get; init; }

    /// <summary>What happened and what keeps it from happening again, in one line without blame and without personal data.</summary>
    public string? Note { get; init; }
}

/// <summary>A side says that an act of the other side was wrong. Opens a correction; the other side acknowledges, a leak within the day.</summary>
/// <remarks>No blame and no personal data. Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record ErrorReported : IErrorFound
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <inheritdoc/>
    public required ErrorCause Cause { get; init; }

    /// <inheritdoc/>
    public required Guid AboutRequestId { get; init; }

    /// <inheritdoc/>
    public required Guid AboutActId { get; init; }
}

/// <summary>What went wrong.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErrorCause>))]
public enum ErrorCause
{
    /// <summary>It is about the wrong person.</summary>
    WrongPerson,

    /// <summary>What it says is wrong.</summary>
    WrongData,

    /// <summary>It went to a state that should not have it.</summary>
    WrongState,

    /// <summary>Somebody has it who may not.</summary>
    Leak,

    /// <summary>A clock was wrong: an instant or a limit is not what it should be.</summary>
    ClockError,
}

/// <summary>The side whose error is reported finds that there is none.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record ErrorContested
{
    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>The side whose error it is says what it has led to. Further holders are named later by <see cref="HoldersNamed"/>.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record ErrorAssessed
{
    /// <summary>Everybody who holds what was wrong or a copy of it: codes of authorities in the region's register, of both sides. At least one.</summary>
    public required IReadOnlyList<string> Holders { get; init; }

    /// <summary>Is a person affected? Then that person is informed.</summary>
    public required bool PersonAffected { get; init; }

    /// <summary>Is or was a person detained because of it? Then the release is reported at once.</summary>
    public required bool PersonDetained { get; init; }

    /// <summary>Was it used as evidence? Then the court that used it is told.</summary>
    public required bool EvidenceUsed { get; init; }
}

/// <summary>What was wrong is put right: by a new version, or by a recall. Both versions stay on record; every holder confirms.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional: the new version, where it does not come as an act of the request it belongs to.</remarks>
public sealed record CorrectionIssued
{
    /// <summary>How it is put right. A leak, and what went to the wrong state, are recalled.</summary>
    public required CorrectionManner Manner { get; init; }

    /// <summary>SHA-256 of the version that no longer counts, lower-case hex.</summary>
    public required string SupersededDigest { get; init; }

    /// <summary>SHA-256 of the version that takes its place, lower-case hex. Null: a recall.</summary>
    public string? NewDigest { get; init; }
}

/// <summary>How an error is put right.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CorrectionManner>))]
public enum CorrectionManner
{
    /// <summary>A new version takes its place.</summary>
    NewVersion,

    /// <summary>Nothing takes its place: every holder deletes or restricts it, with proof.</summary>
    Recall,
}

/// <summary>A holder of a copy confirms what it did. Made by the side that answers for the holder; a holder in a third state confirms by itself, in the request by which the hub has asked it
/// (<see cref="HeldCopyNotice"/>).</summary>
public sealed record CopyConfirmed
{
    /// <summary>Code of the holder, as it was named.</summary>
    public required string Holder { get; init; }

    /// <summary>What it did.</summary>
    public required CopyFate Done { get; init; }

    /// <summary>SHA-256 of the proof of deletion or restriction (a log, a certificate), lower-case hex. Needed for both.</summary>
    public string? ProofDigest { get; init; }
}

/// <summary>What became of a copy.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CopyFate>))]
public enum CopyFate
{
    /// <summary>The new version stands in its place; the old one is marked as superseded.</summary>
    Replaced,

    /// <summary>Deleted, or looked for and no longer there.</summary>
    Deleted,

    /// <summary>Restricted: kept apart, and used for nothing.</summary>
    Restricted,
}

/// <summary>A person affected was told: of the error, or of what is frozen and why; and of the remedies.</summary>
public sealed record PersonInformed
{
    /// <summary>The day.</summary>
    public required DateOnly On { get; init; }

    /// <summary>How.</summary>
    public required InformingManner Manner { get; init; }
}

/// <summary>How a person was informed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InformingManner>))]
public enum InformingManner
{
    /// <summary>Face to face.</summary>
    InPerson,

    /// <summary>In writing.</summary>
    InWriting,

    /// <summary>Through a lawyer.</summary>
    ThroughCounsel,

    /// <summary>By public notice without personal data, since the person cannot be found.</summary>
    PublicNotice,
}

/// <summary>What the error has led to is remedied. Closes the correction.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record ErrorRemedied
{
    /// <summary>What was done, each once. At least one.</summary>
    public required IReadOnlyList<RemedyStep> Steps { get; init; }
}

/// <summary>What remedies an error. A release is reported by <see cref="ReleaseReported"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RemedyStep>))]
public enum RemedyStep
{
    /// <summary>The person was told that compensation may be claimed, and how. Needed where somebody was detained.</summary>
    CompensationNotice,

    /// <summary>The court that used it as evidence was told. Needed where it was used.</summary>
    CourtTold,

    /// <summary>An apology.</summary>
    Apology,

    /// <summary>Something was changed so that it does not happen again.</summary>
    CauseRemoved,
}
