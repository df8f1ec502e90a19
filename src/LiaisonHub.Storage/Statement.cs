using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dapper;

namespace LiaisonHub.Storage;

/// <summary>One SQL statement, written once for the three databases: the text is built from a <see cref="Dialect"/>, which knows only what differs.</summary>
/// <remarks>Statements are static fields beside the method that runs them. Nothing runs SQL that is not a statement, so the tests can list them all and parse
/// each for SQL Server.</remarks>
public sealed class Statement(Func<Dialect, string> text)
{
    readonly string?[] texts = new string?[Enum.GetValues<DatabaseKind>().Length];

    /// <summary>The statement as the database reads it.</summary>
    public string For(Dialect dialect) => texts[(int)dialect.Kind] ??= text(dialect);
}

/// <summary>What a column of a <see cref="RowShape{T}"/> holds.</summary>
public enum ColumnType
{
    /// <summary>At most 200 characters: codes, names, keys.</summary>
    Text,

    /// <summary>Characters of any length.</summary>
    LongText,

    /// <summary>A UUID.</summary>
    Id,

    /// <summary>A point in time, UTC, to the microsecond.</summary>
    Instant,

    /// <summary>A 64-bit integer.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,
}

/// <summary>How rows become parameters the database reads as a table, so that one statement writes one row or a thousand: a JSON array, or on PostgreSQL an
/// array for each column.</summary>
public sealed class RowShape<T>
{
    readonly List<Column> columns = [];

    /// <summary>Names and types, in order.</summary>
    internal IReadOnlyList<(string Name, ColumnType Type)> Columns => [.. columns.Select(c => (c.Name, c.Type))];

    /// <summary>The column names, separated by commas, each with the alias in front of it.</summary>
    public string Names(string? alias = null) => string.Join(", ", columns.Select(c => alias is null ? c.Name : $"{alias}.{c.Name}"));

    public RowShape<T> Text(string name, Func<T, string?> value) => Add(name, ColumnType.Text, value, (json, text) => json.WriteStringValue(text));

    public RowShape<T> LongText(string name, Func<T, string?> value) => Add(name, ColumnType.LongText, value, (json, text) => json.WriteStringValue(text));

    public RowShape<T> Id(string name, Func<T, Guid?> value) => Add(name, ColumnType.Id, value, (json, id) => json.WriteStringValue(id!.Value));

    public RowShape<T> Instant(string name, Func<T, DateTimeOffset?> value) =>
        Add(name, ColumnType.Instant, row => value(row)?.ToUniversalTime(), (json, at) => json.WriteStringValue(Instants.Text(at!.Value)));

    public RowShape<T> Number(string name, Func<T, long?> value) => Add(name, ColumnType.Number, value, (json, number) => json.WriteNumberValue(number!.Value));

    public RowShape<T> Flag(string name, Func<T, bool> value) => Add(name, ColumnType.Flag, value, (json, flag) => json.WriteBooleanValue(flag));

    /// <summary>The rows, ready for a statement that reads them.</summary>
    public RowSet Of(IEnumerable<T> rows)
    {
        IReadOnlyList<T> given = rows as IReadOnlyList<T> ?? [.. rows];
        return new RowSet(() => Json(given), () => [.. columns.Select(c => (c.Type, c.Values(given)))]);
    }

    string Json(IReadOnlyList<T> rows)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartObject();
                foreach (var column in columns)
                {
                    json.WritePropertyName(column.Name);
                    column.Write(json, row);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    RowShape<T> Add<TValue>(string name, ColumnType type, Func<T, TValue> value, Action<Utf8JsonWriter, TValue> write)
    {
        columns.Add(new Column(
            name, type,
            (json, row) =>
            {
                if (value(row) is { } given)
                    write(json, given);
                else
                    json.WriteNullValue();
            },
            rows =>
            {
                var values = new TValue[rows.Count];
                for (var i = 0; i < values.Length; i++)
                    values[i] = value(rows[i]);
                return values;
            }));
        return this;
    }

    sealed record Column(string Name, ColumnType Type, Action<Utf8JsonWriter, T> Write, Func<IReadOnlyList<T>, Array> Values);
}

/// <summary>Rows on their way into a statement.</summary>
public sealed class RowSet(Func<string> json, Func<IReadOnlyList<(ColumnType Type, Array Values)>> columns)
{
    string? text;

    /// <summary>All rows as a JSON array.</summary>
    internal string Json => text ??= json();

    /// <summary>An array for each column, in the shape's order.</summary>
    internal IReadOnlyList<(ColumnType Type, Array Values)> Columns => columns();
}

/// <summary>Instants as fixed-width UTC text: sorts as it reads, and every database keeps exactly these microseconds.</summary>
public static class Instants
{
    /// <summary>Stands for "no instant" in columns that sort: later than all others.</summary>
    public static DateTimeOffset Never { get; } = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    public static DateTimeOffset Read(string text) =>
        DateTimeOffset.ParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    /// <summary>The instant as every database will give it back: whole microseconds, offset zero.</summary>
    public static DateTimeOffset Stored(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % 10, TimeSpan.Zero);
}

/// <summary>Statements over rows that go to the database together: one round trip where the provider can, one after the other where it cannot.</summary>
public sealed class Batch
{
    readonly List<(Statement Statement, RowSet Rows)> commands = [];

    public int Count => commands.Count;

    /// <summary>Adds a statement that reads the rows and takes no other parameter.</summary>
    public Batch Add(Statement statement, RowSet rows)
    {
        commands.Add((statement, rows));
        return this;
    }

    /// <summary>Runs all and returns how many rows each wrote.</summary>
    public async Task<IReadOnlyList<int>> Execute(Unit unit, CancellationToken cancellationToken)
    {
        var counts = new int[commands.Count];
        if (unit.Connection.CanCreateBatch && commands.Count > 1)
        {
            await using var batch = Make(unit);
            await batch.ExecuteNonQueryAsync(cancellationToken);
            for (var i = 0; i < counts.Length; i++)
                counts[i] = batch.BatchCommands[i].RecordsAffected;
            return counts;
        }
        for (var i = 0; i < counts.Length; i++)
            counts[i] = await unit.Command(commands[i].Statement, commands[i].Rows).ExecuteNonQueryAsync(cancellationToken);
        return counts;
    }

    /// <summary>Runs all, each of which returns rows, and hands each result set to the reader of the same position.</summary>
    public async Task Read(Unit unit, IReadOnlyList<Func<DbDataReader, CancellationToken, Task>> readers, CancellationToken cancellationToken)
    {
        if (readers.Count != commands.Count)
            throw new ArgumentException($"{commands.Count} statements need as many readers", nameof(readers));
        if (unit.Connection.CanCreateBatch && commands.Count > 1)
        {
            await using var batch = Make(unit);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            for (var i = 0; i < readers.Count; i++)
            {
                await readers[i](reader, cancellationToken);
                if (!await reader.NextResultAsync(cancellationToken) && i + 1 < readers.Count)
                    throw new InvalidOperationException($"Statement {i + 1} of {readers.Count} returned no result set");
            }
            return;
        }
        for (var i = 0; i < readers.Count; i++)
        {
            await using var reader = await unit.Command(commands[i].Statement, commands[i].Rows).ExecuteReaderAsync(cancellationToken);
            await readers[i](reader, cancellationToken);
        }
    }

    DbBatch Make(Unit unit)
    {
        var batch = unit.Connection.CreateBatch();
        batch.Transaction = unit.Transaction;
        foreach (var (statement, rows) in commands)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = statement.For(unit.Dialect);
            foreach (var parameter in unit.Dialect.Parameters(rows))
                command.Parameters.Add(parameter);
            batch.BatchCommands.Add(command);
        }
        return batch;
    }
}

/// <summary>Reading result sets of a batch.</summary>
static class Rows
{
    /// <summary>For a statement that is run for its locks.</summary>
    public static Task Skip(DbDataReader reader, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Reads every row of a result set into a list.</summary>
    public static Func<DbDataReader, CancellationToken, Task> Into<T>(List<T> list) => async (reader, cancellationToken) =>
    {
        Func<DbDataReader, T>? read = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            read ??= reader.GetRowParser<T>();
            list.Add(read(reader));
        }
    };
}
