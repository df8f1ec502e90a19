namespace LiaisonHub.Storage.Hub;

/// <summary>A process of the hub's worker that ended before it began to work, and said why.</summary>
public sealed record HubEnding
{
    public required Guid EndingId { get; init; }

    /// <summary>Name of the machine.</summary>
    public required string Machine { get; init; }

    /// <summary>When (technical clock).</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary><see cref="Key"/> or <see cref="Settings"/>.</summary>
    public required string Cause { get; init; }

    /// <summary>Everything that was wrong, with the remedies, in English.</summary>
    public required string Why { get; init; }

    /// <summary>Its private key is not there or cannot be read.</summary>
    public const string Key = "key";

    /// <summary>Something else in its settings.</summary>
    public const string Settings = "settings";
}

/// <summary>Last words of processes that could not begin: to whoever looks at the console they would be no more than silent.</summary>
public sealed class HubEndings(Database database)
{
    static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    static readonly Statement Insert = new(_ => "INSERT INTO hub_endings (ending_id, machine, ended_at, cause, why) VALUES (@EndingId, @Machine, @EndedAt, @Cause, @Why)");
    static readonly Statement Forget = new(_ => "DELETE FROM hub_endings WHERE ended_at < @before");
    static readonly Statement Newest = new(d => $"SELECT ending_id, machine, ended_at, cause, why FROM hub_endings ORDER BY ended_at DESC, ending_id DESC {d.FirstRows("1")}");

    /// <summary>A process says why it ends.</summary>
    public async Task Note(HubEnding ending, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        await unit.Execute(Insert, ending, cancellationToken);
        await unit.Execute(Forget, new { before = ending.EndedAt - Kept }, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>The last one. Null: none within a week before it.</summary>
    public Task<HubEnding?> Last(CancellationToken cancellationToken) => database.One<HubEnding>(Newest, null, cancellationToken);
}
