using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using static LiaisonHub.Tests.Casework.JurisdictionCourse;

namespace LiaisonHub.Tests.Casework;

public sealed class JurisdictionTests
{
    static Story At(string state) => Into(state, Demo.Rules);

    [Fact]
    public void Two_states_that_claim_the_same_case_consult_agree_and_hand_over()
    {
        var story = new Story().Asks(Claimed);
        Assert.Equal("Notified TPR-Q1", Where(story));
        story.Answers(Answer);
        Assert.Equal("Consulting TPR-F1", Where(story));
        story.Answers(Proposal);
        Assert.Equal(("ForumPending TPR-F2", Side.Requesting), (Where(story), story.Deadline("TPR-F2").OnWhom));
        story.Asks(Agreement);
        Assert.Equal(("ForumSettled TPR-F4", Side.Requesting), (Where(story), story.Deadline("TPR-F4").OnWhom));
        story.Asks(Suspect).Asks(Transfer);
        Assert.Equal("TransferAsked TPR-A1 TPR-D1", Where(story));
        story.Answers(Usual.Acknowledged).Asks(Victim);
        Assert.Equal("Examined TPR-D1", Where(story));
        Assert.Null(story.Request.RightsCheckedAt);
        story.Answers(Acceptance);
        Assert.Equal(("Accepted TPR-S1 TPR-H1", story.Now), (Where(story), story.Request.RightsCheckedAt!.Value));
        story.Asks(CaseFile);
        Assert.Equal("Accepted TPR-S1", Where(story));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, CaseFile).Code);
        story.Asks(Suspended);
        Assert.Equal("HandedOver TPR-T2", Where(story));
        story.Answers(TakenOver);
        Assert.Equal("TakenOver TPR-O1", Where(story));
        Assert.Contains("agreed forum: XB", story.Rules.WhyItStands(story.Request, story.Now).Facts);

        Assert.Equal(("Closed.Decided", "Convicted"), (Where(story.Answers(Convicted)), story.Request.Outcome));
    }

    /// <summary>Each rule, the state it runs in, and its last second: all on Monday 19 January 2026 at 10:00 UTC, XA (Lisbon) and XB (Athens). Counted by
    /// hand.</summary>
    public static TheoryData<string, string, string> Limits { get; } = new()
    {
        { "TPR-Q1", "Notified", "2026-02-02T21:59:59Z" },
        { "TPR-F1", "Consulting", "2026-02-18T23:59:59Z" },
        { "TPR-F2", "ForumPending", "2026-02-18T21:59:59Z" },
        { "TPR-F3", "NoAgreement", "2026-02-02T23:59:59Z" },
        { "TPR-F4", "ForumSettled", "2026-02-18T23:59:59Z" },
        { "TPR-A1", "TransferAsked", "2026-01-26T21:59:59Z" },
        { "TPR-D1", "Examined", "2026-03-20T21:59:59Z" },
        { "TPR-T1", "TranslationPending", "2026-02-02T23:59:59Z" },
        { "TPR-I1", "InformationPending", "2026-02-02T23:59:59Z" },
        { "TPR-C1", "RefusalConsulting", "2026-01-26T23:59:59Z" },
        { "TPR-S1", "Accepted", "2026-02-02T23:59:59Z" },
        { "TPR-H1", "Accepted", "2026-02-18T23:59:59Z" },
        { "TPR-T2", "HandedOver", "2026-02-18T21:59:59Z" },
        { "TPR-O1", "TakenOver", "2027-01-19T21:59:59Z" },
        { "TPR-W1", "Withdrawing", "2026-01-21T10:00:00Z" },
    };

    [Fact]
    public void Every_time_rule_of_the_catalogue_is_counted_here_and_none_is_called_verified()
    {
        var rules = Demo.Region.Catalogue.TimeRules.Where(r => r.Instrument == "TPR").ToList();

        Assert.Equal(rules.Select(r => r.Id).Order(), Limits.Select(l => l.Data.Item1).Order());
        Assert.DoesNotContain(rules, r => r.Verified);
        Assert.Equal(["AGE", "AMNESTY"], Demo.Region.Catalogue.RefusalGrounds.Values.Where(g => g is { Instrument: "TPR", Verified: true }).Select(g => g.Code).Order());
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_is_kept_in_its_last_second_and_missed_in_the_next(string rule, string state, string last)
    {
        var story = At(state);
        Assert.Equal(Demo.Utc(last), story.Deadline(rule).Due);

        story.Passes(last);
        Assert.Equal((0, DeadlineStatus.Running), (story.Deadline(rule).Level, story.Deadline(rule).Status));
        story.Passes(TimeSpan.FromSeconds(1));
        Assert.True(story.Deadline(rule) is { Status: DeadlineStatus.Expired } or { Level: >= 1 }, $"{rule}: {story.Deadline(rule).Status}");
    }

    [Fact]
    public void Sixty_days_are_extended_once_and_by_thirty_at_most()
    {
        var story = At("Examined");
        Assert.Equal("$.open.days: TPR-D1 (Regulation (EU) 2024/3011, Article 13) may be extended by 30 at most; declare fewer.",
            story.Refused(Side.Requested, Usual.Extension with { Days = 31 }).Reason);
        story.Answers(Usual.Extension);
        Assert.Equal(Demo.Utc("2026-04-19T20:59:59Z"), story.Deadline("TPR-D1").Due);

        Assert.Equal(RefusalCode.ConditionNotMet, story.Refused(Side.Requested, Usual.Extension).Code);
    }

    [Theory]
    [InlineData("TranslationPending")]
    [InlineData("InformationPending")]
    [InlineData("RefusalConsulting")]
    public void While_the_requesting_side_is_asked_the_sixty_days_are_held(string state)
    {
        var story = At(state);
        Assert.Equal(DeadlineStatus.Held, story.Deadline("TPR-D1").Status);
        story.At("2026-01-22T10:00:00Z").Asks(state switch
        {
            "TranslationPending" => Usual.TranslationSupplied,
            "InformationPending" => Usual.InformationSupplied,
            _ => Usual.ConsultationAnswered,
        });

        Assert.Equal(("Examined TPR-D1", Demo.Utc("2026-03-23T21:59:59Z")), (Where(story), story.Deadline("TPR-D1").Due!.Value));
    }

    [Fact]
    public void Silence_on_a_question_or_a_consultation_gives_the_file_back_to_whoever_decides_and_decides_nothing()
    {
        Assert.Equal("Examined TPR-D1", Where(At("InformationPending").Passes("2026-02-03T00:00:00Z")));
        var story = At("RefusalConsulting").Passes("2026-01-27T00:00:00Z");
        Assert.Equal("Examined TPR-D1", Where(story));

        Assert.Equal("FORMAL", story.Answers(Refusal with { Ground = "FORMAL" }).Request.Outcome);
        Assert.Contains("asks for consultation first", At("Examined").Refused(Side.Requested, Refusal with { Ground = "FORMAL" }).Reason, StringComparison.Ordinal);
        Assert.Equal("Examined", At("Examined").Passes(TimeSpan.FromDays(300)).State);
        Assert.Equal("ForumPending", At("ForumPending").Passes(TimeSpan.FromDays(300)).State);
    }

    [Fact]
    public void Nothing_is_taken_over_before_suspect_and_victim_could_state_an_opinion()
    {
        var story = At("Examined");
        Assert.StartsWith("Nothing is on record of the opinion of: Suspect, Victim.", story.Refused(Side.Requested, Acceptance).Reason, StringComparison.Ordinal);
        story.Asks(Suspect with { Manner = OpinionManner.NotReached });
        Assert.StartsWith("Nothing is on record of the opinion of: Victim.", story.Refused(Side.Requested, Acceptance).Reason, StringComparison.Ordinal);
        Assert.Equal(RefusalCode.NotYours, story.Refused(Side.Requested, Victim).Code);
        story.Asks(Victim with { Manner = OpinionManner.NoneKnown });

        Assert.Equal("Accepted", story.Answers(Acceptance).State);
    }

    [Fact]
    public void Nothing_is_taken_over_without_the_rights_check()
    {
        var story = At("Examined").Asks(Suspect).Asks(Victim);
        var answers = Usual.RightsCheck.Answers;
        Assert.StartsWith($"$.open.rightsCheck.answers: no answer to {answers[0].Item}.",
            story.Refused(Side.Requested, Acceptance with { RightsCheck = Usual.RightsCheck with { Answers = [.. answers.Skip(1)] } }).Reason, StringComparison.Ordinal);
        var failed = Usual.RightsCheck with { Answers = [answers[0] with { Finding = RightsFinding.Failed, Condition = "Unlawful here" }, .. answers.Skip(1)] };
        Assert.Contains($"{answers[0].Item} not passed", story.Refused(Side.Requested, Acceptance with { RightsCheck = failed }).Reason, StringComparison.Ordinal);

        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, TakenOver).Code);
    }

    [Fact]
    public void A_transfer_is_accepted_for_some_offences_and_refused_for_the_others()
    {
        RefusedOffence Refused(int offence, string ground = "LIMITATION") => new() { Offence = offence, Ground = ground, Reasons = "Time-barred" };
        var story = At("Examined").Asks(Suspect).Asks(Victim);
        Assert.Equal("$.open.refused: names every offence; to refuse the whole transfer make RequestRefused.",
            story.Refused(Side.Requested, Acceptance with { Refused = [Refused(1), Refused(2)] }).Reason);
        Assert.Equal("$.open.refused[0].offence: the request names 2; write 1 to 2.", story.Refused(Side.Requested, Acceptance with { Refused = [Refused(3)] }).Reason);
        Assert.StartsWith("$.open.refused[0].ground: FORMAL (", story.Refused(Side.Requested, Acceptance with { Refused = [Refused(1, "FORMAL")] }).Reason,
            StringComparison.Ordinal);
        Assert.Equal("$.open.refused[1].offence: stands there twice; name each offence once.",
            story.Refused(Side.Requested, Acceptance with { Refused = [Refused(1), Refused(1)] }).Reason);
        story.Answers(Acceptance with { Refused = [Refused(2)] });

        Assert.Equal([2], story.Request.Jurisdiction!.RefusedOffences);
        Assert.Contains("not taken over: offence 2", story.Rules.WhyItStands(story.Request, story.Now).Facts);
    }

    [Fact]
    public void A_transfer_is_asked_for_without_a_consultation_as_well()
    {
        var story = new Story().Asks(Transfer);
        Assert.Equal("TransferAsked TPR-A1 TPR-D1", Where(story));
        var due = story.Deadline("TPR-D1").Due;
        story.At("2026-01-21T10:00:00Z").Answers(Usual.Forwarded);

        Assert.Equal((due!.Value.AddDays(2), "XB-PO1"), (story.Deadline("TPR-D1").Due!.Value, story.Request.Requested.Authority));
    }

    [Fact]
    public void When_the_requesting_side_is_the_forum_the_other_asks_for_a_transfer_of_its_own()
    {
        var story = At("Consulting").Asks(Proposal with { Forum = Side.Requesting });
        Assert.Equal("$.open.forum: proposed is Requesting; agree to that, or propose another (ForumProposed).", story.Refused(Side.Requested, Agreement).Reason);
        story.Answers(Agreement with { Forum = Side.Requesting });
        Assert.Equal(Side.Requested, story.Deadline("TPR-F4").OnWhom);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, Transfer).Code);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, Suspect).Code);
        Assert.Equal(RefusalCode.ConditionNotMet, story.Refused(Side.Requested, OwnTransfer with { FollowUpRequestId = story.Id }).Code);
        Assert.Equal(RefusalCode.NotNow, At("ForumSettled").Refused(Side.Requested, OwnTransfer).Code);

        Assert.Equal(("Closed.Concentrated", "Concentrated"), (Where(story.Answers(OwnTransfer)), story.Request.Outcome));
    }

    [Fact]
    public void Without_agreement_the_liaison_offices_try_then_a_dispute_decides()
    {
        var story = At("ForumPending");
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, Agreement).Code);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, Proposal).Code);
        story.Answers(Proposal with { Forum = Side.Requesting });
        Assert.Equal((Side.Requesting, 2), (story.Deadline("TPR-F2").OnWhom, story.Request.Deadlines.Count(d => d.RuleId == "TPR-F2")));
        story.Asks(Failure);
        Assert.Equal("NoAgreement TPR-F3", Where(story));
        Assert.Equal("ForumPending TPR-F2", Where(At("NoAgreement").Answers(Proposal)));
        var silent = At("NoAgreement").Passes(TimeSpan.FromDays(60));
        Assert.Equal((5, 1), (silent.Deadline("TPR-F3").Level, silent.OpenedRequests.Count));
        Assert.Contains(silent.ToldTo<EscalationNotice>(Side.Requesting), n => n.Level == 2 && n.Told.Contains("XA-LO") && n.Told.Contains("XB-LO"));
        story.Answers(DisputeCourse.Raised);

        Assert.Equal(("InDispute", 1), (Where(story), story.OpenedRequests.Count));
        Assert.Equal("ForumPending TPR-F2", Where(story.Asks(Proposal)));
    }

    [Fact]
    public void Nobody_else_prosecutes_and_there_is_no_conflict() =>
        Assert.Equal(("Closed.NoConflict", "NoConflict"), (Where(At("Closed.NoConflict")), At("Closed.NoConflict").Request.Outcome));

    [Theory]
    [InlineData("Notified", "Closed.Withdrawn")]
    [InlineData("InDispute", "Closed.Withdrawn")]
    [InlineData("ForumSettled", "Closed.Withdrawn")]
    [InlineData("TransferAsked", "Withdrawing TPR-W1")]
    [InlineData("TranslationPending", "Withdrawing TPR-W1")]
    [InlineData("Accepted", "Withdrawing TPR-W1")]
    public void Whoever_asked_may_withdraw_until_the_file_is_handed_over(string state, string then)
    {
        var withdrawn = new RequestWithdrawn { Reason = "Proceedings closed" };

        Assert.Equal(then, Where(At(state).Asks(withdrawn)));
        Assert.Equal(RefusalCode.NotNow, At("HandedOver").Refused(Side.Requesting, withdrawn).Code);
    }

    [Theory]
    [InlineData("Accepted")]
    [InlineData("HandedOver")]
    [InlineData("TakenOver")]
    public void When_the_acceptance_is_overturned_the_proceedings_go_back(string state)
    {
        var story = At(state).Answers(new AcceptanceOverturned { On = new(2026, 1, 19) });

        Assert.Equal(("Closed.Reverted", "Reverted"), (Where(story), story.Request.Outcome));
    }

    [Fact]
    public void What_ends_without_barring_further_prosecution_leaves_the_other_side_free_to_go_on() =>
        Assert.Equal(("Closed.Resumable", "Discontinued"), (Where(At("Closed.Resumable")), At("Closed.Resumable").Request.Outcome));

    public static TheoryData<string, Side, object, string> Wrong { get; } = new()
    {
        { "", Side.Requesting, Claimed with { Criteria = [] }, "$.open.criteria: is empty; name at least 1." },
        { "", Side.Requesting, Claimed with { Criteria = [ForumCriterion.Evidence, ForumCriterion.Evidence] }, "$.open.criteria: names one twice; name each once." },
        { "", Side.Requesting, Transfer with { Languages = [] }, "$.open.languages: is empty; name at least 1." },
        { "", Side.Requesting, Transfer with { Instrument = "EIO" }, "$.open.instrument: 'EIO' does not serve this procedure; those that do: TPR." },
        { "Notified", Side.Requested, Answer with { Stage = null }, "$.open.stage: is missing; say how far the proceedings are." },
        { "Notified", Side.Requested, NoneHere with { Stage = ProceedingsStage.Trial }, "$.open.stage: is there; leave it out where there are no proceedings." },
        { "Consulting", Side.Requesting, Proposal with { Forum = Side.Neutral }, "$.open.forum: is Neutral; write Requesting or Requested." },
        { "ForumSettled", Side.Requesting, Transfer with { Reference = "XA-2026-000502" },
            "$.open.reference: the consultation has the reference XA-2026-000501; write that." },
        { "ForumSettled", Side.Requesting, Transfer with { Instrument = "EIO" }, "$.open.instrument: the consultation stands on TPR; write that." },
        { "Examined", Side.Requesting, Suspect with { Manner = OpinionManner.NoneKnown },
            "$.open.manner: is NoneKnown; that is for victims; write NotReached for a suspect who cannot be found." },
        { "Examined", Side.Requesting, Suspect with { On = new(2026, 1, 20) }, "$.open.on: 2026-01-20 is still to come; write 2026-01-19 or earlier." },
        { "Accepted", Side.Requesting, Suspended with { On = new(2026, 1, 20) }, "$.open.on: 2026-01-20 is still to come; write 2026-01-19 or earlier." },
        { "Accepted", Side.Requesting, CaseFile with { Papers = [] }, "$.open.papers: is empty; name at least 1." },
        { "Accepted", Side.Requesting, CaseFile with { Languages = ["fr"] },
            "$.open.languages: none of them is a language of XB; have the essential parts translated into one of en, de." },
        { "HandedOver", Side.Requested, TakenOver with { On = new(2026, 1, 20) }, "$.open.on: 2026-01-20 is still to come; write 2026-01-19 or earlier." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_stand_is_refused_with_its_place_and_the_remedy(string state, Side by, object content, string reason) =>
        Assert.Equal(reason, (state.Length == 0 ? new Story() : At(state)).Refused(by, content).Reason);

    static string Where(Story story) =>
        string.Join(' ', story.Request.Deadlines.Where(d => d is { Active: true, Kind: DeadlineKind.Procedure }).Select(d => d.RuleId).Prepend(story.State));
}
