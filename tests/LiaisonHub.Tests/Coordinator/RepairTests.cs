using System.Text;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Coordinator;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.Coordinator;

/// <summary>Repair plans as a whole hub carries them out.</summary>
[Long(60)]
public sealed class RepairTests : IAsyncLifetime
{
    static readonly Guid Anna = Guid.NewGuid(), Berta = Guid.NewGuid();

    readonly HubUnderTest hub = new();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    RepairPlans Plans => hub.Services.GetRequiredService<RepairPlans>();

    Quarantine Quarantine => hub.Services.GetRequiredService<Quarantine>();

    public async ValueTask InitializeAsync() => await hub.Begin(Cancelled);

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task A_dry_run_says_what_each_row_would_do_and_changes_nothing()
    {
        await Break(3);
        var plan = await Make(RepairDeed.Retry);
        Assert.True(await Plans.Foresee(plan.PlanId, "A. Bell", Cancelled));
        var board = await Until(plan, p => p.ForeseenAt is not null);

        Assert.NotNull(board.ForeseenAt);
        Assert.All(await Items(plan), i => Assert.Equal((Foresight.WouldFail, RepairItem.Waiting), (i.Foreseen, i.Status)));
        Assert.All(await Items(plan), i => Assert.StartsWith("The hub would refuse it (NotAuthentic): ", i.ForeseenWhy, StringComparison.Ordinal));
        Assert.All(await Quarantine.Page(null, null, null, null, 10, Cancelled), m => Assert.Equal((Quarantine.Waiting, 1, null), (m.Status, m.Seen, m.RetryRequestedAt)));
    }

    [Fact]
    public async Task What_was_repaired_is_processed_what_was_not_fails_again_and_the_first_wave_stops_the_rest()
    {
        await Break(8);
        var plan = await Going(RepairDeed.Retry);
        var told = await Refusals();

        var ended = await Until(plan, p => p.Status != RepairPlan.Running);

        Assert.Equal(RepairPlan.Stopped, ended.Status);
        Assert.Contains("1 of 1 rows", ended.EndedWhy, StringComparison.Ordinal);
        var items = await Items(plan);
        Assert.Equal(RepairItem.FailedAgain, items[0].Status);
        Assert.StartsWith("It failed again (NotAuthentic): ", items[0].Outcome, StringComparison.Ordinal);
        Assert.All(items.Skip(1), i => Assert.Equal((RepairItem.Waiting, null), (i.Status, i.TriedAt)));
        var first = (await Quarantine.Get(items[0].QuarantineId!.Value, Cancelled))!;
        Assert.Equal((Quarantine.Waiting, 1), (first.Status, first.Seen));
        Assert.NotNull(first.RetryRequestedAt);
        // Its sender has heard this reason before.
        Assert.Equal(told, await Refusals());

        // Notices come in their order: behind an answer there is none from before.
        async Task<int> Refusals()
        {
            await hub.XA.Send(hub.XB, Guid.NewGuid(), Sample.Submitted(), Cancelled, Sample.Particulars());
            return hub.XA.Notices.DistinctBy(n => n.Header.NoticeId).Count(n => n.Read() is ActRefused);
        }
    }

    [Fact]
    public async Task A_plan_whose_rows_were_changed_past_the_hub_stops_before_the_next_wave()
    {
        // The first wave has no outcome until an earlier act comes.
        var (lost, _) = await HeldEarly();
        for (var i = 0; i < 3; i++)
            await Held(i);
        var plan = await Going(RepairDeed.Retry);
        await Until(plan, async _ => (await Items(plan))[0].Status == RepairItem.Sent, advance: false);
        // Between the waves somebody puts a row twice, in the place of another.
        await hub.Services.GetRequiredService<Database>().Execute(
            new LiaisonHub.Storage.Statement(_ => "UPDATE repair_items SET quarantine_id = (SELECT quarantine_id FROM repair_items WHERE position = 2) WHERE position = 4"), null, Cancelled);
        Assert.True(await hub.XA.Post(hub.XA.Sign(lost), Cancelled));

        var ended = await Until(plan, p => p.Status != RepairPlan.Running);

        Assert.Equal(RepairPlan.Stopped, ended.Status);
        Assert.StartsWith("Its rows are not those its hash was made of", ended.EndedWhy, StringComparison.Ordinal);
        Assert.Equal([RepairItem.Processed, RepairItem.Waiting, RepairItem.Waiting, RepairItem.Waiting], (await Items(plan)).Select(i => i.Status));
    }

    /// <summary>The first wave is one row: a share of one in one has failed before anything else is tried.</summary>
    [Theory]
    [InlineData(100, RepairPlan.Done, RepairItem.Processed)]
    [InlineData(99, RepairPlan.Stopped, RepairItem.Waiting)]
    public async Task It_stops_when_more_than_its_share_of_what_was_tried_has_failed_and_not_before(int stopPercent, string ends, string rest)
    {
        await Break(1);
        hub.Time.Advance(TimeSpan.FromMilliseconds(1));
        await Held(0);
        await Held(1);
        var plan = await Going(await Make(RepairDeed.Retry, p => p with { StopPercent = stopPercent }));

        Assert.Equal(ends, (await Until(plan, p => p.Status != RepairPlan.Running)).Status);
        Assert.Equal([RepairItem.FailedAgain, rest, rest], (await Items(plan)).Select(i => i.Status));
    }

    [Fact]
    public async Task What_shows_no_outcome_within_two_minutes_is_unknown_and_counts_as_failed_until_its_outcome_comes()
    {
        var (lost, _) = await HeldEarly();
        await Held(0);
        var plan = await Going(RepairDeed.Retry);
        await Until(plan, async _ => (await Items(plan))[0].Status == RepairItem.Sent, advance: false);
        hub.Time.Advance(Repairs.Patience);
        var ended = await Until(plan, p => p.Status != RepairPlan.Running);

        Assert.Equal(RepairPlan.Stopped, ended.Status);
        Assert.Contains("1 of 1 rows", ended.EndedWhy, StringComparison.Ordinal);
        Assert.Equal([RepairItem.Unknown, RepairItem.Waiting], (await Items(plan)).Select(i => i.Status));
        Assert.True(await hub.XA.Post(hub.XA.Sign(lost), Cancelled));
        await Until(plan, async _ => (await Items(plan))[0].Status == RepairItem.Processed, advance: true);
    }

    [Fact]
    public async Task A_window_that_closes_behind_the_last_row_stops_nothing()
    {
        await HeldEarly();
        var plan = await Going(await Make(RepairDeed.Retry, p => p with { ClosesAt = hub.Time.GetUtcNow().AddMinutes(1) }));
        await Until(plan, async _ => (await Items(plan))[0].Status == RepairItem.Sent, advance: false);
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        await Round();
        hub.Time.Advance(Repairs.Patience);

        Assert.Equal((RepairPlan.Done, null), await Until(plan, p => p.Status != RepairPlan.Running) is var ended ? (ended.Status, ended.EndedWhy) : default);
        Assert.Equal(RepairItem.Unknown, Assert.Single(await Items(plan)).Status);
    }

    [Fact]
    public async Task A_hub_that_is_stopped_lets_the_plans_go_and_the_next_need_not_wait_for_it()
    {
        await Break(1);
        var plan = await Going(RepairDeed.SetAside);
        await Until(plan, p => p.Status == RepairPlan.Done);
        await hub.Down();

        await using var database = Database.Open(hub.Database, hub.Time);
        Assert.NotNull(await new Leases(database).TakeLease("repairs", Guid.NewGuid(), TimeSpan.FromSeconds(30), Cancelled));
    }

    [Fact]
    public async Task Acts_that_were_held_up_by_the_hubs_own_fault_take_effect_once_and_what_comes_after_the_freeze_is_not_touched()
    {
        // The bytes are what the state signed; that they stand in quarantine is the hub's doing, as when a key came late.
        var acts = new List<Act>();
        for (var i = 0; i < 9; i++)
            acts.Add(await Held(i));
        var plan = await Make(RepairDeed.Retry);
        var late = await Held(9);
        plan = await Going(plan);

        var ended = await Until(plan, p => p.Status != RepairPlan.Running);

        Assert.Equal((RepairPlan.Done, null), (ended.Status, ended.EndedWhy));
        Assert.All(await Items(plan), i => Assert.Equal((RepairItem.Processed, "The act was applied."), (i.Status, i.Outcome)));
        foreach (var act in acts)
            Assert.Single((await hub.Services.GetRequiredService<HubReads>().Request(act.Header.RequestId, Cancelled))!.Acts);
        Assert.Null(await hub.Services.GetRequiredService<HubReads>().Request(late.Header.RequestId, Cancelled));
        var left = Assert.Single(await Quarantine.Page(null, null, null, null, 10, Cancelled));
        Assert.Equal((late.Header.ActId, Quarantine.Waiting), (left.ActId, left.Status));

        // A second plan over what the first has done finds nothing, and the same act once more in quarantine would change nothing.
        await Held(acts[0]);
        var again = await Make(RepairDeed.Retry);
        await Plans.Foresee(again.PlanId, "A. Bell", Cancelled);
        await Until(again, p => p.ForeseenAt is not null);
        Assert.Contains(await Items(again), i => i.Foreseen == Foresight.Nothing);
    }

    [Fact]
    public async Task Nothing_is_done_before_the_window_opens_and_nothing_after_it_closes()
    {
        await Break(2);
        var plan = await Make(RepairDeed.SetAside, p => p with { OpensAt = hub.Time.GetUtcNow().AddHours(1), ClosesAt = hub.Time.GetUtcNow().AddHours(2) });
        plan = await Going(plan);
        await Round();
        Assert.All(await Items(plan), i => Assert.Equal(RepairItem.Waiting, i.Status));

        hub.Time.Advance(TimeSpan.FromHours(1));
        await Until(plan, async _ => (await Items(plan))[0].Status == RepairItem.Processed, advance: false);
        hub.Time.Advance(TimeSpan.FromHours(1));
        var ended = await Until(plan, p => p.Status != RepairPlan.Running);

        Assert.Equal(RepairPlan.Stopped, ended.Status);
        Assert.Contains("window closed", ended.EndedWhy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_whose_agreement_lapses_before_its_window_opens_stops_and_says_so()
    {
        await Break(2);
        var plan = await Going(await Make(RepairDeed.SetAside, p => p with { OpensAt = hub.Time.GetUtcNow().AddDays(21) }));
        hub.Time.Advance(TimeSpan.FromDays(21));
        var ended = await Until(plan, p => p.Status != RepairPlan.Running);

        Assert.Equal(RepairPlan.Stopped, ended.Status);
        Assert.Contains("agreement of berta has lapsed", ended.EndedWhy, StringComparison.Ordinal);
        Assert.All(await Items(plan), i => Assert.Equal(RepairItem.Waiting, i.Status));
    }

    [Fact]
    public async Task However_many_outcomes_are_unknown_the_one_that_comes_late_is_noted()
    {
        for (var i = 0; i < 250; i++)
            await Quarantine.Add(
                new() { QuarantineId = Guid.CreateVersion7(), Source = "edge", State = "XA", Code = "NotAuthentic", Place = "UnknownKey", Reason = "No", Fix = "Yes", Body = [1], Digest = $"d{i}", At = hub.Time.GetUtcNow() }, Cancelled);
        var plan = await Make(RepairDeed.Retry);
        var late = (await Items(plan))[239];
        // As after a night of which nothing is known; then one of them turns out to have been taken.
        await using (var unit = await hub.Services.GetRequiredService<Database>().Begin(Cancelled))
        {
            await using var night = unit.Connection.CreateCommand();
            night.CommandText = $"""
                UPDATE quarantine SET status = 'Resolved', resolved_outcome = CASE WHEN quarantine_id = '{late.QuarantineId}' THEN 'Retried' ELSE 'SetAside' END;
                UPDATE repair_items SET status = 'Unknown', tried_at = '{Instants.Text(hub.Time.GetUtcNow())}';
                """;
            await night.ExecuteNonQueryAsync(Cancelled);
            await unit.Commit(Cancelled);
        }

        await Until(async () => (await Items(plan))[239].Status == RepairItem.Processed);
        Assert.Equal(249, (await Items(plan)).Count(i => i.Status == RepairItem.Unknown));
    }

    [Fact]
    public async Task It_keeps_its_pace()
    {
        await Break(3);
        var plan = await Going(await Make(RepairDeed.SetAside, p => p with { PerMinute = 2 }));
        await Until(plan, async _ => (await Items(plan))[0].Status == RepairItem.Processed, advance: false);
        for (var i = 0; i < 3; i++)
            await Round();
        Assert.Equal(1, (await Items(plan)).Count(i => i.Status == RepairItem.Processed));

        await Until(plan, p => p.Status == RepairPlan.Done);
        var tried = (await Items(plan)).Select(i => i.TriedAt!.Value).ToList();
        Assert.All(tried.Zip(tried.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(29), $"{pair.First:O} {pair.Second:O}"));
    }

    [Fact]
    public async Task An_act_that_waits_for_one_that_never_came_is_decided_without_it_once_two_people_want_it()
    {
        var journal = hub.Services.GetRequiredService<HubFigures>();
        var overtook = await Parked();
        var request = overtook.Header.RequestId;
        var plan = await Going(RepairDeed.DecideWithout);
        var foreseen = Assert.Single(await Items(plan));
        Assert.Equal((Foresight.WouldWork, $"RequestAcknowledged of XB would be applied; request {request} would be Acknowledged."), (foreseen.Foreseen, foreseen.ForeseenWhy));
        await Until(plan, p => p.Status == RepairPlan.Done);

        Assert.Equal(overtook.Header.ActId, (await hub.XB.Answer(overtook.Header.ActId, Cancelled)) switch { ActAccepted a => a.ActId, ActRefused r => r.ActId!.Value, _ => default });
        Assert.Equal(RepairItem.Processed, Assert.Single(await Items(plan)).Status);
        Assert.DoesNotContain(await journal.Waiting(10, Cancelled), w => w.ActId == overtook.Header.ActId);
    }

    /// <summary>A hub that dies between its commit and the core leaves a row that is done and an act that nobody decides.</summary>
    [Fact]
    public async Task What_a_dead_hub_had_done_and_not_handed_to_the_core_is_handed_over_by_the_next()
    {
        var act = await Parked();
        var plan = await Going(await Make(RepairDeed.DecideWithout, p => p with { OpensAt = hub.Time.GetUtcNow().AddHours(1) }));
        Assert.Equal(RepairItem.Sent, (await Plans.Do(plan, Assert.Single(await Plans.Next(plan.PlanId, 10, Cancelled)), hub.Time.GetUtcNow(), null, Cancelled))!.Status);

        await Until(plan, async _ => (await Items(plan))[0].Status != RepairItem.Sent, advance: false);
        Assert.Equal(RepairItem.Processed, (await Items(plan))[0].Status);
        Assert.IsType<ActAccepted>(await hub.XB.Answer(act.Header.ActId, Cancelled));
    }

    /// <summary>The act comes in a state that is past it: the dry run says what the deed then finds.</summary>
    [Fact]
    public async Task What_the_request_would_refuse_is_foreseen_and_nothing_is_written_by_it()
    {
        var request = Guid.NewGuid();
        await hub.XA.Send(hub.XB, request, Sample.Submitted(), Cancelled, Sample.Particulars());
        hub.XA.Make(hub.XB, request, new NoteSent { Subject = "lost" });
        var late = hub.XA.Make(hub.XB, request, Sample.Submitted(), Sample.Particulars());
        Assert.True(await hub.XA.Post(hub.XA.Sign(late), Cancelled));
        var figures = hub.Services.GetRequiredService<HubFigures>();
        await Until(async () => (await figures.Waiting(10, Cancelled)).Any(w => w.ActId == late.Header.ActId && w.ParkedAt is not null));
        var body = await figures.Body(request, Cancelled);

        var plan = await Make(RepairDeed.DecideWithout);
        await Plans.Foresee(plan.PlanId, "A. Bell", Cancelled);
        await Until(plan, p => p.ForeseenAt is not null);
        var foreseen = Assert.Single(await Items(plan));

        Assert.Equal(Foresight.WouldFail, foreseen.Foreseen);
        Assert.Contains("RequestSubmitted of XA would be refused by request", foreseen.ForeseenWhy, StringComparison.Ordinal);
        Assert.Equal(body, await figures.Body(request, Cancelled));
        Assert.Contains(await figures.Waiting(10, Cancelled), w => w.ActId == late.Header.ActId);
        plan = await Going(plan);
        await Until(plan, p => p.Status != RepairPlan.Running);
        var done = Assert.Single(await Items(plan));
        Assert.Equal(RepairItem.FailedAgain, done.Status);
        // As was foreseen.
        Assert.Contains(done.Outcome!.Split(": ")[1].TrimEnd('.'), foreseen.ForeseenWhy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_plan_holds_too_is_said_and_what_setting_aside_would_lose()
    {
        await Break(1);
        var good = await Held(0);
        // One that was thrown away holds nothing.
        Assert.True(await Plans.Discard((await Make(RepairDeed.Retry, p => p with { PlanId = Guid.CreateVersion7() })).PlanId, 1, "anna", Anna, "The wrong group", Cancelled));
        hub.Time.Advance(TimeSpan.FromMilliseconds(1));
        var first = await Make(RepairDeed.Retry, p => p with { PlanId = Guid.CreateVersion7(), OpensAt = hub.Time.GetUtcNow().AddHours(1) });
        var second = await Make(RepairDeed.SetAside, p => p with { PlanId = Guid.CreateVersion7() });
        await Plans.Foresee(second.PlanId, "A. Bell", Cancelled);
        await Until(second, p => p.ForeseenAt is not null);
        var messages = (await Quarantine.Page(null, null, null, null, 10, Cancelled)).ToDictionary(m => m.QuarantineId);
        var foreseen = (await Items(second)).ToDictionary(i => messages[i.QuarantineId!.Value].ActId == good.Header.ActId);
        Assert.All(foreseen.Values, i => Assert.Equal((Foresight.WouldWork, true), (i.Foreseen, i.ForeseenWhy!.EndsWith($" Plan {first.PlanId} holds it too.", StringComparison.Ordinal))));
        Assert.Contains("although trying it again would work now", foreseen[true].ForeseenWhy, StringComparison.Ordinal);
        Assert.Contains("Tried again it would fail: The hub would refuse it (NotAuthentic)", foreseen[false].ForeseenWhy, StringComparison.Ordinal);

        await Going(first);
        await Plans.Foresee(second.PlanId, "A. Bell", Cancelled);
        await Until(second, p => p.ForeseenAt is not null);
        Assert.All(await Items(second), i => Assert.Equal((Foresight.Nothing, true), (i.Foreseen, i.ForeseenWhy!.StartsWith($"Plan {first.PlanId} runs and holds it too", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData(RepairDeed.Deliver, null, null, 0, null, RepairItem.Processed)]
    [InlineData(RepairDeed.Retry, Quarantine.RetryRequested, null, 0, null, RepairItem.Sent)]
    [InlineData(RepairDeed.Retry, Quarantine.Waiting, null, 0, null, RepairItem.FailedAgain)]
    [InlineData(RepairDeed.Retry, Quarantine.Resolved, Quarantine.Retried, 1, null, RepairItem.FailedAgain)]
    [InlineData(RepairDeed.Retry, Quarantine.Resolved, "SetAside", 0, null, RepairItem.Unknown)]
    [InlineData(RepairDeed.Retry, Quarantine.Resolved, Quarantine.Retried, 0, Decisions.Applied, RepairItem.Processed)]
    [InlineData(RepairDeed.Retry, Quarantine.Resolved, Quarantine.Retried, 0, Decisions.Refused, RepairItem.FailedAgain)]
    [InlineData(RepairDeed.Retry, Quarantine.Resolved, Quarantine.Retried, 0, null, RepairItem.Sent)]
    [InlineData(RepairDeed.Dispatch, null, null, 0, Decisions.Applied, RepairItem.Processed)]
    [InlineData(RepairDeed.Dispatch, null, null, 0, null, RepairItem.Sent)]
    public void What_the_rows_say_is_what_the_page_says_and_nothing_counts_as_success_that_was_not_seen(RepairDeed deed, string? message, string? outcome, int again, string? decided, string expected) =>
        Assert.Equal(expected, Repairs.OutcomeOf(new()
        {
            PlanId = Guid.NewGuid(),
            Position = 1,
            Deed = deed,
            Status = RepairItem.Sent,
            TriedAt = HubUnderTest.Start,
            MessageStatus = message,
            MessageOutcome = outcome,
            Again = again,
            Decided = decided,
            JournalId = 7,
            RequestId = Guid.NewGuid(),
        }).Status);

    async Task Break(int messages)
    {
        for (var i = 0; i < messages; i++)
            Assert.True(await hub.XA.Post(Encoding.UTF8.GetBytes($"no act {i}"), Cancelled));
        await Until(async () => (await Quarantine.Page(null, null, null, null, 100, Cancelled)).Count == messages);
    }

    // An act of XB that came before an earlier one, which never comes.
    async Task<Act> Parked()
    {
        var request = Guid.NewGuid();
        await hub.XA.Send(hub.XB, request, Sample.Submitted(), Cancelled, Sample.Particulars());
        hub.XB.Make(hub.XA, request, new RequestAcknowledged { TheirReference = "lost", CompetentAuthority = "XB-CA" });
        var overtook = hub.XB.Make(hub.XA, request, new RequestAcknowledged { TheirReference = "XB-7", CompetentAuthority = "XB-CA" });
        Assert.True(await hub.XB.Post(hub.XB.Sign(overtook), Cancelled));
        await Until(async () => (await hub.Services.GetRequiredService<HubFigures>().Waiting(10, Cancelled)).Any(w => w.ActId == overtook.Header.ActId && w.ParkedAt is not null));
        return overtook;
    }

    // One in quarantine that waits for an earlier one of its side once it is taken; that earlier one comes when a test sends it.
    async Task<(Act Lost, Act Early)> HeldEarly()
    {
        var request = Guid.NewGuid();
        await hub.XA.Send(hub.XB, request, Sample.Submitted(), Cancelled, Sample.Particulars());
        var lost = hub.XA.Make(hub.XB, request, new NoteSent { Subject = "lost" });
        return (lost, await Held(hub.XA.Make(hub.XB, request, new NoteSent { Subject = "early" })));
    }

    Task<Act> Held(int number) => Held(hub.XA.Make(hub.XB, Guid.NewGuid(), Sample.Submitted($"XA-2026-{number:D6}"), Sample.Particulars()));

    async Task<Act> Held(Act act)
    {
        var body = hub.XA.Sign(act);
        await Quarantine.Add(
            new()
            {
                QuarantineId = Guid.CreateVersion7(),
                Source = "edge",
                State = "XA",
                Code = nameof(RefusalCode.NotAuthentic),
                Place = "UnknownKey",
                Reason = "The key was not there",
                Fix = "Register it",
                Body = body,
                Digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body)),
                ActId = act.Header.ActId,
                At = hub.Time.GetUtcNow(),
            },
            Cancelled);
        hub.Time.Advance(TimeSpan.FromMilliseconds(1));
        return act;
    }

    async Task<RepairPlan> Make(RepairDeed deed, Func<RepairPlan, RepairPlan>? shape = null)
    {
        var plan = Storage.RepairPlanTests.Of(deed) with { ShapedByAccount = Anna, PerMinute = 600 };
        return (await Plans.Make(shape?.Invoke(plan) ?? plan, null, null, null, Cancelled)).Plan!;
    }

    async Task<RepairPlan> Going(RepairDeed deed) => await Going(await Make(deed));

    async Task<RepairPlan> Going(RepairPlan plan)
    {
        Assert.True(await Plans.Foresee(plan.PlanId, "A. Bell", Cancelled));
        await Until(plan, p => p.ForeseenAt is not null);
        if (plan.Irreversible)
            Assert.True(await Plans.AgreeTo(plan.PlanId, 1, Berta, "berta", hub.Time.GetUtcNow().AddHours(24), Cancelled));
        Assert.True(await Plans.Run(plan.PlanId, 1, plan.Items, hub.Time.GetUtcNow().AddHours(-24), "anna", Cancelled));
        return (await Plans.Get(plan.PlanId, Cancelled))!;
    }

    Task<bool> Round() => hub.Services.GetRequiredService<Repairs>().Round(Cancelled);

    Task<IReadOnlyList<RepairItem>> Items(RepairPlan plan) => Plans.Items(plan.PlanId, 0, 1000, Cancelled);

    Task<RepairPlan> Until(RepairPlan plan, Func<RepairPlan, bool> reached) => Until(plan, p => Task.FromResult(reached(p)), advance: true);

    // The hub's clock goes on by a second at each look: pace and patience are the hub's own.
    async Task<RepairPlan> Until(RepairPlan plan, Func<RepairPlan, Task<bool>> reached, bool advance)
    {
        RepairPlan stands = plan;
        await Until(async () =>
        {
            if (advance)
                hub.Time.Advance(TimeSpan.FromSeconds(1));
            stands = (await Plans.Get(plan.PlanId, Cancelled))!;
            return await reached(stands);
        });
        return stands;
    }

    static async Task Until(Func<Task<bool>> reached)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await reached())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "Not reached within 60 s");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
        }
    }
}
