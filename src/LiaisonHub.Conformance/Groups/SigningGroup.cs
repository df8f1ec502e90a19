using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;

namespace LiaisonHub.Conformance.Groups;

/// <summary>The form of signatures it makes, and those it must not fall for.</summary>
static class SigningGroup
{
    internal static async Task Run(Exam exam)
    {
        var counterpart = exam.Counterpart;
        await exam.Fence();

        var all = counterpart.Arrived;
        Own("LH-C020", "each is a flattened JWS of three members in canonical base64url", a => a.Problem?.Reason is NotAuthenticReason.Malformed or NotAuthenticReason.WrongMembers or NotAuthenticReason.SignatureMalformed or NotAuthenticReason.TooLarge ? a.Problem.Message : null);
        Own("LH-C021", "each protected header has exactly alg, kid and typ", a => a.Protected is { } h && h.Select(m => m.Key).Order(StringComparer.Ordinal).SequenceEqual(["alg", "kid", "typ"])
            ? null : $"A protected header has the members {string.Join(", ", a.Protected?.Select(m => m.Key) ?? [])}.");
        Own("LH-C022", "each is signed with ES256", a => (string?)a.Protected?["alg"] is var alg && alg == "ES256" ? null : $"A document is signed with '{alg}'.");
        Own("LH-C023", "each names its kind", a => (string?)a.Protected?["typ"] is DocumentTypes.Act or DocumentTypes.Report ? null : $"A document's typ is '{(string?)a.Protected?["typ"]}'.");
        Own("LH-C024", "each signature holds", a => a.Problem?.Reason is NotAuthenticReason.WrongSignature or NotAuthenticReason.KeyOutOfTime ? a.Problem.Message : null);
        Own("LH-C025", "each can be read as its contract says", a => a.Unreadable is { } place ? $"A document cannot be read at {place}." : null);
        Own("LH-C026", "none is larger than an act may be", a => a.Post.Body.Length > Wire.LargestAct ? $"A document has {a.Post.Body.Length} bytes." : null);

        using var hub = RawKey.Of(counterpart.Hub);
        var (id, header) = (counterpart.Hub.KeyId, $$"""{"alg":"ES256","kid":"{{counterpart.Hub.KeyId}}","typ":"notice+json"}""");
        SignedAct Noted(Func<byte[], byte[]> sign) => counterpart.Deliver(counterpart.Fence, how: new() { Uncounted = true, Sign = sign });
        SignedAct Document(Func<byte[], SignedDocument> sign) => Noted(payload => Signing.Serialize(sign(payload)));
        static string Altered(string encoded, Action<JsonNode> change)
        {
            var read = JsonNode.Parse(Base64Url.DecodeFromChars(encoded))!;
            change(read);
            return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(read.ToJsonString()));
        }

        static string Tampered(string encoded) => $"{encoded[..^6]}{(encoded[^6] == 'A' ? 'B' : 'A')}{encoded[^5..]}";

        // Changed so that it can be read as before: nothing but the signature tells.
        await exam.Refused("LH-C030", "A notice whose payload was changed, and which can still be read", () =>
            Document(p => hub.Sign(header, p) is var d ? d with { Payload = Altered(d.Payload, n => n["body"]!["standing"]!["state"] = "Closed") } : null!));
        await exam.Refused("LH-C031", "A notice with one character of its signature changed", () => Document(p => hub.Sign(header, p) is var d ? d with { Signature = Tampered(d.Signature) } : null!));
        await exam.Refused("LH-C032", "A notice under another protected header than it was signed with", () => Document(p => hub.Sign(header, p) with
        {
            Protected = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"kid":"{{id}}","alg":"ES256","typ":"notice+json"}""")),
        }));
        await exam.Refused("LH-C033", "A notice with alg none and no signature", () => Noted(p => Encoding.UTF8.GetBytes(new JsonObject
        {
            ["payload"] = Base64Url.EncodeToString(p),
            ["protected"] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"none","kid":"{{id}}","typ":"notice+json"}""")),
            ["signature"] = "",
        }.ToJsonString())));
        await exam.Refused("LH-C034", "A notice with HS256 under the hub's public key as the secret", () => Document(p =>
        {
            var key = counterpart.Keys.All.First(k => k.KeyId == id);
            var encoded = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"HS256","kid":"{{id}}","typ":"notice+json"}"""));
            var payload = Base64Url.EncodeToString(p);
            return new SignedDocument
            {
                Payload = payload,
                Protected = encoded,
                Signature = Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.X + key.Y), Encoding.ASCII.GetBytes($"{encoded}.{payload}"))),
            };
        }));
        await exam.Refused("LH-C035", "A notice that brings its own key in the header", () =>
        {
            using var own = RawKey.Of(counterpart.HubUnknown);
            var made = counterpart.HubUnknown.Public(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue.AddYears(-1));
            return Document(p => own.Sign($$$"""{"alg":"ES256","kid":"{{{id}}}","typ":"notice+json","jwk":{"kty":"EC","crv":"P-256","x":"{{{made.X}}}","y":"{{{made.Y}}}"}}""", p));
        });
        await exam.Refused("LH-C036", "A notice with a critical extension", () => Document(p => hub.Sign($$"""{"alg":"ES256","kid":"{{id}}","typ":"notice+json","crit":["exp"],"exp":1}""", p)));
        await exam.Refused("LH-C037", "A document of another kind in the place of a notice", () => Document(p => hub.Sign($$"""{"alg":"ES256","kid":"{{id}}","typ":"act+json"}""", p)));
        await exam.Refused("LH-C038", "A notice as a JWS with a list of signatures", () => Noted(p => hub.Sign(header, p) is var d ? Encoding.UTF8.GetBytes(new JsonObject
        {
            ["payload"] = d.Payload,
            ["signatures"] = new JsonArray(new JsonObject { ["protected"] = d.Protected, ["signature"] = d.Signature }),
        }.ToJsonString()) : []));
        await exam.Refused("LH-C039", "A notice as a compact JWS", () => Noted(p => hub.Sign(header, p) is var d ? Encoding.ASCII.GetBytes($"{d.Protected}.{d.Payload}.{d.Signature}") : []));
        await exam.Refused("LH-C040", "A signed notice with a fourth member", () => Noted(p => hub.Sign(header, p) is var d ? Encoding.UTF8.GetBytes(new JsonObject
        {
            ["payload"] = d.Payload,
            ["protected"] = d.Protected,
            ["signature"] = d.Signature,
            ["header"] = new JsonObject { ["kid"] = id },
        }.ToJsonString()) : []));
        await exam.Refused("LH-C041", "A notice whose payload is padded base64", () => Document(p =>
        {
            // Blanks at its end leave a document what it is; with them there is something to pad.
            var d = hub.Sign(header, [.. p, .. Enumerable.Repeat((byte)' ', 2 - (p.Length % 3))]);
            return d with { Payload = d.Payload + "=" };
        }));
        await exam.Refused("LH-C042", "An act that was changed, and can still be read, inside a notice that is as it should be", () =>
            counterpart.Deliver(counterpart.Fence, how: new() { Signed = d => d with { Payload = Altered(d.Payload, a => a["open"]!["subject"] = "Changed") } }));
        await exam.Refused("LH-C043", "An act signed by the hub instead of the state", () => counterpart.Deliver(counterpart.Fence, how: new() { Signed = d => hub.Sign($$"""{"alg":"ES256","kid":"{{id}}","typ":"act+json"}""", d.Payload) }));

        SignedAct Thrown(byte[] bytes)
        {
            counterpart.Throw(bytes);
            return new SignedAct(Guid.Empty, "", counterpart.Fence, new SignedDocument { Payload = "", Protected = "", Signature = "" }, 0);
        }

        await exam.Refused("LH-C044", "Bytes that are no JSON", () => Thrown([0xFF, 0x00, 0x7B, 0x22]));
        await exam.Refused("LH-C045", "An empty message", () => Thrown([]));
        await exam.Refused("LH-C046", "100,000 brackets inside each other", () => Thrown(Encoding.ASCII.GetBytes(new string('[', 100_000))));
        await exam.Refused("LH-C047", "A notice with 100,000 brackets inside each other, signed", () => Noted(p => Signing.Serialize(hub.Sign(header, Encoding.ASCII.GetBytes(new string('[', 100_000))))));

        void Own(string check, string good, Func<Arrival, string?> problem)
        {
            var wrong = all.Select(problem).FirstOrDefault(p => p is not null);
            exam.Saw(check, wrong is null && all.Count > 0, wrong ?? $"Of {all.Count} documents {good}.");
        }
    }
}
