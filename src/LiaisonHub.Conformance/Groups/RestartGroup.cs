using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Conformance.Groups;

/// <summary>The power fails between two steps: nothing is lost, nothing happens twice.</summary>
static class RestartGroup
{
    internal static async Task Run(Exam exam)
    {
        if (!exam.Participant.CanBeKilled)
            throw new SceneEndedException("The kit does not hold the participant's power switch.");
        var counterpart = exam.Counterpart;
        await exam.Fence();
        await exam.Settled();

        var before = counterpart.Arrived.Count;
        var highest = counterpart.Acts.Max(a => a.Act!.Header.Sequence);
        await exam.Restart();
        await exam.Fence();
        await exam.Settled();
        var since = counterpart.Arrived.Skip(before).Where(a => a.Act is not null).ToList();
        exam.Saw("LH-C210", since.Count > 0 && since.All(a => a.Again || a.Act!.Header.Sequence > highest) && since.Where(a => !a.Again).Select(a => a.Act!.Header.Sequence).DefaultIfEmpty().Min() == highest + 1,
            $"Before the end the highest number was {highest}; after the new start the first is {since.Where(a => !a.Again).Select(a => a.Act!.Header.Sequence).DefaultIfEmpty().Min()}.");
        exam.Saw("LH-C211", since.All(a => !a.Again), since.All(a => !a.Again) ? "What the hub had confirmed was not sent again." : $"{since.Count(a => a.Again)} acts the hub had confirmed were sent again.");

        await BeforeConfirmation(exam);
        await BeforeAcknowledgement(exam);
        await WhileDown(exam);
        await InABurst(exam);
        await LocalFiles(exam);
    }

    // The act is made and sent; the power fails before the hub's confirmation arrives.
    static async Task BeforeConfirmation(Exam exam)
    {
        var counterpart = exam.Counterpart;
        counterpart.Unconfirmed = true;
        var act = counterpart.Deliver(counterpart.Fence);
        var first = await counterpart.Receipt(act.ActId, ReceiptStage.Delivered, exam.Patience, exam.Cancelled);
        await exam.Participant.Kill();
        counterpart.Unconfirmed = false;
        await exam.Begin();
        if (first is null)
        {
            exam.Unseen("LH-C212", "No act came while confirmations were withheld.");
            return;
        }

        var sent = await counterpart.Sent(first, 2, exam.Patience, exam.Cancelled);
        await exam.Fence();
        exam.Saw("LH-C212", sent.Count > 1 && sent.Select(a => a.Document!.PayloadDigest).Distinct().Count() == 1 && counterpart.Receipts(act.ActId).Count(a => a.Receipt!.Stage == ReceiptStage.Delivered) == 1,
            sent.Count > 1 ? $"After the new start the act came again; {sent.Select(a => a.Document!.PayloadDigest).Distinct().Count()} contents, {counterpart.Receipts(act.ActId).Count(a => a.Receipt!.Stage == ReceiptStage.Delivered)} receipts." : "After the new start the act the hub never confirmed did not come again.");
    }

    // The notice has had its effect; the power fails before the broker hears of it, and delivers once more.
    static async Task BeforeAcknowledgement(Exam exam)
    {
        var counterpart = exam.Counterpart;
        var act = counterpart.Make(counterpart.Fence, nameof(NoteSent));
        var post = counterpart.Prepared(new ActDelivered { Act = act.Document, ReceivedAt = TimeProvider.System.GetUtcNow(), Standing = counterpart.Standing(counterpart.Fence) }, counterpart.Fence);
        counterpart.Repeat(post);
        await counterpart.Receipt(act.ActId, ReceiptStage.Delivered, exam.Patience, exam.Cancelled);
        await exam.Participant.Kill();
        counterpart.Repeat(post);
        await exam.Begin();
        await exam.Fence();
        await counterpart.Receipt(act.ActId, ReceiptStage.HandedOver, exam.Patience, exam.Cancelled);
        await exam.Settled();
        var receipts = counterpart.Receipts(act.ActId);
        exam.Saw("LH-C213", receipts.Count(a => a.Receipt!.Stage == ReceiptStage.Delivered) == 1, $"A notice was delivered before the end and once more after it: {receipts.Count(a => a.Receipt!.Stage == ReceiptStage.Delivered)} receipts 'Delivered'.");
        exam.Saw("LH-C214", receipts.Count(a => a.Receipt!.Stage == ReceiptStage.HandedOver) == 1, $"{receipts.Count(a => a.Receipt!.Stage == ReceiptStage.HandedOver)} receipts 'HandedOver'.");
    }

    static async Task WhileDown(Exam exam)
    {
        var counterpart = exam.Counterpart;
        await exam.Participant.Kill();
        var on = counterpart.Open(Side.Requested);
        var acts = Enumerable.Range(0, 20).Select(_ => counterpart.Deliver(on)).ToList();
        await exam.Begin();
        await exam.Fence();
        var order = counterpart.Acts.Where(a => a.Receipt?.Stage == ReceiptStage.Delivered && acts.Any(s => s.ActId == a.Receipt.OfActId)).OrderBy(a => a.Act!.Header.Sequence).Select(a => a.Receipt!.OfActId).ToList();
        exam.Saw("LH-C215", order.Count == acts.Count, $"Of {acts.Count} acts that waited while it was away {order.Count} have a receipt.");
        exam.Saw("LH-C216", order.SequenceEqual(acts.Select(a => a.ActId)), order.SequenceEqual(acts.Select(a => a.ActId)) ? "Their receipts come in the order of the acts." : "Their receipts do not come in the order of the acts.");
    }

    // Three times in the middle of fifty acts.
    static async Task InABurst(Exam exam)
    {
        var counterpart = exam.Counterpart;
        var acts = new List<SignedAct>();
        for (var round = 0; round < 3; round++)
        {
            var burst = Enumerable.Range(0, 50).Select(_ => counterpart.Deliver(counterpart.Fence)).ToList();
            acts.AddRange(burst);
            await counterpart.Receipt(burst[round * 10].ActId, ReceiptStage.Delivered, exam.Patience, exam.Cancelled);
            await exam.Restart();
        }

        await exam.Fence();
        await counterpart.Await(
            all => all.Where(a => a.Receipt?.Stage == ReceiptStage.HandedOver).Select(a => a.Receipt!.OfActId).ToHashSet() is var handed && acts.All(s => handed.Contains(s.ActId)) ? all : null,
            4 * exam.Patience, exam.Cancelled);
        var receipts = counterpart.Acts.Where(a => a.Receipt is not null).ToLookup(a => (a.Receipt!.OfActId, a.Receipt.Stage));
        var lost = acts.Count(a => !receipts.Contains((a.ActId, ReceiptStage.Delivered)) || !receipts.Contains((a.ActId, ReceiptStage.HandedOver)));
        var doubled = acts.Count(a => receipts[(a.ActId, ReceiptStage.Delivered)].Count() > 1 || receipts[(a.ActId, ReceiptStage.HandedOver)].Count() > 1);
        exam.Saw("LH-C217", lost == 0 && doubled == 0, $"It was ended three times in the middle of {acts.Count} acts: {lost} lost, {doubled} had their effect twice.");
    }

    static async Task LocalFiles(Exam exam)
    {
        if (exam.Participant.Local is not { Sample: { } sample } local)
        {
            exam.WithoutLocalSystem("LH-C218", "LH-C219");
            return;
        }

        var drop = new LocalDrop(exam, local, sample);
        await drop.Begin();
        var before = drop.Acts;
        await exam.Participant.Kill();
        var (waiting, bytes) = drop.Good();
        drop.Drop(waiting, bytes);
        await exam.Begin();
        var came = await exam.Counterpart.Await(_ => drop.Acts > before ? exam.Counterpart.Arrived : null, exam.Patience, exam.Cancelled) is not null;
        exam.Saw("LH-C218", came, came ? "A file dropped while it was away made its act after the new start." : "A file dropped while it was away made no act after the new start.");

        await drop.Gone(waiting);
        before = drop.Acts;
        for (var round = 0; round < 3; round++)
        {
            var (name, content) = drop.Good();
            drop.Drop(name, content);
            // At once; when it is gone from the folder; when its act has come.
            if (round == 1)
                await drop.Gone(name);
            else if (round == 2)
                await exam.Counterpart.Await(_ => drop.Acts > before + 2 ? exam.Counterpart.Arrived : null, exam.Patience, exam.Cancelled);
            await exam.Restart();
        }

        await exam.Counterpart.Await(_ => drop.Acts >= before + 3 ? exam.Counterpart.Arrived : null, exam.Patience, exam.Cancelled);
        var passed = await drop.Passed();
        var made = drop.Acts - before - (passed ? 1 : 0);
        exam.Saw("LH-C219", made == 3, $"It was ended at three moments while it worked on a file: three files made {made} acts.");
    }
}
