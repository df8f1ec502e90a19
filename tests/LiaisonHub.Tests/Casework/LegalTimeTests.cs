using CsCheck;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Time;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class LegalTimeTests
{
    // Thursday noon in Athens. 5 March is a holiday in XB; XC rests on Friday and Saturday and from 27 to 29 May; summer time begins on 29 March in Athens and
    // Lisbon, never in Riyadh.
    const string Start = "2026-02-26T10:00:00Z";

    /// <summary>Every clock of the European Investigation Order: where it runs, and its last second when XB (Athens) or XC (Riyadh) is asked by XA (Lisbon). Counted by
    /// hand.</summary>
    public static TheoryData<string, string, string> Limits { get; } = new()
    {
        { "EIO-A1", "2026-03-06T21:59:59Z", "2026-03-05T20:59:59Z" }, // 5 March: holiday in XB, working Thursday in XC
        { "EIO-D1", "2026-03-30T20:59:59Z", "2026-03-29T20:59:59Z" }, // 28 March is a Saturday: on to Monday, in XC to Sunday
        { "EIO-F1", "2026-02-27T10:00:00Z", "2026-02-27T10:00:00Z" }, // only a provisional measure is asked for
        { "EIO-X1", "2026-05-27T20:59:59Z", "2026-05-31T20:59:59Z" }, // 27 May: a Wednesday, in XC the first of three holidays before a weekend
        { "EIO-X2", "2026-04-12T20:59:59Z", "2026-04-12T20:59:59Z" }, // a Sunday that was named does not roll
        { "EIO-T1", "2026-03-05T23:59:59Z", "2026-03-05T23:59:59Z" }, // working days of XA
        { "EIO-R1", "2026-03-09T21:59:59Z", "2026-03-08T20:59:59Z" }, // 8 March is a Sunday
        { "EIO-P1", "2026-03-30T20:59:59Z", "2026-03-29T20:59:59Z" },
        { "EIO-L1", "2026-03-13T23:59:59Z", "2026-03-13T23:59:59Z" },
        { "EIO-I1", "2026-03-30T20:59:59Z", "2026-03-29T20:59:59Z" },
        { "EIO-C1", "2026-03-03T23:59:59Z", "2026-03-03T23:59:59Z" },
        { "EIO-K1", "2026-03-05T23:59:59Z", "2026-03-05T23:59:59Z" },
        { "EIO-E1", "2026-02-28T10:00:00Z", "2026-02-28T10:00:00Z" }, // hours run through the weekend
        { "EIO-E2", "2026-03-13T21:59:59Z", "2026-03-12T20:59:59Z" }, // ten working days, without 5 March in XB
        { "EIO-U1", "2026-03-12T23:59:59Z", "2026-03-12T23:59:59Z" },
        { "EIO-O1", "2026-05-27T22:59:59Z", "2026-05-27T22:59:59Z" }, // Lisbon is on summer time by then
        { "EIO-Q1", "2026-08-26T22:59:59Z", "2026-08-26T22:59:59Z" },
        { "EIO-W1", "2026-02-28T10:00:00Z", "2026-02-28T10:00:00Z" },
        { "EIO-H1", "2026-03-13T23:59:59Z", "2026-03-13T23:59:59Z" }, // where the person is: in XA
        { "EIO-N1", "2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z" },
    };

    /// <summary>The return of a transferred person ends at an instant agreed, at level 2 at once: it is counted with the transfer.</summary>
    [Fact]
    public void Every_time_rule_of_the_catalogue_is_counted_here() =>
        Assert.Equal(Demo.Region.Catalogue.TimeRules.Where(r => r.Instrument == "EIO").Select(r => r.Id).Order(), Limits.Select(l => l.Data.Item1).Append("EIO-H2").Order());

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_is_kept_in_its_last_second_and_missed_in_the_next(string rule, string inXB, string inXC)
    {
        foreach (var (state, last) in new[] { ("XB", Demo.Utc(inXB)), ("XC", Demo.Utc(inXC)) })
        {
            var story = Running(rule, state);
            var id = story.Deadline(rule).Id;
            Assert.Equal(last, story.Deadline(rule).Due);

            story.Now = last;
            story.Look(id);
            Assert.Equal(0, Find(story, id).Level);
            Assert.Equal(DeadlineStatus.Running, Find(story, id).Status);

            story.Now = last.AddSeconds(1);
            story.Look(id);
            var after = Find(story, id);
            Assert.True(after.Status == DeadlineStatus.Expired || after is { Level: 1, Status: DeadlineStatus.Running },
                $"{rule} in {state}: {after.Status}, level {after.Level}");
            var limit = Demo.Region.Catalogue.TimeRules.First(r => r.Id == rule);
            foreach (var side in Rules.SeatsOf(story.Request))
                if (limit.Silence == Silence.Escalate)
                    Assert.Equal(side == limit.OnWhom, Assert.Single(story.ToldTo<OverdueNotice>(side), n => n.Deadline.RuleId == rule).ReasonWanted);
                else
                    Assert.Equal(limit.Silence, Assert.Single(story.ToldTo<SilenceNotice>(side)).Meaning);
        }
    }

    [Fact]
    public void Six_months_from_the_last_of_August_end_with_February_and_roll_over_its_Sunday()
    {
        var story = Usual.Into("EvidenceComplete").At("2026-08-31T08:00:00Z").Asks(new EvidenceReceived { Part = 1 }).Asks(new UseConditionsAccepted());

        Assert.Equal(new DateOnly(2027, 2, 28), story.Deadline("EIO-Q1").LastDay);
        Assert.Equal(Demo.Utc("2027-03-01T23:59:59Z"), story.Deadline("EIO-Q1").Due);
    }

    [Fact]
    public void An_event_late_at_night_belongs_to_the_day_of_the_requested_state()
    {
        // 23:30 in Lisbon on 19 January is 01:30 in Athens on the 20th.
        var story = new Story().At("2026-01-19T23:30:00Z").Asks(Usual.Submitted);

        Assert.Equal(Demo.Utc("2026-01-27T21:59:59Z"), story.Deadline("EIO-A1").Due);
    }

    [Fact]
    public void A_hold_gives_back_the_days_that_were_left()
    {
        var story = new Story().At("2026-01-19T10:00:00Z").Asks(Usual.Submitted).Answers(Usual.Acknowledged);
        Assert.Equal(Demo.Utc("2026-02-18T21:59:59Z"), story.Deadline("EIO-D1").Due);

        // Ten days are used on 29 January; twenty are left, and run from the day after the answer.
        story.At("2026-01-29T08:00:00Z").Answers(Usual.InformationRequested);
        Assert.Null(story.Deadline("EIO-D1").Due);
        Assert.Equal(20, story.Deadline("EIO-D1").LeftDays);
        Assert.Equal("information asked for", Demo.Rules.StandingFor(story.Request, Side.Requesting).Deadlines.Single(d => d.RuleId == "EIO-D1").HoldReason);
        story.At("2026-02-09T15:00:00Z").Asks(Usual.InformationSupplied);

        Assert.Equal(Demo.Utc("2026-03-02T21:59:59Z"), story.Deadline("EIO-D1").Due); // 1 March is a Sunday
    }

    [Fact]
    public void A_hold_within_one_day_changes_nothing()
    {
        var story = new Story().Asks(Usual.Submitted).Answers(Usual.Acknowledged);
        var due = story.Deadline("EIO-D1").Due;
        story.At("2026-01-22T07:00:00Z").Answers(Usual.InformationRequested).At("2026-01-22T16:00:00Z").Asks(Usual.InformationSupplied);

        Assert.Equal(due, story.Deadline("EIO-D1").Due);
    }

    [Fact]
    public void A_date_that_was_named_does_not_move_with_a_postponement_unless_it_is_over()
    {
        var story = new Story().Asks(Usual.Submitted with { WantedBy = new(2026, 3, 20), WantedByReason = "Hearing" }).Answers(Usual.Acknowledged)
            .Answers(Usual.Recognised);
        story.Answers(Usual.Postponed).At("2026-02-20T10:00:00Z").Answers(new ExecutionResumed());
        Assert.Equal(Demo.Utc("2026-03-20T21:59:59Z"), story.Deadline("EIO-X2").Due);

        story.Answers(Usual.Postponed).At("2026-04-01T10:00:00Z").Answers(new ExecutionResumed());
        Assert.Equal(Demo.Utc("2026-04-01T20:59:59Z"), story.Deadline("EIO-X2").Due);
    }

    [Fact]
    public void A_day_that_is_over_when_its_limit_begins_is_due_at_the_end_of_that_day()
    {
        var story = Usual.Into("Recognised").Answers(Usual.Evidence(1, true) with { OriginalsToReturn = true, ReturnBy = new(2026, 1, 25) });
        story.At("2026-02-10T10:00:00Z").Asks(new EvidenceReceived { Part = 1 }).Asks(new UseConditionsAccepted());

        Assert.Equal(Demo.Utc("2026-02-10T23:59:59Z"), story.Deadline("EIO-O1").Due);
        Assert.True(story.Deadline("EIO-O1").LookAt > story.Now);
    }

    [Fact]
    public void The_last_second_is_in_time_to_its_end()
    {
        var inTime = Usual.Into("Submitted").At("2026-01-26T21:59:59.999Z").Answers(Usual.Acknowledged);
        var late = Usual.Into("Submitted").At("2026-01-26T22:00:00Z").Answers(Usual.Acknowledged);

        Assert.Contains(inTime.Facts, f => f.Text == "EIO-A1 met");
        Assert.Contains(late.Facts, f => f.Text == "EIO-A1 met, 1 s late");
    }

    [Fact]
    public void An_extension_moves_the_limit_by_its_days()
    {
        var story = new Story().Asks(Usual.Submitted).Answers(Usual.Acknowledged).Answers(Usual.Extension);

        Assert.Equal(Demo.Utc("2026-03-20T21:59:59Z"), story.Deadline("EIO-D1").Due); // 18 February + 30 days
        Assert.Equal(30, story.Deadline("EIO-D1").ExtendedBy);
    }

    [Fact]
    public void A_limit_beyond_the_calendar_is_counted_and_the_gap_is_said()
    {
        var story = new Story().At("2028-12-18T10:00:00Z").Asks(Usual.Submitted);

        var fact = Assert.Single(story.Facts, f => f.Kind == "CalendarTooShort");
        Assert.Equal("EIO-D1 ends 2029-01-17; calendar XB knows holidays from 2026-01-01 to 2028-12-31 only. Extend the calendar.", fact.Text);
        Assert.Contains(Demo.Rules.Explain(story.Request, story.Deadline("EIO-D1").Id), d => d.Why == "calendar day; calendar XB does not reach this day");
    }

    [Fact]
    public void Every_day_of_a_limit_can_be_explained()
    {
        var story = Running("EIO-E2", "XB");
        var days = Demo.Rules.Explain(story.Request, story.Deadline("EIO-E2").Id);

        Assert.Equal(Enumerable.Range(0, 16).Select(i => new DateOnly(2026, 2, 26).AddDays(i)), days.Select(d => d.Day));
        Assert.Equal("day of the event: counting begins with the next day", days[0].Why);
        Assert.Equal(Enumerable.Range(1, 10).Cast<int?>(), days.Where(d => d.Counted).Select(d => d.Number));
        Assert.Equal("Saturday, weekend in XB", days.Single(d => d.Day == new DateOnly(2026, 2, 28)).Why);
        Assert.Equal("Founders' Day, holiday in XB", days.Single(d => d.Day == new DateOnly(2026, 3, 5)).Why);
    }

    [Fact]
    public void The_explanation_shows_the_hold_and_the_roll()
    {
        var story = new Story().Asks(Usual.Submitted).Answers(Usual.Acknowledged);
        story.At("2026-01-29T08:00:00Z").Answers(Usual.InformationRequested);
        Assert.Equal("held since here (information asked for): 20 left", Demo.Rules.Explain(story.Request, story.Deadline("EIO-D1").Id)[^1].Why);
        story.At("2026-02-09T15:00:00Z").Asks(Usual.InformationSupplied);
        var days = Demo.Rules.Explain(story.Request, story.Deadline("EIO-D1").Id);

        Assert.Equal(11, days.Count(d => d.Why == "held: information asked for"));
        Assert.Equal(30, days.Count(d => d.Counted));
        Assert.Equal(new DateOnly(2026, 3, 2), days[^1].Day);
        Assert.Equal("rolled on: Sunday, weekend in XB", days[^1].Why);
    }

    [Fact]
    public void Hours_are_explained_day_by_day()
    {
        var story = Running("EIO-W1", "XB");
        var days = Demo.Rules.Explain(story.Request, story.Deadline("EIO-W1").Id);

        // From noon to noon in Athens.
        Assert.Equal([(new DateOnly(2026, 2, 26), 12m), (new(2026, 2, 27), 24m), (new(2026, 2, 28), 12m)], days.Select(d => (d.Day, d.Hours!.Value)));
    }

    static readonly Gen<DateTimeOffset> Instants = Gen.Int[0, 730 * 86400].Select(s => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(s));
    static readonly Gen<TimeRule> Counted = Gen.Int[0, 16].Select(i => Demo.Region.Catalogue.TimeRules.Where(r => r.Unit != TimeUnit.DateCertain).ElementAt(i));
    static readonly Gen<string> States = Gen.OneOf(Gen.Const("XB"), Gen.Const("XC"), Gen.Const("XD"), Gen.Const("XE"), Gen.Const("XF"));

    [Fact]
    public void Adding_a_holiday_never_makes_a_limit_earlier() =>
        Gen.Select(Instants, Counted, States, Gen.Int[0, 200]).Sample((from, rule, state, offset) =>
        {
            var request = Opened(state, from);
            var plain = new Timekeeper(Demo.Region).Start(request, rule, from);
            var day = DateOnly.FromDateTime(from.UtcDateTime).AddDays(offset);
            var more = Demo.Region with
            {
                Calendars =
                System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(Demo.Region.Calendars.ToDictionary(c =>
                c.Key, c => c.Value.With(day, "one more")))
            };
            return new Timekeeper(more).Start(request, rule, from).Due >= plain.Due;
        }, iter: 5000);

    [Fact]
    public void A_limit_ends_with_a_working_day_of_its_own_calendar_and_never_before_its_length() =>
        Gen.Select(Instants, Counted, States).Sample((from, rule, state) =>
        {
            var time = new Timekeeper(Demo.Region);
            var deadline = time.Start(Opened(state, from), rule, from);
            var due = time.DayOf(deadline, deadline.Due!.Value);
            var works = deadline.Counting.Calendars.All(c => Demo.Region.Calendars[c].Works(due));
            var counted = time.Explain(deadline).Count(d => d.Counted);
            return rule.Unit switch
            {
                TimeUnit.Hours => deadline.Due == from.AddHours(rule.Length),
                TimeUnit.Months => works || rule.Roll == Roll.None,
                TimeUnit.CalendarDays => counted == rule.Length && (works || rule.Roll == Roll.None),
                _ => counted == rule.Length && works,
            };
        }, iter: 3000);

    [Fact]
    public void A_hold_of_any_length_leaves_the_same_legal_time_and_never_makes_a_limit_earlier() =>
        Gen.Select(Instants, Counted, States, Gen.Double[0, 0.99], Gen.Int[0, 60 * 86400]).Sample((from, rule, state, used, pause) =>
        {
            var time = new Timekeeper(Demo.Region);
            var plain = time.Start(Opened(state, from), rule, from);
            var at = from + plain.Span * used;
            var resumed = time.Resume(time.Hold(plain, "any", at), at.AddSeconds(pause));
            if (rule.Unit == TimeUnit.Hours)
                return resumed.Due - plain.Due == TimeSpan.FromSeconds(pause);
            return resumed.Due >= plain.Due && time.Explain(resumed).Count(d => d.Counted) == time.Explain(plain).Count(d => d.Counted);
        }, iter: 3000);

    /// <summary>A story in which the rule began to run at <see cref="Start"/>.</summary>
    static Story Running(string rule, string state)
    {
        var story = new Story(Demo.Rules, requested: state).At(Start);
        var acknowledged = Usual.Acknowledged with { CompetentAuthority = $"{state}-CT1" };
        if (rule == "EIO-N1")
            return story.Asks(InterceptionNoticeCourse.Notice);
        if (rule == "EIO-H1")
            return story.Asks(Usual.Submitted with { Measures = [new() { Kind = MeasureKind.TemporaryTransfer }] }).Answers(acknowledged).Answers(Usual.Recognised)
                .Asks(new PresenceNoLongerRequired { On = new(2026, 2, 26) });
        if (rule == "EIO-F1")
            return story.Asks(Usual.Submitted with { Measures = [new() { Kind = MeasureKind.ProvisionalMeasure }] }).Answers(acknowledged);
        story.Asks(rule == "EIO-X2" ? Usual.Submitted with { WantedBy = new(2026, 4, 12), WantedByReason = "Hearing" } : Usual.Submitted);
        if (rule == "EIO-A1")
            return story;
        story.Answers(acknowledged);
        Story Executed() => story.Answers(Usual.Recognised).Answers(Usual.Evidence(1, true) with { OriginalsToReturn = true })
            .Asks(new EvidenceReceived { Part = 1 }).Asks(new UseConditionsAccepted());
        return rule switch
        {
            "EIO-D1" => story,
            "EIO-X1" or "EIO-X2" => story.Answers(Usual.Recognised),
            "EIO-T1" => story.Answers(Usual.Recognised).Answers(Usual.Delay(new(2026, 9, 1))),
            "EIO-R1" => story.Answers(Usual.Alternative),
            "EIO-P1" => story.Answers(Usual.Recognised).Answers(Usual.Postponed),
            "EIO-L1" => story.Answers(Usual.TranslationRequested),
            "EIO-I1" => story.Answers(Usual.InformationRequested),
            "EIO-C1" => story.Answers(Usual.CostNotice),
            "EIO-K1" => story.Answers(Usual.Consulted),
            "EIO-E1" => story.Answers(Usual.Recognised).Answers(Usual.Evidence(1, false)),
            "EIO-E2" => story.Answers(Usual.Recognised).Answers(Usual.Evidence(1, false)).Asks(Usual.Defective(1)),
            "EIO-U1" => story.Answers(Usual.Recognised).Answers(Usual.Evidence(1, true)),
            "EIO-O1" or "EIO-Q1" => Executed(),
            "EIO-W1" => story.Asks(new RequestWithdrawn { Reason = "Proceedings closed" }),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "No story in which this rule runs; add one."),
        };
    }

    static Request Opened(string state, DateTimeOffset at) => new()
    {
        Id = new("0f000000-0000-4000-8000-000000000001"),
        Procedure = "MutualAssistance",
        RulesVersion = "2026.1",
        Instrument = "EIO",
        Reference = "XA-2026-000142",
        Requesting = new() { State = "XA", Authority = "XA-CA" },
        Requested = new() { State = state, Authority = $"{state}-CA" },
        State = "Submitted",
        Since = at,
        FirstReceivedAt = at,
        CompetentSince = at,
    };

    static Deadline Find(Story story, Guid id) => story.Request.Deadlines.Single(d => d.Id == id);
}
