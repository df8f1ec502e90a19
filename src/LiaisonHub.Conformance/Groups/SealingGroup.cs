using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;

namespace LiaisonHub.Conformance.Groups;

/// <summary>What it seals, to whom, and what it opens.</summary>
static class SealingGroup
{
    static readonly string[] Own = ["LH-C050", "LH-C051", "LH-C052", "LH-C053", "LH-C054", "LH-C055", "LH-C056", "LH-C057"];

    internal const string Marker = "Zamarok Quillwitt";

    internal static async Task Run(Exam exam)
    {
        var counterpart = exam.Counterpart;
        SignedAct Noted(Spoiled how) => counterpart.Deliver(counterpart.Fence, how: how);
        // Before anything else: whoever cannot open this takes nothing of what follows.
        await exam.Taken("LH-C066", "An act sealed to the newest key", () => Noted(new()));
        await exam.Fence();
        if (exam.Participant.Hand is { } hand)
        {
            var (actId, problem) = await hand.Make(
                new ActToMake { Type = nameof(NoteSent), RequestId = counterpart.Fence.RequestId, Open = new NoteSent { Subject = "Sealing" }, Private = new Explanation { Text = Marker } }, exam.Cancelled);
            var sent = actId is null ? null : await counterpart.Await(all => all.FirstOrDefault(a => a.Act?.Header.ActId == actId), exam.Patience, exam.Cancelled);
            if (sent is null)
                exam.Unseen(Own, problem ?? $"The act made at the desk did not come within {exam.Patience.TotalSeconds:0} s.");
            else
                Sealed(exam, sent);

            var (unsealed, refused) = await hand.Make(
                new ActToMake
                {
                    Type = nameof(RequestSubmitted),
                    To = new Party { State = "XY", Authority = "XY-CA" },
                    Open = Samples.Open(nameof(RequestSubmitted)),
                    Private = Samples.Private(nameof(RequestSubmitted)),
                },
                exam.Cancelled);
            await exam.Fence();
            var went = counterpart.Acts.Any(a => a.Act!.Header.Receiver.State == "XY");
            exam.Saw("LH-C058", unsealed is null && !went, went ? "An act to a state without a key was sent." : unsealed is null ? $"It was not made: {refused}" : "It was made, though nobody could open it.");
        }
        else
            exam.Unseen([.. Own, "LH-C058"], "Nobody works at the participant's desk for the kit, so no act with a private part was made.");

        await exam.Taken("LH-C060", "An act sealed to the older of two valid keys", () => Noted(new() { SealedTo = counterpart.OwnSealBefore }));
        using var stranger = PrivateKey.Generate(exam.Participant.State, KeyUse.Seal);
        await exam.Refused("LH-C061", "An act sealed to a key the participant does not have", () =>
            Noted(new() { SealedTo = stranger.Public(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100)) }));
        await exam.Refused("LH-C062", "A sealed part that belongs to another act", () =>
            Noted(new() { Seal = _ => Sealer.Seal("{\"text\":\"x\"}"u8, counterpart.OwnSeal, Guid.NewGuid()) }));
        await exam.Refused("LH-C063", "A sealed part with one character changed", () => Noted(new()
        {
            Seal = jwe => jwe.Split('.') is var parts ? string.Join('.', parts[0], parts[1], parts[2], (parts[3][0] == 'A' ? "B" : "A") + parts[3][1..], parts[4]) : jwe,
        }));
        await exam.Refused("LH-C064", "A sealed part whose header asks for another algorithm", () => Noted(new()
        {
            Seal = jwe => jwe.Split('.') is var parts
                ? string.Join('.', [Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])).Replace("A256GCM", "A128GCM", StringComparison.Ordinal))), .. parts[1..]])
                : jwe,
        }));
        await exam.Refused("LH-C065", "A sealed part that is no JWE", () => Noted(new() { Seal = _ => "not.sealed" }));
    }

    static void Sealed(Exam exam, Arrival sent)
    {
        var (counterpart, act) = (exam.Counterpart, sent.Act!);
        var whole = Encoding.UTF8.GetString(sent.Document!.Payload);
        exam.Saw("LH-C050", act.Sealed is not null, act.Sealed is null ? "The act came without its private part." : "The act came with a sealed part.");
        exam.Saw("LH-C051", !whole.Contains(Marker, StringComparison.OrdinalIgnoreCase), whole.Contains(Marker, StringComparison.OrdinalIgnoreCase)
            ? "A text of the private part stands in the open part: the hub can read it." : "Nothing of the private part stands in what the hub can read.");
        if (act.Sealed is not { } jwe)
            return;
        JsonObject? header = null;
        try
        {
            header = JsonNode.Parse(Base64Url.DecodeFromChars(jwe.Split('.')[0])) as JsonObject;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // Said below: it has no header.
        }

        exam.Saw("LH-C052", jwe.Split('.').Length == 5 && header is not null && header.Select(m => m.Key).Order(StringComparer.Ordinal).SequenceEqual(["act", "alg", "enc", "epk", "kid"])
            && (string?)header["alg"] == "ECDH-ES+A256KW" && (string?)header["enc"] == "A256GCM",
            $"Its header has {string.Join(", ", header?.Select(m => m.Key) ?? ["nothing"])}; alg {(string?)header?["alg"]}, enc {(string?)header?["enc"]}.");
        exam.Saw("LH-C053", (string?)header?["act"] == act.Header.ActId.ToString("D"), $"Its header names the act {(string?)header?["act"]}; the act is {act.Header.ActId}.");
        var keyId = (string?)header?["kid"];
        exam.Saw("LH-C054", keyId == counterpart.OtherSeal.KeyId, keyId == counterpart.OtherSeal.KeyId ? $"It is sealed to the newest key of {counterpart.Other}."
            : keyId == counterpart.OtherSealBefore.KeyId ? $"It is sealed to an older key of {counterpart.Other}, though a newer one is published." : "It is sealed to a key that is none of the receiver's.");
        try
        {
            var plain = Opener.Open(jwe, [counterpart.OtherSeal, counterpart.OtherSealBefore], act.Header.ActId);
            exam.Saw("LH-C055", true, "The receiving state opens it.");
            exam.Saw("LH-C056", JsonSerializer.Deserialize<Explanation>(plain, Wire.Json)?.Text == Marker, "What was opened is what was written at the desk.");
        }
        catch (SealException)
        {
            exam.Saw("LH-C055", false, "The receiving state cannot open it.");
            exam.Saw("LH-C056", false, "Nothing could be read.");
        }
        catch (JsonException e)
        {
            exam.Saw("LH-C056", false, $"What was opened cannot be read at {e.Path}.");
        }

        var length = Encoding.ASCII.GetByteCount(jwe.Split('.') is { Length: 5 } parts ? parts[3] : "") * 3 / 4;
        exam.Saw("LH-C057", length >= Sealer.SmallestPadded && Sealer.PaddedLength(length) == length, $"What is sealed has {length} bytes.");
    }
}
