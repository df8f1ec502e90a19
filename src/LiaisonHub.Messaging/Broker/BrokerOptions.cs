using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using LiaisonHub.Sealing;
using RabbitMQ.Client;

namespace LiaisonHub.Messaging.Broker;

/// <summary>How to reach the broker. Read once, at start.</summary>
public sealed class BrokerOptions
{
    /// <summary>Host name or address of a RabbitMQ node. Default: localhost.</summary>
    public string Host { get; set; } = "localhost";

    /// <summary>AMQP port, 1 to 65535. Default: 5672, with TLS usually 5671.</summary>
    public int Port { get; set; } = 5672;

    /// <summary>What the names of virtual hosts begin with where several environments share a broker: with <c>test-</c> they are <c>test-core</c>, <c>test-xa</c>. At most 20 of a to z, 0 to 9
    /// and '-'. Default: empty.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>The user: the state's own, or <c>hub</c>.</summary>
    public string User { get; set; } = "";

    /// <summary>The user's password. Give it as <c>PasswordFile</c> where files are safer than environment variables. Not needed with a client certificate.</summary>
    public string? Password { get; set; }

    /// <summary>File whose first line is the password.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>True: TLS 1.3 or 1.2, the server's name and chain are enforced. Default: false, for a broker on the same machine.</summary>
    public bool Tls { get; set; }

    /// <summary>PEM file of the one authority that may have signed the broker's certificate. Null: the machine's trust store.</summary>
    public string? CertificateAuthorityFile { get; set; }

    /// <summary>PKCS#12 file with the client certificate; with it the login is the certificate (EXTERNAL), no password is sent.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>Everything that is wrong, one line each.</summary>
    /// <param name="section">Where the options stand, for example <c>Hub:Broker</c>.</param>
    public IReadOnlyList<string> Problems(string section)
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(Host))
            problems.Add($"{section}:Host is empty; give the broker's name or address.");
        if (Port is < 1 or > 65535)
            problems.Add($"{section}:Port is {Port}; give 1 to 65535, usually 5672, with TLS 5671.");
        if (string.IsNullOrWhiteSpace(User))
            problems.Add($"{section}:User is empty; 'liaisonhub broker provision' makes the users and writes their passwords.");
        if (ClientCertificateFile == null && Password == null && PasswordFile == null)
            problems.Add($"{section}: give Password, PasswordFile or ClientCertificateFile.");
        foreach (var (key, file) in new[] { (nameof(PasswordFile), PasswordFile), (nameof(CertificateAuthorityFile), CertificateAuthorityFile), (nameof(ClientCertificateFile), ClientCertificateFile) })
            if (file != null && !File.Exists(file))
                problems.Add($"{section}:{key}: there is no file '{file}'.");
        return problems;
    }

    internal string VirtualHost(string name) => Prefix + name;

    internal async Task<IConnection> Connect(string virtualHost, string name, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            HostName = Host,
            Port = Port,
            VirtualHost = virtualHost,
            UserName = User,
            Password = Secret(),
            ClientProvidedName = name,
            // Recovery is ours: a link that lost its connection starts over with what was not acknowledged.
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = TimeSpan.FromSeconds(10),
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
            // Above the broker's own limit, so that a message the broker took can always be read and set aside.
            MaxInboundMessageBodySize = 4 * 1024 * 1024,
            ConsumerDispatchConcurrency = 1,
        };
        if (Tls)
            factory.Ssl = TlsOption();
        if (ClientCertificateFile != null)
            factory.AuthMechanisms = [new ExternalMechanismFactory()];
        return await factory.CreateConnectionAsync(cancellationToken);
    }

    internal string Secret() => PasswordFile != null ? File.ReadLines(PasswordFile).FirstOrDefault()?.Trim() ?? "" : Password ?? "";

    SslOption TlsOption()
    {
        var option = new SslOption(Host, enabled: true)
        {
            AcceptablePolicyErrors = SslPolicyErrors.None,
            Version = System.Security.Authentication.SslProtocols.Tls13 | System.Security.Authentication.SslProtocols.Tls12,
        };
        if (ClientCertificates() is { } own)
            option.Certs = own;
        var authority = CertificateAuthority();
        option.CertificateValidationCallback = (_, certificate, _, errors) =>
        {
            if (certificate is X509Certificate2 shown)
                serverCertificateEnds = new(shown.NotAfter.ToUniversalTime());
            return authority == null ? errors == SslPolicyErrors.None : Trusted(certificate, errors, authority);
        };
        return option;
    }

    DateTimeOffset? serverCertificateEnds;

    /// <summary>When the broker's certificate ends, as it was shown at the last connection. Null: none was shown yet.</summary>
    public DateTimeOffset? ServerCertificateEnds() => serverCertificateEnds;

    /// <summary>When the client certificate ends. Null: there is none.</summary>
    public DateTimeOffset? ClientCertificateEnds()
    {
        if (ClientCertificateFile == null)
            return null;
        using var own = X509CertificateLoader.LoadPkcs12FromFile(ClientCertificateFile, null);
        return own.NotAfter.ToUniversalTime();
    }

    /// <summary>The certificates on the way to the broker and when they end.</summary>
    public IReadOnlyList<Ending> Endings() =>
    [
        .. ClientCertificateEnds() is { } own ? new[] { new Ending("The certificate this program shows the broker", own, "Get its successor, put it into Broker:ClientCertificateFile and start the program again.") } : [],
        .. ServerCertificateEnds() is { } shown ? new[] { new Ending("The broker's certificate", shown, "The operator of the hub must renew it on the broker.") } : [],
    ];

    internal X509Certificate2? CertificateAuthority() => CertificateAuthorityFile == null ? null : X509CertificateLoader.LoadCertificateFromFile(CertificateAuthorityFile);

    internal X509CertificateCollection? ClientCertificates() => ClientCertificateFile == null ? null : [X509CertificateLoader.LoadPkcs12FromFile(ClientCertificateFile, null)];

    // The name must match, and the chain must end in the one pinned authority; the machine's trust store has no say.
    internal static bool Trusted(X509Certificate? certificate, SslPolicyErrors errors, X509Certificate2 authority)
    {
        if (certificate == null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var presented = new X509Certificate2(certificate);
        return chain.Build(presented);
    }
}
