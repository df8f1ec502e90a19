using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using CsCheck;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Repair;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>Repair plans on the pages and over the API, and the rule that what cannot be undone takes two people.</summary>
public sealed class PlanTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_the_group_a_plan_is_made_tried_and_run_and_the_page_tells_the_truth_at_each_step()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var plans = console.Services.GetRequiredService<RepairPlans>();
        var message = (await console.Services.GetRequiredService<Quarantine>().Page(Quarantine.Waiting, null, null, null, 1, Cancelled))[0];
        var group = await console.Page($"/quarantine?group={Uri.EscapeDataString(message.Fingerprint)}", Cancelled);
        Assert.Contains($"/plans/new?deed=Retry&group={Uri.EscapeDataString(message.Fingerprint)}", WebUtility.HtmlDecode(group), StringComparison.Ordinal);

        using var lacking = await console.Post("/plans/new", "/plans", Form(message.Fingerprint, reason: ""), Cancelled);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, lacking.StatusCode);
        Assert.Contains("Write the reason: 1,000 characters at most. (LH0104)", WebUtility.HtmlDecode(await lacking.Content.ReadAsStringAsync(Cancelled)), StringComparison.Ordinal);
        using var made = await console.Post("/plans/new", "/plans", Form(message.Fingerprint), Cancelled);
        var page = made.Headers.Location!.OriginalString;
        var plan = Assert.Single(await plans.Page(10, Cancelled));
        Assert.Equal($"/plans/{plan.PlanId}", page);
        Assert.Contains(plan.ItemsHash, await console.Page(page, Cancelled), StringComparison.Ordinal);

        async Task<(HttpStatusCode Status, string Html)> Step(string step, Dictionary<string, string> fields)
        {
            using var answer = await console.Post(page, $"{page}/{step}", new(fields) { ["by"] = "A. Bell, duty operator" }, Cancelled);
            return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancelled)));
        }
        var run = new Dictionary<string, string> { ["version"] = "1", ["count"] = plan.Items.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        Assert.Contains("(LH0123)", (await Step("run", run)).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await Step("dry-run", [])).Status);
        Assert.Contains("The dry run is under way", await console.Page(page, Cancelled), StringComparison.Ordinal);
        await Foreseen(plans, console.Time.GetUtcNow());
        Assert.Contains("would fail", await console.Page(page, Cancelled), StringComparison.Ordinal);
        // What was foreseen yesterday is foreseen no more.
        console.Time.Advance(TimeSpan.FromHours(25));
        Assert.Contains("(LH0123)", (await Step("run", run)).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await Step("dry-run", [])).Status);
        await Foreseen(plans, console.Time.GetUtcNow());
        Assert.Contains("(LH0124)", (await Step("run", new(run) { ["count"] = "99" })).Html, StringComparison.Ordinal);
        Assert.Contains("(LH0121)", (await Step("run", new(run) { ["version"] = "7" })).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await Step("run", run)).Status);
        Assert.Equal("A. Bell, duty operator", (await plans.Get(plan.PlanId, Cancelled))!.StartedBy);

        // What a hub that died in the middle leaves behind: done, and no word of success.
        var running = (await plans.Get(plan.PlanId, Cancelled))!;
        await plans.Do(running, (await plans.Next(plan.PlanId, 1, Cancelled))[0], console.Time.GetUtcNow(), null, Cancelled);
        var html = await console.Page(page, Cancelled);
        Assert.Contains("done, outcome open", html, StringComparison.Ordinal);
        Assert.Contains("processed 0, failed again 0, unknown 0, outcome open 1", html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await Step("stop", new() { ["reason"] = "The wrong group" })).Status);
        Assert.Contains("The wrong group", await console.Page(page, Cancelled), StringComparison.Ordinal);
        Assert.Contains("(LH0122)", (await Step("stop", new() { ["reason"] = "Again" })).Html, StringComparison.Ordinal);
        Assert.Contains($"sha256 {plan.ItemsHash}", await console.Page($"{page}.csv", Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await Step("", new() { ["version"] = "1", ["perMinute"] = "3", ["stopPercent"] = "0", ["reason"] = "Slower" })).Status);
        Assert.Equal((2, 3), ((await plans.Get(plan.PlanId, Cancelled))!.Version, (await plans.Get(plan.PlanId, Cancelled))!.PerMinute));
    }

    [Fact]
    public async Task Where_nobody_signs_in_nothing_irreversible_runs()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var plans = console.Services.GetRequiredService<RepairPlans>();
        using var made = await console.Post("/plans/new", "/plans", Form(null, "SetAside"), Cancelled);
        var plan = Assert.Single(await plans.Page(10, Cancelled));
        await plans.Foresee(plan.PlanId, "A. Bell", Cancelled);
        await Foreseen(plans, console.Time.GetUtcNow());
        using var run = await console.Post($"/plans/{plan.PlanId}", $"/plans/{plan.PlanId}/run", new() { ["version"] = "1", ["count"] = $"{plan.Items}", ["by"] = "A. Bell" }, Cancelled);
        Assert.Contains("(LH0133)", await run.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(RepairPlan.Draft, (await plans.Get(plan.PlanId, Cancelled))!.Status);
    }

    [Fact]
    public async Task Over_the_API_the_same_desk_answers_and_every_refusal_has_its_code()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var anna = await Program(console, "anna", Role.Operator, Role.Approver);
        using var berta = await Program(console, "berta", Role.Approver);
        async Task<(HttpStatusCode Status, string? Code, JsonElement Body)> Ask(HttpClient who, HttpMethod method, string path, object? body)
        {
            using var asked = new HttpRequestMessage(method, new Uri("/api/v1/" + path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
            using var answer = await who.SendAsync(asked, Cancelled);
            var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
            return (answer.StatusCode, json.ValueKind == JsonValueKind.Object && json.TryGetProperty("code", out var code) ? code.GetString() : null, json);
        }
        var wish = new PlanWish { Deed = "SetAside", All = true, Reason = "Tests sent by mistake" };
        Assert.Equal("LH0104", (await Ask(anna, HttpMethod.Post, "plans", wish with { Deed = "Destroy" })).Code);
        Assert.Equal("LH0104", (await Ask(anna, HttpMethod.Post, "plans", "not a wish")).Code);
        Assert.Equal("LH0102", (await Ask(anna, HttpMethod.Post, "plans", wish with { Group = "nonsense", All = false })).Code);
        Assert.Equal("LH0111", (await Ask(anna, HttpMethod.Post, "plans", wish with { State = "XF", All = false })).Code);
        Assert.Equal("LH0101", (await Ask(anna, HttpMethod.Get, $"plans/{Guid.NewGuid()}", null)).Code);
        Assert.Equal("LH0102", (await Ask(anna, HttpMethod.Get, "quarantine/groups/sample?group=edge/Nothing", null)).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await Ask(berta, HttpMethod.Post, "plans", wish)).Status);

        var made = await Ask(anna, HttpMethod.Post, "plans", wish);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var (id, items) = (made.Body.GetProperty("planId").GetGuid(), made.Body.GetProperty("items").GetInt32());
        Assert.Equal("SetAside", made.Body.GetProperty("deed").GetString());
        Assert.Equal(HttpStatusCode.OK, (await Ask(anna, HttpMethod.Post, $"plans/{id}/dry-run", new PlanStep(1))).Status);
        var plans = console.Services.GetRequiredService<RepairPlans>();
        await Foreseen(plans, console.Time.GetUtcNow());
        Assert.Equal("LH0131", (await Ask(anna, HttpMethod.Post, $"plans/{id}/run", new PlanStep(1, items))).Code);
        Assert.Equal("LH0132", (await Ask(anna, HttpMethod.Post, $"plans/{id}/approval", new PlanStep(1))).Code);
        Assert.Equal("LH0121", (await Ask(berta, HttpMethod.Post, $"plans/{id}/approval", new PlanStep(2))).Code);
        Assert.Equal(HttpStatusCode.OK, (await Ask(berta, HttpMethod.Post, $"plans/{id}/approval", new PlanStep(1))).Status);
        Assert.Equal(HttpStatusCode.OK, (await Ask(anna, HttpMethod.Put, $"plans/{id}?version=1", wish with { PerMinute = 60 })).Status);
        Assert.Equal("LH0123", (await Ask(anna, HttpMethod.Post, $"plans/{id}/run", new PlanStep(2, items))).Code);
        Assert.Equal("LH0123", (await Ask(berta, HttpMethod.Post, $"plans/{id}/approval", new PlanStep(2))).Code);
        await plans.Foresee(id, "A. Bell", Cancelled);
        await Foreseen(plans, console.Time.GetUtcNow());
        Assert.Equal("LH0131", (await Ask(anna, HttpMethod.Post, $"plans/{id}/run", new PlanStep(2, items))).Code);
        Assert.Equal(HttpStatusCode.OK, (await Ask(berta, HttpMethod.Post, $"plans/{id}/approval", new PlanStep(2))).Status);
        Assert.Equal(console.Time.GetUtcNow().AddHours(24), (await plans.Get(id, Cancelled))!.ApprovedUntil);
        // Nobody agrees to, or runs, other rows than those the hash is of.
        var database = console.Services.GetRequiredService<Database>();
        Task Change(int wave) => database.Execute(new LiaisonHub.Storage.Statement(_ => $"UPDATE repair_items SET wave = {wave} WHERE position = 1"), null, Cancelled);
        await Change(2);
        Assert.Equal("LH0125", (await Ask(berta, HttpMethod.Post, $"plans/{id}/approval", new PlanStep(2))).Code);
        Assert.Equal("LH0125", (await Ask(anna, HttpMethod.Post, $"plans/{id}/run", new PlanStep(2, items))).Code);
        await Change(1);
        Assert.Equal("Running", (await Ask(anna, HttpMethod.Post, $"plans/{id}/run", new PlanStep(2, items))).Body.GetProperty("status").GetString());
        Assert.Equal("LH0122", (await Ask(anna, HttpMethod.Post, $"plans/{id}/dry-run", new PlanStep(2))).Code);
        Assert.Equal(items, (await Ask(berta, HttpMethod.Get, $"plans/{id}", null)).Body.GetProperty("items").GetArrayLength());
        Assert.NotEmpty((await Ask(berta, HttpMethod.Get, "quarantine/groups", null)).Body.GetProperty("groups").EnumerateArray());
    }

    [Fact]
    public async Task A_session_of_a_browser_does_nothing_over_the_API()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var _ = await Program(console, "anna", Role.Operator);
        using var signedIn = await console.Post("/sign-in", "/sign-in", new() { ["name"] = "anna", ["password"] = ConsoleUnderTest.Password, ["back"] = "/" }, Cancelled);
        using var answer = await console.Http.PostAsJsonAsync(new Uri("/api/v1/plans", UriKind.Relative), new PlanWish { Deed = "Retry", Reason = "x" }, Cancelled);
        Assert.Contains("LH0105", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Empty(await console.Services.GetRequiredService<RepairPlans>().Page(10, Cancelled));
    }

    [Fact]
    public async Task Every_code_is_explained()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var html = await console.Page("/errors", Cancelled);
        Assert.All(ErrorCode.All, error => Assert.Contains($"id=\"{error.Code}\"", html, StringComparison.Ordinal));
        Assert.Equal(ErrorCode.All.Count, ErrorCode.All.Select(e => e.Code).Distinct().Count());
        Assert.Equal(typeof(ErrorCode).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public).Select(f => (ErrorCode)f.GetValue(null)!).OrderBy(e => e.Code), ErrorCode.All.OrderBy(e => e.Code));
        Assert.All(ErrorCode.All, error => Assert.Matches("^LH[0-9]{4}$", error.Code));
    }

    [Fact]
    public async Task A_message_whose_wrapping_alone_is_wrong_is_sent_as_a_new_one_with_the_difference_shown()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var quarantine = console.Services.GetRequiredService<Quarantine>();
        var flat = Signing.Serialize(Signing.Sign("{}"u8, DocumentTypes.Act, FilledHub.SigningKeyOf("XB")));
        byte[] body = [0xEF, 0xBB, 0xBF, .. flat];
        var id = await quarantine.Add(
            new()
            {
                QuarantineId = Guid.NewGuid(),
                Source = "edge",
                State = "XB",
                Code = "NotAuthentic",
                Place = "Malformed",
                Reason = "Not a signed document.",
                Fix = "Sign it.",
                Body = body,
                Digest = Convert.ToHexStringLower(SHA256.HashData(body)),
                At = console.Time.GetUtcNow(),
            },
            Cancelled);
        var page = await console.Page($"/quarantine/{id}", Cancelled);
        Assert.Contains("another encoding", page, StringComparison.Ordinal);
        var digest = Convert.ToHexStringLower(SHA256.HashData(flat));
        Assert.Contains(digest, page, StringComparison.Ordinal);

        using var other = await console.Post($"/quarantine/{id}", $"/quarantine/{id}/wrapping", new() { ["digest"] = "another", ["by"] = "A. Bell", ["reason"] = "A mark in front" }, Cancelled);
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        using var sent = await console.Post($"/quarantine/{id}", $"/quarantine/{id}/wrapping", new() { ["digest"] = digest, ["by"] = "A. Bell", ["reason"] = "A mark in front" }, Cancelled);

        var made = (await quarantine.Get(Guid.Parse(sent.Headers.Location!.OriginalString.Split('/')[^1]), Cancelled))!;
        Assert.Equal((id, Quarantine.RetryRequested, "A. Bell", digest), (made.MadeFrom, made.Status, made.RetryRequestedBy, made.Digest));
        Assert.Equal(flat, made.Body);
        var old = (await quarantine.Get(id, Cancelled))!;
        Assert.Equal((Quarantine.Resolved, Quarantine.Rewrapped), (old.Status, old.ResolvedOutcome));
        Assert.Equal(body, old.Body);
        Assert.Contains("Wrapped anew from", await console.Page($"/quarantine/{made.QuarantineId}", Cancelled), StringComparison.Ordinal);
    }

    enum Call
    {
        MakeAccount, GiveLink, Close, Reopen, ChangeRoles, Restart, Make, Edit, DryRun, Approve, Refuse, TakeBack, Discard, Run, Stop, Wish, Agree, Decline, Wait,
    }

    /// <summary>
    /// One person with every role, who makes accounts and opens them, gives links to accounts that others made and opens those too, closes the approver's account, starts the console again and opens whatever link
    /// that gives, and calls whatever there is in any order: nothing irreversible ever happens. A second person, whom nobody has made, is all that is missing.
    /// </summary>
    [Fact]
    public async Task No_sequence_of_calls_of_one_person_lets_anything_irreversible_run()
    {
        var folder = Directory.CreateTempSubdirectory("plans-").FullName;
        var template = Path.Combine(folder, "template.db");
        await using (var made = Database.Open($"sqlite:{template}", TimeProvider.System))
            made.Migrate(Schema.Hub);
        var number = 0;
        var (reachedApproval, reachedWish, reachedRefusal, restarted) = (0, 0, 0, 0);
        var calls = Gen.Select(Gen.Enum<Call>(), Gen.Int[0, 5], Gen.Int[0, 5]).Array[15, 60];
        await calls.SampleAsync(
            async sequence =>
            {
                var file = Path.Combine(folder, $"{Interlocked.Increment(ref number)}.db");
                File.Copy(template, file);
                var time = new FakeTimeProvider(FilledHub.Now);
                await using var database = Database.Open($"sqlite:{file}", time);
                var (store, plans) = (new AccountStore(database), new RepairPlans(database));
                var desk = new AccountDesk(store, new(database), new NoHash(), new(), new Texts(), time);
                var planning = new PlanDesk(plans, null!, desk, new(database), new HubProcesses(database), new Texts(), time, time); // No plan here is made from a saved filter.
                var quarantine = new Quarantine(database);
                var deciding = new QuarantineDesk(quarantine, null!, desk, new(database), new Texts(), time); // Nothing here is wrapped anew.
                var message = await quarantine.Add(Message(time.GetUtcNow()), CancellationToken.None);
                async Task<Account> The(Caller who) => (await store.Get(who.AccountId!.Value, CancellationToken.None))!;
                async Task<Caller> Opened(string name, Guid? by)
                {
                    await desk.Invite(name, name, Enum.GetValues<Role>(), "x", by, CancellationToken.None);
                    return new((await store.Named(name.ToUpperInvariant(), CancellationToken.None))!.AccountId, name, Enum.GetValues<Role>().ToHashSet());
                }
                // Mine are those I can open: my own, those I make, and those I give a new link to.
                var mine = new List<Caller> { await Opened("me", null) };
                // Somebody else has taken the approver's link of the first start; what later starts give is the one person's to open.
                await desk.InviteFirstApprover(CancellationToken.None);
                var approver = (await store.Named(SignIn.Approver, CancellationToken.None))!;
                await desk.SetPassword(approver, "four words make one", "AccountOpened", CancellationToken.None);
                var other = new Caller(approver.AccountId, "other", Enum.GetValues<Role>().ToHashSet());
                var owned = new List<Guid>();
                foreach (var (call, a, b) in sequence)
                {
                    var caller = mine[a % mine.Count];
                    var plan = owned.Count == 0 ? (Guid?)null : owned[b % owned.Count];
                    var version = plan is { } known ? (await plans.Get(known, CancellationToken.None))!.Version : 0;
                    PlanAnswer? answer = null;
                    switch (call)
                    {
                        case Call.MakeAccount:
                            mine.Add(await Opened($"made{mine.Count}", caller.AccountId));
                            break;
                        case Call.GiveLink when (await store.Get(other.AccountId!.Value, CancellationToken.None)) is { } victim:
                            await desk.Renew(victim, caller.Name, caller.AccountId, "x", CancellationToken.None);
                            mine.Add(other);
                            break;
                        case Call.Close:
                            await desk.Close(await The(other), caller.Name, caller.AccountId, "x", CancellationToken.None);
                            break;
                        case Call.Reopen:
                            await desk.Reopen(await The(other), caller.Name, caller.AccountId, "x", CancellationToken.None);
                            break;
                        case Call.ChangeRoles when await The(other) is { } victim:
                            victim.Roles = Caller.Write(b % 2 == 0 ? [Role.Operator] : Enum.GetValues<Role>());
                            await desk.Change(victim, "AccountRolesChanged", caller.Name, "x", CancellationToken.None);
                            break;
                        case Call.Restart when !await store.HasUnmade(nameof(Role.Approver), CancellationToken.None):
                            if (await desk.InviteFirstApprover(CancellationToken.None) is { } link)
                                mine.Add(new((await desk.Invited(link, CancellationToken.None))!.AccountId, "restarted", other.Roles));
                            Interlocked.Increment(ref restarted);
                            break;
                        case Call.Wish:
                            await deciding.Decide(message, caller, new() { Deed = MessageWish.Aside, Reason = "x" }, CancellationToken.None);
                            break;
                        case Call.Agree when (await quarantine.Get(message, CancellationToken.None))!.AsideUntil > time.GetUtcNow():
                            Interlocked.Increment(ref reachedWish);
                            Assert.Equal(ErrorCode.SameHand, (await deciding.Second(message, caller, new() { Deed = MessageWish.Agree }, CancellationToken.None)).Error);
                            break;
                        case Call.Agree:
                            Assert.NotNull((await deciding.Second(message, caller, new() { Deed = MessageWish.Agree }, CancellationToken.None)).Error);
                            break;
                        case Call.Decline:
                            await deciding.Second(message, caller, new() { Deed = MessageWish.Decline, Reason = "x" }, CancellationToken.None);
                            break;
                        case Call.Make:
                            answer = await planning.New(caller, new() { Deed = b % 2 == 0 ? "SetAside" : "DecideWithout", All = true, Reason = "x" }, CancellationToken.None);
                            if (answer.Plan is { } fresh)
                                owned.Add(fresh.PlanId);
                            break;
                        case Call.Edit when plan is { } id:
                            await planning.Edit(id, version, caller, new() { Reason = "y" }, CancellationToken.None);
                            break;
                        case Call.DryRun when plan is { } id:
                            await planning.Foresee(id, caller, null, CancellationToken.None);
                            await Foreseen(plans, time.GetUtcNow());
                            break;
                        case Call.Approve when plan is { } id:
                            answer = await planning.Approve(id, version, caller, CancellationToken.None);
                            Interlocked.Increment(ref reachedApproval);
                            Assert.NotNull(answer.Error);
                            break;
                        case Call.Refuse when plan is { } id:
                            if ((await planning.Refuse(id, new(version, Reason: "x"), caller, CancellationToken.None)).Error is null)
                                Interlocked.Increment(ref reachedRefusal);
                            break;
                        case Call.TakeBack when plan is { } id:
                            Assert.NotNull((await planning.TakeBack(id, new(version, Reason: "x"), caller, CancellationToken.None)).Error);
                            break;
                        case Call.Discard when plan is { } id:
                            await planning.Discard(id, new(version, Reason: "x"), caller, CancellationToken.None);
                            break;
                        case Call.Run when plan is { } id:
                            answer = await planning.Run(id, new(version, 1), caller, CancellationToken.None);
                            Assert.NotNull(answer.Error);
                            break;
                        case Call.Stop when plan is { } id:
                            await planning.Stop(id, new(0, Reason: "x"), caller, CancellationToken.None);
                            break;
                        case Call.Wait:
                            time.Advance(TimeSpan.FromHours(5));
                            break;
                    }
                    foreach (var stands in await plans.Page(100, CancellationToken.None))
                        Assert.True(stands.Status is RepairPlan.Draft or RepairPlan.Discarded && stands.ApprovedByAccount is null, $"{call}: {stands.Status}, approved by {stands.ApprovedBy}");
                    Assert.Equal(Quarantine.Waiting, (await quarantine.Get(message, CancellationToken.None))!.Status);
                }
                // The same plans, and somebody whom nobody of these has made.
                if ((await plans.Page(100, CancellationToken.None)).FirstOrDefault(p => p.Status == RepairPlan.Draft) is { PlanId: var open })
                {
                    var second = await Opened("second", null);
                    await planning.Foresee(open, mine[0], null, CancellationToken.None);
                    await Foreseen(plans, time.GetUtcNow());
                    var version = (await plans.Get(open, CancellationToken.None))!.Version;
                    Assert.Null((await planning.Approve(open, version, second, CancellationToken.None)).Error);
                    Assert.Equal(RepairPlan.Running, (await planning.Run(open, new(version, 1), mine[0], CancellationToken.None)).Plan?.Status);
                }
            },
            iter: 38, threads: 2);
        Assert.True(reachedApproval > 10, $"{reachedApproval} attempts to agree to one's own plan");
        Assert.True(reachedWish > 10 && reachedRefusal > 2 && restarted > 10, $"{reachedWish} attempts to agree to one's own wish, {reachedRefusal} plans refused, {restarted} starts without an approver");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A message that only its wrapping keeps out, and a plan whose first row was done.</summary>
    internal static async Task Fill(ConsoleUnderTest console)
    {
        await Wrapped(console, [0xEF, 0xBB, 0xBF, .. Signing.Serialize(Signing.Sign("{}"u8, DocumentTypes.Act, FilledHub.SigningKeyOf("XB")))]);
        var (plans, now) = (console.Services.GetRequiredService<RepairPlans>(), console.Time.GetUtcNow());
        var plan = (await plans.Make(RepairPlanTests.Of(RepairDeed.Retry) with { MadeBy = "A. Bell, duty operator", ShapedBy = "A. Bell, duty operator", Chosen = "all that fit" }, null, null, null, Cancelled)).Plan!;
        await plans.Foresee(plan.PlanId, "A. Bell", Cancelled);
        await Foreseen(plans, now);
        Assert.True(await plans.Run(plan.PlanId, 1, plan.Items, now.AddHours(-1), "A. Bell, duty operator", Cancelled));
        Assert.NotNull(await plans.Do((await plans.Get(plan.PlanId, Cancelled))!, (await plans.Next(plan.PlanId, 1, Cancelled))[0], now, null, Cancelled));
    }

    static Task<Guid> Wrapped(ConsoleUnderTest console, byte[] body) => console.Services.GetRequiredService<Quarantine>().Add(
        new()
        {
            QuarantineId = Guid.NewGuid(),
            Source = "edge",
            State = "XB",
            Code = "NotAuthentic",
            Place = "Malformed",
            Reason = "Not a signed document.",
            Fix = "Sign it.",
            Body = body,
            Digest = Convert.ToHexStringLower(SHA256.HashData(body)),
            At = console.Time.GetUtcNow(),
        },
        Cancelled);

    internal static async Task<HttpClient> Program(ConsoleUnderTest console, string name, params Role[] roles)
    {
        var desk = console.Services.GetRequiredService<AccountDesk>();
        var account = await ConsoleUnderTest.Open(console.Services, name, $"{name}, a person", roles, Cancelled);
        var client = new HttpClient { BaseAddress = console.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await desk.MakeToken(account, "test", TimeSpan.FromDays(1), Cancelled));
        return client;
    }

    static Dictionary<string, string> Form(string? group, string deed = "Retry", string reason = "The key is there now") => new()
    {
        ["deed"] = deed,
        ["group"] = group ?? "",
        ["all"] = group is null ? "1" : "",
        ["state"] = "",
        ["ids"] = "",
        ["perMinute"] = "10",
        ["stopPercent"] = "5",
        ["opensAt"] = "",
        ["closesAt"] = "",
        ["reason"] = reason,
        ["by"] = "A. Bell, duty operator",
    };

    // What the hub writes when a dry run was wished for.
    internal static async Task Foreseen(RepairPlans plans, DateTimeOffset at)
    {
        foreach (var plan in await plans.Open(100, CancellationToken.None))
        {
            var items = await plans.ToForesee(plan, 100, CancellationToken.None);
            await plans.Note([.. items.Select(i => i with { Foreseen = Foresight.WouldFail, ForeseenWhy = "NotAuthentic: no", ForeseenAt = at })], CancellationToken.None);
            await plans.NoteAll(plan, CancellationToken.None);
        }
    }

    internal static QuarantinedMessage Message(DateTimeOffset at) => new()
    {
        QuarantineId = Guid.NewGuid(),
        Source = "edge",
        State = "XA",
        Code = "NotAuthentic",
        Reason = "No",
        Fix = "Yes",
        Body = [1],
        Digest = "d",
        At = at,
    };

    // The strength of a hash is not what this is about.
    internal sealed class NoHash : Microsoft.AspNetCore.Identity.IPasswordHasher<Account>
    {
        public string HashPassword(Account user, string password) => password;

        public Microsoft.AspNetCore.Identity.PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword) =>
            hashedPassword == providedPassword ? Microsoft.AspNetCore.Identity.PasswordVerificationResult.Success : Microsoft.AspNetCore.Identity.PasswordVerificationResult.Failed;
    }
}
