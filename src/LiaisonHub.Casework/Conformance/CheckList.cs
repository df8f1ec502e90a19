using System.Collections.Frozen;
using System.Text.Json;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Conformance;

/// <summary>One numbered check: what is required, and where that is written. Data: <c>contracts/conformance/checks.json</c>.</summary>
public sealed record Check
{
    /// <summary>Its number for ever, for example <c>LH-C012</c>. A check that is dropped leaves a hole.</summary>
    public required string Id { get; init; }

    /// <summary>In a few words.</summary>
    public required string Title { get; init; }

    /// <summary>The level that needs it: 1 to 3.</summary>
    public required int Level { get; init; }

    /// <summary>Code of its group.</summary>
    public required string Group { get; init; }

    /// <summary>What a participant must do.</summary>
    public required string Requires { get; init; }

    /// <summary>Where it is written: contract, document, article.</summary>
    public required string Source { get; init; }

    /// <summary>What to do where it fails.</summary>
    public required string Remedy { get; init; }
}

/// <summary>A level a participant can earn.</summary>
/// <param name="Number">1 to 3; a level includes those below.</param>
/// <param name="Name">In one word.</param>
/// <param name="Says">What it says of a participant.</param>
public sealed record Level(int Number, string Name, string Says);

/// <summary>Checks that belong together and are made in one scene.</summary>
/// <param name="Code">Short name, as on the command line.</param>
/// <param name="Title">In words.</param>
public sealed record CheckGroup(string Code, string Title);

/// <summary>The list of checks, as it was built into the kit.</summary>
public sealed record CheckList
{
    /// <summary>The list of this kit.</summary>
    public static CheckList Current { get; } = Read();

    /// <summary>How long an earned level holds, in days, where no new contract version ends it earlier.</summary>
    public required int ValidDays { get; init; }

    /// <summary>The levels, lowest first.</summary>
    public required IReadOnlyList<Level> Levels { get; init; }

    /// <summary>The groups, in the order in which they are gone through.</summary>
    public required IReadOnlyList<CheckGroup> Groups { get; init; }

    /// <summary>The checks, by number.</summary>
    public required IReadOnlyList<Check> Checks { get; init; }

    /// <summary>A check by its number. Null: this list has none.</summary>
    public Check? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>A check by its number.</summary>
    public Check this[string id] => byId.TryGetValue(id, out var check) ? check : throw new ArgumentException($"There is no check {id}.", nameof(id));

    FrozenDictionary<string, Check> byId = FrozenDictionary<string, Check>.Empty;

    static CheckList Read()
    {
        using var stream = typeof(CheckList).Assembly.GetManifestResourceStream("checks.json")!;
        var read = JsonSerializer.Deserialize<CheckList>(stream, Wire.Json)!;
        return read with { byId = read.Checks.ToFrozenDictionary(c => c.Id) };
    }
}
