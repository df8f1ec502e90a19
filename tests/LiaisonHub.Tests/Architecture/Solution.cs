using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace LiaisonHub.Tests.Architecture;

/// <summary>The projects of the repository, as their files declare them and as they were compiled.</summary>
static class Solution
{
    /// <summary>Every project of contracts, src and tests.</summary>
    public static IReadOnlyList<Project> Projects { get; } =
    [
        .. new[] { "contracts", "src", "tests" }.SelectMany(f => Directory.EnumerateFiles(Repository.At(f), "*.csproj", SearchOption.AllDirectories))
            .Select(f => new Project(f)).OrderBy(p => p.Path, StringComparer.Ordinal),
    ];

    /// <summary>What is shipped: everything but the tests.</summary>
    public static IEnumerable<Project> Shipped => Projects.Where(p => !p.Path.StartsWith("tests/", StringComparison.Ordinal));

    /// <summary>The shipped projects of these names.</summary>
    public static IEnumerable<Project> Named(params IEnumerable<string> names) => names.Select(n =>
        Projects.SingleOrDefault(p => p.Name == n)
        ?? throw new InvalidOperationException($"There is no project {n} any more: correct the rule that names it."));
}

/// <summary>One project.</summary>
sealed class Project(string file)
{
    readonly XDocument xml = Load(file);

    public string Name { get; } = System.IO.Path.GetFileNameWithoutExtension(file);

    /// <summary>Its folder, from the root, with slashes.</summary>
    public string Path { get; } = System.IO.Path.GetRelativePath(Repository.Root, System.IO.Path.GetDirectoryName(file)!).Replace('\\', '/');

    /// <summary>Names of the projects it refers to.</summary>
    public IEnumerable<string> References => Included("ProjectReference").Select(f => System.IO.Path.GetFileNameWithoutExtension(f.Replace('\\', '/')));

    /// <summary>Ids of the packages it refers to itself.</summary>
    public IEnumerable<string> Packages => Included("PackageReference");

    /// <summary>The compiled assembly, which the build of the tests has put beside them.</summary>
    public Assembly Assembly => Assembly.LoadFrom(AssemblyFile);

    string AssemblyFile => System.IO.Path.Combine(AppContext.BaseDirectory, $"{xml.Descendants("AssemblyName").FirstOrDefault()?.Value ?? Name}.dll");

    /// <summary>Types written by people: not what compilers and generators add.</summary>
    public IEnumerable<Type> Types =>
        Assembly.GetTypes().Where(t => t.Namespace?.StartsWith("LiaisonHub", StringComparison.Ordinal) == true && !IsGenerated(t));

    /// <summary>Full names of the foreign types the compiled code names.</summary>
    public IReadOnlySet<string> TypesNamed => Metadata(reader => reader.TypeReferences.Select(reader.GetTypeReference).Select(t => FullName(reader, t)));

    /// <summary>Names of the assemblies the compiled code uses.</summary>
    public IReadOnlySet<string> AssembliesUsed =>
        Metadata(reader => reader.AssemblyReferences.Select(reader.GetAssemblyReference).Select(a => reader.GetString(a.Name)));

    IEnumerable<string> Included(string kind) => xml.Descendants(kind).Select(e => (string?)e.Attribute("Include")).OfType<string>();

    HashSet<string> Metadata(Func<MetadataReader, IEnumerable<string>> read)
    {
        using var portable = new PEReader(File.OpenRead(AssemblyFile));
        return [.. read(portable.GetMetadataReader())];
    }

    static string FullName(MetadataReader reader, TypeReference type) => type.ResolutionScope.Kind == HandleKind.TypeReference
        ? $"{FullName(reader, reader.GetTypeReference((TypeReferenceHandle)type.ResolutionScope))}+{reader.GetString(type.Name)}"
        : $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";

    static bool IsGenerated(Type type) =>
        type.Name.Contains('<', StringComparison.Ordinal)
        || type.IsDefined(typeof(CompilerGeneratedAttribute))
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    static XDocument Load(string file)
    {
        using var reader = System.Xml.XmlReader.Create(file);
        return XDocument.Load(reader);
    }
}
