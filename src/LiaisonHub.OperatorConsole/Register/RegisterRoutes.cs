using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Register;

static class RegisterRoutes
{
    public static void MapRegister(this IEndpointRouteBuilder app)
    {
        app.MapGet("/compliance", (RegisterReader reader, Texts texts, CancellationToken cancelled, string? after = null) =>
            Page(after, texts, async mark => new RazorComponentResult<CompliancePage>(new { Register = await reader.Read(mark, cancelled) })));
        app.MapList("/compliance", (RegisterReader reader, CancellationToken cancelled) => reader.File(cancelled));
        // For anybody.
        var open = app.MapGroup("/public").AllowAnonymous();
        open.MapGet("/compliance", (RegisterReader reader, Texts texts, CancellationToken cancelled, string? after = null) =>
            Page(after, texts, async mark => new RazorComponentResult<PublicPage>(new { Register = await reader.Public(mark, cancelled) })));
        open.MapList("/compliance", (RegisterReader reader, CancellationToken cancelled) => reader.PublicFile(cancelled));
    }

    static async Task<IResult> Page(string? after, Texts texts, Func<PageMark?, Task<IResult>> show) =>
        after == null ? await show(null)
        : RequestQuery.Mark(after) is { } mark ? await show(mark)
        : ErrorCode.BadAddress.Page("shell.no-list", texts["shell.not-a-page", "after"]);
}
