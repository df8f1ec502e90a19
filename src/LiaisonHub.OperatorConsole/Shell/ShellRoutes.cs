using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.OperatorConsole.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>What belongs to every page: style, script, icon, help.</summary>
static class ShellRoutes
{
    static readonly FrozenDictionary<string, (byte[] Content, EntityTagHeaderValue Tag)> Files = new[] { "site.css", "site.js", "passkey.js", "favicon.svg", "openapi.json" }
        .ToFrozenDictionary(name => name, Read);

    public static void MapShell(this IEndpointRouteBuilder app)
    {
        var files = app.MapGroup("").AllowAnonymous();
        files.MapGet("/site.css", (HttpContext http) => File(http, "site.css", "text/css; charset=utf-8"));
        files.MapGet("/site.js", (HttpContext http) => File(http, "site.js", "text/javascript; charset=utf-8"));
        files.MapGet("/passkey.js", (HttpContext http) => File(http, "passkey.js", "text/javascript; charset=utf-8"));
        files.MapGet("/favicon.svg", (HttpContext http) => File(http, "favicon.svg", "image/svg+xml"));
        files.MapGet("/api/v1/openapi.json", (HttpContext http) => File(http, "openapi.json", "application/json; charset=utf-8"));
        app.MapGet("/help", IResult () => new RazorComponentResult<HelpPage>()).Needs(Permission.See);
    }

    static FileContentHttpResult File(HttpContext http, string name, string type)
    {
        // Kept by the browser, and asked for again each time: an upgrade shows at once.
        http.Response.Headers.CacheControl = "no-cache";
        var (content, tag) = Files[name];
        return TypedResults.Bytes(content, type, entityTag: tag);
    }

    static byte[] Resource(string name)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }

    // Addresses, parameters and refusals are described by hand; what is answered is written from the types.
    static byte[] Described()
    {
        var description = JsonNode.Parse(Resource("openapi.json"))!;
        foreach (var (type, schema) in JsonNode.Parse(Resource("answers.json"))!.AsObject())
            description["components"]!["schemas"]![type] = schema!.DeepClone();
        // Each deed takes a key, for all pass the same door.
        foreach (var deed in description["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Where(operation => operation.Key is "post" or "put").Select(operation => operation.Value!.AsObject()))
            (deed["parameters"] ??= new JsonArray()).AsArray().Add(new JsonObject { ["$ref"] = "#/components/parameters/IdempotencyKey" });
        return JsonSerializer.SerializeToUtf8Bytes(description);
    }

    static (byte[] Content, EntityTagHeaderValue Tag) Read(string name)
    {
        var content = name == "openapi.json" ? Described() : Resource(name);
        return (content, new($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\""));
    }
}
