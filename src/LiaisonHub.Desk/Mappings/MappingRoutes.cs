using System.Text;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Intakes;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Desk.Officers;
using LiaisonHub.Desk.Requests;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Desk.Words;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Adapter;
using Microsoft.AspNetCore.Mvc;

namespace LiaisonHub.Desk.Mappings;

/// <summary>Which mappings are at work, what they leave out, and what they make of a message.</summary>
static class MappingRoutes
{
    const int MostListed = 200, MostVersions = 20, MostIntakes = 20, MostRecords = 5;

    // A message of the inbox's own bound, and what a form adds to it.
    const long LargestForm = 8 * 1024 * 1024;
    const int LargestText = 5 * 1024 * 1024;

    public static void MapMappings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/desk/mapping", async (MappingSet mappings, MappingStore store, IntakeStore intakes, Officer officer, CancellationToken cancellationToken) => Pages.Show<MappingPage>(new()
        {
            [nameof(MappingPage.Officer)] = officer,
            [nameof(MappingPage.Mappings)] = mappings,
            [nameof(MappingPage.Versions)] = await store.Versions(MostVersions, cancellationToken),
            [nameof(MappingPage.Codes)] = await intakes.UnknownCodes(MostListed, cancellationToken),
            [nameof(MappingPage.Gaps)] = new Dictionary<GapKind, IReadOnlyList<MappingGap>>
            {
                [GapKind.Unread] = await store.Gaps(GapKind.Unread, MostListed, cancellationToken),
                [GapKind.Breach] = await store.Gaps(GapKind.Breach, MostListed, cancellationToken),
                [GapKind.NotCarried] = await store.Gaps(GapKind.NotCarried, MostListed, cancellationToken),
            },
            [nameof(MappingPage.Intakes)] = await Latest(intakes, cancellationToken),
        }));
        routes.MapPost("/desk/mapping/preview", Preview)
            .WithFormOptions(valueLengthLimit: (int)LargestForm, multipartBodyLengthLimit: LargestForm)
            .WithMetadata(new RequestSizeLimitAttribute(LargestForm));
        routes.MapGet("/desk/mapping/intakes/{id:guid}", PreviewIntake);
    }

    // Those that wait for somebody first: they are what a mapping is changed for.
    static async Task<IReadOnlyList<Intake>> Latest(IntakeStore intakes, CancellationToken cancellationToken)
    {
        var found = new List<Intake>();
        foreach (var state in new[] { IntakeState.Quarantined, IntakeState.Incomplete, IntakeState.Made })
            found.AddRange((await intakes.In(state, MostIntakes, cancellationToken)).Where(i => i.Sha256.Length > 0));
        return found;
    }

    static async Task<IResult> Preview(HttpContext http, IFormCollection form, MappingSet mappings, House house, Officer officer, CancellationToken cancellationToken)
    {
        byte[] bytes;
        var name = form["name"].ToString().Trim();
        if (form.Files.FirstOrDefault(f => f is { Name: "sample", Length: > 0 }) is { } file)
        {
            using var content = new MemoryStream();
            await file.CopyToAsync(content, cancellationToken);
            (bytes, name) = (content.ToArray(), name.Length > 0 ? name : file.FileName);
        }
        else
            bytes = Encoding.UTF8.GetBytes(form["text"].ToString());
        if (bytes.Length == 0)
            return Pages.Failure(http, StatusCodes.Status422UnprocessableEntity, "There is nothing to look at", "Neither a file was chosen nor a text pasted.", "Go back with your browser and give one of the two.");
        if (bytes.Length > LargestText)
            return Pages.Failure(http, StatusCodes.Status413PayloadTooLarge, "The message is too large", $"It has {LegalTime.Size(bytes.Length)}; {LegalTime.Size(LargestText)} can be looked at here.", "Look at it with 'liaisonhub map preview', or put it into the inbox.");
        return Show(http, mappings, house, officer, SafeName.Of(name.Length > 0 ? name : "sample"), bytes, null);
    }

    static async Task<IResult> PreviewIntake(
        HttpContext http, Guid id, MappingSet mappings, IntakeStore intakes, IntakeTasks tasks, DeedStore deeds, House house, Officer officer, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await intakes.Find(id, cancellationToken) is not { Sha256.Length: > 0 } intake)
            return Pages.Missing(http, "file");
        await deeds.Add(new() { DeedId = Guid.CreateVersion7(), At = time.GetUtcNow(), Officer = officer.Signature, Kind = DeedKind.Read, RequestId = intake.RequestId, IntakeId = id, Detail = "what the mapping makes of it" }, cancellationToken);
        byte[]? bytes;
        try
        {
            bytes = await tasks.Original(id, cancellationToken);
        }
        catch (SealException)
        {
            bytes = null;
        }

        return bytes is null
            ? Pages.Failure(http, StatusCodes.Status409Conflict, "This file cannot be opened", "Its bytes were not kept, or were sealed to a key that is not on this machine any more.", "Take it from where the local system keeps it, and look at it as a sample.")
            : Show(http, mappings, house, officer, intake.FileName, bytes, intake);
    }

    // Nothing is kept and nothing sent: the mapping is a function of the file.
    static IResult Show(HttpContext http, MappingSet mappings, House house, Officer officer, string name, byte[] bytes, Intake? intake)
    {
        var file = new LocalFile { Name = name, Bytes = bytes, Beside = http.RequestServices.GetService<InboxFolder>() is { } inbox ? inbox.Beside : null };
        return Pages.Show<MappingPreviewPage>(new()
        {
            [nameof(MappingPreviewPage.Officer)] = officer,
            [nameof(MappingPreviewPage.Name)] = name,
            [nameof(MappingPreviewPage.Intake)] = intake,
            [nameof(MappingPreviewPage.Digest)] = mappings.Digest,
            [nameof(MappingPreviewPage.Previews)] = Adapters.Mapping.Preview.Of(mappings, house.Own, file, mappings, null, house.Now, MostRecords, http.RequestServices.GetService<StrictSchema>(), house.Region.States.ContainsKey),
        });
    }
}
