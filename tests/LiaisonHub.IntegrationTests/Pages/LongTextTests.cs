using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.OperatorConsole;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.IntegrationTests.Pages;

/// <summary>Texts of four thousand letters without a blank, wherever a person or a machine may write one: they break no page.</summary>
public sealed class LongTextTests(Chromium chromium)
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    static readonly string Long = new('W', 4_000);

    [Fact]
    public async Task A_text_without_a_blank_makes_no_page_wider_and_pushes_nothing_out()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await console.FillRegisters(Cancelled);
        var addresses = await Fill(console, Long);
        foreach (var width in new[] { 320, 1280 })
        {
            await using var window = await chromium.Window(new() { ViewportSize = new() { Width = width, Height = 900 }, BaseURL = console.Address.ToString() });
            var page = await window.NewPageAsync();
            var found = new List<string>();
            foreach (var address in addresses)
            {
                await page.GotoAsync(address);
                if (await Chromium.TooWide(page) is { Length: > 0 } wide)
                    found.Add($"{width}, {address}: {wide}");
                var spilt = await page.EvaluateAsync<string[]>("""
                    () => [...document.querySelectorAll("td, tbody th, dd, .chip, h1, h2")].filter(e => !e.matches(".hidden") && (e.clientWidth > 620 && e.matches("td, th") || e.scrollWidth > e.clientWidth + 2))
                        .map(e => `${e.tagName} ${e.className} ${e.clientWidth} ${e.scrollWidth}: ${e.textContent.trim().slice(0, 40)}`)
                    """);
                found.AddRange(spilt.Select(s => $"{width}, {address}: {s}"));
            }
            Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
        }
    }

    /// <summary>Writes a text wherever a person or a machine may write one. Returns the pages on which it is seen.</summary>
    internal static async Task<IReadOnlyList<string>> Fill(ConsoleUnderTest console, string text)
    {
        var (database, now) = (console.Services.GetRequiredService<Database>(), console.Time.GetUtcNow());
        var silent = (await console.Services.GetRequiredService<HubReads>().Request(Guid.Parse("0a000000-0000-4000-8000-000000000102"), Cancelled))!.Request;
        var id = Guid.NewGuid();
        var row = silent with { RequestId = id, Reference = text, Body = Request.Write(Request.Read(silent.Body) with { Id = id, Reference = text }) };
        await using (var unit = await database.Begin(Cancelled))
        {
            await new RequestStore(database).Write(unit, [new() { Work = new() { RequestId = id }, Request = row }], Cancelled);
            await unit.Commit(Cancelled);
        }
        await console.Services.GetRequiredService<Ledger>().Record([new() { At = now, Kind = "DocumentViewed", Actor = Seen(text, 4_000), Content = JsonSerializer.Serialize(new { reason = text }) }], Cancelled);
        var message = new QuarantinedMessage
        {
            QuarantineId = Guid.NewGuid(),
            Source = "edge",
            State = "XB",
            Code = "InvalidContent",
            Place = Seen(text, 200),
            Reason = text,
            Fix = text,
            Body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, int> { [text] = 1 }),
            Digest = new('a', 64),
            At = now,
        };
        var quarantine = console.Services.GetRequiredService<Quarantine>();
        await quarantine.Add(message, Cancelled);
        await quarantine.WishAsideOf(message.QuarantineId, Guid.NewGuid(), Seen(text, 4_000), text, now.AddHours(1), Cancelled);
        var plan = new RepairPlan
        {
            PlanId = Guid.NewGuid(),
            Deed = RepairDeed.Retry,
            Chosen = text[..Math.Min(text.Length, 200)],
            Items = 0,
            ItemsHash = "",
            CutOff = now,
            PerMinute = 10,
            StopPercent = 5,
            Reason = text,
            MadeBy = Seen(text, 4_000),
            MadeAt = now,
            ShapedBy = Seen(text, 4_000),
            ShapedAt = now,
        };
        await console.Services.GetRequiredService<RepairPlans>().Make(plan, null, null, null, Cancelled);
        await console.Services.GetRequiredService<CalendarFeeds>().Add(
            new() { SecretHash = "x", FeedId = Guid.NewGuid(), Name = text, MadeBy = Seen(text, 4_000), MadeAt = now, EndsAt = now.AddDays(1) }, Cancelled);
        return
        [
            "/", "/stuck", "/requests", $"/requests/{row.RequestId}", $"/groups/{FilledHub.Matter}", "/deadlines?late=1", "/deadlines/calendars", "/compliance", "/public/compliance", "/quarantine", $"/quarantine/{message.QuarantineId}",
            $"/quarantine?group={Uri.EscapeDataString(message.Fingerprint)}", "/plans", $"/plans/{plan.PlanId}", "/audit", "/audit/ledger",
        ];
    }

    // Who did it, and the place in a message, are one line.
    static string Seen(string text, int most) => string.Concat(text.Where(c => !char.IsControl(c)).Take(most));
}
