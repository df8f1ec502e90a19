using System.Text.Json;
using System.Xml;
using LiaisonHub.Adapters.XA;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>The main job as in production: a court's XML in XA, JSON at XB, RabbitMQ and PostgreSQL between them, and the operators' console looking on.</summary>
public sealed class When_four_processes_carry_a_request_to_its_end(RabbitServer rabbit, PostgresServer postgres)
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_step_reaches_the_other_local_system_and_the_console_shows_it_closed()
    {
        await using var deployment = await Deployment.Prepare(rabbit, postgres, Cancelled);
        await deployment.Start(Cancelled);

        deployment.Drop("XA", "hearing.xml", await File.ReadAllTextAsync(Path.Combine(Xa.Country.Folder, "samples", "hearing-abroad.xml"), Cancelled));
        var request = JsonDocument.Parse(await File.ReadAllTextAsync(await deployment.OneGiven("XB", nameof(RequestSubmitted), Cancelled), Cancelled));
        var text = request.RootElement.GetRawText();
        Assert.Contains("TORREST", text, StringComparison.Ordinal);
        const string Reference = "XA-";
        var reference = text[text.IndexOf(Reference, StringComparison.Ordinal)..].Split('"')[0];

        deployment.Drop("XB", "1.json", $$"""{"answer":"acknowledge","request":"{{reference}}","reference":"BEL 1","competentAuthority":"XB-CT1"}""");
        var acknowledged = await deployment.OneGiven("XA", nameof(RequestAcknowledged), Cancelled);
        Assert.Contains("BEL 1", await File.ReadAllTextAsync(acknowledged, Cancelled), StringComparison.Ordinal);
        var requestId = Guid.Parse(Field(acknowledged, "RequestId"));

        deployment.Drop("XB", "2.json", $$"""{"answer":"ask","request":"{{reference}}","missing":["Date of the next hearing"],"text":"Please tell us the date."}""");
        await deployment.OneGiven("XA", nameof(InformationRequested), Cancelled);
        await Officer(deployment, requestId, new InformationSupplied { Complete = true }, new Explanation { Text = "Here it is." });
        await deployment.OneGiven("XB", nameof(InformationSupplied), Cancelled);

        deployment.Drop("XB", "3.json", Deployment.Recognise(reference));
        await deployment.OneGiven("XA", nameof(RequestRecognised), Cancelled);

        foreach (var part in new[] { 1, 2 })
        {
            deployment.Drop("XB", $"evidence-{part}.json", $$"""
                {"answer":"evidence","request":"{{reference}}","part":{{part}},"ofParts":2,"final":{{(part == 2 ? "true" : "false")}},"conditions":["These proceedings only"],
                 "items":[{"kind":"testimony","description":"Record {{part}}","fileName":"r.txt","mediaType":"text/plain","content":"{{Convert.ToBase64String("Invented record."u8)}}"}]}
                """);
            await deployment.OneGiven("XA", nameof(EvidenceSent), Cancelled, part);
            await Officer(deployment, requestId, new EvidenceReceived { Part = part });
            await deployment.OneGiven("XB", nameof(EvidenceReceived), Cancelled, part);
        }
        await Officer(deployment, requestId, new UseConditionsAccepted());
        await deployment.OneGiven("XB", nameof(UseConditionsAccepted), Cancelled);
        await Officer(deployment, requestId, new UseReported { Outcome = UseOutcome.UsedInTrial, Quality = 4 });
        await deployment.OneGiven("XB", nameof(UseReported), Cancelled);

        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{deployment.ConsolePort}") };
        await Until.True(
            async () =>
            {
                try
                {
                    return (await http.GetStringAsync(new Uri($"/api/v1/requests/{requestId}", UriKind.Relative), Cancelled)).Contains("Closed.Executed", StringComparison.Ordinal);
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(60),
            deployment.Told,
            Cancelled);
        var page = await http.GetStringAsync(new Uri($"/requests/{requestId}", UriKind.Relative), Cancelled);
        Assert.Contains(reference, page, StringComparison.Ordinal);
        Assert.DoesNotContain("TORREST", page, StringComparison.Ordinal);
    }

    static async Task Officer(Deployment deployment, Guid requestId, object open, object? privatePart = null)
    {
        // The hub's answer decides what may be made; the adapter learns of it a moment after the local system does.
        var made = await deployment.OfficerOfXA.Make(requestId, open.GetType().Name, open, privatePart, null, Cancelled);
        Assert.True(made.Made, string.Join("; ", made.Problems));
    }

    static string Field(string file, string name)
    {
        using var reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        return reader.ReadToFollowing(name, "urn:xa:justice:foreign-authority:1") ? reader.ReadElementContentAsString() : throw new InvalidOperationException($"{file} has no {name}.");
    }
}
