using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using static LiaisonHub.Tests.Casework.EmergencyCourse;

namespace LiaisonHub.Tests.Casework;

public sealed class EmergencyTests
{
    static Story At(string state) => Into(state, Demo.Rules);

    static Story ValidatedBefore(string state) => Into(state, Demo.Rules, Requested with { Validated = true });

    [Fact]
    public void The_usual_course_is_validated_afterwards_and_followed_by_a_formal_request()
    {
        var story = new Story(Demo.Rules, priority: Priority.Emergency).Asks(Requested);
        Assert.Equal("Submitted EPO-A1 EPO-3 EPO-7", Where(story));
        story.After(TimeSpan.FromMinutes(20)).Answers(Usual.Acknowledged);
        Assert.Equal("Acknowledged EPO-3 EPO-7 EPO-K1", Where(story));
        story.After(TimeSpan.FromMinutes(20)).Answers(Check);
        Assert.Equal("Executing EPO-3 EPO-7", Where(story));
        Assert.Equal(story.Now, story.Request.RightsCheckedAt);
        story.After(TimeSpan.FromHours(1)).Answers(Usual.Evidence(1, false)).Answers(Usual.Evidence(2, true));
        Assert.Equal("Unvalidated EPO-7 EPO-4", Where(story));
        story.After(TimeSpan.FromHours(5)).Asks(Validated);
        Assert.Equal("Delivered EPO-4", Where(story));
        story.Passes("2026-01-23T11:40:00Z");
        Assert.Equal("Delivered EPO-4", Where(story));
        story.Passes("2026-01-23T11:40:01Z");
        Assert.Equal("Confirmed EPO-F1", Where(story));
        story.Asks(Followed);

        Assert.Equal(("Closed.FollowedUp", "FollowedUp"), (Where(story), story.Request.Outcome));
    }

    /// <summary>Each rule, the state it runs in, and its last second: asked on a Monday at 10:00 UTC by XA (Lisbon) of XB (Athens), all in the same
    /// minute. Counted by hand.</summary>
    public static TheoryData<string, string, string> Limits { get; } = new()
    {
        { "EPO-A1", "Submitted", "2026-01-19T11:00:00Z" },
        { "EPO-K1", "Acknowledged", "2026-01-19T12:00:00Z" },
        { "EPO-J1", "Held", "2026-01-19T12:00:00Z" },
        { "EPO-3", "Executing", "2026-01-19T18:00:00Z" },
        { "EPO-4", "Delivered", "2026-01-23T10:00:00Z" },
        { "EPO-7", "Unvalidated", "2026-01-21T10:00:00Z" },
        { "EPO-C1", "Consulting", "2026-01-19T11:00:00Z" },
        { "EPO-H1", "Undoing", "2026-01-19T18:00:00Z" },
        { "EPO-U1", "Named", "2026-01-20T10:00:00Z" },
        { "EPO-F1", "Downgraded", "2026-01-29T23:59:59Z" },
        { "EPO-S1", "Withdrawing", "2026-01-21T10:00:00Z" },
    };

    [Fact]
    public void Every_time_rule_of_the_catalogue_is_counted_here() =>
        Assert.Equal(Demo.Region.Catalogue.TimeRules.Where(r => r.Instrument == "EPO" && r.Clock is not (Clock.Delivered or Clock.Opened)).Select(r => r.Id).Order(),
            Limits.Select(l => l.Data.Item1).Order());

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_is_kept_in_its_last_second_and_missed_in_the_next(string rule, string state, string last)
    {
        var story = state switch
        {
            "Consulting" => At("Acknowledged").Answers(Consulted),
            "Named" => At("Undoing").Asks(Holders),
            _ => At(state),
        };
        Assert.Equal(Demo.Utc(last), story.Deadline(rule).Due);

        story.Passes(last);
        Assert.Equal((0, DeadlineStatus.Running), (story.Deadline(rule).Level, story.Deadline(rule).Status));
        story.Passes(TimeSpan.FromSeconds(1));
        Assert.True(story.Deadline(rule) is { Status: DeadlineStatus.Expired } or { Level: 1 }, $"{rule}: {story.Deadline(rule).Status}");
    }

    // 10:00 UTC is noon in Athens: the prosecutor is on duty, the judge is not. 20:00 UTC is ten in the evening: the other way round.
    [Theory]
    [InlineData("2026-01-19T10:00:00Z", "XB-CA", "XB-DP", "XB-DP XB-PO1")]
    [InlineData("2026-01-19T10:00:00Z", "XB-DP", "XB-PO1", "XB-DP XB-PO1")]
    [InlineData("2026-01-19T20:00:00Z", "XB-DP", "XB-CT1", "XB-DP XB-CT1")]
    [InlineData("2026-01-19T10:00:00Z", "XB-PO1", "XB-DP", "XB-DP XB-PO1")]
    public void When_nobody_takes_it_within_the_hour_the_next_on_duty_is_rung_then_the_liaison_offices(string asked, string silent, string next, string everybody)
    {
        var story = new Story(Demo.Rules, priority: Priority.Emergency).At(asked).Asks(Requested);
        if (silent != "XB-CA")
            story.Answers(Usual.Forwarded with { ToAuthority = silent });
        story.Passes(TimeSpan.FromHours(3));
        var rung = story.Told.Where(t => t.Told is { To.Side: Side.Requested, Notice: EscalationNotice { Deadline.RuleId: "EPO-A1" } })
            .Select(t => (Minute: (int)(t.At - Demo.Utc(asked)).TotalSeconds, ((EscalationNotice)t.Told.Notice).Level, Told: ((EscalationNotice)t.Told.Notice).Told)).ToList();

        Assert.Equal([(3636, 2), (4500, 3), (7200, 4)], rung.Select(r => (r.Minute, r.Level)));
        Assert.Equal($"XA-CA {silent} {next}".Split(' ').Distinct(), rung[0].Told);
        Assert.Equal($"XA-CA {silent} {everybody} XA-LO XB-LO".Split(' ').Distinct(), rung[1].Told);
        Assert.Equal(["XA-HCA", "XB-HCA", "DEMO-SEC"], rung[2].Told.TakeLast(3));
        Assert.Empty(story.Documents);
    }

    [Fact]
    public void A_roster_covers_hours_over_midnight_and_round_the_clock()
    {
        var night = new DutyTurn("N", new(20, 0), new(8, 0));
        Assert.Equal([true, true, false, false], new[] { new TimeOnly(20, 0), new TimeOnly(7, 59), new TimeOnly(8, 0), new TimeOnly(19, 59) }.Select(night.Covers));
        Assert.True(new DutyTurn("D", new(0, 0), new(0, 0)).Covers(new(23, 59)));
    }

    [Fact]
    public void The_lane_is_for_emergencies_only()
    {
        var refused = new Story().Refused(Side.Requesting, Requested);

        Assert.Equal((RefusalCode.ConditionNotMet,
            "$.header.priority: is not Emergency; this lane is for emergencies only. Write Emergency, or make an ordinary request (RequestSubmitted)."),
            (refused.Code, refused.Reason));
    }

    [Fact]
    public void Nothing_is_produced_before_the_short_check_and_none_of_its_questions_is_skipped()
    {
        Assert.Equal(RefusalCode.NotNow, At("Acknowledged").Refused(Side.Requested, Usual.Evidence(1, true)).Code);
        Assert.Equal(RefusalCode.NotNow, At("Held").Refused(Side.Requested, Usual.Evidence(1, true)).Code);

        foreach (var check in new[] { Check, Failed })
            foreach (var missing in new[] { 0, 2, 3 })
            {
                var answers = check.RightsCheck.Answers.Where((_, i) => i != missing).ToList();
                var refused = At("Acknowledged").Refused(Side.Requested, check with { RightsCheck = check.RightsCheck with { Answers = answers } });
                Assert.Equal($"$.open.rightsCheck.answers: no answer to {check.RightsCheck.Answers[missing].Item}. In an emergency the short items are answered, "
                    + "and none is left out.", refused.Reason);
            }
    }

    [Fact]
    public void A_request_that_does_not_pass_is_held_for_the_judge_on_duty_while_the_eight_hours_run()
    {
        var story = At("Acknowledged").Answers(Failed);
        Assert.Equal("Held EPO-3 EPO-7 EPO-J1", Where(story));
        Assert.Null(story.Request.RightsCheckedAt);
        Assert.Contains("necessity not passed. Nothing may be produced", story.Refused(Side.Requested, Failed).Reason, StringComparison.Ordinal);

        Assert.Equal("Executing EPO-3 EPO-7", Where(story.Answers(Check)));
    }

    [Fact]
    public void Before_a_refusal_the_requesting_side_is_heard_and_no_clock_is_held()
    {
        var story = At("Executing");
        Assert.Contains("asks for consultation first", story.Refused(Side.Requested, Refusal).Reason, StringComparison.Ordinal);
        story.Answers(Consulted);
        Assert.Equal("Executing EPO-3 EPO-7 EPO-C1", Where(story));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, Consulted).Code);
        story.Passes(TimeSpan.FromSeconds(3601)).Answers(Refusal);

        Assert.Equal(("Closed.Refused", "FUNDRIGHTS"), (Where(story), story.Request.Outcome));
    }

    [Fact]
    public void Validated_beforehand_it_waits_for_objections_only()
    {
        var story = ValidatedBefore("Executing");
        Assert.Equal("Executing EPO-3", Where(story));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, Validated).Code);

        Assert.Equal("Delivered EPO-4", Where(story.Answers(Usual.Evidence(1, true))));
    }

    [Theory]
    [InlineData("Submitted")]
    [InlineData("Held")]
    [InlineData("Executing")]
    public void Validated_or_not_before_delivery_it_goes_on_or_stops(string state)
    {
        Assert.True(At(state).Asks(Validated).Request.Emergency!.Validated);
        var refused = At(state).Asks(Validated with { Granted = false });
        var silent = At(state).Passes("2026-01-21T10:00:01Z");

        Assert.Equal(("Withdrawing EPO-S1", "ValidationRefused"), (Where(refused), refused.Request.Outcome));
        Assert.Equal(("Withdrawing EPO-S1", "NotValidated"), (Where(silent), silent.Request.Outcome));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_sent_in_part_is_undone_as_well(bool silence)
    {
        var story = At("Executing").Answers(Usual.Evidence(1, false));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, new ExecutionImpossible { Ground = ImpossibilityGround.NotFound }).Code);
        if (silence)
            story.Passes("2026-01-21T10:00:01Z");
        else
            story.Asks(Validated with { Granted = false });

        Assert.Equal("Undoing EPO-H1", Where(story));
        Assert.Equal("Undoing EPO-H1", Where(At("Executing").Answers(Usual.Evidence(1, false)).Asks(Withdrawn)));
        Assert.Equal("Undoing EPO-H1", Where(At("Executing").Answers(Usual.Evidence(1, false)).Answers(Consulted).Asks(Usual.ConsultationAnswered).Answers(Refusal)));
    }

    [Fact]
    public void A_validation_that_comes_after_the_last_objection_confirms_at_once()
    {
        // The clock was away for days: the end of the objections is looked at before the end of the validation.
        var story = At("Unvalidated").At("2026-01-24T00:00:00Z");
        story.Look(story.Deadline("EPO-4").Id);
        Assert.Equal("Unvalidated EPO-7", Where(story));

        Assert.Equal("Confirmed EPO-F1", Where(story.Asks(Validated)));
    }

    [Theory]
    [InlineData("ValidationRefused")]
    [InlineData("NotValidated")]
    [InlineData("FUNDRIGHTS")]
    [InlineData("Withdrawn")]
    public void After_delivery_it_is_undone_by_every_holder_within_twenty_four_hours(string cause)
    {
        var story = cause switch
        {
            "ValidationRefused" => At("Unvalidated").Asks(Validated with { Granted = false }),
            "NotValidated" => At("Unvalidated").Passes("2026-01-21T10:00:01Z"),
            "FUNDRIGHTS" => At("Delivered").Answers(Consulted).Asks(Usual.ConsultationAnswered).Answers(Refusal),
            _ => At("Confirmed").Asks(Withdrawn),
        };
        var began = story.Now;
        Assert.Equal(("Undoing EPO-H1", cause), (Where(story), story.Request.Outcome));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, new HolderConfirmed { Holder = 1, Done = UndoneBy.Deletion }).Code);
        story.After(TimeSpan.FromHours(6)).Asks(Holders);
        Assert.Equal("Undoing EPO-U1 EPO-U1 EPO-U1", Where(story));
        Assert.All(story.Request.Deadlines.Where(d => d.RuleId == "EPO-U1"), d => Assert.Equal(began.AddHours(24), d.Due));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, Holders).Code);

        var copy = story.Opened();
        Assert.Equal("$.open.holder: XC confirms for its own authorities; the hub has asked it, and tells both sides when it has confirmed.",
            story.Refused(Side.Requesting, new HolderConfirmed { Holder = 3, Done = UndoneBy.Deletion }).Reason);
        story.Hears([.. copy.Answers(CorrectionCourse.Deleted("XC-CA") with { Done = CopyFate.Restricted }).Last.Orders]);
        story.Asks(new HolderConfirmed { Holder = 1, Done = UndoneBy.Deletion });
        story.Passes(began.AddHours(24).AddSeconds(1));
        var missing = Assert.Single(story.Request.Deadlines, d => d is { Active: true, Kind: DeadlineKind.Procedure });
        Assert.Equal((2, 1), (missing.Part!.Value, missing.Level)); // the one that is missing is the one that is late
        Assert.Equal("$.open.holder: this holder has confirmed already.",
            story.Refused(Side.Requesting, new HolderConfirmed { Holder = 3, Done = UndoneBy.Deletion }).Reason);
        Assert.Equal("$.open.holder: no holder has this number; named are 1 to 3.",
            story.Refused(Side.Requesting, new HolderConfirmed { Holder = 4, Done = UndoneBy.Deletion }).Reason);
        story.Asks(new HolderConfirmed { Holder = 2, Done = UndoneBy.Deletion });

        Assert.Equal("Closed.Undone", Where(story));
        Assert.Equal([UndoneBy.Deletion, UndoneBy.Deletion, UndoneBy.Restriction], story.Request.Emergency!.Holders.Select(h => h.Done!.Value));
    }

    [Theory]
    [InlineData("Submitted")]
    [InlineData("Acknowledged")]
    [InlineData("Held")]
    public void What_is_no_emergency_goes_on_as_an_ordinary_request_and_the_reason_is_kept(string state)
    {
        var story = At(state).Answers(new LaneDowngraded { Reason = "The person is safe" });
        Assert.Equal(("Downgraded EPO-F1", "The person is safe"), (Where(story), story.Request.Emergency!.DowngradeReason));
        Assert.Equal(RefusalCode.ConditionNotMet, story.Refused(Side.Requesting, Followed with { FollowUpRequestId = story.Id }).Code);

        Assert.Equal("Closed.Downgraded", Where(story.Asks(Followed)));
    }

    [Fact]
    public void Nobody_gains_time_by_passing_it_on()
    {
        var story = At("Submitted");
        var due = (story.Deadline("EPO-A1").Due, story.Deadline("EPO-3").Due);
        story.After(TimeSpan.FromMinutes(30)).Answers(Usual.Forwarded);

        Assert.Equal(due, (story.Deadline("EPO-A1").Due, story.Deadline("EPO-3").Due));
    }

    [Fact]
    public void An_act_of_this_lane_that_nobody_has_after_an_hour_is_an_alarm()
    {
        var story = At("Submitted").Passes("2026-01-19T11:00:01Z");

        Assert.Single(story.ToldTo<UnopenedNotice>(Side.Requesting));
        Assert.Equal(new TransportWatch(TimeSpan.FromHours(24), TimeSpan.FromHours(36)), Demo.Region.TransportWatch);
    }

    public static TheoryData<string, Side, object, string> Wrong { get; } = new()
    {
        { "", Side.Requesting, Requested with { Categories = [] }, "$.open.categories: is empty; name at least 1." },
        { "", Side.Requesting, Requested with { Instrument = "BUD" }, "$.open.instrument: 'BUD' does not serve this procedure; those that do: EPO." },
        { "Acknowledged", Side.Requested, Check with { RightsCheck = Check.RightsCheck with { CheckedBy = "" } },
            "$.open.rightsCheck.checkedBy: is missing or empty; write one line." },
        { "Unvalidated", Side.Requesting, Validated with { DecidedBy = " " }, "$.open.decidedBy: is missing or empty; write one line." },
        { "Undoing", Side.Requesting, new HoldersNamed { Holders = [] }, "$.open.holders: is empty; name at least 1." },
        { "Undoing", Side.Requesting, new HoldersNamed { Holders = ["XA-CA", "XA-CA"] }, "$.open.holders[1]: stands there twice; name each holder once." },
        { "Undoing", Side.Requesting, new HoldersNamed { Holders = ["XA-CA", "A friend"] },
            "$.open.holders[1]: not an authority of the region; name the authority that answers for whoever holds it." },
        { "Submitted", Side.Requested, new LaneDowngraded { Reason = "" }, "$.open.reason: is missing or empty; write one line." },
        { "Executing", Side.Requested, Usual.Evidence(2, true), "$.open.part: the next part is 1; send the parts in order." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_stand_is_refused_with_its_place_and_the_remedy(string state, Side by, object content, string reason) =>
        Assert.Equal(reason, (state.Length == 0 ? new Story(Demo.Rules, priority: Priority.Emergency) : At(state)).Refused(by, content).Reason);

    [Theory]
    [InlineData("Executing", "Downgraded EPO-F1")]
    [InlineData("Delivered", "Downgraded EPO-F1")]
    [InlineData("Confirmed", "Downgraded EPO-F1")]
    [InlineData("Unvalidated", "Undoing EPO-H1")]
    [InlineData("Undoing", "Undoing EPO-H1")]
    [InlineData("Withdrawing", "Withdrawing EPO-S1")]
    public void That_it_was_no_emergency_may_be_said_in_every_open_state_and_what_only_an_emergency_allowed_is_undone(string state, string where)
    {
        var downgrade = new LaneDowngraded { Reason = "The person is safe" };
        var story = At(state).Answers(downgrade);

        Assert.Equal((where, "The person is safe"), (Where(story), story.Request.Emergency!.DowngradeReason));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, downgrade).Code);
    }

    [Fact]
    public void What_was_delivered_on_a_validated_order_stays_after_a_downgrade_until_the_request_is_taken_back()
    {
        var story = At("Delivered").Answers(new LaneDowngraded { Reason = "The person is safe" });

        Assert.Equal("Undoing EPO-H1", Where(story.Asks(new RequestWithdrawn { Reason = "Proceedings closed" })));
    }

    static string Where(Story story) =>
        string.Join(' ', story.Request.Deadlines.Where(d => d is { Active: true, Kind: DeadlineKind.Procedure }).Select(d => d.RuleId).Prepend(story.State));
}
