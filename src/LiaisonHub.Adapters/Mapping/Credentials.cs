using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Formats;

namespace LiaisonHub.Adapters.Mapping;

/// <summary>Passwords and tokens that local systems leave inside their messages. They never leave the ministry: not in an act, not in the original that travels
/// with it, not in a log; and what the adapter keeps of a message is kept without them.</summary>
static partial class Credentials
{
    const string Removed = "[removed]";

    /// <summary>How often a message may hold itself again as base64, in which credentials are looked for.</summary>
    const int Deepest = 3;

    // Without one of these no name is that of a credential: most names are dismissed by this alone.
    static readonly SearchValues<string> Hints = SearchValues.Create(["pass", "pwd", "secret", "token", "key", "auth", "credential", "cookie", "session", "sessid", "jwt", "kennwort", "contrase"], StringComparison.OrdinalIgnoreCase);

    // In a whole message the short ones stand everywhere ("authority", "session", "key"), and each would have it read once more: there, what names of credentials are made of.
    static readonly SearchValues<string> Signs = SearchValues.Create(
        ["passw", "pass-", "pass_", "passphrase", "passcode", "pwd", "secret", "token", "credential", "cookie", "jwt", "kennwort", "contrase", "motdepasse", "authorization", "sessionid", "session-id", "session_id", "sessid",
            .. new[] { "api", "access", "private", "shared", "account" }.SelectMany(of => new[] { "", "-", "_", ".", " " }.Select(between => $"{of}{between}key"))],
        StringComparison.OrdinalIgnoreCase);

    static readonly string[] Flags = ["true", "false", "yes", "no", "y", "n", "1", "0"];

    /// <summary>True: the node is a credential by its own name or by that of something it stands in.</summary>
    internal static bool IsOne(SourceNode node) => NameOf(node) is not null;

    // The name that tells it.
    static string? NameOf(SourceNode node) => node.Names.FirstOrDefault(name => IsOne(name, node.Value));

    static bool IsOne(string name, string? value)
    {
        if (!name.AsSpan().ContainsAny(Hints))
            return false;
        var bare = Separators().Replace(name, "");
        return Name().IsMatch(bare) || (DoubtfulName().IsMatch(bare) && value is not null && (value == Removed || bare.EndsWith("authorization", StringComparison.OrdinalIgnoreCase)
            // "Secret: yes" and "authorization: search of the flat" are facts of a case; "Authorization: Basic ..." is none.
            ? value == Removed || Scheme().IsMatch(value) : !Flags.Contains(value, StringComparer.OrdinalIgnoreCase)));
    }

    /// <summary>True: the text may hold credentials, so that it is worth being read for them. Base64 and escaped names hide what they hold.</summary>
    internal static bool MayHold(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        return text.AsSpan().ContainsAny(Signs) || text.Contains("base64", StringComparison.OrdinalIgnoreCase) || text.Contains("\\u00", StringComparison.Ordinal) || text.Contains("quoted-printable", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The message without its credentials.</summary>
    /// <returns>The bytes as they are when there are none; null when they cannot be taken out safely, so that the original must stay at home.</returns>
    internal static byte[]? Without(ReadOnlyMemory<byte> original, IReadOnlyList<SourceNode> found, LocalFormat format, Func<byte[], bool> stillHasSome)
    {
        if (found.Count == 0)
            return original.ToArray();
        var secrets = found.Select(f => (Name: NameOf(f) ?? f.Name, Value: Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(f.Value!)))).Distinct().ToList();
        var text = Cleaned(Encoding.Latin1.GetString(original.Span), secrets, format == LocalFormat.Table, 0);
        var bytes = Encoding.Latin1.GetBytes(text);
        return stillHasSome(bytes) || Holds(text, secrets, 0) ? null : bytes;
    }

    /// <summary>A text that nobody can read as a document, or that is lines of words, without what looks like a credential in it.</summary>
    internal static byte[] WithoutWhatLooksLikeOne(ReadOnlyMemory<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes.Span);
        if (!text.AsSpan().ContainsAny(Hints))
            return bytes.ToArray();
        // A record that does not fit its header: which of its cells is the credential cannot be told.
        if (text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end && text[..end].Split(',', ';', '\t', '|').Select(c => c.Trim(' ', '"', '\r')).Any(c => IsOne(c, Removed)))
            return Encoding.Latin1.GetBytes($"{text[..(end + 1)]}{Removed}\r\n");
        return Encoding.Latin1.GetBytes(InElement().Replace(Beside().Replace(text, Replaced), Replaced));

        static string Replaced(Match found) => IsOne(found.Groups["name"].Value, $"{found.Groups["scheme"].Value}{found.Groups["value"].Value}") ? $"{found.Groups["before"].Value}{Removed}" : found.Value;
    }

    internal static bool IsRemoved(SourceNode node) => node.Value == Removed;

    // As UTF-8 bytes seen one by one. A short secret must not take ordinary words with it: it stands between the marks that end a value in XML, escaped XML and JSON, behind its own name, or, of a
    // table, in a cell of its own.
    static string Cleaned(string text, IReadOnlyList<(string Name, string Value)> secrets, bool table, int depth)
    {
        foreach (var (name, value) in secrets)
        {
            var shown = Regex.Escape(value);
            text = Regex.Replace(text, $"""(?<open>>|&gt;|"|')(?<pad>\s*){shown}(?<end>\s*(?:<|&lt;|"|'))""", $"${{open}}${{pad}}{Removed}${{end}}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);
            text = Regex.Replace(text, $"""(?<open>{Regex.Escape(name)}["']?[ \t]*[:=][ \t]*["']?){shown}""", $"${{open}}{Removed}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase);
            // Of a cell only where no other has the same text.
            if (table && Regex.Count(text, shown, RegexOptions.NonBacktracking) == secrets.Count(s => s.Value == value))
                text = text.Replace(value, Removed, StringComparison.Ordinal);
        }

        return depth == Deepest ? text : Base64().Replace(text, held =>
        {
            if (Decoded(held.Value) is not { } inner || Cleaned(inner, secrets, table, depth + 1) is not { } cleaned || cleaned == inner)
                return held.Value;
            // Lines as they were broken before.
            var again = Convert.ToBase64String(Encoding.Latin1.GetBytes(cleaned));
            var width = held.Value.IndexOf('\n', StringComparison.Ordinal) is > 0 and var at ? held.Value[..at].TrimEnd('\r').Length : 0;
            return width == 0 ? again : string.Join(held.Value.Contains('\r', StringComparison.Ordinal) ? "\r\n" : "\n", again.Chunk(width).Select(line => new string(line)));
        });
    }

    // Below a few characters a secret is part of many words.
    static bool Holds(string text, IReadOnlyList<(string Name, string Value)> secrets, int depth) =>
        secrets.Any(s => s.Value.Length >= 6 && text.Contains(s.Value, StringComparison.Ordinal))
        || (depth < Deepest && Base64().Matches(text).Any(m => Decoded(m.Value) is { } inner && Holds(inner, secrets, depth + 1)));

    static string? Decoded(string base64)
    {
        var buffer = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, buffer, out var length) ? Encoding.Latin1.GetString(buffer, 0, length) : null;
    }

    [GeneratedRegex("^(.*(password|passwd|passphrase|passcode|kennwort|passwort|motdepasse|contraseña|contrasena)(text|value|hash)?|(user)?pwd|.*secretkey|.*(client|app|api)secret|.*(api|access|private|shared|account)key"
        + "|.*(access|auth|bearer|security|refresh|id|session|api|csrf|xsrf|username)token|jwt|.*sess(ion)?id|sessioncookie|setcookie)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Name();

    [GeneratedRegex("^(secret|token|cookies?|credentials?|(proxy)?authorization)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex DoubtfulName();

    [GeneratedRegex("^(basic|bearer|digest|negotiate|ntlm|token|apikey) ", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Scheme();

    [GeneratedRegex("[-_. ]", RegexOptions.NonBacktracking)]
    private static partial Regex Separators();

    [GeneratedRegex("[A-Za-z0-9+/]{24,}(\\r?\\n[A-Za-z0-9+/]+)*={0,2}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Base64();

    [GeneratedRegex("""(?<before><([A-Za-z0-9]+:)?(?<name>[A-Za-z0-9_.-]+)([ \t\r\n][^<>]*)?>)(?<scheme>)(?<value>[^<]+)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex InElement();

    [GeneratedRegex("""(?<before>(?<name>[A-Za-z][A-Za-z0-9_. -]{0,60})["']?[ \t]*[:=][ \t]*["'\[]*)(?<scheme>((Basic|Bearer|Digest) +)?)(?<value>[^"'<>\s,;&\]}]+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Beside();
}
