using System.Buffers.Text;
using System.Text;
using CsCheck;
using LiaisonHub.OperatorConsole.Quarantined;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>What may be seen of bytes nobody trusts.</summary>
public sealed class MaskedDocumentTests
{
    [Fact]
    public void Any_bytes_can_be_looked_at_and_only_printable_text_comes_out() => Gen.Byte.Array[0, 2000].Sample(bytes =>
        Assert.All(MaskedDocument.Read(bytes, taken: false, new()).Fields, f => Assert.True(f.Shown.Plain.All(c => !char.IsControl(c)) && f.Field.All(c => !char.IsControl(c)))));

    [Fact]
    public void A_value_of_the_payload_outside_type_and_header_is_a_length() => Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 12, 40], Gen.Int[0, 4].Select(i => new[] { "open", "note", "attachments", "Sealed", "extra" }[i])).Sample((value, name) =>
    {
        var document = MaskedDocument.Read(Signed($$"""{"type":"NoteSent","header":{"sequence":4},"{{name}}":{"a":["{{value}}"],"b":{"c":"{{value}}"} },"sealed":"{{value}}"}"""), taken: false, new());
        Assert.DoesNotContain(document.Fields, f => f.Shown.Plain.Contains(value, StringComparison.Ordinal));
        Assert.Contains(document.Fields, f => f.Field == "sealed" && f.Shown.Plain == $"sealed, {value.Length} bytes");
        Assert.Contains(document.Fields, f => f.Field == "header.sequence" && f.Shown.Plain == "4");
    });

    [Fact]
    public void The_open_part_of_an_act_that_was_taken_is_shown_and_the_sealed_one_never()
    {
        var document = MaskedDocument.Read(Signed("""{"type":"NoteSent","header":{},"open":{"subject":"Hearing moved"},"sealed":"eyJhbGciOiJub25lIn0.secret"}"""), taken: true, new());
        Assert.Contains(document.Fields, f => f is { Field: "open.subject", Shown.Plain: "Hearing moved" });
        Assert.DoesNotContain(document.Fields, f => f.Shown.Plain.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_document_of_ten_thousand_fields_is_cut_and_says_so()
    {
        var document = MaskedDocument.Read(Signed($$"""{"open":[{{string.Join(',', Enumerable.Range(0, 10_000))}}]}"""), taken: true, new());
        Assert.True(document.Fields.Count < 1000);
        Assert.Contains(document.Fields, f => f.Shown.Plain.Contains("the rest is not listed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "Nothing: the body is empty")]
    [InlineData("<a/>", "Not JSON")]
    [InlineData("[1]", "JSON, but not a signed document")]
    [InlineData("""{"payload":"%%%"}""", "Signed document (flattened JWS)")]
    public void What_it_is_is_said_in_words(string body, string kind)
    {
        var document = MaskedDocument.Read(Encoding.UTF8.GetBytes(body), taken: false, new());
        Assert.Equal(kind, document.Kind.Plain);
        Assert.NotEmpty(document.Problems);
    }

    static byte[] Signed(string payload) => Encoding.UTF8.GetBytes(
        $$"""{"payload":"{{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}}","protected":"{{Base64Url.EncodeToString("""{"alg":"ES256"}"""u8)}}","signature":"AAAA"}""");
}
