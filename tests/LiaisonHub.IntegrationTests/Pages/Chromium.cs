using Deque.AxeCore.Playwright;
using LiaisonHub.IntegrationTests.Pages;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace LiaisonHub.IntegrationTests.Pages;

/// <summary>One browser for all tests of pages: the installed Chromium, never a downloaded one. It is started by the first test that opens a page.</summary>
/// <remarks>LIAISONHUB_TEST_CHROMIUM names the program where it stands elsewhere than the distribution's package puts it.</remarks>
public sealed class Chromium : IAsyncDisposable
{
    static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

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
            browser ??= await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program(), Args = Flags, Headless = true });
        }
        finally
        {
            starting.Release();
        }
        return await browser.NewContextAsync(options);
    }

    /// <summary>What axe finds on the page, one line each: the rule, and the first places.</summary>
    public static async Task<IEnumerable<string>> Barriers(IPage page) => (await page.RunAxe()).Violations.Select(v =>
        $"{v.Id} ({v.Impact}): {v.Help}: {string.Join(" | ", v.Nodes.Take(3).Select(n => $"{n.Html} {string.Join(' ', n.Any.Select(c => c.Message))}"))}");

    /// <summary>What makes the page scroll sideways as a whole; only a table or picture of its own may. Empty: it fits.</summary>
    public static Task<string> TooWide(IPage page) =>
        page.EvaluateAsync<string>("""
            () => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return "";
              const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest(".scroll"));
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
