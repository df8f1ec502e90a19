using System.Text;
using CsCheck;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;

namespace LiaisonHub.Tests.Sealing;

/// <summary>What can be corrected in a document that another has signed.</summary>
public sealed class RewrappingTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    static readonly PrivateKey Key = PrivateKey.Generate("XA", KeyUse.Sign);
    static readonly KeyDirectory Keys = new KeyDirectory([]).With(Key.Public(Now.AddDays(-1), Now.AddDays(1)));
    static readonly SignedDocument Document = Signing.Sign("""{"type":"NoteSent","text":"Łódź"}"""u8, DocumentTypes.Act, Key);
    static readonly string Flat = Encoding.UTF8.GetString(Signing.Serialize(Document));

    public static TheoryData<string, WrappingFault> Wrapped => new()
    {
        { "\uFEFF" + Flat, WrappingFault.Encoding },
        { $" \r\n{Flat}\n\0", WrappingFault.Blanks },
        { $"{Document.Protected}.{Document.Payload}.{Document.Signature}", WrappingFault.Compact },
        { $$"""{"payload":"{{Document.Payload}}","signatures":[{"protected":"{{Document.Protected}}","signature":"{{Document.Signature}}"}]}""", WrappingFault.General },
        { Flat[..^1] + ""","header":{"kid":"mine"}}""", WrappingFault.OtherMembers },
        { $$"""{"payload":"{{Document.Payload}}","protected":"{{Document.Protected}}","signature":"{{Document.Signature}}=="}""", WrappingFault.Alphabet },
        { $$"""{ "signature" : "{{Document.Signature}}", "payload" : "{{Document.Payload}}", "protected" : "{{Document.Protected}}" }""", WrappingFault.Writing },
    };

    [Theory, MemberData(nameof(Wrapped))]
    public void The_wrapping_is_put_right_and_the_signature_holds(string text, WrappingFault fault)
    {
        var made = Rewrapping.Of(Encoding.UTF8.GetBytes(text))!;
        Assert.Equal([fault], made.Faults);
        Assert.Equal(Flat, Encoding.UTF8.GetString(made.Document));
        Assert.Equal("XA", Signing.Verify(made.Document, [DocumentTypes.Act], Keys, "XA", Now).Owner);
    }

    [Fact]
    public void Sixteen_bit_text_is_read() =>
        Assert.All(new Encoding[] { new UnicodeEncoding(false, true), new UnicodeEncoding(true, true) }, e => Assert.Equal(Flat, Encoding.UTF8.GetString(Rewrapping.Of([.. e.GetPreamble(), .. e.GetBytes(Flat)])!.Document)));

    [Theory]
    [InlineData("")]
    [InlineData("Dear colleagues, please find attached")]
    [InlineData("[]")]
    [InlineData("""{"payload":"YQ","payload":"Yg","protected":"YQ","signature":"YQ"}""")]
    [InlineData("""{"payload":"YQ","signatures":[{"protected":"YQ","signature":"YQ"},{"protected":"YQ","signature":"YQ"}]}""")]
    [InlineData("""{"payload":{"type":"NoteSent"},"protected":"YQ","signature":"YQ"}""")]
    public void What_cannot_be_told_with_certainty_is_left(string text) => Assert.Null(Rewrapping.Of(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_document_as_it_should_be_is_left() => Assert.Null(Rewrapping.Of(Encoding.UTF8.GetBytes(Flat)));

    /// <summary>Whatever comes: what is made either is the very content that was signed, or its signature does not hold.</summary>
    [Fact]
    public void Nothing_that_was_signed_can_be_changed_by_it() =>
        Gen.OneOf(
            Gen.Byte.Array[0, 200],
            Gen.Select(Gen.Int[0, Flat.Length - 1], Gen.Char.AlphaNumeric, Gen.Int[0, 3], (at, c, how) => Encoding.UTF8.GetBytes((how == 1 ? " " : "") + Flat[..at] + c + Flat[(at + (how > 1 ? 1 : 0))..])))
        .Sample(bytes =>
        {
            if (Rewrapping.Of(bytes) is not { } made)
                return;
            try
            {
                Assert.Equal("""{"type":"NoteSent","text":"Łódź"}""", Encoding.UTF8.GetString(Signing.Verify(made.Document, [DocumentTypes.Act], Keys, "XA", Now).Payload));
            }
            catch (NotAuthenticException)
            {
                // As it should be.
            }
        }, iter: 2000);
}
