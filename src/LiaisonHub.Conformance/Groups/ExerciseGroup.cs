using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Conformance.Groups;

/// <summary>A drill stays a drill, and nothing else becomes one.</summary>
static class ExerciseGroup
{
    internal static async Task Run(Exam exam)
    {
        var counterpart = exam.Counterpart;
        var drill = counterpart.Open(Side.Requested, exercise: true);
        var live = counterpart.Open(Side.Requested);
        var (drilled, real) = (counterpart.Deliver(drill, nameof(RequestSubmitted)), counterpart.Deliver(live, nameof(RequestSubmitted)));
        await exam.Fence();
        await counterpart.Receipt(drilled.ActId, ReceiptStage.HandedOver, exam.Patience, exam.Cancelled);
        await counterpart.Receipt(real.ActId, ReceiptStage.HandedOver, exam.Patience, exam.Cancelled);
        var (marked, unmarked) = (counterpart.Receipts(drilled.ActId), counterpart.Receipts(real.ActId));
        exam.Saw("LH-C270", marked.Count > 0 && marked.All(a => a.Act!.Header.Exercise), $"{marked.Count(a => a.Act!.Header.Exercise)} of {marked.Count} receipts in a drill are marked as one.");
        exam.Saw("LH-C271", unmarked.Count > 0 && unmarked.All(a => !a.Act!.Header.Exercise), $"{unmarked.Count(a => a.Act!.Header.Exercise)} of {unmarked.Count} receipts outside a drill are marked as one.");
        if (exam.Participant.Hand is not { } hand)
        {
            exam.Unseen(["LH-C272", "LH-C273", "LH-C274"], "Nobody works at the participant's desk for the kit.");
            return;
        }

        var known = (await hand.Request(drill.RequestId, exam.Cancelled), await hand.Request(live.RequestId, exam.Cancelled));
        exam.Saw("LH-C272", known is ({ Exercise: true }, { Exercise: false }), $"At the desk the drill is {(known.Item1?.Exercise == true ? "marked" : "not marked")}, the other request is {(known.Item2?.Exercise == false ? "not marked" : "marked or unknown")}.");
        var answer = await Made(new ActToMake { Type = nameof(NoteSent), RequestId = drill.RequestId, Open = new NoteSent { Subject = "Drill" } });
        exam.Saw("LH-C273", answer?.Act!.Header.Exercise == true, answer is null ? "An act made on the drill did not come." : $"An act made on the drill is {(answer.Act!.Header.Exercise ? "marked" : "not marked")}.");
        var opened = Samples.Open(nameof(RequestSubmitted));
        opened.Remove("reference");
        var begun = await Made(new ActToMake
        {
            Type = nameof(RequestSubmitted),
            To = new Party { State = counterpart.Other, Authority = counterpart.OtherAuthority },
            Open = opened,
            Private = Samples.Private(nameof(RequestSubmitted)),
            Exercise = true,
        });
        exam.Saw("LH-C274", begun?.Act!.Header.Exercise == true, begun is null ? "A request begun as a drill did not come." : $"A request begun as a drill is {(begun.Act!.Header.Exercise ? "marked" : "not marked")}.");

        async Task<Arrival?> Made(ActToMake wanted)
        {
            var (actId, _) = await hand.Make(wanted, exam.Cancelled);
            return actId is null ? null : await counterpart.Await(all => all.FirstOrDefault(a => a.Act?.Header.ActId == actId), exam.Patience, exam.Cancelled);
        }
    }
}
