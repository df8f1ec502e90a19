using System.Text.RegularExpressions;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Shell;

namespace LiaisonHub.Tests.Casework;

/// <summary>Why a request does not move: one cause is named first, and it is the one that explains the others.</summary>
public sealed class StuckTests
{
    static readonly DateTimeOffset Now = Demo.Utc("2026-03-20T09:00:00Z");

    // XB must act within five days; its adapter is well, and the last act was opened.
    static readonly StuckFacts Normal = new()
    {
        Now = Now,
        Present = Now,
        Since = Now.AddDays(-2),
        Watch = new(TimeSpan.FromHours(24), TimeSpan.FromDays(3)),
        Usual = TimeSpan.FromDays(9),
        Awaited = "XB",
        Running = new("EIO-D1", "Decide", "XB", Now.AddDays(5)),
        Ways = [Way("XA"), Way("XB")],
    };

    static readonly ActOnItsWay Undelivered = new("XB", Now.AddHours(-2));

    /// <summary>One fault each, and the cause that it has to be called.</summary>
    public static TheoryData<string, Cause> Faults => new()
    {
        { "none", Cause.AsPlanned },
        { "delivered but not opened", Cause.NotOpened },
        { "handed over but not opened", Cause.NotOpened },
        { "not delivered", Cause.NotDelivered },
        { "no consumer", Cause.NoConsumer },
        { "adapter silent", Cause.AdapterSilent },
        { "adapter never heard", Cause.AdapterSilent },
        { "maintenance", Cause.Maintenance },
        { "mapping refused at the hub", Cause.MappingRefused },
        { "mapping refused in the other adapter", Cause.MappingRefused },
        { "missing key", Cause.MissingKey },
        { "certificate ended", Cause.ExpiredCertificate },
        { "certificate of the broker ended", Cause.ExpiredCertificate },
        { "consumer paused", Cause.ConsumerPaused },
        { "given up by the broker", Cause.DeadLetters },
        { "clock ahead", Cause.ClockSkew },
        { "clock behind", Cause.ClockSkew },
        { "private key missing at home", Cause.MissingKey },
        { "key of the hub missing", Cause.MissingKey },
        { "signed with an unknown key", Cause.MissingKey },
        { "expired key", Cause.ExpiredKey },
        { "waiting for approval", Cause.WaitingForApproval },
        { "approval overdue", Cause.WaitingForApproval },
        { "clock held", Cause.ClockHeld },
        { "clock held, usual not known", Cause.ClockHeld },
        { "outbox blocked", Cause.OutboxBlocked },
        { "broker trouble", Cause.BrokerTrouble },
        { "act not decided", Cause.HubStandsStill },
        { "clock of the hub behind", Cause.HubStandsStill },
        { "earlier act missing", Cause.EarlierActMissing },
        { "calendar missing", Cause.CalendarMissing },
        { "overdue", Cause.Unanswered },
        { "a plan waits", Cause.WaitingForApproval },
        { "worker of the hub silent", Cause.HubStandsStill },
        { "longer than usual", Cause.LongerThanUsual },
        { "longer than usual, usual not known", Cause.LongerThanUsual },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Each_fault_is_called_by_its_name_and_says_what_clears_it(string fault, Cause cause)
    {
        var verdict = Verdict.First(With(fault));

        Assert.Equal((fault, cause), (fault, verdict.Cause));
        Assert.Equal(cause == Cause.AsPlanned, verdict.Owner == Owner.Nobody && cause != Cause.Maintenance);
    }

    /// <summary>Each sentence that a verdict can say, as it is said of each fault, has its words in every language, with a place for each of its facts; and there are no others.</summary>
    [Fact]
    public void Each_sentence_has_its_words_in_every_language_and_a_place_for_each_fact()
    {
        StuckFacts[] further =
        [
            Normal with { Keys = [new("XB", Seals: true)] }, Normal with { Keys = [new("XB", Seals: true, Now)] }, Normal with { Keys = [new("HUB", Seals: false, Now)] }, Normal with { Running = null, Awaited = null, Usual = TimeSpan.FromDays(1) },
            Normal with { Running = null }, Xb(w => w with { OutboxOldest = Now.AddHours(-2) }, undelivered: true), Xb(w => w with { QueueMissing = "from-hub" }, undelivered: true),
            With("worker of the hub silent") with { WorkerEnded = new(Now, ForKey: true, "No file.") }, With("worker of the hub silent") with { WorkerEnded = new(Now, ForKey: false, "No folder.") },
        ];
        var said = Faults.Select(f => With(f.Data.Item1)).Concat(further).SelectMany(Verdict.All).Append(Verdict.OfDatabase("SqliteException", Now)).Append(Verdict.Unreadable("$.state", Now)).Concat(Verdict.OfWays([new("XB") { BrokerTrouble = "It is away." }], null, null, Now))
            .Concat(new CoreFacts[] { new() { UnwellSince = Now, Trouble = "It is away." }, new() { UnwellSince = Now, Unread = "requests", GivenUp = 2 } }.SelectMany(c => Verdict.OfWays([], null, null, Now, c))).SelectMany(v => new[] { v.What, v.Clears }).ToLookup(s => s.Code);

        Assert.Equal(Texts.In("en").Keys.Where(k => k.StartsWith("verdict.", StringComparison.Ordinal)).Order(StringComparer.Ordinal), said.Select(s => $"verdict.{s.Key}").Order(StringComparer.Ordinal));
        foreach (var language in new[] { "en", "fr", "es", "ar" })
            foreach (var sentence in said.SelectMany(s => s))
            {
                var text = Texts.In(language)[$"verdict.{sentence.Code}"];
                Assert.Equal(Enumerable.Range(0, sentence.Facts.Count), Regex.Matches(text, "\\{(\\d)\\}").Select(m => m.Groups[1].Value[0] - '0').Distinct().Order());
            }
    }

    [Fact]
    public void A_broker_that_is_away_is_one_fault_and_a_state_that_was_never_heard_is_none_of_it_unless_all_are_cut_off()
    {
        WayFacts Cut(string state, DateTimeOffset? heard) => new(state) { BrokerTrouble = "It is away.", CutOffSince = Now, HeardAt = heard };

        Assert.Equal(["broker-away"], Verdict.OfWays([Cut("XA", Now), Cut("XB", Now), Cut("XC", null)], null, null, Now).Select(v => v.What.Code));
        Assert.Equal([("broker-trouble", "XA, XB")], Verdict.OfWays([Cut("XA", Now), Cut("XB", Now), Cut("XC", null), new("XD")], null, null, Now).Select(v => (v.What.Code, (string)v.What.Facts[0])));
        Assert.Empty(Verdict.OfWays([Cut("XC", null), new("XD")], null, null, Now));
    }

    [Fact]
    public void What_is_wrong_with_the_hub_s_own_queues_is_told_once_and_is_what_an_act_waits_for()
    {
        CoreFacts unread = new() { UnwellSince = Now.AddMinutes(-2), Unread = "requests" }, unseen = new() { UnwellSince = Now.AddMinutes(-2), Trouble = "It is away." };
        IEnumerable<string> Told(CoreFacts core, IReadOnlyList<WayFacts> ways, DateTimeOffset? silent = null) => Verdict.OfWays(ways, silent, null, Now, core).Select(v => v.What.Code);
        WayFacts Cut(string state) => new(state) { BrokerTrouble = "It is away.", CutOffSince = Now, HeardAt = Now };

        Assert.Equal(["core-unread"], Told(unread, Normal.Ways));
        Assert.Empty(Told(unread with { UnwellSince = null }, Normal.Ways));
        Assert.Equal(["worker-silent"], Told(unread, Normal.Ways, silent: Now.AddHours(-1)));
        Assert.Equal(["core-trouble"], Told(unseen, Normal.Ways));
        Assert.Equal(["broker-away"], Told(unseen, [Cut("XA"), Cut("XB")]));
        Assert.Equal(["broker-trouble", "core-trouble"], Told(unseen, [Cut("XA"), Way("XB")]));
        Assert.Equal([("core-dead-letters", 3L, "HUB")], Verdict.OfWays(Normal.Ways, null, null, Now, new() { GivenUp = 3 }).Select(v => (v.What.Code, (long)v.What.Facts[0], (string)v.Clears.Facts[0])));

        foreach (var fault in new[] { "act not decided", "clock of the hub behind" })
        {
            var (without, with) = (Verdict.First(With(fault)), Verdict.First(With(fault) with { Core = unread }));
            Assert.Equal((Cause.HubStandsStill, without.Since, "core-unread", "restart-worker"), (with.Cause, with.Since, with.What.Code, with.Clears.Code));
        }
        // What is in time is not stuck for it.
        Assert.Equal(Cause.AsPlanned, Verdict.First(Normal with { Core = unread }).Cause);
    }

    [Fact]
    public void A_missing_key_is_never_shown_as_a_missing_worker_whatever_else_is_wrong()
    {
        foreach (var key in new[] { "missing key", "private key missing at home", "key of the hub missing", "expired key", "signed with an unknown key" })
            foreach (var other in Faults.Select(f => f.Data.Item1))
                Assert.Contains(Verdict.First(Merge(With(key), With(other))).Cause, new[] { Cause.MissingKey, Cause.ExpiredKey });
    }

    [Fact]
    public void An_adapter_that_says_its_private_key_is_missing_owns_it_and_is_neither_silent_nor_without_a_reader_and_nobody_else_s_request_is_stuck_for_it()
    {
        var lacking = Merge(With("private key missing at home"), With("adapter silent"));
        var first = Verdict.First(lacking);
        Assert.Equal((Owner.Adapter, "XB", Now.AddHours(-1), "adapter-key-missing", "restore-adapter-key"), (first.Owner, first.State, first.Since, first.What.Code, first.Clears.Code));
        Assert.Equal(new string('k', 12), first.What.Facts[2]);
        Assert.DoesNotContain(Verdict.All(lacking), v => v.Cause is Cause.AdapterSilent or Cause.NoConsumer);
        Assert.Equal([Cause.MissingKey], Verdict.OfWays(lacking.Ways, null, null, Now).Select(v => v.Cause));

        // It is in time, and cannot be answered; what waits for XA, and has nothing on its way to XB, can.
        Assert.Equal(Cause.MissingKey, Verdict.First(lacking with { OnTheirWay = [] }).Cause);
        Assert.Equal(Cause.AsPlanned, Verdict.First(lacking with { Awaited = "XA", OnTheirWay = [] }).Cause);
        Assert.Equal(Cause.MissingKey, Verdict.First(lacking with { Awaited = "XA" }).Cause);
    }

    [Fact]
    public void A_certificate_that_has_ended_is_no_adapter_that_has_to_be_started_and_one_that_ends_in_the_silence_is_no_cause_of_it()
    {
        foreach (var (fault, owner) in new[] { ("certificate ended", Owner.Adapter), ("certificate of the broker ended", Owner.Hub) })
        {
            var ended = Merge(Merge(With(fault), With("no consumer")), With("not delivered"));
            Assert.Equal((Cause.ExpiredCertificate, owner, "XB", Now.AddHours(-1)), Verdict.First(ended) is var v ? (v.Cause, v.Owner, v.State, v.Since) : default);
            Assert.DoesNotContain(Verdict.All(ended), v => v.Cause is Cause.AdapterSilent or Cause.NoConsumer);
            Assert.Equal([(Cause.ExpiredCertificate, owner)], Verdict.OfWays(ended.Ways, null, null, Now).Select(v => (v.Cause, v.Owner)));
        }

        // It fell silent while its certificate was good, or it has a successor.
        foreach (var ends in new[] { Now.AddMinutes(-59), Now.AddYears(1) })
        {
            var silent = Xb(w => w with { ClientCertificateEnds = ends, ServerCertificateEnds = ends, SilentSince = Now.AddHours(-1), HeardAt = Now.AddHours(-2) }, undelivered: true);
            Assert.Equal(Cause.AdapterSilent, Verdict.First(silent).Cause);
            Assert.Equal([Cause.AdapterSilent], Verdict.OfWays(silent.Ways, null, null, Now).Select(v => v.Cause));
        }
        // It is heard over the connection that was open.
        Assert.Equal(Cause.AsPlanned, Verdict.First(Xb(w => w with { ClientCertificateEnds = Now.AddHours(-1) }, undelivered: true)).Cause);
        // Of the broker's certificate there is one, however many adapters it cuts off.
        var cut = new[] { "XA", "XB" }.Select(s => new WayFacts(s) { ServerCertificateEnds = Now.AddHours(-3), SilentSince = Now.AddHours(-1), HeardAt = Now.AddHours(-2) }).ToList();
        Assert.Equal([("HUB", "XA, XB")], Verdict.OfWays(cut, null, null, Now).Select(v => (v.State!, (string)v.What.Facts[0])));
    }

    [Fact]
    public void What_the_broker_gave_up_on_is_told_before_anything_is_late_and_explains_what_is_not_delivered()
    {
        var lost = With("given up by the broker");
        var fault = Assert.Single(Verdict.OfWays(lost.Ways, null, null, Now));
        Assert.Equal((Cause.DeadLetters, Owner.Hub, "XB", "bring-home", 7L), (fault.Cause, fault.Owner, fault.State, fault.Clears.Code, fault.What.Facts[1]));
        Assert.Equal(Cause.DeadLetters, Verdict.First(Merge(lost, With("not delivered"))).Cause);
        // What lies there of others, and what has just been sent, is no reason to call this one stuck.
        Assert.Equal(Cause.AsPlanned, Verdict.First(lost with { OnTheirWay = [new("XB", Now.AddMinutes(-14))] }).Cause);
        Assert.Equal(Cause.AsPlanned, Verdict.First(lost with { OnTheirWay = [new("XA", Now.AddHours(-2))] }).Cause);
    }

    [Fact]
    public void A_clock_that_is_wrong_is_a_fault_from_five_minutes_on_and_holds_up_what_is_not_delivered_in_time()
    {
        Assert.Empty(Verdict.OfWays([new("XB") { ClockAhead = TimeSpan.FromMinutes(-5) }], null, null, Now));
        Assert.Equal([(Cause.ClockSkew, Owner.Adapter, "set-clock")], Verdict.OfWays(With("clock ahead").Ways, null, null, Now).Select(v => (v.Cause, v.Owner, v.Clears.Code)));
        Assert.Equal(Cause.AsPlanned, Verdict.First(With("clock ahead") with { OnTheirWay = [new("XB", Now.AddHours(-23))] }).Cause);
        // No fault of the way is known: that would not be true any more.
        Assert.DoesNotContain(Verdict.All(With("clock behind")), v => v.Cause == Cause.NotDelivered);
    }

    [Fact]
    public void What_stops_when_an_adapter_stops_is_laid_to_the_adapter_and_in_maintenance_to_the_maintenance()
    {
        var stopped = Merge(Merge(With("adapter silent"), With("no consumer")), Merge(With("outbox blocked"), With("not delivered")));
        Assert.Equal(Cause.AdapterSilent, Verdict.First(stopped).Cause);
        // Nobody reads is said of an adapter that is heard.
        Assert.DoesNotContain(Verdict.All(stopped), v => v.Cause == Cause.NoConsumer);
        var announced = stopped with { Ways = [.. stopped.Ways.Select(w => w.State == "XB" ? w with { MaintenanceUntil = Now.AddHours(3) } : w)] };
        Assert.Equal((Cause.Maintenance, Owner.Nobody), Verdict.First(announced) is var v ? (v.Cause, v.Owner) : default);
        // Announced, and over.
        Assert.Equal(Cause.AdapterSilent, Verdict.First(announced with { Present = Now.AddHours(4), Now = Now.AddHours(4) }).Cause);
    }

    [Fact]
    public void Trouble_with_a_state_that_nothing_is_waited_for_is_not_the_request_s()
    {
        var silent = With("adapter silent");
        Assert.Equal(Cause.AsPlanned, Verdict.First(silent with { Awaited = "XA", OnTheirWay = [] }).Cause);
        Assert.Equal(Cause.AdapterSilent, Verdict.First(silent with { Awaited = "XA", OnTheirWay = [Undelivered] }).Cause);
    }

    [Theory]
    [InlineData(4, Cause.AsPlanned)]
    [InlineData(6, Cause.NoConsumer)]
    public void What_is_on_its_way_for_a_moment_is_not_stuck(int minutes, Cause cause)
    {
        Assert.Equal(cause, Verdict.First(With("no consumer") with { OnTheirWay = [new("XB", Now.AddMinutes(-minutes))] }).Cause);
        Assert.Equal(cause == Cause.NoConsumer ? Cause.ConsumerPaused : cause, Verdict.First(With("consumer paused") with { OnTheirWay = [new("XB", Now.AddMinutes(-minutes))] }).Cause);
    }

    [Fact]
    public void Nothing_is_called_by_its_name_before_its_patience_is_over()
    {
        Turns(Normal.Watch.Delivered, Cause.NotDelivered, t => Normal with { OnTheirWay = [new("XB", Now - t)] });
        Turns(Normal.Watch.Opened, Cause.NotOpened, t => Normal with { OnTheirWay = [new("XB", Now.AddDays(-9), Now - t)] });
        Turns(Normal.Watch.Delivered, Cause.MappingRefused, t => Xb(w => w with { SetAsideThere = 1 }, undelivered: false) with { OnTheirWay = [new("XB", Now.AddDays(-9), Now - t)] });
        Turns(Verdict.BrokerPatience, Cause.OutboxBlocked, t => Xb(w => w with { OutboxOldest = Now - t }, undelivered: true));
        Turns(Verdict.HubPatience, Cause.HubStandsStill, t => Normal with { Undecided = new("XB", Now - t) });
        Turns(Verdict.HubPatience, Cause.HubStandsStill, t => Normal with { Running = Normal.Running! with { At = Now.AddDays(-1) }, ClockBehindSince = Now - t });
        Turns(Normal.Usual!.Value, Cause.ClockHeld, t => Normal with { Running = null, Held = [new("EIO-D1", "Decide", "XB", Now - t)] });
        Turns(Verdict.HoldPatience, Cause.ClockHeld, t => Normal with { Usual = null, Running = null, Held = [new("EIO-D1", "Decide", "XB", Now - t)] });

        static void Turns(TimeSpan patience, Cause cause, Func<TimeSpan, StuckFacts> after)
        {
            Assert.DoesNotContain(Verdict.All(after(patience - TimeSpan.FromSeconds(1))), v => v.Cause == cause);
            Assert.Contains(Verdict.All(after(patience + TimeSpan.FromSeconds(1))), v => v.Cause == cause);
        }
    }

    [Fact]
    public void A_clock_that_is_behind_holds_up_those_alone_whose_limit_has_passed() =>
        Assert.Equal(Cause.AsPlanned, Verdict.First(Normal with { ClockBehindSince = Now.AddHours(-2) }).Cause);

    [Fact]
    public void What_is_signed_with_an_unknown_key_is_not_called_unreadable_as_well() =>
        Assert.DoesNotContain(Verdict.All(With("signed with an unknown key")), v => v.Cause == Cause.MappingRefused);

    [Fact]
    public void What_an_adapter_has_set_aside_is_not_what_its_system_has() =>
        Assert.Equal(Cause.NotOpened, Verdict.First(With("handed over but not opened") with { Ways = [Way("XA"), Way("XB") with { SetAsideThere = 1 }] }).Cause);

    [Fact]
    public void Of_several_acts_the_one_that_has_waited_longest_says_since_when()
    {
        var waiting = new[] { Now.AddHours(-26), Now.AddHours(-30), Now.AddHours(-28) }.Select(at => new ActOnItsWay("XB", at)).ToList();
        Assert.Equal((Cause.NotDelivered, Now.AddHours(-30)), Verdict.First(Normal with { OnTheirWay = waiting }) is var late ? (late.Cause, late.Since) : default);
        Assert.Equal((Cause.NoConsumer, Now.AddHours(-30)), Verdict.First(With("no consumer") with { OnTheirWay = waiting }) is var unread ? (unread.Cause, unread.Since) : default);
    }

    [Theory]
    [InlineData("missing key", Owner.Adapter)]
    [InlineData("key of the hub missing", Owner.Hub)]
    [InlineData("outbox blocked", Owner.Hub)]
    [InlineData("no consumer", Owner.Adapter)]
    [InlineData("consumer paused", Owner.Adapter)]
    [InlineData("given up by the broker", Owner.Hub)]
    [InlineData("not delivered", Owner.Adapter)]
    [InlineData("delivered but not opened", Owner.Authority)]
    [InlineData("overdue", Owner.Authority)]
    [InlineData("act not decided", Owner.Hub)]
    public void It_says_who_has_to_do_something(string fault, Owner owner) => Assert.Equal(owner, Verdict.First(With(fault)).Owner);

    [Fact]
    public void Where_legal_time_runs_faster_than_the_day_nothing_waits_at_the_hub()
    {
        foreach (var fault in new[] { "act not decided", "clock of the hub behind", "outbox blocked", "no consumer", "consumer paused", "given up by the broker" })
            Assert.DoesNotContain(Verdict.All(With(fault) with { Present = Now.AddYears(-1) }), v => v.Cause is Cause.HubStandsStill or Cause.OutboxBlocked or Cause.NoConsumer or Cause.ConsumerPaused or Cause.DeadLetters);
    }

    [Fact]
    public void The_deepest_cause_stands_first_and_the_order_of_the_causes_is_theirs()
    {
        foreach (var (one, other) in Faults.SelectMany(a => Faults.Select(b => (a.Data.Item1, b.Data.Item1))))
        {
            var causes = Verdict.All(Merge(With(one), With(other))).Select(v => v.Cause).ToList();
            Assert.Equal(Cause.AsPlanned, causes[^1]);
            Assert.True(causes[0] <= Verdict.First(With(one)).Cause || causes[0] <= Verdict.First(With(other)).Cause, $"{one} and {other}: {string.Join(", ", causes)}");
        }
    }

    [Fact]
    public void What_a_request_says_of_itself_is_read_from_its_limits()
    {
        var submitted = Usual.Into("Submitted");
        var facts = StuckFacts.Of(submitted.Request, Demo.Rules, submitted.Now, submitted.Now);
        Assert.Equal(("XB", "EIO-A1", "XB"), (facts.Awaited, facts.Running!.RuleId, facts.Running.On));
        Assert.Empty(facts.Held);
        // What is due at home alone is no limit between the states.
        var atHome = submitted.Request with { Deadlines = [.. submitted.Request.Deadlines.Select(d => d with { AtHome = default(DownstreamKind) })] };
        Assert.Null(StuckFacts.Of(atHome, Demo.Rules, submitted.Now, submitted.Now).Running);
        submitted.Passes("2026-01-28T08:00:00Z");
        Assert.Equal(Cause.Unanswered, Verdict.First(StuckFacts.Of(submitted.Request, Demo.Rules, submitted.Now, submitted.Now)).Cause);

        var postponed = Usual.Into("Postponed");
        facts = StuckFacts.Of(postponed.Request, Demo.Rules, postponed.Now, postponed.Now);
        Assert.Contains(facts.Held, h => h.Reason is { Length: > 0 });
        // Of several that are held the one that has been held longest.
        var held = postponed.Request.Deadlines.First(d => d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Held, AtHome: null });
        var longest = postponed.Request with { Deadlines = [.. new[] { -1, -3, -2 }.Select(days => held with { Id = Guid.NewGuid(), HeldSince = held.HeldSince!.Value.AddDays(days) })] };
        Assert.Equal(held.HeldSince!.Value.AddDays(-3), StuckFacts.Of(longest, Demo.Rules, postponed.Now, postponed.Now).Held[0].At);

        var veto = Usual.Into("NationalStepPending");
        facts = StuckFacts.Of(veto.Request, Demo.Rules, veto.Now, veto.Now);
        Assert.Equal(veto.Request.Requested.State, facts.Approval!.By);
        var validated = veto.Request with { Deadlines = [.. veto.Request.Deadlines.Select(d => d.Clock == Clock.NationalStep ? d with { Clock = Clock.Validation } : d)] };
        Assert.Equal(facts.Approval, StuckFacts.Of(validated, Demo.Rules, veto.Now, veto.Now).Approval);
        Assert.Equal(Cause.AsPlanned, Verdict.First(facts).Cause);
        Assert.Equal(Cause.WaitingForApproval, Verdict.First(facts with { Now = facts.Approval.Due!.Value.AddDays(1), Present = facts.Approval.Due.Value.AddDays(1) }).Cause);
    }

    /// <summary>States in which no limit runs, so that nothing else ever says that they were forgotten.</summary>
    [Theory]
    [InlineData("MutualAssistance", "Returned", "XA")]
    [InlineData("Extradition", "Returned", "XB")]
    [InlineData("Extradition", "Released", "XB")]
    [InlineData("Extradition", "SurrenderLapsed", "XB")]
    [InlineData("InterceptionNotice", "MayGoOn", "XA")]
    [InlineData("Correction", "InDispute", "XB")]
    public void A_request_that_rests_without_a_limit_for_longer_than_others_is_found_and_one_that_does_not_is_left_in_peace(string procedure, string state, string awaited)
    {
        var request = Courses.Of(procedure).Into(state, Demo.Rules).Request;
        Verdict After(int days, int? usual) => Verdict.First(
            StuckFacts.Of(request, Demo.Rules, request.Since.AddDays(days), request.Since.AddDays(days)) with { Usual = usual is { } known ? TimeSpan.FromDays(known) : null });

        Assert.Equal((Cause.AsPlanned, Cause.LongerThanUsual), (After(89, null).Cause, After(91, null).Cause));
        Assert.Equal((Cause.AsPlanned, Cause.LongerThanUsual), (After(19, 20).Cause, After(21, 20).Cause));
        var forgotten = After(300, 20);
        Assert.Equal((Owner.Authority, awaited, request.Since.AddDays(20)), (forgotten.Owner, forgotten.State, forgotten.Since));
        Assert.Equal(("longer-than-usual", TimeSpan.FromDays(20)), (forgotten.What.Code, forgotten.What.Facts[1]));
        Assert.Equal(("next-step-of", awaited), (forgotten.Clears.Code, forgotten.Clears.Facts[0]));
    }

    [Fact]
    public void There_is_no_state_in_which_a_request_is_forgotten_for_ever()
    {
        foreach (var request in Courses.All.SelectMany(c => c.Sheet.States.Select(s => c.Into(s, Demo.Rules).Request)).Where(r => r is { Closed: false }))
        {
            var much = request.Deadlines.Max(d => d.Due) is { } due && due > request.Since ? due.AddYears(1) : request.Since.AddYears(1);
            Assert.True(Verdict.First(StuckFacts.Of(request, Demo.Rules, much, much)).Cause != Cause.AsPlanned, $"{request.Procedure} {request.State} is as planned for ever");
        }
    }

    [Fact]
    public void A_way_in_trouble_makes_nothing_stuck_that_is_in_time_and_explains_nothing_that_was_late_before()
    {
        foreach (var trouble in new[] { "adapter silent", "maintenance", "broker trouble" })
        {
            var cause = Verdict.First(With(trouble)).Cause;
            var waits = With(trouble) with { OnTheirWay = [] };
            Assert.Equal((trouble, Cause.AsPlanned), (trouble, Verdict.First(waits).Cause));
            // It was heard two hours ago, and the maintenance began eight hours ago.
            Assert.Equal((trouble, cause), (trouble, Verdict.First(waits with { Running = waits.Running! with { At = Now.AddHours(-1) } }).Cause));
            Assert.Equal((trouble, Cause.Unanswered), (trouble, Verdict.First(waits with { Running = waits.Running! with { At = Now.AddDays(-1) } }).Cause));
            // Delivered twenty days ago: the adapter had it long before.
            Assert.Equal((trouble, Cause.NotOpened), (trouble, Verdict.First(waits with { OnTheirWay = [new("XB", Now.AddDays(-20), Now.AddDays(-20))] }).Cause));
        }
        // What became late before the maintenance began was not delivered for another reason.
        Assert.Equal(Cause.NotDelivered, Verdict.First(With("maintenance") with { OnTheirWay = [new("XB", Now.AddDays(-20))] }).Cause);
    }

    static WayFacts Way(string state) => new(state) { HeardAt = Now.AddSeconds(-20), Consumers = 1 };

    static StuckFacts Xb(Func<WayFacts, WayFacts> fault, bool undelivered) => Normal with
    {
        Ways = [Way("XA"), fault(Way("XB"))],
        OnTheirWay = undelivered ? [Undelivered] : [],
    };

    static StuckFacts With(string fault) => fault switch
    {
        "none" => Normal,
        "delivered but not opened" => Normal with { OnTheirWay = [new("XB", Now.AddDays(-5), Now.AddDays(-4))] },
        "handed over but not opened" => Normal with { OnTheirWay = [new("XB", Now.AddDays(-5), Now.AddDays(-4), Now.AddDays(-4))] },
        "not delivered" => Normal with { OnTheirWay = [new("XB", Now.AddHours(-30))] },
        "no consumer" => Xb(w => w with { Consumers = 0 }, undelivered: true),
        "adapter silent" => Xb(w => w with { SilentSince = Now.AddHours(-1), HeardAt = Now.AddHours(-2) }, undelivered: true),
        "adapter never heard" => Xb(w => w with { SilentSince = Now.AddHours(-1), HeardAt = null }, undelivered: true),
        "maintenance" => Xb(w => w with { MaintenanceFrom = Now.AddHours(-8), MaintenanceUntil = Now.AddHours(3) }, undelivered: false) with { OnTheirWay = [new("XB", Now.AddHours(-30))] },
        "certificate ended" => Xb(w => w with { ClientCertificateEnds = Now.AddHours(-3), SilentSince = Now.AddHours(-1), HeardAt = Now.AddHours(-2), Consumers = 0 }, undelivered: true),
        "certificate of the broker ended" => Xb(w => w with { ServerCertificateEnds = Now.AddHours(-3), SilentSince = Now.AddHours(-1), HeardAt = Now.AddHours(-2), Consumers = 0 }, undelivered: true),
        "consumer paused" => Xb(w => w with { Waiting = 3 }, undelivered: true),
        "given up by the broker" => Xb(w => w with { GivenUp = 7 }, undelivered: true),
        "clock ahead" => Xb(w => w with { ClockAhead = TimeSpan.FromMinutes(6) }, undelivered: false) with { OnTheirWay = [new("XB", Now.AddHours(-30))] },
        "clock behind" => Xb(w => w with { ClockAhead = TimeSpan.FromDays(-2) }, undelivered: false) with { OnTheirWay = [new("XB", Now.AddHours(-30))] },
        "mapping refused at the hub" => Normal with { Quarantined = new("XB", RefusalCode.InvalidContent, "$.open.reference: is missing.", "Write it.", Now.AddHours(-1)) },
        "mapping refused in the other adapter" => Xb(w => w with { SetAsideThere = 3 }, undelivered: false) with { OnTheirWay = [new("XB", Now.AddDays(-2), Now.AddDays(-2))] },
        "missing key" => Normal with { Keys = [new("XB", Seals: false)] },
        "private key missing at home" => Xb(w => w with { MissingKey = new string('k', 43), MissingKeySince = Now.AddHours(-1), Consumers = 0 }, undelivered: true),
        "key of the hub missing" => Normal with { Keys = [new("HUB", Seals: false)] },
        "signed with an unknown key" => Normal with { Quarantined = new("XB", RefusalCode.NotAuthentic, "No key of XB has this id.", "Sign with a key of XB that the directory holds.", Now.AddHours(-1)) },
        "expired key" => Normal with { Keys = [new("XB", Seals: false, Now.AddDays(-1))] },
        "waiting for approval" => Normal with { Approval = new("a repair plan", "a second operator", Now.AddHours(-1)) },
        "approval overdue" => Normal with { Approval = new("the national step", "XB", Now.AddDays(-9), Now.AddDays(-1)) },
        "clock held" => Normal with { Running = null, Held = [new("EIO-D1", "Decide", "XB", Now.AddDays(-10), Reason: "items in use")] },
        "clock held, usual not known" => Normal with { Usual = null, Running = null, Held = [new("EIO-D1", "Decide", "XB", Now.AddDays(-15))] },
        "outbox blocked" => Xb(w => w with { OutboxOldest = Now.AddHours(-2), OutboxError = "The link did not confirm it" }, undelivered: true),
        "broker trouble" => Xb(w => w with { BrokerTrouble = "The broker cannot be reached: connection refused.", Consumers = null, HeardAt = Now.AddHours(-2) }, undelivered: true),
        "act not decided" => Normal with { Undecided = new("XB", Now.AddHours(-1)) },
        "clock of the hub behind" => Normal with { Running = Normal.Running! with { At = Now.AddHours(-2) }, ClockBehindSince = Now.AddHours(-2) },
        "earlier act missing" => Normal with { Undecided = new("XB", Now.AddMinutes(-20), Now.AddMinutes(-20)) },
        "calendar missing" => Normal with { CalendarEnds = new("EIO-D1", new(2029, 3, 1), "XB", new(2026, 1, 1), new(2028, 12, 31)) },
        "overdue" => Normal with { Running = Normal.Running! with { At = Now.AddDays(-1), Level = 2 } },
        "a plan waits" => Normal with { Plan = new("two messages are set aside", Now.AddHours(-1)) },
        "worker of the hub silent" => Normal with { WorkerSilentSince = Now.AddHours(-3), OnTheirWay = [Undelivered] },
        "longer than usual" => Normal with { Running = null, Since = Now.AddDays(-10) },
        "longer than usual, usual not known" => Normal with { Usual = null, Running = null, Since = Now.AddDays(-91) },
        _ => throw new ArgumentException($"'{fault}' is no fault of this table.", nameof(fault)),
    };

    // Both faults at once.
    static StuckFacts Merge(StuckFacts one, StuckFacts other) => one with
    {
        Running = Normal.Running == one.Running ? other.Running : one.Running,
        Since = one.Since < other.Since ? one.Since : other.Since,
        Usual = one.Usual ?? other.Usual,
        Plan = one.Plan ?? other.Plan,
        WorkerSilentSince = one.WorkerSilentSince ?? other.WorkerSilentSince,
        Held = [.. one.Held, .. other.Held],
        Approval = one.Approval ?? other.Approval,
        CalendarEnds = one.CalendarEnds ?? other.CalendarEnds,
        OnTheirWay = [.. one.OnTheirWay, .. other.OnTheirWay],
        Ways = [.. one.Ways.Zip(other.Ways, (a, b) => a with
        {
            MaintenanceFrom = a.MaintenanceFrom ?? b.MaintenanceFrom,
            MaintenanceUntil = a.MaintenanceUntil ?? b.MaintenanceUntil,
            SilentSince = a.SilentSince ?? b.SilentSince,
            ClientCertificateEnds = a.ClientCertificateEnds ?? b.ClientCertificateEnds,
            ServerCertificateEnds = a.ServerCertificateEnds ?? b.ServerCertificateEnds,
            ClockAhead = a.ClockAhead ?? b.ClockAhead,
            Waiting = Math.Max(a.Waiting, b.Waiting),
            GivenUp = Math.Max(a.GivenUp, b.GivenUp),
            MissingKey = a.MissingKey ?? b.MissingKey,
            MissingKeySince = a.MissingKeySince ?? b.MissingKeySince,
            BrokerTrouble = a.BrokerTrouble ?? b.BrokerTrouble,
            Consumers = a.Consumers is 1 ? b.Consumers : a.Consumers,
            OutboxOldest = a.OutboxOldest ?? b.OutboxOldest,
            SetAsideThere = Math.Max(a.SetAsideThere, b.SetAsideThere),
        })],
        Keys = [.. one.Keys, .. other.Keys],
        Quarantined = one.Quarantined ?? other.Quarantined,
        Undecided = one.Undecided ?? other.Undecided,
        ClockBehindSince = one.ClockBehindSince ?? other.ClockBehindSince,
    };
}
