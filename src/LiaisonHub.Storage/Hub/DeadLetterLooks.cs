using System.Text.Json;

namespace LiaisonHub.Storage.Hub;

/// <summary>What lay in the queue of a state's link, or of the hub's own bus, that holds what the broker gave up on, when somebody asked; and what became of it, when somebody wished it home. All instants by the clock for technical matters.</summary>
public sealed record DeadLetterLook
{
    /// <summary>How long a hub may be still about one before another takes it up: nothing is lost by two that are at it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public required Guid LookId { get; init; }

    /// <summary>The state of the link; <c>HUB</c>: the hub's own bus.</summary>
    public required string State { get; init; }

    public required DateTimeOffset AskedAt { get; init; }
    public required string AskedBy { get; init; }

    /// <summary>When a hub began to look. Null: none has yet.</summary>
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary>When it was seen, or could not be. Null: not yet.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>How many lay there.</summary>
    public long? Total { get; init; }

    /// <summary>The first of them, as JSON: never what they say.</summary>
    public string? Letters { get; init; }

    /// <summary>Why they could not be seen, or were not all brought home. Null: nothing stood against it.</summary>
    public string? Trouble { get; init; }

    /// <summary>When somebody wished them home. Null: nobody has.</summary>
    public DateTimeOffset? HomeAskedAt { get; init; }

    public string? HomeAskedBy { get; init; }
    public string? HomeReason { get; init; }

    /// <summary>When a hub was last about it.</summary>
    public DateTimeOffset? HomeTakenAt { get; init; }

    /// <summary>What became of each, as JSON. Null: nothing is known yet.</summary>
    public string? Became { get; init; }

    /// <summary>When all that was wished was done. Null: it is not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>True: a hub is waited for.</summary>
    public bool UnderWay => SeenAt is null || (HomeAskedAt is not null && EndedAt is null);
}

/// <summary>What the broker gave up on: looked at and brought home as somebody at the console wishes, by whichever hub takes it up.</summary>
public sealed class DeadLetterLooks(Database database)
{
    const string Columns = "look_id, state, asked_at, asked_by, taken_at, seen_at, total, letters, trouble, home_asked_at, home_asked_by, home_reason, home_taken_at, became, ended_at";

    static readonly Statement Insert = new(_ => "INSERT INTO dead_letter_looks (look_id, state, asked_at, asked_by) VALUES (@LookId, @State, @AskedAt, @AskedBy)");
    static readonly Statement SelectLatest = new(d => $"SELECT {Columns} FROM dead_letter_looks WHERE state = @state ORDER BY asked_at DESC, look_id DESC {d.FirstRows("1")}");
    static readonly Statement SelectUnseen = new(d => $"SELECT {Columns} FROM dead_letter_looks WHERE seen_at IS NULL AND asked_at > @since ORDER BY asked_at {d.FirstRows("@atMost")}");
    static readonly Statement SelectWished = new(d => $"SELECT {Columns} FROM dead_letter_looks WHERE ended_at IS NULL AND home_asked_at > @since ORDER BY home_asked_at {d.FirstRows("@atMost")}");
    static readonly Statement TakeLook = new(_ => "UPDATE dead_letter_looks SET taken_at = @now WHERE look_id = @lookId AND seen_at IS NULL AND (taken_at IS NULL OR taken_at < @stale)");
    static readonly Statement TakeHome = new(_ => "UPDATE dead_letter_looks SET home_taken_at = @now WHERE look_id = @lookId AND ended_at IS NULL AND (home_taken_at IS NULL OR home_taken_at < @stale)");
    static readonly Statement StoreSeen = new(_ => "UPDATE dead_letter_looks SET seen_at = @now, total = @total, letters = @letters, trouble = @trouble WHERE look_id = @lookId AND seen_at IS NULL");
    static readonly Statement Wish = new(_ => "UPDATE dead_letter_looks SET home_asked_at = @now, home_asked_by = @by, home_reason = @reason WHERE look_id = @lookId AND seen_at IS NOT NULL AND trouble IS NULL AND home_asked_at IS NULL");
    static readonly Statement StoreBecame = new(_ => "UPDATE dead_letter_looks SET became = @became, trouble = @trouble, ended_at = @now WHERE look_id = @lookId AND ended_at IS NULL");

    /// <summary>Asks a hub to look; while one is asked, that one is the answer.</summary>
    public async Task<DeadLetterLook> Ask(DeadLetterLook look, string reason, Guid? account, DateTimeOffset legally, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.One<DeadLetterLook>(SelectLatest, new { state = look.State }, cancellationToken) is { UnderWay: true } open && look.AskedAt - (open.HomeAskedAt ?? open.AskedAt) < 12 * DeadLetterLook.Longest)
            return open;
        await unit.Execute(Insert, look, cancellationToken);
        await Record(unit, legally, "DeadLettersAsked", look.AskedBy, account, new { look.LookId, look.State, reason }, cancellationToken);
        await unit.Commit(cancellationToken);
        return look;
    }

    /// <summary>The last one of a state. Null: nobody has asked yet.</summary>
    public Task<DeadLetterLook?> Latest(string state, CancellationToken cancellationToken) => database.One<DeadLetterLook>(SelectLatest, new { state }, cancellationToken);

    /// <summary>Wishes what was seen home. False: it was not seen, or is wished home already.</summary>
    public async Task<bool> WishHome(DeadLetterLook look, string by, string reason, Guid? account, DateTimeOffset now, DateTimeOffset legally, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.Execute(Wish, new { lookId = look.LookId, by, reason, now }, cancellationToken) == 0)
            return false;
        await Record(unit, legally, "DeadLettersWishedHome", by, account, new { look.LookId, look.State, look.Letters, reason }, cancellationToken);
        await unit.Commit(cancellationToken);
        return true;
    }

    /// <summary>Takes what somebody waits for; of several hubs one has each, until it is gone for <see cref="DeadLetterLook.Longest"/>.</summary>
    public async Task<IReadOnlyList<DeadLetterLook>> Take(DateTimeOffset now, CancellationToken cancellationToken)
    {
        const int atMost = 10;
        var taken = new List<DeadLetterLook>();
        foreach (var (select, take, since) in new[] { (SelectUnseen, TakeLook, now.AddHours(-1)), (SelectWished, TakeHome, now.AddDays(-7)) })
            foreach (var look in await database.Query<DeadLetterLook>(select, new { since, atMost }, cancellationToken))
                if (await database.Execute(take, new { lookId = look.LookId, now, stale = now - DeadLetterLook.Longest }, cancellationToken) > 0)
                    taken.Add(look);
        return taken;
    }

    /// <summary>Notes what was seen, or why nothing could be.</summary>
    public Task Seen(Guid lookId, long total, string letters, string? trouble, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Execute(StoreSeen, new { lookId, total, letters, trouble, now }, cancellationToken);

    /// <summary>Notes what became of them; the ledger says so too.</summary>
    public async Task Became(DeadLetterLook look, string became, string? trouble, DateTimeOffset now, DateTimeOffset legally, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.Execute(StoreBecame, new { lookId = look.LookId, became, trouble, now }, cancellationToken) == 0)
            return;
        await Record(unit, legally, "DeadLettersBroughtHome", "hub", null, new { look.LookId, look.State, became, trouble }, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    static Task Record(Unit unit, DateTimeOffset at, string kind, string actor, Guid? account, object content, CancellationToken cancellationToken) =>
        Ledger.Record(unit, [new LedgerLeaf { At = at, Kind = kind, Actor = actor, Account = account, Content = JsonSerializer.Serialize(content, JsonSerializerOptions.Web) }], cancellationToken);
}
