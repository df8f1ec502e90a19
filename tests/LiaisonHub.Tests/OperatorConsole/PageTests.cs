using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Law;
using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>What holds for every page, whatever the hub holds.</summary>
public sealed class PageTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_page_of_a_hub_that_was_never_used_says_so_calmly()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        foreach (var address in await console.Addresses(Cancelled))
            Check(address, await console.Page(address, Cancelled));
        Assert.Contains("Nothing is in quarantine.", await console.Page("/quarantine", Cancelled), StringComparison.Ordinal);
        Assert.Contains("No live request is open.", await console.Page("/", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_of_a_busy_hub_is_whole_and_has_nothing_inline()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var addresses = await console.Addresses(Cancelled);
        Assert.Contains(addresses, a => a.StartsWith("/documents/", StringComparison.Ordinal));
        Assert.Contains(addresses, a => a.Contains("/deadlines/", StringComparison.Ordinal));
        foreach (var address in addresses)
        {
            Check(address, await console.Page(address, Cancelled));
            if (address.StartsWith("/documents/", StringComparison.Ordinal))
                Assert.Contains("XA-2026-000102", await console.Document(address, Cancelled), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_that_was_sealed_and_no_value_of_a_message_nobody_understood_is_on_any_page()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        foreach (var address in (await console.Addresses(Cancelled)).Concat(["/requests.csv", "/api/v1/today", "/api/v1/requests", "/api/v1/quarantine", "/api/v1/adapters"]))
        {
            var text = await console.Page(address, Cancelled) + (address.StartsWith("/documents/", StringComparison.Ordinal) ? await console.Document(address, Cancelled) : "");
            Assert.False(text.Contains(FilledHub.Secret, StringComparison.OrdinalIgnoreCase), $"{address} shows a sealed text");
            Assert.False(text.Contains(FilledHub.StrayName, StringComparison.OrdinalIgnoreCase), $"{address} shows a value of a message in quarantine");
            Assert.False(Regex.IsMatch(text, "eyJ[A-Za-z0-9_-]{40,}"), $"{address} shows a JOSE document");
            Assert.False(text.Contains("&amp;amp;", StringComparison.Ordinal), $"{address} has a link that was encoded twice");
        }
    }

    [Fact]
    public async Task A_page_that_fails_while_it_is_drawn_is_answered_with_the_page_that_says_so()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled, with: app => app.MapGet("/fails", () => new RazorComponentResult<Failing>()).AllowAnonymous());
        var html = WebUtility.HtmlDecode(await console.Page("/fails", Cancelled, HttpStatusCode.InternalServerError));
        Check("/fails", html);
        Assert.Contains("<h1>The console has failed</h1>", html, StringComparison.Ordinal);
        Assert.Contains("Trace id: ", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Anna", html, StringComparison.Ordinal);
    }

    // A layout with its outlets, a title in one of them, and then an error.
    [Layout(typeof(Frame))]
    sealed class Failing : ComponentBase
    {
        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenComponent<PageTitle>(0);
            builder.CloseComponent();
            throw new InvalidOperationException("Anna");
        }
    }

    [Fact]
    public async Task The_style_is_asked_for_once_and_then_only_whether_it_has_changed()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        using var first = await console.Http.GetAsync(new Uri("/site.css", UriKind.Relative), Cancelled);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/site.css");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await console.Http.SendAsync(again, Cancelled);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("text/css", first.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/nowhere", "There is no such page")]
    [InlineData("/requests/11111111-1111-4111-8111-111111111111", "There is no such request")]
    [InlineData("/requests/11111111-1111-4111-8111-111111111111/acts/4", "There is no such act")]
    [InlineData("/requests/11111111-1111-4111-8111-111111111111/deadlines/11111111-1111-4111-8111-111111111111", "There is no such deadline")]
    [InlineData("/quarantine/11111111-1111-4111-8111-111111111111", "There is no such message in quarantine")]
    [InlineData("/documents/11111111-1111-4111-8111-111111111111", "There is no such document")]
    [InlineData("/groups/11111111-1111-4111-8111-111111111111", "There is no such case group")]
    [InlineData("/procedures/expulsion", "There is no such procedure")]
    public async Task What_is_not_there_is_named_and_where_to_look_is_said(string address, string says)
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var html = await console.Page(address, Cancelled, HttpStatusCode.NotFound);
        Assert.Contains(says, html, StringComparison.Ordinal);
        Check(address, html);
    }

    [Fact]
    public async Task A_database_that_is_away_is_said_to_be_away_and_readiness_follows()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        Assert.StartsWith("Healthy", await console.Page("/health/ready", Cancelled), StringComparison.Ordinal);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        File.Move(console.DatabaseFile, console.DatabaseFile + ".gone");
        Directory.CreateDirectory(console.DatabaseFile);

        var html = await console.Page("/", Cancelled, HttpStatusCode.ServiceUnavailable);
        Assert.Contains("The database does not answer", html, StringComparison.Ordinal);
        Check("/", html);
        Assert.Contains("database does not answer", await console.Page("/health/ready", Cancelled, HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
        Assert.StartsWith("Healthy", await console.Page("/health/live", Cancelled), StringComparison.Ordinal);
        Assert.Contains("application/problem+json", await Type(console, "/api/v1/today"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_the_console_gives_a_trace_id_and_no_stack()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var html = await console.Page(await PeopledHub.Spoil(console), Cancelled, HttpStatusCode.InternalServerError);

        Assert.Contains("Trace id:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("   at LiaisonHub", html, StringComparison.Ordinal);
        Assert.DoesNotContain("SqliteException", html, StringComparison.Ordinal);
        Check("/filters", html);
    }

    [Fact]
    public async Task Every_answer_forbids_the_browser_whatever_it_does_not_need()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var document = (await console.Addresses(Cancelled)).First(a => a.StartsWith("/documents/", StringComparison.Ordinal));
        foreach (var address in new[] { "/", "/nowhere", "/api/v1/today", document })
        {
            using var answer = address == document ? await console.Post(document, document, new() { ["by"] = "A. Bell", ["reason"] = "Test" }, Cancelled)
                : await console.Http.GetAsync(new Uri(address, UriKind.Relative), Cancelled);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Equal(address == document, policy.Contains("sandbox", StringComparison.Ordinal));
            Assert.Equal(address == document, policy.Contains("unsafe-inline", StringComparison.Ordinal));
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.True(answer.Headers.CacheControl?.NoStore);
        }
    }

    [Fact]
    public async Task A_name_of_a_stranger_does_not_lead_to_a_console_on_this_machine()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/");
        rebound.Headers.Host = "console.example";
        using var answer = await console.Http.SendAsync(rebound, Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    static async Task<string> Type(ConsoleUnderTest console, string address)
    {
        using var answer = await console.Http.GetAsync(new Uri(address, UriKind.Relative), Cancelled);
        return answer.Content.Headers.ContentType?.ToString() ?? "";
    }

    /// <summary>Of Arabic each letter is two bytes. The law is what it is in every region: each procedure is walked with all of its rows and the state from which most may come, and each instrument; the rest as far as this hub has it.</summary>
    [Fact]
    public async Task Every_page_stays_below_100_KiB_in_the_language_that_takes_most_room()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await console.FillRegisters(Cancelled);
        await console.FillYears(Cancelled);
        console.Http.DefaultRequestHeaders.Add("Accept-Language", "ar");
        var (rules, law) = (console.Services.GetRequiredService<Rules>(), console.Services.GetRequiredService<RuleReader>());
        var (wrong, looked) = (new List<string>(), 0);
        foreach (var address in (await console.Addresses(Cancelled)).Where(a => !a.StartsWith("/documents/", StringComparison.Ordinal)).Concat(law.Instruments.Select(i => RuleReader.Address(i)))
            .Concat(rules.Sheets.SelectMany(s => new[] { LawRoutes.Address(s.Name), LawRoutes.Address(s.Name) + "/rows", LawRoutes.Address(s.Name, s.States.MaxBy(state => s.RowsFrom(state).Count)!) })).Distinct())
            for (var next = address; next.Length > 0; looked++)
            {
                var html = await console.Page(next, Cancelled);
                if (Encoding.UTF8.GetByteCount(html) is var size and > Largest)
                    wrong.Add($"{next}: {size / 1024} KiB");
                next = next.Contains("/rows", StringComparison.Ordinal) ? WebUtility.HtmlDecode(Regex.Match(html, "rel=\"next\" href=\"([^\"]+)\"").Groups[1].Value) : "";
            }
        await using var signing = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        signing.Http.DefaultRequestHeaders.Add("Accept-Language", "ar");
        foreach (var address in (await PeopledHub.Fill(signing)).Addresses)
        {
            if (Encoding.UTF8.GetByteCount(await signing.Page(address, Cancelled)) is var size and > Largest)
                wrong.Add($"{address}: {size / 1024} KiB");
            looked++;
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(looked > 120, $"{looked} pages");
    }

    const int Largest = 100 * 1024;

    static void Check(string address, string html)
    {
        Assert.True(Encoding.UTF8.GetByteCount(html) <= Largest, $"{address} is larger than 100 KiB");
        Assert.StartsWith("<!DOCTYPE html>", html.TrimStart(), StringComparison.Ordinal);
        Assert.True(Regex.Count(html, "<h1[ >]") == 1, $"{address} has not exactly one h1");
        Assert.Matches("<title>[^<]+ · LiaisonHub</title>", html);
        Assert.True(!Regex.IsMatch(html, "<[^>]+\\sstyle="), $"{address} has an inline style: {Regex.Match(html, "<[^>]+\\sstyle=[^>]*>").Value}");
        Assert.True(!Regex.IsMatch(html, "<style"), $"{address} has a style element");
        Assert.True(!Regex.IsMatch(html, "<script(?![^>]*\\ssrc=\"/site.js\")"), $"{address} has a script of its own");
        Assert.True(!Regex.IsMatch(html, "<[^>]+\\son[a-z]+="), $"{address} has an inline handler");
        Assert.DoesNotContain("javascript:", html, StringComparison.OrdinalIgnoreCase);
        var ids = Regex.Matches(html, "<[^>]+\\sid=\"([^\"]+)\"").Select(m => m.Groups[1].Value).ToList();
        Assert.True(ids.Count == ids.Distinct().Count(), $"{address} has ids twice: {string.Join(", ", ids.GroupBy(i => i).Where(g => g.Count() > 1).Select(g => g.Key))}");
        foreach (var anchor in Regex.Matches(html, "href=\"#([^\"]+)\"").Select(m => m.Groups[1].Value))
            Assert.True(ids.Contains(anchor), $"{address} links to #{anchor}, which is not there");
        Assert.All(Regex.Matches(html, "<table.*?</table>", RegexOptions.Singleline), t => Assert.Contains("<caption", t.Value, StringComparison.Ordinal));
        Assert.All(Regex.Matches(html, "<th(?![a-z])[^>]*>"), t => Assert.Contains("scope=", t.Value, StringComparison.Ordinal));
        Assert.All(Regex.Matches(html, "<time[^>]*>"), t => Assert.Contains("datetime=\"", t.Value, StringComparison.Ordinal));
        Assert.All(Regex.Matches(html, "<svg[^>]*>"), s => Assert.Contains("role=\"img\"", s.Value, StringComparison.Ordinal));
    }
}
