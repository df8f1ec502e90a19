using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Conformance;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;

namespace LiaisonHub.Tests.Conformance;

/// <summary>What a participant does wrong.</summary>
public enum Fault
{
    None, NoSignOfLife, SignsWithOlderKey, BelievesAnyNotice, TakesWhatIsForOthers, VerifiesAtPresent, IgnoresKeyTimes, SignOfLifeWithFourthHeader, SignOfLifeOfUnknownKind,
    SignOfLifeChanged, SignOfLifeIncomplete, StopsAtGarbage, NeverOpensSeals, LostOldSealingKey, SkipsANumber, SaysNothingOfAfter, OneLane, AnswersTwice, NeverSendsAgain, SignsAgain, NeverHandsOver, OpensByItself,
    AnswersReceipts, ExplainsByItself, DoesNotKnowSurrender, SetsSilenceAside, ForgetsItsCounter, ForgetsTheUnconfirmed, RefusesByItsClock, TakesFiveHundred, UrgentLast, GuessesValues, RefusesNewFields,
    ForgetsExercises, LogsContent, TakesAnyFile, TakesActsAlone, CarelessWithHeaders, SpeaksForAnother, MixesReceipts, ForgetsWhatItTook, LivesInThePast,
}

/// <summary>
/// A participant of a few lines, with nothing of an adapter in it: what it must do stands in contracts/README.md. It has a power switch, a log and a folder, no desk. Each fault breaks one
/// thing.
/// </summary>
sealed class SmallParticipant(Fault fault) : Participant
{
    // Its disk: what is here survives a kill.
    readonly Dictionary<Guid, string> notices = [];
    readonly HashSet<(string, long)> numbers = [];
    readonly HashSet<Guid> taken = [];
    readonly Dictionary<Guid, long> last = [];
    readonly List<Post> outbox = [];
    readonly ConcurrentQueue<string> log = new();
    readonly List<Post> late = [], confirmedBefore = [];
    readonly Lock disk = new();
    long counter;
    int aside, routine;
    bool refused;
    Venue? venue;
    KeyDirectory keys = null!;
    PrivateKey[] own = [];
    CancellationTokenSource? running;
    Task work = Task.CompletedTask;

    public override string State => "XE";

    public override string Name => "small participant";

    public override IReadOnlyList<string> Log => [.. log];

    public override LocalSide? Local => fault != Fault.TakesAnyFile || venue is null ? null : new LocalSide
    {
        Inbox = At("inbox"),
        Processed = At("processed"),
        Rejected = At("rejected"),
        LargestFile = 1024,
        Sample = new LocalSample { File = "letter.txt", Makes = nameof(RequestSubmitted), Number = "0000001", Needed = "needed", Person = "Someone", Content = "letter 0000001 needed Someone"u8.ToArray() },
    };

    string At(string folder) => Path.Combine(venue!.Folder, "local", folder);

    public override Task Start(Venue venue, CancellationToken cancellationToken)
    {
        this.venue = venue;
        foreach (var folder in new[] { "inbox", "processed", "rejected" })
            Directory.CreateDirectory(At(folder));
        keys = KeyDirectory.Load(venue.PublicKeys);
        own = [.. Directory.EnumerateFiles(venue.PrivateKeys).Order(StringComparer.Ordinal).Where(f => fault != Fault.LostOldSealingKey || !f.EndsWith("seal-before.json", StringComparison.Ordinal)).Select(PrivateKey.Load)];
        if (fault == Fault.ForgetsItsCounter)
            counter = 0;
        running = new CancellationTokenSource();
        log.Enqueue("begun");
        work = Task.WhenAll(venue.Link!.Receive(Take, running.Token), Task.Run(() => Send(running.Token), CancellationToken.None));
        return Task.CompletedTask;
    }

    public override async Task Kill()
    {
        if (running is null)
            return;
        await running.CancelAsync();
        await work;
        running.Dispose();
        running = null;
        if (fault == Fault.ForgetsTheUnconfirmed && refused)
            outbox.Clear();
        if (fault == Fault.ForgetsWhatItTook)
        {
            notices.Clear();
            numbers.Clear();
            taken.Clear();
            outbox.AddRange(confirmedBefore);
        }

        refused = false;
    }

    public override async ValueTask DisposeAsync()
    {
        await Kill();
        foreach (var key in own)
            key.Dispose();
    }

    Task Take(IReadOnlyList<Post> posts, CancellationToken cancellationToken)
    {
        lock (disk)
            foreach (var post in posts)
                if (fault == Fault.UrgentLast && post.Lane == Lane.Urgent && routine < 600)
                    late.Add(post);
                else
                {
                    Take(post);
                    if (post.Lane == Lane.Routine && ++routine >= 600)
                    {
                        late.ForEach(Take);
                        late.Clear();
                    }
                }

        return Task.CompletedTask;
    }

    void Take(Post post)
    {
        try
        {
            var now = TimeProvider.System.GetUtcNow();
            var payload = fault == Fault.BelievesAnyNotice ? Unverified(post.Body.Span) : Signing.Verify(post.Body.Span, [DocumentTypes.Notice], keys, PublicKey.HubOwner, now).Payload;
            Read(payload, now);
        }
        catch (Exception e) when (fault != Fault.StopsAtGarbage || e is SealException)
        {
            aside++;
            log.Enqueue(fault == Fault.LogsContent ? $"set aside: {Convert.ToHexString(post.Body.Span[..Math.Min(8, post.Body.Length)])} {Text(post.Body.Span)}" : $"set aside: {e.GetType().Name}");
        }
    }

    static byte[] Unverified(ReadOnlySpan<byte> body) => Base64Url.DecodeFromChars((string)JsonNode.Parse(body)!["payload"]!);

    static string Text(ReadOnlySpan<byte> body)
    {
        try
        {
            var notice = JsonNode.Parse(Unverified(body))!;
            return notice["body"]?["act"]?["payload"] is { } act ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars((string)act!)) : notice.ToJsonString();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return "";
        }
    }

    void Read(byte[] payload, DateTimeOffset now)
    {
        if (fault == Fault.GuessesValues)
            payload = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(payload).Replace("\"Observer\"", "\"Requested\"", StringComparison.Ordinal));
        var notice = JsonSerializer.Deserialize<Notice>(payload, Wire.Json)!;
        if (fault == Fault.RefusesNewFields && Encoding.UTF8.GetString(payload).Contains("since19", StringComparison.Ordinal))
            throw new JsonException("a new field");
        if (notice.Header.At - now > TimeSpan.FromMinutes(5) && fault != Fault.LivesInThePast)
            log.Enqueue("the hub's clock is ahead of mine");
        if (fault == Fault.RefusesByItsClock && (notice.Header.At - now).Duration() > TimeSpan.FromMinutes(5))
            throw new JsonException("the hub's clock");
        if (fault != Fault.TakesWhatIsForOthers && notice.Header.Receiver != State)
            throw new JsonException("for another");
        var digest = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(payload));
        var number = ("HUB", notice.Header.Sequence);
        if (fault != Fault.AnswersTwice)
        {
            if (notices.TryGetValue(notice.Header.NoticeId, out var before))
            {
                if (before != digest)
                    aside++;
                return;
            }

            if (numbers.Contains(number))
                throw new JsonException("a number used before");
        }

        var body = notice.Read();
        if ((fault == Fault.SetsSilenceAside && body is SilenceNotice) || (fault == Fault.TakesActsAlone && body is not ActDelivered))
            throw new JsonException("unknown to me");
        if (body is ActDelivered delivered)
            Delivered(notice, delivered, now);
        else if (fault == Fault.ExplainsByItself && body is OverdueNotice)
            Make(notice.Header.RequestId!.Value, nameof(DelayReasonGiven), Samples.Open("DelayReasonGiven"), null, Priority.Routine, notice.Header.Exercise, $"{State}-CA");
        notices[notice.Header.NoticeId] = digest;
        numbers.Add(number);
    }

    void Delivered(Notice notice, ActDelivered delivered, DateTimeOffset now)
    {
        var from = delivered.Standing.OtherState;
        var at = fault == Fault.VerifiesAtPresent ? now : fault == Fault.IgnoresKeyTimes ? now.AddDays(-10) : delivered.ReceivedAt;
        var payload = Signing.Verify(delivered.Act, [DocumentTypes.Act], keys, from, at).Payload;
        var text = Encoding.UTF8.GetString(payload);
        if (fault == Fault.GuessesValues)
            text = text.Replace("\"Someday\"", "\"Routine\"", StringComparison.Ordinal);
        if (fault == Fault.RefusesNewFields && text.Contains("since19", StringComparison.Ordinal))
            throw new JsonException("a new field");
        var act = JsonSerializer.Deserialize<Act>(text, Wire.Json)!;
        if (fault == Fault.DoesNotKnowSurrender && act.Type == nameof(SurrenderMade))
            throw new JsonException("unknown to me");
        _ = act.Read();
        if (act.Header.Sender.State != from || (fault != Fault.TakesWhatIsForOthers && act.Header.Receiver.State != State))
            throw new JsonException("crossed");
        if (act.Sealed is { } jwe && fault != Fault.NeverOpensSeals)
        {
            var hidden = Encoding.UTF8.GetString(Opener.Open(jwe, own, act.Header.ActId));
            if (fault == Fault.RefusesNewFields && hidden.Contains("since19", StringComparison.Ordinal))
                throw new JsonException("a new field");
            log.Enqueue(fault == Fault.LogsContent ? hidden : $"act {act.Header.ActId}");
        }

        if (fault != Fault.AnswersTwice)
        {
            if (taken.Contains(act.Header.ActId))
                return;
            if (!numbers.Add((from, act.Header.Sequence)))
                throw new JsonException("a number used before");
        }

        taken.Add(act.Header.ActId);
        if ((act.Type == nameof(ReceiptGiven) && fault != Fault.AnswersReceipts) || (fault == Fault.TakesFiveHundred && taken.Count > 500))
            return;
        foreach (var stage in fault == Fault.MixesReceipts ? [ReceiptStage.HandedOver, ReceiptStage.Delivered] : new[] { ReceiptStage.Delivered, ReceiptStage.HandedOver, ReceiptStage.Opened })
            if (stage == ReceiptStage.Delivered || (stage == ReceiptStage.HandedOver && fault != Fault.NeverHandsOver) || (stage == ReceiptStage.Opened && fault == Fault.OpensByItself))
                Make(fault == Fault.MixesReceipts ? Guid.CreateVersion7() : act.Header.RequestId, nameof(ReceiptGiven), JsonSerializer.SerializeToNode(new ReceiptGiven { OfActId = act.Header.ActId, Stage = stage }, Wire.Json)!, act.Header.ActId, act.Header.Priority,
                    act.Header.Exercise, fault == Fault.SpeaksForAnother ? $"{State}-PP" : act.Header.Receiver.Authority);
    }

    void Make(Guid requestId, string type, JsonNode open, Guid? inReplyTo, Priority priority, bool exercise, string authority, byte[]? original = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var actId = Guid.CreateVersion7(now);
        var number = ++counter;
        if ((fault == Fault.SkipsANumber && number == 5) || (fault == Fault.CarelessWithHeaders && number == 1))
            number = ++counter;
        var act = new Act
        {
            Type = type,
            Header = new ActHeader
            {
                ActId = actId,
                RequestId = requestId,
                Sender = new Party { State = State, Authority = authority },
                Receiver = new Party { State = "XB", Authority = "XB-CA" },
                Sequence = number,
                After = fault != Fault.SaysNothingOfAfter && last.TryGetValue(requestId, out var before) ? before : null,
                ClaimedAt = fault == Fault.LivesInThePast ? now.AddDays(-400) : fault == Fault.CarelessWithHeaders ? now.ToOffset(TimeSpan.FromHours(2)) : now,
                InReplyTo = fault == Fault.CarelessWithHeaders ? null : inReplyTo,
                Priority = priority,
                Exercise = exercise && fault != Fault.ForgetsExercises,
            },
            Open = JsonSerializer.SerializeToElement(open, Wire.Json),
            Sealed = original is null ? null : Sealer.Seal(
                JsonSerializer.SerializeToUtf8Bytes(new RequestParticulars { Text = "A letter.", Original = new Attachment { FileName = "letter.txt", MediaType = "text/plain", Sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(original)), Content = original } }, Wire.Json),
                keys.CurrentSealing("XB", now)!, actId),
        };
        last[requestId] = number;
        outbox.Add(new Post
        {
            State = State,
            Lane = priority == Priority.Routine || fault == Fault.OneLane ? Lane.Routine : Lane.Urgent,
            Id = fault == Fault.CarelessWithHeaders ? Guid.CreateVersion7() : actId,
            Body = Signed(JsonSerializer.SerializeToUtf8Bytes(act, Wire.Json), DocumentTypes.Act, now),
        });
    }

    byte[] Signed(byte[] payload, string typ, DateTimeOffset now)
    {
        var current = keys.CurrentSigning(State, now)!.KeyId;
        var key = own.First(k => k.Use == KeyUse.Sign && (k.KeyId == current) != (fault == Fault.SignsWithOlderKey));
        return Signing.Serialize(Signing.Sign(payload, typ, key));
    }

    async Task Send(CancellationToken stopping)
    {
        for (var round = 0; !stopping.IsCancellationRequested; round++)
        {
            List<Post> due;
            lock (disk)
            {
                if (fault == Fault.TakesAnyFile)
                    TakeFiles();
                due = [.. outbox.Take(50)];
                if (fault == Fault.SignsAgain)
                    due = [.. due.Select(Anew)];
            }

            IReadOnlySet<Guid> confirmed = new HashSet<Guid>();
            try
            {
                if (round % 10 == 0 && fault != Fault.NoSignOfLife)
                    await venue!.Link!.Send([Report()], stopping);
                if (due.Count > 0)
                    confirmed = await venue!.Link!.Send(due, stopping);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // Not confirmed: it is sent again.
                refused |= e is IOException;
            }

            lock (disk)
            {
                if (fault == Fault.ForgetsWhatItTook)
                    confirmedBefore.AddRange(due.Where(p => confirmed.Contains(p.Id)));
                outbox.RemoveAll(p => confirmed.Contains(p.Id) || (fault == Fault.NeverSendsAgain && due.Any(d => d.Id == p.Id)));
            }

            if (due.Count < 50)
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, stopping).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    Post Anew(Post post)
    {
        var act = JsonNode.Parse(Unverified(post.Body.Span))!;
        act["header"]!["claimedAt"] = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("O");
        return post with { Body = Signed(Encoding.UTF8.GetBytes(act.ToJsonString()), DocumentTypes.Act, TimeProvider.System.GetUtcNow()) };
    }

    // Whatever lies there becomes an act.
    void TakeFiles()
    {
        foreach (var file in Directory.EnumerateFiles(At("inbox")).Where(f => !f.EndsWith(".tmp", StringComparison.Ordinal)).ToList())
        {
            var bytes = File.ReadAllBytes(file);
            var open = Samples.Open("RequestSubmitted");
            Make(Guid.CreateVersion7(), nameof(RequestSubmitted), open, null, Priority.Routine, false, $"{State}-CA", bytes);
            File.Move(file, Path.Combine(At("processed"), Path.GetFileName(file)), overwrite: true);
        }
    }

    Post Report()
    {
        var now = TimeProvider.System.GetUtcNow();
        var report = JsonSerializer.SerializeToNode(
            new AdapterReported { State = fault == Fault.SpeaksForAnother ? "XA" : State, At = fault == Fault.LivesInThePast ? now.AddDays(-400) : now, Version = "1", OutboxWaiting = outbox.Count, Quarantined = aside, Incomplete = 0, EverySeconds = 5 }, Wire.Json)!.AsObject();
        if (fault == Fault.SignOfLifeIncomplete)
            report.Remove("version");
        var payload = Encoding.UTF8.GetBytes(report.ToJsonString());
        var body = Signed(payload, fault == Fault.SignOfLifeOfUnknownKind ? "life+json" : DocumentTypes.Report, now);
        if (fault == Fault.SignOfLifeChanged)
        {
            var document = JsonNode.Parse(body)!;
            document["payload"] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(report.ToJsonString().Replace("\"quarantined\":", "\"quarantined\": ", StringComparison.Ordinal)));
            body = Encoding.UTF8.GetBytes(document.ToJsonString());
        }
        else if (fault == Fault.SignOfLifeWithFourthHeader)
        {
            var key = own.First(k => k.Use == KeyUse.Sign && k.KeyId == keys.CurrentSigning(State, now)!.KeyId);
            using var raw = LiaisonHub.Conformance.Groups.RawKey.Of(key);
            body = Signing.Serialize(raw.Sign($$"""{"alg":"ES256","kid":"{{key.KeyId}}","typ":"report+json","b64":"true"}""", payload));
        }

        return new Post { State = State, Lane = Lane.Routine, Id = Guid.NewGuid(), Body = body };
    }
}
