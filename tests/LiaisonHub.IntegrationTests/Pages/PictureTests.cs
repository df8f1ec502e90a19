using System.Buffers.Binary;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests;
using LiaisonHub.Tests.OperatorConsole;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace LiaisonHub.IntegrationTests.Pages;

/// <summary>The pictures of the console in <c>docs/console</c>: each room in light and dark, on a hub with three weeks of invented work. LIAISONHUB_APPROVE=1 makes them anew.</summary>
public sealed class PictureTests(Chromium chromium)
{
    const int Width = 1280, Highest = 1600;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_room_has_its_two_pictures()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        await console.FillRegisters(Cancelled);
        foreach (var (name, person, role) in new[] { ("bell", "A. Bell, duty operator", Role.Operator), ("crane", "B. Crane, head of operations", Role.Approver), ("dune", "C. Dune, auditor", Role.Auditor) })
            await ConsoleUnderTest.Open(console.Services, name, person, [role], Cancelled);
        await ConsoleUnderTest.Open(console.Services, "eaves", "D. Eaves, on duty", [Role.Operator, Role.Auditor, Role.Administrator], Cancelled);
        await console.FillYears(Cancelled);
        var approve = Environment.GetEnvironmentVariable("LIAISONHUB_APPROVE") == "1";
        var missing = new List<string>();
        foreach (var scheme in approve ? [ColorScheme.Light, ColorScheme.Dark] : new[] { ColorScheme.Light })
        {
            await using var window = await chromium.Window(new() { ColorScheme = scheme, ViewportSize = new() { Width = Width, Height = 900 }, BaseURL = console.Address.ToString() });
            var page = await window.NewPageAsync();
            await page.GotoAsync("/");
            await page.GetByLabel("Name").FillAsync("eaves");
            await page.GetByLabel("Password").FillAsync(ConsoleUnderTest.Password);
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(page.Locator("#figures")).ToBeVisibleAsync();
            var rooms = (await page.Locator(".top nav a").EvaluateAllAsync<string[]>("links => links.map(a => a.getAttribute('href'))")).Select(href => (Name: href == "/" ? "today" : href.Trim('/'), Address: href));
            foreach (var (name, address) in rooms.Concat(await Further(console)))
            {
                if (!approve)
                {
                    missing.AddRange(new[] { "light", "dark" }.Select(s => Wrong($"{name}-{s}")).OfType<string>());
                    continue;
                }
                await page.GotoAsync(address);
                var height = await page.EvaluateAsync<int>("document.documentElement.scrollHeight");
                var picture = await page.ScreenshotAsync(new() { FullPage = true, Clip = new() { X = 0, Y = 0, Width = Width, Height = Math.Min(height, Highest) } });
                Directory.CreateDirectory(Repository.At("docs", "console"));
                await File.WriteAllBytesAsync(FileOf($"{name}-{scheme.ToString().ToLowerInvariant()}"), Palette.Of(picture), Cancelled);
            }
        }
        Assert.True(missing.Count == 0, $"{string.Join(Environment.NewLine, missing)}{Environment.NewLine}Run this test with LIAISONHUB_APPROVE=1, look at the pictures, and describe new ones in docs/console/README.md.");
    }

    // What is one click behind a room.
    static async Task<IEnumerable<(string Name, string Address)>> Further(ConsoleUnderTest console)
    {
        var message = (await console.Services.GetRequiredService<Quarantine>().Page(Quarantine.Waiting, "XB", null, null, 1, Cancelled))[0];
        var plan = (await console.Services.GetRequiredService<RepairPlans>().Page(1, Cancelled))[0];
        return
        [
            ("request", "/requests/0a000000-0000-4000-8000-000000000102"), ("quarantined-message", $"/quarantine/{message.QuarantineId}"), ("repair-plan", $"/plans/{plan.PlanId}"),
            ("deadlines-month", "/deadlines?show=month"), ("deadlines-kept", "/deadlines/kept"), ("deadlines-forecast", "/deadlines/forecast?state=XB&days=30"), ("conformance", "/adapters/XA/conformance"),
        ];
    }

    static string FileOf(string name) => Repository.At("docs", "console", name + ".png");

    // Null: it is there, a PNG of the right width with something on it, and shown in the index.
    static string? Wrong(string name)
    {
        if (!File.Exists(FileOf(name)))
            return $"docs/console/{name}.png is missing.";
        var content = File.ReadAllBytes(FileOf(name));
        if (content.Length < 5_000 || !content.AsSpan(1).StartsWith("PNG"u8) || BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(16)) != Width)
            return $"docs/console/{name}.png is no picture {Width} wide with something on it.";
        return File.ReadAllText(Repository.At("docs", "console", "README.md")).Contains($"\"{name}.png\"", StringComparison.Ordinal) ? null : $"docs/console/README.md does not show {name}.png.";
    }
}
