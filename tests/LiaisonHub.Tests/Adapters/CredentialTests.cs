using System.Text;

namespace LiaisonHub.Tests.Adapters;

/// <summary>Passwords and tokens inside local messages: not in an act, not in a log line, not in a reason, not in the clear in the adapter's records; whatever the format, and whatever becomes of the message.</summary>
public sealed class CredentialTests
{
    const string Secret = "tr0ub4dor-and-3";

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Messages => new()
    {
        { "XA", "result.xml", Countries.Sample("XA", "hearing-abroad.xml").Replace("<Message>", $"<msg:Password>{Secret}</msg:Password><Message>", StringComparison.Ordinal) },
        { "XA", "broken.xml", $"<a><Password>{Secret}</Password>" },
        { "XA", "other.xml", $"<Login><Password>{Secret}</Password></Login>" },
        { "XB", "hearing.json", Countries.Sample("XB", "hearing-result.json").Replace("\"hearing\": {", $"\"access_token\": \"{Secret}\", \"hearing\": {{", StringComparison.Ordinal) },
        { "XB", "broken.json", $"{{\"client-secret\": \"{Secret}\"" },
        { "XB", "twice.json", $"{{\"password\": \"{Secret}\", \"password\": \"{Secret}\"}}" },
        { "XC", "requests.csv", Countries.Sample("XC", "requests.csv").Split('\n')[0].TrimEnd('\r') + ",password\r\n" + Countries.Sample("XC", "requests.csv").Split('\n')[1].TrimEnd('\r') + $",{Secret}\r\n" },
        { "XC", "requests-2.csv", $"number,password\r\nLR-1,{Secret},x\r\n" },
        { "XF", "form.xml", Countries.Sample("XF", "request.xml").Replace("</c:Content>", $"</c:Content><Password>{Secret}</Password>", StringComparison.Ordinal) },
    };

    [Theory, MemberData(nameof(Messages))]
    public async Task A_credential_in_a_message_is_nowhere_but_in_the_sealed_original(string state, string name, string text)
    {
        Assert.Contains(Secret, text, StringComparison.Ordinal);
        var region = new RegionUnderTest();
        await using var adapter = new AdapterUnderTest(region, state);
        adapter.Drop(name, text);

        await adapter.Work(Cancelled);
        // What stops short might still be being written.
        region.Time.Advance(TimeSpan.FromMinutes(3));
        await adapter.Work(Cancelled);

        Assert.Empty(adapter.In("inbox"));
        Assert.DoesNotContain(adapter.Heard, l => l.Contains(Secret, StringComparison.Ordinal));
        Assert.NotEmpty(adapter.Heard);
        foreach (var reason in adapter.In("rejected").Where(f => f.EndsWith(".reason.txt", StringComparison.Ordinal)))
            Assert.DoesNotContain(Secret, await File.ReadAllTextAsync(adapter.At("rejected", reason), Cancelled), StringComparison.Ordinal);
        foreach (var act in await adapter.Sent(Cancelled))
        {
            Assert.DoesNotContain(Secret, act.Open.GetRawText(), StringComparison.Ordinal);
            if (act.Sealed is not null)
            {
                var hidden = System.Text.Json.Nodes.JsonNode.Parse(region.AdapterKeys(act.Header.Receiver.State).Open(act.Sealed, act.Header.ActId))!;
                Assert.DoesNotContain(Secret, hidden.ToJsonString(), StringComparison.Ordinal);
                if ((string?)hidden["original"]?["content"] is { } original)
                    Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(Convert.FromBase64String(original)), StringComparison.Ordinal);
            }
        }

        await adapter.Restart();
        foreach (var file in Directory.EnumerateFiles(adapter.Root, "adapter.db*"))
            Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancelled)), StringComparison.Ordinal);
    }
}
