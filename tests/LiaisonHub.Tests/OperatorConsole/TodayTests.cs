using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Alerts;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Records;
using LiaisonHub.OperatorConsole.Today;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Casework;
using LiaisonHub.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>What the first page counts and lists.</summary>
public sealed class TodayTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // A Wednesday. XB rests on Friday the 10th and on Monday the 13th, XA on neither; a weekend lies between.
    static readonly DateTimeOffset BeforeTheHolidays = new(2026, 4, 8, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("XB", "2026-04-17T12:00:00Z", true)]
    [InlineData("XB", "2026-04-20T06:00:00Z", false)]
    [InlineData("XA", "2026-04-15T12:00:00Z", true)]
    [InlineData("XA", "2026-04-16T12:00:00Z", false)]
    public async Task Within_five_legal_days_is_counted_by_the_calendar_of_the_state_that_must_act(string mustAct, string due, bool near)
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        console.Time.SetUtcNow(BeforeTheHolidays);
        var database = console.Services.GetRequiredService<Database>();
        var request = StuckHub.Shifted(Usual.Into("Submitted").Request, BeforeTheHolidays.AddDays(-1), Guid.NewGuid());
        var at = Demo.Utc(due);
        await using (var unit = await database.Begin(Cancelled))
        {
            await new RequestStore(database).Write(
                unit,
                [new()
                {
                    Work = new() { RequestId = request.Id },
                    Request = StuckHub.Row(request, "XA-2026-000001", BeforeTheHolidays) with { NextDue = at },
                    Deadlines = [new() { DeadlineId = Guid.NewGuid(), RequestId = request.Id, RuleId = "EIO-A1", OnWhom = "Requested", Status = DeadlineRow.Running, Started = BeforeTheHolidays.AddDays(-1), Due = at, LookAt = at, OnState = mustAct }],
                }],
                Cancelled);
            await unit.Commit(Cancelled);
        }
        await console.Services.GetRequiredService<Quarantine>().Add(
            new() { QuarantineId = Guid.NewGuid(), Source = "edge", State = "XB", Code = nameof(RefusalCode.InvalidContent), Reason = "No.", Fix = "Mend it.", RequestId = request.Id, Body = [1], Digest = new('a', 64), At = BeforeTheHolidays },
            Cancelled);

        Assert.Equal(near ? 1 : 0, (await Json(console, "/api/v1/today")).GetProperty("counts").GetProperty("breaching").GetInt32());
        Assert.Equal(near ? 1 : 0, (await Json(console, "/api/v1/requests?within=5")).GetProperty("lines").GetArrayLength());
        Assert.Equal(near, (await console.Page("/requests.csv?within=5", Cancelled)).Contains("XA-2026-000001", StringComparison.Ordinal));
        Assert.Equal(near ? 1 : 0, Assert.Single((await console.Services.GetRequiredService<QuarantineReader>().Faults(null, Cancelled)).Groups).Soon);
    }

    [Fact]
    public async Task Quarantine_is_shown_by_what_it_fell_over_and_the_clock_that_is_furthest_off_stands_beside_the_adapters()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var groups = await console.Services.GetRequiredService<Quarantine>().Faults([], 100, Cancelled);

        var page = WebUtility.HtmlDecode(await console.Page("/", Cancelled));

        Assert.NotEmpty(groups);
        foreach (var group in groups)
            Assert.Contains($"href=\"{QuarantineQuery.AddressOf(group.Fingerprint)}\"", page, StringComparison.Ordinal);
        Assert.Contains("XB: clock off by 4 min", page, StringComparison.Ordinal);
        Assert.Equal("XB", (await Json(console, "/api/v1/today")).GetProperty("skew").GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_plan_that_waits_for_a_second_person_is_listed_until_somebody_has_agreed_and_again_once_it_was_edited()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var (plans, now) = (console.Services.GetRequiredService<RepairPlans>(), console.Time.GetUtcNow());
        var plan = (await plans.Make(RepairPlanTests.Of(RepairDeed.SetAside), null, null, null, Cancelled)).Plan!;
        Assert.False(await Listed());

        await plans.Foresee(plan.PlanId, "A. Bell", Cancelled);
        var wished = (await plans.Get(plan.PlanId, Cancelled))!;
        await plans.Note([.. (await plans.ToForesee(wished, 100, Cancelled)).Select(i => i with { Foreseen = Foresight.WouldWork, ForeseenWhy = "It would.", ForeseenAt = now })], Cancelled);
        await plans.NoteAll(wished, Cancelled);
        Assert.True(await Listed());

        Assert.True(await plans.AgreeTo(plan.PlanId, 1, Guid.NewGuid(), "boris", now.AddHours(1), Cancelled));
        Assert.False(await Listed());
        console.Time.Advance(TimeSpan.FromHours(2));
        Assert.True(await Listed());

        async Task<bool> Listed()
        {
            var waits = (await console.Services.GetRequiredService<AuditReader>().Waiting(Cancelled)).Any(w => w.Page == $"/plans/{plan.PlanId:D}");
            Assert.Equal(waits, (await console.Page("/", Cancelled)).Contains($"href=\"/plans/{plan.PlanId:D}\"", StringComparison.Ordinal));
            return waits;
        }
    }

    [Fact]
    public async Task Acts_that_wait_for_earlier_ones_hide_none_that_only_wait_for_the_hub()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await Beat(console);
        var (journal, now) = (console.Services.GetRequiredService<Journal>(), console.Time.GetUtcNow());
        var sequence = 0;
        async Task<IReadOnlyList<TakenAct>> Take(int acts, DateTimeOffset at) => await journal.Take(
            [.. Enumerable.Range(0, acts).Select(_ => new ArrivedAct
            {
                SenderState = "XB",
                Lane = "Routine",
                ActId = Guid.NewGuid(),
                Sequence = ++sequence,
                RequestId = Guid.NewGuid(),
                ActType = nameof(NoteSent),
                Digest = new string('a', 64),
                Body = "{}",
                ReceivedAt = at,
            })],
            Cancelled);
        var parked = await Take(200, now.AddDays(-2));
        await Write(console, parked.Select(t => new Change { Work = new() { RequestId = t.Act.RequestId, JournalId = t.JournalId }, Decisions = [new() { JournalId = t.JournalId, Outcome = Decisions.Parked, At = now.AddDays(-2) }] }));
        Assert.Empty((await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray());
        await Take(400, now.AddHours(-1));

        var matter = Assert.Single((await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray());

        Assert.Equal(("undecided", 400, now.AddHours(-1), "400 acts were taken and not decided."), (matter.GetProperty("kind").GetString(), matter.GetProperty("count").GetInt32(), matter.GetProperty("since").GetDateTimeOffset(), matter.GetProperty("what").GetString()));
    }

    [Fact]
    public async Task What_waits_at_an_adapter_for_a_person_is_a_matter_of_today_as_the_health_says_it_and_is_told()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var (adapters, now) = (console.Services.GetRequiredService<AdapterRegister>(), console.Time.GetUtcNow());
        await Beat(console);
        async Task Report(string state, int quarantined, int incomplete) =>
            await adapters.Heard(state, new() { State = state, At = console.Time.GetUtcNow(), Version = "1", OutboxWaiting = 0, Quarantined = quarantined, Incomplete = incomplete, EverySeconds = 3600 }, console.Time.GetUtcNow(), Cancelled);
        await Report("XA", 3, 0);
        await Report("XB", 1, 2);
        await Report("XC", 0, 0);
        console.Time.Advance(TimeSpan.FromMinutes(1));

        var matters = (await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray().ToList();

        Assert.Equal(
            [("adapter-quarantine", "XA", 3, "/adapters#XA"), ("adapter-quarantine", "XB", 1, "/adapters#XB"), ("adapter-incomplete", "XB", 2, "/adapters#XB")],
            matters.Select(m => (m.GetProperty("kind").GetString()!, m.GetProperty("state").GetString()!, m.GetProperty("count").GetInt32(), m.GetProperty("rows").GetString()!)));
        Assert.StartsWith("3 files or messages stand in the quarantine of the adapter of XA", matters[0].GetProperty("what").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("It said so 1 min ago.", matters[0].GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.All(matters, m => Assert.Equal(("adapter", JsonValueKind.Null), (m.GetProperty("owner").GetString(), m.GetProperty("since").ValueKind)));
        // The health looks at no others, and says the same remedy.
        var checks = (await Json(console, "/api/v1/health")).GetProperty("checks").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!, c => c.GetProperty("reason").GetString()!);
        foreach (var matter in matters)
            Assert.Contains(matter.GetProperty("next").GetString()!, checks[$"Adapter of {matter.GetProperty("state").GetString()}"], StringComparison.Ordinal);
        Assert.DoesNotContain("quarantine", checks["Adapter of XC"], StringComparison.Ordinal);
        // A report has no time in it: an alert is since it was seen first.
        var told = (await console.Services.GetRequiredService<AlertMatters>().Look(Cancelled)).Where(s => s.Matter.Kind is MatterKind.AdapterQuarantine or MatterKind.AdapterIncomplete).ToList();
        Assert.Equal(3, told.DistinctBy(s => s.Key).Count());
        Assert.All(told, s => Assert.Null(s.Since));

        await Report("XA", 0, 0);
        await Report("XB", 0, 0);
        Assert.Empty((await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray());
    }

    [Fact]
    public async Task The_reason_of_one_of_several_messages_is_said_to_be_that_of_the_newest_and_of_nobody_else_s()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await Beat(console);
        var (quarantine, now) = (console.Services.GetRequiredService<Quarantine>(), console.Time.GetUtcNow());
        async Task Add(string? state, string reason, int minute) => await quarantine.Add(
            new() { QuarantineId = Guid.NewGuid(), Source = "edge", State = state, Code = nameof(RefusalCode.InvalidContent), Reason = reason, Fix = "Mend it.", Body = [1], Digest = Guid.NewGuid().ToString("N").PadRight(64, 'a'), At = now.AddMinutes(minute) }, Cancelled);
        await Add(null, "Nobody knows whose.", -9);
        await Add("XA", "The only one.", -8);
        await Add("XB", "The first.", -7);
        await Add("XB", "The second.", -6);

        var why = (await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray().ToDictionary(m => m.GetProperty("state").GetString()!, m => m.GetProperty("why").GetString());

        Assert.Equal("Nobody knows whose. What clears it: Mend it.", why[""]);
        Assert.Equal("The only one. What clears it: Mend it.", why["XA"]);
        Assert.Equal("The newest of them: The second. What clears it: Mend it.", why["XB"]);
    }

    [Fact]
    public async Task However_many_acts_of_one_state_nobody_opened_each_other_state_is_named_with_its_number()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await Beat(console);
        var now = console.Time.GetUtcNow();
        await Write(console, [
            .. Acts("XB", 600, now.AddDays(-20), now.AddDays(-19)), .. Acts("XC", 20, now.AddDays(-6)), .. Acts("XC", 10, now.AddDays(-5), now.AddDays(-5)), .. Acts("XC", 5, now.AddHours(-2)),
            .. Acts("XD", HubReads.Most + 50, now.AddDays(-9), now.AddDays(-9)), .. Acts("XA", 1, now.AddDays(-4))]);

        var matters = (await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray().ToList();

        Assert.Equal(
            [("not-delivered", "XA", 1, now.AddDays(-4)), ("not-delivered", "XC", 20, now.AddDays(-6)), ("not-opened", "XB", 600, now.AddDays(-19)), ("not-opened", "XC", 10, now.AddDays(-5)), ("not-opened", "XD", HubReads.Most + 50, now.AddDays(-9))],
            matters.Select(m => (m.GetProperty("kind").GetString()!, m.GetProperty("state").GetString()!, m.GetProperty("count").GetInt32(), m.GetProperty("since").GetDateTimeOffset())).Order());
        Assert.StartsWith("10,050 acts delivered to XD", matters.Single(m => m.GetProperty("state").GetString() == "XD").GetProperty("what").GetString(), StringComparison.Ordinal);
        // Whoever is told outside of the console is told the same.
        Assert.Equal([1, 10, 20, 600, HubReads.Most + 50], (await console.Services.GetRequiredService<AlertMatters>().Look(Cancelled)).Where(s => s.Matter.Kind is MatterKind.NotDelivered or MatterKind.NotOpened).Select(s => s.Matter.Count).Order());
    }

    [Fact]
    public async Task What_became_late_while_the_hub_stood_still_is_no_matter_of_the_state()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var (processes, now) = (console.Services.GetRequiredService<HubProcesses>(), console.Time.GetUtcNow());
        var delivered = Demo.Region.TransportWatch.Delivered;
        await processes.Beat(new() { ProcessId = Guid.NewGuid(), BeganAt = now.AddDays(-9), BeatAt = now.AddHours(-6) }, Cancelled);
        await Write(console, [.. Acts("XC", 3, now.AddHours(-7) - delivered), .. Acts("XC", 2, now.AddHours(-5) - delivered)]);

        var matters = (await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray().Select(m => (m.GetProperty("kind").GetString(), m.GetProperty("count").GetInt32()));

        Assert.Equal([("clock", 1), ("not-delivered", 3)], matters);
    }

    [Fact]
    public async Task An_adapter_that_is_silent_since_its_certificate_ended_is_not_said_to_need_a_start()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var adapters = console.Services.GetRequiredService<AdapterRegister>();
        var now = console.Time.GetUtcNow();
        foreach (var (state, client, server) in new[] { ("XA", (DateTimeOffset?)null, (DateTimeOffset?)now.AddSeconds(30)), ("XB", now.AddMinutes(-5), now.AddYears(1)), ("XC", now.AddYears(1), null) })
            await adapters.Heard(state, new() { State = state, At = now, Version = "1", OutboxWaiting = 0, Quarantined = 0, Incomplete = 0, EverySeconds = 30, ClientCertificateEnds = client, ServerCertificateEnds = server }, now, Cancelled);
        console.Time.Advance(TimeSpan.FromMinutes(10));
        await Beat(console);

        var matters = (await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray().Select(m => (Kind: m.GetProperty("kind").GetString(), State: m.GetProperty("state").GetString(), What: m.GetProperty("what").GetString()!)).ToList();

        Assert.Equal([("broker", "XA"), ("adapter-silent", "XB"), ("adapter-silent", "XC")], matters.Select(m => (m.Kind, m.State)));
        Assert.Equal(["The certificate that the broker shows the adapter of XA ended", "The certificate that the adapter of XB shows the broker ended", "The adapter of XC"], matters.Select(m => m.What[..Math.Min(m.What.Length, m.What.IndexOf(" ended", StringComparison.Ordinal) is var at and > 0 ? at + 6 : "The adapter of XC".Length)]));
        Assert.Equal(["ExpiredCertificate", "ExpiredCertificate", "AdapterSilent"], (await Json(console, "/api/v1/stuck")).GetProperty("faults").EnumerateArray().Select(f => f.GetProperty("cause").GetString()));
        // The hub itself works, and a balancer in front of its console is told nothing else.
        Assert.StartsWith("Healthy", await console.Page("/health/ready", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_is_dead_is_named_although_nothing_is_due_and_no_adapter_is_charged_with_it()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var (processes, adapters, now) = (console.Services.GetRequiredService<HubProcesses>(), console.Services.GetRequiredService<AdapterRegister>(), console.Time.GetUtcNow());
        await processes.Beat(new() { ProcessId = Guid.NewGuid(), BeganAt = now, BeatAt = now }, Cancelled);
        await adapters.Heard("XB", new() { State = "XB", At = now, Version = "1", OutboxWaiting = 0, Quarantined = 0, Incomplete = 0, EverySeconds = 60 }, now, Cancelled);
        Assert.Empty((await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray());

        console.Time.Advance(TimeSpan.FromMinutes(10));

        var matter = Assert.Single((await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray());
        Assert.Equal(("clock", "hub", "The hub’s worker has given no sign of life for 10 min."), (matter.GetProperty("kind").GetString(), matter.GetProperty("owner").GetString(), matter.GetProperty("what").GetString()));
        Assert.Contains("It has given no sign of life for 10 min.", WebUtility.HtmlDecode(await console.Page("/settings", Cancelled)), StringComparison.Ordinal);

        // It lives again, and the adapter has as long as ever to report; then it is missed, whether or not anybody has noticed.
        await adapters.Listen(console.Time.GetUtcNow(), Cancelled);
        await Beat(console);
        Assert.Empty((await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray());
        console.Time.Advance(TimeSpan.FromMinutes(3.1));
        await Beat(console);
        matter = Assert.Single((await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray());
        Assert.Equal(("adapter-silent", "XB"), (matter.GetProperty("kind").GetString(), matter.GetProperty("state").GetString()));
        Assert.Equal(1, (await Json(console, "/api/v1/today")).GetProperty("counts").GetProperty("silentAdapters").GetInt32());
    }

    [Fact]
    public async Task Whoever_listens_has_died_a_moment_ago_and_no_room_charges_an_adapter_with_it()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await Beat(console);
        await Heard(console, "XB");

        // Three reports of half a minute are missing, and the hub's worker counts as standing still only after two minutes: it was killed right after its last sign of life.
        foreach (var (seconds, rooms) in new[] { (100, 0), (130, 1) })
        {
            console.Time.Advance(TimeSpan.FromSeconds(seconds));
            var today = await Json(console, "/api/v1/today");
            Assert.Equal(rooms, today.GetProperty("decisions").GetArrayLength());
            Assert.Equal(0, today.GetProperty("counts").GetProperty("silentAdapters").GetInt32());
            Assert.DoesNotContain(Of(await Json(console, "/api/v1/adapters"), "XB"), w => w.Contains("silent", StringComparison.Ordinal));
            Assert.DoesNotContain((await Json(console, "/api/v1/stuck")).GetProperty("faults").EnumerateArray(), f => f.GetProperty("cause").GetString() == "AdapterSilent");
        }
        Assert.Contains(Of(await Json(console, "/api/v1/adapters"), "XB"), w => w.Contains("no fault of this adapter", StringComparison.Ordinal));
        Assert.StartsWith("Degraded", await console.Page("/health/ready", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adapter_that_says_its_key_is_missing_is_called_so_in_every_room_and_silent_in_none_until_it_is_heard()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var adapters = console.Services.GetRequiredService<AdapterRegister>();
        var key = new string('k', 43);
        await Heard(console, "XB");
        // It was silent before it said why.
        console.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("XB", Assert.Single(await adapters.FallenSilent(console.Time.GetUtcNow(), Cancelled)).State);
        var since = console.Time.GetUtcNow();
        await adapters.Lacks("XB", key, since, Cancelled);
        console.Time.Advance(TimeSpan.FromMinutes(10));
        await Beat(console);
        // Said again it is the same matter, and the hub's own watch notes no silence.
        await adapters.Lacks("XB", key, console.Time.GetUtcNow(), Cancelled);
        Assert.Empty(await adapters.FallenSilent(console.Time.GetUtcNow(), Cancelled));

        var today = await Json(console, "/api/v1/today");
        var matter = Assert.Single(today.GetProperty("decisions").EnumerateArray());
        Assert.Equal(("adapter-key", "adapter", "XB", since), (matter.GetProperty("kind").GetString(), matter.GetProperty("owner").GetString(), matter.GetProperty("state").GetString(), matter.GetProperty("since").GetDateTimeOffset()));
        Assert.Contains($"the private half of its key {key[..12]} is not on its machine", matter.GetProperty("what").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, today.GetProperty("counts").GetProperty("silentAdapters").GetInt32());
        Assert.Equal(("MissingKey", "Adapter"), Assert.Single((await Json(console, "/api/v1/stuck")).GetProperty("faults").EnumerateArray()) is var fault ? (fault.GetProperty("cause").GetString(), fault.GetProperty("owner").GetString()) : default);
        var board = await Json(console, "/api/v1/adapters");
        Assert.Equal("no key", board.GetProperty("states").EnumerateArray().Single(s => s.GetProperty("state").GetString() == "XB").GetProperty("condition").GetString());
        Assert.Contains(Of(board, "XB"), w => w.Contains(key[..12], StringComparison.Ordinal));
        var row = (await Json(console, "/api/v1/health")).GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "Adapter of XB");
        Assert.Equal(("Look", true), (row.GetProperty("condition").GetString(), row.GetProperty("reason").GetString()!.Contains(key[..12], StringComparison.Ordinal)));
        foreach (var page in new[] { "/", "/adapters", "/stuck", "/settings" })
            Assert.Contains("private half of its key", WebUtility.HtmlDecode(await console.Page(page, Cancelled)), StringComparison.Ordinal);
        foreach (var words in Of(board, "XB").Append(matter.GetProperty("what").GetString()!))
            Assert.DoesNotContain("silent", words, StringComparison.OrdinalIgnoreCase);

        await Heard(console, "XB");
        Assert.Empty((await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray());
        Assert.DoesNotContain(Of(await Json(console, "/api/v1/adapters"), "XB"), w => w.Contains(key[..12], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_is_away_is_one_matter_in_every_room_and_no_adapter_is_called_silent_for_it()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var adapters = console.Services.GetRequiredService<AdapterRegister>();
        await Beat(console);
        foreach (var state in new[] { "XA", "XB" })
            await Heard(console, state);
        var since = console.Time.GetUtcNow();
        await Look("The broker cannot be reached: Connection refused");
        console.Time.Advance(TimeSpan.FromMinutes(4));
        await Look("The broker cannot be reached: Connection refused");
        await Beat(console);
        // The hub's own watch blames nobody either.
        Assert.Empty(await adapters.FallenSilent(console.Time.GetUtcNow(), Cancelled));

        var matter = Assert.Single((await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray());
        Assert.Equal(("broker", "The hub does not reach the broker: The broker cannot be reached: Connection refused", since), (matter.GetProperty("kind").GetString(), matter.GetProperty("what").GetString(), matter.GetProperty("since").GetDateTimeOffset()));
        var fault = Assert.Single((await Json(console, "/api/v1/stuck")).GetProperty("faults").EnumerateArray());
        Assert.Equal("BrokerTrouble", fault.GetProperty("cause").GetString());
        var stuck = WebUtility.HtmlDecode(await console.Page("/stuck", Cancelled));
        Assert.Contains("The hub does not reach the broker", stuck, StringComparison.Ordinal);
        Assert.DoesNotContain("no fault of a way is known", stuck, StringComparison.Ordinal);
        var row = Assert.Single((await Json(console, "/api/v1/health")).GetProperty("checks").EnumerateArray(), c => c.GetProperty("name").GetString() == "Broker");
        Assert.Equal("Bad", row.GetProperty("condition").GetString());
        Assert.Contains("Degraded\nconsole: The hub does not reach the broker", await console.Page("/health/ready", Cancelled), StringComparison.Ordinal);
        Assert.DoesNotContain(Of(await Json(console, "/api/v1/adapters"), "XB"), w => w.Contains("silent", StringComparison.Ordinal));

        // It is back, and each has as long as ever to report.
        await Look(null);
        Assert.Empty((await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray());
        Assert.Empty(await adapters.FallenSilent(console.Time.GetUtcNow(), Cancelled));
        console.Time.Advance(TimeSpan.FromMinutes(2));
        await Beat(console);
        Assert.Equal(["XA", "XB"], (await adapters.FallenSilent(console.Time.GetUtcNow(), Cancelled)).Select(a => a.State));

        async Task Look(string? trouble)
        {
            foreach (var state in Demo.Region.States.Keys)
                await adapters.Looked(state, trouble is null ? 1 : null, trouble, console.Time.GetUtcNow(), Cancelled);
        }
    }

    [Fact]
    public async Task The_hub_s_own_queues_are_told_in_every_room_when_nobody_reads_them_or_something_died_there_and_not_at_a_start()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var processes = console.Services.GetRequiredService<HubBeliefs>();
        DateTimeOffset Ago(int seconds) => console.Time.GetUtcNow().AddSeconds(-seconds);
        async Task<(string Today, string Stuck, string Health)> See(CoreLook? look, string machine = "hub-1")
        {
            console.Time.Advance(TimeSpan.FromSeconds(20));
            await Beat(console);
            await FilledHub.Report(processes, new() { Program = "1", Contracts = "1.0", Region = "demo", RegionVersion = "1", Rules = [], Calendars = new Dictionary<string, DateOnly>(), KeysKnown = "", Database = "", Schema = "", Options = [], Core = look }, Ago(1), machine, Cancelled);
            return (
                string.Join(" ", (await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray().Select(m => $"{m.GetProperty("kind").GetString()}:{m.GetProperty("owner").GetString()}:{m.GetProperty("rows").GetString()}:{m.GetProperty("count").GetInt32()}")),
                string.Join(" ", (await Json(console, "/api/v1/stuck")).GetProperty("faults").EnumerateArray().Select(f => $"{f.GetProperty("cause").GetString()}:{f.GetProperty("state").GetString()}:{f.GetProperty("whatCode").GetString()}")),
                string.Join(" ", (await Json(console, "/api/v1/health")).GetProperty("checks").EnumerateArray().Where(c => c.GetProperty("name").GetString() is "Hub’s own queues" or "Messages given up" or "Broker")
                    .Select(c => $"{c.GetProperty("name").GetString()}:{c.GetProperty("condition").GetString()}").Order(StringComparer.Ordinal)));
        }
        CoreLook Read(int readers, long dead, int? unwellFor = null) => new([new("requests.urgent", 0, 1), new("requests", 2, readers), new("dead", dead, 0)], null, unwellFor is { } seconds ? Ago(seconds) : null);

        Assert.Equal(("", "", ""), await See(null));
        Assert.Equal(("", "", "Hub’s own queues:Well"), await See(Read(1, 0)));
        // What lies there is told at once; a hub that has just begun does not read yet.
        Assert.Equal(("dead-letters:hub:/adapters/HUB/dead:7", "DeadLetters:HUB:core-dead-letters", "Hub’s own queues:Well Messages given up:Look"), await See(Read(1, 7)));
        Assert.Equal(("", "", "Hub’s own queues:Well"), await See(Read(0, 0, unwellFor: 5)));
        Assert.Equal(("clock:hub:/adapters#core:1", "HubStandsStill:HUB:core-unread", "Hub’s own queues:Bad"), await See(Read(0, 0, unwellFor: 40)));
        Assert.Contains("nobody reads", await console.Page("/adapters", Cancelled), StringComparison.Ordinal);
        Assert.Contains("reads its own queue “requests” no more", WebUtility.HtmlDecode(await console.Page("/", Cancelled)), StringComparison.Ordinal);
        // An act that waits for it is called the same.
        var request = StuckHub.Shifted(Usual.Into("Submitted").Request, Ago(86_400), Guid.NewGuid());
        await Write(console, [new() { Work = new() { RequestId = request.Id }, Request = StuckHub.Row(request, "XA-2026-000001", Ago(86_400)) }]);
        await console.Services.GetRequiredService<Journal>().Take(
            [new() { SenderState = "XB", Lane = "Routine", ActId = Guid.NewGuid(), Sequence = 1, RequestId = request.Id, ActType = nameof(NoteSent), Digest = new('a', 64), Body = "{}", ReceivedAt = Ago(1000) }], Cancelled);
        await See(Read(0, 0, unwellFor: 40));
        Assert.Equal(("HubStandsStill", "core-unread"), Assert.Single((await Json(console, "/api/v1/stuck")).GetProperty("lines").EnumerateArray()).GetProperty("verdict") is var verdict ? (verdict.GetProperty("cause").GetString(), verdict.GetProperty("whatCode").GetString()) : default);

        var away = await See(new([], "The broker cannot be reached.", Ago(40)), "hub-2");
        // Another process still sees them.
        Assert.DoesNotContain("core-trouble", away.Stuck, StringComparison.Ordinal);
        console.Time.Advance(TimeSpan.FromMinutes(4));
        away = await See(new([], "The broker cannot be reached.", Ago(40)), "hub-2");
        Assert.Contains("broker:hub:/settings#health:1", away.Today, StringComparison.Ordinal);
        Assert.Equal(("BrokerTrouble:HUB:core-trouble", "Broker:Bad"), (away.Stuck, away.Health));
        // A worker that is dead is told once. What it saw die is not over for it; that nobody reads is no other matter.
        await See(Read(0, 7, unwellFor: 40), "hub-3");
        console.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["worker-silent", "core-dead-letters"], (await Json(console, "/api/v1/stuck")).GetProperty("faults").EnumerateArray().Select(f => f.GetProperty("whatCode").GetString()));
        Assert.Equal(["clock", "undecided", "dead-letters"], (await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray().Select(m => m.GetProperty("kind").GetString()));
    }

    static IEnumerable<string> Of(JsonElement board, string state) =>
        board.GetProperty("states").EnumerateArray().Single(s => s.GetProperty("state").GetString() == state).GetProperty("warnings").EnumerateArray().Select(w => w.GetProperty("what").GetString()!);

    static IEnumerable<Change> Acts(string state, int acts, DateTimeOffset accepted, DateTimeOffset? delivered = null)
    {
        foreach (var chunk in Enumerable.Range(0, acts).Chunk(500))
            yield return new()
            {
                Work = new() { RequestId = Guid.NewGuid() },
                Receipts = [.. chunk.Select(_ => (Act: Guid.NewGuid(), Request: Guid.NewGuid())).SelectMany(a => new[] { (ReceiptRow.Accepted, (DateTimeOffset?)accepted), (ReceiptRow.Delivered, delivered) }
                    .Where(s => s.Item2 is not null).Select(s => new ReceiptRow { OfActId = a.Act, RequestId = a.Request, ToState = state, Stage = s.Item1, At = s.Item2!.Value }))],
            };
    }

    static async Task Write(ConsoleUnderTest console, IEnumerable<Change> changes)
    {
        var database = console.Services.GetRequiredService<Database>();
        await using var unit = await database.Begin(Cancelled);
        await new RequestStore(database).Write(unit, [.. changes], Cancelled);
        await unit.Commit(Cancelled);
    }

    static Task Beat(ConsoleUnderTest console) => console.Services.GetRequiredService<HubProcesses>().Beat(
        new() { ProcessId = Guid.NewGuid(), BeganAt = console.Time.GetUtcNow(), BeatAt = console.Time.GetUtcNow() }, Cancelled);

    static Task<bool> Heard(ConsoleUnderTest console, string state) => console.Services.GetRequiredService<AdapterRegister>().Heard(
        state, new() { State = state, At = console.Time.GetUtcNow(), Version = "1", OutboxWaiting = 0, Quarantined = 0, Incomplete = 0, EverySeconds = 30 }, console.Time.GetUtcNow(), Cancelled);

    static async Task<JsonElement> Json(ConsoleUnderTest console, string address) => (await console.Http.GetFromJsonAsync<JsonElement>(new Uri(address, UriKind.Relative), Cancelled))!;
}
