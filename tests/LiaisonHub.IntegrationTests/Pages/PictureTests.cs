using System.Buffers.Binary;
using System.Net;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.OperatorConsole;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Alerts;
using LiaisonHub.OperatorConsole.Today;
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
        var eaves = await ConsoleUnderTest.Open(console.Services, "eaves", "D. Eaves, on duty", [Role.Operator, Role.Auditor, Role.Administrator], Cancelled);
        await console.FillYears(Cancelled);
        var approve = Environment.GetEnvironmentVariable("LIAISONHUB_APPROVE") == "1";
        var missing = new List<string>();
        if (approve)
        {
            await FillAlerts(console);
            foreach (var (name, state) in new[] { ("Duty desk", (string?)null), ("Liaison with Belmora", "XB") })
                await console.Services.GetRequiredService<CalendarFeeds>().Add(
                    new() { SecretHash = name, FeedId = Guid.NewGuid(), AccountId = eaves.AccountId, Name = name, State = state, MadeBy = eaves.Name, MadeAt = FilledHub.Now.AddDays(-9), EndsAt = FilledHub.Now.AddDays(356) }, Cancelled);
        }
        foreach (var scheme in approve ? [ColorScheme.Light, ColorScheme.Dark] : new[] { ColorScheme.Light })
        {
            await using var window = await chromium.Window(new() { ColorScheme = scheme, ViewportSize = new() { Width = Width, Height = 900 }, BaseURL = console.Address.ToString() });
            var page = await window.NewPageAsync();
            await page.GotoAsync("/");
            if (approve)
                await Picture(page, "sign-in", scheme);
            else
                missing.AddRange(new[] { "light", "dark" }.Select(s => Wrong($"sign-in-{s}")).OfType<string>());
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
                await Picture(page, name, scheme);
            }
        }
        Assert.True(missing.Count == 0, $"{string.Join(Environment.NewLine, missing)}{Environment.NewLine}Run this test with LIAISONHUB_APPROVE=1, look at the pictures, and describe new ones in docs/console/README.md.");
    }

    static async Task Picture(IPage page, string name, ColorScheme scheme)
    {
        var height = await page.EvaluateAsync<int>("document.documentElement.scrollHeight");
        var picture = await page.ScreenshotAsync(new() { FullPage = true, Clip = new() { X = 0, Y = 0, Width = Width, Height = Math.Min(height, Highest) } });
        Directory.CreateDirectory(Repository.At("docs", "console"));
        await File.WriteAllBytesAsync(FileOf($"{name}-{scheme.ToString().ToLowerInvariant()}"), Palette.Of(picture), Cancelled);
    }

    // A receiver that hears and one that does not; what was told, and that one of it is over.
    static async Task FillAlerts(ConsoleUnderTest console)
    {
        var folder = Directory.CreateTempSubdirectory("pictures-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "secret"), "0123456789abcdef", Cancelled);
        var ports = ServerProcess.FreePorts(2);
        using var hears = new HttpListener { Prefixes = { $"http://127.0.0.1:{ports[0]}/" } };
        hears.Start();
        var answering = Task.Run(async () =>
        {
            while (hears.IsListening)
            {
                var asked = await hears.GetContextAsync();
                asked.Response.StatusCode = 204;
                asked.Response.Close();
            }
        });
        var receivers = console.Services.GetRequiredService<ConsoleOptions>().Alerts.Receivers;
        AlertReceiverOptions Receiver(string name, int port) => new() { Name = name, Webhook = new($"http://127.0.0.1:{port}/"), SecretFile = Path.Combine(folder, "secret"), Gather = TimeSpan.Zero };
        receivers.Add(Receiver("duty", ports[0]));
        var ministry = Receiver("ministry", ports[1]);
        (ministry.QuietFrom, ministry.QuietUntil, ministry.Zone) = (new(22, 0), new(6, 30), "Europe/Brussels");
        foreach (var kind in new[] { MatterKind.AdapterSilent, MatterKind.NotOpened })
            ministry.Rules.Add(new() { Kind = kind });
        receivers.Add(ministry);
        var quarantine = console.Services.GetRequiredService<Quarantine>();
        var passing = Guid.NewGuid();
        await quarantine.Add(
            new() { QuarantineId = passing, Source = "link", State = "XD", Code = "TooLarge", Reason = "It has 2 MiB", Fix = "Send evidence through the evidence store", Body = [1], Digest = new('d', 64), Headers = "{}", At = console.Time.GetUtcNow() }, Cancelled);
        using (var sender = ActivatorUtilities.CreateInstance<AlertSender>(console.Services))
        {
            await sender.Round(Cancelled);
            await quarantine.Resolve(passing, "A. Bell, duty operator", "Sent again in parts", "SetAside", Cancelled);
            await sender.Round(Cancelled);
        }
        hears.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => answering);
        Directory.Delete(folder, recursive: true);
    }

    // What is one click behind a room.
    static async Task<IEnumerable<(string Name, string Address)>> Further(ConsoleUnderTest console)
    {
        var message = (await console.Services.GetRequiredService<Quarantine>().Page(Quarantine.Waiting, "XB", null, null, 1, Cancelled))[0];
        var plan = (await console.Services.GetRequiredService<RepairPlans>().Page(1, Cancelled))[0];
        var test = (await console.Services.GetRequiredService<LinkTests>().Latest(Cancelled)).Single(t => t.State == "XB");
        return
        [
            ("request", "/requests/0a000000-0000-4000-8000-000000000102"), ("quarantined-message", $"/quarantine/{message.QuarantineId}"), ("repair-plan", $"/plans/{plan.PlanId}"),
            ("deadlines-month", "/deadlines?show=month"), ("deadlines-kept", "/deadlines/kept"), ("deadlines-forecast", "/deadlines/forecast?state=XB&days=30"), ("conformance", "/adapters/XA/conformance"),
            ("calendars", "/deadlines/calendars"), ("filters", "/filters"), ("link-test", $"/adapters/XB/tests/{test.TestId}"), ("dead-letters", "/adapters/XB/dead"),
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
