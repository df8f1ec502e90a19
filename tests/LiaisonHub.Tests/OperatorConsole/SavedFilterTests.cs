using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Filters;
using LiaisonHub.OperatorConsole.Repair;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>A saved filter means the same tomorrow; one that is not understood shows nothing, and never everything.</summary>
public sealed class SavedFilterTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_link_stays_and_means_the_same_with_relative_days_relative_and_days_of_the_calendar_as_they_are()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var wanted = new Dictionary<string, (string Room, string Query)>
        {
            ["soon"] = ("requests", "country=XB&within=30"),
            ["next week"] = ("deadlines", "next=7"),
            ["March"] = ("deadlines", "from=2026-03-01&until=2026-03-31"),
            ["last week"] = ("audit", "last=7"),
            ["first half"] = ("audit", "from=2026-01-01&until=2026-06-30"),
            ["unopened"] = ("stuck", "by=state&group=XB"),
            ["refused"] = ("quarantine", "code=NotAuthentic"),
            ["drafts"] = ("plans", "status=Draft"),
        };
        foreach (var (name, (room, query)) in wanted)
        {
            using var saved = await console.Post("/requests", "/filters", new() { ["room"] = room, ["name"] = name, ["query"] = query, ["by"] = "A. Bell" }, Cancelled);
            Assert.True(saved.StatusCode == HttpStatusCode.SeeOther, $"{name}: {await saved.Content.ReadAsStringAsync(Cancelled)}");
        }
        var lines = (await console.Http.GetFromJsonAsync<FilterList>(new Uri("/api/v1/filters", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!.Filters.ToDictionary(f => f.Name);
        foreach (var address in new[] { "/requests?country=XB&within=30", "/plans" })
            Assert.Contains($"href=\"{lines[address == "/plans" ? "drafts" : "soon"].Link}\"", await console.Page(address, Cancelled), StringComparison.Ordinal);

        console.Time.Advance(TimeSpan.FromDays(40));
        using var renamed = await console.Post($"{lines["soon"].Link}/change", $"{lines["soon"].Link}/name", new() { ["name"] = "my desk", ["by"] = "A. Bell" }, Cancelled);
        Assert.Equal(HttpStatusCode.SeeOther, renamed.StatusCode);
        foreach (var (name, (room, query)) in wanted)
        {
            using var answer = await console.Http.GetAsync(new Uri(lines[name].Link, UriKind.Relative), Cancelled);
            Assert.Equal((HttpStatusCode.SeeOther, $"/{room}?{query}"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
            Assert.DoesNotContain("left out", await console.Page($"/{room}?{query}", Cancelled), StringComparison.Ordinal);
        }
        // Forty days later the seven days are other days, and March is March.
        Assert.Contains("Limits in the next 7 days", await console.Page("/deadlines?next=7", Cancelled), StringComparison.Ordinal);

        using var ended = await console.Post($"{lines["soon"].Link}/change", $"{lines["soon"].Link}/end", new() { ["by"] = "A. Bell" }, Cancelled);
        Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);
        Assert.Contains("LH0411", await console.Page(lines["soon"].Link, Cancelled, HttpStatusCode.NotFound), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("requests", "levle=4", "levle")]
    [InlineData("requests", "level=oops&country=XB", "level")]
    [InlineData("requests", "overdue=1&overdue=0", "overdue")]
    [InlineData("requests", "state=Submitted&state=Recognised", "state")]
    [InlineData("requests", "within=0", "within")]
    [InlineData("stuck", "by=mood", "by")]
    [InlineData("stuck", "by=verdict&severity=high", "severity")]
    [InlineData("quarantine", "group=no-such-form", "group")]
    [InlineData("deadlines", "state=QQ", "state")]
    [InlineData("deadlines", "month=2026-03", "month")] // a month is a picture, and no list
    [InlineData("audit", "last=forever", "last")]
    [InlineData("plans", "status=Burning", "status")]
    [InlineData("casebook", "level=4", "casebook")]
    public async Task What_is_not_understood_today_shows_nothing_and_says_what_it_is(string room, string query, string culprit)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var filter = new SavedFilter { FilterId = Guid.NewGuid(), Room = room, Name = "from last year", Query = query, Shared = true, MadeBy = "A. Bell", MadeAt = FilledHub.Now.AddYears(-1) };
        Assert.True(await console.Services.GetRequiredService<SavedFilters>().Add(filter, Cancelled));

        var page = await console.Page($"/filters/{filter.FilterId}", Cancelled, HttpStatusCode.Conflict);
        foreach (var text in new[] { "LH0412", "Nothing is listed.", culprit })
            Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.DoesNotContain("-2026-0001", page, StringComparison.Ordinal);
        using var answer = await console.Http.GetAsync(new Uri($"/api/v1/filters/{filter.FilterId}", UriKind.Relative), Cancelled);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal(("LH0412", true), (problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString()!.Contains(culprit, StringComparison.Ordinal)));
        using var plan = await console.Http.PostAsJsonAsync(new Uri("/api/v1/plans", UriKind.Relative), new PlanWish { Deed = "Retry", Reason = "x", By = "A. Bell", Filter = filter.FilterId }, Cancelled);
        Assert.Equal(HttpStatusCode.Conflict, plan.StatusCode);
        Assert.Empty(await console.Services.GetRequiredService<RepairPlans>().Page(10, Cancelled));

        // And it is not saved in the first place.
        using var refused = await console.Http.PostAsJsonAsync(new Uri("/api/v1/filters", UriKind.Relative), new FilterWish(room, "anew", query, By: "A. Bell"), Cancelled);
        Assert.Contains("LH0104", await refused.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    /// <summary>What the board groups by when nobody says it may be another thing next year.</summary>
    [Fact]
    public async Task What_the_page_would_add_by_itself_is_not_what_was_saved()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var filter = new SavedFilter { FilterId = Guid.NewGuid(), Room = "stuck", Name = "from last year", Query = "group=NotOpened", Shared = true, MadeBy = "A. Bell", MadeAt = FilledHub.Now.AddYears(-1) };
        Assert.True(await console.Services.GetRequiredService<SavedFilters>().Add(filter, Cancelled));

        Assert.Contains("LH0412", await console.Page($"/filters/{filter.FilterId}", Cancelled, HttpStatusCode.Conflict), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_names_are_text_or_refused()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        async Task<HttpStatusCode> Save(string name)
        {
            using var answer = await console.Http.PostAsJsonAsync(new Uri("/api/v1/filters", UriKind.Relative), new FilterWish("requests", name, "overdue=1", By: "A. Bell"), Cancelled);
            return answer.StatusCode;
        }
        foreach (var name in new[] { "", "  ", "two\nlines", "turned\u202Eround", new string('x', 101) })
            Assert.Equal(HttpStatusCode.BadRequest, await Save(name));
        foreach (var name in new[] { "<script>alert(1)</script>", "\" onmouseover=\"x", "=1+1", "'; DROP TABLE saved_filters; --", "مكتبي", new string('x', 100) })
            Assert.Equal(HttpStatusCode.OK, await Save(name));
        Assert.Equal(HttpStatusCode.Conflict, await Save("=1+1"));
        foreach (var address in new[] { "/filters", "/requests" })
        {
            var page = await console.Page(address, Cancelled);
            Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
            Assert.DoesNotContain("\" onmouseover=\"x", page, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Somebody_else_s_filter_is_not_there_and_one_that_is_shared_is_changed_by_its_maker_or_an_administrator_with_a_reason()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var anna = await PlanTests.Program(console, "anna", Role.Auditor);
        using var berta = await PlanTests.Program(console, "berta", Role.Reader);
        using var governor = await PlanTests.Program(console, "cecil", Role.Administrator);
        async Task<(HttpStatusCode Status, string Body)> Ask(HttpClient who, HttpMethod method, string path, object? body = null)
        {
            using var asked = new HttpRequestMessage(method, new Uri("/api/v1/" + path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
            using var answer = await who.SendAsync(asked, Cancelled);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
        }
        async Task<Guid> Save(HttpClient who, string room, bool shared) =>
            JsonDocument.Parse((await Ask(who, HttpMethod.Post, "filters", new FilterWish(room, $"{room} {shared}", "", shared))).Body).RootElement.GetProperty("filterId").GetGuid();
        Guid own = await Save(anna, "requests", false), shared = await Save(anna, "requests", true), audit = await Save(anna, "audit", true);

        foreach (var who in new[] { berta, governor })
            foreach (var (method, path) in new[] { (HttpMethod.Get, $"filters/{own}"), (HttpMethod.Post, $"filters/{own}/name"), (HttpMethod.Post, $"filters/{own}/end") })
                Assert.Contains("LH0411", (await Ask(who, method, path, method == HttpMethod.Get ? null : new FilterChange("mine", "x"))).Body, StringComparison.Ordinal);
        var seen = (await Ask(berta, HttpMethod.Get, "filters")).Body;
        Assert.Contains(shared.ToString(), seen, StringComparison.Ordinal);
        Assert.DoesNotContain(own.ToString(), seen, StringComparison.Ordinal);
        // Who may not see the list does not see what it is filtered by.
        Assert.DoesNotContain(audit.ToString(), seen, StringComparison.Ordinal);
        Assert.Contains("LH0411", (await Ask(berta, HttpMethod.Get, $"filters/{audit}")).Body, StringComparison.Ordinal);
        Assert.Contains("LH0104", (await Ask(berta, HttpMethod.Post, "filters", new FilterWish("audit", "mine", ""))).Body, StringComparison.Ordinal);

        Assert.Contains("LH0413", (await Ask(berta, HttpMethod.Post, $"filters/{shared}/name", new FilterChange("mine now", "x"))).Body, StringComparison.Ordinal);
        Assert.Contains("LH0104", (await Ask(governor, HttpMethod.Post, $"filters/{shared}/name", new FilterChange("without a reason"))).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Ask(governor, HttpMethod.Post, $"filters/{shared}/name", new FilterChange("clearer", "It was not clear"))).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await Ask(anna, HttpMethod.Post, $"filters/{shared}/end", new FilterChange(null, "Nobody needs it"))).Status);
    }

    [Fact]
    public async Task A_plan_from_a_saved_filter_fixes_what_it_finds_now_and_nothing_that_comes_later()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var quarantine = console.Services.GetRequiredService<Quarantine>();
        var wanted = (await quarantine.Page(Quarantine.Waiting, null, "NotAuthentic", null, 100, Cancelled)).Select(m => m.QuarantineId.ToString()).ToList();
        Assert.NotEmpty(wanted);
        using var saved = await console.Post("/quarantine", "/filters", new() { ["room"] = "quarantine", ["name"] = "keys", ["query"] = "code=NotAuthentic", ["by"] = "A. Bell" }, Cancelled);
        var filter = Assert.Single((await console.Http.GetFromJsonAsync<FilterList>(new Uri("/api/v1/filters?room=quarantine", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!.Filters);
        Assert.Contains($"/plans/new?filter={filter.FilterId}", await console.Page($"{filter.Link}/change", Cancelled), StringComparison.Ordinal);

        using var made = await console.Post(
            $"/plans/new?filter={filter.FilterId}", "/plans",
            new() { ["deed"] = "Retry", ["filter"] = $"{filter.FilterId}", ["perMinute"] = "10", ["stopPercent"] = "5", ["reason"] = "The key is there", ["by"] = "A. Bell" }, Cancelled);
        var plans = console.Services.GetRequiredService<RepairPlans>();
        var plan = Assert.Single(await plans.Page(10, Cancelled));
        Assert.Contains("saved filter “keys”", plan.Chosen, StringComparison.Ordinal);
        var later = (await quarantine.Get(Guid.Parse(wanted[0]), Cancelled))! with { QuarantineId = Guid.NewGuid(), Digest = new('c', 64), Body = [1, 2, 3], At = console.Time.GetUtcNow() };
        await quarantine.Add(later, Cancelled);
        await console.Services.GetRequiredService<SavedFilters>().End((await console.Services.GetRequiredService<SavedFilters>().Get(filter.FilterId, Cancelled))!, "A. Bell", "x", Cancelled);

        Assert.Equal(wanted.Order(StringComparer.Ordinal), (await plans.Items(plan.PlanId, 0, 100, Cancelled)).Select(i => i.Id).Order(StringComparer.Ordinal));
        using var none = await console.Http.PostAsJsonAsync(new Uri("/api/v1/plans", UriKind.Relative), new PlanWish { Deed = "Deliver", Reason = "x", By = "A. Bell", Filter = filter.FilterId }, Cancelled);
        Assert.Contains("LH0104", await none.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    /// <summary>One that works, and one from a time when the list had another field.</summary>
    internal static async Task Fill(ConsoleUnderTest console)
    {
        var filters = console.Services.GetRequiredService<SavedFilters>();
        var at = console.Time.GetUtcNow();
        await filters.Add(new() { FilterId = Guid.NewGuid(), Room = "requests", Name = "Overdue with XB", Query = "country=XB&overdue=1", Shared = true, MadeBy = "A. Bell, duty operator", MadeAt = at }, Cancelled);
        await filters.Add(new() { FilterId = Guid.NewGuid(), Room = "stuck", Name = "Severe", Query = "by=verdict&severity=high", Shared = false, MadeBy = "C. Dune", MadeAt = at.AddYears(-1) }, Cancelled);
    }

    /// <summary>One whose name is as long as it may be, with nowhere to break.</summary>
    internal static Task FillLongest(ConsoleUnderTest console) => console.Services.GetRequiredService<SavedFilters>().Add(
        new() { FilterId = Guid.NewGuid(), Room = "requests", Name = new string('W', 100), Query = "country=XA", Shared = true, MadeBy = "A. Bell, duty operator", MadeAt = console.Time.GetUtcNow() }, Cancelled);
}
