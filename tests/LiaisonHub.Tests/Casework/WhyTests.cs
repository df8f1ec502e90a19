using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class WhyTests
{
    [Fact]
    public void It_says_whose_turn_it_is_and_until_when()
    {
        var story = Usual.Into("Submitted");
        var why = Why(story.After(TimeSpan.FromDays(1)));

        Assert.Equal("XB (requested side) is to acknowledge receipt (EIO-A1, Directive 2014/41/EU, Article 16(1)) by 26 January 2026, end of day in "
            + "Europe/Athens: 6 days left.", why.Sentence);
        Assert.Equal((Side.Requested, story.Deadline("EIO-A1").Id, null), (why.Turn, why.DeadlineId, why.Late));
        Assert.Equal(["XB: RequestAcknowledged", "XB: RequestForwarded", "XB: RequestReturned", "XA: RequestWithdrawn", "XA: ScopeReduced"],
            why.WouldMoveIt.Where(m => !m.EndsWith("SupplementAnnounced", StringComparison.Ordinal)));
        Assert.Contains("rights check not completed: nothing coercive may be done", why.Facts);
    }

    [Fact]
    public void It_says_how_late_it_is_what_was_said_and_what_comes_next()
    {
        var story = Usual.Into("Submitted");
        story.Do(Side.Requested, new ReceiptGiven { OfActId = story.Request.Acts[0].ActId, Stage = ReceiptStage.Opened });
        story.Passes("2026-01-28T08:00:00Z");
        Assert.Equal("XB (requested side) was to acknowledge receipt (EIO-A1, Directive 2014/41/EU, Article 16(1)) by 26 January 2026, end of day in "
            + "Europe/Athens; "
            + "that was 34 hours ago. This limit is at level 2 of the ladder, no reason given, its level 3 comes on 2026-01-29 03:59Z.", Why(story).Sentence);
        story.Answers(new DelayReasonGiven { RuleId = "EIO-A1", Reason = DelayReason.Workload });

        Assert.Contains("reason given: Workload", Why(story).Sentence, StringComparison.Ordinal);
        Assert.Equal(story.Now - story.Deadline("EIO-A1").Due, Why(story).Late);
    }

    [Fact]
    public void It_says_that_the_other_side_is_waited_for_while_the_limit_is_held()
    {
        var why = Why(Usual.Into("InformationPending"));

        Assert.Equal("XA (requesting side) is to supply the information asked for (EIO-I1, Directive 2014/41/EU, Articles 11(4) and 16(2)) by 18 February "
            + "2026, end of day in Europe/Athens: 30 days left.", why.Sentence);
        Assert.Contains("EIO-D1 on XB held since 2026-01-19 10:00Z: information asked for", why.Facts);
    }

    [Fact]
    public void It_says_when_nothing_more_is_expected() =>
        Assert.Equal("Closed.Refused since 2026-01-19 10:00Z (MEASURE): nothing more is expected.", Why(Usual.Into("Closed.Refused")).Sentence);

    [Fact]
    public void An_hour_limit_names_its_instant() =>
        Assert.Equal("XB (requested side) is to confirm that everything taken back has stopped (EIO-W1, Rule of the region, no treaty text) by 2026-01-21 "
            + "10:00Z: 2 days left.", Why(Usual.Into("Withdrawing")).Sentence);

    [Theory]
    [MemberData(nameof(ProcedureTests.States), MemberType = typeof(ProcedureTests))]
    public void Every_state_can_say_why_it_stands(string procedure, string state)
    {
        var why = Why(Courses.Of(procedure).Into(state, Demo.Rules));

        Assert.NotEmpty(why.Facts);
        Assert.Equal(state.StartsWith("Closed", StringComparison.Ordinal), why.Turn is null);
    }

    static Why Why(Story story) => story.Rules.WhyItStands(story.Request, story.Now);
}
