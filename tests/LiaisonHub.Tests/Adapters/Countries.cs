using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Adapters.XA;
using LiaisonHub.Adapters.XB;

namespace LiaisonHub.Tests.Adapters;

/// <summary>The two countries as they are shipped, and the published samples where they lie beside the repository.</summary>
static class Countries
{
    internal static MappingSet XaMappings { get; } = MappingSet.Load(Repository.At("src", "adapters", "LiaisonHub.Adapters.XA"), Xa.Country.Quirks);

    internal static MappingSet XbMappings { get; } = MappingSet.Load(Repository.At("src", "adapters", "LiaisonHub.Adapters.XB"), Xb.Country.Quirks);

    internal static MappingSet Mappings(string state) => state == "XA" ? XaMappings : XbMappings;

    internal static Country CountryOf(string state) => state == "XA"
        ? Xa.Country with { Folder = Repository.At("src", "adapters", "LiaisonHub.Adapters.XA") }
        : Xb.Country with { Folder = Repository.At("src", "adapters", "LiaisonHub.Adapters.XB") };

    internal static Translation Translate(string state, string name, byte[] bytes) =>
        new Translator(Mappings(state)).Translate(new LocalFile { Name = name, Bytes = bytes });

    internal static Translation Translate(string state, string text) => Translate(state, "message", System.Text.Encoding.UTF8.GetBytes(text));

    internal static string Sample(string state, string name) =>
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
