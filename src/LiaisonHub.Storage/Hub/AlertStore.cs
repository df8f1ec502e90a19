using System.Text.Json;

namespace LiaisonHub.Storage.Hub;

/// <summary>A matter that a receiver is to be told of, or was.</summary>
public sealed record AlertRow
{
    public required string Receiver { get; init; }

    /// <summary>What is the matter, for example <c>adapter-silent</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The state concerned. Empty: none.</summary>
    public required string State { get; init; }

    /// <summary>What of this kind, in this state. Empty: there is but one. 200 characters at most.</summary>
    public string Subject { get; init; } = "";

    /// <summary>When it was seen first (UTC).</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>When the receiver took the message about it. Null: not yet.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>How many messages, acts or requests it was about then. Null: not told yet.</summary>
    public int? ToldCount { get; init; }

    /// <summary>Since when it is so, as the receiver was told (UTC). Null: not told yet.</summary>
    public DateTimeOffset? ToldSince { get; init; }

    /// <summary>When it was seen no more. Null: it lasts.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Under which it is kept for its receiver.</summary>
    public (string Kind, string State, string Subject) Key => (Kind, State, Subject);

    /// <summary>It was told, and is about so many times as many now.</summary>
    public bool HasGrown(int count, int times) => ToldCount is { } told && count >= (long)told * times;
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

    /// <summary>Nothing is sent before: a console has it at this moment, or it is left alone after a failure.</summary>
    public DateTimeOffset NextAt { get; init; }
}

/// <summary>One message to a receiver of alerts, and what came of it.</summary>
public sealed record AlertSent
{
    public required Guid MessageId { get; init; }
    public required string Receiver { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>What it was about: kinds and states, those that are over in brackets.</summary>
    public required string Matters { get; init; }

    /// <summary>Who tried whether the receiver hears. Null: no test.</summary>
    public string? TestedBy { get; init; }

    /// <summary>Why it was not taken: a code, and what stands in its sentence. Null: it was.</summary>
    public string? Error { get; init; }
}

/// <summary>What was told to whom: alerts outlive the process that sends them, and of several consoles one sends.</summary>
public sealed class AlertStore(Database database)
{
    const string Columns = "receiver, hour_began, hour_sent, failures, last_error, sent_at, next_at";
    const string MessageColumns = "message_id, receiver, at, matters, tested_by, error";

    /// <summary>How long it is known what was sent.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    static readonly Statement Found = new(d => $"""
        INSERT INTO alert_receivers (receiver, next_at, hour_began, hour_sent, failures) SELECT @receiver, @now, @now, 0, 0
        WHERE {d.SkipExisting("alert_receivers", "x.receiver = @receiver")} {d.OnConflictDoNothing}
        """);

    static readonly Statement Take = new(_ => "UPDATE alert_receivers SET next_at = @until WHERE receiver = @receiver AND next_at <= @now");
    static readonly Statement SelectOne = new(_ => $"SELECT {Columns} FROM alert_receivers WHERE receiver = @receiver");
    static readonly Statement SelectAll = new(_ => $"SELECT {Columns} FROM alert_receivers ORDER BY receiver");
    static readonly Statement SelectAlerts = new(_ => "SELECT receiver, kind, state, subject, began_at, told_at, told_count, told_since, ended_at FROM alerts WHERE receiver = @receiver ORDER BY began_at, kind, state, subject");
    static readonly Statement Insert = new(_ => "INSERT INTO alerts (receiver, kind, state, subject, began_at) VALUES (@Receiver, @Kind, @State, @Subject, @BeganAt)");
    static readonly Statement Change = new(_ => "UPDATE alerts SET told_at = @ToldAt, told_count = @ToldCount, told_since = @ToldSince, ended_at = @EndedAt WHERE receiver = @Receiver AND kind = @Kind AND state = @State AND subject = @Subject");
    static readonly Statement Remove = new(_ => "DELETE FROM alerts WHERE receiver = @Receiver AND kind = @Kind AND state = @State AND subject = @Subject");

    static readonly Statement Sent = new(_ => """
        UPDATE alert_receivers SET next_at = @now, hour_began = @hourBegan, hour_sent = @hourSent, failures = 0, last_error = NULL, sent_at = @now WHERE receiver = @receiver
        """);

    static readonly Statement NotSent = new(_ => "UPDATE alert_receivers SET next_at = @next, failures = failures + 1, last_error = @error WHERE receiver = @receiver");
    static readonly Statement LetGo = new(_ => "UPDATE alert_receivers SET next_at = @now WHERE receiver = @receiver");

    static readonly Statement InsertMessage = new(_ => "INSERT INTO alert_messages (message_id, receiver, at, matters, tested_by, error) VALUES (@MessageId, @Receiver, @At, @Matters, @TestedBy, @Error)");
    static readonly Statement Forget = new(_ => "DELETE FROM alert_messages WHERE at < @before");

    static readonly Statement SelectMessages = new(d => $"SELECT {MessageColumns} FROM alert_messages WHERE (@receiver = '' OR receiver = @receiver) ORDER BY at DESC, message_id DESC {d.FirstRows("@atMost")}");

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
        var (lasting, ended) = (told.ToList(), over.ToList());
        await using var unit = await database.Begin(cancellationToken);
        await Write(unit, lasting, ended, cancellationToken);
        await Log(unit, Message(receiver.Receiver, Matters(lasting, ended), null, null), cancellationToken);
        // That something is over keeps nobody from being told of what begins.
        var counts = lasting.Count > 0 ? 1 : 0;
        var sameHour = now - receiver.HourBegan < TimeSpan.FromHours(1);
        await unit.Execute(Sent, new { receiver = receiver.Receiver, now, hourBegan = sameHour ? receiver.HourBegan : now, hourSent = (sameHour ? receiver.HourSent : 0) + counts }, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>The receiver has not taken a message; it is left alone until then.</summary>
    public async Task Failed(string receiver, string error, DateTimeOffset next, string matters, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        await unit.Execute(NotSent, new { receiver, error, next }, cancellationToken);
        await Log(unit, Message(receiver, matters, null, error), cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>Somebody has tried whether a receiver hears; that, and what came of it, stands in the ledger.</summary>
    public async Task Tested(string receiver, string by, string reason, string? error, CancellationToken cancellationToken, Guid? account = null)
    {
        await using var unit = await database.Begin(cancellationToken);
        await Log(unit, Message(receiver, "test", by, error), cancellationToken);
        var content = JsonSerializer.Serialize(new { receiver, reason, outcome = error ?? "taken" }, JsonSerializerOptions.Web);
        await Ledger.Record(unit, [new LedgerLeaf { At = database.Time.GetUtcNow(), Kind = "AlertTested", Actor = by, Account = account, Content = content }], cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>What was sent, last first. <paramref name="receiver"/> null: to whomever.</summary>
    public Task<IReadOnlyList<AlertSent>> Sendings(string? receiver, int atMost, CancellationToken cancellationToken) =>
        database.Query<AlertSent>(SelectMessages, new { receiver = receiver ?? "", atMost }, cancellationToken);

    /// <summary>What a message is about, in a line.</summary>
    public static string Matters(IEnumerable<AlertRow> told, IEnumerable<AlertRow> over) =>
        string.Join(", ", told.Select(Name).Concat(over.Select(a => $"({Name(a)})")));

    static string Name(AlertRow alert) => alert.State.Length == 0 ? alert.Kind : $"{alert.Kind} {alert.State}";

    AlertSent Message(string receiver, string matters, string? by, string? error)
    {
        var now = database.Time.GetUtcNow();
        return new() { MessageId = Guid.CreateVersion7(now), Receiver = receiver, At = now, Matters = matters, TestedBy = by, Error = error };
    }

    static async Task Log(Unit unit, AlertSent message, CancellationToken cancellationToken)
    {
        await unit.Execute(Forget, new { before = message.At - Kept }, cancellationToken);
        await unit.Execute(InsertMessage, message, cancellationToken);
    }

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
