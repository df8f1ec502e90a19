using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using static LiaisonHub.Tests.Casework.CorrectionCourse;

namespace LiaisonHub.Tests.Casework;

public sealed class CorrectionTests
{
    static readonly PersonInformed Informed = new() { On = new(2026, 1, 19), Manner = InformingManner.InWriting };

    static Story At(string state) => Into(state, Demo.Rules);

    static Story Held(string state) => Into(state, Demo.Rules, Assessment with { PersonDetained = true, EvidenceUsed = true });

    static Story Harmless(string state) => Into(state, Demo.Rules, Assessment with { PersonAffected = false });

    [Fact]
    public void The_usual_course_goes_from_the_report_to_every_copy_and_to_the_person()
    {
        var story = new Story().Asks(Report);
        Assert.Equal("Reported RCP-A1", Where(story));
        story.Answers(Acknowledgement);
        Assert.Equal("Acknowledged RCP-E1", Where(story));
        story.Answers(Assessment);
        Assert.Equal("Assessed RCP-I1", Where(story));
        story.Answers(NewVersion);
        Assert.Equal("Issued RCP-P1 RCP-H1 RCP-H1 RCP-H1", Where(story));
        story.Asks(new CopyConfirmed { Holder = "XA-PO1", Done = CopyFate.Replaced }).Answers(Deleted("XB-CT1"));
        Assert.Equal("Issued RCP-P1 RCP-H1", Where(story));
        story.Answers(Deleted("XB-PO1"));
        Assert.Equal("Remedying RCP-P1 RCP-M1", Where(story));
        story.Answers(Informed).Answers(Remedied);

        Assert.Equal(("Closed.Corrected", "Corrected"), (Where(story), story.Request.Outcome));
        Assert.Equal([RemedyStep.CompensationNotice, RemedyStep.CourtTold, RemedyStep.CauseRemoved], story.Request.Correction!.Steps);
    }

    [Fact]
    public void Whoever_erred_says_so_without_being_asked_and_then_all_limits_are_on_that_side()
    {
        var story = new Story().Asks(Acknowledgement);
        Assert.Equal(("Acknowledged RCP-E1", Side.Requesting), (Where(story), story.Deadline("RCP-E1").OnWhom));
        Assert.Equal(RefusalCode.NotYours, story.Refused(Side.Requested, Assessment).Code);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, Contest).Code);
        story.Asks(Assessment with { PersonDetained = true });
        Assert.Equal((Side.Requesting, Side.Requesting), (story.Deadline("RCP-I1").OnWhom, story.Deadline("RCP-R1").OnWhom));
        Assert.Equal(RefusalCode.NotYours, story.Refused(Side.Requested, NewVersion).Code);
        story.Asks(NewVersion);

        Assert.Equal(Side.Requesting, story.Deadline("RCP-P1").OnWhom);
        Assert.Equal(["Requesting", "Requested", "Requested"], story.Request.Deadlines.Where(d => d.RuleId == "RCP-H1").Select(d => $"{d.OnWhom}"));
        Assert.Equal("Closed.Unfounded", new Story().Asks(Acknowledgement).Asks(Withdrawn).State);
    }

    /// <summary>Each rule, the state it runs in, and its last second: reported on Monday 19 January 2026 at 10:00 UTC by XA (Lisbon) of XB (Athens), all in the
    /// same minute. Counted by hand.</summary>
    public static TheoryData<string, string, string> Limits { get; } = new()
    {
        { "RCP-A1", "Reported", "2026-01-26T21:59:59Z" },
        { "RCP-A2", "Leak", "2026-01-20T10:00:00Z" },
        { "RCP-C1", "Contested", "2026-02-02T23:59:59Z" },
        { "RCP-E1", "Acknowledged", "2026-01-26T21:59:59Z" },
        { "RCP-I1", "Assessed", "2026-01-26T21:59:59Z" },
        { "RCP-H1", "Issued", "2026-01-26T21:59:59Z" },
        { "RCP-R1", "Held", "2026-01-20T10:00:00Z" },
        { "RCP-P1", "Issued", "2026-01-26T21:59:59Z" },
        { "RCP-M1", "Remedying", "2026-02-02T21:59:59Z" },
    };

    [Fact]
    public void Every_time_rule_of_the_catalogue_is_counted_here_and_none_is_called_verified()
    {
        var rules = Demo.Region.Catalogue.TimeRules.Where(r => r.Instrument == "RCP").ToList();

        Assert.Equal(rules.Select(r => r.Id).Order(), Limits.Select(l => l.Data.Item1).Order());
        Assert.DoesNotContain(rules, r => r.Verified);
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_is_kept_in_its_last_second_and_missed_in_the_next(string rule, string state, string last)
    {
        var story = state switch
        {
            "Leak" => Into("Reported", Demo.Rules, Assessment, ErrorCause.Leak),
            "Held" => Held("Assessed"),
            _ => At(state),
        };
        Assert.Equal(Demo.Utc(last), story.Deadline(rule).Due);

        story.Passes(last);
        Assert.Equal((0, DeadlineStatus.Running), (story.Deadline(rule).Level, story.Deadline(rule).Status));
        story.Passes(TimeSpan.FromSeconds(1));
        Assert.True(story.Deadline(rule).Level >= 1, $"{rule}: {story.Deadline(rule).Status}");
    }

    [Fact]
    public void A_correction_rewrites_nothing_and_both_versions_stay()
    {
        var wrong = Usual.Into("Recognised");
        var before = Request.Write(wrong.Request);
        var act = wrong.Request.Acts[0].ActId;
        var story = new Story { Id = new("0f000000-0000-4000-8000-0000000000c0") };
        story.Asks(Acknowledgement with { Cause = ErrorCause.WrongData, AboutRequestId = wrong.Id, AboutActId = act }).Asks(Assessment).Asks(NewVersion);
        story.Asks(Deleted("XA-PO1")).Answers(Deleted("XB-CT1")).Answers(Deleted("XB-PO1")).Asks(Informed).Asks(Remedied);

        Assert.Equal("Closed.Corrected", story.State);
        Assert.Equal(before, Request.Write(wrong.Request)); // the request in question: not a byte of it
        Assert.Empty(story.OpenedRequests);
        var record = story.Request.Correction!;
        Assert.Equal((wrong.Id, act, new string('a', 64), new string('b', 64)), (record.OfRequestId, record.OfActId, record.SupersededDigest, record.NewDigest));
        Assert.Equal(
            ["ErrorAcknowledged", "ErrorAssessed", "CorrectionIssued", "CopyConfirmed", "CopyConfirmed", "CopyConfirmed", "PersonInformed", "ErrorRemedied"],
            story.Request.Acts.Select(a => a.Type));
        Assert.Contains(story.Rules.WhyItStands(story.Request, story.Now).Facts, f => f == $"NewVersion: {new string('a', 64)} no longer counts, {new string('b', 64)} does");
    }

    [Theory]
    [InlineData(ErrorCause.Leak)]
    [InlineData(ErrorCause.WrongState)]
    public void What_is_out_is_recalled_from_every_holder_each_with_a_clock_of_its_own_and_proof(ErrorCause cause)
    {
        var story = Into("Assessed", Demo.Rules, Assessment with { PersonAffected = false }, cause);
        Assert.Equal($"$.open.manner: the error is {cause}; another version would leave the copies where they are. Write Recall.",
            story.Refused(Side.Requested, NewVersion).Reason);
        story.Answers(Recall);
        Assert.Equal("$.open.done: is Replaced, but it was recalled and nothing takes its place; delete or restrict it, then write Deleted or Restricted.",
            story.Refused(Side.Requested, new CopyConfirmed { Holder = "XB-CT1", Done = CopyFate.Replaced }).Reason);
        Assert.Equal("$.open.proofDigest: is missing; name the proof of the deletion or restriction by its digest.",
            story.Refused(Side.Requested, Deleted("XB-CT1") with { ProofDigest = null }).Reason);
        Assert.Equal("$.open.holder: the other side answers for it; outstanding on this side: XB-CT1, XB-PO1.", story.Refused(Side.Requested, Deleted("XA-PO1")).Reason);
        Assert.Equal("$.open.holder: is not named; outstanding on this side: XA-PO1.", story.Refused(Side.Requesting, Deleted("XA-CA")).Reason);
        story.Answers(Deleted("XB-PO1") with { Done = CopyFate.Restricted }).Asks(Deleted("XA-PO1"));
        Assert.Equal("$.open.holder: this holder has confirmed already.", story.Refused(Side.Requested, Deleted("XB-PO1")).Reason);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requesting, Deleted("XA-PO1")).Code);

        story.Passes("2026-01-26T22:00:00Z");
        var missing = Assert.Single(story.Request.Deadlines, d => d is { Active: true, Kind: DeadlineKind.Procedure });
        Assert.Equal((2, 1, Side.Requested), (missing.Part!.Value, missing.Level, missing.OnWhom)); // the one that is missing is the one that is late
        story.Answers(Deleted("XB-CT1"));
        Assert.Equal("Closed.Corrected", Where(story));
        Assert.Equal([CopyFate.Deleted, CopyFate.Deleted, CopyFate.Restricted], story.Request.Correction!.Holders.Select(h => h.Done!.Value));
    }

    [Fact]
    public void A_copy_that_turns_up_late_is_a_copy_and_a_side_answers_for_whom_it_gave_one()
    {
        var story = At("Remedying").Answers(new HoldersNamed { Holders = ["XC-CA", "XA-CT1"] });
        Assert.Equal("Issued RCP-P1 RCP-H1 RCP-H1", Where(story));
        Assert.Equal([(4, "XC-CA", Side.Requested), (5, "XA-CT1", Side.Requesting)],
            story.Request.Correction!.Holders.Where(h => h.Done is null).Select(h => (h.Number, h.Authority, h.Side)));
        Assert.Equal([(5, Side.Requesting), (4, Side.Requested)],
            story.Request.Deadlines.Where(d => d is { Active: true, RuleId: "RCP-H1" }).Select(d => (d.Part!.Value, d.OnWhom)));
        var copy = story.Opened();
        Assert.Equal((("XB", "XC"), "XC-CA"), ((copy.Request.Requesting.State, copy.Request.Requested.State), copy.Request.HeldCopy!.Holder));
        Assert.Equal("No holder on this side is outstanding.", story.Refused(Side.Requested, Deleted("XC-CA")).Reason);
        story.Asks(Deleted("XA-CT1")).Hears([.. copy.Answers(Deleted("XC-CA")).Last.Orders]);
        Assert.Equal("Remedying RCP-P1 RCP-M1", Where(story));
        Assert.Equal(new('c', 64), story.Request.Correction!.Holders[3].ProofDigest);

        var early = At("Acknowledged").Asks(new HoldersNamed { Holders = ["XA-PO1"] }).Answers(Assessment).Asks(new HoldersNamed { Holders = ["XA-CT1"] });
        Assert.Equal(["XA-PO1", "XB-CT1", "XB-PO1", "XA-CT1"], early.Request.Correction!.Holders.Select(h => h.Authority));
        Assert.Equal("Issued RCP-P1 RCP-H1 RCP-H1 RCP-H1 RCP-H1", Where(early.Answers(NewVersion)));
        Assert.Equal(5, early.Asks(new HoldersNamed { Holders = ["XA-CA"] }).Request.Deadlines.Count(d => d.RuleId == "RCP-H1"));
    }

    [Fact]
    public void Whoever_is_held_by_error_is_released_before_anything_else_and_the_courts_hear_of_it_at_once()
    {
        var story = Held("Assessed");
        Assert.Equal("Assessed RCP-I1 RCP-R1", Where(story));
        story.Passes("2026-01-20T10:00:01Z");
        Assert.Contains(story.ToldTo<EscalationNotice>(Side.Requested), n => n.Deadline.RuleId == "RCP-R1" && n.Told.Contains("XB-CT1") && n.Told.Contains("XA-CT1"));
        story.Answers(NewVersion).Asks(Deleted("XA-PO1")).Answers(Deleted("XB-CT1")).Answers(Deleted("XB-PO1"));
        Assert.Equal("A person is held because of the error; report the release first (ReleaseReported).", story.Refused(Side.Requested, Remedied).Reason);
        var released = new ReleaseReported { At = story.Now, Cause = ReleaseCause.Error };
        Assert.EndsWith("has not come yet; a release is reported after it was made.", story.Refused(Side.Requesting, released with { At = story.Now.AddSeconds(1) }).Reason,
            StringComparison.Ordinal);
        story.Asks(released);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, released).Code);
        Assert.Equal("A person is affected and not informed; inform the person first (PersonInformed).", story.Refused(Side.Requested, Remedied).Reason);
        story.Answers(Informed);
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, Informed).Code);
        Assert.StartsWith("$.open.steps: does not name CompensationNotice;", story.Refused(Side.Requested, new ErrorRemedied { Steps = [RemedyStep.CourtTold] }).Reason,
            StringComparison.Ordinal);
        Assert.StartsWith("$.open.steps: does not name CourtTold;", story.Refused(Side.Requested, new ErrorRemedied { Steps = [RemedyStep.CompensationNotice] }).Reason,
            StringComparison.Ordinal);

        Assert.Equal("Closed.Corrected", story.Answers(Remedied).State);
    }

    [Theory]
    [InlineData("Reported")]
    [InlineData("Contested")]
    [InlineData("InDispute")]
    [InlineData("Acknowledged")]
    public void A_release_is_taken_at_any_time_and_then_needs_no_limit(string state)
    {
        var story = At(state).Asks(new ReleaseReported { At = Demo.Utc("2026-01-18T08:00:00Z"), Cause = ReleaseCause.Error });
        if (state != "Acknowledged")
            story.Answers(Acknowledgement);

        Assert.Equal("Assessed RCP-I1", Where(story.Answers(Assessment with { PersonDetained = true })));
        Assert.Equal(RefusalCode.NotNow, At("Assessed").Refused(Side.Requested, new ReleaseReported { At = Demo.Utc("2026-01-18T08:00:00Z"), Cause = ReleaseCause.Error }).Code);
    }

    [Fact]
    public void A_correction_that_touches_nobody_is_over_with_the_last_copy()
    {
        var story = Harmless("Issued");
        Assert.Equal("Issued RCP-H1 RCP-H1 RCP-H1", Where(story));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, Informed).Code);
        story.Answers(Deleted("XB-CT1")).Answers(Deleted("XB-PO1")).Asks(Deleted("XA-PO1"));

        Assert.Equal(("Closed.Corrected", "Corrected"), (Where(story), story.Request.Outcome));
        Assert.Equal("Remedying RCP-M1", Where(Into("Remedying", Demo.Rules, Assessment with { PersonAffected = false, EvidenceUsed = true })));
        Assert.Equal("Assessed RCP-I1", Where(At("Assessed").Answers(Informed))); // told early: no limit for it is started
        Assert.Equal("Issued RCP-H1 RCP-H1 RCP-H1", Where(At("Assessed").Answers(Informed).Answers(NewVersion)));
    }

    [Fact]
    public void An_error_that_is_contested_is_withdrawn_acknowledged_after_all_or_disputed()
    {
        Assert.Equal("Contested RCP-C1", Where(At("Contested")));
        Assert.Equal("Contested RCP-C1", Where(At("Acknowledged").Answers(Contest)));
        Assert.Equal("Acknowledged RCP-E1", Where(At("Contested").Answers(Acknowledgement)));
        Assert.Equal(("Closed.Unfounded", "Unfounded"), (Where(At("Contested").Asks(Withdrawn)), At("Contested").Asks(Withdrawn).Request.Outcome));
        var story = At("Contested").Asks(DisputeCourse.Raised);
        Assert.Equal(("InDispute", 1, 1), (Where(story), story.Request.Disputes, story.OpenedRequests.Count));
        Assert.StartsWith("Whether there is an error is decided in the dispute", story.Rules.WhyItStands(story.Request, story.Now).Sentence, StringComparison.Ordinal);
        Assert.Equal("Acknowledged RCP-E1", Where(story.Answers(Acknowledgement)));
        Assert.Equal("Closed.Unfounded", Where(At("InDispute").Asks(Withdrawn)));
        Assert.Equal(RefusalCode.NotYours, At("Acknowledged").Refused(Side.Requesting, Withdrawn).Code);
    }

    [Fact]
    public void Silence_on_a_leak_comes_to_a_dispute()
    {
        var story = Into("Reported", Demo.Rules, Assessment, ErrorCause.Leak);
        Assert.Equal("Reported RCP-A2", Where(story));
        story.Passes(TimeSpan.FromHours(48) + TimeSpan.FromSeconds(1));

        Assert.Equal((5, 1), (story.Deadline("RCP-A2").Level, story.OpenedRequests.Count));
    }

    public static TheoryData<string, Side, object, string> Wrong { get; } = new()
    {
        { "", Side.Requesting, Report with { AboutRequestId = new("0f000000-0000-4000-8000-000000000001") },
            "$.open.aboutRequestId: is no other request; name the request in which the error happened." },
        { "", Side.Requesting, Acknowledgement with { AboutActId = Guid.Empty }, "$.open.aboutActId: is no act; name the act that was wrong." },
        { "", Side.Requesting, Acknowledgement with { Note = " " }, "$.open.note: is missing or empty; write one line." },
        { "", Side.Requesting, Report with { Instrument = "EIO" }, "$.open.instrument: 'EIO' does not serve this procedure; those that do: RCP." },
        { "Reported", Side.Requested, Acknowledgement with { AboutActId = WrongRequest },
            $"$.open.aboutActId: the error reported is in the act {WrongAct}; acknowledge that one." },
        { "Reported", Side.Requested, Acknowledgement with { AboutRequestId = WrongAct },
            $"$.open.aboutRequestId: the error reported is about {WrongRequest}; acknowledge that one." },
        { "Reported", Side.Requested, Acknowledgement with { Cause = ErrorCause.WrongData },
            "$.open.cause: reported is WrongPerson; acknowledge that, or contest it (ErrorContested) and say why." },
        { "Reported", Side.Requested, Acknowledgement with { Instrument = "EIO" }, "$.open.instrument: the report stands on RCP; write that." },
        { "Reported", Side.Requested, Contest with { Reason = "" }, "$.open.reason: is missing or empty; write one line." },
        { "Acknowledged", Side.Requested, Assessment with { Holders = [] }, "$.open.holders: is empty; name at least 1." },
        { "Acknowledged", Side.Requested, Assessment with { Holders = ["XB-CA", "XB-CA"] }, "$.open.holders[1]: stands there twice; name each holder once." },
        { "Acknowledged", Side.Requested, Assessment with { Holders = ["A friend"] },
            "$.open.holders[0]: not an authority of the region; name the authority that answers for whoever holds it." },
        { "Acknowledged", Side.Requested, Assessment with { PersonAffected = false, PersonDetained = true },
            "$.open.personAffected: is false; whoever is detained because of it is affected; write true." },
        { "Assessed", Side.Requesting, new HoldersNamed { Holders = ["XB-CA", "XA-PO1"] }, "$.open.holders[1]: is named already; name further holders only." },
        { "Assessed", Side.Requested, NewVersion with { NewDigest = null }, "$.open.newDigest: is missing; a new version is named by its digest." },
        { "Assessed", Side.Requested, NewVersion with { NewDigest = new('a', 64) }, "$.open.newDigest: is that of the old version; name the version that takes its place." },
        { "Assessed", Side.Requested, NewVersion with { SupersededDigest = "A" }, "$.open.supersededDigest: is not a SHA-256; write 64 lower-case hex digits." },
        { "Assessed", Side.Requested, Recall with { NewDigest = new('b', 64) },
            "$.open.newDigest: is there; nothing takes the place of what is recalled; leave it out, or write NewVersion." },
        { "Issued", Side.Requested, Deleted("XB-CT1") with { ProofDigest = "x" }, "$.open.proofDigest: is not a SHA-256; write 64 lower-case hex digits." },
        { "Issued", Side.Requested, Informed with { On = new(2026, 1, 20) }, "$.open.on: 2026-01-20 is still to come; write 2026-01-19 or earlier." },
        { "Remedying", Side.Requested, new ErrorRemedied { Steps = [] }, "$.open.steps: is empty; name at least 1." },
        { "Remedying", Side.Requested, new ErrorRemedied { Steps = [RemedyStep.Apology, RemedyStep.Apology] }, "$.open.steps: names a step twice; name each step once." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_stand_is_refused_with_its_place_and_the_remedy(string state, Side by, object content, string reason) =>
        Assert.Equal(reason, (state.Length == 0 ? new Story() : At(state)).Refused(by, content).Reason);

    static string Where(Story story) =>
        string.Join(' ', story.Request.Deadlines.Where(d => d is { Active: true, Kind: DeadlineKind.Procedure }).Select(d => d.RuleId).Prepend(story.State));
}
