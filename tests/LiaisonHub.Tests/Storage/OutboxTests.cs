using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Tests.Storage;

public abstract class OutboxTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    Outbox Outbox => new(Database);

    [Fact]
    public async Task What_the_link_confirms_is_delivered_once_as_it_was_written()
    {
        var notice = Notice("XA") with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
        await Send(notice);

        Assert.Equal([notice], await Deliver(confirm: _ => true));

        Assert.Empty(await Deliver(confirm: _ => true));
        Assert.Empty(await Outbox.Depth(Cancelled));
    }

    [Fact]
    public async Task Urgent_notices_go_first_and_then_the_oldest()
    {
        var rows = new[] { Notice("XA", at: Now.AddSeconds(-1)), Notice("XA", at: Now.AddSeconds(-2)), Notice("XB", "Urgent"), Notice("XA", "Urgent", Now.AddSeconds(-3)) };
        await Send(rows);

        var delivered = await Deliver(confirm: _ => true);

        Assert.Equal([rows[3].OutboxId, rows[2].OutboxId, rows[1].OutboxId, rows[0].OutboxId], delivered.Select(r => r.OutboxId));
    }

    [Fact]
    public async Task What_was_said_in_one_instant_goes_in_the_order_in_which_it_was_said()
    {
        var rows = Enumerable.Range(0, 5).Select(_ => Notice("XA")).ToList();
        foreach (var row in rows)
            await Send(row);

        Assert.Equal(rows.Select(r => r.OutboxId), (await Deliver(confirm: _ => true)).Select(r => r.OutboxId));
    }

    [Fact]
    public async Task A_state_that_refuses_holds_up_nobody_else_and_is_tried_again_later_and_later()
    {
        await Send(Notice("XA"), Notice("XB"));

        Assert.Equal(2, (await Deliver(confirm: r => r.State == "XB")).Count);
        Assert.Empty(await Deliver(confirm: _ => true));
        var depth = Assert.Single(await Outbox.Depth(Cancelled));
        Assert.Equal(("XA", 1, Now, 1), (depth.State, depth.Waiting, depth.Oldest, depth.Attempts));
        Assert.NotNull(depth.LastError);

        Time.Advance(TimeSpan.FromSeconds(1));
        var second = Assert.Single(await Deliver(confirm: _ => false));
        Assert.Equal(1, second.Attempts);

        Time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Empty(await Deliver(confirm: _ => true));
        Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Single(await Deliver(confirm: _ => true));
    }

    [Fact]
    public async Task A_refusal_is_never_put_off_for_more_than_a_minute()
    {
        await Send(Notice("XA"));
        for (var i = 0; i < 40; i++)
        {
            Assert.Single(await Deliver(confirm: _ => false));
            Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task When_publishing_breaks_off_everything_is_still_there_and_due()
    {
        await Send(Notice("XA"), Notice("XB"));

        await Assert.ThrowsAsync<IOException>(() => Outbox.Deliver(10, (_, _) => throw new IOException("The broker is gone"), Cancelled));

        Assert.Equal(2, (await Deliver(confirm: _ => true)).Count);
    }

    [Fact]
    public async Task At_most_as_many_are_claimed_as_asked_for()
    {
        await Send([.. Enumerable.Range(0, 7).Select(_ => Notice("XA"))]);

        var counts = new List<int>();
        for (var i = 0; i < 4; i++)
            counts.Add(await Outbox.Deliver(3, (rows, _) => Task.FromResult<IReadOnlySet<Guid>>(rows.Select(r => r.OutboxId).ToHashSet()), Cancelled));

        Assert.Equal([3, 3, 1, 0], counts);
    }

    [Fact]
    public async Task Dispatchers_share_the_work_and_deliver_nothing_twice()
    {
        await Send([.. Enumerable.Range(0, 300).Select(i => Notice($"X{i % 3}"))]);
        var delivered = new List<Guid>();

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => OpenAgain()).ToList().Select(database => Task.Run(async () =>
        {
            while (await new Outbox(database).Deliver(10, Publish, Cancelled) > 0) ;
        })));

        Assert.Equal(300, delivered.Count);
        Assert.Equal(300, delivered.Distinct().Count());

        async Task<IReadOnlySet<Guid>> Publish(IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
        {
            lock (delivered)
                delivered.AddRange(rows.Select(r => r.OutboxId));
            await Database.Ping(cancellationToken); // Something that takes a moment, as a link does.
            return rows.Select(r => r.OutboxId).ToHashSet();
        }
    }

    protected Task Send(params OutboxRow[] rows) => Write(new Change { Work = new Work { RequestId = Guid.Empty }, Outbox = rows });

    protected async Task<IReadOnlyList<OutboxRow>> Deliver(Func<OutboxRow, bool> confirm)
    {
        IReadOnlyList<OutboxRow> offered = [];
        await Outbox.Deliver(
            100,
            (rows, _) =>
            {
                offered = rows;
                return Task.FromResult<IReadOnlySet<Guid>>(rows.Where(confirm).Select(r => r.OutboxId).ToHashSet());
            },
            Cancelled);
        return offered;
    }
}

public sealed class OutboxOnSqlite(SqliteFixture fixture) : OutboxTests(fixture), IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task Where_there_is_one_writer_deliveries_wait_for_each_other_and_never_make_a_writer_wait()
    {
        await Send(Notice("XA"), Notice("XB"));
        Task<int>? second = null;

        var first = await new Outbox(Database).Deliver(
            1,
            async (rows, cancellationToken) =>
            {
                second = new Outbox(OpenAgain()).Deliver(10, (others, _) => Task.FromResult<IReadOnlySet<Guid>>(others.Select(r => r.OutboxId).ToHashSet()), cancellationToken);
                await Send(Notice("XC"));
                Assert.False(second.IsCompleted);
                return rows.Select(r => r.OutboxId).ToHashSet();
            },
            Cancelled);

        Assert.Equal((1, 2), (first, await second!));
        Assert.Empty(await Deliver(confirm: _ => true));
    }
}
