using System.Security.Cryptography;
using System.Text;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Coordinator;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>A hub that dies at every named place of its repair plans, and is started again: what the page says is true at each death, every row is done in the end, and none twice.</summary>
public sealed class When_the_hub_dies_on_a_repair_plan(RabbitServer rabbit, PostgresServer postgres)
{
    const int Rows = 7;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    static readonly Guid Anna = Guid.NewGuid(), Berta = Guid.NewGuid();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_row_is_done_once()
    {
        var folder = Directory.CreateTempSubdirectory("liaisonhub-repair-").FullName;
        var links = await rabbit.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF", "XZ"], Cancelled);
        await using (var hub = new HubUnderTest(await postgres.NewDatabase(Cancelled), links.Hub, state => new RabbitAdapterLink(links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance)))
        {
            hub.Time.AdjustTime(TimeProvider.System.GetUtcNow());
            await hub.Begin(Cancelled);
            await hub.Down();
            await using var database = Database.Open(hub.Database, TimeProvider.System);
            var (quarantine, plans, reads) = (new Quarantine(database), new RepairPlans(database), new HubReads(database));
            var acts = new List<Act>();
            for (var i = 0; i < Rows; i++)
            {
                var act = hub.XA.Make(hub.XB, Guid.NewGuid(), Sample.Submitted($"XA-2026-{i:D6}"), Sample.Particulars());
                acts.Add(act);
                await Add(quarantine, "XA", hub.XA.Sign(act));
                await Add(quarantine, "XB", Encoding.UTF8.GetBytes($"no act {i}"));
            }
            var again = await Going(plans, RepairDeed.Retry, "XA");
            var aside = await Going(plans, RepairDeed.SetAside, "XB");

            await using var process = new ProgramProcess("LiaisonHub.Coordinator", Path.Combine(folder, "run"), hub.Settings);
            async Task Dies(string place)
            {
                process.Start(place);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
                patience.CancelAfter(Patience);
                await process.Ended(patience.Token);
            }
            async Task<IReadOnlyList<RepairItem>> Items() => [.. await plans.Items(again.PlanId, 0, 100, Cancelled), .. await plans.Items(aside.PlanId, 0, 100, Cancelled)];

            await Dies(CrashPoint.RepairBeforeCommit);
            Assert.All(await Items(), i => Assert.Equal(RepairItem.Waiting, i.Status));
            Assert.All(await quarantine.Page(null, null, null, null, 100, Cancelled), m => Assert.Equal(Quarantine.Waiting, m.Status));

            await Dies(CrashPoint.RepairAfterCommit);
            var begun = Assert.Single(await Items(), i => i.Status != RepairItem.Waiting);
            Assert.Equal(RepairItem.Sent, begun.Status);

            // The act is in the journal; nobody has noted yet that its message is dealt with.
            await Dies(CrashPoint.RepairAfterTaking);
            Assert.Equal(Quarantine.RetryRequested, (await quarantine.Get(begun.QuarantineId!.Value, Cancelled))!.Status);
            Assert.DoesNotContain(await plans.Items(again.PlanId, 0, 100, Cancelled), i => i.Status == RepairItem.Processed);

            process.Start();
            await Until.True(
                async () => (await plans.Get(again.PlanId, Cancelled))!.Status == RepairPlan.Done && (await plans.Get(aside.PlanId, Cancelled))!.Status == RepairPlan.Done, Patience, () => process.Said, Cancelled);

            Assert.All(await Items(), i => Assert.Equal(RepairItem.Processed, i.Status));
            foreach (var act in acts)
                Assert.Single((await reads.Request(act.Header.RequestId, Cancelled))!.Acts);
            foreach (var act in acts)
                Assert.IsType<ActAccepted>(await hub.XA.Answer(act.Header.ActId, Cancelled));
            var delivered = hub.XB.Notices.DistinctBy(n => n.Header.NoticeId).Select(n => n.Read()).OfType<ActDelivered>().Select(d => Sample.Unwrap(d.Act).Header.ActId).ToList();
            Assert.Equal(delivered.Count, delivered.Distinct().Count());

            var ledger = new Ledger(database);
            await Until.True(async () => await ledger.Chain(TimeProvider.System.GetUtcNow(), 1000, Cancelled) == 0, Patience, () => process.Said, Cancelled);
            var deeds = (await ledger.Page(0, 10_000, Cancelled)).Where(e => e.Content.Contains("planId", StringComparison.Ordinal)).ToList();
            Assert.Equal(Rows, deeds.Count(e => e.Kind == "QuarantineRetryRequested"));
            Assert.Equal(Rows, deeds.Count(e => e.Kind == "QuarantineResolved"));
        }
        Directory.Delete(folder, recursive: true);
    }

    static Task<Guid> Add(Quarantine quarantine, string state, byte[] body) => quarantine.Add(
        new()
        {
            QuarantineId = Guid.CreateVersion7(),
            Source = "edge",
            State = state,
            Code = nameof(RefusalCode.NotAuthentic),
            Place = "UnknownKey",
            Reason = "The key was not there",
            Fix = "Register it",
            Body = body,
            Digest = Convert.ToHexStringLower(SHA256.HashData(body)),
            At = TimeProvider.System.GetUtcNow(),
        },
        Cancelled);

    static async Task<RepairPlan> Going(RepairPlans plans, RepairDeed deed, string state)
    {
        var now = TimeProvider.System.GetUtcNow();
        var plan = (await plans.Make(
            new()
            {
                PlanId = Guid.CreateVersion7(),
                Deed = deed,
                Chosen = state,
                Items = 0,
                ItemsHash = "",
                CutOff = now,
                PerMinute = 600,
                StopPercent = 0,
                Reason = "The key is there now",
                MadeBy = "anna",
                MadeAt = now,
                ShapedBy = "anna",
                ShapedByAccount = Anna,
                ShapedAt = now,
            },
            state, null, null, Cancelled)).Plan!;
        Assert.Equal(Rows, plan.Items);
        Assert.True(await plans.Foresee(plan.PlanId, "A. Bell", Cancelled));
        var wished = (await plans.Get(plan.PlanId, Cancelled))!;
        await plans.Note([.. (await plans.ToForesee(wished, 100, Cancelled)).Select(i => i with { Foreseen = Foresight.WouldWork, ForeseenWhy = "It would.", ForeseenAt = TimeProvider.System.GetUtcNow() })], Cancelled);
        await plans.NoteAll(wished, Cancelled);
        if (plan.Irreversible)
            Assert.True(await plans.AgreeTo(plan.PlanId, 1, Berta, "berta", now.AddHours(24), Cancelled));
        Assert.True(await plans.Run(plan.PlanId, 1, plan.Items, now.AddHours(-1), "anna", Cancelled));
        return plan;
    }
}
