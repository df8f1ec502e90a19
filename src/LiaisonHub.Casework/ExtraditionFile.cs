using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

/// <summary>What an extradition remembers besides what every request does.</summary>
public sealed record ExtraditionFile
{
    /// <summary>When the formal request was received (UTC). Null: only a provisional arrest was asked for.</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>The last arrest (UTC), as the requested side says. Null: nobody was arrested.</summary>
    public DateTimeOffset? ArrestedAt { get; init; }

    /// <summary>The last release (UTC), as the requested side says. Null: none.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }

    /// <summary>True: the person is held on this request.</summary>
    public bool Held { get; init; }

    /// <summary>Since when the person may be released because a limit has passed (UTC). Null: no such limit has.</summary>
    public DateTimeOffset? MayReleaseSince { get; init; }

    /// <summary>Rights of the arrested person that were honoured.</summary>
    public IReadOnlyList<MilestoneRecord> Milestones { get; init; } = [];

    /// <summary>True: the person consents to the simplified procedure.</summary>
    public bool Consented { get; init; }

    /// <summary>True: extradition under the simplified procedure was refused despite the consent.</summary>
    public bool RefusedDespiteConsent { get; init; }

    /// <summary>The side that asks for the waiver of a privilege or immunity. Null: none is asked for.</summary>
    public Side? WaiverBy { get; init; }

    /// <summary>True: a privilege or immunity protects the person and was not waived.</summary>
    public bool ImmunityStands { get; init; }

    /// <summary>Assurances asked for and not answered yet.</summary>
    public IReadOnlyList<AssuranceKind> AssurancesWanted { get; init; } = [];

    /// <summary>Assurances given, with the request or later.</summary>
    public IReadOnlyList<AssuranceKind> Assurances { get; init; } = [];

    /// <summary>Positions of the offences for which extradition is granted.</summary>
    public IReadOnlyList<int> Granted { get; init; } = [];

    /// <summary>True: the government let its time pass, and another authority decides in its place.</summary>
    public bool DecidesInDefault { get; init; }

    /// <summary>The day of surrender that is proposed and not agreed. Null: none.</summary>
    public SurrenderProposal? Proposed { get; init; }

    /// <summary>The day of surrender that is agreed. Null: none.</summary>
    public DateOnly? SurrenderOn { get; init; }

    /// <summary>The states that the way agreed crosses.</summary>
    public IReadOnlyList<string> Route { get; init; } = [];

    /// <summary>What states of transit answered, the last answer of each.</summary>
    public IReadOnlyList<TransitRecord> Transits { get; init; } = [];

    /// <summary>True: the day of surrender that comes next is a new one: the limits run from it and no longer from the decision.</summary>
    public bool NewDay { get; init; }

    /// <summary>True: nobody came for the person on the day agreed.</summary>
    public bool NotCollected { get; init; }

    /// <summary>Days of detention to be deducted, as stated at the surrender.</summary>
    public int? DetentionDays { get; init; }

    /// <summary>True: the person gave up the protection of the rule of specialty.</summary>
    public bool SpecialtyRenounced { get; init; }

    /// <summary>The register of specialty: questions for consent after the surrender and their answers.</summary>
    public IReadOnlyList<SpecialtyQuestion> Specialty { get; init; } = [];

    /// <summary>True: the person could have left and stayed: the rule of specialty no longer protects.</summary>
    public bool SpecialtyLapsed { get; init; }

    /// <summary>What is offered instead of the extradition. Null: nothing yet.</summary>
    public AlternativeToExtradition? Instead { get; init; }

    /// <summary>The request that transfers the proceedings instead. Null: none.</summary>
    public Guid? TransferRequest { get; init; }

    /// <summary>For a transit: the extradition it belongs to.</summary>
    public Guid? TransitFor { get; init; }
}

/// <summary>A right that was honoured.</summary>
/// <param name="Milestone">Which.</param>
/// <param name="On">On which day.</param>
/// <param name="Manner">How.</param>
/// <param name="Language">In which language (BCP 47). Null: it is not about one.</param>
public sealed record MilestoneRecord(RightsMilestone Milestone, DateOnly On, MilestoneManner Manner, string? Language = null);

/// <summary>A day of surrender that is proposed.</summary>
/// <param name="On">The day.</param>
/// <param name="By">The side that proposes it: the other one agrees.</param>
/// <param name="ForceMajeure">True: circumstances beyond control prevent the day agreed before.</param>
public sealed record SurrenderProposal(DateOnly On, Side By, bool ForceMajeure)
{
    /// <summary>The states that the way proposed crosses.</summary>
    public IReadOnlyList<string> Crosses { get; init; } = [];
}

/// <summary>What a state of transit answered.</summary>
/// <param name="State">The state.</param>
/// <param name="Request">The request for transit.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Until">The last day for which it is granted. Null: denied.</param>
public sealed record TransitRecord(string State, Guid Request, TransitAnswer Answer, DateOnly? Until);

/// <summary>A question for consent after the surrender.</summary>
/// <param name="Number">Its number: 1, 2, 3...</param>
/// <param name="Kind">What for.</param>
/// <param name="Consented">The answer. Null: not given yet.</param>
public sealed record SpecialtyQuestion(int Number, SpecialtyConsentKind Kind, bool? Consented);
