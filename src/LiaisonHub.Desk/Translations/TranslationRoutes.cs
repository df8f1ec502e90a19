using System.Globalization;
using System.Text;
using System.Text.Json;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Forms;
using LiaisonHub.Desk.Officers;
using LiaisonHub.Desk.Requests;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Desk.Worklist;
using LiaisonHub.Storage.Adapter;
using Microsoft.AspNetCore.Mvc;

namespace LiaisonHub.Desk.Translations;

/// <summary>One translation this state owes, as the list shows it.</summary>
/// <param name="Task">What is owed and what was arranged.</param>
/// <param name="Asked">What the other side has asked for.</param>
/// <param name="From">Languages in which the request was supplied.</param>
/// <param name="Due">When it is due (UTC). Null: no limit runs.</param>
public sealed record TranslationLine(TranslationTask Task, TranslationRequested Asked, IReadOnlyList<string> From, DeadlineStanding? Due);

/// <summary>Translations this state was asked for: who makes them, when they are due, what came back.</summary>
static class TranslationRoutes
{
    const int PageLength = 50, LongestName = 200, LargestFile = 2 * 1024 * 1024;

    /// <summary>Marks an officer may give.</summary>
    public static IReadOnlyList<string> Marks { get; } = ["good", "usable", "poor"];

    public static void MapTranslations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/desk/translations", Show);
        routes.MapGet("/desk/translations.csv", Export);
        routes.MapPost("/desk/translations/{id:guid}", Arrange)
            .WithFormOptions(multipartBodyLengthLimit: LargestFile + 64 * 1024).WithMetadata(new RequestSizeLimitAttribute(LargestFile + 64 * 1024));
    }

    static async Task<IResult> Show(
        House house, TranslationStore store, DeskReads reads, Officer officer, CancellationToken cancellationToken, Guid? after = null, DateTimeOffset? due = null)
    {
        var lines = await Lines(after is { } id ? new(due, id) : null, house, store, reads, cancellationToken);
        return Pages.Show<TranslationsPage>(new()
        {
            [nameof(TranslationsPage.Officer)] = officer,
            [nameof(TranslationsPage.Lines)] = lines,
            [nameof(TranslationsPage.Later)] = after is not null,
            [nameof(TranslationsPage.Next)] = lines.Count == PageLength ? Address(lines[^1].Task) : null,
        });
    }

    static string Address(TranslationTask last) =>
        $"/desk/translations?after={last.ActId}{(last.NextDue is { } due ? $"&due={Uri.EscapeDataString(due.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))}" : "")}";

    static async Task<IReadOnlyList<TranslationLine>> Lines(TranslationMark? after, House house, TranslationStore store, DeskReads reads, CancellationToken cancellationToken)
    {
        var lines = new List<TranslationLine>();
        foreach (var task in await store.Open(after, PageLength, cancellationToken))
        {
            var acts = await reads.Acts(task.RequestId, cancellationToken);
            var supplied = acts.Where(a => a.Direction == Direction.Out && Acts.All.TryGetValue(a.ActType, out var type) && type.Opens).Select(a => Languages(a.OpenPart)).LastOrDefault() ?? [];
            lines.Add(new(task, JsonSerializer.Deserialize<TranslationRequested>(task.OpenPart, Wire.Json)!, supplied, Due(house, task)));
        }
        return lines;
    }

    static DeadlineStanding? Due(House house, TranslationTask task) => NextStep.Read(task.Standing)?.Deadlines
        .FirstOrDefault(d => house.Region.Catalogue.TimeRules.FirstOrDefault(r => r.Id == d.RuleId)?.Clock == Clock.Translation);

    static IReadOnlyList<string> Languages(string openPart)
    {
        using var open = JsonDocument.Parse(openPart);
        return open.RootElement.TryGetProperty("languages", out var languages) && languages.ValueKind == JsonValueKind.Array
            ? [.. languages.EnumerateArray().Select(l => l.GetString()).OfType<string>()]
            : [];
    }

    static async Task<IResult> Arrange(
        HttpContext http, Guid id, IFormCollection form, TranslationStore store, DeskReads reads, AdapterKeys keys, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await reads.Act(id, cancellationToken) is not { Direction: Direction.In, ActType: nameof(TranslationRequested) } asked)
            return Pages.Missing(http, "request for a translation");
        var (who, mark) = (form["assignedTo"].ToString().Trim(), form["quality"].ToString());
        if (who.Length > LongestName || who.Any(char.IsControl))
            return Wrong(http, $"The name of a translator or an office has {LongestName} characters at most, in one line.");
        if (mark.Length > 0 && !Marks.Contains(mark))
            return Wrong(http, $"The mark is one of {string.Join(", ", Marks)}, or none.");
        var file = form.Files.GetFile("file") is { Length: > 0 } sent ? sent : null;
        if (file is { Length: > LargestFile })
            return Wrong(http, $"The file has more than {LargestFile / 1024 / 1024} MiB; deliver it in parts.");
        string? content = null;
        if (file != null)
        {
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes, cancellationToken);
            content = keys.SealBytesAtHome(bytes.ToArray(), id);
        }
        var now = time.GetUtcNow();
        await store.Save(
            new()
            {
                ActId = id,
                RequestId = asked.RequestId,
                AssignedTo = who.Length > 0 ? who : null,
                Quality = mark.Length > 0 ? mark : null,
                FileName = file == null ? null : SafeName.Of(file.FileName),
                MediaType = file == null ? null : MediaTypes.Of(file.ContentType),
                SealedContent = content,
                DeliveredAt = file == null ? null : now,
            },
            now, cancellationToken);
        return Results.LocalRedirect("/desk/translations");
    }

    static IResult Wrong(HttpContext http, string what) =>
        Pages.Failure(http, StatusCodes.Status422UnprocessableEntity, "This cannot be kept", what, "Go back with your browser and put it right. Nothing was changed.");

    static async Task<IResult> Export(House house, TranslationStore store, DeskReads reads, TimeProvider time, CancellationToken cancellationToken)
    {
        var csv = new StringBuilder("\uFEFF");
        void Line(params ReadOnlySpan<string> cells) => csv.Append(Csv.Line(cells)).Append("\r\n");
        Line("reference", "for", "from", "to", "certified", "papers", "asked at", "due", "assigned to", "delivered at", "file", "mark");
        IReadOnlyList<TranslationLine> page;
        for (TranslationMark? after = null; (page = await Lines(after, house, store, reads, cancellationToken)).Count > 0; after = new(page[^1].Task.NextDue, page[^1].Task.ActId))
            foreach (var line in page)
                Line(line.Task.Reference, line.Task.OtherState, string.Join(' ', line.From), line.Asked.Language, line.Asked.Certified ? "yes" : "no", string.Join("; ", line.Asked.Papers),
                    Words.LegalTime.Machine(line.Task.AskedAt), line.Due?.Due is { } due ? Words.LegalTime.Machine(due) : "", line.Task.AssignedTo ?? "",
                    line.Task.DeliveredAt is { } at ? Words.LegalTime.Machine(at) : "", line.Task.FileName ?? "", line.Task.Quality ?? "");
        return Results.File(Encoding.UTF8.GetBytes(csv.ToString()), "text/csv; charset=utf-8", $"translations-{time.GetUtcNow().UtcDateTime:yyyyMMdd-HHmm}.csv");
    }
}
