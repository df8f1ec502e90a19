using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LiaisonHub.Storage.Hub;

/// <summary>Something to decide: an arrived act, or a deadline that has come.</summary>
public sealed record Work
{
    /// <summary>The journal's row. Null: it is a deadline.</summary>
    public long? JournalId { get; init; }

    /// <summary>The deadline. Null: it is an act.</summary>
    public Guid? DeadlineId { get; init; }

    /// <summary>The deadline's epoch when it was claimed; 0 for an act.</summary>
    public long Epoch { get; init; }

    public required Guid RequestId { get; init; }
}

/// <summary>How the hub decided an act.</summary>
public static class Decisions
{
    /// <summary>It had its effect.</summary>
    public const string Applied = "Applied";

    /// <summary>It had none, and the sender was told why.</summary>
    public const string Refused = "Refused";

    /// <summary>It waits for an earlier act of its side.</summary>
    public const string Parked = "Parked";
}

/// <summary>One act of the journal, with what was decided.</summary>
public sealed record JournalRow
{
    public required long JournalId { get; init; }
    public required string SenderState { get; init; }
    public required string Lane { get; init; }
    public required Guid ActId { get; init; }
    public required long Sequence { get; init; }
    public required Guid RequestId { get; init; }
    public required string ActType { get; init; }
    public required string Digest { get; init; }
    public required string Body { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public string? TraceParent { get; init; }

    /// <summary>Since when it waits for an earlier act. Null: it does not.</summary>
    public DateTimeOffset? ParkedAt { get; init; }

    /// <summary>When it was decided for good. Null: not yet.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary><see cref="Decisions.Applied"/> or <see cref="Decisions.Refused"/>. Null: not yet.</summary>
    public string? Outcome { get; init; }

    public string? RefusalCode { get; init; }
    public string? RefusalReason { get; init; }
}

/// <summary>One request as stored. The columns are for finding it; the body is the request.</summary>
public sealed record RequestRow
{
    public required Guid RequestId { get; init; }
    public required string Procedure { get; init; }
    public required string Instrument { get; init; }

    /// <summary>The neutral reference both sides quote.</summary>
    public required string Reference { get; init; }

    public required string RequestingState { get; init; }
    public required string RequestedState { get; init; }

    /// <summary>Code of the authority that asks. Empty: none is named.</summary>
    public string RequestingAuthority { get; init; } = "";

    /// <summary>Code of the authority that is asked; the competent one, once it is known. Empty: none is named.</summary>
    public string RequestedAuthority { get; init; } = "";

    /// <summary>State of the procedure.</summary>
    public required string State { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>The earliest running deadline. Null: none runs.</summary>
    public DateTimeOffset? NextDue { get; init => field = value >= Instants.Never ? null : value; }

    /// <summary>Highest level of the ladder reached by a running deadline.</summary>
    public int Level { get; init; }

    /// <summary>Null: open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    public required string Priority { get; init; }
    public bool Exercise { get; init; }

    /// <summary>Requests about the same matter share it. Null: the request stands alone.</summary>
    public Guid? CaseGroupId { get; init; }

    /// <summary>Counts the changes. Set by the store: what was expected plus one.</summary>
    public long Version { get; init; }

    /// <summary>The request as JSON.</summary>
    public required string Body { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>One deadline of a request, mirrored from the request's body for the clock and the boards.</summary>
public sealed record DeadlineRow
{
    public const string Running = "Running";

    public required Guid DeadlineId { get; init; }
    public required Guid RequestId { get; init; }
    public required string RuleId { get; init; }

    /// <summary>Side or state that must act.</summary>
    public required string OnWhom { get; init; }

    /// <summary><see cref="Running"/>: the clock looks at it. Any other word (Held, Met, Expired, Cancelled...): it does not.</summary>
    public required string Status { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>Null while held.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>When the clock must look next: a warning, the due instant, a level of the ladder. Null: never.</summary>
    public DateTimeOffset? LookAt { get; init; }

    public int Level { get; init; }

    /// <summary>The state that must act, for the calendar. Null: no limit of a live request: a drill's, the watch over a delivery, the last day of an ordered hold.</summary>
    public string? OnState { get; init; }

    /// <summary>The instrument whose limit it is, for the figures of those kept. Null: as <see cref="OnState"/>, or a date that matters at home, which no law has set.</summary>
    public string? Instrument { get; init; }

    /// <summary>The legal day with which it ends, in the zone of its rule. Null: it ends at an instant, or is held.</summary>
    public DateOnly? DueDay { get; init; }

    /// <summary>True: what was due was done in time. False: it passed. Null: neither yet, or it fell away in time.</summary>
    public bool? Kept { get; init; }

    /// <summary>Counts the claims. Set by the clock's claim, never by a write.</summary>
    public long Epoch { get; init; }
}

/// <summary>A state that is asked beside the first one, for the lists of that state: when the request is due and closed is mirrored from its row.</summary>
public sealed record MemberRow
{
    public required Guid RequestId { get; init; }

    public required string State { get; init; }

    /// <summary>As <see cref="RequestRow.NextDue"/>.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>As <see cref="RequestRow.ClosedAt"/>.</summary>
    public DateTimeOffset? ClosedAt { get; init; }
}

/// <summary>Another name under which a request is known, for the search: its number at the requested authority, the reference of a request in the same matter, each from any of its words on; the end of its id. Only what
/// an act says in the open.</summary>
public sealed record NameRow
{
    const int Longest = 200, ShortestWord = 3, MostWords = 10;

    public required Guid RequestId { get; init; }

    /// <summary>In capitals and without blanks, as it is stored and looked for.</summary>
    public required string Name { get; init => field = Written(value); }

    /// <summary>A name as it is stored: people write "12 Js 7/26" and "12js7/26".</summary>
    public static string Written(string name)
    {
        var letters = string.Concat(name.Where(c => !char.IsWhiteSpace(c))).ToUpperInvariant();
        return letters.Length <= Longest ? letters : letters[..Longest];
    }

    /// <summary>A name, and the same from each of its later words on, with and without the zeros in front: "XB-CA 77/26" is found by "ca77" and by "77/26", "XA-2026-000403" by "403".</summary>
    public static IEnumerable<NameRow> Of(Guid requestId, string name) => Words(name).Prepend(name).Select(n => new NameRow { RequestId = requestId, Name = n });

    /// <summary>What a new request is found by besides the beginning of its reference: the later words of it, and the ends of its id and of its case group's as pages show them.</summary>
    internal static IEnumerable<NameRow> Of(RequestRow request) => Words(request.Reference)
        .Append(ShownId.Of(request.RequestId)).Concat(request.CaseGroupId is { } group ? [ShownId.Of(group)] : []).Select(n => new NameRow { RequestId = request.RequestId, Name = n });

    static IEnumerable<string> Words(string name)
    {
        var words = Enumerable.Range(1, Math.Max(0, name.Length - 1)).Where(i => char.IsLetterOrDigit(name[i]) && !char.IsLetterOrDigit(name[i - 1])).Take(MostWords).Select(i => name[i..]);
        return words.SelectMany(w => new[] { w, w.TrimStart('0') }).Distinct().Where(w => Written(w).Length >= ShortestWord);
    }
}

/// <summary>An id as pages show it: its last eight digits.</summary>
public static class ShownId
{
    const int Digits = 8;

    public static string Of(Guid id) => id.ToString("D")[^Digits..];

    /// <summary>What somebody typed or pasted, with or without the dots in front, in any case; a whole id too. Null: it is none.</summary>
    public static string? Read(string text)
    {
        var typed = text.Trim().TrimStart('…', '.').ToLowerInvariant();
        return Guid.TryParse(typed, out var id) ? Of(id) : typed.Length == Digits && typed.All(char.IsAsciiHexDigitLower) ? typed : null;
    }
}

/// <summary>What a dispute last said to the request it is about. Kept beside that request, which follows it when it is decided next.</summary>
public sealed record OrderRow
{
    /// <summary>The request in dispute.</summary>
    public required Guid RequestId { get; init; }

    public required Guid DisputeId { get; init; }

    /// <summary>The order as JSON.</summary>
    public required string Body { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>The procedures whose decisions look at the other requests of their case group: those are loaded with each of their requests.</summary>
public sealed record GroupedProcedures(IReadOnlySet<string> Names);

/// <summary>A piece of work with everything a decision needs.</summary>
public sealed record LoadedWork
{
    public required Work Work { get; init; }

    /// <summary>The act. Null: the work is a deadline.</summary>
    public JournalRow? Journal { get; init; }

    /// <summary>The request, locked until the unit ends. Null: there is none yet.</summary>
    public RequestRow? Request { get; init; }

    /// <summary>The deadline as the clock's table has it. Null: the work is an act.</summary>
    public DeadlineRow? Deadline { get; init; }

    /// <summary>Acts of this request that wait for an earlier one, oldest first.</summary>
    public IReadOnlyList<JournalRow> Parked { get; init; } = [];

    /// <summary>The last order of each dispute about this request.</summary>
    public IReadOnlyList<OrderRow> Orders { get; init; } = [];

    /// <summary>The case group that its decision looks at, locked until the unit ends: of several works with the same one, one may be decided in a unit. Null: its procedure looks at none
    /// (<see cref="GroupedProcedures"/>).</summary>
    public Guid? LooksAtGroup { get; init; }

    /// <summary>The other requests of that case group as they stand. Those of its kind stay so until the unit ends; others are not locked.</summary>
    public IReadOnlyList<RequestRow> Group { get; init; } = [];
}

/// <summary>What was decided about one act of the journal.</summary>
public sealed record JournalDecision
{
    public required long JournalId { get; init; }

    /// <summary><see cref="Decisions"/>.</summary>
    public required string Outcome { get; init; }

    public string? RefusalCode { get; init; }
    public string? RefusalReason { get; init; }

    /// <summary>State of the procedure afterwards. Null: no request.</summary>
    public string? StateAfter { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>One fact for the ledger.</summary>
public sealed record LedgerLeaf
{
    /// <summary>Null: about no single request.</summary>
    public Guid? RequestId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What happened: an act's or notice's type, a view, an operator's deed.</summary>
    public required string Kind { get; init; }

    /// <summary>State, authority, operator or <c>HUB</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>The account of who did it, which stands in the content as <c>account</c>: a name may have been another person's before. Null: nobody signed in, or it was no person.</summary>
    public Guid? Account { get; init; }

    /// <summary>The fact as JSON, without personal data; hashed exactly as it stands.</summary>
    public required string Content { get; init; }
}

/// <summary>One signed notice on its way to a state.</summary>
public sealed record OutboxRow
{
    /// <summary>The notice.</summary>
    public required Guid OutboxId { get; init; }

    /// <summary>State it goes to.</summary>
    public required string State { get; init; }

    /// <summary><c>Routine</c> or <c>Urgent</c>.</summary>
    public required string Lane { get; init; }

    /// <summary>The flattened JWS as JSON, exactly as it is sent.</summary>
    public required string Body { get; init; }

    public string? TraceParent { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How often it was refused so far.</summary>
    public int Attempts { get; init; }
}

/// <summary>How far an act has come on its way to the other side.</summary>
public sealed record ReceiptRow
{
    /// <summary>The hub itself has accepted the act for the other side.</summary>
    public const string Accepted = "Accepted";
    public const string Delivered = "Delivered";
    public const string HandedOver = "HandedOver";
    public const string Opened = "Opened";

    public required Guid OfActId { get; init; }
    public required Guid RequestId { get; init; }

    /// <summary>State the act goes to.</summary>
    public required string ToState { get; init; }

    /// <summary>One of the constants of this type.</summary>
    public required string Stage { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>A document the hub made, for example a diplomatic note.</summary>
public sealed record DocumentRow
{
    public required Guid DocumentId { get; init; }
    public required Guid RequestId { get; init; }
    public required string Kind { get; init; }
    public required string Title { get; init; }
    public required string MediaType { get; init; }
    public required string Content { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>One entry of the ledger of costs. Added and never changed: what was wrong or is over is taken back by another.</summary>
public sealed record CostRow
{
    /// <summary>Made of the act, so that the same act cannot be entered twice.</summary>
    public required Guid EntryId { get; init; }

    public required Guid RequestId { get; init; }

    /// <summary>The act it comes from.</summary>
    public required Guid ActId { get; init; }

    public required string RequestingState { get; init; }
    public required string RequestedState { get; init; }
    public required string Kind { get; init; }

    /// <summary>Day (UTC).</summary>
    public required DateOnly OnDay { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>The whole amount, to the hundredth; below 0: taken back.</summary>
    public required decimal Amount { get; init; }

    /// <summary>Of it: borne by the requesting state.</summary>
    public required decimal RequestingBears { get; init; }

    /// <summary>Of it: waits for an answer.</summary>
    public decimal Reserved { get; init; }

    /// <summary>Hours worked in the requested state, to the hundredth; below 0: taken back.</summary>
    public decimal Hours { get; init; }

    /// <summary>The entry it takes back. Null: none.</summary>
    public Guid? Corrects { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>All that follows from one decision.</summary>
public sealed record Change
{
    public required Work Work { get; init; }

    /// <summary>The request afterwards. Null: untouched.</summary>
    public RequestRow? Request { get; init; }

    /// <summary>Version the decision was made on; 0: the request is new. Several changes of one unit to one request count on: 4, 5, 6.</summary>
    public long ExpectedVersion { get; init; }

    /// <summary>States that are asked beside the first one, all of them.</summary>
    public IReadOnlyList<MemberRow> Members { get; init; } = [];

    /// <summary>Names the request has got. One that it has already is no mistake.</summary>
    public IReadOnlyList<NameRow> Names { get; init; } = [];

    /// <summary>Deadlines started or changed.</summary>
    public IReadOnlyList<DeadlineRow> Deadlines { get; init; } = [];

    public IReadOnlyList<JournalDecision> Decisions { get; init; } = [];
    public IReadOnlyList<LedgerLeaf> Leaves { get; init; } = [];
    public IReadOnlyList<OutboxRow> Outbox { get; init; } = [];
    public IReadOnlyList<ReceiptRow> Receipts { get; init; } = [];
    public IReadOnlyList<DocumentRow> Documents { get; init; } = [];

    /// <summary>What a dispute says to other requests. Their running deadlines are woken, so that each follows at once.</summary>
    public IReadOnlyList<OrderRow> Orders { get; init; } = [];
    public IReadOnlyList<CostRow> Costs { get; init; } = [];

    /// <summary>The states that the request has left, and how long it stayed in each.</summary>
    public IReadOnlyList<StayRow> Stays { get; init; } = [];
}

/// <summary>How long a request stayed in a state that it has left.</summary>
/// <param name="Procedure">Name of the procedure.</param>
/// <param name="State">The state.</param>
/// <param name="LeftAt">When it left (UTC).</param>
/// <param name="Stayed">How long it stayed.</param>
public sealed record StayRow(string Procedure, string State, DateTimeOffset LeftAt, TimeSpan Stayed);

/// <summary>Loads what a decision needs and stores what follows from it, for a whole group of works at once.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "One store, whichever of its methods happens to need the database.")]
public sealed class RequestStore(Database database, GroupedProcedures? grouped = null)
{
    internal static readonly RowShape<Guid> Ids = new RowShape<Guid>().Id("id", id => id);
    static readonly RowShape<long> Numbers = new RowShape<long>().Number("id", id => id);

    static readonly RowShape<RequestRow> Requests = new RowShape<RequestRow>()
        .Id("request_id", q => q.RequestId)
        .Text("procedure_name", q => q.Procedure)
        .Text("instrument", q => q.Instrument)
        .Text("reference", q => q.Reference)
        .Text("requesting_state", q => q.RequestingState)
        .Text("requested_state", q => q.RequestedState)
        .Text("requesting_authority", q => q.RequestingAuthority)
        .Text("requested_authority", q => q.RequestedAuthority)
        .Text("state", q => q.State)
        .Instant("since", q => q.Since)
        .Instant("next_due", q => q.NextDue ?? Instants.Never)
        .Number("level", q => q.Level)
        .Instant("closed_at", q => q.ClosedAt)
        .Text("priority", q => q.Priority)
        .Flag("exercise", q => q.Exercise)
        .Id("case_group_id", q => q.CaseGroupId)
        .Number("version", q => q.Version)
        .LongText("body", q => q.Body)
        .Instant("created_at", q => q.CreatedAt)
        .Instant("updated_at", q => q.UpdatedAt);

    // What a change may touch: who asks whom, for what and since when is settled by the first act.
    static readonly RowShape<(RequestRow Row, long Expected)> Changed = new RowShape<(RequestRow Row, long Expected)>()
        .Id("request_id", c => c.Row.RequestId)
        .Number("expected", c => c.Expected)
        .Text("instrument", c => c.Row.Instrument)
        .Text("reference", c => c.Row.Reference)
        .Text("requesting_authority", c => c.Row.RequestingAuthority)
        .Text("requested_authority", c => c.Row.RequestedAuthority)
        .Text("state", c => c.Row.State)
        .Instant("since", c => c.Row.Since)
        .Instant("next_due", c => c.Row.NextDue ?? Instants.Never)
        .Number("level", c => c.Row.Level)
        .Instant("closed_at", c => c.Row.ClosedAt)
        .Text("priority", c => c.Row.Priority)
        .Number("version", c => c.Row.Version)
        .LongText("body", c => c.Row.Body)
        .Instant("updated_at", c => c.Row.UpdatedAt);

    static readonly RowShape<DeadlineRow> Deadlines = new RowShape<DeadlineRow>()
        .Id("deadline_id", x => x.DeadlineId)
        .Id("request_id", x => x.RequestId)
        .Text("rule_id", x => x.RuleId)
        .Text("on_whom", x => x.OnWhom)
        .Text("status", x => x.Status)
        .Instant("started", x => x.Started)
        .Instant("due", x => x.Due)
        .Instant("look_at", x => x.LookAt)
        .Number("level", x => x.Level)
        .Text("on_state", x => x.OnState)
        .Text("instrument", x => x.Instrument)
        .Text("due_day", x => x.DueDay?.ToString("O", CultureInfo.InvariantCulture))
        .Number("kept", x => x.Kept is { } kept ? kept ? 1 : 0 : null);

    static readonly RowShape<MemberRow> Members = new RowShape<MemberRow>()
        .Id("request_id", m => m.RequestId)
        .Text("state", m => m.State)
        .Instant("next_due", m => m.NextDue ?? Instants.Never)
        .Instant("closed_at", m => m.ClosedAt);

    static readonly RowShape<NameRow> Names = new RowShape<NameRow>()
        .Text("name", n => n.Name)
        .Id("request_id", n => n.RequestId);

    static readonly RowShape<Work> Claims = new RowShape<Work>()
        .Id("deadline_id", w => w.DeadlineId)
        .Number("epoch", w => w.Epoch);

    static readonly RowShape<JournalDecision> Verdicts = new RowShape<JournalDecision>()
        .Number("journal_id", x => x.JournalId)
        .Text("outcome", x => x.Outcome)
        .Text("refusal_code", x => x.RefusalCode)
        .LongText("refusal_reason", x => x.RefusalReason)
        .Text("state_after", x => x.StateAfter)
        .Instant("decided_at", x => x.At);

    static readonly RowShape<OutboxRow> Notices = new RowShape<OutboxRow>()
        .Id("outbox_id", o => o.OutboxId)
        .Text("state", o => o.State)
        .Text("lane", o => o.Lane)
        .LongText("body", o => o.Body)
        .Text("trace_parent", o => o.TraceParent)
        .Instant("created_at", o => o.CreatedAt);

    static readonly RowShape<ReceiptStanding> Receipts = new RowShape<ReceiptStanding>()
        .Id("of_act_id", x => x.OfActId)
        .Id("request_id", x => x.RequestId)
        .Text("to_state", x => x.ToState)
        .Instant("accepted_at", x => x.AcceptedAt)
        .Instant("delivered_at", x => x.DeliveredAt)
        .Instant("handed_over_at", x => x.HandedOverAt)
        .Instant("opened_at", x => x.OpenedAt);

    static readonly RowShape<DocumentRow> Documents = new RowShape<DocumentRow>()
        .Id("document_id", x => x.DocumentId)
        .Id("request_id", x => x.RequestId)
        .Text("kind", x => x.Kind)
        .LongText("title", x => x.Title)
        .Text("media_type", x => x.MediaType)
        .LongText("content", x => x.Content)
        .Instant("at", x => x.At);

    static readonly RowShape<OrderRow> Orders = new RowShape<OrderRow>()
        .Id("request_id", o => o.RequestId)
        .Id("dispute_id", o => o.DisputeId)
        .LongText("body", o => o.Body)
        .Instant("at", o => o.At);

    static readonly RowShape<CostRow> Costs = new RowShape<CostRow>()
        .Id("entry_id", x => x.EntryId)
        .Id("request_id", x => x.RequestId)
        .Id("act_id", x => x.ActId)
        .Text("requesting_state", x => x.RequestingState)
        .Text("requested_state", x => x.RequestedState)
        .Text("kind", x => x.Kind)
        .Text("on_day", x => x.OnDay.ToString("O", CultureInfo.InvariantCulture))
        .Text("currency", x => x.Currency)
        .Number("amount", x => Hundredths(x.Amount))
        .Number("requesting_bears", x => Hundredths(x.RequestingBears))
        .Number("reserved", x => Hundredths(x.Reserved))
        .Number("hours", x => Hundredths(x.Hours))
        .Id("corrects", x => x.Corrects)
        .Instant("at", x => x.At);

    static readonly RowShape<KeyValuePair<string, int>> Wanted = new RowShape<KeyValuePair<string, int>>()
        .Text("state", w => w.Key)
        .Number("wanted", w => w.Value);

    internal const string RequestColumns = """
        q.request_id, q.procedure_name AS "procedure", q.instrument, q.reference, q.requesting_state, q.requested_state, q.state, q.since, q.next_due, q.level,
        q.closed_at, q.priority, q.exercise, q.case_group_id, q.version, q.body, q.created_at, q.updated_at
        """;

    const string JournalColumns = """
        j.journal_id, j.sender_state, j.lane, j.act_id, j.sequence, j.request_id, j.act_type, j.digest, j.body, j.received_at, j.trace_parent, u.parked_at,
        d.decided_at, d.outcome, d.refusal_code, d.refusal_reason
        """;

    internal const string DeadlineColumns = "x.deadline_id, x.request_id, x.rule_id, x.on_whom, x.status, x.started, x.due, x.look_at, x.level, x.epoch";

    // In the order of the ids: two groups with requests in common wait for each other instead of ending in a deadlock.
    static readonly Statement LockRequests = new(d => $"""
        SELECT {RequestColumns}
        FROM requests AS q {d.LockHint}
        JOIN {d.Rows(Ids)} ON q.request_id = r.id
        ORDER BY q.request_id
        {d.ForUpdate("q")}
        """);

    // The group and not its requests: two that waited for each other would end in a deadlock. Always behind the locks of the requests, so that whoever holds a group waits for nothing.
    static readonly Statement LockGroups = new(d => $"""
        SELECT g.case_group_id
        FROM case_group_turns AS g {d.LockHint}
        JOIN {d.Rows(Ids)} ON g.case_group_id = r.id
        ORDER BY g.case_group_id
        {d.ForUpdate("g")}
        """);

    static readonly Statement InsertGroups = new(d => $"""
        INSERT INTO case_group_turns (case_group_id)
        SELECT r.id FROM {d.Rows(Ids)}
        WHERE {d.SkipExisting("case_group_turns", "x.case_group_id = r.id")}
        ORDER BY r.id
        {d.OnConflictDoNothing}
        """);

    static readonly Statement SelectGroups = new(d => $"""
        SELECT {RequestColumns}
        FROM {d.Rows(Ids)}
        JOIN requests AS q ON q.case_group_id = r.id
        """);

    // Read behind the locks, so that what another worker has just decided is seen.
    static readonly Statement SelectJournal = new(d => $"""
        SELECT {JournalColumns}
        FROM {d.Rows(Numbers)}
        JOIN journal AS j ON j.journal_id = r.id
        LEFT JOIN undecided AS u ON u.journal_id = j.journal_id
        LEFT JOIN decisions AS d ON d.journal_id = j.journal_id
        """);

    static readonly Statement SelectParked = new(d => $"""
        SELECT {JournalColumns}
        FROM {d.Rows(Ids)}
        JOIN undecided AS u ON u.request_id = r.id AND u.parked_at IS NOT NULL
        JOIN journal AS j ON j.journal_id = u.journal_id
        LEFT JOIN decisions AS d ON d.journal_id = j.journal_id
        ORDER BY j.journal_id
        """);

    static readonly Statement SelectDeadlines = new(d => $"""
        SELECT {DeadlineColumns}
        FROM {d.Rows(Ids)}
        JOIN deadlines AS x ON x.deadline_id = r.id
        """);

    static readonly Statement SelectOrders = new(d => $"""
        SELECT o.request_id, o.dispute_id, o.body, o.at
        FROM {d.Rows(Ids)}
        JOIN orders AS o ON o.request_id = r.id
        """);

    static readonly Statement LockSequences = new(d => $"""
        SELECT s.state
        FROM state_links AS s {d.LockHint}
        JOIN {d.Rows(Wanted)} ON s.state = r.state
        ORDER BY s.state
        {d.ForUpdate("s")}
        """);

    static readonly Statement RaiseSequences = new(d => $"""
        UPDATE state_links SET out_sequence = out_sequence + r.wanted
        {d.Output("state", "out_sequence")}
        FROM {d.Rows(Wanted)} WHERE state_links.state = r.state
        {d.Returning("state_links.state", "out_sequence")}
        """);

    static readonly Statement InsertRequests = new(d => $"""
        INSERT INTO requests ({Requests.Names()})
        SELECT {Requests.Names("r")} FROM {d.Rows(Requests)}
        WHERE {d.SkipExisting("requests", "x.request_id = r.request_id")}
        ORDER BY r.request_id
        {d.OnConflictDoNothing}
        """);

    static readonly Statement UpdateRequests = new(d => $"""
        UPDATE requests SET
          instrument = r.instrument, reference = r.reference, requesting_authority = r.requesting_authority, requested_authority = r.requested_authority, state = r.state, since = r.since, next_due = r.next_due, level = r.level, closed_at = r.closed_at,
          priority = r.priority, version = r.version, body = r.body, updated_at = r.updated_at
        FROM {d.Rows(Changed)} WHERE requests.request_id = r.request_id AND requests.version = r.expected
        """);

    static readonly Statement UpsertMembers = new(d => d.Upsert("request_members", Members, ["state", "request_id"], (_, given) => $"next_due = {given}.next_due, closed_at = {given}.closed_at"));

    static readonly Statement InsertNames = new(d => $"""
        INSERT INTO request_names ({Names.Names()})
        SELECT {Names.Names("r")} FROM {d.Rows(Names)}
        WHERE {d.SkipExisting("request_names", "x.name = r.name AND x.request_id = r.request_id")}
        ORDER BY r.name, r.request_id
        {d.OnConflictDoNothing}
        """);

    static readonly Statement ReleaseDeadlines = new(d => $"""
        UPDATE deadlines SET owner = NULL, lease_until = NULL
        FROM {d.Rows(Claims)} WHERE deadlines.deadline_id = r.deadline_id AND deadlines.epoch = r.epoch
        """);

    // How often it has moved is counted by the database: a calendar that somebody subscribed to must know which of two days is the newer one.
    static readonly Statement UpsertDeadlines = new(d => d.Upsert("deadlines", Deadlines, ["deadline_id"], (known, given) =>
        string.Join(", ", ((string[])["on_whom", "status", "started", "due", "look_at", "level", "on_state", "instrument", "due_day", "kept"]).Select(c => $"{c} = {given}.{c}"))
        + $", moved = {known}.moved + CASE WHEN {known}.due = {given}.due OR ({known}.due IS NULL AND {given}.due IS NULL) THEN 0 ELSE 1 END"));

    static readonly Statement DeleteUndecided = new(d => $"DELETE FROM undecided WHERE journal_id IN (SELECT r.journal_id FROM {d.Rows(Verdicts)})");

    static readonly Statement InsertDecisions = new(d => $"""
        INSERT INTO decisions ({Verdicts.Names()})
        SELECT {Verdicts.Names("r")} FROM {d.Rows(Verdicts)}
        """);

    static readonly Statement ParkUndecided = new(d => $"""
        UPDATE undecided SET parked_at = r.decided_at, parked_code = r.refusal_code, parked_reason = r.refusal_reason
        FROM {d.Rows(Verdicts)} WHERE undecided.journal_id = r.journal_id AND undecided.parked_at IS NULL
        """);

    static readonly Statement InsertOutbox = new(d => $"""
        INSERT INTO outbox ({Notices.Names()}, next_try_at)
        SELECT {Notices.Names("r")}, r.created_at FROM {d.Rows(Notices)}
        """);

    static readonly Statement UpsertReceipts = new(d => d.Upsert("receipts", Receipts, ["of_act_id", "to_state"], (known, given) =>
        string.Join(", ", ((string[])["accepted_at", "delivered_at", "handed_over_at", "opened_at"])
            .Select(c => $"{c} = COALESCE({known}.{c}, {given}.{c})"))));

    // Who opens the last acts of a request does so within a month of its end, or is not waited for.
    static readonly TimeSpan AwaitedAfterTheEnd = TimeSpan.FromDays(30);

    static readonly RowShape<RequestRow> Ended = new RowShape<RequestRow>()
        .Id("request_id", q => q.RequestId)
        .Instant("until", q => q.UpdatedAt + AwaitedAfterTheEnd);

    static readonly Statement AwaitNoLonger = new(d => $"""
        UPDATE receipts SET awaited_until = r.until
        FROM {d.Rows(Ended)} WHERE receipts.request_id = r.request_id AND receipts.opened_at IS NULL AND receipts.awaited_until > r.until
        """);

    static readonly Statement InsertDocuments = new(d => $"""
        INSERT INTO documents ({Documents.Names()})
        SELECT {Documents.Names("r")} FROM {d.Rows(Documents)}
        """);

    static readonly Statement UpsertOrders = new(d => d.Upsert("orders", Orders, ["request_id", "dispute_id"], (_, given) => $"body = {given}.body, at = {given}.at"));

    static readonly Statement Wake = new(d => $"""
        UPDATE deadlines SET look_at = r.at
        FROM {d.Rows(Orders)} WHERE deadlines.request_id = r.request_id AND deadlines.status = '{DeadlineRow.Running}'
        """);

    static readonly Statement InsertCosts = new(d => $"""
        INSERT INTO cost_entries ({Costs.Names()})
        SELECT {Costs.Names("r")} FROM {d.Rows(Costs)}
        """);

    static readonly RowShape<StayRow> Stays = new RowShape<StayRow>()
        .Text("procedure_name", x => x.Procedure)
        .Text("state", x => x.State)
        .Instant("left_at", x => x.LeftAt)
        .Number("seconds", x => (long)x.Stayed.TotalSeconds);

    static readonly Statement InsertStays = new(d => $"INSERT INTO stays ({Stays.Names()}) SELECT {Stays.Names("r")} FROM {d.Rows(Stays)}");

    /// <summary>The works in the order given, their requests locked in the order of their ids until the unit ends.</summary>
    public async Task<IReadOnlyList<LoadedWork>> Load(Unit unit, IReadOnlyList<Work> works, CancellationToken cancellationToken)
    {
        if (works.Count == 0)
            return [];
        var requestIds = Ids.Of(works.Select(w => w.RequestId).Distinct());
        var journalIds = works.Select(w => w.JournalId).OfType<long>().Distinct().ToList();
        var deadlineIds = works.Select(w => w.DeadlineId).OfType<Guid>().Distinct().ToList();

        List<RequestRow> requests = [];
        List<JournalRow> parked = [], journal = [];
        List<DeadlineRow> deadlines = [];
        List<OrderRow> orders = [];
        var batch = new Batch().Add(LockRequests, requestIds).Add(SelectParked, requestIds).Add(SelectOrders, requestIds);
        var readers = new List<Func<DbDataReader, CancellationToken, Task>> { Rows.Into(requests), Rows.Into(parked), Rows.Into(orders) };
        if (journalIds.Count > 0)
        {
            batch.Add(SelectJournal, Numbers.Of(journalIds));
            readers.Add(Rows.Into(journal));
        }
        if (deadlineIds.Count > 0)
        {
            batch.Add(SelectDeadlines, Ids.Of(deadlineIds));
            readers.Add(Rows.Into(deadlines));
        }
        await batch.Read(unit, readers, cancellationToken);
        List<RequestRow> groups = [];
        if (requests.Where(q => LooksAtItsGroup(q)).Select(q => q.CaseGroupId).OfType<Guid>().Distinct().Order().ToList() is { Count: > 0 } groupIds)
        {
            await LockGroupsOf(unit, groupIds, cancellationToken);
            // Read behind the lock, so that what another worker has just decided is seen.
            await new Batch().Add(SelectGroups, Ids.Of(groupIds)).Read(unit, [Rows.Into(groups)], cancellationToken);
        }

        var groupOf = groups.ToLookup(q => q.CaseGroupId);
        var requestOf = requests.ToDictionary(q => q.RequestId);
        var parkedOf = parked.ToLookup(j => j.RequestId);
        var ordersOf = orders.ToLookup(o => o.RequestId);
        var journalOf = journal.ToDictionary(j => j.JournalId);
        var deadlineOf = deadlines.ToDictionary(x => x.DeadlineId);
        return
        [
            .. works.Select(w => new LoadedWork
            {
                Work = w,
                Journal = w.JournalId is { } journalId ? journalOf.GetValueOrDefault(journalId) : null,
                Request = requestOf.GetValueOrDefault(w.RequestId),
                Deadline = w.DeadlineId is { } deadlineId ? deadlineOf.GetValueOrDefault(deadlineId) : null,
                Parked = [.. parkedOf[w.RequestId]],
                Orders = [.. ordersOf[w.RequestId]],
                LooksAtGroup = requestOf.GetValueOrDefault(w.RequestId) is { } looking && LooksAtItsGroup(looking) ? looking.CaseGroupId : null,
                Group = requestOf.GetValueOrDefault(w.RequestId) is { } own && LooksAtItsGroup(own)
                    ? [.. groupOf[own.CaseGroupId].Where(q => q.RequestId != w.RequestId)] : [],
            }),
        ];
    }

    static async Task LockGroupsOf(Unit unit, List<Guid> ids, CancellationToken cancellationToken)
    {
        var locked = 0;
        await Lock();
        if (locked == ids.Count)
            return;
        await new Batch().Add(InsertGroups, Ids.Of(ids)).Execute(unit, cancellationToken);
        await Lock();

        Task Lock() => new Batch().Add(LockGroups, Ids.Of(ids)).Read(unit, [async (reader, cancelled) =>
        {
            for (locked = 0; await reader.ReadAsync(cancelled); locked++)
            {
            }
        }], cancellationToken);
    }

    bool LooksAtItsGroup(RequestRow row) => row.CaseGroupId is not null && grouped?.Names.Contains(row.Procedure) == true;

    /// <summary>Reserves numbers for notices: first number of the block per state. Without gaps: a unit that is rolled back gives them back.</summary>
    public async Task<IReadOnlyDictionary<string, long>> NextSequences(
        Unit unit, IReadOnlyDictionary<string, int> countPerState, CancellationToken cancellationToken)
    {
        var first = new Dictionary<string, long>(StringComparer.Ordinal);
        if (countPerState.Count == 0)
            return first;
        await Raise(countPerState);
        if (first.Count < countPerState.Count)
        {
            var missing = countPerState.Where(c => !first.ContainsKey(c.Key)).ToDictionary();
            await new Batch().Add(Journal.InsertStates, Journal.States.Of(missing.Keys)).Execute(unit, cancellationToken);
            await Raise(missing);
        }
        return first;

        Task Raise(IReadOnlyDictionary<string, int> wanted)
        {
            var rows = Wanted.Of(wanted);
            // What was raised counts, not what was locked: a state's row may have been made between the two.
            return new Batch().Add(LockSequences, rows).Add(RaiseSequences, rows).Read(unit, [Rows.Skip, async (reader, cancelled) =>
            {
                while (await reader.ReadAsync(cancelled))
                    first.Add(reader.GetString(0), reader.GetInt64(1) - wanted[reader.GetString(0)] + 1);
            }], cancellationToken);
        }
    }

    /// <summary>Stores all changes, in one round trip where the provider can. The unit is the caller's to commit.</summary>
    /// <exception cref="ConcurrencyConflict">Another worker was first with one of the requests named; the unit must be given up.</exception>
    public async Task Write(Unit unit, IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        var batch = new Batch();
        var checks = new List<(int Statement, int Rows, string What, IEnumerable<Guid> Requests)>();

        void Add<T>(Statement statement, RowShape<T> shape, IReadOnlyCollection<T> rows, string? conflict = null, Func<T, Guid>? request = null)
        {
            if (rows.Count == 0)
                return;
            if (conflict is not null)
                checks.Add((batch.Count, rows.Count, conflict, rows.Select(request!)));
            batch.Add(statement, shape.Of(rows));
        }

        var requests = changes.Where(c => c.Request is not null).GroupBy(c => c.Request!.RequestId)
            .Select(g => (Row: g.Last().Request! with { Version = g.Last().ExpectedVersion + 1 }, Expected: g.First().ExpectedVersion))
            .OrderBy(c => c.Row.RequestId).ToList();
        Add(InsertRequests, Requests, [.. requests.Where(c => c.Expected == 0).Select(c => c.Row)], "the request is new no more", q => q.RequestId);
        Add(UpdateRequests, Changed, [.. requests.Where(c => c.Expected > 0)], "the request has another version", c => c.Row.RequestId);
        Add(UpsertMembers, Members, [.. changes.SelectMany(c => c.Members).GroupBy(m => (m.RequestId, m.State)).Select(g => g.Last())]);
        Add(InsertNames, Names, [.. requests.Where(c => c.Expected == 0).SelectMany(c => NameRow.Of(c.Row)).Concat(changes.SelectMany(c => c.Names)).Where(n => n.Name.Length > 0).Distinct()]);

        var claims = changes.Select(c => c.Work).Where(w => w.DeadlineId is not null).DistinctBy(w => (w.DeadlineId, w.Epoch)).ToList();
        Add(ReleaseDeadlines, Claims, claims, "the deadline was claimed again", w => w.RequestId);
        Add(UpsertDeadlines, Deadlines, [.. changes.SelectMany(c => c.Deadlines).GroupBy(x => x.DeadlineId).Select(g => g.Last())]);

        var decisions = changes.SelectMany(c => c.Decisions.Select(d => (Decision: d, c.Work.RequestId))).ToList();
        var final = decisions.Where(d => d.Decision.Outcome != Decisions.Parked).ToList();
        if (final.Count > 0)
        {
            var rows = Verdicts.Of(final.Select(d => d.Decision));
            checks.Add((batch.Count, final.Count, "the act was decided", final.Select(d => d.RequestId)));
            batch.Add(DeleteUndecided, rows).Add(InsertDecisions, rows);
        }
        var park = decisions.Where(d => d.Decision.Outcome == Decisions.Parked).ToList();
        if (park.Count > 0)
        {
            checks.Add((batch.Count, park.Count, "the act was decided or parked", park.Select(d => d.RequestId)));
            batch.Add(ParkUndecided, Verdicts.Of(park.Select(d => d.Decision)));
        }

        Ledger.Add(batch, changes.SelectMany(c => c.Leaves));
        Add(InsertOutbox, Notices, [.. changes.SelectMany(c => c.Outbox)]);
        Add(UpsertReceipts, Receipts, [.. changes.SelectMany(c => c.Receipts).GroupBy(x => (x.OfActId, x.ToState)).Select(ReceiptStanding.Of)]);
        Add(AwaitNoLonger, Ended, [.. requests.Select(c => c.Row).Where(q => q.ClosedAt is not null)]);
        Add(InsertDocuments, Documents, [.. changes.SelectMany(c => c.Documents)]);
        var orders = changes.SelectMany(c => c.Orders).GroupBy(o => (o.RequestId, o.DisputeId)).Select(g => g.Last()).ToList();
        Add(UpsertOrders, Orders, orders);
        Add(Wake, Orders, [.. orders.DistinctBy(o => o.RequestId)]);
        Add(InsertCosts, Costs, [.. changes.SelectMany(c => c.Costs)]);
        Add(InsertStays, Stays, [.. changes.SelectMany(c => c.Stays)]);
        if (batch.Count == 0)
            return;

        IReadOnlyList<int> written;
        try
        {
            written = await batch.Execute(unit, cancellationToken);
        }
        catch (DbException e) when (database.IsUniqueViolation(e))
        {
            throw new ConcurrencyConflict([.. changes.Select(c => c.Work.RequestId).Distinct()], "a row exists already");
        }
        foreach (var (statement, rows, what, ids) in checks)
            if (written[statement] != rows)
                throw new ConcurrencyConflict([.. ids.Distinct()], what);
    }

    // Whole numbers add up the same on every database.
    static long Hundredths(decimal amount) => decimal.ToInt64(decimal.Round(amount * 100, 0, MidpointRounding.ToEven));
}
