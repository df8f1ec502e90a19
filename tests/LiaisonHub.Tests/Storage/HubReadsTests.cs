using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Tests.Storage;

public abstract class HubReadsTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    HubReads Reads => new(Database);

    [Fact]
    public async Task Today_counts_what_needs_somebody()
    {
        await Store(Request(Guid.NewGuid(), nextDue: Now.AddDays(-1)), Deadline(Guid.NewGuid(), Now));
        await Store(Request(Guid.NewGuid(), nextDue: Now.AddDays(2)));
        await Store(Request(Guid.NewGuid(), nextDue: Now.AddDays(20)));
        await Store(Request(Guid.NewGuid()));
        await Store(Request(Guid.NewGuid(), nextDue: Now.AddDays(-1), closedAt: Now));
        var parked = await Arrive(Act("XA", 1));
        await Arrive(Act("XA", 2));
        await Write(new Change
        {
            Work = parked,
            Decisions = [Decided(parked.JournalId!.Value, Decisions.Parked)],
            Outbox = [Notice("XB", at: Now.AddHours(-3)), Notice("XB")],
            Receipts =
            [
                new() { OfActId = Guid.NewGuid(), RequestId = Guid.NewGuid(), ToState = "XB", Stage = ReceiptRow.Accepted, At = Now.AddDays(-6) },
                new() { OfActId = Guid.NewGuid(), RequestId = Guid.NewGuid(), ToState = "XB", Stage = ReceiptRow.Accepted, At = Now },
            ],
        });
        await new AdapterRegister(Database).Expect(["XA", "XB"], Now.AddMinutes(-1), Cancelled);
        await new AdapterRegister(Database).FallenSilent(Now, Cancelled);

        var today = await Reads.Today(Now, TimeSpan.FromDays(3), TimeSpan.FromDays(5), Cancelled);

        Assert.Equal(
            new TodayCounts
            {
                Open = 4,
                Breaching = 1,
                Overdue = 1,
                Unopened = 1,
                Quarantined = 0,
                OutboxWaiting = 2,
                OutboxOldest = Now.AddHours(-3),
                Undecided = 1,
                Parked = 1,
                Adapters = 2,
                SilentAdapters = 2,
            },
            today);
    }

    [Fact]
    public async Task An_empty_hub_has_nothing_to_count()
    {
        var today = await Reads.Today(Now, TimeSpan.FromDays(3), TimeSpan.FromDays(5), Cancelled);

        Assert.Equal((0, 0, 0, null), (today.Open, today.Overdue, today.OutboxWaiting, today.OutboxOldest));
    }

    [Fact]
    public async Task Pages_of_open_requests_go_by_next_deadline_without_gaps_or_repeats()
    {
        for (var i = 0; i < 11; i++)
            await Store(Request(Guid.NewGuid(), nextDue: i % 4 == 0 ? null : Now.AddDays(i % 3)));
        await Store(Request(Guid.NewGuid(), nextDue: Now, closedAt: Now));

        var all = await Pages(new RequestFilter(), l => l.NextDue, 100);
        var paged = await Pages(new RequestFilter(), l => l.NextDue, 2);

        Assert.Equal(11, all.Count);
        Assert.Equal(all, paged);
        Assert.Equal(all.OrderBy(l => l.NextDue ?? DateTimeOffset.MaxValue).Select(l => l.NextDue), all.Select(l => l.NextDue));
    }

    [Fact]
    public async Task Pages_of_closed_requests_begin_with_the_last_closed()
    {
        for (var i = 0; i < 7; i++)
            await Store(Request(Guid.NewGuid(), closedAt: Now.AddDays(i / 2)));
        await Store(Request(Guid.NewGuid()));

        var all = await Pages(new RequestFilter { Closed = true }, l => l.ClosedAt, 100);
        var paged = await Pages(new RequestFilter { Closed = true }, l => l.ClosedAt, 3);

        Assert.Equal(7, all.Count);
        Assert.Equal(all, paged);
        Assert.Equal(all.Select(l => l.ClosedAt).OrderDescending(), all.Select(l => l.ClosedAt));
    }

    [Fact]
    public async Task A_page_can_be_narrowed_by_everything_the_board_shows()
    {
        var wanted = Request(Guid.NewGuid(), "Recognised", Now.AddDays(-1)) with { Instrument = "EIO", RequestingState = "XC", RequestedState = "XD", Level = 4, Exercise = true };
        await Store(wanted);
        await Store(Request(Guid.NewGuid(), "Submitted", Now.AddDays(1)));

        var filters = new RequestFilter[]
        {
            new() { State = "Recognised" },
            new() { Instrument = "EIO" },
            new() { Country = "XC" },
            new() { Country = "XD" },
            new() { RequestingState = "XC" },
            new() { RequestedState = "XD" },
            new() { RequestingState = "XC", RequestedState = "XD" },
            new() { LevelAtLeast = 3 },
            new() { DueBefore = Now },
            new() { Exercise = true },
        };

        foreach (var filter in filters)
            Assert.Equal((filter, wanted.RequestId), (filter, Assert.Single(await Reads.RequestsPage(filter, null, 10, Cancelled)).RequestId));
        Assert.Empty(await Reads.RequestsPage(new RequestFilter { State = "Recognised", Country = "XA" }, null, 10, Cancelled));
        Assert.Equal("Submitted", Assert.Single(await Reads.RequestsPage(new RequestFilter { Exercise = false }, null, 10, Cancelled)).State);
    }

    [Fact]
    public async Task A_request_is_found_by_the_beginning_of_its_reference_and_by_its_ids()
    {
        var request = Request(Guid.NewGuid()) with { Reference = "XA-XB-2026-00042" };
        await Store(request);
        await Store(Request(Guid.NewGuid()) with { Reference = "XA-XB-2026-00043" });
        await Store(Request(Guid.NewGuid()) with { Reference = "XC-XB-2026-00042" });
        var act = Act("XB", 1, request.RequestId);
        await Arrive(act);

        Assert.Equal(2, (await Reads.Search("xa-xb-2026", 10, Cancelled)).Count);
        Assert.Equal(request.RequestId, Assert.Single(await Reads.Search(" XA-XB-2026-00042 ", 10, Cancelled)).RequestId);
        Assert.Equal(request.RequestId, Assert.Single(await Reads.Search(request.RequestId.ToString(), 10, Cancelled)).RequestId);
        Assert.Equal(request.RequestId, Assert.Single(await Reads.Search(act.ActId.ToString("N"), 10, Cancelled)).RequestId);
        Assert.Empty(await Reads.Search("%", 10, Cancelled));
        Assert.Empty(await Reads.Search(" ", 10, Cancelled));
        Assert.Single(await Reads.Search("X", 1, Cancelled));
    }

    [Fact]
    public async Task An_unknown_request_or_document_is_none()
    {
        Assert.Null(await Reads.Request(Guid.NewGuid(), Cancelled));
        Assert.Null(await Reads.Document(Guid.NewGuid(), Cancelled));
    }

    async Task<IReadOnlyList<RequestLine>> Pages(RequestFilter filter, Func<RequestLine, DateTimeOffset?> by, int size)
    {
        var lines = new List<RequestLine>();
        PageMark? after = null;
        while (await Reads.RequestsPage(filter, after, size, Cancelled) is { Count: > 0 } page)
        {
            lines.AddRange(page);
            after = new PageMark(by(page[^1]), page[^1].RequestId);
        }
        return lines;
    }
}

public sealed class HubReadsOnSqlite(SqliteFixture fixture) : HubReadsTests(fixture), IClassFixture<SqliteFixture>;
