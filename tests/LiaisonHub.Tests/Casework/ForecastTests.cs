using LiaisonHub.Casework;
using LiaisonHub.Casework.Time;

namespace LiaisonHub.Tests.Casework;

/// <summary>The forecast against a clock that looks at each instant by itself, from every state of every procedure on.</summary>
public sealed class ForecastTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Procedures => [.. Courses.All.Select(c => c.Procedure)];

    [Theory]
    [MemberData(nameof(Procedures))]
    public void From_every_state_on_the_same_limits_pass_as_when_the_clock_looks(string procedure)
    {
        var (course, told) = (Courses.Of(procedure), 0);
        foreach (var state in course.Sheet.States)
        {
            var story = course.Into(state, Demo.Rules);
            var (from, until) = (story.Now, story.Now.AddDays(60));
            foreach (var silent in Rules.SeatsOf(story.Request).Select(s => Rules.PartyOf(story.Request, s).State).Distinct())
            {
                var passes = Passes(story.Request, silent, from, until);
                var forecast = Forecast.Silent(Demo.Rules, silent, [story.Request], from, until, _ => null, Cancelled).Where(b => b.RequestId == story.Request.Id);
                Assert.Equal(passes, forecast.Select(b => (b.RuleId, b.Due)).Order());
                told += passes.Count;
            }
        }
        Assert.True(told > 0, $"No limit of {procedure} ever passes: nothing was compared.");
    }

    [Fact]
    public void What_has_passed_before_is_no_news_and_what_ends_later_is_left_out()
    {
        var story = new Story().Asks(Usual.Submitted);
        var due = story.Request.Deadlines.Single(d => d.Clock == Clock.Acknowledgement).Due!.Value;
        int Count(DateTimeOffset from, DateTimeOffset until, Request request) => Forecast.Silent(Demo.Rules, "XB", [request], from, until, _ => null, Cancelled).Count(b => b.Due == due);

        Assert.Equal(0, Count(story.Now, due, story.Request));
        Assert.Equal(1, Count(story.Now, due.AddSeconds(1), story.Request));
        var late = story.Passes(due.AddHours(1)).Request;
        Assert.Equal(0, Count(due.AddHours(1), due.AddDays(30), late));
        Assert.Empty(Forecast.Silent(Demo.Rules, "XA", [late], due, due.AddDays(1), _ => null, Cancelled));
    }

    static List<(string Rule, DateTimeOffset Due)> Passes(Request request, string silent, DateTimeOffset from, DateTimeOffset until)
    {
        var passed = new HashSet<(Guid, string Rule, DateTimeOffset Due)>();
        while (request.Deadlines.Where(d => d is { Status: DeadlineStatus.Running, LookAt: not null }).MinBy(d => d.LookAt) is { LookAt: { } at } next && at <= until)
        {
            var now = at < from ? from : at;
            if (next is { Kind: DeadlineKind.Procedure, Due: { } due } && due >= from && now > due && Rules.PartyOf(request, next.Seat).State == silent)
                passed.Add((next.Id, next.RuleId, due));
            request = ((Applied)Demo.Rules.Look(request, next.Id, now)).Request;
        }
        return [.. passed.Select(p => (p.Rule, p.Due)).Order()];
    }
}
