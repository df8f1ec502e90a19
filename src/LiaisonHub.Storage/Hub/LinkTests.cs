using System.Text.Json;

namespace LiaisonHub.Storage.Hub;

/// <summary>A test of a state's link that somebody at the console asked for. All instants by the clock for technical matters.</summary>
public sealed record LinkTest
{
    /// <summary>How long a hub may need for one. What has no end after that belongs to a process that is gone.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Also the id of the question the adapter answers.</summary>
    public required Guid TestId { get; init; }

    /// <summary>The state at the other end.</summary>
    public required string State { get; init; }

    public required DateTimeOffset AskedAt { get; init; }
    public required string AskedBy { get; init; }
    public required string Reason { get; init; }

    /// <summary>When a hub began with it. Null: none has yet.</summary>
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary>The stages that are done, as JSON. Null: none is.</summary>
    public string? Stages { get; init; }

    /// <summary>When the adapter's answer came. Null: none came.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>The report that answered, as JSON. Null: none came.</summary>
    public string? Answer { get; init; }

    /// <summary>When all that was tried was done. Null: it is under way, or its hub is gone.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>True: it is waited for still.</summary>
    public bool UnderWay(DateTimeOffset now) => EndedAt is null && now - (TakenAt ?? AskedAt) < Longest;
}

/// <summary>Tests of links: asked for at the console, carried out by one hub, answered at whichever hub's edge the adapter's report arrives.</summary>
public sealed class LinkTests(Database database)
{
    const string Columns = "test_id, state, asked_at, asked_by, reason, taken_at, stages, answered_at, answer, ended_at";

    static readonly Statement SelectUnderWay = new(_ => $"SELECT {Columns} FROM link_tests WHERE state = @state AND ended_at IS NULL AND asked_at > @since");
    static readonly Statement Insert = new(_ => "INSERT INTO link_tests (test_id, state, asked_at, asked_by, reason) VALUES (@TestId, @State, @AskedAt, @AskedBy, @Reason)");
    static readonly Statement SelectOne = new(_ => $"SELECT {Columns} FROM link_tests WHERE test_id = @testId");
    static readonly Statement SelectPage = new(d => $"SELECT {Columns} FROM link_tests WHERE state = @state ORDER BY asked_at DESC, test_id DESC {d.FirstRows("@atMost")}");

    static readonly Statement SelectLatest = new(_ => $"""
        SELECT {Columns} FROM link_tests AS t WHERE NOT EXISTS (SELECT 1 FROM link_tests AS l WHERE l.state = t.state AND (l.asked_at > t.asked_at OR (l.asked_at = t.asked_at AND l.test_id > t.test_id)))
        """);

    static readonly Statement SelectWaiting = new(d => $"SELECT {Columns} FROM link_tests WHERE ended_at IS NULL AND taken_at IS NULL AND asked_at > @since ORDER BY asked_at {d.FirstRows("@atMost")}");
    static readonly Statement Taking = new(_ => "UPDATE link_tests SET taken_at = @now WHERE test_id = @testId AND taken_at IS NULL");
    static readonly Statement StoreStages = new(_ => "UPDATE link_tests SET stages = @stages, ended_at = @ended WHERE test_id = @testId AND ended_at IS NULL");
    static readonly Statement StoreAnswer = new(_ => "UPDATE link_tests SET answered_at = @at, answer = @answer WHERE test_id = @testId AND state = @state AND answered_at IS NULL AND ended_at IS NULL");

    /// <summary>Asks for a test; that it was asked for stands in the ledger. One at a time for each state.</summary>
    /// <returns>The test, or the one that is under way.</returns>
    public async Task<LinkTest> Ask(LinkTest test, DateTimeOffset legally, CancellationToken cancellationToken, Guid? account = null)
    {
        await using var unit = await database.Begin(cancellationToken);
        var open = await unit.Query<LinkTest>(SelectUnderWay, new { state = test.State, since = test.AskedAt - 2 * LinkTest.Longest }, cancellationToken);
        if (open.FirstOrDefault(t => t.UnderWay(test.AskedAt)) is { } running)
            return running;
        await unit.Execute(Insert, test, cancellationToken);
        await Ledger.Record(unit, [Leaf(legally, "LinkTestAsked", test.AskedBy, new { test.TestId, test.State, test.Reason }) with { Account = account }], cancellationToken);
        await unit.Commit(cancellationToken);
        return test;
    }

    /// <summary>One test. Null: there is none with this id.</summary>
    public Task<LinkTest?> Get(Guid testId, CancellationToken cancellationToken) => database.One<LinkTest>(SelectOne, new { testId }, cancellationToken);

    /// <summary>The tests of a state, last first.</summary>
    public Task<IReadOnlyList<LinkTest>> Page(string state, int atMost, CancellationToken cancellationToken) => database.Query<LinkTest>(SelectPage, new { state, atMost }, cancellationToken);

    /// <summary>The last test of each state that was ever tested from here.</summary>
    public Task<IReadOnlyList<LinkTest>> Latest(CancellationToken cancellationToken) => database.Query<LinkTest>(SelectLatest, null, cancellationToken);

    /// <summary>Takes what waits; of several hubs one has each.</summary>
    public async Task<IReadOnlyList<LinkTest>> Take(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Asked first without a transaction: mostly nothing waits.
        var waiting = await database.Query<LinkTest>(SelectWaiting, new { since = now - LinkTest.Longest, atMost = 50 }, cancellationToken);
        var taken = new List<LinkTest>();
        foreach (var test in waiting)
        {
            await using var unit = await database.Begin(cancellationToken);
            if (await unit.Execute(Taking, new { testId = test.TestId, now }, cancellationToken) == 0)
                continue;
            await unit.Commit(cancellationToken);
            taken.Add(test with { TakenAt = now });
        }
        return taken;
    }

    /// <summary>Notes the stages that are done.</summary>
    public Task Note(Guid testId, string stages, CancellationToken cancellationToken) => database.Execute(StoreStages, new { testId, stages, ended = (DateTimeOffset?)null }, cancellationToken);

    /// <summary>It is done; what came of it stands in the ledger.</summary>
    /// <param name="test">The test.</param>
    /// <param name="stages">All stages, as JSON.</param>
    /// <param name="outcome">In a word, for the ledger.</param>
    /// <param name="now">The clock for technical matters.</param>
    /// <param name="legally">The legal clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task End(LinkTest test, string stages, string outcome, DateTimeOffset now, DateTimeOffset legally, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.Execute(StoreStages, new { testId = test.TestId, stages, ended = (DateTimeOffset?)now }, cancellationToken) == 0)
            return;
        await Ledger.Record(unit, [Leaf(legally, "LinkTested", "hub", new { test.TestId, test.State, outcome })], cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>The adapter of a state has answered. One that nobody waits for any more is left alone.</summary>
    public Task Answered(Guid testId, string state, string answer, DateTimeOffset at, CancellationToken cancellationToken) => database.Execute(StoreAnswer, new { testId, state, answer, at }, cancellationToken);

    static LedgerLeaf Leaf(DateTimeOffset at, string kind, string actor, object content) => new() { At = at, Kind = kind, Actor = actor, Content = JsonSerializer.Serialize(content, JsonSerializerOptions.Web) };
}
