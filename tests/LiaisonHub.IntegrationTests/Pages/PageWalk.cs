using LiaisonHub.Tests.OperatorConsole;
using Microsoft.Playwright;

namespace LiaisonHub.IntegrationTests.Pages;

/// <summary>
/// Pages as everybody sees them: light and dark, wide and narrow, twice as large, from right to left, in colours of the reader's own. A page is fetched once in each direction of writing, and looked at in one state of the
/// browser after the other: what differs between them is the browser's doing alone.
/// </summary>
sealed class PageWalk(Chromium chromium, Uri console) : IAsyncDisposable
{
    static readonly Look[] LeftToRight = [new("light-1280", ColorScheme.Light, 1280), new("dark-1280", ColorScheme.Dark, 1280), new("dark-320", ColorScheme.Dark, 320), new("light-320", ColorScheme.Light, 320)];

    // 1280 wide at 200 % in colours of the reader's own; and in the page's colours, for contrast counts in those alone.
    static readonly Look[] RightToLeft = [new("ar-light-640", ColorScheme.Light, 640, ForcedColors.Active), new("ar-dark-320", ColorScheme.Dark, 320), new("ar-light-1280", ColorScheme.Light, 1280)];

    readonly List<IBrowserContext> windows = [];
    readonly Dictionary<(string Person, string Language, bool Unbound), IPage> pages = [];
    readonly Dictionary<string, string> sessions = [];
    int number;
    bool mayRefuse;

    sealed record Look(string Name, ColorScheme Scheme, int Width, ForcedColors Colours = ForcedColors.None);

    /// <summary>Everything that would keep somebody out, one line each.</summary>
    public List<string> Found { get; } = [];

    /// <summary>Kinds of pictures that were met.</summary>
    public HashSet<string> Pictures { get; } = [];

    /// <summary>Looks at a page.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="person">Who looks. Empty: whoever is at the machine, or nobody who is signed in.</param>
    /// <param name="status">What it answers.</param>
    /// <param name="then">What is done there before it is looked at.</param>
    /// <param name="unbound">True: it runs no script at all, not even that of a test; so its sandbox is taken away.</param>
    public async Task At(string address, string person = "", int status = 200, Func<IPage, Task>? then = null, bool unbound = false)
    {
        foreach (var (language, looks) in new[] { ("en", LeftToRight), ("ar", RightToLeft) })
        {
            var page = await Page(person, language, unbound);
            mayRefuse = status >= 400 || then is not null;
            var answer = await page.GotoAsync(address);
            if (answer!.Status != status)
                Found.Add($"{address} answers {answer.Status} to {person}, not {status}");
            var what = $"{address}{(person.Length > 0 ? $" ({person})" : "")}";
            if (then is not null)
                await then(page);
            number++;
            if (Chromium.KeepsPictures)
                foreach (var look in looks)
                {
                    await Set(page, look);
                    await Chromium.Keep(page, $"console-{look.Name}-{number:00}");
                }
            // What is folded away is read aloud too, once it is unfolded.
            await page.EvaluateAsync("document.querySelectorAll('details:not(.more)').forEach(d => d.open = true)");
            if (language == "en")
            {
                var twins = await Chromium.Twins(page);
                Pictures.UnionWith(twins.Kinds);
                Found.AddRange(twins.Wrong.Select(w => $"{what}: {w}"));
            }
            foreach (var look in looks)
            {
                await Set(page, look);
                Found.AddRange((await Chromium.Barriers(page)).Select(b => $"{what}, {look.Name}: {b}"));
                // A menu lies over the page while it is open, and what it covers is not to be hit.
                if (address == "/" && person.Length == 0 && status == 200)
                {
                    await page.Locator(".more summary").ClickAsync();
                    Found.AddRange((await Chromium.Barriers(page, ".top")).Select(b => $"{what}, {look.Name}, menu: {b}"));
                    await page.Keyboard.PressAsync("Escape");
                }
                if (await Chromium.TooWide(page) is { Length: > 0 } wide)
                    Found.Add($"{what}, {look.Name}: wider than the window: {wide}");
            }
        }
    }

    static async Task Set(IPage page, Look look)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = look.Scheme, ForcedColors = look.Colours });
        await page.SetViewportSizeAsync(look.Width, 900);
    }

    async Task<IPage> Page(string person, string language, bool unbound)
    {
        if (pages.TryGetValue((person, language, unbound), out var open))
            return open;
        if (person.Length > 0 && !sessions.ContainsKey(person))
            sessions[person] = await SignedIn(person);
        var page = pages[(person, language, unbound)] = await (await Window(new() { Locale = language, DeviceScaleFactor = language == "ar" ? 2 : 1, BypassCSP = unbound, StorageState = sessions.GetValueOrDefault(person) })).NewPageAsync();
        page.Console += (_, message) =>
        {
            // A browser says of an answer that refuses what its status says.
            if (message.Type is "error" or "warning" && !(mayRefuse && message.Text.StartsWith("Failed to load resource: the server responded with a status", StringComparison.Ordinal)))
                Found.Add($"{page.Url}: the browser says: {message.Text}");
        };
        return page;
    }

    async Task<string> SignedIn(string person)
    {
        var window = await Window(new());
        var page = await window.NewPageAsync();
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("Name").FillAsync(person);
        await page.GetByLabel("Password").FillAsync(ConsoleUnderTest.Password);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("form.me")).ToBeVisibleAsync();
        return await window.StorageStateAsync();
    }

    async Task<IBrowserContext> Window(BrowserNewContextOptions options)
    {
        var window = await chromium.Window(new(options) { BaseURL = console.ToString() });
        windows.Add(window);
        return window;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var window in windows)
            await window.CloseAsync();
    }
}
