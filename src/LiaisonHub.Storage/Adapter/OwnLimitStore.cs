namespace LiaisonHub.Storage.Adapter;

/// <summary>One event of a limit of this state's own law.</summary>
public sealed record OwnLimitRow
{
    public required Guid NoteId { get; init; }
    public required Guid RequestId { get; init; }

    /// <summary>Row under subTimers of the state's profile.</summary>
    public required string Code { get; init; }

    /// <summary>Started, Extended or Ended.</summary>
    public required string What { get; init; }

    /// <summary>When it happened (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it was noted (UTC).</summary>
    public required DateTimeOffset NotedAt { get; init; }

    /// <summary>Who noted it: name and function; 100 characters at most.</summary>
    public required string Officer { get; init; }
}

/// <summary>What officers note of limits of their own law. It stays in the state. Rows are only ever added.</summary>
public sealed class OwnLimitStore(Database database)
{
    static readonly Statement Insert = new(_ => """
        INSERT INTO own_limit_notes (note_id, request_id, code, what, at, noted_at, officer) VALUES (@NoteId, @RequestId, @Code, @What, @At, @NotedAt, @Officer)
        """);

    static readonly Statement UpdateDue = new(_ => "UPDATE requests SET own_due = @due, own_then = @then WHERE request_id = @requestId");

    static readonly Statement SelectOfRequest = new(_ => """
        SELECT note_id AS NoteId, request_id AS RequestId, code AS Code, what AS What, at AS At, noted_at AS NotedAt, officer AS Officer
        FROM own_limit_notes WHERE request_id = @requestId ORDER BY at, note_id
        """);

    /// <summary>Notes an event.</summary>
    public static Task Note(Unit unit, OwnLimitRow note, CancellationToken cancellationToken) => unit.Execute(Insert, note, cancellationToken);

    /// <summary>When the earliest limit of a request now ends, and the one that runs in its place afterwards. <paramref name="due"/> null: none runs; <paramref name="then"/> null: none
    /// follows.</summary>
    public static Task Due(Unit unit, Guid requestId, DateTimeOffset? due, DateTimeOffset? then, CancellationToken cancellationToken) =>
        unit.Execute(UpdateDue, new { due, then, requestId }, cancellationToken);

    /// <summary>The events of a request, in the order in which they happened.</summary>
    public static Task<IReadOnlyList<OwnLimitRow>> Of(Unit unit, Guid requestId, CancellationToken cancellationToken) =>
        unit.Query<OwnLimitRow>(SelectOfRequest, new { requestId }, cancellationToken);

    /// <inheritdoc cref="Of(Unit, Guid, CancellationToken)"/>
    public Task<IReadOnlyList<OwnLimitRow>> Of(Guid requestId, CancellationToken cancellationToken) =>
        database.Query<OwnLimitRow>(SelectOfRequest, new { requestId }, cancellationToken);
}
