using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Pages;
using LiaisonHub.IntegrationTests.Processes;
using LiaisonHub.OperatorConsole;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Coordinator;
using LiaisonHub.Tests.OperatorConsole;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace LiaisonHub.IntegrationTests.Journeys;

/// <summary>The jobs of whoever is on duty that are forms and answers, each from the question to the result that is seen; and the result is true in the database and on the links. Nothing in them needs a script.</summary>
public abstract class FormJourneys(RunningRegion region, Chromium chromium) : IAsyncLifetime
{
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    readonly List<IBrowserContext> windows = [];
    readonly ConcurrentQueue<string> said = new();

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected RunningRegion Region => region;

    private protected HubUnderTest Hub => region.Hub;

    private protected RepairPlans Plans => region.Of<RepairPlans>();

    private protected Quarantine Quarantine => region.Of<Quarantine>();

    /// <summary>False: the browser runs no script.</summary>
    private protected virtual bool Script => true;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var window in windows)
            await window.CloseAsync();
        Assert.Empty(said);
        GC.SuppressFinalize(this);
    }

    // A key came late: what was signed with it is tried again, in waves.
    [Fact]
    public async Task C3_replay_after_a_fix()
    {
        using var key = PrivateKey.Generate("XA", KeyUse.Sign);
        var acts = Enumerable.Range(321, 3).Select(i => Hub.XA.Make(Hub.XB, Guid.NewGuid(), Sample.Submitted($"XA-2026-{i:D6}"), Sample.Particulars())).ToList();
        foreach (var act in acts)
            Assert.True(await Hub.XA.Post(Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(act, Wire.Json), DocumentTypes.Act, key)), Cancelled));
        await Waiting("XA", 3, m => m.Place == "UnknownKey");
        var now = TimeProvider.System.GetUtcNow();
        Hub.Publish(key.Public(now.AddDays(-1), now.AddYears(1)));
        await region.Restart();

        var page = await SignedIn("bell", "/quarantine");
        await page.GetByRole(AriaRole.Link, new() { Name = "edge/NotAuthentic/UnknownKey" }).First.ClickAsync();
        await Chromium.At(page, "UnknownKey");
        await page.GetByRole(AriaRole.Link, new() { Name = "Plan: try all of them again" }).ClickAsync();
        await Chromium.At(page, "UnknownKey");
        var plan = await Fix(page, "The key of XA is in the directory now.");
        Assert.Equal(3, plan.Items);
        await DryRun(page);
        await Assertions.Expect(page.Locator("#waves")).ToContainTextAsync("would work 3");
        await Run(page, plan);
        await Shows(page, "#standing", "Of 3 rows: processed 3, failed again 0");

        Assert.All(await Items(plan), i => Assert.Equal((RepairItem.Processed, "The act was applied."), (i.Status, i.Outcome)));
        foreach (var act in acts)
        {
            Assert.IsType<ActAccepted>(await Hub.XA.Told(n => n.Read() is ActAccepted accepted && accepted.ActId == act.Header.ActId ? accepted : null, Cancelled));
            Assert.Single((await Request(act.Header.RequestId)).Acts);
        }
    }

    // What came after the list was fixed is not touched, and nobody throws anything away alone.
    [Fact]
    public async Task C4_not_hit_the_wrong_set()
    {
        for (var i = 0; i < 2; i++)
            Assert.True(await Hub.XC.Post(Encoding.UTF8.GetBytes($"a test of XC, number {i}"), Cancelled));
        await Waiting("XC", 2, m => m.Place == "Malformed");
        var chosen = (await InQuarantine("XC")).Where(m => m.Place == "Malformed").Select(m => m.QuarantineId).ToHashSet();

        var page = await SignedIn("bell", "/plans/new?deed=SetAside&state=XC");
        await page.GetByLabel("Only this fingerprint").FillAsync("edge/NotAuthentic/Malformed");
        var plan = await Fix(page, "XC has tested its line with the real hub.");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(plan.ItemsHash);
        Assert.True(await Hub.XC.Post("a message that matters"u8.ToArray(), Cancelled));
        await Waiting("XC", 3, m => m.Place == "Malformed");
        await page.ReloadAsync();
        await DryRun(page);

        await page.GetByLabel("Type how many rows the plan has").FillAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run the plan" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("(LH0124)");
        await page.GotoAsync($"/plans/{plan.PlanId}");
        await Run(page, plan, refused: "(LH0131)");
        Assert.Equal(RepairPlan.Draft, (await Plans.Get(plan.PlanId, Cancelled))!.Status);

        var second = await SignedIn("crane", "/audit");
        await Assertions.Expect(second.Locator("h1")).ToContainTextAsync("Not with your roles");
        await second.GotoAsync($"/plans/{plan.PlanId}");
        await second.GetByRole(AriaRole.Button, new() { Name = "Agree" }).ClickAsync();
        await Assertions.Expect(second.Locator("main")).ToContainTextAsync("B. Crane, head of operations agreed");
        await page.GotoAsync($"/plans/{plan.PlanId}");
        await Run(page, plan);
        await Shows(page, "#standing", "Of 2 rows: processed 2");

        Assert.Equal(plan.ItemsHash, RepairPlan.HashOf((await Items(plan)).Select(i => i.Id)));
        Assert.Equal(chosen, (await Items(plan)).Select(i => i.QuarantineId!.Value).ToHashSet());
        var left = Assert.Single(await InQuarantine("XC"), m => m.Place == "Malformed");
        Assert.DoesNotContain(left.QuarantineId, chosen);
        Assert.Equal(Digest("a message that matters"u8), left.Digest);
    }

    // A proxy of XA put a mark in front of a signed act. It goes on as a new message, and the old one keeps its bytes.
    [Fact]
    public async Task C6_repair_one_message()
    {
        var act = Hub.XA.Make(Hub.XB, Guid.NewGuid(), Sample.Submitted("XA-2026-000341"), Sample.Particulars());
        byte[] body = [0xEF, 0xBB, 0xBF, .. Hub.XA.Sign(act)];
        Assert.True(await Hub.XA.Post(body, Cancelled));
        await Waiting("XA", 1, m => m.Place == "Malformed" && m.Digest == Digest(body));
        var old = (await InQuarantine("XA")).Single(m => m.Digest == Digest(body)).QuarantineId;

        var page = await SignedIn("bell", $"/quarantine/{old}");
        var difference = page.Locator("section", new() { Has = page.Locator("#wrapping") });
        await Assertions.Expect(difference).ToContainTextAsync("another encoding");
        await Assertions.Expect(difference).ToContainTextAsync("the signature of the state holds");
        await difference.GetByLabel("Reason").FillAsync("XA's proxy puts a mark in front.");
        await difference.GetByRole(AriaRole.Button, new() { Name = "Send it as a new message" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Wrapped anew from");
        await Shows(page, "main", "was applied");

        Assert.IsType<ActAccepted>(await Hub.XA.Answer(act.Header.ActId, Cancelled));
        Assert.Equal(act.Header.ActId, Assert.Single((await Request(act.Header.RequestId)).Acts).ActId);
        var kept = (await Quarantine.Get(old, Cancelled))!;
        Assert.Equal((Quarantine.Resolved, Quarantine.Rewrapped, "A. Bell, duty operator"), (kept.Status, kept.ResolvedOutcome, kept.ResolvedBy));
        Assert.Equal(body, kept.Body);
    }

    // Two people threw a message away. A third reads who, when and why, and that the record holds.
    [Fact]
    public async Task C9_say_who_did_what()
    {
        Assert.True(await Hub.XZ.Post("a fax"u8.ToArray(), Cancelled));
        await Waiting("XZ", 1, m => m.Digest == Digest("a fax"u8));
        var message = (await InQuarantine("XZ")).Single(m => m.Digest == Digest("a fax"u8)).QuarantineId;
        var first = await SignedIn("bell", $"/quarantine/{message}");
        await first.GetByLabel("Set aside for good").CheckAsync();
        await first.GetByRole(AriaRole.Textbox, new() { Name = "Reason" }).FillAsync("It came by fax as well.");
        await first.GetByRole(AriaRole.Button, new() { Name = "Do it and record it" }).ClickAsync();
        await Assertions.Expect(first.Locator("main")).ToContainTextAsync("wishes to set it aside for good");
        Assert.Equal(Quarantine.Waiting, (await Quarantine.Get(message, Cancelled))!.Status);
        var second = await SignedIn("crane", $"/quarantine/{message}");
        await second.GetByRole(AriaRole.Button, new() { Name = "Agree, and set it aside for good" }).ClickAsync();
        await Assertions.Expect(second.Locator("main")).ToContainTextAsync("dealt with");

        var page = await SignedIn("dune");
        await page.GetByRole(AriaRole.Link, new() { Name = "Audit", Exact = true }).ClickAsync();
        await page.GetByLabel("Who", new() { Exact = true }).FillAsync("Crane");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await Chromium.At(page, "who=Crane&account=&what=&from=&until=&last=&request=");
        await Assertions.Expect(page.Locator("table")).ToContainTextAsync("It came by fax as well.");
        await Until.True(async () => await region.Of<Ledger>().Chain(Hub.Time.GetUtcNow(), 1000, Cancelled) == 0, Patience, () => "The chain goes on and on.", Cancelled);
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify the whole chain now" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("It holds.");

        var deeds = (await region.Of<Ledger>().Page(0, 100_000, Cancelled)).Where(e => e.Content.Contains(message.ToString("D"), StringComparison.OrdinalIgnoreCase)).ToList();
        Assert.Contains(deeds, e => e.Actor == "A. Bell, duty operator");
        Assert.Contains(deeds, e => e is { Actor: "B. Crane, head of operations" } && e.Content.Contains("It came by fax as well.", StringComparison.Ordinal));
        Assert.Null(await region.Of<Ledger>().Verify(Cancelled));
    }

    private protected async Task<IPage> Window(Uri at)
    {
        var window = await chromium.Window(new() { BaseURL = at.ToString(), JavaScriptEnabled = Script, ViewportSize = new() { Width = 1280, Height = 900 } });
        windows.Add(window);
        var page = await window.NewPageAsync();
        page.PageError += (_, error) => said.Enqueue($"{page.Url}: {error}");
        return page;
    }

    // A person signs in with name and password, and is where they wanted to go.
    private protected async Task<IPage> SignedIn(string name, string address = "/")
    {
        var page = await Window(region.Console);
        await page.GotoAsync(address);
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(ConsoleUnderTest.Password);
        await page.Keyboard.PressAsync("Enter");
        await Chromium.At(page, address);
        return page;
    }

    // The page says so sooner or later; whoever waits asks it again.
    private protected static Task Shows(IPage page, string place, string words) => Until.True(
        async () =>
        {
            if ((await page.Locator(place).InnerTextAsync()).Contains(words, StringComparison.Ordinal))
                return true;
            await page.ReloadAsync();
            return false;
        },
        Patience, () => $"{page.Url} does not say “{words}”, but: {page.Locator(place).InnerTextAsync().GetAwaiter().GetResult()}", Cancelled);

    private protected async Task<RepairPlan> Fix(IPage page, string reason)
    {
        await page.GetByLabel("Rows a minute").FillAsync("600");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Reason" }).FillAsync(reason);
        await page.GetByRole(AriaRole.Button, new() { Name = "Fix the list" }).ClickAsync();
        await Assertions.Expect(page.Locator("#standing")).ToContainTextAsync("Make a dry run.");
        return (await Plans.Get(Guid.Parse(page.Url[(page.Url.LastIndexOf('/') + 1)..]), Cancelled))!;
    }

    private protected static async Task DryRun(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Try without effect" }).ClickAsync();
        await Shows(page, "#waves", "nothing to do");
    }

    private protected static async Task Run(IPage page, RepairPlan plan, string? refused = null)
    {
        await page.GetByLabel("Type how many rows the plan has").FillAsync(plan.Items.ToString(CultureInfo.InvariantCulture));
        await page.GetByRole(AriaRole.Button, new() { Name = "Run the plan" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(refused ?? "A. Bell, duty operator");
    }

    private protected Task<IReadOnlyList<RepairItem>> Items(RepairPlan plan) => Plans.Items(plan.PlanId, 0, 1000, Cancelled);

    private protected async Task<RequestFile> Request(Guid requestId) => (await region.Of<HubReads>().Request(requestId, Cancelled))!;

    private protected Task<IReadOnlyList<QuarantinedMessage>> InQuarantine(string state) => Quarantine.Page(Quarantine.Waiting, state, null, null, 1000, Cancelled);

    private protected static string Digest(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));

    private protected Task Waiting(string state, int messages, Func<QuarantinedMessage, bool> which) =>
        Until.True(async () => (await InQuarantine(state)).Count(which) >= messages, Patience, () => $"{messages} messages of {state} have not come to the quarantine.", Cancelled);

    // What is recorded comes into its order within a second or two.
    private protected Task Recorded(Func<LedgerEntry, bool> what) =>
        Until.True(async () => (await region.Of<Ledger>().Page(0, 100_000, Cancelled)).Any(what), Patience, () => "The ledger does not have it.", Cancelled);
}

/// <summary>All jobs of whoever is on duty, by mouse and keyboard.</summary>
public abstract class ConsoleJourneys(RunningRegion region, Chromium chromium) : FormJourneys(region, chromium)
{
    // Nothing has failed anywhere, and weeks are lost: by keyboard alone.
    [Fact]
    public async Task C1_find_silent_stalls()
    {
        var page = await SignedIn("bell");
        await Assertions.Expect(page.Locator("#decisions")).ToContainTextAsync("delivered to XB");
        await Press(page, "g", "s");
        await Chromium.At(page, "/stuck");
        await RowOf(page, page.Locator("table").First, "Delivered, not opened");
        await page.Keyboard.PressAsync("Enter");
        await Chromium.At(page, "group=NotOpened");
        await RowOf(page, page.Locator("#board"), RunningRegion.SilentReference);
        await page.Keyboard.PressAsync("Enter");
        await Chromium.At(page, $"/requests/{Region.SilentRequest}#stuck");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("nobody has opened it. No technical fault is known.");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Call the duty point of XB");
        Assert.Null(Assert.Single((await Request(Region.SilentRequest)).Receipts, r => r.OfActId == Region.SilentAct).OpenedAt);

        // The call is made, and somebody looks at the desk.
        await RunningRegion.Receipt(Hub.XB, Hub.XA, Region.SilentRequest, Region.SilentAct, ReceiptStage.Opened);
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("main")).Not.ToContainTextAsync("nobody has opened it");
        await Shows(page, "main", "was to act by");
        Assert.NotNull(Assert.Single((await Request(Region.SilentRequest)).Receipts, r => r.OfActId == Region.SilentAct).OpenedAt);
    }

    // One sentence with what would clear it, and it is the right one: an act has overtaken another.
    [Fact]
    public async Task C2_know_why()
    {
        var request = Guid.NewGuid();
        Assert.IsType<ActAccepted>(await Hub.XA.Send(Hub.XB, request, Sample.Submitted("XA-2026-000311"), Cancelled, Sample.Particulars()));
        var lost = Hub.XB.Make(Hub.XA, request, new RequestAcknowledged { TheirReference = "XB-CA 7/26", CompetentAuthority = "XB-CA" });
        var overtook = Hub.XB.Make(Hub.XA, request, new InformationRequested { Gaps = ["Which account is meant"] }, new Explanation { Text = "Sealed" });
        Assert.True(await Hub.XB.Post(Hub.XB.Sign(overtook), Cancelled));
        await Until.True(async () => (await Region.Of<HubFigures>().Waiting(100, Cancelled)).Any(w => w.ActId == overtook.Header.ActId && w.ParkedAt != null), Patience, () => "It is not parked.", Cancelled);

        var page = await SignedIn("bell");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("XA-2026-000311");
        await page.Keyboard.PressAsync("Enter");
        await Chromium.At(page, "/requests?q=XA-2026-000311");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await Chromium.At(page, $"/requests/{request}");
        await Assertions.Expect(page.Locator("#stuck")).ToContainTextAsync("Stuck: ");
        await Assertions.Expect(page.Locator("#stuck + p")).ToContainTextAsync("An act of XB waits for an earlier one that has not come.");
        await Assertions.Expect(page.Locator("#stuck ~ .next")).ToContainTextAsync("The people of XB look for it in the outbox of their adapter");

        Assert.True(await Hub.XB.Post(Hub.XB.Sign(lost), Cancelled));
        Assert.IsType<ActAccepted>(await Hub.XB.Answer(overtook.Header.ActId, Cancelled));
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("main")).Not.ToContainTextAsync("waits for an earlier one");
        Assert.Equal(
            [nameof(RequestSubmitted), nameof(RequestAcknowledged), nameof(InformationRequested)],
            (await Request(request)).Acts.Where(a => a.Outcome == Decisions.Applied).OrderBy(a => a.DecidedAt).ThenBy(a => a.Sequence).Select(a => a.ActType));
    }

    // It did not: the page says so, of each row, and the rest is left alone.
    [Fact]
    public async Task C5_know_it_worked()
    {
        var wrong = Enumerable.Range(0, 3).Select(_ => Hub.XC.Make(Hub.XA, Guid.NewGuid(), Sample.Submitted())).ToList();
        foreach (var act in wrong)
            Assert.True(await Hub.XC.Post(Hub.XC.Sign(act with { Type = "RequestWhispered" }), Cancelled));
        await Waiting("XC", 3, m => m.Place == "type");

        var page = await SignedIn("bell", "/plans/new?deed=Retry&state=XC");
        await page.GetByLabel("Only this fingerprint").FillAsync("edge/UnknownAct/type");
        var plan = await Fix(page, "XC says that it is repaired.");
        await DryRun(page);
        await Assertions.Expect(page.Locator("#waves")).ToContainTextAsync("would fail 3");
        await Run(page, plan);
        await Shows(page, "#standing", "Of 3 rows: processed 0, failed again 1, unknown 0, outcome open 0, waiting 2");
        await Assertions.Expect(page.Locator("#standing .chip")).ToHaveTextAsync("stopped");
        await Assertions.Expect(page.Locator("#items tbody tr").First).ToContainTextAsync("failed again (UnknownAct): This hub does not know the type of the act.");
        await Assertions.Expect(page.Locator("#items .chip.ok")).ToHaveCountAsync(0);

        Assert.Equal([RepairItem.FailedAgain, RepairItem.Waiting, RepairItem.Waiting], (await Items(plan)).Select(i => i.Status));
        Assert.Equal(3, (await InQuarantine("XC")).Count(m => m.Place == "type"));
        Assert.All(wrong, act => Assert.DoesNotContain(Hub.XA.Notices, n => n.Header.RequestId == act.Header.RequestId));
    }

    // One bug, many rows: two bugs in 24 messages are two lines, with the requests behind them.
    [Fact]
    public async Task C7_triage_many_faults()
    {
        for (var i = 0; i < 24; i++)
        {
            var act = Hub.XB.Make(Hub.XA, Guid.NewGuid(), new NoteSent { Subject = "A note" });
            var open = new JsonObject { ["header"] = JsonSerializer.SerializeToNode(act.Header, Wire.Json), ["type"] = act.Type, ["open"] = new JsonObject() };
            open["header"]![i < 16 ? "priority" : "claimedAt"] = "yesterday";
            Assert.True(await Hub.XB.Post(Signing.Serialize(Signing.Sign(Encoding.UTF8.GetBytes(open.ToJsonString()), DocumentTypes.Act, Hub.XB.SigningKey)), Cancelled));
        }
        await Waiting("XB", 24, m => m.Code == nameof(RefusalCode.InvalidContent));

        var page = await SignedIn("bell");
        await page.Locator("#figures a[href='/quarantine']").ClickAsync();
        await Chromium.At(page, "/quarantine");
        var lines = page.Locator("section", new() { Has = page.Locator("#groups") }).Locator("[data-row]");
        await Assertions.Expect(lines.Filter(new() { HasText = "$.header.priority" }).Locator("td").First).ToContainTextAsync("16");
        await Assertions.Expect(lines.Filter(new() { HasText = "$.header.claimedAt" }).Locator("td").First).ToContainTextAsync("8");
        await page.GetByRole(AriaRole.Link, new() { Name = "$.header.claimedAt" }).First.ClickAsync();
        await Chromium.At(page, "claimedAt");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("The newest of them");
        await page.GetByRole(AriaRole.Link, new() { Name = "Plan: set all of them aside" }).ClickAsync();
        var plan = await Fix(page, "XB has mended its clock, and sends them anew.");

        Assert.Equal(8, plan.Items);
        var fault = Assert.Single(await Quarantine.Faults([], 100, Cancelled), f => f.Place == "$.header.claimedAt");
        Assert.Equal((8, "edge/InvalidContent/$.header.claimedAt"), (fault.Messages, fault.Fingerprint));
    }

    // A message fell over inside the hub. Nobody has to know the name of a queue to send it home.
    [Fact]
    public async Task C8_move_a_dead_letter_home()
    {
        var act = Hub.XA.Make(Hub.XB, Guid.NewGuid(), Sample.Submitted("XA-2026-000351"), Sample.Particulars());
        await BadBlock("XA-2026-000351");
        Assert.True(await Hub.XA.Post(Hub.XA.Sign(act), Cancelled));
        await Until.True(async () => (await Quarantine.Page(null, null, "CORE-FAILED", null, 10, Cancelled)).Count > 0, Patience, () => "It has not fallen over.", Cancelled);
        await MendBlock();

        var page = await SignedIn("bell", "/quarantine");
        await page.GetByRole(AriaRole.Link, new() { Name = "core/CORE-FAILED" }).First.ClickAsync();
        await Chromium.At(page, $"/quarantine?group={Uri.EscapeDataString((await Quarantine.Page(null, null, "CORE-FAILED", null, 1, Cancelled))[0].Fingerprint)}");
        await page.Locator("#sample a").ClickAsync();
        await page.GetByLabel("Try again.").CheckAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Reason" }).FillAsync("The disk is mended.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Do it and record it" }).ClickAsync();
        await Shows(page, "main", "was applied");

        Assert.IsType<ActAccepted>(await Hub.XA.Answer(act.Header.ActId, Cancelled));
        Assert.Equal(Decisions.Applied, Assert.Single((await Request(act.Header.RequestId)).Acts).Outcome);
        Assert.Empty(await Quarantine.Page(Quarantine.Waiting, null, "CORE-FAILED", null, 10, Cancelled));
    }

    // Forty messages in a minute are one message to the person on duty, and its link leads there.
    [Fact]
    public async Task C10_be_told_not_spammed()
    {
        var told = new ConcurrentQueue<string>();
        await using var pager = await Pager(told);
        for (var i = 0; i < 20; i++)
            Assert.True(await Hub.XZ.Post(Encoding.UTF8.GetBytes($"noise {i}"), Cancelled));
        await Waiting("XZ", 20, m => m.Place == "Malformed");
        var secret = Path.Combine(Path.GetDirectoryName(Hub.PublicKeys)!, "secret");
        await File.WriteAllTextAsync(secret, "0123456789abcdef", Cancelled);
        // It looks at its start, and tells one after the other.
        async Task Look(params string[] receivers)
        {
            var options = new ConsoleOptions { SignIn = SignInBy.Accounts, PublicUrl = Region.Console.GetLeftPart(UriPartial.Authority) };
            foreach (var name in receivers)
                options.Alerts.Receivers.Add(new() { Name = name, Webhook = new Uri(new Uri(pager.Urls.First()), $"/{name}"), SecretFile = secret, Gather = TimeSpan.Zero });
            await using var console = await Region.Start(options);
            await Until.True(
                async () => (await Region.Of<AlertStore>().Of(receivers[^1], Cancelled)).Any(a => a is { Kind: "quarantine", State: "XZ", ToldAt: not null }), Patience, () => $"{receivers[^1]} was not told.", Cancelled);
        }
        await Look("duty");
        for (var i = 20; i < 40; i++)
            Assert.True(await Hub.XZ.Post(Encoding.UTF8.GetBytes($"noise {i}"), Cancelled));
        await Look("duty", "deputy");

        var matter = Assert.Single(Assert.Single(told.Select(t => JsonNode.Parse(t)!), m => m["began"]!.AsArray().Any(Storm))["began"]!.AsArray(), Storm)!;
        var page = await SignedIn("bell", new Uri((string)matter["link"]!).PathAndQuery);
        await Chromium.At(page, "/quarantine?state=XZ&code=NotAuthentic");
        await Assertions.Expect(page.Locator("[data-row]").Filter(new() { HasText = "XZ" }).First).ToBeVisibleAsync();
        var noise = Enumerable.Range(0, 40).Select(i => Digest(Encoding.UTF8.GetBytes($"noise {i}"))).ToHashSet();
        Assert.Equal(40, (await InQuarantine("XZ")).Count(m => noise.Contains(m.Digest)));

        static bool Storm(JsonNode? matter) => (string?)matter!["kind"] == "quarantine" && (string?)matter["state"] == "XZ";
    }

    // A program of the ministry's own, with the console in it by two lines.
    [Fact]
    public async Task C11_mount_it_in_my_host()
    {
        await using var own = await Region.Start(new() { SignIn = SignInBy.ThisMachine }, app => app.MapGet("/ours", () => "The ministry's own page").AllowAnonymous());
        Assert.True(await Hub.XA.Post("a line of the printer"u8.ToArray(), Cancelled));
        await Waiting("XA", 1, m => m.Digest == Digest("a line of the printer"u8));
        var page = await Window(new Uri(own.Urls.First()));
        await page.GotoAsync("/ours");
        await Assertions.Expect(page.Locator("body")).ToHaveTextAsync("The ministry's own page");

        await page.GotoAsync("/");
        var message = (await InQuarantine("XA")).Single(m => m.Digest == Digest("a line of the printer"u8)).QuarantineId;
        await Press(page, "g", "q");
        await Chromium.At(page, "/quarantine");
        await page.Locator($"a[href='/quarantine/{message}']").ClickAsync();
        await page.GetByLabel("Try again.").CheckAsync();
        await page.GetByLabel("Who does it").FillAsync("D. Eaves, the ministry's own program");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Reason" }).FillAsync("The printer was turned off and on again.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Do it and record it" }).ClickAsync();
        await Shows(page, "main", "It failed again");

        Assert.Equal(("D. Eaves, the ministry's own program", Quarantine.Waiting), (await Quarantine.Get(message, Cancelled)) is { } kept ? (kept.RetryRequestedBy, kept.Status) : default);
        await Recorded(e => e is { Actor: "D. Eaves, the ministry's own program" } && e.Content.Contains("The printer was turned off and on again.", StringComparison.Ordinal));
    }

    // A look is a deed too: it has its reason, and whoever asks later is told of it.
    [Fact]
    public async Task D2_see_who_looked_at_a_case()
    {
        var looked = await SignedIn("bell", $"/requests/{Region.SilentRequest}");
        await looked.GetByRole(AriaRole.Link, new() { Name = "Note verbale" }).First.ClickAsync();
        await looked.GetByLabel("Reason").FillAsync("Its date is asked by telephone.");
        await looked.GetByRole(AriaRole.Button, new() { Name = "Show the document" }).ClickAsync();
        await Assertions.Expect(looked.Locator("body")).ToContainTextAsync(RunningRegion.SilentReference);
        await Recorded(e => e.Kind == "DocumentViewed" && e.RequestId == Region.SilentRequest && e.Actor == "A. Bell, duty operator");

        var page = await SignedIn("dune", $"/requests/{Region.SilentRequest}");
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        var view = page.Locator("section", new() { Has = page.Locator("#ledger") }).Locator("[data-row]").Filter(new() { HasText = "Document viewed" });
        await Assertions.Expect(view).ToContainTextAsync("A. Bell, duty operator");
        await Assertions.Expect(view).ToContainTextAsync("Its date is asked by telephone.");
        await page.GotoAsync("/audit?what=DocumentViewed");
        await Assertions.Expect(page.Locator("table")).ToContainTextAsync("Its date is asked by telephone.");
    }

    static async Task Press(IPage page, params string[] keys)
    {
        foreach (var key in keys)
            await page.Keyboard.PressAsync(key);
    }

    // Down the rows of the page until the one with these words has the keyboard.
    static async Task RowOf(IPage page, ILocator among, string words)
    {
        await Assertions.Expect(among).ToContainTextAsync(words);
        for (var rows = await page.Locator("[data-row]").CountAsync(); rows > 0; rows--)
        {
            await page.Keyboard.PressAsync("j");
            if ((await page.EvaluateAsync<string>("document.activeElement.closest('[data-row]').innerText")).Contains(words, StringComparison.Ordinal))
                return;
        }
        Assert.Fail($"No row has the words “{words}”.");
    }

    async Task BadBlock(string reference)
    {
        await using var database = Database.Open(Region.OwnersDatabase, TimeProvider.System);
        await using var connection = await database.Connect(Cancelled);
        foreach (var statement in Hub.Database.StartsWith("postgres:", StringComparison.Ordinal)
            ? (string[])[
                "CREATE FUNCTION bad_block() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''invalid page in block''; END'",
                $"CREATE TRIGGER bad_block BEFORE INSERT ON requests FOR EACH ROW WHEN (NEW.reference = '{reference}') EXECUTE FUNCTION bad_block()"]
            : [$"CREATE TRIGGER bad_block BEFORE INSERT ON requests WHEN NEW.reference = '{reference}' BEGIN SELECT RAISE(ABORT, 'invalid page in block'); END"])
            await Execute(connection, statement);
    }

    async Task MendBlock()
    {
        await using var database = Database.Open(Region.OwnersDatabase, TimeProvider.System);
        await using var connection = await database.Connect(Cancelled);
        await Execute(connection, Hub.Database.StartsWith("postgres:", StringComparison.Ordinal) ? "DROP TRIGGER bad_block ON requests" : "DROP TRIGGER bad_block");
    }

    static async Task Execute(System.Data.Common.DbConnection connection, string statement)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    // What the person on duty carries.
    static async Task<WebApplication> Pager(ConcurrentQueue<string> told)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var pager = builder.Build();
        pager.Urls.Add("http://127.0.0.1:0");
        pager.MapPost("/{receiver}", async (HttpContext http) =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var message = await reader.ReadToEndAsync(http.RequestAborted);
            if (http.Request.Path == "/duty")
                told.Enqueue(message);
        });
        await pager.StartAsync(Cancelled);
        return pager;
    }
}

/// <summary>In one process, with nothing else installed.</summary>
public sealed class JourneysOnTheEmbeddedSetUp(EmbeddedRegion region, Chromium chromium) : ConsoleJourneys(region, chromium), IClassFixture<EmbeddedRegion>;

/// <summary>On RabbitMQ and PostgreSQL.</summary>
public sealed class JourneysOnServers(RegionOnServers region, Chromium chromium) : ConsoleJourneys(region, chromium), IClassFixture<RegionOnServers>;

/// <summary>The forms, in a browser that runs no script.</summary>
public sealed class JourneysWithoutJavaScript(EmbeddedRegion region, Chromium chromium) : FormJourneys(region, chromium), IClassFixture<EmbeddedRegion>
{
    private protected override bool Script => false;
}
