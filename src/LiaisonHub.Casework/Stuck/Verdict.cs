using System.Text.Json.Serialization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Stuck;

/// <summary>Why a request does not move, the deepest cause first: where several are true, the first explains the others. A key that is missing makes an adapter look silent, one that is in
/// maintenance has no consumer, one that is silent leaves acts undelivered.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Cause>))]
public enum Cause
{
    /// <summary>The hub's database does not answer.</summary>
    DatabaseTrouble,

    /// <summary>What the hub has stored of the request cannot be read: it is broken, or a later version of the program wrote it.</summary>
    Unreadable,

    /// <summary>A key that the exchange needs was never published, its private half is not where its owner works, or what was sent is signed with one nobody knows.</summary>
    MissingKey,

    /// <summary>The key has ended, and no other is valid.</summary>
    ExpiredKey,

    /// <summary>The hub's worker stands still: acts are taken and not decided, or due limits not looked at.</summary>
    HubStandsStill,

    /// <summary>The adapter is in maintenance, as announced.</summary>
    Maintenance,

    /// <summary>The broker does not answer.</summary>
    BrokerTrouble,

    /// <summary>The certificate has ended that the adapter shows the broker, or the broker shows the adapter, and the adapter has been silent since.</summary>
    ExpiredCertificate,

    /// <summary>The adapter has not been heard for longer than it promised.</summary>
    AdapterSilent,

    /// <summary>The adapter is heard, but nobody reads its queue.</summary>
    NoConsumer,

    /// <summary>The adapter has its queue open, and does not take what waits in it.</summary>
    ConsumerPaused,

    /// <summary>The broker takes no notices to that state.</summary>
    OutboxBlocked,

    /// <summary>The broker gave up on messages, as on one that no reader comes to an end with: they lie in the queue <c>dead</c>, where nobody reads them.</summary>
    DeadLetters,

    /// <summary>Somebody has to approve something first: a plan that repairs it, or a step of national law.</summary>
    WaitingForApproval,

    /// <summary>What was sent could not be read or translated, and stands in quarantine.</summary>
    MappingRefused,

    /// <summary>An act waits for an earlier one of its side that never came.</summary>
    EarlierActMissing,

    /// <summary>Accepted and not delivered for longer than it may take, and the adapter's clock is wrong: signatures and certificates may count there as too young or too old.</summary>
    ClockSkew,

    /// <summary>Accepted and not delivered for longer than it may take, and no fault of the way is known.</summary>
    NotDelivered,

    /// <summary>Delivered, and nobody has opened it for longer than it may take.</summary>
    NotOpened,

    /// <summary>No limit runs, since all are held, and have been for longer than usual.</summary>
    ClockHeld,

    /// <summary>A limit was counted with a calendar that does not reach so far.</summary>
    CalendarMissing,

    /// <summary>No fault: whoever must act has not, and the limit has passed.</summary>
    Unanswered,

    /// <summary>No limit runs and no fault is known, and it has been in its state for longer than others before it.</summary>
    LongerThanUsual,

    /// <summary>Nothing is wrong: within the limit or as long as usual, and no fault on the way.</summary>
    AsPlanned,
}

/// <summary>Who has to do something about it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Owner>))]
public enum Owner
{
    /// <summary>The operators of the hub.</summary>
    Hub,

    /// <summary>Whoever runs a state's adapter.</summary>
    Adapter,

    /// <summary>A person of an authority.</summary>
    Authority,

    /// <summary>Nobody.</summary>
    Nobody,
}

/// <summary>One sentence of a verdict. Which words say it is a matter of whoever says it, in which language.</summary>
/// <param name="Code">Which sentence; stays the same from version to version.</param>
/// <param name="Facts">What stands in it, in the order of its places: a state or a name, an instant, a day, a length of time, a number, or what somebody else <see cref="Quoted">has said</see>.</param>
public sealed record Sentence(string Code, params IReadOnlyList<object> Facts);

/// <summary>What was said before and is repeated as it was: the hub's reason for a refusal, the title of a rule, the words of the broker. It is English.</summary>
/// <param name="Text">The text.</param>
public sealed record Quoted(string Text);

/// <summary>A word of the contract or of the rules, which each language has in its own way.</summary>
/// <param name="List">Which list of words: <c>State</c>, <c>Act</c>, or the name of an enumeration.</param>
/// <param name="Name">The word as the contract has it.</param>
public sealed record Word(string List, string Name);

/// <summary>Why a request stands, and what would clear it.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Owner">Who has to do something.</param>
/// <param name="State">The state it lies with; <c>HUB</c>: the hub. Null: none.</param>
/// <param name="Since">Since when (UTC).</param>
/// <param name="What">What is so.</param>
/// <param name="Clears">What would clear it.</param>
public sealed record Verdict(Cause Cause, Owner Owner, string? State, DateTimeOffset Since, Sentence What, Sentence Clears)
{
    /// <summary>How long an act may wait for the hub's decision or for the broker, and a due limit for the clock, before something stands still: 15 minutes for the hub, 5 for the broker.</summary>
    public static readonly TimeSpan HubPatience = TimeSpan.FromMinutes(15), BrokerPatience = TimeSpan.FromMinutes(5);

    /// <summary>How far an adapter's clock may be off before that is a fault of its own: five minutes, as its conformance is examined.</summary>
    public static readonly TimeSpan SkewAllowed = TimeSpan.FromMinutes(5);

    /// <summary>How long a hold is nobody's concern where it is not known how long it usually takes: 14 days.</summary>
    public static readonly TimeSpan HoldPatience = TimeSpan.FromDays(14);

    /// <summary>How long a request may rest in a state without a limit where too few have left it to say what is usual: 90 days.</summary>
    public static readonly TimeSpan StayPatience = TimeSpan.FromDays(90);

    /// <summary>Of a request that cannot be read nothing else can be said.</summary>
    /// <param name="place">Where: <see cref="UnreadableRequestException.Place"/>.</param>
    /// <param name="since">When it was written last (UTC).</param>
    public static Verdict Unreadable(string place, DateTimeOffset since) => new(Cause.Unreadable, Owner.Hub, Hub, since, new("unreadable", place), new("restore-request"));

    /// <summary>The deepest cause. There always is one: <see cref="Cause.AsPlanned"/> when nothing is wrong.</summary>
    public static Verdict First(StuckFacts facts) => All(facts).First();

    /// <summary>Every cause that the facts show, the deepest first.</summary>
    public static IEnumerable<Verdict> All(StuckFacts f)
    {
        foreach (var key in f.Keys)
            if (key.EndedAt is { } ended)
                yield return new(Cause.ExpiredKey, OwnerOf(key.Owner), key.Owner, ended, key.Owner == Hub ? new("hub-key-ended", ended) : new(key.Seals ? "sealing-key-ended" : "signing-key-ended", key.Owner, ended), Publish(key.Owner));
            else
                yield return new(Cause.MissingKey, OwnerOf(key.Owner), key.Owner, f.Since, key.Owner == Hub ? new("hub-key-missing") : new(key.Seals ? "sealing-key-missing" : "signing-key-missing", key.Owner), Publish(key.Owner));
        var undelivered = f.OnTheirWay.Where(a => a.DeliveredAt is null).OrderBy(a => a.AcceptedAt).ToList();
        // From when on it is late: its limit has passed, or it has been in a state without a limit for longer than usual. Null: it is in time.
        DateTimeOffset? late = f.Running is { } first ? first.At < f.Now ? first.At : null : f.Held is [] && f.Since + (f.Usual ?? StayPatience) is var usual && usual < f.Now ? usual : null;
        foreach (var way in f.Ways.Where(w => w.State == f.Awaited || undelivered.Exists(a => a.To == w.State)))
            if (OfKey(way) is { } lacking)
                yield return lacking;
        var needsWorker = late is not null || f.Undecided is not null || undelivered.Exists(IsHeldUp);
        if (f.WorkerSilentSince is { } stopped && f.WorkerEnded is { ForKey: true } && needsWorker)
            yield return OfWorker(stopped, f.WorkerEnded);
        if (f.Quarantined is { Code: RefusalCode.NotAuthentic } unproven)
            yield return new(Cause.MissingKey, Owner.Adapter, unproven.From, unproven.At, new("not-signed-by-known-key", unproven.From, new Quoted(unproven.Reason)), new("as-recorded", new Quoted(unproven.Fix)));
        if (!f.Faster && f.Undecided is { ParkedAt: null } waiting && f.Now - waiting.ReceivedAt > HubPatience)
            yield return OfCore(f.Core) is { } idle ? idle with { Since = waiting.ReceivedAt } : new(Cause.HubStandsStill, Owner.Hub, Hub, waiting.ReceivedAt, new("act-not-decided", waiting.From, waiting.ReceivedAt), new("see-worker-journal"));
        else if (!f.Faster && f.ClockBehindSince is { } behind && f.Running?.At < f.Now && f.Now - behind > HubPatience)
            yield return OfCore(f.Core) is { } idles ? idles with { Since = behind } : new(Cause.HubStandsStill, Owner.Hub, Hub, behind, new("clock-behind", behind), new("see-worker-in-order"));

        if (f.WorkerSilentSince is { } quiet && f.WorkerEnded is not { ForKey: true } && (late is not null || undelivered.Exists(IsHeldUp)))
            yield return OfWorker(quiet, f.WorkerEnded);
        foreach (var way in f.Ways.Where(w => w.State == f.Awaited || undelivered.Exists(a => a.To == w.State)))
        {
            var oldest = undelivered.Find(a => a.To == way.State);
            var heldUp = oldest is not null && IsHeldUp(oldest);
            if (way.MaintenanceUntil is { } until && until > f.Present)
            {
                // It explains what became late while it lasts, and why nobody reads; what is not late yet is in time.
                var from = way.MaintenanceFrom ?? DateTimeOffset.MinValue;
                if (Explains(way, from) || oldest is not null && oldest.AcceptedAt + f.Watch.Delivered is var awaited && awaited < f.Now && awaited >= from)
                    yield return new(Cause.Maintenance, Owner.Nobody, way.State, oldest?.AcceptedAt ?? late!.Value, new("in-maintenance", way.State, until), new("wait-for-maintenance", way.State));
                continue;
            }
            var cutOff = heldUp || Explains(way, way.HeardAt ?? DateTimeOffset.MinValue);
            if (cutOff && way.BrokerTrouble is { } trouble)
                yield return new(Cause.BrokerTrouble, Owner.Hub, way.State, oldest?.AcceptedAt ?? f.Since, new("broker-trouble", way.State, new Quoted(trouble)), new("start-broker", way.State));
            else if (cutOff && way.QueueMissing is { } queue)
                yield return new(Cause.BrokerTrouble, Owner.Hub, way.State, oldest?.AcceptedAt ?? f.Since, new("queue-missing", way.State, queue), new("provision", way.State));
            var silence = OfSilence(way);
            if (cutOff && silence is not null)
                yield return silence;
            if (heldUp && silence is null && way is { Consumers: 0, MissingKey: null })
                yield return new(Cause.NoConsumer, Owner.Adapter, way.State, oldest!.AcceptedAt, new("no-consumer", way.State), new("restart-adapter", way.State));
            if (heldUp && way is { Consumers: > 0, Waiting: > 0, MissingKey: null })
                yield return new(Cause.ConsumerPaused, Owner.Adapter, way.State, oldest!.AcceptedAt, new("consumer-paused", way.State, way.Waiting), new("restart-adapter", way.State));
            if (heldUp && way.OutboxOldest is { } queued && f.Now - queued > BrokerPatience)
                yield return new(Cause.OutboxBlocked, Owner.Hub, way.State, queued, way.OutboxError is { } error ? new("notices-wait-since-error", way.State, queued, new Quoted(error)) : new("notices-wait", way.State, queued), new("see-queues", way.State));
        }

        // Which messages lie there is not known from here; what is on its way for so long may be among them.
        foreach (var way in f.Ways.Where(w => w.GivenUp > 0))
            if (undelivered.Find(a => a.To == way.State && !f.Faster && f.Now - a.AcceptedAt > HubPatience) is { } lost)
                yield return OfDeadLetters(way, lost.AcceptedAt);

        if (f.Plan is { } plan)
            yield return new(Cause.WaitingForApproval, Owner.Hub, Hub, plan.Since, new("plan-waits", plan.Since, plan.Reason), new("second-person-decides"));
        if (f.Quarantined is { Code: not RefusalCode.NotAuthentic } refused)
            yield return new(Cause.MappingRefused, Owner.Adapter, refused.From, refused.At, new("message-in-quarantine", refused.From, new Quoted(refused.Reason)), new("as-recorded", new Quoted(refused.Fix)));
        foreach (var act in f.OnTheirWay)
            if (act is { DeliveredAt: { } there, HandedOverAt: null } && f.Now - there > f.Watch.Delivered && f.Ways.FirstOrDefault(w => w.State == act.To) is { SetAsideThere: > 0 })
                yield return new(Cause.MappingRefused, Owner.Adapter, act.To, there, new("in-quarantine-of-adapter", act.To), new("see-quarantine-of-adapter", act.To));
        if (f.Undecided is { ParkedAt: { } parked } early)
            yield return new(Cause.EarlierActMissing, Owner.Adapter, early.From, parked, new("earlier-act-missing", early.From), new("look-for-earlier-act", early.From));
        if (undelivered.Find(a => f.Now - a.AcceptedAt > f.Watch.Delivered) is { } stuck)
            yield return (f.Ways.FirstOrDefault(w => w.State == stuck.To) is { } of ? OfClock(of, stuck.AcceptedAt) : null)
                ?? new(Cause.NotDelivered, Owner.Adapter, stuck.To, stuck.AcceptedAt, new("not-delivered", stuck.To, stuck.AcceptedAt), new("no-receipt", stuck.To));
        if (f.OnTheirWay.FirstOrDefault(a => a.DeliveredAt is { } at && f.Now - at > f.Watch.Opened) is { DeliveredAt: { } delivered } unread)
            yield return new(Cause.NotOpened, Owner.Authority, unread.To, delivered, new("not-opened", unread.To, delivered), new("call-duty-point", unread.To));
        if (f.Approval is { } approval && !(approval.Due > f.Now))
            yield return new(Cause.WaitingForApproval, Owner.Authority, approval.By, approval.Since, new("approval-waits", approval.By, approval.Since, new Quoted(approval.Of)), new("approves-or-says-no", approval.By));
        if (f.Running is null && f.Held is [var held, ..] && f.Now - held.At > (f.Usual ?? HoldPatience))
            yield return new(Cause.ClockHeld, Owner.Authority, f.Awaited ?? held.On, held.At, held.Reason is { } why ? new("clock-held-why", held.RuleId, held.At, new Quoted(why)) : new("clock-held", held.RuleId, held.At), new("hold-ends"));
        if (f.CalendarEnds is { } ends)
            yield return new(Cause.CalendarMissing, Owner.Hub, Hub, f.Since, new("calendar-ends", ends.RuleId, ends.LastDay, ends.Calendar, ends.From, ends.Until), new("extend-calendar"));
        if (f.Running is { } limit && limit.At < f.Now)
            yield return new(Cause.Unanswered, Owner.Authority, limit.On, limit.At, new("unanswered", limit.On, limit.At, limit.RuleId, new Quoted(limit.Title), limit.Level), new("acts-or-says-why", limit.On));
        if (f.Running is null && late is { } longer)
            yield return new(Cause.LongerThanUsual, Owner.Authority, f.Awaited, longer,
                f.Usual is { } stay ? new("longer-than-usual", f.Since, stay) : new("longer-than-patience", f.Since, StayPatience), f.Awaited is { } awaited ? new("next-step-of", awaited) : new("next-step-of-either"));
        yield return new(Cause.AsPlanned, Owner.Nobody, f.Awaited, f.Since, f.Running is { } next ? new("acts-within-limit", next.On, next.At, next.RuleId, new Quoted(next.Title)) : new("nothing-wrong"), new("nothing-to-do"));

        bool IsHeldUp(ActOnItsWay act) => !f.Faster && f.Now - act.AcceptedAt > BrokerPatience;

        // A way explains what became late after it was last well. What lies there unopened, or was late before, has another cause.
        bool Explains(WayFacts way, DateTimeOffset since) => way.State == f.Awaited && late >= since && !f.OnTheirWay.Any(a => a.To == way.State && f.Now - a.DeliveredAt > f.Watch.Opened);
    }

    /// <summary>What is wrong with the hub and with the ways, whether or not a request is held up by it yet, the deepest first. A broker that is away is one fault, however many states it cuts off.</summary>
    /// <param name="ways">The ways to all states.</param>
    /// <param name="workerSilentSince">Since when the hub's worker gives no sign of life. Null: it does.</param>
    /// <param name="workerEnded">Why it ended when it was started last. Null: it did not say.</param>
    /// <param name="present">The clock for technical matters (UTC).</param>
    /// <param name="core">The hub's own queues. Null: nothing is known of them.</param>
    public static IEnumerable<Verdict> OfWays(IReadOnlyList<WayFacts> ways, DateTimeOffset? workerSilentSince, WorkerEnded? workerEnded, DateTimeOffset present, CoreFacts? core = null)
    {
        if (workerSilentSince is { } quiet)
            yield return OfWorker(quiet, workerEnded);
        foreach (var way in ways)
            if (OfKey(way) is { } lacking)
                yield return lacking;
        var cutOff = ways.Where(w => w.BrokerTrouble is not null).ToList();
        var all = cutOff.Count == ways.Count;
        // Where only some are cut off, one that was never heard may have no virtual host yet.
        if (!all)
            cutOff.RemoveAll(w => w.HeardAt is null);
        if (cutOff is [{ BrokerTrouble: { } trouble }, ..])
        {
            var (states, since) = (string.Join(", ", cutOff.Select(w => w.State)), cutOff.Min(w => w.CutOffSince) ?? present);
            yield return all ? new(Cause.BrokerTrouble, Owner.Hub, Hub, since, new("broker-away", new Quoted(trouble)), new("start-broker-of-all"))
                : new(Cause.BrokerTrouble, Owner.Hub, cutOff.Count == 1 ? states : Hub, since, new("broker-trouble", states, new Quoted(trouble)), new("start-broker", states));
        }
        // A worker that is dead reads nothing, and a broker that is away has no queues: neither is told twice.
        if (workerSilentSince is null && !(all && cutOff.Count > 0) && OfCore(core) is { } still)
            yield return still;
        foreach (var way in ways)
            if (way.QueueMissing is { } queue)
                yield return new(Cause.BrokerTrouble, Owner.Hub, way.State, present, new("queue-missing", way.State, queue), new("provision", way.State));
        // Nor is its certificate more than one fault.
        var silences = ways.Select(OfSilence).OfType<Verdict>().OrderBy(s => s.Cause).ToList();
        if (silences.FindAll(s => s is { Cause: Cause.ExpiredCertificate, Owner: Owner.Hub }) is [var ended, ..] of)
            yield return ended with { State = of.Count == 1 ? ended.State : Hub, Since = of.Min(s => s.Since), What = new(ended.What.Code, string.Join(", ", of.Select(s => s.State)), ended.What.Facts[1]) };
        foreach (var silence in silences.Where(s => s.Owner == Owner.Adapter))
            yield return silence;
        foreach (var way in ways.Where(w => w.GivenUp > 0))
            yield return OfDeadLetters(way, present);
        if (core is { GivenUp: > 0 })
            yield return new(Cause.DeadLetters, Owner.Hub, Hub, present, new("core-dead-letters", core.GivenUp), new("bring-home", Hub));
        foreach (var way in ways)
            if (OfClock(way, present) is { } skewed)
                yield return skewed;
    }

    /// <summary>The database is away: then nothing else can be said of any request.</summary>
    /// <param name="trouble">The kind of fault that the last reading met.</param>
    /// <param name="at">Since when (UTC).</param>
    public static Verdict OfDatabase(string trouble, DateTimeOffset at) => new(Cause.DatabaseTrouble, Owner.Hub, Hub, at, new("database-away", trouble), new("start-database"));

    // Started without its key it is no worker that stands still: starting it again would not help.
    static Verdict OfWorker(DateTimeOffset silentSince, WorkerEnded? ended) => ended switch
    {
        { ForKey: true } => new(Cause.MissingKey, Owner.Hub, Hub, ended.At, new("hub-ended-for-key", ended.At, new Quoted(ended.Why)), new("restore-hub-key")),
        not null => new(Cause.HubStandsStill, Owner.Hub, Hub, ended.At, new("hub-ended", ended.At, new Quoted(ended.Why)), new("mend-settings")),
        null => new(Cause.HubStandsStill, Owner.Hub, Hub, silentSince, new("worker-silent", silentSince), new("start-worker")),
    };

    // Started again without a new certificate it would be as silent. Whoever says that a key is missing is not silent.
    static Verdict? OfSilence(WayFacts way) => way switch
    {
        { MissingKey: not null } or { SilentSince: null } => null,
        { SilentForItsCertificate: { } ended } => new(Cause.ExpiredCertificate, Owner.Adapter, way.State, way.SilentSince.Value, new("certificate-ended", way.State, ended), new("renew-certificate", way.State)),
        { SilentForBrokersCertificate: { } ended } => new(Cause.ExpiredCertificate, Owner.Hub, way.State, way.SilentSince.Value, new("broker-certificate-ended", way.State, ended), new("renew-broker-certificate")),
        { HeardAt: { } heard } => new(Cause.AdapterSilent, Owner.Adapter, way.State, way.SilentSince.Value, new("adapter-silent", way.State, heard), new("start-adapter", way.State)),
        _ => new(Cause.AdapterSilent, Owner.Adapter, way.State, way.SilentSince.Value, new("adapter-never-heard", way.State), new("start-adapter", way.State)),
    };

    static Verdict? OfCore(CoreFacts? core) => core switch
    {
        null or { UnwellSince: null } => null,
        { Trouble: { } trouble } => new(Cause.BrokerTrouble, Owner.Hub, Hub, core.UnwellSince.Value, new("core-trouble", new Quoted(trouble)), new("mend-core")),
        _ => new(Cause.HubStandsStill, Owner.Hub, Hub, core.UnwellSince.Value, new("core-unread", core.Unread ?? ""), new("restart-worker")),
    };

    static Verdict OfDeadLetters(WayFacts way, DateTimeOffset since) => new(Cause.DeadLetters, Owner.Hub, way.State, since, new("dead-letters", way.State, way.GivenUp), new("bring-home", way.State));

    static Verdict? OfClock(WayFacts way, DateTimeOffset since) => way.ClockAhead is { } ahead && ahead.Duration() > SkewAllowed
        ? new(Cause.ClockSkew, Owner.Adapter, way.State, since, new(ahead > TimeSpan.Zero ? "adapter-clock-ahead" : "adapter-clock-behind", way.State, ahead.Duration()), new("set-clock", way.State)) : null;

    // The private half is on its owner's machine alone: what can be said of it is what its adapter has said.
    static Verdict? OfKey(WayFacts way) => way is { MissingKey: { } key, MissingKeySince: { } since }
        ? new(Cause.MissingKey, Owner.Adapter, way.State, since, new("adapter-key-missing", way.State, since, key[..12]), new("restore-adapter-key", way.State)) : null;

    const string Hub = "HUB";

    static Owner OwnerOf(string owner) => owner == Hub ? Owner.Hub : Owner.Adapter;

    static Sentence Publish(string owner) => owner == Hub ? new("publish-hub-key") : new("publish-key", owner);
}
