using Dapper;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Storage;
using Npgsql;

namespace LiaisonHub.IntegrationTests.Storage;

/// <summary>The logins of infra/postgresql/roles.sql, made and used as in production: each can do its work and nothing else.</summary>
public sealed class LoginsOnPostgreSql(PostgresServer server) : IAsyncLifetime
{
    static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    HubLogins logins = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => logins = await server.NewHubDatabase(Cancelled);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_hubs_login_can_do_all_of_the_hubs_work()
    {
        await using var database = Open("liaisonhub_hub");
        await Work(database);

        Assert.Equal(2, await new Outbox(database).Deliver(10, (rows, _) => Task.FromResult<IReadOnlySet<Guid>>(new HashSet<Guid> { rows[0].OutboxId }), Cancelled));
        Assert.Single(await new Deadlines(database).Claim(Guid.NewGuid(), Now.AddDays(2), TimeSpan.FromMinutes(1), 10, Cancelled));
        Assert.NotNull(await new Leases(database).TakeLease("clock", Guid.NewGuid(), TimeSpan.FromMinutes(1), Cancelled));
        Assert.Equal(1, await new Ledger(database).Chain(Now, 10, Cancelled));
        await new AdapterRegister(database).Expect(["XA"], Now, Cancelled);
        Assert.Single(await new AdapterRegister(database).FallenSilent(Now.AddDays(1), Cancelled));
        await new Journal(database).RaiseWatermarks(Cancelled);
        var id = await new Quarantine(database).Add(Message, Cancelled);
        Assert.True(await new Quarantine(database).RequestRetry(id, "anna", "x", Cancelled));
        await using (var unit = await database.Begin(Cancelled))
        {
            Assert.True(await Quarantine.RetryFailed(unit, id, "TooLarge", "body", "x", "y", Cancelled));
            await unit.Commit(Cancelled);
        }
        Assert.True(await new Quarantine(database).Resolve(id, "anna", "x", "Discarded", Cancelled));
    }

    [Theory]
    [InlineData("UPDATE journal SET body = 'x'")]
    [InlineData("DELETE FROM journal")]
    [InlineData("TRUNCATE journal")]
    [InlineData("UPDATE decisions SET outcome = 'x'")]
    [InlineData("DELETE FROM decisions")]
    [InlineData("UPDATE ledger_leaf SET content = 'x'")]
    [InlineData("DELETE FROM ledger_leaf")]
    [InlineData("UPDATE ledger_deeds SET actor = 'x'")]
    [InlineData("DELETE FROM ledger_deeds")]
    [InlineData("UPDATE ledger_chain SET chain_hash = 'x'")]
    [InlineData("DELETE FROM ledger_chain")]
    [InlineData("TRUNCATE ledger_chain")]
    [InlineData("UPDATE documents SET content = 'x'")]
    [InlineData("DELETE FROM requests")]
    [InlineData("DELETE FROM quarantine")]
    [InlineData("SELECT password_hash FROM accounts")]
    [InlineData("UPDATE repair_plans SET approved_by_account = gen_random_uuid()")]
    [InlineData("UPDATE repair_items SET quarantine_id = gen_random_uuid()")]
    [InlineData("ALTER TABLE ledger_leaf DISABLE TRIGGER ALL")]
    [InlineData("DROP TRIGGER ledger_leaf_is_final ON ledger_leaf")]
    [InlineData("ALTER TABLE ledger_leaf ADD COLUMN x int")]
    [InlineData("DROP TABLE ledger_leaf")]
    [InlineData("CREATE TABLE mine (x int)")]
    [InlineData("CREATE TEMPORARY TABLE mine (x int)")]
    [InlineData("SET session_replication_role = replica")]
    [InlineData("SET ROLE liaisonhub_owner")]
    [InlineData("INSERT INTO schemaversions (scriptname, applied) VALUES ('x', now())")]
    public async Task The_hubs_login_can_neither_rewrite_what_happened_nor_change_the_tables(string sql) => await Refused("liaisonhub_hub", sql);

    [Fact]
    public async Task The_consoles_login_reads_records_views_and_notes_what_is_decided_about_quarantine()
    {
        Guid waiting, retried;
        await using (var hub = Open("liaisonhub_hub"))
        {
            await Work(hub);
            waiting = await new Quarantine(hub).Add(Message, Cancelled);
            retried = await new Quarantine(hub).Add(Message with { QuarantineId = Guid.NewGuid(), Digest = "d2" }, Cancelled);
        }
        await using var database = Open("liaisonhub_console");

        Assert.Empty(await new Journal(database).Gaps(10, Cancelled));
        var reads = new HubReads(database);
        Assert.Equal(1, (await reads.Today(Now, TimeSpan.FromDays(3), TimeSpan.FromDays(3), Cancelled)).Open);
        var line = Assert.Single(await reads.RequestsPage(new RequestFilter(), null, 10, Cancelled));
        Assert.Single((await reads.Request(line.RequestId, Cancelled))!.Acts);
        await new Ledger(database).Record([new LedgerLeaf { At = Now, Kind = "RequestViewed", Actor = "anna", Content = "{}" }], Cancelled);
        Assert.True(await new Quarantine(database).Resolve(waiting, "anna", "x", "Discarded", Cancelled));
        Assert.True(await new Quarantine(database).RequestRetry(retried, "anna", "x", Cancelled));
        Assert.Null(await new Ledger(database).Verify(Cancelled));

        var account = new Account { AccountId = Guid.NewGuid(), SignInName = "ANNA", Name = "Anna", Roles = "Operator", Stamp = "1", MadeBy = "this hub", MadeAt = Now };
        Assert.True(await new AccountStore(database).Add(account, "this hub", Cancelled));
        Assert.True(await new AccountStore(database).Change(account, "1", "SignedIn", "Anna", null, Cancelled));
        Assert.Equal(2, await new RefusedTries(database).Count(new(RefusedTry.SignIn, "Anna", account.AccountId), 2, Cancelled));
        await new Verifications(database).Note(new(Now, await new Ledger(database).Head(Cancelled), null), "Anna", Cancelled, account.AccountId);
        var (answers, deed) = (new ApiAnswers(database), new KeyedDeed(account.AccountId, "a key of sixteen and more", "x"));
        await answers.Keep(deed, "answered", claimed: false, Cancelled);
        Assert.Equal(new KnownKey(true, "answered"), await answers.Known(deed, Cancelled));
        var plans = new RepairPlans(database);
        var plan = (await plans.Make(RepairPlanTests.Of(RepairDeed.Retry) with { PlanId = Guid.NewGuid() }, null, null, null, Cancelled)).Plan;
        Assert.Null(plan);
        await new Quarantine(database).Rewrap((await new Quarantine(database).Get(waiting, Cancelled))!, Message, "anna", "x", Cancelled);
        await using (var hub = Open("liaisonhub_hub"))
            await new Quarantine(hub).Add(Message with { QuarantineId = Guid.NewGuid(), Digest = "d3" }, Cancelled);
        plan = (await plans.Make(RepairPlanTests.Of(RepairDeed.Retry), null, null, null, Cancelled)).Plan!;
        Assert.True(await plans.Foresee(plan.PlanId, "A. Bell", Cancelled));
        await using (var hub = Open("liaisonhub_hub"))
        {
            var carried = new RepairPlans(hub);
            var wished = Assert.Single(await carried.Open(10, Cancelled));
            await carried.Note([(await carried.ToForesee(wished, 10, Cancelled))[0] with { Foreseen = Foresight.WouldWork, ForeseenAt = Now }], Cancelled);
            await carried.NoteAll(wished, Cancelled);
            Assert.True(await plans.Run(plan.PlanId, 1, 1, Now.AddDays(-1), "anna", Cancelled));
            Assert.NotNull(await carried.Do((await carried.Get(plan.PlanId, Cancelled))!, (await carried.Next(plan.PlanId, 1, Cancelled))[0], Now, null, Cancelled));
            Assert.True(await carried.Stop(plan.PlanId, "hub", "x", Cancelled));
        }
        Assert.True(await new Quarantine(database).WishAsideOf(retried, account.AccountId, "Anna", "x", Now.AddYears(1), Cancelled));
    }

    [Theory]
    [InlineData("DELETE FROM accounts")]
    [InlineData("DELETE FROM refused_tries")]
    [InlineData("UPDATE requests SET state = 'x'")]
    [InlineData("INSERT INTO undecided (journal_id, request_id, received_at) VALUES (1, gen_random_uuid(), now())")]
    [InlineData("DELETE FROM outbox")]
    [InlineData("UPDATE quarantine SET body = ''")]
    [InlineData("DELETE FROM quarantine")]
    [InlineData("UPDATE repair_items SET status = 'Processed'")]
    [InlineData("DELETE FROM ledger_pending")]
    [InlineData("UPDATE ledger_leaf SET content = 'x'")]
    [InlineData("UPDATE ledger_deeds SET actor = 'x'")]
    [InlineData("DELETE FROM ledger_deeds")]
    [InlineData("INSERT INTO ledger_chain (position, leaf_id, leaf_hash, chain_hash, chained_at) VALUES (0, gen_random_uuid(), '', '', now())")]
    [InlineData("CREATE TABLE mine (x int)")]
    public async Task The_consoles_login_changes_nothing_else(string sql) => await Refused("liaisonhub_console", sql);

    [Theory]
    [InlineData("INSERT INTO ledger_leaf (leaf_id, at, kind, actor, content, leaf_hash) VALUES (gen_random_uuid(), now(), '', '', '', '')")]
    [InlineData("UPDATE quarantine SET status = 'Resolved'")]
    [InlineData("SELECT password_hash FROM accounts")]
    [InlineData("SELECT answer FROM api_answers")]
    [InlineData("SET default_transaction_read_only = off; UPDATE quarantine SET status = 'Resolved'")]
    public async Task The_readers_login_reads_and_no_more(string sql)
    {
        await using var database = Open("liaisonhub_reader");
        Assert.Equal(0, (await new HubReads(database).Today(Now, TimeSpan.FromDays(3), TimeSpan.FromDays(3), Cancelled)).Open);

        await Refused("liaisonhub_reader", sql);
    }

    static QuarantinedMessage Message => new()
    {
        QuarantineId = Guid.NewGuid(),
        Source = "edge",
        State = "XA",
        Code = "TooLarge",
        Reason = "It has 2 MiB",
        Fix = "Send evidence in parts",
        Body = [1],
        Digest = "d1",
        At = Now,
    };

    Database Open(string login) => Database.Open(Address(login), TimeProvider.System);

    string Address(string login) => login switch { "liaisonhub_hub" => logins.Hub, "liaisonhub_console" => logins.Console, _ => logins.Reader };

    async Task As(string login, string sql)
    {
        await using var connection = new NpgsqlConnection(Address(login)["postgres:".Length..]);
        await connection.ExecuteAsync(new CommandDefinition(sql, cancellationToken: Cancelled));
    }

    async Task Refused(string login, string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => As(login, sql));

        Assert.True(refusal.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction, $"{refusal.SqlState}: {refusal.MessageText}");
    }

    static async Task Work(Database database)
    {
        var requestId = Guid.NewGuid();
        var act = new ArrivedAct
        {
            SenderState = "XA",
            Lane = "Routine",
            ActId = Guid.NewGuid(),
            Sequence = 1,
            RequestId = requestId,
            ActType = "RequestSubmitted",
            Digest = new string('0', 64),
            Body = "{}",
            ReceivedAt = Now,
        };
        var taken = Assert.Single(await new Journal(database).Take([act], Cancelled));
        Assert.Equal(Taken.Duplicate, Assert.Single(await new Journal(database).Take([act], Cancelled)).Outcome);
        var work = new Work { JournalId = taken.JournalId, RequestId = requestId };
        var store = new RequestStore(database);
        for (var version = 0; version < 2; version++)
        {
            await using var unit = await database.Begin(Cancelled);
            Assert.Equal(version, Assert.Single(await store.Load(unit, [work], Cancelled)).Request?.Version ?? 0);
            await store.NextSequences(unit, new Dictionary<string, int> { ["XB"] = 1 }, Cancelled);
            await store.Write(unit, [Change(version)], Cancelled);
            await unit.Commit(Cancelled);
        }

        Change Change(int version) => new()
        {
            Work = work,
            ExpectedVersion = version,
            Request = new RequestRow
            {
                RequestId = requestId,
                Procedure = "MutualAssistance",
                Instrument = "EIO",
                Reference = "XA-XB-2026-1",
                RequestingState = "XA",
                RequestedState = "XB",
                State = "Submitted",
                Since = Now,
                Priority = "Routine",
                Body = "{}",
                CreatedAt = Now,
                UpdatedAt = Now,
            },
            Deadlines =
            [
                new()
                {
                    DeadlineId = requestId,
                    RequestId = requestId,
                    RuleId = "EIO-D1",
                    OnWhom = "Requested",
                    Status = DeadlineRow.Running,
                    Started = Now,
                    LookAt = Now.AddDays(1),
                },
            ],
            Decisions = version == 0 ? [new() { JournalId = taken.JournalId, Outcome = Decisions.Parked, At = Now }] : [new() { JournalId = taken.JournalId, Outcome = Decisions.Applied, At = Now }],
            Leaves = version == 0 ? [new() { At = Now, Kind = "RequestSubmitted", Actor = "XA-CA", Content = "{}" }] : [],
            Outbox = [new() { OutboxId = Guid.NewGuid(), State = "XB", Lane = "Routine", Body = "{}", CreatedAt = Now }],
            Receipts = [new() { OfActId = act.ActId, RequestId = requestId, ToState = "XB", Stage = version == 0 ? ReceiptRow.Accepted : ReceiptRow.Opened, At = Now }],
            Documents = version == 0
                ? [new() { DocumentId = Guid.NewGuid(), RequestId = requestId, Kind = "Note", Title = "Note verbale", MediaType = "text/html", Content = "<p>", At = Now }]
                : [],
        };
    }
}
