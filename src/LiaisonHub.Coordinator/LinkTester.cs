using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Coordinator;

/// <summary>
/// Carries out the tests of links that are asked for at the console: the hub's own way to the broker and the state's queues there, then a signed question to the adapter, whose report comes back through the
/// edge. Nothing of the adapter's is taken, and no act waits for it.
/// </summary>
public sealed partial class LinkTester(
    LinkTests tests, IHubLink link, PrivateKey key, HubOptions options, Quarantine quarantine, TimeProvider time, [FromKeyedServices(Watch.Technical)] TimeProvider technical, ILogger<LinkTester> log) : Rounds(TimeSpan.FromSeconds(1))
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200), SkewAllowed = TimeSpan.FromSeconds(30);

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>How long the adapter may take to answer.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> Next(CancellationToken cancellationToken)
    {
        await Task.WhenAll((await tests.Take(technical.GetUtcNow(), cancellationToken)).Select(t => Run(t, cancellationToken)));
        return null;
    }

    /// <inheritdoc/>
    protected override void Failed(Exception e) => TestingFailed(log, e);

    async Task Run(LinkTest test, CancellationToken cancellationToken)
    {
        // Within one process there is no broker, and nothing but the question can go wrong.
        var broker = await link.Look(test.State, cancellationToken) is null ? null : options.Broker;
        await using var probe = broker is null ? null : new BrokerProbe(broker, test.State, technical, ofHub: true);
        var results = await BrokerProbe.Run(
            [
                .. probe?.Stages ?? new[] { ProbeStage.Name, ProbeStage.Tcp, ProbeStage.Tls, ProbeStage.Login }.Select(s => (s, (Func<CancellationToken, Task<ProbeResult>>)(_ => Task.FromResult(OneProcess(s))))),
                (ProbeStage.Readers, c => Readers(test.State, c)),
                (ProbeStage.Echo, c => Ask(test, c)),
                (ProbeStage.RoundTrip, c => Answered(test, c)),
            ],
            cancellationToken, done => tests.Note(test.TestId, Write(done), cancellationToken));
        await tests.End(test, Write(results), results.FirstOrDefault(r => r.Verdict == ProbeVerdict.Failed) is { } failed ? $"{failed.Stage} failed" : "good", technical.GetUtcNow(), time.GetUtcNow(), cancellationToken);
    }

    static string Write(IReadOnlyList<ProbeResult> results) => JsonSerializer.Serialize(results, Json);

    static ProbeResult OneProcess(ProbeStage stage) => new(stage, ProbeVerdict.NotUsed, null, "Hub and adapter are one process: there is no broker between them.");

    async Task<ProbeResult> Readers(string state, CancellationToken cancellationToken)
    {
        if (await link.Look(state, cancellationToken) is not { } look)
            return OneProcess(ProbeStage.Readers);
        if (look.Queues.Count < LinkQueues.Watched.Count || look.Queues.Any(q => q.Missing))
            throw new ProbeFailedException($"The queues cannot be seen: {look.Trouble}", "Run 'liaisonhub broker provision' again.");
        var waiting = string.Join(", ", look.Queues.Select(q => string.Create(CultureInfo.InvariantCulture, $"{q.Name}: {q.Waiting} waiting and {q.Readers} reading")));
        if (Unread(l => LinkQueues.ToHub(l)) is { } ours)
            throw new ProbeFailedException($"No hub reads {ours} ({waiting}).", "The hub's own end of this link is not connected: see its log for the link's trouble. It tries again by itself every few seconds.");
        if (Unread(l => LinkQueues.FromHub(l)) is { } theirs)
            throw new ProbeFailedException(
                $"No program reads {theirs} ({waiting}).", $"The adapter of {state} is not connected. Whoever keeps it sees why with 'liaisonhub adapter test --state {state}' on its machine; what is sent to it waits.", unreachable: true);
        var dead = look.Queues.First(q => q.Name == LinkQueues.Dead);
        return dead.Waiting == 0
            ? new(ProbeStage.Readers, ProbeVerdict.Good, null, $"Seen in the queues: {waiting}.")
            : new(ProbeStage.Readers, ProbeVerdict.Warning, null, $"Seen in the queues: {waiting}.", $"The broker gave up on what lies in the queue “dead”: look at it and bring it back at the console, /adapters/{state}/dead.");

        string? Unread(Func<Lane, string> queue) => Enum.GetValues<Lane>().Select(queue).FirstOrDefault(name => look.Queues.First(q => q.Name == name).Readers == 0);
    }

    async Task<ProbeResult> Ask(LinkTest test, CancellationToken cancellationToken)
    {
        var question = new ReportAsked { State = test.State, EchoId = test.TestId, At = time.GetUtcNow() };
        // The urgent lane: a thousand routine notices that wait are no fault of the link.
        var post = new Post { State = test.State, Lane = Lane.Urgent, Id = test.TestId, Body = Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(question, Wire.Json), DocumentTypes.ReportAsked, key)) };
        if ((await link.Send([post], cancellationToken)).Contains(test.TestId))
            return new(ProbeStage.Echo, ProbeVerdict.Good, null, "The signed question is handed over.");
        throw link.Trouble.TryGetValue(test.State, out var trouble)
            ? new ProbeFailedException($"The question cannot be handed over: {trouble}", "It is the hub's own link that has trouble: mend what it says, then test again.")
            : new ProbeFailedException($"Nobody takes the question: the adapter of {test.State} does not run in this process.", "Start it, or connect an adapter over a broker.", unreachable: true);
    }

    async Task<ProbeResult> Answered(LinkTest test, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        var began = time.GetUtcNow() - LinkTest.Longest;
        while (!patience.IsCancellationRequested)
        {
            if (await tests.Get(test.TestId, cancellationToken) is { AnsweredAt: { } at, Answer: { } answer })
                return Judge(JsonSerializer.Deserialize<AdapterReported>(answer, Wire.Json)!, at);
            // An answer that is not believed is the one thing that looks like none and is not.
            if (await quarantine.Page(null, test.State, null, null, 1, cancellationToken) is [var newest] && newest.At >= began
                && await quarantine.Get(newest.QuarantineId, cancellationToken) is { } aside && Signing.ClaimedType(aside.Body) == DocumentTypes.Report)
                throw new ProbeFailedException($"An answer came and was set aside: {aside.Reason}", $"It stands in the quarantine. {aside.Fix}");
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
        throw new ProbeFailedException(
            $"No answer came within {Patience.TotalSeconds} s, though the question was taken over.",
            $"The adapter of {test.State} reads and does not answer: its database may be away, or it speaks contracts before 1.1 and does not know the question. Its log says which.", unreachable: true);
    }

    ProbeResult Judge(AdapterReported report, DateTimeOffset heard)
    {
        var skew = report.At - heard;
        var found = string.Create(CultureInfo.InvariantCulture, $"Adapter {report.Version}, contracts {report.Contracts}, its clock {report.At:u}; {report.OutboxWaiting} acts wait in its outbox.");
        // Where legal time is made to run faster, adapters claim it too, and nothing can be said of their clocks.
        if (skew.Duration() > SkewAllowed && (time.GetUtcNow() - technical.GetUtcNow()).Duration() < TimeSpan.FromMinutes(1))
            return new(ProbeStage.RoundTrip, ProbeVerdict.Warning, null, found, $"The adapter's clock is {skew.Duration():d\\.hh\\:mm\\:ss} {(skew > TimeSpan.Zero ? "ahead of" : "behind")} the hub's: it must be set by NTP. Signatures and limits go by the hub's clock.");
        return report.Contracts == Wire.Version
            ? new(ProbeStage.RoundTrip, ProbeVerdict.Good, null, found)
            : new(ProbeStage.RoundTrip, ProbeVerdict.Warning, null, found, $"This hub speaks contracts {Wire.Version}. Within the same first number either reads the other; the newer one's additions are not used.");
    }

    [LoggerMessage(3701, LogLevel.Warning, "A test of a link failed to run; it shows as not finished, and may be asked for again")]
    static partial void TestingFailed(ILogger log, Exception e);
}
