using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiaisonHub.Storage.Hub;

/// <summary>What a plan does to each of its rows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RepairDeed>))]
public enum RepairDeed
{
    /// <summary>The hub takes the same bytes again, as if they had just come. What a state signed takes effect; nothing else can.</summary>
    Retry,

    /// <summary>An act that was taken and never decided goes to its request once more. Deciding twice is not possible: the row says whether it was.</summary>
    Dispatch,

    /// <summary>A notice that waits for its next try goes to its link at once.</summary>
    Deliver,

    /// <summary>A message in quarantine will never have an effect. Cannot be undone.</summary>
    SetAside,

    /// <summary>An act that waits for an earlier one of its side is decided without it. Cannot be undone.</summary>
    DecideWithout,
}

/// <summary>A repair plan: a list of rows that was fixed when it was made, and how they are to be worked off.</summary>
public sealed record RepairPlan
{
    public const string Draft = "Draft";
    public const string Running = "Running";
    public const string Stopped = "Stopped";
    public const string Done = "Done";

    /// <summary>It was refused by a second person, or whoever may make plans threw it away: it never runs.</summary>
    public const string Discarded = "Discarded";

    /// <summary>Most rows of one plan.</summary>
    public const int MostItems = 10_000;

    public required Guid PlanId { get; init; }
    public required RepairDeed Deed { get; init; }

    /// <summary>How the rows were chosen, in words. 200 characters at most.</summary>
    public required string Chosen { get; init; }

    public required int Items { get; init; }

    /// <summary>SHA-256, lower-case hex, over the rows' ids, sorted as text, each with a line feed: what <c>sort | sha256sum</c> says of them.</summary>
    public required string ItemsHash { get; init; }

    /// <summary>When the list was fixed. What came later is not in it.</summary>
    public required DateTimeOffset CutOff { get; init; }

    /// <summary>Rows a minute: 1 to 600.</summary>
    public required int PerMinute { get; init; }

    /// <summary>It stops when more than so many of a hundred rows that were tried failed again or are unknown: 0 to 100.</summary>
    public required int StopPercent { get; init; }

    /// <summary>Before, nothing is done. Null: at once.</summary>
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>After, nothing is done. Null: whenever.</summary>
    public DateTimeOffset? ClosesAt { get; init; }

    public required string Reason { get; init; }

    /// <summary>Draft, Running, Stopped, Done, Discarded.</summary>
    public string Status { get; init; } = Draft;

    /// <summary>Raised with each edit. Who agreed, agreed to one version.</summary>
    public int Version { get; init; } = 1;

    public required string MadeBy { get; init; }
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Who gave it the form it has: who made it, or edited it last.</summary>
    public required string ShapedBy { get; init; }

    /// <summary>The account of who did. Null: nobody signs in at that console.</summary>
    public Guid? ShapedByAccount { get; init; }

    public required DateTimeOffset ShapedAt { get; init; }

    /// <summary>When a dry run was last asked for. Null: never.</summary>
    public DateTimeOffset? ForeseeWishedAt { get; init; }

    /// <summary>When the last dry run was finished. Null: none was, or one is under way.</summary>
    public DateTimeOffset? ForeseenAt { get; init; }

    public string? ApprovedBy { get; init; }
    public Guid? ApprovedByAccount { get; init; }
    public int? ApprovedVersion { get; init; }

    /// <summary>When the approval lapses.</summary>
    public DateTimeOffset? ApprovedUntil { get; init; }

    public string? StartedBy { get; init; }

    /// <summary>The account of who did: what the hub does to the rows stands in the ledger under it. Null: nobody signs in at that console.</summary>
    public Guid? StartedByAccount { get; init; }

    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? NextAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? EndedWhy { get; init; }

    /// <summary>Takes two people.</summary>
    public bool Irreversible => Deed is RepairDeed.SetAside or RepairDeed.DecideWithout;

    /// <summary>Somebody agreed to this version, and the agreement has not lapsed.</summary>
    public bool ApprovedAt(DateTimeOffset now) => ApprovedVersion == Version && ApprovedUntil > now;

    /// <summary>Waves: 1, 5, 25, the rest. Positions and waves count from 1.</summary>
    public static int WaveOf(int position) => position switch { 1 => 1, <= 6 => 2, <= 31 => 3, _ => 4 };

    /// <summary>See <see cref="ItemsHash"/>.</summary>
    public static string HashOf(IEnumerable<string> ids) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(ids.Order(StringComparer.Ordinal).Select(i => i + "\n")))));
}

/// <summary>One row of a plan, and what became of it.</summary>
public sealed record RepairItem
{
    /// <summary>Its turn has not come.</summary>
    public const string Waiting = "Waiting";

    /// <summary>It was done, and nobody knows yet whether it worked.</summary>
    public const string Sent = "Sent";

    /// <summary>It worked.</summary>
    public const string Processed = "Processed";

    /// <summary>It did not work; <see cref="Outcome"/> says why.</summary>
    public const string FailedAgain = "FailedAgain";

    /// <summary>Whether it worked could not be found out in time. It may still become <see cref="Processed"/> or <see cref="FailedAgain"/>.</summary>
    public const string Unknown = "Unknown";

    /// <summary>It was dealt with otherwise before its turn came: nothing was done.</summary>
    public const string Untouched = "Untouched";

    public required Guid PlanId { get; init; }

    /// <summary>From 1.</summary>
    public required int Position { get; init; }

    public required int Wave { get; init; }

    /// <summary>The message in quarantine.</summary>
    public Guid? QuarantineId { get; init; }

    /// <summary>The row of the journal, or of the outbox.</summary>
    public long? RowNo { get; init; }

    public string Status { get; init; } = Waiting;

    /// <summary>WouldWork, WouldFail, Nothing. Null: no dry run has come to it.</summary>
    public string? Foreseen { get; init; }

    public string? ForeseenWhy { get; init; }
    public DateTimeOffset? ForeseenAt { get; init; }
    public DateTimeOffset? TriedAt { get; init; }
    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>What happened, in words, without personal data.</summary>
    public string? Outcome { get; init; }

    /// <summary>Its id in the list of the plan.</summary>
    public string Id => QuarantineId?.ToString("D") ?? RowNo!.Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a dry run says of an item.</summary>
public static class Foresight
{
    public const string WouldWork = "WouldWork";
    public const string WouldFail = "WouldFail";
    public const string Nothing = "Nothing";
}

/// <summary>How many items of a wave stand how.</summary>
public sealed record RepairCount
{
    public required Guid PlanId { get; init; }
    public required int Wave { get; init; }
    public required string Status { get; init; }
    public required int Items { get; init; }
}

/// <summary>Where the outcome of an item is seen.</summary>
public enum SentKind
{
    /// <summary>At a message in quarantine.</summary>
    Messages,

    /// <summary>At a row of the journal or of the outbox.</summary>
    Rows,
}

/// <summary>What the rows say about an item that was done.</summary>
public sealed record SentItem
{
    public required Guid PlanId { get; init; }
    public required int Position { get; init; }
    public required RepairDeed Deed { get; init; }
    public required string Status { get; init; }
    public required DateTimeOffset TriedAt { get; init; }
    public long? RowNo { get; init; }

    /// <summary>The message's status, code, reason, outcome.</summary>
    public string? MessageStatus { get; init; }

    public string? Code { get; init; }
    public string? Why { get; init; }
    public string? MessageOutcome { get; init; }

    /// <summary>The journal's row of the act, the message's own or the one that is dispatched.</summary>
    public long? JournalId { get; init; }

    public Guid? RequestId { get; init; }

    /// <summary>How the act was decided. Null: it was not.</summary>
    public string? Decided { get; init; }

    public string? RefusalCode { get; init; }
    public DateTimeOffset? ParkedAt { get; init; }

    /// <summary>The same bytes in quarantine once more.</summary>
    public int Again { get; init; }

    /// <summary>When the notice is tried next. Null: it has left the outbox.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    public string? LastError { get; init; }
}

/// <summary>
/// Repair plans. What a person does to a plan stands in the ledger, in the same transaction; what the hub does to a row and the note that it was done are one transaction as well, so a row is done once
/// however often a hub dies on it.
/// </summary>
public sealed class RepairPlans(Database database)
{
    const string TwoPeople = $"('{nameof(RepairDeed.SetAside)}', '{nameof(RepairDeed.DecideWithout)}')";

    // The whole rule of the second person in one place: whatever lets a plan go on says it. An agreement that has lapsed is none.
    const string MayGoOn = $"""
        (deed NOT IN {TwoPeople} OR (approved_version = version AND approved_by_account IS NOT NULL AND shaped_by_account IS NOT NULL AND approved_by_account <> shaped_by_account AND approved_until > @at))
        """;

    const string PlanColumns = """
        plan_id, deed, chosen, items, items_hash, cut_off, per_minute, stop_percent, opens_at, closes_at, reason, status, version, made_by, made_at, shaped_by, shaped_by_account, shaped_at,
        foresee_wished_at, foreseen_at, approved_by, approved_by_account, approved_version, approved_until, started_by, started_by_account, started_at, next_at, ended_at, ended_why
        """;

    const string ItemColumns = "plan_id, position, wave, quarantine_id, row_no, status, foreseen, foreseen_why, foreseen_at, tried_at, settled_at, outcome";

    static readonly RowShape<RepairItem> NewItems = new RowShape<RepairItem>()
        .Id("plan_id", i => i.PlanId)
        .Number("position", i => i.Position)
        .Number("wave", i => i.Wave)
        .Id("quarantine_id", i => i.QuarantineId)
        .Number("row_no", i => i.RowNo)
        .Text("status", i => i.Status);

    static readonly RowShape<RepairItem> Foresights = new RowShape<RepairItem>()
        .Id("plan_id", i => i.PlanId)
        .Number("position", i => i.Position)
        .Text("foreseen", i => i.Foreseen)
        .LongText("foreseen_why", i => i.ForeseenWhy)
        .Instant("foreseen_at", i => i.ForeseenAt);

    static readonly RowShape<RepairItem> Settlements = new RowShape<RepairItem>()
        .Id("plan_id", i => i.PlanId)
        .Number("position", i => i.Position)
        .Text("status", i => i.Status)
        .LongText("outcome", i => i.Outcome)
        .Instant("settled_at", i => i.SettledAt);

    static readonly Statement ChooseQuarantined = new(d => $"""
        SELECT quarantine_id FROM quarantine
        WHERE status = '{Quarantine.Waiting}' AND (@state = '' OR state = @state) AND (@source = '' OR (source = @source AND code = @code AND place = @place)) AND at <= @cutOff
        ORDER BY at, quarantine_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement ChooseUndecided = new(d => $"""
        SELECT u.journal_id FROM undecided AS u JOIN journal AS j ON j.journal_id = u.journal_id
        WHERE u.parked_at IS NULL AND (@state = '' OR j.sender_state = @state) AND u.received_at <= @cutOff
        ORDER BY u.journal_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement ChooseParked = new(d => $"""
        SELECT u.journal_id FROM undecided AS u JOIN journal AS j ON j.journal_id = u.journal_id
        WHERE u.parked_at IS NOT NULL AND (@state = '' OR j.sender_state = @state) AND u.received_at <= @cutOff
        ORDER BY u.journal_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement ChooseOutbox = new(d => $"""
        SELECT outbox_no FROM outbox WHERE attempts > 0 AND (@state = '' OR state = @state) AND created_at <= @cutOff ORDER BY outbox_no {d.FirstRows("@atMost")}
        """);

    static readonly Statement InsertPlan = new(_ => $"""
        INSERT INTO repair_plans (plan_id, deed, chosen, items, items_hash, cut_off, per_minute, stop_percent, opens_at, closes_at, reason, status, version, made_by, made_at, shaped_by, shaped_by_account, shaped_at)
        VALUES (@PlanId, @Deed, @Chosen, @Items, @ItemsHash, @CutOff, @PerMinute, @StopPercent, @OpensAt, @ClosesAt, @Reason, '{RepairPlan.Draft}', 1, @MadeBy, @MadeAt, @ShapedBy, @ShapedByAccount, @ShapedAt)
        """);

    static readonly Statement InsertItems = new(d => $"INSERT INTO repair_items ({NewItems.Names()}) SELECT {NewItems.Names("r")} FROM {d.Rows(NewItems)}");

    static readonly Statement SelectOne = new(_ => $"SELECT {PlanColumns} FROM repair_plans WHERE plan_id = @planId");
    static readonly Statement SelectPage = new(d => $"""
        SELECT {PlanColumns} FROM repair_plans
        WHERE (@status = '' OR status = @status) AND (@deed = '' OR deed = @deed) AND made_at <= @at AND (made_at < @at OR plan_id < @id)
        ORDER BY made_at DESC, plan_id DESC {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectOpen = new(d => $"""
        SELECT {PlanColumns} FROM repair_plans
        WHERE status <> '{RepairPlan.Done}' AND status <> '{RepairPlan.Discarded}' AND (status = '{RepairPlan.Running}' OR (foresee_wished_at IS NOT NULL AND foreseen_at IS NULL))
        ORDER BY made_at, plan_id {d.FirstRows("@atMost")}
        """);

    // Foreseen, so that there is something to agree to; nobody has, or what was agreed to was edited or has lapsed.
    static readonly Statement SelectWithoutSecond = new(d => $"""
        SELECT {PlanColumns} FROM repair_plans
        WHERE status IN ('{RepairPlan.Draft}', '{RepairPlan.Stopped}') AND deed IN {TwoPeople} AND foreseen_at IS NOT NULL
          AND (approved_version IS NULL OR approved_version <> version OR approved_until <= @now)
        ORDER BY shaped_at, plan_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectConcerned = new(_ => $"""
        SELECT DISTINCT COALESCE(q.request_id, j.request_id) FROM repair_items AS i
        LEFT JOIN quarantine AS q ON q.quarantine_id = i.quarantine_id LEFT JOIN journal AS j ON j.journal_id = i.row_no
        WHERE i.plan_id = @planId AND i.status = '{RepairItem.Waiting}' AND COALESCE(q.request_id, j.request_id) IS NOT NULL
        """);

    static readonly Statement SelectItems = new(d => $"SELECT {ItemColumns} FROM repair_items WHERE plan_id = @planId AND position > @after ORDER BY position {d.FirstRows("@atMost")}");

    static readonly Statement SelectIds = new(_ => "SELECT plan_id, position, wave, quarantine_id, row_no FROM repair_items WHERE plan_id = @planId");

    static readonly Statement SelectCounts = new(_ => "SELECT plan_id, wave, status, COUNT(*) AS items FROM repair_items WHERE plan_id = @planId GROUP BY plan_id, wave, status ORDER BY wave, status");

    static readonly Statement SelectForeseen = new(_ => "SELECT plan_id, 0 AS wave, COALESCE(foreseen, '') AS status, COUNT(*) AS items FROM repair_items WHERE plan_id = @planId GROUP BY plan_id, COALESCE(foreseen, '')");

    static readonly Statement SelectNext = new(d => $"""
        SELECT {ItemColumns} FROM repair_items WHERE plan_id = @planId AND status = '{RepairItem.Waiting}' ORDER BY position {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectToForesee = new(d => $"""
        SELECT {ItemColumns} FROM repair_items WHERE plan_id = @planId AND (foreseen_at IS NULL OR foreseen_at < @since) ORDER BY position {d.FirstRows("@atMost")}
        """);

    static Statement Held(string what, string deed) => new(_ => $"""
        SELECT i.position, p.plan_id, p.status FROM repair_items AS i
        JOIN repair_items AS o ON o.{what} = i.{what} AND o.plan_id <> i.plan_id AND o.status = '{RepairItem.Waiting}'
        JOIN repair_plans AS p ON p.plan_id = o.plan_id AND p.status NOT IN ('{RepairPlan.Done}', '{RepairPlan.Discarded}') AND p.deed {deed}
        WHERE i.plan_id = @planId AND i.status = '{RepairItem.Waiting}' ORDER BY i.position, p.made_at, p.plan_id
        """);

    static readonly Statement HeldMessages = Held("quarantine_id", $"IN ('{nameof(RepairDeed.Retry)}', '{nameof(RepairDeed.SetAside)}')");
    static readonly Statement HeldNotices = Held("row_no", $"= '{nameof(RepairDeed.Deliver)}'");
    static readonly Statement HeldActs = Held("row_no", $"IN ('{nameof(RepairDeed.Dispatch)}', '{nameof(RepairDeed.DecideWithout)}')");

    // An edited plan is another plan: nobody has tried it or agreed to it, and it does not run on.
    static readonly Statement Edit = new(_ => $"""
        UPDATE repair_plans SET per_minute = @perMinute, stop_percent = @stopPercent, opens_at = @opensAt, closes_at = @closesAt, reason = @reason, version = version + 1,
          shaped_by = @by, shaped_by_account = @account, shaped_at = @at, foresee_wished_at = NULL, foreseen_at = NULL,
          approved_by = NULL, approved_by_account = NULL, approved_version = NULL, approved_until = NULL
        WHERE plan_id = @planId AND version = @version AND status IN ('{RepairPlan.Draft}', '{RepairPlan.Stopped}')
        """);

    static readonly Statement WishForesight = new(_ => $"""
        UPDATE repair_plans SET foresee_wished_at = @at, foreseen_at = NULL WHERE plan_id = @planId AND status IN ('{RepairPlan.Draft}', '{RepairPlan.Stopped}')
        """);

    static readonly Statement Approve = new(_ => $"""
        UPDATE repair_plans SET approved_by = @by, approved_by_account = @account, approved_version = version, approved_until = @until
        WHERE plan_id = @planId AND version = @version AND deed IN {TwoPeople} AND status IN ('{RepairPlan.Draft}', '{RepairPlan.Stopped}') AND foreseen_at IS NOT NULL AND shaped_by_account <> @account
        """);

    static readonly Statement TakeBack = new(_ => $"""
        UPDATE repair_plans SET approved_by = NULL, approved_by_account = NULL, approved_version = NULL, approved_until = NULL
        WHERE plan_id = @planId AND approved_by_account = @account AND status IN ('{RepairPlan.Draft}', '{RepairPlan.Stopped}', '{RepairPlan.Running}')
        """);

    static readonly Statement Drop = new(_ => $"""
        UPDATE repair_plans SET status = '{RepairPlan.Discarded}', ended_at = @at, ended_why = @why WHERE plan_id = @planId AND version = @version AND status IN ('{RepairPlan.Draft}', '{RepairPlan.Stopped}')
        """);

    // What an account agreed to counts as long as it is open and an approver's: the store of accounts asks for it in the transaction that ends either.
    internal static readonly Statement TakeBackAllOf = new(_ => $"""
        UPDATE repair_plans SET approved_by = NULL, approved_by_account = NULL, approved_version = NULL, approved_until = NULL
        WHERE approved_by_account = @account AND status IN ('{RepairPlan.Draft}', '{RepairPlan.Stopped}', '{RepairPlan.Running}')
        """);

    static readonly Statement Start = new(_ => $"""
        UPDATE repair_plans SET status = '{RepairPlan.Running}', started_by = @by, started_by_account = @account, started_at = @at, next_at = @at, ended_at = NULL, ended_why = NULL
        WHERE plan_id = @planId AND version = @version AND items = @count AND status IN ('{RepairPlan.Draft}', '{RepairPlan.Stopped}') AND foreseen_at IS NOT NULL AND foreseen_at >= @foreseenSince
          AND {MayGoOn}
        """);

    static readonly Statement End = new(_ => $"UPDATE repair_plans SET status = @status, ended_at = @at, ended_why = @why WHERE plan_id = @planId AND status = '{RepairPlan.Running}'");

    static readonly Statement SetForeseen = new(d => $"""
        UPDATE repair_items SET foreseen = r.foreseen, foreseen_why = r.foreseen_why, foreseen_at = r.foreseen_at
        FROM {d.Rows(Foresights)} WHERE repair_items.plan_id = r.plan_id AND repair_items.position = r.position
        """);

    static readonly Statement ForeseenAll = new(_ => """
        UPDATE repair_plans SET foreseen_at = @at WHERE plan_id = @planId AND foresee_wished_at = @wished AND foreseen_at IS NULL
        """);

    static readonly Statement Step = new(_ => $"""
        UPDATE repair_plans SET next_at = @next WHERE plan_id = @planId AND version = @version AND status = '{RepairPlan.Running}' AND {MayGoOn}
        """);

    static readonly Statement TakeItem = new(_ => $"""
        UPDATE repair_items SET status = @status, outcome = @outcome, tried_at = @at, settled_at = @settledAt WHERE plan_id = @planId AND position = @position AND status = '{RepairItem.Waiting}'
        """);

    static readonly Statement StillUndecided = new(_ => "SELECT COUNT(*) FROM undecided WHERE journal_id = @rowNo AND ((@parked = 1 AND parked_at IS NOT NULL) OR (@parked = 0 AND parked_at IS NULL))");
    static readonly Statement DeliverNow = new(_ => "UPDATE outbox SET next_try_at = @at WHERE outbox_no = @rowNo AND next_try_at > @at");
    static readonly Statement StillInOutbox = new(_ => "SELECT COUNT(*) FROM outbox WHERE outbox_no = @rowNo");

    // The next ones in the order of the rows, so that whoever asks again and again comes to all of them, however many there are.
    const string ItemsAfter = $"i.status = @status AND i.status IN ('{RepairItem.Sent}', '{RepairItem.Unknown}') AND i.tried_at > @since AND (i.plan_id > @planId OR (i.plan_id = @planId AND i.position > @position))";

    static readonly Statement SelectSentMessages = new(d => $"""
        SELECT i.plan_id, i.position, p.deed, i.status, i.tried_at, i.row_no, q.status AS message_status, q.code, q.reason AS why, q.resolved_outcome AS message_outcome, q.journal_id, q.request_id,
          x.outcome AS decided, x.refusal_code, u.parked_at,
          (SELECT COUNT(*) FROM quarantine AS a WHERE a.state = q.state AND a.digest = q.digest AND a.status <> '{Quarantine.Resolved}' AND a.quarantine_id <> q.quarantine_id) AS again
        FROM repair_items AS i
        JOIN repair_plans AS p ON p.plan_id = i.plan_id
        JOIN quarantine AS q ON q.quarantine_id = i.quarantine_id
        LEFT JOIN decisions AS x ON x.journal_id = q.journal_id
        LEFT JOIN undecided AS u ON u.journal_id = q.journal_id
        WHERE {ItemsAfter}
        ORDER BY i.plan_id, i.position {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectSentRows = new(d => $"""
        SELECT i.plan_id, i.position, p.deed, i.status, i.tried_at, i.row_no, j.journal_id, j.request_id, x.outcome AS decided, x.refusal_code, u.parked_at, o.next_try_at, o.last_error
        FROM repair_items AS i
        JOIN repair_plans AS p ON p.plan_id = i.plan_id
        LEFT JOIN journal AS j ON j.journal_id = i.row_no AND p.deed <> '{nameof(RepairDeed.Deliver)}'
        LEFT JOIN decisions AS x ON x.journal_id = j.journal_id
        LEFT JOIN undecided AS u ON u.journal_id = j.journal_id
        LEFT JOIN outbox AS o ON o.outbox_no = i.row_no AND p.deed = '{nameof(RepairDeed.Deliver)}'
        WHERE i.row_no IS NOT NULL AND {ItemsAfter}
        ORDER BY i.plan_id, i.position {d.FirstRows("@atMost")}
        """);

    static readonly Statement Settle = new(d => $"""
        UPDATE repair_items SET status = r.status, outcome = r.outcome, settled_at = r.settled_at
        FROM {d.Rows(Settlements)} WHERE repair_items.plan_id = r.plan_id AND repair_items.position = r.position AND repair_items.status IN ('{RepairItem.Sent}', '{RepairItem.Unknown}')
        """);

    static readonly Statement SelectJournal = new(_ => """
        SELECT j.journal_id, j.request_id, j.sender_state, j.act_type, u.parked_at, x.outcome AS decided
        FROM journal AS j LEFT JOIN undecided AS u ON u.journal_id = j.journal_id LEFT JOIN decisions AS x ON x.journal_id = j.journal_id WHERE j.journal_id = @rowNo
        """);

    static readonly Statement SelectOutbox = new(_ => "SELECT state FROM outbox WHERE outbox_no = @rowNo");

    /// <summary>A row that waits in another plan as well.</summary>
    public sealed record HeldRow
    {
        public required int Position { get; init; }

        /// <summary>The other plan.</summary>
        public required Guid PlanId { get; init; }

        /// <summary>How that one stands.</summary>
        public required string Status { get; init; }
    }

    /// <summary>A journal row as a plan looks at it.</summary>
    public sealed record JournalLook
    {
        public required long JournalId { get; init; }
        public required Guid RequestId { get; init; }
        public required string SenderState { get; init; }
        public required string ActType { get; init; }
        public DateTimeOffset? ParkedAt { get; init; }
        public string? Decided { get; init; }
    }

    /// <summary>Makes a plan over what now fits. Whatever comes after is not in it.</summary>
    /// <param name="plan">Its deed, pace, window, reason and makers; list, count, hash and cut-off are set here.</param>
    /// <param name="state">Only rows of this state. Null: of any.</param>
    /// <param name="fault">Only messages of this fingerprint. Null: any.</param>
    /// <param name="only">Only these ids. Null: all that fit.</param>
    /// <param name="cancellationToken"/>
    /// <param name="named">Only these ids, and each of them must fit. Null: none is named.</param>
    /// <returns>Null: nothing fits, or more than <see cref="RepairPlan.MostItems"/>; the count says which; or some of the ids that were named do not fit, which are given.</returns>
    public async Task<(RepairPlan? Plan, int Found, IReadOnlyList<string> Missing)> Make(
        RepairPlan plan, string? state, (string Source, string Code, string Place)? fault, IReadOnlySet<string>? only, CancellationToken cancellationToken, IReadOnlySet<string>? named = null)
    {
        await using var unit = await database.Begin(cancellationToken);
        var cutOff = database.Time.GetUtcNow();
        // Where ids are given they may stand anywhere among what waits, however much that is.
        var choice = new { state = state ?? "", source = fault?.Source ?? "", code = fault?.Code ?? "", place = fault?.Place ?? "", cutOff, atMost = only is null && named is null ? RepairPlan.MostItems + 1 : int.MaxValue };
        List<RepairItem> items = plan.Deed switch
        {
            RepairDeed.Retry or RepairDeed.SetAside => [.. (await unit.Query<Guid>(ChooseQuarantined, choice, cancellationToken)).Select(id => Item(plan.PlanId) with { QuarantineId = id })],
            _ => [.. (await unit.Query<long>(plan.Deed switch { RepairDeed.Dispatch => ChooseUndecided, RepairDeed.DecideWithout => ChooseParked, _ => ChooseOutbox }, choice, cancellationToken)).Select(no => Item(plan.PlanId) with { RowNo = no })],
        };
        if (only is not null)
            items.RemoveAll(i => !only.Contains(i.Id));
        if (named is not null)
        {
            items.RemoveAll(i => !named.Contains(i.Id));
            if (items.Count < named.Count)
                return (null, items.Count, [.. named.Except(items.Select(i => i.Id)).Order(StringComparer.Ordinal)]);
        }
        if (items.Count is 0 or > RepairPlan.MostItems)
            return (null, items.Count, []);
        items = [.. items.Select((item, i) => item with { Position = i + 1, Wave = RepairPlan.WaveOf(i + 1) })];
        plan = plan with { Items = items.Count, ItemsHash = RepairPlan.HashOf(items.Select(i => i.Id)), CutOff = cutOff, MadeAt = cutOff, ShapedAt = cutOff };
        await unit.Execute(
            InsertPlan,
            new
            {
                plan.PlanId,
                Deed = plan.Deed.ToString(),
                plan.Chosen,
                plan.Items,
                plan.ItemsHash,
                plan.CutOff,
                plan.PerMinute,
                plan.StopPercent,
                plan.OpensAt,
                plan.ClosesAt,
                plan.Reason,
                plan.MadeBy,
                plan.MadeAt,
                plan.ShapedBy,
                plan.ShapedByAccount,
                plan.ShapedAt,
            },
            cancellationToken);
        await new Batch().Add(InsertItems, NewItems.Of(items)).Execute(unit, cancellationToken);
        await Record(unit, "RepairPlanMade", plan.MadeBy, plan.ShapedByAccount, new { plan.PlanId, deed = plan.Deed.ToString(), plan.Items, plan.ItemsHash, plan.Chosen, plan.Reason }, cancellationToken);
        await unit.Commit(cancellationToken);
        return (plan, items.Count, []);
    }

    public Task<RepairPlan?> Get(Guid planId, CancellationToken cancellationToken) => database.One<RepairPlan>(SelectOne, new { planId }, cancellationToken);

    /// <summary>Last first.</summary>
    public Task<IReadOnlyList<RepairPlan>> Page(int atMost, CancellationToken cancellationToken, string? status = null, RepairDeed? deed = null, PageMark? after = null) => database.Query<RepairPlan>(
        SelectPage, new { status = status ?? "", deed = deed?.ToString() ?? "", at = after?.At ?? Instants.Never, id = after?.RequestId ?? Guid.AllBitsSet, atMost }, cancellationToken);

    /// <summary>Items by position, behind the one given.</summary>
    public Task<IReadOnlyList<RepairItem>> Items(Guid planId, int after, int atMost, CancellationToken cancellationToken) =>
        database.Query<RepairItem>(SelectItems, new { planId, after, atMost }, cancellationToken);

    /// <summary>Whether its rows are those its hash was made of, at the positions they had. False: somebody has changed the database past the hub.</summary>
    public async Task<bool> Holds(RepairPlan plan, CancellationToken cancellationToken)
    {
        var items = await database.Query<RepairItem>(SelectIds, new { planId = plan.PlanId }, cancellationToken);
        return items.Count == plan.Items && RepairPlan.HashOf(items.Select(i => i.Id)) == plan.ItemsHash && items.All(i => i.Wave == RepairPlan.WaveOf(i.Position));
    }

    /// <summary>How its items stand, by wave.</summary>
    public Task<IReadOnlyList<RepairCount>> Counts(Guid planId, CancellationToken cancellationToken) => database.Query<RepairCount>(SelectCounts, new { planId }, cancellationToken);

    /// <summary>What the dry run says, in sum; without a word: nothing yet.</summary>
    public Task<IReadOnlyList<RepairCount>> Foreseen(Guid planId, CancellationToken cancellationToken) => database.Query<RepairCount>(SelectForeseen, new { planId }, cancellationToken);

    /// <summary>Changes pace, window and reason, never the list. Whoever had agreed has not agreed to this. False: somebody was first, or it runs.</summary>
    public Task<bool> Reshape(RepairPlan plan, string by, Guid? account, CancellationToken cancellationToken) =>
        Do(Edit, "RepairPlanEdited", by, account, new { planId = plan.PlanId, reason = plan.Reason, version = plan.Version + 1 },
            new
            {
                planId = plan.PlanId,
                version = plan.Version,
                perMinute = plan.PerMinute,
                stopPercent = plan.StopPercent,
                opensAt = plan.OpensAt,
                closesAt = plan.ClosesAt,
                reason = plan.Reason,
                by,
                account,
                at = database.Time.GetUtcNow(),
            },
            cancellationToken);

    /// <summary>Asks the hub what each item would do now, without effect. False: it runs, or is done.</summary>
    public Task<bool> Foresee(Guid planId, string by, CancellationToken cancellationToken, Guid? account = null) =>
        Do(WishForesight, "RepairPlanDryRunAsked", by, account, new { planId }, new { planId, at = database.Time.GetUtcNow() }, cancellationToken);

    /// <summary>A second person agrees to this version. False: it was edited, it runs, it needs nobody's, or the same person gave it its form.</summary>
    public async Task<bool> AgreeTo(Guid planId, int version, Guid account, string by, DateTimeOffset until, CancellationToken cancellationToken) =>
        // The hash never changes: it may be read before.
        await Get(planId, cancellationToken) is { } plan
        && await Do(Approve, "RepairPlanApproved", by, account, new { planId, version, itemsHash = plan.ItemsHash, items = plan.Items }, new { planId, version, account, by, until }, cancellationToken);

    /// <summary>Whoever agreed takes it back: what was not begun stays undone. False: this account has not agreed, or the plan has ended.</summary>
    public Task<bool> TakeBackAgreement(Guid planId, Guid account, string by, string why, CancellationToken cancellationToken) =>
        Do(TakeBack, "RepairPlanApprovalTakenBack", by, account, new { planId, reason = why }, new { planId, account }, cancellationToken);

    /// <summary>A second person refuses: it never runs. False: it was edited, it runs, or it has ended.</summary>
    public Task<bool> Refuse(Guid planId, int version, Guid account, string by, string why, CancellationToken cancellationToken) =>
        Do(Drop, "RepairPlanRefused", by, account, new { planId, version, reason = why }, new { planId, version, why, at = database.Time.GetUtcNow() }, cancellationToken);

    /// <summary>It is thrown away before it runs, or instead of running on. False: it was edited, it runs, or it has ended.</summary>
    public Task<bool> Discard(Guid planId, int version, string by, Guid? account, string why, CancellationToken cancellationToken) =>
        Do(Drop, "RepairPlanDiscarded", by, account, new { planId, version, reason = why }, new { planId, version, why, at = database.Time.GetUtcNow() }, cancellationToken);

    /// <summary>Lets it run. False: it was edited, the count is another, no dry run is new enough, or nobody has agreed.</summary>
    public Task<bool> Run(Guid planId, int version, int count, DateTimeOffset foreseenSince, string by, CancellationToken cancellationToken, Guid? account = null) =>
        Do(Start, "RepairPlanStarted", by, account, new { planId, version }, new { planId, version, count, foreseenSince, by, account, at = database.Time.GetUtcNow() }, cancellationToken);

    /// <summary>Stops it: what was not begun stays undone. False: it does not run.</summary>
    public Task<bool> Stop(Guid planId, string by, string why, CancellationToken cancellationToken, Guid? account = null) =>
        Do(End, "RepairPlanStopped", by, account, new { planId, reason = why }, new { planId, status = RepairPlan.Stopped, why, at = database.Time.GetUtcNow() }, cancellationToken);

    /// <summary>Every item has its outcome.</summary>
    public Task<bool> Finish(Guid planId, CancellationToken cancellationToken) =>
        Do(End, "RepairPlanDone", "hub", null, new { planId }, new { planId, status = RepairPlan.Done, why = (string?)null, at = database.Time.GetUtcNow() }, cancellationToken);

    /// <summary>Plans that the hub has something to do for: they run, or a dry run is wished for.</summary>
    public Task<IReadOnlyList<RepairPlan>> Open(int atMost, CancellationToken cancellationToken) => database.Query<RepairPlan>(SelectOpen, new { atMost }, cancellationToken);

    /// <summary>Plans that wait for a second person: they have been foreseen, and nobody else has agreed to them as they are now. The longest waiting first.</summary>
    public Task<IReadOnlyList<RepairPlan>> WaitingForSecond(DateTimeOffset now, int atMost, CancellationToken cancellationToken) => database.Query<RepairPlan>(SelectWithoutSecond, new { now, atMost }, cancellationToken);

    /// <summary>The requests that the rows of a plan still to be done are about.</summary>
    public Task<IReadOnlyList<Guid>> Concerned(Guid planId, CancellationToken cancellationToken) => database.Query<Guid>(SelectConcerned, new { planId }, cancellationToken);

    /// <summary>Items whose turn it is, by position.</summary>
    public Task<IReadOnlyList<RepairItem>> Next(Guid planId, int atMost, CancellationToken cancellationToken) => database.Query<RepairItem>(SelectNext, new { planId, atMost }, cancellationToken);

    /// <summary>Items a dry run has not come to.</summary>
    public Task<IReadOnlyList<RepairItem>> ToForesee(RepairPlan plan, int atMost, CancellationToken cancellationToken) =>
        database.Query<RepairItem>(SelectToForesee, new { planId = plan.PlanId, since = plan.ForeseeWishedAt, atMost }, cancellationToken);

    /// <summary>Notes what would happen.</summary>
    public async Task Note(IReadOnlyList<RepairItem> foreseen, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        await new Batch().Add(SetForeseen, Foresights.Of(foreseen)).Execute(unit, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>The dry run that was wished for then has come to every item.</summary>
    public Task NoteAll(RepairPlan plan, CancellationToken cancellationToken) =>
        database.Execute(ForeseenAll, new { planId = plan.PlanId, wished = plan.ForeseeWishedAt, at = database.Time.GetUtcNow() }, cancellationToken);

    /// <summary>The journal's row of an item. Null: this database has none.</summary>
    public Task<JournalLook?> Journal(long rowNo, CancellationToken cancellationToken) => database.One<JournalLook>(SelectJournal, new { rowNo }, cancellationToken);

    /// <summary>Rows of a plan that wait in another plan as well, which is not done yet.</summary>
    public Task<IReadOnlyList<HeldRow>> AlsoHeld(RepairPlan plan, CancellationToken cancellationToken) => database.Query<HeldRow>(
        plan.Deed switch { RepairDeed.Retry or RepairDeed.SetAside => HeldMessages, RepairDeed.Deliver => HeldNotices, _ => HeldActs }, new { planId = plan.PlanId }, cancellationToken);

    /// <summary>The state a notice waits for. Null: it has left.</summary>
    public Task<string?> Outbox(long rowNo, CancellationToken cancellationToken) => database.One<string>(SelectOutbox, new { rowNo }, cancellationToken);

    /// <summary>
    /// Does one item: the row changes, the ledger says so and the item is noted as done, or none of it. Where the deed needs a message to the core, the caller sends it afterwards; sent twice it has one
    /// effect, for the core looks at the row.
    /// </summary>
    /// <returns>The item as it stands now. Null: the plan does not run any more, its agreement has lapsed, or another hub did the item.</returns>
    public async Task<RepairItem?> Do(RepairPlan plan, RepairItem item, DateTimeOffset next, Action? beforeCommit, CancellationToken cancellationToken)
    {
        var at = database.Time.GetUtcNow();
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.Execute(Step, new { planId = plan.PlanId, version = plan.Version, next, at }, cancellationToken) == 0)
            return null;
        var done = plan.Deed switch
        {
            RepairDeed.Retry => await unit.Execute(Quarantine.WishRetry, new { quarantineId = item.QuarantineId, by = plan.StartedBy, at }, cancellationToken) > 0,
            RepairDeed.SetAside => await unit.Execute(Quarantine.CloseWaiting, new { quarantineId = item.QuarantineId, by = plan.StartedBy, reason = plan.Reason, outcome = "SetAside", at }, cancellationToken) > 0,
            RepairDeed.Deliver => await unit.Execute(DeliverNow, new { rowNo = item.RowNo, at }, cancellationToken) > 0 || await unit.One<int>(StillInOutbox, new { rowNo = item.RowNo }, cancellationToken) > 0,
            _ => await unit.One<int>(StillUndecided, new { rowNo = item.RowNo, parked = plan.Deed == RepairDeed.DecideWithout ? 1 : 0 }, cancellationToken) > 0,
        };
        // Set aside is set aside; everything else shows only later whether it worked.
        var after = item with
        {
            TriedAt = at,
            Status = !done ? RepairItem.Untouched : plan.Deed == RepairDeed.SetAside ? RepairItem.Processed : RepairItem.Sent,
            Outcome = !done ? "It was dealt with otherwise before its turn came; nothing was done." : plan.Deed == RepairDeed.SetAside ? "Set aside for good." : null,
            SettledAt = !done || plan.Deed == RepairDeed.SetAside ? at : null,
        };
        if (await unit.Execute(TakeItem, new { planId = plan.PlanId, position = item.Position, status = after.Status, outcome = after.Outcome, at, settledAt = after.SettledAt }, cancellationToken) == 0)
            return null;
        if (done)
            await Record(
                unit, plan.Deed switch { RepairDeed.Retry => "QuarantineRetryRequested", RepairDeed.SetAside => "QuarantineResolved", _ => "RepairTried" }, plan.StartedBy!, plan.StartedByAccount,
                new { plan.PlanId, item.QuarantineId, item.RowNo, deed = plan.Deed.ToString(), plan.Reason, plan.ApprovedBy }, cancellationToken);
        beforeCommit?.Invoke();
        await unit.Commit(cancellationToken);
        return after;
    }

    /// <summary>Items that were done and whose outcome is not known, with what the rows say now. Those of which nothing was heard for a week are left as they are.</summary>
    /// <param name="status">Sent, or Unknown.</param>
    /// <param name="kind">Messages in quarantine, or rows.</param>
    /// <param name="after">Only those behind this one. Null: from the first.</param>
    /// <param name="atMost">Most of them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<IReadOnlyList<SentItem>> Sent(string status, SentKind kind, SentItem? after, int atMost, CancellationToken cancellationToken) => database.Query<SentItem>(
        kind == SentKind.Messages ? SelectSentMessages : SelectSentRows,
        new { status, since = database.Time.GetUtcNow().AddDays(-7), planId = after?.PlanId ?? Guid.Empty, position = after?.Position ?? 0, atMost }, cancellationToken);

    /// <summary>Notes outcomes.</summary>
    public async Task NoteOutcomes(IReadOnlyList<RepairItem> items, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        await new Batch().Add(Settle, Settlements.Of(items)).Execute(unit, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    static RepairItem Item(Guid planId) => new() { PlanId = planId, Position = 0, Wave = 0 };

    async Task<bool> Do(Statement statement, string kind, string by, Guid? account, object content, object parameters, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.Execute(statement, parameters, cancellationToken) == 0)
            return false;
        await Record(unit, kind, by, account, content, cancellationToken);
        await unit.Commit(cancellationToken);
        return true;
    }

    Task Record(Unit unit, string kind, string by, Guid? account, object content, CancellationToken cancellationToken) =>
        Ledger.Record(unit, [new LedgerLeaf { At = database.Time.GetUtcNow(), Kind = kind, Actor = by, Account = account, Content = JsonSerializer.Serialize(content, JsonSerializerOptions.Web) }], cancellationToken);
}
