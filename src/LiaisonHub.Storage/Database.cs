using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace LiaisonHub.Storage;

/// <summary>Whose tables.</summary>
public enum Schema
{
    /// <summary>The hub's.</summary>
    Hub,

    /// <summary>An adapter's own, never in the hub's database.</summary>
    Adapter,
}

/// <summary>Where records are kept: gives out connections and write transactions.</summary>
public sealed class Database : IAsyncDisposable
{
    static readonly ConcurrentDictionary<string, (SemaphoreSlim Writer, SemaphoreSlim Delivery)> Gates = new(StringComparer.Ordinal);
    static readonly Statement Alive = new(_ => "SELECT 1");

    readonly NpgsqlDataSource? postgres;
    readonly SemaphoreSlim? writerGate;
    readonly SemaphoreSlim? deliveryGate;
    (SqliteConnection Connection, Dictionary<Statement, DbCommand> Commands)? writer;

    static Database()
    {
        // Dapper asks its handlers only for types it has no map of its own for.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.RemoveTypeMap(typeof(Guid));
        SqlMapper.RemoveTypeMap(typeof(Guid?));
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(typeof(DateTimeOffset), new InstantHandler());
        SqlMapper.AddTypeHandler(typeof(Guid), new GuidHandler());
    }

    Database(Dialect dialect, string connectionString, TimeProvider time)
    {
        Dialect = dialect;
        ConnectionString = connectionString;
        Time = time;
        if (dialect.Kind == DatabaseKind.PostgreSql)
            postgres = NpgsqlDataSource.Create(connectionString);
        if (dialect.Kind == DatabaseKind.Sqlite)
            (writerGate, deliveryGate) = Gates.GetOrAdd(
                new SqliteConnectionStringBuilder(connectionString).DataSource, _ => (new SemaphoreSlim(1), new SemaphoreSlim(1)));
    }

    public Dialect Dialect { get; }
    public TimeProvider Time { get; }
    internal string ConnectionString { get; }

    /// <summary>Opens by address: <c>sqlite:&lt;file&gt;</c>, <c>postgres:&lt;connection string&gt;</c> or <c>sqlserver:&lt;connection string&gt;</c>.
    /// Connects to nothing yet.</summary>
    /// <param name="address">The address.</param>
    /// <param name="time">The clock.</param>
    /// <param name="forBoards">For a program whose statements have filters that may be empty: PostgreSQL plans each of them for the values it comes with. One plan for all values, which is what it
    /// takes for a statement it has seen often, walks along half a million rows where the values would have named fifty.</param>
    /// <param name="foreign">For a database that is another program's: on PostgreSQL no statement is kept prepared. There what fails for one row's values may fail while it is being prepared, which Npgsql
    /// does not survive: the connection answers the next statement with the rows of another.</param>
    /// <exception cref="FormatException">The address has none of the three forms, or its connection string cannot be read.</exception>
    public static Database Open(string address, TimeProvider time, bool forBoards = false, bool foreign = false)
    {
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        var (kind, rest) = colon < 0 ? ("", "") : (address[..colon], address[(colon + 1)..]);
        if (string.IsNullOrWhiteSpace(rest))
            throw Unreadable(null);
        try
        {
            return kind switch
            {
                "sqlite" => new(Dialect.Sqlite, new SqliteConnectionStringBuilder
                {
                    DataSource = Path.GetFullPath(rest),
                    Pooling = true,
                    DefaultTimeout = 30,
                    ForeignKeys = false,
                }.ToString(), time),
                "postgres" => new(Dialect.PostgreSql, PostgreSqlSettings(rest, forBoards, foreign), time),
                "sqlserver" => new(Dialect.SqlServer, new SqlConnectionStringBuilder(rest).ToString(), time),
                _ => throw Unreadable(null),
            };
        }
        catch (ArgumentException e)
        {
            throw Unreadable(e);
        }

        // The address may hold a password: it is never repeated.
        static FormatException Unreadable(Exception? cause) => new(
            "The database address must have one of these forms: sqlite:<file>, postgres:<connection string>, sqlserver:<connection string>", cause);
    }

    /// <summary>An open connection for reading. Disposing it returns it to the pool.</summary>
    public async Task<DbConnection> Connect(CancellationToken cancellationToken)
    {
        DbConnection connection = Dialect.Kind switch
        {
            DatabaseKind.Sqlite => new SqliteConnection(ConnectionString),
            DatabaseKind.PostgreSql => postgres!.CreateConnection(),
            _ => new SqlConnection(ConnectionString),
        };
        try
        {
            await connection.OpenAsync(cancellationToken);
            if (Dialect.Kind == DatabaseKind.Sqlite)
                await connection.ExecuteAsync("PRAGMA synchronous = FULL; PRAGMA busy_timeout = 30000");
            if (Dialect.Kind == DatabaseKind.SqlServer)
                await connection.ExecuteAsync("SET XACT_ABORT ON; SET LOCK_TIMEOUT 10000");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A write transaction. SQLite has one writer: callers queue for it here rather than in SQLite's sleeping retry.</summary>
    public Task<Unit> Begin(CancellationToken cancellationToken) =>
        Dialect.Kind == DatabaseKind.Sqlite ? BeginOnSqlite(cancellationToken) : BeginOnServer(cancellationToken);

    async Task<Unit> BeginOnServer(CancellationToken cancellationToken)
    {
        var connection = await Connect(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            return new Unit(connection, transaction, Dialect, prepared: null, async _ => await connection.DisposeAsync());
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // The writing connection stays open with its prepared commands: compiling a statement costs SQLite more than running it.
    async Task<Unit> BeginOnSqlite(CancellationToken cancellationToken)
    {
        await writerGate!.WaitAsync(cancellationToken);
        try
        {
            writer ??= ((SqliteConnection)await Connect(cancellationToken), []);
            var (connection, commands) = writer.Value;
            return new Unit(connection, connection.BeginTransaction(deferred: false), Dialect, commands, async sound =>
            {
                try
                {
                    if (!sound)
                        await CloseWriter();
                }
                finally
                {
                    writerGate.Release();
                }
            });
        }
        catch
        {
            await CloseWriter();
            writerGate.Release();
            throw;
        }
    }

    async ValueTask CloseWriter()
    {
        if (writer is not var (connection, commands))
            return;
        writer = null;
        foreach (var command in commands.Values)
            await command.DisposeAsync();
        await connection.DisposeAsync();
    }

    /// <summary>Runs a reading statement on a connection of its own.</summary>
    public async Task<IReadOnlyList<T>> Query<T>(Statement statement, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await Connect(cancellationToken);
        return (await connection.QueryAsync<T>(new CommandDefinition(statement.For(Dialect), parameters, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The same, for a statement that reads the rows and takes no other parameter.</summary>
    public async Task<IReadOnlyList<T>> QueryRows<T>(Statement statement, RowSet rows, CancellationToken cancellationToken)
    {
        await using var connection = await Connect(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = statement.For(Dialect);
        foreach (var parameter in Dialect.Parameters(rows))
            command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<T>();
        await Rows.Into(found)(reader, cancellationToken);
        return found;
    }

    /// <summary>The same, for a statement that reads the rows and takes parameters.</summary>
    public async Task<IReadOnlyList<T>> QueryRows<T>(Statement statement, RowSet rows, object parameters, CancellationToken cancellationToken)
    {
        var (sql, read) = (statement.For(Dialect), Dialect.Parameters(rows));
        // PostgreSQL reads rows by position, and the driver mixes no positions with names: here they get names too.
        for (var i = 0; Dialect.Kind == DatabaseKind.PostgreSql && i < read.Count; i++)
        {
            read[i].ParameterName = string.Create(CultureInfo.InvariantCulture, $"rows{i + 1}");
            sql = sql.Replace(string.Create(CultureInfo.InvariantCulture, $"(SELECT ${i + 1})"), $"(SELECT @{read[i].ParameterName})", StringComparison.Ordinal);
        }
        await using var connection = await Connect(cancellationToken);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, new RowsAnd(read, parameters), cancellationToken: cancellationToken))).AsList();
    }

    sealed class RowsAnd(IReadOnlyList<DbParameter> rows, object more) : SqlMapper.IDynamicParameters
    {
        public void AddParameters(IDbCommand command, SqlMapper.Identity identity)
        {
            foreach (var parameter in rows)
                command.Parameters.Add(parameter);
            ((SqlMapper.IDynamicParameters)new DynamicParameters(more)).AddParameters(command, identity);
        }
    }

    /// <summary>As <see cref="Query"/>, for at most one row.</summary>
    public async Task<T?> One<T>(Statement statement, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await Connect(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<T?>(new CommandDefinition(statement.For(Dialect), parameters, cancellationToken: cancellationToken));
    }

    /// <summary>Runs one writing statement in a transaction of its own and returns how many rows it wrote.</summary>
    public async Task<int> Execute(Statement statement, object? parameters, CancellationToken cancellationToken)
    {
        await using var unit = await Begin(cancellationToken);
        var written = await unit.Execute(statement, parameters, cancellationToken);
        await unit.Commit(cancellationToken);
        return written;
    }

    /// <summary>Brings the schema up to date and tells <paramref name="log"/> each script that ran. Safe to run from several processes at once: one does it,
    /// the others wait and find
    /// it done.</summary>
    public void Migrate(Schema schema, Action<string>? log = null) => Migration.Run(this, schema, log);

    /// <summary>The scripts of a schema, in order, and whether each was run here. Reads only.</summary>
    public IReadOnlyList<MigrationState> Migrations(Schema schema) => Migration.States(this, schema);

    /// <summary>Kind of the database: sqlite, postgresql or sqlserver.</summary>
    public string Kind => Dialect.Name;

    /// <summary>True when the database answers.</summary>
    public async Task<bool> Ping(CancellationToken cancellationToken)
    {
        try
        {
            return await One<int>(Alive, null, cancellationToken) == 1;
        }
        catch (Exception e) when (IsAway(e))
        {
            return false;
        }
    }

    /// <inheritdoc cref="Dialect.IsAway"/>
    public bool IsAway(Exception e) => Dialect.IsAway(e);

    /// <inheritdoc cref="Dialect.IsUniqueViolation"/>
    public bool IsUniqueViolation(Exception e) => Dialect.IsUniqueViolation(e);

    public async ValueTask DisposeAsync()
    {
        if (postgres is not null)
            await postgres.DisposeAsync();
        if (writerGate is null)
            return;
        await writerGate.WaitAsync();
        try
        {
            await CloseWriter();
            using var pool = new SqliteConnection(ConnectionString);
            SqliteConnection.ClearPool(pool);
        }
        finally
        {
            writerGate.Release();
        }
    }

    /// <summary>Waits until no other delivery of this process runs on this file.</summary>
    internal async Task<IDisposable> EnterDelivery(CancellationToken cancellationToken)
    {
        await deliveryGate!.WaitAsync(cancellationToken);
        return new Gate(deliveryGate);
    }

    /// <summary>Waits for SQLite's single writer, outside of any unit.</summary>
    internal IDisposable EnterWriterGate()
    {
        writerGate!.Wait();
        return new Gate(writerGate);
    }

    static string PostgreSqlSettings(string given, bool forBoards, bool foreign)
    {
        var settings = new NpgsqlConnectionStringBuilder(given);
        if (foreign)
        {
            settings.MaxAutoPrepare = 0;
        }
        else if (settings.MaxAutoPrepare == 0)
        {
            settings.MaxAutoPrepare = 200;
            settings.AutoPrepareMinUsages = 2;
        }
        settings.NoResetOnClose = true;
        settings.ApplicationName ??= "liaisonhub";
        // A forgotten transaction or a lost lock holder must not hold up everybody: 10 s for a lock, 60 s for a statement.
        settings.Options = $"{settings.Options} -c lock_timeout=10s -c statement_timeout=60s -c synchronous_commit=on -c timezone=UTC{(forBoards ? " -c plan_cache_mode=force_custom_plan" : "")}".TrimStart();
        return settings.ToString();
    }

    sealed class Gate(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}

/// <summary>Instants: fixed-width UTC text on SQLite, the servers' own type elsewhere.</summary>
sealed class InstantHandler : SqlMapper.ITypeHandler
{
    public void SetValue(IDbDataParameter parameter, object value)
    {
        var text = parameter is SqliteParameter;
        parameter.DbType = text ? DbType.String : DbType.DateTimeOffset;
        parameter.Value = value is not DateTimeOffset at ? DBNull.Value : text ? Instants.Text(at) : at.ToUniversalTime();
    }

    public object? Parse(Type destinationType, object value) => value switch
    {
        DBNull => null,
        DateTimeOffset at => at.ToUniversalTime(),
        DateTime at => new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)),
        string text => Instants.Read(text),
        _ => throw new DataException($"An instant cannot be read from a {value.GetType().Name}"),
    };
}

/// <summary>UUIDs: lower-case text on SQLite, the servers' own type elsewhere.</summary>
sealed class GuidHandler : SqlMapper.ITypeHandler
{
    public void SetValue(IDbDataParameter parameter, object value)
    {
        var text = parameter is SqliteParameter;
        parameter.DbType = text ? DbType.String : DbType.Guid;
        parameter.Value = value is not Guid id ? DBNull.Value : text ? id.ToString("D") : id;
    }

    public object? Parse(Type destinationType, object value) => value switch
    {
        DBNull => null,
        Guid id => id,
        string text => Guid.ParseExact(text, "D"),
        _ => throw new DataException($"A UUID cannot be read from a {value.GetType().Name}"),
    };
}
