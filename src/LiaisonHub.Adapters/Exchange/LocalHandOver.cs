using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.Adapters.Exchange;

/// <summary>Wakes the hand-over before its time.</summary>
public sealed class HandOverWake : IDisposable
{
    readonly Wake wake = new();

    /// <summary>There is something to hand over.</summary>
    public void Set() => wake.Set();

    internal Task Wait(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken) => wake.Wait(atMost, time, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => wake.Dispose();
}

/// <summary>Where a process may die while it hands over; tests let it die at each.</summary>
enum HandOverStep
{
    Written,
    Staged,
    Renamed,
    Done,
}

/// <summary>
/// Gives acts and notices to the local system, each once. The message is completed as a file under another name, that it is complete is recorded, and then it is delivered: in a folder by
/// one rename. After a crash the other name tells whether that happened: it is gone exactly when it did, also when the local system has already taken the file away.
/// </summary>
public sealed partial class LocalHandOver(
    AdapterOptions options, AdapterKeys keys, OutboundDocument outbound, ILocalSystem system, NoticeStore notices, ActMaker maker, Database database, Wake outbox,
        TimeProvider time, ILogger<LocalHandOver> log)
{
    static readonly Counter<long> NotCarried = LiaisonTelemetry.Meter.CreateCounter<long>("liaisonhub.adapter.fields_not_carried", "{field}",
        "Fields of acts and notices that messages for the local system do not carry, by act or notice");

    /// <summary>Told of each step; a test throws here.</summary>
    internal Action<HandOverStep>? Reached { get; set; }

    /// <summary>Hands over what waits.</summary>
    /// <returns>How many files the local system got.</returns>
    public async Task<int> Work(CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var waiting in await notices.ToHandOver(time.GetUtcNow(), 200, cancellationToken))
        {
            using var activity = LiaisonTelemetry.Follow("hand over", ActivityKind.Internal, waiting.TraceParent);
            try
            {
                var name = waiting.State == "Staged" ? waiting.FileName! : await Stage(waiting, cancellationToken);
                if (name is null)
                    continue;
                var hidden = Path.Combine(options.Outbox!.Folder, name + ".tmp");
                if (File.Exists(hidden))
                    await system.Deliver(name, hidden, cancellationToken);

                CrashPoint.At(CrashPoint.AdapterAfterHandOver);
                Reached?.Invoke(HandOverStep.Renamed);
                await using var unit = await database.Begin(cancellationToken);
                if (await NoticeStore.Done(unit, waiting.NoticeId, time.GetUtcNow(), cancellationToken)
                    && waiting is { ActId: { } actId, RequestId: { } requestId } && await IsDelivery(unit, actId, cancellationToken))
                    await maker.Receipt(unit, requestId, actId, ReceiptStage.HandedOver, cancellationToken);
                await unit.Commit(cancellationToken);
                outbox.Set();
                done++;
                Reached?.Invoke(HandOverStep.Done);
                HandedOver(log, waiting.NoticeId, waiting.Sequence);
            }
            catch (ChannelException e)
            {
                await notices.Problem(waiting.NoticeId, e.Message, e.Permanent, time.GetUtcNow() + options.HandOverAgainAfter, cancellationToken);
                HandOverFailed(log, waiting.NoticeId, e.Permanent ? "refused" : "channel");
                // What the local system refuses for good holds up nothing behind it; what it cannot be given now keeps its place.
                if (!e.Permanent)
                    break;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The disk is full, the folder is away: what waits stays in order and is tried again.
                await notices.Problem(waiting.NoticeId,
                    $"The file could not be written ({e.GetType().Name}). Look at the folder {options.Outbox!.Folder}: is it there, writable, and is there "
                    + $"room?", false,
                    time.GetUtcNow() + options.HandOverAgainAfter, cancellationToken);
                HandOverFailed(log, waiting.NoticeId, e.GetType().Name);
                break;
            }
        }

        return done;
    }

    async Task<string?> Stage(HandOver waiting, CancellationToken cancellationToken)
    {
        var notice = JsonSerializer.Deserialize<Notice>(await notices.Body(waiting.NoticeId, cancellationToken)
            ?? throw new InvalidOperationException($"Notice {waiting.NoticeId} is not here."), Wire.Json)!;
        LocalMessage message;
        string type;
        try
        {
            (type, message) = Make(notice);
        }
        catch (Exception e) when (e is SealException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            await notices.Problem(waiting.NoticeId,
                $"It could not be written in the local format ({e.GetType().Name}). Read it at the desk, and report it to whoever maintains the adapter.",
                true, time.GetUtcNow(), cancellationToken);
            HandOverFailed(log, waiting.NoticeId, e.GetType().Name);
            return null;
        }

        if (message.Problems.Count > 0)
        {
            await notices.Problem(waiting.NoticeId, $"The local format needs what is not there: {string.Join("; ", message.Problems)}", true, time.GetUtcNow(),
                cancellationToken);
            HandOverFailed(log, waiting.NoticeId, "mapping");
            return null;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{waiting.Sequence:D8}-{type}-{waiting.ActId ?? waiting.NoticeId:N}.{message.Extension}");
        // After a crash the same names are written again.
        var hidden = Path.Combine(options.Outbox!.Folder, name + ".tmp");
        if (message.Papers.Count > 0)
        {
            var papers = PlainFile.PapersOf(hidden);
            papers.Create();
            foreach (var (paper, bytes) in message.Papers)
                PlainFile.Write(Path.Combine(papers.FullName, paper), bytes);
            PlainFile.Settle(papers.FullName);
        }

        PlainFile.Write(hidden, message.Bytes);
        PlainFile.Settle(options.Outbox.Folder);
        Reached?.Invoke(HandOverStep.Written);
        await using (var unit = await database.Begin(cancellationToken))
        {
            await NoticeStore.Staged(unit, waiting.NoticeId, name, cancellationToken);
            // With that step, so that a message which is written again is not counted again.
            foreach (var place in message.NotCarried.Select(SourceNode.WithoutPositions).Distinct())
                await MappingStore.Count(unit, GapKind.NotCarried, type, place, time.GetUtcNow(), cancellationToken);
            await unit.Commit(cancellationToken);
        }

        if (message.NotCarried.Count > 0)
            NotCarried.Add(message.NotCarried.Count, new KeyValuePair<string, object?>("type", type));
        Reached?.Invoke(HandOverStep.Staged);
        return name;
    }

    (string Type, LocalMessage Message) Make(Notice notice)
    {
        var body = notice.Read();
        if (body is not ActDelivered delivered)
        {
            var standing = notice.Body.TryGetProperty("standing", out var said) ? said.Deserialize<Standing>(Wire.Json) : null;
            return (notice.Type, outbound.Make(notice.Type, OutboundDocument.Of(notice.Type, notice.Header, standing, null, null, null,
                JsonNode.Parse(notice.Body.GetRawText()), options.State)));
        }

        var inner = Signing.Verify(delivered.Act, [DocumentTypes.Act], keys.Directory, delivered.From ?? delivered.Standing.OtherState, delivered.ReceivedAt);
        var act = JsonSerializer.Deserialize<Act>(inner.Payload, Wire.Json)!;
        var hidden = act.Sealed is { } sealedPart && act.Header.Receiver.State == options.State ? JsonNode.Parse(keys.Open(sealedPart, act.Header.ActId)) : null;
        return (act.Type, outbound.Make(act.Type, OutboundDocument.Of(act.Type, notice.Header, delivered.Standing, act, hidden, delivered.ReceivedAt, null,
            options.State)));
    }

    static async Task<bool> IsDelivery(Unit unit, Guid actId, CancellationToken cancellationToken) =>
        await ActStore.Find(unit, actId, cancellationToken) is { Direction: Direction.In };

    [LoggerMessage(4301, LogLevel.Information, "Notice {NoticeId}, number {Sequence}, was handed over to the local system")]
    static partial void HandedOver(ILogger log, Guid noticeId, long sequence);

    [LoggerMessage(4302, LogLevel.Warning, "Notice {NoticeId} could not be handed over: {Cause}")]
    static partial void HandOverFailed(ILogger log, Guid noticeId, string cause);
}
