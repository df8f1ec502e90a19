using System.Globalization;

namespace LiaisonHub.Storage.Hub;

/// <summary>Open requests with a deadline that has passed, at one level of the ladder.</summary>
public sealed record LevelCount
{
    public required int Level { get; init; }
    public required int Requests { get; init; }
}

/// <summary>What came in one hour.</summary>
public sealed record HourFigures
{
    /// <summary>Beginning of the hour (UTC).</summary>
    public required DateTimeOffset From { get; init; }

    public required int Applied { get; init; }
    public required int Refused { get; init; }

    /// <summary>Taken, and not decided yet.</summary>
    public required int Undecided { get; init; }

    public required int Quarantined { get; init; }
}

/// <summary>How far the numbers of one state's link have come.</summary>
public sealed record LinkNumbers
{
    public required string State { get; init; }

    /// <summary>Highest number the state has used. Null: nothing ever came.</summary>
    public long? HighestIn { get; init; }

    /// <summary>Number of the last notice made for it.</summary>
    public required long LastOut { get; init; }
}

/// <summary>An act that was taken and is not decided.</summary>
public sealed record WaitingAct
{
    public required long JournalId { get; init; }
    public required string SenderState { get; init; }
    public required Guid ActId { get; init; }
    public required long Sequence { get; init; }
    public required Guid RequestId { get; init; }
    public required string ActType { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Since when it waits for an earlier act of its side. Null: it only waits for its turn.</summary>
    public DateTimeOffset? ParkedAt { get; init; }
}

/// <summary>What waits in quarantine for the same reason.</summary>
public sealed record QuarantineGroup
{
    public required string Source { get; init; }

    /// <summary>State it came from. Empty: unknown.</summary>
    public required string State { get; init; }

    public required string Code { get; init; }
    public required int Messages { get; init; }

    /// <summary>How often such messages came, repetitions counted.</summary>
    public required int Seen { get; init; }

    /// <summary>How many of them are to be tried again.</summary>
    public required int RetryRequested { get; init; }

    public required DateTimeOffset FirstAt { get; init; }
    public required DateTimeOffset LastAt { get; init; }
}

/// <summary>What one state's requests to another have cost in a period, in one currency.</summary>
public sealed record CostTotal
{
    public required string RequestingState { get; init; }
    public required string RequestedState { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>The whole amount, in hundredths.</summary>
    public required long Amount { get; init; }

    /// <summary>Of it: borne by the requesting state, in hundredths.</summary>
    public required long RequestingBears { get; init; }

    /// <summary>Of it: waits for an answer, in hundredths.</summary>
    public required long Reserved { get; init; }

    /// <summary>Hours worked in the requested state, in hundredths.</summary>
    public required long Hours { get; init; }
}

/// <summary>One entry of a request in the ledger of costs.</summary>
public sealed record CostLine
{
    public required Guid EntryId { get; init; }

    /// <summary>The act it comes from.</summary>
    public required Guid ActId { get; init; }

    public required string Kind { get; init; }

    /// <summary>Day (UTC).</summary>
    public required DateOnly OnDay { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>The whole amount; below 0: taken back.</summary>
    public required decimal Amount { get; init; }

    /// <summary>Of it: borne by the requesting state.</summary>
    public required decimal RequestingBears { get; init; }

    /// <summary>Of it: waits for an answer.</summary>
    public required decimal Reserved { get; init; }

    /// <summary>Hours worked in the requested state; below 0: taken back.</summary>
    public required decimal Hours { get; init; }

    /// <summary>The entry it takes back. Null: none.</summary>
    public Guid? Corrects { get; init; }

    /// <summary>When it was entered (UTC).</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>How many of one state's requests to another ended in one way in a period.</summary>
public sealed record EndedCount
{
    public required string RequestingState { get; init; }
    public required string RequestedState { get; init; }

    /// <summary>The closed state.</summary>
    public required string State { get; init; }

    public required int Requests { get; init; }
}

/// <summary>What boards count and group. Reads only; each costs what is open or new, not what is old.</summary>
public sealed class HubFigures(Database database)
{
    static readonly Statement OverdueLevels = new(d => $"""
        SELECT level, COUNT(*) AS requests
        FROM (SELECT level FROM requests WHERE closed_at IS NULL AND next_due < @now ORDER BY next_due, request_id {d.FirstRows("@atMost")}) AS a
        GROUP BY level ORDER BY level
        """);

    static readonly Statement SelectBody = new(_ => "SELECT body FROM requests WHERE request_id = @requestId");

    static readonly Statement JournalEnds = new(_ => "SELECT MIN(journal_id) AS lowest, MAX(journal_id) AS highest FROM journal");

    static readonly Statement ReceivedFrom = new(d => $"SELECT received_at FROM journal WHERE journal_id >= @journalId ORDER BY journal_id {d.FirstRows("@atMost")}");

    static readonly Statement ActsByHour = new(d => $"""
        SELECT h.hour_text, SUM(h.applied) AS applied, SUM(h.refused) AS refused, SUM(h.undecided) AS undecided FROM (
          SELECT {HourOf(d, "j.received_at")} AS hour_text,
            CASE WHEN x.outcome = '{Decisions.Applied}' THEN 1 ELSE 0 END AS applied,
            CASE WHEN x.outcome = '{Decisions.Refused}' THEN 1 ELSE 0 END AS refused,
            CASE WHEN x.outcome IS NULL THEN 1 ELSE 0 END AS undecided
          FROM journal AS j LEFT JOIN decisions AS x ON x.journal_id = j.journal_id AND x.journal_id >= @journalId
          WHERE j.journal_id >= @journalId) AS h
        GROUP BY h.hour_text
        """);

    static readonly Statement QuarantinedByHour = new(d => $"""
        SELECT h.hour_text, COUNT(*) AS messages FROM (SELECT {HourOf(d, "q.at")} AS hour_text FROM quarantine AS q WHERE q.at >= @start) AS h GROUP BY h.hour_text
        """);

    static readonly Statement CountQuarantinedSince = new(_ => "SELECT COUNT(*) FROM quarantine WHERE at >= @start");

    static readonly Statement SelectNumbers = new(_ => """
        SELECT s.state, s.out_sequence AS last_out, (SELECT MAX(j.sequence) FROM journal AS j WHERE j.sender_state = s.state) AS highest_in FROM state_links AS s ORDER BY s.state
        """);

    static readonly Statement SelectWaiting = new(d => $"""
        SELECT j.journal_id, j.sender_state, j.act_id, j.sequence, j.request_id, j.act_type, j.received_at, u.parked_at
        FROM undecided AS u JOIN journal AS j ON j.journal_id = u.journal_id WHERE u.journal_id > @after ORDER BY u.journal_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectGroups = new(_ => $"""
        SELECT source, state, code, COUNT(*) AS messages, SUM(seen) AS seen, SUM(CASE WHEN status = '{Quarantine.RetryRequested}' THEN 1 ELSE 0 END) AS retry_requested,
          MIN(at) AS first_at, MAX(at) AS last_at
        FROM quarantine WHERE status <> '{Quarantine.Resolved}' GROUP BY source, state, code ORDER BY MAX(at) DESC
        """);

    static readonly Statement SelectAct = new(_ => """
        SELECT j.journal_id, j.sender_state, j.lane, j.act_id, j.sequence, j.request_id, j.act_type, j.digest, j.body, j.received_at, j.trace_parent,
               u.parked_at, x.decided_at, x.outcome, x.refusal_code, x.refusal_reason
        FROM journal AS j
        LEFT JOIN undecided AS u ON u.journal_id = j.journal_id
        LEFT JOIN decisions AS x ON x.journal_id = j.journal_id
        WHERE j.journal_id = @journalId
        """);

    static readonly Statement SelectCosts = new(_ => """
        SELECT requesting_state, requested_state, currency, CAST(SUM(amount) AS bigint) AS amount, CAST(SUM(requesting_bears) AS bigint) AS requesting_bears,
          CAST(SUM(reserved) AS bigint) AS reserved, CAST(SUM(hours) AS bigint) AS hours
        FROM cost_entries WHERE on_day >= @start AND on_day < @until
        GROUP BY requesting_state, requested_state, currency ORDER BY requesting_state, requested_state, currency
        """);

    // A dispute or the correction of an error is no assistance that one state gives another.
    static readonly Statement SelectEnded = new(_ => """
        SELECT requesting_state, requested_state, state, COUNT(*) AS requests
        FROM requests WHERE closed_at IS NOT NULL AND closed_at >= @start AND closed_at < @until AND exercise = @exercise AND procedure_name NOT IN ('Dispute', 'Correction', 'HeldCopy')
        GROUP BY requesting_state, requested_state, state ORDER BY requesting_state, requested_state, state
        """);

    static readonly Statement SelectCostsOfRequest = new(d => $"""
        SELECT entry_id, act_id, kind, on_day, currency, amount, requesting_bears, reserved, hours, corrects, at FROM cost_entries
        WHERE request_id = @requestId AND at <= @at AND (at < @at OR entry_id < @id) ORDER BY at DESC, entry_id DESC {d.FirstRows("@atMost")}
        """);

    /// <summary>Costs entered on a day of the period, by pair and currency: what was taken back is taken off. No drill is among them.</summary>
    public Task<IReadOnlyList<CostTotal>> Costs(DateOnly start, DateOnly until, CancellationToken cancellationToken) =>
        database.Query<CostTotal>(SelectCosts, new { start = Day(start), until = Day(until) }, cancellationToken);

    /// <summary>Requests closed in the period, by pair and by how they ended; no drill, no dispute and no correction is among them. Costs what the period holds.</summary>
    public Task<IReadOnlyList<EndedCount>> Ended(DateTimeOffset start, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.Query<EndedCount>(SelectEnded, new { start, until, exercise = false }, cancellationToken);

    /// <summary>The entries of one request, last made first. <paramref name="after"/> null: the first page.</summary>
    public async Task<IReadOnlyList<CostLine>> CostsOf(Guid requestId, CancellationToken cancellationToken, PageMark? after = null, int atMost = 1_000) =>
        [.. (await database.Query<StoredCost>(SelectCostsOfRequest, new { requestId, at = after?.At ?? Instants.Never, id = after?.RequestId ?? Guid.AllBitsSet, atMost }, cancellationToken)).Select(c => new CostLine
        {
            EntryId = c.EntryId,
            ActId = c.ActId,
            Kind = c.Kind,
            OnDay = DateOnly.ParseExact(c.OnDay, "O", CultureInfo.InvariantCulture),
            Currency = c.Currency,
            Amount = c.Amount / 100m,
            RequestingBears = c.RequestingBears / 100m,
            Reserved = c.Reserved / 100m,
            Hours = c.Hours / 100m,
            Corrects = c.Corrects,
            At = c.At,
        })];

    /// <summary>Open requests with a deadline that has passed, by level of the ladder, lowest first, of the <see cref="HubReads.Most"/> that are the latest. Levels without one are left out.</summary>
    public Task<IReadOnlyList<LevelCount>> OverdueByLevel(DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Query<LevelCount>(OverdueLevels, new { now, atMost = HubReads.Most + 1 }, cancellationToken);

    /// <summary>A request as JSON. Null: unknown.</summary>
    public Task<string?> Body(Guid requestId, CancellationToken cancellationToken) => database.One<string>(SelectBody, new { requestId }, cancellationToken);

    /// <summary>Messages that went into quarantine from then on.</summary>
    public Task<int> QuarantinedSince(DateTimeOffset start, CancellationToken cancellationToken) => database.One<int>(CountQuarantinedSince, new { start }, cancellationToken);

    /// <summary>What came in each hour from <paramref name="start"/> on. Hours in which nothing came are left out.</summary>
    public async Task<IReadOnlyList<HourFigures>> Hours(DateTimeOffset start, CancellationToken cancellationToken)
    {
        var hours = new SortedDictionary<string, HourFigures>(StringComparer.Ordinal);
        if (await FirstSince(start, cancellationToken) is { } journalId)
            foreach (var row in await database.Query<HourOfActs>(ActsByHour, new { journalId }, cancellationToken))
                hours[row.HourText] = new()
                {
                    From = Instants.Read(row.HourText + ":00:00.000000Z"),
                    Applied = (int)row.Applied,
                    Refused = (int)row.Refused,
                    Undecided = (int)row.Undecided,
                    Quarantined = 0,
                };
        foreach (var row in await database.Query<HourOfQuarantine>(QuarantinedByHour, new { start }, cancellationToken))
            hours[row.HourText] = hours.TryGetValue(row.HourText, out var acts)
                ? acts with { Quarantined = (int)row.Messages }
                : new() { From = Instants.Read(row.HourText + ":00:00.000000Z"), Applied = 0, Refused = 0, Undecided = 0, Quarantined = (int)row.Messages };
        return [.. hours.Values.Where(h => h.From.AddHours(1) > start)];
    }

    /// <summary>Numbers of every state that has exchanged anything.</summary>
    public Task<IReadOnlyList<LinkNumbers>> LinksSoFar(CancellationToken cancellationToken) => database.Query<LinkNumbers>(SelectNumbers, null, cancellationToken);

    /// <summary>Acts taken and not decided, oldest first, the parked ones among them, behind this row of the journal.</summary>
    public Task<IReadOnlyList<WaitingAct>> Waiting(int atMost, CancellationToken cancellationToken, long after = 0) =>
        database.Query<WaitingAct>(SelectWaiting, new { atMost, after }, cancellationToken);

    /// <summary>What is not resolved in quarantine, by source, state and code, latest first.</summary>
    public Task<IReadOnlyList<QuarantineGroup>> Quarantined(CancellationToken cancellationToken) => database.Query<QuarantineGroup>(SelectGroups, null, cancellationToken);

    /// <summary>One act with its signed bytes. Null: unknown.</summary>
    public Task<JournalRow?> Act(long journalId, CancellationToken cancellationToken) => database.One<JournalRow>(SelectAct, new { journalId }, cancellationToken);

    // The journal has no index on time, and needs none: its numbers rise with time, so the first of the last day is found in some twenty looks at the primary key.
    async Task<long?> FirstSince(DateTimeOffset start, CancellationToken cancellationToken)
    {
        if (await database.One<Ends>(JournalEnds, null, cancellationToken) is not { Lowest: { } low, Highest: { } high })
            return null;
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (await database.One<Receipt>(ReceivedFrom, new { journalId = middle, atMost = 1 }, cancellationToken) is { } row && row.ReceivedAt < start)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    static string HourOf(Dialect dialect, string column) => dialect.Kind switch
    {
        DatabaseKind.Sqlite => $"substr({column}, 1, 13)",
        DatabaseKind.PostgreSql => $"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24')",
        _ => $"CONVERT(char(13), {column}, 126)",
    };

    sealed record StoredCost
    {
        public required Guid EntryId { get; init; }
        public required Guid ActId { get; init; }
        public required string Kind { get; init; }
        public required string OnDay { get; init; }
        public required string Currency { get; init; }
        public long Amount { get; init; }
        public long RequestingBears { get; init; }
        public long Reserved { get; init; }
        public long Hours { get; init; }
        public Guid? Corrects { get; init; }
        public required DateTimeOffset At { get; init; }
    }

    sealed record Ends
    {
        public long? Lowest { get; init; }
        public long? Highest { get; init; }
    }

    sealed record Receipt
    {
        public DateTimeOffset ReceivedAt { get; init; }
    }

    sealed record HourOfActs
    {
        public required string HourText { get; init; }
        public long Applied { get; init; }
        public long Refused { get; init; }
        public long Undecided { get; init; }
    }

    sealed record HourOfQuarantine
    {
        public required string HourText { get; init; }
        public long Messages { get; init; }
    }
}
