using System.Globalization;
using System.Text.Json;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.XA;
using LiaisonHub.Adapters.XB;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>Hub, console and two adapters as processes of their own, on a real broker and a real database, each with its own folders, keys and password, as in production.</summary>
sealed class Deployment : IAsyncDisposable
{
    static readonly Region Region = Region.Load(Repository.At("contracts", "region-demo"));
    readonly List<IHost> officers = [];
    IReadOnlyDictionary<string, string> everywhere = new Dictionary<string, string>();
    Dictionary<string, string> hubSettings = [];

    Deployment(string folder) => Folder = folder;

    public string Folder { get; }

    public ProgramProcess Hub { get; private set; } = null!;

    public ProgramProcess Console { get; private set; } = null!;

    public ProgramProcess XA { get; private set; } = null!;

    public ProgramProcess XB { get; private set; } = null!;

    public string HubDatabase { get; private set; } = "";

    public int ConsolePort { get; private set; }

    /// <summary>Acts made in XA's name by a person at its desk.</summary>
    public ActMaker OfficerOfXA { get; private set; } = null!;

    public string Local(string state, string name) => Path.Combine(Folder, state, name);

    /// <param name="region">Folder of the region; null: the demonstration region.</param>
    /// <param name="everywhere">Environment variables that every program gets.</param>
    public static async Task<Deployment> Prepare(
        RabbitServer rabbit, PostgresServer postgres, CancellationToken cancellationToken, string? region = null, IReadOnlyDictionary<string, string>? everywhere = null)
    {
        var deployment = new Deployment(Directory.CreateTempSubdirectory("liaisonhub-deployment-").FullName);
        var links = await rabbit.NewLinks([.. Region.States.Keys], cancellationToken);
        deployment.HubDatabase = await postgres.NewDatabase(cancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        var directory = new KeyDirectory([]);
        foreach (var (owner, use) in new[] { (PublicKey.HubOwner, KeyUse.Sign), ("XA", KeyUse.Sign), ("XA", KeyUse.Seal), ("XB", KeyUse.Sign), ("XB", KeyUse.Seal) })
        {
            using var key = PrivateKey.Generate(owner, use);
            Directory.CreateDirectory(deployment.PrivateKeys(owner));
            key.Save(Path.Combine(deployment.PrivateKeys(owner), $"{use}.json"));
            directory = directory.With(key.Public(now.AddDays(-1), now.AddYears(1)));
        }
        directory.Save(deployment.PublicKeys);

        deployment.ConsolePort = ServerProcess.FreePorts(1)[0];
        region ??= Repository.At("contracts", "region-demo");
        deployment.everywhere = everywhere ?? deployment.everywhere;
        deployment.hubSettings = deployment.Environment(
            "Hub", links.Hub, ("Database", deployment.HubDatabase), ("Region", region), ("PublicKeys", deployment.PublicKeys),
            ("SigningKey", Path.Combine(deployment.PrivateKeys(PublicKey.HubOwner), "Sign.json")));
        deployment.Hub = deployment.AnotherHub("hub");
        deployment.Console = new ProgramProcess("LiaisonHub.OperatorConsole", Path.Combine(deployment.Folder, "console"), new Dictionary<string, string>(deployment.everywhere)
        {
            ["Console__Database"] = deployment.HubDatabase,
            ["Console__Region"] = region,
            ["Console__PublicKeys"] = deployment.PublicKeys,
            ["Console__Urls"] = $"http://127.0.0.1:{deployment.ConsolePort}",
            ["Console__SignIn"] = "ThisMachine",
        });
        deployment.XA = deployment.Adapter("XA", links);
        deployment.XB = deployment.Adapter("XB", links);
        return deployment;
    }

    /// <summary>A hub process on the same database and broker, not started yet.</summary>
    public ProgramProcess AnotherHub(string name) => new("LiaisonHub.Coordinator", Path.Combine(Folder, name), hubSettings);

    /// <param name="hubStopsAt">A <see cref="Messaging.CrashPoint"/> at which the hub is to stop; null: none.</param>
    public async Task Start(CancellationToken cancellationToken, string? hubStopsAt = null)
    {
        Hub.Start(stopAt: hubStopsAt);
        XA.Start();
        XB.Start();
        // The adapters make their tables at their first start; the officer and the console find them there.
        await Until.True(
            () => Task.FromResult(File.Exists(Path.Combine(Folder, "XA", "adapter.db")) && HubIsUp()),
            TimeSpan.FromSeconds(90),
            Told,
            cancellationToken);
        Console.Start();
        OfficerOfXA = Officer("XA");
    }

    bool HubIsUp() => Hub.Runs && XA.Runs && XB.Runs;

    /// <summary>What all programs said, for a message about what did not happen.</summary>
    public string Told() => $"hub:\n{Hub.Said}\nXA:\n{XA.Said}\nXB:\n{XB.Said}\nconsole:\n{Console.Said}";

    /// <summary>Gives a file to a state's local system's drop folder, whole.</summary>
    public void Drop(string state, string name, string content)
    {
        var half = Path.Combine(Local(state, "inbox"), name + ".tmp");
        File.WriteAllText(half, content);
        File.Move(half, Path.Combine(Local(state, "inbox"), name));
    }

    /// <summary>What a state's local system was given, by the act or notice in the file's name.</summary>
    public IReadOnlyList<string> Given(string state, string what) =>
        [.. Directory.EnumerateFiles(Local(state, "outbox")).Where(f => Path.GetFileName(f).Contains($"-{what}-", StringComparison.Ordinal) && !f.EndsWith(".tmp", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public async Task<string> OneGiven(string state, string what, CancellationToken cancellationToken, int number = 1) =>
        await Until.Found(
            () => Task.FromResult(Given(state, what) is { } files && files.Count >= number ? files[number - 1] : null),
            TimeSpan.FromSeconds(60),
            () => $"{state} was not given {what} number {number} within 60 s; in its folder: {string.Join(", ", Directory.EnumerateFiles(Local(state, "outbox")).Select(Path.GetFileName))}\n{Told()}",
            cancellationToken);

    ProgramProcess Adapter(string state, TestLinks links)
    {
        foreach (var name in new[] { "inbox", "processed", "rejected", "outbox" })
            Directory.CreateDirectory(Local(state, name));
        return new ProgramProcess($"LiaisonHub.Adapters.{state}", Path.Combine(Folder, state, "run"), Environment(
            "Adapter",
            links.Of(state),
            ("Database", AdapterDatabase(state)),
            ("PublicKeys", PublicKeys),
            ("PrivateKeys", PrivateKeys(state)),
            ("Inbox__Folder", Local(state, "inbox")),
            ("Inbox__Processed", Local(state, "processed")),
            ("Inbox__Rejected", Local(state, "rejected")),
            ("Inbox__Poll", "00:00:00.200"),
            ("Inbox__Settle", "00:00:00"),
            ("Outbox__Folder", Local(state, "outbox")),
            ("SendAgainAfter", "00:00:01"),
            ("HandOverAgainAfter", "00:00:01"),
            ("ReportEvery", "00:00:05")));
    }

    ActMaker Officer(string state)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddCountryAdapter(
            state == "XA" ? Xa.Country : Xb.Country,
            options =>
            {
                options.Authority = state + "-CA";
                options.Database = AdapterDatabase(state);
                options.PublicKeys = PublicKeys;
                options.PrivateKeys = PrivateKeys(state);
            },
            new InProcessExchange().Adapter(state));
        var officer = builder.Build();
        officers.Add(officer);
        return officer.Services.GetRequiredService<ActMaker>();
    }

    /// <summary>An answer with every item of the rights catalogue, as XB's local system writes it.</summary>
    public static string Recognise(string reference) => JsonSerializer.Serialize(new
    {
        answer = "recognise",
        request = reference,
        dualCriminality = nameof(DualCriminality.ListOffence),
        rights = new { checkedBy = "Judge of the investigating chamber", answers = Region.Catalogue.Rights.Select(r => new { item = r.Code, finding = nameof(RightsFinding.Passed) }) },
    });

    string PublicKeys => Path.Combine(Folder, "keys");

    string PrivateKeys(string owner) => Path.Combine(Folder, "private", owner);

    string AdapterDatabase(string state) => "sqlite:" + Path.Combine(Folder, state, "adapter.db");

    Dictionary<string, string> Environment(string section, BrokerOptions broker, params (string Key, string Value)[] settings)
    {
        var environment = settings.ToDictionary(s => $"{section}__{s.Key}", s => s.Value);
        environment[$"{section}__Broker__Host"] = broker.Host;
        environment[$"{section}__Broker__Port"] = broker.Port.ToString(CultureInfo.InvariantCulture);
        environment[$"{section}__Broker__Prefix"] = broker.Prefix;
        environment[$"{section}__Broker__User"] = broker.User;
        environment[$"{section}__Broker__Password"] = broker.Password!;
        environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach (var (name, value) in everywhere)
            environment[name] = value;
        return environment;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in new[] { Console, XA, XB, Hub })
            await program.DisposeAsync();
        foreach (var officer in officers)
            officer.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
