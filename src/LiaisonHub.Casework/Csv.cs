using System.Buffers;
using System.Globalization;
using System.Text;

namespace LiaisonHub.Casework;

/// <summary>Lines of a CSV file (RFC 4180).</summary>
public static class Csv
{
    static readonly SearchValues<char> Splits = SearchValues.Create(",;\t\"\r\n");

    // How a formula begins; the wide forms where an East Asian spreadsheet reads them.
    static readonly SearchValues<char> Begins = SearchValues.Create("=+-@＝＋－＠");

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
        // Where a spreadsheet splits at semicolons or tabs, quotation marks in the middle of what it takes for a cell mean nothing: what begins behind a split is to be no formula either.
        if (text.AsSpan().IndexOfAny(Begins) >= 0)
        {
            var guarded = new StringBuilder(text.Length + 4);
            var behind = false;
            foreach (var letter in text)
            {
                if (behind && Begins.Contains(letter))
                    guarded.Append('\'');
                behind = letter is ';' or '\t' or '\r' or '\n' || (behind && letter == ' ');
                guarded.Append(letter);
            }
            text = guarded.ToString();
        }
        if (text is [var first, ..] && (Begins.Contains(first) || first is '\t' or '\r' or '\n')
            && !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _))
            text = "'" + text;
        return text.AsSpan().IndexOfAny(Splits) >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
