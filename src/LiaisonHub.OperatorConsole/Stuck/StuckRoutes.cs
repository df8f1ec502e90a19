using System.Globalization;
using System.Text;
using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Stuck;

static class StuckRoutes
{
    public static void MapStuck(this IEndpointRouteBuilder app)
    {
        app.MapGet("/stuck", async (HttpRequest http, StuckReader stuck, Texts texts, CancellationToken cancelled) =>
            new RazorComponentResult<StuckPage>(new { Query = StuckQuery.Read(http.Query, texts), Board = await stuck.Read(cancelled) }));
        app.MapGet("/stuck.csv", async Task<IResult> (HttpRequest http, StuckReader stuck, Texts texts, CancellationToken cancelled) =>
        {
            var query = StuckQuery.Read(http.Query, texts);
            return query.Problems.Count > 0 ? Failures.Told(400, "stuck.no-export", string.Join(" ", query.Problems)) : Csv(query, await stuck.Read(cancelled));
        });
    }

    static FileContentHttpResult Csv(StuckQuery query, StuckBoard board)
    {
        var csv = new StringBuilder("\uFEFF");
        void Line(params ReadOnlySpan<string> cells) => csv.Append(Casework.Csv.Line(cells)).Append("\r\n");
        Line("Stuck requests", query.Group is { } group ? $"{query.By}: {group}" : "all");
        Line("Made at", Words.Machine(board.At));
        Line();
        Line("reference", "request id", "procedure", "instrument", "requesting", "requested", "state", "since", "in this state for", "usual", "next limit", "verdict", "lies with", "stuck since", "why", "what clears it");
        foreach (var line in query.Of(board))
            Line(line.Reference, line.RequestId.ToString("D", CultureInfo.InvariantCulture), line.Procedure, line.Instrument, line.RequestingState, line.RequestedState, line.State, Words.Machine(line.Since),
                Words.Span(board.At - line.Since), line.Usual is { } usual ? Words.Span(usual) : "", line.Due is { } due ? Words.Machine(due) : "", line.Verdict.Cause.ToString(), line.Verdict.State ?? "",
                Words.Machine(line.Verdict.Since), line.Verdict.What, line.Verdict.Clears);
        Line();
        Line(board.Cut ? "Cut" : "End", board.Cut ? "there is more of one kind than was looked at; the worst are here" : "");
        return TypedResults.File(Encoding.UTF8.GetBytes(csv.ToString()), "text/csv; charset=utf-8", string.Create(CultureInfo.InvariantCulture, $"stuck-{board.At.UtcDateTime:yyyyMMdd-HHmm}.csv"));
    }
}
