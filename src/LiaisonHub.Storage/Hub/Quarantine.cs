using System.Data.Common;
using System.Text.Json;

namespace LiaisonHub.Storage.Hub;

/// <summary>A message that cannot be accepted or understood, kept with its bytes.</summary>
public sealed record QuarantinedMessage
{
    public required Guid QuarantineId { get; init; }

    /// <summary>Where it was met: a link, the core, the outbox.</summary>
    public required string Source { get; init; }

    /// <summary>State it came from. Null: unknown.</summary>
    public string? State { get; init; }

    public string? Lane { get; init; }

    /// <summary>Why, as a code.</summary>
    public required string Code { get; init; }

    /// <summary>What it fell over: the first field, or the first place in the program, that is ours. Never a value of the message. Empty: unknown. 200 characters at most.</summary>
    public string Place { get; init; } = "";

    /// <summary>Messages of one fingerprint have one cause: where they were met, the code, the place.</summary>
    public string Fingerprint => FaultGroup.Print(Source, Code, Place);

    /// <summary>Why, in words, without personal data.</summary>
    public required string Reason { get; init; }

    /// <summary>What clears it, in words.</summary>
    public required string Fix { get; init; }

    /// <summary>Null: it could not be read far enough.</summary>
    public Guid? ActId { get; init; }

    /// <inheritdoc cref="ActId"/>
    public Guid? RequestId { get; init; }

    /// <summary>The journal's row where the act had been journaled.</summary>
    public long? JournalId { get; init; }

    /// <summary>The bytes as they came; empty in a page.</summary>
    public required byte[] Body { get; init; } = [];

    /// <summary>SHA-256 of the body, lower-case hex.</summary>
    public required string Digest { get; init; }

    /// <summary>Transport headers as JSON.</summary>
    public string Headers { get; init; } = "{}";

    public required DateTimeOffset At { get; init; }

    /// <summary>The message that was wrapped anew into this one. Null: it came as it is.</summary>
    public Guid? MadeFrom { get; init; }

    /// <summary>Set by the store: <see cref="Quarantine"/>.</summary>
    public string Status { get; init; } = Quarantine.Waiting;

    /// <summary>Set by the store: how often the same bytes came.</summary>
    public int Seen { get; init; } = 1;

    /// <summary>Who wishes it set aside for good. Null: nobody does.</summary>
    public string? AsideBy { get; init; }

    /// <summary>The account of who wishes it.</summary>
    public Guid? AsideByAccount { get; init; }

    public string? AsideReason { get; init; }

    /// <summary>When the wish lapses.</summary>
    public DateTimeOffset? AsideUntil { get; init; }

    public string? RetryRequestedBy { get; init; }
    public DateTimeOffset? RetryRequestedAt { get; init; }

    /// <summary>Set by the store: how often somebody has wished that the hub takes it again.</summary>
    public int Tries { get; init; }

    public string? ResolvedBy { get; init; }
    public string? ResolvedReason { get; init; }

    /// <summary>Delivered, Discarded, Repaired... as the operator or the retry said.</summary>
    public string? ResolvedOutcome { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }
}

/// <summary>How many wait, by state and code.</summary>
public sealed record QuarantineCount
{
    public string? State { get; init; }
    public required string Code { get; init; }
    public required int Waiting { get; init; }
    public required DateTimeOffset Oldest { get; init; }
}

/// <summary>What waits for the same cause, from whichever state.</summary>
public sealed record FaultGroup
{
    public required string Source { get; init; }
    public required string Code { get; init; }

    /// <inheritdoc cref="QuarantinedMessage.Place"/>
    public required string Place { get; init; }

    public string Fingerprint => Print(Source, Code, Place);

    public required int Messages { get; init; }

    /// <summary>How often such messages came, repetitions counted.</summary>
    public required int Seen { get; init; }

    /// <summary>How many states they came from.</summary>
    public required int States { get; init; }

    /// <summary>How many are to be tried again, and wait for the hub.</summary>
    public required int RetryRequested { get; init; }

    /// <summary>How many were tried again before and failed.</summary>
    public required int FailedAgain { get; init; }

    /// <summary>How often messages of it were tried again, in all.</summary>
    public required int Tries { get; init; }

    public required DateTimeOffset FirstAt { get; init; }
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>Open requests that the messages name, as far as they could be read.</summary>
    public required int Requests { get; init; }

    /// <summary>How many of those requests have a limit within the time asked about, or behind them.</summary>
    public required int Soon { get; init; }

    /// <summary>The first limit of those requests. Null: none has one.</summary>
    public DateTimeOffset? NextDue { get; init => field = value >= Instants.Never ? null : value; }

    /// <summary>Why the newest of the messages waits.</summary>
    public required string Reason { get; init; }

    /// <summary>What clears it.</summary>
    public required string Fix { get; init; }

    /// <summary>The newest of the messages.</summary>
    public required Guid Newest { get; init; }

    internal static string Print(string source, string code, string place) => place.Length == 0 ? $"{source}/{code}" : $"{source}/{code}/{place}";

    /// <summary>The three parts of a fingerprint. Null: it is none.</summary>
    public static (string Source, string Code, string Place)? Parts(string fingerprint) =>
        fingerprint.Split('/', 3) is [{ Length: > 0 } source, { Length: > 0 } code, .. var rest] ? (source, code, rest is [var place] ? place : "") : null;
}

/// <summary>How many messages wait for the same cause.</summary>
public sealed record FaultCount
{
    public required string Source { get; init; }
    public required string Code { get; init; }

    /// <inheritdoc cref="QuarantinedMessage.Place"/>
    public required string Place { get; init; }

    public string Fingerprint => FaultGroup.Print(Source, Code, Place);

    public required int Messages { get; init; }
    public required DateTimeOffset LastAt { get; init; }
}

/// <summary>The place behind the last group of a page: when its last message came, and what it fell over.</summary>
public sealed record FaultMark(DateTimeOffset LastAt, string Source, string Code, string Place)
{
    /// <summary>Behind this group.</summary>
    public static FaultMark Of(FaultGroup group) => new(group.LastAt, group.Source, group.Code, group.Place);
}

/// <summary>Where messages wait for a person. Nothing leaves it without a deed in the ledger.</summary>
public sealed class Quarantine(Database database)
{
    public const string Waiting = "Waiting";
    public const string RetryRequested = "RetryRequested";
    public const string Resolved = "Resolved";

    /// <summary>Outcome of a message that the hub took when it was tried again.</summary>
    public const string Retried = "Retried";

    /// <summary>Outcome of a message that was wrapped anew: another row carries what was signed.</summary>
    public const string Rewrapped = "Rewrapped";

    static readonly Statement CountAgain = new(_ => $"""
        UPDATE quarantine SET seen = seen + 1
        WHERE state = @state AND digest = @digest AND status <> '{Resolved}'
        """);

    static readonly Statement Held = new(_ => $"SELECT quarantine_id FROM quarantine WHERE state = @state AND digest = @digest AND status <> '{Resolved}'");

    static readonly Statement Insert = new(_ => """
        INSERT INTO quarantine (quarantine_id, source, state, lane, code, place, reason, fix, act_id, request_id, journal_id, body, digest, headers, at, status, seen, made_from,
          retry_requested_by, retry_requested_at, tries)
        VALUES (@QuarantineId, @Source, @State, @Lane, @Code, @Place, @Reason, @Fix, @ActId, @RequestId, @JournalId, @Body, @Digest, @Headers, @At, @Status, 1, @MadeFrom,
          @RetryRequestedBy, @RetryRequestedAt, @Tries)
        """);

    const string Columns = """
        quarantine_id, source, NULLIF(state, '') AS state, lane, code, place, reason, fix, act_id, request_id, journal_id, digest, headers, at, status, seen, made_from,
        retry_requested_by, retry_requested_at, tries, resolved_by, resolved_reason, resolved_outcome, resolved_at,
        aside_by, aside_by_account, aside_reason, aside_until
        """;

    static readonly Statement SelectPage = new(d => $"""
        SELECT {Columns} FROM quarantine
        WHERE (status = @status OR (@status = '' AND status <> '{Resolved}')) AND (@state = '' OR state = @state) AND (@code = '' OR code = @code)
          AND (@source = '' OR source = @source) AND (@anyPlace = 1 OR place = @place)
          AND at <= @at AND (at < @at OR quarantine_id < @id)
        ORDER BY at DESC, quarantine_id DESC {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectOne = new(_ => $"SELECT {Columns}, body FROM quarantine WHERE quarantine_id = @quarantineId");

    static readonly Statement SelectToRetry = new(d => $"""
        SELECT {Columns}, body FROM quarantine
        WHERE status = '{RetryRequested}'
        ORDER BY retry_requested_at, quarantine_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectWished = new(d => $"""
        SELECT {Columns}, body FROM quarantine WHERE status <> '{Resolved}' AND aside_until > @now ORDER BY aside_until, quarantine_id {d.FirstRows("@atMost")}
        """);

    internal static readonly Statement WishRetry = new(_ => $"""
        UPDATE quarantine SET status = '{RetryRequested}', retry_requested_by = @by, retry_requested_at = @at, tries = tries + 1
        WHERE quarantine_id = @quarantineId AND status = '{Waiting}'
        """);

    static readonly Statement WishAside = new(_ => $"""
        UPDATE quarantine SET aside_by = @by, aside_by_account = @account, aside_reason = @reason, aside_until = @until
        WHERE quarantine_id = @quarantineId AND status <> '{Resolved}' AND (aside_until IS NULL OR aside_until <= @at)
        """);

    // The second person's word and the first's wish are looked at in one statement: nobody is both.
    static readonly Statement CloseByTwo = new(_ => $"""
        UPDATE quarantine SET status = '{Resolved}', resolved_by = @by, resolved_reason = aside_reason, resolved_outcome = @outcome, resolved_at = @at
        WHERE quarantine_id = @quarantineId AND status <> '{Resolved}' AND aside_until > @at AND aside_by_account <> @account
        """);

    static readonly Statement DropAside = new(_ => $"""
        UPDATE quarantine SET aside_by = NULL, aside_by_account = NULL, aside_reason = NULL, aside_until = NULL
        WHERE quarantine_id = @quarantineId AND status <> '{Resolved}' AND aside_until > @at
        """);

    static readonly Statement WaitAgain = new(_ => $"""
        UPDATE quarantine SET status = '{Waiting}', code = @code, place = @place, reason = @reason, fix = @fix
        WHERE quarantine_id = @quarantineId AND status = '{RetryRequested}'
        """);

    static readonly Statement CloseRetried = new(_ => $"""
        UPDATE quarantine SET status = '{Resolved}', resolved_by = COALESCE(retry_requested_by, 'operator'), resolved_reason = 'Tried again.', resolved_outcome = '{Retried}', resolved_at = @at,
          act_id = COALESCE(@actId, act_id), request_id = COALESCE(@requestId, request_id), journal_id = COALESCE(@journalId, journal_id)
        WHERE quarantine_id = @quarantineId AND status = '{RetryRequested}'
        """);

    // A message names a request as far as it could be read; the join keeps only those that are open. How near a limit is, the state says that must act: a drill's, the one that is asked. Who that is need not be known
    // where the limit is further than any state looks ahead.
    static readonly Statement SelectFaults = new(d => $"""
        SELECT g.source, g.code, g.place, g.messages, g.seen, g.states, g.retry_requested, g.failed_again, g.tries, g.first_at, g.last_at, g.requests, g.soon, g.next_due, n.quarantine_id AS newest, n.reason, n.fix
        FROM (
          SELECT m.source, m.code, m.place, COUNT(*) AS messages, SUM(m.seen) AS seen, COUNT(DISTINCT m.state) AS states,
            SUM(CASE WHEN m.status = '{RetryRequested}' THEN 1 ELSE 0 END) AS retry_requested,
            SUM(CASE WHEN m.status = '{Waiting}' AND m.retry_requested_at IS NOT NULL THEN 1 ELSE 0 END) AS failed_again, SUM(m.tries) AS tries,
            MIN(m.at) AS first_at, MAX(m.at) AS last_at, COUNT(DISTINCT m.open_id) AS requests,
            COUNT(DISTINCT CASE WHEN m.next_due < r.ends THEN m.open_id END) AS soon, MIN(m.next_due) AS next_due
          FROM (
            SELECT q.source, q.code, q.place, q.seen, q.state, q.status, q.retry_requested_at, q.tries, q.at, o.request_id AS open_id, o.next_due,
              COALESCE(CASE WHEN o.next_due < (SELECT MAX(r.ends) FROM {d.Rows(HubReads.Spans)})
                THEN (SELECT MIN(x.on_state) FROM deadlines AS x WHERE x.request_id = o.request_id AND x.status = '{DeadlineRow.Running}' AND x.due = o.next_due) END, o.requested_state) AS must_act
            FROM quarantine AS q LEFT JOIN requests AS o ON o.request_id = q.request_id AND o.closed_at IS NULL
            WHERE q.status <> '{Resolved}' AND (@ofAny = 1 OR (q.source = @source AND q.code = @code AND q.place = @place))) AS m
          LEFT JOIN {d.Rows(HubReads.Spans)} ON r.state = m.must_act
          GROUP BY m.source, m.code, m.place
          HAVING @ofAny = 0 OR MAX(m.at) < @at OR (MAX(m.at) = @at AND (m.source > @source OR (m.source = @source AND (m.code > @code OR (m.code = @code AND m.place > @place)))))
          ORDER BY MAX(m.at) DESC, m.source, m.code, m.place {d.FirstRows("@atMost")}) AS g
        JOIN (
          SELECT source, code, place, quarantine_id, reason, fix, ROW_NUMBER() OVER (PARTITION BY source, code, place ORDER BY at DESC, quarantine_id DESC) AS nth
          FROM quarantine WHERE status <> '{Resolved}') AS n ON n.nth = 1 AND n.source = g.source AND n.code = g.code AND n.place = g.place
        ORDER BY g.last_at DESC, g.source, g.code, g.place
        """);

    // Without the requests that are affected: whoever looks at what waits in all reads it at each look.
    static readonly Statement SelectFaultCounts = new(d => $"""
        SELECT source, code, place, COUNT(*) AS messages, MAX(at) AS last_at FROM quarantine WHERE status <> '{Resolved}'
        GROUP BY source, code, place ORDER BY MAX(at) DESC, source, code, place {d.FirstRows("@atMost")}
        """);

    static readonly Statement Close = new(_ => $"""
        UPDATE quarantine SET status = '{Resolved}', resolved_by = @by, resolved_reason = @reason, resolved_outcome = @outcome, resolved_at = @at
        WHERE quarantine_id = @quarantineId AND status <> '{Resolved}'
        """);

    internal static readonly Statement CloseWaiting = new(_ => $"""
        UPDATE quarantine SET status = '{Resolved}', resolved_by = @by, resolved_reason = @reason, resolved_outcome = @outcome, resolved_at = @at
        WHERE quarantine_id = @quarantineId AND status = '{Waiting}'
        """);

    static readonly Statement SelectCounts = new(_ => $"""
        SELECT NULLIF(state, '') AS state, code, COUNT(*) AS waiting, MIN(at) AS oldest
        FROM quarantine WHERE status <> '{Resolved}'
        GROUP BY state, code ORDER BY state, code
        """);

    /// <summary>Adds a message, or counts it again where the same bytes from the same state wait already.</summary>
    /// <returns>The id it is kept under.</returns>
    public async Task<Guid> Add(QuarantinedMessage message, CancellationToken cancellationToken)
    {
        var key = new { state = message.State ?? "", digest = message.Digest };
        for (var attempt = 1; ; attempt++)
        {
            await using var unit = await database.Begin(cancellationToken);
            if (await unit.Execute(CountAgain, key, cancellationToken) > 0)
            {
                var held = await unit.One<Guid>(Held, key, cancellationToken);
                await unit.Commit(cancellationToken);
                return held;
            }
            try
            {
                await unit.Execute(Insert, message with { State = message.State ?? "" }, cancellationToken);
                await unit.Commit(cancellationToken);
                return message.QuarantineId;
            }
            catch (DbException e) when (attempt < 3 && database.IsUniqueViolation(e))
            {
                // The same bytes were added at the same moment: count them.
            }
        }
    }

    /// <summary>Newest first, without the bytes. <paramref name="status"/> null: whatever is not resolved. <paramref name="before"/>: the last of the page
    /// before.</summary>
    public Task<IReadOnlyList<QuarantinedMessage>> Page(
        string? status, string? state, string? code, (DateTimeOffset At, Guid Id)? before, int atMost, CancellationToken cancellationToken, (string Source, string Code, string Place)? fault = null) =>
        database.Query<QuarantinedMessage>(
            SelectPage,
            new
            {
                status = status ?? "",
                state = state ?? "",
                code = fault?.Code ?? code ?? "",
                source = fault?.Source ?? "",
                place = fault?.Place ?? "",
                anyPlace = fault is null ? 1 : 0,
                at = before?.At ?? Instants.Never,
                id = before?.Id ?? Guid.AllBitsSet,
                atMost,
            },
            cancellationToken);

    public Task<QuarantinedMessage?> Get(Guid quarantineId, CancellationToken cancellationToken) =>
        database.One<QuarantinedMessage>(SelectOne, new { quarantineId }, cancellationToken);

    /// <summary>An operator wants it tried again. False: it is not waiting.</summary>
    public Task<bool> RequestRetry(Guid quarantineId, string by, string reason, CancellationToken cancellationToken, Guid? account = null) =>
        Do("QuarantineRetryRequested", quarantineId, by, reason, null, WishRetry, cancellationToken, account);

    /// <summary>Messages that somebody wishes to set aside for good and no second person has answered, what lapses first.</summary>
    public Task<IReadOnlyList<QuarantinedMessage>> WaitingForSecond(DateTimeOffset now, int atMost, CancellationToken cancellationToken) =>
        database.Query<QuarantinedMessage>(SelectWished, new { now, atMost }, cancellationToken);

    /// <summary>What operators want tried again, oldest wish first, with the bytes.</summary>
    public Task<IReadOnlyList<QuarantinedMessage>> ToRetry(int atMost, CancellationToken cancellationToken) =>
        database.Query<QuarantinedMessage>(SelectToRetry, new { atMost }, cancellationToken);

    /// <summary>It failed again: back to waiting with the new reason. False: it was not being tried again.</summary>
    /// <param name="unit">The transaction in which its sender is told.</param>
    /// <param name="quarantineId">The message.</param>
    /// <param name="code"/><param name="place"/><param name="reason"/><param name="fix"/><param name="cancellationToken"/>
    public static async Task<bool> RetryFailed(Unit unit, Guid quarantineId, string code, string place, string reason, string fix, CancellationToken cancellationToken) =>
        await unit.Execute(WaitAgain, new { quarantineId, code, place, reason, fix }, cancellationToken) > 0;

    /// <summary>The hub took it when it was tried again. False: it was not being tried again.</summary>
    /// <param name="quarantineId">The message.</param>
    /// <param name="actId">What it turned out to be. Null: no act.</param>
    /// <param name="requestId"/><param name="journalId"/><param name="cancellationToken"/>
    public async Task<bool> WasTaken(Guid quarantineId, Guid? actId, Guid? requestId, long? journalId, CancellationToken cancellationToken)
    {
        var at = database.Time.GetUtcNow();
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.Execute(CloseRetried, new { quarantineId, actId, requestId, journalId, at }, cancellationToken) == 0)
            return false;
        var content = JsonSerializer.Serialize(new { quarantineId, outcome = Retried }, JsonSerializerOptions.Web);
        await Ledger.Record(unit, [new LedgerLeaf { At = at, Kind = "QuarantineResolved", RequestId = requestId, Actor = "hub", Content = content }], cancellationToken);
        await unit.Commit(cancellationToken);
        return true;
    }

    /// <summary>
    /// The same signed content in the form a link carries, as a new message that the hub tries at once; the old one keeps its bytes and is dealt with. One transaction: there is never both, nor neither.
    /// </summary>
    /// <returns>False: the old one does not wait any more, or the same bytes wait already.</returns>
    public async Task<bool> Rewrap(QuarantinedMessage old, QuarantinedMessage made, string by, string reason, CancellationToken cancellationToken, Guid? account = null)
    {
        var at = database.Time.GetUtcNow();
        try
        {
            await using var unit = await database.Begin(cancellationToken);
            if (await unit.Execute(CloseWaiting, new { quarantineId = old.QuarantineId, by, reason, outcome = Rewrapped, at }, cancellationToken) == 0)
                return false;
            await unit.Execute(
                Insert,
                made with { State = made.State ?? "", MadeFrom = old.QuarantineId, Status = RetryRequested, RetryRequestedBy = by, RetryRequestedAt = at, Tries = old.Tries + 1, At = at },
                cancellationToken);
            var content = JsonSerializer.Serialize(new { quarantineId = old.QuarantineId, reason, old.Digest, madeInto = made.QuarantineId, madeDigest = made.Digest }, JsonSerializerOptions.Web);
            await Ledger.Record(unit, [new LedgerLeaf { At = at, Kind = "QuarantineRewrapped", Actor = by, Account = account, Content = content }], cancellationToken);
            await unit.Commit(cancellationToken);
            return true;
        }
        catch (DbException e) when (database.IsUniqueViolation(e))
        {
            return false;
        }
    }

    /// <summary>What waits, by what it fell over, the last to come first; only counted.</summary>
    public Task<IReadOnlyList<FaultCount>> FaultCounts(int atMost, CancellationToken cancellationToken) => database.Query<FaultCount>(SelectFaultCounts, new { atMost }, cancellationToken);

    /// <summary>What waits, by fingerprint, last first, each group with what its newest message says.</summary>
    /// <param name="near">Up to when a limit counts as coming soon, by the state that must act.</param>
    /// <param name="atMost">At most so many groups.</param>
    /// <param name="cancellationToken"/>
    /// <param name="after">The place behind the last group of the page before. Null: the first page.</param>
    public Task<IReadOnlyList<FaultGroup>> Faults(IReadOnlyList<DueSpan> near, int atMost, CancellationToken cancellationToken, FaultMark? after = null) => database.QueryRows<FaultGroup>(
        SelectFaults, HubReads.Spans.Of(near), new { ofAny = 1, source = after?.Source ?? "", code = after?.Code ?? "", place = after?.Place ?? "", at = after?.LastAt ?? Instants.Never, atMost }, cancellationToken);

    /// <summary>One group. Null: nothing of it waits.</summary>
    public async Task<FaultGroup?> Fault(IReadOnlyList<DueSpan> near, (string Source, string Code, string Place) fault, CancellationToken cancellationToken) => (await database.QueryRows<FaultGroup>(
        SelectFaults, HubReads.Spans.Of(near), new { ofAny = 0, source = fault.Source, code = fault.Code, place = fault.Place, at = Instants.Never, atMost = 1 }, cancellationToken)) is [var group] ? group : null;

    /// <summary>It is dealt with. False: it was before.</summary>
    public Task<bool> Resolve(Guid quarantineId, string by, string reason, string outcome, CancellationToken cancellationToken) =>
        Do("QuarantineResolved", quarantineId, by, reason, outcome, Close, cancellationToken);

    /// <summary>A person wishes it set aside for good; another must agree before the wish lapses. False: it is dealt with, or such a wish stands.</summary>
    public Task<bool> WishAsideOf(Guid quarantineId, Guid account, string by, string reason, DateTimeOffset until, CancellationToken cancellationToken) =>
        Do("QuarantineAsideWished", quarantineId, by, reason, null, WishAside, cancellationToken, account, until);

    /// <summary>The second person agrees: it is set aside for good. False: no wish stands, or it is the same person's.</summary>
    public Task<bool> AgreeToAside(Guid quarantineId, Guid account, string by, string reason, string outcome, CancellationToken cancellationToken) =>
        Do("QuarantineResolved", quarantineId, by, reason, outcome, CloseByTwo, cancellationToken, account);

    /// <summary>The wish is declined or taken back. False: none stands.</summary>
    public Task<bool> DeclineAside(Guid quarantineId, string by, string reason, CancellationToken cancellationToken, Guid? account = null) =>
        Do("QuarantineAsideDeclined", quarantineId, by, reason, null, DropAside, cancellationToken, account);

    public Task<IReadOnlyList<QuarantineCount>> Counts(CancellationToken cancellationToken) =>
        database.Query<QuarantineCount>(SelectCounts, null, cancellationToken);

    // The deed and its record are one transaction. A name may have been borne by somebody else before; the account has one person.
    async Task<bool> Do(string kind, Guid quarantineId, string by, string reason, string? outcome, Statement statement, CancellationToken cancellationToken, Guid? account = null, DateTimeOffset? until = null)
    {
        var at = database.Time.GetUtcNow();
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.Execute(statement, new { quarantineId, by, reason, outcome, at, account, until }, cancellationToken) == 0)
            return false;
        var content = JsonSerializer.Serialize(new { quarantineId, reason, outcome }, JsonSerializerOptions.Web);
        await Ledger.Record(unit, [new LedgerLeaf { At = at, Kind = kind, Actor = by, Account = account, Content = content }], cancellationToken);
        await unit.Commit(cancellationToken);
        return true;
    }
}
