using System.Reflection;
using System.Text;
using System.Text.Json;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Adapter;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.Adapters.Exchange;

/// <summary>Sends what stands in the outbox, the same bytes again and again until the hub has made them durable, and gives signs of life.</summary>
public sealed partial class HubSender(AdapterOptions options, AdapterKeys keys, IAdapterLink link, ActStore acts, DeskReads reads, TimeProvider time,
    ILogger<HubSender> log, ReportWanted? wanted = null)
{
    const int Batch = 100;

    /// <summary>Sends what is due.</summary>
    /// <returns>How many acts the hub took.</returns>
    public async Task<int> Send(CancellationToken cancellationToken)
    {
        var sent = 0;
        while (await acts.Due(time.GetUtcNow(), Batch, cancellationToken) is { Count: > 0 } due)
        {
            using var sending = new TracedSending("send act", [.. due.Select(a => a.TraceParent)]);
            IReadOnlySet<Guid> taken = new HashSet<Guid>();
            var error = "The hub has not confirmed it yet.";
            try
            {
                CrashPoint.At(CrashPoint.AdapterBeforePublish);
                taken = await link.Send(
                    [.. due.Select((a, i) => new Post
                    {
                        State = options.State,
                        Lane = Enum.Parse<Lane>(a.Lane),
                        Id = a.ActId,
                        Body = Encoding.UTF8.GetBytes(a.Body),
                        TraceParent = sending.TraceParent(i),
                    })],
                    cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // The link's words may name hosts, never content.
                error = link.Trouble ?? $"The link failed ({e.GetType().Name}).";
                SendFailed(log, e.GetType().Name, due.Count);
            }

            CrashPoint.At(CrashPoint.AdapterAfterPublish);
            var rest = due.Select(a => a.ActId).Where(id => !taken.Contains(id)).ToList();
            await acts.Sent([.. taken.Intersect(due.Select(a => a.ActId))], rest, link.Trouble ?? error, time.GetUtcNow() + options.SendAgainAfter,
                cancellationToken);
            sent += taken.Count;
        }

        return sent;
    }

    /// <summary>Gives one sign of life. It is not kept and not repeated: the next one says more.</summary>
    public async Task Report(CancellationToken cancellationToken)
    {
        // A successor has come into force whose private half was never put here: what cannot be signed can still be said.
        if (keys.Unsignable is { } lacking)
        {
            await link.Send([LastWords.Of(options.State, lacking, time.GetUtcNow())], cancellationToken);
            return;
        }
        var asked = wanted?.Taken();
        var figures = await reads.Figures(cancellationToken);
        var report = new AdapterReported
        {
            State = options.State,
            At = time.GetUtcNow(),
            Version = Version,
            OutboxWaiting = figures.OutboxWaiting,
            Quarantined = figures.Quarantined,
            Incomplete = figures.Incomplete,
            EverySeconds = (int)options.ReportEvery.TotalSeconds,
            ClientCertificateEnds = options.Broker.ClientCertificateEnds(),
            ServerCertificateEnds = options.Broker.ServerCertificateEnds(),
            Contracts = Wire.Version,
            EchoId = asked,
        };
        var signed = keys.Sign(JsonSerializer.SerializeToUtf8Bytes(report, Wire.Json), DocumentTypes.Report);
        await link.Send([new Post { State = options.State, Lane = Lane.Routine, Id = Guid.NewGuid(), Body = Signing.Serialize(signed) }], cancellationToken);
    }

    internal static string Version { get; } = typeof(HubSender).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "0";

    [LoggerMessage(4401, LogLevel.Warning, "Sending failed with {Exception}; {Count} acts are sent again later")]
    static partial void SendFailed(ILogger log, string exception, int count);
}

/// <summary>The hub's operator tests the link: a report is wanted now, and names the question.</summary>
public sealed class ReportWanted : IDisposable
{
    readonly Wake wake = new();
    readonly Lock gate = new();
    Guid? asked;

    /// <summary>The hub has asked. Of several questions that wait the last is answered: its operator looks at that one.</summary>
    public void Set(Guid question)
    {
        lock (gate)
            asked = question;
        wake.Set();
    }

    /// <summary>The question that waits, which from now on counts as answered. Null: none does.</summary>
    public Guid? Taken()
    {
        lock (gate)
        {
            var question = asked;
            asked = null;
            return question;
        }
    }

    internal Task Wait(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken) => wake.Wait(atMost, time, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => wake.Dispose();
}
