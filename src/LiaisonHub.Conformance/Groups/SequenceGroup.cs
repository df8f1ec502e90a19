using System.Globalization;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;

namespace LiaisonHub.Conformance.Groups;

/// <summary>Numbers in both directions, repetitions, and what overtakes.</summary>
static class SequenceGroup
{
    internal static async Task Run(Exam exam)
    {
        var counterpart = exam.Counterpart;
        var on = counterpart.Open(Side.Requested);
        counterpart.Deliver(on, nameof(RequestSubmitted));
        var urgent = counterpart.Open(Side.Requested, priority: Priority.Urgent);
        var pressing = counterpart.Deliver(urgent, nameof(RequestSubmitted));
        await exam.Fence();
        await counterpart.Receipt(pressing.ActId, ReceiptStage.Delivered, exam.Patience, exam.Cancelled);

        await Repetitions(exam, on);
        await Unconfirmed(exam);
        await Answered(exam, on);
        await exam.Fence();
        Headers(exam);
    }

    static void Headers(Exam exam)
    {
        var counterpart = exam.Counterpart;
        var acts = counterpart.Acts.OrderBy(a => a.Act!.Header.Sequence).ToList();
        var numbers = acts.Select(a => a.Act!.Header.Sequence).ToList();
        exam.Saw("LH-C070", numbers.Count > 0 && numbers[0] == 1, $"The first number is {numbers.FirstOrDefault()}.");
        var missing = numbers.Count == 0 ? [] : Enumerable.Range(1, (int)Math.Min(numbers[^1], 100_000)).Select(n => (long)n).Except(numbers).ToList();
        exam.Saw("LH-C071", missing.Count == 0 && numbers.Count > 0, missing.Count == 0 ? $"Numbers 1 to {numbers.LastOrDefault()}, none missing." : $"Number {missing[0]} never came, {missing.Count} in all.");
        var twice = numbers.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1);
        exam.Saw("LH-C072", twice is null, twice is null ? "No number stands on two acts." : $"Number {twice.Key} stands on {twice.Count()} acts.");
        string? wrong = null;
        foreach (var request in acts.GroupBy(a => a.Act!.Header.RequestId))
        {
            long? before = null;
            foreach (var act in request)
            {
                if (act.Act!.Header.After != before)
                    wrong ??= string.Create(CultureInfo.InvariantCulture, $"Act {act.Act.Header.Sequence} says it comes after {After(act.Act.Header.After)}; on its request it comes after {After(before)}.");
                before = act.Act.Header.Sequence;
            }
        }

        exam.Saw("LH-C073", wrong is null, wrong ?? "Every act names the one before it on the same request.");
        var ids = acts.Select(a => a.Act!.Header.ActId).ToList();
        exam.Saw("LH-C074", ids.Distinct().Count() == ids.Count && ids.All(i => i.Version is 4 or 7), $"{ids.Distinct().Count()} ids on {ids.Count} acts, versions {string.Join(", ", ids.Select(i => i.Version).Distinct().Order())}.");
        var local = acts.FirstOrDefault(a => a.Act!.Header.ClaimedAt.Offset != TimeSpan.Zero);
        exam.Saw("LH-C075", local is null, local is null ? "All claimed instants are in UTC." : $"A claimed instant has the offset {local.Act!.Header.ClaimedAt.Offset}.");
        var known = acts.Where(a => a.Receipt is not null).ToList();
        var astray = known.FirstOrDefault(a => a.Act!.Header.InReplyTo != a.Receipt!.OfActId);
        exam.Saw("LH-C076", astray is null && known.Count > 0, astray is null ? $"{known.Count} receipts name the act they answer." : "A receipt does not name the act it answers in inReplyTo.");
        var lane = acts.FirstOrDefault(a => (a.Act!.Header.Priority == Priority.Routine) != (a.Post.Lane == Lane.Routine));
        var pressing = acts.Count(a => a.Act!.Header.Priority != Priority.Routine);
        if (pressing == 0)
            exam.Saw("LH-C077", false, "An urgent request was delivered; its receipts are not marked as urgent.");
        else
            exam.Saw("LH-C077", lane is null, lane is null ? $"{pressing} pressing acts took the urgent lane, the others the ordinary one." : $"An act of priority {lane.Act!.Header.Priority} took the {lane.Post.Lane} lane.");
        var misnamed = acts.FirstOrDefault(a => a.Post.Id != a.Act!.Header.ActId);
        exam.Saw("LH-C078", misnamed is null, misnamed is null ? "Every message carries the act's id as its own." : "A message carries another id than its act.");
    }

    static async Task Repetitions(Exam exam, Conversation on)
    {
        var counterpart = exam.Counterpart;
        var act = counterpart.Make(on, nameof(NoteSent));
        var body = new ActDelivered { Act = act.Document, ReceivedAt = TimeProvider.System.GetUtcNow(), Standing = counterpart.Standing(on) };
        var post = counterpart.Prepared(body, on);
        counterpart.Repeat(post);
        counterpart.Repeat(post);
        await Once(exam, "LH-C080", "The same notice twice, the same bytes", act);

        act = counterpart.Make(on, nameof(NoteSent));
        counterpart.Deliver(act);
        counterpart.Deliver(act);
        await Once(exam, "LH-C081", "The same act in two notices", act);

        var first = counterpart.Make(on, nameof(NoteSent));
        var noticeId = counterpart.Notify(new ActDelivered { Act = first.Document, ReceivedAt = TimeProvider.System.GetUtcNow(), Standing = counterpart.Standing(on) }, on);
        await exam.Refused("LH-C082", "A notice under an id used before, with other content", () => counterpart.Deliver(on, how: new() { NoticeId = noticeId, Uncounted = true }));
        var number = counterpart.Skip();
        counterpart.Deliver(on, how: new() { Number = number });
        await exam.Refused("LH-C083", "A notice under a number of the hub used before, with other content", () => counterpart.Deliver(on, how: new() { Number = number }));
        first = counterpart.Deliver(on);
        await exam.Refused("LH-C084", "Another act under a number the other state used before", () => counterpart.Deliver(on, how: new() { ActNumber = first.Number }));

        var lost = counterpart.Make(on, nameof(NoteSent));
        var gap = counterpart.Skip();
        var after = counterpart.Deliver(on);
        await exam.Fence();
        counterpart.Deliver(lost, new() { Number = gap });
        await exam.Fence();
        var late = await counterpart.Receipt(lost.ActId, ReceiptStage.Delivered, exam.Patience, exam.Cancelled);
        var kept = await counterpart.Receipt(after.ActId, ReceiptStage.Delivered, exam.Patience, exam.Cancelled);
        exam.Saw("LH-C085", late is not null && kept is not null, late is null ? "The number that was missing came later, and its act was not taken." : kept is null ? "What came after the missing number was lost." : "What was missing and what came after it were both taken.");
        exam.Saw("LH-C086", Delivered(exam, lost) == 1 && Delivered(exam, after) == 1, $"{Delivered(exam, lost)} receipts for the one that was late, {Delivered(exam, after)} for the one that overtook it.");
    }

    static async Task Once(Exam exam, string check, string what, SignedAct act)
    {
        var taken = await exam.Fence();
        var receipts = Delivered(exam, act);
        exam.Saw(check, taken && receipts == 1, $"{what}: {receipts} receipts{(taken ? "" : "; what followed was not taken")}.");
    }

    static int Delivered(Exam exam, SignedAct act) => exam.Counterpart.Receipts(act.ActId).Count(a => a.Receipt!.Stage == ReceiptStage.Delivered);

    // The broker's confirmation is lost: the participant cannot know whether the hub has the act.
    static async Task Unconfirmed(Exam exam)
    {
        var counterpart = exam.Counterpart;
        counterpart.Unconfirmed = true;
        var act = counterpart.Deliver(counterpart.Fence);
        var first = await counterpart.Receipt(act.ActId, ReceiptStage.Delivered, exam.Patience, exam.Cancelled);
        counterpart.Unconfirmed = false;
        if (first is null)
        {
            exam.Unseen(["LH-C087", "LH-C088"], $"No receipt came while confirmations were withheld for {exam.Patience.TotalSeconds:0} s.");
            return;
        }

        var sent = await counterpart.Sent(first, 2, exam.Patience, exam.Cancelled);
        exam.Saw("LH-C087", sent.Count > 1, sent.Count > 1 ? $"An act the hub had not confirmed was sent {sent.Count} times." : "An act the hub had not confirmed was sent once and never again.");
        exam.Saw("LH-C088", sent.Select(a => a.Document!.PayloadDigest).Distinct().Count() == 1, sent.Select(a => a.Document!.PayloadDigest).Distinct().Count() == 1
            ? "What was sent again are the same bytes under the same number." : "What was sent again is not what was sent first.");
    }

    // The hub repeats its first answer to an act it has before; and refuses one.
    static async Task Answered(Exam exam, Conversation on)
    {
        var counterpart = exam.Counterpart;
        if (exam.Participant.Hand is not { } hand)
        {
            exam.Unseen(["LH-C089", "LH-C090", "LH-C091"], "Nobody works at the participant's desk for the kit, so no act was made.");
            return;
        }

        var sent = await Made();
        if (sent is null)
        {
            exam.Unseen(["LH-C089", "LH-C090", "LH-C091"], "The act made at the desk did not come.");
            return;
        }

        await exam.Fence();
        var before = counterpart.Acts.Count(a => a.Act!.Type != nameof(ReceiptGiven));
        counterpart.Notify(new ActAccepted { ActId = sent.Act!.Header.ActId, ReceivedAt = sent.At, Duplicate = true, Standing = counterpart.Standing(on) }, on);
        var taken = await exam.Fence();
        var made = counterpart.Acts.Count(a => a.Act!.Type != nameof(ReceiptGiven)) - before;
        var outcome = await hand.Outcome(sent.Act.Header.ActId, exam.Cancelled);
        exam.Saw("LH-C089", taken && made == 0 && outcome == "Accepted", $"The first answer came once more: {made} new acts were made, the act stands there as '{outcome}'.");

        counterpart.Answer = a => a.Act!.Type == nameof(NoteSent)
            ? new ActRefused { ActId = a.Act.Header.ActId, Code = RefusalCode.ConditionNotMet, Reason = "The kit refuses it.", Standing = counterpart.Standing(on) } : null;
        var refused = await Made();
        await exam.Fence();
        counterpart.Answer = null;
        var next = await Made();
        await exam.Fence();
        var said = refused is null ? null : await hand.Outcome(refused.Act!.Header.ActId, exam.Cancelled);
        exam.Saw("LH-C090", said == "Refused", $"A refused act stands there as '{said ?? "nothing"}'.");
        var again = refused is null ? 0 : counterpart.Arrived.Count(a => a.Act?.Header.ActId == refused.Act!.Header.ActId);
        exam.Saw("LH-C091", refused is not null && next is not null && again == 1 && next.Act!.Header.Sequence > refused.Act!.Header.Sequence,
            refused is null || next is null ? "An act made at the desk did not come." : $"The refused act keeps number {refused.Act!.Header.Sequence} and was sent {again} times; the next has number {next.Act!.Header.Sequence}.");

        async Task<Arrival?> Made()
        {
            var (actId, _) = await hand.Make(new ActToMake { Type = nameof(NoteSent), RequestId = on.RequestId, Open = new NoteSent { Subject = "Numbers" } }, exam.Cancelled);
            return actId is null ? null : await counterpart.Await(all => all.FirstOrDefault(a => a.Act?.Header.ActId == actId), exam.Patience, exam.Cancelled);
        }
    }

    static string After(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "nothing";
}
