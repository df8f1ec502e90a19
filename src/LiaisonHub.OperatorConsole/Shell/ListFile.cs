using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>
/// A list as a file, whole: CSV (RFC 4180) or JSON, as its address ends. Its head says what it is, which rows were asked for and when it was made; its end, that it is whole, or where it was cut.
/// Programs read it: it is English, its instants are UTC, and no cell is a formula.
/// </summary>
sealed class ListFile : IResult
{
    /// <summary>Most rows of a file.</summary>
    public const int Most = 100_000;

    static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <summary>Name of the file, without time and ending.</summary>
    public required string Name { get; init; }

    /// <summary>What the rows are, for example <c>Requests</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Which rows, in words.</summary>
    public required string Filter { get; init; }

    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What else stands in the head: name and content.</summary>
    public IReadOnlyList<(string Name, string Content)> Head { get; init; } = [];

    /// <summary>Names of the columns, in words: <c>request id</c> is <c>requestId</c> in JSON.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>The rows: text, numbers, ids, days, instants, yes or no, nothing.</summary>
    public required IAsyncEnumerable<object?[]> Rows { get; init; }

    /// <summary>Why there are more rows than these. Null: there are not, as long as they are fewer than <see cref="Most"/>.</summary>
    public string? Cut { get; init; }

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var json = Path.GetExtension(httpContext.Request.Path.Value) == ".json";
        httpContext.Response.ContentType = json ? "application/json; charset=utf-8" : "text/csv; charset=utf-8";
        httpContext.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename={Name}-{At.UtcDateTime:yyyyMMdd-HHmm}.{(json ? "json" : "csv")}");
        return Exports.Note(httpContext, Title, Filter, counted => json ? Json(httpContext.Response.Body, counted, httpContext.RequestAborted) : Csv(httpContext.Response.Body, counted, httpContext.RequestAborted));
    }

    async Task Csv(Stream to, Action<long> counted, CancellationToken cancellationToken)
    {
        await to.WriteAsync(Mark, cancellationToken);
        await using var writer = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(Casework.Csv.Line(Title, Filter));
        await writer.WriteLineAsync(Casework.Csv.Line("Made at", Words.Machine(At)));
        foreach (var (name, content) in Head)
            await writer.WriteLineAsync(Casework.Csv.Line(name, content));
        await writer.WriteLineAsync();
        await writer.WriteLineAsync(Casework.Csv.Line([.. Columns]));
        var written = 0;
        await foreach (var row in Rows.Take(Most).WithCancellation(cancellationToken))
        {
            await writer.WriteLineAsync(Casework.Csv.Line([.. row.Select(Text)]));
            counted(++written);
        }
        await writer.WriteLineAsync();
        await writer.WriteLineAsync(WhyCut(written) is { } why ? Casework.Csv.Line("Cut", why) : Casework.Csv.Line("End", $"{written} rows"));
    }

    async Task Json(Stream to, Action<long> counted, CancellationToken cancellationToken)
    {
        await using var writer = new Utf8JsonWriter(to, new() { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("list", Title);
        writer.WriteString("filter", Filter);
        writer.WriteString("madeAt", Words.Machine(At));
        foreach (var (name, content) in Head)
            writer.WriteString(Member(name), content);
        writer.WriteStartArray("rows");
        var (written, members) = (0, Columns.Select(Member).ToList());
        await foreach (var row in Rows.Take(Most).WithCancellation(cancellationToken))
        {
            writer.WriteStartObject();
            for (var i = 0; i < row.Length; i++)
            {
                writer.WritePropertyName(members[i]);
                switch (row[i])
                {
                    case null: writer.WriteNullValue(); break;
                    case bool yes: writer.WriteBooleanValue(yes); break;
                    case int number: writer.WriteNumberValue(number); break;
                    case long number: writer.WriteNumberValue(number); break;
                    case decimal number: writer.WriteNumberValue(number); break;
                    case var other: writer.WriteStringValue(Text(other)); break;
                }
            }
            writer.WriteEndObject();
            counted(++written);
            // Of a long list the receiver has the beginning before the end is read.
            if (written % 100 == 0)
                await writer.FlushAsync(cancellationToken);
        }
        writer.WriteEndArray();
        writer.WriteNumber("count", written);
        writer.WriteString("cut", WhyCut(written));
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken);
    }

    string? WhyCut(int written) => Cut ?? (written == Most ? $"after {written} rows; narrow the filter" : null);

    static string Text(object? cell) => cell switch
    {
        null => "",
        string text => text,
        bool yes => yes ? "yes" : "no",
        DateTimeOffset at => Words.Machine(at),
        DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
        Enum value => value.ToString(),
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture)!,
    };

    static string Member(string name) => JsonNamingPolicy.CamelCase.ConvertName(string.Concat(name.Split(' ').Select((w, i) => i == 0 ? w : char.ToUpperInvariant(w[0]) + w[1..])));
}

/// <summary>Addresses of lists.</summary>
static class ListRoutes
{
    /// <summary>Maps a list under its address with <c>.csv</c> and with <c>.json</c> behind it; the handler answers with a <see cref="ListFile"/>.</summary>
    public static void MapList(this IEndpointRouteBuilder app, string address, Delegate list)
    {
#pragma warning disable RDG002 // Which handler it is, is known where the list is mapped: its code is made at the start, as for every address before there was a generator.
        app.MapGet(address + ".csv", list);
        app.MapGet(address + ".json", list);
#pragma warning restore RDG002
    }
}
