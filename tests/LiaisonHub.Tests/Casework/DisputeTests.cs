using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using static LiaisonHub.Tests.Casework.DisputeCourse;

namespace LiaisonHub.Tests.Casework;

public sealed class DisputeTests
{
    [Fact]
    public void A_dispute_that_a_side_raises_is_a_request_of_its_own_and_the_other_goes_on()
    {
        var about = Usual.Into("Acknowledged").Answers(Raised);
        var dispute = about.Opened();

        Assert.Equal("Acknowledged", about.State);
        Assert.Equal(1, about.Request.Disputes);
        Assert.Equal(("XB", "XA", "XZ"), (dispute.Request.Requesting.State, dispute.Request.Requested.State, dispute.Request.Neutral!.State));
        Assert.Equal(about.Request.Id, dispute.Request.Dispute!.OfRequestId);
        Assert.Equal(["RDP-A1", "RDP-C1"], dispute.Request.Deadlines.Select(d => d.RuleId));
        Assert.Equal([Side.Requesting, Side.Requested, Side.Neutral], dispute.Told.Select(t => t.Told.To));
        about.Answers(Usual.Recognised);
        Assert.Equal("Recognised", about.State);
    }

    [Fact]
    public void Two_disputes_about_one_request_are_two()
    {
        var about = Usual.Into("Acknowledged").Answers(Raised);
        var first = about.Opened();
        var second = about.Asks(Raised).Opened();

        Assert.NotEqual(first.Request.Id, second.Request.Id);
        Assert.Equal(("XA-2026-000142-D1", "XA-2026-000142-D2"), (first.Request.Reference, second.Request.Reference));
    }

    [Fact]
    public void A_settlement_is_accepted_by_the_other_side_only()
    {
        var story = Begun().Answers(Settlement);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, new SettlementAccepted()).Code);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Neutral, new SettlementAccepted()).Code);
        story.Asks(new SettlementAccepted());

        Assert.Equal("ComplianceDue", story.State);
        Assert.Equal(Demo.Utc("2026-06-01T20:59:59Z"), story.Deadline("RDP-K1").Due);
        Assert.Equal(Side.Requested, story.Deadline("RDP-K1").OnWhom);
    }

    [Fact]
    public void Silence_in_consultation_leads_to_mediation_after_thirty_days_and_everybody_is_told_of_level_6()
    {
        var story = Begun().Passes("2026-02-18T21:59:59Z");
        Assert.Equal("Consultation", story.State);
        story.Passes("2026-02-18T22:00:00Z");

        Assert.Equal("MediationPending", story.State);
        foreach (var side in Rules.SeatsOf(story.Request))
            Assert.Equal([5, 6], story.ToldTo<DisputeNotice>(side).Select(n => n.Level));
        Assert.Equal(6, story.Rules.LevelOf(story.Request));
    }

    [Fact]
    public void Only_mediators_of_the_list_are_appointed_and_only_by_the_body()
    {
        var story = Begun().Asks(new AgreementFailed { Reason = "None" });
        Assert.Equal("$.open.mediator: not on the region's list; on it: XZ-MED1 (First Panel of Mediators), XZ-MED2 (Second Panel of Mediators).",
            story.Refused(Side.Requesting, new MediatorProposed { Mediator = "XB-CA" }).Reason);
        Assert.Equal(RefusalCode.NotYours, story.Refused(Side.Requested, new MediatorAppointed { Mediator = "XZ-MED1" }).Code);
        story.Asks(new MediatorProposed { Mediator = "XZ-MED1" });
        Assert.Equal("XZ-MED1", story.Request.Dispute!.Mediator);
        story.Decides(new MediatorAppointed { Mediator = "XZ-MED2" });
        Assert.Equal("XZ-MED2", story.Request.Dispute!.Mediator);
    }

    [Fact]
    public void A_mediation_that_is_not_ended_in_time_has_failed()
    {
        var story = Into("Mediation", Demo.Rules).Passes("2026-03-05T22:00:00Z");
        Assert.Equal("ArbitrationPending", story.State);
        Assert.Equal(7, story.Rules.LevelOf(story.Request));
    }

    [Fact]
    public void An_award_is_appealed_once_and_in_time_and_the_court_rules()
    {
        var late = Into("AwardIssued", Demo.Rules).Passes("2026-02-19T00:00:00Z");
        Assert.Equal("The time to appeal is over.", late.Refused(Side.Requested, new AppealFiled { Ground = "Wrong" }).Reason);
        Assert.Equal("AwardIssued", late.State);

        var story = Into("RulingPending", Demo.Rules);
        Assert.DoesNotContain(story.Request.Deadlines, d => d.Active && d.RuleId == "RDP-K1");
        story.Decides(Ruling with { OnWhom = null, ComplyBy = null });
        Assert.Equal("Complied", story.State);
    }

    [Fact]
    public void The_side_that_lost_is_the_one_that_must_comply_whichever_it_is()
    {
        var story = Into("Arbitration", Demo.Rules).Decides(Award with { OnWhom = Side.Requesting });

        Assert.Equal(Side.Requesting, story.Deadline("RDP-K1").OnWhom);
        Assert.Equal(RefusalCode.NotYours, story.Refused(Side.Requested, new ComplianceReported { Done = "Done" }).Code);
        story.Asks(new ComplianceReported { Done = "Done" });
        Assert.Equal(Side.Requested, story.Deadline("RDP-K2").OnWhom);
    }

    [Fact]
    public void What_is_not_done_by_the_day_stands_in_the_public_register_and_is_renewed_every_thirty_days()
    {
        var story = Into("AwardIssued", Demo.Rules).Passes("2026-09-01T20:59:59Z");
        Assert.Equal("AwardIssued", story.State);
        story.Passes("2026-09-01T21:00:00Z");
        Assert.Equal("NonCompliant", story.State);
        Assert.True(story.Request.Dispute!.Public);
        Assert.Equal(9, story.Rules.LevelOf(story.Request));
        Assert.Contains("public register", story.ToldTo<DisputeNotice>(Side.Requested).Last().Told);

        story.Passes("2027-01-05T00:00:00Z");
        Assert.Equal(4, story.ToldTo<OverdueNotice>(Side.Requested).Count(n => n.Deadline.RuleId == "RDP-K3"));
        Assert.Single(story.Request.Deadlines, d => d.Active && d.RuleId == "RDP-K3");
        story.Asks(new ReciprocityMeasureTaken { Measure = "In turn" });
        Assert.Equal(RefusalCode.NotYours, story.Refused(Side.Requested, new ReciprocityMeasureTaken { Measure = "In turn" }).Code);
        story.Answers(new ComplianceReported { Done = "Done" }).Asks(new ComplianceAnswered { Finding = ComplianceFinding.Incomplete });
        Assert.Equal("NonCompliant", story.State);
        story.Answers(new ComplianceReported { Done = "Done" }).Passes(TimeSpan.FromDays(40));
        Assert.Equal("Complied", story.State);
        story.Passes(TimeSpan.FromDays(100));
        Assert.Equal(("Closed.Settled", "Settled"), (story.State, story.Request.Outcome));
    }

    [Fact]
    public void A_report_that_is_incomplete_before_the_day_leaves_the_day_as_it_was()
    {
        var story = Into("ComplianceReported", Demo.Rules).Asks(new ComplianceAnswered { Finding = ComplianceFinding.Incomplete });
        Assert.Equal("ComplianceDue", story.State);
        Assert.Equal(Demo.Utc("2026-09-01T20:59:59Z"), story.Deadline("RDP-K1").Due);
    }

    [Fact]
    public void Receipts_of_three_parties_are_kept_apart()
    {
        var story = Begun();
        var act = story.Do(Side.Requesting, new AgreementFailed { Reason = "None" });
        Assert.Equal(2, story.Request.Deadlines.Count(d => d.OfActId == act));

        story.Do(Side.Requested, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Opened });
        Assert.Equal(ReceiptStage.Accepted, story.Request.Acts[^1].Stage);
        Assert.Equal(Side.Neutral, Assert.Single(story.Request.Deadlines, d => d.OfActId == act).OnWhom);
        story.Do(Side.Neutral, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Opened });
        Assert.Equal(ReceiptStage.Opened, story.Request.Acts[^1].Stage);
        Assert.DoesNotContain(story.Request.Deadlines, d => d.OfActId == act);
    }

    [Fact]
    public void A_mediation_that_settled_says_what_and_by_when()
    {
        var refused = Into("Mediation", Demo.Rules).Refused(Side.Neutral, new MediationEnded { Settled = true });
        Assert.Contains("$.open.terms: is missing", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("$.open.complyBy: is missing", refused.Reason, StringComparison.Ordinal);
    }

    static Story Disputed(out Story arbitration)
    {
        var about = Usual.Into("Acknowledged").Asks(Raised);
        arbitration = about.Opened().Asks(new AgreementFailed { Reason = "None" }).Decides(new MediatorAppointed { Mediator = "XZ-MED1" })
            .Decides(new MediationEnded { Settled = false }).Decides(new PanelFormed { Tribunal = "XZ-ARB", Arbitrators = 3 });
        return about;
    }

    static HoldOrder Order(Story dispute) => Assert.IsType<HoldOrder>(Assert.Single(dispute.Last.Orders));

    [Fact]
    public void A_hold_ordered_in_the_dispute_freezes_every_limit_of_the_request_and_its_last_day_sets_them_free()
    {
        var about = Disputed(out var dispute);
        var decision = about.Deadline("EIO-D1");
        var order = Order(dispute.Decides(new HoldOrdered { Until = new(2026, 3, 31), Reason = "Interim measure" }));
        Assert.Equal((about.Request.Id, dispute.Request.Id, new DateOnly(2026, 3, 31)), (order.OfRequestId, order.FromId, order.Until!.Value));
        about.Hears(order);

        Assert.All(about.Request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Active: true }), d => Assert.Equal(DeadlineStatus.Held, d.Status));
        Assert.Equal("ordered in the dispute XA-2026-000142-D1 until 2026-03-31", about.Deadline("EIO-D1").HoldReason);
        Assert.Equal([Side.Requesting, Side.Requested], about.Last.Tell.Select(t => t.To));
        Assert.Same(about.Request, about.Rules.Follow(about.Request, [order], about.Now).Request);

        Assert.NotEmpty(about.Rules.Explain(about.Request, about.Deadline("HOLD").Id));

        // Held for 72 days: the last second of 31 March is 20:59:59 UTC in XB.
        about.Passes("2026-03-31T20:59:59Z");
        Assert.Equal(0, about.Rules.LevelOf(about.Request));
        about.Passes("2026-03-31T21:00:00Z");
        var running = about.Deadline("EIO-D1");
        Assert.Equal(DeadlineStatus.Running, running.Status);
        Assert.Equal(decision.LastDay!.Value.DayNumber - DateOnly.FromDateTime(about.Deadline("EIO-D1").Holds[^1].From.UtcDateTime).DayNumber,
            running.LastDay!.Value.DayNumber - new DateOnly(2026, 4, 1).DayNumber);
        Assert.Same(about.Request, about.Rules.Follow(about.Request, [order], about.Now).Request);
        about.Passes(running.Due!.Value + TimeSpan.FromSeconds(1));
        Assert.Equal(1, about.Rules.LevelOf(about.Request));
    }

    [Fact]
    public void Acts_go_on_during_a_hold_and_what_they_start_hold_or_resume_stays_held()
    {
        var about = Disputed(out var dispute);
        about.Hears(Order(dispute.Decides(new HoldOrdered { Until = new(2026, 3, 31), Reason = "Interim measure" })));
        about.Answers(Usual.InformationRequested);
        Assert.Equal(("InformationPending", DeadlineStatus.Held, true), (about.State, about.Deadline("EIO-I1").Status, about.Deadline("EIO-I1").HeldByOrder));
        Assert.Equal((DeadlineStatus.Held, null), (about.Deadline("EIO-D1").Status, about.Deadline("EIO-D1").HeldByOrder));

        // The order ends; information is still awaited: only what the order alone held runs.
        about.Hears(Order(dispute.Decides(new HoldEnded { Reason = "Over" })));
        Assert.Equal(DeadlineStatus.Running, about.Deadline("EIO-I1").Status);
        Assert.Equal(DeadlineStatus.Held, about.Deadline("EIO-D1").Status);
        about.Asks(Usual.InformationSupplied);
        Assert.Equal(DeadlineStatus.Running, about.Deadline("EIO-D1").Status);
    }

    [Fact]
    public void Information_that_comes_during_a_hold_leaves_the_limit_to_the_order()
    {
        var about = Usual.Into("Acknowledged").Answers(Usual.InformationRequested).Asks(Raised);
        var dispute = about.Opened().Asks(new HoldProposed { Until = new(2026, 3, 31), Reason = "Talks" });
        Assert.Empty(dispute.Last.Orders);
        Assert.Equal(RefusalCode.NotNow, dispute.Refused(Side.Requesting, new HoldAgreed()).Code);
        about.Hears(Order(dispute.Answers(new HoldAgreed())));
        about.Asks(Usual.InformationSupplied);

        Assert.Equal((DeadlineStatus.Held, true), (about.Deadline("EIO-D1").Status, about.Deadline("EIO-D1").HeldByOrder));
        Assert.Equal(RefusalCode.ConditionNotMet, dispute.Refused(Side.Neutral, new HoldEnded { Reason = "Over" }).Code);
        about.Hears(Order(dispute.Asks(new HoldEnded { Reason = "Over" })));
        Assert.Equal(DeadlineStatus.Running, about.Deadline("EIO-D1").Status);
    }

    [Fact]
    public void A_dispute_that_ends_lets_the_limits_go_and_one_dispute_does_not_end_the_hold_of_another()
    {
        var about = Usual.Into("Acknowledged").Asks(Raised);
        var first = about.Opened();
        var second = about.Answers(Raised).Opened();
        var hold = Order(first.Asks(new HoldProposed { Until = new(2026, 3, 31), Reason = "Talks" }).Answers(new HoldAgreed()));
        about.Hears(hold);
        var ended = new HoldOrder(about.Request.Id, second.Request.Id, second.Request.Reference, about.Now.AddHours(1), null);
        Assert.Same(about.Request, about.Rules.Follow(about.Request, [hold, ended], about.Now).Request);

        var over = Order(first.After(TimeSpan.FromHours(2)).Asks(new RequestWithdrawn { Reason = "Settled otherwise" }));
        Assert.Null(over.Until);
        about.Hears(over, ended);
        Assert.Equal(DeadlineStatus.Running, about.Deadline("EIO-D1").Status);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(181)]
    public void A_hold_is_for_at_most_180_days(int days)
    {
        Disputed(out var dispute);
        var refused = dispute.Refused(Side.Neutral, new HoldOrdered { Until = DateOnly.FromDateTime(dispute.Now.UtcDateTime).AddDays(days), Reason = "Interim measure" });
        Assert.StartsWith("$.open.until: is ", refused.Reason, StringComparison.Ordinal);
    }

    /// <summary>In every open state of every procedure: a hold leaves no limit running, and one that ends when it began changes no limit.</summary>
    [Theory]
    [MemberData(nameof(ProcedureTests.Procedures), MemberType = typeof(ProcedureTests))]
    public void A_hold_that_ends_at_once_is_as_if_it_had_never_been(string procedure)
    {
        var course = Courses.Of(procedure);
        var limits = 0;
        foreach (var state in course.Table.States.Where(s => !s.Closed))
        {
            var story = course.Into(state.Name, Demo.Rules);
            var before = Limits(story.Request);
            var hold = new HoldOrder(story.Request.Id, Guid.AllBitsSet, "XA-D1", story.Now, DateOnly.FromDateTime(story.Now.UtcDateTime).AddDays(90));
            story.Hears(hold);
            Assert.DoesNotContain(story.Request.Deadlines, d => d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Running });
            story.Hears(hold with { At = story.Now + TimeSpan.FromTicks(1), Until = null });

            Assert.Equal(before, Limits(story.Request));
            limits += before.Count;
        }
        Assert.NotEqual(0, limits);

        static List<(string, int?, DeadlineStatus, DateOnly?, int)> Limits(Request request) =>
            [.. request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Active: true }).Select(d => (d.RuleId, d.Part, d.Status, d.LastDay, d.Level))];
    }

    // Interpretation, what is wanted, and what is said in confidence

    [Fact]
    public void The_court_says_what_a_provision_means_and_the_dispute_goes_on_where_it_stood()
    {
        var question = new InterpretationRequested { Article = "Article 12(3)", Question = "Does the limit run while a translation is awaited?" };
        var guidance = new InterpretationGiven { Number = "ECLI:XZ:2026:9", Guidance = "Only the pauses that the text names hold it", RuleId = "EIO-D1" };

        var side = DisputeCourse.Into("ArbitrationPending", Demo.Rules);
        Assert.Equal(RefusalCode.NotYours, side.Refused(Side.Neutral, question).Code);
        side.Answers(question);
        Assert.Equal(("InterpretationPending", 7), (side.State, Demo.Rules.LevelOf(side.Request)));
        Assert.DoesNotContain(side.Request.Deadlines, d => d is { Active: true, RuleId: "RDP-P1" });
        Assert.Equal(Side.Neutral, side.Deadline("RDP-I1").OnWhom);
        Assert.Equal("$.open.ruleId: is not a row of the time catalogue; name one, or leave it out.", side.Refused(Side.Neutral, guidance with { RuleId = "EIO-D9" }).Reason);
        side.Decides(guidance);
        Assert.Equal(("ArbitrationPending", DeadlineStatus.Met), (side.State, side.Deadline("RDP-I1").Status));
        Assert.Contains(side.Request.Deadlines, d => d is { Active: true, RuleId: "RDP-P1" });
        Assert.Contains("guidance ECLI:XZ:2026:9 on EIO-D1: Only the pauses that the text names hold it", Demo.Rules.WhyItStands(side.Request, side.Now).Facts);
        Assert.Equal("An interpretation was asked for already; once is enough in a dispute.", side.Refused(Side.Requesting, question).Reason);

        var panel = DisputeCourse.Into("Arbitration", Demo.Rules);
        panel.Decides(question).Decides(guidance);
        Assert.Equal("Arbitration", panel.State);
        Assert.Contains(panel.Request.Deadlines, d => d is { Active: true, RuleId: "RDP-P2" });
    }

    [Fact]
    public void A_dispute_says_what_is_wanted_and_may_be_about_several_requests()
    {
        const string other = "XA-2026-000143";
        var about = Usual.Into("Acknowledged");
        Assert.Equal("$.open.alsoAbout: names a request twice; name each once, and not the one on which the dispute is raised.",
            about.Refused(Side.Requesting, Raised with { AlsoAbout = [about.Request.Reference] }).Reason);
        var dispute = about.Asks(Raised with { Relief = "That the request be decided", AlsoAbout = [other] }).Opened();

        Assert.All(dispute.ToldTo<DisputeNotice>(Side.Neutral), n => Assert.Equal(("That the request be decided", other), (n.Relief, Assert.Single(n.AlsoAbout))));
        Assert.Contains("wanted: That the request be decided", Demo.Rules.WhyItStands(dispute.Request, dispute.Now).Facts);
        Assert.Contains("also about XA-2026-000143", Demo.Rules.WhyItStands(dispute.Request, dispute.Now).Facts);
    }

    [Fact]
    public void What_is_said_in_the_mediation_goes_to_its_receiver_alone()
    {
        var story = DisputeCourse.Into("Mediation", Demo.Rules);
        Act Note(Seat by, string to)
        {
            var act = story.Act(by, new MediationNoteMade());
            return act with { Header = act.Header with { Receiver = new() { State = to, Authority = to == "XZ" ? "XZ-REG" : $"{to}-CA" } } };
        }

        Assert.Equal("$.header.receiver.state: what is said in the mediation goes to the mediator; address XZ.",
            Assert.IsType<Refused>(Demo.Rules.Decide(story.Request, Note(Side.Requesting, "XB"), story.Now)).Reason);
        var said = Assert.IsType<Applied>(Demo.Rules.Decide(story.Request, Note(Side.Requesting, "XZ"), story.Now));
        Assert.Equal([Side.Neutral], said.ForwardTo);
        var act = said.Request.Acts[^1];
        Assert.Equal(["XZ"], act.ReachedStates!.Keys);
        var receipt = new ReceiptGiven { OfActId = act.ActId, Stage = ReceiptStage.Opened };
        Assert.IsType<Refused>(Demo.Rules.Decide(said.Request, story.Act(Side.Requested, receipt), story.Now));
        Assert.Equal(ReceiptStage.Opened, Assert.IsType<Applied>(Demo.Rules.Decide(said.Request, story.Act(Side.Neutral, receipt), story.Now)).Request.Acts.First(a => a.ActId == act.ActId).Stage);
        Assert.Equal([Side.Requested], Assert.IsType<Applied>(Demo.Rules.Decide(story.Request, Note(Side.Neutral, "XB"), story.Now)).ForwardTo);
    }
}
