using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Api;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Requests;

static class RequestRoutes
{
    public static void MapRequests(this IEndpointRouteBuilder app)
    {
        app.MapGet("/requests", List);
        app.MapList("/requests", Export);
        app.MapGet("/requests/{requestId:guid}", One);
        app.MapGet("/requests/{requestId:guid}/deadlines/{deadlineId:guid}", async Task<IResult> (Guid requestId, Guid deadlineId, RequestReader reader, CancellationToken cancelled) =>
            await reader.Explain(requestId, deadlineId, cancelled) is { } found
                ? new RazorComponentResult<DeadlinePage>(new { found.Request, found.Deadline, found.Days, found.Now })
                : ErrorCode.UnknownDeadline.Page());
        app.MapGet("/requests/{requestId:guid}/acts/{journalId:long}", async Task<IResult> (Guid requestId, long journalId, RequestReader reader, CancellationToken cancelled) =>
            await reader.Act(requestId, journalId, cancelled) is { } act ? new RazorComponentResult<ActPage>(new { Act = act.Row, act.Wire, act.Reference, act.Receipt }) : ErrorCode.UnknownAct.Page());
        foreach (var part in Enum.GetValues<RequestPart>())
        {
            var address = $"/requests/{{requestId:guid}}/{Name(part)}";
            app.MapGet(address, (Guid requestId, RequestReader reader, Texts texts, CancellationToken cancelled, string? after = null) => Part(requestId, part, after, reader, texts, cancelled));
            app.MapList(address, async Task<IResult> (Guid requestId, RequestReader reader, CancellationToken cancelled) => (IResult?)await reader.File(requestId, part, cancelled) ?? ErrorCode.UnknownRequest.Page());
        }
        app.MapGet("/groups/{groupId:guid}", Group);
        app.MapList("/groups/{groupId:guid}", async Task<IResult> (Guid groupId, RequestReader reader, CancellationToken cancelled) =>
            await reader.Group(groupId, null, cancelled) is null ? ErrorCode.UnknownCaseGroup.Page() : reader.File(groupId, cancelled));
        app.MapGet("/acts", async Task<IResult> (RequestReader reader, Texts texts, CancellationToken cancelled, string? after = null) =>
        {
            var mark = after is null ? null : PartMark.Read(RequestPart.Acts, after);
            return after is not null && mark is null ? ErrorCode.BadAddress.Page("shell.no-list", texts["shell.not-a-page", "after"])
                : new RazorComponentResult<WaitingActsPage>(new { List = await reader.Waiting(mark, cancelled), Continued = mark is not null });
        });
        app.MapList("/acts", async (HubFigures figures, TimeProvider time, CancellationToken cancelled) => new ListFile
        {
            Name = "acts",
            Title = "Acts that wait",
            Filter = "all",
            At = time.GetUtcNow(),
            Columns = ["act", "by", "number", "received", "parked since", "request id", "journal id"],
            Rows = (await figures.Waiting(ListFile.Most, cancelled)).Select(a => new object?[] { a.ActType, a.SenderState, a.Sequence, a.ReceivedAt, a.ParkedAt, a.RequestId, a.JournalId }).ToAsyncEnumerable(),
        });
        app.MapGet("/documents/{documentId:guid}", async Task<IResult> (Guid documentId, Caller caller, HubReads reads, CancellationToken cancelled) =>
            await reads.Document(documentId, cancelled) is { } document ? DocumentForm(document, new(null), caller, 200) : ErrorCode.UnknownDocument.Page());
        app.MapPost("/documents/{documentId:guid}", (Guid documentId, Caller caller, HttpContext http, HubReads reads, Ledger ledger, IAntiforgery antiforgery, Texts texts, TimeProvider time, CancellationToken cancelled) =>
            Document(documentId, caller, http, reads, ledger, antiforgery, texts, time, cancelled));
        app.MapPost("/api/v1/documents/{documentId:guid}", (Guid documentId, Caller caller, HttpContext http, HubReads reads, Ledger ledger, Texts texts, TimeProvider time, CancellationToken cancelled) =>
            Asked.For<ViewWish>(http, caller, texts, wish => Document(documentId, caller, wish, reads, ledger, texts, time, cancelled), cancelled));
    }

    /// <summary>The address of a part of a request.</summary>
    public static string Address(Guid requestId, RequestPart part) => $"/requests/{requestId:D}/{Name(part)}";

    static string Name(RequestPart part) => part.ToString().ToLowerInvariant();

    public static void MapRequestParts(this IEndpointRouteBuilder api)
    {
        foreach (var part in Enum.GetValues<RequestPart>())
            api.MapGet($"/requests/{{requestId:guid}}/{Name(part)}", async Task<IResult> (Guid requestId, RequestReader reader, Texts texts, CancellationToken cancelled, string? after = null) =>
                after is not null && PartMark.Read(part, after) is null ? ErrorCode.BadAddress.Problem(texts, texts["shell.not-a-page", "after"].Plain)
                : await reader.Part(requestId, part, after is null ? null : PartMark.Read(part, after), cancelled) is { } list ? TypedResults.Ok(list) : ErrorCode.UnknownRequest.Problem(texts));
    }

    static async Task<IResult> Part(Guid requestId, RequestPart part, string? after, RequestReader reader, Texts texts, CancellationToken cancelled)
    {
        var mark = after is null ? null : PartMark.Read(part, after);
        return after is not null && mark is null ? ErrorCode.BadAddress.Page("shell.no-list", texts["shell.not-a-page", "after"])
            : await reader.Part(requestId, part, mark, cancelled) is { } list ? new RazorComponentResult<RequestPartPage>(new { List = list, Continued = mark is not null }) : ErrorCode.UnknownRequest.Page();
    }

    static async Task<IResult> One(Guid requestId, RequestReader reader, HubReads reads, CancellationToken cancelled)
    {
        try
        {
            return await reader.Dossier(requestId, cancelled) is { } dossier ? new RazorComponentResult<RequestPage>(new { Dossier = dossier }) : ErrorCode.UnknownRequest.Page();
        }
        catch (UnreadableRequestException e)
        {
            // Whoever is sent here from Today finds what its row says, and what came of it.
            return new RazorComponentResult<UnreadablePage>(new { Row = (await reads.Row(requestId, cancelled))!, e.Place });
        }
    }

    static async Task<IResult> List(HttpRequest http, RequestReader reader, Rules rules, Texts texts, CancellationToken cancelled)
    {
        var query = RequestQuery.Read(http.Query, rules, texts);
        var list = await reader.List(query, cancelled);
        return query.Q != null && Only(query.Q, list) is { } there ? TypedResults.Redirect(there) : new RazorComponentResult<RequestsPage>(new { Query = query, List = list });
    }

    // An id, whole or as pages show it, is a wish to be there and not to see a list.
    static string? Only(string text, RequestList list)
    {
        if (ShownId.Read(text) is not { } shown)
            return null;
        if (Guid.TryParse(text, out var id) && list.Lines is [var first, ..])
            return first.CaseGroupId == id ? $"/groups/{id:D}" : $"/requests/{first.RequestId:D}";
        var places = list.Lines.Select(l => l.CaseGroupId is { } group && ShownId.Of(group) == shown ? $"/groups/{group:D}" : ShownId.Of(l.RequestId) == shown ? $"/requests/{l.RequestId:D}" : null)
            .Concat(list.Elsewhere.Select(RequestsPage.Address)).Distinct().ToList();
        return places is [var one] ? one : null;
    }

    static async Task<IResult> Group(Guid groupId, RequestReader reader, Texts texts, CancellationToken cancelled, string? after = null)
    {
        var mark = after == null ? null : RequestQuery.Mark(after);
        return after != null && mark == null ? ErrorCode.BadAddress.Page("shell.no-list", texts["shell.not-a-page", "after"])
            : await reader.Group(groupId, mark, cancelled) is { } group ? new RazorComponentResult<GroupPage>(new { Group = group })
            : ErrorCode.UnknownCaseGroup.Page();
    }

    static IResult Export(HttpRequest http, RequestReader reader, Rules rules, Texts texts, CancellationToken cancelled)
    {
        var query = RequestQuery.Read(http.Query, rules, texts);
        return query.Problems.Count > 0 ? ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", query.Problems)) : reader.File(query, cancelled);
    }

    // Whoever reads a document says why, and the ledger keeps it: a deed, which no link and no page elsewhere can do in a person's name, and whose reason stands in no address. The document stands alone then: it has
    // its own print style and may do nothing.
    static async Task<IResult> Document(Guid documentId, Caller caller, HttpContext http, HubReads reads, Ledger ledger, IAntiforgery antiforgery, Texts texts, TimeProvider time, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        if (await reads.Document(documentId, cancelled) is not { } document)
            return ErrorCode.UnknownDocument.Page();
        var posted = await http.Request.ReadFormAsync(cancelled);
        var wish = new ViewWish(posted["reason"].ToString().Trim(), caller.AccountId is null ? posted["by"].ToString().Trim() : caller.Name);
        if (wish.Problems(texts).Count > 0)
            return DocumentForm(document, wish, caller, 422);
        await View(document, wish, caller, ledger, time, cancelled);
        http.Response.Headers.ContentSecurityPolicy = SecurityHeaders.DocumentPolicy;
        return TypedResults.Content(document.Content, document.MediaType == "text/html" ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
    }

    static async Task<IResult> Document(Guid documentId, Caller caller, ViewWish wish, HubReads reads, Ledger ledger, Texts texts, TimeProvider time, CancellationToken cancelled)
    {
        if (await reads.Document(documentId, cancelled) is not { } document)
            return ErrorCode.UnknownDocument.Problem(texts);
        wish = new(wish.Reason?.Trim(), caller.AccountId is null ? wish.By?.Trim() : caller.Name);
        if (wish.Problems(texts) is { Count: > 0 } problems)
            return ErrorCode.CannotBeRead.Problem(texts, string.Join(" ", problems));
        await View(document, wish, caller, ledger, time, cancelled);
        return TypedResults.Ok(document);
    }

    static RazorComponentResult<DocumentPage> DocumentForm(DocumentRow document, ViewWish wish, Caller caller, int status) =>
        new(new { Document = document, Reason = wish.Reason ?? "", By = wish.By ?? "", AsksWho = caller.AccountId is null }) { StatusCode = status };

    static Task View(DocumentRow document, ViewWish wish, Caller caller, Ledger ledger, TimeProvider time, CancellationToken cancelled) => ledger.Record(
        [new LedgerLeaf { At = time.GetUtcNow(), Kind = "DocumentViewed", RequestId = document.RequestId, Actor = wish.By!, Account = caller.AccountId, Content = JsonSerializer.Serialize(new { documentId = document.DocumentId, document.Title, reason = wish.Reason }, JsonSerializerOptions.Web) }],
        cancelled);
}

/// <summary>That somebody wants to read a document.</summary>
/// <param name="Reason">Why; goes into the ledger.</param>
/// <param name="By">Who reads it, where nobody signs in: name and function.</param>
public sealed record ViewWish(string? Reason, string? By = null)
{
    const int LongestName = 100, LongestReason = 1000;

    internal List<Said> Problems(Texts texts)
    {
        var problems = new List<Said>();
        if (By is not { Length: > 0 and <= LongestName } || By.Any(char.IsControl))
            problems.Add(texts["shell.write-who", LongestName]);
        if (Reason is not { Length: > 0 and <= LongestReason })
            problems.Add(texts["shell.write-reason", LongestReason]);
        return problems;
    }
}
