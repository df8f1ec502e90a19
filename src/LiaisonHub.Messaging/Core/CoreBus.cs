using System.Data.Common;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using MassTransit.UsageTracking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace LiaisonHub.Messaging.Core;

/// <summary>The hub's own bus: one saga on two queues, routine and urgent, on the virtual host <c>core</c> that no state can see, or in memory.</summary>
public static class CoreBus
{
    /// <summary>The hub's virtual host.</summary>
    public const string VirtualHost = "core";

    /// <summary>Key of the clock for technical matters: signs of life, leases and connection tests run on it even where legal time is made to run faster.</summary>
    public const string TechnicalClock = "technical";

    /// <summary>Queue of a lane.</summary>
    public static string Queue(Lane lane) => lane == Lane.Urgent ? "requests.urgent" : "requests";

    /// <summary>What the hub looks at of its own: both lanes, and what the broker gave up on.</summary>
    public static IReadOnlyList<string> Watched { get; } = [Queue(Lane.Urgent), Queue(Lane.Routine), LinkQueues.Dead];

    /// <summary>Looks at the hub's own queues, over a connection that ends with the look: the bus keeps its own to itself.</summary>
    public static async Task<LinkLook> Look(BrokerOptions broker, CancellationToken cancellationToken)
    {
        var (host, connection) = (broker.VirtualHost(VirtualHost), (IConnection?)null);
        try
        {
            var look = await RabbitPipe.Look(async c => connection = await broker.Connect(host, "liaisonhub-core-look", c), host, Watched, cancellationToken);
            // Its own queues no provisioning makes.
            return look.Queues is [.., { Missing: true } gone] && gone.Name != LinkQueues.Dead ? look with { Trouble = $"The broker has no queue '{gone.Name}' on virtual host '{host}'. The hub's worker makes it when it starts." } : look;
        }
        finally
        {
            if (connection is not null)
                await connection.DisposeAsync();
        }
    }

    /// <summary>Adds the bus with <typeparamref name="TSaga"/> as the host of all requests.</summary>
    /// <param name="services">The hub's services.</param>
    /// <param name="open">Makes the saga instance for loaded rows.</param>
    /// <param name="broker">The broker; null: in memory, for hub and adapters in one process.</param>
    public static IServiceCollection AddCoreBus<TSaga>(this IServiceCollection services, Func<IServiceProvider, OpenSaga<TSaga>> open, BrokerOptions? broker)
        where TSaga : WorkSaga
    {
        services.AddSingleton(open);
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<NoticeWriter>();
        services.AddSingleton<GroupCommit>();
        services.AddSingleton<CoreSender>();
        services.AddSingleton<Answers>();
        // Before the bus, so that a group can commit as long as messages are still being consumed: hosted services stop in reverse.
        services.AddHostedService(provider => provider.GetRequiredService<GroupCommit>());
        services.AddHostedService<OutboxDispatcher>();
        services.AddMassTransit(bus =>
        {
            // Usage data of a ministry's hub goes nowhere.
            bus.DisableUsageTelemetry();
            bus.AddConsumer<EchoConsumer>();
            bus.AddSaga<TSaga>().Repository(r =>
                r.RegisterSagaRepository<TSaga, OpenSaga<TSaga>, SagaConsumeContextFactory<OpenSaga<TSaga>, TSaga>, WorkSagaRepository<TSaga>>());
            if (broker == null)
                bus.UsingInMemory((context, configurator) =>
                {
                    foreach (var lane in Enum.GetValues<Lane>())
                        configurator.ReceiveEndpoint(Queue(lane), endpoint => Configure<TSaga>(endpoint, context));
                });
            else
                bus.UsingRabbitMq((context, configurator) =>
                {
                    configurator.Host(broker.Host, (ushort)broker.Port, broker.VirtualHost(VirtualHost), "liaisonhub-core", host => Login(host, broker));
                    // A message to nowhere is an error, not a success.
                    configurator.ConfigureSend(send => send.UseExecute(Mandatory));
                    foreach (var lane in Enum.GetValues<Lane>())
                        configurator.ReceiveEndpoint(Queue(lane), endpoint =>
                        {
                            endpoint.SetQuorumQueue();
                            Configure<TSaga>(endpoint, context);
                        });
                });
        });
        // An environment variable (MASSTRANSIT_USAGE_TELEMETRY) overrides the option: so what would report is taken out as well.
        services.RemoveAll<IUsageTracker>();
        return services;
    }

    static void Configure<TSaga>(IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context)
        where TSaga : WorkSaga
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;
        endpoint.PrefetchCount = 100;
        endpoint.ConfigureError(pipe => pipe.UseFilter(new QuarantineFilter(context)));
        endpoint.ConfigureDeadLetter(pipe => pipe.UseFilter(new UnknownMessageFilter(context)));
        // A database that is away means waiting, never quarantine. Shorter than the broker's consumer timeout in any case: the message then comes again.
        endpoint.UseMessageRetry(retry =>
        {
            var database = context.GetRequiredService<Database>();
            retry.Handle<DbException>(database.IsAway);
            retry.Handle<SocketException>();
            retry.Handle<TimeoutException>();
            retry.Exponential(100_000, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200));
        });
        // Another hub changed the request first: look again.
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<ConcurrencyConflict>();
            retry.Intervals(10, 50, 200, 1000, 1000);
        });
        endpoint.ConfigureSaga<TSaga>(context);
        endpoint.ConfigureConsumer<EchoConsumer>(context);
    }

    static void Login(IRabbitMqHostConfigurator host, BrokerOptions broker)
    {
        host.Username(broker.User);
        host.Password(broker.Secret());
        if (!broker.Tls)
            return;
        host.UseSsl(ssl =>
        {
            ssl.ServerName = broker.Host;
            ssl.Protocol = System.Security.Authentication.SslProtocols.Tls13 | System.Security.Authentication.SslProtocols.Tls12;
            ssl.EnforcePolicyErrors(System.Net.Security.SslPolicyErrors.RemoteCertificateChainErrors | System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch
                | System.Net.Security.SslPolicyErrors.RemoteCertificateNotAvailable);
            if (broker.CertificateAuthorityFile != null)
            {
                var authority = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(broker.CertificateAuthorityFile);
                ssl.CertificateValidationCallback = (_, certificate, _, errors) => BrokerOptions.Trusted(certificate, errors, authority);
            }
            if (broker.ClientCertificateFile != null)
            {
                ssl.Certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadPkcs12FromFile(broker.ClientCertificateFile, null);
                ssl.UseCertificateAsAuthenticationIdentity = true;
            }
        });
    }

    static void Mandatory(SendContext context)
    {
        if (context is RabbitMqSendContext rabbit)
            rabbit.Mandatory = true;
    }
}

/// <summary>Sends the hub's own messages. What is lost here is found again by its row.</summary>
public sealed class CoreSender(IBus bus)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    static readonly TimeSpan PatienceWhenStopping = TimeSpan.FromSeconds(5);
    readonly Lazy<Task<ISendEndpoint>>[] endpoints =
        [.. Enum.GetValues<Lane>().Select(lane => new Lazy<Task<ISendEndpoint>>(() => bus.GetSendEndpoint(new Uri($"exchange:{CoreBus.Queue(lane)}"))))];

    /// <summary>Sends to the saga of the message's request, or to whatever else consumes it.</summary>
    /// <exception cref="OperationCanceledException">The broker did not confirm within 20 seconds, or within 5 seconds of the hub being told to stop.</exception>
    public async Task Send<T>(Lane lane, T message, CancellationToken cancellationToken)
        where T : class, CorrelatedBy<Guid>
    {
        var endpoint = await endpoints[(int)lane].Value;
        cancellationToken.ThrowIfCancellationRequested();
        // Without an end a send waits for hours when the broker refuses. What was begun when the hub is told to stop is finished, for an end in between is logged as a fault.
        using var patience = new CancellationTokenSource(Patience);
        using var stopping = cancellationToken.Register(() => patience.CancelAfter(PatienceWhenStopping));
        await endpoint.Send(message, patience.Token);
    }
}

/// <summary>Where a core message ends that failed for good: the quarantine table, with the reason, instead of an error queue. Its journal row or deadline stays undecided and visible.</summary>
sealed partial class QuarantineFilter(IServiceProvider services) : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        var cause = context.Exception.GetBaseException();
        await CoreQuarantine.Add(services, context, "CORE-FAILED", $"The hub could not work on the message: {cause.GetType().Name}.", CoreQuarantine.PlaceOf(cause));
        Failed(services.GetRequiredService<ILoggerFactory>().CreateLogger<QuarantineFilter>(), cause, context.InputAddress);
        if (!context.IsFaulted)
            await context.NotifyFaulted(context.Exception);
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("quarantine");

    [LoggerMessage(2401, LogLevel.Error, "A message on {Address} failed for good and stands in quarantine")]
    static partial void Failed(ILogger log, Exception e, Uri address);
}

/// <summary>Where a core message ends whose type nobody knows, for example after a downgrade.</summary>
sealed class UnknownMessageFilter(IServiceProvider services) : IFilter<ReceiveContext>
{
    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        await CoreQuarantine.Add(services, context, "CORE-UNKNOWN", "This version of the hub does not know the message.", "");
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("quarantine");
}

static class CoreQuarantine
{
    public static Task Add(IServiceProvider services, ReceiveContext context, string code, string reason, string place)
    {
        var headers = context.TransportHeaders.GetAll().Where(h => h.Key.StartsWith("MT-", StringComparison.Ordinal)).ToDictionary(h => h.Key, h => h.Value?.ToString());
        var body = context.Body.GetBytes();
        return services.GetRequiredService<Quarantine>().Add(
            new QuarantinedMessage
            {
                QuarantineId = Guid.CreateVersion7(),
                Source = "core",
                Code = code,
                Place = place,
                Reason = reason,
                Fix = "Look at the log for this time, repair the cause, then try the message again from the quarantine page.",
                Body = body,
                Digest = Convert.ToHexStringLower(SHA256.HashData(Content(body))),
                Headers = JsonSerializer.Serialize(headers),
                At = services.GetRequiredService<TimeProvider>().GetUtcNow(),
            },
            CancellationToken.None);
    }

    /// <summary>The kind of the error and the innermost place of this program it came through: the same fault has the same, whatever the row.</summary>
    public static string PlaceOf(Exception cause)
    {
        foreach (var frame in new StackTrace(cause).GetFrames())
            if (frame.GetMethod() is { DeclaringType: { Namespace: { } from } type } method && from.StartsWith("LiaisonHub.", StringComparison.Ordinal))
            {
                // What the compiler made of an async method or a lambda is named after the method it was made of.
                var made = type.Name.StartsWith('<') ? type.Name : method.Name.StartsWith('<') ? method.Name : null;
                var owner = type;
                while (owner.Name.StartsWith('<') && owner.DeclaringType is { } outer)
                    owner = outer;
                return $"{cause.GetType().Name} at {owner.Name}.{(made is null ? method.Name : made[1..].Split('>')[0])}";
            }
        return cause.GetType().Name;
    }

    // Around what it says an envelope has ids and times of its own, and a deadline is brought under another claim each time its lease has passed: the same message sent again would be another each time.
    static byte[] Content(byte[] body)
    {
        try
        {
            using var envelope = JsonDocument.Parse(body);
            return envelope.RootElement.TryGetProperty("messageType", out var type) && envelope.RootElement.TryGetProperty("message", out var message)
                ? Encoding.UTF8.GetBytes(type.GetRawText() + string.Concat(message.EnumerateObject().Where(m => m.Name != "epoch").Select(m => m.ToString())))
                : body;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return body;
        }
    }
}
