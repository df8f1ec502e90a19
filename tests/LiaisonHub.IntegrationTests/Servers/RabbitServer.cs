using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Tests;
using RabbitMQ.Client;
using Testcontainers.RabbitMq;

[assembly: AssemblyFixture(typeof(RabbitServer))]

namespace LiaisonHub.IntegrationTests.Servers;

/// <summary>
/// A RabbitMQ node with the management plugin, started by the first test that asks for it and shared by all: take virtual hosts of your own with <see cref="NewVirtualHost"/>.
/// A test that kills the node makes its own server (<c>await using var rabbit = new RabbitServer();</c>).
/// </summary>
/// <remarks>
/// The node comes from LIAISONHUB_TEST_RABBITMQ (an AMQP URI of an administrator) with LIAISONHUB_TEST_RABBITMQ_MANAGEMENT (the URL of its management API), else from the installed package
/// rabbitmq-server, else from a container where a Docker engine answers.
/// </remarks>
public sealed class RabbitServer : IAsyncLifetime
{
    const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    const string Image = "rabbitmq:4.1-management";

    readonly SemaphoreSlim starting = new(1, 1);
    readonly string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
    readonly List<string> virtualHosts = [];
    string user = "lh-admin";
    string secret = "";
    Uri? amqp, api;
    HttpClient? management;
    string folder = "";
    int[] ports = [];
    ServerProcess? process;
    RabbitMqContainer? container;
    bool external;

    /// <summary>The node's host.</summary>
    public string Host => Address.Host;

    /// <summary>The node's AMQP port; the same after <see cref="Start"/>.</summary>
    public int Port => Address.IsDefaultPort || Address.Port < 0 ? 5672 : Address.Port;

    /// <summary>The node's port for TLS, with a certificate for the name localhost, and the file of the authority that signed it. Null: this node was not started here.</summary>
    public (int Port, string Authority)? Tls => folder.Length > 0 ? (ports[4], Path.Combine(folder, "authority.pem")) : null;

    /// <summary>An administrator of the node.</summary>
    public (string User, string Password) Administrator => (user, secret);

    /// <summary>The management API's address.</summary>
    public Uri ManagementAddress => api ?? throw NotStarted();

    /// <summary>The management API as administrator; relative addresses such as <c>api/overview</c>.</summary>
    public HttpClient Management => management ?? throw NotStarted();

    Uri Address => amqp ?? throw NotStarted();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts the node unless it runs, or skips the test with the reason. Every other member needs this first.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        await starting.WaitAsync(cancellationToken);
        try
        {
            if (external || process != null)
                return;
            if (container != null)
                await Docker("start", container.Id);
            else if (amqp == null)
                await Choose(cancellationToken);
            else
                await StartProcess(cancellationToken);
            await Answer(cancellationToken);
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>Ends the node as a power cut would; what it had promised is on disk. <see cref="Start"/> brings it back with the same data and ports.</summary>
    public async Task Kill()
    {
        if (external)
            Origin.Missing("This test kills the broker: unset LIAISONHUB_TEST_RABBITMQ, so that it may have one of its own.");
        if (container != null)
        {
            await Docker("kill", container.Id);
            return;
        }
        // The node writes its directory of quorum queues up to 3 s late: a queue younger than that would not come back, and the test would be about that and not about us.
        var flushed = await ServerProcess.Run(
            TimeSpan.FromSeconds(30), ["/usr/lib/rabbitmq/bin/rabbitmqctl", "eval", "[ok = dets:sync(T) || T <- dets:all()]."], CancellationToken.None, NodeEnvironment());
        Assert.True(flushed.Code == 0, flushed.Said);
        await ServerProcess.Kill(NodeProcess);
        await process!.Stop();
        process = null;
    }

    /// <summary>Ends the node cleanly.</summary>
    public async Task Stop()
    {
        if (external || process == null)
            return;
        await process.Stop();
        process = null;
    }

    /// <summary>The virtual machine's process: what a kill must hit.</summary>
    public int NodeProcess => int.Parse(File.ReadAllText(PidFile).Trim(), CultureInfo.InvariantCulture);

    /// <summary>A virtual host nobody else uses, for the administrator.</summary>
    public async Task<string> NewVirtualHost(CancellationToken cancellationToken)
    {
        await Start(cancellationToken);
        var name = "t-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        using var made = await Management.PutAsync($"api/vhosts/{name}", Json("{}"), cancellationToken);
        made.EnsureSuccessStatusCode();
        using var permitted = await Management.PutAsync($"api/permissions/{name}/{user}", Json("""{"configure":".*","write":".*","read":".*"}"""), cancellationToken);
        permitted.EnsureSuccessStatusCode();
        lock (virtualHosts)
            virtualHosts.Add(name);
        return name;
    }

    /// <summary>A region's links on this node, provisioned as in production, with names nobody else uses. Give the result's options to the hub and the adapters.</summary>
    public async Task<TestLinks> NewLinks(IReadOnlyList<string> states, CancellationToken cancellationToken)
    {
        await Start(cancellationToken);
        var plan = new BrokerPlan { States = states, Prefix = $"t{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}-" };
        using var provisioning = Provisioning();
        var report = await provisioning.Provision(plan, cancellationToken);
        Assert.Empty(report.Problems);
        lock (virtualHosts)
            virtualHosts.AddRange([$"{plan.Prefix}core", .. states.Select(plan.Of)]);
        return new TestLinks(this, plan, report.Passwords);
    }

    /// <summary>Provisioning as the node's administrator.</summary>
    public BrokerProvisioning Provisioning() => new(new BrokerAdministration { Address = ManagementAddress, User = user, Password = secret });

    /// <summary>A connection as the administrator, or as somebody else.</summary>
    public async Task<IConnection> Connect(string virtualHost, CancellationToken cancellationToken, string? asUser = null, string? withPassword = null)
    {
        await Start(cancellationToken);
        var factory = new ConnectionFactory
        {
            HostName = Host,
            Port = Port,
            VirtualHost = virtualHost,
            UserName = asUser ?? user,
            Password = withPassword ?? secret,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(10),
        };
        return await factory.CreateConnectionAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (external)
        {
            foreach (var name in virtualHosts)
            {
                using var gone = await Management.DeleteAsync($"api/vhosts/{name}", CancellationToken.None);
                using var nobody = await Management.DeleteAsync($"api/users/{(name.EndsWith("-core", StringComparison.Ordinal) ? name[..^4] + "hub" : name)}", CancellationToken.None);
            }
        }
        management?.Dispose();
        if (process != null)
            await process.DisposeAsync();
        else if (folder.Length > 0 && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        if (container != null)
            await container.DisposeAsync();
        starting.Dispose();
    }

    async Task Choose(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("LIAISONHUB_TEST_RABBITMQ") is { Length: > 0 } given)
        {
            var address = Environment.GetEnvironmentVariable("LIAISONHUB_TEST_RABBITMQ_MANAGEMENT");
            Assert.False(string.IsNullOrEmpty(address), "LIAISONHUB_TEST_RABBITMQ is set: LIAISONHUB_TEST_RABBITMQ_MANAGEMENT must name the URL of the same node's management API.");
            external = true;
            var uri = new Uri(given);
            var credentials = uri.UserInfo.Split(':', 2);
            Reach(uri, new Uri(address!), Uri.UnescapeDataString(credentials[0]), Uri.UnescapeDataString(credentials.ElementAtOrDefault(1) ?? ""));
        }
        else if (OperatingSystem.IsLinux() && File.Exists(Program))
        {
            ports = ServerProcess.FreePorts(5);
            folder = ServerProcess.NewFolder("rabbit");
            await Configure(cancellationToken);
            Reach(new Uri($"amqp://127.0.0.1:{ports[0]}"), new Uri($"http://127.0.0.1:{ports[1]}"), user, password);
            await StartProcess(cancellationToken);
        }
        else if (await Origin.Docker)
        {
            var fixedPorts = ServerProcess.FreePorts(2); // Fixed, since a restarted container would get others.
            container = new RabbitMqBuilder(Image).WithUsername(user).WithPassword(password)
                .WithPortBinding(fixedPorts[0], 5672).WithPortBinding(fixedPorts[1], 15672).Build();
            await container.StartAsync(cancellationToken);
            Reach(new Uri($"amqp://{container.Hostname}:{fixedPorts[0]}"), new Uri($"http://{container.Hostname}:{fixedPorts[1]}"), user, password);
        }
        else
        {
            Origin.Missing("This test needs a RabbitMQ node. Install one ('apt-get install rabbitmq-server', it need not run as a service), or start Docker, or set LIAISONHUB_TEST_RABBITMQ "
                + "to the AMQP URI of an administrator and LIAISONHUB_TEST_RABBITMQ_MANAGEMENT to the URL of the management API. './infra/test.sh' does the first.");
        }
    }

    void Reach(Uri amqpAddress, Uri managementAddress, string name, string word)
    {
        (amqp, api, user, secret) = (amqpAddress, new Uri(managementAddress.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"), name, word);
        management = new HttpClient { BaseAddress = api, Timeout = TimeSpan.FromSeconds(20) };
        management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{word}")));
    }

    // The settings the product ships, so that what is tested is what is deployed; small logs and little disk, because the node lives for minutes.
    async Task Configure(CancellationToken cancellationToken)
    {
        using var authority = new TestAuthority();
        authority.Save(Path.Combine(folder, "authority.pem"));
        authority.Issue(Path.Combine(folder, "server"), ["localhost"]);
        var own = new Dictionary<string, string>
        {
            ["listeners.tcp.1"] = $"127.0.0.1:{ports[0]}",
            ["listeners.ssl.1"] = $"127.0.0.1:{ports[4]}",
            ["ssl_options.cacertfile"] = Path.Combine(folder, "authority.pem"),
            ["ssl_options.certfile"] = Path.Combine(folder, "server.pem"),
            ["ssl_options.keyfile"] = Path.Combine(folder, "server.key"),
            ["management.tcp.ip"] = "127.0.0.1",
            ["management.tcp.port"] = ports[1].ToString(CultureInfo.InvariantCulture),
            ["default_user"] = user,
            ["default_pass"] = password,
            ["disk_free_limit.absolute"] = "256MB",
            ["raft.wal_max_size_bytes"] = "67108864",
            ["collect_statistics_interval"] = "1000",
            ["log.console.level"] = "warning",
        };
        var shipped = (await File.ReadAllLinesAsync(Repository.At("infra", "rabbitmq", "rabbitmq.conf"), cancellationToken))
            .Where(l => l.Length > 0 && l[0] != '#' && !own.ContainsKey(l.Split('=')[0].Trim()));
        await File.WriteAllLinesAsync(Path.Combine(folder, "rabbitmq.conf"), [.. shipped, .. own.Select(o => $"{o.Key} = {o.Value}")], cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "enabled_plugins"), "[rabbitmq_management,rabbitmq_auth_mechanism_ssl].\n", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "env.conf"), "", cancellationToken);
    }

    async Task StartProcess(CancellationToken cancellationToken)
    {
        File.Delete(PidFile);
        // The name server refuses to end before it has noticed that its one node is gone.
        var hurry = $"kill -9 $(cat \"$folder/pid\") $server; n=0; until epmd -port {ports[2]} -kill || [ $n -ge 50 ]; do n=$((n+1)); sleep 0.1; done";
        process = await ServerProcess.Start(folder, "TERM", hurry, [Program], NodeEnvironment(), cancellationToken);
    }

    Dictionary<string, string> NodeEnvironment() =>
        new()
        {
            ["HOME"] = folder, // The cookie is there.
            ["ERL_EPMD_PORT"] = ports[2].ToString(CultureInfo.InvariantCulture),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_DIST_PORT"] = ports[3].ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_NODENAME"] = $"lh{ports[0]}@localhost",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "rabbitmq.conf"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(folder, "env.conf"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "enabled_plugins"),
            ["RABBITMQ_PID_FILE"] = PidFile,
            // No busy waiting: the tests need the cores. The distribution listens on this machine only.
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}",
        };

    string PidFile => Path.Combine(folder, "pid");

    // Up when the management API answers and the AMQP port takes connections.
    async Task Answer(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            try
            {
                using var answer = await Management.GetAsync("api/overview", patience.Token);
                using var socket = new TcpClient();
                await socket.ConnectAsync(Host, Port, patience.Token);
                if (answer.StatusCode == HttpStatusCode.OK)
                    return;
                if (external)
                    Assert.Fail($"The management API of the RabbitMQ node named by LIAISONHUB_TEST_RABBITMQ_MANAGEMENT answers {(int)answer.StatusCode} to user '{user}'.");
            }
            catch (Exception e) when (e is HttpRequestException or SocketException && !external)
            {
                if (process != null && !ServerProcess.Runs(process.Id))
                {
                    process = null;
                    Assert.Fail($"RabbitMQ did not start:\n{ServerProcess.Tail(Path.Combine(folder, "output.txt"))}");
                }
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
        }
    }

    static async Task Docker(string verb, string id)
    {
        var (code, said) = await ServerProcess.Run(TimeSpan.FromMinutes(1), ["docker", verb, id], CancellationToken.None);
        Assert.True(code == 0, said);
    }

    static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    static InvalidOperationException NotStarted() => new("The node was not started: await Start first.");
}

/// <summary>Provisioned links: virtual hosts, users and passwords.</summary>
public sealed class TestLinks(RabbitServer server, BrokerPlan plan, IReadOnlyDictionary<string, string> passwords)
{
    /// <summary>What was provisioned.</summary>
    public BrokerPlan Plan => plan;

    /// <summary>The hub's virtual host.</summary>
    public string Core => plan.Prefix + "core";

    /// <summary>How the hub reaches the broker.</summary>
    public BrokerOptions Hub => Options(plan.HubUser);

    /// <summary>How a state's adapter reaches the broker.</summary>
    public BrokerOptions Of(string state) => Options(plan.Of(state));

    /// <summary>A plain client connection as a user, <c>hub</c> or a state's code, on a virtual host.</summary>
    public Task<IConnection> Connect(string owner, string virtualHost, CancellationToken cancellationToken)
    {
        var name = owner == "hub" ? plan.HubUser : plan.Of(owner);
        return server.Connect(virtualHost, cancellationToken, name, passwords[name]);
    }

    BrokerOptions Options(string user) => new() { Host = server.Host, Port = server.Port, Prefix = plan.Prefix, User = user, Password = passwords[user] };
}
