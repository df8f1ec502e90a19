using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Mapping;

namespace LiaisonHub.Adapters.XE;

/// <summary>Eskland (XE): courts write mails, of a form; what they get is XJustiz, and nothing that is not valid by it.</summary>
public static partial class Xe
{
    /// <summary>The country, with its data beside the program.</summary>
    public static Country Country { get; } = new()
    {
        State = "XE",
        Folder = Path.Combine(AppContext.BaseDirectory, "countries", "xe"),
        Quirks = [new NamedChange("uuid-of-digest", UuidOfDigest), new NamedChange("paper-name", PaperName)],
    };

    /// <summary>XJustiz knows a paper by a UUID; papers of other states come with a digest. Its first 128 bits stand for it, so that the same paper has the same UUID. Since version 3.5; source: type
    /// stringUUIDType of the schema.</summary>
    internal static string? UuidOfDigest(string digest) => digest.Length >= 32 && Guid.TryParseExact(digest[..32], "N", out var uuid) ? uuid.ToString("D") : null;

    /// <summary>The courts' system finds a paper by its name, which ends with the UUID: <c>digest/record.pdf</c> becomes <c>record_UUID.pdf</c>. It takes letters, digits, blanks, hyphens and points in names.
    /// Since version 3.5; source: published attachments.</summary>
    internal static string? PaperName(string text)
    {
        if (text.Split('/', 2) is not [var digest, var name] || UuidOfDigest(digest) is not { } uuid)
            return null;
        var (stem, ending) = (Path.GetFileNameWithoutExtension(name), Path.GetExtension(name));
        return $"{Unwanted().Replace(stem.Length > 60 ? stem[..60] : stem, "-")}_{uuid}{(ending.Length <= 10 ? Unwanted().Replace(ending, "-") : "")}";
    }

    [GeneratedRegex("[^A-Za-z0-9 .-]", RegexOptions.NonBacktracking)]
    private static partial Regex Unwanted();
}
