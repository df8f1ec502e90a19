using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Benchmarks;

/// <summary>What every measurement stands on: a broker and a database of its own, the demonstration region, keys, and acts made beforehand.</summary>
sealed class Ground : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liaisonhub-bench-").FullName;

    Ground(Region region)
    {
        Region = region;
        Rules = new Rules(region);
        var from = Now.AddYears(-1);
        var directory = new KeyDirectory([]);
        foreach (var owner in region.States.Keys.Append(PublicKey.HubOwner))
        {
            var key = PrivateKey.Generate(owner, KeyUse.Sign);
            SigningKeys[owner] = key;
            directory = directory.With(key.Public(from, from.AddYears(10)));
        }
        directory = directory.With(SealingKey.Public(from, from.AddYears(10)));
        Keys = directory;
        directory.Save(PublicKeys);
        SigningKeys[PublicKey.HubOwner].Save(HubKey);
    }

    public static DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    public RabbitServer Rabbit { get; } = new();

    public PostgresServer Postgres { get; } = new();

    public Region Region { get; }

    public Rules Rules { get; }

    public KeyDirectory Keys { get; }

    public Dictionary<string, PrivateKey> SigningKeys { get; } = [];

    /// <summary>XB's, for the adapter that is measured.</summary>
    public PrivateKey SealingKey { get; } = PrivateKey.Generate("XB", KeyUse.Seal);

    public string PublicKeys => Path.Combine(folder, "keys");

    public string HubKey => Path.Combine(folder, "hub.jwk");

    public string Folder => folder;

    public string RegionFolder => Tests.Repository.At("contracts", "region-demo");

    public static async Task<Ground> Prepare(CancellationToken cancellationToken)
    {
        var ground = new Ground(Region.Load(Tests.Repository.At("contracts", "region-demo")));
        await ground.Rabbit.Start(cancellationToken);
        await ground.Postgres.Start(cancellationToken);
        return ground;
    }

    /// <summary>An act of one side, signed, numbered by the caller.</summary>
    public byte[] Sign(string sender, string receiver, Guid requestId, long sequence, long? after, object open, int sealedBytes)
    {
        var act = new Act
        {
            Type = open.GetType().Name,
            Header = new ActHeader
            {
                ActId = Guid.CreateVersion7(),
                RequestId = requestId,
                Sender = new Party { State = sender, Authority = $"{sender}-CA" },
                Receiver = new Party { State = receiver, Authority = $"{receiver}-CA" },
                Sequence = sequence,
                After = after,
                ClaimedAt = Now,
            },
            Open = JsonSerializer.SerializeToElement(open, open.GetType(), Wire.Json),
            Sealed = sealedBytes == 0 ? null : new string('x', sealedBytes),
        };
        return Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(act, Wire.Json), DocumentTypes.Act, SigningKeys[sender]));
    }

    /// <summary>Fills a hub database with requests that were submitted by XA to XB and wait for an answer.</summary>
    public async Task<IReadOnlyList<Guid>> Submit(Database database, int count, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>(count);
        var store = new RequestStore(database);
        foreach (var chunk in Enumerable.Range(0, count).Chunk(100))
        {
            await using var unit = await database.Begin(cancellationToken);
            var changes = new List<Change>();
            foreach (var i in chunk)
            {
                var requestId = Guid.CreateVersion7();
                ids.Add(requestId);
                var signed = JsonSerializer.Deserialize<SignedDocument>(Sign("XA", "XB", requestId, i + 1, null, Tests.Coordinator.Sample.Submitted($"XA-2026-{i:D6}"), 1000), Wire.Json)!;
                var applied = (Applied)Rules.Decide(null, Tests.Coordinator.Sample.Unwrap(signed), Now);
                changes.Add(new Change
                {
                    Work = new Work { RequestId = requestId },
                    Request = Rows.Request(applied.Request, Now),
                    Deadlines = [.. applied.Request.Deadlines.Select(d => Rows.Deadline(applied.Request.Id, d))],
                });
            }
            await store.Write(unit, changes, cancellationToken);
            await unit.Commit(cancellationToken);
        }
        return ids;
    }

    /// <summary>The acts XB makes on each request, in an order in which no two of one request are close together: acknowledged, a note, the one extension, recognised.</summary>
    public IReadOnlyList<byte[]> Acts(IReadOnlyList<Guid> requests, int rounds)
    {
        var rights = new RightsCheck { CheckedBy = "judge", Answers = [.. Region.Catalogue.Rights.Select(item => new RightsAnswer { Item = item.Code, Finding = RightsFinding.Passed })] };
        object[] made =
        [
            new RequestAcknowledged { TheirReference = "XB-1", CompetentAuthority = "XB-CA" },
            new NoteSent { Subject = "Progress" },
            new ExtensionDeclared { Reason = "Workload", Days = 10 },
            new RequestRecognised { RightsCheck = rights, DualCriminality = DualCriminality.NotRequired },
        ];
        var acts = new List<byte[]>(requests.Count * rounds);
        var last = new Dictionary<Guid, long>();
        for (var round = 0; round < rounds; round++)
            foreach (var request in requests)
            {
                var sequence = acts.Count + 1L;
                acts.Add(Sign("XB", "XA", request, sequence, last.TryGetValue(request, out var before) ? before : null, made[Math.Min(round, made.Length - 1)], round is 1 or 2 ? 3000 : 0));
                last[request] = sequence;
            }
        return acts;
    }

    /// <summary>CPU seconds the processes have used so far, children of PostgreSQL and the broker's virtual machine among them.</summary>
    public double Cpu(params ReadOnlySpan<int> processes)
    {
        var ticks = 0L;
        foreach (var file in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(d[6])))
        {
            string stat, command;
            try
            {
                stat = File.ReadAllText(Path.Combine(file, "stat"));
                command = stat[(stat.IndexOf('(') + 1)..stat.LastIndexOf(')')];
            }
            catch (IOException)
            {
                continue;
            }
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var id = int.Parse(file.AsSpan(6), CultureInfo.InvariantCulture);
            if (processes.Contains(id) || id == Rabbit.NodeProcess || (command == "postgres" && Ours(id)))
                ticks += long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture) + long.Parse(fields[13], CultureInfo.InvariantCulture)
                    + long.Parse(fields[14], CultureInfo.InvariantCulture);
        }
        return ticks / 100.0;
    }

    // No other PostgreSQL is to run on a machine that measures.
    static bool Ours(int id) => id > 1;

    public static long ResidentKilobytes(int process) =>
        long.Parse(File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await Rabbit.DisposeAsync();
        await Postgres.DisposeAsync();
        foreach (var key in SigningKeys.Values)
            key.Dispose();
        SealingKey.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>Rows of a request, as the hub writes them.</summary>
static class Rows
{
    public static RequestRow Request(Request r, DateTimeOffset now) => new()
    {
        RequestId = r.Id,
        Procedure = r.Procedure,
        Instrument = r.Instrument,
        Reference = r.Reference,
        RequestingState = r.Requesting.State,
        RequestedState = r.Requested.State,
        State = r.State,
        Since = r.Since,
        NextDue = r.Deadlines.Where(d => d is { Status: DeadlineStatus.Running, Kind: DeadlineKind.Procedure }).Min(d => d.Due),
        Level = 0,
        Priority = r.Priority.ToString(),
        Body = Casework.Request.Write(r),
        CreatedAt = r.FirstReceivedAt,
        UpdatedAt = now,
    };

    public static DeadlineRow Deadline(Guid requestId, Deadline d) => new()
    {
        DeadlineId = d.Id,
        RequestId = requestId,
        RuleId = d.RuleId,
        OnWhom = d.OnWhom.ToString(),
        Status = d.Status.ToString(),
        Started = d.Started,
        Due = d.Due,
        LookAt = d.Status == DeadlineStatus.Running ? d.LookAt : null,
        Level = d.Level,
    };
}

/// <summary>A program of ours, started for one measurement.</summary>
sealed class Engine : IAsyncDisposable
{
    readonly Process process;

    Engine(Process process) => this.process = process;

    public int Id => process.Id;

    public bool HasEnded => process.HasExited;

    public static Engine Start(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true };
        start.ArgumentList.Add(IntegrationTests.Processes.ProgramProcess.Built(program));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data != null)
                Console.Error.WriteLine(line.Data);
        };
        process.BeginOutputReadLine();
        return new Engine(process);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
