using System.Collections.Concurrent;

namespace LiaisonHub.Storage.Hub;

/// <summary>When each key was last seen in use by the hub: a signature it made, or a sealed part addressed to it. To the hour: a key that is used all day is written once an hour.</summary>
public sealed class KeysSeen(Database database)
{
    static readonly TimeSpan Grain = TimeSpan.FromHours(1);

    static readonly RowShape<(string KeyId, DateTimeOffset At)> Uses = new RowShape<(string KeyId, DateTimeOffset At)>()
        .Text("key_id", u => u.KeyId)
        .Instant("used_at", u => u.At);

    static readonly Statement Store = new(d => d.Upsert("key_use", Uses, ["key_id"], (_, given) => $"used_at = {given}.used_at"));

    static readonly Statement SelectAll = new(_ => "SELECT key_id, used_at FROM key_use");

    readonly ConcurrentDictionary<string, DateTimeOffset> written = new();

    /// <summary>Keys were used.</summary>
    public async Task Used(IEnumerable<string> keyIds, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var due = keyIds.Distinct().Where(k => !written.TryGetValue(k, out var before) || at - before >= Grain).ToList();
        if (due.Count == 0)
            return;
        await using var unit = await database.Begin(cancellationToken);
        await new Batch().Add(Store, Uses.Of(due.Select(k => (k, at)))).Execute(unit, cancellationToken);
        await unit.Commit(cancellationToken);
        foreach (var key in due)
            written[key] = at;
    }

    /// <summary>Every key that was ever seen, with when it was last.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> All(CancellationToken cancellationToken) =>
        (await database.Query<KeySeen>(SelectAll, null, cancellationToken)).ToDictionary(s => s.KeyId, s => s.UsedAt);

    sealed record KeySeen
    {
        public required string KeyId { get; init; }

        public required DateTimeOffset UsedAt { get; init; }
    }
}
