using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Conformance.Groups;

/// <summary>Three weeks offline: a thousand acts wait, some of them urgent.</summary>
static class BacklogGroup
{
    /// <summary>How many acts wait.</summary>
    internal const int Waiting = 1000;

    const int Requests = 20, Urgent = 10;
    static readonly TimeSpan InTime = TimeSpan.FromMinutes(5);

    internal static async Task Run(Exam exam)
    {
        var (counterpart, now) = (exam.Counterpart, TimeProvider.System.GetUtcNow());
        await exam.Fence();
        await exam.Settled();
        if (exam.Participant.CanBeKilled)
            await exam.Participant.Kill();
        counterpart.Paused = true;
        var on = Enumerable.Range(0, Requests).Select(_ => counterpart.Open(Side.Requested)).ToArray();
        var pressing = counterpart.Open(Side.Requested, priority: Priority.Urgent);
        var routine = new List<SignedAct>();
        for (var i = 0; i < exam.Waiting - Urgent; i++)
            routine.Add(counterpart.Deliver(on[i % Requests], how: new() { ReceivedAt = now.AddDays(-21) + TimeSpan.FromMinutes(i) }));
        // They were made last, and are wanted first.
        var urgent = Enumerable.Range(0, Urgent).Select(_ => counterpart.Deliver(pressing, how: new() { ReceivedAt = now.AddMinutes(-1) })).ToList();
        var started = TimeProvider.System.GetTimestamp();
        counterpart.Paused = false;
        if (exam.Participant.CanBeKilled)
            await exam.Begin();
        var all = routine.Concat(urgent).Select(a => a.ActId).ToHashSet();
        // As long as something comes, and not for ever.
        for (var (before, reached) = (-1, Handed()); reached > before && reached < all.Count && TimeProvider.System.GetElapsedTime(started) < InTime; (before, reached) = (reached, Handed()))
        {
            var so = reached;
            await counterpart.Await(_ => Handed() > so ? all : null, 2 * exam.Patience, exam.Cancelled);
        }

        var took = TimeProvider.System.GetElapsedTime(started);

        var receipts = counterpart.Acts.Where(a => a.Receipt is { Stage: ReceiptStage.Delivered } r && all.Contains(r.OfActId)).OrderBy(a => a.Act!.Header.Sequence).ToList();
        var taken = receipts.Select(a => a.Receipt!.OfActId).ToList();
        exam.Saw("LH-C240", taken.Distinct().Count() == all.Count, $"Of {all.Count} acts that waited {taken.Distinct().Count()} were taken.");
        exam.Saw("LH-C241", taken.Count == taken.Distinct().Count(), $"{taken.Count - taken.Distinct().Count()} were taken twice.");
        var handed = Handed();
        exam.Saw("LH-C242", handed == all.Count, $"{handed} receipts 'HandedOver' for {all.Count} acts.");
        var place = taken.Index().ToLookup(p => p.Item, p => p.Index);
        var unordered = on.Count(c => routine.Where(a => a.On == c).SelectMany(a => place[a.ActId].Take(1)).ToList() is var places && !places.SequenceEqual(places.Order()));
        exam.Saw("LH-C243", unordered == 0, unordered == 0 ? $"On each of {Requests} requests the receipts come in the order of the acts." : $"On {unordered} of {Requests} requests the receipts do not come in the order of the acts.");
        // The order in which they came, not their numbers: the urgent lane is its own.
        var came = counterpart.Arrived.Where(a => a.Receipt is { Stage: ReceiptStage.Delivered } r && all.Contains(r.OfActId)).Select(a => a.Receipt!.OfActId).ToList();
        var lastUrgent = urgent.Select(a => came.IndexOf(a.ActId)).DefaultIfEmpty(-1).Max();
        exam.Saw("LH-C244", lastUrgent >= 0 && lastUrgent < exam.Waiting / 4, $"{Urgent} urgent acts waited behind {routine.Count}; the last of them was taken as number {lastUrgent + 1}.");
        exam.Saw("LH-C245", handed == all.Count && took < InTime, $"It took {took.TotalSeconds:0.0} s.");
        exam.Saw("LH-C246", await exam.Fence(), "An act that came after them was taken, or was not.");

        int Handed() => counterpart.Acts.Count(a => a.Receipt is { Stage: ReceiptStage.HandedOver } r && all.Contains(r.OfActId));
    }
}
