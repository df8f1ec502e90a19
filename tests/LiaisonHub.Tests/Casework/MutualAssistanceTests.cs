using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class MutualAssistanceTests
{
    [Fact]
    public void The_usual_course_ends_executed_with_its_outcome()
    {
        var story = new Story();
        story.Asks(Usual.Submitted);
        Assert.Equal("Submitted EIO-A1 EIO-D1", Where(story));
        story.Answers(Usual.Acknowledged);
        Assert.Equal("Acknowledged EIO-D1", Where(story));
        Assert.Equal("XB-CT1", story.Request.Requested.Authority);
        story.Answers(Usual.Recognised);
        Assert.Equal("Recognised EIO-X1", Where(story));
        story.Answers(Usual.Evidence(1, false));
        Assert.Equal("PartiallyExecuted EIO-X1 EIO-E1", Where(story));
        story.Asks(new EvidenceReceived { Part = 1 });
        story.Answers(Usual.Evidence(2, true));
        Assert.Equal("EvidenceComplete EIO-E1 EIO-U1", Where(story));
        story.Asks(new EvidenceReceived { Part = 2 }).Asks(new UseConditionsAccepted());
        Assert.Equal("Executed EIO-Q1", Where(story));
        story.Asks(new UseReported { Outcome = UseOutcome.UsedInInvestigation });

        Assert.Equal("Closed.Executed", Where(story));
        Assert.True(story.Request.Closed);
        Assert.Equal("UsedInInvestigation", story.Request.Outcome);
    }

    [Fact]
    public void A_forward_keeps_the_first_receipt_and_starts_the_decision_afresh()
    {
        var story = new Story().Asks(Usual.Submitted);
        var acknowledgement = story.Deadline("EIO-A1").Due;
        story.At("2026-01-21T09:00:00Z").Answers(Usual.Forwarded);

        Assert.Equal("Submitted", story.State);
        Assert.Equal("XB-PO1", story.Request.Requested.Authority);
        Assert.Equal(Demo.Utc("2026-01-19T10:00:00Z"), story.Request.FirstReceivedAt);
        Assert.Equal(story.Now, story.Request.CompetentSince);
        Assert.Equal(acknowledgement, story.Deadline("EIO-A1").Due);
        Assert.Equal(story.Now, story.Deadline("EIO-D1").Started);
        Assert.Equal(Demo.Utc("2026-02-20T21:59:59Z"), story.Deadline("EIO-D1").Due);
        Assert.Equal([DeadlineStatus.Cancelled, DeadlineStatus.Running], story.Request.Deadlines.Where(d => d.RuleId == "EIO-D1").Select(d => d.Status));
    }

    [Fact]
    public void A_return_stops_every_clock_and_three_cures_keep_the_first_receipt()
    {
        var story = new Story().Asks(Usual.Submitted);
        for (var trip = 1; trip <= 3; trip++)
        {
            story.After(TimeSpan.FromDays(2)).Answers(Usual.Returned);
            Assert.Equal("Returned", Where(story));
            Assert.Equal("Returned unexecuted: no limit runs until it is submitted again.", Demo.Rules.WhyItStands(story.Request, story.Now).Sentence);
            story.After(TimeSpan.FromDays(20)).Asks(Usual.Resubmitted);
            Assert.Equal("Submitted EIO-A1 EIO-D1", Where(story));
            Assert.Equal(trip, story.Request.RoundTrips);
            Assert.Equal(story.Now, story.Deadline("EIO-D1").Started);
        }

        Assert.Equal(Demo.Utc("2026-01-19T10:00:00Z"), story.Request.FirstReceivedAt);
        Assert.Equal(["en", "de"], story.Request.Languages);
    }

    [Fact]
    public void A_request_that_comes_again_stays_the_same_request()
    {
        var story = new Story().Asks(Usual.Submitted).Answers(Usual.Returned);

        Assert.Equal((RefusalCode.ConditionNotMet, "$.open.reference: a request that comes again keeps its reference; write the one it had."),
            Refusal(story, Side.Requesting, Usual.Resubmitted with { Reference = "XA-2026-000143" }));
    }

    [Fact]
    public void The_decision_limit_is_extended_once_and_by_no_more_than_the_rule_allows()
    {
        var story = Usual.Into("Acknowledged");
        Assert.Equal((RefusalCode.ConditionNotMet, "$.open.days: EIO-D1 (Directive 2014/41/EU, Article 12(3)) may be extended by 30 at most; declare fewer."),
            Refusal(story, Side.Requested, Usual.Extension with { Days = 31 }));
        story.Answers(Usual.Extension with { Days = 10 });

        Assert.Equal((RefusalCode.ConditionNotMet, "The decision limit was extended once; a second extension is not allowed."),
            Refusal(story, Side.Requested, Usual.Extension with { Days = 1 }));
        Assert.DoesNotContain(nameof(ExtensionDeclared), Demo.Rules.Allowed(story.Request, Side.Requested));
    }

    [Fact]
    public void Nothing_is_recognised_before_every_right_is_answered_and_none_failed()
    {
        var story = Usual.Into("Acknowledged");
        var some = Usual.RightsCheck with { Answers = [.. Usual.RightsCheck.Answers.Skip(2)] };
        var failed = Usual.RightsCheck with
        {
            Answers =
            [.. Usual.RightsCheck.Answers.Skip(1), new() { Item = "lawful-basis", Finding = RightsFinding.Failed, Condition = "No judge has ordered it" }]
        };
        var conditional = Usual.RightsCheck with
        {
            Answers =
            [.. Usual.RightsCheck.Answers.Skip(1),
            new() { Item = "lawful-basis", Finding = RightsFinding.PassedWithCondition, Condition = "A judge is present" }]
        };

        Assert.Equal((RefusalCode.ConditionNotMet,
            "$.open.rightsCheck.answers: no answer to lawful-basis, necessity. Every item of the rights catalogue is answered before anything coercive may follow."),
            Refusal(story, Side.Requested, Usual.Recognised with { RightsCheck = some }));
        Assert.Equal((RefusalCode.ConditionNotMet,
            "$.open.rightsCheck.answers: lawful-basis not passed. Nothing coercive may follow: consult (RefusalConsulted) or refuse (RequestRefused)."),
            Refusal(story, Side.Requested, Usual.Recognised with { RightsCheck = failed }));
        Assert.Null(story.Request.RightsCheckedAt);
        story.Answers(Usual.Recognised with { RightsCheck = conditional });
        Assert.Equal(story.Now, story.Request.RightsCheckedAt);
    }

    [Fact]
    public void Dual_criminality_is_found_as_the_law_says()
    {
        var list = Usual.Into("Acknowledged");
        Assert.Equal((RefusalCode.ConditionNotMet, "$.open.dualCriminality: for Search dual criminality may be asked for; write ListOffence or Found."),
            Refusal(list, Side.Requested, Usual.Recognised with { DualCriminality = DualCriminality.NotRequired }));

        var low = new Story().Asks(Usual.Submitted with { Offences = [new() { ListOffence = "fraud", LongestPenaltyMonths = 35 }] })
            .Answers(Usual.Acknowledged);
        Assert.Equal((RefusalCode.ConditionNotMet,
            "$.open.dualCriminality: offence 1 is no list offence with a penalty of three years or more; write Found, and answer for it in offences."),
            Refusal(low, Side.Requested, Usual.Recognised));

        new Story().Asks(Usual.Submitted with { Measures = [new() { Kind = MeasureKind.Hearing }] }).Answers(Usual.Acknowledged)
            .Answers(Usual.Recognised with { DualCriminality = DualCriminality.NotRequired });
    }

    [Fact]
    public void An_offence_that_is_not_on_the_list_is_answered_for_with_its_elements()
    {
        var story = new Story().Asks(Usual.Submitted with { Offences = [new() { ListOffence = "fraud", LongestPenaltyMonths = 60 }, new() { NationalCode = "202a" }] })
            .Answers(Usual.Acknowledged);
        var found = new OffenceFinding { Offence = 2, DualCriminality = DualCriminality.Found, Elements = "Access without right: section 12" };

        // One offence of the list does not answer for the other.
        Says("$.open.dualCriminality: offence 2 is no list offence with a penalty of three years or more; write Found, and answer for it in offences.", Usual.Recognised);
        Says("$.open.offences: nothing is said of offence 2; answer for each that is no list offence, with its elements and where they stand in the law.", Examined());
        Says("$.open.offences[0].elements: is missing; say which elements were examined and where they stand in the law.", Examined(found with { Elements = null }));
        Says("$.open.offences[0].dualCriminality: offence 2 is no list offence with a penalty of three years or more; write Found or NotFound, and its elements.",
            Examined(found with { DualCriminality = DualCriminality.ListOffence }));
        Says("$.open.offences[0].offence: the request has no offence 3; its offences are 1 to 2.", Examined(found with { Offence = 3 }));
        Says("$.open.offences[1].offence: offence 2 is answered twice; name each once.", Examined(found, found));
        Says("$.open.offences: no offence is found; refuse the request on dual criminality (RequestRefused).",
            Examined(found with { DualCriminality = DualCriminality.NotFound }, found with { Offence = 1, DualCriminality = DualCriminality.NotFound }));
        story.Answers(Examined(found with { DualCriminality = DualCriminality.NotFound }));
        Assert.Equal("Recognised", story.State);

        static RequestRecognised Examined(params OffenceFinding[] answers) => Usual.Recognised with { DualCriminality = DualCriminality.Found, Offences = answers };

        void Says(string reason, RequestRecognised content) => Assert.Equal(reason, Refusal(story, Side.Requested, content).Reason);
    }

    [Fact]
    public void Under_a_treaty_that_knows_no_list_every_offence_is_examined_and_dual_criminality_may_refuse_it()
    {
        Story Asked() => new Story(Demo.Rules, "XB", "XC").Asks(Usual.Submitted with { Instrument = "MLA59" }).Answers(Usual.Acknowledged with { CompetentAuthority = "XC-CT1" });

        Assert.Equal("$.open.dualCriminality: offence 1 is no list offence with a penalty of three years or more, and MLA59 knows no list; write Found, and answer for it in offences.",
            Refusal(Asked(), Side.Requested, Usual.Recognised).Reason);
        var refused = Usual.Refused with { Ground = "DUALCRIM", Only = [MeasureKind.Search] };
        Asked().Answers(refused);
        Assert.Contains("every offence is a list offence", Refusal(Usual.Into("Acknowledged"), Side.Requested, refused).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_translation_that_is_not_certified_does_not_answer_for_one_that_is_to_be()
    {
        var story = Usual.Into("Acknowledged").Answers(Usual.TranslationRequested with { Certified = true });

        Assert.Equal("$.open.certified: is false, and a certified translation is wanted; have it certified, and write true.",
            Refusal(story, Side.Requesting, Usual.TranslationSupplied).Reason);
        story.Asks(Usual.TranslationSupplied with { Certified = true });
        Assert.Equal("Acknowledged", story.State);
        // What was wanted once is not wanted for ever.
        story.Answers(Usual.TranslationRequested).Asks(Usual.TranslationSupplied);
    }

    [Fact]
    public void A_ground_that_asks_for_consultation_needs_it_on_that_very_ground()
    {
        var story = Usual.Into("Acknowledged");
        var nebis = Usual.Refused with { Ground = "NEBIS" };
        Assert.Equal(RefusalCode.ConditionNotMet, story.Refused(Side.Requested, nebis).Code);
        story.Answers(Usual.Consulted with { Ground = "FUNDRIGHTS" }).Asks(Usual.ConsultationAnswered);
        Assert.StartsWith("$.open.ground: NEBIS (Directive 2014/41/EU, Article 11(1)(d)) asks for consultation first.", story.Refused(Side.Requested, nebis)
            .Reason, StringComparison.Ordinal);
        story.Answers(Usual.Consulted);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, nebis).Code);
        story.Asks(Usual.ConsultationAnswered).Answers(nebis);

        Assert.Equal(("Closed.Refused", "NEBIS"), (story.State, story.Request.Outcome));
    }

    [Fact]
    public void On_a_ground_found_after_recognition_the_consultation_goes_on_beside_the_work()
    {
        var story = Usual.Into("Recognised");
        var nebis = Usual.Refused with { Ground = "NEBIS" };
        Assert.Equal(RefusalCode.ConditionNotMet, story.Refused(Side.Requested, nebis).Code);
        story.Answers(Usual.Consulted);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, Usual.Consulted).Code);
        Assert.Equal(("Recognised", DeadlineStatus.Running), (story.State, story.Deadline("EIO-X1").Status));
        story.Asks(Usual.ConsultationAnswered).Answers(nebis);

        Assert.Equal(("Closed.Refused", "NEBIS"), (story.State, story.Request.Outcome));
    }

    [Fact]
    public void Who_does_not_answer_has_been_consulted()
    {
        var story = Usual.Into("Consulting").Passes("2026-01-26T23:59:59Z");
        Assert.Equal("Consulting", story.State);
        story.Passes("2026-01-27T00:00:00Z");

        Assert.Equal("Acknowledged", story.State);
        Assert.Equal(["NEBIS"], story.Request.Consulted);
        Assert.Equal(DeadlineStatus.Running, story.Deadline("EIO-D1").Status);
        Assert.Equal(Silence.Exempt, Assert.Single(story.ToldTo<SilenceNotice>(Side.Requested)).Meaning);
        story.Answers(Usual.Refused with { Ground = "NEBIS" });
    }

    [Fact]
    public void A_partial_refusal_lets_the_rest_go_on()
    {
        var story = Usual.Into("Acknowledged").Answers(Usual.Refused with { Only = [MeasureKind.Search] });

        Assert.Equal("Acknowledged", story.State);
        Assert.Equal([MeasureFate.Refused, MeasureFate.Wanted], story.Request.Measures.Select(m => m.Fate));
        Assert.Equal(DeadlineStatus.Running, story.Deadline("EIO-D1").Status);
        Assert.Equal((RefusalCode.InvalidContent, "$.open.only: names every measure that is left; leave it empty to refuse the whole request."),
            Refusal(story, Side.Requested, Usual.Refused with { Only = [MeasureKind.Hearing] }));
        story.Answers(Usual.Recognised with { DualCriminality = DualCriminality.NotRequired });
    }

    [Fact]
    public void Dual_criminality_refuses_neither_a_list_offence_nor_a_measure_it_is_never_asked_for()
    {
        var dual = Usual.Refused with { Ground = "DUALCRIM" };
        Assert.Equal((RefusalCode.ConditionNotMet,
            "$.open.ground: DUALCRIM is not open: every offence is a list offence with a penalty of three years or more."),
            Refusal(Usual.Into("Acknowledged"), Side.Requested, dual));

        var other = new Story().Asks(Usual.Submitted with { Offences = [new() { NationalCode = "Art. 77" }] }).Answers(Usual.Acknowledged);
        Assert.Equal((RefusalCode.ConditionNotMet,
            "$.open.only: Hearing may never be refused on dual criminality; refuse the other measures only, or use another ground."),
            Refusal(other, Side.Requested, dual));
        other.Answers(dual with { Only = [MeasureKind.Search] });
    }

    [Fact]
    public void After_recognition_only_grounds_that_may_come_late_are_left()
    {
        var story = Usual.Into("Recognised");
        Assert.StartsWith("$.open.ground: MEASURE had to be raised before recognition.", story.Refused(Side.Requested, Usual.Refused).Reason,
            StringComparison.Ordinal);
        story.Answers(Usual.Refused with { Ground = "IMPOSSIBLE" });

        Assert.Equal("Closed.Refused", story.State);
    }

    [Fact]
    public void Silence_on_an_alternative_takes_it_but_recognition_still_needs_the_rights_check()
    {
        var story = new Story().Asks(Usual.Submitted with { Measures = [new() { Kind = MeasureKind.Search, Count = 3 }] }).Answers(Usual.Acknowledged)
            .Answers(Usual.Alternative);
        story.Passes("2026-01-29T22:00:00Z");

        Assert.Equal("Acknowledged", story.State);
        Assert.Equal([new(MeasureKind.Search, 3, MeasureFate.Replaced), new(MeasureKind.RegisterExtract, 3)], story.Request.Measures);
        foreach (var side in Rules.SeatsOf(story.Request))
            Assert.Equal((Silence.AlternativeMeasure, "Acknowledged"), story.ToldTo<SilenceNotice>(side).Select(n => (n.Meaning, n.Standing.State)).Single());
        Assert.Null(story.Request.RightsCheckedAt);
        Assert.DoesNotContain(nameof(EvidenceSent), Demo.Rules.Allowed(story.Request, Side.Requested));
    }

    [Fact]
    public void Information_that_never_comes_lets_the_requested_side_decide_on_the_file()
    {
        var story = Usual.Into("InformationPending").Passes("2026-02-18T22:00:00Z");

        Assert.Equal("Acknowledged", story.State);
        Assert.Equal(Silence.Exempt, Assert.Single(story.ToldTo<SilenceNotice>(Side.Requesting)).Meaning);
        Assert.Contains(nameof(RequestRefused), Demo.Rules.Allowed(story.Request, Side.Requested));
    }

    [Fact]
    public void A_day_for_the_information_takes_the_place_of_the_limit()
    {
        var story = Usual.Into("Acknowledged").Answers(Usual.InformationRequested with { WantedBy = new(2026, 2, 1) });

        Assert.Equal(Demo.Utc("2026-02-01T21:59:59Z"), story.Deadline("EIO-I1").Due); // a Sunday, as named
    }

    [Fact]
    public void The_translation_has_to_be_in_the_language_wanted()
    {
        var story = Usual.Into("TranslationPending");
        Assert.Equal((RefusalCode.ConditionNotMet, "$.open.language: wanted is 'de'; supply the translation in that language."),
            Refusal(story, Side.Requesting, Usual.TranslationSupplied with { Language = "fr" }));
        story.Asks(Usual.TranslationSupplied);

        Assert.Equal("Acknowledged EIO-D1", Where(story));
    }

    [Fact]
    public void A_cost_notice_holds_the_decision()
    {
        var story = Usual.Into("CostPending");
        Assert.Equal("cost notice unanswered", story.Deadline("EIO-D1").HoldReason);
        story.Asks(Usual.CostAgreed);

        Assert.Equal("Acknowledged EIO-D1", Where(story));
    }

    [Fact]
    public void In_an_emergency_a_cost_notice_holds_nothing()
    {
        var story = new Story(Demo.Rules, priority: Priority.Emergency).Asks(Usual.Submitted).Answers(Usual.Acknowledged).Answers(Usual.CostNotice);
        Assert.Equal("Acknowledged EIO-D1 EIO-C1", Where(story));
        Assert.Equal(DeadlineStatus.Running, story.Deadline("EIO-D1").Status);
        Assert.Equal(RefusalCode.ConditionNotMet, story.Refused(Side.Requested, Usual.CostNotice).Code);

        story.Answers(Usual.Recognised).Answers(Usual.Evidence(1, true));
        story.Asks(Usual.CostAgreed);
        Assert.Equal("EvidenceComplete EIO-E1 EIO-U1", Where(story));
    }

    [Fact]
    public void Costs_that_are_declined_take_the_request_back()
    {
        var story = Usual.Into("CostPending").Asks(new CostAnswered { Answer = CostAnswer.Declined });

        Assert.Equal("Withdrawing EIO-W1", Where(story));
        story.Answers(new StopConfirmed { Results = ResultsFate.None });
        Assert.Equal(("Closed.Withdrawn", "Withdrawn"), (story.State, story.Request.Outcome));
    }

    [Fact]
    public void A_date_that_is_asked_for_takes_the_place_of_the_ninety_days()
    {
        var asked = new Story().Asks(Usual.Submitted with { WantedBy = new(2026, 3, 12), WantedByReason = "Hearing on the next day" })
            .Answers(Usual.Acknowledged).Answers(Usual.Recognised);
        Assert.Equal("Recognised EIO-X2", Where(asked));
        Assert.Equal(Demo.Utc("2026-03-12T21:59:59Z"), asked.Deadline("EIO-X2").Due);

        var fixedLater = new Story().Asks(Usual.Submitted with { WantedBy = new(2026, 3, 12), WantedByReason = "Hearing" }).Answers(Usual.Acknowledged)
            .Answers(Usual.Recognised with { CarriedOutOn = new(2026, 3, 16) });
        Assert.Equal(Demo.Utc("2026-03-16T21:59:59Z"), fixedLater.Deadline("EIO-X2").Due);

        var over = new Story().Asks(Usual.Submitted with { WantedBy = new(2026, 1, 30), WantedByReason = "Hearing" }).Answers(Usual.Acknowledged)
            .At("2026-02-02T10:00:00Z").Answers(Usual.Recognised);
        Assert.Equal("Recognised EIO-X1", Where(over));
    }

    [Fact]
    public void Another_timing_takes_the_place_of_the_limit_when_it_is_agreed()
    {
        var story = Usual.Into("Recognised").Answers(Usual.Delay(new(2026, 6, 30)));
        Assert.Equal("Recognised EIO-X1 EIO-T1", Where(story));
        Assert.Equal((RefusalCode.ConditionNotMet, "$.open.on: proposed is 2026-06-30; agree to that day, or send a note."),
            Refusal(story, Side.Requesting, new TimingAgreed { On = new(2026, 6, 1) }));
        story.Asks(new TimingAgreed { On = new(2026, 6, 30) });

        Assert.Equal("Recognised EIO-X1", Where(story));
        Assert.Equal(Demo.Utc("2026-06-30T20:59:59Z"), story.Deadline("EIO-X1").Due);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, new TimingAgreed { On = new(2026, 6, 30) }).Code);
    }

    [Fact]
    public void A_postponement_takes_the_proposed_timing_off_the_table()
    {
        var story = Usual.Into("Recognised").Answers(Usual.Delay(new(2026, 6, 30))).Answers(Usual.Postponed);
        Assert.Equal("Postponed EIO-X1 EIO-P1", Where(story));
        story.Answers(new ExecutionResumed());

        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, new TimingAgreed { On = new(2026, 6, 30) }).Code);
    }

    [Fact]
    public void A_postponement_holds_the_execution_and_is_looked_at_again()
    {
        var story = Usual.Into("Postponed");
        Assert.Equal(DeadlineStatus.Held, story.Deadline("EIO-X1").Status);
        Assert.Equal(Demo.Utc("2026-02-18T21:59:59Z"), story.Deadline("EIO-P1").Due);
        story.Answers(Usual.Postponed with { EstimatedEnd = new(2026, 4, 1) });
        Assert.Equal(Demo.Utc("2026-04-01T20:59:59Z"), story.Deadline("EIO-P1").Due);
        story.Answers(new ExecutionResumed());

        Assert.Equal("Recognised EIO-X1", Where(story));
        Assert.Equal(DeadlineStatus.Running, story.Deadline("EIO-X1").Status);
    }

    [Fact]
    public void A_defective_part_is_sent_again_while_other_parts_go_on()
    {
        var story = Usual.Into("DefectPending");
        Assert.Equal("DefectPending EIO-X1 EIO-E2", Where(story));
        Assert.Equal("$.open.part: the next part is 2; send the parts in order.", story.Refused(Side.Requested, Usual.Evidence(3, false)).Reason);
        story.Answers(Usual.Evidence(2, true));
        Assert.Equal("DefectPending EIO-E2 EIO-E1", Where(story));
        Assert.Equal("$.open.part: the last part was sent; only a defective part may come again.",
            story.Refused(Side.Requested, Usual.Evidence(3, false)).Reason);
        Assert.Equal("$.open.part: part 2 was sent already; the next is 3.", story.Refused(Side.Requested, Usual.Evidence(2, true)).Reason);
        Assert.Equal("$.open.final: part 1 was sent with final false; keep it.", story.Refused(Side.Requested, Usual.Evidence(1, true)).Reason);
        story.Answers(Usual.Evidence(1, false));
        Assert.Equal("EvidenceComplete EIO-E1 EIO-E1 EIO-U1", Where(story));

        Assert.Equal("The receipt of part 1, 2 is outstanding; give it first (EvidenceReceived).",
            story.Refused(Side.Requesting, new UseConditionsAccepted()).Reason);
        story.Asks(new EvidenceReceived { Part = 1 }).Asks(new EvidenceReceived { Part = 2 });
        Assert.Equal("$.open.part: the receipt of part 2 is given already.", story.Refused(Side.Requesting, new EvidenceReceived { Part = 2 }).Reason);
        story.Asks(new UseConditionsAccepted());
    }

    [Fact]
    public void A_defect_names_items_of_the_manifest()
    {
        var story = Usual.Into("PartiallyExecuted");

        Assert.Equal((RefusalCode.ConditionNotMet, "$.open.defects[0].itemId: not in the manifest of part 1; name an item of that part."),
            Refusal(story, Side.Requesting, Usual.Defective(1, new("0f000000-0000-4000-8000-0000000000ff"))));
    }

    [Fact]
    public void Originals_go_back_before_the_request_closes()
    {
        Story Executed() => Usual.Into("Recognised").Answers(Usual.Evidence(1, true) with { OriginalsToReturn = true, ReturnBy = new(2026, 5, 4) })
            .Asks(new EvidenceReceived { Part = 1 }).Asks(new UseConditionsAccepted());

        var story = Executed();
        Assert.Equal("Executed EIO-Q1 EIO-O1", Where(story));
        Assert.Equal(Demo.Utc("2026-05-04T22:59:59Z"), story.Deadline("EIO-O1").Due);
        story.Asks(new UseReported { Outcome = UseOutcome.NotUsed });
        Assert.Equal("ReturnPending EIO-O1", Where(story));
        story.Asks(new OriginalsReturned { Channel = "Courier" });
        Assert.Equal("Closed.Executed", story.State);

        var late = Executed().Passes("2026-05-05T00:00:00Z");
        Assert.Equal("ReturnPending", late.State);
        Assert.Equal(1, late.Deadline("EIO-O1").Level);
        late.Answers(new ReturnWaived());
        Assert.Equal("Executed EIO-Q1", Where(late));

        var waived = Executed().Answers(new ReturnWaived()).Asks(new UseReported { Outcome = UseOutcome.NotUsed });
        Assert.Equal("Closed.Executed", waived.State);
    }

    [Theory]
    [InlineData("Submitted")]
    [InlineData("Returned")]
    [InlineData("Consulting")]
    [InlineData("Postponed")]
    [InlineData("DefectPending")]
    [InlineData("ReturnPending")]
    public void A_withdrawal_is_taken_in_every_open_state_and_its_stop_confirmed(string state)
    {
        var story = Usual.Into(state).Asks(new RequestWithdrawn { Reason = "Proceedings closed" });
        Assert.Equal("Withdrawing EIO-W1", Where(story));
        Assert.Equal(story.Now.AddHours(48), story.Deadline("EIO-W1").Due);
        story.Answers(new StopConfirmed { Results = ResultsFate.Destroyed });

        Assert.Equal("Closed.Withdrawn", story.State);
    }

    [Fact]
    public void A_smaller_scope_stops_a_part_and_leaves_the_rest()
    {
        var story = Usual.Into("Recognised").Asks(new ScopeReduced { NoLongerWanted = [MeasureKind.Search] });
        Assert.Equal("Recognised EIO-X1 EIO-W1", Where(story));
        Assert.Equal((RefusalCode.ConditionNotMet, "$.open.noLongerWanted: nothing would remain; withdraw the request instead (RequestWithdrawn)."),
            Refusal(story, Side.Requesting, new ScopeReduced { NoLongerWanted = [MeasureKind.Hearing] }));
        story.Answers(new StopConfirmed { Results = ResultsFate.None });

        Assert.Equal("Recognised EIO-X1", Where(story));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, new StopConfirmed { Results = ResultsFate.None }).Code);
    }

    [Fact]
    public void A_status_question_is_answered_at_once_and_goes_to_nobody_else()
    {
        var story = Usual.Into("Closed.Refused");
        var before = story.Request;
        story.Do(Side.Requesting, new StatusAsked());

        Assert.False(story.Last.Forward);
        var told = Assert.Single(story.Last.Tell);
        Assert.Equal((Side.Requesting, "Closed.Refused"), (told.To, Assert.IsType<StatusReport>(told.Notice).Standing.State));
        Assert.Equal(before.Acts, story.Request.Acts);
    }

    [Fact]
    public void A_correction_is_of_an_own_act_and_a_dispute_is_counted()
    {
        var story = Usual.Into("Acknowledged");
        Assert.Equal(RefusalCode.ConditionNotMet,
            story.Refused(Side.Requesting, new CorrectionMade { OfActId = story.Request.Acts[1].ActId, Kind = CorrectionKind.WrongData }).Code);
        story.Answers(new CorrectionMade { OfActId = story.Request.Acts[1].ActId, Kind = CorrectionKind.WrongData })
            .Asks(new DisputeRaised { Article = "12", Claim = "Late" });

        Assert.True(story.Last.Forward);
        Assert.Equal(1, story.Request.Disputes);
        Assert.Equal("Acknowledged", story.State);
    }

    [Fact]
    public void An_unknown_request_an_existing_one_and_a_stranger_are_told_apart_without_telling_more()
    {
        var story = Usual.Into("Acknowledged");
        var stranger = story.Act(Side.Requesting, new NoteSent { Subject = "Call" });
        stranger = stranger with { Header = stranger.Header with { Sender = new() { State = "XC", Authority = "XC-CA" } } };

        Assert.Equal(RefusalCode.RequestExists, story.Refused(Side.Requesting, Usual.Submitted).Code);
        var unknown = Assert.IsType<Refused>(Demo.Rules.Decide(null, story.Act(Side.Requested, Usual.Acknowledged), story.Now));
        var hidden = Assert.IsType<Refused>(Demo.Rules.Decide(story.Request, stranger, story.Now));
        Assert.Equal(RefusalCode.UnknownRequest, unknown.Code);
        Assert.Equal((unknown.Code, unknown.Reason), (hidden.Code, hidden.Reason));
        Assert.Equal(unknown.WouldBeAccepted, hidden.WouldBeAccepted);
    }

    [Fact]
    public void The_wrong_addressee_is_told_who_is_designated()
    {
        var story = new Story();
        var act = story.Act(Side.Requesting, Usual.Submitted);
        Refused To(string authority, string state = "XB") =>
            Assert.IsType<Refused>(Demo.Rules.Decide(null, act with { Header = act.Header with { Receiver = new() { State = state, Authority = authority } } },
            story.Now));

        Assert.Equal(RefusalCode.NotDesignated, To("XB-LO").Code);
        Assert.Equal("$.header.receiver.authority: 'XB-LO' is not designated in XB to receive requests today. "
            + "Designated: XB-CA (Central Authority for Mutual Assistance), XB-CT1 (District Court of Belm), XB-PO1 (Public Prosecutor of Belm), XB-DP "
            + "(Duty Point (24/7)).", To("XB-LO").Reason);
        Assert.Contains("Its successor is XB-PO1.", To("XB-PO0").Reason, StringComparison.Ordinal);
        Assert.Equal(RefusalCode.NotDesignated, To("XB-ZZ").Code);
        Assert.Equal(RefusalCode.NotDesignated, To("ZZ-CA", "ZZ").Code);
        Assert.Equal(RefusalCode.InvalidContent, To("XA-CA", "XA").Code);
    }

    [Fact]
    public void Without_an_instrument_there_is_no_request()
    {
        var story = new Story();
        Assert.Equal((RefusalCode.NoInstrument, "$.open.instrument: 'ECE' is not in force between XA and XB; in force: EIO, EAW, BUD, EPO, FRZ, RCP, TPR, JIT, REGION-JOA."),
            Refusal(story, Side.Requesting, Usual.Submitted with { Instrument = "ECE" }));
        Assert.Equal((RefusalCode.NoInstrument, "$.open.instrument: 'EAW' does not serve this procedure; those that do: EIO."),
            Refusal(story, Side.Requesting, Usual.Submitted with { Instrument = "EAW" }));

        var apart = new Story(new(Demo.Region with { Pairs = [] }));
        Assert.Equal((RefusalCode.NoInstrument, "$.open.instrument: 'EIO' is not in force between XA and XB; no instrument of the region is."),
            Refusal(apart, Side.Requesting, Usual.Submitted));
    }

    [Fact]
    public void The_receiving_authority_must_be_in_office()
    {
        var story = new Story().Asks(Usual.Submitted);

        Assert.Equal((RefusalCode.NotDesignated, "$.open.competentAuthority: XB-PO0 is no longer in office; its successor is XB-PO1."),
            Refusal(story, Side.Requested, Usual.Acknowledged with { CompetentAuthority = "XB-PO0" }));
        Assert.Equal(RefusalCode.NotDesignated, story.Refused(Side.Requested, Usual.Forwarded with { ToAuthority = "XA-CA" }).Code);
        Assert.Equal("$.open.toAuthority: XB-CA has the request already; name another authority.",
            story.Refused(Side.Requested, Usual.Forwarded with { ToAuthority = "XB-CA" }).Reason);
    }

    [Fact]
    public void A_drill_and_a_live_request_do_not_mix()
    {
        var story = Usual.Into("Acknowledged");
        var act = story.Act(Side.Requested, Usual.Extension);
        var refused = Assert.IsType<Refused>(Demo.Rules.Decide(story.Request, act with { Header = act.Header with { Exercise = true } }, story.Now));

        Assert.Equal((RefusalCode.InvalidContent, "$.header.exercise: the request is a live one; write false."), (refused.Code, refused.Reason));
    }

    [Fact]
    public void A_refusal_says_what_would_be_accepted()
    {
        var story = Usual.Into("Submitted");
        var early = story.Refused(Side.Requested, Usual.Recognised);
        var others = story.Refused(Side.Requesting, Usual.Acknowledged);

        Assert.Equal((RefusalCode.NotNow,
            "The request is Submitted (The requested side has it; receipt is not acknowledged); that does not allow RequestRecognised."),
            (early.Code, early.Reason));
        Assert.Equal([nameof(RequestAcknowledged), nameof(RequestForwarded), nameof(RequestReturned), nameof(CostReported), nameof(StatusAsked), nameof(NoteSent),
            nameof(DisputeRaised), nameof(DelayReasonGiven), nameof(ContactNoted), nameof(MeetingMinuted), nameof(ReceiptGiven)], early.WouldBeAccepted);
        Assert.Equal((RefusalCode.NotYours, "RequestAcknowledged is an act of the requested side (XB); this is the requesting side."),
            (others.Code, others.Reason));
    }

    static RequestSubmitted Transfer(TransferDirection direction) => Usual.Submitted with
    {
        Measures =
        [
            new()
            {
                Kind = MeasureKind.TemporaryTransfer, Transfer = new() { Direction = direction, Consent = TransferConsent.Given, HeldThere = true },
                Period = new() { From = Demo.Utc("2026-03-02T08:00:00Z"), Until = Demo.Utc("2026-03-20T16:00:00Z"), Zone = "Europe/Athens" },
            },
        ],
    };

    [Theory]
    [InlineData(TransferDirection.ToRequesting, Side.Requesting)]
    [InlineData(TransferDirection.ToRequested, Side.Requested)]
    public void A_person_transferred_for_a_time_is_back_by_the_end_agreed_and_nothing_ends_before(TransferDirection direction, Side onWhom)
    {
        var story = new Story().Asks(Transfer(direction)).Answers(Usual.Acknowledged).Answers(Usual.Recognised);
        var back = story.Deadline("EIO-H2");
        Assert.Equal((Demo.Utc("2026-03-20T16:00:00Z"), onWhom, true), (back.Due, back.OnWhom, back.DetentionBound));

        var away = "A person in custody is still transferred; the return is reported first (PersonReturned).";
        Assert.Equal(away, Refusal(story, Side.Requesting, new RequestWithdrawn { Reason = "Proceedings closed" }).Reason);
        Assert.Equal(away, Refusal(story, Side.Requested, Usual.Refused with { Ground = "IMPOSSIBLE" }).Reason);
        story.Answers(Usual.Evidence(1, true)).Asks(new EvidenceReceived { Part = 1 }).Asks(new UseConditionsAccepted());
        Assert.Equal(away, Refusal(story, Side.Requesting, new UseReported { Outcome = UseOutcome.UsedInTrial }).Reason);
        story.Passes("2026-03-20T16:00:01Z");
        // Somebody is in custody: the courts hear of it at once.
        Assert.Equal(2, story.Deadline("EIO-H2").Level);
        Assert.Equal("Closed.Executed", story.Asks(new PersonReturned()).Asks(new UseReported { Outcome = UseOutcome.UsedInTrial }).State);
    }

    [Fact]
    public void Evidence_that_is_kept_is_let_go_on_its_day_unless_its_transfer_is_asked_for()
    {
        var asked = Usual.Submitted with { Measures = [new() { Kind = MeasureKind.ProvisionalMeasure, Safekeeping = new() { Then = SafekeepingEnd.TransferAskedFor, On = new(2026, 3, 31) } }] };
        Story Kept() => new Story().Asks(asked).Answers(Usual.Acknowledged).Answers(Usual.Recognised);

        var story = Kept();
        Assert.Equal((Side.Requesting, Demo.Utc("2026-03-31T20:59:59Z")), (story.Deadline("REG-H4").OnWhom, story.Deadline("REG-H4").Due));
        story.Passes("2026-04-01T10:00:00Z");
        Assert.Equal(DeadlineStatus.Expired, story.Deadline("REG-H4").Status);
        Assert.Equal(Silence.Exempt, story.ToldTo<SilenceNotice>(Side.Requested).Single().Meaning);

        story = Kept().Asks(new SupplementAnnounced { SupplementaryRequestId = new("0f000000-0000-4000-8000-000000000002") });
        Assert.Equal(DeadlineStatus.Met, story.Deadline("REG-H4").Status);
        Assert.DoesNotContain(Usual.Into("Recognised").Request.Deadlines, d => d.Clock is Clock.Safekeeping or Clock.TemporaryReturn);
    }

    [Fact]
    public void The_immunity_of_a_summoned_witness_lapses_fifteen_days_after_the_presence_is_no_longer_needed()
    {
        var asked = Usual.Submitted with { Measures = [new() { Kind = MeasureKind.ServiceOfDocuments }] };
        var story = new Story().Asks(asked).Answers(Usual.Acknowledged).Answers(Usual.Recognised with { DualCriminality = DualCriminality.NotRequired }).At("2026-03-02T10:00:00Z");

        story.Asks(new PresenceNoLongerRequired { On = new(2026, 3, 2) });
        Assert.Equal((Side.Requesting, Demo.Utc("2026-03-17T23:59:59Z")), (story.Deadline("EIO-H1").OnWhom, story.Deadline("EIO-H1").Due));
        Assert.Equal(DeadlineStatus.Met, story.Asks(new PersonReturned()).Deadline("EIO-H1").Status);
        Assert.Equal("Nobody in custody is to be transferred, and nobody is summoned.",
            Refusal(Usual.Into("Recognised"), Side.Requesting, new PresenceNoLongerRequired { On = new(2026, 1, 19) }).Reason);
    }

    [Fact]
    public void An_act_of_a_later_version_is_not_known()
    {
        var story = Usual.Into("Acknowledged");

        Assert.Equal(RefusalCode.UnknownAct,
            Assert.IsType<Refused>(Demo.Rules.Decide(story.Request, story.Act(Side.Requested, Usual.Extension) with { Type = "SurrenderImagined" },
            story.Now)).Code);
    }

    [Fact]
    public void A_request_keeps_the_time_rules_of_its_first_receipt()
    {
        TimeRule Old(TimeRule r) => r.Id == "EIO-X1" ? r with { ValidTo = new(2026, 1, 31) } : r;
        var x1 = Demo.Region.Catalogue.TimeRules.First(r => r.Id == "EIO-X1");
        var rules = new Rules(Demo.Region with
        {
            Catalogue = Demo.Region.Catalogue with
            {
                TimeRules = [x1 with { Length = 60, ValidFrom = new(2026, 2, 1) }, .. Demo.Region.Catalogue.TimeRules.Select(Old)],
            },
        });
        var before = new Story(rules).At("2026-01-30T10:00:00Z").Asks(Usual.Submitted).At("2026-02-10T10:00:00Z").Answers(Usual.Acknowledged)
            .Answers(Usual.Recognised);
        var after = new Story(rules).At("2026-02-02T10:00:00Z").Asks(Usual.Submitted).At("2026-02-10T10:00:00Z").Answers(Usual.Acknowledged)
            .Answers(Usual.Recognised);

        Assert.Equal((90, 60), (before.Deadline("EIO-X1").Counting.Length, after.Deadline("EIO-X1").Counting.Length));
    }

    /// <summary>The state and the limits that run or are held.</summary>
    static string Where(Story story) =>
        string.Join(' ', story.Request.Deadlines.Where(d => d is { Active: true, Kind: DeadlineKind.Procedure }).Select(d => d.RuleId).Prepend(story.State));

    static (RefusalCode Code, string Reason) Refusal(Story story, Side side, object content)
    {
        var refused = story.Refused(side, content);
        return (refused.Code, refused.Reason);
    }
}
