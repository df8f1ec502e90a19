using System.Reflection;
using DbUp;
using DbUp.Builder;
using DbUp.Engine;
using DbUp.Engine.Output;
using DbUp.Sqlite.Helpers;
using DbUp.Support;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace LiaisonHub.Storage;

/// <summary>A script that makes tables.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Done">True: it was run here.</param>
public sealed record MigrationState(string Name, bool Done);

/// <summary>Numbered scripts run once, in order, and are noted in the database; <c>rights.sql</c> runs after them every time, so that a new table cannot be
/// without its grants.</summary>
static class Migration
{
    // Any number will do, as long as it stays the same: it is what two migrating processes meet at.
    const long Lock = 0x4C_48_4D_49_47;
    const int LockSeconds = 300;

    public static void Run(Database database, Schema schema, Action<string>? log)
    {
        switch (database.Dialect.Kind)
        {
            case DatabaseKind.Sqlite:
                OnSqlite(database, schema, log);
                break;
            case DatabaseKind.PostgreSql:
                OnPostgreSql(database, schema, log);
                break;
            default:
                OnSqlServer(database, schema, log);
                break;
        }
    }

    /// <summary>The scripts of a schema, in order, and whether each was run here. Reads only.</summary>
    public static IReadOnlyList<MigrationState> States(Database database, Schema schema)
    {
        SqliteConnection? connection = null;
        try
        {
            UpgradeEngineBuilder builder;
            switch (database.Dialect.Kind)
            {
                case DatabaseKind.Sqlite:
                    connection = new SqliteConnection(database.ConnectionString);
                    connection.Open();
                    builder = DeployChanges.To.SqliteDatabase(new SharedConnection(connection));
                    break;
                case DatabaseKind.PostgreSql:
                    builder = DeployChanges.To.PostgresqlDatabase(database.ConnectionString);
                    break;
                default:
                    builder = DeployChanges.To.SqlDatabase(database.ConnectionString);
                    break;
            }
            var dialect = database.Dialect.Name;
            var run = builder.WithScripts(Scripts(dialect, schema)).WithVariablesDisabled().LogTo(new Silence()).Build().GetExecutedScripts().ToHashSet(StringComparer.Ordinal);
            return [.. Scripts(dialect, schema).Where(s => s.SqlScriptOptions.ScriptType == ScriptType.RunOnce).Select(s => new MigrationState(s.Name, run.Contains(s.Name)))];
        }
        finally
        {
            connection?.Dispose();
        }
    }

    static void OnSqlite(Database database, Schema schema, Action<string>? log)
    {
        using var gate = database.EnterWriterGate();
        Directory.CreateDirectory(Path.GetDirectoryName(new SqliteConnectionStringBuilder(database.ConnectionString).DataSource)!);
        using var connection = new SqliteConnection(database.ConnectionString);
        connection.Open();
        Execute(connection, "PRAGMA busy_timeout = 300000");
        Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, "PRAGMA synchronous = FULL");
        // All scripts in one transaction that no other process can write beside: it is the lock as well.
        Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            using var shared = new SharedConnection(connection);
            Upgrade(DeployChanges.To.SqliteDatabase(shared), "sqlite", schema, log);
            Execute(connection, "COMMIT");
        }
        catch
        {
            Execute(connection, "ROLLBACK");
            throw;
        }
    }

    static void OnPostgreSql(Database database, Schema schema, Action<string>? log)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false };
        settings.Options += $" -c lock_timeout={LockSeconds}s -c statement_timeout=0";
        using var holder = new NpgsqlConnection(settings.ConnectionString);
        holder.Open();
        Execute(holder, $"SELECT pg_advisory_lock({Lock})");
        Upgrade(DeployChanges.To.PostgresqlDatabase(settings.ConnectionString).WithTransactionPerScript(), "postgresql", schema, log);
    }

    static void OnSqlServer(Database database, Schema schema, Action<string>? log)
    {
        var settings = new SqlConnectionStringBuilder(database.ConnectionString) { Pooling = false };
        using var holder = new SqlConnection(settings.ConnectionString);
        holder.Open();
        Execute(holder, $"""
            DECLARE @taken int;
            EXEC @taken = sp_getapplock @Resource = N'liaisonhub-migration',
                @LockMode = N'Exclusive', @LockOwner = N'Session', @LockTimeout = {LockSeconds * 1000};
            IF @taken < 0 THROW 50002, N'Another process is migrating this database and has not finished; try again', 1;
            """);
        Upgrade(DeployChanges.To.SqlDatabase(settings.ConnectionString).WithTransactionPerScript(), "sqlserver", schema, log);
    }

    static void Upgrade(UpgradeEngineBuilder builder, string dialect, Schema schema, Action<string>? log)
    {
        var result = builder
            .WithScripts(Scripts(dialect, schema))
            .WithVariablesDisabled()
            .LogTo(new Silence())
            .Build()
            .PerformUpgrade();
        foreach (var script in result.Scripts)
            log?.Invoke(script.Name);
        if (!result.Successful)
            throw new InvalidOperationException($"Migration script {result.ErrorScript?.Name ?? "(none)"} failed: {result.Error.Message}", result.Error);
    }

    /// <summary>The scripts of one schema for one database, in order.</summary>
    internal static IEnumerable<SqlScript> Scripts(string dialect, Schema schema)
    {
        var folder = $"Schema.{schema.ToString().ToLowerInvariant()}.{dialect}.";
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var always = name.EndsWith(".rights.sql", StringComparison.Ordinal);
            yield return new SqlScript(name[folder.Length..], reader.ReadToEnd(), new SqlScriptOptions
            {
                ScriptType = always ? ScriptType.RunAlways : ScriptType.RunOnce,
                RunGroupOrder = always ? 2 : 1,
            });
        }
    }

    static void Execute(System.Data.Common.DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = LockSeconds + 10;
        command.ExecuteNonQuery();
    }

    // What happened is in the result; DbUp's own lines would only repeat it.
    sealed class Silence : IUpgradeLog
    {
        public void LogTrace(string format, params object[] args) { }
        public void LogDebug(string format, params object[] args) { }
        public void LogInformation(string format, params object[] args) { }
        public void LogWarning(string format, params object[] args) { }
        public void LogError(string format, params object[] args) { }
        public void LogError(Exception ex, string format, params object[] args) { }
    }
}
