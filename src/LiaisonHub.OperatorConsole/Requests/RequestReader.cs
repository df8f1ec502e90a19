using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Stuck;
using LiaisonHub.OperatorConsole.Today;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Requests;

/// <summary>One page of requests.</summary>
public sealed record RequestList
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Which ones, in words.</summary>
    public required Said Filter { get; init; }

    /// <summary>The requests.</summary>
    public required IReadOnlyList<RequestLine> Lines { get; init; }

    /// <summary>The value of <c>after</c> that gives the next page. Null: there is none.</summary>
    public string? Next { get; init; }

    /// <summary>What a search text was taken for besides the beginning of a name: authorities, states, countries, a time.</summary>
    public IReadOnlyList<Said> Sought { get; init; } = [];

    /// <summary>What else has the id that was looked for.</summary>
    public IReadOnlyList<FoundElsewhere> Elsewhere { get; init; } = [];
}

/// <summary>One page of the requests about one matter.</summary>
public sealed record CaseGroup
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The group.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>The requests, by next deadline; those without one come last.</summary>
    public required IReadOnlyList<RequestLine> Lines { get; init; }

    /// <summary>True: this is not the first page.</summary>
    public bool Continued { get; init; }

    /// <summary>The value of <c>after</c> that gives the next page. Null: there is none.</summary>
    public string? Next { get; init; }
}

/// <summary>One request with all the hub knows of it, and what it means now.</summary>
public sealed record RequestDossier
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The request.</summary>
    public required Request Request { get; init; }

    /// <summary>Why it stands where it stands.</summary>
    public required Why Why { get; init; }

    /// <summary>Acts the requesting side may make now.</summary>
    public required IReadOnlyList<string> RequestingMay { get; init; }

    /// <summary>Acts the requested side may make now.</summary>
    public required IReadOnlyList<string> RequestedMay { get; init; }

    /// <summary>The last of its history, oldest first, without receipts. All of it stands under the address of its acts.</summary>
    public required IReadOnlyList<TimelineAct> Acts { get; init; }

    /// <summary>How far each of these acts has come.</summary>
    public required IReadOnlyList<ReceiptStanding> Receipts { get; init; }

    /// <summary>The last entries of the ledger, oldest first.</summary>
    public required IReadOnlyList<LedgerEntry> Facts { get; init; }

    /// <summary>The last of who looked, what operators did and what the hub noticed by itself: facts that follow from no act of a state. Latest first.</summary>
    public required IReadOnlyList<LedgerEntry> Deeds { get; init; }

    /// <summary>How many of them there are in all.</summary>
    public required long DeedsInAll { get; init; }

    /// <summary>The last documents made, oldest first, without their content.</summary>
    public required IReadOnlyList<DocumentRow> Documents { get; init; }

    /// <summary>Its last entries in the ledger of costs, oldest first.</summary>
    public required IReadOnlyList<CostLine> Costs { get; init; }

    /// <summary>How much there is of it in all.</summary>
    public required RequestCounts InAll { get; init; }

    /// <summary>Why it does not move, the deepest cause first. The last says what goes on as planned; a closed request has none.</summary>
    public required IReadOnlyList<SaidVerdict> Verdicts { get; init; }

    /// <summary>Is it a technical fault? One line each, with the finding first.</summary>
    public required IReadOnlyList<Said> Technical { get; init; }

    /// <summary>The requests on which the members of a joint action work: reference, and where each stands.</summary>
    public IReadOnlyDictionary<Guid, Said> AskedOfMembers { get; init; } = new Dictionary<Guid, Said>();

    /// <summary>The request that this one supplements. Null: none.</summary>
    public Guid? Supplements { get; init; }

    /// <summary>Requests that supplement this one.</summary>
    public IReadOnlyList<Guid> SupplementedBy { get; init; } = [];
}

/// <summary>One act as the hub took it, as far as it may be seen, and what became of it.</summary>
/// <param name="Row">Its row in the journal. What was signed is not for pages.</param>
public sealed record ActDossier([property: JsonIgnore] JournalRow Row)
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc cref="JournalRow.JournalId"/>
    public long JournalId => Row.JournalId;

    /// <summary>Its request.</summary>
    public Guid RequestId => Row.RequestId;

    /// <summary>Reference of the request. Null: the hub knows no such request.</summary>
    public string? Reference { get; init; }

    /// <summary>The act.</summary>
    public Guid ActId => Row.ActId;

    /// <summary>Its type, for example <c>RequestSubmitted</c>.</summary>
    public string ActType => Row.ActType;

    /// <summary>The state that made it.</summary>
    public string SenderState => Row.SenderState;

    /// <summary>Its number among the acts of that state.</summary>
    public long Sequence => Row.Sequence;

    /// <summary>The lane it came by.</summary>
    public string Lane => Row.Lane;

    /// <summary>SHA-256 of what was signed.</summary>
    public string Digest => Row.Digest;

    /// <summary>When the hub took it (UTC); legal time runs from here.</summary>
    public DateTimeOffset ReceivedAt => Row.ReceivedAt;

    /// <inheritdoc cref="JournalRow.ParkedAt"/>
    public DateTimeOffset? ParkedAt => Row.ParkedAt;

    /// <inheritdoc cref="JournalRow.DecidedAt"/>
    public DateTimeOffset? DecidedAt => Row.DecidedAt;

    /// <summary>Applied or Refused. Null: not decided yet.</summary>
    public string? Outcome => Row.Outcome;

    /// <summary>Why it was refused, as a code. Null: it was not.</summary>
    public string? RefusalCode => Row.RefusalCode;

    /// <summary>Why it was refused, in words. Null: it was not.</summary>
    public string? RefusalReason => Row.RefusalReason;

    /// <summary>The trace of the message that brought it. Null: it came without one.</summary>
    public string? TraceParent => Row.TraceParent;

    /// <summary>What may be shown of what was signed.</summary>
    public required MaskedDocument Wire { get; init; }

    /// <summary>How far it has come. Null: it went nowhere.</summary>
    public ReceiptStanding? Receipt { get; init; }
}

/// <summary>One page of the acts that the hub has taken and not decided.</summary>
/// <param name="At">The hub's legal clock (UTC).</param>
/// <param name="Acts">Oldest first.</param>
/// <param name="Next">The value of <c>after</c> that gives the next page. Null: there is none.</param>
public sealed record WaitingActList(DateTimeOffset At, IReadOnlyList<WaitingAct> Acts, string? Next);

/// <summary>What a request may have more of than its page shows, each with an address of its own below the request's.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestPart>))]
public enum RequestPart
{
    Acts,
    Deadlines,
    Documents,
    Costs,
    Ledger,
}

/// <summary>One page of a part of a request, last first; the deadlines as the request's page has them.</summary>
public sealed record RequestPartList
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The request.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>Its reference.</summary>
    public required string Reference { get; init; }

    /// <summary>The part; the lists of the others are empty.</summary>
    public required RequestPart Part { get; init; }

    /// <summary>Acts, receipts among them.</summary>
    public IReadOnlyList<TimelineAct> Acts { get; init; } = [];

    /// <summary>How far each of these acts has come.</summary>
    public IReadOnlyList<ReceiptStanding> Receipts { get; init; } = [];

    /// <summary>Deadlines, the running ones first.</summary>
    public IReadOnlyList<Deadline> Deadlines { get; init; } = [];

    /// <summary>Documents, without their content.</summary>
    public IReadOnlyList<DocumentRow> Documents { get; init; } = [];

    /// <summary>Entries in the ledger of costs.</summary>
    public IReadOnlyList<CostLine> Costs { get; init; } = [];

    /// <summary>Entries of the ledger.</summary>
    public IReadOnlyList<LedgerEntry> Facts { get; init; } = [];

    /// <summary>The value of <c>after</c> that gives the next page. Null: there is none.</summary>
    public string? Next { get; init; }

    /// <summary>Its row.</summary>
    internal RequestRow Row { get; init; } = null!;

    /// <summary>The request as the rules see it, where its deadlines are asked for.</summary>
    internal Request Request { get; init; } = null!;
}

/// <summary>The place behind the last row of a page of a part: a number, or where the rows are in order of time an instant and an id.</summary>
/// <param name="Row">Row of the journal, or how many deadlines came before.</param>
/// <param name="Mark">The instant and the id.</param>
public sealed record PartMark(long? Row, PageMark? Mark)
{
    /// <summary>The place an address names. Null: it names none.</summary>
    public static PartMark? Read(RequestPart part, string text) => part is RequestPart.Acts or RequestPart.Deadlines
        ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var row) && row is > 0 and < int.MaxValue * 1_000L ? new(row, null) : null
        : RequestQuery.Mark(text) is { At: not null } mark ? new(null, mark) : null;
}

/// <summary>One deadline with each of its days.</summary>
/// <param name="At">The hub's legal clock (UTC).</param>
/// <param name="RequestId">The request.</param>
/// <param name="Reference">Its reference.</param>
/// <param name="Deadline">The deadline.</param>
/// <param name="Days">The days, and why each counts or not.</param>
public sealed record CountedDeadline(DateTimeOffset At, Guid RequestId, string Reference, Deadline Deadline, IReadOnlyList<CountedDay> Days);

/// <summary>Reads requests, one or many.</summary>
public sealed class RequestReader(
    HubReads reads, HubFigures figures, Hearing hearing, Ledger ledger, Outbox outbox, StuckReader stuck, Rules rules, Texts texts, TimeProvider time, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    /// <summary>Of each part of a request, what its page shows.</summary>
    public const int OnPage = 20, FactsOnPage = 15;

    /// <summary>Requests on a page.</summary>
    public const int PageLength = 50;

    // As a page's, but fewer turns.
    const int AtOnce = 1_000;

    /// <summary>One page.</summary>
    public async Task<RequestList> List(RequestQuery query, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (query.Q is { } text)
        {
            var (search, sought) = RequestQuery.Wanted(text, rules, texts);
            return new()
            {
                At = now,
                Filter = query.InWords(texts),
                Lines = await reads.Find(search, PageLength, cancellationToken),
                Sought = sought,
                Elsewhere = await reads.FindElsewhere(text, PageLength, cancellationToken),
            };
        }
        var lines = await Page(query, now, query.After, PageLength + 1, cancellationToken);
        var page = lines.Count > PageLength ? [.. lines.Take(PageLength)] : lines;
        return new() { At = now, Filter = query.InWords(texts), Lines = page, Next = lines.Count > PageLength ? RequestQuery.Text(Mark(query, page[^1])) : null };
    }

    // Where working days are counted, the latest day of all states is asked for, and those whose state looks less far are left out.
    async Task<IReadOnlyList<RequestLine>> Page(RequestQuery query, DateTimeOffset now, PageMark? after, int atMost, CancellationToken cancellationToken)
    {
        IReadOnlyList<DueSpan> near = query is { Overdue: false, Within: { } days } ? TodayReader.Near(rules, now, days) : [];
        var filter = query.At(now, rules.Region.TransportWatch.Opened, near);
        if (near.Count == 0)
            return await reads.RequestsPage(filter, after, atMost, cancellationToken);
        var until = near.ToDictionary(s => s.State, s => s.Until);
        var found = new List<RequestLine>();
        IReadOnlyList<RequestLine> page;
        do
        {
            page = await reads.RequestsPage(filter, after, atMost, cancellationToken);
            foreach (var line in page)
            {
                after = Mark(query, line);
                if (line.NextDue < until.GetValueOrDefault(line.NextState ?? line.RequestedState))
                    found.Add(line);
            }
        }
        while (found.Count < atMost && page.Count == atMost);
        return found.Count > atMost ? found.GetRange(0, atMost) : found;
    }

    /// <summary>One page of a case group. <paramref name="after"/> null: the first page, and then an answer of null means that no request belongs to the group.</summary>
    public async Task<CaseGroup?> Group(Guid groupId, PageMark? after, CancellationToken cancellationToken)
    {
        var lines = await reads.Group(groupId, after, PageLength + 1, cancellationToken);
        if (lines.Count == 0 && after == null)
            return null;
        var page = lines.Count > PageLength ? [.. lines.Take(PageLength)] : lines;
        return new()
        {
            At = time.GetUtcNow(),
            GroupId = groupId,
            Lines = page,
            Continued = after != null,
            Next = lines.Count > PageLength ? RequestQuery.Text(new(page[^1].NextDue, page[^1].RequestId)) : null,
        };
    }

    /// <summary>All requests of a query, as they stand while the file is written.</summary>
    internal ListFile File(RequestQuery query, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return File("requests", query.InWords(texts).Plain, now, All(query, now, cancellationToken));
    }

    /// <summary>All requests of a case group.</summary>
    internal ListFile File(Guid groupId, CancellationToken cancellationToken) => File("case-group", texts["requests.group-title", $"{groupId:D}"].Plain, time.GetUtcNow(), All(groupId, cancellationToken));

    static ListFile File(string name, string filter, DateTimeOffset now, IAsyncEnumerable<RequestLine> lines) => new()
    {
        Name = name,
        Title = "Requests",
        Filter = filter,
        At = now,
        Columns = ["reference", "request id", "instrument", "requesting", "requested", "state", "since", "next due", "late by", "ladder level", "priority", "drill", "closed at", "case group",
            "requesting authority", "requested authority", "submitted", "last changed"],
        Rows = lines.Select(line => new object?[]
        {
            line.Reference, line.RequestId, line.Instrument, line.RequestingState, line.RequestedState, line.State, line.Since, line.NextDue, line.NextDue is { } passed && passed < now ? Words.Span(now - passed) : null,
            line.Level, line.Priority, line.Exercise, line.ClosedAt, line.CaseGroupId, line.RequestingAuthority, line.RequestedAuthority, line.CreatedAt, line.UpdatedAt,
        }),
    };

    async IAsyncEnumerable<RequestLine> All(RequestQuery query, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PageMark? mark = null;
        IReadOnlyList<RequestLine> page;
        do
        {
            page = query.Q is { } text
                ? await reads.Find(RequestQuery.Wanted(text, rules, texts).Search, AtOnce, cancellationToken)
                : await Page(query, now, mark, AtOnce, cancellationToken);
            foreach (var line in page)
                yield return line;
            mark = page is [.., var last] ? Mark(query, last) : mark;
        }
        while (query.Q == null && page.Count == AtOnce);
    }

    async IAsyncEnumerable<RequestLine> All(Guid groupId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PageMark? mark = null;
        IReadOnlyList<RequestLine> page;
        do
        {
            page = await reads.Group(groupId, mark, AtOnce, cancellationToken);
            foreach (var line in page)
                yield return line;
            mark = page is [.., var last] ? new(last.NextDue, last.RequestId) : mark;
        }
        while (page.Count == AtOnce);
    }

    /// <summary>One request. Null: unknown.</summary>
    /// <exception cref="UnreadableRequestException">What is stored of it cannot be read.</exception>
    public async Task<RequestDossier?> Dossier(Guid requestId, CancellationToken cancellationToken)
    {
        if (await reads.Row(requestId, cancellationToken) is not { } row)
            return null;
        var now = time.GetUtcNow();
        var request = Request.Read(row.Body);
        var why = rules.WhyItStands(request, now);
        Guid? supplements = null;
        var supplementedBy = new List<Guid>();
        foreach (var signed in await reads.Ties(requestId, OnPage, cancellationToken))
            if (MaskedDocument.OpenPart(signed) is { } open)
            {
                if (MaskedDocument.Id(open, "supplements") is { } earlier)
                    supplements = earlier;
                if (MaskedDocument.Id(open, "supplementaryRequestId") is { } later)
                    supplementedBy.Add(later);
            }
        var deeds = await ledger.DeedsOf(requestId, FactsOnPage, cancellationToken);
        var asked = new Dictionary<Guid, Said>();
        foreach (var of in request.Members?.Select(m => m.OnRequestId).OfType<Guid>().Distinct() ?? [])
            if (await reads.Row(of, cancellationToken) is { } asks)
                asked[of] = texts["requests.asked-stands", texts.Data(asks.Reference), Request.TryRead(asks.Body, out var one, out _) ? texts.Kept(rules.SheetOf(one).Meaning(one.State)) : texts["requests.unreadable"]];
        var acts = await reads.Acts(requestId, null, OnPage, cancellationToken, receipts: false);
        var inAll = await reads.Counts(requestId, cancellationToken);
        return new()
        {
            At = now,
            Request = request,
            Why = why,
            AskedOfMembers = asked,
            RequestingMay = rules.Allowed(request, Side.Requesting),
            RequestedMay = rules.Allowed(request, Side.Requested),
            Acts = [.. acts.Reverse()],
            Receipts = await reads.Receipts(requestId, acts, cancellationToken),
            Facts = [.. (await ledger.Of(requestId, null, FactsOnPage, cancellationToken)).Page.Reverse()],
            Deeds = deeds.Latest,
            DeedsInAll = deeds.InAll,
            Documents = [.. (await reads.Documents(requestId, null, OnPage, cancellationToken)).Reverse()],
            Costs = [.. (await figures.CostsOf(requestId, cancellationToken, null, OnPage)).Reverse()],
            InAll = inAll,
            Verdicts = [.. (await stuck.Judge(request, cancellationToken)).Select(v => new SaidVerdict(v, texts))],
            Technical = await Technical(request, why, inAll, cancellationToken),
            Supplements = supplements,
            SupplementedBy = supplementedBy,
        };
    }

    /// <summary>One page of a part of a request. Null: the hub knows no such request.</summary>
    /// <exception cref="UnreadableRequestException">Its deadlines are asked for, and what is stored of it cannot be read.</exception>
    public async Task<RequestPartList?> Part(Guid requestId, RequestPart part, PartMark? after, CancellationToken cancellationToken, int length = PageLength)
    {
        if (await reads.Row(requestId, cancellationToken) is not { } row)
            return null;
        // What is asked of it else stands in tables of its own: it can be seen even where the request cannot be read.
        var request = part == RequestPart.Deadlines ? Request.Read(row.Body) : null!;
        var list = new RequestPartList { At = time.GetUtcNow(), RequestId = requestId, Reference = row.Reference, Part = part, Row = row, Request = request };
        static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
        switch (part)
        {
            case RequestPart.Acts:
                var acts = await reads.Acts(requestId, after?.Row, length + 1, cancellationToken);
                var shown = acts.Take(length).ToList();
                return list with { Acts = shown, Receipts = await reads.Receipts(requestId, shown, cancellationToken), Next = acts.Count > length ? Number(shown[^1].JournalId) : null };
            case RequestPart.Deadlines:
                var (before, deadlines) = ((int)Math.Min(after?.Row ?? 0, request.Deadlines.Count), Ordered(request));
                return list with { Deadlines = [.. deadlines.Skip(before).Take(length)], Next = before + length < deadlines.Count ? Number(before + length) : null };
            case RequestPart.Documents:
                var documents = await reads.Documents(requestId, after?.Mark, length + 1, cancellationToken);
                return list with { Documents = [.. documents.Take(length)], Next = documents.Count > length ? RequestQuery.Text(new(documents[length - 1].At, documents[length - 1].DocumentId)) : null };
            case RequestPart.Costs:
                var costs = await figures.CostsOf(requestId, cancellationToken, after?.Mark, length + 1);
                return list with { Costs = [.. costs.Take(length)], Next = costs.Count > length ? RequestQuery.Text(new(costs[length - 1].At, costs[length - 1].EntryId)) : null };
            default:
                var (facts, next) = await ledger.Of(requestId, after?.Mark, length, cancellationToken);
                return list with { Facts = facts, Next = next is null ? null : RequestQuery.Text(next) };
        }
    }

    /// <summary>One page of the acts that are not decided, oldest first.</summary>
    public async Task<WaitingActList> Waiting(PartMark? after, CancellationToken cancellationToken)
    {
        var found = await figures.Waiting(PageLength + 1, cancellationToken, after?.Row ?? 0);
        return new(time.GetUtcNow(), [.. found.Take(PageLength)], found.Count > PageLength ? found[PageLength - 1].JournalId.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>The deadlines as they are read: the running ones first, by when they are due.</summary>
    internal static IReadOnlyList<Deadline> Ordered(Request request) => [.. request.Deadlines.OrderBy(d => d.Active ? 0 : 1).ThenBy(d => d.Due ?? DateTimeOffset.MaxValue)];

    static readonly string[] ActColumns = ["received", "by", "number", "act", "outcome", "refusal", "why", "state after", "decided at", "parked since", "lane", "act id", "journal id", "how far it came"];
    static readonly string[] DeadlineColumns = ["rule", "what is due", "on", "status", "started", "due", "ladder level", "article", "compared with the official text", "deadline id"];
    static readonly string[] DocumentColumns = ["made at", "kind", "title", "media type", "document id"];
    static readonly string[] CostColumns = ["day", "kind", "currency", "amount", "requesting bears", "reserved", "hours", "entered at", "act id", "corrects", "entry id"];
    static readonly string[] FactColumns = ["at", "what", "by", "position", "leaf id", "leaf hash", "content"];

    /// <summary>A part of a request, all of it. Null: the hub knows no such request.</summary>
    internal async Task<ListFile?> File(Guid requestId, RequestPart part, CancellationToken cancellationToken) => await Part(requestId, part, null, cancellationToken, AtOnce) is not { } first ? null : new()
    {
        Name = $"{part.ToString().ToLowerInvariant()}-{requestId:N}",
        Title = $"{part} of {first.Reference}",
        Filter = $"request {requestId:D}",
        At = first.At,
        Columns = part switch
        {
            RequestPart.Acts => ActColumns,
            RequestPart.Deadlines => DeadlineColumns,
            RequestPart.Documents => DocumentColumns,
            RequestPart.Costs => CostColumns,
            _ => FactColumns,
        },
        Rows = All(first, cancellationToken).SelectMany(page => Rows(page).ToAsyncEnumerable()),
    };

    async IAsyncEnumerable<RequestPartList> All(RequestPartList first, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var page = first; page is not null; page = page.Next is { } next ? await Part(first.RequestId, first.Part, PartMark.Read(first.Part, next), cancellationToken, AtOnce) : null)
            yield return page;
    }

    static IEnumerable<object?[]> Rows(RequestPartList page)
    {
        var receipts = page.Receipts.ToLookup(r => r.OfActId);
        return page.Part switch
        {
            RequestPart.Acts => page.Acts.Select(a => new object?[]
            {
                a.ReceivedAt, a.SenderState, a.Sequence, a.ActType, a.Outcome, a.RefusalCode, a.RefusalReason, a.StateAfter, a.DecidedAt, a.ParkedAt, a.Lane, a.ActId, a.JournalId, string.Join("; ", receipts[a.ActId].Select(HowFar)),
            }),
            RequestPart.Deadlines => page.Deadlines.Select(d => new object?[] { d.RuleId, d.Title, Words.StateOf(page.Request, d.Seat), d.Status, d.Started, d.Due, d.Level, d.Article, d.Verified, d.Id }),
            RequestPart.Documents => page.Documents.Select(d => new object?[] { d.At, d.Kind, d.Title, d.MediaType, d.DocumentId }),
            RequestPart.Costs => page.Costs.Select(c => new object?[] { c.OnDay, c.Kind, c.Currency, c.Amount, c.RequestingBears, c.Reserved, c.Hours, c.At, c.ActId, c.Corrects, c.EntryId }),
            _ => page.Facts.Select(f => new object?[] { f.At, f.Kind, f.Actor, f.Position, f.LeafId, f.LeafHash, f.Content }),
        };
    }

    static string HowFar(ReceiptStanding receipt) => $"{receipt.ToState} " + receipt switch
    {
        { OpenedAt: { } at } => $"opened {Words.Machine(at)}",
        { HandedOverAt: { } at } => $"handed over {Words.Machine(at)}",
        { DeliveredAt: { } at } => $"delivered {Words.Machine(at)}",
        { AcceptedAt: { } at } => $"accepted {Words.Machine(at)}",
        _ => "sent",
    };

    /// <summary>Each day of one deadline. Null: unknown.</summary>
    public async Task<(Request Request, Deadline Deadline, IReadOnlyList<CountedDay> Days, DateTimeOffset Now)?> Explain(Guid requestId, Guid deadlineId, CancellationToken cancellationToken)
    {
        if (await figures.Body(requestId, cancellationToken) is not { } body)
            return null;
        var request = Request.Read(body);
        return request.Deadlines.FirstOrDefault(d => d.Id == deadlineId) is { } deadline ? (request, deadline, rules.Explain(request, deadlineId), time.GetUtcNow()) : null;
    }

    /// <summary>One act of a request. Null: unknown.</summary>
    public async Task<ActDossier?> Act(Guid requestId, long journalId, CancellationToken cancellationToken)
    {
        if (await figures.Act(journalId, cancellationToken) is not { } act || act.RequestId != requestId)
            return null;
        var standing = await reads.Act(requestId, journalId, null, cancellationToken);
        return new(act)
        {
            At = time.GetUtcNow(),
            Reference = (await reads.Row(requestId, cancellationToken))?.Reference,
            Wire = MaskedDocument.Read(Encoding.UTF8.GetBytes(act.Body), taken: act.Outcome == Decisions.Applied, texts),
            Receipt = standing is not null && await reads.Receipts(requestId, [standing], cancellationToken) is [var receipt, ..] ? receipt : null,
        };
    }

    // The question at night is: theirs or ours? Each line is a fact that can be looked up.
    async Task<IReadOnlyList<Said>> Technical(Request request, Why why, RequestCounts counts, CancellationToken cancellationToken)
    {
        var facts = new List<Said>();
        var faults = 0;
        var present = technical.GetUtcNow();
        var heard = await hearing.Read(present, cancellationToken);
        var all = heard.Adapters.ToDictionary(a => a.State);
        var depths = (await outbox.Depth(cancellationToken)).ToDictionary(d => d.State);
        if (heard.WorkerSilentSince is { } standsStill)
        {
            facts.Add(texts["requests.fact-worker-silent", standsStill]);
            faults++;
        }
        foreach (var state in Rules.SeatsOf(request).Select(s => Words.StateOf(request, s)))
        {
            if (all.TryGetValue(state, out var adapter) && adapter is { MissingKey: { } key, MissingKeySince: { } said })
            {
                facts.Add(texts["requests.fact-key-missing", state, said, key[..12]]);
                faults++;
            }
            else if (adapter?.HeardAt == null)
            {
                facts.Add(texts["requests.fact-never-heard", state]);
                faults++;
            }
            else if (adapter.CutOffSince is { } cutOff)
            {
                facts.Add(texts["requests.fact-cut-off", state, cutOff]);
                faults++;
            }
            else if (adapter.SilentSince is { } silent)
            {
                facts.Add(texts["requests.fact-silent", state, silent]);
                faults++;
            }
            else
                facts.Add(texts["requests.fact-heard", state, present - adapter.HeardAt.Value]);
            if (adapter?.InMaintenance(present) == true)
                facts.Add(texts["requests.fact-maintenance", state, adapter.MaintenanceUntil]);
            if (depths.TryGetValue(state, out var depth) && depth.Attempts > 0)
            {
                var refused = texts["requests.fact-broker", depth.Attempts, state];
                facts.Add(depth.LastError is { } error ? texts["requests.fact-broker-said", refused, texts.English(error)] : refused);
                faults++;
            }
        }
        if (counts.Undecided > 0)
            facts.Add(texts["requests.fact-undecided", counts.Undecided]);
        if (counts.Parked > 0)
            facts.Add(texts["requests.fact-parked", counts.Parked]);
        var last = why.TurnState is { } turn ? await reads.LastReceipt(request.Id, turn, cancellationToken) : null;
        if (last is { DeliveredAt: null })
            facts.Add(texts["requests.fact-not-delivered", last.ToState, last.AcceptedAt ?? request.Since]);
        else if (last is { OpenedAt: null })
            facts.Add(texts["requests.fact-not-opened", last.ToState, last.DeliveredAt]);
        else if (last is { OpenedAt: { } opened })
            facts.Add(texts["requests.fact-opened", last.ToState, opened]);
        facts.Insert(0, faults == 0 ? texts["requests.fact-no-fault"] : texts["requests.fact-faults", faults]);
        return facts;
    }

    static PageMark Mark(RequestQuery query, RequestLine last) => new(query.From != null || query.Until != null ? last.CreatedAt : query.Closed ? last.ClosedAt : last.NextDue, last.RequestId);
}
