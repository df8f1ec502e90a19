using System.Runtime.CompilerServices;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.WebUtilities;

namespace LiaisonHub.OperatorConsole.Filters;

/// <summary>What is to be saved: the same from a page and over the API.</summary>
/// <param name="Room">The list.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Query">The query part of the list's address.</param>
/// <param name="Shared">True: for everybody who may see the list.</param>
/// <param name="By">Who saves it, where nobody signs in.</param>
public sealed record FilterWish(string? Room, string? Name, string? Query, bool Shared = false, string? By = null);

/// <summary>What is to become of a saved filter.</summary>
/// <param name="Name">What it is called from now on. Null: it is deleted.</param>
/// <param name="Reason">Why; asked where everybody has it.</param>
/// <param name="By">Who does it, where nobody signs in.</param>
public sealed record FilterChange(string? Name, string? Reason = null, string? By = null);

/// <summary>A saved filter as a person sees it.</summary>
/// <param name="FilterId">Its id.</param>
/// <param name="Room">The list.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Query">The query part of the list's address.</param>
/// <param name="Shared">True: everybody who may see the list has it.</param>
/// <param name="Own">True: the person may rename and delete it.</param>
/// <param name="MadeBy">Who saved it.</param>
/// <param name="MadeAt">When (UTC).</param>
/// <param name="Link">The address that means the same tomorrow.</param>
/// <param name="Address">The address of the list with this filter. Null: it may not be used.</param>
/// <param name="Problems">Why it may not be used. Empty: it may.</param>
public sealed record FilterLine(Guid FilterId, string Room, string Name, string Query, bool Shared, bool Own, string MadeBy, DateTimeOffset MadeAt, string Link, string? Address, IReadOnlyList<Said> Problems);

/// <summary>One page of saved filters.</summary>
/// <param name="Filters">By list and name.</param>
/// <param name="Next">The value of <c>after</c> that gives the next page. Null: there is none.</param>
public sealed record FilterList(IReadOnlyList<FilterLine> Filters, string? Next);

/// <summary>What became of a wish.</summary>
/// <param name="Filter">The filter. Null: there is none, or no more.</param>
/// <param name="Error">Null: it was done.</param>
/// <param name="Problems">What exactly is wrong, one line each.</param>
public sealed record FilterAnswer(FilterLine? Filter, ErrorCode? Error = null, IReadOnlyList<Said>? Problems = null);

/// <summary>Where filters are saved, found, renamed and deleted. A filter of somebody else's is nobody's: it is not there.</summary>
sealed class FilterDesk(SavedFilters filters, FilterRooms rooms, Quarantine quarantine, Texts texts, TimeProvider time)
{
    public const int LongestName = 100, LongestQuery = 2000, Most = 500, PageLength = 20;

    /// <summary>One page of those a person sees, by list and name. Null: the page before does not end with a filter that is still there.</summary>
    /// <param name="caller">The person.</param>
    /// <param name="room">Only of this list. Null: of any.</param>
    /// <param name="after">The last filter of the page before. Null: the first page.</param>
    /// <param name="length">At most so many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<FilterList?> List(Caller caller, string? room, Guid? after, int length, CancellationToken cancellationToken)
    {
        SavedFilter? last = null;
        if (after is { } id && (last = await Of(id, caller, cancellationToken)) is null)
            return null;
        var found = new List<SavedFilter>();
        IReadOnlyList<SavedFilter> page;
        do
        {
            page = await filters.Seen(caller.AccountId, length + 1, cancellationToken, room, last);
            found.AddRange(page.Where(f => Sees(f, caller)));
            last = page is [.., var end] ? end : last;
        }
        while (found.Count <= length && page.Count > length);
        return new([.. found.Take(length).Select(f => Line(f, caller))], found.Count > length ? $"{found[length - 1].FilterId:D}" : null);
    }

    /// <summary>All a person sees, by list and name.</summary>
    public async IAsyncEnumerable<FilterLine> All(Caller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var page = await List(caller, null, null, Most, cancellationToken); page is not null; page = page.Next is { } next ? await List(caller, null, Guid.Parse(next), Most, cancellationToken) : null)
            foreach (var line in page.Filters)
                yield return line;
    }

    /// <summary>One. Null: there is none that this person sees.</summary>
    public async Task<FilterLine?> Get(Guid filterId, Caller caller, CancellationToken cancellationToken) => await Of(filterId, caller, cancellationToken) is { } filter ? Line(filter, caller) : null;

    /// <summary>Saves one.</summary>
    public async Task<FilterAnswer> Save(FilterWish wish, Caller caller, CancellationToken cancellationToken)
    {
        var problems = new List<Said>();
        var name = Named(wish.Name, problems);
        var by = By(caller, wish.By, problems);
        if (rooms.All.GetValueOrDefault(wish.Room ?? "") is not { } room || !caller.May(room.Needs))
        {
            problems.Add(texts["filters.no-such-room", string.Join(", ", rooms.All.Values.Where(r => caller.May(r.Needs)).Select(r => r.Name))]);
            return new(null, ErrorCode.CannotBeRead, problems);
        }
        var query = wish.Query ?? "";
        if (query.Length > LongestQuery)
            problems.Add(texts["filters.too-long", LongestQuery]);
        else
        {
            query = rooms.Understood(room, query, out var wrong);
            problems.AddRange(wrong);
        }
        if (problems.Count > 0)
            return new(null, ErrorCode.CannotBeRead, problems);
        if ((await filters.Seen(caller.AccountId, Most, cancellationToken)).Count >= Most)
            return new(null, ErrorCode.TooManyFilters);
        var filter = new SavedFilter { FilterId = Guid.CreateVersion7(time.GetUtcNow()), AccountId = caller.AccountId, Room = room.Name, Name = name, Query = query, Shared = wish.Shared, MadeBy = by, MadeAt = time.GetUtcNow() };
        return await filters.Add(filter, cancellationToken) ? new(Line(filter, caller)) : new(null, ErrorCode.NameTaken);
    }

    /// <summary>Renames one, or deletes it.</summary>
    public async Task<FilterAnswer> Change(Guid filterId, FilterChange change, Caller caller, CancellationToken cancellationToken)
    {
        if (await Of(filterId, caller, cancellationToken) is not { } filter)
            return new(null, ErrorCode.UnknownFilter);
        if (!Owns(filter, caller))
            return new(Line(filter, caller), ErrorCode.NotYours);
        var problems = new List<Said>();
        var by = By(caller, change.By, problems);
        var name = change.Name is null ? null : Named(change.Name, problems);
        var reason = change.Reason?.Trim() ?? "";
        if (filter.Shared && reason.Length == 0 || reason.Length > Fields.LongestReason)
            problems.Add(texts["filters.write-reason", Fields.LongestReason]);
        if (problems.Count > 0)
            return new(Line(filter, caller), ErrorCode.CannotBeRead, problems);
        if (name is null)
        {
            await filters.End(filter, by, reason, cancellationToken, caller.AccountId);
            return new(null);
        }
        return await filters.Call(filter, name, by, reason, cancellationToken, caller.AccountId) ? new(Line(filter with { Name = name }, caller)) : new(Line(filter, caller), ErrorCode.NameTaken);
    }

    /// <summary>The messages in quarantine that a saved filter finds now, for a plan that fixes them.</summary>
    /// <param name="filterId">The filter.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="atMost">One more than a plan may have says that there are too many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(FilterLine? Filter, IReadOnlyList<string> Ids, ErrorCode? Error)> Messages(Guid filterId, Caller caller, int atMost, CancellationToken cancellationToken)
    {
        if (await Get(filterId, caller, cancellationToken) is not { } filter)
            return (null, [], ErrorCode.UnknownFilter);
        if (filter.Room != "quarantine" || filter.Address is null)
            return (filter, [], filter.Address is null ? ErrorCode.FilterNotUsable : ErrorCode.NoMessages);
        var query = QuarantineQuery.Read(new QueryCollection(QueryHelpers.ParseQuery(filter.Query)), texts);
        var ids = new List<string>();
        for ((DateTimeOffset At, Guid Id)? before = null; ids.Count < atMost;)
        {
            var page = await quarantine.Page(query.Resolved ? Quarantine.Resolved : null, query.State, query.Code, before, Math.Min(1000, atMost - ids.Count), cancellationToken, query.Group is { } group ? FaultGroup.Parts(group) : null);
            ids.AddRange(page.Select(m => m.QuarantineId.ToString("D")));
            if (page.Count == 0)
                break;
            before = (page[^1].At, page[^1].QuarantineId);
        }
        return (filter, ids, null);
    }

    async Task<SavedFilter?> Of(Guid filterId, Caller caller, CancellationToken cancellationToken) => await filters.Get(filterId, cancellationToken) is { } filter && Sees(filter, caller) ? filter : null;

    // One of a list that is no more is shown to whoever saved it: somebody must be able to delete it.
    bool Sees(SavedFilter filter, Caller caller) => (filter.Shared || filter.AccountId == caller.AccountId) && (rooms.All.GetValueOrDefault(filter.Room) is not { } room || caller.May(room.Needs));

    static bool Owns(SavedFilter filter, Caller caller) => filter.AccountId == caller.AccountId || filter.Shared && caller.May(Permission.Govern);

    FilterLine Line(SavedFilter filter, Caller caller)
    {
        IReadOnlyList<Said> problems = [texts["filters.room-gone", filter.Room]];
        string? address = null;
        if (rooms.All.GetValueOrDefault(filter.Room) is { } room)
        {
            var query = rooms.Understood(room, filter.Query, out problems);
            // What the page would add by itself was not saved either.
            if (problems.Count == 0 && query != filter.Query)
                problems = [texts["filters.read-otherwise"]];
            if (problems.Count == 0)
                address = query.Length == 0 ? room.Page : $"{room.Page}?{query}";
        }
        return new(filter.FilterId, filter.Room, filter.Name, filter.Query, filter.Shared, Owns(filter, caller), filter.MadeBy, filter.MadeAt, FilterRoutes.Link(filter.FilterId), address, problems);
    }

    string Named(string? name, List<Said> problems)
    {
        var text = name?.Trim() ?? "";
        if (text.Length is 0 or > LongestName || !Legible.IsSeen(text))
            problems.Add(texts["filters.write-name", LongestName]);
        return text;
    }

    string By(Caller caller, string? by, List<Said> problems)
    {
        var who = Fields.Who(caller, by);
        if (who is null)
            problems.Add(texts["shell.write-who", Fields.LongestBy]);
        return who ?? "";
    }
}
