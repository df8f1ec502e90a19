using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Casework.Time;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Stuck;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Casework;
using LiaisonHub.Tests.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Cause = LiaisonHub.Casework.Stuck.Cause;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>What the board says of requests in a real database, where faults are made on purpose and where nothing is wrong.</summary>
public sealed partial class StuckBoardTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>One fault each, made in a hub in which all else is well, and what the request it strikes has to be called.</summary>
    public static TheoryData<string, Cause> Faults => new()
    {
        { "none", Cause.AsPlanned },
        { "the hub has no key", Cause.MissingKey },
        { "the state has no key", Cause.MissingKey },
        { "the adapter says that its private key is missing", Cause.MissingKey },
        { "signed with a key that nobody knows", Cause.MissingKey },
        { "the key of the state has ended", Cause.ExpiredKey },
        { "the certificate of the adapter has ended", Cause.ExpiredCertificate },
        { "the certificate of the broker has ended", Cause.ExpiredCertificate },
        { "the consumer is paused", Cause.ConsumerPaused },
        { "the broker gave up on messages", Cause.DeadLetters },
        { "the clock of the adapter is wrong", Cause.ClockSkew },
        { "an act is not decided", Cause.HubStandsStill },
        { "limits are not looked at", Cause.HubStandsStill },
        { "the worker is dead", Cause.HubStandsStill },
        { "in maintenance", Cause.Maintenance },
        { "the broker is away", Cause.BrokerTrouble },
        { "a queue is missing", Cause.BrokerTrouble },
        { "the adapter is silent", Cause.AdapterSilent },
        { "nobody reads the queue", Cause.NoConsumer },
        { "the broker takes nothing", Cause.OutboxBlocked },
        { "a plan waits for the second operator", Cause.WaitingForApproval },
        { "the step of national law is not decided", Cause.WaitingForApproval },
        { "a message of it is set aside", Cause.MappingRefused },
        { "the other adapter cannot read it", Cause.MappingRefused },
        { "an earlier act is missing", Cause.EarlierActMissing },
        { "not delivered", Cause.NotDelivered },
        { "delivered and not opened", Cause.NotOpened },
        { "every limit is held", Cause.ClockHeld },
        { "the calendar ends", Cause.CalendarMissing },
        { "the limit has passed", Cause.Unanswered },
        { "returned, and forgotten", Cause.LongerThanUsual },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_made_in_a_real_hub_is_called_by_its_name_on_the_board(string fault, Cause cause)
    {
        await using var hub = await StuckHub.Begin(Cancelled);
        var struck = await Make(hub, fault);

        var board = await hub.Read();

        Assert.Equal((fault, cause), (fault, board.Lines.FirstOrDefault(l => l.RequestId == struck)?.Verdict.Cause ?? Cause.AsPlanned));
        if (cause is Cause.MissingKey or Cause.ExpiredKey or Cause.ExpiredCertificate)
            Assert.DoesNotContain(board.Lines, l => l.Verdict.Cause is Cause.AdapterSilent or Cause.NoConsumer or Cause.HubStandsStill);
    }

    [Fact]
    public async Task What_the_broker_gave_up_on_stands_on_the_board_although_nothing_is_late_and_says_where_it_is_brought_home()
    {
        await using var hub = await StuckHub.Begin(Cancelled);
        await hub.Adapters.Looked("XB", 1, null, hub.Now, Cancelled, """[{"name":"dead","waiting":7,"readers":0}]""");

        var fault = Assert.Single((await hub.Read()).Faults);

        Assert.Equal((Cause.DeadLetters, Owner.Hub, "XB"), (fault.Cause, fault.Owner, fault.State));
        Assert.Contains("gave up on messages on the way to or from XB: 7.", fault.What.Plain, StringComparison.Ordinal);
        Assert.Contains("in the room Adapters, at XB", fault.Clears.Plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_the_first_reading_nobody_waits_for_the_board_which_is_renewed_at_a_fiftieth_of_a_core()
    {
        await using var hub = await StuckHub.Begin(Cancelled);
        using var reader = hub.Reader();
        hub.Time.Took = TimeSpan.FromSeconds(0.6);
        using var renewal = new StuckRenewal(reader, hub.Time, NullLogger<StuckRenewal>.Instance);
        await renewal.StartAsync(Cancelled);
        await Waits(1);
        var request = await hub.Put(StuckHub.Shifted(Usual.Into("Submitted").Request, hub.Now.AddDays(-40), Guid.NewGuid()));

        hub.Time.Advance(TimeSpan.FromSeconds(30));
        await Waits(2);
        Assert.Contains((await reader.Read(Cancelled)).Lines, l => l.RequestId == request);
        // A night in which nobody looks.
        for (var round = 3; round < 8; round++)
        {
            hub.Time.Advance(TimeSpan.FromSeconds(30));
            await Waits(round);
            Assert.Equal(hub.Now, reader.Last!.Present);
        }
        hub.Time.Advance(TimeSpan.FromSeconds(29));
        var shown = reader.Last;
        Assert.Same(shown, await reader.Read(Cancelled));
        // Whoever looks has it renewed behind.
        await Until(() => reader.Last != shown);
        await renewal.StopAsync(Cancelled);

        Task Waits(int times) => Until(() => hub.Time.Timers == times);
        static async Task Until(Func<bool> so)
        {
            for (var patience = TimeProvider.System.GetTimestamp(); !so();)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(patience) < TimeSpan.FromSeconds(60), "The board was not renewed.");
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancelled);
            }
        }
    }

    [Theory]
    [InlineData(0.01, 10)]
    [InlineData(0.2, 10)]
    [InlineData(0.58, 29)]
    [InlineData(4, 200)]
    public async Task The_pace_of_the_board_follows_what_a_reading_costs(double takes, double seconds)
    {
        await using var hub = await StuckHub.Begin(Cancelled);
        using var reader = hub.Reader();
        hub.Time.Took = TimeSpan.FromSeconds(takes);

        Assert.Equal(TimeSpan.FromSeconds(seconds), await reader.Keep(Cancelled));
        var first = reader.Last;
        hub.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.Equal(TimeSpan.FromSeconds(1), await reader.Keep(Cancelled));
        Assert.Same(first, reader.Last);
        hub.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(seconds), await reader.Keep(Cancelled));
        Assert.NotSame(first, reader.Last);
    }

    [Fact]
    public async Task A_board_that_could_not_be_renewed_is_not_shown_as_if_all_were_well()
    {
        await using var hub = await StuckHub.Begin(Cancelled);
        using var reader = hub.Reader();
        hub.Time.Took = TimeSpan.FromSeconds(0.6);
        await reader.Keep(Cancelled);
        hub.LoseDatabase();

        hub.Time.Advance(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => reader.Keep(Cancelled));

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => reader.Read(Cancelled));
        Assert.NotNull(reader.Last);
    }

    [Fact]
    public async Task What_rests_longer_than_others_before_it_is_found_by_what_is_usual_there()
    {
        await using var hub = await StuckHub.Begin(Cancelled);
        // Shorter than what is nobody's concern where nothing is known.
        var resting = StuckHub.Shifted(Usual.Into("Returned").Request, hub.Now.AddDays(-10), Guid.NewGuid());
        await hub.Put(resting);
        Assert.DoesNotContain((await hub.Read()).Lines, l => l.RequestId == resting.Id);

        await hub.Stays([(resting.Procedure, resting.State)], () => TimeSpan.FromDays(3));

        Assert.Equal(Cause.LongerThanUsual, Assert.Single((await hub.Read()).Lines, l => l.RequestId == resting.Id).Verdict.Cause);
    }

    [Fact]
    public async Task A_queue_that_is_missing_is_cleared_by_provisioning_and_not_by_starting_the_broker()
    {
        await using var hub = await StuckHub.Begin(Cancelled);
        var struck = await Make(hub, "a queue is missing");

        var board = await hub.Read();

        Assert.Equal(("queue-missing", "provision"), board.Lines.Where(l => l.RequestId == struck).Select(l => (l.Verdict.WhatCode, l.Verdict.ClearsCode)).Single());
        Assert.Equal([("queue-missing", "provision")], board.Faults.Select(f => (f.WhatCode, f.ClearsCode)));
    }

    [Fact]
    public async Task A_hub_that_ended_for_its_key_is_no_worker_that_stands_still_until_it_works_again()
    {
        await using var hub = await StuckHub.Begin(Cancelled);
        var struck = await Make(hub, "the worker is dead");
        Assert.Equal("start-worker", Of(await hub.Read()).ClearsCode);

        await hub.End(HubEnding.Key, "Hub:SigningKey: there is no file '/keys/HUB.key.json'.");

        var board = await hub.Read();
        Assert.Equal((Cause.MissingKey, "HUB", "hub-ended-for-key", "restore-hub-key"), (Of(board).Cause, Of(board).State, Of(board).WhatCode, Of(board).ClearsCode));
        Assert.Contains("there is no file '/keys/HUB.key.json'", Of(board).What.Plain, StringComparison.Ordinal);
        Assert.Equal((Cause.MissingKey, "hub-ended-for-key"), (board.Faults[0].Cause, board.Faults[0].WhatCode));
        await hub.End(HubEnding.Settings, "Hub:Region: there is no folder.");
        Assert.Equal((Cause.HubStandsStill, "hub-ended", "mend-settings"), (Of(await hub.Read()).Cause, Of(await hub.Read()).WhatCode, Of(await hub.Read()).ClearsCode));
        await hub.Live();
        Assert.DoesNotContain((await hub.Read()).Faults, f => f.Owner == Owner.Hub);

        SaidVerdict Of(StuckBoard at) => at.Lines.Single(l => l.RequestId == struck).Verdict;
    }

    [Fact]
    public async Task A_flood_of_forged_messages_hides_nothing_and_makes_nothing_stuck()
    {
        await using var hub = await StuckHub.Begin(Cancelled);
        var (request, other) = (await hub.Ordinary(), await hub.Ordinary());
        for (var i = 0; i < 310; i++)
            await hub.SetAside(other, "XB", nameof(RefusalCode.NotAuthentic), hub.Now.AddDays(-2).AddSeconds(i));
        // Whoever is believed, and has no part in a request, says nothing of it either.
        await hub.SetAside(other, "XC", nameof(RefusalCode.InvalidContent), hub.Now.AddDays(-2));
        await hub.Undecided(310, hub.Now.AddHours(-2));
        await hub.SetAside(request, "XB", nameof(RefusalCode.InvalidContent), hub.Now.AddMinutes(-20));
        var waiting = await hub.Ordinary();
        await hub.Undecided(1, hub.Now.AddMinutes(-20), waiting);

        var board = await hub.Read();

        Assert.Equal(
            [(waiting, Cause.HubStandsStill), (request, Cause.MappingRefused)],
            board.Lines.Select(l => (l.RequestId, l.Verdict.Cause)));
    }

    [Fact]
    public async Task Counts_are_of_all_however_many_of_one_kind_there_are()
    {
        await using var hub = await StuckHub.Begin(Cancelled);
        var late = Usual.Into("Submitted").Request;
        await hub.Put(Enumerable.Range(0, 700).Select(i => StuckHub.Shifted(late, hub.Now.AddDays(-40).AddMinutes(i), Guid.NewGuid())));

        var board = await hub.Read();

        Assert.Equal((700, false), (board.Lines.Count, board.Cut));
        Assert.All(board.Lines, l => Assert.Equal(Cause.Unanswered, l.Verdict.Cause));
    }

    // Lengths of stay, delivery and opening follow distributions with long tails, and each request is met at any moment of its stay. What is late by the law or by the watch over delivery is no false
    // alarm, and has to be found; everything else that is called stuck is one. XB is in maintenance, and the broker has just been lost for XD.
    [Fact]
    public async Task Of_ten_thousand_normal_requests_one_in_a_hundred_at_most_is_called_stuck_and_what_is_late_is_never_missed()
    {
        await using var hub = await StuckHub.Begin(Cancelled);
        var random = new Random(20260320);
        var watch = Demo.Region.TransportWatch;
        var lives = Courses.All.SelectMany(c => c.Sheet.States.Select(s => c.Into(s, Demo.Rules))).Select(s => s.Request).Where(r => r is { Closed: false }).Distinct().ToList();
        var begins = hub.Now.AddHours(-6);
        await hub.Maintain("XB", begins, hub.Now.AddHours(4));
        await hub.Adapters.Looked("XD", null, "The broker cannot be reached: connection refused.", hub.Now, Cancelled);
        TimeSpan Rest() => TimeSpan.FromDays(20 * Math.Exp(0.6 * Gauss(random)));
        await hub.Stays(lives.Where(r => r.Deadlines.All(d => !(d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Running }))).Select(r => (r.Procedure, r.State)).Distinct(), Rest);

        var (late, all, receipts) = (new HashSet<Guid>(), new List<Request>(), new List<ReceiptRow>());
        for (var i = 0; i < 10_000; i++)
        {
            var life = lives[random.Next(lives.Count)];
            var begun = life.Acts.Count > 0 ? life.Acts[^1].At : life.Since;
            var first = life.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Running, AtHome: null, Due: not null }).Select(d => d.Due!.Value).Order().FirstOrDefault();
            // Half of all take two fifths of their limit, one in a hundred more than all of it; whoever stays longer is met more often.
            const double Spread = 0.394;
            var stay = first > begun ? (first - begun) * (0.4 * Math.Exp(Spread * Gauss(random) + Spread * Spread)) : Rest();
            var age = stay * random.NextDouble();
            var request = StuckHub.Shifted(life, hub.Now - age, Guid.NewGuid());
            all.Add(request);
            if (first > begun && age > first - begun)
                late.Add(request.Id);

            var to = StuckFacts.Of(request, Demo.Rules, hub.Now, hub.Now).Awaited ?? request.Requested.State;
            var accepted = hub.Now - age;
            var delivered = accepted - TimeSpan.FromSeconds(40 * Math.Log(1 - random.NextDouble()));
            if (to == "XB" && delivered > begins)
                delivered = hub.Now.AddHours(4);
            var opened = delivered + TimeSpan.FromHours(6 * Math.Exp(0.7 * Gauss(random)));
            if (hub.Now - (delivered > hub.Now ? accepted : delivered) > (delivered > hub.Now ? watch.Delivered : watch.Opened) && opened > hub.Now)
                late.Add(request.Id);
            var act = Guid.NewGuid();
            foreach (var (stage, at) in new[] { (ReceiptRow.Accepted, accepted), (ReceiptRow.Delivered, delivered), (ReceiptRow.HandedOver, delivered.AddSeconds(5)), (ReceiptRow.Opened, opened) })
                if (at <= hub.Now)
                    receipts.Add(new() { OfActId = act, RequestId = request.Id, ToState = to, Stage = stage, At = at });
        }
        await hub.Put(all, receipts);

        var board = await hub.Read();

        var called = board.Lines.Select(l => l.RequestId).ToHashSet();
        var falsely = board.Lines.Where(l => !late.Contains(l.RequestId)).GroupBy(l => l.Verdict.Cause).OrderByDescending(g => g.Count()).Select(g => $"{g.Key}: {g.Count()}").ToList();
        TestContext.Current.SendDiagnosticMessage($"late {late.Count}, called {called.Count}, falsely {string.Join(", ", falsely)}");
        Assert.True(lives.Count > 100, $"only {lives.Count} lives");
        Assert.InRange(late.Count, 20, 1000);
        Assert.Empty(late.Except(called));
        Assert.True(called.Except(late).Count() <= 100, string.Join(", ", falsely));
    }

    static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    static async Task<Guid> Make(StuckHub hub, string fault)
    {
        var request = fault switch
        {
            "the step of national law is not decided" => await hub.Put(Passed(Usual.Into("NationalStepPending").Request)),
            "every limit is held" => await hub.Put(StuckHub.Shifted(Held(), hub.Now.AddDays(-20), Guid.NewGuid())),
            "the limit has passed" or "limits are not looked at" => await hub.Put(Passed(Usual.Into("Submitted").Request)),
            "returned, and forgotten" => await hub.Put(StuckHub.Shifted(Usual.Into("Returned").Request, hub.Now.AddDays(-300), Guid.NewGuid())),
            _ => await hub.Ordinary(),
        };
        Request Passed(Request of) => StuckHub.Shifted(of, hub.Now - (of.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Running }).Min(d => d.Due)!.Value - of.Acts[^1].At) - TimeSpan.FromHours(1), Guid.NewGuid());

        switch (fault)
        {
            case "the hub has no key":
                hub.Keys = new([.. hub.Keys.All.Where(k => k.Owner != PublicKey.HubOwner)]);
                await hub.Sent(request, hub.Now.AddHours(-2));
                break;
            case "the state has no key":
                hub.Keys = new([.. hub.Keys.All.Where(k => (k.Owner, k.Use) != ("XB", KeyUse.Sign))]);
                // What else one without a key looks like.
                await hub.Sent(request, hub.Now.AddHours(-2));
                await hub.Adapters.Looked("XB", 0, null, hub.Now, Cancelled);
                await hub.FallSilent("XB");
                break;
            case "the adapter says that its private key is missing":
                await hub.Adapters.Lacks("XB", hub.Keys.CurrentSigning("XB", hub.Now)!.KeyId, hub.Now, Cancelled);
                await hub.Sent(request, hub.Now.AddHours(-2));
                await hub.Adapters.Looked("XB", 0, null, hub.Now, Cancelled);
                await hub.FallSilent("XB");
                break;
            case "signed with a key that nobody knows":
                await hub.FallSilent("XB");
                await hub.SetAside(request, "XB", nameof(RefusalCode.NotAuthentic), hub.Now.AddMinutes(-1), nameof(LiaisonHub.Sealing.NotAuthenticReason.UnknownKey));
                break;
            case "the key of the state has ended":
                hub.Keys = new([.. hub.Keys.All.Where(k => (k.Owner, k.Use) != ("XB", KeyUse.Sign)), StuckHub.Key("XB", KeyUse.Sign, hub.Now.AddDays(-1))]);
                await hub.Sent(request, hub.Now.AddHours(-2));
                await hub.FallSilent("XB");
                break;
            case "the certificate of the adapter has ended" or "the certificate of the broker has ended":
                await hub.Sent(request, hub.Now.AddHours(-2));
                await hub.Heard("XB", client: fault.Contains("adapter", StringComparison.Ordinal) ? hub.Now.AddSeconds(-5) : hub.Now.AddYears(1), server: fault.Contains("broker", StringComparison.Ordinal) ? hub.Now.AddMinutes(1) : null);
                await hub.Adapters.Looked("XB", 0, null, hub.Now, Cancelled);
                await hub.FallSilent("XB");
                break;
            case "the consumer is paused":
                await hub.Sent(request, hub.Now.AddHours(-2));
                await hub.Adapters.Looked("XB", 1, null, hub.Now, Cancelled, """[{"name":"from-hub","waiting":3,"readers":1}]""");
                break;
            case "the broker gave up on messages":
                await hub.Sent(request, hub.Now.AddHours(-2));
                await hub.Adapters.Looked("XB", 1, null, hub.Now, Cancelled, """[{"name":"from-hub","waiting":0,"readers":1},{"name":"dead","waiting":7,"readers":0}]""");
                break;
            case "the clock of the adapter is wrong":
                await hub.Sent(request, hub.Now.AddHours(-30));
                await hub.Heard("XB", ahead: TimeSpan.FromHours(3));
                break;
            case "an act is not decided":
                await hub.Undecided(1, hub.Now.AddHours(-1), request);
                break;
            case "limits are not looked at":
                await hub.Due(request, hub.Now.AddHours(-1));
                break;
            case "the worker is dead":
                await hub.Sent(request, hub.Now.AddHours(-2));
                await hub.Die();
                break;
            case "in maintenance":
                await hub.Sent(request, hub.Now.AddHours(-25));
                await hub.Maintain("XB", hub.Now.AddHours(-26), hub.Now.AddHours(5));
                break;
            case "the broker is away":
                await hub.Sent(request, hub.Now.AddHours(-2));
                await hub.Adapters.Looked("XB", null, "The broker cannot be reached: connection refused.", hub.Now, Cancelled);
                break;
            case "a queue is missing":
                await hub.Sent(request, hub.Now.AddHours(-2));
                await hub.Adapters.Looked("XB", null, "The broker has no queue 'from-hub' on virtual host 'xb'.", hub.Now, Cancelled, """[{"name":"from-hub","waiting":0,"readers":0,"missing":true}]""");
                break;
            case "the adapter is silent":
                await hub.Sent(request, hub.Now.AddHours(-2));
                await hub.FallSilent("XB");
                break;
            case "nobody reads the queue":
                await hub.Sent(request, hub.Now.AddHours(-2));
                await hub.Adapters.Looked("XB", 0, null, hub.Now, Cancelled);
                break;
            case "the broker takes nothing":
                await hub.Sent(request, hub.Now.AddHours(-2));
                await hub.Queue("XB", hub.Now.AddHours(-2));
                break;
            case "a plan waits for the second operator":
                await hub.SetAside(request, "XB", nameof(RefusalCode.InvalidContent), hub.Now.AddHours(-1));
                await hub.Plan();
                break;
            case "a message of it is set aside":
                await hub.SetAside(request, "XB", nameof(RefusalCode.InvalidContent), hub.Now.AddHours(-1));
                break;
            case "the other adapter cannot read it":
                await hub.Sent(request, hub.Now.AddHours(-30), hub.Now.AddHours(-30));
                await hub.Heard("XB", quarantined: 3);
                break;
            case "an earlier act is missing":
                await hub.Parked(request);
                break;
            case "not delivered":
                await hub.Sent(request, hub.Now.AddHours(-30));
                break;
            case "delivered and not opened":
                await hub.Sent(request, hub.Now.AddDays(-20), hub.Now.AddDays(-20));
                // That the adapter is worked on for an hour is not why nobody has opened it for twenty days.
                await hub.Maintain("XB", hub.Now.AddHours(-1), hub.Now.AddHours(1));
                break;
            case "the calendar ends":
                hub.Rules = new(Demo.Region with { Calendars = Demo.Region.Calendars.ToFrozenDictionary(c => c.Key, c => new LegalCalendar(c.Value.Code, c.Value.Weekend, c.Value.Holidays, c.Value.From, DateOnly.FromDateTime(hub.Now.UtcDateTime))) });
                break;
        }
        return request;
    }

    // A dispute has ordered that nothing runs.
    static Request Held()
    {
        var story = Usual.Into("Submitted");
        return story.Hears(new HoldOrder(story.Request.Id, Guid.AllBitsSet, "XA-D1", story.Now, new(2026, 12, 31))).Request;
    }
}

/// <summary>A hub's database in which all is well, with the clock of its worker, and a reader that keeps nothing between two looks.</summary>
sealed partial class StuckHub : IAsyncDisposable
{
    static readonly Lazy<KeyDirectory> AllKeys = new(MakeKeys);

    readonly string folder;
    readonly Database database;
    readonly CancellationToken cancelled;
    long sequence;

    StuckHub(string folder, CancellationToken cancelled)
    {
        (this.folder, this.cancelled) = (folder, cancelled);
        database = Database.Open("sqlite:" + Path.Combine(folder, "hub.db"), Time);
        Adapters = new(database);
    }

    public SlowTime Time { get; } = new(new DateTimeOffset(2026, 3, 20, 9, 0, 0, TimeSpan.Zero));

    public DateTimeOffset Now => Time.GetUtcNow();

    public AdapterRegister Adapters { get; }

    public KeyDirectory Keys { get; set; } = AllKeys.Value;

    public Rules Rules { get; set; } = Demo.Rules;

    public static async Task<StuckHub> Begin(CancellationToken cancelled)
    {
        var hub = new StuckHub(Directory.CreateTempSubdirectory("stuck-").FullName, cancelled);
        hub.database.Migrate(Schema.Hub);
        foreach (var state in Demo.Region.States.Keys)
        {
            await hub.Heard(state);
            await hub.Adapters.Looked(state, 1, null, hub.Now, cancelled);
        }
        await new HubProcesses(hub.database).Beat(new() { ProcessId = Guid.NewGuid(), BeganAt = hub.Now.AddDays(-1), BeatAt = hub.Now }, cancelled);
        return hub;
    }

    public async Task<StuckBoard> Read()
    {
        using var reader = Reader();
        return await reader.Read(cancelled);
    }

    /// <summary>A reader that keeps what it has read.</summary>
    public StuckReader Reader() => new(
        new(database), new(database), new(database), new(database), new(database), new(new(Adapters, new(database), new(database)), new(database), new(database), Rules.Region, Time, Time), new(database), new(Keys, null, Time), Rules, new(), Time, Time);

    /// <summary>A request as the course says, as if its last act had come at an instant.</summary>
    public static Request Shifted(Request request, DateTimeOffset lastAct, Guid id)
    {
        var by = lastAct - (request.Acts.Count > 0 ? request.Acts[^1].At : request.Since);
        var body = Instant().Replace(Request.Write(request), m => DateTimeOffset.TryParse(m.Groups[1].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? $"\"{(m.Groups[2].Success ? (at + by).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture) : at.AddDays((int)by.TotalDays).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))}\""
            : m.Value);
        return Request.Read(body) with { Id = id };
    }

    [GeneratedRegex(@"""(\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?)""")]
    private static partial Regex Instant();

    /// <summary>A request that came an hour ago and waits for XB, whose limit lies days ahead.</summary>
    public Task<Guid> Ordinary() => Put(Shifted(Usual.Into("Submitted").Request, Now.AddHours(-1), Guid.NewGuid()));

    public async Task<Guid> Put(Request request)
    {
        await Put([request]);
        return request.Id;
    }

    public async Task Put(IEnumerable<Request> requests, IReadOnlyList<ReceiptRow>? receipts = null)
    {
        var of = receipts?.ToLookup(r => r.RequestId);
        foreach (var chunk in requests.Chunk(500))
            await Write([.. chunk.Select(r => new Change { Work = new() { RequestId = r.Id }, Request = Row(r), Receipts = [.. of?[r.Id] ?? []] })]);
    }

    public Task Sent(Guid request, DateTimeOffset accepted, DateTimeOffset? delivered = null)
    {
        var act = Guid.NewGuid();
        return Write([new()
        {
            Work = new() { RequestId = request },
            Receipts = [.. new[] { (ReceiptRow.Accepted, accepted), (ReceiptRow.Delivered, delivered ?? DateTimeOffset.MaxValue) }.Where(s => s.Item2 <= Now)
                .Select(s => new ReceiptRow { OfActId = act, RequestId = request, ToState = "XB", Stage = s.Item1, At = s.Item2 })],
        }]);
    }

    public Task Stays(IEnumerable<(string Procedure, string State)> states, Func<TimeSpan> length) => Write([new()
    {
        Work = new() { RequestId = Guid.NewGuid() },
        Stays = [.. states.SelectMany(s => Enumerable.Range(0, 300).Select(i => new StayRow(s.Procedure, s.State, Now.AddMinutes(-i), length())))],
    }]);

    public async Task End(string cause, string why)
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        await new HubEndings(database).Note(new() { EndingId = Guid.NewGuid(), Machine = "hub-1", EndedAt = Now, Cause = cause, Why = why }, cancelled);
    }

    public async Task Live()
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        await Adapters.Listen(Now, cancelled);
        await new HubProcesses(database).Beat(new() { ProcessId = Guid.NewGuid(), BeganAt = Now, BeatAt = Now }, cancelled);
    }

    public Task Queue(string state, DateTimeOffset at) => Write([new() { Work = new() { RequestId = Guid.NewGuid() }, Outbox = [new() { OutboxId = Guid.NewGuid(), State = state, Lane = "Routine", Body = "{}", CreatedAt = at }] }]);

    public Task Due(Guid request, DateTimeOffset lookAt) => Write([new()
    {
        Work = new() { RequestId = request },
        Deadlines = [new() { DeadlineId = Guid.NewGuid(), RequestId = request, RuleId = "EIO-A1", OnWhom = "Requested", Status = DeadlineRow.Running, Started = lookAt.AddDays(-7), Due = lookAt, LookAt = lookAt }],
    }]);

    public Task<Guid> SetAside(Guid request, string state, string code, DateTimeOffset at, string place = "") => new Quarantine(database).Add(
        new()
        {
            QuarantineId = Guid.CreateVersion7(),
            Source = "edge",
            State = state,
            Code = code,
            Place = place,
            Reason = "$.open: cannot be read.",
            Fix = "Write it as the contract says.",
            RequestId = request,
            Body = [1],
            Digest = $"{Interlocked.Increment(ref sequence):x64}",
            At = at,
        },
        cancelled);

    public async Task Undecided(int acts, DateTimeOffset at, Guid? request = null) => await new Journal(database).Take(
        [.. Enumerable.Range(0, acts).Select(_ => new ArrivedAct
        {
            SenderState = "XB",
            Lane = "Routine",
            ActId = Guid.NewGuid(),
            Sequence = Interlocked.Increment(ref sequence),
            RequestId = request ?? Guid.NewGuid(),
            ActType = nameof(NoteSent),
            Digest = new string('a', 64),
            Body = "{}",
            ReceivedAt = at,
        })],
        cancelled);

    public async Task Parked(Guid request)
    {
        await Undecided(1, Now.AddMinutes(-10), request);
        var waiting = (await new HubFigures(database).Waiting(1, cancelled))[0];
        await Write([new() { Work = new() { RequestId = request, JournalId = waiting.JournalId }, Decisions = [new() { JournalId = waiting.JournalId, Outcome = Decisions.Parked, At = Now.AddMinutes(-10) }] }]);
    }

    /// <summary>A plan over all of the quarantine that takes two people, and has been foreseen.</summary>
    public async Task Plan()
    {
        var plans = new RepairPlans(database);
        var plan = (await plans.Make(RepairPlanTests.Of(RepairDeed.SetAside), null, null, null, cancelled)).Plan!;
        await plans.Foresee(plan.PlanId, "A. Bell", cancelled);
        plan = (await plans.Get(plan.PlanId, cancelled))!;
        await plans.Note([.. (await plans.ToForesee(plan, 100, cancelled)).Select(i => i with { Foreseen = Foresight.WouldWork, ForeseenWhy = "It would be set aside.", ForeseenAt = Now })], cancelled);
        await plans.NoteAll(plan, cancelled);
    }

    public async Task Heard(string state, int quarantined = 0, TimeSpan ahead = default, DateTimeOffset? client = null, DateTimeOffset? server = null) => await Adapters.Heard(
        state, new() { State = state, At = Now + ahead, Version = "1", OutboxWaiting = 0, Quarantined = quarantined, Incomplete = 0, EverySeconds = 30, ClientCertificateEnds = client, ServerCertificateEnds = server }, Now, cancelled);

    public async Task Maintain(string state, DateTimeOffset from, DateTimeOffset until)
    {
        await using var unit = await database.Begin(cancelled);
        await AdapterRegister.Maintain(unit, new() { State = state, AnnouncementId = Guid.NewGuid(), At = from, From = from, Until = until, Reason = "New disk" }, Now, cancelled);
        await unit.Commit(cancelled);
    }

    /// <summary>All but one state are heard on; nobody but the clock notices.</summary>
    public async Task FallSilent(string state)
    {
        Time.Advance(TimeSpan.FromMinutes(4));
        foreach (var other in Demo.Region.States.Keys.Where(s => s != state))
            await Heard(other);
        await new HubProcesses(database).Beat(new() { ProcessId = Guid.NewGuid(), BeganAt = Now, BeatAt = Now }, cancelled);
    }

    /// <summary>The database answers no more.</summary>
    public void LoseDatabase()
    {
        SqliteConnection.ClearAllPools();
        File.Move(Path.Combine(folder, "hub.db"), Path.Combine(folder, "hub.db.gone"));
        Directory.CreateDirectory(Path.Combine(folder, "hub.db"));
    }

    /// <summary>The hub's worker does nothing any more, and hears nobody.</summary>
    public Task Die()
    {
        Time.Advance(TimeSpan.FromMinutes(4));
        return Task.CompletedTask;
    }

    async Task Write(IReadOnlyList<Change> changes)
    {
        await using var unit = await database.Begin(cancelled);
        await new RequestStore(database).Write(unit, changes, cancelled);
        await unit.Commit(cancelled);
    }

    RequestRow Row(Request r) => Row(r, $"{r.Requesting.State}-2026-{Interlocked.Increment(ref sequence):d6}", Now);

    /// <summary>A request as the hub's worker stores it.</summary>
    public static RequestRow Row(Request r, string reference, DateTimeOffset now) => new()
    {
        RequestId = r.Id,
        Procedure = r.Procedure,
        Instrument = r.Instrument,
        Reference = reference,
        RequestingState = r.Requesting.State,
        RequestedState = r.Requested.State,
        State = r.State,
        Since = r.Since,
        NextDue = r.Deadlines.Where(d => d is { Status: DeadlineStatus.Running, Kind: DeadlineKind.Procedure }).Min(d => d.Due),
        Priority = r.Priority.ToString(),
        Exercise = r.Exercise,
        Body = Request.Write(r),
        CreatedAt = r.FirstReceivedAt,
        UpdatedAt = now,
    };

    static KeyDirectory MakeKeys()
    {
        var directory = new KeyDirectory([]);
        foreach (var (owner, use) in Demo.Region.States.Keys.SelectMany(s => new[] { (s, KeyUse.Sign), (s, KeyUse.Seal) }).Append((PublicKey.HubOwner, KeyUse.Sign)))
            directory = directory.With(Key(owner, use, new DateTimeOffset(2028, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        return directory;
    }

    public static PublicKey Key(string owner, KeyUse use, DateTimeOffset until)
    {
        using var key = PrivateKey.Generate(owner, use);
        return key.Public(until.AddYears(-3), until);
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>A clock by which whatever is measured takes as long as a test wants, and that says how often somebody has begun to wait.</summary>
sealed class SlowTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    long measured;
    int timers;

    /// <summary>How often somebody has begun to wait.</summary>
    public int Timers => timers;

    /// <summary>How long each thing takes that is measured.</summary>
    public TimeSpan Took { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref timers);
        return timer;
    }

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Add(ref measured, Took.Ticks);
}
