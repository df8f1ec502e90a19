using LiaisonHub.Casework.Time;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Stuck;

/// <summary>An act that nobody of the receiving state has opened yet.</summary>
/// <param name="To">The state it goes to.</param>
/// <param name="AcceptedAt">When the hub accepted it (UTC).</param>
/// <param name="DeliveredAt">When that state's adapter had it (UTC). Null: not yet.</param>
/// <param name="HandedOverAt">When that state's own system had it (UTC). Null: not yet.</param>
public sealed record ActOnItsWay(string To, DateTimeOffset AcceptedAt, DateTimeOffset? DeliveredAt = null, DateTimeOffset? HandedOverAt = null);

/// <summary>What is known of the way to one state and of its adapter. Null: not known, or nothing to say.</summary>
/// <param name="State">The state.</param>
public sealed record WayFacts(string State)
{
    /// <summary>Since when its adapter is in maintenance, as announced (UTC).</summary>
    public DateTimeOffset? MaintenanceFrom { get; init; }

    /// <summary>Until when its adapter is in maintenance, as announced (UTC).</summary>
    public DateTimeOffset? MaintenanceUntil { get; init; }

    /// <summary>Since when its adapter counts as silent (UTC).</summary>
    public DateTimeOffset? SilentSince { get; init; }

    /// <summary>When it was last heard (UTC).</summary>
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>When the certificate ends that its adapter shows the broker, as it last said (UTC).</summary>
    public DateTimeOffset? ClientCertificateEnds { get; init; }

    /// <summary>When the certificate ends that the broker shows its adapter, as that last said (UTC).</summary>
    public DateTimeOffset? ServerCertificateEnds { get; init; }

    /// <summary>How far its adapter's clock is ahead of the hub's, by its last report; negative: behind.</summary>
    public TimeSpan? ClockAhead { get; init; }

    /// <summary>Id of the private key its adapter says it cannot work without.</summary>
    public string? MissingKey { get; init; }

    /// <summary>Since when it has said so (UTC).</summary>
    public DateTimeOffset? MissingKeySince { get; init; }

    /// <summary>Why the broker cannot be asked about its queues.</summary>
    public string? BrokerTrouble { get; init; }

    /// <summary>Since when (UTC).</summary>
    public DateTimeOffset? CutOffSince { get; init; }

    /// <summary>A queue of the way that the broker does not have.</summary>
    public string? QueueMissing { get; init; }

    /// <summary>How many messages of the way the broker gave up on: they lie in the queue <c>dead</c>.</summary>
    public long GivenUp { get; init; }

    /// <summary>How many consumers its queue has.</summary>
    public int? Consumers { get; init; }

    /// <summary>How many messages wait in its queues that no consumer has been given.</summary>
    public long Waiting { get; init; }

    /// <summary>Since when the oldest notice to it waits at the hub (UTC).</summary>
    public DateTimeOffset? OutboxOldest { get; init; }

    /// <summary>What was said when the broker last refused a notice to it.</summary>
    public string? OutboxError { get; init; }

    /// <summary>How many messages stand in its adapter's own quarantine.</summary>
    public int SetAsideThere { get; init; }

    /// <summary>When its adapter's certificate ended, where it has been silent since then or later: a connection that was open goes on, and none is made again. Null: its silence has another cause.</summary>
    public DateTimeOffset? SilentForItsCertificate => SilentSince >= ClientCertificateEnds ? ClientCertificateEnds : null;

    /// <summary>The same of the broker's certificate.</summary>
    public DateTimeOffset? SilentForBrokersCertificate => SilentSince >= ServerCertificateEnds ? ServerCertificateEnds : null;
}

/// <summary>What is known of the hub's own queues, over which its parts hand each other what is to be decided.</summary>
public sealed record CoreFacts
{
    /// <summary>Since when one look after the other has found them unread, or could not find them (UTC). Null: they are well.</summary>
    public DateTimeOffset? UnwellSince { get; init; }

    /// <summary>Why they cannot be seen. Null: they are seen, and nobody reads <see cref="Unread"/>.</summary>
    public string? Trouble { get; init; }

    /// <summary>A queue that no process of the hub reads. Null: each is read.</summary>
    public string? Unread { get; init; }

    /// <summary>How many of the hub's own messages the broker gave up on.</summary>
    public long GivenUp { get; init; }
}

/// <summary>A key that this request needs now and that is not there.</summary>
/// <param name="Owner">A state, or the hub.</param>
/// <param name="Seals">True: others seal to it; false: its owner signs with it.</param>
/// <param name="EndedAt">When the last one ended (UTC). Null: there never was one.</param>
public sealed record KeyWanted(string Owner, bool Seals, DateTimeOffset? EndedAt = null);

/// <summary>A message about this request that stands in the hub's quarantine.</summary>
/// <param name="From">The state that sent it.</param>
/// <param name="Code">Why, as a code.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Fix">What clears it, in words.</param>
/// <param name="At">Since when (UTC).</param>
public sealed record SetAside(string From, RefusalCode Code, string Reason, string Fix, DateTimeOffset At);

/// <summary>An act about this request that was taken and is not decided.</summary>
/// <param name="From">The state that made it.</param>
/// <param name="ReceivedAt">When it was taken (UTC).</param>
/// <param name="ParkedAt">Since when it waits for an earlier act of its side (UTC). Null: it only waits for its turn.</param>
public sealed record NotDecided(string From, DateTimeOffset ReceivedAt, DateTimeOffset? ParkedAt = null);

/// <summary>A limit of the request.</summary>
/// <param name="RuleId">Row of the time catalogue.</param>
/// <param name="Title">What is due.</param>
/// <param name="On">The state it runs on.</param>
/// <param name="At">When it ends; of a held one: since when it is held (UTC).</param>
/// <param name="Level">Level of the ladder.</param>
/// <param name="Reason">Of a held one: why.</param>
public sealed record LimitFact(string RuleId, string Title, string On, DateTimeOffset At, int Level = 0, string? Reason = null);

/// <summary>A repair plan that waits for a second operator.</summary>
/// <param name="Reason">Why it was made, as its maker wrote.</param>
/// <param name="Since">Since when it waits (UTC).</param>
public sealed record PlanFact(string Reason, DateTimeOffset Since);

/// <summary>An approval somebody has been asked for.</summary>
/// <param name="Of">What is to be approved, in words.</param>
/// <param name="By">Who is to approve it.</param>
/// <param name="Since">Since when it waits (UTC).</param>
/// <param name="Due">Until when it is awaited (UTC). Null: no limit runs.</param>
public sealed record ApprovalFact(string Of, string By, DateTimeOffset Since, DateTimeOffset? Due = null);

/// <summary>The hub's worker was started and ended at once.</summary>
/// <param name="At">When (UTC).</param>
/// <param name="ForKey">True: its private key is not there or cannot be read.</param>
/// <param name="Why">What it said, with the remedies.</param>
public sealed record WorkerEnded(DateTimeOffset At, bool ForKey, string Why);

/// <summary>Everything that <see cref="Verdict.First"/> looks at. Facts only: each can be looked up, none is a guess.</summary>
public sealed record StuckFacts
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The clock for technical matters (UTC).</summary>
    public required DateTimeOffset Present { get; init; }

    /// <summary>True: legal time runs faster than the day, as in a demonstration. Then no act waits long enough for anybody to say that it is stuck at the hub.</summary>
    public bool Faster => (Now - Present).Duration() > TimeSpan.FromMinutes(1);

    /// <summary>Since when the request is in its state (UTC).</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How long an act may stay undelivered and unopened.</summary>
    public required TransportWatch Watch { get; init; }

    /// <summary>How long 95 of 100 requests stay in this state of this procedure. Null: too few have left it to say.</summary>
    public TimeSpan? Usual { get; init; }

    /// <summary>The state that must act. Null: nobody must.</summary>
    public string? Awaited { get; init; }

    /// <summary>The first limit that runs. Null: none runs.</summary>
    public LimitFact? Running { get; init; }

    /// <summary>The limits that are held.</summary>
    public IReadOnlyList<LimitFact> Held { get; init; } = [];

    /// <summary>The approval of national law that it waits for. Null: none.</summary>
    public ApprovalFact? Approval { get; init; }

    /// <summary>The repair plan that waits for a second operator and would clear what holds the request up. Null: none.</summary>
    public PlanFact? Plan { get; init; }

    /// <summary>A limit that was counted with a calendar that does not reach so far. Null: none.</summary>
    public CalendarEnd? CalendarEnds { get; init; }

    /// <summary>Acts that nobody has opened yet.</summary>
    public IReadOnlyList<ActOnItsWay> OnTheirWay { get; init; } = [];

    /// <summary>The ways to its states.</summary>
    public IReadOnlyList<WayFacts> Ways { get; init; } = [];

    /// <summary>Keys it needs now and that are not there.</summary>
    public IReadOnlyList<KeyWanted> Keys { get; init; } = [];

    /// <summary>A message about it in quarantine. Null: none.</summary>
    public SetAside? Quarantined { get; init; }

    /// <summary>An act about it that is not decided. Null: none.</summary>
    public NotDecided? Undecided { get; init; }

    /// <summary>Since when the hub's clock should have looked at a limit (UTC). Null: it keeps up.</summary>
    public DateTimeOffset? ClockBehindSince { get; init; }

    /// <summary>Since when the hub's worker gives no sign of life (UTC). Null: it lives.</summary>
    public DateTimeOffset? WorkerSilentSince { get; init; }

    /// <summary>Why the hub's worker ended when it was started last. Null: it did not say, or runs.</summary>
    public WorkerEnded? WorkerEnded { get; init; }

    /// <summary>The hub's own queues. Null: nothing is known of them, or there are none.</summary>
    public CoreFacts? Core { get; init; }

    /// <summary>What the request itself says: whose turn it is, its limits, its holds.</summary>
    public static StuckFacts Of(Request request, Rules rules, DateTimeOffset now, DateTimeOffset present)
    {
        var limits = request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Active: true, AtHome: null }).ToList();
        var running = limits.Where(d => d is { Status: DeadlineStatus.Running, Due: not null }).OrderBy(d => d.Due).ToList();
        return new()
        {
            Now = now,
            Present = present,
            Since = request.Since,
            Watch = rules.Region.TransportWatch,
            Awaited = rules.WhyItStands(request, now).TurnState,
            Running = running is [var first, ..] ? Fact(first, first.Due!.Value) : null,
            Held = [.. limits.Where(d => d is { Status: DeadlineStatus.Held, HeldSince: not null }).OrderBy(d => d.HeldSince).Select(d => Fact(d, d.HeldSince!.Value))],
            Approval = running.FirstOrDefault(d => d.Clock is Clock.NationalStep or Clock.Validation) is { } step
                ? new(step.Title, Rules.PartyOf(request, step.Seat).State, step.Started, step.Due) : null,
            CalendarEnds = limits.Select(rules.Time.Unreached).FirstOrDefault(u => u is not null),
        };

        LimitFact Fact(Deadline limit, DateTimeOffset at) => new(limit.RuleId, limit.Title, Rules.PartyOf(request, limit.Seat).State, at, limit.Level, limit.HoldReason);
    }
}
