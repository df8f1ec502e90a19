using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Processes;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Links;
using LiaisonHub.OperatorConsole;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Coordinator;
using LiaisonHub.Tests.OperatorConsole;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.IntegrationTests.Journeys;

/// <summary>
/// A hub with the console beside it and states that sign and number what they send, all on one database; each person of a journey has an account. The first request was made a month ago and is opened by nobody
/// to this day; legal time goes with the day from then on.
/// </summary>
public abstract class RunningRegion : IAsyncLifetime
{
    /// <summary>The request that nobody opens, and that has reached the diplomatic note.</summary>
    public const string SilentReference = "XA-2026-000301";

    readonly CancellationTokenSource ending = new();
    Task day = Task.CompletedTask;
    WebApplication? console;

    /// <summary>The hub and the states.</summary>
    public HubUnderTest Hub { get; private set; } = null!;

    /// <summary>Where the console is.</summary>
    public Uri Console => new(console!.Urls.First());

    /// <summary>The act that nobody opens.</summary>
    public Guid SilentAct { get; private set; }

    /// <summary>Its request.</summary>
    public Guid SilentRequest { get; } = Guid.NewGuid();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The hub on its database and its links.</summary>
    protected abstract Task<HubUnderTest> Make(CancellationToken cancellationToken);

    public async ValueTask InitializeAsync()
    {
        Hub = await Make(Cancelled);
        var today = TimeProvider.System.GetUtcNow();
        Hub.Time.AdjustTime(today.AddDays(-30));
        await Hub.Begin(Cancelled);
        await Hub.Listen(Hub.XC, Cancelled);

        var asked = Hub.XA.Make(Hub.XB, SilentRequest, Sample.Submitted(SilentReference), Sample.Particulars());
        SilentAct = asked.Header.ActId;
        Assert.IsType<ActAccepted>(await Hub.XA.Send(asked, Cancelled));
        await Receipt(Hub.XB, Hub.XA, SilentRequest, SilentAct, ReceiptStage.Delivered);
        await Receipt(Hub.XB, Hub.XA, SilentRequest, SilentAct, ReceiptStage.HandedOver);
        Hub.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
        await Until.True(
            async () => (await Of<HubReads>().Request(SilentRequest, Cancelled))!.Documents.Count > 0, TimeSpan.FromSeconds(90), () => "The ladder has not come to the diplomatic note.", Cancelled);
        day = GoWithTheDay();

        console = await Start(new() { SignIn = SignInBy.Accounts });
        await ConsoleUnderTest.Open(console.Services, "bell", "A. Bell, duty operator", [Role.Operator], Cancelled);
        await ConsoleUnderTest.Open(console.Services, "crane", "B. Crane, head of operations", [Role.Approver], Cancelled);
        await ConsoleUnderTest.Open(console.Services, "dune", "C. Dune, auditor", [Role.Auditor], Cancelled);
    }

    /// <summary>The hub's database, with the console's login.</summary>
    protected virtual string ConsoleDatabase => Hub.Database;

    /// <summary>The same, with the login that may change tables.</summary>
    public virtual string OwnersDatabase => Hub.Database;

    /// <summary>What the hub keeps.</summary>
    public T Of<T>() where T : notnull => Hub.Services.GetRequiredService<T>();

    /// <summary>A console on this hub's database, on a free port of this machine.</summary>
    public async Task<WebApplication> Start(ConsoleOptions options, Action<WebApplication>? with = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = Path.GetDirectoryName(Hub.PublicKeys) });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Hub.Time);
        (options.Database, options.Region, options.PublicKeys, options.Urls) = (ConsoleDatabase, Hub.Region, Hub.PublicKeys, "http://127.0.0.1:0");
        options.ApproverLinkFile = Path.Combine(Path.GetDirectoryName(Hub.PublicKeys)!, "approver-link.txt");
        builder.AddOperatorConsole(options);
        var app = builder.Build();
        app.MapOperatorConsole();
        with?.Invoke(app);
        await app.StartAsync(Cancelled);
        return app;
    }

    /// <summary>A state says how far an act has come, and the other side is told.</summary>
    public static async Task Receipt(Participant by, Participant to, Guid request, Guid act, ReceiptStage stage)
    {
        Assert.True(await by.Post(by.Sign(by.Make(to, request, new ReceiptGiven { OfActId = act, Stage = stage })), Cancelled));
        await to.Told(n => n.Read() is ReceiptNotice told && told.OfActId == act && told.Stage == stage ? told : null, Cancelled);
    }

    /// <summary>The hub ends and starts again, as after somebody has put a key into its directory.</summary>
    public async Task Restart()
    {
        await Hub.Restart(Cancelled);
        await Hub.Listen(Hub.XC, Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await day.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (console != null)
            await console.DisposeAsync();
        if (Hub != null)
            await Hub.DisposeAsync();
        ending.Dispose();
        GC.SuppressFinalize(this);
    }

    async Task GoWithTheDay()
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (await tick.WaitForNextTickAsync(ending.Token))
            if (TimeProvider.System.GetUtcNow() is var now && now > Hub.Time.GetUtcNow())
                Hub.Time.SetUtcNow(now);
    }
}

/// <summary>As <c>liaisonhub up</c> sets it up: one process, links and bus in memory, SQLite.</summary>
public sealed class EmbeddedRegion : RunningRegion
{
    protected override Task<HubUnderTest> Make(CancellationToken cancellationToken) => Task.FromResult(new HubUnderTest());
}

/// <summary>As in production: RabbitMQ with a virtual host for each state, PostgreSQL, and in it a login for the hub and one for the console.</summary>
public sealed class RegionOnServers(RabbitServer rabbit, PostgresServer postgres) : RunningRegion
{
    HubLogins? logins;

    protected override string ConsoleDatabase => logins!.Console;

    public override string OwnersDatabase => logins!.Owner;

    protected override async Task<HubUnderTest> Make(CancellationToken cancellationToken)
    {
        var links = await rabbit.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF", "XZ"], cancellationToken);
        logins = await postgres.NewHubDatabase(cancellationToken);
        return new(logins.Hub, links.Hub, state => new RabbitAdapterLink(links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance)) { Migrates = false };
    }
}
