using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Api;
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

/// <summary>One page of calendars.</summary>
/// <param name="Calendars">In the order in which they were made.</param>
/// <param name="Next">The value of <c>after</c> that gives the next page. Null: there is none.</param>
public sealed record CalendarList(IReadOnlyList<CalendarLine> Calendars, string? Next);

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
    const int LongestName = 100, LongestReason = 1000, CalendarsOnPage = 20;

    // A calendar program has no one to ask: the address is good for a year, and then somebody must want it again.
    static readonly TimeSpan Good = TimeSpan.FromDays(365);

    // What was missed stays in sight for a month.
    static readonly TimeSpan Behind = TimeSpan.FromDays(30);

    public static void MapLimits(this IEndpointRouteBuilder app)
    {
        app.MapGet("/deadlines", async Task<IResult> (HttpRequest http, LimitReader reader, Region region, Texts said, TimeProvider time, CancellationToken cancelled) =>
        {
            var query = LimitQuery.Read(http.Query, region, time.GetUtcNow(), said);
            return query.Month is { } month
                ? new RazorComponentResult<DeadlinesPage>(new { Query = query, Month = await reader.Month(month, query.State, cancelled) })
                : new RazorComponentResult<DeadlinesPage>(new { Query = query, List = await reader.List(query, cancelled) });
        });
        app.MapList("/deadlines", IResult (HttpRequest http, LimitReader reader, Region region, Texts said, TimeProvider time, CancellationToken cancelled) =>
        {
            var query = LimitQuery.Read(http.Query, region, time.GetUtcNow(), said);
            return query.Problems.Count > 0 ? ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", query.Problems)) : LimitFiles.List(reader, query, said, time.GetUtcNow(), cancelled);
        });
        app.MapGet("/deadlines/kept", async Task<IResult> (HttpRequest http, LimitReader reader, Texts said, TimeProvider time, CancellationToken cancelled) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow(), said);
            return new RazorComponentResult<KeptPage>(new { Period = period, Board = await reader.Kept(period, cancelled) });
        });
        app.MapList("/deadlines/kept", async Task<IResult> (HttpRequest http, LimitReader reader, Texts said, TimeProvider time, CancellationToken cancelled) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow(), said);
            return period.Problems.Count > 0 ? ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", period.Problems)) : LimitFiles.Kept(await reader.Kept(period, cancelled), period, said);
        });
        app.MapList("/deadlines/kept/{state}/{instrument}", IResult (string state, string instrument, HttpRequest http, LimitReader reader, Texts said, TimeProvider time, CancellationToken cancelled) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow(), said);
            return period.Problems.Count > 0 ? ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", period.Problems)) : LimitFiles.NotKept(reader, period, state, instrument, said, time.GetUtcNow(), cancelled);
        });
        app.MapGet("/deadlines/kept/{state}/{instrument}", async Task<IResult> (string state, string instrument, HttpRequest http, LimitReader reader, Texts said, TimeProvider time, CancellationToken cancelled, string? after = null) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow(), said);
            var mark = after is null ? null : RequestQuery.Mark(after);
            if (period.Problems.Count > 0 || after is not null && mark is null)
                return ErrorCode.BadAddress.Page("shell.no-list", string.Join(" ", period.Problems.DefaultIfEmpty(said["shell.not-a-page", "after"].Plain)));
            return new RazorComponentResult<NotKeptPage>(new { Period = period, State = state, Instrument = instrument, List = await reader.NotKept(period, state, instrument, mark, cancelled) });
        });
        app.MapGet("/deadlines/forecast", async Task<IResult> (HttpRequest http, LimitReader reader, Region region, Texts said, CancellationToken cancelled) =>
        {
            var (state, days, problems) = Silence(http.Query, region, said);
            return new RazorComponentResult<ForecastPage>(new { State = state, Days = days, Problems = problems, Forecast = state is null || problems.Count > 0 ? null : await reader.Silent(state, days, cancelled) });
        });
        app.MapList("/deadlines/forecast", async Task<IResult> (HttpRequest http, LimitReader reader, Region region, Texts said, CancellationToken cancelled) =>
        {
            var (state, days, problems) = Silence(http.Query, region, said);
            return state is null || problems.Count > 0 ? ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", problems.DefaultIfEmpty(said["deadlines.state-missing"])))
                : LimitFiles.Forecast(await reader.Silent(state, days, cancelled), said);
        });
        app.MapList("/deadlines/calendars", async (Caller caller, CalendarFeeds feeds, TimeProvider time, CancellationToken cancelled) => LimitFiles.Calendars(await Seen(caller, feeds, null, ListFile.Most, cancelled), time.GetUtcNow()));
        app.MapGet("/deadlines/calendars", async Task<IResult> (Caller caller, CalendarFeeds feeds, Texts said, CancellationToken cancelled, string? after = null) =>
            after is not null && RequestQuery.Mark(after) is null ? ErrorCode.BadAddress.Page("shell.no-list", said["shell.not-a-page", "after"]) : await Page(caller, feeds, [], cancelled, after: after));
        app.MapPost("/deadlines/calendars", Make);
        app.MapPost("/deadlines/calendars/{feedId:guid}/end", End);
        // Calendar programs cannot sign in: whoever has the address has the calendar.
        app.MapGet("/calendar/{secret}.ics", Feed).AllowAnonymous();
    }

    public static void MapLimitApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/deadlines", async Task<IResult> (HttpRequest http, LimitReader reader, Region region, Texts said, TimeProvider time, CancellationToken cancelled) =>
        {
            var query = LimitQuery.Read(http.Query, region, time.GetUtcNow(), said);
            return query.Problems.Count > 0 ? ErrorCode.BadAddress.Problem(said, string.Join(" ", query.Problems))
                : query.Month is { } month ? TypedResults.Ok(await reader.Month(month, query.State, cancelled))
                : TypedResults.Ok(await reader.List(query, cancelled));
        });
        api.MapGet("/deadlines/kept", async Task<IResult> (HttpRequest http, LimitReader reader, Texts said, TimeProvider time, CancellationToken cancelled) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow(), said);
            return period.Problems.Count > 0 ? ErrorCode.BadAddress.Problem(said, string.Join(" ", period.Problems)) : TypedResults.Ok(await reader.Kept(period, cancelled));
        });
        api.MapGet("/deadlines/kept/{state}/{instrument}", async Task<IResult> (string state, string instrument, HttpRequest http, LimitReader reader, Texts said, TimeProvider time, CancellationToken cancelled, string? after = null) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow(), said);
            var mark = after is null ? null : RequestQuery.Mark(after);
            return period.Problems.Count > 0 || after is not null && mark is null
                ? ErrorCode.BadAddress.Problem(said, string.Join(" ", period.Problems.DefaultIfEmpty(said["shell.not-a-page", "after"].Plain)))
                : TypedResults.Ok(await reader.NotKept(period, state, instrument, mark, cancelled));
        });
        api.MapGet("/deadlines/forecast", async Task<IResult> (HttpRequest http, LimitReader reader, Region region, Texts said, CancellationToken cancelled) =>
        {
            var (state, days, problems) = Silence(http.Query, region, said);
            return state is null || problems.Count > 0 ? ErrorCode.BadAddress.Problem(said, string.Join(" ", problems.DefaultIfEmpty(said["deadlines.state-missing"]))) : TypedResults.Ok(await reader.Silent(state, days, cancelled));
        });
        api.MapGet("/deadlines/calendars", async Task<IResult> (Caller caller, CalendarFeeds feeds, Texts said, CancellationToken cancelled, string? after = null) =>
        {
            if (after is not null && RequestQuery.Mark(after) is null)
                return ErrorCode.BadAddress.Problem(said, said["shell.not-a-page", "after"].Plain);
            var (page, next) = await Calendars(caller, feeds, after, cancelled);
            return TypedResults.Ok(new CalendarList([.. page.Select(f => Line(f))], next));
        });
        api.MapPost("/deadlines/calendars", (HttpContext http, Caller caller, CalendarFeeds feeds, Region region, ConsoleOptions options, Texts said, TimeProvider time, CancellationToken cancelled) =>
            Asked.For<CalendarWish>(http, caller, said, async wish =>
            {
                if (Wrong(wish, region, said) is { Count: > 0 } wrong)
                    return ErrorCode.CannotBeRead.Problem(said, string.Join(" ", wrong));
                var (feed, address) = New(wish, caller, caller.InLedger, options, time);
                await feeds.Add(feed, cancelled);
                return TypedResults.Ok(Line(feed, address));
            }, cancelled));
        api.MapPost("/deadlines/calendars/{feedId:guid}/end", (Guid feedId, HttpContext http, Caller caller, CalendarFeeds feeds, Texts said, CancellationToken cancelled) =>
            Asked.For<CalendarEnd>(http, caller, said, async end =>
                end.Reason?.Trim() is not { Length: > 0 and <= LongestReason } reason ? ErrorCode.CannotBeRead.Problem(said, said["shell.write-reason", LongestReason].Plain)
                : await Own(feedId, caller, feeds, cancelled) is { } feed && await feeds.End(feedId, caller.InLedger, reason, cancelled, caller.AccountId) ? TypedResults.Ok(Line(feed))
                : ErrorCode.UnknownCalendar.Problem(said), cancelled));
    }

    /// <summary>What a forecast was asked for.</summary>
    static (string? State, int Days, IReadOnlyList<Said> Problems) Silence(IQueryCollection query, Region region, Texts said)
    {
        var problems = new List<Said>();
        var (state, text) = (query["state"].ToString().Trim().ToUpperInvariant(), query["days"].ToString().Trim());
        if (state.Length > 0 && !region.States.ContainsKey(state))
            problems.Add(said["shell.not-read", "state", said["shell.one-of", string.Join(", ", region.States.Keys.Order(StringComparer.Ordinal))]]);
        var days = LimitReader.UsualDays;
        if (text.Length > 0 && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out days) || days is < 1 or > LimitReader.MostDays))
        {
            problems.Add(said["shell.not-read", "days", said["shell.not-in-range", 1, LimitReader.MostDays]]);
            days = LimitReader.UsualDays;
        }
        return (state.Length > 0 && region.States.ContainsKey(state) ? state : null, days, problems);
    }

    static async Task<IResult> Make(Caller caller, HttpContext http, CalendarFeeds feeds, Region region, ConsoleOptions options, TimeProvider time, IAntiforgery antiforgery, Texts said, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var posted = await http.Request.ReadFormAsync(cancelled);
        var wish = new CalendarWish(posted["name"], posted["state"]);
        var by = By(caller, posted);
        List<Said> problems = [.. Wrong(wish, region, said), .. WrongName(by, said)];
        if (problems.Count > 0)
            return await Page(caller, feeds, [.. problems.Select(p => ErrorCode.CannotBeRead.Line(said, p).Plain)], cancelled);
        var (feed, address) = New(wish, caller, by, options, time);
        // Said once: a form that is sent again makes nothing and says nothing.
        return await feeds.Add(feed with { FeedId = Forms.Once(posted) }, cancelled) ? await Page(caller, feeds, [], cancelled, address) : Forms.Seen("/deadlines/calendars");
    }

    static async Task<IResult> End(Guid feedId, Caller caller, HttpContext http, CalendarFeeds feeds, IAntiforgery antiforgery, Texts said, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var posted = await http.Request.ReadFormAsync(cancelled);
        var (by, reason) = (By(caller, posted), posted["reason"].ToString().Trim());
        List<Said> problems = [.. WrongName(by, said)];
        if (reason.Length is 0 or > LongestReason)
            problems.Add(said["shell.write-reason", LongestReason]);
        if (problems.Count > 0)
            return await Page(caller, feeds, [.. problems.Select(p => ErrorCode.CannotBeRead.Line(said, p).Plain)], cancelled);
        return await Own(feedId, caller, feeds, cancelled) is not null && await feeds.End(feedId, by, reason, cancelled, caller.AccountId)
            ? Forms.Seen("/deadlines/calendars")
            : ErrorCode.UnknownCalendar.Page();
    }

    static async Task<IResult> Feed(string secret, HttpContext http, CalendarFeeds feeds, LimitReads limits, ConsoleOptions options, Texts said, TimeProvider time, CancellationToken cancelled)
    {
        if (await feeds.Opened(AccountStore.HashOf(secret), cancelled) is not { } feed)
            return Results.NotFound();
        var now = time.GetUtcNow();
        // Nobody between keeps what may be ended at any moment.
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Text(CalendarFile.Write(await limits.Feed(feed.State, now - Behind, CalendarFile.Most, cancelled), options.Public, now), "text/calendar", Encoding.UTF8);
    }

    static Task<IReadOnlyList<CalendarFeed>> Seen(Caller caller, CalendarFeeds feeds, PageMark? after, int atMost, CancellationToken cancelled) =>
        feeds.Seen(caller.AccountId, caller.May(Permission.Govern), after, atMost, cancelled);

    static async Task<(IReadOnlyList<CalendarFeed> Page, string? Next)> Calendars(Caller caller, CalendarFeeds feeds, string? after, CancellationToken cancelled)
    {
        var found = await Seen(caller, feeds, after is null ? null : RequestQuery.Mark(after), CalendarsOnPage + 1, cancelled);
        return ([.. found.Take(CalendarsOnPage)], found.Count > CalendarsOnPage ? RequestQuery.Text(new(found[CalendarsOnPage - 1].MadeAt, found[CalendarsOnPage - 1].FeedId)) : null);
    }

    // Null: there is none, or it is somebody else's.
    static async Task<CalendarFeed?> Own(Guid feedId, Caller caller, CalendarFeeds feeds, CancellationToken cancelled) =>
        await feeds.Get(feedId, cancelled) is { } feed && (feed.AccountId == caller.AccountId || caller.May(Permission.Govern)) ? feed : null;

    static async Task<IResult> Page(Caller caller, CalendarFeeds feeds, List<string> problems, CancellationToken cancelled, Uri? address = null, string? after = null)
    {
        var (page, next) = await Calendars(caller, feeds, after, cancelled);
        return new RazorComponentResult<CalendarsPage>(new { Feeds = page, Next = next, Continued = after is not null, Wrong = problems, Address = address, AsksWho = caller.AccountId is null }) { StatusCode = problems.Count == 0 ? 200 : 422 };
    }

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

    static string By(Caller caller, IFormCollection posted) => caller.AccountId is null ? posted["by"].ToString().Trim() : caller.Name;

    static IEnumerable<Said> WrongName(string by, Texts said) => by.Length is 0 or > LongestName || by.Any(char.IsControl) ? [said["shell.write-who", LongestName]] : [];

    static List<Said> Wrong(CalendarWish wish, Region region, Texts said)
    {
        var wrong = new List<Said>();
        if (wish.Name?.Trim() is not { Length: > 0 and <= LongestName } name || name.Any(char.IsControl))
            wrong.Add(said["deadlines.write-what-for", LongestName]);
        if (wish.State?.Trim() is { Length: > 0 } state && !region.States.ContainsKey(state.ToUpperInvariant()))
            wrong.Add(said["deadlines.calendar-state", string.Join(", ", region.States.Keys.Order(StringComparer.Ordinal))]);
        return wrong;
    }
}
