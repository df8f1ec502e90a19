using LiaisonHub.Casework;

namespace LiaisonHub.Tests.Casework;

/// <summary>Text of a stranger stays text, whichever spreadsheet opens the file.</summary>
public sealed class CsvTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("＠SUM(A1)", "'＠SUM(A1)")]
    [InlineData("a;=1+1", "\"a;'=1+1\"")]
    [InlineData("a; @SUM(A1);b", "\"a; '@SUM(A1);b\"")]
    [InlineData("a;＝1+1", "\"a;'＝1+1\"")]
    [InlineData("a\t=1+1", "\"a\t'=1+1\"")]
    [InlineData("a\n=1+1", "\"a\n'=1+1\"")]
    [InlineData("a;b=1+1", "\"a;b=1+1\"")]
    [InlineData(";", "\";\"")]
    [InlineData("", "")]
    [InlineData("-12.5", "-12.5")]
    [InlineData("XA-2026-1", "XA-2026-1")]
    public void No_cell_is_a_formula_and_none_becomes_two(string cell, string written) => Assert.Equal($"x,{written}", Csv.Line("x", cell));
}
