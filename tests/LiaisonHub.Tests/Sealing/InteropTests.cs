using System.Globalization;
using System.Text;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;

namespace LiaisonHub.Tests.Sealing;

/// <summary>
/// What another implementation signs and seals (python3-jwcrypto; <c>tests/python/interop.py make</c>) is read here. The other way round, its <c>check</c>
/// reads the samples.
/// </summary>
public sealed class InteropTests
{
    readonly JsonElement foreign = JsonDocument.Parse(File.ReadAllBytes(Repository.At("tests", "LiaisonHub.Tests", "Sealing", "jwcrypto.json"))).RootElement;

    [Fact]
    public void What_another_implementation_signed_verifies()
    {
        var document = foreign.GetProperty("signed").Deserialize<SignedDocument>(Wire.Json)!;
        var read = Signing.Verify(document, [DocumentTypes.Act], KeyDirectory.Load(Repository.At("contracts", "samples", "v1", "keys")), "XA", TestKeys.Noon);
        Assert.Equal(Text("payload"), Encoding.UTF8.GetString(read.Payload));
        Assert.Equal(Text("keyId"), read.KeyId);
    }

    [Fact]
    public void What_another_implementation_sealed_opens_without_its_padding()
    {
        using var key = PrivateKey.Load(Repository.At("contracts", "samples", "v1", "keys", "private", "XB.seal.json"));
        Assert.Equal(Text("private"), Encoding.UTF8.GetString(Opener.Open(Text("sealed"), [key], Guid.Parse(Text("actId")))));
    }

    [Fact]
    public void Both_pad_to_the_same_lengths()
    {
        foreach (var length in foreign.GetProperty("paddedLengths").EnumerateObject())
            Assert.Equal(length.Value.GetInt32(), Sealer.PaddedLength(int.Parse(length.Name, CultureInfo.InvariantCulture)));
    }

    string Text(string name) => foreign.GetProperty(name).GetString()!;
}
