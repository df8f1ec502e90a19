using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Intakes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Documents;
using LiaisonHub.Desk.Forms;
using LiaisonHub.Desk.Officers;
using LiaisonHub.Desk.Requests;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using Microsoft.AspNetCore.Mvc;

namespace LiaisonHub.Desk.Making;

/// <summary>Writing an act, looking it over, sending it.</summary>
static class MakingRoutes
{
    // A form with files of an act and a half: what is too large is said at the field, and nothing typed is lost.
    const long LargestForm = 24 * 1024 * 1024;
    const int LargestFile = 2 * 1024 * 1024, MostFiles = 200, MostValues = 8192;

    public static void MapMaking(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/desk/requests/{id:guid}/make/{act}", http => new(Id(http), null));
        Map(routes, "/desk/new", _ => DraftSubject.New);
        Map(routes, "/desk/new/{act}", _ => DraftSubject.New);
        Map(routes, "/desk/requests/{id:guid}/follow-up", http => new(null, null, Id(http)));
        Map(routes, "/desk/files/{id:guid}", http => new(null, Id(http)));
    }

    static void Map(IEndpointRouteBuilder routes, string pattern, Func<HttpContext, DraftSubject> subject)
    {
        routes.MapGet(pattern, (HttpContext http, Compositions all, Officer officer, CancellationToken cancellationToken, string? saved = null, string? check = null) =>
            Show(http, all, subject(http), officer, saved is not null, check is not null, cancellationToken));
        routes.MapPost(pattern, (HttpContext http, IFormCollection form, Compositions all, Papers papers, DeedStore deeds, Officer officer, TimeProvider time, CancellationToken cancellationToken) =>
                Take(http, form, all, papers, deeds, subject(http), officer, time, cancellationToken))
            .WithFormOptions(valueCountLimit: MostValues, valueLengthLimit: 256 * 1024, multipartBodyLengthLimit: LargestForm)
            .WithMetadata(new RequestSizeLimitAttribute(LargestForm));
        routes.MapGet(pattern + "/preview", (HttpContext http, Compositions all, Officer officer, CancellationToken cancellationToken, string? changed = null) =>
            Preview(http, all, subject(http), officer, changed is not null, cancellationToken));
        routes.MapPost(pattern + "/translate", (HttpContext http, IFormCollection form, Compositions all, Officer officer, CancellationToken cancellationToken) =>
            Translate(http, form, all, subject(http), officer, cancellationToken));
        routes.MapPost(pattern + "/send", (HttpContext http, IFormCollection form, Compositions all, ActMaker maker, IntakeTasks tasks, DeedStore deeds, Database database, Officer officer, TimeProvider time,
                CancellationToken cancellationToken) => Send(http, form, all, maker, tasks, deeds, database, subject(http), officer, time, cancellationToken));
    }

    static async Task<IResult> Show(HttpContext http, Compositions all, DraftSubject subject, Officer officer, bool saved, bool check, CancellationToken cancellationToken)
    {
        if (await all.Load(subject, Act(http), officer, cancellationToken) is not { } composition)
            return Missing(http, subject);
        return Page(composition, officer, check ? composition.Read().Problems : [], saved);
    }

    static async Task<IResult> Take(
        HttpContext http, IFormCollection form, Compositions all, Papers papers, DeedStore deeds, DraftSubject subject, Officer officer, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await all.Load(subject, Act(http), officer, cancellationToken) is not { } composition)
            return Missing(http, subject);
        var typed = composition.Typed;
        var wanted = form["do"].ToString();
        if (wanted == "discard")
        {
            await all.Discard(composition, officer, cancellationToken);
            await deeds.Add(new() { DeedId = Guid.CreateVersion7(), At = time.GetUtcNow(), Officer = officer.Signature, Kind = DeedKind.Discarded, RequestId = subject.RequestId, IntakeId = subject.IntakeId, Detail = composition.Form.Act.Name }, cancellationToken);
            return Results.LocalRedirect(subject.Back);
        }

        typed.Values.Clear();
        foreach (var (path, values) in form)
            if (IsField(path))
                typed.Set(path, [.. values.Select(v => (v ?? "").ReplaceLineEndings("\n"))]);
        if (Guid.TryParse(form["key"], out var key))
            typed.Key = key;
        // A page that was loaded before a translation came back does not know of its language.
        foreach (var translation in composition.Translations)
            if (typed.Translations.ContainsKey(translation.TranslationId) && !form["shown"].Contains(translation.TranslationId.ToString("D")))
                typed.Add(Composition.Languages, translation.Language);
        var problems = await Add(form.Files, typed, cancellationToken);
        var (verb, at) = wanted.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? (wanted[..colon], wanted[(colon + 1)..]) : (wanted, "");
        var fragment = "";
        switch (verb)
        {
            case "add":
                typed.AddRow(at);
                fragment = FormFields.IdOf(Typed.At(at, typed.Rows(at) - 1));
                break;
            case "remove" when at.LastIndexOf('[') is var open and > 0 && int.TryParse(at[(open + 1)..^1], out var index):
                typed.RemoveRow(at[..open], index);
                fragment = FormFields.IdOf(at[..open]);
                break;
            case "show":
                fragment = FormFields.IdOf(at);
                break;
            case "translate":
                fragment = "translations";
                break;
            case "template":
                problems.AddRange(papers.Attach(composition, form["document"].ToString()));
                fragment = FormFields.IdOf(Papers.Field);
                break;
            case "drop" when typed.Files.Find(f => f.Id.ToString("D") == at) is { } file:
                var position = typed.FilesOf(file.Field).ToList().IndexOf(file);
                typed.Files.Remove(file);
                typed.RemoveRow(file.Field, position);
                fragment = FormFields.IdOf(file.Field);
                break;
            case "take" when composition.Questions.FirstOrDefault(q => q.Field == at && q.Proposed is not null) is { } question:
                typed.Set(at, question.Proposed!);
                fragment = FormFields.IdOf(at);
                break;
        }

        var read = verb == "preview" ? composition.Read() : null;
        await all.Save(composition, officer, cancellationToken);
        if (verb == "translate")
            await all.Ask(composition, at, officer, cancellationToken);
        if (http.Request.Headers.ContainsKey("X-Draft"))
            return Results.NoContent();
        if (problems.Count > 0 || read?.Problems.Count > 0)
            return Page((await all.Load(subject, Act(http), officer, cancellationToken))!, officer, [.. problems, .. read?.Problems ?? []], saved: false);
        return verb == "preview" ? Results.LocalRedirect($"{composition.Address}/preview")
            : Results.LocalRedirect($"{composition.Address}?saved=1{(fragment.Length > 0 ? "#" + fragment : "")}");
    }

    static async Task<IResult> Preview(HttpContext http, Compositions all, DraftSubject subject, Officer officer, bool changed, CancellationToken cancellationToken)
    {
        if (await all.Load(subject, Act(http), officer, cancellationToken) is not { } composition)
            return Missing(http, subject);
        var read = composition.Read();
        if (composition.SavedAt is null || read.Problems.Count > 0)
            return Results.LocalRedirect($"{composition.Address}?check=1");
        return Pages.Show<PreviewPage>(new()
        {
            [nameof(PreviewPage.Officer)] = officer,
            [nameof(PreviewPage.Composition)] = composition,
            [nameof(PreviewPage.Read)] = read,
            [nameof(PreviewPage.Reading)] = Reading.Of(composition.Form.Act.Name, Numbered(composition, read.Open), read.Private, composition.Choices),
            [nameof(PreviewPage.Changed)] = changed,
        });
    }

    static async Task<IResult> Translate(HttpContext http, IFormCollection form, Compositions all, DraftSubject subject, Officer officer, CancellationToken cancellationToken)
    {
        if (await all.Load(subject, Act(http), officer, cancellationToken) is not { } composition)
            return Missing(http, subject);
        await all.Ask(composition, form["language"].ToString(), officer, cancellationToken);
        return Results.LocalRedirect($"{composition.Address}/preview#translations");
    }

    static async Task<IResult> Send(
        HttpContext http, IFormCollection form, Compositions all, ActMaker maker, IntakeTasks tasks, DeedStore deeds, Database database, DraftSubject subject, Officer officer, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(form["key"], out var key))
            return Missing(http, subject);
        // Sent before: a second click, or the page loaded once more.
        StoredAct? before;
        await using (var unit = await database.Begin(cancellationToken))
            before = await ActStore.MadeBefore(unit, Composition.KeyOf(subject, key), cancellationToken);
        var composition = await all.Load(subject, Act(http), officer, cancellationToken);
        if (before is not null)
        {
            // The program may have died between the act and the end of its draft.
            if (composition?.Typed.Key == key)
                await all.Discard(composition, officer, cancellationToken);
            return Sent(before.RequestId, before.ActId);
        }

        if (composition is null)
            return Missing(http, subject);
        var read = composition.Read();
        if (composition.SavedAt is null || read.Problems.Count > 0)
            return Results.LocalRedirect($"{composition.Address}?check=1");
        if (composition.Typed.Key != key || composition.Digest != form["digest"])
            return Results.LocalRedirect($"{composition.Address}/preview?changed=1");
        MadeAct made;
        try
        {
            made = await composition.Make(read, officer, maker, tasks, cancellationToken);
        }
        catch (Exception e) when (database.IsUniqueViolation(e))
        {
            made = await composition.Make(read, officer, maker, tasks, cancellationToken); // Two clicks at once: the other one was first, and made the same act.
        }

        if (!made.Made)
            return Page(composition, officer, made.Problems, saved: false);
        await deeds.Add(new() { DeedId = Guid.CreateVersion7(), At = time.GetUtcNow(), Officer = officer.Signature, Kind = DeedKind.Made, RequestId = made.RequestId, ActId = made.ActId, IntakeId = subject.IntakeId, Detail = composition.Form.Act.Name }, cancellationToken);
        await all.Discard(composition, officer, cancellationToken);
        return Sent(made.RequestId, made.ActId);
    }

    static IResult Sent(Guid requestId, Guid actId) => Results.LocalRedirect($"/desk/requests/{requestId}?sent={actId}");

    static async Task<List<FieldProblem>> Add(IFormFileCollection files, Typed typed, CancellationToken cancellationToken)
    {
        var problems = new List<FieldProblem>();
        foreach (var file in files.Where(f => f.Length > 0 && f.Name.StartsWith("file:", StringComparison.Ordinal)))
        {
            var field = file.Name["file:".Length..];
            if (file.Length > LargestFile || typed.Files.Count >= MostFiles)
            {
                problems.Add(new()
                {
                    Field = field,
                    Missing = false,
                    Words = typed.Files.Count >= MostFiles ? $"There are {MostFiles} files already; one was left out." : $"A file of {file.Length / 1024:N0} KiB cannot travel with an act and was left out.",
                    Expected = $"files that fit an act of {Wire.LargestAct / 1024} KiB when signed; larger ones in parts",
                });
                continue;
            }

            using var content = new MemoryStream();
            await file.CopyToAsync(content, cancellationToken);
            typed.Files.Add(new()
            {
                Id = Guid.CreateVersion7(),
                Field = field,
                FileName = SafeName.Of(file.FileName),
                MediaType = MediaTypes.Of(file.ContentType),
                Content = content.ToArray(),
                Salt = field == "open.manifest" ? Commitment.NewSalt() : null,
            });
        }

        return problems;
    }

    // The number of a new request is given when it is made.
    static JsonObject Numbered(Composition composition, JsonObject open)
    {
        if (!composition.Addresses || !composition.Form.Act.Opens || open.ContainsKey("reference"))
            return open;
        var shown = (JsonObject)open.DeepClone();
        shown["reference"] = "the next number of this desk";
        return shown;
    }

    static IResult Page(Composition composition, Officer officer, IReadOnlyList<FieldProblem> problems, bool saved) => Pages.Show<ComposePage>(
        new()
        {
            [nameof(ComposePage.Officer)] = officer,
            [nameof(ComposePage.Composition)] = composition,
            [nameof(ComposePage.ProblemList)] = problems,
            [nameof(ComposePage.Saved)] = saved,
        },
        problems.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    static IResult Missing(HttpContext http, DraftSubject subject) => subject.IntakeId is not null
        ? Pages.Failure(http, StatusCodes.Status404NotFound, "This file does not wait for anybody", "It was completed, dismissed or read again in the meantime, or it was never here.", "Look at the local files.")
        : Pages.Missing(http, "request or act");

    static bool IsField(string path) => path.StartsWith("open.", StringComparison.Ordinal) || path.StartsWith("private.", StringComparison.Ordinal) || path.StartsWith("to.", StringComparison.Ordinal)
        || path.StartsWith("from.", StringComparison.Ordinal) || path.StartsWith("header.", StringComparison.Ordinal);

    static Guid Id(HttpContext http) => Guid.Parse((string)http.GetRouteValue("id")!);

    static string? Act(HttpContext http) => http.GetRouteValue("act") as string;
}
