using LiaisonHub.Desk.Officers;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Desk.Files;

/// <summary>Local files and hand-overs that wait for a person.</summary>
static class FileRoutes
{
    const int MostListed = 200, LongestReason = 300;

    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/desk/files", async (IntakeStore intakes, NoticeStore notices, Officer officer, CancellationToken cancellationToken) => Pages.Show<FilesPage>(new()
        {
            [nameof(FilesPage.Officer)] = officer,
            [nameof(FilesPage.Incomplete)] = await intakes.In(IntakeState.Incomplete, MostListed, cancellationToken),
            [nameof(FilesPage.Quarantine)] = await intakes.In(IntakeState.Quarantined, MostListed, cancellationToken),
            [nameof(FilesPage.SetAside)] = await notices.PutAside(MostListed, cancellationToken),
            [nameof(FilesPage.NotHandedOver)] = await notices.NotHandedOver(MostListed, cancellationToken),
        }));

        routes.MapPost("/desk/files/{id:guid}/again", async (HttpContext http, Guid id, IFormCollection form, IntakeStore intakes, DeedStore deeds, Officer officer, TimeProvider time, CancellationToken cancellationToken) =>
        {
            if (!await intakes.Again(id, cancellationToken))
                return Gone(http);
            await deeds.Add(Deed(DeedKind.ReadAgain, officer, time) with { IntakeId = id }, cancellationToken);
            return Results.LocalRedirect("/desk/files");
        });

        routes.MapPost("/desk/files/{id:guid}/dismiss", async (HttpContext http, Guid id, IFormCollection form, IntakeStore intakes, DeedStore deeds, Officer officer, TimeProvider time, CancellationToken cancellationToken) =>
        {
            var why = form["why"].ToString().Trim();
            if (why.Length is 0 or > LongestReason || why.Any(char.IsControl))
                return Pages.Failure(http, StatusCodes.Status422UnprocessableEntity, "Say why", $"A file is put away with a reason of 1 to {LongestReason} characters, in one line.", "Go back with your browser and write it.");
            if (!await intakes.Dismiss(id, $"{why} ({officer.Signature})", time.GetUtcNow(), cancellationToken))
                return Gone(http);
            await deeds.Add(Deed(DeedKind.Dismissed, officer, time) with { IntakeId = id }, cancellationToken);
            return Results.LocalRedirect("/desk/files");
        });

        routes.MapPost("/desk/handovers/{id:guid}/again", async (HttpContext http, Guid id, IFormCollection form, NoticeStore notices, DeedStore deeds, Officer officer, TimeProvider time, CancellationToken cancellationToken) =>
        {
            if (!await notices.HandOverAgain(id, time.GetUtcNow(), cancellationToken))
                return Gone(http);
            await deeds.Add(Deed(DeedKind.HandedOverAgain, officer, time), cancellationToken);
            return Results.LocalRedirect("/desk/files");
        });
    }

    static IResult Gone(HttpContext http) => Pages.Failure(
        http, StatusCodes.Status409Conflict, "This no longer waits", "Somebody, or the adapter itself, dealt with it in the meantime, or its bytes were never kept.", "Look at the local files.");

    static Deed Deed(DeedKind kind, Officer officer, TimeProvider time) => new() { DeedId = Guid.CreateVersion7(), At = time.GetUtcNow(), Officer = officer.Signature, Kind = kind };
}
