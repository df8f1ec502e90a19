using System.Collections;
using System.Reflection;
using System.Text.Json;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>Holds the measures of a request against what the catalogue says each kind must say.</summary>
static class MeasureContents
{
    /// <summary>The members of the contract that a field names, from the outermost in. Null: there is no such field.</summary>
    public static IReadOnlyList<PropertyInfo>? Members(MeasurePart part, string field)
    {
        var members = new List<PropertyInfo>();
        var type = part switch
        {
            MeasurePart.Open => typeof(Measure),
            MeasurePart.Sealed => typeof(MeasureParticulars),
            _ => typeof(RequestParticulars),
        };
        foreach (var name in field.Split('.'))
        {
            if (type.GetProperties().FirstOrDefault(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == name) is not { } member)
                return null;
            members.Add(member);
            type = member.PropertyType;
        }
        return members;
    }

    /// <summary>What is required and not said in the open part, with its place.</summary>
    public static IEnumerable<(MeasureContent Content, string Place)> MissingInTheOpen(Catalogue catalogue, IReadOnlyList<Measure> measures) =>
        measures.SelectMany((m, i) => Required(catalogue, m.Kind, MeasurePart.Open)
            .Where(c => !IsSaid(c, m)).Select(c => (c, $"$.open.measures[{i}].{c.Field}")));

    /// <summary>The same of the private part. What several measures share is said once.</summary>
    public static IEnumerable<(MeasureContent Content, string Place)> MissingUnderSeal(
        Catalogue catalogue, IReadOnlyList<Measure> measures, RequestParticulars particulars)
    {
        for (var i = 0; i < measures.Count; i++)
        {
            var said = particulars.Measures.FirstOrDefault(m => m.Measure == i + 1);
            var at = said is null ? particulars.Measures.Count : particulars.Measures.Index().First(m => m.Item == said).Index;
            foreach (var content in Required(catalogue, measures[i].Kind, MeasurePart.Sealed).Where(c => !IsSaid(c, said)))
                yield return (content, $"$.sealed.measures[{at}].{content.Field}");
        }
        var shared = measures.SelectMany(m => Required(catalogue, m.Kind, MeasurePart.Request)).DistinctBy(c => c.Field);
        foreach (var content in shared.Where(c => !IsSaid(c, particulars)))
            yield return (content, $"$.sealed.{content.Field}");
    }

    static IEnumerable<MeasureContent> Required(Catalogue catalogue, MeasureKind kind, MeasurePart part) =>
        catalogue.ContentsOf(kind).Where(c => c.Required && c.Part == part);

    static bool IsSaid(MeasureContent content, object? said)
    {
        foreach (var member in content.Members)
            said = said is null ? null : member.GetValue(said);
        return said switch
        {
            null => false,
            string text => !string.IsNullOrWhiteSpace(text),
            ICollection list => list.Count > 0,
            _ => true,
        };
    }
}
