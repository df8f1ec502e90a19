using System.Text;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Storage.Adapter;

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
        { "XC", "requests-3.csv", $"number;token\r\nLR-1;{Secret}\r\nLR-2;{Secret}\r\n" },
        { "XD", "requests.json", Countries.Sample("XD", "request.json").Replace("\"toState\":", $"\"apiToken\": \"{Secret}\", \"login\": [{{ \"password\": [\"{Secret}\"] }}], \"toState\":", StringComparison.Ordinal) },
        { "XE", "request.eml", Countries.Sample("XE", "request.eml").Replace("Language: en", $"Password: {Secret}\nPassword: {Secret}\nLanguage: en", StringComparison.Ordinal) },
        { "XE", "encoded.eml", Encoded(Countries.Sample("XE", "request.eml").Replace("Language: en", $"Access token: {Secret}\nLanguage: en", StringComparison.Ordinal)) },
        { "XE", "header.eml", Countries.Sample("XE", "request.eml").Replace("MIME-Version", $"Authorization: Bearer {Secret}\nMIME-Version", StringComparison.Ordinal) },
        { "XF", "form.xml", Countries.Sample("XF", "request.xml").Replace("</c:Content>", $"</c:Content><Password>{Secret}</Password>", StringComparison.Ordinal) },
        { "XF", "exact.xml", WithExact(Countries.Sample("XF", "request.xml").Replace("<af:Instrument>", $"<af:Credentials><af:Value>{Secret}</af:Value></af:Credentials><af:Instrument>", StringComparison.Ordinal)) },
    };

    /// <summary>Names under which a credential stands, and how.</summary>
    public static TheoryData<string> Hidden => new(new[] { "password", "Passwort", "userPassword", "PASSWD", "pwd", "secret", "client-secret", "token", "authToken", "access_token", "idToken", "sessionId", "x-api-key", "private.key", "JSESSIONID", "cookie" }
        .SelectMany(name => new[] { $"\"{name}\": \"{Secret}\"", $"\"{name}\": [\"{Secret}\"]", $"\"{name}\": {{ \"value\": \"{Secret}\" }}" }).Concat([$"\"authorization\": \"Basic {Secret}\""]));

    [Theory, MemberData(nameof(Hidden))]
    public void By_whatever_name_and_in_whatever_shape_it_stands_it_is_neither_in_the_act_nor_in_what_is_kept(string member)
    {
        var text = Countries.Sample("XB", "hearing-result.json").Replace("\"hearing\": {", $"{member}, \"hearing\": {{", StringComparison.Ordinal);
        var file = new LocalFile { Name = "m.json", Bytes = Encoding.UTF8.GetBytes(text) };
        var translator = new Translator(Countries.Mappings("XB"));

        var kept = translator.ToKeep(file);

        Assert.DoesNotContain(Secret, Encoding.UTF8.GetString(kept.Span), StringComparison.Ordinal);
        Assert.Contains("[removed]", Encoding.UTF8.GetString(kept.Span), StringComparison.Ordinal);
        foreach (var translation in new[] { translator.Translate(file), translator.Translate(file with { Bytes = kept }) })
        {
            Assert.DoesNotContain(Secret, translation.Open.ToJsonString() + translation.Private?.ToJsonString(), StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(Convert.FromBase64String((string)translation.Private!["original"]!["content"]!)), StringComparison.Ordinal);
            Assert.Contains(translation.Provenance, t => t.Note?.StartsWith("credentials were taken out", StringComparison.Ordinal) == true);
            Assert.Equal(translator.Translate(file with { Bytes = Encoding.UTF8.GetBytes(Countries.Sample("XB", "hearing-result.json")) }).Outcome, translation.Outcome);
        }
    }

    [Theory]
    [InlineData("\"secret\": true")]
    [InlineData("\"token\": \"no\"")]
    [InlineData("\"authorization\": \"The judge allowed the search of the flat.\"")]
    [InlineData("\"keyWitness\": \"Mara\"")]
    [InlineData("\"author\": \"Clerk 7\"")]
    public void Facts_of_a_case_that_are_named_alike_are_kept(string member)
    {
        var bytes = Encoding.UTF8.GetBytes(Countries.Sample("XB", "hearing-result.json").Replace("\"hearing\": {", $"{member}, \"hearing\": {{", StringComparison.Ordinal));
        var translator = new Translator(Countries.Mappings("XB"));

        Assert.Equal(bytes, translator.ToKeep(new() { Name = "m.json", Bytes = bytes }).ToArray());
        Assert.Equal(bytes, Convert.FromBase64String((string)translator.Translate(new() { Name = "m.json", Bytes = bytes }).Private!["original"]!["content"]!));
    }

    [Theory, MemberData(nameof(Messages))]
    public async Task A_credential_in_a_message_is_nowhere_but_in_the_file_as_it_came(string state, string name, string text)
    {
        Assert.Contains(Secret, Opened(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);
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
                    Assert.DoesNotContain(Secret, Opened(Convert.FromBase64String(original)), StringComparison.Ordinal);
            }
        }

        var kept = 0;
        foreach (var outcome in Enum.GetValues<IntakeState>())
            foreach (var intake in await adapter.Intakes.In(outcome, 10, Cancelled))
                if (await adapter.Intakes.SealedContent(intake.IntakeId, Cancelled) is { Length: > 0 } content)
                {
                    kept++;
                    Assert.DoesNotContain(Secret, Opened(adapter.Keys.OpenBytes(content, intake.IntakeId)), StringComparison.Ordinal);
                }

        Assert.NotEqual(0, kept);
        await adapter.Restart();
        foreach (var file in Directory.EnumerateFiles(adapter.Root, "adapter.db*"))
            Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancelled)), StringComparison.Ordinal);
    }

    // The text, and whatever of it is base64 of something.
    internal static string Opened(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        return text + string.Concat(System.Text.RegularExpressions.Regex.Matches(text, "[A-Za-z0-9+/]{24,}(\r?\n[A-Za-z0-9+/]+)*={0,2}").Select(m => Convert.TryFromBase64String(m.Value, new byte[m.Value.Length], out _) ? Encoding.Latin1.GetString(Convert.FromBase64String(m.Value)) : ""));
    }

    static string Encoded(string mail)
    {
        var at = mail.IndexOf("\n\n", StringComparison.Ordinal);
        return $"{mail[..at]}\nContent-Transfer-Encoding: base64\n\n{Convert.ToBase64String(Encoding.UTF8.GetBytes(mail[(at + 2)..]), Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\n")}\n";
    }

    // As the connector's channel keeps a form: read, and as it came.
    static string WithExact(string message)
    {
        var (from, to) = (message.IndexOf("<af:Request", StringComparison.Ordinal), message.IndexOf("</c:Content>", StringComparison.Ordinal));
        return message.Insert(to, $"<c:Exact>{Convert.ToBase64String(Encoding.UTF8.GetBytes(message[from..to]))}</c:Exact>");
    }
}
