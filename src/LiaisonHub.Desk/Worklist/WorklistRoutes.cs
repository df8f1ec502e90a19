using LiaisonHub.Adapters.Acts;
using LiaisonHub.Desk.Making;
using LiaisonHub.Desk.Officers;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Desk.Worklist;

/// <summary>One draft of the officer.</summary>
public sealed record DraftLine(string ActType, string? Reference, DateTimeOffset SavedAt, string Address);

static class WorklistRoutes
{
    const int MostListed = 50;

    public static void MapWorklist(this IEndpointRouteBuilder routes) => routes.MapGet("/desk", Show);

    static async Task<IResult> Show(
        HttpContext http, DeskReads reads, AdapterEndings endings, IntakeStore intakes, DraftStore drafts, DraftTranslationStore translations, Officer officer, CancellationToken cancellationToken,
        string? q = null, string? on = null, string? with = null, string? closed = null)
    {
        var filter = new WorklistFilter
        {
            Known = q?.Trim() is { Length: > 0 and <= 64 } known ? known : null,
            OnUs = on == "us",
            OtherState = with is { Length: 2 } ? with : null,
            Closed = closed == "1" || q is { Length: > 0 },
        };
        var entries = await reads.Worklist(filter, cancellationToken);
        // A whole reference leads straight to its request.
        if (filter.Known is not null && entries.Count == 1 && entries[0].Reference == filter.Known)
            return Results.LocalRedirect($"/desk/requests/{entries[0].RequestId}");
        var figures = await reads.Figures(cancellationToken);
        var lines = new List<DraftLine>();
        foreach (var draft in await drafts.Of(officer.Signature, cancellationToken))
        {
            var subject = DraftSubject.Parse(draft.RequestKey);
            var request = (subject.RequestId ?? subject.PreservationId) is { } id ? await reads.Request(id, cancellationToken) : null;
            lines.Add(new(draft.ActType, request?.Reference, draft.SavedAt, subject.Address(draft.ActType)));
        }

        return Pages.Show<WorklistPage>(new()
        {
            [nameof(WorklistPage.Officer)] = officer,
            [nameof(WorklistPage.Filter)] = filter,
            [nameof(WorklistPage.Entries)] = entries,
            [nameof(WorklistPage.Incomplete)] = await intakes.In(IntakeState.Incomplete, MostListed, cancellationToken),
            [nameof(WorklistPage.Refused)] = await reads.Refused(MostListed, cancellationToken),
            [nameof(WorklistPage.Drafts)] = lines,
            [nameof(WorklistPage.Translations)] = await translations.Open(null, waiting: true, MostListed, cancellationToken),
            [nameof(WorklistPage.Quarantined)] = figures.Quarantined,
            [nameof(WorklistPage.Endings)] = endings.Shown,
        });
    }
}
