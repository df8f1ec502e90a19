using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Repair;
using LiaisonHub.OperatorConsole.Settings;
using LiaisonHub.OperatorConsole.Today;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>The second person says no, or says yes no longer; and who it was is one person.</summary>
[Long(25)]
public sealed class SecondPersonTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_is_refused_an_agreement_taken_back_and_a_draft_thrown_away_each_with_its_reason()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var anna = await PlanTests.Program(console, "anna", Role.Operator);
        using var berta = await PlanTests.Program(console, "berta", Role.Approver);
        var plan = await Tried(console, anna);
        Assert.Equal("LH0104", await Ask(berta, plan, "withdrawal", new PlanStep(1)));
        Assert.Equal("LH0122", await Ask(berta, plan, "withdrawal", new PlanStep(1, Reason: "x")));
        Assert.Null(await Ask(berta, plan, "approval", new PlanStep(1)));
        Assert.Null(await Ask(berta, plan, "withdrawal", new PlanStep(1, Reason: "I looked again")));
        Assert.Equal("LH0131", await Ask(anna, plan, "run", new PlanStep(1, plan.Items)));
        Assert.Equal("LH0104", await Ask(berta, plan, "refusal", new PlanStep(1)));
        Assert.Equal("LH0121", await Ask(berta, plan, "refusal", new PlanStep(7, Reason: "x")));
        Assert.Null(await Ask(berta, plan, "refusal", new PlanStep(1, Reason: "These came from a court")));
        Assert.Equal("LH0122", await Ask(berta, plan, "approval", new PlanStep(1)));
        Assert.Equal("LH0122", await Ask(anna, plan, "run", new PlanStep(1, plan.Items)));

        var other = await Tried(console, anna);
        Assert.Equal("LH0203", await Ask(berta, other, "end", new PlanStep(1, Reason: "x")));
        Assert.Null(await Ask(anna, other, "end", new PlanStep(1, Reason: "The wrong group")));
        var plans = console.Services.GetRequiredService<RepairPlans>();
        Assert.Equal([(RepairPlan.Discarded, "These came from a court"), (RepairPlan.Discarded, "The wrong group")], (await plans.Page(10, Cancelled)).Select(p => (p.Status, p.EndedWhy)).OrderByDescending(p => p.EndedWhy, StringComparer.Ordinal));
        Assert.Empty(await plans.Open(10, Cancelled));
        Assert.Equal(["RepairPlanApprovalTakenBack", "RepairPlanDiscarded", "RepairPlanDryRunAsked", "RepairPlanDryRunAsked", "RepairPlanRefused"], (await console.Services.GetRequiredService<Ledger>().DeedsPage(new() { }, null, 50, Cancelled))
            .Select(e => e.Kind).Where(k => k.StartsWith("RepairPlan", StringComparison.Ordinal)).Where(k => k is not ("RepairPlanMade" or "RepairPlanApproved")).Order());
    }

    [Fact]
    public async Task What_an_account_agreed_to_ends_when_it_is_closed_or_is_no_approver_any_more()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var anna = await PlanTests.Program(console, "anna", Role.Operator);
        using var berta = await PlanTests.Program(console, "berta", Role.Approver);
        var (accounts, desk) = (console.Services.GetRequiredService<AccountStore>(), console.Services.GetRequiredService<AccountDesk>());
        var plan = await Tried(console, anna);
        async Task<Account> Berta() => (await accounts.Named("BERTA", Cancelled))!;

        Assert.Null(await Ask(berta, plan, "approval", new PlanStep(1)));
        Assert.True(await desk.Close(await Berta(), "the boss", null, "left", Cancelled));
        Assert.Equal("LH0131", await Ask(anna, plan, "run", new PlanStep(1, plan.Items)));
        Assert.True(await desk.Reopen(await Berta(), "the boss", null, "came back", Cancelled));
        Assert.Equal("LH0131", await Ask(anna, plan, "run", new PlanStep(1, plan.Items)));

        var berta2 = await Berta();
        Assert.Null((await console.Services.GetRequiredService<PlanDesk>().Approve(plan.PlanId, 1, new(berta2.AccountId, berta2.Name, new HashSet<Role> { Role.Approver }), Cancelled)).Error);
        berta2.Roles = Caller.Write([Role.Reader]);
        Assert.True(await desk.Change(berta2, "AccountRolesChanged", "the boss", "another office", Cancelled));
        Assert.Equal("LH0131", await Ask(anna, plan, "run", new PlanStep(1, plan.Items)));
    }

    [Theory]
    [InlineData("anna, a person")]
    [InlineData("ANNA a person")]
    [InlineData("Ánna, á person.")]
    [InlineData("an\u200bna, a person")]
    [InlineData("an\u202ena, a person")]
    [InlineData("ａｎｎａ, a person")]
    public async Task Nobody_takes_the_name_of_somebody_else(string name)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var anna = await PlanTests.Program(console, "anna", Role.Operator);
        var (accounts, desk) = (console.Services.GetRequiredService<AccountStore>(), console.Services.GetRequiredService<AccountDesk>());
        var boss = new Caller(Guid.NewGuid(), "the boss", new HashSet<Role> { Role.Administrator });
        Assert.NotNull((await desk.Invite(new("mallory", name, ["Operator"]), boss, Cancelled)).Error);

        var link = (await desk.Invite(new("mallory", "M. Mallory, trainee", ["Operator"]), boss, Cancelled)).Link!.PathAndQuery;
        using var taken = await console.Post(link, link, new() { ["name"] = name, ["password"] = ConsoleUnderTest.Password, ["again"] = ConsoleUnderTest.Password }, Cancelled);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, taken.StatusCode);
        Assert.Equal("M. Mallory, trainee", (await accounts.Named("MALLORY", Cancelled))!.Name);
        // Nor where two come at once: the database has the last word.
        var mallory = (await accounts.Named("MALLORY", Cancelled))!;
        mallory.Name = "Anna A. Person";
        Assert.False(await accounts.Change(mallory, mallory.Stamp, "AccountOpened", "x", null, Cancelled));

        // A closed account gives its name free, and does not come back under it.
        Assert.True(await desk.Close((await accounts.Named("ANNA", Cancelled))!, "the boss", null, "left", Cancelled));
        Assert.Null((await desk.Invite(new("anna2", "anna, a person", ["Operator"]), boss, Cancelled)).Error);
        Assert.NotNull((await desk.Change((await accounts.Named("ANNA", Cancelled))!.AccountId, new("open", "back", null), boss, Cancelled)).Error);
    }

    [Fact]
    public async Task Where_nobody_can_be_the_second_person_today_and_health_say_so_with_the_remedy()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        var approver = await ConsoleUnderTest.Open(console.Services, "crane", "B. Crane", [Role.Approver], Cancelled);
        async Task<HealthCheck> Second() => (await console.Services.GetRequiredService<HealthReader>().Read(Cancelled)).Checks.Single(c => c.Name == "Second person");
        async Task<Matter?> Today() => (await console.Services.GetRequiredService<TodayReader>().Read(Cancelled)).Decisions.SingleOrDefault(m => m.Kind == MatterKind.SecondPerson);
        Assert.Equal(Condition.Well, (await Second()).Condition);
        Assert.Null(await Today());
        var (desk, admin) = (console.Services.GetRequiredService<AccountDesk>(), Guid.NewGuid());
        Assert.True(await desk.Close(approver, "the boss", admin, "x", Cancelled));
        Assert.True(await desk.Reopen(approver, "the boss", admin, "x", Cancelled));
        Assert.Equal(Condition.Look, (await Second()).Condition);
        Assert.Contains("liaisonhub database approver", (await Second()).Reason, StringComparison.Ordinal);
        Assert.Contains("liaisonhub database approver", (await Today())!.Next.Plain, StringComparison.Ordinal);

        // Where nobody signs in, everybody is the one person there is; where a provider says who somebody is, it is its own matter.
        await using var alone = await ConsoleUnderTest.Filled(Cancelled);
        Assert.DoesNotContain((await alone.Services.GetRequiredService<TodayReader>().Read(Cancelled)).Decisions, m => m.Kind == MatterKind.SecondPerson);
    }

    [Fact]
    public async Task A_plan_that_the_dead_hub_does_not_work_off_says_so()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await PlanTests.Fill(console);
        var plan = (await console.Services.GetRequiredService<RepairPlans>().Page(1, Cancelled))[0];
        var processes = console.Services.GetRequiredService<HubProcesses>();
        await console.Services.GetRequiredService<LiaisonHub.Storage.Database>().Execute(new LiaisonHub.Storage.Statement(_ => "DELETE FROM hub_processes"), new { }, Cancelled);
        await processes.Beat(new() { ProcessId = Guid.NewGuid(), BeganAt = console.Time.GetUtcNow(), BeatAt = console.Time.GetUtcNow() }, Cancelled);
        Assert.Contains("The hub works it off.", await console.Page($"/plans/{plan.PlanId}", Cancelled), StringComparison.Ordinal);
        console.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Contains("Start the hub’s worker", await console.Page($"/plans/{plan.PlanId}", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_make_a_plan_is_not_shown_the_form_and_who_must_sign_in_again_comes_back_to_the_page()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        await ConsoleUnderTest.Open(console.Services, "rita", "R. Reader", [Role.Reader], Cancelled);
        using var asked = new HttpRequestMessage(HttpMethod.Post, new Uri("/plans?status=Draft", UriKind.Relative)) { Content = new FormUrlEncodedContent([]) };
        asked.Headers.Referrer = new Uri(console.Address, "/plans/new?state=XB");
        using var again = await console.Http.SendAsync(asked, Cancelled);
        Assert.EndsWith($"/sign-in?back={Uri.EscapeDataString("/plans/new?state=XB")}&lost=1", again.Headers.Location!.OriginalString, StringComparison.Ordinal);
        using var strange = new HttpRequestMessage(HttpMethod.Post, new Uri("/plans", UriKind.Relative)) { Content = new FormUrlEncodedContent([]) };
        strange.Headers.Referrer = new Uri("https://elsewhere.example/plans/new");
        using var home = await console.Http.SendAsync(strange, Cancelled);
        Assert.EndsWith("back=%2F&lost=1", home.Headers.Location!.OriginalString, StringComparison.Ordinal);

        using var signedIn = await console.Post("/sign-in", "/sign-in", new() { ["name"] = "rita", ["password"] = ConsoleUnderTest.Password, ["back"] = "/" }, Cancelled);
        await console.Page("/plans/new", Cancelled, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_makes_one_token_and_one_calendar()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        var anna = await ConsoleUnderTest.Open(console.Services, "anna", "Anna", [Role.Operator], Cancelled);
        using var signedIn = await console.Post("/sign-in", "/sign-in", new() { ["name"] = "anna", ["password"] = ConsoleUnderTest.Password, ["back"] = "/" }, Cancelled);
        foreach (var (page, address, fields) in new[]
        {
            ("/account", "/account/tokens", new Dictionary<string, string> { ["name"] = "Report", ["may"] = "read", ["days"] = "7" }),
            ("/deadlines/calendars", "/deadlines/calendars", new() { ["name"] = "Desk" }),
        })
        {
            fields["once"] = System.Text.RegularExpressions.Regex.Match(await console.Page(page, Cancelled), "name=\"once\" value=\"([^\"]+)\"").Groups[1].Value;
            using var made = await console.Post(page, address, fields, Cancelled);
            Assert.Equal(HttpStatusCode.OK, made.StatusCode);
            using var again = await console.Post(page, address, fields, Cancelled);
            Assert.Equal((HttpStatusCode.SeeOther, page), (again.StatusCode, again.Headers.Location?.OriginalString));
        }
        Assert.Single(await console.Services.GetRequiredService<AccountStore>().Tokens(anna.AccountId, Cancelled));
        Assert.Single(await console.Services.GetRequiredService<CalendarFeeds>().Seen(null, true, null, 10, Cancelled));
    }

    internal static async Task<RepairPlan> Tried(ConsoleUnderTest console, HttpClient maker)
    {
        using var made = await maker.PostAsJsonAsync(new Uri("/api/v1/plans", UriKind.Relative), new PlanWish { Deed = "SetAside", All = true, Reason = "Tests sent by mistake" }, Cancelled);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var plans = console.Services.GetRequiredService<RepairPlans>();
        var plan = (await plans.Get((await made.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("planId").GetGuid(), Cancelled))!;
        await plans.Foresee(plan.PlanId, "A. Bell", Cancelled);
        await PlanTests.Foreseen(plans, console.Time.GetUtcNow());
        return plan;
    }

    // The code of the refusal. Null: it was done.
    static async Task<string?> Ask(HttpClient who, RepairPlan plan, string step, PlanStep body)
    {
        using var answer = await who.PostAsJsonAsync(new Uri($"/api/v1/plans/{plan.PlanId}/{step}", UriKind.Relative), body, Cancelled);
        return answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("code").GetString();
    }
}
