using System.Text;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class ProcedureTests
{
    public static TheoryData<string> States => [.. Demo.Rules.States];

    [Fact]
    public void Every_state_answers_every_act_of_both_sides_as_approved()
    {
        var matrix = new StringBuilder("state | act | requesting side | requested side\n");
        foreach (var state in Demo.Rules.States)
        {
            var story = Usual.Into(state);
            Assert.Equal(state, story.State);
            foreach (var act in Acts.All.Keys.Order(StringComparer.Ordinal))
                matrix.Append(state).Append(" | ").Append(act).Append(" | ").Append(Answer(story, Side.Requesting, act)).Append(" | ")
                    .Append(Answer(story, Side.Requested, act)).Append('\n');
        }
        Repository.AssertApproved(matrix.ToString(), "contracts", "approved", "procedure-mutual-assistance.txt");
    }

    static string Answer(Story story, Side side, string act) =>
        story.Try(side, Usual.Of(act, story.Request, new(2026, 1, 19))) switch
        {
            Applied a => a.Request.State == story.State ? "taken" : $"-> {a.Request.State}",
            Refused r => $"{r.Code}",
            _ => "?",
        };

    [Theory]
    [MemberData(nameof(States))]
    public void What_a_side_is_told_it_may_do_is_what_is_neither_too_early_nor_the_other_sides(string state)
    {
        var story = Usual.Into(state);
        foreach (var side in new[] { Side.Requesting, Side.Requested })
        {
            var allowed = story.Rules.Allowed(story.Request, side);
            foreach (var act in Acts.All.Keys)
            {
                var refused = story.Try(side, Usual.Of(act, story.Request, new(2026, 1, 19))) as Refused;
                if (allowed.Contains(act))
                    Assert.False(refused?.Code is RefusalCode.NotNow or RefusalCode.NotYours,
                        $"{side} {act} in {state} is said to be open, but: {refused?.Code} {refused?.Reason}");
                else
                    Assert.True(refused is not null, $"{side} {act} in {state} is not said to be open, but is taken");
                if (refused is not null)
                    Assert.Equal(allowed, refused.WouldBeAccepted);
            }
        }
    }

    [Fact]
    public void The_procedure_sheet_says_what_the_table_says() =>
        Repository.AssertApproved(Demo.Rules.ProcedureSheet(), "docs", "procedures", "mutual-assistance.md");

    [Fact]
    public void No_path_leads_to_coercion_without_the_rights_check() =>
        Assert.Empty(MutualAssistance.Table.CoerciveWithout(MutualAssistanceConditions.RightsCheckIsPassed));

    [Fact]
    public void The_search_finds_the_path_when_the_gate_is_taken_out()
    {
        var ungated = MutualAssistance.Table.With(r => r.Without(MutualAssistanceConditions.RightsCheckIsPassed));

        Assert.Equal(["", "Submitted", "Acknowledged", "Recognised"], ungated.CoerciveWithout(MutualAssistanceConditions.RightsCheckIsPassed));
    }
}
