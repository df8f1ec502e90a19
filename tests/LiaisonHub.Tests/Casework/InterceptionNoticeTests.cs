using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class InterceptionNoticeTests
{
    static Story Notified() => new Story().Asks(InterceptionNoticeCourse.Notice);

    static Deadline Running(Story story, Clock clock) => story.Request.Deadlines.Single(d => d.Clock == clock && d.Active);

    [Fact]
    public void Ninety_six_hours_run_from_the_notice_over_the_weekend_and_silence_lets_it_go_on()
    {
        var story = new Story { Now = Demo.Utc("2026-01-16T15:30:00Z") }.Asks(InterceptionNoticeCourse.Notice);
        Assert.Equal((Demo.Utc("2026-01-20T15:30:00Z"), "EIO-N1", false), (Running(story, Clock.InterceptionObjection).Due!.Value, Running(story, Clock.InterceptionObjection).RuleId,
            Running(story, Clock.InterceptionObjection).Verified));

        story.Passes(TimeSpan.FromHours(96));
        Assert.Equal("Notified", story.State);
        story.Passes(TimeSpan.FromSeconds(1));

        Assert.Equal("MayGoOn", story.State);
        Assert.Contains(story.Told, t => t.Told.Notice is SilenceNotice { Meaning: Silence.DeemedConsent });
    }

    [Fact]
    public void Nobody_intercepts_or_lets_it_go_on_without_the_rights_check()
    {
        var some = Usual.RightsCheck with { Answers = [.. Usual.RightsCheck.Answers.Skip(1)] };
        Assert.StartsWith("$.open.rightsCheck.answers: no answer to lawful-basis.",
            new Story().Refused(Side.Requesting, InterceptionNoticeCourse.Notice with { RightsCheck = some }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("$.open.rightsCheck.answers: no answer to lawful-basis.",
            Notified().Refused(Side.Requested, new InterceptionNotObjected { RightsCheck = some }).Reason, StringComparison.Ordinal);
        Assert.NotNull(Notified().Request.RightsCheckedAt);
    }

    [Fact]
    public void An_objection_stops_it_and_says_what_may_be_used()
    {
        var story = Notified().Answers(InterceptionNoticeCourse.Objection);

        Assert.Equal(("Stopping", "NotAllowed"), (story.State, story.Request.Outcome));
        Assert.Equal(Side.Requesting, Running(story, Clock.Stop).OnWhom);
        story.Asks(new StopConfirmed { Results = ResultsFate.Destroyed });
        Assert.Equal("Closed.Stopped", story.State);
    }

    [Fact]
    public void An_objection_that_comes_late_is_refused_with_what_is_open_then()
    {
        var story = Notified().Passes(TimeSpan.FromHours(97));

        var refused = story.Refused(Side.Requested, InterceptionNoticeCourse.Objection);

        Assert.Equal(RefusalCode.NotNow, refused.Code);
        Assert.DoesNotContain(nameof(InterceptionObjected), refused.WouldBeAccepted);
    }

    [Fact]
    public void Conditions_go_with_a_use_under_conditions_and_with_nothing_else()
    {
        Assert.Equal("$.open.conditions: is empty; name at least 1.", Notified().Refused(Side.Requested, new InterceptionObjected { Use = InterceptedUse.UnderConditions }).Reason);
        Assert.Equal("$.open.conditions: stand there although use is not allowed; leave them out, or write UnderConditions.",
            Notified().Refused(Side.Requested, InterceptionNoticeCourse.Objection with { Conditions = ["Only here"] }).Reason);
    }

    [Fact]
    public void A_notice_is_not_given_under_an_instrument_that_does_not_know_it() =>
        Assert.Equal((RefusalCode.NoInstrument, "$.open.instrument: 'EAW' does not serve this procedure; those that do: EIO."),
            new Story().Refused(Side.Requesting, InterceptionNoticeCourse.Notice with { Instrument = "EAW" }) is var r ? (r.Code, r.Reason) : default);
}

/// <summary>The immunity of a person in custody who was transferred for a time.</summary>
public sealed class ImmunityTests
{
    static Story Transferred() => new Story().Asks(Usual.Submitted with { Measures = [new() { Kind = MeasureKind.TemporaryTransfer }] })
        .Answers(Usual.Acknowledged).Answers(Usual.Recognised);

    [Fact]
    public void It_ends_fifteen_days_after_the_day_on_which_the_presence_is_no_longer_required()
    {
        var story = Transferred();
        story.Passes(TimeSpan.FromDays(5)).Asks(new PresenceNoLongerRequired { On = new(2026, 1, 20) });

        var immunity = story.Request.Deadlines.Single(d => d.Clock == Clock.Immunity);
        Assert.Equal(("EIO-H1", Side.Requesting, true), (immunity.RuleId, immunity.OnWhom, immunity.Verified));
        // Fifteen days from 21 January, to the end of 4 February in XA.
        Assert.Equal(new DateOnly(2026, 2, 4), Demo.Rules.DayIn("XA", immunity.Due!.Value));
        Assert.Equal(new DateOnly(2026, 2, 5), Demo.Rules.DayIn("XA", immunity.Due!.Value.AddSeconds(1)));

        story.Passes(TimeSpan.FromDays(20));
        Assert.Contains(story.Told, t => t.Told.Notice is SilenceNotice { Deadline.RuleId: "EIO-H1", Meaning: Silence.Exempt });
    }

    [Fact]
    public void Whoever_has_left_in_time_keeps_it()
    {
        var story = Transferred();
        story.Asks(new PresenceNoLongerRequired { On = new(2026, 1, 19) }).Asks(new PersonReturned());

        story.Passes(TimeSpan.FromDays(20));

        Assert.DoesNotContain(story.Told, t => t.Told.Notice is SilenceNotice { Deadline.RuleId: "EIO-H1" });
    }

    [Fact]
    public void Without_a_transfer_or_a_summons_nothing_is_counted() =>
        Assert.Equal((RefusalCode.NotNow, true), Usual.Into("Recognised").Refused(Side.Requesting, new PresenceNoLongerRequired { On = new(2026, 1, 19) }) is var r
            ? (r.Code, r.Reason.Contains("Nobody in custody is to be transferred, and nobody is summoned.", StringComparison.Ordinal)) : default);
}
