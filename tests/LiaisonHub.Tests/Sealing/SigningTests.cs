using System.Buffers.Text;
using System.Text;
using CsCheck;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;

namespace LiaisonHub.Tests.Sealing;

public sealed class SigningTests
{
    readonly TestKeys keys = new();

    [Fact]
    public void What_a_state_signs_is_read_back_with_its_kind_owner_and_digest()
    {
        var read = Verify(Signed("""{"type":"StatusAsked"}"""));

        Assert.Equal("""{"type":"StatusAsked"}"""u8, read.Payload);
        Assert.Equal((DocumentTypes.Act, "XA", keys.SigningKey("XA").KeyId), (read.Typ, read.Owner, read.KeyId));
        // printf '{"type":"StatusAsked"}' | sha256sum
        Assert.Equal("aaf2e87c1e0a909d77e95c1215cc28992863601a061ec1bb7c1574eb0ca2764f", read.PayloadDigest);
    }

    [Fact]
    public void Two_signatures_over_the_same_content_differ_and_have_one_digest()
    {
        var (once, again) = (Signed("{}"), Signed("{}"));

        Assert.NotEqual(once, again);
        Assert.Equal(Verify(once).PayloadDigest, Verify(again).PayloadDigest);
    }

    [Fact]
    public void No_single_bit_of_a_document_can_be_changed()
    {
        var json = Signed("""{"type":"StatusAsked"}""");
        for (var bit = 0; bit < json.Length * 8; bit++)
        {
            var changed = json.ToArray();
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Throws<NotAuthenticException>(() => Verify(changed));
        }
    }

    [Fact]
    public void No_bit_of_what_is_encoded_can_be_changed_whatever_is_signed() =>
        (from payload in Gen.Byte.Array[1, 2000]
         from part in Gen.Int[0, 2]
         from place in Gen.Int[0, int.MaxValue]
         select (payload, part, place)).Sample(x =>
        {
            var document = Signing.Sign(x.payload, DocumentTypes.Act, keys.SigningKey("XA"));
            Assert.Equal(x.payload, Verify(Signing.Serialize(document)).Payload);
            var changed = x.part switch
            {
                0 => document with { Payload = Flipped(document.Payload, x.place) },
                1 => document with { Protected = Flipped(document.Protected, x.place) },
                _ => document with { Signature = Flipped(document.Signature, x.place) },
            };
            Assert.Throws<NotAuthenticException>(() => Verify(Signing.Serialize(changed)));
        }, iter: 1000);

    [Theory]
    [InlineData("""{"alg":"none","kid":"KID","typ":"act+json"}""")]
    [InlineData("""{"alg":"HS256","kid":"KID","typ":"act+json"}""")]
    [InlineData("""{"alg":"ES384","kid":"KID","typ":"act+json"}""")]
    [InlineData("""{"alg":"es256","kid":"KID","typ":"act+json"}""")]
    [InlineData("""{"kid":"KID","typ":"act+json"}""")]
    [InlineData("""{"alg":"ES256","typ":"act+json"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID"}""")]
    [InlineData("""{"alg":"ES256","alg":"ES256","kid":"KID","typ":"act+json"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"act+json","b64":"false"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"act+json","jku":"https://keys.example/xa.json"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"act+json","x5u":"https://keys.example/xa.pem"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"act+json","zip":"DEF"}""")]
    public void A_header_that_chooses_anything_itself_is_refused_though_its_signature_holds(string header) =>
        Refused(NotAuthenticReason.HeaderNotAllowed, Forged(header));

    [Theory]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"act+json","crit":["b64"]}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"act+json","jwk":{"kty":"EC"}}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"act+json","b64":false}""")]
    [InlineData("""{"alg":"\u0045S256","kid":"KID","typ":"act+json"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"act+json"} """ + "x")]
    [InlineData("""["ES256"]""")]
    public void A_header_that_is_no_flat_object_of_plain_texts_is_refused_though_its_signature_holds(string header) =>
        Refused(NotAuthenticReason.Malformed, Forged(header));

    [Fact]
    public void The_order_of_the_header_is_free_since_foreign_libraries_choose_their_own() =>
        Assert.Equal("XA", Verify(Forged("""{"typ":"act+json","kid":"KID","alg":"ES256"}""")).Owner);

    [Theory]
    [InlineData("""{"payload":"P","protected":"H"}""")]
    [InlineData("""{"payload":"P","protected":"H","signature":""}""")]
    [InlineData("""{"payload":"P","protected":"H","signature":"S","signature":"S"}""")]
    [InlineData("""{"payload":"P","protected":"H","signature":"S","header":{"alg":"none"}}""")]
    [InlineData("""{"payload":"P","protected":"H","signature":"S","note":"x"}""")]
    [InlineData("""{"payload":"P","protected":"H","Signature":"S"}""")]
    [InlineData("""{"payload":"P","protected":"H","\u0073ignature":"S"}""")]
    [InlineData("""{"payload":"P","signatures":[{"protected":"H","signature":"S"}]}""")]
    [InlineData("""[{"payload":"P","protected":"H","signature":"S"}]""")]
    [InlineData("""{"payload":"P","protected":"H","signature":"S"}{}""")]
    [InlineData("""{"payload":"P=","protected":"H","signature":"S"}""")]
    [InlineData("""{"payload":"P","protected":"H","signature":"S=="}""")]
    [InlineData("""{"payload":"P","protected":" H","signature":"S"}""")]
    [InlineData("""{"payload":"P","protected":"H","signature":"SA"}""")]
    [InlineData("""{"payload":1,"protected":"H","signature":"S"}""")]
    [InlineData("""H.P.S""")]
    [InlineData("")]
    public void Only_a_flattened_jws_in_its_one_spelling_is_a_document(string form)
    {
        var document = Signing.Sign("{}"u8, DocumentTypes.Act, keys.SigningKey("XA"));
        string Filled(string text) => text
            .Replace("\"P", $"\"{document.Payload}").Replace("\"H", $"\"{document.Protected}").Replace("\" H", $"\" {document.Protected}")
            .Replace("\"S\"", $"\"{document.Signature}\"").Replace("\"S=", $"\"{document.Signature}=").Replace("\"SA", $"\"{document.Signature}A");
        Verify(Encoding.UTF8.GetBytes(Filled("""{"payload":"P","protected":"H","signature":"S"}""")));

        var refusal = Assert.Throws<NotAuthenticException>(() => Verify(Encoding.UTF8.GetBytes(Filled(form))));
        Assert.True(refusal.Reason is NotAuthenticReason.Malformed or NotAuthenticReason.WrongMembers or NotAuthenticReason.SignatureMalformed or NotAuthenticReason.WrongSignature, refusal.Message);
    }

    [Theory]
    [InlineData("no JSON", NotAuthenticReason.Malformed)]
    [InlineData("""{"payload":"P","protected":"H"}""", NotAuthenticReason.WrongMembers)]
    [InlineData("""{"payload":"P","protected":"H","signature":"S","more":"x"}""", NotAuthenticReason.WrongMembers)]
    [InlineData("""{"payload":"P","protected":"H","signature":""}""", NotAuthenticReason.WrongMembers)]
    [InlineData("""{"payload":"P","protected":"","signature":"S"}""", NotAuthenticReason.WrongMembers)]
    [InlineData("""{"payload":"P","protected":"H","signature":"AAAA"}""", NotAuthenticReason.SignatureMalformed)]
    public void What_is_no_signed_document_is_told_apart_by_what_has_to_be_mended(string form, NotAuthenticReason reason)
    {
        var document = Signing.Sign("{}"u8, DocumentTypes.Act, keys.SigningKey("XA"));

        Refused(reason, Encoding.UTF8.GetBytes(form.Replace("\"P\"", $"\"{document.Payload}\"").Replace("\"H\"", $"\"{document.Protected}\"").Replace("\"S\"", $"\"{document.Signature}\"")));
    }

    [Fact]
    public void A_payload_with_stray_bits_is_refused_even_when_they_are_signed()
    {
        var ecdsa = System.Security.Cryptography.ECDsa.Create(TestKeys.Exported(keys.SigningKey("XA")));
        var header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Header));
        // "e30" is {}; "e31" decodes to the same two bytes.
        var signature = ecdsa.SignData(Encoding.ASCII.GetBytes($"{header}.e31"), System.Security.Cryptography.HashAlgorithmName.SHA256);
        var document = new SignedDocument { Protected = header, Payload = "e31", Signature = Base64Url.EncodeToString(signature) };

        Refused(NotAuthenticReason.Malformed, Signing.Serialize(document));
        ecdsa.Dispose();
    }

    [Fact]
    public void Another_kind_of_document_is_refused_so_that_a_report_is_never_taken_for_an_act() =>
        Refused(NotAuthenticReason.WrongType, Signing.Serialize(Signing.Sign("{}"u8, DocumentTypes.Report, keys.SigningKey("XA"))));

    [Fact]
    public void Every_owner_is_refused_on_the_link_of_every_other()
    {
        string[] owners = ["XA", "XB", PublicKey.HubOwner];
        foreach (var signs in owners)
            foreach (var link in owners)
            {
                var json = Signing.Serialize(Signing.Sign("{}"u8, DocumentTypes.Act, keys.SigningKey(signs)));
                if (signs == link)
                    Assert.Equal(signs, Signing.Verify(json, [DocumentTypes.Act], keys.Directory, link, TestKeys.Noon).Owner);
                else
                    Assert.Equal(NotAuthenticReason.WrongOwner,
                        Assert.Throws<NotAuthenticException>(() => Signing.Verify(json, [DocumentTypes.Act], keys.Directory, link, TestKeys.Noon)).Reason);
            }
    }

    [Fact]
    public void A_key_signs_from_its_first_instant_until_just_before_its_last()
    {
        var json = Signed("{}");
        Signing.Verify(json, [DocumentTypes.Act], keys.Directory, "XA", TestKeys.From);
        Signing.Verify(json, [DocumentTypes.Act], keys.Directory, "XA", TestKeys.To.AddTicks(-1));

        Refused(NotAuthenticReason.KeyOutOfTime, json, TestKeys.From.AddTicks(-1));
        Refused(NotAuthenticReason.KeyOutOfTime, json, TestKeys.To);
    }

    [Fact]
    public void A_key_that_is_not_in_the_directory_proves_nothing()
    {
        using var stranger = PrivateKey.Generate("XA", KeyUse.Sign);
        Refused(NotAuthenticReason.UnknownKey, Signing.Serialize(Signing.Sign("{}"u8, DocumentTypes.Act, stranger)));
    }

    [Fact]
    public void A_key_that_opens_seals_neither_signs_nor_verifies()
    {
        Assert.Throws<InvalidOperationException>(() => Signing.Sign("{}"u8, DocumentTypes.Act, keys.SealingKey("XA")));
        Refused(NotAuthenticReason.UnknownKey, Forged(Header.Replace(keys.SigningKey("XA").KeyId, keys.SealingKey("XA").KeyId)));
    }

    [Fact]
    public void A_document_as_large_as_allowed_is_read_and_one_byte_more_is_not()
    {
        // The wrapper and header take what the empty document takes; the payload grows by a third.
        var room = (Wire.LargestDocument - Signed("").Length - 1) / 4 * 3;
        var json = Signed(new string(' ', room));
        Verify(json);

        var tooLarge = new byte[Wire.LargestDocument + 1];
        Array.Fill(tooLarge, (byte)' ');
        json.CopyTo(tooLarge, 0);
        Verify(tooLarge[..^1]);
        Refused(NotAuthenticReason.TooLarge, tooLarge);
    }

    [Fact]
    public void The_largest_act_still_fits_the_notice_that_passes_it_on()
    {
        var act = Signed(new string(' ', (Wire.LargestAct - Signed("").Length - 1) / 4 * 3));
        Assert.InRange(act.Length, Wire.LargestAct - 8, Wire.LargestAct);
        const int standingOfManyDeadlines = 32 * 1024;

        var notice = Signing.Sign([.. act, .. new byte[standingOfManyDeadlines]], DocumentTypes.Notice, keys.SigningKey(PublicKey.HubOwner));
        Assert.InRange(Signing.Serialize(notice).Length, 0, Wire.LargestDocument);
    }

    [Fact]
    public void A_document_inside_another_is_verified_by_the_same_rules()
    {
        var document = Signing.Sign("{}"u8, DocumentTypes.Act, keys.SigningKey("XB"));
        Assert.Equal("XB", Signing.Verify(document, [DocumentTypes.Act], keys.Directory, "XB", TestKeys.Noon).Owner);
        Assert.Throws<NotAuthenticException>(() => Signing.Verify(document, [DocumentTypes.Act], keys.Directory, "XA", TestKeys.Noon));
        Assert.Throws<NotAuthenticException>(() => Signing.Verify(document with { Payload = "ä" }, [DocumentTypes.Act], keys.Directory, "XB", TestKeys.Noon));
    }

    [Fact]
    public void No_refusal_repeats_what_the_document_says()
    {
        const string canary = "Zx7canaryQ";
        byte[][] documents =
        [
            Forged($$"""{"alg":"{{canary}}","kid":"KID","typ":"act+json"}"""), Forged($$"""{"alg":"ES256","kid":"{{canary}}","typ":"act+json"}"""),
            Forged($$"""{"alg":"ES256","kid":"KID","typ":"{{canary}}"}"""), Forged($$"""{"{{canary}}":"x"}"""), Forged(canary),
            Encoding.UTF8.GetBytes(canary), Encoding.UTF8.GetBytes($$"""{"{{canary}}":"x"}"""),
            Encoding.UTF8.GetBytes($$"""{"payload":"{{canary}}","protected":"{{canary}}","signature":"{{canary}}"}"""),
        ];
        foreach (var document in documents)
            Assert.DoesNotContain(canary, Assert.Throws<NotAuthenticException>(() => Verify(document)).ToString());
    }

    [Fact]
    public void Many_threads_sign_and_verify_with_one_key_at_once()
    {
        var ended = Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var json = Signing.Serialize(Signing.Sign(BitConverter.GetBytes(i), DocumentTypes.Act, keys.SigningKey("XA")));
            Assert.Equal(BitConverter.GetBytes(i), Verify(json).Payload);
        });
        Assert.True(ended.IsCompleted);
    }

    string Header => $$"""{"alg":"ES256","kid":"{{keys.SigningKey("XA").KeyId}}","typ":"act+json"}""";

    byte[] Signed(string payload) => Signing.Serialize(Signing.Sign(Encoding.UTF8.GetBytes(payload), DocumentTypes.Act, keys.SigningKey("XA")));

    byte[] Forged(string header) => Signing.Serialize(keys.Forge(header.Replace("KID", keys.SigningKey("XA").KeyId), "{}"u8));

    VerifiedDocument Verify(byte[] json) => Signing.Verify(json, [DocumentTypes.Act], keys.Directory, "XA", TestKeys.Noon);

    void Refused(NotAuthenticReason reason, byte[] json, DateTimeOffset? at = null)
    {
        var refusal = Assert.Throws<NotAuthenticException>(() => Signing.Verify(json, [DocumentTypes.Act], keys.Directory, "XA", at ?? TestKeys.Noon));
        Assert.True(refusal.Reason == reason, $"{refusal.Reason} instead of {reason}: {refusal.Message}");
    }

    static string Flipped(string encoded, int place)
    {
        var bytes = Base64Url.DecodeFromChars(encoded);
        bytes[place / 8 % bytes.Length] ^= (byte)(1 << place % 8);
        return Base64Url.EncodeToString(bytes);
    }
}
