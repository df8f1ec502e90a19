using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Records;

/// <summary>Which deeds, as the address of the page says it. The same words in the page, the files, the API and the command line.</summary>
public sealed record AuditQuery
{
    /// <summary>Part of the name of who did it.</summary>
    public string? Who { get; init; }

    /// <summary>The account of who did it.</summary>
    public Guid? Account { get; init; }

    /// <summary>What was done, as the ledger calls it, for example <c>DocumentViewed</c>.</summary>
    public string? What { get; init; }

    /// <summary>First day (UTC).</summary>
    public DateOnly? From { get; init; }

    /// <summary>Last day (UTC).</summary>
    public DateOnly? Until { get; init; }

    /// <summary>Only today and so many days before, whatever day it is; 1 to 3660. The days are left out of account then.</summary>
    public int? Last { get; init; }

    /// <summary>The request it was about.</summary>
    public Guid? Request { get; init; }

    /// <summary>The place behind the last one of the page before. Null: the first page.</summary>
    public PageMark? After { get; init; }

    /// <summary>What could not be read, one sentence each; it was left out of account.</summary>
    public IReadOnlyList<Said> Problems { get; init; } = [];

    /// <summary>Reads the address.</summary>
    public static AuditQuery Read(IQueryCollection query, Texts said)
    {
        var read = new AddressFields(query, said);
        return new()
        {
            Who = read.Text("who"),
            Account = read.Id("account"),
            What = read.Text("what"),
            From = read.Day("from"),
            Until = read.Day("until"),
            Last = read.Number("last", 1, 3660),
            Request = read.Id("request"),
            After = read.End("after"),
            Problems = read.Problems,
        };
    }

    /// <summary>The same as the storage asks it.</summary>
    public DeedFilter At(DateTimeOffset now) => Last is { } days ? (this with { Last = null, From = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-days), Until = null }).At(now) : new()
    {
        Actor = Who,
        Account = Account,
        Kind = What,
        RequestId = Request,
        From = From is { } from ? new(from, TimeOnly.MinValue, TimeSpan.Zero) : null,
        Until = Until is { } until ? new DateTimeOffset(until.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero).AddTicks(-10) : null,
    };

    /// <summary>The address of the list, or of a file of it.</summary>
    public string Address(string page = "/audit", string? after = null)
    {
        var parts = new[] { ("who", Who), ("account", Account?.ToString("D", CultureInfo.InvariantCulture)), ("what", What), ("from", From?.ToString("O", CultureInfo.InvariantCulture)), ("until", Until?.ToString("O", CultureInfo.InvariantCulture)), ("last", Last?.ToString(CultureInfo.InvariantCulture)), ("request", Request?.ToString("D", CultureInfo.InvariantCulture)), ("after", after) }
            .Where(p => p.Item2 is not null).Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2!)}").ToList();
        return parts.Count == 0 ? page : $"{page}?{string.Join('&', parts)}";
    }

    /// <summary>In words, for files.</summary>
    public string InWords(Texts said)
    {
        var words = new List<Said>();
        if (Who is not null)
            words.Add(said["audit.words-by", Who]);
        if (Account is { } account)
            words.Add(said["audit.words-account", $"{account:D}"]);
        if (What is not null)
            words.Add(said.Data(What));
        if (Last is { } days)
            words.Add(said["audit.words-last", days]);
        if (From is { } from)
            words.Add(said["audit.words-from", $"{from:O}"]);
        if (Until is { } until)
            words.Add(said["audit.words-to", $"{until:O}"]);
        if (Request is { } request)
            words.Add(said["audit.words-request", $"{request:D}"]);
        return words.Count == 0 ? said["audit.words-all"].Plain : said.List(words).Plain;
    }
}

/// <summary>One page of deeds.</summary>
public sealed record AuditList
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Which ones, in words.</summary>
    public required string Filter { get; init; }

    /// <summary>The deeds, latest first.</summary>
    public required IReadOnlyList<LedgerEntry> Entries { get; init; }

    /// <summary>The value of <c>after</c> that gives the next page. Null: there is none.</summary>
    public string? Next { get; init; }
}

/// <summary>Something that waits for a second person.</summary>
/// <param name="What">What is wished.</param>
/// <param name="Page">Where it is agreed to or declined.</param>
/// <param name="By">Who wishes it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Until">When the wish lapses (UTC). Null: it does not by itself.</param>
public sealed record WaitingApproval(Said What, string Page, string By, string Reason, DateTimeOffset? Until);

/// <summary>Reads what was done and looked at, and what waits for a second person.</summary>
public sealed class AuditReader(Ledger ledger, Quarantine quarantine, RepairPlans plans, LastVerification last, Texts said, TimeProvider time)
{
    /// <summary>Deeds on a page.</summary>
    public const int PageLength = 50;

    const int MostWaiting = 100, AtOnce = 1_000;

    /// <summary>One page.</summary>
    public async Task<AuditList> List(AuditQuery query, CancellationToken cancellationToken, int length = PageLength)
    {
        var found = await ledger.DeedsPage(query.At(time.GetUtcNow()), query.After, length + 1, cancellationToken);
        var page = found.Take(length).ToList();
        return new()
        {
            At = time.GetUtcNow(),
            Filter = query.InWords(said),
            Entries = page,
            Next = found.Count > length ? RequestQuery.Text(new(page[^1].At, page[^1].LeafId)) : null,
        };
    }

    /// <summary>What waits for a second person, what lapses first.</summary>
    public async Task<IReadOnlyList<WaitingApproval>> Waiting(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return
        [
            .. (await quarantine.WaitingForSecond(now, MostWaiting, cancellationToken)).Select(m => new WaitingApproval(
                said["audit.wish-aside", m.State ?? "?"], $"/quarantine/{m.QuarantineId:D}", m.AsideBy ?? "", m.AsideReason ?? "", m.AsideUntil)),
            .. (await plans.WaitingForSecond(now, MostWaiting, cancellationToken)).Select(p => new WaitingApproval(said["audit.wish-plan", p.Items], $"/plans/{p.PlanId:D}", p.ShapedBy, p.Reason, null)),
        ];
    }

    /// <summary>Reads the whole chain, which may take long: asked for by a person or a program, never by a page that is only looked at.</summary>
    public async Task<Verification> Verify(Caller caller, CancellationToken cancellationToken)
    {
        // Noted before: what is chained while it is verified is looked at the next time.
        var head = await ledger.Head(cancellationToken);
        var finding = await ledger.Verify(await last.Read(cancellationToken) is { Finding: null } before ? before.Head : null, cancellationToken);
        var verification = new Verification(time.GetUtcNow(), head, finding);
        await last.Note(verification, caller.InLedger, cancellationToken, caller.AccountId);
        return verification;
    }

    /// <summary>All deeds of a query.</summary>
    internal ListFile File(AuditQuery query, CancellationToken cancellationToken) => File("audit", "Deeds and views", query.InWords(said), All(query, cancellationToken));

    /// <summary>The ledger from a position on.</summary>
    internal ListFile File(long from, CancellationToken cancellationToken) => File("ledger", "Ledger", said["audit.words-position", from].Plain, All(from, cancellationToken));

    ListFile File(string name, string title, string filter, IAsyncEnumerable<LedgerEntry> entries) => new()
    {
        Name = name,
        Title = title,
        Filter = filter,
        At = time.GetUtcNow(),
        Columns = ["at", "what", "by", "account", "reason", "request id", "position", "leaf id", "leaf hash", "content"],
        Rows = entries.Select(e => new object?[] { e.At, e.Kind, e.Actor, e.Account, Reason(e.Content), e.RequestId, e.Position, e.LeafId, e.LeafHash, e.Content }),
    };

    /// <summary>The reason that the content of an entry names. Empty: none.</summary>
    internal static string Reason(string content)
    {
        try
        {
            using var json = JsonDocument.Parse(content);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String ? reason.GetString()! : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    async IAsyncEnumerable<LedgerEntry> All(AuditQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PageMark? after = null;
        IReadOnlyList<LedgerEntry> page;
        do
        {
            page = await ledger.DeedsPage(query.At(time.GetUtcNow()), after, AtOnce, cancellationToken);
            foreach (var entry in page)
                yield return entry;
            after = page is [.., var last] ? new(last.At, last.LeafId) : after;
        }
        while (page.Count == AtOnce);
    }

    async IAsyncEnumerable<LedgerEntry> All(long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await ledger.Page(from, AtOnce, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var entry in page)
                yield return entry;
            from += page.Count;
        }
    }
}
