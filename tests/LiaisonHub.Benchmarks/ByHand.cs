using System.Text.Json;
using Dapper;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using Npgsql;
using RabbitMQ.Client;

namespace LiaisonHub.Benchmarks;

/// <summary>
/// The yardstick: a consumer written by hand with RabbitMQ.Client, Npgsql and Dapper, which does the same checks, the same decision and the same writes for each act, one act a transaction, eight
/// at a time. No journal before the decision, no second hop, no retry, no quarantine: what somebody would write who needs only this.
/// </summary>
sealed class ByHand(string connectionString, Uri broker, string fromHost, string toHost, Rules rules, KeyDirectory keys, PrivateKey hubKey) : IAsyncDisposable
{
    const int Workers = 8;
    readonly NpgsqlDataSource database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 40, NoResetOnClose = true });

    public async Task Run(CancellationToken cancellationToken)
    {
        await using var incoming = await new ConnectionFactory { Uri = broker, VirtualHost = fromHost }.CreateConnectionAsync(cancellationToken);
        await using var outgoing = await new ConnectionFactory { Uri = broker, VirtualHost = toHost }.CreateConnectionAsync(cancellationToken);
        await using var consuming = await incoming.CreateChannelAsync(cancellationToken: cancellationToken);
        await consuming.BasicQosAsync(0, Workers * 8, false, cancellationToken);
        var waiting = System.Threading.Channels.Channel.CreateUnbounded<(ulong Tag, byte[] Body)>();
        await consuming.BasicConsumeAsync(LinkQueues.ToHub(Lane.Routine), false, new Consumer(consuming, waiting.Writer), cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Work(waiting.Reader, consuming, incoming, outgoing, cancellationToken)));
    }

    async Task Work(System.Threading.Channels.ChannelReader<(ulong Tag, byte[] Body)> waiting, IChannel consuming, IConnection incoming, IConnection outgoing, CancellationToken cancellationToken)
    {
        var options = new CreateChannelOptions(true, true, outstandingPublisherConfirmationsRateLimiter: null);
        await using var back = await incoming.CreateChannelAsync(options, cancellationToken);
        await using var onward = await outgoing.CreateChannelAsync(options, cancellationToken);
        await foreach (var (tag, body) in waiting.ReadAllAsync(cancellationToken))
        {
            var notices = await Take(body, cancellationToken);
            await Task.WhenAll(notices.Select(n => (n.State == "XB" ? back : onward).BasicPublishAsync("", LinkQueues.FromHub(Lane.Routine), true,
                new BasicProperties { DeliveryMode = DeliveryModes.Persistent, MessageId = n.Id.ToString() }, n.Body, cancellationToken).AsTask()));
            await using (var connection = await database.OpenConnectionAsync(cancellationToken))
                await connection.ExecuteAsync("DELETE FROM outbox WHERE outbox_id = ANY(@ids)", new { ids = notices.Select(n => n.Id).ToArray() });
            await consuming.BasicAckAsync(tag, false, cancellationToken);
        }
    }

    async Task<IReadOnlyList<(Guid Id, string State, byte[] Body)>> Take(byte[] body, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var document = Signing.Verify(body, [DocumentTypes.Act], keys, "XB", now);
        var act = JsonSerializer.Deserialize<Act>(document.Payload, Wire.Json)!;
        var signed = JsonSerializer.Deserialize<SignedDocument>(body, Wire.Json)!;
        var header = act.Header;

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var journalId = await connection.ExecuteScalarAsync<long?>(
            """
            INSERT INTO journal (sender_state, lane, act_id, sequence, request_id, act_type, digest, body, received_at)
            VALUES (@state, 'Routine', @act, @sequence, @request, @type, @digest, @body, @now) ON CONFLICT DO NOTHING RETURNING journal_id
            """,
            new { state = header.Sender.State, act = header.ActId, sequence = header.Sequence, request = header.RequestId, type = act.Type, digest = document.PayloadDigest, body = System.Text.Encoding.UTF8.GetString(body), now },
            transaction);
        if (journalId == null)
            return [];
        var (stored, version) = await connection.QuerySingleAsync<(string, long)>("SELECT body, version FROM requests WHERE request_id = @id FOR UPDATE", new { id = header.RequestId }, transaction);
        var before = Casework.Request.Read(stored);
        if (rules.Decide(before, act, now) is not Applied applied)
            throw new InvalidOperationException("The measurement's acts are all allowed.");
        var after = applied.Request with { HeardRequested = header.Sequence };
        var row = Rows.Request(after, now);
        await connection.ExecuteAsync(
            """
            UPDATE requests SET state = @State, since = @Since, next_due = COALESCE(@NextDue, next_due), level = @Level, version = version + 1, body = @Body, updated_at = @now
            WHERE request_id = @RequestId AND version = @version
            """,
            new { row.State, row.Since, row.NextDue, row.Level, row.Body, now, row.RequestId, version },
            transaction);
        foreach (var deadline in after.Deadlines.Except(before.Deadlines))
        {
            var d = Rows.Deadline(after.Id, deadline);
            await connection.ExecuteAsync(
                """
                INSERT INTO deadlines (deadline_id, request_id, rule_id, on_whom, status, started, due, look_at, level)
                VALUES (@DeadlineId, @RequestId, @RuleId, @OnWhom, @Status, @Started, @Due, @LookAt, @Level)
                ON CONFLICT (deadline_id) DO UPDATE SET status = excluded.status, due = excluded.due, look_at = excluded.look_at, level = excluded.level
                """,
                d,
                transaction);
        }
        await connection.ExecuteAsync("INSERT INTO decisions (journal_id, outcome, state_after, decided_at) VALUES (@journalId, 'Applied', @State, @now)", new { journalId, after.State, now }, transaction);
        await Leaf(connection, transaction, header.RequestId, now, "ActApplied", header.Sender.State, JsonSerializer.Serialize(new { header.ActId, act.Type, document.PayloadDigest, after.State }, Wire.Json));
        foreach (var fact in applied.Facts)
            await Leaf(connection, transaction, header.RequestId, now, fact.Kind, PublicKey.HubOwner, JsonSerializer.Serialize(new { fact.Text }, Wire.Json));
        await connection.ExecuteAsync("INSERT INTO receipts (of_act_id, request_id, to_state, accepted_at) VALUES (@act, @request, 'XA', @now)", new { act = header.ActId, request = header.RequestId, now }, transaction);
        var notices = new List<(Guid, string, byte[])>();
        foreach (var (state, told) in new (string, object)[]
        {
            ("XA", new ActDelivered { Act = signed, ReceivedAt = now, Standing = rules.StandingFor(after, Side.Requesting) }),
            ("XB", new ActAccepted { ActId = header.ActId, ReceivedAt = now, Standing = rules.StandingFor(after, Side.Requested) }),
        })
        {
            var sequence = await connection.ExecuteScalarAsync<long>("UPDATE state_links SET out_sequence = out_sequence + 1 WHERE state = @state RETURNING out_sequence", new { state }, transaction);
            var notice = new Notice
            {
                Type = told.GetType().Name,
                Header = new NoticeHeader { NoticeId = Ids.From($"{header.ActId:N}/{state}"), RequestId = header.RequestId, Receiver = state, Sequence = sequence, At = now },
                Body = JsonSerializer.SerializeToElement(told, told.GetType(), Wire.Json),
            };
            var bytes = Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(notice, Wire.Json), DocumentTypes.Notice, hubKey));
            await connection.ExecuteAsync(
                "INSERT INTO outbox (outbox_id, state, lane, body, created_at, next_try_at) VALUES (@id, @state, 'Routine', @body, @now, @now)",
                new { id = notice.Header.NoticeId, state, body = System.Text.Encoding.UTF8.GetString(bytes), now },
                transaction);
            notices.Add((notice.Header.NoticeId, state, bytes));
        }
        await transaction.CommitAsync(cancellationToken);
        return notices;
    }

    static Task<int> Leaf(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid requestId, DateTimeOffset at, string kind, string actor, string content) =>
        connection.ExecuteAsync(
            "INSERT INTO ledger_leaf (leaf_id, request_id, at, kind, actor, content, leaf_hash) VALUES (@id, @requestId, @at, @kind, @actor, @content, @hash)",
            new { id = Guid.CreateVersion7(), requestId, at, kind, actor, content, hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content))) },
            transaction);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    sealed class Consumer(IChannel channel, System.Threading.Channels.ChannelWriter<(ulong, byte[])> waiting) : AsyncDefaultBasicConsumer(channel)
    {
        public override Task HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties,
            ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            waiting.TryWrite((deliveryTag, body.ToArray()));
            return Task.CompletedTask;
        }
    }
}
