using System.Globalization;
using System.Net;
using System.Text;

namespace LiaisonHub.Casework.Procedures;

/// <summary>A procedure, drawn from its table.</summary>
sealed class Drawing
{
    // All lengths in units of the lattice on which the lines run.
    const int Unit = 10;
    const int BoxWidth = 14;
    const int BoxHeight = 4;
    const int ColumnWidth = 20;
    const int LineHeight = 7;
    const int Margin = 4;

    // What fits into a box in bold, with the mark before it.
    const int LongestLine = 16;

    // A row that starts from more states than this is drawn from one box, "any open state", or not at all.
    const int MostStarts = 6;

    readonly Procedure procedure;
    readonly int width;
    readonly int height;
    readonly List<Way> ways;

    public Drawing(Procedure procedure)
    {
        this.procedure = procedure;
        width = 2 * Margin + procedure.States.Max(s => s.Place.Column) * ColumnWidth + BoxWidth;
        height = 2 * Margin + Math.Max(procedure.States.Max(s => s.Place.Line), procedure.AnyOpenState?.Line ?? 0) * LineHeight + BoxHeight;
        ways = [.. Ways(procedure).Where(w => w.From != w.To && (w.From != AnyOpenState || procedure.AnyOpenState is not null))];
        var lattice = new Lattice(width + 1, height + 1, BoxWidth, BoxHeight);
        foreach (var place in procedure.States.Select(s => s.Place).Concat(procedure.AnyOpenState is { } any ? [any] : []))
            lattice.Block(Corner(place));
        // The short ones first: they stay straight, and the long ones go around them.
        foreach (var way in ways.OrderBy(w => Distance(Place(w.From), Place(w.To))))
            way.Corners = lattice.Line(Corner(Place(way.From)), Corner(Place(way.To)));
    }

    /// <summary>An SVG with a title and a description, in the colour of the text around it.</summary>
    public string Svg(string? current)
    {
        var svg = new StringBuilder(16_384);
        var now = procedure.States.FirstOrDefault(s => s.Name == current);
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"procedure\" role=\"img\" aria-labelledby=\"procedure-title procedure-about\" "
                + $"viewBox=\"0 0 {width * Unit} {height * Unit}\" font-family=\"system-ui, sans-serif\" font-size=\"12\" text-anchor=\"middle\" fill=\"currentColor\">\n");
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
        foreach (var way in ways)
            Line(svg, way);
        foreach (var state in procedure.States)
            Box(svg, state.Place, state.Name, state.Title,
                (state.Closed ? " closed" : "") + (state.MayCoerce ? " coercive" : "") + (state.Name == current ? " now" : ""));
        if (procedure.AnyOpenState is { } any)
            Box(svg, any, "any open state", "Withdrawal is open in every state that is not closed", " any");
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>The drawing as a file of its own: a page that shows it as an image gives it no colour, so it brings a ground and an ink for light and for
    /// dark.</summary>
    public string Picture()
    {
        var svg = Svg(null);
        var inside = svg.IndexOf('\n', StringComparison.Ordinal) + 1;
        return svg.Insert(inside, "<style>svg{color:#1a1a1a;background:#fff}@media(prefers-color-scheme:dark){svg{color:#eee;background:#16181c}}</style>\n");
    }

    const string AnyOpenState = "AnyOpenState";

    /// <summary>What leads from one state to another.</summary>
    sealed class Way(string from, string to)
    {
        public string From => from;

        public string To => to;

        public List<string> Acts { get; } = [];

        /// <summary>True: nothing but silence.</summary>
        public bool Silent { get; set; } = true;

        public IReadOnlyList<(int X, int Y)> Corners { get; set; } = [];
    }

    static List<Way> Ways(Procedure procedure)
    {
        var ways = new List<Way>();
        foreach (var row in procedure.Rows.Where(r => r.To is not null))
            foreach (var from in row.From.Count > MostStarts ? [AnyOpenState] : row.From.Where(f => f.Length > 0))
            {
                var act = row.Act ?? row.ByHub ?? $"silence ({row.Silent})";
                if (ways.Find(w => w.From == from && w.To == row.To) is not { } way)
                    ways.Add(way = new(from, row.To!));
                if (!way.Acts.Contains(act))
                    way.Acts.Add(act);
                way.Silent &= row.Silent is not null;
            }
        return ways;
    }

    (int Column, int Line) Place(string state) => state == AnyOpenState ? procedure.AnyOpenState!.Value : procedure.State(state).Place;

    static (int X, int Y) Corner((int Column, int Line) place) => (Margin + place.Column * ColumnWidth, Margin + place.Line * LineHeight);

    static int Distance((int Column, int Line) one, (int Column, int Line) other) =>
        Math.Abs(one.Column - other.Column) * ColumnWidth + Math.Abs(one.Line - other.Line) * LineHeight;

    static void Box(StringBuilder svg, (int Column, int Line) place, string name, string title, string classes)
    {
        var (x, y) = (Corner(place).X * Unit, Corner(place).Y * Unit);
        var marked = classes.Contains(" now", StringComparison.Ordinal);
        var stroke = marked ? "stroke-width=\"4\" fill=\"currentColor\" fill-opacity=\"0.12\""
            : classes.Contains(" coercive", StringComparison.Ordinal) ? "stroke-width=\"2\" fill=\"none\""
            : classes.Contains(" closed", StringComparison.Ordinal) ? "stroke-dasharray=\"4 3\" fill=\"none\""
            : classes.Contains(" any", StringComparison.Ordinal) ? "stroke-dasharray=\"1 3\" fill=\"none\""
            : "fill=\"none\"";
        svg.Append(CultureInfo.InvariantCulture,
            $"<g class=\"state{classes}\"{(marked ? " aria-current=\"step\" font-weight=\"bold\"" : "")}><title>{Text(title)}</title>"
            + $"<rect x=\"{x}\" y=\"{y}\" width=\"{BoxWidth * Unit}\" height=\"{BoxHeight * Unit}\" rx=\"8\" stroke=\"currentColor\" {stroke}/>");
        // The mark is a sign as well as a shade: colour never speaks alone.
        var lines = Lines((marked ? "\u25cf " : "") + name);
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + BoxWidth * Unit / 2}\" y=\"{y + BoxHeight * Unit / 2 + 4 - (lines.Count - 1) * 7}\">");
        svg.Append(Text(lines[0]));
        foreach (var line in lines.Skip(1))
            svg.Append(CultureInfo.InvariantCulture, $"<tspan x=\"{x + BoxWidth * Unit / 2}\" dy=\"14\">{Text(line)}</tspan>");
        svg.Append("</text></g>\n");
    }

    // A long name is broken where one of its words begins, so that its lines are about as long as each other.
    static List<string> Lines(string name)
    {
        if (name.Length <= LongestLine)
            return [name];
        var at = Enumerable.Range(1, name.Length - 1).Where(i => char.IsUpper(name[i]) && char.IsLetter(name[i - 1]) || name[i - 1] == '.')
            .MinBy(i => Math.Abs(2 * i - name.Length));
        return at == 0 ? [name] : [name[..at], name[at..]];
    }

    static void Line(StringBuilder svg, Way way)
    {
        svg.Append(CultureInfo.InvariantCulture,
            $"<path class=\"way{(way.Silent ? " silent" : "")}\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\"0.65\" stroke-width=\"1.2\" stroke-linejoin=\"round\""
            + $"{(way.Silent ? " stroke-dasharray=\"5 3\"" : "")} marker-end=\"url(#procedure-arrow)\" d=\"");
        for (var i = 0; i < way.Corners.Count; i++)
            svg.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "M" : " L")}{way.Corners[i].X * Unit} {way.Corners[i].Y * Unit}");
        svg.Append("\"><title>").Append(Text($"{way.From} to {way.To}: {string.Join(", ", way.Acts)}")).Append("</title></path>\n");
    }

    static string Text(string text) => WebUtility.HtmlEncode(text);
}
