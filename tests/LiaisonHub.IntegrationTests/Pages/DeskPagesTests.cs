using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using LiaisonHub.Tests;
using LiaisonHub.Tests.Adapters;
using LiaisonHub.Tests.Desk;
using Microsoft.Playwright;

namespace LiaisonHub.IntegrationTests.Pages;

/// <summary>The desk in a real browser. With <c>LIAISONHUB_SCREENSHOTS</c> set to a folder, each page is also kept there as a picture.</summary>
[Long(40)]
public sealed class DeskPagesTests(Chromium chromium) : IAsyncLifetime
{
    DeskUnderTest? desk;
    Guid request, overdue, file, preservation;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        desk = await DeskUnderTest.Open(Cancelled);
        await Play();
    }

    [Fact]
    public async Task No_page_has_a_barrier_in_light_or_dark_and_none_scrolls_sideways_on_a_narrow_screen()
    {
        var found = new List<string>();
        foreach (var (scheme, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Light, 320) })
        {
            await using var context = await Context(scheme, width);
            var page = await Begin(context);
            foreach (var (name, path) in Pages())
            {
                await page.GotoAsync(path);
                found.AddRange((await Chromium.Barriers(page)).Select(b => $"{name} ({scheme}, {width}): {b}"));
                if (await Chromium.TooWide(page) is { Length: > 0 } wide)
                    found.Add($"{name} ({scheme}, {width}): wider than the window: {wide}");
                await Chromium.Keep(page, $"desk-{name}-{scheme.ToString().ToLowerInvariant()}-{width}");
            }
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public async Task The_limits_of_a_state_s_own_law_have_no_barrier_either()
    {
        await using var lawful = await DeskUnderTest.Open(Cancelled, "XC");
        var id = await lawful.AskedForExtradition(Cancelled);
        using var officer = await lawful.Browse(cancellationToken: Cancelled);
        await officer.Post($"/desk/requests/{id}/own-limits", [("code", "ES-5"), ("what", "Started"), ("at", "")], Cancelled, from: $"/desk/requests/{id}");
        var found = new List<string>();
        foreach (var (scheme, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Light, 320) })
        {
            await using var context = await Context(scheme, width, of: lawful);
            var page = await Begin(context);
            foreach (var (name, path) in new[] { ("own-worklist", "/desk"), ("own-limits", $"/desk/requests/{id}"), ("own-days", $"/desk/requests/{id}/own-limits/ES-5") })
            {
                await page.GotoAsync(path);
                await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
                found.AddRange((await Chromium.Barriers(page)).Select(b => $"{name} ({scheme}, {width}): {b}"));
                if (await Chromium.TooWide(page) is { Length: > 0 } wide)
                    found.Add($"{name} ({scheme}, {width}): wider than the window: {wide}");
                await Chromium.Keep(page, $"desk-{name}-{scheme.ToString().ToLowerInvariant()}-{width}");
            }
        }
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Theory]
    [InlineData("XA", "hearing-abroad.xml")]
    [InlineData("XC", "requests.csv")]
    public async Task What_a_mapping_makes_of_a_sample_is_seen_without_script_and_has_no_barrier(string state, string sample)
    {
        await using var mapped = await DeskUnderTest.Open(Cancelled, state, Countries.Mappings(state));
        await using (var unit = await mapped.Of<Database>().Begin(Cancelled))
        {
            foreach (var kind in Enum.GetValues<GapKind>())
                await MappingStore.Count(unit, kind, "Hearing result", "hearing.room", mapped.Time.GetUtcNow(), Cancelled);
            await IntakeStore.Count(unit, "gender", "7", mapped.Time.GetUtcNow(), Cancelled);
            await unit.Commit(Cancelled);
        }

        await mapped.Of<MappingStore>().Loaded(
            new() { VersionId = Guid.CreateVersion7(), Digest = Countries.Mappings(state).Digest!, Files = "", Program = "0.2.0", LoadedBy = "liaison@ministry", LoadedAt = mapped.Time.GetUtcNow() }, Cancelled);
        var found = new List<string>();
        foreach (var (scheme, width) in state == "XA" ? new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Light, 320) } : [(ColorScheme.Light, 1280)])
        {
            await using var context = await Context(scheme, width, of: mapped);
            var page = await Begin(context);
            await page.GotoAsync("/desk/mapping");
            await Look(page, "mapping", scheme, width);
            await Give(page);
            await Look(page, $"mapping-{state}", scheme, width);
        }

        await using var plain = await Context(ColorScheme.Light, 1280, script: false, of: mapped);
        var bare = await Begin(plain);
        await bare.GotoAsync("/desk/mapping");
        await Give(bare);
        Assert.True(await bare.GetByRole(AriaRole.Heading, new() { Name = "The way back" }).First.IsVisibleAsync());
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));

        async Task Give(IPage page)
        {
            await page.GetByLabel("or its text").FillAsync(Countries.Sample(state, sample));
            await page.GetByLabel("Name of the file").FillAsync(sample);
            await page.GetByRole(AriaRole.Button, new() { Name = "Show what becomes of it" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What the mapping makes of" })).ToBeVisibleAsync();
        }

        async Task Look(IPage page, string name, ColorScheme scheme, int width)
        {
            await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
            found.AddRange((await Chromium.Barriers(page)).Select(b => $"{name} ({scheme}, {width}): {b}"));
            if (await Chromium.TooWide(page) is { Length: > 0 } wide)
                found.Add($"{name} ({scheme}, {width}): wider than the window: {wide}");
            await Chromium.Keep(page, $"desk-{name}-{scheme.ToString().ToLowerInvariant()}-{width}");
        }
    }

    [Fact]
    public async Task Everything_a_page_loads_comes_from_the_desk_and_the_browser_finds_nothing_to_refuse()
    {
        await using var context = await Context(ColorScheme.Light, 1280);
        var complaints = new List<string>();
        var page = await Begin(context);
        // That a page answers with 404 or 422 is a line of the browser's own, and meant.
        page.Console += (_, message) =>
        {
            if (!message.Text.StartsWith("Failed to load resource: the server responded with a status of 4", StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        page.Request += (_, sent) =>
        {
            if (new Uri(sent.Url).Authority != desk!.Address.Authority)
                complaints.Add(sent.Url);
        };
        foreach (var (_, path) in Pages())
            await page.GotoAsync(path);

        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Keys_lead_through_the_worklist_to_the_search_and_to_their_own_list()
    {
        await using var context = await Context(ColorScheme.Light, 1280);
        var page = await Begin(context);

        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("k");
        Assert.Equal("XA-2026-000101", await page.Locator(":focus").InnerTextAsync());
        await page.Keyboard.PressAsync("?");
        Assert.True(await page.Locator("#keys").IsVisibleAsync());
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("XA-2026-000102");
        await page.Keyboard.PressAsync("Enter");
        await Chromium.At(page, $"/desk/requests/{request}");
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("f");
        await Chromium.At(page, "/desk/files");
    }

    [Fact]
    public async Task What_is_written_is_saved_by_itself_and_stands_there_after_the_browser_was_closed()
    {
        var path = $"/desk/requests/{request}/make/NoteSent";
        await using (var context = await Context(ColorScheme.Light, 1280))
        {
            var page = await Begin(context);
            await page.GotoAsync(path);
            await page.GetByLabel("Subject").FillAsync("Office hours");
            await page.GetByLabel("In your words").FillAsync("Closed on Friday.\nOpen on Monday.");
            await Assertions.Expect(page.Locator("#draft-state")).ToContainTextAsync("Draft saved at");
        }

        await using var later = await Context(ColorScheme.Light, 1280);
        var again = await Begin(later);
        await again.GotoAsync(path);
        Assert.Equal("Closed on Friday.\nOpen on Monday.", await again.GetByLabel("In your words").InputValueAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_act_is_opened_answered_and_sent_with_script_and_without(bool script)
    {
        await using var context = await Context(ColorScheme.Light, 1280, script);
        var page = await Begin(context);
        await page.GetByRole(AriaRole.Link, new() { Name = "XA-2026-000103" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
        Assert.Contains("Torrest", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await page.GoBackAsync();
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Acknowledge receipt" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Look it over before sending" }).ClickAsync();
        Assert.Contains("is missing", await page.InnerTextAsync("#problems"), StringComparison.Ordinal);
        await page.GetByLabel("Our own reference").FillAsync("XB-55/26");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look it over before sending" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign and send" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("\\?sent="));
        Assert.Contains("waiting for the hub", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await desk!.HubAnswers(Cancelled);
        await page.ReloadAsync();
        Assert.Contains("accepted by the hub", await page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_translation_is_asked_for_with_one_click_comes_back_and_is_attached_with_script_and_without(bool script)
    {
        await using var context = await Context(ColorScheme.Light, 1280, script);
        var page = await Begin(context);
        await page.GotoAsync("/desk/new");
        await page.Locator("[name='private.text']").FillAsync("We ask for a search of the office.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for a translation into Spanish (es)" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Into Spanish (es)" }).ClickAsync();
        var card = page.Locator("li.card", new() { HasText = "Spanish (es)" });
        await card.GetByLabel("Translator or office").FillAsync("Office Lingua");
        await card.GetByLabel("The translation").SetInputFilesAsync(new FilePayload { Name = "solicitud.txt", MimeType = "text/plain", Buffer = "Pedimos un registro."u8.ToArray() });
        await card.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).ClickAsync();
        await Assertions.Expect(card).ToContainTextAsync("solicitud.txt");
        await card.GetByRole(AriaRole.Link, new() { Name = "Send a request" }).ClickAsync();

        Assert.Contains("solicitud.txt", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.Equal("We ask for a search of the office.", await page.Locator("[name='private.text']").InputValueAsync());
        Assert.True(await page.Locator("[name='open.languages'][value='es']").IsCheckedAsync());
    }

    (string Name, string Path)[] Pages() =>
    [
        ("worklist", "/desk?closed=1"),
        ("request", $"/desk/requests/{request}"),
        ("request-overdue", $"/desk/requests/{overdue}"),
        ("act", $"/desk/acts/{opened}"),
        ("evidence", $"/desk/requests/{request}/make/EvidenceSent"),
        ("recognise", $"/desk/requests/{overdue}/make/RequestRecognised"),
        ("problems", $"/desk/requests/{request}/make/DelayNotified?check=1"),
        ("preview", $"/desk/requests/{request}/make/NoteSent/preview"),
        ("papers", $"/desk/requests/{request}/papers"),
        ("new", "/desk/new/FreezingRequested"),
        ("untranslated", "/desk/new"),
        ("untranslated-preview", "/desk/new/preview"),
        ("follow-up", $"/desk/requests/{preservation}/follow-up"),
        ("translations", "/desk/translations"),
        ("files", "/desk/files"),
        ("file", $"/desk/files/{file}"),
        ("file-mapping", $"/desk/mapping/intakes/{file}"),
        ("missing", "/desk/nowhere"),
        ("session", "/desk/session"),
    ];

    Guid opened;

    // A desk on an ordinary day: a limit has passed, evidence is due, something new, a refused act, files that need somebody.
    async Task Play()
    {
        overdue = await desk!.Asked(Cancelled, reference: "XA-2026-000101");
        await desk.Pass(TimeSpan.FromDays(20), Cancelled);
        using var officer = await desk.Browse(cancellationToken: Cancelled);
        request = await desk.Asked(Cancelled, reference: "XA-2026-000102", priority: Priority.Urgent);
        await desk.HubAnswers(Cancelled);
        opened = (await desk.Of<DeskReads>().Acts(request, Cancelled)).First(a => a.Direction == Direction.In).ActId;
        await officer.Post($"/desk/acts/{opened}/open", [], Cancelled, from: $"/desk/requests/{request}");
        await Send(officer, "RequestAcknowledged", ("open.theirReference", "XB-77/26"), ("open.competentAuthority", "XB-CA"));
        await Send(officer, "ExecutionPostponed", ("open.ground", "ItemsInUse"));
        await desk.Pass(TimeSpan.FromHours(30), Cancelled);
        await Send(officer, "RequestRecognised",
            [.. desk.Rules.Region.Catalogue.Rights.SelectMany((r, i) => new[] { ($"open.rightsCheck.answers[{i}].item", r.Code), ($"open.rightsCheck.answers[{i}].finding", "Passed") }), ("open.rightsCheck.checkedBy", "Judge"), ("open.dualCriminality", "ListOffence")]);
        await desk.Asked(Cancelled, reference: "XA-2026-000103");
        preservation = await desk.AsksForPreservation(Cancelled);
        await desk.AskedToTranslate(Cancelled);
        // A request in German to XA, which reads English and French: one translation is asked for; XD, which reads Spanish and English, wants another.
        foreach (var wanted in new[] { "save", "translate:fr" })
            await officer.Post("/desk/new",
                [("to.authority", "XA-CA"), ("to.others", "XD-CA"), ("open.instrument", "EIO"), ("open.measures[0].kind", "Search"), ("open.offences[0].listOffence", "fraud"), ("open.languages", "de"), ("private.text", "We ask for a search."), ("do", wanted)],
                Cancelled, from: "/desk/new");
        await officer.Post($"/desk/requests/{request}/make/EvidenceSent", [("open.part", "1"), ("do", "files")], Cancelled, from: $"/desk/requests/{request}/make/EvidenceSent",
            files: [("file:open.manifest", "operations-2025.csv", "date;amount"u8.ToArray())]);
        await officer.Post($"/desk/requests/{request}/make/NoteSent", [("open.subject", "Office hours"), ("private.text", "We are closed on Friday."), ("do", "save")], Cancelled, from: $"/desk/requests/{request}/make/NoteSent");
        await desk.Of<IntakeStore>().Refuse(
            new() { IntakeId = Guid.CreateVersion7(), FileName = "scan-0007.bin", Sha256 = "", SizeBytes = 48_231, TakenAt = desk.Time.GetUtcNow(), SealedContent = "", HasLeftTheInbox = _ => false },
            "LH4101", "The file is neither XML nor JSON: it begins with bytes of a picture.", "Send the message as XML; a scan can come with it as a paper.", Cancelled);
        var open = Samples.Open(nameof(RequestSubmitted));
        open.Remove("languages");
        file = await desk.Incomplete(
            new Translation
            {
                Outcome = TranslationOutcome.Incomplete,
                ActType = nameof(RequestSubmitted),
                ToState = "XA",
                Open = open,
                Private = Samples.Private(nameof(RequestSubmitted)),
                Questions =
                [
                    new() { Field = "open.languages", Ask = "In which languages are the papers?", Why = "The message has no field for it.", Sought = "/Case/Language" },
                    new() { Field = "private.offences[0].place", Ask = "Is this the place?", Why = "It stands only in the text of the result.", Proposed = "Harbour of Veldra" },
                ],
            },
            Cancelled);

        async Task Send(DeskUnderTest.Browser by, string act, params (string Name, string Value)[] typed)
        {
            var form = $"/desk/requests/{request}/make/{act}";
            await by.Post(form, [.. typed, ("do", "preview")], Cancelled, from: form);
            var page = await by.Get($"{form}/preview", Cancelled);
            await by.Post($"{form}/send", page.Fields(), Cancelled, from: $"{form}/preview");
            Assert.NotEmpty(await desk.HubAnswers(Cancelled));
        }
    }

    async Task<IBrowserContext> Context(ColorScheme scheme, int width, bool script = true, DeskUnderTest? of = null) => await chromium.Window(new()
    {
        BaseURL = (of ?? desk!).Address.ToString(),
        ColorScheme = scheme,
        JavaScriptEnabled = script,
        ViewportSize = new() { Width = width, Height = 900 },
        Locale = "en-GB",
    });

    static async Task<IPage> Begin(IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync("/desk");
        await page.GetByLabel("Name").FillAsync("R. Okenda");
        await page.GetByLabel("Function").FillAsync("Liaison officer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Worklist" })).ToBeVisibleAsync();
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (desk is not null)
            await desk.DisposeAsync();
    }
}
