using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Desk.Words;

/// <summary>What the documentation comments of the contracts say: the hints of every form, so that form and contract cannot differ.</summary>
static partial class ContractWords
{
    static readonly FrozenDictionary<string, XElement> Members = Read();

    /// <summary>Summary of a type.</summary>
    public static string Of(Type type) => Text($"T:{type.FullName}", []);

    /// <summary>Summary of a property; inherited from its interface when it says so.</summary>
    public static string Of(PropertyInfo property) =>
        Text($"P:{property.DeclaringType!.FullName}.{property.Name}", property.DeclaringType.GetInterfaces().Select(i => $"P:{i.FullName}.{property.Name}"));

    /// <summary>Summary of an enum value.</summary>
    public static string Of(Type type, string value) => Text($"F:{type.FullName}.{value}", []);

    /// <summary>What a comment says to a programmer, said to whoever fills in a form. Empty: it says no more than the label.</summary>
    public static string Hint(string comment, string label, bool isTick)
    {
        var hint = Catalogue().Replace(comment, "").Replace("True: ", isTick ? "Ticked: " : "Yes: ", StringComparison.Ordinal).Replace(" False: ", " No: ", StringComparison.Ordinal)
            .Replace("Null: ", "Left empty: ", StringComparison.Ordinal).Replace("; null when ", "; empty when ", StringComparison.Ordinal).Replace(" (BCP 47)", "", StringComparison.Ordinal)
            .Replace(" (BCP 47 where known)", "", StringComparison.Ordinal);
        var bare = hint.TrimEnd('.').Replace("-", "", StringComparison.Ordinal);
        return bare.Equals(label, StringComparison.OrdinalIgnoreCase) || label.EndsWith(bare, StringComparison.OrdinalIgnoreCase) || bare.Equals($"a {label}", StringComparison.OrdinalIgnoreCase) ? "" : hint;
    }

    /// <summary>Where a request stands, in words.</summary>
    public static string State(Standing standing) => Spaced(standing.State.Replace("Closed.", "Closed: ", StringComparison.Ordinal));

    /// <summary>A name of the contract as words: <c>RequestSubmitted</c> becomes <c>Request submitted</c>.</summary>
    public static string Spaced(string name)
    {
        var words = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]))
                words.Append(' ').Append(char.ToLowerInvariant(name[i]));
            else
                words.Append(i == 0 ? char.ToUpperInvariant(name[i]) : name[i]);
        return words.ToString();
    }

    static string Text(string id, IEnumerable<string> inherited)
    {
        if (!Members.TryGetValue(id, out var member))
            throw new InvalidOperationException($"{id} has no documentation comment: a contract says what each member means.");
        if (member.Element("inheritdoc") is { } inherit)
            return Text(inherit.Attribute("cref")?.Value ?? inherited.First(Members.ContainsKey), []);
        return WhiteSpace().Replace(string.Concat(member.Elements("summary").Select(Plain)), " ").Trim();
    }

    static string Plain(XElement element) => string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see when see.Attribute("cref")?.Value is { } cref => $"“{Spaced(cref[(cref.LastIndexOf('.') + 1)..])}”",
        XElement e => Plain(e),
        _ => "",
    }));

    static FrozenDictionary<string, XElement> Read()
    {
        var resource = typeof(ContractWords).Assembly.GetManifestResourceStream("contracts.xml")
            ?? throw new InvalidOperationException($"The documentation of {typeof(Act).Assembly.GetName().Name} is not in the desk; build the desk again.");
        using var reader = XmlReader.Create(resource);
        return XDocument.Load(reader).Descendants("member").ToFrozenDictionary(m => m.Attribute("name")!.Value);
    }

    // Where the codes stand is of no use to whoever chooses from a list of them.
    [GeneratedRegex(@" \(contracts/[^)]*\)")]
    private static partial Regex Catalogue();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
