using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Api;
using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Filters;

/// <summary>Saved filters as pages and as JSON.</summary>
static class FilterRoutes
{
    public static void MapFilters(this IEndpointRouteBuilder app)
    {
        app.MapGet("/filters", (Caller caller, FilterDesk desk, Texts said, CancellationToken cancelled, string? after = null) => Page(caller, desk, [], 200, said, cancelled, after));
        app.MapList("/filters", (Caller caller, FilterDesk desk, TimeProvider time, CancellationToken cancelled) => new ListFile
        {
            Name = "filters",
            Title = "Saved filters",
            Filter = "those that you see",
            At = time.GetUtcNow(),
            Columns = ["filter id", "list", "name", "query", "for everybody", "saved at", "saved by", "why it cannot be used"],
            Rows = desk.All(caller, cancelled).Select(f => new object?[] { f.FilterId, f.Room, f.Name, f.Query, f.Shared, f.MadeAt, f.MadeBy, string.Join(" ", f.Problems) }),
        });
        app.MapPost("/filters", async Task<IResult> (Caller caller, HttpContext http, IAntiforgery antiforgery, FilterDesk desk, Texts said, CancellationToken cancelled) =>
        {
            if (await Forms.OutOfDate(http, antiforgery) is { } old)
                return old;
            var form = await http.Request.ReadFormAsync(cancelled);
            var answer = await desk.Save(new(form["room"], form["name"], form["query"], form["shared"] == "1", form["by"]), caller, cancelled);
            return answer.Filter is { } saved ? Forms.Seen(saved.Link) : await Page(caller, desk, Lines(answer, said), Status(answer), said, cancelled);
        });
        // The link that means the same tomorrow: it goes to the list, or says why it shows nothing.
        app.MapGet("/filters/{filterId:guid}", async Task<IResult> (Guid filterId, Caller caller, FilterDesk desk, CancellationToken cancelled) =>
            await desk.Get(filterId, caller, cancelled) is not { } filter ? ErrorCode.UnknownFilter.Page()
            : filter.Address is { } list ? Forms.Seen(list)
            : new RazorComponentResult<FilterPage>(new { Filter = filter }) { StatusCode = ErrorCode.FilterNotUsable.Status });
        app.MapGet("/filters/{filterId:guid}/change", async Task<IResult> (Guid filterId, Caller caller, FilterDesk desk, CancellationToken cancelled) =>
            await desk.Get(filterId, caller, cancelled) is { } filter ? new RazorComponentResult<FilterPage>(new { Filter = filter }) : ErrorCode.UnknownFilter.Page());
        app.MapPost("/filters/{filterId:guid}/name", (Guid filterId, Caller caller, HttpContext http, IAntiforgery antiforgery, FilterDesk desk, Texts said, CancellationToken cancelled) =>
            Change(filterId, caller, http, antiforgery, desk, said, form => new(form["name"].ToString(), form["reason"], form["by"]), cancelled));
        app.MapPost("/filters/{filterId:guid}/end", (Guid filterId, Caller caller, HttpContext http, IAntiforgery antiforgery, FilterDesk desk, Texts said, CancellationToken cancelled) =>
            Change(filterId, caller, http, antiforgery, desk, said, form => new(null, form["reason"], form["by"]), cancelled));

        var api = app.MapGroup("/api/v1");
        api.MapGet("/filters", async Task<IResult> (Caller caller, FilterDesk desk, Texts said, CancellationToken cancelled, string? room = null, string? after = null) =>
            await List(caller, desk, room, after, cancelled) is { } list ? TypedResults.Ok(list) : ErrorCode.BadAddress.Problem(said, said["shell.not-a-page", "after"].Plain));
        api.MapGet("/filters/{filterId:guid}", async Task<IResult> (Guid filterId, Caller caller, FilterDesk desk, Texts said, CancellationToken cancelled) =>
            await desk.Get(filterId, caller, cancelled) is not { } filter ? ErrorCode.UnknownFilter.Problem(said)
            : filter.Address is null ? ErrorCode.FilterNotUsable.Problem(said, string.Join(" ", filter.Problems)) : TypedResults.Ok(filter));
        api.MapPost("/filters", (HttpContext http, Caller caller, FilterDesk desk, Texts said, CancellationToken cancelled) => Wanted<FilterWish>(http, caller, said, wish => desk.Save(wish, caller, cancelled), cancelled));
        api.MapPost("/filters/{filterId:guid}/name", (Guid filterId, HttpContext http, Caller caller, FilterDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<FilterChange>(http, caller, said, wish => desk.Change(filterId, wish with { Name = wish.Name ?? "" }, caller, cancelled), cancelled));
        api.MapPost("/filters/{filterId:guid}/end", (Guid filterId, HttpContext http, Caller caller, FilterDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<FilterChange>(http, caller, said, wish => desk.Change(filterId, wish with { Name = null }, caller, cancelled), cancelled));
    }

    /// <summary>The address of a saved filter: it stays whatever the filter is called.</summary>
    public static string Link(Guid filterId) => $"/filters/{filterId:D}";

    static async Task<IResult> Change(
        Guid filterId, Caller caller, HttpContext http, IAntiforgery antiforgery, FilterDesk desk, Texts said, Func<IFormCollection, FilterChange> wish, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var answer = await desk.Change(filterId, wish(await http.Request.ReadFormAsync(cancelled)), caller, cancelled);
        return answer.Error is null ? Forms.Seen("/filters")
            : answer.Filter is { } filter ? new RazorComponentResult<FilterPage>(new { Filter = filter, Problems = Lines(answer, said) }) { StatusCode = Status(answer) }
            : answer.Error.Page();
    }

    static Task<IResult> Wanted<T>(HttpContext http, Caller caller, Texts said, Func<T, Task<FilterAnswer>> step, CancellationToken cancelled) where T : class => Asked.For<T>(http, caller, said, async wish =>
    {
        var answer = await step(wish);
        return answer.Error is { } error ? error.Problem(said, answer.Problems is { Count: > 0 } problems ? string.Join(" ", problems) : null)
            : answer.Filter is { } filter ? TypedResults.Ok(filter) : TypedResults.NoContent();
    }, cancelled);

    static async Task<FilterList?> List(Caller caller, FilterDesk desk, string? room, string? after, CancellationToken cancelled) =>
        after is null ? await desk.List(caller, room, null, FilterDesk.PageLength, cancelled) : Guid.TryParse(after, out var last) ? await desk.List(caller, room, last, FilterDesk.PageLength, cancelled) : null;

    static async Task<IResult> Page(Caller caller, FilterDesk desk, IReadOnlyList<string> problems, int status, Texts said, CancellationToken cancelled, string? after = null) =>
        await List(caller, desk, null, after, cancelled) is { } list ? new RazorComponentResult<FiltersPage>(new { List = list, Continued = after is not null, Problems = problems }) { StatusCode = status }
            : ErrorCode.BadAddress.Page("shell.no-list", said["shell.not-a-page", "after"]);

    static int Status(FilterAnswer answer) => answer.Error == ErrorCode.CannotBeRead ? 422 : answer.Error!.Status;

    static IReadOnlyList<string> Lines(FilterAnswer answer, Texts said) =>
        answer.Problems is { Count: > 0 } problems ? [.. problems.Select(p => answer.Error!.Line(said, p).Plain)] : [answer.Error!.Line(said).Plain];
}
