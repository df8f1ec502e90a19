using System.Reflection;
using System.Text.Json.Serialization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Contracts;

/// <summary>
/// Every type, member, nullability and name of the contracts. Ministries run versions of their own choosing: within V1 only optional members are added (their
/// comment begins "Since 1.n"),
/// and nothing is renamed or taken away. Anything else is V2, beside V1. Enum values are added only where every reader is told what an unknown one means:
/// today's readers refuse it.
/// </summary>
public sealed class ApprovedContractsTests
{
    [Fact]
    public void The_contracts_are_the_approved_ones() => Repository.AssertApproved(Described(), "contracts", "approved", "contracts.v1.txt");

    [Fact]
    public void An_optional_member_is_nullable_or_says_what_it_is_when_absent()
    {
        foreach (var property in Records().SelectMany(t => t.GetProperties()).Where(p => !IsRequired(p)))
        {
            var type = property.DeclaringType!;
            var nullable = property.PropertyType.IsValueType || Nullability(property) == NullabilityState.Nullable;
            Assert.True(
                nullable || property.GetValue(Empty(type)) is not null,
                $"{type.Name}.{property.Name} is neither required nor nullable and has no default: an older sender would leave a null behind.");
        }
    }

    [Fact]
    public void Every_enum_travels_by_name()
    {
        foreach (var type in typeof(Act).Assembly.GetTypes().Where(t => t.IsEnum))
            Assert.True(
                type.GetCustomAttribute<JsonConverterAttribute>() is not null,
                $"{type.Name} would travel as a number outside Wire.Json: give it a JsonStringEnumConverter.");
    }

    static string Described() => string.Concat(
    [
        .. Acts.All.Values.OrderBy(a => a.Name, StringComparer.Ordinal).Select(Described),
        .. Notices.All.Keys.Order(StringComparer.Ordinal).Select(n => $"notice {n}\n"),
        $"limit {nameof(Wire.LargestDocument)} {Wire.LargestDocument}\n",
        $"limit {nameof(Wire.LargestAct)} {Wire.LargestAct}\n",
        .. typeof(Act).Assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal).Select(Described),
    ]);

    static string Described(ActType act) => $"act {act.Name}{(act.Private is null ? "" : $", private {act.Private.Name}{(act.PrivateRequired ? "" : "?")}")}\n";

    static string Described(Type type) =>
        type.IsEnum ? $"\nenum {type.FullName}\n{Lines(Enum.GetNames(type))}"
        : type.IsInterface ? $"\ninterface {type.FullName}\n{Lines(type.GetProperties().Select(Described))}"
        : Records().Contains(type) ? $"\nrecord {type.FullName}{Interfaces(type)}\n{Lines(type.GetProperties().Select(Described))}"
        : $"\nclass {type.FullName}\n{Lines(StaticMembers(type))}";

    static string Interfaces(Type type) => string.Concat(type.GetInterfaces().Where(i => i.Assembly == type.Assembly).Select(i => $" : {i.Name}"));

    static IEnumerable<string> StaticMembers(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(m => m is not MethodInfo { IsSpecialName: true }).Select(m => m.Name).Order(StringComparer.Ordinal);

    static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(l => $"  {l}\n"));

    static string Described(PropertyInfo property)
    {
        var value = IsRequired(property) || property.DeclaringType!.IsInterface ? null : property.GetValue(Empty(property.DeclaringType));
        var unset = value switch
        {
            null => "",
            System.Collections.ICollection => " = []",
            _ => $" = {value}",
        };
        var nullable = Nullability(property) == NullabilityState.Nullable && !property.PropertyType.IsValueType;
        return $"{(IsRequired(property) ? "required " : "")}{Name(property.PropertyType)}{(nullable ? "?" : "")} {property.Name}{unset}";
    }

    static IEnumerable<Type> Records() =>
        typeof(Act).Assembly.GetExportedTypes().Where(t => t.IsClass && !t.IsAbstract && t != typeof(ActType) && t.GetMethod("<Clone>$") is not null);

    // Only defaults are read from it: required members stay unset.
    static object Empty(Type type) => Activator.CreateInstance(type)!;

    static bool IsRequired(PropertyInfo property) => property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null;

    static NullabilityState Nullability(PropertyInfo property) => new NullabilityInfoContext().Create(property).ReadState;

    static string Name(Type type) =>
        Nullable.GetUnderlyingType(type) is { } value ? $"{Name(value)}?"
        : type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
