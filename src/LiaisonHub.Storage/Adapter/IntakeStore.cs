using System.Security.Cryptography;
using System.Text;

namespace LiaisonHub.Storage.Adapter;

/// <summary>What became of a local file.</summary>
public enum IntakeState
{
    /// <summary>Its bytes are kept; nothing has been made of it yet.</summary>
    Taken,

    /// <summary>An act was made of it.</summary>
    Made,

    /// <summary>It says too little for an act: a person is asked for the rest.</summary>
    Incomplete,

    /// <summary>It cannot be understood, with a reason.</summary>
    Quarantined,

    /// <summary>The same content was taken before; nothing was done again.</summary>
    Duplicate,

    /// <summary>A person decided that nothing is to be done with it.</summary>
    Dismissed,

    /// <summary>A file of many records: each was taken by itself.</summary>
    Divided,
}

/// <summary>A local file as it was taken and what became of it. Its content and its draft are read apart from it, since they are sealed.</summary>
public sealed record Intake
{
    public required Guid IntakeId { get; init; }

    /// <summary>Name of the file in the inbox.</summary>
    public required string FileName { get; init; }

    /// <summary>SHA-256 of its bytes, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    public long SizeBytes { get; init; }
    public DateTimeOffset TakenAt { get; init; }
    public IntakeState State { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>When it left the inbox. Null: it may still be there.</summary>
    public DateTimeOffset? MovedAt { get; init; }

    /// <summary>For a duplicate: the intake that counts.</summary>
    public Guid? DuplicateOf { get; init; }

    /// <summary>For quarantine and duplicates: a stable code.</summary>
    public string? Code { get; init; }

    /// <summary>What was found, for a person.</summary>
    public string? Reason { get; init; }

    /// <summary>What clears it.</summary>
    public string? Fix { get; init; }

    /// <summary>The mapping that read it.</summary>
    public string? Mapping { get; init; }

    /// <summary>The act it is, or would be.</summary>
    public string? ActType { get; init; }

    public Guid? ActId { get; init; }
    public Guid? RequestId { get; init; }

    /// <summary>Digest over the local numbers of the case: the same case sent again is recognised by it.</summary>
    public string? CaseKey { get; init; }

    /// <summary>JSON: what is missing, what was not mapped, repairs. Places and words, never values.</summary>
    public string? Findings { get; init; }
}

/// <summary>A local file about to be taken.</summary>
public sealed record NewIntake
{
    public required Guid IntakeId { get; init; }
    public required string FileName { get; init; }
    public required string Sha256 { get; init; }
    public required long SizeBytes { get; init; }
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>The bytes, sealed to this state.</summary>
    public required string SealedContent { get; init; }

    /// <summary>True: a file of many records, which have been taken one by one; its bytes are not kept a second time.</summary>
    public bool Divided { get; init; }

    /// <summary>True: a file of this name and content stands where handled files go, so this one was put there again.</summary>
    public required Func<Intake, bool> HasLeftTheInbox { get; init; }
}

/// <summary>What a file came to.</summary>
public sealed record IntakeDecision
{
    public required Guid IntakeId { get; init; }
    public required IntakeState State { get; init; }
    public required DateTimeOffset At { get; init; }
    public string? Code { get; init; }
    public string? Reason { get; init; }
    public string? Fix { get; init; }
    public string? Mapping { get; init; }
    public string? ActType { get; init; }
    public Guid? ActId { get; init; }
    public Guid? RequestId { get; init; }
    public string? CaseKey { get; init; }
    public string? Findings { get; init; }

    /// <summary>What could be read so far, sealed to this state.</summary>
    public string? SealedDraft { get; init; }
}

/// <summary>A code of the local system that no table explains.</summary>
public sealed record UnknownCode
{
    public required string TableName { get; init; }
    public required string Code { get; init; }
    public long Times { get; init; }
    public DateTimeOffset FirstSeen { get; init; }
    public DateTimeOffset LastSeen { get; init; }
}

/// <summary>The local files an adapter took: each once, with its bytes, and what became of it.</summary>
public sealed class IntakeStore(Database database)
{
    const string Columns = """
        intake_id AS IntakeId, file_name AS FileName, sha256 AS Sha256, size_bytes AS SizeBytes, taken_at AS TakenAt, state AS State, decided_at AS DecidedAt,
        moved_at AS MovedAt,
        duplicate_of AS DuplicateOf, code AS Code, reason AS Reason, fix AS Fix, mapping AS Mapping, act_type AS ActType, act_id AS ActId,
        request_id AS RequestId,
        case_key AS CaseKey, findings AS Findings
        """;

    static readonly Statement SelectSame = new(_ => $"SELECT {Columns} FROM intakes WHERE same_key = @key");

    // Only what was acted on, or waits to be, makes a later file a duplicate: what was put aside may be dropped again once its cause is cleared.
    static readonly Statement SelectByContent = new(d => $"""
        SELECT {Columns} FROM intakes WHERE sha256 = @sha256 AND state IN ('Taken', 'Made', 'Incomplete') ORDER BY taken_at {d.FirstRows("1")}
        """);

    static readonly Statement ReleaseKey = new(_ => "UPDATE intakes SET same_key = @freed WHERE same_key = @key");

    static readonly Statement Insert = new(_ => """
        INSERT INTO intakes (intake_id, same_key, file_name, sha256, size_bytes, taken_at, state, decided_at, duplicate_of, code, reason, fix, sealed_content)
        VALUES (@IntakeId, @Key, @FileName, @Sha256, @SizeBytes, @TakenAt, @State, @DecidedAt, @DuplicateOf, @Code, @Reason, @Fix, @SealedContent)
        """);

    static readonly Statement SelectOne = new(_ => $"SELECT {Columns} FROM intakes WHERE intake_id = @intakeId");
    static readonly Statement SelectContent = new(_ => "SELECT sealed_content FROM intakes WHERE intake_id = @intakeId");
    static readonly Statement SelectDraft = new(_ => "SELECT sealed_draft FROM intakes WHERE intake_id = @intakeId");
    static readonly Statement SelectTaken = new(d =>
        $"SELECT {Columns} FROM intakes WHERE state = 'Taken' ORDER BY taken_at, intake_id {d.FirstRows("@atMost")}");

    static readonly Statement SelectUnmoved = new(d => $"""
        SELECT {Columns} FROM intakes WHERE moved_at IS NULL AND state <> 'Taken' ORDER BY taken_at, intake_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectDivided = new(_ => $"SELECT {Columns} FROM intakes WHERE state = 'Divided' AND taken_at > @since");

    static readonly Statement SelectByState = new(d =>
        $"SELECT {Columns} FROM intakes WHERE state = @state ORDER BY taken_at DESC, intake_id {d.FirstRows("@atMost")}");

    static readonly Statement SelectByCaseKey = new(d => $"""
        SELECT {Columns} FROM intakes WHERE case_key = @caseKey AND state IN ('Made', 'Incomplete') AND intake_id <> @except
        ORDER BY CASE WHEN state = 'Made' THEN 0 ELSE 1 END, taken_at, intake_id {d.FirstRows("1")}
        """);

    static readonly Statement UpdateDecided = new(_ => """
        UPDATE intakes SET state = @State, decided_at = @At, code = @Code, reason = @Reason, fix = @Fix, mapping = @Mapping, act_type = @ActType,
        act_id = @ActId,
               request_id = @RequestId, case_key = @CaseKey, findings = @Findings, sealed_draft = @SealedDraft
        WHERE intake_id = @IntakeId AND state = @From
        """);

    static readonly Statement UpdateMade = new(_ => """
        UPDATE intakes SET state = 'Made', decided_at = @at, act_id = @actId, request_id = @requestId WHERE intake_id = @intakeId AND state IN ('Taken',
        'Incomplete')
        """);

    static readonly Statement UpdateMoved = new(_ => "UPDATE intakes SET moved_at = @at WHERE intake_id = @intakeId AND moved_at IS NULL");

    static readonly Statement UpdateAgain = new(_ => """
        UPDATE intakes SET state = 'Taken', code = NULL, reason = NULL, fix = NULL, findings = NULL, sealed_draft = NULL
        WHERE intake_id = @intakeId AND state IN ('Quarantined', 'Incomplete') AND sealed_content IS NOT NULL
        """);

    static readonly Statement UpdateDismissed = new(_ => """
        UPDATE intakes SET state = 'Dismissed', decided_at = @at, reason = @reason, fix = NULL WHERE intake_id = @intakeId AND state IN ('Quarantined',
        'Incomplete')
        """);

    static readonly Statement CountUnknown = new(_ => "UPDATE unknown_codes SET times = times + 1, last_seen = @at WHERE table_name = @table AND code = @code");

    static readonly Statement InsertUnknown = new(d => $"""
        INSERT INTO unknown_codes (table_name, code, times, first_seen, last_seen)
        SELECT @table, @code, 1, @at, @at WHERE {d.SkipExisting("unknown_codes", "x.table_name = @table AND x.code = @code")} {d.OnConflictDoNothing}
        """);

    static readonly Statement SelectUnknown = new(d => $"""
        SELECT table_name AS TableName, code AS Code, times AS Times, first_seen AS FirstSeen, last_seen AS LastSeen
        FROM unknown_codes ORDER BY last_seen DESC, table_name, code {d.FirstRows("@atMost")}
        """);

    /// <summary>
    /// Keeps a file's bytes. The same name and content seen again, because the process died before the file left the inbox, is the same intake. The same
    /// content dropped again or under
    /// another name is a duplicate, kept without its bytes.
    /// </summary>
    public async Task<Intake> Take(NewIntake taken, CancellationToken cancellationToken) => (await Take([taken], cancellationToken))[0];

    /// <summary>The same for several at once, in one transaction: the records of a table.</summary>
    public async Task<IReadOnlyList<Intake>> Take(IReadOnlyList<NewIntake> taken, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        var intakes = new List<Intake>(taken.Count);
        foreach (var one in taken)
            intakes.Add(await Take(unit, one, cancellationToken));
        await unit.Commit(cancellationToken);
        return intakes;
    }

    static async Task<Intake> Take(Unit unit, NewIntake taken, CancellationToken cancellationToken)
    {
        var key = Key(taken.FileName, taken.Sha256);
        var same = await unit.One<Intake>(SelectSame, new { key }, cancellationToken);
        if (same is { MovedAt: null } && !taken.HasLeftTheInbox(same))
            return same;
        var first = taken.Divided ? null : await unit.One<Intake>(SelectByContent, new { sha256 = taken.Sha256 }, cancellationToken);
        if (same != null && first == null)
            await unit.Execute(ReleaseKey, new { key, freed = same.IntakeId.ToString("N") }, cancellationToken);
        var row = new
        {
            taken.IntakeId,
            Key = first == null ? key : taken.IntakeId.ToString("N"),
            taken.FileName,
            taken.Sha256,
            taken.SizeBytes,
            taken.TakenAt,
            State = (taken.Divided ? IntakeState.Divided : first == null ? IntakeState.Taken : IntakeState.Duplicate).ToString(),
            DecidedAt = first == null && !taken.Divided ? (DateTimeOffset?)null : taken.TakenAt,
            DuplicateOf = first?.IntakeId,
            Code = first == null ? null : "LH4116",
            Reason = first == null ? null
                : $"The same content was taken on {first.TakenAt:yyyy-MM-dd HH:mm} UTC as '{first.FileName}' ({Became(first)}). Nothing was done a second "
                + $"time.",
            Fix = first == null ? null
                : "If it is meant as something new, change its content (its message number, for example) and drop it again. Otherwise nothing is to be done.",
            SealedContent = first == null ? taken.SealedContent : null,
        };
        await unit.Execute(Insert, row, cancellationToken);
        return new Intake
        {
            IntakeId = row.IntakeId,
            FileName = row.FileName,
            Sha256 = row.Sha256,
            SizeBytes = row.SizeBytes,
            TakenAt = row.TakenAt,
            State = taken.Divided ? IntakeState.Divided : first == null ? IntakeState.Taken : IntakeState.Duplicate,
            DecidedAt = row.DecidedAt,
            DuplicateOf = row.DuplicateOf,
            Code = row.Code,
            Reason = row.Reason,
            Fix = row.Fix,
        };
    }

    /// <summary>Records a file that was refused without being read: a link, a foreign owner, too large.</summary>
    public async Task Refuse(NewIntake refused, string code, string reason, string fix, CancellationToken cancellationToken) =>
        await database.Execute(
            Insert,
            new
            {
                refused.IntakeId,
                Key = refused.IntakeId.ToString("N"),
                refused.FileName,
                refused.Sha256,
                refused.SizeBytes,
                refused.TakenAt,
                State = nameof(IntakeState.Quarantined),
                DecidedAt = (DateTimeOffset?)refused.TakenAt,
                DuplicateOf = (Guid?)null,
                Code = code,
                Reason = reason,
                Fix = fix,
                SealedContent = (string?)null,
            },
            cancellationToken);

    /// <summary>Files taken and not decided, oldest first.</summary>
    public Task<IReadOnlyList<Intake>> Undecided(int atMost, CancellationToken cancellationToken) =>
        database.Query<Intake>(SelectTaken, new { atMost }, cancellationToken);

    /// <summary>Files decided whose way out of the inbox is not confirmed.</summary>
    public Task<IReadOnlyList<Intake>> Unmoved(int atMost, CancellationToken cancellationToken) =>
        database.Query<Intake>(SelectUnmoved, new { atMost }, cancellationToken);

    /// <summary>Files of many records that were taken after an instant.</summary>
    public Task<IReadOnlyList<Intake>> DividedSince(DateTimeOffset since, CancellationToken cancellationToken) =>
        database.Query<Intake>(SelectDivided, new { since }, cancellationToken);

    /// <summary>Files in one state, newest first.</summary>
    public Task<IReadOnlyList<Intake>> In(IntakeState state, int atMost, CancellationToken cancellationToken) =>
        database.Query<Intake>(SelectByState, new { state = state.ToString(), atMost }, cancellationToken);

    public static Task<Intake?> Find(Unit unit, Guid intakeId, CancellationToken cancellationToken) => unit.One<Intake>(SelectOne, new { intakeId }, cancellationToken);

    public Task<Intake?> Find(Guid intakeId, CancellationToken cancellationToken) => database.One<Intake>(SelectOne, new { intakeId }, cancellationToken);

    /// <summary>The bytes, sealed to this state. Null: none were kept.</summary>
    public Task<string?> SealedContent(Guid intakeId, CancellationToken cancellationToken) =>
        database.One<string>(SelectContent, new { intakeId }, cancellationToken);

    /// <summary>What could be read of an incomplete file, sealed to this state.</summary>
    public Task<string?> SealedDraft(Guid intakeId, CancellationToken cancellationToken) =>
        database.One<string>(SelectDraft, new { intakeId }, cancellationToken);

    /// <summary>Another file about the same case: one of which an act was made, else one that waits for a person.</summary>
    public Task<Intake?> OfSameCase(string caseKey, Guid except, CancellationToken cancellationToken) =>
        database.One<Intake>(SelectByCaseKey, new { caseKey, except }, cancellationToken);

    /// <inheritdoc cref="OfSameCase(string, Guid, CancellationToken)"/>
    public static Task<Intake?> OfSameCase(Unit unit, string caseKey, Guid except, CancellationToken cancellationToken) =>
        unit.One<Intake>(SelectByCaseKey, new { caseKey, except }, cancellationToken);

    /// <returns>False: somebody decided it first; nothing was written.</returns>
    public static async Task<bool> Decide(Unit unit, IntakeDecision decision, CancellationToken cancellationToken) =>
        await unit.Execute(
            UpdateDecided,
            new
            {
                decision.IntakeId,
                State = decision.State.ToString(),
                decision.At,
                decision.Code,
                decision.Reason,
                decision.Fix,
                decision.Mapping,
                decision.ActType,
                decision.ActId,
                decision.RequestId,
                decision.CaseKey,
                decision.Findings,
                decision.SealedDraft,
                From = nameof(IntakeState.Taken),
            },
            cancellationToken) == 1;

    /// <summary>An act was made of a file a person completed.</summary>
    /// <returns>False: somebody decided it first; nothing was written.</returns>
    public static async Task<bool> Complete(Unit unit, Guid intakeId, Guid actId, Guid requestId, DateTimeOffset at, CancellationToken cancellationToken) =>
        await unit.Execute(UpdateMade, new { intakeId, actId, requestId, at }, cancellationToken) == 1;

    /// <summary>The file has left the inbox.</summary>
    public Task Moved(Guid intakeId, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.Execute(UpdateMoved, new { intakeId, at }, cancellationToken);

    /// <summary>Translates a file once more, after a mapping or a code table was changed.</summary>
    /// <returns>False: it does not wait for a person, or its bytes were never kept.</returns>
    public async Task<bool> Again(Guid intakeId, CancellationToken cancellationToken) =>
        await database.Execute(UpdateAgain, new { intakeId }, cancellationToken) == 1;

    /// <summary>A person decided that nothing is to be done.</summary>
    /// <returns>False: it does not wait for a person.</returns>
    public async Task<bool> Dismiss(Guid intakeId, string reason, DateTimeOffset at, CancellationToken cancellationToken) =>
        await database.Execute(UpdateDismissed, new { intakeId, reason, at }, cancellationToken) == 1;

    /// <summary>Counts a code no table explains.</summary>
    public static async Task Count(Unit unit, string table, string code, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var values = new { table, code = code.Length <= 100 ? code : code[..100], at };
        if (await unit.Execute(CountUnknown, values, cancellationToken) == 0)
            await unit.Execute(InsertUnknown, values, cancellationToken);
    }

    /// <summary>The codes no table explains, the latest first.</summary>
    public Task<IReadOnlyList<UnknownCode>> UnknownCodes(int atMost, CancellationToken cancellationToken) =>
        database.Query<UnknownCode>(SelectUnknown, new { atMost }, cancellationToken);

    static string Key(string fileName, string sha256) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{sha256}/{fileName}")));

    static string Became(Intake first) => first.State switch
    {
        IntakeState.Made => "an act was made of it",
        IntakeState.Incomplete => "it waits at the desk for missing fields",
        _ => "it is being worked on",
    };
}
