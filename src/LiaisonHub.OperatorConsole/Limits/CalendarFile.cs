using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Limits;

/// <summary>Limits as a calendar that any calendar program can subscribe to (iCalendar, RFC 5545).</summary>
/// <remarks>It tells whoever has its address nothing but references, dates, and links that ask who is there.</remarks>
static class CalendarFile
{
    /// <summary>Limits in one calendar, the nearest first.</summary>
    public const int Most = 1_000;

    /// <summary>Writes the calendar.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="console">Address of the console.</param>
    /// <param name="at">When it is made (UTC).</param>
    public static string Write(IEnumerable<LimitRow> limits, Uri console, DateTimeOffset at)
    {
        var calendar = new Calendar { ProductId = "-//LiaisonHub//Deadlines//EN" };
        foreach (var limit in limits)
            calendar.Events.Add(new CalendarEvent
            {
                // The same for as long as the limit runs; the higher number is the newer day.
                Uid = $"{limit.DeadlineId:D}@liaisonhub",
                Sequence = (int)Math.Min(limit.Moved, int.MaxValue),
                DtStamp = new CalDateTime(at.UtcDateTime, CalDateTime.UtcTzId),
                // A limit in days ends with its day, wherever the reader is; one in hours at an instant.
                DtStart = limit.Day is { } day ? new CalDateTime(day) : new CalDateTime(limit.Due.UtcDateTime, CalDateTime.UtcTzId),
                Summary = limit.Reference,
                Url = new Uri(console, $"/requests/{limit.RequestId:D}/deadlines/{limit.DeadlineId:D}"),
                // A reminder; nobody is busy because of it.
                Transparency = TransparencyType.Transparent,
            });
        return new CalendarSerializer().SerializeToString(calendar)!;
    }
}
