namespace LiaisonHub.Storage.Adapter;

/// <summary>What an officer has written and not yet sent. Its content is sealed to this state under the draft's own id.</summary>
public sealed record Draft
{
    public required Guid DraftId { get; init; }
    public required string Officer { get; init; }

    /// <summary>The request's id, or a word of the desk for what has none yet.</summary>
    public required string RequestKey { get; init; }

    public required string ActType { get; init; }

    /// <summary>The content, sealed to this state.</summary>
    public required string SealedDraft { get; init; }

    public required DateTimeOffset SavedAt { get; init; }
}

/// <summary>Drafts: one for each officer, request and kind of act.</summary>
public sealed class DraftStore(Database database)
{
    const string Columns =
        "draft_id AS DraftId, officer AS Officer, request_key AS RequestKey, act_type AS ActType, sealed_draft AS SealedDraft, saved_at AS SavedAt";

    static readonly Statement Update = new(_ => """
        UPDATE drafts SET draft_id = @DraftId, sealed_draft = @SealedDraft,
        saved_at = @SavedAt WHERE officer = @Officer AND request_key = @RequestKey AND act_type = @ActType
        """);

    static readonly Statement Insert = new(_ => """
        INSERT INTO drafts (draft_id, officer, request_key, act_type, sealed_draft, saved_at) VALUES (@DraftId, @Officer, @RequestKey, @ActType, @SealedDraft,
        @SavedAt)
        """);

    static readonly Statement SelectOne = new(_ =>
        $"SELECT {Columns} FROM drafts WHERE officer = @officer AND request_key = @requestKey AND act_type = @actType");
    static readonly Statement SelectOfOfficer = new(_ => $"SELECT {Columns} FROM drafts WHERE officer = @officer ORDER BY saved_at DESC, draft_id");
    static readonly Statement Delete = new(_ => "DELETE FROM drafts WHERE officer = @officer AND request_key = @requestKey AND act_type = @actType");

    /// <summary>Saves; the last one saved counts.</summary>
    public async Task Save(Draft draft, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.Execute(Update, draft, cancellationToken) == 0)
            await unit.Execute(Insert, draft, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    public Task<Draft?> Load(string officer, string requestKey, string actType, CancellationToken cancellationToken) =>
        database.One<Draft>(SelectOne, new { officer, requestKey, actType }, cancellationToken);

    public Task<IReadOnlyList<Draft>> Of(string officer, CancellationToken cancellationToken) =>
        database.Query<Draft>(SelectOfOfficer, new { officer }, cancellationToken);

    /// <summary>Ends a draft, with the translations it waited for: it was sent, or is not wanted any more.</summary>
    public async Task Discard(string officer, string requestKey, string actType, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        await unit.Execute(Delete, new { officer, requestKey, actType }, cancellationToken);
        await DraftTranslationStore.End(unit, officer, requestKey, actType, cancellationToken);
        await unit.Commit(cancellationToken);
    }
}
