using System.Collections;
using System.Reflection;
using System.Text.Json;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Profiles;

/// <summary>Finds the fields of the private part of a request that a profile names.</summary>
static class SealedFields
{
    /// <summary>The members a field names, from the outermost in. Null: there is no such field.</summary>
    public static IReadOnlyList<PropertyInfo>? Members(string field)
    {
        var members = new List<PropertyInfo>();
        var type = typeof(RequestParticulars);
        foreach (var name in field.Split('.'))
        {
            if (type.GetProperties().FirstOrDefault(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == name) is not { } member)
                return null;
            members.Add(member);
            type = member.PropertyType.IsGenericType && member.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
                ? member.PropertyType.GetGenericArguments()[0] : member.PropertyType;
        }
        return members;
    }

    /// <summary>The places at which a field is empty. A row of a list is looked into one by one; an empty list is one place.</summary>
    public static IEnumerable<string> Empty(RequestParticulars particulars, string field) => Empty(particulars, Members(field)!.ToArray(), "$.sealed");

    static IEnumerable<string> Empty(object? said, ReadOnlyMemory<PropertyInfo> members, string place)
    {
        if (members.IsEmpty)
            return said is null || said is string text && string.IsNullOrWhiteSpace(text) || said is IList list && !Looked(list).Any() ? [place] : [];
        if (said is IList rows)
            return Looked(rows).Any() ? Looked(rows).SelectMany(r => Empty(r.Item, members, $"{place}[{r.Index}]")) : [place];
        var member = members.Span[0];
        return Empty(said is null ? null : member.GetValue(said), members[1..], $"{place}.{JsonNamingPolicy.CamelCase.ConvertName(member.Name)}");
    }

    // Of the persons, those against whom the request goes: a victim, a witness or an expert is described no further than the case needs.
    static IEnumerable<(int Index, object Item)> Looked(IList rows) =>
        rows.Cast<object>().Index().Where(r => r.Item is not Person { Position: not (PersonPosition.Accused or PersonPosition.Convicted or PersonPosition.Unknown) });
}
