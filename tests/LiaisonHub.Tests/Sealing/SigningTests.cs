using LiaisonHub.Sealing;

namespace LiaisonHub.Tests.Sealing;

public sealed class SigningTests
{
    readonly TestKeys keys = new();

    [Fact]
    public void What_a_state_signs_is_read_back_with_its_kind_owner_and_digest()
    {
        var json = Signing.Serialize(Signing.Sign("""{"type":"StatusAsked"}"""u8, DocumentTypes.Act, keys.SigningKey("XA")));
        var read = Signing.Verify(json, [DocumentTypes.Act, DocumentTypes.Report], keys.Directory, "XA", TestKeys.Noon);
        Assert.Equal("""{"type":"StatusAsked"}"""u8, read.Payload);
        Assert.Equal((DocumentTypes.Act, "XA", keys.SigningKey("XA").KeyId), (read.Typ, read.Owner, read.KeyId));
        Assert.Equal("aaf2e87c", read.PayloadDigest[..8]);
        var sealedPart = Sealer.Seal("""{"text":"x"}"""u8, keys.Directory.CurrentSealing("XB", TestKeys.Noon)!, Guid.Empty);
        Assert.Equal("""{"text":"x"}"""u8, Opener.Open(sealedPart, [keys.SealingKey("XB")], Guid.Empty));
    }
}
