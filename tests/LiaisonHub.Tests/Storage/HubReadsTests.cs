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
                UndecidedOldest = Now.AddSeconds(2),
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_pages_of_one_country_hold_what_it_asked_what_it_was_asked_and_what_it_was_asked_beside_others_in_one_order(bool closed)
    {
        var beside = new Dictionary<Guid, string[]>();
        for (var i = 0; i < 18; i++)
        {
            var request = Request(Guid.NewGuid(), nextDue: i % 5 == 0 ? null : Now.AddDays(i % 4), closedAt: closed ? Now.AddDays(i / 2) : null) with
            {
                RequestingState = i % 3 == 0 ? "XC" : "XA",
                RequestedState = i % 3 == 1 ? "XC" : "XB",
            };
            beside[request.RequestId] = i % 6 == 5 ? ["XC", "XD"] : i % 6 == 1 ? ["XD"] : [];
            await Write(new Change
            {
                Work = new Work { RequestId = request.RequestId },
                Request = request,
                Members = [.. beside[request.RequestId].Select(state => new MemberRow { RequestId = request.RequestId, State = state, NextDue = Now.AddYears(1) })],
            });
            // As it stands now; the first answer was another.
            await Write(new Change
            {
                Work = new Work { RequestId = request.RequestId },
                Members = [.. beside[request.RequestId].Select(state => new MemberRow { RequestId = request.RequestId, State = state, NextDue = request.NextDue, ClosedAt = request.ClosedAt })],
            });
        }
        var filter = new RequestFilter { Closed = closed };
        Func<RequestLine, DateTimeOffset?> by = closed ? l => l.ClosedAt : l => l.NextDue;
        var all = await Pages(filter, by, 100);

        foreach (var (narrowed, expected) in new (RequestFilter, Func<RequestLine, bool>)[]
        {
            (filter with { Country = "XC" }, l => l.RequestingState == "XC" || IsAsked(l, "XC")),
            (filter with { Country = "XD" }, l => IsAsked(l, "XD")),
            (filter with { RequestingState = "XC" }, l => l.RequestingState == "XC"),
            (filter with { RequestedState = "XC" }, l => IsAsked(l, "XC")),
            (filter with { Country = "XC", RequestedState = "XB" }, l => (l.RequestingState == "XC" || IsAsked(l, "XC")) && l.RequestedState == "XB"),
            (filter with { Country = "XD", RequestingState = "XA" }, l => l.RequestingState == "XA" && IsAsked(l, "XD")),
            (filter with { RequestingState = "XA", RequestedState = "XC" }, l => l.RequestingState == "XA" && IsAsked(l, "XC")),
            (filter with { Country = "XE" }, _ => false),
        })
        {
            Assert.Equal(all.Where(expected), await Pages(narrowed, by, 100));
            Assert.Equal(all.Where(expected), await Pages(narrowed, by, 2));
        }
        Assert.Equal((15, 6), ((await Pages(filter with { Country = "XC" }, by, 100)).Count, (await Pages(filter with { Country = "XD" }, by, 100)).Count));

        bool IsAsked(RequestLine line, string state) => line.RequestedState == state || beside[line.RequestId].Contains(state);
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

        Assert.Equal(2, (await Reads.Find(new() { Text = "xa-xb-2026" }, 10, Cancelled)).Count);
        Assert.Equal(request.RequestId, Assert.Single(await Reads.Find(new() { Text = " XA-XB-2026-00042 " }, 10, Cancelled)).RequestId);
        Assert.Equal(request.RequestId, Assert.Single(await Reads.Find(new() { Text = request.RequestId.ToString() }, 10, Cancelled)).RequestId);
        Assert.Equal(request.RequestId, Assert.Single(await Reads.Find(new() { Text = act.ActId.ToString("N") }, 10, Cancelled)).RequestId);
        Assert.Empty(await Reads.Find(new() { Text = "%" }, 10, Cancelled));
        Assert.Empty(await Reads.Find(new() { Text = " " }, 10, Cancelled));
        Assert.Single(await Reads.Find(new() { Text = "X" }, 1, Cancelled));
    }

    [Theory]
    [InlineData("XB-CA 77/26")]
    [InlineData("xb-ca77/2")]
    [InlineData("FR-2026-000009")]
    public async Task A_request_is_found_by_what_else_it_is_called_however_that_is_written(string text)
    {
        var request = Request(Guid.NewGuid()) with { Reference = "XA-2026-000042" };
        await Store(request);
        await Store(Request(Guid.NewGuid()) with { Reference = "XA-2026-000043" });
        NameRow Name(string name) => new() { RequestId = request.RequestId, Name = name };
        // Acknowledged twice: the same name again is nothing new.
        foreach (var names in new NameRow[][] { [Name("XB-CA 77/26")], [Name(" xb-ca 77/26"), Name("FR-2026-000009"), Name(" ")] })
            await Write(new Change { Work = new Work { RequestId = request.RequestId }, Names = names });

        Assert.Equal(request.RequestId, Assert.Single(await Reads.Find(new() { Text = text }, 10, Cancelled)).RequestId);
    }

    [Theory]
    [InlineData("2026-000403")]
    [InlineData("000403")]
    [InlineData("403")]
    [InlineData("js 7/2")]
    [InlineData("7/26")]
    [InlineData("…3747424f")]
    [InlineData("...3747424F")]
    [InlineData(" 3747424f ")]
    [InlineData("8c0ffee1")] // its case group
    public async Task A_request_is_found_from_any_word_on_and_by_the_ends_of_ids_that_pages_show(string text)
    {
        var request = Request(Guid.Parse("0a000000-0000-4000-8000-00003747424f")) with { Reference = "XA-2026-000403", CaseGroupId = Guid.Parse("0a000000-0000-4000-8000-00008c0ffee1") };
        await Store(request);
        await Store(Request(Guid.NewGuid()) with { Reference = "XA-2026-000404", CaseGroupId = Guid.NewGuid() });
        await Write(new Change { Work = new Work { RequestId = request.RequestId }, Names = [.. NameRow.Of(request.RequestId, "XB-CA 12 Js 7/26")] });

        Assert.Equal([request.RequestId], (await Reads.Find(new() { Text = text }, 10, Cancelled)).Select(l => l.RequestId));
    }

    /// <summary>Every request of a year would be found by its "26".</summary>
    [Fact]
    public async Task What_has_two_letters_is_no_word_to_be_found_by()
    {
        var request = Request(Guid.NewGuid());
        await Store(request);
        await Write(new Change { Work = new Work { RequestId = request.RequestId }, Names = [.. NameRow.Of(request.RequestId, "XB-CA 12 Js 7/26")] });

        Assert.Empty(await Reads.Find(new() { Text = "26" }, 10, Cancelled));
        Assert.NotEmpty(await Reads.Find(new() { Text = "7/26" }, 10, Cancelled));
    }

    [Theory]
    [InlineData("…3747424f", 3)]
    [InlineData("3747424F", 3)]
    [InlineData("0b000000-0000-4000-8000-00003747424f", 1)]
    [InlineData("0d000000-0000-4000-8000-00003747424f", 1, FoundElsewhere.Plan)]
    [InlineData("0c000000-0000-4000-8000-00003747424f", 0)]
    [InlineData("747424f", 0)]
    [InlineData("3747424g", 0)]
    public async Task A_message_and_a_plan_are_found_by_their_ids_too(string text, int found, string kind = FoundElsewhere.Message)
    {
        var (message, plan) = (Guid.Parse("0a000000-0000-4000-8000-00003747424f"), Guid.Parse("0d000000-0000-4000-8000-00003747424f"));
        foreach (var (id, digest) in new[] { (message, 'a'), (Guid.Parse("0b000000-0000-4000-8000-00003747424f"), 'b'), (Guid.NewGuid(), 'c') })
            await new Quarantine(Database).Add(
                new() { QuarantineId = id, Source = "link", State = "XA", Code = "TooLarge", Reason = "It has 2 MiB", Fix = "Send it otherwise", Body = [1], Digest = new string(digest, 64), Headers = "{}", At = Now }, Cancelled);

        Assert.NotNull((await new RepairPlans(Database).Make(RepairPlanTests.Of(RepairDeed.SetAside) with { PlanId = plan }, null, null, null, Cancelled)).Plan);

        var elsewhere = await Reads.FindElsewhere(text, 10, Cancelled);

        Assert.Equal(found, elsewhere.Count);
        Assert.All(elsewhere, e => Assert.Equal(e.Id == plan ? FoundElsewhere.Plan : FoundElsewhere.Message, e.Kind));
        Assert.Equal(found == 3, elsewhere.Any(e => e.Id == message));
        Assert.Equal(found == 3 || kind == FoundElsewhere.Plan, elsewhere.Any(e => e.Id == plan));
    }

    [Fact]
    public async Task A_request_is_found_by_its_state_and_by_a_country_the_open_ones_first()
    {
        RequestRow[] stored =
        [
            Request(Guid.NewGuid(), nextDue: Now.AddDays(5)) with { State = "Recognised" },
            Request(Guid.NewGuid(), nextDue: Now.AddDays(1)) with { State = "Recognised", RequestedState = "XC" },
            Request(Guid.NewGuid(), closedAt: Now) with { State = "Closed.Executed", RequestingState = "XC" },
            Request(Guid.NewGuid(), nextDue: Now) with { State = "Submitted" },
        ];
        foreach (var request in stored)
            await Store(request);
        Guid[] Ids(params int[] of) => [.. of.Select(i => stored[i].RequestId)];
        async Task<IEnumerable<Guid>> Found(Search search) => (await Reads.Find(search, 10, Cancelled)).Select(l => l.RequestId);

        Assert.Equal(Ids(1, 0), await Found(new() { Text = "", States = ["Recognised"] }));
        Assert.Equal(Ids(2), await Found(new() { Text = "", States = ["Closed.Executed"] }));
        Assert.Equal(Ids(1, 2), await Found(new() { Text = "", Countries = ["XC"] }));
        // The list of a state is the same, page by page.
        Assert.Equal(Ids(1), (await Reads.RequestsPage(new() { State = "Recognised" }, null, 1, Cancelled)).Select(l => l.RequestId));
        Assert.Equal(Ids(0), (await Reads.RequestsPage(new() { State = "Recognised" }, new(Now.AddDays(1), stored[1].RequestId), 10, Cancelled)).Select(l => l.RequestId));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("\0")]
    [InlineData("x\0y")]
    [InlineData("' OR 1=1 --")]
    [InlineData("\uffff")]
    [InlineData("[A-Z]")]
    public async Task A_search_text_is_a_text_and_nothing_else(string text)
    {
        var request = Request(Guid.NewGuid());
        await Store(request);
        await Write(new Change { Work = new Work { RequestId = request.RequestId }, Names = [new() { RequestId = request.RequestId, Name = "77/26" }] });

        Assert.Empty(await Reads.Find(new() { Text = text, Authorities = [text, ""] }, 10, Cancelled));
        Assert.Single(await Reads.Find(new() { Text = "77" + new string('9', 100_000) + "\0", In = (Now.AddYears(-1), Now.AddYears(1)) }, 10, Cancelled));
    }

    [Fact]
    public async Task A_request_is_found_by_an_authority_on_either_side_the_open_ones_first_and_by_when_it_was_submitted_or_last_changed()
    {
        RequestRow[] stored =
        [
            Request(Guid.NewGuid(), nextDue: Now.AddDays(5)) with { RequestingAuthority = "XA-CA", RequestedAuthority = "XB-CA", CreatedAt = Now.AddDays(-60), UpdatedAt = Now },
            Request(Guid.NewGuid(), nextDue: Now.AddDays(1)) with { RequestingAuthority = "XB-CA", RequestedAuthority = "XB-CA", CreatedAt = Now.AddDays(-40), UpdatedAt = Now.AddDays(-39) },
            Request(Guid.NewGuid(), closedAt: Now) with { RequestingAuthority = "XB-CA", RequestedAuthority = "XA-CA", CreatedAt = Now.AddDays(-50), UpdatedAt = Now.AddDays(-40) },
            Request(Guid.NewGuid(), nextDue: Now) with { RequestingAuthority = "XA-CA", RequestedAuthority = "XC-CA", CreatedAt = Now.AddDays(-40).AddHours(1), UpdatedAt = Now.AddDays(-1) },
        ];
        foreach (var request in stored)
            await Store(request);
        Guid[] Ids(params int[] of) => [.. of.Select(i => stored[i].RequestId)];
        async Task<IEnumerable<Guid>> Found(Search search, int atMost = 10) => (await Reads.Find(search, atMost, Cancelled)).Select(l => l.RequestId);

        Assert.Equal(Ids(1, 0, 2), await Found(new() { Text = "", Authorities = ["XB-CA"] }));
        Assert.Equal(Ids(1, 0), await Found(new() { Text = "", Authorities = ["XB-CA"] }, atMost: 2));
        Assert.Empty(await Found(new() { Text = "", Authorities = ["XB"] }));
        // Submitted on that day, the last first; then what was changed on it.
        Assert.Equal(Ids(3, 1, 2), await Found(new() { Text = "", In = (Now.AddDays(-40), Now.AddDays(-39)) }));
        // From the first instant on, and before the second.
        Assert.Equal(Ids(2), await Found(new() { Text = "", In = (Now.AddDays(-50), Now.AddDays(-40)) }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_list_of_an_authority_and_the_list_of_a_time_have_every_request_once_page_by_page(bool closed)
    {
        for (var i = 0; i < 24; i++)
            await Store(Request(Guid.NewGuid(), nextDue: i % 5 == 0 ? null : Now.AddDays(i % 4), closedAt: closed ? Now.AddDays(i / 2) : null) with
            {
                RequestingAuthority = i % 3 == 0 ? "XC-CA" : "XA-CA",
                RequestedAuthority = i % 2 == 0 ? "XC-CA" : "XB-CA",
                State = i % 4 == 0 ? "Recognised" : "Submitted",
                CreatedAt = Now.AddDays(-i / 3),
            });
        var filter = new RequestFilter { Closed = closed };
        Func<RequestLine, DateTimeOffset?> by = closed ? l => l.ClosedAt : l => l.NextDue;
        var all = await Pages(filter, by, 100);
        bool Has(RequestLine line) => line.RequestingAuthority == "XC-CA" || line.RequestedAuthority == "XC-CA";

        foreach (var (narrowed, expected) in new (RequestFilter, Func<RequestLine, bool>)[]
        {
            (filter with { Authority = "XC-CA" }, Has),
            (filter with { Authority = "XC-CA", State = "Recognised" }, l => Has(l) && l.State == "Recognised"),
            (filter with { Authority = "XC-CA", Country = "XD" }, _ => false),
        })
            Assert.Equal(all.Where(expected), await Pages(narrowed, by, 2));
        foreach (var (narrowed, expected) in new (RequestFilter, Func<RequestLine, bool>)[]
        {
            (filter with { SubmittedFrom = Now.AddDays(-3) }, l => l.CreatedAt >= Now.AddDays(-3)),
            (filter with { SubmittedBefore = Now.AddDays(-3) }, l => l.CreatedAt < Now.AddDays(-3)),
            (filter with { SubmittedFrom = Now.AddDays(-5), SubmittedBefore = Now.AddDays(-1), Authority = "XC-CA" }, l => Has(l) && l.CreatedAt >= Now.AddDays(-5) && l.CreatedAt < Now.AddDays(-1)),
        })
        {
            var paged = await Pages(narrowed, l => l.CreatedAt, 2);
            Assert.Equal(all.Where(expected).Select(l => l.RequestId).Order(), paged.Select(l => l.RequestId).Order());
            Assert.Equal(paged.Select(l => l.CreatedAt).OrderDescending(), paged.Select(l => l.CreatedAt));
        }
    }

    [Fact]
    public async Task A_case_group_over_three_countries_is_one_list_by_next_deadline()
    {
        var group = Guid.NewGuid();
        RequestRow[] stored =
        [
            Request(Guid.NewGuid(), nextDue: Now.AddDays(4)) with { RequestedState = "XB", CaseGroupId = group },
            Request(Guid.NewGuid(), nextDue: Now.AddDays(-1)) with { RequestedState = "XC", CaseGroupId = group },
            Request(Guid.NewGuid(), closedAt: Now) with { RequestedState = "XD", CaseGroupId = group },
            Request(Guid.NewGuid(), nextDue: Now.AddDays(2)) with { RequestingState = "XC", RequestedState = "XA", CaseGroupId = group },
        ];
        foreach (var request in stored)
            await Store(request);
        await Store(Request(Guid.NewGuid(), nextDue: Now) with { CaseGroupId = Guid.NewGuid() });
        await Store(Request(Guid.NewGuid(), nextDue: Now));

        var all = await Reads.Group(group, null, 10, Cancelled);
        var paged = new List<RequestLine>();
        while (await Reads.Group(group, paged.Count == 0 ? null : new(paged[^1].NextDue, paged[^1].RequestId), 1, Cancelled) is [var next])
            paged.Add(next);

        Assert.Equal([stored[1].RequestId, stored[3].RequestId, stored[0].RequestId, stored[2].RequestId], all.Select(l => l.RequestId));
        Assert.Equal(all, paged);
        Assert.Equal(4, (await Reads.Find(new() { Text = group.ToString() }, 10, Cancelled)).Count);
        Assert.Empty(await Reads.Group(Guid.NewGuid(), null, 10, Cancelled));
    }

    [Fact]
    public async Task A_change_leaves_a_request_in_its_group()
    {
        var group = Guid.NewGuid();
        var request = Request(Guid.NewGuid(), nextDue: Now) with { CaseGroupId = group };
        await Store(request);

        await Write(new Change { Work = new Work { RequestId = request.RequestId }, Request = request with { State = "Recognised", CaseGroupId = null }, ExpectedVersion = 1 });

        Assert.Equal(("Recognised", group), (Assert.Single(await Reads.Group(group, null, 10, Cancelled)).State, (await Reads.Request(request.RequestId, Cancelled))!.Request.CaseGroupId));
    }

    [Fact]
    public async Task Costs_add_up_by_pair_and_currency_within_the_period_and_an_entry_is_made_once()
    {
        var entry = Cost("XA", "XB", 100.10m, 40.05m);
        var change = new Change { Work = new Work { RequestId = Guid.NewGuid() } };
        await Write(change with { Costs = [entry, Cost("XA", "XB", 20, 0), Cost("XA", "XB", 7, 7) with { Currency = "CHF" }, Cost("XB", "XA", -5, 0), Cost("XA", "XB", 900, 0) with { OnDay = new(2025, 12, 31) }] });

        var totals = await new HubFigures(Database).Costs(new(2026, 1, 1), new(2027, 1, 1), Cancelled);

        Assert.Equal(
            [("XA", "XB", "CHF", 7_00L, 7_00L), ("XA", "XB", "EUR", 120_10L, 40_05L), ("XB", "XA", "EUR", -5_00L, 0L)],
            totals.Select(t => (t.RequestingState, t.RequestedState, t.Currency, t.Amount, t.RequestingBears)));
        Assert.Equal((100.10m, 40.05m), (Assert.Single(await new HubFigures(Database).CostsOf(entry.RequestId, Cancelled)) is var line ? (line.Amount, line.RequestingBears) : default));
        await Assert.ThrowsAsync<LiaisonHub.Storage.ConcurrencyConflict>(() => Write(change with { Costs = [entry] }));
    }

    [Fact]
    public async Task What_ended_in_a_period_is_counted_by_pair_without_drills_and_disputes()
    {
        await Store(Request(Guid.NewGuid(), "Closed.Executed", closedAt: Now));
        await Store(Request(Guid.NewGuid(), "Closed.Executed", closedAt: Now.AddDays(1)));
        await Store(Request(Guid.NewGuid(), "Closed.Refused", closedAt: Now));
        await Store(Request(Guid.NewGuid(), "Closed.Executed", closedAt: Now) with { Exercise = true });
        await Store(Request(Guid.NewGuid(), "Closed.Settled", closedAt: Now) with { Procedure = "Dispute" });
        await Store(Request(Guid.NewGuid(), "Closed.Executed", closedAt: Now.AddMonths(2)));
        await Store(Request(Guid.NewGuid(), "Executing"));

        var ended = await new HubFigures(Database).Ended(Now.AddDays(-1), Now.AddMonths(1), Cancelled);

        Assert.Equal([("XA", "XB", "Closed.Executed", 2), ("XA", "XB", "Closed.Refused", 1)], ended.Select(e => (e.RequestingState, e.RequestedState, e.State, e.Requests)));
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
