using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>
/// Whatever is killed and whenever: every act takes effect exactly once. An effect is a file in the folder of the other state's local system, which is none of the product's own records.
/// </summary>
[Long(230)]
public sealed class When_processes_are_killed(RabbitServer rabbit, PostgresServer postgres)
{
    const int Requests = 100;
    const int NotesEach = 9;
    const int Kills = 12;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_acts_take_effect_once_though_hub_and_adapters_are_killed_at_random()
    {
        await using var deployment = await Deployment.Prepare(rabbit, postgres, Cancelled);
        await deployment.Start(Cancelled);
        var local = new LocalSystems(Requests, NotesEach, state => deployment.Local(state, "inbox"), deployment.Given);
        var kills = 0;
        var random = new Random(20260302);
        await local.Work(
            async () =>
            {
                var victim = new[] { deployment.Hub, deployment.XA, deployment.XB }[random.Next(3)];
                await victim.Kill();
                victim.Start();
                kills++;
            },
            () => kills >= Kills,
            random,
            deployment.Told,
            Cancelled);

        local.AssertOnce();
        Assert.True(kills >= Kills);
        await using var database = Database.Open(deployment.HubDatabase, TimeProvider.System);
        await AssertNothingLeft(database);
    }

    [Fact]
    public async Task A_thousand_acts_take_effect_once_though_the_one_process_is_killed_at_random()
    {
        var folder = Directory.CreateTempSubdirectory("liaisonhub-up-").FullName;
        var ports = ServerProcess.FreePorts(3);
        await using (var up = new ProgramProcess("liaisonhub", folder, new Dictionary<string, string>(), "up", "--data", folder, "--console-port", $"{ports[0]}", "--desk-port", $"{ServerProcess.FreeRow(3)}"))
        {
            string Local(string state, string name) => Path.Combine(folder, state, name);
            up.Start();
            await Until.True(() => Task.FromResult(up.Said.Contains("is up after", StringComparison.Ordinal)), TimeSpan.FromSeconds(90), () => up.Said, Cancelled);
            var local = new LocalSystems(
                Requests,
                NotesEach,
                state => Local(state, "inbox"),
                (state, what) => [.. Directory.EnumerateFiles(Local(state, "outbox")).Where(f => Path.GetFileName(f).Contains($"-{what}-", StringComparison.Ordinal) && !f.EndsWith(".tmp", StringComparison.Ordinal))]);
            var kills = 0;
            var random = new Random(20260303);
            await local.Work(
                async () =>
                {
                    await up.Kill();
                    up.Start();
                    kills++;
                },
                () => kills >= Kills,
                random,
                () => up.Said,
                Cancelled);
            local.AssertOnce();
            // While it runs: what still waits when the last note has arrived, receipts for example, is on its way.
            await using var database = Database.Open("sqlite:" + Path.Combine(folder, "hub.db"), TimeProvider.System);
            await AssertNothingLeft(database);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Every_named_place_around_commit_acknowledge_and_publish_survives_a_kill()
    {
        await using var deployment = await Deployment.Prepare(rabbit, postgres, Cancelled);
        await deployment.Start(Cancelled);
        deployment.Drop("XA", "first.xml", LocalSystems.CourtMessage(0));
        var reference = LocalSystems.Reference(await deployment.OneGiven("XB", nameof(RequestSubmitted), Cancelled));
        var places = new (ProgramProcess Program, string Place)[]
        {
            (deployment.Hub, CrashPoint.EdgeBeforeJournal), (deployment.Hub, CrashPoint.EdgeBeforeAcknowledge), (deployment.Hub, CrashPoint.CoreBeforeCommit), (deployment.Hub, CrashPoint.CoreBeforeAcknowledge),
            (deployment.Hub, CrashPoint.OutboxBeforePublish), (deployment.Hub, CrashPoint.OutboxAfterPublish), (deployment.XB, CrashPoint.AdapterAfterTaking), (deployment.XB, CrashPoint.AdapterBeforePublish),
            (deployment.XB, CrashPoint.AdapterAfterPublish), (deployment.XA, CrashPoint.AdapterBeforeAcknowledge), (deployment.XA, CrashPoint.AdapterAfterHandOver),
        };
        for (var i = 0; i < places.Length; i++)
        {
            var (program, place) = places[i];
            await program.Kill();
            program.Start(place);
            deployment.Drop("XB", $"note-{i}.json", LocalSystems.Note(reference, 0, i));
            using (var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled))
            {
                patience.CancelAfter(TimeSpan.FromSeconds(60));
                await program.Ended(patience.Token);
            }
            program.Start();
            await deployment.OneGiven("XA", nameof(NoteSent), Cancelled, i + 1);
        }
        var subjects = deployment.Given("XA", nameof(NoteSent)).Select(LocalSystems.Subject).Order().ToArray();
        Assert.Equal(Enumerable.Range(0, places.Length).Select(i => $"Note 0/{i}").Order(), subjects);
    }

    async Task AssertNothingLeft(Database database)
    {
        var reads = new HubReads(database);
        var today = await reads.Today(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1), TimeSpan.FromDays(1), Cancelled);
        await Until.True(
            async () =>
            {
                today = await reads.Today(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1), TimeSpan.FromDays(1), Cancelled);
                return today is { Undecided: 0, Parked: 0, OutboxWaiting: 0, Quarantined: 0 };
            },
            TimeSpan.FromMinutes(1),
            () => $"Left: {today.Undecided} acts undecided, {today.Parked} parked, {today.OutboxWaiting} notices in the outbox, {today.Quarantined} in quarantine.",
            Cancelled);
        var open = 0;
        PageMark? mark = null;
        do
        {
            var page = await reads.RequestsPage(new RequestFilter(), mark, 50, Cancelled);
            open += page.Count(l => l.NextDue != null);
            Assert.All(page, l => Assert.NotNull(l.NextDue));
            mark = page.Count == 50 ? new PageMark(page[^1].NextDue, page[^1].RequestId) : null;
        }
        while (mark != null);
        Assert.Equal(Requests, open);
        Assert.Null(await new Ledger(database).Verify(Cancelled));
    }
}
