using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Costs;
using LiaisonHub.OperatorConsole.Law;
using LiaisonHub.OperatorConsole.Limits;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Register;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Settings;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Stuck;
using LiaisonHub.OperatorConsole.Today;

namespace LiaisonHub.OperatorConsole.Api;

/// <summary>The same rooms as JSON: what a page shows, and what its address filters. Deeds stand beside the pages they belong to.</summary>
static class ApiRoutes
{
    public static void MapApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1");
        api.MapGet("/today", async (TodayReader today, CancellationToken cancelled) => await today.Read(cancelled));
        api.MapGet("/stuck", async Task<IResult> (HttpRequest http, StuckReader stuck, Rules rules, Texts texts, CancellationToken cancelled) =>
        {
            var query = StuckQuery.Read(http.Query, rules, texts);
            if (query.Problems.Count > 0)
                return ErrorCode.BadAddress.Problem(texts, string.Join(" ", query.Problems));
            var board = await stuck.Read(cancelled);
            return TypedResults.Ok(board with { Lines = query.Of(board) });
        });
        api.MapGet("/requests", async Task<IResult> (HttpRequest http, RequestReader reader, Rules rules, Texts texts, CancellationToken cancelled) =>
        {
            var query = RequestQuery.Read(http.Query, rules, texts);
            // A page says what it left out; a program would not read it, and take the wrong list for the right one.
            return query.Problems.Count > 0 ? ErrorCode.BadAddress.Problem(texts, string.Join(" ", query.Problems)) : TypedResults.Ok(await reader.List(query, cancelled));
        });
        api.MapGet("/requests/{requestId:guid}", async Task<IResult> (Guid requestId, RequestReader reader, Texts texts, CancellationToken cancelled) =>
            await reader.Dossier(requestId, cancelled) is { } dossier ? TypedResults.Ok(dossier with { Request = dossier.Request with { Deadlines = [.. RequestReader.Ordered(dossier.Request).Take(RequestReader.OnPage)] } }) : ErrorCode.UnknownRequest.Problem(texts));
        api.MapGet("/requests/{requestId:guid}/acts/{journalId:long}", async Task<IResult> (Guid requestId, long journalId, RequestReader reader, Texts texts, CancellationToken cancelled) =>
            await reader.Act(requestId, journalId, cancelled) is { } act ? TypedResults.Ok(act) : ErrorCode.UnknownAct.Problem(texts));
        api.MapGet("/requests/{requestId:guid}/deadlines/{deadlineId:guid}", async Task<IResult> (Guid requestId, Guid deadlineId, RequestReader reader, Texts texts, CancellationToken cancelled) =>
            await reader.Explain(requestId, deadlineId, cancelled) is { } found
                ? TypedResults.Ok(new CountedDeadline(found.Now, found.Request.Id, found.Request.Reference, found.Deadline, found.Days))
                : ErrorCode.UnknownDeadline.Problem(texts));
        api.MapGet("/groups/{groupId:guid}", async Task<IResult> (Guid groupId, RequestReader reader, Texts texts, CancellationToken cancelled, string? after = null) =>
            after != null && RequestQuery.Mark(after) == null ? ErrorCode.BadAddress.Problem(texts, texts["shell.not-a-page", "after"].Plain)
            : await reader.Group(groupId, after == null ? null : RequestQuery.Mark(after), cancelled) is { } group ? TypedResults.Ok(group)
            : ErrorCode.UnknownCaseGroup.Problem(texts));
        api.MapGet("/compliance", async Task<IResult> (RegisterReader reader, Texts texts, CancellationToken cancelled, string? after = null) =>
            after != null && RequestQuery.Mark(after) == null ? ErrorCode.BadAddress.Problem(texts, texts["shell.not-a-page", "after"].Plain)
            : TypedResults.Ok(await reader.Read(after == null ? null : RequestQuery.Mark(after), cancelled)));
        api.MapGet("/costs", async Task<IResult> (HttpRequest http, CostReader reader, Texts texts, TimeProvider time, CancellationToken cancelled) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow(), texts);
            return period.Problems.Count > 0 ? ErrorCode.BadAddress.Problem(texts, string.Join(" ", period.Problems)) : TypedResults.Ok(await reader.Read(period, cancelled));
        });
        api.MapLimitApi();
        api.MapSettingsApi();
        api.MapGet("/acts", async Task<IResult> (RequestReader reader, Texts texts, CancellationToken cancelled, string? after = null) =>
            after is not null && PartMark.Read(RequestPart.Acts, after) is null ? ErrorCode.BadAddress.Problem(texts, texts["shell.not-a-page", "after"].Plain)
            : TypedResults.Ok(await reader.Waiting(after is null ? null : PartMark.Read(RequestPart.Acts, after), cancelled)));
        api.MapRequestParts();
        api.MapLinkApi();
        api.MapDeadLetterApi();
        api.MapLawApi();
        api.MapGet("/errors", (Texts texts) => TypedResults.Ok(ErrorCode.All.Select(error => ErrorLine.Of(error, texts))));
    }
}
