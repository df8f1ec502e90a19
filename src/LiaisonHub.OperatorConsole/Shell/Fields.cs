using LiaisonHub.OperatorConsole.Accounts;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>The fields of addresses and of deeds. One of an address that a list does not have was meant to narrow it: it is named, and never passed over.</summary>
static class Fields
{
    /// <summary>What is said of each field that is none of these, nor the language of the page.</summary>
    public static IEnumerable<Said> Unknown(IQueryCollection query, Texts said, params IReadOnlyList<string> known) =>
        query.Keys.Where(k => k != Languages.Field && !known.Contains(k, StringComparer.OrdinalIgnoreCase)).Select(k => said["shell.unknown-field", k.Length <= 60 ? k : k[..60] + "…", string.Join(", ", known)]);

    /// <summary>Most characters of a reason, and of a name where nobody signs in.</summary>
    public const int LongestReason = 1000, LongestBy = 100;

    /// <summary>Who does something and why, as the ledger keeps it. Who signed in is who did it, whatever a form says.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="by">Name and function, where nobody signs in.</param>
    /// <param name="reason">Why.</param>
    /// <param name="said">The texts.</param>
    /// <param name="problems">What is missing is added here.</param>
    public static (string By, string Reason) WhoAndWhy(Caller caller, string? by, string? reason, Texts said, List<string> problems)
    {
        var (who, why) = (caller.AccountId is null ? by?.Trim() ?? "" : caller.Name, reason?.Trim() ?? "");
        if (why.Length is 0 or > LongestReason)
            problems.Add(said["shell.write-reason", LongestReason].Plain);
        if (who.Length is 0 or > LongestBy || who.Any(char.IsControl))
            problems.Add(said["shell.write-who", LongestBy].Plain);
        return (who, why);
    }
}
