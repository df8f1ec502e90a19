using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Forms;
using LiaisonHub.Desk.Making;
using LiaisonHub.Desk.Officers;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Desk.Words;
using LiaisonHub.Desk.Worklist;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Adapter;
using Microsoft.Net.Http.Headers;

namespace LiaisonHub.Desk.Requests;

/// <summary>One request, its acts, and what is in them.</summary>
static class RequestRoutes
{
    const int MostDeeds = 100;

    /// <summary>What a document from elsewhere may do in a browser: nothing.</summary>
    internal const string DocumentPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapRequests(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/desk/requests/{id:guid}", Show);
        routes.MapPost("/desk/requests/{id:guid}/own-limits", NoteOwnLimit);
        routes.MapGet("/desk/requests/{id:guid}/own-limits/{code}", ExplainOwnLimit);
        routes.MapPost("/desk/acts/{id:guid}/open", Open);
        routes.MapGet("/desk/acts/{id:guid}", Read);
        routes.MapGet("/desk/acts/{id:guid}/files/{number:int}", Download);
        routes.MapPost("/desk/acts/{id:guid}/again", Again);
        routes.MapGet("/desk/notices/{id:guid}/document", Document);
    }

    static async Task<IResult> Show(
        HttpContext http, Guid id, House house, DeskReads reads, DraftStore drafts, DeedStore deeds, OwnLimits limits, Officer officer, CancellationToken cancellationToken, string? sent = null)
    {
        if (await reads.Request(id, cancellationToken) is not { } request)
            return Pages.Missing(http, "request");
        var acts = await reads.Acts(id, cancellationToken);
        var standing = NextStep.Read(request.Standing);
        var askedOf = new Dictionary<Guid, string>();
        foreach (var asked in standing?.Members?.Select(m => m.OnRequestId).OfType<Guid>().Distinct() ?? [])
            if (NextStep.Read((await reads.Request(asked, cancellationToken))?.Standing) is { } there)
                askedOf[asked] = ContractWords.State(there);
        return Pages.Show<RequestPage>(new()
        {
            [nameof(RequestPage.Officer)] = officer,
            [nameof(RequestPage.Request)] = request,
            [nameof(RequestPage.Standing)] = standing,
            [nameof(RequestPage.AskedOf)] = askedOf,
            [nameof(RequestPage.Entries)] = Timeline.Of(acts, await reads.Notices(id, cancellationToken)),
            [nameof(RequestPage.DraftActs)] = (await drafts.Of(officer.Signature, cancellationToken)).Where(d => DraftSubject.Parse(d.RequestKey).RequestId == id).Select(d => d.ActType).ToList(),
            [nameof(RequestPage.Deeds)] = await deeds.Of(id, MostDeeds, cancellationToken),
            [nameof(RequestPage.Limits)] = await limits.Of(request, acts, cancellationToken),
            [nameof(RequestPage.Maintenance)] = (await reads.Maintenance(house.Now, cancellationToken)).FirstOrDefault(m => m.State == request.OtherState),
            [nameof(RequestPage.TheirReference)] = OwnReference(acts),
            [nameof(RequestPage.Sent)] = Guid.TryParse(sent, out var actId) ? actId : null,
        });
    }

    static async Task<IResult> NoteOwnLimit(HttpContext http, Guid id, IFormCollection form, DeskReads reads, OwnLimits limits, Officer officer, CancellationToken cancellationToken)
    {
        if (await reads.Request(id, cancellationToken) is null)
            return Pages.Missing(http, "request");
        return await limits.Note(id, form, officer, cancellationToken) is { } wrong
            ? Pages.Failure(http, StatusCodes.Status422UnprocessableEntity, "This cannot be noted", wrong, "Go back with your browser, put it right, and note it again. Nothing was noted.")
            : Results.LocalRedirect($"/desk/requests/{id}#own-limits");
    }

    static async Task<IResult> ExplainOwnLimit(HttpContext http, Guid id, string code, DeskReads reads, OwnLimits limits, Officer officer, CancellationToken cancellationToken)
    {
        if (await reads.Request(id, cancellationToken) is not { } request
            || (await limits.Of(request, await reads.Acts(id, cancellationToken), cancellationToken)).FirstOrDefault(l => l.Row.Code == code) is not { Since: not null } limit)
            return Pages.Missing(http, "limit that has begun");
        return Pages.Show<OwnLimitPage>(new() { [nameof(OwnLimitPage.Officer)] = officer, [nameof(OwnLimitPage.Request)] = request, [nameof(OwnLimitPage.Limit)] = limit });
    }

    static async Task<IResult> Open(
        HttpContext http, Guid id, IFormCollection form, DeskReads reads, ActMaker maker, DeedStore deeds, Officer officer, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await reads.Act(id, cancellationToken) is not { Direction: Direction.In } act)
            return Pages.Missing(http, "act");
        if (await maker.MarkOpened(id, officer.Signature, cancellationToken))
            await deeds.Add(Deed(DeedKind.Opened, act, officer, time, act.ActType), cancellationToken);
        return Results.LocalRedirect($"/desk/acts/{id}");
    }

    static async Task<IResult> Read(
        HttpContext http, Guid id, House house, DeskReads reads, PrivateParts parts, DeedStore deeds, Officer officer, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await reads.Act(id, cancellationToken) is not { } act || await reads.Request(act.RequestId, cancellationToken) is not { } request)
            return Pages.Missing(http, "act");
        Reading? reading = null;
        string? trouble = null;
        if (IsOpen(act))
        {
            await deeds.Add(Deed(DeedKind.Read, act, officer, time, act.ActType), cancellationToken);
            (reading, trouble) = Readable(act, await Choices(house, reads, request, cancellationToken), parts);
        }

        return Pages.Show<ActPage>(new()
        {
            [nameof(ActPage.Officer)] = officer,
            [nameof(ActPage.Request)] = request,
            [nameof(ActPage.Act)] = act,
            [nameof(ActPage.Reading)] = reading,
            [nameof(ActPage.Trouble)] = trouble,
            [nameof(ActPage.MappingDigest)] = MappingOf(act),
        });
    }

    static async Task<IResult> Download(
        HttpContext http, Guid id, int number, House house, DeskReads reads, PrivateParts parts, DeedStore deeds, Officer officer, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await reads.Act(id, cancellationToken) is not { } act || !IsOpen(act) || await reads.Request(act.RequestId, cancellationToken) is not { } request
            || Readable(act, await Choices(house, reads, request, cancellationToken), parts).Reading?.Files.ElementAtOrDefault(number) is not { } file)
            return Pages.Missing(http, "file");
        await deeds.Add(Deed(DeedKind.Downloaded, act, officer, time, $"file {number + 1}"), cancellationToken);
        // Always taken out, never shown here: what it is, is decided by the program the officer opens it with.
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(SafeName.Of(file.FileName));
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.Headers.ContentSecurityPolicy = DocumentPolicy;
        return Results.Bytes(file.Content, "application/octet-stream");
    }

    static async Task<IResult> Again(HttpContext http, Guid id, IFormCollection form, DeskReads reads, Compositions all, Officer officer, CancellationToken cancellationToken)
    {
        if (await reads.Act(id, cancellationToken) is not { Direction: Direction.Out, Outcome: "Refused" } act || !Acts.All.ContainsKey(act.ActType))
            return Pages.Missing(http, "refused act");
        // A request that was refused never began: what replaces it is a new one.
        var began = (await reads.Request(act.RequestId, cancellationToken))?.Standing is not null;
        var subject = Acts.All[act.ActType].Opens && !began ? DraftSubject.New : new(act.RequestId, null);
        await all.Save(subject, ActForm.Of(act.ActType), all.Again(act), officer, cancellationToken);
        return Results.LocalRedirect(subject.Address(act.ActType));
    }

    static async Task<IResult> Document(HttpContext http, Guid id, NoticeStore notices, DeedStore deeds, Officer officer, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await notices.Body(id, cancellationToken) is not { } body || Timeline.Body(new() { NoticeId = id, Sequence = 0, Digest = "", NoticeType = "", At = default, ReceivedAt = default, Body = body }) is not EscalationNotice { DocumentHtml: { } document })
            return Pages.Missing(http, "document");
        await deeds.Add(new() { DeedId = Guid.CreateVersion7(), At = time.GetUtcNow(), Officer = officer.Signature, Kind = DeedKind.Read, RequestId = JsonSerializer.Deserialize<Notice>(body, Wire.Json)?.Header.RequestId, Detail = "diplomatic note" }, cancellationToken);
        http.Response.Headers.ContentSecurityPolicy = DocumentPolicy;
        return Results.Content(document, "text/html; charset=utf-8");
    }

    // An act of the other side is closed until a person opens it; an own one was never closed.
    static bool IsOpen(StoredAct act) => act.Direction == Direction.Out || act.OpenedAt is not null;

    // It was verified when it came in, or signed here.
    static string? MappingOf(StoredAct act)
    {
        try
        {
            return JsonSerializer.Deserialize<Act>(Base64Url.DecodeFromChars(JsonSerializer.Deserialize<SignedDocument>(act.SignedBody, Wire.Json)!.Payload), Wire.Json)!.Header.MappingDigest;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    static (Reading? Reading, string? Trouble) Readable(StoredAct act, Choices choices, PrivateParts parts)
    {
        if (!Acts.All.ContainsKey(act.ActType))
            return (null, $"This desk does not know acts of type {act.ActType} yet: it comes from a newer release. Ask those who run the adapter for an upgrade; nothing is lost.");
        try
        {
            return (Reading.Of(act.ActType, JsonNode.Parse(act.OpenPart), parts.Raw(act), choices), null);
        }
        catch (SealException)
        {
            return (null, "The sealed part does not open with the keys on this machine. Ask those who run the adapter whether an old key is missing; until then ask the other side to send it again with a note.");
        }
        catch (JsonException)
        {
            return (null, "This act is not written as the contract says, so it cannot be shown as it should be. Ask the other side to send it again.");
        }
    }

    static async Task<Choices> Choices(House house, DeskReads reads, OwnRequest request, CancellationToken cancellationToken) => new(house.Region, house.Own, house.Today)
    {
        Request = request,
        Standing = NextStep.Read(request.Standing),
        Acts = await reads.Acts(request.RequestId, cancellationToken),
    };

    /// <summary>The requested side's own reference, from its acknowledgement.</summary>
    static string? OwnReference(IReadOnlyList<StoredAct> acts) =>
        acts.LastOrDefault(a => a.ActType == nameof(RequestAcknowledged) && a.Outcome != "Refused") is { } act && (string?)JsonNode.Parse(act.OpenPart)?["theirReference"] is { Length: > 0 } reference ? reference : null;

    static Deed Deed(DeedKind kind, StoredAct act, Officer officer, TimeProvider time, string detail) => new()
    {
        DeedId = Guid.CreateVersion7(),
        At = time.GetUtcNow(),
        Officer = officer.Signature,
        Kind = kind,
        RequestId = act.RequestId,
        ActId = act.ActId,
        Detail = detail,
    };
}
