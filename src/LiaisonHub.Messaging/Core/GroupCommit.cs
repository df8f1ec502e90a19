using System.Diagnostics.Metrics;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.Messaging.Core;

/// <summary>What one message comes to: rows to write, and notices that are numbered and signed when the group commits.</summary>
public sealed record Outcome(Change Change, IReadOnlyList<NoticeDraft> Notices)
{
    /// <summary>Requests that are opened by it, in the same transaction.</summary>
    public IReadOnlyList<Change> Opened { get; init; } = [];
}

/// <summary>
/// Commits together what waits together. Messages that are being consumed at the same moment share one transaction: one statement loads their rows under lock, each decides on its own, one
/// batch writes everything, one commit makes it durable. Nobody waits for company: an idle hub commits one message at once.
/// </summary>
/// <remarks>A request appears at most once in a group, so within a transaction nobody sees half of another's work. When a group cannot be written, each of its messages is tried alone, so that a
/// message which poisons the write fails by itself and its neighbours do not.</remarks>
public sealed partial class GroupCommit(Database database, RequestStore requests, NoticeWriter notices, OutboxSignal outbox, ILogger<GroupCommit> log) : BackgroundService
{
    static readonly Counter<long> Decided = LiaisonTelemetry.Meter.CreateCounter<long>("liaisonhub.acts.decided", "{act}", "Acts decided, by what became of them");

    const int LargestGroup = 50;
    readonly Channel<Member> arriving = Channel.CreateUnbounded<Member>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Runs <paramref name="decide"/> on the rows of <paramref name="work"/> inside a group's transaction and returns when that has committed.</summary>
    /// <param name="decide">Returns null when there is nothing to write. Must be quick and must not wait for anything outside.</param>
    public async Task Run(Work work, Func<LoadedWork, Task<Outcome?>> decide, CancellationToken cancellationToken)
    {
        var member = new Member(work);
        var turns = member.First;
        if (!arriving.Writer.TryWrite(member))
            throw new OperationCanceledException("The hub is stopping.");
        // From here the group owns the outcome: giving up the wait would leave the truth unknown, so only the group's loop ends it.
        while (true)
        {
            var turn = await turns;
            // Where it failed is where it was decided, and not here.
            if (turn.Failure != null)
                ExceptionDispatchInfo.Throw(turn.Failure);
            if (turn.Committed)
                return;
            turns = turn.Following.Task;
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                turn.Decided.TrySetResult(await decide(turn.Loaded!));
            }
            catch (Exception e)
            {
                turn.Decided.TrySetException(e);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var waiting = new List<Member>();
        try
        {
            while (waiting.Count > 0 || await arriving.Reader.WaitToReadAsync(stoppingToken))
            {
                while (waiting.Count < LargestGroup * 4 && arriving.Reader.TryRead(out var member))
                    waiting.Add(member);
                var group = TakeGroup(waiting);
                waiting.InsertRange(0, await Commit(group, stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            arriving.Writer.TryComplete();
            while (arriving.Reader.TryRead(out var member))
                waiting.Add(member);
            foreach (var member in waiting)
                member.End(new OperationCanceledException("The hub is stopping.", stoppingToken));
        }
    }

    static List<Member> TakeGroup(List<Member> waiting)
    {
        var group = new List<Member>(Math.Min(waiting.Count, LargestGroup));
        var seen = new HashSet<Guid>();
        for (var i = 0; i < waiting.Count && group.Count < LargestGroup;)
        {
            if (seen.Add(waiting[i].Work.RequestId))
            {
                group.Add(waiting[i]);
                waiting.RemoveAt(i);
            }
            else
                i++;
        }
        return group;
    }

    // Returns those whose turn is still to come.
    async Task<IReadOnlyList<Member>> Commit(List<Member> group, CancellationToken cancellationToken)
    {
        try
        {
            return await Attempt(group, cancellationToken);
        }
        catch (Exception e) when (group.Count > 1 && e is not OperationCanceledException && !database.IsAway(e))
        {
            GroupFailed(log, e, group.Count);
            foreach (var member in group)
                await Commit([member], cancellationToken);
        }
        catch (Exception e)
        {
            foreach (var member in group)
                member.End(e);
        }
        return [];
    }

    async Task<IReadOnlyList<Member>> Attempt(List<Member> taken, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        var all = await requests.Load(unit, [.. taken.Select(m => m.Work)], cancellationToken);
        // Of requests that look at each other one has its turn: the next sees what became of it.
        var looked = new HashSet<Guid>();
        var now = Enumerable.Range(0, taken.Count).Where(i => all[i].LooksAtGroup is not { } at || looked.Add(at)).ToList();
        var (group, loaded) = (now.ConvertAll(i => taken[i]), now.ConvertAll(i => all[i]));
        var turns = new Turn[group.Count];
        for (var i = 0; i < group.Count; i++)
            turns[i] = group[i].Next(loaded[i]);
        var outcomes = new List<Outcome>(group.Count);
        var failures = new List<(Member Member, Exception Failure)>();
        for (var i = 0; i < group.Count; i++)
        {
            try
            {
                if (await turns[i].Decided.Task is { } outcome)
                    outcomes.Add(outcome);
            }
            catch (Exception e)
            {
                failures.Add((group[i], e));
            }
        }
        if (outcomes.Count > 0)
        {
            var rows = await notices.Number(unit, [.. outcomes.SelectMany(o => o.Notices)], cancellationToken);
            await requests.Write(unit, [.. Numbered(outcomes, rows)], cancellationToken);
            CrashPoint.At(CrashPoint.CoreBeforeCommit);
            await unit.Commit(cancellationToken);
            CrashPoint.At(CrashPoint.CoreBeforeAcknowledge);
            foreach (var decision in outcomes.SelectMany(o => o.Change.Decisions))
                Decided.Add(1, new KeyValuePair<string, object?>("outcome", decision.Outcome));
            if (rows.Count > 0)
                outbox.Set();
        }
        foreach (var (member, failure) in failures)
            member.End(failure);
        foreach (var member in group)
            member.End(null);
        return [.. taken.Except(group)];
    }

    // The rows come in the order of the drafts.
    static IEnumerable<Change> Numbered(List<Outcome> outcomes, IReadOnlyList<OutboxRow> rows)
    {
        var next = 0;
        foreach (var outcome in outcomes)
        {
            yield return outcome.Change with { Outbox = [.. rows.Skip(next).Take(outcome.Notices.Count)] };
            next += outcome.Notices.Count;
            foreach (var opened in outcome.Opened)
                yield return opened;
        }
    }

    [LoggerMessage(2201, LogLevel.Warning, "A group of {Count} could not be committed; its members are tried one by one")]
    static partial void GroupFailed(ILogger log, Exception e, int count);

    /// <summary>One message waiting for its turn. It may get two: the group's, and when that fails one alone.</summary>
    sealed class Member
    {
        TaskCompletionSource<Turn> coming = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool ended;

        public Member(Work work)
        {
            Work = work;
            First = coming.Task;
        }

        public Work Work { get; }

        public Task<Turn> First { get; }

        public Turn Next(LoadedWork loaded)
        {
            var turn = new Turn { Loaded = loaded };
            coming.SetResult(turn);
            coming = turn.Following;
            return turn;
        }

        public void End(Exception? failure)
        {
            if (ended)
                return;
            ended = true;
            coming.SetResult(new Turn { Committed = failure == null, Failure = failure });
        }
    }

    sealed class Turn
    {
        public LoadedWork? Loaded { get; init; }

        public bool Committed { get; init; }

        public Exception? Failure { get; init; }

        public TaskCompletionSource<Outcome?> Decided { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<Turn> Following { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
