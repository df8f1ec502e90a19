using System.Collections.Concurrent;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Storage.Adapter;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.Conformance;

/// <summary>
/// A country's adapter in this process: the program a ministry runs, with folders and a database of the examination, its channels left out (what they bring passes through the inbox folder).
/// </summary>
public sealed class HostedAdapter(Country country) : Participant
{
    readonly LogLines log = new();
    readonly LocalSample? sample = LocalSample.Load(country.Folder);
    IHost? host;
    Venue? venue;

    /// <inheritdoc/>
    public override string State => country.State;

    /// <inheritdoc/>
    public override string Name => $"adapter of {country.State}, in the process of the kit";

    /// <inheritdoc/>
    public override string Other => sample?.To ?? base.Other;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Log => log.Lines;

    /// <inheritdoc/>
    public override bool DeskOnly => !HasLocalSystem;

    /// <inheritdoc/>
    public override LocalSide? Local => venue is null || !HasLocalSystem ? null : new LocalSide
    {
        Inbox = At("inbox"),
        Processed = At("processed"),
        Rejected = At("rejected"),
        Outbox = At("outbox"),
        LargestFile = LargestFile,
        Sample = sample,
    };

    /// <inheritdoc/>
    public override Hand? Hand => host is null ? null : new Hand(host.Services.GetRequiredService<ActMaker>(), host.Services.GetRequiredService<DeskReads>());

    /// <summary>Stands between the adapter and its link. Null: nothing does.</summary>
    public Func<IAdapterLink, IAdapterLink>? Between { get; init; }

    internal const long LargestFile = 64 * 1024;

    // A country without mappings works at the desk alone.
    bool HasLocalSystem => Directory.Exists(Path.Combine(country.Folder, "mappings"));

    string At(string name) => Path.Combine(venue!.Folder, "local", name);

    /// <inheritdoc/>
    public override async Task Start(Venue venue, CancellationToken cancellationToken)
    {
        this.venue = venue;
        foreach (var folder in new[] { "inbox", "inbox/files", "processed", "rejected", "outbox" })
            Directory.CreateDirectory(At(folder));
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        var link = venue.Link ?? throw new InvalidOperationException("An adapter in this process needs a link in this process.");
        builder.AddCountryAdapter(
            country,
            options =>
            {
                options.Authority = Authority;
                options.Database = $"sqlite:{Path.Combine(venue.Folder, "adapter.db")}";
                (options.PublicKeys, options.PrivateKeys) = (venue.PublicKeys, venue.PrivateKeys);
                (options.Http, options.Sql, options.Mailbox, options.Sftp, options.Connector) = (null, null, null, null, null);
                (options.ReportEvery, options.SendAgainAfter, options.HandOverAgainAfter) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
                if (!HasLocalSystem)
                {
                    (options.Inbox, options.Outbox) = (null, null);
                    return;
                }

                options.Inbox = new InboxOptions
                {
                    Folder = At("inbox"),
                    Processed = At("processed"),
                    Rejected = At("rejected"),
                    Poll = TimeSpan.FromMilliseconds(100),
                    Settle = TimeSpan.Zero,
                    Patience = TimeSpan.Zero,
                    LargestFile = LargestFile,
                    LargestTable = LargestFile,
                };
                options.Outbox = new OutboxOptions { Folder = At("outbox") };
            },
            Between?.Invoke(link) ?? link);
        host = builder.Build();
        await host.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task Kill()
    {
        if (host is null)
            return;
        // A process that is killed ends nothing in an orderly way; one in this process can at least not be waited for.
        await host.StopAsync(new CancellationToken(canceled: true));
        host.Dispose();
        host = null;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
            host = null;
        }

        log.Dispose();
    }
}

/// <summary>Keeps every log line.</summary>
sealed class LogLines : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<string> lines = new();

    internal IReadOnlyList<string> Lines => [.. lines];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
