using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using CsCheck;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>Who may sign in at the console, how long, and what each may do then.</summary>
[Long(70)]
public sealed class SignInTests
{
    const string Password = "four words make one";

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_administrator_opens_the_console_with_the_link_and_invites_the_others()
    {
        await using var console = await Signing();
        Assert.Equal("/sign-in?back=%2Frequests%3Fshow%3Dclosed", (await Get(console.Http, "/requests?show=closed")).Location);

        var link = await console.Invitation(Cancelled);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Post(console.Http, link, link, new() { ["name"] = "A. Bell, administrator", ["password"] = "short", ["again"] = "short" })).Status);
        Assert.Equal("/account", (await Post(console.Http, link, link, new() { ["name"] = "A. Bell, administrator", ["password"] = Password, ["again"] = Password })).Location);
        Assert.Equal(HttpStatusCode.NotFound, (await Get(console.Http, link)).Status);

        var made = await Post(console.Http, "/accounts", "/accounts", new() { ["signInName"] = "cdune", ["name"] = "C. Dune, duty operator", ["role"] = "Operator" });
        var second = Regex.Match(made.Html, "/invitations/[A-Za-z0-9_-]+").Value;
        using var other = Browser(console);
        Assert.Equal("/account", (await Post(other, second, second, new() { ["name"] = "C. Dune, duty operator", ["password"] = Password + "!", ["again"] = Password + "!" })).Location);
        Assert.Equal(HttpStatusCode.OK, (await Get(other, "/")).Status);
        var refused = await Get(other, "/accounts");
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("needs the role Administrator", refused.Html, StringComparison.Ordinal);

        Assert.Equal(["AccountMade", "AccountMade", "AccountInvited", "AccountOpened", "SignedIn", "AccountMade", "AccountOpened", "SignedIn"], (await Ledger(console)).Select(e => e.Kind));
    }

    [Fact]
    public async Task The_start_gives_a_link_until_an_administrator_can_sign_in_and_the_last_link_alone_works()
    {
        await using var console = await Signing();
        var first = await console.Invitation(Cancelled);
        var second = await console.Invitation(Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, (await Get(console.Http, first)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Get(console.Http, second)).Status);
        console.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(HttpStatusCode.NotFound, (await Get(console.Http, second)).Status);
        Assert.False(await console.Services.GetRequiredService<AccountStore>().Has("Administrator", null, Cancelled));
    }

    [Fact]
    public async Task Five_wrong_passwords_bar_the_place_they_come_from_and_a_stranger_learns_no_names_and_locks_nobody_out()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => (o.SignIn, o.PublicUrl) = (SignInBy.Accounts, "http://localhost:5080"));
        await Account(console, "abell", Role.Operator);
        console.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        for (var i = 0; i < 5; i++)
            Assert.Equal(Told(await Enter(console.Http, "nobody", $"wrong {i} and wrong")), Told(await Enter(console.Http, "abell", $"wrong {i} and wrong")));

        var sixth = await Enter(console.Http, "abell", Password);
        Assert.Contains("nobody signs in from here with this name for 15 minutes", sixth.Html, StringComparison.Ordinal);
        Assert.Equal(Told(sixth), Told(await Enter(console.Http, "nobody", Password)));
        using var elsewhere = Browser(console);
        elsewhere.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7, 198.51.100.2");
        Assert.Equal("/", (await Enter(elsewhere, "abell", Password)).Location);
        console.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal("/", (await Enter(console.Http, "ABell ", Password)).Location);
    }

    [Fact]
    public async Task Wrong_passwords_from_everywhere_lock_an_account_for_a_quarter_of_an_hour_and_that_is_not_told()
    {
        await using var console = await Signing();
        var account = await Account(console, "abell", Role.Operator);
        var store = console.Services.GetRequiredService<AccountStore>();
        for (var i = 1; i < SignIn.MostFailuresAnywhere; i++)
            await store.Failed(account, SignIn.MostFailuresAnywhere, console.Time.GetUtcNow() + SignIn.Locked, Cancelled);
        Assert.DoesNotContain(await Ledger(console), e => e.Kind == "AccountLocked");
        await Enter(console.Http, "abell", "wrong and wrong");

        Assert.Contains(await Ledger(console), e => e.Kind == "AccountLocked");
        Assert.Equal(Told(await Enter(console.Http, "nobody", Password)), Told(await Enter(console.Http, "abell", Password)));
        console.Time.Advance(TimeSpan.FromMinutes(15));
        await Enter(console.Http, "abell", "wrong and wrong");
        Assert.NotEqual(0, (await store.Get(account.AccountId, Cancelled))!.Failures);
        Assert.Equal("/", (await Enter(console.Http, "abell", Password)).Location);
        Assert.Equal(0, (await store.Get(account.AccountId, Cancelled))!.Failures);
    }

    [Fact]
    public async Task A_session_ends_without_work_after_half_an_hour_and_with_work_after_twelve()
    {
        await using var console = await Signing();
        await Account(console, "abell", Role.Reader);
        await Enter(console.Http, "abell", Password);
        console.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal("/sign-in?back=%2F", (await Get(console.Http, "/")).Location);

        await Enter(console.Http, "abell", Password);
        for (var i = 0; i < 47; i++)
        {
            console.Time.Advance(TimeSpan.FromMinutes(15));
            Assert.Equal(HttpStatusCode.OK, (await Get(console.Http, "/help")).Status);
        }
        console.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal("/sign-in?back=%2Fhelp", (await Get(console.Http, "/help")).Location);
    }

    [Fact]
    public async Task A_page_that_refreshes_itself_keeps_no_session_alive()
    {
        await using var console = await Signing();
        await Account(console, "abell", Role.Reader);
        await Enter(console.Http, "abell", Password);
        for (var minute = 0; minute < 28; minute += 4)
        {
            console.Time.Advance(TimeSpan.FromMinutes(4));
            using var asked = new HttpRequestMessage(HttpMethod.Get, "/");
            asked.Headers.Add("LiaisonHub-By-Itself", "1");
            using var answer = await console.Http.SendAsync(asked, Cancelled);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        console.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal("/sign-in?back=%2F", (await Get(console.Http, "/")).Location);
    }

    [Fact]
    public async Task What_an_administrator_changes_counts_at_once()
    {
        await using var console = await Signing();
        var account = await Account(console, "abell", Role.Operator);
        await Account(console, "boss", Role.Administrator);
        await Enter(console.Http, "abell", Password);
        using var boss = Browser(console);
        await Enter(boss, "boss", Password);

        var change = $"/accounts/{account.AccountId}";
        Assert.Contains("write the reason", (await Post(boss, "/accounts", change, new() { ["deed"] = "close" })).Html, StringComparison.Ordinal);
        Assert.Equal("/accounts", (await Post(boss, "/accounts", change, new() { ["deed"] = "close", ["reason"] = "Left the service." })).Location);
        Assert.Equal("/sign-in?back=%2F", (await Get(console.Http, "/")).Location);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Enter(console.Http, "abell", Password)).Status);
        Assert.Contains(await Ledger(console), e => e is { Kind: "AccountClosed", Actor: "boss, a person" } && e.Content.Contains("Left the service.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_changes_their_own_account_and_the_last_administrator_stays()
    {
        await using var console = await Signing();
        var one = await Account(console, "one", Role.Administrator);
        await Enter(console.Http, "one", Password);
        var own = await Post(console.Http, "/accounts", $"/accounts/{one.AccountId}", new() { ["deed"] = "roles", ["role"] = "Operator", ["reason"] = "I want to." });
        Assert.Contains("changed by another administrator", own.Html, StringComparison.Ordinal);
        Assert.Contains("last administrator", own.Html, StringComparison.Ordinal);

        var two = await Account(console, "two", Role.Administrator);
        var other = await Post(console.Http, "/accounts", $"/accounts/{two.AccountId}", new() { ["deed"] = "roles", ["role"] = "Operator", ["reason"] = "One is enough." });
        Assert.Equal("/accounts", other.Location);
        Assert.Equal("Operator", (await console.Services.GetRequiredService<AccountStore>().Get(two.AccountId, Cancelled))!.Roles);
    }

    [Fact]
    public async Task A_deed_names_who_signed_in_whatever_the_form_says()
    {
        await using var console = await Signing();
        await Account(console, "abell", Role.Operator);
        await Enter(console.Http, "abell", Password);
        var message = (await console.Services.GetRequiredService<Quarantine>().Page(Quarantine.Waiting, null, null, null, 1, Cancelled))[0].QuarantineId;
        Assert.DoesNotContain("name=\"by\"", (await Get(console.Http, $"/quarantine/{message}")).Html, StringComparison.Ordinal);
        await Post(console.Http, $"/quarantine/{message}", $"/quarantine/{message}", new() { ["deed"] = "retry", ["by"] = "Somebody Else", ["reason"] = "The key is there now." });

        Assert.Equal("abell, a person", (await console.Services.GetRequiredService<Quarantine>().Get(message, Cancelled))!.RetryRequestedBy);
    }

    [Fact]
    public async Task What_cannot_be_undone_takes_two_people_and_an_account_one_made_for_the_other_is_the_same_hand()
    {
        await using var console = await Signing();
        var quarantine = console.Services.GetRequiredService<Quarantine>();
        var desk = console.Services.GetRequiredService<AccountDesk>();
        var both = await Account(console, "both", Role.Operator, Role.Approver, Role.Administrator);
        var second = await Account(console, "second", Role.Approver);
        var message = (await quarantine.Page(Quarantine.Waiting, null, null, null, 1, Cancelled))[0].QuarantineId;
        var (page, approval) = ($"/quarantine/{message}", $"/quarantine/{message}/approval");
        await Enter(console.Http, "both", Password);
        Assert.Equal(page, (await Post(console.Http, page, page, new() { ["deed"] = "aside", ["reason"] = "Sent to the wrong address." })).Location);
        Assert.Equal(Quarantine.Waiting, (await quarantine.Get(message, Cancelled))!.Status);

        // Not the same person, not an account the person made, and not by the store itself.
        Assert.Contains("You wished it yourself", (await Post(console.Http, page, approval, new() { ["deed"] = "agree" })).Html, StringComparison.Ordinal);
        var secret = await desk.Invite("puppet", "puppet, a person", [Role.Approver], both.Name, both.AccountId, Cancelled);
        await desk.SetPassword((await desk.Invited(secret!, Cancelled))!, Password, "AccountOpened", Cancelled);
        using var puppet = Browser(console);
        await Enter(puppet, "puppet", Password);
        Assert.Contains("made the other’s account, or gave the link to it", WebUtility.HtmlDecode((await Post(puppet, page, approval, new() { ["deed"] = "agree" })).Html), StringComparison.Ordinal);
        Assert.False(await quarantine.AgreeToAside(message, both.AccountId, both.Name, "again", "SetAside", Cancelled));
        Assert.Equal(Quarantine.Waiting, (await quarantine.Get(message, Cancelled))!.Status);

        using var other = Browser(console);
        await Enter(other, "second", Password);
        console.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Contains("both, a person wishes to set it aside for good", (await Get(other, page)).Html, StringComparison.Ordinal);
        // Twenty minutes after the sign-in somebody else may sit there.
        Assert.StartsWith("/sign-in?again=1&", (await Post(other, page, approval, new() { ["deed"] = "agree" })).Location, StringComparison.Ordinal);
        Assert.Equal(page, (await Post(other, "/sign-in?again=1", "/sign-in", new() { ["name"] = "second", ["password"] = Password, ["back"] = page })).Location);
        Assert.Equal(page, (await Post(other, page, approval, new() { ["deed"] = "agree" })).Location);
        var done = (await quarantine.Get(message, Cancelled))!;
        Assert.Equal((Quarantine.Resolved, "second, a person", "Sent to the wrong address."), (done.Status, done.ResolvedBy, done.ResolvedReason));
    }

    [Fact]
    public async Task One_person_with_the_administrators_link_finds_no_way_at_the_pages_to_be_two()
    {
        await using var console = await Signing();
        // The approver's link is where the administrator's is not, and for the console's own user alone.
        var file = await console.ApproverLinkFile();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var theirs = new Uri((await File.ReadAllTextAsync(file, Cancelled)).Trim()).AbsolutePath;
        using var approver = Browser(console);
        Assert.Equal("/account", (await Post(approver, theirs, theirs, new() { ["name"] = "D. Eve, approver", ["password"] = Password, ["again"] = Password })).Location);

        var link = await console.Invitation(Cancelled);
        await Post(console.Http, link, link, new() { ["name"] = "A. Bell, administrator", ["password"] = Password, ["again"] = Password });
        var made = await Post(console.Http, "/accounts", "/accounts", new() { ["signInName"] = "abell", ["name"] = "A. Bell", ["role"] = "Operator" });
        var own = Regex.Match(made.Html, "/invitations/[A-Za-z0-9_-]+").Value;
        using var operating = Browser(console);
        await Post(operating, own, own, new() { ["name"] = "A. Bell, operator", ["password"] = Password, ["again"] = Password });
        var message = (await console.Services.GetRequiredService<Quarantine>().Page(Quarantine.Waiting, null, null, null, 1, Cancelled))[0].QuarantineId;
        var page = $"/quarantine/{message}";
        await Post(operating, page, page, new() { ["deed"] = "aside", ["reason"] = "I want it." });

        var account = (await console.Services.GetRequiredService<AccountStore>().Named("APPROVER", Cancelled))!.AccountId;
        Task<Answer> Change(string deed) => Post(console.Http, "/accounts", $"/accounts/{account}", new() { ["deed"] = deed, ["role"] = "Approver", ["reason"] = "I want to." });
        Task<string?> Restart() => console.Services.GetRequiredService<AccountDesk>().InviteFirstApprover(Cancelled);
        foreach (var deed in new[] { "close", "open", "roles" })
        {
            Assert.Equal("/accounts", (await Change(deed)).Location);
            Assert.Null(await Restart());
        }
        var given = Regex.Match((await Change("invite")).Html, "/invitations/[A-Za-z0-9_-]+").Value;
        Assert.Null(await Restart());
        using var taken = Browser(console);
        Assert.Equal("/account", (await Post(taken, given, given, new() { ["name"] = "D. Eve, approver", ["password"] = Password, ["again"] = Password })).Location);
        Assert.Contains("made the other’s account, or gave the link to it", WebUtility.HtmlDecode((await Post(taken, page, page + "/approval", new() { ["deed"] = "agree" })).Html), StringComparison.Ordinal);
        Assert.Equal(Quarantine.Waiting, (await console.Services.GetRequiredService<Quarantine>().Get(message, Cancelled))!.Status);
    }

    enum Way
    {
        SignIn, MakeToken, ChangePassword, MakeAccount, GiveLink, ChangeRoles, Close, Reopen, Start, Make, Edit, DryRun, Approve, Refuse, Withdraw, Discard, Run, Stop, Wish, Agree, Decline, Wait,
    }

    /// <summary>
    /// One person with every role at the console as it stands: with sessions at the pages and with tokens over the API (as the command line asks), who makes accounts, takes links to those of others, gives roles, closes and opens,
    /// changes passwords, starts the console anew, and wishes, makes, edits, agrees, refuses, takes back, throws away and runs whatever there is, in any order. Nothing irreversible ever happens, for a second person is
    /// missing. Where an identity provider says who somebody is, the one person is one subject of it.
    /// </summary>
    [Theory]
    [InlineData(SignInBy.Accounts, 5)]
    [InlineData(SignInBy.OpenId, 1)]
    public async Task No_sequence_of_calls_of_one_person_at_pages_and_API_brings_anything_irreversible_about(SignInBy signIn, int sequences)
    {
        var (agreements, refusals, runs, taken, tokens) = (0, 0, 0, 0, 0);
        await Gen.Select(Gen.Enum<Way>(), Gen.Int[0, 99], Gen.Int[0, 99], Gen.Bool).Array[82].SampleAsync(
            async sequence =>
            {
                await using var entrance = await Entrance.Of(signIn, s => s.AddSingleton<IPasswordHasher<Account>>(new PlanTests.NoHash()));
                var console = entrance.Console;
                // Its own first links are out before anybody else is.
                if (signIn == SignInBy.Accounts)
                    await console.Invitation(Cancelled);
                var (store, desk, plans, quarantine) = (console.Services.GetRequiredService<AccountStore>(), console.Services.GetRequiredService<AccountDesk>(), console.Services.GetRequiredService<RepairPlans>(), console.Services.GetRequiredService<Quarantine>());
                Task SignedIn(Hand hand) => entrance.SignIn(hand.Browser, hand.Name, hand.Password, Enum.GetValues<Role>());
                // The approver's link is taken up by somebody else, who does nothing from then on.
                if (signIn == SignInBy.Accounts)
                    Assert.True(await desk.SetPassword((await store.Named(SignIn.Approver, Cancelled))!, "nobody else knows this", "AccountOpened", Cancelled));
                else
                    (await entrance.Person("somebody else", Role.Approver)).Dispose();
                var messages = (await quarantine.Page(Quarantine.Waiting, null, null, null, 50, Cancelled)).Select(m => m.QuarantineId).ToList();

                // What the person has in hand: names with a password that opens them, a session, and perhaps a token.
                var mine = new List<Hand> { new("me", ConsoleUnderTest.Password, await entrance.Person("me", Enum.GetValues<Role>())) };
                var made = new List<Guid>();

                // As a form where there is no token, or the way says so; else over the API.
                async Task<string> Do(Hand hand, bool form, string page, string address, Dictionary<string, string> fields, object body, string method = "POST")
                {
                    if (form || hand.Token is null)
                        return (await Post(hand.Browser, page, address, fields)) is var answer ? answer.Location + answer.Html : "";
                    using var asked = new HttpRequestMessage(new(method), new Uri($"/api/v1{address}", UriKind.Relative)) { Content = JsonContent.Create(body) };
                    asked.Headers.Authorization = new("Bearer", hand.Token);
                    using var told = await console.Http.SendAsync(asked, Cancelled);
                    return await told.Content.ReadAsStringAsync(Cancelled);
                }
                async Task Open(string answer, string name)
                {
                    if (Regex.Match(answer, "/invitations/[A-Za-z0-9_-]+") is not { Success: true } link)
                        return;
                    Interlocked.Increment(ref taken);
                    var hand = new Hand(name, $"word after word {mine.Count}", Browser(console));
                    await Post(hand.Browser, link.Value, link.Value, new() { ["name"] = $"Person {name}", ["password"] = hand.Password, ["again"] = hand.Password });
                    mine.Add(hand);
                }

                // A plan is there from the beginning, and an approver whom the person made, so that every sequence has something to agree to and to run, and somebody to do it; and at the end everything is tried that would
                // have to work for one person to be two.
                (Way, int, int, bool) First(Way way) => (way, 0, 0, true);
                (Way, int, int, bool) Made(Way way) => (way, 1, 0, true);
                foreach (var (way, a, b, form) in new[] { Way.Make, Way.MakeToken, Way.DryRun, Way.Approve, Way.Run, Way.Wish, Way.Agree, Way.MakeAccount }.Select(First)
                    .Concat(new[] { Way.Approve, Way.Agree }.Select(Made)).Append(First(Way.Run)).Concat(sequence)
                    .Concat(new[] { Way.Make, Way.DryRun, Way.Approve, Way.Run, Way.Withdraw, Way.Agree, Way.Refuse }.Select(First)))
                {
                    var hand = mine[a % mine.Count];
                    if (b % 3 == 0)
                        await SignedIn(hand);
                    var accounts = await store.All(100, Cancelled);
                    var account = accounts[b % accounts.Count];
                    var message = messages[b % messages.Count];
                    var plan = made.Count == 0 ? null : await plans.Get(made[b % made.Count], Cancelled);
                    var version = $"{plan?.Version}";
                    Task<string> Change(string deed) => Do(hand, form, "/accounts", $"/accounts/{account.AccountId}", new() { ["deed"] = deed, ["role"] = "Approver", ["reason"] = "x" }, new { deed, reason = "x", roles = new[] { "Approver", "Operator", "Administrator" } });
                    Task<string> Step(string step, int? count = null) => Do(hand, form, $"/plans/{plan!.PlanId}", $"/plans/{plan.PlanId}/{step}", new() { ["version"] = version, ["count"] = $"{count}", ["reason"] = "x" }, new { version = plan.Version, count, reason = "x" });
                    switch (way)
                    {
                        case Way.SignIn:
                            await SignedIn(hand);
                            break;
                        case Way.MakeToken when Regex.Match((await Post(hand.Browser, "/account", "/account/tokens", new() { ["name"] = "x", ["may"] = "all", ["days"] = "30" })).Html, "lhc_[A-Za-z0-9_-]+") is { Success: true } token:
                            hand.Token = token.Value;
                            tokens++;
                            break;
                        case Way.ChangePassword:
                            await Post(hand.Browser, "/account", "/account/password", new() { ["before"] = hand.Password, ["password"] = "another four words", ["again"] = "another four words" });
                            await Post(hand.Browser, "/account", "/account/password", new() { ["before"] = "another four words", ["password"] = hand.Password, ["again"] = hand.Password });
                            break;
                        case Way.MakeAccount:
                            await Open(
                                await Do(hand, form, "/accounts", "/accounts", new() { ["signInName"] = $"made{mine.Count}", ["name"] = $"Person made{mine.Count}", ["role"] = b % 2 == 0 ? "Approver" : "Operator" },
                                    new { signInName = $"made{mine.Count}", name = $"Person made{mine.Count}", roles = Enum.GetNames<Role>() }),
                                $"made{mine.Count}");
                            break;
                        case Way.GiveLink:
                            await Open(await Change("invite"), account.SignInName);
                            break;
                        case Way.ChangeRoles:
                            await Change("roles");
                            break;
                        case Way.Close:
                            await Change("close");
                            break;
                        case Way.Reopen:
                            await Open(await Change("open"), account.SignInName);
                            break;
                        case Way.Start when signIn == SignInBy.Accounts:
                            // As at a start: what it gives for an approver, whoever runs the machine takes up.
                            if (!await store.HasUnmade(nameof(Role.Approver), Cancelled) && await desk.InviteFirstApprover(Cancelled) is { } secret)
                                await Open($"/invitations/{secret}", SignIn.Approver);
                            break;
                        case Way.Make:
                            var deed = b % 2 == 0 ? "SetAside" : "DecideWithout";
                            await Do(hand, form, "/plans/new", "/plans", new() { ["deed"] = deed, ["all"] = "1", ["perMinute"] = "600", ["stopPercent"] = "100", ["reason"] = "x" }, new { deed, all = true, perMinute = 600, stopPercent = 100, reason = "x" });
                            made = [.. (await plans.Page(100, Cancelled)).Select(p => p.PlanId)];
                            break;
                        case Way.Edit when plan is not null:
                            await Do(hand, form, $"/plans/{plan.PlanId}", hand.Token is null || form ? $"/plans/{plan.PlanId}" : $"/plans/{plan.PlanId}?version={version}",
                                new() { ["version"] = version, ["perMinute"] = "60", ["stopPercent"] = "100", ["reason"] = "y" }, new { deed = $"{plan.Deed}", perMinute = 60, reason = "y" }, "PUT");
                            break;
                        case Way.DryRun when plan is not null:
                            await Step("dry-run");
                            await PlanTests.Foreseen(plans, console.Time.GetUtcNow());
                            break;
                        case Way.Approve when plan is not null:
                            agreements++;
                            await Step("approval");
                            break;
                        case Way.Refuse when plan is not null:
                            refusals++;
                            await Step("refusal");
                            break;
                        case Way.Withdraw when plan is not null:
                            await Step("withdrawal");
                            break;
                        case Way.Discard when plan is not null:
                            await Step("end");
                            break;
                        case Way.Run when plan is not null:
                            runs++;
                            await Step("run", plan.Items);
                            break;
                        case Way.Stop when plan is not null:
                            await Step("stop");
                            break;
                        case Way.Wish:
                            await Do(hand, form, $"/quarantine/{message}", $"/quarantine/{message}", new() { ["deed"] = "aside", ["reason"] = "x" }, new { deed = "aside", reason = "x" });
                            break;
                        case Way.Agree or Way.Decline:
                            agreements++;
                            var said = way == Way.Agree ? "agree" : "decline";
                            await Do(hand, form, $"/quarantine/{message}", $"/quarantine/{message}/approval", new() { ["deed"] = said, ["reason"] = "x" }, new { deed = said, reason = "x" });
                            break;
                        case Way.Wait:
                            console.Time.Advance(TimeSpan.FromMinutes(b));
                            break;
                    }
                    foreach (var stands in await plans.Page(100, Cancelled))
                        Assert.True(stands is { StartedAt: null, ApprovedByAccount: null }, $"{way}: a plan to {stands.Deed} is {stands.Status}, agreed to by {stands.ApprovedBy}");
                    foreach (var id in messages)
                        Assert.Equal(Quarantine.Waiting, (await quarantine.Get(id, Cancelled))!.Status);
                }
                foreach (var hand in mine)
                    hand.Browser.Dispose();
            },
            iter: sequences, threads: 1);
        Assert.True(agreements > 3 * sequences && refusals > 0 && runs >= sequences && (taken > 3 || signIn == SignInBy.OpenId) && tokens > 0,
            $"{agreements} agreements, {refusals} refusals and {runs} runs were tried, {taken} links taken, {tokens} tokens made");
    }

    // A name and a password that opens it.
    sealed class Hand(string name, string password, HttpClient browser)
    {
        public string Name => name;

        public string Password => password;

        public HttpClient Browser => browser;

        public string? Token { get; set; }
    }

    /// <summary>Whether the person is still welcome cannot be asked, and the database may be back when the deed comes to it: so a session sees the last stuck board, as a reader, and nothing else.</summary>
    [Fact]
    public async Task While_the_database_is_away_a_session_sees_the_last_board_and_does_nothing()
    {
        await using var console = await Signing();
        await Account(console, "anna", Enum.GetValues<Role>());
        await Enter(console.Http, "anna", Password);
        await Get(console.Http, "/stuck");
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        File.Move(console.DatabaseFile, console.DatabaseFile + ".gone");
        Directory.CreateDirectory(console.DatabaseFile);

        var board = await Get(console.Http, "/stuck");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (board.Status, board.Html.Contains("XA-2026-000102", StringComparison.Ordinal)));
        Assert.Contains("SqliteException", board.Html, StringComparison.Ordinal);
        // The pages keep their look, help what it says, and whoever watches the console its answer.
        foreach (var (address, status) in new[] { ("/site.css", HttpStatusCode.OK), ("/site.js", HttpStatusCode.OK), ("/favicon.svg", HttpStatusCode.OK), ("/help", HttpStatusCode.OK), ("/errors", HttpStatusCode.OK), ("/health/live", HttpStatusCode.OK), ("/health/ready", HttpStatusCode.ServiceUnavailable) })
            Assert.Equal((address, status), (address, (await Get(console.Http, address)).Status));
        var failed = await Get(console.Http, "/requests");
        Assert.Equal((true, true), (failed.Html.Contains("<li><a href=\"/stuck\"", StringComparison.Ordinal), failed.Html.Contains("<li><a href=\"/settings\"", StringComparison.Ordinal)));
        var cookies = console.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        foreach (var address in console.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => ConsoleUnderTest.Needs(e) != "anybody"))
        {
            // The session is looked at before the address is: here nothing but that look happens, as if the database came back right behind it.
            var session = new DefaultHttpContext { RequestServices = console.Services };
            session.Request.Method = address.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
            session.Request.Path = address.RoutePattern.RawText is { Length: > 1 } text ? "/" + text.Trim('/') : "/";
            var principal = SignIn.Principal(new Account { AccountId = Guid.NewGuid(), SignInName = "anna", Name = "Anna", Roles = Caller.Write(Enum.GetValues<Role>()), Stamp = "s", MadeBy = "x", MadeAt = console.Time.GetUtcNow() }, IdentityConstants.ApplicationScheme, console.Time.GetUtcNow());
            var looked = new CookieValidatePrincipalContext(session, new(IdentityConstants.ApplicationScheme, null, typeof(CookieAuthenticationHandler)), cookies, new(principal, IdentityConstants.ApplicationScheme));
            if (session.Request is { Method: "GET", Path.Value: "/stuck" or "/settings" or "/help" or "/errors" })
            {
                await cookies.Events.ValidatePrincipal(looked);
                Assert.Equal([Permission.See, Permission.OwnAccount], Enum.GetValues<Permission>().Where(p => Caller.Of(looked.Principal!)!.May(p)));
                Assert.False(looked.ShouldRenew);
            }
            else
                await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => cookies.Events.ValidatePrincipal(looked));
        }
        // What the page that says so is made of is open to anybody, and comes with a session as without.
        foreach (var part in new[] { "/site.css", "/site.js", "/favicon.svg" })
            Assert.Equal(HttpStatusCode.OK, (await Get(console.Http, part)).Status);
        // Of the settings nothing but that the database is away, whether or not it is back by now.
        var settings = await Get(console.Http, "/settings");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true, false), (settings.Status, settings.Html.Contains("database does not answer", StringComparison.Ordinal), settings.Html.Contains("id=\"processes\"", StringComparison.Ordinal)));
        foreach (var (method, address) in new[] { ("GET", "/"), ("GET", "/requests"), ("GET", "/stuck.csv"), ("GET", "/account"), ("POST", "/plans"), ("POST", "/stuck") })
        {
            using var asked = new HttpRequestMessage(new(method), new Uri(address, UriKind.Relative));
            using var answer = await console.Http.SendAsync(asked, Cancelled);
            Assert.True(answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.MethodNotAllowed, $"{method} {address}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task A_wish_lapses_after_a_day_and_can_be_declined_with_a_reason()
    {
        await using var console = await Signing();
        var quarantine = console.Services.GetRequiredService<Quarantine>();
        var one = await Account(console, "one", Role.Operator);
        await Account(console, "two", Role.Approver);
        var message = (await quarantine.Page(Quarantine.Waiting, null, null, null, 1, Cancelled))[0].QuarantineId;
        var page = $"/quarantine/{message}";
        var now = console.Time.GetUtcNow();
        Assert.True(await quarantine.WishAsideOf(message, one.AccountId, one.Name, "Wrong address.", now.AddHours(24), Cancelled));
        Assert.False(await quarantine.WishAsideOf(message, one.AccountId, one.Name, "Once more.", now.AddHours(48), Cancelled));
        console.Time.Advance(TimeSpan.FromHours(24));
        await Enter(console.Http, "two", Password);
        Assert.Equal(HttpStatusCode.Conflict, (await Post(console.Http, page, page + "/approval", new() { ["deed"] = "agree" })).Status);

        Assert.True(await quarantine.WishAsideOf(message, one.AccountId, one.Name, "Wrong address.", now.AddHours(48), Cancelled));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Post(console.Http, page, page + "/approval", new() { ["deed"] = "decline" })).Status);
        Assert.Equal(page, (await Post(console.Http, page, page + "/approval", new() { ["deed"] = "decline", ["reason"] = "It is ours after all." })).Location);
        Assert.Null((await quarantine.Get(message, Cancelled))!.AsideBy);
        Assert.Contains(await Everything(console), e => e.Kind == "QuarantineAsideDeclined" && e.Content.Contains("ours after all", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_password_ends_all_other_sessions()
    {
        await using var console = await Signing();
        await Account(console, "abell", Role.Reader);
        await Enter(console.Http, "abell", Password);
        using var forgotten = Browser(console);
        await Enter(forgotten, "abell", Password);

        var wrong = await Post(console.Http, "/account", "/account/password", new() { ["before"] = "not this one", ["password"] = "another four words", ["again"] = "another four words" });
        Assert.Contains("The password you have now was not accepted", wrong.Html, StringComparison.Ordinal);
        Assert.Equal("/account?said=password", (await Post(console.Http, "/account", "/account/password", new() { ["before"] = Password, ["password"] = "another four words", ["again"] = "another four words" })).Location);
        Assert.Equal(HttpStatusCode.OK, (await Get(console.Http, "/")).Status);
        Assert.Equal(HttpStatusCode.Found, (await Get(forgotten, "/")).Status);
    }

    [Fact]
    public async Task A_token_does_over_the_API_what_its_person_may_and_nothing_on_the_pages()
    {
        await using var console = await Signing();
        await Account(console, "abell", Role.Reader);
        await Enter(console.Http, "abell", Password);
        var made = await Post(console.Http, "/account", "/account/tokens", new() { ["name"] = "Night report", ["may"] = "all", ["days"] = "7" });
        var token = Regex.Match(made.Html, "lhc_[A-Za-z0-9_-]+").Value;
        using var program = Browser(console);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Get(program, "/api/v1/today")).Status);
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        Assert.Equal(HttpStatusCode.OK, (await Get(program, "/api/v1/today")).Status);
        Assert.Equal("/sign-in?back=%2F", (await Get(program, "/")).Location);
        Assert.DoesNotContain(token, (await Get(console.Http, "/account")).Html, StringComparison.Ordinal);
        console.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal(HttpStatusCode.Unauthorized, (await Get(program, "/api/v1/today")).Status);
    }

    [Fact]
    public async Task A_token_made_to_read_reads_whatever_its_person_may_read_and_does_nothing()
    {
        await using var console = await Signing();
        await Account(console, "abell", Role.Auditor, Role.Operator);
        await Enter(console.Http, "abell", Password);
        Task<Answer> Make(string may) => Post(console.Http, "/account", "/account/tokens", new() { ["name"] = "Night report", ["may"] = may, ["days"] = "7" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Make("")).Status);
        using var program = Browser(console);
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Regex.Match((await Make("read")).Html, "lhc_[A-Za-z0-9_-]+").Value);
        Assert.Contains("never used, only reads", Regex.Replace((await Get(console.Http, "/account")).Html, "<[^>]*>", ""), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await Get(program, "/api/v1/today")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Get(program, "/api/v1/audit")).Status);
        using (var refused = await program.PostAsJsonAsync(new Uri("/api/v1/audit/verification", UriKind.Relative), new { }, Cancelled))
            Assert.Equal((HttpStatusCode.Forbidden, true), (refused.StatusCode, (await refused.Content.ReadAsStringAsync(Cancelled)).Contains("LH0501", StringComparison.Ordinal)));
        // No role that its person lacks would be gained by another token: there it says so.
        using (var refused = await program.PostAsJsonAsync(new Uri("/api/v1/accounts", UriKind.Relative), new { }, Cancelled))
            Assert.Equal((HttpStatusCode.Forbidden, true), (refused.StatusCode, (await refused.Content.ReadAsStringAsync(Cancelled)).Contains("LH0203", StringComparison.Ordinal)));
        var deeds = await Everything(console);
        Assert.DoesNotContain(deeds, d => d.Kind == "LedgerVerified");
        Assert.Contains("\"readsOnly\":true", Assert.Single(deeds, d => d.Kind == "TokenMade").Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_provider_says_who_a_person_is_and_what_and_its_word_counts_anew_each_time()
    {
        await using var provider = await IdentityProvider.Start(Cancelled);
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, IdentityProvider.Secret + "\n", Cancelled);
        await using var console = await ConsoleUnderTest.Filled(
            Cancelled,
            o =>
            {
                o.SignIn = SignInBy.OpenId;
                (o.OpenId.Authority, o.OpenId.ClientId, o.OpenId.ClientSecretFile) = (provider.Address, "console", secret);
                o.OpenId.Roles[Role.Operator] = "LH-DUTY";
            });
        // The browser's cookies live in real time.
        console.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
        provider.Roles = ["LH-DUTY", "Auditor", "canteen"];
        using var browser = Browser(console);
        Assert.Equal("/requests?show=closed", await Through(browser, "/requests?show=closed"));
        Assert.Equal(HttpStatusCode.OK, (await Get(browser, "/audit")).Status);
        Assert.Contains("C. Dune, duty operator", (await Get(browser, "/")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await Get(browser, "/accounts")).Status);

        provider.Roles = ["LH-DUTY"];
        using var later = Browser(console);
        await Through(later, "/");
        Assert.Equal(HttpStatusCode.Forbidden, (await Get(later, "/audit")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Get(browser, "/audit")).Status);
        Assert.Single(await console.Services.GetRequiredService<AccountStore>().All(10, Cancelled));

        // A program of the person's does what the provider said of the person within the last week.
        var made = await Post(later, "/account", "/account/tokens", new() { ["name"] = "Night report", ["may"] = "all", ["days"] = "90" });
        using var program = Browser(console);
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Regex.Match(made.Html, "lhc_[A-Za-z0-9_-]+").Value);
        Assert.Equal(HttpStatusCode.OK, (await Get(program, "/api/v1/today")).Status);
        var account = (await console.Services.GetRequiredService<AccountStore>().All(10, Cancelled))[0];
        account.SignedInAt = console.Time.GetUtcNow().AddDays(-7);
        await console.Services.GetRequiredService<AccountStore>().Change(account, account.Stamp, "SignedIn", account.Name, null, Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Get(program, "/api/v1/today")).Status);
        using var again = Browser(console);
        Assert.NotNull(await Through(again, "/"));
        Assert.Equal(HttpStatusCode.OK, (await Get(program, "/api/v1/today")).Status);

        provider.Roles = ["canteen"];
        using var nobody = Browser(console);
        Assert.Null(await Through(nobody, "/"));
        Assert.Equal(HttpStatusCode.Found, (await Get(nobody, "/")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Get(program, "/api/v1/today")).Status);
        Assert.Equal(HttpStatusCode.Found, (await Get(again, "/")).Status);
        File.Delete(secret);

        Task<string?> Through(HttpClient client, string page) => SignInTests.Through(console, client, page);
    }

    [Theory]
    [InlineData("//evil.example/x")]
    [InlineData("https://evil.example")]
    [InlineData("/\\evil.example")]
    public async Task After_signing_in_nobody_is_led_elsewhere(string back)
    {
        await using var console = await Signing();
        await Account(console, "abell", Role.Reader);
        Assert.Equal("/", (await Post(console.Http, $"/sign-in?back={Uri.EscapeDataString(back)}", "/sign-in", new() { ["name"] = "abell", ["password"] = Password, ["back"] = back })).Location);
    }

    [Fact]
    public async Task Over_https_no_neighbour_can_set_or_read_a_cookie()
    {
        await using var provider = await IdentityProvider.Start(Cancelled);
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, IdentityProvider.Secret, Cancelled);
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => (o.SignIn, o.PublicUrl) = (SignInBy.Accounts, "https://console.example"));
        await using var openId = await ConsoleUnderTest.Filled(Cancelled, o =>
            (o.SignIn, o.PublicUrl, o.OpenId.Authority, o.OpenId.ClientId, o.OpenId.ClientSecretFile) = (SignInBy.OpenId, "https://console.example", provider.Address, "console", secret));
        await Account(console, "abell", Role.Reader);
        var (cookies, token) = await Asked(new(HttpMethod.Get, "/sign-in"), console);
        var form = cookies.Single();
        var session = await Asked(Form("/sign-in", new() { ["name"] = "abell", ["password"] = Password, ["back"] = "/" }), console);
        var passkey = await Asked(Form("/sign-in/passkey/question", []), console);
        var way = await Asked(new(HttpMethod.Get, "/sign-in?back=%2F"), openId);
        File.Delete(secret);

        string[] all = [form, .. session.Cookies, .. passkey.Cookies, .. way.Cookies];
        Assert.Equal(
            ["__Host-liaisonhub-form", "__Host-liaisonhub-nonce", "__Host-liaisonhub-passkey", "__Host-liaisonhub-session", "__Host-liaisonhub-way"],
            all.Select(c => c.Split('=', '.')[0]).Order(StringComparer.Ordinal));
        foreach (var cookie in all)
        {
            foreach (var guard in new[] { "secure", "httponly", "path=/;" })
                Assert.Contains(guard, cookie + ";", StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Matches(cookie.Contains("form", StringComparison.Ordinal) || cookie.Contains("passkey", StringComparison.Ordinal) ? "(?i)samesite=strict" : "(?i)samesite=lax", cookie);
        }

        // The cookie is for https alone: what a browser does with it, this does by hand.
        HttpRequestMessage Form(string address, Dictionary<string, string> fields)
        {
            var asked = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(fields.Append(new("__RequestVerificationToken", token))) };
            asked.Headers.Add("Cookie", form.Split(';')[0]);
            return asked;
        }

        async Task<(IReadOnlyList<string> Cookies, string Token)> Asked(HttpRequestMessage asked, ConsoleUnderTest of)
        {
            using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = of.Address };
            using (asked)
            using (var answer = await browser.SendAsync(asked, Cancelled))
                return ([.. answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : []], Regex.Match(await answer.Content.ReadAsStringAsync(Cancelled), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value);
        }
    }

    [Fact]
    public async Task No_form_that_does_anything_is_taken_without_the_consoles_own_token()
    {
        await using var console = await Signing();
        await Account(console, "all", Enum.GetValues<Role>());
        await Enter(console.Http, "all", Password);
        await Everything(console);
        var forms = 0;
        foreach (var address in console.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true))
        {
            var path = PathOf(address);
            if (path.StartsWith("/api/", StringComparison.Ordinal))
                continue;
            using var form = new FormUrlEncodedContent([new("deed", "retry"), new("reason", "because"), new("name", "all"), new("password", Password), new("__RequestVerificationToken", "forged")]);
            using var answer = await console.Http.PostAsync(new Uri(path, UriKind.Relative), form, Cancelled);
            var html = await answer.Content.ReadAsStringAsync(Cancelled);
            // An invitation that there is not is no form at all.
            Assert.True(html.Contains("out of date", StringComparison.Ordinal) || html.Contains("too old", StringComparison.Ordinal) || (path == "/invitations/x" && answer.StatusCode == HttpStatusCode.NotFound), $"{path}: {(int)answer.StatusCode}");
            forms++;
        }
        Assert.True(forms > 15, $"{forms} forms");
        Assert.Empty(await Everything(console));
    }

    /// <summary>Every address, asked for by nobody, by a person of each single role and by a program of that person.</summary>
    [Theory]
    [InlineData(SignInBy.Accounts)]
    [InlineData(SignInBy.OpenId)]
    public async Task Each_address_answers_to_the_roles_it_needs_and_to_no_other(SignInBy signIn)
    {
        await using var entrance = await Entrance.Of(signIn);
        var console = entrance.Console;
        var (browsers, programs) = (new Dictionary<Role, HttpClient>(), new Dictionary<(Role Role, bool Reads), HttpClient>());
        foreach (var role in Enum.GetValues<Role>())
        {
            browsers[role] = await entrance.Person($"the-{role}", role);
            var account = (await console.Services.GetRequiredService<AccountStore>().All(100, Cancelled)).Single(a => a.Name.StartsWith($"the-{role}", StringComparison.Ordinal));
            foreach (var reads in new[] { false, true })
            {
                programs[(role, reads)] = Browser(console);
                programs[(role, reads)].DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await console.Services.GetRequiredService<AccountDesk>().MakeToken(account, "test", TimeSpan.FromDays(1), Cancelled, reads));
            }
        }
        using var stranger = Browser(console);
        var wrong = new List<string>();
        var cells = 0;
        foreach (var address in console.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
            foreach (var method in address.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                var path = PathOf(address);
                if (path == "/sign-out")
                    continue;
                var needs = ConsoleUnderTest.Needs(address);
                // A token opens the API and no page; one that reads does nothing there, whatever its person may.
                var api = path.StartsWith("/api/", StringComparison.Ordinal);
                foreach (var (role, browser) in browsers.Select(b => ((Role?)b.Key, b.Value)).Append((null, stranger)).Concat(programs.Select(p => (api && !(p.Key.Reads && method != "GET") ? (Role?)p.Key.Role : null, p.Value))))
                {
                    using var asked = new HttpRequestMessage(new HttpMethod(method), path);
                    using var answer = await browser.SendAsync(asked, Cancelled);
                    var shut = answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized || answer.Headers.Location?.ToString().StartsWith("/sign-in", StringComparison.Ordinal) == true;
                    var may = needs == "anybody" || (role is { } r && needs.Split(' ').Contains(r.ToString()));
                    cells++;
                    if (shut == may)
                        wrong.Add($"{method} {path} ({needs}) to {role?.ToString() ?? "nobody"}: {(int)answer.StatusCode}");
                }
            }
        foreach (var browser in browsers.Values.Concat(programs.Values))
            browser.Dispose();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(cells > 200, $"{cells} cells");
    }

    /// <summary>Where nobody signs in, whoever is at the machine is everything, but nobody: no account is theirs, they make none, and they are no second person. Nor does a token make them one.</summary>
    [Fact]
    public async Task Where_nobody_signs_in_each_address_answers_but_those_of_a_person()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var account = await Account(console, "all", Enum.GetValues<Role>());
        using var program = Browser(console);
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await console.Services.GetRequiredService<AccountDesk>().MakeToken(account, "test", TimeSpan.FromDays(1), Cancelled));
        var (wrong, shutCells, openCells) = (new List<string>(), 0, 0);
        foreach (var address in console.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
            foreach (var method in address.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                foreach (var browser in new[] { console.Http, program })
                {
                    var (path, needs) = (PathOf(address), ConsoleUnderTest.Needs(address));
                    using var asked = new HttpRequestMessage(new HttpMethod(method), path);
                    using var answer = await browser.SendAsync(asked, Cancelled);
                    var shut = answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized || answer.Headers.Location?.ToString().StartsWith("/sign-in", StringComparison.Ordinal) == true;
                    // What asks for an approver or an administrator, and one's own account with its parts; a list or a calendar of somebody's own belongs to everybody here.
                    var may = needs is not (nameof(Role.Approver) or nameof(Role.Administrator)) && path != "/account" && !path.StartsWith("/account/", StringComparison.Ordinal);
                    if (shut == may)
                        wrong.Add($"{method} {path} ({needs}): {(int)answer.StatusCode}");
                    (shutCells, openCells) = (shutCells + (shut ? 1 : 0), openCells + (shut ? 0 : 1));
                }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(shutCells > 30 && openCells > 200, $"{shutCells} shut, {openCells} open");
    }

    [Fact]
    public async Task Where_nobody_signs_in_there_are_no_accounts_and_there_is_no_second_person()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var message = (await console.Services.GetRequiredService<Quarantine>().Page(Quarantine.Waiting, null, null, null, 1, Cancelled))[0].QuarantineId;
        foreach (var address in new[] { "/accounts", "/account" })
            Assert.Equal(HttpStatusCode.Forbidden, (await Get(console.Http, address)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(console.Http, "/audit", $"/quarantine/{message}/approval", new() { ["deed"] = "agree" })).Status);
        var today = (await Get(console.Http, "/")).Html;
        Assert.Contains("Nobody signs in here", today, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/accounts\"", today, StringComparison.Ordinal);
    }

    static string PathOf(RouteEndpoint address) =>
        Regex.Replace("/" + address.RoutePattern.RawText!.TrimStart('/'), "{[^}]*}", m => m.Value.Contains(":guid", StringComparison.Ordinal) ? Guid.Empty.ToString() : m.Value.Contains(":long", StringComparison.Ordinal) ? "1" : "x");

    // The way a browser goes: from the page to the provider and back. Null: it was not let in.
    static async Task<string?> Through(ConsoleUnderTest console, HttpClient browser, string page)
    {
        var at = new Uri(console.Address, page);
        for (var i = 0; i < 8; i++)
        {
            using var answer = await browser.GetAsync(at, Cancelled);
            if (answer.Headers.Location is not { } next)
                return answer.StatusCode == HttpStatusCode.OK ? at.PathAndQuery : null;
            at = new Uri(at, next);
        }
        throw new InvalidOperationException($"Sent from place to place, at last to {at}.");
    }

    // A console at which people sign in, in one of the two ways.
    sealed class Entrance(ConsoleUnderTest console, IdentityProvider? provider, string secret) : IAsyncDisposable
    {
        public ConsoleUnderTest Console => console;

        public static async Task<Entrance> Of(SignInBy signIn, Action<IServiceCollection>? services = null)
        {
            var provider = signIn == SignInBy.OpenId ? await IdentityProvider.Start(Cancelled) : null;
            var secret = Path.GetTempFileName();
            await File.WriteAllTextAsync(secret, IdentityProvider.Secret, Cancelled);
            var console = await ConsoleUnderTest.Filled(
                Cancelled,
                o =>
                {
                    o.SignIn = signIn;
                    if (provider is not null)
                        (o.OpenId.Authority, o.OpenId.ClientId, o.OpenId.ClientSecretFile) = (provider.Address, "console", secret);
                },
                services);
            // The browser's cookies of the way to the provider live in real time.
            if (provider is not null)
                console.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
            return new(console, provider, secret);
        }

        /// <summary>A browser in which somebody is signed in who was not there before.</summary>
        public async Task<HttpClient> Person(string name, params Role[] roles)
        {
            var browser = Browser(console);
            if (provider is null)
                await Account(console, name, roles);
            Assert.True(await SignIn(browser, name, Password, roles), $"{name} is not let in.");
            return browser;
        }

        /// <summary>Signs somebody in, with a password or by the provider's word. False: not let in.</summary>
        public async Task<bool> SignIn(HttpClient browser, string name, string password, params Role[] roles)
        {
            if (provider is null)
                return (await Enter(browser, name, password)).Location == "/";
            (provider.Subject, provider.Name, provider.Roles) = (name, $"{name}, a person", [.. roles.Select(r => r.ToString())]);
            return await Through(console, browser, "/sign-in?again=1&back=%2F") is not null;
        }

        public async ValueTask DisposeAsync()
        {
            await console.DisposeAsync();
            if (provider is not null)
                await provider.DisposeAsync();
            File.Delete(secret);
        }
    }

    static Task<ConsoleUnderTest> Signing() => ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);

    static async Task<Account> Account(ConsoleUnderTest console, string name, params Role[] roles)
    {
        var desk = console.Services.GetRequiredService<AccountDesk>();
        var secret = await desk.Invite(name, $"{name}, a person", roles, "the test", null, Cancelled);
        var account = (await desk.Invited(secret!, Cancelled))!;
        Assert.True(await desk.SetPassword(account, Password, "AccountOpened", Cancelled));
        return account;
    }

    static HttpClient Browser(ConsoleUnderTest console) => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = console.Address };

    static Task<Answer> Enter(HttpClient browser, string name, string password) => Post(browser, "/sign-in", "/sign-in", new() { ["name"] = name, ["password"] = password, ["back"] = "/" });

    static async Task<Answer> Get(HttpClient browser, string page)
    {
        using var answer = await browser.GetAsync(new Uri(page, UriKind.Relative), Cancelled);
        return new(answer.StatusCode, answer.Headers.Location is { } to ? to.IsAbsoluteUri ? to.PathAndQuery : to.ToString() : null, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    static async Task<Answer> Post(HttpClient browser, string page, string address, Dictionary<string, string> fields)
    {
        var token = Regex.Match((await Get(browser, page)).Html, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        using var form = new FormUrlEncodedContent(fields.Append(new("__RequestVerificationToken", token)));
        using var answer = await browser.PostAsync(new Uri(address, UriKind.Relative), form, Cancelled);
        return new(answer.StatusCode, answer.Headers.Location?.ToString(), await answer.Content.ReadAsStringAsync(Cancelled));
    }

    static async Task<IReadOnlyList<LedgerEntry>> Ledger(ConsoleUnderTest console) => [.. (await Everything(console)).Where(e => e.Kind.StartsWith("Account", StringComparison.Ordinal) || e.Kind == "SignedIn")];

    static async Task<IReadOnlyList<LedgerEntry>> Everything(ConsoleUnderTest console)
    {
        var ledger = console.Services.GetRequiredService<Ledger>();
        var before = (await ledger.Head(Cancelled)).Size;
        while (await ledger.Chain(console.Time.GetUtcNow(), 1000, Cancelled) > 0)
        {
        }
        return await ledger.Page(before, 1000, Cancelled);
    }

    static string Told(Answer answer) => Regex.Match(answer.Html, "<p class=\"told\" role=\"alert\">([^<]*)</p>").Groups[1].Value;

    sealed record Answer(HttpStatusCode Status, string? Location, string Html);
}
