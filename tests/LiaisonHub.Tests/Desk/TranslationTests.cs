using System.Net;
using System.Text;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage.Adapter;
using static LiaisonHub.Tests.Desk.DeskUnderTest;

namespace LiaisonHub.Tests.Desk;

/// <summary>A translation another state has asked for: from the question to the act that answers it.</summary>
public sealed class TranslationTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_translation_is_a_task_with_the_limit_of_the_treaty_until_it_is_supplied_with_the_file_that_was_delivered()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.AskedToTranslate(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var list = await browser.Get("/desk/translations", Cancelled);
        Assert.Contains("from en to <strong>fr</strong>, certified", list.Text, StringComparison.Ordinal);
        Assert.Matches("days? left", list.Text);
        var task = Assert.Single(await desk.Of<TranslationStore>().Open(null, 10, Cancelled));

        var kept = await browser.Post($"/desk/translations/{task.ActId}", [("assignedTo", "=Office Lingua, Torrest"), ("quality", "good")], Cancelled, from: "/desk/translations",
            files: [("file", "ordonnance.txt", Encoding.UTF8.GetBytes("Ordonnance du tribunal"))]);

        Assert.Equal("/desk/translations", kept.Leads);
        var (_, csv) = await browser.Fetch("/desk/translations.csv", Cancelled);
        // What a spreadsheet would take for a formula stays text.
        Assert.Matches("en,fr,yes,The request itself.*,\"'=Office Lingua, Torrest\",.*,ordonnance.txt,good\r\n", Encoding.UTF8.GetString(csv));
        var stored = (await desk.Of<TranslationStore>().Find(task.ActId, Cancelled))!;
        Assert.DoesNotContain("Ordonnance", stored.SealedContent, StringComparison.Ordinal);
        // Another word about it leaves the file where it is.
        await browser.Post($"/desk/translations/{task.ActId}", [("assignedTo", "Office Lingua"), ("quality", "")], Cancelled, from: "/desk/translations");
        Assert.Equal(("Office Lingua", null, "ordonnance.txt"), ((await desk.Of<TranslationStore>().Find(task.ActId, Cancelled))! is var t ? (t.AssignedTo, t.Quality, t.FileName) : default));

        var form = $"/desk/requests/{id}/make/TranslationSupplied";
        Assert.Contains("ordonnance.txt", (await browser.Get(form, Cancelled)).Text, StringComparison.Ordinal);
        await browser.Post(form, [.. (await browser.Get(form, Cancelled)).Fields().Where(f => f.Name is not ("open.certified" or "private.text" or "do")), ("open.certified", "true"), ("private.text", "Attached."), ("do", "preview")], Cancelled, from: form);
        var preview = await browser.Get($"{form}/preview", Cancelled);
        await browser.Post($"{form}/send", preview.Fields(), Cancelled, from: $"{form}/preview");
        var sent = Assert.Single(await desk.HubAnswers(Cancelled), a => a.Type == nameof(TranslationSupplied));
        var attachment = Assert.Single(desk.Opened(sent).Deserialize<Explanation>(Wire.Json)!.Attachments);
        Assert.Equal(("ordonnance.txt", "Ordonnance du tribunal"), (attachment.FileName, Encoding.UTF8.GetString(attachment.Content!)));
        Assert.Empty(await desk.Of<TranslationStore>().Open(null, 10, Cancelled));
        Assert.Contains("No translation is owed", (await browser.Get("/desk/translations", Cancelled)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_goes_on_page_by_page_without_gaps_or_repeats()
    {
        await using var desk = await Open(Cancelled);
        for (var i = 0; i < 4; i++)
            await desk.AskedToTranslate(Cancelled);
        var store = desk.Of<TranslationStore>();
        var all = await store.Open(null, 10, Cancelled);
        var seen = new List<TranslationTask>();

        while (await store.Open(seen is [.., var last] ? new(last.NextDue, last.ActId) : null, 1, Cancelled) is [var task])
            seen.Add(task);

        Assert.Equal(4, all.Count);
        Assert.Equal(all, seen);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var later = await browser.Get($"/desk/translations?after={all[1].ActId}&due={Uri.EscapeDataString(all[1].NextDue!.Value.UtcDateTime.ToString("O"))}", Cancelled);
        Assert.Equal([false, false, true, true], all.Select(t => later.Text.Contains($"/desk/translations/{t.ActId}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_cannot_be_kept_is_said_and_nothing_is_changed()
    {
        await using var desk = await Open(Cancelled);
        await desk.AskedToTranslate(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var task = Assert.Single(await desk.Of<TranslationStore>().Open(null, 10, Cancelled));

        var wrong = await browser.Post($"/desk/translations/{task.ActId}", [("assignedTo", "Office Lingua"), ("quality", "splendid")], Cancelled, from: "/desk/translations");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("good, usable, poor", wrong.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Post($"/desk/translations/{Guid.NewGuid()}", [("assignedTo", "x")], Cancelled, from: "/desk/translations")).Status);
        Assert.Null(await desk.Of<TranslationStore>().Find(task.ActId, Cancelled));
    }
}
