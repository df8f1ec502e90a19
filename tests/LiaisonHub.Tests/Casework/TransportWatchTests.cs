using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class TransportWatchTests
{
    [Fact]
    public void Every_act_that_goes_on_is_watched_until_it_is_delivered()
    {
        var story = new Story();
        var act = story.Do(Side.Requesting, Usual.Submitted);

        var watch = Assert.Single(story.Request.Deadlines, d => d.Kind == DeadlineKind.Transport);
        Assert.Equal(("WATCH-DELIVERED", Side.Requested, act, story.Now.AddHours(24)), (watch.RuleId, watch.OnWhom, watch.OfActId, watch.Due));
        Assert.DoesNotContain(Demo.Rules.StandingFor(story.Request, Side.Requested).Deadlines, d => d.RuleId.StartsWith("WATCH", StringComparison.Ordinal));
        Assert.Equal(24m, Demo.Rules.Explain(story.Request, watch.Id).Sum(d => d.Hours));
    }

    [Fact]
    public void Status_questions_and_receipts_are_not_watched()
    {
        var story = new Story();
        var act = story.Do(Side.Requesting, Usual.Submitted);
        story.Do(Side.Requesting, new StatusAsked());
        story.Do(Side.Requested, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Opened });

        Assert.DoesNotContain(story.Request.Deadlines, d => d.Kind == DeadlineKind.Transport);
        Assert.Single(story.Request.Acts);
    }

    [Fact]
    public void A_receipt_reaches_the_sender_and_the_watch_goes_on_until_a_person_opens()
    {
        var story = new Story();
        var act = story.Do(Side.Requesting, Usual.Submitted);
        story.After(TimeSpan.FromHours(2)).Do(Side.Requested, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Delivered });
        var told = Assert.Single(story.Last.Tell);
        Assert.Equal(Side.Requesting, told.To);
        Assert.Equal(new ReceiptNotice { OfActId = act, Stage = ReceiptStage.Delivered, At = story.Now }, told.Notice);
        var watch = Assert.Single(story.Request.Deadlines, d => d.Kind == DeadlineKind.Transport);
        Assert.Equal(("WATCH-OPENED", story.Now.AddHours(36)), (watch.RuleId, watch.Due));

        story.Do(Side.Requested, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.HandedOver });
        Assert.Equal(watch, Assert.Single(story.Request.Deadlines, d => d.Kind == DeadlineKind.Transport));
        story.Do(Side.Requested, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Opened });
        Assert.DoesNotContain(story.Request.Deadlines, d => d.Kind == DeadlineKind.Transport);
        Assert.Equal(ReceiptStage.Opened, story.Request.Acts[0].Stage);
    }

    [Fact]
    public void A_receipt_that_was_overtaken_changes_nothing_and_is_no_error()
    {
        var story = new Story();
        var act = story.Do(Side.Requesting, Usual.Submitted);
        story.Do(Side.Requested, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Opened });
        foreach (var again in new[] { ReceiptStage.Delivered, ReceiptStage.Opened })
        {
            story.Do(Side.Requested, new ReceiptGiven { OfActId = act, Stage = again });
            Assert.Empty(story.Last.Tell);
        }
        Assert.Equal(ReceiptStage.Opened, story.Request.Acts[0].Stage);
    }

    [Fact]
    public void Delivered_and_not_opened_alarms_both_sides_once_after_36_hours()
    {
        var story = new Story();
        var act = story.Do(Side.Requesting, Usual.Submitted);
        var delivered = story.Now.AddHours(1);
        story.Now = delivered;
        story.Do(Side.Requested, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Delivered });
        story.Passes(delivered.AddHours(36));
        Assert.Empty(story.Request.Unopened);
        story.Passes(delivered.AddHours(36).AddSeconds(1));

        Assert.Equal([act], story.Request.Unopened);
        foreach (var side in Rules.SeatsOf(story.Request))
            Assert.Equal(new UnopenedNotice { OfActId = act, Reached = ReceiptStage.Delivered, Since = delivered },
                Assert.Single(story.ToldTo<UnopenedNotice>(side)));
        Assert.Equal("RequestSubmitted of 2026-01-19 10:00:00Z is Delivered on the requested side and not Opened after 36 h",
            Assert.Single(story.Facts, f => f.Kind == "Unopened").Text);
        story.Passes(TimeSpan.FromDays(3));
        Assert.Single(story.ToldTo<UnopenedNotice>(Side.Requesting));
        Assert.Contains("RequestSubmitted of 2026-01-19 10:00Z is delivered, but nobody has opened it in XB.", Demo.Rules.WhyItStands(story.Request, story.Now)
            .Sentence, StringComparison.Ordinal);

        // Handed over is not yet opened: the flag stays until a person has seen it.
        story.Do(Side.Requested, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.HandedOver });
        Assert.Equal([act], story.Request.Unopened);
        Assert.Contains("is handed over, but nobody has opened it in XB.", Demo.Rules.WhyItStands(story.Request, story.Now).Sentence, StringComparison.Ordinal);
        story.Do(Side.Requested, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Opened });
        Assert.Empty(story.Request.Unopened);
    }

    [Fact]
    public void Not_delivered_alarms_after_24_hours_and_a_late_delivery_is_watched_for_opening()
    {
        var story = new Story();
        var act = story.Do(Side.Requesting, Usual.Submitted);
        story.Passes(TimeSpan.FromHours(25));
        Assert.Equal(ReceiptStage.Accepted, Assert.Single(story.ToldTo<UnopenedNotice>(Side.Requesting)).Reached);
        story.Do(Side.Requested, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.HandedOver });

        Assert.Empty(story.Request.Unopened);
        Assert.Equal("WATCH-OPENED", Assert.Single(story.Request.Deadlines, d => d.Kind == DeadlineKind.Transport).RuleId);
    }

    [Fact]
    public void The_watch_over_the_last_act_outlives_the_request()
    {
        var story = Usual.Into("Closed.Refused");
        Assert.Contains(story.Request.Deadlines, d => d is { Kind: DeadlineKind.Transport, LookAt: not null });
        story.Passes(TimeSpan.FromHours(25));

        Assert.Equal(3, story.Request.Unopened.Count);
        Assert.True(story.Request.Closed);
    }

    [Fact]
    public void Only_the_receiving_side_gives_a_receipt_and_never_the_hubs()
    {
        var story = new Story();
        var act = story.Do(Side.Requesting, Usual.Submitted);

        Assert.Equal(RefusalCode.ConditionNotMet, story.Refused(Side.Requesting, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Opened }).Code);
        Assert.Equal(RefusalCode.InvalidContent, story.Refused(Side.Requested, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Accepted }).Code);
        Assert.Equal(RefusalCode.ConditionNotMet, story.Refused(Side.Requested, new ReceiptGiven { OfActId = story.Id, Stage = ReceiptStage.Opened }).Code);
    }
}
