using System.Collections;
using System.Globalization;
using System.Reflection;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace LiaisonHub.Messaging;

/// <summary>The options of a program as it runs, each with where it comes from. What may be secret is masked.</summary>
public static class OptionLines
{
    static readonly string[] Secrets = ["Password", "Token", "Authorization", "Database", "Secret", "Passphrase"], Kinds = ["postgres:", "sqlserver:"];

    /// <summary>All options of a class of options, those inside it too.</summary>
    /// <param name="values">What counts.</param>
    /// <param name="defaults">What counts where nobody sets anything.</param>
    /// <param name="section">Name of the section.</param>
    /// <param name="configuration">Where they were read from.</param>
    public static IReadOnlyList<OptionLine> Of(object values, object defaults, string section, IConfiguration configuration) => [.. Lines(values, defaults, section, configuration)];

    static IEnumerable<OptionLine> Lines(object values, object defaults, string section, IConfiguration configuration)
    {
        foreach (var property in values.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var (key, value, standard) = ($"{section}:{property.Name}", property.GetValue(values), property.GetValue(defaults));
            if (value is not null && IsGroup(property.PropertyType))
                foreach (var inner in Lines(value, standard ?? Activator.CreateInstance(property.PropertyType)!, key, configuration))
                    yield return inner;
            else
            {
                var (source, file) = Source(key, configuration);
                yield return new(key, Shown(property.Name, value), source == OptionSource.Default && !Equals(Text(value), Text(standard)) ? OptionSource.Host : source, file);
            }
        }
    }

    /// <summary>A value as it may be shown: what may be secret is masked by its name.</summary>
    public static string Shown(string name, object? value) => Text(value) is not { Length: > 0 } text ? "–" : IsSecret(name) ? Masked(text) : text;

    /// <summary>By its name it may be secret.</summary>
    public static bool IsSecret(string name) => Secrets.Any(s => name.EndsWith(s, StringComparison.Ordinal));

    /// <summary>What may be seen of a secret: of an address of a database its kind, since the rest may hold a password, and of a file the name.</summary>
    public static string Masked(string text) => text.StartsWith("sqlite:", StringComparison.Ordinal) ? text : $"{Kinds.FirstOrDefault(k => text.StartsWith(k, StringComparison.Ordinal))}********";

    /// <summary>Options that hold options of their own.</summary>
    public static bool IsGroup(Type type) => type is { IsClass: true, Namespace: { } space } && space.StartsWith(nameof(LiaisonHub), StringComparison.Ordinal);

    static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        IDictionary pairs => string.Join(", ", pairs.Cast<DictionaryEntry>().Select(p => $"{p.Key}={p.Value}")),
        IEnumerable list => string.Join(", ", list.Cast<object>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>Where a setting was read from, and from which file.</summary>
    public static (OptionSource Source, string? File) Source(string key, IConfiguration configuration)
    {
        foreach (var provider in (configuration as IConfigurationRoot)?.Providers.Reverse() ?? [])
            if (provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any())
                return provider switch
                {
                    FileConfigurationProvider { Source.Path: { } path } => (OptionSource.File, Path.GetFileName(path)),
                    EnvironmentVariablesConfigurationProvider => (OptionSource.Environment, null),
                    CommandLineConfigurationProvider => (OptionSource.CommandLine, null),
                    _ => (OptionSource.Host, null),
                };
        return (OptionSource.Default, null);
    }
}
