namespace LiaisonHub.Storage.Hub;

/// <summary>A matter that a receiver is to be told of, or was.</summary>
public sealed record AlertRow
{
    public required string Receiver { get; init; }

    /// <summary>What is the matter, for example <c>adapter-silent</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The state concerned. Empty: none.</summary>
    public required string State { get; init; }

    /// <summary>When it was seen first (UTC).</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>When the receiver took the message about it. Null: not yet.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>When it was seen no more. Null: it lasts.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>How a receiver of alerts stands.</summary>
public sealed record AlertReceiver
{
    public required string Receiver { get; init; }

    /// <summary>Beginning of the hour in which <see cref="HourSent"/> messages went out (UTC).</summary>
    public required DateTimeOffset HourBegan { get; init; }

    public required int HourSent { get; init; }

    /// <summary>Failures since the last message that was taken.</summary>
    public required int Failures { get; init; }

    /// <summary>What was said at the last failure. Null: the last message was taken.</summary>
    public string? LastError { get; init; }

    /// <summary>When the last message was taken. Null: none ever.</summary>
    public DateTimeOffset? SentAt { get; init; }
}

/// <summary>What was told to whom: alerts outlive the process that sends them, and of several consoles one sends.</summary>
public sealed class AlertStore(Database database)
{
    const string Columns = "receiver, hour_began, hour_sent, failures, last_error, sent_at";

    static readonly Statement Found = new(d => $"""
        INSERT INTO alert_receivers (receiver, next_at, hour_began, hour_sent, failures) SELECT @receiver, @now, @now, 0, 0
        WHERE {d.SkipExisting("alert_receivers", "x.receiver = @receiver")} {d.OnConflictDoNothing}
        """);

    static readonly Statement Take = new(_ => "UPDATE alert_receivers SET next_at = @until WHERE receiver = @receiver AND next_at <= @now");
    static readonly Statement SelectOne = new(_ => $"SELECT {Columns} FROM alert_receivers WHERE receiver = @receiver");
    static readonly Statement SelectAll = new(_ => $"SELECT {Columns} FROM alert_receivers ORDER BY receiver");
    static readonly Statement SelectAlerts = new(_ => "SELECT receiver, kind, state, began_at, told_at, ended_at FROM alerts WHERE receiver = @receiver ORDER BY began_at, kind, state");
    static readonly Statement Insert = new(_ => "INSERT INTO alerts (receiver, kind, state, began_at) VALUES (@Receiver, @Kind, @State, @BeganAt)");
    static readonly Statement Change = new(_ => "UPDATE alerts SET told_at = @ToldAt, ended_at = @EndedAt WHERE receiver = @Receiver AND kind = @Kind AND state = @State");
    static readonly Statement Remove = new(_ => "DELETE FROM alerts WHERE receiver = @Receiver AND kind = @Kind AND state = @State");

    static readonly Statement Sent = new(_ => """
        UPDATE alert_receivers SET next_at = @now, hour_began = @hourBegan, hour_sent = @hourSent, failures = 0, last_error = NULL, sent_at = @now WHERE receiver = @receiver
        """);

    static readonly Statement NotSent = new(_ => "UPDATE alert_receivers SET next_at = @next, failures = failures + 1, last_error = @error WHERE receiver = @receiver");
    static readonly Statement LetGo = new(_ => "UPDATE alert_receivers SET next_at = @now WHERE receiver = @receiver");

    /// <summary>Takes the receiver for so long, unless another console has it or it is left alone after a failure.</summary>
    /// <returns>Null: another has it, or it is not its time.</returns>
    public async Task<AlertReceiver?> Claim(string receiver, TimeSpan length, CancellationToken cancellationToken)
    {
        var now = database.Time.GetUtcNow();
        await using var unit = await database.Begin(cancellationToken);
        await unit.Execute(Found, new { receiver, now }, cancellationToken);
        if (await unit.Execute(Take, new { receiver, now, until = now + length }, cancellationToken) == 0)
            return null;
        var taken = await unit.One<AlertReceiver>(SelectOne, new { receiver }, cancellationToken);
        await unit.Commit(cancellationToken);
        return taken;
    }

    /// <summary>What the receiver was told and is to be told, the oldest first.</summary>
    public Task<IReadOnlyList<AlertRow>> Of(string receiver, CancellationToken cancellationToken) => database.Query<AlertRow>(SelectAlerts, new { receiver }, cancellationToken);

    /// <summary>All receivers there ever were.</summary>
    public Task<IReadOnlyList<AlertReceiver>> Receivers(CancellationToken cancellationToken) => database.Query<AlertReceiver>(SelectAll, null, cancellationToken);

    /// <summary>What began, what is no more, and what need not be told any more, in one transaction.</summary>
    public async Task Note(IEnumerable<AlertRow> began, IEnumerable<AlertRow> changed, IEnumerable<AlertRow> gone, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        foreach (var row in began)
            await unit.Execute(Insert, row, cancellationToken);
        await Write(unit, changed, gone, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>The receiver has taken a message about these.</summary>
    /// <param name="receiver">The receiver.</param>
    /// <param name="told">Those that last.</param>
    /// <param name="over">Those whose end was told.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task Took(AlertReceiver receiver, IEnumerable<AlertRow> told, IEnumerable<AlertRow> over, CancellationToken cancellationToken)
    {
        var now = database.Time.GetUtcNow();
        await using var unit = await database.Begin(cancellationToken);
        await Write(unit, told, over, cancellationToken);
        var sameHour = now - receiver.HourBegan < TimeSpan.FromHours(1);
        await unit.Execute(Sent, new { receiver = receiver.Receiver, now, hourBegan = sameHour ? receiver.HourBegan : now, hourSent = sameHour ? receiver.HourSent + 1 : 1 }, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>The receiver has not taken a message; it is left alone until then.</summary>
    public Task Failed(string receiver, string error, DateTimeOffset next, CancellationToken cancellationToken) => database.Execute(NotSent, new { receiver, error, next }, cancellationToken);

    /// <summary>There was nothing to send.</summary>
    public Task Release(string receiver, CancellationToken cancellationToken) => database.Execute(LetGo, new { receiver, now = database.Time.GetUtcNow() }, cancellationToken);

    static async Task Write(Unit unit, IEnumerable<AlertRow> changed, IEnumerable<AlertRow> gone, CancellationToken cancellationToken)
    {
        foreach (var row in changed)
            await unit.Execute(Change, row, cancellationToken);
        foreach (var row in gone)
            await unit.Execute(Remove, row, cancellationToken);
    }
}
