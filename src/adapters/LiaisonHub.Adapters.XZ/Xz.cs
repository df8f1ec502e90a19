namespace LiaisonHub.Adapters.XZ;

/// <summary>The region's body for disputes (XZ): no state, and no case system. It mediates, arbitrates and rules from its desk alone.</summary>
/// <remarks>Whoever has no local system runs a program like this one: no inbox, no outbox, no mappings.</remarks>
public static class Xz
{
    /// <summary>The body.</summary>
    public static Country Country { get; } = new() { State = "XZ", Folder = Path.Combine(AppContext.BaseDirectory, "countries", "xz") };
}
