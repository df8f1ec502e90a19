using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Register;

static class RegisterRoutes
{
    public static void MapRegister(this IEndpointRouteBuilder app)
    {
        app.MapGet("/compliance", (RegisterReader reader, CancellationToken cancelled, string? after = null) =>
            Page(after, async mark => new RazorComponentResult<CompliancePage>(new { Register = await reader.Read(mark, cancelled) })));
        // For anybody.
        var open = app.MapGroup("/public").AllowAnonymous();
        open.MapGet("/compliance", (RegisterReader reader, CancellationToken cancelled, string? after = null) =>
            Page(after, async mark => new RazorComponentResult<PublicPage>(new { Register = await reader.Public(mark, cancelled) })));
        open.MapGet("/compliance.json", async Task<IResult> (RegisterReader reader, CancellationToken cancelled, string? after = null) =>
            after != null && RequestQuery.Mark(after) == null ? Failures.Problem(400, "“after” is not the end of a page.")
            : TypedResults.Ok(await reader.Public(after == null ? null : RequestQuery.Mark(after), cancelled)));
    }

    static async Task<IResult> Page(string? after, Func<PageMark?, Task<IResult>> show) =>
        after == null ? await show(null)
        : RequestQuery.Mark(after) is { } mark ? await show(mark)
        : Failures.Told(400, "register.no-such-page");
}
