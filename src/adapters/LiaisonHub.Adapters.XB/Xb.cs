using LiaisonHub.Adapters.Mapping;

namespace LiaisonHub.Adapters.XB;

/// <summary>Belmora (XB): a case platform that reads and writes JSON, one document a file.</summary>
public static class Xb
{
    /// <summary>The country, with its data beside the program.</summary>
    public static Country Country { get; } = new()
    {
        State = "XB",
        Folder = Path.Combine(AppContext.BaseDirectory, "countries", "xb"),
        Quirks = [new NamedChange("unbroken-wording", UnbrokenWording)],
    };

    /// <summary>
    /// The platform breaks the wording of a charge after about 80 characters and indents the rest, as its screens show it. The breaks mean nothing.
    /// Since 2020; source: recorded hearing results of the platform.
    /// </summary>
    static string UnbrokenWording(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
