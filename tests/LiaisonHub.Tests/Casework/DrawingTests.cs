using System.Xml.Linq;

namespace LiaisonHub.Tests.Casework;

public sealed class DrawingTests
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void The_diagram_shows_every_state_of_the_table_and_marks_the_one_the_request_is_in()
    {
        var story = Usual.Into("Consulting");
        var text = story.Rules.Diagram(story.Request);
        var svg = XElement.Load(new StringReader(text));

        Assert.Equal("img", svg.Attribute("role")?.Value);
        Assert.Equal("Mutual legal assistance: the request is Consulting", svg.Element(Svg + "title")?.Value);
        var boxes = svg.Elements(Svg + "g").ToList();
        Assert.Equal([.. Demo.Rules.States.Select(s => s == "Consulting" ? "\u25cf Consulting" : s), "any open state"],
            boxes.Select(b => b.Element(Svg + "text")!.Value));
        Assert.Equal("\u25cf Consulting", Assert.Single(boxes, b => b.Attribute("aria-current") is not null).Element(Svg + "text")!.Value);
        if (Environment.GetEnvironmentVariable("CASEWORK_LOOK") is { } at) File.WriteAllText(at, text);
    }

    [Fact]
    public void Without_a_request_no_state_is_marked() => Assert.DoesNotContain("aria-current", Demo.Rules.Diagram(null));

    [Fact]
    public void No_two_boxes_stand_in_the_same_place()
    {
        var boxes = XElement.Load(new StringReader(Demo.Rules.Diagram(null))).Elements(Svg + "g").Select(g => g.Element(Svg + "rect")!)
            .Select(r => (r.Attribute("x")!.Value, r.Attribute("y")!.Value)).ToList();

        Assert.Equal(boxes.Count, boxes.Distinct().Count());
    }
}
