using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Records;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>The room of the audit: who did what and who looked, with reasons; and that the record of it is whole.</summary>
public sealed class AuditPageTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_reads_a_document_says_why_and_the_audit_keeps_it()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var document = (await console.Addresses(Cancelled)).First(a => a.StartsWith("/documents/", StringComparison.Ordinal));
        async Task<string> Say(string by, string reason, HttpStatusCode status)
        {
            using var answer = await console.Post(document, document, new() { ["by"] = by, ["reason"] = reason }, Cancelled);
            Assert.Equal(status, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync(Cancelled);
        }

        Assert.Contains("says why", await console.Page(document, Cancelled), StringComparison.Ordinal);
        Assert.Contains("says why", await Say("A. Bell", " ", HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);
        // A link is no deed, and a form of somebody else's is none of the console's.
        Assert.Contains("says why", await console.Page(document + "?by=A.%20Bell&reason=Complaint", Cancelled), StringComparison.Ordinal);
        using (var form = new FormUrlEncodedContent([new("by", "A. Bell"), new("reason", "Complaint")]))
        using (var forged = await console.Http.PostAsync(new Uri(document, UriKind.Relative), form, Cancelled))
            Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        Assert.DoesNotContain((await List(console)).Entries, e => e.Kind == "DocumentViewed");
        Assert.Contains("Note verbale", await Say("A. Bell", "Complaint 9/26", HttpStatusCode.OK), StringComparison.Ordinal);

        var view = Assert.Single((await List(console, "what=DocumentViewed")).Entries);
        Assert.Equal(("A. Bell", (Guid?)Guid.Parse("0a000000-0000-4000-8000-000000000102")), (view.Actor, view.RequestId));
        Assert.Contains("Complaint 9/26", view.Content, StringComparison.Ordinal);
        Assert.Contains("Complaint 9/26", WebUtility.HtmlDecode(await console.Page("/audit", Cancelled)), StringComparison.Ordinal);
        // On the page of the request it stands among what people did there, apart from the many entries of its acts.
        var page = WebUtility.HtmlDecode(await console.Page($"/requests/{view.RequestId}", Cancelled));
        var looked = page[page.IndexOf("id=\"looked\"", StringComparison.Ordinal)..page.IndexOf("id=\"ledger\"", StringComparison.Ordinal)];
        Assert.Contains("Complaint 9/26", looked, StringComparison.Ordinal);
        Assert.DoesNotContain("RequestSubmitted", looked.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"reason":null}""")]
    public async Task An_entry_that_says_nothing_more_is_listed_like_any_other(string content)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await console.Services.GetRequiredService<Ledger>().Record([new() { At = console.Time.GetUtcNow(), Kind = "TokenMade", Actor = "C. Dune_1, operator", Account = Guid.NewGuid(), Content = content }], Cancelled);
        Assert.Contains("C. Dune_1, operator", await console.Page("/audit", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deeds_are_found_by_who_what_when_and_request_and_exported_with_the_filter()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var (ledger, now) = (console.Services.GetRequiredService<Ledger>(), console.Time.GetUtcNow());
        var request = Guid.NewGuid();
        await ledger.Record(
        [
            new() { At = now.AddDays(-2), Kind = "TokenMade", Actor = "C. Dune_1, operator", Content = "{}" },
            new() { At = now.AddDays(-1), Kind = "DocumentViewed", Actor = "A. Bell", RequestId = request, Content = """{"reason":"=cmd|' /C calc'!A0"}""" },
            new() { At = now, Kind = "TokenEnded", Actor = "A. Bell", Content = "{}" },
        ], Cancelled);
        async Task<string> Found(string query) => string.Join(" ", (await List(console, query)).Entries.Where(e => e.Kind is "TokenMade" or "DocumentViewed" or "TokenEnded").Select(e => e.Kind));

        Assert.Equal("TokenEnded DocumentViewed TokenMade", await Found(""));
        Assert.Equal("TokenEnded DocumentViewed", await Found("who=bELL"));
        // No sign of a name means whatever.
        Assert.Equal("TokenMade", await Found("who=e_1"));
        Assert.Equal("", await Found("who=%25"));
        Assert.Equal("TokenMade", await Found("what=TokenMade"));
        Assert.Equal("DocumentViewed", await Found($"request={request}"));
        Assert.Equal("DocumentViewed", await Found($"from={now.AddDays(-1):yyyy-MM-dd}&until={now.AddDays(-1):yyyy-MM-dd}"));
        var csv = await console.Page($"/audit.csv?request={request}", Cancelled);
        Assert.Contains($"about request {request}", csv, StringComparison.Ordinal);
        Assert.Contains(",'=cmd|", csv, StringComparison.Ordinal);
        Assert.Contains("DocumentViewed", await console.Page("/audit.json?who=bell", Cancelled), StringComparison.Ordinal);
        await console.Page("/audit.json?request=oops", Cancelled, HttpStatusCode.BadRequest);
        await console.Page("/api/v1/audit?from=yesterday", Cancelled, HttpStatusCode.BadRequest);
        var first = await console.Services.GetRequiredService<AuditReader>().List(new() { Who = "bell" }, Cancelled, length: 1);
        Assert.Equal("DocumentViewed", Assert.Single((await List(console, $"who=bell&after={Uri.EscapeDataString(first.Next!)}")).Entries).Kind);
    }

    [Fact]
    public async Task Of_many_looks_at_one_request_its_page_says_how_many_there_are_and_where_all_of_them_stand()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        foreach (var role in new[] { Role.Auditor, Role.Reader })
            await ConsoleUnderTest.Open(console.Services, $"the-{role}", $"The {role}", [role], Cancelled);
        var (ledger, request) = (console.Services.GetRequiredService<Ledger>(), Guid.Parse("0a000000-0000-4000-8000-000000000102"));
        async Task<string> Looked(Role by)
        {
            using (await console.Post("/sign-in", "/sign-in", new() { ["name"] = $"the-{by}", ["password"] = ConsoleUnderTest.Password, ["back"] = "/" }, Cancelled))
            {
            }
            var page = WebUtility.HtmlDecode(await console.Page($"/requests/{request}", Cancelled));
            using (await console.Post("/", "/sign-out", [], Cancelled))
            {
            }
            return Regex.Replace(page[page.IndexOf("id=\"looked\"", StringComparison.Ordinal)..page.IndexOf("id=\"ledger\"", StringComparison.Ordinal)], "\\s+", " ");
        }
        Task Look(int times) => ledger.Record([.. Enumerable.Range(1, times).Select(i => new LedgerLeaf { At = console.Time.GetUtcNow().AddSeconds(i), Kind = "DocumentViewed", Actor = "A. Bell", RequestId = request, Content = """{"reason":"Complaint"}""" })], Cancelled);

        var before = (int)(await ledger.DeedsOf(request, 1, Cancelled)).InAll;
        await Look(15 - before);
        Assert.DoesNotContain("The latest", await Looked(Role.Auditor), StringComparison.Ordinal);
        await Look(285);

        var looked = await Looked(Role.Auditor);
        Assert.Contains("The latest 15 of 300.", looked, StringComparison.Ordinal);
        Assert.Contains($"href=\"/audit?request={request}\"", looked, StringComparison.Ordinal);
        looked = await Looked(Role.Reader);
        Assert.Contains("The latest 15 of 300. All of them are for auditors and administrators", looked, StringComparison.Ordinal);
        Assert.DoesNotContain("/audit?", looked[..looked.IndexOf("<table", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chain_is_downloaded_and_verified_without_the_hub_and_the_first_bad_line_is_named()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var head = await console.Services.GetRequiredService<Ledger>().Head(Cancelled);
        var chain = (await console.Page("/audit/chain.jsonl", Cancelled)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(head.Size + 1, chain.Length);
        Assert.Equal($$$"""{"end":{"size":{{{head.Size}}},"hash":"{{{head.Hash}}}"}}""", chain[^1]);

        async Task<LedgerFinding?> Finding(IEnumerable<string> lines, LedgerHead? known = null)
        {
            using var file = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + '\n'))));
            return (await LedgerFile.Verify(file, known, Cancelled)).Finding;
        }
        Assert.Null(await Finding(chain, head));
        Assert.Equal(7, (await Finding(chain.Select((line, i) => i == 7 ? line.Replace("\"kind\":\"", "\"kind\":\"X", StringComparison.Ordinal) : line)))!.Position);
        Assert.Equal(7, (await Finding(chain.Where((_, i) => i != 7)))!.Position);
        Assert.Equal(7, (await Finding([.. chain.Take(7), chain[8], chain[7], .. chain.Skip(9)]))!.Position);
        Assert.Equal(7, (await Finding([.. chain.Take(7), "{", .. chain.Skip(8)]))!.Position);
        Assert.Equal((head.Size, true), ((await Finding(chain.SkipLast(1)))!.Position, (await Finding(chain.SkipLast(1)))!.What.StartsWith("The file was cut", StringComparison.Ordinal)));
        Assert.Equal(head.Size - 1, (await Finding([.. chain.SkipLast(2), chain[^1]]))!.Position);
        // Whoever writes an end of their own behind the entries that are left is found by who noted the end.
        string[] shorter = [.. chain.SkipLast(2), $$$"""{"end":{"size":{{{head.Size - 1}}},"hash":"{{{JsonDocument.Parse(chain[^3]).RootElement.GetProperty("chainHash").GetString()}}}"}}"""];
        Assert.Null(await Finding(shorter));
        Assert.Contains("cut short", (await Finding(shorter, head))!.What, StringComparison.Ordinal);
        Assert.Contains("noted earlier", (await Finding(chain, head with { Hash = new('0', 64) }))!.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_for_a_second_person_is_listed_until_the_wish_lapses()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var quarantine = console.Services.GetRequiredService<Quarantine>();
        var message = (await quarantine.Page(null, "XA", "NotAuthentic", null, 1, Cancelled))[0].QuarantineId;
        Assert.Contains("Nothing waits for a second person.", await console.Page("/audit", Cancelled), StringComparison.Ordinal);

        await quarantine.WishAsideOf(message, Guid.NewGuid(), "C. Dune, operator", "It was a test.", console.Time.GetUtcNow().AddHours(1), Cancelled);

        var page = WebUtility.HtmlDecode(await console.Page("/audit", Cancelled));
        Assert.Contains("Wished by C. Dune, operator: It was a test.", page, StringComparison.Ordinal);
        Assert.Contains($"/quarantine/{message}", page, StringComparison.Ordinal);
        console.Time.Advance(TimeSpan.FromHours(1));
        Assert.Contains("Nothing waits for a second person.", await console.Page("/audit", Cancelled), StringComparison.Ordinal);
    }

    static async Task<AuditList> List(ConsoleUnderTest console, string query = "") =>
        (await console.Http.GetFromJsonAsync<AuditList>(new Uri($"/api/v1/audit?{query}", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!;
}
