using System.Buffers;
using System.Globalization;
using System.Text;

namespace LiaisonHub.Casework;

/// <summary>Lines of a CSV file (RFC 4180).</summary>
public static class Csv
{
    static readonly SearchValues<char> Splits = SearchValues.Create(",;\t\"\r\n");

    /// <summary>One line. A cell that a spreadsheet would take for a formula begins with an apostrophe, so that text of a stranger stays text; a number is none.</summary>
    public static string Line(params ReadOnlySpan<string> cells)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
            line.Append(i == 0 ? "" : ",").Append(Cell(cells[i]));
        return line.ToString();
    }

    static string Cell(string text)
    {
        // The wide forms are formulas where an East Asian spreadsheet reads them.
        if (text is ['=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '\t' or '\r' or '\n', ..]
            && !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _))
            text = "'" + text;
        // Quoted, a cell stays one where a spreadsheet splits at semicolons or tabs, and none of its parts begins as a formula.
        return text.AsSpan().IndexOfAny(Splits) >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
