using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Repair;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>Nothing that cannot be read, or is empty, stands for everything: no list and no plan becomes wider by it.</summary>
[Long(25)]
public sealed class UnreadableTests(UnreadableTests.Refusing refusing) : IClassFixture<UnreadableTests.Refusing>
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>A console for all that is refused, and so changes nothing.</summary>
    public sealed class Refusing : IAsyncLifetime
    {
        internal ConsoleUnderTest Console { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Console = await ConsoleUnderTest.Filled(TestContext.Current.CancellationToken);

        public ValueTask DisposeAsync() => Console.DisposeAsync();
    }

    [Theory]
    [InlineData("quarantine", "group=garbage", "group")]
    [InlineData("quarantine", "show=bogus", "show")]
    [InlineData("quarantine", "before=yesterday", "before")]
    [InlineData("quarantine", "stat=XB", "stat")]
    [InlineData("plans", "status=Bogus", "status")]
    [InlineData("plans", "deed=Destroy", "deed")]
    [InlineData("plans", "statu=Draft", "statu")]
    public async Task A_list_whose_address_cannot_be_read_is_empty_and_says_which_word(string list, string query, string word)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await PlanTests.Fill(console);
        Assert.Contains("data-row", await console.Page($"/{list}", Cancelled), StringComparison.Ordinal);
        var page = await console.Page($"/{list}?{query}", Cancelled);
        Assert.Contains($"“{word}”", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-row", page, StringComparison.Ordinal);
        Assert.Contains("LH0106", await console.Page($"/{list}.csv?{query}", Cancelled, HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Contains("LH0106", await console.Page($"/{list}.json?{query}", Cancelled, HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Contains($"“{word}”", JsonDocument.Parse(await console.Page($"/api/v1/{list}?{query}", Cancelled, HttpStatusCode.BadRequest)).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("requests?contry=XB")]
    [InlineData("stuck?gruop=NotOpened")]
    [InlineData("deadlines?stat=XB")]
    [InlineData("audit?wo=bell")]
    [InlineData("costs?form=2026-01")]
    public async Task A_field_that_a_list_does_not_have_is_named(string address)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var program = await PlanTests.Program(console, "anna", Role.Reader, Role.Auditor);
        using var answer = await program.GetAsync(new Uri($"/api/v1/{address}", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"{address.Split('?', '=')[1]}", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_language_of_a_page_is_no_field_of_its_list()
    {
        var console = refusing.Console;
        Assert.Contains("data-row", await console.Page("/quarantine?lang=fr", Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"deed":"Retry","reason":"x","by":"A. Bell"}""")]
    [InlineData("""{"deed":"Retry","reason":"x","by":"A. Bell\nC. Dune","all":true}""")]
    [InlineData("""{"deed":"Retry","reason":"x","by":"A. Bell","ids":[]}""")]
    [InlineData("""{"deed":"Retry","reason":"x","by":"A. Bell","group":""}""")]
    [InlineData("""{"deed":"Retry","reason":"x","by":"A. Bell","state":"","all":true}""")]
    [InlineData("""{"deed":"Retry","reason":"x","by":"A. Bell","groupp":"edge/NotAuthentic/Malformed","all":true}""")]
    [InlineData("""{"deed":"Retry","reason":"x","by":"A. Bell","all":true,"state":"XB"}""")]
    [InlineData("""{"deed":"Retry","reason":"x","by":"A. Bell","ids":["garbage"]}""")]
    public async Task No_plan_is_made_over_everything_because_a_choice_is_empty_or_misspelt(string body)
    {
        var console = refusing.Console;
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await console.Http.PostAsync(new Uri("/api/v1/plans", UriKind.Relative), content, Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("LH0104", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Empty(await console.Services.GetRequiredService<RepairPlans>().Page(10, Cancelled));
    }

    [Theory]
    [InlineData("all", "")]
    [InlineData("filter", "garbage")]
    [InlineData("group", "garbage")]
    [InlineData("group", "edge/x/+300")]
    [InlineData("ids", " , \n ")]
    [InlineData("opensAt", "tomorrow")]
    [InlineData("closesAt", "2026-13-45T99:00")]
    public async Task No_form_makes_a_plan_wider_or_without_its_window_because_a_field_cannot_be_read(string field, string value)
    {
        var console = refusing.Console;
        var form = new Dictionary<string, string>
        {
            ["deed"] = "Retry",
            ["all"] = field is "opensAt" or "closesAt" ? "1" : "",
            ["state"] = "  ",
            ["perMinute"] = "10",
            ["stopPercent"] = "5",
            ["reason"] = "x",
            ["by"] = "A. Bell",
            [field] = value.Replace("+300", new string('y', 300), StringComparison.Ordinal),
        };
        using var answer = await console.Post("/plans/new", "/plans", form, Cancelled);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("LH0104", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Empty(await console.Services.GetRequiredService<RepairPlans>().Page(10, Cancelled));
    }

    [Fact]
    public async Task As_many_ids_as_a_plan_may_have_can_be_pasted_and_one_that_does_not_wait_is_named()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var unknown = Enumerable.Range(0, RepairPlan.MostItems - 1).Select(_ => Guid.NewGuid()).Order().ToList();
        var waits = (await console.Services.GetRequiredService<Quarantine>().Page(Quarantine.Waiting, null, null, null, 1, Cancelled))[0].QuarantineId;
        Dictionary<string, string> Form(IEnumerable<string> ids) => new()
        {
            ["deed"] = "Retry",
            ["ids"] = string.Join("\r\n", ids),
            ["perMinute"] = "10",
            ["stopPercent"] = "5",
            ["reason"] = new string('准', Fields.LongestReason),
            ["by"] = "A. Bell",
        };
        using var missing = await console.Post("/plans/new", "/plans", Form([waits.ToString("D"), .. unknown.Select(u => u.ToString("D"))]), Cancelled);
        var html = await missing.Content.ReadAsStringAsync(Cancelled);
        Assert.Equal(HttpStatusCode.Conflict, missing.StatusCode);
        Assert.Contains("LH0113", html, StringComparison.Ordinal);
        Assert.Contains("9,999", html, StringComparison.Ordinal);
        using var tooMany = await console.Post("/plans/new", "/plans", Form([waits.ToString("D"), .. unknown.Select(u => u.ToString("D")), Guid.NewGuid().ToString("D")]), Cancelled);
        Assert.Contains("LH0104", await tooMany.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        using var made = await console.Post("/plans/new", "/plans", Form([waits.ToString("D").ToUpperInvariant()]), Cancelled);
        Assert.Equal(HttpStatusCode.SeeOther, made.StatusCode);
        Assert.Equal(1, Assert.Single(await console.Services.GetRequiredService<RepairPlans>().Page(10, Cancelled)).Items);
    }

    [Fact]
    public async Task A_plan_over_the_newest_ids_finds_them_behind_more_than_a_plan_may_have()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var (database, now) = (console.Services.GetRequiredService<LiaisonHub.Storage.Database>(), console.Time.GetUtcNow());
        await database.Execute(new LiaisonHub.Storage.Statement(_ => $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= {RepairPlan.MostItems})
            INSERT INTO quarantine (quarantine_id, source, state, code, place, reason, fix, body, digest, headers, at, status, seen)
            SELECT printf('00000000-0000-4000-8000-%012d', i), 'edge', 'XB', 'NotAuthentic', 'Malformed', 'No', 'Yes', x'00', printf('%d', i), '', @at, 'Waiting', 1 FROM n
            """), new { at = now.AddHours(-1) }, Cancelled);
        var newest = await console.Services.GetRequiredService<Quarantine>().Add(PlanTests.Message(now), Cancelled);
        using var made = await console.Http.PostAsJsonAsync(new Uri("/api/v1/plans", UriKind.Relative), new PlanWish { Deed = "Retry", Ids = [newest.ToString("D")], Reason = "x", By = "A. Bell" }, Cancelled);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var all = await console.Http.PostAsJsonAsync(new Uri("/api/v1/plans", UriKind.Relative), new PlanWish { Deed = "Retry", All = true, Reason = "x", By = "A. Bell" }, Cancelled);
        Assert.Contains("LH0112", await all.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/quarantine?state=%00", "state")]
    [InlineData("/quarantine?group=a/b/%00", "group")]
    [InlineData("/requests?q=%07", "q")]
    [InlineData("/sign-in?back=%00", "back")]
    public async Task A_character_without_a_shape_is_refused_in_every_address_with_the_name_of_the_field(string address, string field)
    {
        var console = refusing.Console;
        Assert.Contains($"“{field}”", await console.Page(address, Cancelled, HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_character_without_a_shape_is_refused_in_forms_and_in_JSON()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var message = (await console.Services.GetRequiredService<Quarantine>().Page(Quarantine.Waiting, null, null, null, 1, Cancelled))[0];
        using var form = await console.Post($"/quarantine/{message.QuarantineId}", $"/quarantine/{message.QuarantineId}", new() { ["deed"] = "retry", ["reason"] = "a\0b", ["by"] = "A. Bell" }, Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, form.StatusCode);
        Assert.Contains("“reason”", await form.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        foreach (var reason in new[] { "a\\u0000b", "a\\ud800b" })
        {
            using var content = new StringContent($$"""{"deed":"retry","by":"A. Bell","reason":"{{reason}}"}""", Encoding.UTF8, "application/json");
            using var json = await console.Http.PostAsync(new Uri($"/api/v1/quarantine/{message.QuarantineId}", UriKind.Relative), content, Cancelled);
            Assert.Equal(HttpStatusCode.BadRequest, json.StatusCode);
            Assert.Contains("“reason”", (await json.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        Assert.Equal(Quarantine.Waiting, (await console.Services.GetRequiredService<Quarantine>().Get(message.QuarantineId, Cancelled))!.Status);
    }

    [Fact]
    public async Task A_form_that_is_too_large_or_is_none_is_refused_with_its_code()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var large = await console.Post("/sign-in", "/sign-in", new() { ["name"] = "anna", ["password"] = new string('x', 20_000) }, Cancelled);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Contains(ErrorCode.TooLarge.Code, await large.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        using var json = await console.Http.PostAsJsonAsync(new Uri("/sign-in", UriKind.Relative), new { name = "anna" }, Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, json.StatusCode);
        Assert.Contains(ErrorCode.CannotBeRead.Code, await json.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }
}
