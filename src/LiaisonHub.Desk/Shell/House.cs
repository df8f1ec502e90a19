using LiaisonHub.Casework;
using LiaisonHub.Desk.Words;

namespace LiaisonHub.Desk.Shell;

/// <summary>Whose desk it is.</summary>
sealed class House(Region region, string ownState, TimeProvider time)
{
    /// <summary>The region whose catalogue fills the forms.</summary>
    public Region Region => region;

    /// <summary>What the procedure asks of the content of an act: the same words as the hub's.</summary>
    public Rules Rules { get; } = new(region);

    /// <summary>Code of the state.</summary>
    public string Own => ownState;

    public string OwnName => Name(ownState);

    /// <summary>Days and remaining time in this state's capital.</summary>
    public LegalTime Time { get; } = new(region, ownState);

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Today in this state's capital.</summary>
    public DateOnly Today => Time.Day(Now);

    /// <summary>Name of a state; its code where the region does not know it.</summary>
    public string Name(string state) => region.States.TryGetValue(state, out var profile) ? profile.Name : state;

    /// <summary>Name of an authority; its code where the register does not know it.</summary>
    public string Authority(string code) => region.Authority(code) is { } authority ? $"{authority.Name} ({code})" : code;
}
