using System.Text.RegularExpressions;

namespace LiaisonHub.Tests.Architecture;

public sealed partial class NameTests
{
    /// <summary>Words that say nothing about what a thing does, or that file things by what they are instead of what they are about.</summary>
    static readonly string[] Empty = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Dto", "Base", "Impl", "Entity"];

    [Fact]
    public void No_type_has_a_name_that_says_nothing() => None(
        Solution.Shipped.SelectMany(p => p.Types).Where(t => Words().Matches(t.Name).Select(m => m.Value).Intersect(Empty).Any())
            .Select(t => $"{t}: the name says nothing; name it after what it does in the work of the agencies."));

    [Fact]
    public void Every_type_lives_in_the_namespace_of_its_folder() => None(
        from project in Solution.Shipped
        from file in Directory.EnumerateFiles(Repository.At(project.Path), "*.cs", SearchOption.AllDirectories)
        let folder = Path.GetRelativePath(Repository.At(project.Path), Path.GetDirectoryName(file)!)
        let expected = folder == "." ? project.Name : $"{project.Name}.{folder.Replace(Path.DirectorySeparatorChar, '.')}"
        let declared = Declared().Match(File.ReadAllText(file))
        where declared.Success && declared.Groups[1].Value != expected // A Program of top-level statements declares none.
        select $"{Path.GetRelativePath(Repository.Root, file)} declares {declared.Groups[1].Value} instead of {expected}.");

    [Fact]
    public void Every_class_is_sealed_or_somebody_derives_from_it()
    {
        var types = Solution.Shipped.SelectMany(p => p.Types).ToList();
        var bases = types.Select(t => t.BaseType).OfType<Type>().Select(b => b.IsGenericType ? b.GetGenericTypeDefinition() : b).ToHashSet();
        None(types.Where(t => t.IsClass && !t.IsSealed && !IsFrameworks(t) && !bases.Contains(t))
            .Select(t => $"{t} is open, and nothing derives from it: seal it."));
    }

    [Fact]
    public void An_interface_has_two_implementations_or_is_not_there()
    {
        var types = Solution.Shipped.SelectMany(p => p.Types).ToList();
        var implementations = types.Where(t => t.IsClass)
            .SelectMany(t => t.GetInterfaces().Select(i => i.IsGenericType ? i.GetGenericTypeDefinition() : i).Distinct()).ToLookup(i => i);
        None(types.Where(t => t.IsInterface && implementations[t].Count() < 2).Select(t => $"{t} has fewer than two implementations: use the class."));
    }

    static void None(IEnumerable<string> problems) => Assert.True(!problems.Any(), string.Join(Environment.NewLine, problems));

    // Razor components and their imports are made by a generator that does not seal them; Program is the compiler's.
    static bool IsFrameworks(Type type) =>
        type.Name is "Program" or "_Imports" || Ancestors(type).Any(a => a.FullName is "Microsoft.AspNetCore.Components.ComponentBase");

    static IEnumerable<Type> Ancestors(Type type)
    {
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
            yield return ancestor;
    }

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Words();

    [GeneratedRegex(@"^namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Declared();
}
