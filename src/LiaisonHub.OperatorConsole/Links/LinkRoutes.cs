using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Links;

static class LinkRoutes
{
    public static void MapLinks(this IEndpointRouteBuilder app)
    {
        app.MapGet("/adapters", async (LinkReader links, CancellationToken cancelled) => new RazorComponentResult<AdaptersPage>(new { Board = await links.Read(cancelled) }));
        app.MapGet("/adapters/{state}/conformance", async (string state, ConformanceReader conformance, Region region, CancellationToken cancelled) =>
            region.States.TryGetValue(state.ToUpperInvariant(), out var known)
                ? new RazorComponentResult<ConformancePage>(new { State = known, Standing = (await conformance.All(cancelled)).GetValueOrDefault(known.Code) })
                : Failures.Told(404, "links.no-such-state", state, string.Join(", ", region.States.Keys.Order(StringComparer.Ordinal))));
    }

    /// <summary>The page of a state's level of conformance.</summary>
    public static string ConformanceAddress(string state) => $"/adapters/{state}/conformance";
}
