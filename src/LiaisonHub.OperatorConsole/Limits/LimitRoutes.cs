using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Costs;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace LiaisonHub.OperatorConsole.Limits;

/// <summary>What is wanted of a calendar to subscribe to.</summary>
/// <param name="Name">What its maker calls it.</param>
/// <param name="State">Only limits on this state. Null or empty: all.</param>
public sealed record CalendarWish(string? Name, string? State);

/// <summary>That a calendar is to end.</summary>
/// <param name="Reason">Why.</param>
public sealed record CalendarEnd(string? Reason);

/// <summary>A calendar to subscribe to, without its secret.</summary>
/// <param name="FeedId">The calendar.</param>
/// <param name="Name">What its maker calls it.</param>
/// <param name="State">Only limits on this state. Null: all.</param>
/// <param name="MadeBy">Who made it.</param>
/// <param name="MadeAt">When (UTC).</param>
/// <param name="EndsAt">Until when its address is good (UTC).</param>
/// <param name="Address">Its address, said once when it is made. Null: it was said.</param>
public sealed record CalendarLine(Guid FeedId, string Name, string? State, string MadeBy, DateTimeOffset MadeAt, DateTimeOffset EndsAt, Uri? Address = null);

static class LimitRoutes
{
    const int LongestName = 100, LongestReason = 1000, MostFeeds = 1000;

    // A calendar program has no one to ask: the address is good for a year, and then somebody must want it again.
    static readonly TimeSpan Good = TimeSpan.FromDays(365);

    // What was missed stays in sight for a month.
    static readonly TimeSpan Behind = TimeSpan.FromDays(30);

    public static void MapLimits(this IEndpointRouteBuilder app)
    {
        app.MapGet("/deadlines", async (HttpRequest http, LimitReader reader, Region region, TimeProvider time, CancellationToken cancelled) =>
        {
            var query = LimitQuery.Read(http.Query, region, time.GetUtcNow());
            return query.Month is { } month
                ? new RazorComponentResult<DeadlinesPage>(new { Query = query, Month = await reader.Month(month, query.State, cancelled) })
                : new RazorComponentResult<DeadlinesPage>(new { Query = query, List = await reader.List(query, cancelled) });
        });
        app.MapGet("/deadlines.csv", IResult (HttpRequest http, LimitReader reader, Region region, TimeProvider time, CancellationToken cancelled) =>
        {
            var query = LimitQuery.Read(http.Query, region, time.GetUtcNow());
            return query.Problems.Count > 0
                ? Failures.Page(400, "This list cannot be exported", string.Join(" ", query.Problems), "Go back to the list, and export it from there.")
                : TypedResults.Stream(stream => LimitFiles.List(reader, query, stream, cancelled), "text/csv; charset=utf-8", LimitFiles.Name("deadlines", time));
        });
        app.MapGet("/deadlines/kept", async (HttpRequest http, LimitReader reader, TimeProvider time, CancellationToken cancelled) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow());
            return new RazorComponentResult<KeptPage>(new { Period = period, Board = await reader.Kept(period, cancelled) });
        });
        app.MapGet("/deadlines/kept.csv", async Task<IResult> (HttpRequest http, LimitReader reader, TimeProvider time, CancellationToken cancelled) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow());
            return period.Problems.Count > 0 ? Failures.Page(400, "These figures cannot be exported", string.Join(" ", period.Problems), "Go back to the page, and export them from there.")
                : LimitFiles.Kept(await reader.Kept(period, cancelled), period, time);
        });
        app.MapGet("/deadlines/kept/{state}/{instrument}", async Task<IResult> (string state, string instrument, HttpRequest http, LimitReader reader, TimeProvider time, CancellationToken cancelled, string? after = null) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow());
            var mark = after is null ? null : RequestQuery.Mark(after);
            if (period.Problems.Count > 0 || after is not null && mark is null)
                return Failures.Page(400, "This list cannot be shown", string.Join(" ", period.Problems.DefaultIfEmpty("“after” is not the end of a page.")), "Go back to the figures, and open it from there.");
            return new RazorComponentResult<NotKeptPage>(new { Period = period, State = state, Instrument = instrument, List = await reader.NotKept(period, state, instrument, mark, cancelled) });
        });
        app.MapGet("/deadlines/forecast", async (HttpRequest http, LimitReader reader, Region region, CancellationToken cancelled) =>
        {
            var (state, days, problems) = Asked(http.Query, region);
            return new RazorComponentResult<ForecastPage>(new { State = state, Days = days, Problems = problems, Forecast = state is null || problems.Count > 0 ? null : await reader.Silent(state, days, cancelled) });
        });
        app.MapGet("/deadlines/forecast.csv", async Task<IResult> (HttpRequest http, LimitReader reader, Region region, TimeProvider time, CancellationToken cancelled) =>
        {
            var (state, days, problems) = Asked(http.Query, region);
            return state is null || problems.Count > 0 ? Failures.Page(400, "This forecast cannot be exported", string.Join(" ", problems.DefaultIfEmpty("No state is named.")), "Go back to the forecast, and export it from there.")
                : LimitFiles.Forecast(await reader.Silent(state, days, cancelled), time);
        });
        app.MapGet("/deadlines/calendars", async (Caller caller, CalendarFeeds feeds, CancellationToken cancelled) => await Page(caller, feeds, [], cancelled));
        app.MapPost("/deadlines/calendars", Make);
        app.MapPost("/deadlines/calendars/{feedId:guid}/end", End);
        // Calendar programs cannot sign in: whoever has the address has the calendar.
        app.MapGet("/calendar/{secret}.ics", Feed).AllowAnonymous();
    }

    public static void MapLimitApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/deadlines", async Task<IResult> (HttpRequest http, LimitReader reader, Region region, TimeProvider time, CancellationToken cancelled) =>
        {
            var query = LimitQuery.Read(http.Query, region, time.GetUtcNow());
            return query.Problems.Count > 0 ? Failures.Problem(400, string.Join(" ", query.Problems))
                : query.Month is { } month ? TypedResults.Ok(await reader.Month(month, query.State, cancelled))
                : TypedResults.Ok(await reader.List(query, cancelled));
        });
        api.MapGet("/deadlines/kept", async Task<IResult> (HttpRequest http, LimitReader reader, TimeProvider time, CancellationToken cancelled) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow());
            return period.Problems.Count > 0 ? Failures.Problem(400, string.Join(" ", period.Problems)) : TypedResults.Ok(await reader.Kept(period, cancelled));
        });
        api.MapGet("/deadlines/forecast", async Task<IResult> (HttpRequest http, LimitReader reader, Region region, CancellationToken cancelled) =>
        {
            var (state, days, problems) = Asked(http.Query, region);
            return state is null || problems.Count > 0 ? Failures.Problem(400, string.Join(" ", problems.DefaultIfEmpty("“state” is missing: the state that is silent."))) : TypedResults.Ok(await reader.Silent(state, days, cancelled));
        });
        api.MapGet("/deadlines/calendars", async (Caller caller, CalendarFeeds feeds, CancellationToken cancelled) => (await Seen(caller, feeds, cancelled)).Select(f => Line(f)));
        // Only JSON is taken, which no page of a stranger can send without being asked whether it may.
        api.MapPost("/deadlines/calendars", async Task<IResult> (CalendarWish wish, Caller caller, CalendarFeeds feeds, Region region, ConsoleOptions options, TimeProvider time, CancellationToken cancelled) =>
        {
            if (Wrong(wish, region) is { Count: > 0 } wrong)
                return Failures.Problem(400, string.Join(" ", wrong));
            var (feed, address) = New(wish, caller, Name(caller), options, time);
            await feeds.Add(feed, cancelled);
            return TypedResults.Ok(Line(feed, address));
        });
        api.MapPost("/deadlines/calendars/{feedId:guid}/end", async Task<IResult> (Guid feedId, CalendarEnd end, Caller caller, CalendarFeeds feeds, CancellationToken cancelled) =>
            end.Reason?.Trim() is not { Length: > 0 and <= LongestReason } reason ? Failures.Problem(400, $"“reason” is missing: {LongestReason} characters at most.")
            : (await Seen(caller, feeds, cancelled)).FirstOrDefault(f => f.FeedId == feedId) is { } feed && await feeds.End(feedId, Name(caller), reason, cancelled) ? TypedResults.Ok(Line(feed))
            : Failures.Problem(404, "There is no calendar of yours with this id."));
    }

    /// <summary>What a forecast was asked for.</summary>
    static (string? State, int Days, IReadOnlyList<string> Problems) Asked(IQueryCollection query, Region region)
    {
        var problems = new List<string>();
        var (state, text) = (query["state"].ToString().Trim().ToUpperInvariant(), query["days"].ToString().Trim());
        if (state.Length > 0 && !region.States.ContainsKey(state))
            problems.Add($"“state” is one of {string.Join(", ", region.States.Keys.Order(StringComparer.Ordinal))}.");
        var days = LimitReader.UsualDays;
        if (text.Length > 0 && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out days) || days is < 1 or > LimitReader.MostDays))
        {
            problems.Add($"“days” is a whole number from 1 to {LimitReader.MostDays}.");
            days = LimitReader.UsualDays;
        }
        return (state.Length > 0 && region.States.ContainsKey(state) ? state : null, days, problems);
    }

    static async Task<IResult> Make(Caller caller, HttpContext http, CalendarFeeds feeds, Region region, ConsoleOptions options, TimeProvider time, IAntiforgery antiforgery, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var posted = await http.Request.ReadFormAsync(cancelled);
        var wish = new CalendarWish(posted["name"], posted["state"]);
        var by = By(caller, posted);
        List<string> problems = [.. Wrong(wish, region), .. WrongName(by)];
        if (problems.Count > 0)
            return await Page(caller, feeds, problems, cancelled);
        var (feed, address) = New(wish, caller, by, options, time);
        await feeds.Add(feed, cancelled);
        return await Page(caller, feeds, [], cancelled, address);
    }

    static async Task<IResult> End(Guid feedId, Caller caller, HttpContext http, CalendarFeeds feeds, IAntiforgery antiforgery, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var posted = await http.Request.ReadFormAsync(cancelled);
        var (by, reason) = (By(caller, posted), posted["reason"].ToString().Trim());
        List<string> problems = [.. WrongName(by)];
        if (reason.Length is 0 or > LongestReason)
            problems.Add($"Write the reason: {LongestReason} characters at most.");
        if (problems.Count > 0)
            return await Page(caller, feeds, problems, cancelled);
        return (await Seen(caller, feeds, cancelled)).Any(f => f.FeedId == feedId) && await feeds.End(feedId, by, reason, cancelled)
            ? Forms.Seen("/deadlines/calendars")
            : Failures.Page(404, "That is gone already", "It was ended before, or it is not yours. Nothing was done.", "Look at the page again.");
    }

    static async Task<IResult> Feed(string secret, HttpContext http, CalendarFeeds feeds, LimitReads limits, ConsoleOptions options, TimeProvider time, CancellationToken cancelled)
    {
        if (await feeds.Opened(AccountStore.HashOf(secret), cancelled) is not { } feed)
            return Results.NotFound();
        var now = time.GetUtcNow();
        // Nobody between keeps what may be ended at any moment.
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Text(CalendarFile.Write(await limits.Feed(feed.State, now - Behind, CalendarFile.Most, cancelled), options.Public, now), "text/calendar", Encoding.UTF8);
    }

    static async Task<IReadOnlyList<CalendarFeed>> Seen(Caller caller, CalendarFeeds feeds, CancellationToken cancelled) =>
        [.. (await feeds.All(MostFeeds, cancelled)).Where(f => f.AccountId == caller.AccountId || caller.May(Permission.Govern))];

    static async Task<IResult> Page(Caller caller, CalendarFeeds feeds, List<string> problems, CancellationToken cancelled, Uri? address = null) =>
        new RazorComponentResult<CalendarsPage>(new { Feeds = await Seen(caller, feeds, cancelled), Wrong = problems, Address = address, AsksWho = caller.AccountId is null }) { StatusCode = problems.Count == 0 ? 200 : 422 };

    static (CalendarFeed Feed, Uri Address) New(CalendarWish wish, Caller caller, string by, ConsoleOptions options, TimeProvider time)
    {
        var (secret, now) = (WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32)), time.GetUtcNow());
        return (new()
        {
            SecretHash = AccountStore.HashOf(secret),
            FeedId = Guid.CreateVersion7(now),
            AccountId = caller.AccountId,
            Name = wish.Name!.Trim(),
            State = wish.State is { Length: > 0 } state ? state.Trim().ToUpperInvariant() : null,
            MadeBy = by,
            MadeAt = now,
            EndsAt = now + Good,
        }, new Uri(options.Public, $"/calendar/{secret}.ics"));
    }

    static CalendarLine Line(CalendarFeed feed, Uri? address = null) => new(feed.FeedId, feed.Name, feed.State, feed.MadeBy, feed.MadeAt, feed.EndsAt, address);

    static string Name(Caller caller) => caller.AccountId is null ? "somebody at this machine" : caller.Name;

    static string By(Caller caller, IFormCollection posted) => caller.AccountId is null ? posted["by"].ToString().Trim() : caller.Name;

    static IEnumerable<string> WrongName(string by) => by.Length is 0 or > LongestName || by.Any(char.IsControl) ? [$"Write who does it: name and function, {LongestName} characters at most."] : [];

    static List<string> Wrong(CalendarWish wish, Region region)
    {
        var wrong = new List<string>();
        if (wish.Name?.Trim() is not { Length: > 0 and <= LongestName } name || name.Any(char.IsControl))
            wrong.Add($"Write what the calendar is for: {LongestName} characters at most.");
        if (wish.State?.Trim() is { Length: > 0 } state && !region.States.ContainsKey(state.ToUpperInvariant()))
            wrong.Add($"The state is one of {string.Join(", ", region.States.Keys.Order(StringComparer.Ordinal))}, or empty for all.");
        return wrong;
    }
}
