using LiaisonHub.Casework;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LiaisonHub.Coordinator;

/// <summary>How the hub is set up. Read once, at start; everything that is wrong is said at once.</summary>
public sealed class HubOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Hub";

    /// <summary>The hub's database: <c>sqlite:FILE</c>, <c>postgres:CONNECTION STRING</c> or <c>sqlserver:CONNECTION STRING</c>. Required.</summary>
    public string Database { get; set; } = "";

    /// <summary>Folder with the region's data: states, authorities, pairs, calendars. Required.</summary>
    public string Region { get; set; } = "";

    /// <summary>Folder with the public keys of all states and of the hub, a file each. Required.</summary>
    public string PublicKeys { get; set; } = "";

    /// <summary>File with the hub's private signing key. Required.</summary>
    public string SigningKey { get; set; } = "";

    /// <summary>True: create or upgrade the tables at start. False: they must be there (<c>liaisonhub database migrate</c>). Default: true.</summary>
    public bool Migrate { get; set; } = true;

    /// <summary>How long a due deadline belongs to the hub process that claimed it, before another may: 1 s to 10 min, 30 s by default. A process that stands still for longer does no harm; what it
    /// held waits that long.</summary>
    public TimeSpan DeadlineLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The broker. Not read when hub and adapters share a process.</summary>
    public BrokerOptions Broker { get; set; } = new();

    /// <summary>Everything that is wrong, one line each: the key, what is wrong, the fix.</summary>
    public IReadOnlyList<string> Problems(bool inProcess)
    {
        var problems = new List<string>();
        if (!Database.StartsWith("sqlite:", StringComparison.Ordinal) && !Database.StartsWith("postgres:", StringComparison.Ordinal) && !Database.StartsWith("sqlserver:", StringComparison.Ordinal))
            problems.Add($"{Section}:Database must begin with sqlite:, postgres: or sqlserver:; set it as {Section}__Database, for example 'sqlite:/var/lib/liaisonhub/hub.db'.");
        if (!Directory.Exists(Region))
            problems.Add($"{Section}:Region: there is no folder '{Region}'; point it at the region's data, for example 'contracts/region-demo'.");
        if (!Directory.Exists(PublicKeys))
            problems.Add($"{Section}:PublicKeys: there is no folder '{PublicKeys}'; make keys with 'liaisonhub keys make'.");
        if (!File.Exists(SigningKey))
            problems.Add($"{Section}:SigningKey: there is no file '{SigningKey}'; make it with 'liaisonhub keys make --owner HUB'.");
        if (DeadlineLease < TimeSpan.FromSeconds(1) || DeadlineLease > TimeSpan.FromMinutes(10))
            problems.Add($"{Section}:DeadlineLease is {DeadlineLease}; give 00:00:01 to 00:10:00 (hours:minutes:seconds).");
        if (!inProcess)
            problems.AddRange(Broker.Problems($"{Section}:Broker"));
        return problems;
    }
}

/// <summary>Puts the hub together.</summary>
public static class Hub
{
    /// <summary>Adds everything the hub's worker does: edge, core bus with the request saga, clock, watch, outbox.</summary>
    /// <param name="builder">The program.</param>
    /// <param name="options">How it is set up.</param>
    /// <param name="inProcess">The links when hub and adapters share a process; null: RabbitMQ.</param>
    /// <exception cref="InvalidConfigurationException">Something in the options, the region or the keys is wrong; it names all of it.</exception>
    public static IHostApplicationBuilder AddHub(this IHostApplicationBuilder builder, HubOptions options, IHubLink? inProcess = null)
    {
        try
        {
            return Add(builder, options, inProcess);
        }
        catch (InvalidConfigurationException e)
        {
            LastWords.Leave(options, e.Problems);
            throw;
        }
    }

    static IHostApplicationBuilder Add(IHostApplicationBuilder builder, HubOptions options, IHubLink? inProcess)
    {
        InvalidConfigurationException.ThrowIfAny(options.Problems(inProcess != null));
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddKeyedSingleton(Watch.Technical, TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(ReadRegion(options.Region));
        services.AddSingleton(InvalidConfigurationException.Read(() => KeyDirectory.Load(options.PublicKeys)));
        services.AddSingleton(InvalidConfigurationException.Read(() => PrivateKey.Load(options.SigningKey)));
        services.AddSingleton<Rules>();
        services.AddSingleton(new GroupedProcedures(Rules.LookAtTheirGroup));
        services.AddHubStorage(options.Database);
        if (inProcess != null)
            services.AddSingleton(inProcess);
        else
        {
            services.AddSingleton(options.Broker);
            services.AddSingleton<IHubLink, RabbitHubLink>();
        }
        services.AddHostedService(provider => new MigrateAtStart(provider.GetRequiredService<Database>(), options.Migrate));
        services.AddCoreBus<RequestSaga>(
            provider =>
            {
                var rules = provider.GetRequiredService<Rules>();
                var time = provider.GetRequiredService<TimeProvider>();
                var log = provider.GetRequiredService<ILogger<RequestSaga>>();
                return loaded => new RequestSaga(loaded, rules, time, log);
            },
            inProcess == null ? options.Broker : null);
        services.AddSingleton<Maintenance>();
        services.AddSingleton<Edge>();
        services.AddHostedService(provider => provider.GetRequiredService<Edge>());
        services.AddSingleton<Clock>();
        services.AddHostedService(provider => provider.GetRequiredService<Clock>());
        services.AddHostedService<Watch>();
        services.AddSingleton<SelfReport>();
        services.AddHostedService(provider => provider.GetRequiredService<SelfReport>());
        services.AddSingleton<LinkTester>();
        services.AddHostedService(provider => provider.GetRequiredService<LinkTester>());
        services.AddHostedService<DeadLetterHome>();
        services.AddSingleton<Repairs>();
        services.AddHostedService(provider => provider.GetRequiredService<Repairs>());
        if (LiaisonTelemetry.Exports)
            services.AddHostedService<Figures>();
        services.AddHealthChecks()
            .AddCheck<HubHealth>("hub", tags: ["ready"]);
        services.AddLiaisonTelemetry("liaisonhub-coordinator");
        // Longer than the longest transaction, so that what is in hand is finished and the rest stays in the queues.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        return builder;
    }

    /// <summary>Reads the region; what is wrong with it is a problem of the configuration.</summary>
    public static Region ReadRegion(string folder)
    {
        try
        {
            return Region.Load(folder);
        }
        catch (RegionException e)
        {
            throw new InvalidConfigurationException(e.Errors);
        }
    }

    sealed class MigrateAtStart(Database database, bool migrate) : IHostedLifecycleService
    {
        // Before any service starts that reads a table.
        public async Task StartingAsync(CancellationToken cancellationToken)
        {
            if (migrate)
                await Task.Run(() => database.Migrate(Schema.Hub), cancellationToken);
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>What a hub that cannot begin leaves in its database: whoever looks at the console sees neither its log nor its files, and would start it again and again.</summary>
static class LastWords
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Leaves them where that can be done; where it cannot, the process ends all the same with its own error.</summary>
    public static void Leave(HubOptions options, IReadOnlyList<string> problems)
    {
        try
        {
            // A database that is not there yet is not made for this.
            if (options.Database.StartsWith("sqlite:", StringComparison.Ordinal) && !File.Exists(options.Database["sqlite:".Length..]))
                return;
            using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
            Task.Run(() => Leave(options.Database, CanSign(options.SigningKey), problems, patience.Token), patience.Token).WaitAsync(Patience, TimeProvider.System).GetAwaiter().GetResult();
        }
        catch (Exception)
        {
            // No database, no tables, no right to write: what is wrong is said where the process was started.
        }
    }

    static async Task Leave(string address, bool canSign, IReadOnlyList<string> problems, CancellationToken cancellationToken)
    {
        await using var database = Database.Open(address, TimeProvider.System);
        await new HubEndings(database).Note(
            new() { EndingId = Guid.NewGuid(), Machine = Environment.MachineName, EndedAt = TimeProvider.System.GetUtcNow(), Cause = canSign ? HubEnding.Settings : HubEnding.Key, Why = string.Join(" ", problems) }, cancellationToken);
    }

    static bool CanSign(string file)
    {
        try
        {
            using var key = PrivateKey.Load(file);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}

/// <summary>Ready only when database and links work and the outbox moves; the text says which does not.</summary>
sealed class HubHealth(Database database, IHubLink link, Outbox outbox, [FromKeyedServices(Watch.Technical)] TimeProvider time) : IHealthCheck
{
    static readonly TimeSpan OutboxPatience = TimeSpan.FromMinutes(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!await database.Ping(cancellationToken))
            return HealthCheckResult.Unhealthy("The database does not answer.");
        var troubles = link.Trouble.Select(t => $"Link {t.Key}: {t.Value}").ToList();
        foreach (var depth in await outbox.Depth(cancellationToken))
            if (time.GetUtcNow() - depth.Oldest > OutboxPatience)
                troubles.Add($"The oldest notice to {depth.State} has waited since {depth.Oldest:u}.");
        return troubles.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join(" ", troubles));
    }
}
