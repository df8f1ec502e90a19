using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Storage;
using LiaisonHub.Tests;
using Npgsql;
using Testcontainers.PostgreSql;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace LiaisonHub.IntegrationTests.Servers;

/// <summary>
/// A PostgreSQL cluster that keeps what it commits (fsync on), started by the first test that asks for it and shared by all: take a database of your own with <see cref="NewDatabase"/>.
/// A test that kills the cluster makes its own server (<c>await using var postgres = new PostgresServer();</c>).
/// </summary>
/// <remarks>
/// The cluster comes from LIAISONHUB_TEST_POSTGRES (a connection string of a superuser), else from the installed package postgresql, else from a container where a Docker engine answers.
/// </remarks>
public sealed class PostgresServer : IAsyncLifetime
{
    const string Image = "postgres:16";

    static readonly string HubPassword = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    readonly SemaphoreSlim starting = new(1, 1), givingLogins = new(1, 1);
    readonly string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
    readonly List<string> databases = [];
    string? administrator, hubTemplate;
    string folder = "";
    string programs = "";
    int port;
    ServerProcess? process;
    PostgreSqlContainer? container;
    bool external;

    /// <summary>Connection string of a superuser, to the database <c>postgres</c>.</summary>
    public string Administrator => administrator ?? throw new InvalidOperationException("The cluster was not started: await Start first.");

    /// <summary>File with what a cluster from the installed package has logged.</summary>
    public string Log => Path.Combine(folder, "output.txt");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts the cluster unless it runs, or skips the test with the reason.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        await starting.WaitAsync(cancellationToken);
        try
        {
            if (external || process != null)
                return;
            if (container != null)
                await Docker("start", container.Id);
            else if (administrator == null)
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

    /// <summary>An empty database nobody else uses, as the address the product's configuration takes: <c>postgres:Host=...</c>. Its user is the superuser.</summary>
    public async Task<string> NewDatabase(CancellationToken cancellationToken) => "postgres:" + await NewConnectionString(cancellationToken);

    /// <summary>As <see cref="NewDatabase"/>, without the prefix.</summary>
    public Task<string> NewConnectionString(CancellationToken cancellationToken) => Create("", cancellationToken);

    async Task<string> Create(string likeAnother, CancellationToken cancellationToken)
    {
        await Start(cancellationToken);
        var name = "t_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        await using var connection = new NpgsqlConnection(Administrator);
        await connection.OpenAsync(cancellationToken);
        await using var create = connection.CreateCommand();
        create.CommandText = $"CREATE DATABASE {name}{likeAnother}";
        await create.ExecuteNonQueryAsync(cancellationToken);
        lock (databases)
            databases.Add(name);
        return new NpgsqlConnectionStringBuilder(Administrator) { Database = name }.ConnectionString;
    }

    /// <summary>A database of the hub, ready, with the logins of infra/postgresql/roles.sql as in production.</summary>
    public async Task<HubLogins> NewHubDatabase(CancellationToken cancellationToken)
    {
        string own;
        // Logins belong to the whole cluster: all databases of one run share them and their password.
        await givingLogins.WaitAsync(cancellationToken);
        try
        {
            // The owner's login migrates one database; the others are copies of it. Who may connect to a database is not copied: that each is given.
            if (hubTemplate is null)
            {
                own = await NewConnectionString(cancellationToken);
                await GiveLogins(own, cancellationToken);
                await using var database = Database.Open(As("owner", own), TimeProvider.System);
                database.Migrate(Schema.Hub);
                hubTemplate = new NpgsqlConnectionStringBuilder(own).Database;
                // Nobody may be connected to what is copied.
                await using var mine = new NpgsqlConnection(own);
                NpgsqlConnection.ClearPool(mine);
            }
            own = await Create($" TEMPLATE {hubTemplate}", cancellationToken);
            await GiveLogins(own, cancellationToken);
        }
        finally
        {
            givingLogins.Release();
        }
        return new("postgres:" + own, As("owner", own), As("hub", own), As("console", own), As("reader", own));
    }

    static string As(string login, string own) => "postgres:" + new NpgsqlConnectionStringBuilder(own) { Username = $"liaisonhub_{login}", Password = HubPassword };

    static async Task GiveLogins(string own, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(own);
        await connection.OpenAsync(cancellationToken);
        var setUp = await File.ReadAllTextAsync(Repository.At("infra", "postgresql", "roles.sql"), cancellationToken);
        // Twice: the second time it changes nothing.
        foreach (var sql in new[] { setUp, setUp }.Concat(from login in new[] { "owner", "hub", "console", "reader" } select $"ALTER ROLE liaisonhub_{login} PASSWORD '{HubPassword}'"))
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Ends all of the cluster's processes as a power cut would. <see cref="Start"/> brings it back, through recovery, with the same data and port.</summary>
    public async Task Kill()
    {
        if (external)
            Origin.Missing("This test kills the database: unset LIAISONHUB_TEST_POSTGRES, so that it may have one of its own.");
        if (container != null)
        {
            await Docker("kill", container.Id);
            return;
        }
        var id = process!.Id;
        var children = (await File.ReadAllTextAsync($"/proc/{id}/task/{id}/children")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var child in children.Prepend(id.ToString(CultureInfo.InvariantCulture)))
            await ServerProcess.Kill(int.Parse(child, CultureInfo.InvariantCulture));
        await process.Stop();
        process = null;
    }

    /// <summary>Ends the cluster at once and cleanly; open connections are cut.</summary>
    public async Task Stop()
    {
        if (external || process == null)
            return;
        await process.Stop();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (external)
            await Drop();
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
        if (Environment.GetEnvironmentVariable("LIAISONHUB_TEST_POSTGRES") is { Length: > 0 } given)
        {
            external = true;
            administrator = given;
        }
        else if (OperatingSystem.IsLinux() && Installed() is { } found)
        {
            programs = found;
            port = ServerProcess.FreePorts(1)[0];
            folder = ServerProcess.NewFolder("postgres");
            await Initialise(cancellationToken);
            administrator = $"Host=127.0.0.1;Port={port};Username=postgres;Password={password};Database=postgres";
            await StartProcess(cancellationToken);
        }
        else if (await Origin.Docker)
        {
            var fixedPort = ServerProcess.FreePorts(1)[0]; // Fixed, since a restarted container would get another.
            container = new PostgreSqlBuilder(Image).WithPassword(password).WithPortBinding(fixedPort, 5432).Build();
            await container.StartAsync(cancellationToken);
            administrator = $"Host={container.Hostname};Port={fixedPort};Username=postgres;Password={password};Database=postgres";
        }
        else
        {
            Origin.Missing("This test needs PostgreSQL. Install it ('apt-get install postgresql', it need not run as a service), or start Docker, or set LIAISONHUB_TEST_POSTGRES to the "
                + "connection string of a superuser. './infra/test.sh' does the first.");
        }
    }

    // Debian and Ubuntu keep each version's programs apart; the newest is taken.
    static string? Installed() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(v => Path.Combine(v, "bin")).Where(v => File.Exists(Path.Combine(v, "initdb")) && File.Exists(Path.Combine(v, "postgres")))
            .OrderByDescending(v => int.TryParse(Path.GetFileName(Path.GetDirectoryName(v)), out var version) ? version : 0).FirstOrDefault()
        : null;

    // PostgreSQL refuses to run as root: then it runs as the package's user.
    static string[] AsItsUser => Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

    string Cluster => Path.Combine(folder, "data");

    async Task Initialise(CancellationToken cancellationToken)
    {
        var word = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(word, password, cancellationToken);
        if (AsItsUser.Length > 0)
        {
            var (code, said) = await ServerProcess.Run(TimeSpan.FromSeconds(10), ["chown", "-R", "postgres:postgres", folder], cancellationToken);
            Assert.True(code == 0, said);
        }
        string[] command = [.. AsItsUser, Path.Combine(programs, "initdb"), "-D", Cluster, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", word, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
        var made = await ServerProcess.Run(TimeSpan.FromMinutes(1), command, cancellationToken);
        Assert.True(made.Code == 0, $"initdb failed: {made.Said}");
        File.Delete(word);
    }

    async Task StartProcess(CancellationToken cancellationToken)
    {
        string[] settings =
        [
            $"port={port}", "listen_addresses=127.0.0.1", $"unix_socket_directories={folder}", "max_connections=300", "shared_buffers=128MB", "fsync=on", "synchronous_commit=on",
            "max_wal_size=512MB", "timezone=UTC", "log_timezone=UTC", "logging_collector=off",
        ];
        string[] command = [.. AsItsUser, Path.Combine(programs, "postgres"), "-D", Cluster, .. settings.SelectMany(s => (string[])["-c", s])];
        process = await ServerProcess.Start(folder, "INT", "kill -QUIT $server", command, new Dictionary<string, string>(), cancellationToken);
    }

    async Task Answer(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Administrator) { Pooling = false }.ConnectionString);
                await connection.OpenAsync(patience.Token);
                return;
            }
            catch (Exception e) when (e is NpgsqlException or SocketException && !external)
            {
                if (process != null && !ServerProcess.Runs(process.Id))
                {
                    process = null;
                    Assert.Fail($"PostgreSQL did not start:\n{ServerProcess.Tail(Path.Combine(folder, "output.txt"))}");
                }
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }

    async Task Drop()
    {
        NpgsqlConnection.ClearAllPools();
        await using var connection = new NpgsqlConnection(Administrator);
        await connection.OpenAsync(CancellationToken.None);
        foreach (var name in databases)
        {
            await using var drop = connection.CreateCommand();
            drop.CommandText = $"DROP DATABASE IF EXISTS {name} WITH (FORCE)";
            await drop.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    static async Task Docker(string verb, string id)
    {
        var (code, said) = await ServerProcess.Run(TimeSpan.FromMinutes(1), ["docker", verb, id], CancellationToken.None);
        Assert.True(code == 0, said);
    }
}

/// <summary>Addresses of one database of the hub, one for each login.</summary>
public sealed record HubLogins(string Superuser, string Owner, string Hub, string Console, string Reader);
