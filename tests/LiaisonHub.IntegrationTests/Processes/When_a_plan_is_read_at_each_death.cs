using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Links;
using LiaisonHub.OperatorConsole;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests;
using LiaisonHub.Tests.Coordinator;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>Whatever dies in the middle of a repair plan, the worker or the console: the page of the plan, read at each death, says what is so, and never success where nobody has seen one.</summary>
[Long(65)]
public sealed class When_a_plan_is_read_at_each_death(RabbitServer rabbit, PostgresServer postgres)
{
    const int Rows = 3;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_the_one_process_with_its_console()
    {
        var folder = Directory.CreateTempSubdirectory("liaisonhub-plan-").FullName;
        // Never started: it makes keys and acts.
        await using var region = new HubUnderTest();
        region.Time.AdjustTime(TimeProvider.System.GetUtcNow());
        foreach (var owner in new[] { PublicKey.HubOwner, "XA", "XB", "XZ" })
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, "private", owner)).FullName;
            region.SigningKeyOf(owner).Save(Path.Combine(own, $"{owner}.sign.json"));
            if (owner != PublicKey.HubOwner)
                region.SealingKeyOf(owner).Save(Path.Combine(own, $"{owner}.seal.json"));
        }
        region.Keys.Save(Path.Combine(folder, "keys"));
        var port = ServerProcess.FreePorts(1)[0];
        var process = new ProgramProcess("liaisonhub", folder, new Dictionary<string, string>(), "up", "--data", folder, "--console-port", $"{port}", "--desk-port", $"{ServerProcess.FreeRow(3)}");
        var starts = 0;
        async Task Up(string? crashAt)
        {
            process.Start(crashAt);
            starts++;
            await Until.True(() => Task.FromResult(Regex.Count(process.Said, "is up after") == starts), Patience, () => process.Said, Cancelled);
        }
        await Up(CrashPoint.RepairForeseen);
        await using var database = Database.Open($"sqlite:{Path.Combine(folder, "hub.db")}", TimeProvider.System);
        await using var console = await Console($"sqlite:{Path.Combine(folder, "hub.db")}", Path.Combine(folder, "keys"));
        using var there = Browser(new Uri($"http://127.0.0.1:{port}"));
        using var reader = Browser(new Uri(console.Urls.First()));
        var plan = new Reading(database, reader, await Wrong(database, region));
        await plan.Make(there);

        await Lost(() => plan.Step(there, "dry-run"));
        await Died(process);
        Assert.Contains("The dry run is under way", await plan.Truth(), StringComparison.Ordinal);

        // It was begun, and the person who began it has no answer.
        await Up(CrashPoint.ConsoleBeforeAnswer);
        await plan.Foreseen();
        await Lost(() => plan.Step(there, "run"));
        await Died(process);
        var html = await plan.Truth();
        Assert.Matches("<dt>Started</dt><dd>.* UTC.*, .*A\\. Bell, duty operator.*</dd>", html);
        Assert.Equal(RepairPlan.Running, (await plan.Now()).Status);

        process.Start(CrashPoint.RepairAfterCommit);
        starts = Regex.Count(process.Said, "is up after");
        await Died(process);
        await plan.Truth();
        Assert.Contains(await plan.Items(), i => i.Status == RepairItem.Sent);

        process.Start();
        await Until.True(async () => (await plan.Now()).Status == RepairPlan.Done, Patience, () => process.Said, Cancelled);
        await process.DisposeAsync();
        await plan.Truth();
        Assert.All(await plan.Items(), i => Assert.Equal(RepairItem.Processed, i.Status));
        await console.StopAsync(Cancelled);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Of_the_worker_on_servers()
    {
        var folder = Directory.CreateTempSubdirectory("liaisonhub-plan-").FullName;
        var links = await rabbit.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF", "XZ"], Cancelled);
        await using var hub = new HubUnderTest(await postgres.NewDatabase(Cancelled), links.Hub, state => new RabbitAdapterLink(links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance));
        hub.Time.AdjustTime(TimeProvider.System.GetUtcNow());
        await hub.Begin(Cancelled);
        await hub.Down();
        await using var database = Database.Open(hub.Database, TimeProvider.System);
        await using var console = await Console(hub.Database, hub.PublicKeys);
        using var person = Browser(new Uri(console.Urls.First()));
        var plan = new Reading(database, person, await Wrong(database, hub));
        await plan.Make(person);
        await plan.Step(person, "dry-run");

        await using var process = new ProgramProcess("LiaisonHub.Coordinator", Path.Combine(folder, "run"), hub.Settings);
        process.Start(CrashPoint.RepairForeseen);
        await Died(process);
        Assert.Contains("The dry run is under way", await plan.Truth(), StringComparison.Ordinal);

        process.Start(CrashPoint.RepairAfterCommit);
        await plan.Foreseen();
        await plan.Step(person, "run");
        await Died(process);
        Assert.Contains("outcome open 1", await plan.Truth(), StringComparison.Ordinal);

        // The act is in the journal; nobody has noted yet that its message is dealt with.
        process.Start(CrashPoint.RepairAfterTaking);
        await Died(process);
        Assert.Contains("processed 0, failed again 0, unknown 0, outcome open 1", await plan.Truth(), StringComparison.Ordinal);
        await console.StopAsync(Cancelled);
        Directory.Delete(folder, recursive: true);
    }

    // A plan, worked on by a person at a console, and read by somebody at another.
    sealed class Reading(Database database, HttpClient reader, IReadOnlyDictionary<Guid, Guid> requests)
    {
        readonly RepairPlans plans = new(database);
        Guid id;

        public async Task<RepairPlan> Now() => (await plans.Get(id, Cancelled))!;

        public Task<IReadOnlyList<RepairItem>> Items() => plans.Items(id, 0, 100, Cancelled);

        public async Task Make(HttpClient person)
        {
            using var made = await Post(person, "/plans/new", "/plans", new() { ["deed"] = "Retry", ["state"] = "XA", ["perMinute"] = "600", ["stopPercent"] = "0", ["reason"] = "The key is there now" });
            Assert.Equal(HttpStatusCode.SeeOther, made.StatusCode);
            id = Guid.Parse(made.Headers.Location!.OriginalString[^36..]);
            Assert.Equal(Rows, (await Now()).Items);
        }

        public async Task Step(HttpClient person, string step)
        {
            using var done = await Post(person, $"/plans/{id}", $"/plans/{id}/{step}", new() { ["version"] = "1", ["count"] = $"{Rows}" });
            Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
        }

        public Task Foreseen() => Until.True(async () => (await Now()).ForeseenAt is not null, Patience, () => "The dry run has not ended.", Cancelled);

        // Whoever works is dead: nothing changes between the looks.
        public async Task<string> Truth()
        {
            var html = WebUtility.HtmlDecode(await reader.GetStringAsync(new Uri($"/plans/{id}", UriKind.Relative), Cancelled));
            var items = await Items();
            int Of(string status) => items.Count(i => i.Status == status);
            Assert.Contains($"processed {Of(RepairItem.Processed)}, failed again {Of(RepairItem.FailedAgain)}, unknown {Of(RepairItem.Unknown)}, outcome open {Of(RepairItem.Sent)}, waiting {Of(RepairItem.Waiting)}", html, StringComparison.Ordinal);
            var rows = Regex.Matches(html, "<tr data-row.*?</tr>", RegexOptions.Singleline).Select(r => r.Value).ToList();
            Assert.Equal(items.Count, rows.Count);
            foreach (var (item, row) in items.Zip(rows))
                Assert.Contains(item.Status switch { RepairItem.Waiting => "<span class=\"chip\">waiting</span>", RepairItem.Sent => ">done, outcome open</span>", RepairItem.Processed => "<span class=\"chip ok\">processed</span>", var other => other }, Regex.Replace(row, "class=\"chip \"", "class=\"chip\""), StringComparison.Ordinal);
            // What is called processed has had its effect, and had it once.
            foreach (var done in items.Where(i => i.Status == RepairItem.Processed))
                Assert.Equal(Decisions.Applied, Assert.Single((await new HubReads(database).Request(requests[done.QuarantineId!.Value], Cancelled))!.Acts, a => a.ActType == nameof(RequestSubmitted)).Outcome);
            Assert.Equal((await Now()).ForeseenAt is not null, html.Contains("would work 3", StringComparison.Ordinal));
            return html;
        }
    }

    // Acts that were kept out, as for a key that was not known yet: the message, and the request it makes.
    static async Task<IReadOnlyDictionary<Guid, Guid>> Wrong(Database database, HubUnderTest hub)
    {
        var (quarantine, requests) = (new Quarantine(database), new Dictionary<Guid, Guid>());
        for (var i = 0; i < Rows; i++)
        {
            var act = hub.XA.Make(hub.XB, Guid.NewGuid(), Sample.Submitted($"XA-2026-{i:D6}"), Sample.Particulars());
            var body = hub.XA.Sign(act);
            requests[await quarantine.Add(
                new()
                {
                    QuarantineId = Guid.CreateVersion7(),
                    Source = "edge",
                    State = "XA",
                    Code = nameof(RefusalCode.NotAuthentic),
                    Place = "UnknownKey",
                    Reason = "The key was not there",
                    Fix = "Register it",
                    Body = body,
                    Digest = Convert.ToHexStringLower(SHA256.HashData(body)),
                    At = TimeProvider.System.GetUtcNow(),
                },
                Cancelled)] = act.Header.RequestId;
        }
        return requests;
    }

    static async Task Died(ProgramProcess process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(Patience);
        await process.Ended(patience.Token);
    }

    // The answer may be lost with whoever gives it.
    static async Task Lost(Func<Task> asked)
    {
        try
        {
            await asked();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
        }
    }

    static HttpClient Browser(Uri console) => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer(), PooledConnectionLifetime = TimeSpan.Zero }) { BaseAddress = console };

    static async Task<HttpResponseMessage> Post(HttpClient person, string page, string address, Dictionary<string, string> fields)
    {
        var token = Regex.Match(await person.GetStringAsync(new Uri(page, UriKind.Relative), Cancelled), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        using var form = new FormUrlEncodedContent(fields.Append(new("by", "A. Bell, duty operator")).Append(new("__RequestVerificationToken", token)));
        return await person.PostAsync(new Uri(address, UriKind.Relative), form, Cancelled);
    }

    static async Task<WebApplication> Console(string database, string publicKeys)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = publicKeys });
        builder.Logging.ClearProviders();
        builder.AddOperatorConsole(new() { Database = database, Region = Repository.At("contracts", "region-demo"), PublicKeys = publicKeys, Urls = "http://127.0.0.1:0", SignIn = SignInBy.ThisMachine });
        var app = builder.Build();
        app.MapOperatorConsole();
        await app.StartAsync(Cancelled);
        return app;
    }
}
