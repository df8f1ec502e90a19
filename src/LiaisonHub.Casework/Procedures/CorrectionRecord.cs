using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>What a correction remembers.</summary>
public sealed record CorrectionRecord
{
    /// <summary>The request in which the error happened. The hub leaves it as it is.</summary>
    public required Guid OfRequestId { get; init; }

    /// <summary>The act that was wrong.</summary>
    public required Guid OfActId { get; init; }

    /// <summary>What went wrong.</summary>
    public ErrorCause Cause { get; init; }

    /// <summary>The side whose error it is.</summary>
    public Side Maker { get; init; }

    /// <summary>True: the other side reported it.</summary>
    public bool Reported { get; init; }

    /// <summary>When the side whose error it is acknowledged it (UTC). Null: not yet.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>When it was assessed (UTC). Null: not yet.</summary>
    public DateTimeOffset? AssessedAt { get; init; }

    /// <summary>True: a person is affected.</summary>
    public bool PersonAffected { get; init; }

    /// <summary>True: a person is or was detained because of it.</summary>
    public bool PersonDetained { get; init; }

    /// <summary>True: it was used as evidence.</summary>
    public bool EvidenceUsed { get; init; }

    /// <summary>Since when the person is free (UTC). Null: no release is reported.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }

    /// <summary>The day on which the person was informed. Null: not yet.</summary>
    public DateOnly? InformedOn { get; init; }

    /// <summary>How it is put right. Null: not issued yet.</summary>
    public CorrectionManner? Manner { get; init; }

    /// <summary>SHA-256 of the version that no longer counts, lower-case hex.</summary>
    public string? SupersededDigest { get; init; }

    /// <summary>SHA-256 of the version in its place, lower-case hex. Null: a recall, or not issued yet.</summary>
    public string? NewDigest { get; init; }

    /// <summary>Who holds a copy.</summary>
    public IReadOnlyList<CopyHolder> Holders { get; init; } = [];

    /// <summary>What remedied it.</summary>
    public IReadOnlyList<RemedyStep> Steps { get; init; } = [];
}

/// <summary>An authority that holds a copy of what was wrong.</summary>
/// <param name="Number">Its number: 1, 2, 3...</param>
/// <param name="Authority">Its code in the register.</param>
/// <param name="Side">The side that answers for it: its own, or the one that gave the copy on to a third state.</param>
/// <param name="Done">What it did. Null: it has not confirmed.</param>
/// <param name="ProofDigest">SHA-256 of the proof, lower-case hex. Null: none was needed, or it has not confirmed.</param>
public sealed record CopyHolder(int Number, string Authority, Side Side, CopyFate? Done = null, string? ProofDigest = null)
{
    /// <summary>The state that confirms by itself, since it has no part in the request (<see cref="HeldCopy"/>). Null: the side does.</summary>
    public string? ThirdState { get; init; }
}
