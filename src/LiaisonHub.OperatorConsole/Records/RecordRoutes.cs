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
sealed class LastVerification
{
    volatile Verification? last;

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
        app.MapGet("/ledger", Show).Needs(Permission.Audit);
        app.MapPost("/ledger/verification", Verify).Needs(Permission.Audit);
    }

    static async Task<IResult> Show(HttpRequest http, Ledger ledger, LastVerification last, CancellationToken cancelled)
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
        return Forms.Seen("/ledger");
    }
}
