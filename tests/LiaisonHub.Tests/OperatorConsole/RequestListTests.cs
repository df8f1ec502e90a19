using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>Finding requests, page by page and as a file.</summary>
[Long(40)]
public sealed class RequestListTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void A_filter_survives_the_address_it_stands_in()
    {
        var rules = new LiaisonHub.Casework.Rules(LiaisonHub.Casework.Region.Load(Repository.At("contracts", "region-demo")));
        var text = Gen.String[Gen.Char.AlphaNumeric, 1, 30].Null();
        static Gen<string?> Of(List<string> names) => Gen.Int[0, names.Count - 1].Select(i => names[i]).Null();
        var queries = Gen.Select(text, Of([.. rules.Sheets.SelectMany(s => s.States).Distinct()]), Of([.. rules.Region.States.Keys]), Gen.Int[0, 9].Nullable(), Gen.Bool, Gen.Int[1, 3660].Nullable(), Gen.Bool, Gen.Bool.Nullable(), (q, state, country, level, overdue, within, unopened, exercise) =>
            new RequestQuery { Q = q, State = state, Authority = state, From = within is { } day ? new DateOnly(2026, 1, 1).AddDays(day) : null, Until = level is { } next ? new DateOnly(2026, 2, 28).AddDays(next) : null, Country = country, Level = level, Overdue = overdue, Within = within, Unopened = unopened, Exercise = exercise, Closed = overdue, Higher = unopened });
        queries.Sample(query =>
        {
            var read = RequestQuery.Read(new QueryCollection(QueryHelpers.ParseQuery(query.Address().Split('?').Skip(1).FirstOrDefault() ?? "")), rules, new Texts());
            Assert.Equal(query with { Problems = read.Problems }, read);
            Assert.Empty(read.Problems);
        });
    }

    [Fact]
    public async Task The_entries_of_a_request_stand_in_the_order_of_the_ledger_on_its_pages_in_its_file_and_over_the_API_also_those_of_one_instant()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var request = Guid.Parse("0a000000-0000-4000-8000-000000000101");
        var ledger = console.Services.GetRequiredService<Ledger>();
        await ledger.Record([.. Enumerable.Range(0, 120).Select(_ => new LedgerLeaf { At = FilledHub.Now, Kind = "DocumentViewed", RequestId = request, Actor = "A. Bell", Content = """{"reason":"Complaint 9/26"}""" })], Cancelled);
        while (await ledger.Chain(FilledHub.Now, 1_000, Cancelled) > 0)
        {
        }
        // Noted by a console whose clock is behind: its place is behind the others, whatever its time says.
        await ledger.Record([new() { At = FilledHub.Now.AddSeconds(-1), Kind = "DocumentViewed", RequestId = request, Actor = "A. Bell", Content = "{}" }], Cancelled);
        await ledger.Chain(FilledHub.Now, 1_000, Cancelled);
        var newest = await ledger.Head(Cancelled);

        var overApi = new List<long>();
        for (var next = ""; next is not null;)
        {
            using var page = JsonDocument.Parse(await console.Page($"/api/v1/requests/{request}/ledger{next}", Cancelled));
            var positions = page.RootElement.GetProperty("facts").EnumerateArray().Select(f => f.GetProperty("position").GetInt64()).ToList();
            Assert.Equal(positions.OrderDescending(), positions);
            overApi.AddRange(positions);
            next = page.RootElement.GetProperty("next").GetString() is { } after ? $"?after={Uri.EscapeDataString(after)}" : null;
        }
        // Of one instant no two pages are mixed.
        var ofInstant = overApi.Where(p => p < newest.Size - 1 && p >= newest.Size - 121).ToList();
        Assert.Equal(120, ofInstant.Count);
        Assert.Equal(ofInstant.OrderDescending(), ofInstant);

        using var file = JsonDocument.Parse(await console.Page($"/requests/{request}/ledger.json", Cancelled));
        var inFile = file.RootElement.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("position").GetInt64()).ToList();
        Assert.Equal(inFile.OrderDescending(), inFile);
        Assert.Equal(overApi.Order(), inFile.Order());
        var onPage = Positions(await console.Page($"/requests/{request}/ledger", Cancelled));
        Assert.Equal(overApi.Take(onPage.Count), onPage);
        var own = Positions((await console.Page($"/requests/{request}", Cancelled)).Split("id=\"ledger\"")[1]);
        Assert.Equal(own.Order(), own);

        static List<long> Positions(string html) => [.. Regex.Matches(html, "<th scope=\"row\" class=\"number\">([0-9,]+)</th>").Select(m => long.Parse(m.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))];
    }

    [Theory]
    [InlineData("level=12", "level")]
    [InlineData("within=-1", "within")]
    [InlineData("overdue=yes", "overdue")]
    [InlineData("kind=test", "kind")]
    [InlineData("after=yesterday", "after")]
    [InlineData("from=2026-02-30", "from")]
    [InlineData("from=&until=0001-01-01", "until")]
    [InlineData("until=9999-12-31", "until")]
    [InlineData("state=Bogus", "state")]
    [InlineData("instrument=EIA", "instrument")]
    [InlineData("country=ZZ", "country")]
    public async Task A_filter_nobody_can_read_is_named_and_never_silently_dropped(string query, string field)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        Assert.Contains($"“{field}”", WebUtility.HtmlDecode(await console.Page($"/requests?{query}", Cancelled)), StringComparison.Ordinal);
        Assert.Contains(field, await console.Page($"/api/v1/requests?{query}", Cancelled, HttpStatusCode.BadRequest), StringComparison.Ordinal);
        await console.Page($"/requests.csv?{query}", Cancelled, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_reference_is_found_by_its_beginning_and_an_id_leads_straight_to_the_request()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        Assert.Contains("XA-2026-000103", await console.Page("/requests?q=XA-2026", Cancelled), StringComparison.Ordinal);
        using var answer = await console.Http.GetAsync(new Uri("/requests?q=0a000000-0000-4000-8000-000000000103", UriKind.Relative), Cancelled);
        Assert.Equal("/requests/0a000000-0000-4000-8000-000000000103", answer.Headers.Location?.ToString());
    }

    [Theory]
    [InlineData("XB-CA 77/26", "XA-2026-000101")] // its number at the requested authority
    [InlineData("xa-ca12/26", "XB-2026-000051")]
    [InlineData("2026-03-17", "XA-2026-000106")] // submitted
    [InlineData("2026-03-16", "XA-2026-000101")] // last changed
    [InlineData("77/26", "XA-2026-000101")]
    [InlineData("103", "XA-2026-000103")]
    [InlineData("2026-03-17 09:00", "XA-2026-000106")]
    [InlineData("17 Mar 2026, 9:00 UTC", "XA-2026-000106")]
    public async Task The_hub_finds_what_acts_have_said_in_the_open(string text, string reference)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        Assert.Equal([reference], References(await console.Page($"/requests?q={Uri.EscapeDataString(text)}", Cancelled)));
        Assert.Contains(reference, await console.Page($"/api/v1/requests?q={Uri.EscapeDataString(text)}", Cancelled), StringComparison.Ordinal);
        Assert.Contains(reference, await console.Page($"/requests.csv?q={Uri.EscapeDataString(text)}", Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "translation pending")]
    [InlineData("en", "TranslationPending")]
    [InlineData("fr", "traduction")]
    [InlineData("es", "TRADUCCION")] // without its accent
    public async Task A_request_is_found_by_its_state_as_the_reader_calls_it(string language, string text)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var page = await console.Page($"/requests?lang={language}&q={Uri.EscapeDataString(text)}", Cancelled);
        Assert.Equal(["XA-2026-000103"], References(page));
        Assert.Contains("TranslationPending", page[page.IndexOf("id=\"sought\"", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_is_found_by_any_word_of_its_name_and_its_country_by_its_own()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var region = console.Services.GetRequiredService<LiaisonHub.Casework.Region>();
        var search = RequestQuery.Wanted("authority BELMORA", console.Services.GetRequiredService<LiaisonHub.Casework.Rules>(), console.Services.GetRequiredService<Texts>()).Search;
        Assert.Equal(region.States["XB"].Authorities.Where(a => a.Name.Contains("Authority", StringComparison.Ordinal)).Select(a => a.Code), search.Authorities);
        Assert.Empty(search.Countries);
        Search Sought(string text) => RequestQuery.Wanted(text, console.Services.GetRequiredService<LiaisonHub.Casework.Rules>(), console.Services.GetRequiredService<Texts>()).Search;
        // A country alone is no word of an authority's name; an authority that the register does not know any longer is looked for by what was typed; two letters are a word of nothing.
        Assert.Equal([("belmora", "XB"), ("ZZ-OLD", ""), ("ce", "")], new[] { "belmora", "ZZ-OLD", "ce" }.Select(t => (string.Join(' ', Sought(t).Authorities), string.Join(' ', Sought(t).Countries))));
        Assert.Empty(Sought("ce").States);
        Assert.Equal(region.States.Values.SelectMany(s => s.Authorities).Where(a => a.Name.Contains("central", StringComparison.OrdinalIgnoreCase)).Select(a => a.Code).Order(StringComparer.Ordinal), Sought("central").Authorities.Order(StringComparer.Ordinal));

        var page = WebUtility.HtmlDecode(await console.Page("/requests?q=belmora", Cancelled));
        Assert.Contains("the country Belmora (XB)", page, StringComparison.Ordinal);
        Assert.Contains("XA-2026-000102", References(page));
        // More than are named: the page says so.
        Assert.Contains("more have that in their name", await console.Page("/requests?q=central", Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("…00000103", "/requests/0a000000-0000-4000-8000-000000000103")]
    [InlineData("00000103", "/requests/0a000000-0000-4000-8000-000000000103")]
    [InlineData("...000000C1", "/groups/0a000000-0000-4000-8000-0000000000c1")]
    public async Task A_short_id_leads_where_it_was_shown(string text, string address)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        using var answer = await console.Http.GetAsync(new Uri($"/requests?q={Uri.EscapeDataString(text)}", UriKind.Relative), Cancelled);
        Assert.Equal(address, answer.Headers.Location?.ToString());
        // A message in quarantine has a room of its own.
        var message = (await console.Services.GetRequiredService<Quarantine>().Page(null, null, null, null, 1, Cancelled))[0].QuarantineId;
        foreach (var typed in new[] { Words.Brief(message), $"{message}" })
        {
            using var there = await console.Http.GetAsync(new Uri($"/requests?q={Uri.EscapeDataString(typed)}", UriKind.Relative), Cancelled);
            Assert.Equal($"/quarantine/{message}", there.Headers.Location?.ToString());
        }
    }

    [Theory]
    [InlineData("en", "2026-03-20 09:12", "2026-03-20T09:12:00Z", "2026-03-20T09:13:00Z")]
    [InlineData("en", "2026-03-20T09:12:05Z", "2026-03-20T09:12:05Z", "2026-03-20T09:12:06Z")]
    [InlineData("en", "24 Nov 2026  14:05 UTC", "2026-11-24T14:05:00Z", "2026-11-24T14:06:00Z")]
    [InlineData("fr", "24 nov. 2026 14:05", "2026-11-24T14:05:00Z", "2026-11-24T14:06:00Z")]
    [InlineData("fr", "24 Nov 2026", "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z")]
    [InlineData("es", "noviembre 2026", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")]
    [InlineData("ar", "20 مارس 2026 09:12 UTC", "2026-03-20T09:12:00Z", "2026-03-20T09:13:00Z")]
    [InlineData("en", "2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("en", "2026-13-01", null, null)]
    [InlineData("en", "14:05", null, null)]
    [InlineData("en", "9999-12-31", null, null)]
    public void A_time_is_read_as_people_write_it_and_as_pages_show_it(string language, string text, string? from, string? before)
    {
        var time = TextTests.Reading(language).Time(text);
        Assert.Equal(from, time?.From.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(before, time?.Before.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task How_the_letters_of_a_state_and_an_instrument_are_written_does_not_matter()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        Assert.Equal(References(await console.Page("/requests?state=Submitted&instrument=EIO", Cancelled)), References(await console.Page("/requests?state=submitted&instrument=eio", Cancelled)));
        Assert.Contains("XA-2026-000102", References(await console.Page("/requests?state=submitted&instrument=eio", Cancelled)));
    }

    [Fact]
    public async Task Of_many_authorities_with_one_name_those_that_have_requests_are_found()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);

        // Every state has one, and most of them no request.
        var page = await console.Page("/requests?q=Central%20Authority", Cancelled);

        Assert.Contains("XA-2026-000101", References(page));
    }

    [Fact]
    public async Task An_authority_is_found_by_its_code_and_by_a_part_of_its_name_and_narrows_the_list()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var authority = console.Services.GetRequiredService<LiaisonHub.Casework.Region>().Authority("XB-CA")!;
        var listed = References(await console.Page("/requests?authority=XB-CA&from=2026-03-17&until=2026-03-20", Cancelled));

        // The last submitted first; the dispute is one the hub has opened itself.
        Assert.Equal(["XA-2026-000105", "XA-2026-000102-D1", "XA-2026-000104", "XA-2026-000106"], listed);
        var found = References(await console.Page("/requests?q=xb-ca", Cancelled));
        // By the code those come first whose number begins with it.
        Assert.Equal(found.Order(), References(await console.Page($"/requests?q={Uri.EscapeDataString(authority.Name.ToUpperInvariant())}", Cancelled)).Order());
        Assert.Equal(["XA-2026-000102", "XB-2026-000051"], found.Where(r => r is "XA-2026-000102" or "XB-2026-000051").Order());
        Assert.Empty(References(await console.Page("/requests?authority=XB", Cancelled)));
    }

    [Fact]
    public async Task What_stands_in_a_private_part_is_not_found()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var particulars = LiaisonHub.Tests.Coordinator.Sample.Particulars();
        foreach (var text in new[] { particulars.FileNumber ?? "12 Js", FilledHub.Secret[..20], FilledHub.StrayName })
            Assert.Empty(References(await console.Page($"/requests?q={Uri.EscapeDataString(text)}", Cancelled)));
    }

    static List<string> References(string page) => [.. Regex.Matches(page, "class=\"reference\" translate=\"no\" href=\"[^\"]+\">([^<]+)<").Select(m => m.Groups[1].Value)];

    [Fact]
    public async Task The_id_of_a_case_group_leads_to_all_its_requests_and_each_of_them_leads_to_the_group()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        using var answer = await console.Http.GetAsync(new Uri($"/requests?q={FilledHub.Matter}", UriKind.Relative), Cancelled);
        Assert.Equal($"/groups/{FilledHub.Matter}", answer.Headers.Location?.ToString());

        var page = await console.Page($"/groups/{FilledHub.Matter}", Cancelled);
        var references = Regex.Matches(page, "class=\"reference\" translate=\"no\" href=\"[^\"]+\">([^<]+)<").Select(m => m.Groups[1].Value);
        // The overdue one first; the drill is in it and says so; the dispute that the hub opened about a request is about the same matter.
        Assert.Equal("XA-2026-000102", references.First());
        Assert.Equal(["XA-2026-000101", "XA-2026-000102", "XA-2026-000102-D1", "XA-2026-000104"], references.Order());
        Assert.Contains("<span class=\"chip\">drill</span>", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"/groups/{FilledHub.Matter}\"", await console.Page("/requests/0a000000-0000-4000-8000-000000000102", Cancelled), StringComparison.Ordinal);
        Assert.Contains("XA-2026-000101", await console.Page($"/api/v1/groups/{FilledHub.Matter}", Cancelled), StringComparison.Ordinal);
        await console.Page($"/groups/{FilledHub.Matter}?after=yesterday", Cancelled, HttpStatusCode.BadRequest);
        await console.Page("/api/v1/groups/11111111-1111-4111-8111-111111111111", Cancelled, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Paging_shows_every_request_once()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await Store(console, 120, i => $"XA-2026-{i:000000}");
        var seen = new List<string>();
        var address = "/requests";
        for (var page = 0; page < 10 && address.Length > 0; page++)
        {
            var html = await console.Page(address, Cancelled);
            seen.AddRange(Regex.Matches(html, "class=\"reference\" translate=\"no\" href=\"[^\"]+\">([^<]+)<").Select(m => m.Groups[1].Value));
            address = WebUtility.HtmlDecode(Regex.Match(html, "rel=\"next\" href=\"([^\"]+)\"").Groups[1].Value);
        }
        Assert.Equal(120, seen.Count);
        Assert.Equal(120, seen.Distinct().Count());
    }

    [Fact]
    public async Task The_file_says_what_it_is_and_ends_by_saying_that_it_is_whole()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        using var answer = await console.Http.GetAsync(new Uri("/requests.csv?overdue=1&country=XB", UriKind.Relative), Cancelled);
        var lines = (await answer.Content.ReadAsStringAsync(Cancelled)).Split("\r\n");

        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("requests-20260320-0912.csv", answer.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal("Requests,\"Open, with XB on either side, overdue\"", lines[0].TrimStart('\uFEFF'));
        Assert.Equal("Made at,2026-03-20T09:12:00Z", lines[1]);
        Assert.Contains(lines, l => l.StartsWith("XA-2026-000102,", StringComparison.Ordinal));
        Assert.Contains("End,1 rows", lines);
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://example.org\")")]
    [InlineData("+1+1")]
    [InlineData("-2+3")]
    [InlineData("@SUM(A1)")]
    [InlineData("\tx")]
    public async Task A_reference_that_a_spreadsheet_would_run_stays_text(string reference)
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await Store(console, 1, _ => reference);
        var file = await console.Page("/requests.csv", Cancelled);
        var cell = file.Split("\r\n")[4];
        Assert.StartsWith("'", cell.TrimStart('"'), StringComparison.Ordinal);
    }

    static async Task Store(ConsoleUnderTest console, int count, Func<int, string> reference)
    {
        await using var unit = await console.Services.GetRequiredService<LiaisonHub.Storage.Database>().Begin(Cancelled);
        await new RequestStore(console.Services.GetRequiredService<LiaisonHub.Storage.Database>()).Write(
            unit,
            [
                .. Enumerable.Range(1, count).Select(i =>
                {
                    var id = Guid.NewGuid();
                    return new Change
                    {
                        Work = new Work { RequestId = id },
                        Request = new RequestRow
                        {
                            RequestId = id,
                            Procedure = "MutualAssistance",
                            Instrument = "EIO",
                            Reference = reference(i),
                            RequestingState = "XA",
                            RequestedState = "XB",
                            State = "Submitted",
                            Since = FilledHub.Now,
                            // Several with the same limit, and some without: both must not lose a row at the end of a page.
                            NextDue = i % 5 == 0 ? null : FilledHub.Now.AddDays(i / 40),
                            Priority = "Routine",
                            Body = "{}",
                            CreatedAt = FilledHub.Now,
                            UpdatedAt = FilledHub.Now,
                        },
                    };
                }),
            ],
            Cancelled);
        await unit.Commit(Cancelled);
    }
}
