using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Tests.Storage;

public abstract class RequestStoreTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    RequestStore Requests => new(Database);

    [Fact]
    public async Task A_request_is_loaded_as_it_was_stored()
    {
        var stored = Request(Guid.NewGuid(), nextDue: Now.AddDays(30).AddTicks(70)) with { Exercise = true };
        await Store(stored);

        var loaded = Assert.Single(await Load(new Work { RequestId = stored.RequestId }));

        Assert.Equal(stored with { Version = 1 }, loaded.Request);
    }

    [Fact]
    public async Task A_request_without_deadline_and_a_closed_one_come_back_as_such()
    {
        var idle = Request(Guid.NewGuid());
        var closed = Request(Guid.NewGuid(), closedAt: Now.AddDays(1));
        await Store(idle);
        await Store(closed);

        var loaded = await Load(new Work { RequestId = closed.RequestId }, new Work { RequestId = idle.RequestId });

        Assert.Equal([closed with { Version = 1 }, idle with { Version = 1 }], loaded.Select(l => l.Request));
    }

    [Fact]
    public async Task An_unknown_request_is_loaded_as_none()
    {
        var work = await Arrive(Act("XA", 1));

        var loaded = Assert.Single(await Load(work));

        Assert.Null(loaded.Request);
        Assert.Equal(work.JournalId, loaded.Journal!.JournalId);
        Assert.Empty(loaded.Parked);
    }

    [Fact]
    public async Task Works_are_loaded_in_the_order_given_with_all_they_need()
    {
        var request = Request(Guid.NewGuid());
        var deadline = Deadline(request.RequestId, Now.AddDays(1));
        await Store(request, deadline);
        var parked = await Arrive(Act("XB", 1, request.RequestId));
        await Write(new Change { Work = parked, Decisions = [Decided(parked.JournalId!.Value, Decisions.Parked)] });
        var act = await Arrive(Act("XA", 1, request.RequestId));
        var stranger = await Arrive(Act("XA", 2));

        var loaded = await Load(stranger, new Work { DeadlineId = deadline.DeadlineId, RequestId = request.RequestId }, act);

        Assert.Equal([stranger.JournalId, null, act.JournalId], loaded.Select(l => l.Journal?.JournalId));
        Assert.Equal([null, deadline, null], loaded.Select(l => l.Deadline));
        Assert.Equal([null, request.RequestId, request.RequestId], loaded.Select(l => l.Request?.RequestId));
        Assert.Equal([0, 1, 1], loaded.Select(l => l.Parked.Count));
        Assert.Equal((parked.JournalId!.Value, Now.AddMinutes(1)), (loaded[2].Parked[0].JournalId, loaded[2].Parked[0].ParkedAt!.Value));
    }

    [Fact]
    public async Task A_change_is_stored_whole()
    {
        var request = Request(Guid.NewGuid());
        var work = await Arrive(Act("XA", 1, request.RequestId));
        var deadline = Deadline(request.RequestId, Now.AddDays(1));
        var notice = Notice("XB");
        var document = new DocumentRow
        {
            DocumentId = Guid.NewGuid(),
            RequestId = request.RequestId,
            Kind = "Note",
            Title = "Note verbale",
            MediaType = "text/html",
            Content = "<p>…</p>",
            At = Now,
        };

        await Write(new Change
        {
            Work = work,
            Request = request,
            Deadlines = [deadline],
            Decisions = [Decided(work.JournalId!.Value, Decisions.Applied)],
            Leaves = [Leaf("RequestSubmitted", request.RequestId), Leaf("ActAccepted", request.RequestId)],
            Outbox = [notice, Notice("XA")],
            Receipts = [Receipt(Guid.NewGuid(), request.RequestId, ReceiptRow.Accepted)],
            Documents = [document],
        });

        var file = (await new HubReads(Database).Request(request.RequestId, Cancelled))!;
        Assert.Equal(request with { Version = 1 }, file.Request);
        Assert.Equal([deadline], file.Deadlines);
        Assert.Equal((work.JournalId, Decisions.Applied, "Submitted"), (Assert.Single(file.Acts).JournalId, file.Acts[0].Outcome, file.Acts[0].StateAfter));
        Assert.Equal(["ActAccepted", "RequestSubmitted"], file.Facts.Select(f => f.Kind).Order());
        Assert.Equal(Now, Assert.Single(file.Receipts).AcceptedAt);
        Assert.Equal(document with { Content = "" }, Assert.Single(file.Documents));
        Assert.Equal(document, await new HubReads(Database).Document(document.DocumentId, Cancelled));
        Assert.Equal(2, await Scalar<long>("SELECT COUNT(*) FROM outbox"));
        Assert.Empty(await new Journal(Database).Undecided(Now.AddDays(1), 10, Cancelled));
    }

    [Fact]
    public async Task What_is_not_committed_is_as_if_it_had_never_been()
    {
        var request = Request(Guid.NewGuid());
        var work = await Arrive(Act("XA", 1, request.RequestId));
        await using (var unit = await Database.Begin(Cancelled))
        {
            await Requests.NextSequences(unit, new Dictionary<string, int> { ["XA"] = 3 }, Cancelled);
            await Requests.Write(
                unit,
                [
                    new Change
                    {
                        Work = work,
                        Request = request,
                        Deadlines = [Deadline(request.RequestId, Now)],
                        Decisions = [Decided(work.JournalId!.Value, Decisions.Applied)],
                        Leaves = [Leaf("RequestSubmitted")],
                        Outbox = [Notice("XB")],
                    },
                ],
                Cancelled);
        }

        Assert.Equal(0, await Scalar<long>(
            "SELECT (SELECT COUNT(*) FROM requests) + (SELECT COUNT(*) FROM deadlines) + (SELECT COUNT(*) FROM decisions) + (SELECT COUNT(*) FROM ledger_leaf) + (SELECT COUNT(*) FROM ledger_pending) + (SELECT COUNT(*) FROM outbox)"));
        Assert.Single(await new Journal(Database).Undecided(Now.AddDays(1), 10, Cancelled));
        Assert.Equal(1, (await Next(("XA", 1)))["XA"]);
    }

    [Fact]
    public async Task A_change_decided_on_an_old_version_is_refused_by_name_and_nothing_of_the_group_is_kept()
    {
        var (stale, other) = (Request(Guid.NewGuid()), Request(Guid.NewGuid()));
        await Store(stale);
        await Store(other);
        await Write(Touch(stale, "Acknowledged", expected: 1));

        var conflict = await Assert.ThrowsAsync<ConcurrencyConflict>(() => Write(Touch(stale, "Recognised", expected: 1), Touch(stale with { RequestId = Guid.NewGuid() }, "New", 0)));

        Assert.Equal([stale.RequestId], conflict.RequestIds);
        Assert.Equal("Acknowledged", (await Load(new Work { RequestId = stale.RequestId }))[0].Request!.State);
        Assert.Equal(2, await Scalar<long>("SELECT COUNT(*) FROM requests"));
    }

    [Fact]
    public async Task Several_changes_of_one_unit_to_one_request_are_one_update_with_the_last_word()
    {
        var request = Request(Guid.NewGuid());
        var deadline = Deadline(request.RequestId, Now.AddDays(1));

        await Write(
            new Change { Work = new Work { RequestId = request.RequestId }, Request = request, ExpectedVersion = 0, Deadlines = [deadline] },
            new Change { Work = new Work { RequestId = request.RequestId }, Request = request with { State = "Acknowledged" }, ExpectedVersion = 1, Deadlines = [deadline with { Status = "Met", LookAt = null }] });

        var loaded = Assert.Single(await Load(new Work { RequestId = request.RequestId, DeadlineId = deadline.DeadlineId }));
        Assert.Equal(("Acknowledged", 2L), (loaded.Request!.State, loaded.Request.Version));
        Assert.Equal(("Met", null), (loaded.Deadline!.Status, loaded.Deadline.LookAt));
    }

    [Fact]
    public async Task Two_workers_that_create_the_same_request_at_once_are_told_apart()
    {
        var request = Request(Guid.NewGuid());
        var databases = Enumerable.Range(0, 4).Select(_ => OpenAgain()).ToList();

        var outcomes = await Task.WhenAll(databases.Select(database => Task.Run(async () =>
        {
            await using var unit = await database.Begin(Cancelled);
            try
            {
                await new RequestStore(database).Write(unit, [Touch(request, "Submitted", 0)], Cancelled);
                await unit.Commit(Cancelled);
                return true;
            }
            catch (ConcurrencyConflict e)
            {
                Assert.Equal([request.RequestId], e.RequestIds);
                return false;
            }
        })));

        Assert.Single(outcomes, stored => stored);
    }

    [Fact]
    public async Task An_act_is_decided_once()
    {
        var work = await Arrive(Act("XA", 1));
        await Write(new Change { Work = work, Decisions = [Decided(work.JournalId!.Value, Decisions.Applied)] });

        await Assert.ThrowsAsync<ConcurrencyConflict>(() => Write(new Change { Work = work, Decisions = [Decided(work.JournalId!.Value, Decisions.Refused, "NotNow")] }));

        Assert.Equal(Decisions.Applied, (await Load(work))[0].Journal!.Outcome);
    }

    [Fact]
    public async Task A_parked_act_is_decided_when_its_turn_comes()
    {
        var work = await Arrive(Act("XA", 2));
        await Write(new Change { Work = work, Decisions = [Decided(work.JournalId!.Value, Decisions.Parked)] });
        await Assert.ThrowsAsync<ConcurrencyConflict>(() => Write(new Change { Work = work, Decisions = [Decided(work.JournalId!.Value, Decisions.Parked)] }));

        await Write(new Change { Work = work, Decisions = [Decided(work.JournalId!.Value, Decisions.Applied)] });

        var loaded = Assert.Single(await Load(work));
        Assert.Equal((Decisions.Applied, null), (loaded.Journal!.Outcome, loaded.Journal.ParkedAt));
        Assert.Empty(loaded.Parked);
    }

    [Fact]
    public async Task Numbers_for_notices_have_no_gaps_whoever_asks_and_whatever_is_rolled_back()
    {
        Assert.Equal(new Dictionary<string, long> { ["XA"] = 1, ["XB"] = 1 }, await Next(("XA", 2), ("XB", 1)));
        await using (var unit = await Database.Begin(Cancelled))
            await Requests.NextSequences(unit, new Dictionary<string, int> { ["XA"] = 5 }, Cancelled);

        var blocks = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            var database = OpenLocked();
            await using var unit = await database.Begin(Cancelled);
            // Each names the states in another order.
            var wanted = n % 2 == 0 ? new Dictionary<string, int> { ["XA"] = 3, ["XC"] = 1 } : new Dictionary<string, int> { ["XC"] = 1, ["XA"] = 3 };
            var first = await new RequestStore(database).NextSequences(unit, wanted, Cancelled);
            await unit.Commit(Cancelled);
            return first["XA"];
        })));

        Assert.Equal([3, 6, 9, 12, 15, 18, 21, 24], blocks.Order());
        Assert.Equal(9, (await Next(("XC", 1)))["XC"]);
    }

    [Fact]
    public async Task A_receipt_stage_is_kept_as_first_told()
    {
        var (actId, requestId) = (Guid.NewGuid(), Guid.NewGuid());
        var work = new Work { RequestId = requestId };
        await Write(new Change { Work = work, Receipts = [Receipt(actId, requestId, ReceiptRow.Accepted)] });
        await Write(new Change { Work = work, Receipts = [Receipt(actId, requestId, ReceiptRow.Delivered) with { At = Now.AddHours(1) }, Receipt(actId, requestId, ReceiptRow.HandedOver) with { At = Now.AddHours(2) }] });
        await Write(new Change { Work = work, Receipts = [Receipt(actId, requestId, ReceiptRow.Delivered) with { At = Now.AddHours(9) }] });

        var receipt = Assert.Single(await new StuckReads(Database).NotOpened([requestId], Cancelled));

        Assert.Equal((Now, Now.AddHours(1), Now.AddHours(2), null), (receipt.AcceptedAt, receipt.DeliveredAt, receipt.HandedOverAt, receipt.OpenedAt));
        Assert.Equal((0, 1, Now.AddHours(1)), Assert.Single(await Unopened(Now.AddDays(1), "XB")) is var late ? (late.NotDelivered, late.NotOpened, late.NotOpenedSince) : default);
        Assert.Empty(await Unopened(Now, "XB"));
    }

    [Fact]
    public async Task Nobody_is_waited_for_a_month_after_the_end_of_a_request()
    {
        var (early, last, open) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var (ending, other) = (Request(Guid.NewGuid()), Request(Guid.NewGuid()));
        await Write(new Change { Work = new Work { RequestId = ending.RequestId }, Request = ending, Receipts = [Receipt(early, ending.RequestId, ReceiptRow.Accepted) with { ToState = "XC" }] });
        await Write(new Change { Work = new Work { RequestId = other.RequestId }, Request = other, Receipts = [Receipt(open, other.RequestId, ReceiptRow.Accepted)] });
        var end = Now.AddDays(2);
        await Write(new Change { Work = new Work { RequestId = ending.RequestId }, Request = ending with { ClosedAt = end, UpdatedAt = end }, ExpectedVersion = 1, Receipts = [Receipt(last, ending.RequestId, ReceiptRow.Accepted) with { At = end, ToState = "XD" }] });

        Assert.Equal([("XB", Now), ("XC", Now), ("XD", end)], await Waited(end.AddDays(29)));
        Assert.Equal([("XB", Now)], await Waited(end.AddDays(31)));

        async Task<IEnumerable<(string, DateTimeOffset)>> Waited(DateTimeOffset now)
        {
            var unopened = await Unopened(now, "XA", "XB", "XC", "XD");
            Assert.Equal(unopened.Sum(u => u.NotDelivered), (await new HubReads(Database).Today(now, TimeSpan.Zero, TimeSpan.Zero, Cancelled)).Unopened);
            return unopened.Select(u => (u.State, u.NotDeliveredSince!.Value));
        }
    }

    [Fact]
    public async Task Acts_that_nobody_opened_are_counted_for_each_state_by_how_far_they_came_each_stage_by_its_own_patience()
    {
        var work = new Work { RequestId = Guid.NewGuid() };
        ReceiptRow At(string state, Guid act, string stage, int hours) => Receipt(act, work.RequestId, stage) with { ToState = state, At = Now.AddHours(-hours) };
        await Write(new Change
        {
            Work = work,
            Receipts =
            [
                .. Enumerable.Range(0, 40).Select(i => At("XB", Guid.NewGuid(), ReceiptRow.Accepted, 100 + i)),
                .. Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).SelectMany((act, i) => new[] { At("XC", act, ReceiptRow.Accepted, 60), At("XC", act, ReceiptRow.Delivered, 30 + 10 * i) }),
                At("XC", Guid.NewGuid(), ReceiptRow.Accepted, 25), At("XC", Guid.NewGuid(), ReceiptRow.Accepted, 23), At("XD", Guid.NewGuid(), ReceiptRow.Accepted, 20),
            ],
        });

        var found = await new HubReads(Database).Unopened(
            [.. new[] { "XA", "XB", "XC", "XD" }.Select(s => new UnopenedSearch { State = s, Now = Now, AcceptedBefore = Now.AddHours(-24), DueBefore = s == "XB" ? Now.AddHours(-110.5) : Now.AddHours(-24), DeliveredBefore = Now.AddHours(-36) })], Cancelled);

        Assert.Equal(
            [
                new UnopenedActs { State = "XB", NotDelivered = 29, NotDeliveredSince = Now.AddHours(-139), NotOpened = 0 },
                new UnopenedActs { State = "XC", NotDelivered = 1, NotDeliveredSince = Now.AddHours(-25), NotOpened = 2, NotOpenedSince = Now.AddHours(-50) },
            ],
            found);
    }

    Task<IReadOnlyList<UnopenedActs>> Unopened(DateTimeOffset now, params IEnumerable<string> states) => new HubReads(Database).Unopened(
        [.. states.Select(s => new UnopenedSearch { State = s, Now = now, AcceptedBefore = now, DueBefore = now, DeliveredBefore = now })], Cancelled);

    [Fact]
    public async Task A_change_may_write_what_belongs_to_no_request()
    {
        await Write(new Change { Work = new Work { RequestId = Guid.Empty }, Outbox = [Notice("XB")], Leaves = [Leaf("Quarantined")] });
        await Write();

        Assert.Equal(1, await Scalar<long>("SELECT COUNT(*) FROM outbox"));
    }

    static ReceiptRow Receipt(Guid actId, Guid requestId, string stage) => new() { OfActId = actId, RequestId = requestId, ToState = "XB", Stage = stage, At = Now };

    static Change Touch(RequestRow request, string state, long expected) =>
        new() { Work = new Work { RequestId = request.RequestId }, Request = request with { State = state }, ExpectedVersion = expected };

    Database OpenLocked()
    {
        lock (this)
            return OpenAgain();
    }

    [Fact]
    public async Task Of_two_requests_that_look_at_each_other_the_second_waits_and_sees_what_the_first_has_become()
    {
        var group = Guid.NewGuid();
        var (one, other) = (Request(Guid.NewGuid()) with { Procedure = "AssetRecovery", CaseGroupId = group }, Request(Guid.NewGuid()) with { Procedure = "AssetRecovery", CaseGroupId = group });
        await Store(one);
        await Store(other);
        var looking = new RequestStore(Database, new GroupedProcedures(new HashSet<string> { "AssetRecovery" }));
        Task<string> waits;
        await using (var first = await Database.Begin(Cancelled))
        {
            var mine = (await looking.Load(first, [new Work { RequestId = one.RequestId }], Cancelled))[0];
            Assert.Equal((group, 1L), (mine.LooksAtGroup!.Value, Assert.Single(mine.Group).Version));
            waits = Task.Run(async () =>
            {
                await using var second = await Database.Begin(Cancelled);
                return (await looking.Load(second, [new Work { RequestId = other.RequestId }], Cancelled))[0].Group.Single().State;
            }, Cancelled);
            // As long as this unit is at work, that one waits, however often it could have read.
            for (var i = 0; i < 50; i++)
                await looking.Load(first, [new Work { RequestId = one.RequestId }], Cancelled);
            Assert.False(waits.IsCompleted);
            await looking.Write(first, [new Change { Work = new Work { RequestId = one.RequestId }, Request = one with { State = "Confiscated" }, ExpectedVersion = 1 }], Cancelled);
            await first.Commit(Cancelled);
        }

        Assert.Equal("Confiscated", await waits);
    }

    async Task<IReadOnlyList<LoadedWork>> Load(params Work[] works)
    {
        await using var unit = await Database.Begin(Cancelled);
        return await Requests.Load(unit, works, Cancelled);
    }

    async Task<IReadOnlyDictionary<string, long>> Next(params (string State, int Count)[] wanted)
    {
        await using var unit = await Database.Begin(Cancelled);
        var first = await Requests.NextSequences(unit, wanted.ToDictionary(w => w.State, w => w.Count), Cancelled);
        await unit.Commit(Cancelled);
        return first;
    }
}

public sealed class RequestStoreOnSqlite(SqliteFixture fixture) : RequestStoreTests(fixture), IClassFixture<SqliteFixture>;
