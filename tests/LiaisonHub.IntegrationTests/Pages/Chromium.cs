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
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
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

    /// <summary>
    /// What is wrong with the twins of the page's pictures. Each picture has a sentence, and a table with the same figures that it names by <c>aria-details</c>, or stands in the row that says the same. A kind of picture whose
    /// figures nobody compares is wrong.
    /// </summary>
    /// <returns>The kinds of pictures on the page, and what is wrong with them.</returns>
    public static async Task<(IReadOnlyList<string> Kinds, IReadOnlyList<string> Wrong)> Twins(IPage page)
    {
        var found = await page.EvaluateAsync<string[][]>("""
            async () => {
              const plain = text => text.replace(/[^A-Za-z]/g, "").toLowerCase();
              const number = text => Number(text.replace(/[^0-9.]/g, ""));
              const near = (one, other) => Math.abs(one - other) < 0.02;
              // As a row says from where: these states, or all but these.
              const starts = (said, state) => said.startsWith("any open state") ? !(said.split(" but ")[1] ?? "").split(", ").map(plain).includes(plain(state)) : said.split(", ").map(plain).includes(plain(state));
              const squeezed = element => element.textContent.replace(/[\s●]/g, "");
              const cells = row => [...row.querySelectorAll("td")].map(td => td.textContent.trim());
              const compare = {
                // Each hour a pile of parts, each column of the table a part.
                bars: (svg, twin) => {
                  const rows = [...twin.querySelectorAll("tbody tr")].map(row => cells(row).map(number));
                  const drawn = [...svg.querySelectorAll("rect")].map(rect => Number(rect.getAttribute("height")));
                  const most = Math.max(...rows.map(row => row.reduce((sum, n) => sum + n, 0)));
                  const said = rows.flat();
                  if (drawn.length !== said.length) return `${drawn.length} bars, and ${said.length} figures`;
                  const unit = most === 0 ? 0 : drawn.reduce((sum, n) => sum + n, 0) / said.reduce((sum, n) => sum + n, 0);
                  const wrong = drawn.findIndex((height, i) => !near(height, said[i] * unit));
                  return wrong < 0 ? null : `bar ${wrong} is ${drawn[wrong]} high, and the table says ${said[wrong]}`;
                },
                // A field for each state and instrument, which says what its row says.
                heat: (svg, twin) => {
                  const labels = [...svg.querySelectorAll("text.label")].map(t => ({ x: Number(t.getAttribute("x")), y: Number(t.getAttribute("y")), text: t.textContent }));
                  const [columns, lines] = [labels.filter(l => l.x > 4), labels.filter(l => l.x === 4)];
                  const drawn = [...svg.querySelectorAll("text.figure")].map(t => {
                    const [x, y] = [Number(t.getAttribute("x")), Number(t.getAttribute("y"))];
                    return `${lines.find(l => l.y === y)?.text} ${columns.find(l => l.x === x - 4)?.text} ${t.textContent}`;
                  });
                  const said = [...twin.querySelectorAll("tbody tr")].map(row => {
                    const [instrument, ended, , share] = cells(row);
                    return `${row.querySelector("th").textContent.trim().slice(0, 2)} ${instrument} ${share === "–" ? "–" : `${share} · n ${ended}`}`;
                  });
                  return drawn.sort().join() === said.sort().join() ? null : `it says ${drawn}, and the table ${said}`;
                },
                limit: (svg, cell) => {
                  const percent = Number(svg.getAttribute("aria-label").match(/[0-9,]+/)[0].replace(/,/g, ""));
                  const run = Number(svg.querySelector(".run").getAttribute("width"));
                  return !cell?.closest("table") ? "it stands in no table" : number(cell.textContent) !== percent ? `it says ${percent}, and the row ${cell.textContent.trim()}`
                    : run >= Math.min(160, percent) && run < Math.min(160, percent) + 1 || run === 160 ? null : `it is drawn to ${run}, and says ${percent}`;
                },
                // Its boxes are the states in the words of the table, its lines what leads from one to the next. A request names what may come from where it stands, and leads to the rest.
                procedure: async (svg, twin) => {
                  const boxes = [...svg.querySelectorAll("g.state:not(.any) text")].map(squeezed);
                  const ways = [...svg.querySelectorAll("path.way title")].map(t => t.textContent.match(/^(.+) to (.+): ([^:]+)$/)).map(([, from, to, acts]) => ({ from, to, acts: acts.split(", ").filter(a => !a.startsWith("silence")) }));
                  const now = svg.querySelector("g.now text");
                  const link = now ? twin.querySelector("a[href^='/procedures/']")?.getAttribute("href") : location.pathname;
                  if (!link) return "its table leads to no table of the whole";
                  if (now) {
                    const rows = [...twin.querySelectorAll("tbody tr")].map(row => row.textContent).map(plain);
                    const lacking = ways.filter(w => plain(w.from) === plain(now.textContent)).flatMap(w => w.acts.filter(act => !rows.some(r => r.startsWith(plain(act)) && r.includes(plain(w.to)))).map(act => `${act} to ${w.to}`));
                    if (lacking.length) return `what is drawn from here is in no row: ${lacking}`;
                  }
                  const page = now ? new DOMParser().parseFromString(await (await fetch(link)).text(), "text/html") : document;
                  const states = [...page.querySelectorAll("#states-table tbody th a")].map(squeezed);
                  const all = (await (await fetch(`${link}/rows.json`)).json()).rows;
                  const lacking = boxes.filter(b => !states.includes(b)).concat(ways.filter(w => w.from !== "any open state")
                    .flatMap(w => w.acts.filter(act => !all.some(r => plain(r.what) === plain(act) && plain(r.leadsTo) === plain(w.to) && starts(r.from, w.from))).map(act => `${w.from} to ${w.to}: ${act}`)));
                  return lacking.length ? `drawn, and in no row: ${lacking}` : null;
                },
              };
              const [kinds, wrong] = [[], []];
              for (const svg of document.querySelectorAll("svg[role=img], svg:not([aria-hidden])")) {
                const kind = [...svg.classList][0];
                kinds.push(kind);
                const holder = svg.closest("[aria-details]");
                const twin = holder ? document.getElementById(holder.getAttribute("aria-details")) : svg.closest("td");
                const named = id => id ? id.split(" ").map(i => document.getElementById(i)?.textContent ?? "").join(" ").trim() : "";
                const sentence = named(svg.getAttribute("aria-describedby")) || svg.closest("figure")?.querySelector("figcaption")?.textContent.trim() || (svg.closest("td") ? `${svg.getAttribute("aria-label")}.` : "");
                if (!(svg.getAttribute("aria-label") || named(svg.getAttribute("aria-labelledby")))) wrong.push(`picture ${kind} has no name`);
                if (!/\S.*\.$/.test(sentence)) wrong.push(`picture ${kind} has no sentence that says what it shows, but: ${sentence}`);
                if (!twin) { wrong.push(`picture ${kind} names no table`); continue; }
                if (!twin.querySelector("table") && !twin.closest("table")) wrong.push(`what picture ${kind} names is no table`);
                const said = compare[kind] ? await compare[kind](svg, twin) : "nobody compares it with its table";
                if (said) wrong.push(`picture ${kind}: ${said}`);
              }
              return [kinds, wrong];
            }
            """);
        return (found[0], found[1]);
    }

    /// <summary>True: <see cref="Keep"/> keeps something.</summary>
    public static bool KeepsPictures => Environment.GetEnvironmentVariable("LIAISONHUB_SCREENSHOTS") is { Length: > 0 };

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
