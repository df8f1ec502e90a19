using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Adapters.Acts;

/// <summary>What a place of a contract can hold.</summary>
enum ShapeKind
{
    Object,
    List,
    Text,
    Whole,
    Decimal,
    Flag,
    Date,
    Instant,
    Id,
    Choice,
    Bytes,
    PartialDate,
    Anything,
}

/// <summary>A contract as data: which fields there are, which are required, what each may hold. Read from the contract types themselves, so that it cannot
/// differ from them.</summary>
sealed class Shape
{
    static readonly ConcurrentDictionary<Type, Shape> Known = new();
    readonly Type? type;
    IReadOnlyDictionary<string, Field>? fields;
    Shape? element;

    Shape(ShapeKind kind, Type? type) => (Kind, this.type) = (kind, type);

    internal ShapeKind Kind { get; }

    /// <summary>Names a choice may take.</summary>
    internal IReadOnlyList<string> Choices => Kind == ShapeKind.Choice ? Enum.GetNames(type!) : [];

    internal static Shape Anything { get; } = new(ShapeKind.Anything, null);

    internal static Shape Text { get; } = new(ShapeKind.Text, null);

    internal bool IsAttachment => type == typeof(Attachment);

    /// <summary>Fields by their name on the wire.</summary>
    internal IReadOnlyDictionary<string, Field> Fields => fields ??= type is { } of && Kind is ShapeKind.Object or ShapeKind.PartialDate
        ? Info(of).Properties.Where(p => p.Get != null).ToDictionary(p => p.Name, p => new Field(p.Name, Of(p.PropertyType), p.IsRequired))
        : new Dictionary<string, Field>();

    internal Shape Element => element ??= Kind == ShapeKind.List ? Of(type!.GetGenericArguments()[0]) : Anything;

    internal static Shape Of(Type asked)
    {
        var of = Nullable.GetUnderlyingType(asked) ?? asked;
        return Known.GetOrAdd(of, static t => new Shape(KindOf(t), t));
    }

    /// <summary>An object with these fields, for documents that are put together from contracts.</summary>
    internal static Shape With(params (string Name, Shape Shape)[] parts) =>
        new(ShapeKind.Object, null) { fields = parts.ToDictionary(p => p.Name, p => new Field(p.Name, p.Shape, false)) };

    static JsonTypeInfo Info(Type type) => Wire.Json.GetTypeInfo(type);

    static ShapeKind KindOf(Type type) => type switch
    {
        _ when type == typeof(string) => ShapeKind.Text,
        _ when type == typeof(int) || type == typeof(long) => ShapeKind.Whole,
        _ when type == typeof(decimal) => ShapeKind.Decimal,
        _ when type == typeof(bool) => ShapeKind.Flag,
        _ when type == typeof(DateOnly) => ShapeKind.Date,
        _ when type == typeof(DateTimeOffset) => ShapeKind.Instant,
        _ when type == typeof(Guid) => ShapeKind.Id,
        _ when type == typeof(byte[]) => ShapeKind.Bytes,
        _ when type == typeof(PartialDate) => ShapeKind.PartialDate,
        _ when type == typeof(System.Text.Json.JsonElement) => ShapeKind.Anything,
        { IsEnum: true } => ShapeKind.Choice,
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) => ShapeKind.List,
        _ => ShapeKind.Object,
    };
}

/// <summary>A field of a contract.</summary>
sealed record Field(string Name, Shape Shape, bool Required);

/// <summary>A place in what is being made, written three ways: <c>open.measures[0].kind</c>, <c>/measures/0/kind</c> within its part, and
/// <c>open.measures[].kind</c> for all positions.</summary>
sealed record Place(Place? Parent, string? Name, int? Index)
{
    internal static Place Root { get; } = new(null, null, null);

    internal Place Of(string name) => new(this, name, null);

    internal Place At(int index) => new(this, null, index);

    internal string Dotted => Parent is null ? "" : Index is { } i ? $"{Parent.Dotted}[{i}]" : Parent.Parent is null ? Name! : $"{Parent.Dotted}.{Name}";

    internal string Key => Parent is null ? "" : Index is not null ? $"{Parent.Key}[]" : Parent.Parent is null ? Name! : $"{Parent.Key}.{Name}";

    /// <summary><c>open</c>, <c>private</c>, <c>to</c>...</summary>
    internal string Part => Parent is null ? "" : Parent.Parent is null ? Name! : Parent.Part;

    internal string Pointer => Parent?.Parent is null ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{Parent.Pointer}/{(Index is { } i ? $"{i}" : Escaped(Name!))}");

    /// <summary>The number of the entry this place belongs to, from 1. A list put together from several counts on from one to the next.</summary>
    internal int Position
    {
        get
        {
            var at = this;
            while (at is { Index: null, Parent: { } parent })
                at = parent;
            var before = 0;
            for (; at is { Index: { } index }; at = at.Parent!)
                before += index;
            return before + 1;
        }
    }

    // RFC 6901.
    static string Escaped(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public override string ToString() => Dotted;
}

/// <summary>Finds what somebody probably meant.</summary>
public static class Nearest
{
    /// <summary>The known name that was probably meant. Null: none is near.</summary>
    public static string? To(string written, IEnumerable<string> known)
    {
        var best = known.Select(k => (Name: k, Distance: Distance(written.ToLowerInvariant(), k.ToLowerInvariant()))).OrderBy(k => k.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(2, written.Length / 3) ? best.Name : null;
    }

    internal static string Hint(string written, IEnumerable<string> known)
    {
        var names = known.ToList();
        return To(written, names) is { } meant ? $"did you mean '{meant}'?" : names.Count is > 0 and <= 20
            ? $"known are {string.Join(", ", names.Order(StringComparer.Ordinal))}" : names.Count == 0 ? "none is declared" : "it is not known";
    }

    static int Distance(string a, string b)
    {
        var before = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var now = new int[b.Length + 1];
            now[0] = i;
            for (var j = 1; j <= b.Length; j++)
                now[j] = Math.Min(Math.Min(now[j - 1], before[j]) + 1, before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            before = now;
        }

        return before[^1];
    }
}
