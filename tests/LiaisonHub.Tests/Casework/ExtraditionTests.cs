using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class ExtraditionTests
{
    static readonly DateOnly Monday = new(2026, 1, 19);

    [Fact]
    public void The_usual_course_ends_surrendered_with_its_outcome()
    {
        var story = Extraditions.Story().Asks(Extraditions.Requested());
        Assert.Equal("Submitted ECE-A1 ECE-D1", Where(story));
        story.Answers(Extraditions.Acknowledged(story.Request));
        Assert.Equal("Acknowledged ECE-D1", Where(story));
        story.Answers(Extraditions.Review);
        Assert.Equal("UnderReview ECE-D1", Where(story));
        story.Answers(Extraditions.Granted);
        Assert.Equal("Granted ECE3-4", Where(story));
        story.Answers(new SurrenderDateProposed { On = new(2026, 1, 26) }).Asks(new SurrenderDateAgreed { On = new(2026, 1, 26) });
        Assert.Equal("SurrenderPlanned ECE-S1 ECE-S2", Where(story));
        story.Passes("2026-01-26T10:00:00Z").Answers(Extraditions.Surrendered(story.Now) with { SpecialtyRenounced = true, ObjectsHandedOver = 2 });
        Assert.Equal("Surrendered ECE-Q1", Where(story));
        story.Asks(new ExtraditionOutcomeReported { Outcome = ExtraditionOutcome.Convicted });

        Assert.Equal(("Closed.Surrendered", "Convicted", true), (story.State, story.Request.Outcome, story.Request.Extradition!.SpecialtyRenounced));
    }

    [Fact]
    public void Provisional_arrest_ends_in_a_possible_release_after_18_days_and_an_obligatory_one_after_40()
    {
        var story = Extraditions.Into("ArrestRequested").At("2026-01-19T20:00:00Z").Answers(Extraditions.Made(Demo.Utc("2026-01-19T12:00:00Z")));
        Assert.Equal("ArrestedProvisionally ECE-P1 ECE-P2 ECE3-1", Where(story));
        var (may, must) = (story.Deadline("ECE-P1").Due!.Value, story.Deadline("ECE-P2").Due!.Value);
        Assert.Equal((new DateOnly(2026, 2, 6), new DateOnly(2026, 2, 28)), (Day(story, "ECE-P1"), Day(story, "ECE-P2")));
        Assert.Equal(Demo.Utc("2026-01-19T12:00:00Z"), story.Deadline("ECE-P1").Started);
        Assert.Equal(story.Deadline("ECE-P1").Started, story.Deadline("ECE-P2").Started);
        story.Answers(Extraditions.NoConsent);
        Assert.Equal("ArrestedProvisionally ECE-P1 ECE-P2", Where(story));

        story.Passes(may);
        Assert.Null(story.Request.Extradition!.MayReleaseSince);
        story.Passes(may.AddSeconds(1));
        Assert.Equal(("ArrestedProvisionally", may.AddSeconds(1)), (story.State, story.Request.Extradition!.MayReleaseSince));
        Assert.Contains($"may be released since {may.AddSeconds(1):yyyy-MM-dd HH:mm'Z'}", story.Rules.WhyItStands(story.Request, story.Now).Facts);

        story.Passes(must);
        Assert.Equal("ArrestedProvisionally", story.State);
        story.Passes(must.AddSeconds(1));
        Assert.Equal("ReleasePending ECE-B1", Where(story));
        Assert.Equal(must.AddSeconds(1).AddHours(24), story.Deadline("ECE-B1").Due);
        Assert.Equal([Silence.MayRelease, Silence.Release], story.ToldTo<SilenceNotice>(Side.Requesting).Select(n => n.Meaning));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, Extraditions.Requested()).Code);

        story.Answers(new ReleaseReported { At = story.Now, Cause = ReleaseCause.LimitPassed });
        Assert.Equal("Released", Where(story));
        Assert.False(story.Request.Extradition!.Held);
        story.After(TimeSpan.FromDays(90)).Asks(Extraditions.Requested());
        Assert.Equal("Submitted ECE-A1 ECE-D1", Where(story));
        Assert.Equal(story.Now, story.Deadline("ECE-D1").Started);
    }

    [Fact]
    public void The_end_of_a_limit_of_detention_reaches_both_sides_and_the_courts_at_once()
    {
        var story = Extraditions.Into("ArrestedProvisionally").Answers(Extraditions.NoConsent);
        story.Passes(story.Deadline("ECE-P1").Due!.Value.AddSeconds(1));

        foreach (var side in Rules.SeatsOf(story.Request))
        {
            var told = Assert.Single(story.ToldTo<EscalationNotice>(side), n => n.Deadline.RuleId == "ECE-P1");
            Assert.Equal(2, told.Level);
            Assert.Equal(["XB-CA", "XD-CA", "XB-LO", "XD-LO", "XB-CT1", "XD-CT1"], told.Told);
        }

        story.Passes(story.Deadline("ECE-P2").Due!.Value.AddSeconds(1));
        story.Passes(story.Deadline("ECE-B1").Due!.Value.AddSeconds(1));
        Assert.Equal(2, story.Deadline("ECE-B1").Level);
        Assert.Contains("XD-CT1", story.ToldTo<EscalationNotice>(Side.Requested).Last().Told);
    }

    [Fact]
    public void The_formal_request_meets_the_limits_of_the_arrest_and_the_decision_runs_from_it()
    {
        var story = Extraditions.ByWarrant().Asks(Extraditions.Arrest("EAW")).Answers(Extraditions.Made(Demo.Utc("2026-01-19T10:00:00Z")));
        story.Passes("2026-01-29T10:00:00Z").Asks(Extraditions.Requested("EAW"));

        Assert.Equal("Submitted EAW-A1 EAW-D2", Where(story));
        Assert.Equal(DeadlineStatus.Met, story.Deadline("EAW-P1").Status);
        Assert.Equal(DeadlineStatus.Met, story.Deadline("EAW-P2").Status);
        Assert.Equal(Demo.Utc("2026-01-19T10:00:00Z"), story.Deadline("EAW-D2").Started);
        Assert.Equal(Demo.Utc("2026-03-20T21:59:59Z"), story.Deadline("EAW-D2").Due); // sixty days from the arrest, end of day in Athens
    }

    [Fact]
    public void An_arrest_is_claimed_neither_for_the_future_nor_for_a_time_before_the_request()
    {
        var story = Extraditions.Into("ArrestRequested").After(TimeSpan.FromHours(2));

        Assert.Equal((RefusalCode.ConditionNotMet, "$.open.at: 2026-01-19 12:01Z has not come yet; an arrest is reported after it was made."),
            Refusal(story, Side.Requested, Extraditions.Made(story.Now.AddMinutes(1))));
        Assert.Equal((RefusalCode.ConditionNotMet, "$.open.at: 2026-01-19 09:59Z is too early; on this request an arrest lies after 2026-01-19 10:00Z."),
            Refusal(story, Side.Requested, Extraditions.Made(Demo.Utc("2026-01-19T09:59:00Z"))));
        story.Answers(Extraditions.Made(Demo.Utc("2026-01-19T10:00:00Z")));
        Assert.Equal(RefusalCode.ConditionNotMet,
            story.Refused(Side.Requested, new ReleaseReported { At = story.Now.AddSeconds(1), Cause = ReleaseCause.CourtOrder }).Code);
    }

    [Fact]
    public void Nobody_is_arrested_without_warrant_intention_and_rights_check()
    {
        var story = Extraditions.Story();
        Assert.Equal("$.open.warrantExists: is false; nobody is arrested without a judgment or a warrant of arrest; obtain one first. "
            + "$.open.extraditionIntended: is false; nobody is arrested provisionally unless a formal request follows.",
            story.Refused(Side.Requesting, Extraditions.Arrest() with { WarrantExists = false, ExtraditionIntended = false }).Reason);

        story.Asks(Extraditions.Arrest());
        var some = Usual.RightsCheck with { Answers = [.. Usual.RightsCheck.Answers.Skip(1)] };
        Assert.StartsWith("$.open.rightsCheck.answers: no answer to lawful-basis.",
            story.Refused(Side.Requested, Extraditions.Made(story.Now) with { RightsCheck = some }).Reason, StringComparison.Ordinal);
        Assert.Null(story.Request.RightsCheckedAt);
        story.Answers(Extraditions.Refused("IMPOSSIBLE"));
        Assert.Equal("Closed.NoArrest", story.State);
    }

    [Theory]
    [InlineData("lawyerAssisted")]
    [InlineData("languageUnderstood")]
    [InlineData("irrevocabilityExplained")]
    [InlineData("judgeVerified")]
    public void A_consent_that_lacks_something_is_refused_with_what_is_missing(string missing)
    {
        var story = Extraditions.Into("ArrestedProvisionally").Answers(Extraditions.Milestone(RightsMilestone.Interpreter, Monday));
        var consent = missing switch
        {
            "lawyerAssisted" => Extraditions.Consent with { LawyerAssisted = false },
            "languageUnderstood" => Extraditions.Consent with { LanguageUnderstood = false },
            "irrevocabilityExplained" => Extraditions.Consent with { IrrevocabilityExplained = false },
            _ => Extraditions.Consent with { JudgeVerified = false },
        };

        var refused = story.Refused(Side.Requested, consent);

        Assert.Equal(RefusalCode.ConditionNotMet, refused.Code);
        Assert.StartsWith($"$.open.{missing}: ", refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(" $.open.", refused.Reason, StringComparison.Ordinal);
        story.Answers(Extraditions.Consent);
        Assert.Equal("Simplified", story.State);
    }

    [Fact]
    public void Without_language_access_on_record_no_consent_counts()
    {
        var story = Extraditions.Into("ArrestedProvisionally");
        Assert.StartsWith("No interpreter, and nothing in a language the person understands, is on record.",
            story.Refused(Side.Requested, Extraditions.Consent).Reason, StringComparison.Ordinal);
        story.Answers(Extraditions.Milestone(RightsMilestone.Interpreter, Monday, MilestoneManner.Waived));
        Assert.Equal(RefusalCode.ConditionNotMet, story.Refused(Side.Requested, Extraditions.Consent).Code);

        story.Answers(Extraditions.Milestone(RightsMilestone.Interpreter, Monday, MilestoneManner.NotNeeded)).Answers(Extraditions.Consent);
        Assert.Equal("Simplified ECE-P1 ECE-P2 ECE3-3", Where(story));
    }

    [Fact]
    public void Rights_that_are_not_on_record_are_named_and_their_days_lie_between_arrest_and_today()
    {
        var story = Extraditions.Into("ArrestedProvisionally");
        Assert.Contains("rights of the arrested person not on record: Informed, Lawyer, Interpreter, Consular, Remedy", Facts(story));
        story.After(TimeSpan.FromDays(1)).Answers(Extraditions.Milestone(RightsMilestone.Lawyer, new(2026, 1, 20)));

        Assert.Contains("rights of the arrested person not on record: Informed, Interpreter, Consular, Remedy", Facts(story));
        Assert.Contains("right on record: Lawyer, Given on 2026-01-20", Facts(story));
        foreach (var day in new DateOnly[] { new(2026, 1, 18), new(2026, 1, 21) })
            Assert.Equal($"$.open.on: {day:yyyy-MM-dd} does not lie between the arrest and today; write 2026-01-19 to 2026-01-20.",
                story.Refused(Side.Requested, Extraditions.Milestone(RightsMilestone.Remedy, day)).Reason);
        Assert.Equal(RefusalCode.NotNow, Extraditions.Into("Submitted").Refused(Side.Requested, Extraditions.Milestone(RightsMilestone.Remedy, Monday)).Code);
    }

    [Fact]
    public void Consent_is_told_within_ten_days_and_decided_on_within_twenty()
    {
        var late = Extraditions.Into("ArrestedProvisionally");
        late.Passes(late.Deadline("ECE3-1").Due!.Value);
        Assert.Equal(0, late.Deadline("ECE3-1").Level);
        late.Passes(TimeSpan.FromSeconds(1));
        Assert.Equal(1, late.Deadline("ECE3-1").Level);

        var story = Extraditions.Into("Simplified");
        Assert.Equal(20, Days(story, "ECE3-3"));
        story.Answers(Extraditions.Granted);
        Assert.Equal("Granted ECE3-4", Where(story));
        Assert.Equal(DeadlineStatus.Cancelled, story.Deadline("ECE-P2").Status);
    }

    [Fact]
    public void Refused_despite_consent_the_formal_request_may_still_come_and_the_limits_of_the_arrest_run_on()
    {
        var story = Extraditions.Into("Simplified").Answers(Extraditions.Refused());
        Assert.Equal("ArrestedProvisionally ECE-P1 ECE-P2", Where(story));
        Assert.Equal((RefusalCode.NotNow, "The simplified procedure was refused; the formal request is awaited."),
            Refusal(story, Side.Requested, Extraditions.Consent));
        story.Asks(Extraditions.Requested());
        Assert.Equal("Submitted ECE-A1 ECE-D1", Where(story));

        var requested = Extraditions.Into("Simplified").Asks(Extraditions.Requested());
        Assert.Equal("Simplified ECE3-3", Where(requested));
        requested.Answers(Extraditions.Refused());
        Assert.Equal("ReleaseAfterRefusal ECE-B1", Where(requested));

        var free = Extraditions.Into("Simplified").Asks(Extraditions.Requested());
        free.Answers(new ReleaseReported { At = free.Now, Cause = ReleaseCause.CourtOrder });
        Assert.Equal("Simplified ECE3-3", Where(free));
        free.Answers(Extraditions.Refused());
        Assert.Equal("Closed.Refused", free.State);
    }

    [Fact]
    public void By_warrant_consent_shortens_the_decision_to_ten_days_once_extended_by_thirty()
    {
        var story = Warrant();
        story.Answers(Extraditions.Made(story.Now)).Answers(Extraditions.Milestone(RightsMilestone.Interpreter, Monday));
        Assert.Equal(60, Days(story, "EAW-D2"));
        story.Answers(Extraditions.Consent);
        Assert.Equal("Simplified EAW-D1", Where(story));
        Assert.Equal(10, Days(story, "EAW-D1"));
        Assert.Equal("$.open.days: EAW-D1 (Framework Decision 2002/584/JHA, Article 17(2), (4)) may be extended by 30 at most; declare fewer.",
            story.Refused(Side.Requested, new ExtensionDeclared { Reason = "Expert", Days = 31 }).Reason);
        story.Answers(new ExtensionDeclared { Reason = "Expert", Days = 30 });

        Assert.Equal(40, Days(story, "EAW-D1"));
        Assert.Equal(RefusalCode.ConditionNotMet, story.Refused(Side.Requested, new ExtensionDeclared { Reason = "Expert", Days = 1 }).Code);
        Assert.Equal("ECE-D1 (Rule of the region, no treaty text) knows no extension.",
            Extraditions.Into("UnderReview").Refused(Side.Requested, new ExtensionDeclared { Reason = "Expert", Days = 1 }).Reason);
    }

    [Fact]
    public void The_review_does_not_open_before_the_rights_are_checked_and_what_is_new_is_checked_again()
    {
        var story = Extraditions.Into("Acknowledged");
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, Extraditions.Granted).Code);
        var failed = Usual.RightsCheck with
        {
            Answers = [.. Usual.RightsCheck.Answers.Skip(1), new() { Item = "lawful-basis", Finding = RightsFinding.Failed, Condition = "No judge" }],
        };
        Assert.StartsWith("$.open.rightsCheck.answers: lawful-basis not passed.",
            story.Refused(Side.Requested, new ReviewOpened { RightsCheck = failed }).Reason, StringComparison.Ordinal);

        story.Answers(Extraditions.Review).Answers(Usual.InformationRequested);
        Assert.Equal("InformationPending ECE-D1 ECE-I1", Where(story));
        story.Passes(story.Deadline("ECE-I1").Due!.Value.AddSeconds(1));
        Assert.Equal("Acknowledged ECE-D1", Where(story));
        Assert.Equal(DeadlineStatus.Running, story.Deadline("ECE-D1").Status);
        story.Answers(Extraditions.Review).Answers(Usual.InformationRequested).Asks(Usual.InformationSupplied);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, Extraditions.Granted).Code);
    }

    [Fact]
    public void A_request_is_returned_only_while_nobody_is_held_and_comes_again_as_the_same()
    {
        var held = Extraditions.Into("ArrestedProvisionally").Asks(Extraditions.Requested());
        Assert.Equal(RefusalCode.NotNow, held.Refused(Side.Requested, Usual.Returned).Code);
        held.Answers(new ReleaseReported { At = held.Now, Cause = ReleaseCause.CourtOrder }).Answers(Usual.Returned);
        Assert.Equal("Returned", Where(held));

        Assert.Equal("$.open.reference: the formal request keeps the reference of this one; write the one it had.",
            held.Refused(Side.Requesting, Extraditions.Requested() with { Reference = "XB-2026-000999" }).Reason);
        held.Asks(Extraditions.Requested());
        Assert.Equal("Submitted ECE-A1 ECE-D1", Where(held));
    }

    [Fact]
    public void A_request_needs_a_penalty_that_is_high_enough_and_its_papers()
    {
        var story = Extraditions.Story();
        Assert.Equal("$.open.offences: none is punishable by 12 months or more (Article 2(1)); extradition cannot be asked for.",
            story.Refused(Side.Requesting, Extraditions.Requested() with { Offences = [new() { LongestPenaltyMonths = 11 }] }).Reason);
        var sentence = Extraditions.Requested() with { Purpose = ExtraditionPurpose.Sentence, Presence = TrialPresence.Appeared };
        Assert.StartsWith("$.open.sentenceLeftMonths: ", story.Refused(Side.Requesting, sentence with { SentenceLeftMonths = 3 }).Reason,
            StringComparison.Ordinal);
        Assert.StartsWith("$.open.presence: is missing", story.Refused(Side.Requesting, sentence with { SentenceLeftMonths = 4, Presence = null }).Reason,
            StringComparison.Ordinal);
        Assert.Equal("$.open.papers: does not name StatementOfOffences; enclose it: without it a request is not examined.",
            story.Refused(Side.Requesting, Extraditions.Requested() with { Papers = [ExtraditionPaper.WarrantOrJudgment] }).Reason);
        story.Asks(sentence with { SentenceLeftMonths = 4 });
    }

    [Fact]
    public void Of_competing_requests_one_goes_first()
    {
        var story = Extraditions.Into("Competing");
        Assert.Equal("Competing ECE-D1 ECE-M1", Where(story));
        Assert.Equal(DeadlineStatus.Held, story.Deadline("ECE-D1").Status);
        Assert.Equal("$.open.factors: is empty; name at least 1.",
            story.Refused(Side.Requested, new PriorityDecided { Preferred = PreferredRequest.This, Factors = [] }).Reason);
        story.Answers(new PriorityDecided { Preferred = PreferredRequest.This, Factors = [PriorityFactor.Place] });
        Assert.Equal(("UnderReview", DeadlineStatus.Running), (story.State, story.Deadline("ECE-D1").Status));
        Assert.Equal("Closed.OtherStatePreferred", Extraditions.Into("Closed.OtherStatePreferred").State);
        Assert.Equal("$.open.otherState: is a side of this request; name the third state that asks for the person.",
            story.Refused(Side.Requested, new CompetingRequestNotified { OtherState = "XB" }).Reason);
    }

    [Fact]
    public void Assurances_given_declined_or_not_answered_leave_the_decision_to_the_court()
    {
        var story = Extraditions.Into("AssurancePending");
        Assert.Equal("$.open.given: LifeReview is not asked for; asked for: PrisonConditions.",
            story.Refused(Side.Requesting, new AssuranceAnswered { Given = [AssuranceKind.LifeReview] }).Reason);
        story.Asks(new AssuranceAnswered { Given = [AssuranceKind.PrisonConditions] });
        Assert.Equal("UnderReview", story.State);
        Assert.Contains("assurances given: PrisonConditions", Facts(story));

        var declined = Extraditions.Into("AssurancePending").Asks(new AssuranceAnswered { Given = [] });
        Assert.Equal(("UnderReview", 0), (declined.State, declined.Request.Extradition!.Assurances.Count));

        var silent = Extraditions.Into("AssurancePending");
        silent.Passes(silent.Deadline("ECE-G1").Due!.Value);
        Assert.Equal("AssurancePending", silent.State);
        silent.Passes(TimeSpan.FromSeconds(1));
        Assert.Equal("UnderReview", silent.State);
    }

    [Fact]
    public void A_grant_answers_every_offence_and_finds_dual_criminality_for_each()
    {
        var story = Extraditions.Into("UnderReview");
        var one = Extraditions.Granted with { Granted = [Extraditions.Granted.Granted[0]] };
        Assert.Equal("$.open.granted: nothing is said of offence 2; each of the 2 is granted or refused.", story.Refused(Side.Requested, one).Reason);
        Assert.Equal("$.open.granted: the request has no offence 3; its offences are 1 to 2.",
            story.Refused(Side.Requested, Extraditions.Granted with { Refused = [new() { Offence = 3, Ground = "LIMITATION", Reasons = "Barred" }] }).Reason);
        Assert.Equal("$.open.granted: an offence is answered twice; name each once.",
            story.Refused(Side.Requested, Extraditions.Granted with { Refused = [new() { Offence = 2, Ground = "LIMITATION", Reasons = "Barred" }] }).Reason);
        Assert.Equal("$.open.granted[0].dualCriminality: offence 1 is no list offence with a penalty of three years or more, and ECE knows no list; "
            + "write Found, and its elements.",
            story.Refused(Side.Requested, Extraditions.Granted with
            {
                Granted = [new() { Offence = 1, DualCriminality = DualCriminality.ListOffence }, Extraditions.Granted.Granted[1]],
            }).Reason);
        Assert.Equal("$.open.granted[0].elements: is missing; say which elements were found and where they stand in the law.",
            story.Refused(Side.Requested, Extraditions.Granted with
            {
                Granted = [new() { Offence = 1, DualCriminality = DualCriminality.Found }, Extraditions.Granted.Granted[1]],
            }).Reason);

        story.Answers(one with { Refused = [new() { Offence = 2, Ground = "LIMITATION", Reasons = "Barred since 2025" }] });
        Assert.Equal([1], story.Request.Extradition!.Granted);
    }

    [Fact]
    public void By_warrant_a_list_offence_of_36_months_is_neither_examined_nor_refused_on_dual_criminality()
    {
        var grant = Extraditions.Granted with
        {
            Granted = [new() { Offence = 1, DualCriminality = DualCriminality.ListOffence }, Extraditions.Granted.Granted[1]],
        };
        Assert.Equal("$.open.granted[0].dualCriminality: offence 1 is no list offence with a penalty of three years or more; write Found, and its elements.",
            Warrant(35).Refused(Side.Requested, grant).Reason);
        Assert.Equal("$.open.refused[0].ground: DUALCRIM is not open: offence 1 is a list offence with a penalty of three years or more.",
            Warrant(36).Refused(Side.Requested, new ExtraditionGranted
            {
                Granted = [Extraditions.Granted.Granted[1]],
                Refused = [new() { Offence = 1, Ground = "DUALCRIM", Reasons = "No offence here" }],
            }).Reason);
        var only = Extraditions.ByWarrant().Asks(Extraditions.Requested("EAW") with { Offences = [Extraditions.Offences[0]] });
        only.Answers(Extraditions.Acknowledged(only.Request));
        Assert.Equal("$.open.ground: DUALCRIM is not open: every offence is a list offence with a penalty of three years or more.",
            only.Refused(Side.Requested, Extraditions.Refused("DUALCRIM")).Reason);

        Assert.Equal("Granted EAW-S1", Where(Warrant(36).Answers(grant)));
    }

    [Fact]
    public void A_ground_that_an_assurance_could_remove_needs_consultation_first()
    {
        var story = Extraditions.Into("UnderReview");
        Assert.StartsWith("$.open.ground: INHUMAN (Rule of the region, no treaty text) asks for consultation first.",
            story.Refused(Side.Requested, Extraditions.Refused("INHUMAN")).Reason, StringComparison.Ordinal);
        Assert.StartsWith("$.open.refused[0].ground: INHUMAN ", story.Refused(Side.Requested, new ExtraditionGranted
        {
            Granted = [Extraditions.Granted.Granted[0]],
            Refused = [new() { Offence = 2, Ground = "INHUMAN", Reasons = "Risk" }],
        }).Reason, StringComparison.Ordinal);
        story.Answers(new RefusalConsulted { Ground = "INHUMAN" });
        story.Passes(story.Deadline("ECE-K1").Due!.Value.AddSeconds(1));
        Assert.Equal(("Acknowledged", "INHUMAN"), (story.State, Assert.Single(story.Request.Consulted)));
        story.Answers(Extraditions.Refused("INHUMAN"));
        Assert.Equal("Closed.Refused", story.State);
    }

    [Fact]
    public void Where_the_government_has_a_say_its_silence_passes_the_decision_on_and_grants_nothing()
    {
        var story = Extraditions.Into("ExecutivePending");
        Assert.Equal("ExecutivePending ECE-X1", Where(story));
        Assert.Equal("$.open.inDefault: the government's time has not passed; write false, or wait until it has.",
            story.Refused(Side.Requested, new GrantConfirmed { InDefault = true }).Reason);
        story.Passes(story.Deadline("ECE-X1").Due!.Value.AddSeconds(1));
        Assert.Equal("ExecutivePending ECE-X2", Where(story));
        Assert.Equal(Silence.DefaultDecision, Assert.Single(story.ToldTo<SilenceNotice>(Side.Requested)).Meaning);
        story.Passes(story.Deadline("ECE-X2").Due!.Value.AddSeconds(1));
        Assert.Equal(1, story.Deadline("ECE-X2").Level);
        story.Answers(new GrantConfirmed { InDefault = true });
        Assert.Equal("Granted ECE3-4", Where(story));
        Assert.Equal("Closed.Refused", Extraditions.Into("ExecutivePending").Answers(Extraditions.Refused("ORDRE")).State);
    }

    [Fact]
    public void An_appeal_stops_the_limits_of_surrender_and_its_end_starts_them_afresh()
    {
        var story = Extraditions.Into("Granted").After(TimeSpan.FromDays(3)).Answers(new AppealLodged());
        Assert.Equal("Appealed ECE-V1", Where(story));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, Extraditions.Surrendered(story.Now)).Code);
        story.After(TimeSpan.FromDays(20)).Answers(new AppealDismissed());
        Assert.Equal(("Granted ECE3-4", story.Now), (Where(story), story.Deadline("ECE3-4").Started));
        Assert.Equal("Closed.Refused", Extraditions.Into("Appealed").Answers(Extraditions.Refused()).State);
    }

    [Fact]
    public void Under_the_convention_the_person_may_go_after_15_days_and_must_after_30()
    {
        var story = Arrested(Extraditions.Into("UnderReview"));
        story.Answers(Extraditions.Granted).Answers(new SurrenderDateProposed { On = new(2026, 1, 26) })
            .Asks(new SurrenderDateAgreed { On = new(2026, 1, 26) });
        var (may, must) = (story.Deadline("ECE-S1"), story.Deadline("ECE-S2"));
        Assert.Equal((new DateOnly(2026, 2, 10), new DateOnly(2026, 2, 25)), (Day(story, "ECE-S1"), Day(story, "ECE-S2")));
        Assert.Equal("The day agreed is 2026-01-26; nobody can be missed before it.", story.Refused(Side.Requested, new PersonNotCollected()).Reason);

        story.Passes("2026-01-26T18:00:00Z").Answers(new PersonNotCollected());
        Assert.Contains("surrender on 2026-01-26 is agreed; nobody came", Facts(story));
        story.Passes(may.Due!.Value);
        Assert.Null(story.Request.Extradition!.MayReleaseSince);
        story.Passes(TimeSpan.FromSeconds(1));
        Assert.NotNull(story.Request.Extradition!.MayReleaseSince);
        story.Passes(must.Due!.Value);
        Assert.Equal("SurrenderPlanned", story.State);
        story.Passes(TimeSpan.FromSeconds(1));
        Assert.Equal("ReleasePending ECE-B1", Where(story));
        story.Answers(new ReleaseReported { At = story.Now, Cause = ReleaseCause.LimitPassed });
        Assert.Equal("SurrenderLapsed", Where(story));
        Assert.StartsWith("$.open.ground: POLITICAL had to be raised before", story.Refused(Side.Requested, Extraditions.Refused()).Reason,
            StringComparison.Ordinal);
        story.Answers(Extraditions.Refused("NOTCOLLECTED"));
        Assert.Equal("Closed.Refused", story.State);
    }

    [Fact]
    public void By_warrant_ten_days_run_from_the_decision_and_only_force_majeure_gives_ten_more_from_a_new_day()
    {
        var story = Arrested(Warrant(36));
        story.Answers(Extraditions.Granted);
        Assert.Equal((new DateOnly(2026, 1, 29), DeadlineStatus.Running), (Day(story, "EAW-S1"), story.Deadline("EAW-S1").Status));
        story.Answers(new SurrenderDateProposed { On = new(2026, 1, 30) });
        Assert.Equal("$.open.on: EAW-S1 (Framework Decision 2002/584/JHA, Article 23(2), (5)) ends 2026-01-29; agree to a day until then, or propose "
            + "another because of circumstances beyond control.", story.Refused(Side.Requesting, new SurrenderDateAgreed { On = new(2026, 1, 30) }).Reason);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, new SurrenderDateAgreed { On = new(2026, 1, 30) }).Code);
        Assert.Equal("$.open.forceMajeure: no day is agreed that could have been prevented; leave it out.",
            story.Refused(Side.Requesting, new SurrenderDateProposed { On = new(2026, 1, 28), ForceMajeure = "Storm" }).Reason);
        story.Asks(new SurrenderDateProposed { On = new(2026, 1, 28) }).Answers(new SurrenderDateAgreed { On = new(2026, 1, 28) });
        Assert.Equal(DeadlineStatus.Running, story.Deadline("EAW-S1").Status);

        story.Passes("2026-01-28T08:00:00Z").Asks(new SurrenderDateProposed { On = new(2026, 2, 3), ForceMajeure = "Storm" })
            .Answers(new SurrenderDateAgreed { On = new(2026, 2, 3) });
        Assert.Equal("SurrenderPlanned EAW-S0 EAW-S2", Where(story));
        Assert.Equal(new DateOnly(2026, 2, 13), Day(story, "EAW-S2"));
        story.Asks(new SurrenderDateProposed { On = new(2026, 2, 14) });
        Assert.StartsWith("$.open.on: EAW-S2 ", story.Refused(Side.Requested, new SurrenderDateAgreed { On = new(2026, 2, 14) }).Reason,
            StringComparison.Ordinal);
        story.Passes(story.Deadline("EAW-S2").Due!.Value);
        Assert.Equal("SurrenderPlanned", story.State);
        story.Passes(TimeSpan.FromSeconds(1));
        Assert.Equal("ReleasePending EAW-B1", Where(story));
    }

    [Fact]
    public void By_warrant_nobody_stays_in_custody_on_a_grant_that_is_not_carried_out_in_ten_days()
    {
        var story = Arrested(Warrant(36));
        story.Answers(Extraditions.Granted);
        story.Passes(story.Deadline("EAW-S1").Due!.Value);
        Assert.Equal("Granted", story.State);
        story.Passes(TimeSpan.FromSeconds(1));

        Assert.Equal("ReleasePending EAW-B1", Where(story));
    }

    [Fact]
    public void A_postponed_surrender_is_looked_at_again_and_its_end_gives_ten_days_from_a_new_day()
    {
        var story = Warrant(36).Answers(Extraditions.Granted)
            .Answers(new SurrenderPostponed { Ground = SurrenderPostponementGround.Humanitarian, ReviewOn = new(2026, 3, 2) });
        Assert.Equal("Postponed EAW-R2", Where(story));
        Assert.Equal(new DateOnly(2026, 3, 2), Day(story, "EAW-R2"));
        story.Answers(new SurrenderPostponed { Ground = SurrenderPostponementGround.OwnSentence, ReviewOn = new(2026, 6, 1) });
        Assert.Equal(new DateOnly(2026, 6, 1), Day(story, "EAW-R2"));
        story.Passes("2026-05-04T10:00:00Z").Answers(new ExecutionResumed());
        Assert.Equal("Granted EAW-S1", Where(story));
        story.Answers(new SurrenderDateProposed { On = new(2026, 5, 8) }).Asks(new SurrenderDateAgreed { On = new(2026, 5, 8) });

        Assert.Equal("SurrenderPlanned EAW-S0 EAW-S2", Where(story));
        Assert.Equal(new DateOnly(2026, 5, 18), Day(story, "EAW-S2"));
    }

    [Fact]
    public void Whoever_is_surrendered_for_a_time_comes_back_on_the_day_agreed_or_the_courts_hear_of_it_at_once()
    {
        var story = Extraditions.Into("Postponed");
        Assert.StartsWith("$.open.keptInCustody: is false",
            story.Refused(Side.Requested, new TemporarySurrenderAgreed { ReturnBy = new(2026, 3, 2), KeptInCustody = false }).Reason, StringComparison.Ordinal);
        story.Answers(new TemporarySurrenderAgreed { ReturnBy = new(2026, 3, 2), KeptInCustody = true });
        Assert.Equal("TemporarilySurrendered ECE-T1", Where(story));
        story.Passes(story.Deadline("ECE-T1").Due!.Value.AddSeconds(1));
        Assert.Equal(2, story.Deadline("ECE-T1").Level);
        Assert.Contains("XB-CT1", story.ToldTo<EscalationNotice>(Side.Requesting).Single(n => n.Deadline.RuleId == "ECE-T1").Told);
        story.Asks(new PersonReturned());
        Assert.Equal("Postponed ECE-R2", Where(story));
    }

    [Fact]
    public void Questions_for_consent_are_asked_until_the_end_numbered_answered_and_remembered()
    {
        var story = Extraditions.Into("Surrendered");
        Assert.Equal("$.open.number: the next question is 1; number them in order.", story.Refused(Side.Requesting, Extraditions.Question(2)).Reason);
        Assert.Equal("$.open.toState: is missing; name the state the person would go to.",
            story.Refused(Side.Requesting, Extraditions.Question(1) with { Kind = SpecialtyConsentKind.OnwardSurrender }).Reason);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, new SpecialtyConsentDecided { Number = 1, Consented = true }).Code);
        story.Asks(Extraditions.Question(1)).Asks(Extraditions.Question(2));
        Assert.Equal(90, Days(story, "ECE4-1"));
        Assert.Equal("Question 1, 2 waits for its answer (SpecialtyConsentDecided); report the final outcome after it.",
            story.Refused(Side.Requesting, new ExtraditionOutcomeReported { Outcome = ExtraditionOutcome.Convicted }).Reason);
        story.Answers(new SpecialtyConsentDecided { Number = 2, Consented = true });
        Assert.Equal("$.open.number: question 2 does not wait for an answer; these do: 1.",
            story.Refused(Side.Requested, new SpecialtyConsentDecided { Number = 2, Consented = true }).Reason);
        Assert.StartsWith("$.open.ground: is missing", story.Refused(Side.Requested, new SpecialtyConsentDecided { Number = 1, Consented = false }).Reason,
            StringComparison.Ordinal);
        story.Answers(new SpecialtyConsentDecided { Number = 1, Consented = false, Ground = "NEBIS" });

        Assert.Equal([false, true], story.Request.Extradition!.Specialty.Select(q => q.Consented));
        Assert.Contains("question 2 (OtherOffence): consent given", Facts(story));
        story.Asks(new ExtraditionOutcomeReported { Outcome = ExtraditionOutcome.Pending });
        Assert.Equal("Surrendered ECE-Q1", Where(story));
        var warrant = Warrant(36).Answers(Extraditions.Granted);
        warrant.Answers(Extraditions.Surrendered(warrant.Now)).Asks(Extraditions.Question(1));
        Assert.Equal(30, Days(warrant, "EAW-C1"));
    }

    [Fact]
    public void Days_of_detention_are_stated_at_the_surrender_and_only_where_somebody_was_arrested()
    {
        var free = Extraditions.Into("Granted");
        Assert.StartsWith("$.open.detentionDays: nobody was arrested on this request",
            free.Refused(Side.Requested, Extraditions.Surrendered(free.Now) with { DetentionDays = 1 }).Reason, StringComparison.Ordinal);
        var story = Arrested(Extraditions.Into("UnderReview"));
        story.Answers(Extraditions.Granted).After(TimeSpan.FromDays(2)).Answers(Extraditions.Surrendered(story.Now) with { DetentionDays = 2 });

        Assert.Equal((2, false), (story.Request.Extradition!.DetentionDays, story.Request.Extradition.Held));
        Assert.Contains("days of detention to be deducted: 2", Facts(story));
    }

    [Fact]
    public void Whoever_does_not_extradite_a_national_says_what_is_done_instead()
    {
        var story = Extraditions.Into("Refused");
        Assert.Equal("Refused ECE-N1", Where(story));
        Assert.Equal("Closed.Refused", Extraditions.Into("Refused").Answers(new ProsecutionOffered { Instead = AlternativeToExtradition.Nothing }).State);
        story.Answers(new ProsecutionOffered { Instead = AlternativeToExtradition.TransferOfProceedings });
        Assert.Equal("InsteadOffered ECE-N2", Where(story));
        var accepted = new ProsecutionAnswered { Answer = OfferAnswer.Accepted, FileHandedOverOn = Monday };
        Assert.StartsWith("$.open.transferRequestId: is missing; ask for the transfer", story.Refused(Side.Requesting, accepted).Reason, StringComparison.Ordinal);
        story.Asks(accepted with { FileHandedOverOn = null, TransferRequestId = Extraditions.Other });
        Assert.Equal(("Closed.RefusedWithAlternative", "NATIONAL"), (story.State, story.Request.Outcome));
        Assert.Contains($"proceedings are transferred by request {Extraditions.Other}", Facts(story));
    }

    [Fact]
    public void A_prosecution_instead_begins_with_the_file_and_ends_where_it_is_declined()
    {
        var story = Extraditions.Into("InsteadOffered");
        var accepted = new ProsecutionAnswered { Answer = OfferAnswer.Accepted, FileHandedOverOn = Monday };
        var declined = new ProsecutionAnswered { Answer = OfferAnswer.Declined };
        Assert.StartsWith("$.open.fileHandedOverOn: is missing; hand over file", story.Refused(Side.Requesting, accepted with { FileHandedOverOn = null }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("$.open.fileHandedOverOn: has not come yet", story.Refused(Side.Requesting, accepted with { FileHandedOverOn = Monday.AddDays(1) }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("$.open.transferRequestId: no transfer is offered", story.Refused(Side.Requesting, accepted with { TransferRequestId = Extraditions.Other }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("$.open.answer: is Declined, and a file", story.Refused(Side.Requesting, declined with { FileHandedOverOn = Monday }).Reason, StringComparison.Ordinal);
        Assert.Equal("Closed.RefusedWithAlternative", story.Asks(accepted).State);

        Assert.Equal("Closed.Refused", Extraditions.Into("InsteadOffered").Asks(declined).State);
        var held = Arrested(Extraditions.Into("UnderReview")).Answers(Extraditions.Refused("NATIONAL"));
        held.Answers(new ProsecutionOffered { Instead = AlternativeToExtradition.ProsecuteHere }).Asks(declined);
        Assert.Equal("ReleaseAfterRefusal ECE-B1", Where(held));
    }

    [Fact]
    public void A_day_of_surrender_is_agreed_only_on_a_way_that_every_state_on_it_has_opened_and_a_denial_leads_to_another_day()
    {
        var story = Extraditions.Into("Granted").Answers(new SurrenderDateProposed { On = new(2026, 1, 26), Crosses = ["XA"] });
        var agreed = new SurrenderDateAgreed { On = new(2026, 1, 26), Crosses = ["XC"] };
        Assert.StartsWith("$.open.crosses: the way crosses XA, XC, and no transit granted there for 2026-01-26 is on record.", story.Refused(Side.Requesting, agreed).Reason, StringComparison.Ordinal);
        Assert.StartsWith("$.open.state: XD is a side of this request", story.Refused(Side.Requesting, Extraditions.TransitThrough("XD", Monday)).Reason, StringComparison.Ordinal);
        Assert.Equal(RefusalCode.NotYours, story.Refused(Side.Requested, Extraditions.TransitThrough("XA", new(2026, 1, 26))).Code);
        story.Asks(Extraditions.TransitThrough("XA", new(2026, 1, 26))).Asks(Extraditions.TransitThrough("XC", new(2026, 1, 25)));
        Assert.StartsWith("$.open.crosses: the way crosses XC, ", story.Refused(Side.Requesting, agreed).Reason, StringComparison.Ordinal);
        story.Asks(Extraditions.TransitThrough("XC", new(2026, 1, 31))).Asks(agreed);
        Assert.Contains("the way agreed crosses XA, XC", Facts(story));

        story.Passes("2026-01-24T08:00:00Z").Asks(Extraditions.TransitThrough("XC", null));
        Assert.StartsWith("XC denied the transit on the way agreed; agree to another day", story.Refused(Side.Requested, Extraditions.Surrendered(story.Now)).Reason, StringComparison.Ordinal);
        story.Asks(new SurrenderDateProposed { On = new(2026, 1, 29), ForceMajeure = "Transit denied" }).Answers(new SurrenderDateAgreed { On = new(2026, 1, 29) });
        story.Passes("2026-01-29T08:00:00Z").Answers(Extraditions.Surrendered(story.Now));
        Assert.Equal("Surrendered", story.State);
    }

    [Fact]
    public void A_refusal_closes_only_when_the_person_is_free()
    {
        var story = Extraditions.Into("ReleaseAfterRefusal");
        Assert.Equal("ReleaseAfterRefusal ECE-B1", Where(story));
        story.Answers(new ReleaseReported { At = story.Now, Cause = ReleaseCause.RequestEnded });
        Assert.Equal(("Closed.Refused", "POLITICAL"), (story.State, story.Request.Outcome));

        var national = Arrested(Extraditions.Into("UnderReview")).Answers(Extraditions.Refused("NATIONAL"));
        Assert.Equal("Refused ECE-N1", Where(national));
        national.Answers(new ProsecutionOffered { Instead = AlternativeToExtradition.Nothing });
        Assert.Equal("ReleaseAfterRefusal ECE-B1", Where(national));
    }

    [Theory]
    [InlineData("ArrestRequested", "Closed.NoArrest")]
    [InlineData("Simplified", "ArrestedProvisionally")]
    [InlineData("ExecutivePending", "Closed.Refused")]
    [InlineData("Appealed", "Closed.Refused")]
    [InlineData("SurrenderLapsed", "Closed.Refused")]
    [InlineData("TransitPending", "Closed.Refused")]
    public void Wherever_a_refusal_is_open_the_other_side_can_be_consulted_on_its_ground_first(string state, string refused)
    {
        var story = Extraditions.Into(state);
        Assert.StartsWith("$.open.ground: FUNDRIGHTS ", story.Refused(Side.Requested, Extraditions.Refused("FUNDRIGHTS")).Reason, StringComparison.Ordinal);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, Usual.ConsultationAnswered).Code);
        story.Answers(new RefusalConsulted { Ground = "FUNDRIGHTS" });
        Assert.Equal((state, true), (story.State, story.Request.Deadlines.Any(d => d is { Active: true, Clock: Clock.Consultation })));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, new RefusalConsulted { Ground = "FORMAL" }).Code);

        var silent = Extraditions.Into(state).Answers(new RefusalConsulted { Ground = "FUNDRIGHTS" });
        silent.Passes(silent.Request.Deadlines.Single(d => d.Clock == Clock.Consultation).Due!.Value.AddSeconds(1));
        Assert.Equal(["FUNDRIGHTS"], silent.Request.Consulted);
        story.Asks(Usual.ConsultationAnswered);
        Assert.DoesNotContain(story.Request.Deadlines, d => d is { Active: true, Clock: Clock.Consultation });
        story.Answers(Extraditions.Refused("FUNDRIGHTS"));
        Assert.Equal(refused, story.State);
    }

    [Fact]
    public void Every_refusal_of_an_extradition_asks_for_the_consultation_and_stands_where_one_is_open()
    {
        var rows = Courses.Of("Extradition").Table.Rows;
        foreach (var row in rows.Where(r => r.Act == nameof(RequestRefused)))
        {
            Assert.Contains(row.Guards, g => g == EveryProcedure.ConsultedOnThisGround);
            Assert.All(row.From, state => Assert.Contains(rows, r => r.Act == nameof(RefusalConsulted) && r.From.Contains(state)));
        }
    }

    [Fact]
    public void Whoever_decides_otherwise_leaves_no_consultation_behind()
    {
        var simplified = Extraditions.Into("Simplified").Answers(new RefusalConsulted { Ground = "FUNDRIGHTS" }).Asks(Extraditions.Requested());
        simplified.Answers(Extraditions.Granted);
        var confirmed = Extraditions.Into("ExecutivePending").Answers(new RefusalConsulted { Ground = "FUNDRIGHTS" }).Answers(new GrantConfirmed());
        var dismissed = Extraditions.Into("Appealed").Answers(new RefusalConsulted { Ground = "FUNDRIGHTS" }).Answers(new AppealDismissed());
        var arrested = Extraditions.Into("ArrestRequested").Answers(new RefusalConsulted { Ground = "FUNDRIGHTS" });
        arrested.Answers(Extraditions.Made(arrested.Now));

        Assert.All(new[] { simplified, confirmed, dismissed, arrested }, s =>
            Assert.True(s.Request is { Consulting: null, Consulted: [] } && !s.Request.Deadlines.Any(d => d is { Active: true, Clock: Clock.Consultation }), s.State));
    }

    [Fact]
    public void The_decision_on_a_transit_waits_for_the_translation_but_not_after_a_forced_landing()
    {
        Story Transit(bool landed) => Extraditions.ByWarrant().Asks(Extraditions.Transit with { Instrument = "EAW", ForcedLanding = landed });
        var planned = Transit(false).Passes(TimeSpan.FromDays(3)).Answers(Usual.TranslationRequested);
        Assert.NotNull(planned.Deadline("EAW-T1").HoldReason);
        Assert.Equal(RefusalCode.NotNow, planned.Refused(Side.Requested, Usual.InformationRequested).Code);
        planned.Passes(TimeSpan.FromDays(20)).Asks(Usual.TranslationSupplied);
        Assert.Equal(4, planned.Deadline("EAW-T1").LastDay!.Value.DayNumber - DateOnly.FromDateTime(planned.Now.UtcDateTime).DayNumber);
        planned.Answers(Usual.InformationRequested);
        // Article 27(3) knows the translation alone.
        Assert.Null(planned.Deadline("EAW-T1").HoldReason);
        planned.Asks(Usual.InformationSupplied).Answers(new TransitGranted { RightsCheck = Usual.RightsCheck });
        Assert.Equal("Closed.TransitGranted", planned.State);

        var landed = Transit(true);
        var due = landed.Deadline("EAW-T2").Due;
        landed.Answers(Usual.TranslationRequested);
        Assert.Equal(due, landed.Deadline("EAW-T2").Due);
    }

    [Fact]
    public void In_which_language_a_person_was_informed_or_interpreted_for_is_on_record()
    {
        var story = Extraditions.Into("ArrestedProvisionally");
        var day = DateOnly.FromDateTime(story.Now.UtcDateTime);
        story.Answers(Extraditions.Milestone(RightsMilestone.Informed, day));

        Assert.Contains($"right on record: Informed, Given on {day:yyyy-MM-dd}, in es", Facts(story));
        Assert.StartsWith("$.open.language: is missing; name the language",
            story.Refused(Side.Requested, Extraditions.Milestone(RightsMilestone.Interpreter, day) with { Language = null }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("$.open.language: does not belong to Lawyer",
            story.Refused(Side.Requested, Extraditions.Milestone(RightsMilestone.Lawyer, day) with { Language = "es" }).Reason, StringComparison.Ordinal);
        story.Answers(Extraditions.Milestone(RightsMilestone.Interpreter, day, MilestoneManner.Waived));
    }

    [Fact]
    public void Specialty_ends_45_days_after_the_final_discharge_of_whoever_stays()
    {
        var story = Extraditions.Into("Surrendered").After(TimeSpan.FromDays(100));
        Assert.Equal("$.open.on: 2026-04-30 has not come yet; write 2026-04-29 or earlier.",
            story.Refused(Side.Requesting, new FinalDischargeReported { On = new(2026, 4, 30) }).Reason);
        story.Asks(new FinalDischargeReported { On = new(2026, 4, 28) });
        Assert.Equal(new DateOnly(2026, 6, 12), Day(story, "ECE-R1"));
        story.Passes(story.Deadline("ECE-R1").Due!.Value);
        Assert.False(story.Request.Extradition!.SpecialtyLapsed);
        story.Passes(TimeSpan.FromSeconds(1));

        Assert.True(story.Request.Extradition!.SpecialtyLapsed);
        Assert.Equal("Surrendered ECE-Q1", Where(story));
    }

    [Fact]
    public void A_withdrawal_closes_only_when_the_person_is_free()
    {
        var story = Extraditions.Into("ArrestedProvisionally").Asks(new RequestWithdrawn { Reason = "Proceedings closed" });
        Assert.Equal("Withdrawing ECE-W1", Where(story));
        Assert.Equal(story.Now.AddHours(24), story.Deadline("ECE-W1").Due);
        Assert.Equal("The person is still held on this request; report the release first (ReleaseReported).",
            story.Refused(Side.Requested, new StopConfirmed { Results = ResultsFate.None }).Reason);
        story.Answers(new ReleaseReported { At = story.Now, Cause = ReleaseCause.RequestEnded }).Answers(new StopConfirmed { Results = ResultsFate.None });

        Assert.Equal(("Closed.Withdrawn", "Withdrawn"), (story.State, story.Request.Outcome));
        Assert.Equal(RefusalCode.NotNow, Extraditions.Into("Surrendered").Refused(Side.Requesting, new RequestWithdrawn { Reason = "Late" }).Code);
    }

    [Fact]
    public void A_third_state_decides_on_a_transit_in_seven_days_and_after_a_forced_landing_in_72_hours()
    {
        var story = Extraditions.Into("TransitPending");
        Assert.Equal(("TransitPending ECE-T2", 7), (Where(story), Days(story, "ECE-T2")));
        Assert.Contains($"transit for request {Extraditions.Other}", Facts(story));
        story.Passes(story.Deadline("ECE-T2").Due!.Value.AddSeconds(1));
        Assert.Equal(1, story.Deadline("ECE-T2").Level);
        story.Answers(new TransitGranted { RightsCheck = Usual.RightsCheck });
        Assert.Equal(("Closed.TransitGranted", story.Now), (story.State, story.Request.RightsCheckedAt));

        var landed = Extraditions.Story().Asks(Extraditions.Transit with { ForcedLanding = true });
        Assert.Equal(("TransitPending ECE-T3", landed.Now.AddHours(72)), (Where(landed), landed.Deadline("ECE-T3").Due));
        landed.Answers(Extraditions.Refused("NATIONAL"));
        Assert.Equal("Closed.Refused", landed.State);

        var main = Extraditions.Into("SurrenderPlanned");
        main.Asks(new NoteSent { Subject = "Transit asked for", AboutRequestId = Extraditions.Other });
        Assert.StartsWith("$.open.fromState: a transit leads from a third state",
            Extraditions.Story().Refused(Side.Requesting, Extraditions.Transit with { FromState = "XD" }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("$.open.forRequestId: that is this very request",
            Extraditions.Story().Refused(Side.Requesting, Extraditions.Transit with { ForRequestId = new("0f000000-0000-4000-8000-000000000001") }).Reason,
                StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_on_a_provisional_arrest_climbs_the_ladder()
    {
        var story = Extraditions.Into("ArrestRequested");
        Assert.Equal("ArrestRequested ECE-A1 ECE-P4", Where(story));
        story.Passes(story.Deadline("ECE-P4").Due!.Value);
        Assert.Equal(0, story.Deadline("ECE-P4").Level);
        story.Passes(TimeSpan.FromSeconds(1));
        Assert.Equal(1, story.Deadline("ECE-P4").Level);
    }

    [Fact]
    public void A_privilege_or_immunity_lets_the_decision_limit_begin_only_with_its_waiver()
    {
        var story = Warrant();
        Assert.Equal("UnderReview EAW-D2", Where(story));
        story.After(TimeSpan.FromDays(5)).Answers(new ImmunityFound { WaiverBy = Side.Requesting });
        Assert.Equal("ImmunityPending EAW-I1", Where(story));
        Assert.Equal(Side.Requesting, story.Deadline("EAW-I1").OnWhom);
        Assert.Contains("a privilege or immunity protects the person: the requesting side asks for the waiver, and no decision limit runs", Facts(story));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, new ImmunityAnswered { Answer = WaiverAnswer.Waived }).Code);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, Extraditions.Granted).Code);

        story.Passes(TimeSpan.FromDays(20)).Asks(new ImmunityAnswered { Answer = WaiverAnswer.Waived });
        Assert.Equal("Acknowledged EAW-D2", Where(story));
        Assert.Equal((story.Now, 60), (story.Deadline("EAW-D2").Started, Days(story, "EAW-D2")));
        story.Answers(Extraditions.Review).Answers(Extraditions.Granted);
        Assert.Equal("Granted", story.State);
    }

    [Fact]
    public void Where_an_immunity_is_not_waived_nothing_is_granted_and_it_is_refused_or_waived_later()
    {
        var story = Warrant().Answers(new ImmunityFound { WaiverBy = Side.Requested }).After(TimeSpan.FromDays(3));
        story.Answers(new ImmunityAnswered { Answer = WaiverAnswer.NotWaived });
        Assert.Equal("Acknowledged EAW-D2", Where(story));
        Assert.Contains("a privilege or immunity protects the person and was not waived: nothing can be granted", Facts(story));
        Assert.Equal((RefusalCode.ConditionNotMet,
            "A privilege or immunity protects the person and was not waived. Report a waiver (ImmunityAnswered), or refuse (RequestRefused, IMMUNITY)."),
            Refusal(story, Side.Requested, Extraditions.Review));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, new ImmunityFound { WaiverBy = Side.Requested }).Code);
        Assert.Equal("$.open.answer: it is known already that the immunity is not waived; write Waived, or leave it.",
            story.Refused(Side.Requested, new ImmunityAnswered { Answer = WaiverAnswer.NotWaived }).Reason);

        story.Answers(new RefusalConsulted { Ground = "IMMUNITY" }).Asks(Usual.Of(nameof(ConsultationAnswered), story.Request, Monday));
        var refused = Assert.IsType<Applied>(story.Try(Side.Requested, Extraditions.Refused("IMMUNITY"))).Request;
        Assert.Equal(("Closed.Refused", "IMMUNITY"), (refused.State, refused.Outcome));

        story.After(TimeSpan.FromDays(10)).Asks(new ImmunityAnswered { Answer = WaiverAnswer.Waived });
        Assert.Equal(story.Now, story.Deadline("EAW-D2").Started);
        Assert.Equal("UnderReview", story.Answers(Extraditions.Review).State);
    }

    [Fact]
    public void An_immunity_is_no_side_of_the_regions_body() =>
        Assert.Equal("$.open.waiverBy: is no side of an extradition; write Requested or Requesting: the side that can ask for the waiver.",
            Warrant().Refused(Side.Requested, new ImmunityFound { WaiverBy = Side.Neutral }).Reason);

    [Fact]
    public void A_missed_decision_limit_is_explained_at_once_and_again_on_the_day_that_was_named_and_releases_nobody()
    {
        var story = Arrested(Warrant());
        var due = story.Deadline("EAW-D2").Due!.Value;
        Assert.DoesNotContain(Facts(story), f => f.Contains("EAW-D4", StringComparison.Ordinal));
        story.Passes(due.AddSeconds(1));
        Assert.Equal("UnderReview EAW-D2 EAW-D3", Where(story));
        Assert.True(story.Request.Extradition!.Held);
        story.Now = due.AddMinutes(1);
        Assert.Contains("The limit has passed: the duty to decide goes on, and nobody is released by that alone (EAW-D4, Framework Decision 2002/584/JHA, "
            + "Article 17, as read by the Court of Justice in C-237/15 PPU)", Facts(story));

        var estimate = DateOnly.FromDateTime(story.Now.UtcDateTime).AddDays(20);
        story.Answers(new DelayReasonGiven { RuleId = "EAW-D2", Reason = DelayReason.Workload, Estimate = estimate });
        Assert.Equal(estimate, story.Deadline("EAW-D3").LastDay);
        Assert.Contains(story.Facts, f => f.Text == $"DEMO-SEC is told: XB missed EAW-D2, reason Workload, to be decided by {estimate:yyyy-MM-dd}");
        story.Passes(TimeSpan.FromDays(22));
        Assert.Contains(story.ToldTo<OverdueNotice>(Side.Requesting), n => n.Deadline.RuleId == "EAW-D3");
        Assert.Equal("UnderReview", story.State);
        story.Answers(new DelayReasonGiven { RuleId = "EAW-D3", Reason = DelayReason.Workload });
        Assert.Contains(story.Facts, f => f.Text == "DEMO-SEC is told: XB missed EAW-D3, reason Workload, day of the decision not known; repeated delay (2)");
        Assert.Equal("UnderReview EAW-D2", Where(story));
        story.Answers(Extraditions.Granted);
        Assert.Equal("Granted EAW-S1", Where(story));
    }

    [Fact]
    public void A_reason_for_another_limit_does_not_explain_the_missed_decision()
    {
        var story = Extraditions.ByWarrant().Asks(Extraditions.Requested("EAW"));
        story.Passes(story.Deadline("EAW-D2").Due!.Value.AddSeconds(1));
        Assert.Equal("Submitted EAW-A1 EAW-D2 EAW-D3", Where(story));

        story.Answers(new DelayReasonGiven { RuleId = "EAW-A1", Reason = DelayReason.Workload });
        Assert.Equal("Submitted EAW-A1 EAW-D2 EAW-D3", Where(story));
        story.Answers(new DelayReasonGiven { RuleId = "EAW-D2", Reason = DelayReason.Workload });
        Assert.Equal("Submitted EAW-A1 EAW-D2", Where(story));
    }

    [Fact]
    public void Humanitarian_reasons_stop_the_surrender_while_they_last_and_give_ten_days_from_a_new_date()
    {
        var story = Arrested(Warrant()).Answers(Extraditions.Granted).After(TimeSpan.FromDays(4));
        story.Answers(new SurrenderPostponed { Ground = SurrenderPostponementGround.Humanitarian });
        Assert.Equal("Postponed EAW-R2", Where(story));
        story.Passes(TimeSpan.FromDays(25)).Answers(new ExecutionResumed());
        Assert.Equal("Granted EAW-S1", Where(story));
        var day = DateOnly.FromDateTime(story.Now.UtcDateTime).AddDays(30);
        // The new date may lie beyond ten days from the end of the reasons; the ten days run from it.
        story.Answers(new SurrenderDateProposed { On = day }).Asks(new SurrenderDateAgreed { On = day });
        Assert.Equal("SurrenderPlanned EAW-S0 EAW-S2", Where(story));
        Assert.Equal(day.AddDays(10), story.Deadline("EAW-S2").LastDay);
        Assert.Equal(["EAW-S3"], Demo.Region.Rule("EAW", Clock.SurrenderMust, day).Covers);

        story.Passes(story.Deadline("EAW-S2").Due!.Value.AddSeconds(1));
        Assert.Equal("ReleasePending", story.State);
    }

    [Fact]
    public void Whoever_was_released_may_be_arrested_again_once_the_request_has_come()
    {
        var story = Extraditions.Into("Released");
        story.After(TimeSpan.FromDays(60)).Asks(Extraditions.Requested()).Answers(Extraditions.Acknowledged(story.Request));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, Extraditions.Made(story.Now)).Code);
        story.Answers(Extraditions.Review).Answers(Extraditions.Made(story.Now));

        Assert.Equal(("UnderReview", true), (story.State, story.Request.Extradition!.Held));
        Assert.Equal(story.Now, story.Deadline("ECE-D1").Started);
    }

    [Fact]
    public void Under_the_Third_Protocol_a_refusal_despite_consent_is_told_before_the_forty_days_end()
    {
        Story Consented()
        {
            var story = new Story(Demo.Rules, "XB", "XC").Asks(Extraditions.Arrest("ECE3"));
            story.Answers(Extraditions.Made(story.Now)).Passes(TimeSpan.FromDays(5));
            return story.Answers(Extraditions.Milestone(RightsMilestone.Interpreter, new(2026, 1, 20))).Answers(Extraditions.Consent);
        }
        var story = Consented();
        Assert.Equal("Simplified ECE-P1 ECE-P2 ECE3-2 ECE3-3", Where(story));
        Assert.Equal((story.Deadline("ECE-P2").Due, Side.Requested), (story.Deadline("ECE3-2").Due, story.Deadline("ECE3-2").OnWhom));
        story.Answers(Extraditions.Refused("FUNDRIGHTS") with { Ground = "LIMITATION" });
        Assert.Equal("ArrestedProvisionally ECE-P1 ECE-P2", Where(story));
        Assert.Equal(DeadlineStatus.Met, story.Deadline("ECE3-2").Status);
        Assert.Equal("Submitted", story.Asks(Extraditions.Requested("ECE3")).State);

        var granted = Consented().Answers(Extraditions.Granted);
        Assert.Equal("Granted ECE3-4", Where(granted));
        var silent = Consented().Passes(TimeSpan.FromDays(41));
        Assert.Equal("ReleasePending ECE-B1", Where(silent));
    }

    static Story Warrant(int months = 60)
    {
        var story = Extraditions.ByWarrant().Asks(Extraditions.Requested("EAW") with
        {
            Offences = [Extraditions.Offences[0] with { LongestPenaltyMonths = months }, Extraditions.Offences[1]],
        });
        return story.Answers(Extraditions.Acknowledged(story.Request)).Answers(Extraditions.Review);
    }

    static Story Arrested(Story story) => story.Answers(Extraditions.Made(story.Now));

    static string Where(Story story) => string.Join(' ',
        new[] { story.State }.Concat(story.Request.Deadlines.Where(d => d is { Active: true, Kind: DeadlineKind.Procedure }).Select(d => d.RuleId)
            .Order(StringComparer.Ordinal)));

    static DateOnly Day(Story story, string rule) => story.Rules.Time.DayOf(story.Deadline(rule), story.Deadline(rule).Due!.Value);

    static int Days(Story story, string rule) =>
        story.Deadline(rule).LastDay!.Value.DayNumber - story.Rules.Time.DayOf(story.Deadline(rule), story.Deadline(rule).Started).DayNumber;

    static IReadOnlyList<string> Facts(Story story) => story.Rules.WhyItStands(story.Request, story.Now).Facts;

    static (RefusalCode Code, string Reason) Refusal(Story story, Side side, object content)
    {
        var refused = story.Refused(side, content);
        return (refused.Code, refused.Reason);
    }

    // Who may use a ground

    [Fact]
    public void A_ground_is_for_whoever_decides_to_use()
    {
        var government = Extraditions.Into("ExecutivePending", Demo.Rules);
        Assert.Equal("$.open.ground: NEBIS (European Convention on Extradition (ETS 24), Article 9) is used by the court, not by the government; open to that one: "
            + "AGE, AMNESTY, ASYLUM, DEATH, FUNDRIGHTS, IMMUNITY, IMPOSSIBLE, INHUMAN, LIFE, MINOR, NATIONAL, NOTCOLLECTED, ORDRE, PARDON, PERSECUTION, POLITICAL, RECIPROCITY, SPECIALTY.",
            government.Refused(Side.Requested, Extraditions.Refused("NEBIS")).Reason);
        Assert.Equal("$.open.decidedBy: in ExecutivePending the government decides; write Executive, or leave it out.",
            government.Refused(Side.Requested, Extraditions.Refused("ORDRE") with { DecidedBy = Decider.Court }).Reason);
        government.Answers(Extraditions.Refused("ORDRE") with { DecidedBy = Decider.Executive });
        Assert.Equal("ORDRE", government.Request.Outcome);

        var review = Extraditions.Into("UnderReview", Demo.Rules);
        Assert.Contains("is used by the government, not by the court", review.Refused(Side.Requested, Extraditions.Refused("ORDRE") with { DecidedBy = Decider.Court }).Reason,
            StringComparison.Ordinal);
        Assert.Contains("is used by the government, not by the court", Extraditions.Into("Appealed", Demo.Rules).Refused(Side.Requested, Extraditions.Refused("ORDRE")).Reason,
            StringComparison.Ordinal);
    }
}
