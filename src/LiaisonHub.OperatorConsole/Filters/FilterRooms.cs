using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Limits;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Records;
using LiaisonHub.OperatorConsole.Repair;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Stuck;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace LiaisonHub.OperatorConsole.Filters;

/// <summary>A list whose filter can be saved.</summary>
/// <param name="Name">What it is called in a saved filter.</param>
/// <param name="Page">Its page.</param>
/// <param name="Needs">What one must be allowed to do, to see it.</param>
/// <param name="Read">Reads an address as the page does: the address it understood, and what it could not read.</param>
public sealed record FilterRoom(string Name, string Page, Permission Needs, Func<IQueryCollection, (string Address, IEnumerable<Said> Problems)> Read);

/// <summary>
/// The lists whose filters can be saved, and the one rule for what was saved: it is used only if the page understands all of it today. What a page leaves out of account when a person types it would turn
/// “these few” into “everything” when nobody looks.
/// </summary>
public sealed class FilterRooms(Region region, Rules rules, Texts texts, TimeProvider time)
{
    /// <summary>All of them, by name.</summary>
    public IReadOnlyDictionary<string, FilterRoom> All => new[]
    {
        new FilterRoom("requests", "/requests", Permission.See, q => RequestQuery.Read(q, rules, texts) is var read ? (read.Address(), read.Problems) : default),
        new FilterRoom("stuck", "/stuck", Permission.See, q => StuckQuery.Read(q, rules, texts) is var read ? (read.Address(read.Group), read.Problems.Select(texts.Read)) : default),
        new FilterRoom("quarantine", "/quarantine", Permission.See, q => QuarantineQuery.Read(q, texts) is var read ? (read.Address, read.Problems) : default),
        new FilterRoom("deadlines", "/deadlines", Permission.See, q => LimitQuery.Read(q, region, time.GetUtcNow(), texts) is var read ? (read.Address(), read.Problems) : default),
        new FilterRoom("audit", "/audit", Permission.Audit, q => AuditQuery.Read(q, texts) is var read ? (read.Address(), read.Problems) : default),
        new FilterRoom("plans", "/plans", Permission.See, q => PlanQuery.Read(q, texts) is var read ? (read.Address, read.Problems) : default),
    }.ToDictionary(r => r.Name);

    /// <summary>Reads a filter strictly.</summary>
    /// <param name="room">The list.</param>
    /// <param name="query">The query part of its address.</param>
    /// <param name="problems">Why it may not be used: a field the list does not have, or a value it cannot read. Empty: it may.</param>
    /// <returns>The same filter as the page writes it.</returns>
    public string Understood(FilterRoom room, string query, out IReadOnlyList<Said> problems)
    {
        var given = QueryHelpers.ParseQuery(query).Where(p => p.Value.Count > 1 || p.Value.ToString().Trim().Length > 0).ToDictionary(p => p.Key, p => p.Value);
        var (address, wrong) = room.Read(new QueryCollection(given));
        var understood = QueryHelpers.ParseQuery(Query(address));
        problems =
        [
            .. wrong,
            .. given.Where(g => g.Value.Count > 1).Select(g => texts["filters.twice", g.Key]),
            .. given.Where(g => g.Value.Count == 1 && !Same(g.Value, understood.GetValueOrDefault(g.Key))).Select(g => texts["filters.not-understood", g.Key, g.Value.ToString()]),
        ];
        return Query(address);
    }

    /// <summary>The query part of an address, without the question mark.</summary>
    public static string Query(string address) => address.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0 ? address[(mark + 1)..] : "";

    // Capitals of a state are the page's own matter.
    static bool Same(StringValues given, StringValues understood) => understood.Count == 1 && given.ToString().Trim().Equals(understood.ToString(), StringComparison.OrdinalIgnoreCase);
}
