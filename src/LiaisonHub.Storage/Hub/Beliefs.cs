using System.Text.Json.Serialization;

namespace LiaisonHub.Storage.Hub;

/// <summary>One option of a program.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">What counts; a secret is masked.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="File">The file it comes from. Null: none.</param>
public sealed record OptionLine(string Key, string Value, OptionSource Source, string? File = null);

/// <summary>Where an option comes from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OptionSource>))]
public enum OptionSource
{
    /// <summary>Nobody has set it.</summary>
    Default,

    /// <summary>A file of settings.</summary>
    File,

    /// <summary>The environment of the process.</summary>
    Environment,

    /// <summary>The command line of the process.</summary>
    CommandLine,

    /// <summary>The program that hosts this one.</summary>
    Host,
}

/// <summary>A list of the rules.</summary>
/// <param name="Name">Which list.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Verified">How many of them were compared with the official text.</param>
public sealed record RuleCount(string Name, int Rows, int Verified);

/// <summary>One of the hub's own queues at one moment.</summary>
/// <param name="Name">Its name on the virtual host <c>core</c>.</param>
/// <param name="Waiting">Messages in it that no reader has been given.</param>
/// <param name="Readers">How many processes of the hub read it.</param>
public sealed record CoreQueue(string Name, long Waiting, int Readers);

/// <summary>The hub's own queues as one of its processes saw them.</summary>
/// <param name="Queues">The queues. Empty: they could not be seen.</param>
/// <param name="Trouble">Why not all could be seen. Null: they were.</param>
/// <param name="UnwellSince">Since when one look after the other has found them unread, or could not find them (technical clock). Null: all is well.</param>
public sealed record CoreLook(IReadOnlyList<CoreQueue> Queues, string? Trouble = null, DateTimeOffset? UnwellSince = null);

/// <summary>What a process of the hub, or a console, believes. Two of one hub that believe otherwise decide otherwise: it is to be seen.</summary>
public sealed record Beliefs
{
    /// <summary>Version of the program.</summary>
    public required string Program { get; init; }

    /// <summary>Version of the contracts.</summary>
    public required string Contracts { get; init; }

    /// <summary>Name of the region.</summary>
    public required string Region { get; init; }

    /// <summary>Version of its data.</summary>
    public required string RegionVersion { get; init; }

    /// <summary>Lists of rules.</summary>
    public required IReadOnlyList<RuleCount> Rules { get; init; }

    /// <summary>Calendars, with the last day whose holidays are known.</summary>
    public required IReadOnlyDictionary<string, DateOnly> Calendars { get; init; }

    /// <summary>Digest of the directory of public keys.</summary>
    public required string KeysKnown { get; init; }

    /// <summary>Id of the key it signs with. Null: it signs nothing.</summary>
    public string? SignsWith { get; init; }

    /// <summary>Kind of the database.</summary>
    public required string Database { get; init; }

    /// <summary>The last script that made its tables.</summary>
    public required string Schema { get; init; }

    /// <summary>Its options.</summary>
    public required IReadOnlyList<OptionLine> Options { get; init; }

    /// <summary>The hub's own queues as it sees them. Null: it has none, or has not looked.</summary>
    public CoreLook? Core { get; init; }
}
