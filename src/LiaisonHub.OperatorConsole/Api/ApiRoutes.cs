using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Today;

namespace LiaisonHub.OperatorConsole.Api;

/// <summary>The same rooms as JSON, read only: what a page shows, and what its address filters.</summary>
static class ApiRoutes
{
    public static void MapApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1");
        api.MapGet("/today", async (TodayReader today, CancellationToken cancelled) => await today.Read(cancelled));
        api.MapGet("/requests", async Task<IResult> (HttpRequest http, RequestReader reader, CancellationToken cancelled) =>
        {
            var query = RequestQuery.Read(http.Query);
            // A page says what it left out; a program would not read it, and take the wrong list for the right one.
            return query.Problems.Count > 0 ? Failures.Problem(400, string.Join(" ", query.Problems)) : TypedResults.Ok(await reader.List(query, cancelled));
        });
        api.MapGet("/requests/{requestId:guid}", async Task<IResult> (Guid requestId, RequestReader reader, CancellationToken cancelled) =>
            await reader.Dossier(requestId, cancelled) is { } dossier ? TypedResults.Ok(dossier) : Failures.Problem(404, "The hub knows no request with this id."));
        api.MapGet("/quarantine", async (HttpRequest http, QuarantineReader reader, CancellationToken cancelled) => await reader.Board(QuarantineQuery.Read(http.Query), cancelled));
        api.MapGet("/adapters", async (LinkReader links, CancellationToken cancelled) => await links.Read(cancelled));
    }
}
