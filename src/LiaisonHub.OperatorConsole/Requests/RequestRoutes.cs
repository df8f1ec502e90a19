using System.Globalization;
using System.Text.Json;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Requests;

static class RequestRoutes
{
    const int LongestName = 100, LongestReason = 1000;

    public static void MapRequests(this IEndpointRouteBuilder app)
    {
        app.MapGet("/requests", List);
        app.MapGet("/requests.csv", Export);
        app.MapGet("/requests/{requestId:guid}", async Task<IResult> (Guid requestId, RequestReader reader, CancellationToken cancelled) =>
            await reader.Dossier(requestId, cancelled) is { } dossier ? new RazorComponentResult<RequestPage>(new { Dossier = dossier }) : Failures.Told(404, "requests.no-such-request"));
        app.MapGet("/requests/{requestId:guid}/deadlines/{deadlineId:guid}", async Task<IResult> (Guid requestId, Guid deadlineId, RequestReader reader, CancellationToken cancelled) =>
            await reader.Explain(requestId, deadlineId, cancelled) is { } found
                ? new RazorComponentResult<DeadlinePage>(new { found.Request, found.Deadline, found.Days, found.Now })
                : Failures.Told(404, "requests.no-such-deadline"));
        app.MapGet("/requests/{requestId:guid}/acts/{journalId:long}", Act);
        app.MapGet("/groups/{groupId:guid}", Group);
        app.MapGet("/acts", async (HubFigures figures, CancellationToken cancelled) => new RazorComponentResult<WaitingActsPage>(new { Acts = await figures.Waiting(500, cancelled) }));
        app.MapGet("/documents/{documentId:guid}", Document);
    }

    static async Task<IResult> List(HttpRequest http, RequestReader reader, Texts texts, CancellationToken cancelled)
    {
        var query = RequestQuery.Read(http.Query, texts);
        var list = await reader.List(query, cancelled);
        // A whole id is a wish to be there, not to see a list.
        return query.Q != null && Guid.TryParse(query.Q, out var id) && list.Lines is [var first, ..]
            ? TypedResults.Redirect(first.CaseGroupId == id ? $"/groups/{id:D}" : $"/requests/{first.RequestId:D}")
            : new RazorComponentResult<RequestsPage>(new { Query = query, List = list });
    }

    static async Task<IResult> Group(Guid groupId, RequestReader reader, CancellationToken cancelled, string? after = null)
    {
        var mark = after == null ? null : RequestQuery.Mark(after);
        return after != null && mark == null ? Failures.Told(400, "requests.no-such-page")
            : await reader.Group(groupId, mark, cancelled) is { } group ? new RazorComponentResult<GroupPage>(new { Group = group })
            : Failures.Told(404, "requests.no-such-group");
    }

    static IResult Export(HttpContext http, RequestReader reader, Texts texts, TimeProvider time, CancellationToken cancelled)
    {
        var query = RequestQuery.Read(http.Request.Query, texts);
        if (query.Problems.Count > 0)
            return Failures.Told(400, "requests.no-export", string.Join(" ", query.Problems));
        var name = string.Create(CultureInfo.InvariantCulture, $"requests-{time.GetUtcNow().UtcDateTime:yyyyMMdd-HHmm}.csv");
        return TypedResults.Stream(stream => reader.Export(query, stream, cancelled), "text/csv; charset=utf-8", name);
    }

    static async Task<IResult> Act(Guid requestId, long journalId, HubFigures figures, HubReads reads, CancellationToken cancelled)
    {
        if (await figures.Act(journalId, cancelled) is not { } act || act.RequestId != requestId)
            return Failures.Told(404, "requests.no-such-act");
        var file = await reads.Request(requestId, cancelled);
        return new RazorComponentResult<ActPage>(new
        {
            Act = act,
            Wire = MaskedDocument.Read(System.Text.Encoding.UTF8.GetBytes(act.Body), taken: act.Outcome == Decisions.Applied),
            file?.Request.Reference,
            Receipt = file?.Receipts.FirstOrDefault(r => r.OfActId == act.ActId),
        });
    }

    // Whoever reads a document says why, and the ledger keeps it. It stands alone then: it has its own print style and may do nothing.
    static async Task<IResult> Document(Guid documentId, Caller caller, HttpContext http, HubReads reads, Ledger ledger, TimeProvider time, CancellationToken cancelled)
    {
        if (await reads.Document(documentId, cancelled) is not { } document)
            return Failures.Told(404, "requests.no-such-document");
        var (reason, by) = (http.Request.Query["reason"].ToString().Trim(), caller.AccountId is null ? http.Request.Query["by"].ToString().Trim() : caller.Name);
        if (reason.Length is 0 or > LongestReason || by.Length is 0 or > LongestName || by.Any(char.IsControl))
            return new RazorComponentResult<DocumentPage>(new { Document = document, Reason = reason, By = by, AsksWho = caller.AccountId is null });
        await ledger.Record(
            [new LedgerLeaf { At = time.GetUtcNow(), Kind = "DocumentViewed", RequestId = document.RequestId, Actor = by, Content = JsonSerializer.Serialize(new { documentId, document.Title, reason }, JsonSerializerOptions.Web) }], cancelled);
        http.Response.Headers.ContentSecurityPolicy = SecurityHeaders.DocumentPolicy;
        return TypedResults.Content(document.Content, document.MediaType == "text/html" ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
    }
}
