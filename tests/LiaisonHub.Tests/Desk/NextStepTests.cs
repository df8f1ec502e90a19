using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Worklist;
using LiaisonHub.Storage.Adapter;
using LiaisonHub.Tests.Casework;

namespace LiaisonHub.Tests.Desk;

/// <summary>Whatever limit comes first: the worklist leads to the form that ends it.</summary>
public sealed class NextStepTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Procedures => [.. Procedure.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Procedures))]
    public void Every_limit_that_runs_anywhere_in_a_procedure_leads_to_an_act_of_the_side_it_is_on(string name)
    {
        var course = Courses.Of(name);
        var walked = 0;
        var without = new List<string>();
        foreach (var state in course.Sheet.States)
        {
            var request = course.Into(state, Demo.Rules).Request;
            foreach (var seat in request.Closed ? [] : course.Seats)
            {
                var standing = Demo.Rules.StandingFor(request, seat);
                foreach (var limit in standing.Deadlines.Where(d => d.OnWhom == seat.Side && d.Member == seat.Member && d.Due is not null))
                {
                    walked++;
                    // Receipt is still to be acknowledged, and the procedure waits for the other side's answer first.
                    if (limit.RuleId == "FRZ-A1" && state == "Consulting")
                        continue;
                    var step = Step(standing with { Deadlines = [limit] });
                    if (step is not { OnUs: true, ActType: { } act } || !standing.YouMay.Contains(act))
                        without.Add($"{limit.RuleId} ({limit.Title}) in {state}, on {seat}: of {string.Join(", ", standing.YouMay)} none is offered");
                }
            }
        }
        Assert.True(without.Count == 0, string.Join('\n', without));
        Assert.True(walked >= Math.Max(1, Math.Min(3, course.Table.ClocksOfEvery.Count - 2)), $"only {walked} limits were met on the way through {name}");
    }

    [Theory]
    [MemberData(nameof(Procedures))]
    public void No_limit_of_a_procedure_is_without_an_act(string name)
    {
        var procedure = Procedure.All.Single(p => p.Name == name);
        // Waited out by design: the end of specialty, which nobody hastens, and a day at home, which the limits beside it serve.
        foreach (var clock in procedure.Clocks.Except([Clock.Delivered, Clock.Opened, Clock.SpecialtyLapse, Clock.DateAtHome]))
        {
            var rule = Demo.Region.Catalogue.TimeRules.First(r => r.Clock == clock);
            Assert.True(Step(rule, rule.OnWhom, procedure.ActsInOrder).ActType is not null, $"{clock} leads to no act of {name}");
        }
    }

    [Fact]
    public void An_act_that_is_not_open_now_is_not_offered()
    {
        var rule = Demo.Region.Catalogue.TimeRules.First(r => r.Clock == Clock.Acknowledgement);

        var step = Step(rule, Side.Requested, [nameof(InformationRequested)]);

        Assert.Equal((rule.Title, null, true), (step.Words, step.ActType, step.OnUs));
    }

    static NextStep Step(TimeRule rule, Side side, IReadOnlyList<string> may) => Step(new Standing
    {
        State = "Submitted",
        Since = Now,
        YourSide = side,
        OtherState = "XB",
        Reference = "XA-2026-000001",
        YouMay = may,
        TheyMay = [],
        Deadlines = [new() { RuleId = rule.Id, Title = rule.Title, Article = rule.Article, Verified = rule.Verified, OnWhom = side, Started = Now, Due = Now.AddDays(1) }],
    });

    [Theory]
    [InlineData(true, "See why the hub refused it, and send it again")]
    [InlineData(false, "Wait for the hub's answer")]
    public void What_the_hub_has_refused_is_not_waited_for(bool refused, string words)
    {
        var request = new OwnRequest { RequestId = Guid.NewGuid(), Reference = "XA-2026-000001", OwnSide = Side.Requesting, OwnAuthority = "XA-CA", OtherState = "XB", OtherAuthority = "XB-CA" };

        var step = NextStep.Of(request, null, 0, refused, Demo.Region);

        Assert.Equal((words, refused), (step.Words, step.OnUs));
    }

    static NextStep Step(Standing standing) => NextStep.Of(
        new OwnRequest { RequestId = Guid.NewGuid(), Reference = standing.Reference, OwnSide = standing.YourSide, OwnAuthority = "XA-CA", OtherState = standing.OtherState, OtherAuthority = "XB-CA" },
        standing, 0, false, Demo.Region);
}
