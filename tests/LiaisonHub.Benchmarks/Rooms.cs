using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using LiaisonHub.Casework;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Stuck;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LiaisonHub.Benchmarks;

/// <summary>What the person on duty waits for: the console's rooms, over HTTP, at a million stored requests, half of them open; and by which plans the database answers.</summary>
static partial class Rooms
{
    const int Looks = 300, Readings = 20;

    /// <summary>Where the plans are kept.</summary>
    static string Plans => Tests.Repository.At("docs", "performance-plans.txt");

    /// <param name="ground">What it stands on.</param>
    /// <param name="requests">How many requests there are. Plans are kept of a million.</param>
    /// <param name="fill">Fills a database with requests that are not due yet.</param>
    /// <param name="late">Body of a request that is late, with the id <paramref name="lateId"/>.</param>
    /// <param name="lateId">The id in it.</param>
    public static async Task Measure(Ground ground, int requests, Func<Database, Task> fill, string late, Guid lateId)
    {
        var address = await ground.Postgres.NewDatabase(default);
        await using var database = Database.Open(address, TimeProvider.System);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rooms: filling {requests:N0} requests, half of them open"));
        await fill(database);
        await Live(database, late, lateId);

        await using var connection = await database.Connect(default);
        var open = (await connection.QueryAsync<Guid>("SELECT request_id FROM requests WHERE closed_at IS NULL ORDER BY next_due LIMIT 300")).ToList();
        (string Room, Func<int, string> Address)[] rooms =
        [
            ("today", _ => "/"),
            ("stuck board", _ => "/stuck"),
            ("requests", _ => "/requests"),
            ("unopened", _ => "/requests?unopened=1"),
            ("search", i => $"/requests?q=XA-2025-{i * 3331}"),
            ("by word", i => $"/requests?q={i * 3331 + 11}"),
            ("by short id", i => $"/requests?q={ShownId.Of(open[i % open.Count])}"),
            ("by state", i => i % 2 == 0 ? "/requests?q=acknowledged" : "/requests?q=translation%20pending"),
            ("by minute", i => string.Create(CultureInfo.InvariantCulture, $"/requests?q={Ground.Now.AddMinutes(-i):yyyy-MM-dd'%20'HH:mm}")),
            ("by file number", i => $"/requests?q=XB-CA%20{i * 3331}"),
            ("by authority", i => i % 2 == 0 ? "/requests?q=XB-CA" : "/requests?q=XB-COURT"),
            ("by day", i => string.Create(CultureInfo.InvariantCulture, $"/requests?q={Ground.Now.AddDays(-i):yyyy-MM-dd}")),
            ("of authority", i => $"/requests?authority=XB-COURT&show={(i % 2 == 0 ? "open" : "closed")}"),
            ("submitted", i => string.Create(CultureInfo.InvariantCulture, $"/requests?from={Ground.Now.AddDays(-i):yyyy-MM-dd}&until={Ground.Now.AddDays(-i):yyyy-MM-dd}")),
            ("one request", i => $"/requests/{open[i % open.Count]}"),
        ];

        await using (var console = await Started(ground, address))
            foreach (var (room, of) in rooms)
            {
                var times = new List<double>();
                var bytes = 0;
                for (var i = 0; i < Looks + 5; i++)
                {
                    var started = Stopwatch.GetTimestamp();
                    bytes = Math.Max(bytes, await console.Look(of(i)));
                    if (i >= 5)
                        times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
                times.Sort();
                Console.WriteLine($"  {room,-12} p50 {Measurements.Percentile([.. times], 50),7:F1} ms   p99 {Measurements.Percentile([.. times], 99),7:F1} ms   longest {times[^1],7:F1} ms   {bytes / 1024.0,6:F1} KiB   (gate 100 ms, 100 KiB)");
            }

        await using (var console = await Started(ground, address))
            await Crowd(console, i => $"/requests?q={ShownId.Of(open[i % open.Count])}");

        await Board(ground, address);

        var name = new NpgsqlConnectionStringBuilder(address["postgres:".Length..]).Database;
        await connection.ExecuteAsync($"ALTER DATABASE {name} SET session_preload_libraries = 'auto_explain'; ALTER DATABASE {name} SET auto_explain.log_min_duration = 0");
        var plans = new StringBuilder("How PostgreSQL answers what the rooms of the console ask, at 1,000,000 requests: written by the measurement 'rooms'.\n");
        await using (var console = await Started(ground, address))
            foreach (var (room, of) in rooms)
            {
                // What a room keeps for a while is kept by the first look; the plans of the first look are the whole.
                var before = new FileInfo(ground.Postgres.Log).Length;
                await console.Look(of(0));
                await using var log = new FileStream(ground.Postgres.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                log.Seek(before, SeekOrigin.Begin);
                using var reader = new StreamReader(log);
                plans.Append(CultureInfo.InvariantCulture, $"\n== {room}\n");
                foreach (var plan in Plan().Matches(await reader.ReadToEndAsync()).Select(m => Instant().Replace(Figures().Replace(m.Groups[1].Value.Replace("\n\t", "\n", StringComparison.Ordinal), ""), "'...'").Trim()).Distinct())
                    if (plan.Contains(" Scan", StringComparison.Ordinal) && !plan.Contains(" on pg_", StringComparison.Ordinal))
                        plans.Append(plan).Append("\n\n");
            }
        if (requests < 1_000_000)
            return;
        await File.WriteAllTextAsync(Plans, plans.ToString());
        Console.WriteLine($"  plans: {Plans}");
    }

    // A hundred at once search by what takes longest; whoever restarts a console that does not answer asks for its health meanwhile.
    static async Task Crowd(RunningConsole console, Func<int, string> search)
    {
        const int Searchers = 100, Searches = 10;
        await console.Look("/health/ready");
        var crowd = Task.WhenAll(Enumerable.Range(0, Searchers).Select(async searcher =>
        {
            for (var i = 0; i < Searches; i++)
                await console.Look(search(searcher * Searches + i));
        }));
        var (times, started) = (new List<double>(), Stopwatch.GetTimestamp());
        while (!crowd.IsCompleted)
        {
            var asked = Stopwatch.GetTimestamp();
            await console.Look("/health/ready");
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }
        await crowd;
        times.Sort();
        Console.WriteLine($"  health, while {Searchers} search at once, {Searchers * Searches / Stopwatch.GetElapsedTime(started).TotalSeconds:F0} searches a second: p50 {Measurements.Percentile([.. times], 50),7:F1} ms   p99 {Measurements.Percentile([.. times], 99),7:F1} ms   (gate 1,000 ms)");
    }

    // What the page shows is at most some seconds old, so nobody waits for this; it says how hard one reading works.
    static async Task Board(Ground ground, string address)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System).AddKeyedSingleton("technical", TimeProvider.System);
        services.AddHubStorage(address, forBoards: true);
        services.AddSingleton(Region.Load(ground.RegionFolder)).AddSingleton(new PublicKeys(KeyDirectory.Load(ground.PublicKeys), null, TimeProvider.System)).AddSingleton<Rules>().AddSingleton<Texts>().AddSingleton<WayReader>().AddSingleton<StuckReader>();
        await using var provider = services.BuildServiceProvider();
        var reader = provider.GetRequiredService<StuckReader>();
        var (times, lines) = (new List<double>(), 0);
        for (var i = 0; i < Readings + 1; i++)
        {
            var started = Stopwatch.GetTimestamp();
            lines = (await reader.ReadAnew(default)).Lines.Count;
            if (i > 0)
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        Console.WriteLine($"  the stuck board read anew, {lines} requests judged and found stuck: p50 {Measurements.Percentile([.. times], 50),7:F1} ms   longest {times[^1],7:F1} ms");
    }

    // Every line of an entry behind its first begins with a tab.
    [GeneratedRegex(@"plan:\n((?:\t.*\n)+)")]
    private static partial Regex Plan();

    [GeneratedRegex(@"  \(cost=[^)]*\)")]
    private static partial Regex Figures();

    // Instants and ids differ from run to run.
    [GeneratedRegex(@"'(?!9999)(?:\d{4}-\d\d-\d\d [\d:.]+\+00|[0-9a-f]{8}-[0-9a-f-]{27})'")]
    private static partial Regex Instant();

    static async Task<RunningConsole> Started(Ground ground, string address)
    {
        var port = ServerProcess.FreePorts(1)[0];
        var console = new RunningConsole(port, Engine.Start("LiaisonHub.OperatorConsole", new Dictionary<string, string>
        {
            ["Console__Database"] = address,
            ["Console__Region"] = ground.RegionFolder,
            ["Console__PublicKeys"] = ground.PublicKeys,
            ["Console__Urls"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
            ["Console__SignIn"] = "ThisMachine",
        }));
        while (true)
            try
            {
                await console.Look("/health/live");
                return console;
            }
            catch (HttpRequestException) when (!console.HasEnded)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            }
    }

    // What a hub has in a year: one open request in fifty is late, one in a thousand of the open ones has an act that nobody opened, many of the closed ones have, and the last days had their traffic. XB is silent, and the quarantine is full: one message in
    // ten is believed, the others name any request.
    static async Task Live(Database database, string late, Guid lateId)
    {
        await using var connection = await database.Connect(default);
        // A statement of the hub ends after a minute; these change a million rows each.
        await connection.ExecuteAsync("SET statement_timeout = 0");
        await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE requests SET next_due = now() + ((hashtext(reference) & 1048575) - 20972) * interval '10 seconds', level = CASE WHEN (hashtext(reference) & 1048575) < 20972 THEN 1 ELSE 0 END
                WHERE closed_at IS NULL;
            UPDATE requests SET requesting_authority = 'XA-CA', requested_authority = CASE WHEN (hashtext(reference) & 65535) < 16 THEN 'XB-COURT' ELSE 'XB-CA' END,
                created_at = now() - (hashtext(reference) & 1048575) * interval '1 minute', updated_at = now() - (hashtext(reference) & 65535) * interval '1 minute';
            INSERT INTO request_names (name, request_id) SELECT 'XB-CA' || substr(reference, 9) || '/25', request_id FROM requests
              UNION SELECT substr(reference, 4), request_id FROM requests UNION SELECT substr(reference, 9), request_id FROM requests UNION SELECT ltrim(substr(reference, 9), '0'), request_id FROM requests
              UNION SELECT upper(right(request_id::text, 8)), request_id FROM requests ON CONFLICT DO NOTHING;
            UPDATE requests SET body = replace(@late, @lateId, request_id::text) WHERE closed_at IS NULL AND next_due < now();
            UPDATE receipts AS r SET accepted_at = now() - interval '20 days', opened_at = NULL, awaited_until = CASE WHEN q.closed_at IS NULL THEN r.awaited_until ELSE now() - interval '1 day' END
                FROM requests AS q WHERE q.request_id = r.request_id AND (hashtext(q.reference) & 1023) < CASE WHEN q.closed_at IS NULL THEN 1 ELSE 200 END;
            INSERT INTO adapters (state, heard_at, every_seconds, expected_by) VALUES ('XB', now() - interval '3 hours', 30, now() - interval '2 hours')
                ON CONFLICT (state) DO UPDATE SET heard_at = excluded.heard_at, expected_by = excluded.expected_by;
            INSERT INTO quarantine (quarantine_id, source, state, lane, code, place, reason, fix, request_id, body, digest, headers, at, status, seen)
                SELECT gen_random_uuid(), 'edge', 'XB', 'Routine', CASE WHEN n % 10 = 0 THEN 'InvalidContent' ELSE 'NotAuthentic' END, '', 'Forged.', 'Sign it.', request_id, '\x01', lpad(to_hex(n), 64, '0'), '{}', now(), 'Waiting', 1
                FROM (SELECT request_id, row_number() OVER () AS n FROM requests WHERE closed_at IS NULL LIMIT 5000) AS q;
            INSERT INTO stays (procedure_name, state, left_at, seconds) SELECT procedure_name, state, now(), 86400 FROM requests LIMIT 20000;
            """,
            new { late, lateId = lateId.ToString() },
            commandTimeout: 1200));
        // As after a night: the hub has noted up to which number everything has come, and a running server has vacuumed what was filled.
        await new Journal(database).RaiseWatermarks(default);
        await connection.ExecuteAsync(new CommandDefinition("VACUUM ANALYZE", commandTimeout: 1200));
    }

    sealed class RunningConsole(int port, Engine engine) : IAsyncDisposable
    {
        readonly HttpClient http = new() { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };

        public bool HasEnded => engine.HasEnded;

        public async Task<int> Look(string address)
        {
            using var answer = await http.GetAsync(new Uri(address, UriKind.Relative));
            return (await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync()).Length;
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await engine.DisposeAsync();
        }
    }
}
