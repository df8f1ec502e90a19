using LiaisonHub.Casework;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Stuck;

static class StuckRoutes
{
    public static void MapStuck(this IEndpointRouteBuilder app)
    {
        app.MapGet("/stuck", async Task<IResult> (HttpContext http, StuckReader stuck, Database database, Rules rules, Texts texts, CancellationToken cancelled) =>
        {
            var query = StuckQuery.Read(http.Request.Query, rules, texts);
            if (SignIn.WhyNotAsked(http) is { } trouble)
                return stuck.Last is { } known ? Away(known, trouble) : ErrorCode.DatabaseAway.Page("shell.database-away");
            try
            {
                return new RazorComponentResult<StuckPage>(new { Query = query, Board = await stuck.Read(cancelled) });
            }
            catch (Exception e) when (database.IsAway(e) && stuck.Last is { } last)
            {
                return Away(last, e.GetBaseException().GetType().Name);
            }

            // The one verdict that explains all others; what was read last may still help. What the database said may repeat its address.
            RazorComponentResult Away(StuckBoard board, string error)
            {
                http.Response.Headers.RetryAfter = "10";
                return new RazorComponentResult<StuckPage>(new { Query = query, Board = board, Away = new SaidVerdict(Verdict.OfDatabase(error, board.At), texts) }) { StatusCode = 503 };
            }
        });
        app.MapList("/stuck", async Task<IResult> (HttpRequest http, StuckReader stuck, Rules rules, Texts texts, CancellationToken cancelled) =>
        {
            var query = StuckQuery.Read(http.Query, rules, texts);
            return query.Problems.Count > 0 ? ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", query.Problems)) : File(query, await stuck.Read(cancelled));
        });
    }

    static ListFile File(StuckQuery query, StuckBoard board) => new()
    {
        Name = "stuck",
        Title = "Stuck requests",
        Filter = string.Join(", ", new[] { ("country", query.Country), ("instrument", query.Instrument), ("procedure", query.Procedure), (query.By, query.Group) }.Where(f => f.Item2 is not null).Select(f => $"{f.Item1}: {f.Item2}").DefaultIfEmpty("all")),
        At = board.At,
        Columns = ["reference", "request id", "procedure", "instrument", "requesting", "requested", "state", "since", "in this state for", "usual", "next limit", "verdict", "lies with", "stuck since", "why", "what clears it", "code of why", "code of what clears it"],
        Rows = query.Of(board).Select(line => new object?[]
        {
            line.Reference, line.RequestId, line.Procedure, line.Instrument, line.RequestingState, line.RequestedState, line.State, line.Since, Words.Span(board.At - line.Since), line.Usual is { } usual ? Words.Span(usual) : null,
            line.Due, line.Verdict.Cause, line.Verdict.State, line.Verdict.Since, line.Verdict.What.Plain, line.Verdict.Clears.Plain, line.Verdict.WhatCode, line.Verdict.ClearsCode,
        }).ToAsyncEnumerable(),
        Cut = board.Cut ? "there is more of one kind than was looked at; the worst are here" : null,
    };
}
