using System.Text;
using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class ProcedureTests
{
    public static TheoryData<string> Procedures => [.. Courses.All.Select(c => c.Procedure)];

    public static TheoryData<string, string> States
    {
        get
        {
            var states = new TheoryData<string, string>();
            foreach (var sheet in Demo.Rules.Sheets)
                foreach (var state in sheet.States)
                    states.Add(sheet.Name, state);
            return states;
        }
    }

    [Fact]
    public void Every_procedure_is_walked_by_these_tests() =>
        Assert.Equal(Procedure.All.Select(p => p.Name).Order(), Courses.All.Select(c => c.Procedure).Order());

    [Theory]
    [MemberData(nameof(Procedures))]
    public void Every_state_answers_every_act_of_both_sides_as_approved(string procedure)
    {
        var course = Courses.Of(procedure);
        var matrix = new StringBuilder($"state | act | {string.Join(" | ", course.Seats.Select(s => s.Member ?? $"{Rules.Word(s.Side)} side"))}\n");
        foreach (var state in course.Sheet.States)
        {
            var story = course.Into(state, Demo.Rules);
            Assert.Equal(state, story.State);
            // An act that every state refuses as too early belongs to another procedure; it is not listed once for each state.
            foreach (var act in Acts.All.Keys.Where(a => course.Table.ActsInOrder.Contains(a)).Order(StringComparer.Ordinal))
                matrix.Append(state).Append(" | ").Append(act).Append(" | ").AppendJoin(" | ", course.Seats.Select(s => Answer(course, story, s, act))).Append('\n');
        }
        Repository.AssertApproved(matrix.ToString(), "contracts", "approved", $"procedure-{course.File}.txt");
    }

    [Theory]
    [MemberData(nameof(States))]
    public void An_act_of_another_procedure_is_refused_in_every_state(string procedure, string state)
    {
        var course = Courses.Of(procedure);
        var story = course.Into(state, Demo.Rules);
        foreach (var act in Acts.All.Keys.Except(course.Table.ActsInOrder))
            foreach (var side in course.Seats)
                Assert.Equal(Acts.All[act].Opens ? RefusalCode.RequestExists : RefusalCode.NotNow,
                    story.Refused(side, Courses.All.First(c => c.Table.ActsInOrder.Contains(act)).Of(act, story.Request, new(2026, 1, 19))).Code);
    }

    [Theory]
    [MemberData(nameof(Procedures))]
    public void Every_state_is_reached_and_every_open_one_has_a_way_out(string procedure)
    {
        var table = Courses.Of(procedure).Table;
        var reached = new HashSet<string> { Row.Outside };
        while (table.Rows.Where(r => r.To is not null && r.From.Any(reached.Contains)).Select(r => r.To!).Any(reached.Add))
        {
        }
        Assert.Equal(table.States.Select(s => s.Name).Order(), reached.Where(s => s.Length > 0).Order());
        foreach (var state in table.States)
            Assert.Equal(!state.Closed, table.Rows.Any(r => r.To is not null && r.To != state.Name && r.From.Contains(state.Name)));
    }

    static string Answer(Course course, Story story, Seat side, string act) =>
        story.Try(side, course.Of(act, story.Request, new(2026, 1, 19))) switch
        {
            Applied a => a.Request.State == story.State ? "taken" : $"-> {a.Request.State}",
            Refused r => $"{r.Code}",
            _ => "?",
        };

    [Theory]
    [MemberData(nameof(States))]
    public void What_a_side_is_told_it_may_do_is_what_is_neither_too_early_nor_the_other_sides(string procedure, string state)
    {
        var course = Courses.Of(procedure);
        var story = course.Into(state, Demo.Rules);
        foreach (var side in course.Seats)
        {
            var allowed = story.Rules.Allowed(story.Request, side);
            foreach (var act in course.Table.ActsInOrder)
            {
                var refused = story.Try(side, course.Of(act, story.Request, new(2026, 1, 19))) as Refused;
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

    [Theory]
    [MemberData(nameof(Procedures))]
    public void The_procedure_sheet_says_what_the_table_says(string procedure) =>
        Repository.AssertApproved(Courses.Of(procedure).Sheet.Markdown(), "docs", "procedures", $"{Courses.Of(procedure).File}.md");

    [Theory]
    [MemberData(nameof(Procedures))]
    public void The_picture_beside_the_sheet_shows_what_the_table_says(string procedure)
    {
        var (sheet, file) = (Courses.Of(procedure).Sheet, Courses.Of(procedure).File);
        Assert.Contains($"]({file}.svg)", sheet.Markdown());
        Repository.AssertApproved(sheet.Picture(), "docs", "procedures", $"{file}.svg");
    }

    [Theory]
    [MemberData(nameof(Procedures))]
    public void No_path_leads_to_coercion_without_the_rights_check(string procedure) => Assert.Empty(Courses.Of(procedure).Table.CoerciveWithoutGate());

    /// <summary>Every row with a gate, by its place in the table.</summary>
    public static TheoryData<string, int, string> Gates
    {
        get
        {
            var gates = new TheoryData<string, int, string>();
            foreach (var table in Procedure.All)
                for (var i = 0; i < table.Rows.Count; i++)
                    if (table.Rows[i].Guards.Any(g => g.IsRightsGate))
                        gates.Add(table.Name, i, $"{string.Join(", ", table.Rows[i].From)}: {table.Rows[i].Act}");
            return gates;
        }
    }

    // Rows whose gate is not the only one on the way: the check is made anew for what begins there.
    static readonly Dictionary<(string Procedure, string Row), string> BehindAnotherGate = new()
    {
        [("Extradition", "UnderReview: ArrestMade")] = "The examination begins with a check; the arrest of a person at large asks for one of its own.",
        [("Extradition", "Granted, SurrenderPlanned, SurrenderLapsed: ArrestMade")] = "Nothing is granted without the examination, which begins with a check.",
        [("InterceptionNotice", "Notified: InterceptionNotObjected")] = "The notice itself carries the check of the state that intercepts; the other state's own lets it go on.",
        [("JointInvestigation", "Signing: JointAgreementSigned")] = "The draft carries the check of the state that leads; each that signs makes its own.",
        [("JointInvestigation", "Active: InvitationAnswered")] = "The team works since everybody signed; who comes later makes its own.",
        [("JointAction", "Announced, Preparing: ReadinessReported")] = "The go carries a check; each that is ready makes its own.",
    };

    /// <summary>Those of procedures with two parties; with more, who must have done what before is told in <see cref="JointTests"/>.</summary>
    public static TheoryData<string, int, string> GatesBetweenTwo
    {
        get
        {
            var gates = new TheoryData<string, int, string>();
            foreach (var gate in Gates.Where(g => Courses.Of(g.Data.Item1).Seats.Count == 2))
                gates.Add(gate);
            return gates;
        }
    }

    [Theory]
    [MemberData(nameof(Gates))]
    public void The_search_finds_a_path_when_one_gate_is_taken_out(string procedure, int number, string row)
    {
        var table = Courses.Of(procedure).Table;
        var left = table.Rows[number];

        var path = table.With(r => ReferenceEquals(r, left) ? r.WithoutGates() : r).CoerciveWithoutGate();

        Assert.Equal(BehindAnotherGate.ContainsKey((procedure, row)), path.Count == 0);
    }

    [Theory]
    [MemberData(nameof(GatesBetweenTwo))]
    public void Behind_a_gate_nothing_is_taken_without_the_rights_check(string procedure, int number, string row)
    {
        var course = Courses.Of(procedure);
        var gated = course.Table.Rows[number];
        var taken = 0;
        foreach (var state in gated.From)
        {
            var story = state == Row.Outside ? new Story() : course.Into(state, Demo.Rules);
            // Before a transfer is accepted, those concerned have been heard.
            foreach (var heard in new[] { JurisdictionCourse.Suspect, JurisdictionCourse.Victim }.Where(_ => course == JurisdictionCourse.Course))
                story.Asks(heard);
            var content = course.Of(gated.Act!, story.Request, new(2026, 1, 19));
            if (story.Try(gated.By!.Value, content) is not Applied)
                continue;
            taken++;
            var written = JsonSerializer.SerializeToNode(content, content.GetType(), Wire.Json)!;
            written["rightsCheck"]!["answers"]!.AsArray().Clear();
            var refused = story.Refused(gated.By.Value, written.Deserialize(content.GetType(), Wire.Json)!);
            Assert.Equal(RefusalCode.ConditionNotMet, refused.Code);
            Assert.StartsWith("$.open.rightsCheck.answers", refused.Reason, StringComparison.Ordinal);
        }
        Assert.True(taken > 0, $"{row}: the usual course never takes the act there");
    }

    [Fact]
    public void A_procedure_in_which_something_coercive_may_be_done_has_a_gate_and_no_other_has() =>
        Assert.Equal(Procedure.All.Where(p => p.States.Any(s => s.MayCoerce)).Select(p => p.Name), Gates.Select(g => (string)g.Data.Item1).Distinct());
}
