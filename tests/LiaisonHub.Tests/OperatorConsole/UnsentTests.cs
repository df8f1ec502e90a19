using System.Net;
using System.Text.RegularExpressions;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>A deed comes from the console's own pages, by somebody who sits there now; and what a person typed is not lost on the way.</summary>
public sealed class UnsentTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Origin", "https://evil.example", false)]
    [InlineData("Origin", "http://127.0.0.1:1", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Origin", null, true)]
    public async Task A_form_with_a_valid_token_does_nothing_when_a_page_of_another_site_sends_it(string header, string? value, bool taken)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var token = Token(await console.Page("/plans/new", Cancelled));
        using var asked = new HttpRequestMessage(HttpMethod.Post, "/plans") { Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token), .. Plan]) };
        asked.Headers.Add(header, value ?? console.Address.GetLeftPart(UriPartial.Authority));
        using var answer = await console.Http.SendAsync(asked, Cancelled);

        Assert.Equal(taken ? HttpStatusCode.SeeOther : HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(taken ? 1 : 0, (await console.Services.GetRequiredService<RepairPlans>().Page(10, Cancelled)).Count);
        if (!taken)
            Assert.Contains("LH0110", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_sent_after_the_session_had_ended_waits_for_the_person_and_for_nobody_else_and_stands_in_no_address()
    {
        await using var console = await Signing();
        await ConsoleUnderTest.Open(console.Services, "anna", "Anna, duty", [Role.Operator], Cancelled);
        await ConsoleUnderTest.Open(console.Services, "berta", "Berta, duty", [Role.Operator], Cancelled);
        await SignIn(console, "anna");
        var token = Token(await console.Page("/plans/new", Cancelled));
        console.Time.Advance(TimeSpan.FromMinutes(31));
        var ended = await Post(console, "/plans", token, "/plans/new");
        Assert.Equal((HttpStatusCode.Found, "/sign-in?back=%2Faccount%2Funsent"), ended);
        Assert.Empty(await console.Services.GetRequiredService<RepairPlans>().Page(10, Cancelled));

        Assert.Equal((HttpStatusCode.Found, "/account/unsent"), await SignIn(console, "berta", "/account/unsent"));
        Assert.Equal((HttpStatusCode.Found, "/"), await Get(console, "/account/unsent"));
        using (await console.Post("/account", "/sign-out", [], Cancelled))
            await SignIn(console, "anna", "/account/unsent");
        var page = await console.Page("/account/unsent", Cancelled);
        Assert.Contains("It was a test; of mine", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("href=\"/plans/new\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(token, page, StringComparison.Ordinal);
        using (var sent = await console.Post("/account/unsent", "/plans", new(Plan), Cancelled))
            Assert.StartsWith("/plans/", sent.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.Equal("It was a test; of mine", Assert.Single(await console.Services.GetRequiredService<RepairPlans>().Page(10, Cancelled)).Reason);
        using (var left = await console.Post("/account/unsent", "/account/unsent/end", [], Cancelled))
            Assert.Equal("/plans/new", left.Headers.Location?.ToString());
        Assert.Equal((HttpStatusCode.Found, "/"), await Get(console, "/account/unsent"));
    }

    [Fact]
    public async Task Whoever_had_no_session_keeps_nothing_here_and_is_told_that_nothing_was_done()
    {
        await using var console = await Signing();
        var account = await ConsoleUnderTest.Open(console.Services, "anna", "Anna, duty", [Role.Operator], Cancelled);
        Assert.Equal((HttpStatusCode.Found, "/sign-in?back=%2Fplans%2Fnew&lost=1"), await Post(console, "/plans", "x", "/plans/new"));
        Assert.Contains("what you sent was not done", await console.Page("/sign-in?back=%2Fplans%2Fnew&lost=1", Cancelled), StringComparison.Ordinal);

        // A session that an administrator has ended is nobody's any more.
        await SignIn(console, "anna");
        var token = Token(await console.Page("/plans/new", Cancelled));
        var store = console.Services.GetRequiredService<AccountStore>();
        await console.Services.GetRequiredService<AccountDesk>().Change((await store.Get(account.AccountId, Cancelled))!, "AccountRolesChanged", "x", "x", Cancelled);
        Assert.EndsWith("&lost=1", (await Post(console, "/plans", token, "/plans/new")).Location, StringComparison.Ordinal);
        Assert.Null(console.Services.GetRequiredService<UnsentForms>().Of(account.AccountId));
    }

    [Fact]
    public async Task A_password_is_kept_nowhere_and_what_nobody_comes_for_in_half_an_hour_is_forgotten()
    {
        await using var console = await Signing();
        var anna = await ConsoleUnderTest.Open(console.Services, "anna", "Anna, duty", [Role.Operator], Cancelled);
        var forms = console.Services.GetRequiredService<UnsentForms>();
        await SignIn(console, "anna");
        var token = Token(await console.Page("/plans/new", Cancelled));
        console.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.EndsWith("&lost=1", (await Post(console, "/account/password", token, "/account", new() { ["before"] = "x", ["password"] = "four words make one", ["again"] = "four words make one" })).Location, StringComparison.Ordinal);
        Assert.Null(forms.Of(anna.AccountId));

        await SignIn(console, "anna");
        token = Token(await console.Page("/plans/new", Cancelled));
        console.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal((HttpStatusCode.Found, "/sign-in?back=%2Faccount%2Funsent"), await Post(console, "/plans", token, "/plans/new"));
        console.Time.Advance(TimeSpan.FromMinutes(29));
        Assert.NotNull(forms.Of(anna.AccountId));
        console.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(forms.Of(anna.AccountId));
    }

    [Fact]
    public async Task What_cannot_be_undone_asks_once_more_who_sits_there_ten_minutes_after_the_sign_in()
    {
        await using var console = await Signing();
        using var maker = await PlanTests.Program(console, "carla", Role.Operator);
        await ConsoleUnderTest.Open(console.Services, "anna", "Anna, approver", [Role.Approver], Cancelled);
        var plan = await SecondPersonTests.Tried(console, maker);
        var (plans, page) = (console.Services.GetRequiredService<RepairPlans>(), $"/plans/{plan.PlanId}");
        await SignIn(console, "anna");
        console.Time.Advance(TimeSpan.FromMinutes(11));
        var token = Token(await console.Page(page, Cancelled));
        Assert.Equal((HttpStatusCode.SeeOther, "/sign-in?again=1&back=%2Faccount%2Funsent"), await Post(console, page + "/approval", token, page, new() { ["version"] = "1" }));
        Assert.Null((await plans.Get(plan.PlanId, Cancelled))!.ApprovedByAccount);

        var asks = await console.Page("/sign-in?again=1&back=%2Faccount%2Funsent", Cancelled);
        Assert.Contains("value=\"anna\"", asks, StringComparison.Ordinal);
        Assert.Contains("cannot be undone", asks, StringComparison.Ordinal);
        using (var wrong = await console.Post("/sign-in?again=1", "/sign-in", new() { ["name"] = "anna", ["password"] = "not this one", ["back"] = "/account/unsent" }, Cancelled))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Equal("/sign-in?again=1&back=%2Faccount%2Funsent", (await Post(console, page + "/approval", Token(await console.Page(page, Cancelled)), page, new() { ["version"] = "1" })).Location);
        Assert.Equal("/account/unsent", (await SignIn(console, "anna", "/account/unsent", "/sign-in?again=1")).Location);
        Assert.Matches($"What is sent:.*Agree.*Set aside for good: {plan.Items}", Regex.Replace(WebUtility.HtmlDecode(await console.Page("/account/unsent", Cancelled)), "<[^>]+>|\\s+", " "));
        using (await console.Post("/account/unsent", page + "/approval", new() { ["version"] = "1" }, Cancelled))
            Assert.NotNull((await plans.Get(plan.PlanId, Cancelled))!.ApprovedByAccount);
        // A refusal can be thought over.
        console.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal((HttpStatusCode.SeeOther, page), await Post(console, page + "/refusal", Token(await console.Page(page, Cancelled)), page, new() { ["version"] = "1", ["reason"] = "No" }));
    }

    static Task<ConsoleUnderTest> Signing() => ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);

    static Dictionary<string, string> Plan => new() { ["deed"] = "Retry", ["all"] = "1", ["perMinute"] = "10", ["stopPercent"] = "5", ["reason"] = "It was a test; of mine", ["by"] = "A. Bell" };

    static string Token(string page) => Regex.Match(page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;

    static async Task<(HttpStatusCode Status, string? Location)> Post(ConsoleUnderTest console, string address, string token, string from, Dictionary<string, string>? fields = null)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token), .. fields ?? Plan]) };
        asked.Headers.Referrer = new(console.Address, from);
        using var answer = await console.Http.SendAsync(asked, Cancelled);
        return (answer.StatusCode, answer.Headers.Location is { IsAbsoluteUri: true } whole ? whole.PathAndQuery : answer.Headers.Location?.ToString());
    }

    static async Task<(HttpStatusCode Status, string? Location)> Get(ConsoleUnderTest console, string address)
    {
        using var answer = await console.Http.GetAsync(new Uri(address, UriKind.Relative), Cancelled);
        return (answer.StatusCode, answer.Headers.Location?.ToString());
    }

    static async Task<(HttpStatusCode Status, string? Location)> SignIn(ConsoleUnderTest console, string name, string back = "/", string page = "/sign-in")
    {
        // Whoever is signed in as somebody else signs out first.
        if (page == "/sign-in" && (await Get(console, "/account")).Status == HttpStatusCode.OK)
            using (await console.Post("/account", "/sign-out", [], Cancelled))
            {
            }
        using var answer = await console.Post(page, "/sign-in", new() { ["name"] = name, ["password"] = ConsoleUnderTest.Password, ["back"] = back }, Cancelled);
        return (answer.StatusCode, answer.Headers.Location?.ToString());
    }
}
