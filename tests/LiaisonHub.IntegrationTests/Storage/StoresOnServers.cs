using Dapper;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Storage;
using Microsoft.Data.SqlClient;
using Npgsql;

namespace LiaisonHub.IntegrationTests.Storage;

/// <summary>One database of the PostgreSQL cluster for each class of tests, emptied before each test: making a database takes the cluster a second, emptying
/// it a few milliseconds.</summary>
public sealed class PostgreSqlFixture(PostgresServer server) : DatabaseFixture
{
    string? address;

    public override async Task<string> NewDatabase(CancellationToken cancellationToken)
    {
        if (address is null)
        {
            address = await NewEmptyDatabase(cancellationToken);
            await using var database = Database.Open(address, TimeProvider.System);
            database.Migrate(Schema.Hub);
        }
        await using var connection = new NpgsqlConnection(address["postgres:".Length..]);
        var tables = await connection.QueryAsync<string>("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'schemaversions'");
        // As a replica, so that the triggers that keep the ledger do not hinder.
        await connection.ExecuteAsync(new CommandDefinition(
            "SET session_replication_role = replica; " + string.Join("; ", tables.Select(t => $"DELETE FROM {t}")) + "; SET session_replication_role = origin", cancellationToken: cancellationToken));
        return address;
    }

    public override Task<string> NewEmptyDatabase(CancellationToken cancellationToken) => server.NewDatabase(cancellationToken);
}

/// <summary>Databases of the SQL Server named by LIAISONHUB_TEST_SQLSERVER (a connection string of a login that may create databases). No SQL Server is
/// started for the tests.</summary>
public sealed class SqlServerFixture : DatabaseFixture, IAsyncDisposable
{
    readonly List<string> names = [];

    public override async Task<string> NewDatabase(CancellationToken cancellationToken)
    {
        var address = await NewEmptyDatabase(cancellationToken);
        await using var database = Database.Open(address, TimeProvider.System);
        database.Migrate(Schema.Hub);
        return address;
    }

    public override async Task<string> NewEmptyDatabase(CancellationToken cancellationToken)
    {
        var name = $"liaisonhub_test_{Guid.NewGuid():N}";
        await Administer($"CREATE DATABASE {name} COLLATE Latin1_General_100_BIN2; ALTER DATABASE {name} SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE", cancellationToken);
        lock (names)
            names.Add(name);
        return $"sqlserver:{new SqlConnectionStringBuilder(Given) { InitialCatalog = name }}";
    }

    static string? Given
    {
        get
        {
            var given = Environment.GetEnvironmentVariable("LIAISONHUB_TEST_SQLSERVER");
            Assert.SkipWhen(string.IsNullOrEmpty(given), "LIAISONHUB_TEST_SQLSERVER is not set: a connection string of a login that may create databases");
            return given;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in names)
            await Administer($"ALTER DATABASE {name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE {name}", CancellationToken.None);
    }

    static async Task Administer(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new SqlConnection(Given);
        await connection.OpenAsync(cancellationToken);
        foreach (var statement in sql.Split("; "))
            await connection.ExecuteAsync(new CommandDefinition(statement, cancellationToken: cancellationToken));
    }
}

/// <summary>What only databases with many writers can do.</summary>
public abstract class OutboxOnServer(DatabaseFixture fixture) : OutboxTests(fixture)
{
    [Fact]
    public async Task A_notice_committed_late_is_not_passed_over()
    {
        await using var slow = await Database.Begin(Cancelled);
        await new RequestStore(Database).Write(slow, [new Change { Work = new Work { RequestId = Guid.Empty }, Outbox = [Notice("XA")] }], Cancelled);
        await Send(Notice("XB"));
        Assert.Equal("XB", Assert.Single(await Deliver(confirm: _ => true)).State);

        await slow.Commit(Cancelled);

        Assert.Equal("XA", Assert.Single(await Deliver(confirm: _ => true)).State);
    }

    [Fact]
    public async Task A_dispatcher_does_not_wait_for_another_ones_link()
    {
        await Send([.. Enumerable.Range(0, 5).Select(_ => Notice("XA"))]);
        var (first, second) = (new List<Guid>(), new List<Guid>());

        await new Outbox(Database).Deliver(
            2,
            async (rows, cancellationToken) =>
            {
                first.AddRange(rows.Select(r => r.OutboxId));
                await new Outbox(OpenAgain()).Deliver(
                    10,
                    (others, _) =>
                    {
                        second.AddRange(others.Select(r => r.OutboxId));
                        return Task.FromResult<IReadOnlySet<Guid>>(second.ToHashSet());
                    },
                    cancellationToken);
                return first.ToHashSet();
            },
            Cancelled);

        Assert.Equal((2, 3), (first.Count, second.Count));
        Assert.Empty(first.Intersect(second));
        Assert.Empty(await Deliver(confirm: _ => true));
    }
}

public sealed class DatabaseOnPostgreSql(PostgreSqlFixture fixture) : DatabaseTests(fixture), IClassFixture<PostgreSqlFixture>;
public sealed class JournalOnPostgreSql(PostgreSqlFixture fixture) : JournalTests(fixture), IClassFixture<PostgreSqlFixture>;
public sealed class RequestStoreOnPostgreSql(PostgreSqlFixture fixture) : RequestStoreTests(fixture), IClassFixture<PostgreSqlFixture>;
public sealed class OutboxOnPostgreSql(PostgreSqlFixture fixture) : OutboxOnServer(fixture), IClassFixture<PostgreSqlFixture>;
public sealed class DeadlinesOnPostgreSql(PostgreSqlFixture fixture) : DeadlinesTests(fixture), IClassFixture<PostgreSqlFixture>;
public sealed class LeasesOnPostgreSql(PostgreSqlFixture fixture) : LeasesTests(fixture), IClassFixture<PostgreSqlFixture>;
public sealed class LedgerOnPostgreSql(PostgreSqlFixture fixture) : LedgerTests(fixture), IClassFixture<PostgreSqlFixture>;
public sealed class QuarantineOnPostgreSql(PostgreSqlFixture fixture) : QuarantineTests(fixture), IClassFixture<PostgreSqlFixture>;
public sealed class RepairPlansOnPostgreSql(PostgreSqlFixture fixture) : RepairPlanTests(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class LinkTestStoreOnPostgreSql(PostgreSqlFixture fixture) : LinkTestStoreTests(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class SavedFilterStoreOnPostgreSql(PostgreSqlFixture fixture) : SavedFilterStoreTests(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class AlertStoreOnPostgreSql(PostgreSqlFixture fixture) : AlertStoreTests(fixture), IClassFixture<PostgreSqlFixture>;
public sealed class AccountStoreOnPostgreSql(PostgreSqlFixture fixture) : AccountStoreTests(fixture), IClassFixture<PostgreSqlFixture>;
public sealed class AdapterRegisterOnPostgreSql(PostgreSqlFixture fixture) : AdapterRegisterTests(fixture), IClassFixture<PostgreSqlFixture>;
public sealed class ConformanceRegisterOnPostgreSql(PostgreSqlFixture fixture) : ConformanceRegisterTests(fixture), IClassFixture<PostgreSqlFixture>;
public sealed class HubReadsOnPostgreSql(PostgreSqlFixture fixture) : HubReadsTests(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class DatabaseOnSqlServer(SqlServerFixture fixture) : DatabaseTests(fixture), IClassFixture<SqlServerFixture>;
public sealed class JournalOnSqlServer(SqlServerFixture fixture) : JournalTests(fixture), IClassFixture<SqlServerFixture>;
public sealed class RequestStoreOnSqlServer(SqlServerFixture fixture) : RequestStoreTests(fixture), IClassFixture<SqlServerFixture>;
public sealed class OutboxOnSqlServer(SqlServerFixture fixture) : OutboxOnServer(fixture), IClassFixture<SqlServerFixture>;
public sealed class DeadlinesOnSqlServer(SqlServerFixture fixture) : DeadlinesTests(fixture), IClassFixture<SqlServerFixture>;
public sealed class LeasesOnSqlServer(SqlServerFixture fixture) : LeasesTests(fixture), IClassFixture<SqlServerFixture>;
public sealed class LedgerOnSqlServer(SqlServerFixture fixture) : LedgerTests(fixture), IClassFixture<SqlServerFixture>;
public sealed class QuarantineOnSqlServer(SqlServerFixture fixture) : QuarantineTests(fixture), IClassFixture<SqlServerFixture>;
public sealed class RepairPlansOnSqlServer(SqlServerFixture fixture) : RepairPlanTests(fixture), IClassFixture<SqlServerFixture>;

public sealed class LinkTestStoreOnSqlServer(SqlServerFixture fixture) : LinkTestStoreTests(fixture), IClassFixture<SqlServerFixture>;

public sealed class SavedFilterStoreOnSqlServer(SqlServerFixture fixture) : SavedFilterStoreTests(fixture), IClassFixture<SqlServerFixture>;

public sealed class AlertStoreOnSqlServer(SqlServerFixture fixture) : AlertStoreTests(fixture), IClassFixture<SqlServerFixture>;
public sealed class AccountStoreOnSqlServer(SqlServerFixture fixture) : AccountStoreTests(fixture), IClassFixture<SqlServerFixture>;
public sealed class AdapterRegisterOnSqlServer(SqlServerFixture fixture) : AdapterRegisterTests(fixture), IClassFixture<SqlServerFixture>;
public sealed class ConformanceRegisterOnSqlServer(SqlServerFixture fixture) : ConformanceRegisterTests(fixture), IClassFixture<SqlServerFixture>;
public sealed class HubReadsOnSqlServer(SqlServerFixture fixture) : HubReadsTests(fixture), IClassFixture<SqlServerFixture>;
