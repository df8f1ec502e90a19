using LiaisonHub.Sealing;

namespace LiaisonHub.Conformance.Groups;

/// <summary>Who the participant says it is, and whom it believes.</summary>
static class IdentityGroup
{
    internal static async Task Run(Exam exam)
    {
        var (counterpart, now) = (exam.Counterpart, TimeProvider.System.GetUtcNow());
        await exam.Fence();

        var report = await counterpart.Await(all => all.FirstOrDefault(a => a.Report is not null), exam.Patience, exam.Cancelled);
        exam.Saw("LH-C001", report is not null, report is null ? $"No sign of life within {exam.Patience.TotalSeconds:0} s." : $"A sign of life of version {report.Report!.Version}.");
        if (report?.Report is { } said)
        {
            exam.Saw("LH-C002", said.State == exam.Participant.State, $"The sign of life names {said.State}.");
            exam.Saw("LH-C003", said is { EverySeconds: >= 5 and <= 3600, Version.Length: > 0, OutboxWaiting: >= 0, Quarantined: >= 0, Incomplete: >= 0 },
                $"Version '{said.Version}', every {said.EverySeconds} s, {said.OutboxWaiting} waiting, {said.Quarantined} in quarantine, {said.Incomplete} incomplete.");
        }

        var acts = counterpart.Acts.ToList();
        var foreign = acts.FirstOrDefault(a => a.Act!.Header.Sender.State != exam.Participant.State);
        exam.Saw("LH-C004", foreign is null, foreign is null ? $"All {acts.Count} acts name {exam.Participant.State} as their sender." : $"An act names {foreign.Act!.Header.Sender.State} as its sender.");
        var addressed = acts.Where(a => a.Receipt is not null).ToList();
        var other = addressed.FirstOrDefault(a => a.Act!.Header.Sender.Authority != exam.Participant.Authority);
        exam.Saw("LH-C005", other is null && addressed.Count > 0, other is null
            ? $"{addressed.Count} answers come from {exam.Participant.Authority}, the authority that was addressed."
            : $"An act addressed to {exam.Participant.Authority} is answered by {other.Act!.Header.Sender.Authority}.");

        var all = counterpart.Arrived;
        var unknown = all.FirstOrDefault(a => a.Problem?.Reason is NotAuthenticReason.UnknownKey or NotAuthenticReason.WrongOwner);
        exam.Saw("LH-C006", unknown is null, unknown is null ? $"The key of each of {all.Count} documents is one of {exam.Participant.State} in the directory." : unknown.Problem!.Message);
        var ids = all.Select(a => (string?)a.Protected?["kid"]).ToHashSet();
        exam.Saw("LH-C007", !ids.Contains(counterpart.OwnSeal.KeyId) && !ids.Contains(counterpart.OwnSealBefore.KeyId) && ids.Count > 0,
            ids.Contains(counterpart.OwnSeal.KeyId) || ids.Contains(counterpart.OwnSealBefore.KeyId) ? "A document names the key that opens seals as the one it is signed with." : "No document names a key that opens seals.");
        exam.Saw("LH-C008", ids.SetEquals([counterpart.OwnSign.KeyId]), ids.Contains(counterpart.OwnSignBefore.KeyId)
            ? "Two keys are valid; some documents are signed with the older one." : ids.SetEquals([counterpart.OwnSign.KeyId]) ? "Two keys are valid; everything is signed with the newer one." : "Some documents name neither of the two valid keys.");

        SignedAct Noted(Spoiled how) => counterpart.Deliver(counterpart.Fence, how: how);
        Spoiled HubKey(PrivateKey key) => new() { Uncounted = true, Sign = payload => Signing.Serialize(Signing.Sign(payload, DocumentTypes.Notice, key)) };
        await exam.Refused("LH-C009", "A notice signed with a key of the hub nobody published", () => Noted(HubKey(counterpart.HubUnknown)));
        await exam.Refused("LH-C010", "A notice signed by the other state", () => Noted(HubKey(counterpart.OtherSign)));
        await exam.Refused("LH-C011", "A notice signed with a key of the hub that has ended", () => Noted(HubKey(counterpart.HubEnded)));
        await exam.Refused("LH-C012", "A notice signed with a key of the hub that is not valid yet", () => Noted(HubKey(counterpart.HubLater)));
        await exam.Taken("LH-C013", "A notice signed with the older of two valid keys of the hub", () =>
            Noted(new() { Sign = payload => Signing.Serialize(Signing.Sign(payload, DocumentTypes.Notice, counterpart.HubBefore)) }));
        await exam.Refused("LH-C014", "An act of the other state signed with a key that had ended when the hub received it", () => Noted(new() { ActKey = counterpart.OtherEnded, ReceivedAt = now }));
        await exam.Taken("LH-C015", "An act the hub received ten days ago, signed with a key that was valid then and has ended since", () =>
            Noted(new() { ActKey = counterpart.OtherEnded, ReceivedAt = now.AddDays(-10) }));
        await exam.Refused("LH-C016", "An act signed with the other state's key that opens seals", () =>
        {
            using var raw = RawKey.Of(counterpart.OtherSeal);
            return Noted(new() { Signed = act => raw.Sign($$"""{"alg":"ES256","kid":"{{counterpart.OtherSeal.KeyId}}","typ":"act+json"}""", act.Payload) });
        });
        await exam.Refused("LH-C017", "A notice for another state", () => Noted(new() { Uncounted = true, Notice = n => n["header"]!["receiver"] = counterpart.Other }));
        await exam.Refused("LH-C018", "An act addressed to another state, not marked as a copy", () => Noted(new() { Act = a => a["header"]!["receiver"]!["state"] = counterpart.Third }));
        await exam.Refused("LH-C019", "An act whose sender is not the state that signed it", () => Noted(new() { Act = a => a["header"]!["sender"]!["state"] = counterpart.Third }));
    }
}
