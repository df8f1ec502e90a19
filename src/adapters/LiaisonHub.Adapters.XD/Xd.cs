using LiaisonHub.Adapters.Mapping;

namespace LiaisonHub.Adapters.XD;

/// <summary>Dravia (XD): an offender registry of which the ministry gives a login to its tables, and nothing else.</summary>
public static class Xd
{
    /// <summary>The country, with its data beside the program.</summary>
    public static Country Country { get; } = new()
    {
        State = "XD",
        Folder = Path.Combine(AppContext.BaseDirectory, "countries", "xd"),
        Quirks = [new NamedChange("zero-not-letter", ZeroNotLetter)],
    };

    /// <summary>
    /// Codes of the registry were typed from paper: the letter O and the digit 0 stand for each other, and blanks fill the column. Since its first year; source: the code table of the registry
    /// compared with its rows, 2026.
    /// </summary>
    internal static string? ZeroNotLetter(string text) => text.Trim().ToUpperInvariant().Replace('O', '0');
}
