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

    [Theory]
    [MemberData(nameof(ProcedureTests.Procedures), MemberType = typeof(ProcedureTests))]
    public void Lines_run_across_and_down_from_edge_to_edge_and_through_no_box_and_on_no_other_line(string procedure)
    {
        var svg = XElement.Load(new StringReader(Courses.Of(procedure).Sheet.Diagram(null)));
        var boxes = svg.Elements(Svg + "g").Select(g => g.Element(Svg + "rect")!).Select(Box).ToList();
        var drawn = new Dictionary<(int X, int Y, bool Across), string>();
        foreach (var line in svg.Elements(Svg + "path"))
        {
            var name = line.Element(Svg + "title")!.Value;
            var corners = line.Attribute("d")!.Value.TrimStart('M').Split(" L").Select(c => c.Split(' ')).Select(c => (X: Number(c[0]), Y: Number(c[1]))).ToList();
            Assert.Contains(boxes, b => OnEdge(b, corners[0]));
            Assert.Contains(boxes, b => OnEdge(b, corners[^1]));
            foreach (var (from, to) in corners.Zip(corners.Skip(1)))
            {
                Assert.True(from.X == to.X || from.Y == to.Y, $"{name} slopes");
                Assert.DoesNotContain(boxes, b => Math.Max(from.X, to.X) > b.X && Math.Min(from.X, to.X) < b.X + b.Width && Math.Max(from.Y, to.Y) > b.Y && Math.Min(from.Y, to.Y) < b.Y + b.Height);
                for (var at = from; at != to; at = (at.X + Math.Sign(to.X - at.X), at.Y + Math.Sign(to.Y - at.Y)))
                    Assert.True(drawn.TryAdd((at.X, at.Y, from.Y == to.Y), name) || drawn[(at.X, at.Y, from.Y == to.Y)] == name, $"{name} runs on {drawn.GetValueOrDefault((at.X, at.Y, from.Y == to.Y))}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(ProcedureTests.Procedures), MemberType = typeof(ProcedureTests))]
    public void Every_name_fits_into_its_box_also_when_it_is_marked(string procedure)
    {
        foreach (var state in Courses.Of(procedure).Sheet.States)
            foreach (var box in XElement.Load(new StringReader(Courses.Of(procedure).Sheet.Diagram(state))).Elements(Svg + "g"))
                // A bold letter of twelve pixels is eight wide, one with another.
                Assert.All(box.Element(Svg + "text")!.DescendantNodes().OfType<XText>(), line => Assert.True(line.Value.Length * 8 <= Box(box.Element(Svg + "rect")!).Width, $"'{line.Value}' is too long"));
    }

    static (int X, int Y, int Width, int Height) Box(XElement rect) =>
        (Number(rect.Attribute("x")!.Value), Number(rect.Attribute("y")!.Value), Number(rect.Attribute("width")!.Value), Number(rect.Attribute("height")!.Value));

    static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    static bool OnEdge((int X, int Y, int Width, int Height) box, (int X, int Y) point) =>
        (point.X == box.X || point.X == box.X + box.Width) && point.Y > box.Y && point.Y < box.Y + box.Height
        || (point.Y == box.Y || point.Y == box.Y + box.Height) && point.X > box.X && point.X < box.X + box.Width;
}
