using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>What a joint investigation remembers besides its members.</summary>
public sealed record JointInvestigationRecord
{
    /// <summary>What the team is to find out, in one line.</summary>
    public string Aims { get; init; } = "";

    /// <summary>The last day of the team. Null: no agreement is drafted yet.</summary>
    public DateOnly? EndsOn { get; init; }

    /// <summary>The authority that leads. Null: no agreement is drafted yet.</summary>
    public string? Leader { get; init; }

    /// <summary>The change that is proposed and waits for consent. Null: none.</summary>
    public JointChangeProposed? Change { get; init; }

    /// <summary>Members that have consented to it.</summary>
    public IReadOnlyList<string> Consented { get; init; } = [];

    /// <summary>Authorities that all have agreed to admit and that are not invited yet. Null: none.</summary>
    public IReadOnlyList<Party>? Admitted { get; init; }

    /// <summary>What the team also looks into by consent of all, in the order in which it was added.</summary>
    public IReadOnlyList<string> Scope { get; init; } = [];

    /// <summary>Uses for other offences that were asked for, in order of their number, from 1.</summary>
    public IReadOnlyList<JointUse> Uses { get; init; } = [];

    /// <summary>Help asked of states outside the team, in the order in which it was said.</summary>
    public IReadOnlyList<JointHelp> Helps { get; init; } = [];

    /// <summary>What was put into the team's space, in order of its number, from 1.</summary>
    public IReadOnlyList<JointUpload> Uploads { get; init; } = [];
}

/// <summary>A use for another offence.</summary>
/// <param name="ActId">The act that asked.</param>
/// <param name="Origin">The state whose consent is needed.</param>
/// <param name="Granted">What it decided. Null: nothing yet.</param>
public sealed record JointUse(Guid ActId, string Origin, bool? Granted = null);

/// <summary>Help asked of a state outside the team.</summary>
/// <param name="ActId">The act that said so.</param>
/// <param name="By">The state that asked.</param>
/// <param name="Of">The state that was asked.</param>
public sealed record JointHelp(Guid ActId, string By, string Of);

/// <summary>Something put into the team's space.</summary>
/// <param name="ActId">The act that said so.</param>
/// <param name="By">The state that put it there.</param>
/// <param name="Items">How many items.</param>
/// <param name="Erased">True: it is erased there.</param>
public sealed record JointUpload(Guid ActId, string By, int Items, bool Erased = false)
{
    /// <summary>States that have downloaded it. Null: nobody yet.</summary>
    public IReadOnlyList<string>? Downloaded { get; init; }
}

/// <summary>What a joint action remembers besides its members.</summary>
public sealed record JointActionRecord
{
    /// <summary>Day and hour of the action (UTC).</summary>
    public required DateTimeOffset ActionAt { get; init; }

    /// <summary>The zone in which the hour was agreed (IANA).</summary>
    public required string Zone { get; init; }

    /// <summary>By when each is ready (UTC).</summary>
    public required DateTimeOffset ReadyBy { get; init; }

    /// <summary>When the go was given (UTC). Null: not yet, or taken back with the hour.</summary>
    public DateTimeOffset? GoAt { get; init; }

    /// <summary>How often it was put off.</summary>
    public int Postponed { get; init; }

    /// <summary>What the state that leads did. Null: not reported.</summary>
    public JointResult? Result { get; init; }
}
