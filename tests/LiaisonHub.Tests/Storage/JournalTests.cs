using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Tests.Storage;

public abstract class JournalTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    Journal Journal => new(Database);

    [Fact]
    public async Task An_act_is_new_once_and_a_duplicate_for_ever_after()
    {
        var act = Act("XA", 1);

        var first = Assert.Single(await Journal.Take([act], Cancelled));
        var second = Assert.Single(await Journal.Take([act], Cancelled));

        Assert.Equal(Taken.New, first.Outcome);
        Assert.Equal(Taken.Duplicate, second.Outcome);
        Assert.Equal(first.JournalId, second.JournalId);
        Assert.Null(second.DecidedAt);
    }

    [Fact]
    public async Task An_act_is_kept_exactly_as_it_came()
    {
        var act = Act("XA", 1);
        var work = await Arrive(act);

        await using var unit = await Database.Begin(Cancelled);
        var row = Assert.Single(await new RequestStore(Database).Load(unit, [work], Cancelled)).Journal!;

        Assert.Equal(
            (act.SenderState, act.Lane, act.ActId, act.Sequence, act.RequestId, act.ActType, act.Digest, act.Body, act.ReceivedAt, act.TraceParent),
            (row.SenderState, row.Lane, row.ActId, row.Sequence, row.RequestId, row.ActType, row.Digest, row.Body, row.ReceivedAt, row.TraceParent));
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_an_alarm_and_not_kept()
    {
        var act = Act("XA", 1);
        var kept = Assert.Single(await Journal.Take([act], Cancelled));

        var other = Assert.Single(await Journal.Take([Act("XA", 2, actId: act.ActId, content: "other")], Cancelled));

        Assert.Equal((Taken.ActIdConflict, kept.JournalId), (other.Outcome, other.JournalId));
        Assert.Equal(1, await Scalar<long>("SELECT COUNT(*) FROM journal"));
    }

    [Fact]
    public async Task The_same_number_for_another_act_is_an_alarm_and_not_kept()
    {
        var kept = Assert.Single(await Journal.Take([Act("XA", 1)], Cancelled));

        var other = Assert.Single(await Journal.Take([Act("XA", 1)], Cancelled));

        Assert.Equal((Taken.SequenceConflict, kept.JournalId), (other.Outcome, other.JournalId));
        Assert.Equal(1, await Scalar<long>("SELECT COUNT(*) FROM journal"));
    }

    [Fact]
    public async Task Another_state_may_use_the_same_id_and_number()
    {
        var act = Act("XA", 1);

        var taken = await Journal.Take([act, Act("XB", 1, actId: act.ActId)], Cancelled);

        Assert.All(taken, t => Assert.Equal(Taken.New, t.Outcome));
    }

    [Fact]
    public async Task An_act_twice_in_one_batch_is_new_and_a_duplicate()
    {
        var act = Act("XA", 1);

        var taken = await Journal.Take([act, Act("XA", 2), act], Cancelled);

        Assert.Equal([Taken.New, Taken.New, Taken.Duplicate], taken.Select(t => t.Outcome));
        Assert.Equal(taken[0].JournalId, taken[2].JournalId);
    }

    [Fact]
    public async Task Conflicts_within_one_batch_are_found()
    {
        var act = Act("XA", 1);

        var taken = await Journal.Take([act, Act("XA", 2, actId: act.ActId), Act("XA", 1), Act("XA", 3)], Cancelled);

        Assert.Equal([Taken.New, Taken.ActIdConflict, Taken.SequenceConflict, Taken.New], taken.Select(t => t.Outcome));
    }

    [Fact]
    public async Task An_act_whose_rival_in_the_batch_is_turned_away_is_taken()
    {
        var known = Act("XA", 1);
        await Arrive(known);

        // The first uses a known id for other content and is turned away; the second has the number the first claimed, and is honest.
        var taken = await Journal.Take([Act("XA", 2, actId: known.ActId, content: "forged"), Act("XA", 2)], Cancelled);

        Assert.Equal([Taken.ActIdConflict, Taken.New], taken.Select(t => t.Outcome));
    }

    [Fact]
    public async Task A_batch_of_old_and_new_acts_is_told_apart_in_its_order()
    {
        var acts = Enumerable.Range(1, 60).Select(i => Act("XA", i)).ToList();
        await Journal.Take([.. acts.Where(a => a.Sequence % 3 == 0)], Cancelled);

        var taken = await Journal.Take(acts, Cancelled);

        Assert.Equal(acts, taken.Select(t => t.Act));
        Assert.All(taken, t => Assert.Equal(t.Act.Sequence % 3 == 0 ? Taken.Duplicate : Taken.New, t.Outcome));
        Assert.Equal(60, taken.Select(t => t.JournalId).Distinct().Count());
    }

    [Fact]
    public async Task Two_processes_that_take_the_same_acts_at_once_keep_each_once()
    {
        var journals = Enumerable.Range(0, 4).Select(_ => new Journal(OpenAgain())).ToList();
        for (var round = 0; round < 10; round++)
        {
            var acts = Enumerable.Range(1, 20).Select(i => Act("XA", round * 20 + i)).ToList();

            // Each in another order, so that lock order would matter.
            var taken = await Task.WhenAll(journals.Select((journal, n) => Task.Run(() => journal.Take([.. acts.OrderBy(a => (a.Sequence * (n + 7)) % 23)], Cancelled))));

            foreach (var act in acts)
            {
                var answers = taken.Select(t => t.Single(x => x.Act == act)).ToList();
                Assert.Single(answers, a => a.Outcome == Taken.New);
                Assert.Equal(3, answers.Count(a => a.Outcome == Taken.Duplicate));
                Assert.Single(answers.Select(a => a.JournalId).Distinct());
            }
        }
        Assert.Equal(200, await Scalar<long>("SELECT COUNT(*) FROM journal"));
    }

    [Fact]
    public async Task A_duplicate_is_answered_with_its_first_result()
    {
        var refused = Act("XA", 1);
        var work = await Arrive(refused);
        await Write(new Change { Work = work, Decisions = [Decided(work.JournalId!.Value, Decisions.Refused, "NotNow")] });

        var again = Assert.Single(await Journal.Take([refused], Cancelled));

        Assert.Equal((Taken.Duplicate, Decisions.Refused, "NotNow", "Because", Now.AddMinutes(1)), (again.Outcome, again.DecidedOutcome, again.RefusalCode, again.RefusalReason, again.DecidedAt));
    }

    [Fact]
    public async Task A_duplicate_of_a_parked_act_is_answered_as_parked()
    {
        var act = Act("XA", 1);
        var work = await Arrive(act);
        await Write(new Change { Work = work, Decisions = [Decided(work.JournalId!.Value, Decisions.Parked)] });

        var again = Assert.Single(await Journal.Take([act], Cancelled));

        Assert.Equal((Decisions.Parked, Now.AddMinutes(1)), (again.DecidedOutcome, again.DecidedAt));
    }

    [Fact]
    public async Task What_was_never_decided_is_found_again_oldest_first()
    {
        var works = new List<Work>();
        for (var i = 1; i <= 4; i++)
            works.Add(await Arrive(Act("XA", i)));
        await Write(
            new Change { Work = works[1], Decisions = [Decided(works[1].JournalId!.Value, Decisions.Applied)] },
            new Change { Work = works[2], Decisions = [Decided(works[2].JournalId!.Value, Decisions.Parked)] });

        var undecided = await Journal.Undecided(Now.AddHours(1), 10, Cancelled);

        Assert.Equal([(works[0].JournalId!.Value, works[0].RequestId), (works[3].JournalId!.Value, works[3].RequestId)], undecided);
        Assert.Single(await Journal.Undecided(Now.AddHours(1), 1, Cancelled));
        Assert.Empty(await Journal.Undecided(Now.AddSeconds(1), 10, Cancelled));
    }

    [Fact]
    public async Task Parked_acts_are_found_by_how_long_they_wait()
    {
        var work = await Arrive(Act("XA", 1));
        await Write(new Change { Work = work, Decisions = [Decided(work.JournalId!.Value, Decisions.Parked)] });

        Assert.Empty(await Journal.Parked(Now.AddMinutes(1), 10, Cancelled));
        Assert.Equal([(work.JournalId!.Value, work.RequestId)], await Journal.Parked(Now.AddMinutes(2), 10, Cancelled));
    }

    [Fact]
    public async Task A_state_whose_numbers_are_complete_has_no_gap()
    {
        await Journal.Take([Act("XA", 2), Act("XA", 1), Act("XB", 1)], Cancelled);

        Assert.Empty(await Journal.Gaps(10, Cancelled));
    }

    [Fact]
    public async Task A_gap_is_named_with_its_bounds_and_closes_when_the_missing_acts_come()
    {
        await Journal.Take([.. new long[] { 1, 2, 3, 6, 7, 9 }.Select(n => Act("XA", n)), Act("XB", 1)], Cancelled);

        var gap = Assert.Single(await Journal.Gaps(10, Cancelled));
        Assert.Equal(("XA", 4L, 5L, Now.AddSeconds(6)), (gap.State, gap.FirstMissing, gap.LastMissing, gap.Since));

        await Journal.Take([Act("XA", 4), Act("XA", 5)], Cancelled);
        gap = Assert.Single(await Journal.Gaps(10, Cancelled));
        Assert.Equal((8L, 8L), (gap.FirstMissing, gap.LastMissing));

        await Journal.Take([Act("XA", 8)], Cancelled);
        Assert.Empty(await Journal.Gaps(10, Cancelled));
        Assert.Equal(0, await Scalar<long>("SELECT in_watermark FROM state_links WHERE state = 'XA'"));
    }

    [Fact]
    public async Task What_is_complete_is_not_looked_through_again_and_a_gap_stays_one()
    {
        await Journal.Take([.. new long[] { 1, 2, 3, 6 }.Select(n => Act("XA", n)), Act("XB", 1)], Cancelled);

        await Journal.RaiseWatermarks(Cancelled);

        Assert.Equal((3, 1), (await Scalar<long>("SELECT in_watermark FROM state_links WHERE state = 'XA'"), await Scalar<long>("SELECT in_watermark FROM state_links WHERE state = 'XB'")));
        var gap = Assert.Single(await Journal.Gaps(10, Cancelled));
        Assert.Equal((4L, 5L), (gap.FirstMissing, gap.LastMissing));
    }

    [Fact]
    public async Task A_missing_first_act_is_a_gap()
    {
        await Arrive(Act("XA", 2));

        var gap = Assert.Single(await Journal.Gaps(10, Cancelled));

        Assert.Equal((1L, 1L), (gap.FirstMissing, gap.LastMissing));
    }

    [Fact]
    public async Task The_journal_refuses_to_be_changed()
    {
        await Arrive(Act("XA", 1));

        var change = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Scalar<long>("UPDATE journal SET body = 'forged'"));
        var delete = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Scalar<long>("DELETE FROM journal"));

        Assert.All([change.Message, delete.Message], m => Assert.Contains("Rows of journal are added and never changed or deleted", m, StringComparison.Ordinal));
    }
}

public sealed class JournalOnSqlite(SqliteFixture fixture) : JournalTests(fixture), IClassFixture<SqliteFixture>;
