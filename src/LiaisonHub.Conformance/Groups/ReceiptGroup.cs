using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Conformance.Groups;

/// <summary>How far an act has come: delivered, handed over, opened by a person.</summary>
static class ReceiptGroup
{
    static readonly string[] Written = [nameof(RequestSubmitted), nameof(NoteSent), nameof(InformationRequested), nameof(RequestAcknowledged), nameof(EvidenceSent), nameof(RequestRecognised)];

    internal static async Task Run(Exam exam)
    {
        var counterpart = exam.Counterpart;
        var on = counterpart.Open(Side.Requested);
        var started = TimeProvider.System.GetTimestamp();
        var act = counterpart.Deliver(on, nameof(RequestSubmitted));
        var delivered = await counterpart.Receipt(act.ActId, ReceiptStage.Delivered, exam.Patience, exam.Cancelled);
        exam.Saw("LH-C100", delivered is not null, delivered is null ? $"No receipt within {exam.Patience.TotalSeconds:0} s." : $"The receipt 'Delivered' came after {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s.");
        var handed = await counterpart.Receipt(act.ActId, ReceiptStage.HandedOver, exam.Patience, exam.Cancelled);
        exam.Saw("LH-C101", handed is not null, handed is null ? $"No receipt 'HandedOver' within {exam.Patience.TotalSeconds:0} s." : $"The receipt 'HandedOver' came after {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s.");
        if (delivered is null || handed is null)
            exam.Unseen("LH-C102", "One of the two receipts did not come.");
        else
            exam.Saw("LH-C102", delivered.Act!.Header.Sequence < handed.Act!.Header.Sequence, $"'Delivered' has number {delivered.Act.Header.Sequence}, 'HandedOver' number {handed.Act.Header.Sequence}.");
        await exam.Fence();
        var opened = Stage(ReceiptStage.Opened);
        exam.Saw("LH-C103", opened == 0, opened == 0 ? "Nobody opened it, and nothing says so." : "Nobody opened it, but a receipt 'Opened' came.");

        if (exam.Participant.Hand is { } hand)
        {
            await hand.Open(act.ActId, exam.Cancelled);
            var seen = await counterpart.Receipt(act.ActId, ReceiptStage.Opened, exam.Patience, exam.Cancelled);
            exam.Saw("LH-C104", seen is not null, seen is null ? "A person opened it at the desk; no receipt 'Opened' came." : "A person opened it at the desk, and the receipt 'Opened' came.");
            await hand.Open(act.ActId, exam.Cancelled);
            await exam.Fence();
            exam.Saw("LH-C105", seen is not null && Stage(ReceiptStage.Opened) == 1, $"It was opened twice; {Stage(ReceiptStage.Opened)} receipts 'Opened' came.");
        }
        else
            exam.Unseen(["LH-C104", "LH-C105"], "Nobody works at the participant's desk for the kit.");

        exam.Saw("LH-C106", Stage(ReceiptStage.Delivered) == 1 && Stage(ReceiptStage.HandedOver) == 1, $"{Stage(ReceiptStage.Delivered)} receipts 'Delivered', {Stage(ReceiptStage.HandedOver)} 'HandedOver'.");
        var elsewhere = counterpart.Receipts(act.ActId).FirstOrDefault(a => a.Act!.Header.RequestId != on.RequestId);
        exam.Saw("LH-C107", elsewhere is null, elsewhere is null ? "Every receipt stands on the request of its act." : "A receipt stands on another request than its act.");

        var receipt = counterpart.Deliver(on, nameof(ReceiptGiven));
        await exam.Fence();
        var answers = counterpart.Receipts(receipt.ActId).Count;
        exam.Saw("LH-C108", answers == 0, $"A receipt of the other state was answered with {answers} receipts.");
        await GivenOnce(exam);

        int Stage(ReceiptStage stage) => counterpart.Receipts(act.ActId).Count(a => a.Receipt!.Stage == stage);
    }

    // What the local system is given names the act in the file's name.
    static async Task GivenOnce(Exam exam)
    {
        if (exam.Participant.Local?.Outbox is not { } folder)
        {
            exam.WithoutLocalSystem("LH-C109");
            return;
        }

        var counterpart = exam.Counterpart;
        var on = counterpart.Open(Side.Requested);
        foreach (var type in Written)
        {
            var act = counterpart.Deliver(on, type);
            if (await counterpart.Receipt(act.ActId, ReceiptStage.HandedOver, exam.Patience, exam.Cancelled) is null)
                break;
            if (Files(folder, act.ActId) == 0)
                continue;
            counterpart.Deliver(act);
            await exam.Fence();
            exam.Saw("LH-C109", Files(folder, act.ActId) == 1, $"{type} was delivered twice; the local system was given {Files(folder, act.ActId)} messages of it.");
            return;
        }

        exam.Unseen("LH-C109", $"None of {string.Join(", ", Written)} is written for the local system under the act's id.");
    }

    /// <summary>How many messages the local system was given of an act.</summary>
    internal static int Files(string folder, Guid actId) => Directory.EnumerateFiles(folder).Count(f => f.Contains(actId.ToString("N"), StringComparison.OrdinalIgnoreCase) && !f.EndsWith(".tmp", StringComparison.Ordinal));
}
