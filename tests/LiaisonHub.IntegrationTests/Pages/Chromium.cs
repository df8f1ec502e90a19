using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using LiaisonHub.IntegrationTests.Pages;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace LiaisonHub.IntegrationTests.Pages;

/// <summary>One browser for all tests of pages: the installed Chromium, never a downloaded one. It is started by the first test that opens a page.</summary>
/// <remarks>LIAISONHUB_TEST_CHROMIUM names the program where it stands elsewhere than the distribution's package puts it.</remarks>
public sealed class Chromium : IAsyncDisposable
{
    // The shell first: the browser without a desktop around it, which needs half the time.
    static readonly string[] Places = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    readonly SemaphoreSlim starting = new(1, 1);
    IPlaywright? playwright;
    IBrowser? browser;

    /// <summary>A fresh window with nothing kept.</summary>
    public async Task<IBrowserContext> Window(BrowserNewContextOptions? options = null)
    {
        await starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            playwright ??= await Playwright.CreateAsync();
            Assertions.SetDefaultExpectTimeout(120_000);
            browser ??= await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program(), Args = Flags, Headless = true });
        }
        finally
        {
            starting.Release();
        }
        var window = await browser.NewContextAsync(options);
        // A machine that builds and tests at the same time is slow, not wrong.
        window.SetDefaultTimeout(120_000);
        return window;
    }

    /// <summary>Waits until the page stands at an address that ends so, and its scripts listen.</summary>
    /// <remarks>Asked again and again: what waits for an event misses the one that came while it was being asked for.</remarks>
    public static async Task At(IPage page, string end)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(end) + "$"));
        // Never by a function in the page: where it is not complete at the first look, the page's policy forbids the second.
        await page.WaitForLoadStateAsync(LoadState.Load);
    }

    /// <summary>What axe finds on the page, one line each: the rule, and the first places.</summary>
    /// <remarks>The size of what is clicked (WCAG 2.2, 2.5.8) is off by default. The package's own way opens another page for each look, for frames that no page of ours has; this takes a third of its time.</remarks>
    /// <param name="page">The page.</param>
    /// <param name="within">Only what stands in this. Null: everything.</param>
    public static async Task<IEnumerable<string>> Barriers(IPage page, string? within = null)
    {
        await page.EvaluateAsync(Axe);
        return await page.EvaluateAsync<string[]>("""
            async within => (await axe.run(within ? document.querySelector(within) : document, { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } })).violations.map(v =>
              `${v.id} (${v.impact}): ${v.help}: ` + v.nodes.slice(0, 3).map(n => n.html + " " + n.any.map(c => c.message + c.relatedNodes.map(r => ` [${r.html.slice(0, 100)}]`).join("")).join(" ")).join(" | "))
            """, within);
    }

    /// <summary>What makes the page scroll sideways as a whole; only a table or picture of its own may. Empty: it fits.</summary>
    public static Task<string> TooWide(IPage page) =>
        page.EvaluateAsync<string>("""
            () => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return "";
              const wide = [...document.querySelectorAll("body *")].filter(e => (e.getBoundingClientRect().right > width + 1 || e.getBoundingClientRect().left < -1) && !e.closest(".scroll"));
              return `${document.documentElement.scrollWidth} of ${width}: ` + wide.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(" | ");
            }
            """);

    /// <summary>Keeps a picture of the page where <c>LIAISONHUB_SCREENSHOTS</c> names a folder.</summary>
    public static async Task Keep(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("LIAISONHUB_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser != null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        starting.Dispose();
    }

    static string Program() => Environment.GetEnvironmentVariable("LIAISONHUB_TEST_CHROMIUM") ?? Places.FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"No browser at {string.Join(", ", Places)}. Install the package 'chromium', or name the program in LIAISONHUB_TEST_CHROMIUM.");
}
