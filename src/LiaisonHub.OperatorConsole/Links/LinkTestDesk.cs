using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Links;

/// <summary>That a link is to be tested.</summary>
/// <param name="Reason">Why.</param>
/// <param name="By">Who asks, where nobody signs in: name and function.</param>
public sealed record LinkTestWish(string? Reason, string? By = null);

/// <summary>How a test of a link stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LinkTestStatus>))]
public enum LinkTestStatus
{
    /// <summary>No hub has taken it up yet.</summary>
    Waiting,

    /// <summary>A hub is at it.</summary>
    Running,

    /// <summary>All that was tried is as it should be.</summary>
    Good,

    /// <summary>It works, and something is to be looked at.</summary>
    Warning,

    /// <summary>A stage failed.</summary>
    Failed,

    /// <summary>The hub that had it is gone, or none took it: nothing is known.</summary>
    Abandoned,
}

/// <summary>One stage of a test of a link.</summary>
/// <param name="Stage">Which.</param>
/// <param name="Verdict">How it ended. Null: it is to come.</param>
/// <param name="Took">How long it took (ms). Null: it was not tried.</param>
/// <param name="Found">What was found.</param>
/// <param name="Remedy">What to do. Null: nothing.</param>
public sealed record LinkTestStage(
    [property: JsonConverter(typeof(JsonStringEnumConverter<ProbeStage>))] ProbeStage Stage, [property: JsonConverter(typeof(JsonStringEnumConverter<ProbeVerdict>))] ProbeVerdict? Verdict, long? Took, string Found, string? Remedy);

/// <summary>A test of a link, as it stands.</summary>
public sealed record LinkTestBoard
{
    /// <summary>The clock for technical matters (UTC): tests run on it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The test.</summary>
    public required Guid TestId { get; init; }

    /// <summary>The state at the other end.</summary>
    public required string State { get; init; }

    /// <summary>When it was asked for (UTC).</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Who asked, as the ledger says it.</summary>
    public required string AskedBy { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>When it was done (UTC). Null: it is not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How it stands.</summary>
    public required LinkTestStatus Status { get; init; }

    /// <summary>All stages, in their order.</summary>
    public required IReadOnlyList<LinkTestStage> Stages { get; init; }

    /// <summary>True: it is worth looking again.</summary>
    public bool UnderWay => Status is LinkTestStatus.Waiting or LinkTestStatus.Running;

    /// <summary>The stage that failed. Null: none did.</summary>
    public LinkTestStage? FailedAt => Stages.FirstOrDefault(s => s.Verdict == ProbeVerdict.Failed);
}

/// <summary>Where tests of links are asked for and looked at: the same from a page, over the API and from the command line.</summary>
public sealed class LinkTestDesk(LinkTests tests, Texts texts, TimeProvider time, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    const int Kept = 20;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Asks for a test of a state that is known; while one is under way, that one is the answer.</summary>
    /// <returns>The test, or what is wrong with what was asked.</returns>
    public async Task<(LinkTestBoard? Test, IReadOnlyList<string> Problems)> Ask(string state, LinkTestWish wish, Caller caller, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var (by, reason) = Fields.WhoAndWhy(caller, wish.By, wish.Reason, texts, problems);
        if (problems.Count > 0)
            return (null, problems);
        var now = technical.GetUtcNow();
        return (Board(await tests.Ask(new() { TestId = Guid.CreateVersion7(now), State = state, AskedAt = now, AskedBy = by, Reason = reason }, time.GetUtcNow(), cancellationToken, caller.AccountId)), []);
    }

    /// <summary>One test of a state. Null: it has none with this id.</summary>
    public async Task<LinkTestBoard?> Get(string state, Guid testId, CancellationToken cancellationToken) =>
        await tests.Get(testId, cancellationToken) is { } test && test.State == state ? Board(test) : null;

    /// <summary>The last tests of a state, the newest first.</summary>
    public async Task<IReadOnlyList<LinkTestBoard>> Of(string state, CancellationToken cancellationToken) => [.. (await tests.Page(state, Kept, cancellationToken)).Select(Board)];

    /// <summary>The last test of each state that has one.</summary>
    public async Task<IReadOnlyDictionary<string, LinkTestBoard>> Latest(CancellationToken cancellationToken) => (await tests.Latest(cancellationToken)).ToDictionary(t => t.State, Board);

    LinkTestBoard Board(LinkTest test)
    {
        var now = technical.GetUtcNow();
        var done = (test.Stages is { } stages ? JsonSerializer.Deserialize<IReadOnlyList<ProbeResult>>(stages, Json)! : []).ToDictionary(r => r.Stage);
        return new()
        {
            At = now,
            TestId = test.TestId,
            State = test.State,
            AskedAt = test.AskedAt,
            AskedBy = test.AskedBy,
            Reason = test.Reason,
            EndedAt = test.EndedAt,
            Status = test.EndedAt is null ? !test.UnderWay(now) ? LinkTestStatus.Abandoned : test.TakenAt is null ? LinkTestStatus.Waiting : LinkTestStatus.Running
                : done.Values.Any(r => r.Verdict == ProbeVerdict.Failed) ? LinkTestStatus.Failed : done.Values.Any(r => r.Verdict == ProbeVerdict.Warning) ? LinkTestStatus.Warning : LinkTestStatus.Good,
            Stages = [.. Enum.GetValues<ProbeStage>().Select(stage => done.TryGetValue(stage, out var result) ? new LinkTestStage(stage, result.Verdict, result.Took, result.Found, result.Remedy) : new(stage, null, null, "", null))],
        };
    }
}
