using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace LiaisonHub.Storage;

/// <summary>The databases the hub and an adapter can keep their records in.</summary>
public enum DatabaseKind
{
    /// <summary>One file beside the program.</summary>
    Sqlite,

    /// <summary>PostgreSQL 13 or newer.</summary>
    PostgreSql,

    /// <summary>SQL Server 2019 or newer.</summary>
    SqlServer,
}

/// <summary>What differs between the three databases, and nothing else: the statements stand in the stores.</summary>
public abstract class Dialect
{
    public static Dialect Sqlite { get; } = new SqliteDialect();
    public static Dialect PostgreSql { get; } = new PostgreSqlDialect();
    public static Dialect SqlServer { get; } = new SqlServerDialect();

    public abstract DatabaseKind Kind { get; }

    /// <summary>Folder of the schema's scripts.</summary>
    public string Name => Kind.ToString().ToLowerInvariant();

    /// <summary>The rows of a <see cref="RowSet"/> as a table of the given shape; stands in FROM, once in a statement, which then takes no other
    /// parameter.</summary>
    public abstract string Rows<T>(RowShape<T> shape, string alias = "r");

    /// <summary>The parameters that <see cref="Rows"/> reads.</summary>
    internal abstract IReadOnlyList<DbParameter> Parameters(RowSet rows);

    /// <summary>Stands at the end of a SELECT with ORDER BY.</summary>
    public virtual string FirstRows(string parameter) => $"LIMIT {parameter}";

    /// <summary>Stands at the end of INSERT ... SELECT: rows whose key exists are left out. Empty where <see cref="SkipExisting"/> does it.</summary>
    public virtual string OnConflictDoNothing => "ON CONFLICT DO NOTHING";

    /// <summary>Stands in the WHERE of INSERT ... SELECT: rows whose key exists are left out. True where <see cref="OnConflictDoNothing"/> does it.</summary>
    public virtual string SkipExisting(string table, string condition) => "1 = 1";

    /// <summary>Stands after INSERT INTO t (...), or after SET of an UPDATE: columns to return. Empty where <see cref="Returning"/> does it.</summary>
    public virtual string Output(params string[] columns) => "";

    /// <summary>Stands at the end of INSERT, UPDATE: columns to return. Empty where <see cref="Output"/> does it.</summary>
    public virtual string Returning(params string[] columns) => "RETURNING " + string.Join(", ", columns);

    /// <summary>Stands after a table's alias: lock what is read.</summary>
    public virtual string LockHint => "";

    /// <summary>Stands after a table's alias: lock what is read, pass over what another holds.</summary>
    public virtual string LockFreeHint => "";

    /// <summary>Stands at the end of a SELECT: lock what is read.</summary>
    public virtual string ForUpdate(string alias) => "";

    /// <summary>Stands at the end of a SELECT: lock what is read, pass over what another holds.</summary>
    public virtual string ForUpdateOfFree(string alias) => "";

    /// <summary>The database's own clock; <c>@now</c> where the database lives in this process.</summary>
    public abstract string Clock { get; }

    /// <summary>The database's own clock <c>@milliseconds</c> from now; <c>@until</c> where the database lives in this process.</summary>
    public abstract string ClockLater { get; }

    /// <summary>A query that takes a lock of this name until the transaction ends: one row with 1, or 0 when another has it.</summary>
    public abstract string TryLock(string name);

    /// <summary>Inserts the rows of a <see cref="RowSet"/>, and updates those whose key exists. No two of them may have the same key.</summary>
    /// <param name="table">The table.</param>
    /// <param name="shape">The rows.</param>
    /// <param name="key">The key's columns.</param>
    /// <param name="set">The assignments, given the prefixes of the row that is there and of the row that comes.</param>
    public virtual string Upsert<T>(string table, RowShape<T> shape, string[] key, Func<string, string, string> set) => $"""
        INSERT INTO {table} ({shape.Names()})
        SELECT {shape.Names("r")} FROM {Rows(shape)} WHERE 1 = 1
        ON CONFLICT ({string.Join(", ", key)}) DO UPDATE SET {set(table, "excluded")}
        """;

    /// <summary>May a transaction stay open while something slow is waited for? Not where there is a single writer.</summary>
    public virtual bool ManyWriters => true;

    /// <summary>The key exists already.</summary>
    public abstract bool IsUniqueViolation(Exception e);

    /// <summary>The database chose this transaction to end a deadlock or a serialization failure: do the whole transaction again.</summary>
    public abstract bool IsDeadlock(Exception e);

    /// <summary>The database cannot be reached or cannot serve just now. Waiting helps; the message is not at fault.</summary>
    public virtual bool IsAway(Exception e) => e is SocketException or TimeoutException or EndOfStreamException
        || e is DbException { IsTransient: true } || IsDeadlock(e) || (e.InnerException is { } inner && IsAway(inner));
}

sealed class SqliteDialect : Dialect
{
    const int Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Full = 13, CannotOpen = 14, Constraint = 19;

    public override DatabaseKind Kind => DatabaseKind.Sqlite;

    public override string Rows<T>(RowShape<T> shape, string alias) =>
        $"(SELECT {string.Join(", ", shape.Columns.Select(c => $"value ->> '{c.Name}' AS {c.Name}"))} FROM json_each(@rows)) AS {alias}";

    internal override IReadOnlyList<DbParameter> Parameters(RowSet rows) => [new SqliteParameter("@rows", rows.Json)];

    public override string Clock => "@now";
    public override string ClockLater => "@until";
    public override string TryLock(string name) => "SELECT 1"; // A write transaction is alone as it is.
    public override bool ManyWriters => false;

    public override bool IsUniqueViolation(Exception e) => e is SqliteException { SqliteExtendedErrorCode: 1555 or 2067 };
    public override bool IsDeadlock(Exception e) => e is SqliteException { SqliteErrorCode: Busy or Locked };

    public override bool IsAway(Exception e) =>
        base.IsAway(e) || e is SqliteException { SqliteErrorCode: ReadOnly or IoError or Full or CannotOpen }
        || (e.InnerException is { } inner && IsAway(inner));
}

sealed class PostgreSqlDialect : Dialect
{
    public override DatabaseKind Kind => DatabaseKind.PostgreSql;

    // An array for each column: for rows of 6 KB the server needs a third of the time it needs to read the same rows from JSON. By position, since Npgsql
    // would rewrite names
    // each time. As a sub-select, which hides the length from the planner: it would otherwise find a plan made for this one length cheaper and plan anew at
    // every execution.
    public override string Rows<T>(RowShape<T> shape, string alias) =>
        $"unnest({string.Join(", ", Enumerable.Range(1, shape.Columns.Count).Select(i => $"(SELECT ${i})"))}) AS {alias}({shape.Names()})";

    internal override IReadOnlyList<DbParameter> Parameters(RowSet rows) =>
        [.. rows.Columns.Select(c => new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | TypeOf(c.Type), Value = c.Values })];


    public override string ForUpdate(string alias) => $"FOR UPDATE OF {alias}";
    public override string ForUpdateOfFree(string alias) => $"FOR UPDATE OF {alias} SKIP LOCKED";
    public override string Clock => "clock_timestamp()";
    public override string ClockLater => "clock_timestamp() + @milliseconds * interval '1 millisecond'";
    public override string TryLock(string name) => $"SELECT CASE WHEN pg_try_advisory_xact_lock(hashtext('{name}')) THEN 1 ELSE 0 END";

    public override bool IsUniqueViolation(Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public override bool IsDeadlock(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    // 53: out of disk, memory, connections; 57: cancelled or shut down by an operator, or a time-out; 55P03: lock time-out; 08: connection; 28: rights being
    // changed; 3D: database being restored.
    public override bool IsAway(Exception e) => base.IsAway(e)
        || (e is PostgresException { SqlState: var state } && (state is "55P03" or "3D000" or "58030" or "25006" || state[..2] is "53" or "57" or "08" or "28"))
        || e is NpgsqlException and not PostgresException
        || (e.InnerException is { } inner && IsAway(inner));

    static NpgsqlDbType TypeOf(ColumnType type) => type switch
    {
        ColumnType.Text or ColumnType.LongText => NpgsqlDbType.Text,
        ColumnType.Id => NpgsqlDbType.Uuid,
        ColumnType.Instant => NpgsqlDbType.TimestampTz,
        ColumnType.Number => NpgsqlDbType.Bigint,
        ColumnType.Flag => NpgsqlDbType.Boolean,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}

sealed class SqlServerDialect : Dialect
{
    public override DatabaseKind Kind => DatabaseKind.SqlServer;

    public override string Rows<T>(RowShape<T> shape, string alias) =>
        $"OPENJSON(@rows) WITH ({string.Join(", ", shape.Columns.Select(c => $"{c.Name} {TypeName(c.Type)} '$.{c.Name}'"))}) AS {alias}";

    internal override IReadOnlyList<DbParameter> Parameters(RowSet rows) => [new SqlParameter("@rows", SqlDbType.NVarChar, -1) { Value = rows.Json }];


    public override string FirstRows(string parameter) => $"OFFSET 0 ROWS FETCH NEXT {parameter} ROWS ONLY";
    public override string OnConflictDoNothing => "";
    public override string SkipExisting(string table, string condition) =>
        $"NOT EXISTS (SELECT 1 FROM {table} AS x WITH (UPDLOCK, HOLDLOCK) WHERE {condition})";
    public override string Output(params string[] columns) => "OUTPUT " + string.Join(", ", columns.Select(c => "inserted." + c));
    public override string Returning(params string[] columns) => "";
    public override string LockHint => "WITH (UPDLOCK, ROWLOCK)";
    public override string LockFreeHint => "WITH (UPDLOCK, ROWLOCK, READPAST)";
    public override string Clock => "SYSUTCDATETIME()";
    public override string ClockLater => "DATEADD(millisecond, @milliseconds, SYSUTCDATETIME())";

    public override string TryLock(string name) => $"""
        DECLARE @taken int;
        EXEC @taken = sp_getapplock @Resource = N'{name}', @LockMode = N'Exclusive', @LockOwner = N'Transaction', @LockTimeout = 0;
        SELECT CASE WHEN @taken >= 0 THEN 1 ELSE 0 END;
        """;

    public override string Upsert<T>(string table, RowShape<T> shape, string[] key, Func<string, string, string> set) => $"""
        MERGE {table} WITH (HOLDLOCK) AS t
        USING (SELECT {shape.Names("r")} FROM {Rows(shape, "r")}) AS n ON {string.Join(" AND ", key.Select(k => $"t.{k} = n.{k}"))}
        WHEN MATCHED THEN UPDATE SET {set("t", "n")}
        WHEN NOT MATCHED THEN INSERT ({shape.Names()}) VALUES ({shape.Names("n")});
        """;

    public override bool IsUniqueViolation(Exception e) => e is SqlException { Number: 2627 or 2601 };
    public override bool IsDeadlock(Exception e) => e is SqlException { Number: 1205 or 3960 };

    // Time-outs and lost connections, failover, a database being restored or out of space or in single-user mode, a login refused for the moment.
    public override bool IsAway(Exception e) => base.IsAway(e)
        || e is SqlException
        {
            Number: -2 or -1 or 2 or 20 or 53 or 64 or 121 or 233 or 258 or 596 or 921 or 922 or 924 or 926 or 945 or 976 or 978 or 983
            or 1105 or 1222 or 3906 or 4060 or 9002 or 10053 or 10054 or 10060 or 10061 or 10928 or 10929 or 18401 or 18456 or 40143 or 40197 or 40501 or 40613
        }
        || (e.InnerException is { } inner && IsAway(inner));

    static string TypeName(ColumnType type) => type switch
    {
        ColumnType.Text => "nvarchar(200)",
        ColumnType.LongText => "nvarchar(max)",
        ColumnType.Id => "uniqueidentifier",
        ColumnType.Instant => "datetimeoffset(6)",
        ColumnType.Number => "bigint",
        ColumnType.Flag => "bit",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
