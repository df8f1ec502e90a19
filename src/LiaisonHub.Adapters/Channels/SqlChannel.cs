using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Adapters.Channels;

/// <summary>A local system whose tables the adapter may read, and perhaps one it may write: the commonest case, and the barest.</summary>
public sealed class SqlOptions
{
    /// <summary>The local system's database: <c>sqlite:FILE</c>, <c>postgres:CONNECTION STRING</c> or <c>sqlserver:CONNECTION STRING</c>. A secret. A login that may read, and write the one table
    /// that is meant for it. Required.</summary>
    public string Database { get; set; } = "";

    /// <summary>What is looked up, again and again, each under a name of its own.</summary>
    public IReadOnlyDictionary<string, SqlQueryOptions> Queries { get; set; } = new Dictionary<string, SqlQueryOptions>();

    /// <summary>Where messages for the local system are written. Null: into the outbox folder.</summary>
    public SqlInsertOptions? Insert { get; set; }

    /// <summary>Folder in which the local system keeps the papers its rows point to. Null: they point to none.</summary>
    public string? Papers { get; set; }

    internal IEnumerable<(string Key, string Words)> Problems()
    {
        var colon = Database.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || Database[..colon] is not ("sqlite" or "postgres" or "sqlserver"))
            yield return ("Database", "must begin with sqlite:, postgres: or sqlserver:.");
        else if (Database.StartsWith("sqlite:", StringComparison.Ordinal) && !File.Exists(Database["sqlite:".Length..]))
            yield return ("Database", $"there is no file '{Database["sqlite:".Length..]}'; name the file of the local system's own database.");
        if (Papers is not null && !Directory.Exists(Papers))
            yield return ("Papers", $"there is no folder '{Papers}'; name the one in which the local system keeps its papers.");
        foreach (var (name, query) in Queries)
        {
            if (!query.Select.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase) && !query.Select.TrimStart().StartsWith("WITH", StringComparison.OrdinalIgnoreCase))
                yield return ($"Queries:{name}:Select", "is no query; write SELECT ... with the columns of the key among the others.");
            if (query.Key.Count == 0)
                yield return ($"Queries:{name}:Key", "is missing: the columns that name a row for ever.");
            if (query.Every < TimeSpan.FromSeconds(1) || query.Every > TimeSpan.FromDays(1))
                yield return ($"Queries:{name}:Every", $"is {query.Every}; give 00:00:01 to 1.00:00:00.");
            if (query.PapersColumn is not null && Papers is null)
                yield return ("Papers", $"is missing: Queries:{name}:PapersColumn points into it.");
        }

        if (Insert is { Statement: var insert } && !insert.Contains("@name", StringComparison.Ordinal))
            yield return ("Insert:Statement", "does not use @name, by which a message that comes again after a crash is known; write it into a column that is unique.");
    }
}

/// <summary>Rows that are looked up.</summary>
public sealed class SqlQueryOptions
{
    /// <summary>The query. Each row becomes one message: its columns as keys. Required.</summary>
    public string Select { get; set; } = "";

    /// <summary>Columns that name a row for ever. A date among them counts with its hour, as it is written. Required.</summary>
    public IReadOnlyList<string> Key { get; set; } = [];

    /// <summary>Further queries for each row, with its columns as parameters (<c>@OffenderID</c>): rows of aliases, of charges. Their rows stand in the message as a list under the name given here.</summary>
    public IReadOnlyDictionary<string, string> Lists { get; set; } = new Dictionary<string, string>();

    /// <summary>Column with the name of a folder, or file, of papers under <see cref="SqlOptions.Papers"/>. A row whose papers are not there yet is left for a later look.</summary>
    public string? PapersColumn { get; set; }

    /// <summary>Statement that is run when a row is safe, with its columns as parameters; for a table that has a column for it. Null: nothing is written; what was brought is remembered here.</summary>
    public string? Done { get; set; }

    /// <summary>True: a row that was there and is there no longer becomes a message too, with its key and <c>"gone": true</c>. Default: false, deletions are not looked for.</summary>
    public bool Gone { get; set; }

    /// <summary>How often: 1 s to 1 day, 1 min by default.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Where messages for the local system are written.</summary>
public sealed class SqlInsertOptions
{
    /// <summary>The statement, with <c>@name</c> (name of the message, unique for ever), <c>@message</c> (the message whole) and the top keys of a JSON message as parameters. A violation of a unique
    /// key means that it is there already. Required.</summary>
    public string Statement { get; set; } = "";
}

/// <summary>
/// Reads rows. Such tables have no column for who has taken a row, and no version: a row is brought when it is new or when anything in it has changed, which its digest tells; a date in a row is
/// never taken for the time of its change.
/// </summary>
public sealed class SqlCollector(string name, SqlQueryOptions query, SqlOptions options, InboxDrop inbox, CollectedStore collected, TimeProvider time) : Collector, IAsyncDisposable
{
    const string GoneDigest = "gone";

    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Database database = Storage.Database.Open(options.Database, time, foreign: true);
    readonly LeftItems left = new(time);
    readonly long largest = inbox.Options.LargestFile;

    // What papers hold, as long as their length and the time of their change are the same.
    Dictionary<string, (long Length, DateTime Written, string Digest)> papersSeen = new(StringComparer.Ordinal), papersBefore = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override string Name => $"SQL {name}";

    /// <inheritdoc/>
    public override TimeSpan Poll => query.Every;

    /// <inheritdoc/>
    public override async Task<int> Collect(CancellationToken cancellationToken)
    {
        var known = (await collected.All(Name, cancellationToken)).ToDictionary(c => c.Item, c => c.Digest, StringComparer.Ordinal);
        HashSet<string> seen;
        var brought = 0;
        left.Look();
        (papersBefore, papersSeen) = (papersSeen, new(StringComparer.Ordinal));
        try
        {
            await using var connection = await database.Connect(cancellationToken);
            await using var rows = Rows();
            (seen, var twice) = await Read(connection, rows, cancellationToken);
            left.Leave($"Two rows of {AdapterOptions.Section}:Sql:Queries:{name} have the same key; name more columns under Key.", twice.Count);
            rows.Position = 0;
            using var lines = new StreamReader(rows, Encoding.UTF8, false, 1 << 16);
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
                if (JsonNode.Parse(line) is JsonArray { Count: 2 } read && (string)read[0]! is var key && !twice.Contains(key) && await Bring(connection, key, read[1]!.AsObject(), line, known.GetValueOrDefault(key), cancellationToken))
                    brought++;
        }
        catch (DbException e)
        {
            throw Unanswered(e);
        }

        if (query.Gone)
            foreach (var (key, digest) in known.Where(k => k.Value != GoneDigest && !seen.Contains(k.Key)))
            {
                var message = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["table"] = name, ["key"] = key, ["gone"] = true, ["last"] = digest }, Readable);
                inbox.Put($"{InboxDrop.NameOf($"{Name}/{key}")}-gone-{PlainFile.Digest(message)[..12]}.json", message);
                await collected.Note(Name, key, GoneDigest, time.GetUtcNow(), cancellationToken);
                brought++;
            }

        LeftBehind = left.End();
        return brought;
    }

    // The answer is written to a file first, a row each line: however many rows there are, one at a time is in memory, and no lock is held in the local system while messages are made of them.
    FileStream Rows()
    {
        var file = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows())
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path.Combine(inbox.Options.Folder, $".{InboxDrop.NameOf(Name)}.rows"), file);
    }

    // The keys of all rows, and those that more than one row has: which of such rows is meant nobody knows.
    async Task<(HashSet<string> Seen, HashSet<string> Twice)> Read(DbConnection connection, FileStream rows, CancellationToken cancellationToken)
    {
        var (seen, twice) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        await using var command = Command(connection, query.Select, null);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (row, size) = await Row(reader, cancellationToken);
            var key = InboxDrop.Key(KeyOf(row));
            if (!seen.Add(key))
                twice.Add(key);
            if (size > largest)
            {
                left.Leave(TooLarge);
                continue;
            }

            rows.Write(JsonSerializer.SerializeToUtf8Bytes(new JsonArray(key, row)));
            rows.WriteByte((byte)'\n');
            if (rows.Length > inbox.Options.LargestTable)
                throw new ChannelException(string.Create(CultureInfo.InvariantCulture,
                    $"{AdapterOptions.Section}:Sql:Queries:{name} answers with more than {inbox.Options.LargestTable:N0} bytes; select fewer rows or columns, or raise {AdapterOptions.Section}:Inbox:LargestTable."));
        }

        return (seen, twice);
    }

    string TooLarge => string.Create(CultureInfo.InvariantCulture, $"A row of {name} with its lists has more than {largest:N0} bytes. Select less, or raise {AdapterOptions.Section}:Inbox:LargestFile.");

    async Task<bool> Bring(DbConnection connection, string key, JsonObject row, string line, string? before, CancellationToken cancellationToken)
    {
        // A row that was corrected does not wait for what it was.
        var item = $"{key}/{PlainFile.Digest(Encoding.UTF8.GetBytes(line))}";
        if (left.Waits(item))
            return false;
        try
        {
            var brought = await Bring(connection, key, row, before, cancellationToken);
            left.Came(item);
            return brought;
        }
        catch (ChannelException e)
        {
            left.Leave(e.Message);
        }
        catch (DbException e) when (!database.IsAway(e))
        {
            left.Failed(item, Unanswered(e));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            left.Failed(item, new($"A paper of {name} cannot be read, or its message not be written ({e.GetType().Name}); may the adapter read what lies in {AdapterOptions.Section}:Sql:Papers, and is there room in the inbox?"));
        }

        return false;
    }

    async Task<bool> Bring(DbConnection connection, string key, JsonObject row, string? before, CancellationToken cancellationToken)
    {
        long size = 0;
        foreach (var (list, select) in query.Lists)
        {
            var entries = new JsonArray();
            await using var command = Command(connection, select, row);
            await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
            while (await reader.ReadAsync(cancellationToken) && size <= largest)
            {
                var (entry, more) = await Row(reader, cancellationToken);
                entries.Add((JsonNode)entry);
                size += more;
            }

            row[list] = entries;
        }

        row["table"] = name;
        if (size > largest)
            throw new ChannelException(TooLarge);
        if (Papers(row) is not { } papers)
            return false;
        var mark = PlainFile.Digest(Encoding.UTF8.GetBytes(row.ToJsonString() + string.Concat(papers.Select(p => p.Digest + p.Name))))[..12];
        if (papers.Count > 0)
            row["papers"] = new JsonArray([.. papers.Select((p, i) => (JsonNode)new JsonObject { ["file"] = FileName(i), ["sha256"] = p.Digest })]);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(row, Readable);
        if (bytes.Length > largest)
            throw new ChannelException(TooLarge);
        var digest = PlainFile.Digest(bytes);
        if (digest == before)
            return false;
        for (var i = 0; i < papers.Count; i++)
        {
            var paper = await File.ReadAllBytesAsync(papers[i].Path, cancellationToken);
            // It was written to meanwhile: at the next look.
            if (PlainFile.Digest(paper) != papers[i].Digest)
                return false;
            inbox.PutBeside(FileName(i), paper);
        }

        inbox.Put($"{InboxDrop.NameOf($"{Name}/{key}")}-{digest[..12]}.json", bytes);
        if (query.Done is { } done)
        {
            await using var command = Command(connection, done, row);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await collected.Note(Name, key, digest, time.GetUtcNow(), cancellationToken);
        return true;

        // A message's papers are its own: those of an earlier state of the row may still wait with it, and go away with it.
        string FileName(int i) => PlainFile.Shown($"{InboxDrop.NameOf($"{Name}/{key}")}-{mark}-{i}-{papers[i].Name}");
    }

    // The row may be written before its folder is full: what changed a moment ago is looked at again later. Null: not yet.
    List<(string Name, string Path, string Digest)>? Papers(JsonObject row)
    {
        if (query.PapersColumn is not { } column || row[column]?.ToString() is not { Length: > 0 } pointed)
            return [];
        var root = Path.GetFullPath(options.Papers!);
        var place = pointed.Contains('\0', StringComparison.Ordinal) ? root : Path.GetFullPath(Path.Combine(root, pointed.TrimStart('/', '\\')));
        if (!place.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || IsLinked(root, place))
            throw new ChannelException($"A row of {name} points out of {AdapterOptions.Section}:Sql:Papers; nothing outside of it is read. Correct the row in the local system.");
        var files = File.Exists(place) ? [new FileInfo(place)] : Directory.Exists(place) ? new DirectoryInfo(place).EnumerateFiles().Where(f => !f.Name.StartsWith('.')).OrderBy(f => f.Name, StringComparer.Ordinal).ToList() : [];
        if (files.Count == 0 || files.Any(f => f.LinkTarget is not null || !PlainFile.IsPlain(f.FullName) || time.GetUtcNow() - f.LastWriteTimeUtc < TimeSpan.FromSeconds(2)))
            return null;
        if (files.Any(f => f.Length > largest))
            throw new ChannelException(string.Create(CultureInfo.InvariantCulture,
                $"A row of {name} points to a paper of more than {largest:N0} bytes. Send large papers as evidence in parts, or raise {AdapterOptions.Section}:Inbox:LargestFile."));
        return [.. files.Select(f => (f.Name, f.FullName, Digest(f)))];
    }

    static bool IsLinked(string root, string place)
    {
        for (var at = place; at.Length > root.Length; at = Path.GetDirectoryName(at)!)
            if (new DirectoryInfo(at).LinkTarget is not null)
                return true;
        return false;
    }

    // Read again only when it seems to have changed, and never whole into memory.
    string Digest(FileInfo paper)
    {
        if (!papersBefore.TryGetValue(paper.FullName, out var seen) || (seen.Length, seen.Written) != (paper.Length, paper.LastWriteTimeUtc))
        {
            using var stream = paper.OpenRead();
            seen = (paper.Length, paper.LastWriteTimeUtc, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }

        papersSeen[paper.FullName] = seen;
        return seen.Digest;
    }

    string KeyOf(JsonObject row) => string.Join('/', query.Key.Select(column => row.ContainsKey(column)
        ? row[column]?.ToString() ?? "" : throw new ChannelException($"{AdapterOptions.Section}:Sql:Queries:{name}: the rows have no column '{column}', which Key names; they have {string.Join(", ", row.Select(r => r.Key).Take(20))}.")));

    // What a database says may hold what a row holds.
    ChannelException Unanswered(DbException e) =>
        new($"The local system's database does not answer {AdapterOptions.Section}:Sql:Queries:{name} ({e.GetType().Name} {e.SqlState}); is it up, may the login read these tables, and do the columns still have these names?");

    // A row, and about how large it is. What goes beyond the bound is not kept.
    async Task<(JsonObject Row, long Size)> Row(DbDataReader reader, CancellationToken cancellationToken)
    {
        var (row, size) = (new JsonObject(), 0L);
        for (var i = 0; i < reader.FieldCount; i++)
        {
            var column = reader.GetName(i);
            var isKey = query.Key.Contains(column);
            row[column] = null;
            if ((size > largest && !isKey) || await reader.IsDBNullAsync(i, cancellationToken))
                continue;
            var value = Value(reader, i, isKey ? largest : largest - size);
            size += value is string text ? text.Length : value is byte[] bytes ? bytes.Length : 8;
            // By its key the row is known to be there still.
            if (size <= largest || isKey)
                row[column] = Written(value);
        }

        return (row, size);
    }

    // From a server a long value comes in parts, and no more of it than is allowed, and one part. SQLite has it whole.
    object Value(DbDataReader reader, int column, long atMost)
    {
        if (database.Dialect.Kind == DatabaseKind.Sqlite)
            return reader.GetValue(column);
        if (reader.GetFieldType(column) == typeof(string))
        {
            using var text = reader.GetTextReader(column);
            var (kept, part) = (new StringBuilder(), new char[4096]);
            for (int read; kept.Length <= atMost && (read = text.Read(part)) > 0;)
                kept.Append(part, 0, read);
            return kept.ToString();
        }

        if (reader.GetFieldType(column) != typeof(byte[]))
            return reader.GetValue(column);
        using var stream = reader.GetStream(column);
        using var whole = new MemoryStream();
        var some = new byte[4096];
        for (int read; whole.Length <= atMost && (read = stream.Read(some)) > 0;)
            whole.Write(some, 0, read);
        return whole.ToArray();
    }

    internal static DbCommand Command(DbConnection connection, string text, JsonObject? values)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (key, value) in values ?? [])
            if (text.Contains($"@{key}", StringComparison.Ordinal))
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = key;
                parameter.Value = value?.GetValueKind() switch
                {
                    null or JsonValueKind.Null => DBNull.Value,
                    JsonValueKind.String => value.GetValue<string>(),
                    JsonValueKind.Number when long.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var whole) => whole,
                    JsonValueKind.Number => value.GetValue<decimal>(),
                    JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
                    _ => value.ToJsonString(),
                };
                command.Parameters.Add(parameter);
            }

        return command;
    }

    // As it stands, without a zone that nobody has said.
    static JsonNode? Written(object value) => value switch
    {
        DateTime at => at.TimeOfDay == TimeSpan.Zero ? at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        DateTimeOffset at => at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToBase64String(bytes),
        bool flag => flag,
        byte or short or int or long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        decimal number => number,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        // Half a letter is none.
        string text when text.Any(char.IsSurrogate) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)),
        _ => value.ToString(),
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();
}

/// <summary>Writes messages into a table of the local system.</summary>
public sealed class SqlSystem(AdapterOptions adapter, TimeProvider time) : ILocalSystem, IAsyncDisposable
{
    readonly Database database = Database.Open(adapter.Sql!.Database, time, foreign: true);

    /// <inheritdoc/>
    public async Task Deliver(string name, string path, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        var values = new JsonObject();
        if (name.EndsWith(".json", StringComparison.Ordinal) && JsonNode.Parse(bytes) is JsonObject message)
            foreach (var (key, value) in message)
                values[key] = value?.DeepClone();
        values["name"] = name;
        values["message"] = Encoding.UTF8.GetString(bytes);
        try
        {
            await using var connection = await database.Connect(cancellationToken);
            await using var command = SqlCollector.Command(connection, adapter.Sql!.Insert!.Statement, values);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (DbException e) when (database.IsUniqueViolation(e))
        {
            // It is there already: the process died between the row and its own record.
        }
        catch (DbException e)
        {
            throw new ChannelException($"The local system's database did not take the message ({e.GetType().Name} {e.SqlState}); is it up, may the login write this table, and does {AdapterOptions.Section}:Sql:Insert:Statement still fit it?",
                permanent: !database.IsAway(e) && e.SqlState is { Length: 5 } state && (state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal)));
        }

        File.Delete(path);
        PlainFile.Settle(Path.GetDirectoryName(path)!);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();
}
