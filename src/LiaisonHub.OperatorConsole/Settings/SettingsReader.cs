using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;

namespace LiaisonHub.OperatorConsole.Settings;

/// <summary>One option of this console.</summary>
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

    /// <summary>The program that hosts the console.</summary>
    Host,
}

/// <summary>A list of the rules.</summary>
/// <param name="Name">Which list.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Verified">How many of them were compared with the official text.</param>
public sealed record RuleCount(string Name, int Rows, int Verified);

/// <summary>A key, without what is secret of it.</summary>
/// <param name="Owner">The state; HUB: the hub.</param>
/// <param name="Use">What it is for.</param>
/// <param name="KeyId">Its id.</param>
/// <param name="From">Valid from (UTC).</param>
/// <param name="To">Valid until (UTC).</param>
/// <param name="Status">How it stands now.</param>
public sealed record KeyLine(string Owner, KeyUse Use, string KeyId, DateTimeOffset From, DateTimeOffset To, KeyStatus Status);

/// <summary>What this hub believes.</summary>
public sealed record SettingsBoard
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Version of the program.</summary>
    public required string Program { get; init; }

    /// <summary>Version of the contracts.</summary>
    public required string Contracts { get; init; }

    /// <summary>Acts and notices of the contracts.</summary>
    public required int ActsAndNotices { get; init; }

    /// <summary>Name of the region.</summary>
    public required string Region { get; init; }

    /// <summary>Version of its data.</summary>
    public required string DataVersion { get; init; }

    /// <summary>Its states.</summary>
    public required IReadOnlyList<string> States { get; init; }

    /// <summary>The procedures.</summary>
    public required IReadOnlyList<string> Procedures { get; init; }

    /// <summary>Lists of rules.</summary>
    public required IReadOnlyList<RuleCount> Rules { get; init; }

    /// <summary>Calendars, with the last day whose holidays are known.</summary>
    public required IReadOnlyDictionary<string, DateOnly> Calendars { get; init; }

    /// <summary>Kind of the database.</summary>
    public required string Database { get; init; }

    /// <summary>Scripts that make its tables.</summary>
    public required IReadOnlyList<MigrationState> Migrations { get; init; }

    /// <summary>Keys of the hub and of the states.</summary>
    public required IReadOnlyList<KeyLine> Keys { get; init; }

    /// <summary>Options of this console.</summary>
    public required IReadOnlyList<OptionLine> Options { get; init; }
}

/// <summary>Reads what this hub believes.</summary>
public sealed class SettingsReader(Database database, Region region, Rules rules, KeyDirectory keys, ConsoleOptions options, IConfiguration configuration, TimeProvider time)
{
    const string Masked = "********";

    /// <summary>Reads all of it.</summary>
    public SettingsBoard Read()
    {
        var now = time.GetUtcNow();
        RuleCount Count<T>(string name, IEnumerable<T> rows) where T : SourcedRow => rows.ToList() is var all ? new(name, all.Count, all.Count(r => r.Verified)) : null!;
        var catalogue = region.Catalogue;
        return new()
        {
            At = now,
            Program = typeof(SettingsReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            Contracts = Wire.Version,
            ActsAndNotices = Acts.All.Count + Notices.All.Count,
            Region = region.Name,
            DataVersion = region.Version,
            States = [.. region.States.Values.OrderBy(s => s.Code, StringComparer.Ordinal).Select(s => $"{s.Code} {s.Name}")],
            Procedures = [.. rules.Sheets.Select(s => s.Name)],
            Rules = [Count("time rules", catalogue.TimeRules), Count("rights", catalogue.Rights), Count("costs", catalogue.Costs.Values)],
            Calendars = region.Calendars.Values.OrderBy(c => c.Code, StringComparer.Ordinal).ToDictionary(c => c.Code, c => c.Until),
            Database = database.Kind,
            Migrations = database.Migrations(Schema.Hub),
            Keys = [.. keys.All.Where(k => k.To > now).OrderBy(k => k.Owner != PublicKey.HubOwner).ThenBy(k => k.Owner, StringComparer.Ordinal).ThenBy(k => k.Use).ThenBy(k => k.To).Select(k => new KeyLine(k.Owner, k.Use, k.KeyId, k.From, k.To, keys.StatusOf(k, now)))],
            Options = [.. Of(options, new ConsoleOptions(), ConsoleOptions.Section)],
        };
    }

    IEnumerable<OptionLine> Of(object values, object defaults, string section)
    {
        foreach (var property in values.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var (key, value, standard) = ($"{section}:{property.Name}", property.GetValue(values), property.GetValue(defaults));
            if (value is not null && property.PropertyType is { IsClass: true, Namespace: { } space } && space.StartsWith("LiaisonHub", StringComparison.Ordinal))
                foreach (var inner in Of(value, standard ?? Activator.CreateInstance(property.PropertyType)!, key))
                    yield return inner;
            else
            {
                var (source, file) = Source(key);
                yield return new(key, Shown(property.Name, value), source == OptionSource.Default && !Equals(Text(value), Text(standard)) ? OptionSource.Host : source, file);
            }
        }
    }

    // What may be secret is masked by its name, and of an address of a database all but its kind: it may hold a password.
    internal static string Shown(string name, object? value) => Text(value) is not { Length: > 0 } text ? "–"
        : name == nameof(ConsoleOptions.Database) ? text.StartsWith("sqlite:", StringComparison.Ordinal) ? text : text[..(text.IndexOf(':', StringComparison.Ordinal) + 1)] + Masked
        : name.EndsWith("Secret", StringComparison.Ordinal) || name.EndsWith("Password", StringComparison.Ordinal) || name.EndsWith("Token", StringComparison.Ordinal) ? Masked
        : text;

    static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        IDictionary pairs => string.Join(", ", pairs.Cast<DictionaryEntry>().Select(p => $"{p.Key}={p.Value}")),
        IEnumerable list => string.Join(", ", list.Cast<object>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    (OptionSource Source, string? File) Source(string key)
    {
        foreach (var provider in (configuration as IConfigurationRoot)?.Providers.Reverse() ?? [])
            if (provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any())
                return provider switch
                {
                    FileConfigurationProvider { Source.Path: { } path } => (OptionSource.File, Path.GetFileName(path)),
                    Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationProvider => (OptionSource.Environment, null),
                    Microsoft.Extensions.Configuration.CommandLine.CommandLineConfigurationProvider => (OptionSource.CommandLine, null),
                    _ => (OptionSource.Host, null),
                };
        return (OptionSource.Default, null);
    }
}
