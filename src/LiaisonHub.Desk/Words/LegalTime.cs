using System.Globalization;
using LiaisonHub.Casework;
using NodaTime;

namespace LiaisonHub.Desk.Words;

/// <summary>How pressing a limit is.</summary>
enum Pressure
{
    /// <summary>More than three days.</summary>
    Calm,

    /// <summary>Three days or fewer.</summary>
    Soon,

    /// <summary>Ends today.</summary>
    Today,

    /// <summary>Has passed.</summary>
    Overdue,
}

/// <summary>Instants and remaining time as this state's officers read them: in days of their own capital.</summary>
sealed class LegalTime
{
    readonly Dictionary<string, DateTimeZone> zones;
    readonly string own;

    public LegalTime(Region region, string ownState)
    {
        own = ownState;
        zones = region.States.Values
            .Select(s => (s.Code, Zone: DateTimeZoneProviders.Tzdb.GetZoneOrNull(s.Zone)))
            .Where(s => s.Zone is not null)
            .ToDictionary(s => s.Code, s => s.Zone!);
    }

    /// <summary>The zone of this state's capital.</summary>
    public DateTimeZone Zone => ZoneOf(own);

    /// <summary>The day in this state's capital.</summary>
    public DateOnly Day(DateTimeOffset at) => Local(at, own).Date.ToDateOnly();

    /// <summary>How much is left, in whole days of the capital; in hours where less than a day is left.</summary>
    public (string Words, Pressure Pressure) Left(DateTimeOffset due, DateTimeOffset now, int level = 0)
    {
        // A limit that ends with a day ends at the first instant of the next.
        var days = Day(due.AddTicks(-1)).DayNumber - Day(now).DayNumber;
        if (due <= now)
        {
            var late = now - due;
            var words = late.TotalHours < 24 ? $"overdue by {Count(Math.Max(1, (int)late.TotalHours), "hour")}" : $"overdue by {Count((int)late.TotalDays, "day")}";
            return (level > 0 ? $"{words}, level {level}" : words, Pressure.Overdue);
        }

        return days switch
        {
            0 => (due - now < TimeSpan.FromHours(1) ? "less than an hour left" : $"ends today, {Count((int)(due - now).TotalHours, "hour")} left", Pressure.Today),
            1 => ("1 day left, until tomorrow", Pressure.Soon),
            <= 3 => ($"{days} days left", Pressure.Soon),
            _ => ($"{days} days left", Pressure.Calm),
        };
    }

    /// <summary>An instant: in the own capital, in UTC, and in the other capital where that differs.</summary>
    public string Moment(DateTimeOffset at, string? otherState = null)
    {
        var local = Local(at, own);
        var words = new List<string> { $"{Date(local.Date.ToDateOnly())}, {Hour(local)} {own}", $"{at.UtcDateTime.ToString(at.UtcDateTime.Date == local.ToDateTimeUnspecified().Date ? "HH:mm" : "d MMM HH:mm", CultureInfo.InvariantCulture)} UTC" };
        if (otherState is not null && otherState != own && zones.ContainsKey(otherState))
        {
            var other = Local(at, otherState);
            if (other != local)
                words.Add($"{(other.Date == local.Date ? "" : other.Date.ToDateOnly().ToString("d MMM ", CultureInfo.InvariantCulture))}{Hour(other)} {otherState}");
        }

        return string.Join(" · ", words);
    }

    public static string Date(DateOnly day) => day.ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture);

    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Count(int number, string one) => number == 1 ? $"1 {one}" : string.Create(CultureInfo.InvariantCulture, $"{number:N0} {one}s");

    public static string Size(long bytes) => bytes < 1024 ? Count((int)bytes, "byte") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:N0} KiB");

    static string Hour(LocalDateTime at) => at.ToDateTimeUnspecified().ToString("HH:mm", CultureInfo.InvariantCulture);

    LocalDateTime Local(DateTimeOffset at, string state) => Instant.FromDateTimeOffset(at).InZone(ZoneOf(state)).LocalDateTime;

    DateTimeZone ZoneOf(string state) => zones.GetValueOrDefault(state, DateTimeZone.Utc);
}
