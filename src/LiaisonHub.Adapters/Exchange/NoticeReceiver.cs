using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.Adapters.Exchange;

/// <summary>
/// Takes what the hub sends: verifies the hub's signature, and inside it the other side's own; opens the seal to see that it opens; and writes notice,
/// standing, act and receipt in one
/// transaction. What cannot be believed is set aside with its reason and never holds up what stands behind it.
/// </summary>
public sealed partial class NoticeReceiver(
    AdapterOptions options, AdapterKeys keys, OutboundDocument outbound, ActMaker maker, Database database, HandOverWake handOver, Wake outbox,
        HubClock clock, TimeProvider time, ILogger<NoticeReceiver> log, ActFollowed? followed = null, ReportWanted? wanted = null)
{
    /// <summary>Takes a batch. When it returns, everything is durable; when it throws, nothing is, and the batch comes again.</summary>
    public async Task Take(IReadOnlyList<Post> posts, CancellationToken cancellationToken)
    {
        using var activity = LiaisonTelemetry.Follow("take notices", ActivityKind.Consumer, posts.Count == 1 ? posts[0].TraceParent : null);
        var read = posts.Select(Read).ToList();
        await using var unit = await database.Begin(cancellationToken);
        foreach (var reading in read.OrderBy(r => r.Stored?.Sequence ?? 0))
        {
            using var one = LiaisonTelemetry.Follow("take notice", ActivityKind.Consumer, reading.Post.TraceParent);
            await Take(unit, reading, cancellationToken);
        }

        await NoticeStore.MarkWithoutGap(unit, cancellationToken);
        await unit.Commit(cancellationToken);
        CrashPoint.At(CrashPoint.AdapterBeforeAcknowledge);
        foreach (var question in read.Select(r => r.Asked).OfType<Guid>())
            wanted?.Set(question);
        foreach (var aside in read.Where(r => r.Aside is not null))
            SetAsideDocument(log, aside.Aside!.Code, aside.Aside.Digest);
        outbox.Set();
        handOver.Set();
    }

    async Task Take(Unit unit, Reading reading, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (reading.Stored is { } stored && reading.Notice is { } notice)
        {
            var taken = await NoticeStore.Add(unit, stored, cancellationToken);
            if (taken == NoticeTaken.Duplicate)
                return;
            if (taken == NoticeTaken.Conflict)
            {
                await NoticeStore.PutAside(
                    unit,
                    Aside(reading.Post, QuarantineCode.SequenceConflict,
                        $"Number {stored.Sequence} of the hub, or the notice's id, was used before for another notice.",
                        "Ask the operator of the hub whether it was restored from a backup. Nothing of this notice was applied.", stored),
                    cancellationToken);
                return;
            }

            clock.Saw(notice.Header.At);
            await Apply(unit, notice, stored, reading, now, cancellationToken);
        }

        if (reading.Aside is { } aside)
            await NoticeStore.PutAside(unit, aside, cancellationToken);
    }

    async Task Apply(Unit unit, Notice notice, StoredNotice stored, Reading reading, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (notice.Header.RequestId is { } requestId && reading.Standing is { } standing)
        {
            if (await ActStore.Request(unit, requestId, cancellationToken) is null)
                await ActStore.Open(
                    unit,
                    new OwnRequest
                    {
                        RequestId = requestId,
                        Reference = standing.Reference,
                        OwnSide = standing.YourSide,
                        OwnAuthority = reading.Act?.Header.Receiver.Authority ?? options.Authority,
                        OtherState = standing.OtherState,
                        OtherAuthority = standing.OtherAuthority ?? reading.Act?.Header.Sender.Authority ?? "",
                        CaseGroupId = reading.Act?.Header.CaseGroupId,
                        Priority = reading.Act?.Header.Priority ?? standing.Priority,
                        Exercise = notice.Header.Exercise,
                        CreatedAt = now,
                    },
                    cancellationToken);
            await NoticeStore.Standing(unit, requestId, standing, JsonSerializer.Serialize(standing, Wire.Json), stored.Sequence, notice.Header.At,
                cancellationToken);
        }

        switch (reading.Body)
        {
            case ActAccepted accepted:
                await ActStore.Outcome(unit, accepted.ActId, "Accepted", null, null, accepted.ReceivedAt, cancellationToken);
                await ActStore.Reached(unit, accepted.ActId, Direction.Out, ReceiptStage.Accepted, accepted.ReceivedAt, cancellationToken);
                await Answered(unit, accepted.ActId, cancellationToken);
                break;
            case ActRefused { ActId: { } refusedId } refused:
                await ActStore.Outcome(unit, refusedId, "Refused", refused.Code.ToString(), refused.Reason, notice.Header.At, cancellationToken);
                await Answered(unit, refusedId, cancellationToken);
                break;
            case MaintenanceNotice maintenance:
                await NoticeStore.Maintenance(unit, maintenance, stored.Sequence, cancellationToken);
                break;
            case ReceiptNotice receipt:
                await ActStore.Reached(unit, receipt.OfActId, Direction.Out, receipt.Stage, receipt.At, cancellationToken);
                break;
            case ActDelivered delivered when reading.Act is { } act:
                await Delivered(unit, delivered, act, reading.Numbers, stored, now, cancellationToken);
                return;
            default:
                break;
        }

        if (outbound.Writes(notice.Type))
            await NoticeStore.Queue(unit, stored, now, cancellationToken);
    }

    async Task Answered(Unit unit, Guid actId, CancellationToken cancellationToken)
    {
        if (followed is not null && await ActStore.Find(unit, actId, cancellationToken) is { } act)
            await followed(unit, act, cancellationToken);
    }

    async Task Delivered(Unit unit, ActDelivered delivered, Act act, IReadOnlyList<string> numbers, StoredNotice stored, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await ActStore.Numbered(unit, act.Header.Sender.State, act.Header.Sequence, act.Header.ActId, cancellationToken) is { } before)
        {
            if (before != act.Header.ActId)
                await NoticeStore.PutAside(
                    unit,
                    Aside(Encoding.UTF8.GetBytes(stored.Body), QuarantineCode.SequenceConflict,
                        $"Number {act.Header.Sequence} of {act.Header.Sender.State} was used before for another act.",
                        $"Ask the operator of the hub and {act.Header.Sender.State} which act is meant. Nothing of this one was applied.", stored),
                    cancellationToken);
            return;
        }

        var taken = new StoredAct
        {
            ActId = act.Header.ActId,
            RequestId = act.Header.RequestId,
            ActType = act.Type,
            Direction = Direction.In,
            Sequence = act.Header.Sequence,
            At = delivered.ReceivedAt,
            InReplyTo = act.Header.InReplyTo,
            SenderState = act.Header.Sender.State,
            SenderAuthority = act.Header.Sender.Authority,
            ReceiverAuthority = act.Header.Receiver.Authority,
            Priority = act.Header.Priority,
            OpenPart = act.Open.GetRawText(),
            SealedPart = act.Header.Receiver.State == options.State ? act.Sealed : null,
            SignedBody = JsonSerializer.Serialize(delivered.Act, Wire.Json),
        };
        await ActStore.Add(unit, taken, null, cancellationToken);
        await ActStore.KnownBy(unit, act.Header.RequestId, numbers, cancellationToken);
        if (followed is not null)
            await followed(unit, taken, cancellationToken);
        if (act.Type == nameof(ReceiptGiven))
            return;
        var other = act.Read() switch
        {
            RequestForwarded forwarded => forwarded.ToAuthority,
            RequestAcknowledged acknowledged => acknowledged.CompetentAuthority,
            _ => act.Header.Sender.Authority,
        };
        var request = await ActStore.Request(unit, act.Header.RequestId, cancellationToken);
        await ActStore.Authorities(unit, act.Header.RequestId, request?.OwnAuthority ?? act.Header.Receiver.Authority, other, now, cancellationToken);
        await maker.Receipt(unit, act.Header.RequestId, act.Header.ActId, ReceiptStage.Delivered, cancellationToken);

        // Where no local system takes it, the desk has it as soon as it stands here.
        if (outbound.Writes(act.Type))
            await NoticeStore.Queue(unit, stored, now, cancellationToken);
        else
            await maker.Receipt(unit, act.Header.RequestId, act.Header.ActId, ReceiptStage.HandedOver, cancellationToken);
    }

    Reading Read(Post post)
    {
        var reading = new Reading { Post = post };
        VerifiedDocument document;
        try
        {
            document = Signing.Verify(post.Body.Span, [DocumentTypes.Notice, DocumentTypes.ReportAsked], keys.Directory, PublicKey.HubOwner, time.GetUtcNow());
        }
        catch (NotAuthenticException e)
        {
            return reading with
            {
                Aside = Aside(post, QuarantineCode.NotAuthentic, $"The document is not signed by the hub: {e.Message}",
                "Ask the operator of the hub whether its key changed, and put its new public key into the folder of public keys.")
            };
        }

        Notice notice;
        object body;
        try
        {
            if (document.Typ == DocumentTypes.ReportAsked)
            {
                var question = JsonSerializer.Deserialize<ReportAsked>(document.Payload, Wire.Json)!;
                return question.State != options.State
                    ? reading with
                    {
                        Aside = Aside(post, QuarantineCode.NotANotice, $"The question is for {question.State}, not for {options.State}.",
                        "Ask the operator of the hub: posts are crossed.")
                    }
                    : reading with { Asked = question.EchoId };
            }

            notice = JsonSerializer.Deserialize<Notice>(document.Payload, Wire.Json)!;
            if (notice.Header.Receiver != options.State)
                return reading with
                {
                    Aside = Aside(post, QuarantineCode.NotANotice, $"The notice is for {notice.Header.Receiver}, not for {options.State}.",
                    "Ask the operator of the hub: posts are crossed.")
                };
            body = notice.Read();
        }
        catch (JsonException e)
        {
            return reading with
            {
                Aside = Aside(post, QuarantineCode.NotANotice, $"The hub's notice cannot be read at {e.Path ?? "its root"}.",
                "The hub may be newer than this adapter: upgrade the adapter, then let the hub send it again.")
            };
        }

        reading = reading with
        {
            Notice = notice,
            Body = body,
            Standing = StandingOf(body),
            Stored = new StoredNotice
            {
                NoticeId = notice.Header.NoticeId,
                Sequence = notice.Header.Sequence,
                Digest = document.PayloadDigest,
                RequestId = notice.Header.RequestId,
                NoticeType = notice.Type,
                At = notice.Header.At,
                ReceivedAt = time.GetUtcNow(),
                ActId = body switch
                {
                    ActAccepted a => a.ActId,
                    ActRefused r => r.ActId,
                    ReceiptNotice r => r.OfActId,
                    UnopenedNotice u => u.OfActId,
                    _ =>
                    null
                },
                Body = Encoding.UTF8.GetString(document.Payload),
                TraceParent = post.TraceParent,
            },
        };
        return body is ActDelivered delivered ? Inside(reading, delivered) : reading;
    }

    Reading Inside(Reading reading, ActDelivered delivered)
    {
        var from = delivered.From ?? delivered.Standing.OtherState;
        try
        {
            var inner = Signing.Verify(delivered.Act, [DocumentTypes.Act], keys.Directory, from, delivered.ReceivedAt);
            var act = JsonSerializer.Deserialize<Act>(inner.Payload, Wire.Json)!;
            _ = act.Read();
            if (act.Header.Sender.State != from || (act.Header.Receiver.State != options.State && delivered.From is null)
                || act.Header.RequestId != reading.Notice!.Header.RequestId)
                return Broken(reading, $"The act of {from} that the hub delivers is not addressed as its notice says.");
            if (act.Sealed is { } sealedPart && act.Header.Receiver.State == options.State)
                reading = reading with { Numbers = CaseNumbers.Within(keys.Open(sealedPart, act.Header.ActId)) };
            return reading with { Act = act, Numbers = [.. reading.Numbers, .. CaseNumbers.In(act.Open)], Stored = reading.Stored! with { ActId = act.Header.ActId } };
        }
        catch (NotAuthenticException e)
        {
            return Broken(reading, $"The act inside the hub's notice is not signed by {from}: {e.Message}");
        }
        catch (SealException)
        {
            return Broken(reading, $"The private part of an act of {from} does not open with the keys of {options.State} on this machine.");
        }
        catch (JsonException e)
        {
            return Broken(reading, $"An act of {from} cannot be read at {e.Path ?? "its root"}.");
        }
    }

    // The notice itself counts, and its standing too; the act inside is not taken, and no receipt is given: the sender learns from the missing receipt.
    Reading Broken(Reading reading, string words) => reading with
    {
        Aside = Aside(reading.Post, QuarantineCode.SealBroken, words,
            $"Check that the private keys of {options.State} are all here, also old ones, and that the folder of public keys is current. Then ask the "
            + $"sender to send it again.", reading.Stored),
    };

    SetAside Aside(Post post, string code, string words, string fix, StoredNotice? notice = null) => Aside(post.Body.Span, code, words, fix, notice);

    SetAside Aside(ReadOnlySpan<byte> body, string code, string words, string fix, StoredNotice? notice = null) => new()
    {
        Digest = Convert.ToHexStringLower(SHA256.HashData(body)),
        NoticeId = notice?.NoticeId,
        RequestId = notice?.RequestId,
        Code = code,
        Reason = words,
        Fix = fix,
        Body = Convert.ToBase64String(body),
        At = time.GetUtcNow(),
    };

    static Standing? StandingOf(object body) => body switch
    {
        ActDelivered b => b.Standing,
        ActAccepted b => b.Standing,
        ActRefused b => b.Standing,
        ReminderNotice b => b.Standing,
        OverdueNotice b => b.Standing,
        EscalationNotice b => b.Standing,
        DisputeNotice b => b.Standing,
        HeldCopyNotice b => b.Standing,
        ReducedAmountNotice b => b.Standing,
        SilenceNotice b => b.Standing,
        StatusReport b => b.Standing,
        _ => null,
    };

    sealed record Reading
    {
        internal required Post Post { get; init; }
        internal Notice? Notice { get; init; }
        internal object? Body { get; init; }
        internal Standing? Standing { get; init; }
        internal StoredNotice? Stored { get; init; }
        internal Act? Act { get; init; }
        internal SetAside? Aside { get; init; }

        /// <summary>The numbers by which the act says a local system knows the case.</summary>
        internal IReadOnlyList<string> Numbers { get; init; } = [];

        /// <summary>The question of the hub that this is.</summary>
        internal Guid? Asked { get; init; }
    }

    [LoggerMessage(4201, LogLevel.Warning, "A document from the hub was set aside: {Code}, digest {Digest}")]
    static partial void SetAsideDocument(ILogger log, string code, string digest);
}
