using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Today;

static class TodayRoutes
{
    public static void MapToday(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", async Task<IResult> (TodayReader today, CancellationToken cancelled) => new RazorComponentResult<TodayPage>(new { Board = await today.Read(cancelled) }));
        app.MapList("/today/hours", (TodayReader today, CancellationToken cancelled) => today.File(cancelled));
    }
}
