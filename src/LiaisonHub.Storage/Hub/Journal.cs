using System.Collections.Concurrent;
using System.Data.Common;

namespace LiaisonHub.Storage.Hub;

/// <summary>A signed act as the edge took it from a state's link: authentic, read, not yet understood.</summary>
public sealed record ArrivedAct
{
    /// <summary>State that signed it.</summary>
    public required string SenderState { get; init; }

    /// <summary>Lane it came by: <c>Routine</c> or <c>Urgent</c>.</summary>
    public required string Lane { get; init; }

    public required Guid ActId { get; init; }

    /// <summary>Position among everything the state ever sent.</summary>
    public required long Sequence { get; init; }

    public required Guid RequestId { get; init; }
    public required string ActType { get; init; }

    /// <summary>SHA-256 of the signed payload, lower-case hex: the same act is the same content.</summary>
    public required string Digest { get; init; }

    /// <summary>The flattened JWS as JSON, exactly as signed.</summary>
    public required string Body { get; init; }

    /// <summary>The hub's clock (UTC): legal time runs from here.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    public string? TraceParent { get; init; }
}

/// <summary>What the journal says to an arrived act.</summary>
public enum Taken
{
    /// <summary>Journaled now; to be decided.</summary>
    New,

    /// <summary>The same act with the same content came before. Its first result stands.</summary>
    Duplicate,

    /// <summary>The act id was used before for other content: a security alarm. Not journaled.</summary>
    ActIdConflict,

    /// <summary>The sequence number was used before for another act: a security alarm. Not journaled.</summary>
    SequenceConflict,
}

/// <summary>An arrived act and what became of it.</summary>
public sealed record TakenAct
{
    public required ArrivedAct Act { get; init; }
    public required Taken Outcome { get; init; }

    /// <summary>The journal's row: its own, or for a duplicate or a conflict the one that was there first.</summary>
    public required long JournalId { get; init; }

    /// <summary>For a duplicate: when it was decided. Null: not yet.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>For a duplicate: <see cref="Decisions"/>. Null: not yet.</summary>
    public string? DecidedOutcome { get; init; }

    public string? RefusalCode { get; init; }
    public string? RefusalReason { get; init; }
}

/// <summary>Numbers a state never sent, or that were lost on the way.</summary>
public sealed record SequenceGap
{
    public required string State { get; init; }

    /// <summary>First number missing.</summary>
    public required long FirstMissing { get; init; }

    /// <summary>Last number missing before the next act that did arrive.</summary>
    public required long LastMissing { get; init; }

    /// <summary>When the act behind the gap arrived (UTC).</summary>
    public required DateTimeOffset Since { get; init; }
}

/// <summary>Every act that ever reached the hub, as signed. Rows are added and never changed; what was decided stands beside them.</summary>
public sealed class Journal(Database database)
{
    static readonly RowShape<ArrivedAct> Arrived = new RowShape<ArrivedAct>()
        .Text("sender_state", a => a.SenderState)
        .Text("lane", a => a.Lane)
        .Id("act_id", a => a.ActId)
        .Number("sequence", a => a.Sequence)
        .Id("request_id", a => a.RequestId)
        .Text("act_type", a => a.ActType)
        .Text("digest", a => a.Digest)
        .LongText("body", a => a.Body)
        .Instant("received_at", a => a.ReceivedAt)
        .Text("trace_parent", a => a.TraceParent);

    static readonly RowShape<ArrivedAct> Keys = new RowShape<ArrivedAct>()
        .Text("sender_state", a => a.SenderState)
        .Id("act_id", a => a.ActId)
        .Number("sequence", a => a.Sequence);

    static readonly RowShape<TakenAct> Waiting = new RowShape<TakenAct>()
        .Number("journal_id", t => t.JournalId)
        .Id("request_id", t => t.Act.RequestId)
        .Instant("received_at", t => t.Act.ReceivedAt);

    internal static readonly RowShape<string> States = new RowShape<string>().Text("state", s => s);

    // Always in the same order, so that two processes taking the same acts wait for each other instead of ending in a deadlock.
    static readonly Statement Insert = new(d => $"""
        INSERT INTO journal ({Arrived.Names()})
        {d.Output("journal_id", "sender_state", "act_id")}
        SELECT {Arrived.Names("r")} FROM {d.Rows(Arrived)}
        WHERE {d.SkipExisting("journal", "x.sender_state = r.sender_state AND x.act_id = r.act_id")}
          AND {d.SkipExisting("journal", "x.sender_state = r.sender_state AND x.sequence = r.sequence")}
        ORDER BY r.sender_state, r.sequence
        {d.OnConflictDoNothing}
        {d.Returning("journal_id", "sender_state", "act_id")}
        """);

    static readonly Statement InsertUndecided = new(d => $"""
        INSERT INTO undecided ({Waiting.Names()})
        SELECT {Waiting.Names("r")} FROM {d.Rows(Waiting)}
        """);

    static readonly Statement Clashing = new(d => $"""
        SELECT j.journal_id, j.sender_state, j.act_id, j.sequence, j.digest, u.parked_at,
               COALESCE(d.decided_at, u.parked_at) AS decided_at,
               COALESCE(d.outcome, CASE WHEN u.parked_at IS NOT NULL THEN '{Decisions.Parked}' END) AS outcome,
               COALESCE(d.refusal_code, u.parked_code) AS refusal_code, COALESCE(d.refusal_reason, u.parked_reason) AS refusal_reason
        FROM {d.Rows(Keys)}
        JOIN journal AS j ON j.sender_state = r.sender_state AND (j.act_id = r.act_id OR j.sequence = r.sequence)
        LEFT JOIN decisions AS d ON d.journal_id = j.journal_id
        LEFT JOIN undecided AS u ON u.journal_id = j.journal_id
        """);

    internal static readonly Statement InsertStates = new(d => $"""
        INSERT INTO state_links (state)
        SELECT r.state FROM {d.Rows(States)}
        WHERE {d.SkipExisting("state_links", "x.state = r.state")}
        ORDER BY r.state
        {d.OnConflictDoNothing}
        """);

    static readonly Statement SelectUndecided = new(d => $"""
        SELECT journal_id, request_id FROM undecided
        WHERE parked_at IS NULL AND received_at < @before
        ORDER BY journal_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectParked = new(d => $"""
        SELECT journal_id, request_id FROM undecided
        WHERE parked_at < @before
        ORDER BY journal_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement Watermarks = new(_ => "SELECT state, in_watermark FROM state_links ORDER BY state");

    static readonly Statement Behind = new(d => $"""
        SELECT sequence FROM journal
        WHERE sender_state = @state AND sequence > @after
        ORDER BY sequence {d.FirstRows("@atMost")}
        """);

    static readonly Statement ReceivedAt = new(_ => "SELECT received_at FROM journal WHERE sender_state = @state AND sequence = @sequence");
    static readonly Statement RaiseWatermark = new(_ => "UPDATE state_links SET in_watermark = @to WHERE state = @state AND in_watermark < @to");

    readonly ConcurrentDictionary<string, bool> knownStates = new(StringComparer.Ordinal);

    /// <summary>Journals what arrived, in one short transaction. When it returns, the acts may be acknowledged. The answers stand in the order of
    /// <paramref name="acts"/>.</summary>
    public async Task<IReadOnlyList<TakenAct>> Take(IReadOnlyList<ArrivedAct> acts, CancellationToken cancellationToken)
    {
        if (acts.Count == 0)
            return [];
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TakeOnce(acts, cancellationToken);
            }
            catch (DbException e) when (attempt < 5 && (database.Dialect.IsDeadlock(e) || database.IsUniqueViolation(e)))
            {
                // Another process took the same acts at the same moment; now it has them.
            }
        }
    }

    /// <summary>What would be said to an act if it arrived now. Nothing is written.</summary>
    public async Task<Taken> Peek(ArrivedAct act, CancellationToken cancellationToken) =>
        Compare(act, [.. await database.QueryRows<JournalRow>(Clashing, Keys.Of([act]), cancellationToken)])?.Outcome ?? Taken.New;

    /// <summary>Acts that were taken and never decided, oldest first, to be dispatched again. Parked acts are not among them.</summary>
    public Task<IReadOnlyList<(long JournalId, Guid RequestId)>> Undecided(DateTimeOffset receivedBefore, int atMost, CancellationToken cancellationToken) =>
        Waits(SelectUndecided, receivedBefore, atMost, cancellationToken);

    /// <summary>Acts that have waited for an earlier act of their side since before the given instant, oldest first.</summary>
    public Task<IReadOnlyList<(long JournalId, Guid RequestId)>> Parked(DateTimeOffset parkedBefore, int atMost, CancellationToken cancellationToken) =>
        Waits(SelectParked, parkedBefore, atMost, cancellationToken);

    /// <summary>The first gap of each state that has one. Only reads; costs what came since <see cref="RaiseWatermarks"/>, not what is old.</summary>
    public async Task<IReadOnlyList<SequenceGap>> Gaps(int atMost, CancellationToken cancellationToken)
    {
        var gaps = new List<SequenceGap>();
        foreach (var link in await database.Query<Watermark>(Watermarks, null, cancellationToken))
        {
            if (gaps.Count == atMost)
                break;
            var (complete, behind) = await Climb(link, cancellationToken);
            if (behind is { } first)
                gaps.Add(new SequenceGap
                {
                    State = link.State,
                    FirstMissing = complete + 1,
                    LastMissing = first - 1,
                    Since = await database.One<DateTimeOffset>(ReceivedAt, new { state = link.State, sequence = first }, cancellationToken),
                });
        }
        return gaps;
    }

    /// <summary>Notes for each state up to which number everything has come, so that nobody looks below it again. The hub's own work: who looks only reads.</summary>
    public async Task RaiseWatermarks(CancellationToken cancellationToken)
    {
        foreach (var link in await database.Query<Watermark>(Watermarks, null, cancellationToken))
            if ((await Climb(link, cancellationToken)).Complete is var complete && complete > link.InWatermark)
                await database.Execute(RaiseWatermark, new { state = link.State, to = complete }, cancellationToken);
    }

    // Up to which number everything has come, and the first number behind the gap. Null: there is no gap.
    async Task<(long Complete, long? Behind)> Climb(Watermark link, CancellationToken cancellationToken)
    {
        var complete = link.InWatermark;
        // One row tells whether there is anything to climb: a gap that stays open costs one look each time.
        for (var step = 1; ; step = 2000)
        {
            var next = await database.Query<long>(Behind, new { state = link.State, after = complete, atMost = step }, cancellationToken);
            foreach (var sequence in next)
            {
                if (sequence != complete + 1)
                    return (complete, sequence);
                complete = sequence;
            }
            if (next.Count < step)
                return (complete, null);
        }
    }

    async Task<IReadOnlyList<TakenAct>> TakeOnce(IReadOnlyList<ArrivedAct> acts, CancellationToken cancellationToken)
    {
        var answers = new TakenAct?[acts.Count];
        await using var unit = await database.Begin(cancellationToken);
        var unknown = acts.Select(a => a.SenderState).Distinct().Where(s => !knownStates.ContainsKey(s)).ToList();
        if (unknown.Count > 0)
            await new Batch().Add(InsertStates, States.Of(unknown)).Execute(unit, cancellationToken);

        var open = Enumerable.Range(0, acts.Count).ToList();
        for (var round = 1; open.Count > 0; round++)
        {
            // A second act with the same id or number waits for what becomes of the first: the database keeps one of them, and the other is compared with it.
            var ids = new HashSet<(string, Guid)>();
            var numbers = new HashSet<(string, long)>();
            var first = open.Where(i => ids.Add((acts[i].SenderState, acts[i].ActId)) & numbers.Add((acts[i].SenderState, acts[i].Sequence))).ToList();

            var inserted = new Dictionary<(string, Guid), long>();
            await new Batch().Add(Insert, Arrived.Of(first.Select(i => acts[i]))).Read(unit, [async (reader, cancelled) =>
            {
                while (await reader.ReadAsync(cancelled))
                    inserted.Add((reader.GetString(1), reader.GetGuid(2)), reader.GetInt64(0));
            }], cancellationToken);
            foreach (var i in first)
                if (inserted.TryGetValue((acts[i].SenderState, acts[i].ActId), out var journalId))
                    answers[i] = new TakenAct { Act = acts[i], Outcome = Taken.New, JournalId = journalId };
            if (inserted.Count > 0)
                await new Batch().Add(InsertUndecided, Waiting.Of(first.Select(i => answers[i]).OfType<TakenAct>())).Execute(unit, cancellationToken);

            open.RemoveAll(i => answers[i] is not null);
            if (open.Count == 0)
                break;
            var clashing = new List<JournalRow>();
            await new Batch().Add(Clashing, Keys.Of(open.Select(i => acts[i]))).Read(unit, [Rows.Into(clashing)], cancellationToken);
            foreach (var i in open)
                answers[i] = Compare(acts[i], clashing);
            open.RemoveAll(i => answers[i] is not null);
            if (round == 3 && open.Count > 0)
                throw new InvalidOperationException("The journal neither takes an act nor shows what it clashes with");
        }

        await unit.Commit(cancellationToken);
        foreach (var state in unknown)
            knownStates.TryAdd(state, true);
        return answers!;
    }

    static TakenAct? Compare(ArrivedAct act, List<JournalRow> stored)
    {
        if (stored.Find(j => j.SenderState == act.SenderState && j.ActId == act.ActId) is { } sameId)
            return sameId.Digest != act.Digest
                ? new TakenAct { Act = act, Outcome = Taken.ActIdConflict, JournalId = sameId.JournalId }
                : new TakenAct
                {
                    Act = act,
                    Outcome = Taken.Duplicate,
                    JournalId = sameId.JournalId,
                    DecidedAt = sameId.DecidedAt,
                    DecidedOutcome = sameId.Outcome,
                    RefusalCode = sameId.RefusalCode,
                    RefusalReason = sameId.RefusalReason,
                };
        return stored.Find(j => j.SenderState == act.SenderState && j.Sequence == act.Sequence) is { } sameNumber
            ? new TakenAct { Act = act, Outcome = Taken.SequenceConflict, JournalId = sameNumber.JournalId }
            : null;
    }

    async Task<IReadOnlyList<(long JournalId, Guid RequestId)>> Waits(
        Statement statement, DateTimeOffset before, int atMost, CancellationToken cancellationToken) =>
        [.. (await database.Query<Wait>(statement, new { before, atMost }, cancellationToken)).Select(w => (w.JournalId, w.RequestId))];

    sealed record Wait
    {
        public required long JournalId { get; init; }
        public required Guid RequestId { get; init; }
    }

    sealed record Watermark
    {
        public required string State { get; init; }
        public required long InWatermark { get; init; }
    }
}
