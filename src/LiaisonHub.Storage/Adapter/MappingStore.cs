namespace LiaisonHub.Storage.Adapter;

/// <summary>A version of the mapping files that was loaded.</summary>
public sealed record MappingVersion
{
    public required Guid VersionId { get; init; }

    /// <summary>SHA-256 over <see cref="Files"/>, lower-case hex.</summary>
    public required string Digest { get; init; }

    /// <summary>The files with their SHA-256, one a line, as <c>sha256sum</c> prints them.</summary>
    public required string Files { get; init; }

    /// <summary>Version of the program that loaded them: what no mapping can say is code of its own.</summary>
    public required string Program { get; init; }

    /// <summary>Account and machine.</summary>
    public required string LoadedBy { get; init; }

    public required DateTimeOffset LoadedAt { get; init; }
}

/// <summary>What a mapping does not do with something it meets.</summary>
public enum GapKind
{
    /// <summary>A place of a local message that no rule reads.</summary>
    Unread,

    /// <summary>A place of a local message that is not what the publisher's description says.</summary>
    Breach,

    /// <summary>A field of an act or notice that the local message does not carry.</summary>
    NotCarried,
}

/// <summary>How often a mapping met something it does not explain or carry.</summary>
public sealed record MappingGap
{
    public required GapKind Kind { get; init; }

    /// <summary>Title of the mapping; for <see cref="GapKind.NotCarried"/>, the act or notice.</summary>
    public required string Mapping { get; init; }

    /// <summary>The place, without positions in lists.</summary>
    public required string Place { get; init; }

    public long Times { get; init; }
    public DateTimeOffset FirstSeen { get; init; }
    public DateTimeOffset LastSeen { get; init; }
}

/// <summary>Which mappings an adapter worked with, and what they left out.</summary>
public sealed class MappingStore(Database database)
{
    /// <summary>Longest title and longest place that are counted by themselves, in characters: longer ones are cut.</summary>
    const int LongestTitle = 100, LongestPlace = 300;

    static readonly Statement SelectVersions = new(d => $"""
        SELECT version_id AS VersionId, digest AS Digest, files AS Files, program AS Program, loaded_by AS LoadedBy, loaded_at AS LoadedAt
        FROM mapping_versions ORDER BY loaded_at DESC, version_id DESC {d.FirstRows("@atMost")}
        """);

    static readonly Statement InsertVersion = new(_ => """
        INSERT INTO mapping_versions (version_id, digest, files, program, loaded_by, loaded_at) VALUES (@VersionId, @Digest, @Files, @Program, @LoadedBy, @LoadedAt)
        """);

    static readonly Statement CountAgain = new(_ =>
        "UPDATE mapping_gaps SET times = times + 1, last_seen = @at WHERE kind = @kind AND mapping = @mapping AND place = @place");

    static readonly Statement InsertGap = new(d => $"""
        INSERT INTO mapping_gaps (kind, mapping, place, times, first_seen, last_seen)
        SELECT @kind, @mapping, @place, 1, @at, @at WHERE {d.SkipExisting("mapping_gaps", "x.kind = @kind AND x.mapping = @mapping AND x.place = @place")} {d.OnConflictDoNothing}
        """);

    static readonly Statement SelectGaps = new(d => $"""
        SELECT kind AS Kind, mapping AS Mapping, place AS Place, times AS Times, first_seen AS FirstSeen, last_seen AS LastSeen
        FROM mapping_gaps WHERE kind = @kind ORDER BY last_seen DESC, times DESC, mapping, place {d.FirstRows("@atMost")}
        """);

    /// <summary>Mappings were loaded. The same files by the same version of the program as the last time are no news.</summary>
    /// <returns>True: it was noted.</returns>
    public async Task<bool> Loaded(MappingVersion version, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.One<MappingVersion>(SelectVersions, new { atMost = 1 }, cancellationToken) is { } last && last.Digest == version.Digest && last.Program == version.Program)
            return false;
        await unit.Execute(InsertVersion, version, cancellationToken);
        await unit.Commit(cancellationToken);
        return true;
    }

    /// <summary>The versions that were loaded, the latest first.</summary>
    public Task<IReadOnlyList<MappingVersion>> Versions(int atMost, CancellationToken cancellationToken) =>
        database.Query<MappingVersion>(SelectVersions, new { atMost }, cancellationToken);

    /// <summary>A mapping met something it does not explain or carry.</summary>
    public static async Task Count(Unit unit, GapKind kind, string mapping, string place, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var row = new { kind = kind.ToString(), mapping = Cut(mapping, LongestTitle), place = Cut(place, LongestPlace), at };
        if (await unit.Execute(CountAgain, row, cancellationToken) == 0 && await unit.Execute(InsertGap, row, cancellationToken) == 0)
            await unit.Execute(CountAgain, row, cancellationToken);
    }

    /// <summary>What mappings left out, what was met last first.</summary>
    public Task<IReadOnlyList<MappingGap>> Gaps(GapKind kind, int atMost, CancellationToken cancellationToken) =>
        database.Query<MappingGap>(SelectGaps, new { kind = kind.ToString(), atMost }, cancellationToken);

    static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];
}
