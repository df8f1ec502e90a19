namespace LiaisonHub.Storage.Adapter;

/// <summary>What an officer did.</summary>
public enum DeedKind
{
    /// <summary>Opened an act of the other side for the first time.</summary>
    Opened,

    /// <summary>Read an act, or an incomplete file.</summary>
    Read,

    /// <summary>Took a file out of an act or a notice.</summary>
    Downloaded,

    /// <summary>Made an act.</summary>
    Made,

    /// <summary>Had a file of the quarantine read once more.</summary>
    ReadAgain,

    /// <summary>Decided that nothing is to be done with a file.</summary>
    Dismissed,

    /// <summary>Had something handed to the local system once more.</summary>
    HandedOverAgain,

    /// <summary>Threw away a draft.</summary>
    Discarded,
}

/// <summary>One deed of an officer.</summary>
public sealed record Deed
{
    public required Guid DeedId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Name and function, as chosen at the start of the session; 100 characters at most.</summary>
    public required string Officer { get; init; }

    public required DeedKind Kind { get; init; }
    public Guid? RequestId { get; init; }
    public Guid? ActId { get; init; }
    public Guid? IntakeId { get; init; }

    /// <summary>Codes and positions, never personal data of a case.</summary>
    public string? Detail { get; init; }
}

/// <summary>What officers did and looked at. Rows are only ever added.</summary>
public sealed class DeedStore(Database database)
{
    static readonly Statement Insert = new(_ => """
        INSERT INTO deeds (deed_id, at, officer, kind, request_id, act_id, intake_id, detail) VALUES (@DeedId, @At, @Officer, @Kind, @RequestId, @ActId, @IntakeId, @Detail)
        """);

    static readonly Statement SelectOfRequest = new(d => $"""
        SELECT deed_id AS DeedId, at AS At, officer AS Officer, kind AS Kind, request_id AS RequestId, act_id AS ActId, intake_id AS IntakeId, detail AS Detail
        FROM deeds WHERE request_id = @requestId ORDER BY at DESC, deed_id {d.FirstRows("@atMost")}
        """);

    /// <summary>Notes a deed before its effect is shown: what cannot be noted is not shown.</summary>
    public Task Add(Deed deed, CancellationToken cancellationToken) =>
        database.Execute(
            Insert,
            new { deed.DeedId, deed.At, deed.Officer, Kind = deed.Kind.ToString(), deed.RequestId, deed.ActId, deed.IntakeId, deed.Detail },
            cancellationToken);

    /// <summary>Deeds on a request, the latest first.</summary>
    public Task<IReadOnlyList<Deed>> Of(Guid requestId, int atMost, CancellationToken cancellationToken) =>
        database.Query<Deed>(SelectOfRequest, new { requestId, atMost }, cancellationToken);
}
