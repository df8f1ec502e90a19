using LiaisonHub.Casework;
using LiaisonHub.Casework.Profiles;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Worklist;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Tests.Casework;

/// <summary>A hearing, the end of a detention, a limitation at home: the earliest wins.</summary>
public sealed class DatesAtHomeTests
{
    static readonly DownstreamDate Court = new() { Kind = DownstreamKind.CourtDate, On = new(2026, 2, 10) };
    static readonly DownstreamDate Limitation = new() { Kind = DownstreamKind.Limitation, On = new(2026, 4, 1) };

    static RequestSubmitted With(params DownstreamDate[] dates) => Usual.Submitted with { DownstreamDates = dates };

    [Fact]
    public void The_earliest_date_wins()
    {
        var story = new Story().Asks(With(Limitation, Court));

        // The day in XA (Lisbon), to its end; the ordinary decision would be due on the 18th.
        Assert.Equal(Demo.Utc("2026-02-10T23:59:59Z"), story.Request.Deadlines.Where(d => d.AtHome == DownstreamKind.CourtDate).Select(d => d.Due).Single());
        story.Answers(Usual.Acknowledged);
        Assert.Equal(["CourtDate", "", "Limitation"], InOrder(story));
        foreach (var side in new[] { Side.Requesting, Side.Requested })
            Assert.Equal("Be in time for the court date", NextStep.First(Demo.Rules.StandingFor(story.Request, side))!.Title);

        story.Passes("2026-02-11T00:00:00Z");
        Assert.Equal(["", "Limitation"], InOrder(story));
        Assert.Equal(Silence.Nothing, Assert.Single(story.ToldTo<SilenceNotice>(Side.Requesting)).Meaning);
        Assert.Equal(0, Demo.Rules.LevelOf(story.Request));
    }

    [Theory]
    [InlineData("2026-05-19", Priority.Routine)]
    [InlineData("2026-05-18", Priority.Urgent)]
    public void A_date_before_the_ordinary_course_ends_makes_the_request_urgent_and_the_ledger_says_why(string day, Priority priority)
    {
        // Thirty days to 18 February, ninety more to 19 May in Athens, where that day ends two hours before it does in Lisbon.
        var story = new Story().Asks(With(Court with { On = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture) }));

        Assert.Equal(priority, story.Request.Priority);
        Assert.Equal(priority, Demo.Rules.StandingFor(story.Request, Side.Requested).Priority);
        Assert.Equal(priority == Priority.Routine ? [] : ["Routine -> Urgent: the court date on 2026-05-18 comes before the ordinary limit ends (EIO-X1, 2026-05-19)"],
            story.Facts.Where(f => f.Kind == "Priority").Select(f => f.Text));
    }

    [Fact]
    public void Of_several_dates_the_earliest_presses_in_whatever_order_and_of_whatever_kind_they_are_named()
    {
        // The hearing comes late and after the limitation; the limitation of today still counts.
        var story = new Story().Asks(With(Court with { On = new(2026, 5, 1) }, Limitation with { On = new(2026, 1, 19) }));

        Assert.Equal(["Routine -> Urgent: the limitation of the offence on 2026-01-19 comes before the ordinary limit ends (EIO-X1, 2026-05-19)"],
            story.Facts.Where(f => f.Kind == "Priority").Select(f => f.Text));
        Assert.Equal([DownstreamKind.Limitation, DownstreamKind.CourtDate], story.Request.Deadlines.Where(d => d.AtHome is not null).Select(d => d.AtHome!.Value));
    }

    [Fact]
    public void What_is_done_presses_no_longer_and_what_comes_again_presses_anew()
    {
        var story = new Story().Asks(With(Court)).Answers(Usual.Acknowledged).Answers(Usual.Recognised).Answers(Usual.Evidence(1, false));
        Assert.Equal(DeadlineStatus.Running, story.Deadline("REG-Y1").Status);
        story.Answers(Usual.Evidence(2, true));
        Assert.Equal(DeadlineStatus.Met, story.Deadline("REG-Y1").Status);

        story = new Story().Asks(With(Court)).Answers(Usual.Returned);
        Assert.Equal(DeadlineStatus.Cancelled, story.Deadline("REG-Y1").Status);
        story.Asks(Usual.Resubmitted with { DownstreamDates = [Limitation] });
        Assert.Equal(DownstreamKind.Limitation, Assert.Single(story.Request.Deadlines, d => d.AtHome is not null && d.Active).AtHome);
    }

    [Fact]
    public void Every_request_that_asks_for_something_carries_them()
    {
        object[] openings =
        [
            With(Court), Extraditions.Requested() with { DownstreamDates = [Court] }, PreservationCourse.Requested with { DownstreamDates = [Court] },
            AssetRecoveryCourse.Freeze with { DownstreamDates = [Court] }, AssetRecoveryCourse.Confiscate with { DownstreamDates = [Court] },
        ];
        foreach (var opening in openings)
        {
            var (from, to) = opening is ExtraditionRequested ? ("XB", "XD") : ("XA", "XB");
            Assert.Equal(DownstreamKind.CourtDate, new Story(Demo.Rules, from, to).Asks(opening).Deadline("REG-Y1").AtHome);
        }
        Assert.Equal(DownstreamKind.CourtDate,
            new Story(Demo.Rules, priority: Priority.Emergency).Asks(EmergencyCourse.Requested with { DownstreamDates = [Court] }).Deadline("REG-Y1").AtHome);
    }

    [Fact]
    public void A_date_that_is_over_presses_nobody_and_refuses_nothing()
    {
        // It is 19 January.
        var story = new Story().Asks(With(Limitation with { On = new(2027, 1, 1) }, Court with { On = new(2026, 1, 18) }));

        Assert.Equal(DownstreamKind.Limitation, Assert.Single(story.Request.Deadlines, d => d.AtHome is not null).AtHome);
        Assert.Equal(Priority.Routine, story.Request.Priority);
        Assert.Contains("$.open.downstreamDates[0].on: 2057-01-20 lies more than thirty years ahead", new Story().Refused(Side.Requesting, With(Court with { On = new(2057, 1, 20) })).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Pre_flight_says_that_the_ordinary_limit_would_end_after_the_earliest_date_unless_a_day_is_asked_for()
    {
        var pressed = Found(With(Limitation, Court));

        Assert.Equal(("$.open.downstreamDates[1].on", "the court date on 2026-02-10 comes before the ordinary limit ends (EIO-X1, 2026-05-19)", PreflightSeverity.Warns),
            (Assert.Single(pressed).Place, pressed[0].What, pressed[0].Severity));
        Assert.Empty(Found(With(Court) with { WantedBy = new(2026, 2, 9), WantedByReason = "Hearing" }));
        Assert.Empty(Found(With(Court with { On = new(2026, 6, 1) })));

        static List<PreflightFinding> Found(object content) =>
            [.. Demo.Rules.Preflight("XA", "XB", content, new(2026, 1, 19)).Where(f => f.What.Contains("ordinary limit", StringComparison.Ordinal))];
    }

    [Fact]
    public void The_worklist_leads_to_what_the_law_asks_next_and_shows_the_date()
    {
        var standing = Demo.Rules.StandingFor(new Story().Asks(With(Court with { On = new(2026, 1, 20) })).Request, Side.Requested);
        var own = new OwnRequest { RequestId = Guid.Empty, Reference = "XA-2026-000142", OwnSide = Side.Requested, OwnAuthority = "XB-CA", OtherState = "XA", OtherAuthority = "XA-CA" };

        var step = NextStep.Of(own, standing, 0, false, Demo.Region);
        Assert.Equal(("Acknowledge receipt", nameof(RequestAcknowledged)), (step.Words, step.ActType));
        Assert.Equal(DownstreamKind.CourtDate, NextStep.First(standing)!.AtHome);
    }

    // What each running limit is, in the order in which lists show it: a date at home, or nothing.
    static IEnumerable<string> InOrder(Story story) =>
        Demo.Rules.StandingFor(story.Request, Side.Requested).Deadlines.Where(d => d.Due is not null).OrderBy(d => d.Due).Select(d => d.AtHome?.ToString() ?? "");
}
