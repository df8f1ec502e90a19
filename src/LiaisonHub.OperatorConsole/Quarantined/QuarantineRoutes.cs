using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Api;
using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Quarantined;

/// <summary>The quarantine as pages and as JSON: the same desk behind both.</summary>
static class QuarantineRoutes
{
    public static void MapQuarantine(this IEndpointRouteBuilder app)
    {
        app.MapGet("/quarantine", async Task<IResult> (HttpRequest http, QuarantineReader reader, Texts said, CancellationToken cancelled) =>
        {
            var query = QuarantineQuery.Read(http.Query, said);
            return new RazorComponentResult<QuarantinePage>(new { Query = query, Board = await reader.Board(query, cancelled) });
        });
        app.MapList("/quarantine", IResult (HttpRequest http, QuarantineReader reader, Texts said, CancellationToken cancelled) => QuarantineQuery.Read(http.Query, said) is var query && query.Problems.Count > 0
            ? ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", query.Problems)) : reader.File(query, cancelled));
        app.MapGet("/quarantine/groups", async Task<IResult> (QuarantineReader reader, Texts said, CancellationToken cancelled, string? after = null) =>
        {
            var mark = after is null ? null : QuarantineReader.End(after);
            return after is not null && mark is null ? ErrorCode.BadAddress.Page("shell.no-list", said["shell.not-a-page", "after"])
                : new RazorComponentResult<FaultsPage>(new { Faults = await reader.Faults(mark, cancelled), Continued = mark is not null });
        });
        app.MapList("/quarantine/groups", (QuarantineReader reader, CancellationToken cancelled) => reader.FaultFile(cancelled));
        app.MapGet("/quarantine/{quarantineId:guid}", async Task<IResult> (Guid quarantineId, HttpRequest http, QuarantineReader reader, CancellationToken cancelled) =>
            await Page(quarantineId, reader, new(), [], http.Query["said"] == "before", 200, cancelled));
        app.MapPost("/quarantine/{quarantineId:guid}", (Guid quarantineId, Caller caller, HttpContext http, QuarantineReader reader, QuarantineDesk desk, IAntiforgery antiforgery, Texts said, CancellationToken cancelled) =>
            Do(quarantineId, http, reader, antiforgery, said, wish => desk.Decide(quarantineId, caller, wish, cancelled), cancelled)).Needs(Permission.Decide);
        app.MapPost("/quarantine/{quarantineId:guid}/wrapping", (Guid quarantineId, Caller caller, HttpContext http, QuarantineReader reader, QuarantineDesk desk, IAntiforgery antiforgery, Texts said, CancellationToken cancelled) =>
            Do(quarantineId, http, reader, antiforgery, said, wish => desk.Rewrap(quarantineId, caller, wish, cancelled), cancelled)).Needs(Permission.Decide);
        app.MapPost("/quarantine/{quarantineId:guid}/approval", (Guid quarantineId, Caller caller, HttpContext http, QuarantineReader reader, QuarantineDesk desk, IAntiforgery antiforgery, Texts said, CancellationToken cancelled) =>
            Do(quarantineId, http, reader, antiforgery, said, wish => desk.Second(quarantineId, caller, wish, cancelled), cancelled)).Needs(Permission.Approve).CannotBeUndone();

        var api = app.MapGroup("/api/v1");
        api.MapGet("/quarantine", async Task<IResult> (HttpRequest http, QuarantineReader reader, Texts said, CancellationToken cancelled) => QuarantineQuery.Read(http.Query, said) is var query && query.Problems.Count > 0
            ? ErrorCode.BadAddress.Problem(said, string.Join(" ", query.Problems)) : TypedResults.Ok(await reader.Board(query, cancelled)));
        api.MapGet("/quarantine/groups", async Task<IResult> (QuarantineReader reader, Texts said, CancellationToken cancelled, string? after = null) =>
            after is not null && QuarantineReader.End(after) is null ? ErrorCode.BadAddress.Problem(said, said["shell.not-a-page", "after"].Plain)
            : TypedResults.Ok(await reader.Faults(after is null ? null : QuarantineReader.End(after), cancelled)));
        api.MapGet("/quarantine/groups/sample", async Task<IResult> (string? group, QuarantineReader reader, Texts said, CancellationToken cancelled) =>
            await reader.Sample(group ?? "", cancelled) is { } sample ? TypedResults.Ok(sample) : ErrorCode.UnknownGroup.Problem(said));
        api.MapGet("/quarantine/{quarantineId:guid}", async Task<IResult> (Guid quarantineId, QuarantineReader reader, Texts said, CancellationToken cancelled) =>
            await reader.Dossier(quarantineId, cancelled) is { } dossier ? TypedResults.Ok(MessageReport.Of(dossier)) : ErrorCode.UnknownMessage.Problem(said));
        api.MapPost("/quarantine/{quarantineId:guid}", (Guid quarantineId, HttpContext http, Caller caller, QuarantineReader reader, QuarantineDesk desk, Texts said, CancellationToken cancelled) =>
            Asked.For<MessageWish>(http, caller, said, async wish => await Told(quarantineId, reader, said, await desk.Decide(quarantineId, caller, wish, cancelled), cancelled), cancelled)).Needs(Permission.Decide);
        api.MapPost("/quarantine/{quarantineId:guid}/wrapping", (Guid quarantineId, HttpContext http, Caller caller, QuarantineReader reader, QuarantineDesk desk, Texts said, CancellationToken cancelled) =>
            Asked.For<MessageWish>(http, caller, said, async wish => await Told(quarantineId, reader, said, await desk.Rewrap(quarantineId, caller, wish, cancelled), cancelled), cancelled)).Needs(Permission.Decide);
        api.MapPost("/quarantine/{quarantineId:guid}/approval", (Guid quarantineId, HttpContext http, Caller caller, QuarantineReader reader, QuarantineDesk desk, Texts said, CancellationToken cancelled) =>
            Asked.For<MessageWish>(http, caller, said, async wish => await Told(quarantineId, reader, said, await desk.Second(quarantineId, caller, wish, cancelled), cancelled), cancelled)).Needs(Permission.Approve);
    }

    static async Task<IResult> Page(Guid quarantineId, QuarantineReader reader, MessageWish wish, IReadOnlyList<string> problems, bool tooLate, int status, CancellationToken cancelled) =>
        await reader.Dossier(quarantineId, cancelled) is { } dossier
            ? new RazorComponentResult<QuarantinedPage>(new { Dossier = dossier, Wish = wish, Wrong = problems, TooLate = tooLate }) { StatusCode = status }
            : ErrorCode.UnknownMessage.Page();

    static async Task<IResult> Do(Guid quarantineId, HttpContext http, QuarantineReader reader, IAntiforgery antiforgery, Texts said, Func<MessageWish, Task<MessageAnswer>> deed, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var posted = await http.Request.ReadFormAsync(cancelled);
        var wish = new MessageWish { Deed = posted["deed"], Reason = posted["reason"].ToString().Trim(), By = posted["by"].ToString().Trim(), Digest = posted["digest"] };
        var answer = await deed(wish);
        return answer switch
        {
            { Error: null } => Forms.Seen($"/quarantine/{answer.Made ?? quarantineId:D}"),
            // Whoever comes second changes nothing, and is shown what the first has decided.
            { Error: var error } when error == ErrorCode.DealtWith => Forms.Seen($"/quarantine/{quarantineId:D}?said=before"),
            { Error: var error, Problems: { } problems } => await Page(quarantineId, reader, wish, [.. problems.Select(p => error.Line(said, p).Plain)], false, 422, cancelled),
            { Error: var error } => error.Page(),
        };
    }

    static async Task<IResult> Told(Guid quarantineId, QuarantineReader reader, Texts said, MessageAnswer answer, CancellationToken cancelled) =>
        answer.Error is { } error ? error.Problem(said, answer.Problems is { } problems ? string.Join(" ", problems) : null)
        : TypedResults.Ok(MessageReport.Of((await reader.Dossier(answer.Made ?? quarantineId, cancelled))!));
}
