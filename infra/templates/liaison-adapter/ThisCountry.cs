using LiaisonHub.Adapters;

namespace LiaisonAdapter;

/// <summary>What the adapter's program says of STATE_CODE; everything else is data: profile, mappings, tables.</summary>
static class ThisCountry
{
    /// <summary>The country, with its data: in this folder where the program is started from here, so that no change of it needs a build; elsewhere beside the program.</summary>
    public static Country Country { get; } = new()
    {
        State = "STATE_CODE",
        Folder = File.Exists("profile.json") && Directory.Exists("mappings") ? Directory.GetCurrentDirectory() : Path.Combine(AppContext.BaseDirectory, "country"),

        // What no table can say is a small named change of a value: what that authority does, since when, and how you know. A mapping uses it by its name ("as": "unbroken-wording").
        Quirks = [],
    };
}
