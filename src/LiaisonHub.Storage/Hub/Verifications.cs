using System.Text.Json;

namespace LiaisonHub.Storage.Hub;

/// <summary>What a verification of the ledger found.</summary>
/// <param name="At">When (the hub's legal clock, UTC).</param>
/// <param name="Head">The end of the chain up to which it looked.</param>
/// <param name="Finding">The first thing wrong. Null: all holds.</param>
public sealed record Verification(DateTimeOffset At, LedgerHead Head, LedgerFinding? Finding);

/// <summary>What verifications at the console have found: kept, so that a ledger that does not hold is said at every console and after every start.</summary>
public sealed class Verifications(Database database)
{
    static readonly Statement Insert = new(_ => "INSERT INTO ledger_verifications (verification_id, at, size, hash, finding, position, leaf_id) VALUES (@VerificationId, @At, @Size, @Hash, @Finding, @Position, @LeafId)");
    static readonly Statement Newest = new(d => $"SELECT verification_id, at, size, hash, finding, position, leaf_id FROM ledger_verifications ORDER BY at DESC, verification_id DESC {d.FirstRows("1")}");

    /// <summary>The last one. Null: none ever.</summary>
    public async Task<Verification?> Last(CancellationToken cancellationToken) => await database.One<Row>(Newest, null, cancellationToken) is { } row
        ? new(row.At, new() { Size = row.Size, Hash = row.Hash }, row.Finding is null ? null : new() { Position = row.Position, LeafId = row.LeafId, What = row.Finding }) : null;

    /// <summary>Keeps one; who verified, and what was found, stands in the ledger behind what was verified.</summary>
    public async Task Note(Verification verification, string by, CancellationToken cancellationToken, Guid? account = null)
    {
        var row = new Row
        {
            VerificationId = Guid.CreateVersion7(verification.At),
            At = verification.At,
            Size = verification.Head.Size,
            Hash = verification.Head.Hash,
            Finding = verification.Finding?.What,
            Position = verification.Finding?.Position,
            LeafId = verification.Finding?.LeafId,
        };
        await using var unit = await database.Begin(cancellationToken);
        await unit.Execute(Insert, row, cancellationToken);
        await Ledger.Record(
            unit,
            [new LedgerLeaf { At = verification.At, Kind = "LedgerVerified", Actor = by, Account = account, Content = JsonSerializer.Serialize(new { row.Size, row.Hash, holds = row.Finding is null, row.Finding, row.Position }, JsonSerializerOptions.Web) }],
            cancellationToken);
        await unit.Commit(cancellationToken);
    }

    sealed record Row
    {
        public required Guid VerificationId { get; init; }
        public required DateTimeOffset At { get; init; }
        public required long Size { get; init; }
        public required string Hash { get; init; }
        public string? Finding { get; init; }
        public long? Position { get; init; }
        public Guid? LeafId { get; init; }
    }
}
