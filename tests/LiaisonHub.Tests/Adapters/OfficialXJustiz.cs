using System.Diagnostics;
using System.Xml.Linq;
using LiaisonHub.Adapters.Formats;

namespace LiaisonHub.Tests.Adapters;

/// <summary>The official files of XJustiz 3.5.1 beside the repository: its schema, in the box of .NET, and its Schematron rules, which need XSLT 2 and are therefore run by Saxon outside of the product.</summary>
static class OfficialXJustiz
{
    const string Saxon = "/usr/share/java/Saxon-HE.jar";

    static readonly Lazy<StrictSchema> Loaded = new(() => StrictSchema.Load(SchemaFile));

    internal static string SchemaFile => Countries.Published("de-xjustiz", "xsd-3.5.1", "xjustiz_0500_straf_3_5.xsd");

    internal static StrictSchema Schema => Loaded.Value;

    /// <summary>What the official rules say of each document: how many applied, how many assertions were tested, which failed.</summary>
    internal static async Task<IReadOnlyDictionary<string, (int Rules, int Tested, IReadOnlyList<string> Failed)>> Schematron(IReadOnlyDictionary<string, byte[]> documents, CancellationToken cancellationToken)
    {
        var schemas = Countries.Published("de-xjustiz", "schematron-3.5.1");
        var remedy = $"Saxon is not here ({Saxon}); on Debian: apt-get install libsaxonhe-java default-jre-headless.";
        // Where everything is to be tested, what is missing is a mistake.
        if (!File.Exists(Saxon) && Environment.GetEnvironmentVariable("CI") is { Length: > 0 } and not "false" and not "0")
            Assert.Fail(remedy);
        Assert.SkipUnless(File.Exists(Saxon), remedy);
        var folder = Directory.CreateTempSubdirectory("schematron-").FullName;
        try
        {
            string At(string name) => Path.Combine(folder, name);
            await File.WriteAllTextAsync(At("files.xml"), new XElement("files", Directory.EnumerateFiles(schemas, "*.sch").Order(StringComparer.Ordinal).Select(f => new XElement("file", new Uri(Path.GetFullPath(f)).AbsoluteUri))).ToString(), cancellationToken);
            await Transform(At("files.xml"), Repository.At("tests", "LiaisonHub.Tests", "Adapters", "schematron.xsl"), At("rules.xsl"), cancellationToken);
            Directory.CreateDirectory(At("in"));
            Directory.CreateDirectory(At("out"));
            foreach (var (name, bytes) in documents)
                await File.WriteAllBytesAsync(Path.Combine(At("in"), name + ".xml"), bytes, cancellationToken);
            await Transform(At("in"), At("rules.xsl"), At("out"), cancellationToken);
            return documents.Keys.ToDictionary(name => name, name =>
            {
                var report = XmlFormat.Tree(File.ReadAllBytes(Path.Combine(At("out"), name + ".xml")));
                return (report.Elements("rule").Count(), report.Elements("tested").Count(), (IReadOnlyList<string>)[.. report.Elements("failed").Select(f => (string)f.Attribute("id")!)]);
            });
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    static async Task Transform(string source, string stylesheet, string result, CancellationToken cancellationToken)
    {
        using var java = Process.Start(new ProcessStartInfo("java", ["-cp", Saxon, "net.sf.saxon.Transform", $"-s:{source}", $"-xsl:{stylesheet}", $"-o:{result}"]) { RedirectStandardError = true })!;
        var said = await java.StandardError.ReadToEndAsync(cancellationToken);
        await java.WaitForExitAsync(cancellationToken);
        Assert.True(java.ExitCode == 0, said);
    }
}
