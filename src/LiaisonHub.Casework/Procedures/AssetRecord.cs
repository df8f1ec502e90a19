namespace LiaisonHub.Casework.Procedures;

/// <summary>What an asset recovery remembers. Sums are in its one currency.</summary>
public sealed record AssetRecord
{
    /// <summary>True: the freezing is decided within 48 hours.</summary>
    public bool Urgent { get; init; }

    /// <summary>True: confiscation is asked for.</summary>
    public bool Confiscation { get; init; }

    /// <summary>What is still sought.</summary>
    public decimal Amount { get; init; }

    /// <summary>Other states asked for the same amount. Null: none.</summary>
    public IReadOnlyList<string>? OtherStates { get; init; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>True: victims come first.</summary>
    public bool VictimRestitution { get; init; }

    /// <summary>The day until which it remains frozen.</summary>
    public DateOnly? FrozenUntil { get; init; }

    /// <summary>True: the persons affected are not told yet. Ends when confiscation is asked for.</summary>
    public bool Confidential { get; init; }

    /// <summary>The day on which the persons affected were informed. Null: they are not.</summary>
    public DateOnly? InformedOn { get; init; }

    /// <summary>The value frozen. Null: nothing is.</summary>
    public decimal? Frozen { get; init; }

    /// <summary>What the confiscation brought. Null: it is not executed.</summary>
    public decimal? Proceeds { get; init; }

    /// <summary>What is still sought of all states together, since it was reduced in a request to another one. Null: it was not.</summary>
    public decimal? ReducedElsewhere { get; init; }

    /// <summary>True: victims have received what is theirs, or nothing is due to them any more.</summary>
    public bool VictimsServed { get; init; }

    /// <summary>What victims received.</summary>
    public decimal Restituted { get; init; }

    /// <summary>Costs deducted in the proposal.</summary>
    public decimal Costs { get; init; }

    /// <summary>Share of the requesting state in the proposal.</summary>
    public decimal RequestingShare { get; init; }

    /// <summary>Share of the requested state in the proposal.</summary>
    public decimal RequestedShare { get; init; }
}
