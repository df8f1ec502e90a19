using System.Text.Json;
using System.Xml.Linq;

namespace LiaisonHub.Tests.Architecture;

/// <summary>
/// Governments run this software: every package that comes with it, directly or not, stands under a licence that asks nothing of them but to keep its notice.
/// Licences change between versions
/// of one package, so each version is looked at anew, in the file that came with it.
/// </summary>
public sealed class LicenceTests : IDisposable
{
    static readonly string[] Allowed = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MPL-2.0", "PostgreSQL", "0BSD"];

    /// <summary>Packages whose licence is not in the list or not named by an expression, each with the reason why it may stay. One version each: the next one
    /// is looked at again.</summary>
    static readonly Dictionary<(string Id, string Version), string> LookedAt = new()
    {
        // Microsoft's terms for redistributable code: free to use and to pass on as part of an application. Holds native libraries for Windows alone, which
        // Microsoft.Data.SqlClient (MIT) asks
        // for on every system; on Linux nothing of it is ever loaded.
        [("Microsoft.Data.SqlClient.SNI.runtime", "7.1.0")] = "redistributable, Windows only, part of Microsoft.Data.SqlClient",
    };

    readonly string folder = Directory.CreateTempSubdirectory("licences").FullName;

    [Fact]
    public void Every_package_stands_under_an_allowed_licence()
    {
        var packages = Locked().ToList();
        Assert.InRange(packages.Count, 50, int.MaxValue);
        var problems = packages.Select(p => Problem(p.Id, p.Version, p.LockFile, PackagesFolder)).OfType<string>().ToList();
        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems));
    }

    [Fact]
    public void Nothing_stays_in_the_list_of_exceptions_that_is_not_used() =>
        Assert.Empty(LookedAt.Keys.Except(Locked().Select(p => (p.Id, p.Version))));

    [Theory]
    [InlineData("<license type=\"expression\">MIT</license>", null)]
    [InlineData("<license type=\"expression\">Apache-2.0 OR GPL-3.0-only</license>", null)]
    [InlineData("<license type=\"expression\">(MIT AND BSD-3-Clause)</license>", null)]
    [InlineData("<license type=\"expression\">AGPL-3.0-only</license>", "AGPL-3.0-only")]
    [InlineData("<license type=\"expression\">MIT AND AGPL-3.0-only</license>", "MIT AND AGPL-3.0-only")]
    [InlineData("<license type=\"expression\">OSMFEULA</license>", "OSMFEULA")]
    [InlineData("<license type=\"file\">LICENSE.txt</license>", "file LICENSE.txt")]
    [InlineData("<licenseUrl>https://licences.example/paid</licenseUrl>", "https://licences.example/paid")]
    [InlineData("", "no licence")]
    public void The_gate_lets_through_what_is_allowed_and_nothing_else(string licence, string? refused)
    {
        var package = Directory.CreateDirectory(Path.Combine(folder, "invented.package", "1.2.3")).FullName;
        File.WriteAllText(Path.Combine(package, "invented.package.nuspec"), $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>Invented.Package</id>{licence}</metadata></package>
            """);

        var problem = Problem("Invented.Package", "1.2.3", "src/Somewhere/packages.lock.json", folder);
        if (refused is null)
            Assert.Null(problem);
        else
            Assert.StartsWith($"Invented.Package 1.2.3 (src/Somewhere/packages.lock.json): {refused} ", problem);
    }

    [Fact]
    public void A_package_that_is_not_there_to_be_looked_at_is_refused() =>
        Assert.Contains("restore", Problem("Absent.Package", "1.0.0", "src/Somewhere/packages.lock.json", folder));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static string? Problem(string id, string version, string lockFile, string packages)
    {
        if (LookedAt.ContainsKey((id, version)))
            return null;
        var nuspec = Path.Combine(packages, id.ToLowerInvariant(), version.ToLowerInvariant(), $"{id.ToLowerInvariant()}.nuspec");
        if (!File.Exists(nuspec))
            return $"{id} {version} ({lockFile}): not found in {packages}; restore the solution first";
        using var reader = System.Xml.XmlReader.Create(nuspec);
        var metadata = XDocument.Load(reader).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
        var licence = metadata.Elements().FirstOrDefault(e => e.Name.LocalName == "license");
        var expression = (string?)licence?.Attribute("type") == "expression" ? licence!.Value : null;
        if (expression is not null && Fits(expression))
            return null;
        var address = metadata.Elements().FirstOrDefault(e => e.Name.LocalName == "licenseUrl")?.Value;
        var found = expression ?? (licence is not null ? $"file {licence.Value}" : address ?? "no licence");
        return $"{id} {version} ({lockFile}): {found} is not allowed (allowed: {string.Join(", ", Allowed)}). "
            + $"Take another package or version; if a person has read the licence and it may stay, add it to {nameof(LookedAt)} with the reason.";
    }

    // "A OR B": one that is allowed is enough. "A AND B": all. Brackets only ever surround the whole in practice; anything more involved is refused and
    // looked at by a person.
    static bool Fits(string expression) => expression.Trim('(', ')').Split(" OR ").Any(choice => choice.Split(" AND ").All(l => Allowed.Contains(l.Trim())));

    static IEnumerable<(string Id, string Version, string LockFile)> Locked() =>
        Solution.Projects.Select(p => Path.Combine(p.Path, "packages.lock.json")).Where(f => File.Exists(Repository.At(f))).SelectMany(file =>
        {
            using var locked = JsonDocument.Parse(File.ReadAllBytes(Repository.At(file)));
            return locked.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(f => f.Value.EnumerateObject())
                .Where(d => d.Value.GetProperty("type").GetString() != "Project")
                .Select(d => (d.Name, d.Value.GetProperty("resolved").GetString()!, file)).ToList();
        }).DistinctBy(p => (p.Item1, p.Item2));

    static string PackagesFolder => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
        ? set
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
