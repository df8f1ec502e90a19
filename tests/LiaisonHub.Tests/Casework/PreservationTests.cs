using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using static LiaisonHub.Tests.Casework.PreservationCourse;

namespace LiaisonHub.Tests.Casework;

public sealed class PreservationTests
{
    static Story At(string state) => Into(state, Demo.Rules);

    [Fact]
    public void The_usual_course_keeps_the_records_until_the_follow_up_is_answered()
    {
        var story = new Story().Asks(Requested);
        Assert.Equal("Submitted BUD-A1 BUD-P1", Where(story));
        story.Answers(Usual.Acknowledged);
        Assert.Equal("Acknowledged BUD-P1", Where(story));
        story.Answers(Confirmed(new(2026, 3, 20)));
        Assert.Equal("Preserved EPR-1", Where(story));
        Assert.Equal((new string('b', 64), new DateOnly(2026, 3, 20)), (story.Request.Preservation!.SnapshotDigest, story.Request.Preservation.KeptUntil));
        story.Asks(Followed);
        Assert.Equal("Linked BUD-F1", Where(story));
        story.Passes(TimeSpan.FromDays(400));
        Assert.Equal("Linked BUD-F1", Where(story));
        story.Asks(new PreservationNoLongerNeeded());
        Assert.Equal("Releasing BUD-S1", Where(story));
        story.Answers(new StopConfirmed { Results = ResultsFate.None });

        Assert.Equal(("Closed.Released", "NotNeeded"), (Where(story), story.Request.Outcome));
    }

    /// <summary>Each rule, the state it runs in, and its last second: received, asked or secured on a Monday at 10:00 UTC by XA (Lisbon) of XB (Athens).
    /// Counted by hand.</summary>
    public static TheoryData<string, string, string> Limits { get; } = new()
    {
        { "BUD-A1", "Submitted", "2026-01-20T10:00:00Z" },
        { "BUD-P1", "Submitted", "2026-01-21T21:59:59Z" }, // two working days, in Athens
        { "EPR-2", "Clarifying", "2026-01-24T23:59:59Z" }, // a Saturday in Lisbon: it does not roll
        { "EPR-1", "Preserved", "2026-03-20T21:59:59Z" },
        { "BUD-C1", "Review", "2026-01-26T23:59:59Z" },
        { "BUD-F1", "Linked", "2026-01-29T23:59:59Z" },
        { "BUD-S1", "Releasing", "2026-01-21T10:00:00Z" },
    };

    [Fact]
    public void Every_time_rule_of_the_catalogue_is_counted_here() =>
        Assert.Equal(Demo.Region.Catalogue.TimeRules.Where(r => r.Instrument == "BUD").Select(r => r.Id).Order(), Limits.Select(l => l.Data.Item1).Append("BUD-R1").Order());

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_is_kept_in_its_last_second_and_missed_in_the_next(string rule, string state, string last)
    {
        var story = At(state);
        Assert.Equal(Demo.Utc(last), story.Deadline(rule).Due);

        story.Passes(last);
        Assert.Equal((0, DeadlineStatus.Running), (story.Deadline(rule).Level, story.Deadline(rule).Status));
        story.Passes(TimeSpan.FromSeconds(1));
        Assert.True(story.Deadline(rule) is { Status: DeadlineStatus.Expired } or { Level: 1 }, $"{rule}: {story.Deadline(rule).Status}");
    }

    [Theory]
    [InlineData("2026-01-19T00:30:00Z")]
    [InlineData("2026-01-19T10:00:00Z")]
    [InlineData("2026-01-19T23:30:00Z")]
    public void Whoever_owes_a_clarification_is_warned_on_day_three_and_four_and_then_the_custodian_is_free(string asked)
    {
        var story = At("Acknowledged").At(asked).Answers(Usual.InformationRequested).Passes("2026-01-24T23:59:59Z");
        Assert.Equal(["22", "23"], Reminders(story, "EPR-2"));
        Assert.Equal("Clarifying", story.State);

        story.Passes("2026-01-25T00:00:00Z");

        Assert.Equal("Exempt", story.State);
        Assert.Contains(story.ToldTo<SilenceNotice>(Side.Requesting), n => n is { Deadline.RuleId: "EPR-2", Meaning: Silence.Exempt });
        Assert.StartsWith("The custodian is free of its duty and the records may be lost: nothing runs until the requesting side answers or withdraws.",
            Demo.Rules.WhyItStands(story.Request, story.Now).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_that_comes_late_binds_the_custodian_again()
    {
        var story = At("Exempt").Asks(Usual.InformationSupplied);

        Assert.Equal("Acknowledged BUD-P1", Where(story));
        Assert.Equal(story.Now, story.Deadline("BUD-P1").Started);
    }

    [Fact]
    public void A_custodian_that_is_free_may_still_preserve() => Assert.Equal("Preserved EPR-1", Where(At("Exempt").Answers(Confirmed(new(2026, 4, 30)))));

    [Theory]
    [InlineData("2026-01-19T00:30:00Z")]
    [InlineData("2026-01-19T10:00:00Z")]
    [InlineData("2026-01-19T21:30:00Z")]
    public void Whoever_owes_the_follow_up_is_warned_on_day_30_45_and_55(string secured)
    {
        var story = At("Acknowledged").At(secured).Answers(Confirmed(new(2026, 4, 1))).Passes("2026-03-20T21:59:59Z");

        Assert.Equal(["18", "5", "15"], Reminders(story, "EPR-1")); // 19 January and 30, 45, 55 days
    }

    [Fact]
    public void Without_a_follow_up_the_records_are_free_and_the_custodian_is_told_within_48_hours()
    {
        var story = At("Preserved").Passes("2026-03-20T22:00:00Z");

        Assert.Equal(("Lapsed BUD-S1", "Lapsed"), (Where(story), story.Request.Outcome));
        Assert.Equal("No follow-up came in time: the records are free", Demo.Rules.SheetOf(story.Request).Meaning(story.State));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, Followed).Code);
        Assert.Equal(story.Now.AddHours(48), story.Deadline("BUD-S1").Due);
        story.Answers(new StopConfirmed { Results = ResultsFate.None });
        Assert.Equal("Closed.Lapsed", Where(story));
    }

    [Fact]
    public void The_time_is_extended_once_by_thirty_days_and_the_warnings_come_again()
    {
        var story = At("Preserved").Passes("2026-03-16T09:00:00Z");
        Assert.Equal(3, Reminders(story, "EPR-1").Count);
        story.Asks(new PreservationExtended { Reason = "The judge sits next week" });
        Assert.Equal(Demo.Utc("2026-04-19T20:59:59Z"), story.Deadline("EPR-1").Due);

        var again = story.Refused(Side.Requesting, new PreservationExtended { Reason = "Once more" });
        Assert.Equal((RefusalCode.ConditionNotMet, "The preservation was extended once; a second extension is not allowed."), (again.Code, again.Reason));
        story.Passes("2026-04-19T20:59:59Z");
        Assert.Equal(["18", "5", "15", "28", "11"], Reminders(story, "EPR-1")); // 75 and 91 percent of ninety days
        story.Passes(TimeSpan.FromSeconds(1));
        Assert.Equal("Lapsed", story.State);
    }

    [Fact]
    public void Records_are_kept_for_sixty_days_at_least()
    {
        var refused = At("Acknowledged").Refused(Side.Requested, Confirmed(new(2026, 3, 19)));

        Assert.Equal(RefusalCode.ConditionNotMet, refused.Code);
        Assert.Equal("$.open.keptUntil: EPR-1 (Regulation (EU) 2023/1543, Article 11(1); Convention on Cybercrime (ETS 185), Article 29(7)) asks for 60 days; "
            + "have the custodian keep them until 2026-03-20 or later.", refused.Reason);
    }

    [Fact]
    public void A_provider_elsewhere_is_a_suggestion_and_moves_nothing()
    {
        var story = At("Preserved").Answers(new OtherProviderFound { State = "XC" }).Answers(new OtherProviderFound());

        Assert.Equal(("Preserved EPR-1", 2), (Where(story), story.Request.Preservation!.OtherProviders));
    }

    [Theory]
    [InlineData("Acknowledged", "Acknowledged BUD-P1")]
    [InlineData("Preserved", "Preserved EPR-1")]
    [InlineData("Linked", "Linked BUD-F1")]
    public void A_review_goes_back_to_where_it_began_whether_it_is_answered_or_not(string from, string then)
    {
        var answered = At(from).Answers(Consulted);
        Assert.Equal("Review", answered.State);
        answered.Asks(Usual.ConsultationAnswered);
        var silent = At(from).Answers(Consulted).Passes("2026-01-27T00:00:00Z");

        foreach (var story in new[] { answered, silent })
        {
            Assert.Equal(then, Where(story));
            Assert.Equal(["PRESSFREEDOM"], story.Request.Consulted);
        }
    }

    [Fact]
    public void A_review_neither_holds_nor_outlives_the_sixty_days()
    {
        var story = At("Preserved").Passes("2026-03-19T09:00:00Z").Answers(Consulted);
        Assert.Equal("Review EPR-1 BUD-C1", Where(story));

        Assert.Equal("Lapsed BUD-S1", Where(story.Passes("2026-03-20T22:00:00Z")));
        Assert.Null(story.Request.Consulting);
    }

    [Fact]
    public void A_privilege_is_refused_on_only_after_the_review_and_another_ground_only_before_the_records_are_secured()
    {
        var refusal = new RequestRefused { Ground = "PRIVILEGE", Reasons = "Letters of a lawyer" };
        var early = At("Preserved").Refused(Side.Requested, refusal);
        Assert.Contains("asks for consultation first", early.Reason, StringComparison.Ordinal);
        var late = At("Preserved").Refused(Side.Requested, refusal with { Ground = "POLITICAL" });
        Assert.Contains("had to be raised before recognition. After it: IMMUNITY, ORDRE, PRESSFREEDOM, PRIVILEGE.", late.Reason, StringComparison.Ordinal);
        var listed = At("Acknowledged").Refused(Side.Requested, refusal with { Ground = "NEBIS" });
        Assert.Contains("is not a ground of this instrument", listed.Reason, StringComparison.Ordinal);

        var story = At("Preserved").Answers(new RefusalConsulted { Ground = "PRIVILEGE" }).Asks(Usual.ConsultationAnswered).Answers(refusal);
        Assert.Equal(("Closed.Refused", "PRIVILEGE"), (Where(story), story.Request.Outcome));
        Assert.Equal("Closed.Refused", Where(At("Acknowledged").Answers(refusal with { Ground = "POLITICAL" })));
    }

    [Theory]
    [InlineData("Submitted")]
    [InlineData("Clarifying")]
    [InlineData("Exempt")]
    [InlineData("Linked")]
    public void What_is_impossible_is_said_at_any_point(string state)
    {
        var story = At(state).Answers(new ExecutionImpossible { Ground = ImpossibilityGround.Destroyed });

        Assert.Equal(("Closed.Impossible", "Destroyed"), (Where(story), story.Request.Outcome));
    }

    [Fact]
    public void A_withdrawal_waits_until_the_custodian_is_told()
    {
        var story = At("Clarifying").Asks(new RequestWithdrawn { Reason = "Proceedings closed" });

        Assert.Equal(("Releasing BUD-S1", "Withdrawn"), (Where(story), story.Request.Outcome));
    }

    [Fact]
    public void A_forward_keeps_the_first_receipt_and_gives_the_competent_authority_its_time()
    {
        var story = At("Submitted").At("2026-01-20T09:00:00Z").Answers(Usual.Forwarded);

        Assert.Equal(("XB-PO1", story.Now, Demo.Utc("2026-01-19T10:00:00Z")),
            (story.Request.Requested.Authority, story.Request.CompetentSince, story.Request.FirstReceivedAt));
        Assert.Equal(Demo.Utc("2026-01-22T21:59:59Z"), story.Deadline("BUD-P1").Due);
    }

    public static TheoryData<object, string> Wrong { get; } = new()
    {
        { Requested with { Categories = [] }, "$.open.categories: is empty; name at least 1." },
        { Requested with { Categories = [RecordCategory.Content, RecordCategory.Content] },
            "$.open.categories: names a kind twice; name each kind of record once." },
        { Requested with { Offences = [] }, "$.open.offences: is empty; name at least 1." },
        { Requested with { Necessary = false },
            "$.open.necessary: is false; only what is necessary is preserved: say so, with the reason in the private part, or do not ask." },
        { Requested with { FollowUpIntended = false },
            "$.open.followUpIntended: is false; records are preserved for a request that follows: say that one will, or do not ask." },
        { Confirmed(new(2026, 4, 1)) with { SnapshotDigest = "B" }, "$.open.snapshotDigest: is not a SHA-256; write 64 lower-case hex digits." },
        { Confirmed(new(2026, 1, 1)), "$.open.keptUntil: 2026-01-01 is over; write 2026-01-19 or later." },
        { new OtherProviderFound { State = "xc" }, "$.open.state: is not an ISO 3166-1 alpha-2 code; write two capital letters, or leave it out." },
        { new PreservationExtended { Reason = "" }, "$.open.reason: is missing or empty; write one line." },
        { Requested with { Instrument = "EIO" }, "$.open.instrument: 'EIO' does not serve this procedure; those that do: BUD." },
        { new FollowUpConfirmed { FollowUpRequestId = new("0f000000-0000-4000-8000-000000000001") },
            "$.open.followUpRequestId: that is no other request; name the formal request that was made." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_stand_is_refused_with_its_place_and_the_remedy(object content, string reason)
    {
        var story = content switch
        {
            PreservationRequested => new Story(),
            PreservationConfirmed => At("Acknowledged"),
            _ => At("Preserved"),
        };
        var by = content is PreservationConfirmed or OtherProviderFound ? Side.Requested : Side.Requesting;

        Assert.Equal(reason, story.Refused(by, content).Reason);
    }

    static Story FollowUpOf(Story preservation, string from = "XA", string to = "XB") => new(Demo.Rules, from, to) { Id = Followed.FollowUpRequestId, Now = preservation.Now };

    [Fact]
    public void The_end_of_the_follow_up_releases_what_was_kept_for_it()
    {
        var kept = At("Linked");
        var named = Assert.IsType<FollowUpOrder>(Assert.Single(kept.Last.Orders));
        Assert.Equal((Followed.FollowUpRequestId, FollowUpWord.Named), (named.OfRequestId, named.Says));
        Assert.Equal("Linked BUD-F1", Where(kept));

        // The follow-up is there, and says so once.
        var follow = FollowUpOf(kept).Asks(Usual.Submitted).Hears(named);
        var there = Assert.IsType<FollowUpOrder>(Assert.Single(follow.Last.Orders));
        Assert.Same(follow.Request, Demo.Rules.Follow(follow.Request, [named], follow.Now).Request);
        kept.Hears(there);
        // A hundred and eighty days end on a Saturday in Lisbon.
        Assert.Equal(("Linked BUD-R1", Demo.Utc("2026-07-20T22:59:59Z")), (Where(kept), kept.Deadline("BUD-R1").Due));
        Assert.StartsWith("$.open.followUpRequestId: the follow-up runs already", kept.Refused(Side.Requesting, new FollowUpConfirmed { FollowUpRequestId = Guid.AllBitsSet }).Reason, StringComparison.Ordinal);
        Assert.Same(kept.Request, Demo.Rules.Follow(kept.Request, [there], kept.Now).Request);

        follow.After(TimeSpan.FromDays(1)).Answers(Usual.Acknowledged).Asks(new RequestWithdrawn { Reason = "Proceedings closed" });
        Assert.Empty(follow.Last.Orders);
        follow.Answers(new StopConfirmed { Results = ResultsFate.None });
        var over = Assert.IsType<FollowUpOrder>(Assert.Single(follow.Last.Orders));
        kept.At("2026-01-21T10:00:00Z").Hears(over);
        Assert.Equal(("Releasing BUD-S1", "FollowedUp"), (Where(kept), kept.Request.Outcome));
        Assert.Contains(kept.Facts, f => f is { Kind: "FollowUp", Text: "the follow-up is closed" });
        Assert.Equal("Closed.Released", kept.Answers(new StopConfirmed { Results = ResultsFate.None }).State);
    }

    [Fact]
    public void A_follow_up_that_never_comes_is_overdue_and_one_between_other_states_wins_no_time()
    {
        var alone = At("Linked");
        Assert.Equal(1, alone.Passes(TimeSpan.FromDays(11)).Deadline("BUD-F1").Level);
        Assert.StartsWith("$.open.followUpRequestId: is named already", alone.Refused(Side.Requesting, Followed).Reason, StringComparison.Ordinal);
        alone.Asks(new FollowUpConfirmed { FollowUpRequestId = new("0f000000-0000-4000-8000-000000000003") });
        Assert.Equal(("Linked BUD-F1", 0), (Where(alone), alone.Deadline("BUD-F1").Level));

        var kept = At("Preserved");
        var end = kept.Deadline("EPR-1").Due;
        kept.Asks(Followed);
        var named = kept.Last.Orders.Single();
        var other = FollowUpOf(kept, "XA", "XC").Asks(Usual.Submitted).Hears(named);
        kept.Hears(other.Last.Orders.Single());

        Assert.Equal(("Preserved EPR-1", end, null), (Where(kept), kept.Deadline("EPR-1").Due, kept.Request.Preservation!.FollowUp));
    }

    [Fact]
    public void An_order_is_read_as_it_was_written()
    {
        var kept = At("Linked");
        Assert.Equal(kept.Last.Orders[0], Order.Read(Order.Write(kept.Last.Orders[0])));
        Order hold = new HoldOrder(kept.Request.Id, Guid.AllBitsSet, "XA-D1", kept.Now, new(2026, 3, 31));
        Assert.Equal(hold, Order.Read(Order.Write(hold)));
    }

    [Fact]
    public void The_draft_of_the_follow_up_has_the_period_and_the_identifiers_and_passes_pre_flight()
    {
        var asked = Requested with
        {
            Categories = [RecordCategory.Subscriber],
            Period = new() { From = Demo.Utc("2026-01-02T00:00:00Z"), Until = Demo.Utc("2026-01-03T00:00:00Z"), Zone = "Europe/Athens" },
        };
        var hidden = new PreservationParticulars
        {
            Text = "Account taken over",
            Sought = "Log-in records",
            Necessity = "Deleted after thirty days",
            Custodian = "Mail House Ltd",
            Identifiers = [new() { Kind = "IP", Value = "203.0.113.5" }],
        };

        var (open, draft) = (FollowUp.Draft(asked, Guid.NewGuid(), Demo.Region, "XA", "XB"), FollowUp.Draft(asked, hidden));

        Assert.Equal(asked.Period, open.Measures.Single().Period);
        Assert.Equal((1, "IP 203.0.113.5", "Mail House Ltd"), (draft.Measures.Single().Measure, draft.Measures.Single().Identifiers.Single(), draft.Provider));
        Assert.DoesNotContain(Demo.Rules.MeasureFindings(open, draft, new(2026, 1, 19)), f => f.Severity == LiaisonHub.Casework.Profiles.PreflightSeverity.Blocks);
        var seized = FollowUp.Draft(asked with { Categories = [RecordCategory.Content] }, hidden).Measures.Single();
        Assert.Equal(["Log-in records", "IP 203.0.113.5", "Mail House Ltd"], [.. seized.Articles, .. seized.Place]);
    }

    [Fact]
    public void The_follow_up_drafted_from_a_preservation_passes_the_rules_once_a_person_has_given_its_reference()
    {
        var asked = Requested with { Categories = [RecordCategory.Subscriber, RecordCategory.UserIdentification, RecordCategory.Content] };
        var preservation = new Story().Asks(asked);

        var draft = FollowUp.Draft(asked, preservation.Request.Id, Demo.Region, "XA", "XB");

        Assert.Equal(("EIO", "", false), (draft.Instrument, draft.Reference, draft.ContentCertified));
        Assert.Equal([MeasureKind.SubscriberIdentification, MeasureKind.Seizure], draft.Measures.Select(m => m.Kind));
        Assert.Equal((asked.Offences, asked.Languages, preservation.Request.Id), (draft.Offences, draft.Languages, draft.Supplements!.Value));
        var story = new Story { Id = Followed.FollowUpRequestId };
        Assert.Contains("$.open.reference", story.Refused(Side.Requesting, draft).Reason, StringComparison.Ordinal);
        Assert.Equal("Submitted", story.Asks(draft with { Reference = "XA-2026-000312" }).State);
    }

    static string Where(Story story) =>
        string.Join(' ', story.Request.Deadlines.Where(d => d is { Active: true, Kind: DeadlineKind.Procedure }).Select(d => d.RuleId).Prepend(story.State));

    static IReadOnlyList<string> Reminders(Story story, string rule) =>
        [.. story.Told.Where(t => t.Told is { To.Side: Side.Requesting, Notice: ReminderNotice n } && n.Deadline.RuleId == rule)
            .Select(t => $"{Demo.Rules.Time.DayOf(story.Deadline(rule), t.At).Day}")];
}
