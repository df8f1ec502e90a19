using System.Globalization;
using System.Net;
using System.Text;

namespace LiaisonHub.Casework.Procedures;

/// <summary>Draws a procedure from its table.</summary>
static class Drawing
{
    const int BoxWidth = 142;
    const int BoxHeight = 42;
    const int ColumnWidth = 172;
    const int LineHeight = 62;
    const int Margin = 16;

    // A row that starts from more states than this is drawn from one box, "any open state", or not at all.
    const int MostStarts = 6;

    /// <summary>An SVG with a title and a description, in the colour of the text around it.</summary>
    public static string Svg(Procedure procedure, string? current)
    {
        var svg = new StringBuilder(16_384);
        var width = 2 * Margin + procedure.States.Max(s => s.Place.Column) * ColumnWidth + BoxWidth;
        var height = 2 * Margin + Math.Max(procedure.States.Max(s => s.Place.Line), procedure.AnyOpenState?.Line ?? 0) * LineHeight + BoxHeight;
        var now = procedure.States.FirstOrDefault(s => s.Name == current);
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"procedure\" role=\"img\" aria-labelledby=\"procedure-title procedure-about\" "
                + $"viewBox=\"0 0 {width} {height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\" text-anchor=\"middle\" fill=\"currentColor\">\n");
        svg.Append("<title id=\"procedure-title\">").Append(Text(procedure.Title)).Append(now is null ? "" : $": the request is {Text(now.Name)}")
            .Append("</title>\n");
        svg.Append("<desc id=\"procedure-about\">")
            .Append(Text(now is null ? "States and the acts that lead from one to the next." : $"{now.Name}: {now.Title}."))
            .Append(" The same stands in the table of the procedure.</desc>\n");
        // Attributes, not a style element: a page that forbids inline styles still shows the drawing, and its own style sheet may still change it by class.
        svg.Append("""
            <defs><marker id="procedure-arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8z" fill="currentColor"/></marker></defs>

            """);
        var ways = Ways(procedure);
        foreach (var way in ways.Where(w => w.From != w.To && (w.From != "AnyOpenState" || procedure.AnyOpenState is not null)))
            Way(svg, way, Place(procedure, way.From), Place(procedure, way.To), ways.Any(w => w.From == way.To && w.To == way.From));
        foreach (var state in procedure.States)
            Box(svg, state.Place, state.Name, state.Title,
                (state.Closed ? " closed" : "") + (state.MayCoerce ? " coercive" : "") + (state.Name == current ? " now" : ""));
        if (procedure.AnyOpenState is { } any)
            Box(svg, any, "any open state", "Withdrawal is open in every state that is not closed", " any");
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>The drawing as a file of its own: a page that shows it as an image gives it no colour, so it brings a ground and an ink for light and for
    /// dark.</summary>
    public static string Picture(Procedure procedure)
    {
        var svg = Svg(procedure, null);
        var inside = svg.IndexOf('\n', StringComparison.Ordinal) + 1;
        return svg.Insert(inside, "<style>svg{color:#1a1a1a;background:#fff}@media(prefers-color-scheme:dark){svg{color:#eee;background:#16181c}}</style>\n");
    }

    static List<(string From, string To, List<string> Acts, bool Silent)> Ways(Procedure procedure)
    {
        var ways = new List<(string From, string To, List<string> Acts, bool Silent)>();
        foreach (var row in procedure.Rows.Where(r => r.To is not null))
            foreach (var from in row.From.Count > MostStarts ? ["AnyOpenState"] : row.From.Where(f => f.Length > 0))
            {
                var act = row.Act ?? row.ByHub ?? $"silence ({row.Silent})";
                var at = ways.FindIndex(w => w.From == from && w.To == row.To);
                if (at < 0)
                    ways.Add((from, row.To!, [act], row.Silent is not null));
                else
                {
                    if (!ways[at].Acts.Contains(act))
                        ways[at].Acts.Add(act);
                    ways[at] = ways[at] with { Silent = ways[at].Silent && row.Silent is not null };
                }
            }
        return ways;
    }

    static (int Column, int Line) Place(Procedure procedure, string state) => state == "AnyOpenState" ? procedure.AnyOpenState!.Value : procedure.State(state).Place;

    static void Box(StringBuilder svg, (int Column, int Line) place, string name, string title, string classes)
    {
        var (x, y) = (Margin + place.Column * ColumnWidth, Margin + place.Line * LineHeight);
        var marked = classes.Contains(" now", StringComparison.Ordinal);
        var stroke = marked ? "stroke-width=\"4\" fill=\"currentColor\" fill-opacity=\"0.12\""
            : classes.Contains(" coercive", StringComparison.Ordinal) ? "stroke-width=\"2\" fill=\"none\""
            : classes.Contains(" closed", StringComparison.Ordinal) ? "stroke-dasharray=\"4 3\" fill=\"none\""
            : classes.Contains(" any", StringComparison.Ordinal) ? "stroke-dasharray=\"1 3\" fill=\"none\""
            : "fill=\"none\"";
        svg.Append(CultureInfo.InvariantCulture,
            $"<g class=\"state{classes}\"{(marked ? " aria-current=\"step\" font-weight=\"bold\"" : "")}><title>{Text(title)}</title>"
            + $"<rect x=\"{x}\" y=\"{y}\" width=\"{BoxWidth}\" height=\"{BoxHeight}\" rx=\"8\" stroke=\"currentColor\" {stroke}/>");
        // The mark is a sign as well as a shade: colour never speaks alone.
        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{x + BoxWidth / 2}\" y=\"{y + BoxHeight / 2 + 4}\">{(marked ? "\u25cf " : "")}{Text(name)}</text></g>\n");
    }

    static void Way(
        StringBuilder svg, (string From, string To, List<string> Acts, bool Silent) way, (int Column, int Line) from, (int Column, int Line) to, bool both)
    {
        var (x1, y1) = Centre(from);
        var (x2, y2) = Centre(to);
        var length = Math.Sqrt((x2 - x1) * (x2 - x1) + (y2 - y1) * (y2 - y1));
        // There and back are two lines side by side.
        var (ox, oy) = both ? (-(y2 - y1) / length * 6, (x2 - x1) / length * 6) : (0, 0);
        var (dx, dy) = (x2 - x1, y2 - y1);
        // Where a line that runs beside the centre leaves a box.
        double Edge(double right, double down) => Math.Min(
            right == 0 ? double.MaxValue : (BoxWidth / 2.0 - Math.Sign(right) * ox) / Math.Abs(right),
            down == 0 ? double.MaxValue : (BoxHeight / 2.0 - Math.Sign(down) * oy) / Math.Abs(down));
        var (leaves, arrives) = (Edge(dx, dy), Edge(-dx, -dy));
        svg.Append(CultureInfo.InvariantCulture,
            $"<path class=\"way{(way.Silent ? " silent" : "")}\" stroke=\"currentColor\" stroke-opacity=\"0.65\" stroke-width=\"1.2\""
            + $"{(way.Silent ? " stroke-dasharray=\"5 3\"" : "")} marker-end=\"url(#procedure-arrow)\" "
            + $"d=\"M{x1 + dx * leaves + ox:0.#} {y1 + dy * leaves + oy:0.#} L{x2 - dx * arrives + ox:0.#} {y2 - dy * arrives + oy:0.#}\">"
            + $"<title>{Text($"{way.From} to {way.To}: {string.Join(", ", way.Acts)}")}</title></path>\n");
    }

    static (double X, double Y) Centre((int Column, int Line) place) =>
        (Margin + place.Column * ColumnWidth + BoxWidth / 2.0, Margin + place.Line * LineHeight + BoxHeight / 2.0);

    static string Text(string text) => WebUtility.HtmlEncode(text);
}
