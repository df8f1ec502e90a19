using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LiaisonHub.Storage.Hub;

/// <summary>The level of conformance a state's adapter earned, as it was signed.</summary>
public sealed record SignedLevel
{
    public required string State { get; init; }

    /// <summary>When it was examined (UTC).</summary>
    public required DateTimeOffset ExaminedAt { get; init; }

    /// <summary>The flattened JWS, byte for byte. What the row says beside it is worth nothing: whoever can write rows cannot sign.</summary>
    public required string Document { get; init; }
}

/// <summary>The levels of conformance.</summary>
public sealed class ConformanceRegister(Database database)
{
    static readonly RowShape<SignedLevel> Shape = new RowShape<SignedLevel>()
        .Text("state", l => l.State)
        .Instant("examined_at", l => l.ExaminedAt)
        .Text("document", l => l.Document);

    static readonly Statement Find = new(d => $"SELECT c.examined_at FROM conformance AS c {d.LockHint} WHERE c.state = @state {d.ForUpdate("c")}");

    static readonly Statement Store = new(d => d.Upsert("conformance", Shape, ["state"], (_, given) => $"examined_at = {given}.examined_at, document = {given}.document"));

    static readonly Statement SelectAll = new(_ => "SELECT state, examined_at, document FROM conformance ORDER BY state");

    /// <summary>Keeps what the latest examination of a state said; that it was kept stands in the ledger, with the digest of what was signed.</summary>
    /// <param name="level">It.</param>
    /// <param name="by">Who handed it in: name and function. Null: the examination recorded it itself.</param>
    /// <param name="reason">Why. Null: the examination recorded it itself.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>False: a later one stands there.</returns>
    public async Task<bool> Keep(SignedLevel level, string? by, string? reason, CancellationToken cancellationToken, Guid? account = null)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.One<DateTimeOffset?>(Find, new { state = level.State }, cancellationToken) is { } before && before >= level.ExaminedAt)
            return false;
        await new Batch().Add(Store, Shape.Of([level])).Execute(unit, cancellationToken);
        await Ledger.Record(
            unit,
            [
                new LedgerLeaf
                {
                    At = database.Time.GetUtcNow(), Kind = "LevelEarned", Actor = by ?? level.State, Account = account,
                    Content = JsonSerializer.Serialize(new { state = level.State, examinedAt = level.ExaminedAt, reason, digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(level.Document))) }),
                },
            ],
            cancellationToken);
        await unit.Commit(cancellationToken);
        return true;
    }

    /// <summary>The latest of every state that was ever examined.</summary>
    public Task<IReadOnlyList<SignedLevel>> All(CancellationToken cancellationToken) => database.Query<SignedLevel>(SelectAll, null, cancellationToken);
}
