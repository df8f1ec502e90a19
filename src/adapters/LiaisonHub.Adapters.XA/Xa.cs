using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Mapping;

namespace LiaisonHub.Adapters.XA;

/// <summary>Ardania (XA): courts send results as XML, bare, enveloped or escaped; answers go back as XML.</summary>
public static partial class Xa
{
    /// <summary>The country, with its data beside the program.</summary>
    public static Country Country { get; } = new()
    {
        State = "XA",
        Folder = Path.Combine(AppContext.BaseDirectory, "countries", "xa"),
        Quirks = [new NamedChange("arrest-summons-number", ArrestSummonsNumber)],
    };

    /// <summary>
    /// Courts write the arrest summons number of XA's police in one piece with a serial of 11 digits, the record system in parts with the serial as short as it
    /// is (<c>1401ZD0100000449843Q</c> and <c>14/01ZD/01/449843Q</c>), and older stations in one piece without padding. They are one number.
    /// Since the first version of the interface (0.6g); source: result messages and record answers compared, 2026.
    /// </summary>
    internal static string? ArrestSummonsNumber(string text)
    {
        var number = SummonsNumber().Match(new string([.. text.Where(char.IsAsciiLetterOrDigit)]).ToUpperInvariant());
        return number.Success
            ? $"{number.Groups["year"]}/{number.Groups["station"]}/{number.Groups["system"]}/{number.Groups["serial"].Value.TrimStart('0')}{number.Groups["check"]}"
            : null;
    }

    [GeneratedRegex("^(?<year>[0-9]{2})(?<station>[0-9A-Z]{4})(?<system>[0-9A-Z]{2})(?<serial>[0-9]{1,11})(?<check>[A-Z])$", RegexOptions.CultureInvariant)]
    private static partial Regex SummonsNumber();
}
