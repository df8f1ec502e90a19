using System.Globalization;

namespace LiaisonHub.Storage.Hub;

/// <summary>Which limits. Null: whatever.</summary>
public sealed record LimitFilter
{
    /// <summary>The state that must act.</summary>
    public string? OnState { get; init; }

    /// <summary>First day with which they end.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Last day with which they end.</summary>
    public DateOnly? Until { get; init; }
}

/// <summary>One limit of a live request.</summary>
public sealed record LimitRow
{
    public required Guid DeadlineId { get; init; }
    public required Guid RequestId { get; init; }
    public required string Reference { get; init; }
    public required string RuleId { get; init; }

    /// <summary>The state that must act.</summary>
    public required string OnState { get; init; }

    public required DateTimeOffset Due { get; init; }

    /// <summary>The legal day with which it ends. Null: it ends at the instant.</summary>
    public DateOnly? Day => DueDay is { } day ? DateOnly.ParseExact(day, "O", CultureInfo.InvariantCulture) : null;

    /// <summary>How often its end has moved.</summary>
    public long Moved { get; init; }

    /// <summary>The request as JSON; empty where it was not asked for.</summary>
    public string Body { get; init; } = "";

    internal string? DueDay { get; init; }
}

/// <summary>How many limits of one state end with one day.</summary>
public sealed record DayCount
{
    public required string DayText { get; init; }
    public required string OnState { get; init; }
    public required int Limits { get; init; }

    public DateOnly Day => DateOnly.ParseExact(DayText, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>How many limits of one instrument one state has kept.</summary>
public sealed record KeptCount
{
    public required string Instrument { get; init; }
    public required string OnState { get; init; }

    /// <summary>What was due was done in time.</summary>
    public required int Kept { get; init; }

    /// <summary>The limit passed, whether or not what was due came after.</summary>
    public required int Passed { get; init; }
}

/// <summary>The limits of live requests by the day with which they end: those that run, and those that were kept or not. Each read walks an index over the days asked for.</summary>
public sealed class LimitReads(Database database)
{
    // A day begins up to 14 hours before it does in UTC and ends up to 12 hours after.
    static readonly TimeSpan Before = TimeSpan.FromHours(14), After = TimeSpan.FromHours(12);

    static string DayOf(Dialect dialect, string x) => $"COALESCE({x}.due_day, " + dialect.Kind switch
    {
        DatabaseKind.Sqlite => $"substr({x}.due, 1, 10))",
        DatabaseKind.PostgreSql => $"to_char({x}.due AT TIME ZONE 'UTC', 'YYYY-MM-DD'))",
        _ => $"CONVERT(char(10), {x}.due, 126))",
    };

    const string Columns = "x.deadline_id, x.request_id, q.reference, x.rule_id, x.on_state, x.due, x.due_day, x.moved";

    const string Live = $"x.status = '{DeadlineRow.Running}' AND x.on_state IS NOT NULL";

    static string OfDays(Dialect d) => $"x.due >= @start AND x.due < @end AND {DayOf(d, "x")} >= @firstDay AND {DayOf(d, "x")} <= @lastDay AND (@onState = '' OR x.on_state = @onState)";

    static readonly Statement SelectPage = new(d => $"""
        SELECT {Columns}, q.body FROM deadlines AS x JOIN requests AS q ON q.request_id = x.request_id
        WHERE {Live} AND {OfDays(d)} AND x.due >= @at AND (x.due > @at OR x.deadline_id > @id)
        ORDER BY x.due, x.deadline_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectFeed = new(d => $"""
        SELECT {Columns} FROM deadlines AS x JOIN requests AS q ON q.request_id = x.request_id
        WHERE {Live} AND x.due >= @start AND (@onState = '' OR x.on_state = @onState)
        ORDER BY x.due, x.deadline_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectDays = new(d => $"""
        SELECT {DayOf(d, "x")} AS day_text, x.on_state, COUNT(*) AS limits FROM deadlines AS x
        WHERE {Live} AND {OfDays(d)}
        GROUP BY {DayOf(d, "x")}, x.on_state
        """);

    static readonly Statement CountPassed = new(_ => $"SELECT COUNT(*) FROM deadlines AS x WHERE {Live} AND x.due < @now AND (@onState = '' OR x.on_state = @onState)");

    static readonly Statement SelectKept = new(_ => $"""
        SELECT x.instrument, x.on_state, SUM(CASE WHEN x.kept = 1 THEN 1 ELSE 0 END) AS kept,
          SUM(CASE WHEN x.kept = 0 OR (x.kept IS NULL AND x.status = '{DeadlineRow.Running}') THEN 1 ELSE 0 END) AS passed
        FROM deadlines AS x WHERE x.instrument IS NOT NULL AND x.due >= @start AND x.due < @end
        GROUP BY x.instrument, x.on_state ORDER BY x.on_state, x.instrument
        """);

    static readonly Statement SelectPassed = new(d => $"""
        SELECT {Columns}, q.body FROM deadlines AS x JOIN requests AS q ON q.request_id = x.request_id
        WHERE x.instrument IS NOT NULL AND x.due >= @start AND x.due < @end AND x.instrument = @instrument AND x.on_state = @onState
          AND (x.kept = 0 OR (x.kept IS NULL AND x.status = '{DeadlineRow.Running}'))
          AND x.due >= @at AND (x.due > @at OR x.deadline_id > @id)
        ORDER BY x.due, x.deadline_id {d.FirstRows("@atMost")}
        """);

    // Limits of the others count too: when one of them passes, a new one of this state may begin. So does the last day of an ordered hold.
    static readonly Statement SelectTouched = new(d => $"""
        SELECT DISTINCT e.request_id FROM (
          SELECT * FROM (
            SELECT x.request_id, x.due FROM deadlines AS x JOIN requests AS q ON q.request_id = x.request_id
            WHERE {Live} AND x.due >= @from AND x.due < @end AND {Takes("q")}
            ORDER BY x.due, x.deadline_id {d.FirstRows("@atMost")}) AS a
          UNION ALL
          SELECT * FROM (
            SELECT x.request_id, x.due FROM deadlines AS x JOIN requests AS q ON q.request_id = x.request_id
            WHERE x.status = '{DeadlineRow.Running}' AND x.rule_id = 'HOLD' AND x.look_at < @end AND q.exercise = @exercise AND {Takes("q")}
            ORDER BY x.due, x.deadline_id {d.FirstRows("@atMost")}) AS b) AS e
        """);

    static string Takes(string q) => $"""
        ({q}.requesting_state = @state OR {q}.requested_state = @state OR x.on_state = @state
          OR EXISTS (SELECT 1 FROM request_members AS w WHERE w.state = @state AND w.request_id = {q}.request_id))
        """;

    /// <summary>One page of the limits that run, by the instant at which they end. <paramref name="after"/> null: the first page.</summary>
    public Task<IReadOnlyList<LimitRow>> Page(LimitFilter filter, PageMark? after, int atMost, CancellationToken cancellationToken)
    {
        var (start, end) = Bounds(filter);
        return database.Query<LimitRow>(
            SelectPage,
            new { start, end, firstDay = Text(filter.From ?? DateOnly.MinValue), lastDay = Text(filter.Until ?? DateOnly.MaxValue), onState = filter.OnState ?? "", at = after?.At ?? start, id = after?.RequestId ?? Guid.Empty, atMost },
            cancellationToken);
    }

    /// <summary>The limits that run and end at this instant or later, the nearest first, without bodies.</summary>
    public Task<IReadOnlyList<LimitRow>> Feed(string? onState, DateTimeOffset from, int atMost, CancellationToken cancellationToken) =>
        database.Query<LimitRow>(SelectFeed, new { start = from, onState = onState ?? "", atMost }, cancellationToken);

    /// <summary>How many limits end with each day, by the state that must act. Days without one are left out.</summary>
    public Task<IReadOnlyList<DayCount>> Days(LimitFilter filter, CancellationToken cancellationToken)
    {
        var (start, end) = Bounds(filter);
        return database.Query<DayCount>(
            SelectDays, new { start, end, firstDay = Text(filter.From ?? DateOnly.MinValue), lastDay = Text(filter.Until ?? DateOnly.MaxValue), onState = filter.OnState ?? "" }, cancellationToken);
    }

    /// <summary>How many limits have passed while what was due is still wanted.</summary>
    public Task<int> Passed(string? onState, DateTimeOffset now, CancellationToken cancellationToken) => database.One<int>(CountPassed, new { now, onState = onState ?? "" }, cancellationToken);

    /// <summary>Of the limits that ended in the period, how many each state has kept under each instrument. Costs what the period holds.</summary>
    /// <param name="start">From this instant on.</param>
    /// <param name="end">Before this one; not later than now, or those that are kept early would count and those that will pass would not.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<IReadOnlyList<KeptCount>> Kept(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken) => database.Query<KeptCount>(SelectKept, new { start, end }, cancellationToken);

    /// <summary>One page of the limits behind <see cref="KeptCount.Passed"/>.</summary>
    public Task<IReadOnlyList<LimitRow>> NotKept(string onState, string instrument, DateTimeOffset start, DateTimeOffset end, PageMark? after, int atMost, CancellationToken cancellationToken) =>
        database.Query<LimitRow>(SelectPassed, new { start, end, onState, instrument, at = after?.At ?? start, id = after?.RequestId ?? Guid.Empty, atMost }, cancellationToken);

    /// <summary>Live open requests of a state in which time alone may let a limit pass from one instant to another, the nearest first.</summary>
    public Task<IReadOnlyList<Guid>> Touched(string state, DateTimeOffset from, DateTimeOffset until, int atMost, CancellationToken cancellationToken) =>
        database.Query<Guid>(SelectTouched, new { state, from, end = until, exercise = false, atMost }, cancellationToken);

    static (DateTimeOffset Start, DateTimeOffset End) Bounds(LimitFilter filter) =>
        (filter.From is { } from ? Midnight(from) - Before : DateTimeOffset.UnixEpoch, filter.Until is { } until ? Midnight(until.AddDays(1)) + After : Instants.Never);

    static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    static string Text(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);
}
