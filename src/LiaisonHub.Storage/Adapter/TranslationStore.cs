namespace LiaisonHub.Storage.Adapter;

/// <summary>What was arranged about a translation the other side has asked for.</summary>
public record Translated
{
    /// <summary>The act that asks for it.</summary>
    public required Guid ActId { get; init; }

    public required Guid RequestId { get; init; }

    /// <summary>Name of the translator or the office. Null: nobody yet.</summary>
    public string? AssignedTo { get; init; }

    /// <summary>How good it was, in a word. Null: nobody has said.</summary>
    public string? Quality { get; init; }

    public string? FileName { get; init; }
    public string? MediaType { get; init; }

    /// <summary>The file, sealed to this state under the act's id. Null: none was delivered, or it is not read.</summary>
    public string? SealedContent { get; init; }

    /// <summary>When the file was delivered (UTC). Null: not yet.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }
}

/// <summary>A translation that is still owed.</summary>
public sealed record TranslationTask : Translated
{
    public required string Reference { get; init; }
    public required string OtherState { get; init; }

    /// <summary>The <see cref="Contracts.V1.Standing"/> of the request as JSON.</summary>
    public string? Standing { get; init; }

    /// <summary>The earliest limit of the request (UTC). Null: none runs.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>The open part of the act that asks for it.</summary>
    public required string OpenPart { get; init; }

    /// <summary>When it was asked for (UTC).</summary>
    public required DateTimeOffset AskedAt { get; init; }
}

/// <summary>The place of a task in the list, behind which the next page begins.</summary>
public sealed record TranslationMark(DateTimeOffset? NextDue, Guid ActId);

/// <summary>Translations that are owed. What is owed is read from the acts; what is kept here is local and never leaves by itself.</summary>
public sealed class TranslationStore(Database database)
{
    static readonly Statement SelectOpen = new(d => $"""
        SELECT a.act_id AS ActId, a.request_id AS RequestId, q.reference AS Reference, q.other_state AS OtherState, q.standing AS Standing, q.next_due AS NextDue, a.open_part AS OpenPart, a.at AS AskedAt,
               t.assigned_to AS AssignedTo, t.quality AS Quality, t.file_name AS FileName, t.media_type AS MediaType, t.delivered_at AS DeliveredAt
        FROM requests AS q
        JOIN acts AS a ON a.request_id = q.request_id AND a.act_type = 'TranslationRequested' AND a.direction = 'In'
        LEFT JOIN translations AS t ON t.act_id = a.act_id
        WHERE q.closed = 0 AND NOT EXISTS (SELECT 1 FROM acts AS s WHERE s.request_id = q.request_id AND s.act_type = 'TranslationSupplied' AND s.direction = 'Out'
          AND (s.outcome IS NULL OR s.outcome <> 'Refused') AND s.at >= a.at)
          AND COALESCE(q.next_due, @never) >= @due AND (COALESCE(q.next_due, @never) > @due OR a.act_id > @id)
        ORDER BY COALESCE(q.next_due, @never), a.act_id {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectOne = new(_ => """
        SELECT act_id AS ActId, request_id AS RequestId, assigned_to AS AssignedTo, quality AS Quality, file_name AS FileName, media_type AS MediaType,
          sealed_content AS SealedContent, delivered_at AS DeliveredAt
        FROM translations WHERE act_id = @actId
        """);

    static readonly Statement Update = new(_ => """
        UPDATE translations SET assigned_to = @AssignedTo, quality = @Quality, changed_at = @at,
          file_name = COALESCE(@FileName, file_name), media_type = COALESCE(@MediaType, media_type), sealed_content = COALESCE(@SealedContent, sealed_content),
          delivered_at = COALESCE(@DeliveredAt, delivered_at)
        WHERE act_id = @ActId
        """);

    static readonly Statement Insert = new(_ => """
        INSERT INTO translations (act_id, request_id, assigned_to, quality, file_name, media_type, sealed_content, delivered_at, changed_at)
        VALUES (@ActId, @RequestId, @AssignedTo, @Quality, @FileName, @MediaType, @SealedContent, @DeliveredAt, @at)
        """);

    /// <summary>What is owed on open requests, least time first. <paramref name="after"/>: the last one of the page before; null: the first page.</summary>
    public Task<IReadOnlyList<TranslationTask>> Open(TranslationMark? after, int atMost, CancellationToken cancellationToken) => database.Query<TranslationTask>(
        SelectOpen,
        new { never = Instants.Never, due = after is null ? DateTimeOffset.UnixEpoch : after.NextDue ?? Instants.Never, id = after?.ActId ?? Guid.Empty, atMost },
        cancellationToken);

    /// <summary>What was arranged. Null: nothing.</summary>
    public Task<Translated?> Find(Guid actId, CancellationToken cancellationToken) => database.One<Translated>(SelectOne, new { actId }, cancellationToken);

    /// <summary>Keeps what was arranged. A file that was delivered before stays unless a new one comes.</summary>
    public async Task Save(Translated arranged, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        var row = new
        {
            arranged.ActId,
            arranged.RequestId,
            arranged.AssignedTo,
            arranged.Quality,
            arranged.FileName,
            arranged.MediaType,
            arranged.SealedContent,
            arranged.DeliveredAt,
            at,
        };
        if (await unit.Execute(Update, row, cancellationToken) == 0)
            await unit.Execute(Insert, row, cancellationToken);
        await unit.Commit(cancellationToken);
    }
}
