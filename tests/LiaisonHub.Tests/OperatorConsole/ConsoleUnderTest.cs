using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Coordinator;
using LiaisonHub.OperatorConsole;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Stuck;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Coordinator;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>The whole console on a free port of this machine, over a database of its own.</summary>
public sealed class ConsoleUnderTest : IAsyncDisposable
{
    readonly string folder;
    readonly WebApplication app;

    ConsoleUnderTest(string folder, WebApplication app, FakeTimeProvider time)
    {
        (this.folder, this.app, Time) = (folder, app, time);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };
    }

    public Uri Address => new(app.Urls.First());

    public HttpClient Http { get; }

    /// <summary>Both clocks of the hub.</summary>
    public FakeTimeProvider Time { get; }

    public IServiceProvider Services => app.Services;

    public string DatabaseFile => Path.Combine(folder, "hub.db");

    /// <summary>Its database answers no more.</summary>
    public void LoseDatabase()
    {
        SqliteConnection.ClearAllPools();
        File.Move(DatabaseFile, DatabaseFile + ".gone");
        Directory.CreateDirectory(DatabaseFile);
    }

    /// <summary>A hub that was set up and never used.</summary>
    public static async Task<ConsoleUnderTest> Empty(CancellationToken cancellationToken, string? region = null, Action<WebApplication>? with = null)
    {
        var folder = Directory.CreateTempSubdirectory("console-").FullName;
        var time = new FakeTimeProvider(FilledHub.Now);
        var database = Database.Open("sqlite:" + Path.Combine(folder, "hub.db"), time);
        database.Migrate(Schema.Hub);
        return await Start(folder, time, cancellationToken, region, with: with);
    }

    /// <summary>A hub after three weeks of invented work: see <see cref="FilledHub"/>.</summary>
    public static async Task<ConsoleUnderTest> Filled(CancellationToken cancellationToken, Action<ConsoleOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var folder = Directory.CreateTempSubdirectory("console-").FullName;
        await FilledHub.CopyTo(Path.Combine(folder, "hub.db"));
        return await Start(folder, new FakeTimeProvider(FilledHub.Now), cancellationToken, configure: configure, services: services);
    }

    static async Task<ConsoleUnderTest> Start(string folder, FakeTimeProvider time, CancellationToken cancellationToken, string? region = null, Action<ConsoleOptions>? configure = null, Action<IServiceCollection>? services = null, Action<WebApplication>? with = null)
    {
        FilledHub.Keys.Save(Path.Combine(folder, "keys"));
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = folder });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddKeyedSingleton<TimeProvider>("technical", time);
        var options = new ConsoleOptions
        {
            Database = "sqlite:" + Path.Combine(folder, "hub.db"),
            Region = region ?? Repository.At("contracts", "region-demo"),
            PublicKeys = Path.Combine(folder, "keys"),
            Urls = "http://127.0.0.1:0",
            SignIn = SignInBy.ThisMachine,
            ApproverLinkFile = Path.Combine(folder, "approver-link.txt"),
        };
        configure?.Invoke(options);
        services?.Invoke(builder.Services);
        builder.AddOperatorConsole(options);
        // A test reads the board when it looks, and not while it still writes.
        builder.Services.Remove(builder.Services.Single(s => s.ImplementationType == typeof(StuckRenewal)));
        var app = builder.Build();
        app.MapOperatorConsole();
        with?.Invoke(app);
        await app.StartAsync(cancellationToken);
        return new(folder, app, time);
    }

    /// <summary>Costs of March 2026 between XA, XB and XC; a repair plan in its first wave; a message that only its wrapping keeps out; three disputes: one that nobody complied with, one that was complied with, and a drill.</summary>
    public async Task FillRegisters(CancellationToken cancellationToken)
    {
        await CostPageTests.Fill(this);
        await ConformancePageTests.Keep(this, ConformancePageTests.Level);
        await PlanTests.Fill(this);
        await LinkTestPageTests.Fill(this);
        await DeadLetterPageTests.Fill(this);
        await SavedFilterTests.Fill(this);
        var database = Services.GetRequiredService<Database>();
        await using var unit = await database.Begin(cancellationToken);
        await new RequestStore(database).Write(
            unit,
            [.. new[] { ("late", false), ("done", false), ("late", true) }.Select((d, i) => CompliancePageTests.Dispute(d.Item1, d.Item2, Guid.Parse($"0a000000-0000-4000-8000-0000000000d{i}")))],
            cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>The link with which the first administrator chooses a password; the one before it does nothing any more.</summary>
    public async Task<string> Invitation(CancellationToken cancellationToken)
    {
        // Its own first invitation is out before a test makes another.
        await Services.GetServices<IHostedService>().OfType<FirstAdministrator>().Single().ExecuteTask!;
        return $"/invitations/{await Services.GetRequiredService<AccountDesk>().InviteFirst(cancellationToken)}";
    }

    /// <summary>The file with the first approver's link, as the start left it.</summary>
    public async Task<string> ApproverLinkFile()
    {
        await Services.GetServices<IHostedService>().OfType<FirstAdministrator>().Single().ExecuteTask!;
        return Path.Combine(folder, "approver-link.txt");
    }

    /// <summary>The limits of two years that have ended; and everything that was recorded has its place in the chain.</summary>
    public async Task FillYears(CancellationToken cancellationToken)
    {
        await LimitPageTests.Fill(this);
        while (await Services.GetRequiredService<Ledger>().Chain(Time.GetUtcNow(), 1000, cancellationToken) > 0)
        {
        }
    }

    /// <summary>A word every person of the tests signs in with.</summary>
    public const string Password = "four words make one";

    /// <summary>Opens an account with <see cref="Password"/>: one that nobody else had a hand in, or one that another account made.</summary>
    public static async Task<Account> Open(IServiceProvider console, string signInName, string name, IEnumerable<Role> roles, CancellationToken cancellationToken, Account? by = null)
    {
        var desk = console.GetRequiredService<AccountDesk>();
        var account = (await desk.Invited((await desk.Invite(signInName, name, roles, by?.Name ?? "this hub", by?.AccountId, cancellationToken))!, cancellationToken))!;
        Assert.True(await desk.SetPassword(account, Password, "AccountOpened", cancellationToken));
        return account;
    }

    /// <summary>A token of a person who has these roles, as a program carries it.</summary>
    public async Task<string> TokenOf(string name, CancellationToken cancellationToken, params Role[] roles) =>
        await Services.GetRequiredService<AccountDesk>().MakeToken(await Open(Services, name, $"{name}, a person", roles, cancellationToken), "test", TimeSpan.FromDays(1), cancellationToken);

    /// <summary>A token of an account for its programs.</summary>
    public static Task<string> Token(IServiceProvider console, Account account, CancellationToken cancellationToken) => console.GetRequiredService<AccountDesk>().MakeToken(account, "test", TimeSpan.FromDays(1), cancellationToken);

    /// <summary>To whom an address answers: roles, or anybody, or nobody.</summary>
    public static string Needs(RouteEndpoint address) =>
        address.Metadata.GetMetadata<IAllowAnonymous>() != null ? "anybody"
        : address.Metadata.GetOrderedMetadata<IAuthorizeData>() is [.., { Policy: { } policy }] ? string.Join(" ", Access.Of(Enum.Parse<Permission>(policy)))
        : "nobody";

    /// <summary>A page, and that it is one.</summary>
    public async Task<string> Page(string address, CancellationToken cancellationToken, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await Http.GetAsync(new Uri(address, UriKind.Relative), cancellationToken);
        var html = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(answer.StatusCode == status, $"{address} answered {(int)answer.StatusCode}: {html[..Math.Min(html.Length, 2000)]}");
        return html;
    }

    /// <summary>Posts a form of a page with the token the page carries.</summary>
    public async Task<HttpResponseMessage> Post(string page, string address, Dictionary<string, string> fields, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(fields.Append(new("__RequestVerificationToken", await Token(page, cancellationToken))));
        return await Http.PostAsync(new Uri(address, UriKind.Relative), form, cancellationToken);
    }

    /// <summary>Posts a form with a file, with the token the page carries.</summary>
    public async Task<HttpResponseMessage> Post(string page, string address, Dictionary<string, string> fields, string file, byte[] content, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields.Append(new("__RequestVerificationToken", await Token(page, cancellationToken))))
            form.Add(new StringContent(value), name);
        form.Add(new ByteArrayContent(content), file, "a file.json");
        return await Http.PostAsync(new Uri(address, UriKind.Relative), form, cancellationToken);
    }

    async Task<string> Token(string page, CancellationToken cancellationToken) =>
        Regex.Match(await Page(page, cancellationToken), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;

    /// <summary>What a document says to somebody who says why.</summary>
    public async Task<string> Document(string address, CancellationToken cancellationToken)
    {
        using var answer = await Post(address, address, new() { ["by"] = "A. Bell", ["reason"] = "Test" }, cancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>Addresses of one page of every kind, with the ids this hub has.</summary>
    public async Task<IReadOnlyList<string>> Addresses(CancellationToken cancellationToken)
    {
        var addresses = new List<string>
        {
            "/", "/stuck", "/stuck?by=pair", "/stuck?group=NotOpened", "/deadlines", "/deadlines?late=1", "/deadlines?from=oops", "/deadlines?show=month", "/deadlines/kept", "/deadlines/kept/XB/EIO", "/deadlines/forecast", "/deadlines/forecast?state=XB&days=30", "/deadlines/calendars", "/requests", "/requests?overdue=1", "/requests?show=closed", "/requests?q=XA-2026", "/requests?level=oops", "/acts", "/quarantine", "/quarantine?show=resolved", "/quarantine/groups", "/adapters", "/adapters/XA/tests", "/adapters/XB/dead", "/adapters/HUB/dead", "/adapters/XA/conformance", "/adapters/XB/conformance", "/alerts", "/costs", "/costs?from=oops", "/compliance", "/public/compliance", "/settings", "/audit?from=oops", "/audit/ledger",
            "/procedures/mutual-assistance", "/procedures/mutual-assistance/rows", "/procedures/mutual-assistance/states/Submitted", "/rules", "/rules?q=EIO", "/rules/every-instrument", "/rules/EIO", "/help",
        };
        if (await Services.GetRequiredService<HubReads>().Group(FilledHub.Matter, null, 1, cancellationToken) is [_])
            addresses.Add($"/groups/{FilledHub.Matter}");
        var reads = Services.GetRequiredService<HubReads>();
        foreach (var line in await reads.Find(new() { Text = "X" }, 20, cancellationToken))
            if (await reads.Request(line.RequestId, cancellationToken) is { } file)
            {
                addresses.Add($"/requests/{line.RequestId}");
                addresses.AddRange(file.Documents.Select(d => $"/documents/{d.DocumentId}"));
                if (file.Acts.Count < 10)
                    continue;
                if (!addresses.Exists(a => a.EndsWith("/ledger", StringComparison.Ordinal) && a.StartsWith("/requests/", StringComparison.Ordinal)))
                    addresses.AddRange(Enum.GetValues<RequestPart>().Select(p => RequestRoutes.Address(line.RequestId, p)));
                addresses.Add($"/requests/{line.RequestId}/acts/{file.Acts[0].JournalId}");
                addresses.Add($"/requests/{line.RequestId}/acts/{file.Acts[^1].JournalId}");
                addresses.Add($"/requests/{line.RequestId}/deadlines/{Request.Read(file.Request.Body).Deadlines[0].Id}");
            }
        foreach (var message in await Services.GetRequiredService<Quarantine>().Page(null, null, null, null, 20, cancellationToken))
            addresses.Add($"/quarantine/{message.QuarantineId}");
        if (await Services.GetRequiredService<Quarantine>().Page(null, null, null, null, 1, cancellationToken) is [var newest])
            addresses.Add($"/quarantine?group={Uri.EscapeDataString(newest.Fingerprint)}");
        addresses.AddRange(["/plans", "/plans/new", "/errors", "/filters"]);
        addresses.AddRange((await Services.GetRequiredService<SavedFilters>().Seen(null, 20, cancellationToken)).Select(f => $"/filters/{f.FilterId}/change"));
        addresses.AddRange((await Services.GetRequiredService<RepairPlans>().Page(20, cancellationToken)).Select(p => $"/plans/{p.PlanId}"));
        addresses.AddRange((await Services.GetRequiredService<LinkTests>().Latest(cancellationToken)).Select(t => $"/adapters/{t.State}/tests/{t.TestId}"));
        // Last: there it stands who looked at the documents.
        addresses.Add("/audit");
        return addresses;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>
/// Three weeks of invented work between XA and XB, made once by a whole hub: one request half executed, one that nobody answers and that has climbed to the diplomatic note, one refused after consultation,
/// one waiting for a translation, a drill, one just sent, an act refused, one parked behind a number that never came, and messages in quarantine.
/// </summary>
public static class FilledHub
{
    /// <summary>Texts of private parts: they must be seen nowhere.</summary>
    public const string Secret = "Whoever reads this has opened a seal";

    /// <summary>The case group of a live request and of the drill.</summary>
    public static Guid Matter { get; } = Guid.Parse("0a000000-0000-4000-8000-0000000000c1");

    /// <summary>A word in the clear in a message that is no document of the contract.</summary>
    public const string StrayName = "Quillfeather";

    static readonly Lazy<Task<string>> Template = new(Make);

    /// <summary>When the console looks: a Friday morning.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 3, 20, 9, 12, 0, TimeSpan.Zero);

    /// <summary>Public keys of all states: XC's signing key ends soon and has no successor.</summary>
    public static KeyDirectory Keys => All.Value.Directory;

    /// <summary>What the hub signs with.</summary>
    public static PrivateKey HubKey => All.Value.Hub;

    /// <summary>What a state signs with.</summary>
    public static PrivateKey SigningKeyOf(string state) => All.Value.States[state];

    static readonly Lazy<(KeyDirectory Directory, PrivateKey Hub, Dictionary<string, PrivateKey> States)> All = new(MakeKeys);

    public static async Task CopyTo(string file) => File.Copy(await Template.Value, file);

    static (KeyDirectory, PrivateKey, Dictionary<string, PrivateKey>) MakeKeys()
    {
        var directory = new KeyDirectory([]);
        PrivateKey? hub = null;
        var states = new Dictionary<string, PrivateKey>();
        foreach (var (owner, use) in new[] { "XA", "XB", "XC", "XD", "XE" }.SelectMany(s => new[] { (s, KeyUse.Sign), (s, KeyUse.Seal) }).Append((PublicKey.HubOwner, KeyUse.Sign)))
        {
            var key = PrivateKey.Generate(owner, use);
            hub = key;
            if (use == KeyUse.Sign)
                states[owner] = key;
            directory = directory.With(key.Public(Now.AddYears(-1), owner == "XC" && use == KeyUse.Sign ? Now.AddDays(21) : Now.AddYears(1)));
        }
        return (directory, hub!, states);
    }

    static async Task<string> Make()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var cancelled = patience.Token;
        await using var hub = new HubUnderTest();
        await hub.Begin(cancelled);
        var (xa, xb, region) = (hub.XA, hub.XB, hub.Services.GetRequiredService<Region>());
        var secret = new Explanation { Text = Secret };

        var executed = Guid.Parse("0a000000-0000-4000-8000-000000000101");
        var silent = Guid.Parse("0a000000-0000-4000-8000-000000000102");
        var refused = Guid.Parse("0a000000-0000-4000-8000-000000000051");
        var translated = Guid.Parse("0a000000-0000-4000-8000-000000000103");
        var drill = Guid.Parse("0a000000-0000-4000-8000-000000000104");
        var fresh = Guid.Parse("0a000000-0000-4000-8000-000000000105");
        var soon = Guid.Parse("0a000000-0000-4000-8000-000000000106");

        async Task At(int day, int hour, int minute = 0)
        {
            hub.Time.SetUtcNow(new DateTimeOffset(2026, 3, day, hour, minute, 0, TimeSpan.Zero));
            var deadlines = hub.Services.GetRequiredService<Deadlines>();
            while (await deadlines.NextLook(cancelled) is { } look && look <= hub.Time.GetUtcNow())
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancelled);
        }
        ReceiptStage[] all = [ReceiptStage.Delivered, ReceiptStage.HandedOver, ReceiptStage.Opened];
        async Task<Guid> Do(
            Participant by, Participant to, Guid request, object open, object? sealedPart = null, Priority priority = Priority.Routine, bool exercise = false, ReceiptStage[]? reaches = null)
        {
            var act = by.Make(to, request, open, sealedPart, priority);
            act = act with { Header = act.Header with { Exercise = exercise, CaseGroupId = request == silent || request == executed || request == drill ? Matter : null } };
            var answer = await by.Send(act, cancelled);
            Assert.True(answer is ActAccepted, $"{open.GetType().Name} of {request}: {(answer as ActRefused)?.Reason}");
            await Receipts(to, by, request, act.Header.ActId, exercise, reaches ?? all);
            return act.Header.ActId;
        }
        async Task Receipts(Participant by, Participant to, Guid request, Guid of, bool exercise, params ReceiptStage[] stages)
        {
            foreach (var stage in stages)
            {
                var receipt = by.Make(to, request, new ReceiptGiven { OfActId = of, Stage = stage });
                Assert.True(await by.Post(by.Sign(receipt with { Header = receipt.Header with { Exercise = exercise } }), cancelled));
                await to.Told(n => n.Read() is ReceiptNotice r && r.OfActId == of && r.Stage == stage ? r : null, cancelled);
            }
        }
        RequestSubmitted Asked(string reference, params MeasureKind[] measures) => Sample.Submitted(reference) with { Measures = [.. measures.Select(m => new Measure { Kind = m })] };
        var particulars = Sample.Particulars() with { Text = Secret };

        var first = await Do(xa, xb, executed, Asked("XA-2026-000101", MeasureKind.Hearing, MeasureKind.BankAccounts, MeasureKind.Search), particulars, reaches: [ReceiptStage.Delivered, ReceiptStage.HandedOver]);
        await Do(xa, xb, silent, Asked("XA-2026-000102", MeasureKind.BankTransactions), particulars, reaches: [ReceiptStage.Delivered]);
        await Do(xb, xa, refused, Asked("XB-2026-000051", MeasureKind.Interception), particulars);
        await At(2, 10, 40);
        await Receipts(xb, xa, executed, first, false, ReceiptStage.Opened);
        await Do(xb, xa, executed, new RequestAcknowledged { TheirReference = "XB-CA 77/26", CompetentAuthority = "XB-CA", EstimatedDecision = new DateOnly(2026, 3, 20) });
        await Do(xa, xb, refused, new RequestAcknowledged { TheirReference = "XA-CA 12/26", CompetentAuthority = "XA-CA" });
        await At(3, 9);
        await Do(xb, xa, executed, new InformationRequested { Gaps = ["Period of the account statements", "Who is to be present at the hearing"] }, secret);
        var ground = region.Catalogue.Grounds("EIO").First(g => g is { ConsultFirst: true, OnDualCriminality: false });
        await Do(xa, xb, refused, new RefusalConsulted { Ground = ground.Code }, secret);
        await At(5, 13, 30);
        await Do(xa, xb, executed, new InformationSupplied { Complete = true }, secret);
        await Do(xb, xa, refused, new ConsultationAnswered { Answer = ConsultationAnswer.Maintained }, secret);
        await Do(xa, xb, translated, Asked("XA-2026-000103", MeasureKind.Hearing), particulars, Priority.Urgent);
        await At(6, 8, 15);
        await Do(xb, xa, executed, new RequestRecognised
        {
            RightsCheck = new RightsCheck { CheckedBy = "Judge on duty", Answers = [.. region.Catalogue.Rights.Select(r => new RightsAnswer { Item = r.Code, Finding = RightsFinding.Passed })] },
            DualCriminality = DualCriminality.ListOffence,
        });
        await Do(xa, xb, refused, new RequestRefused { Ground = ground.Code, Reasons = "The ground stands after consultation." }, secret);
        await Do(xb, xa, translated, new RequestAcknowledged { TheirReference = "XB-CA 81/26", CompetentAuthority = "XB-CA" });
        await Do(xb, xa, translated, new TranslationRequested { Language = "de", Papers = ["The request itself"] });
        foreach (var day in new[] { 7, 9, 10, 11, 12, 13, 14, 15 })
            await At(day, 12);
        await At(16, 9, 30);
        await Do(xb, xa, executed, new EvidenceSent
        {
            Part = 1,
            OfParts = 2,
            Final = false,
            Manifest = [FirstItem()],
        }, new EvidenceParticulars { Text = Secret, Items = [] });
        await Do(xa, xb, executed, new EvidenceReceived { Part = 1 });
        await At(17, 9);
        await Do(xa, xb, soon, Asked("XA-2026-000106", MeasureKind.RegisterExtract), particulars);
        await At(19, 22, 10);
        await Do(xa, xb, drill, Asked("XA-2026-000104", MeasureKind.Hearing), particulars, exercise: true, reaches: [ReceiptStage.Delivered]);
        await At(20, 6, 30);
        await Do(xa, xb, fresh, Asked("XA-2026-000105", MeasureKind.Seizure), particulars, reaches: []);
        await At(20, 7, 5);
        Assert.IsType<ActRefused>(await xb.Send(xa, translated, new ExecutionResumed(), cancelled));

        // Messages that cannot be accepted.
        Assert.True(await xa.Post(System.Text.Encoding.UTF8.GetBytes($"<spi>{new string(' ', 60)}<Surname>{StrayName}</Surname></spi>"), cancelled));
        var stolen = xb.Make(xa, translated, new NoteSent { Subject = "Our telephone has changed" }, secret);
        Assert.True(await xb.Post(xa.Sign(stolen), cancelled));
        var misspelt = xa.Make(xb, translated, new NoteSent { Subject = StrayName }, secret);
        Assert.True(await xa.Post(xa.Sign(misspelt with { Type = "NotesSend" }), cancelled));
        while ((await hub.Services.GetRequiredService<Quarantine>().Counts(cancelled)).Sum(c => c.Waiting) < 3)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancelled);

        // The first of the two is never sent. The hub waits for it for an hour, and for no longer: it must not be over when the copy is made.
        await At(20, 8, 30);
        _ = xb.Make(xa, executed, new NoteSent { Subject = "Hearing moved" }, secret);
        var overtook = xb.Make(xa, executed, new NoteSent { Subject = "Hearing moved again" }, secret);
        Assert.True(await xb.Post(xb.Sign(overtook), cancelled));
        var figures = hub.Services.GetRequiredService<Database>();
        while (!(await new HubFigures(figures).Waiting(10, cancelled)).Any(w => w.ParkedAt != null))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancelled);
        await At(20, 9, 12);

        while (await hub.Services.GetRequiredService<Ledger>().Chain(hub.Time.GetUtcNow(), 1000, cancelled) > 0)
        {
        }
        await hub.Services.GetRequiredService<SelfReport>().Report(cancelled);
        var folder = Directory.CreateTempSubdirectory("console-template-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var file = Path.Combine(folder, "hub.db");
        await using (var connection = await figures.Connect(cancelled))
        await using (var copy = connection.CreateCommand())
        {
            copy.CommandText = string.Create(CultureInfo.InvariantCulture, $"VACUUM INTO '{file}'");
            await copy.ExecuteNonQueryAsync(cancelled);
        }

        // The copy stands still at the last instant; the adapters as they reported then.
        await using var kept = Database.Open("sqlite:" + file, new FakeTimeProvider(Now));
        var adapters = new AdapterRegister(kept);
        AdapterReported Report(string state, DateTimeOffset at, int quarantined = 0, int incomplete = 0) =>
            new() { State = state, At = at, Version = "0.1.0", OutboxWaiting = 0, Quarantined = quarantined, Incomplete = incomplete, EverySeconds = 30 };
        await adapters.Heard("XA", Report("XA", Now.AddSeconds(-12), quarantined: 1, incomplete: 2), Now.AddSeconds(-12), cancelled);
        await adapters.Heard("XB", Report("XB", Now.AddSeconds(-21).AddMinutes(4)), Now.AddSeconds(-21), cancelled);
        await adapters.Heard("XC", Report("XC", Now.AddHours(-6)), Now.AddHours(-6), cancelled);
        await adapters.FallenSilent(Now, cancelled);
        await adapters.Tested("XA", true, null, Now.AddDays(-1), cancelled);
        await adapters.Heard("XB", Report("XB", Now.AddSeconds(-21).AddMinutes(4)) with { ClientCertificateEnds = Now.AddDays(6).AddHours(1), Contracts = "1.0" }, Now.AddSeconds(-21), cancelled);
        var options = new[] { new OptionLine("Hub:Database", "postgres:********", OptionSource.Environment), new OptionLine("Hub:Region", "/etc/liaisonhub/region", OptionSource.File, "appsettings.json"), new OptionLine("Hub:Migrate", "True", OptionSource.Default) };
        var processes = new HubBeliefs(kept);
        // As the hub has reported itself, but where and when.
        var believed = JsonSerializer.Deserialize<Beliefs>((await processes.All(cancelled))[0].Beliefs, JsonSerializerOptions.Web)!;
        await processes.Forget(Instants.Never, cancelled);
        await FilledHub.Report(processes, believed with { KeysKnown = Keys.Digest, SignsWith = HubKey.KeyId, Options = options, Core = new([new("requests.urgent", 0, 1), new("requests", 3, 1), new("dead", 0, 0)]) }, Now.AddSeconds(-40), "hub-1.example", cancelled);
        await adapters.Looked("XA", 1, null, Now.AddSeconds(-30), cancelled, LinkTestPageTests.Queues(waiting: 2, readers: 1));
        await adapters.Looked("XB", 0, null, Now.AddSeconds(-30), cancelled, LinkTestPageTests.Queues(waiting: 40, readers: 0));
        await using (var unit = await kept.Begin(cancelled))
        {
            await AdapterRegister.Maintain(
                unit, new() { State = "XE", AnnouncementId = Guid.NewGuid(), At = Now.AddHours(-1), From = Now.AddHours(-1), Until = Now.AddHours(5), Reason = "The registry moves." }, Now, cancelled);
            await unit.Commit(cancelled);
        }
        return file;
    }

    /// <summary>A process of the hub as it reported. Beliefs null: in a way that nobody can read.</summary>
    public static Task Report(HubBeliefs processes, Beliefs? beliefs, DateTimeOffset at, string machine, CancellationToken cancellationToken = default) => processes.Heard(
        new() { ProcessId = Guid.NewGuid(), Machine = machine, StartedAt = at.AddDays(-2), HeardAt = at, Beliefs = beliefs is null ? "[" : JsonSerializer.Serialize(beliefs, JsonSerializerOptions.Web) }, cancellationToken);

    static EvidenceItem FirstItem() => new()
    {
        ItemId = Guid.Parse("0a000000-0000-4000-8000-0000000000e1"),
        Kind = EvidenceKind.Document,
        Size = 18_432,
        Commitment = new string('a', 64),
    };
}
