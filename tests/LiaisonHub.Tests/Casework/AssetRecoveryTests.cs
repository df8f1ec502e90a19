using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using static LiaisonHub.Tests.Casework.AssetRecoveryCourse;

namespace LiaisonHub.Tests.Casework;

public sealed class AssetRecoveryTests
{
    static Story At(string state) => Into(state, Demo.Rules);

    [Fact]
    public void The_usual_course_freezes_confiscates_serves_victims_shares_and_returns()
    {
        var story = new Story().Asks(Freeze with { VictimRestitution = true });
        Assert.Equal("FreezeSubmitted FRZ-A1 FRZ-1", Where(story));
        story.Answers(Usual.Acknowledged);
        Assert.Equal("FreezeSubmitted FRZ-1", Where(story));
        story.Answers(Usual.Recognised);
        Assert.Equal("FreezeRecognised FRZ-2", Where(story));
        story.Answers(Frozen);
        Assert.Equal(("Frozen FRZ-3 FRZ-I1", 240_000.5m), (Where(story), story.Request.AssetRecovery!.Frozen));
        story.Answers(Informed);
        Assert.Equal("Frozen FRZ-3", Where(story));
        var freezingChecked = story.Request.RightsCheckedAt;
        story.At("2026-03-02T09:00:00Z").Asks(Confiscate);
        Assert.Equal("ConfiscationSubmitted FRZ-A1 CNF-1", Where(story));
        story.Answers(Usual.Recognised);
        Assert.Equal("ConfiscationRecognised CNF-2", Where(story));
        Assert.True(story.Request.RightsCheckedAt > freezingChecked); // each step against property has its own check
        story.Answers(Confiscated(190_000)).Answers(new VictimsRestituted { Amount = 90_000, Victims = 14 });
        Assert.Equal("Confiscated CNF-S1", Where(story));
        story.Answers(Shares(SharingBasis.AboveLimit, 49_000, 49_000, costs: 2_000));
        Assert.Equal("SharingOpen CNF-S2", Where(story));
        story.Asks(new SharingAnswered { Agreed = true });
        Assert.Equal("SharingAgreed CNF-R1", Where(story));
        story.Answers(new AssetReturned { Amount = 49_000, Channel = "Transfer" });
        Assert.Equal("Returned CNF-R2", Where(story));
        story.Asks(new AssetReceiptConfirmed { Amount = 49_000 });

        Assert.Equal(("Closed.Returned", "Returned"), (Where(story), story.Request.Outcome));
    }

    [Fact]
    public void Nobody_is_informed_of_a_confidential_freezing_before_the_confiscation_is_asked_for()
    {
        var story = new Story().Asks(Freeze with { Confidential = true }).Answers(Usual.Recognised).Answers(Frozen);
        Assert.Equal("Frozen FRZ-3", Where(story));
        Assert.Equal((RefusalCode.ConditionNotMet, "The requesting side has asked that the persons affected are not told yet."),
            (story.Refused(Side.Requested, Informed).Code, story.Refused(Side.Requested, Informed).Reason));
        story.Asks(Confiscate).Answers(Informed);
        Assert.Equal(Informed.On, story.Request.AssetRecovery!.InformedOn);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, Informed).Code);
    }

    [Theory]
    [InlineData("ConfiscationSubmitted", "CNF-1")]
    [InlineData("ConfiscationRecognised", "CNF-2")]
    public void A_remedy_holds_a_confiscation_until_it_is_decided(string state, string rule)
    {
        var story = At(state).After(TimeSpan.FromDays(10)).Answers(Remedy);
        Assert.Equal((state, DeadlineStatus.Held), (story.State, story.Deadline(rule).Status));
        foreach (var act in new object[] { Usual.Recognised, Confiscated(100_000), Remedy, Usual.Postponed, Consulted })
            Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, act).Code);
        var due = story.Deadline("FRZ-R1").Due;
        Assert.NotNull(due);

        story.After(TimeSpan.FromDays(30)).Answers(new RemedyDecided { Outcome = RemedyOutcome.Dismissed });
        Assert.Equal((state, DeadlineStatus.Running, DeadlineStatus.Met), (story.State, story.Deadline(rule).Status, story.Deadline("FRZ-R1").Status));
        Assert.True(story.Deadline(rule).Due > At(state).Deadline(rule).Due);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, new RemedyDecided { Outcome = RemedyOutcome.Dismissed }).Code);
        story.Answers(Remedy).Answers(new RemedyDecided { Outcome = RemedyOutcome.Lifted });
        Assert.Equal(("Closed.Lifted", "RemedyUpheld"), (story.State, story.Request.Outcome));
    }

    [Fact]
    public void Several_states_asked_for_the_same_amount_confiscate_no_more_than_it_in_all()
    {
        Story Recognised(string state, params string[] others) => new Story(Demo.Rules, requested: state).Asks(Confiscate with { OtherStates = others })
            .Answers(Usual.Recognised);
        var there = Recognised("XC", "XB").Answers(Confiscated(150_000));
        var here = Recognised("XB", "XC");
        here.Group = [there.Request];
        Assert.Equal("$.open.proceeds: sought are 200000, confiscated elsewhere: XC 150000; what goes beyond is given back and not counted here.",
            here.Refused(Side.Requested, Confiscated(50_001)).Reason);

        // What is reduced in one of them is reduced for all.
        var reduced = Recognised("XC", "XB").Asks(new AmountReduced { Reason = AmountReason.PartPaid, StillSought = 80_000 });
        here.Group = [reduced.Request];
        Assert.Equal("$.open.proceeds: sought are 80000; what goes beyond is given back and not counted here.", here.Refused(Side.Requested, Confiscated(80_001)).Reason);

        // The others are told, once, and keep it although that request is taken back.
        var told = Assert.Single(Recognised("XC", "XB") is var asking && (asking.Group = [here.Request]) is not null
            ? asking.Asks(new AmountReduced { Reason = AmountReason.PartPaid, StillSought = 80_000 }).Last.Orders : []);
        var heard = Recognised("XB", "XC").Hears(told);
        foreach (var side in new Seat[] { Side.Requesting, Side.Requested })
            Assert.Equal(("XC", 80_000m, "EUR"), heard.ToldTo<ReducedAmountNotice>(side).Select(n => (n.ReducedIn, n.StillSought, n.Currency)).Single());
        Assert.Same(heard.Request, heard.Hears(told).Request);
        Assert.Equal("$.open.proceeds: sought are 80000; what goes beyond is given back and not counted here.", heard.Refused(Side.Requested, Confiscated(80_001)).Reason);
        Assert.Empty(Recognised("XC").Asks(new AmountReduced { Reason = AmountReason.PartPaid, StillSought = 80_000 }).Last.Orders);

        // A request for an amount of its own, and one that was refused, take nothing away.
        here.Group = [there.Request];
        var alone = Recognised("XB");
        alone.Group = [there.Request];
        alone.Answers(Confiscated(200_000));
        here.Answers(Confiscated(50_000));
        Assert.Equal("Confiscated", here.State);
    }

    /// <summary>Each rule, the state it runs in, and its last second: asked on a Monday at 10:00 UTC by XA (Lisbon) of XB (Athens), all in the same minute.
    /// Counted by hand.</summary>
    public static TheoryData<string, string, string> Limits { get; } = new()
    {
        { "FRZ-A1", "FreezeSubmitted", "2026-01-21T21:59:59Z" },
        { "FRZ-1", "FreezeSubmitted", "2026-01-21T10:00:00Z" },
        { "FRZ-1N", "NotUrgent", "2026-01-26T21:59:59Z" },
        { "FRZ-2", "FreezeRecognised", "2026-01-21T10:00:00Z" },
        { "FRZ-2N", "NotUrgentRecognised", "2026-01-26T21:59:59Z" },
        { "FRZ-3", "Frozen", "2026-03-31T22:59:59Z" }, // Lisbon is on summer time by then
        { "FRZ-C1", "Consulting", "2026-01-26T23:59:59Z" },
        { "FRZ-I1", "Frozen", "2026-01-26T21:59:59Z" },
        { "FRZ-P1", "Postponed", "2026-02-18T21:59:59Z" },
        { "FRZ-R1", "Contested", "2026-04-20T20:59:59Z" }, // 19 April is a Sunday
        { "FRZ-S1", "Withdrawing", "2026-01-21T10:00:00Z" },
        { "CNF-1", "ConfiscationSubmitted", "2026-03-06T21:59:59Z" }, // 5 March: holiday in XB
        { "CNF-2", "ConfiscationRecognised", "2026-03-06T21:59:59Z" },
        { "CNF-S1", "Confiscated", "2026-02-18T21:59:59Z" },
        { "CNF-S2", "SharingOpen", "2026-02-18T23:59:59Z" },
        { "CNF-R1", "SharingAgreed", "2026-03-20T21:59:59Z" },
        { "CNF-R2", "Returned", "2026-02-02T23:59:59Z" },
        { "CNF-4", "CostsTold", "2026-01-26T23:59:59Z" },
    };

    [Fact]
    public void Every_time_rule_of_the_catalogue_is_counted_here() =>
        Assert.Equal(Demo.Region.Catalogue.TimeRules.Where(r => r.Instrument == "FRZ").Select(r => r.Id).Order(), Limits.Select(l => l.Data.Item1).Order());

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_is_kept_in_its_last_second_and_missed_in_the_next(string rule, string state, string last)
    {
        var story = state switch
        {
            "CostsTold" => At("FreezeRecognised").Answers(Usual.CostNotice),
            "NotUrgent" => new Story().Asks(Freeze with { Urgent = false }),
            "NotUrgentRecognised" => new Story().Asks(Freeze with { Urgent = false }).Answers(Usual.Recognised),
            _ => At(state),
        };
        Assert.Equal(Demo.Utc(last), story.Deadline(rule).Due);

        story.Passes(last);
        Assert.Equal((0, DeadlineStatus.Running), (story.Deadline(rule).Level, story.Deadline(rule).Status));
        story.Passes(TimeSpan.FromSeconds(1));
        Assert.True(story.Deadline(rule) is { Status: DeadlineStatus.Expired } or { Level: 1 }, $"{rule}: {story.Deadline(rule).Status}");
    }

    [Fact]
    public void A_confiscation_needs_no_freezing_before_it()
    {
        var story = new Story().Asks(Confiscate);

        Assert.Equal("ConfiscationSubmitted FRZ-A1 CNF-1", Where(story));
        Assert.Null(story.Request.AssetRecovery!.Frozen);
    }

    [Theory]
    [InlineData("FreezeSubmitted", "FreezeSubmitted FRZ-A1 FRZ-1", "2026-01-23T10:00:00Z")]
    [InlineData("ConfiscationSubmitted", "ConfiscationSubmitted FRZ-A1 CNF-1", "2026-03-09T21:59:59Z")] // 5 March was a holiday, 7 March is a Saturday
    public void A_defect_is_cured_in_its_place_and_the_limit_waits(string state, string then, string due)
    {
        var story = At(state);
        var rule = then.Split(' ')[2];
        Assert.Contains("asks for consultation first", story.Refused(Side.Requested, Refusal with { Ground = "FORMAL" }).Reason, StringComparison.Ordinal);
        story.Answers(Consulted);
        Assert.Equal(DeadlineStatus.Held, story.Deadline(rule).Status);
        story.After(TimeSpan.FromDays(2)).Asks(new ConsultationAnswered { Answer = ConsultationAnswer.Adapted });

        Assert.Equal(then, Where(story));
        Assert.Equal(Demo.Utc(due), story.Deadline(rule).Due);
        var silent = At(state).Answers(Consulted).Passes("2026-01-27T00:00:00Z");
        Assert.Equal(state, silent.State);
        Assert.Equal("Closed.Refused", Where(silent.Answers(Refusal with { Ground = "FORMAL" })));
    }

    [Fact]
    public void Nothing_is_frozen_or_confiscated_without_the_rights_check_and_dual_criminality()
    {
        foreach (var state in new[] { "FreezeSubmitted", "ConfiscationSubmitted" })
        {
            Assert.Contains("no answer to lawful-basis", At(state).Refused(Side.Requested,
                Usual.Recognised with { RightsCheck = Usual.RightsCheck with { Answers = [.. Usual.RightsCheck.Answers.Skip(1)] } }).Reason, StringComparison.Ordinal);
            Assert.Equal("$.open.dualCriminality: for freezing and confiscation it is looked at; write ListOffence or Found.",
                At(state).Refused(Side.Requested, Usual.Recognised with { DualCriminality = DualCriminality.NotRequired }).Reason);
        }
        Assert.Equal(RefusalCode.NotNow, At("FreezeSubmitted").Refused(Side.Requested, Frozen).Code);
    }

    [Theory]
    [InlineData("FreezeRecognised", "FreezeRecognised FRZ-2")]
    [InlineData("ConfiscationRecognised", "ConfiscationRecognised CNF-2")]
    public void A_postponement_holds_execution_and_goes_back_to_where_it_began(string state, string then)
    {
        var story = At(state).Answers(Usual.Postponed with { EstimatedEnd = new(2026, 2, 2) });
        Assert.Equal(Demo.Utc("2026-02-02T21:59:59Z"), story.Deadline("FRZ-P1").Due);
        story.Answers(Usual.Postponed);
        Assert.Equal(Demo.Utc("2026-02-18T21:59:59Z"), story.Deadline("FRZ-P1").Due);

        Assert.Equal(then, Where(story.Answers(new ExecutionResumed())));
    }

    [Fact]
    public void While_a_remedy_is_open_nothing_is_confiscated()
    {
        var story = At("Contested").Answers(Informed);
        Assert.Equal("Contested FRZ-3 FRZ-R1", Where(story));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, Confiscate).Code);
        Assert.Equal("Frozen FRZ-3", Where(story.Answers(new RemedyDecided { Outcome = RemedyOutcome.Dismissed })));
        Assert.Equal("ConfiscationSubmitted FRZ-A1 CNF-1", Where(story.Asks(Confiscate)));

        var lifted = At("Contested").Answers(new RemedyDecided { Outcome = RemedyOutcome.Lifted });
        Assert.Equal(("Closed.Lifted", "RemedyUpheld"), (Where(lifted), lifted.Request.Outcome));
    }

    [Fact]
    public void When_the_day_passes_without_a_confiscation_lifting_is_discussed()
    {
        var lift = new FreezingLifted { Reason = "Nothing was asked for" };
        Assert.Equal("The property remains frozen until the day named by the requesting side.", At("Frozen").Refused(Side.Requested, lift).Reason);
        var story = At("Frozen").Answers(Informed).Passes("2026-03-31T22:59:59Z");
        Assert.Equal("Frozen FRZ-3", Where(story));
        story.Passes("2026-03-31T23:00:00Z");
        Assert.Equal("Review FRZ-3", Where(story));

        Assert.Equal(("Closed.Lifted", "Lifted"), (Where(story.Answers(lift)), story.Request.Outcome));
        var continued = At("Review").Answers(Informed).Asks(Continued);
        Assert.Equal(("Frozen FRZ-3", Demo.Utc("2027-06-30T22:59:59Z")), (Where(continued), continued.Deadline("FRZ-3").Due!.Value));
        Assert.Equal(RefusalCode.NotNow, continued.Refused(Side.Requested, lift).Code);
        Assert.Equal("ConfiscationSubmitted", At("Review").Asks(Confiscate).State);
        Assert.Equal("Contested", At("Review").Answers(Remedy).State);
    }

    [Fact]
    public void The_amount_only_falls_and_no_more_than_it_is_taken()
    {
        var story = At("ConfiscationRecognised").Asks(new AmountReduced { Reason = AmountReason.OverConfiscationRisk, StillSought = 120_000 });
        Assert.Equal(120_000, story.Request.AssetRecovery!.Amount);

        Assert.Equal("$.open.stillSought: sought are 120000; write less. More is a request of its own.",
            story.Refused(Side.Requesting, new AmountReduced { Reason = AmountReason.PartPaid, StillSought = 120_000 }).Reason);
        Assert.Equal("$.open.proceeds: sought are 120000; what goes beyond is given back and not counted here.",
            story.Refused(Side.Requested, Confiscated(120_000.01m)).Reason);
        Assert.Equal("Confiscated", story.Answers(Confiscated(120_000)).State);
    }

    [Fact]
    public void Victims_come_first_and_receive_no_more_than_there_is()
    {
        var story = Into("Confiscated", Demo.Rules, Confiscate with { VictimRestitution = true }, 100_000);
        Assert.StartsWith("The request says that victims are compensated",
            story.Refused(Side.Requested, Shares(SharingBasis.AboveLimit, 50_000, 50_000)).Reason, StringComparison.Ordinal);
        story.Answers(new VictimsRestituted { Amount = 60_000, Victims = 4 });
        Assert.Equal("$.open.amount: left are 40000; victims cannot have received more from it.",
            story.Refused(Side.Requested, new VictimsRestituted { Amount = 40_000.01m, Victims = 1 }).Reason);
        story.Answers(new VictimsRestituted { Amount = 30_000, Victims = 2 });

        Assert.Equal("SharingOpen", story.Answers(Shares(SharingBasis.UpToLimit, 0, 10_000)).State);
        var served = Into("Confiscated", Demo.Rules, Confiscate with { VictimRestitution = true }, 0).Answers(new VictimsRestituted { Amount = 0, Victims = 0 });
        Assert.Equal("SharingOpen", served.Answers(Shares(SharingBasis.UpToLimit, 0, 0)).State);
    }

    public static TheoryData<decimal, string, SharingProposed, string?> Sharings { get; } = new()
    {
        { 10_000, "EUR", Shares(SharingBasis.UpToLimit, 0, 10_000), null },
        { 10_000.01m, "EUR", Shares(SharingBasis.AboveLimit, 5_000, 5_000.01m), null }, // half, to the cent
        { 10_000.01m, "EUR", Shares(SharingBasis.UpToLimit, 0, 10_000.01m),
            "$.open.basis: 10000.01 are above the 10000 of Regulation (EU) 2018/1805, Article 30; write AboveLimit, or agree on the shares." },
        { 10_000, "EUR", Shares(SharingBasis.AboveLimit, 5_000, 5_000),
            "$.open.basis: 10000 are not above the 10000 of Regulation (EU) 2018/1805, Article 30; write UpToLimit, or agree on the shares." },
        { 12_000, "EUR", Shares(SharingBasis.UpToLimit, 0, 10_000, costs: 2_000), null }, // the limit is that of what is left after costs
        { 100_000, "EUR", Shares(SharingBasis.AboveLimit, 40_000, 60_000),
            "$.open.requestingShare: by Regulation (EU) 2018/1805, Article 30 it is 50000; write that, or agree on the shares." },
        { 100_000, "EUR", Shares(SharingBasis.Agreement, 80_000, 20_000), null },
        { 100_000, "EUR", Shares(SharingBasis.Agreement, 80_000, 20_000, costs: 1),
            "$.open.requestedShare: costs and shares are together 100001, left to share are 100000; make them equal." },
        { 100_000, "SEK", Shares(SharingBasis.AboveLimit, 50_000, 50_000),
            "$.open.basis: the limit of Regulation (EU) 2018/1805, Article 30 is in EUR, the sums are in SEK; agree on the shares." },
        { 100_000, "SEK", Shares(SharingBasis.Agreement, 50_000, 50_000), null },
    };

    [Theory]
    [MemberData(nameof(Sharings))]
    public void Shares_follow_the_rule_or_an_agreement_and_always_add_up(decimal proceeds, string currency, SharingProposed shares, string? refused)
    {
        var story = Into("Confiscated", Demo.Rules, Confiscate with { Currency = currency }, proceeds);
        if (refused is not null)
            Assert.Equal(refused, story.Refused(Side.Requested, shares).Reason);
        else
            Assert.Equal("SharingOpen", story.Answers(shares).State);
    }

    [Fact]
    public void A_disputed_sharing_is_proposed_anew_and_what_is_kept_is_not_returned()
    {
        var story = At("SharingOpen").Asks(new SharingAnswered { Agreed = false });
        Assert.Equal("SharingDisputed CNF-S1", Where(story));
        story.Answers(Shares(SharingBasis.Agreement, 0, 100_000)).Asks(new SharingAnswered { Agreed = true });

        Assert.Equal(("Closed.Kept", "Kept"), (Where(story), story.Request.Outcome));
    }

    [Fact]
    public void The_share_agreed_is_returned_and_received_to_the_cent()
    {
        Assert.Equal("$.open.amount: agreed is 50000; return that.",
            At("SharingAgreed").Refused(Side.Requested, new AssetReturned { Amount = 49_999.99m, Channel = "Transfer" }).Reason);
        Assert.Equal("$.open.amount: returned were 50000; if something else arrived, dispute it (DisputeRaised).",
            At("Returned").Refused(Side.Requesting, new AssetReceiptConfirmed { Amount = 50_000.01m }).Reason);
    }

    [Theory]
    [InlineData("FreezeSubmitted")]
    [InlineData("Frozen")]
    [InlineData("ConfiscationRecognised")]
    public void Impossible_or_withdrawn_it_ends(string state)
    {
        var impossible = At(state).Answers(new ExecutionImpossible { Ground = ImpossibilityGround.AlreadyConfiscated });
        var withdrawn = At(state).Asks(Withdrawn);

        Assert.Equal(("Closed.Impossible", "AlreadyConfiscated"), (Where(impossible), impossible.Request.Outcome));
        Assert.Equal("Withdrawing FRZ-S1", Where(withdrawn));
    }

    public static TheoryData<string, Side, object, string> Wrong { get; } = new()
    {
        { "", Side.Requesting, Freeze with { Amount = 0 }, "$.open.amount: is 0; write an amount above 0, with two decimals at most." },
        { "", Side.Requesting, Freeze with { Amount = 1.005m }, "$.open.amount: is 1.005; write an amount above 0, with two decimals at most." },
        { "", Side.Requesting, Freeze with { Currency = "eur" }, "$.open.currency: is not an ISO 4217 code; write three capital letters." },
        { "", Side.Requesting, Freeze with { FrozenUntil = new(2026, 1, 18) }, "$.open.frozenUntil: 2026-01-18 is over; write 2026-01-19 or later." },
        { "", Side.Requesting, Freeze with { OtherStates = ["xc"] }, "$.open.otherStates[0]: is not an ISO 3166-1 alpha-2 code; write two capital letters." },
        { "", Side.Requesting, Confiscate with { FinalOn = new(2026, 1, 20) }, "$.open.finalOn: 2026-01-20 is still to come; write 2026-01-19 or earlier." },
        { "", Side.Requesting, Confiscate with { Instrument = "EIO" }, "$.open.instrument: 'EIO' does not serve this procedure; those that do: FRZ." },
        { "Frozen", Side.Requesting, Confiscate with { Reference = "XA-2026-000999" },
            "$.open.reference: the confiscation of what is frozen keeps the reference of the freezing; write that." },
        { "Frozen", Side.Requesting, Confiscate with { Currency = "SEK" }, "$.open.currency: the freezing is counted in EUR; keep it." },
        { "FreezeRecognised", Side.Requested, Frozen with { Assets = [] }, "$.open.assets: is empty; name at least 1." },
        { "FreezeRecognised", Side.Requested, Frozen with { Total = 240_000 },
            "$.open.total: is 240000, the values are together 240000.5; make them equal." },
        { "FreezeRecognised", Side.Requested, Frozen with { On = new(2026, 1, 20) }, "$.open.on: 2026-01-20 is still to come; write 2026-01-19 or earlier." },
        { "Confiscated", Side.Requested, new VictimsRestituted { Amount = 5, Victims = 0 },
            "$.open.victims: is 0; write how many received it, at least 1." },
        { "Frozen", Side.Requesting, Continued with { Reason = "" }, "$.open.reason: is missing or empty; write one line." },
        { "SharingAgreed", Side.Requested, new AssetReturned { Amount = 50_000, Channel = "" }, "$.open.channel: is missing or empty; write one line." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_stand_is_refused_with_its_place_and_the_remedy(string state, Side by, object content, string reason) =>
        Assert.Equal(reason, (state.Length == 0 ? new Story() : At(state)).Refused(by, content).Reason);

    static string Where(Story story) =>
        string.Join(' ', story.Request.Deadlines.Where(d => d is { Active: true, Kind: DeadlineKind.Procedure }).Select(d => d.RuleId).Prepend(story.State));
}
