using LiaisonHub.OperatorConsole.Costs;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Limits;

/// <summary>The lists of the room as files.</summary>
static class LimitFiles
{
    // As the page's, but fewer turns.
    const int AtOnce = 1_000;

    public static ListFile List(LimitReader reader, LimitQuery query, Texts said, DateTimeOffset now, CancellationToken cancellationToken) =>
        Lines("deadlines", "Deadlines", query.InWords(said), now, Pages(async after => await reader.List(query with { After = after }, cancellationToken, AtOnce)));

    public static ListFile NotKept(LimitReader reader, CostPeriod period, string state, string instrument, Texts said, DateTimeOffset now, CancellationToken cancellationToken) =>
        Lines("deadlines-not-kept", "Limits not kept", LimitReader.NotKept(state, instrument, period, said), now, Pages(after => reader.NotKept(period, state, instrument, after, cancellationToken, AtOnce)));

    public static ListFile Kept(KeptBoard board, CostPeriod period, Texts said) => new()
    {
        Name = "deadlines-kept",
        Title = "Limits kept",
        Filter = period.InWords(said).Plain,
        At = board.At,
        Head = [("Data version", board.DataVersion)],
        Columns = ["state", "instrument", "limits ended", "kept", "percent kept", "points more than before"],
        Rows = board.Cells.Select(c => new object?[] { c.State, c.Instrument, c.Hidden ? $"fewer than {LimitReader.Fewest}" : c.Limits, c.Kept, c.Share, c.Change }).ToAsyncEnumerable(),
    };

    public static ListFile Forecast(SilenceForecast forecast, Texts said) => new()
    {
        Name = "deadlines-forecast",
        Title = "Forecast",
        Filter = $"if {forecast.State} is silent for {Words.Count(forecast.Days, "day", "days")}, and nobody else acts",
        At = forecast.At,
        Columns = ["passes", "day", "reference", "request id", "instrument", "requesting", "requested", "what is due", "rule", "what silence means", "begins only then"],
        Rows = forecast.Breaches.Select(b => new object?[]
        {
            b.Due, b.Day, b.Reference, b.RequestId, b.Instrument, b.RequestingState, b.RequestedState, b.Title, b.RuleId, said.Of(b.Silence).Plain, b.Follows,
        }).ToAsyncEnumerable(),
        Cut = forecast.Cut ? "there are more requests than were looked at; the nearest are here" : null,
    };

    public static ListFile Calendars(IReadOnlyList<CalendarFeed> feeds, DateTimeOffset now) => new()
    {
        Name = "calendars",
        Title = "Calendars to subscribe to",
        Filter = "those you may end",
        At = now,
        Columns = ["calendar id", "name", "state", "made by", "made at", "good until"],
        Rows = feeds.Select(f => new object?[] { f.FeedId, f.Name, f.State, f.MadeBy, f.MadeAt, f.EndsAt }).ToAsyncEnumerable(),
    };

    static ListFile Lines(string name, string title, string filter, DateTimeOffset now, IAsyncEnumerable<LimitLine> lines) => new()
    {
        Name = name,
        Title = title,
        Filter = filter,
        At = now,
        Columns = ["due", "day", "reference", "request id", "instrument", "requesting", "requested", "must act", "what is due", "rule", "article", "days begun", "days in all", "days left", "ladder level"],
        Rows = lines.Select(line => new object?[]
        {
            line.Due, line.Day, line.Reference, line.RequestId, line.Instrument, line.RequestingState, line.RequestedState, line.OnState, line.Title, line.RuleId, line.Article, line.Days?.Begun, line.Days?.All, line.Days?.Left, line.Level,
        }),
    };

    static async IAsyncEnumerable<LimitLine> Pages(Func<PageMark?, Task<LimitList>> read)
    {
        PageMark? after = null;
        do
        {
            var page = await read(after);
            foreach (var line in page.Lines)
                yield return line;
            after = page.Next is { } next ? RequestQuery.Mark(next) : null;
        }
        while (after is not null);
    }
}
