using System.Globalization;
using System.Text.Json.Nodes;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Api;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Records;

/// <summary>A part of the ledger.</summary>
/// <param name="Head">Where the chain ends.</param>
/// <param name="Entries">Entries, by position.</param>
public sealed record LedgerPart(LedgerHead Head, IReadOnlyList<LedgerEntry> Entries);

/// <summary>Remembers the last verification, so that the next one also finds a chain cut short since: in the database, and here, where whoever cuts the chain there cannot reach it.</summary>
public sealed class LastVerification(Verifications kept)
{
    volatile Verification? last;

    /// <summary>The last one, here or at another console. Null: none ever.</summary>
    public async Task<Verification?> Read(CancellationToken cancellationToken) => await kept.Last(cancellationToken) is { } stored && !(last?.At >= stored.At) ? stored : last;

    /// <summary>Keeps one.</summary>
    public async Task Note(Verification verification, string by, CancellationToken cancellationToken, Guid? account = null)
    {
        last = verification;
        await kept.Note(verification, by, cancellationToken, account);
    }
}

static class RecordRoutes
{
    const int PageLength = 100;

    public static void MapRecords(this IEndpointRouteBuilder app)
    {
        var room = app.MapGroup("").Needs(Permission.Audit);
        room.MapGet("/audit", Show);
        room.MapList("/audit", IResult (HttpRequest http, AuditReader reader, Texts said, CancellationToken cancelled) =>
        {
            var query = AuditQuery.Read(http.Query, said);
            return query.Problems.Count > 0 ? ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", query.Problems)) : reader.File(query, cancelled);
        });
        room.MapGet("/audit/ledger", ShowLedger);
        room.MapList("/audit/ledger", (AuditReader reader, CancellationToken cancelled, long from = 0) => reader.File(Math.Max(0, from), cancelled));
        room.MapGet("/audit/chain.jsonl", Chain);
        room.MapPost("/audit/verification", async (HttpContext http, Caller caller, AuditReader reader, IAntiforgery antiforgery, CancellationToken cancelled) =>
        {
            if (await Forms.OutOfDate(http, antiforgery) is { } old)
                return old;
            await reader.Verify(caller, cancelled);
            return Forms.Seen("/audit");
        });

        var api = app.MapGroup("/api/v1").Needs(Permission.Audit);
        api.MapGet("/audit", async Task<IResult> (HttpRequest http, AuditReader reader, Texts said, CancellationToken cancelled) =>
        {
            var query = AuditQuery.Read(http.Query, said);
            return query.Problems.Count > 0 ? ErrorCode.BadAddress.Problem(said, string.Join(" ", query.Problems)) : TypedResults.Ok(await reader.List(query, cancelled));
        });
        api.MapGet("/audit/ledger", async (Ledger ledger, CancellationToken cancelled, long from = 0) =>
            TypedResults.Ok(new LedgerPart(await ledger.Head(cancelled), await ledger.Page(Math.Max(0, from), PageLength, cancelled))));
        api.MapGet("/audit/chain.jsonl", Chain);
        api.MapPost("/audit/verification", (HttpContext http, Caller caller, AuditReader reader, Texts said, CancellationToken cancelled) =>
            Asked.For<JsonObject>(http, caller, said, async _ => TypedResults.Ok(await reader.Verify(caller, cancelled)), cancelled));
    }

    static PushStreamHttpResult Chain(HttpContext http, Ledger ledger, CancellationToken cancelled) => TypedResults.Stream(
        stream => Exports.Note(http, "Chain of the ledger", "whole", async counted => counted((await LedgerFile.Write(ledger, stream, cancelled)).Size)), "application/jsonl", "chain.jsonl");

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
            Last = await last.Read(cancelled),
        });
    }

    static async Task<IResult> ShowLedger(HttpRequest http, Ledger ledger, LastVerification last, CancellationToken cancelled)
    {
        var head = await ledger.Head(cancelled);
        var wanted = http.Query["from"].ToString();
        var from = long.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? Math.Min(position, Math.Max(0, head.Size - 1)) : Math.Max(0, head.Size - PageLength);
        return new RazorComponentResult<LedgerPage>(new { Head = head, From = from, Length = PageLength, Entries = await ledger.Page(from, PageLength, cancelled), Last = await last.Read(cancelled) });
    }
}
