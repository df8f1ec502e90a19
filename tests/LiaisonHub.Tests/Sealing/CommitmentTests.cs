using System.Buffers.Text;
using System.Security.Cryptography;
using CsCheck;
using LiaisonHub.Sealing;

namespace LiaisonHub.Tests.Sealing;

public sealed class CommitmentTests
{
    [Fact]
    public void A_commitment_is_the_digest_of_salt_and_content()
    {
        var salt = Base64Url.EncodeToString([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        // python3 -c "import hashlib; print(hashlib.sha256(bytes(range(32)) + b'bank statement').hexdigest())"
        Assert.Equal("af58e1f0a862c5befb55a983db83fd12ce734445eedd6e7ecf6919e78acac1eb", Commitment.Of(salt, "bank statement"u8));
    }

    [Fact]
    public void It_holds_for_its_content_and_salt_and_for_nothing_else() =>
        (from content in Gen.Byte.Array[1, 500]
         from place in Gen.Int[0, int.MaxValue]
         select (content, place)).Sample(x =>
        {
            var (salt, other) = (Commitment.NewSalt(), Commitment.NewSalt());
            var commitment = Commitment.Of(salt, x.content);
            Assert.True(Commitment.Holds(commitment, salt, x.content));
            Assert.False(Commitment.Holds(commitment, other, x.content));
            x.content[x.place / 8 % x.content.Length] ^= (byte)(1 << x.place % 8);
            Assert.False(Commitment.Holds(commitment, salt, x.content));
        }, iter: 300);

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64url!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAA")]
    public void A_salt_that_cannot_be_read_makes_no_commitment_and_holds_none(string salt)
    {
        Assert.Throws<FormatException>(() => Commitment.Of(salt, "x"u8));
        Assert.False(Commitment.Holds(Commitment.Of(Commitment.NewSalt(), "x"u8), salt, "x"u8));
    }

    [Fact]
    public void The_border_between_salt_and_content_cannot_be_moved()
    {
        var salt = RandomNumberGenerator.GetBytes(Commitment.SaltBytes);
        var commitment = Commitment.Of(Base64Url.EncodeToString(salt), "bank statement"u8);

        Assert.False(Commitment.Holds(commitment, Base64Url.EncodeToString(salt.AsSpan()[..^1]), [salt[^1], .. "bank statement"u8]));
        Assert.False(Commitment.Holds(commitment, Base64Url.EncodeToString([.. salt, (byte)'b']), "ank statement"u8));
    }
}
