using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace LiaisonHub.Messaging.Broker;

/// <summary>The stages of a connection test, in their order. Each rests on the one before.</summary>
public enum ProbeStage
{
    /// <summary>The broker's name has an address (DNS).</summary>
    Name,

    /// <summary>The port takes a connection.</summary>
    Tcp,

    /// <summary>The broker shows a certificate of that name which is trusted and valid, and speaks TLS 1.2 or later.</summary>
    Tls,

    /// <summary>User, virtual host, queues and rights are as provisioned: what the state may, and nothing else.</summary>
    Login,

    /// <summary>The state's queues are read at both ends. Only when the hub tries.</summary>
    Readers,

    /// <summary>The hub's edge answers, signed; when the hub tries: the broker has its question for the adapter.</summary>
    Echo,

    /// <summary>A question goes through the hub's edge and core and comes back; when the hub tries: through the adapter and its database, and back through the edge.</summary>
    RoundTrip,
}

/// <summary>How one stage ended.</summary>
public enum ProbeVerdict
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>As it should be, and something wants a person's eye before long.</summary>
    Warning,

    /// <summary>Not used in this set-up.</summary>
    NotUsed,

    /// <summary>Not as it should be; the later stages were not tried.</summary>
    Failed,

    /// <summary>Not tried, because an earlier stage failed.</summary>
    NotTried,
}

/// <summary>One stage of a connection test.</summary>
/// <param name="Stage">Which.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Took">How long it took, in milliseconds. Null: not tried.</param>
/// <param name="Found">What was found, in words, without secrets.</param>
/// <param name="Remedy">What to do. Null: nothing.</param>
/// <param name="Unreachable">True: it failed because nobody answered.</param>
public sealed record ProbeResult(ProbeStage Stage, ProbeVerdict Verdict, long? Took, string Found, string? Remedy = null, bool Unreachable = false);

/// <summary>Ends a stage with its verdict.</summary>
public sealed class ProbeFailedException(string found, string remedy, bool unreachable = false) : Exception(found)
{
    /// <summary>What to do.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>True: nobody answered.</summary>
    public bool Unreachable { get; } = unreachable;
}

/// <summary>Tries the way from a state's machine, or from the hub's, to the broker, stage by stage: name, TCP, TLS, login. Changes nothing and takes no message.</summary>
/// <param name="options">How the broker is reached.</param>
/// <param name="state">The state whose virtual host is tried.</param>
/// <param name="time">The clock certificates are judged by.</param>
/// <param name="ofHub">True: the hub tries, with its own user.</param>
public sealed class BrokerProbe(BrokerOptions options, string state, TimeProvider time, bool ofHub = false) : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Who is asked for help: at the hub it is not its own operator.
    readonly string keeper = ofHub ? "whoever keeps the broker" : "the operator of the hub";

    readonly string virtualHost = options.VirtualHost(LinkQueues.VirtualHost(state));
    IPAddress[] addresses = [];
    X509Certificate2? authority;
    X509CertificateCollection? own;
    IConnection? connection;

    /// <summary>Runs one stage after the other until one fails.</summary>
    /// <param name="stages">What is tried, in this order.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    /// <param name="done">Is told after each stage what is done so far.</param>
    public static async Task<IReadOnlyList<ProbeResult>> Run(
        IEnumerable<(ProbeStage Stage, Func<CancellationToken, Task<ProbeResult>> Try)> stages, CancellationToken cancellationToken, Func<IReadOnlyList<ProbeResult>, Task>? done = null)
    {
        var results = new List<ProbeResult>();
        foreach (var (stage, attempt) in stages)
        {
            if (results.Exists(r => r.Verdict == ProbeVerdict.Failed))
            {
                results.Add(new(stage, ProbeVerdict.NotTried, null, "Not tried: an earlier stage failed."));
                continue;
            }
            var started = Stopwatch.GetTimestamp();
            ProbeResult result;
            try
            {
                result = await attempt(cancellationToken);
            }
            catch (ProbeFailedException e)
            {
                result = new(stage, ProbeVerdict.Failed, null, e.Message, e.Remedy, e.Unreachable);
            }
            results.Add(result with { Took = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds });
            if (done is not null)
                await done(results);
        }
        return results;
    }

    /// <summary>The stages of the way to the broker.</summary>
    public IEnumerable<(ProbeStage Stage, Func<CancellationToken, Task<ProbeResult>> Try)> Stages =>
        [(ProbeStage.Name, Name), (ProbeStage.Tcp, Tcp), (ProbeStage.Tls, Tls), (ProbeStage.Login, ofHub ? LoginOfHub : Login)];

    async Task<ProbeResult> Name(CancellationToken cancellationToken)
    {
        try
        {
            addresses = IPAddress.TryParse(options.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(options.Host, cancellationToken);
        }
        catch (SocketException)
        {
            addresses = [];
        }
        if (addresses.Length == 0)
            throw new ProbeFailedException($"The name {options.Host} has no address.", "Correct Broker:Host, or ask your network people why this machine cannot resolve the name.", unreachable: true);
        return new(ProbeStage.Name, ProbeVerdict.Good, null, $"The name {options.Host} has the addresses {string.Join(", ", addresses.Select(a => a.ToString()))}.");
    }

    async Task<ProbeResult> Tcp(CancellationToken cancellationToken)
    {
        using var client = await Connected(cancellationToken);
        return new(ProbeStage.Tcp, ProbeVerdict.Good, null, $"{client.Client.RemoteEndPoint} takes connections.");
    }

    async Task<TcpClient> Connected(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(addresses, options.Port, patience.Token);
            return client;
        }
        catch (SocketException e)
        {
            client.Dispose();
            throw e.SocketErrorCode == SocketError.ConnectionRefused
                ? new ProbeFailedException($"Port {options.Port} of {options.Host} is closed: the machine answers, and nothing listens there.",
                    $"Correct Broker:Port (5671 with TLS, 5672 without), or ask {keeper} whether the broker runs.", unreachable: true)
                : new ProbeFailedException($"{options.Host} cannot be reached on port {options.Port} ({e.SocketErrorCode}).", Firewall, unreachable: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            client.Dispose();
            throw new ProbeFailedException($"Nothing answered on port {options.Port} of {options.Host} within {Patience.TotalSeconds} s.", Firewall, unreachable: true);
        }
    }

    const string Firewall = "Ask your network people for the way from this machine to that port; a firewall drops what it does not allow.";

    async Task<ProbeResult> Tls(CancellationToken cancellationToken)
    {
        if (!options.Tls)
            return new(ProbeStage.Tls, ProbeVerdict.NotUsed, null, "Broker:Tls is false: nothing is encrypted on the way. Only right where the broker runs on the same machine.");
        try
        {
            authority = options.CertificateAuthority();
            own = options.ClientCertificates();
        }
        catch (CryptographicException)
        {
            throw new ProbeFailedException("Broker:CertificateAuthorityFile or Broker:ClientCertificateFile holds no certificate that can be read.",
                $"The first is a PEM file, the second a PKCS#12 file without a password; ask {keeper} for them again.");
        }
        using var client = await Connected(cancellationToken);
        var shown = new Shown();
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, chain, errors) => Judge(shown, certificate, chain, errors));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = options.Host, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13, ClientCertificates = own }, patience.Token);
        }
        catch (Exception e) when (e is AuthenticationException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw shown.Wrong ?? new ProbeFailedException($"{options.Host}:{options.Port} does not speak TLS 1.2 or 1.3 with this machine ({e.GetBaseException().GetType().Name}).",
                "The port may be the one without TLS (5672), or the broker asks for a client certificate: set Broker:ClientCertificateFile.");
        }
        if (shown.Wrong is { } wrong)
            throw wrong;
        var found = $"{stream.SslProtocol}, certificate of {shown.Subject}, valid until {shown.Until:yyyy-MM-dd}.";
        var left = Expiry.Threshold(shown.Until, time.GetUtcNow());
        return left is { } days
            ? new(ProbeStage.Tls, ProbeVerdict.Warning, null, found, $"The broker's certificate ends within {days} {(days == 1 ? "day" : "days")}: tell {keeper}.")
            : new(ProbeStage.Tls, ProbeVerdict.Good, null, found);
    }

    bool Judge(Shown shown, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate == null)
        {
            shown.Wrong = new("The broker shows no certificate.", $"Ask {keeper} whether this port is the broker's port for TLS.");
            return false;
        }
        using var presented = new X509Certificate2(certificate);
        (shown.Subject, shown.Until) = (presented.GetNameInfo(X509NameType.DnsName, false), presented.NotAfter.ToUniversalTime());
        var now = time.GetUtcNow();
        var trusted = authority == null ? (errors & SslPolicyErrors.RemoteCertificateChainErrors) == 0 : BrokerOptions.Trusted(certificate, SslPolicyErrors.None, authority);
        shown.Wrong =
            now >= shown.Until ? new($"The broker's certificate ended on {shown.Until:yyyy-MM-dd}.", $"Ask {keeper} to renew it.")
            : now < presented.NotBefore.ToUniversalTime() ? new($"The broker's certificate is valid from {presented.NotBefore.ToUniversalTime():u} on.", $"Compare this machine's clock; if it is right, ask {keeper}.")
            : (errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0 ? new($"The broker's certificate is for {Names(presented)}, not for {options.Host}.",
                $"Write Broker:Host as the certificate says it, or ask {keeper} for a certificate with the name {options.Host}.")
            : !trusted ? new($"The broker's certificate was signed by {presented.GetNameInfo(X509NameType.SimpleName, true)}, which this machine does not trust{Reasons(chain)}.",
                options.CertificateAuthorityFile == null ? $"Set Broker:CertificateAuthorityFile to the authority's certificate, which {keeper} hands out."
                    : $"Broker:CertificateAuthorityFile holds another authority ({authority!.GetNameInfo(X509NameType.SimpleName, false)}): ask {keeper} for the right one, and whether this is the hub's broker at all.")
            : null;
        return shown.Wrong == null;
    }

    static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString()))).ToList();
        return names.Count > 0 ? string.Join(", ", names) : certificate.GetNameInfo(X509NameType.SimpleName, false);
    }

    string Reasons(X509Chain? chain) =>
        options.CertificateAuthorityFile != null || chain?.ChainStatus is not [var first, ..] ? "" : $" ({first.Status})";

    sealed class Shown
    {
        public string Subject { get; set; } = "";

        public DateTimeOffset Until { get; set; }

        public ProbeFailedException? Wrong { get; set; }
    }

    async Task<ProbeResult> Login(CancellationToken cancellationToken)
    {
        connection = await LogIn(virtualHost, cancellationToken);
        foreach (var lane in Enum.GetValues<Lane>())
            await MayRead(LinkQueues.FromHub(lane), cancellationToken);
        await MayRead(LinkQueues.Answers, cancellationToken);
        if (await Refused(c => c.BasicPublishAsync(LinkQueues.ToHubExchange, "", mandatory: false, default, cancellationToken).AsTask(), cancellationToken) is { } noWrite)
            throw new ProbeFailedException($"User {options.User} may not send to the hub: {noWrite}", Provision);

        // What it must not be able to do: a right too many is a hole in somebody else's house.
        var tooMany = new List<string>();
        if (await Refused(c => c.BasicPublishAsync("", virtualHost, mandatory: false, default, cancellationToken).AsTask(), cancellationToken) == null)
            tooMany.Add("publish to any queue by its name");
        if (await Refused(c => c.ExchangeDeclareAsync(LinkQueues.ToHubExchange, "direct", durable: true, cancellationToken: cancellationToken), cancellationToken) == null)
            tooMany.Add("declare exchanges");
        if (await Refused(c => c.BasicGetAsync(LinkQueues.Dead, autoAck: false, cancellationToken), cancellationToken) == null)
            tooMany.Add($"read queue {LinkQueues.Dead}");
        try
        {
            await using var core = await LogIn(options.VirtualHost(Core.CoreBus.VirtualHost), cancellationToken);
            tooMany.Add("enter the hub's own virtual host");
        }
        catch (ProbeFailedException)
        {
            // As it should be.
        }
        if (tooMany.Count > 0)
            throw new ProbeFailedException($"User {options.User} has rights it must not have: it may {string.Join(", ", tooMany)}.", Provision);
        return new(ProbeStage.Login, ProbeVerdict.Good, null, $"User {options.User} may read its queues on virtual host {virtualHost} and write to the hub, and nothing else.");
    }

    // The hub reads and writes where the state may not. What the state's own user may shows from its side, and in the round trip.
    async Task<ProbeResult> LoginOfHub(CancellationToken cancellationToken)
    {
        connection = await LogIn(virtualHost, cancellationToken);
        foreach (var queue in LinkQueues.Watched.Append(LinkQueues.Answers))
            if (await Refused(c => c.QueueDeclarePassiveAsync(queue, cancellationToken), cancellationToken) is { } missing)
                throw new ProbeFailedException($"Queue {queue} cannot be seen: {missing}", Provision);
        if (await Refused(c => c.ExchangeDeclarePassiveAsync(LinkQueues.ToHubExchange, cancellationToken), cancellationToken) is { } closed)
            throw new ProbeFailedException($"Exchange {LinkQueues.ToHubExchange}, the one the state may write to, cannot be seen: {closed}", Provision);
        return new(ProbeStage.Login, ProbeVerdict.Good, null, $"User {options.User} enters virtual host {virtualHost}; its queues and its exchange are there.");
    }

    string Provision => ofHub ? "Run 'liaisonhub broker provision' again." : "Ask the operator of the hub to run 'liaisonhub broker provision' again.";

    async Task<IConnection> LogIn(string host, CancellationToken cancellationToken)
    {
        IConnection? opened = null;
        try
        {
            opened = await options.Connect(host, $"liaisonhub-{state}-test", cancellationToken);
            // The client calls a connection open before the broker has let it in.
            await using var channel = await opened.CreateChannelAsync(cancellationToken: cancellationToken);
            return opened;
        }
        catch (Exception e) when (e is RabbitMQClientException or IOException or AuthenticationException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            if (opened != null)
                await opened.DisposeAsync();
            throw WhyNot(e, host);
        }
    }

    ProbeFailedException WhyNot(Exception e, string host)
    {
        var words = e.ToString();
        if (words.Contains("ACCESS_REFUSED", StringComparison.Ordinal) || e.GetBaseException() is AuthenticationFailureException)
            return new($"The broker refuses user {options.User}: {(options.ClientCertificateFile == null ? "the user does not exist there, or the password is another" : "it does not know the name in the client certificate")}.",
                options.ClientCertificateFile == null ? $"Compare Broker:User and the password with the file {keeper} handed over; a renewed password counts at once."
                    : $"The certificate's common name must be the user; ask {keeper}.");
        if (words.Contains("vhost", StringComparison.OrdinalIgnoreCase) && words.Contains("not found", StringComparison.OrdinalIgnoreCase))
            return new($"The broker has no virtual host {host}.", ofHub ? $"Compare Broker:Prefix; a new state must be provisioned first. {Provision}" : $"Compare State and Broker:Prefix with what {keeper} says; a new state must be provisioned first.");
        if (words.Contains("access to vhost", StringComparison.OrdinalIgnoreCase))
            return new($"User {options.User} may not enter virtual host {host}.", ofHub ? Provision : $"Compare State and Broker:User: a state's user enters its own virtual host only. Else {keeper} must provision it.");
        return new($"The broker let nobody in ({e.GetBaseException().GetType().Name}).", "Is this the broker's port for AMQP? With TLS on the port, set Broker:Tls; where it asks for a client certificate, set Broker:ClientCertificateFile.");
    }

    async Task MayRead(string queue, CancellationToken cancellationToken)
    {
        var waiting = 0u;
        if (await Refused(async c => waiting = (await c.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount, cancellationToken) is { } missing)
            throw new ProbeFailedException($"Queue {queue} cannot be seen: {missing}", Provision);
        // Taking a message, even to give it back, is none of a test's business: where some wait, the right shows by itself when the adapter reads them.
        if (waiting == 0 && await Refused(c => c.BasicGetAsync(queue, autoAck: false, cancellationToken), cancellationToken) is { } noRead)
            throw new ProbeFailedException($"User {options.User} may not read queue {queue}: {noRead}", Provision);
    }

    // Each attempt has a channel of its own: a refusal closes it. Null: it was allowed.
    async Task<string?> Refused(Func<IChannel, Task> attempt, CancellationToken cancellationToken)
    {
        await using var channel = await connection!.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        try
        {
            await attempt(channel);
            return null;
        }
        catch (Exception e) when (e is RabbitMQClientException)
        {
            return e.GetBaseException() is OperationInterruptedException { ShutdownReason: { } reason } ? string.Create(CultureInfo.InvariantCulture, $"{reason.ReplyText}.") : $"{e.GetBaseException().Message}";
        }
    }

    /// <summary>Sends a document to the hub and waits for what comes back on the queue for answers. Logs in where no stage has.</summary>
    /// <param name="id">The question's id; travels as the message id.</param>
    /// <param name="document">The signed document.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="answer">Looks at what came; null: not the answer to this question.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null: nothing came in time.</returns>
    /// <exception cref="ProbeFailedException">It cannot be sent, or somebody else is waiting for answers.</exception>
    public async Task<T?> Ask<T>(Guid id, ReadOnlyMemory<byte> document, TimeSpan patience, Func<ReadOnlyMemory<byte>, T?> answer, CancellationToken cancellationToken)
        where T : class
    {
        if (connection is null)
        {
            // Where nobody answers, it is said as the test says it.
            await Name(cancellationToken);
            await Tcp(cancellationToken);
            connection = await LogIn(virtualHost, cancellationToken);
        }
        var arrived = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var reading = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var consumer = new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(reading);
        consumer.ReceivedAsync += (_, delivered) =>
        {
            if (answer(delivered.Body.ToArray()) is { } found)
                arrived.TrySetResult(found);
            return Task.CompletedTask;
        };
        try
        {
            await reading.BasicConsumeAsync(LinkQueues.Answers, autoAck: true, "", noLocal: false, exclusive: true, null, consumer, cancellationToken);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyText.Contains("exclusive", StringComparison.Ordinal) == true)
        {
            throw new ProbeFailedException("Somebody else is waiting for answers of the hub at this moment: another test or announcement of this state.", "Wait until it has ended, then try again.");
        }
        catch (OperationInterruptedException e)
        {
            throw new ProbeFailedException($"Queue {LinkQueues.Answers} cannot be read: {e.ShutdownReason?.ReplyText}.", Provision);
        }
        await using var sending = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        try
        {
            var properties = new BasicProperties { MessageId = id.ToString(), ContentType = "application/jose+json", DeliveryMode = DeliveryModes.Persistent, UserId = options.User };
            await sending.BasicPublishAsync(LinkQueues.ToHubExchange, LinkQueues.ToHub(Lane.Routine), mandatory: true, properties, document, cancellationToken);
        }
        catch (Exception e) when (e is RabbitMQClientException)
        {
            throw new ProbeFailedException($"The broker does not take a message for the hub: {e.GetBaseException().Message}", Provision);
        }
        try
        {
            return await arrived.Task.WaitAsync(patience, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (connection != null)
            await connection.DisposeAsync();
    }
}
