using Dapper;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Tests;
using LiaisonHub.Tests.Coordinator;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>A limit that nobody keeps, and a hub that dies at every named place while one more level of its ladder is due: the level is reached once, told once, and makes one note and one dispute.</summary>
[Long(120)]
public sealed class When_the_hub_dies_on_the_ladder(RabbitServer rabbit, PostgresServer postgres)
{
    static readonly TimeSpan Limit = TimeSpan.FromHours(100);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    readonly Guid requestId = Guid.NewGuid();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2, 110)]
    [InlineData(3, 130)]
    [InlineData(4, 160)]
    [InlineData(5, 200)]
    public async Task The_level_is_reached_once(int level, int atPercent)
    {
        var folder = Directory.CreateTempSubdirectory("liaisonhub-ladder-").FullName;
        var region = new ChangedRegion(folder);
        region.AcknowledgementWithin((int)Limit.TotalHours);
        var links = await rabbit.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF", "XZ"], Cancelled);
        await using (var hub = new HubUnderTest(
            await postgres.NewDatabase(Cancelled), links.Hub, state => new RabbitAdapterLink(links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance), region.Folder))
        {
            // The level has been due for half an hour; an hour ago a hub still ran and brought everything before it.
            var now = TimeProvider.System.GetUtcNow();
            hub.Time.AdjustTime(now - Limit * (atPercent / 100.0) - TimeSpan.FromMinutes(30));
            await hub.Begin(Cancelled);
            Assert.IsType<ActAccepted>(await hub.XA.Send(hub.XB, requestId, Sample.Submitted(), Cancelled, Sample.Particulars()));
            await using var database = NpgsqlDataSource.Create(hub.Database["postgres:".Length..]);
            hub.Time.AdjustTime(now - TimeSpan.FromHours(1));
            await Until.True(async () => await Due(database, hub.Time.GetUtcNow()) == 0, Patience, () => "What was due an hour ago was not looked at.", Cancelled);
            await hub.Down();
            Assert.Equal(level - 1, await Level(database));

            await using var process = new ProgramProcess(
                "LiaisonHub.Coordinator", Path.Combine(folder, "run"), new Dictionary<string, string>(hub.Settings) { ["Hub__DeadlineLease"] = "00:00:01" });
            async Task Dies(string place)
            {
                process.Start(place);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
                patience.CancelAfter(Patience);
                await process.Ended(patience.Token);
            }
            await Dies(CrashPoint.ClockAfterClaim);
            await Dies(CrashPoint.CoreBeforeCommit);
            Assert.Equal(level - 1, await Level(database));
            await Dies(CrashPoint.CoreBeforeAcknowledge);
            Assert.Equal(level, await Level(database));
            await Dies(CrashPoint.OutboxBeforePublish);
            await Dies(CrashPoint.OutboxAfterPublish);
            process.Start();
            await Until.True(
                async () => await Due(database, TimeProvider.System.GetUtcNow()) + await Count(database, "SELECT COUNT(*) FROM outbox") == 0, Patience, () => process.Said, Cancelled);
            // Behind whatever the hub has told.
            await hub.XA.Send(hub.XB, requestId, new StatusAsked(), Cancelled);
            await hub.XB.Send(hub.XA, requestId, new StatusAsked(), Cancelled);

            Assert.Equal(level, await Level(database));
            foreach (var state in new[] { hub.XA, hub.XB })
            {
                // What came twice is one notice, and its receiver knows it by its id.
                var told = state.Notices.DistinctBy(n => n.Header.NoticeId).Select(n => n.Read()).OfType<EscalationNotice>().ToList();
                Assert.Equal(Enumerable.Range(2, level - 1), told.Select(e => e.Level));
                Assert.Equal(level >= 4 ? 1 : 0, told.Count(e => e.DocumentHtml is not null));
            }
            Assert.Equal(level >= 4 ? 1 : 0, await Count(database, "SELECT COUNT(*) FROM documents WHERE kind = 'DiplomaticNote'"));
            Assert.Equal(level >= 5 ? 1 : 0, await Count(database, "SELECT COUNT(*) FROM requests WHERE procedure_name = 'Dispute'"));
            Assert.Equal(0, await Count(database, "SELECT COUNT(*) FROM quarantine"));
        }
        Directory.Delete(folder, recursive: true);
    }

    static async Task<int> Level(NpgsqlDataSource database) => (int)await Count(database, "SELECT MAX(level) FROM deadlines WHERE rule_id = 'EIO-A1'");

    static Task<long> Due(NpgsqlDataSource database, DateTimeOffset at) =>
        Count(database, "SELECT COUNT(*) FROM deadlines WHERE status = 'Running' AND look_at <= @at", new { at });

    static async Task<long> Count(NpgsqlDataSource database, string sql, object? values = null)
    {
        await using var connection = await database.OpenConnectionAsync(Cancelled);
        return await connection.ExecuteScalarAsync<long>(sql, values);
    }
}
