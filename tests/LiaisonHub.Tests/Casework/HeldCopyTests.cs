using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using static LiaisonHub.Tests.Casework.CorrectionCourse;

namespace LiaisonHub.Tests.Casework;

public sealed class HeldCopyTests
{
    static Story Undoing() => EmergencyCourse.Into("Undoing", Demo.Rules).Asks(EmergencyCourse.Holders);

    static Story Issued(CorrectionIssued issued) =>
        Into("Acknowledged", Demo.Rules).Answers(Assessment with { Holders = ["XA-PO1", "XC-CA", "XB-CT1"], PersonAffected = false }).Answers(issued);

    [Fact]
    public void The_hub_asks_the_state_that_holds_it_with_digests_and_no_more()
    {
        var story = Undoing();
        var copy = story.Opened();

        Assert.Equal(("Asked", "XA-2026-000318-H3", Priority.Emergency, "XA", new Party { State = "XC", Authority = "XC-CA" }),
            (copy.State, copy.Request.Reference, copy.Request.Priority, copy.Request.Requesting.State, copy.Request.Requested));
        Assert.Null(copy.Request.CaseGroupId);
        foreach (var seat in new Seat[] { Side.Requesting, Side.Requested })
        {
            var told = Assert.Single(copy.ToldTo<HeldCopyNotice>(seat));
            Assert.Equal((story.Id, "XA-2026-000318", "XC-CA", CorrectionManner.Recall, null), (told.OfRequestId, told.OfReference, told.Holder, told.Manner, told.NewDigest));
            Assert.Equal([new string('a', 64)], told.Digests); // the commitment of the one item that was sent
            Assert.Equal(("EPO-U1", Side.Requested), (Assert.Single(told.Standing.Deadlines).RuleId, told.Standing.Deadlines[0].OnWhom));
        }
        // The state that holds it learns nothing of the request the copy comes from.
        Assert.Equal(RefusalCode.UnknownRequest, Assert.IsType<Refused>(Demo.Rules.Decide(story.Request, Foreign(story, Deleted("XC-CA")), story.Now)).Code);
    }

    [Theory]
    [InlineData(CorrectionManner.NewVersion, CopyFate.Replaced)]
    [InlineData(CorrectionManner.Recall, CopyFate.Restricted)]
    public void Of_a_correction_it_is_asked_once_the_new_version_or_the_recall_is_issued(CorrectionManner manner, CopyFate done)
    {
        var story = Issued(manner == CorrectionManner.Recall ? Recall : NewVersion);
        Assert.Single(story.OpenedRequests); // not when the holders are named
        var copy = story.Opened();
        var told = Assert.Single(copy.ToldTo<HeldCopyNotice>(Side.Requested));
        Assert.Equal((manner, new string('a', 64), manner == CorrectionManner.Recall ? null : new string('b', 64)), (told.Manner, Assert.Single(told.Digests), told.NewDigest));
        Assert.Equal("RCP-H1", Assert.Single(told.Standing.Deadlines).RuleId);
        Assert.Equal("$.open.holder: this request is about the copy of XC-CA; confirm for that one.", copy.Refused(Side.Requested, Deleted("XC-PO1")).Reason);
        if (manner == CorrectionManner.Recall)
            Assert.Equal("$.open.done: is Replaced, but nothing takes the place of what is recalled; delete or restrict it, then write Deleted or Restricted.",
                copy.Refused(Side.Requested, Deleted("XC-CA") with { Done = CopyFate.Replaced }).Reason);
        Assert.Equal(RefusalCode.NotYours, copy.Refused(Side.Requesting, Deleted("XC-CA")).Code);

        copy.Answers(Deleted("XC-CA") with { Done = done });

        Assert.Equal(("Closed.Confirmed", $"{done}"), (copy.State, copy.Request.Outcome));
        story.Hears([.. copy.Last.Orders]);
        Assert.Equal((done, new string('c', 64)), (story.Request.Correction!.Holders[1].Done!.Value, story.Request.Correction.Holders[1].ProofDigest));
        Assert.Equal([1, 3], story.Request.Deadlines.Where(d => d is { Active: true, RuleId: "RCP-H1" }).Select(d => d.Part!.Value).Order());
        Assert.Single(story.ToldTo<StatusReport>(Side.Requesting)); // both sides hear of it
        Assert.Single(story.ToldTo<StatusReport>(Side.Requested));
    }

    [Fact]
    public void What_was_heard_once_is_not_heard_again()
    {
        var story = Issued(Recall);
        Order[] confirmed = [.. story.Opened().Answers(Deleted("XC-CA")).Last.Orders];
        var heard = story.Hears(confirmed).Request;

        Assert.Same(heard, story.Hears(confirmed).Request);
    }

    [Fact]
    public void An_act_that_changes_nothing_for_a_holder_does_not_ask_it_again()
    {
        var story = Issued(NewVersion);
        Assert.Empty(story.Answers(new HoldersNamed { Holders = ["XB-PO1"] }).Last.Opened);
        Assert.Equal("XD", Assert.Single(story.Asks(new HoldersNamed { Holders = ["XD-CA"] }).Last.Opened).Request.Requested.State);
    }

    [Fact]
    public void A_holder_that_is_silent_climbs_a_ladder_of_its_own()
    {
        var copy = Issued(Recall).Opened();
        copy.Passes(TimeSpan.FromDays(30));

        var limit = copy.Deadline("RCP-H1");
        Assert.Equal((DeadlineStatus.Running, Side.Requested), (limit.Status, limit.OnWhom));
        Assert.Contains(copy.ToldTo<ReminderNotice>(Side.Requested), n => n.Deadline.RuleId == "RCP-H1");
        Assert.Contains(copy.ToldTo<OverdueNotice>(Side.Requested), n => n.Told.Contains("XC-CA"));
        Assert.Contains(copy.ToldTo<EscalationNotice>(Side.Requesting), n => n.Told.Any(t => t.StartsWith("XC", StringComparison.Ordinal)));
        Assert.Equal(limit.LadderTo, limit.Level);
        Assert.Contains("Closed.Confirmed", copy.Answers(Deleted("XC-CA")).State, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hours_of_an_undoing_run_from_its_beginning_however_late_the_holders_are_named()
    {
        var story = EmergencyCourse.Into("Undoing", Demo.Rules);
        var began = story.Now;
        var copy = story.After(TimeSpan.FromHours(20)).Asks(EmergencyCourse.Holders).Opened();

        Assert.Equal(began.AddHours(24), copy.Deadline("EPO-U1").Due);
    }

    [Fact]
    public void A_drill_asks_in_a_drill()
    {
        var story = new Story(Demo.Rules, priority: Priority.Emergency) { Exercise = true };
        story.Asks(EmergencyCourse.Requested).Answers(Usual.Acknowledged).Answers(EmergencyCourse.Check).Answers(Usual.Evidence(1, true)).Asks(EmergencyCourse.Withdrawn).Asks(EmergencyCourse.Holders);

        Assert.True(story.Opened().Request.Exercise);
    }

    static Act Foreign(Story story, object content)
    {
        var act = story.Act(Side.Requesting, content);
        return act with { Header = act.Header with { Sender = new() { State = "XC", Authority = "XC-CA" }, Receiver = new() { State = "XA", Authority = "XA-CA" } } };
    }
}
