namespace LiaisonHub.Storage.Hub;

/// <summary>The figures of the first page. Requests and unopened acts are counted up to <see cref="HubReads.Most"/>, which one more exceeds by any number.</summary>
public sealed record TodayCounts
{
    public required int Open { get; init; }

    /// <summary>Open requests whose next deadline comes within the days asked for.</summary>
    public required int Breaching { get; init; }

    /// <summary>Open requests with a deadline that has passed.</summary>
    public required int Overdue { get; init; }

    /// <summary>Acts accepted for a state and opened by nobody for longer than asked for, and still waited for.</summary>
    public required int Unopened { get; init; }

    public required int Quarantined { get; init; }
    public required int OutboxWaiting { get; init; }
    public DateTimeOffset? OutboxOldest { get; init; }

    /// <summary>Acts taken and not yet decided, those that wait for an earlier one left out.</summary>
    public required int Undecided { get; init; }

    /// <summary>When the first of these was taken. Null: there are none.</summary>
    public DateTimeOffset? UndecidedOldest { get; init; }

    /// <summary>Acts that wait for an earlier act of their side.</summary>
    public required int Parked { get; init; }

    public required int Adapters { get; init; }
    public required int SilentAdapters { get; init; }
}

/// <summary>How far a state looks ahead.</summary>
/// <param name="State">The state that must act.</param>
/// <param name="From">From now.</param>
/// <param name="Until">What is due before this is near.</param>
public sealed record DueSpan(string State, DateTimeOffset From, DateTimeOffset Until);

/// <summary>Which requests. Null: whatever.</summary>
public sealed record RequestFilter
{
    /// <summary>State of the procedure.</summary>
    public string? State { get; init; }

    public string? Instrument { get; init; }

    /// <summary>A country on either side.</summary>
    public string? Country { get; init; }

    public string? RequestingState { get; init; }
    public string? RequestedState { get; init; }

    /// <summary>Code of an authority on either side.</summary>
    public string? Authority { get; init; }

    /// <summary>Submitted at this instant or later. With it or <see cref="SubmittedBefore"/> the last submitted come first.</summary>
    public DateTimeOffset? SubmittedFrom { get; init; }

    /// <summary>Submitted before this instant.</summary>
    public DateTimeOffset? SubmittedBefore { get; init; }

    /// <summary>By time of submission instead of by next deadline, or closing.</summary>
    public bool BySubmission => SubmittedFrom is not null || SubmittedBefore is not null;

    /// <summary>This level of the ladder or higher.</summary>
    public int? LevelAtLeast { get; init; }

    /// <summary>This level of the ladder or lower.</summary>
    public int? LevelAtMost { get; init; }

    /// <summary>Next deadline at this instant or later: now leaves out the overdue. Of open requests only.</summary>
    public DateTimeOffset? DueFrom { get; init; }

    /// <summary>With an act that was accepted before this instant and that nobody has opened.</summary>
    public DateTimeOffset? UnopenedSince { get; init; }

    /// <summary>Next deadline before this instant: now for the overdue.</summary>
    public DateTimeOffset? DueBefore { get; init; }

    /// <summary>False: live ones only. True: drills only.</summary>
    public bool? Exercise { get; init; }

    /// <summary>False: the open ones, by next deadline. True: the closed ones, last closed first.</summary>
    public bool Closed { get; init; }
}

/// <summary>What somebody looks for. All of it is tried, and what is found by the first comes first.</summary>
public sealed record Search
{
    /// <summary>The beginning of a reference, or of any word in it or in another name of a request; the end of an id as pages show it; or the whole id of a request, an act or a case group, which finds nothing else.</summary>
    public required string Text { get; init; }

    /// <summary>Codes of authorities on either side.</summary>
    public IReadOnlyList<string> Authorities { get; init; } = [];

    /// <summary>States of the procedure.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>Countries on either side.</summary>
    public IReadOnlyList<string> Countries { get; init; } = [];

    /// <summary>Submitted, or last changed, in this time: from the first instant, to before the second. Null: whenever.</summary>
    public (DateTimeOffset From, DateTimeOffset Before)? In { get; init; }
}

/// <summary>Something other than a request whose id was looked for.</summary>
public sealed record FoundElsewhere
{
    /// <summary>A message in quarantine, waiting or settled.</summary>
    public const string Message = "Message";

    /// <summary>A repair plan.</summary>
    public const string Plan = "Plan";

    /// <summary><see cref="Message"/> or <see cref="Plan"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }
}

/// <summary>The place behind the last request of a page. <paramref name="At"/>: next deadline of an open request (null: none), closing of a closed
/// one; time of submission where the page goes by that.</summary>
public sealed record PageMark(DateTimeOffset? At, Guid RequestId);

/// <summary>One line of a board: a request without its body.</summary>
public sealed record RequestLine
{
    public required Guid RequestId { get; init; }
    public required string Procedure { get; init; }
    public required string Instrument { get; init; }
    public required string Reference { get; init; }
    public required string RequestingState { get; init; }
    public required string RequestedState { get; init; }

    /// <summary>Code of the authority that asks. Empty: none is named.</summary>
    public string RequestingAuthority { get; init; } = "";

    /// <summary>Code of the authority that is asked. Empty: none is named.</summary>
    public string RequestedAuthority { get; init; } = "";

    public required string State { get; init; }
    public required DateTimeOffset Since { get; init; }
    public DateTimeOffset? NextDue { get; init => field = value >= Instants.Never ? null : value; }

    /// <summary>Row of the time catalogue that is due next. Null: none runs.</summary>
    public string? NextRule { get; init; }

    /// <summary>The state that must act by then. Null: none runs, or it is a drill.</summary>
    public string? NextState { get; init; }

    public int Level { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public required string Priority { get; init; }
    public bool Exercise { get; init; }

    /// <summary>Requests about the same matter share it. Null: the request stands alone.</summary>
    public Guid? CaseGroupId { get; init; }

    /// <summary>When it was first received.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A dispute in which something was decided.</summary>
public sealed record DecidedDispute
{
    public required Guid RequestId { get; init; }
    public required string Reference { get; init; }
    public DateTimeOffset? NextDue { get; init => field = value >= Instants.Never ? null : value; }

    /// <summary>The request as JSON.</summary>
    public required string Body { get; init; }
}

/// <summary>How far one act has come.</summary>
public sealed record ReceiptStanding
{
    public required Guid OfActId { get; init; }
    public required Guid RequestId { get; init; }
    public required string ToState { get; init; }
    public DateTimeOffset? AcceptedAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }
    public DateTimeOffset? HandedOverAt { get; init; }
    public DateTimeOffset? OpenedAt { get; init; }

    internal static ReceiptStanding Of(IEnumerable<ReceiptRow> receipts)
    {
        var rows = receipts.ToList();
        return new ReceiptStanding
        {
            OfActId = rows[0].OfActId,
            RequestId = rows[0].RequestId,
            ToState = rows[0].ToState,
            AcceptedAt = First(ReceiptRow.Accepted),
            DeliveredAt = First(ReceiptRow.Delivered),
            HandedOverAt = First(ReceiptRow.HandedOver),
            OpenedAt = First(ReceiptRow.Opened),
        };

        DateTimeOffset? First(string stage) => rows.Where(r => r.Stage == stage).Min(r => (DateTimeOffset?)r.At);
    }
}

/// <summary>Which acts for a state count as not delivered, and which as not opened.</summary>
public sealed record UnopenedSearch
{
    public required string State { get; init; }

    /// <summary>The legal clock: a while after the end of a request nobody is waited for.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Only acts that were accepted before this.</summary>
    public required DateTimeOffset AcceptedBefore { get; init; }

    /// <summary>Not delivered: those accepted before this that are not.</summary>
    public required DateTimeOffset DueBefore { get; init; }

    /// <summary>Not opened: those delivered before this that are not.</summary>
    public required DateTimeOffset DeliveredBefore { get; init; }
}

/// <summary>Acts for a state that nobody there has opened in time.</summary>
public sealed record UnopenedActs
{
    public required string State { get; init; }

    /// <summary>Accepted for it, and not delivered.</summary>
    public required int NotDelivered { get; init; }

    /// <summary>When the first of these was accepted. Null: there are none.</summary>
    public DateTimeOffset? NotDeliveredSince { get; init; }

    /// <summary>Delivered to it, and opened by nobody.</summary>
    public required int NotOpened { get; init; }

    /// <summary>When the first of these was delivered. Null: there are none.</summary>
    public DateTimeOffset? NotOpenedSince { get; init; }
}

/// <summary>One act in a request's history, without its signed bytes.</summary>
public sealed record TimelineAct
{
    public required long JournalId { get; init; }
    public required string SenderState { get; init; }
    public required string Lane { get; init; }
    public required Guid ActId { get; init; }
    public required long Sequence { get; init; }
    public required string ActType { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public DateTimeOffset? ParkedAt { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public string? Outcome { get; init; }
    public string? RefusalCode { get; init; }
    public string? RefusalReason { get; init; }
    public string? StateAfter { get; init; }
}

/// <summary>One request with what the hub knows of it: of each kind the newest, oldest first.</summary>
public sealed record RequestFile
{
    public required RequestRow Request { get; init; }
    public required IReadOnlyList<DeadlineRow> Deadlines { get; init; }

    /// <summary>How far the acts have come.</summary>
    public required IReadOnlyList<ReceiptStanding> Receipts { get; init; }

    public required IReadOnlyList<TimelineAct> Acts { get; init; }
    public required IReadOnlyList<LedgerEntry> Facts { get; init; }

    /// <summary>Without their content.</summary>
    public required IReadOnlyList<DocumentRow> Documents { get; init; }
}

/// <summary>How much there is of a request in all.</summary>
public sealed record RequestCounts
{
    /// <summary>Acts, receipts among them.</summary>
    public required int Acts { get; init; }

    /// <summary>Of them receipts.</summary>
    public required int ReceiptsGiven { get; init; }

    /// <summary>Of them taken and not decided yet.</summary>
    public required int Undecided { get; init; }

    /// <summary>Of them waiting for an earlier act of their side.</summary>
    public required int Parked { get; init; }

    public required int Documents { get; init; }
    public required int Costs { get; init; }
    public required int Facts { get; init; }
}

/// <summary>What the console asks. Reads only.</summary>
public sealed class HubReads(Database database)
{
    const string LineColumns = """
        q.request_id, q.procedure_name AS "procedure", q.instrument, q.reference, q.requesting_state, q.requested_state, q.requesting_authority, q.requested_authority, q.state, q.since, q.next_due,
        q.level, q.closed_at, q.priority, q.exercise, q.case_group_id, q.created_at, q.updated_at,
        (SELECT MIN(n.rule_id) FROM deadlines AS n WHERE n.request_id = q.request_id AND n.status = 'Running' AND n.due = q.next_due) AS next_rule,
        (SELECT MIN(n.on_state) FROM deadlines AS n WHERE n.request_id = q.request_id AND n.status = 'Running' AND n.due = q.next_due) AS next_state
        """;

    const string Filters = """
        (@state = '' OR q.state = @state) AND (@instrument = '' OR q.instrument = @instrument)
          AND (@country = '' OR q.requesting_state = @country OR q.requested_state = @country
            OR EXISTS (SELECT 1 FROM request_members AS w WHERE w.state = @country AND w.request_id = q.request_id))
          AND (@requestingState = '' OR q.requesting_state = @requestingState)
          AND (@requestedState = '' OR q.requested_state = @requestedState
            OR EXISTS (SELECT 1 FROM request_members AS w WHERE w.state = @requestedState AND w.request_id = q.request_id))
          AND (@authority = '' OR q.requesting_authority = @authority OR q.requested_authority = @authority)
          AND (@anyTime = 1 OR (q.created_at >= @submittedFrom AND q.created_at < @submittedBefore))
          AND q.level >= @levelAtLeast AND q.level <= @levelAtMost AND q.next_due < @dueBefore AND (@anyExercise = 1 OR q.exercise = @exercise)
          AND (@anyOpened = 1 OR EXISTS (SELECT 1 FROM receipts AS r WHERE r.request_id = q.request_id AND r.opened_at IS NULL AND r.accepted_at < @unopenedSince))
        """;

    // Each counts a few more than Most and no further, so that it costs the same however many there are. Acts that are waited for stand together in one index, those of ended requests behind.
    static readonly Statement SelectToday = new(d =>
    {
        var first = d.FirstRows("@atMost");
        string Some(string where) => $"(SELECT COUNT(*) FROM (SELECT next_due FROM requests WHERE closed_at IS NULL{where} ORDER BY next_due, request_id {first}) AS a)";
        string Acts(string awaited) => $"(SELECT COUNT(*) FROM (SELECT accepted_at FROM receipts WHERE opened_at IS NULL AND {awaited} AND accepted_at < @unopened ORDER BY awaited_until, accepted_at {first}) AS a)";
        return $"""
            SELECT
              {Some("")} AS "open",
              {Some(" AND next_due >= @now AND next_due < @breach")} AS breaching,
              {Some(" AND next_due < @now")} AS overdue,
              {Acts("awaited_until = @never")} + {Acts("awaited_until > @now AND awaited_until < @never")} AS unopened,
              (SELECT COUNT(*) FROM quarantine WHERE status <> '{Quarantine.Resolved}') AS quarantined,
              (SELECT COUNT(*) FROM outbox) AS outbox_waiting,
              (SELECT MIN(created_at) FROM outbox) AS outbox_oldest,
              (SELECT COUNT(*) FROM undecided WHERE parked_at IS NULL) AS undecided,
              (SELECT MIN(received_at) FROM undecided WHERE parked_at IS NULL) AS undecided_oldest,
              (SELECT COUNT(*) FROM undecided WHERE parked_at IS NOT NULL) AS parked,
              (SELECT COUNT(*) FROM adapters) AS adapters,
              (SELECT COUNT(*) FROM adapters WHERE silent_since IS NOT NULL) AS silent_adapters
            """;
    });

    internal static readonly RowShape<DueSpan> Spans = new RowShape<DueSpan>().Text("state", s => s.State).Instant("starts", s => s.From).Instant("ends", s => s.Until);

    static readonly Statement SelectNear = new(d => $"""
        SELECT CAST(COUNT(*) AS bigint) FROM (
          SELECT x.request_id FROM {d.Rows(Spans)}
          JOIN deadlines AS x ON x.status = '{DeadlineRow.Running}' AND x.on_state = r.state AND x.due >= r.starts AND x.due < r.ends
          JOIN requests AS q ON q.request_id = x.request_id AND q.closed_at IS NULL AND q.next_due = x.due
          GROUP BY x.request_id ORDER BY x.request_id {d.FirstRows($"{Most + 1}")}) AS a
        """);

    static readonly Statement OpenPage = new(d => $"""
        SELECT {LineColumns} FROM requests AS q
        WHERE q.closed_at IS NULL AND q.next_due >= @at AND (q.next_due > @at OR q.request_id > @id) AND {Filters}
        ORDER BY q.next_due, q.request_id {d.FirstRows("@atMost")}
        """);

    // From the acts that are waited for, which are few, to their requests. DISTINCT keeps this order: a planner that takes them for many walks along all open requests instead.
    static readonly Statement OpenPageUnopened = new(d => $"""
        SELECT {LineColumns}
        FROM (SELECT DISTINCT request_id FROM receipts WHERE opened_at IS NULL AND awaited_until = @never AND accepted_at < @unopenedSince) AS u JOIN requests AS q ON q.request_id = u.request_id
        WHERE q.closed_at IS NULL AND q.next_due >= @at AND (q.next_due > @at OR q.request_id > @id) AND {Filters}
        ORDER BY q.next_due, q.request_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement ClosedPage = new(d => $"""
        SELECT {LineColumns} FROM requests AS q
        WHERE q.closed_at IS NOT NULL AND q.closed_at <= @at AND (q.closed_at < @at OR q.request_id < @id) AND {Filters}
        ORDER BY q.closed_at DESC, q.request_id DESC {d.FirstRows("@atMost")}
        """);

    // A country stands on either side, or is asked beside others: three walks along an index of its own in the order of the page, each as long as the page, instead of one along all requests.
    static readonly Statement OpenPageOfState = new(d => OfAnySide(d, x => $"{x}.closed_at IS NULL AND {x}.next_due >= @at AND ({x}.next_due > @at OR {x}.request_id > @id)", "next_due", ""));

    static readonly Statement ClosedPageOfState = new(d =>
        OfAnySide(d, x => $"{x}.closed_at IS NOT NULL AND {x}.closed_at <= @at AND ({x}.closed_at < @at OR {x}.request_id < @id)", "closed_at", "DESC"));

    static readonly Statement OpenPageOfAuthority = new(d => OfAuthority(d, "q.closed_at IS NULL AND q.next_due >= @at AND (q.next_due > @at OR q.request_id > @id)", "next_due", ""));

    static readonly Statement ClosedPageOfAuthority = new(d =>
        OfAuthority(d, "q.closed_at IS NOT NULL AND q.closed_at <= @at AND (q.closed_at < @at OR q.request_id < @id)", "closed_at", "DESC"));

    // Where nothing narrows more: a state that few are in would else be looked for along all.
    static readonly Statement OpenPageInState = new(d => $"""
        SELECT {LineColumns} FROM requests AS q
        WHERE q.state = @state AND q.closed_at IS NULL AND q.next_due >= @at AND (q.next_due > @at OR q.request_id > @id) AND {Filters}
        ORDER BY q.next_due, q.request_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement ClosedPageInState = new(d => $"""
        SELECT {LineColumns} FROM requests AS q
        WHERE q.state = @state AND q.closed_at IS NOT NULL AND q.closed_at <= @at AND (q.closed_at < @at OR q.request_id < @id) AND {Filters}
        ORDER BY q.closed_at DESC, q.request_id DESC {d.FirstRows("@atMost")}
        """);

    static readonly Statement ByShownId = new(d => $"""
        SELECT kind, id FROM (
          SELECT '{FoundElsewhere.Message}' AS kind, quarantine_id AS id FROM quarantine WHERE id_end = @shown
          UNION ALL SELECT '{FoundElsewhere.Plan}' AS kind, plan_id AS id FROM repair_plans WHERE id_end = @shown) AS e
        ORDER BY kind, id {d.FirstRows("@atMost")}
        """);

    static readonly Statement PageBySubmission = new(d => $"""
        SELECT {LineColumns} FROM requests AS q
        WHERE q.created_at >= @submittedFrom AND q.created_at <= @at AND (q.created_at < @at OR q.request_id < @id)
          AND CASE WHEN q.closed_at IS NULL THEN 0 ELSE 1 END = @closed AND {Filters}
        ORDER BY q.created_at DESC, q.request_id DESC {d.FirstRows("@atMost")}
        """);

    static readonly Statement ByName = new(d => $"""
        SELECT {LineColumns} FROM request_names AS n JOIN requests AS q ON q.request_id = n.request_id
        WHERE n.name >= @from AND n.name < @upto
        ORDER BY n.name, n.request_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SubmittedIn = new(d => InTime(d, "created_at"));

    static readonly Statement ChangedIn = new(d => InTime(d, "updated_at"));

    static readonly Statement ByReference = new(d => $"""
        SELECT {LineColumns} FROM requests AS q
        WHERE (q.reference >= @from AND q.reference < @upto) OR (q.reference >= @fromUpper AND q.reference < @uptoUpper)
        ORDER BY q.reference, q.request_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement ById = new(d => $"""
        SELECT {LineColumns} FROM requests AS q
        WHERE q.request_id = @id OR q.case_group_id = @id
          OR q.request_id IN (SELECT j.request_id FROM state_links AS s JOIN journal AS j ON j.sender_state = s.state AND j.act_id = @id)
        ORDER BY q.request_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement GroupPage = new(d => $"""
        SELECT {LineColumns} FROM requests AS q
        WHERE q.case_group_id = @groupId AND q.next_due >= @at AND (q.next_due > @at OR q.request_id > @id)
        ORDER BY q.next_due, q.request_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement DisputePage = new(d => $"""
        SELECT q.request_id, q.reference, q.next_due, q.body FROM requests AS q
        WHERE q.procedure_name = 'Dispute' AND q.exercise = @exercise AND q.state IN ('AwardIssued', 'ComplianceDue', 'ComplianceReported', 'NonCompliant', 'Complied', 'Closed.Settled')
          AND q.next_due >= @at AND (q.next_due > @at OR q.request_id > @id)
        ORDER BY q.next_due, q.request_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectRequest = new(_ => $"SELECT {RequestStore.RequestColumns}, q.requesting_authority, q.requested_authority FROM requests AS q WHERE q.request_id = @requestId");

    static readonly Statement SelectDeadlines = new(d => $"""
        SELECT * FROM (
          SELECT {RequestStore.DeadlineColumns} FROM deadlines AS x WHERE x.request_id = @requestId ORDER BY x.started DESC, x.rule_id DESC, x.deadline_id DESC {d.FirstRows("@atMost")}) AS a
        ORDER BY started, rule_id, deadline_id
        """);

    // Of the acts between two rows of the journal, both included.
    static readonly Statement SelectReceipts = new(_ => """
        SELECT of_act_id, request_id, to_state, accepted_at, delivered_at, handed_over_at, opened_at
        FROM receipts WHERE request_id = @requestId AND of_act_id IN (SELECT j.act_id FROM journal AS j WHERE j.request_id = @requestId AND j.journal_id >= @first AND j.journal_id <= @last)
        ORDER BY accepted_at, of_act_id
        """);

    static readonly Statement SelectLastReceipts = new(d => $"""
        SELECT of_act_id, request_id, to_state, accepted_at, delivered_at, handed_over_at, opened_at
        FROM receipts WHERE request_id = @requestId AND (@state = '' OR to_state = @state)
        ORDER BY CASE WHEN accepted_at IS NULL THEN 1 ELSE 0 END, accepted_at DESC, of_act_id DESC {d.FirstRows("@atMost")}
        """);

    const string ActColumns = """
        j.journal_id, j.sender_state, j.lane, j.act_id, j.sequence, j.act_type, j.received_at, u.parked_at, d.decided_at, d.outcome, d.refusal_code, d.refusal_reason, d.state_after
        FROM journal AS j
        LEFT JOIN undecided AS u ON u.journal_id = j.journal_id
        LEFT JOIN decisions AS d ON d.journal_id = j.journal_id
        """;

    static readonly Statement SelectActs = new(d => $"""
        SELECT {ActColumns}
        WHERE j.request_id = @requestId AND j.journal_id < @before AND (@receipts = 1 OR j.act_type <> 'ReceiptGiven') ORDER BY j.journal_id DESC {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectActOf = new(d => $"""
        SELECT {ActColumns}
        WHERE j.request_id = @requestId AND (j.journal_id = @journalId OR j.act_id = @actId) ORDER BY j.journal_id {d.FirstRows("@atMost")}
        """);

    // What ties a request to others: a handful of acts, wherever they stand in its history.
    static readonly Statement SelectTies = new(d => $"""
        SELECT j.body FROM journal AS j JOIN decisions AS d ON d.journal_id = j.journal_id
        WHERE j.request_id = @requestId AND j.act_type IN ('RequestSubmitted', 'SupplementAnnounced') AND d.outcome = '{Decisions.Applied}' ORDER BY j.journal_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectRequestCounts = new(_ => """
        SELECT
          (SELECT COUNT(*) FROM journal AS j WHERE j.request_id = @requestId) AS acts,
          (SELECT COUNT(*) FROM journal AS j WHERE j.request_id = @requestId AND j.act_type = 'ReceiptGiven') AS receipts_given,
          (SELECT COUNT(*) FROM undecided AS u WHERE u.request_id = @requestId AND u.parked_at IS NULL) AS undecided,
          (SELECT COUNT(*) FROM undecided AS u WHERE u.request_id = @requestId AND u.parked_at IS NOT NULL) AS parked,
          (SELECT COUNT(*) FROM documents AS o WHERE o.request_id = @requestId) AS documents,
          (SELECT COUNT(*) FROM cost_entries AS c WHERE c.request_id = @requestId) AS costs,
          (SELECT COUNT(*) FROM ledger_leaf AS l WHERE l.request_id = @requestId) AS facts
        """);

    static readonly Statement SelectDocuments = new(d => $"""
        SELECT document_id, request_id, kind, title, media_type, '' AS content, at FROM documents
        WHERE request_id = @requestId AND at <= @at AND (at < @at OR document_id < @id) ORDER BY at DESC, document_id DESC {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectDocument = new(_ => "SELECT document_id, request_id, kind, title, media_type, content, at FROM documents WHERE document_id = @documentId");

    // Each state for itself: asked for all at once, the planner takes what is waited for to be most of the table.
    static readonly Statement SelectUnopened = new(_ => """
        SELECT @State AS state,
          COUNT(CASE WHEN delivered_at IS NULL AND accepted_at < @DueBefore THEN 1 END) AS not_delivered, MIN(CASE WHEN delivered_at IS NULL AND accepted_at < @DueBefore THEN accepted_at END) AS not_delivered_since,
          COUNT(CASE WHEN delivered_at < @DeliveredBefore THEN 1 END) AS not_opened, MIN(CASE WHEN delivered_at < @DeliveredBefore THEN delivered_at END) AS not_opened_since
        FROM receipts WHERE opened_at IS NULL AND to_state = @State AND awaited_until > @Now AND accepted_at < @AcceptedBefore
        """);

    /// <summary>What is counted is counted up to here: one more stands for any number above.</summary>
    public const int Most = 10_000;

    public async Task<TodayCounts> Today(DateTimeOffset now, TimeSpan breachingWithin, TimeSpan unopenedAfter, CancellationToken cancellationToken) =>
        (await database.One<TodayCounts>(SelectToday, new { now, breach = now + breachingWithin, unopened = now - unopenedAfter, never = Instants.Never, atMost = Most + 1 }, cancellationToken))!;

    /// <summary>How many live open requests have their next deadline within the span of the state that must act.</summary>
    public async Task<int> Near(IReadOnlyList<DueSpan> spans, CancellationToken cancellationToken) => (int)(await database.QueryRows<long>(SelectNear, Spans.Of(spans), cancellationToken))[0];

    static string OfAnySide(Dialect d, Func<string, string> where, string by, string direction) => $"""
        SELECT * FROM (
          SELECT * FROM (
            SELECT {LineColumns} FROM requests AS q WHERE q.requesting_state = @asRequesting AND {where("q")} AND {Filters}
            ORDER BY q.{by} {direction}, q.request_id {direction} {d.FirstRows("@atMost")}) AS a
          UNION ALL
          SELECT * FROM (
            SELECT {LineColumns} FROM requests AS q WHERE q.requested_state = @asRequested AND q.requesting_state <> @asRequesting AND {where("q")} AND {Filters}
            ORDER BY q.{by} {direction}, q.request_id {direction} {d.FirstRows("@atMost")}) AS b
          UNION ALL
          SELECT * FROM (
            SELECT {LineColumns} FROM request_members AS m JOIN requests AS q ON q.request_id = m.request_id
            WHERE m.state = @asRequested AND {where("m")} AND {Filters}
            ORDER BY m.{by} {direction}, m.request_id {direction} {d.FirstRows("@atMost")}) AS c) AS e
        ORDER BY {by} {direction}, request_id {direction} {d.FirstRows("@atMost")}
        """;

    // As of a country: an authority stands on one side or the other, and each walk is as long as the page.
    static string OfAuthority(Dialect d, string where, string by, string direction) => $"""
        SELECT * FROM (
          SELECT * FROM (
            SELECT {LineColumns} FROM requests AS q WHERE q.requesting_authority = @authority AND {where} AND {Filters}
            ORDER BY q.{by} {direction}, q.request_id {direction} {d.FirstRows("@atMost")}) AS a
          UNION ALL
          SELECT * FROM (
            SELECT {LineColumns} FROM requests AS q WHERE q.requested_authority = @authority AND q.requesting_authority <> @authority AND {where} AND {Filters}
            ORDER BY q.{by} {direction}, q.request_id {direction} {d.FirstRows("@atMost")}) AS b) AS e
        ORDER BY {by} {direction}, request_id {direction} {d.FirstRows("@atMost")}
        """;

    static string InTime(Dialect d, string column) =>
        $"SELECT {LineColumns} FROM requests AS q WHERE q.{column} >= @from AND q.{column} < @before ORDER BY q.{column} DESC, q.request_id DESC {d.FirstRows("@atMost")}";

    /// <summary>One page by keyset: any page costs what the first one costs. <paramref name="after"/> null: the first page.</summary>
    public Task<IReadOnlyList<RequestLine>> RequestsPage(RequestFilter filter, PageMark? after, int atMost, CancellationToken cancellationToken)
    {
        var start = filter.BySubmission ? new PageMark(filter.SubmittedBefore ?? Instants.Never, Guid.AllBitsSet) : filter.Closed ? new PageMark(Instants.Never, Guid.AllBitsSet) : new PageMark(filter.DueFrom ?? DateTimeOffset.UnixEpoch, Guid.Empty);
        var mark = after is null ? start : after with { At = after.At ?? Instants.Never };
        // A state that must stand on one side narrows more than one that may stand on either. An empty one finds nothing on its side.
        var asRequesting = filter.RequestingState ?? (filter.RequestedState is null ? filter.Country : null);
        var asRequested = filter.RequestingState is null ? filter.RequestedState ?? filter.Country : null;
        var ofState = (asRequesting ?? asRequested) is not null;
        return database.Query<RequestLine>(
            filter.BySubmission ? PageBySubmission : filter.Authority is not null ? filter.Closed ? ClosedPageOfAuthority : OpenPageOfAuthority
                : !filter.Closed && filter.UnopenedSince is not null ? OpenPageUnopened
                : ofState ? filter.Closed ? ClosedPageOfState : OpenPageOfState
                : filter.State is not null ? filter.Closed ? ClosedPageInState : OpenPageInState
                : filter.Closed ? ClosedPage : OpenPage,
            new
            {
                asRequesting = asRequesting ?? "",
                asRequested = asRequested ?? "",
                at = mark.At,
                id = mark.RequestId,
                state = filter.State ?? "",
                instrument = filter.Instrument ?? "",
                country = filter.Country ?? "",
                requestingState = filter.RequestingState ?? "",
                requestedState = filter.RequestedState ?? "",
                authority = filter.Authority ?? "",
                anyTime = filter.BySubmission ? 0 : 1,
                submittedFrom = filter.SubmittedFrom ?? DateTimeOffset.UnixEpoch,
                submittedBefore = filter.SubmittedBefore ?? Instants.Never,
                closed = filter.Closed ? 1 : 0,
                levelAtLeast = filter.LevelAtLeast ?? 0,
                levelAtMost = filter.LevelAtMost ?? int.MaxValue,
                dueBefore = filter.DueBefore ?? DateTimeOffset.MaxValue,
                anyExercise = filter.Exercise is null ? 1 : 0,
                exercise = filter.Exercise ?? false,
                never = Instants.Never,
                anyOpened = filter.UnopenedSince is null || (!filter.Closed && !filter.BySubmission && filter.Authority is null) ? 1 : 0,
                unopenedSince = filter.UnopenedSince ?? DateTimeOffset.UnixEpoch,
                atMost,
            },
            cancellationToken);
    }

    /// <summary>Requests of a case group, open and closed, by next deadline; those without one come last. <paramref name="after"/> null: the first page.</summary>
    public Task<IReadOnlyList<RequestLine>> Group(Guid groupId, PageMark? after, int atMost, CancellationToken cancellationToken) => database.Query<RequestLine>(
        GroupPage,
        new { groupId, at = after is null ? DateTimeOffset.UnixEpoch : after.At ?? Instants.Never, id = after?.RequestId ?? Guid.Empty, atMost },
        cancellationToken);

    /// <summary>Disputes in which something was decided, by next deadline, the ones that are over last. No drill is among them. <paramref name="after"/> null: the first page.</summary>
    public Task<IReadOnlyList<DecidedDispute>> DecidedDisputes(PageMark? after, int atMost, CancellationToken cancellationToken) => database.Query<DecidedDispute>(
        DisputePage,
        new { exercise = false, at = after is null ? DateTimeOffset.UnixEpoch : after.At ?? Instants.Never, id = after?.RequestId ?? Guid.Empty, atMost },
        cancellationToken);

    /// <summary>Requests that are found, each once. Every way of finding costs the same however many requests there are.</summary>
    public async Task<IReadOnlyList<RequestLine>> Find(Search search, int atMost, CancellationToken cancellationToken)
    {
        // A control character is in no name, and a database may refuse it.
        var from = string.Concat(search.Text.Where(c => !char.IsControl(c))).Trim().TrimStart('…', '.');
        if (Guid.TryParse(from, out var id))
            return await database.Query<RequestLine>(ById, new { id, atMost }, cancellationToken);
        var found = new Dictionary<Guid, RequestLine>();
        async Task Add(Task<IReadOnlyList<RequestLine>> lines)
        {
            foreach (var line in await lines)
                if (found.Count < atMost)
                    found.TryAdd(line.RequestId, line);
        }
        if (from.Length > 0)
        {
            var (fromUpper, name) = (from.ToUpperInvariant(), NameRow.Written(from));
            await Add(database.Query<RequestLine>(ByReference, new { from, upto = from + '\uffff', fromUpper, uptoUpper = fromUpper + '\uffff', atMost }, cancellationToken));
            await Add(database.Query<RequestLine>(ByName, new { from = name, upto = name + '\uffff', atMost }, cancellationToken));
        }
        var lists = search.Authorities.Where(a => a.Length > 0 && !a.Any(char.IsControl)).Select(a => new RequestFilter { Authority = a })
            .Concat(search.States.Select(s => new RequestFilter { State = s })).Concat(search.Countries.Select(c => new RequestFilter { Country = c }));
        foreach (var list in lists)
            foreach (var closed in new[] { false, true })
                if (found.Count < atMost)
                    await Add(RequestsPage(list with { Closed = closed }, null, atMost, cancellationToken));
        if (search.In is { } time)
            foreach (var when in new[] { SubmittedIn, ChangedIn })
                if (found.Count < atMost)
                    await Add(database.Query<RequestLine>(when, new { from = time.From, before = time.Before, atMost }, cancellationToken));
        return [.. found.Values];
    }

    /// <summary>Messages in quarantine and repair plans by their id, whole or as pages show it.</summary>
    public async Task<IReadOnlyList<FoundElsewhere>> FindElsewhere(string text, int atMost, CancellationToken cancellationToken)
    {
        if (ShownId.Read(text) is not { } shown)
            return [];
        var found = await database.Query<FoundElsewhere>(ByShownId, new { shown, atMost }, cancellationToken);
        return Guid.TryParse(text.Trim().TrimStart('…', '.'), out var whole) ? [.. found.Where(f => f.Id == whole)] : found;
    }

    /// <summary>One with what the hub knows of it. Null: unknown.</summary>
    /// <param name="requestId">The request.</param>
    /// <param name="cancellationToken"/>
    /// <param name="atMost">So many acts, receipts, deadlines, documents and facts at most: the newest.</param>
    public async Task<RequestFile?> Request(Guid requestId, CancellationToken cancellationToken, int atMost = 1_000)
    {
        if (await Row(requestId, cancellationToken) is not { } request)
            return null;
        return new()
        {
            Request = request,
            Deadlines = await database.Query<DeadlineRow>(SelectDeadlines, new { requestId, atMost }, cancellationToken),
            Receipts = [.. (await database.Query<ReceiptStanding>(SelectLastReceipts, new { requestId, state = "", atMost }, cancellationToken)).Reverse()],
            Acts = [.. (await Acts(requestId, null, atMost, cancellationToken)).Reverse()],
            Facts = [.. Ledger.LastFirst(await database.Query<LedgerEntry>(Ledger.OfRequest, Ledger.Behind(requestId, null, atMost), cancellationToken)).Reverse()],
            Documents = [.. (await Documents(requestId, null, atMost, cancellationToken)).Reverse()],
        };
    }

    /// <summary>The request alone. Null: unknown.</summary>
    public Task<RequestRow?> Row(Guid requestId, CancellationToken cancellationToken) => database.One<RequestRow>(SelectRequest, new { requestId }, cancellationToken);

    /// <summary>How much there is of it.</summary>
    public async Task<RequestCounts> Counts(Guid requestId, CancellationToken cancellationToken) => (await database.One<RequestCounts>(SelectRequestCounts, new { requestId }, cancellationToken))!;

    /// <summary>Acts of a request, last first.</summary>
    /// <param name="requestId">The request.</param>
    /// <param name="before">The row of the journal that the page before ended with. Null: the first page.</param>
    /// <param name="atMost">At most so many.</param>
    /// <param name="cancellationToken"/>
    /// <param name="receipts">False: without the receipts.</param>
    public Task<IReadOnlyList<TimelineAct>> Acts(Guid requestId, long? before, int atMost, CancellationToken cancellationToken, bool receipts = true) =>
        database.Query<TimelineAct>(SelectActs, new { requestId, before = before ?? long.MaxValue, receipts = receipts ? 1 : 0, atMost }, cancellationToken);

    /// <summary>One act of a request, by its row of the journal or by its id. Null: the request has none such.</summary>
    public async Task<TimelineAct?> Act(Guid requestId, long? journalId, Guid? actId, CancellationToken cancellationToken) =>
        (await database.Query<TimelineAct>(SelectActOf, new { requestId, journalId = journalId ?? 0, actId = actId ?? Guid.Empty, atMost = 1 }, cancellationToken)) is [var act] ? act : null;

    /// <summary>How far acts of a request that follow one another have come.</summary>
    public async Task<IReadOnlyList<ReceiptStanding>> Receipts(Guid requestId, IReadOnlyList<TimelineAct> acts, CancellationToken cancellationToken) => acts.Count == 0 ? []
        : await database.Query<ReceiptStanding>(SelectReceipts, new { requestId, first = acts.Min(a => a.JournalId), last = acts.Max(a => a.JournalId) }, cancellationToken);

    /// <summary>How far the last act for a state has come. Null: none went there.</summary>
    public async Task<ReceiptStanding?> LastReceipt(Guid requestId, string state, CancellationToken cancellationToken) =>
        (await database.Query<ReceiptStanding>(SelectLastReceipts, new { requestId, state, atMost = 1 }, cancellationToken)) is [var last] ? last : null;

    /// <summary>The signed acts of a request that may tie it to another one, oldest first.</summary>
    public Task<IReadOnlyList<string>> Ties(Guid requestId, int atMost, CancellationToken cancellationToken) => database.Query<string>(SelectTies, new { requestId, atMost }, cancellationToken);

    /// <summary>Documents of a request, last first, without their content. <paramref name="after"/> null: the first page.</summary>
    public Task<IReadOnlyList<DocumentRow>> Documents(Guid requestId, PageMark? after, int atMost, CancellationToken cancellationToken) =>
        database.Query<DocumentRow>(SelectDocuments, new { requestId, at = after?.At ?? Instants.Never, id = after?.RequestId ?? Guid.AllBitsSet, atMost }, cancellationToken);

    public Task<DocumentRow?> Document(Guid documentId, CancellationToken cancellationToken) => database.One<DocumentRow>(SelectDocument, new { documentId }, cancellationToken);

    /// <summary>How many acts each of the states has had for too long, not delivered or not opened, and since when. A state without any is left out.</summary>
    public async Task<IReadOnlyList<UnopenedActs>> Unopened(IReadOnlyList<UnopenedSearch> searches, CancellationToken cancellationToken)
    {
        var found = new List<UnopenedActs>();
        foreach (var of in searches)
            found.AddRange(await database.Query<UnopenedActs>(SelectUnopened, of, cancellationToken));
        return [.. found.Where(u => u.NotDelivered + u.NotOpened > 0)];
    }
}
