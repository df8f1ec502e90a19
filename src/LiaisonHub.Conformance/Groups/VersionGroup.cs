using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;

namespace LiaisonHub.Conformance.Groups;

/// <summary>What a newer side sends: what may be passed over is, what may not is set aside, and nothing stops.</summary>
static class VersionGroup
{
    internal static async Task Run(Exam exam)
    {
        var counterpart = exam.Counterpart;
        await exam.Fence();
        var before = await exam.SetAside();
        SignedAct Noted(Spoiled how) => counterpart.Deliver(counterpart.Fence, how: how);
        using var hub = RawKey.Of(counterpart.Hub);

        await exam.Refused("LH-C250", "A notice of a kind nobody knows", () => Noted(new() { Notice = n => n["type"] = "ActTeleported" }));
        await exam.Refused("LH-C251", "An act of a kind nobody knows", () => Noted(new() { Act = a => a["type"] = "RequestTeleported" }));
        await exam.Refused("LH-C252", "A notice of another version of the contracts", () =>
            Noted(new() { Sign = p => Signing.Serialize(hub.Sign($$"""{"alg":"ES256","kid":"{{counterpart.Hub.KeyId}}","typ":"notice.v2+json"}""", p)) }));
        await exam.Taken("LH-C253", "A notice with fields of a later minor version", () => Noted(new()
        {
            Notice = n => (n["since19"], n["header"]!["since19"], n["body"]!["since19"]) = ("x", 19, new JsonArray(1, 2)),
        }));
        await exam.Taken("LH-C254", "An act with fields of a later minor version", () => Noted(new()
        {
            Act = a => (a["since19"], a["header"]!["since19"], a["open"]!["since19"]) = ("x", 19, new JsonObject { ["a"] = 1 }),
        }));
        await exam.Taken("LH-C255", "A private part with a field of a later minor version", () => Noted(new() { Private = p => p["since19"] = "x" }));
        await exam.Refused("LH-C256", "An act with a value no list has", () => Noted(new() { Act = a => a["header"]!["priority"] = "Someday" }));
        await exam.Refused("LH-C257", "A notice with a value no list has", () => Noted(new() { Notice = n => n["body"]!["standing"]!["yourSide"] = "Observer" }));
        await exam.Refused("LH-C258", "An act without a field it must have", () => Noted(new() { Act = a => ((JsonObject)a["open"]!).Remove("subject") }));
        await exam.Refused("LH-C259", "An act with a null in a list", () => counterpart.Deliver(counterpart.Fence, nameof(RequestSubmitted), new() { Act = a => a["open"]!["languages"] = new JsonArray("en", null) }));
        await exam.Refused("LH-C260", "An act with a field of another kind", () => Noted(new() { Act = a => a["open"]!["subject"] = 7 }));
        var after = await exam.SetAside();
        if (before is null || after is null)
            exam.Unseen("LH-C261", "The participant does not say how much stands in its quarantine.");
        else
            exam.Saw("LH-C261", after >= before + 8, $"Eight documents could not be understood; {after - before} more stand in its quarantine.");
    }
}
