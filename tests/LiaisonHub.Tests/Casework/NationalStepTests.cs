using System.Collections.Frozen;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Casework.Profiles;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>XE's Ministry may withhold what a court has ordered, and decides itself before property is taken for another state.</summary>
public sealed class NationalStepTests
{
    static readonly NationalStepOpened Opened = new() { Step = "MINISTRY" };
    static readonly NationalStepDecided GoesOn = new() { Decision = NationalStepDecision.GoesOn };
    static readonly NationalStepDecided Veto = new() { Decision = NationalStepDecision.Vetoed, Ground = "NATSEC" };
    static readonly NationalStepOpened PropertyOpened = new() { Step = "PROPERTY" };

    [Fact]
    public void A_request_remembers_the_steps_of_the_requested_state_as_its_profile_had_them()
    {
        Assert.Equal([new NationalStep { Code = "MINISTRY", Title = "The Ministry may withhold, on grounds of national security, what a court has ordered for another state" }], Examined().Request.NationalSteps);
        Assert.Null(Usual.Into("Acknowledged").Request.NationalSteps);
        Assert.Equal((RefusalCode.ConditionNotMet, "The profile of the requested state has no step of its own for this request that is still to be decided."),
            Refusal(Usual.Into("Acknowledged"), Opened));
        Assert.DoesNotContain(nameof(NationalStepOpened), Demo.Rules.Allowed(Usual.Into("Acknowledged").Request, Side.Requested));
        Assert.Contains(nameof(NationalStepOpened), Demo.Rules.Allowed(Examined().Request, Side.Requested));
    }

    [Fact]
    public void While_the_step_is_open_nothing_is_recognised_or_refused_and_its_own_limit_runs()
    {
        var story = Examined();
        Assert.StartsWith("$.open.step: no step of this request that is still to be decided; left: MINISTRY (The Ministry may withhold", Refusal(story, PropertyOpened).Reason, StringComparison.Ordinal);
        story.Answers(Opened);

        Assert.Equal("NationalStepPending", story.State);
        Assert.Equal((Side.Requested, Demo.Utc("2026-02-03T10:59:59Z")), (story.Deadline("REG-V2").OnWhom, story.Deadline("REG-V2").Due));
        Assert.Equal(RefusalCode.NotNow, Refusal(story, Usual.Recognised).Code);
        Assert.Equal(RefusalCode.NotNow, Refusal(story, Usual.Refused).Code);
        story.Answers(GoesOn);
        Assert.Equal(("Acknowledged", DeadlineStatus.Met), (story.State, story.Deadline("REG-V2").Status));
        Assert.Equal("The profile of the requested state has no step of its own for this request that is still to be decided.", Refusal(story, Opened).Reason);
        Assert.Equal("Recognised", story.Answers(Usual.Recognised).State);
    }

    [Fact]
    public void A_step_that_is_not_mandatory_may_be_left_unopened() => Assert.Equal("Recognised", Examined().Answers(Usual.Recognised).State);

    [Fact]
    public void A_limit_of_the_region_waits_for_the_step_and_a_limit_of_a_treaty_does_not()
    {
        var region = new Story(Demo.Rules, "XC", "XE").Asks(Usual.Submitted with { Instrument = "ASE" }).Answers(Usual.Acknowledged with { CompetentAuthority = "XE-CT1" });
        var due = region.Deadline("REG-D2").Due!.Value;
        region.Answers(Opened);
        Assert.Equal((DeadlineStatus.Held, "the requested state decides in a step of its own"), (region.Deadline("REG-D2").Status, region.Deadline("REG-D2").HoldReason));
        region.After(TimeSpan.FromDays(8)).Answers(GoesOn);
        Assert.Equal((DeadlineStatus.Running, due.AddDays(8)), (region.Deadline("REG-D2").Status, region.Deadline("REG-D2").Due));

        Assert.Equal(DeadlineStatus.Running, Examined().Answers(Opened).Deadline("EIO-D1").Status);
    }

    [Fact]
    public void Silence_in_the_step_climbs_the_ladder_and_decides_nothing()
    {
        var story = Examined().Answers(Opened).Passes(TimeSpan.FromDays(120));

        Assert.Equal("NationalStepPending", story.State);
        Assert.Equal(5, story.Deadline("REG-V2").Level);
    }

    [Fact]
    public void A_veto_leads_to_a_refusal_on_its_ground_after_consultation_where_the_ground_asks_for_it()
    {
        var story = Examined().Answers(Opened);
        Assert.Equal((RefusalCode.InvalidContent, "$.open.ground: is missing; a veto names its ground."), Refusal(story, Veto with { Ground = null }));
        Assert.Equal((RefusalCode.InvalidContent, "$.open.ground: is given, and the request goes on; leave it out, or write Vetoed."), Refusal(story, GoesOn with { Ground = "NATSEC" }));
        Assert.StartsWith("$.open.ground: is not a ground of this instrument", Refusal(story, Veto with { Ground = "ORDRE" }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("$.open.ground: DUALCRIM stands on dual criminality, which is examined before recognition", Refusal(story, Veto with { Ground = "DUALCRIM" }).Reason, StringComparison.Ordinal);

        story.Answers(Veto);
        Assert.Equal(("Acknowledged", NationalStepFate.Vetoed, "NATSEC"), (story.State, story.Request.NationalSteps![0].Fate, story.Request.NationalSteps[0].Ground));
        Assert.EndsWith("was decided with a veto; refuse on its ground NATSEC (RequestRefused), or open the step again (NationalStepOpened).", Refusal(story, Usual.Recognised).Reason, StringComparison.Ordinal);
        Assert.Equal("$.open.ground: the veto stands on NATSEC; refuse on that.", Refusal(story, Usual.Refused).Reason);
        var refusal = Usual.Refused with { Ground = "NATSEC" };
        Assert.Equal("$.open.only: a veto ends the whole request; leave it empty.", Refusal(story, refusal with { Only = [MeasureKind.Search] }).Reason);
        Assert.StartsWith("$.open.ground: NATSEC (", Refusal(story, refusal).Reason, StringComparison.Ordinal);
        story.Answers(Usual.Consulted with { Ground = "NATSEC" }).Asks(Usual.ConsultationAnswered).Answers(refusal);
        Assert.Equal(("Closed.Refused", "NATSEC"), (story.State, story.Request.Outcome));
    }

    [Fact]
    public void A_veto_may_be_taken_back_by_opening_the_step_again()
    {
        var story = Examined().Answers(Opened).Answers(Veto).Answers(Usual.Consulted with { Ground = "NATSEC" }).Asks(Usual.ConsultationAnswered with { Answer = ConsultationAnswer.Adapted });
        story.Answers(Opened);
        Assert.Equal((NationalStepFate.Pending, null), (story.Request.NationalSteps![0].Fate, story.Request.NationalSteps[0].Ground));

        Assert.Equal("Recognised", story.Answers(GoesOn).Answers(Usual.Recognised).State);
    }

    [Fact]
    public void A_request_that_comes_again_is_decided_anew()
    {
        var story = Examined().Answers(Opened).Answers(Veto).Answers(Usual.Returned).Asks(Usual.Resubmitted);

        Assert.Equal((NationalStepFate.NotOpened, null), (story.Request.NationalSteps![0].Fate, story.Request.NationalSteps[0].Ground));
    }

    [Fact]
    public void Property_is_taken_only_after_a_mandatory_step_for_the_freezing_and_once_more_for_the_confiscation()
    {
        var story = new Story(Demo.Rules, "XA", "XE").Asks(AssetRecoveryCourse.Freeze);
        Assert.Equal("PROPERTY (The Ministry decides whether property is taken for another state) is decided first; open the step (NationalStepOpened).", Refusal(story, Usual.Recognised).Reason);
        story.Answers(PropertyOpened);
        Assert.Equal(("NationalStepPending", DeadlineStatus.Running), (story.State, story.Deadline("FRZ-1").Status));
        story.Answers(GoesOn);
        Assert.Equal("FreezeSubmitted", story.State);
        story.Answers(Usual.Recognised).Answers(AssetRecoveryCourse.Frozen).Asks(AssetRecoveryCourse.Confiscate);
        Assert.Equal(NationalStepFate.NotOpened, story.Request.NationalSteps![0].Fate);
        Assert.StartsWith("PROPERTY (", Refusal(story, Usual.Recognised).Reason, StringComparison.Ordinal);

        story.Answers(PropertyOpened).Answers(Veto with { Ground = "FUNDRIGHTS" });
        Assert.Equal("ConfiscationSubmitted", story.State);
        Assert.Equal("$.open.ground: the veto stands on FUNDRIGHTS; refuse on that.", Refusal(story, AssetRecoveryCourse.Refusal).Reason);
        Assert.Equal("Closed.Refused", story.Answers(AssetRecoveryCourse.Refusal with { Ground = "FUNDRIGHTS" }).State);
    }

    [Fact]
    public void Of_several_steps_each_is_decided()
    {
        var profile = Demo.Region.Profiles["XE"];
        var two = profile with { Veto = [.. profile.Veto, new VetoRow { Code = "PARLIAMENT", Title = "Parliament is heard", Mandatory = true }] };
        var story = new Story(new(Demo.Region with { Profiles = Demo.Region.Profiles.ToFrozenDictionary(p => p.Key, p => p.Key == "XE" ? two : p.Value) }), "XA", "XE")
            .Asks(Usual.Submitted).Answers(Usual.Acknowledged with { CompetentAuthority = "XE-CT1" }).Answers(Opened).Answers(GoesOn);

        Assert.Equal("PARLIAMENT (Parliament is heard) is decided first; open the step (NationalStepOpened).", Refusal(story, Usual.Recognised).Reason);
        Assert.Equal("Recognised", story.Answers(new NationalStepOpened { Step = "PARLIAMENT" }).Answers(GoesOn).Answers(Usual.Recognised).State);
    }

    static Story Examined() => new Story(Demo.Rules, "XA", "XE").Asks(Usual.Submitted).Answers(Usual.Acknowledged with { CompetentAuthority = "XE-CT1" });

    static (RefusalCode Code, string Reason) Refusal(Story story, object content)
    {
        var refused = story.Refused(Side.Requested, content);
        return (refused.Code, refused.Reason);
    }
}
