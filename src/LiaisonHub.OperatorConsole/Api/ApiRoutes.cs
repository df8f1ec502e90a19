using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Costs;
using LiaisonHub.OperatorConsole.Limits;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Records;
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
        api.MapGet("/stuck", async Task<IResult> (HttpRequest http, StuckReader stuck, Texts texts, CancellationToken cancelled) =>
        {
            var query = StuckQuery.Read(http.Query, texts);
            if (query.Problems.Count > 0)
                return Failures.Problem(400, string.Join(" ", query.Problems));
            var board = await stuck.Read(cancelled);
            return TypedResults.Ok(board with { Lines = query.Of(board) });
        });
        api.MapGet("/requests", async Task<IResult> (HttpRequest http, RequestReader reader, Texts texts, CancellationToken cancelled) =>
        {
            var query = RequestQuery.Read(http.Query, texts);
            // A page says what it left out; a program would not read it, and take the wrong list for the right one.
            return query.Problems.Count > 0 ? Failures.Problem(400, string.Join(" ", query.Problems)) : TypedResults.Ok(await reader.List(query, cancelled));
        });
        api.MapGet("/requests/{requestId:guid}", async Task<IResult> (Guid requestId, RequestReader reader, CancellationToken cancelled) =>
            await reader.Dossier(requestId, cancelled) is { } dossier ? TypedResults.Ok(dossier) : Failures.Problem(404, "The hub knows no request with this id."));
        api.MapGet("/groups/{groupId:guid}", async Task<IResult> (Guid groupId, RequestReader reader, CancellationToken cancelled, string? after = null) =>
            after != null && RequestQuery.Mark(after) == null ? Failures.Problem(400, "“after” is not the end of a page.")
            : await reader.Group(groupId, after == null ? null : RequestQuery.Mark(after), cancelled) is { } group ? TypedResults.Ok(group)
            : Failures.Problem(404, "No request belongs to a case group with this id."));
        api.MapGet("/compliance", async Task<IResult> (RegisterReader reader, CancellationToken cancelled, string? after = null) =>
            after != null && RequestQuery.Mark(after) == null ? Failures.Problem(400, "“after” is not the end of a page.")
            : TypedResults.Ok(await reader.Read(after == null ? null : RequestQuery.Mark(after), cancelled)));
        api.MapGet("/costs", async Task<IResult> (HttpRequest http, CostReader reader, Texts texts, TimeProvider time, CancellationToken cancelled) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow(), texts);
            return period.Problems.Count > 0 ? Failures.Problem(400, string.Join(" ", period.Problems)) : TypedResults.Ok(await reader.Read(period, cancelled));
        });
        api.MapGet("/quarantine", async (HttpRequest http, QuarantineReader reader, CancellationToken cancelled) => await reader.Board(QuarantineQuery.Read(http.Query), cancelled));
        api.MapLimitApi();
        api.MapSettingsApi();
        api.MapGet("/audit", async Task<IResult> (HttpRequest http, AuditReader reader, Texts said, CancellationToken cancelled) =>
        {
            var query = AuditQuery.Read(http.Query, said);
            return query.Problems.Count > 0 ? Failures.Problem(400, string.Join(" ", query.Problems)) : TypedResults.Ok(await reader.List(query, cancelled));
        }).Needs(Permission.Audit);
        api.MapGet("/adapters", async (LinkReader links, CancellationToken cancelled) => await links.Read(cancelled));
    }
}
