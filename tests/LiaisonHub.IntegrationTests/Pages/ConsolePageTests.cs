using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests;
using LiaisonHub.Tests.OperatorConsole;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace LiaisonHub.IntegrationTests.Pages;

/// <summary>The operators' console in a real browser: seen, read aloud, by keyboard, without JavaScript.</summary>
[Long(240)]
public sealed class ConsolePageTests(Chromium chromium)
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_page_is_closed_to_anybody()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await console.FillRegisters(Cancelled);
        await LimitPageTests.Fill(console);
        await SavedFilterTests.FillLongest(console);
        await using var walk = new PageWalk(chromium, console.Address);
        foreach (var address in await console.Addresses(Cancelled))
        {
            await walk.At(address);
            if (address.StartsWith("/documents/", StringComparison.Ordinal))
                await walk.At(address, unbound: true, then: async page =>
                {
                    await page.Locator("[name=by]").FillAsync("A. Bell");
                    await page.Locator("[name=reason]").FillAsync("Test");
                    await page.Locator("form.deed button").ClickAsync();
                    await Assertions.Expect(page.Locator("form.deed")).ToHaveCountAsync(0);
                });
        }
        Assert.True(walk.Found.Count == 0, string.Join(Environment.NewLine, walk.Found));
        Assert.Equal(["bars", "heat", "limit", "procedure"], walk.Pictures.Order());
    }

    [Fact]
    public async Task No_page_of_those_who_sign_in_is_closed_to_anybody_nor_one_that_refuses()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        await console.FillRegisters(Cancelled);
        var hub = await PeopledHub.Fill(console);
        await using var walk = new PageWalk(chromium, console.Address);
        await walk.At("/sign-in");
        await walk.At("/sign-in?back=%2Fplans&lost=1");
        await walk.At(await console.Invitation(Cancelled));
        await walk.At("/help", PeopledHub.Leaving, then: async page =>
        {
            await page.Locator("form.me button").ClickAsync();
            await Assertions.Expect(page.Locator("form.me")).ToHaveCountAsync(0);
        });
        foreach (var address in hub.Addresses)
            await walk.At(address, PeopledHub.OnDuty);
        // Where the second person says yes to nothing, the page says what is wrong.
        await walk.At($"/plans/{hub.Tried.PlanId}", PeopledHub.OnDuty, then: async page =>
        {
            await page.Locator("[name=count]").FillAsync("99");
            await page.Locator("form[action$='/run'] button").ClickAsync();
            await Assertions.Expect(page.Locator("main")).ToContainTextAsync("LH0124");
        });
        await walk.At("/accounts", PeopledHub.Reader, status: 403);
        await walk.At("/nowhere", PeopledHub.Reader, status: 404);
        var garbled = await PeopledHub.Garble(console);
        await walk.At(garbled, PeopledHub.Reader);
        await walk.At($"{garbled}/deadlines", PeopledHub.Reader, status: 409);
        await walk.At(await PeopledHub.Spoil(console), PeopledHub.Reader, status: 500);
        console.LoseDatabase();
        await walk.At("/", PeopledHub.Reader, status: 503);
        Assert.True(walk.Found.Count == 0, string.Join(Environment.NewLine, walk.Found));
    }

    [Theory]
    [InlineData("ar", ColorScheme.Dark, 320)]
    [InlineData("fr", ColorScheme.Light, 320)]
    public async Task No_language_and_no_direction_of_writing_is_a_barrier(string language, ColorScheme scheme, int width)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await using var window = await chromium.Window(new() { Locale = language, ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 }, BaseURL = console.Address.ToString() });
        var page = await window.NewPageAsync();
        var found = new List<string>();
        var all = await console.Addresses(Cancelled);
        // One page of each kind of layout: figures and lists, tables, facts with a picture, days of a calendar, forms.
        foreach (var (name, address) in new[] { ("today", "/"), ("stuck", "/stuck"), ("requests", "/requests"), ("request", all.First(a => a.EndsWith("-000000000102", StringComparison.Ordinal))), ("deadline", all.First(a => a.Contains("/deadlines/", StringComparison.Ordinal))), ("adapters", "/adapters") })
        {
            await page.GotoAsync(address);
            await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("dir", language == "ar" ? "rtl" : "ltr");
            await Chromium.Keep(page, $"console-{language}-{scheme.ToString().ToLowerInvariant()}-{width}-{name}");
            await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
            found.AddRange((await Chromium.Barriers(page)).Select(b => $"{address}: {b}"));
            if (await Chromium.TooWide(page) is { Length: > 0 } wide)
                found.Add($"{address}: wider than the window: {wide}");
        }
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));

        // The menu is a link that needs no script, and the choice stays.
        await page.GetByRole(AriaRole.Link, new() { Name = "Español" }).ClickAsync();
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "es");
        await Chromium.At(page, "/adapters");
    }

    [Fact]
    public async Task An_empty_hub_is_no_less_open_and_colours_of_the_reader_s_own_are_respected()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await using var window = await chromium.Window(new() { ForcedColors = ForcedColors.Active, BaseURL = console.Address.ToString() });
        var page = await window.NewPageAsync();
        foreach (var address in await console.Addresses(Cancelled))
        {
            await page.GotoAsync(address);
            Assert.Empty(await Chromium.Barriers(page));
        }
        await page.GotoAsync("/nowhere");
        Assert.Empty(await Chromium.Barriers(page));
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 320)]
    public async Task A_person_opens_an_account_adds_a_passkey_and_signs_in_with_it(ColorScheme scheme, int width)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => (o.SignIn, o.PublicUrl) = (SignInBy.Accounts, "http://localhost"));
        // Cookies live in the browser's time. A passkey belongs to a name, not to a number.
        console.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
        await using var window = await chromium.Window(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 }, BaseURL = $"http://localhost:{console.Address.Port}" });
        var page = await window.NewPageAsync();
        var session = await window.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        async Task Look(string name)
        {
            await Chromium.Keep(page, $"console-{scheme.ToString().ToLowerInvariant()}-{width}-{name}");
            await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
            Assert.Empty(await Chromium.Barriers(page));
            Assert.Equal("", await Chromium.TooWide(page));
        }

        await page.GotoAsync(await console.Invitation(Cancelled));
        await Look("invitation");
        await page.GetByLabel("Your name and function").FillAsync("A. Bell, administrator");
        await page.GetByLabel("Password").FillAsync("four words make one");
        await page.GetByLabel("The same again").FillAsync("four words make one");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the account" }).ClickAsync();
        await Chromium.At(page, "/account");

        await page.GetByLabel("Name of the new passkey").FillAsync("The key on my desk");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove The key on my desk" })).ToBeVisibleAsync();
        // What is offered first only reads.
        await page.GetByLabel("What it is for").FillAsync("Night report");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a token" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("read over the API what you may read");
        await Assertions.Expect(page.Locator("section", new() { Has = page.Locator("#tokens") })).ToContainTextAsync("never used, only reads");
        await Look("account");
        await page.GotoAsync("/accounts");
        await page.GetByLabel("Signs in as").FillAsync("cdune");
        await page.GetByLabel("Name and function").FillAsync("C. Dune, duty operator");
        await page.Locator("section").GetByLabel("Operator").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account and the link" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync($"Give this link to C. Dune");
        await Look("accounts");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GotoAsync("/requests?show=closed");
        await Chromium.At(page, "/sign-in?back=%2Frequests%3Fshow%3Dclosed");
        await Look("sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Chromium.At(page, "/requests?show=closed");
        await Assertions.Expect(page.GetByText("Signed in as A. Bell, administrator")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_would_be_a_barrier_is_seen_as_one()
    {
        await using var window = await chromium.Window(new() { ViewportSize = new() { Width = 320, Height = 900 } });
        var page = await window.NewPageAsync();
        await page.SetContentAsync("<html lang=en><title>A page</title><main><h1>Figures</h1><img src=x><p style='color:#999;width:400px'>Too pale and too wide</p></main></html>");
        var barriers = string.Join(Environment.NewLine, await Chromium.Barriers(page));
        Assert.Contains("image-alt (critical)", barriers, StringComparison.Ordinal);
        Assert.Contains("color-contrast (serious)", barriers, StringComparison.Ordinal);
        Assert.Contains("Too pale", await Chromium.TooWide(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_keyboard_reaches_everything()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await using var window = await chromium.Window(new() { BaseURL = console.Address.ToString() });
        var page = await window.NewPageAsync();
        await page.GotoAsync("/");

        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await Focused(page));
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await page.EvaluateAsync<string>("document.activeElement.id"));

        await page.Keyboard.PressAsync("/");
        Assert.Equal("search", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Keyboard.TypeAsync("XA-2026-000102");
        await Leads(page, () => page.Keyboard.PressAsync("Enter"), "/requests?q=XA-2026-000102");
        await page.Keyboard.PressAsync("j");
        Assert.Equal("XA-2026-000102", await Focused(page));
        await Leads(page, () => page.Keyboard.PressAsync("Enter"), "/requests/0a000000-0000-4000-8000-000000000102");
        Assert.Equal("XA-2026-000102", await page.Locator("h1").TextContentAsync());

        await page.Keyboard.PressAsync("g");
        await Leads(page, () => page.Keyboard.PressAsync("s"), "/stuck");
        await page.Keyboard.PressAsync("j");
        await Leads(page, () => page.Keyboard.PressAsync("Enter"), "/stuck?by=verdict&group=MissingKey");

        await page.Keyboard.PressAsync("g");
        await Leads(page, () => page.Keyboard.PressAsync("q"), "/quarantine");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("k");
        Assert.True(await page.EvaluateAsync<bool>("document.activeElement === document.querySelector('[data-row] a')"));

        // On an Arabic keyboard the keys in the same places do the same.
        foreach (var (key, code) in new[] { ("ل", "KeyG"), ("س", "KeyS") })
            await page.EvaluateAsync("key => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: key[0], code: key[1], bubbles: true, cancelable: true }))", new[] { key, code });
        await Chromium.At(page, "/stuck");

        await Leads(page, () => page.Keyboard.PressAsync("?"), "/help#keys");
        await page.GetByLabel("Use these keys in this browser").UncheckAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("/");
        Assert.NotEqual("search", await page.EvaluateAsync<string>("document.activeElement.id"));
    }

    [Fact]
    public async Task Each_room_has_its_key_and_the_page_of_keys_lists_it()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await using var window = await chromium.Window(new() { BaseURL = console.Address.ToString() });
        var page = await window.NewPageAsync();
        await page.GotoAsync("/help");
        var listed = (await page.Locator("#keys ~ table kbd:first-child + kbd").AllInnerTextsAsync()).Where(k => k != "k").ToArray();
        var rooms = await page.Locator(".top nav a").EvaluateAllAsync<string[]>("links => links.map(a => `${a.id.replace('go-', '')} ${a.getAttribute('href')}`)");
        Assert.Equal(rooms.Select(r => r.Split(' ')[0]).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        Assert.Equal(rooms.Length, listed.Distinct().Count());
        Assert.Contains("d /deadlines", rooms);
        foreach (var room in rooms)
        {
            await page.Keyboard.PressAsync("g");
            await page.Keyboard.PressAsync(room.Split(' ')[0]);
            await Assertions.Expect(page.Locator(".top nav [aria-current=page]")).ToHaveAttributeAsync("href", room.Split(' ')[1]);
            await page.WaitForLoadStateAsync(LoadState.Load);
        }
    }

    [Theory]
    [InlineData("en")]
    [InlineData("fr")]
    [InlineData("es")]
    [InlineData("ar")]
    public async Task The_head_is_one_row_in_every_language_and_says_in_which_room_one_is(string language)
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await using var window = await chromium.Window(new() { Locale = language, ViewportSize = new() { Width = 1280, Height = 900 }, BaseURL = console.Address.ToString() });
        var page = await window.NewPageAsync();
        await page.GotoAsync("/");
        foreach (var room in await page.Locator(".top nav a").EvaluateAllAsync<string[]>("links => links.map(a => a.getAttribute('href'))"))
        {
            await page.GotoAsync(room);
            var height = (await page.Locator(".top").BoundingBoxAsync())!.Height;
            Assert.True(height < 60, $"{language} {room}: the head is {height} px high.");
            await Assertions.Expect(page.Locator(".top nav [aria-current=page]")).ToBeVisibleAsync();
            Assert.Equal(room, await page.Locator(".top nav [aria-current=page]").GetAttributeAsync("href"));
        }
    }

    [Fact]
    public async Task Without_JavaScript_everything_that_matters_still_works()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await using var window = await chromium.Window(new() { JavaScriptEnabled = false, BaseURL = console.Address.ToString() });
        var page = await window.NewPageAsync();
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "1 overdue" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "XA-2026-000102" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "EIO-A1: each day" }).ClickAsync();
        Assert.Contains("how it is counted", await page.Locator("h1").TextContentAsync(), StringComparison.Ordinal);
        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Request submitted" }).ClickAsync();
        Assert.Contains("sealed,", await page.Locator("main").TextContentAsync(), StringComparison.Ordinal);
        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Note verbale" }).ClickAsync();
        await page.GetByLabel("Who looks at it").FillAsync("A. Bell, duty operator");
        await page.GetByLabel("Reason").FillAsync("The other side asks for its date.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the document" }).ClickAsync();
        Assert.Contains("Note verbale", await page.Locator("body").TextContentAsync(), StringComparison.Ordinal);

        await page.GotoAsync("/stuck");
        await page.GetByRole(AriaRole.Link, new() { Name = "by pair" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "XA→XB", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "XA-2026-000102", Exact = true }).ClickAsync();
        Assert.Contains("Delivered to XB", await page.Locator("#stuck + p").TextContentAsync(), StringComparison.Ordinal);

        await page.GotoAsync("/requests");
        await page.GetByLabel("Country").SelectOptionAsync("XB");
        await page.GetByLabel("overdue").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        Assert.Equal(1, await page.Locator("[data-row]").CountAsync());

        await page.GotoAsync("/quarantine");
        await page.Locator("#messages ~ * [data-row] a").First.ClickAsync();
        await page.GetByLabel("Try again").CheckAsync();
        await page.GetByLabel("Who does it").FillAsync("A. Bell, duty operator");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Reason" }).FillAsync("The state sends it again.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Do it and record it" }).ClickAsync();
        Assert.Contains("The hub has not tried yet", await page.Locator("main").TextContentAsync(), StringComparison.Ordinal);

        await page.Locator(".more summary").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Rules", Exact = true }).ClickAsync();
        await Chromium.At(page, "/rules");
        await page.GotoAsync("/audit");
        Assert.Contains("The other side asks for its date.", await page.Locator("#deeds ~ .scroll").TextContentAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify the whole chain now" }).ClickAsync();
        Assert.Contains("It holds", await page.Locator("main").TextContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Today_refreshes_itself_without_taking_the_keyboard_away_and_can_be_told_not_to()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await using var window = await chromium.Window(new() { BaseURL = console.Address.ToString() });
        var page = await window.NewPageAsync();
        await page.Clock.InstallAsync();
        await page.GotoAsync("/");
        var quarantine = page.Locator("#figures a[href='/quarantine']");
        await quarantine.FocusAsync();
        Assert.Equal("3 in quarantine", (await quarantine.InnerTextAsync()).ReplaceLineEndings(" "));
        await page.Locator("#hours-table summary").ClickAsync();
        await quarantine.FocusAsync();

        await Add(console, "one more");
        await page.RunAndWaitForResponseAsync(() => page.Clock.FastForwardAsync(10_500), r => new Uri(r.Url).AbsolutePath == "/");
        await Assertions.Expect(quarantine).ToContainTextAsync("4");
        Assert.True(await quarantine.EvaluateAsync<bool>("e => e === document.activeElement"), "the keyboard is where it was");
        Assert.True(await page.Locator("#hours-table").EvaluateAsync<bool>("d => d.open"), "what was unfolded is unfolded");

        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Add(console, "and another");
        await page.Clock.FastForwardAsync(30_000);
        await Assertions.Expect(page.Locator("#refresh")).ToContainTextAsync("Refreshing is paused.");
        Assert.Contains("4", await quarantine.TextContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_refreshes_itself_leaves_the_screen_when_nobody_has_worked_for_half_an_hour()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        await using var window = await chromium.Window(new() { BaseURL = console.Address.ToString() });
        var page = await window.NewPageAsync();
        await page.Clock.InstallAsync();
        await page.GotoAsync(await console.Invitation(Cancelled));
        await page.GetByLabel("Your name and function").FillAsync("A. Bell, administrator");
        await page.GetByLabel("Password").FillAsync("four words make one");
        await page.GetByLabel("The same again").FillAsync("four words make one");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the account" }).ClickAsync();
        await Chromium.At(page, "/account");
        await page.GotoAsync("/");
        // Refreshed past the half of the session, where work would have renewed it.
        console.Time.Advance(TimeSpan.FromMinutes(20));
        await page.RunAndWaitForResponseAsync(() => page.Clock.FastForwardAsync(10_500), r => new Uri(r.Url).AbsolutePath == "/");
        await Assertions.Expect(page.Locator("#figures")).ToBeVisibleAsync();
        console.Time.Advance(TimeSpan.FromMinutes(11));
        await page.Clock.FastForwardAsync(10_500);
        await Chromium.At(page, "/sign-in?back=%2F");
    }

    [Fact]
    public async Task The_why_line_stays_in_sight_and_a_page_prints_without_its_controls()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await using var window = await chromium.Window(new() { BaseURL = console.Address.ToString(), ViewportSize = new() { Width = 1000, Height = 700 } });
        var page = await window.NewPageAsync();
        await page.GotoAsync("/requests/0a000000-0000-4000-8000-000000000102");
        await page.EvaluateAsync("window.scrollTo(0, 2000)");
        await Assertions.Expect(page.Locator(".whyline")).ToBeInViewportAsync();

        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(page.Locator(".top nav")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator(".search")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("h1")).ToBeVisibleAsync();
    }

    static async Task Add(ConsoleUnderTest console, string body)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(body);
        await console.Services.GetRequiredService<Quarantine>().Add(
            new QuarantinedMessage
            {
                QuarantineId = Guid.NewGuid(),
                Source = "edge",
                State = "XA",
                Code = nameof(RefusalCode.NotAuthentic),
                Reason = "Not a signed document.",
                Fix = "Sign it.",
                Body = bytes,
                Digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)),
                At = console.Time.GetUtcNow(),
            },
            Cancelled);
    }

    static Task<string> Focused(IPage page) => page.EvaluateAsync<string>("document.activeElement.textContent.trim()");

    static async Task Leads(IPage page, Func<Task> press, string to)
    {
        await press();
        await Chromium.At(page, to);
    }
}
