using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Mapping;

namespace LiaisonHub.Adapters.XF;

/// <summary>Fenmark (XF): a ministry whose systems speak through an e-CODEX connector.</summary>
public static partial class Xf
{
    /// <summary>The country, with its data beside the program.</summary>
    public static Country Country { get; } = new()
    {
        State = "XF",
        Folder = Path.Combine(AppContext.BaseDirectory, "countries", "xf"),
        Quirks = [new NamedChange("act-of-message", ActOfMessage)],
    };

    /// <summary>
    /// The connector gives back, in each piece of evidence, the backend message id under which a message was submitted; it ends with the id of the act. Some connectors write their own name behind it. Since
    /// the connector's first release; source: the evidence it issues.
    /// </summary>
    internal static string? ActOfMessage(string text) => Name().Match(text) is { Success: true } name ? Guid.ParseExact(name.Groups[1].ValueSpan, "N").ToString("D") : null;

    [GeneratedRegex(@"^[0-9]{8}-[A-Za-z]+-([0-9a-f]{32})\.xml", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
