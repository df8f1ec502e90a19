using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Storage.Hub;

/// <summary>One adapter as it last reported.</summary>
public sealed record AdapterStanding
{
    public required string State { get; init; }

    /// <summary>The hub's clock at the last report. Null: never heard.</summary>
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>The adapter's own clock at the last report.</summary>
    public DateTimeOffset? ReportedAt { get; init; }

    public string? Version { get; init; }
    public int OutboxWaiting { get; init; }
    public int Quarantined { get; init; }
    public int Incomplete { get; init; }
    public int EverySeconds { get; init; }

    /// <summary>When silence is to be noticed.</summary>
    public required DateTimeOffset ExpectedBy { get; init; }

    /// <summary>Since when it counts as silent. Null: it is heard.</summary>
    public DateTimeOffset? SilentSince { get; init; }
}

/// <summary>The adapters' signs of life.</summary>
public sealed class AdapterRegister(Database database)
{
    /// <summary>How many reports may be missing before an adapter counts as silent.</summary>
    public const int ReportsMissing = 3;

    /// <summary>A state of the region is awaited: one that is never heard will count as silent after <paramref name="by"/>. Known states are left alone.</summary>
    public Task Expect(IReadOnlyList<string> states, DateTimeOffset by, CancellationToken cancellationToken) => throw Missing();

    /// <summary>An adapter has reported. True: it had been silent, and is heard again.</summary>
    public Task<bool> Heard(string state, AdapterReported report, DateTimeOffset at, CancellationToken cancellationToken) => throw Missing();

    /// <summary>Adapters that have fallen silent since the last call: each is named once until it is heard again.</summary>
    public Task<IReadOnlyList<AdapterStanding>> FallenSilent(DateTimeOffset now, CancellationToken cancellationToken) => throw Missing();

    public Task<IReadOnlyList<AdapterStanding>> All(CancellationToken cancellationToken) => throw Missing();

    NotSupportedException Missing() => new NotSupportedException(database.Dialect.Name);
}
