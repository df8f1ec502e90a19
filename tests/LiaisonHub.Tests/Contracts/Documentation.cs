using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Contracts;

/// <summary>The documentation comments of the contracts, as the compiler wrote them beside the assembly: what the schemas say is what the code says.</summary>
static partial class Documentation
{
    static readonly Dictionary<string, XElement> Members = Read();

    /// <summary>Summary and remarks of a type.</summary>
    public static string Of(Type type) => Text($"T:{type.FullName}", []);

    /// <summary>Summary of a property; inherited from its interface, or from where it points, when it says so.</summary>
    public static string Of(PropertyInfo property) =>
        Text($"P:{property.DeclaringType!.FullName}.{property.Name}", property.DeclaringType.GetInterfaces().Select(i => $"P:{i.FullName}.{property.Name}"));

    /// <summary>Summary of an enum value.</summary>
    public static string OfValue(Type type, string value) => Text($"F:{type.FullName}.{value}", []);

    static string Text(string id, IEnumerable<string> inherited)
    {
        if (!Members.TryGetValue(id, out var member))
            throw new InvalidOperationException($"{id} has no documentation comment: a contract says what each member means.");
        if (member.Element("inheritdoc") is { } inherit)
            return Text(inherit.Attribute("cref")?.Value ?? inherited.First(Members.ContainsKey), []);
        var words = member.Elements().Where(e => e.Name.LocalName is "summary" or "remarks").Select(e => $"{Words(e)} ");
        return WhiteSpace().Replace(string.Concat(words), " ").Trim();
    }

    static string Words(XElement element) => string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see when see.Attribute("cref")?.Value is { } cref => Name(cref),
        XElement e => Words(e),
        _ => "",
    }));

    // Readers of the schema know fields by their names on the wire.
    static string Name(string cref)
    {
        var parts = cref.Split('.');
        if (cref[0] != 'P')
            return parts[^1];
        return parts[^2] is nameof(Acts) or nameof(Notices) or nameof(Wire) ? $"{parts[^2]}.{parts[^1]}" : JsonNamingPolicy.CamelCase.ConvertName(parts[^1]);
    }

    static Dictionary<string, XElement> Read()
    {
        var file = Path.ChangeExtension(typeof(Act).Assembly.Location, ".xml");
        using var reader = System.Xml.XmlReader.Create(file);
        return XDocument.Load(reader).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
