using System.Security.Cryptography;

namespace LiaisonHub.Desk.Shell;

/// <summary>Style, script and icon, out of the assembly.</summary>
static class ShellFiles
{
    static readonly Dictionary<string, (byte[] Content, string MediaType)> All = new[] { ("desk.css", "text/css; charset=utf-8"), ("desk.js", "text/javascript; charset=utf-8"), ("desk.svg", "image/svg+xml") }
        .ToDictionary(a => a.Item1, a => (Read(a.Item1), a.Item2));

    /// <summary>Changes with their content, so that a browser keeps them and still takes a new release at once.</summary>
    public static string Version { get; } = Convert.ToHexStringLower(SHA256.HashData([.. All.Values.SelectMany(a => a.Content)]))[..12];

    public static void MapShellFiles(this IEndpointRouteBuilder routes)
    {
        foreach (var (name, (content, mediaType)) in All)
            routes.MapGet($"/desk/{name}", (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return Results.Bytes(content, mediaType);
            });
    }

    static byte[] Read(string name)
    {
        using var resource = typeof(ShellFiles).Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        return copy.ToArray();
    }
}
