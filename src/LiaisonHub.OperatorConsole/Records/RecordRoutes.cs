using System.Globalization;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Records;

/// <summary>What a verification found, kept for the page until the next one.</summary>
/// <param name="At">When (the hub's legal clock, UTC).</param>
/// <param name="Head">The end of the chain up to which it looked.</param>
/// <param name="Finding">The first thing wrong. Null: all holds.</param>
public sealed record Verification(DateTimeOffset At, LedgerHead Head, LedgerFinding? Finding);

/// <summary>Remembers the last verification, so that the next one also finds a chain cut short since.</summary>
public sealed class LastVerification
{
    volatile Verification? last;

    /// <summary>The last one. Null: none since the start.</summary>
    public Verification? Last
    {
        get => last;
        set => last = value;
    }
}

static class RecordRoutes
{
    const int PageLength = 100;

    public static void MapRecords(this IEndpointRouteBuilder app)
    {
        var room = app.MapGroup("").Needs(Permission.Audit);
        room.MapGet("/audit", Show);
        room.MapGet("/audit.csv", (HttpRequest http, AuditReader reader, Texts said, TimeProvider time, CancellationToken cancelled) =>
            Export(AuditQuery.Read(http.Query, said), query => TypedResults.Stream(stream => reader.Csv(query, stream, cancelled), "text/csv; charset=utf-8", Name("csv", time))));
        room.MapGet("/audit.json", async (HttpRequest http, HttpResponse answer, AuditReader reader, Texts said, TimeProvider time, CancellationToken cancelled) =>
        {
            var query = AuditQuery.Read(http.Query, said);
            answer.Headers.ContentDisposition = $"attachment; filename={Name("json", time)}";
            return query.Problems.Count > 0 ? Export(query, _ => Results.Empty) : TypedResults.Ok(await reader.Whole(query, cancelled));
        });
        room.MapGet("/audit/ledger", ShowLedger);
        room.MapGet("/audit/chain.jsonl", (Ledger ledger, CancellationToken cancelled) => TypedResults.Stream(stream => LedgerFile.Write(ledger, stream, cancelled), "application/jsonl", "chain.jsonl"));
        room.MapPost("/audit/verification", Verify);
    }

    static IResult Export(AuditQuery query, Func<AuditQuery, IResult> file) => query.Problems.Count == 0 ? file(query)
        : Failures.Page(400, "This list cannot be exported", string.Join(" ", query.Problems), "Go back to the list, and export it from there.");

    static string Name(string kind, TimeProvider time) => string.Create(CultureInfo.InvariantCulture, $"audit-{time.GetUtcNow().UtcDateTime:yyyyMMdd-HHmm}.{kind}");

    static async Task<IResult> Show(HttpRequest http, Ledger ledger, AuditReader reader, LastVerification last, Texts said, CancellationToken cancelled)
    {
        var query = AuditQuery.Read(http.Query, said);
        return new RazorComponentResult<AuditPage>(new
        {
            Query = query,
            List = await reader.List(query, cancelled),
            Kinds = await ledger.DeedKinds(cancelled),
            Waiting = await reader.Waiting(cancelled),
            Head = await ledger.Head(cancelled),
            last.Last,
        });
    }

    static async Task<IResult> ShowLedger(HttpRequest http, Ledger ledger, LastVerification last, CancellationToken cancelled)
    {
        var head = await ledger.Head(cancelled);
        var wanted = http.Query["from"].ToString();
        var from = long.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? Math.Min(position, Math.Max(0, head.Size - 1)) : Math.Max(0, head.Size - PageLength);
        return new RazorComponentResult<LedgerPage>(new { Head = head, From = from, Length = PageLength, Entries = await ledger.Page(from, PageLength, cancelled), last.Last });
    }

    // Reads the whole chain, which may take long: asked for by a person, never by a page that is only looked at.
    static async Task<IResult> Verify(HttpContext http, Ledger ledger, LastVerification last, TimeProvider time, IAntiforgery antiforgery, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        // Noted before: what is chained while it is verified is looked at the next time.
        var head = await ledger.Head(cancelled);
        var finding = await ledger.Verify(last.Last is { Finding: null } before ? before.Head : null, cancelled);
        last.Last = new(time.GetUtcNow(), head, finding);
        return Forms.Seen("/audit");
    }
}
