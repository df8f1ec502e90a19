using System.Text;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Sealing;
using LiaisonHub.Tests;

namespace LiaisonHub.IntegrationTests.Contracts;

/// <summary>An implementation that shares no code with the product (python3-jwcrypto) reads what the product wrote, and writes what the product
/// reads.</summary>
public sealed class ForeignReaderTests
{
    static readonly string Samples = Repository.At("contracts", "samples", "v1");

    [Fact]
    public async Task Another_implementation_verifies_and_opens_every_sample()
    {
        var said = await Interop("check", Samples);
        Assert.Contains($"2 signatures verified, {Directory.GetFiles(Samples, "*.private.json").Length} private parts opened", said);
    }

    [Fact]
    public async Task What_the_example_of_the_contracts_page_publishes_is_an_act_the_hub_reads_and_the_other_state_opens()
    {
        var published = await Interop("example", Repository.At("contracts", "README.md"), Path.Combine(Samples, "keys"));
        var directory = KeyDirectory.Load(Path.Combine(Samples, "keys"));
        var read = Signing.Verify(Encoding.UTF8.GetBytes(published), [DocumentTypes.Act], directory, "XA", new(2026, 3, 2, 9, 14, 6, TimeSpan.Zero));
        var act = JsonSerializer.Deserialize<Act>(read.Payload, Wire.Json)!;
        Assert.Equal("XA-2026-000001", Assert.IsType<RequestSubmitted>(act.Read()).Reference);

        using var key = PrivateKey.Load(Path.Combine(Samples, "keys", "private", "XB.seal.json"));
        var particulars = JsonSerializer.Deserialize<RequestParticulars>(Opener.Open(act.Sealed!, [key], act.Header.ActId), Wire.Json)!;
        Assert.Equal("Please supply the holder of the account.", particulars.Text);
    }

    static async Task<string> Interop(params string[] arguments)
    {
        const string python = "/usr/bin/python3";
        var cancelled = TestContext.Current.CancellationToken;
        if (!File.Exists(python) || (await ServerProcess.Run(TimeSpan.FromSeconds(30), [python, "-c", "import jwcrypto"], cancelled)).Code != 0)
            Origin.Missing("Install python3-jwcrypto (Debian and Ubuntu: apt-get install python3-jwcrypto).");
        // Without -B it would leave its compiled half beside the sources.
        var script = Repository.At("tests", "python", "interop.py");
        var (code, said) = await ServerProcess.Run(TimeSpan.FromMinutes(1), [python, "-B", script, .. arguments], cancelled);
        Assert.True(code == 0, said);
        return said;
    }
}
