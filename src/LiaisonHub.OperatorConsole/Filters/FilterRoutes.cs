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
        app.MapGet("/filters", async (Caller caller, FilterDesk desk, CancellationToken cancelled) => await Page(caller, desk, [], 200, cancelled));
        app.MapList("/filters", async (Caller caller, FilterDesk desk, TimeProvider time, CancellationToken cancelled) => new ListFile
        {
            Name = "filters",
            Title = "Saved filters",
            Filter = "those that you see",
            At = time.GetUtcNow(),
            Columns = ["filter id", "list", "name", "query", "for everybody", "saved at", "saved by", "why it cannot be used"],
            Rows = (await desk.Seen(caller, null, cancelled)).Select(f => new object?[] { f.FilterId, f.Room, f.Name, f.Query, f.Shared, f.MadeAt, f.MadeBy, string.Join(" ", f.Problems) }).ToAsyncEnumerable(),
        });
        app.MapPost("/filters", async Task<IResult> (Caller caller, HttpContext http, IAntiforgery antiforgery, FilterDesk desk, Texts said, CancellationToken cancelled) =>
        {
            if (await Forms.OutOfDate(http, antiforgery) is { } old)
                return old;
            var form = await http.Request.ReadFormAsync(cancelled);
            var answer = await desk.Save(new(form["room"], form["name"], form["query"], form["shared"] == "1", form["by"]), caller, cancelled);
            return answer.Filter is { } saved ? Forms.Seen(saved.Link) : await Page(caller, desk, Lines(answer, said), Status(answer), cancelled);
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
        api.MapGet("/filters", async (Caller caller, FilterDesk desk, CancellationToken cancelled, string? room = null) => TypedResults.Ok(await desk.Seen(caller, room, cancelled)));
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

    static async Task<IResult> Page(Caller caller, FilterDesk desk, IReadOnlyList<string> problems, int status, CancellationToken cancelled) =>
        new RazorComponentResult<FiltersPage>(new { Filters = await desk.Seen(caller, null, cancelled), Problems = problems }) { StatusCode = status };

    static int Status(FilterAnswer answer) => answer.Error == ErrorCode.CannotBeRead ? 422 : answer.Error!.Status;

    static IReadOnlyList<string> Lines(FilterAnswer answer, Texts said) =>
        answer.Problems is { Count: > 0 } problems ? [.. problems.Select(p => answer.Error!.Line(said, p).Plain)] : [answer.Error!.Line(said).Plain];
}
