using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.XA;
using LiaisonHub.Adapters.XB;
using LiaisonHub.Adapters.XZ;
using LiaisonHub.Coordinator;
using LiaisonHub.Desk;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Links;
using LiaisonHub.OperatorConsole;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Sealing;
using Microsoft.Data.Sqlite;

namespace LiaisonHub.Cli.Up;

/// <summary>Everything in one process, without any server: hub, operators' console, two country adapters with their desks.</summary>
static class UpCommand
{
    public const int ConsolePort = 5080;
    public const int DeskPort = 5081;

    static readonly Dictionary<string, Country> Others = MapCommand.Known.Where(c => c != Xa.Country && c != Xb.Country).ToDictionary(c => c.State);

    /// <summary>The demonstration region that comes with the program.</summary>
    public static string DemoRegion => Path.Combine(AppContext.BaseDirectory, "contracts", "region-demo");

    public static Command Make()
    {
        var data = new Option<DirectoryInfo>("--data") { Description = "Folder for everything it keeps.", DefaultValueFactory = _ => new DirectoryInfo(".liaisonhub") };
        var demo = new Option<bool>("--demo") { Description = "Drops sample files in and plays both sides from a script, on a clock that runs faster." };
        var speed = new Option<double>("--speed") { Description = "Legal days a second in the demonstration, 0.01 to 10.", DefaultValueFactory = _ => 1, CustomParser = Speed };
        var console = new Option<int>("--console-port") { Description = "Port of the operators' console.", DefaultValueFactory = _ => ConsolePort };
        var desk = new Option<int>("--desk-port") { Description = "Port of XB's desk; XA's desk takes the next one, that of the region's body the one after.", DefaultValueFactory = _ => DeskPort };
        var also = new Option<string[]>("--also") { Description = $"Other states of the region to start beside XA and XB: {string.Join(", ", Others.Keys)}, or all. Their desks take the ports behind.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        also.AcceptOnlyFromAmong([.. Others.Keys, "all"]);
        var command = new Command(
            "up",
            "Starts hub, operators' console and two country adapters (XA and XB) with their desks in one process, with nothing else to install. Stop it with Ctrl-C; what it keeps is there at the next start.\n\nExamples:\n  liaisonhub up\n  liaisonhub up --demo --speed 2\n  liaisonhub up --also XD XE\n  liaisonhub up --data /var/tmp/trial --console-port 8080 --desk-port 8081")
        {
            data, demo, speed, console, desk, also,
        };
        command.SetAction((parsed, cancellationToken) => Terminal.Run(async () =>
        {
            var plays = parsed.GetValue(demo);
            var folder = parsed.GetValue(data)!.FullName;
            var named = parsed.GetValue(also)!;
            // The demonstration's clock is ahead of the world; its cases must not mix with those on real time.
            await using var up = new Running(plays ? Path.Combine(folder, "demo") : folder, parsed.GetValue(console), parsed.GetValue(desk), plays ? parsed.GetValue(speed) : null,
                [.. Others.Where(o => named.Contains("all") || named.Contains(o.Key)).Select(o => o.Value)]);
            await up.Start(cancellationToken);
            await up.UntilStopped(cancellationToken);
            return ExitCode.Done;
        }));
        return command;
    }

    static double Speed(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var days) && days is >= 0.01 and <= 10)
            return days;
        result.AddError($"--speed: '{result.Tokens[0].Value}' is not allowed; write a number of legal days a second between 0.01 and 10, for example 2.");
        return 1;
    }
}

/// <summary>One run of <c>up</c>.</summary>
sealed class Running(string folder, int consolePort, int deskPort, double? daysPerSecond, IReadOnlyList<Country> others) : IAsyncDisposable
{
    // Whose desk stands at which port: the two that the guide speaks of, the region's body, then the others.
    readonly IReadOnlyList<(Country Country, int Port)> desks = [.. new[] { Xb.Country, Xa.Country, Xz.Country }.Concat(others).Select((country, place) => (country, deskPort + place))];
    readonly InProcessExchange exchange = new();
    readonly List<(string Name, IHost Host)> hosts = [];
    readonly CancellationTokenSource ending = new();
    FasterClock? faster;
    FileStream? alone;
    Task playing = Task.CompletedTask;

    public async Task Start(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        Check();
        Directory.CreateDirectory(folder);
        BeAlone();
        TimeProvider time = TimeProvider.System;
        if (daysPerSecond is { } days)
        {
            faster = new FasterClock(days * TimeSpan.SecondsPerDay, Path.Combine(folder, "legal-time"), TimeProvider.System);
            time = faster;
        }

        Terminal.Step($"Data: {folder}");
        var keys = Path.Combine(folder, "keys");
        var now = TimeProvider.System.GetUtcNow();
        var made = desks.Select(d => d.Country.State).Order(StringComparer.Ordinal).Prepend(PublicKey.HubOwner)
            .Where(owner => KeyFiles.Make(owner, Path.Combine(folder, "private", owner), keys, now.AddDays(-1), now.AddYears(20)).Count > 0).ToArray();
        if (made.Length > 0)
            Terminal.Step($"Keys made for {string.Join(", ", made)}. They are for trying out: each participant makes its own in a real region.");

        await Add("hub", Hub(time, keys), cancellationToken);
        await Add("operators' console", Console(time, keys), cancellationToken);
        var adapters = new Dictionary<string, IServiceProvider>();
        foreach (var (country, port) in desks.OrderBy(d => d.Country.State, StringComparer.Ordinal))
            adapters[country.State] = (await Add(country == Xz.Country ? "desk of XZ, the region's body for disputes" : $"adapter {country.State} with desk", Adapter(country, time, keys, port), cancellationToken)).Services;
        if (faster != null)
            playing = Task.WhenAll(KeepTime(), new DemoScript(folder, adapters[Xa.Country.State], adapters[Xb.Country.State]).Play(ending.Token));
        Greet(Stopwatch.GetElapsedTime(started));
    }

    public async Task UntilStopped(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(() => stopped.TrySetResult());
        foreach (var (_, host) in hosts)
            host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => stopped.TrySetResult());
        await stopped.Task;
        Terminal.Say("Stopping; what is in hand is finished first.");
    }

    void Check()
    {
        var problems = new List<string>();
        foreach (var (port, option) in desks.Select(d => (d.Port, d.Port == deskPort ? "--desk-port" : $"--desk-port ({d.Country.State}'s desk takes the one {d.Port - deskPort} further)")).Prepend((consolePort, "--console-port")))
            if (!DoctorCommand.Free(port))
                problems.Add($"Port {port} is in use; choose another one with {option}.");
        InvalidConfigurationException.ThrowIfAny(problems);
    }

    // Two runs on one folder would both number what they send.
    void BeAlone()
    {
        try
        {
            alone = new FileStream(Path.Combine(folder, "running.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidConfigurationException([$"Another 'liaisonhub up' is running on {folder}; stop it, or give this one a folder of its own with --data."]);
        }
    }

    IHost Hub(TimeProvider time, string keys)
    {
        var builder = Host.CreateApplicationBuilder();
        Quiet(builder, "hub");
        builder.Services.AddSingleton(time);
        builder.AddHub(
            new HubOptions
            {
                Database = HubDatabase,
                Region = UpCommand.DemoRegion,
                PublicKeys = keys,
                SigningKey = KeyFiles.Private(Path.Combine(folder, "private", PublicKey.HubOwner), PublicKey.HubOwner, KeyUse.Sign),
            },
            exchange);
        return builder.Build();
    }

    WebApplication Console(TimeProvider time, string keys)
    {
        var builder = WebApplication.CreateBuilder();
        Quiet(builder, "console");
        builder.Services.AddSingleton(time);
        builder.AddOperatorConsole(new ConsoleOptions { Database = HubDatabase, Region = UpCommand.DemoRegion, PublicKeys = keys, Urls = $"http://127.0.0.1:{consolePort}", SignIn = SignInBy.ThisMachine });
        var app = builder.Build();
        app.MapOperatorConsole();
        return app;
    }

    WebApplication Adapter(Country country, TimeProvider time, string keys, int port)
    {
        var own = Path.Combine(folder, country.State);
        string Local(string name) => Directory.CreateDirectory(Path.Combine(own, name)).FullName;
        var builder = WebApplication.CreateBuilder();
        Quiet(builder, "adapter " + country.State);
        builder.Services.AddSingleton(time);
        builder.AddCountryAdapter(
            country,
            options =>
            {
                // The body has no case system: it works at its desk alone.
                var deskAlone = country == Xz.Country;
                options.Authority = country.State + (deskAlone ? "-REG" : "-CA");
                options.Database = "sqlite:" + Path.Combine(own, "adapter.db");
                options.PublicKeys = keys;
                options.PrivateKeys = Path.Combine(folder, "private", country.State);
                options.Region = UpCommand.DemoRegion;
                options.Inbox = deskAlone ? null : new InboxOptions
                {
                    Folder = Local("inbox"),
                    Processed = Local("processed"),
                    Rejected = Local("rejected"),
                    Poll = TimeSpan.FromMilliseconds(500),
                    Settle = faster == null ? TimeSpan.FromSeconds(1) : TimeSpan.Zero,
                };
                options.Outbox = deskAlone ? null : new OutboxOptions { Folder = Local("outbox") };
                options.ReportEvery = TimeSpan.FromSeconds(10);
                // A state whose local system is a database has one of its own here too, with the rows of the sample.
                if (options.Sql is { } sql)
                {
                    sql.Database = "sqlite:" + MakeRegistry(country, own);
                    sql.Papers = Local("papers");
                }
            },
            exchange.Adapter(country.State));
        builder.AddDesk(new DeskOptions { Urls = $"http://127.0.0.1:{port}", CookieKeys = Path.Combine(own, "cookies") });
        var app = builder.Build();
        app.MapDesk();
        return app;
    }

    static string Registry(string own) => Path.Combine(own, "registry.db");

    static string MakeRegistry(Country country, string own)
    {
        var file = Registry(own);
        if (File.Exists(file))
            return file;
        // Under another name until it is whole: a start that was cut short begins again.
        var unfinished = file + ".tmp";
        File.Delete(unfinished);
        using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = unfinished, Pooling = false }.ConnectionString))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = File.ReadAllText(Path.Combine(country.Folder, "samples", "registry.sql"));
            command.ExecuteNonQuery();
        }

        File.Move(unfinished, file);
        return file;
    }

    string HubDatabase => "sqlite:" + Path.Combine(folder, "hub.db");

    static void Quiet(IHostApplicationBuilder builder, string name)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // One Ctrl-C stops all of them, in order; each of them listening for it would race.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Environment.ApplicationName = "liaisonhub " + name;
    }

    async Task<IHost> Add(string name, IHost host, CancellationToken cancellationToken)
    {
        Terminal.Step($"Starting {name}");
        await host.StartAsync(cancellationToken);
        hosts.Add((name, host));
        return host;
    }

    async Task KeepTime()
    {
        while (!ending.IsCancellationRequested)
        {
            faster!.Keep();
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ending.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    void Greet(TimeSpan took)
    {
        Terminal.Say("");
        Terminal.Say($"LiaisonHub is up after {took.TotalSeconds:F1} s.");
        Terminal.Say("");
        Terminal.Say($"  Operators' console   http://127.0.0.1:{consolePort}/");
        foreach (var (country, port) in desks)
            Terminal.Say($"  Desk of {country.State}           http://127.0.0.1:{port}/desk{(country == Xz.Country ? "   (the region's body: disputes)" : "")}");
        Terminal.Say("");
        if (daysPerSecond is { } days)
        {
            Terminal.Say($"The demonstration is playing, {days:0.##} legal days a second. Watch the console: one request runs its whole course, one is refused after consultation, one meets");
            Terminal.Say("silence and climbs the ladder, and one file cannot be read (it waits at XA's desk with its reason).");
            Terminal.Say($"After {FasterClock.Longest.TotalDays:0} legal days the clock runs as fast as everybody's.");
        }
        else
        {
            Terminal.Say("What to do next:");
            Terminal.Say($"  1. Drop a court message into {Path.Combine(folder, "XA", "inbox")}, for example");
            Terminal.Say($"     cp {Path.Combine(Xa.Country.Folder, "samples", "hearing-abroad.xml")} {Path.Combine(folder, "XA", "inbox")}/");
            Terminal.Say("  2. Open the desk of XB: the request is there. Answer it.");
            Terminal.Say("  3. Look at the console: whose turn it is, what is due, and why.");
        }
        foreach (var other in others)
        {
            var (own, samples) = (Path.Combine(folder, other.State), Path.Combine(other.Folder, "samples"));
            Terminal.Say($"  {other.State}: samples of its local system lie in {samples}; its {(File.Exists(Registry(own)) ? $"tables are {Registry(own)}" : $"inbox is {Path.Combine(own, "inbox")}")}");
        }
        Terminal.Say("");
        Terminal.Say("Ctrl-C stops it. Nothing is lost: the next start goes on where this one was.");
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await playing;
        // The hub answers until its adapters are gone.
        foreach (var (name, host) in Enumerable.Reverse(hosts))
            await End(name, host);
        faster?.Keep();
        ending.Dispose();
        alone?.Dispose();
    }

    static async Task End(string name, IHost host)
    {
        var stopping = host.StopAsync();
        while (await Task.WhenAny(stopping, Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System)) != stopping)
            Terminal.Say($"Still waiting for: {name}");
        await stopping;
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        else
            host.Dispose();
    }

    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
