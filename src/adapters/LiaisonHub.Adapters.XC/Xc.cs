using System.Globalization;
using System.Text;
using LiaisonHub.Adapters.Mapping;

namespace LiaisonHub.Adapters.XC;

/// <summary>Cassara (XC): courts drop CSV lists, the police computer speaks segments of fixed width in tags.</summary>
public static class Xc
{
    /// <summary>The country, with its data beside the program.</summary>
    public static Country Country { get; } = new()
    {
        State = "XC",
        Folder = Path.Combine(AppContext.BaseDirectory, "countries", "xc"),
        Quirks =
        [
            new NamedChange("host-letters", HostLetters), new NamedChange("host-day", HostDay), new NamedChange("host-duration", HostDuration), new NamedChange("host-money", HostMoney),
            new NamedChange("host-number", HostNumber),
        ],
    };

    /// <summary>
    /// The police computer knows the capital letters of US-ASCII alone and counts each as one. Marks above and below letters fall away, a few letters have a spelling of their own, and what it has
    /// no letter for stands as a question mark, so that a reader sees that something is there. Since its first year; source: its interface manual, chapter on characters, 2026.
    /// </summary>
    internal static string? HostLetters(string text)
    {
        var made = new StringBuilder(text.Length);
        foreach (var rune in text.Normalize(NormalizationForm.FormD).EnumerateRunes())
            made.Append(Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format ? "" : rune switch
            {
                { Value: 'ß' } => "SS",
                { Value: 'æ' or 'Æ' } => "AE",
                { Value: 'œ' or 'Œ' } => "OE",
                { Value: 'ø' or 'Ø' } => "O",
                { Value: 'ł' or 'Ł' } => "L",
                { Value: 'đ' or 'Đ' or 'ð' or 'Ð' } => "D",
                { Value: 'ı' } => "I",
                { Value: '\u2018' or '\u2019' } => "'",
                { Value: '\u2013' or '\u2014' } => "-",
                _ when Rune.IsWhiteSpace(rune) => " ",
                { Value: > ' ' and < 0x7F } => ((char)rune.Value).ToString().ToUpperInvariant(),
                _ => "?",
            });
        return made.ToString();
    }

    /// <summary>
    /// Its days are eight digits, ddMMyyyy, and a day it does not know is eight blanks: a month or a year alone has no place there and stands in the text lines. Since its first year; source: its
    /// interface manual, chapter on dates, 2026.
    /// </summary>
    internal static string? HostDay(string text) =>
        DateOnly.TryParseExact(text.Length > 10 && text[10] == 'T' ? text[..10] : text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day.ToString("ddMMyyyy", CultureInfo.InvariantCulture) : "";

    /// <summary>
    /// Durations are a letter and up to three digits: M12 is twelve months, Y25 are 25 years, and Y999 is for life, which the hub writes as 1,200 months. Since its first year; source: its interface
    /// manual, code list of units, 2026.
    /// </summary>
    internal static string? HostDuration(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var months)
        ? months >= 1200 ? "Y999" : months > 999 ? string.Create(CultureInfo.InvariantCulture, $"Y{months / 12}") : string.Create(CultureInfo.InvariantCulture, $"M{months}") : null;

    /// <summary>Money has two decimals behind a point and noughts in front (the layout puts them there). Since its first year; source: its interface manual, chapter on amounts, 2026.</summary>
    internal static string? HostMoney(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? amount.ToString("0.00", CultureInfo.InvariantCulture) : null;

    /// <summary>It numbers messages with six digits and begins again at 000000 after 999999. Since its first year; source: its interface manual, chapter on headers, 2026.</summary>
    internal static string? HostNumber(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture) : null;
}
