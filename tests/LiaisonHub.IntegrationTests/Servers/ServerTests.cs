using System.Text;
using Npgsql;
using RabbitMQ.Client;

namespace LiaisonHub.IntegrationTests.Servers;

/// <summary>The servers the other tests stand on keep their promises: separate, durable, back after a kill.</summary>
public sealed class ServerTests(RabbitServer rabbit, PostgresServer postgres)
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_tests_get_virtual_hosts_that_do_not_see_each_other()
    {
        var (one, other) = (await rabbit.NewVirtualHost(Cancelled), await rabbit.NewVirtualHost(Cancelled));
        await using var first = await rabbit.Connect(one, Cancelled);
        await using var second = await rabbit.Connect(other, Cancelled);
        await using var channel = await first.CreateChannelAsync(cancellationToken: Cancelled);
        await using var stranger = await second.CreateChannelAsync(cancellationToken: Cancelled);

        await channel.QueueDeclareAsync("q", durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancelled);

        await Assert.ThrowsAsync<RabbitMQ.Client.Exceptions.OperationInterruptedException>(() => stranger.QueueDeclarePassiveAsync("q", Cancelled));
    }

    [Fact]
    public async Task A_message_the_broker_confirmed_is_there_after_the_broker_was_killed()
    {
        await using var own = new RabbitServer();
        var host = await own.NewVirtualHost(Cancelled);
        await using (var connection = await own.Connect(host, Cancelled))
        {
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
            await channel.QueueDeclareAsync("q", true, false, false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: Cancelled);
            await channel.BasicPublishAsync("", "q", true, new BasicProperties { DeliveryMode = DeliveryModes.Persistent }, Encoding.UTF8.GetBytes("kept"), Cancelled);
            var node = own.NodeProcess;
            await own.Kill();
            Assert.False(ServerProcess.Runs(node));
        }

        await own.Start(Cancelled);

        await using var again = await own.Connect(host, Cancelled);
        await using var reader = await again.CreateChannelAsync(cancellationToken: Cancelled);
        var message = await reader.BasicGetAsync("q", true, Cancelled);
        Assert.Equal("kept", message == null ? null : Encoding.UTF8.GetString(message.Body.Span));
    }

    [Fact]
    public async Task A_row_committed_before_the_database_was_killed_is_there_afterwards()
    {
        await using var own = new PostgresServer();
        var database = await own.NewConnectionString(Cancelled);
        await Run(database, "CREATE TABLE t (v int); INSERT INTO t VALUES (7)");
        await own.Kill();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Run(database, "SELECT 1"));

        await own.Start(Cancelled);

        Assert.Equal(7, await Run(database, "SELECT v FROM t"));
    }

    [Fact]
    public async Task Two_tests_get_databases_of_their_own()
    {
        var (one, other) = (await postgres.NewDatabase(Cancelled), await postgres.NewDatabase(Cancelled));

        Assert.StartsWith("postgres:Host=", one, StringComparison.Ordinal);
        await Run(one["postgres:".Length..], "CREATE TABLE t (v int)");
        await Assert.ThrowsAsync<PostgresException>(() => Run(other["postgres:".Length..], "SELECT v FROM t"));
    }

    static async Task<object?> Run(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancelled);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(Cancelled);
    }
}
