using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Conformance.Groups;

/// <summary>Every kind of notice the hub sends.</summary>
static class NoticeGroup
{
    /// <summary>The check of each notice.</summary>
    internal static IReadOnlyDictionary<string, string> CheckOf { get; } = new Dictionary<string, string>
    {
        [nameof(ActDelivered)] = "LH-C170",
        [nameof(ActAccepted)] = "LH-C171",
        [nameof(ActRefused)] = "LH-C172",
        [nameof(ReminderNotice)] = "LH-C173",
        [nameof(OverdueNotice)] = "LH-C174",
        [nameof(EscalationNotice)] = "LH-C175",
        [nameof(DisputeNotice)] = "LH-C176",
        [nameof(SilenceNotice)] = "LH-C177",
        [nameof(ReceiptNotice)] = "LH-C178",
        [nameof(UnopenedNotice)] = "LH-C179",
        [nameof(StatusReport)] = "LH-C180",
        [nameof(HeldCopyNotice)] = "LH-C181",
        [nameof(MaintenanceNotice)] = "LH-C182",
        [nameof(ReducedAmountNotice)] = "LH-C183",
    };

    internal static async Task Run(Exam exam)
    {
        var counterpart = exam.Counterpart;
        var on = counterpart.Open(Side.Requesting);
        counterpart.Deliver(on, nameof(NoteSent));
        await exam.Fence();
        foreach (var (notice, check) in CheckOf)
        {
            if (await exam.SetAside() is not { } before)
            {
                exam.Unseen(check, "The participant does not say how much stands in its quarantine.");
                continue;
            }

            SignedAct? delivered = null;
            if (notice == nameof(ActDelivered))
                delivered = counterpart.Deliver(on);
            else
                counterpart.Notify(notice, Body(notice, counterpart.Standing(on)), on);
            var taken = await exam.Fence();
            var after = await exam.SetAside();
            exam.Saw(check, taken && after == before && (delivered is null || counterpart.Receipts(delivered.ActId).Count > 0),
                !taken ? $"After {notice} nothing was taken any more." : after == before ? $"{notice} was taken; nothing more stands in quarantine, and what followed was taken." : $"{notice} was put aside: {after} in quarantine, {before} before.");
        }
    }

    static JsonObject Body(string notice, Standing standing)
    {
        var body = Samples.Body(notice);
        if (body.ContainsKey("standing"))
            body["standing"] = JsonSerializer.SerializeToNode(standing, Wire.Json);
        return body;
    }
}
