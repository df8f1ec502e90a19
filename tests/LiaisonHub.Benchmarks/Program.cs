using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Dapper;
using LiaisonHub.Benchmarks;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using RabbitMQ.Client;

// Measures in one run, alternating, and prints medians and ratios. Build with -c Release; nothing else should run on the machine.
//   dotnet run -c Release --project tests/LiaisonHub.Benchmarks -- throughput|latency|growth|board|rooms|start|decisions|formats|all [rounds] [requests behind the rooms]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["by-hand", ..])
    return await Measurements.RunByHand(args);
var what = args.Length > 0 ? args[0] : "all";
var rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;
var requests = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1_000_000;
if (what is "decisions" or "all")
    WholeLives.Measure(rounds);
if (what is "formats" or "all")
    await Formats.Measure(rounds);
if (what is "decisions" or "formats")
    return 0;
await using var ground = await Ground.Prepare(CancellationToken.None);
var measurements = new Measurements(ground);
if (what is "throughput" or "all")
    await measurements.Throughput(rounds);
if (what is "latency" or "all")
    await measurements.Latency(rounds);
if (what is "start" or "all")
    await measurements.Start(rounds);
if (what is "growth" or "board" or "all")
    await measurements.Growth(rounds);
if (what is "rooms" or "all")
    await Rooms.Measure(ground, requests, database => measurements.Fill(database, requests), Request.Write(measurements.Template(Ground.Now.AddDays(-90))), Measurements.Known(0));
return 0;

sealed class Measurements(Ground ground)
{
    const int Requests = 1500;
    const int Rounds = 4;

    /// <summary>T1 and T4: acts a second and CPU an act, hub against the consumer written by hand.</summary>
    public async Task Throughput(int rounds)
    {
        Console.WriteLine($"throughput: {Requests * Rounds} acts, from 'on the queue' to 'on the other state's queue'; the first 40 % are not counted");
        var results = new Dictionary<string, List<(double Rate, double Cpu)>> { ["hub"] = [], ["by hand"] = [] };
        for (var round = 0; round < rounds; round++)
            foreach (var engine in round % 2 == 0 ? new[] { "hub", "by hand" } : ["by hand", "hub"])
            {
                var result = await Run(engine, rate: null, latencies: null);
                results[engine].Add(result);
                Console.WriteLine($"  round {round + 1} {engine,-8} {result.Rate,7:F0} acts/s  {result.Cpu,6:F2} ms CPU an act");
            }
        var ratios = results["hub"].Zip(results["by hand"]).ToArray();
        Console.WriteLine($"  hub      median {Median(results["hub"].Select(r => r.Rate)):F0} acts/s, {Median(results["hub"].Select(r => r.Cpu)):F2} ms CPU");
        Console.WriteLine($"  by hand  median {Median(results["by hand"].Select(r => r.Rate)):F0} acts/s, {Median(results["by hand"].Select(r => r.Cpu)):F2} ms CPU");
        Console.WriteLine($"  rate hub : by hand  {Median(ratios.Select(r => r.First.Rate / r.Second.Rate)):F2}   (gate 0.6, aim 1.2)");
        Console.WriteLine($"  CPU  hub : by hand  {Median(ratios.Select(r => r.First.Cpu / r.Second.Cpu)):F2}   (gate 1.6, aim 0.8)");
    }

    /// <summary>L1: latency at about half of the yardstick's rate.</summary>
    public async Task Latency(int rounds)
    {
        var all = new Dictionary<string, List<double[]>> { ["hub"] = [], ["by hand"] = [] };
        const double Rate = 120;
        Console.WriteLine($"latency at {Rate} acts/s, from publishing to arrival on the other state's queue; the first 40 % are not counted");
        for (var round = 0; round < rounds; round++)
            foreach (var engine in round % 2 == 0 ? new[] { "hub", "by hand" } : ["by hand", "hub"])
            {
                var latencies = new List<double>();
                await Run(engine, Rate, latencies);
                var sorted = latencies.Order().ToArray();
                all[engine].Add(sorted);
                Console.WriteLine($"  round {round + 1} {engine,-8} p50 {Percentile(sorted, 50),7:F1} ms   p99 {Percentile(sorted, 99),7:F1} ms");
            }
        Console.WriteLine($"  p50 hub : by hand  {Median(all["hub"].Zip(all["by hand"]).Select(p => Percentile(p.First, 50) / Percentile(p.Second, 50))):F2}");
        Console.WriteLine($"  p99 hub : by hand  {Median(all["hub"].Zip(all["by hand"]).Select(p => Percentile(p.First, 99) / Percentile(p.Second, 99))):F2}   (gate 2.0)");
    }

    /// <summary>P1 and P2: from the start of the process to the first act on the other side, and memory when idle.</summary>
    public async Task Start(int rounds)
    {
        Console.WriteLine("start: milliseconds from the start of the process to the first act on the other state's queue; resident memory 4 s later");
        var results = new Dictionary<string, List<(double Milliseconds, double Megabytes)>> { ["hub"] = [], ["by hand"] = [] };
        for (var round = 0; round < rounds; round++)
            foreach (var engine in round % 2 == 0 ? new[] { "hub", "by hand" } : ["by hand", "hub"])
            {
                await using var set = await Prepare(1);
                await Publish(set, ground.Acts(set.Requests, 1), null);
                var started = Stopwatch.GetTimestamp();
                await using var process = StartEngine(set, engine);
                var arrival = await Drain(set, 1, _ => { });
                var milliseconds = Stopwatch.GetElapsedTime(started, arrival).TotalMilliseconds;
                await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
                results[engine].Add((milliseconds, Ground.ResidentKilobytes(process.Id) / 1024.0));
                Console.WriteLine($"  round {round + 1} {engine,-8} {milliseconds,7:F0} ms   {results[engine][^1].Megabytes,6:F0} MB");
            }
        Console.WriteLine($"  first act hub : by hand  {Median(results["hub"].Zip(results["by hand"]).Select(r => r.First.Milliseconds / r.Second.Milliseconds)):F2}");
        var adapters = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            await using var set = await Prepare(1);
            await using var adapter = StartAdapter(set, round);
            await Task.Delay(TimeSpan.FromSeconds(8), TimeProvider.System);
            adapters.Add(Ground.ResidentKilobytes(adapter.Id) / 1024.0);
        }
        Console.WriteLine($"  idle memory: adapter XB {Median(adapters):F0} MB");
        Console.WriteLine($"  idle memory: hub {Median(results["hub"].Select(r => r.Megabytes)):F0} MB, by hand {Median(results["by hand"].Select(r => r.Megabytes)):F0} MB");
    }

    /// <summary>S1 to S4: one act at a thousand and at a million stored requests, and the pages of the board.</summary>
    public async Task Growth(int rounds)
    {
        await using var small = Database.Open(await ground.Postgres.NewDatabase(default), TimeProvider.System);
        await using var large = Database.Open(await ground.Postgres.NewDatabase(default), TimeProvider.System);
        Console.WriteLine("growth: filling 1,000 and 1,000,000 requests with their acts, deadlines, receipts and ledger");
        await Fill(small, 1_000);
        await Fill(large, 1_000_000);
        var perAct = new Dictionary<Database, List<double>> { [small] = [], [large] = [] };
        var cpu = new Dictionary<Database, List<double>> { [small] = [], [large] = [] };
        var sequence = new Dictionary<Database, long> { [small] = 10_000_000, [large] = 10_000_000 };
        const int Acts = 600;
        foreach (var database in new[] { small, large })
            await OneByOne(database, Acts, sequence); // Warm-up.
        for (var round = 0; round < rounds; round++)
            foreach (var database in round % 2 == 0 ? new[] { small, large } : [large, small])
            {
                var before = ground.Cpu(Environment.ProcessId);
                var started = Stopwatch.GetTimestamp();
                await OneByOne(database, Acts, sequence);
                perAct[database].Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds / Acts);
                cpu[database].Add((ground.Cpu(Environment.ProcessId) - before) * 1e6 / Acts);
                Console.WriteLine($"  round {round + 1} {(database == small ? "1,000" : "1,000,000"),-10} {perAct[database][^1],7:F0} us an act   {cpu[database][^1],7:F0} us CPU");
            }
        Console.WriteLine($"  time an act 1e6 : 1e3  {Median(perAct[large].Zip(perAct[small]).Select(p => p.First / p.Second)):F2}   (gate 1.25)");
        Console.WriteLine($"  CPU  an act 1e6 : 1e3  {Median(cpu[large].Zip(cpu[small]).Select(p => p.First / p.Second)):F2}");

        var reads = new HubReads(large);
        foreach (var (name, filter) in new[]
        {
            ("all open", new RequestFilter()),
            ("overdue", new RequestFilter { DueBefore = Ground.Now }),
            ("one country", new RequestFilter { Country = "XB" }),
        })
        {
            var times = new List<double>();
            PageMark? mark = null;
            for (var page = 0; page < 500; page++)
            {
                var started = Stopwatch.GetTimestamp();
                var lines = await reads.RequestsPage(filter, mark, 50, default);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                mark = lines.Count == 50 ? new PageMark(lines[^1].NextDue, lines[^1].RequestId) : null;
            }
            var sorted = times.Order().ToArray();
            Console.WriteLine($"  board at 1,000,000, {name}: p50 {Percentile(sorted, 50):F2} ms, p99 {Percentile(sorted, 99):F2} ms   (gate 50)");
        }
        var sweeps = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await new Deadlines(large).Claim(Guid.NewGuid(), Ground.Now.AddYears(-5), TimeSpan.FromSeconds(30), 100, default);
            sweeps.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        Console.WriteLine($"  empty sweep at 1,000,000 running deadlines: p50 {Percentile(sweeps.Order().ToArray(), 50):F2} ms");
    }

    // The whole of one act in this process, one act a transaction: journal, load, decide, write, commit, outbox gone.
    async Task OneByOne(Database database, int acts, Dictionary<Database, long> sequence)
    {
        var journal = new Journal(database);
        var store = new RequestStore(database);
        var outbox = new Outbox(database);
        var notices = new NoticeWriter(store, ground.SigningKeys[PublicKey.HubOwner]);
        var random = new Random(7);
        for (var i = 0; i < acts; i++)
        {
            var requestId = Known(random.Next(1_000));
            var number = ++sequence[database];
            var body = ground.Sign("XB", "XA", requestId, number, null, new NoteSent { Subject = "Progress" }, 3000);
            var document = Signing.Verify(body, [DocumentTypes.Act], ground.Keys, "XB", Ground.Now);
            var act = JsonSerializer.Deserialize<Act>(document.Payload, Wire.Json)!;
            var taken = (await journal.Take(
                [
                    new ArrivedAct
                    {
                        SenderState = "XB", Lane = "Routine", ActId = act.Header.ActId, Sequence = number, RequestId = requestId, ActType = act.Type, Digest = document.PayloadDigest,
                        Body = System.Text.Encoding.UTF8.GetString(body), ReceivedAt = Ground.Now,
                    },
                ],
                default))[0];
            await using (var unit = await database.Begin(default))
            {
                var work = new Work { JournalId = taken.JournalId, RequestId = requestId };
                var loaded = (await store.Load(unit, [work], default))[0];
                var before = Request.Read(loaded.Request!.Body);
                var applied = (Applied)ground.Rules.Decide(before, act, Ground.Now);
                var rows = await notices.Number(
                    unit,
                    [
                        new NoticeDraft { State = "XA", NoticeId = Guid.CreateVersion7(), At = Ground.Now, Body = new ActDelivered { Act = JsonSerializer.Deserialize<SignedDocument>(body, Wire.Json)!, ReceivedAt = Ground.Now, Standing = ground.Rules.StandingFor(applied.Request, Side.Requesting) } },
                        new NoticeDraft { State = "XB", NoticeId = Guid.CreateVersion7(), At = Ground.Now, Body = new ActAccepted { ActId = act.Header.ActId, ReceivedAt = Ground.Now, Standing = ground.Rules.StandingFor(applied.Request, Side.Requested) } },
                    ],
                    default);
                // The request goes back to what it was, so that every act of every round costs the same.
                await store.Write(
                    unit,
                    [
                        new Change
                        {
                            Work = work,
                            Request = Rows.Request(before, Ground.Now),
                            ExpectedVersion = loaded.Request.Version,
                            Deadlines = [.. applied.Request.Deadlines.Except(before.Deadlines).Select(d => Rows.Deadline(requestId, d))],
                            Decisions = [new JournalDecision { JournalId = taken.JournalId, Outcome = Decisions.Applied, At = Ground.Now }],
                            Leaves = [new LedgerLeaf { RequestId = requestId, At = Ground.Now, Kind = "ActApplied", Actor = "XB", Content = "{}" }],
                            Outbox = rows,
                            Receipts = [new ReceiptRow { OfActId = act.Header.ActId, RequestId = requestId, ToState = "XA", Stage = ReceiptRow.Accepted, At = Ground.Now }],
                        },
                    ],
                    default);
                await unit.Commit(default);
            }
            await outbox.Deliver(10, (waiting, _) => Task.FromResult<IReadOnlySet<Guid>>(waiting.Select(r => r.OutboxId).ToHashSet()), default);
        }
    }

    /// <summary>A request that came at the time given and waits for an answer.</summary>
    public Request Template(DateTimeOffset at)
    {
        var signed = JsonSerializer.Deserialize<SignedDocument>(ground.Sign("XA", "XB", Known(0), 1, null, LiaisonHub.Tests.Coordinator.Sample.Submitted(), 1000), Wire.Json)!;
        return ((Applied)ground.Rules.Decide(null, LiaisonHub.Tests.Coordinator.Sample.Unwrap(signed), at)).Request;
    }

    public static Guid Known(int i) => new(i + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

    public async Task Fill(Database database, int count)
    {
        database.Migrate(Schema.Hub);
        var template = Template(Ground.Now);
        await using (var unit = await database.Begin(default))
        {
            await new RequestStore(database).Write(
                unit,
                [.. Enumerable.Range(0, 1_000).Select(i => new Change { Work = new Work { RequestId = Known(i) }, Request = Rows.Request(template with { Id = Known(i), Reference = $"XA-2026-{i:D6}" }, Ground.Now) })],
                default);
            await new RequestStore(database).NextSequences(unit, new Dictionary<string, int> { ["XA"] = 1, ["XB"] = 1 }, default);
            await unit.Commit(default);
        }
        await using var connection = await database.Connect(default);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            SET statement_timeout = 0;
            INSERT INTO requests SELECT gen_random_uuid(), procedure_name, instrument, 'XA-2025-' || n, requesting_state, requested_state, state, since,
                next_due + ((n % 100000) || ' minutes')::interval - interval '20 days', level, CASE WHEN n % 2 = 0 THEN now() END, priority, exercise, version, body, created_at, updated_at
            FROM requests, generate_series(1, @more) AS n WHERE request_id = '00000001-0000-0000-0000-000000000001';
            INSERT INTO journal (sender_state, lane, act_id, sequence, request_id, act_type, digest, body, received_at)
                SELECT 'XB', 'Routine', gen_random_uuid(), row_number() OVER (), request_id, 'NoteSent', md5(request_id::text), 'x', now() - (@more - row_number() OVER ()) * interval '0.25 seconds' FROM requests;
            INSERT INTO decisions SELECT journal_id, 'Applied', NULL, NULL, 'Submitted', now() FROM journal;
            INSERT INTO deadlines (deadline_id, request_id, rule_id, on_whom, status, started, due, look_at, level)
                SELECT gen_random_uuid(), request_id, 'EIO-D1', 'Requested', CASE WHEN closed_at IS NULL THEN 'Running' ELSE 'Met' END, now(), next_due, now() + interval '30 days', 0 FROM requests;
            INSERT INTO receipts SELECT act_id, request_id, 'XA', now(), now(), now(), now() FROM journal;
            INSERT INTO ledger_leaf SELECT act_id, request_id, now(), 'ActApplied', 'XB', '{}', md5(act_id::text) FROM journal;
            INSERT INTO ledger_chain SELECT row_number() OVER () - 1, leaf_id, leaf_hash, leaf_hash, now() FROM ledger_leaf;
            ANALYZE;
            """,
            new { more = count - 1_000 },
            commandTimeout: 1200));
    }

    async Task<(double Rate, double Cpu)> Run(string engine, double? rate, List<double>? latencies)
    {
        await using var set = await Prepare(Requests);
        var acts = ground.Acts(set.Requests, Rounds);
        var published = new Dictionary<Guid, long>();
        if (rate == null)
            await Publish(set, acts, null);
        await using var process = StartEngine(set, engine);
        Task publishing = Task.CompletedTask;
        if (rate != null)
            publishing = Task.Run(() => Publish(set, acts, (rate.Value, published)));
        var mark = acts.Count * 4 / 10;
        var (markAt, markCpu, count) = (0L, 0.0, 0);
        var last = await Drain(set, acts.Count, act =>
        {
            count++;
            if (count == mark)
                (markAt, markCpu) = (Stopwatch.GetTimestamp(), ground.Cpu(process.Id));
            if (latencies != null && count > mark)
                lock (published)
                    latencies.Add(Stopwatch.GetElapsedTime(published[act]).TotalMilliseconds);
        });
        await publishing;
        return ((acts.Count - mark) / Stopwatch.GetElapsedTime(markAt, last).TotalSeconds, (ground.Cpu(process.Id) - markCpu) * 1000 / (acts.Count - mark));
    }

    async Task<Set> Prepare(int requests)
    {
        var address = await ground.Postgres.NewDatabase(default);
        await using var database = Database.Open(address, TimeProvider.System);
        database.Migrate(Schema.Hub);
        var ids = await ground.Submit(database, requests, default);
        await using (var unit = await database.Begin(default))
        {
            await new RequestStore(database).NextSequences(unit, new Dictionary<string, int> { ["XA"] = 1, ["XB"] = 1 }, default);
            await unit.Commit(default);
        }
        var links = await ground.Rabbit.NewLinks([.. ground.Region.States.Keys], default);
        return new Set(address, links, ids);
    }

    async Task Publish(Set set, IReadOnlyList<byte[]> acts, (double Rate, Dictionary<Guid, long> At)? paced)
    {
        await using var connection = await set.Links.Connect("hub", set.Links.Plan.Of("XB"), default);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, outstandingPublisherConfirmationsRateLimiter: null));
        var queue = LinkQueues.ToHub(Lane.Routine);
        if (paced is not { } pace)
        {
            foreach (var chunk in acts.Chunk(500))
                await Task.WhenAll(chunk.Select(a => channel.BasicPublishAsync("", queue, true, Persistent(), a).AsTask()));
            return;
        }
        var ids = acts.Select(a => LiaisonHub.Tests.Coordinator.Sample.Unwrap(JsonSerializer.Deserialize<SignedDocument>(a, Wire.Json)!).Header.ActId).ToArray();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < acts.Count; i++)
        {
            var wait = TimeSpan.FromSeconds(i / pace.Rate) - Stopwatch.GetElapsedTime(started);
            if (wait > TimeSpan.FromMilliseconds(1))
                await Task.Delay(wait, TimeProvider.System);
            lock (pace.At)
                pace.At[ids[i]] = Stopwatch.GetTimestamp();
            await channel.BasicPublishAsync("", queue, true, Persistent(), acts[i]);
        }
    }

    static BasicProperties Persistent() => new() { DeliveryMode = DeliveryModes.Persistent, MessageId = Guid.NewGuid().ToString() };

    // Reads the other state's queue until every act has come; tells each act's id. Returns when the last one came.
    async Task<long> Drain(Set set, int acts, Action<Guid> arrived)
    {
        await using var connection = await set.Links.Connect("hub", set.Links.Plan.Of("XA"), default);
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicQosAsync(0, 500, false);
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new HashSet<Guid>();
        var consumer = new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            var signed = JsonSerializer.Deserialize<SignedDocument>(message.Body.Span, Wire.Json)!;
            var notice = JsonSerializer.Deserialize<Notice>(System.Buffers.Text.Base64Url.DecodeFromChars(signed.Payload), Wire.Json)!;
            await channel.BasicAckAsync(message.DeliveryTag, false);
            if (notice.Type != nameof(ActDelivered))
                return;
            var act = LiaisonHub.Tests.Coordinator.Sample.Unwrap(notice.Body.Deserialize<ActDelivered>(Wire.Json)!.Act).Header.ActId;
            if (!seen.Add(act))
                return;
            arrived(act);
            if (seen.Count == acts)
                done.TrySetResult(Stopwatch.GetTimestamp());
        };
        await channel.BasicConsumeAsync(LinkQueues.FromHub(Lane.Routine), false, consumer);
        return await done.Task.WaitAsync(TimeSpan.FromMinutes(5));
    }

    Engine StartEngine(Set set, string engine)
    {
        if (engine != "hub")
            return Engine.Start(
                "LiaisonHub.Benchmarks",
                new Dictionary<string, string>
                {
                    ["BENCH_DATABASE"] = set.Database["postgres:".Length..],
                    ["BENCH_BROKER"] = new UriBuilder("amqp", set.Links.Hub.Host, set.Links.Hub.Port) { UserName = set.Links.Hub.User, Password = Uri.EscapeDataString(set.Links.Hub.Password!) }.Uri.ToString(),
                    ["BENCH_FROM"] = set.Links.Plan.Of("XB"),
                    ["BENCH_TO"] = set.Links.Plan.Of("XA"),
                    ["BENCH_REGION"] = ground.RegionFolder,
                    ["BENCH_KEYS"] = ground.PublicKeys,
                    ["BENCH_HUB_KEY"] = ground.HubKey,
                },
                "by-hand");
        return Engine.Start("LiaisonHub.Coordinator", new Dictionary<string, string>
        {
            ["Hub__Broker__Host"] = set.Links.Hub.Host,
            ["Hub__Broker__Port"] = set.Links.Hub.Port.ToString(CultureInfo.InvariantCulture),
            ["Hub__Broker__Prefix"] = set.Links.Hub.Prefix,
            ["Hub__Broker__User"] = set.Links.Hub.User,
            ["Hub__Broker__Password"] = set.Links.Hub.Password!,
            ["Hub__Database"] = set.Database,
            ["Hub__Region"] = ground.RegionFolder,
            ["Hub__PublicKeys"] = ground.PublicKeys,
            ["Hub__SigningKey"] = ground.HubKey,
        });
    }

    Engine StartAdapter(Set set, int round)
    {
        var link = set.Links.Of("XB");
        var folder = Directory.CreateDirectory(Path.Combine(ground.Folder, $"adapter-{round}")).FullName;
        foreach (var name in new[] { "inbox", "processed", "rejected", "outbox", "keys" })
            Directory.CreateDirectory(Path.Combine(folder, name));
        ground.SigningKeys["XB"].Save(Path.Combine(folder, "keys", "sign.json"));
        ground.SealingKey.Save(Path.Combine(folder, "keys", "seal.json"));
        return Engine.Start("LiaisonHub.Adapters.XB", new Dictionary<string, string>
        {
            ["Adapter__Broker__Host"] = link.Host,
            ["Adapter__Broker__Port"] = link.Port.ToString(CultureInfo.InvariantCulture),
            ["Adapter__Broker__Prefix"] = link.Prefix,
            ["Adapter__Broker__User"] = link.User,
            ["Adapter__Broker__Password"] = link.Password!,
            ["Adapter__Region"] = ground.RegionFolder,
            ["Adapter__Database"] = "sqlite:" + Path.Combine(folder, "adapter.db"),
            ["Adapter__PublicKeys"] = ground.PublicKeys,
            ["Adapter__PrivateKeys"] = Path.Combine(folder, "keys"),
            ["Adapter__Inbox__Folder"] = Path.Combine(folder, "inbox"),
            ["Adapter__Inbox__Processed"] = Path.Combine(folder, "processed"),
            ["Adapter__Inbox__Rejected"] = Path.Combine(folder, "rejected"),
            ["Adapter__Outbox__Folder"] = Path.Combine(folder, "outbox"),
        });
    }

    public static async Task<int> RunByHand(string[] _)
    {
        static string Given(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException(name + " is not set.");
        using var key = PrivateKey.Load(Given("BENCH_HUB_KEY"));
        await using var byHand = new ByHand(Given("BENCH_DATABASE"), new Uri(Given("BENCH_BROKER")), Given("BENCH_FROM"), Given("BENCH_TO"), new Rules(Region.Load(Given("BENCH_REGION"))), KeyDirectory.Load(Given("BENCH_KEYS")), key);
        await byHand.Run(CancellationToken.None);
        return 0;
    }

    static double Median(IEnumerable<double> values) => Percentile([.. values.Order()], 50);

    public static double Percentile(double[] sorted, int percent) => sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(sorted.Length * percent / 100.0) - 1)];

    sealed record Set(string Database, TestLinks Links, IReadOnlyList<Guid> Requests) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
