using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>What a preservation remembers.</summary>
public sealed record PreservationRecord
{
    /// <summary>The kinds of record to be kept.</summary>
    public IReadOnlyList<RecordCategory> Categories { get; init; } = [];

    /// <summary>Digest of the custodian's snapshot. Null: nothing is secured yet.</summary>
    public string? SnapshotDigest { get; init; }

    /// <summary>Until when the custodian keeps them without a follow-up.</summary>
    public DateOnly? KeptUntil { get; init; }

    /// <summary>The request that produces them. Null: none is confirmed.</summary>
    public Guid? FollowUp { get; init; }

    /// <summary>True: that request is known to the hub, between the same two states.</summary>
    public bool FollowUpIsThere { get; init; }

    /// <summary>How often a provider in another state was found.</summary>
    public int OtherProviders { get; init; }

    /// <summary>The state in which the last review began.</summary>
    public string? ReviewFrom { get; init; }
}
