using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace LiaisonHub.Messaging;

/// <summary>Reads a program's settings: every value that is not of its kind is named with its key and the remedy, all at once, where the framework would stop at the first, or leave out what stands in a list.</summary>
public static class Settings
{
    /// <summary>The settings of a section; what is not said has its default.</summary>
    /// <exception cref="InvalidConfigurationException">A value is not of its kind.</exception>
    public static T Read<T>(IConfiguration section)
        where T : new()
    {
        InvalidConfigurationException.ThrowIfAny([.. Misread(typeof(T), section)]);
        var settings = new T();
        section.Bind(settings);
        return settings;
    }

    // A text is never wrong, and so never repeated: it may be a password.
    static IEnumerable<string> Misread(Type type, IConfiguration section)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
            foreach (var problem in Misread(property.PropertyType, section.GetSection(property.Name)))
                yield return problem;
    }

    static IEnumerable<string> Misread(Type type, IConfigurationSection at)
    {
        if (type == typeof(string) || !at.Exists())
            return [];
        if (OptionLines.IsGroup(type))
            return Misread(type, (IConfiguration)at);
        if (type.IsGenericType && type.GetGenericArguments() is [.., var element] && Nullable.GetUnderlyingType(type) is null)
            return at.GetChildren().SelectMany(c => Misread(element, c));
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return at.Value is not { } text || (text.Length == 0 && plain != type) || TypeDescriptor.GetConverter(plain) is { } kind && kind.CanConvertFrom(typeof(string)) && Is(kind, text)
            ? [] : [$"{at.Path}: '{text}' is {Otherwise(plain)}."];
    }

    static bool Is(TypeConverter kind, string text)
    {
        try
        {
            return kind.ConvertFromInvariantString(text) is not null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException || e.InnerException is FormatException or OverflowException)
        {
            return false;
        }
    }

    static string Otherwise(Type kind) => kind == typeof(TimeSpan) ? "no length of time; write hours:minutes:seconds, for example 00:00:30" : kind == typeof(bool) ? "neither true nor false"
        : kind.IsEnum ? $"none of {string.Join(", ", Enum.GetNames(kind))}" : kind == typeof(uint) || kind == typeof(ulong) ? "no whole number of 0 or more" : kind.IsPrimitive ? "no whole number" : $"no {kind.Name}";
}
