using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Adapters.Acts;

/// <summary>An act somebody wants to make.</summary>
public sealed record ActToMake
{
    /// <summary>Name of the act, for example <c>RequestAcknowledged</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The request. Null: a new one, which only an act that begins one opens.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>The open part: contract record or JSON.</summary>
    public required object Open { get; init; }

    /// <summary>The private part: contract record or JSON. Null: none.</summary>
    public object? Private { get; init; }

    /// <summary>Receiving state and authority; needed for a new request. Null: those of the request.</summary>
    public Party? To { get; init; }

    /// <summary>Authority that makes it. Null: the request's on this side, else the adapter's own.</summary>
    public string? FromAuthority { get; init; }

    /// <summary>The act it answers.</summary>
    public Guid? InReplyTo { get; init; }

    /// <summary>Requests in several states about the same matter.</summary>
    public Guid? CaseGroupId { get; init; }

    /// <summary>How soon. Null: as the request.</summary>
    public Priority? Priority { get; init; }

    /// <summary>True: part of a drill. For acts on a request, the request decides.</summary>
    public bool Exercise { get; init; }

    /// <summary>Up to 100 characters. The same key again gives the same act: a form posted twice makes one.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Who makes it at the desk: a user name, kept here and not sent.</summary>
    public string? MadeBy { get; init; }

    /// <summary>The local file it is made from.</summary>
    public Guid? IntakeId { get; init; }

    /// <summary>Version of the mappings that read that file.</summary>
    public string? MappingDigest { get; init; }
}

/// <summary>An act that was made, or why it was not.</summary>
public sealed record MadeAct
{
    /// <summary>The act.</summary>
    public Guid ActId { get; init; }

    /// <summary>The request.</summary>
    public Guid RequestId { get; init; }

    /// <summary>The neutral reference.</summary>
    public string Reference { get; init; } = "";

    /// <summary>Its number among everything this state sent.</summary>
    public long Sequence { get; init; }

    /// <summary>True: the same idempotency key had made it before.</summary>
    public bool Before { get; init; }

    /// <summary>Everything that is wrong; empty: the act was made.</summary>
    public IReadOnlyList<FieldProblem> Problems { get; init; } = [];

    /// <summary>True: the act was made and will be sent.</summary>
    public bool Made => Problems.Count == 0;
}

/// <summary>Works out anew what follows from the acts of a request, in the transaction that stores one of them or the hub's answer to it.</summary>
/// <param name="unit">The transaction.</param>
/// <param name="act">The act, as it stands now.</param>
/// <param name="cancellationToken">Ends it.</param>
public delegate Task ActFollowed(Unit unit, StoredAct act, CancellationToken cancellationToken);

/// <summary>Says what the hub would refuse in the open part of an act for its content, in the transaction that would store the act.</summary>
/// <param name="unit">The transaction.</param>
/// <param name="actType">Name of the act.</param>
/// <param name="request">The request it belongs to. Null: it opens one.</param>
/// <param name="to">Who receives it.</param>
/// <param name="open">The open part.</param>
/// <param name="cancellationToken">Ends it.</param>
/// <returns>Empty: nothing.</returns>
public delegate Task<IReadOnlyList<FieldProblem>> ContentFindings(Unit unit, string actType, OwnRequest? request, Party to, JsonObject open, CancellationToken cancellationToken);

/// <summary>
/// Makes acts: checks the content, seals, numbers, signs and puts into the outbox, all in one transaction. What the hub later says to it stands on the act.
/// </summary>
public sealed class ActMaker(AdapterOptions options, AdapterKeys keys, Database database, Wake outbox, TimeProvider time, ActFollowed? followed = null, ContentFindings? findings = null)
{
    // Inside the seal nothing reads it as HTML, and base64 is full of plus signs that would each become six characters.
    static readonly JsonSerializerOptions Unescaped = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes an act.</summary>
    /// <returns>What was made, or everything that is wrong with the content; then nothing was stored and no number used.</returns>
    public async Task<MadeAct> Make(ActToMake wanted, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        var made = await Make(unit, wanted, cancellationToken);
        if (!made.Made)
            return made;
        await unit.Commit(cancellationToken);
        outbox.Set();
        return made;
    }

    /// <summary>Makes several acts, all or none: the same request to several authorities.</summary>
    /// <returns>One for each, in their order; or the one that could not be made, with its problems.</returns>
    public async Task<IReadOnlyList<MadeAct>> MakeAll(IReadOnlyList<ActToMake> wanted, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        var all = new List<MadeAct>(wanted.Count);
        foreach (var one in wanted)
        {
            var made = await Make(unit, one, cancellationToken);
            if (!made.Made)
                return [made];
            all.Add(made);
        }

        await unit.Commit(cancellationToken);
        outbox.Set();
        return all;
    }

    /// <inheritdoc cref="Make(ActToMake, CancellationToken)"/>
    public Task<MadeAct> Make(Guid? requestId, string actType, object open, object? privatePart, Guid? inReplyTo, CancellationToken cancellationToken) =>
        Make(new ActToMake { RequestId = requestId, Type = actType, Open = open, Private = privatePart, InReplyTo = inReplyTo }, cancellationToken);

    /// <summary>A person of this state opened an act of the other side: the first time, the other side learns of it.</summary>
    /// <returns>False: it was opened before, or is not here.</returns>
    public async Task<bool> MarkOpened(Guid actId, string by, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await ActStore.Find(unit, actId, cancellationToken) is not { Direction: Direction.In } act
            || !await ActStore.Opened(unit, actId, by, time.GetUtcNow(), cancellationToken))
            return false;
        await Receipt(unit, act.RequestId, actId, ReceiptStage.Opened, cancellationToken);
        await unit.Commit(cancellationToken);
        outbox.Set();
        return true;
    }

    /// <summary>Makes an act in a transaction of the caller, who commits it and then wakes the outbox.</summary>
    internal async Task<MadeAct> Make(Unit unit, ActToMake wanted, CancellationToken cancellationToken)
    {
        using var activity = Messaging.LiaisonTelemetry.Source.StartActivity("make act");
        activity?.SetTag("act.type", wanted.Type);
        if (wanted.IdempotencyKey is { } key && await ActStore.MadeBefore(unit, key, cancellationToken) is { } before)
            return new MadeAct
            {
                ActId = before.ActId,
                RequestId = before.RequestId,
                Sequence = before.Sequence,
                Reference = (await ActStore.Request(unit, before.RequestId, cancellationToken))?.Reference ?? "",
                Before = true
            };

        var now = time.GetUtcNow();
        var request = wanted.RequestId is { } known ? await ActStore.Request(unit, known, cancellationToken) : null;
        var opens = request is null && Contracts.V1.Acts.All.TryGetValue(wanted.Type, out var type) && type.Opens;
        if (Addressing(wanted, request, opens) is { } wrong)
            return new MadeAct { Problems = [wrong] };
        var to = wanted.To ?? new Party { State = request!.OtherState, Authority = request.OtherAuthority };
        var from = new Party { State = options.State, Authority = wanted.FromAuthority ?? request?.OwnAuthority ?? options.Authority };
        var open = ActContent.Json(wanted.Open) as JsonObject ?? [];
        var hidden = ActContent.Json(wanted.Private) as JsonObject;
        if (wanted.Type == nameof(EvidenceSent))
            EvidencePacking.Complete(open, hidden);

        // The number is only taken once everything else is right; until then a stand-in keeps the check from asking for it.
        var referenceMissing = opens && string.IsNullOrWhiteSpace((string?)open["reference"]);
        if (referenceMissing)
            open["reference"] = $"{options.State}-{now.Year}";
        var problems = ActContent.Check(wanted.Type, open, hidden);
        if (problems.Count > 0)
            return new MadeAct { Problems = problems };
        if (keys.Directory.CurrentSealing(to.State, now) is null)
            return new MadeAct { Problems = [NoKey(to.State)] };
        // What a person writes at the desk was looked at there; what a program wrote nobody has looked at yet.
        if (findings is not null && wanted.IntakeId is not null && await findings(unit, wanted.Type, request, to, open, cancellationToken) is { Count: > 0 } found)
            return new MadeAct { Problems = found };
        if (referenceMissing)
            open["reference"] = $"{options.State}-{now.Year}-{await ActStore.NextReference(unit, cancellationToken):D6}";

        var actId = Guid.CreateVersion7(now);
        var requestId = request?.RequestId ?? wanted.RequestId ?? Guid.CreateVersion7(now);
        var priority = wanted.Priority ?? request?.Priority ?? Priority.Routine;
        var reference = request?.Reference ?? (string)open["reference"]!;
        if (opens)
            await ActStore.Open(
                unit,
                new OwnRequest
                {
                    RequestId = requestId,
                    Reference = reference,
                    OwnSide = Side.Requesting,
                    OwnAuthority = from.Authority,
                    OtherState = to.State,
                    OtherAuthority = to.Authority,
                    CaseGroupId = wanted.CaseGroupId,
                    Priority = priority,
                    Exercise = wanted.Exercise,
                    CreatedAt = now,
                },
                cancellationToken);

        var (sequence, after) = await ActStore.Number(unit, requestId, now, cancellationToken);
        var plain = hidden is null ? null : Encoding.UTF8.GetBytes(hidden.ToJsonString(Unescaped));
        var act = new Act
        {
            Type = wanted.Type,
            Header = new ActHeader
            {
                ActId = actId,
                RequestId = requestId,
                CaseGroupId = wanted.CaseGroupId ?? request?.CaseGroupId,
                Sender = from,
                Receiver = to,
                Sequence = sequence,
                After = after,
                ClaimedAt = now,
                InReplyTo = wanted.InReplyTo,
                Priority = priority,
                Exercise = request?.Exercise ?? wanted.Exercise,
                MappingDigest = wanted.MappingDigest,
            },
            Open = JsonSerializer.SerializeToElement(open, Wire.Json),
            Sealed = plain is null ? null : keys.SealTo(to.State, plain, actId),
        };
        var body = Encoding.UTF8.GetString(Signing.Serialize(keys.Sign(JsonSerializer.SerializeToUtf8Bytes(act, Wire.Json), DocumentTypes.Act)));
        if (body.Length > Wire.LargestAct)
            return new MadeAct { Problems = [Larger(body.Length)] };
        var stored = new StoredAct
        {
            ActId = actId,
            RequestId = requestId,
            ActType = wanted.Type,
            Direction = Direction.Out,
            Sequence = sequence,
            At = now,
            InReplyTo = wanted.InReplyTo,
            SenderState = from.State,
            SenderAuthority = from.Authority,
            ReceiverAuthority = to.Authority,
            Priority = priority,
            OpenPart = act.Open.GetRawText(),
            // The receiver's seal opens only there; a copy sealed to ourselves lets our own officers read what they sent.
            SealedPart = plain is null ? null : keys.SealAtHome(plain, actId),
            SignedBody = body,
            IntakeId = wanted.IntakeId,
            MadeBy = wanted.MadeBy,
        };
        await ActStore.Add(unit, stored, wanted.IdempotencyKey, cancellationToken);
        await ActStore.KnownBy(unit, requestId, [.. CaseNumbers.In(act.Open), .. plain is null ? [] : CaseNumbers.Within(plain)], cancellationToken);
        if (followed is not null)
            await followed(unit, stored, cancellationToken);
        await ActStore.Enqueue(
            unit,
            new OutboxAct
            {
                ActId = actId,
                Lane = (priority == Priority.Routine ? Lane.Routine : Lane.Urgent).ToString(),
                Sequence = sequence,
                Body = body,
                TraceParent = Activity.Current?.Id,
            },
            now,
            cancellationToken);
        if (wanted.Type is nameof(RequestForwarded) or nameof(RequestAcknowledged))
            await ActStore.Authorities(unit, requestId, (string?)open["toAuthority"] ?? (string?)open["competentAuthority"] ?? from.Authority, to.Authority,
                now, cancellationToken);
        return new MadeAct { ActId = actId, RequestId = requestId, Reference = reference, Sequence = sequence };
    }

    /// <summary>A receipt for an act of the other side.</summary>
    internal async Task Receipt(Unit unit, Guid requestId, Guid ofActId, ReceiptStage stage, CancellationToken cancellationToken)
    {
        await ActStore.Reached(unit, ofActId, Direction.In, stage, time.GetUtcNow(), cancellationToken);
        var receipt = new ReceiptGiven { OfActId = ofActId, Stage = stage };
        var made = await Make(
            unit,
            new ActToMake
            {
                Type = nameof(ReceiptGiven),
                RequestId = requestId,
                Open = receipt,
                InReplyTo = ofActId,
                IdempotencyKey = ReceiptKey(receipt),
            },
            cancellationToken);
        if (!made.Made)
            throw new InvalidOperationException($"A receipt cannot be made: {made.Problems[0].Words}");
    }

    internal static string ReceiptKey(ReceiptGiven receipt) => $"receipt:{receipt.OfActId:N}:{receipt.Stage}";

    /// <summary>The field named when an act is too large to be sent.</summary>
    internal const string TooLarge = "size";

    internal static FieldProblem ToItself { get; } = new() { Field = "to.state", Missing = false, Words = "The receiving state is this state itself." };

    internal static FieldProblem NoKey(string state) => new() { Field = "to.state", Missing = false, Words = $"There is no valid key of {state} to seal to. Check the state, or ask the operator of the hub for its key." };

    internal static FieldProblem Larger(long bytes) => new()
    {
        Field = TooLarge,
        Missing = false,
        Words = string.Create(CultureInfo.InvariantCulture, $"Sealed and signed, the act has {bytes:N0} bytes; {Wire.LargestAct:N0} are allowed. Leave papers out, or send them in several acts or parts."),
    };

    FieldProblem? Addressing(ActToMake wanted, OwnRequest? request, bool opens)
    {
        if (wanted.RequestId is not null && request is null && !opens)
            return new FieldProblem { Field = "request", Missing = false, Words = "This adapter does not know the request." };
        if (request is null && !opens)
            return new FieldProblem { Field = "request", Missing = true, Words = $"{wanted.Type} belongs to a request; say to which." };
        if (opens && wanted.To is null)
            return new FieldProblem
            {
                Field = "to.state",
                Missing = true,
                Words = "Say which state and authority is asked.",
                Expected = "the code of a state and an authority of the region's register"
            };
        if ((wanted.To?.State ?? request?.OtherState) == options.State)
            return ToItself;
        return wanted.IdempotencyKey?.Length > 100
            ? new FieldProblem { Field = "idempotencyKey", Missing = false, Words = "The idempotency key has more than 100 characters." }
            : null;
    }
}

/// <summary>Wakes a loop before its time.</summary>
public sealed class Wake : IDisposable
{
    readonly SemaphoreSlim set = new(0, 1);

    /// <summary>There is something to do.</summary>
    public void Set()
    {
        try
        {
            set.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is set already.
        }
    }

    internal async Task Wait(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var until = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(until.Token, cancellationToken);
        try
        {
            await set.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Its time has come by itself.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => set.Dispose();
}
