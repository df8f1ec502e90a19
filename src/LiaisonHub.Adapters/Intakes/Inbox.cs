using System.Diagnostics.Metrics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.Adapters.Intakes;

/// <summary>Where a process may die while it works on the inbox; tests let it die at each.</summary>
enum InboxStep
{
    BeforeTaken,
    Taken,
    BeforeDecided,
    Decided,
    BeforeMoved,
    Moved,
    Noted,
}

/// <summary>
/// Works through the inbox: each file is kept with its bytes, then translated, then moved away, and each of these steps may be repeated after a crash without a
/// second effect.
/// </summary>
public sealed partial class Inbox(
    AdapterOptions options, AdapterKeys keys, InboxFolder folder, Translator translator, IntakeStore intakes, ActMaker maker,
        Database database, Wake outbox, TimeProvider time,
    ILogger<Inbox> log)
{
    static readonly Counter<long> Files = LiaisonTelemetry.Meter.CreateCounter<long>("liaisonhub.adapter.files", "{file}",
        "Local files, by what became of them");
    static readonly Counter<long> Unknown = LiaisonTelemetry.Meter.CreateCounter<long>("liaisonhub.adapter.unknown_codes", "{code}",
        "Codes of the local system no table explains, by table");

    static readonly Counter<long> Unread = LiaisonTelemetry.Meter.CreateCounter<long>("liaisonhub.adapter.unread_places", "{place}",
        "Places of local messages no rule reads, by mapping");
    static readonly Counter<long> Breaches = LiaisonTelemetry.Meter.CreateCounter<long>("liaisonhub.adapter.breaches", "{place}",
        "Places of local messages that are not what their publisher's description says, by mapping");

    const int RecordsAtOnce = 200, BytesAtOnce = 4 * 1024 * 1024, BeginningKept = 1024 * 1024, MostPlacesCounted = 100;

    /// <summary>Told of each step; a test throws here.</summary>
    internal Action<InboxStep>? Reached { get; set; }

    /// <summary>One round: takes what is complete, decides what is taken, moves what is decided.</summary>
    /// <returns>How many files came further.</returns>
    public async Task<int> Work(CancellationToken cancellationToken)
    {
        var done = 0;
        var (complete, refused) = folder.Inspect((name, bytes) => translator.Unreadable(name, bytes) is { } wrong && (wrong.Truncated || wrong.Code == QuarantineCode.Empty), translator.IsTable);
        foreach (var file in refused)
            await Refuse(file, cancellationToken);
        foreach (var file in complete)
        {
            await Take(file, cancellationToken);
            done++;
        }

        foreach (var taken in await intakes.Undecided(1000, cancellationToken))
        {
            await Decide(taken, cancellationToken);
            done++;
        }

        foreach (var decided in await intakes.Unmoved(1000, cancellationToken))
            await Move(decided, cancellationToken);
        await LookAgain(cancellationToken);
        return done + refused.Count;
    }

    async Task Take(InboxFile file, CancellationToken cancellationToken)
    {
        using var activity = LiaisonTelemetry.Source.StartActivity("take file");
        Reached?.Invoke(InboxStep.BeforeTaken);
        if ((file.Bytes is { } bytes ? New(file.Name, file.Sha256, bytes) : await Divide(file, cancellationToken)) is not { } intake)
            return;
        var taken = await intakes.Take(intake, cancellationToken);
        CrashPoint.At(CrashPoint.AdapterAfterTaking);
        Reached?.Invoke(InboxStep.Taken);
        if (taken.State == IntakeState.Duplicate)
        {
            Files.Add(1, new KeyValuePair<string, object?>("outcome", "duplicate"));
            FileRepeated(log, taken.IntakeId, taken.DuplicateOf ?? Guid.Empty);
        }
    }

    // The records first, the file last: a crash between finds the file in the inbox, and its records here. Null: it went away or was written to meanwhile, and is for the next look; its records are known
    // by their content then.
    async Task<NewIntake?> Divide(InboxFile file, CancellationToken cancellationToken)
    {
        try
        {
            await using var bytes = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var count = 0;
            try
            {
                foreach (var batch in Batches(translator.Records(file.Name, bytes)))
                {
                    await intakes.Take([.. batch.Select(r => New(r.Name, PlainFile.Digest(r.Bytes.Span), r.Bytes.ToArray()))], cancellationToken);
                    count += batch.Count;
                }
            }
            catch (UnreadableException)
            {
                // Nothing in it is a record: the file itself is decided, and says why.
            }

            bytes.Position = 0;
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken)) != file.Sha256)
                return null;
            if (count > 0)
            {
                FileDivided(log, count);
                return New(file.Name, file.Sha256, []) with { SizeBytes = bytes.Length, SealedContent = "", Divided = true };
            }

            // The file stays where files go that are put aside; of one that says nothing its beginning is enough here.
            var beginning = new byte[Math.Min(bytes.Length, BeginningKept)];
            bytes.Position = 0;
            await bytes.ReadExactlyAsync(beginning, cancellationToken);
            return New(file.Name, file.Sha256, beginning) with { SizeBytes = bytes.Length };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            ReadFailed(log, e.GetType().Name);
            return null;
        }
    }

    // What goes into one transaction, and into memory.
    static IEnumerable<IReadOnlyList<LocalFile>> Batches(IEnumerable<LocalFile> records)
    {
        var (batch, size) = (new List<LocalFile>(), 0);
        foreach (var record in records)
        {
            batch.Add(record);
            size += record.Bytes.Length;
            if (batch.Count < RecordsAtOnce && size < BytesAtOnce)
                continue;
            yield return batch;
            (batch, size) = ([], 0);
        }

        if (batch.Count > 0)
            yield return batch;
    }

    NewIntake New(string name, string digest, byte[] bytes)
    {
        var intakeId = Guid.CreateVersion7(time.GetUtcNow());
        return new NewIntake
        {
            IntakeId = intakeId,
            FileName = name,
            Sha256 = digest,
            SizeBytes = bytes.Length,
            TakenAt = time.GetUtcNow(),
            SealedContent = keys.SealBytesAtHome(ToKeep(intakeId, name, bytes).Span, intakeId),
            HasLeftTheInbox = before => File.Exists(Goal(before, options.Inbox!.Processed)) || File.Exists(Goal(before, options.Inbox.Rejected)),
        };
    }

    ReadOnlyMemory<byte> ToKeep(Guid intakeId, string name, byte[] bytes)
    {
        try
        {
            return translator.ToKeep(new LocalFile { Name = name, Bytes = bytes });
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // It is translated next, and put aside with the reason.
            TranslationFailed(log, intakeId, e.GetType().Name);
            return bytes;
        }
    }

    async Task Refuse(RefusedFile file, CancellationToken cancellationToken)
    {
        // Named by what it is, so that a crash between record and move leaves one record.
        var id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{file.Name}/{file.Size}/{file.Changed.UtcTicks}")))[..16]);
        if (await intakes.Find(id, cancellationToken) is null)
        {
            await intakes.Refuse(
                new NewIntake
                {
                    IntakeId = id,
                    FileName = file.Name,
                    Sha256 = "",
                    SizeBytes = file.Size,
                    TakenAt = time.GetUtcNow(),
                    SealedContent = "",
                    HasLeftTheInbox = _ => false
                },
                file.TooLarge ? QuarantineCode.TooLarge : QuarantineCode.NotPlainFile, file.Words, file.Fix, cancellationToken);
            Files.Add(1, new KeyValuePair<string, object?>("outcome", "refused"));
            FileRefused(log, id, file.TooLarge ? QuarantineCode.TooLarge : QuarantineCode.NotPlainFile);
        }
    }

    async Task Decide(Intake intake, CancellationToken cancellationToken)
    {
        using var activity = LiaisonTelemetry.Source.StartActivity("translate file");
        Translation translation;
        try
        {
            var bytes = keys.OpenBytes(await intakes.SealedContent(intake.IntakeId, cancellationToken)
                ?? throw new InvalidOperationException("The bytes were not kept."), intake.IntakeId);
            translation = translator.Translate(new LocalFile { Name = intake.FileName, Bytes = bytes, Beside = folder.Beside });
        }
        catch (Exception e) when (e is not OperationCanceledException && !database.IsAway(e))
        {
            // Whatever a file does to the adapter, the next file is worked on.
            TranslationFailed(log, intake.IntakeId, e.GetType().Name);
            translation = Translation.Failed(e);
        }

        Reached?.Invoke(InboxStep.BeforeDecided);
        if (await Outcome(intake, translation, withOriginal: true, cancellationToken) is { Problems: [{ Field: ActMaker.TooLarge }] })
            await Outcome(intake, translation.WithoutOriginal(), withOriginal: false, cancellationToken);
        Reached?.Invoke(InboxStep.Decided);
        outbox.Set();
    }

    async Task<MadeAct> Outcome(Intake intake, Translation translation, bool withOriginal, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        var now = time.GetUtcNow();
        var made = new MadeAct();
        var caseKey = translation.CaseNumbers is { } numbers
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{options.State}/{translation.MappingFile}/{numbers}"))) : null;
        if (translation.Outcome != TranslationOutcome.Quarantined && translation.ActType is { } type && Contracts.V1.Acts.All[type].Opens && caseKey is not null
            && await IntakeStore.OfSameCase(unit, caseKey, intake.IntakeId, cancellationToken) is { } other)
            translation = translation with
            {
                Outcome = TranslationOutcome.Incomplete,
                Questions = [SameCase.Question(other, other.RequestId is { } of ? await ActStore.Request(unit, of, cancellationToken) : null), .. translation.Questions],
            };

        Guid? requestId = null;
        if (translation.Request is { } named && translation.Outcome != TranslationOutcome.Quarantined)
        {
            var request = Guid.TryParse(named, out var id)
                ? await ActStore.Request(unit, id, cancellationToken)
                    ?? (await ActStore.Find(unit, id, cancellationToken) is { } act ? await ActStore.Request(unit, act.RequestId, cancellationToken) : null)
                : await ActStore.RequestByReference(unit, named, cancellationToken);
            requestId = request?.RequestId;
            if (request is null)
                translation = translation with
                {
                    Outcome = TranslationOutcome.Quarantined,
                    Reason = new Quarantine
                    {
                        Code = QuarantineCode.UnknownRequest,
                        Words = "The message answers a request that this adapter does not know: neither its id, nor its reference, nor an act of it is in the adapter's records.",
                        Fix = "Compare the reference with the one in the message that was handed over, correct it in the local system, and drop the answer "
                            + "again.",
                    },
                };
        }

        if (translation.Outcome == TranslationOutcome.Complete)
        {
            var receipt = translation.ActType == nameof(ReceiptGiven) ? translation.Open.Deserialize<ReceiptGiven>(Wire.Json) : null;
            made = await maker.Make(
                unit,
                new ActToMake
                {
                    Type = translation.ActType!,
                    RequestId = requestId,
                    Open = translation.Open,
                    Private = translation.Private,
                    To = translation.ToState is { } toState ? new Party { State = toState, Authority = translation.ToAuthority! } : null,
                    FromAuthority = translation.FromAuthority,
                    InReplyTo = translation.InReplyTo,
                    Priority = translation.Priority == Priority.Routine ? null : translation.Priority,
                    Exercise = translation.Exercise,
                    // The same receipt may come twice, from the local system and from the desk: one is enough.
                    IdempotencyKey = receipt is null ? $"intake:{intake.IntakeId:N}" : ActMaker.ReceiptKey(receipt),
                    IntakeId = intake.IntakeId,
                    MappingDigest = translation.MappingDigest,
                },
                cancellationToken);
            if (made.Made && receipt is not null)
            {
                await ActStore.Reached(unit, receipt.OfActId, Direction.In, receipt.Stage, now, cancellationToken);
                if (receipt.Stage == ReceiptStage.Opened)
                    await ActStore.Opened(unit, receipt.OfActId, "local system", now, cancellationToken);
            }

            if (!made.Made && withOriginal && made.Problems[0].Field == ActMaker.TooLarge && translation.Private?.ContainsKey("original") == true)
                return made;
            if (!made.Made)
            {
                // Nothing of the attempt may stay: the transaction is given up, and what was wrong becomes questions.
                await unit.DisposeAsync();
                return await Outcome(
                    intake,
                    translation.ActType == nameof(ReceiptGiven) ? translation.CannotBeSent(made.Problems) : translation.NotMade(made.Problems),
                    withOriginal: false, cancellationToken);
            }
        }

        var state = translation.Outcome switch
        {
            TranslationOutcome.Complete => IntakeState.Made,
            TranslationOutcome.Incomplete => IntakeState.Incomplete,
            _ => IntakeState.Quarantined,
        };
        foreach (var code in translation.UnknownCodes.Take(MostPlacesCounted))
            await IntakeStore.Count(unit, Short(code.Table), code.Code, now, cancellationToken);
        if (translation.Mapping is { } mapping)
            foreach (var (kind, places) in new[] { (GapKind.Unread, translation.Unmapped), (GapKind.Breach, translation.Breaches) })
                foreach (var place in places.Select(SourceNode.WithoutPositions).Distinct().Take(MostPlacesCounted))
                    await MappingStore.Count(unit, kind, mapping, place, now, cancellationToken);
        var decided = await IntakeStore.Decide(
            unit,
            new IntakeDecision
            {
                IntakeId = intake.IntakeId,
                State = state,
                At = now,
                Code = translation.Reason?.Code,
                Reason = translation.Reason?.Words ?? (state == IntakeState.Incomplete
                    ? $"Still to be said: {string.Join("; ", translation.Questions.Select(q => q.Ask))}" : null),
                Fix = translation.Reason?.Fix ?? (state == IntakeState.Incomplete ? "Complete it at the desk, or send a complete message." : null),
                Mapping = translation.Mapping,
                ActType = translation.ActType,
                ActId = made.ActId == Guid.Empty ? null : made.ActId,
                RequestId = made.RequestId == Guid.Empty ? requestId : made.RequestId,
                CaseKey = caseKey,
                Findings = JsonSerializer.Serialize(
                    new IntakeFindings
                    {
                        Missing = [.. translation.Questions.Select(q => q.Field)],
                        Unmapped = translation.Unmapped,
                        Breaches = translation.Breaches,
                        Repairs = translation.Repairs,
                        FilesBeside = translation.FilesBeside
                    }, Wire.Json),
                SealedDraft = translation.Outcome == TranslationOutcome.Quarantined ? null
                    : keys.SealAtHome(JsonSerializer.SerializeToUtf8Bytes(translation, Wire.Json), intake.IntakeId),
            },
            cancellationToken);
        if (!decided)
            return new MadeAct();
        await unit.Commit(cancellationToken);
        Files.Add(1, new KeyValuePair<string, object?>("outcome", state.ToString().ToLowerInvariant()));
        foreach (var table in translation.UnknownCodes.GroupBy(c => c.Table))
            Unknown.Add(table.Count(), new KeyValuePair<string, object?>("table", table.Key));
        foreach (var (counter, places) in new[] { (Unread, translation.Unmapped), (Breaches, translation.Breaches) })
            if (places.Count > 0)
                counter.Add(places.Count, new KeyValuePair<string, object?>("mapping", translation.Mapping));
        FileDecided(log, intake.IntakeId, state, translation.Reason?.Code ?? "-", translation.ActType ?? "-", translation.Questions.Count);
        return made;
    }

    async Task Move(Intake intake, CancellationToken cancellationToken)
    {
        var rejected = intake.State is IntakeState.Quarantined or IntakeState.Duplicate;
        var goal = Goal(intake, rejected ? options.Inbox!.Rejected : options.Inbox!.Processed);
        var from = Path.Combine(options.Inbox.Folder, intake.FileName);
        Reached?.Invoke(InboxStep.BeforeMoved);
        try
        {
            // A record that came before with an earlier export of the same table is nothing to be told of.
            if (rejected && !(intake.State == IntakeState.Duplicate && TableFormat.IsRecord(intake.FileName)))
            {
                PlainFile.Write(goal + ".reason.txt", Encoding.UTF8.GetBytes(ReasonText(intake)));
                if (TableFormat.IsRecord(intake.FileName) && await intakes.SealedContent(intake.IntakeId, cancellationToken) is { Length: > 0 } kept)
                    PlainFile.Write(goal, keys.OpenBytes(kept, intake.IntakeId));
            }

            if (!File.Exists(goal) && new FileInfo(from) is { } file && (file.Exists || file.LinkTarget is not null) && IsTheSame(from, intake))
            {
                File.Move(from, goal);
                if (File.Exists(from + ".done"))
                    File.Move(from + ".done", goal + ".done", overwrite: true);
            }

            // Papers a message referred to go with it, once an act holds them, and once no message waits here that may name the same.
            if (intake.State == IntakeState.Made && intake.Findings is { } findings)
            {
                var papers = JsonSerializer.Deserialize<IntakeFindings>(findings, Wire.Json)!.FilesBeside.Where(n => folder.Beside(n) is { Bytes: not null }).ToList();
                if (papers.Count > 0 && (folder.StillHas(intake.TakenAt) || (await intakes.Undecided(1, cancellationToken)).Count > 0))
                    return;
                foreach (var beside in papers)
                    File.Move(Path.Combine(options.Inbox.Folder, "files", beside), $"{goal}.{PlainFile.Shown(beside)}", overwrite: true);
            }

            PlainFile.Settle(Path.GetDirectoryName(goal)!);
            PlainFile.Settle(options.Inbox.Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The file stays and is moved at a later round; its effect is already recorded, so it has none twice.
            MoveFailed(log, intake.IntakeId, e.GetType().Name);
            return;
        }

        Reached?.Invoke(InboxStep.Moved);
        await intakes.Moved(intake.IntakeId, time.GetUtcNow(), cancellationToken);
        Reached?.Invoke(InboxStep.Noted);
    }

    // A writer that paused between two rows writes on where the table lies now. It goes back to the inbox then: rows that were taken are known by their content, and those behind them are new.
    async Task LookAgain(CancellationToken cancellationToken)
    {
        foreach (var table in await intakes.DividedSince(time.GetUtcNow() - options.Inbox!.Patience, cancellationToken))
        {
            var (moved, inbox) = (new FileInfo(Goal(table, options.Inbox.Processed)), Path.Combine(options.Inbox.Folder, table.FileName));
            if (table.MovedAt is null || !moved.Exists || moved.Length <= table.SizeBytes || File.Exists(inbox))
                continue;
            try
            {
                moved.MoveTo(inbox);
                TableGrew(log, table.IntakeId);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                MoveFailed(log, table.IntakeId, e.GetType().Name);
            }
        }
    }

    // A file that was replaced since it was taken is another file under the same name: it stays for the next round.
    static bool IsTheSame(string path, Intake intake)
    {
        if (intake.Sha256.Length == 0)
            return true;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == intake.Sha256;
    }

    static string Goal(Intake intake, string folder) =>
        Path.Combine(folder, $"{intake.TakenAt.UtcDateTime:yyyyMMdd'T'HHmmss}-{intake.IntakeId.ToString("N")[^12..]}-{PlainFile.Shown(intake.FileName)}");

    static string ReasonText(Intake intake) => $"""
        File:            {PlainFile.Shown(intake.FileName)}
        Taken:           {intake.TakenAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC
        Number:          {intake.IntakeId}
        Code:            {intake.Code}
        What was found:  {intake.Reason}
        What to do:      {intake.Fix}

        """;

    // Table names of the mapping language may be longer than the column that counts them.
    static string Short(string table) => table.Length <= 64 ? table : table[^64..];

    [LoggerMessage(4101, LogLevel.Information, "Intake {IntakeId}: {State}, code {Code}, act {ActType}, {Questions} questions for a person")]
    static partial void FileDecided(ILogger log, Guid intakeId, IntakeState state, string code, string actType, int questions);

    [LoggerMessage(4106, LogLevel.Information, "A table was taken apart into {Count} records")]
    static partial void FileDivided(ILogger log, int count);

    [LoggerMessage(4109, LogLevel.Warning, "Table {IntakeId} was written on after it had been taken; it is taken again for its new rows. Let the writer use another name until it has finished, or write a file name.done beside it")]
    static partial void TableGrew(ILogger log, Guid intakeId);

    [LoggerMessage(4107, LogLevel.Warning, "A table could not be read to its end now, or was written to meanwhile ({Exception}); tried again at the next round")]
    static partial void ReadFailed(ILogger log, string exception);

    [LoggerMessage(4102, LogLevel.Warning, "Intake {IntakeId} repeats the content of intake {Earlier}; nothing was done a second time")]
    static partial void FileRepeated(ILogger log, Guid intakeId, Guid earlier);

    [LoggerMessage(4103, LogLevel.Warning, "Intake {IntakeId}: a file was refused without being read, code {Code}")]
    static partial void FileRefused(ILogger log, Guid intakeId, string code);

    [LoggerMessage(4104, LogLevel.Error, "Intake {IntakeId}: translating it failed with {Exception}; it stands in quarantine")]
    static partial void TranslationFailed(ILogger log, Guid intakeId, string exception);

    [LoggerMessage(4105, LogLevel.Warning, "Intake {IntakeId}: its file could not be moved now ({Exception}); tried again at the next round")]
    static partial void MoveFailed(ILogger log, Guid intakeId, string exception);
}

/// <summary>What is to be said about a file without opening a seal: places and words, never values.</summary>
public sealed record IntakeFindings
{
    /// <summary>Fields a person is asked for.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Places of the message no rule reads.</summary>
    public IReadOnlyList<string> Unmapped { get; init; } = [];

    /// <summary>Places of the message that are not what its publisher's description says, and in which way.</summary>
    public IReadOnlyList<string> Breaches { get; init; } = [];

    /// <summary>What had to be repaired.</summary>
    public IReadOnlyList<string> Repairs { get; init; } = [];

    /// <summary>Files beside the message that went into the act.</summary>
    public IReadOnlyList<string> FilesBeside { get; init; } = [];
}
