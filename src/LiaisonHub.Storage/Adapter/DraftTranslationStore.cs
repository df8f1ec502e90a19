namespace LiaisonHub.Storage.Adapter;

/// <summary>A translation that a draft needs before it may be sent.</summary>
public sealed record DraftTranslation
{
    public required Guid TranslationId { get; init; }

    /// <summary>Officer, request key and kind of act: which draft. See <see cref="Draft"/>.</summary>
    public required string Officer { get; init; }

    /// <inheritdoc cref="Officer"/>
    public required string RequestKey { get; init; }

    /// <inheritdoc cref="Officer"/>
    public required string ActType { get; init; }

    /// <summary>The state whose profile asks for it.</summary>
    public required string OtherState { get; init; }

    /// <summary>Into which language (BCP 47).</summary>
    public required string Language { get; init; }

    /// <summary>True: the profile takes certified translations only.</summary>
    public required bool Certified { get; init; }

    /// <summary>When it was asked for (UTC).</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Our own limit (UTC). Null: no day is set.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Name of the translator or the office. Null: nobody yet.</summary>
    public string? AssignedTo { get; init; }

    /// <summary>How good it was, in a word. Null: nobody has said.</summary>
    public string? Quality { get; init; }

    public string? FileName { get; init; }
    public string? MediaType { get; init; }

    /// <summary>The file, sealed to this state under the translation's id. Null: it is not read, see <see cref="DraftTranslationStore.SealedContent"/>.</summary>
    public string? SealedContent { get; init; }

    /// <summary>True: the translator has certified the file.</summary>
    public bool HasCertificate { get; init; }

    /// <summary>When the file was delivered (UTC). Null: not yet.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }
}

/// <summary>Translations that drafts need before they may be sent. A draft takes its own with it: see <see cref="DraftStore.Discard"/>.</summary>
public sealed class DraftTranslationStore(Database database)
{
    const string Columns = """
        translation_id AS TranslationId, officer AS Officer, request_key AS RequestKey, act_type AS ActType, other_state AS OtherState, language AS Language, certified AS Certified,
        asked_at AS AskedAt, due_at AS DueAt, assigned_to AS AssignedTo, quality AS Quality, file_name AS FileName, media_type AS MediaType, has_certificate AS HasCertificate,
        delivered_at AS DeliveredAt
        """;

    static readonly Statement SelectOpen = new(d => $"""
        SELECT {Columns} FROM draft_translations
        WHERE (@waiting = 0 OR delivered_at IS NULL) AND COALESCE(due_at, @never) >= @due AND (COALESCE(due_at, @never) > @due OR translation_id > @id)
        ORDER BY COALESCE(due_at, @never), translation_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectOfDraft = new(_ => $"""
        SELECT {Columns} FROM draft_translations WHERE officer = @officer AND request_key = @requestKey AND act_type = @actType ORDER BY asked_at, translation_id
        """);

    static readonly Statement SelectOne = new(_ => $"SELECT {Columns} FROM draft_translations WHERE translation_id = @translationId");

    static readonly Statement SelectContent = new(_ => "SELECT sealed_content FROM draft_translations WHERE translation_id = @translationId");

    static readonly Statement SelectDraft = new(_ => "SELECT COUNT(*) FROM drafts WHERE officer = @Officer AND request_key = @RequestKey AND act_type = @ActType");

    static readonly Statement SelectSame = new(_ =>
        "SELECT COUNT(*) FROM draft_translations WHERE officer = @Officer AND request_key = @RequestKey AND act_type = @ActType AND language = @Language");

    static readonly Statement Insert = new(_ => """
        INSERT INTO draft_translations (translation_id, officer, request_key, act_type, other_state, language, certified, asked_at, due_at, has_certificate, changed_at)
        VALUES (@TranslationId, @Officer, @RequestKey, @ActType, @OtherState, @Language, @Certified, @AskedAt, @DueAt, 0, @AskedAt)
        """);

    static readonly Statement Update = new(_ => """
        UPDATE draft_translations SET due_at = @DueAt, assigned_to = @AssignedTo, quality = @Quality, has_certificate = @HasCertificate, changed_at = @at,
          file_name = COALESCE(@FileName, file_name), media_type = COALESCE(@MediaType, media_type), sealed_content = COALESCE(@SealedContent, sealed_content),
          delivered_at = COALESCE(@DeliveredAt, delivered_at)
        WHERE translation_id = @TranslationId
        """);

    static readonly Statement Delete = new(_ => "DELETE FROM draft_translations WHERE officer = @officer AND request_key = @requestKey AND act_type = @actType");

    static readonly Statement DeleteOne = new(_ => "DELETE FROM draft_translations WHERE translation_id = @translationId");

    /// <summary>Asks for a translation. One into the same language that the draft has already asked for stays as it is.</summary>
    /// <returns>False: there is no such draft, or it has asked already.</returns>
    public async Task<bool> Ask(DraftTranslation wanted, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        var row = new
        {
            wanted.TranslationId,
            wanted.Officer,
            wanted.RequestKey,
            wanted.ActType,
            wanted.OtherState,
            wanted.Language,
            Certified = wanted.Certified ? 1 : 0,
            wanted.AskedAt,
            wanted.DueAt,
        };
        if (await unit.One<long>(SelectDraft, row, cancellationToken) == 0 || await unit.One<long>(SelectSame, row, cancellationToken) > 0)
            return false;
        await unit.Execute(Insert, row, cancellationToken);
        await unit.Commit(cancellationToken);
        return true;
    }

    /// <summary>What drafts need, least time first. <paramref name="after"/>: the last one of the page before; null: the first page. <paramref name="waiting"/>: only what has not come back.</summary>
    public Task<IReadOnlyList<DraftTranslation>> Open(DraftTranslation? after, bool waiting, int atMost, CancellationToken cancellationToken) => database.Query<DraftTranslation>(
        SelectOpen,
        new { waiting = waiting ? 1 : 0, never = Instants.Never, due = after is null ? DateTimeOffset.UnixEpoch : after.DueAt ?? Instants.Never, id = after?.TranslationId ?? Guid.Empty, atMost },
        cancellationToken);

    /// <summary>What one draft has asked for.</summary>
    public Task<IReadOnlyList<DraftTranslation>> Of(string officer, string requestKey, string actType, CancellationToken cancellationToken) =>
        database.Query<DraftTranslation>(SelectOfDraft, new { officer, requestKey, actType }, cancellationToken);

    /// <summary>The file that came back, sealed to this state under the translation's id. Null: none has.</summary>
    public Task<string?> SealedContent(Guid translationId, CancellationToken cancellationToken) => database.One<string>(SelectContent, new { translationId }, cancellationToken);

    /// <summary>One of them. Null: there is none, or its draft was sent or thrown away.</summary>
    public Task<DraftTranslation?> Find(Guid translationId, CancellationToken cancellationToken) => database.One<DraftTranslation>(SelectOne, new { translationId }, cancellationToken);

    /// <summary>Keeps what was arranged: the limit, the translator, the mark, the file. A file that was delivered before stays unless a new one comes.</summary>
    /// <returns>False: its draft was sent or thrown away in the meantime.</returns>
    public async Task<bool> Arrange(DraftTranslation arranged, DateTimeOffset at, CancellationToken cancellationToken) => await database.Execute(
        Update,
        new
        {
            arranged.TranslationId,
            arranged.DueAt,
            arranged.AssignedTo,
            arranged.Quality,
            arranged.FileName,
            arranged.MediaType,
            arranged.SealedContent,
            HasCertificate = arranged.HasCertificate ? 1 : 0,
            arranged.DeliveredAt,
            at,
        },
        cancellationToken) > 0;

    /// <summary>It is not wanted any more.</summary>
    public Task Withdraw(Guid translationId, CancellationToken cancellationToken) => database.Execute(DeleteOne, new { translationId }, cancellationToken);

    /// <summary>Ends what a draft has asked for, in the transaction in which the draft ends.</summary>
    internal static Task End(Unit unit, string officer, string requestKey, string actType, CancellationToken cancellationToken) =>
        unit.Execute(Delete, new { officer, requestKey, actType }, cancellationToken);
}
