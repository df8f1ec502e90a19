using LiaisonHub.OperatorConsole.Accounts;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>A room of the console, as the menu has it.</summary>
/// <param name="Address">Where it begins; everything below it belongs to it.</param>
/// <param name="Name">Its name in the texts: <c>shell.today</c>.</param>
/// <param name="Key">The key that leads there after <c>g</c>; a letter of its English name.</param>
/// <param name="Needs">What a person must be allowed to see it.</param>
/// <param name="Often">True: it stands in the bar. False: it is folded away behind the others.</param>
sealed record Room(string Address, string Name, char Key, Permission Needs = Permission.See, bool Often = false)
{
    /// <summary>All rooms, in the order of the menu: first those of a night on duty.</summary>
    public static IReadOnlyList<Room> All { get; } =
    [
        new("/", "today", 't', Often: true),
        new("/stuck", "stuck", 's', Often: true),
        new("/requests", "requests", 'r', Often: true),
        new("/deadlines", "deadlines", 'd', Often: true),
        new("/quarantine", "quarantine", 'q', Often: true),
        new("/plans", "plans", 'p', Often: true),
        new("/adapters", "adapters", 'a', Often: true),
        new("/audit", "audit", 'u', Permission.Audit, Often: true),
        new("/alerts", "alerts", 'l'),
        new("/compliance", "compliance", 'm'),
        new("/costs", "costs", 'c'),
        new("/procedures", "procedures", 'o'),
        new("/rules", "rules", 'e'),
        new("/settings", "settings", 'i'),
        new("/accounts", "accounts", 'n', Permission.Govern),
        new("/help", "help", 'h'),
    ];

    /// <summary>True: a page at this path belongs to the room.</summary>
    public bool Has(string path) => Address == "/" ? path == "/" : path == Address || path.StartsWith(Address + "/", StringComparison.Ordinal);
}
