namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>A page of another site does nothing here, whatever token it has: a browser says of each deed which page it comes from. Programs say nothing, and show a token of their own.</summary>
sealed class SameOrigin(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method) || IsOwn(http.Request) ? next(http)
        : Failures.Write(http, ErrorCode.ForeignOrigin, "shell.foreign-origin");

    static bool IsOwn(HttpRequest request)
    {
        var (site, origin) = (request.Headers["Sec-Fetch-Site"].ToString(), request.Headers.Origin.ToString());
        // The browser's own word, which no page can change; the older ones name the page's address alone.
        if (site.Length > 0)
            return site is "same-origin" or "none";
        return origin.Length == 0
            || Uri.TryCreate(origin, UriKind.Absolute, out var from) && Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var here)
                && Uri.Compare(from, here, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
    }
}
