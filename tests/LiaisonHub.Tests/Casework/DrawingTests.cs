using System.Xml.Linq;

namespace LiaisonHub.Tests.Casework;

public sealed class DrawingTests
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void The_diagram_shows_every_state_of_the_table_and_marks_the_one_the_request_is_in()
    {
        var story = Usual.Into("Consulting");
        var text = story.Rules.SheetOf(story.Request).Diagram(story.State);
        var svg = XElement.Load(new StringReader(text));

        Assert.Equal("img", svg.Attribute("role")?.Value);
        Assert.Equal("Mutual legal assistance: the request is Consulting", svg.Element(Svg + "title")?.Value);
        var boxes = svg.Elements(Svg + "g").ToList();
        Assert.Equal([.. Courses.MutualAssistance.Sheet.States.Select(s => s == "Consulting" ? "\u25cf Consulting" : s), "any open state"],
            boxes.Select(b => b.Element(Svg + "text")!.Value));
        Assert.Equal("\u25cf Consulting", Assert.Single(boxes, b => b.Attribute("aria-current") is not null).Element(Svg + "text")!.Value);
    }

    [Theory]
    [MemberData(nameof(ProcedureTests.Procedures), MemberType = typeof(ProcedureTests))]
    public void Without_a_request_no_state_is_marked(string procedure) => Assert.DoesNotContain("aria-current", Courses.Of(procedure).Sheet.Diagram(null));

    [Theory]
    [MemberData(nameof(ProcedureTests.Procedures), MemberType = typeof(ProcedureTests))]
    public void As_a_file_of_its_own_it_brings_a_ground_and_an_ink_for_light_and_for_dark(string procedure)
    {
        var sheet = Courses.Of(procedure).Sheet;
        var style = XElement.Load(new StringReader(sheet.Picture())).Element(Svg + "style")!.Value;

        var colours = System.Text.RegularExpressions.Regex.Matches(style, "svg{color:#([0-9a-f]+);background:#([0-9a-f]+)}");
        Assert.Equal(2, colours.Count);
        Assert.All(colours, c => Assert.True(Contrast(c.Groups[1].Value, c.Groups[2].Value) >= 7, $"{c.Value}: {Contrast(c.Groups[1].Value, c.Groups[2].Value):0.0}"));
        Assert.Equal(["#fff", "#16181c"], colours.Select(c => $"#{c.Groups[2].Value}"));
        Assert.Contains("@media(prefers-color-scheme:dark){svg{color:#eee", style, StringComparison.Ordinal);
        Assert.DoesNotContain("<style>", sheet.Diagram(null), StringComparison.Ordinal);
    }

    // Contrast of two greys or near-greys as WCAG 2 counts it.
    static double Contrast(string ink, string ground)
    {
        static double Light(string hex)
        {
            var full = hex.Length == 3 ? string.Concat(hex.Select(c => $"{c}{c}")) : hex;
            double Part(int at, double weight) => Convert.ToInt32(full.Substring(at, 2), 16) / 255.0 is var v && v <= 0.03928
                ? weight * v / 12.92 : weight * Math.Pow((v + 0.055) / 1.055, 2.4);
            return Part(0, 0.2126) + Part(2, 0.7152) + Part(4, 0.0722);
        }
        var (one, other) = (Light(ink) + 0.05, Light(ground) + 0.05);
        return Math.Max(one, other) / Math.Min(one, other);
    }

    [Theory]
    [MemberData(nameof(ProcedureTests.Procedures), MemberType = typeof(ProcedureTests))]
    public void No_two_boxes_stand_in_the_same_place(string procedure)
    {
        var boxes = XElement.Load(new StringReader(Courses.Of(procedure).Sheet.Diagram(null))).Elements(Svg + "g").Select(g => g.Element(Svg + "rect")!)
            .Select(r => (r.Attribute("x")!.Value, r.Attribute("y")!.Value)).ToList();

        Assert.Equal(boxes.Count, boxes.Distinct().Count());
    }
}
