using System.Globalization;
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

    /// <summary>A key that the exchange needs was never published, or what was sent is signed with one nobody knows.</summary>
    MissingKey,

    /// <summary>The key has ended, and no other is valid.</summary>
    ExpiredKey,

    /// <summary>The hub's worker stands still: acts are taken and not decided, or due limits not looked at.</summary>
    HubStandsStill,

    /// <summary>The adapter is in maintenance, as announced.</summary>
    Maintenance,

    /// <summary>The broker does not answer.</summary>
    BrokerTrouble,

    /// <summary>The adapter has not been heard for longer than it promised.</summary>
    AdapterSilent,

    /// <summary>The adapter is heard, but nobody reads its queue.</summary>
    NoConsumer,

    /// <summary>The broker takes no notices to that state.</summary>
    OutboxBlocked,

    /// <summary>Somebody has to approve something first: a plan that repairs it, or a step of national law.</summary>
    WaitingForApproval,

    /// <summary>What was sent could not be read or translated, and stands in quarantine.</summary>
    MappingRefused,

    /// <summary>An act waits for an earlier one of its side that never came.</summary>
    EarlierActMissing,

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

/// <summary>Why a request stands, and what would clear it.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Owner">Who has to do something.</param>
/// <param name="State">The state it lies with; <c>HUB</c>: the hub. Null: none.</param>
/// <param name="Since">Since when (UTC).</param>
/// <param name="What">What is so, in one sentence.</param>
/// <param name="Clears">What would clear it, in one sentence.</param>
public sealed record Verdict(Cause Cause, Owner Owner, string? State, DateTimeOffset Since, string What, string Clears)
{
    /// <summary>How long an act may wait for the hub's decision or for the broker, and a due limit for the clock, before something stands still: 15 minutes for the hub, 5 for the broker.</summary>
    public static readonly TimeSpan HubPatience = TimeSpan.FromMinutes(15), BrokerPatience = TimeSpan.FromMinutes(5);

    /// <summary>How long a hold is nobody's concern where it is not known how long it usually takes: 14 days.</summary>
    public static readonly TimeSpan HoldPatience = TimeSpan.FromDays(14);

    /// <summary>How long a request may rest in a state without a limit where too few have left it to say what is usual: 90 days.</summary>
    public static readonly TimeSpan StayPatience = TimeSpan.FromDays(90);

    /// <summary>The deepest cause. There always is one: <see cref="Cause.AsPlanned"/> when nothing is wrong.</summary>
    public static Verdict First(StuckFacts facts) => All(facts).First();

    /// <summary>Every cause that the facts show, the deepest first.</summary>
    public static IEnumerable<Verdict> All(StuckFacts f)
    {
        foreach (var key in f.Keys)
            if (key.EndedAt is { } ended)
                yield return new(Cause.ExpiredKey, OwnerOf(key.Owner), key.Owner, ended, $"The key of {Name(key.Owner)} {key.Purpose} ended {Instant(ended)}.", Publish(key.Owner));
            else
                yield return new(Cause.MissingKey, OwnerOf(key.Owner), key.Owner, f.Since, $"The directory has no key of {Name(key.Owner)} {key.Purpose}.", Publish(key.Owner));
        if (f.Quarantined is { Code: RefusalCode.NotAuthentic } unproven)
            yield return new(Cause.MissingKey, Owner.Adapter, unproven.From, unproven.At, $"What {unproven.From} sent is not signed with a key of its in the directory: {unproven.Reason}", unproven.Fix);
        if (!f.Faster && f.Undecided is { ParkedAt: null } waiting && f.Now - waiting.ReceivedAt > HubPatience)
            yield return new(Cause.HubStandsStill, Owner.Hub, Hub, waiting.ReceivedAt, $"An act of {waiting.From} was taken {Instant(waiting.ReceivedAt)} and is not decided.", "See that the hub's worker runs, and read its log; the act is safe in the journal.");
        else if (!f.Faster && f.ClockBehindSince is { } behind && f.Running?.At < f.Now && f.Now - behind > HubPatience)
            yield return new(Cause.HubStandsStill, Owner.Hub, Hub, behind, $"The hub's clock has not looked at due limits since {Instant(behind)}.", "See that the hub's worker runs, and read its log; what is due follows in order.");

        var undelivered = f.OnTheirWay.Where(a => a.DeliveredAt is null).OrderBy(a => a.AcceptedAt).ToList();
        // From when on it is late: its limit has passed, or it has been in a state without a limit for longer than usual. Null: it is in time.
        DateTimeOffset? late = f.Running is { } first ? first.At < f.Now ? first.At : null : f.Held is [] && f.Since + (f.Usual ?? StayPatience) is var usual && usual < f.Now ? usual : null;
        if (f.WorkerSilentSince is { } quiet && (late is not null || undelivered.Exists(IsHeldUp)))
            yield return new(Cause.HubStandsStill, Owner.Hub, Hub, quiet, $"The hub's worker has given no sign of life since {Instant(quiet)}.", "Start the hub's worker, and read its log; nothing is lost meanwhile.");
        foreach (var way in f.Ways.Where(w => w.State == f.Awaited || undelivered.Exists(a => a.To == w.State)))
        {
            var oldest = undelivered.Find(a => a.To == way.State);
            var heldUp = oldest is not null && IsHeldUp(oldest);
            if (way.MaintenanceUntil is { } until && until > f.Present)
            {
                // It explains what became late while it lasts, and why nobody reads; what is not late yet is in time.
                var from = way.MaintenanceFrom ?? DateTimeOffset.MinValue;
                if (Explains(way, from) || oldest is not null && oldest.AcceptedAt + f.Watch.Delivered is var awaited && awaited < f.Now && awaited >= from)
                    yield return new(Cause.Maintenance, Owner.Nobody, way.State, oldest?.AcceptedAt ?? late!.Value, $"The adapter of {way.State} is in maintenance until {Instant(until)}.",
                        $"Wait until then; what is for it is kept. Legal time goes on: if it cannot wait, call the technical contact of {way.State}.");
                continue;
            }
            var cutOff = heldUp || Explains(way, way.HeardAt ?? DateTimeOffset.MinValue);
            if (cutOff && way.BrokerTrouble is { } trouble)
                yield return new(Cause.BrokerTrouble, Owner.Hub, way.State, oldest?.AcceptedAt ?? f.Since, $"The broker cannot be asked about {way.State}: {trouble}", $"Start the broker, or put right how the hub reaches the virtual host of {way.State}.");
            if (cutOff && way.SilentSince is { } silent)
                yield return new(Cause.AdapterSilent, Owner.Adapter, way.State, silent, way.HeardAt is { } heard ? $"The adapter of {way.State} is silent; it was last heard {Instant(heard)}." : $"The adapter of {way.State} has never been heard.",
                    $"Call the technical contact of {way.State}: its adapter has to be started, or its line to the broker mended.");
            if (heldUp && way.Consumers == 0)
                yield return new(Cause.NoConsumer, Owner.Adapter, way.State, oldest!.AcceptedAt, $"The adapter of {way.State} is heard, but nobody reads its queue.", $"Call the technical contact of {way.State}: its adapter has to be started again.");
            if (heldUp && way.OutboxOldest is { } queued && f.Now - queued > BrokerPatience)
                yield return new(Cause.OutboxBlocked, Owner.Hub, way.State, queued, $"Notices to {way.State} have waited at the hub since {Instant(queued)}{(way.OutboxError is { } error ? $": {error}" : "")}.",
                    $"See that the virtual host of {way.State} has its queues, and that they are not full; 'liaisonhub broker provision' makes them.");
        }

        if (f.Plan is { } plan)
            yield return new(Cause.WaitingForApproval, Owner.Hub, Hub, plan.Since, $"A plan would repair it and waits for {plan.By} since {Instant(plan.Since)}: {plan.Of}.", "Somebody other than who made the plan approves it or says no.");
        if (f.Quarantined is { Code: not RefusalCode.NotAuthentic } refused)
            yield return new(Cause.MappingRefused, Owner.Adapter, refused.From, refused.At, $"A message of {refused.From} stands in quarantine: {refused.Reason}", refused.Fix);
        foreach (var act in f.OnTheirWay)
            if (act is { DeliveredAt: { } there, HandedOverAt: null } && f.Now - there > f.Watch.Delivered && f.Ways.FirstOrDefault(w => w.State == act.To) is { SetAsideThere: > 0 })
                yield return new(Cause.MappingRefused, Owner.Adapter, act.To, there, $"The adapter of {act.To} has the act, but its own system has not, and messages stand in that adapter's quarantine.", $"The people of {act.To} look at the quarantine of their adapter.");
        if (f.Undecided is { ParkedAt: { } parked } early)
            yield return new(Cause.EarlierActMissing, Owner.Adapter, early.From, parked, $"An act of {early.From} waits for an earlier one that has not come.", $"The people of {early.From} look for it in the outbox of their adapter; without it the act is decided alone, an hour after it came.");
        if (undelivered.Find(a => f.Now - a.AcceptedAt > f.Watch.Delivered) is { } stuck)
            yield return new(Cause.NotDelivered, Owner.Adapter, stuck.To, stuck.AcceptedAt, $"An act for {stuck.To} was accepted {Instant(stuck.AcceptedAt)} and is not delivered; no fault of the way is known.", $"Call the technical contact of {stuck.To}: its adapter reads, and gives no receipt.");
        if (f.OnTheirWay.FirstOrDefault(a => a.DeliveredAt is { } at && f.Now - at > f.Watch.Opened) is { DeliveredAt: { } delivered } unread)
            yield return new(Cause.NotOpened, Owner.Authority, unread.To, delivered, $"Delivered to {unread.To} {Instant(delivered)}, and nobody has opened it. No technical fault is known.", $"Call the duty point of {unread.To}: somebody has to look at its desk.");
        if (f.Approval is { } approval && !(approval.Due > f.Now))
            yield return new(Cause.WaitingForApproval, Owner.Authority, approval.By, approval.Since, $"Waits for the approval of {approval.By} since {Instant(approval.Since)}: {approval.Of}.", $"{approval.By} approves it or says no.");
        if (f.Running is null && f.Held is [var held, ..] && f.Now - held.At > (f.Usual ?? HoldPatience))
            yield return new(Cause.ClockHeld, Owner.Authority, f.Awaited ?? held.On, held.At, $"No limit runs: {held.RuleId} is held since {Instant(held.At)}{(held.Reason is { } why ? $" ({why})" : "")}.", "What the hold waits for has to come, or the side that asked for it lets go; until then nobody is reminded.");
        if (f.CalendarEnds is { } ends)
            yield return new(Cause.CalendarMissing, Owner.Hub, Hub, f.Since, ends, "Get the holidays of the coming years from the authority and put them into the calendar's file.");
        if (f.Running is { } limit && limit.At < f.Now)
            yield return new(Cause.Unanswered, Owner.Authority, limit.On, limit.At, $"{limit.On} was to act by {Instant(limit.At)} ({limit.RuleId}: {limit.Title}) and has not. No technical fault is known; the ladder is at level {limit.Level}.",
                $"{limit.On} acts, or says why not; the ladder goes on by itself.");
        if (f.Running is null && late is { } longer)
            yield return new(Cause.LongerThanUsual, Owner.Authority, f.Awaited, longer,
                f.Usual is { } stay ? $"In its state since {Instant(f.Since)}, without a limit; 95 of 100 requests leave it within {Days(stay)}. No technical fault is known."
                    : $"In its state since {Instant(f.Since)}, without a limit, for more than {Days(StayPatience)}; how long is usual is not known yet. No technical fault is known.",
                $"{f.Awaited ?? "One of its sides"} takes the next step, or withdraws the request: ask there, since without a limit nobody is reminded.");
        yield return new(Cause.AsPlanned, Owner.Nobody, f.Awaited, f.Since, f.Running is { } next ? $"{next.On} is to act by {Instant(next.At)} ({next.RuleId}: {next.Title})." : "No limit runs, and nothing is wrong.", "Nothing has to be done.");

        bool IsHeldUp(ActOnItsWay act) => !f.Faster && f.Now - act.AcceptedAt > BrokerPatience;

        // A way explains what became late after it was last well. What lies there unopened, or was late before, has another cause.
        bool Explains(WayFacts way, DateTimeOffset since) => way.State == f.Awaited && late >= since && !f.OnTheirWay.Any(a => a.To == way.State && f.Now - a.DeliveredAt > f.Watch.Opened);
    }

    /// <summary>The database is away: then nothing else can be said of any request.</summary>
    /// <param name="trouble">What was said, in one sentence.</param>
    /// <param name="at">Since when (UTC).</param>
    public static Verdict OfDatabase(string trouble, DateTimeOffset at) =>
        new(Cause.DatabaseTrouble, Owner.Hub, Hub, at, $"The database of the hub does not answer: {trouble}", "Start the database, or put its address right; nothing is lost meanwhile.");

    const string Hub = "HUB";

    static Owner OwnerOf(string owner) => owner == Hub ? Owner.Hub : Owner.Adapter;

    static string Name(string owner) => owner == Hub ? "the hub" : owner;

    static string Publish(string owner) => $"{(owner == Hub ? "The hub" : owner)} makes a key ('liaisonhub keys make --owner {owner}'), and its public half goes into the directory of the hub and of every state.";

    static string Days(TimeSpan span) => span.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days") : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, span.TotalHours):0} h");

    static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
