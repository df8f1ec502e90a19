using System.Text.Json;

namespace LiaisonHub.Storage.Hub;

/// <summary>A filter of a list that somebody has saved under a name.</summary>
public sealed record SavedFilter
{
    public required Guid FilterId { get; init; }

    /// <summary>The account of who saved it. Null: nobody signs in.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>The list it is of, for example <c>requests</c>.</summary>
    public required string Room { get; init; }

    /// <summary>What it is called; 100 characters at most.</summary>
    public required string Name { get; init; }

    /// <summary>The query part of the list's address, without the question mark.</summary>
    public required string Query { get; init; }

    /// <summary>True: everybody who may see the list has it. False: only who saved it.</summary>
    public required bool Shared { get; init; }

    public required string MadeBy { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
}

/// <summary>Filters that were saved. What happens to one that everybody has stands in the ledger, in the same transaction; what somebody calls a filter of their own is nobody's business.</summary>
public sealed class SavedFilters(Database database)
{
    const string Columns = "filter_id, account_id, room, name, query, shared, made_by, made_at";

    static readonly Statement Insert = new(_ => """
        INSERT INTO saved_filters (filter_id, account_id, room, name, query, shared, made_by, made_at) VALUES (@FilterId, @AccountId, @Room, @Name, @Query, @Shared, @MadeBy, @MadeAt)
        """);

    static readonly Statement SelectOne = new(_ => $"SELECT {Columns} FROM saved_filters WHERE filter_id = @filterId");

    static readonly Statement SelectSeen = new(d => $"""
        SELECT {Columns} FROM saved_filters
        WHERE (shared = @yes OR account_id = @account OR (account_id IS NULL AND @nobody = 1)) AND (@room = '' OR room = @room)
          AND (room > @lastRoom OR (room = @lastRoom AND (name > @lastName OR (name = @lastName AND filter_id > @last))))
        ORDER BY room, name, filter_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectNamed = new(_ => $"SELECT {Columns} FROM saved_filters WHERE room = @room AND name = @name");
    static readonly Statement Rename = new(_ => "UPDATE saved_filters SET name = @name WHERE filter_id = @filterId");
    static readonly Statement Remove = new(_ => "DELETE FROM saved_filters WHERE filter_id = @filterId");

    /// <summary>Saves one.</summary>
    /// <returns>False: another of this room that the same people see is called so.</returns>
    public async Task<bool> Add(SavedFilter filter, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await Taken(unit, filter, cancellationToken))
            return false;
        await unit.Execute(Insert, filter, cancellationToken);
        await Record(unit, filter, "FilterShared", filter.MadeBy, filter.AccountId, new { filter.FilterId, filter.Room, filter.Name, filter.Query }, cancellationToken);
        await unit.Commit(cancellationToken);
        return true;
    }

    /// <summary>One, whoever saved it. Null: there is none.</summary>
    public Task<SavedFilter?> Get(Guid filterId, CancellationToken cancellationToken) => database.One<SavedFilter>(SelectOne, new { filterId }, cancellationToken);

    /// <summary>Those a person sees: their own, and what everybody has; by room and name.</summary>
    /// <param name="account">The person. Null: nobody signs in.</param>
    /// <param name="atMost">At most so many.</param>
    /// <param name="cancellationToken"/>
    /// <param name="room">Only of this list. Null: of any.</param>
    /// <param name="after">The last one of the page before. Null: the first page.</param>
    public Task<IReadOnlyList<SavedFilter>> Seen(Guid? account, int atMost, CancellationToken cancellationToken, string? room = null, SavedFilter? after = null) => database.Query<SavedFilter>(
        SelectSeen,
        new
        {
            yes = true,
            account = account ?? Guid.Empty,
            nobody = account is null ? 1 : 0,
            room = room ?? "",
            lastRoom = after?.Room ?? "",
            lastName = after?.Name ?? "",
            last = after?.FilterId ?? Guid.Empty,
            atMost,
        },
        cancellationToken);

    /// <summary>Calls it otherwise; its link stays.</summary>
    /// <returns>False: another that the same people see is called so.</returns>
    public async Task<bool> Call(SavedFilter filter, string name, string by, string reason, CancellationToken cancellationToken, Guid? account = null)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await Taken(unit, filter with { Name = name }, cancellationToken))
            return false;
        await unit.Execute(Rename, new { filterId = filter.FilterId, name }, cancellationToken);
        await Record(unit, filter, "FilterRenamed", by, account, new { filter.FilterId, before = filter.Name, name, reason }, cancellationToken);
        await unit.Commit(cancellationToken);
        return true;
    }

    /// <summary>Its link shows nothing from now on.</summary>
    public async Task End(SavedFilter filter, string by, string reason, CancellationToken cancellationToken, Guid? account = null)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.Execute(Remove, new { filterId = filter.FilterId }, cancellationToken) == 0)
            return;
        await Record(unit, filter, "FilterDeleted", by, account, new { filter.FilterId, filter.Room, filter.Name, filter.Query, reason }, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    static async Task<bool> Taken(Unit unit, SavedFilter filter, CancellationToken cancellationToken) => (await unit.Query<SavedFilter>(SelectNamed, new { room = filter.Room, name = filter.Name }, cancellationToken))
        .Any(f => f.FilterId != filter.FilterId && f.Shared == filter.Shared && (f.Shared || f.AccountId == filter.AccountId));

    Task Record(Unit unit, SavedFilter filter, string kind, string by, Guid? account, object content, CancellationToken cancellationToken) => !filter.Shared ? Task.CompletedTask
        : Ledger.Record(unit, [new LedgerLeaf { At = database.Time.GetUtcNow(), Kind = kind, Actor = by, Account = account, Content = JsonSerializer.Serialize(content, JsonSerializerOptions.Web) }], cancellationToken);
}
