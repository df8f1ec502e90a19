namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>The fields of an address. One that a list does not have was meant to narrow it: it is named, and never passed over.</summary>
static class Fields
{
    /// <summary>What is said of each field that is none of these, nor the language of the page.</summary>
    public static IEnumerable<Said> Unknown(IQueryCollection query, Texts said, params IReadOnlyList<string> known) =>
        query.Keys.Where(k => k != Languages.Field && !known.Contains(k, StringComparer.OrdinalIgnoreCase)).Select(k => said["shell.unknown-field", k.Length <= 60 ? k : k[..60] + "…", string.Join(", ", known)]);
}
