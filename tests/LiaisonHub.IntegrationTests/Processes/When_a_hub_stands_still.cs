using System.Text.Json.Nodes;
using Dapper;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging;
using LiaisonHub.Tests;
using Npgsql;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>
/// Two hub processes share the work, and one of them is frozen with deadlines in its hands for longer than it may keep them: the other takes over, and what the frozen one does when it wakes has no
/// effect.
/// </summary>
[Long(126)]
public sealed class When_a_hub_stands_still(RabbitServer rabbit, PostgresServer postgres)
{
    const int Requests = 60;
    const int NotesEach = 3;
    static readonly int[] Reminders = [1, 2, 3];
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_deadline_acts_twice_and_no_act_is_lost()
    {
        var folder = Directory.CreateTempSubdirectory("liaisonhub-hasty-region-").FullName;
        await using (var deployment = await Deployment.Prepare(rabbit, postgres, Cancelled, HastyRegion(folder), new Dictionary<string, string> { ["Hub__DeadlineLease"] = Lease.ToString() }))
        {
            await deployment.Start(Cancelled, hubStopsAt: CrashPoint.ClockAfterClaim);
            await using var second = deployment.AnotherHub("hub-2");
            await using var database = NpgsqlDataSource.Create(deployment.HubDatabase["postgres:".Length..]);
            string Told() => $"{deployment.Told()}\nhub 2:\n{second.Said}";

            await Until.True(
                async () => await Count(database, "SELECT COUNT(*) FROM pg_class WHERE relname = 'requests_closed_requested'") == 1, TimeSpan.FromSeconds(90), Told, Cancelled);
            var local = new LocalSystems(Requests, NotesEach, state => deployment.Local(state, "inbox"), deployment.Given);
            var taken = 0;
            await local.Work(
                async () =>
                {
                    await Until.True(async () => deployment.Hub.Stands || await RemindersLeft(database) == 0, TimeSpan.FromMinutes(3), Told, Cancelled);
                    if (!deployment.Hub.Stands)
                        return;
                    var held = await Held(database);
                    if (!second.Runs)
                        second.Start();
                    await Until.True(async () => await Held(database) is var now && held.Any(h => now.GetValueOrDefault(h.Key) != h.Value), TimeSpan.FromMinutes(1), Told, Cancelled);
                    taken++;
                    await deployment.Hub.Signal("CONT", Cancelled);
                },
                () => RemindersLeft(database).GetAwaiter().GetResult() == 0,
                new Random(20260304),
                Told,
                Cancelled);

            local.AssertOnce();
            Assert.True(deployment.Hub.Runs && second.Runs, Told());
            // The test has put to the proof what it is about: the hub has stood with deadlines in its hands, and the other took them.
            Assert.True(taken > 0, "The hub never stood with a deadline in its hands.");
            await using var connection = await database.OpenConnectionAsync(Cancelled);
            var reminded = await connection.QueryAsync<(Guid Request, string Text)>("SELECT request_id, (content::json) ->> 'text' FROM ledger_leaf WHERE kind = 'Reminder'");
            var expected = Reminders.Length * Requests;
            Assert.Equal(expected, reminded.Count(r => r.Text.StartsWith("EIO-A1", StringComparison.Ordinal)));
            Assert.Equal(expected, reminded.Where(r => r.Text.StartsWith("EIO-A1", StringComparison.Ordinal)).Select(r => (r.Request, r.Text.Split('%')[0])).Distinct().Count());
            Assert.Equal(0, await Count(database, "SELECT COUNT(*) FROM quarantine"));
        }
        Directory.Delete(folder, recursive: true);
    }

    static async Task<long> RemindersLeft(NpgsqlDataSource database) => (Requests * Reminders.Length) - await Count(database, "SELECT COUNT(*) FROM ledger_leaf WHERE kind = 'Reminder'");

    // Deadlines in a hub's hands, with the number of the claim: another number is another claim, none is one let go.
    static async Task<Dictionary<Guid, long>> Held(NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync(Cancelled);
        return (await connection.QueryAsync<(Guid Deadline, long Epoch)>("SELECT deadline_id, epoch FROM deadlines WHERE owner IS NOT NULL")).ToDictionary(d => d.Deadline, d => d.Epoch);
    }

    static async Task<long> Count(NpgsqlDataSource database, string sql)
    {
        await using var connection = await database.OpenConnectionAsync(Cancelled);
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    // The demonstration region with an acknowledgement due within an hour and reminders at 1, 2 and 3 % of it: after 36, 72 and 108 seconds.
    static string HastyRegion(string folder)
    {
        var region = new ChangedRegion(folder);
        region.Change("ladder.json", rows => rows[0]!["atPercent"] = new JsonArray([.. Reminders.Select(p => (JsonNode)p)]));
        region.AcknowledgementWithin(hours: 1);
        return region.Folder;
    }
}

/// <summary>A copy of the demonstration region and its catalogue, to be changed.</summary>
sealed class ChangedRegion
{
    readonly string folder;

    public ChangedRegion(string folder)
    {
        this.folder = folder;
        foreach (var part in new[] { "region-demo", "catalogue" })
            foreach (var file in Directory.EnumerateFiles(Repository.At("contracts", part), "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(folder, part, Path.GetRelativePath(Repository.At("contracts", part), file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
    }

    /// <summary>Where the region is.</summary>
    public string Folder => Path.Combine(folder, "region-demo");

    /// <summary>Counts the acknowledgement (EIO-A1) in hours, whatever day it is.</summary>
    public void AcknowledgementWithin(int hours) =>
        Change(Path.Combine("time-rules", "eio.json"), rows =>
        {
            var rule = rows.Single(r => (string?)r!["id"] == "EIO-A1")!;
            rule["length"] = hours;
            rule["unit"] = "Hours";
            rule["roll"] = "None";
        });

    public void Change(string catalogue, Action<JsonArray> change)
    {
        var file = Path.Combine(folder, "catalogue", catalogue);
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        change(json["rows"]!.AsArray());
        File.WriteAllText(file, json.ToJsonString());
    }
}
