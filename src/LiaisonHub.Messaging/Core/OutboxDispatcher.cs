using System.Text;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.Messaging.Core;

/// <summary>Wakes the dispatcher when rows were committed, so that an idle hub delivers at once and a quiet one does not poll hard.</summary>
public sealed class OutboxSignal : IDisposable
{
    readonly SemaphoreSlim rows = new(0, 1);

    /// <summary>Rows were committed.</summary>
    public void Set()
    {
        try
        {
            rows.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is set already.
        }
    }

    internal Task Wait(TimeSpan atMost, CancellationToken cancellationToken) => rows.WaitAsync(atMost, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => rows.Dispose();
}

/// <summary>A notice before it has its number: what the hub will tell a state.</summary>
public sealed record NoticeDraft
{
    /// <summary>The state it goes to.</summary>
    public required string State { get; init; }

    /// <summary>Its id. Derived from what caused it, so that a repeated attempt makes the same notice.</summary>
    public required Guid NoticeId { get; init; }

    /// <summary>The request, where there is one.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>The lane.</summary>
    public Lane Lane { get; init; }

    /// <summary>The hub's clock when it decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>True: part of a drill.</summary>
    public bool Exercise { get; init; }

    /// <summary>A notice body of the contract; its type name is the notice's type.</summary>
    public required object Body { get; init; }

    /// <summary>Trace context of the message that caused it.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>Numbers and signs notices inside the transaction that causes them: a number is used exactly when its row is committed.</summary>
public sealed class NoticeWriter(RequestStore requests, PrivateKey hubKey)
{
    /// <summary>Takes the next numbers of each state and returns the signed rows to write in the same unit.</summary>
    public async Task<IReadOnlyList<OutboxRow>> Number(Unit unit, IReadOnlyList<NoticeDraft> drafts, CancellationToken cancellationToken)
    {
        if (drafts.Count == 0)
            return [];
        var counts = drafts.GroupBy(d => d.State).ToDictionary(g => g.Key, g => g.Count());
        var next = new Dictionary<string, long>(await requests.NextSequences(unit, counts, cancellationToken));
        var numbered = drafts.Select(d => (Draft: d, Sequence: next[d.State]++)).ToArray();
        var rows = new OutboxRow[drafts.Count];
        if (rows.Length < 4)
            for (var i = 0; i < rows.Length; i++)
                rows[i] = Row(numbered[i].Draft, numbered[i].Sequence);
        else
            Parallel.For(0, rows.Length, i => rows[i] = Row(numbered[i].Draft, numbered[i].Sequence));
        return rows;
    }

    OutboxRow Row(NoticeDraft draft, long sequence)
    {
        var notice = new Notice
        {
            Type = draft.Body.GetType().Name,
            Header = new NoticeHeader { NoticeId = draft.NoticeId, RequestId = draft.RequestId, Receiver = draft.State, Sequence = sequence, At = draft.At, Exercise = draft.Exercise },
            Body = JsonSerializer.SerializeToElement(draft.Body, draft.Body.GetType(), Wire.Json),
        };
        var signed = Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(notice, Wire.Json), DocumentTypes.Notice, hubKey);
        return new OutboxRow
        {
            OutboxId = draft.NoticeId,
            State = draft.State,
            Lane = draft.Lane.ToString(),
            Body = Encoding.UTF8.GetString(Signing.Serialize(signed)),
            CreatedAt = draft.At,
            TraceParent = draft.TraceParent,
        };
    }
}

/// <summary>Brings outbox rows over the links. At least once; a row goes when the other side has made its message durable.</summary>
public sealed partial class OutboxDispatcher(Outbox outbox, IHubLink link, OutboxSignal signal, ILogger<OutboxDispatcher> log) : BackgroundService
{
    const int LargestBatch = 200;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await outbox.Deliver(LargestBatch, Publish, stoppingToken) < LargestBatch)
                    await signal.Wait(TimeSpan.FromSeconds(1), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (Exception e)
            {
                DeliveryFailed(log, e);
                await signal.Wait(TimeSpan.FromSeconds(1), CancellationToken.None);
            }
        }
    }

    async Task<IReadOnlySet<Guid>> Publish(IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        CrashPoint.At(CrashPoint.OutboxBeforePublish);
        using var sending = new TracedSending("send notice", [.. rows.Select(r => r.TraceParent)]);
        var taken = await link.Send(
            [
                .. rows.Select((r, i) => new Post
                {
                    State = r.State,
                    Lane = Enum.Parse<Lane>(r.Lane),
                    Id = r.OutboxId,
                    Body = Encoding.UTF8.GetBytes(r.Body),
                    TraceParent = sending.TraceParent(i),
                }),
            ],
            cancellationToken);
        CrashPoint.At(CrashPoint.OutboxAfterPublish);
        return taken;
    }

    [LoggerMessage(2301, LogLevel.Warning, "The outbox could not be delivered; trying again in a second")]
    static partial void DeliveryFailed(ILogger log, Exception e);
}
