using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.OperatorConsole.Accounts;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>Whatever is listed can be taken along, whole, to people who cannot sign in here.</summary>
public sealed class ListFileTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // What is no list: one request, act, deadline or message, whose parts are lists of their own.
    const string NoList = "^/(requests/[^/]+$|requests/[^/]+/(acts|deadlines)/|help|documents|plans/new|deadlines[?]show=month|quarantine/(?!groups)|filters/)";

    [Fact]
    public async Task Every_list_is_there_as_CSV_and_as_JSON_with_its_filter_and_its_time()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        await ConsoleUnderTest.Open(console.Services, "anna", "Anna", Enum.GetValues<Role>(), Cancelled);
        (await console.Post("/sign-in", "/sign-in", new() { ["name"] = "anna", ["password"] = ConsoleUnderTest.Password }, Cancelled)).Dispose();
        await console.FillRegisters(Cancelled);
        var (wrong, files) = (new List<string>(), new HashSet<string>());
        foreach (var address in (await console.Addresses(Cancelled)).Append("/accounts").Where(a => !Regex.IsMatch(a, NoList)))
        {
            var html = await console.Page(address, Cancelled);
            var links = Regex.Matches(html, "href=\"([^\"]+\\.(?:csv|json)(?:\\?[^\"]*)?)\"").Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).ToList();
            if (html.Contains("<tr data-row", StringComparison.Ordinal) && !(links.Any(l => l.Split('?')[0].EndsWith(".csv", StringComparison.Ordinal)) && links.Any(l => l.Split('?')[0].EndsWith(".json", StringComparison.Ordinal))))
                wrong.Add($"{address} lists something, and leads to no file of it");
            foreach (var file in links.Where(files.Add))
            {
                var text = await console.Page(file, Cancelled);
                if (file.Split('?')[0].EndsWith(".csv", StringComparison.Ordinal) ? !Regex.IsMatch(text, "^\uFEFF?[^\r]+,[^\r]+\r\nMade at,2026-03-20T09:12:00Z\r\n") : JsonDocument.Parse(text).RootElement is var json && !json.TryGetProperty("madeAt", out _) && !json.TryGetProperty("at", out _))
                    wrong.Add($"{file} does not say what it is and when it was made: {text[..Math.Min(text.Length, 120)]}");
                // Of a file that broke off nobody takes the beginning for the whole.
                if (file.Split('?')[0].EndsWith(".csv", StringComparison.Ordinal) ? !Regex.IsMatch(text, "\r\n(End,[0-9]+ rows|Cut,[^\r]+)\r\n$") : !file.StartsWith("/public/", StringComparison.Ordinal) && !(JsonDocument.Parse(text).RootElement is var whole && whole.TryGetProperty("filter", out _) && whole.TryGetProperty("count", out _) && whole.TryGetProperty("cut", out _)))
                    wrong.Add($"{file} does not say where it ends: {text[^Math.Min(text.Length, 120)..]}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        foreach (var part in new[] { "acts", "deadlines", "documents", "costs", "ledger" })
            Assert.Contains(files, f => f.EndsWith($"/{part}.csv", StringComparison.Ordinal) && f.StartsWith("/requests/", StringComparison.Ordinal));
        foreach (var list in new[] { "/stuck", "/requests", "/groups/", "/acts", "/deadlines", "/deadlines/kept", "/deadlines/forecast", "/quarantine", "/quarantine/groups", "/plans", "/plans/", "/adapters", "/adapters/keys", "/adapters/X", "/audit", "/audit/ledger", "/costs", "/costs/states", "/costs/balances", "/costs/reciprocity", "/compliance", "/public/compliance", "/today/hours", "/rules/time-rules", "/rules/untimed", "/rules/ladder", "/rules/refusal-grounds", "/procedures/mutual-assistance/rows", "/procedures/mutual-assistance/states", "/errors", "/accounts", "/filters", "/deadlines/calendars", "/settings/health", "/settings/processes", "/settings/keys", "/settings/options", "/settings/migrations" })
            Assert.Contains(files, f => f.StartsWith(list, StringComparison.Ordinal));
    }
}
