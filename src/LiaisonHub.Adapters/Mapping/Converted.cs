using System.Globalization;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;

namespace LiaisonHub.Adapters.Mapping;

/// <summary>A text turned into what a field can hold.</summary>
/// <param name="Value">The value; null when it could not be.</param>
/// <param name="Problem">Why not, without the text itself.</param>
/// <param name="Note">A word for the provenance.</param>
sealed record Converted(JsonNode? Value, string? Problem = null, string? Note = null)
{
    static readonly string[] UsualDates = ["yyyy-MM-dd", "yyyy-MM", "yyyy"];

    // Systems that cannot leave a date empty write the first day there is.
    static readonly HashSet<string> NoDate = ["0001-01-01", "0001-01-01T00:00:00", "00000000", "1900-01-00"];

    internal static Converted From(string text, Shape shape, IReadOnlyList<string> dates, string? zone = null) => shape.Kind switch
    {
        ShapeKind.Text or ShapeKind.Anything => new(JsonValue.Create(text)),
        ShapeKind.Whole => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? new(JsonValue.Create(whole))
            : new(null, "is not a whole number"),
        ShapeKind.Decimal => decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var number)
            ? new(JsonValue.Create(number))
            : new(null, "is not a number"),
        ShapeKind.Flag => text.ToLowerInvariant() switch
        {
            "true" or "1" or "y" or "yes" => new(JsonValue.Create(true)),
            "false" or "0" or "n" or "no" => new(JsonValue.Create(false)),
            _ => new(null, "is neither true nor false"),
        },
        ShapeKind.Id => Guid.TryParse(text, out var id) ? new(JsonValue.Create(id.ToString("D"))) : new(null, "is not an id (UUID)"),
        ShapeKind.Instant => Instant(text, zone),
        ShapeKind.Date => Day(text, dates),
        ShapeKind.PartialDate => Partial(text, dates),
        ShapeKind.Choice => shape.Choices.FirstOrDefault(c => c.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } choice
            ? new(JsonValue.Create(choice))
            : new(null, $"is none of {string.Join(", ", shape.Choices)}"),
        ShapeKind.Bytes => Convert.TryFromBase64String(text, new byte[text.Length], out _) ? new(JsonValue.Create(text)) : new(null, "is not base64"),
        _ => new(null, "cannot be made of one value"),
    };

    /// <summary>The day a text says, with the precision it has: <c>yyyy</c>, <c>yyyy-MM</c> or <c>yyyy-MM-dd</c>. Null: it says none.</summary>
    internal static string? Date(string text, IReadOnlyList<string> patterns, out string? note)
    {
        note = null;
        foreach (var pattern in patterns.Count > 0 ? patterns : UsualDates)
        {
            // A day written with a time of day stays the day it is written as: a birthday does not move with a time zone.
            var shown = pattern == "yyyy-MM-dd" && text.Length > 10 && text[10] is 'T' or ' ' ? text[..10] : text;
            // With an offset beside it, the day is the one that is written, not that of this machine.
            if (!DateTimeOffset.TryParseExact(shown, pattern, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal, out var at))
                continue;
            var day = at.DateTime;
            if (shown.Length != text.Length)
                note = "written with a time of day, which was left out";
            var precision = pattern.Contains('d', StringComparison.Ordinal) ? "yyyy-MM-dd" : pattern.Contains('M', StringComparison.Ordinal) ? "yyyy-MM"
                : "yyyy";
            return day.ToString(precision, CultureInfo.InvariantCulture);
        }

        return null;
    }

    // A time is never taken for one of another zone because nobody said which.
    static Converted Instant(string text, string? zone)
    {
        if (NoDate.Contains(text))
            return new(null, null, $"'{text}' stands for no date");
        if (text.Length <= 10 || !DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var written))
            return new(null, "is not a point in time");
        if (written.Kind != DateTimeKind.Unspecified)
            return Utc(new DateTimeOffset(written));
        if (zone is null)
            return new(null, "is a time without its time zone");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known))
            return new(null, $"is a time of the zone '{zone}', which is none (write for example Europe/Oslo)");
        return known.IsInvalidTime(written) ? new(null, $"is a time that the clocks of {zone} left out that night")
            : known.IsAmbiguousTime(written) ? new(null, $"is a time that the clocks of {zone} show twice that night")
            : Utc(new DateTimeOffset(written, known.GetUtcOffset(written))) with { Note = $"a time of {zone}" };

        static Converted Utc(DateTimeOffset at) => new(JsonValue.Create(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)));
    }

    static Converted Day(string text, IReadOnlyList<string> dates) => NoDate.Contains(text) ? new(null, null, $"'{text}' stands for no date") :
        Date(text, dates, out var note) is { Length: 10 } day ? new(JsonValue.Create(day), null, note) : new(null, "is not a whole day");

    static Converted Partial(string text, IReadOnlyList<string> dates)
    {
        if (NoDate.Contains(text))
            return new(null, null, $"'{text}' stands for no date");
        var day = Date(text, dates, out var note);
        var made = new JsonObject();
        if (day is not null)
            made["value"] = day;
        made["raw"] = text;
        return new(made, null, day is null ? "cannot be read as a date; kept as it is written" : note);
    }
}
