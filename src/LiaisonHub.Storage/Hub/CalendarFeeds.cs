using System.Data.Common;
using System.Text.Json;

namespace LiaisonHub.Storage.Hub;

/// <summary>A calendar of limits that somebody subscribed to.</summary>
public sealed record CalendarFeed
{
    /// <summary>SHA-256 of the secret in its address, lower-case hex. The secret itself is kept nowhere.</summary>
    public required string SecretHash { get; init; }

    public required Guid FeedId { get; init; }

    /// <summary>The account of who made it: when that is closed, the calendar is too. Null: nobody signs in.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>What its maker calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Only limits on which this state must act. Null: all.</summary>
    public string? State { get; init; }

    public required string MadeBy { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
    public required DateTimeOffset EndsAt { get; init; }
}

/// <summary>Calendars that somebody subscribed to. That one was made or ended stands in the ledger, in the same transaction.</summary>
public sealed class CalendarFeeds(Database database)
{
    const string Columns = "f.secret_hash, f.feed_id, f.account_id, f.name, f.state, f.made_by, f.made_at, f.ends_at";

    static readonly Statement Insert = new(_ => """
        INSERT INTO calendar_feeds (secret_hash, feed_id, account_id, name, state, made_by, made_at, ends_at) VALUES (@SecretHash, @FeedId, @AccountId, @Name, @State, @MadeBy, @MadeAt, @EndsAt)
        """);

    static readonly Statement SelectOpened = new(_ => $"""
        SELECT {Columns} FROM calendar_feeds AS f LEFT JOIN accounts AS a ON a.account_id = f.account_id
        WHERE f.secret_hash = @hash AND f.ends_at > @now AND (f.account_id IS NULL OR (a.account_id IS NOT NULL AND a.closed_at IS NULL))
        """);

    static readonly Statement SelectSeen = new(d => $"""
        SELECT {Columns} FROM calendar_feeds AS f
        WHERE (@every = 1 OR f.account_id = @account OR (f.account_id IS NULL AND @nobody = 1)) AND f.made_at >= @at AND (f.made_at > @at OR f.feed_id > @id)
        ORDER BY f.made_at, f.feed_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectOne = new(_ => $"SELECT {Columns} FROM calendar_feeds AS f WHERE f.feed_id = @feedId");
    static readonly Statement Delete = new(_ => "DELETE FROM calendar_feeds WHERE feed_id = @feedId");

    /// <summary>A new calendar. False: there is one with this id.</summary>
    public async Task<bool> Add(CalendarFeed feed, CancellationToken cancellationToken)
    {
        try
        {
            await using var unit = await database.Begin(cancellationToken);
            await unit.Execute(Insert, feed, cancellationToken);
            await Record(unit, "CalendarMade", feed.MadeBy, feed.AccountId, new { feed.FeedId, feed.Name, feed.State, feed.EndsAt }, cancellationToken);
            await unit.Commit(cancellationToken);
            return true;
        }
        catch (DbException e) when (database.IsUniqueViolation(e))
        {
            return false;
        }
    }

    /// <summary>The calendar a secret of this hash opens. Null: there is none, it was ended, its time is over, or the account of its maker is closed.</summary>
    public Task<CalendarFeed?> Opened(string hash, CancellationToken cancellationToken) => database.One<CalendarFeed>(SelectOpened, new { hash, now = database.Time.GetUtcNow() }, cancellationToken);

    /// <summary>Those of one person, in the order in which they were made.</summary>
    /// <param name="account">Who made them. Null: those that were made where nobody signs in.</param>
    /// <param name="every">True: whoever made them.</param>
    /// <param name="after">The place behind the last one of the page before. Null: the first page.</param>
    /// <param name="atMost">At most so many.</param>
    /// <param name="cancellationToken"/>
    public Task<IReadOnlyList<CalendarFeed>> Seen(Guid? account, bool every, PageMark? after, int atMost, CancellationToken cancellationToken) => database.Query<CalendarFeed>(
        SelectSeen,
        new { every = every ? 1 : 0, account = account ?? Guid.Empty, nobody = account is null ? 1 : 0, at = after?.At ?? DateTimeOffset.UnixEpoch, id = after?.RequestId ?? Guid.Empty, atMost },
        cancellationToken);

    /// <summary>One, whoever made it. Null: there is none.</summary>
    public Task<CalendarFeed?> Get(Guid feedId, CancellationToken cancellationToken) => database.One<CalendarFeed>(SelectOne, new { feedId }, cancellationToken);

    /// <summary>Its address opens nothing from now on. False: there is none with this id.</summary>
    public async Task<bool> End(Guid feedId, string by, string reason, CancellationToken cancellationToken, Guid? account = null)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.Execute(Delete, new { feedId }, cancellationToken) == 0)
            return false;
        await Record(unit, "CalendarEnded", by, account, new { feedId, reason }, cancellationToken);
        await unit.Commit(cancellationToken);
        return true;
    }

    Task Record(Unit unit, string kind, string by, Guid? account, object content, CancellationToken cancellationToken) =>
        Ledger.Record(unit, [new LedgerLeaf { At = database.Time.GetUtcNow(), Kind = kind, Actor = by, Account = account, Content = JsonSerializer.Serialize(content, JsonSerializerOptions.Web) }], cancellationToken);
}
