using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class LadderTests
{
    // Received on a Monday at 10:00 UTC, due on the next Monday at the end of the day in Athens: 647 999 seconds.
    static Story Submitted() => new Story().At("2026-01-19T10:00:00Z").Asks(Usual.Submitted);

    [Fact]
    public void Silence_climbs_from_reminder_to_diplomatic_note_and_dispute_each_step_at_its_own_instant()
    {
        var story = Submitted().Passes("2026-02-05T00:00:00Z");
        var steps = story.Told.Where(t => t.Told.To == Side.Requested).Select(t => t.Told.Notice switch
        {
            ReminderNotice { Deadline.RuleId: "EIO-A1" } n => $"{t.At:MM-dd HH:mm:ss} reminder {n.PercentPassed}",
            OverdueNotice { Deadline.RuleId: "EIO-A1" } n => $"{t.At:MM-dd HH:mm:ss} overdue, reason wanted {n.ReasonWanted}",
            EscalationNotice { Deadline.RuleId: "EIO-A1" } n => $"{t.At:MM-dd HH:mm:ss} level {n.Level}: {string.Join(" ", n.Told)}",
            _ => null,
        }).OfType<string>();

        Assert.Equal(
        [
            "01-23 03:59:59 reminder 50",
            "01-25 09:59:59 reminder 80",
            "01-26 22:00:00 overdue, reason wanted True",
            "01-27 15:59:58 level 2: XA-CA XB-CA XA-LO XB-LO",
            "01-29 03:59:58 level 3: XA-CA XB-CA XA-LO XB-LO XA-HCA XB-HCA DEMO-SEC",
            "01-31 09:59:58 level 4: XA-CA XB-CA XA-LO XB-LO XA-HCA XB-HCA DEMO-SEC",
            "02-03 09:59:58 level 5: XA-CA XB-CA XA-LO XB-LO XA-HCA XB-HCA DEMO-SEC XZ-REG",
        ], steps);
        Assert.Equal(5, story.Deadline("EIO-A1").Level);
        Assert.Null(story.Deadline("EIO-A1").LookAt);
        Assert.Equal(5, Demo.Rules.StandingFor(story.Request, Side.Requesting).Level);
    }

    [Fact]
    public void The_other_side_hears_the_same_but_is_not_asked_for_the_reason()
    {
        var story = Submitted().Passes("2026-02-02T00:00:00Z");

        Assert.False(Assert.Single(story.ToldTo<OverdueNotice>(Side.Requesting), n => n.Deadline.RuleId == "EIO-A1").ReasonWanted);
        Assert.Equal([2, 3, 4], story.ToldTo<EscalationNotice>(Side.Requesting).Where(n => n.Deadline.RuleId == "EIO-A1").Select(n => n.Level));
    }

    [Fact]
    public void Any_number_of_looks_has_the_effect_of_one()
    {
        var story = Submitted();
        var id = story.Deadline("EIO-A1").Id;
        for (var at = story.Now; at < Demo.Utc("2026-02-03T00:00:00Z"); at = at.AddHours(3))
        {
            story.Now = at;
            story.Look(id);
            var again = story.Look(id);
            Assert.Same(story.Request, again.Request);
            Assert.Empty(again.Tell);
            Assert.Empty(again.Facts);
            Assert.Empty(again.Documents);
        }

        Assert.Equal([50, 80], story.ToldTo<ReminderNotice>(Side.Requested).Select(n => n.PercentPassed));
        Assert.Single(story.ToldTo<OverdueNotice>(Side.Requested));
        Assert.Equal([2, 3, 4], story.ToldTo<EscalationNotice>(Side.Requested).Select(n => n.Level));
        Assert.Single(story.Documents);
    }

    [Fact]
    public void At_level_5_the_hub_opens_one_dispute_between_the_central_authorities_and_the_request_goes_on()
    {
        var story = Submitted().Passes("2026-02-03T09:59:57Z");
        Assert.Empty(story.OpenedRequests);
        story.Passes("2026-03-01T00:00:00Z");

        var dispute = Assert.Single(story.OpenedRequests).Request;
        Assert.Equal(("Dispute", "RDP", "XA-2026-000142-D1", "Consultation"), (dispute.Procedure, dispute.Instrument, dispute.Reference, dispute.State));
        Assert.Equal(("XA-CA", "XB-CA", "XZ-REG"), (dispute.Requesting.Authority, dispute.Requested.Authority, dispute.Neutral!.Authority));
        Assert.Equal(story.Request.Id, dispute.Dispute!.OfRequestId);
        Assert.Equal("Submitted", story.State);
        Assert.Contains(nameof(RequestAcknowledged), Demo.Rules.Allowed(story.Request, Side.Requested));
        Assert.Equal([5, 5, 5], story.OpenedRequests[0].Tell.Select(t => Assert.IsType<DisputeNotice>(t.Notice).Level));
        Assert.Equal(5, Demo.Rules.LevelOf(dispute));
    }

    [Fact]
    public void A_note_without_a_reply_brings_the_dispute_after_fifteen_days_and_any_act_of_the_silent_side_is_a_reply()
    {
        // The decision limit of 30 days: 160 % on 8 March, 200 % on 20 March; fifteen days after the note are over on 23 March: the percentage is sooner. With an extension the note comes first.
        var waiting = new Story().At("2026-01-19T10:00:00Z").Asks(Usual.Submitted).Answers(Usual.Acknowledged).Answers(Usual.Extension);
        waiting.Passes("2026-12-01T00:00:00Z");
        var note = Level(waiting, "EIO-D1", 4);
        Assert.Equal(note.UtcDateTime.Date.AddDays(15), Level(waiting, "EIO-D1", 5).AddHours(3).UtcDateTime.Date.AddDays(-1));

        var replying = new Story().At("2026-01-19T10:00:00Z").Asks(Usual.Submitted).Answers(Usual.Acknowledged).Answers(Usual.Extension).Passes(note.AddDays(3));
        replying.Answers(new NoteSent { Subject = "The file is with the court" }).Passes("2026-12-01T00:00:00Z");
        var deadline = replying.Deadline("EIO-D1");
        Assert.True(Level(replying, "EIO-D1", 5) - (deadline.Due!.Value + deadline.Span) < TimeSpan.FromSeconds(2));
        Assert.True(Level(replying, "EIO-D1", 5) > Level(waiting, "EIO-D1", 5));
    }

    [Fact]
    public void After_an_outage_every_level_is_told_once_in_order_and_stale_reminders_are_not()
    {
        var story = Submitted().At("2026-02-20T00:00:00Z");
        var looked = story.Look(story.Deadline("EIO-A1").Id);

        Assert.Equal(["OverdueNotice", "EscalationNotice", "EscalationNotice", "EscalationNotice", "EscalationNotice"],
            looked.Tell.Where(t => t.To == Side.Requested).Select(t => t.Notice.GetType().Name));
        Assert.Equal(2, looked.Facts.Count(f => f.Kind == "Reminder" && f.Text.EndsWith("passed unseen; the next step says so", StringComparison.Ordinal)));
        Assert.Contains(looked.Facts, f => f.Kind == "Limit" && f.Text.Contains("min late", StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_reason_brings_the_liaison_offices_after_three_working_days()
    {
        // Due Friday 17 April 2026; then Monday, Tuesday and Wednesday pass without a word. 110 percent would be nine days.
        var story = Usual.Into("Acknowledged").At("2026-01-16T10:00:00Z").Answers(Usual.Recognised);
        Assert.Equal(Demo.Utc("2026-04-16T20:59:59Z"), story.Deadline("EIO-X1").Due);
        story.Passes("2026-04-30T00:00:00Z");

        Assert.Equal(Demo.Utc("2026-04-21T21:00:00Z"), Level(story, "EIO-X1", 2));
    }

    [Fact]
    public void A_side_that_says_why_it_is_late_has_until_110_percent()
    {
        var story = Usual.Into("Acknowledged").At("2026-01-16T10:00:00Z").Answers(Usual.Recognised).Passes("2026-04-17T08:00:00Z");
        story.Answers(new DelayReasonGiven { RuleId = "EIO-X1", Reason = DelayReason.Court, Estimate = new(2026, 5, 20) }).Passes("2026-05-02T00:00:00Z");

        Assert.Equal(Demo.Utc("2026-04-25T22:05:58Z"), Level(story, "EIO-X1", 2)); // 10 percent of 90 days and 11 hours later
        Assert.Equal(DelayReason.Court, story.Deadline("EIO-X1").ReasonGiven);
    }

    [Fact]
    public void A_lawful_hold_freezes_the_ladder_and_what_follows_comes_that_much_later()
    {
        var story = Usual.Into("Acknowledged").At("2026-01-16T10:00:00Z").Answers(Usual.Recognised).Passes("2026-04-17T08:00:00Z");
        story.Answers(new DelayReasonGiven { RuleId = "EIO-X1", Reason = DelayReason.Court }).Answers(Usual.Postponed);
        Assert.Null(story.Deadline("EIO-X1").LookAt);
        story.Passes("2026-05-07T08:00:00Z");
        Assert.Equal(1, story.Deadline("EIO-X1").Level);
        story.Answers(new ExecutionResumed()).Passes("2026-06-01T00:00:00Z");

        Assert.Equal(Demo.Utc("2026-05-15T22:05:58Z"), Level(story, "EIO-X1", 2)); // twenty days later than without the hold
        Assert.Equal(Demo.Utc("2026-04-16T20:59:59Z"), story.Deadline("EIO-X1").Due); // what was missed stays missed
    }

    [Fact]
    public void What_is_done_ends_the_ladder()
    {
        var story = Submitted().Passes("2026-01-28T00:00:00Z");
        Assert.Equal(2, story.Deadline("EIO-A1").Level);
        story.Answers(Usual.Acknowledged);
        var told = story.Told.Count;
        story.Passes("2026-02-05T00:00:00Z");

        Assert.Equal(DeadlineStatus.Met, story.Deadline("EIO-A1").Status);
        Assert.Contains(story.Facts, f => f.Text.StartsWith("EIO-A1 met, 26 h late", StringComparison.Ordinal));
        Assert.DoesNotContain(story.Told.Skip(told), t => t.Told.Notice is EscalationNotice { Deadline.RuleId: "EIO-A1" });
    }

    [Fact]
    public void A_limit_on_custody_brings_liaison_offices_and_courts_at_once()
    {
        var rules = new Rules(Demo.Region with
        {
            Catalogue = Demo.Region.Catalogue with
            {
                TimeRules =
                [.. Demo.Region.Catalogue.TimeRules.Select(r => r.Id == "EIO-A1" ? r with { DetentionBound = true } : r)]
            },
        });
        var story = new Story(rules).At("2026-01-19T10:00:00Z").Asks(Usual.Submitted).Passes("2026-01-26T22:00:01Z");

        Assert.Equal(["XA-CA", "XB-CA", "XA-LO", "XB-LO", "XA-CT1", "XB-CT1"], Assert.Single(story.ToldTo<EscalationNotice>(Side.Requested)).Told);
    }

    [Fact]
    public void The_diplomatic_note_reads_as_approved()
    {
        var story = Submitted();
        story.Answers(Usual.Acknowledged).At("2026-01-29T08:00:00Z").Answers(Usual.InformationRequested).At("2026-02-09T15:00:00Z")
            .Asks(Usual.InformationSupplied);
        story.At("2026-02-10T09:00:00Z").Answers(Usual.Extension).Passes("2026-04-01T09:00:00Z");
        story.Answers(new DelayReasonGiven { RuleId = "EIO-D1", Reason = DelayReason.Court, Estimate = new(2026, 5, 4) }).Passes("2026-06-01T00:00:00Z");

        var note = Assert.Single(story.Documents);
        Assert.Equal("Note verbale XA-2026-000142/NV-1", note.Title);
        foreach (var side in Rules.SeatsOf(story.Request))
            Assert.Equal(note.Html, Assert.Single(story.ToldTo<EscalationNotice>(side), n => n.Level == 4).DocumentHtml);
        Repository.AssertApproved(note.Html, "contracts", "approved", "diplomatic-note.html");
    }

    [Fact]
    public void A_note_shows_what_it_is_told_as_text_and_a_drill_as_a_drill()
    {
        var story = new Story { Exercise = true }.At("2026-01-19T10:00:00Z").Asks(Usual.Submitted with { Reference = "XA-<b>&1" })
            .Passes("2026-02-02T00:00:00Z");

        Assert.Contains("XA-&lt;b&gt;&amp;1", story.Documents[0].Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", story.Documents[0].Html, StringComparison.Ordinal);
        Assert.Contains("Exercise. This note has no effect.", story.Documents[0].Html, StringComparison.Ordinal);
    }

    [Fact]
    public void Level_1_tells_the_head_of_the_unit_that_must_act_by_name()
    {
        var story = Submitted().Passes("2026-01-26T22:00:01Z");

        Assert.Equal(["XA-CA", "XB-CA", "XB-HU"], Assert.Single(story.ToldTo<OverdueNotice>(Side.Requested)).Told);
        Assert.Contains(story.Facts, f => f.Kind == "Limit" && f.Text.EndsWith("told: XA-CA, XB-CA, XB-HU", StringComparison.Ordinal));
    }

    [Fact]
    public void A_level_of_an_instrument_takes_the_place_of_the_regions_for_it_and_for_what_supplements_it()
    {
        var own = Demo.Region.Catalogue.Ladder[2] with { Instrument = "ECE", AtPercent = [105], Title = "Of the convention", Told = [LadderRole.Secretariat] };
        var rules = new Rules(Demo.Region with { Catalogue = Demo.Region.Catalogue with { OwnLevels = [own] } });
        string[] At2(Story story) => [.. story.Passes(story.Now.AddDays(200)).ToldTo<EscalationNotice>(Side.Requested).First(n => n.Level == 2).Told];

        Assert.Equal(["DEMO-SEC"], At2(new Story(rules, "XA", "XC").Asks(Extraditions.Requested("ECE"))));
        Assert.Equal(["XA-CA", "XB-CA", "XA-LO", "XB-LO"], At2(new Story(rules).Asks(Usual.Submitted)));
        Assert.Equal(["Of the convention", "Liaison offices"],
            new[] { "EUS", "EAW" }.Select(i => rules.Region.Catalogue.LadderOf(LadderKind.Ordinary, i)[2].Title));
        Assert.Equal("Of the convention", rules.Region.Catalogue.LadderOf(LadderKind.Ordinary, "ECE")[2].Title);
        Assert.Equal("Next on duty", rules.Region.Catalogue.LadderOf(LadderKind.Emergency, "ECE")[2].Title);
    }

    [Fact]
    public void The_secretariat_hears_at_level_2_of_an_error_that_stays()
    {
        Assert.Contains("DEMO-SEC", Courses.Of("Correction").Into("Reported", Demo.Rules).Passes("2026-12-01T00:00:00Z").ToldTo<EscalationNotice>(Side.Requesting).First(n => n.Level == 2).Told);
        Assert.DoesNotContain("DEMO-SEC", Submitted().Passes("2026-12-01T00:00:00Z").ToldTo<EscalationNotice>(Side.Requesting).First(n => n.Level == 2).Told);
    }

    [Fact]
    public void A_call_that_was_noted_has_the_effect_of_a_reason_and_one_that_reached_nobody_has_none()
    {
        Story Late() => Usual.Into("Acknowledged").At("2026-01-16T10:00:00Z").Answers(Usual.Recognised).Passes("2026-04-17T08:00:00Z");
        var call = new ContactNoted { RuleId = "EIO-X1", On = new(2026, 4, 17), Kind = ContactKind.Call, Reached = false };

        var missed = Late().Asks(call).Passes("2026-05-02T00:00:00Z");
        Assert.Equal(Demo.Utc("2026-04-21T21:00:00Z"), Level(missed, "EIO-X1", 2));
        Assert.Null(missed.Deadline("EIO-X1").Estimate);

        var spoken = Late().Asks(call with { Reached = true, Agreed = "The laboratory is asked again", NewDay = new(2026, 5, 20) }).Passes("2026-05-02T00:00:00Z");
        Assert.Equal(Demo.Utc("2026-04-25T22:05:58Z"), Level(spoken, "EIO-X1", 2));
        Assert.Equal(new DateOnly(2026, 5, 20), spoken.Deadline("EIO-X1").Estimate);
        Assert.Equal(Demo.Utc("2026-04-16T20:59:59Z"), spoken.Deadline("EIO-X1").Due);
        Assert.Contains("spoken of on 2026-04-17", Demo.Rules.WhyItStands(spoken.Request, spoken.Now).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_said_and_agreed_stands_in_the_note_verbale()
    {
        var story = Submitted().Passes("2026-01-27T00:00:00Z");
        story.Asks(new ContactNoted { RuleId = "EIO-A1", On = new(2026, 1, 26), Kind = ContactKind.Call, Reached = false });
        story.Answers(new MeetingMinuted { RuleId = "EIO-A1", On = new(2026, 1, 27), Agreed = "Receipt is acknowledged at once", NewDay = new(2026, 1, 30) })
            .Passes("2026-02-02T00:00:00Z");

        var html = Assert.Single(story.Documents).Html;
        Assert.Contains("<th scope=\"row\">Call</th><td>26 January 2026, noted by Ardania: nobody was reached</td>", html, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">Meeting minuted</th><td>27 January 2026, noted by Belmora: Receipt is acknowledged at once; new day 30 January 2026</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_contact_names_a_limit_of_the_request_and_what_is_agreed_comes_of_speaking()
    {
        var story = Submitted();
        var call = new ContactNoted { RuleId = "EIO-A1", On = new(2026, 1, 19), Kind = ContactKind.Call, Reached = true };

        Assert.Equal("$.open.ruleId: no limit of that rule on this request; there are: EIO-A1, EIO-D1.", story.Refused(Side.Requesting, call with { RuleId = "EIO-X1" }).Reason);
        Assert.Equal("$.open.reached: is false; what was agreed, and a new day, come of speaking; write true, or leave them out.",
            story.Refused(Side.Requesting, call with { Reached = false, NewDay = new(2026, 2, 1) }).Reason);
        for (var i = 0; i < 50; i++)
            story.Asks(call);
        Assert.Equal("$.open.ruleId: 50 contacts about this limit stand already; write what was agreed last into a note (NoteSent).", story.Refused(Side.Requested, call).Reason);
    }

    [Theory]
    [InlineData("Extradition", "Submitted", "ECE-A1")]
    [InlineData("AssetRecovery", "ConfiscationSubmitted", "CNF-1")]
    public void An_unanswered_note_leads_to_a_dispute_in_every_procedure(string procedure, string state, string rule)
    {
        var story = Courses.Of(procedure).Into(state, Demo.Rules);
        story.Passes(story.Now.AddYears(1));

        Assert.Equal(5, story.Deadline(rule).Level);
        Assert.Contains(story.OpenedRequests, o => o.Request is { Procedure: "Dispute", Dispute.Claim: var claim } && claim.Contains($"({rule}) is overdue", StringComparison.Ordinal));
    }

    static DateTimeOffset Level(Story story, string rule, int level) =>
        Assert.Single(story.Told, t => t.Told is { To.Side: Side.Requested, Notice: EscalationNotice n } && n.Deadline.RuleId == rule && n.Level == level).At;
}
