using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>Requests with many parties: who is asked, who hears what, who is late; the joint investigation and the joint action.</summary>
public sealed class JointTests
{
    static readonly Seat XB = new(Side.Requested, "XB");
    static readonly Seat XC = new(Side.Requested, "XC");
    static readonly Seat XD = new(Side.Requested, "XD");

    static Story Investigation(string state) => JointInvestigationCourse.Into(state, Demo.Rules);

    /// <summary>A team of XA, XB and XC.</summary>
    static Story Smaller()
    {
        var story = new Story().Asks(JointInvestigationCourse.Proposal with { Members = [Party("XC", "XC-CA")] });
        foreach (var act in new object[] { JointInvestigationCourse.Joins, JointInvestigationCourse.Draft, JointInvestigationCourse.Signs })
            _ = act is JointAgreementDrafted ? story.Asks(act) : story.Answers("XB", act).Answers("XC", act);
        return story;
    }

    /// <summary>The same, after XD was invited.</summary>
    static Story Invited() => Smaller().Asks(JointInvestigationCourse.Another).Answers("XB", JointInvestigationCourse.Consents).Answers("XC", JointInvestigationCourse.Consents)
        .Asks(JointInvestigationCourse.Invitation);

    static Story Action(string state) => JointActionCourse.Into(state, Demo.Rules);

    // Who is asked

    [Fact]
    public void Everything_wrong_with_the_list_of_members_is_named_at_once()
    {
        var refused = new Story().Refused(Side.Requesting, JointInvestigationCourse.Proposal with
        {
            Members =
            [
                Party("XC", "XC-CA"), Party("XQ", "XQ-CA"), Party("XA", "XA-PO1"), Party("XB", "XB-CA"), Party("XZ", "XZ-REG"), Party("XC", "XC-CA"), Party("XD", "XD-LO"),
            ],
        });
        Assert.Equal(RefusalCode.InvalidContent, refused.Code);
        foreach (var finding in new[]
        {
            "$.open.members[1].state: is not a state of the region; write one of XA, XB", "$.open.members[2].state: is the sender's own; leave it out.",
            "$.open.members[3].state: is the receiver's already; leave it out.", "$.open.members[4].state: is the region's body",
            "$.open.members[5].state: stands there twice; name each state once.", "$.open.members[6].authority: is not designated in XD to receive requests today; write one of XD-CA",
        })
            Assert.Contains(finding, refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("members[0]", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_instrument_is_in_force_with_every_state_that_is_asked() =>
        Assert.Equal((RefusalCode.NoInstrument, "$.open.instrument: 'JIT' is not in force between XA and XE, XF; leave them out, or rely on another instrument."),
            Refusal(new Story(), Side.Requesting, JointInvestigationCourse.Proposal with { Members = [Party("XE", "XE-CA"), Party("XF", "XF-CA")] }));

    [Fact]
    public void An_action_without_its_case_group_is_refused() =>
        Assert.StartsWith("$.header.caseGroupId: is missing;", new Story().Refused(Side.Requesting, JointActionCourse.Announcement).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_request_of_two_parties_is_stored_as_it_always_was()
    {
        var json = Request.Write(Usual.Into("Acknowledged").Request);
        foreach (var name in new[] { "members", "member", "reachedStates", "remindAt", "jointAction", "jointInvestigation" })
            Assert.DoesNotContain($"\"{name}\"", json, StringComparison.Ordinal);
    }

    // Who hears what

    [Fact]
    public void An_act_goes_to_every_other_party_that_takes_part_and_to_whoever_it_puts_out()
    {
        var story = Investigation("Proposed");
        story.Answers("XC", JointInvestigationCourse.Declines);
        Assert.Equal([Side.Requesting, XB, XD], story.Last.ForwardTo);
        story.Answers("XB", JointInvestigationCourse.Joins);
        Assert.Equal([Side.Requesting, XD], story.Last.ForwardTo);
        story.Asks(new MemberReleased { State = "XD", Reason = "No answer" });
        Assert.Equal([XB, XD], story.Last.ForwardTo);
        Assert.Equal("Drafting", story.State);
    }

    [Fact]
    public void Receipts_of_each_state_are_kept_apart_and_a_duplicate_changes_nothing()
    {
        var story = Investigation("Drafting");
        var act = story.Do(Side.Requesting, JointInvestigationCourse.Draft);
        Assert.Equal([XB, XC, XD], story.Request.Deadlines.Where(d => d.OfActId == act).Select(d => d.Seat));
        Assert.Equal(3, story.Request.Deadlines.Where(d => d.OfActId == act).DistinctBy(d => d.Id).Count());

        story.Answers("XC", new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Opened });
        var once = Request.Write(story.Request);
        Assert.Equal([XB, XD], story.Request.Deadlines.Where(d => d.OfActId == act).Select(d => d.Seat));
        Assert.Equal(ReceiptStage.Accepted, story.Request.Acts[^1].Stage);
        story.Answers("XC", new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Opened });
        Assert.Equal(once, Request.Write(story.Request));

        story.Answers("XB", new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Opened }).Answers("XD", new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Delivered });
        Assert.Equal(ReceiptStage.Delivered, story.Request.Acts[^1].Stage);
        Assert.Equal(XD, Assert.Single(story.Request.Deadlines, d => d.OfActId == act && d.Active).Seat);
    }

    [Fact]
    public void Nobody_gives_a_receipt_for_an_act_that_did_not_go_to_it()
    {
        var story = Investigation("Proposed").Answers("XC", JointInvestigationCourse.Declines);
        var act = story.Do(XB, JointInvestigationCourse.Joins);
        Assert.Equal(RefusalCode.ConditionNotMet, story.Refused(XC, new ReceiptGiven { OfActId = act, Stage = ReceiptStage.Delivered }).Code);
    }

    [Fact]
    public void The_order_of_each_state_is_its_own()
    {
        var request = Investigation("Proposed").Request.Hearing(XC, 7).Hearing(Side.Requesting, 3).Hearing(XC, 5);
        Assert.Equal((3L, 0L, 7L, 0L), (request.HeardOf(Side.Requesting), request.HeardOf(XB), request.HeardOf(XC), request.HeardOf(XD)));
    }

    [Fact]
    public void Who_takes_no_part_is_not_told_when_the_others_act()
    {
        var story = Action("Announced").Answers("XC", JointActionCourse.Declines);
        var own = Demo.Rules.StandingFor(story.Request, XC);
        Assert.Null(own.Members);
        Assert.Empty(own.Deadlines);
        Assert.NotEmpty(Demo.Rules.StandingFor(story.Request, XB).Deadlines);
    }

    // Who is late

    [Fact]
    public void The_silence_of_one_state_is_told_to_it_and_to_the_one_that_leads_alone()
    {
        var story = Investigation("Proposed").Answers("XB", JointInvestigationCourse.Joins).Answers("XD", JointInvestigationCourse.Joins);
        story.Told.Clear();
        story.Passes(TimeSpan.FromDays(60));

        Assert.Equal(5, story.Request.Deadlines.Single(d => d.RuleId == "JIT-C1" && d.Seat == XC).Level);
        foreach (var seat in new[] { XB, XD })
            Assert.DoesNotContain(story.Told, t => t.Told.To == seat && t.Told.Notice is ReminderNotice or OverdueNotice or EscalationNotice);
        foreach (var seat in new[] { XC, Side.Requesting })
        {
            Assert.All(story.ToldTo<EscalationNotice>(seat), n => Assert.Equal("XC", n.Deadline.Member));
            Assert.Equal([2, 3, 4, 5], story.ToldTo<EscalationNotice>(seat).Select(n => n.Level));
        }
        Assert.Equal([true], story.ToldTo<OverdueNotice>(XC).Select(n => n.ReasonWanted));
        Assert.Equal(["XA-CA", "XC-CA", "XA-LO", "XC-LO"], story.ToldTo<EscalationNotice>(XC).First().Told);
        var note = Assert.Single(story.Documents).Html;
        Assert.Contains("Cassara, and has the honour", note, StringComparison.Ordinal);
        Assert.DoesNotContain("Dravia</strong>", note, StringComparison.Ordinal);
        var why = Demo.Rules.WhyItStands(story.Request, story.Now);
        Assert.Equal("XC", why.TurnState);
        Assert.StartsWith("XC (requested side) was to say whether this state takes part", why.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_that_are_late_all_are_named()
    {
        var story = Action("Announced").Answers("XB", JointActionCourse.Joins).Answers("XB", JointActionCourse.Ready);
        Assert.StartsWith("XC, XD (requested side) are to say whether this state takes part", Demo.Rules.WhyItStands(story.Request, story.Now).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_says_why_it_is_late_speaks_for_itself()
    {
        var story = Investigation("Proposed").Passes(TimeSpan.FromDays(30));
        story.Answers("XB", new DelayReasonGiven { RuleId = "JIT-C1", Reason = DelayReason.Court });
        Assert.Equal(["XB"], story.Request.Deadlines.Where(d => d.ReasonGiven is not null).Select(d => d.Member));
    }

    [Fact]
    public void Each_limit_counts_in_the_calendar_of_its_own_state()
    {
        var story = Investigation("Proposed");
        foreach (var (state, zone) in new[] { ("XB", "Europe/Athens"), ("XC", "Asia/Riyadh"), ("XD", "America/Santiago") })
        {
            var deadline = story.Request.Deadlines.Single(d => d.RuleId == "JIT-C1" && d.Member == state);
            Assert.Equal((zone, state), (deadline.Counting.Zone, Assert.Single(deadline.Counting.Calendars)));
        }
    }

    [Fact]
    public void A_signature_is_reminded_of_after_14_days_and_reaches_the_liaison_offices_after_30()
    {
        var story = Investigation("Signing").Answers("XB", JointInvestigationCourse.Signs).Answers("XC", JointInvestigationCourse.Signs);
        var began = story.Now;
        story.Told.Clear();
        story.Passes(TimeSpan.FromDays(32));
        var reminded = story.Told.Where(t => t.Told.Notice is ReminderNotice n && n.Deadline.RuleId == "JIT-S1" && t.Told.To == XD).Select(t => t.At - began);
        Assert.Equal(14, Assert.Single(reminded).Days);
        var liaison = story.Told.First(t => t.Told.Notice is EscalationNotice { Level: 2 } && t.Told.To == XD);
        Assert.InRange((liaison.At - began).TotalDays, 29, 31);
        Assert.Contains("XD-LO", ((EscalationNotice)liaison.Told.Notice).Told);
    }

    [Fact]
    public void A_dispute_is_with_the_state_that_is_addressed()
    {
        var story = Investigation("Drafting");
        var act = story.Act(Side.Requesting, DisputeCourse.Raised);
        act = act with { Header = act.Header with { Receiver = Party("XD", "XD-CA") } };
        var dispute = Assert.Single(((Applied)Demo.Rules.Decide(story.Request, act, story.Now)).Opened).Request;
        Assert.Equal(("XA", "XD", "XZ"), (dispute.Requesting.State, dispute.Requested.State, dispute.Neutral!.State));
    }

    // The joint investigation

    [Fact]
    public void An_agreement_lacks_none_of_its_nine_items()
    {
        var refused = Investigation("Drafting").Refused(Side.Requesting, JointInvestigationCourse.Draft with
        {
            WillStated = false,
            Reasons = "",
            EndsOn = new(2025, 1, 1),
            Aims = "",
            Composition = "",
            Leader = "",
            ApplicableLaw = "",
            Organisation = "",
            LeaderPowers = "",
            UseOfInformation = "",
            ThirdPersons = "",
        });
        foreach (var field in new[] { "willStated", "reasons", "endsOn", "aims", "composition", "leader", "applicableLaw", "organisation", "leaderPowers", "useOfInformation", "thirdPersons" })
            Assert.Contains($"$.open.{field}: ", refused.Reason, StringComparison.Ordinal);
        Assert.StartsWith("$.open.leader: is not an authority of XA today", Investigation("Drafting").Refused(Side.Requesting, JointInvestigationCourse.Draft with { Leader = "XB-PO1" }).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_draft_is_signed_by_everybody_afresh()
    {
        var story = Investigation("Signing").Answers("XB", JointInvestigationCourse.Signs).Asks(JointInvestigationCourse.Draft with { EndsOn = new(2027, 3, 31) });
        Assert.Equal(["XB", "XC", "XD"], story.Request.Deadlines.Where(d => d is { RuleId: "JIT-S1", Active: true }).Select(d => d.Member));
        story.Answers("XB", JointInvestigationCourse.Signs).Answers("XC", JointInvestigationCourse.Signs).Answers("XD", JointInvestigationCourse.Signs);
        Assert.Equal(("Active", new DateOnly(2027, 3, 31)), (story.State, story.Deadline("JIT-E1").LastDay));
    }

    [Fact]
    public void The_team_is_reminded_30_days_before_its_last_day_and_then_ends()
    {
        var story = Investigation("Active");
        story.Told.Clear();
        story.Passes("2027-01-02T00:00:00Z");
        var reminder = Assert.Single(story.Told, t => t.Told.Notice is ReminderNotice n && n.Deadline.RuleId == "JIT-E1" && t.Told.To == Side.Requesting);
        Assert.Equal(new DateOnly(2026, 12, 1), DateOnly.FromDateTime(reminder.At.UtcDateTime));
        Assert.Equal("Closing", story.State);
        Assert.Equal(90, (story.Deadline("JIT-V1").LastDay!.Value.ToDateTime(default) - story.Request.Since.UtcDateTime.Date).Days);
        foreach (var seat in new[] { Side.Requesting, XB, XC, XD })
            Assert.Equal("Closing", story.ToldTo<SilenceNotice>(seat).Last().Standing.State);
    }

    [Fact]
    public void The_duration_changes_with_the_last_consent_and_not_before()
    {
        var story = Investigation("Active").Asks(JointInvestigationCourse.Longer).Answers("XB", JointInvestigationCourse.Consents).Answers("XD", JointInvestigationCourse.Consents);
        Assert.Equal(new DateOnly(2026, 12, 31), story.Deadline("JIT-E1").LastDay);
        Assert.Equal(RefusalCode.NotNow, story.Refused(XB, JointInvestigationCourse.Consents).Code);
        story.Answers("XC", JointInvestigationCourse.Consents);
        Assert.Equal(new DateOnly(2027, 6, 30), story.Deadline("JIT-E1").LastDay);
        Assert.Null(story.Request.JointInvestigation!.Change);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Refusal_or_silence_of_one_ends_a_proposed_change(bool silent)
    {
        var story = Investigation("Active").Asks(JointInvestigationCourse.Wider).Answers("XB", JointInvestigationCourse.Consents).Answers("XC", JointInvestigationCourse.Consents);
        _ = silent ? story.Passes(TimeSpan.FromDays(20)) : story.Answers("XD", new JointChangeAnswered { Consents = false, Reasons = "Not here" });
        Assert.Null(story.Request.JointInvestigation!.Change);
        Assert.Empty(story.Request.JointInvestigation.Scope);
        Assert.DoesNotContain(story.Request.Deadlines, d => d is { RuleId: "JIT-X1", Active: true });
        Assert.Equal("Active", story.State);
    }

    // A state that comes later

    [Fact]
    public void A_state_is_admitted_by_all_invited_by_the_one_that_leads_and_signs_by_joining()
    {
        var story = Smaller().Asks(JointInvestigationCourse.Another).Answers("XB", JointInvestigationCourse.Consents);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, JointInvestigationCourse.Invitation).Code);
        story.Answers("XC", JointInvestigationCourse.Consents);
        Assert.Contains("XD is admitted and to be invited", story.Rules.WhyItStands(story.Request, story.Now).Facts);

        Assert.Equal("$.open.member: is none that is admitted; those that are: XD (XD-CA).",
            story.Refused(Side.Requesting, JointInvestigationCourse.Invitation with { Member = Party("XE", "XE-CA") }).Reason);
        Assert.Equal("$.open.endsOn: the agreement in force ends 2026-12-31; write that day.",
            story.Refused(Side.Requesting, JointInvestigationCourse.Invitation with { EndsOn = new(2027, 1, 31) }).Reason);
        Assert.Equal("$.open.leader: the agreement in force names XA-PO1; write that code.",
            story.Refused(Side.Requesting, JointInvestigationCourse.Invitation with { Leader = "XA-CA" }).Reason);
        Assert.Null(Rules.SeatOf(story.Request, "XD"));
        var invited = story.Do(Side.Requesting, JointInvestigationCourse.Invitation);

        // The newcomer hears of it, answers in its own time, and nothing else is its to do.
        Assert.Equal([XB, XC, XD], story.Last.ForwardTo);
        Assert.Equal(MemberStatus.Asked, story.Request.Members![^1].Status);
        Assert.Equal("XD", story.Request.Deadlines.Single(d => d is { RuleId: "JIT-C1", Active: true }).Member);
        Assert.Contains(nameof(InvitationAnswered), story.Rules.Allowed(story.Request, XD));
        Assert.DoesNotContain(nameof(JointEvidenceShared), story.Rules.Allowed(story.Request, XD));
        story.Answers("XD", new ReceiptGiven { OfActId = invited, Stage = ReceiptStage.Opened });

        // A change that was proposed meanwhile falls: whoever was asked is another circle.
        story.Asks(JointInvestigationCourse.Longer);
        Assert.Equal([XB, XC], story.Request.Deadlines.Where(d => d is { RuleId: "JIT-X1", Active: true }).Select(d => d.Seat));
        Assert.StartsWith("$.open.rightsCheck: is missing.", story.Refused(XD, JointInvestigationCourse.Joins with { RightsCheck = null }).Reason, StringComparison.Ordinal);
        story.Answers("XD", JointInvestigationCourse.Joins);
        Assert.Equal(("Active", MemberStatus.Signed), (story.State, story.Request.Members![^1].Status));
        Assert.Null(story.Request.JointInvestigation!.Change);
        Assert.DoesNotContain(story.Request.Deadlines, d => d is { RuleId: "JIT-X1" or "JIT-C1", Active: true });
        story.Asks(JointInvestigationCourse.Longer).Answers("XB", JointInvestigationCourse.Consents).Answers("XC", JointInvestigationCourse.Consents);
        Assert.NotNull(story.Request.JointInvestigation!.Change);
        story.Answers("XD", JointInvestigationCourse.Consents);
        Assert.Equal(new DateOnly(2027, 6, 30), story.Request.JointInvestigation!.EndsOn);
    }

    [Fact]
    public void A_state_that_left_comes_back_and_a_change_waits_for_those_alone_who_take_part()
    {
        var story = Investigation("Active").Answers("XC", new MemberLeft { Reason = "Proceedings closed" })
            .Asks(JointInvestigationCourse.Another with { Member = Party("XC", "XC-CA") }).Answers("XB", JointInvestigationCourse.Consents).Answers("XD", JointInvestigationCourse.Consents)
            .Asks(JointInvestigationCourse.Invitation with { Member = Party("XC", "XC-CA") });
        Assert.Equal(["XB", "XC", "XD"], story.Request.Members!.Select(m => m.Party.State));
        Assert.Equal([XB, XD, XC], story.Last.ForwardTo);
        story.Asks(JointInvestigationCourse.Wider).Answers("XB", JointInvestigationCourse.Consents).Answers("XD", JointInvestigationCourse.Consents);
        Assert.Equal([JointInvestigationCourse.Wider.Scope!], story.Request.JointInvestigation!.Scope);
        story.Answers("XC", JointInvestigationCourse.Declines);
        Assert.Equal(("Active", MemberStatus.Declined), (story.State, story.Request.Members![1].Status));
    }

    [Fact]
    public void A_team_that_ends_waits_for_no_answer_and_the_state_that_was_asked_hears_of_it()
    {
        foreach (var silent in new[] { false, true })
        {
            var story = Invited();
            _ = silent ? story.Passes(TimeSpan.FromDays(400)) : story.Asks(JointInvestigationCourse.Ended);
            Assert.Equal(("Closing", MemberStatus.Released), (story.State == "Closed.Evaluated" ? "Closing" : story.State, story.Request.Members![^1].Status));
            Assert.DoesNotContain(story.Request.Deadlines, d => d is { RuleId: "JIT-C1", Active: true });
            if (silent)
                Assert.NotEmpty(story.ToldTo<SilenceNotice>(XD));
            else
                Assert.Contains(XD, story.Last.ForwardTo);
        }
    }

    [Fact]
    public void One_that_leads_alone_while_another_has_not_answered_proposes_no_change()
    {
        var story = Invited().Answers("XB", new MemberLeft { Reason = "Over" }).Answers("XC", new MemberLeft { Reason = "Over" });
        Assert.Equal("Active", story.State);
        Assert.StartsWith("No other state takes part that could consent;", story.Refused(Side.Requesting, JointInvestigationCourse.Longer).Reason, StringComparison.Ordinal);
        Assert.Equal("$.open.origin: is no other state that takes part; those that are: .",
            story.Refused(Side.Requesting, new UseConsentAsked { Origin = "XD", Offences = JointInvestigationCourse.Proposal.Offences, Purpose = "Trial" }).Reason);
        story.Answers("XD", JointInvestigationCourse.Declines);
        Assert.Equal("Closing", story.State);
    }

    [Theory]
    [InlineData("XQ", "XQ-CA", "$.open.member.state: is not a state of the region that could take part; write one of XD, XE, XF.")]
    [InlineData("XB", "XB-CA", "$.open.member.state: takes part already or is asked to; name another.")]
    [InlineData("XE", "XE-CA", "$.open.member.state: 'JIT' is not in force between XA and XE.")]
    [InlineData("XD", "XD-LO", "$.open.member.authority: is not designated in XD to receive requests today; write one of XD-CA")]
    public void Whoever_could_not_take_part_is_not_proposed(string state, string authority, string finding) =>
        Assert.StartsWith(finding, Smaller().Refused(Side.Requesting, JointInvestigationCourse.Another with { Member = Party(state, authority) }).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_state_that_is_out_may_be_asked_for_help()
    {
        var story = Investigation("Active").Answers("XC", new MemberLeft { Reason = "Proceedings closed" });
        story.Do(XB, new ThirdStateHelpAsked { State = "XC", Subject = "Accounts" });
        Assert.Contains("XC, outside the team, is asked for help by XB", story.Rules.WhyItStands(story.Request, story.Now).Facts);
    }

    // The rights

    [Theory]
    [InlineData(nameof(JointAgreementDrafted))]
    [InlineData(nameof(JointAgreementSigned))]
    [InlineData(nameof(ReadinessReported))]
    [InlineData(nameof(GoGiven))]
    public void Nobody_signs_is_ready_or_gives_the_go_before_it_has_checked_the_rights(string act)
    {
        var failed = Usual.RightsCheck with { Answers = [.. Usual.RightsCheck.Answers.Select((a, i) => i == 0 ? a with { Finding = RightsFinding.Failed, Condition = "No order" } : a)] };
        var (story, seat) = act switch
        {
            nameof(JointAgreementDrafted) => (Investigation("Drafting"), (Seat)Side.Requesting),
            nameof(JointAgreementSigned) => (Investigation("Signing"), XB),
            nameof(ReadinessReported) => (Action("Preparing"), XB),
            _ => (Action("Preparing").Answers("XB", JointActionCourse.Ready).Answers("XC", JointActionCourse.Ready).Answers("XD", JointActionCourse.Ready), Side.Requesting),
        };
        object With(RightsCheck check) => act switch
        {
            nameof(JointAgreementDrafted) => JointInvestigationCourse.Draft with { RightsCheck = check },
            nameof(JointAgreementSigned) => new JointAgreementSigned { RightsCheck = check },
            nameof(ReadinessReported) => JointActionCourse.Ready with { RightsCheck = check },
            _ => new GoGiven { RightsCheck = check },
        };
        Assert.StartsWith("$.open.rightsCheck.answers: no answer to lawful-basis, necessity.", story.Refused(seat, With(Usual.RightsCheck with { Answers = [.. Usual.RightsCheck.Answers.Skip(2)] })).Reason, StringComparison.Ordinal);
        Assert.Equal("$.open.rightsCheck.answers: lawful-basis not passed. Nothing coercive may follow: this state does not take part until it is settled.",
            story.Refused(seat, With(failed)).Reason);
        Assert.Null(story.Request.RightsCheckedAt);
    }

    [Fact]
    public void An_action_that_is_put_off_is_checked_again()
    {
        var story = Action("Released");
        Assert.NotNull(story.Request.RightsCheckedAt);
        story.Asks(JointActionCourse.Postponed);
        Assert.Null(story.Request.RightsCheckedAt);
    }

    [Fact]
    public void Two_states_are_enough_and_one_is_not()
    {
        var left = new MemberLeft { Reason = "Proceedings closed" };
        var story = Investigation("Active").Answers("XB", left).Answers("XD", left);
        Assert.Equal("Active", story.State);
        story.Answers("XC", left);
        Assert.Equal("Closing", story.State);
    }

    [Fact]
    public void The_state_of_origin_alone_consents_to_another_use()
    {
        var story = Investigation("Active");
        var asked = story.Do(XB, new UseConsentAsked { Origin = "XA", Offences = JointInvestigationCourse.Proposal.Offences, Purpose = "Trial" });
        Assert.Equal((Side.Requesting, null), (story.Deadline("JIT-U1").OnWhom, story.Deadline("JIT-U1").Member));
        Assert.Equal(RefusalCode.NotNow, story.Refused(XC, new UseConsentDecided { OfActId = asked, Granted = true }).Code);
        story.Asks(new UseConsentDecided { OfActId = asked, Granted = true });
        Assert.Equal(DeadlineStatus.Met, story.Deadline("JIT-U1").Status);
        Assert.Equal("$.open.origin: is no other state that takes part; those that are: XA, XC, XD.",
            story.Refused(XB, new UseConsentAsked { Origin = "XE", Offences = JointInvestigationCourse.Proposal.Offences, Purpose = "Trial" }).Reason);
    }

    [Fact]
    public void What_another_country_uploads_is_verified_first_and_everything_is_erased_after_four_weeks()
    {
        var story = Investigation("Active");
        Assert.Contains("$.open.verifiedOn: is missing", story.Refused(XB, JointInvestigationCourse.Shared with { ThirdCountry = "XQ" }).Reason, StringComparison.Ordinal);
        Assert.Contains("$.open.thirdCountry: is no country outside the team",
            story.Refused(XB, JointInvestigationCourse.Shared with { ThirdCountry = "XC", VerifiedOn = new(2026, 1, 19) }).Reason, StringComparison.Ordinal);
        var shared = story.Do(XB, JointInvestigationCourse.Shared with { ThirdCountry = "XQ", VerifiedOn = new(2026, 1, 19) });
        Assert.Equal((new DateOnly(2026, 2, 16), "XB"), (story.Deadline("JIT-R1").LastDay, story.Deadline("JIT-R1").Member));
        Assert.Equal(RefusalCode.NotNow, story.Refused(XC, new JointEvidenceErased { OfActId = shared, Reason = ErasureReason.TimePassed }).Code);
        story.Answers("XB", new JointEvidenceErased { OfActId = shared, Reason = ErasureReason.TimePassed });
        Assert.Equal(DeadlineStatus.Met, story.Deadline("JIT-R1").Status);
    }

    [Fact]
    public void What_everybody_has_downloaded_is_erased_before_the_four_weeks_are_over()
    {
        var story = Investigation("Active").Answers("XD", new MemberLeft { Reason = "Proceedings closed" });
        var shared = story.Do(XB, JointInvestigationCourse.Shared);
        var kept = story.Do(XC, JointInvestigationCourse.Shared);
        var done = new JointEvidenceDownloaded { OfActId = shared };
        Assert.Equal($"$.open.ofActId: nothing that waits for this state; waiting: {kept}.", story.Refused(XB, done).Reason);
        story.Do(XC, done);
        Assert.Equal(RefusalCode.NotNow, story.Refused(XC, done).Code);
        Assert.Equal(2, story.Request.Deadlines.Count(d => d is { RuleId: "JIT-R1", Active: true }));
        story.Asks(done);

        // XB took it there itself, and XD takes no part any longer.
        Assert.Equal("XC", Assert.Single(story.Request.Deadlines, d => d is { RuleId: "JIT-R1", Active: true }).Member);
        Assert.Equal([true, false], story.Request.JointInvestigation!.Uploads.Select(u => u.Erased));
        Assert.Equal(RefusalCode.NotNow, story.Refused(XB, new JointEvidenceErased { OfActId = shared, Reason = ErasureReason.AllDownloaded }).Code);
    }

    [Fact]
    public void Help_is_asked_of_a_state_outside_the_team_and_everybody_knows()
    {
        var story = Investigation("Active");
        Assert.Equal("$.open.state: takes part in the team or is asked to; ask it there.", story.Refused(XB, new ThirdStateHelpAsked { State = "XC", Subject = "Accounts" }).Reason);
        Assert.Contains("$.open.state: is no country code", story.Refused(XB, new ThirdStateHelpAsked { State = "Xf", Subject = "Accounts" }).Reason, StringComparison.Ordinal);
        story.Do(XB, new ThirdStateHelpAsked { State = "XF", Subject = "Accounts" });
        story.Do(XC, new ThirdStateHelpAsked { State = "XF", Subject = "Cars" });
        Assert.Contains("XF, outside the team, is asked for help by XB, XC", story.Rules.WhyItStands(story.Request, story.Now).Facts);

        for (var more = 2; more < 200; more++)
            story.Do(XB, new ThirdStateHelpAsked { State = "XF", Subject = "Accounts" });
        Assert.Equal("$.open: 200 stand on the record already; tell the others in a note (NoteSent).", story.Refused(XB, new ThirdStateHelpAsked { State = "XF", Subject = "Accounts" }).Reason);
    }

    // The joint action

    [Fact]
    public void The_go_waits_for_every_state_and_says_for_whom()
    {
        var story = Action("Announced").Answers("XB", JointActionCourse.Joins).Answers("XB", JointActionCourse.Ready).Answers("XC", JointActionCourse.Joins);
        var refused = story.Refused(Side.Requesting, JointActionCourse.Go);
        Assert.Equal(RefusalCode.ConditionNotMet, refused.Code);
        Assert.StartsWith("Not ready: XC (takes part), XD (has not answered).", refused.Reason, StringComparison.Ordinal);

        story.Answers("XD", JointActionCourse.Declines).Answers("XC", JointActionCourse.Ready).Answers("XB", JointActionCourse.NotReady);
        Assert.StartsWith("Not ready: XB (takes part).", story.Refused(Side.Requesting, JointActionCourse.Go).Reason, StringComparison.Ordinal);
        story.Answers("XB", JointActionCourse.Ready).Asks(JointActionCourse.Go);
        Assert.Equal("Released", story.State);
        Assert.Equal([null, "XB", "XC"], story.Request.Deadlines.Where(d => d is { RuleId: "JOA-D1", Active: true }).Select(d => d.Member));
    }

    [Fact]
    public void The_go_waits_until_what_is_asked_of_each_is_recognised()
    {
        var asked = new Story { Id = new("0f000000-0000-4000-8000-0000000000b1"), CaseGroup = JointActionCourse.Group }.Asks(Usual.Submitted).Answers(Usual.Acknowledged);
        var story = Action("Preparing");
        Assert.Equal("$.open.onRequestId: is no request of this case group that XA asks of XB; there is none. Leave it out.",
            story.Refused(XB, JointActionCourse.Ready with { OnRequestId = asked.Id }).Reason);
        story.Group = [asked.Request];
        Assert.StartsWith("$.open.onRequestId: is no request of this case group that XA asks of XC;",
            story.Refused(XC, JointActionCourse.Ready with { OnRequestId = asked.Id }).Reason, StringComparison.Ordinal);
        story.Answers("XB", JointActionCourse.Ready with { OnRequestId = asked.Id }).Answers("XC", JointActionCourse.Ready).Answers("XD", JointActionCourse.Ready);

        // Between the one that leads and the one that is asked.
        Guid? Seen(Seat by) => story.Rules.StandingFor(story.Request, by).Members!.Single(m => m.State == "XB").OnRequestId;
        Assert.Equal((asked.Id, asked.Id, null), (Seen(Side.Requesting), Seen(XB), Seen(XC)));

        Assert.StartsWith("Not recognised: what is asked of XB: XA-2026-000142 (Acknowledged).", story.Refused(Side.Requesting, JointActionCourse.Go).Reason, StringComparison.Ordinal);
        story.Group = [];
        Assert.StartsWith("Not recognised: what is asked of XB.", story.Refused(Side.Requesting, JointActionCourse.Go).Reason, StringComparison.Ordinal);
        story.Group = [asked.Answers(Usual.Recognised).Request];
        story.Asks(JointActionCourse.Go);
        Assert.Equal("Released", story.State);
    }

    [Fact]
    public void Nobody_reports_before_the_hour_and_each_once_after_it()
    {
        var story = Action("Released").At("2026-02-10T03:59:59Z");
        Assert.Equal((RefusalCode.ConditionNotMet, "The hour of the action is 2026-02-10 04:00:00Z; report then."), Refusal(story, XB, JointActionCourse.Done));
        story.At("2026-02-10T04:00:00Z").Answers("XB", JointActionCourse.Done).Asks(JointActionCourse.Done).Answers("XD", JointActionCourse.NotDone);
        Assert.Equal(RefusalCode.NotNow, story.Refused(XB, JointActionCourse.Done).Code);
        Assert.Equal("Released", story.State);
        story.Answers("XC", JointActionCourse.Done);
        Assert.Equal(("Closed.Done", "Partly"), (story.State, story.Request.Outcome));
    }

    [Fact]
    public void The_go_comes_before_the_hour_or_the_action_is_put_off()
    {
        var story = Action("Preparing").Answers("XB", JointActionCourse.Ready).Answers("XC", JointActionCourse.Ready).Answers("XD", JointActionCourse.Ready).At("2026-02-10T04:00:00Z");
        Assert.StartsWith("The hour of the action was 2026-02-10 04:00:00Z. Name another", story.Refused(Side.Requesting, JointActionCourse.Go).Reason, StringComparison.Ordinal);
        story.Asks(JointActionCourse.Postponed);
        Assert.Equal(JointActionCourse.Postponed.ActionAt, story.Deadline("JOA-G1").Due);
        Assert.StartsWith("Not ready: XB (takes part), XC (takes part), XD (takes part).", story.Refused(Side.Requesting, JointActionCourse.Go).Reason, StringComparison.Ordinal);
        Assert.StartsWith("$.open.readyBy: is over;", story.At("2026-02-19T04:00:00Z").Refused(Side.Requesting, JointActionCourse.Postponed).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void After_the_hour_the_action_is_neither_put_off_nor_called_off()
    {
        var story = Action("Released").At("2026-02-10T04:00:00Z");
        foreach (var act in new object[] { JointActionCourse.CalledOff, JointActionCourse.Postponed })
            Assert.Equal(RefusalCode.ConditionNotMet, story.Refused(Side.Requesting, act).Code);
    }

    [Fact]
    public void A_silent_state_may_be_released_and_the_others_go_on()
    {
        var story = Action("Announced").Answers("XB", JointActionCourse.Joins).Answers("XD", JointActionCourse.Joins);
        Assert.Equal("$.open.state: is none that is asked or takes part; those that are: XB, XC, XD.", story.Refused(Side.Requesting, new MemberReleased { State = "XE", Reason = "None" }).Reason);
        story.Asks(new MemberReleased { State = "XC", Reason = "No answer" });
        Assert.Equal("Preparing", story.State);
        Assert.DoesNotContain(story.Request.Deadlines, d => d is { Active: true, Member: "XC", Kind: DeadlineKind.Procedure });
        story.Answers("XB", new MemberLeft { Reason = "No officers free" });
        Assert.Equal("Preparing", story.State);
        story.Answers("XD", new MemberLeft { Reason = "No officers free" });
        Assert.Equal(("Closed.Abandoned", "Abandoned"), (story.State, story.Request.Outcome));
    }

    [Fact]
    public void The_hours_are_in_UTC_in_order_and_to_come()
    {
        var story = new Story { CaseGroup = JointActionCourse.Group };
        var refused = story.Refused(Side.Requesting, JointActionCourse.Announcement with
        {
            ActionAt = new(2026, 1, 10, 4, 0, 0, TimeSpan.FromHours(2)),
            ReadyBy = Demo.Utc("2026-01-12T04:00:00Z"),
            Zone = "Europe/Atlantis",
        });
        foreach (var finding in new[] { "$.open.actionAt: is not in UTC;", "$.open.actionAt: is not after readyBy;", "$.open.readyBy: is over;", "$.open.zone: is none of a state that takes part;" })
            Assert.Contains(finding, refused.Reason, StringComparison.Ordinal);
    }

    static Party Party(string state, string authority) => new() { State = state, Authority = authority };

    static (RefusalCode Code, string Reason) Refusal(Story story, Seat seat, object content) => story.Refused(seat, content) is var r ? (r.Code, r.Reason) : default;
}
