using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Tests.Storage;

public abstract class DeadlinesTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    static readonly TimeSpan Long = TimeSpan.FromHours(1);
    static readonly TimeSpan RunOut = TimeSpan.Zero;

    readonly Guid owner = Guid.NewGuid();

    Deadlines Deadlines => new(Database);

    [Fact]
    public async Task Due_deadlines_are_claimed_earliest_first_and_the_others_are_not()
    {
        var request = Request(Guid.NewGuid());
        var (late, early, future, held) = (
            Deadline(request.RequestId, Now.AddHours(-1)), Deadline(request.RequestId, Now.AddDays(-9)), Deadline(request.RequestId, Now.AddSeconds(1)), Deadline(request.RequestId, Now.AddDays(-2), "Held"));
        await Store(request, late, early, future, held);

        var claimed = await Deadlines.Claim(owner, Now, Long, 10, Cancelled);

        Assert.Equal([early.DeadlineId, late.DeadlineId], claimed.Select(w => w.DeadlineId));
        Assert.All(claimed, w => Assert.Equal((request.RequestId, 1L, null), (w.RequestId, w.Epoch, w.JournalId)));
    }

    [Fact]
    public async Task The_earliest_go_first_when_not_all_fit()
    {
        var request = Request(Guid.NewGuid());
        var rows = Enumerable.Range(1, 5).Select(i => Deadline(request.RequestId, Now.AddDays(-i))).ToArray();
        await Store(request, rows);

        var claimed = await Deadlines.Claim(owner, Now, Long, 2, Cancelled);

        Assert.Equal([rows[4].DeadlineId, rows[3].DeadlineId], claimed.Select(w => w.DeadlineId));
    }

    [Fact]
    public async Task A_claimed_deadline_is_nobody_elses_until_the_lease_runs_out()
    {
        await Store(Request(Guid.NewGuid()), Deadline(Guid.NewGuid(), Now));
        Assert.Single(await Deadlines.Claim(owner, Now, Long, 10, Cancelled));

        Assert.Empty(await Deadlines.Claim(Guid.NewGuid(), Now, Long, 10, Cancelled));
        Assert.Empty(await Deadlines.Claim(owner, Now, Long, 10, Cancelled));
    }

    [Fact]
    public async Task A_lease_that_ran_out_passes_to_the_next_with_a_higher_epoch()
    {
        await Store(Request(Guid.NewGuid()), Deadline(Guid.NewGuid(), Now));
        Assert.Equal(1, Assert.Single(await Deadlines.Claim(owner, Now, RunOut, 10, Cancelled)).Epoch);

        Assert.Equal(2, Assert.Single(await Deadlines.Claim(Guid.NewGuid(), Now, Long, 10, Cancelled)).Epoch);
    }

    [Fact]
    public async Task An_owner_that_was_paused_beyond_its_lease_can_no_longer_write()
    {
        var request = Request(Guid.NewGuid());
        var deadline = Deadline(request.RequestId, Now);
        await Store(request, deadline);
        var paused = Assert.Single(await Deadlines.Claim(owner, Now, RunOut, 10, Cancelled));
        var current = Assert.Single(await Deadlines.Claim(Guid.NewGuid(), Now, Long, 10, Cancelled));

        var conflict = await Assert.ThrowsAsync<ConcurrencyConflict>(() => Write(Expired(paused)));
        Assert.Equal([request.RequestId], conflict.RequestIds);
        await Write(Expired(current));

        Assert.Equal("Expired", await Scalar<string>("SELECT status FROM deadlines"));

        Change Expired(Work work) => new() { Work = work, Deadlines = [deadline with { Status = "Expired", LookAt = null }] };
    }

    [Fact]
    public async Task A_write_gives_the_claim_back_so_that_the_next_look_needs_no_lease_to_run_out()
    {
        var request = Request(Guid.NewGuid());
        var deadline = Deadline(request.RequestId, Now);
        await Store(request, deadline);
        var work = Assert.Single(await Deadlines.Claim(owner, Now, Long, 10, Cancelled));
        await Write(new Change { Work = work, Deadlines = [deadline with { LookAt = Now.AddDays(1), Level = 2 }] });

        Assert.Empty(await Deadlines.Claim(owner, Now.AddHours(23), Long, 10, Cancelled));
        Assert.Equal(2, Assert.Single(await Deadlines.Claim(owner, Now.AddDays(1), Long, 10, Cancelled)).Epoch);
    }

    [Fact]
    public async Task Two_clocks_never_claim_the_same_deadline()
    {
        var request = Request(Guid.NewGuid());
        await Store(request, [.. Enumerable.Range(0, 200).Select(i => Deadline(request.RequestId, Now.AddMinutes(-i)))]);

        var claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAgain()).ToList().Select(database => Task.Run(async () =>
        {
            var mine = new List<Work>();
            var me = Guid.NewGuid();
            while (await new Deadlines(database).Claim(me, Now, Long, 7, Cancelled) is { Count: > 0 } claimed)
                mine.AddRange(claimed);
            return mine;
        })));

        Assert.Equal(200, claims.Sum(c => c.Count));
        Assert.Equal(200, claims.SelectMany(c => c).Select(w => w.DeadlineId).Distinct().Count());
    }

    [Fact]
    public async Task The_next_look_is_the_earliest_of_the_running_ones()
    {
        Assert.Null(await Deadlines.NextLook(Cancelled));
        await Store(Request(Guid.NewGuid()), Deadline(Guid.NewGuid(), Now.AddDays(2)), Deadline(Guid.NewGuid(), Now.AddDays(1)), Deadline(Guid.NewGuid(), Now, "Met"));

        Assert.Equal(Now.AddDays(1), await Deadlines.NextLook(Cancelled));
    }
}

public sealed class DeadlinesOnSqlite(SqliteFixture fixture) : DeadlinesTests(fixture), IClassFixture<SqliteFixture>;

public abstract class LeasesTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    readonly Guid one = Guid.NewGuid();
    readonly Guid other = Guid.NewGuid();

    Leases Leases => new(Database);

    [Fact]
    public async Task A_lease_is_one_owners_until_it_runs_out()
    {
        var first = await Leases.TakeLease("clock", one, TimeSpan.FromHours(1), Cancelled);
        var prolonged = await Leases.TakeLease("clock", one, TimeSpan.Zero, Cancelled);

        Assert.Equal(("clock", one, 1L), (first!.Name, first.Owner, first.Epoch));
        Assert.Equal(1, prolonged!.Epoch);
        Assert.Equal(2, (await Leases.TakeLease("clock", other, TimeSpan.FromHours(1), Cancelled))!.Epoch);
        Assert.Null(await Leases.TakeLease("clock", one, TimeSpan.FromHours(1), Cancelled));
        Assert.NotNull(await Leases.TakeLease("another", one, TimeSpan.FromHours(1), Cancelled));
    }

    [Fact]
    public async Task An_owner_that_let_it_run_out_gets_a_new_epoch()
    {
        await Leases.TakeLease("clock", one, TimeSpan.Zero, Cancelled);

        Assert.Equal(2, (await Leases.TakeLease("clock", one, TimeSpan.FromHours(1), Cancelled))!.Epoch);
    }

    [Fact]
    public async Task A_lease_given_back_is_free_at_once()
    {
        var lease = await Leases.TakeLease("clock", one, TimeSpan.FromHours(1), Cancelled);

        await Leases.Release(lease!, Cancelled);

        Assert.NotNull(await Leases.TakeLease("clock", other, TimeSpan.FromHours(1), Cancelled));
    }

    [Fact]
    public async Task Of_many_that_ask_at_once_one_gets_it()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAgain()).ToList().Select(database =>
            Task.Run(() => new Leases(database).TakeLease("clock", Guid.NewGuid(), TimeSpan.FromHours(1), Cancelled))));

        Assert.Single(taken, l => l is not null);
    }
}

public sealed class LeasesOnSqlite(SqliteFixture fixture) : LeasesTests(fixture), IClassFixture<SqliteFixture>;
