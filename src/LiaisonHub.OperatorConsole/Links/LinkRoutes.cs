using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Links;

static class LinkRoutes
{
    public static void MapLinks(this IEndpointRouteBuilder app) =>
        app.MapGet("/adapters", async (LinkReader links, CancellationToken cancelled) => new RazorComponentResult<AdaptersPage>(new { Board = await links.Read(cancelled) }));
}
