using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Tests;
using LiaisonHub.Tests.Coordinator;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.IntegrationTests.Contracts;

/// <summary>
/// A state whose system is no .NET and shares no code with the product takes part: <c>tests/python/participant.py</c>, with nothing but an AMQP client, a JOSE library and
/// <c>contracts/README.md</c>.
/// </summary>
public sealed class ForeignParticipantTests(RabbitServer rabbit) : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("foreign-").FullName;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_participant_written_in_Python_submits_a_request_twice_and_opens_the_answer()
    {
        const string python = "/usr/bin/python3";
        if (!File.Exists(python) || (await ServerProcess.Run(TimeSpan.FromSeconds(30), [python, "-c", "import jwcrypto, pika"], Cancelled)).Code != 0)
            Origin.Missing("Install python3-jwcrypto and python3-pika (Debian and Ubuntu: apt-get install python3-jwcrypto python3-pika).");

        var links = await rabbit.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF", "XZ"], Cancelled);
        // XA is the foreign participant: the one of this process listens in its stead at XC, where nothing arrives.
        RabbitAdapterLink LinkOf(string state) => new(links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance);
        await using var hub = new HubUnderTest(broker: links.Hub, links: state => LinkOf(state == "XA" ? "XC" : state));
        await hub.Begin(Cancelled);
        hub.Keys.Save(At("keys"));
        hub.XA.SigningKey.Save(At("sign.json"));
        hub.XA.SealingKeys[0].Save(At("open.json"));

        var requestId = Guid.NewGuid();
        var broker = links.Of("XA");
        var running = ServerProcess.Run(
            TimeSpan.FromMinutes(2),
            [
                python, "-B", Repository.At("tests", "python", "participant.py"), "--state", "XA", "--to", "XB", "--request", $"{requestId}", "--twice", "--priority", "Urgent",
                "--amqp", $"amqp://{Uri.EscapeDataString(broker.User)}:{Uri.EscapeDataString(broker.Password!)}@{broker.Host}:{broker.Port}/{broker.Prefix}xa",
                "--directory", At("keys"), "--sign", At("sign.json"), "--open", At("open.json"), "--wait-for", "ActAccepted", "ActAccepted", "NoteSent", "--patience", "60",
            ],
            Cancelled);

        var delivered = await hub.XB.Told(n => n.Header.RequestId == requestId ? n.Read() as ActDelivered : null, Cancelled);
        var request = Sample.Unwrap(delivered.Act);
        Assert.Equal(nameof(RequestSubmitted), request.Type);
        var opened = Sealing.Opener.Open(request.Sealed!, hub.XB.SealingKeys, request.Header.ActId);
        Assert.Equal("Torrest", JsonSerializer.Deserialize<RequestParticulars>(opened, Wire.Json)!.Persons.Single().FamilyName);
        Assert.IsType<ActAccepted>(await hub.XB.Send(
            hub.XA, requestId, new NoteSent { Subject = "Office closed on Friday" }, Cancelled, new Explanation { Text = "Please call the duty point instead." }));

        var (code, said) = await running;
        Assert.True(code == 0, said);
        var events = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var accepted = events.Where(e => Text(e, "type") == nameof(ActAccepted)).ToList();
        Assert.Equal([false, true], accepted.Select(e => e.GetProperty("duplicate").GetBoolean()));
        Assert.All(accepted, e => Assert.Equal($"{request.Header.ActId}", Text(e, "actId")));
        var note = Assert.Single(events, e => Text(e, "act") == nameof(NoteSent));
        Assert.Equal("Please call the duty point instead.", Text(note.GetProperty("opened"), "text"));
        Assert.Empty(events[^1].GetProperty("missing").EnumerateArray());
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    string At(string name) => Path.Combine(folder, name);

    static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
