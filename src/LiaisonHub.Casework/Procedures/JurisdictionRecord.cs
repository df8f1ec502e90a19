using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>What a consultation on jurisdiction and a transfer of proceedings remember. The requesting side is the one that may give its proceedings
/// away.</summary>
public sealed record JurisdictionRecord
{
    /// <summary>What speaks for the requesting side, in its own view.</summary>
    public IReadOnlyList<ForumCriterion> ForRequesting { get; init; } = [];

    /// <summary>What speaks for the requested side, in its own view.</summary>
    public IReadOnlyList<ForumCriterion> ForRequested { get; init; } = [];

    /// <summary>The forum that is proposed. Null: none.</summary>
    public Side? Proposed { get; init; }

    /// <summary>The side that proposed it.</summary>
    public Side? ProposedBy { get; init; }

    /// <summary>The forum that is agreed. Null: none.</summary>
    public Side? Forum { get; init; }

    /// <summary>Who could state an opinion on the transfer, when and how.</summary>
    public IReadOnlyList<OpinionRecord> Opinions { get; init; } = [];

    /// <summary>Numbers of the offences that are not taken over.</summary>
    public IReadOnlyList<int> RefusedOffences { get; init; } = [];

    /// <summary>The day on which the requesting side suspended its proceedings. Null: not yet.</summary>
    public DateOnly? SuspendedOn { get; init; }

    /// <summary>True: the case file is handed over.</summary>
    public bool FileHandedOver { get; init; }

    /// <summary>The day on which the proceedings were taken over. Null: not yet.</summary>
    public DateOnly? TakenOverOn { get; init; }
}

/// <summary>An opinion on a transfer of proceedings, or why it could not be heard.</summary>
/// <param name="Of">Whose.</param>
/// <param name="On">The day.</param>
/// <param name="Manner">How, or why not.</param>
public sealed record OpinionRecord(OpinionHolder Of, DateOnly On, OpinionManner Manner);
