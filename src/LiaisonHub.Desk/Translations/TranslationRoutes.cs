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

/// <summary>Translations this state was asked for, and those its own drafts need before they are sent: who makes them, when they are due, what came back.</summary>
static class TranslationRoutes
{
    const int PageLength = 50, LongestName = 200, LargestFile = 2 * 1024 * 1024;

    /// <summary>Marks an officer may give.</summary>
    public static IReadOnlyList<string> Marks { get; } = ["good", "usable", "poor"];

    public static void MapTranslations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/desk/translations", Show);
        routes.MapGet("/desk/translations.csv", Export);
        foreach (var (path, arrange) in new (string, Delegate)[] { ("/desk/translations/{id:guid}", Arrange), ("/desk/translations/before/{id:guid}", ArrangeBefore) })
            routes.MapPost(path, arrange).WithFormOptions(multipartBodyLengthLimit: LargestFile + 64 * 1024).WithMetadata(new RequestSizeLimitAttribute(LargestFile + 64 * 1024));
    }

    static async Task<IResult> Show(
        House house, TranslationStore store, DraftTranslationStore before, DeskReads reads, Officer officer, CancellationToken cancellationToken, Guid? after = null, DateTimeOffset? due = null,
        Guid? draft = null)
    {
        var drafts = await before.Open(draft is { } last ? await before.Find(last, cancellationToken) : null, waiting: false, PageLength, cancellationToken);
        var lines = await Lines(after is { } id ? new(due, id) : null, house, store, reads, cancellationToken);
        return Pages.Show<TranslationsPage>(new()
        {
            [nameof(TranslationsPage.Officer)] = officer,
            [nameof(TranslationsPage.Lines)] = lines,
            [nameof(TranslationsPage.Later)] = after is not null,
            [nameof(TranslationsPage.Before)] = drafts,
            [nameof(TranslationsPage.NextBefore)] = drafts.Count == PageLength ? $"/desk/translations?draft={drafts[^1].TranslationId}#before" : null,
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
        var typed = Typed.Of(form);
        if (typed.Wrong is { } wrong)
            return Wrong(http, wrong);
        var now = time.GetUtcNow();
        await store.Save(
            new()
            {
                ActId = id,
                RequestId = asked.RequestId,
                AssignedTo = typed.Who,
                Quality = typed.Mark,
                FileName = typed.FileName,
                MediaType = typed.MediaType,
                SealedContent = await typed.Sealed(keys, id, cancellationToken),
                DeliveredAt = typed.File == null ? null : now,
            },
            now, cancellationToken);
        return Results.LocalRedirect("/desk/translations");
    }

    static async Task<IResult> ArrangeBefore(
        HttpContext http, Guid id, IFormCollection form, House house, DraftTranslationStore store, AdapterKeys keys, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await store.Find(id, cancellationToken) is not { } wanted)
            return Pages.Missing(http, "translation; its draft was sent or thrown away");
        if (form["do"] == "withdraw")
        {
            await store.Withdraw(id, cancellationToken);
            return Results.LocalRedirect("/desk/translations#before");
        }

        var typed = Typed.Of(form);
        if (typed.Wrong is { } wrong)
            return Wrong(http, wrong);
        DateOnly? day = null;
        if (form["due"].ToString() is { Length: > 0 } text)
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) && read.Year is > 2000 and < 3000)
                day = read;
            else
                return Wrong(http, "The day by which it is wanted cannot be read; write it as 2026-03-20, or leave it empty.");
        var now = time.GetUtcNow();
        return await store.Arrange(
            wanted with
            {
                DueAt = day is { } until ? house.Rules.EndOf(house.Own, until) : null,
                AssignedTo = typed.Who,
                Quality = typed.Mark,
                FileName = typed.FileName,
                MediaType = typed.MediaType,
                SealedContent = await typed.Sealed(keys, id, cancellationToken),
                HasCertificate = form["certificate"] == "true",
                DeliveredAt = typed.File == null ? null : now,
            },
            now, cancellationToken)
            ? Results.LocalRedirect("/desk/translations#before") : Pages.Missing(http, "translation; its draft was sent or thrown away");
    }

    /// <summary>What an officer says of a translation.</summary>
    sealed record Typed(string? Who, string? Mark, IFormFile? File, string? Wrong)
    {
        public string? FileName => File == null ? null : SafeName.Of(File.FileName);
        public string? MediaType => File == null ? null : MediaTypes.Of(File.ContentType);

        public static Typed Of(IFormCollection form)
        {
            var (who, mark) = (form["assignedTo"].ToString().Trim(), form["quality"].ToString());
            var file = form.Files.GetFile("file") is { Length: > 0 } sent ? sent : null;
            return new(
                who.Length > 0 ? who : null, mark.Length > 0 ? mark : null, file,
                who.Length > LongestName || who.Any(char.IsControl) ? $"The name of a translator or an office has {LongestName} characters at most, in one line."
                : mark.Length > 0 && !Marks.Contains(mark) ? $"The mark is one of {string.Join(", ", Marks)}, or none."
                : file is { Length: > LargestFile } ? $"The file has more than {LargestFile / 1024 / 1024} MiB; deliver it in parts."
                : null);
        }

        /// <summary>The file, sealed to this state. Null: none came.</summary>
        public async Task<string?> Sealed(AdapterKeys keys, Guid id, CancellationToken cancellationToken)
        {
            if (File is null)
                return null;
            using var bytes = new MemoryStream();
            await File.CopyToAsync(bytes, cancellationToken);
            return keys.SealBytesAtHome(bytes.ToArray(), id);
        }
    }

    static IResult Wrong(HttpContext http, string what) =>
        Pages.Failure(http, StatusCodes.Status422UnprocessableEntity, "This cannot be kept", what, "Go back with your browser and put it right. Nothing was changed.");

    static async Task<IResult> Export(House house, TranslationStore store, DraftTranslationStore before, DeskReads reads, TimeProvider time, CancellationToken cancellationToken)
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
        IReadOnlyList<DraftTranslation> drafts;
        for (DraftTranslation? after = null; (drafts = await before.Open(after, waiting: false, PageLength, cancellationToken)).Count > 0; after = drafts[^1])
            foreach (var wanted in drafts)
                Line("", wanted.OtherState, "", wanted.Language, wanted.Certified ? "yes" : "no", $"Draft: {Words.ActWords.Of(wanted.ActType).Do}", Words.LegalTime.Machine(wanted.AskedAt),
                    wanted.DueAt is { } due ? Words.LegalTime.Machine(due) : "", wanted.AssignedTo ?? "", wanted.DeliveredAt is { } at ? Words.LegalTime.Machine(at) : "", wanted.FileName ?? "",
                    wanted.Quality ?? "");
        return Results.File(Encoding.UTF8.GetBytes(csv.ToString()), "text/csv; charset=utf-8", $"translations-{time.GetUtcNow().UtcDateTime:yyyyMMdd-HHmm}.csv");
    }
}
