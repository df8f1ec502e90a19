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
    AnswersReceipts, ExplainsByItself, DoesNotKnowSurrender, SetsSilenceAside, ForgetsItsCounter, ForgetsTheUnconfirmed, RefusesByItsClock, TakesHalf, UrgentLast, GuessesValues, RefusesNewFields,
    ForgetsExercises, LogsContent, TakesAnyFile, TakesActsAlone, CarelessWithHeaders, SpeaksForAnother, MixesReceipts, ForgetsWhatItTook, LivesInThePast, ReportsEverySecond, NamesAnotherSender,
    SignsWithUnknownKey, SignsWithSealingKey, BelievesNewestHubKeyAlone, BelievesAnyAct, BelievesAnySender, SignOfLifeWithFourthMember, SignOfLifeInES384, SignOfLifeTooLarge, LosesWhatFollowsNoise,
    LosesWhatFollowsNesting, LostNewestSealingKey, GivesANumberTwice, CountsItsIds, LosesWhatIsLate, DoublesWhatIsLate, SaysNothingOfRequests, GivesAgain, DoesNotKnowPostponement, KnowsNotesAlone,
    MakesNothingOfFiles, LeavesFilesWhereTheyAre, LeavesOriginalsOut, FollowsNames, TakesUnfinishedFiles, RepeatsFilesSilently, LogsFiles, LosesWhatWaited, WorksBackwards, GivesFromMemory, OverlooksAFile,
    TakesTheLastFileAgain, RefusesFutureClaims, VerifiesAtClaim, DoublesUnderLoad, AnswersWhatItCannotRead, MarksEverything,
}

/// <summary>
/// A participant of a few lines, with nothing of an adapter in it: what it must do stands in contracts/README.md. It has a power switch, a log and folders of a local system that writes letters,
/// no desk. Each fault breaks one thing.
/// </summary>
sealed partial class SmallParticipant(Fault fault) : Participant
{
    // Its disk: what is here survives a kill.
    readonly Dictionary<Guid, string> notices = [];
    readonly HashSet<(string, long)> numbers = [];
    readonly HashSet<Guid> taken = [];
    readonly Dictionary<Guid, long> last = [];
    readonly List<Post> outbox = [];
    readonly ConcurrentQueue<string> log = new();
    readonly List<Post> late = [], confirmedBefore = [];
    readonly HashSet<Guid> requests = [];
    readonly HashSet<string> letters = [], left = [];
    readonly Lock disk = new();
    readonly PrivateKey stranger = PrivateKey.Generate("XE", KeyUse.Sign);
    long counter, highest;
    int aside, routine, starts, deaf;
    bool refused, doubled;
    string? overlooked;
    byte[]? lastLetter;
    Action? inMemory;
    Venue? venue;
    KeyDirectory keys = null!;
    PrivateKey[] own = [];
    CancellationTokenSource? running;
    Task work = Task.CompletedTask;

    public override string State => "XE";

    public override string Name => "small participant";

    public override IReadOnlyList<string> Log => [.. log];

    public override LocalSide? Local => venue is null ? null : new LocalSide
    {
        Inbox = At("inbox"),
        Processed = At("processed"),
        Rejected = At("rejected"),
        Outbox = At("outbox"),
        LargestFile = LargestLetter,
        Sample = new LocalSample
        {
            File = "letter.txt",
            Makes = nameof(RequestSubmitted),
            Number = "0000001",
            Needed = "needed",
            Code = "as 4711",
            UnknownCode = "as 4712",
            Person = "Someone",
            Content = "letter of Someone 0000001 needed as 4711"u8.ToArray(),
        },
    };

    const int LargestLetter = 1024;

    string At(string folder) => Path.Combine(venue!.Folder, "local", folder);

    public override Task Start(Venue venue, CancellationToken cancellationToken)
    {
        this.venue = venue;
        starts++;
        foreach (var folder in new[] { "inbox", "processed", "rejected", "outbox" })
            Directory.CreateDirectory(At(folder));
        if (fault == Fault.OverlooksAFile)
            overlooked ??= Directory.EnumerateFiles(At("inbox")).FirstOrDefault();
        if (fault == Fault.TakesTheLastFileAgain && lastLetter is not null)
            Letter(lastLetter);
        keys = KeyDirectory.Load(venue.PublicKeys);
        own = [.. Directory.EnumerateFiles(venue.PrivateKeys).Order(StringComparer.Ordinal)
            .Where(f => (fault, Path.GetFileName(f)) is not ((Fault.LostOldSealingKey, "seal-before.json") or (Fault.LostNewestSealingKey, "seal.json"))).Select(PrivateKey.Load)];
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

        inMemory = null;
        refused = false;
    }

    public override async ValueTask DisposeAsync()
    {
        await Kill();
        foreach (var key in own)
            key.Dispose();
        stranger.Dispose();
    }

    Task Take(IReadOnlyList<Post> posts, CancellationToken cancellationToken)
    {
        lock (disk)
            foreach (var post in fault == Fault.WorksBackwards ? posts.Reverse() : posts)
                if (fault == Fault.UrgentLast && post.Lane == Lane.Urgent && routine < Many)
                    late.Add(post);
                else
                {
                    Take(post);
                    if (post.Lane == Lane.Routine && ++routine >= Many)
                    {
                        late.ForEach(Take);
                        late.Clear();
                    }
                }

        return Task.CompletedTask;
    }

    // More than half of what waits when a test makes fewer than a thousand acts wait.
    const int Many = Waiting * 3 / 5;

    /// <summary>How many acts wait for it in the group backlog.</summary>
    internal const int Waiting = 200;

    void Take(Post post)
    {
        var now = TimeProvider.System.GetUtcNow();
        try
        {
            if (fault == Fault.LosesWhatFollowsNoise && (post.Body.IsEmpty || post.Body.Span[0] > 0x7F) || (fault == Fault.LosesWhatFollowsNesting && post.Body.Span.StartsWith("["u8)))
                deaf = 2;
            var payload = fault == Fault.BelievesAnyNotice ? Unverified(post.Body.Span) : Verified(post, now);
            if (fault == Fault.LosesWhatFollowsNesting && payload.AsSpan().StartsWith("["u8))
                deaf = 2;
            Read(payload, now);
        }
        catch (Exception e) when (fault != Fault.StopsAtGarbage || e is SealException)
        {
            aside++;
            if (fault == Fault.AnswersWhatItCannotRead && JsonNode.Parse(Text(post.Body.Span))?["header"] is { } header && header["actId"] is { } actId)
                Receipt((Guid)actId, (Guid)header["requestId"]!, ReceiptStage.Delivered, Priority.Routine, false, $"{State}-CA");
            log.Enqueue(fault == Fault.LogsContent ? $"set aside: {Convert.ToHexString(post.Body.Span[..Math.Min(8, post.Body.Length)])} {Text(post.Body.Span)}" : $"set aside: {e.GetType().Name}");
        }
    }

    byte[] Verified(Post post, DateTimeOffset now)
    {
        var notice = Signing.Verify(post.Body.Span, [DocumentTypes.Notice], keys, PublicKey.HubOwner, now);
        return fault != Fault.BelievesNewestHubKeyAlone || notice.KeyId == keys.CurrentSigning(PublicKey.HubOwner, now)!.KeyId ? notice.Payload : throw new JsonException("an older key");
    }

    // Whatever it is written as: what believes anything reads the compact form too.
    static byte[] Unverified(ReadOnlySpan<byte> body) =>
        Base64Url.DecodeFromChars(body.StartsWith("{"u8) ? (string)JsonNode.Parse(body)!["payload"]! : Encoding.UTF8.GetString(body).Split('.')[1]);

    static string Text(ReadOnlySpan<byte> body)
    {
        try
        {
            var notice = JsonNode.Parse(Unverified(body))!;
            return notice["body"]?["act"]?["payload"] is { } act ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars((string)act!)) : notice.ToJsonString();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or IndexOutOfRangeException)
        {
            return "null";
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
        if (deaf > 0)
        {
            deaf--;
            return;
        }

        var isLate = delivered.Standing.Priority == Priority.Routine && notice.Header.Sequence < highest;
        if (delivered.Standing.Priority == Priority.Routine)
            highest = Math.Max(highest, notice.Header.Sequence);
        if (isLate && fault == Fault.LosesWhatIsLate)
            return;
        var from = delivered.Standing.OtherState;
        var claimed = Base64Url.DecodeFromChars(delivered.Act.Payload);
        var at = fault switch
        {
            Fault.VerifiesAtPresent => now,
            Fault.IgnoresKeyTimes => now.AddDays(-10),
            Fault.VerifiesAtClaim => (DateTimeOffset)JsonNode.Parse(claimed)!["header"]!["claimedAt"]!,
            _ => delivered.ReceivedAt,
        };
        var payload = fault == Fault.BelievesAnyAct ? claimed : Signing.Verify(delivered.Act, [DocumentTypes.Act], keys, from, at).Payload;
        var text = Encoding.UTF8.GetString(payload);
        if (fault == Fault.GuessesValues)
            text = text.Replace("\"Someday\"", "\"Routine\"", StringComparison.Ordinal);
        if (fault == Fault.RefusesNewFields && text.Contains("since19", StringComparison.Ordinal))
            throw new JsonException("a new field");
        var act = JsonSerializer.Deserialize<Act>(text, Wire.Json)!;
        if ((fault, act.Type) is (Fault.DoesNotKnowSurrender, nameof(SurrenderMade)) or (Fault.DoesNotKnowPostponement, nameof(ExecutionPostponed)) or (Fault.KnowsNotesAlone, not (nameof(NoteSent) or nameof(ReceiptGiven)))
            || (fault == Fault.RefusesFutureClaims && act.Header.ClaimedAt > now.AddHours(1)))
            throw new JsonException("unknown to me");
        _ = act.Read();
        if ((fault != Fault.BelievesAnySender && act.Header.Sender.State != from) || (fault != Fault.TakesWhatIsForOthers && act.Header.Receiver.State != State))
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
            {
                if (fault == Fault.GivesAgain)
                    Give(act, "again");
                return;
            }

            if (!numbers.Add((from, act.Header.Sequence)))
                throw new JsonException("a number used before");
        }

        if (fault == Fault.LosesWhatWaited && starts > 1 && !requests.Contains(act.Header.RequestId))
            return;
        requests.Add(act.Header.RequestId);
        taken.Add(act.Header.ActId);
        if (act.Type == nameof(RequestSubmitted))
            Give(act, "");
        if ((act.Type == nameof(ReceiptGiven) && fault != Fault.AnswersReceipts) || (fault == Fault.TakesHalf && taken.Count > Waiting / 2))
            return;
        var twice = (fault == Fault.DoublesWhatIsLate && isLate) || (fault == Fault.DoublesUnderLoad && taken.Count > Waiting / 2);
        foreach (var stage in fault switch
        {
            Fault.MixesReceipts => [ReceiptStage.HandedOver, ReceiptStage.Delivered],
            Fault.NeverHandsOver => [ReceiptStage.Delivered],
            Fault.OpensByItself => [ReceiptStage.Delivered, ReceiptStage.HandedOver, ReceiptStage.Opened],
            Fault.SaysNothingOfRequests when act.Type == nameof(RequestSubmitted) => [ReceiptStage.HandedOver],
            _ when twice => [ReceiptStage.Delivered, ReceiptStage.Delivered, ReceiptStage.HandedOver],
            _ => new[] { ReceiptStage.Delivered, ReceiptStage.HandedOver },
        })
        {
            void Say() => Receipt(act.Header.ActId, fault == Fault.MixesReceipts ? Guid.CreateVersion7() : act.Header.RequestId, stage, act.Header.Priority, act.Header.Exercise,
                fault == Fault.SpeaksForAnother ? $"{State}-PP" : act.Header.Receiver.Authority);
            if (fault != Fault.GivesFromMemory || stage != ReceiptStage.HandedOver)
            {
                Say();
                continue;
            }

            // It says so of one act when it takes the next, and until then nothing of it stands on its disk.
            inMemory?.Invoke();
            inMemory = Say;
        }
    }

    void Receipt(Guid ofActId, Guid requestId, ReceiptStage stage, Priority priority, bool exercise, string authority) =>
        Make(requestId, nameof(ReceiptGiven), JsonSerializer.SerializeToNode(new ReceiptGiven { OfActId = ofActId, Stage = stage }, Wire.Json)!, ofActId, priority, exercise, authority);

    void Give(Act act, string word) => File.WriteAllText(Path.Combine(At("outbox"), $"{act.Header.ActId:N}{word}.txt"), "given");

    void Make(Guid requestId, string type, JsonNode open, Guid? inReplyTo, Priority priority, bool exercise, string authority, byte[]? original = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var actId = fault == Fault.CountsItsIds ? Guid.Parse($"00000000-0000-1000-8000-{counter:d12}") : Guid.CreateVersion7(now);
        var number = ++counter;
        if (fault == Fault.GivesANumberTwice && number == 5 && !doubled)
            (number, counter, doubled) = (4, 4, true);
        if ((fault == Fault.SkipsANumber && number == 5) || (fault == Fault.CarelessWithHeaders && number == 1))
            number = ++counter;
        var act = new Act
        {
            Type = type,
            Header = new ActHeader
            {
                ActId = actId,
                RequestId = requestId,
                Sender = new Party { State = fault == Fault.NamesAnotherSender ? "XA" : State, Authority = authority },
                Receiver = new Party { State = "XB", Authority = "XB-CA" },
                Sequence = number,
                After = fault != Fault.SaysNothingOfAfter && last.TryGetValue(requestId, out var before) ? before : null,
                ClaimedAt = fault == Fault.LivesInThePast ? now.AddDays(-400) : fault == Fault.CarelessWithHeaders ? now.ToOffset(TimeSpan.FromHours(2)) : now,
                InReplyTo = fault == Fault.CarelessWithHeaders ? null : inReplyTo,
                Priority = priority,
                Exercise = (exercise && fault != Fault.ForgetsExercises) || fault == Fault.MarksEverything,
            },
            Open = JsonSerializer.SerializeToElement(open, Wire.Json),
            Sealed = original is null ? null : Sealer.Seal(
                JsonSerializer.SerializeToUtf8Bytes(
                    new RequestParticulars
                    {
                        Text = Encoding.UTF8.GetString(original),
                        Original = fault == Fault.LeavesOriginalsOut ? null
                            : new Attachment { FileName = "letter.txt", MediaType = "text/plain", Sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(original)), Content = original },
                    },
                    Wire.Json),
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
                TakeFiles();
                due = [.. outbox.Take(50)];
                if (fault == Fault.SignsAgain)
                    due = [.. due.Select(Anew)];
            }

            IReadOnlySet<Guid> confirmed = new HashSet<Guid>();
            try
            {
                if (round % 10 == 0 && fault != Fault.NoSignOfLife)
                    await venue!.Link!.Send([Report(), .. round == 0 ? Also() : []], stopping);
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

    void TakeFiles()
    {
        if (fault == Fault.MakesNothingOfFiles)
            return;
        var there = Directory.EnumerateFiles(At("inbox")).Order(StringComparer.Ordinal).ToList();
        foreach (var file in there.Where(f => f != overlooked && !left.Contains(f) && (!f.EndsWith(".tmp", StringComparison.Ordinal) || (fault == Fault.TakesUnfinishedFiles && there.Any(o => Number(o) > Number(f))))))
        {
            var refusal = Refusal(file);
            var bytes = refusal is null || new FileInfo(file).Length <= LargestLetter ? File.ReadAllBytes(file) : [];
            if (fault == Fault.LogsFiles)
                log.Enqueue($"{Path.GetFileName(file)}: {Encoding.UTF8.GetString(bytes)}");
            if (refusal is null)
            {
                letters.Add(Convert.ToHexString(bytes));
                Letter(bytes);
            }

            if (fault == Fault.LeavesFilesWhereTheyAre && refusal is null)
            {
                left.Add(file);
                continue;
            }

            var name = Path.GetFileName(file);
            var to = At(refusal is null ? "processed" : "rejected");
            if (refusal is not null && (fault != Fault.RepeatsFilesSilently || refusal != Repeated))
                File.WriteAllText(Path.Combine(to, name + ".reason.txt"), fault == Fault.LogsFiles ? $"{refusal}: {Encoding.UTF8.GetString(bytes)}" : refusal);
            File.Move(file, Path.GetFullPath(Path.Combine(to, fault == Fault.FollowsNames ? name.Replace('\\', '/') : name)), overwrite: true);
        }
    }

    const string Repeated = "This letter was taken before.";

    // Why nothing is made of a file. Null: it is a letter.
    string? Refusal(string file)
    {
        if (fault == Fault.TakesAnyFile)
            return null;
        if (new FileInfo(file) is { LinkTarget: not null } or { Length: > LargestLetter })
            return "No plain file of at most 1 KiB.";
        var bytes = File.ReadAllBytes(file);
        if (letters.Contains(Convert.ToHexString(bytes)))
            return Repeated;
        try
        {
            return Form().IsMatch(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes)) ? null : "No letter.";
        }
        catch (ArgumentException)
        {
            return "No UTF-8.";
        }
    }

    void Letter(byte[] bytes)
    {
        lastLetter = bytes;
        Make(Guid.CreateVersion7(), nameof(RequestSubmitted), Samples.Open("RequestSubmitted"), null, Priority.Routine, false, $"{State}-CA", bytes);
    }

    static long Number(string file) => Path.GetFileName(file).Split('-') is [_, var digits, ..] && long.TryParse(digits, out var number) ? number : 0;

    [System.Text.RegularExpressions.GeneratedRegex("^letter of [^ ]+ [0-9]{7} needed as 4711$")]
    private static partial System.Text.RegularExpressions.Regex Form();

    Post Report()
    {
        var now = TimeProvider.System.GetUtcNow();
        var report = JsonSerializer.SerializeToNode(
            new AdapterReported { State = fault == Fault.SpeaksForAnother ? "XA" : State, At = fault == Fault.LivesInThePast ? now.AddDays(-400) : now, Version = "1", OutboxWaiting = outbox.Count, Quarantined = aside, Incomplete = 0, EverySeconds = fault == Fault.ReportsEverySecond ? 1 : 5 }, Wire.Json)!.AsObject();
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
        else if (fault == Fault.SignOfLifeWithFourthMember)
            body = [.. body[..^1], .. ",\"header\":{}}"u8];
        else if (fault is Fault.SignOfLifeWithFourthHeader or Fault.SignOfLifeInES384)
        {
            var key = own.First(k => k.Use == KeyUse.Sign && k.KeyId == keys.CurrentSigning(State, now)!.KeyId);
            using var raw = LiaisonHub.Conformance.Groups.RawKey.Of(key);
            body = Signing.Serialize(raw.Sign(
                fault == Fault.SignOfLifeInES384 ? $$"""{"alg":"ES384","kid":"{{key.KeyId}}","typ":"report+json"}""" : $$"""{"alg":"ES256","kid":"{{key.KeyId}}","typ":"report+json","b64":"true"}""", payload));
        }

        return Sent(body);
    }

    Post Sent(byte[] body) => new() { State = State, Lane = Lane.Routine, Id = Guid.NewGuid(), Body = body };

    // Beside a sign of life that is as it should be.
    IEnumerable<Post> Also()
    {
        var now = TimeProvider.System.GetUtcNow();
        var payload = Unverified(Report().Body.Span);
        switch (fault)
        {
            case Fault.SignsWithUnknownKey:
                yield return Sent(Signing.Serialize(Signing.Sign(payload, DocumentTypes.Report, stranger)));
                break;
            case Fault.SignsWithSealingKey:
                var key = own.First(k => k.Use == KeyUse.Seal && k.KeyId == keys.CurrentSealing(State, now)!.KeyId);
                using (var raw = LiaisonHub.Conformance.Groups.RawKey.Of(key))
                    yield return Sent(Signing.Serialize(raw.Sign($$"""{"alg":"ES256","kid":"{{key.KeyId}}","typ":"report+json"}""", payload)));
                break;
            case Fault.SignOfLifeTooLarge:
                yield return Sent(Signed([.. payload, .. Enumerable.Repeat((byte)' ', Wire.LargestAct * 4 / 5)], DocumentTypes.Report, now));
                break;
        }
    }
}
