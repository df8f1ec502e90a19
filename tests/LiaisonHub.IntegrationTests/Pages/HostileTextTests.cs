using System.Globalization;
using System.Text.Json;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.OperatorConsole;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.IntegrationTests.Pages;

/// <summary>What a person or a foreign state may write to do harm, wherever they may write something: it is seen as the text it is, in the pages, and in the files that are taken along.</summary>
public sealed class HostileTextTests(Chromium chromium)
{
    const string Script = "<script>document.title='HARM'</script>", Picture = "\"><img src=x onerror=\"document.title='HARM'\">", Drawing = "<svg onload=\"document.title='HARM'\">", Turned = "\u202Egnp.exe", Line = "\r\nwarn: \u001b[31mall is well";

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // What a spreadsheet takes for a formula stands in front, then everything else.
    [Theory]
    [InlineData("=HYPERLINK(\"http://evil.example\")")]
    [InlineData("@SUM(1;=2)")]
    public async Task It_does_nothing_turns_nothing_around_and_is_no_formula(string formula)
    {
        var hostile = $"{formula}{Script}{Picture}{Drawing}{Turned}{Line}";
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var addresses = await LongTextTests.Fill(console, hostile);
        while (await console.Services.GetRequiredService<Ledger>().Chain(console.Time.GetUtcNow(), 1000, Cancelled) > 0)
        {
        }
        await using var window = await chromium.Window(new() { BaseURL = console.Address.ToString() });
        var page = await window.NewPageAsync();
        var (found, seen) = (new List<string>(), 0);
        foreach (var address in addresses)
        {
            await page.GotoAsync(address);
            found.AddRange((await page.EvaluateAsync<string[]>("""
                () => {
                  const wrong = [...document.querySelectorAll("main script, main img, main [onerror], main [onload], main a[href^='javascript:']")].map(e => `it is an element: ${e.outerHTML.slice(0, 80)}`);
                  if (document.title.includes("HARM") && !document.title.includes("<")) wrong.push("it has run");
                  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                  // What is turned around ends with what holds it: something of its own direction, or a box with nothing else in it.
                  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
                    if (!node.textContent.includes("\u202E")) continue;
                    let holder = node.parentElement;
                    while (!/isolate|plaintext/.test(getComputedStyle(holder).unicodeBidi) && getComputedStyle(holder).display === "inline" && holder.textContent.trim() === node.textContent.trim()) holder = holder.parentElement;
                    if (!/isolate|plaintext/.test(getComputedStyle(holder).unicodeBidi) && holder.textContent.trim() !== node.textContent.trim())
                      wrong.push(`it turns around what stands behind it: ${holder.outerHTML.slice(0, 60)} … ${node.textContent.slice(0, 20)}`);
                  }
                  return wrong;
                }
                """)).Select(w => $"{address}: {w}"));
            seen += await page.EvaluateAsync<bool>("text => document.body.textContent.includes(text)", Script) ? 1 : 0;
        }
        foreach (var list in new[] { "/requests", "/quarantine", "/quarantine/groups", "/plans", "/audit", "/audit/ledger", "/deadlines/calendars" })
        {
            var cells = Cells(await console.Page($"{list}.csv", Cancelled));
            found.AddRange(cells.Where(c => c.Length > 0 && "=+-@\t\r\n＝＋－＠".Contains(c[0], StringComparison.Ordinal) && !decimal.TryParse(c, NumberStyles.Number, CultureInfo.InvariantCulture, out _)).Select(c => $"{list}.csv: a formula: {c}"));
            if (!cells.Any(c => c.Contains(Script, StringComparison.Ordinal)))
                found.Add($"{list}.csv does not have it");
            using var json = JsonDocument.Parse(await console.Page($"{list}.json", Cancelled));
            if (!json.RootElement.GetProperty("rows").EnumerateArray().SelectMany(r => r.EnumerateObject()).Any(m => m.Value.ValueKind == JsonValueKind.String && m.Value.GetString()!.Contains(Script, StringComparison.Ordinal)))
                found.Add($"{list}.json does not have it");
        }
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
        Assert.True(seen > 8, $"It is seen on {seen} of {addresses.Count} pages.");
    }

    // RFC 4180: what stands in quotation marks may hold commas, lines and two of them for one.
    static List<string> Cells(string csv)
    {
        var (cells, cell, quoted) = (new List<string>(), new System.Text.StringBuilder(), false);
        for (var i = 0; i < csv.Length; i++)
            if (csv[i] == '"' && quoted && i + 1 < csv.Length && csv[i + 1] == '"')
                cell.Append(csv[i++]);
            else if (csv[i] == '"')
                quoted = !quoted;
            else if (!quoted && csv[i] is ',' or '\n' && !quoted)
            {
                cells.Add(cell.ToString().TrimEnd('\r'));
                cell.Clear();
            }
            else
                cell.Append(csv[i]);
        return cells;
    }
}
