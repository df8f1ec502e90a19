using LiaisonHub.Casework;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Coordinator;

/// <summary>
/// Carries repair plans out: dry runs, wave after wave at their pace, and what became of each row. Only one hub does it at a time, by a lease; that no row is done twice is the rows' own matter, for a row
/// changes in the transaction that notes it as done.
/// </summary>
public sealed partial class Repairs(
    RepairPlans plans, Leases leases, Edge edge, Quarantine quarantine, Database database, RequestStore requests, Rules rules, IHubLink link, CoreSender core, OutboxSignal outbox, TimeProvider time, ILogger<Repairs> log) : Rounds(TimeSpan.FromSeconds(1))
{
    static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(30);

    /// <summary>How long an item may be without an outcome before it counts as unknown.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // How often what was handed to the core is handed over again while its row is undecided: twice has one effect.
    static readonly TimeSpan SendAgain = TimeSpan.FromSeconds(30);
    const int AtOnce = 100;

    readonly Guid owner = Guid.NewGuid();
    readonly Dictionary<(Guid Plan, int Position), DateTimeOffset> handedOver = [];
    readonly Dictionary<(string Status, SentKind Kind), SentItem?> lookedAt = [];

    // What this hub holds. Null: nothing.
    Lease? held;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            // Whoever goes on, be it the next start of this hub, need not wait it out.
            if (held is not null)
                await leases.Release(held, cancellationToken);
        }
        catch (Exception e)
        {
            NotLetGo(log, e);
        }
    }

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> Next(CancellationToken cancellationToken) => await Round(cancellationToken) ? TimeSpan.Zero : null;

    /// <inheritdoc/>
    protected override void Failed(Exception e) => RoundFailed(log, e);

    /// <summary>One round. Returns true when there is more to do at once.</summary>
    public async Task<bool> Round(CancellationToken cancellationToken)
    {
        var open = await plans.Open(AtOnce, cancellationToken);
        var sent = await Sent(cancellationToken);
        if (open.Count + sent.Count == 0 || (held = await leases.TakeLease("repairs", owner, LeaseLength, cancellationToken)) is null)
            return false;
        await Settle(sent, cancellationToken);
        var busy = false;
        foreach (var plan in open)
        {
            if (plan is { ForeseeWishedAt: not null, ForeseenAt: null })
                busy |= await Foresee(plan, cancellationToken);
            if (plan.Status == RepairPlan.Running)
                busy |= await Go(plan, cancellationToken);
        }
        return busy;
    }

    // Some at each round, and the next ones at the next: however many have no outcome, each is looked at again and again.
    async Task<List<SentItem>> Sent(CancellationToken cancellationToken)
    {
        var sent = new List<SentItem>();
        foreach (var status in new[] { RepairItem.Sent, RepairItem.Unknown })
            foreach (var kind in Enum.GetValues<SentKind>())
            {
                var page = await plans.Sent(status, kind, lookedAt.GetValueOrDefault((status, kind)), AtOnce, cancellationToken);
                lookedAt[(status, kind)] = page.Count == AtOnce ? page[^1] : null;
                sent.AddRange(page);
            }
        return sent;
    }

    async Task<bool> Foresee(RepairPlan plan, CancellationToken cancellationToken)
    {
        var items = await plans.ToForesee(plan, AtOnce, cancellationToken);
        var foreseen = new List<RepairItem>();
        var others = (await plans.AlsoHeld(plan, cancellationToken)).ToLookup(h => h.Position);
        foreach (var item in items)
        {
            var (said, why) = item.Status == RepairItem.Waiting ? await Foresee(plan.Deed, item, cancellationToken) : (Foresight.Nothing, "Its turn has been.");
            // Whichever plan comes first does it; the other finds it done, and leaves it alone.
            if (said != Foresight.Nothing && others[item.Position].OrderBy(h => h.Status == RepairPlan.Running ? 0 : 1).FirstOrDefault() is { } other)
                (said, why) = other.Status == RepairPlan.Running ? (Foresight.Nothing, $"Plan {other.PlanId} runs and holds it too: it is left to that one. {why}") : (said, $"{why} Plan {other.PlanId} holds it too.");
            foreseen.Add(item with { Foreseen = said, ForeseenWhy = why, ForeseenAt = time.GetUtcNow() });
        }
        if (foreseen.Count > 0)
            await plans.Note(foreseen, cancellationToken);
        CrashPoint.At(CrashPoint.RepairForeseen);
        if (items.Count == AtOnce)
            return true;
        await plans.NoteAll(plan, cancellationToken);
        return false;
    }

    async Task<(string Foreseen, string Why)> Foresee(RepairDeed deed, RepairItem item, CancellationToken cancellationToken)
    {
        switch (deed)
        {
            case RepairDeed.Retry or RepairDeed.SetAside:
                if (await quarantine.Get(item.QuarantineId!.Value, cancellationToken) is not { } message)
                    return (Foresight.Nothing, "There is no such message.");
                if (message.Status != Quarantine.Waiting)
                    return (Foresight.Nothing, message.Status == Quarantine.Resolved ? "It is dealt with already." : "It is being tried again already.");
                if (deed == RepairDeed.Retry)
                    return await edge.Foresee(message, cancellationToken);
                // What would have worked is lost with it: whoever agrees must know.
                return (Foresight.WouldWork, await edge.Foresee(message, cancellationToken) switch
                {
                    (Foresight.WouldWork, var lost) => $"It would be set aside for good, although trying it again would work now: {lost}",
                    (Foresight.Nothing, var known) => $"It would be set aside for good. {known}",
                    (_, var wrong) => $"It would be set aside for good. Tried again it would fail: {wrong}",
                });
            case RepairDeed.Deliver:
                if (await plans.Outbox(item.RowNo!.Value, cancellationToken) is not { } state)
                    return (Foresight.Nothing, "It has left already.");
                return link.Trouble.TryGetValue(state, out var trouble) && trouble is not null
                    ? (Foresight.WouldFail, $"The link to {state} has trouble.")
                    : (Foresight.WouldWork, $"It would go to {state} at once.");
            default:
                if (await plans.Journal(item.RowNo!.Value, cancellationToken) is not { } row)
                    return (Foresight.Nothing, "There is no such row.");
                if (row.Decided is not null || (deed == RepairDeed.DecideWithout) != (row.ParkedAt is not null))
                    return (Foresight.Nothing, row.Decided is null ? "It does not wait for an earlier act, or waits for one: this deed is not for it." : "It is decided already.");
                try
                {
                    return await Decided(row, patienceOver: deed == RepairDeed.DecideWithout, cancellationToken) is not { } decision ? (Foresight.Nothing, "There is no such row.")
                        : decision.Outcome switch
                        {
                            Decisions.Applied => (Foresight.WouldWork, $"{row.ActType} of {row.SenderState} would be applied; request {row.RequestId} would be {decision.StateAfter}."),
                            Decisions.Refused => (Foresight.WouldFail, $"{row.ActType} of {row.SenderState} would be refused by request {row.RequestId}{(decision.StateAfter is { } stands ? $", which is {stands}" : "")} ({decision.RefusalCode}): {decision.RefusalReason}"),
                            _ => (Foresight.WouldFail, $"{row.ActType} of {row.SenderState} would wait for an earlier act of its side."),
                        };
                }
                catch (UnreadableRequestException e)
                {
                    return (Foresight.WouldFail, $"What is stored of request {row.RequestId}, or of another of its case group, cannot be read at {e.Place}: nothing would be decided.");
                }
        }
    }

    // As the request would decide it now, on the same rows and by the same rules; what it would write is thrown away.
    async Task<JournalDecision?> Decided(RepairPlans.JournalLook row, bool patienceOver, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        var loaded = (await requests.Load(unit, [new Work { RequestId = row.RequestId, JournalId = row.JournalId }], cancellationToken))[0];
        return RequestSaga.Foresee(loaded, rules, time, patienceOver);
    }

    async Task<bool> Go(RepairPlan plan, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var counts = await plans.Counts(plan.PlanId, cancellationToken);
        int Of(params ReadOnlySpan<string> statuses)
        {
            var sum = 0;
            foreach (var count in counts)
                if (statuses.Contains(count.Status))
                    sum += count.Items;
            return sum;
        }
        var (failed, tried) = (Of(RepairItem.FailedAgain, RepairItem.Unknown), Of(RepairItem.FailedAgain, RepairItem.Unknown, RepairItem.Processed));
        if (Of(RepairItem.Waiting, RepairItem.Sent) == 0)
        {
            await plans.Finish(plan.PlanId, cancellationToken);
            PlanEnded(log, plan.PlanId, failed, tried);
            return false;
        }
        if (failed * 100 > plan.StopPercent * tried)
        {
            await Stop(plan, $"{failed} of {tried} rows that were tried failed again or are unknown; the plan allows {plan.StopPercent} in a hundred.", cancellationToken);
            return false;
        }
        if (plan.Irreversible && !plan.ApprovedAt(now))
        {
            await Stop(plan, plan.ApprovedBy is null ? "The agreement was taken back, or ended with the account of who had agreed; somebody must agree anew before it goes on."
                : $"The agreement of {plan.ApprovedBy} has lapsed{(plan.ApprovedUntil is { } lapsed ? $" at {lapsed:u}" : "")}; somebody must agree anew before it goes on.", cancellationToken);
            return false;
        }
        if (plan.ClosesAt is { } closes && now >= closes && Of(RepairItem.Waiting) > 0)
        {
            await Stop(plan, $"Its window closed at {closes:u}.", cancellationToken);
            return false;
        }
        if (now < plan.OpensAt || now < plan.NextAt)
            return false;
        if (await plans.Next(plan.PlanId, 1, cancellationToken) is not [var item])
            return false;
        // A wave shows whether the repair works before the next one begins.
        if (counts.Any(c => c.Wave < item.Wave && c.Status == RepairItem.Sent))
            return false;
        // Nobody agreed to other rows than those the hash is of. Looked at where a wave begins, so that a long list is not read again for each of its rows.
        if (!counts.Any(c => c.Wave == item.Wave && c.Status != RepairItem.Waiting) && !await plans.Holds(plan, cancellationToken))
        {
            await Stop(plan, "Its rows are not those its hash was made of: the database was changed past the hub. Verify the ledger, and make the plan anew.", cancellationToken);
            return false;
        }
        var pace = TimeSpan.FromMinutes(1) / plan.PerMinute;
        var next = (plan.NextAt is { } due && due > now - TimeSpan.FromSeconds(1) ? due : now) + pace;
        if (await plans.Do(plan, item, next, () => CrashPoint.At(CrashPoint.RepairBeforeCommit), cancellationToken) is not { } done)
            return false;
        CrashPoint.At(CrashPoint.RepairAfterCommit);
        if (plan.Deed == RepairDeed.Deliver)
            outbox.Set();
        else if (done.Status == RepairItem.Sent && plan.Deed is RepairDeed.Dispatch or RepairDeed.DecideWithout && await plans.Journal(done.RowNo!.Value, cancellationToken) is { } row)
            await HandOver(plan.PlanId, done.Position, plan.Deed, row.JournalId, row.RequestId, cancellationToken);
        return true;
    }

    async Task Stop(RepairPlan plan, string why, CancellationToken cancellationToken)
    {
        await plans.Stop(plan.PlanId, "hub", why, cancellationToken);
        PlanStopped(log, plan.PlanId, why);
    }

    async Task Settle(IReadOnlyList<SentItem> sent, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var settled = new List<RepairItem>();
        foreach (var item in sent)
        {
            var (status, outcome) = OutcomeOf(item);
            if (status == RepairItem.Sent && now - item.TriedAt >= Patience)
                (status, outcome) = (RepairItem.Unknown, outcome ?? "No outcome was seen within two minutes. It may still come, and is noted then.");
            if (status is not RepairItem.Sent && status != item.Status)
                settled.Add(new() { PlanId = item.PlanId, Position = item.Position, Wave = 0, Status = status, Outcome = outcome, SettledAt = now });
            else if (item is { Deed: RepairDeed.Dispatch or RepairDeed.DecideWithout, Decided: null, JournalId: { } journalId, RequestId: { } requestId }
                && (!handedOver.TryGetValue((item.PlanId, item.Position), out var last) || now - last >= SendAgain))
                await HandOver(item.PlanId, item.Position, item.Deed, journalId, requestId, cancellationToken);
        }
        if (settled.Count == 0)
            return;
        await plans.NoteOutcomes(settled, cancellationToken);
        foreach (var item in settled.Where(i => i.Status != RepairItem.Unknown))
            handedOver.Remove((item.PlanId, item.Position));
    }

    /// <summary>What the rows say of an item. Sent: they say nothing yet.</summary>
    public static (string Status, string? Outcome) OutcomeOf(SentItem item)
    {
        if (item.Deed == RepairDeed.Deliver)
            return item.NextTryAt is not { } next ? (RepairItem.Processed, "It was delivered to the link.")
                : next > item.TriedAt ? (RepairItem.FailedAgain, item.LastError ?? "The link did not take it.")
                : (RepairItem.Sent, null);
        if (item.MessageStatus == Quarantine.Waiting)
            return (RepairItem.FailedAgain, $"It failed again ({item.Code}): {item.Why}");
        if (item.MessageStatus == Quarantine.RetryRequested)
            return (RepairItem.Sent, null);
        if (item.Again > 0)
            return (RepairItem.FailedAgain, "The same message stands in quarantine once more.");
        if (item.MessageStatus == Quarantine.Resolved && item.MessageOutcome != Quarantine.Retried)
            return (RepairItem.Unknown, $"It was dealt with otherwise meanwhile: {item.MessageOutcome}.");
        return item.Decided switch
        {
            Decisions.Applied => (RepairItem.Processed, "The act was applied."),
            Decisions.Refused => (RepairItem.FailedAgain, $"The act was taken, and refused: {item.RefusalCode}."),
            null when item.ParkedAt is not null => (RepairItem.Sent, "The act was taken and waits for an earlier act of its side."),
            null when item is { MessageStatus: Quarantine.Resolved, JournalId: null, RequestId: null } => (RepairItem.Processed, "The hub took it."),
            null => (RepairItem.Sent, null),
            { } other => (RepairItem.Unknown, $"The act was decided: {other}."),
        };
    }

    async Task HandOver(Guid planId, int position, RepairDeed deed, long journalId, Guid requestId, CancellationToken cancellationToken)
    {
        handedOver[(planId, position)] = time.GetUtcNow();
        await core.Send(Lane.Routine, new ActTaken { CorrelationId = requestId, JournalId = journalId, PatienceOver = deed == RepairDeed.DecideWithout }, cancellationToken);
    }

    [LoggerMessage(3501, LogLevel.Warning, "A round of the repair plans failed; trying again")]
    static partial void RoundFailed(ILogger log, Exception e);

    [LoggerMessage(3504, LogLevel.Information, "The repair plans were not let go at the end; another hub takes them within half a minute")]
    static partial void NotLetGo(ILogger log, Exception e);

    [LoggerMessage(3502, LogLevel.Warning, "Repair plan {PlanId} stopped: {Why}")]
    static partial void PlanStopped(ILogger log, Guid planId, string why);

    [LoggerMessage(3503, LogLevel.Information, "Repair plan {PlanId} is done: of {Tried} rows {Failed} failed again or are unknown")]
    static partial void PlanEnded(ILogger log, Guid planId, int failed, int tried);
}
