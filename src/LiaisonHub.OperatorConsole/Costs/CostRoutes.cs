using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Costs;

static class CostRoutes
{
    public static void MapCosts(this IEndpointRouteBuilder app)
    {
        app.MapGet("/costs", async (HttpRequest http, CostReader reader, Texts texts, TimeProvider time, CancellationToken cancelled) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow(), texts);
            return new RazorComponentResult<CostsPage>(new { Period = period, Board = await reader.Read(period, cancelled) });
        });
        app.MapGet("/costs.json", async Task<IResult> (HttpRequest http, HttpResponse answer, CostReader reader, Texts texts, TimeProvider time, CancellationToken cancelled) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow(), texts);
            if (period.Problems.Count > 0)
                return ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", period.Problems));
            answer.Headers.ContentDisposition = $"attachment; filename=costs-{period.Month}-{period.Months}.json";
            return TypedResults.Ok(await reader.Read(period, cancelled));
        });
        app.MapGet("/costs.csv", IResult (HttpRequest http, CostReader reader, Texts texts, TimeProvider time, CancellationToken cancelled) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow(), texts);
            return period.Problems.Count > 0
                ? ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", period.Problems))
                : TypedResults.Stream(stream => reader.Export(period, stream, cancelled), "text/csv; charset=utf-8", $"costs-{period.Month}-{period.Months}.csv");
        });
    }
}
