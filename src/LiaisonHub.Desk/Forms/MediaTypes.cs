namespace LiaisonHub.Desk.Forms;

/// <summary>What a browser says of a file.</summary>
static class MediaTypes
{
    /// <summary>The type that was told, if it is one; else bytes of any kind.</summary>
    public static string Of(string? told) => told is { Length: > 0 and <= 100 } && told.Count(c => c == '/') == 1
        && told.All(c => char.IsAsciiLetterOrDigit(c) || "/.+-".Contains(c, StringComparison.Ordinal)) ? told : "application/octet-stream";
}
