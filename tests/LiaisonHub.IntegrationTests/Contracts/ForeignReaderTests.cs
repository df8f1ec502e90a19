using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Tests;

namespace LiaisonHub.IntegrationTests.Contracts;

/// <summary>The samples, which the product signed and sealed, read by an implementation that shares no code with it.</summary>
public sealed class ForeignReaderTests
{
    const string Python = "/usr/bin/python3";

    [Fact]
    public async Task Another_implementation_verifies_and_opens_every_sample()
    {
        var cancelled = TestContext.Current.CancellationToken;
        if (!File.Exists(Python) || (await ServerProcess.Run(TimeSpan.FromSeconds(30), [Python, "-c", "import jwcrypto"], cancelled)).Code != 0)
            Origin.Missing("Install python3-jwcrypto (Debian and Ubuntu: apt-get install python3-jwcrypto).");

        var (code, said) = await ServerProcess.Run(
            TimeSpan.FromMinutes(1), [Python, "-B", Repository.At("tests", "python", "interop.py"), "check", Repository.At("contracts", "samples", "v1")], cancelled);
        Assert.True(code == 0, said);
        var privateParts = Directory.GetFiles(Repository.At("contracts", "samples", "v1"), "*.private.json").Length;
        Assert.Contains($"2 signatures verified, {privateParts} private parts opened", said);
    }
}
