using System.Net;
using System.Text;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Forms;
using LiaisonHub.Desk.Making;
using LiaisonHub.Storage.Adapter;
using static LiaisonHub.Tests.Desk.DeskUnderTest;

namespace LiaisonHub.Tests.Desk;

/// <summary>A draft that the other state could not read: from the question for a translation to the act that carries it.</summary>
public sealed class TranslationBeforeSendingTests
{
    // XA reads English and French; XB writes English and German.
    static readonly (string, string)[] InGerman =
    [
        ("to.authority", "XA-CA"), ("open.instrument", "EIO"), ("open.measures[0].kind", "Search"), ("open.offences[0].listOffence", "fraud"), ("open.languages", "de"), ("private.text", "We ask for a search."),
    ];

    // XC takes extraditions in English or Arabic, certified; XB writes no Arabic.
    static readonly (string, string)[] InArabic = [("to.authority", "XC-CA"), ("open.instrument", "ECE"), ("open.languages", "ar")];

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_translation_is_asked_for_with_one_click_and_travels_with_the_act_when_it_has_come_back()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await Fill(browser, "/desk/new", [.. InGerman, ("do", "save")]);
        Assert.Contains("Ask for a translation into French (fr)", (await browser.Get("/desk/new", Cancelled)).Text, StringComparison.Ordinal);

        await Fill(browser, "/desk/new", ("private.text", "We ask for a search of the office."), ("do", "translate:fr"));

        var task = Assert.Single(await desk.Of<DraftTranslationStore>().Open(null, waiting: true, 10, Cancelled));
        // Fifteen calendar days, as the region gives for a translation asked for later, counted in Athens.
        Assert.Equal(("XA", "fr", false, new DateTimeOffset(2026, 3, 17, 21, 59, 59, TimeSpan.Zero)), (task.OtherState, task.Language, task.Certified, task.DueAt));
        var draft = await browser.Get("/desk/new", Cancelled);
        Assert.DoesNotContain("Ask for a translation", draft.Text, StringComparison.Ordinal);
        Assert.Contains("We ask for a search of the office.", draft.Text, StringComparison.Ordinal);
        var worklist = (await browser.Get("/desk", Cancelled)).Text;
        Assert.Matches("Translations before sending</h2>[\\s\\S]*French \\(fr\\)[\\s\\S]*15 days left", worklist);

        using var colleague = await desk.Browse("M. Aldane", Cancelled);
        await colleague.Post($"/desk/translations/before/{task.TranslationId}", [("assignedTo", "=Lingua"), ("quality", "good"), ("due", "2026-03-10")], Cancelled, from: "/desk/translations",
            files: [("file", "demande.txt", Encoding.UTF8.GetBytes("Nous demandons une perquisition."))]);

        Assert.DoesNotContain("Translations before sending", (await browser.Get("/desk", Cancelled)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("perquisition", await desk.Of<DraftTranslationStore>().SealedContent(task.TranslationId, Cancelled), StringComparison.Ordinal);
        var (_, csv) = await browser.Fetch("/desk/translations.csv", Cancelled);
        Assert.EndsWith(",XA,,fr,no,Draft: Send a request,2026-03-02T09:00:00Z,2026-03-10T21:59:59Z,'=Lingua,2026-03-02T09:00:00Z,demande.txt,good\r\n", Encoding.UTF8.GetString(csv), StringComparison.Ordinal);
        var preview = await Fill(browser, "/desk/new", ("do", "preview"));
        var page = await browser.Get(preview.Leads!, Cancelled);
        Assert.Contains("It is among the attachments.", page.Text, StringComparison.Ordinal);
        await browser.Post("/desk/new/send", page.Fields(), Cancelled, from: preview.Leads!);

        var sent = Assert.Single(await desk.HubAnswers(Cancelled));
        Assert.Equal(["de", "fr"], ((RequestSubmitted)sent.Read()).Languages);
        var attachment = Assert.Single(desk.Opened(sent).Deserialize<RequestParticulars>(Wire.Json)!.Attachments);
        Assert.Equal(("demande.txt", "Nous demandons une perquisition."), (attachment.FileName, Encoding.UTF8.GetString(attachment.Content)));
        Assert.Empty(await desk.Of<DraftTranslationStore>().Open(null, waiting: false, 10, Cancelled));
        Assert.Contains("No draft waits for a translation.", (await browser.Get("/desk/translations", Cancelled)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_asked_for_from_the_page_before_sending_too_and_ends_when_the_draft_is_thrown_away()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var preview = (await Fill(browser, "/desk/new", [.. InGerman, ("do", "preview")])).Leads!;
        Assert.Contains("Ask for a translation into English (en)", (await browser.Get(preview, Cancelled)).Text, StringComparison.Ordinal);

        var asked = await browser.Post("/desk/new/translate", [("language", "en")], Cancelled, from: preview);
        // What nobody needs is not asked for.
        await browser.Post("/desk/new/translate", [("language", "sw")], Cancelled, from: preview);

        Assert.Equal("/desk/new/preview#translations", asked.Leads);
        Assert.Equal("en", Assert.Single(await desk.Of<DraftTranslationStore>().Open(null, waiting: true, 10, Cancelled)).Language);
        await Fill(browser, "/desk/new", ("do", "discard"));
        Assert.Empty(await desk.Of<DraftTranslationStore>().Open(null, waiting: false, 10, Cancelled));
    }

    [Fact]
    public async Task A_page_loaded_before_it_came_back_loses_neither_the_file_nor_its_language_and_what_is_taken_out_stays_out()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await Fill(browser, "/desk/new", [.. InGerman, ("do", "translate:fr")]);
        var before = await browser.Get("/desk/new", Cancelled);
        var task = Assert.Single(await desk.Of<DraftTranslationStore>().Open(null, waiting: true, 10, Cancelled));
        await Deliver(browser, task, "demande.txt");

        await browser.Post("/desk/new", [.. before.Fields(), ("do", "save")], Cancelled, from: "/desk/new", header: "X-Draft");

        Assert.Equal("de fr: demande.txt", await Stands());
        desk.Time.Advance(TimeSpan.FromHours(1));
        await Deliver(browser, task, "demande-2.txt");
        Assert.Equal("de fr: demande-2.txt", await Stands());
        await Fill(browser, "/desk/new", ("do", $"drop:{task.TranslationId}"));
        await Fill(browser, "/desk/new", ("open.languages", "de"), ("do", "save"));
        Assert.Equal("de: ", await Stands());
        Assert.Contains("It was taken out of the attachments.", (await browser.Get("/desk/new", Cancelled)).Text, StringComparison.Ordinal);

        async Task<string> Stands()
        {
            var draft = (await desk.Of<Compositions>().Load(DraftSubject.New, null, new("R. Okenda", "Liaison officer"), Cancelled))!;
            return $"{string.Join(' ', draft.Typed.All(Composition.Languages))}: {string.Join(' ', draft.Typed.Files.Select(f => f.FileName))}";
        }
    }

    [Fact]
    public async Task Where_the_profile_takes_certified_translations_only_the_certificate_of_the_translator_ends_the_question()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        const string Form = "/desk/new/ExtraditionRequested";
        await Fill(browser, Form, [.. InArabic, ("do", "save")]);
        Assert.Contains("takes certified translations only", (await browser.Get(Form, Cancelled)).Text, StringComparison.Ordinal);
        await Fill(browser, Form, ("do", "translate:ar"));
        var task = Assert.Single(await desk.Of<DraftTranslationStore>().Open(null, waiting: true, 10, Cancelled));
        Assert.True(task.Certified);

        await Deliver(browser, task, "talab.txt");
        Assert.Contains("without the certificate of the translator", (await browser.Get(Form, Cancelled)).Text, StringComparison.Ordinal);
        await Deliver(browser, task, "talab.txt", ("certificate", "true"));

        var draft = (await desk.Of<Compositions>().Load(DraftSubject.New, nameof(ExtraditionRequested), new("R. Okenda", "Liaison officer"), Cancelled))!;
        Assert.DoesNotContain("without the certificate", (await browser.Get(Form, Cancelled)).Text, StringComparison.Ordinal);
        Assert.Equal(["ar"], draft.Typed.All(Composition.Languages));
        await browser.Post($"/desk/translations/before/{task.TranslationId}", [("do", "withdraw")], Cancelled, from: "/desk/translations");
        Assert.Contains("Ask for a translation into Arabic (ar)", (await browser.Get(Form, Cancelled)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_was_returned_for_its_language_asks_for_the_translation_before_it_is_sent_again()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asks(Casework.Usual.Submitted with { Languages = ["de"] }, Cancelled);
        await desk.FromXa(id, new RequestReturned { Reason = ReturnReason.Untranslated, Cure = "A translation into French", AcceptedLanguages = ["fr"] }, null, Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var form = $"/desk/requests/{id}/make/RequestResubmitted";

        await Fill(browser, form, ("do", "translate:fr"));

        Assert.Equal(("XA", "fr", id.ToString("D")), Assert.Single(await desk.Of<DraftTranslationStore>().Open(null, waiting: true, 10, Cancelled)) is var task ? (task.OtherState, task.Language, task.RequestKey) : default);
    }

    [Fact]
    public async Task What_cannot_be_kept_is_said_and_nothing_is_changed()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await Fill(browser, "/desk/new", [.. InGerman, ("do", "translate:fr")]);
        var store = desk.Of<DraftTranslationStore>();
        var task = Assert.Single(await store.Open(null, waiting: true, 10, Cancelled));

        var day = await browser.Post($"/desk/translations/before/{task.TranslationId}", [("due", "10.3.2026")], Cancelled, from: "/desk/translations");
        var mark = await browser.Post($"/desk/translations/before/{task.TranslationId}", [("quality", "splendid")], Cancelled, from: "/desk/translations");
        var gone = await browser.Post($"/desk/translations/before/{Guid.NewGuid()}", [("assignedTo", "x")], Cancelled, from: "/desk/translations");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity, HttpStatusCode.NotFound), (day.Status, mark.Status, gone.Status));
        Assert.Contains("2026-03-20", day.Text, StringComparison.Ordinal);
        Assert.Equal(task, await store.Find(task.TranslationId, Cancelled));
    }

    [Fact]
    public void Whatever_opens_a_request_and_says_its_languages_can_carry_the_translation()
    {
        var forms = Acts.All.Values.Where(a => a.Opens || a.Name == nameof(RequestResubmitted)).Select(a => ActForm.Of(a.Name)).Where(f => f.Open.Any(x => x.Name == "languages")).ToList();

        Assert.Contains(forms, f => f.Act.Name == nameof(ExtraditionRequested));
        Assert.Empty(forms.Where(f => f.Private.All(x => x.Name != "attachments")).Select(f => f.Act.Name));
    }

    static Task<Seen> Deliver(Browser browser, DraftTranslation task, string file, params (string, string)[] more) => browser.Post(
        $"/desk/translations/before/{task.TranslationId}", [("assignedTo", "Office Lingua"), .. more], Cancelled, from: "/desk/translations", files: [("file", file, "text"u8.ToArray())]);

    static async Task<Seen> Fill(Browser browser, string address, params (string Name, string Value)[] typed)
    {
        var page = await browser.Get(address, Cancelled);
        var over = typed.Select(t => t.Name).ToHashSet();
        return await browser.Post(address, page.Fields().Where(f => !over.Contains(f.Name)).Concat(typed), Cancelled, from: address);
    }
}
