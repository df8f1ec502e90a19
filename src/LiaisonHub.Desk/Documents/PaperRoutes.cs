using System.Text;
using LiaisonHub.Desk.Officers;
using LiaisonHub.Desk.Requests;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Storage.Adapter;
using Microsoft.Net.Http.Headers;

namespace LiaisonHub.Desk.Documents;

/// <summary>Documents from templates, for one request.</summary>
static class PaperRoutes
{
    public static void MapPapers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/desk/requests/{id:guid}/papers", Show);
        routes.MapGet("/desk/requests/{id:guid}/papers/{key}", Download);
    }

    static async Task<IResult> Show(HttpContext http, Guid id, DeskReads reads, Papers papers, Officer officer, CancellationToken cancellationToken) =>
        await reads.Request(id, cancellationToken) is not { } request ? Pages.Missing(http, "request") : Pages.Show<PapersPage>(new()
        {
            [nameof(PapersPage.Officer)] = officer,
            [nameof(PapersPage.Request)] = request,
            [nameof(PapersPage.Filled)] = papers.For(request, await reads.Acts(id, cancellationToken)).Select(p => (p.Key, p.Words, papers.Fill(p).Blanks)).ToList(),
        });

    static async Task<IResult> Download(
        HttpContext http, Guid id, string key, DeskReads reads, Papers papers, DeedStore deeds, Officer officer, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await reads.Request(id, cancellationToken) is not { } request
            || papers.For(request, await reads.Acts(id, cancellationToken)).FirstOrDefault(p => p.Key == key) is not { } paper)
            return Pages.Missing(http, "document");
        await deeds.Add(
            new() { DeedId = Guid.CreateVersion7(), At = time.GetUtcNow(), Officer = officer.Signature, Kind = DeedKind.Downloaded, RequestId = id, Detail = paper.Key },
            cancellationToken);
        var filled = papers.Fill(paper);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(SafeName.Of(filled.FileName));
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.Headers.ContentSecurityPolicy = RequestRoutes.DocumentPolicy;
        return Results.Content(filled.Html, "text/html", Encoding.UTF8);
    }
}
