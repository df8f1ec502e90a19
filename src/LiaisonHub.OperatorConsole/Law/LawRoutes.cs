using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Law;

static class LawRoutes
{
    public static void MapLaw(this IEndpointRouteBuilder app)
    {
        app.MapGet("/procedures/mutual-assistance", () => new RazorComponentResult<ProcedurePage>());
        app.MapGet("/procedures/{name}", (string name) => Failures.Page(404, "There is no such procedure", $"This hub does not run a procedure named “{name}”.", "It runs mutual assistance: /procedures/mutual-assistance."));
        app.MapGet("/rules", () => new RazorComponentResult<RulesPage>());
    }
}
