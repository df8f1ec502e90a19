using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Exchange;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Intakes;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.Adapters;

/// <summary>What a country's own program says of it.</summary>
public sealed record Country
{
    /// <summary>The state, ISO 3166-1 alpha-2.</summary>
    public required string State { get; init; }

    /// <summary>Folder with <c>profile.json</c>, <c>mappings</c> and <c>tables</c>, beside the program. May be missing where the desk is used alone.</summary>
    public required string Folder { get; init; }

    /// <summary>Its quirks: changes of values that no table can say.</summary>
    public IReadOnlyList<NamedChange> Quirks { get; init; } = [];
}

/// <summary>Puts a country adapter together.</summary>
public static class CountryAdapter
{
    /// <summary>Adds the adapter of a country: inbox, translation, outbox to the hub, receipt of notices, hand-over to the local system, signs of life,
    /// health.</summary>
    /// <param name="builder">The program. Its configuration section <c>Adapter</c> says how it is set up; the country's <c>profile.json</c> gives what is the
    /// same everywhere.</param>
    /// <param name="country">The country.</param>
    /// <param name="configure">Changes to the options after configuration was read.</param>
    /// <param name="inProcess">The link when hub and adapter share a process. Null: RabbitMQ.</param>
    /// <returns>The options as they are used.</returns>
    /// <exception cref="InvalidConfigurationException">Something in options, keys or mappings is wrong; it names all of it.</exception>
    public static AdapterOptions AddCountryAdapter(this IHostApplicationBuilder builder, Country country, Action<AdapterOptions>? configure = null,
        IAdapterLink? inProcess = null)
    {
        var options = Options(builder, country, configure);
        var problems = options.Problems(inProcess is not null).ToList();
        MappingSet mappings = MappingSet.None;
        // Who uses the desk alone has no local system to read from or to write to.
        if (options.Inbox is not null || options.Outbox is not null)
            try
            {
                mappings = MappingSet.Load(options.Mappings ?? country.Folder, country.Quirks);
                if (mappings.WritesPapers && options.Ways.FirstOrDefault(w => w != AdapterOptions.WayWithPapers) is { } way)
                    problems.Add($"{AdapterOptions.Section}:{way}: the mappings of {country.State} put papers beside their messages, and this way carries none; let the local system read the outbox folder, take SFTP ({AdapterOptions.WayWithPapers}), or put the papers into the message.");
            }
            catch (MappingException e)
            {
                problems.AddRange(e.Problems.Select(p => p.ToString()));
            }

        if (options.Outbox is { Schema: { } schema } && File.Exists(schema))
            try
            {
                builder.Services.AddSingleton(StrictSchema.Load(schema));
            }
            catch (InvalidDataException e)
            {
                problems.Add($"{AdapterOptions.Section}:Outbox:Schema: {e.Message}");
            }

        builder.Services.TryAddSingleton(TimeProvider.System);
        AdapterKeys? keys = null;
        if (Directory.Exists(options.PublicKeys) && Directory.Exists(options.PrivateKeys) && options.State.Length == 2)
            try
            {
                keys = AdapterKeys.Load(options, TimeProvider.System);
            }
            catch (InvalidConfigurationException e)
            {
                problems.AddRange(e.Problems);
            }

        InvalidConfigurationException.ThrowIfAny(problems);
        return Add(builder, options, mappings, keys!.Directory, inProcess);
    }

    static AdapterOptions Add(IHostApplicationBuilder builder, AdapterOptions options, MappingSet mappings, Sealing.KeyDirectory directory,
        IAdapterLink? inProcess)
    {
        var services = builder.Services;
        services.AddSingleton(options).AddSingleton(mappings).AddSingleton(directory);
        services.AddSingleton(provider => AdapterKeys.Load(options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => Database.Open(options.Database, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IntakeStore>().AddSingleton<ActStore>().AddSingleton<NoticeStore>().AddSingleton<DraftStore>().AddSingleton<MappingStore>().AddSingleton<DeskReads>();
        services.AddSingleton<Wake>().AddSingleton<HandOverWake>().AddSingleton<AdapterEndings>();
        services.AddSingleton<ActMaker>().AddSingleton<PrivateParts>().AddSingleton<Translator>().AddSingleton<OutboundDocument>()
            .AddSingleton<HubClock>().AddSingleton<NoticeReceiver>().AddSingleton<ReportWanted>().AddSingleton<HubSender>().AddSingleton<IntakeTasks>();
        if (inProcess is not null)
        {
            services.AddSingleton(inProcess);
        }
        else
        {
            services.AddSingleton(options.Broker);
            services.AddSingleton<IAdapterLink>(provider => new RabbitAdapterLink(options.Broker, options.State,
                provider.GetRequiredService<ILogger<RabbitAdapterLink>>()));
        }

        services.AddHostedService<MigrateAtStart>();
        services.AddHostedService<MappingNote>();
        if (options.Inbox is { } inbox)
        {
            services.AddSingleton(inbox).AddSingleton<InboxFolder>().AddSingleton<InboxDrop>().AddSingleton<Inbox>();
            services.AddSingleton<CollectedStore>();
            if (options.Http?.Poll is not null)
                services.AddSingleton<Collector, HttpCollector>();
            foreach (var (name, query) in options.Sql?.Queries ?? new Dictionary<string, SqlQueryOptions>())
                services.AddSingleton<Collector>(provider => new SqlCollector(
                    name, query, options.Sql!, provider.GetRequiredService<InboxDrop>(), provider.GetRequiredService<CollectedStore>(), provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<MailDrop>();
            if (options.Mailbox?.Imap is not null)
                services.AddSingleton<Collector, MailboxCollector>();
            if (options.Mailbox?.Folder is not null)
                services.AddSingleton<Collector, MailFolderCollector>();
            if (options.Sftp?.In is not null)
                services.AddSingleton<Collector, SftpCollector>();
            if (options.Connector is { } connector)
            {
                if (connector.Url is not null)
                    services.AddSingleton<Collector>(provider => new ConnectorCollector(
                        connector, provider.GetRequiredService<InboxDrop>(), provider.GetRequiredService<CollectedStore>(), provider.GetRequiredService<TimeProvider>()));
                if (connector.Incoming is not null)
                    services.AddSingleton<Collector>(provider => new ConnectorFolder(
                        connector, provider.GetRequiredService<InboxDrop>(), provider.GetRequiredService<CollectedStore>(), provider.GetRequiredService<TimeProvider>()));
            }

            services.AddHostedService<InboxLoop>().AddHostedService<CollectorLoops>();
        }

        if (options.Outbox is { } outbox)
        {
            if (options.Http?.Push is not null)
                services.AddSingleton<ILocalSystem, HttpSystem>();
            else if (options.Sql?.Insert is not null)
                services.AddSingleton<ILocalSystem, SqlSystem>();
            else if (options.Mailbox?.Smtp is not null)
                services.AddSingleton<ILocalSystem, MailSystem>();
            else if (options.Sftp?.Out is not null)
                services.AddSingleton<ILocalSystem, SftpSystem>();
            else if (options.Connector is { Submits: true } connector)
                services.AddSingleton<ILocalSystem>(provider => new ConnectorSystem(connector, new CollectedStore(provider.GetRequiredService<Database>()), provider.GetRequiredService<TimeProvider>()));
            else
                services.AddSingleton(outbox).AddSingleton<ILocalSystem, OutboxFolder>();
            services.AddSingleton<LocalHandOver>();
            services.AddHostedService<HandOverLoop>();
        }

        services.AddHostedService<SendLoop>();
        services.AddHostedService<ReceiveLoop>();
        services.AddHostedService<ReportLoop>();
        services.AddHostedService<EndingLoop>();
        services.AddHealthChecks().AddCheck<AdapterHealth>("adapter", tags: ["ready"]);
        services.AddLiaisonTelemetry($"liaisonhub-adapter-{options.State.ToLowerInvariant()}");
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        return options;
    }

    internal static AdapterOptions Options(IHostApplicationBuilder builder, Country country, Action<AdapterOptions>? configure)
    {
        // First of all sources, so that everything else may override it.
        var profile = Path.Combine(country.Folder, "profile.json");
        if (File.Exists(profile))
            builder.Configuration.Sources.Insert(0, new JsonConfigurationSource
            {
                FileProvider = new PhysicalFileProvider(Path.GetFullPath(country.Folder)),
                Path = "profile.json"
            });
        var options = Settings.Read<AdapterOptions>(builder.Configuration.GetSection(AdapterOptions.Section));
        options.State = country.State;

        // A desk-only adapter writes nothing to a local system; a mapping that would needs a folder.
        configure?.Invoke(options);
        return options;
    }
}

sealed class MigrateAtStart(Database database, AdapterOptions options) : IHostedLifecycleService
{
    // Before any service starts that reads a table.
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Migrate)
            await Task.Run(() => database.Migrate(Schema.Adapter), cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>A round of work, again and again; what goes wrong is told and the next round comes all the same.</summary>
abstract partial class Loop(ILogger log) : BackgroundService
{
    /// <summary>How often a loop looks is a technical matter: it keeps the machine's pace even where legal time is made to run faster.</summary>
    protected static TimeProvider Pace => TimeProvider.System;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Round(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The message may hold what a file or an act holds: only its kind is told.
                RoundFailed(log, GetType().Name, e.GetType().Name);
                await Pause(TimeSpan.FromSeconds(5), stoppingToken);
            }

            await Until(stoppingToken);
        }
    }

    protected abstract Task Round(CancellationToken cancellationToken);

    protected abstract Task Until(CancellationToken cancellationToken);

    protected static async Task Pause(TimeSpan span, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(span, Pace, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }

    [LoggerMessage(4001, LogLevel.Error, "{Loop} failed with {Exception}; it goes on in 5 s")]
    static partial void RoundFailed(ILogger log, string loop, string exception);
}

/// <summary>Notes once with which version of the mappings the program began to work, as soon as the database takes it.</summary>
sealed partial class MappingNote(MappingSet mappings, MappingStore store, TimeProvider time, ILogger<MappingNote> log) : Loop(log)
{
    readonly ILogger log = log;

    protected override async Task Round(CancellationToken cancellationToken)
    {
        foreach (var other in mappings.NotRead)
            NotRead(log, other.ToString());
        if (mappings.Digest is { } digest)
            await store.Loaded(
                new MappingVersion
                {
                    VersionId = Guid.CreateVersion7(time.GetUtcNow()),
                    Digest = digest,
                    Files = mappings.Files,
                    Program = HubSender.Version,
                    LoadedBy = $"{Environment.UserName}@{Environment.MachineName}",
                    LoadedAt = time.GetUtcNow(),
                },
                cancellationToken);
    }

    protected override Task Until(CancellationToken cancellationToken) => Pause(Timeout.InfiniteTimeSpan, cancellationToken);

    [LoggerMessage(4005, LogLevel.Warning, "Beside the mappings: {File}")]
    static partial void NotRead(ILogger log, string file);
}

sealed class InboxLoop : Loop
{
    readonly Inbox inbox;
    readonly AdapterOptions options;
    readonly Wake changed = new();
    FileSystemWatcher? watcher;

    public InboxLoop(Inbox inbox, AdapterOptions options, ILogger<InboxLoop> log)
        : base(log) => (this.inbox, this.options) = (inbox, options);

    protected override Task Round(CancellationToken cancellationToken)
    {
        watcher ??= Watch();
        return inbox.Work(cancellationToken);
    }

    protected override async Task Until(CancellationToken cancellationToken)
    {
        try
        {
            await changed.Wait(options.Inbox!.Poll, Pace, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }

    // Only a hint: on network drives it is silent, and it may forget. The look every few seconds is what counts.
    FileSystemWatcher? Watch()
    {
        try
        {
            var made = new FileSystemWatcher(options.Inbox!.Folder) { NotifyFilter = NotifyFilters.FileName };
            made.Created += (_, _) => changed.Set();
            made.Renamed += (_, _) => changed.Set();
            made.EnableRaisingEvents = true;
            return made;
        }
        catch (Exception e) when (e is IOException or ArgumentException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    public override void Dispose()
    {
        watcher?.Dispose();
        changed.Dispose();
        base.Dispose();
    }
}

/// <summary>Every collector at its own pace; one that fails is tried again later and later, and holds up no other.</summary>
sealed partial class CollectorLoops(IEnumerable<Collector> collectors, ILogger<CollectorLoops> log) : BackgroundService
{
    internal static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>The machine's time, also where legal time is made to run faster; a test has its own.</summary>
    internal TimeProvider Pace { get; init; } = TimeProvider.System;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(collectors.Select(c => Run(c, stoppingToken)));

    async Task Run(Collector collector, CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = collector.Poll;
            try
            {
                if (await collector.Collect(stoppingToken) is > 0 and var brought)
                    Brought(log, collector.Name, brought);
                if (collector.LeftBehind is { } left && collector.Trouble != left)
                    Failed(log, collector.Name, left);
                (failures, collector.Trouble) = (0, collector.LeftBehind);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The message of an exception of a library may hold what a message holds; only our own words are told.
                var words = e is ChannelException known ? known.Message : $"{e.GetType().Name} while collecting.";
                if (collector.Trouble != words)
                    Failed(log, collector.Name, words);
                collector.Trouble = words;
                pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, Math.Max(collector.Poll.Ticks, TimeSpan.TicksPerSecond) << Math.Min(failures++, 12)));
            }

            try
            {
                await Task.Delay(pause, Pace, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    [LoggerMessage(4002, LogLevel.Information, "{Channel}: {Count} messages were brought into the inbox")]
    static partial void Brought(ILogger log, string channel, int count);

    [LoggerMessage(4003, LogLevel.Warning, "{Channel} is in trouble: {Trouble}")]
    static partial void Failed(ILogger log, string channel, string trouble);
}

sealed class HandOverLoop(LocalHandOver handOver, HandOverWake wake, AdapterOptions options, ILogger<HandOverLoop> log) : Loop(log)
{
    protected override Task Round(CancellationToken cancellationToken) => handOver.Work(cancellationToken);

    protected override async Task Until(CancellationToken cancellationToken)
    {
        try
        {
            await wake.Wait(options.HandOverAgainAfter, Pace, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }
}

sealed class SendLoop(HubSender sender, Wake wake, AdapterOptions options, ILogger<SendLoop> log) : Loop(log)
{
    protected override Task Round(CancellationToken cancellationToken) => sender.Send(cancellationToken);

    protected override async Task Until(CancellationToken cancellationToken)
    {
        try
        {
            await wake.Wait(options.SendAgainAfter, Pace, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }
}

sealed class ReceiveLoop(IAdapterLink link, NoticeReceiver receiver, ILogger<ReceiveLoop> log) : Loop(log)
{
    protected override Task Round(CancellationToken cancellationToken) => link.Receive(receiver.Take, cancellationToken);

    protected override Task Until(CancellationToken cancellationToken) => Pause(TimeSpan.FromSeconds(1), cancellationToken);
}

sealed class ReportLoop(HubSender sender, ReportWanted wanted, AdapterOptions options, ILogger<ReportLoop> log) : Loop(log)
{
    protected override Task Round(CancellationToken cancellationToken) => sender.Report(cancellationToken);

    protected override async Task Until(CancellationToken cancellationToken)
    {
        try
        {
            await wanted.Wait(options.ReportEvery, Pace, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }
}

/// <summary>Says in the log which key or certificate ends, once at each of its thresholds.</summary>
sealed partial class EndingLoop(AdapterEndings endings, TimeProvider time, ILogger<EndingLoop> log) : Loop(log)
{
    readonly WarnedOnce warned = new();
    readonly ILogger log = log;

    protected override Task Round(CancellationToken cancellationToken)
    {
        foreach (var warning in warned.New(endings.All, time.GetUtcNow()))
            EndsSoon(log, warning);
        return Task.CompletedTask;
    }

    protected override Task Until(CancellationToken cancellationToken) => Pause(TimeSpan.FromMinutes(1), cancellationToken);

    [LoggerMessage(4004, LogLevel.Warning, "{Warning}")]
    static partial void EndsSoon(ILogger log, string warning);
}

/// <summary>Ready only when database and link work and nothing has waited too long; the text says which does not.</summary>
sealed class AdapterHealth(Database database, IAdapterLink link, IEnumerable<Collector> collectors, DeskReads reads, NoticeStore notices, AdapterEndings endings, HubClock clock, TimeProvider time) : IHealthCheck
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!await database.Ping(cancellationToken))
            return HealthCheckResult.Unhealthy("The adapter's database does not answer.");
        var troubles = new List<string>();
        if (link.Trouble is { } trouble)
            troubles.Add($"Link to the hub: {trouble}");
        if (clock.Trouble is { } off)
            troubles.Add(off);
        troubles.AddRange(collectors.Where(c => c.Trouble is not null).Select(c => $"{c.Name}: {c.Trouble}"));
        var figures = await reads.Figures(cancellationToken);
        if (figures.OutboxOldest is { } oldest && time.GetUtcNow() - oldest > Patience)
            troubles.Add($"{figures.OutboxWaiting} acts wait to be sent, the oldest since {oldest:u}. {figures.OutboxLastError}");
        if (figures.NotHandedOver > 0)
            troubles.Add($"{figures.NotHandedOver} messages could not be given to the local system; the desk shows why.");
        if (await notices.FirstMissing(cancellationToken) is { } missing)
            troubles.Add($"Number {missing} of the hub has not arrived, though later ones have.");
        troubles.AddRange(endings.Shown);
        return troubles.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join(" ", troubles));
    }
}
