using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Tests.Storage;

/// <summary>Repair plans, on any database.</summary>
public abstract class RepairPlanTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    static readonly Guid Anna = Guid.NewGuid(), Berta = Guid.NewGuid();

    RepairPlans Plans => new(Database);
    Quarantine Quarantine => new(Database);

    public static RepairPlan Of(RepairDeed deed) => new()
    {
        PlanId = Guid.NewGuid(),
        Deed = deed,
        Chosen = "all",
        Items = 0,
        ItemsHash = "",
        CutOff = Now,
        PerMinute = 60,
        StopPercent = 5,
        Reason = "The key is registered now",
        MadeBy = "anna",
        MadeAt = Now,
        ShapedBy = "anna",
        ShapedByAccount = Anna,
        ShapedAt = Now,
    };

    [Fact]
    public async Task A_list_is_fixed_when_the_plan_is_made_and_its_hash_can_be_reckoned_anew()
    {
        for (var i = 0; i < 40; i++)
            await Add(i);
        var elsewhere = await Add(99, "XB");

        var plan = await Make(RepairDeed.SetAside, "XA");
        await Add(41);

        var items = await Plans.Items(plan.PlanId, 0, 100, Cancelled);
        Assert.Equal((40, 40), (plan.Items, items.Count));
        Assert.DoesNotContain(items, i => i.QuarantineId == elsewhere);
        Assert.Equal([1, 5, 25, 9], items.GroupBy(i => i.Wave).OrderBy(g => g.Key).Select(g => g.Count()));
        Assert.Equal(plan.ItemsHash, RepairPlan.HashOf(items.Select(i => i.Id).Reverse()));
        Assert.NotEqual(plan.ItemsHash, RepairPlan.HashOf(items.Skip(1).Select(i => i.Id)));
        Assert.Equal(plan, await Plans.Get(plan.PlanId, Cancelled));
        Assert.Equal(plan.PlanId, Assert.Single(await Plans.Page(10, Cancelled)).PlanId);
    }

    [Fact]
    public void The_hash_is_what_sort_and_sha256sum_say() =>
        Assert.Equal("911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2", RepairPlan.HashOf(["b", "a"]));

    /// <summary>Whoever changes the table past the hub is seen, whatever is changed.</summary>
    [Theory]
    [InlineData("UPDATE repair_items SET quarantine_id = (SELECT quarantine_id FROM quarantine WHERE place = 'place 9') WHERE position = 2")]
    [InlineData("UPDATE repair_items SET wave = 1 WHERE position = 2")]
    [InlineData("DELETE FROM repair_items WHERE position = 2")]
    [InlineData("INSERT INTO repair_items (plan_id, position, wave, quarantine_id, status) SELECT plan_id, 4, 2, quarantine_id, 'Waiting' FROM repair_items WHERE position = 2")]
    public async Task A_list_that_was_changed_past_the_hub_does_not_hold(string change)
    {
        for (var i = 0; i < 3; i++)
            await Add(i);
        Time.Advance(TimeSpan.FromSeconds(1));
        var plan = await Make(RepairDeed.Retry);
        await Add(9);
        Assert.True(await Plans.Holds(plan, Cancelled));

        Assert.Equal(1, await Execute(change));

        Assert.False(await Plans.Holds(plan, Cancelled));
    }

    [Fact]
    public async Task Nothing_makes_no_plan_and_ids_narrow_what_fits()
    {
        Assert.Null((await Plans.Make(Of(RepairDeed.Deliver), null, null, null, Cancelled)).Plan);
        var (one, _) = (await Add(1), await Add(2));
        var (plan, found, _) = await Plans.Make(Of(RepairDeed.Retry), null, null, new HashSet<string> { one.ToString("D"), "unknown" }, Cancelled);
        Assert.Equal((1, one), (found, Assert.Single(await Plans.Items(plan!.PlanId, 0, 10, Cancelled)).QuarantineId));
        Assert.Equal(1, (await Plans.Make(Of(RepairDeed.Retry), null, FaultGroup.Parts("link/TooLarge/place 2"), null, Cancelled)).Found);
    }

    [Fact]
    public async Task Without_the_agreement_of_a_second_person_nothing_irreversible_runs()
    {
        await Add(1);
        var plan = await Ready(RepairDeed.SetAside);

        Assert.False(await Run(plan));
        Assert.False(await Plans.AgreeTo(plan.PlanId, 1, Anna, "anna", Now.AddHours(24), Cancelled));
        Assert.False(await Run(plan));
        Assert.True(await Plans.AgreeTo(plan.PlanId, 1, Berta, "berta", Now.AddHours(24), Cancelled));
        Assert.False(await Plans.Run(plan.PlanId, 1, 2, Now.AddHours(-24), "anna", Cancelled));
        Assert.True(await Run(plan));
        Assert.False(await Run(plan));

        await new Ledger(Database).Chain(Now, 10, Cancelled);
        var entries = await new Ledger(Database).Page(0, 10, Cancelled);
        Assert.Equal([("RepairPlanMade", "anna"), ("RepairPlanDryRunAsked", "A. Bell"), ("RepairPlanApproved", "berta"), ("RepairPlanStarted", "anna")], entries.Select(e => (e.Kind, e.Actor)));
        // What was agreed to, and by which account: a name alone may have been borne by two.
        Assert.All([$"\"account\":\"{Berta}\"", "\"version\":1", $"\"itemsHash\":\"{plan.ItemsHash}\""], said => Assert.Contains(said, entries[2].Content, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_edited_plan_loses_its_approval_and_who_edited_it_cannot_agree_to_it()
    {
        await Add(1);
        var plan = await Ready(RepairDeed.SetAside);
        Assert.True(await Plans.AgreeTo(plan.PlanId, 1, Berta, "berta", Now.AddHours(24), Cancelled));
        Assert.True(await Plans.Reshape(plan with { PerMinute = 600 }, "berta", Berta, Cancelled));
        Assert.False(await Plans.Reshape(plan with { PerMinute = 1 }, "anna", Anna, Cancelled));

        var edited = (await Plans.Get(plan.PlanId, Cancelled))!;
        Assert.Equal((2, 600, null, null, Berta), (edited.Version, edited.PerMinute, edited.ApprovedByAccount, edited.ApprovedVersion, edited.ShapedByAccount));
        Assert.False(await Run(edited));
        Assert.False(await Plans.AgreeTo(plan.PlanId, 2, Berta, "berta", Now.AddHours(24), Cancelled));
        Assert.False(await Plans.AgreeTo(plan.PlanId, 1, Anna, "anna", Now.AddHours(24), Cancelled));
        Assert.False(await Plans.AgreeTo(plan.PlanId, 2, Anna, "anna", Now.AddHours(24), Cancelled));
        await Try(edited);
        Assert.True(await Plans.AgreeTo(plan.PlanId, 2, Anna, "anna", Now.AddHours(24), Cancelled));
        Assert.True(await Run(edited));
    }

    [Fact]
    public async Task An_approval_and_a_dry_run_grow_old()
    {
        await Add(1);
        var plan = await Ready(RepairDeed.SetAside);
        Assert.True(await Plans.AgreeTo(plan.PlanId, 1, Berta, "berta", Now.AddHours(24), Cancelled));
        Time.Advance(TimeSpan.FromHours(24));
        Assert.False(await Run(plan));
        Assert.True(await Plans.AgreeTo(plan.PlanId, 1, Berta, "berta", Now.AddHours(48), Cancelled));
        Assert.False(await Plans.Run(plan.PlanId, 1, 1, Now.AddHours(1), "anna", Cancelled));
        Assert.True(await Run(plan));
    }

    [Fact]
    public async Task One_row_is_done_once_with_its_record_and_what_was_dealt_with_before_is_left_alone()
    {
        var (first, second) = (await Add(1), await Add(2));
        var plan = await Going(RepairDeed.SetAside);
        Assert.True(await Quarantine.Resolve(second, "carla", "x", "Delivered", Cancelled));
        var items = (await Plans.Next(plan.PlanId, 10, Cancelled)).OrderBy(i => i.QuarantineId == second).ToList();

        var both = await Task.WhenAll(new[] { OpenAgain(), OpenAgain() }.Select(d => Task.Run(() => new RepairPlans(d).Do(plan, items[0], Now, null, Cancelled))));
        Assert.Single(both, d => d is { Status: RepairItem.Processed });
        Assert.Equal(RepairItem.Untouched, (await Plans.Do(plan, items[1], Now, null, Cancelled))!.Status);

        Assert.Equal((Quarantine.Resolved, "SetAside"), ((await Quarantine.Get(first, Cancelled))!.Status, (await Quarantine.Get(first, Cancelled))!.ResolvedOutcome));
        Assert.Equal("Delivered", (await Quarantine.Get(second, Cancelled))!.ResolvedOutcome);
        await new Ledger(Database).Chain(Now, 100, Cancelled);
        // Under the account of who let the plan run, as every deed of a person.
        Assert.Single(await new Ledger(Database).Page(0, 100, Cancelled), e => e.Kind == "QuarantineResolved" && e.Content.Contains(plan.PlanId.ToString(), StringComparison.Ordinal) && e.Content.Contains($"\"account\":\"{Anna}\"", StringComparison.Ordinal));
        Assert.Equal([(RepairItem.Processed, 1), (RepairItem.Untouched, 1)], (await Plans.Counts(plan.PlanId, Cancelled)).Select(c => (c.Status, c.Items)).Order());
    }

    [Fact]
    public async Task A_dry_run_that_was_asked_for_anew_is_not_finished_by_the_one_before()
    {
        await Add(1);
        var plan = await Make(RepairDeed.Retry);
        Assert.True(await Plans.Foresee(plan.PlanId, "A. Bell", Cancelled));
        var before = (await Plans.Get(plan.PlanId, Cancelled))!;
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await Plans.Foresee(plan.PlanId, "A. Bell", Cancelled));

        await Plans.NoteAll(before, Cancelled);

        Assert.Null((await Plans.Get(plan.PlanId, Cancelled))!.ForeseenAt);
        Assert.Single(await Plans.ToForesee((await Plans.Get(plan.PlanId, Cancelled))!, 10, Cancelled));
    }

    [Theory]
    [InlineData(RepairDeed.Retry)]
    [InlineData(RepairDeed.Dispatch)]
    [InlineData(RepairDeed.DecideWithout)]
    [InlineData(RepairDeed.Deliver)]
    public async Task What_was_dealt_with_before_its_turn_is_not_done_and_not_called_done_whatever_the_deed(RepairDeed deed)
    {
        var message = await Add(1);
        await new Journal(Database).Take([Act("XA", 1)], Cancelled);
        await Refused(Notice("XA"));
        Time.Advance(TimeSpan.FromMinutes(1));
        if (deed == RepairDeed.DecideWithout)
            await Execute("UPDATE undecided SET parked_at = received_at");
        var plan = await Going(deed);
        Assert.True(await Quarantine.Resolve(message, "carla", "x", "Delivered", Cancelled));
        await Execute("DELETE FROM undecided");
        await Execute("DELETE FROM outbox");

        var item = (await Plans.Do(plan, Assert.Single(await Plans.Next(plan.PlanId, 10, Cancelled)), Now, null, Cancelled))!;

        Assert.Equal((RepairItem.Untouched, true), (item.Status, item.SettledAt is not null));
        await new Ledger(Database).Chain(Now, 100, Cancelled);
        Assert.DoesNotContain(await new Ledger(Database).Page(0, 100, Cancelled), e => e.Kind is "QuarantineRetryRequested" or "RepairTried");
    }

    [Fact]
    public async Task A_notice_that_waits_for_its_next_try_is_tried_at_once_and_its_row_says_what_came_of_it()
    {
        await Refused(Notice("XA"));
        var plan = await Going(RepairDeed.Deliver);
        Assert.Equal(0, await new Outbox(Database).Deliver(10, Take, Cancelled));

        Assert.Equal(RepairItem.Sent, (await Plans.Do(plan, (await Plans.Next(plan.PlanId, 1, Cancelled))[0], Now, null, Cancelled))!.Status);
        Assert.NotNull(Assert.Single(await Sent()).NextTryAt);
        Assert.Equal(1, await new Outbox(Database).Deliver(10, Take, Cancelled));
        Assert.Null(Assert.Single(await Sent()).NextTryAt);

        static Task<IReadOnlySet<Guid>> Take(IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken) => Task.FromResult<IReadOnlySet<Guid>>(rows.Select(r => r.OutboxId).ToHashSet());
    }

    [Fact]
    public async Task What_dies_before_its_commit_was_not_done()
    {
        var id = await Add(1);
        var plan = await Going(RepairDeed.SetAside);
        var item = (await Plans.Next(plan.PlanId, 1, Cancelled))[0];

        await Assert.ThrowsAsync<InvalidOperationException>(() => Plans.Do(plan, item, Now, () => throw new InvalidOperationException("dies"), Cancelled));

        Assert.Equal(Quarantine.Waiting, (await Quarantine.Get(id, Cancelled))!.Status);
        Assert.Equal(RepairItem.Waiting, Assert.Single(await Plans.Items(plan.PlanId, 0, 10, Cancelled)).Status);
        Assert.NotNull(await Plans.Do(plan, item, Now, null, Cancelled));
    }

    [Fact]
    public async Task A_plan_does_nothing_once_its_agreement_has_lapsed_and_goes_on_when_somebody_agrees_anew()
    {
        await Add(1);
        var plan = await Going(RepairDeed.SetAside);
        var item = (await Plans.Next(plan.PlanId, 1, Cancelled))[0];
        Time.Advance(TimeSpan.FromHours(24));

        Assert.Null(await Plans.Do(plan, item, Now, null, Cancelled));
        Assert.Equal(RepairItem.Waiting, Assert.Single(await Plans.Items(plan.PlanId, 0, 10, Cancelled)).Status);

        Assert.True(await Plans.Stop(plan.PlanId, "hub", "lapsed", Cancelled));
        Assert.True(await Plans.AgreeTo(plan.PlanId, 1, Berta, "berta", Time.GetUtcNow().AddHours(24), Cancelled));
        Assert.True(await Run(plan));
        Assert.Equal(RepairItem.Processed, (await Plans.Do(plan, item, Now, null, Cancelled))!.Status);
    }

    [Fact]
    public async Task A_plan_that_was_stopped_does_nothing_more()
    {
        await Add(1);
        var plan = await Going(RepairDeed.Retry);
        Assert.True(await Plans.Stop(plan.PlanId, "anna", "Wrong group", Cancelled));
        Assert.False(await Plans.Stop(plan.PlanId, "anna", "Wrong group", Cancelled));

        Assert.Null(await Plans.Do(plan, (await Plans.Next(plan.PlanId, 1, Cancelled))[0], Now, null, Cancelled));
        Assert.Empty(await Plans.Open(10, Cancelled));
        Assert.Equal((RepairPlan.Stopped, "Wrong group"), ((await Plans.Get(plan.PlanId, Cancelled))!.Status, (await Plans.Get(plan.PlanId, Cancelled))!.EndedWhy));
    }

    [Fact]
    public async Task The_rows_say_what_became_of_a_message_that_was_tried_again()
    {
        var id = await Add(1);
        var plan = await Going(RepairDeed.Retry);
        await Plans.Do(plan, (await Plans.Next(plan.PlanId, 1, Cancelled))[0], Now, null, Cancelled);
        Assert.Equal((Quarantine.RetryRequested, 0), (Assert.Single(await Sent()).MessageStatus, Assert.Single(await Sent()).Again));

        await Quarantine.WasTaken(id, null, null, null, Cancelled);
        await Add(1);
        var sent = Assert.Single(await Sent());
        Assert.Equal((Quarantine.Resolved, Quarantine.Retried, 1, RepairDeed.Retry), (sent.MessageStatus, sent.MessageOutcome, sent.Again, sent.Deed));
        await Plans.NoteOutcomes([new() { PlanId = plan.PlanId, Position = 1, Wave = 1, Status = RepairItem.FailedAgain, Outcome = "x", SettledAt = Now }], Cancelled);
        Assert.Empty(await Sent());
        Assert.True(await Plans.Finish(plan.PlanId, Cancelled));
        Assert.Equal(RepairPlan.Done, (await Plans.Get(plan.PlanId, Cancelled))!.Status);
    }

    [Fact]
    public async Task Acts_and_notices_are_found_by_their_rows()
    {
        var journal = new Journal(Database);
        var taken = (await journal.Take([Act("XA", 1), Act("XB", 1)], Cancelled))[0];
        Time.Advance(TimeSpan.FromMinutes(1));
        var plan = await Going(RepairDeed.Dispatch, "XA");
        var item = Assert.Single(await Plans.Items(plan.PlanId, 0, 10, Cancelled));
        Assert.Equal(taken.JournalId, item.RowNo);
        Assert.Equal((taken.Act.RequestId, "NoteSent", null, null), ((await Plans.Journal(taken.JournalId, Cancelled))!.RequestId, (await Plans.Journal(taken.JournalId, Cancelled))!.ActType, (await Plans.Journal(taken.JournalId, Cancelled))!.ParkedAt, (await Plans.Journal(taken.JournalId, Cancelled))!.Decided));
        Assert.Equal(RepairItem.Sent, (await Plans.Do(plan, item, Now, null, Cancelled))!.Status);
        Assert.Equal((taken.JournalId, taken.Act.RequestId, null), Assert.Single(await Sent()) is var sent ? (sent.JournalId, sent.RequestId, sent.Decided) : default);
        Assert.Null((await Plans.Make(Of(RepairDeed.DecideWithout), null, null, null, Cancelled)).Plan);
        Assert.Null(await Plans.Outbox(1, Cancelled));
        Assert.Equal(Taken.Duplicate, await journal.Peek(taken.Act, Cancelled));
        Assert.Equal(Taken.New, await journal.Peek(Act("XC", 1), Cancelled));
    }

    // A notice that its link has not taken.
    async Task Refused(OutboxRow notice)
    {
        await Write(new Change { Work = new Work { RequestId = Guid.Empty }, Outbox = [notice] });
        await new Outbox(Database).Deliver(10, (_, _) => Task.FromResult<IReadOnlySet<Guid>>(new HashSet<Guid>()), Cancelled);
    }

    Task<int> Execute(string sql) => Database.Execute(new LiaisonHub.Storage.Statement(_ => sql), null, Cancelled);

    async Task<RepairPlan> Make(RepairDeed deed, string? state = null) => (await Plans.Make(Of(deed), state, null, null, Cancelled)).Plan!;

    // With its dry run behind it.
    async Task<RepairPlan> Ready(RepairDeed deed, string? state = null)
    {
        var plan = await Make(deed, state);
        Assert.False(await Run(plan));
        await Try(plan);
        return plan;
    }

    async Task Try(RepairPlan plan)
    {
        Assert.True(await Plans.Foresee(plan.PlanId, "A. Bell", Cancelled));
        var wished = Assert.Single(await Plans.Open(10, Cancelled));
        var items = await Plans.ToForesee(wished, 100, Cancelled);
        await Plans.Note([.. items.Select(i => i with { Foreseen = Foresight.WouldWork, ForeseenWhy = "It would.", ForeseenAt = Time.GetUtcNow() })], Cancelled);
        await Plans.NoteAll(wished, Cancelled);
        Assert.Equal((Foresight.WouldWork, plan.Items), Assert.Single(await Plans.Foreseen(plan.PlanId, Cancelled)) is var seen ? (seen.Status, seen.Items) : default);
        Assert.Empty(await Plans.ToForesee(wished, 100, Cancelled));
    }

    async Task<RepairPlan> Going(RepairDeed deed, string? state = null)
    {
        var plan = await Ready(deed, state);
        if (plan.Irreversible)
            Assert.True(await Plans.AgreeTo(plan.PlanId, 1, Berta, "berta", Now.AddHours(24), Cancelled));
        Assert.True(await Run(plan));
        return (await Plans.Get(plan.PlanId, Cancelled))!;
    }

    Task<bool> Run(RepairPlan plan) => Plans.Run(plan.PlanId, plan.Version, plan.Items, Now.AddHours(-24), "anna", Cancelled, Anna);

    Task<Guid> Add(int n, string state = "XA") => Quarantine.Add(
        new()
        {
            QuarantineId = Guid.NewGuid(),
            Source = "link",
            State = state,
            Code = "TooLarge",
            Place = $"place {n}",
            Reason = "It has 2 MiB",
            Fix = "Send less",
            Body = [(byte)n],
            Digest = $"digest {n}",
            At = Now,
        },
        Cancelled);

    async Task<IReadOnlyList<SentItem>> Sent()
    {
        var sent = new List<SentItem>();
        foreach (var status in new[] { RepairItem.Sent, RepairItem.Unknown })
            foreach (var kind in Enum.GetValues<SentKind>())
                for (SentItem? last = null; await Plans.Sent(status, kind, last, 1, Cancelled) is [var item]; last = item)
                    sent.Add(item);
        return sent;
    }
}

public sealed class RepairPlansOnSqlite(SqliteFixture fixture) : RepairPlanTests(fixture), IClassFixture<SqliteFixture>;
