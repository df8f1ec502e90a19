using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Costs;

static class CostRoutes
{
    public static void MapCosts(this IEndpointRouteBuilder app)
    {
        app.MapGet("/costs", async Task<IResult> (HttpRequest http, CostReader reader, Texts texts, TimeProvider time, CancellationToken cancelled) =>
        {
            var period = CostPeriod.Read(http.Query, time.GetUtcNow(), texts);
            return new RazorComponentResult<CostsPage>(new { Period = period, Board = await reader.Read(period, cancelled) });
        });
        File("/costs", (reader, period, cancelled) => reader.Pairs(period, cancelled));
        File("/costs/balances", (reader, period, cancelled) => reader.Balances(period, cancelled));
        File("/costs/states", (reader, period, cancelled) => reader.States(period, cancelled));
        File("/costs/reciprocity", (reader, period, cancelled) => reader.Reciprocity(period, cancelled));

        void File(string address, Func<CostReader, CostPeriod, CancellationToken, Task<ListFile>> list) => app.MapList(
            address,
            async Task<IResult> (HttpRequest http, CostReader reader, Texts texts, TimeProvider time, CancellationToken cancelled) =>
            {
                var period = CostPeriod.Read(http.Query, time.GetUtcNow(), texts);
                return period.Problems.Count > 0 ? ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", period.Problems)) : await list(reader, period, cancelled);
            });
    }
}
