using System.Text;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Formats;

namespace LiaisonHub.Adapters.Mapping;

/// <summary>Passwords and tokens that local systems leave inside their messages. They never leave the ministry: not in an act, not in the original that travels
/// with it, not in a log.</summary>
static partial class Credentials
{
    const string Removed = "[removed]";

    internal static bool IsOne(SourceNode node) => Name().IsMatch(node.Name.Replace("-", "", StringComparison.Ordinal)
        .Replace("_", "", StringComparison.Ordinal));

    /// <summary>The message without its credentials.</summary>
    /// <returns>The bytes as they are when there are none; null when they cannot be taken out safely, so that the original must stay at home.</returns>
    internal static byte[]? Without(ReadOnlyMemory<byte> original, IReadOnlyList<SourceNode> found, Func<byte[], bool> stillHasSome)
    {
        if (found.Count == 0)
            return original.ToArray();
        var text = Encoding.Latin1.GetString(original.Span);
        foreach (var secret in found.Select(f => f.Value!).Distinct())
        {
            // As UTF-8 bytes seen one by one, and between the marks that end a value in XML, escaped XML and JSON: a short secret must not take ordinary words
            // with it.
            var shown = Regex.Escape(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(secret)));
            text = Regex.Replace(text, $"""(?<open>>|&gt;|")(?<pad>\s*){shown}(?<end>\s*(?:<|&lt;|"))""", $"${{open}}${{pad}}{Removed}${{end}}",
                RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);
        }

        var bytes = Encoding.Latin1.GetBytes(text);
        return stillHasSome(bytes) ? null : bytes;
    }

    internal static bool IsRemoved(SourceNode node) => node.Value == Removed;

    [GeneratedRegex("^(password|passwd|pwd|passphrase|secret|clientsecret|apikey|accesstoken|bearertoken|securitytoken|binarysecuritytoken|refreshtoken"
        + "|authorization|credentials?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
