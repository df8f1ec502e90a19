using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Coordinator;

/// <summary>
/// The hub's edge: one link to each state. It checks signature, sender, number and size, writes the act to the journal and lets the link acknowledge; nothing slow and nothing clever happens
/// before that. What cannot be accepted is set aside with its reason and answered, and never holds up what stands behind it.
/// </summary>
public sealed partial class Edge(
    IHubLink link, Region region, KeyDirectory keys, Database database, Journal journal, Quarantine quarantine, RequestStore requests, HubReads reads, NoticeWriter notices, AdapterRegister adapters, LinkTests tests, KeysSeen keysSeen, CoreSender core, Answers answers, Maintenance maintenance,
    OutboxSignal outbox, TimeProvider time, [FromKeyedServices(Watch.Technical)] TimeProvider technical, ILogger<Edge> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(region.States.Keys.Select(state => link.Receive(state, (posts, cancelled) => Take(state, posts, cancelled), stoppingToken)).Append(Redispatch(stoppingToken)));

    /// <summary>Takes what arrived on a state's link. When it returns, everything is durable: in the journal, or in quarantine with an answer on its way.</summary>
    public async Task Take(string state, IReadOnlyList<Post> posts, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var read = new List<Reading>(posts.Count);
        if (posts.Count < 4)
            foreach (var post in posts)
                read.Add(Read(state, post, now));
        else
        {
            var readings = new Reading[posts.Count];
            Parallel.For(0, posts.Count, i => readings[i] = Read(state, posts[i], now));
            read.AddRange(readings);
        }

        foreach (var reading in read.Where(r => r.Report != null))
        {
            if (await adapters.Heard(state, reading.Report!, technical.GetUtcNow(), cancellationToken))
                AdapterHeardAgain(log, state);
            if (reading.Report!.EchoId is { } question)
                await tests.Answered(question, state, JsonSerializer.Serialize(reading.Report, Wire.Json), technical.GetUtcNow(), cancellationToken);
        }

        // Of many that say it the last counts, and none that a sign of life came after.
        if (read.LastOrDefault(r => r.Report is not null || r.Missing is not null) is { Missing: { } missing }
            && await adapters.Lacks(state, missing.KeyId, technical.GetUtcNow(), cancellationToken))
            KeyIsMissing(log, state, missing.KeyId);

        await keysSeen.Used(read.SelectMany(r => r.Keys), now, cancellationToken);

        foreach (var (post, echo) in read.Where(r => r.Echo != null).Select(r => (r.Post, r.Echo!)))
            await Answer(state, post, echo, cancellationToken);
        foreach (var announced in read.Select(r => r.Announced).OfType<MaintenanceAnnounced>())
            await answers.Maintenance(state, await maintenance.Take(announced, cancellationToken), cancellationToken);
        foreach (var disbelieved in read.Select(r => r.Disbelieved).OfType<MaintenanceAnswered>())
            await answers.Maintenance(state, disbelieved, cancellationToken);

        var refused = read.Where(r => r.Refusal != null).ToList();
        var arrived = read.Where(r => r.Arrived != null).ToList();
        CrashPoint.At(CrashPoint.EdgeBeforeJournal);
        var taken = arrived.Count == 0 ? [] : await journal.Take([.. arrived.Select(r => r.Arrived!)], cancellationToken);
        for (var i = 0; i < taken.Count; i++)
        {
            if (Conflict(taken[i]) is { } conflict)
                refused.Add(arrived[i] with { Refusal = conflict });
        }
        if (refused.Count > 0)
            await SetAside(state, refused, now, cancellationToken);

        CrashPoint.At(CrashPoint.EdgeBeforeAcknowledge);
        // The journal row is the durable copy: when this send fails, the row is found undecided and dispatched again.
        await Task.WhenAll(taken.Where(t => t.Outcome is Taken.New || (t.Outcome is Taken.Duplicate && t.DecidedAt != null))
            .Select(t => Dispatch(t, cancellationToken)));
    }

    /// <summary>
    /// Takes a message of the quarantine once more. What is taken is in the journal before the message counts as dealt with, so a hub that dies between the two finds the act there and takes it no second time;
    /// what fails again waits as before, with its new reason, and its sender is told when that is another one.
    /// </summary>
    public async Task TakeAgain(QuarantinedMessage wanted, CancellationToken cancellationToken)
    {
        if (wanted.State is not { } state || !region.States.ContainsKey(state))
        {
            await HandToCore(wanted, cancellationToken);
            return;
        }
        var now = time.GetUtcNow();
        var post = new Post { State = state, Lane = Enum.TryParse<Lane>(wanted.Lane, out var lane) ? lane : Lane.Routine, Id = wanted.ActId ?? Guid.Empty, Body = wanted.Body };
        var reading = Read(state, post, now);
        TakenAct? taken = null;
        if (reading.Arrived is { } arrived)
        {
            taken = (await journal.Take([arrived], cancellationToken))[0];
            reading = reading with { Refusal = Conflict(taken) };
        }
        CrashPoint.At(CrashPoint.RepairAfterTaking);
        if (reading.Refusal is { } refusal)
        {
            await using var unit = await database.Begin(cancellationToken);
            if (!await Quarantine.RetryFailed(unit, wanted.QuarantineId, refusal.Code.ToString(), refusal.Place, refusal.Reason, refusal.Fix, cancellationToken))
                return;
            var told = refusal.Code.ToString() != wanted.Code || refusal.Reason != wanted.Reason;
            var rows = told ? await notices.Number(unit, [Told(state, reading, now)], cancellationToken) : [];
            var leaf = new LedgerLeaf { At = now, Kind = "QuarantineFailedAgain", RequestId = reading.RequestId, Actor = "hub", Content = JsonSerializer.Serialize(new { quarantineId = wanted.QuarantineId, code = refusal.Code.ToString() }) };
            await requests.Write(unit, [new Change { Work = new Work { RequestId = Guid.Empty }, Outbox = rows, Leaves = [leaf] }], cancellationToken);
            await unit.Commit(cancellationToken);
            outbox.Set();
            return;
        }
        if (taken is null)
            await Take(state, [post], cancellationToken);
        await quarantine.WasTaken(wanted.QuarantineId, taken?.Act.ActId, taken?.Act.RequestId, taken?.JournalId, cancellationToken);
        if (taken is { Outcome: Taken.New })
            await Dispatch(taken, cancellationToken);
    }

    /// <summary>What would become of a message of the quarantine if it were taken now. Nothing is written.</summary>
    public async Task<(string Foreseen, string Why)> Foresee(QuarantinedMessage message, CancellationToken cancellationToken)
    {
        if (message.Status == Quarantine.Resolved)
            return (Foresight.Nothing, "It is dealt with already.");
        if (message.State is not { } state || !region.States.ContainsKey(state))
            return CoreRow(message.Body) is null ? (Foresight.WouldFail, "It names no row the core could look at.") : (Foresight.WouldWork, "The core would look at its row again; whether the cause is repaired shows only then.");
        var reading = Read(state, new Post { State = state, Lane = Lane.Routine, Id = Guid.Empty, Body = message.Body }, time.GetUtcNow());
        if (reading.Refusal is { } refusal)
            return (Foresight.WouldFail, $"The hub would refuse it ({refusal.Code}): {refusal.Reason}");
        if (reading.Arrived is not { } act)
            return (Foresight.WouldWork, "The hub would take it; it is no act.");
        return await journal.Peek(act, cancellationToken) switch
        {
            Taken.New => (Foresight.WouldWork, $"The hub would take it as {act.ActType} of request {act.RequestId}{((await reads.Row(act.RequestId, cancellationToken))?.ClosedAt is null ? "" : ", which is closed and may refuse it")}."),
            Taken.Duplicate => (Foresight.Nothing, "The same act came again and was taken: this copy would change nothing."),
            _ => (Foresight.WouldFail, "Its id or its number was used by another act."),
        };
    }

    // A message of the core names a row, and the row is the truth: what is looked at twice is decided once. It is dealt with first, since one that fails again comes to the quarantine by itself.
    async Task HandToCore(QuarantinedMessage wanted, CancellationToken cancellationToken)
    {
        var row = CoreRow(wanted.Body);
        if (!await quarantine.WasTaken(wanted.QuarantineId, null, row?.RequestId, row?.JournalId, cancellationToken))
            return;
        if (row is { JournalId: { } journalId })
            await Dispatch(Lane.Routine, new ActTaken { CorrelationId = row.Value.RequestId, JournalId = journalId }, null, cancellationToken);
    }

    // Null: nothing of it can be read. Without a row of the journal it is a deadline, which the clock brings again by itself.
    static (Guid RequestId, long? JournalId)? CoreRow(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var envelope = JsonDocument.Parse(body);
            return envelope.RootElement.ValueKind == JsonValueKind.Object && envelope.RootElement.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object
                && message.TryGetProperty("correlationId", out var request) && request.TryGetGuid(out var requestId)
                ? (requestId, message.TryGetProperty("journalId", out var row) && row.TryGetInt64(out var journalId) ? journalId : null)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static Refusal? Conflict(TakenAct taken) => taken.Outcome switch
    {
        Taken.ActIdConflict => new(RefusalCode.Conflict, "This act id was used before with other content.", "Make a new act with a new id; find out who sent the other one.", "header.actId"),
        Taken.SequenceConflict => new(
            RefusalCode.Conflict, $"Sequence number {taken.Act.Sequence} was used before by another act.", "Restore the adapter's own counter (a restored backup?), then send the act again with the next number.", "header.sequence"),
        _ => null,
    };

    // Every row of a list is the same field. A name that the contract does not have is a stranger's text: as a place it is a star, for else whoever sends makes as many groups of faults as they like.
    static string FieldOf(Type document, string? path)
    {
        var (field, at) = ("$", document);
        foreach (var step in ListIndex().Replace(path ?? "$", "[]").Split('.').Skip(1))
        {
            var name = step.EndsWith("[]", StringComparison.Ordinal) ? step[..^2] : step;
            if (Wire.Json.GetTypeInfo(at).Properties.FirstOrDefault(p => p.Name == name) is not { } property)
                return $"{field}.*";
            field = $"{field}.{step}";
            at = Wire.Json.GetTypeInfo(property.PropertyType).ElementType ?? property.PropertyType;
            at = Nullable.GetUnderlyingType(at) ?? at;
        }
        return field;
    }

    // In words it is shown as it came, as far as a person reads it.
    static string Shown(string? path) => path is null ? "its root" : string.Concat(path.Take(LongestPath).Select(c => char.IsControl(c) ? '·' : c)) + (path.Length > LongestPath ? "…" : "");

    const int LongestPath = 150;

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex ListIndex();

    Task Dispatch(TakenAct taken, CancellationToken cancellationToken) => Dispatch(
        Enum.Parse<Lane>(taken.Act.Lane),
        new ActTaken { CorrelationId = taken.Act.RequestId, JournalId = taken.JournalId, Again = taken.Outcome is Taken.Duplicate },
        taken.Act.TraceParent,
        cancellationToken);

    static NoticeDraft Told(string state, Reading reading, DateTimeOffset now) => new()
    {
        State = state,
        NoticeId = Guid.CreateVersion7(now),
        RequestId = reading.RequestId,
        Lane = reading.Post.Lane,
        At = now,
        TraceParent = reading.Post.TraceParent,
        Body = new ActRefused { ActId = reading.ActId, Code = reading.Refusal!.Code, Reason = $"{reading.Refusal.Reason} {reading.Refusal.Fix}" },
    };

    // A question is asked again by whoever misses the answer: nothing of it is kept, and trouble with it holds up nobody's acts.
    async Task Answer(string state, Post post, EchoAnswered echo, CancellationToken cancellationToken)
    {
        try
        {
            if (echo is { Reach: EchoReach.Core, Problem: null })
                await core.Send(post.Lane, new EchoTaken { CorrelationId = echo.EchoId, State = state }, cancellationToken);
            else
                await answers.Echo(state, echo, cancellationToken);
            await adapters.Tested(state, echo.Reach == EchoReach.Core, echo.Problem, technical.GetUtcNow(), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            AnswerFailed(log, e, state);
        }
    }

    async Task Dispatch(Lane lane, ActTaken message, string? traceParent, CancellationToken cancellationToken)
    {
        using var activity = LiaisonTelemetry.Follow("dispatch act", ActivityKind.Producer, traceParent);
        try
        {
            await core.Send(lane, message, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            undelivered.Enqueue((lane, message, traceParent));
            DispatchFailed(log, e, message.JournalId);
        }
    }

    // What this process could not hand to the core bus is tried again within a second. After a crash, or when another hub died with its dispatch: rows that nobody has decided go to the saga again. One that was in flight all the same is recognised by its row.
    async Task Redispatch(CancellationToken stoppingToken)
    {
        var started = true;
        for (var round = 0; !stoppingToken.IsCancellationRequested; round++)
        {
            try
            {
                for (var waiting = undelivered.Count; waiting > 0 && undelivered.TryDequeue(out var again); waiting--)
                    await Dispatch(again.Lane, again.Message, again.TraceParent, stoppingToken);
                if (round % 10 != 0)
                    continue;
                var before = started ? time.GetUtcNow() : time.GetUtcNow() - RedispatchAfter;
                var undecided = await journal.Undecided(before, 1000, stoppingToken);
                foreach (var (journalId, requestId) in undecided)
                    await Dispatch(Lane.Routine, new ActTaken { CorrelationId = requestId, JournalId = journalId }, null, stoppingToken);
                if (undecided.Count > 0)
                    Redispatched(log, undecided.Count);
                started = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                RedispatchFailed(log, e);
            }
            finally
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, stoppingToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    readonly ConcurrentQueue<(Lane Lane, ActTaken Message, string? TraceParent)> undelivered = new();

    static readonly TimeSpan RedispatchAfter = TimeSpan.FromSeconds(60);

    async Task SetAside(string state, List<Reading> refused, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var drafts = new List<NoticeDraft>();
        var leaves = new List<LedgerLeaf>();
        foreach (var reading in refused)
        {
            var refusal = reading.Refusal!;
            var body = reading.Post.Body.ToArray();
            var digest = Convert.ToHexStringLower(SHA256.HashData(body));
            await quarantine.Add(
                new QuarantinedMessage
                {
                    QuarantineId = Guid.CreateVersion7(now),
                    Source = "edge",
                    State = state,
                    Lane = reading.Post.Lane.ToString(),
                    Code = refusal.Code.ToString(),
                    Place = refusal.Place,
                    Reason = refusal.Reason,
                    Fix = refusal.Fix,
                    Body = body,
                    Digest = digest,
                    ActId = reading.ActId,
                    RequestId = reading.RequestId,
                    At = now,
                },
                cancellationToken);
            drafts.Add(Told(state, reading, now));
            leaves.Add(new LedgerLeaf { At = now, Kind = "Quarantined", RequestId = reading.RequestId, Actor = state, Content = JsonSerializer.Serialize(new { code = refusal.Code.ToString(), digest }) });
            SetAsideMessage(log, state, refusal.Code, digest);
        }
        await using var unit = await database.Begin(cancellationToken);
        var rows = await notices.Number(unit, drafts, cancellationToken);
        await requests.Write(unit, [new Change { Work = new Work { RequestId = Guid.Empty }, Outbox = rows, Leaves = leaves }], cancellationToken);
        await unit.Commit(cancellationToken);
        outbox.Set();
    }

    // A key helps nobody whose document cannot be read.
    static string Remedy(NotAuthenticReason reason, string state) => reason switch
    {
        NotAuthenticReason.TooLarge => "Send evidence in parts.",
        NotAuthenticReason.Malformed => "Send each document as one JSON object of plain texts in UTF-8, without a mark in front, escapes or anything behind it, its parts in unpadded base64url.",
        NotAuthenticReason.WrongMembers => "Write the members payload, protected and signature, each once, and nothing else.",
        NotAuthenticReason.SignatureMalformed => "Write the signature as R and S, 64 bytes together, in unpadded base64url; not as DER.",
        NotAuthenticReason.HeaderNotAllowed => "Write the protected header with alg (ES256), kid and typ, and nothing else.",
        NotAuthenticReason.WrongType => "Name the kind of document in typ, as the contract says.",
        NotAuthenticReason.WrongSignature => "Sign the very bytes that are sent, with the key that kid names.",
        _ => $"Sign with a key of {state} that the directory holds.",
    };

    Reading Read(string state, Post post, DateTimeOffset now)
    {
        using var activity = LiaisonTelemetry.Follow("edge read", ActivityKind.Consumer, post.TraceParent);
        var reading = new Reading { Post = post };
        if (post.Body.Length > Wire.LargestAct)
            return reading with { Refusal = new(RefusalCode.TooLarge, $"The document has {post.Body.Length:N0} bytes; {Wire.LargestAct:N0} are allowed.", "Send evidence in parts.", "body") };

        VerifiedDocument document;
        try
        {
            document = Signing.Verify(post.Body.Span, [DocumentTypes.Act, DocumentTypes.Report, DocumentTypes.Echo, DocumentTypes.Maintenance], keys, state, now);
        }
        catch (NotAuthenticException e) when (Signing.ClaimedType(post.Body.Span) == DocumentTypes.Echo)
        {
            // A test is there to find this: its question is answered, not set aside. That it came from the state the broker has seen to.
            return reading with { Echo = Echoed(post.Id, EchoReach.Edge, $"{e.Message} The operator of the hub must have the public keys of {state}.") };
        }
        catch (NotAuthenticException e) when (Signing.ClaimedType(post.Body.Span) == DocumentTypes.Maintenance)
        {
            return reading with { Disbelieved = new() { AnnouncementId = post.Id, Problem = $"{e.Message} The operator of the hub must have the public keys of {state}." } };
        }
        catch (NotAuthenticException) when (Unsigned(post.Body.Span) is { } missing)
        {
            // All that is taken from it is a remark about the state of this link, and about a key that everybody can look up.
            return missing.State != state ? reading with { Refusal = new(RefusalCode.NotAuthentic, "The document names another state.", "Say it of the state of this link only.", "state") }
                : !keys.All.Any(k => k.Owner == state && k.KeyId == missing.KeyId)
                    ? reading with { Refusal = new(RefusalCode.NotAuthentic, $"The directory holds no key of {state} with the id that is said to be missing.", "Compare the folder of public keys on both sides.", "keyId") }
                : reading with { Missing = missing };
        }
        catch (NotAuthenticException e)
        {
            return reading with { Refusal = new(RefusalCode.NotAuthentic, e.Message, Remedy(e.Reason, state), e.Reason.ToString()) };
        }

        reading = reading with { Keys = [document.KeyId] };

        try
        {
            if (document.Typ == DocumentTypes.Report)
            {
                var report = JsonSerializer.Deserialize<AdapterReported>(document.Payload, Wire.Json)!;
                return report.State == state
                    ? reading with { Report = report }
                    : reading with { Refusal = new(RefusalCode.NotAuthentic, "The report names another state.", "Report for the state of this link only.", "state") };
            }

            if (document.Typ == DocumentTypes.Echo)
            {
                var asked = JsonSerializer.Deserialize<EchoAsked>(document.Payload, Wire.Json)!;
                return reading with { Echo = Echoed(asked.EchoId, asked.Reach, asked.State == state ? null : $"The question names {asked.State}; ask for {state}, the state of this link.") };
            }

            if (document.Typ == DocumentTypes.Maintenance)
            {
                var announced = JsonSerializer.Deserialize<MaintenanceAnnounced>(document.Payload, Wire.Json)!;
                return announced.State == state ? reading with { Announced = announced }
                    : reading with { Refusal = new(RefusalCode.NotAuthentic, "The announcement names another state.", "Announce for the state of this link only.", "state") };
            }

            var act = JsonSerializer.Deserialize<Act>(document.Payload, Wire.Json)!;
            reading = reading with { ActId = act.Header.ActId, RequestId = act.Header.RequestId };
            if (act.Sealed is { } part && Sealer.RecipientOf(part) is { } recipient && keys.Knows(recipient))
                reading = reading with { Keys = [document.KeyId, recipient] };
            if (act.Header.Sender.State != state)
                return reading with { Refusal = new(RefusalCode.NotAuthentic, $"header.sender.state is not {state}, the state of this link.", "A state sends on its own link only.", "header.sender.state") };
            if (act.Header.Sequence < 1)
                return reading with { Refusal = new(RefusalCode.InvalidContent, "header.sequence must be 1 or more.", "Number everything this state sends: 1, 2, 3...", "header.sequence") };
            if (act.Header.ActId == Guid.Empty || act.Header.RequestId == Guid.Empty)
                return reading with { Refusal = new(RefusalCode.InvalidContent, "header.actId and header.requestId must not be zero.", "Make a random UUID.", "header.actId") };
            if (!Acts.All.ContainsKey(act.Type))
                return reading with { Refusal = new(RefusalCode.UnknownAct, "This hub does not know the type of the act.", "Use a type of contract version 1, or ask the operator whether the hub must be upgraded.", "type") };
            return reading with
            {
                Arrived = new ArrivedAct
                {
                    SenderState = state,
                    Lane = (act.Header.Priority == Priority.Routine ? post.Lane : Lane.Urgent).ToString(),
                    ActId = act.Header.ActId,
                    Sequence = act.Header.Sequence,
                    RequestId = act.Header.RequestId,
                    ActType = act.Type,
                    Digest = document.PayloadDigest,
                    Body = Encoding.UTF8.GetString(post.Body.Span),
                    ReceivedAt = now,
                    TraceParent = activity?.Id ?? post.TraceParent,
                },
            };
        }
        catch (JsonException e)
        {
            // The path names the field, never its value.
            return reading with { Refusal = new(RefusalCode.InvalidContent, $"The payload is not a document of contract version 1 at {Shown(e.Path)}.", "Compare it with the schema of this type.", FieldOf(DocumentOf(document.Typ), e.Path)) };
        }
    }

    static Type DocumentOf(string typ) => typ switch
    {
        DocumentTypes.Report => typeof(AdapterReported),
        DocumentTypes.Echo => typeof(EchoAsked),
        DocumentTypes.Maintenance => typeof(MaintenanceAnnounced),
        _ => typeof(Act),
    };

    static KeyMissing? Unsigned(ReadOnlySpan<byte> body)
    {
        try
        {
            return body.Length <= Wire.LargestUnsigned ? JsonSerializer.Deserialize<KeyMissing>(body, Wire.Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    EchoAnswered Echoed(Guid id, EchoReach reach, string? problem) =>
        new() { EchoId = id, Reach = reach, At = technical.GetUtcNow(), HubVersion = Answers.HubVersion, Contracts = Wire.Version, Problem = problem };

    sealed record Reading
    {
        public required Post Post { get; init; }

        public ArrivedAct? Arrived { get; init; }

        public AdapterReported? Report { get; init; }

        /// <summary>Keys that were used: the one that signed, and the one it was sealed to.</summary>
        public IReadOnlyList<string> Keys { get; init; } = [];

        public EchoAnswered? Echo { get; init; }

        /// <summary>What its adapter cannot work without. Not signed.</summary>
        public KeyMissing? Missing { get; init; }

        public MaintenanceAnnounced? Announced { get; init; }

        public MaintenanceAnswered? Disbelieved { get; init; }

        public Refusal? Refusal { get; init; }

        public Guid? ActId { get; init; }

        public Guid? RequestId { get; init; }
    }

    /// <param name="Code">Why.</param>
    /// <param name="Reason">Why, in words.</param>
    /// <param name="Fix">What clears it.</param>
    /// <param name="Place">The first field that is ours and does not fit.</param>
    sealed record Refusal(RefusalCode Code, string Reason, string Fix, string Place);

    [LoggerMessage(3101, LogLevel.Warning, "A message from {State} stands in quarantine: {Code}, digest {Digest}")]
    static partial void SetAsideMessage(ILogger log, string state, RefusalCode code, string digest);

    [LoggerMessage(3106, LogLevel.Warning, "A question of {State} could not be answered; it will ask again")]
    static partial void AnswerFailed(ILogger log, Exception e, string state);

    [LoggerMessage(3105, LogLevel.Information, "The adapter of {State} is heard again")]
    static partial void AdapterHeardAgain(ILogger log, string state);

    [LoggerMessage(3107, LogLevel.Warning, "The adapter of {State} says, unsigned, that the private half of its key {KeyId} is missing and that it cannot work")]
    static partial void KeyIsMissing(ILogger log, string state, string keyId);

    [LoggerMessage(3102, LogLevel.Warning, "Journal row {JournalId} could not be dispatched now; it will be found again")]
    static partial void DispatchFailed(ILogger log, Exception e, long journalId);

    [LoggerMessage(3103, LogLevel.Information, "{Count} undecided journal rows were dispatched again")]
    static partial void Redispatched(ILogger log, int count);

    [LoggerMessage(3104, LogLevel.Warning, "Looking for undecided journal rows failed; trying again")]
    static partial void RedispatchFailed(ILogger log, Exception e);
}
