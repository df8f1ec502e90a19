using System.Data.Common;
using System.Net.Sockets;
using Dapper;
using LiaisonHub.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace LiaisonHub.Tests.Storage;

public abstract class DatabaseTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    static readonly Statement Insert = new(_ => "INSERT INTO leases (name, owner, epoch, lease_until) VALUES (@name, @owner, 1, @at)");
    static readonly Statement Owner = new(_ => "SELECT owner FROM leases WHERE name = @name");
    static readonly Statement Until = new(_ => "SELECT lease_until FROM leases WHERE name = @name");
    static readonly Statement Before = new(_ => "SELECT name FROM leases WHERE lease_until < @at ORDER BY name");

    readonly DatabaseFixture fixture = fixture;

    [Fact]
    public async Task A_unit_that_is_disposed_twice_takes_nothing_from_the_next_one()
    {
        var first = await Database.Begin(Cancelled);
        await first.DisposeAsync();
        await using (var second = await Database.Begin(Cancelled))
        {
            await first.DisposeAsync();
            await second.Execute(Insert, new { name = "a", owner = Guid.NewGuid(), at = Now }, Cancelled);
            await second.Commit(Cancelled);
        }

        Assert.NotNull(await Database.One<Guid?>(Owner, new { name = "a" }, Cancelled));
    }

    [Fact]
    public async Task A_database_that_is_there_answers() => Assert.True(await Database.Ping(Cancelled));

    [Fact]
    public async Task An_instant_comes_back_in_UTC_to_the_microsecond_and_sorts_whatever_offset_it_was_given_in()
    {
        var local = new DateTimeOffset(2026, 3, 2, 13, 30, 0, TimeSpan.FromHours(2)).AddTicks(1234567);
        await Database.Execute(Insert, new { name = "a", owner = Guid.NewGuid(), at = local }, Cancelled);

        Assert.Equal(new DateTimeOffset(2026, 3, 2, 11, 30, 0, TimeSpan.Zero).AddTicks(1234560), await Database.One<DateTimeOffset>(Until, new { name = "a" }, Cancelled));
        Assert.Equal(TimeSpan.Zero, (await Database.One<DateTimeOffset>(Until, new { name = "a" }, Cancelled)).Offset);
        Assert.Equal(["a"], await Database.Query<string>(Before, new { at = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero) }, Cancelled));
        Assert.Empty(await Database.Query<string>(Before, new { at = new DateTimeOffset(2026, 3, 2, 11, 0, 0, TimeSpan.Zero) }, Cancelled));
    }

    [Fact]
    public async Task A_UUID_comes_back_as_it_was()
    {
        var owner = new Guid("ABCDEF01-2345-6789-ABCD-EF0123456789");
        await Database.Execute(Insert, new { name = "a", owner, at = Now }, Cancelled);

        Assert.Equal(owner, await Database.One<Guid>(Owner, new { name = "a" }, Cancelled));
        Assert.Null(await Database.One<Guid?>(Owner, new { name = "b" }, Cancelled));
    }

    [Fact]
    public async Task A_key_used_twice_is_known_as_such_and_is_not_an_absence()
    {
        await Database.Execute(Insert, new { name = "a", owner = Guid.NewGuid(), at = Now }, Cancelled);

        var e = await Assert.ThrowsAnyAsync<DbException>(() => Database.Execute(Insert, new { name = "a", owner = Guid.NewGuid(), at = Now }, Cancelled));

        Assert.True(Database.IsUniqueViolation(e));
        Assert.False(Database.IsAway(e));
    }

    [Fact]
    public async Task A_mistake_in_a_statement_is_not_an_absence()
    {
        var e = await Assert.ThrowsAnyAsync<DbException>(() => Scalar<long>("SELECT nothing FROM nowhere"));

        Assert.False(Database.IsAway(e));
        Assert.False(Database.IsUniqueViolation(e));
    }

    [Fact]
    public async Task Writers_wait_for_each_other_and_none_is_turned_away()
    {
        var databases = Enumerable.Range(0, 4).Select(_ => OpenAgain()).ToList();

        await Task.WhenAll(databases.Select((database, n) => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
                await database.Execute(Insert, new { name = $"{n}/{i}", owner = Guid.NewGuid(), at = Now }, Cancelled);
        })));

        Assert.Equal(100, await Scalar<long>("SELECT COUNT(*) FROM leases"));
    }

    [Fact]
    public async Task After_a_failed_statement_the_next_unit_works()
    {
        await using (var unit = await Database.Begin(Cancelled))
        {
            await unit.Execute(Insert, new { name = "a", owner = Guid.NewGuid(), at = Now }, Cancelled);
            await Assert.ThrowsAnyAsync<DbException>(() => unit.Execute(Insert, new { name = "a", owner = Guid.NewGuid(), at = Now }, Cancelled));
        }

        await Database.Execute(Insert, new { name = "a", owner = Guid.NewGuid(), at = Now }, Cancelled);

        Assert.Equal(1, await Scalar<long>("SELECT COUNT(*) FROM leases"));
    }

    [Fact]
    public async Task A_migration_runs_once_however_often_it_is_asked_for()
    {
        await using var database = Database.Open(await fixture.NewEmptyDatabase(Cancelled), Time);
        var ran = new List<string>();

        database.Migrate(Schema.Hub, ran.Add);
        database.Migrate(Schema.Hub, ran.Add);

        Assert.Single(ran, name => name == "0001-hub.sql");
        Assert.Empty(await database.Query<string>(Before, new { at = Now }, Cancelled));
    }

    [Fact]
    public async Task Processes_that_migrate_at_once_do_it_once()
    {
        var address = await fixture.NewEmptyDatabase(Cancelled);
        var ran = new List<string>();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var database = Database.Open(address, Time);
                database.Migrate(Schema.Hub, name =>
                {
                    lock (ran)
                        ran.Add(name);
                });
                return database.DisposeAsync().AsTask();
            },
            Cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));

        Assert.Single(ran, name => name == "0001-hub.sql");
    }
}

public sealed class DatabaseOnSqlite(SqliteFixture fixture) : DatabaseTests(fixture), IClassFixture<SqliteFixture>
{
    readonly SqliteFixture fixture = fixture;

    [Fact]
    public async Task A_migration_waits_for_another_process_that_holds_the_file()
    {
        var address = await fixture.NewEmptyDatabase(Cancelled);
        await using var other = new SqliteConnection($"Data Source={address["sqlite:".Length..]};Pooling=False");
        await other.OpenAsync(Cancelled);
        await other.ExecuteAsync("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; CREATE TABLE held (x)");
        await using var database = Database.Open(address, Time);

        var migration = Task.Run(() => database.Migrate(Schema.Hub), Cancelled);
        Assert.False(migration.IsCompleted);
        await other.ExecuteAsync("COMMIT");

        await migration;
        Assert.Empty(await new LiaisonHub.Storage.Hub.Journal(database).Undecided(Now, 1, Cancelled));
    }

    [Fact]
    public async Task A_committed_row_is_on_the_disk_and_readers_do_not_wait()
    {
        await using var unit = await Database.Begin(Cancelled);

        Assert.Equal("wal", await Scalar<string>("PRAGMA journal_mode"));
        Assert.Equal(2, await Scalar<long>("PRAGMA synchronous"));
        Assert.Equal(2, await unit.Connection.ExecuteScalarAsync<long>("PRAGMA synchronous", transaction: unit.Transaction));
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_is_an_absence()
    {
        await using var database = Database.Open("sqlite:/nowhere/at/all/hub.db", Time);

        Assert.False(await database.Ping(Cancelled));
        await Assert.ThrowsAsync<SqliteException>(() => database.Begin(Cancelled));
        await Assert.ThrowsAsync<SqliteException>(() => database.Begin(Cancelled)); // The writer's gate is free again.
    }
}

public sealed class AddressTests
{
    [Theory]
    [InlineData("")]
    [InlineData("hub.db")]
    [InlineData("sqlite:")]
    [InlineData("mysql:Server=x")]
    [InlineData("postgres:Host=x;Nonsense=y")]
    [InlineData("sqlserver:Nonsense=y;Password=hunter2")]
    public void An_address_that_cannot_be_read_is_refused_with_the_three_forms_and_without_repeating_it(string address)
    {
        var e = Assert.Throws<FormatException>(() => Database.Open(address, TimeProvider.System));

        Assert.All(["sqlite:<file>", "postgres:<connection string>", "sqlserver:<connection string>"], form => Assert.Contains(form, e.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite:hub.db", DatabaseKind.Sqlite)]
    [InlineData("postgres:Host=x;Username=y", DatabaseKind.PostgreSql)]
    [InlineData("sqlserver:Server=x;User Id=y;Password=z", DatabaseKind.SqlServer)]
    public async Task Each_form_of_address_opens_its_database(string address, DatabaseKind kind)
    {
        await using var database = Database.Open(address, TimeProvider.System);

        Assert.Equal(kind, database.Dialect.Kind);
    }

    [Theory]
    [InlineData("53300")] // too many connections
    [InlineData("53100")] // disk full
    [InlineData("57P01")] // shut down by an operator
    [InlineData("57014")] // statement time-out
    [InlineData("55P03")] // lock time-out
    [InlineData("40001")]
    [InlineData("40P01")]
    public void PostgreSQL_that_cannot_serve_just_now_is_away(string state) =>
        Assert.True(Dialect.PostgreSql.IsAway(new PostgresException("x", "ERROR", "ERROR", state)));

    [Theory]
    [InlineData("23505")]
    [InlineData("42P01")]
    [InlineData("22P02")]
    public void PostgreSQL_that_finds_fault_is_not_away(string state) =>
        Assert.False(Dialect.PostgreSql.IsAway(new PostgresException("x", "ERROR", "ERROR", state)));

    [Fact]
    public void A_lost_connection_is_an_absence_on_all() =>
        Assert.All([Dialect.Sqlite, Dialect.PostgreSql, Dialect.SqlServer], d =>
        {
            Assert.True(d.IsAway(new IOException("x", new SocketException(104))));
            Assert.True(d.IsAway(new TimeoutException()));
            Assert.False(d.IsAway(new InvalidOperationException()));
        });
}
