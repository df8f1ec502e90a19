using System.Globalization;
using System.Text;

namespace LiaisonHub.Desk.Requests;

/// <summary>File names from abroad: shown and offered without anything a file system or a reader could be led astray by.</summary>
static class SafeName
{
    const int Longest = 120;
    const string Forbidden = "<>:\"/\\|?*";

    /// <summary>The name, bare: no path, no control and no direction characters, no name a system keeps for itself.</summary>
    public static string Of(string fileName)
    {
        var name = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        var safe = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
            if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned))
                safe.Append(rune.IsAscii && Forbidden.Contains((char)rune.Value, StringComparison.Ordinal) ? "_" : rune.ToString());
        name = safe.ToString().Trim().Trim('.');
        if (name.Length > Longest)
        {
            var end = Path.GetExtension(name) is { Length: > 0 and <= 12 } extension ? extension : "";
            var stem = name[..(Longest - end.Length)];
            name = (char.IsHighSurrogate(stem[^1]) ? stem[..^1] : stem).TrimEnd() + end;
        }

        return name.Length == 0 ? "file" : IsReserved(name) ? "_" + name : name;
    }

    // Windows opens a device for these, whatever follows the point.
    static bool IsReserved(string name)
    {
        var stem = name.Split('.')[0].ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL" || (stem.Length == 4 && stem[..3] is "COM" or "LPT" && char.IsAsciiDigit(stem[3]));
    }
}
