using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Law;

static class LawRoutes
{
    public static void MapLaw(this IEndpointRouteBuilder app)
    {
        app.MapGet("/procedures", (Rules rules) => Results.Redirect(Address(rules.Sheets[0].Name)));
        app.MapGet("/procedures/{name}", (string name, Rules rules) => rules.Sheets.FirstOrDefault(s => Address(s.Name) == $"/procedures/{name}") is { } sheet
            ? new RazorComponentResult<ProcedurePage>(new { Sheet = sheet })
            : ErrorCode.UnknownProcedure.Page("law.no-such-procedure", name, string.Join(", ", rules.Sheets.Select(s => Address(s.Name)))));
        app.MapGet("/rules", () => new RazorComponentResult<RulesPage>());
    }

    /// <summary>The page of a procedure: <c>MutualAssistance</c> is <c>/procedures/mutual-assistance</c>.</summary>
    public static string Address(string procedure) => "/procedures/" + Words.Spaced(procedure).ToLowerInvariant().Replace(' ', '-');
}
