using System.Globalization;
using System.Text;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Costs;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Limits;

/// <summary>The lists as CSV (RFC 4180). The first lines say what and when; the last says that the list is whole, or where it was cut.</summary>
static class LimitFiles
{
    // As the page's, but fewer turns.
    const int AtOnce = 1_000;

    public static string Name(string what, TimeProvider time) => string.Create(CultureInfo.InvariantCulture, $"{what}-{time.GetUtcNow().UtcDateTime:yyyyMMdd-HHmm}.csv");

    public static async Task List(LimitReader reader, LimitQuery query, Stream to, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true) { NewLine = "\r\n" };
        var (written, next, first) = (0, query, true);
        while (true)
        {
            var page = await reader.List(next, cancellationToken, AtOnce);
            if (first)
            {
                await writer.WriteLineAsync(Csv.Line("Deadlines", page.Filter));
                await writer.WriteLineAsync(Csv.Line("Made at", Words.Machine(page.At)));
                await writer.WriteLineAsync();
                await writer.WriteLineAsync(Csv.Line("due", "day", "reference", "request id", "instrument", "requesting", "requested", "must act", "what is due", "rule", "article", "days begun", "days in all", "days left", "ladder level"));
            }
            first = false;
            foreach (var line in page.Lines)
                await writer.WriteLineAsync(Csv.Line(
                    Words.Machine(line.Due), Day(line.Day), line.Reference, line.RequestId.ToString("D", CultureInfo.InvariantCulture), line.Instrument, line.RequestingState, line.RequestedState, line.OnState, line.Title, line.RuleId,
                    line.Article, Number(line.Days?.Begun), Number(line.Days?.All), Number(line.Days?.Left), Number(line.Level)));
            written += page.Lines.Count;
            if (page.Next is null || written >= RequestReader.LongestExport)
            {
                await writer.WriteLineAsync();
                await writer.WriteLineAsync(page.Next is null ? Csv.Line("End", $"{written} limits") : Csv.Line("Cut", $"after {written} limits; narrow the filter"));
                return;
            }
            next = query with { After = RequestQuery.Mark(page.Next) };
        }
    }

    public static FileContentHttpResult Kept(KeptBoard board, CostPeriod period, TimeProvider time) => Whole("deadlines-kept", time,
    [
        Csv.Line("Limits kept", period.InWords()),
        Csv.Line("Made at", Words.Machine(board.At)),
        Csv.Line("Data version", board.DataVersion),
        "",
        Csv.Line("state", "instrument", "limits ended", "kept", "percent kept", "points more than before"),
        .. board.Cells.Select(c => Csv.Line(c.State, c.Instrument, c.Hidden ? $"fewer than {LimitReader.Fewest}" : Number(c.Limits), Number(c.Kept), Number(c.Share), Number(c.Change))),
        "",
        Csv.Line("End", $"{board.Cells.Count} cells"),
    ]);

    public static FileContentHttpResult Forecast(SilenceForecast forecast, TimeProvider time) => Whole("deadlines-forecast", time,
    [
        Csv.Line("Forecast", $"if {forecast.State} is silent for {Words.Count(forecast.Days, "day", "days")}, and nobody else acts"),
        Csv.Line("Made at", Words.Machine(forecast.At)),
        "",
        Csv.Line("passes", "day", "reference", "request id", "instrument", "requesting", "requested", "what is due", "rule", "what silence means", "begins only then"),
        .. forecast.Breaches.Select(b => Csv.Line(
            Words.Machine(b.Due), Day(b.Day), b.Reference, b.RequestId.ToString("D", CultureInfo.InvariantCulture), b.Instrument, b.RequestingState, b.RequestedState, b.Title, b.RuleId, Words.Of(b.Silence), b.Follows ? "yes" : "no")),
        "",
        forecast.Cut ? Csv.Line("Cut", "there are more requests than were looked at; the nearest are here") : Csv.Line("End", $"{forecast.Breaches.Count} limits"),
    ]);

    static FileContentHttpResult Whole(string name, TimeProvider time, IEnumerable<string> lines) =>
        TypedResults.File(Encoding.UTF8.GetBytes("\uFEFF" + string.Concat(lines.Select(l => l + "\r\n"))), "text/csv; charset=utf-8", Name(name, time));

    static string Day(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture) ?? "";

    static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
