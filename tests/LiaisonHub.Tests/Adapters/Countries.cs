using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Adapters.XA;
using LiaisonHub.Adapters.XB;
using LiaisonHub.Adapters.XC;
using LiaisonHub.Adapters.XD;
using LiaisonHub.Adapters.XE;
using LiaisonHub.Adapters.XF;

namespace LiaisonHub.Tests.Adapters;

/// <summary>The countries as they are shipped, and the published samples where they lie beside the repository.</summary>
public static class Countries
{
    internal static IReadOnlyDictionary<string, Country> All { get; } = new[] { Xa.Country, Xb.Country, Xc.Country, Xd.Country, Xe.Country, Xf.Country }
        .ToDictionary(c => c.State, c => c with { Folder = Repository.At("src", "adapters", $"LiaisonHub.Adapters.{c.State}") });

    static readonly Dictionary<string, MappingSet> Loaded = All.ToDictionary(c => c.Key, c => MappingSet.Load(c.Value.Folder, c.Value.Quirks));

    public static MappingSet Mappings(string state) => Loaded[state];

    internal static Country CountryOf(string state) => All[state];

    internal static Translation Translate(string state, string name, byte[] bytes) =>
        new Translator(Mappings(state)).Translate(new LocalFile { Name = name, Bytes = bytes });

    internal static Translation Translate(string state, string text) => Translate(state, "message", System.Text.Encoding.UTF8.GetBytes(text));

    public static string Sample(string state, string name) =>
        File.ReadAllText(Repository.At("src", "adapters", $"LiaisonHub.Adapters.{state}", "samples", name));

    /// <summary>The folder of published samples. They are not part of the product; where they are absent, the test says so.</summary>
    internal static string Published(params string[] parts)
    {
        var folder = Repository.At(["..", "shared", "formats"]);
        Assert.SkipWhen(!Directory.Exists(folder), $"The published samples are not beside the repository ({Path.GetFullPath(folder)}).");
        return Path.Combine([folder, .. parts]);
    }

    internal static IEnumerable<string> PublishedFiles(string format)
    {
        var folder = Repository.At(["..", "shared", "formats", format]);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/'))
                .Order(StringComparer.Ordinal)
            : ["(absent)"];
    }
}
