using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>What an emergency request remembers.</summary>
public sealed record EmergencyRecord
{
    /// <summary>What was in danger.</summary>
    public EmergencyReason Reason { get; init; }

    /// <summary>The kinds of record asked for.</summary>
    public IReadOnlyList<RecordCategory> Categories { get; init; } = [];

    /// <summary>True: a judge, court or prosecutor ordered or validated it, before or after.</summary>
    public bool Validated { get; init; }

    /// <summary>True: the time in which a ground for refusal could be raised is over.</summary>
    public bool ObjectionOver { get; init; }

    /// <summary>Why the lane was left. Null: it was not.</summary>
    public string? DowngradeReason { get; init; }

    /// <summary>Who has to undo what was received.</summary>
    public IReadOnlyList<Holder> Holders { get; init; } = [];
}

/// <summary>An authority that holds what has to be undone.</summary>
/// <param name="Number">Its number: 1, 2, 3...</param>
/// <param name="Authority">Its code in the register.</param>
/// <param name="Done">What it did. Null: it has not confirmed.</param>
public sealed record Holder(int Number, string Authority, UndoneBy? Done = null)
{
    /// <summary>The state that confirms by itself, since it has no part in the request (<see cref="HeldCopy"/>). Null: the requesting side does.</summary>
    public string? ThirdState { get; init; }
}
