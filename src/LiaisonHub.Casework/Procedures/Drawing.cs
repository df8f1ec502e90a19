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

    /// <summary>Draws it.</summary>
    /// <param name="procedure">The procedure.</param>
    /// <param name="ids">The rows of the time catalogue that a clock stands for.</param>
    public Drawing(Procedure procedure, Func<Clock, string> ids)
    {
        this.procedure = procedure;
        width = 2 * Margin + procedure.States.Max(s => s.Place.Column) * ColumnWidth + BoxWidth;
        height = 2 * Margin + Math.Max(procedure.States.Max(s => s.Place.Line), procedure.AnyOpenState?.Line ?? 0) * LineHeight + BoxHeight;
        ways = [.. Ways(procedure, ids).Where(w => w.From != w.To && (w.From != AnyOpenState || procedure.AnyOpenState is not null))];
        var lattice = new Lattice(width + 1, height + 1, BoxWidth, BoxHeight);
        foreach (var place in procedure.States.Select(s => s.Place).Concat(procedure.AnyOpenState is { } any ? [any] : []))
            lattice.Block(Corner(place));
        // The short ones first: they stay straight, and the long ones go around them.
        foreach (var way in ways.OrderBy(w => Distance(Place(w.From), Place(w.To))))
            way.Corners = lattice.Line(Corner(Place(way.From)), Corner(Place(way.To)));
    }

    /// <summary>An SVG with a title and a description, in the colour of the text around it.</summary>
    /// <param name="current">The state to mark. Null: none.</param>
    /// <param name="words">In which words. Null: those of the table.</param>
    public string Svg(string? current, DiagramWords? words = null)
    {
        var svg = new StringBuilder(16_384);
        var now = procedure.States.FirstOrDefault(s => s.Name == current);
        words ??= new()
        {
            Title = procedure.Title + (now is null ? "" : $": the request is {now.Name}"),
            About = (now is null ? "States and the acts that lead from one to the next." : $"{now.Name}: {now.Title}.") + " The same stands in the table of the procedure.",
            State = state => state,
            Meaning = state => procedure.State(state).Title,
            AnyOpenState = ProcedureSheet.AnyOpenState,
            AnyOpenStateMeans = "Withdrawal is open in every state that is not closed",
            Way = (from, to, acts) => $"{from} to {to}: {string.Join(", ", acts)}",
        };
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"procedure\" role=\"img\" aria-labelledby=\"procedure-title procedure-about\" "
                + $"viewBox=\"0 0 {width * Unit} {height * Unit}\" font-family=\"system-ui, sans-serif\" font-size=\"12\" text-anchor=\"middle\" fill=\"currentColor\">\n");
        svg.Append("<title id=\"procedure-title\">").Append(Text(words.Title)).Append("</title>\n");
        svg.Append("<desc id=\"procedure-about\">").Append(Text(words.About)).Append("</desc>\n");
        // Attributes, not a style element: a page that forbids inline styles still shows the drawing, and its own style sheet may still change it by class.
        svg.Append("""
            <defs><marker id="procedure-arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8z" fill="currentColor"/></marker></defs>

            """);
        foreach (var way in ways)
            Line(svg, way, words);
        foreach (var state in procedure.States)
            Box(svg, state.Place, words.State(state.Name), words.Meaning(state.Name), words.FromTheRight,
                (state.Closed ? " closed" : "") + (state.MayCoerce ? " coercive" : "") + (state.Name == current ? " now" : ""));
        if (procedure.AnyOpenState is { } any)
            Box(svg, any, words.AnyOpenState, words.AnyOpenStateMeans, words.FromTheRight, " any");
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

    const string AnyOpenState = "AnyOpenState", Mark = "\u25cf ";

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

    static List<Way> Ways(Procedure procedure, Func<Clock, string> ids)
    {
        var ways = new List<Way>();
        foreach (var row in procedure.Rows.Where(r => r.To is not null))
            foreach (var from in row.From.Count > MostStarts ? [AnyOpenState] : row.From.Where(f => f.Length > 0))
            {
                var act = row.Act ?? row.ByHub ?? $"silence at {ids(row.Silent!.Value)}";
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

    // A picture is read from the side from which its words are.
    int Across(int x, bool fromTheRight) => (fromTheRight ? width - x : x) * Unit;

    void Box(StringBuilder svg, (int Column, int Line) place, string name, string title, bool fromTheRight, string classes)
    {
        var (x, y) = (Across(Corner(place).X + (fromTheRight ? BoxWidth : 0), fromTheRight), Corner(place).Y * Unit);
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
        var lines = name.Contains(' ', StringComparison.Ordinal) ? Words(name, marked) : Lines((marked ? Mark : "") + name);
        var (apart, size) = lines.Count > 2 ? (12, " font-size=\"10\"") : (14, "");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + BoxWidth * Unit / 2}\" y=\"{y + BoxHeight * Unit / 2 + 4 - (lines.Count - 1) * apart / 2}\"{size}>");
        svg.Append(Text(lines[0]));
        foreach (var line in lines.Skip(1))
            svg.Append(CultureInfo.InvariantCulture, $"<tspan x=\"{x + BoxWidth * Unit / 2}\" dy=\"{apart}\">{Text(line)}</tspan>");
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

    // As few lines as hold the name, each about as long as the others.
    static List<string> Words(string name, bool marked)
    {
        var words = name.Split(' ');
        if (marked)
            words[0] = Mark + words[0];
        var whole = string.Join(' ', words);
        string Part(int from, int to) => string.Join(' ', words[from..to]);
        if (whole.Length <= LongestLine)
            return [whole];
        var two = Enumerable.Range(1, words.Length - 1).Select(i => new List<string> { Part(0, i), Part(i, words.Length) }).MinBy(l => l.Max(p => p.Length))!;
        if (words.Length == 2 || two.TrueForAll(l => l.Length <= LongestLine))
            return two;
        return Enumerable.Range(1, words.Length - 2).SelectMany(i => Enumerable.Range(i + 1, words.Length - i - 1).Select(j => new List<string> { Part(0, i), Part(i, j), Part(j, words.Length) })).MinBy(l => l.Max(p => p.Length))!;
    }

    void Line(StringBuilder svg, Way way, DiagramWords words)
    {
        svg.Append(CultureInfo.InvariantCulture,
            $"<path class=\"way{(way.Silent ? " silent" : "")}\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\"0.65\" stroke-width=\"1.2\" stroke-linejoin=\"round\""
            + $"{(way.Silent ? " stroke-dasharray=\"5 3\"" : "")} marker-end=\"url(#procedure-arrow)\" d=\"");
        for (var i = 0; i < way.Corners.Count; i++)
            svg.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "M" : " L")}{Across(way.Corners[i].X, words.FromTheRight)} {way.Corners[i].Y * Unit}");
        svg.Append("\"><title>").Append(Text(words.Way(way.From, way.To, way.Acts))).Append("</title></path>\n");
    }

    static string Text(string text) => WebUtility.HtmlEncode(text);
}
