using System.Globalization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Time;

/// <summary>Days that matter in the requesting state: a hearing, the end of a detention, the limitation of the offence. Each runs beside the limits of the law until what was asked for is
/// done; the earliest of all drives the order of every list, and one that comes before the ordinary course would end makes the request urgent.</summary>
static class DatesAtHome
{
    /// <summary>What falls on the day, in words.</summary>
    public static string Words(DownstreamKind kind) => kind switch
    {
        DownstreamKind.CourtDate => "court date",
        DownstreamKind.DetentionEnd => "end of a detention",
        _ => "limitation of the offence",
    };

    /// <summary>What is due for it.</summary>
    public static string Title(DownstreamKind kind) => $"Be in time for the {Words(kind)}";

    /// <summary>The dates an act names that are not over, the earliest first.</summary>
    /// <param name="content">The open part.</param>
    /// <param name="today">The day on which it is received, in the requesting state.</param>
    public static IReadOnlyList<DownstreamDate> Of(object? content, DateOnly today) =>
        content is IDated { DownstreamDates: { } dates } ? [.. dates.Where(d => d.On >= today).OrderBy(d => d.On).ThenBy(d => d.Kind)] : [];

    /// <summary>The earliest of them, where the ordinary course ends after it. Null: none presses.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="request">The request as it begins.</param>
    /// <param name="dates">The dates, the earliest first.</param>
    /// <param name="ordinary">The clocks that run one after the other until what was asked for is done.</param>
    /// <param name="from">When the request was received, or would be (UTC).</param>
    public static Pressing? Earliest(Rules rules, Request request, IReadOnlyList<DownstreamDate> dates, IReadOnlyList<Clock> ordinary, DateTimeOffset from)
    {
        if (dates.Count == 0)
            return null;
        var (end, last) = (from, default(TimeRule));
        foreach (var clock in ordinary)
            if (rules.RuleIfAny(request, clock) is { } rule)
                (end, last) = (rules.Time.Start(request, rule, end).Due!.Value, rule);
        return last is not null && rules.DayIn(request.Requesting.State, end) is var day && dates[0].On < day ? new(dates[0], day, last) : null;
    }

    /// <summary>A day at home that comes before the ordinary course ends.</summary>
    /// <param name="Date">The day, and what falls on it.</param>
    /// <param name="OrdinaryEnd">The day on which the ordinary limits would end, in the requesting state.</param>
    /// <param name="Last">The last of those limits.</param>
    public sealed record Pressing(DownstreamDate Date, DateOnly OrdinaryEnd, TimeRule Last)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"the {Words(Date.Kind)} on {Date.On:yyyy-MM-dd} comes before the ordinary limit ends ({Last.Id}, {OrdinaryEnd:yyyy-MM-dd})");
    }
}
