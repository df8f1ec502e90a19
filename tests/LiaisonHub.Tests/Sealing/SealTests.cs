using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Jose;
using LiaisonHub.Sealing;
using Base64Url = System.Buffers.Text.Base64Url;

namespace LiaisonHub.Tests.Sealing;

public sealed class SealTests
{
    readonly TestKeys keys = new();
    readonly Guid act = Guid.NewGuid();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void What_is_sealed_opens_as_it_was(int length)
    {
        var plain = RandomNumberGenerator.GetBytes(length);
        plain.AsSpan().Replace((byte)' ', (byte)'x');
        Assert.Equal(plain, Open(Seal(plain)));
    }

    [Fact]
    public void Anything_up_to_64_KiB_that_does_not_end_in_a_space_opens_as_it_was() =>
        Gen.Byte.Array[0, 65536].Where(b => b is not [.., (byte)' ']).Sample(plain => Assert.Equal(plain, Open(Seal(plain))), iter: 100);

    [Fact]
    public void No_single_bit_of_a_sealed_part_can_be_changed()
    {
        var whole = Encoding.ASCII.GetBytes(Seal("{}"u8));
        var tag = Array.LastIndexOf(whole, (byte)'.');
        var ciphertext = Array.LastIndexOf(whole, (byte)'.', tag - 1);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            // The ciphertext is long and all alike: its first 32 and last 8 characters stand for it.
            if (bit / 8 > ciphertext + 32 && bit / 8 < tag - 8)
                continue;
            whole[bit / 8] ^= (byte)(1 << bit % 8);
            Unopened(Encoding.Latin1.GetString(whole), keys.SealingKey("XB"), act);
            whole[bit / 8] ^= (byte)(1 << bit % 8);
        }
        Assert.Equal("{}"u8, Open(Encoding.ASCII.GetString(whole)));
    }

    [Fact]
    public void No_bit_can_be_changed_whatever_is_sealed() =>
        (from plain in Gen.Byte.Array[0, 3000].Where(b => b is not [.., (byte)' '])
         from place in Gen.Int[0, int.MaxValue]
         select (plain, place)).Sample(x =>
        {
            var whole = Encoding.ASCII.GetBytes(Seal(x.plain));
            whole[x.place / 8 % whole.Length] ^= (byte)(1 << x.place % 8);
            Unopened(Encoding.Latin1.GetString(whole), keys.SealingKey("XB"), act);
        }, iter: 200);

    [Fact]
    public void Neither_another_state_nor_a_signing_key_nor_another_key_of_the_same_state_opens_it()
    {
        var part = Seal("{}"u8);
        using var stranger = PrivateKey.Generate("XB", KeyUse.Seal);
        Unopened(part, keys.SealingKey("XA"), act);
        Unopened(part, keys.SigningKey("XB"), act);
        Unopened(part, stranger, act);
        Assert.Throws<SealException>(() => Opener.Open(part, [], act));
    }

    [Fact]
    public void A_part_moved_to_another_act_does_not_open() => Unopened(Seal("{}"u8), keys.SealingKey("XB"), Guid.NewGuid());

    [Fact]
    public void An_old_key_still_opens_what_was_sealed_before_the_change_of_keys()
    {
        using var successor = PrivateKey.Generate("XB", KeyUse.Seal);
        var part = Seal("{}"u8);
        Assert.Equal("{}"u8, Opener.Open(part, [successor, keys.SealingKey("XB")], act));
    }

    [Fact]
    public void A_part_is_sealed_anew_each_time()
    {
        var (once, again) = (Seal("{}"u8).Split('.'), Seal("{}"u8).Split('.'));
        for (var i = 0; i < 5; i++)
            Assert.NotEqual(once[i], again[i]);
    }

    [Fact]
    public void Other_algorithms_compression_and_further_header_members_are_refused_though_they_would_open()
    {
        using var to = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = TestKeys.Exported(keys.SealingKey("XB")).Q });
        string Made(
            JweAlgorithm algorithm = JweAlgorithm.ECDH_ES_A256KW, JweEncryption encryption = JweEncryption.A256GCM, JweCompression? compression = null,
            params (string, object)[] more)
        {
            var header = more.Append(("kid", keys.SealingKey("XB").KeyId)).Append(("act", act.ToString())).ToDictionary(m => m.Item1, m => m.Item2);
            return JWE.EncryptBytes(
                "{}"u8.ToArray(), [new(algorithm, to)], encryption, mode: SerializationMode.Compact, compression: compression, extraProtectedHeaders: header);
        }
        Assert.Equal("{}"u8, Open(Made()));

        string[] refused =
        [
            Made(JweAlgorithm.ECDH_ES), Made(JweAlgorithm.ECDH_ES_A128KW), Made(JweAlgorithm.ECDH_ES_A192KW),
            Made(encryption: JweEncryption.A128GCM), Made(encryption: JweEncryption.A256CBC_HS512),
            Made(compression: JweCompression.DEF), Made(more: ("jku", "https://keys.example/xb.json")),
            Made(more: ("crit", new[] { "act" })), Made(more: ("apu", "WEE")), Made(more: ("typ", "act")),
        ];
        foreach (var part in refused)
            Unopened(part, keys.SealingKey("XB"), act);
    }

    [Theory]
    [InlineData("")]
    [InlineData("....")]
    [InlineData("a.b.c.d.e")]
    [InlineData("e30.e30.e30.e30.e30")]
    [InlineData("e30.e30.e30.e30")]
    [InlineData("{\"ciphertext\":\"e30\"}")]
    public void What_is_no_sealed_part_does_not_open(string text) => Unopened(text, keys.SealingKey("XB"), act);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_shortened_part_does_not_open_above_all_not_one_with_a_tag_that_is_easier_to_guess(int part)
    {
        foreach (var bytesLess in new[] { 1, 4, 8 })
        {
            var parts = Seal("{}"u8).Split('.');
            parts[part] = Base64Url.EncodeToString(Base64Url.DecodeFromChars(parts[part]).AsSpan()[..^bytesLess]);
            Unopened(string.Join('.', parts), keys.SealingKey("XB"), act);
        }
    }

    /// <summary>A point of another, weaker curve is the classic way to draw a private key out of a careless reader.</summary>
    [Theory]
    [InlineData("(x|y)")]
    [InlineData("(x)")]
    [InlineData("(y)")]
    public void A_point_off_the_curve_is_refused(string coordinates)
    {
        var parts = Seal("{}"u8).Split('.');
        var header = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0]));
        var zero = Base64Url.EncodeToString(new byte[32]);
        var forged = Regex.Replace(header, $"\"{coordinates}\":\"[^\"]+\"", $"\"$1\":\"{zero}\"");
        Assert.NotEqual(header, forged);
        parts[0] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(forged));
        Unopened(string.Join('.', parts), keys.SealingKey("XB"), act);
    }

    [Fact]
    public void Short_parts_all_have_one_length_and_long_ones_grow_by_at_most_12_percent()
    {
        Assert.Equal(512, Sealer.PaddedLength(0));
        Assert.Equal(512, Sealer.PaddedLength(512));
        Assert.Single(Enumerable.Range(0, 512).Select(n => Seal(new byte[n]).Length).Distinct());
        Gen.Int[513, 1 << 20].Sample(n => Assert.InRange(Sealer.PaddedLength(n), n, (int)(n * 1.12)));
        // A thousand lengths between 64 KiB and 128 KiB become these few.
        Assert.Equal(33, Enumerable.Range(0, 1001).Select(i => Sealer.PaddedLength(65536 + i * 65536 / 1000)).Distinct().Count());
    }

    [Fact]
    public void What_could_not_be_told_from_padding_and_what_goes_to_a_signing_key_is_not_sealed()
    {
        Assert.Throws<ArgumentException>(() => Seal("{} "u8));
        Assert.Throws<ArgumentException>(() => Sealer.Seal("{}"u8, keys.Directory.CurrentSigning("XB", TestKeys.Noon)!, act));
    }

    string Seal(ReadOnlySpan<byte> plain) => Sealer.Seal(plain, keys.PublicSealingKey("XB"), act);

    byte[] Open(string part) => Opener.Open(part, [keys.SealingKey("XB")], act);

    static void Unopened(string part, PrivateKey key, Guid act)
    {
        var refusal = Assert.Throws<SealException>(() => Opener.Open(part, [key], act));
        Assert.Equal((new SealException().Message, (Exception?)null), (refusal.Message, refusal.InnerException));
    }
}
